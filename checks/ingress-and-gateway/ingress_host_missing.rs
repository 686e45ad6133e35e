//! A rule of an Ingress has no host.
//!
//! A rule without a host answers for every name that leads to the controller, also for those of
//! other teams that have no rule yet, and for whoever calls it by its address.
//!
//! Name the host. Load balancers of clouds, of which each Ingress has its own, and tunnels are left
//! alone.
//!
//! ```yaml fail
//! kind: Ingress
//! metadata: {name: shop}
//! spec:
//!   rules:
//!     - http: {paths: []}
//! #     ^^^^ Ingress `shop` answers for every host
//!     - host: ""
//! #     ^^^^^^^^ Ingress `shop` answers for every host
//!     - host: "*"
//! #     ^^^^^^^^^ Ingress `shop` answers for every host
//!     - host: shop.example.com
//! ```
//!
//! ```yaml pass
//! kind: Ingress
//! metadata: {name: shop}
//! spec: {rules: [{host: shop.example.com}, {host: "*.example.com"}, {host: "${HOST}"}]}
//! ---
//! kind: Ingress
//! metadata: {name: alb}
//! spec: {ingressClassName: alb, rules: [{http: {paths: []}}]}
//! ---
//! kind: Ingress
//! metadata: {name: tunnel}
//! spec: {ingressClassName: tailscale, rules: [{http: {paths: []}}]}
//! ```

use kubesift_engine::model::{Controller, INGRESS, ingress_rules, is_auxiliary_ingress, rule_host};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    profiles: &[Profile::Hygiene],
    refs: &[
        Peer("kyverno:disallow-empty-ingress-host"),
        Peer("datree:INGRESS_INCORRECT_HOST_VALUE_PERMISSIVE"),
    ],
    run: Run::Resource(&[INGRESS], run),
    ..Check::DEFAULT
};

fn run(ingress: &Resource, out: &mut Out) {
    let own = matches!(Controller::of(ingress), Controller::Cloud | Controller::Tunnel);
    if own || is_auxiliary_ingress(ingress) {
        return;
    }
    for rule in ingress_rules(ingress) {
        if matches!(rule_host(rule), Some("" | "*")) {
            out.report(rule.field("host"), "answers for every host");
        }
    }
}
