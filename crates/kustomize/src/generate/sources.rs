//! The pairs of a generator: from its literals, its files and the lines of its env files.

use std::collections::HashMap;
use std::ops::Range;

use kubesift_source::{FileEncoding, How, Origin, SourceFile, Span};
use smol_str::SmolStr;

use super::Load;
use crate::files::File;
use crate::tree::{Entry, Node};
use crate::trouble::{Class, Trouble};

/// One key and its value.
pub(super) struct Pair {
    /// The key.
    pub key: SmolStr,
    /// Where it stands.
    pub key_origin: Origin,
    /// The value, text or not.
    pub value: Vec<u8>,
    /// Where it stands.
    pub origin: Origin,
}

impl Pair {
    /// As an entry of data whose values are encoded.
    pub fn encoded(self) -> Entry {
        Entry::new(self.key, self.key_origin, Node::string(base64(&self.value), self.origin))
    }
}

/// The pairs of one generator while its sources are read.
pub(super) struct Pairs<'t> {
    by: Span,
    pairs: Vec<Pair>,
    /// Where each key was given first.
    keys: HashMap<SmolStr, Span>,
    troubles: &'t mut Vec<Trouble>,
}

impl Pairs<'_> {
    /// The pairs of one entry of a generator, in the order that kustomize reads its sources.
    pub fn read(entry: &Node, load: &mut Load<'_>, troubles: &mut Vec<Trouble>) -> Vec<Pair> {
        let by = entry.origin.span;
        let mut pairs = Pairs { by, pairs: Vec::new(), keys: HashMap::new(), troubles };
        pairs.read_all(entry, load);
        pairs.pairs
    }

    fn read_all(&mut self, entry: &Node, load: &mut Load<'_>) {
        let single = entry.get("env").filter(|node| node.text().is_some_and(|it| !it.is_empty()));
        for source in self.sources(entry, "envs").into_iter().chain(single) {
            self.read_env_file(source, load);
        }
        for source in self.sources(entry, "literals") {
            self.read_literal(source);
        }
        for source in self.sources(entry, "files") {
            self.read_file(source, load);
        }
    }

    /// The items of one of the lists; what is no text is told.
    fn sources<'n>(&mut self, entry: &'n Node, key: &str) -> Vec<&'n Node> {
        let items = entry.get(key).and_then(Node::as_list).unwrap_or_default();
        let (texts, others): (Vec<_>, Vec<_>) =
            items.iter().partition(|item| item.text().is_some());
        for other in others {
            self.fail(other, format!("an entry of `{key}` is text"));
        }
        texts
    }

    fn fail(&mut self, node: &Node, message: String) {
        self.troubles.push(Trouble::fatal(Class::Generator, node.origin.span, message));
    }

    fn add(&mut self, key: &str, key_at: Span, value: Vec<u8>, at: Span) {
        if let Some(first) = self.keys.insert(key.into(), key_at) {
            let message = format!("key `{key}` is there already");
            let trouble = Trouble::fatal(Class::Generator, key_at, message)
                .help("give each key of an object once, in one of its sources")
                .related(first, "the first is here");
            self.troubles.push(trouble);
            return;
        }
        if crate::shape::is_no_text(key) {
            self.troubles.push(crate::shape::no_text(key, key_at, Class::Generator));
        }
        let made = |span| Origin::plain(span).then(How::Generator, self.by);
        let (key_origin, origin) = (made(key_at), made(at));
        self.pairs.push(Pair { key: key.into(), key_origin, value, origin });
    }

    fn read_literal(&mut self, node: &Node) {
        let Some(scalar) = node.as_scalar() else { return };
        let text = scalar.text.as_str();
        let Some((key, value)) = text.split_once('=').filter(|(key, _)| !key.is_empty()) else {
            self.fail(node, format!("literal `{text}` is not of the form key=value"));
            return;
        };
        let start = key.len() + 1;
        let quotes = usize::from(is_quoted(value));
        let range = start + quotes..text.len() - quotes;
        let value = text.get(range.clone()).unwrap_or(value).as_bytes().to_vec();
        let (key_at, at) = (part(node, 0..key.len()), part(node, range));
        self.add(key, key_at, value, at);
    }

    fn read_file(&mut self, node: &Node, load: &mut Load<'_>) {
        let Some(source) = node.text() else { return };
        let (key, path, key_at) = match source.split_once('=') {
            None => (base_name(source), source, 0..source.len()),
            Some((key, path)) if !key.is_empty() && !path.is_empty() && !path.contains('=') => {
                (key, path, 0..key.len())
            }
            Some(_) => {
                let message = format!("`{source}` is not of the form key=path, or a path alone");
                self.fail(node, message);
                return;
            }
        };
        let path_at = part(node, source.len() - path.len()..source.len());
        let key_at = part(node, key_at);
        match load(path, node.origin.span) {
            Ok(File::Text(file)) => {
                let at = Span::new(file.id, 0, length(file.text()));
                self.add(key, key_at, bytes(&file), at);
            }
            Ok(File::Binary(bytes)) => self.add(key, key_at, bytes.to_vec(), path_at),
            Err(trouble) => self.troubles.push(trouble),
        }
    }

    fn read_env_file(&mut self, node: &Node, load: &mut Load<'_>) {
        let Some(path) = node.text() else { return };
        let (bytes, file) = match load(path, node.origin.span) {
            Ok(File::Text(file)) => (bytes(&file), Some(file)),
            Ok(File::Binary(bytes)) => (bytes.to_vec(), None),
            Err(trouble) => return self.troubles.push(trouble),
        };
        let Ok(text) = std::str::from_utf8(&bytes) else {
            self.fail(node, format!("env file `{path}` is no UTF-8 text"));
            return;
        };
        for line in env_lines(text) {
            let at = |range: Range<usize>| match &file {
                Some(file) => Span::new(file.id, offset(range.start), offset(range.end)),
                None => node.origin.span,
            };
            let (Some(key), Some(value)) =
                (text.get(line.key.clone()), text.get(line.value.clone()))
            else {
                continue;
            };
            self.add(key, at(line.key), value.as_bytes().to_vec(), at(line.value));
        }
    }
}

