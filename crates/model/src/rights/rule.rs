//! One rule of a Role or ClusterRole and what it grants, as the API server's RBAC authorizer reads
//! it. Whether a right is a bad thing is left to who asks.
//!
//! The rules, from the authorizer: every list is "one of these"; `*` stands for every verb, group
//! and resource, subresources included; `pods` does not hold `pods/log`; `*/log` holds `log` of
//! every resource; `pods/*` holds nothing, for it is no wildcard. Names are compared with the name
//! of a request, which a request on a collection does not have.

use kubesift_yaml::Node;

use crate::resource::Resource;
use crate::selector::Match;
use crate::unknown::is_unknown;

/// One item of a list of a rule.
#[derive(Debug, Clone, Copy)]
pub struct Word<'a> {
    /// The item as it is written.
    pub text: &'a str,
    /// Where it stands; none for a rule of a role that is built in.
    pub node: Option<Node<'a>>,
    known: bool,
}

/// A list of a rule: `verbs`, `apiGroups`, `resources`, `resourceNames`, `nonResourceURLs`.
#[derive(Debug, Clone, Default)]
pub struct Words<'a> {
    items: Vec<Word<'a>>,
    /// A placeholder stands for the list, or something that nobody can read.
    open: bool,
}

/// One rule (`PolicyRule`).
#[derive(Debug, Clone, Default)]
pub struct Rule<'a> {
    /// The Role or ClusterRole that holds it; none for a role that is built in.
    pub role: Option<&'a Resource>,
    /// The item of `rules`; none for a role that is built in.
    pub node: Option<Node<'a>>,
    /// `verbs`.
    pub verbs: Words<'a>,
    /// `apiGroups`; the core group is empty.
    pub groups: Words<'a>,
    /// `resources`.
    pub resources: Words<'a>,
    /// `resourceNames`; with none the rule holds for all objects.
    pub names: Words<'a>,
    /// `nonResourceURLs`.
    pub urls: Words<'a>,
}

/// The words of a rule that grant a right.
#[derive(Debug, Clone, Copy)]
pub struct Granted<'a> {
    /// The verb, or `*`.
    pub verb: Word<'a>,
    /// The group, or `*`.
    pub group: Word<'a>,
    /// The resource, `*` or `*/subresource`.
    pub resource: Word<'a>,
}

impl<'a> Granted<'a> {
    /// The tightest place that says what is granted: the resource.
    pub fn place(&self) -> Option<Node<'a>> {
        self.resource.node
    }
}

impl Word<'_> {
    /// False when it is filled in later.
    pub fn is_known(&self) -> bool {
        self.known
    }
}

/// Verbs on a collection of objects: such a request names no object.
const COLLECTION_VERBS: [&str; 2] = ["create", "deletecollection"];

impl<'a> Words<'a> {
    /// The list that a node holds; an absent one is empty.
    pub fn of(node: Option<Node<'a>>) -> Self {
        let Some(node) = node.filter(|node| !node.is_null()) else { return Self::default() };
        let mut words = Self { items: Vec::new(), open: !node.is_list() };
        for item in node.items() {
            match item.text().filter(|_| !item.is_null()) {
                Some(text) => {
                    words.items.push(Word { text, node: Some(item), known: !is_unknown(text) });
                }
                None => words.open = true,
            }
        }
        words
    }

    /// The list of a role that is built in.
    pub(crate) fn built_in(texts: &[&'static str]) -> Self {
        let word = |text: &&'static str| Word { text, node: None, known: true };
        Self { items: texts.iter().map(word).collect(), open: false }
    }

    /// The items, those that are filled in later included.
    pub fn iter(&self) -> impl Iterator<Item = Word<'a>> + '_ {
        self.items.iter().copied()
    }

    /// The item of a text.
    pub fn find(&self, text: &str) -> Option<Word<'a>> {
        self.iter().find(|word| word.text == text)
    }

    /// True when the list holds a text.
    pub fn has(&self, text: &str) -> bool {
        self.find(text).is_some()
    }

    /// True when nothing is in the list, and nothing will be.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty() && !self.open
    }

    /// True when something in the list is filled in later, or cannot be read.
    pub fn is_unsure(&self) -> bool {
        self.open || self.items.iter().any(|word| !word.known)
    }

    /// The first item that is surely meant; unknown when one that is filled in later may be.
    fn look(&self, means: impl Fn(&str) -> bool) -> Match {
        if self.items.iter().any(|word| word.known && means(word.text)) {
            return Match::Yes;
        }
        if self.is_unsure() { Match::Unknown } else { Match::No }
    }

    /// The item that is meant, one without `*` before one with it.
    fn pick(&self, means: impl Fn(&str) -> bool) -> Option<Word<'a>> {
        let meant = || self.iter().filter(|word| word.known && means(word.text));
        meant().find(|word| !word.text.contains('*')).or_else(|| meant().next())
    }
}

