//! Which mesh a pod is in: labels and annotations of the pod and of its namespace, as Istio's and
//! Linkerd's injectors and Istio's ambient mode read them.

use foldhash::HashSet;
use kubesift_yaml::Node;

use crate::graph::{Graph, GraphPod, Namespace};
use crate::policy::Dialect;
use crate::resource::Resource;
use crate::unknown::{is_unknown, known_node};

/// How a mesh handles the traffic of a pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dataplane {
    /// Istio, by a proxy in the pod.
    Sidecar,
    /// Istio, by a proxy on the node.
    Ambient,
    /// Linkerd.
    Linkerd,
    /// Cilium: a policy asks for mutual authentication.
    Cilium,
}

impl Dataplane {
    /// The mesh's name.
    pub fn mesh(self) -> &'static str {
        match self {
            Self::Sidecar | Self::Ambient => "Istio",
            Self::Linkerd => "Linkerd",
            Self::Cilium => "Cilium",
        }
    }

    /// True for both of Istio's.
    pub fn is_istio(self) -> bool {
        matches!(self, Self::Sidecar | Self::Ambient)
    }
}

/// What puts a pod into a mesh, or keeps it out.
#[derive(Debug, Clone, Copy)]
pub struct Sign<'a> {
    /// The label, annotation or container.
    pub node: Node<'a>,
    /// It stands at the namespace, not at the pod.
    pub of_namespace: bool,
}

/// Whether a pod is in a mesh.
#[derive(Debug, Clone, Copy)]
pub enum Membership<'a> {
    /// It is; none when a policy of Cilium says it.
    In(Dataplane, Option<Sign<'a>>),
    /// Something says that it is not.
    Out(Sign<'a>),
    /// Nothing puts it into one.
    None,
    /// The namespace's labels are not in view, or filled in later.
    Unknown,
}

impl Membership<'_> {
    /// The mesh that the pod is surely in.
    pub fn dataplane(self) -> Option<Dataplane> {
        match self {
            Self::In(dataplane, _) => Some(dataplane),
            _ => None,
        }
    }
}

/// What the build as a whole says about injection.
#[derive(Debug, Default)]
pub(crate) struct Injection {
    /// Istio injects where nothing is said.
    by_default: bool,
    /// Positions of pods for which a policy of Cilium asks for authentication.
    cilium: HashSet<u32>,
    pub uses_istio: bool,
    pub uses_linkerd: bool,
}

/// A label or annotation that turns something on or off.
#[derive(Debug, Clone, Copy)]
enum Switch<'a> {
    On(Node<'a>),
    Off(Node<'a>),
    Absent,
    Unknown,
}

impl<'a> Switch<'a> {
    fn of(node: Option<Node<'a>>, on: &[&str], off: &[&str]) -> Self {
        let Some(node) = node.filter(|node| !node.is_null()) else { return Self::Absent };
        if !known_node(node).is_literal() {
            return Self::Unknown;
        }
        let text = node.text().unwrap_or_default();
        if on.contains(&text) {
            return Self::On(node);
        }
        if off.contains(&text) { Self::Off(node) } else { Self::Absent }
    }
}

impl Injection {
    pub fn new(graph: &Graph<'_>) -> Self {
        let mut injection = Self::default();
        let default = "spec.values.sidecarInjectorWebhook.enableNamespacesByDefault";
        injection.by_default = graph
            .of("install.istio.io/IstioOperator")
            .any(|operator| operator.field(default).is_true());
        for policy in graph.policies().iter().filter(|one| one.dialect == Dialect::Cilium) {
            let rules = ["ingress", "egress"].into_iter().filter_map(|key| policy.spec.get(key));
            let asks = rules
                .flat_map(Node::items)
                .any(|rule| rule.field("authentication.mode").str() == Some("required"));
            if asks {
                injection.cilium.extend(graph.pods_of_policy(policy).sure.iter().map(|pod| pod.at));
            }
        }
        for namespace in graph.namespaces() {
            injection.note(of_istio_namespace(namespace), of_linkerd_namespace(namespace));
        }
        for pod in graph.pods() {
            injection.note(of_istio_pod(pod), of_linkerd_pod(pod));
        }
        injection
    }

    fn note(&mut self, istio: Switch<'_>, linkerd: Switch<'_>) {
        self.uses_istio |= matches!(istio, Switch::On(_));
        self.uses_linkerd |= matches!(linkerd, Switch::On(_));
    }
}

fn label<'a>(namespace: &Namespace<'a>, key: &str) -> Option<Node<'a>> {
    namespace.object?.label(key)
}

