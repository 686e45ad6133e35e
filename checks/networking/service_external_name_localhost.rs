//! An ExternalName Service leads to localhost.
//!
//! Whoever looks it up gets a loopback address: for an Ingress controller that is the controller
//! itself, so that an Ingress with this backend opens its administration ports to the outside
//! (CVE-2021-25740 is of the same kind).
//!
//! Name the host that is meant.
//!
//! ```yaml fail
//! kind: Service
//! metadata: {name: web}
//! spec:
//!   type: ExternalName
//!   externalName: localhost
//! # ^^^^^^^^^^^^^^^^^^^^^^^ Service `web` leads to localhost
//! ---
//! kind: Service
//! metadata: {name: address}
//! spec: {type: ExternalName, externalName: 127.0.0.1}
//! #                          ^^^^^^^^^^^^^^^^^^^^^^^ Service `address` leads to 127.0.0.1
//! ```
//!
//! ```yaml pass
//! kind: Service
//! metadata: {name: web}
//! spec: {type: ExternalName, externalName: localhost.example.com}
//! ---
//! kind: Service
//! metadata: {name: left-over}
//! spec: {type: ClusterIP, externalName: localhost, ports: [{port: 80}]}
//! ---
//! kind: Service
//! metadata: {name: filled}
//! spec: {type: ExternalName, externalName: "${HOST}"}
//! ```

use std::net::IpAddr;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.5,
    refs: &[Cwe(441), Peer("kyverno:no-localhost-service")],
    run: Run::Resource(&["Service"], run),
    ..Check::DEFAULT
};

fn run(service: &Resource, out: &mut Out) {
    if service.field("spec.type").str() != Some("ExternalName") {
        return;
    }
    let field = service.field("spec.externalName");
    let Some(name) = field.str() else { return };
    let host = name.trim_end_matches('.').to_ascii_lowercase();
    let address = host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    let local = matches!(&*host, "localhost" | "localhost.localdomain");
    if address || local || host.ends_with(".localhost") {
        out.report(field, format!("leads to {name}"));
    }
}
