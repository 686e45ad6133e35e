//! A Service takes over external addresses.
//!
//! Traffic to the addresses in `externalIPs` is sent to this Service from every node and every
//! pod, whoever the addresses belong to. Who may write Services can take over connections to any
//! address that way (CVE-2020-8554), and Kubernetes checks nothing.
//!
//! Use a load balancer, an Ingress or a Gateway, and deny the field by an admission policy. An
//! address that is yours can be allowed by the option `allowed`.
//!
//! ```yaml fail
//! kind: Service
//! metadata: {name: web}
//! spec:
//!   selector: {app: web}
//!   externalIPs:
//! # ^^^^^^^^^^^ Service `web` takes over traffic to 203.0.113.7
//!     - 203.0.113.7
//!   ports:
//!     - port: 80
//! ```
//!
//! ```yaml fixed
//! kind: Service
//! metadata: {name: web}
//! spec:
//!   selector: {app: web}
//!   ports:
//!     - port: 80
//! ```
//!
//! ```yaml pass
//! kind: Service
//! metadata: {name: web}
//! spec: {ports: [{port: 80}], externalIPs: []}
//! ---
//! kind: Service
//! metadata: {name: none}
//! spec: {ports: [{port: 80}]}
//! ---
//! kind: Service
//! metadata: {name: unknown}
//! spec: {ports: [{port: 80}], externalIPs: ["${ADDRESS}"]}
//! ```
//!
//! ```yaml pass allowed=203.0.113.7
//! kind: Service
//! metadata: {name: web}
//! spec: {ports: [{port: 80}], externalIPs: [203.0.113.7]}
//! ```

use kubesift_engine::model::known_node;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 7.0,
    profiles: &[Profile::Default, Profile::Nsa],
    fix: Some(Unsafe),
    refs: &[
        Cwe(441),
        Url("https://github.com/kubernetes/kubernetes/issues/97076"),
        Peer("trivy:KSV-0108"),
        Peer("terrascan:AC-K8-NS-SE-M-0188"),
        Peer("kyverno:restrict-external-ips"),
        Peer("gatekeeper:k8sexternalips"),
    ],
    options: &[&ALLOWED],
    run: Run::Resource(&["Service"], run),
    ..Check::DEFAULT
};

pub const ALLOWED: Opt = Opt::list("allowed", "Addresses that Services may take.", &[]);

fn run(service: &Resource, out: &mut Out) {
    let field = service.field("spec.externalIPs");
    let allowed = out.list(&ALLOWED);
    let known = field.items().filter(|node| known_node(*node).is_literal());
    let taken: Vec<&str> =
        known.filter_map(Node::text).filter(|address| !allowed.contains(address)).collect();
    if taken.is_empty() {
        return;
    }
    out.report(field, format!("takes over traffic to {}", taken.join(", "))).remove(
        Unsafe,
        "give the addresses up",
        field,
    );
}
