//! A workload keeps itself out of the mesh that its namespace is in.
//!
//! Its pods get no proxy: their traffic is plain text, no policy of the mesh holds for them, and
//! they cannot reach workloads that take mutual TLS only.
//!
//! Remove the label or annotation, or say in a policy of its own who may reach the workload.
//!
//! Reported where the namespace is known to be injected. Workloads that run to their end are left
//! alone, as a sidecar may keep their pods from ending, and so are the mesh's own parts. A run that
//! names this check reports every pod that says it wants no proxy.
//!
//! ```yaml fail
//! kind: Namespace
//! metadata: {name: shop, labels: {istio-injection: enabled}}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec:
//!   template:
//!     metadata:
//!       labels:
//!         app: web
//!         sidecar.istio.io/inject: "false"
//! #       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Deployment `web` stays out of the mesh of namespace `shop`: `sidecar.istio.io/inject: false`
//!     spec: {containers: [{name: app}]}
//! ---
//! kind: Namespace
//! metadata: {name: bank, annotations: {linkerd.io/inject: enabled}}
//! ---
//! kind: StatefulSet
//! metadata: {name: db, namespace: bank}
//! spec:
//!   template:
//!     metadata:
//!       annotations:
//!         linkerd.io/inject: disabled
//! #       ^^^^^^^^^^^^^^^^^^^^^^^^^^^ StatefulSet `db` stays out of the mesh of namespace `bank`: `linkerd.io/inject: disabled`
//!     spec: {containers: [{name: app}]}
//! ```
//!
//! ```yaml fail asked
//! kind: Pod
//! metadata: {name: web, annotations: {sidecar.istio.io/inject: "false"}}
//! #                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Pod `web` stays out of the mesh: `sidecar.istio.io/inject: false`
//! spec: {containers: [{name: app}]}
//! ```
//!
//! ```yaml pass
//! kind: Namespace
//! metadata: {name: shop, labels: {istio-injection: enabled}}
//! ---
//! kind: CronJob
//! metadata: {name: report, namespace: shop}
//! spec: {jobTemplate: {spec: {template: {metadata: {labels: {sidecar.istio.io/inject: "false"}}, spec: {containers: [{name: app}]}}}}}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {metadata: {labels: {sidecar.istio.io/inject: "true"}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: later, namespace: shop}
//! spec: {template: {metadata: {labels: {sidecar.istio.io/inject: "${INJECT}"}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: elsewhere, namespace: other}
//! spec: {template: {metadata: {annotations: {sidecar.istio.io/inject: "false"}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: istiod, namespace: shop, labels: {app: istiod}}
//! spec: {template: {metadata: {labels: {app: istiod, sidecar.istio.io/inject: "false"}}, spec: {containers: [{name: discovery}]}}}
//! ```

use kubesift_engine::model::Dataplane;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    confidence: Confidence::Medium,
    refs: &[
        Cwe(319),
        Peer("kyverno:prevent-disabling-injection-pods"),
        Peer("kyverno:prevent-linkerd-pod-injection-override"),
    ],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    let Some(pod) = graph.pod_of(resource) else { return };
    let Some(node) = graph.opt_out(pod) else { return };
    let key = node.key().unwrap_or_default();
    let injected = match graph.namespace(pod.namespace) {
        Some(namespace) => graph.membership_of_namespace(namespace).dataplane(),
        None => None,
    };
    let same_mesh =
        injected.is_some_and(|one| (one == Dataplane::Linkerd) == key.starts_with("linkerd"));
    let ours = pod.pod.is_finite() || is_part_of_mesh(pod);
    if !out.is_asked() && (!same_mesh || ours) {
        return;
    }
    let of = match pod.namespace.filter(|_| same_mesh) {
        Some(name) => format!(" of namespace `{name}`"),
        None => String::new(),
    };
    let value = node.text().unwrap_or_default();
    out.report(node, format!("stays out of the mesh{of}: `{key}: {value}`"));
}

/// The control plane and gateways of a mesh, which have no sidecar beside them.
fn is_part_of_mesh(pod: &GraphPod) -> bool {
    let label = |key: &str| pod.pod.labels().and_then(|labels| labels.get(key));
    let ours = ["istio", "gateway.istio.io/managed", "linkerd.io/control-plane-component"];
    label("app").and_then(Node::str).is_some_and(|app| app.starts_with("istio"))
        || ours.iter().any(|key| label(key).is_some())
}
