//! A variable or a replacement of a kustomization goes nowhere.
//!
//! No field says `$(NAME)` of a variable in `vars`, or a target of a replacement selects no object.
//! What was meant to be filled in stays as it is.
//!
//! ```yaml fail
//! # file: kustomization.yaml
//! resources:
//!   - service.yaml
//! vars:
//!   - name: SERVICE
//! #   ^^^^^^^^^^^^^
//!     objref:
//!       apiVersion: v1
//!       kind: Service
//!       name: web
//! # file: service.yaml
//! apiVersion: v1
//! kind: Service
//! metadata:
//!   name: web
//! ```
//!
//! ```yaml pass
//! # file: kustomization.yaml
//! resources:
//!   - all.yaml
//! vars:
//!   - name: SERVICE
//!     objref:
//!       apiVersion: v1
//!       kind: Service
//!       name: web
//! # file: all.yaml
//! apiVersion: v1
//! kind: Service
//! metadata:
//!   name: web
//! ---
//! apiVersion: v1
//! kind: Pod
//! metadata:
//!   name: client
//! spec:
//!   containers:
//!     - name: client
//!       image: example.com/client
//!       args: [--to=$(SERVICE)]
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 2.0,
    profiles: &[Profile::Default, Profile::Hygiene],
    refs: &[],
    run: Run::Resource(
        &["kustomize.config.k8s.io/Kustomization", "kustomize.config.k8s.io/Component"],
        run,
    ),
    ..Check::DEFAULT
};

fn run(resource: &Resource, out: &mut Out) {
    for kind in [FactKind::IdleVariable, FactKind::IdleReplacement] {
        for (at, fact) in resource.facts_of(kind) {
            out.say(at, fact.message.clone());
        }
    }
}
