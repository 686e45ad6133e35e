//! An Ingress serves its hosts without TLS.
//!
//! Whoever sits between the visitor and the cluster can read and change what is sent, passwords
//! and session cookies included.
//!
//! Add a `tls` entry with the hosts and the Secret of their certificate, or let the load balancer
//! in front end TLS and say so with its annotation.
//!
//! Silent where TLS ends elsewhere: a certificate or an HTTPS port named by an annotation of a
//! cloud's load balancer, an entry point of Traefik, a class of a tunnel, another Ingress of the
//! build whose `tls` names the hosts. Canaries and the solvers of cert-manager's challenges are
//! left alone, and hosts of one's own machine.
//!
//! ```yaml fail
//! kind: Ingress
//! metadata: {name: shop}
//! spec:
//! #^^^ Ingress `shop` serves shop.example.com and www.example.com without TLS
//!   rules:
//!     - {host: shop.example.com, http: {paths: []}}
//!     - {host: www.example.com, http: {paths: []}}
//! ```
//!
//! ```yaml fail
//! apiVersion: networking.k8s.io/v1beta1
//! kind: Ingress
//! metadata: {name: all}
//! spec:
//!   backend: {serviceName: web, servicePort: 80}
//!   tls: []
//! # ^^^ Ingress `all` serves every host without TLS
//! ```
//!
//! ```yaml pass
//! kind: Ingress
//! metadata: {name: shop}
//! spec: {tls: [{hosts: [shop.example.com], secretName: cert}], rules: [{host: shop.example.com}]}
//! ---
//! kind: Ingress
//! metadata: {name: shop-api}
//! spec: {rules: [{host: shop.example.com, http: {paths: [{path: /api}]}}]}
//! ---
//! kind: Ingress
//! metadata: {name: alb, annotations: {alb.ingress.kubernetes.io/listen-ports: '[{"HTTPS":443}]'}}
//! spec: {ingressClassName: alb, rules: [{host: a.example.com}]}
//! ---
//! kind: Ingress
//! metadata: {name: gke, annotations: {networking.gke.io/managed-certificates: cert}}
//! spec: {rules: [{host: b.example.com}]}
//! ---
//! kind: Ingress
//! metadata: {name: traefik, annotations: {traefik.ingress.kubernetes.io/router.entrypoints: websecure}}
//! spec: {rules: [{host: c.example.com}]}
//! ---
//! kind: Ingress
//! metadata: {name: tunnel}
//! spec: {ingressClassName: tailscale, rules: [{host: d}]}
//! ---
//! kind: Ingress
//! metadata: {name: canary, annotations: {nginx.ingress.kubernetes.io/canary: "true"}}
//! spec: {rules: [{host: e.example.com}]}
//! ---
//! kind: Ingress
//! metadata: {name: local}
//! spec: {rules: [{host: web.localhost}]}
//! ---
//! kind: Ingress
//! metadata: {name: filled}
//! spec: {tls: "${TLS}", rules: [{host: f.example.com}]}
//! ---
//! kind: Ingress
//! metadata: {name: patch}
//! ---
//! apiVersion: networking.internal.knative.dev/v1alpha1
//! kind: Ingress
//! metadata: {name: knative}
//! spec: {rules: [{hosts: [a.example.com]}]}
//! ```

use kubesift_engine::model::{
    Controller, INGRESS, ends_tls_elsewhere, ingress_backend_nodes, ingress_rules, is_absent,
    is_auxiliary_ingress, rule_host,
};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.5,
    confidence: Confidence::Medium,
    profiles: &[Profile::Default, Profile::Nsa],
    refs: &[
        Cwe(319),
        Peer("polaris:tlsSettingsMissing"),
        Peer("kubescape:C-0263"),
        Peer("terrascan:AC-K8-NS-IN-H-0020"),
        Peer("kyverno:require-ingress-https"),
        Peer("gatekeeper:k8shttpsonly"),
    ],
    run: Run::Links(&[INGRESS], run),
    ..Check::DEFAULT
};

fn run(ingress: &Resource, graph: &Graph, out: &mut Out) {
    let tls = ingress.field("spec.tls");
    let empty = tls.node().and_then(Node::list).is_some_and(|list| list.is_empty());
    if !empty && !is_absent(tls) {
        return;
    }
    let tunnel = Controller::of(ingress) == Controller::Tunnel;
    if tunnel || is_auxiliary_ingress(ingress) || ends_tls_elsewhere(ingress) {
        return;
    }
    let rules: Vec<Node> = ingress_rules(ingress).collect();
    if rules.is_empty() && ingress_backend_nodes(ingress).is_empty() {
        return;
    }
    let hosts: Vec<&str> = rules.iter().filter_map(|rule| rule_host(*rule)).collect();
    let safe = |host: &&str| is_local(host) || !host.is_empty() && graph.serves_by_tls(host);
    let all_known = !rules.is_empty() && hosts.len() == rules.len();
    if all_known && hosts.iter().all(safe) {
        return;
    }
    out.report(tls, format!("serves {} without TLS", words(&hosts)));
}

fn is_local(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1") || host.ends_with(".localhost")
}

fn words(hosts: &[&str]) -> String {
    let mut named: Vec<&str> = hosts.iter().copied().filter(|host| !host.is_empty()).collect();
    named.dedup();
    match &*named {
        [] => "every host".to_owned(),
        [one] => (*one).to_owned(),
        [one, other] => format!("{one} and {other}"),
        [one, rest @ ..] => format!("{one} and {} more hosts", rest.len()),
    }
}
