//! A PodDisruptionBudget lets no pod be evicted.
//!
//! Draining a node then waits for ever: upgrades of the cluster hang until somebody deletes pods by
//! hand, and an autoscaler cannot take the node away.
//!
//! Leave room for one: `maxUnavailable: 1`, or `minAvailable` below the number of replicas. A single
//! replica cannot be protected in this way: run two, or do without the budget.
//!
//! `maxUnavailable: 0` and `minAvailable: 100%` never leave room, whatever the pods; other values
//! are compared with the number of replicas of the workloads that the budget selects, shares rounded
//! up as the disruption controller does. Where an autoscaler keeps the number, its least one counts
//! (`pdb-min-available-exceeds-hpa-min` says more of that). Workloads that are scaled to zero,
//! DaemonSets, and workloads that may not be all of those it selects are left alone.
//!
//! ```yaml fail
//! kind: PodDisruptionBudget
//! metadata: {name: never}
//! spec:
//!   maxUnavailable: 0
//! # ^^^^^^^^^^^^^^^^^ PodDisruptionBudget `never` lets no pod be evicted: `maxUnavailable` is 0
//!   selector: {matchLabels: {app: web}}
//! ---
//! kind: PodDisruptionBudget
//! metadata: {name: all}
//! spec: {minAvailable: 100%}
//! #      ^^^^^^^^^^^^^^^^^^ PodDisruptionBudget `all` lets no pod be evicted: `minAvailable` is 100%
//! ```
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec: {replicas: 3, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: PodDisruptionBudget
//! metadata: {name: web}
//! spec:
//!   minAvailable: 3
//! # ^^^^^^^^^^^^^^^ PodDisruptionBudget `web` lets no pod be evicted: `minAvailable` is 3 and Deployment `web` has 3 replicas
//!   selector: {matchLabels: {app: web}}
//! ```
//!
//! One replica, be it by default, cannot be protected:
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: PodDisruptionBudget
//! metadata: {name: web}
//! spec: {minAvailable: 30%, selector: {matchLabels: {app: web}}}
//! #      ^^^^^^^^^^^^^^^^^ PodDisruptionBudget `web` lets no pod be evicted: `minAvailable` is 30% and Deployment `web` has 1 replica
//! ```
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec: {replicas: 5, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: web}
//! spec: {minReplicas: 2, maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
//! ---
//! kind: PodDisruptionBudget
//! metadata: {name: web}
//! spec: {minAvailable: 2, selector: {matchLabels: {app: web}}}
//! #      ^^^^^^^^^^^^^^^ PodDisruptionBudget `web` lets no pod be evicted: `minAvailable` is 2 and Deployment `web` has as few as 2 replicas
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web}
//! spec: {replicas: 1, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: web}
//! spec: {minReplicas: 4, maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
//! ---
//! kind: PodDisruptionBudget
//! metadata: {name: web}
//! spec: {minAvailable: 3, selector: {matchLabels: {app: web}}}
//! ---
//! kind: PodDisruptionBudget
//! metadata: {name: some}
//! spec: {maxUnavailable: 10%, selector: {matchLabels: {app: db}}}
//! ---
//! kind: StatefulSet
//! metadata: {name: db}
//! spec: {replicas: 3, template: {metadata: {labels: {app: db}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: off}
//! spec: {replicas: 0, template: {metadata: {labels: {app: off}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: PodDisruptionBudget
//! metadata: {name: off}
//! spec: {minAvailable: 1, selector: {matchLabels: {app: off}}}
//! ---
//! kind: PodDisruptionBudget
//! metadata: {name: unknown}
//! spec: {minAvailable: "${N}", selector: {matchLabels: {app: db}}}
//! ```
//!
//! Two workloads under one budget count together:
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: blue}
//! spec: {replicas: 1, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: green}
//! spec: {replicas: 1, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: PodDisruptionBudget
//! metadata: {name: web}
//! spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
//! ```

use kubesift_engine::model::{Allowance, Budget, Keeper, Portion, allowance};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    profiles: &[Profile::Default, Profile::Reliability],
    yields_to: &["pdb-min-available-exceeds-hpa-min"],
    refs: &[
        Peer("kube-linter:pdb-max-unavailable"),
        Peer("kube-linter:pdb-min-available"),
        Peer("polaris:pdbDisruptionsIsZero"),
        Peer("kyverno:pdb-maxunavailable"),
        Peer("kyverno:pdb-maxunavailable-with-deployments"),
        Peer("kyverno:pdb-minavailable-check"),
        Peer("kyverno:deployment-replicas-higher-than-pdb"),
        Peer("kyverno:require-reasonable-pdbs"),
        Peer("kyverno:require-replicas-allow-disruption"),
        Peer("gatekeeper:k8spoddisruptionbudget"),
        Peer("popeye:POP-901"),
    ],
    run: Run::Links(&["policy/PodDisruptionBudget"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    let allowance = allowance(resource);
    let (at, portion) = match allowance {
        Allowance::MinAvailable(node, portion) | Allowance::MaxUnavailable(node, portion) => {
            (node, portion)
        }
        Allowance::Absent | Allowance::Both(..) | Allowance::Unknown => return,
    };
    let key = at.key().unwrap_or_default();
    let value = at.text().unwrap_or_default();
    if never(allowance, portion) {
        out.report(at, format!("lets no pod be evicted: `{key}` is {value}"));
        return;
    }
    let Some((pods, number, words)) = workloads(resource, graph, out.is_asked()) else { return };
    if number == 0 || allowance.evictions(number) != Some(0) {
        return;
    }
    let message = format!("lets no pod be evicted: `{key}` is {value} and {words}");
    let draft = out.report(at, message);
    if let [pod] = pods.as_slice() {
        let replicas = pod.pod.resource.field("spec.replicas");
        draft.note(replicas, "the workload it selects");
    }
}

/// Whether it leaves no room whatever it selects.
fn never(allowance: Allowance, portion: Portion) -> bool {
    match (allowance, portion) {
        (Allowance::MaxUnavailable(..), Portion::Count(count)) => count <= 0,
        (Allowance::MaxUnavailable(..), Portion::Percent(percent)) => percent == 0,
        (Allowance::MinAvailable(..), Portion::Percent(percent)) => percent >= 100,
        _ => false,
    }
}

/// The workloads that a budget selects, how many pods they surely have together, and that in words.
fn workloads<'g, 'a>(
    resource: &Resource,
    graph: &'g Graph<'a>,
    asked: bool,
) -> Option<(Vec<&'g GraphPod<'a>>, i64, String)> {
    let budget = Budget::of(resource)?;
    let selected = graph.pods_of_budget(&budget);
    if !selected.unsure.is_empty() || selected.sure.is_empty() {
        return None;
    }
    let (mut number, mut at_least) = (0_i64, false);
    for pod in &selected.sure {
        let replicas = graph.replicas_of(pod.pod.resource);
        // An autoscaler of another repository may keep what nobody states here.
        if matches!(replicas.by, Keeper::Default) && !graph.build().complete && !asked {
            return None;
        }
        at_least |= matches!(replicas.by, Keeper::Scaler(_));
        number = number.checked_add(replicas.least?)?;
    }
    let who = Graph::workloads_in_words(&selected.sure);
    let have = if selected.sure.len() == 1 { "has" } else { "have" };
    let few = if at_least { "as few as " } else { "" };
    let noun = if number == 1 { "replica" } else { "replicas" };
    Some((selected.sure, number, format!("{who} {have} {few}{number} {noun}")))
}
