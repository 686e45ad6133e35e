//! Where a value of a built manifest comes from: the bytes that a person would edit, and the way the
//! value took from there.

use std::sync::Arc;

use crate::Span;

/// What happened to a value at one step of its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum How {
    /// The value that stood here before, and was replaced by what a patch or a transformer says.
    Base,
    /// A patch that put the value where it is, when the value itself stands elsewhere (the source of
    /// a `copy` or `move`).
    Patch,
    /// A generator that made the object.
    Generator,
    /// A field of a kustomization that changed the text: a prefix, a namespace, an image, a label.
    Transformer,
    /// A replacement or a variable that brought the value here.
    Replacement,
    /// The text follows the name of another object, which was renamed; the place is what renamed it.
    Reference,
}

/// One step on the way of a value.
#[derive(Debug, PartialEq, Eq)]
pub struct Step {
    /// What happened.
    pub how: How,
    /// Where that is written.
    pub span: Span,
    /// The steps before.
    pub before: Trail,
    /// Number of steps, this one included.
    depth: u8,
}

/// Steps that are kept of one value: no real build has as many, and hostile ones must not make an
/// endless list of them.
const DEPTH: u8 = 24;

/// The way a value took, the last step first. Empty for a value that stands where it is written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trail(Option<Arc<Step>>);

impl Trail {
    /// True when nothing happened to the value.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The same way with one step more. After two dozen steps no more are kept.
    #[must_use]
    pub fn then(&self, how: How, span: Span) -> Self {
        let depth = self.0.as_ref().map_or(0, |step| step.depth);
        if depth >= DEPTH {
            return self.clone();
        }
        Self(Some(Arc::new(Step { how, span, before: self.clone(), depth: depth + 1 })))
    }

    /// The steps, the last one first.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        std::iter::successors(self.0.as_deref(), |step| step.before.0.as_deref())
    }
}

/// The bytes that a person would edit to change a value, and the way the value took from there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The bytes.
    pub span: Span,
    /// The way from there.
    pub trail: Trail,
}

impl Origin {
    /// A value that stands where it is written.
    pub const fn plain(span: Span) -> Self {
        Self { span, trail: Trail(None) }
    }

    /// The same place with one step more on the way.
    #[must_use]
    pub fn then(&self, how: How, span: Span) -> Self {
        Self { span: self.span, trail: self.trail.then(how, span) }
    }

    /// This place for a value that took over from another: what stood there before is a step.
    #[must_use]
    pub fn over(&self, base: &Self) -> Self {
        self.then(How::Base, base.span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FileId;

    #[test]
    fn steps_come_last_first_and_end_somewhere() {
        let at = |start| Span::new(FileId(0), start, start + 1);
        let mut origin = Origin::plain(at(0));
        for start in 1..100 {
            origin = origin.then(How::Base, at(start));
        }
        let steps: Vec<u32> = origin.trail.steps().map(|step| step.span.start).collect();
        assert_eq!(steps.len(), usize::from(DEPTH));
        assert_eq!(steps.first(), Some(&24));
        assert_eq!(steps.last(), Some(&1));
    }
}
