//! What folded blocks (`>`) turn into on kustomize's way through its own writer and reader: the
//! writer adds a line break too many before lines that are indented deeper, and one too few in texts
//! that begin with a blank.

use crate::write;

/// The text of a folded block as kustomize prints it in the end, where that differs.
pub(crate) fn printed(text: &str) -> Option<String> {
    if !text.trim_end_matches('\n').contains('\n') && !text.ends_with("\n\n") {
        return None;
    }
    // What no block can hold is written in double quotes, where nothing is lost.
    if !write::fits_block(text) {
        return None;
    }
    let adds = text.trim_start_matches('\n').starts_with(|first| !is_blank(first));
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text;
    let mut previous: Option<bool> = None;
    while !rest.is_empty() {
        let content = rest.trim_start_matches('\n');
        let breaks = rest.len() - content.len();
        let deeper = content.starts_with(is_blank);
        push_breaks(&mut out, breaks, previous, adds, (!content.is_empty()).then_some(deeper));
        let line = content.find('\n').unwrap_or(content.len());
        out.push_str(content.get(..line).unwrap_or_default());
        rest = content.get(line..).unwrap_or_default();
        previous = Some(deeper);
    }
    (out != text).then_some(out)
}

fn is_blank(char: char) -> bool {
    matches!(char, ' ' | '\t')
}

/// Appends what becomes of `count` line breaks between a line and the next; for each says whether it
/// is indented deeper, none for the start and the end of the text.
fn push_breaks(
    out: &mut String,
    count: usize,
    before: Option<bool>,
    adds: bool,
    next: Option<bool>,
) {
    let written = count + usize::from(before == Some(false) && adds);
    let read = match (before, next) {
        (Some(false), Some(false)) if written == 1 => {
            out.push(' ');
            return;
        }
        (Some(false), Some(false)) => written.saturating_sub(1),
        // One break at the end is clipped to one; more of them are kept, the added one too.
        (Some(_), None) if count == 1 => 1,
        _ => written,
    };
    out.extend(std::iter::repeat_n('\n', read));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaks_come_and_go() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(printed(text).as_deref(), expected, "{text:?}");
        };
        check("a b\n", None);
        check("a\nb\n", None);
        check("a\n  b\nc\n", Some("a\n\n  b\nc\n"));
        check("a\n\n  b", Some("a\n\n\n  b"));
        check(" a\nb\nc\n", Some(" a\nb c\n"));
        check("a\n\n", Some("a\n\n\n"));
        check("\na\n b\n", Some("\na\n\n b\n"));
        check("a \n  b\n", None);
    }
}
