//! What the policies of one class let through, for every other class and every address: computed
//! when it is asked for, once for all classes that the same policies select.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use foldhash::{HashMap, HashMapExt};

use super::cidr::{CidrSet, Pieces};
use super::engine::Other;
use super::rule::{Peer, Rule};
use super::selection::Said;
use super::{Bounds, Outside, Reach};
use crate::graph::Direction;
use crate::selector::Match;

/// What the policies of a class let through in one direction.
#[derive(Debug)]
pub(crate) struct Row {
    /// For classes that no rule names in particular.
    pub default: Bounds,
    /// For pods of a namespace that the build does not hold.
    pub stranger: Bounds,
    /// For those that some rule does, sorted: the class, and the position of what passes.
    special: Vec<(u32, u32)>,
    /// What passes, each once.
    sets: Vec<Bounds>,
    /// Where the classes of each set are: the position of the set, and a home; sorted, each once.
    homes: Vec<(u32, ClassHome)>,
}

/// What tells whether pods are of one namespace, and can meet at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ClassHome {
    /// See [`super::classes::Class::space`].
    pub space: u32,
    /// See [`super::classes::Class::network`].
    pub network: u32,
}

impl Row {
    /// Nothing passes for anybody.
    pub fn none() -> Self {
        let (default, stranger) = (Bounds::none(), Bounds::none());
        let (special, sets, homes) = (Vec::new(), Vec::new(), Vec::new());
        Self { default, stranger, special, sets, homes }
    }

    /// What passes for a class, by its position.
    pub fn at(&self, class: u32) -> &Bounds {
        let at = self.special.binary_search_by_key(&class, |row| row.0).ok();
        let set = at.and_then(|at| self.special.get(at)).map(|row| row.1);
        set.and_then(|set| self.sets.get(set as usize)).unwrap_or(&self.default)
    }

    /// What passes for some class that a rule names and whose home `is_meant` holds for.
    pub fn any(&self, is_meant: impl Fn(ClassHome) -> bool) -> Bounds {
        let meant = self.homes.iter().filter(|(_, home)| is_meant(*home));
        let mut last = None;
        let mut all = Bounds::none();
        for (set, _) in meant {
            if last.replace(*set) != Some(*set)
                && let Some(set) = self.sets.get(*set as usize)
            {
                all = all.or(set);
            }
        }
        all
    }

    /// How many classes it holds something about.
    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.special.len()
    }
}

/// A direction, and what the policies that select a class say of it.
type Key = (Direction, Vec<Said>);

/// Rows that several classes have in common.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    rows: Mutex<HashMap<Key, Arc<Row>>>,
    outside: Mutex<HashMap<Key, Arc<Outside>>>,
}

