//! Changes to text, and the one pass that applies them.

use crate::Span;

/// Put `text` where `span` is. An insertion has an empty span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The bytes to replace.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

/// Two edits of one call replace the same bytes, or one lies outside the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overlap {
    /// The span of the edit that could not be applied.
    pub span: Span,
}

impl std::fmt::Display for Overlap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "edits overlap at bytes {}..{}", self.span.start, self.span.end)
    }
}

impl std::error::Error for Overlap {}

/// Applies edits of one file to its text, in one pass over it. Insertions at one place keep the
/// order in which they were given.
///
/// # Errors
/// When two edits overlap or an edit does not lie on character boundaries of the text.
pub fn apply(text: &str, edits: &[Edit]) -> Result<String, Overlap> {
    let mut order: Vec<&Edit> = edits.iter().collect();
    order.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let grown: usize = edits.iter().map(|edit| edit.text.len()).sum();
    let mut out = String::with_capacity(text.len() + grown);
    let mut done = 0;
    for edit in order {
        let (start, end) = (edit.span.start as usize, edit.span.end as usize);
        let overlap = Overlap { span: edit.span };
        if start < done || end < start {
            return Err(overlap);
        }
        out.push_str(text.get(done..start).ok_or(overlap)?);
        text.get(start..end).ok_or(overlap)?;
        out.push_str(&edit.text);
        done = end;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FileId;

    fn edit(start: u32, end: u32, text: &str) -> Edit {
        Edit { span: Span::new(FileId(0), start, end), text: text.to_owned() }
    }

    #[test]
    fn edits_apply_in_text_order_whatever_their_order() {
        let edits = [edit(4, 5, "E"), edit(0, 1, "AA"), edit(2, 2, "+")];
        assert_eq!(apply("abcdef", &edits).as_deref(), Ok("AAb+cdEf"));
    }

    #[test]
    fn insertions_at_one_place_keep_their_order() {
        assert_eq!(apply("ab", &[edit(1, 1, "x"), edit(1, 1, "y")]).as_deref(), Ok("axyb"));
    }

    #[test]
    fn overlapping_edits_are_refused() {
        assert!(apply("abcdef", &[edit(0, 3, "x"), edit(2, 4, "y")]).is_err());
    }

    #[test]
    fn edits_outside_the_text_or_inside_a_character_are_refused() {
        assert!(apply("ab", &[edit(3, 3, "x")]).is_err());
        assert!(apply("\u{e9}", &[edit(1, 1, "x")]).is_err());
    }
}
