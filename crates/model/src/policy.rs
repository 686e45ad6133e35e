//! Policies that say who may talk to pods, of every kind that is known: NetworkPolicy, those of
//! Cilium and Calico, AdminNetworkPolicy and its successor. What they select, and which directions
//! they close; what passes in the end is left to who computes connections.

mod calico;

use kubesift_yaml::Node;

use crate::graph::{Direction, Namespace, Need};
use crate::policy::calico::Expression;
use crate::resource::Resource;
use crate::selector::{Labels, Match, Requirement, Selector, is_controller_label};
use crate::unknown::{is_unknown, known_node};

/// Whose rules a policy follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// `networking.k8s.io/NetworkPolicy`
    Kubernetes,
    /// CiliumNetworkPolicy, CiliumClusterwideNetworkPolicy
    Cilium,
    /// Calico's NetworkPolicy and GlobalNetworkPolicy
    Calico,
    /// AdminNetworkPolicy, BaselineAdminNetworkPolicy, ClusterNetworkPolicy
    Admin,
    /// Something that makes or is a policy, and whose rules are not known here.
    Other,
}

/// The kinds of all policies that are read, named as in [`crate::Kind::is`].
pub const POLICY_KINDS: &[&str] = &[
    "networking.k8s.io/NetworkPolicy",
    "cilium.io/CiliumNetworkPolicy",
    "cilium.io/CiliumClusterwideNetworkPolicy",
    "projectcalico.org/NetworkPolicy",
    "projectcalico.org/GlobalNetworkPolicy",
    "crd.projectcalico.org/NetworkPolicy",
    "crd.projectcalico.org/GlobalNetworkPolicy",
    "policy.networking.k8s.io/AdminNetworkPolicy",
    "policy.networking.k8s.io/BaselineAdminNetworkPolicy",
    "policy.networking.k8s.io/ClusterNetworkPolicy",
];

/// A policy: one object, or one item of Cilium's `specs`.
#[derive(Debug, Clone)]
pub struct Policy<'a> {
    /// The object.
    pub resource: &'a Resource,
    /// Its rules and its selector.
    pub spec: Node<'a>,
    /// Whose rules it follows.
    pub dialect: Dialect,
    cluster_wide: bool,
    namespaces: Term<'a>,
    pods: Term<'a>,
    /// Whether it closes ingress and egress; read once, as every pod it selects asks for it.
    closes: [Match; 2],
}

/// What a policy, or a peer of a rule, selects by.
#[derive(Debug, Clone)]
pub(crate) enum Term<'a> {
    All,
    Nothing,
    Unknown,
    Labels(Selector<'a>),
    Cilium(Endpoints<'a>),
    Calico(Expression<'a>),
}

/// Where a pod is: the namespace's name, when something says it, and its labels.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Home<'v, 'a> {
    pub name: Option<&'a str>,
    pub labels: &'v Labels<'a>,
}

/// Cilium's selector taken apart: its keys may speak of the pod or of its namespace.
#[derive(Debug, Clone, Default)]
pub(crate) struct Endpoints<'a> {
    pods: Vec<Requirement<'a>>,
    namespaces: Vec<Requirement<'a>>,
    /// It asks for something that no manifest shows.
    hidden: bool,
}

impl<'a> Policy<'a> {
    /// False for the kinds, by group and bare kind, whose resources hold no policies.
    pub(crate) fn may_be(group: &str, kind: &str) -> bool {
        matches!(
            kind,
            "NetworkPolicy"
                | "GlobalNetworkPolicy"
                | "CiliumNetworkPolicy"
                | "CiliumClusterwideNetworkPolicy"
                | "AdminNetworkPolicy"
                | "BaselineAdminNetworkPolicy"
                | "ClusterNetworkPolicy"
        ) || is_of_kyverno(group)
    }

