//! What is known of the kind that `apiVersion` and `kind` of an object name.

use kubesift_engine::Version;
use kubesift_model::{Scope, lookup};

use super::Asked;
use crate::words::{code, listed};

/// A line on a built-in kind; nothing for any other, and elsewhere.
pub(super) fn lines(asked: &Asked<'_, '_, '_>) -> Vec<String> {
    let resource = asked.seen.resource;
    let own = |key: &str| resource.node().get(key) == Some(asked.node);
    if !own("apiVersion") && !own("kind") {
        return Vec::new();
    }
    let kind = &resource.kind;
    let Some(info) = lookup(&kind.group, &kind.kind) else { return Vec::new() };
    let group = |version: &&str| match info.group {
        "" => code(version),
        group => code(&format!("{group}/{version}")),
    };
    let served = listed(info.versions.iter().map(group), info.versions.len());
    let first = match info.scope {
        Scope::Namespaced => format!("Lives in a namespace; its resource is {}", code(info.plural)),
        Scope::Cluster => format!("Lives in no namespace; its resource is {}", code(info.plural)),
    };
    let newest = format!("Kubernetes {}", Version::NEWEST);
    let second = match info.is_served() {
        true if info.versions.contains(&&*kind.version) => format!("{newest} has it in {served}"),
        true => format!("{newest} has it in {served} only"),
        false => "Kubernetes no longer serves it".to_owned(),
    };
    vec![first, second]
}
