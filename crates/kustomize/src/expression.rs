//! Regular expressions over the whole of a text, as targets have them. Nearly all are a name or a group
//! with dots (`networking.istio.io`). To make an automaton of one takes longer than many a build, so
//! that what is as plain as that is compared character by character.
//!
//! The rest goes to regex-lite, which has the classes of Go: `\d`, `\w`, `\s`, and letters of either
//! case under `(?i)`, are ASCII. Classes of Unicode (`\p{Greek}`), which kustomize takes, are refused:
//! a quarter of the addresses that are set up at each start of the program would be those of their tables.

use regex_lite::Regex;
use smol_str::SmolStr;

/// A regular expression that must match the whole of a text.
#[derive(Debug, Clone)]
pub(crate) enum Expression {
    /// Characters that stand for themselves, `.` for any character, `.*` for any characters.
    Plain(SmolStr),
    /// Anything else.
    Regex(Box<Regex>),
}

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// When the text is no regular expression.
    pub(crate) fn parse(text: &str) -> Result<Self, regex_lite::Error> {
        if is_plain(text) {
            return Ok(Self::Plain(text.into()));
        }
        Ok(Self::Regex(Box::new(Regex::new(&format!("^(?:{text})$"))?)))
    }

    /// True when the whole of a text matches.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        match self {
            Self::Plain(plain) => matches(plain, text),
            Self::Regex(regex) => regex.is_match(text),
        }
    }
}

fn is_plain(text: &str) -> bool {
    let mut last = 0;
    text.bytes().all(|byte| {
        let before = std::mem::replace(&mut last, byte);
        byte.is_ascii_alphanumeric() || b"-_/.".contains(&byte) || byte == b'*' && before == b'.'
    })
}

fn matches(mut plain: &str, mut text: &str) -> bool {
    // No dot stands for the end of a line.
    if text.contains('\n') {
        return false;
    }
    // What follows the last `.*`, and what is left for it.
    let mut star: Option<(&str, &str)> = None;
    loop {
        if let Some(after) = plain.strip_prefix(".*") {
            star = Some((after, text));
            plain = after;
            continue;
        }
        let (mut wants, mut has) = (plain.chars(), text.chars());
        match (wants.next(), has.next()) {
            (None, None) => return true,
            (Some(want), Some(has_one)) if want == has_one || want == '.' => {
                (plain, text) = (wants.as_str(), has.as_str());
                continue;
            }
            _ => {}
        }
        // Then the last `.*` takes one character more.
        let Some((after, from)) = star else { return false };
        let mut rest = from.chars();
        if rest.next().is_none() {
            return false;
        }
        (plain, text) = (after, rest.as_str());
        star = Some((after, text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All texts of up to `length` of some characters.
    fn texts(of: &[&str], length: usize) -> Vec<String> {
        let mut all = vec![String::new()];
        let mut from = 0;
        for _ in 0..length {
            let until = all.len();
            for at in from..until {
                all.extend(of.iter().map(|one| format!("{}{one}", all[at])).collect::<Vec<_>>());
            }
            from = until;
        }
        all
    }

    #[test]
    fn plain_ones_match_what_the_automaton_matches() {
        let haystacks = texts(&["a", "b", "é", "\n"], 4);
        let mut plain = 0;
        for text in texts(&["a", "b", ".", ".*"], 4) {
            let expression = Expression::parse(&text).expect("an expression");
            assert!(matches!(expression, Expression::Plain(_)), "{text}");
            let regex = Regex::new(&format!("^(?:{text})$")).expect("an expression");
            for haystack in &haystacks {
                assert_eq!(
                    expression.is_match(haystack),
                    regex.is_match(haystack),
                    "{text} on {haystack:?}"
                );
                plain += 1;
            }
        }
        assert_eq!(plain, 341 * 341);
    }

    #[test]
    fn the_rest_goes_to_the_automaton() {
        for text in ["a*", ".**", "*", "a|b", "a+", "[ab]", "a\\.b", "^a$", "é"] {
            let parsed = Expression::parse(text);
            assert!(!matches!(parsed, Ok(Expression::Plain(_))), "{text}");
        }
        let either = Expression::parse("web|db").expect("an expression");
        assert!(either.is_match("web") && either.is_match("db") && !either.is_match("webs"));
        assert!(Expression::parse("(").is_err());
    }

    #[test]
    fn classes_are_those_of_go() {
        let is_match = |text: &str, on: &str| Expression::parse(text).expect("one").is_match(on);
        assert!(is_match(r"web\d", "web3") && !is_match(r"web\d", "web٣"));
        assert!(is_match(r"\w+", "a_Z9") && !is_match(r"\w+", "é"));
        assert!(is_match("[[:alpha:]]+", "aZ") && !is_match("[[:alpha:]]+", "a1"));
        assert!(is_match("(?i)web", "WEB") && is_match("(?P<one>a|b)c", "bc"));
        let why = Expression::parse(r"\p{Greek}").expect_err("refused").to_string();
        assert!(why.contains("Unicode"), "{why}");
    }
}
