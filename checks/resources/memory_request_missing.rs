//! A container requests no memory.
//!
//! The scheduler counts it as needing none and puts it where there is none left; and when memory
//! runs short, pods that use more than they requested are killed first.
//!
//! Set `resources.requests.memory` to what the program needs in ordinary work.
//!
//! A limit without a request counts as a request of the same amount, as the API server takes it
//! (KICS, Gatekeeper and kube-score report it nevertheless). Silent where the pod's own `resources`
//! (Kubernetes 1.34) or a LimitRange of the namespace gives a request, for pods that an operator
//! completes, and for init containers: they run before the others, whose requests hold for them too.
//!
//! ```yaml fail
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       initContainers:
//!         - name: setup
//!         - name: sidecar
//! #         ^^^^^^^^^^^^^ container `sidecar` requests no memory
//!           restartPolicy: Always
//!       containers:
//!         - name: app
//!           resources:
//!             requests:
//! #           ^^^^^^^^ container `app` requests no memory
//!               cpu: 100m
//!         - name: zero
//!           resources: {requests: {memory: "0"}}
//! #                                ^^^^^^^^^^^ container `zero` requests 0 memory
//! ```
//!
//! Where nothing is said of resources at all, that is one finding:
//!
//! ```yaml fail with=memory-limit-missing,cpu-request-missing
//! kind: CronJob
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//!           containers:
//!             - name: main
//! #             ^^^^^^^^^^ container `main` has no memory limit: it says nothing of its resources
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - {name: app, resources: {requests: {memory: 1Gi}}}
//!         - {name: limit, resources: {limits: {memory: 1Gi}}}
//!         - {name: unknown, resources: {requests: {memory: "${REQUEST}"}}}
//! ---
//! kind: Pod
//! metadata: {name: of-the-pod}
//! spec: {resources: {requests: {memory: 1Gi}}, containers: [{name: app}, {name: side}]}
//! ---
//! kind: LimitRange
//! metadata: {name: defaults, namespace: shop}
//! spec: {limits: [{type: Container, defaultRequest: {memory: 64Mi}}]}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {spec: {containers: [{name: app}]}}}
//! ---
//! apiVersion: monitoring.coreos.com/v1
//! kind: Prometheus
//! spec: {containers: [{name: side}]}
//! ---
//! kind: Deployment
//! metadata: {name: gateway, namespace: mesh}
//! spec: {template: {spec: {containers: [{name: istio-proxy, image: auto}]}}}
//! ```

use kubesift_engine::model::{Amount, MEMORY};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.0,
    profiles: &[Profile::Default, Profile::Reliability],
    yields_to: &[
        "hpa-resource-request-missing",
        "memory-limit-missing",
        "quantity-or-duration-invalid",
        "resource-quota-exceeded",
    ],
    refs: &[
        Peer("kube-linter:unset-memory-requirements"),
        Peer("kube-score:container-resources"),
        Peer("checkov:CKV_K8S_12"),
        Peer("trivy:KSV-0016"),
        Peer("kics:229588ef"),
        Peer("kubescape:C-0004"),
        Peer("kubescape:C-0269"),
        Peer("polaris:memoryRequestsMissing"),
        Peer("kubesec:RequestsMemory"),
        Peer("terrascan:AC-K8-OE-PK-M-0157"),
        Peer("kyverno:require-requests-limits"),
        Peer("gatekeeper:k8srequiredresources"),
        Peer("gatekeeper:k8scontainerrequests"),
        Peer("datree:CONTAINERS_MISSING_MEMORY_REQUEST_KEY"),
        Peer("monokle:KBP004"),
        Peer("popeye:POP-106"),
    ],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    let Some(pod) = graph.pod_of(resource) else { return };
    if pod.pod.is_test_hook() {
        return;
    }
    for (container, amount) in MEMORY.unrequested(pod, graph) {
        if amount == Amount::Absent && container.is_partial() {
            continue;
        }
        let field = container.field(MEMORY.request);
        let words = match amount {
            Amount::Zero => "requests 0 memory",
            Amount::Invalid => "requests an amount of memory that is no quantity",
            _ => "requests no memory",
        };
        // An autoscaler that goes by it says more.
        out.say(field, format!("{} {words}", container.title())).cause(MEMORY.lack_of(resource));
    }
}
