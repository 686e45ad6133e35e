//! `replacements` and ReplacementTransformer: a value of one object is put into fields of others.

mod inside;
mod path;
mod target;

use kubesift_source::{How, Origin, Span};

use crate::pieces::Pieces;
use crate::resource::Resource;
use crate::scalar::{Tag, resolve};
use crate::shared::Taken;
use crate::tree::{Node, Scalar, Value};
use crate::trouble::{Class, Trouble};

use path::{Astray, Make, Path};
use target::{Source, Target};

pub(crate) use path::Path as FieldPath;

/// What replacements did.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Done {
    /// Fields that were set.
    pub fields: usize,
    /// Entries of `targets` that select no object.
    pub idle: Vec<Span>,
}

/// Nodes that one list of replacements may copy, and levels that a copy may have: kustomize knows no
/// bound, and an object that is copied into itself again and again doubles each time.
const MOST_NODES: usize = 1_000_000;
const DEEPEST: usize = 150;

/// Reads the file of an entry that says `path`: what it holds, or none when that was said elsewhere.
pub(crate) type Load<'l> = dyn FnMut(&Node) -> Option<Node> + 'l;

/// Does what a list of replacements says, in order. One that fails is a trouble, and the others are
/// done.
pub(crate) fn apply(
    list: &Node,
    load: &mut Load<'_>,
    resources: &mut [Resource],
    troubles: &mut Vec<Trouble>,
) -> Done {
    let mut job = Job { resources, troubles, done: Done::default(), left: MOST_NODES };
    job.list(list, load);
    job.done
}

fn has(entry: &Node, key: &str) -> bool {
    entry.get(key).is_some_and(|node| !node.is_null())
}

/// One run over a list of replacements.
struct Job<'a> {
    resources: &'a mut [Resource],
    troubles: &'a mut Vec<Trouble>,
    done: Done,
    /// Nodes that may still be copied.
    left: usize,
}

impl Job<'_> {
    fn fail(&mut self, at: Span, message: impl Into<String>, help: &str) {
        self.troubles.push(Trouble::fatal(Class::Replacement, at, message).help(help));
    }

    fn list(&mut self, list: &Node, load: &mut Load<'_>) {
        for entry in list.as_list().unwrap_or_default() {
            let Some(path) =
                entry.get("path").filter(|path| path.text().is_some_and(|text| !text.is_empty()))
            else {
                self.replacement(entry);
                continue;
            };
            let targets = entry.get("targets").and_then(Node::as_list).unwrap_or_default();
            if has(entry, "source") || !targets.is_empty() {
                let message = "a replacement is written here or in a file, not both";
                self.fail(path.origin.span, message, "leave out `path`, or `source` and `targets`");
                continue;
            }
            let Some(file) = load(path) else { continue };
            match &file.value {
                Value::List(items) => items.iter().for_each(|item| self.replacement(item)),
                Value::Map(_) => self.replacement(&file),
                Value::Scalar(_) => {
                    self.fail(
                        path.origin.span,
                        "this file holds no replacements",
                        "put a list of them there",
                    );
                }
            }
        }
    }

    fn replacement(&mut self, entry: &Node) {
        if let Err(trouble) = self.try_replacement(entry) {
            self.troubles.push(trouble);
        }
    }

    fn try_replacement(&mut self, entry: &Node) -> Result<(), Trouble> {
        let fatal = |message: &str| Trouble::fatal(Class::Replacement, entry.origin.span, message);
        let targets = entry.get("targets").and_then(Node::as_list);
        let is_sourced = has(entry, "source") || has(entry, "sourceValue");
        let Some(targets) = targets.filter(|targets| is_sourced && !targets.is_empty()) else {
            return Err(fatal("a replacement needs a source and at least one target"));
        };
        let value = match entry.get("sourceValue").filter(|node| !node.is_null()) {
            Some(_) if has(entry, "source") => {
                return Err(fatal("a replacement has either `source` or `sourceValue`, not both"));
            }
            Some(node) => {
                let text = node.text().unwrap_or_default();
                Node::scalar(Scalar::untyped(text), node.origin.clone())
            }
            None => Source::parse(entry.get("source").unwrap_or(entry))?.value(self.resources)?,
        };
        let size =
            size(&value, 0).ok_or_else(|| fatal("the value is nested too deeply to be copied"))?;
        for target in targets {
            self.target(target, &value, size)?;
        }
        Ok(())
    }

    /// `encoding` is in kustomize's types, and nothing there reads it.
    fn ignored(&mut self, entry: &Node) {
        let encoding = entry.at(&["options", "encoding"]);
        let Some(node) = encoding.filter(|node| node.text().is_some_and(|text| !text.is_empty()))
        else {
            return;
        };
        let message = "`encoding` has no effect: kustomize copies the value as it is";
        self.troubles.push(Trouble::note(Class::Replacement, node.origin.span, message));
    }

    fn target(&mut self, entry: &Node, value: &Node, size: usize) -> Result<(), Trouble> {
        let target = Target::parse(entry)?;
        self.ignored(entry);
        let mut is_idle = true;
        for resource in self.resources.iter_mut().filter(|resource| target.is_for(resource)) {
            is_idle = false;
            for field in &target.fields {
                let write = Write { value, options: &target.options, at: field.at };
                self.left = self.left.checked_sub(size).ok_or_else(|| {
                    let message = "the replacements copy more than a million values";
                    Trouble::fatal(Class::Replacement, field.at.span, message)
                })?;
                self.done.fields += write.all(&field.path, resource, self.troubles)?;
            }
        }
        if is_idle {
            self.done.idle.push(entry.origin.span);
        }
        Ok(())
    }
}

