//! Paths of fields as people type them and reports write them: `spec.containers[0].image`,
//! `[name=web]`, `["a.b/c"]`; and the field of a document that one leads to.

use std::fmt;

use kubesift_engine::nearest;
use kubesift_engine::yaml::Node;

/// A path of a field, from the root of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldPath {
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    /// A key. `bare` ones were written without brackets, and may go on behind a dot.
    Key { key: String, bare: bool },
    /// A position, from 0.
    Index(usize),
    /// The item that has this value; of this key, unless the items are scalars.
    Item { key: Option<String>, value: String },
}

/// Why a path is none, or leads nowhere: ready to print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadField(pub String);

impl fmt::Display for BadField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Keys of a mapping that an error lists.
const MOST: usize = 12;

impl FieldPath {
    /// Reads a path. A dot before a bracket is allowed, as kustomize writes it, and `\.` is a dot in
    /// a key.
    ///
    /// # Errors
    /// When a bracket is open, or a step is empty.
    pub fn parse(text: &str) -> Result<Self, BadField> {
        let bad = |why: &str| BadField(format!("`{text}` is no path of a field: {why}"));
        let mut steps = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let (step, after) = match rest.strip_prefix('[') {
                Some(inside) => bracket(inside).map_err(&bad)?,
                None => word(rest).map_err(&bad)?,
            };
            steps.push(step);
            rest = match after.strip_prefix('.') {
                Some("") => return Err(bad("it ends with a dot")),
                Some(next) => next,
                None if after.is_empty() || after.starts_with('[') => after,
                None => return Err(bad("a dot is missing behind a bracket")),
            };
        }
        Ok(Self { steps })
    }

    /// The field that the path leads to in a document.
    ///
    /// # Errors
    /// When there is none: names what is there, or what may have been meant. `object` names the
    /// document for people.
    pub fn find<'t>(&self, root: Node<'t>, object: &str) -> Result<Node<'t>, BadField> {
        let mut node = root;
        let mut rest = self.steps.as_slice();
        while let Some(step) = rest.first() {
            let (next, used) = match step {
                Step::Index(index) => (node.items().nth(*index), 1),
                Step::Item { key, value } => {
                    let is = |item: &Node<'_>| match key {
                        Some(key) => item.get(key).and_then(Node::text) == Some(value),
                        None => item.text() == Some(value),
                    };
                    (node.items().find(is), 1)
                }
                Step::Key { key, .. } if node.is_list() => {
                    (key.parse().ok().and_then(|index| node.items().nth(index)), 1)
                }
                Step::Key { .. } => keyed(node, rest),
            };
            let Some(next) = next else { return Err(missing(root, node, step, object)) };
            node = next;
            rest = rest.get(used..).unwrap_or_default();
        }
        Ok(node)
    }
}

/// The entry of a key, and the number of steps that name it: a key that holds dots may have been
/// written without brackets.
fn keyed<'t>(node: Node<'t>, steps: &[Step]) -> (Option<Node<'t>>, usize) {
    let mut whole = String::new();
    for (at, step) in steps.iter().enumerate() {
        let Step::Key { key, bare } = step else { break };
        if at > 0 && !bare {
            break;
        }
        if at > 0 {
            whole.push('.');
        }
        whole.push_str(key);
        if let Some(found) = node.get(&whole) {
            return (Some(found), at + 1);
        }
        if !bare {
            break;
        }
    }
    (None, 1)
}

fn missing(root: Node<'_>, node: Node<'_>, step: &Step, object: &str) -> BadField {
    let above = node.path_from(root);
    let place = if above.is_empty() { object.to_owned() } else { format!("`{above}` of {object}") };
    let what = match step {
        Step::Key { key, .. } => format!("field `{key}`"),
        Step::Index(index) => format!("item {index}"),
        Step::Item { key: Some(key), value } => format!("item with `{key}: {value}`"),
        Step::Item { key: None, value } => format!("item `{value}`"),
    };
    let mut message = format!("there is no {what} in {place}");
    if node.is_list() {
        let count = node.items().count();
        let names: Vec<&str> =
            node.items().filter_map(|item| item.get("name")?.text()).take(MOST).collect();
        let held = if count == 1 { "1 item".to_owned() } else { format!("{count} items") };
        let named =
            if names.is_empty() { String::new() } else { format!(": {}", names.join(", ")) };
        message.push_str(&format!("\n  help: it has {held}{named}; write [0] or [name=web]"));
        return BadField(message);
    }
    let keys: Vec<&str> = node.entries().map(|(key, _)| key).collect();
    let wanted = if let Step::Key { key, .. } = step { key } else { "" };
    let help = match nearest(wanted, keys.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None if keys.is_empty() => "no field lies below it".to_owned(),
        None => {
            let shown = keys.iter().take(MOST).copied().collect::<Vec<_>>().join(", ");
            let more = if keys.len() > MOST { ", ..." } else { "" };
            format!("it has {shown}{more}")
        }
    };
    message.push_str(&format!("\n  help: {help}"));
    BadField(message)
}

