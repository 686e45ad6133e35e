//! Which things have a label: pods in namespaces, classes of pods in spaces. What a selector needs
//! narrows them down, so that no question compares all with all.

use std::hash::Hash;

use foldhash::HashMap;

use crate::selector::{Labels, Operator, Requirement, is_controller_label};
use crate::unknown::known;

/// Which things of a group (pods of a namespace) have a label. Things are known by their positions,
/// and added in their order.
#[derive(Debug, Default)]
pub(crate) struct LabelIndex<'a> {
    /// The keys that there are, each with its position among them: they are few.
    keys: HashMap<&'a str, u32>,
    /// By group, key and value.
    by_value: HashMap<(u32, u32, &'a str), List>,
    /// By group and key.
    by_key: HashMap<(u32, u32), List>,
    /// Those with labels or values that are not known, by group.
    loose: HashMap<u32, List>,
}

/// Positions in their order, each once. A label that tells things apart has one, as most have.
#[derive(Debug)]
enum List {
    One(u32),
    Many(Vec<u32>),
}

impl List {
    fn add(&mut self, at: u32) {
        match self {
            Self::One(first) if *first != at => *self = Self::Many(vec![*first, at]),
            Self::Many(all) if all.last() != Some(&at) => all.push(at),
            _ => {}
        }
    }

    fn all(&self) -> &[u32] {
        match self {
            Self::One(at) => std::slice::from_ref(at),
            Self::Many(all) => all,
        }
    }
}

fn add<K: Eq + Hash>(lists: &mut HashMap<K, List>, key: K, at: u32) {
    lists.entry(key).and_modify(|list| list.add(at)).or_insert(List::One(at));
}

fn all_of<'s, K: Eq + Hash>(lists: &'s HashMap<K, List>, key: &K) -> &'s [u32] {
    lists.get(key).map_or(&[], List::all)
}

impl<'a> LabelIndex<'a> {
    /// Of each thing its group and its labels.
    pub fn new<'l>(all: impl Iterator<Item = (u32, &'l Labels<'a>)>) -> Self
    where
        'a: 'l,
    {
        let mut index = Self::default();
        // Most things have a label that no other has, such as their name.
        index.by_value.reserve(all.size_hint().0);
        for (at, (group, labels)) in (0..).zip(all) {
            for (key, value) in labels.iter() {
                let next = index.keys.len() as u32;
                let key = *index.keys.entry(key).or_insert(next);
                add(&mut index.by_key, (group, key), at);
                add(&mut index.by_value, (group, key, value), at);
            }
            if labels.are_unsure() {
                add(&mut index.loose, group, at);
            }
        }
        index
    }

    /// Those of a group that may have what is needed, by the need that leaves the fewest. None
    /// when nothing is needed.
    pub fn narrow(&self, group: u32, needs: &[Need<'_>]) -> Option<Vec<u32>> {
        let best = needs.iter().min_by_key(|need| {
            let mut size = 0;
            self.find(group, need, &mut |list| size += list.len());
            size
        })?;
        let (mut found, mut lists) = (Vec::new(), 0);
        self.find(group, best, &mut |list| {
            lists += usize::from(!list.is_empty());
            found.extend_from_slice(list);
        });
        // Each list is in order, and without repetition, by itself.
        if lists > 1 {
            found.sort_unstable();
            found.dedup();
        }
        Some(found)
    }

    /// Calls `each` with the lists that together hold everything of a group which may have a label.
    pub fn find<'s>(&'s self, group: u32, need: &'s Need<'_>, each: &mut dyn FnMut(&'s [u32])) {
        each(all_of(&self.loose, &group));
        let Some(key) = self.keys.get(need.key).copied() else { return };
        let Some(values) = &need.values else { return each(all_of(&self.by_key, &(group, key))) };
        for value in values {
            let list = self.by_value.get(&(group, key, *value));
            each(list.map_or(&[], List::all));
        }
    }
}

/// A label that every selected pod has: with one of the values, or with any.
#[derive(Debug, Clone)]
pub(crate) struct Need<'a> {
    pub key: &'a str,
    pub values: Option<Vec<&'a str>>,
}

impl<'a> Need<'a> {
    /// What requirements need. Labels that controllers add stand in no manifest and are left out.
    pub fn of(requirements: &[Requirement<'a>]) -> Vec<Self> {
        let shown = requirements.iter().filter(|requirement| {
            let literal = !requirement.is_unknown() || known(requirement.key).is_literal();
            literal && !is_controller_label(requirement.key)
        });
        let needs = shown.filter_map(|requirement| {
            let values = &requirement.values;
            let literal =
                !requirement.is_unknown() || values.iter().all(|value| known(value).is_literal());
            let values = match requirement.operator? {
                Operator::In if literal => Some(requirement.values.clone()),
                Operator::In | Operator::Exists => None,
                Operator::NotIn | Operator::DoesNotExist => return None,
            };
            Some(Self { key: requirement.key, values })
        });
        needs.collect()
    }
}
