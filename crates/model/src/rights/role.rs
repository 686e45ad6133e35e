//! The roles of a build and those that every cluster has, each with the rules that it ends with:
//! its own, or by aggregation those of the ClusterRoles that it selects.

use std::sync::OnceLock;

use foldhash::{HashMap, HashMapExt};
use kubesift_yaml::Node;

use super::built_in;
use super::rule::{Rule, rules_of};
use crate::resource::{Resource, ResourceId};
use crate::selector::{Labels, Match, Operator, Selector};
use crate::unknown::is_unknown;

/// The group of roles and bindings.
pub const RBAC: &str = "rbac.authorization.k8s.io";

/// Whether a role holds in one namespace or in the cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RoleKind {
    /// A Role: rights in its namespace.
    Role,
    /// A ClusterRole: rights where a binding gives them.
    ClusterRole,
}

impl RoleKind {
    /// The kind's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Role => "Role",
            Self::ClusterRole => "ClusterRole",
        }
    }

    /// The kind of a resource; none when it is no role.
    pub fn of(resource: &Resource) -> Option<Self> {
        if *resource.kind.group != *RBAC {
            return None;
        }
        Self::parse(&resource.kind.kind)
    }

    /// The kind of a name.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "Role" => Some(Self::Role),
            "ClusterRole" => Some(Self::ClusterRole),
            _ => None,
        }
    }
}

/// A role: an object of the build, or one that every cluster has.
#[derive(Debug)]
pub struct Role<'a> {
    /// Its object; none for a role that is built in.
    pub resource: Option<&'a Resource>,
    /// Its kind.
    pub kind: RoleKind,
    /// Its name.
    pub name: &'a str,
    /// Its namespace: none for a ClusterRole, and for a Role that states none.
    pub namespace: Option<&'a str>,
    /// The rules it states itself. With an aggregation a controller replaces them.
    pub own: Vec<Rule<'a>>,
    /// What it selects the roles with whose rules it takes, when it is an aggregation.
    pub aggregates: Option<Vec<Selects<'a>>>,
    labels: Labels<'a>,
}

/// One of the selectors of an aggregation.
#[derive(Debug)]
pub enum Selects<'a> {
    /// An item of `aggregationRule.clusterRoleSelectors`.
    Selector(Selector<'a>),
    /// A label that must be `"true"`, of a role that is built in.
    Label(&'static str),
}

impl<'a> Role<'a> {
    fn of(resource: &'a Resource, kind: RoleKind) -> Option<Self> {
        let node = resource.node();
        let aggregation = node.get("aggregationRule").filter(|rule| !rule.is_null());
        let aggregation = aggregation.filter(|_| kind == RoleKind::ClusterRole);
        let selectors = aggregation.map(|rule| {
            let items = rule.get("clusterRoleSelectors").into_iter().flat_map(Node::items);
            items.map(|item| Selects::Selector(Selector::from_label_selector(item))).collect()
        });
        Some(Self {
            resource: Some(resource),
            kind,
            name: resource.name.as_deref()?,
            namespace: resource.namespace.as_deref().filter(|_| kind == RoleKind::Role),
            own: rules_of(resource),
            aggregates: selectors,
            labels: Labels::of(node.at("metadata.labels")),
        })
    }

    fn built_in(role: &'static built_in::BuiltIn) -> Self {
        let labels = role.labels.iter().fold(Labels::default(), |all, key| all.with(key, "true"));
        Self {
            resource: None,
            kind: RoleKind::ClusterRole,
            name: role.name,
            namespace: None,
            own: role.rules.iter().map(built_in::Row::rule).collect(),
            aggregates: role.aggregates.map(|label| vec![Selects::Label(label)]),
            labels,
        }
    }

    /// Whether it takes the rules of a ClusterRole with these labels.
    fn takes(&self, labels: &Labels<'_>) -> Match {
        let all = self.aggregates.iter().flatten().map(|selects| match selects {
            Selects::Selector(selector) => selector.matches(labels),
            Selects::Label(key) => (labels.get(key) == Some("true")).into(),
        });
        all.fold(Match::No, Match::or)
    }

    /// Whether it has a label that says `"true"`.
    pub fn has_label(&self, key: &str) -> bool {
        self.labels.get(key) == Some("true")
    }

    /// Whether an aggregation selects itself by its own labels. The controller leaves it out, so
    /// that nothing comes of it.
    pub fn takes_itself(&self) -> Match {
        self.takes(&self.labels)
    }

    /// The name for messages: "ClusterRole `edit`".
    pub fn words(&self) -> String {
        format!("{} `{}`", self.kind.name(), self.name)
    }
}

/// All roles, with what aggregates what.
#[derive(Debug)]
pub struct Roles<'a> {
    all: Vec<Role<'a>>,
    at: HashMap<ResourceId, u32>,
    cluster: HashMap<&'a str, Vec<u32>>,
    /// For each role the roles whose rules it takes.
    parts: Vec<Vec<(u32, Match)>>,
    /// For each role the roles that take its rules.
    wholes: Vec<Vec<(u32, Match)>>,
    /// What [`Roles::sources`] gives, once it was asked.
    sources: Vec<OnceLock<Vec<(u32, Match)>>>,
}

