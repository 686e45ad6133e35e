//! Two entries of a kustomization bring in the same object.
//!
//! An object is its group, kind, namespace and name. `kustomize build` refuses to choose between two
//! of them and stops. Often a folder and a file in it are both named, or two bases bring the same
//! namespace.
//!
//! Name it once. Where the second is meant to change the first, make it a patch.
//!
//! ```yaml fail
//! # file: kustomization.yaml
//! resources:
//!   - a.yaml
//!   - b.yaml
//! #   ^^^^^^
//! # file: a.yaml
//! apiVersion: v1
//! kind: Namespace
//! metadata:
//!   name: shop
//! # file: b.yaml
//! apiVersion: v1
//! kind: Namespace
//! metadata:
//!   name: shop
//! ```
//!
//! ```yaml pass
//! # file: kustomization.yaml
//! resources:
//!   - a.yaml
//!   - b.yaml
//! # file: a.yaml
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: settings
//!   namespace: shop
//! # file: b.yaml
//! apiVersion: v1
//! kind: ConfigMap
//! metadata:
//!   name: settings
//!   namespace: cart
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    profiles: &[Profile::Default],
    refs: &[],
    run: Run::Resource(
        &["kustomize.config.k8s.io/Kustomization", "kustomize.config.k8s.io/Component"],
        run,
    ),
    ..Check::DEFAULT
};

fn run(resource: &Resource, out: &mut Out) {
    for (at, fact) in resource.facts_of(FactKind::Duplicate) {
        out.say(at, fact.message.clone());
    }
}
