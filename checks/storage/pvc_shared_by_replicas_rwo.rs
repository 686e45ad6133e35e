//! Pods that may run on different nodes share a claim that one node can use.
//!
//! With `ReadWriteOnce` a volume is attached to one node at a time: pods that come to another node
//! wait in `ContainerCreating` for ever. With `ReadWriteOncePod` even a second pod on the same node
//! does.
//!
//! Use a claim with `ReadWriteMany`, one replica, or a StatefulSet with `volumeClaimTemplates`, which
//! gives each pod a claim of its own.
//!
//! Claims of the same build count. Pods that are kept on one node are left alone, or near each other
//! (pod affinity), and, of two workloads, Jobs and CronJobs: they end.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   replicas: 3
//!   template:
//!     spec:
//!       containers: [{name: app}]
//!       volumes:
//!         - name: data
//!           persistentVolumeClaim:
//!             claimName: data
//! #           ^^^^^^^^^^^^^^^ Deployment `web` has 3 replicas that share claim `data`, which is ReadWriteOnce
//! ---
//! kind: PersistentVolumeClaim
//! metadata: {name: data}
//! spec: {accessModes: [ReadWriteOnce]}
//! ---
//! kind: DaemonSet
//! metadata: {name: agent}
//! spec:
//!   template:
//!     spec:
//!       containers: [{name: app}]
//!       volumes: [{name: data, persistentVolumeClaim: {claimName: cache}}]
//! #                                                    ^^^^^^^^^^^^^^^^ DaemonSet `agent` has pods on many nodes that share claim `cache`, which is ReadWriteOncePod
//! ---
//! kind: PersistentVolumeClaim
//! metadata: {name: cache}
//! spec: {accessModes: [ReadWriteOncePod]}
//! ```
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     spec:
//!       containers: [{name: app}]
//!       volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
//! ---
//! kind: Deployment
//! metadata: {name: worker}
//! spec:
//!   template:
//!     spec:
//!       containers: [{name: app}]
//!       volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
//! #                                                    ^^^^^^^^^^^^^^^ Deployment `worker` shares claim `data`, which is ReadWriteOnce, with Deployment `web`
//! ---
//! kind: PersistentVolumeClaim
//! metadata: {name: data}
//! spec: {accessModes: [ReadWriteOnce]}
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   replicas: 3
//!   template:
//!     spec:
//!       containers: [{name: app}]
//!       volumes: [{name: data, persistentVolumeClaim: {claimName: shared}}]
//! ---
//! kind: Deployment
//! metadata: {name: one}
//! spec:
//!   template:
//!     spec:
//!       containers: [{name: app}]
//!       volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
//! ---
//! kind: CronJob
//! metadata: {name: backup}
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//!           containers: [{name: app}]
//!           volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
//! ---
//! kind: Deployment
//! metadata: {name: near-it}
//! spec:
//!   template:
//!     spec:
//!       affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: []}}
//!       containers: [{name: app}]
//!       volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
//! ---
//! kind: StatefulSet
//! metadata: {name: each-its-own}
//! spec:
//!   replicas: 3
//!   volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce]}}]
//!   template: {spec: {containers: [{name: app}]}}
//! ---
//! kind: PersistentVolumeClaim
//! metadata: {name: data}
//! spec: {accessModes: [ReadWriteOnce]}
//! ---
//! kind: PersistentVolumeClaim
//! metadata: {name: shared}
//! spec: {accessModes: [ReadWriteOnce, ReadWriteMany]}
//! ```

use kubesift_engine::model::{Match, MountedClaim, Sharing, is_pinned, sharing, stand_together};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    confidence: Confidence::Medium,
    profiles: &[Profile::Default, Profile::Reliability],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

fn run(workload: &Resource, graph: &Graph, out: &mut Out) {
    let Some(pod) = graph.pod_of(workload) else { return };
    if is_pinned(pod) != Match::No || !pod.pod.lives_on() {
        return;
    }
    for mounted in graph.claims_of(pod) {
        let shared = sharing(mounted.claim);
        if !matches!(shared, Sharing::OneNode | Sharing::OnePod) {
            continue;
        }
        let Some(message) = message(pod, graph, &mounted, shared) else { continue };
        let draft = out
            .report(mounted.at, message)
            .note(mounted.claim.field("spec.accessModes"), "the claim")
            .cause(format!("claim of {} {}", workload.kind.kind, workload.full_name()));
        if shared == Sharing::OnePod {
            draft.confidence(Confidence::High);
        }
    }
}

fn message<'a>(
    pod: &GraphPod<'a>,
    graph: &Graph<'a>,
    mounted: &MountedClaim<'a>,
    shared: Sharing,
) -> Option<String> {
    let (name, mode) = (mounted.at.text()?, shared.mode());
    let workload = pod.pod.resource;
    if workload.is("apps/DaemonSet") {
        // A DaemonSet for chosen nodes may be for one.
        let chosen = pod.pod.field("nodeSelector").exists();
        let message = format!("has pods on many nodes that share claim `{name}`, which is {mode}");
        return (!chosen).then_some(message);
    }
    let least = graph.replicas_of(workload).least;
    if let Some(many) = least.filter(|least| *least > 1) {
        let message = format!("has {many} replicas that share claim `{name}`, which is {mode}");
        return Some(message);
    }
    let users = graph.pods_with_claim(pod.namespace, name);
    // The first one that mounts it is in the right.
    let first = users.into_iter().find(|user| {
        user.pod.lives_on()
            && is_pinned(user) == Match::No
            && stand_together(user.pod.resource, workload)
    })?;
    let other = first.pod.resource;
    let alive = |least: Option<i64>| least.is_some_and(|least| least > 0);
    let both = alive(least) && alive(graph.replicas_of(other).least);
    let before = other.id < workload.id && other.name != workload.name;
    let who = format!("{} `{}`", other.kind.kind, other.name.as_deref()?);
    (both && before).then(|| format!("shares claim `{name}`, which is {mode}, with {who}"))
}