impl<'a> Roles<'a> {
    /// The roles among the resources of a build, and those that every cluster has.
    pub(crate) fn new(resources: &[&'a Resource]) -> Self {
        let held = resources.iter().filter_map(|resource| {
            RoleKind::of(resource).and_then(|kind| Role::of(resource, kind))
        });
        let mut all: Vec<Role<'a>> = held.collect();
        let mut cluster: HashMap<&'a str, Vec<u32>> = HashMap::new();
        let mut at = HashMap::new();
        for (place, role) in all.iter().enumerate() {
            at.extend(role.resource.map(|resource| (resource.id, place as u32)));
            if role.kind == RoleKind::ClusterRole {
                cluster.entry(role.name).or_default().push(place as u32);
            }
        }
        for role in built_in::ROLES {
            if let std::collections::hash_map::Entry::Vacant(entry) = cluster.entry(role.name) {
                entry.insert(vec![all.len() as u32]);
                all.push(Role::built_in(role));
            }
        }
        let sources = all.iter().map(|_| OnceLock::new()).collect();
        let (parts, wholes) = (Vec::new(), Vec::new());
        let mut roles = Self { parts, wholes, sources, all, at, cluster };
        roles.aggregate();
        roles
    }

    fn aggregate(&mut self) {
        let index = LabelIndex::new(&self.all);
        self.parts = vec![Vec::new(); self.all.len()];
        self.wholes = vec![Vec::new(); self.all.len()];
        for (at, whole) in self.all.iter().enumerate() {
            for part in index.candidates(whole) {
                let Some(role) = self.all.get(part as usize) else { continue };
                let takes = whole.takes(&role.labels);
                if role.name == whole.name || takes == Match::No {
                    continue;
                }
                self.parts[at].push((part, takes));
                self.wholes[part as usize].push((at as u32, takes));
            }
        }
    }

    /// Every role: those of the build in its order, then the built-in ones.
    pub fn all(&self) -> &[Role<'a>] {
        &self.all
    }

    /// The role at a position in [`Roles::all`].
    pub fn get(&self, at: u32) -> Option<&Role<'a>> {
        self.all.get(at as usize)
    }

    /// The position of the role that an object is.
    pub fn position(&self, role: &Resource) -> Option<u32> {
        self.at.get(&role.id).copied()
    }

    /// The positions of the ClusterRoles of a name.
    pub(crate) fn cluster_roles(&self, name: &str) -> &[u32] {
        self.cluster.get(name).map_or(&[], Vec::as_slice)
    }

    /// The roles whose rules a role ends with: itself, or for an aggregation all that it takes,
    /// over any number of steps; with whether it surely takes them. A cycle ends.
    pub fn sources(&self, at: u32) -> &[(u32, Match)] {
        let memo = self.sources.get(at as usize);
        memo.map_or(&[], |memo| memo.get_or_init(|| self.spread(at, &self.parts)))
    }

    /// The roles that end with the rules of a role: itself, and by aggregation others.
    pub fn wholes(&self, at: u32) -> Vec<(u32, Match)> {
        self.spread(at, &self.wholes)
    }

    fn spread(&self, from: u32, along: &[Vec<(u32, Match)>]) -> Vec<(u32, Match)> {
        let mut seen: HashMap<u32, Match> = HashMap::from_iter([(from, Match::Yes)]);
        let mut found = vec![(from, Match::Yes)];
        let mut next = 0;
        while let Some((at, sure)) = found.get(next).copied() {
            next += 1;
            for (other, takes) in along.get(at as usize).into_iter().flatten() {
                let takes = sure.and(*takes);
                let known = seen.get(other).copied();
                if known.is_none() || known == Some(Match::Unknown) && takes == Match::Yes {
                    seen.insert(*other, takes);
                    found.push((*other, takes));
                }
            }
        }
        let last = |(at, sure): &(u32, Match)| seen.get(at) == Some(sure);
        found.into_iter().filter(last).collect()
    }

