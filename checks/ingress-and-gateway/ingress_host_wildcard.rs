//! A rule of an Ingress is for a wildcard host.
//!
//! Every name of the domain that has no rule of its own leads to this backend, also names that
//! another team will use tomorrow.
//!
//! Name the hosts one by one, unless the application makes its own (one for each tenant).
//!
//! A rule without a host is a matter for `ingress-host-missing`.
//!
//! ```yaml fail
//! kind: Ingress
//! metadata: {name: shop}
//! spec:
//!   rules:
//!     - host: shop.example.com
//!     - host: "*.example.com"
//! #     ^^^^^^^^^^^^^^^^^^^^^ Ingress `shop` answers for *.example.com
//! ```
//!
//! ```yaml pass
//! kind: Ingress
//! metadata: {name: shop}
//! spec: {rules: [{host: shop.example.com}, {http: {paths: []}}, {host: "${HOST}"}]}
//! ---
//! kind: Ingress
//! metadata: {name: backend-only}
//! spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
//! ```

use kubesift_engine::model::{INGRESS, ingress_rules, rule_host};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    profiles: &[Profile::Hygiene],
    refs: &[Peer("gatekeeper:k8sblockwildcardingress"), Peer("kyverno:restrict-ingress-wildcard")],
    run: Run::Resource(&[INGRESS], run),
    ..Check::DEFAULT
};

fn run(ingress: &Resource, out: &mut Out) {
    for rule in ingress_rules(ingress) {
        if let Some(host) = rule_host(rule).filter(|host| host.starts_with("*.")) {
            out.report(rule.field("host"), format!("answers for {host}"));
        }
    }
}
