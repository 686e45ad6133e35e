//! A rolling update starts a pod while the old one holds its disk.
//!
//! A claim with `ReadWriteOnce` can be used on one node at a time. The update starts the new pod
//! first: on another node it waits for the disk, which the old pod holds until the new one is ready.
//! The update hangs.
//!
//! Set `strategy.type: Recreate`, or `maxSurge: 0` with `maxUnavailable: 1`, use a claim that many
//! nodes can use, or a StatefulSet, which ends a pod before it starts the next.
//!
//! Claims of the same build count, `ReadWriteOncePod` included. With one replica the update works as
//! long as both pods come to the same node, so that weighs less; more replicas share the claim at
//! all times, which `pvc-shared-by-replicas-rwo` says. A pod that is kept on one node is left alone.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: db}
//! spec:
//!   strategy:
//!     type: RollingUpdate
//! #   ^^^^^^^^^^^^^^^^^^^ Deployment `db` starts a new pod before the old one gives up claim `data`, which is ReadWriteOnce
//!   template:
//!     spec:
//!       containers: [{name: app}]
//!       volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
//! ---
//! kind: PersistentVolumeClaim
//! metadata: {name: data}
//! spec: {accessModes: [ReadWriteOnce]}
//! ```
//!
//! ```yaml fail with=pvc-shared-by-replicas-rwo
//! kind: Deployment
//! metadata: {name: db}
//! spec:
//!   replicas: 2
//!   template:
//!     spec:
//!       containers: [{name: app}]
//!       volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
//! #                                                    ^^^^^^^^^^^^^^^ Deployment `db` has 2 replicas that share claim `data`, which is ReadWriteOnce
//! ---
//! kind: PersistentVolumeClaim
//! metadata: {name: data}
//! spec: {accessModes: [ReadWriteOnce]}
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: recreated}
//! spec:
//!   strategy: {type: Recreate}
//!   template:
//!     spec:
//!       containers: [{name: app}]
//!       volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
//! ---
//! kind: Deployment
//! metadata: {name: without-surge}
//! spec:
//!   strategy: {rollingUpdate: {maxSurge: 0}}
//!   template:
//!     spec:
//!       containers: [{name: app}]
//!       volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
//! ---
//! kind: Deployment
//! metadata: {name: shared}
//! spec:
//!   template:
//!     spec:
//!       containers: [{name: app}]
//!       volumes: [{name: data, persistentVolumeClaim: {claimName: shared}}]
//! ---
//! kind: Deployment
//! metadata: {name: on-one-node}
//! spec:
//!   template:
//!     spec:
//!       nodeSelector: {kubernetes.io/hostname: node-1}
//!       containers: [{name: app}]
//!       volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
//! ---
//! kind: Deployment
//! metadata: {name: unknown}
//! spec:
//!   strategy: "${STRATEGY}"
//!   template:
//!     spec:
//!       containers: [{name: app}]
//!       volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
//! ---
//! kind: PersistentVolumeClaim
//! metadata: {name: data}
//! spec: {accessModes: [ReadWriteOnce]}
//! ---
//! kind: PersistentVolumeClaim
//! metadata: {name: shared}
//! spec: {accessModes: [ReadWriteMany]}
//! ```

use kubesift_engine::model::{Match, Portion, Sharing, is_absent, is_pinned, sharing};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.0,
    confidence: Confidence::Medium,
    profiles: &[Profile::Default, Profile::Reliability],
    yields_to: &["pvc-shared-by-replicas-rwo"],
    run: Run::Links(&["apps/Deployment"], run),
    ..Check::DEFAULT
};

fn run(workload: &Resource, graph: &Graph, out: &mut Out) {
    let Some(pod) = graph.pod_of(workload) else { return };
    if !surges(workload) || is_pinned(pod) != Match::No {
        return;
    }
    let most = graph.replicas_of(workload).most;
    if most.is_none_or(|most| most < 1) {
        return;
    }
    for mounted in graph.claims_of(pod) {
        let shared = sharing(mounted.claim);
        if !matches!(shared, Sharing::OneNode | Sharing::OnePod) {
            continue;
        }
        let name = mounted.at.text().unwrap_or_default();
        let mode = shared.mode();
        let message =
            format!("starts a new pod before the old one gives up claim `{name}`, which is {mode}");
        let draft = out
            .report(workload.field("spec.strategy.type"), message)
            .note(mounted.at, "the pod mounts it")
            .note(mounted.claim.field("spec.accessModes"), "the claim")
            .cause(format!("claim of {} {}", workload.kind.kind, workload.full_name()));
        if most == Some(1) && shared == Sharing::OneNode {
            draft.severity(Low);
        }
        return;
    }
}

/// Whether its update starts a pod before one ends.
fn surges(workload: &Resource) -> bool {
    let kind = workload.field("spec.strategy.type");
    let surge = workload.field("spec.strategy.rollingUpdate.maxSurge");
    let rolling = match kind.str() {
        Some(kind) => kind == "RollingUpdate",
        None => is_absent(kind),
    };
    rolling
        && match surge.node().map(Portion::of) {
            None => is_absent(surge),
            Some(Portion::Unknown) => false,
            Some(portion) => !portion.is_zero(),
        }
}
