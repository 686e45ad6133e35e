//! Keys and values inside texts: files in a ConfigMap, connection strings, command lines. The
//! syntax is not asked for: a line is read as whatever pairs stand in it.

use std::ops::Range;

use super::key::{KeyName, key_name};
use super::literal::{judge, unquoted};
use super::{Credential, MOST_CREDENTIALS, Nature, known_formats, nature, tidy};

/// Adds what stands in `text`, the file `name`, beyond the known formats.
pub(super) fn scan<'t>(name: &str, text: &'t str, found: &mut Vec<Credential<'t>>) {
    // One of these stands between every key and its value.
    if !text.bytes().any(|byte| matches!(byte, b'=' | b':' | b'"' | b'<')) {
        return;
    }
    let program = is_program(name, text);
    let mut scan = Scan { text, program, entry: None, found, own: 0 };
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        scan.line(at, line.trim_end_matches(['\n', '\r']));
        at += line.len();
        if scan.own >= MOST_CREDENTIALS {
            return;
        }
    }
}

/// In a program a value is a literal only in quotes.
fn is_program(name: &str, text: &str) -> bool {
    let ends = [
        "sh", "bash", "py", "js", "ts", "tsx", "jsx", "mjs", "go", "rb", "php", "lua", "pl",
        "java", "kt", "groovy", "html", "htm", "css", "md", "rego", "cel", "tf", "jsonnet", "sql",
        "ps1", "star", "vcl", "erl", "rs", "c", "cpp", "tpl", "tmpl",
    ];
    name.rsplit_once('.').is_some_and(|(_, end)| ends.contains(&end)) || text.starts_with("#!")
}

struct Scan<'a, 't> {
    text: &'t str,
    program: bool,
    /// The value of the last key `name`: in `name: X` and `value: y` the key is X.
    entry: Option<&'t str>,
    found: &'a mut Vec<Credential<'t>>,
    own: usize,
}

/// A line up to this long is read for pairs of every kind; a longer one as JSON only.
const LINE: usize = 4096;

