//! A value that must be text is a number or a boolean for want of quotes.
//!
//! YAML as Kubernetes reads it takes `yes`, `no`, `on`, `off`, `y` and `n` for booleans and `0644`,
//! `1.10` and `1e3` for numbers. Labels, annotations, environment variables, arguments and the values
//! of a ConfigMap must be text: the API server refuses the object. A key is turned into text, but
//! into another one: `on: x` in a ConfigMap sets the key `true`.
//!
//! Put it in quotes, as it is written.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata:
//!   name: web
//!   labels:
//!     version: 1.10
//! #   ^^^^^^^^^^^^^ Deployment `web` has the label `version` without quotes: `1.10` is the number 1.1, and Kubernetes wants text
//!   annotations: {example.com/scrape: yes}
//! #               ^^^^^^^^^^^^^^^^^^^^^^^ Deployment `web` has the annotation `example.com/scrape` without quotes: `yes` is the boolean true, and Kubernetes wants text
//! spec:
//!   selector: {matchLabels: {stage: 2}}
//! #                          ^^^^^^^^ Deployment `web` has the label `stage` without quotes: `2` is a number, and Kubernetes wants text
//!   template:
//!     spec:
//!       nodeSelector: {gpu: true}
//! #                    ^^^^^^^^^ Deployment `web` has the node label `gpu` without quotes: `true` is a boolean, and Kubernetes wants text
//!       containers:
//!         - name: app
//!           args: [--port, 8080]
//! #                        ^^^^ Deployment `web` has an item of `args` without quotes: `8080` is a number, and Kubernetes wants text
//!           env:
//!             - name: MODE
//!               value: 0644
//! #             ^^^^^^^^^^^ Deployment `web` has the variable `MODE` without quotes: `0644` is the number 420, and Kubernetes wants text
//! ```
//!
//! ```yaml fixed
//! kind: Deployment
//! metadata:
//!   name: web
//!   labels:
//!     version: "1.10"
//!   annotations: {example.com/scrape: "yes"}
//! spec:
//!   selector: {matchLabels: {stage: "2"}}
//!   template:
//!     spec:
//!       nodeSelector: {gpu: "true"}
//!       containers:
//!         - name: app
//!           args: [--port, "8080"]
//!           env:
//!             - name: MODE
//!               value: "0644"
//! ```
//!
//! Keys change their name:
//!
//! ```yaml fail
//! kind: ConfigMap
//! metadata: {name: switches}
//! data:
//!   on: "1"
//! # ^^ ConfigMap `switches` has the key `on` without quotes, which is read as `true`
//!   count: 3
//! # ^^^^^^^^ ConfigMap `switches` has the key `count` without quotes: `3` is a number, and Kubernetes wants text
//! ```
//!
//! ```yaml fixed
//! kind: ConfigMap
//! metadata: {name: switches}
//! data:
//!   "on": "1"
//!   count: "3"
//! ```
//!
//! A name is text, too, and so are the values of a selector:
//!
//! ```yaml fail
//! kind: Service
//! metadata: {name: 2048, namespace: games}
//! #          ^^^^^^^^^^ Service without a name has the name without quotes: `2048` is a number, and Kubernetes wants text
//! spec: {selector: {app: 2048}, ports: [{port: 80}]}
//! #                 ^^^^^^^^^ Service without a name has the label `app` without quotes: `2048` is a number, and Kubernetes wants text
//! ---
//! kind: NetworkPolicy
//! metadata: {name: games}
//! spec: {podSelector: {matchExpressions: [{key: stage, operator: In, values: [1, "2"]}]}}
//! #                                                                           ^ NetworkPolicy `games` has an item of `values` without quotes: `1` is a number, and Kubernetes wants text
//! ```
//!
//! Of custom resources only `metadata` and the pod are known:
//!
//! ```yaml fail
//! apiVersion: argoproj.io/v1alpha1
//! kind: Rollout
//! metadata: {name: web}
//! spec:
//!   strategy: {canary: {steps: [{setWeight: 20}], canaryMetadata: {labels: {role: 1}}}}
//!   template:
//!     metadata: {labels: {stage: 2}}
//! #                       ^^^^^^^^ Rollout `web` has the label `stage` without quotes: `2` is a number, and Kubernetes wants text
//!     spec:
//!       containers: [{name: app, livenessProbe: {exec: {command: [check, 80]}}}]
//! #                                                                      ^^ Rollout `web` has an item of `command` without quotes: `80` is a number, and Kubernetes wants text
//! ---
//! apiVersion: example.com/v1
//! kind: Widget
//! metadata: {name: widget}
//! spec: {labels: {a: 1}, env: [{name: A, value: 1}], nodeSelector: {a: 1}}
//! ```
//!
//! ```yaml pass
//! kind: CronJob
//! metadata: {labels: {version: "1.10", empty: }, annotations: {scrape: 'yes'}}
//! spec:
//!   jobTemplate:
//!     spec:
//!       backoffLimit: 2
//!       template:
//!         spec:
//!           nodeSelector: {zone: eu-1}
//!           tolerations: [{key: a, tolerationSeconds: 30}]
//!           containers:
//!             - name: main
//!               args: ["8080", --on, 1.2.3, 10m, 0x1g]
//!               env: [{name: A, value: !!str 8080}, {name: B, value: "${N}"}]
//!               ports: [{containerPort: 8080}]
//! ---
//! kind: ConfigMap
//! data: {"on": x, 8080: x, app.yaml: "count: 3", template: "{{ n }}"}
//! ---
//! apiVersion: apiextensions.k8s.io/v1
//! kind: CustomResourceDefinition
//! metadata: {name: a}
//! spec: {versions: [{schema: {openAPIV3Schema: {properties: {metadata: {labels: {a: 1}}}}}}]}
//! ```

