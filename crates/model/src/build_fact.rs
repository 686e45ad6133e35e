//! What building a kustomization showed about the kustomization itself. Whoever builds says it, at
//! the bytes concerned; checks judge it.

use kubesift_source::Span;

/// What sort of thing a build showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FactKind {
    /// A file or folder that is named is not there.
    Missing,
    /// An object that another file or folder of the build defines already.
    Duplicate,
    /// A generator makes what is there, or adds to what is not.
    Generator,
    /// A patch whose target is no object of any build that it takes part in.
    PatchTarget,
    /// An entry of `images` whose name no container has, in any build.
    IdleImage,
    /// A variable that no field uses, in any build.
    IdleVariable,
    /// An entry of a replacement's `targets` that selects no object, in any build.
    IdleReplacement,
    /// A repository or file at a URL, without a commit, tag or branch being asked for.
    RemoteUnpinned,
    /// A repository or file at a URL, at something that may move: a branch.
    RemoteMoving,
    /// A file outside the folder of the kustomization that names it, which `kustomize build` refuses.
    Outside,
    /// An older field, which has a successor.
    Deprecated,
    /// Manifests beside or below a kustomization that none names. The place is the first object.
    Orphan,
}

/// One thing that builds showed about a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildFact {
    /// What sort of thing.
    pub kind: FactKind,
    /// The bytes concerned, of the file that the fact is about.
    pub at: Span,
    /// What it is, as a clause that goes on from the file's object: "names `x.yaml`, which is not
    /// there". Of a deprecated field: its name.
    pub message: String,
    /// What to do, where that can be said.
    pub help: Option<String>,
}
