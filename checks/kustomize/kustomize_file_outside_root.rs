//! A kustomization names a file that lies outside its own folder.
//!
//! `kustomize build` refuses to read it unless it is told `--load-restrictor
//! LoadRestrictionsNone`, and `kubectl apply -k` cannot be told so at all. Folders may lie anywhere;
//! files (patches, values, sources of generators) may not.
//!
//! Make the folder that holds the file a kustomization or a component and name that, or move the
//! file. The file is read and checked all the same.
//!
//! ```yaml fail
//! # file: overlay/kustomization.yaml
//! resources:
//!   - ../shared/pod.yaml
//! #   ^^^^^^^^^^^^^^^^^^
//! # file: shared/pod.yaml
//! apiVersion: v1
//! kind: Namespace
//! metadata:
//!   name: shop
//! ```
//!
//! ```yaml pass
//! # file: overlay/kustomization.yaml
//! resources:
//!   - ../shared
//! # file: shared/kustomization.yaml
//! resources:
//!   - pod.yaml
//! # file: shared/pod.yaml
//! apiVersion: v1
//! kind: Namespace
//! metadata:
//!   name: shop
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 2.5,
    profiles: &[Profile::Hygiene],
    refs: &[],
    run: Run::Resource(
        &["kustomize.config.k8s.io/Kustomization", "kustomize.config.k8s.io/Component"],
        run,
    ),
    ..Check::DEFAULT
};

fn run(resource: &Resource, out: &mut Out) {
    for (at, fact) in resource.facts_of(FactKind::Outside) {
        out.say(at, fact.message.clone());
    }
}
