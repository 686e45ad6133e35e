//! Who reaches a pod and whom it reaches, which policies decide, and the ways in from outside.

use std::collections::HashSet;

use kubesift_engine::model::reach::{Action, Bounds, End, Outside, PortSet, Reason};
use kubesift_engine::model::{Direction, GraphPod, Match, Resource, Way};

use super::{About, Line, Section, Tone, named, perhaps, section};

/// In a build of more pods than these nothing is said that takes a look at all of them for each.
const MOST_COMPARED: usize = 2_500;

impl<'a> About<'_, 'a> {
    /// The policies that select a pod, and what each does.
    pub(super) fn policies(&self, pod: &GraphPod<'a>) -> Option<Section> {
        let reach = self.graph.reach();
        let mut found: Vec<(u32, Match)> = Vec::new();
        for direction in [Direction::Ingress, Direction::Egress] {
            found.extend(reach.policies_for(pod, direction));
        }
        found.sort_by_key(|(at, _)| *at);
        found.dedup_by_key(|(at, _)| *at);
        let lines = found.into_iter().filter_map(|(at, selects)| {
            let policy = self.graph.policies().get(at as usize)?;
            let does = [Direction::Ingress, Direction::Egress].map(|direction| {
                let rules = policy.rules(direction).count();
                words_of_rules(direction, policy.closes(direction), rules)
            });
            let does: Vec<String> = does.into_iter().flatten().collect();
            let (sure, tone) = perhaps(selects);
            let words = format!("{sure}{}: {}", named(policy.resource), does.join("; "));
            let place = self.node(policy.selector());
            Some(Line::new(words).tone(tone).of(policy.resource).at(place))
        });
        let mut lines: Vec<Line> = lines.collect();
        if lines.is_empty() {
            let words = match pod.is_networked() {
                true => "none: every direction is open",
                false => "none that has a dependable effect: it is in the network of its node",
            };
            lines.push(Line::new(words).tone(Tone::Quiet));
        }
        section("policies", "Policies that select it", self.cut(lines))
    }

    /// What a policy does to the pods that it selects.
    pub(super) fn effect(&self, resource: &Resource) -> Option<Section> {
        let lines = self.graph.policies_of(resource).flat_map(|policy| {
            let node = policy.spec;
            [Direction::Ingress, Direction::Egress].into_iter().filter_map(move |direction| {
                let rules = policy.rules(direction).count();
                let words = words_of_rules(direction, policy.closes(direction), rules)?;
                Some((words, node))
            })
        });
        let lines = lines.map(|(words, node)| Line::new(words).at(self.node(node)));
        section("effect", "What it does", lines.collect())
    }

    /// From where each declared port of a pod is reached.
    pub(super) fn ports(&self, pod: &GraphPod<'a>) -> Option<Section> {
        let lines = self.graph.port_exposure(pod).into_iter().map(|port| {
            let circles = [
                ("from outside the cluster", port.outside),
                ("from other namespaces", port.other_namespaces),
                ("from its own", port.own_namespace),
            ];
            let of = |wanted| circles.iter().filter(move |(_, found)| *found == wanted);
            let sure: Vec<&str> = of(Match::Yes).map(|(words, _)| *words).collect();
            let perhaps: Vec<&str> = of(Match::Unknown).map(|(words, _)| *words).collect();
            let mut words = match sure.is_empty() {
                true => String::new(),
                false => format!("reached {}", sure.join(", ")),
            };
            if !perhaps.is_empty() {
                let between = if words.is_empty() { "" } else { "; " };
                words.push_str(&format!("{between}perhaps reached {}", perhaps.join(", ")));
            }
            if words.is_empty() {
                words.push_str("reached from nowhere");
            }
            let (number, protocol) = (port.number, port.protocol.name());
            let name = port.container.name();
            let tone = if port.outside == Match::Yes { Tone::Danger } else { Tone::Plain };
            Line::new(format!("{protocol} {number} of container `{name}`: {words}"))
                .tone(tone)
                .at(self.node(port.node))
        });
        section("ports", "Its ports", self.cut(lines.collect()))
    }

    /// What may reach a pod, as far as policies decide.
    pub(super) fn reached_by(&self, pod: &GraphPod<'a>) -> Option<Section> {
        let reach = self.graph.reach();
        let mut lines = self.direction(pod, Direction::Ingress);
        if reach.is_closed(pod, Direction::Ingress) != Match::No {
            let stranger = reach.allowed(End::Stranger, End::Pod(pod));
            lines.push(passing("pods that these files do not show", &stranger));
            lines.extend(self.outside(reach.from_outside(pod)));
        }
        section("reached-by", "May reach it", lines)
    }

    /// What a pod may reach, as far as policies decide.
    pub(super) fn reaches(&self, pod: &GraphPod<'a>) -> Option<Section> {
        let reach = self.graph.reach();
        let mut lines = self.direction(pod, Direction::Egress);
        if reach.is_closed(pod, Direction::Egress) != Match::No {
            let stranger = reach.allowed(End::Pod(pod), End::Stranger);
            lines.push(passing("pods that these files do not show", &stranger));
            lines.extend(self.outside(reach.to_outside(pod)));
        } else {
            lines.push(Line::new("every address outside the cluster, at every port"));
        }
        section("reaches", "It may reach", lines)
    }

    /// Which workloads of the build are at the other end.
    fn direction(&self, pod: &GraphPod<'a>, direction: Direction) -> Vec<Line> {
        let reach = self.graph.reach();
        let open = reach.is_closed(pod, direction) == Match::No;
        if open && direction == Direction::Ingress {
            return vec![Line::new("everything that can send to it: no policy closes its ingress")];
        }
        let runs = |other: &&GraphPod<'a>| other.at != pod.at && !other.pod.is_test_hook();
        let others: Vec<&GraphPod<'a>> = self.graph.pods().iter().filter(runs).collect();
        if others.len() > self.room.peers {
            return self.in_short(pod, direction, open);
        }
        let bounds = |other: &GraphPod<'a>| match direction {
            Direction::Ingress => reach.allowed(End::Pod(other), End::Pod(pod)),
            Direction::Egress => reach.allowed(End::Pod(pod), End::Pod(other)),
        };
        let met: Vec<(&GraphPod<'a>, Bounds)> =
            others.into_iter().map(|other| (other, bounds(other))).collect();
        self.peers(pod, direction, &met)
    }

    fn peers(
        &self,
        pod: &GraphPod<'a>,
        direction: Direction,
        met: &[(&GraphPod<'a>, Bounds)],
    ) -> Vec<Line> {
        if met.is_empty() {
            return vec![Line::new("no other workload is in this build").tone(Tone::Quiet)];
        }
        let whole = |bounds: &Bounds| bounds.sure.is_all();
        let all = met.len();
        let free = met.iter().filter(|(_, bounds)| whole(bounds)).count();
        if free == all {
            let words = format!("every other workload of this build ({all}), at every port");
            return vec![Line::new(words)];
        }
        // The shorter of the two lists says as much.
        let few_held = all - free < free;
        let listed = met.iter().filter(|(_, bounds)| match few_held {
            true => !whole(bounds),
            false => bounds.any() != Match::No,
        });
        let listed: Vec<_> = listed.collect();
        let mut lines = Vec::new();
        if few_held {
            let words = format!("{free} of {all} other workloads, at every port; besides");
            lines.push(Line::new(words));
        }
        // Who decided is asked only for what is shown.
        let left = listed.len().saturating_sub(self.room.lines);
        for (other, bounds) in listed.iter().take(self.room.lines) {
            let mut line = passing(&named(other.pod.resource), bounds).of(other.pod.resource);
            line.place = self.decided(pod, other, direction, bounds.any() != Match::No);
            lines.push(line);
        }
        if left > 0 {
            lines.push(Line::new(format!("and {left} more")).tone(Tone::Quiet));
        }
        if lines.is_empty() {
            lines.push(Line::new("no workload of this build").tone(Tone::Quiet));
        }
        lines
    }

    /// What holds for whole namespaces, in a build of many workloads.
    fn in_short(&self, pod: &GraphPod<'a>, direction: Direction, open: bool) -> Vec<Line> {
        let reach = self.graph.reach();
        if direction == Direction::Egress {
            let words = match open {
                true => "everything that lets it in: no policy closes its egress",
                false => "what its policies allow",
            };
            return vec![Line::new(words)];
        }
        if self.graph.pods().len() > MOST_COMPARED {
            return vec![Line::new("what its policies allow")];
        }
        vec![
            passing("workloads of its namespace", &reach.from_own_namespace(pod)),
            passing("workloads of other namespaces", &reach.from_other_namespaces(pod)),
        ]
    }

    /// The rule that lets something pass, or what keeps it out.
    fn decided(
        &self,
        pod: &GraphPod<'a>,
        other: &GraphPod<'a>,
        direction: Direction,
        passes: bool,
    ) -> Option<super::PlaceView> {
        let (from, to) = match direction {
            Direction::Ingress => (End::Pod(other), End::Pod(pod)),
            Direction::Egress => (End::Pod(pod), End::Pod(other)),
        };
        let why = self.graph.reach().explain(from, to).why;
        let fits = |reason: &&Reason<'a>| {
            (reason.action == Some(Action::Allow)) == passes && reason.action != Some(Action::Pass)
        };
        let own = why.iter().filter(fits).find(|reason| reason.direction == direction);
        let reason = own.or_else(|| why.iter().find(fits))?;
        self.node(reason.at)
    }

    /// Addresses outside the cluster; those of version 6 only where they are treated otherwise.
    fn outside(&self, outside: &Outside) -> Vec<Line> {
        const WHERE: &str = "addresses outside the cluster";
        let all = outside.any();
        let alike = outside.pieces.iter().all(|(_, bounds)| *bounds == all);
        if alike {
            return vec![passing(WHERE, &all)];
        }
        let some = outside.pieces.iter().filter(|(_, bounds)| bounds.any() != Match::No);
        let lines: Vec<Line> =
            some.map(|(range, bounds)| passing(&format!("{WHERE} {range}"), bounds)).collect();
        self.cut(lines)
    }

    /// The ways from outside to a pod, with their hops; empty when there is none.
    pub(crate) fn ways_in(&self, pod: &GraphPod<'a>) -> Vec<Line> {
        let lines = self.graph.ways_to(pod).iter().map(|way| {
            let hops = way.hops.iter();
            let hops =
                hops.map(|hop| Line::new(hop.words()).of(hop.resource).at(self.node(hop.at)));
            let tone = match way.lets_the_public_in() {
                Match::Yes => Tone::Danger,
                Match::No => Tone::Quiet,
                Match::Unknown => Tone::Plain,
            };
            let place = way.hops.first().and_then(|hop| self.node(hop.at));
            Line::new(way_words(way)).tone(tone).at(place).steps(hops.collect())
        });
        // An Ingress of two hosts makes two ways that read alike.
        let mut told = HashSet::new();
        self.cut(lines.filter(|line| told.insert(line.words.clone())).collect())
    }
}

