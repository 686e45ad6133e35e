//! A database or an administration port is reachable from outside the cluster.
//!
//! Databases, caches, debuggers and remote shells are made for a trusted network. Open to the
//! internet they are found within minutes, and tried with every known password and weakness.
//!
//! Make the Service a ClusterIP. Who must reach it from outside can use a VPN, or `kubectl
//! port-forward`.
//!
//! The port and the target port count. Load balancers that are internal or limited to certain
//! sources are left alone.
//!
//! ```yaml fail with=load-balancer-source-ranges-missing,service-type-load-balancer
//! kind: Service
//! metadata: {name: db}
//! spec:
//!   type: LoadBalancer
//! # ^^^^^^^^^^^^^^^^^^ Service `db` opens PostgreSQL (port 5432) through a public load balancer
//!   selector: {app: db}
//!   ports:
//!     - {name: http, port: 80}
//!     - {name: sql, port: 5432}
//! ```
//!
//! ```yaml fail with=service-type-node-port
//! kind: Service
//! metadata: {name: cache}
//! spec:
//!   type: NodePort
//! # ^^^^^^^^^^^^^^ Service `cache` opens Redis (port 6379) and SSH (port 22) on every node
//!   selector: {app: cache}
//!   ports:
//!     - {name: redis, port: 7000, targetPort: 6379, nodePort: 30007}
//!     - {name: ssh, port: 22}
//! ```
//!
//! ```yaml fail ports=8123
//! kind: Service
//! metadata: {name: clickhouse}
//! spec: {type: NodePort, ports: [{port: 8123}]}
//! #      ^^^^^^^^^^^^^^ Service `clickhouse` opens port 8123 on every node
//! ```
//!
//! ```yaml pass
//! kind: Service
//! metadata: {name: web}
//! spec: {type: LoadBalancer, ports: [{port: 443}]}
//! ---
//! kind: Service
//! metadata: {name: db}
//! spec: {ports: [{port: 5432}]}
//! ---
//! kind: Service
//! metadata: {name: internal, annotations: {service.beta.kubernetes.io/aws-load-balancer-internal: "true"}}
//! spec: {type: LoadBalancer, ports: [{port: 5432}]}
//! ---
//! kind: Service
//! metadata: {name: limited}
//! spec: {type: LoadBalancer, loadBalancerSourceRanges: [203.0.113.0/24], ports: [{port: 5432}]}
//! ---
//! kind: Service
//! metadata: {name: game}
//! spec: {type: LoadBalancer, ports: [{port: 27017, protocol: UDP}]}
//! ```

use kubesift_engine::model::{
    Match, Published, ServicePort, Sources, Target, is_internal_load_balancer,
    load_balancer_sources, published, sensitive_port, service_ports,
};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 6.5,
    profiles: &[Profile::Default, Profile::Nsa],
    yields_to: &["etcd-exposed-by-service"],
    refs: &[Cwe(668)],
    options: &[&PORTS],
    run: Run::Resource(&["Service"], run),
    ..Check::DEFAULT
};

pub const PORTS: Opt =
    Opt::list("ports", "More ports that must not be reachable from outside.", &[]);

fn run(service: &Resource, out: &mut Out) {
    let how = match published(service) {
        Published::NodePort => "on every node",
        Published::LoadBalancer if is_public(service) => "through a public load balancer",
        Published::LoadBalancer | Published::Not => return,
    };
    let more = out.list(&PORTS);
    let found: Vec<(ServicePort, String)> = service_ports(service)
        .into_iter()
        .filter(|port| port.protocol == Some("TCP"))
        .filter_map(|port| Some((port, words(&port, &more)?)))
        .collect();
    if found.is_empty() {
        return;
    }
    let all: Vec<&str> = found.iter().map(|(_, words)| &**words).collect();
    let message = format!("opens {} {how}", all.join(" and "));
    let draft = out.report(service.field("spec.type"), message);
    found.iter().fold(draft, |draft, (port, words)| draft.note(port.node, words.clone()));
}

fn is_public(service: &Resource) -> bool {
    is_internal_load_balancer(service) == Match::No
        && !matches!(load_balancer_sources(service), Sources::Limited)
}

fn words(port: &ServicePort, more: &[&str]) -> Option<String> {
    let target = match port.target {
        Target::Number(number) => Some(number),
        Target::Name(_) | Target::Unknown => None,
    };
    [port.number, target].into_iter().flatten().find_map(|number| {
        if let Some(what) = sensitive_port(number) {
            return Some(format!("{what} (port {number})"));
        }
        more.contains(&&*number.to_string()).then(|| format!("port {number}"))
    })
}
