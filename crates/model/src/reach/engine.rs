//! What the policies that select a class let through, tier by tier, rule by rule: for another class,
//! for any other pod, for a pod nobody knows, for an address.
//!
//! Every port is followed at once. A rule that matches surely decides the ports it names; one that
//! matches perhaps decides them in some cases, so they go on to the next rule as well. A port is
//! sure to pass when in no case anything denies it.

use std::net::IpAddr;

use super::cidr::CidrSet;
use super::classes::{Class, NamedPorts};
use super::ports::PortSet;
use super::rule::{Action, Peer, Rule};
use super::{Bounds, Reach, Reason};
use crate::graph::Direction;
use crate::policy::Dialect;
use crate::selector::Match;

/// Whom the traffic comes from or goes to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Other {
    /// A class of pods of the build.
    Class(u32),
    /// A class of the build that no rule of the pod in question names in particular.
    Unnamed,
    /// A pod of a namespace that the build does not hold.
    Stranger,
    /// An address outside the cluster.
    Address(IpAddr),
}

/// Ports on their way through the tiers.
struct Flow {
    /// Not decided yet, at least in some case.
    open: PortSet,
    /// Allowed in some case.
    allowed: PortSet,
    /// Denied in some case.
    denied: PortSet,
}

/// Of more classes than these that a rule names, the first ones are enough for an example.
const MANY: usize = 50;

impl<'a> Reach<'a> {
    /// What the policies of a class let through. `why` takes the policies that had a say.
    pub(super) fn evaluate(
        &self,
        class: u32,
        direction: Direction,
        other: Other,
        why: Option<&mut Vec<Reason<'a>>>,
    ) -> Bounds {
        let policies = self.selection.of_class(&self.classes, class);
        self.judge(class, &policies, direction, other, why)
    }

    /// The same, with the policies that select the class at hand.
    pub(super) fn judge(
        &self,
        class: u32,
        policies: &[(u32, Match)],
        direction: Direction,
        other: Other,
        mut why: Option<&mut Vec<Reason<'a>>>,
    ) -> Bounds {
        let Some(own) = self.classes.all.get(class as usize) else { return Bounds::none() };
        let mut flow =
            Flow { open: PortSet::all(), allowed: PortSet::default(), denied: PortSet::default() };
        let tier = |row: &(u32, Match)| self.selection.entries.get(row.0 as usize).map(|e| e.tier);
        for group in policies.chunk_by(|one, other| tier(one) == tier(other)) {
            self.pass_tier(own, group, direction, other, &mut flow, &mut why);
        }
        // What nobody decides passes.
        let possible = flow.allowed.union(&flow.open);
        let sure = possible.subtract(&flow.denied);
        if own.on_host {
            return Bounds { sure, possible: PortSet::all() };
        }
        Bounds { sure, possible }
    }

    /// What one rule lets through to a class, or out of it, that the NetworkPolicies which select
    /// the class do not: towards some pod of the build, a stranger, or an address it names.
    pub(super) fn opened_beyond(&self, class: u32, rule: &Rule<'a>, at: u32) -> PortSet {
        let policies = self.selection.of_class(&self.classes, class);
        let own = policies.contains(&(rule.policy, Match::Yes));
        let plain: Vec<(u32, Match)> = policies
            .into_iter()
            .filter(|row| {
                let entry = self.selection.entries.get(row.0 as usize);
                entry.is_some_and(|entry| entry.dialect == Dialect::Kubernetes)
            })
            .collect();
        let closed = plain.iter().fold(Match::No, |closed, (policy, selects)| {
            closed.or(selects.and(self.selection.closes(*policy, rule.direction)))
        });
        let Some(reached) = self.selection.reached(at, &self.classes) else {
            return PortSet::default();
        };
        if !own || closed != Match::Yes {
            return PortSet::default();
        }
        let mut others = vec![Other::Stranger, Other::Unnamed];
        others.extend(reached.list.iter().take(MANY).map(|row| Other::Class(row.0)));
        let blocks = rule.peers.iter().filter_map(Peer::addresses).flat_map(CidrSet::ranges);
        others.extend(blocks.map(|range| Other::Address(range.first)));
        let means = |other: &Other| {
            self.selection.means(at, *other, &self.classes, self.assume) == Match::Yes
        };
        others.into_iter().filter(means).fold(PortSet::default(), |opened, other| {
            let without = self.judge(class, &plain, rule.direction, other, None);
            opened.union(&rule.ports.numbers.subtract(&without.possible))
        })
    }