/// A way in one line, with who is let in.
fn way_words(way: &Way<'_>) -> String {
    format!("{}: {}", way.line(), way.audience_in_words())
}

/// What a policy does in a direction; nothing when it has no say in it.
fn words_of_rules(direction: Direction, closes: Match, rules: usize) -> Option<String> {
    let way = match direction {
        Direction::Ingress => "in",
        Direction::Egress => "out",
    };
    let counted = if rules == 1 { "1 rule".to_owned() } else { format!("{rules} rules") };
    match (closes, rules) {
        (Match::Yes, 0) => Some(format!("lets nothing {way}")),
        (Match::Yes, _) => Some(format!("lets {way} what {counted} allow{}", s(rules))),
        (Match::Unknown, _) => Some(format!("may close the way {way}")),
        (Match::No, 0) => None,
        (Match::No, _) => Some(format!("has {counted} for the way {way}")),
    }
}

/// The ending of a verb after so many.
fn s(number: usize) -> &'static str {
    if number == 1 { "s" } else { "" }
}

/// Something at the other end, and what passes.
fn passing(what: &str, bounds: &Bounds) -> Line {
    match bounds.any() {
        Match::No => Line::new(format!("{what}: nothing passes")).tone(Tone::Quiet),
        Match::Unknown => {
            Line::new(format!("perhaps {what}, {}", ports(&bounds.possible))).tone(Tone::Unsure)
        }
        Match::Yes if bounds.sure == bounds.possible => {
            Line::new(format!("{what}, {}", ports(&bounds.sure)))
        }
        Match::Yes => Line::new(format!(
            "{what}, {}, perhaps {}",
            ports(&bounds.sure),
            ports(&bounds.possible)
        )),
    }
}

fn ports(set: &PortSet) -> String {
    if set.is_all() { "at every port".to_owned() } else { format!("at {set}") }
}
