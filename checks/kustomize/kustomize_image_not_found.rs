//! An entry of `images` names an image that no container has.
//!
//! The new name, tag or digest goes nowhere, and nothing says so: the workload keeps running what its
//! own manifest names. Usually the image was renamed, or the entry names it with a registry that the
//! manifest does not have (names are compared whole).
//!
//! Of a kustomization that several overlays use it is reported only when it does nothing in all of
//! them, and never where something is missing from the build.
//!
//! ```yaml fail
//! # file: kustomization.yaml
//! resources:
//!   - pod.yaml
//! images:
//!   - name: example.com/wbe
//! #   ^^^^^^^^^^^^^^^^^^^^^
//!     newTag: "1.2"
//! # file: pod.yaml
//! apiVersion: v1
//! kind: Pod
//! metadata:
//!   name: web
//! spec:
//!   containers:
//!     - name: web
//!       image: example.com/web
//! ```
//!
//! ```yaml pass
//! # file: kustomization.yaml
//! resources:
//!   - pod.yaml
//! images:
//!   - name: example.com/web
//!     newTag: "1.2"
//! # file: pod.yaml
//! apiVersion: v1
//! kind: Pod
//! metadata:
//!   name: web
//! spec:
//!   containers:
//!     - name: web
//!       image: example.com/web
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 3.0,
    profiles: &[Profile::Default],
    refs: &[],
    run: Run::Resource(
        &["kustomize.config.k8s.io/Kustomization", "kustomize.config.k8s.io/Component"],
        run,
    ),
    ..Check::DEFAULT
};

fn run(resource: &Resource, out: &mut Out) {
    for (at, fact) in resource.facts_of(FactKind::IdleImage) {
        out.say(at, fact.message.clone());
    }
}
