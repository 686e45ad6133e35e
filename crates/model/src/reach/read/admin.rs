//! AdminNetworkPolicy and BaselineAdminNetworkPolicy, and ClusterNetworkPolicy, their successor
//! with both tiers in one kind.

use kubesift_yaml::Node;

use super::{Read, Reader, Tier, Turn, anyone, is_filled_in_later, open_rule, present, some_items};
use crate::graph::Direction;
use crate::policy::{Policy, Term};
use crate::reach::cidr::CidrSet;
use crate::reach::error::PolicyErrorKind;
use crate::reach::ports::{PortSet, Protocol};
use crate::reach::rule::{Action, Peer, Pods, PortName, Ports, Rule, Who};
use crate::selector::Match;
use crate::unknown::known_node;

/// Priorities are from 0, which goes first, to this one.
const LAST_PRIORITY: i64 = 1000;

impl<'a> Reader<'a> {
    pub(super) fn admin(&mut self, policy: &Policy<'a>) -> Read<'a> {
        let spec = policy.spec;
        let kind = &*policy.resource.kind.kind;
        let tier = match (kind, spec.get("tier").and_then(Node::text)) {
            ("BaselineAdminNetworkPolicy", _) | ("ClusterNetworkPolicy", Some("Baseline")) => {
                Tier::Baseline
            }
            _ => Tier::Admin,
        };
        if kind == "ClusterNetworkPolicy" {
            self.check_tier(spec);
        }
        let order = match kind {
            "BaselineAdminNetworkPolicy" => {
                self.check_baseline_name(policy);
                0.0
            }
            _ => self.priority(spec),
        };
        self.check_subject(spec);
        let mut rules = Vec::new();
        for direction in [Direction::Ingress, Direction::Egress] {
            for node in policy.rules(direction) {
                rules.push(self.admin_rule(node, direction, kind));
            }
        }
        Read { turn: Turn { tier, order }, rules, applies: Match::Yes }
    }

    fn check_tier(&mut self, spec: Node<'a>) {
        let tier = spec.get("tier");
        if matches!(tier.and_then(Node::text), Some("Admin" | "Baseline")) {
            return;
        }
        let at = tier.unwrap_or(spec);
        if tier.is_some() && !known_node(at).is_literal() {
            return self.doubt(at);
        }
        let words = match tier.and_then(Node::text) {
            Some(word) => format!("has the tier `{word}`, which is neither Admin nor Baseline"),
            None => "has no `tier`".to_owned(),
        };
        self.error(at, PolicyErrorKind::Word, words);
    }

    fn check_baseline_name(&mut self, policy: &Policy<'a>) {
        let name = policy.resource.node().at("metadata.name");
        let Some(node) = name.filter(|node| known_node(*node).is_literal()) else { return };
        if node.text() != Some("default") {
            let words = "is not named `default`, which is the only name it can have".to_owned();
            self.error(node, PolicyErrorKind::Name, words);
        }
    }

    fn priority(&mut self, spec: Node<'a>) -> f64 {
        let Some(node) = spec.get("priority").filter(|node| !node.is_null()) else {
            self.error(spec, PolicyErrorKind::Priority, "has no `priority`".to_owned());
            return f64::INFINITY;
        };
        match node.int() {
            Some(priority) if (0..=LAST_PRIORITY).contains(&priority) => priority as f64,
            _ if !known_node(node).is_literal() => {
                self.doubt(node);
                f64::INFINITY
            }
            found => {
                let text = node.text().unwrap_or_default();
                let words = format!("has the priority {text}, which is not from 0 to 1000");
                self.error(node, PolicyErrorKind::Priority, words);
                found.map_or(f64::INFINITY, |priority| priority as f64)
            }
        }
    }

    fn check_subject(&mut self, spec: Node<'a>) {
        let Some(subject) = spec.get("subject").filter(|node| !node.is_null()) else {
            let words = "has no `subject`".to_owned();
            return self.error(spec, PolicyErrorKind::Subject, words);
        };
        if is_filled_in_later(Some(subject)) {
            return self.doubt(subject);
        }
        let stated = present(subject, &["namespaces", "pods"]);
        if stated.len() != 1 {
            let words = match stated.is_empty() {
                true => "has a `subject` with neither `namespaces` nor `pods`",
                false => "has a `subject` with both `namespaces` and `pods`",
            };
            self.error(subject, PolicyErrorKind::Subject, words.to_owned());
        }
        self.check_selector(subject.get("namespaces"), false);
        if let Some(pods) = subject.get("pods") {
            self.check_selector(pods.get("namespaceSelector"), false);
            self.check_selector(pods.get("podSelector"), false);
        }
    }

    fn admin_rule(&mut self, node: Node<'a>, direction: Direction, kind: &str) -> Rule<'a> {
        let mut rule = open_rule(node, direction);
        match self.admin_action(node, kind) {
            Some(action) => rule.action = action,
            None => rule.doubtful = true,
        }
        let key = if direction == Direction::Ingress { "from" } else { "to" };
        let peers = node.get(key);
        match some_items(peers) {
            None if is_filled_in_later(peers) => {
                peers.into_iter().for_each(|node| self.doubt(node));
                rule.peers.push(Peer { node, who: Who::Unknown });
            }
            None => {
                let words = format!("has a rule without peers in `{key}`");
                self.error(peers.unwrap_or(node), PolicyErrorKind::NoPeers, words);
                rule.peers.push(anyone(node));
                rule.doubtful = true;
            }
            Some(items) => {
                rule.peers.extend(items.into_iter().map(|item| self.admin_peer(item, direction)));
            }
        }
        rule.ports = match node.get("protocols").filter(|list| !list.is_null()) {
            Some(list) => self.admin_ports(Some(list), Self::admin_protocol),
            None => self.admin_ports(node.get("ports"), Self::admin_port),
        };
        rule
    }

    fn admin_action(&mut self, node: Node<'a>, kind: &str) -> Option<Action> {
        let action = node.get("action").filter(|node| !node.is_null());
        let allow = if kind == "ClusterNetworkPolicy" { "Accept" } else { "Allow" };
        match action.and_then(Node::text) {
            Some(word) if word == allow => return Some(Action::Allow),
            Some("Deny") => return Some(Action::Deny),
            Some("Pass") if kind != "BaselineAdminNetworkPolicy" => return Some(Action::Pass),
            _ => {}
        }
        let at = action.unwrap_or(node);
        if action.is_some() && !known_node(at).is_literal() {
            self.doubt(at);
            return None;
        }
        let words = match action.and_then(Node::text) {
            Some(word) => format!("has the action `{word}`, which does not exist there"),
            None => "has a rule without an action".to_owned(),
        };
        self.error(at, PolicyErrorKind::Word, words);
        None
    }

    fn admin_peer(&mut self, node: Node<'a>, direction: Direction) -> Peer<'a> {
        let keys: &[&'static str] = match direction {
            Direction::Ingress => &["namespaces", "pods"],
            Direction::Egress => &["namespaces", "pods", "nodes", "networks", "domainNames"],
        };
        if is_filled_in_later(Some(node)) {
            self.doubt(node);
            return Peer { node, who: Who::Unknown };
        }
        let stated = present(node, keys);
        let [one] = *stated else {
            let words = match stated.len() {
                0 => "has a peer that names nobody".to_owned(),
                _ => format!("has a peer with {} at once", stated.join(" and ")),
            };
            self.error(node, PolicyErrorKind::Peer, words);
            return Peer { node, who: Who::Unknown };
        };
        let value = node.get(one);
        let who = match one {
            "namespaces" => self.admin_pods(value, None),
            "pods" => {
                let get = |key| value.and_then(|node: Node<'a>| node.get(key));
                // The first versions of the API had `namespaces` around the selector here, too.
                let namespaces = get("namespaceSelector").or_else(|| get("namespaces"));
                self.admin_pods(namespaces, get("podSelector"))
            }
            "nodes" => {
                self.check_selector(value, false);
                Who::Nodes
            }
            "networks" => self.networks(value),
            _ => Who::Elsewhere,
        };
        Peer { node, who }
    }

    /// Pods by selectors of namespaces and of pods. The first versions of the API had another map
    /// around the selector of namespaces, and words for "the same as the subject's".
    fn admin_pods(&mut self, namespaces: Option<Node<'a>>, pods: Option<Node<'a>>) -> Who<'a> {
        let get = |key| namespaces.and_then(|node: Node<'a>| node.get(key));
        if get("sameLabels").or_else(|| get("notSameLabels")).is_some() {
            return Who::Unknown;
        }
        let namespaces = get("namespaceSelector").or(namespaces);
        self.check_selector(namespaces, false);
        self.check_selector(pods, false);
        let mut meant = Pods::everywhere(Term::of_selector(pods));
        meant.namespaces = Term::of_selector(namespaces);
        Who::Pods(Box::new(meant))
    }

    /// Networks are meant for what is outside, but the rule looks at traffic inside as well, and
    /// nobody knows the addresses of pods.
    fn networks(&mut self, list: Option<Node<'a>>) -> Who<'a> {
        let (mut set, mut known) = (CidrSet::default(), true);
        for node in list.into_iter().flat_map(Node::items) {
            match self.block(node, CidrSet::parse) {
                Some(block) => set = set.union(&block),
                None => known = false,
            }
        }
        let pods = if set.is_empty() { Match::No } else { Match::Unknown };
        if !known {
            return Who::Elsewhere;
        }
        Who::Addresses { set: Box::new(set), pods }
    }

    fn admin_ports(
        &mut self,
        list: Option<Node<'a>>,
        read: fn(&mut Self, Node<'a>, &mut Ports<'a>),
    ) -> Ports<'a> {
        let Some(items) = some_items(list) else {
            if is_filled_in_later(list) {
                list.into_iter().for_each(|node| self.doubt(node));
                return Ports::unknown();
            }
            return Ports::all();
        };
        let mut ports = Ports::default();
        for item in items {
            if is_filled_in_later(Some(item)) {
                self.doubt(item);
                ports.add_perhaps(&PortSet::all());
            } else {
                read(self, item, &mut ports);
            }
        }
        ports
    }

    /// `portNumber`, `portRange` or `namedPort`.
    fn admin_port(&mut self, item: Node<'a>, ports: &mut Ports<'a>) {
        let stated = present(item, &["portNumber", "portRange", "namedPort"]);
        let ([one], true) = (&*stated, stated.len() == 1) else {
            let words = match stated.is_empty() {
                true => "has a port that says nothing".to_owned(),
                false => format!("has a port with {} at once", stated.join(" and ")),
            };
            self.error(item, PolicyErrorKind::Peer, words);
            return ports.add_perhaps(&PortSet::all());
        };
        let Some(value) = item.get(one) else { return };
        if *one == "namedPort" {
            return self.admin_name(value, ports);
        }
        let Some(protocol) = self.protocol(value) else {
            return ports.add_perhaps(&PortSet::all());
        };
        let (first, last) = match *one {
            "portNumber" => (value.get("port"), None),
            _ => (value.get("start"), value.get("end")),
        };
        self.admin_range(value, protocol, (first, last, *one == "portRange"), ports);
    }

    /// `tcp`, `udp`, `sctp` with a `destinationPort`, or a `destinationNamedPort`.
    fn admin_protocol(&mut self, item: Node<'a>, ports: &mut Ports<'a>) {
        let stated = present(item, &["tcp", "udp", "sctp", "destinationNamedPort"]);
        let [one] = *stated else {
            let words = "has an item of `protocols` without exactly one protocol".to_owned();
            self.error(item, PolicyErrorKind::Peer, words);
            return ports.add_perhaps(&PortSet::all());
        };
        let Some(value) = item.get(one) else { return };
        let protocol = match one {
            "tcp" => Protocol::Tcp,
            "udp" => Protocol::Udp,
            "sctp" => Protocol::Sctp,
            _ => return self.admin_name(value, ports),
        };
        let Some(port) = value.get("destinationPort").filter(|node| !node.is_null()) else {
            return ports.add(&PortSet::all_of(protocol));
        };
        match port.get("range").filter(|node| !node.is_null()) {
            Some(range) => {
                let ends = (range.get("start"), range.get("end"), true);
                self.admin_range(range, protocol, ends, ports);
            }
            None => self.admin_range(port, protocol, (port.get("number"), None, false), ports),
        }
    }

    fn admin_name(&mut self, node: Node<'a>, ports: &mut Ports<'a>) {
        match node.str().filter(|_| known_node(node).is_literal()) {
            Some(name) => ports.names.push(PortName { name, protocol: None, node }),
            None => {
                self.doubt(node);
                ports.add_perhaps(&PortSet::all());
            }
        }
    }

    fn admin_range(
        &mut self,
        at: Node<'a>,
        protocol: Protocol,
        (first, last, is_range): (Option<Node<'a>>, Option<Node<'a>>, bool),
        ports: &mut Ports<'a>,
    ) {
        let Some(first) = first.filter(|_| !is_range || last.is_some()) else {
            let words = if is_range { "has a range without both ends" } else { "has no number" };
            self.error(at, PolicyErrorKind::Port, words.to_owned());
            return ports.add_perhaps(&PortSet::all_of(protocol));
        };
        match self.range(protocol, first, last) {
            Some(range) => ports.add(&range),
            None => ports.add_perhaps(&PortSet::all_of(protocol)),
        }
    }
}
