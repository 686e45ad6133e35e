//! What reports quote from the docs of a check.

use kubesift_engine::Entry;

/// What to do about a finding: the first sentence of the second paragraph of the docs, or nothing
/// when the docs have no such paragraph of prose.
pub(crate) fn advice(entry: &Entry) -> Option<String> {
    let prose = entry.prose();
    let paragraph = paragraphs(&prose).nth(1)?;
    let sentence = first_sentence(&paragraph);
    (!sentence.is_empty()).then(|| sentence.to_owned())
}

/// Why it matters: the first paragraph of the docs, or the title.
pub(crate) fn reason(entry: &Entry) -> String {
    let prose = entry.prose();
    paragraphs(&prose).next().unwrap_or_else(|| with_stop(entry.title()))
}

/// The docs as Markdown for people: prose, and the examples with a caption each in place of the
/// test words of their fences.
pub(crate) fn markdown(entry: &Entry) -> String {
    let mut out = String::new();
    for line in entry.docs.lines().skip(1) {
        match line.strip_prefix("```yaml ") {
            Some(words) => {
                let caption = match words.split_whitespace().next() {
                    Some("fail") => "Reported:",
                    Some("pass") => "Not reported:",
                    Some("fixed") => "Fixed:",
                    _ => "Example:",
                };
                out.push_str(caption);
                out.push_str("\n\n```yaml");
            }
            None => out.push_str(line),
        }
        out.push('\n');
    }
    let link = format!("[{}]({})", entry.name, entry.url());
    let title = format!("# {}", entry.title());
    let parts = [&title, out.trim(), &link];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("\n\n") + "\n"
}

/// Ends a sentence.
pub(crate) fn with_stop(text: &str) -> String {
    let text = text.trim_end();
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

/// The paragraphs of running text, each on one line. Lists, tables, headings and quotes are none.
fn paragraphs(prose: &str) -> impl Iterator<Item = String> {
    prose.split("\n\n").map(str::trim).filter(|text| is_running(text)).map(|text| {
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        lines.join(" ")
    })
}

fn is_running(text: &str) -> bool {
    !text.is_empty()
        && !["- ", "* ", "+ ", "#", "|", ">", "<", "1. "].iter().any(|mark| text.starts_with(mark))
}

/// Up to the first full stop that ends a sentence: not in code, and followed by a blank and no
/// small letter ("e.g. this").
fn first_sentence(text: &str) -> &str {
    let mut code = false;
    for (at, c) in text.char_indices() {
        match c {
            '`' => code = !code,
            '.' | '!' | '?' if !code => {
                let mut rest = text[at + 1..].chars();
                let ends = match (rest.next(), rest.next()) {
                    (None, _) => true,
                    (Some(' '), Some(next)) => !next.is_lowercase(),
                    _ => false,
                };
                if ends {
                    return &text[..=at];
                }
            }
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_ends_at_its_full_stop() {
        assert_eq!(first_sentence("Use `a. B`, e.g. this. Then that."), "Use `a. B`, e.g. this.");
        assert_eq!(first_sentence("No stop"), "No stop");
        assert_eq!(first_sentence("Set 1.5. Done"), "Set 1.5.");
    }

    #[test]
    fn lists_are_no_paragraphs() {
        let found: Vec<String> = paragraphs("One\ntwo.\n\n- a\n- b\n\nThree.").collect();
        assert_eq!(found, ["One two.", "Three."]);
    }
}