/// A step in brackets, after the opening one, and what follows.
fn bracket(inside: &str) -> Result<(Step, &str), &'static str> {
    if let Some(quote @ ('"' | '\'')) = inside.chars().next() {
        let body = inside.get(1..).unwrap_or_default();
        let (key, after) = body.split_once(quote).ok_or("a quote is not closed")?;
        let after = after.strip_prefix(']').ok_or("a bracket is not closed")?;
        return Ok((Step::Key { key: key.to_owned(), bare: false }, after));
    }
    let (word, after) = inside.split_once(']').ok_or("a bracket is not closed")?;
    let step = match word.split_once('=') {
        Some(("", value)) => Step::Item { key: None, value: value.to_owned() },
        Some((key, value)) => Step::Item { key: Some(key.to_owned()), value: value.to_owned() },
        None if word.is_empty() => return Err("nothing stands between brackets"),
        None => match word.parse() {
            Ok(index) => Step::Index(index),
            Err(_) => Step::Key { key: word.to_owned(), bare: false },
        },
    };
    Ok((step, after))
}

/// A step without brackets, up to a dot or a bracket, and what follows.
fn word(text: &str) -> Result<(Step, &str), &'static str> {
    let mut key = String::new();
    let mut chars = text.char_indices();
    let mut end = text.len();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => key.extend(chars.next().map(|(_, escaped)| escaped)),
            '.' | '[' => {
                end = at;
                break;
            }
            c => key.push(c),
        }
    }
    if key.is_empty() {
        return Err("a step is empty");
    }
    Ok((Step::Key { key, bare: true }, text.get(end..).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kubesift_engine::source::{FileId, SourceFile};
    use kubesift_engine::yaml::parse;

    use super::*;

    const POD: &str = "metadata:\n  annotations:\n    a.b/c: x\nspec:\n  args: [a, b]\n  \
                       containers:\n  - name: web\n    image: nginx\n  - name: log\n    image: fluentd\n";

    fn find(path: &str) -> Result<String, String> {
        let tree = parse(Arc::new(SourceFile::new(FileId(0), "pod.yaml", POD)));
        let root = tree.documents().next().and_then(|document| document.root()).expect("a root");
        let found = FieldPath::parse(path).and_then(|path| path.find(root, "Pod/web"));
        found.map(|node| node.path_from(root)).map_err(|error| error.0)
    }

    #[test]
    fn every_way_to_write_a_path_leads_there() {
        for path in [
            "spec.containers[1].image",
            "spec.containers[name=log].image",
            "spec.containers.[name=log].image",
            "spec.containers.1.image",
            "spec[containers][1][\"image\"]",
        ] {
            assert_eq!(find(path).as_deref(), Ok("spec.containers[1].image"), "{path}");
        }
        for path in [
            "metadata.annotations[\"a.b/c\"]",
            "metadata.annotations.a.b/c",
            "metadata.annotations.a\\.b/c",
            "metadata.annotations.[a.b/c]",
        ] {
            assert_eq!(find(path).as_deref(), Ok("metadata.annotations[\"a.b/c\"]"), "{path}");
        }
        assert_eq!(find("spec.args[=b]").as_deref(), Ok("spec.args[1]"));
        assert_eq!(find("").as_deref(), Ok(""));
    }

    #[test]
    fn what_is_not_there_is_told_with_what_is() {
        let told = |path| find(path).expect_err("nothing is there");
        assert!(
            told("spec.container")
                .ends_with("in `spec` of Pod/web\n  help: did you mean `containers`?")
        );
        assert!(told("spec.containers[name=db]").contains("it has 2 items: web, log"));
        assert!(told("nonsense").contains("in Pod/web\n  help: it has metadata, spec"));
        for path in ["spec.", "spec..x", "spec.containers[0", "spec.containers[]", "a[\"b]", "[0]x"]
        {
            assert!(told(path).contains("is no path of a field"), "{path}");
        }
    }
}
