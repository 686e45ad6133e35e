//! The key or scalar under the cursor, and what became of it in the objects of every build.

use std::collections::HashSet;
use std::sync::Arc;

use kubesift_model::{BuildId, BuildKind, Resource};
use kubesift_project::{Analysis, Homes, Spot};
use kubesift_source::{Column, FileId, Span};
use kubesift_yaml::{Node, Segment, Tree};

use crate::seen::Seen;

/// A key or a scalar of a file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'t> {
    /// The entry or the scalar.
    pub node: Node<'t>,
    /// The bytes under the cursor: the key, or the scalar.
    pub at: Span,
}

/// What a place became in one object.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Became {
    /// The build.
    pub build: BuildId,
    /// The object's position in the build.
    pub position: u32,
    /// Position of the node in the object's tree; none where the object lacks the field.
    pub node: Option<u32>,
}

/// Objects of all builds together that one place is followed into: a line of a kustomization can
/// change thousands.
const MANY: usize = 64;

/// The tree of a file. What is of no use to a run is read here.
pub(crate) fn tree_of(analysis: &Analysis, file: FileId) -> Option<Arc<Tree>> {
    if let Some(tree) = analysis.tree(file) {
        return Some(Arc::clone(tree));
    }
    let file = analysis.outcome.files.get(file.0 as usize)?;
    Some(Arc::new(kubesift_yaml::parse(Arc::clone(file))))
}

/// `path:line` of some bytes of a file, as reports show the path.
pub(crate) fn shown(analysis: &Analysis, at: Span) -> String {
    match analysis.outcome.files.get(at.file.0 as usize) {
        Some(file) => format!("{}:{}", file.path, file.position(at.start, Column::Chars).line),
        None => String::new(),
    }
}

/// `path:line` of where a node is written.
pub(crate) fn home_of(analysis: &Analysis, homes: &Homes<'_>, node: Node<'_>) -> String {
    shown(analysis, homes.span(node.place()))
}

impl<'t> Place<'t> {
    /// The key or scalar that a byte belongs to, the byte after its last one counted; none between
    /// them, and in comments.
    pub fn find(tree: &'t Tree, offset: u32) -> Option<Self> {
        let node = tree.node_at(offset)?;
        if let Some(at) = node.key_span().filter(|key| key.touches(offset)) {
            return Some(Self { node, at });
        }
        let at = node.span();
        let is_scalar = !node.style().is_collection() && !at.is_empty();
        (is_scalar && at.touches(offset)).then_some(Self { node, at })
    }

    /// What it became, in the order of the builds: through the bytes themselves, and by its path in
    /// the objects that are written where it is, for what took its place in a build is written
    /// elsewhere.
    pub fn became(&self, analysis: &Analysis) -> Vec<Became> {
        let mut found = self.direct(analysis);
        let known: HashSet<(BuildId, u32)> =
            found.iter().map(|one| (one.build, one.position)).collect();
        if let Some((root, segments)) = self.path() {
            // In a plain manifest the bytes themselves say it.
            let objects = objects_at(analysis, root).into_iter().filter(|spot| {
                is_built(analysis, spot) && !known.contains(&(spot.build, spot.position))
            });
            let by_path = objects.take(MANY).filter_map(|spot| {
                let resource = analysis.resources.get(spot.id.0 as usize)?;
                let node = follow(resource.node(), root, &segments);
                let node = node.map(Node::position);
                Some(Became { build: spot.build, position: spot.position, node })
            });
            found.extend(by_path);
        }
        found.sort_by_key(|one| (one.build, one.position, one.node));
        found.truncate(MANY);
        found
    }

    fn direct(&self, analysis: &Analysis) -> Vec<Became> {
        let scalar = !self.node.style().is_collection();
        let value = Some(self.node.span()).filter(|_| scalar);
        let places = self.node.key_span().into_iter().chain(value);
        let spots = places.flat_map(|at| analysis.spots(at.file, at.start));
        let mut seen = HashSet::new();
        let all = spots.filter_map(|spot| {
            let resource = analysis.resources.get(spot.id.0 as usize)?;
            let node = resource.tree().node_at(spot.at.start)?.position();
            let Spot { build, position, .. } = spot;
            let new = seen.insert((build, position, node));
            new.then_some(Became { build, position, node: Some(node) })
        });
        all.take(MANY).collect()
    }

    /// The object that holds it, and the way from there.
    fn path(&self) -> Option<(Node<'t>, Vec<Segment<'t>>)> {
        let root = object_of(self.node)?;
        let above = root.segments().len();
        Some((root, self.node.segments().into_iter().skip(above).collect()))
    }
}

/// The object that a node is part of: its document, or the item of a list of objects.
pub(crate) fn object_of(node: Node<'_>) -> Option<Node<'_>> {
    let way = node.ancestry();
    let root = way.first().copied()?;
    let is_list = root.get("kind").and_then(Node::str).is_some_and(|kind| kind.ends_with("List"));
    let is_item = way.get(1).is_some_and(|items| items.key() == Some("items"));
    match way.get(2) {
        Some(item) if is_list && is_item => Some(*item),
        _ => Some(root),
    }
}

/// The objects of builds that are written at a node.
pub(crate) fn objects_at(analysis: &Analysis, root: Node<'_>) -> Vec<Spot> {
    let kind = root.get("kind").and_then(Node::key_span);
    let mut spots = kind.map(|at| analysis.spots(at.file, at.start)).unwrap_or_default();
    spots.dedup_by_key(|spot| (spot.build, spot.position));
    spots
}

fn is_built(analysis: &Analysis, spot: &Spot) -> bool {
    let build = analysis.outcome.builds.get(spot.build.0 as usize);
    build.is_some_and(|build| build.kind == BuildKind::Kustomization)
}

/// The node of another object at the same path; items of lists are known by their names.
pub(crate) fn follow<'a>(
    object: Node<'a>,
    from: Node<'_>,
    segments: &[Segment<'_>],
) -> Option<Node<'a>> {
    let (mut node, mut model) = (object, Some(from));
    for segment in segments {
        node = match segment {
            Segment::Key(key) => {
                model = model.and_then(|model| model.get(key));
                node.get(key)?
            }
            Segment::Index(at) => {
                model = model.and_then(|model| model.items().nth(*at as usize));
                let name = model.and_then(|item| item.get("name")).and_then(Node::text);
                let named = |item: &Node<'a>| item.get("name").and_then(Node::text) == name;
                match name {
                    Some(_) => node.items().find(named)?,
                    None => node.items().nth(*at as usize)?,
                }
            }
        };
    }
    Some(node)
}

/// Asks about a place in every object that has it.
pub(crate) fn ask_each(
    analysis: &Analysis,
    all: &[Became],
    mut ask: impl for<'q, 'a> FnMut(BuildId, &Seen<'q, 'a>, Node<'a>),
) {
    for one in all {
        let Some(node) = one.node else { continue };
        analysis.with_graph(one.build, |graph| {
            let Some(resource) = graph.resources().get(one.position as usize).copied() else {
                return;
            };
            if let Some(node) = node_of(resource, node) {
                ask(one.build, &Seen { graph, resource, at: node.place() }, node);
            }
        });
    }
}

/// A node of a resource's tree by its position.
pub(crate) fn node_of(resource: &Resource, position: u32) -> Option<Node<'_>> {
    let tree = resource.tree();
    ((position as usize) < tree.node_count()).then(|| tree.node(position))
}
