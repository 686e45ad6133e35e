//! A TLS entry of an Ingress names no Secret.
//!
//! The controller then serves its default certificate. Where none is configured, that is one it
//! signed itself, and browsers refuse it.
//!
//! Name the Secret that holds the certificate. Where the controller has a default certificate for
//! these hosts (a wildcard), the entry is right as it is.
//!
//! Load balancers of clouds and tunnels choose certificates by host and are left alone.
//!
//! ```yaml fail
//! kind: Ingress
//! metadata: {name: shop}
//! spec:
//!   tls:
//!     - hosts: [shop.example.com]
//! #     ^^^^^ Ingress `shop` names no Secret for the certificate of shop.example.com
//!     - {hosts: [www.example.com], secretName: ""}
//! #                                ^^^^^^^^^^^^^^ Ingress `shop` names no Secret for the certificate of www.example.com
//! ```
//!
//! ```yaml pass
//! kind: Ingress
//! metadata: {name: shop}
//! spec: {tls: [{hosts: [a.example.com], secretName: cert}, "${ENTRY}"]}
//! ---
//! kind: Ingress
//! metadata: {name: alb}
//! spec: {ingressClassName: alb, tls: [{hosts: [a.example.com]}]}
//! ---
//! kind: Ingress
//! metadata: {name: tunnel}
//! spec: {ingressClassName: tailscale, tls: [{hosts: [web]}]}
//! ---
//! kind: Ingress
//! metadata: {name: passthrough, annotations: {nginx.ingress.kubernetes.io/ssl-passthrough: "true"}}
//! spec: {tls: [{hosts: [a.example.com]}]}
//! ```

use kubesift_engine::model::{Controller, INGRESS, ends_tls_elsewhere};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.0,
    confidence: Confidence::Low,
    profiles: &[Profile::Hygiene],
    run: Run::Resource(&[INGRESS], run),
    ..Check::DEFAULT
};

fn run(ingress: &Resource, out: &mut Out) {
    let own = matches!(Controller::of(ingress), Controller::Cloud | Controller::Tunnel);
    if own || ends_tls_elsewhere(ingress) {
        return;
    }
    for entry in ingress.field("spec.tls").items().filter(|entry| entry.is_map()) {
        let secret = entry.field("secretName");
        if secret.exists() && secret.str() != Some("") {
            continue;
        }
        let hosts: Vec<&str> = entry.field("hosts").items().filter_map(Node::text).collect();
        let of = match &*hosts {
            [] => String::new(),
            hosts => format!(" of {}", hosts.join(", ")),
        };
        out.report(secret, format!("names no Secret for the certificate{of}"));
    }
}