    /// The policies that a resource holds; none for any other kind.
    pub fn all_of(resource: &'a Resource) -> Vec<Self> {
        let spec = || resource.field("spec").node();
        let group = &*resource.kind.group;
        let found = match &*resource.kind.kind {
            "NetworkPolicy" if resource.is("networking.k8s.io/NetworkPolicy") => {
                spec().map(|spec| Self::kubernetes(resource, spec))
            }
            "NetworkPolicy" | "GlobalNetworkPolicy" if group.ends_with("projectcalico.org") => {
                spec().map(|spec| Self::calico(resource, spec))
            }
            "CiliumNetworkPolicy" | "CiliumClusterwideNetworkPolicy" if group == "cilium.io" => {
                return Self::cilium(resource);
            }
            "AdminNetworkPolicy" | "BaselineAdminNetworkPolicy" | "ClusterNetworkPolicy"
                if group == "policy.networking.k8s.io" =>
            {
                spec().map(|spec| Self::admin(resource, spec))
            }
            "NetworkPolicy" => Some(Self::other(resource, false)),
            "ClusterNetworkPolicy" => Some(Self::other(resource, true)),
            _ if generates_policies(resource) => Some(Self::other(resource, true)),
            _ => None,
        };
        found.into_iter().collect()
    }

    fn kubernetes(resource: &'a Resource, spec: Node<'a>) -> Self {
        let pods = Term::of_selector(spec.get("podSelector"));
        Self::new(resource, spec, Dialect::Kubernetes).on(false, Term::All, pods)
    }

    fn cilium(resource: &'a Resource) -> Vec<Self> {
        let one = resource.field("spec").node().into_iter();
        let wide = *resource.kind.kind == *"CiliumClusterwideNetworkPolicy";
        one.chain(resource.field("specs").items())
            .map(|spec| {
                let pods = match (spec.get("endpointSelector"), spec.get("nodeSelector")) {
                    (None, Some(_)) => Term::Nothing,
                    (selector, _) => Term::of_endpoints(selector),
                };
                Self::new(resource, spec, Dialect::Cilium).on(wide, Term::All, pods)
            })
            .collect()
    }

    fn calico(resource: &'a Resource, spec: Node<'a>) -> Self {
        let wide = *resource.kind.kind == *"GlobalNetworkPolicy";
        let namespaces = Term::of_expression(spec.get("namespaceSelector"));
        let mut pods = Term::of_expression(spec.get("selector"));
        let accounts = spec.get("serviceAccountSelector").and_then(Node::text);
        if accounts.is_some_and(|text| !text.trim().is_empty()) {
            pods = Term::Unknown;
        }
        Self::new(resource, spec, Dialect::Calico).on(wide, namespaces, pods)
    }

    fn admin(resource: &'a Resource, spec: Node<'a>) -> Self {
        let policy = Self::new(resource, spec, Dialect::Admin);
        if let Some(namespaces) = spec.at("subject.namespaces") {
            return policy.on(true, Term::of_selector(Some(namespaces)), Term::All);
        }
        let Some(pods) = spec.at("subject.pods") else {
            return policy.on(true, Term::Unknown, Term::Unknown);
        };
        let namespaces = Term::of_selector(pods.get("namespaceSelector"));
        policy.on(true, namespaces, Term::of_selector(pods.get("podSelector")))
    }

    fn other(resource: &'a Resource, wide: bool) -> Self {
        Self::new(resource, resource.node(), Dialect::Other).on(wide, Term::Unknown, Term::Unknown)
    }

    fn new(resource: &'a Resource, spec: Node<'a>, dialect: Dialect) -> Self {
        let (namespaces, pods) = (Term::All, Term::All);
        let closes = [Match::Unknown; 2];
        Self { resource, spec, dialect, cluster_wide: false, namespaces, pods, closes }
    }

    fn on(mut self, cluster_wide: bool, namespaces: Term<'a>, pods: Term<'a>) -> Self {
        self.cluster_wide = cluster_wide;
        self.namespaces = namespaces;
        self.pods = pods;
        self.closes = [Direction::Ingress, Direction::Egress].map(|one| self.read_closes(one));
        self
    }

    /// True when it is not bound to its own namespace.
    pub fn is_cluster_wide(&self) -> bool {
        self.cluster_wide
    }

    /// True when it selects every pod of the namespaces it is for.
    pub fn takes_all_pods(&self) -> bool {
        matches!(self.pods, Term::All)
    }

