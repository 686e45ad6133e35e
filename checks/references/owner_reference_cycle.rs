//! Objects own each other in a circle.
//!
//! The garbage collector deletes an object when its last owner is gone. In a circle no object is ever
//! the first: nothing of it is collected when it should be, and one deleted by hand takes the others
//! along in an order that nobody chose.
//!
//! Remove the `ownerReferences` that a controller did not write: manifests seldom need any.
//!
//! A circle has one finding, at the reference of its first object; the others are the steps. Circles
//! of more than 32 objects are not looked for.
//!
//! ```yaml fail
//! apiVersion: apps/v1
//! kind: ReplicaSet
//! metadata:
//!   name: a
//!   ownerReferences:
//!     - apiVersion: apps/v1
//!       kind: ReplicaSet
//!       name: b
//! #     ^^^^^^^ ReplicaSet `a` is owned by itself, through ReplicaSet `b`
//! ---
//! apiVersion: apps/v1
//! kind: ReplicaSet
//! metadata: {name: b, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: a}]}
//! ```
//!
//! ```yaml fail
//! kind: ConfigMap
//! metadata: {name: a, ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: a}]}
//! #                                                                       ^^^^^^^ ConfigMap `a` is owned by itself
//! ```
//!
//! ```yaml pass
//! kind: ConfigMap
//! metadata: {name: root}
//! ---
//! kind: ConfigMap
//! metadata: {name: a, ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: root}]}
//! ---
//! kind: ConfigMap
//! metadata: {name: b, ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: a}, {apiVersion: v1, kind: ConfigMap, name: root}]}
//! ```

use kubesift_engine::model::{Link, Relation};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.0,
    refs: &[Url("https://kubernetes.io/docs/concepts/architecture/garbage-collection/")],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

/// The longest circle that is looked for, in objects.
const LONGEST: usize = 32;

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    if !resource.field("metadata.ownerReferences").exists() {
        return;
    }
    for link in owners(resource, graph) {
        let Some(circle) = circle(resource, link, graph) else { continue };
        if circle.iter().any(|step| step.from.id < resource.id) {
            continue;
        }
        let through: Vec<String> = circle.iter().skip(1).map(|step| words(step.from)).collect();
        let through = match through.is_empty() {
            true => String::new(),
            false => format!(", through {}", through.join(", ")),
        };
        let mut draft = out.report(link.at, format!("is owned by itself{through}"));
        for step in &circle {
            let owner = step.resource().map(words).unwrap_or_default();
            draft = draft.hop(step.at, format!("{} is owned by {owner}", words(step.from)));
        }
        return;
    }
}

fn owners<'g, 'a>(resource: &Resource, graph: &'g Graph<'a>) -> impl Iterator<Item = &'g Link<'a>> {
    graph.links().from(resource).iter().filter(|link| link.relation == Relation::Owner)
}

/// The references from a resource back to itself that begin with `first`; of several owners further
/// up, the first is followed.
fn circle<'g, 'a>(
    start: &Resource,
    first: &'g Link<'a>,
    graph: &'g Graph<'a>,
) -> Option<Vec<&'g Link<'a>>> {
    let mut steps = vec![first];
    let mut at = first.resource()?;
    while at.id != start.id {
        if steps.len() == LONGEST {
            return None;
        }
        let next = owners(at, graph).find(|link| link.resource().is_some())?;
        steps.push(next);
        at = next.resource()?;
    }
    Some(steps)
}

fn words(resource: &Resource) -> String {
    format!("{} `{}`", resource.kind.kind, resource.name.as_deref().unwrap_or("(no name)"))
}
