//! A container requests no CPU.
//!
//! The scheduler counts it as needing none and may fill a node with such pods; and where CPU is
//! short, it gets the smallest share of all.
//!
//! Set `resources.requests.cpu` to what the program needs in ordinary work.
//!
//! A limit without a request counts as a request of the same amount, as the API server takes it
//! (KICS and kube-score report it nevertheless). Silent where the pod's own `resources` (Kubernetes
//! 1.34) or a LimitRange of the namespace gives a request, for pods that an operator completes, and
//! for init containers: they run before the others, whose requests hold for them too.
//!
//! ```yaml fail
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       initContainers:
//!         - name: setup
//!         - name: sidecar
//! #         ^^^^^^^^^^^^^ container `sidecar` requests no CPU
//!           restartPolicy: Always
//!       containers:
//!         - name: app
//!           resources:
//!             requests:
//! #           ^^^^^^^^ container `app` requests no CPU
//!               memory: 1Gi
//!         - name: zero
//!           resources: {requests: {cpu: 0m}}
//! #                                ^^^^^^^ container `zero` requests 0 CPU
//! ```
//!
//! ```yaml fail with=memory-limit-missing,memory-request-missing
//! kind: CronJob
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//!           containers:
//!             - name: silent
//! #             ^^^^^^^^^^^^ container `silent` has no memory limit: it says nothing of its resources
//!             - name: main
//!               resources:
//!                 requests:
//! #               ^^^^^^^^ container `main` requests no CPU
//!                   memory: 1Gi
//!                 limits:
//!                   memory: 1Gi
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - {name: app, resources: {requests: {cpu: 0.5}}}
//!         - {name: limit, resources: {limits: {cpu: 1}}}
//!         - {name: unknown, resources: {requests: {cpu: "${REQUEST}"}}}
//! ---
//! kind: Pod
//! metadata: {name: of-the-pod}
//! spec: {resources: {limits: {cpu: 2}}, containers: [{name: app}, {name: side}]}
//! ---
//! kind: LimitRange
//! metadata: {name: defaults, namespace: shop}
//! spec: {limits: [{type: Container, min: {cpu: 50m}}]}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {spec: {containers: [{name: app}]}}}
//! ---
//! kind: Pod
//! metadata: {name: test, annotations: {helm.sh/hook: test}}
//! spec: {containers: [{name: app}]}
//! ---
//! kind: Deployment
//! metadata: {name: gateway, namespace: mesh}
//! spec: {template: {spec: {containers: [{name: istio-proxy, image: auto}]}}}
//! ```

use kubesift_engine::model::{Amount, CPU};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 3.5,
    profiles: &[Profile::Default, Profile::Reliability],
    yields_to: &[
        "hpa-resource-request-missing",
        "memory-limit-missing",
        "memory-request-missing",
        "quantity-or-duration-invalid",
        "resource-quota-exceeded",
    ],
    refs: &[
        Peer("kube-linter:unset-cpu-requirements"),
        Peer("kube-score:container-resources"),
        Peer("checkov:CKV_K8S_10"),
        Peer("trivy:KSV-0015"),
        Peer("kics:ca469dd4"),
        Peer("kubescape:C-0050"),
        Peer("kubescape:C-0268"),
        Peer("polaris:cpuRequestsMissing"),
        Peer("kubesec:RequestsCPU"),
        Peer("terrascan:AC-K8-OE-PK-M-0155"),
        Peer("kyverno:require-requests-limits"),
        Peer("gatekeeper:k8srequiredresources"),
        Peer("gatekeeper:k8scontainerrequests"),
        Peer("datree:CONTAINERS_MISSING_CPU_REQUEST_KEY"),
        Peer("monokle:KBP002"),
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
    for (container, amount) in CPU.unrequested(pod, graph) {
        if amount == Amount::Absent && container.is_partial() {
            continue;
        }
        let field = container.field(CPU.request);
        let words = match amount {
            Amount::Zero => "requests 0 CPU",
            Amount::Invalid => "requests an amount of CPU that is no quantity",
            _ => "requests no CPU",
        };
        // An autoscaler that goes by it says more.
        out.say(field, format!("{} {words}", container.title())).cause(CPU.lack_of(resource));
    }
}
