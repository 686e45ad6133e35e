//! The graph as a Mermaid flowchart, from left to right, a subgraph for each build and namespace.

use std::io::{self, Write};

use super::draw::{PAINT, Pen, draw};
use super::{EdgeView, GraphView, NodeView, Part, State};

pub(super) fn write(view: &GraphView, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "flowchart LR")?;
    if draw(&Mermaid, view, out)? == 0 {
        return Ok(());
    }
    for (class, style) in [
        ("critical", "fill:#f4b6b6,stroke:#8c1d1d,color:#1b1f24"),
        ("high", "fill:#f9d3c4,stroke:#a3431f,color:#1b1f24"),
        ("medium", "fill:#fcebc5,stroke:#8a6410,color:#1b1f24"),
        ("missing", "stroke:#c62828,stroke-dasharray:4 3"),
    ] {
        writeln!(out, "  classDef {class} {style}")?;
    }
    Ok(())
}

struct Mermaid;

impl Pen for Mermaid {
    fn open(&self, group: usize, title: &str, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "  subgraph g{group} [\"{}\"]", escaped(title))
    }

    fn close(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "  end")
    }

    fn outside(&self, id: usize, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "  n{id}([\"outside the cluster\"])")
    }

    fn node(&self, id: usize, node: &NodeView, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "    n{id}{}{}", shaped(node), class(node))
    }

    fn edge(&self, from: usize, to: usize, edge: &EdgeView, out: &mut dyn Write) -> io::Result<()> {
        let label = match edge.label.as_str() {
            "" => edge.relation.to_owned(),
            label => format!("{} {label}", edge.relation),
        };
        let arrow = if edge.state == State::Ok { "-->" } else { "-.->" };
        writeln!(out, "  n{from} {arrow}|\"{}\"| n{to}", escaped(&label))
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
