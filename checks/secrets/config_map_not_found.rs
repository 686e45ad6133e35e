//! A reference to a ConfigMap leads to none.
//!
//! A container that takes a variable from a ConfigMap which is not there does not start
//! (`CreateContainerConfigError`), and a pod that mounts one waits for it.
//!
//! Correct the name, or add the ConfigMap to what is applied together.
//!
//! How much is said depends on how sure it is. In a namespace that the configuration declares
//! `complete` the ConfigMap is missing. Where something speaks for a mistake (a name one letter
//! away, a ConfigMap of that name in another namespace only, others in the same folder), it most
//! likely is. Else the finding is a note: somebody may make it by hand or in another repository.
//!
//! Nothing is said of references that are `optional`, of names that are filled in later, of
//! ConfigMaps that every namespace has (`kube-root-ca.crt`), that a generator of a kustomization or
//! an operator in view makes, or that a container in view is told to write, nor when only a part
//! of what is applied is known or a release in the namespace brings objects of its own.
//!
//! ```yaml fail
//! kind: ConfigMap
//! metadata: {name: web-config}
//! data: {mode: fast}
//! ---
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           env:
//!             - name: MODE
//!               valueFrom:
//!                 configMapKeyRef:
//!                   name: web-confg
//! #                 ^^^^^^^^^^^^^^^ Deployment `web` takes an environment variable from ConfigMap `web-confg`, which no file defines; the nearest is `web-config`
//!                   key: mode
//! ```
//!
//! ```yaml fixed
//! kind: ConfigMap
//! metadata: {name: web-config}
//! data: {mode: fast}
//! ---
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           env:
//!             - name: MODE
//!               valueFrom:
//!                 configMapKeyRef:
//!                   name: web-config
//!                   key: mode
//! ```
//!
//! ```yaml fail complete=shop
//! kind: Pod
//! metadata: {name: web, namespace: shop}
//! spec:
//!   containers: [{name: app, envFrom: [{configMapRef: {name: env}}]}]
//! #                                                    ^^^^^^^^^ Pod `web` takes its environment from ConfigMap `env`, which no file defines
//!   volumes:
//!     - name: all
//!       projected:
//!         sources:
//!           - configMap: {name: pages}
//! #                       ^^^^^^^^^^^ Pod `web` mounts ConfigMap `pages`, which is in namespace `blog` only
//! ---
//! kind: ConfigMap
//! metadata: {name: pages, namespace: blog}
//! data: {index: hello}
//! ```
//!
//! ```yaml pass complete=shop external=ConfigMap/shop/shared-*
//! kind: Pod
//! metadata: {name: web, namespace: shop}
//! spec:
//!   volumes:
//!     - {name: a, configMap: {name: kube-root-ca.crt}}
//!     - {name: b, configMap: {name: "${CONFIG}"}}
//!     - {name: c, configMap: {name: later, optional: true}}
//!     - {name: d, configMap: {name: shared-settings}}
//!     - {name: e, configMap: {name: trusted}}
//!     - {name: f, configMap: {name: leader}}
//!   containers: [{name: app, args: [--lock-name=leader], envFrom: [{configMapRef: {name: known}}]}]
//! ---
//! kind: ConfigMap
//! metadata: {name: known, namespace: shop}
//! ---
//! apiVersion: trust.cert-manager.io/v1alpha1
//! kind: Bundle
//! metadata: {name: trusted}
//! ```
//!
//! Only a part is known, or a release may bring it:
//!
//! ```yaml pass incomplete
//! kind: Pod
//! metadata: {name: web}
//! spec: {containers: [{name: app, envFrom: [{configMapRef: {name: env}}]}]}
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! metadata: {name: web, namespace: shop}
//! spec: {containers: [{name: app, envFrom: [{configMapRef: {name: env}}]}]}
//! ---
//! apiVersion: helm.toolkit.fluxcd.io/v2
//! kind: HelmRelease
//! metadata: {name: redis, namespace: shop}
//! ```

use kubesift_engine::model::Relation;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    profiles: &[Profile::Default, Profile::Reliability],
    fix: Some(Unsafe),
    yields_to: &["reference-near-miss", "reference-wrong-namespace"],
    refs: &[Peer("kube-linter:env-value-from"), Peer("popeye:POP-407"), Peer("monokle:LNK001")],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    out.dangling(resource, graph, Usual::Beside, |link| {
        link.wanted.is("ConfigMap")
            && link.relation != Relation::Certificate
            && !link.optional
            && !link.is_part_missing()
    });
}
