//! An Ingress names its class by the old annotation.
//!
//! `kubernetes.io/ingress.class` has been deprecated since Kubernetes 1.18; `spec.ingressClassName`
//! replaces it and names an IngressClass object, which holds the controller and its settings.
//! Controllers may drop the annotation, and the API server refuses new Ingresses that have both.
//!
//! Set `spec.ingressClassName` and remove the annotation. The IngressClass must exist under that
//! name in the cluster.
//!
//! The classes of GKE's own controller (`gce`, `gce-internal`) can be named by the annotation only.
//!
//! ```yaml fail
//! kind: Ingress
//! metadata:
//!   name: shop
//!   annotations:
//!     example.com/team: shop
//!     kubernetes.io/ingress.class: nginx
//! #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Ingress `shop` names its class `nginx` by the old annotation
//! spec:
//!   rules: []
//! ```
//!
//! ```yaml fixed
//! kind: Ingress
//! metadata:
//!   name: shop
//!   annotations:
//!     example.com/team: shop
//! spec:
//!   rules: []
//!   ingressClassName: nginx
//! ```
//!
//! ```yaml pass
//! kind: Ingress
//! metadata: {name: shop}
//! spec: {ingressClassName: nginx}
//! ---
//! kind: Ingress
//! metadata: {name: gke, annotations: {kubernetes.io/ingress.class: gce}}
//! spec: {rules: []}
//! ---
//! kind: Ingress
//! metadata: {name: filled, annotations: {kubernetes.io/ingress.class: "${CLASS}"}}
//! spec: {rules: []}
//! ```

use kubesift_engine::model::{CLASS_ANNOTATION, INGRESS, is_acme_solver, is_unknown};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 2.0,
    profiles: &[Profile::Hygiene],
    fix: Some(Unsafe),
    run: Run::Resource(&[INGRESS], run),
    ..Check::DEFAULT
};

fn run(ingress: &Resource, out: &mut Out) {
    let Some(node) = ingress.annotation(CLASS_ANNOTATION) else { return };
    let Some(class) = node.str().filter(|class| !is_unknown(class) && !class.is_empty()) else {
        return;
    };
    if class.starts_with("gce") || is_acme_solver(ingress) {
        return;
    }
    let field = ingress.field("spec.ingressClassName");
    let draft = out.report(node, format!("names its class `{class}` by the old annotation"));
    let removed = edit::remove(node);
    match (field.exists(), field.set(class), removed) {
        (true, _, Some(removed)) => draft.offer(Unsafe, "remove the annotation", [removed]),
        (false, Some(set), Some(removed)) => {
            draft.offer(Unsafe, "name the class in the spec", [removed, set])
        }
        _ => draft,
    };
}
