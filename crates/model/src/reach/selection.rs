//! Which policies select which classes, which classes a rule is about, and in which order policies
//! have their turn.

use std::cmp::Ordering;
use std::sync::OnceLock;

use foldhash::HashMap;
use kubesift_yaml::{Node, Value};

use super::alike;
use super::classes::Classes;
use super::engine::Other;
use super::read::{Read, Tier, Turn};
use super::rule::{Peer, Pods, Rule, Who};
use super::{Assume, selector_place, tier_order};
use crate::graph::{Direction, Graph};
use crate::policy::{Dialect, Home, Policy, Term};
use crate::resource::{Resource, ResourceId};
use crate::selector::{Labels, Match};

/// A policy and what was read of it.
#[derive(Debug)]
pub(crate) struct Entry<'a> {
    /// Its object.
    pub resource: &'a Resource,
    /// What says which pods it is for; the object where nothing does.
    pub selector: Node<'a>,
    /// Whose rules it follows.
    pub dialect: Dialect,
    /// When its rules have their turn.
    pub turn: Turn<'a>,
    /// Position of its tier among all tiers in use.
    pub tier: u32,
    /// Position among all policies in the order of their turns.
    pub rank: u32,
    /// Whether it closes ingress and egress.
    pub closes: [Match; 2],
    /// Positions of its rules, of ingress first.
    rules: Vec<u32>,
    /// The spaces that are, or may be, its own.
    home: Vec<(u32, Match)>,
}

/// The classes that some peers mean.
#[derive(Debug)]
pub(crate) struct Reached {
    /// Everybody is meant, also who is outside.
    pub anyone: bool,
    /// Whether every pod is meant.
    pub every: Match,
    /// Classes that are meant, or may be, sorted.
    pub list: Vec<(u32, Match)>,
}

impl Reached {
    /// Whether a class is meant.
    pub fn of(&self, class: u32) -> Match {
        let at = self.list.binary_search_by_key(&class, |row| row.0).ok();
        let listed = at.and_then(|at| self.list.get(at)).map_or(Match::No, |row| row.1);
        listed.or(self.every)
    }
}

/// What a policy says: that it is there, then its rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Said {
    /// A policy of a tier, whether it selects the class, and whether it closes the direction.
    Policy { tier: u32, selects: Match, closes: Match },
    /// The first rule that says what this one says.
    Rule(u32),
}

/// All policies with their rules.
#[derive(Debug)]
pub(crate) struct Selection<'a> {
    /// The policies, in the order of [`crate::Graph::policies`].
    pub entries: Vec<Entry<'a>>,
    rules: Vec<Rule<'a>>,
    /// For each rule the position of the first one that says the same.
    twins: Vec<u32>,
    reached: Vec<OnceLock<Reached>>,
    /// What happens at the end of a tier to what nobody decided: true when it is let through to
    /// the next one even if a policy closes the direction.
    pub passes_on: Vec<bool>,
    by_class: Vec<Vec<(u32, Match)>>,
    by_space: Vec<Vec<(u32, Match)>>,
    assume: Assume,
}

impl<'a> Selection<'a> {
    /// `reads` holds what was read of each policy, in their order.
    pub fn new(
        graph: &Graph<'a>,
        assume: Assume,
        classes: &Classes<'a>,
        reads: Vec<Read<'a>>,
    ) -> Self {
        let rules = reads.iter().map(|read| read.rules.len()).sum();
        let mut selection = Self {
            entries: Vec::with_capacity(reads.len()),
            rules: Vec::with_capacity(rules),
            twins: Vec::new(),
            reached: Vec::new(),
            passes_on: Vec::new(),
            by_class: vec![Vec::new(); classes.all.len()],
            by_space: vec![Vec::new(); classes.spaces.len()],
            assume,
        };
        for (at, (policy, read)) in graph.policies().iter().zip(reads).enumerate() {
            let applies = read.applies;
            selection.push(graph, classes, policy, read);
            if applies != Match::No {
                selection.select(classes, policy, at as u32, applies);
            }
        }
        selection.reached = selection.rules.iter().map(|_| OnceLock::new()).collect();
        selection.twins = alike::twins(&selection.rules, |policy| {
            selection.entries.get(policy as usize).map_or(&[], |entry| &entry.home)
        });
        selection.take_turns(graph);
        selection
    }