impl<'t> Scan<'_, 't> {
    fn line(&mut self, at: usize, line: &'t str) {
        let start = line.len() - line.trim_start().len();
        let trimmed = line.trim();
        let comments = ["#", "//", ";", "--", "*", "<!--", "/*", "REM ", "%"];
        if trimmed.len() < 4 || comments.iter().any(|mark| trimmed.starts_with(mark)) {
            return;
        }
        if self.quoted_pairs(at, line) || line.len() > LINE {
            return;
        }
        if trimmed.starts_with('<') && self.element(at + start, trimmed) {
            return;
        }
        if !self.assignment(at + start, trimmed) && trimmed.contains('=') {
            self.segments(at + start, trimmed);
        }
    }

    /// `"key": "value"` as often as it stands there. True when there was any.
    fn quoted_pairs(&mut self, at: usize, line: &'t str) -> bool {
        let mut any = false;
        let mut key: Option<&'t str> = None;
        let mut from = 0;
        while let Some(open) = line.get(from..).and_then(|rest| rest.find('"')) {
            let start = from + open + 1;
            let Some(end) = closing(line, start) else { break };
            let text = line.get(start..end).unwrap_or_default();
            if let Some(key) = key.take() {
                any = true;
                self.pair(key, at + start..at + end, true);
            } else {
                let rest = line.get(end + 1..).unwrap_or_default().trim_start();
                let value = rest.strip_prefix(':').map(str::trim_start);
                if value.is_some_and(|value| value.starts_with('"')) {
                    key = Some(text.trim_end_matches('\\'));
                }
            }
            from = end + 1;
        }
        any
    }

    /// `<key>value</key>`
    fn element(&mut self, at: usize, line: &'t str) -> bool {
        let Some((open, rest)) = line.strip_prefix('<').and_then(|rest| rest.split_once('>'))
        else {
            return false;
        };
        let Some((value, _)) = rest.split_once("</") else { return false };
        let key = open.split_whitespace().next().unwrap_or_default();
        let start = at + open.len() + 2;
        self.pair(key, start..start + value.len(), true);
        true
    }

    /// `key = value`, `key: value`, `export KEY=value`. True when the key names a credential.
    fn assignment(&mut self, at: usize, line: &'t str) -> bool {
        let Some(split) = line.bytes().position(|byte| b"=:".contains(&byte)) else { return false };
        let rest = line.get(split + 1..).unwrap_or_default();
        let colon = line.as_bytes().get(split) == Some(&b':');
        if rest.starts_with(['=', '>', ':', '~'])
            || colon && !rest.starts_with([' ', '"', '\'', '\t']) && !rest.is_empty()
        {
            return false;
        }
        let mut key = line.get(..split).unwrap_or_default().trim();
        for word in ["- ", "export ", "set ", "ENV ", "local ", "const ", "let ", "var "] {
            key = key.strip_prefix(word).unwrap_or(key).trim_start();
        }
        let key = unquoted(key);
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-/$[]@".contains(&byte);
        if key.is_empty() || !key.bytes().all(plain) {
            return false;
        }
        let before = line.len() - rest.len();
        let blank = rest.len() - rest.trim_start().len();
        let value = value_of(rest.trim_start());
        let start = at + before + blank;
        let named = self.pair(key, start..start + value.len(), value != unquoted(value));
        if !named && value.contains('=') {
            self.segments(start, value);
        }
        named || self.program
    }

    /// `Server=db;User=sa;Password=…`, `host=db password=…`, `…?user=a&password=…`.
    fn segments(&mut self, at: usize, text: &'t str) {
        let mut from = 0;
        let ends = |byte: u8| b"; \t&?,".contains(&byte);
        for segment in text.split(|c: char| u8::try_from(c).is_ok_and(ends)) {
            if let Some((key, value)) = segment.split_once('=') {
                let start = at + from + key.len() + 1;
                let key = key.trim_start_matches(['-', '"', '\'']);
                let value = value.trim_end_matches(['"', '\'']);
                let quote = value.len() - value.trim_start_matches(['"', '\'']).len();
                let quoted = quote > 0;
                self.pair(key, start + quote..start + value.len().max(quote), quoted);
            }
            from += segment.len() + 1;
        }
    }

    /// Judges a pair. True when the key names a credential.
    fn pair(&mut self, key: &'t str, range: Range<usize>, quoted: bool) -> bool {
        let Some(value) = self.text.get(range.clone()) else { return false };
        let mut key = key;
        if key.eq_ignore_ascii_case("name") {
            self.entry = Some(unquoted(value));
        } else if key.eq_ignore_ascii_case("value") {
            key = self.entry.take().unwrap_or(key);
        }
        let Some(name) = key_name(key) else { return false };
        if self.program && (!quoted || name == KeyName::Loose) {
            return true;
        }
        // "password": "Password" is a label.
        let bare = unquoted(value);
        let label = bare.eq_ignore_ascii_case(key) && bare.starts_with(|c: char| c.is_uppercase());
        if let Some(nature) = nature(judge(name, value)).filter(|_| !label) {
            let inner = (value.len() - bare.len()) / 2;
            let range = range.start + inner..range.end - inner;
            self.own += 1;
            self.found.push(Credential { range, key: Some(key), nature });
        }
        true
    }
}

/// Where the quote that was opened before `start` ends.
fn closing(line: &str, start: usize) -> Option<usize> {
    let bytes = line.as_bytes();
    let mut at = start;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return Some(at),
            b'\\' if bytes.get(at + 1) != Some(&b'"') || at > start => at += 2,
            _ => at += 1,
        }
    }
    None
}

/// A value without what follows it: a comment, a comma, a semicolon.
fn value_of(rest: &str) -> &str {
    let quote = rest.chars().next().filter(|first| matches!(first, '"' | '\''));
    if let Some(quote) = quote
        && let Some(end) = rest.get(1..).and_then(|inner| inner.find(quote))
    {
        return rest.get(..end + 2).unwrap_or(rest);
    }
    let comment = rest.find(" #").or_else(|| rest.find("\t#")).unwrap_or(rest.len());
    let value = rest.get(..comment).unwrap_or(rest).trim_end();
    value.strip_suffix([',', ';']).unwrap_or(value)
}

/// A word of a command line: the item it stands in, and its bytes there.
struct Word<'t> {
    item: usize,
    line: usize,
    range: Range<usize>,
    text: &'t str,
}

