//! A container has no CPU limit.
//!
//! It can use all CPU time that its node has left, so it runs at another speed on another node, and
//! a loop that never ends goes unnoticed for longer.
//!
//! Set `resources.limits.cpu` where the same speed everywhere counts more than the best speed
//! possible. Many teams leave the limit out on purpose: requests already share CPU time fairly,
//! while a limit slows a container down even where time is left. So the check is not part of the
//! default profile.
//!
//! Silent where the pod's own `resources` (Kubernetes 1.34) or a LimitRange of the namespace gives a
//! limit, and for pods that an operator completes.
//!
//! ```yaml fail
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       initContainers:
//!         - name: setup
//! #         ^^^^^^^^^^^ init container `setup` has no CPU limit
//!       containers:
//!         - name: app
//!           resources:
//!             limits:
//! #           ^^^^^^ container `app` has no CPU limit
//!               memory: 1Gi
//!         - name: zero
//!           resources: {limits: {cpu: 0}}
//! #                              ^^^^^^ container `zero` has a CPU limit of 0, which is none
//! ```
//!
//! ```yaml fail
//! kind: CronJob
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//!           containers:
//!             - {name: main, resources: {requests: {cpu: 1}}}
//! #                          ^^^^^^^^^ container `main` has no CPU limit
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - {name: app, resources: {limits: {cpu: 500m}}}
//!         - {name: unknown, resources: {limits: {cpu: "${LIMIT}"}}}
//!       ephemeralContainers: [{name: debug}]
//! ---
//! kind: LimitRange
//! metadata: {name: defaults, namespace: shop}
//! spec: {limits: [{type: Container, default: {cpu: 1}}]}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {spec: {containers: [{name: app}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: gateway, namespace: mesh}
//! spec: {template: {spec: {containers: [{name: istio-proxy, image: auto}]}}}
//! ```

use kubesift_engine::model::{Amount, CPU};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 2.5,
    profiles: &[Profile::Nsa],
    yields_to: &[
        "cpu-request-missing",
        "memory-limit-missing",
        "memory-request-missing",
        "quantity-or-duration-invalid",
        "resource-quota-exceeded",
    ],
    refs: &[
        Cwe(770),
        Peer("kube-score:container-resources"),
        Peer("checkov:CKV_K8S_11"),
        Peer("trivy:KSV-0011"),
        Peer("kics:4ac0e2b7"),
        Peer("kubescape:C-0009"),
        Peer("kubescape:C-0050"),
        Peer("kubescape:C-0270"),
        Peer("polaris:cpuLimitsMissing"),
        Peer("kubesec:LimitsCPU"),
        Peer("kubeaudit:LimitsCPUNotSet"),
        Peer("kubeaudit:LimitsNotSet"),
        Peer("terrascan:AC-K8-OE-PK-M-0156"),
        Peer("kyverno:require-cpu-limits"),
        Peer("gatekeeper:k8srequiredresources"),
        Peer("gatekeeper:k8scontainerlimits"),
        Peer("datree:CONTAINERS_MISSING_CPU_LIMIT_KEY"),
        Peer("monokle:KBP003"),
        Peer("popeye:POP-107"),
    ],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    let Some(pod) = graph.pod_of(resource) else { return };
    if pod.pod.is_test_hook() {
        return;
    }
    for (container, amount) in CPU.unlimited(pod, graph) {
        if amount == Amount::Absent && container.is_partial() {
            continue;
        }
        let words = match amount {
            Amount::Zero => "a CPU limit of 0, which is none",
            Amount::Invalid => "a CPU limit that is no quantity",
            _ => "no CPU limit",
        };
        out.say(container.field(CPU.limit), format!("{} has {words}", container.title()));
    }
}
