//! Our own comments: `# kubesift: ignore[check] reason until=2027-01-01`.

use kubesift_source::Span;

use super::foreign;
use super::layout::{Layout, Standing};
use super::report::{Defect, Remedy};
use super::{Context, Date, Found, Meaning, Reach, Removal, Suppression, Word, nearest};

const VERBS: [&str; 4] = ["ignore", "ignore-file", "ignore-start", "ignore-end"];

/// Reads the comments of a file.
pub(super) fn read<'a>(layout: &Layout<'a>, context: &Context) -> Found<'a> {
    let mut found = Found::default();
    let mut open: Vec<Open<'a>> = Vec::new();
    for comment in layout.comments() {
        let text = layout.slice(comment).trim_end_matches('\r');
        // Nearly all comments are somebody's prose: one look at the bytes each.
        if foreign::may_be_one(text) && context.settings.foreign {
            let standing = layout.standing(comment);
            foreign::comment(layout, standing, text, context, &mut found);
        }
        let mut parts = parts(text).peekable();
        if parts.peek().is_none() {
            continue;
        }
        let standing = layout.standing(comment);
        for (start, end, body) in parts {
            let at = |offset: usize| comment.start + offset as u32;
            let part = Part {
                standing,
                at: layout.span(at(start), at(start + text[start..end].trim_end().len())),
                body: layout.span(at(body), at(end)),
            };
            part.read(layout, context, &mut found, &mut open);
        }
    }
    for open in open {
        found
            .defects
            .push(open.defect("`ignore-start` has no `ignore-end` and so reaches nothing"));
    }
    found
}

/// The directives in a comment: where each begins with its `#`, where it ends, and where what
/// follows `kubesift:` begins. Without the colon too, when what follows is plainly meant as one.
fn parts(text: &str) -> impl Iterator<Item = (usize, usize, usize)> + '_ {
    let starts = text.match_indices('#').filter_map(|(at, _)| {
        let free = at == 0 || text[..at].ends_with([' ', '\t']);
        let rest = text[at + 1..].trim_start_matches([' ', '\t']);
        let name = rest.get(..8).filter(|name| free && name.eq_ignore_ascii_case("kubesift"))?;
        let after = &rest[name.len()..];
        let tail = after.trim_start_matches([' ', '\t']);
        let word = tail.split(['[', ' ', '\t']).next().unwrap_or_default();
        let meant = tail.starts_with(':') || VERBS.contains(&word) && tail.contains('[');
        meant.then_some((at, text.len() - after.len()))
    });
    let starts: Vec<(usize, usize)> = starts.collect();
    let ends: Vec<usize> = starts.iter().skip(1).map(|next| next.0).chain([text.len()]).collect();
    starts.into_iter().zip(ends).map(|((start, body), end)| (start, end, body))
}

/// One directive.
#[derive(Clone, Copy)]
struct Part {
    standing: Standing,
    /// From its `#` to its last letter.
    at: Span,
    /// What follows `kubesift`.
    body: Span,
}

/// A region that waits for its end.
struct Open<'a> {
    suppression: Suppression<'a>,
    names: Vec<String>,
    start: Span,
}

impl<'a> Open<'a> {
    fn defect(self, message: &str) -> Defect<'a> {
        Defect {
            at: self.suppression.at,
            message: message.to_owned(),
            remedy: Remedy::Remove(Removal::Bytes(self.start)),
            resource: None,
        }
    }
}