/// A line of an env file that says something; bytes of the file.
struct EnvLine {
    key: Range<usize>,
    value: Range<usize>,
}

/// The lines with a key. A key without `=` has an empty value, which stands behind it.
fn env_lines(text: &str) -> impl Iterator<Item = EnvLine> + '_ {
    let mut start = 0;
    text.split_inclusive('\n').enumerate().filter_map(move |(index, whole)| {
        let line_start = start;
        start += whole.len();
        let line = whole.strip_suffix('\n').unwrap_or(whole);
        let line = line.strip_suffix('\r').unwrap_or(line);
        let end = line_start + line.len();
        let line = line.strip_prefix('\u{feff}').filter(|_| index == 0).unwrap_or(line);
        let line = line.trim_start();
        let from = end - line.len();
        let (key, value) = match line.find('=') {
            Some(at) => (from..from + at, from + at + 1..end),
            None => (from..end, end..end),
        };
        (!line.starts_with('#') && !key.is_empty()).then_some(EnvLine { key, value })
    })
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn length(text: &str) -> u32 {
    offset(text.len())
}

/// The bytes of a file as they are on disk.
fn bytes(file: &SourceFile) -> Vec<u8> {
    let text = file.text();
    let units = |bom: bool, encode: fn(u16) -> [u8; 2]| {
        let mark = bom.then_some(0xfeff).into_iter();
        mark.chain(text.encode_utf16()).flat_map(encode).collect()
    };
    match file.encoding() {
        FileEncoding::Utf8 => text.as_bytes().to_vec(),
        FileEncoding::Utf16Le { bom } => units(bom, u16::to_le_bytes),
        FileEncoding::Utf16Be { bom } => units(bom, u16::to_be_bytes),
    }
}

/// True for a text in quotes of one kind, which kustomize takes off a literal's value.
fn is_quoted(text: &str) -> bool {
    let in_quotes = |quote: char| text.starts_with(quote) && text.ends_with(quote);
    text.len() >= 2 && (in_quotes('"') || in_quotes('\''))
}

/// The last name of a path, as Go's `path.Base` gives it.
fn base_name(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    path.rsplit('/').next().unwrap_or(path)
}

/// The bytes in the file of a part of a scalar's text (bytes of it); all of the scalar's when its
/// text is not written as it is.
fn part(node: &Node, range: Range<usize>) -> Span {
    let span = node.origin.span;
    let Some(scalar) = node.as_scalar() else { return span };
    let opening = match (span.len() as usize).checked_sub(scalar.text.len()) {
        Some(0) => 0,
        // Quotes around a text without escapes; a block is longer than its text by more than this.
        Some(2) if scalar.quoted => 1,
        _ => return span,
    };
    let at = |place: usize| span.start + opening + offset(place);
    Span::new(span.file, at(range.start), at(range.end))
}

/// Base64 as kustomize writes it: in lines of 70 characters when it is longer than one.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const LINE: usize = 70;
    let letters = bytes.len().div_ceil(3) * 4;
    let mut text = String::with_capacity(letters + letters / LINE + 1);
    let mut written = 0;
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * at) & 63) as usize];
            text.push(if at <= chunk.len() { char::from(letter) } else { '=' });
            written += 1;
            if letters >= LINE && (written % LINE == 0 || written == letters) {
                text.push('\n');
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_base64_is_in_lines() {
        assert_eq!(base64(b""), "");
        assert_eq!(base64(b"a"), "YQ==");
        assert_eq!(base64(&[0; 51]), "A".repeat(68));
        assert_eq!(base64(&[0; 54]), format!("{}\nAA\n", "A".repeat(70)));
        let lines = base64(&[0; 105]);
        assert_eq!(lines, format!("{0}\n{0}\n", "A".repeat(70)));
    }

    proptest::proptest! {
        #[test]
        fn every_line_of_an_env_file_is_cut_at_its_first_equals_sign(text in "[a=# \r\n\u{feff}é]{0,16}") {
            for line in env_lines(&text) {
                let key = text.get(line.key.clone()).unwrap_or("=");
                assert!(!key.is_empty() && !key.contains(['=', '\n']) && !key.starts_with(['#', ' ']));
                assert!(text.get(line.value.clone()).is_some_and(|value| !value.contains('\n')));
                assert!(line.key.end <= line.value.start);
            }
        }

        #[test]
        fn base64_has_four_letters_for_three_bytes(bytes in proptest::collection::vec(0_u8.., 0..200)) {
            let letters = base64(&bytes).bytes().filter(|letter| *letter != b'\n').count();
            assert_eq!(letters, bytes.len().div_ceil(3) * 4);
        }
    }
}
