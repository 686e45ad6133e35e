//! The resources of a build by kind, and by kind and name. Both are asked thousands of times, and
//! made anew for every change: so they lie in a few lists, not in one for each name.

use foldhash::{HashMap, HashMapExt};

use crate::resource::Resource;

/// Resources by their bare kind.
#[derive(Debug, Default)]
pub(super) struct ByKind<'a> {
    kinds: HashMap<&'a str, OfKind<'a>>,
}

/// The resources of one bare kind.
#[derive(Debug, Default)]
struct OfKind<'a> {
    /// In the order of files and documents.
    all: Vec<&'a Resource>,
    /// The API groups that they are of, nearly always one, and whether it is none of Kubernetes'.
    groups: Vec<(&'a str, bool)>,
}

impl<'a> ByKind<'a> {
    /// Adds a resource; gives whether its kind is a custom one.
    pub fn push(&mut self, resource: &'a Resource) -> bool {
        let held = self.kinds.entry(&*resource.kind.kind).or_default();
        held.all.push(resource);
        let group = &*resource.kind.group;
        if let Some((_, custom)) = held.groups.iter().find(|known| known.0 == group) {
            return *custom;
        }
        let custom = is_custom(group);
        held.groups.push((group, custom));
        custom
    }

    /// Those of a bare kind, of whatever group.
    pub fn of(&self, kind: &str) -> &[&'a Resource] {
        self.kinds.get(kind).map_or(&[], |held| &held.all)
    }

    /// The bare kinds, in no order.
    pub fn kinds(&self) -> impl Iterator<Item = &'a str> {
        self.kinds.keys().copied()
    }

    /// Those whose group and bare kind are meant, in the order of files and documents.
    pub fn meant(&self, is_meant: impl Fn(&str, &str) -> bool) -> Vec<&'a Resource> {
        let mut found = Vec::new();
        for (kind, held) in &self.kinds {
            let meant = held.groups.iter().filter(|(group, _)| is_meant(group, kind)).count();
            if meant == held.groups.len() {
                found.extend(&held.all);
            } else if meant > 0 {
                let all = held.all.iter().copied();
                found.extend(all.filter(|resource| is_meant(&resource.kind.group, kind)));
            }
        }
        found.sort_unstable_by_key(|resource| resource.id);
        found
    }
}

/// True for an API group that is none of Kubernetes' own.
pub(crate) fn is_custom(group: &str) -> bool {
    group.contains('.') && !kubesift_schemas::is_builtin_group(group)
}

/// Resources by bare kind and name.
#[derive(Debug, Default)]
pub(super) struct ByName<'a> {
    /// Positions in `starts`.
    at: HashMap<(&'a str, &'a str), u32>,
    /// Where in `all` those of a kind and name begin; those of the next one follow.
    starts: Vec<u32>,
    all: Vec<&'a Resource>,
    /// What was added so far, each with its position in `starts`.
    places: Vec<(u32, &'a Resource)>,
}

impl<'a> ByName<'a> {
    /// An index with room for so many resources.
    pub fn with_capacity(count: usize) -> Self {
        let at = HashMap::with_capacity(count);
        let (places, starts) = (Vec::with_capacity(count), Vec::with_capacity(count + 1));
        Self { at, starts, places, all: Vec::new() }
    }

    /// Adds a resource; one without a name is left out. To be found after [`ByName::close`].
    pub fn push(&mut self, resource: &'a Resource) {
        let Some(name) = resource.name.as_deref() else { return };
        let next = self.starts.len() as u32;
        let place = *self.at.entry((&*resource.kind.kind, name)).or_insert(next);
        if place == next {
            self.starts.push(0);
        }
        // How many there are of each, to begin with.
        if let Some(count) = self.starts.get_mut(place as usize) {
            *count += 1;
        }
        self.places.push((place, resource));
    }

    /// Puts those of one kind and name beside each other.
    pub fn close(&mut self) {
        let mut end = 0;
        for start in &mut self.starts {
            end += std::mem::replace(start, end);
        }
        self.starts.push(end);
        let mut places = std::mem::take(&mut self.places);
        // Stable, so that those of one name stay in their order.
        places.sort_by_key(|(place, _)| *place);
        self.all = places.into_iter().map(|(_, resource)| resource).collect();
    }

    /// Those of a bare kind and name, in the order of files and documents.
    pub fn get(&self, kind: &str, name: &str) -> &[&'a Resource] {
        let range = self.at.get(&(kind, name)).and_then(|at| {
            let at = *at as usize;
            Some(*self.starts.get(at)? as usize..*self.starts.get(at + 1)? as usize)
        });
        range.and_then(|range| self.all.get(range)).unwrap_or_default()
    }
}