use kubesift_engine::model::{is_builtin_group, known_node};
use kubesift_engine::source::{Edit, Span};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 3.5,
    profiles: &[Profile::Default],
    fix: Some(Safe),
    run: Run::Resource(&["*"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, out: &mut Out) {
    let mut texts = Texts::default();
    let root = resource.node();
    if let Some(metadata) = root.get("metadata") {
        texts.walk(metadata, "metadata");
    }
    if is_builtin_group(&resource.kind.group) {
        texts.built_in(resource);
    } else if let Some(pod) = Pod::of(resource).filter(|pod| !pod.is_partial()) {
        if let Some(metadata) = pod.template.get("metadata") {
            texts.walk(metadata, "metadata");
        }
        texts.walk(pod.spec, "spec");
    }
    for (node, what) in texts.values {
        report_value(node, &what, out);
    }
    for (node, what) in texts.keys {
        report_key(node, what, out);
    }
}

/// The places of an object that must hold text.
#[derive(Default)]
struct Texts<'a> {
    /// A value, and what it is.
    values: Vec<(Node<'a>, What<'a>)>,
    /// An entry whose key must be text, and what the key is.
    keys: Vec<(Node<'a>, &'static str)>,
}

/// What a value is: put in words for the few that are wrong.
enum What<'a> {
    /// The name or namespace of the object.
    Name(&'a str),
    /// The value of a key in a mapping of labels, annotations or data.
    Entry(&'static str, &'a str),
    /// An item of the list `command` or `args`, or of a selector's `values`.
    Item(&'a str),
    /// The value of a container's environment variable.
    Variable(&'a str),
}

impl std::fmt::Display for What<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Name(name) => write!(f, "the {name}"),
            Self::Entry(what, key) => write!(f, "the {what} `{key}`"),
            Self::Item(list) => write!(f, "an item of `{list}`"),
            Self::Variable(name) => write!(f, "the variable `{name}`"),
        }
    }
}

