//! The graph as a Mermaid flowchart, from left to right, a subgraph for each build and namespace.

use std::collections::HashMap;
use std::io::{self, Write};

use super::{BuildView, GraphView, NodeView, OUTSIDE, Part, State};
use crate::paint::Paint;

const PAINT: Paint = Paint { color: false, unicode: true, hyperlinks: false };

pub(super) fn write(view: &GraphView, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "flowchart LR")?;
    let mut drawing = Drawing::default();
    for build in &view.builds {
        drawing.ids.clear();
        drawing.build(build, view.builds.len() > 1, out)?;
    }
    if drawing.next > 0 {
        for (class, style) in [
            ("critical", "fill:#f4b6b6,stroke:#8c1d1d,color:#1b1f24"),
            ("high", "fill:#f9d3c4,stroke:#a3431f,color:#1b1f24"),
            ("medium", "fill:#fcebc5,stroke:#8a6410,color:#1b1f24"),
            ("missing", "stroke:#c62828,stroke-dasharray:4 3"),
        ] {
            writeln!(out, "  classDef {class} {style}")?;
        }
    }
    Ok(())
}

#[derive(Default)]
struct Drawing<'v> {
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
            writeln!(out, "  n{id}([\"outside the cluster\"])")?;
        }
        for namespace in &build.namespaces {
            self.open(&namespace.title(), out)?;
            for node in &namespace.nodes {
                let id = self.id(&node.id);
                writeln!(out, "    n{id}{}{}", shaped(node), class(node))?;
            }
            writeln!(out, "  end")?;
        }
        for edge in &build.edges {
            let (Some(from), Some(to)) = (self.ids.get(&*edge.from), self.ids.get(&*edge.to))
            else {
                continue;
            };
            let label = match edge.label.as_str() {
                "" => edge.relation.to_owned(),
                label => format!("{} {label}", edge.relation),
            };
            let arrow = if edge.state == State::Ok { "-->" } else { "-.->" };
            writeln!(out, "  n{from} {arrow}|\"{}\"| n{to}", escaped(&label))?;
        }
        if several {
            writeln!(out, "  end")?;
        }
        Ok(())
    }

    fn open(&mut self, title: &str, out: &mut dyn Write) -> io::Result<()> {
        self.groups += 1;
        writeln!(out, "  subgraph g{} [\"{}\"]", self.groups, escaped(title))
    }

    fn id(&mut self, of: &'v str) -> usize {
        let id = self.next;
        self.next += 1;
        self.ids.insert(of, id);
        id
    }
}

/// The label in the brackets that make the shape.
fn shaped(node: &NodeView) -> String {
    let mut label = format!("{}<br/>{}", escaped(&node.kind), escaped(node.shown_name()));
    match node.findings.len() {
        0 => {}
        1 => label.push_str("<br/>1 finding"),
        number => label.push_str(&format!("<br/>{number} findings")),
    }
    let (open, close) = match node.role {
        Part::Entry => (">", "]"),
        Part::Service => ("([", "])"),
        Part::Policy => ("{{", "}}"),
        Part::Storage => ("[(", ")]"),
        Part::Config | Part::Secret => ("[/", "/]"),
        _ => ("[", "]"),
    };
    format!("{open}\"{label}\"{close}")
}

fn class(node: &NodeView) -> &'static str {
    match (node.state, node.worst()) {
        (State::Missing, _) => ":::missing",
        (_, Some("critical")) => ":::critical",
        (_, Some("high")) => ":::high",
        (_, Some("medium")) => ":::medium",
        _ => "",
    }
}

/// Text between double quotes: letters, digits and a few harmless signs as they are, everything
/// else that Mermaid or HTML might read as a number.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match PAINT.visible(c) {
            c if c.is_alphanumeric() || " -_.,:/()".contains(c) => out.push(c),
            c => out.push_str(&format!("#{};", c as u32)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_between_its_quotes() {
        let text = "a\"]\n<script>`é#quot;";
        assert_eq!(escaped(text), "a#34;#93; #60;script#62;#96;é#35;quot#59;");
    }
}
