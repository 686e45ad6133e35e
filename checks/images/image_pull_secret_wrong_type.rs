//! A Secret that images are pulled with has a type that the kubelet does not read.
//!
//! The kubelet takes logins from Secrets of type `kubernetes.io/dockerconfigjson` (or the old
//! `kubernetes.io/dockercfg`) only. One of another type is passed over without a word, and the pull
//! fails as if nobody had logged in.
//!
//! Set the type, and keep the login under the key `.dockerconfigjson`. The type of a Secret cannot
//! be changed: delete the old one first. For an ExternalSecret or a SealedSecret set it in the
//! template of the Secret that it makes.
//!
//! ```yaml fail
//! kind: Secret
//! metadata: {name: registry, namespace: shop}
//! type: Opaque
//! #^^^^^^^^^^^ Secret `registry` is of type Opaque, but Deployment `web` pulls images with it
//! data: {.dockerconfigjson: e30=}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {spec: {imagePullSecrets: [{name: registry}], containers: [{name: app, image: ghcr.io/acme/web:1}]}}}
//! ---
//! kind: Secret
//! metadata:
//! #^^^^^^^ Secret `by-account` is of type Opaque, but ServiceAccount `web` pulls images with it
//!   name: by-account
//! data: {.dockerconfigjson: e30=}
//! ---
//! kind: ServiceAccount
//! metadata: {name: web}
//! imagePullSecrets: [{name: by-account}]
//! ---
//! apiVersion: external-secrets.io/v1
//! kind: ExternalSecret
//! metadata: {name: login, namespace: shop}
//! spec:
//!   target:
//! # ^^^^^^ ExternalSecret `login` makes a Secret of type Opaque, but Job `report` pulls images with it
//!     name: external
//!   data: [{secretKey: .dockerconfigjson, remoteRef: {key: login}}]
//! ---
//! kind: Job
//! metadata: {name: report, namespace: shop}
//! spec: {template: {spec: {imagePullSecrets: [{name: external}], containers: [{name: app, image: ghcr.io/acme/web:1}]}}}
//! ```
//!
//! ```yaml pass
//! kind: Secret
//! metadata: {name: registry, namespace: shop}
//! type: kubernetes.io/dockerconfigjson
//! data: {.dockerconfigjson: e30=}
//! ---
//! kind: Secret
//! metadata: {name: old, namespace: shop}
//! type: kubernetes.io/dockercfg
//! data: {.dockercfg: e30=}
//! ---
//! kind: Secret
//! metadata: {name: later, namespace: shop}
//! type: ${TYPE}
//! ---
//! kind: Secret
//! metadata: {name: registry, namespace: bank}
//! type: Opaque
//! ---
//! apiVersion: external-secrets.io/v1
//! kind: ExternalSecret
//! metadata: {name: external, namespace: shop}
//! spec: {target: {template: {type: kubernetes.io/dockerconfigjson}}}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {spec: {imagePullSecrets: [{name: registry}, {name: old}, {name: later}, {name: external}], containers: [{name: app, image: ghcr.io/acme/web:1}]}}}
//! ```

use kubesift_engine::model::{DOCKER_CONFIG, DOCKER_CONFIG_JSON, is_unknown};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    profiles: &[Profile::Default, Profile::Reliability],
    refs: &[Url(
        "https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/",
    )],
    run: Run::Links(
        &["Secret", "external-secrets.io/ExternalSecret", "bitnami.com/SealedSecret"],
        run,
    ),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    let (name, field) = match &*resource.kind.kind {
        "ExternalSecret" => {
            (resource.field("spec.target.name").str(), resource.field("spec.target.template.type"))
        }
        "SealedSecret" => {
            let name = resource.field("spec.template.metadata.name").str();
            (name, resource.field("spec.template.type"))
        }
        _ => (None, resource.field("type")),
    };
    let Some(name) = name.or(resource.name.as_deref()) else { return };
    let users = graph.pull_secrets().users(resource.namespace.as_deref(), name);
    let Some(user) = users.first() else { return };
    let stated = match field.node() {
        Some(node) => node.str().unwrap_or_default(),
        None => "Opaque",
    };
    let whole = !stated.is_empty() && !is_unknown(stated);
    if !whole || matches!(stated, DOCKER_CONFIG_JSON | DOCKER_CONFIG) {
        return;
    }
    let is = if resource.is("Secret") { "is" } else { "makes a Secret" };
    let of = user.resource;
    let who = format!("{} `{}`", of.kind.kind, of.name.as_deref().unwrap_or("(no name)"));
    // What is absent at the top of an object would point at all of it.
    let at = if field.exists() || !resource.is("Secret") {
        At::Field(field)
    } else {
        At::Field(resource.field("metadata"))
    };
    out.report(at, format!("{is} of type {stated}, but {who} pulls images with it"))
        .note(user.node, "it is used here");
}
