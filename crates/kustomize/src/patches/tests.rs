//! Every expectation is what kustomize 5.5.0 gives, but for empty patch files, which later versions
//! leave alone.

use super::{Applied, Form, Text, Texts, apply};
use crate::schema::Schemas;
use crate::transform::sample::{in_file, node, resources, show};
use crate::tree::Node;
use crate::trouble::Trouble;

const OBJECTS: &str = "
{apiVersion: x/v1, kind: Foo, metadata: {name: a, labels: {app: x}}, size: 1}
---
{apiVersion: x/v1, kind: Foo, metadata: {name: b, namespace: q}, size: 1}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
";

/// Files are taken to hold what they are called.
struct Inline;

impl Texts for Inline {
    fn file(&self, path: &Node) -> Result<Text, Vec<Trouble>> {
        self.inline(path)
    }

    fn inline(&self, text: &Node) -> Result<Text, Vec<Trouble>> {
        let text = text.text().unwrap_or_default().trim();
        Ok(Text::new(text, in_file(1, text)))
    }
}

fn run(form: Form, entry: &str) -> (Vec<String>, Result<Applied, String>) {
    let mut all = resources(OBJECTS);
    let result = apply(form, &node(entry), &Inline, &Schemas::default(), &mut all);
    let result = result.map_err(|troubles| troubles[0].message.clone());
    (all.iter().map(|one| show(&one.node)).collect(), result)
}

/// The objects that an entry of `patches` changes, and how many patches and targets it has.
fn changed(entry: &str) -> (Vec<String>, (usize, usize)) {
    let (after, result) = run(Form::Either, entry);
    let result = result.expect(entry);
    let before: Vec<String> = resources(OBJECTS).iter().map(|one| show(&one.node)).collect();
    let changed = after.into_iter().filter(|one| !before.contains(one)).collect();
    (changed, (result.patches, result.targets))
}

fn fails(form: Form, entry: &str, message: &str) {
    assert_eq!(run(form, entry).1, Err(message.to_owned()), "{entry}");
}

#[test]
fn a_patch_without_a_target_finds_the_one_of_its_name() {
    let patch = "{patch: '{apiVersion: x/v1, kind: Foo, metadata: {name: a}, size: 2}'}";
    let expected = "{apiVersion: x/v1, kind: Foo, metadata: {labels: {app: x}, name: a}, size: 2}";
    assert_eq!(changed(patch), (vec![expected.into()], (1, 1)));
    fails(
        Form::Either,
        "{patch: '{apiVersion: x/v1, kind: Foo, metadata: {name: b}, size: 2}'}",
        "no object is called Foo b, so the patch has nothing to change",
    );
}

#[test]
fn a_target_may_mean_many_or_none() {
    let patch =
        "patch: '{apiVersion: any/v9, kind: Any, metadata: {name: any, namespace: z}, size: 2}'";
    let (objects, counts) = changed(&format!("{{{patch}, target: {{kind: Foo}}}}"));
    assert_eq!(counts, (1, 2));
    assert_eq!(
        objects[1],
        "{apiVersion: x/v1, kind: Foo, metadata: {name: b, namespace: q}, size: 2}"
    );
    assert_eq!(changed(&format!("{{{patch}, target: {{kind: Fo}}}}")), (vec![], (1, 0)));
    let (_, counts) = changed(&format!("{{{patch}, target: {{labelSelector: app}}}}"));
    assert_eq!(counts, (1, 1));
}

#[test]
fn names_and_kinds_change_when_they_may() {
    let entry = "{patch: '{apiVersion: v9, kind: Bar, metadata: {name: c}}', target: {kind: Foo, name: a}, \
                 options: {allowNameChange: true, allowKindChange: true}}";
    let expected = "{apiVersion: x/v1, kind: Bar, metadata: {labels: {app: x}, name: c}, size: 1}";
    assert_eq!(changed(entry), (vec![expected.into()], (1, 1)));
}

#[test]
fn labels_become_text_where_the_patch_is_copied() {
    let patch =
        "patch: '{apiVersion: x/v1, kind: Foo, metadata: {name: a, labels: {app: null, x: 1}}}'";
    let labels = |entry: &str| changed(entry).0[0].clone();
    assert_eq!(
        labels(&format!("{{{patch}, target: {{name: a, kind: Foo}}}}")),
        "{apiVersion: x/v1, kind: Foo, metadata: {labels: {app: \"null\", x: \"1\"}, name: a}, size: 1}"
    );
    assert_eq!(
        labels(&format!("{{{patch}}}")),
        "{apiVersion: x/v1, kind: Foo, metadata: {labels: {x: 1}, name: a}, size: 1}"
    );
}

#[test]
fn json_patches_add_to_annotations_that_are_not_there() {
    let entry =
        "{patch: '- {op: add, path: /metadata/annotations/a, value: b}', target: {name: b}}";
    let expected = "{apiVersion: x/v1, kind: Foo, metadata: {annotations: {a: b}, name: b, \
                    namespace: q}, size: 1}";
    assert_eq!(changed(entry), (vec![expected.into()], (1, 1)));
    let entry = "{patch: '- {op: add, path: /metadata/annotations/a, value: b}', \
                 target: {name: b, kind: Foo}}";
    let message = "`add` does not apply: `/metadata/annotations/a` leads to nothing";
    fails(Form::Json6902, entry, message);
    let unchanged = "{patch: '- {op: test, path: /kind, value: Foo}', target: {kind: Foo}}";
    assert_eq!(changed(unchanged), (vec![], (1, 2)));
}

