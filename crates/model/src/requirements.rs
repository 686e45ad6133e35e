//! What containers ask for and may use: requests and limits, with what the pod, and a LimitRange of
//! its namespace, give where a container says nothing. Whether that is enough is left to checks.

use kubesift_yaml::{Field, Node};

use crate::graph::{Graph, GraphPod};
use crate::pod::{Container, Role};
use crate::quantity::Quantity;
use crate::resource::Resource;
use crate::security::is_absent;
use crate::unknown::known_node;

/// What a manifest says of an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    /// Something other than nothing.
    Stated(Quantity),
    /// Nothing, in words: `0`.
    Zero,
    /// Something that is no quantity.
    Invalid,
    /// It does not speak of it.
    Absent,
    /// It is filled in later.
    Unknown,
}

/// Reads a field that should hold a quantity.
pub fn amount(field: Field<'_>) -> Amount {
    let Some(node) = field.node() else {
        return if is_absent(field) { Amount::Absent } else { Amount::Unknown };
    };
    if !known_node(node).is_literal() {
        return Amount::Unknown;
    }
    match node.text().map(Quantity::parse) {
        Some(Ok(quantity)) if quantity.is_zero() => Amount::Zero,
        Some(Ok(quantity)) => Amount::Stated(quantity),
        _ => Amount::Invalid,
    }
}

/// A resource that containers request and are limited in. The paths hold for a container and for a
/// PodSpec.
#[derive(Debug, Clone, Copy)]
pub struct Requirement {
    /// `cpu`
    pub name: &'static str,
    /// `resources.requests.cpu`
    pub request: &'static str,
    /// `resources.limits.cpu`
    pub limit: &'static str,
}

/// CPU time.
pub const CPU: Requirement =
    Requirement { name: "cpu", request: "resources.requests.cpu", limit: "resources.limits.cpu" };

/// Memory.
pub const MEMORY: Requirement = Requirement {
    name: "memory",
    request: "resources.requests.memory",
    limit: "resources.limits.memory",
};

/// What a LimitRange gives a container without a limit, in order: the API server fills in `default`
/// from `max`.
const LIMIT_SOURCES: &[&str] = &["default", "max"];

/// The same for a request: it fills in `defaultRequest` from what it uses as limit, else from `min`.
const REQUEST_SOURCES: &[&str] = &["defaultRequest", "default", "max", "min"];

impl Requirement {
    /// The containers of a pod that request nothing, and what they say instead. Without a request
    /// the limit counts as one, and what the pod or a LimitRange gives. A container that runs before
    /// the others needs none: what these request is there for it.
    pub fn unrequested<'a>(
        &self,
        pod: &GraphPod<'a>,
        graph: &Graph<'a>,
    ) -> Vec<(Container<'a>, Amount)> {
        let long_lived = pod.pod.containers().into_iter().filter(Container::is_long_lived);
        let found = long_lived.map(|container| {
            let own = amount(container.field(self.request));
            let limit = || amount(container.field(self.limit));
            (container, if own == Amount::Absent { limit() } else { own })
        });
        self.lacking(pod, graph, found.collect(), REQUEST_SOURCES)
    }

    /// The containers of a pod, those that run before the others included, that nothing limits, and
    /// what they say instead.
    pub fn unlimited<'a>(
        &self,
        pod: &GraphPod<'a>,
        graph: &Graph<'a>,
    ) -> Vec<(Container<'a>, Amount)> {
        let all = pod.pod.containers().into_iter();
        // A container that is added for debugging cannot have any.
        let all = all.filter(|container| container.role != Role::Ephemeral);
        let found = all.map(|container| (container, amount(container.field(self.limit))));
        self.lacking(pod, graph, found.collect(), LIMIT_SOURCES)
    }

    /// The name of the cause that a workload's containers request none of it, for findings at other
    /// places.
    pub fn lack_of(&self, workload: &Resource) -> String {
        format!("no request of {} in {} {}", self.name, workload.kind.kind, workload.full_name())
    }

    fn lacking<'a>(
        &self,
        pod: &GraphPod<'a>,
        graph: &Graph<'a>,
        mut found: Vec<(Container<'a>, Amount)>,
        sources: &[&str],
    ) -> Vec<(Container<'a>, Amount)> {
        found.retain(|(_, amount)| !matches!(amount, Amount::Stated(_) | Amount::Unknown));
        if !found.iter().any(|(_, amount)| *amount == Amount::Absent) {
            return found;
        }
        let paths: &[&str] =
            if sources == LIMIT_SOURCES { &[self.limit] } else { &[self.request, self.limit] };
        let pods = paths.iter().map(|path| pod_amount(pod, path));
        let mut given = pods
            .into_iter()
            .any(|amount| matches!(amount, Amount::Stated(_) | Amount::Unknown | Amount::Zero));
        given = given || self.is_defaulted(pod, graph, sources);
        found.retain(|(_, amount)| !given || *amount != Amount::Absent);
        found
    }

    /// True when a LimitRange of the pod's namespace gives an amount, or may.
    fn is_defaulted(&self, pod: &GraphPod<'_>, graph: &Graph<'_>, sources: &[&str]) -> bool {
        graph.limit_ranges_of(pod).into_iter().any(|range| {
            let limits = range.field("spec.limits");
            limits.node().is_some_and(|node| !node.is_list())
                || limits.items().any(|item| self.is_given_by(item, sources))
        })
    }

    fn is_given_by(&self, item: Node<'_>, sources: &[&str]) -> bool {
        let kind = item.get("type").and_then(Node::str).unwrap_or_default();
        kind == "Container"
            && sources.iter().any(|key| {
                item.get(key).and_then(|map| map.get(self.name)).is_some_and(|node| !node.is_null())
            })
    }
}

fn pod_amount(pod: &GraphPod<'_>, path: &str) -> Amount {
    // The pod's own `resources` (Kubernetes 1.34) has the same shape.
    let field = match path {
        path if path == CPU.request => pod.pod.field(CPU.request),
        path if path == CPU.limit => pod.pod.field(CPU.limit),
        path if path == MEMORY.request => pod.pod.field(MEMORY.request),
        _ => pod.pod.field(MEMORY.limit),
    };
    amount(field)
}

impl Container<'_> {
    /// What it is called in messages: "init container `setup`".
    pub fn title(&self) -> String {
        let role = match self.role {
            Role::Init => "init container",
            Role::Ephemeral => "ephemeral container",
            Role::Main | Role::Sidecar => "container",
        };
        format!("{role} `{}`", self.name())
    }
}