/// The number of values in a tree; none when it is nested too deeply.
fn size(node: &Node, depth: usize) -> Option<usize> {
    if depth > DEEPEST {
        return None;
    }
    match &node.value {
        Value::Scalar(_) => Some(1),
        Value::List(items) => {
            items.iter().try_fold(1, |sum, item| Some(sum + size(item, depth + 1)?))
        }
        Value::Map(map) => map
            .entries()
            .iter()
            .try_fold(1, |sum, entry| Some(sum + size(&entry.value, depth + 1)?)),
    }
}

/// How a value is taken out of, or put into, a text of several parts.
#[derive(Debug, Default)]
struct Options {
    /// What parts them; empty when the text is one.
    delimiter: String,
    /// Which part, from 0.
    index: i64,
    /// Fields that are missing are made.
    create: bool,
}

impl Options {
    fn parse(node: Option<&Node>) -> Self {
        let word = |key| node.and_then(|node| node.get(key)).and_then(Node::text);
        Self {
            delimiter: word("delimiter").unwrap_or_default().to_owned(),
            index: word("index").and_then(|text| text.parse().ok()).unwrap_or_default(),
            create: word("create") == Some("true"),
        }
    }
}

/// A value on its way into fields.
struct Write<'a> {
    value: &'a Node,
    options: &'a Options,
    /// The path as it stands in the kustomization: the step on the way of what is set.
    at: &'a Origin,
}

