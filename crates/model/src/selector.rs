//! Labels and what selects them. What a selector that is absent or empty means differs by use and
//! is said at [`Selector`]; whether a match is wanted is left to who asks.

use std::fmt;

use kubesift_yaml::{Node, Value};

use crate::unknown::known;

/// One label: a key, its value, and the entry it stands in.
#[derive(Debug, Clone, Copy)]
struct Label<'a> {
    key: &'a str,
    /// None when the value is filled in later, or is no scalar.
    value: Option<&'a str>,
    /// The value as it is written; empty for one that is no scalar.
    text: &'a str,
}

/// The labels of an object or a pod, read from a `metadata.labels` mapping.
#[derive(Debug, Clone, Default)]
pub struct Labels<'a> {
    labels: Vec<Label<'a>>,
    /// There may be labels that the manifest does not show: a placeholder stands for some.
    open: bool,
}

impl<'a> Labels<'a> {
    /// The labels of a `metadata.labels` node; none without a node.
    pub fn of(node: Option<Node<'a>>) -> Self {
        let mut labels = Self::default();
        let Some(node) = node else { return labels };
        labels.open = !node.is_map() && !node.is_null();
        labels.labels.reserve_exact(node.entries().count());
        for (key, entry) in node.entries() {
            if known(key).is_literal() {
                let text = scalar(entry);
                let value = text.filter(|text| known(text).is_literal());
                labels.labels.push(Label { key, value, text: text.unwrap_or_default() });
            } else {
                labels.open = true;
            }
        }
        labels
    }

    /// The labels of a Namespace: its own, and `kubernetes.io/metadata.name`, which the API server
    /// sets to the namespace's name.
    pub fn of_namespace(node: Option<Node<'a>>, name: &'a str) -> Self {
        Self::of(node).with("kubernetes.io/metadata.name", name)
    }

    /// Adds a label, or replaces the value of one.
    #[must_use]
    pub fn with(mut self, key: &'a str, value: &'a str) -> Self {
        self.labels.retain(|label| label.key != key);
        let known = known(value).is_literal().then_some(value);
        self.labels.push(Label { key, value: known, text: value });
        self
    }

    /// The value of a label as it is written; none when it is not there.
    pub fn get(&self, key: &str) -> Option<&'a str> {
        self.find(key).map(|label| label.text)
    }

    /// Keys and values as they are written.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, &'a str)> + '_ {
        self.labels.iter().map(|label| (label.key, label.text))
    }

    /// True when the manifest shows no label and hides none behind a placeholder.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty() && !self.open
    }

    /// The value of a label, with absent and unknown told apart.
    pub fn look(&self, key: &str) -> Seen<'a> {
        match self.find(key) {
            Some(Label { value: Some(value), .. }) => Seen::Value(value),
            None if !self.open => Seen::Absent,
            _ => Seen::Unknown,
        }
    }

    /// The same labels, and perhaps more that nobody sees: an operator adds its own to the pods it
    /// makes.
    #[must_use]
    pub fn and_more(mut self) -> Self {
        self.open = true;
        self
    }

    /// True when there may be labels that the manifest does not show.
    pub fn may_have_more(&self) -> bool {
        self.open
    }

    /// True when there may be other labels, or a value is filled in later or is none (a list): no
    /// index can say what such labels do not match.
    pub fn are_unsure(&self) -> bool {
        self.open || self.labels.iter().any(|label| label.value.is_none())
    }

    fn find(&self, key: &str) -> Option<Label<'a>> {
        self.labels.iter().copied().find(|label| label.key == key)
    }
}

/// What is known of one label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen<'a> {
    /// It has this value.
    Value(&'a str),
    /// It is not there.
    Absent,
    /// Its value is filled in later, or it may be one that the manifest does not show.
    Unknown,
}

/// Whether a selector matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Match {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// A value that is filled in later decides, or a selector that nobody can read.
    Unknown,
}

impl Match {
    /// Both must match.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::Yes, Self::Yes) => Self::Yes,
        }
    }

    /// One of them must match.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::No, Self::No) => Self::No,
        }
    }
}

