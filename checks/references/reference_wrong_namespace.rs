//! A reference leads to nothing in its namespace, and an object of that name is in another one.
//!
//! Most references stay within a namespace: a pod reads ConfigMaps, Secrets and claims of its own
//! only, an Ingress sends to Services beside it.
//!
//! Move one of the two, state the namespace where the reference can say one, or have the object
//! copied.
//!
//! Nothing is said where several other namespaces have such an object (each is then a copy), where
//! an annotation has it copied (Reflector, kubernetes-replicator, kubed), where a namespace is not
//! stated, and where only a part of what is applied is known.
//!
//! ```yaml fail
//! kind: ConfigMap
//! metadata: {name: settings, namespace: shop}
//! data: {mode: fast}
//! ---
//! kind: Pod
//! metadata: {name: web, namespace: blog}
//! spec:
//!   containers: [{name: app}]
//!   volumes:
//!     - name: settings
//!       configMap:
//!         name: settings
//! #       ^^^^^^^^^^^^^^ Pod `web` mounts ConfigMap `settings`, which is in namespace `shop` only
//! ```
//!
//! ```yaml pass
//! kind: ConfigMap
//! metadata: {name: one, namespace: shop}
//! ---
//! kind: ConfigMap
//! metadata: {name: many, namespace: shop}
//! ---
//! kind: ConfigMap
//! metadata: {name: many, namespace: team}
//! ---
//! kind: Secret
//! metadata: {name: tls, namespace: certs, annotations: {reflector.v1.k8s.emberstack.com/reflection-allowed: "true"}}
//! ---
//! kind: Pod
//! metadata: {name: web, namespace: shop}
//! spec:
//!   containers: [{name: app}]
//!   volumes:
//!     - {name: one, configMap: {name: one}}
//!     - {name: tls, secret: {secretName: tls}}
//! ---
//! kind: Pod
//! metadata: {name: web, namespace: blog}
//! spec: {containers: [{name: app}], volumes: [{name: many, configMap: {name: many}}]}
//! ---
//! kind: Pod
//! metadata: {name: nowhere}
//! spec: {containers: [{name: app}], volumes: [{name: one, configMap: {name: one}}]}
//! ---
//! kind: RoleBinding
//! metadata: {name: reader, namespace: blog}
//! roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
//! subjects: [{kind: ServiceAccount, name: web, namespace: shop}]
//! ---
//! kind: ServiceAccount
//! metadata: {name: web, namespace: shop}
//! ```

use kubesift_engine::model::{Half, Relation};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    profiles: &[Profile::Default, Profile::Reliability],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    out.dangling(resource, graph, Usual::Elsewhere, |link| {
        let half = link.missing().map(|missing| missing.half);
        !link.optional
            && link.relation != Relation::Owner
            && matches!(half, Some(Half::Namespace(_)))
    });
}
