//! Words for people, as Markdown: what comes from a manifest is escaped, lists are short.

/// Characters of one value that are shown.
const LONG: usize = 120;

/// A text of a manifest as code: on one line, cut where it is long. An empty one is shown as `""`.
pub(crate) fn code(text: &str) -> String {
    if text.is_empty() {
        return "`\"\"`".to_owned();
    }
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let mut shown: String = line.chars().take(LONG).collect();
    if line.chars().nth(LONG).is_some() {
        shown.push('…');
    }
    // The fence must be longer than any run of backticks inside.
    let fence = "`".repeat(longest_run(&shown) + 1);
    let edge = shown.starts_with(['`', ' ']) || shown.ends_with(['`', ' ']);
    if edge { format!("{fence} {shown} {fence}") } else { format!("{fence}{shown}{fence}") }
}

fn longest_run(text: &str) -> usize {
    let (mut longest, mut run) = (0, 0);
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

/// A sentence in which backticks enclose what comes from a manifest: everything else in it that
/// Markdown would take for a sign is escaped.
pub(crate) fn prose(text: &str) -> String {
    // Without a partner the last one would open code that never ends.
    let paired = text.matches('`').count() / 2 * 2;
    let (mut out, mut ticks) = (String::with_capacity(text.len() + 8), 0);
    for c in text.chars() {
        match c {
            '`' if ticks < paired => {
                ticks += 1;
                out.push(c);
            }
            c if c.is_control() => out.push(' '),
            '`' | '\\' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' if ticks % 2 == 0 => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// With a capital letter: a sentence begins.
pub(crate) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// `a, b and 3 more`: at most so many of them.
pub(crate) fn listed(words: impl IntoIterator<Item = String>, most: usize) -> String {
    let all: Vec<String> = words.into_iter().collect();
    let left = all.len().saturating_sub(most);
    let shown = all.get(..most.min(all.len())).unwrap_or_default();
    match (shown, left) {
        ([head @ .., last], 0) if !head.is_empty() => format!("{} and {last}", head.join(", ")),
        (shown, 0) => shown.join(", "),
        (shown, left) => format!("{} and {left} more", shown.join(", ")),
    }
}

/// A whole number with commas: `134,217,728`.
pub(crate) fn grouped(number: i128) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut out = if number < 0 { "-".to_owned() } else { String::new() };
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_a_manifest_is_no_markdown() {
        assert_eq!(code("web"), "`web`");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("``"), "``` `` ```");
        assert_eq!(code(""), "`\"\"`");
        assert_eq!(code("a\nb"), "`a b`");
        assert_eq!(prose("runs `a*b` on *_x_*"), "runs `a*b` on \\*\\_x\\_\\*");
        assert_eq!(prose("one ` only"), "one \\` only");
        assert_eq!(prose("<img src=x>\n# y"), "\\<img src=x\\> \\# y");
    }

    #[test]
    fn lists_and_numbers_are_short() {
        let words = |count: usize| (0..count).map(|at| at.to_string());
        assert_eq!(listed(words(0), 2), "");
        assert_eq!(listed(words(2), 2), "0 and 1");
        assert_eq!(listed(words(4), 2), "0, 1 and 2 more");
        assert_eq!(grouped(134_217_728), "134,217,728");
        assert_eq!(grouped(-1000), "-1,000");
        assert_eq!(grouped(12), "12");
    }
}
