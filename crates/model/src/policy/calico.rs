//! Calico's selector expressions: `app == 'web' && has(tier) || !all()`. What cannot be read gives
//! no expression, so that a policy with a mistake, or of a newer version, is unknown.

use crate::graph::Need;
use crate::selector::{Labels, Match, Seen};
use crate::unknown::is_unknown;

/// A selector expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Expression<'a> {
    /// `all()`, or nothing.
    All,
    /// `global()`: what is in no namespace, so no pod.
    Global,
    /// `has(key)`
    Has(&'a str),
    /// `key == 'value'`, `key in {'a', 'b'}`
    In(&'a str, Vec<&'a str>),
    /// `key contains 'value'`
    Contains(&'a str, &'a str),
    /// `key starts with 'value'`
    StartsWith(&'a str, &'a str),
    /// `key ends with 'value'`
    EndsWith(&'a str, &'a str),
    /// `!x`, `key != 'value'`, `key not in {…}`
    Not(Box<Expression<'a>>),
    /// `x && y`
    And(Vec<Expression<'a>>),
    /// `x || y`
    Or(Vec<Expression<'a>>),
}

/// Parentheses and negations within each other: past any real use, short of the stack's end.
const DEPTH: u32 = 64;

impl<'a> Expression<'a> {
    /// Reads an expression; none when it cannot be read or is filled in later.
    pub fn parse(text: &'a str) -> Option<Self> {
        if is_unknown(text) {
            return None;
        }
        let mut reader = Reader { rest: text.trim() };
        if reader.rest.is_empty() {
            return Some(Self::All);
        }
        let expression = reader.any_of(DEPTH)?;
        reader.rest.trim().is_empty().then_some(expression)
    }

    /// Labels of its own that every selected pod has; perhaps not all of them.
    pub fn needs(&self) -> Vec<Need<'a>> {
        let need = |key: &'a str, values| {
            if key.starts_with("projectcalico.org/") {
                Vec::new()
            } else {
                vec![Need { key, values }]
            }
        };
        match self {
            Self::In(key, values) => need(key, Some(values.clone())),
            Self::Has(key)
            | Self::Contains(key, _)
            | Self::StartsWith(key, _)
            | Self::EndsWith(key, _) => need(key, None),
            Self::And(all) => all.iter().flat_map(Self::needs).collect(),
            Self::All | Self::Global | Self::Not(_) | Self::Or(_) => Vec::new(),
        }
    }

    /// Whether it holds for `labels`.
    pub fn matches(&self, labels: &Labels<'_>) -> Match {
        let test = |key: &str, holds: &dyn Fn(&str) -> bool| match labels.look(key) {
            Seen::Value(value) => holds(value).into(),
            Seen::Absent => Match::No,
            Seen::Unknown => Match::Unknown,
        };
        match self {
            Self::All => Match::Yes,
            Self::Global => Match::No,
            Self::Has(key) => match labels.get(key) {
                Some(_) => Match::Yes,
                None => test(key, &|_| true),
            },
            Self::In(key, values) => test(key, &|value| values.contains(&value)),
            Self::Contains(key, part) => test(key, &|value| value.contains(part)),
            Self::StartsWith(key, part) => test(key, &|value| value.starts_with(part)),
            Self::EndsWith(key, part) => test(key, &|value| value.ends_with(part)),
            Self::Not(inner) => match inner.matches(labels) {
                Match::Yes => Match::No,
                Match::No => Match::Yes,
                Match::Unknown => Match::Unknown,
            },
            Self::And(all) => {
                all.iter().fold(Match::Yes, |held, one| held.and(one.matches(labels)))
            }
            Self::Or(all) => all.iter().fold(Match::No, |held, one| held.or(one.matches(labels))),
        }
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn take(&mut self, word: &str) -> bool {
        let rest = self.rest.trim_start();
        match rest.strip_prefix(word) {
            Some(after) => {
                self.rest = after;
                true
            }
            None => false,
        }
    }

    /// A word of letters, which must end there.
    fn take_word(&mut self, word: &str) -> bool {
        let before = self.rest;
        if self.take(word) && !self.rest.starts_with(is_key) {
            return true;
        }
        self.rest = before;
        false
    }

    fn any_of(&mut self, depth: u32) -> Option<Expression<'a>> {
        let mut all = vec![self.all_of(depth)?];
        while self.take("||") {
            all.push(self.all_of(depth)?);
        }
        if all.len() == 1 { all.pop() } else { Some(Expression::Or(all)) }
    }

    fn all_of(&mut self, depth: u32) -> Option<Expression<'a>> {
        let mut all = vec![self.one(depth)?];
        while self.take("&&") {
            all.push(self.one(depth)?);
        }
        if all.len() == 1 { all.pop() } else { Some(Expression::And(all)) }
    }

    fn one(&mut self, depth: u32) -> Option<Expression<'a>> {
        let depth = depth.checked_sub(1)?;
        if self.take("!") {
            return Some(Expression::Not(Box::new(self.one(depth)?)));
        }
        if self.take("(") {
            let inner = self.any_of(depth)?;
            return self.take(")").then_some(inner);
        }
        let key = self.key()?;
        if self.take("(") {
            let expression = match key {
                "all" => Expression::All,
                "global" => Expression::Global,
                "has" => Expression::Has(self.key()?),
                _ => return None,
            };
            return self.take(")").then_some(expression);
        }
        self.comparison(key)
    }

    fn comparison(&mut self, key: &'a str) -> Option<Expression<'a>> {
        if self.take("==") {
            return Some(Expression::In(key, vec![self.text()?]));
        }
        if self.take("!=") {
            let same = Expression::In(key, vec![self.text()?]);
            return Some(Expression::Not(Box::new(same)));
        }
        if self.take_word("not") {
            if !self.take_word("in") {
                return None;
            }
            return Some(Expression::Not(Box::new(Expression::In(key, self.set()?))));
        }
        if self.take_word("in") {
            return Some(Expression::In(key, self.set()?));
        }
        if self.take_word("contains") {
            return Some(Expression::Contains(key, self.text()?));
        }
        if self.take_word("starts") {
            return self
                .take_word("with")
                .then(|| self.text())
                .flatten()
                .map(|text| Expression::StartsWith(key, text));
        }
        if self.take_word("ends") {
            return self
                .take_word("with")
                .then(|| self.text())
                .flatten()
                .map(|text| Expression::EndsWith(key, text));
        }
        None
    }

    fn key(&mut self) -> Option<&'a str> {
        let rest = self.rest.trim_start();
        let end = rest.find(|letter: char| !is_key(letter)).unwrap_or(rest.len());
        let (key, after) = rest.split_at(end);
        self.rest = after;
        (!key.is_empty()).then_some(key)
    }

    fn text(&mut self) -> Option<&'a str> {
        let rest = self.rest.trim_start();
        let quote = rest.chars().next().filter(|quote| matches!(quote, '\'' | '"'))?;
        let (text, after) = rest.get(1..)?.split_once(quote)?;
        self.rest = after;
        Some(text)
    }

    fn set(&mut self) -> Option<Vec<&'a str>> {
        if !self.take("{") {
            return None;
        }
        let mut values = Vec::new();
        if self.take("}") {
            return Some(values);
        }
        loop {
            values.push(self.text()?);
            if self.take("}") {
                return Some(values);
            }
            if !self.take(",") {
                return None;
            }
        }
    }
}