impl Write<'_> {
    /// Sets every field of an object that the path leads to. Gives their number.
    fn all(
        &self,
        path: &Path,
        resource: &mut Resource,
        troubles: &mut Vec<Trouble>,
    ) -> Result<usize, Trouble> {
        let make = self.options.create.then_some(Make { like: &self.value.value, origin: self.at });
        if let Some(count) = inside::set(self, path, &mut resource.node, make) {
            return Ok(count);
        }
        let mut misfits = Vec::new();
        let mut set = 0;
        let mut taken = Taken::of(&resource.node);
        let done = path.visit(0, &mut resource.node, make, &mut |field| {
            let base = field.origin.clone();
            let is_shared = field.as_scalar().is_some() && base != *self.at;
            self.set(field)?;
            set += 1;
            if is_shared {
                taken.note(&base, field);
            }
            misfits.extend(misfit(field));
            Ok(())
        });
        taken.follow(&mut resource.node);
        let id = resource.id();
        for why in misfits {
            let message = format!("in {id} this makes {why}");
            troubles.push(Trouble::fatal(Class::Replacement, self.at.span, message));
        }
        match done {
            Ok(0) => {
                let message = format!("{id} has no such field");
                let help = "correct the path, or add `options: {create: true}` to make the field";
                Err(Trouble::fatal(Class::Replacement, self.at.span, message).help(help))
            }
            Ok(found) => {
                if set < found {
                    let message = format!("in {id} this path leads into a null, which stays one");
                    let help = "give the field a value that is a mapping, or take it out";
                    let trouble = Trouble::note(Class::Replacement, self.at.span, message);
                    troubles.push(trouble.help(help));
                }
                Ok(set)
            }
            Err(Astray(why)) => {
                let message = format!("in {id} this path {why}");
                Err(Trouble::fatal(Class::Replacement, self.at.span, message))
            }
        }
    }

    /// Puts the value into a field: its text where a scalar stands, otherwise all of it.
    fn set(&self, field: &mut Node) -> Result<(), Astray> {
        let value = self.value.as_scalar();
        let Value::Scalar(old) = &field.value else {
            if !self.options.delimiter.is_empty() {
                return Err(Astray("leads to no text, and `delimiter` is for text".into()));
            }
            let base = field.origin.clone();
            *field = self.value.clone();
            field.origin = self.origin(&base);
            return Ok(());
        };
        let (tag, quoted) = (old.tag, old.quoted);
        if !self.options.delimiter.is_empty() {
            let scalar = self.joined(field, quoted);
            field.value = Value::Scalar(Scalar { tag, ..scalar });
            field.origin = field.origin.then(How::Replacement, self.at.span);
            return Ok(());
        }
        let fragments = value.and_then(|value| value.fragments.clone());
        let text = value.map(|value| value.text.clone()).unwrap_or_default();
        field.value = Value::Scalar(Scalar { text, tag, quoted, fragments });
        field.origin = self.origin(&field.origin);
        Ok(())
    }

    /// The place of the value in a field where something else stood.
    fn origin(&self, base: &Origin) -> Origin {
        let origin = &self.value.origin;
        // What was only made to hold the value is no base.
        let origin = if base == self.at { origin.clone() } else { origin.over(base) };
        origin.then(How::Replacement, self.at.span)
    }

    /// The text of a field with the value for one of its parts, or before or behind all of them.
    fn joined(&self, field: &Node, quoted: bool) -> Scalar {
        let Options { delimiter, index, .. } = self.options;
        let text = field.as_scalar().map(|scalar| scalar.text.as_str()).unwrap_or_default();
        let mut pieces = Pieces::default();
        if *index < 0 {
            pieces.push_all(self.value);
            pieces.push(delimiter, self.at);
            pieces.push_all(field);
            return pieces.finish(quoted);
        }
        let (mut start, mut number) = (0, 0);
        for part in text.split(delimiter.as_str()) {
            if number > 0 {
                pieces.push_part(field, start..start + delimiter.len());
                start += delimiter.len();
            }
            match number == *index {
                true => pieces.push_all(self.value),
                false => pieces.push_part(field, start..start + part.len()),
            }
            start += part.len();
            number += 1;
        }
        if *index >= number {
            pieces.push(delimiter, self.at);
            pieces.push_all(self.value);
        }
        pieces.finish(quoted)
    }
}

