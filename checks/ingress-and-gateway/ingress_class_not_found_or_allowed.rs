//! An Ingress is of a class that is not there, or not allowed.
//!
//! No controller takes an Ingress of a class that does not exist: it gets no address, and nothing
//! says why. Where several controllers run, the class also decides whether a host is open to the
//! internet.
//!
//! Correct `ingressClassName`.
//!
//! Classes belong to the cluster, so one that is not found is reported only where a class in view is
//! named nearly so, or where the configuration declares everything complete. A run that names this
//! check reports all. With the option `allowed`, every class that it does not list is reported, that
//! of the annotation `kubernetes.io/ingress.class` too.
//!
//! ```yaml fail
//! kind: IngressClass
//! metadata: {name: nginx}
//! ---
//! kind: Ingress
//! metadata: {name: web}
//! spec:
//!   ingressClassName: ngnix
//! # ^^^^^^^^^^^^^^^^^^^^^^^ Ingress `web` is of IngressClass `ngnix`, which no file defines; the nearest is `nginx`
//! ```
//!
//! ```yaml fixed
//! kind: IngressClass
//! metadata: {name: nginx}
//! ---
//! kind: Ingress
//! metadata: {name: web}
//! spec:
//!   ingressClassName: nginx
//! ```
//!
//! ```yaml fail allowed=internal,nginx
//! kind: Ingress
//! metadata: {name: web}
//! spec: {ingressClassName: public}
//! #      ^^^^^^^^^^^^^^^^^^^^^^^^ Ingress `web` is of class `public`, which is not allowed: `internal`, `nginx`
//! ---
//! kind: Ingress
//! metadata: {name: old, annotations: {kubernetes.io/ingress.class: gce}}
//! #                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Ingress `old` is of class `gce`, which is not allowed: `internal`, `nginx`
//! ---
//! kind: Ingress
//! metadata: {name: fine}
//! spec: {ingressClassName: internal}
//! ```
//!
//! ```yaml pass complete=*
//! kind: IngressClass
//! metadata: {name: nginx}
//! ---
//! kind: Ingress
//! metadata: {name: web}
//! spec: {ingressClassName: nginx}
//! ---
//! kind: Ingress
//! metadata: {name: none}
//! spec: {}
//! ---
//! kind: Ingress
//! metadata: {name: filled-in}
//! spec: {ingressClassName: "${CLASS}"}
//! ```
//!
//! ```yaml pass
//! kind: Ingress
//! metadata: {name: web}
//! spec: {ingressClassName: of-the-cluster}
//! ```

use kubesift_engine::model::{Relation, is_unknown};

use crate::prelude::*;

pub const ALLOWED: Opt =
    Opt::list("allowed", "The classes that Ingresses may have; any when there is none.", &[]);

pub const CHECK: Check = Check {
    severity: Low,
    score: 3.0,
    fix: Some(Unsafe),
    options: &[&ALLOWED],
    yields_to: &["reference-near-miss"],
    refs: &[Peer("kyverno:restrict-ingress-classes")],
    run: Run::Links(&["networking.k8s.io/Ingress"], run),
    ..Check::DEFAULT
};

fn run(ingress: &Resource, graph: &Graph, out: &mut Out) {
    let allowed: Vec<String> = out.list(&ALLOWED).into_iter().map(str::to_owned).collect();
    if allowed.is_empty() {
        out.dangling(ingress, graph, Usual::Elsewhere, |link| {
            link.relation == Relation::IngressClass
        });
        return;
    }
    let field = ingress.field("spec.ingressClassName").node();
    let class = field.or_else(|| ingress.annotation("kubernetes.io/ingress.class"));
    let Some((node, text)) = class.and_then(|node| Some((node, node.text()?))) else { return };
    if text.is_empty() || is_unknown(text) || allowed.iter().any(|one| one == text) {
        return;
    }
    let words: Vec<String> = allowed.iter().map(|one| format!("`{one}`")).collect();
    let words = words.join(", ");
    out.report(node, format!("is of class `{text}`, which is not allowed: {words}"))
        .confidence(Confidence::High);
}
