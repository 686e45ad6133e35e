//! Bytes on disk to text: UTF-8 as it is, UTF-16 converted, anything else refused with its place.

/// How a file is written on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileEncoding {
    /// UTF-8, with or without a byte order mark (which stays in the text).
    Utf8,
    /// UTF-16, low byte first.
    Utf16Le {
        /// A byte order mark opened the file; it is not in the text.
        bom: bool,
    },
    /// UTF-16, high byte first.
    Utf16Be {
        /// A byte order mark opened the file; it is not in the text.
        bom: bool,
    },
}

/// Bytes that are not text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DecodeError {
    /// A byte that is not UTF-8: its 0-based offset in the file and its 1-based line.
    InvalidUtf8 {
        /// 0-based byte offset in the file.
        offset: usize,
        /// 1-based line.
        line: u32,
        /// The byte.
        byte: u8,
    },
    /// A zero byte near the start: not a text file.
    Binary {
        /// 0-based byte offset in the file.
        offset: usize,
    },
    /// An unpaired surrogate or half a code unit in UTF-16, at this 0-based byte offset.
    InvalidUtf16 {
        /// 0-based byte offset in the file.
        offset: usize,
    },
    /// More than 4 GiB less one: offsets are 32 bits.
    TooLarge {
        /// Size in bytes.
        size: usize,
    },
}

impl std::fmt::Display for DecodeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::InvalidUtf8 { offset, line, byte } => {
                write!(f, "byte 0x{byte:02x} at offset {offset} (line {line}) is not UTF-8")
            }
            Self::Binary { offset } => write!(f, "zero byte at offset {offset}: a binary file"),
            Self::InvalidUtf16 { offset } => write!(f, "bytes at offset {offset} are not UTF-16"),
            Self::TooLarge { size } => write!(f, "{size} bytes: files over 4 GiB cannot be read"),
        }
    }
}

impl std::error::Error for DecodeError {}

/// Where a binary file shows itself; longer looks would cost time on every file.
const HEAD: usize = 8192;

pub(crate) fn decode(bytes: Vec<u8>) -> Result<(Box<str>, FileEncoding), DecodeError> {
    if u32::try_from(bytes.len()).is_err() {
        return Err(DecodeError::TooLarge { size: bytes.len() });
    }
    match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => return utf16(rest, 2, true),
        [0xfe, 0xff, rest @ ..] => return utf16(rest, 2, false),
        [first, 0, second, 0, ..] if *first != 0 && *second != 0 => return utf16(&bytes, 0, true),
        [0, first, 0, second, ..] if *first != 0 && *second != 0 => return utf16(&bytes, 0, false),
        _ => {}
    }
    let head = &bytes[..bytes.len().min(HEAD)];
    if let Some(offset) = memchr::memchr(0, head) {
        return Err(DecodeError::Binary { offset });
    }
    if simdutf8::basic::from_utf8(&bytes).is_ok() {
        // Validated just above; the second look is the safe way to turn the vector into a string.
        return match String::from_utf8(bytes) {
            Ok(text) => Ok((text.into_boxed_str(), FileEncoding::Utf8)),
            Err(error) => Err(invalid_utf8(error.as_bytes(), error.utf8_error().valid_up_to())),
        };
    }
    let offset = match std::str::from_utf8(&bytes) {
        Ok(_) => 0,
        Err(error) => error.valid_up_to(),
    };
    Err(invalid_utf8(&bytes, offset))
}

fn invalid_utf8(bytes: &[u8], offset: usize) -> DecodeError {
    let line = memchr::memchr_iter(b'\n', &bytes[..offset]).count() as u32 + 1;
    DecodeError::InvalidUtf8 { offset, line, byte: bytes.get(offset).copied().unwrap_or_default() }
}

fn utf16(bytes: &[u8], mark: usize, little: bool) -> Result<(Box<str>, FileEncoding), DecodeError> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units = pairs
        .iter()
        .map(|pair| if little { u16::from_le_bytes(*pair) } else { u16::from_be_bytes(*pair) });
    let mut text = String::with_capacity(bytes.len());
    let mut offset = mark;
    for unit in char::decode_utf16(units) {
        let Ok(unit) = unit else { return Err(DecodeError::InvalidUtf16 { offset }) };
        offset += unit.len_utf16() * 2;
        text.push(unit);
    }
    if !rest.is_empty() {
        return Err(DecodeError::InvalidUtf16 { offset });
    }
    let bom = mark > 0;
    let encoding =
        if little { FileEncoding::Utf16Le { bom } } else { FileEncoding::Utf16Be { bom } };
    Ok((text.into_boxed_str(), encoding))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Column, FileId, SourceFile};

    #[test]
    fn utf16_is_decoded_and_offsets_on_disk_are_kept() {
        let text = "a: \u{1f600}\nb: 2\n";
        for (mark, little) in [(true, true), (true, false), (false, true), (false, false)] {
            let mut bytes = Vec::new();
            let unit = |unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() };
            if mark {
                bytes.extend(unit(0xfeff));
            }
            text.encode_utf16().for_each(|code| bytes.extend(unit(code)));
            let file = SourceFile::decode(FileId(0), "a.yaml", bytes.clone()).expect("text");
            assert_eq!(file.text(), text);
            let b = text.find('b').expect("b") as u32;
            let disk = file.disk_offset(b) as usize;
            assert_eq!(&bytes[disk..disk + 2], unit(u16::from(b'b')));
            assert_eq!(file.position(b, Column::Chars).line, 2);
        }
    }

    #[test]
    fn invalid_utf8_says_where() {
        let error = decode(b"a: 1\nb: \xff\n".to_vec()).expect_err("not text");
        assert_eq!(error, DecodeError::InvalidUtf8 { offset: 8, line: 2, byte: 0xff });
    }

    #[test]
    fn binary_and_broken_utf16_are_refused() {
        assert_eq!(decode(b"\x7fELF\0\0\0".to_vec()), Err(DecodeError::Binary { offset: 4 }));
        assert_eq!(
            decode(vec![0xff, 0xfe, b'a', 0, 1]),
            Err(DecodeError::InvalidUtf16 { offset: 4 })
        );
        assert_eq!(
            decode(vec![0xff, 0xfe, 0x00, 0xd8, b'a', 0]),
            Err(DecodeError::InvalidUtf16 { offset: 2 })
        );
    }
}
