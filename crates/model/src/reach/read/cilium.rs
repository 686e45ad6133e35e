//! CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy.

use kubesift_yaml::{Node, Value};

use super::{
    NETWORK_POLICY, Read, Reader, Tier, Turn, anyone, is_filled_in_later, open_rule, some_items,
};
use crate::graph::Direction;
use crate::policy::{Policy, Term};
use crate::reach::cidr::CidrSet;
use crate::reach::error::PolicyErrorKind;
use crate::reach::ports::{PortSet, Protocol};
use crate::reach::rule::{Action, Peer, Pods, PortName, Ports, Rule, Who};
use crate::selector::Match;
use crate::unknown::{is_unknown, known_node};

/// True for a list without items.
fn is_bare(list: Node<'_>) -> bool {
    list.items().next().is_none()
}

/// The keys of a rule, for each direction.
struct Keys {
    endpoints: &'static str,
    requires: &'static str,
    cidrs: &'static str,
    cidr_sets: &'static str,
    entities: &'static str,
    nodes: &'static str,
    groups: &'static str,
    /// What only rules of the other direction, or no plain manifests, can resolve.
    elsewhere: &'static [&'static str],
}

const FROM: Keys = Keys {
    endpoints: "fromEndpoints",
    requires: "fromRequires",
    cidrs: "fromCIDR",
    cidr_sets: "fromCIDRSet",
    entities: "fromEntities",
    nodes: "fromNodes",
    groups: "fromGroups",
    elsewhere: &[],
};

const TO: Keys = Keys {
    endpoints: "toEndpoints",
    requires: "toRequires",
    cidrs: "toCIDR",
    cidr_sets: "toCIDRSet",
    entities: "toEntities",
    nodes: "toNodes",
    groups: "toGroups",
    elsewhere: &["toFQDNs"],
};

impl<'a> Reader<'a> {
    pub(super) fn cilium(&mut self, policy: &Policy<'a>) -> Read<'a> {
        let spec = policy.spec;
        let wide = policy.is_cluster_wide();
        self.check_selector(spec.get("endpointSelector"), true);
        let mut rules = Vec::new();
        let lists = [
            ("ingress", Direction::Ingress, Action::Allow),
            ("egress", Direction::Egress, Action::Allow),
            ("ingressDeny", Direction::Ingress, Action::Deny),
            ("egressDeny", Direction::Egress, Action::Deny),
        ];
        for (key, direction, action) in lists {
            for node in spec.get(key).into_iter().flat_map(Node::items) {
                let mut rule = self.cilium_rule(node, direction, wide);
                rule.action = action;
                rule.goes_first = action == Action::Deny;
                rules.push(rule);
            }
        }
        self.check_rules(spec, &lists.map(|(key, ..)| key));
        let turn = Turn { tier: Tier::Default, order: NETWORK_POLICY };
        Read { turn, rules, applies: Match::Yes }
    }

    /// Notes a policy whose lists of rules are all missing or empty: the agent refuses it since
    /// 1.19 (`Rule.Validate`), so the pods go without it. To deny, a list holds an empty rule.
    fn check_rules(&mut self, spec: Node<'a>, lists: &[&'static str]) {
        let has_none = |list: Node<'_>| list.is_null() || list.is_list() && is_bare(list);
        if !lists.iter().all(|key| spec.get(key).is_none_or(has_none)) {
            return;
        }
        let selector = spec.get("endpointSelector").or_else(|| spec.get("nodeSelector"));
        let at = lists.iter().find_map(|key| spec.get(key)).or(selector).unwrap_or(spec);
        self.error(at, PolicyErrorKind::NoRules, "has no rule, which Cilium refuses".to_owned());
    }

