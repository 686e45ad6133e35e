//! A kustomization takes resources from a repository at whatever state it is in.
//!
//! Who can push to that branch decides what the next build applies to the cluster, and two builds
//! of the same commit can differ.
//!
//! Ask for a commit, or at least a tag: `?ref=v1.4.2`. Or keep a copy in the repository.
//!
//! A file at a URL is not reported: its version, if any, is part of its path.
//!
//! ```yaml fail
//! # file: kustomization.yaml
//! resources:
//!   - https://github.com/example/app//deploy
//! #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the remote resource asks for no version
//!   - https://github.com/example/app//deploy?ref=main
//! #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the remote resource asks for the branch `main`
//! ```
//!
//! ```yaml pass
//! # file: kustomization.yaml
//! resources:
//!   - https://github.com/example/app//deploy?ref=v1.4.2
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    profiles: &[Profile::Default],
    refs: &[],
    run: Run::Resource(
        &["kustomize.config.k8s.io/Kustomization", "kustomize.config.k8s.io/Component"],
        run,
    ),
    ..Check::DEFAULT
};

fn run(resource: &Resource, out: &mut Out) {
    for kind in [FactKind::RemoteUnpinned, FactKind::RemoteMoving] {
        for (at, fact) in resource.facts_of(kind) {
            out.say(at, format!("the remote resource {}", fact.message));
        }
    }
}
