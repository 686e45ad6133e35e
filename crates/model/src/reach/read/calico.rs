//! Calico's NetworkPolicy and GlobalNetworkPolicy.

use kubesift_yaml::{Node, Value};

use super::{Read, Reader, Tier, Turn, anyone, is_filled_in_later, open_rule, some_items};
use crate::graph::Direction;
use crate::policy::{Policy, Term};
use crate::reach::cidr::CidrSet;
use crate::reach::error::PolicyErrorKind;
use crate::reach::ports::{PortSet, Protocol};
use crate::reach::rule::{Action, Peer, Pods, PortName, Ports, Rule, Who};
use crate::selector::Match;
use crate::unknown::{is_unknown, known_node};

impl<'a> Reader<'a> {
    pub(super) fn calico(&mut self, policy: &Policy<'a>) -> Read<'a> {
        let spec = policy.spec;
        self.check_types(spec.get("types"));
        let tier = match spec.get("tier").and_then(Node::str) {
            None | Some("default") => Tier::Default,
            Some("kube-admin" | "adminnetworkpolicy") => Tier::Admin,
            Some("kube-baseline" | "baselineadminnetworkpolicy") => Tier::Baseline,
            Some(name) => Tier::Named(name),
        };
        let order = match spec.get("order").map(Node::value) {
            Some(Value::Int(order)) => order as f64,
            Some(Value::Float(order)) if !order.is_nan() => order,
            // A policy without an order is the last of its tier.
            _ => f64::INFINITY,
        };
        let mut rules = Vec::new();
        for direction in [Direction::Ingress, Direction::Egress] {
            let heeded = policy.closes(direction) != Match::No;
            for node in policy.rules(direction) {
                let rule = self.calico_rule(node, direction, policy.is_cluster_wide());
                rules.extend(rule.filter(|_| heeded));
            }
        }
        Read { turn: Turn { tier, order }, rules, applies: self.of_workloads(spec) }
    }

    /// Policies before DNAT and without connection tracking are for the interfaces of hosts.
    fn of_workloads(&mut self, spec: Node<'a>) -> Match {
        let mut applies = Match::Yes;
        for key in ["preDNAT", "doNotTrack"] {
            match spec.get(key).filter(|node| !node.is_null()).map(|node| (node, node.bool())) {
                Some((_, Some(true))) => return Match::No,
                Some((node, None)) => {
                    self.doubt(node);
                    applies = Match::Unknown;
                }
                _ => {}
            }
        }
        applies
    }

    /// A rule; none for one that only writes a log.
    fn calico_rule(
        &mut self,
        node: Node<'a>,
        direction: Direction,
        wide: bool,
    ) -> Option<Rule<'a>> {
        let mut rule = open_rule(node, direction);
        let action = node.get("action").filter(|node| !node.is_null());
        match action.and_then(Node::text).map(str::to_ascii_lowercase).as_deref() {
            Some("allow") => rule.action = Action::Allow,
            Some("deny") => rule.action = Action::Deny,
            Some("pass" | "next-tier") => rule.action = Action::Pass,
            Some("log") => return None,
            word => {
                rule.doubtful = true;
                let at = action.unwrap_or(node);
                if action.is_some() && !known_node(at).is_literal() {
                    self.doubt(at);
                } else {
                    let words = match word {
                        Some(word) => format!("has the action `{word}`, which does not exist"),
                        None => "has a rule without an action".to_owned(),
                    };
                    self.error(at, PolicyErrorKind::Word, words);
                }
            }
        }
        let (peer, own) = match direction {
            Direction::Ingress => ("source", "destination"),
            Direction::Egress => ("destination", "source"),
        };
        rule.peers.push(self.calico_peer(node, node.get(peer), wide));
        let own = node.get(own);
        // What is asked of the pod itself, or of the port a connection comes from, is more than
        // this model looks at.
        let own_ports = if direction == Direction::Ingress { "ports" } else { "" };
        let asks = |node: Option<Node<'a>>, but: &[&str]| {
            let mut keys = node.into_iter().flat_map(Node::entries);
            keys.any(|(key, value)| {
                let text = matches!(value.value(), Value::Str(text) if !text.trim().is_empty());
                let some = value.items().next().is_some() || value.is_map();
                !but.contains(&key) && (text || some)
            })
        };
        rule.doubtful |= asks(own, &[own_ports, "notPorts"]);
        rule.doubtful |= direction == Direction::Ingress
            && node.at("source.ports").or(node.at("source.notPorts")).is_some();
        rule.looks_inside = node.get("http").is_some_and(|http| !http.is_null());
        rule.doubtful |= rule.looks_inside;
        rule.ports = self.calico_ports(node);
        Some(rule)
    }

    fn calico_peer(&mut self, rule: Node<'a>, entity: Option<Node<'a>>, wide: bool) -> Peer<'a> {
        let Some(entity) = entity.filter(|node| !node.is_null()) else { return anyone(rule) };
        let get = |key| entity.get(key).filter(|node: &Node<'a>| !node.is_null());
        if is_filled_in_later(Some(entity)) {
            self.doubt(entity);
            return Peer { node: entity, who: Who::Unknown };
        }
        let hidden = ["services", "domains"].iter().any(|key| get(key).is_some());
        let nets = self.calico_nets(entity);
        let text = |key| get(key).and_then(Node::str).is_some_and(|text| !text.trim().is_empty());
        let selects = text("selector")
            || text("notSelector")
            || text("namespaceSelector")
            || get("serviceAccounts").is_some();
        let who = match (nets, selects) {
            _ if hidden => Who::Unknown,
            (Err(()), _) => Who::Unknown,
            (Ok(None), false) => Who::Anyone,
            (Ok(Some(set)), false) => {
                // Calico compares addresses whoever has them, so a block may hold pods too.
                let pods = if set.is_all() { Match::Yes } else { Match::Unknown };
                Who::Addresses { set: Box::new(set), pods }
            }
            // Both must hold, and nobody knows the addresses of pods.
            (Ok(Some(_)), true) => Who::Unknown,
            (Ok(None), true) => self.calico_pods(entity, wide),
        };
        Peer { node: entity, who }
    }

    fn calico_pods(&mut self, entity: Node<'a>, wide: bool) -> Who<'a> {
        let get = |key| entity.get(key).filter(|node: &Node<'a>| !node.is_null());
        let mut pods = Pods::everywhere(Term::of_expression(get("selector")));
        pods.namespaces = Term::of_expression(get("namespaceSelector"));
        pods.own = !wide && get("namespaceSelector").is_none();
        pods.not = get("notSelector")
            .filter(|node| node.str().is_some_and(|text| !text.trim().is_empty()))
            .map(|node| Term::of_expression(Some(node)));
        if let Some(accounts) = get("serviceAccounts") {
            pods.accounts = accounts
                .get("names")
                .into_iter()
                .flat_map(Node::items)
                .filter_map(Node::text)
                .collect();
            if accounts.get("selector").is_some() || pods.accounts.iter().any(|it| is_unknown(it)) {
                return Who::Unknown;
            }
        }
        Who::Pods(Box::new(pods))
    }

    /// The addresses of `nets` and `notNets`; none when neither is there, an error when some are
    /// not known.
    fn calico_nets(&mut self, entity: Node<'a>) -> Result<Option<CidrSet>, ()> {
        let (mut set, mut known) = (None, true);
        if let Some(items) = some_items(entity.get("nets")) {
            let mut all = CidrSet::default();
            for item in items {
                match self.block(item, CidrSet::parse_or_address) {
                    Some(block) => all = all.union(&block),
                    None => known = false,
                }
            }
            set = Some(all);
        }
        if let Some(items) = some_items(entity.get("notNets")) {
            let mut rest = set.unwrap_or_else(CidrSet::all);
            for item in items {
                match self.block(item, CidrSet::parse_or_address) {
                    Some(block) => rest = rest.subtract(&block),
                    None => known = false,
                }
            }
            set = Some(rest);
        }
        if known { Ok(set) } else { Err(()) }
    }

    fn calico_ports(&mut self, rule: Node<'a>) -> Ports<'a> {
        let protocols = self.calico_protocols(rule);
        let mut ports = Ports::default();
        match some_items(rule.at("destination.ports")) {
            None => protocols.iter().for_each(|one| ports.add(&PortSet::all_of(*one))),
            Some(items) => {
                for item in items {
                    self.calico_port(item, &protocols, &mut ports);
                }
            }
        }
        if let Some(items) = some_items(rule.at("destination.notPorts")) {
            let mut not = Ports::default();
            for item in items {
                self.calico_port(item, &protocols, &mut not);
            }
            let whole = ports.numbers.subtract(&not.numbers);
            // Names and placeholders may take away anything.
            let open = !not.names.is_empty() || !not.perhaps.is_empty();
            ports.perhaps = ports.perhaps.subtract(&not.numbers);
            if open {
                ports.add_perhaps(&whole);
                ports.numbers = PortSet::default();
            } else {
                ports.numbers = whole;
            }
        }
        ports
    }

    /// The protocols of a rule that have ports; all of them when it says none.
    fn calico_protocols(&mut self, rule: Node<'a>) -> Vec<Protocol> {
        let read = |node: Node<'a>| match (node.text().unwrap_or_default(), node.int()) {
            (_, Some(6)) => Some(Some(Protocol::Tcp)),
            (_, Some(17)) => Some(Some(Protocol::Udp)),
            (_, Some(132)) => Some(Some(Protocol::Sctp)),
            (_, Some(_)) => Some(None),
            (name, None) => match &*name.to_ascii_uppercase() {
                "ICMP" | "ICMPV6" | "UDPLITE" => Some(None),
                name => Protocol::parse(name).map(Some),
            },
        };
        if let Some(node) = rule.get("protocol").filter(|node| !node.is_null()) {
            return match read(node) {
                Some(protocol) => protocol.into_iter().collect(),
                None => {
                    self.bad_protocol(node);
                    Protocol::ALL.to_vec()
                }
            };
        }
        let not = rule.get("notProtocol").filter(|node| !node.is_null()).and_then(read).flatten();
        Protocol::ALL.into_iter().filter(|protocol| Some(*protocol) != not).collect()
    }

    fn bad_protocol(&mut self, node: Node<'a>) {
        if !known_node(node).is_literal() {
            return self.doubt(node);
        }
        let text = node.text().unwrap_or_default();
        let words = format!("has the protocol `{text}`, which does not exist");
        self.error(node, PolicyErrorKind::Protocol, words);
    }

    /// A number, a range `8000:8080`, or a name.
    fn calico_port(&mut self, node: Node<'a>, protocols: &[Protocol], ports: &mut Ports<'a>) {
        let text = node.text().unwrap_or_default();
        if !known_node(node).is_literal() {
            self.doubt(node);
            return protocols.iter().for_each(|one| ports.add_perhaps(&PortSet::all_of(*one)));
        }
        let (first, last) = text.split_once(':').unwrap_or((text, text));
        match (first.parse::<u16>(), last.parse::<u16>()) {
            (Ok(first), Ok(last)) if first <= last => {
                protocols.iter().for_each(|one| ports.add(&PortSet::range(*one, first, last)));
            }
            (Ok(first), Ok(last)) => {
                let words = format!("has a range of ports from {first} to {last}");
                self.error(node, PolicyErrorKind::Port, words);
            }
            _ if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b':' || byte == b'-') => {
                let words = format!("has the port `{text}`, which is not from 1 to 65535");
                self.error(node, PolicyErrorKind::Port, words);
            }
            _ => {
                for protocol in protocols {
                    ports.names.push(PortName { name: text, protocol: Some(*protocol), node });
                }
            }
        }
    }
}
