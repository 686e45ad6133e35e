//! Who may do what: roles and their rules, the bindings that give them, and the accounts that get
//! them. Whether a right is too much is left to who asks.
//!
//! Everything is read once for a graph, in time linear in its roles, rules, bindings and subjects.

mod account;
mod binding;
mod bootstrap;
mod built_in;
mod closure;
mod escalation;
mod held_role;
mod mention;
mod power;
mod resources;
mod role;
mod rule;
mod takeover;

#[cfg(test)]
mod tests;

use std::sync::OnceLock;

use foldhash::{HashSet, HashSetExt};

pub use account::{Account, Accounts, CloudIdentity, DEFAULT_ACCOUNT, Token};
pub use binding::{Binding, Bindings, Reach, RoleRef, Subject, Who};
pub use bootstrap::{is_bootstrap_rbac, is_public_role};
pub use built_in::{TO_ADMIN, TO_EDIT, TO_VIEW};
pub use closure::{
    ACCOUNTS_OF, ALL_ACCOUNTS, ANONYMOUS, AUTHENTICATED, Given, Grant, MASTERS, Step,
    UNAUTHENTICATED, WayUp,
};
pub use escalation::{ESCALATIONS, Escalation, Goal};
pub use held_role::HeldRole;
pub use power::{Far, Held, Power, Standing};
pub use resources::{
    CREATES_PODS, IdleVerb, Stray, idle_verb, is_cluster_only, is_in_no_namespace, is_no_wildcard,
    stray,
};
pub use role::{EffectiveRules, RBAC, Role, RoleKind, Roles, Selects};
pub use rule::{Granted, Rule, Word, Words, rules_of};
pub use takeover::Takeover;

use closure::{Named, needs_of_roles};
use escalation::Needs;

use crate::graph::Graph;
use crate::resource::Resource;
use crate::selector::Match;

/// The roles and bindings of a build.
#[derive(Debug)]
pub struct Rights<'a> {
    /// The roles, those that every cluster has included.
    pub roles: Roles<'a>,
    /// The bindings.
    pub bindings: Bindings<'a>,
    /// The accounts.
    pub accounts: Accounts<'a>,
    named: Named<'a>,
    /// What the rules that each role states open.
    own_needs: Vec<Needs>,
    /// What the rules that each role ends with open.
    effective_needs: Vec<OnceLock<Needs>>,
    mentions: OnceLock<HashSet<&'a str>>,
    complete: bool,
}

/// How far a role reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Extent<'a> {
    /// No binding of the build gives it to anybody.
    Unbound,
    /// It holds in these namespaces, in the order of their bindings; none is the namespace of the
    /// resources that state none.
    Namespaces(Vec<Option<&'a str>>),
    /// It holds in the whole cluster.
    Cluster,
    /// Nothing in view gives it, but something out of view may: the build is a part of what is
    /// applied, a binding's role is filled in later, or it joins a built-in role.
    Unknown,
}

/// Where a role holds, and through what.
#[derive(Debug, Clone)]
pub struct RoleReach<'g, 'a> {
    /// How far.
    pub extent: Extent<'a>,
    /// The bindings that surely give it, those of roles that it joins by aggregation included; those
    /// without subjects too.
    pub bindings: Vec<&'g Binding<'a>>,
    /// The roles that take its rules by aggregation.
    pub joins: Vec<&'g Role<'a>>,
}

impl<'a> RoleReach<'_, 'a> {
    /// The subjects that get it.
    pub fn subjects(&self) -> impl Iterator<Item = &Subject<'a>> {
        self.bindings.iter().flat_map(|binding| &binding.subjects)
    }

    /// True when it surely holds in a namespace.
    pub fn is_in(&self, namespace: &str) -> bool {
        match &self.extent {
            Extent::Cluster => true,
            Extent::Namespaces(names) => names.contains(&Some(namespace)),
            Extent::Unbound | Extent::Unknown => false,
        }
    }

    /// True when it surely holds in the whole cluster.
    pub fn is_cluster(&self) -> bool {
        self.extent == Extent::Cluster
    }
}

