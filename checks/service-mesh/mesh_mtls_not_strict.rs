//! Workloads of the mesh take plain text.
//!
//! In mode PERMISSIVE a workload takes plain text beside mutual TLS, in mode DISABLE nothing else.
//! Whoever reaches the pod then needs no identity, and whoever sits between can read along.
//!
//! Set `mode: STRICT`, for the whole mesh in its root namespace; leave an exception only to the port
//! that needs it.
//!
//! The nearest PeerAuthentication that says something counts: of the port, of the workload, of the
//! namespace, of the mesh. One that others overrule for every workload of its reach is not
//! reported. An exception for single ports counts as low; one for the port of a webhook, which the
//! API server calls without an identity, is left alone. A namespace without any is reported,
//! also as low, where the manifests hold Istio's control plane or policies of the kind; a mesh's
//! settings usually lie elsewhere.
//!
//! ```yaml fail
//! apiVersion: security.istio.io/v1
//! kind: PeerAuthentication
//! metadata: {name: default, namespace: istio-system}
//! spec:
//!   mtls:
//!     mode: PERMISSIVE
//! #   ^^^^^^^^^^^^^^^^ PeerAuthentication `default` lets the whole mesh take plain text beside mutual TLS
//! ---
//! apiVersion: security.istio.io/v1
//! kind: PeerAuthentication
//! metadata: {name: shop, namespace: shop}
//! spec: {mtls: {mode: DISABLE}}
//! #             ^^^^^^^^^^^^^ PeerAuthentication `shop` turns mutual TLS off for namespace `shop`
//! ---
//! apiVersion: security.istio.io/v1
//! kind: PeerAuthentication
//! metadata: {name: finance, namespace: bank}
//! spec:
//!   selector: {matchLabels: {app: finance}}
//!   mtls: {mode: STRICT}
//!   portLevelMtls:
//!     8080: {mode: DISABLE}
//! #          ^^^^^^^^^^^^^ PeerAuthentication `finance` turns mutual TLS off for port 8080 of the pods with app=finance
//! ```
//!
//! ```yaml fail
//! kind: Namespace
//! metadata:
//!   name: shop
//! # ^^^^^^^^^^ no PeerAuthentication makes mutual TLS strict for the one workload of namespace `shop`
//!   labels: {istio-injection: enabled}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! apiVersion: security.istio.io/v1
//! kind: PeerAuthentication
//! metadata: {name: bank, namespace: bank}
//! spec: {mtls: {mode: STRICT}}
//! ```
//!
//! ```yaml pass
//! apiVersion: security.istio.io/v1
//! kind: PeerAuthentication
//! metadata: {name: default, namespace: istio-system}
//! spec: {mtls: {mode: STRICT}}
//! ---
//! apiVersion: security.istio.io/v1
//! kind: PeerAuthentication
//! metadata: {name: inherits, namespace: shop}
//! spec: {mtls: {mode: UNSET}}
//! ---
//! apiVersion: security.istio.io/v1
//! kind: PeerAuthentication
//! metadata: {name: later, namespace: shop}
//! spec: {mtls: {mode: "${MODE}"}}
//! ---
//! apiVersion: security.istio.io/v1
//! kind: PeerAuthentication
//! metadata: {name: empty, namespace: shop}
//! spec: {}
//! ---
//! kind: Namespace
//! metadata: {name: shop, labels: {istio-injection: enabled}}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ```
//!
//! The API server calls a webhook:
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: hook, namespace: shop}
//! spec: {template: {metadata: {labels: {app: hook}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Service
//! metadata: {name: hook, namespace: shop}
//! spec: {selector: {app: hook}, ports: [{port: 443, targetPort: 8443}]}
//! ---
//! apiVersion: admissionregistration.k8s.io/v1
//! kind: ValidatingWebhookConfiguration
//! metadata: {name: hook}
//! webhooks: [{name: hook.example.com, clientConfig: {service: {name: hook, namespace: shop}}}]
//! ---
//! apiVersion: security.istio.io/v1
//! kind: PeerAuthentication
//! metadata: {name: hook, namespace: shop}
//! spec: {selector: {matchLabels: {app: hook}}, mtls: {mode: STRICT}, portLevelMtls: {8443: {mode: PERMISSIVE}}}
//! ```
//!
//! Every workload of the mesh has a stricter policy of its own, and settings of the mesh that lie
//! elsewhere are not missing:
//!
//! ```yaml pass
//! apiVersion: security.istio.io/v1
//! kind: PeerAuthentication
//! metadata: {name: default, namespace: istio-system}
//! spec: {mtls: {mode: PERMISSIVE}}
//! ---
//! kind: Namespace
//! metadata: {name: shop, labels: {istio-injection: enabled}}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! apiVersion: security.istio.io/v1
//! kind: PeerAuthentication
//! metadata: {name: web, namespace: shop}
//! spec: {selector: {matchLabels: {app: web}}, mtls: {mode: STRICT}}
//! ```
//!
//! ```yaml pass
//! kind: Namespace
//! metadata: {name: shop, labels: {istio-injection: enabled}}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ```

