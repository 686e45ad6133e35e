//! Things of namespaces, looked up by a key: those of the very namespace, and those that may be of
//! it because a namespace is not stated or filled in later.

use std::hash::Hash;
use std::sync::OnceLock;

use foldhash::{HashMap, HashMapExt};

use crate::disruption::Budgets;
use crate::graph::{Graph, Namespace};
use crate::monitor::{Monitored, Monitors};
use crate::resource::Resource;
use crate::scaling::Scaling;
use crate::selector::Match;
use crate::unknown::is_unknown;

/// Indexes of a graph that views make when they are first asked.
#[derive(Debug, Default)]
pub(crate) struct Indexes<'a> {
    pub names: OnceLock<Names<'a>>,
    pub scaling: OnceLock<Scaling<'a>>,
    pub budgets: OnceLock<Budgets<'a>>,
    pub monitors: OnceLock<Monitors<'a>>,
    pub monitored: OnceLock<Monitored>,
    /// Resources of kinds of which a namespace holds a few.
    pub kinds: OnceLock<Scoped<'a, &'static str, &'a Resource>>,
    pub generated: OnceLock<Vec<&'a str>>,
    /// PersistentVolumes by the namespace and name of the claim they are kept for.
    pub kept_volumes: OnceLock<HashMap<(Option<&'a str>, &'a str), &'a Resource>>,
}

/// Resources by kind (without its group) and name.
pub(crate) type Names<'a> = Scoped<'a, (&'a str, &'a str), &'a Resource>;

/// Things by key and namespace.
#[derive(Debug)]
pub(crate) struct Scoped<'a, K, T> {
    by_key: HashMap<K, Places<'a, T>>,
}

#[derive(Debug)]
struct Places<'a, T> {
    by_namespace: HashMap<Option<&'a str>, Vec<T>>,
    /// Those whose namespace is filled in later.
    loose: Vec<(&'a str, T)>,
    /// All of them, in the order they came in.
    all: Vec<(Option<&'a str>, T)>,
}

impl<T> Places<'_, T> {
    fn of<'s>(&'s self, namespace: Option<&'s str>) -> &'s [T] {
        self.by_namespace.get(&namespace).map_or(&[], Vec::as_slice)
    }
}

/// Things of one key and namespace that are looked at: more of them say nothing new.
const LOOKED_AT: usize = 50;

impl<K, T> Default for Scoped<'_, K, T> {
    fn default() -> Self {
        Self { by_key: HashMap::new() }
    }
}

impl<'a, K: Eq + Hash, T: Copy> Scoped<'a, K, T> {
    pub fn add(&mut self, key: K, namespace: Option<&'a str>, item: T) {
        let places = self.by_key.entry(key).or_insert_with(|| Places {
            by_namespace: HashMap::new(),
            loose: Vec::new(),
            all: Vec::new(),
        });
        places.all.push((namespace, item));
        match namespace.filter(|name| is_unknown(name)) {
            Some(name) => places.loose.push((name, item)),
            None => places.by_namespace.entry(namespace).or_default().push(item),
        }
    }

    /// What a key names in a namespace, the sure ones first. The rules are those of
    /// [`Graph::same_namespace`].
    pub fn find(&self, graph: &Graph<'a>, key: &K, namespace: Option<&str>) -> Vec<(T, Match)> {
        let Some(places) = self.by_key.get(key) else { return Vec::new() };
        let mut found = Vec::new();
        if namespace.is_some_and(is_unknown) {
            for (own, item) in places.all.iter().take(LOOKED_AT) {
                found.push((*item, if *own == namespace { Match::Yes } else { Match::Unknown }));
            }
            found.sort_by_key(|(_, same)| *same != Match::Yes);
            return found;
        }
        let own = places.of(namespace).iter().take(LOOKED_AT);
        found.extend(own.map(|item| (*item, Match::Yes)));
        let sole = graph.sole();
        let others: [Option<Option<&str>>; 2] = match namespace {
            Some(name) => [(name == "default" || sole == Some(name)).then_some(None), None],
            None => [Some(Some("default")), sole.filter(|name| *name != "default").map(Some)],
        };
        for other in others.into_iter().flatten() {
            let may = places.of(other).iter().take(LOOKED_AT);
            found.extend(may.map(|item| (*item, Match::Unknown)));
        }
        let loose = places.loose.iter().take(LOOKED_AT);
        found.extend(loose.map(|(_, item)| (*item, Match::Unknown)));
        found
    }
}

impl<'a> Graph<'a> {
    /// The resources of a kind and name that are, or may be, in a namespace; the sure ones first.
    /// The kind is named as in [`crate::Kind::is`], or is a kind of any group: `*/Deployment`.
    pub fn named(
        &self,
        kind: &str,
        namespace: Option<&str>,
        name: &str,
    ) -> Vec<(&'a Resource, Match)> {
        let names = self.indexes().names.get_or_init(|| {
            let mut names = Names::default();
            for resource in self.resources() {
                if let Some(name) = resource.name.as_deref() {
                    let key = (&*resource.kind.kind, name);
                    names.add(key, resource.namespace.as_deref(), *resource);
                }
            }
            names
        });
        let (group, bare) = kind.rsplit_once('/').unwrap_or(("", kind));
        let mut found = names.find(self, &(bare, name), namespace);
        found.retain(|(resource, _)| group == "*" || resource.is(kind));
        found
    }

