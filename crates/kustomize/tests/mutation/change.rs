//! A change to the bytes of a scalar or key that keeps it what it is: a scalar of the same type.

use super::shape::{Place, Value};

/// Put `text` where `start..end` of the source of a node is.
#[derive(Debug, Clone)]
pub struct Change {
    /// First byte, from the start of the node's source.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    pub text: String,
    /// Where in the node's own text, when that stands in the source as it is.
    inside: Option<usize>,
}

impl Change {
    /// A change to `slice`, the bytes that are named as the origin of `built`, some bytes of a built
    /// text at `place`. None when nothing in it can be changed.
    pub fn find(slice: &str, built: &str, place: &Place, is_key: bool) -> Option<Self> {
        if is_key {
            let at = slice.find(place.name.as_str()).filter(|_| !place.name.is_empty())?;
            return letter(slice, at, at + place.name.len());
        }
        match &place.value {
            Value::Bool(value) => {
                let (old, new) = if *value { ("true", "false") } else { ("false", "true") };
                let at = slice.to_lowercase().find(old)?;
                let text = new.to_owned();
                Some(Self { start: at, end: at + old.len(), text, inside: None })
            }
            // The text of a part is a part of the value: what the part is in the built text counts.
            Value::Number(_) | Value::Text(_) => {
                let bare = built.trim_matches(['"', '\'']);
                if !bare.contains(|c: char| c.is_ascii_alphanumeric()) {
                    return None;
                }
                match slice.rfind(bare).filter(|_| !bare.is_empty()) {
                    Some(at) => letter(slice, at, at + bare.len()),
                    None => None,
                }
                .or_else(|| letter(slice, 0, slice.len()))
            }
            Value::Other(_) => None,
        }
    }

    /// The text of a key with the same change made.
    pub fn applied(&self, key: &str) -> Option<String> {
        let at = self.inside?;
        let mut text = key.to_owned();
        let end = at + (self.end - self.start);
        text.get(at..end)?;
        text.replace_range(at..end, &self.text);
        Some(text)
    }
}

/// Another letter for the last letter, or another digit for the last digit, of `start..end`.
fn letter(slice: &str, start: usize, end: usize) -> Option<Change> {
    let text = slice.get(start..end)?;
    let bytes = text.as_bytes();
    let fits = |at: &usize| {
        let escaped = at.checked_sub(1).and_then(|before| bytes.get(before)) == Some(&b'\\');
        bytes.get(*at).is_some_and(u8::is_ascii_alphanumeric) && !escaped
    };
    let at = (0..bytes.len()).rev().find(fits)?;
    let new = match *bytes.get(at)? {
        b'9' => b'8',
        b'z' => b'y',
        b'Z' => b'Y',
        // Hexadecimal digits stay such, so that an escape stays one.
        b'f' => b'e',
        b'F' => b'E',
        other => other + 1,
    };
    let at = start + at;
    let text = char::from(new).to_string();
    Some(Change { start: at, end: at + 1, text, inside: Some(at - start) })
}
