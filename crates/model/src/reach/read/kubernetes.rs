//! NetworkPolicy.

use kubesift_yaml::{Node, Value};

use super::{
    NETWORK_POLICY, Read, Reader, Tier, Turn, anyone, is_filled_in_later, open_rule, some_items,
};
use crate::graph::Direction;
use crate::policy::{Policy, Term};
use crate::reach::cidr::CidrSet;
use crate::reach::error::PolicyErrorKind;
use crate::reach::ports::PortSet;
use crate::reach::rule::{Peer, Pods, PortName, Ports, Rule, Who};
use crate::selector::Match;
use crate::unknown::is_unknown;

impl<'a> Reader<'a> {
    pub(super) fn kubernetes(&mut self, policy: &Policy<'a>) -> Read<'a> {
        let spec = policy.spec;
        self.check_selector(spec.get("podSelector"), false);
        self.check_types(spec.get("policyTypes"));
        let mut rules = Vec::new();
        for direction in [Direction::Ingress, Direction::Egress] {
            // Rules of a direction that `policyTypes` leaves out are read for their mistakes only.
            let heeded = policy.closes(direction) != Match::No;
            for node in policy.rules(direction) {
                let rule = self.kubernetes_rule(node, direction);
                rules.extend(Some(rule).filter(|_| heeded));
            }
        }
        let turn = Turn { tier: Tier::Default, order: NETWORK_POLICY };
        Read { turn, rules, applies: Match::Yes }
    }

    fn kubernetes_rule(&mut self, node: Node<'a>, direction: Direction) -> Rule<'a> {
        let mut rule = open_rule(node, direction);
        let key = if direction == Direction::Ingress { "from" } else { "to" };
        let peers = node.get(key);
        match some_items(peers) {
            None if is_filled_in_later(peers) => {
                peers.into_iter().for_each(|node| self.doubt(node));
                rule.peers.push(Peer { node, who: Who::Unknown });
            }
            None => rule.peers.push(anyone(node)),
            Some(items) => {
                rule.peers.extend(items.into_iter().map(|item| self.kubernetes_peer(item)));
            }
        }
        rule.ports = self.kubernetes_ports(node.get("ports"));
        self.check_names(&rule);
        rule
    }

    fn kubernetes_peer(&mut self, node: Node<'a>) -> Peer<'a> {
        let get = |key| node.get(key).filter(|node| !node.is_null());
        let (block, pods, namespaces) =
            (get("ipBlock"), get("podSelector"), get("namespaceSelector"));
        let who = match (block, pods, namespaces) {
            _ if is_filled_in_later(Some(node)) => {
                self.doubt(node);
                Who::Unknown
            }
            (Some(block), None, None) => self.ip_block(block),
            (Some(block), ..) => {
                let words = "has `ipBlock` beside a selector in one peer".to_owned();
                self.error(block, PolicyErrorKind::BlockBesideSelector, words);
                Who::Unknown
            }
            (None, None, None) => {
                let words = "has a peer without a selector or an `ipBlock`".to_owned();
                self.error(node, PolicyErrorKind::Peer, words);
                Who::Unknown
            }
            (None, pods, namespaces) => {
                self.check_selector(pods, false);
                self.check_selector(namespaces, false);
                let mut selected = Pods::at_home(Term::of_selector(pods));
                if let Some(namespaces) = namespaces {
                    selected.own = false;
                    selected.namespaces = Term::of_selector(Some(namespaces));
                }
                Who::Pods(Box::new(selected))
            }
        };
        Peer { node, who }
    }

    fn ip_block(&mut self, block: Node<'a>) -> Who<'a> {
        let Some(cidr) = block.get("cidr").filter(|node| !node.is_null()) else {
            let words = "has an `ipBlock` without a `cidr`".to_owned();
            self.error(block, PolicyErrorKind::Cidr, words);
            return Who::Unknown;
        };
        let Some(mut set) = self.block(cidr, CidrSet::parse) else { return Who::Elsewhere };
        let whole = set.clone();
        for node in block.get("except").into_iter().flat_map(Node::items) {
            let Some(except) = self.block(node, CidrSet::parse) else { return Who::Elsewhere };
            if !whole.holds_all_of(&except) || whole == except {
                let (out, cidr) = (node.text().unwrap_or_default(), cidr.text());
                let cidr = cidr.unwrap_or_default();
                let words = format!("takes `{out}` out of `{cidr}`, which is no part of it");
                self.error(node, PolicyErrorKind::Except, words);
            }
            set = set.subtract(&except);
        }
        Who::Addresses { set: Box::new(set), pods: Match::No }
    }

    fn kubernetes_ports(&mut self, list: Option<Node<'a>>) -> Ports<'a> {
        let Some(items) = some_items(list) else {
            if is_filled_in_later(list) {
                list.into_iter().for_each(|node| self.doubt(node));
                return Ports::unknown();
            }
            return Ports::all();
        };
        let mut ports = Ports::default();
        for item in items {
            self.kubernetes_port(item, &mut ports);
        }
        ports
    }

    fn kubernetes_port(&mut self, item: Node<'a>, ports: &mut Ports<'a>) {
        let Some(protocol) = self.protocol(item) else {
            return ports.add_perhaps(&PortSet::all());
        };
        let get = |key| item.get(key).filter(|node| !node.is_null());
        let (port, end) = (get("port"), get("endPort"));
        let Some(port) = port else {
            if let Some(end) = end {
                let words = "has `endPort` without a `port`".to_owned();
                self.error(end, PolicyErrorKind::Port, words);
            }
            return ports.add(&PortSet::all_of(protocol));
        };
        match port.value() {
            Value::Str(text) if is_unknown(text) => {
                self.doubt(port);
                ports.add_perhaps(&PortSet::all_of(protocol));
            }
            Value::Str(name) => {
                if let Some(end) = end {
                    let words = format!("has `endPort` with the port name `{name}`");
                    self.error(end, PolicyErrorKind::Port, words);
                }
                self.check_port_name(port, name);
                ports.names.push(PortName { name, protocol: Some(protocol), node: port });
            }
            _ => match self.range(protocol, port, end) {
                Some(range) => ports.add(&range),
                None => ports.add_perhaps(&PortSet::all_of(protocol)),
            },
        }
    }

    /// Notes a text that is no name of a port: at most 15 lower-case letters, digits and `-`, a
    /// letter among them.
    pub(super) fn check_port_name(&mut self, node: Node<'a>, name: &str) {
        let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let fits = (1..=15).contains(&name.len())
            && name.bytes().all(inner)
            && name.bytes().any(|byte| byte.is_ascii_lowercase())
            && !name.starts_with('-')
            && !name.ends_with('-')
            && !name.contains("--");
        if !fits {
            let words = format!("has the port `{name}`, which is neither a number nor a name");
            self.error(node, PolicyErrorKind::Port, words);
        }
    }

    /// Notes a port by its name towards addresses only: they give no names to ports. Of what comes
    /// in, the pod that the policy selects is the destination, so a name means something there.
    fn check_names(&mut self, rule: &Rule<'a>) {
        if rule.direction == Direction::Ingress {
            return;
        }
        let block = rule.peers.iter().find(|peer| peer.addresses().is_some());
        let (Some(_), Some(port)) = (block, rule.ports.names.first()) else { return };
        let words = format!(
            "allows the port name `{}` towards an `ipBlock`, where no port has a name",
            port.name
        );
        self.error(port.node, PolicyErrorKind::NamedPortOfAddress, words);
    }
}
