//! A host of an Ingress is in none of its TLS entries.
//!
//! The controller serves such a host by plain HTTP, or with a certificate for another name, which
//! browsers refuse. It is most often a host that was added to the rules and forgotten under `tls`.
//!
//! Name the host in an entry of `tls` whose certificate is for it.
//!
//! A wildcard covers one label: `*.example.com` covers `a.example.com` and not `a.b.example.com`.
//! An entry without hosts covers all. Hosts that the `tls` of another Ingress of the build names
//! are left alone, and controllers that choose certificates by themselves (load balancers of
//! clouds, tunnels). An Ingress without any `tls` is a matter for `ingress-without-tls`.
//!
//! ```yaml fail
//! kind: Ingress
//! metadata: {name: shop}
//! spec:
//!   tls:
//!     - hosts: [shop.example.com, "*.shop.example.com"]
//!       secretName: cert
//!   rules:
//!     - host: shop.example.com
//!     - host: api.shop.example.com
//!     - host: www.example.com
//! #     ^^^^^^^^^^^^^^^^^^^^^ Ingress `shop` serves www.example.com, which none of its TLS entries names
//!     - host: a.b.shop.example.com
//! #     ^^^^^^^^^^^^^^^^^^^^^^^^^^ Ingress `shop` serves a.b.shop.example.com, which none of its TLS entries names
//! ```
//!
//! ```yaml pass
//! kind: Ingress
//! metadata: {name: shop}
//! spec: {tls: [{hosts: [SHOP.example.com]}], rules: [{host: shop.example.com}, {http: {paths: []}}]}
//! ---
//! kind: Ingress
//! metadata: {name: any}
//! spec: {tls: [{secretName: cert}], rules: [{host: a.example.com}]}
//! ---
//! kind: Ingress
//! metadata: {name: filled}
//! spec: {tls: [{hosts: ["${HOST}"]}], rules: [{host: b.example.com}, {host: "${OTHER}"}]}
//! ---
//! kind: Ingress
//! metadata: {name: elsewhere}
//! spec: {tls: [{hosts: [c.example.com]}], rules: [{host: c.example.com}, {host: shop.example.com}]}
//! ---
//! kind: Ingress
//! metadata: {name: alb}
//! spec: {ingressClassName: alb, tls: [{hosts: [d.example.com]}], rules: [{host: e.example.com}]}
//! ```

use kubesift_engine::model::{
    Controller, INGRESS, Match, ends_tls_elsewhere, ingress_rules, is_auxiliary_ingress, rule_host,
    tls_covers,
};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.5,
    profiles: &[Profile::Default, Profile::Nsa],
    refs: &[Cwe(319), Peer("kyverno:ingress-host-match-tls")],
    run: Run::Links(&[INGRESS], run),
    ..Check::DEFAULT
};

fn run(ingress: &Resource, graph: &Graph, out: &mut Out) {
    let own_certificates =
        matches!(Controller::of(ingress), Controller::Cloud | Controller::Tunnel);
    let any = ingress.field("spec.tls").items().next().is_some();
    if !any || own_certificates || is_auxiliary_ingress(ingress) || ends_tls_elsewhere(ingress) {
        return;
    }
    for rule in ingress_rules(ingress) {
        let Some(host) = rule_host(rule).filter(|host| !host.is_empty()) else { continue };
        if tls_covers(ingress, host) == Match::No && !graph.serves_by_tls(host) {
            let message = format!("serves {host}, which none of its TLS entries names");
            out.report(rule.field("host"), message);
        }
    }
}