fn of_istio_namespace<'a>(namespace: &Namespace<'a>) -> Switch<'a> {
    match Switch::of(label(namespace, "istio-injection"), &["enabled"], &["disabled"]) {
        Switch::Absent => {}
        stated => return stated,
    }
    if let Some(revision) = label(namespace, "istio.io/rev").filter(|node| !node.is_null()) {
        let ambient = Switch::of(label(namespace, "istio.io/dataplane-mode"), &["ambient"], &[]);
        // With ambient mode the revision says whose, and injects nothing.
        return if matches!(ambient, Switch::Absent) { Switch::On(revision) } else { ambient };
    }
    Switch::of(label(namespace, "istio.io/dataplane-mode"), &["ambient"], &["none"])
}

fn of_linkerd_namespace<'a>(namespace: &Namespace<'a>) -> Switch<'a> {
    let node = namespace.object.and_then(|object| object.annotation("linkerd.io/inject"));
    Switch::of(node, &["enabled", "ingress"], &["disabled"])
}

fn pod_label<'a>(pod: &GraphPod<'a>, key: &str) -> Option<Node<'a>> {
    pod.pod.labels()?.get(key)
}

/// The label counts before the annotation, which it replaced.
fn sidecar_switch<'a>(pod: &GraphPod<'a>) -> Switch<'a> {
    let words: (&[&str], &[&str]) = (&["true"], &["false"]);
    let key = "sidecar.istio.io/inject";
    match Switch::of(pod_label(pod, key), words.0, words.1) {
        Switch::Absent => Switch::of(pod.pod.annotation(key), words.0, words.1),
        stated => stated,
    }
}

fn of_istio_pod<'a>(pod: &GraphPod<'a>) -> Switch<'a> {
    match sidecar_switch(pod) {
        Switch::Absent => {}
        stated => return stated,
    }
    Switch::of(pod_label(pod, "istio.io/dataplane-mode"), &["ambient"], &["none"])
}

fn of_linkerd_pod<'a>(pod: &GraphPod<'a>) -> Switch<'a> {
    Switch::of(pod.pod.annotation("linkerd.io/inject"), &["enabled", "ingress"], &["disabled"])
}

/// Something that is filled in later stands where labels are.
fn has_hidden_labels(namespace: &Resource) -> bool {
    let labels = namespace.labels().filter(|node| !node.is_null());
    labels.is_some_and(|node| {
        let key = |(key, _): (&str, Node<'_>)| is_unknown(key);
        !node.is_map() || !known_node(node).is_literal() || node.entries().any(key)
    })
}

/// A proxy that stands in the manifest, put there by `istioctl kube-inject` or `linkerd inject`.
fn proxy_in<'a>(pod: &GraphPod<'a>) -> Option<(Dataplane, Node<'a>)> {
    pod.pod.containers().into_iter().find_map(|container| {
        let dataplane = match container.name() {
            "istio-proxy" => Dataplane::Sidecar,
            "linkerd-proxy" => Dataplane::Linkerd,
            _ => return None,
        };
        Some((dataplane, container.node))
    })
}

