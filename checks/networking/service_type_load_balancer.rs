//! A Service has a public load balancer.
//!
//! The Service is reachable from outside the cluster, past the Ingress and its access rules, and
//! the cloud charges for the load balancer.
//!
//! Publish the application through an Ingress or a Gateway, or make the load balancer internal
//! with the annotation of your cloud.
//!
//! By default `load-balancer-source-ranges-missing` and `load-balancer-exposes-sensitive-port`
//! say where a load balancer is a risk; this check is for those who want none at all.
//!
//! ```yaml fail
//! kind: Service
//! metadata: {name: web}
//! spec:
//!   type: LoadBalancer
//! # ^^^^^^^^^^^^^^^^^^ Service `web` has a public load balancer
//!   loadBalancerSourceRanges: [203.0.113.0/24]
//!   selector: {app: web}
//!   ports: [{port: 80}]
//! ```
//!
//! ```yaml fail with=load-balancer-source-ranges-missing
//! kind: Service
//! metadata: {name: web}
//! spec:
//!   type: LoadBalancer
//! # ^^^^^^^^^^^^^^^^^^ Service `web` has a public load balancer that is open to everyone
//!   selector: {app: web}
//!   ports: [{port: 8000}]
//! ```
//!
//! ```yaml pass
//! kind: Service
//! metadata: {name: web}
//! spec: {selector: {app: web}, ports: [{port: 80}]}
//! ---
//! kind: Service
//! metadata: {name: azure, annotations: {service.beta.kubernetes.io/azure-load-balancer-internal: "true"}}
//! spec: {type: LoadBalancer, ports: [{port: 80}]}
//! ---
//! kind: Service
//! metadata: {name: google, annotations: {networking.gke.io/load-balancer-type: Internal}}
//! spec: {type: LoadBalancer, ports: [{port: 80}]}
//! ---
//! kind: Service
//! metadata: {name: amazon, annotations: {service.beta.kubernetes.io/aws-load-balancer-scheme: internal}}
//! spec: {type: LoadBalancer, ports: [{port: 80}]}
//! ---
//! kind: Service
//! metadata: {name: private}
//! spec: {type: LoadBalancer, loadBalancerIP: 192.168.10.4, ports: [{port: 80}]}
//! ```

use kubesift_engine::model::{Match, Published, is_internal_load_balancer, published};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.0,
    profiles: &[Profile::Nsa],
    yields_to: &[
        "etcd-exposed-by-service",
        "load-balancer-exposes-sensitive-port",
        "load-balancer-source-ranges-missing",
        "sensitive-interface-exposed",
    ],
    refs: &[
        Cwe(668),
        Peer("kube-linter:exposed-services"),
        Peer("kics:26763a1c"),
        Peer("kyverno:no-loadbalancer-service"),
        Peer("gatekeeper:k8sblockloadbalancer"),
        Peer("monokle:KBP114"),
        Peer("popeye:POP-1103"),
        Peer("kubescape:C-0256"),
    ],
    run: Run::Resource(&["Service"], run),
    ..Check::DEFAULT
};

fn run(service: &Resource, out: &mut Out) {
    let public = is_internal_load_balancer(service) != Match::Yes;
    if published(service) == Published::LoadBalancer && public {
        out.report(service.field("spec.type"), "has a public load balancer");
    }
}
