//! What granit-parser takes and Kubernetes' reader refuses.

use granit_parser::Tag;

use super::Reader;
use crate::decode;
use crate::scalar::{self, KeyKind, TagTrouble};
use crate::tree::{ErrorKind, Typed};
use crate::trouble;

impl Reader<'_, '_> {
    pub(super) fn check_key(&mut self, kind: KeyKind, place: (u32, u32)) {
        let (message, help) = match kind {
            KeyKind::Null if place.0 == place.1 => {
                ("a key is missing before this colon", "write a key, or remove the colon")
            }
            KeyKind::Null => ("null cannot be a key", "put the key in quotes"),
            KeyKind::Uint => {
                ("Kubernetes takes no number above 9223372036854775807 as a key", "quote the key")
            }
            _ => return,
        };
        let place = if place.0 == place.1 { self.next_visible(place.0) } else { place };
        self.arena.error(ErrorKind::Refused, place, message, Some(help));
    }

    pub(super) fn check_block_tabs(&mut self, start: u32, content: (u32, u32)) {
        let indent = self.block_indent(start, content);
        let bytes = self.text.as_bytes();
        let (_, mut line) = decode::line_end(bytes, start as usize);
        while line < (content.1 as usize).min(bytes.len()) {
            let (stop, next) = decode::line_end(bytes, line);
            let spaces = bytes
                .get(line..stop)
                .unwrap_or_default()
                .iter()
                .take_while(|byte| **byte == b' ')
                .count();
            let auto = !bytes
                .get(start as usize + 1..)
                .unwrap_or_default()
                .iter()
                .take(2)
                .any(u8::is_ascii_digit);
            let first = auto && line + spaces < stop && spaces <= indent;
            if bytes.get(line + spaces) == Some(&b'\t') && (spaces < indent || first) {
                let at = (line + spaces) as u32;
                let help = "indent with spaces";
                let message = "a tab stands where this block's indentation is expected";
                self.arena.error(ErrorKind::Syntax, (at, at + 1), message, Some(help));
                return;
            }
            if first {
                // Only what comes before the content decides on its own indentation.
                if spaces == indent {
                    return;
                }
            }
            line = next;
        }
    }

    pub(super) fn check_flow_plain(&mut self, place: (u32, u32)) {
        let Some(at) = memchr::memchr(b'?', self.slice(place).as_bytes()) else { return };
        let at = place.0 + at as u32;
        self.arena.error(
            ErrorKind::Refused,
            (at, at + 1),
            "a question mark cannot stand in an unquoted value between brackets",
            Some("put the value in quotes"),
        );
    }

    pub(super) fn check_escapes(&mut self, place: (u32, u32)) {
        let inner = self.slice((place.0 + 1, place.1.saturating_sub(1)));
        if decode::bad_escape(inner).is_none() {
            return;
        }
        let (place, message, help) = trouble::bad_escape(self.text, place.0 as usize + 1);
        let place = (place.0 as u32, place.1 as u32);
        self.arena.error(ErrorKind::Syntax, place, message, Some(help));
    }

    pub(super) fn tagged(&mut self, tag: &Tag, value: &str, place: (u32, u32)) -> Typed {
        let suffix = tag.suffix_in_namespace("tag:yaml.org,2002:");
        let suffix = suffix.as_deref().filter(|_| tag.original() != "!");
        let trouble = match scalar::resolve_tagged(suffix, value) {
            Ok(typed) => return typed,
            Err(trouble) => trouble,
        };
        let name = suffix.unwrap_or_default();
        let message = match trouble {
            TagTrouble::Mismatch => format!("the tag !!{name} does not fit this value"),
            TagTrouble::Base64 => "the tag !!binary wants base64".to_owned(),
            TagTrouble::NotText => "this base64 holds no UTF-8 text".to_owned(),
        };
        self.arena.error(
            ErrorKind::Refused,
            place,
            message,
            Some("remove the tag, or fix the value"),
        );
        Typed::Str(value.into())
    }

    pub(super) fn directive(&self) -> (u32, u32) {
        let start = self.text.find("%YAML").unwrap_or_default();
        let len = self.text[start..].lines().next().map_or(0, str::len);
        (start as u32, (start + len) as u32)
    }

    /// Names of anchors are letters, digits, `_` and `-` of ASCII.
    pub(super) fn check_name(&mut self, place: (u32, u32)) {
        let name = self.slice((place.0 + 1, place.1));
        if name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')) {
            return;
        }
        self.arena.error(
            ErrorKind::Refused,
            place,
            "the name of an anchor may hold letters, digits, - and _ only",
            Some("rename the anchor and its aliases"),
        );
    }
}