#[cfg(test)]
impl Shared {
    /// How many rows are held.
    pub fn len(&self) -> usize {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

/// What is kept under a key, or what `make` gives, which is kept then. Two threads may make the
/// same; the first one's is kept.
fn kept<T>(held: &Mutex<HashMap<Key, Arc<T>>>, key: Key, make: impl FnOnce() -> T) -> Arc<T> {
    let found = held.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
    found.unwrap_or_else(|| {
        let made = Arc::new(make());
        let mut held = held.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(held.entry(key).or_insert(made))
    })
}

impl<'a> Reach<'a> {
    pub(super) fn make_row(&self, class: u32, direction: Direction) -> Arc<Row> {
        let policies = self.selection.of_class(&self.classes, class);
        if !self.is_shared(class, &policies, direction) {
            return Arc::new(self.row_of(class, &policies, direction));
        }
        let key = (direction, self.selection.said(&policies, direction));
        kept(&self.shared.rows, key, || self.row_of(class, &policies, direction))
    }

    pub(super) fn make_outside(&self, class: u32, direction: Direction) -> Arc<Outside> {
        let policies = self.selection.of_class(&self.classes, class);
        if !self.is_shared(class, &policies, direction) {
            return Arc::new(self.outside_with(class, &policies, direction));
        }
        let key = (direction, self.selection.said(&policies, direction));
        kept(&self.shared.outside, key, || self.outside_with(class, &policies, direction))
    }

    /// The rules of some policies for a direction, with their positions.
    fn rules_for(
        &self,
        policies: &[(u32, Match)],
        direction: Direction,
    ) -> impl Iterator<Item = (u32, &Rule<'a>)> {
        let positions = policies.iter().flat_map(|row| self.selection.rules_of(row.0));
        let rules = positions.filter_map(|at| Some((*at, self.selection.rule(*at)?)));
        rules.filter(move |(_, rule)| rule.direction == direction)
    }

    /// True when nothing but the policies decides: names of ports do not stand for those of the
    /// class, and it is not in the network of its node.
    fn is_shared(&self, class: u32, policies: &[(u32, Match)], direction: Direction) -> bool {
        let on_host = self.classes.all.get(class as usize).is_none_or(|class| class.on_host);
        let mut rules = self.rules_for(policies, direction);
        !on_host
            && (direction == Direction::Egress
                || rules.all(|(_, rule)| rule.ports.names.is_empty()))
    }

    fn row_of(&self, class: u32, policies: &[(u32, Match)], direction: Direction) -> Row {
        let judge = |other| self.judge(class, policies, direction, other, None);
        let (mut special, mut sets) = (Vec::new(), Vec::new());
        let met = self.met(policies, direction);
        let mut rest: &[(Meets, Match)] = &met.iter().map(|row| (row.1, row.2)).collect::<Vec<_>>();
        // Classes that meet the same are judged once.
        let mut known: HashMap<&[(Meets, Match)], u32> = HashMap::new();
        let mut last: Option<(&[(Meets, Match)], u32)> = None;
        for rules in met.chunk_by(|one, other| one.0 == other.0) {
            let Some((other, ..)) = rules.first() else { continue };
            let Some((meeting, after)) = rest.split_at_checked(rules.len()) else { break };
            rest = after;
            let set = match last {
                Some((same, set)) if same == meeting => set,
                _ => *known.entry(meeting).or_insert_with(|| {
                    sets.push(judge(Other::Class(*other)));
                    sets.len() as u32 - 1
                }),
            };
            last = Some((meeting, set));
            special.push((*other, set));
        }
        let (default, stranger) = (judge(Other::Unnamed), judge(Other::Stranger));
        let homes = self.homes_of(&special);
        Row { default, stranger, special, sets, homes }
    }

    /// See [`Row::homes`].
    fn homes_of(&self, special: &[(u32, u32)]) -> Vec<(u32, ClassHome)> {
        let home = |(class, set): &(u32, u32)| Some((*set, self.classes.home_of(*class)?));
        let mut homes: Vec<_> = special.iter().filter_map(home).collect();
        homes.sort_unstable();
        homes.dedup();
        homes.shrink_to_fit();
        homes
    }

    /// The classes that rules name in particular, sorted, each with the rules that do. Those that
    /// something else tells apart (names of ports, the network of the node) meet a rule of their
    /// own.
    fn met(&self, policies: &[(u32, Match)], direction: Direction) -> Vec<(u32, Meets, Match)> {
        let on_hosts = self.classes.on_hosts.iter();
        let mut met: Vec<_> =
            on_hosts.map(|class| (*class, Meets::Itself(*class), Match::Yes)).collect();
        for (at, rule) in self.rules_for(policies, direction) {
            let reached = self.selection.reached(at, &self.classes);
            let list = reached.into_iter().flat_map(|found| &found.list);
            met.extend(list.map(|(class, matches)| (*class, Meets::Rule(at), *matches)));
            if direction == Direction::Egress {
                let names = rule.ports.names.iter();
                let named = names.flat_map(|port| self.classes.with_port(port.name));
                met.extend(named.map(|class| (class, Meets::Itself(class), Match::Yes)));
            }
        }
        met.sort_unstable_by_key(|row| (row.0, row.1));
        met.dedup();
        met
    }

    fn outside_with(&self, class: u32, policies: &[(u32, Match)], direction: Direction) -> Outside {
        let rules = self.rules_for(policies, direction);
        let sets = rules.flat_map(|(_, rule)| &rule.peers).filter_map(Peer::addresses);
        let pieces = Pieces::new(sets.collect::<Vec<&CidrSet>>());
        let pieces = pieces.ranges().iter().map(|range| {
            (*range, self.judge(class, policies, direction, Other::Address(range.first), None))
        });
        Outside { pieces: pieces.collect(), any: OnceLock::new() }
    }
}

/// What a class meets in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Meets {
    /// A rule, by its position.
    Rule(u32),
    /// Something that holds for this class only.
    Itself(u32),
}
