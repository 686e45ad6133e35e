//! LimitRanges by where they hold: which of them may give a pod's containers their resources.

use foldhash::HashMap;

use crate::graph::{Graph, GraphPod};
use crate::resource::Resource;
use crate::unknown::is_unknown;

/// The LimitRanges of a build, by namespace and by folder.
#[derive(Debug, Default)]
pub(crate) struct LimitRanges<'a> {
    all: Vec<&'a Resource>,
    by_namespace: HashMap<Option<&'a str>, Vec<&'a Resource>>,
    /// Those whose namespace is filled in later.
    loose: Vec<&'a Resource>,
    /// Those of folders in which all are of one namespace.
    by_folder: HashMap<&'a str, Vec<&'a Resource>>,
}

impl<'a> LimitRanges<'a> {
    pub(crate) fn new(all: impl Iterator<Item = &'a Resource>) -> Self {
        let mut found = Self::default();
        for range in all {
            let namespace = range.namespace.as_deref();
            found.all.push(range);
            match namespace.is_some_and(is_unknown) {
                true => found.loose.push(range),
                false => found.by_namespace.entry(namespace).or_default().push(range),
            }
            found.by_folder.entry(folder(range)).or_default().push(range);
        }
        found.by_folder.retain(|_, ranges| {
            ranges.windows(2).all(|two| {
                let mut names = two.iter().map(|range| range.namespace.as_deref());
                names.next() == names.next()
            })
        });
        found
    }

    fn of<'s>(&'s self, namespace: Option<&'s str>) -> &'s [&'a Resource] {
        self.by_namespace.get(&namespace).map_or(&[], Vec::as_slice)
    }

    fn near(&self, resource: &Resource) -> &[&'a Resource] {
        self.by_folder.get(folder(resource)).map_or(&[], Vec::as_slice)
    }
}

/// LimitRanges of a place that are looked at: a namespace has one.
const LOOKED_AT: usize = 50;

fn folder(resource: &Resource) -> &str {
    resource.file().path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

impl<'a> Graph<'a> {
    /// The LimitRanges that hold for a pod, or may. A pod that does not state its namespace may be
    /// in `default`, in the only one that the build states, or in the only one that LimitRanges of
    /// its folder are for: a folder for each namespace, applied with `kubectl -n`.
    pub fn limit_ranges_of(&self, pod: &GraphPod<'_>) -> Vec<&'a Resource> {
        let ranges = self.limit_ranges();
        let sole = self.sole();
        let places: &[&[&'a Resource]] = match pod.namespace {
            Some(name) if is_unknown(name) => &[&ranges.all],
            Some(name) if name == "default" || sole == Some(name) => {
                &[ranges.of(Some(name)), ranges.of(None), &ranges.loose]
            }
            Some(name) => &[ranges.of(Some(name)), &ranges.loose],
            None => &[
                ranges.of(None),
                ranges.of(Some("default")),
                sole.map_or(&[], |name| ranges.of(Some(name))),
                ranges.near(pod.pod.resource),
                &ranges.loose,
            ],
        };
        places.iter().flat_map(|place| place.iter().copied().take(LOOKED_AT)).collect()
    }
}
