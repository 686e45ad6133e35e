//! The selector over labels as text: `app=web,tier in (a, b),!legacy`.

use smol_str::SmolStr;

use crate::tree::{Map, Node};
use crate::trouble::{Class, Trouble};

/// Requirements that must all hold.
#[derive(Debug, Clone, Default)]
pub(super) struct Labels(Vec<Requirement>);

#[derive(Debug, Clone)]
struct Requirement {
    key: SmolStr,
    test: Test,
}

#[derive(Debug, Clone)]
enum Test {
    Exists,
    Absent,
    In(Vec<SmolStr>),
    NotIn(Vec<SmolStr>),
    Greater(i64),
    Less(i64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'t> {
    Word(&'t str),
    Symbol(&'t str),
}

impl Labels {
    /// Reads a selector; nothing, and an empty text, selects everything.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn parse(node: Option<&Node>) -> Result<Self, Trouble> {
        let Some((node, text)) = node.and_then(|node| Some((node, node.text()?))) else {
            return Ok(Self::default());
        };
        let tokens = tokens(text);
        Parser { tokens: &tokens }.parse().map(Self).map_err(|why| {
            let message = format!("the selector `{text}` cannot be read: {why}");
            Trouble::fatal(Class::PatchTarget, node.origin.span, message)
                .help("write requirements like `app=web`, `tier in (a, b)`, `!legacy` with commas between")
        })
    }

    /// True when every requirement holds.
    pub(super) fn matches(&self, labels: Option<&Map>) -> bool {
        self.0.iter().all(|requirement| requirement.holds(labels))
    }
}

impl Requirement {
    fn holds(&self, labels: Option<&Map>) -> bool {
        let value = labels.and_then(|labels| labels.get(&self.key));
        let value = value.map(|node| node.text().unwrap_or_default());
        let number = || value.and_then(|value| value.parse::<i64>().ok());
        match &self.test {
            Test::Exists => value.is_some(),
            Test::Absent => value.is_none(),
            Test::In(values) => value.is_some_and(|value| values.iter().any(|one| one == value)),
            Test::NotIn(values) => value.is_none_or(|value| values.iter().all(|one| one != value)),
            Test::Greater(limit) => number().is_some_and(|number| number > *limit),
            Test::Less(limit) => number().is_some_and(|number| number < *limit),
        }
    }
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    const SYMBOLS: &[u8] = b"=!(),<>";
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        let Some(first) = rest.bytes().next() else { return tokens };
        let length = if SYMBOLS.contains(&first) {
            if rest.starts_with("==") || rest.starts_with("!=") { 2 } else { 1 }
        } else {
            let ends = |byte: u8| SYMBOLS.contains(&byte) || is_blank(&byte);
            rest.bytes().position(ends).unwrap_or(rest.len())
        };
        let (token, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        let is_symbol = SYMBOLS.contains(&first);
        tokens.push(if is_symbol { Token::Symbol(token) } else { Token::Word(token) });
        rest = after;
    }
}

struct Parser<'p, 't> {
    tokens: &'p [Token<'t>],
}

impl<'t> Parser<'_, 't> {
    fn parse(mut self) -> Result<Vec<Requirement>, String> {
        let mut requirements = Vec::new();
        if self.tokens.is_empty() {
            return Ok(requirements);
        }
        loop {
            requirements.push(self.requirement()?);
            match self.next() {
                None => return Ok(requirements),
                Some(Token::Symbol(",")) => {}
                other => return Err(format!("{} stands where a comma should", shown(other))),
            }
        }
    }

    fn peek(&self) -> Option<Token<'t>> {
        self.tokens.first().copied()
    }

    fn next(&mut self) -> Option<Token<'t>> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(*first)
    }

    fn requirement(&mut self) -> Result<Requirement, String> {
        let mut token = self.next();
        let absent = token == Some(Token::Symbol("!"));
        if absent {
            token = self.next();
        }
        let Some(Token::Word(key)) = token else {
            return Err(format!("{} stands where a key should", shown(token)));
        };
        check_key(key)?;
        let ends = matches!(self.peek(), None | Some(Token::Symbol(",")));
        let test = match (absent, ends) {
            (true, true) => Test::Absent,
            (false, true) => Test::Exists,
            // `!key=value` is read as `key=value`, as the reference does.
            (_, false) => self.test()?,
        };
        Ok(Requirement { key: key.into(), test })
    }

    fn test(&mut self) -> Result<Test, String> {
        match self.next() {
            Some(Token::Symbol("=" | "==")) => Ok(Test::In(vec![self.value()?])),
            Some(Token::Symbol("!=")) => Ok(Test::NotIn(vec![self.value()?])),
            Some(Token::Symbol(">")) => Ok(Test::Greater(self.number()?)),
            Some(Token::Symbol("<")) => Ok(Test::Less(self.number()?)),
            Some(Token::Word("in")) => Ok(Test::In(self.values()?)),
            Some(Token::Word("notin")) => Ok(Test::NotIn(self.values()?)),
            other => Err(format!("{} is no operator", shown(other))),
        }
    }

    /// The one value of a comparison; an empty one when nothing stands there.
    fn value(&mut self) -> Result<SmolStr, String> {
        if matches!(self.peek(), None | Some(Token::Symbol(","))) {
            return Ok(SmolStr::default());
        }
        match self.next() {
            Some(Token::Word(word)) => check_value(word),
            other => Err(format!("{} stands where a value should", shown(other))),
        }
    }

    fn number(&mut self) -> Result<i64, String> {
        let value = self.value()?;
        value.parse().map_err(|_| format!("`{value}` is no whole number"))
    }

    /// The values of a set. Between two commas, and beside a comma and a parenthesis, stands an
    /// empty value.
    fn values(&mut self) -> Result<Vec<SmolStr>, String> {
        let open = self.next();
        if open != Some(Token::Symbol("(")) {
            return Err(format!("{} stands where `(` should", shown(open)));
        }
        let mut values = Vec::new();
        let mut empty = true;
        loop {
            match self.next() {
                Some(Token::Word(word)) if empty => {
                    values.push(check_value(word)?);
                    empty = false;
                }
                Some(Token::Symbol(symbol @ ("," | ")"))) => {
                    if empty {
                        values.push(SmolStr::default());
                    }
                    if symbol == ")" {
                        return Ok(values);
                    }
                    empty = true;
                }
                other => return Err(format!("{} stands where `,` or `)` should", shown(other))),
            }
        }
    }
}

fn shown(token: Option<Token>) -> String {
    match token {
        None => "the end".to_owned(),
        Some(Token::Word(text) | Token::Symbol(text)) => format!("`{text}`"),
    }
}

/// Names and values start and end with a letter or digit and have at most 63 characters.
fn is_name(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let outer = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    text.len() <= 63
        && text.bytes().all(inner)
        && outer(text.bytes().next())
        && outer(text.bytes().last())
}

fn check_key(key: &str) -> Result<(), String> {
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key),
    };
    let is_domain = |text: &str| {
        let is_part = |part: &str| is_name(part) && !part.contains(['_', '.']);
        text.len() <= 253
            && text.split('.').all(is_part)
            && !text.bytes().any(|byte| byte.is_ascii_uppercase())
    };
    if is_name(name) && prefix.is_none_or(is_domain) {
        return Ok(());
    }
    Err(format!("`{key}` is no key of a label"))
}

fn check_value(value: &str) -> Result<SmolStr, String> {
    if is_name(value) {
        return Ok(value.into());
    }
    Err(format!("`{value}` is no value of a label"))
}