impl From<bool> for Match {
    fn from(matches: bool) -> Self {
        if matches { Self::Yes } else { Self::No }
    }
}

/// How a requirement compares a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operator {
    /// The value is one of the values. `matchLabels` and equality maps have one value.
    In,
    /// The label is absent, or its value is none of the values.
    NotIn,
    /// The label is there.
    Exists,
    /// The label is not there.
    DoesNotExist,
}

/// One condition of a selector.
#[derive(Debug, Clone)]
pub struct Requirement<'a> {
    /// The label's key.
    pub key: &'a str,
    /// None for an operator that does not exist or is filled in later.
    pub operator: Option<Operator>,
    /// The values as they are written.
    pub values: Vec<&'a str>,
    /// The entry of `matchLabels` or of the map, or the item of `matchExpressions`.
    pub node: Node<'a>,
    /// Something in it is filled in later.
    unknown: bool,
}

/// A label selector.
///
/// It is made from a node, so an absent selector is no `Selector` at all. What absent and empty
/// mean is the API's choice for each field, and the caller's to know:
///
/// | field | absent | empty |
/// | --- | --- | --- |
/// | NetworkPolicy `spec.podSelector` | as empty | all pods of the namespace |
/// | NetworkPolicy peers | see the peer's other fields | all pods, all namespaces |
/// | Service `spec.selector` | selects nothing | as absent |
/// | ReplicationController `spec.selector` | its template's labels | as absent |
/// | PodDisruptionBudget `spec.selector` | no pod | all pods of the namespace |
/// | Deployment, StatefulSet, DaemonSet, ReplicaSet `spec.selector` | refused | refused |
/// | affinity and spread `labelSelector` | no pod | all pods |
/// | webhook `namespaceSelector`, `objectSelector` | as empty | everything |
///
/// Labels that a controller puts on the pods it makes (`pod-template-hash`,
/// `statefulset.kubernetes.io/pod-name`, `batch.kubernetes.io/*`, …) stand in no manifest. A
/// requirement that wants one is left out of the comparison, one that forbids one is unknown, and a
/// selector that has no other requirement is unknown.
#[derive(Debug, Clone)]
pub struct Selector<'a> {
    requirements: Vec<Requirement<'a>>,
    /// Some of it could not be read.
    open: bool,
    node: Node<'a>,
}

/// What a selector asks for: selectors that ask for the same match the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Asks<'a> {
    open: bool,
    /// Key, operator, values, and whether something in it is filled in later.
    requirements: Vec<(&'a str, Option<Operator>, Vec<&'a str>, bool)>,
}

impl<'a> Selector<'a> {
    /// From a LabelSelector: `matchLabels` and `matchExpressions`, which must all hold. A null node
    /// gives an empty selector.
    pub fn from_label_selector(node: Node<'a>) -> Self {
        let mut selector = Self { requirements: Vec::new(), open: false, node };
        selector.open = !node.is_map() && !node.is_null();
        for (key, value) in node.entries() {
            match key {
                "matchLabels" => selector.push_map(value),
                "matchExpressions" => selector.push_expressions(value),
                // A label without `matchLabels` around it is refused by the API server.
                _ => selector.open = true,
            }
        }
        selector
    }

    /// From a map of labels, as Service and ReplicationController have it. A null node gives an
    /// empty selector.
    pub fn from_map(node: Node<'a>) -> Self {
        let mut selector = Self { requirements: Vec::new(), open: false, node };
        selector.push_map(node);
        selector
    }

    fn push_map(&mut self, node: Node<'a>) {
        self.open |= !node.is_map() && !node.is_null();
        self.requirements.reserve_exact(node.entries().count());
        for (key, value) in node.entries() {
            let text = scalar(value);
            let is_known = |text: &str| known(text).is_literal();
            self.requirements.push(Requirement {
                key,
                operator: Some(Operator::In),
                values: vec![text.unwrap_or_default()],
                node: value,
                unknown: !is_known(key) || !text.is_some_and(is_known),
            });
        }
    }