    /// True when nobody can say which pods it selects.
    pub fn is_unreadable(&self) -> bool {
        matches!(self.pods, Term::Unknown)
    }

    /// Where it says which pods it selects; its spec when it does not.
    pub fn selector(&self) -> Node<'a> {
        let names = ["podSelector", "endpointSelector", "selector", "subject"];
        names.iter().find_map(|name| self.spec.get(name)).unwrap_or(self.spec)
    }

    /// What its selector asks for, for messages: "the labels app=web".
    pub fn words(&self) -> String {
        let node = self.selector();
        match node.str() {
            Some(expression) => format!("what `{expression}` asks for"),
            None => format!("the labels {}", Selector::from_label_selector(node)),
        }
    }

    /// The selector of pods, for a policy that has one of labels.
    pub fn label_selector(&self) -> Option<&Selector<'a>> {
        match &self.pods {
            Term::Labels(selector) => Some(selector),
            _ => None,
        }
    }

    /// Whether it is for a namespace; a policy that is not cluster-wide must be asked otherwise.
    pub fn matches_namespace(&self, namespace: &Namespace<'a>) -> Match {
        let labels = namespace.labels();
        self.namespaces.matches(&labels, Home { name: namespace.name, labels: &labels })
    }

    /// Whether it selects pods with these labels in a namespace that it is for.
    pub fn matches(&self, labels: &Labels<'a>, namespace: &Namespace<'a>) -> Match {
        // Only Cilium's selectors of pods look at the labels of the namespace.
        let of_namespace = match &self.pods {
            Term::Cilium(_) => namespace.labels(),
            _ => Labels::default(),
        };
        self.pods.matches(labels, Home { name: namespace.name, labels: &of_namespace })
    }

    /// What it asks of the namespaces it is for, and of the pods in them.
    pub(crate) fn terms(&self) -> (&Term<'a>, &Term<'a>) {
        (&self.namespaces, &self.pods)
    }

    /// Labels that every selected pod has; perhaps not all of them.
    pub(crate) fn needs(&self) -> Vec<Need<'a>> {
        self.pods.needs()
    }

    /// Whether it closes a direction for the pods it selects, but for what policies allow.
    pub fn closes(&self, direction: Direction) -> Match {
        let [ingress, egress] = self.closes;
        if direction == Direction::Ingress { ingress } else { egress }
    }

    fn read_closes(&self, direction: Direction) -> Match {
        match self.dialect {
            Dialect::Kubernetes => self.has_type("policyTypes", direction),
            Dialect::Calico => self.has_type("types", direction),
            Dialect::Cilium => self.denies_by_default(direction),
            Dialect::Admin => self.has_deny_rule(direction),
            Dialect::Other => Match::Unknown,
        }
    }

    /// `policyTypes` (Calico: `types`), and its default. Kubernetes adds Egress to Ingress when
    /// there are egress rules; Calico goes by the rules, and takes Ingress when there are none.
    fn has_type(&self, key: &'static str, direction: Direction) -> Match {
        let types = self.spec.field(key);
        let wanted = match direction {
            Direction::Ingress => "Ingress",
            Direction::Egress => "Egress",
        };
        if types.items().next().is_some() {
            if types.items().any(|node| node.str() == Some(wanted)) {
                return Match::Yes;
            }
            return unknown_if(types.items().any(|node| !known_node(node).is_literal()));
        }
        if types.node().is_some_and(|node| !node.is_list()) {
            return Match::Unknown;
        }
        let egress = self.has_rules("egress");
        match (direction, self.dialect) {
            (Direction::Egress, _) => egress,
            (Direction::Ingress, Dialect::Calico) if egress != Match::No => {
                self.has_rules("ingress").or(if egress == Match::Yes { Match::No } else { egress })
            }
            (Direction::Ingress, _) => Match::Yes,
        }
    }

    /// Cilium closes a direction that has rules, unless `enableDefaultDeny` says otherwise.
    fn denies_by_default(&self, direction: Direction) -> Match {
        let (name, deny) = match direction {
            Direction::Ingress => ("ingress", "ingressDeny"),
            Direction::Egress => ("egress", "egressDeny"),
        };
        let stated = self.spec.get("enableDefaultDeny").and_then(|node| node.get(name));
        match stated.map(|node| node.bool()) {
            Some(Some(stated)) => stated.into(),
            Some(None) => Match::Unknown,
            None => self.has_rules(name).or(self.has_rules(deny)),
        }
    }

    fn has_deny_rule(&self, direction: Direction) -> Match {
        let mut found = Match::No;
        for rule in self.rules(direction) {
            found = found.or(match rule.get("action").and_then(Node::str) {
                Some("Deny") => Match::Yes,
                Some(word) if !is_unknown(word) => Match::No,
                _ => Match::Unknown,
            });
        }
        found
    }

    fn has_rules(&self, key: &str) -> Match {
        match self.spec.get(key).filter(|node| !node.is_null()) {
            None => Match::No,
            Some(node) if node.is_list() => node.items().next().is_some().into(),
            Some(_) => Match::Unknown,
        }
    }

    /// The rules of a direction.
    pub fn rules(&self, direction: Direction) -> impl Iterator<Item = Node<'a>> {
        let key = match direction {
            Direction::Ingress => "ingress",
            Direction::Egress => "egress",
        };
        self.spec.get(key).into_iter().flat_map(Node::items)
    }

    /// The rules of a direction that let everything pass: every peer, every port. Empty when the
    /// policy does not govern the direction.
    pub fn open_rules(&self, direction: Direction) -> Vec<Node<'a>> {
        if self.closes(direction) != Match::Yes {
            return Vec::new();
        }
        self.rules(direction).filter(|rule| self.is_open(*rule, direction)).collect()
    }

    fn is_open(&self, rule: Node<'a>, direction: Direction) -> bool {
        if !rule.is_map() && !rule.is_null() || !known_node(rule).is_literal() {
            return false;
        }
        let is_nothing = |node: Node<'_>| {
            node.is_null()
                || node.is_list() && node.items().next().is_none()
                || node.is_map() && node.entries().next().is_none() && known_node(node).is_literal()
        };
        let peers = if direction == Direction::Ingress { "from" } else { "to" };
        rule.entries().all(|(key, value)| match self.dialect {
            Dialect::Kubernetes => (key == peers || key == "ports") && is_nothing(value),
            Dialect::Calico => match key {
                "action" => value.str() == Some("Allow"),
                "metadata" => true,
                _ => is_nothing(value),
            },
            _ => false,
        }) && match self.dialect {
            Dialect::Kubernetes => true,
            Dialect::Calico => rule.get("action").is_some(),
            _ => false,
        }
    }
}