/// See [`super::command_credentials`].
pub(super) fn command<'t>(items: &[&'t str]) -> Vec<(usize, Credential<'t>)> {
    let mut all: Vec<Vec<Credential<'t>>> = items.iter().map(|item| known_formats(item)).collect();
    let words = words(items);
    for (at, word) in words.iter().enumerate() {
        let next = words.get(at + 1);
        let runs = |programs: &[&str]| runs(&words, at, programs);
        let mut judged = |item: usize, range: Range<usize>, key: &'t str, name: KeyName| {
            let text = items.get(item).and_then(|item| item.get(range.clone())).unwrap_or_default();
            let bare = unquoted(text);
            let inner = (text.len() - bare.len()) / 2;
            if let Some(nature) = shell_nature(name, bare)
                && let Some(found) = all.get_mut(item)
            {
                let range = range.start + inner..range.end - inner;
                found.push(Credential { range, key: Some(key), nature });
            }
        };
        if let Some((flag, value)) = word.text.split_once('=') {
            let key = flag.trim_start_matches(['-', '"', '\'', '{']);
            if let Some(name) = key_name(key) {
                let value = value.trim_end_matches([';', ',']);
                let start = word.range.start + flag.len() + 1;
                judged(word.item, start..start + value.len(), key, name);
            }
            continue;
        }
        if let Some(value) = word.text.strip_prefix("-p").filter(|rest| rest.len() > 2)
            && !value.starts_with(['-', '='])
            && runs(MYSQL)
        {
            judged(word.item, word.range.start + 2..word.range.end, "-p", KeyName::Password);
            continue;
        }
        let Some(next) = next else { continue };
        let key = word.text.trim_start_matches('-');
        let login = matches!(word.text, "-u" | "--user") && runs(&["curl"]);
        let short =
            word.text == "-a" && runs(&["redis-cli"]) || word.text == "-p" && runs(&["sshpass"]);
        if login {
            if let Some((user, password)) = unquoted(next.text).split_once(':') {
                let quote = (next.text.len() - unquoted(next.text).len()) / 2;
                let start = next.range.start + quote + user.len() + 1;
                judged(next.item, start..start + password.len(), word.text, KeyName::Password);
            }
        } else if short {
            judged(next.item, next.range.clone(), word.text, KeyName::Password);
        } else if word.text.starts_with("--")
            && !next.text.starts_with('-')
            && let Some(name) = key_name(key)
        {
            judged(next.item, next.range.clone(), key, name);
        }
    }
    let tidied = all.into_iter().map(tidy).enumerate();
    tidied.flat_map(|(item, found)| found.into_iter().map(move |one| (item, one))).collect()
}

/// Programs that take a password right after `-p`.
const MYSQL: &[&str] = &[
    "mysql",
    "mysqladmin",
    "mysqlcheck",
    "mysqldump",
    "mysqlimport",
    "mysqlshow",
    "mariadb",
    "mariadb-admin",
    "mariadb-check",
    "mariadb-dump",
];

/// An option belongs to a program at most so many words before it.
const REACH: usize = 16;

/// True when one of the programs stands before the word `at`, in its command.
fn runs(words: &[Word<'_>], at: usize, programs: &[&str]) -> bool {
    let Some(own) = words.get(at) else { return false };
    let before = words.get(at.saturating_sub(REACH)..at).unwrap_or_default();
    let mut command = before.iter().rev().take_while(|word| {
        let joined = word.item != own.item || word.line == own.line;
        joined && !matches!(word.text, "|" | "&&" | "||" | ";")
    });
    let name =
        |word: &Word<'_>| word.text.rsplit('/').next().is_some_and(|n| programs.contains(&n));
    command.any(name)
}

/// In a command a `$` begins a variable wherever it stands.
fn shell_nature(name: KeyName, value: &str) -> Option<Nature> {
    let mut after = value.split('$').skip(1);
    let variable = after.any(|rest| {
        rest.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '{' | '('))
    });
    if variable || value.contains(['<', '>', '|', '*', '\\', '(']) || value.starts_with(['"', '\''])
    {
        return None;
    }
    nature(judge(name, value))
}

/// A command line of more than this is not read to its end.
const WORDS: usize = 20_000;

fn words<'t>(items: &[&'t str]) -> Vec<Word<'t>> {
    let mut words = Vec::new();
    for (item, text) in items.iter().enumerate() {
        let mut at = 0;
        for (number, line) in text.split_inclusive('\n').enumerate() {
            let comment = line.trim_start().starts_with('#');
            let mut start = at;
            for word in line.split(|c: char| c.is_ascii_whitespace()) {
                let range = start..start + word.len();
                start += word.len() + 1;
                if !word.is_empty() && !comment && words.len() < WORDS {
                    words.push(Word { item, line: number, range, text: word });
                }
            }
            at += line.len();
        }
    }
    words
}
