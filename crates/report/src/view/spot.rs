//! Places in views: a path and its lines.

use kubesift_engine::Outcome;
use kubesift_engine::source::{Column, Span};
use kubesift_engine::yaml::Node;
use serde::Serialize;

use crate::place::{Places, lines_of, tight};

/// Lines of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct PlaceView {
    /// The path as reports show it.
    pub path: String,
    /// First line, from 1.
    pub line: u32,
    /// Last line, from 1; it belongs to the place.
    pub end_line: u32,
}

/// Looks up places of one run.
pub(crate) struct Spots<'o> {
    places: Places<'o>,
}

impl<'o> Spots<'o> {
    pub(crate) fn new(outcome: &'o Outcome) -> Self {
        Self { places: Places::new(outcome, Column::Chars) }
    }

    /// The lines of a span.
    pub(crate) fn of(&self, span: Span) -> PlaceView {
        let Some(file) = self.places.file(span) else {
            return PlaceView { path: String::new(), line: 1, end_line: 1 };
        };
        let (first, last) = lines_of(file.lines(), tight(file, span));
        PlaceView { path: file.path.to_string(), line: first + 1, end_line: last + 1 }
    }

    /// The line that a node begins in: its key's, or its own.
    pub(crate) fn of_node(&self, node: Node<'_>) -> PlaceView {
        let place = self.of(node.place());
        PlaceView { end_line: place.line, ..place }
    }

    /// The column that a span begins in, from 1, in characters.
    pub(crate) fn column(&self, span: Span) -> u32 {
        let file = self.places.file(span);
        file.map_or(1, |file| self.places.position(file, span.start).column)
    }
}
