//! An object of a build and what the build remembers of it: the names it had, what was put before and
//! behind them, how a generator meant it.

use kubesift_source::Span;
use smol_str::SmolStr;

use crate::id::{Gvk, Id};
use crate::tree::Node;

/// How a generated object meets one that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Behavior {
    /// Nothing is stated: it is new.
    #[default]
    Unspecified,
    /// It is new.
    Create,
    /// It takes the place of the one that is there.
    Replace,
    /// Its data is added to the one that is there.
    Merge,
}

/// One object of a build.
#[derive(Debug, Clone)]
pub struct Resource {
    /// The object.
    pub node: Node,
    /// The identities it had before each rename, the oldest first. The current one is read from the
    /// object.
    pub previous: Vec<Id>,
    /// What was put before its name, the innermost first.
    pub prefixes: Vec<SmolStr>,
    /// What was put behind its name, the innermost first.
    pub suffixes: Vec<SmolStr>,
    /// How it meets an object that is there, when a generator made it.
    pub behavior: Behavior,
    /// Its name gets a hash of its content.
    pub needs_hash: bool,
    /// The names of the variables that take their values from it.
    pub variables: Vec<SmolStr>,
    /// Where the kustomization brings it in: its entry in `resources`, its generator.
    pub entered_at: Span,
}

impl Resource {
    /// An object as it was read.
    pub fn new(node: Node, entered_at: Span) -> Self {
        Self {
            node,
            previous: Vec::new(),
            prefixes: Vec::new(),
            suffixes: Vec::new(),
            behavior: Behavior::Unspecified,
            needs_hash: false,
            variables: Vec::new(),
            entered_at,
        }
    }

    fn word(&self, path: &[&str]) -> &str {
        self.node.at(path).and_then(Node::text).unwrap_or_default()
    }

    /// What it is.
    pub fn gvk(&self) -> Gvk {
        Gvk::new(self.word(&["apiVersion"]), self.word(&["kind"]))
    }

    /// `metadata.name`; empty without one.
    pub fn name(&self) -> &str {
        self.word(&["metadata", "name"])
    }

    /// `metadata.namespace`; empty without one.
    pub fn namespace(&self) -> &str {
        self.word(&["metadata", "namespace"])
    }

    /// Its identity now.
    pub fn id(&self) -> Id {
        Id { gvk: self.gvk(), namespace: self.namespace().into(), name: self.name().into() }
    }

    /// Its identity as it was read.
    pub fn original_id(&self) -> Id {
        self.previous.first().cloned().unwrap_or_else(|| self.id())
    }

    /// Every identity it had and has, the oldest first.
    pub fn ids(&self) -> impl Iterator<Item = Id> + '_ {
        self.previous.iter().cloned().chain(std::iter::once_with(|| self.id()))
    }

    /// Remembers its identity before a change of name, namespace or kind.
    pub fn remember(&mut self) {
        let id = self.id();
        self.previous.push(id);
    }
}