impl<'a> Rights<'a> {
    pub(crate) fn new(graph: &Graph<'a>) -> Self {
        let roles = Roles::new(&graph.of_kinds(|group, _| group == RBAC));
        let bindings = Bindings::new(graph, &roles);
        let accounts = Accounts::new(graph, bindings.all());
        let named = Named::new(bindings.all());
        let own_needs = needs_of_roles(roles.all());
        let effective_needs = own_needs.iter().map(|_| OnceLock::new()).collect();
        let complete = graph.build().complete;
        let mentions = OnceLock::new();
        Self { roles, bindings, accounts, named, own_needs, effective_needs, mentions, complete }
    }

    /// True when some binding has a subject that is filled in later.
    pub fn has_unknown_subject(&self) -> bool {
        self.bindings.all().iter().any(|binding| {
            binding.open || binding.subjects.iter().any(|subject| subject.is_unsure())
        })
    }

    /// True when some binding may give a role of the build although none surely does: one of the two
    /// namespaces is not stated, or the binding's role is filled in later.
    pub fn may_be_bound(&self, role: &Resource) -> bool {
        let Some(at) = self.roles.position(role) else { return true };
        self.bindings.any_unknown() || !self.bindings.of_role(at).is_empty()
    }

    /// Where the role at a position of [`Roles::all`] holds.
    pub fn reach(&self, at: u32) -> RoleReach<'_, 'a> {
        let mut found =
            RoleReach { extent: Extent::Unbound, bindings: Vec::new(), joins: Vec::new() };
        let (mut cluster, mut unsure) = (false, false);
        let mut namespaces: Vec<Option<&'a str>> = Vec::new();
        let mut seen = HashSet::new();
        for (whole, joins) in self.roles.wholes(at) {
            let Some(role) = self.roles.get(whole) else { continue };
            if whole != at {
                found.joins.push(role);
                unsure |= role.resource.is_none();
            }
            for (binding, names) in self.bindings.of_role(whole) {
                let Some(binding) = self.bindings.get(*binding) else { continue };
                if joins.and(*names) != Match::Yes {
                    unsure = true;
                    continue;
                }
                found.bindings.push(binding);
                match binding.reach {
                    _ if binding.is_empty() => {}
                    Reach::Cluster => cluster = true,
                    Reach::Namespace(name) if seen.insert(name) => namespaces.push(name),
                    Reach::Namespace(_) => {}
                }
            }
        }
        let unknown = unsure || !self.complete || self.bindings.any_unknown();
        found.extent = match (cluster, namespaces.is_empty()) {
            (true, _) => Extent::Cluster,
            (false, false) => Extent::Namespaces(namespaces),
            (false, true) if unknown => Extent::Unknown,
            (false, true) => Extent::Unbound,
        };
        found
    }
}

impl<'a> Graph<'a> {
    /// Where a Role or ClusterRole of the build holds; unknown for any other resource.
    pub fn role_reach(&self, role: &Resource) -> RoleReach<'_, 'a> {
        let rights = self.rights();
        match rights.roles.position(role) {
            Some(at) => rights.reach(at),
            None => RoleReach { extent: Extent::Unknown, bindings: Vec::new(), joins: Vec::new() },
        }
    }

    /// True when a resource of the build seems to name an account: see the module `mention`.
    pub fn mentions_account(&self, name: &str) -> bool {
        self.rights().mentions.get_or_init(|| mention::read(self.resources())).contains(name)
    }

    /// The binding that a resource is.
    pub fn binding(&self, resource: &Resource) -> Option<&Binding<'a>> {
        let bindings = &self.rights().bindings;
        bindings.get(bindings.position(resource)?)
    }

    /// The roles that a binding surely gives and that are in view, each with the rules that it ends
    /// with: one role, unless the build defines it twice.
    pub fn roles_given(&self, binding: &Resource) -> Vec<(&Role<'a>, EffectiveRules<'_, 'a>)> {
        let Rights { roles, bindings, .. } = self.rights();
        let named = bindings.position(binding).map_or(&[][..], |at| bindings.roles(at));
        let sure = named.iter().filter(|(_, names)| *names == Match::Yes);
        sure.filter_map(|(at, _)| Some((roles.get(*at)?, roles.effective(*at)))).collect()
    }

    /// The rules that a Role or ClusterRole of the build ends with, aggregation included.
    pub fn effective_rules(&self, role: &Resource) -> EffectiveRules<'_, 'a> {
        let roles = &self.rights().roles;
        roles.position(role).map(|at| roles.effective(at)).unwrap_or_default()
    }
}
