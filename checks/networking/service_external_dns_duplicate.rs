//! Two Services ask external-dns for the same hostname.
//!
//! One name leads to one of them only, and which one may change with every round of the
//! controller: visitors end up now at the one and now at the other.
//!
//! Give them different hostnames. To share visitors on purpose, use a `set-identifier` with a
//! policy.
//!
//! Services that say how the name is shared (`set-identifier`), share an address, or are for
//! different families of addresses are left alone, and so are headless ones, whose names list pods,
//! and names of examples in folders side by side. A run that names this check reports both of the
//! two.
//!
//! ```yaml fail
//! kind: Service
//! metadata: {name: web, annotations: {external-dns.alpha.kubernetes.io/hostname: "shop.example.com, www.example.com"}}
//! spec: {type: LoadBalancer, ports: [{port: 80}]}
//! ---
//! kind: Service
//! metadata:
//!   name: api
//!   annotations:
//!     external-dns.alpha.kubernetes.io/hostname: WWW.example.com.
//! #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Service `api` asks for the hostname www.example.com, which Service `web` has
//! spec: {type: LoadBalancer, ports: [{port: 80}]}
//! ```
//!
//! ```yaml pass
//! kind: Service
//! metadata: {name: web, annotations: {external-dns.alpha.kubernetes.io/hostname: a.example.com}}
//! spec: {type: LoadBalancer, ports: [{port: 80}]}
//! ---
//! kind: Service
//! metadata: {name: api, annotations: {external-dns.alpha.kubernetes.io/hostname: "b.example.com,${HOST}"}}
//! spec: {type: LoadBalancer, ports: [{port: 80}]}
//! ---
//! kind: Service
//! metadata:
//!   name: weighted
//!   annotations: {external-dns.alpha.kubernetes.io/hostname: a.example.com, external-dns.alpha.kubernetes.io/set-identifier: two}
//! spec: {type: LoadBalancer, ports: [{port: 80}]}
//! ---
//! kind: Service
//! metadata: {name: pods, annotations: {external-dns.alpha.kubernetes.io/hostname: a.example.com}}
//! spec: {clusterIP: None, ports: [{port: 80}]}
//! ---
//! kind: Service
//! metadata: {name: six, annotations: {external-dns.alpha.kubernetes.io/hostname: a.example.com}}
//! spec: {type: LoadBalancer, ipFamilies: [IPv6], ports: [{port: 80}]}
//! ---
//! kind: Service
//! metadata: {name: tcp, annotations: {external-dns.alpha.kubernetes.io/hostname: dns.example.com, metallb.io/allow-shared-ip: dns}}
//! spec: {type: LoadBalancer, ports: [{port: 53}]}
//! ---
//! kind: Service
//! metadata: {name: udp, annotations: {external-dns.alpha.kubernetes.io/hostname: dns.example.com, metallb.io/allow-shared-ip: dns}}
//! spec: {type: LoadBalancer, ports: [{port: 53, protocol: UDP}]}
//! ```

use kubesift_engine::model::{annotations, dns_names, in_line, is_example_host};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.0,
    confidence: Confidence::Medium,
    profiles: &[Profile::Default, Profile::Reliability],
    refs: &[Peer("kyverno:unique-external-dns")],
    run: Run::Links(&["Service"], run),
    ..Check::DEFAULT
};

fn run(service: &Resource, graph: &Graph, out: &mut Out) {
    if shares(service) {
        return;
    }
    for (name, at) in dns_names(service) {
        let rival = graph.dns_holders(&name).iter().find(|holder| {
            let other = holder.resource;
            let same = (&other.name, &other.namespace) == (&service.name, &service.namespace);
            let before = other.id < service.id || out.is_asked() && other.id != service.id;
            let near = in_line(other, service) || !is_example_host(&name);
            before && near && !same && !shares(other) && families(other) == families(service)
        });
        if let Some(rival) = rival {
            let message = format!(
                "asks for the hostname {name}, which Service `{}` has",
                rival.resource.full_name()
            );
            out.report(at, message).note(rival.at, "it has the hostname");
        }
    }
}

/// True for a Service that shares its name, or its address, on purpose.
fn shares(service: &Resource) -> bool {
    let headless = service.field("spec.clusterIP").str() == Some("None");
    let marks = ["set-identifier", "shared-ip", "sharing-key", "sharing-cross-namespace"];
    headless || annotations(service).any(|(key, _)| marks.iter().any(|mark| key.contains(mark)))
}

fn families(service: &Resource) -> Vec<&str> {
    service.field("spec.ipFamilies").items().filter_map(Node::str).collect()
}
