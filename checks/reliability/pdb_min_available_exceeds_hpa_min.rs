//! A PodDisruptionBudget wants as many pods as an autoscaler leaves when there is little to do.
//!
//! At the autoscaler's `minReplicas` no pod may be evicted: draining a node waits until there is more
//! load, which may be never.
//!
//! Set `minReplicas` above `minAvailable`, or state `maxUnavailable: 1`, which holds for any number.
//!
//! A share counts of the least number of pods, rounded up. A ScaledObject of KEDA that may go down
//! to zero is judged at one pod.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: web}
//! spec: {minReplicas: 2, maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
//! ---
//! kind: PodDisruptionBudget
//! metadata: {name: web}
//! spec:
//!   minAvailable: 2
//! # ^^^^^^^^^^^^^^^ PodDisruptionBudget `web` wants 2 pods of Deployment `web` to stay, and HorizontalPodAutoscaler `web` keeps as few as 2
//!   selector: {matchLabels: {app: web}}
//! ```
//!
//! ```yaml fail with=pdb-blocks-all-evictions
//! kind: Deployment
//! metadata: {name: worker}
//! spec: {template: {metadata: {labels: {app: worker}}, spec: {containers: [{name: app}]}}}
//! ---
//! apiVersion: keda.sh/v1alpha1
//! kind: ScaledObject
//! metadata: {name: worker}
//! spec: {scaleTargetRef: {name: worker}}
//! ---
//! kind: PodDisruptionBudget
//! metadata: {name: worker}
//! spec: {minAvailable: 50%, selector: {matchLabels: {app: worker}}}
//! #      ^^^^^^^^^^^^^^^^^ PodDisruptionBudget `worker` wants 50% of the pods of Deployment `worker` to stay, and ScaledObject `worker` keeps as few as 1
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
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
//! metadata: {name: half}
//! spec: {minAvailable: 50%, selector: {matchLabels: {app: web}}}
//! ---
//! kind: PodDisruptionBudget
//! metadata: {name: by-the-other}
//! spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
//! ---
//! apiVersion: autoscaling/v2
//! kind: HorizontalPodAutoscaler
//! metadata: {name: db}
//! spec: {minReplicas: "${MIN}", maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: db}}
//! ---
//! kind: Deployment
//! metadata: {name: db}
//! spec: {template: {metadata: {labels: {app: db}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: PodDisruptionBudget
//! metadata: {name: db}
//! spec: {minAvailable: 3, selector: {matchLabels: {app: db}}}
//! ```

use kubesift_engine::model::{Allowance, Budget, Keeper, Portion, allowance};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    profiles: &[Profile::Default, Profile::Reliability],
    refs: &[Peer("polaris:pdbMinAvailableGreaterThanHPAMinReplicas")],
    run: Run::Links(&["policy/PodDisruptionBudget"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    let allowance = allowance(resource);
    let Allowance::MinAvailable(at, portion) = allowance else { return };
    let Some(budget) = Budget::of(resource) else { return };
    let selected = graph.pods_of_budget(&budget);
    // Pods of other workloads may be the ones that stay.
    let [pod] = selected.sure.as_slice() else { return };
    let workload = pod.pod.resource;
    let replicas = graph.replicas_of(workload);
    let Keeper::Scaler(scaler) = replicas.by else { return };
    let Some(least) = replicas.least.map(|least| least.max(1)) else { return };
    if !selected.unsure.is_empty() || allowance.evictions(least) != Some(0) {
        return;
    }
    let value = at.text().unwrap_or_default();
    let wanted = match portion {
        Portion::Percent(_) => format!("{value} of the pods"),
        _ if value == "1" => "1 pod".to_owned(),
        _ => format!("{value} pods"),
    };
    let name = |resource: &Resource| {
        let name = resource.name.as_deref().unwrap_or("(no name)");
        format!("{} `{name}`", resource.kind.kind)
    };
    let (who, by) = (name(workload), name(scaler.resource));
    out.report(at, format!("wants {wanted} of {who} to stay, and {by} keeps as few as {least}"))
        .note(scaler.least_field(), "the least number of pods");
}
