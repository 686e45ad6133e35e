//! URIs of the protocol to paths and back.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use lsp_types::Uri;

/// The path of a `file:` URI, absolute; none for any other.
pub(crate) fn to_path(uri: &str) -> Option<PathBuf> {
    let rest = strip_scheme(uri, "file")?;
    let path = match rest.strip_prefix("//") {
        // What stands before the path is a host: only this one is known.
        Some(rest) => rest.get(rest.find('/')?..)?,
        None => rest,
    };
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let path = String::from_utf8(decoded(path)).ok()?;
    if cfg!(windows) {
        return Some(PathBuf::from(path.trim_start_matches('/').replace('/', "\\")));
    }
    path.starts_with('/').then(|| PathBuf::from(path))
}

/// True for a document that was never saved.
pub(crate) fn is_untitled(uri: &str) -> bool {
    strip_scheme(uri, "untitled").is_some()
}

/// What an untitled document is called, as the name of a file.
pub(crate) fn untitled_name(uri: &str) -> String {
    let name = strip_scheme(uri, "untitled").unwrap_or(uri);
    let plain = |char: char| char.is_alphanumeric() || matches!(char, '-' | '_' | '.');
    let name = name.rsplit('/').next().unwrap_or_default();
    let name: String = name.chars().map(|char| if plain(char) { char } else { '-' }).collect();
    let is_yaml = [".yaml", ".yml", ".json"].iter().any(|ending| name.ends_with(ending));
    // The colon keeps it apart from names that people give.
    if is_yaml { format!("untitled:{name}") } else { format!("untitled:{name}.yaml") }
}

/// True for the path of a document that was never saved.
pub(crate) fn is_nowhere(path: &Path) -> bool {
    path.file_name()
        .and_then(|name| name.to_str())
        .is_some_and(|name| name.starts_with("untitled:"))
}

fn strip_scheme<'a>(uri: &'a str, scheme: &str) -> Option<&'a str> {
    let (found, rest) = uri.split_once(':')?;
    found.eq_ignore_ascii_case(scheme).then_some(rest)
}

fn decoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).filter(|_| *first == b'%');
        let code = code.and_then(|code| std::str::from_utf8(code).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    bytes
}

/// The `file:` URI of an absolute path.
pub(crate) fn of_path(path: &Path) -> Option<Uri> {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let path = path.to_str()?;
    let mut text = String::with_capacity(path.len() + 8);
    text.push_str(if cfg!(windows) { "file:///" } else { "file://" });
    for byte in path.bytes() {
        match byte {
            b'\\' if cfg!(windows) => text.push('/'),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                text.push(byte as char);
            }
            _ => {
                text.push('%');
                for digit in [byte >> 4, byte & 15] {
                    text.push(HEX.get(digit as usize).map_or('0', |digit| *digit as char));
                }
            }
        }
    }
    Uri::from_str(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_comes_back_whatever_is_in_it() {
        for path in ["/a/b.yaml", "/a b/ä%20#?.yaml", "/tmp/[x]/\u{1f600}.yml"] {
            let uri = of_path(Path::new(path)).expect("a uri");
            assert_eq!(to_path(uri.as_str()), Some(PathBuf::from(path)), "{}", uri.as_str());
        }
        assert_eq!(of_path(Path::new("/a b")).expect("a uri").as_str(), "file:///a%20b");
    }

    #[test]
    fn uris_of_other_kinds_have_no_path() {
        for uri in ["untitled:Untitled-1", "git:/a/b.yaml", "file:", "file://host", "", "%"] {
            assert_eq!(to_path(uri), None, "{uri}");
        }
        assert_eq!(to_path("file:///a%2"), Some(PathBuf::from("/a%2")));
        assert_eq!(to_path("FILE://localhost/a"), Some(PathBuf::from("/a")));
    }

    #[test]
    fn an_untitled_document_has_the_name_of_a_manifest() {
        assert_eq!(untitled_name("untitled:Untitled-1"), "untitled:Untitled-1.yaml");
        assert_eq!(untitled_name("untitled:/x/a b.yaml"), "untitled:a-b.yaml");
    }
}
