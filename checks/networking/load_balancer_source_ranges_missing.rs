//! A public load balancer is open to everyone.
//!
//! Nothing limits who may connect: the Service is on the internet, where it is found and tried
//! within minutes.
//!
//! List the networks that need it under `loadBalancerSourceRanges`, or make the load balancer
//! internal. Where the whole world is meant to use it, say so in a suppression.
//!
//! For a Service with no other ports than those of the web (80, 443, 8080, 8443, and 15021 of
//! Istio's gateways), which is most often meant for everyone, the finding is of low severity.
//! Load balancers with a private address are left alone, and those whose address comes from a
//! pool in one's own network (MetalLB, Cilium, kube-vip). Annotations of the clouds that limit
//! the sources count.
//!
//! ```yaml fail
//! kind: Service
//! metadata: {name: web}
//! spec:
//!   type: LoadBalancer
//! # ^^^^^^^^^^^^^^^^^^ Service `web` has a public load balancer that is open to everyone
//!   selector: {app: web}
//!   ports: [{port: 8000}]
//! ```
//!
//! ```yaml fail
//! kind: Service
//! metadata: {name: web}
//! spec:
//!   type: LoadBalancer
//!   selector: {app: web}
//!   loadBalancerSourceRanges:
//!     - 10.0.0.0/8
//!     - 0.0.0.0/0
//! #     ^^^^^^^^^ Service `web` has a public load balancer that is open to everyone (0.0.0.0/0)
//!   ports: [{port: 80}]
//! ---
//! kind: Service
//! metadata:
//!   name: other
//!   annotations:
//!     service.beta.kubernetes.io/load-balancer-source-ranges: 0.0.0.0/0
//! #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Service `other` has a public load balancer that is open to everyone (0.0.0.0/0)
//! spec: {type: LoadBalancer, ports: [{port: 80}]}
//! ```
//!
//! ```yaml pass
//! kind: Service
//! metadata: {name: web}
//! spec: {type: LoadBalancer, loadBalancerSourceRanges: [203.0.113.0/24], ports: [{port: 80}]}
//! ---
//! kind: Service
//! metadata: {name: unknown}
//! spec: {type: LoadBalancer, loadBalancerSourceRanges: ["${OFFICE}"], ports: [{port: 80}]}
//! ---
//! kind: Service
//! metadata: {name: azure, annotations: {service.beta.kubernetes.io/azure-allowed-ip-ranges: 203.0.113.0/24}}
//! spec: {type: LoadBalancer, ports: [{port: 80}]}
//! ---
//! kind: Service
//! metadata: {name: internal, annotations: {cloud.google.com/load-balancer-type: Internal}}
//! spec: {type: LoadBalancer, ports: [{port: 80}]}
//! ---
//! kind: Service
//! metadata: {name: aws-controller, annotations: {service.beta.kubernetes.io/aws-load-balancer-type: external}}
//! spec: {type: LoadBalancer, ports: [{port: 80}]}
//! ---
//! kind: Service
//! metadata: {name: metallb, annotations: {metallb.universe.tf/address-pool: home}}
//! spec: {type: LoadBalancer, ports: [{port: 80}]}
//! ---
//! kind: Service
//! metadata: {name: cilium, annotations: {lbipam.cilium.io/ips: "192.168.1.20"}}
//! spec: {type: LoadBalancer, ports: [{port: 80}]}
//! ---
//! kind: Service
//! metadata: {name: tailnet}
//! spec: {type: LoadBalancer, loadBalancerClass: tailscale, ports: [{port: 80}]}
//! ---
//! kind: Service
//! metadata: {name: node-port}
//! spec: {type: NodePort, ports: [{port: 80}]}
//! ```

use kubesift_engine::model::{
    Match, Published, Sources, is_internal_load_balancer, load_balancer_sources, published,
    service_ports,
};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    confidence: Confidence::Medium,
    profiles: &[Profile::Default, Profile::Nsa],
    yields_to: &[
        "etcd-exposed-by-service",
        "load-balancer-exposes-sensitive-port",
        "sensitive-interface-exposed",
    ],
    refs: &[Cwe(668)],
    run: Run::Resource(&["Service"], run),
    ..Check::DEFAULT
};

fn run(service: &Resource, out: &mut Out) {
    if published(service) != Published::LoadBalancer
        || is_internal_load_balancer(service) != Match::No
    {
        return;
    }
    const MESSAGE: &str = "has a public load balancer that is open to everyone";
    match load_balancer_sources(service) {
        Sources::Limited => {}
        Sources::Everyone(node) => {
            let range = node.text().unwrap_or_default();
            out.report(node, format!("{MESSAGE} ({range})"));
        }
        Sources::Unstated(_) => {
            let ports = service_ports(service);
            let is_web =
                |number: Option<i64>| matches!(number, Some(80 | 443 | 8080 | 8443 | 15021));
            let web = !ports.is_empty() && ports.iter().all(|port| is_web(port.number));
            let draft = out.report(service.field("spec.type"), MESSAGE);
            if web {
                draft.severity(Low);
            }
        }
    }
}
