//! A workload pulls from a private registry without a login.
//!
//! Other workloads of the same build pull from the registry with a Secret; this one names none, and
//! neither does its ServiceAccount. Its images can be pulled only where a node has them already, or
//! has a login of its own.
//!
//! Name the Secret under `imagePullSecrets`, or give it to the ServiceAccount.
//!
//! A registry counts as private when the option `private-registries` names it (`registry.example.com`,
//! or `ghcr.io/acme` for a part of one), or when another workload pulls from it with a Secret; for
//! registries that serve everyone that Secret must be readable and hold a login for the image. Where
//! the ServiceAccount is not in the manifests, nothing is said: it may have the Secret. A run that
//! names this check takes the second workload's Secret as proof in any case, and a ServiceAccount
//! that is not there as one without.
//!
//! ```yaml fail
//! kind: ServiceAccount
//! metadata: {name: web, namespace: shop}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec:
//!   template:
//!     spec:
//!       serviceAccountName: web
//!       containers:
//!         - name: app
//!           image: registry.example.com/web:1
//! #         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Deployment `web` pulls from registry.example.com without a login, Deployment `db` with one
//! ---
//! kind: Deployment
//! metadata: {name: db, namespace: shop}
//! spec: {template: {spec: {imagePullSecrets: [{name: registry}], containers: [{name: app, image: registry.example.com/db:1}]}}}
//! ```
//!
//! ```yaml fail private-registries=ghcr.io/acme
//! kind: ServiceAccount
//! metadata: {name: default}
//! ---
//! kind: Pod
//! metadata: {name: web}
//! spec: {containers: [{name: app, image: ghcr.io/acme/web:1}, {name: other, image: ghcr.io/other/web:1}]}
//! #                               ^^^^^^^^^^^^^^^^^^^^^^^^^ Pod `web` pulls from ghcr.io/acme without a login
//! ```
//!
//! ```yaml fail asked
//! kind: Pod
//! metadata: {name: with}
//! spec: {imagePullSecrets: [{name: hub}], containers: [{name: app, image: nginx:1}]}
//! ---
//! kind: Pod
//! metadata: {name: without}
//! spec: {containers: [{name: app, image: nginx:1}]}
//! #                               ^^^^^^^^^^^^^^ Pod `without` pulls from docker.io/library without a login, Pod `with` with one
//! ```
//!
//! ```yaml pass private-registries=registry.example.org
//! kind: ServiceAccount
//! metadata: {name: web, namespace: shop}
//! imagePullSecrets: [{name: registry}]
//! ---
//! kind: ServiceAccount
//! metadata: {name: plain, namespace: shop}
//! ---
//! kind: Deployment
//! metadata: {name: by-account, namespace: shop}
//! spec: {template: {spec: {serviceAccountName: web, containers: [{name: app, image: registry.example.com/web:1}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: with, namespace: shop}
//! spec: {template: {spec: {imagePullSecrets: [{name: registry}], containers: [{name: app, image: registry.example.com/db:1}, {name: side, image: quay.io/acme/side:1}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: account-elsewhere, namespace: shop}
//! spec: {template: {spec: {serviceAccountName: unseen, containers: [{name: app, image: registry.example.com/web:1}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: public, namespace: shop}
//! spec: {template: {spec: {serviceAccountName: plain, containers: [{name: app, image: quay.io/acme/side:1}, {name: later, image: "${IMAGE}"}]}}}
//! ```

use kubesift_engine::model::{ImageRef, PullFrom, is_public_registry};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 3.5,
    confidence: Confidence::Medium,
    profiles: &[Profile::Default, Profile::Reliability],
    refs: &[Peer("kyverno:require-imagepullsecrets")],
    options: &[&PRIVATE],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

pub const PRIVATE: Opt = Opt::list(
    "private-registries",
    "Registries, or parts of them (`ghcr.io/acme`), that ask for a login.",
    &[],
);

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    let Some(pod) = graph.pod_of(resource) else { return };
    let unseen =
        out.is_asked() && !pod.pod.is_partial() && !pod.pod.field("imagePullSecrets").exists();
    match graph.pull_from(pod) {
        PullFrom::Nothing => {}
        PullFrom::Unknown if unseen && graph.service_account(pod).is_none() => {}
        _ => return,
    }
    for container in pod.pod.containers() {
        let Some((image, node)) = container.image_ref().zip(container.node.get("image")) else {
            continue;
        };
        if let Some(name) = named(&image, out) {
            out.report(node, format!("pulls from {name} without a login"));
            return;
        }
        let Some(other) = graph.pull_secrets().pulled_with(&image) else { continue };
        let registry = image.registry_or_default();
        let public = is_public_registry(registry);
        if public && !other.has_login && !out.is_asked() {
            continue;
        }
        let owner = image.normalized_path();
        let owner = owner.split('/').next().unwrap_or_default();
        let from = if public { format!("{registry}/{owner}") } else { registry.to_owned() };
        let of = other.used.resource;
        let who = format!("{} `{}`", of.kind.kind, of.name.as_deref().unwrap_or("(no name)"));
        let message = format!("pulls from {from} without a login, {who} with one");
        out.report(node, message).note(other.used.node, "the Secret that is used there");
        return;
    }
}

/// The private registry, or part of one, that an image is from by the option.
fn named(image: &ImageRef, out: &Out) -> Option<String> {
    let repository = image.normalized_repository();
    let names = out.list(&PRIVATE);
    let found = names.iter().find(|name| {
        let name = name.trim_end_matches('/');
        repository.strip_prefix(name).is_some_and(|rest| rest.starts_with('/'))
    });
    found.map(|name| (*name).to_owned())
}
