//! Which workload can reach which, on which ports, from inside the cluster and from outside, as the
//! network policies of a build have it. See [`Reach`]; whether that is wanted is left to who asks.

mod alike;
mod cidr;
mod clashes;
mod classes;
mod engine;
mod error;
mod intervals;
mod networks;
mod ports;
mod read;
mod rows;
mod rule;
mod selection;
mod syntax;
mod table;
#[cfg(test)]
mod tests;
mod ways_in;

use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use foldhash::{HashSet, HashSetExt};
use kubesift_yaml::Node;

pub use cidr::{CidrError, CidrSet, IpRange, Pieces};
pub use classes::Endpoint;
pub use error::{PolicyError, PolicyErrorKind};
pub use ports::{PortSet, Protocol};
pub use rule::{Action, Peer, PortName, Ports, Rule};
pub use syntax::{is_label_key, is_label_value};
pub use table::{Edge, EdgeEnd, Table, Unit};
pub use ways_in::{WayIn, target_ports, ways_in};

use classes::{Asked, Classes};
use engine::Other;
use networks::Networks;
use read::{Reader, Tier};
use rows::{Row, Shared};
use selection::Selection;

use crate::graph::{Direction, Graph, GraphPod};
use crate::policy::Policy;
use crate::resource::{Resource, ResourceId};
use crate::selector::Match;

/// What holds of that which no manifest shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assume {
    /// Nothing: an unstated namespace is unknown, a namespace that is not declared may have any
    /// label, and policies have no dependable effect on pods in the network of their node.
    Nothing,
    /// The build is all there is: an unstated namespace is `default`, a namespace that is not
    /// declared has the label of its name only, pods in the network of their node obey policies,
    /// and blocks of addresses are outside the cluster.
    Whole,
}

/// Ports that surely pass, and ports that may pass.
///
/// A label that is filled in later, a selector that nobody can read, a namespace whose labels the
/// build does not hold: what depends on them is possible and not sure. Without any of that both are
/// equal, and exact.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Bounds {
    /// These pass whatever the unknown turns out to be.
    pub sure: PortSet,
    /// These pass if the unknown turns out well; all sure ones are among them.
    pub possible: PortSet,
}

impl Bounds {
    /// Everything passes.
    pub fn all() -> Self {
        Self { sure: PortSet::all(), possible: PortSet::all() }
    }

    /// Nothing passes.
    pub fn none() -> Self {
        Self { sure: PortSet::default(), possible: PortSet::default() }
    }

    /// Whether any port passes.
    pub fn any(&self) -> Match {
        match (self.sure.is_empty(), self.possible.is_empty()) {
            (false, _) => Match::Yes,
            (true, false) => Match::Unknown,
            (true, true) => Match::No,
        }
    }

    /// Whether a port, from 1 to 65535, passes.
    pub fn passes(&self, protocol: Protocol, number: u16) -> Match {
        match (self.sure.contains(protocol, number), self.possible.contains(protocol, number)) {
            (true, _) => Match::Yes,
            (false, true) => Match::Unknown,
            (false, false) => Match::No,
        }
    }

    /// What passes here and there, one after the other.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self {
            sure: self.sure.intersect(&other.sure),
            possible: self.possible.intersect(&other.possible),
        }
    }

    /// What passes on one of two ways.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        Self { sure: self.sure.union(&other.sure), possible: self.possible.union(&other.possible) }
    }
}

/// One end of a connection.
#[derive(Debug, Clone, Copy)]
pub enum End<'g, 'a> {
    /// A pod of the build.
    Pod(&'g GraphPod<'a>),
    /// A pod that the build does not hold, in a namespace that it does not hold, whose labels
    /// nobody knows: an ingress controller, say.
    Stranger,
    /// An address outside the cluster.
    Address(IpAddr),
}

