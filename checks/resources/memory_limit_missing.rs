//! A container has no memory limit.
//!
//! It can use all memory of its node. A leak then does not end in its own restart: the node runs
//! short, and the kernel or the kubelet kills other pods.
//!
//! Set `resources.limits.memory` to what the program may use at most, best equal to its request.
//!
//! A limit of 0 is none. Silent where the pod's own `resources` (Kubernetes 1.34) or a LimitRange of
//! the namespace gives a limit, and for pods that an operator completes. An init container runs for
//! a short time only, so it counts less. For CPU see `cpu-limit-missing`, which is not part of the
//! default profile.
//!
//! ```yaml fail
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       initContainers:
//!         - name: setup
//!           resources: {limits: {cpu: 100m}}
//! #                     ^^^^^^ init container `setup` has no memory limit
//!       containers:
//!         - name: app
//! #         ^^^^^^^^^ container `app` has no memory limit: it says nothing of its resources
//!         - name: requests
//!           resources:
//! #         ^^^^^^^^^ container `requests` has no memory limit
//!             requests:
//!               memory: 256Mi
//!         - name: zero
//!           resources:
//!             limits:
//!               memory: 0
//! #             ^^^^^^^^^ container `zero` has a memory limit of 0, which is none
//! ```
//!
//! ```yaml fixed
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       initContainers:
//!         - name: setup
//!           resources: {limits: {cpu: 100m}}
//!       containers:
//!         - name: app
//!         - name: requests
//!           resources:
//!             requests:
//!               memory: 256Mi
//!             limits:
//!               memory: 256Mi
//!         - name: zero
//!           resources:
//!             limits:
//!               memory: 0
//! ```
//!
//! ```yaml fail
//! kind: LimitRange
//! metadata: {name: other, namespace: other}
//! spec: {limits: [{type: Container, default: {memory: 1Gi}}]}
//! ---
//! kind: LimitRange
//! metadata: {name: of-pods, namespace: shop}
//! spec: {limits: [{type: Pod, max: {memory: 1Gi}}, {type: Container, default: {cpu: 1}}]}
//! ---
//! kind: CronJob
//! metadata: {name: night, namespace: shop}
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//!           containers:
//!             - {name: main}
//! #              ^^^^^^^^^^ container `main` has no memory limit: it says nothing of its resources
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - {name: app, resources: {limits: {memory: 1Gi}}}
//!         - {name: unknown, resources: {limits: {memory: "${LIMIT}"}}}
//!         - {name: later, resources: "${RESOURCES}"}
//! ---
//! kind: Deployment
//! metadata: {name: of-the-pod}
//! spec: {template: {spec: {resources: {limits: {memory: 1Gi}}, containers: [{name: app}, {name: side}]}}}
//! ---
//! kind: LimitRange
//! metadata: {name: defaults, namespace: shop}
//! spec: {limits: [{type: Container, max: {memory: 1Gi}}]}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {spec: {containers: [{name: app}]}}}
//! ---
//! apiVersion: serving.knative.dev/v1
//! kind: Service
//! spec: {template: {spec: {containers: [{image: app}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: gateway, namespace: mesh}
//! spec: {template: {spec: {containers: [{name: istio-proxy, image: auto}]}}}
//! ```
//!
//! A folder for each namespace, whose LimitRange gives what a CronJob without a namespace lacks:
//!
//! ```yaml pass
//! # file: shop/limits.yaml
//! kind: LimitRange
//! metadata: {name: limits, namespace: shop}
//! spec: {limits: [{type: Container, default: {memory: 500Mi}}]}
//! # file: shop/night.yaml
//! kind: CronJob
//! metadata: {name: night}
//! spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: main}]}}}}}
//! # file: bank/limits.yaml
//! kind: LimitRange
//! metadata: {name: limits, namespace: bank}
//! spec: {limits: [{type: Container, default: {memory: 500Mi}}]}
//! ```
//!
//! Here the folder does not say which of the two holds:
//!
//! ```yaml fail
//! # file: all/limits.yaml
//! kind: LimitRange
//! metadata: {name: limits, namespace: shop}
//! spec: {limits: [{type: Container, default: {memory: 500Mi}}]}
//! ---
//! kind: LimitRange
//! metadata: {name: limits, namespace: bank}
//! spec: {limits: [{type: Container, default: {memory: 500Mi}}]}
//! # file: all/web.yaml
//! kind: Deployment
//! metadata: {name: web}
//! spec: {template: {spec: {containers: [{name: app}]}}}
//! #                                      ^^^^^^^^^ container `app` has no memory limit: it says nothing of its resources
//! ```

use kubesift_engine::model::{Amount, MEMORY};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    profiles: &[Profile::Default, Profile::Reliability, Profile::Nsa],
    fix: Some(Shown),
    yields_to: &["quantity-or-duration-invalid", "resource-quota-exceeded"],
    refs: &[
        Cwe(770),
        Peer("kube-linter:unset-memory-requirements"),
        Peer("kube-score:container-resources"),
        Peer("checkov:CKV_K8S_13"),
        Peer("trivy:KSV-0018"),
        Peer("kics:b14d1bc4"),
        Peer("kubescape:C-0004"),
        Peer("kubescape:C-0009"),
        Peer("kubescape:C-0271"),
        Peer("polaris:memoryLimitsMissing"),
        Peer("kubesec:LimitsMemory"),
        Peer("kubeaudit:LimitsMemoryNotSet"),
        Peer("kubeaudit:LimitsNotSet"),
        Peer("terrascan:AC-K8-OE-PK-M-0158"),
        Peer("kyverno:require-requests-limits"),
        Peer("gatekeeper:k8srequiredresources"),
        Peer("gatekeeper:k8scontainerlimits"),
        Peer("datree:CONTAINERS_MISSING_MEMORY_LIMIT_KEY"),
        Peer("monokle:KBP005"),
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
    for (container, amount) in MEMORY.unlimited(pod, graph) {
        if amount == Amount::Absent && container.is_partial() {
            continue;
        }
        let field = container.field(MEMORY.limit);
        let words = match amount {
            Amount::Zero => "a memory limit of 0, which is none",
            Amount::Invalid => "a memory limit that is no quantity",
            _ if container.field("resources").exists() => "no memory limit",
            _ => "no memory limit: it says nothing of its resources",
        };
        let draft = out.say(field, format!("{} has {words}", container.title()));
        let draft = match container.field(MEMORY.request).node().and_then(Node::text) {
            Some(requested) if amount == Amount::Absent => {
                draft.set(Shown, "limit it to what it requests", field, requested)
            }
            _ => draft,
        };
        if container.role == Role::Init {
            draft.severity(Low);
        }
    }
}