impl<'a> Graph<'a> {
    /// Whether a pod is in a mesh. One that uses the network of its node is in none.
    pub fn membership(&self, pod: &GraphPod<'a>) -> Membership<'a> {
        if let Some((dataplane, node)) = proxy_in(pod) {
            return Membership::In(dataplane, Some(Sign { node, of_namespace: false }));
        }
        if !pod.is_networked() {
            return Membership::None;
        }
        let found = [self.in_istio(pod), self.in_linkerd(pod)];
        let first = |wanted: fn(&Membership<'_>) -> bool| found.iter().copied().find(wanted);
        if let Some(member) = first(|one| matches!(one, Membership::In(..))) {
            return member;
        }
        if self.mesh().injection().cilium.contains(&pod.at) {
            return Membership::In(Dataplane::Cilium, None);
        }
        first(|one| matches!(one, Membership::Unknown))
            .or_else(|| first(|one| matches!(one, Membership::Out(_))))
            .unwrap_or(Membership::None)
    }

    /// What a pod itself says to stay out of a mesh, when no other one takes it.
    pub fn opt_out(&self, pod: &GraphPod<'a>) -> Option<Node<'a>> {
        // Few pods say anything, and whether a mesh takes them is the dearer question.
        let said =
            [of_istio_pod(pod), of_linkerd_pod(pod)].into_iter().find_map(|switch| match switch {
                Switch::Off(node) => Some(node),
                _ => None,
            });
        said.filter(|_| self.membership(pod).dataplane().is_none())
    }

    /// Whether the pods of a namespace are in a mesh where they say nothing themselves.
    pub fn membership_of_namespace(&self, namespace: &Namespace<'a>) -> Membership<'a> {
        let sign = |node| Sign { node, of_namespace: true };
        match (of_istio_namespace(namespace), of_linkerd_namespace(namespace)) {
            (Switch::On(node), _) if node.text() == Some("ambient") => {
                Membership::In(Dataplane::Ambient, Some(sign(node)))
            }
            (Switch::On(node), _) => Membership::In(Dataplane::Sidecar, Some(sign(node))),
            (_, Switch::On(node)) => Membership::In(Dataplane::Linkerd, Some(sign(node))),
            (Switch::Unknown, _) | (_, Switch::Unknown) => Membership::Unknown,
            (Switch::Off(node), _) | (_, Switch::Off(node)) => Membership::Out(sign(node)),
            (Switch::Absent, Switch::Absent) => {
                let hidden = namespace.object.is_none_or(has_hidden_labels);
                let open = self.mesh().injection().by_default || hidden;
                if open { Membership::Unknown } else { Membership::None }
            }
        }
    }

    fn in_istio(&self, pod: &GraphPod<'a>) -> Membership<'a> {
        let own = |node| Some(Sign { node, of_namespace: false });
        let of = |node| Some(Sign { node, of_namespace: true });
        let namespace = self.namespace(pod.namespace);
        let object = namespace.and_then(|namespace| namespace.object);
        let theirs = namespace.map_or(Switch::Absent, of_istio_namespace);
        let ambient = |node: Node<'_>| node.text() == Some("ambient");
        match (of_istio_pod(pod), theirs) {
            (Switch::Unknown, _) => Membership::Unknown,
            (Switch::Off(node), _) => Membership::Out(Sign { node, of_namespace: false }),
            (Switch::On(node), _) if ambient(node) => Membership::In(Dataplane::Ambient, own(node)),
            // The webhook leaves out namespaces with `istio-injection: disabled`, whatever pods say.
            (Switch::On(_), Switch::Off(node)) if node.key() == Some("istio-injection") => {
                Membership::Out(Sign { node, of_namespace: true })
            }
            (Switch::On(node), _) => Membership::In(Dataplane::Sidecar, own(node)),
            (Switch::Absent, Switch::On(node)) if ambient(node) => {
                Membership::In(Dataplane::Ambient, of(node))
            }
            (Switch::Absent, Switch::On(node)) => Membership::In(Dataplane::Sidecar, of(node)),
            (Switch::Absent, Switch::Off(node)) => {
                Membership::Out(Sign { node, of_namespace: true })
            }
            (Switch::Absent, Switch::Unknown) => Membership::Unknown,
            (Switch::Absent, Switch::Absent) => self.unstated(object, pod),
        }
    }

    fn unstated(&self, namespace: Option<&'a Resource>, pod: &GraphPod<'a>) -> Membership<'a> {
        let own = pod_label(pod, "istio.io/rev").filter(|node| !node.is_null());
        if let Some(node) = own {
            return Membership::In(Dataplane::Sidecar, Some(Sign { node, of_namespace: false }));
        }
        if self.mesh().injection().by_default || namespace.is_none_or(has_hidden_labels) {
            return Membership::Unknown;
        }
        Membership::None
    }

    fn in_linkerd(&self, pod: &GraphPod<'a>) -> Membership<'a> {
        let namespace = self.namespace(pod.namespace);
        let theirs = namespace.map_or(Switch::Absent, of_linkerd_namespace);
        let seen = namespace.is_some_and(|namespace| namespace.object.is_some());
        match (of_linkerd_pod(pod), theirs) {
            (Switch::On(node), _) => {
                Membership::In(Dataplane::Linkerd, Some(Sign { node, of_namespace: false }))
            }
            (Switch::Off(node), _) => Membership::Out(Sign { node, of_namespace: false }),
            (Switch::Absent, Switch::On(node)) => {
                Membership::In(Dataplane::Linkerd, Some(Sign { node, of_namespace: true }))
            }
            (Switch::Absent, Switch::Off(node)) => {
                Membership::Out(Sign { node, of_namespace: true })
            }
            (Switch::Absent, Switch::Absent) if seen => Membership::None,
            _ => Membership::Unknown,
        }
    }
}