    fn pass_tier(
        &self,
        own: &Class<'a>,
        policies: &[(u32, Match)],
        direction: Direction,
        other: Other,
        flow: &mut Flow,
        why: &mut Option<&mut Vec<Reason<'a>>>,
    ) {
        let mut passed = PortSet::default();
        // Cilium's denials go before everything that allows.
        for first in [true, false] {
            for (policy, selects) in policies {
                self.pass_policy(
                    own,
                    (*policy, *selects),
                    (direction, first),
                    other,
                    (flow, &mut passed),
                    why,
                );
            }
        }
        self.end_tier(policies, direction, flow, why);
        flow.open = flow.open.union(&passed);
    }

    fn pass_policy(
        &self,
        own: &Class<'a>,
        (policy, selects): (u32, Match),
        (direction, first): (Direction, bool),
        other: Other,
        (flow, passed): (&mut Flow, &mut PortSet),
        why: &mut Option<&mut Vec<Reason<'a>>>,
    ) {
        for at in self.selection.rules_of(policy) {
            let Some(rule) = self.selection.rule(*at) else { continue };
            if rule.direction != direction || rule.goes_first != first || flow.open.is_empty() {
                continue;
            }
            let means = self.selection.means(*at, other, &self.classes, self.assume);
            let matches = selects.and(means);
            if matches == Match::No {
                continue;
            }
            let nameless = NamedPorts::default();
            let ports = match (direction, other) {
                (Direction::Ingress, _) => own.ports.resolve(&rule.ports),
                (Direction::Egress, Other::Class(class)) => {
                    let held = self.classes.all.get(class as usize);
                    held.map_or(&nameless, |class| &class.ports).resolve(&rule.ports)
                }
                (Direction::Egress, _) => nameless.resolve(&rule.ports),
            };
            let (sure, possible) = (ports.0, ports.1.intersect(&flow.open));
            if possible.is_empty() {
                continue;
            }
            match rule.action {
                Action::Allow => flow.allowed = flow.allowed.union(&possible),
                Action::Deny => flow.denied = flow.denied.union(&possible),
                Action::Pass => *passed = passed.union(&possible),
            }
            if matches == Match::Yes {
                flow.open = flow.open.subtract(&sure);
            }
            if let Some(why) = why
                && let Some(entry) = self.selection.entries.get(policy as usize)
            {
                let (resource, action) = (entry.resource, Some(rule.action));
                why.push(Reason { policy, resource, at: rule.node, direction, action });
            }
        }
    }

    /// What no rule of a tier decided ends here when one of its policies closes the direction.
    fn end_tier(
        &self,
        policies: &[(u32, Match)],
        direction: Direction,
        flow: &mut Flow,
        why: &mut Option<&mut Vec<Reason<'a>>>,
    ) {
        if flow.open.is_empty() {
            return;
        }
        let mut closed = Match::No;
        for (policy, selects) in policies {
            let closes = selects.and(self.selection.closes(*policy, direction));
            let Some(entry) = self.selection.entries.get(*policy as usize) else { continue };
            let passes_on = self.selection.passes_on.get(entry.tier as usize);
            if closes == Match::No || passes_on.copied().unwrap_or_default() {
                continue;
            }
            closed = closed.or(closes);
            if let Some(why) = why {
                let (resource, at, policy) = (entry.resource, entry.selector, *policy);
                why.push(Reason { policy, resource, at, direction, action: None });
            }
        }
        match closed {
            Match::Yes => {
                flow.denied = flow.denied.union(&flow.open);
                flow.open = PortSet::default();
            }
            Match::Unknown => flow.denied = flow.denied.union(&flow.open),
            Match::No => {}
        }
    }
}