use kubesift_engine::model::{Dataplane, MeshPolicy, MtlsMode, Target, service_ports};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 6.0,
    refs: &[Cwe(319), Nsa("encryption in transit"), Peer("kyverno:enforce-strict-mtls")],
    run: Run::Links(&["security.istio.io/PeerAuthentication", "Namespace"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    if resource.is("Namespace") {
        namespace(resource, graph, out);
        return;
    }
    let policy = MeshPolicy::of(resource);
    let scope = scope(&policy, graph);
    let field = resource.field("spec.mtls.mode");
    let effect_of_all = effect(field).filter(|_| out.is_asked() || counts(&policy, graph));
    if let Some(effect) = effect_of_all {
        out.report(field, words(effect, &scope));
    }
    if policy.selector.is_none() {
        return;
    }
    for (port, node) in
        resource.field("spec.portLevelMtls").node().into_iter().flat_map(Node::entries)
    {
        let field = node.field("mode");
        let Some(effect) = effect(field) else { continue };
        if !out.is_asked() && port.parse().is_ok_and(|port| is_webhook(&policy, port, graph)) {
            continue;
        }
        out.report(field, words(effect, &format!("port {port} of {scope}"))).severity(Low);
    }
}

fn effect(field: Field) -> Option<MtlsMode> {
    MtlsMode::of(field).filter(|mode| matches!(mode, MtlsMode::Permissive | MtlsMode::Disable))
}

fn words(mode: MtlsMode, scope: &str) -> String {
    if mode == MtlsMode::Disable {
        return format!("turns mutual TLS off for {scope}");
    }
    format!("lets {scope} take plain text beside mutual TLS")
}

fn scope(policy: &MeshPolicy, graph: &Graph) -> String {
    let namespace = policy.resource.namespace.as_deref();
    match (&policy.selector, namespace) {
        (Some(selector), _) => format!("the pods with {selector}"),
        (None, Some(name)) if name == graph.mesh().root() => "the whole mesh".to_owned(),
        (None, Some(name)) => format!("namespace `{name}`"),
        (None, None) => "its namespace".to_owned(),
    }
}

/// Whether the API server calls the port, which has no identity of the mesh.
fn is_webhook(policy: &MeshPolicy, port: i64, graph: &Graph) -> bool {
    let pods = graph.pods_of_mesh_policy(policy);
    let services = pods.iter().flat_map(|(pod, _)| graph.services_of(pod));
    let mut called = services.filter(|service| graph.mesh().is_called_by_api_server(service));
    called.any(|service| {
        let ports = service_ports(service);
        ports.iter().any(|one| match one.target {
            Target::Number(number) => number == port,
            Target::Name(_) | Target::Unknown => true,
        })
    })
}

/// Whether the mode holds for some workload in view, or none is in view.
fn counts(policy: &MeshPolicy, graph: &Graph) -> bool {
    if policy.selector.is_some() {
        return true;
    }
    let namespace = policy.resource.namespace.as_deref();
    let whole = namespace == Some(graph.mesh().root());
    let all = graph.pods().iter().filter(|pod| whole || pod.namespace == namespace);
    let mut seen = all.filter(|pod| pod.is_networked()).peekable();
    let none = seen.peek().is_none();
    none || seen.any(|pod| graph.mtls(pod, None).by.is_some_and(|by| by.0.id == policy.resource.id))
}

/// A namespace in the mesh for which nothing is said.
fn namespace(resource: &Resource, graph: &Graph, out: &mut Out) {
    let mesh = graph.mesh();
    let kept_here = mesh.has_control_plane() || !mesh.policies("PeerAuthentication").is_empty();
    let missing_here = graph.build().complete && kept_here;
    if !missing_here && !out.is_asked() {
        return;
    }
    let Some(namespace) = graph.namespace_led_by(resource) else { return };
    if graph.mtls_of_namespace(namespace.name).by.is_some() {
        return;
    }
    let open = graph.networked_pods(namespace).filter(|pod| {
        graph.membership(pod).dataplane().is_some_and(Dataplane::is_istio)
            && graph.mtls(pod, None).by.is_none()
    });
    let of = namespace.words();
    let workloads = match open.filter(|pod| !pod.pod.is_finite()).count() {
        0 => return,
        1 => format!("the one workload of {of}"),
        many => format!("the {many} workloads of {of}"),
    };
    let message = format!("no PeerAuthentication makes mutual TLS strict for {workloads}");
    let draft = out.say(resource.field("metadata.name"), message).about(of);
    draft.severity(Low).confidence(Confidence::Low);
}