/// A policy that decided, and how.
#[derive(Debug, Clone, Copy)]
pub struct Reason<'a> {
    /// Position in [`Graph::policies`], from 0.
    pub policy: u32,
    /// The object.
    pub resource: &'a Resource,
    /// Where it stands: the rule, or what says which pods the policy selects.
    pub at: Node<'a>,
    /// From which side.
    pub direction: Direction,
    /// What the rule did; none where no rule allowed it, and the policy closes the direction.
    pub action: Option<Action>,
}

/// What passes, and who decided.
#[derive(Debug, Clone)]
pub struct Verdict<'a> {
    /// The ports.
    pub ports: Bounds,
    /// The policies that had a say in it, of the sender first. Empty where none selects either.
    pub why: Vec<Reason<'a>>,
}

/// What a pod's policies allow of what is outside: pieces in the order of their addresses, IPv4
/// first; together they hold every address.
#[derive(Debug, Clone)]
pub struct Outside {
    /// Addresses that policies do not tell apart (both ends included), and what passes.
    pub pieces: Vec<(IpRange, Bounds)>,
    any: OnceLock<Bounds>,
}

impl Outside {
    /// What passes for one address.
    pub fn at(&self, address: IpAddr) -> Bounds {
        let found = self.pieces.iter().find(|(range, _)| range.set().contains(address));
        found.map_or_else(Bounds::none, |(_, bounds)| bounds.clone())
    }

    /// What passes for some address at least.
    pub fn any(&self) -> Bounds {
        let whole = || self.pieces.iter().fold(Bounds::none(), |all, (_, bounds)| all.or(bounds));
        self.any.get_or_init(whole).clone()
    }

    /// What passes for every address of a set; everything when the set is empty.
    pub fn throughout(&self, addresses: &CidrSet) -> Bounds {
        let met =
            self.pieces.iter().filter(|(range, _)| !range.set().intersect(addresses).is_empty());
        met.fold(Bounds::all(), |all, (_, bounds)| all.and(bounds))
    }
}

/// Who reaches whom, as the policies of a build have it: NetworkPolicy, the admin policies, those
/// of Cilium and of Calico, in the order of their tiers.
///
/// Made by [`Graph::reach`] (which assumes nothing about what the build does not show) or
/// [`Reach::new`]. Making it groups pods into classes and finds which policies select which; every
/// answer is computed when it is asked for and kept: a class of pods, its direction, its peers. No
/// question compares all pods with all.
#[derive(Debug)]
pub struct Reach<'a> {
    assume: Assume,
    classes: Classes<'a>,
    selection: Selection<'a>,
    errors: Vec<PolicyError<'a>>,
    doubts: Vec<(&'a Resource, Node<'a>)>,
    rows: Vec<[OnceLock<Arc<Row>>; 2]>,
    outside: Vec<[OnceLock<Arc<Outside>>; 2]>,
    shared: Shared,
    pieces: [OnceLock<Pieces>; 2],
}

impl<'a> Reach<'a> {
    /// For the policies and pods of a graph.
    pub fn new(graph: &Graph<'a>, assume: Assume) -> Self {
        let mut reader = Reader::default();
        let policies = (0..).zip(graph.policies());
        let reads: Vec<_> = policies.map(|(at, policy)| reader.read(policy, at)).collect();
        let asked = Asked::by(reads.iter().flat_map(|read| &read.rules));
        let mut networks = Networks::default();
        let classes = Classes::new(graph, assume, asked, &mut networks);
        let selection = Selection::new(graph, assume, &classes, reads);
        let mut errors = reader.errors;
        errors.append(&mut networks.errors);
        errors.extend(clashes::clashes(graph, &selection, &classes));
        errors.sort_by_key(|error| (error.resource.id, error.at.position()));
        let slots = classes.all.len();
        Self {
            assume,
            rows: (0..slots).map(|_| Default::default()).collect(),
            outside: (0..slots).map(|_| Default::default()).collect(),
            shared: Shared::default(),
            pieces: Default::default(),
            classes,
            selection,
            errors,
            doubts: reader.doubts,
        }
    }

