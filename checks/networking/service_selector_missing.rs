//! A Service that is reached from outside has no selector.
//!
//! Its endpoints are then written by hand, by whoever may write Endpoints or EndpointSlices: they
//! can send its visitors anywhere, to another namespace or out of the cluster.
//!
//! Give it a selector. Where the target truly lies outside the cluster, keep the endpoints beside
//! it in the repository, and let few people write them.
//!
//! Load balancers, node ports and backends of Ingresses and routes count. Silent where the
//! manifests hold Endpoints or an EndpointSlice of the Service, for an ExternalName, and for
//! Services that a controller fills (those of operators and leader elections have owners or no
//! ports). Nothing is said where only a part of the manifests is known: a kustomization may add
//! labels to the selector.
//!
//! ```yaml fail
//! kind: Service
//! metadata: {name: web}
//! spec:
//! #^^^ Service `web` is reached from outside but has no selector
//!   type: LoadBalancer
//!   ports: [{port: 80}]
//! ---
//! kind: Service
//! metadata: {name: shop}
//! spec: {ports: [{port: 80}]}
//! #^^^ Service `shop` is reached from outside but has no selector
//! ---
//! kind: Ingress
//! metadata: {name: shop}
//! spec: {defaultBackend: {service: {name: shop, port: {number: 80}}}}
//! ```
//!
//! ```yaml pass incomplete
//! kind: Service
//! metadata: {name: web}
//! spec: {type: LoadBalancer, ports: [{port: 80}]}
//! ```
//!
//! ```yaml pass
//! kind: Service
//! metadata: {name: web}
//! spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80}]}
//! ---
//! kind: Service
//! metadata: {name: inside}
//! spec: {ports: [{port: 80}]}
//! ---
//! kind: Service
//! metadata: {name: headless}
//! spec: {clusterIP: None, ports: [{port: 80}]}
//! ---
//! kind: Service
//! metadata: {name: elsewhere}
//! spec: {type: ExternalName, externalName: db.example.com}
//! ---
//! kind: Service
//! metadata: {name: by-hand}
//! spec: {type: NodePort, ports: [{port: 80}]}
//! ---
//! apiVersion: discovery.k8s.io/v1
//! kind: EndpointSlice
//! metadata: {name: by-hand-1, labels: {kubernetes.io/service-name: by-hand}}
//! ---
//! kind: Service
//! metadata: {name: filled}
//! spec: {type: NodePort, selector: "${SELECTOR}", ports: [{port: 80}]}
//! ```

use kubesift_engine::model::{Published, is_absent, published};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 3.5,
    profiles: &[Profile::Hygiene],
    refs: &[Peer("terrascan:AC_K8S_0114")],
    run: Run::Links(&["Service"], run),
    ..Check::DEFAULT
};

fn run(service: &Resource, graph: &Graph, out: &mut Out) {
    if !graph.build().complete && !out.is_asked() {
        return;
    }
    let selector = service.field("spec.selector");
    let empty = selector.node().and_then(Node::map).is_some_and(|map| map.is_empty());
    if service.field("spec.type").str() == Some("ExternalName")
        || !empty && !is_absent(selector)
        || !service.field("spec.ports").exists()
        || service.field("metadata.ownerReferences").exists()
    {
        return;
    }
    let outside = published(service) != Published::Not || !graph.routes_to(service).is_empty();
    if outside && !graph.has_endpoints(service) {
        out.report(selector, "is reached from outside but has no selector");
    }
}