    /// The roles of a cycle of aggregation that a role is part of, from one that it takes to itself;
    /// empty for the many that are in none.
    pub fn cycle(&self, at: u32) -> Vec<&Role<'a>> {
        let mut from: HashMap<u32, u32> = HashMap::new();
        let mut next = vec![at];
        while let Some(whole) = next.pop() {
            for (part, takes) in self.parts.get(whole as usize).into_iter().flatten() {
                if *takes != Match::Yes || from.contains_key(part) {
                    continue;
                }
                from.insert(*part, whole);
                if *part == at {
                    return self.walk_back(at, &from);
                }
                next.push(*part);
            }
        }
        Vec::new()
    }

    fn walk_back(&self, at: u32, from: &HashMap<u32, u32>) -> Vec<&Role<'a>> {
        let mut way = vec![at];
        while let Some(whole) = way.last().and_then(|last| from.get(last)).copied() {
            if whole == at {
                break;
            }
            way.push(whole);
        }
        way.reverse();
        way.into_iter().filter_map(|at| self.get(at)).collect()
    }

    /// The rules that a role ends with. Those that it states itself do not count in an aggregation.
    pub fn effective(&self, at: u32) -> EffectiveRules<'_, 'a> {
        let mut found = EffectiveRules::default();
        for (source, sure) in self.sources(at).iter().copied() {
            let Some(role) = self.get(source) else { continue };
            if role.aggregates.is_some() {
                found.open |= self.parts.get(source as usize).is_none_or(Vec::is_empty);
                continue;
            }
            found.rules.extend(role.own.iter().map(|rule| (rule, sure)));
            let rules = role.resource.and_then(|resource| resource.node().get("rules"));
            found.open |= rules.is_some_and(|rules| !rules.is_list() && !rules.is_null());
        }
        found
    }
}

/// The rules that a role ends with.
#[derive(Debug, Default)]
pub struct EffectiveRules<'g, 'a> {
    /// The rules, each with whether the role surely ends with it.
    pub rules: Vec<(&'g Rule<'a>, Match)>,
    /// True when there may be others: a placeholder stands for the list, or an aggregation takes
    /// nothing that is in view.
    pub open: bool,
}

impl<'g, 'a> EffectiveRules<'g, 'a> {
    /// The rules that the role surely ends with.
    pub fn sure(&self) -> impl Iterator<Item = &'g Rule<'a>> + '_ {
        self.rules.iter().filter(|(_, sure)| *sure == Match::Yes).map(|(rule, _)| *rule)
    }
}

/// ClusterRoles by label, so that an aggregation does not look at all of them.
struct LabelIndex<'a> {
    by_value: HashMap<(&'a str, &'a str), Vec<u32>>,
    /// Those with labels or values that are not known.
    loose: Vec<u32>,
    all: Vec<u32>,
}

impl<'a> LabelIndex<'a> {
    fn new(roles: &[Role<'a>]) -> Self {
        let mut index = Self { by_value: HashMap::new(), loose: Vec::new(), all: Vec::new() };
        for (at, role) in roles.iter().enumerate() {
            if role.kind != RoleKind::ClusterRole {
                continue;
            }
            index.all.push(at as u32);
            for (key, value) in role.labels.iter() {
                index.by_value.entry((key, value)).or_default().push(at as u32);
            }
            if role.labels.are_unsure() {
                index.loose.push(at as u32);
            }
        }
        index
    }

    /// Every role that an aggregation may take, sorted.
    fn candidates(&self, whole: &Role<'a>) -> Vec<u32> {
        let mut found = Vec::new();
        for selects in whole.aggregates.iter().flatten() {
            let needs: Option<Vec<(&str, &str)>> = match selects {
                Selects::Label(key) => Some(vec![(key, "true")]),
                Selects::Selector(selector) => selector
                    .requirements()
                    .iter()
                    .find(|one| one.operator == Some(Operator::In))
                    .filter(|one| !one.values.iter().any(|value| is_unknown(value)))
                    .map(|one| one.values.iter().map(|value| (one.key, *value)).collect()),
            };
            let Some(needs) = needs else { return self.all.clone() };
            found.extend(needs.iter().flat_map(|need| self.by_value.get(need)).flatten());
            found.extend(&self.loose);
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}