#[test]
fn an_object_whose_annotations_all_go_is_no_longer_known_by_what_it_was_called() {
    let rename =
        node("{patch: '- {op: replace, path: /metadata/name, value: new}', target: {name: b}}");
    let drop = |change: &str| {
        node(&format!(
            "{{patch: '{{apiVersion: x/v1, kind: Foo, metadata: {{name: b, namespace: q, \
             annotations: {change}}}}}'}}"
        ))
    };
    let again = |change: &str| {
        let mut all = resources(OBJECTS);
        let schemas = Schemas::default();
        [&rename, &drop(change), &drop("{a: b}")]
            .map(|entry| apply(Form::Either, entry, &Inline, &schemas, &mut all).is_ok())
    };
    assert_eq!(again("{a: c}"), [true, true, true]);
    assert_eq!(again("null"), [true, true, false]);
}

#[test]
fn merges_find_objects_that_were_made_the_same() {
    let mut all = resources(OBJECTS);
    let rename = "{patch: '- {op: replace, path: /metadata/name, value: c}', target: {kind: Foo}}";
    let place = "{patch: '- {op: add, path: /metadata/namespace, value: q}', target: {kind: Foo}}";
    for entry in [rename, place] {
        apply(Form::Either, &node(entry), &Inline, &Schemas::default(), &mut all).expect(entry);
    }
    let merge =
        "{patch: '{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}', target: {name: a}}";
    let message = apply(Form::Either, &node(merge), &Inline, &Schemas::default(), &mut all);
    let message = message.map_err(|troubles| troubles[0].message.clone());
    assert_eq!(message.err().as_deref(), Some("patches leave several objects called Foo q/c"));
}

#[test]
fn deleted_objects_go() {
    let entry = "{patch: '{apiVersion: x/v1, kind: Foo, metadata: {name: a}, $patch: delete}'}";
    let (after, result) = run(Form::Either, entry);
    assert_eq!(after.len(), 2);
    let deleted: Vec<String> =
        result.expect("applies").deleted.iter().map(ToString::to_string).collect();
    assert_eq!(deleted, ["Foo a"]);
}

#[test]
fn replace_of_a_whole_object_does_nothing() {
    let patch =
        "patch: '{apiVersion: x/v1, kind: Foo, metadata: {name: a}, $patch: replace, z: 1}'";
    assert_eq!(changed(&format!("{{{patch}}}")), (vec![], (1, 1)));
}

#[test]
fn json_patches_are_told_by_their_text() {
    let operations = "patch: '[{\"op\": \"replace\", \"path\": \"/size\", \"value\": 3}]'";
    let (objects, counts) = changed(&format!("{{{operations}, target: {{name: b}}}}"));
    assert_eq!(counts, (1, 1));
    assert_eq!(
        objects,
        ["{apiVersion: x/v1, kind: Foo, metadata: {name: b, namespace: q}, size: 3}"]
    );
    let (_, counts) = changed("{patch: '- {op: remove, path: /size}', target: {kind: Foo}}");
    assert_eq!(counts, (1, 2));
    fails(Form::Either, &format!("{{{operations}}}"), "a JSON patch needs a target");
    fails(
        Form::Either,
        "{patch: '[{op: remove, path: /size}]', target: {name: b}}",
        "text that begins with `[` is read as JSON, and this is none",
    );
    fails(
        Form::Json6902,
        "{patch: '{a: 1}', target: {name: b}}",
        "this is no JSON patch: a list of operations is expected",
    );
    fails(
        Form::Json6902,
        "{patch: '- {op: remove, path: /size}', target: {kind: Foo}}",
        "the target of an entry of `patchesJson6902` needs a name",
    );
}

#[test]
fn entries_that_say_too_little_or_too_much() {
    fails(Form::Either, "{target: {kind: Foo}}", "the entry has neither `path` nor `patch`");
    fails(Form::Either, "{path: a, patch: b}", "the entry has both `path` and `patch`");
    let two = "{apiVersion: x/v1, kind: Foo, metadata: {name: a}}\n---\n\
               {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n";
    let entry = format!("patch: |\n  {}", two.replace('\n', "\n  "));
    assert_eq!(changed(&entry).1, (2, 2));
    fails(
        Form::Either,
        &format!("{entry}\ntarget: {{kind: Foo}}"),
        "several patches in one entry cannot have a target",
    );
    assert_eq!(changed("{path: '# nothing'}").1, (0, 0));
}

#[test]
fn merge_patches_by_path_or_as_they_are() {
    let (after, result) = run(
        Form::StrategicMerge,
        "|\n  apiVersion: x/v1\n  kind: Foo\n  metadata: {name: b, namespace: q}\n  size: 5\n",
    );
    assert_eq!(result.map(|applied| applied.targets), Ok(1));
    assert_eq!(
        after[1],
        "{apiVersion: x/v1, kind: Foo, metadata: {name: b, namespace: q}, size: 5}"
    );
}
