//! A manifest holds what a template or a merge has left behind.
//!
//! What was meant to be replaced is applied as it stands: the API server refuses it, or a program
//! reads `<no value>` where an address should be.
//!
//! Give the template the value that is missing and render it again, or resolve the conflict.
//!
//! Three things are taken for residue, nothing else: what Go's templates write for a missing value
//! (`<no value>`, `%!s(<nil>)`), the marks of an unresolved merge inside a text (elsewhere they are
//! no YAML), and Helm's own objects (`{{ .Values.image }}`) in a plain manifest of a built-in kind, in
//! fields that no program reads as a template. `{{ … }}` of other tools is silent, because a
//! manifest may be such a tool's input, and so is `${VAR}`, which is filled in when the manifest is
//! applied. Annotations, arguments, environment variables, the data of ConfigMaps and Secrets and
//! custom resources may hold templates of their own.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     spec:
//!       serviceAccountName: "{{ .Release.Name }}-web"
//! #                          ^^^^^^^^^^^^^^^^^^^ Deployment `web` holds `{{ .Release.Name }}`, a template of Helm that nothing has rendered
//!       containers:
//!         - name: app
//!           image: app:1.0
//!           env: [{name: HOST, value: "<no value>:8080"}]
//! #                                    ^^^^^^^^^^ Deployment `web` holds `<no value>`, which a template writes where a value is missing
//!           args: ["--template={{ .Values.x }}"]
//! ```
//!
//! ```yaml fail
//! kind: ConfigMap
//! metadata: {name: settings}
//! data:
//!   port: "%!d(<nil>)"
//! #        ^^^^^^^^^^ ConfigMap `settings` holds `%!d(<nil>)`, which a template writes where a value is missing
//!   app.conf: |
//!     mode = fast
//!     <<<<<<< HEAD
//! #   ^^^^^^^^^^^^ ConfigMap `settings` holds a merge conflict that is not resolved
//!     level = debug
//!     =======
//!     level = info
//!     >>>>>>> main
//! ```
//!
//! ```yaml pass
//! kind: ConfigMap
//! metadata: {name: dashboards}
//! data:
//!   rules.tmpl: '{{ if eq .Value "<no value>" }}{{ .Values.x }}{{ end }}'
//!   heading: |
//!     Title
//!     =======
//! ---
//! kind: Deployment
//! metadata: {name: "{{ name }}", namespace: "${NAMESPACE}", annotations: {a: "{{ .Values.a }}"}}
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - {name: app, image: "{{ registry }}/app:1.0", command: [echo, "{{ .Release.Name }}"]}
//! ---
//! apiVersion: argoproj.io/v1alpha1
//! kind: ApplicationSet
//! metadata: {name: all}
//! spec: {template: {metadata: {name: "{{ .Values.cluster }}"}}}
//! ```
//!
//! What a controller wrote into the status is no template's:
//!
//! ```yaml pass
//! apiVersion: source.toolkit.fluxcd.io/v1
//! kind: OCIRepository
//! metadata:
//!   name: app
//! status:
//!   conditions:
//!     - message: "failed to pull: %!A(MISSING)"
//! ```

use std::ops::Range;

use kubesift_engine::model::{is_builtin_group, verbatim};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 6.0,
    confidence: Confidence::Medium,
    profiles: &[Profile::Default],
    run: Run::Resource(&["*"], run),
    ..Check::DEFAULT
};

/// Keys whose values may hold templates that a program reads.
const FREE: &[&str] = &[
    "annotations",
    "args",
    "binaryData",
    "command",
    "data",
    "description",
    "message",
    "messageExpression",
    "stringData",
    "value",
];

/// What marks a residue, to pass over most objects at once.
const MARKS: [&str; 4] = ["<no value>", "%!", "<<<<<<<", "{{"];

