//! A build: one set of resources meant to be applied together.

use std::sync::Arc;

use crate::declared::Around;
use crate::resource::ResourceId;

/// A build within one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BuildId(pub u32);

/// What a build was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuildKind {
    /// Manifests as they lie in the repository, or on standard input.
    Manifests,
    /// A kustomization: an overlay, or a base that none uses.
    Kustomization,
}

/// One set of resources meant to be applied together; relations are resolved inside it.
#[derive(Debug, Clone)]
pub struct Build {
    /// Identity within the run.
    pub id: BuildId,
    /// What it was made from.
    pub kind: BuildKind,
    /// Its name in reports: the folder, relative to where the run was started; `.` for the root.
    pub name: Arc<str>,
    /// Its resources, in the order of files and documents. A resource may be part of several builds.
    pub resources: Vec<ResourceId>,
    /// False when the input is known to be only a part of what is applied (files named one by one):
    /// then nothing is reported as missing from the build.
    pub complete: bool,
    /// What is known of the project besides; shared by all builds.
    pub around: Arc<Around>,
}
