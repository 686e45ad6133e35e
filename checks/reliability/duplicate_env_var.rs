//! A container sets an environment variable twice.
//!
//! The last one counts, the others do nothing, and it is easy to change the wrong one. Worse, tools
//! that merge lists by name (`kubectl apply`, Kustomize, server-side apply) drop one of them or
//! refuse the object.
//!
//! Remove the ones that do not count.
//!
//! A variable that is built up from its own earlier value (`$(PATH):/opt`) is meant to stand twice,
//! and one of `envFrom` is meant to be overridden by `env`.
//!
//! ```yaml fail
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           env:
//!             - name: PORT
//!               value: "8080"
//!             - name: HOST
//!               value: localhost
//!             - name: PORT
//! #             ^^^^^^^^^^ container `app` sets `PORT` twice, and this value wins
//!               value: "9090"
//!             - {name: HOST, value: localhost}
//! #              ^^^^^^^^^^ container `app` sets `HOST` twice, both times to the same value
//! ```
//!
//! ```yaml fixed
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           env:
//!             - name: PORT
//!               value: "9090"
//!             - {name: HOST, value: localhost}
//! ```
//!
//! ```yaml fail
//! kind: CronJob
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//!           initContainers:
//!             - name: setup
//!               env:
//!                 - {name: USER, value: a}
//!                 - {name: HOME, value: /home/$(USER)}
//!                 - {name: USER, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
//! #                  ^^^^^^^^^^ init container `setup` sets `USER` twice, and this value wins
//!           containers:
//!             - {name: main}
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! spec:
//!   containers:
//!     - name: app
//!       envFrom: [{configMapRef: {name: settings}}]
//!       env:
//!         - {name: PORT, value: "8080"}
//!         - {name: port, value: "8080"}
//!         - {name: PATHS, value: /bin}
//!         - {name: PATHS, value: "$(PATHS):/opt/bin"}
//!         - {name: "${A}", value: a}
//!         - {name: "${A}", value: b}
//!     - name: other
//!       env:
//!         - {name: PORT, value: "9090"}
//! ```

use std::collections::HashMap;

use kubesift_engine::model::{env_references, is_same_value, is_unknown};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.0,
    profiles: &[Profile::Default, Profile::Reliability],
    fix: Some(Safe),
    refs: &[
        Peer("kube-linter:duplicate-env-var"),
        Peer("kube-score:environment-variable-key-duplication"),
        Peer("kubescape:C-0295"),
    ],
    run: Run::Container(run),
    ..Check::DEFAULT
};

fn run(container: &Container, out: &mut Out) {
    let all: Vec<Node> = container.env().collect();
    let mut seen: HashMap<&str, usize> = HashMap::new();
    for (at, later) in all.iter().enumerate() {
        let Some(name) = later.get("name") else { continue };
        let Some(text) = name.str().filter(|text| !text.is_empty() && !is_unknown(text)) else {
            continue;
        };
        let Some(before) = seen.insert(text, at) else { continue };
        let Some(earlier) = all.get(before) else { continue };
        if refers_to(*later, text) {
            continue;
        }
        let same = is_same_value(*earlier, *later);
        let what = if same { "both times to the same value" } else { "and this value wins" };
        let draft = out
            .report(name, format!("sets `{text}` twice, {what}"))
            .note(*earlier, "the first one");
        // A variable between the two is built from the first one's value.
        let between = all.get(before + 1..at).unwrap_or_default();
        if !between.iter().any(|one| refers_to(*one, text)) {
            draft.offer(Safe, "remove the one that does not count", edit::remove(*earlier));
        }
    }
}

fn refers_to(variable: Node, name: &str) -> bool {
    let value = variable.get("value").and_then(Node::text).unwrap_or_default();
    env_references(value).iter().any(|(referred, _)| *referred == name)
}
