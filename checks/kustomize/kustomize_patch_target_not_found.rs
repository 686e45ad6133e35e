//! A patch of a kustomization has no object to change.
//!
//! A patch that names its object by itself stops `kustomize build` when no such object is there. One
//! with a `target` is passed over without a word, so that the limit, the label or the security
//! setting in it is simply not applied. Names count as they are before prefixes and suffixes, or
//! after them.
//!
//! Correct the kind or name, or remove the patch.
//!
//! Not reported for a build that lacks something (a remote base, a chart that is not rendered) or has
//! no object at all (files that `flux bootstrap` will fill), and of a patch in a base or component
//! that several overlays use only when it does nothing in all of them.
//!
//! ```yaml fail
//! # file: kustomization.yaml
//! resources:
//!   - deployment.yaml
//! patches:
//!   - path: limits.yaml
//! #   ^^^^^^^^^^^^^^^^^
//!     target:
//!       kind: Deployment
//!       name: wbe
//! # file: limits.yaml
//! - op: add
//!   path: /spec/replicas
//!   value: 2
//! # file: deployment.yaml
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata:
//!   name: web
//! ```
//!
//! ```yaml pass
//! # file: kustomization.yaml
//! namePrefix: prod-
//! resources:
//!   - deployment.yaml
//! patches:
//!   - path: limits.yaml
//!     target:
//!       kind: Deployment
//!       name: web
//! # file: limits.yaml
//! - op: add
//!   path: /spec/replicas
//!   value: 2
//! # file: deployment.yaml
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata:
//!   name: web
//! ```
//!
//! ```yaml pass
//! # file: kustomization.yaml
//! resources:
//!   - components.yaml
//! patches:
//!   - patch: '[{op: add, path: /spec/replicas, value: 2}]'
//!     target:
//!       kind: Deployment
//! # file: components.yaml
//! # The bootstrap of the cluster fills this file.
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.5,
    profiles: &[Profile::Default],
    refs: &[],
    run: Run::Resource(
        &["kustomize.config.k8s.io/Kustomization", "kustomize.config.k8s.io/Component"],
        run,
    ),
    ..Check::DEFAULT
};

fn run(resource: &Resource, out: &mut Out) {
    for (at, fact) in resource.facts_of(FactKind::PatchTarget) {
        out.say(at, fact.message.clone());
    }
}
