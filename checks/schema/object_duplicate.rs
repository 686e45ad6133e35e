//! An object is defined twice.
//!
//! Both definitions are applied to the same object, one after the other: which one holds depends on
//! their order, and changing the other one does nothing.
//!
//! Remove one of them, or give it the name or the namespace that was meant.
//!
//! An object is group, kind, namespace and name; its version does not count. Folders that define the
//! same objects (environments, variants, examples) are taken for alternatives. So are two files where
//! one shares a quarter of its objects with the other, unless the run names this check: the same
//! manifest as JSON, or a second variant. The same definition in two files does no harm and is
//! reported only then. `Namespace` and `CustomResourceDefinition` are brought along by every
//! application and count within a file only.
//!
//! ```yaml fail
//! kind: ConfigMap
//! metadata: {name: settings, namespace: shop}
//! data: {level: info}
//! ---
//! kind: ConfigMap
//! metadata:
//!   name: settings
//! # ^^^^^^^^^^^^^^ ConfigMap `settings` is defined twice, and the two differ
//!   namespace: shop
//! data: {level: debug}
//! ---
//! kind: Service
//! metadata: {name: web}
//! spec: {selector: {app: web}}
//! ---
//! kind: Service
//! metadata: {name: web}
//! #          ^^^^^^^^^ Service `web` is defined twice, both times the same
//! spec: {selector: {app: "web"}}
//! ```
//!
//! ```yaml fail
//! # file: apps/web.yaml
//! kind: PodDisruptionBudget
//! metadata: {name: web}
//! ---
//! kind: Deployment
//! metadata: {name: web}
//! ---
//! kind: Service
//! metadata: {name: web}
//! ---
//! kind: Ingress
//! metadata: {name: web}
//! ---
//! kind: ServiceAccount
//! metadata: {name: shared}
//! # file: apps/worker.yaml
//! kind: Deployment
//! metadata: {name: worker}
//! ---
//! kind: Service
//! metadata: {name: worker}
//! ---
//! kind: ConfigMap
//! metadata: {name: worker}
//! ---
//! kind: Secret
//! metadata: {name: worker}
//! ---
//! kind: ServiceAccount
//! metadata: {name: shared}
//! #          ^^^^^^^^^^^^ ServiceAccount `shared` is defined twice, and the two differ
//! automountServiceAccountToken: false
//! ```
//!
//! ```yaml fail asked
//! # file: service.yaml
//! kind: Service
//! metadata: {name: web}
//! spec: {selector: {app: web}}
//! # file: worker.yaml
//! kind: Service
//! metadata: {name: web}
//! #          ^^^^^^^^^ Service `web` is defined twice, and the two differ
//! spec: {selector: {app: worker}}
//! ```
//!
//! ```yaml pass
//! kind: ConfigMap
//! metadata: {name: settings, namespace: shop}
//! ---
//! kind: ConfigMap
//! metadata: {name: settings, namespace: other}
//! ---
//! kind: Secret
//! metadata: {name: settings, namespace: shop}
//! ---
//! kind: ConfigMap
//! metadata: {name: settings}
//! ---
//! kind: Service
//! metadata: {name: web}
//! ---
//! apiVersion: serving.knative.dev/v1
//! kind: Service
//! metadata: {name: web}
//! ---
//! kind: Job
//! metadata: {generateName: run-}
//! ---
//! kind: Job
//! metadata: {generateName: run-}
//! ---
//! kind: Secret
//! metadata: {name: "${NAME}"}
//! ---
//! kind: Secret
//! metadata: {name: "${NAME}"}
//! ```
//!
//! ```yaml pass
//! # file: web.json.yaml
//! kind: Service
//! metadata: {name: web}
//! ---
//! kind: Namespace
//! metadata: {name: shop}
//! # file: web.yaml
//! kind: Service
//! metadata: {name: web}
//! # file: worker.yaml
//! kind: Deployment
//! metadata: {name: worker}
//! ---
//! kind: Namespace
//! metadata: {name: shop, labels: {a: b}}
//! ```

use std::collections::HashSet;
use std::sync::Arc;

use kubesift_engine::model::{is_same_value, is_unknown};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 6.0,
    profiles: &[Profile::Default],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

/// Kinds that every application brings along.
const VOCABULARY: [&str; 2] = ["Namespace", "CustomResourceDefinition"];

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    let Some(first) = first_of(resource, graph).filter(|first| first.id != resource.id) else {
        return;
    };
    let one_file = Arc::ptr_eq(first.file(), resource.file());
    let same = is_same_value(first.node(), resource.node());
    if !one_file {
        let vocabulary = VOCABULARY.contains(&&*resource.kind.kind);
        let harmless = same || are_alternatives(first, resource, graph);
        if vocabulary || harmless && !out.is_asked() {
            return;
        }
    }
    let what = if same { "both times the same" } else { "and the two differ" };
    let draft = out.report(resource.field("metadata.name"), format!("is defined twice, {what}"));
    let draft = draft.note(first.field("metadata.name"), "the first definition");
    let draft = if same { draft.severity(Low) } else { draft };
    if !one_file {
        draft.confidence(Confidence::Medium);
    }
}

/// The first definition in the build of the object that a resource defines.
fn first_of<'a>(resource: &Resource, graph: &Graph<'a>) -> Option<&'a Resource> {
    let name = resource.name.as_deref().filter(|name| !is_unknown(name))?;
    let namespace = resource.namespace.as_deref();
    if namespace.is_some_and(is_unknown) {
        return None;
    }
    let kind = &resource.kind;
    let kind = match &*kind.group {
        "" => kind.kind.to_string(),
        group => format!("{group}/{}", kind.kind),
    };
    graph.find(&kind, namespace, name)
}

/// Objects of a file that are looked at.
const LOOKED_AT: usize = 200;

/// True when one of the two files shares a quarter of its objects with the other: then they are
/// forms of the same, not parts of a whole. (Folders are told apart in the same way.)
fn are_alternatives(first: &Resource, later: &Resource, graph: &Graph) -> bool {
    let (of_first, of_later) = (objects_beside(first, graph), objects_beside(later, graph));
    if of_first.len().max(of_later.len()) >= LOOKED_AT {
        return true;
    }
    let held: HashSet<_> = of_later.iter().map(|object| identity(object)).collect();
    let shared = of_first.iter().filter(|object| held.contains(&identity(object))).count();
    shared * 4 >= of_first.len().min(of_later.len())
}

fn identity(resource: &Resource) -> (&str, &str, Option<&str>, Option<&str>) {
    let kind = &resource.kind;
    (&kind.group, &kind.kind, resource.namespace.as_deref(), resource.name.as_deref())
}

/// The resources of the build that stand in the same file as one, itself included: a file's lie
/// next to each other.
fn objects_beside<'a>(resource: &Resource, graph: &Graph<'a>) -> Vec<&'a Resource> {
    let all = graph.resources();
    let Ok(at) = all.binary_search_by_key(&resource.id, |one| one.id) else { return Vec::new() };
    let same = |one: &&&Resource| Arc::ptr_eq(one.file(), resource.file());
    let (before, after) = all.split_at(at);
    let before = before.iter().rev().take_while(same);
    before.chain(after.iter().take_while(same)).copied().take(LOOKED_AT).collect()
}