fn run(resource: &Resource, out: &mut Out) {
    let root = resource.node();
    let whole = resource.file().slice(root.span());
    let schema = resource.is("apiextensions.k8s.io/CustomResourceDefinition");
    if schema || !MARKS.iter().any(|mark| whole.contains(mark)) {
        return;
    }
    let built_in = is_builtin_group(&resource.kind.group);
    let mut work = vec![(root, !built_in)];
    let mut helm = Vec::new();
    let mut missing = Vec::new();
    while let Some((node, free)) = work.pop() {
        // What an alias stands for is looked at where it is written.
        // A controller wrote the status.
        if node.resolved() != node || root.get("status") == Some(node) {
            continue;
        }
        work.extend(node.items().map(|item| (item, free)));
        work.extend(node.entries().map(|(key, value)| (value, free || FREE.contains(&key))));
        let Some(text) = node.str() else { continue };
        if let Some(found) = missing_value(text) {
            missing.push((node, found));
        } else if let Some(found) = conflict(text) {
            report(node, found, "holds a merge conflict that is not resolved".to_owned(), out);
        } else if let Some(found) = helm_object(text).filter(|_| !free) {
            helm.push((node, found));
        }
    }
    report_all(missing, "which a template writes where a value is missing", out);
    report_all(helm, "a template of Helm that nothing has rendered", out);
}

/// Reports the first of them: an object that was rendered wrongly, or not at all, is one cause.
fn report_all(mut all: Vec<(Node, Range<usize>)>, what: &str, out: &mut Out) {
    all.sort_by_key(|found| found.0.position());
    let Some((node, found)) = all.first() else { return };
    let text = node.str().and_then(|text| text.get(found.clone())).unwrap_or_default();
    let more = match all.len() {
        1 => String::new(),
        count => format!(" (and {} more)", count - 1),
    };
    report(*node, found.clone(), format!("holds `{text}`{more}, {what}"), out);
}

fn report(node: Node, part: Range<usize>, message: String, out: &mut Out) {
    match verbatim(node, part) {
        Some(span) => out.report(At::Part(node, span), message),
        None => out.report(node, message),
    };
}

/// What `fmt` writes behind the verb when the value is not what it wants.
const BAD_VERB: &[&str] = &[
    "<nil>)",
    "MISSING)",
    "NOVERB)",
    "BADINDEX)",
    "bool=",
    "float64=",
    "int=",
    "int64=",
    "string=",
    "map[",
];

fn missing_value(text: &str) -> Option<Range<usize>> {
    const NO_VALUE: &str = "<no value>";
    if let Some(at) = text.find(NO_VALUE) {
        // A template, or a text about one, may name it.
        let before = text.get(..at)?.chars().next_back();
        let named = text.contains("{{") || matches!(before, Some('"' | '\'' | '`'));
        return (!named).then(|| at..at + NO_VALUE.len());
    }
    text.match_indices("%!").find_map(|(at, _)| {
        let rest = text.get(at + 2..)?;
        let rest = rest.trim_start_matches(|c: char| c.is_ascii_alphabetic()).strip_prefix('(')?;
        let known = BAD_VERB.iter().any(|word| rest.starts_with(word));
        let end = text.len() - rest.len() + rest.find(')')? + 1;
        let one_line = !text.get(at..end)?.contains('\n');
        (known && one_line).then_some(at..end)
    })
}

/// The first line of an unresolved merge: all three marks must be there.
fn conflict(text: &str) -> Option<Range<usize>> {
    let mut start = 0;
    let (mut begin, mut middle) = (None, false);
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end();
        if line.starts_with("<<<<<<< ") {
            (begin, middle) = (Some(start..start + bare.len()), false);
        } else if bare == "=======" {
            middle = true;
        } else if line.starts_with(">>>>>>> ") && begin.is_some() && middle {
            return begin;
        }
        start += line.len();
    }
    None
}

/// What only Helm gives to a template.
const HELM: &[&str] = &[".Values.", ".Release.", ".Chart.", ".Capabilities.", "include \""];

fn helm_object(text: &str) -> Option<Range<usize>> {
    if text.contains('\n') {
        return None;
    }
    let start = text.find("{{")?;
    let end = start + text.get(start..)?.find("}}")? + 2;
    let inner = text.get(start..end)?;
    HELM.iter().any(|name| inner.contains(name)).then_some(start..end)
}