    /// What passes from one end to the other.
    pub fn allowed(&self, from: End<'_, 'a>, to: End<'_, 'a>) -> Bounds {
        let out = self.side(from, Direction::Egress, to);
        if out.possible.is_empty() {
            return out;
        }
        out.and(&self.side(to, Direction::Ingress, from))
    }

    /// The same, with the policies that decided.
    pub fn explain(&self, from: End<'_, 'a>, to: End<'_, 'a>) -> Verdict<'a> {
        let mut why = Vec::new();
        let mut ports = Bounds::all();
        for (own, direction, other) in
            [(from, Direction::Egress, to), (to, Direction::Ingress, from)]
        {
            let (Some(class), Some(met)) = (self.class_of_end(own), self.other(other)) else {
                continue;
            };
            ports = ports.and(&self.evaluate(class, direction, met, Some(&mut why)));
        }
        if self.are_apart(from, to) {
            ports = Bounds::none();
        }
        Verdict { ports, why }
    }

    /// What the policies of one pod allow towards or from another end, whatever the other says.
    fn side(&self, own: End<'_, 'a>, direction: Direction, other: End<'_, 'a>) -> Bounds {
        let Some(class) = self.class_of_end(own) else { return Bounds::all() };
        if self.are_apart(own, other) {
            return Bounds::none();
        }
        match other {
            End::Address(address) => self.outside_of(class, direction).at(address),
            End::Stranger => self.row(class, direction).stranger.clone(),
            End::Pod(pod) => match self.class_of(pod) {
                Some(other) => self.row(class, direction).at(other).clone(),
                None => Bounds::none(),
            },
        }
    }

    fn are_apart(&self, one: End<'_, 'a>, other: End<'_, 'a>) -> bool {
        let network = |end| {
            self.class_of_end(end)
                .and_then(|class| self.classes.all.get(class as usize))
                .map(|class| class.network)
        };
        match (network(one), network(other)) {
            (Some(one), Some(other)) => one != other,
            (Some(own), None) | (None, Some(own)) => {
                let stranger = matches!(one, End::Stranger) || matches!(other, End::Stranger);
                stranger && own != networks::CLUSTER
            }
            (None, None) => false,
        }
    }

    fn class_of_end(&self, end: End<'_, 'a>) -> Option<u32> {
        match end {
            End::Pod(pod) => self.class_of(pod),
            End::Stranger | End::Address(_) => None,
        }
    }

    fn other(&self, end: End<'_, 'a>) -> Option<Other> {
        Some(match end {
            End::Pod(pod) => Other::Class(self.class_of(pod)?),
            End::Stranger => Other::Stranger,
            End::Address(address) => Other::Address(address),
        })
    }

    fn class_of(&self, pod: &GraphPod<'a>) -> Option<u32> {
        self.classes.endpoints.get(pod.at as usize)?.class
    }

    /// What the pod's policies let in from outside the cluster; whether anything leads there (a
    /// load balancer, a port of the node) is not asked.
    pub fn from_outside(&self, pod: &GraphPod<'a>) -> &Outside {
        self.outside_of_pod(pod, Direction::Ingress)
    }

    /// What the pod's policies let out to addresses outside the cluster.
    pub fn to_outside(&self, pod: &GraphPod<'a>) -> &Outside {
        self.outside_of_pod(pod, Direction::Egress)
    }

    fn outside_of_pod(&self, pod: &GraphPod<'a>, direction: Direction) -> &Outside {
        static NOTHING: Outside = Outside { pieces: Vec::new(), any: OnceLock::new() };
        self.class_of(pod).map_or(&NOTHING, |class| self.outside_of(class, direction))
    }

    /// What the pod's policies let in from pods of other namespaces: from some pod of the build
    /// there, or from pods that nobody knows.
    pub fn from_other_namespaces(&self, pod: &GraphPod<'a>) -> Bounds {
        self.ingress_from_pods(pod, false)
    }

    /// What the pod's policies let in from pods of its own namespace.
    pub fn from_own_namespace(&self, pod: &GraphPod<'a>) -> Bounds {
        self.ingress_from_pods(pod, true)
    }

    fn ingress_from_pods(&self, pod: &GraphPod<'a>, own: bool) -> Bounds {
        let Some(class) = self.class_of(pod) else { return Bounds::none() };
        let row = self.row(class, Direction::Ingress);
        let rest = match own {
            true => row.default.clone(),
            false => self.side(End::Pod(pod), Direction::Ingress, End::Stranger),
        };
        let Some(held) = self.classes.home_of(class) else { return rest };
        rest.or(
            &row.any(|other| (held.space == other.space) == own && held.network == other.network)
        )
    }

    /// The policies that select a pod for a direction, by their positions in [`Graph::policies`],
    /// in the order in which they have their turn. Those without a rule for it that do not close it
    /// are left out.
    pub fn policies_for(&self, pod: &GraphPod<'a>, direction: Direction) -> Vec<(u32, Match)> {
        let Some(class) = self.class_of(pod) else { return Vec::new() };
        let selecting = self.selection.of_class(&self.classes, class);
        selecting.into_iter().filter(|(at, _)| self.selection.governs(*at, direction)).collect()
    }

    /// Whether policies close a direction of a pod, but for what they allow.
    pub fn is_closed(&self, pod: &GraphPod<'a>, direction: Direction) -> Match {
        let selecting = self.policies_for(pod, direction).into_iter();
        selecting.fold(Match::No, |closed, (at, selects)| {
            closed.or(selects.and(self.selection.closes(at, direction)))
        })
    }

    /// The rules of a policy that have an effect, by its position in [`Graph::policies`], of
    /// ingress first.
    pub fn rules(&self, policy: u32) -> impl Iterator<Item = &Rule<'a>> {
        self.selection.rules_of(policy).iter().filter_map(|at| self.selection.rule(*at))
    }

    /// The same of all policies that a resource holds.
    pub fn rules_of(&self, resource: ResourceId) -> impl Iterator<Item = &Rule<'a>> {
        self.selection.of_resource(resource).flat_map(|policy| self.rules(policy))
    }

    /// What the pod's policies let in from anywhere: from some pod, known or not, or from some
    /// address.
    pub fn from_anywhere(&self, pod: &GraphPod<'a>) -> Bounds {
        self.anywhere(pod, Direction::Ingress)
    }

    /// What the pod's policies let out to anywhere: to some pod, known or not, or to some address.
    pub fn to_anywhere(&self, pod: &GraphPod<'a>) -> Bounds {
        self.anywhere(pod, Direction::Egress)
    }

    fn anywhere(&self, pod: &GraphPod<'a>, direction: Direction) -> Bounds {
        let Some(class) = self.class_of(pod) else { return Bounds::none() };
        let row = self.row(class, direction);
        let known = row.default.or(&row.any(|_| true));
        let stranger = self.side(End::Pod(pod), direction, End::Stranger);
        known.or(&stranger).or(&self.outside_of(class, direction).any())
    }

    /// A pod that a rule which goes before NetworkPolicies opens further than they do: the pod's
    /// position in [`Graph::pods`], and what only this rule lets through. None when there is none,
    /// or none that is sure.
    pub fn opens_beyond(&self, rule: &Rule<'a>) -> Option<(u32, PortSet)> {
        let at = self.selection.position(rule)?;
        let first = self.selection.goes_before_default(rule.policy);
        if rule.action != Action::Allow || rule.doubtful || !first {
            return None;
        }
        let pods = self.classes.endpoints.iter().filter_map(|endpoint| endpoint.pod);
        let mut seen = HashSet::new();
        pods.filter(|pod| self.class_of(pod).is_some_and(|class| seen.insert(class))).find_map(
            |pod| {
                let class = self.class_of(&pod)?;
                let opened = self.opened_beyond(class, rule, at);
                (!opened.is_empty()).then_some((pod.at, opened))
            },
        )
    }

    /// Whether a peer of a policy's rule means any pod of the build. `policy` is a position in
    /// [`Graph::policies`].
    pub fn peer_selects(&self, policy: u32, peer: &Peer<'a>) -> Match {
        let found = self.selection.reach_of(policy, std::slice::from_ref(peer), &self.classes);
        let listed = found.list.iter().fold(Match::No, |any, (_, matches)| any.or(*matches));
        let every = if self.classes.all.is_empty() { Match::No } else { found.every };
        listed.or(every)
    }

    /// Whether a policy's rule lets an end pass at its ports, as far as this rule says.
    pub fn rule_means(&self, rule: &Rule<'a>, other: End<'_, 'a>) -> Match {
        let Some(other) = self.other(other) else { return Match::No };
        self.selection
            .position(rule)
            .map_or(Match::No, |at| self.selection.means(at, other, &self.classes, self.assume))
    }

    /// What is wrong with the policies in themselves, in the order of resources.
    pub fn errors(&self) -> &[PolicyError<'a>] {
        &self.errors
    }

    /// What is wrong with the policies that a resource holds.
    pub fn errors_of(&self, resource: ResourceId) -> &[PolicyError<'a>] {
        let start = self.errors.partition_point(|error| error.resource.id < resource);
        let rest = self.errors.get(start..).unwrap_or_default();
        let end = rest.partition_point(|error| error.resource.id == resource);
        rest.get(..end).unwrap_or_default()
    }

    /// Places of policies whose values are filled in later.
    pub fn doubts(&self) -> &[(&'a Resource, Node<'a>)] {
        &self.doubts
    }

    /// All addresses, cut by the blocks of all rules of a direction: within a piece no policy tells
    /// addresses apart.
    pub fn pieces(&self, direction: Direction) -> &Pieces {
        let slot = if direction == Direction::Ingress { 0 } else { 1 };
        self.pieces[slot].get_or_init(|| {
            let rules = self.selection.rules().filter(|rule| rule.direction == direction);
            Pieces::new(rules.flat_map(|rule| &rule.peers).filter_map(Peer::addresses))
        })
    }

    /// How many classes the pods fall into: pods of one class have the same namespace, labels, named
    /// ports and account.
    pub fn classes(&self) -> usize {
        self.classes.all.len()
    }

    fn row(&self, class: u32, direction: Direction) -> &Row {
        static NOTHING: OnceLock<Row> = OnceLock::new();
        let slot = if direction == Direction::Ingress { 0 } else { 1 };
        match self.rows.get(class as usize) {
            Some(slots) => slots[slot].get_or_init(|| self.make_row(class, direction)),
            None => NOTHING.get_or_init(Row::none),
        }
    }

    fn outside_of(&self, class: u32, direction: Direction) -> &Outside {
        static NOTHING: Outside = Outside { pieces: Vec::new(), any: OnceLock::new() };
        let slot = if direction == Direction::Ingress { 0 } else { 1 };
        match self.outside.get(class as usize) {
            Some(slots) => slots[slot].get_or_init(|| self.make_outside(class, direction)),
            None => &NOTHING,
        }
    }
}

/// The order of tiers whose numbers are the same.
fn tier_order(tier: Tier<'_>) -> u8 {
    match tier {
        Tier::Admin => 0,
        Tier::Named(_) => 1,
        Tier::Default => 2,
        Tier::Baseline => 3,
    }
}

/// Where a policy says which pods it selects, for the place of a reason.
fn selector_place<'a>(policy: &Policy<'a>) -> Node<'a> {
    policy.selector()
}
