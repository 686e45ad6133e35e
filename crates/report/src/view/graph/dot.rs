//! The graph for Graphviz: a cluster for each build and namespace, laid out from left to right.

use std::io::{self, Write};

use super::draw::{PAINT, Pen, draw};
use super::{EdgeView, GraphView, NodeView, Part, State};

pub(super) fn write(view: &GraphView, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "digraph kubesift {{")?;
    writeln!(out, "  rankdir=LR;")?;
    writeln!(out, "  compound=true;")?;
    writeln!(
        out,
        "  node [fontname=\"Helvetica\", fontsize=10, style=\"filled,rounded\", \
                   shape=box, color=\"#5b6472\", fillcolor=\"#ffffff\"];"
    )?;
    writeln!(out, "  edge [fontname=\"Helvetica\", fontsize=8, color=\"#8b94a3\"];")?;
    draw(&Dot, view, out)?;
    writeln!(out, "}}")
}

struct Dot;

impl Pen for Dot {
    fn open(&self, group: usize, title: &str, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "  subgraph cluster_{group} {{")?;
        writeln!(out, "    label=\"{}\";", escaped(title))?;
        writeln!(out, "    fontname=\"Helvetica\"; fontsize=11; color=\"#b8c0cc\"; style=rounded;")
    }

    fn close(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "  }}")
    }

    fn outside(&self, id: usize, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "  n{id} [label=\"outside the cluster\", shape=ellipse];")
    }

    fn node(&self, id: usize, node: &NodeView, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "    n{id} [{}];", attributes(node))
    }

    fn edge(&self, from: usize, to: usize, edge: &EdgeView, out: &mut dyn Write) -> io::Result<()> {
        let label = match edge.label.as_str() {
            "" => edge.relation.to_owned(),
            label => format!("{}\n{label}", edge.relation),
        };
        let style = match edge.state {
            State::Ok => "",
            State::Missing => ", style=dashed, color=\"#c62828\"",
            State::Unknown => ", style=dotted",
        };
        writeln!(out, "  n{from} -> n{to} [label=\"{}\"{style}];", escaped(&label))
    }
}

fn attributes(node: &NodeView) -> String {
    let mut label = format!("{}\n{}", node.kind, node.shown_name());
    if let Some(worst) = node.worst() {
        let number = node.findings.len();
        label.push_str(&format!("\n{number} finding{}, worst {worst}", plural(number)));
    }
    let shape = match node.role {
        Part::Entry => ", shape=rarrow",
        Part::Service => ", shape=component",
        Part::Policy => ", shape=octagon",
        Part::Config | Part::Secret => ", shape=note",
        Part::Storage => ", shape=cylinder",
        _ => "",
    };
    let fill = match node.worst() {
        Some("critical") => ", fillcolor=\"#f4b6b6\"",
        Some("high") => ", fillcolor=\"#f9d3c4\"",
        Some("medium") => ", fillcolor=\"#fcebc5\"",
        _ => "",
    };
    let border = match node.state {
        State::Ok => "",
        State::Missing => ", style=\"dashed,rounded\", color=\"#c62828\"",
        State::Unknown => ", style=\"dotted,rounded\"",
    };
    format!("label=\"{}\"{shape}{fill}{border}", escaped(&label))
}

fn plural(number: usize) -> &'static str {
    if number == 1 { "" } else { "s" }
}

/// Text between double quotes. Graphviz reads backslashes and HTML entities there.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            '&' => out.push_str("&amp;"),
            '\n' => out.push_str("\\n"),
            c => out.push(PAINT.visible(c)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_between_its_quotes() {
        assert_eq!(escaped("a\"];\\N\n&lt;\u{1b}"), "a\\\"];\\\\N\\n&amp;lt;␛");
    }
}
