//! A public load balancer has no certificate.
//!
//! A cloud's load balancer that is given no certificate passes on what it gets. For plain HTTP that
//! means that whoever sits on the way can read and change it.
//!
//! Name the certificate in the annotation of the cloud, or put a controller behind the load
//! balancer that ends TLS.
//!
//! Ports that carry TLS by themselves (443, 8443, `appProtocol: https`) are no finding, nor are
//! load balancers with a port for TLS: a controller behind them ends it. Opt-in: what ends TLS is
//! often not seen in the manifests.
//!
//! ```yaml fail
//! kind: Service
//! metadata: {name: web}
//! spec:
//!   type: LoadBalancer
//! # ^^^^^^^^^^^^^^^^^^ Service `web` has a public load balancer without a certificate
//!   ports: [{port: 80}]
//! ```
//!
//! ```yaml pass
//! kind: Service
//! metadata: {name: web, annotations: {service.beta.kubernetes.io/aws-load-balancer-ssl-cert: "arn:aws:acm:a"}}
//! spec: {type: LoadBalancer, ports: [{port: 80}]}
//! ---
//! kind: Service
//! metadata: {name: ingress}
//! spec: {type: LoadBalancer, ports: [{name: http, port: 80}, {name: https, port: 443}]}
//! ---
//! kind: Service
//! metadata: {name: internal, annotations: {service.beta.kubernetes.io/aws-load-balancer-internal: "true"}}
//! spec: {type: LoadBalancer, ports: [{port: 80}]}
//! ---
//! kind: Service
//! metadata: {name: game}
//! spec: {type: LoadBalancer, ports: [{port: 27015, protocol: UDP}]}
//! ---
//! kind: Service
//! metadata: {name: inside}
//! spec: {ports: [{port: 80}]}
//! ```

use kubesift_engine::model::{
    Match, Published, annotations, is_internal_load_balancer, published, service_ports,
};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    confidence: Confidence::Low,
    profiles: &[],
    refs: &[
        Cwe(319),
        Peer("kyverno:require-encryption-aws-loadbalancers"),
        Peer("kubescape:C-0231"),
        Peer("kubescape:C-0245"),
    ],
    run: Run::Resource(&["Service"], run),
    ..Check::DEFAULT
};

/// Parts of the keys of annotations that name a certificate, or say that TLS is spoken.
const CERTIFICATES: &[&str] = &["certificate", "ssl-cert", "ssl-ports", "tls-ports", "tls-secret"];

fn run(service: &Resource, out: &mut Out) {
    let ports = service_ports(service);
    let tls = ports.iter().any(|port| {
        let protocol = port.node.field("appProtocol").str().unwrap_or_default();
        matches!(port.number, Some(443 | 6443 | 8443 | 9443 | 993 | 995 | 465 | 636))
            || protocol.ends_with("https")
            || protocol.contains("tls")
    });
    let tcp = ports.iter().any(|port| port.protocol == Some("TCP"));
    let named =
        annotations(service).any(|(key, _)| CERTIFICATES.iter().any(|part| key.contains(part)));
    if published(service) == Published::LoadBalancer
        && is_internal_load_balancer(service) == Match::No
        && tcp
        && !tls
        && !named
    {
        let message = "has a public load balancer without a certificate";
        out.report(service.field("spec.type"), message);
    }
}
