//! From a policy to rules in the one form, whatever its dialect; what is wrong with it, and what
//! cannot be known, is noted on the way. One file a dialect does the reading.

mod admin;
mod calico;
mod cilium;
mod kubernetes;

use kubesift_yaml::{Node, Value};

use super::cidr::{CidrError, CidrSet};
use super::error::{PolicyError, PolicyErrorKind};
use super::ports::{PortSet, Protocol};
use super::rule::{Action, Peer, Ports, Rule, Who};
use crate::graph::Direction;
use crate::policy::{Dialect, Policy};
use crate::resource::Resource;
use crate::selector::Match;
use crate::unknown::{is_unknown, known_node};

/// When the rules of a policy have their turn: tiers in order, in a tier policies in order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Turn<'a> {
    /// The tier.
    pub tier: Tier<'a>,
    /// Within the tier: lower comes first.
    pub order: f64,
}

/// A tier of policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Tier<'a> {
    /// What administrators say before anybody else.
    Admin,
    /// NetworkPolicy, Cilium's, and Calico's own where they name no tier.
    Default,
    /// A tier of Calico.
    Named(&'a str),
    /// What administrators say where nobody else did.
    Baseline,
}

/// What a policy says.
#[derive(Debug)]
pub(crate) struct Read<'a> {
    /// When its rules have their turn.
    pub turn: Turn<'a>,
    /// Its rules, in the order in which they are tried.
    pub rules: Vec<Rule<'a>>,
    /// It applies to pods; policies of hosts do not.
    pub applies: Match,
}

/// Reads policies, and gathers what is wrong with them.
#[derive(Debug, Default)]
pub(crate) struct Reader<'a> {
    resource: Option<&'a Resource>,
    /// What is wrong with the policies that were read.
    pub errors: Vec<PolicyError<'a>>,
    /// Places with values that are filled in later.
    pub doubts: Vec<(&'a Resource, Node<'a>)>,
    /// Keys of labels that are right: selectors ask for a few of them by the thousand.
    pub(super) right_keys: Vec<&'a str>,
}

/// More keys than these are looked at anew each time.
pub(super) const RIGHT_KEYS_KEPT: usize = 8;

