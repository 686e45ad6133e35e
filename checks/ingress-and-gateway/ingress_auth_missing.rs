//! An Ingress to an administration page asks nobody who they are.
//!
//! Pages for administrators are what attackers look for first, and many have no password or a
//! known one.
//!
//! Let the controller ask: basic authentication, an authenticating proxy (`auth-url`), a
//! middleware. Or keep the Ingress to a private network.
//!
//! Hosts and paths count by their words: see the options `hosts` and `paths`. An Ingress that only
//! redirects leads to no page. An application may ask by itself, so this check is only run when
//! asked for.
//!
//! ```yaml fail
//! kind: Ingress
//! metadata: {name: shop}
//! spec:
//!   rules:
//!     - host: grafana.example.com
//! #     ^^^^^^^^^^^^^^^^^^^^^^^^^ Ingress `shop` leads to grafana.example.com without asking who comes in
//!     - host: shop.example.com
//!       http:
//!         paths:
//!           - path: /
//!           - path: /admin/
//! #           ^^^^^^^^^^^^^ Ingress `shop` leads to /admin/ without asking who comes in
//! ```
//!
//! ```yaml pass
//! kind: Ingress
//! metadata: {name: shop}
//! spec: {rules: [{host: shop.example.com, http: {paths: [{path: /administrative-regions}]}}]}
//! ---
//! kind: Ingress
//! metadata: {name: guarded, annotations: {nginx.ingress.kubernetes.io/auth-url: "https://auth.example.com"}}
//! spec: {rules: [{host: grafana.example.com}]}
//! ---
//! kind: Ingress
//! metadata: {name: private}
//! spec: {ingressClassName: nginx-internal, rules: [{host: grafana.example.com}]}
//! ---
//! kind: Ingress
//! metadata: {name: moved, annotations: {nginx.ingress.kubernetes.io/permanent-redirect: "https://logs.example.com"}}
//! spec: {rules: [{host: kibana.example.com}]}
//! ```
//!
//! ```yaml pass hosts=backoffice paths=/ops
//! kind: Ingress
//! metadata: {name: shop}
//! spec: {rules: [{host: grafana.example.com, http: {paths: [{path: /admin}]}}]}
//! ```

use kubesift_engine::model::{
    INGRESS, has_auth_annotation, ingress_paths, ingress_rules, is_in, is_internal_ingress,
    only_redirects, rule_host,
};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 3.5,
    confidence: Confidence::Low,
    profiles: &[],
    refs: &[Cwe(306), Peer("kubescape:C-0274")],
    options: &[&HOSTS, &PATHS],
    run: Run::Resource(&[INGRESS], run),
    ..Check::DEFAULT
};

pub const HOSTS: Opt = Opt::list(
    "hosts",
    "First labels of the hosts of administration pages.",
    &[
        "admin",
        "alertmanager",
        "argocd",
        "dashboard",
        "grafana",
        "hubble",
        "jenkins",
        "kibana",
        "kiali",
        "longhorn",
        "nifi",
        "pgadmin",
        "phpmyadmin",
        "prometheus",
        "rabbitmq",
        "traefik",
    ],
);

pub const PATHS: Opt = Opt::list(
    "paths",
    "Paths of administration pages.",
    &["/actuator", "/admin", "/dashboard", "/debug", "/jenkins", "/metrics", "/phpmyadmin"],
);

fn run(ingress: &Resource, out: &mut Out) {
    if has_auth_annotation(ingress) || is_internal_ingress(ingress) || only_redirects(ingress) {
        return;
    }
    let (hosts, paths) = (out.list(&HOSTS), out.list(&PATHS));
    let hosts: Vec<String> = hosts.into_iter().map(str::to_owned).collect();
    let paths: Vec<String> = paths.into_iter().map(str::to_owned).collect();
    for rule in ingress_rules(ingress) {
        let Some(host) = rule_host(rule) else { continue };
        let label = host.split('.').next().unwrap_or_default();
        if hosts.iter().any(|listed| listed == label) {
            out.report(rule.field("host"), format!("leads to {host} without asking who comes in"));
        }
    }
    for path in ingress_paths(ingress) {
        let Some(text) = path.path() else { continue };
        if paths.iter().any(|listed| is_in(text, listed)) {
            let message = format!("leads to {text} without asking who comes in");
            out.report(path.node.field("path"), message);
        }
    }
}