fn unknown_if(unknown: bool) -> Match {
    if unknown { Match::Unknown } else { Match::No }
}

fn is_of_kyverno(group: &str) -> bool {
    matches!(group, "kyverno.io" | "policies.kyverno.io")
}

/// True for a rule of Kyverno that makes network policies where it is applied.
fn generates_policies(resource: &Resource) -> bool {
    if !is_of_kyverno(&resource.kind.group) {
        return false;
    }
    let is_policy = |node: Node<'_>| node.text().is_some_and(|kind| kind.contains("NetworkPolicy"));
    let rules = resource.field("spec.rules").items();
    let made = rules.filter_map(|rule| rule.get("generate"));
    let by_rules = made.into_iter().any(|generate| {
        let one = generate.get("kind").is_some_and(is_policy);
        one || generate.at("cloneList.kinds").is_some_and(|kinds| kinds.items().any(is_policy))
    });
    by_rules || &*resource.kind.kind == "GeneratingPolicy"
}

impl<'a> Term<'a> {
    /// A label selector that takes everything when it is absent or empty.
    pub fn of_selector(node: Option<Node<'a>>) -> Self {
        let Some(node) = node else { return Self::All };
        let selector = Selector::from_label_selector(node);
        if selector.is_empty() { Self::All } else { Self::Labels(selector) }
    }

