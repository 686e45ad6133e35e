//! The mesh of Consul lets old versions of TLS in.
//!
//! TLS 1.0 and 1.1 have known weaknesses and were withdrawn in 2021 (RFC 8996).
//!
//! Set `tlsMinVersion` to `TLSv1_2` or `TLSv1_3`.
//!
//! ```yaml fail
//! apiVersion: consul.hashicorp.com/v1alpha1
//! kind: Mesh
//! metadata: {name: mesh}
//! spec:
//!   tls:
//!     incoming:
//!       tlsMinVersion: TLSv1_1
//! #     ^^^^^^^^^^^^^^^^^^^^^^ Mesh `mesh` lets TLSv1_1 in
//!     outgoing: {tlsMinVersion: TLSv1_0}
//! #              ^^^^^^^^^^^^^^^^^^^^^^ Mesh `mesh` lets TLSv1_0 out
//! ```
//!
//! ```yaml fixed
//! apiVersion: consul.hashicorp.com/v1alpha1
//! kind: Mesh
//! metadata: {name: mesh}
//! spec:
//!   tls:
//!     incoming:
//!       tlsMinVersion: TLSv1_2
//!     outgoing: {tlsMinVersion: TLSv1_2}
//! ```
//!
//! ```yaml pass
//! apiVersion: consul.hashicorp.com/v1alpha1
//! kind: Mesh
//! metadata: {name: mesh}
//! spec: {tls: {incoming: {tlsMinVersion: TLSv1_2}, outgoing: {tlsMinVersion: TLS_AUTO}}}
//! ---
//! apiVersion: consul.hashicorp.com/v1alpha1
//! kind: Mesh
//! metadata: {name: unset}
//! spec: {}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    fix: Some(Unsafe),
    refs: &[Cwe(326), Peer("kyverno:enforce-min-tls-version")],
    run: Run::Resource(&["consul.hashicorp.com/Mesh"], run),
    ..Check::DEFAULT
};

fn run(mesh: &Resource, out: &mut Out) {
    let ways =
        [("spec.tls.incoming.tlsMinVersion", "in"), ("spec.tls.outgoing.tlsMinVersion", "out")];
    for (path, way) in ways {
        let field = mesh.field(path);
        if let Some(old) = field.str().filter(|text| matches!(*text, "TLSv1_0" | "TLSv1_1")) {
            out.report(field, format!("lets {old} {way}")).set(
                Unsafe,
                "let TLS 1.2 and later in only",
                field,
                "TLSv1_2",
            );
        }
    }
}