    fn push_expressions(&mut self, node: Node<'a>) {
        self.open |= !node.is_list() && !node.is_null();
        for item in node.items() {
            let key = item.get("key").and_then(scalar).unwrap_or_default();
            let operator = match item.get("operator").and_then(Node::str) {
                Some("In") => Some(Operator::In),
                Some("NotIn") => Some(Operator::NotIn),
                Some("Exists") => Some(Operator::Exists),
                Some("DoesNotExist") => Some(Operator::DoesNotExist),
                _ => None,
            };
            let values = item.get("values");
            let list = || values.into_iter().flat_map(Node::items);
            let unreadable = values.is_some_and(|node| !node.is_list() && !node.is_null());
            self.requirements.push(Requirement {
                key,
                operator,
                values: list().map(|value| scalar(value).unwrap_or_default()).collect(),
                node: item,
                unknown: key.is_empty()
                    || !known(key).is_literal()
                    || unreadable
                    || list().any(|value| known_scalar(value).is_none()),
            });
        }
    }

    /// The node it was made from.
    pub fn node(&self) -> Node<'a> {
        self.node
    }

    /// What it asks for, wherever it is written.
    pub(crate) fn asks(&self) -> Asks<'a> {
        let asked = self.requirements.iter();
        let asked = asked.map(|one| (one.key, one.operator, one.values.clone(), one.unknown));
        Asks { open: self.open, requirements: asked.collect() }
    }

    /// All requirements, those on labels that controllers make included.
    pub fn requirements(&self) -> &[Requirement<'a>] {
        &self.requirements
    }

    /// True when it has no requirement, as `{}` has none. False when a placeholder stands for some.
    pub fn is_empty(&self) -> bool {
        self.requirements.is_empty() && !self.open
    }

    /// Whether all requirements hold for `labels`. An empty selector matches everything: ask
    /// [`Selector::is_empty`] first where empty means something else.
    pub fn matches(&self, labels: &Labels<'_>) -> Match {
        let mut result = if self.open { Match::Unknown } else { Match::Yes };
        let mut compared = false;
        for requirement in &self.requirements {
            if requirement.wants_controller_label() {
                continue;
            }
            compared = true;
            result = result.and(requirement.matches(labels));
        }
        if !compared && !self.requirements.is_empty() {
            return result.and(Match::Unknown);
        }
        result
    }

    /// The requirements that `labels` do not meet, and what stands there instead.
    pub fn differences(&self, labels: &Labels<'a>) -> Vec<Difference<'a>> {
        let unmet = self.requirements.iter().filter(|requirement| {
            !requirement.wants_controller_label() && requirement.matches(labels) == Match::No
        });
        unmet.map(|requirement| requirement.difference(labels)).collect()
    }
}

/// The selector as kubectl writes it: `app=web,tier in (a,b),!debug`.
impl fmt::Display for Selector<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, requirement) in self.requirements.iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            write!(f, "{requirement}")?;
        }
        Ok(())
    }
}

impl<'a> Requirement<'a> {
    /// Whether it holds for `labels`.
    pub fn matches(&self, labels: &Labels<'_>) -> Match {
        let Some(operator) = self.operator else { return Match::Unknown };
        if self.key.is_empty() || self.unknown && !known(self.key).is_literal() {
            return Match::Unknown;
        }
        let found = labels.find(self.key);
        if is_controller_label(self.key) && found.is_none() {
            return Match::Unknown;
        }
        match operator {
            Operator::In => self.is_one_of(found, labels.open),
            Operator::NotIn => match self.is_one_of(found, labels.open) {
                Match::Yes => Match::No,
                Match::No => Match::Yes,
                Match::Unknown => Match::Unknown,
            },
            Operator::Exists | Operator::DoesNotExist if found.is_none() && labels.open => {
                Match::Unknown
            }
            Operator::Exists => found.is_some().into(),
            Operator::DoesNotExist => found.is_none().into(),
        }
    }

