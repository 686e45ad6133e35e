//! A load balancer hides the addresses of its visitors, or a node port answers on some nodes only.
//!
//! With `externalTrafficPolicy: Cluster`, the default, a node may pass a connection on to another
//! node and then puts its own address in place of the visitor's, so that logs and limits by
//! address see nodes. With `Local` a NodePort answers only on nodes that run a pod.
//!
//! Use `Local` behind a load balancer that looks which nodes answer, and `Cluster` for node ports
//! that are called by any node's address.
//!
//! ```yaml fail
//! kind: Service
//! metadata: {name: web}
//! spec:
//!   type: LoadBalancer
//! # ^^^^^^^^^^^^^^^^^^ Service `web` has a load balancer that hides the addresses of visitors (externalTrafficPolicy Cluster)
//!   ports: [{port: 80}]
//! ---
//! kind: Service
//! metadata: {name: node}
//! spec:
//!   type: NodePort
//!   externalTrafficPolicy: Local
//! # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Service `node` answers only on nodes that run one of its pods
//!   ports: [{port: 80}]
//! ```
//!
//! ```yaml pass
//! kind: Service
//! metadata: {name: web}
//! spec: {type: LoadBalancer, externalTrafficPolicy: Local, ports: [{port: 80}]}
//! ---
//! kind: Service
//! metadata: {name: node}
//! spec: {type: NodePort, ports: [{port: 80}]}
//! ---
//! kind: Service
//! metadata: {name: inside}
//! spec: {ports: [{port: 80}]}
//! ---
//! kind: Service
//! metadata: {name: pods, annotations: {service.beta.kubernetes.io/aws-load-balancer-nlb-target-type: ip}}
//! spec: {type: LoadBalancer, ports: [{port: 80}]}
//! ---
//! kind: Service
//! metadata: {name: filled}
//! spec: {type: LoadBalancer, externalTrafficPolicy: "${POLICY}", ports: [{port: 80}]}
//! ```

use kubesift_engine::model::{Published, annotations, published};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 1.0,
    profiles: &[Profile::Hygiene],
    refs: &[Peer("popeye:POP-1107"), Peer("popeye:POP-1108")],
    run: Run::Resource(&["Service"], run),
    ..Check::DEFAULT
};

fn run(service: &Resource, out: &mut Out) {
    let policy = service.field("spec.externalTrafficPolicy");
    let cluster = !policy.exists() || policy.str() == Some("Cluster");
    match published(service) {
        Published::LoadBalancer if cluster && !reaches_pods(service) => {
            let at = if policy.exists() { policy } else { service.field("spec.type") };
            let message = "has a load balancer that hides the addresses of visitors \
                           (externalTrafficPolicy Cluster)";
            out.report(at, message);
        }
        Published::NodePort if policy.str() == Some("Local") => {
            out.report(policy, "answers only on nodes that run one of its pods");
        }
        _ => {}
    }
}

/// True when the load balancer sends to pods and not to nodes.
fn reaches_pods(service: &Resource) -> bool {
    annotations(service).any(|(key, node)| {
        let text = node.text().unwrap_or_default();
        key.ends_with("nlb-target-type") && text == "ip"
            || key.ends_with("aws-load-balancer-type") && text == "nlb-ip"
            || key == "cloud.google.com/neg" && text.contains("exposed_ports")
    })
}