impl<'a> Reader<'a> {
    /// Reads one policy; `at` is its position in [`crate::Graph::policies`].
    pub fn read(&mut self, policy: &Policy<'a>, at: u32) -> Read<'a> {
        self.resource = Some(policy.resource);
        let mut read = match policy.dialect {
            Dialect::Kubernetes => self.kubernetes(policy),
            Dialect::Admin => self.admin(policy),
            Dialect::Cilium => self.cilium(policy),
            Dialect::Calico => self.calico(policy),
            Dialect::Other => Read::nothing(),
        };
        read.rules.iter_mut().for_each(|rule| rule.policy = at);
        read
    }

    /// Notes a mistake.
    pub fn error(&mut self, at: Node<'a>, kind: PolicyErrorKind, words: String) {
        let Some(resource) = self.resource else { return };
        self.errors.push(PolicyError { resource, at, kind, words, other: None });
    }

    /// Notes a value that is filled in later.
    pub fn doubt(&mut self, at: Node<'a>) {
        self.doubts.extend(self.resource.map(|resource| (resource, at)));
    }

    /// A block of addresses; none for a text that is none, or is filled in later.
    fn block(
        &mut self,
        node: Node<'a>,
        parse: fn(&str) -> Result<CidrSet, CidrError>,
    ) -> Option<CidrSet> {
        let text = node.text().unwrap_or_default();
        if !known_node(node).is_literal() {
            self.doubt(node);
            return None;
        }
        match parse(text.trim()) {
            Ok(set) => Some(set),
            Err(error) => {
                let words = format!("has the CIDR `{text}`, which {error}");
                self.error(node, PolicyErrorKind::Cidr, words);
                None
            }
        }
    }

    /// A protocol; TCP when it is not stated.
    fn protocol(&mut self, port: Node<'a>) -> Option<Protocol> {
        let Some(node) = port.get("protocol").filter(|node| !node.is_null()) else {
            return Some(Protocol::Tcp);
        };
        let text = node.text().unwrap_or_default();
        let found = Protocol::parse(text);
        if found.is_none() && !known_node(node).is_literal() {
            self.doubt(node);
        } else if found.is_none() {
            let words = format!("has the protocol `{text}`, which is none of SCTP, TCP and UDP");
            self.error(node, PolicyErrorKind::Protocol, words);
        }
        found
    }

    /// A number of a port from 1 to 65535.
    fn number(&mut self, node: Node<'a>) -> Option<u16> {
        let number = node.int().and_then(|number| u16::try_from(number).ok());
        if let Some(number) = number.filter(|number| *number > 0) {
            return Some(number);
        }
        if !known_node(node).is_literal() {
            self.doubt(node);
        } else {
            let text = node.text().unwrap_or_default();
            let words = format!("has the port `{text}`, which is not from 1 to 65535");
            self.error(node, PolicyErrorKind::Port, words);
        }
        None
    }

    /// The ports `first` to `last`, or the one `first`.
    fn range(
        &mut self,
        protocol: Protocol,
        first: Node<'a>,
        last: Option<Node<'a>>,
    ) -> Option<PortSet> {
        let low = self.number(first)?;
        let Some(last) = last else { return Some(PortSet::one(protocol, low)) };
        let high = self.number(last)?;
        if high < low {
            let words = format!("has a range of ports from {low} to {high}");
            self.error(last, PolicyErrorKind::Port, words);
            return Some(PortSet::default());
        }
        Some(PortSet::range(protocol, low, high))
    }

    /// Notes words of `policyTypes` that do not exist.
    fn check_types(&mut self, list: Option<Node<'a>>) {
        for node in list.into_iter().flat_map(Node::items) {
            let text = node.text().unwrap_or_default();
            if !known_node(node).is_literal() {
                self.doubt(node);
            } else if !matches!(text, "Ingress" | "Egress") {
                let words = format!("has the policy type `{text}`, which does not exist");
                self.error(node, PolicyErrorKind::Word, words);
            }
        }
    }
}

impl<'a> Read<'a> {
    fn nothing() -> Self {
        let turn = Turn { tier: Tier::Default, order: 0.0 };
        Self { turn, rules: Vec::new(), applies: Match::Unknown }
    }
}

/// The order that Calico gives NetworkPolicy within its default tier.
const NETWORK_POLICY: f64 = 1000.0;

/// A rule that allows, of everybody, at every port: readers change what the policy says otherwise.
fn open_rule(node: Node<'_>, direction: Direction) -> Rule<'_> {
    Rule {
        policy: 0,
        node,
        direction,
        action: Action::Allow,
        peers: Vec::new(),
        ports: Ports::all(),
        doubtful: !known_node(node).is_literal(),
        looks_inside: false,
        goes_first: false,
    }
}

fn anyone(node: Node<'_>) -> Peer<'_> {
    Peer { node, who: Who::Anyone }
}

/// The items of a list that is there; none when it is absent, null or empty.
fn some_items(list: Option<Node<'_>>) -> Option<Vec<Node<'_>>> {
    let items: Vec<Node<'_>> = list?.items().collect();
    (!items.is_empty()).then_some(items)
}

/// True for a value where a list or a map should be and a placeholder stands.
fn is_filled_in_later(node: Option<Node<'_>>) -> bool {
    node.is_some_and(|node| match node.value() {
        Value::Str(text) => is_unknown(text),
        Value::List(_) | Value::Map(_) | Value::Null => false,
        _ => !known_node(node).is_literal(),
    })
}

/// The keys of a map that are there and not null.
fn present<'a>(node: Node<'a>, keys: &[&'static str]) -> Vec<&'static str> {
    let there = |key: &&&str| node.get(key).is_some_and(|node| !node.is_null());
    keys.iter().filter(there).copied().collect()
}
