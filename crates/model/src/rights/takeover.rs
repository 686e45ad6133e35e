//! The ways to the whole cluster that the token in a pod opens, in words and step by step. Whether
//! they are needed is left to who asks.

use kubesift_yaml::Node;

use super::account::Account;
use super::binding::Subject;
use super::closure::{Step, WayUp};
use super::escalation::Goal;
use crate::graph::{Graph, GraphPod};
use crate::selector::Match;

/// Ways up that a message names, and that the steps show.
const NAMED: usize = 2;

/// What whoever gets into a pod may do with the token that it finds there.
#[derive(Debug, Clone)]
pub struct Takeover<'g, 'a> {
    /// The account that the pod runs as.
    pub account: &'g Account<'a>,
    /// The ways that lead beyond one namespace, the strongest first; never empty.
    pub ways: Vec<WayUp<'g, 'a>>,
}

impl<'a> Graph<'a> {
    /// The ways to the cluster that a pod's token opens; none where no token is mounted, or it
    /// opens none.
    pub fn takeover_of(&self, pod: &GraphPod<'a>) -> Option<Takeover<'_, 'a>> {
        if self.token_of(pod).mounted == Match::No {
            return None;
        }
        let account = self.account_of(pod)?;
        let mut ways = self.ways_to_cluster(account);
        ways.sort_by_key(|way| (way.goal != Goal::Cluster, !way.way.is_direct));
        (!ways.is_empty()).then_some(Takeover { account, ways })
    }
}

impl<'a> Takeover<'_, 'a> {
    /// True when the strongest way leads to the whole cluster without a further step.
    pub fn is_direct(&self) -> bool {
        self.ways.first().is_some_and(|first| first.way.is_direct && first.goal == Goal::Cluster)
    }

    /// Whether the strongest way surely is open.
    pub fn sure(&self) -> Match {
        self.ways.first().map_or(Match::No, |first| first.sure)
    }

    /// The step that opens the strongest way.
    pub fn first_step(&self) -> Option<&Step<'_, 'a>> {
        self.ways.first().and_then(|way| way.steps.first())
    }

    /// What it may do, after "may": "read every Secret, run pods as any ServiceAccount, and has 2
    /// more ways up".
    pub fn words(&self) -> String {
        let named: Vec<String> = self.ways.iter().take(NAMED).map(WayUp::words).collect();
        let more = self.ways.len() - named.len();
        match (named.as_slice(), more) {
            ([one], _) => one.clone(),
            ([one, two], 0) => format!("{one} and {two}"),
            (_, 1) => format!("{}, and has 1 more way up", named.join(", ")),
            _ => format!("{}, and has {more} more ways up", named.join(", ")),
        }
    }

    /// From the account over each binding to the rule that grants the right: places, and what
    /// happens at each.
    pub fn hops(&self) -> Vec<(Node<'a>, String)> {
        let mut hops: Vec<(Node<'a>, String)> = Vec::new();
        let mut add = |place: Node<'a>, words: &dyn Fn() -> String| {
            if !hops.iter().any(|hop| hop.0 == place) {
                hops.push((place, words()));
            }
        };
        for step in self.ways.iter().take(NAMED).flat_map(|way| &way.steps) {
            let given = step.grant.given;
            add(given.subject.node, &|| {
                let (binding, role) = (given.binding.words(), step.grant.role.words());
                format!("{binding} gives {role} to {}", self.whom(given.subject))
            });
            let place = step.grant.rule.place_of(&[step.verb], step.group, step.resource);
            if let Some(place) = place {
                add(place, &|| grants(step));
            }
        }
        hops
    }

    fn whom(&self, subject: &Subject<'a>) -> String {
        match subject.who == self.account.who() {
            true => "it".to_owned(),
            false => subject.words(),
        }
    }
}

fn grants(step: &Step<'_, '_>) -> String {
    let role = step.grant.source.words();
    match (step.verb, step.resource) {
        ("*", "*") => format!("{role} grants every verb on every resource"),
        (verb, resource) => format!("{role} grants `{verb}` on `{resource}`"),
    }
}
