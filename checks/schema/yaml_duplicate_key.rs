//! A mapping has the same key twice.
//!
//! Kubernetes reads the last one; what stands under the first is dropped without a word, whole
//! lists of containers or environment variables included. Since 1.27 `kubectl` refuses such a file.
//!
//! Merge the two into one, or remove the one that is not meant.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata:
//!   name: web
//!   labels: {app: web, tier: front, app: shop}
//! #                                 ^^^ Deployment `web` has the key `app` twice, and the first value is dropped
//! spec:
//!   replicas: 2
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           env:
//!             - {name: A, value: a}
//!           image: app:1.0
//!           env:
//! #         ^^^ Deployment `web` has the key `env` twice, and the first value is dropped
//!             - {name: B, value: b}
//!   replicas: 2
//! # ^^^^^^^^ Deployment `web` has the key `replicas` twice, both times with the same value
//! ```
//!
//! ```yaml fixed
//! kind: Deployment
//! metadata:
//!   name: web
//!   labels: {app: web, tier: front, app: shop}
//! spec:
//!   replicas: 2
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           env:
//!             - {name: A, value: a}
//!           image: app:1.0
//!           env:
//!             - {name: B, value: b}
//! ```
//!
//! Of the objects of a file only the one that has it is concerned:
//!
//! ```yaml fail
//! kind: ConfigMap
//! metadata: {name: one}
//! data: {a: x}
//! ---
//! kind: ConfigMap
//! metadata: {name: two}
//! data:
//!   "a": x
//!   a: y
//! # ^ ConfigMap `two` has the key `a` twice, and the first value is dropped
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! metadata: {labels: {a: x, b: x}}
//! spec:
//!   containers:
//!     - {name: one, image: app}
//!     - {name: two, image: app}
//! ---
//! kind: ConfigMap
//! data:
//!   <<: {a: x}
//!   a: y
//! ```

use kubesift_engine::model::is_same_value;
use kubesift_engine::source::{Edit, Span};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 6.5,
    profiles: &[Profile::Default],
    fix: Some(Safe),
    refs: &[Peer("monokle:YML010"), Peer("kubeconform:strict")],
    run: Run::Resource(&["*"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, out: &mut Out) {
    let tree = resource.tree();
    if tree.duplicates().is_empty() {
        return;
    }
    let whole = resource.node().entry_span();
    for duplicate in tree.duplicates().iter().filter(|one| whole.contains(one.second)) {
        let entry = |key: Span| {
            let node = tree.node_at(key.start)?;
            (node.key_span() == Some(key)).then_some(node)
        };
        let Some(later) = entry(duplicate.second) else { continue };
        let first = entry(duplicate.first);
        let same = first.is_some_and(|first| is_same_value(first, later));
        let what =
            if same { "both times with the same value" } else { "and the first value is dropped" };
        let key = later.key().unwrap_or_default().escape_debug().to_string();
        let message = format!("has the key `{key}` twice, {what}");
        let mut draft = out.report(At::Part(later, duplicate.second), message);
        if let Some(first) = first {
            draft = draft.note(At::Part(first, duplicate.first), "the first one");
        }
        if same {
            draft.offer(Safe, "remove the second one", removal(later));
        }
    }
}

/// The edit that removes an entry with its lines, when these hold nothing else. (The general edit
/// does not remove a key that stays.)
fn removal(entry: Node) -> Option<Edit> {
    if entry.parent()?.is_flow() {
        return None;
    }
    let span = entry.entry_span();
    let file = entry.tree().file();
    if file.slice(span).contains(['#', '&', '*', '\r']) {
        return None;
    }
    let text = file.text();
    let before = text.get(..span.start as usize)?;
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    if !before.get(start..)?.bytes().all(|byte| byte == b' ') {
        return None;
    }
    let rest = text.get(span.end as usize..)?;
    let end = if file.slice(span).ends_with('\n') { 0 } else { rest.find('\n')? + 1 };
    rest.get(..end)?.trim().is_empty().then(|| Edit {
        span: Span::new(span.file, start as u32, span.end + end as u32),
        text: String::new(),
    })
}
