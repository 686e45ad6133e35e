//! A workload speaks plain HTTP to a Service, and no mesh encrypts it.
//!
//! Between the pods the request and its answer can be read and changed by whoever controls the
//! network or a node in between, and the Service cannot tell who calls.
//!
//! Put the namespaces into a service mesh (Istio, Linkerd, Cilium with mutual authentication), or
//! let the Service end TLS itself and call it with `https://`.
//!
//! An inventory for those who want all traffic encrypted: it runs when it is named. One finding for
//! each workload, at the first environment variable that holds the address of a Service of the same
//! build. Nothing is said where the build uses a mesh for any pod.
//!
//! ```yaml fail
//! kind: Service
//! metadata: {name: db, namespace: bank}
//! spec: {selector: {app: db}, ports: [{port: 8080}]}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           env:
//!             - {name: MODE, value: fast}
//!             - name: DB
//!               value: http://db.bank:8080/api
//! #             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Deployment `web` speaks plain HTTP to Service `bank/db`, and no mesh is used
//! ```
//!
//! ```yaml pass
//! kind: Service
//! metadata: {name: db, namespace: shop}
//! spec: {selector: {app: db}, ports: [{port: 8080}]}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {spec: {containers: [{name: app, env: [{name: DB, value: "https://db:8443"}, {name: OUT, value: "http://www.example.com"}]}]}}}
//! ```
//!
//! ```yaml pass
//! kind: Namespace
//! metadata: {name: shop, annotations: {linkerd.io/inject: enabled}}
//! ---
//! kind: Service
//! metadata: {name: db, namespace: shop}
//! spec: {selector: {app: db}, ports: [{port: 8080}]}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {spec: {containers: [{name: app, env: [{name: DB, value: "http://db:8080"}]}]}}}
//! ```

use kubesift_engine::model::Membership;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 1.5,
    confidence: Confidence::Low,
    profiles: &[],
    refs: &[Cwe(319)],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    let mesh = graph.mesh();
    if mesh.uses_istio() || mesh.uses_linkerd() {
        return;
    }
    let Some(pod) = graph.pod_of(resource) else { return };
    if matches!(graph.membership(pod), Membership::In(..)) {
        return;
    }
    let containers = pod.pod.containers();
    let found = containers.iter().flat_map(Container::env).find_map(|env| {
        let node = env.get("value")?;
        Some((node, called(node.str()?, pod, graph)?))
    });
    let Some((node, service)) = found else { return };
    let name = service.full_name();
    out.report(node, format!("speaks plain HTTP to Service `{name}`, and no mesh is used"));
}

/// The Service of the build that a URL in plain HTTP leads to: `http://name`,
/// `http://name.namespace`, and longer forms.
fn called<'a>(url: &str, pod: &GraphPod<'a>, graph: &Graph<'a>) -> Option<&'a Resource> {
    let rest = url.strip_prefix("http://")?;
    let host = rest.split(['/', ':', '?']).next()?;
    let mut parts = host.split('.');
    let name = parts.next()?;
    let namespace = parts.next();
    if !matches!(parts.next(), None | Some("svc")) {
        return None;
    }
    let of = namespace.or(pod.namespace);
    let service = graph.find("Service", of, name)?;
    // A Service that calls another one by name only; not itself.
    (!graph.services_of(pod).iter().any(|own| own.id == service.id)).then_some(service)
}