impl Part {
    fn read<'a>(
        self,
        layout: &Layout<'a>,
        context: &Context,
        found: &mut Found<'a>,
        open: &mut Vec<Open<'a>>,
    ) {
        let body = layout.slice(self.body).trim_end();
        let lead = body.len() - body.trim_start_matches([' ', '\t']).len();
        if !body[lead..].starts_with(':') {
            let edit = (layout.span(self.body.start, self.body.start + lead as u32), ": ");
            found.defects.push(Defect {
                at: self.at,
                message: "a suppression begins with `kubesift:`, and here the colon is missing"
                    .to_owned(),
                remedy: Remedy::Replace("put the colon in", edit.0, edit.1.to_owned()),
                resource: None,
            });
            return;
        }
        let skip = body.len() - body[lead + 1..].trim_start_matches([' ', '\t']).len();
        let (verb, rest) = split_verb(&body[skip..]);
        let verb_at = layout
            .span(self.body.start + skip as u32, self.body.start + (skip + verb.len()) as u32);
        if !VERBS.contains(&verb) {
            found.defects.push(self.unknown_verb(verb, verb_at));
            return;
        }
        let list_start = verb_at.end + 1;
        let (names, tail) = match rest.strip_prefix('[').map(|rest| rest.split_once(']')) {
            Some(Some((names, tail))) => (Some(names), tail),
            Some(None) => {
                let message = format!("`{verb}[` is not closed by `]`");
                found.defects.push(self.defect(message, Remedy::None));
                return;
            }
            None => (None, rest),
        };
        if verb == "ignore-end" {
            self.close(layout, names, found, open);
            return;
        }
        let list = names.map(|names| layout.span(list_start, list_start + names.len() as u32));
        let words = list.map_or(Vec::new(), |list| words(layout, list, context, found));
        if words.is_empty() {
            let message = format!("`{verb}` names no check; write `{verb}[check-name] reason`");
            found.defects.push(self.defect(message, Remedy::None));
            return;
        }
        let Some(reason) = self.reason(layout, tail, &words, context, found) else { return };
        let mut suppression = Suppression {
            kind: "inline",
            tool: None,
            at: self.at,
            list,
            words,
            reason,
            needle: None,
            reach: Reach::Nothing,
            removal: Removal::Bytes(layout.without(self.standing, self.at)),
        };
        suppression.reach = match verb {
            "ignore-start" => {
                let start = layout.without(self.standing, self.at);
                let names = names.map(sorted).unwrap_or_default();
                open.push(Open { suppression, names, start });
                return;
            }
            "ignore-file" if layout.is_top(self.at.start) => {
                Reach::Bytes(layout.tree.file().span())
            }
            "ignore-file" => {
                let message =
                    "`ignore-file` has no effect below the first content of a file; move \
                               it to the top"
                        .to_owned();
                found.defects.push(self.defect(message, Remedy::None));
                return;
            }
            _ if !self.standing.alone => Reach::Bytes(layout.line(self.standing)),
            _ => match layout.below(self.standing) {
                Some(span) => Reach::Bytes(span),
                None => {
                    let message = "nothing stands below this suppression".to_owned();
                    let remedy = Remedy::Remove(suppression.removal);
                    found.defects.push(self.defect(message, remedy));
                    return;
                }
            },
        };
        found.all.push(suppression);
    }

    fn defect<'a>(&self, message: String, remedy: Remedy<'a>) -> Defect<'a> {
        Defect { at: self.at, message, remedy, resource: None }
    }

    fn unknown_verb<'a>(&self, verb: &str, at: Span) -> Defect<'a> {
        let Some(meant) = nearest(verb, VERBS) else {
            let known = "`ignore[…]`, `ignore-file[…]`, `ignore-start[…]` or `ignore-end`";
            return self
                .defect(format!("`kubesift:` is followed by none of {known}"), Remedy::None);
        };
        let message = format!("`{verb}` is not known here; did you mean `{meant}`?");
        self.defect(message, Remedy::Replace("correct the word", at, meant.to_owned()))
    }

    /// The reason; none when the suppression has no effect, which is then among the defects.
    fn reason<'a>(
        &self,
        layout: &Layout<'a>,
        tail: &str,
        words: &[Word],
        context: &Context,
        found: &mut Found<'a>,
    ) -> Option<String> {
        match reason(tail, words, context) {
            Ok(reason) => Some(reason),
            Err((message, false)) => {
                found.defects.push(self.defect(message, Remedy::None));
                None
            }
            Err((message, true)) => {
                let removal = Removal::Bytes(layout.without(self.standing, self.at));
                found.defects.push(self.defect(message, Remedy::Remove(removal)));
                None
            }
        }
    }

    /// Ends the region that was opened last, or the last one that names the same checks.
    fn close<'a>(
        &self,
        layout: &Layout<'a>,
        names: Option<&str>,
        found: &mut Found<'a>,
        open: &mut Vec<Open<'a>>,
    ) {
        let at = match names.map(sorted) {
            None => open.len().checked_sub(1),
            Some(names) => open.iter().rposition(|open| open.names == names),
        };
        let own = layout.without(self.standing, self.at);
        let Some(at) = at else {
            let message = "`ignore-end` ends no `ignore-start`".to_owned();
            found.defects.push(self.defect(message, Remedy::Remove(Removal::Bytes(own))));
            return;
        };
        let Open { mut suppression, start, .. } = open.remove(at);
        suppression.reach = Reach::Bytes(layout.span(suppression.at.start, self.at.end));
        suppression.removal = Removal::Region(start, own);
        found.all.push(suppression);
    }
}

