//! One form for the rules of every dialect: whom a rule is about, on which ports, and what it does.
//! Each dialect has a reader; what rules amount to together is left to the engine.

use kubesift_yaml::Node;

use super::cidr::CidrSet;
use super::ports::{PortSet, Protocol};
use crate::graph::Direction;
use crate::policy::Term;
use crate::selector::Match;

/// What a rule does with the traffic it matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// It passes.
    Allow,
    /// It does not.
    Deny,
    /// The next tier decides.
    Pass,
}

/// A rule of a policy.
#[derive(Debug, Clone)]
pub struct Rule<'a> {
    /// Position of its policy in [`crate::Graph::policies`].
    pub policy: u32,
    /// Its item in the list of rules.
    pub node: Node<'a>,
    /// Seen from the pods that the policy selects.
    pub direction: Direction,
    /// What it does.
    pub action: Action,
    /// Whom it is about: one of them must match. Empty for a rule that is about nobody.
    pub peers: Vec<Peer<'a>>,
    /// At which ports of the destination.
    pub ports: Ports<'a>,
    /// Something in it is filled in later, or is more than this model knows: what it matches, it
    /// matches perhaps.
    pub doubtful: bool,
    /// It looks at more than addresses and ports: HTTP methods, paths, DNS names.
    pub looks_inside: bool,
    /// It goes before all rules of its tier that do not: Cilium's denials.
    pub(crate) goes_first: bool,
}

/// One peer of a rule.
#[derive(Debug, Clone)]
pub struct Peer<'a> {
    /// Its item; the rule's for a rule that names no peers.
    pub node: Node<'a>,
    pub(crate) who: Who<'a>,
}

/// Whom a peer means.
#[derive(Debug, Clone)]
pub(crate) enum Who<'a> {
    /// Everybody, inside and outside the cluster.
    Anyone,
    /// Pods.
    Pods(Box<Pods<'a>>),
    /// Addresses outside the cluster; `pods` says whether pods of the cluster are meant too.
    Addresses { set: Box<CidrSet>, pods: Match },
    /// The nodes, and pods in their network.
    Nodes,
    /// Addresses that no manifest shows: names of domains, groups of a cloud.
    Elsewhere,
    /// Something that is filled in later, or a mistake.
    Unknown,
}

/// Pods of some namespaces.
#[derive(Debug, Clone)]
pub(crate) struct Pods<'a> {
    /// Only those of the policy's own namespace.
    pub own: bool,
    /// Namespaces; all of them unless something is asked.
    pub namespaces: Term<'a>,
    /// Pods in these; all of them unless something is asked.
    pub pods: Term<'a>,
    /// Those are not meant.
    pub not: Option<Term<'a>>,
    /// Only those that run as one of these service accounts; none for all.
    pub accounts: Vec<&'a str>,
}

impl<'a> Pods<'a> {
    /// Pods of all namespaces.
    pub fn everywhere(pods: Term<'a>) -> Self {
        Self { own: false, namespaces: Term::All, pods, not: None, accounts: Vec::new() }
    }

    /// Pods of the policy's own namespace.
    pub fn at_home(pods: Term<'a>) -> Self {
        Self { own: true, ..Self::everywhere(pods) }
    }

    /// True when they may be in any namespace.
    pub fn are_anywhere(&self) -> bool {
        !self.own && self.namespaces.is_all()
    }

    /// True when it means every pod of the cluster.
    pub fn is_all(&self) -> bool {
        self.are_anywhere() && self.pods.is_all() && self.not.is_none() && self.accounts.is_empty()
    }
}

impl<'a> Peer<'a> {
    /// True for a peer that means everybody, inside and outside the cluster.
    pub fn is_anyone(&self) -> bool {
        matches!(self.who, Who::Anyone)
    }

    /// True for a peer that means every pod of the cluster, and perhaps more.
    pub fn is_every_pod(&self) -> bool {
        match &self.who {
            Who::Anyone => true,
            Who::Pods(pods) => pods.is_all(),
            _ => false,
        }
    }

    /// True for a peer that is about pods by what they are: not all of them, not their addresses.
    pub fn selects_pods(&self) -> bool {
        matches!(&self.who, Who::Pods(_))
    }

    /// True for a peer that means the nodes, which also pass on what comes from outside.
    pub fn is_nodes(&self) -> bool {
        matches!(self.who, Who::Nodes)
    }

    /// The addresses outside the cluster that it surely means; none when it means none.
    pub fn addresses(&self) -> Option<&CidrSet> {
        match &self.who {
            Who::Addresses { set, .. } => Some(set),
            _ => None,
        }
    }

    /// Where its addresses are written; its own place when they are not.
    pub fn address_node(&self) -> Node<'a> {
        let paths = ["ipBlock.cidr", "cidr", "networks", "nets", "notNets"];
        paths.iter().find_map(|path| self.node.at(path)).unwrap_or(self.node)
    }

    /// Whether it means an address outside the cluster.
    pub(crate) fn means_address(&self, address: std::net::IpAddr) -> Match {
        match &self.who {
            Who::Anyone => Match::Yes,
            Who::Pods(_) | Who::Nodes => Match::No,
            Who::Addresses { set, .. } => set.contains(address).into(),
            Who::Elsewhere | Who::Unknown => Match::Unknown,
        }
    }
}

impl Rule<'_> {
    /// True when it is about everybody, inside and outside the cluster.
    pub fn is_about_anyone(&self) -> bool {
        self.peers.iter().any(Peer::is_anyone)
    }
}

/// Ports of a rule.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ports<'a> {
    /// Those it means by number, or all of them.
    pub numbers: PortSet,
    /// Those it means by the name that containers of the destination give them.
    pub names: Vec<PortName<'a>>,
    /// Those that something filled in later may add.
    pub perhaps: PortSet,
}

/// A port by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortName<'a> {
    /// The name.
    pub name: &'a str,
    /// The protocol it must have; none for any.
    pub protocol: Option<Protocol>,
    /// Where it stands.
    pub node: Node<'a>,
}

impl Ports<'_> {
    /// Every port.
    pub fn all() -> Self {
        Self { numbers: PortSet::all(), ..Self::default() }
    }

    /// No port that is known.
    pub fn unknown() -> Self {
        Self { perhaps: PortSet::all(), ..Self::default() }
    }

    /// Adds ports by number.
    pub(crate) fn add(&mut self, ports: &PortSet) {
        self.numbers = self.numbers.union(ports);
    }

    /// Adds ports that are filled in later.
    pub(crate) fn add_perhaps(&mut self, ports: &PortSet) {
        self.perhaps = self.perhaps.union(ports);
    }

    /// True when it means every port of every protocol.
    pub fn is_all(&self) -> bool {
        self.numbers.is_all()
    }
}
