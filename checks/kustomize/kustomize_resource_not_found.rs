//! A kustomization names a file or folder that is not there.
//!
//! `kustomize build` stops at the first one, so nothing of the overlay can be applied. Usually a
//! file was renamed or moved, or a path counts its `..` wrong.
//!
//! Correct the path, or remove the entry. What else the overlay holds is built and checked all the
//! same.
//!
//! Resources at a URL are never fetched, and are not reported here.
//!
//! ```yaml fail
//! # file: kustomization.yaml
//! resources:
//!   - service.yaml
//! #   ^^^^^^^^^^^^
//!   - servce.yml
//! #   ^^^^^^^^^^
//! ```
//!
//! ```yaml pass
//! # file: kustomization.yaml
//! resources:
//!   - service.yaml
//!   - https://example.com/crds.yaml
//! # file: service.yaml
//! apiVersion: v1
//! kind: Service
//! metadata:
//!   name: web
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 6.0,
    profiles: &[Profile::Default],
    refs: &[Peer("monokle:LNK001")],
    run: Run::Resource(
        &["kustomize.config.k8s.io/Kustomization", "kustomize.config.k8s.io/Component"],
        run,
    ),
    ..Check::DEFAULT
};

fn run(resource: &Resource, out: &mut Out) {
    for (at, fact) in resource.facts_of(FactKind::Missing) {
        out.say(at, fact.message.clone());
    }
}