impl<'a> Texts<'a> {
    fn built_in(&mut self, resource: &'a Resource) {
        let root = resource.node();
        let at = |path: &str| root.at(path);
        match &*resource.kind.kind {
            "ConfigMap" => self.map(at("data"), "key"),
            "Secret" => {
                self.map(at("data"), "key");
                self.map(at("stringData"), "key");
            }
            "CustomResourceDefinition" => {}
            kind => {
                if matches!(kind, "Service" | "ReplicationController") {
                    self.map(at("spec.selector"), "label");
                }
                for (key, value) in root.entries().filter(|entry| entry.0 != "metadata") {
                    self.walk(value, key);
                }
            }
        }
    }

    /// Looks through what stands under `key` for the fields that hold text in every built-in kind.
    fn walk(&mut self, node: Node<'a>, key: &'a str) {
        let mut work = vec![(node, key)];
        while let Some((node, key)) = work.pop() {
            // What an alias stands for is looked at where it is written.
            if node.resolved() != node {
                continue;
            }
            work.extend(node.items().map(|item| (item, key)));
            for (name, value) in node.entries() {
                match (key, name) {
                    ("metadata", "labels") | (_, "matchLabels") => self.map(Some(value), "label"),
                    ("metadata", "annotations") => self.map(Some(value), "annotation"),
                    ("metadata", "name" | "namespace") => {
                        self.values.push((value, What::Name(name)));
                    }
                    (_, "nodeSelector") => self.map(Some(value), "node label"),
                    (_, "command" | "args") => self.list(value, name),
                    ("matchExpressions", "values") => self.list(value, name),
                    ("env", "value") => {
                        let variable = node.get("name").and_then(Node::text).unwrap_or_default();
                        self.values.push((value, What::Variable(variable)));
                    }
                    _ => work.push((value, name)),
                }
            }
        }
    }

    fn map(&mut self, map: Option<Node<'a>>, what: &'static str) {
        for (key, value) in map.into_iter().flat_map(Node::entries) {
            self.values.push((value, What::Entry(what, key)));
            self.keys.push((value, what));
        }
    }

    fn list(&mut self, list: Node<'a>, name: &'a str) {
        for item in list.items() {
            self.values.push((item, What::Item(name)));
        }
    }
}

fn report_value(node: Node, what: &What, out: &mut Out) {
    let (kind, value) = match node.value() {
        Value::Bool(value) => ("boolean", value.to_string()),
        Value::Int(value) => ("number", value.to_string()),
        Value::Uint(value) => ("number", value.to_string()),
        Value::Float(value) => ("number", value.to_string()),
        _ => return,
    };
    let Some(written) = node.text().filter(|_| known_node(node).is_literal()) else { return };
    let kind = if value == written { format!("a {kind}") } else { format!("the {kind} {value}") };
    let message =
        format!("has {what} without quotes: `{written}` is {kind}, and Kubernetes wants text");
    let quoted = format!("\"{written}\"");
    out.report(node, message).offer(Safe, "put it in quotes", edit::replace(node, &quoted));
}

fn report_key(entry: Node, what: &str, out: &mut Out) {
    let (Some(span), Some(key)) = (entry.key_span(), entry.key()) else { return };
    let written = entry.tree().file().slice(span);
    if written == key || written.is_empty() || written.starts_with(['"', '\'', '*', '&', '!', '?'])
    {
        return;
    }
    let message = format!("has the {what} `{written}` without quotes, which is read as `{key}`");
    // Whoever reads the key by the name that it has now will not find it under the other one.
    out.report(At::Part(entry, span), message).offer(
        Unsafe,
        "put it in quotes",
        quoted(span, written),
    );
}

fn quoted(span: Span, written: &str) -> Option<Edit> {
    let plain =
        written.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\');
    plain.then(|| Edit { span, text: format!("\"{written}\"") })
}