    fn is_one_of(&self, found: Option<Label<'_>>, open: bool) -> Match {
        let Some(found) = found else {
            return if open { Match::Unknown } else { Match::No };
        };
        // The same text is the same value, even when it is filled in later.
        if self.values.contains(&found.text) {
            return Match::Yes;
        }
        if self.unknown || found.value.is_none() { Match::Unknown } else { Match::No }
    }

    /// True when its key or a value is filled in later, or nobody can read it.
    pub(crate) fn is_unknown(&self) -> bool {
        self.unknown
    }

    /// True for a requirement that a label made by a controller has a value, or is there.
    fn wants_controller_label(&self) -> bool {
        matches!(self.operator, Some(Operator::In | Operator::Exists))
            && is_controller_label(self.key)
    }

    fn difference(&self, labels: &Labels<'a>) -> Difference<'a> {
        let found = labels.get(self.key);
        let misspelt = || {
            let near = labels.iter().map(|(key, value)| (edit_distance(self.key, key), key, value));
            near.filter(|near| near.0 <= MISSPELT).min_by_key(|near| near.0)
        };
        // A label of another key counts when its key is nearly the one that is wanted.
        let other = if found.is_none() { misspelt() } else { None };
        let found_key = other.map(|other| other.1);
        let value = found.or(other.map(|other| other.2));
        let key_letters = other.map_or(0, |other| other.0);
        let wanted = self.values.iter();
        let letters = match (value, self.operator) {
            (Some(value), Some(Operator::In)) => {
                let nearest = wanted.map(|wanted| edit_distance(wanted, value)).min();
                nearest.map(|letters| letters + key_letters)
            }
            (Some(_), Some(Operator::Exists)) => Some(key_letters),
            _ => None,
        };
        Difference { requirement: self.clone(), found_key, found: value, letters }
    }
}

/// The requirement as kubectl writes it.
impl fmt::Display for Requirement<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.operator, &*self.values) {
            (Some(Operator::In), [value]) => write!(f, "{}={value}", self.key),
            (Some(Operator::NotIn), [value]) => write!(f, "{}!={value}", self.key),
            (Some(Operator::In), values) => write!(f, "{} in ({})", self.key, values.join(",")),
            (Some(Operator::NotIn), values) => {
                write!(f, "{} notin ({})", self.key, values.join(","))
            }
            (Some(Operator::Exists), _) => f.write_str(self.key),
            (Some(Operator::DoesNotExist), _) => write!(f, "!{}", self.key),
            (None, _) => write!(f, "{} ?", self.key),
        }
    }
}

/// A requirement that some labels do not meet.
#[derive(Debug, Clone)]
pub struct Difference<'a> {
    /// The requirement.
    pub requirement: Requirement<'a>,
    /// The key that stands there instead, when it is a misspelling of the wanted one.
    pub found_key: Option<&'a str>,
    /// The value that stands there; none when there is no such label.
    pub found: Option<&'a str>,
    /// How many letters have to change for the requirement to hold; none when it is not a matter
    /// of letters.
    pub letters: Option<usize>,
}

impl Difference<'_> {
    /// True when a typing mistake explains it: at most two letters, and not most of the word.
    pub fn is_typo(&self) -> bool {
        let length = self.found.unwrap_or_default().len();
        self.letters.is_some_and(|letters| letters <= MISSPELT && letters * 2 < length.max(2))
    }
}

/// What comes nearest to a selector that matches nothing.
#[derive(Debug, Clone)]
pub struct Near<'a, T> {
    /// What has the labels.
    pub item: T,
    /// What keeps it from matching; never empty.
    pub differences: Vec<Difference<'a>>,
}

impl<T> Near<'_, T> {
    /// What the candidate has instead, as kubectl writes it: `app=web`.
    pub fn words(&self) -> String {
        let found = self.differences.iter().filter_map(|difference| {
            let key = difference.found_key.unwrap_or(difference.requirement.key);
            Some(format!("{key}={}", difference.found?))
        });
        found.collect::<Vec<_>>().join(",")
    }
}

