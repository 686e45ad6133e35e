//! Rules that say the same. Teams copy their policies from each other, so most rules of a large
//! build have twins: what one is about, and what its class lets through, is found once for all of
//! them. Where a rule stands is no part of what it says.

use foldhash::{HashMap, HashMapExt};

use super::cidr::CidrSet;
use super::ports::{PortSet, Protocol};
use super::rule::{Action, Peer, Rule, Who};
use crate::graph::Direction;
use crate::policy::Term;
use crate::selector::{Asks, Match};

/// All that decides what a rule does.
#[derive(PartialEq, Eq, Hash)]
struct Says<'r, 'a> {
    /// The namespaces that its policy's own may be, for peers that mean pods there.
    home: &'r [(u32, Match)],
    direction: Direction,
    action: Action,
    doubtful: bool,
    goes_first: bool,
    numbers: &'r PortSet,
    perhaps: &'r PortSet,
    names: Vec<(&'a str, Option<Protocol>)>,
    peers: Vec<Meant<'r, 'a>>,
}

/// Whom a peer means.
#[derive(PartialEq, Eq, Hash)]
enum Meant<'r, 'a> {
    Anyone,
    Pods { own: bool, namespaces: Wanted<'a>, pods: Wanted<'a> },
    Addresses(&'r CidrSet, Match),
    Nodes,
    Elsewhere,
    Unknown,
}

/// What a term wants of labels.
#[derive(PartialEq, Eq, Hash)]
enum Wanted<'a> {
    All,
    Nothing,
    Unknown,
    Labels(Asks<'a>),
}

/// For each rule the position of the first one that says the same: its own, when none before it
/// does. `home_of` gives the namespaces that are, or may be, a policy's own.
pub(super) fn twins<'r>(
    rules: &'r [Rule<'_>],
    home_of: impl Fn(u32) -> &'r [(u32, Match)],
) -> Vec<u32> {
    let mut first: HashMap<Says<'r, '_>, u32> = HashMap::new();
    let all = (0..).zip(rules).map(|(at, rule)| match says(rule, home_of(rule.policy)) {
        Some(says) => *first.entry(says).or_insert(at),
        None => at,
    });
    all.collect()
}

/// None for a rule with a peer that is not compared: those of Calico and Cilium may be expressions.
fn says<'r, 'a>(rule: &'r Rule<'a>, home: &'r [(u32, Match)]) -> Option<Says<'r, 'a>> {
    Some(Says {
        home,
        direction: rule.direction,
        action: rule.action,
        doubtful: rule.doubtful,
        goes_first: rule.goes_first,
        numbers: &rule.ports.numbers,
        perhaps: &rule.ports.perhaps,
        names: rule.ports.names.iter().map(|port| (port.name, port.protocol)).collect(),
        peers: rule.peers.iter().map(meant).collect::<Option<_>>()?,
    })
}

fn meant<'r, 'a>(peer: &'r Peer<'a>) -> Option<Meant<'r, 'a>> {
    Some(match &peer.who {
        Who::Anyone => Meant::Anyone,
        Who::Pods(pods) if pods.not.is_none() && pods.accounts.is_empty() => Meant::Pods {
            own: pods.own,
            namespaces: wanted(&pods.namespaces)?,
            pods: wanted(&pods.pods)?,
        },
        Who::Pods(_) => return None,
        Who::Addresses { set, pods } => Meant::Addresses(set, *pods),
        Who::Nodes => Meant::Nodes,
        Who::Elsewhere => Meant::Elsewhere,
        Who::Unknown => Meant::Unknown,
    })
}

fn wanted<'a>(term: &Term<'a>) -> Option<Wanted<'a>> {
    Some(match term {
        Term::All => Wanted::All,
        Term::Nothing => Wanted::Nothing,
        Term::Unknown => Wanted::Unknown,
        Term::Labels(selector) => Wanted::Labels(selector.asks()),
        Term::Cilium(_) | Term::Calico(_) => return None,
    })
}
