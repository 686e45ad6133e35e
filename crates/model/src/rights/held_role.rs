//! What somebody holds, role by role: each role once, with the bindings that give it and the rules
//! that it ends with. This is how a person reads rights; a program asks for grants.

use foldhash::{HashMap, HashMapExt};

use super::Rights;
use super::binding::RoleRef;
use super::closure::Given;
use super::role::{Role, RoleKind};
use super::rule::Rule;
use crate::selector::Match;

/// A role that somebody holds.
#[derive(Debug)]
pub struct HeldRole<'g, 'a> {
    /// The role; none when it is not in view.
    pub role: Option<&'g Role<'a>>,
    /// How the first binding names it.
    pub named: RoleRef<'a>,
    /// The bindings that give it.
    pub by: Vec<Given<'g, 'a>>,
    /// The rules that it ends with: the role that states each, and whether it surely is one.
    pub rules: Vec<(&'g Role<'a>, &'g Rule<'a>, Match)>,
    /// True when there may be other rules.
    pub open: bool,
}

/// What tells the roles of bindings apart: the role in view, or else kind, namespace and name.
#[derive(PartialEq, Eq, Hash)]
enum Key<'a> {
    InView(u32),
    Named(Option<RoleKind>, Option<&'a str>, &'a str),
}

impl<'a> Rights<'a> {
    /// The roles that bindings give, in the order of the bindings.
    pub fn held_roles<'g>(&'g self, given: &[Given<'g, 'a>]) -> Vec<HeldRole<'g, 'a>> {
        let mut found: Vec<HeldRole<'g, 'a>> = Vec::new();
        let mut places: HashMap<Key<'a>, usize> = HashMap::new();
        for given in given {
            let Some(named) = given.binding.role else { continue };
            let roles = self.bindings.roles(given.at);
            let mut keys: Vec<(Key<'a>, Match)> =
                roles.iter().map(|(at, sure)| (Key::InView(*at), *sure)).collect();
            if keys.is_empty() {
                let namespace = given.binding.resource.namespace.as_deref();
                let namespace = namespace.filter(|_| named.kind != Some(RoleKind::ClusterRole));
                keys.push((Key::Named(named.kind, namespace, named.name), Match::Yes));
            }
            for (key, sure) in keys {
                let role = match key {
                    Key::InView(at) => Some(at),
                    Key::Named(..) => None,
                };
                let place = *places.entry(key).or_insert_with(|| {
                    found.push(self.held_role(role, named));
                    found.len() - 1
                });
                let given = Given { sure: given.sure.and(sure), ..*given };
                if let Some(held) = found.get_mut(place) {
                    held.by.push(given);
                }
            }
        }
        found
    }

    fn held_role<'g>(&'g self, at: Option<u32>, named: RoleRef<'a>) -> HeldRole<'g, 'a> {
        let role = at.and_then(|at| self.roles.get(at));
        let mut held = HeldRole { role, named, by: Vec::new(), rules: Vec::new(), open: true };
        let Some(at) = at else { return held };
        held.open = self.roles.effective(at).open;
        for (source, sure) in self.roles.sources(at) {
            let Some(source) = self.roles.get(*source) else { continue };
            if source.aggregates.is_none() {
                held.rules.extend(source.own.iter().map(|rule| (source, rule, *sure)));
            }
        }
        held
    }
}
