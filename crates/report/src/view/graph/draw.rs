//! What the languages of pictures have in common: the walk over builds, namespaces, nodes and
//! edges, and a number for each. How any of them is written is left to a [`Pen`].

use std::collections::HashMap;
use std::io::{self, Write};

use super::{BuildView, EdgeView, GraphView, NodeView, OUTSIDE};
use crate::paint::Paint;

/// How characters that nobody sees are shown in pictures: by signs.
pub(super) const PAINT: Paint = Paint { color: false, unicode: true, hyperlinks: false };

/// A language of pictures. Numbers of groups begin at 1, those of nodes at 0; none comes twice.
pub(super) trait Pen {
    /// Opens a group of nodes: a build, or a namespace in it.
    fn open(&self, group: usize, title: &str, out: &mut dyn Write) -> io::Result<()>;
    /// Closes the group that was opened last.
    fn close(&self, out: &mut dyn Write) -> io::Result<()>;
    /// The world outside the cluster.
    fn outside(&self, id: usize, out: &mut dyn Write) -> io::Result<()>;
    /// A node.
    fn node(&self, id: usize, node: &NodeView, out: &mut dyn Write) -> io::Result<()>;
    /// An edge between two nodes that were drawn.
    fn edge(&self, from: usize, to: usize, edge: &EdgeView, out: &mut dyn Write) -> io::Result<()>;
}

/// Draws all builds; several are a group each. Gives the number of nodes.
///
/// # Errors
/// Those of `out`.
pub(super) fn draw(pen: &dyn Pen, view: &GraphView, out: &mut dyn Write) -> io::Result<usize> {
    let mut drawing = Drawing { pen, ids: HashMap::new(), next: 0, groups: 0 };
    for build in &view.builds {
        drawing.ids.clear();
        drawing.build(build, view.builds.len() > 1, out)?;
    }
    Ok(drawing.next)
}

struct Drawing<'v> {
    pen: &'v dyn Pen,
    /// Nodes of the build that is drawn, by their ids in the view.
    ids: HashMap<&'v str, usize>,
    next: usize,
    groups: usize,
}

impl<'v> Drawing<'v> {
    fn build(
        &mut self,
        build: &'v BuildView,
        several: bool,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        if several {
            self.open(&format!("build {}", build.name), out)?;
        }
        if build.edges.iter().any(|edge| edge.from == OUTSIDE) {
            let id = self.id(OUTSIDE);
            self.pen.outside(id, out)?;
        }
        for namespace in &build.namespaces {
            self.open(&namespace.title(), out)?;
            for node in &namespace.nodes {
                let id = self.id(&node.id);
                self.pen.node(id, node, out)?;
            }
            self.pen.close(out)?;
        }
        for edge in &build.edges {
            let ends = (self.ids.get(&*edge.from), self.ids.get(&*edge.to));
            if let (Some(from), Some(to)) = ends {
                self.pen.edge(*from, *to, edge, out)?;
            }
        }
        if several {
            self.pen.close(out)?;
        }
        Ok(())
    }

    fn open(&mut self, title: &str, out: &mut dyn Write) -> io::Result<()> {
        self.groups += 1;
        self.pen.open(self.groups, title, out)
    }

    fn id(&mut self, of: &'v str) -> usize {
        let id = self.next;
        self.next += 1;
        self.ids.insert(of, id);
        id
    }
}