/// A number, boolean or null whose text is none any more: kustomize cannot write it.
fn misfit(field: &Node) -> Option<String> {
    let scalar = field.as_scalar().filter(|scalar| !scalar.quoted)?;
    let now = resolve(&scalar.text);
    let (has, fits) = match scalar.tag {
        Tag::Bool => ("a boolean", now == Tag::Bool),
        Tag::Int => ("a whole number", now == Tag::Int),
        Tag::Float => ("a number", matches!(now, Tag::Int | Tag::Float)),
        // What has no type of its own counts as null until it is written.
        _ => return None,
    };
    (!fits).then(|| format!("{has} of the text `{}`", scalar.text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::sample::{node, places, resources, show_at};

    const OBJECTS: &str = "\
{apiVersion: v1, kind: ConfigMap, metadata: {name: a, labels: {role: src}}, data: {a: '1', b: x, path: a/b/c}, m: {q: 1}, num: 7, fl: 1.5, bo: true, nul: , e: [], l: [{name: foo, v: 1}, {name: bar, v: 2}]}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, labels: {role: dst}}, spec: {replicas: 1}}
";

    fn run(list: &str) -> (Vec<Resource>, Done, Vec<Trouble>) {
        let mut objects = resources(OBJECTS);
        let mut troubles = Vec::new();
        let mut load = |path: &Node| path.text().map(node);
        let done = apply(&node(list), &mut load, &mut objects, &mut troubles);
        (objects, done, troubles)
    }

    /// One replacement inside of the first object.
    fn one(source: &str, target: &str) -> (Vec<Resource>, Done, Vec<Trouble>) {
        run(&format!(
            "[{{source: {{kind: ConfigMap, {source}}}, targets: [{{select: {{kind: ConfigMap}}, {target}}}]}}]"
        ))
    }

    fn field(source: &str, target: &str, path: &str) -> String {
        let (objects, _, troubles) = one(source, target);
        match troubles.first() {
            None => show_at(&objects[0].node, path),
            Some(trouble) => trouble.message.clone(),
        }
    }

    #[test]
    fn text_keeps_the_type_of_its_field() {
        assert_eq!(field("fieldPath: num", "fieldPaths: [data.b]", "data/b"), "\"7\"");
        assert_eq!(field("fieldPath: data.a", "fieldPaths: [num]", "num"), "1");
        assert_eq!(field("fieldPath: num", "fieldPaths: [fl]", "fl"), "7");
        let made = "fieldPaths: [data.new], options: {create: true}";
        assert_eq!(field("fieldPath: data.a", made, "data/new"), "1");
        assert_eq!(field("fieldPath: num", "fieldPaths: []", "metadata/name"), "\"7\"");
    }

    #[test]
    fn a_text_that_is_no_number_does_not_fit_one() {
        let check = |source: &str, target: &str, want: &str| {
            let source = format!("fieldPath: {source}");
            let message = field(&source, &format!("fieldPaths: [{target}]"), "num");
            assert_eq!(message, format!("in ConfigMap a this makes {want}"));
        };
        check("data.b", "num", "a whole number of the text `x`");
        check("fl", "num", "a whole number of the text `1.5`");
        check("fl", "bo", "a boolean of the text `1.5`");
    }

    #[test]
    fn collections_are_copied_whole() {
        assert_eq!(field("fieldPath: m", "fieldPaths: [e]", "e"), "{q: 1}");
        assert_eq!(field("fieldPath: num", "fieldPaths: [m]", "m"), "7");
        assert_eq!(field("fieldPath: m", "fieldPaths: ['l.[name=bar]']", "l/1"), "{q: 1}");
        assert_eq!(
            field("fieldPath: m", "fieldPaths: [new], options: {create: true}", "new"),
            "{q: 1}"
        );
        // The text of a mapping is none.
        assert_eq!(field("fieldPath: m", "fieldPaths: [data.b]", "data/b"), "\"\"");
    }

    #[test]
    fn parts_of_texts_are_taken_and_set() {
        let path = |options: &str| {
            let target = format!("fieldPaths: [data.path], options: {{delimiter: /, {options}}}");
            field("fieldPath: num", &target, "data/path")
        };
        assert_eq!(path("index: 1"), "a/7/c");
        assert_eq!(path("index: -1"), "7/a/b/c");
        assert_eq!(path("index: 10"), "a/b/c/7");
        let part = |index: i64| {
            let source = format!("fieldPath: data.path, options: {{delimiter: /, index: {index}}}");
            field(&source, "fieldPaths: [data.b]", "data/b")
        };
        assert_eq!(part(2), "c");
        assert_eq!(part(3), "`a/b/c` has no part 3 (counted from 0)");
        assert_eq!(part(-1), "`a/b/c` has no part -1 (counted from 0)");
        let made = "fieldPaths: [new], options: {delimiter: /, create: true, index: -1}";
        assert_eq!(field("fieldPath: num", made, "new"), "7/");
        let text = "fieldPaths: [m], options: {delimiter: /}";
        let want = "in ConfigMap a this path leads to no text, and `delimiter` is for text";
        assert_eq!(field("fieldPath: num", text, "m"), want);
        let source = "fieldPath: m, options: {delimiter: /}";
        let want = "`delimiter` is for text, and the source is none";
        assert_eq!(field(source, "fieldPaths: [data.b]", "m"), want);
    }

    #[test]
    fn what_is_missing_is_told() {
        let target = "fieldPaths: [data.b]";
        let empty = |path: &str| format!("ConfigMap a has no `{path}`, or it is empty");
        assert_eq!(field("fieldPath: nul", target, "e"), empty("nul"));
        assert_eq!(field("fieldPath: e", target, "e"), empty("e"));
        assert_eq!(field("name: zz", target, "e"), "the source selects no object");
        assert_eq!(
            field("fieldPath: num", "fieldPaths: [data.zz]", "e"),
            "ConfigMap a has no such field"
        );
        let first = |list: &str| run(list).2.first().map(|trouble| trouble.message.clone());
        let needs = Some("a replacement needs a source and at least one target".to_owned());
        assert_eq!(first("[{targets: []}]"), needs);
        assert_eq!(first("[{source: {kind: ConfigMap}}]"), needs);
        let target = "[{source: {kind: ConfigMap}, targets: [{fieldPaths: [a]}]}]";
        assert_eq!(first(target), Some("a target says which objects it is for".to_owned()));
        let several = "[{source: {version: v1}, targets: [{select: {kind: A}}]}]";
        let want = "the source selects several objects: ConfigMap a, Deployment web";
        assert_eq!(first(several), Some(want.to_owned()));
    }

    #[test]
    fn targets_are_chosen_by_what_they_are_and_were() {
        let names = |target: &str| {
            let list = format!(
                "[{{sourceValue: new, targets: [{{{target}, fieldPaths: [metadata.labels.role]}}]}}]"
            );
            let (objects, done, troubles) = run(&list);
            assert_eq!(troubles, []);
            let is_set =
                |object: &&Resource| show_at(&object.node, "metadata/labels/role") == "new";
            let set: Vec<String> =
                objects.iter().filter(is_set).map(|object| object.name().to_owned()).collect();
            assert_eq!(done.fields, set.len());
            assert_eq!(done.idle.len(), usize::from(set.is_empty()));
            set.join(" ")
        };
        assert_eq!(names("select: {kind: Deployment}"), "web");
        assert_eq!(names("select: {kind: 'Config.*|Deployment'}"), "a web");
        assert_eq!(names("select: {kind: 'Config'}"), "");
        assert_eq!(names("select: {group: apps, version: v1}"), "web");
        assert_eq!(names("select: {namespace: default}"), "a web");
        assert_eq!(names("select: {namespace: other}"), "");
        assert_eq!(names("select: {labelSelector: role=src}"), "a");
        assert_eq!(names("select: {version: v1}, reject: [{name: a}]"), "web");
        assert_eq!(names("select: {version: v1}, reject: [{kind: Deployment, name: a}]"), "a web");
        assert_eq!(
            names("select: {version: v1}, reject: [{name: zz, labelSelector: role=src}]"),
            "web"
        );
    }

    #[test]
    fn a_replacement_may_be_in_a_file() {
        let file =
            "{sourceValue: new, targets: [{select: {kind: ConfigMap}, fieldPaths: [data.b]}]}";
        for text in [file.to_owned(), format!("[{file}]")] {
            let (objects, _, troubles) = run(&format!("[{{path: {text:?}}}]"));
            assert_eq!(troubles, []);
            assert_eq!(show_at(&objects[0].node, "data/b"), "new");
        }
        let both = format!("[{{path: {file:?}, source: {{kind: ConfigMap}}}}]");
        assert!(run(&both).2[0].message.contains("not both"));
        assert_eq!(run("[{path: text}]").2[0].message, "this file holds no replacements");
    }

    #[test]
    fn the_place_is_that_of_the_source() {
        let list = "[{source: {kind: ConfigMap, fieldPath: data.b}, targets: [{select: {kind: Deployment}, fieldPaths: [metadata.name]}]}]";
        let (objects, ..) = run(list);
        let name = objects[1].node.at(&["metadata", "name"]).expect("a name");
        assert_eq!(places(name, [OBJECTS, list]), ["0:x"]);
        let steps: Vec<How> = name.origin.trail.steps().map(|step| step.how).collect();
        assert_eq!(steps, [How::Replacement, How::Base]);

        let list = "[{source: {kind: ConfigMap, fieldPath: num}, targets: [{select: {kind: ConfigMap}, fieldPaths: [data.path], options: {delimiter: /, index: 1}}]}]";
        let (objects, ..) = run(list);
        let path = objects[0].node.at(&["data", "path"]).expect("a path");
        assert_eq!(places(path, [OBJECTS, list]), ["0:a/b/c", "0:a", "0:/", "0:7", "0:/", "0:c"]);
    }

    #[test]
    fn an_encoding_that_nobody_does_is_noted() {
        let target = "fieldPaths: [data.b], options: {encoding: base64}";
        let (objects, _, troubles) = one("fieldPath: num", target);
        assert_eq!(show_at(&objects[0].node, "data/b"), "\"7\"");
        assert!(matches!(troubles.as_slice(), [only] if !only.fatal));
    }

    #[test]
    fn what_is_lost_in_a_null_is_noted() {
        let target = "fieldPaths: [nul.x], options: {create: true}";
        let (objects, done, troubles) = one("fieldPath: num", target);
        assert_eq!((show_at(&objects[0].node, "nul"), done.fields), ("~".into(), 0));
        assert!(matches!(troubles.as_slice(), [only] if !only.fatal));
    }

    #[test]
    fn copies_have_a_bound() {
        let entry = "{source: {kind: ConfigMap, fieldPath: m}, targets: [{select: {kind: ConfigMap}, fieldPaths: [m.x, m.y], options: {create: true}}]}";
        let list = node(&format!("[{}]", vec![entry; 40].join(", ")));
        let mut objects = resources(OBJECTS);
        let mut troubles = Vec::new();
        let (resources, done) = (objects.as_mut_slice(), Done::default());
        let mut job = Job { resources, troubles: &mut troubles, done, left: 1000 };
        job.list(&list, &mut |_| None);
        assert!(job.done.fields < 20);
        assert!(troubles.iter().any(|trouble| trouble.message.contains("copy more than")));
    }
}
