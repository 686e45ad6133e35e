//! A manifest lies among those of a kustomization, and none takes it.
//!
//! It looks applied and is not: a NetworkPolicy that protects nothing, a fix that never reached the
//! cluster. Or it is left over and misleads who reads the folder.
//!
//! Name it under `resources`, or remove it.
//!
//! Looked for in the folders of kustomizations and those that they take files from. Files that are
//! no manifests, and those that another kustomization takes, are not reported.
//!
//! ```yaml fail
//! # file: app/kustomization.yaml
//! resources:
//!   - service.yaml
//! # file: app/service.yaml
//! apiVersion: v1
//! kind: Service
//! metadata:
//!   name: web
//! # file: app/policy.yaml
//! apiVersion: networking.k8s.io/v1
//! kind: NetworkPolicy
//! #^^^^^^^^^^^^^^^^^^ NetworkPolicy `web` is in a file that no kustomization names, beside those of app
//! metadata:
//!   name: web
//! ```
//!
//! ```yaml pass
//! # file: app/kustomization.yaml
//! resources:
//!   - service.yaml
//! # file: app/service.yaml
//! apiVersion: v1
//! kind: Service
//! metadata:
//!   name: web
//! # file: other/policy.yaml
//! apiVersion: networking.k8s.io/v1
//! kind: NetworkPolicy
//! metadata:
//!   name: web
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 1.5,
    profiles: &[Profile::Hygiene],
    refs: &[],
    run: Run::Resource(&["*"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, out: &mut Out) {
    for (at, fact) in resource.facts_of(FactKind::Orphan) {
        out.report(at, fact.message.clone());
    }
}