    fn push(
        &mut self,
        graph: &Graph<'a>,
        classes: &Classes<'a>,
        policy: &Policy<'a>,
        read: Read<'a>,
    ) {
        let first = self.rules.len() as u32;
        self.rules.extend(read.rules);
        let namespace = policy.resource.namespace.as_deref();
        let home = match self.assume {
            Assume::Whole => vec![(classes.space(graph, namespace), Match::Yes)],
            Assume::Nothing => {
                let like = graph.namespaces_like(namespace);
                let spaces = like
                    .iter()
                    .filter_map(|(at, same)| Some((*classes.space_of.get(*at as usize)?, *same)));
                spaces.collect()
            }
        };
        self.entries.push(Entry {
            resource: policy.resource,
            selector: selector_place(policy),
            dialect: policy.dialect,
            turn: read.turn,
            tier: 0,
            rank: 0,
            closes: match policy.dialect {
                // Admin policies say what they deny; they close nothing by being there.
                Dialect::Admin => [Match::No; 2],
                _ => [policy.closes(Direction::Ingress), policy.closes(Direction::Egress)],
            },
            rules: (first..self.rules.len() as u32).collect(),
            home,
        });
    }

    /// Finds the classes that a policy selects.
    fn select(&mut self, classes: &Classes<'a>, policy: &Policy<'a>, at: u32, applies: Match) {
        let (namespaces, pods) = policy.terms();
        let spaces = match policy.is_cluster_wide() {
            true => spaces_of(classes, namespaces),
            false => self.entries.last().map(|entry| entry.home.clone()).unwrap_or_default(),
        };
        let needs = pods.needs();
        for (space, matches) in spaces {
            let matches = matches.and(applies);
            let Some(held) = classes.spaces.get(space as usize) else { continue };
            // Calico's namespaced policies may narrow their own namespace, too.
            let matches = match policy.is_cluster_wide() {
                true => matches,
                false => matches.and(namespaces.matches(&held.labels, held.home())),
            };
            if matches == Match::No || !pods.may_be_in(held.home()) {
                continue;
            }
            if pods.is_all() {
                if let Some(list) = self.by_space.get_mut(space as usize) {
                    list.push((at, matches));
                }
                continue;
            }
            for class in classes.candidates(Some(space), &needs) {
                let Some(found) = classes.all.get(class as usize) else { continue };
                let matches = matches.and(pods.matches(&found.labels, held.home()));
                if let Some(list) = self.by_class.get_mut(class as usize)
                    && matches != Match::No
                {
                    list.push((at, matches));
                }
            }
        }
    }

    /// Sorts the tiers, and the policies within them.
    fn take_turns(&mut self, graph: &Graph<'a>) {
        let orders = TierOrders::new(graph);
        let mut tiers: Vec<Tier<'a>> = self.entries.iter().map(|entry| entry.turn.tier).collect();
        tiers.sort_by(|one, other| orders.compare(*one, *other));
        tiers.dedup();
        self.passes_on = tiers.iter().map(|tier| orders.passes_on(*tier)).collect();
        let position: HashMap<Tier<'a>, u32> =
            tiers.iter().enumerate().map(|(at, tier)| (*tier, at as u32)).collect();
        for entry in &mut self.entries {
            entry.tier = position.get(&entry.turn.tier).copied().unwrap_or_default();
        }
        let mut order: Vec<u32> = (0..self.entries.len() as u32).collect();
        let key = |at: &u32| {
            let entry = self.entries.get(*at as usize);
            entry.map(|entry| (entry.tier, entry.turn.order, entry.resource))
        };
        order.sort_by(|one, other| match (key(one), key(other)) {
            (Some(one), Some(other)) => one
                .0
                .cmp(&other.0)
                .then(one.1.total_cmp(&other.1))
                .then_with(|| one.2.name.cmp(&other.2.name))
                .then(one.2.id.cmp(&other.2.id)),
            _ => Ordering::Equal,
        });
        for (rank, at) in order.into_iter().enumerate() {
            if let Some(entry) = self.entries.get_mut(at as usize) {
                entry.rank = rank as u32;
            }
        }
    }

