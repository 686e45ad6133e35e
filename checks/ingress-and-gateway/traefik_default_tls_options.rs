//! A TLSOption of Traefik is named `default`.
//!
//! Traefik applies it to every router that names no options, in every namespace. One object of one
//! team so changes TLS for all: it may let old versions in, or ask every visitor for a certificate.
//! Of two of them Traefik takes none.
//!
//! Keep it where the platform team keeps Traefik, and name the options of teams otherwise.
//!
//! One that lets versions before TLS 1.2 in weakens TLS for all and is of medium severity, others
//! of low.
//!
//! ```yaml fail
//! apiVersion: traefik.io/v1alpha1
//! kind: TLSOption
//! metadata:
//!   name: default
//! # ^^^^^^^^^^^^^ TLSOption `default` applies to every router of Traefik
//! spec: {minVersion: VersionTLS13}
//! ---
//! apiVersion: traefik.containo.us/v1alpha1
//! kind: TLSOption
//! metadata: {name: default, namespace: shop}
//! spec:
//!   minVersion: VersionTLS10
//! # ^^^^^^^^^^^^^^^^^^^^^^^^ TLSOption `default` lets VersionTLS10 in at every router of Traefik
//! ```
//!
//! ```yaml pass
//! apiVersion: traefik.io/v1alpha1
//! kind: TLSOption
//! metadata: {name: modern}
//! spec: {minVersion: VersionTLS10}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    profiles: &[Profile::Hygiene],
    refs: &[Cwe(326), Peer("kyverno:disallow-default-tlsoptions")],
    run: Run::Resource(&["traefik.io/TLSOption", "traefik.containo.us/TLSOption"], run),
    ..Check::DEFAULT
};

fn run(options: &Resource, out: &mut Out) {
    if options.name.as_deref() != Some("default") {
        return;
    }
    let version = options.field("spec.minVersion");
    if let Some(old) = version.str().filter(|text| matches!(*text, "VersionTLS10" | "VersionTLS11"))
    {
        out.report(version, format!("lets {old} in at every router of Traefik"));
        return;
    }
    let name = options.field("metadata.name");
    out.report(name, "applies to every router of Traefik").severity(Low);
}