/// The candidate whose labels differ least from what `selector` wants: fewest requirements that do
/// not hold, then fewest letters, then first. None unless it has something in common with the
/// selector: a requirement that holds, or a value that is a typing mistake away.
pub fn nearest<'a, T>(
    selector: &Selector<'a>,
    candidates: impl IntoIterator<Item = (T, Labels<'a>)>,
) -> Option<Near<'a, T>> {
    let far = |near: &Near<'a, T>| {
        let letters =
            |difference: &Difference<'_>| difference.letters.unwrap_or(usize::from(u16::MAX));
        (near.differences.len(), near.differences.iter().map(letters).sum::<usize>())
    };
    let wanted = selector.requirements.iter().filter(|req| !req.wants_controller_label()).count();
    let all = candidates.into_iter().map(|(item, labels)| {
        let differences = selector.differences(&labels);
        Near { item, differences }
    });
    let related = all.filter(|near| {
        let some_hold = near.differences.len() < wanted;
        !near.differences.is_empty()
            && (some_hold || near.differences.iter().all(Difference::is_typo))
    });
    related.min_by_key(far)
}

/// Labels that no manifest shows, because a controller puts them on the pods it makes.
const CONTROLLER_LABELS: [&str; 10] = [
    "apps.kubernetes.io/pod-index",
    "controller-revision-hash",
    "controller-uid",
    "job-name",
    "pod-template-generation",
    "pod-template-hash",
    "rollouts-pod-template-hash",
    "statefulset.kubernetes.io/pod-name",
    // Copied from the node by the PodTopologyLabels admission, on by default since 1.35.
    "topology.kubernetes.io/region",
    "topology.kubernetes.io/zone",
];

/// Beginnings of such labels.
const CONTROLLER_PREFIXES: [&str; 3] =
    ["batch.kubernetes.io/", "jobset.sigs.k8s.io/", "leaderworkerset.sigs.k8s.io/"];

/// True for a label that a controller puts on the pods it makes.
pub fn is_controller_label(key: &str) -> bool {
    CONTROLLER_LABELS.contains(&key)
        || CONTROLLER_PREFIXES.iter().any(|prefix| key.starts_with(prefix))
}

/// A scalar's text as the API server takes it into a map of strings; none for a collection.
fn scalar(node: Node<'_>) -> Option<&str> {
    match node.value() {
        Value::Null => Some(""),
        Value::Str(text) => Some(text),
        Value::List(_) | Value::Map(_) => None,
        _ => node.text(),
    }
}

/// The same, and none when it is filled in later.
fn known_scalar(node: Node<'_>) -> Option<&str> {
    scalar(node).filter(|text| known(text).is_literal())
}

/// A word with more wrong letters is another word.
const MISSPELT: usize = 2;

/// The longest text that is compared letter by letter; labels have at most 63 after their prefix.
const LONGEST: usize = 320;