    /// The policies that select a class, in the order of their turns.
    pub fn of_class(&self, classes: &Classes<'a>, class: u32) -> Vec<(u32, Match)> {
        let mut found = self.by_class.get(class as usize).cloned().unwrap_or_default();
        let space = classes.all.get(class as usize).map(|class| class.space);
        let whole = space.and_then(|space| self.by_space.get(space as usize));
        found.extend(whole.into_iter().flatten());
        found.sort_by_key(|(at, _)| self.entries.get(*at as usize).map(|entry| entry.rank));
        found
    }

    /// Whether a policy closes a direction, or has a rule for it.
    pub fn governs(&self, policy: u32, direction: Direction) -> bool {
        self.closes(policy, direction) != Match::No
            || self
                .rules_of(policy)
                .iter()
                .any(|at| self.rule(*at).is_some_and(|rule| rule.direction == direction))
    }

    /// Whether a policy closes a direction: what no rule allows then does not pass.
    pub fn closes(&self, policy: u32, direction: Direction) -> Match {
        let slot = if direction == Direction::Ingress { 0 } else { 1 };
        self.entries.get(policy as usize).map_or(Match::No, |entry| entry.closes[slot])
    }

    /// Positions of the rules of a policy, of ingress first.
    pub fn rules_of(&self, policy: u32) -> &[u32] {
        self.entries.get(policy as usize).map_or(&[], |entry| &entry.rules)
    }