fn is_key(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.' | '/' | '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(expected: Match, text: &str) {
        let labels = Labels::default().with("app", "web").with("a.b/tier", "front-1");
        let expression = Expression::parse(text).expect(text);
        assert_eq!(expression.matches(&labels), expected, "{text}");
    }

    #[test]
    fn expressions_are_read_and_compared() {
        for text in [
            "",
            "all()",
            "has(app)",
            "!has( db )",
            "app == 'web'",
            "app==\"web\"",
            "app != 'db'",
            "db != 'x'",
            "app in { 'web', 'db' }",
            "app not in {'db'}",
            "inner not in {}",
            "a.b/tier starts with 'front'",
            "a.b/tier ends with \"-1\"",
            "a.b/tier contains 'ont'",
            "app == 'db' || (app == 'web' && has(a.b/tier))",
            "!(app == 'db') && !global()",
        ] {
            check(Match::Yes, text);
        }
        for text in ["global()", "!all()", "app in {}", "has(db)", "app == 'web' && has(db)"] {
            check(Match::No, text);
        }
    }

    #[test]
    fn what_cannot_be_read_is_no_expression() {
        for text in [
            "app = 'web'",
            "app == web",
            "has(app",
            "app in 'web'",
            "app == 'web' &&",
            "(app == 'web'",
            "app == 'web' app",
            "some()",
            "app == '${APP}'",
        ] {
            assert_eq!(Expression::parse(text), None, "{text}");
        }
        assert_eq!(Expression::parse(&"!".repeat(1000)), None);
    }

    #[test]
    fn labels_that_nobody_sees_are_unknown() {
        let labels = Labels::default().and_more();
        let matches = |text| Expression::parse(text).expect(text).matches(&labels);
        assert_eq!(matches("app == 'web'"), Match::Unknown);
        assert_eq!(matches("!has(app)"), Match::Unknown);
        assert_eq!(matches("all() || has(app)"), Match::Yes);
    }
}
