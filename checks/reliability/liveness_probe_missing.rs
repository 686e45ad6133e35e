//! A container has no liveness probe.
//!
//! A program that hangs without ending keeps running until somebody notices: the kubelet restarts
//! only what ends, or what fails its liveness probe.
//!
//! Add a `livenessProbe` that fails only when a restart helps: not when a database is away. A
//! program that ends by itself when it cannot go on needs none, so the check is not part of the
//! default profile.
//!
//! Only application containers of workloads that live on are judged: not Jobs, CronJobs, hooks and
//! pods that are not restarted, nor init containers and sidecars. A `startupProbe` or a
//! `readinessProbe` does not take its place (Kyverno accepts any of the three, kube-score one for
//! all containers of a pod).
//!
//! ```yaml fail
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       initContainers:
//!         - {name: setup}
//!         - {name: sidecar, restartPolicy: Always}
//!       containers:
//!         - name: app
//! #         ^^^^^^^^^ container `app` has no liveness probe
//!         - name: web
//! #         ^^^^^^^^^ container `web` has no liveness probe
//!           readinessProbe: {httpGet: {path: /ready, port: 80}}
//!         - name: empty
//!           livenessProbe: {}
//! #         ^^^^^^^^^^^^^ container `empty` has a liveness probe that does nothing
//! ```
//!
//! Without any probe there is one finding:
//!
//! ```yaml fail asked with=readiness-probe-missing
//! kind: Service
//! metadata: {name: web}
//! spec: {selector: {app: web}}
//! ---
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec:
//!       containers:
//!         - name: app
//! #         ^^^^^^^^^ container `app` has no readiness probe, and Service `web` sends it traffic as soon as it runs
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - {name: app, livenessProbe: {tcpSocket: {port: 80}}}
//!         - {name: unknown, livenessProbe: "${PROBE}"}
//! ---
//! kind: CronJob
//! spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: main}]}}}}}
//! ---
//! kind: Pod
//! spec: {restartPolicy: Never, containers: [{name: main}]}
//! ---
//! kind: Deployment
//! metadata: {annotations: {helm.sh/hook: pre-install}}
//! spec: {template: {spec: {containers: [{name: main}]}}}
//! ---
//! apiVersion: serving.knative.dev/v1
//! kind: Service
//! spec: {template: {spec: {containers: [{image: app}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: gateway}
//! spec: {template: {spec: {containers: [{name: istio-proxy, image: auto}]}}}
//! ```

use kubesift_engine::model::{Lack, lacks_probe};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 2.5,
    profiles: &[Profile::Reliability],
    yields_to: &["readiness-probe-missing"],
    refs: &[
        Peer("kube-linter:no-liveness-probe"),
        Peer("kube-score:pod-probes"),
        Peer("checkov:CKV_K8S_8"),
        Peer("kics:ade74944"),
        Peer("kubescape:C-0056"),
        Peer("polaris:livenessProbeMissing"),
        Peer("terrascan:AC-K8-OE-PO-L-0129"),
        Peer("kyverno:require-pod-probes"),
        Peer("gatekeeper:k8srequiredprobes"),
        Peer("datree:CONTAINERS_MISSING_LIVENESSPROBE_KEY"),
        Peer("popeye:POP-102"),
        Peer("popeye:POP-103"),
    ],
    run: Run::Container(run),
    ..Check::DEFAULT
};

fn run(container: &Container, out: &mut Out) {
    if container.role != Role::Main || container.is_partial() || !container.pod.lives_on() {
        return;
    }
    let probe = container.field("livenessProbe");
    match lacks_probe(probe) {
        Some(Lack::Absent) => out.report(probe, "has no liveness probe"),
        Some(Lack::Empty) => out.report(probe, "has a liveness probe that does nothing"),
        None => return,
    };
}