    /// The rule at a position.
    pub fn rule(&self, at: u32) -> Option<&Rule<'a>> {
        self.rules.get(at as usize)
    }

    /// All rules, by their positions.
    pub fn rules(&self) -> impl Iterator<Item = &Rule<'a>> {
        self.rules.iter()
    }

    /// The policies that a resource holds. Policies are in the order of their resources.
    pub fn of_resource(&self, resource: ResourceId) -> impl Iterator<Item = u32> + use<> {
        let start = self.entries.partition_point(|entry| entry.resource.id < resource);
        let rest = self.entries.get(start..).unwrap_or_default();
        let count = rest.partition_point(|entry| entry.resource.id == resource);
        (start..start + count).map(|at| at as u32)
    }

    /// True for a policy of a tier before that of NetworkPolicies, or before them in theirs.
    pub fn goes_before_default(&self, policy: u32) -> bool {
        let Some(entry) = self.entries.get(policy as usize) else { return false };
        let default = self.entries.iter().find(|other| other.dialect == Dialect::Kubernetes);
        default.is_some_and(|default| {
            (entry.tier, entry.turn.order) < (default.tier, default.turn.order)
        })
    }

    /// The position of a rule.
    pub fn position(&self, rule: &Rule<'a>) -> Option<u32> {
        let mut own = self.rules_of(rule.policy).iter().copied();
        own.find(|at| self.rule(*at).is_some_and(|found| found.node == rule.node))
    }

    /// The classes that a rule is about.
    pub fn reached(&self, rule: u32, classes: &Classes<'a>) -> Option<&Reached> {
        let twin = *self.twins.get(rule as usize)?;
        let found = self.rule(twin)?;
        let slot = self.reached.get(twin as usize)?;
        Some(slot.get_or_init(|| self.reach_of(found.policy, &found.peers, classes)))
    }

    /// All that policies say of a direction to a class that they select, in the order of their
    /// turns: what is equal for two classes lets the same through.
    pub fn said(&self, policies: &[(u32, Match)], direction: Direction) -> Vec<Said> {
        let mut said = Vec::new();
        for (policy, selects) in policies {
            let Some(entry) = self.entries.get(*policy as usize) else { continue };
            let closes = self.closes(*policy, direction);
            let before = said.len();
            said.push(Said::Policy { tier: entry.tier, selects: *selects, closes });
            let own = entry.rules.iter();
            let own =
                own.filter(|at| self.rule(**at).is_some_and(|one| one.direction == direction));
            said.extend(
                own.filter_map(|at| self.twins.get(*at as usize)).map(|at| Said::Rule(*at)),
            );
            if said.len() == before + 1 && closes == Match::No {
                said.truncate(before);
            }
        }
        said
    }

    /// The classes that peers of a policy mean.
    pub fn reach_of(&self, policy: u32, peers: &[Peer<'a>], classes: &Classes<'a>) -> Reached {
        let mut reached = Reached { anyone: false, every: Match::No, list: Vec::new() };
        for peer in peers {
            match &peer.who {
                Who::Anyone => {
                    reached.anyone = true;
                    reached.every = Match::Yes;
                }
                Who::Pods(pods) if pods.is_all() => reached.every = Match::Yes,
                Who::Pods(pods) => self.add_pods(policy, pods, classes, &mut reached.list),
                Who::Addresses { pods, .. } => {
                    let whole = self.assume == Assume::Whole && *pods == Match::Unknown;
                    reached.every = reached.every.or(if whole { Match::No } else { *pods });
                }
                Who::Nodes | Who::Elsewhere => {}
                Who::Unknown => reached.every = reached.every.or(Match::Unknown),
            }
        }
        reached.list.sort_unstable_by_key(|row| (row.0, row.1 != Match::Yes));
        reached.list.dedup_by_key(|row| row.0);
        reached
    }

    fn add_pods(
        &self,
        policy: u32,
        pods: &Pods<'a>,
        classes: &Classes<'a>,
        into: &mut Vec<(u32, Match)>,
    ) {
        let needs = pods.pods.needs();
        if pods.are_anywhere() && !needs.is_empty() {
            for class in classes.candidates(None, &needs) {
                self.add_class(pods, class, Match::Yes, classes, into);
            }
            return;
        }
        let spaces = match (pods.own, self.entries.get(policy as usize)) {
            (true, Some(entry)) => entry.home.clone(),
            _ => spaces_of(classes, &pods.namespaces),
        };
        for (space, matches) in spaces {
            let may_be = |space: &super::classes::Space<'a>| pods.pods.may_be_in(space.home());
            if !classes.spaces.get(space as usize).is_some_and(may_be) {
                continue;
            }
            for class in classes.candidates(Some(space), &needs) {
                self.add_class(pods, class, matches, classes, into);
            }
        }
    }

    fn add_class(
        &self,
        pods: &Pods<'a>,
        at: u32,
        matches: Match,
        classes: &Classes<'a>,
        into: &mut Vec<(u32, Match)>,
    ) {
        let Some(class) = classes.all.get(at as usize) else { return };
        let Some(space) = classes.spaces.get(class.space as usize) else { return };
        let mut matches = matches.and(means(pods, &class.labels, space.home()));
        if !pods.accounts.is_empty() {
            matches = matches.and(pods.accounts.contains(&class.account).into());
        }
        if matches != Match::No {
            into.push((at, matches));
        }
    }

    /// Whether a rule is about somebody.
    pub fn means(&self, at: u32, other: Other, classes: &Classes<'a>, assume: Assume) -> Match {
        let Some(rule) = self.rule(at) else { return Match::No };
        let found = match other {
            Other::Class(class) => self.means_class(at, rule, class, classes),
            Other::Unnamed => self.reached(at, classes).map_or(Match::No, |found| found.every),
            Other::Stranger => means_stranger(&rule.peers, assume),
            Other::Address(address) => {
                let peers = rule.peers.iter();
                peers.fold(Match::No, |any, peer| any.or(peer.means_address(address)))
            }
        };
        if rule.doubtful { found.and(Match::Unknown) } else { found }
    }

    fn means_class(&self, at: u32, rule: &Rule<'a>, class: u32, classes: &Classes<'a>) -> Match {
        let Some(reached) = self.reached(at, classes) else { return Match::No };
        let found = reached.of(class);
        let on_host = classes.all.get(class as usize).is_some_and(|class| class.on_host);
        if reached.anyone || !on_host {
            return found;
        }
        // In the network of its node a pod is known by the node's address.
        let peers = rule.peers.iter();
        peers.fold(found.and(Match::Unknown), |any, peer| {
            any.or(match &peer.who {
                Who::Nodes => Match::Yes,
                Who::Addresses { .. } | Who::Unknown => Match::Unknown,
                Who::Anyone | Who::Pods(_) | Who::Elsewhere => Match::No,
            })
        })
    }
}

