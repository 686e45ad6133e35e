//! The text of a patch, where it comes from, and which of the two languages of patches it is in.

use kubesift_source::{SourceFile, Span};

use super::Texts;
use crate::embedded;
use crate::json6902::Language;
use crate::load::{self, place};
use crate::paths::{Loader, Use};
use crate::tree::Node;
use crate::trouble::{Class, Trouble};

/// The text of a patch, read as YAML.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    /// The documents that hold something.
    pub documents: Vec<Node>,
    /// The text begins with a bracket, so that kustomize reads it as JSON.
    has_bracket: bool,
    /// It is JSON.
    is_json: bool,
}

/// Text of a kustomization's own files, and of scalars of one file.
pub(crate) struct Source<'a> {
    /// Reads the files.
    pub loader: &'a Loader<'a>,
    /// Holds the scalars. Of those that it does not hold, each place is that of the whole.
    pub file: &'a SourceFile,
}

impl Texts for Source<'_> {
    fn file(&self, path: &Node) -> Result<Text, Vec<Trouble>> {
        let name = path.text().unwrap_or_default();
        let tree = self.loader.tree(name, path.origin.span, Use::Patch);
        let tree = tree.map_err(|trouble| vec![trouble])?;
        let documents = load::documents(&tree, Class::Patch)?;
        Ok(Text::new(tree.file().text(), documents))
    }

    fn inline(&self, text: &Node) -> Result<Text, Vec<Trouble>> {
        let documents = embedded::documents(text, self.file, Class::Patch)?;
        Ok(Text::new(text.text().unwrap_or_default().trim(), documents))
    }
}

impl Text {
    /// The documents that were read from a text.
    pub(crate) fn new(text: &str, documents: Vec<Node>) -> Self {
        let has_bracket = text.starts_with('[');
        Self { documents, has_bracket, is_json: has_bracket && is_json(text) }
    }

    /// The operations, when it is a JSON patch. Only the first document counts.
    pub(crate) fn operations(&self) -> Option<&[Node]> {
        let operations = self.documents.first()?.as_list()?;
        let is_patch =
            !operations.is_empty() && operations.iter().all(|one| one.as_map().is_some());
        (is_patch && !self.is_json_only()).then_some(operations)
    }

    /// True for a text that kustomize reads as JSON and that is none.
    pub(crate) fn is_json_only(&self) -> bool {
        self.has_bracket && !self.is_json
    }

    /// How the values in it are typed.
    pub(crate) fn language(&self) -> Language {
        if self.is_json { Language::Json } else { Language::Yaml }
    }

    /// Where it begins, or where `entry` does when there is nothing in it.
    pub(crate) fn place(&self, entry: &Node) -> Span {
        place(self.documents.first().unwrap_or(entry))
    }
}

/// True when a text that reads as one YAML flow sequence is JSON as well: what stands between
/// punctuation is a string in double quotes, a number, `true`, `false` or `null`, keys are strings, and
/// no comma is at an end.
fn is_json(text: &str) -> bool {
    let mut rest = text.trim_end_matches(BLANK);
    let mut before = b' ';
    while let Some(first) = rest.trim_start_matches(BLANK).bytes().next() {
        rest = rest.trim_start_matches(BLANK);
        let length = match first {
            b'"' => string(rest),
            b'[' | b'{' | b',' | b':' | b']' | b'}' => Some(1),
            _ => word(rest),
        };
        let Some((_, after)) = length.and_then(|length| rest.split_at_checked(length)) else {
            return false;
        };
        let is_left_open = before == b',' && matches!(first, b']' | b'}');
        let is_bare_key = first != b'"' && after.trim_start_matches(BLANK).starts_with(':');
        if is_left_open || is_bare_key {
            return false;
        }
        (before, rest) = (first, after);
    }
    true
}

const BLANK: [char; 4] = [' ', '\t', '\r', '\n'];

/// The bytes of the string that a text begins with.
fn string(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => {
                if !b"\"\\/bfnrtu".contains(&byte) {
                    return None;
                }
                escaped = false;
            }
            b'\\' => escaped = true,
            b'"' => return Some(at + 1),
            0..0x20 => return None,
            _ => {}
        }
    }
    None
}

/// The bytes of the number or word that a text begins with.
fn word(text: &str) -> Option<usize> {
    let ends = |byte: u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b',' | b':' | b']' | b'}');
    let length = text.bytes().position(ends).unwrap_or(text.len());
    let word = text.get(..length)?;
    let is_word = matches!(word, "true" | "false" | "null") || is_number(word);
    is_word.then_some(length)
}

fn is_number(word: &str) -> bool {
    let digits = word.strip_prefix('-').unwrap_or(word);
    let whole = digits.bytes().take_while(u8::is_ascii_digit).count();
    let is_whole = whole == 1 || whole > 1 && !digits.starts_with('0');
    let has_point_end = digits.ends_with('.') || digits.contains(".e") || digits.contains(".E");
    is_whole && !has_point_end && word.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::is_json;

    #[test]
    fn json_is_told_from_yaml() {
        for text in [
            "[]",
            r#"[{"op":"add","path":"/a","value":[1,-2.5e3,true,null,"x\"y",{}]}]"#,
            "[ {\"a\" : {} , \"b\": [] } ]\n",
        ] {
            assert!(is_json(text), "{text}");
        }
        for text in [
            "[{op: add}]",
            r#"[{"op": add}]"#,
            "[{'op': \"add\"}]",
            r#"[{"a": 01}]"#,
            r#"[{"a": 1.}]"#,
            r#"[{"a": 1,}]"#,
            "[1,]",
            r#"[{"a": "\x"}]"#,
            "[1] # no",
        ] {
            assert!(!is_json(text), "{text}");
        }
    }
}