    fn cilium_rule(&mut self, node: Node<'a>, direction: Direction, wide: bool) -> Rule<'a> {
        let mut rule = open_rule(node, direction);
        let keys = if direction == Direction::Ingress { &FROM } else { &TO };
        let stated = self.cilium_peers(node, keys, wide, &mut rule.peers);
        rule.doubtful |= node.get(keys.requires).is_some();
        // ICMP has no ports: a rule about nothing else opens none.
        let only_icmp = node.get("icmps").is_some() && node.get("toPorts").is_none();
        match some_items(node.get("toPorts")) {
            Some(items) => {
                rule.looks_inside = items
                    .iter()
                    .any(|item| item.get("rules").is_some_and(|rules| !rules.is_null()));
                rule.ports = self.cilium_ports(&items);
                if !stated {
                    rule.peers.push(anyone(node));
                }
            }
            None if only_icmp => rule.ports = Ports::default(),
            None if is_filled_in_later(node.get("toPorts")) => rule.ports = Ports::unknown(),
            // `{}` closes the direction, and lets nobody in.
            None => {}
        }
        rule
    }

    /// Gathers the peers of a rule; false when it names none, not even an empty list.
    fn cilium_peers(
        &mut self,
        node: Node<'a>,
        keys: &Keys,
        wide: bool,
        into: &mut Vec<Peer<'a>>,
    ) -> bool {
        let mut stated = false;
        for (key, value) in node.entries().filter(|entry| !entry.1.is_null()) {
            if is_filled_in_later(Some(value)) {
                self.doubt(value);
                into.push(Peer { node: value, who: Who::Unknown });
                stated |= key != "toPorts";
                continue;
            }
            let before = into.len();
            if key == keys.endpoints {
                into.extend(value.items().map(|item| self.cilium_endpoints(item, wide)));
            } else if key == keys.cidrs {
                for item in value.items() {
                    let who = match self.block(item, CidrSet::parse_or_address) {
                        Some(set) => Who::Addresses { set: Box::new(set), pods: Match::No },
                        None => Who::Elsewhere,
                    };
                    into.push(Peer { node: item, who });
                }
            } else if key == keys.cidr_sets {
                into.extend(value.items().map(|item| self.cilium_cidr_set(item)));
            } else if key == keys.entities {
                for item in value.items() {
                    self.cilium_entity(item, into);
                }
            } else if key == keys.nodes {
                into.extend(value.items().map(|node| Peer { node, who: Who::Nodes }));
            } else if key == keys.groups || keys.elsewhere.contains(&key) {
                into.extend(value.items().map(|node| Peer { node, who: Who::Elsewhere }));
            } else if key == "toServices" {
                into.extend(value.items().map(|node| Peer { node, who: Who::Unknown }));
            } else {
                continue;
            }
            // An empty list of CIDRs or entities is as if it were not there; one of endpoints
            // means nobody.
            stated |= into.len() > before || key == keys.endpoints;
        }
        stated
    }

    fn cilium_endpoints(&mut self, node: Node<'a>, wide: bool) -> Peer<'a> {
        if is_filled_in_later(Some(node)) {
            self.doubt(node);
            return Peer { node, who: Who::Unknown };
        }
        self.check_selector(Some(node), true);
        let reserved = |key: &str| key.starts_with("reserved:") || key.starts_with("reserved.");
        let labels = node.get("matchLabels");
        if labels.into_iter().flat_map(Node::entries).any(|entry| reserved(entry.0)) {
            return Peer { node, who: Who::Unknown };
        }
        let term = Term::of_endpoints(Some(node));
        let home = !wide && !term.names_namespaces();
        let pods = if home { Pods::at_home(term) } else { Pods::everywhere(term) };
        Peer { node, who: Who::Pods(Box::new(pods)) }
    }

    fn cilium_cidr_set(&mut self, node: Node<'a>) -> Peer<'a> {
        let Some(cidr) = node.get("cidr").filter(|node| !node.is_null()) else {
            // `cidrGroupRef` and `cidrGroupSelector` name a list that lies elsewhere.
            return Peer { node, who: Who::Elsewhere };
        };
        let Some(mut set) = self.block(cidr, CidrSet::parse_or_address) else {
            return Peer { node, who: Who::Elsewhere };
        };
        for item in node.get("except").into_iter().flat_map(Node::items) {
            match self.block(item, CidrSet::parse) {
                Some(except) => {
                    if !set.holds_all_of(&except) && set.intersect(&except).is_empty() {
                        let (out, of) =
                            (item.text().unwrap_or_default(), cidr.text().unwrap_or_default());
                        let words = format!("takes `{out}` out of `{of}`, which is no part of it");
                        self.error(item, PolicyErrorKind::Except, words);
                    }
                    set = set.subtract(&except);
                }
                None => return Peer { node, who: Who::Elsewhere },
            }
        }
        Peer { node, who: Who::Addresses { set: Box::new(set), pods: Match::No } }
    }

    fn cilium_entity(&mut self, node: Node<'a>, into: &mut Vec<Peer<'a>>) {
        let world = |set| Who::Addresses { set: Box::new(set), pods: Match::No };
        let name = node.text().unwrap_or_default();
        let who = match name {
            "all" => Who::Anyone,
            "world" => world(CidrSet::all()),
            "world-ipv4" => world(CidrSet::all_v4()),
            "world-ipv6" => world(CidrSet::all_v6()),
            "cluster" => {
                into.push(Peer { node, who: Who::Nodes });
                Who::Pods(Box::new(Pods::everywhere(Term::All)))
            }
            "host" | "remote-node" | "kube-apiserver" | "ingress" | "health" | "init"
            | "unmanaged" => Who::Nodes,
            "none" => return,
            _ if !known_node(node).is_literal() => {
                self.doubt(node);
                Who::Unknown
            }
            _ => {
                let words = format!("has the entity `{name}`, which does not exist");
                self.error(node, PolicyErrorKind::Word, words);
                Who::Unknown
            }
        };
        into.push(Peer { node, who });
    }

    fn cilium_ports(&mut self, items: &[Node<'a>]) -> Ports<'a> {
        let mut ports = Ports::default();
        for item in items {
            let list = item.get("ports");
            if is_filled_in_later(list) {
                list.into_iter().for_each(|node| self.doubt(node));
                ports.add_perhaps(&PortSet::all());
            }
            for port in list.into_iter().flat_map(Node::items) {
                self.cilium_port(port, &mut ports);
            }
        }
        ports
    }

    fn cilium_port(&mut self, item: Node<'a>, ports: &mut Ports<'a>) {
        let protocols = self.cilium_protocols(item);
        let Some(port) = item.get("port").filter(|node| !node.is_null()) else {
            return protocols.iter().for_each(|one| ports.add(&PortSet::all_of(*one)));
        };
        let number = port.text().and_then(|text| text.parse::<u16>().ok());
        let end = item.get("endPort").filter(|node| node.int() != Some(0) && !node.is_null());
        match (number, port.value()) {
            (Some(0), _) => protocols.iter().for_each(|one| ports.add(&PortSet::all_of(*one))),
            (Some(first), _) => {
                let last = end.and_then(Node::int).and_then(|end| u16::try_from(end).ok());
                let last = last.unwrap_or(first);
                if last < first {
                    let words = format!("has a range of ports from {first} to {last}");
                    self.error(end.unwrap_or(port), PolicyErrorKind::Port, words);
                }
                protocols.iter().for_each(|one| ports.add(&PortSet::range(*one, first, last)));
            }
            (None, Value::Str(name)) if !is_unknown(name) => {
                for protocol in protocols {
                    ports.names.push(PortName { name, protocol: Some(protocol), node: port });
                }
            }
            (None, _) => {
                if known_node(port).is_literal() {
                    let text = port.text().unwrap_or_default();
                    let words = format!("has the port `{text}`, which is not from 1 to 65535");
                    self.error(port, PolicyErrorKind::Port, words);
                } else {
                    self.doubt(port);
                }
                protocols.iter().for_each(|one| ports.add_perhaps(&PortSet::all_of(*one)));
            }
        }
    }

    /// The protocols of a port: all that have ports when it says `ANY` or nothing.
    fn cilium_protocols(&mut self, item: Node<'a>) -> Vec<Protocol> {
        let node = item.get("protocol").filter(|node| !node.is_null());
        let text = node.and_then(Node::text).unwrap_or_default().to_ascii_uppercase();
        match (&*text, node) {
            ("" | "ANY", _) | (_, None) => Protocol::ALL.to_vec(),
            ("ICMP" | "ICMPV6" | "VRRP" | "IGMP", _) => Vec::new(),
            (name, Some(node)) => match Protocol::parse(name) {
                Some(protocol) => vec![protocol],
                None if !known_node(node).is_literal() => {
                    self.doubt(node);
                    Protocol::ALL.to_vec()
                }
                None => {
                    let words = format!("has the protocol `{text}`, which does not exist");
                    self.error(node, PolicyErrorKind::Protocol, words);
                    Vec::new()
                }
            },
        }
    }
}
