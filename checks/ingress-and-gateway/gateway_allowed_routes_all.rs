//! A listener of a Gateway takes routes from every namespace.
//!
//! Every team can then attach routes to it and claim hostnames of others.
//!
//! Use `from: Selector` with a label that only the namespaces meant have, or `Same`.
//!
//! ```yaml fail
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: Gateway
//! metadata: {name: web}
//! spec:
//!   listeners:
//!     - name: https
//!       port: 443
//!       protocol: HTTPS
//!       allowedRoutes:
//!         namespaces:
//!           from: All
//! #         ^^^^^^^^^ Gateway `web` takes routes from every namespace at listener `https`
//! ```
//!
//! ```yaml pass
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: Gateway
//! metadata: {name: web}
//! spec:
//!   listeners:
//!     - {name: own, port: 80, protocol: HTTP}
//!     - {name: some, port: 81, protocol: HTTP, allowedRoutes: {namespaces: {from: Selector, selector: {}}}}
//!     - {name: filled, port: 82, protocol: HTTP, allowedRoutes: {namespaces: {from: "${FROM}"}}}
//! ```

use kubesift_engine::model::{LISTENER_KINDS, gateway_listeners};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    profiles: &[Profile::Hygiene],
    refs: &[Cwe(284)],
    run: Run::Resource(LISTENER_KINDS, run),
    ..Check::DEFAULT
};

fn run(gateway: &Resource, out: &mut Out) {
    for listener in gateway_listeners(gateway) {
        let from = listener.node.field("allowedRoutes.namespaces.from");
        if from.str() == Some("All") {
            out.report(from, format!("takes routes from every namespace at {}", listener.words()));
        }
    }
}
