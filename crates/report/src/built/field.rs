//! `kubesift where`: a field of a built object and the places that made it what it is, the one to
//! edit first.

use std::io::{self, Write};

use kubesift_engine::source::{Column, LineIndex, Part, Piece, Span};
use kubesift_engine::yaml::Node;
use serde::Serialize;

use super::{BuiltText, Did, is_whole};
use crate::Options;
use crate::paint::Paint;

/// A field and where it comes from: version 1. Fields may be added, none is renamed or removed.
#[derive(Debug, Clone, Serialize)]
pub struct FieldView {
    /// 1
    pub schema_version: u8,
    /// The object, as `Deployment/shop/web`.
    pub resource: String,
    /// The field's path from the object's root, as reports write it.
    pub field: String,
    /// The scalars in the field, in the order of the built text; the field itself when it is one.
    pub values: Vec<LeafView>,
    /// The field holds others.
    #[serde(skip)]
    is_collection: bool,
    /// Built lines of the field, and the place of each: for people.
    #[serde(skip)]
    lines: Vec<(String, String)>,
}

/// A scalar.
#[derive(Debug, Clone, Serialize)]
pub struct LeafView {
    /// Its path from the object's root.
    pub field: String,
    /// Its text; none for the data of a Secret.
    pub value: Option<String>,
    /// The parts that it was put together of; one for most.
    pub parts: Vec<PartView>,
}

/// A part of a scalar.
#[derive(Debug, Clone, Serialize)]
pub struct PartView {
    /// The text of the part as it stands in the built text; none for the data of a Secret.
    pub text: Option<String>,
    /// The places, the one to edit first.
    pub sources: Vec<SourceView>,
}

/// A place that had a part in a value.
#[derive(Debug, Clone, Serialize)]
pub struct SourceView {
    /// `set` for the place to edit; `was` for a value that stood here before; `patched`, `generated`,
    /// `changed`, `replaced`, `renamed` for what brought or changed it.
    pub did: &'static str,
    /// The path as reports show it.
    pub path: String,
    /// 1-based.
    pub line: u32,
    /// 1-based, in characters.
    pub column: u32,
    /// The line; none for a whole file, and for the data of a Secret.
    pub text: Option<String>,
}

impl FieldView {
    /// The view of a field of the object `resource`, whose root is `root`. Nodes are of the tree of
    /// the built text.
    pub fn new(built: &BuiltText<'_>, resource: &str, root: Node<'_>, node: Node<'_>) -> Self {
        let field = node.path_from(root);
        let secret = is_secret(root, &field);
        let mut leaves = Vec::new();
        each_leaf(node, &mut |leaf| leaves.push(leaf_view(built, root, leaf, secret)));
        let is_collection = node.is_map() || node.is_list();
        let lines = match is_collection {
            true => blame(built, node, &hidden(root)),
            false => Vec::new(),
        };
        let resource = resource.to_owned();
        Self { schema_version: 1, resource, field, values: leaves, is_collection, lines }
    }