    pub fn of_endpoints(node: Option<Node<'a>>) -> Self {
        let Some(node) = node else { return Self::Unknown };
        let selector = Selector::from_label_selector(node);
        if selector.is_empty() {
            return Self::All;
        }
        let shapes = ["matchLabels", "matchExpressions"];
        let readable = node.is_map()
            && node.entries().all(|(key, value)| {
                shapes.contains(&key) && (value.is_map() || value.is_list() || value.is_null())
            });
        if !readable {
            return Self::Unknown;
        }
        let mut endpoints = Endpoints::default();
        for requirement in selector.requirements() {
            endpoints.add(requirement.clone());
        }
        Self::Cilium(endpoints)
    }

    pub fn of_expression(node: Option<Node<'a>>) -> Self {
        let text = match node {
            None => return Self::All,
            Some(node) if node.is_null() => return Self::All,
            Some(node) => match node.str() {
                Some(text) => text,
                None => return Self::Unknown,
            },
        };
        match Expression::parse(text) {
            Some(Expression::All) => Self::All,
            Some(expression) => Self::Calico(expression),
            None => Self::Unknown,
        }
    }

    /// Labels that everything it selects has; perhaps not all of them.
    pub fn needs(&self) -> Vec<Need<'a>> {
        match self {
            Self::Labels(selector) => Need::of(selector.requirements()),
            Self::Cilium(endpoints) => Need::of(&endpoints.pods),
            Self::Calico(expression) => expression.needs(),
            Self::All | Self::Nothing | Self::Unknown => Vec::new(),
        }
    }

    /// True for one that asks for nothing.
    pub fn is_all(&self) -> bool {
        matches!(self, Self::All)
    }

    /// True for Cilium's selector that says something of the namespace.
    pub fn names_namespaces(&self) -> bool {
        matches!(self, Self::Cilium(endpoints) if !endpoints.namespaces.is_empty())
    }

    /// Whether anything in a namespace can be meant, as far as the term itself speaks of
    /// namespaces: Cilium's may.
    pub fn may_be_in(&self, home: Home<'_, 'a>) -> bool {
        match self {
            Self::Cilium(endpoints) => {
                endpoints.namespaces.iter().all(|one| one.matches(home.labels) != Match::No)
            }
            _ => true,
        }
    }

    /// Whether it selects something with these labels.
    pub fn matches(&self, labels: &Labels<'a>, home: Home<'_, 'a>) -> Match {
        match self {
            Self::All => Match::Yes,
            Self::Nothing => Match::No,
            Self::Unknown => Match::Unknown,
            Self::Labels(selector) => selector.matches(labels),
            Self::Cilium(endpoints) => endpoints.matches(labels, home),
            Self::Calico(expression) => {
                let labels = match home.name {
                    // Calico gives every pod its namespace as a label, and every namespace its name.
                    Some(name) => labels
                        .clone()
                        .with("projectcalico.org/namespace", name)
                        .with("projectcalico.org/name", name),
                    None => labels.clone().and_more(),
                };
                expression.matches(&labels.with("projectcalico.org/orchestrator", "k8s"))
            }
        }
    }
}

const CILIUM_NAMESPACE: &str = "io.kubernetes.pod.namespace";
const CILIUM_NAMESPACE_LABELS: &str = "io.cilium.k8s.namespace.labels.";

impl<'a> Endpoints<'a> {
    /// Adds a requirement under the key that the manifest's labels have: Cilium puts a source
    /// before it, and knows labels of its own.
    fn add(&mut self, mut requirement: Requirement<'a>) {
        let key = requirement.key;
        let bare = key.strip_prefix("k8s:").or_else(|| key.strip_prefix("any:")).unwrap_or(key);
        if bare == CILIUM_NAMESPACE {
            requirement.key = "kubernetes.io/metadata.name";
            self.namespaces.push(requirement);
        } else if let Some(label) = bare.strip_prefix(CILIUM_NAMESPACE_LABELS) {
            requirement.key = label;
            self.namespaces.push(requirement);
        } else if bare.starts_with("io.cilium.") || bare.contains(':') {
            self.hidden = true;
        } else {
            requirement.key = bare;
            self.pods.push(requirement);
        }
    }