/// Whether a selector of pods means one with these labels, in a namespace it is for.
fn means<'a>(pods: &Pods<'a>, labels: &Labels<'a>, home: Home<'_, 'a>) -> Match {
    let found = pods.pods.matches(labels, home);
    match pods.not.as_ref().map(|not| not.matches(labels, home)) {
        None | Some(Match::No) => found,
        Some(Match::Yes) => Match::No,
        Some(Match::Unknown) => found.and(Match::Unknown),
    }
}

/// The spaces that a term on namespaces selects.
fn spaces_of<'a>(classes: &Classes<'a>, namespaces: &Term<'a>) -> Vec<(u32, Match)> {
    let mut found = Vec::new();
    for at in classes.candidate_spaces(&namespaces.needs()) {
        let Some(space) = classes.spaces.get(at as usize) else { continue };
        let matches = namespaces.matches(&space.labels, space.home());
        if matches != Match::No {
            found.push((at, matches));
        }
    }
    found
}

/// Whether peers mean a pod of which nothing is known but that its namespace is none of the
/// build's. When the build is all there is, such a pod has no labels.
fn means_stranger(peers: &[Peer<'_>], assume: Assume) -> Match {
    let labels = match assume {
        Assume::Nothing => Labels::default().and_more(),
        Assume::Whole => Labels::default(),
    };
    peers.iter().fold(Match::No, |any, peer| {
        any.or(match &peer.who {
            Who::Anyone => Match::Yes,
            Who::Pods(pods) if pods.own => Match::No,
            Who::Pods(pods) => {
                let labels = labels.clone();
                let home = Home { name: None, labels: &labels };
                let there = pods.namespaces.matches(&labels, home);
                let account = if pods.accounts.is_empty() { Match::Yes } else { Match::Unknown };
                there.and(means(pods, &labels, home)).and(account)
            }
            Who::Addresses { pods, .. } if assume == Assume::Nothing => *pods,
            Who::Addresses { pods, .. } => pods.and((*pods == Match::Yes).into()),
            Who::Nodes | Who::Elsewhere => Match::No,
            Who::Unknown => Match::Unknown,
        })
    })
}

/// The order of tiers. Calico's are sorted by number, and the tiers of Kubernetes have their
/// numbers there.
struct TierOrders<'a> {
    named: HashMap<&'a str, (f64, bool)>,
}

impl<'a> TierOrders<'a> {
    fn new(graph: &Graph<'a>) -> Self {
        let tiers =
            graph.of_kinds(|group, kind| kind == "Tier" && group.ends_with("projectcalico.org"));
        let named = tiers.into_iter().filter_map(|tier| {
            let order = match tier.field("spec.order").value() {
                Value::Int(order) => order as f64,
                Value::Float(order) if !order.is_nan() => order,
                _ => f64::INFINITY,
            };
            let passes = tier.field("spec.defaultAction").str() == Some("Pass");
            Some((tier.name.as_deref()?, (order, passes)))
        });
        Self { named: named.collect() }
    }

    fn order(&self, tier: Tier<'_>) -> f64 {
        match tier {
            Tier::Admin => 1_000.0,
            Tier::Default => 1_000_000.0,
            Tier::Baseline => 10_000_000.0,
            // One whose object is not there: people make tiers to go before the default one.
            Tier::Named(name) => self.named.get(name).map_or(500_000.0, |held| held.0),
        }
    }

    fn compare(&self, one: Tier<'a>, other: Tier<'a>) -> Ordering {
        self.order(one)
            .total_cmp(&self.order(other))
            .then(tier_order(one).cmp(&tier_order(other)))
            .then(one.cmp(&other))
    }

    fn passes_on(&self, tier: Tier<'_>) -> bool {
        match tier {
            Tier::Admin | Tier::Baseline => true,
            Tier::Default => false,
            Tier::Named(name) => self.named.get(name).is_some_and(|held| held.1),
        }
    }
}
