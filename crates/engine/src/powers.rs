//! What is said of roles that hold a power: at which word, how bad that is by how far the role
//! reaches, and the binding that takes it there. Which power is looked for is left to checks.

use kubesift_model::rights::{Far, Held, Power};
use kubesift_model::{Graph, Resource};

use crate::check::Severity;
use crate::out::Out;

/// What a power is worth that bindings give in namespaces only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InNamespaces {
    /// A finding, one step less severe.
    Less,
    /// No finding: what it is over lies in no namespace, or its holder needs it there.
    Nothing,
}

impl Out<'_> {
    /// Reports each rule of a role that holds a power. In the whole cluster it has the severity of
    /// the check; a power that nothing of the build binds is information.
    pub fn powers(
        &mut self,
        role: &Resource,
        graph: &Graph<'_>,
        power: &Power,
        in_namespaces: InNamespaces,
    ) {
        for held in graph.held(role, power, self.is_asked()) {
            if held.far == Far::Namespaces && in_namespaces == InNamespaces::Nothing {
                continue;
            }
            let severity = self.by_reach(held.far);
            self.held(&held, severity);
        }
    }

    /// Reports one rule that holds a power, with the binding that takes its role furthest.
    pub fn held(&mut self, held: &Held<'_, '_>, severity: Severity) {
        let draft = self.report(held.word(), held.words()).severity(severity);
        draft.cause(held.cause()).notes(held.binding());
    }

    /// How bad it is by how far a role holds: as bad as the check says in the whole cluster, one
    /// step less in namespaces, information where nothing of the build binds it.
    pub fn by_reach(&self, far: Far) -> Severity {
        match far {
            Far::Cluster => self.severity(),
            Far::Namespaces => self.severity().less(),
            Far::Nowhere => Severity::Info,
        }
    }
}
