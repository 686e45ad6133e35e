//! Words that resources have in common (their kinds, their namespaces), kept per thread, so that all
//! resources of a kind hold one [`Kind`]: a run holds thousands of resources of a few dozen kinds, and
//! a graph asks each of them for both.

use std::cell::RefCell;
use std::sync::Arc;

use foldhash::{HashMap, HashSet};

use crate::resource::Kind;
use crate::workload::{PodShape, built_in_shape};

/// More words than these are forgotten and kept anew: a server lives long and sees many projects.
const KEPT_AT_MOST: usize = 4096;

/// Of one bare kind no more API versions than these, which are looked through one by one.
const VERSIONS_AT_MOST: usize = 32;

/// A longer word than this, in bytes, is no name that others have too.
const LONGEST: usize = 253;

/// A kind, and where it keeps its pod when the built-in table knows it.
#[derive(Clone)]
pub(crate) struct KnownKind {
    pub kind: Arc<Kind>,
    pub shape: Option<PodShape>,
}

impl KnownKind {
    fn new(api_version: &str, kind: &str) -> Self {
        let kind = Kind::new(api_version, kind);
        let shape = built_in_shape(&kind.group, &kind.kind);
        Self { kind: Arc::new(kind), shape }
    }
}

#[derive(Default)]
struct Kept {
    /// By the bare kind, each with its `apiVersion`.
    kinds: HashMap<Box<str>, Vec<(Box<str>, KnownKind)>>,
    /// How many there are in `kinds`.
    count: usize,
    namespaces: HashSet<Arc<str>>,
}

thread_local! {
    static KEPT: RefCell<Kept> = RefCell::default();
}

impl Kept {
    fn kind(&mut self, api_version: &str, kind: &str) -> KnownKind {
        let held = self.kinds.get(kind).into_iter().flatten();
        if let Some((_, known)) = held.into_iter().find(|(held, _)| **held == *api_version) {
            return known.clone();
        }
        if self.count >= KEPT_AT_MOST {
            self.kinds.clear();
            self.count = 0;
        }
        let known = KnownKind::new(api_version, kind);
        let all = self.kinds.entry(kind.into()).or_default();
        if all.len() < VERSIONS_AT_MOST {
            all.push((api_version.into(), known.clone()));
            self.count += 1;
        }
        known
    }

    fn namespace(&mut self, name: &str) -> Arc<str> {
        if let Some(held) = self.namespaces.get(name) {
            return Arc::clone(held);
        }
        if self.namespaces.len() >= KEPT_AT_MOST {
            self.namespaces.clear();
        }
        let name: Arc<str> = name.into();
        self.namespaces.insert(Arc::clone(&name));
        name
    }
}

/// The kind of an `apiVersion` and a `kind` as they stand in a manifest.
pub(crate) fn kind(api_version: &str, kind: &str) -> KnownKind {
    if api_version.len() + kind.len() > LONGEST {
        return KnownKind::new(api_version, kind);
    }
    KEPT.with_borrow_mut(|kept| kept.kind(api_version, kind))
}

/// The name of a namespace.
pub(crate) fn namespace(name: &str) -> Arc<str> {
    if name.len() > LONGEST {
        return name.into();
    }
    KEPT.with_borrow_mut(|kept| kept.namespace(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_shared_by_group_and_version() {
        let (one, other) = (kind("apps/v1", "Deployment"), kind("apps/v1", "Deployment"));
        assert!(Arc::ptr_eq(&one.kind, &other.kind));
        assert!(one.shape.is_some());
        let old = kind("extensions/v1beta1", "Deployment");
        assert_eq!(&*old.kind.group, "extensions");
        assert!(kind("serving.knative.dev/v1", "Service").shape.is_some());
        assert!(kind("v1", "Service").shape.is_none());
    }

    #[test]
    fn many_kinds_are_forgotten_and_right() {
        for at in 0..2 * KEPT_AT_MOST {
            let (group, name) = (format!("g{at}.example/v1"), format!("n{at}"));
            assert_eq!(kind(&group, "Thing").kind.api_version(), group);
            assert_eq!(&*kind("v1", &name).kind.kind, name);
            assert_eq!(&*namespace(&name), name);
        }
        KEPT.with_borrow(|kept| {
            assert!(kept.count <= KEPT_AT_MOST);
            assert!(kept.namespaces.len() <= KEPT_AT_MOST);
        });
    }
}
