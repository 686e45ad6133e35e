//! The objects that a place takes part in, with the references that start or end there.

use kubesift_model::{Graph, Link, Resource};
use kubesift_project::{Analysis, Homes, Spot};
use kubesift_source::{FileId, Span};
use kubesift_yaml::Node;

/// An object of one build, at the place that is asked about.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'q, 'a> {
    /// The graph of the build; resources are numbered by their position in it.
    pub graph: &'q Graph<'a>,
    /// The object.
    pub resource: &'a Resource,
    /// What the place became in the object's own tree.
    pub at: Span,
}

/// The file of a path as it is shown in reports; for tests and for callers that hold no path.
pub fn find_file(analysis: &Analysis, shown: &str) -> Option<FileId> {
    let files = analysis.outcome.files.iter();
    files.rev().find(|file| &*file.path == shown).map(|file| file.id)
}

impl<'a> Seen<'_, 'a> {
    /// The reference that stands at the place: the name, or the selector, or the key or port that it
    /// is about. The smallest where several do.
    pub fn link(&self) -> Option<&Link<'a>> {
        let holds = |node: Node<'a>| touches(node.entry_span(), self.at);
        let size = |link: &&Link<'a>| link.at.entry_span().len();
        let links = self.graph.links().from(self.resource).iter();
        let at = |link: &&Link<'a>| {
            holds(link.at) || link.wanted.part.is_some_and(|(_, node)| holds(node))
        };
        links.filter(at).min_by_key(size)
    }

    /// The nodes from the object down to the deepest one at the place; empty for a place outside of
    /// the object.
    pub(crate) fn way(&self) -> Vec<Node<'a>> {
        let root = self.resource.node();
        let Some(leaf) = self.resource.tree().node_at(self.at.start) else { return Vec::new() };
        leaf.ancestry().into_iter().skip_while(|node| *node != root).collect()
    }

    /// True when the place is the object's own name: where it is declared.
    pub fn is_declaration(&self) -> bool {
        let name = self.resource.node().at("metadata.name");
        name.is_some_and(|name| touches(name.entry_span(), self.at))
    }
}

/// True when two spans of one file share a byte, or touch.
pub(crate) fn touches(a: Span, b: Span) -> bool {
    a.file == b.file && a.start <= b.end && b.start <= a.end
}

/// Asks about every object that a byte of a file takes part in.
pub(crate) fn each(
    analysis: &Analysis,
    file: FileId,
    offset: u32,
    ask: impl for<'q, 'a> FnMut(Seen<'q, 'a>, &Homes<'_>),
) {
    each_at(analysis, &analysis.homes(), file, offset, ask);
}

/// The same with homes that are at hand: for those who ask about many places.
pub(crate) fn each_at(
    analysis: &Analysis,
    homes: &Homes<'_>,
    file: FileId,
    offset: u32,
    mut ask: impl for<'q, 'a> FnMut(Seen<'q, 'a>, &Homes<'_>),
) {
    for Spot { build, position, at, .. } in analysis.spots(file, offset) {
        analysis.with_graph(build, |graph| {
            if let Some(resource) = graph.resources().get(position as usize) {
                ask(Seen { graph, resource, at }, homes);
            }
        });
    }
}
