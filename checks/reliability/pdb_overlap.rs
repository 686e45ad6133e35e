//! Two PodDisruptionBudgets select the same pods.
//!
//! The API server then evicts none of them: an eviction of a pod with more than one budget ends in
//! an error, and draining its node hangs.
//!
//! Keep one of them, or tell them apart by another label.
//!
//! Only pods that both surely select count; two definitions of one budget are alternatives, and so
//! are budgets of different folders that state no namespace.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {metadata: {labels: {app: web, tier: front}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: PodDisruptionBudget
//! metadata: {name: web, namespace: shop}
//! spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
//! ---
//! kind: PodDisruptionBudget
//! metadata: {name: front, namespace: shop}
//! spec:
//!   maxUnavailable: 1
//!   selector:
//! # ^^^^^^^^ PodDisruptionBudget `front` selects Deployment `web`, which PodDisruptionBudget `web` selects too
//!     matchLabels: {tier: front}
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: bank}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: PodDisruptionBudget
//! metadata: {name: web, namespace: shop}
//! spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
//! ---
//! kind: PodDisruptionBudget
//! metadata: {name: web, namespace: bank}
//! spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
//! ---
//! kind: PodDisruptionBudget
//! metadata: {name: db, namespace: bank}
//! spec: {maxUnavailable: 1, selector: {matchLabels: {app: db}}}
//! ---
//! kind: PodDisruptionBudget
//! metadata: {name: unknown, namespace: bank}
//! spec: {maxUnavailable: 1, selector: {matchLabels: {app: "${APP}"}}}
//! ---
//! kind: PodDisruptionBudget
//! metadata: {name: web, namespace: bank}
//! spec: {maxUnavailable: 50%, selector: {matchLabels: {app: web}}}
//! ```

use kubesift_engine::model::{Budget, Match, stand_together};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    profiles: &[Profile::Default, Profile::Reliability],
    refs: &[Peer("popeye:POP-209")],
    run: Run::Links(&["policy/PodDisruptionBudget"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    let Some(budget) = Budget::of(resource) else { return };
    for pod in graph.pods_of_budget(&budget).sure {
        let sure = graph.budgets_of(pod).iter().filter(|(_, matches)| *matches == Match::Yes);
        // Budgets come in the order of the build: this one reports what came before it.
        let mut before = sure.map(|(other, _)| *other).take_while(|other| other.id < resource.id);
        let other = before.find(|other| {
            other.name != resource.name
                && graph.is_defined_once(other)
                && stand_together(other, resource)
                && stand_together(pod.pod.resource, resource)
        });
        let Some(other) = other else { continue };
        if !graph.is_defined_once(resource) {
            return;
        }
        let name = other.name.as_deref().unwrap_or("(no name)");
        let who = Graph::workloads_in_words(&[pod]);
        let what = format!("selects {who}, which PodDisruptionBudget `{name}` selects too");
        out.report(resource.field("spec.selector"), what)
            .note(other.field("spec.selector"), "the first one");
        return;
    }
}