    /// The first resource of a kind and name that is surely in a namespace.
    pub fn surely_named(
        &self,
        kind: &str,
        namespace: Option<&str>,
        name: &str,
    ) -> Option<&'a Resource> {
        let found = self.named(kind, namespace, name).into_iter();
        found.filter(|(_, same)| *same == Match::Yes).map(|(resource, _)| resource).next()
    }

    /// True when no other resource of the build is the same object: of one that is defined several
    /// times (test data, variants) nobody knows which definition is applied, and with what.
    pub fn is_defined_once(&self, resource: &Resource) -> bool {
        let Some(name) = resource.name.as_deref() else { return true };
        let kind = format!("{}/{}", resource.kind.group, resource.kind.kind);
        let found = self.named(&kind, resource.namespace.as_deref(), name).into_iter();
        found.filter(|(_, same)| *same == Match::Yes).count() < 2
    }

    /// The resources of a kind that are, or may be, in a namespace; the sure ones first. For kinds of
    /// which a namespace holds a few, such as LimitRange.
    pub fn in_namespace(&self, kind: &str, namespace: Option<&str>) -> Vec<(&'a Resource, Match)> {
        let kinds = self.indexes().kinds.get_or_init(|| {
            let mut kinds = Scoped::default();
            for kind in ["LimitRange", "ResourceQuota"] {
                for resource in self.of(kind) {
                    kinds.add(kind, resource.namespace.as_deref(), resource);
                }
            }
            kinds
        });
        kinds.find(self, &kind, namespace)
    }

    /// The namespace that a resource stands for ([`Graph::namespace_led_by`]), when it holds
    /// workloads and surely no object of a kind, which no policy of the build makes there either.
    /// Of the kinds of [`Graph::in_namespace`].
    pub fn namespace_without(
        &self,
        kind: &'static str,
        resource: &Resource,
    ) -> Option<&Namespace<'a>> {
        let namespace = self.namespace_led_by(resource)?;
        self.networked_pods(namespace).next()?;
        let held = !self.in_namespace(kind, namespace.name).is_empty();
        (!held && !self.may_be_generated(kind)).then_some(namespace)
    }

    /// True when a policy of the build (Kyverno's `generate`) makes objects of a kind where it is
    /// applied: then nothing is missing.
    pub fn may_be_generated(&self, kind: &str) -> bool {
        let kinds = self.indexes().generated.get_or_init(|| {
            let kyverno = self.resources().iter().filter(|resource| {
                matches!(&*resource.kind.group, "kyverno.io" | "policies.kyverno.io")
            });
            kyverno.flat_map(|resource| generated_kinds(resource)).collect()
        });
        kinds.contains(&kind)
    }
}

/// True when two resources of one build surely meet in a cluster: they state the same namespace, or
/// their folders are the same, or one lies in the other. Plain manifests of other folders may be
/// examples or variants that nobody applies together.
pub fn stand_together(one: &Resource, other: &Resource) -> bool {
    let stated = one.namespace.as_deref().filter(|name| !is_unknown(name));
    if stated.is_some() && one.namespace == other.namespace {
        return true;
    }
    let folder = |resource: &Resource| {
        let path = &resource.file().path;
        path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"))
    };
    let (one, other) = (folder(one), folder(other));
    one.starts_with(&other) || other.starts_with(&one)
}

/// The kinds that the rules of a Kyverno policy make.
fn generated_kinds(policy: &Resource) -> Vec<&str> {
    let made = policy.field("spec.rules").items().filter_map(|rule| rule.get("generate"));
    let kinds = made.flat_map(|generate| {
        let listed = generate.field("cloneList.kinds").items().filter_map(|kind| kind.str());
        let one = generate.field("kind").str().into_iter();
        one.chain(listed.map(|kind| kind.rsplit_once('/').map_or(kind, |(_, kind)| kind)))
    });
    kinds.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::tests::with_graph;

    fn config(namespace: &str, name: &str) -> String {
        let namespace = match namespace {
            "" => String::new(),
            name => format!(", namespace: '{name}'"),
        };
        format!("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}{namespace}}}\n")
    }

    #[track_caller]
    fn check(text: &str, namespace: Option<&str>, expected: &[Match]) {
        let found = with_graph(text, |graph| {
            let found = graph.named("ConfigMap", namespace, "x");
            found.into_iter().map(|(_, same)| same).collect::<Vec<_>>()
        });
        assert_eq!(found, expected, "{text} {namespace:?}");
    }

    #[test]
    fn names_are_looked_up_with_what_is_known_of_the_namespace() {
        use Match::{Unknown, Yes};
        let all = config("a", "x") + &config("b", "x") + &config("", "x") + &config("${NS}", "x");
        check(&all, Some("a"), &[Yes, Unknown]);
        check(&all, None, &[Yes, Unknown]);
        check(&all, Some("default"), &[Unknown, Unknown]);
        check(&all, Some("${NS}"), &[Yes, Unknown, Unknown, Unknown]);
        check(&all, Some("${OTHER}"), &[Unknown; 4]);
        check(&config("a", "y"), Some("a"), &[]);
        check(&(config("a", "x") + &config("a", "y")), None, &[Unknown]);
    }

    #[test]
    fn an_object_may_be_defined_twice() {
        let once =
            |text: &str| with_graph(text, |graph| graph.is_defined_once(graph.resources()[0]));
        assert!(once(&(config("a", "x") + &config("b", "x") + &config("a", "y"))));
        assert!(!once(&(config("a", "x") + &config("b", "x") + &config("a", "x"))));
    }

    #[test]
    fn kyverno_makes_objects() {
        let policy = "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: p}\n\
                      spec: {rules: [{generate: {kind: ResourceQuota}}, \
                      {generate: {cloneList: {kinds: [v1/LimitRange]}}}]}\n";
        with_graph(policy, |graph| {
            assert!(graph.may_be_generated("ResourceQuota"));
            assert!(graph.may_be_generated("LimitRange"));
            assert!(!graph.may_be_generated("Secret"));
        });
    }
}
