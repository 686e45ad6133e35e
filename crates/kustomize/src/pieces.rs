//! Text put together of several: a name of prefix, base and suffix, an image of name and tag. Each
//! part keeps the place that it comes from, down to the bytes where these are verbatim.

use std::ops::Range;

use kubesift_source::{Origin, Span};

use crate::tree::{Node, Scalar};

/// A text in the making.
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    text: String,
    /// Where each part ends, and where it comes from.
    parts: Vec<(u32, Origin)>,
}

impl Pieces {
    /// Adds a text of one place.
    pub fn push(&mut self, text: &str, origin: &Origin) {
        if text.is_empty() {
            return;
        }
        self.text.push_str(text);
        let end = self.text.len() as u32;
        match self.parts.last_mut() {
            Some((last, place)) if *place == *origin => *last = end,
            _ => self.parts.push((end, origin.clone())),
        }
    }

    /// Adds the bytes `range` of a scalar's text, with the places that these come from.
    pub fn push_part(&mut self, node: &Node, range: Range<usize>) {
        let Some(scalar) = node.as_scalar() else { return };
        let Some(fragments) = &scalar.fragments else {
            let Some(text) = scalar.text.get(range.clone()) else { return };
            self.push(text, &cut(&node.origin, scalar.text.len(), range));
            return;
        };
        let mut start = 0;
        for (end, origin) in fragments.iter() {
            let end = *end as usize;
            let (low, high) = (start.max(range.start), end.min(range.end));
            if low < high
                && let Some(text) = scalar.text.get(low..high)
            {
                self.push(text, &cut(origin, end - start, low - start..high - start));
            }
            start = end;
        }
    }

    /// Adds the whole text of a scalar, with the places that it comes from.
    pub fn push_all(&mut self, node: &Node) {
        let length = node.as_scalar().map_or(0, |scalar| scalar.text.len());
        self.push_part(node, 0..length);
    }

    /// The text, in the place of another and quoted as that one.
    pub fn finish(self, quoted: bool) -> Scalar {
        let fragments = (self.parts.len() > 1).then(|| self.parts.into());
        Scalar { quoted, fragments, ..Scalar::untyped(self.text) }
    }
}

/// The place of the bytes `range` of a text of `length` bytes: exact when the text stands there
/// verbatim, with or without quotes around it, otherwise the place of the whole.
fn cut(origin: &Origin, length: usize, range: Range<usize>) -> Origin {
    let span = origin.span;
    let quote = match (span.len() as usize).checked_sub(length) {
        _ if range == (0..length) => return origin.clone(),
        Some(0) => 0,
        Some(2) => 1,
        _ => return origin.clone(),
    };
    let start = span.start + quote;
    let span = Span::new(span.file, start + range.start as u32, start + range.end as u32);
    Origin { span, trail: origin.trail.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kubesift_source::FileId;

    fn at(start: u32, end: u32) -> Origin {
        Origin::plain(Span::new(FileId(0), start, end))
    }

    fn places(scalar: &Scalar) -> Vec<(u32, u32, u32)> {
        let fragments = scalar.fragments.as_deref().unwrap_or_default();
        fragments.iter().map(|(end, origin)| (*end, origin.span.start, origin.span.end)).collect()
    }

    #[test]
    fn parts_of_a_part_keep_their_bytes() {
        let mut name = Pieces::default();
        name.push("dev-", &at(0, 6));
        name.push_all(&Node::string("web", at(100, 103)));
        name.push("", &at(9, 9));
        let scalar = name.finish(false);
        assert_eq!(scalar.text, "dev-web");
        assert_eq!(places(&scalar), [(4, 0, 6), (7, 100, 103)]);

        let node = Node::scalar(scalar, at(100, 103));
        let mut cut = Pieces::default();
        cut.push_part(&node, 2..6);
        cut.push("!", &at(7, 8));
        let scalar = cut.finish(true);
        assert_eq!(scalar.text, "v-we!");
        assert!(scalar.quoted);
        assert_eq!(places(&scalar), [(2, 3, 5), (4, 100, 102), (5, 7, 8)]);
    }

    #[test]
    fn text_that_is_not_verbatim_keeps_the_whole_place() {
        let mut text = Pieces::default();
        text.push_part(&Node::string("ab", at(0, 9)), 1..2);
        text.push("c", &at(20, 21));
        assert_eq!(places(&text.finish(false)), [(1, 0, 9), (2, 20, 21)]);
    }

    #[test]
    fn one_place_needs_no_parts() {
        let mut text = Pieces::default();
        text.push("a", &at(0, 2));
        text.push("b", &at(0, 2));
        let scalar = text.finish(false);
        assert_eq!((scalar.text.as_str(), scalar.fragments), ("ab", None));
    }
}