impl<'a> Rule<'a> {
    /// The rule of an item of `rules`.
    pub fn of(role: &'a Resource, node: Node<'a>) -> Self {
        let list = |key| Words::of(node.get(key));
        Self {
            role: Some(role),
            node: Some(node),
            verbs: list("verbs"),
            groups: list("apiGroups"),
            resources: list("resources"),
            names: list("resourceNames"),
            urls: list("nonResourceURLs"),
        }
    }

    /// Whether it grants a verb on a resource (`pods`, `pods/exec`) of a group to all objects, or
    /// to some of them by name: [`Rule::is_named`] tells which. A rule with names does not grant
    /// `create` and `deletecollection`, whose requests name no object; `list` and `watch` it grants
    /// to requests that select one object by its name.
    pub fn grants(&self, verb: &str, group: &str, resource: &str) -> Match {
        let plain = self.grants_unnamed(verb, group, resource);
        if plain == Match::No || !names_no_object(verb, resource) {
            return plain;
        }
        // The empty name is the name of a request that names no object.
        let unnamed = if self.is_named() { self.names.look(str::is_empty) } else { Match::Yes };
        plain.and(unnamed)
    }

    /// Whether it grants one of the verbs.
    pub fn grants_any(&self, verbs: &[&str], group: &str, resource: &str) -> Match {
        let all = verbs.iter().map(|verb| self.grants(verb, group, resource));
        all.fold(Match::No, Match::or)
    }

    /// Whether it grants a verb on the object of a name.
    pub fn grants_on(&self, verb: &str, group: &str, resource: &str, name: &str) -> Match {
        let granted = self.grants(verb, group, resource);
        if !self.is_named() || names_no_object(verb, resource) {
            return granted;
        }
        granted.and(self.names.look(|text| text == name))
    }

    /// Whether it grants a verb on every object of a resource, those that are made later included.
    pub fn grants_all(&self, verb: &str, group: &str, resource: &str) -> Match {
        let granted = self.grants(verb, group, resource);
        match (self.names.items.is_empty(), self.names.open) {
            (true, false) => granted,
            (true, true) => granted.and(Match::Unknown),
            _ => Match::No,
        }
    }

    fn grants_unnamed(&self, verb: &str, group: &str, resource: &str) -> Match {
        let verbs = self.verbs.look(|text| is_or_all(text, verb));
        if verbs == Match::No {
            return Match::No;
        }
        let groups = self.groups.look(|text| is_or_all(text, group));
        let resources = self.resources.look(|text| means_resource(text, resource));
        verbs.and(groups).and(resources)
    }

    /// The words that surely grant a verb on a resource; those without `*` come first.
    pub fn granted(&self, verb: &str, group: &str, resource: &str) -> Option<Granted<'a>> {
        if self.grants(verb, group, resource) != Match::Yes {
            return None;
        }
        Some(Granted {
            verb: self.verbs.pick(|text| is_or_all(text, verb))?,
            group: self.groups.pick(|text| is_or_all(text, group))?,
            resource: self.resources.pick(|text| means_resource(text, resource))?,
        })
    }

    /// The tightest place that surely grants one of the verbs on a resource: the item of
    /// `resources`.
    pub fn place_of(&self, verbs: &[&str], group: &str, resource: &str) -> Option<Node<'a>> {
        verbs.iter().find_map(|verb| self.granted(verb, group, resource))?.place()
    }

    /// Whether it grants a verb on a path of the API server that is no resource (`/metrics`). A `*`
    /// at the end of a rule's path stands for anything.
    pub fn grants_url(&self, verb: &str, url: &str) -> Match {
        let verbs = self.verbs.look(|text| is_or_all(text, verb));
        verbs.and(self.urls.look(|text| means_url(text, url)))
    }

    /// True when the rule holds for objects of certain names only.
    pub fn is_named(&self) -> bool {
        !self.names.is_empty()
    }

    /// True when it grants every verb on every resource of every group.
    pub fn is_everything(&self) -> bool {
        self.verbs.has("*") && self.groups.has("*") && self.resources.has("*") && !self.is_named()
    }
}

/// The rules that a Role or ClusterRole states itself.
pub fn rules_of(role: &Resource) -> Vec<Rule<'_>> {
    let rules = role.node().get("rules");
    let items = rules.into_iter().flat_map(Node::items).filter(|item| item.is_map());
    items.map(|item| Rule::of(role, item)).collect()
}

fn is_or_all(text: &str, wanted: &str) -> bool {
    text == "*" || text == wanted
}

/// Whether an item of `resources` means a resource, or a subresource `pods/exec`.
fn means_resource(text: &str, wanted: &str) -> bool {
    if is_or_all(text, wanted) {
        return true;
    }
    let subresource = wanted.split_once('/').map(|(_, subresource)| subresource);
    subresource.is_some_and(|subresource| text.strip_prefix("*/") == Some(subresource))
}

fn means_url(text: &str, wanted: &str) -> bool {
    is_or_all(text, wanted) || text.ends_with('*') && wanted.starts_with(text.trim_end_matches('*'))
}

/// True for a request on a collection. A subresource is always that of a named object.
fn names_no_object(verb: &str, resource: &str) -> bool {
    COLLECTION_VERBS.contains(&verb) && !resource.contains('/')
}