    /// Writes it for programs.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *out, self)?;
        writeln!(out)
    }

    /// Writes it for people.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn write_txt(&self, options: &Options, out: &mut dyn Write) -> io::Result<()> {
        let paint = Paint { color: options.color, unicode: options.unicode, hyperlinks: false };
        let field = if self.field.is_empty() { "all" } else { &self.field };
        let of = format!("{} of {}", paint.bold(&paint.clean(field)), paint.clean(&self.resource));
        match self.values.as_slice() {
            [leaf] if !self.is_collection => {
                let value = leaf.value.as_deref().map(first_line);
                match value {
                    Some(value) => writeln!(out, "{of}: {}", paint.bold(&paint.clean(&value)))?,
                    None => writeln!(out, "{of}: {}", paint.dim("the data of a Secret"))?,
                }
                self.write_parts(leaf, paint, out)
            }
            _ => {
                writeln!(out, "{of}:")?;
                self.write_lines(paint, out)
            }
        }
    }

    fn write_parts(&self, leaf: &LeafView, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
        let sources = leaf.parts.iter().flat_map(|part| &part.sources);
        let place = |source: &SourceView| match source.text {
            Some(_) => format!("{}:{}", source.path, source.line),
            None if source.line > 1 => format!("{}:{}", source.path, source.line),
            None => source.path.clone(),
        };
        let width = sources.clone().map(|source| place(source).chars().count()).max().unwrap_or(0);
        let did = sources.map(|source| source.did.len()).max().unwrap_or(0);
        for part in &leaf.parts {
            if leaf.parts.len() > 1 {
                let text = part.text.as_deref().map_or_else(String::new, first_line);
                writeln!(out, "\n  {}", paint.cyan(&paint.clean(&text)))?;
            } else {
                writeln!(out)?;
            }
            for source in &part.sources {
                let place = format!("{:<width$}", paint.clean(&place(source)));
                let place = if source.did == "set" { paint.bold(&place) } else { place };
                let text = source.text.as_deref().unwrap_or_default().trim();
                let line = format!("    {:<did$}  {place}  {}", source.did, paint.clean(text));
                writeln!(out, "{}", line.trim_end())?;
            }
        }
        Ok(())
    }

    /// Each line with its place before it, as `git blame` has it.
    fn write_lines(&self, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
        let width = self.lines.iter().map(|(place, _)| place.chars().count()).max().unwrap_or(0);
        writeln!(out)?;
        for (place, line) in &self.lines {
            let place = format!("{:<width$}", paint.clean(place));
            let line = format!("  {}  {}", paint.dim(&place), paint.clean(line));
            writeln!(out, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

/// True for the data of a Secret, by the path from the object's root.
fn is_secret(root: Node<'_>, field: &str) -> bool {
    let kind = root.get("kind").and_then(Node::str);
    kind == Some("Secret") && ["data", "stringData"].iter().any(|data| field.starts_with(data))
}

/// Calls `each` with every scalar and every empty collection in a node, itself included.
fn each_leaf<'t>(node: Node<'t>, each: &mut dyn FnMut(Node<'t>)) {
    let mut work = vec![node];
    while let Some(node) = work.pop() {
        let mut children: Vec<Node<'t>> = if node.is_map() {
            node.entries().map(|(_, child)| child).collect()
        } else {
            node.items().collect()
        };
        if children.is_empty() {
            each(node);
        }
        children.reverse();
        work.extend(children);
    }
}

fn leaf_view(built: &BuiltText<'_>, root: Node<'_>, node: Node<'_>, secret: bool) -> LeafView {
    let field = node.path_from(root);
    let secret = secret || is_secret(root, &field);
    let span = node.span();
    let pieces = built.map.pieces_in(span.start, span.end);
    let values = pieces.iter().filter(|piece| piece.part != Part::Key);
    let parts = values.flat_map(|piece| built.parts(piece));
    let parts = parts.map(|piece| part_view(built, piece, secret)).collect();
    let text = || match node.text() {
        Some(text) => text.to_owned(),
        None => built.text.get(span.start as usize..span.end as usize).unwrap_or("").to_owned(),
    };
    LeafView { field, value: (!secret).then(text), parts }
}

fn part_view(built: &BuiltText<'_>, piece: &Piece, secret: bool) -> PartView {
    let text = built.text.get(piece.start as usize..piece.end as usize);
    let way = BuiltText::way(&piece.origin).into_iter();
    let sources = way.filter_map(|(did, span)| {
        let file = built.file(span)?;
        let position = file.position(span.start, Column::Chars);
        let line = file.lines().range(file.text(), position.line - 1);
        let quoted = !is_whole(file, span) && (!secret || did == Did::Step(super::How::Generator));
        Some(SourceView {
            did: did.word(),
            path: file.path.to_string(),
            line: position.line,
            column: position.column,
            text: quoted.then(|| file.text().get(line).unwrap_or_default().to_owned()),
        })
    });
    PartView { text: text.filter(|_| !secret).map(str::to_owned), sources: sources.collect() }
}

/// The bytes of the data of a Secret.
fn hidden(root: Node<'_>) -> Vec<Span> {
    let data = ["data", "stringData"].into_iter().filter(|key| is_secret(root, key));
    data.filter_map(|key| root.get(key)).map(Node::span).collect()
}

/// The built lines of a collection, each with the place of what stands on it. Values among `hidden`
/// are not shown.
fn blame(built: &BuiltText<'_>, node: Node<'_>, hidden: &[Span]) -> Vec<(String, String)> {
    let lines = LineIndex::new(built.text);
    let span = node.span();
    let first = lines.line_of(span.start);
    let last = lines.line_of(span.end.saturating_sub(1).max(span.start));
    let indent = span.start as usize - lines.range(built.text, first).start;
    let is_hidden = |at: u32| hidden.iter().any(|data| data.start <= at && at < data.end);
    let mut shown = Vec::new();
    for line in first..=last {
        let range = lines.range(built.text, line);
        let text = built.text.get(range.clone()).unwrap_or_default();
        let pieces = built.map.pieces_in(range.start as u32, range.end as u32);
        // A line inside a block scalar shares its piece: the place was said at the head.
        let own = pieces.iter().rfind(|piece| piece.start as usize >= range.start);
        let place = own.map_or_else(String::new, |piece| built.place(piece.origin.span));
        let text = match own {
            Some(piece) if piece.part != Part::Key && is_hidden(piece.start) => {
                let head = text.get(..piece.start as usize - range.start);
                format!("{}...", head.unwrap_or_default())
            }
            None if pieces.iter().any(|piece| is_hidden(piece.start)) => continue,
            _ => text.to_owned(),
        };
        // The first line may begin with the dash of the item.
        let dedent = text.len() - text.trim_start().len();
        let cut = if line == first { indent } else { indent.min(dedent) };
        shown.push((place, text.get(cut..).unwrap_or_default().to_owned()));
    }
    shown
}

fn first_line(text: &str) -> String {
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default();
    if lines.next().is_some() { format!("{first} ...") } else { first.to_owned() }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kubesift_engine::source::{FileId, Origin, SourceFile, SourceMap};
    use kubesift_engine::yaml::parse;

    use super::super::FieldPath;
    use super::*;

    const BASE: &str = "kind: Deployment\nname: web\nreplicas: 1\n";
    const PATCH: &str = "replicas: 3\nprefix: prod-\npassword: hunter2\n";

    /// The view of a field of a text whose values come from the files above.
    fn view(text: &str, pieces: &[(&str, Part, Origin)], path: &str) -> String {
        let mut map = SourceMap::default();
        let mut from = 0;
        for (word, part, origin) in pieces {
            let start = from + text[from..].find(word).expect("the word");
            from = start + word.len();
            let origin = origin.clone();
            map.push(Piece { start: start as u32, end: from as u32, part: *part, origin });
            // The fragments of a value lie in it.
            if *word == "prod-web" {
                from = start;
            }
        }
        let files = [("base/web.yaml", BASE), ("prod/patch.yaml", PATCH)];
        let files: Vec<_> = (0..)
            .zip(files)
            .map(|(id, (path, text))| Arc::new(SourceFile::new(FileId(id), path, text)))
            .collect();
        let built = BuiltText { text, map: &map, files: &files };
        let tree = parse(Arc::new(SourceFile::new(FileId(9), "built", text)));
        let root = tree.documents().next().and_then(|document| document.root()).expect("a root");
        let node = FieldPath::parse(path).and_then(|path| path.find(root, "x")).expect("a field");
        let mut out = Vec::new();
        let options = Options { color: false, ..Options::default() };
        let view = FieldView::new(&built, "Deployment/prod-web", root, node);
        view.write_txt(&options, &mut out).expect("memory can be written");
        String::from_utf8(out).expect("text")
    }

    fn at(file: u32, word: &str) -> Origin {
        let text = if file == 0 { BASE } else { PATCH };
        let start = text.find(word).expect("the word") as u32;
        Origin::plain(Span::new(FileId(file), start, start + word.len() as u32))
    }

    #[test]
    fn a_value_is_told_with_what_it_was() {
        let three = at(1, "3").over(&at(0, "1"));
        let text = "kind: Deployment\nspec:\n  replicas: 3\n";
        assert_eq!(
            view(text, &[("3", Part::Value, three)], "spec.replicas"),
            "spec.replicas of Deployment/prod-web: 3\n\n    \
             set  prod/patch.yaml:1  replicas: 3\n    was  base/web.yaml:3    replicas: 1\n"
        );
    }

    #[test]
    fn a_name_is_told_part_by_part_and_a_collection_line_by_line() {
        let pieces = [
            ("prod-web", Part::Value, at(0, "web")),
            ("prod-", Part::Fragment, at(1, "prod-")),
            ("web", Part::Fragment, at(0, "web")),
            ("replicas", Part::Key, at(1, "replicas")),
            ("3", Part::Value, at(1, "3")),
        ];
        let text = "metadata:\n  name: prod-web\n  replicas: 3\n";
        assert_eq!(
            view(text, &pieces, "metadata.name"),
            "metadata.name of Deployment/prod-web: prod-web\n\n  prod-\n    \
             set  prod/patch.yaml:2  prefix: prod-\n\n  web\n    set  base/web.yaml:2    name: web\n"
        );
        assert_eq!(
            view(text, &pieces, "metadata"),
            "metadata of Deployment/prod-web:\n\n  base/web.yaml:2    name: prod-web\n  \
             prod/patch.yaml:1  replicas: 3\n"
        );
    }

    #[test]
    fn the_data_of_a_secret_is_placed_and_not_quoted() {
        let text = "data:\n  p: aHVudGVyMg==\nkind: Secret\n";
        let pieces = [("aHVudGVyMg==", Part::Value, at(1, "hunter2"))];
        for path in ["data.p", "data", ""] {
            let shown = view(text, &pieces, path);
            assert!(!path.is_empty() || shown.contains("kind: Secret"), "{shown}");
            assert!(shown.contains("prod/patch.yaml:3"), "{shown}");
            assert!(!shown.contains("hunter2") && !shown.contains("aHVudGVyMg"), "{shown}");
        }
    }
}