    fn matches(&self, labels: &Labels<'a>, home: Home<'_, 'a>) -> Match {
        let mut result = if self.hidden { Match::Unknown } else { Match::Yes };
        for requirement in self.pods.iter().filter(|one| !is_controller_label(one.key)) {
            result = result.and(requirement.matches(labels));
        }
        for requirement in &self.namespaces {
            result = result.and(requirement.matches(home.labels));
        }
        result
    }
}

/// Which policies govern a pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coverage {
    /// Some policy selects it.
    pub any: Match,
    /// Some policy that selects it closes ingress.
    pub ingress: Match,
    /// Some policy that selects it closes egress.
    pub egress: Match,
}

impl Coverage {
    /// Whether a direction is closed but for what policies allow.
    pub fn closed(&self, direction: Direction) -> Match {
        match direction {
            Direction::Ingress => self.ingress,
            Direction::Egress => self.egress,
        }
    }

    const NONE: Self = Self { any: Match::No, ingress: Match::No, egress: Match::No };

    fn add(&mut self, other: Self) {
        self.any = self.any.or(other.any);
        self.ingress = self.ingress.or(other.ingress);
        self.egress = self.egress.or(other.egress);
    }

    fn of(policy: &Policy<'_>, matches: Match) -> Self {
        Self {
            any: matches,
            ingress: matches.and(policy.closes(Direction::Ingress)),
            egress: matches.and(policy.closes(Direction::Egress)),
        }
    }
}

/// What all policies of a build cover. Policies that take every pod of a namespace are kept by
/// namespace, so that the work stays linear where thousands of them meet thousands of pods.
#[derive(Debug)]
pub(crate) struct Cover {
    pods: Vec<Coverage>,
    namespaces: Vec<Coverage>,
    /// Ingress and egress closed for every pod by a policy that does not open it again.
    closed: Vec<(Match, Match)>,
    met: Vec<Match>,
}

impl Cover {
    pub fn new(pods: usize, namespaces: usize) -> Self {
        Self {
            pods: vec![Coverage::NONE; pods],
            namespaces: vec![Coverage::NONE; namespaces],
            closed: vec![(Match::No, Match::No); namespaces],
            met: vec![Match::No; namespaces],
        }
    }

    pub fn meet(&mut self, namespace: u32, matches: Match) {
        if let Some(met) = self.met.get_mut(namespace as usize) {
            *met = met.or(matches);
        }
    }

    pub fn add_to_namespace(&mut self, namespace: u32, policy: &Policy<'_>, matches: Match) {
        let coverage = Coverage::of(policy, matches);
        if let Some(held) = self.namespaces.get_mut(namespace as usize) {
            held.add(coverage);
        }
        let Some(closed) = self.closed.get_mut(namespace as usize) else { return };
        if policy.open_rules(Direction::Ingress).is_empty() {
            closed.0 = closed.0.or(coverage.ingress);
        }
        if policy.open_rules(Direction::Egress).is_empty() {
            closed.1 = closed.1.or(coverage.egress);
        }
    }

    pub fn may_close(&mut self, namespace: u32) {
        if let Some(closed) = self.closed.get_mut(namespace as usize) {
            *closed = (closed.0.or(Match::Unknown), closed.1.or(Match::Unknown));
        }
    }

    pub fn add_to_pod(&mut self, pod: u32, policy: &Policy<'_>, matches: Match) {
        if let Some(held) = self.pods.get_mut(pod as usize)
            && matches != Match::No
        {
            held.add(Coverage::of(policy, matches));
        }
    }

    pub fn of_pod(&self, pod: u32, namespace: Option<u32>) -> Coverage {
        let mut coverage = self.pods.get(pod as usize).copied().unwrap_or(Coverage::NONE);
        if let Some(whole) = namespace.and_then(|at| self.namespaces.get(at as usize)) {
            coverage.add(*whole);
        }
        coverage
    }

    pub fn is_closed(&self, namespace: u32, direction: Direction) -> Match {
        let closed = self.closed.get(namespace as usize).copied();
        let (ingress, egress) = closed.unwrap_or((Match::No, Match::No));
        if direction == Direction::Ingress { ingress } else { egress }
    }

    pub fn has_policy(&self, namespace: u32) -> Match {
        self.met.get(namespace as usize).copied().unwrap_or(Match::No)
    }
}
