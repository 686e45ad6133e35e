//! A generator of a kustomization cannot make its object.
//!
//! It makes one that is there already, merges into or replaces one that is not, gives one key twice,
//! or has a literal that is no pair. `kustomize build` stops there.
//!
//! ```yaml fail
//! # file: kustomization.yaml
//! configMapGenerator:
//!   - name: settings
//! #   ^^^^^^^^^^^^^^
//!     behavior: merge
//!     literals: [level=debug]
//! ```
//!
//! ```yaml pass
//! # file: kustomization.yaml
//! configMapGenerator:
//!   - name: settings
//!     literals: [level=debug]
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
    for (at, fact) in resource.facts_of(FactKind::Generator) {
        out.say(at, fact.message.clone());
    }
}
