//! Views of pods and containers for questions about security contexts: what is set, what is left
//! to the pod, which capabilities are named. What is good or bad is left to checks.

use kubesift_yaml::{Boolean, Field, Node};

use crate::pod::{Container, Level, Pod};
use crate::unknown::{is_unknown, known_node};

/// True when a field is truly not there: its nearest parent is a mapping (or nothing), not a
/// placeholder that may bring the field with it.
pub fn is_absent(field: Field<'_>) -> bool {
    let parent = field.deepest();
    !field.exists() && (parent.is_null() || parent.is_map()) && known_node(parent).is_literal()
}

impl<'a> Container<'a> {
    /// True for the pod's first container: what a pod states for all is judged once, with it.
    pub fn is_first(&self) -> bool {
        self.pod.containers().first().is_some_and(|first| first.node == self.node)
    }

    /// True when neither the container nor the pod sets a field of the security context, and no
    /// placeholder may do so.
    pub fn leaves_unset(&self, path: &'static str) -> bool {
        self.effective(path).level == Level::Default
            && is_absent(self.field(path))
            && is_absent(self.pod.field(path))
    }

    /// True when it is privileged: then capabilities, seccomp, AppArmor and
    /// `allowPrivilegeEscalation` have no effect on it.
    pub fn is_privileged(&self) -> bool {
        self.field("securityContext.privileged").is_true()
    }

    /// The old annotation that names a seccomp profile for the container, its own before the pod's.
    /// Kubernetes 1.19 to 1.26 copy it into a field that is not set; later versions do not read it.
    pub fn seccomp_annotation(&self) -> Option<Node<'a>> {
        let own = format!("container.seccomp.security.alpha.kubernetes.io/{}", self.name());
        let names_one = |node: &Node<'a>| {
            node.str().is_some_and(|text| {
                matches!(text, "runtime/default" | "docker/default" | "unconfined")
                    || text.starts_with("localhost/")
                    || is_unknown(text)
            })
        };
        let of_pod =
            || self.pod.annotation("seccomp.security.alpha.kubernetes.io/pod").filter(names_one);
        self.pod.annotation(&own).filter(names_one).or_else(of_pod)
    }

    /// The names in `capabilities.add`, with their nodes; placeholders are left out.
    pub fn added_capabilities(&self) -> impl Iterator<Item = (&'a str, Node<'a>)> {
        names(self.field("securityContext.capabilities.add"))
    }

    /// The names in `capabilities.drop`, with their nodes; placeholders are left out.
    pub fn dropped_capabilities(&self) -> impl Iterator<Item = (&'a str, Node<'a>)> {
        names(self.field("securityContext.capabilities.drop"))
    }
}

impl Pod<'_> {
    /// True when it says `os.name: windows`, which the API server and Pod Security admission go by.
    /// A node selector alone, see [`Pod::is_windows`], does not count for them.
    pub fn declares_windows(&self) -> bool {
        self.os_name() == Some("windows")
    }

    /// True when some container leaves a field of the security context to the pod.
    pub fn passes_on(&self, path: &'static str) -> bool {
        self.containers().iter().any(|container| is_absent(container.field(path)))
    }

    /// True when it runs in a user namespace of its own (`hostUsers: false`): root in its
    /// containers is not root on the node.
    pub fn has_user_namespace(&self) -> bool {
        self.field("hostUsers").boolean() == Boolean::False
    }
}

fn names<'a>(list: Field<'a>) -> impl Iterator<Item = (&'a str, Node<'a>)> {
    list.items().filter(|item| known_node(*item).is_literal()).filter_map(|item| {
        let name = item.str()?;
        Some((name, item))
    })
}