fn split_verb(text: &str) -> (&str, &str) {
    let end =
        text.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-' && letter != '_');
    text.split_at(end.unwrap_or(text.len()))
}

fn sorted(names: &str) -> Vec<String> {
    let mut names: Vec<String> = names.split(',').map(|name| name.trim().to_owned()).collect();
    names.sort_unstable();
    names
}

/// The names between the brackets. One that is not known is a defect and stays in the list.
fn words<'a>(
    layout: &Layout<'a>,
    list: Span,
    context: &Context,
    found: &mut Found<'a>,
) -> Vec<Word> {
    let mut words = Vec::new();
    let mut start = list.start;
    for piece in layout.slice(list).split(',') {
        let name = piece.trim();
        let lead = (piece.len() - piece.trim_start().len()) as u32;
        let at = layout.span(start + lead, start + lead + name.len() as u32);
        start += piece.len() as u32 + 1;
        if name.is_empty() {
            continue;
        }
        let word = Word {
            text: name.to_owned(),
            at,
            meaning: Meaning::of(name, context.entries),
            used: false,
        };
        found.defects.extend(unknown(&word, context));
        words.push(word);
    }
    words
}

/// What to say of a word that is no check and no family.
pub(super) fn unknown<'a>(word: &Word, context: &Context) -> Option<Defect<'a>> {
    if !matches!(word.meaning, Meaning::Unknown) {
        return None;
    }
    let known = super::all_checks(context.entries).flat_map(|entry| [entry.name, entry.family]);
    let (message, remedy) = match nearest(&word.text, known) {
        Some(meant) => (
            format!("no check or family is called `{}`; did you mean `{meant}`?", word.text),
            Remedy::Replace("correct the name", word.at, meant.to_owned()),
        ),
        None => (format!("no check or family is called `{}`", word.text), Remedy::None),
    };
    Some(Defect { at: word.at, message, remedy, resource: None })
}

/// The reason in what follows the names, `until=` taken out. An error is why the suppression has no
/// effect, and whether removing it is the remedy.
pub(super) fn reason(
    tail: &str,
    words: &[Word],
    context: &Context,
) -> Result<String, (String, bool)> {
    let mut kept = Vec::new();
    let mut until = None;
    for word in tail.split_whitespace() {
        match word.strip_prefix("until=") {
            Some(date) => until = Some(date.trim_end_matches([',', ';', '.'])),
            None => kept.push(word),
        }
    }
    let joined = kept.join(" ");
    let reason = joined.trim_start_matches([':', '-', '\u{2013}', '\u{2014}', ' ']).to_owned();
    let names: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    let names = names.join("`, `");
    if let Some(text) = until {
        let Some(date) = Date::parse(text) else {
            let message = format!("`until={text}` is not a day; write it as `until=2027-01-31`");
            return Err((message, false));
        };
        if date < context.settings.today {
            return Err((format!("the suppression of `{names}` ended on {date}"), true));
        }
    }
    if reason.is_empty() && context.settings.require_reason {
        return Err((format!("the suppression of `{names}` gives no reason"), false));
    }
    Ok(reason)
}