/// How many letters must be added, removed, replaced or swapped with their neighbour to turn one
/// text into the other (optimal string alignment).
pub(crate) fn edit_distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().collect();
    let right: Vec<char> = right.chars().collect();
    if left.len().max(right.len()) > LONGEST {
        return left.len().max(right.len());
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for (i, l) in left.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, r) in right.iter().enumerate() {
            let mut best = (above[j] + usize::from(l != r)).min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *l == right[j - 1] && left[i - 1] == *r {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kubesift_source::{FileId, SourceFile};
    use kubesift_yaml::{Tree, parse};

    use super::*;

    fn tree(text: &str) -> Tree {
        parse(Arc::new(SourceFile::new(FileId(0), "test.yaml", text)))
    }

    fn root(tree: &Tree) -> Node<'_> {
        tree.document(0).and_then(|document| document.root()).expect("a document")
    }

    /// `selector` against `labels`, both in YAML.
    #[track_caller]
    fn check(expected: Match, selector: &str, labels: &str) {
        let (selector_tree, labels_tree) = (tree(selector), tree(labels));
        let found = Selector::from_label_selector(root(&selector_tree))
            .matches(&Labels::of(Some(root(&labels_tree))));
        assert_eq!(found, expected, "{selector} against {labels}");
    }

    #[track_caller]
    fn check_map(expected: Match, selector: &str, labels: &str) {
        let (selector_tree, labels_tree) = (tree(selector), tree(labels));
        let found =
            Selector::from_map(root(&selector_tree)).matches(&Labels::of(Some(root(&labels_tree))));
        assert_eq!(found, expected, "{selector} against {labels}");
    }

    #[test]
    fn equality() {
        check_map(Match::Yes, "{app: web}", "{app: web, tier: front}");
        check_map(Match::No, "{app: web}", "{app: db}");
        check_map(Match::No, "{app: web, tier: front}", "{app: web}");
        check_map(Match::No, "{app: web}", "{}");
        check_map(Match::Yes, "{}", "{app: web}");
        check_map(Match::Yes, "{version: 1}", "{version: '1'}");
        check_map(Match::Yes, "{on: true}", "{on: 'true'}");
        check_map(Match::Yes, "{app: ''}", "{app: }");
    }

    #[test]
    fn expressions() {
        let of = |expression: &str| format!("{{matchExpressions: [{expression}]}}");
        let table = [
            ("{key: a, operator: In, values: [x, y]}", "{a: x}", Match::Yes),
            ("{key: a, operator: In, values: [x, y]}", "{a: z}", Match::No),
            ("{key: a, operator: In, values: [x]}", "{b: x}", Match::No),
            ("{key: a, operator: NotIn, values: [x]}", "{a: x}", Match::No),
            ("{key: a, operator: NotIn, values: [x]}", "{a: y}", Match::Yes),
            ("{key: a, operator: NotIn, values: [x]}", "{}", Match::Yes),
            ("{key: a, operator: Exists}", "{a: ''}", Match::Yes),
            ("{key: a, operator: Exists}", "{}", Match::No),
            ("{key: a, operator: DoesNotExist}", "{}", Match::Yes),
            ("{key: a, operator: DoesNotExist}", "{a: x}", Match::No),
            ("{key: a, operator: Equals, values: [x]}", "{a: x}", Match::Unknown),
            ("{key: a, operator: in, values: [x]}", "{a: x}", Match::Unknown),
            ("{operator: Exists}", "{a: x}", Match::Unknown),
        ];
        for (expression, labels, expected) in table {
            check(expected, &of(expression), labels);
        }
    }

    #[test]
    fn labels_and_expressions_must_all_hold() {
        let both = "{matchLabels: {a: x}, matchExpressions: [{key: b, operator: Exists}]}";
        check(Match::Yes, both, "{a: x, b: y}");
        check(Match::No, both, "{a: x}");
        check(Match::No, both, "{b: y}");
    }

    #[test]
    fn a_placeholder_is_unknown_unless_something_else_decides() {
        check_map(Match::Unknown, "{app: '${APP}'}", "{app: web}");
        check_map(Match::Unknown, "{app: web}", "{app: '{{ name }}'}");
        check_map(Match::No, "{app: '${APP}', tier: a}", "{app: web, tier: b}");
        check_map(Match::Yes, "{app: '${APP}'}", "{app: '${APP}'}");
        check_map(Match::No, "{app: '${APP}'}", "{}");
        check_map(Match::Unknown, "{app: web}", "{'${KEY}': x}");
        check_map(Match::Unknown, "{app: web}", "'${LABELS}'");
        check_map(Match::Unknown, "'${SELECTOR}'", "{app: web}");
        check_map(Match::Unknown, "{'${KEY}': web}", "{app: web}");
        let either = "{matchExpressions: [{key: a, operator: In, values: ['${X}', y]}]}";
        check(Match::Yes, either, "{a: y}");
        check(Match::Unknown, either, "{a: z}");
        let neither = "{matchExpressions: [{key: a, operator: NotIn, values: ['${X}', y]}]}";
        check(Match::No, neither, "{a: y}");
        check(Match::Unknown, neither, "{a: z}");
    }

    #[test]
    fn labels_without_match_labels_are_a_mistake() {
        check(Match::Unknown, "{app: web}", "{app: web}");
    }

    #[test]
    fn controller_labels_do_not_take_part() {
        let pod_name = "statefulset.kubernetes.io/pod-name";
        check_map(Match::Yes, &format!("{{app: web, {pod_name}: web-0}}"), "{app: web}");
        check_map(Match::No, &format!("{{app: web, {pod_name}: web-0}}"), "{app: db}");
        check_map(Match::Unknown, &format!("{{{pod_name}: web-0}}"), "{app: web}");
        check_map(Match::Yes, "{app: web, batch.kubernetes.io/job-name: x}", "{app: web}");
        let not_a_job = "{matchExpressions: [{key: job-name, operator: DoesNotExist}]}";
        check(Match::Unknown, not_a_job, "{app: web}");
    }

    #[test]
    fn empty_is_not_unknown() {
        let empty = |text: &str| {
            let tree = tree(text);
            Selector::from_label_selector(root(&tree)).is_empty()
        };
        assert!(empty("{}"));
        assert!(empty("{matchLabels: {}}"));
        assert!(empty("{matchLabels: , matchExpressions: []}"));
        assert!(!empty("{matchLabels: {a: b}}"));
        assert!(!empty("'${SELECTOR}'"));
    }

    #[test]
    fn namespaces_know_their_name() {
        let (labels, selector) = (tree("{team: a}"), tree("{kubernetes.io/metadata.name: shop}"));
        let labels = Labels::of_namespace(Some(root(&labels)), "shop");
        assert_eq!(Selector::from_map(root(&selector)).matches(&labels), Match::Yes);
        assert_eq!(labels.get("team"), Some("a"));
        assert_eq!(labels.iter().count(), 2);
        assert!(Labels::of(None).is_empty());
    }

    #[test]
    fn written_as_kubectl_does() {
        let text = "{matchLabels: {a: x}, matchExpressions: [\
                    {key: b, operator: In, values: [y, z]}, \
                    {key: c, operator: Exists}, {key: d, operator: DoesNotExist}, \
                    {key: e, operator: NotIn, values: [y, z]}]}";
        let tree = tree(text);
        let selector = Selector::from_label_selector(root(&tree));
        assert_eq!(selector.to_string(), "a=x,b in (y,z),c,!d,e notin (y,z)");
    }

    /// The candidate that comes nearest, its typos, and how many differences it has.
    fn near(selector: &str, candidates: &[&str]) -> Option<(usize, bool, usize)> {
        let selector = tree(selector);
        let trees: Vec<Tree> = candidates.iter().map(|text| tree(text)).collect();
        let all = trees.iter().map(|tree| Labels::of(Some(root(tree)))).enumerate();
        let near = nearest(&Selector::from_map(root(&selector)), all)?;
        let typo = near.differences.iter().all(Difference::is_typo);
        Some((near.item, typo, near.differences.len()))
    }

    #[test]
    fn nearest_candidates() {
        assert_eq!(near("{app: wbe}", &["{app: db}", "{app: web}"]), Some((1, true, 1)));
        assert_eq!(near("{app: web}", &["{app: database}"]), None);
        assert_eq!(near("{app: web}", &[]), None);
        assert_eq!(near("{app: web}", &["{ap: web}"]), Some((0, true, 1)));
        assert_eq!(near("{app: web, tier: x}", &["{app: db}", "{app: web}"]), Some((1, false, 1)));
        assert_eq!(near("{app: web}", &["{app: web}"]), None);
        assert_eq!(near("{app: a}", &["{app: b}"]), None);
    }

    #[test]
    fn distances() {
        for (left, right, distance) in [
            ("", "", 0),
            ("a", "", 1),
            ("web", "wbe", 1),
            ("web", "webs", 1),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(edit_distance(left, right), distance, "{left} {right}");
            assert_eq!(edit_distance(right, left), distance, "{right} {left}");
        }
    }
}
