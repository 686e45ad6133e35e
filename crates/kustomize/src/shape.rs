//! What the fields of a kustomization hold: one table, held against what is written. Go's reader
//! takes keys in any case, the last of repeated ones, and null for anything; all else it refuses.

use kubesift_source::{Origin, Span};
use kubesift_yaml::{Node as Yaml, Value};

use crate::scalar::Tag;
use crate::tree::{Entry, Map, Node, Scalar};
use crate::trouble::{Class, Trouble};

/// What a value must be.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shape {
    /// A string.
    Text,
    /// true or false.
    Flag,
    /// A whole number.
    Int,
    /// Whatever it is.
    Free,
    /// A mapping of any keys to strings.
    Texts,
    /// The same, of labels or annotations that are put into objects.
    Pairs,
    /// A sequence of one shape.
    List(&'static Shape),
    /// A mapping of these keys only.
    Fields(&'static [(&'static str, Shape)]),
}

use Shape::{Fields, Flag, Free, Int, List, Pairs, Text, Texts};

const TEXT_LIST: Shape = List(&Text);

const META: Shape =
    Fields(&[("name", Text), ("namespace", Text), ("labels", Texts), ("annotations", Texts)]);

const FIELD_SPEC: Shape =
    Fields(&[("group", Text), ("version", Text), ("kind", Text), ("path", Text), ("create", Flag)]);

const LABEL: Shape = Fields(&[
    ("pairs", Pairs),
    ("includeSelectors", Flag),
    ("includeTemplates", Flag),
    ("includeVolumeClaimTemplates", Flag),
    ("fields", List(&FIELD_SPEC)),
]);

const SELECTOR: Shape = Fields(&[
    ("group", Text),
    ("version", Text),
    ("kind", Text),
    ("name", Text),
    ("namespace", Text),
    ("annotationSelector", Text),
    ("labelSelector", Text),
]);

const PATCH: Shape = Fields(&[
    ("path", Text),
    ("patch", Text),
    ("target", SELECTOR),
    ("options", Fields(&[("allowNameChange", Flag), ("allowKindChange", Flag)])),
]);

const IMAGE: Shape = Fields(&[
    ("name", Text),
    ("newName", Text),
    ("tagSuffix", Text),
    ("newTag", Text),
    ("digest", Text),
]);

const FIELD_OPTIONS: Shape =
    Fields(&[("delimiter", Text), ("index", Int), ("encoding", Text), ("create", Flag)]);

const REPLACEMENT: Shape = Fields(&[
    ("path", Text),
    ("sourceValue", Text),
    (
        "source",
        Fields(&[
            ("group", Text),
            ("version", Text),
            ("kind", Text),
            ("name", Text),
            ("namespace", Text),
            ("fieldPath", Text),
            ("options", FIELD_OPTIONS),
        ]),
    ),
    (
        "targets",
        List(&Fields(&[
            ("select", SELECTOR),
            ("reject", List(&SELECTOR)),
            ("fieldPaths", TEXT_LIST),
            ("options", FIELD_OPTIONS),
        ])),
    ),
]);

const VAR: Shape = Fields(&[
    ("name", Text),
    (
        "objref",
        Fields(&[
            ("apiVersion", Text),
            ("group", Text),
            ("version", Text),
            ("kind", Text),
            ("name", Text),
            ("namespace", Text),
        ]),
    ),
    ("fieldref", Fields(&[("fieldPath", Text)])),
]);

const GENERATOR_OPTIONS: Shape = Fields(&[
    ("labels", Pairs),
    ("annotations", Pairs),
    ("disableNameSuffixHash", Flag),
    ("immutable", Flag),
]);

const CONFIG_MAP: Shape = Fields(&[
    ("namespace", Text),
    ("name", Text),
    ("behavior", Text),
    ("literals", TEXT_LIST),
    ("files", TEXT_LIST),
    ("envs", TEXT_LIST),
    ("env", Text),
    ("options", GENERATOR_OPTIONS),
]);

const SECRET: Shape = Fields(&[
    ("namespace", Text),
    ("name", Text),
    ("behavior", Text),
    ("literals", TEXT_LIST),
    ("files", TEXT_LIST),
    ("envs", TEXT_LIST),
    ("env", Text),
    ("options", GENERATOR_OPTIONS),
    ("type", Text),
]);

const CHART: Shape = Fields(&[
    ("name", Text),
    ("version", Text),
    ("repo", Text),
    ("releaseName", Text),
    ("namespace", Text),
    ("additionalValuesFiles", TEXT_LIST),
    ("valuesFile", Text),
    ("valuesInline", Free),
    ("valuesMerge", Text),
    ("includeCRDs", Flag),
    ("skipHooks", Flag),
    ("apiVersions", TEXT_LIST),
    ("kubeVersion", Text),
    ("nameTemplate", Text),
    ("skipTests", Flag),
    ("debug", Flag),
    ("devel", Flag),
]);

const OLD_CHART: Shape = Fields(&[
    ("chartName", Text),
    ("chartVersion", Text),
    ("chartRepoUrl", Text),
    ("chartHome", Text),
    ("chartRepoName", Text),
    ("helmBin", Text),
    ("helmHome", Text),
    ("values", Text),
    ("valuesLocal", Free),
    ("valuesMerge", Text),
    ("releaseName", Text),
    ("releaseNamespace", Text),
    ("extraArgs", TEXT_LIST),
]);

const SORT: Shape = Fields(&[
    ("order", Text),
    ("legacySortOptions", Fields(&[("orderFirst", TEXT_LIST), ("orderLast", TEXT_LIST)])),
]);

/// A kustomization or component.
pub(crate) const KUSTOMIZATION: Shape = Fields(&[
    ("apiVersion", Text),
    ("kind", Text),
    ("metadata", META),
    ("openapi", Texts),
    ("namePrefix", Text),
    ("nameSuffix", Text),
    ("namespace", Text),
    ("commonLabels", Pairs),
    ("labels", List(&LABEL)),
    ("commonAnnotations", Pairs),
    ("patchesStrategicMerge", TEXT_LIST),
    ("patchesJson6902", List(&PATCH)),
    ("patches", List(&PATCH)),
    ("images", List(&IMAGE)),
    ("imageTags", List(&IMAGE)),
    ("replacements", List(&REPLACEMENT)),
    ("replicas", List(&Fields(&[("name", Text), ("count", Int)]))),
    ("vars", List(&VAR)),
    ("sortOptions", SORT),
    ("resources", TEXT_LIST),
    ("components", TEXT_LIST),
    ("crds", TEXT_LIST),
    ("bases", TEXT_LIST),
    ("configMapGenerator", List(&CONFIG_MAP)),
    ("secretGenerator", List(&SECRET)),
    ("helmGlobals", Fields(&[("chartHome", Text), ("configHome", Text)])),
    ("helmCharts", List(&CHART)),
    ("helmChartInflationGenerator", List(&OLD_CHART)),
    ("generatorOptions", GENERATOR_OPTIONS),
    ("configurations", TEXT_LIST),
    ("generators", TEXT_LIST),
    ("transformers", TEXT_LIST),
    ("validators", TEXT_LIST),
    ("buildMetadata", TEXT_LIST),
]);

/// What is written, as far as it has the shape: keys in their proper case, nulls left out. Troubles
/// say what has not. `name` is what the value is called in messages.
pub(crate) fn read(
    node: Yaml<'_>,
    shape: &Shape,
    name: &str,
    troubles: &mut Vec<Trouble>,
) -> Option<Node> {
    let origin = Origin::plain(node.span());
    match (shape, node.value()) {
        (_, Value::Null) => None,
        (Free, _) => Some(crate::load::checked(node, Class::Kustomization, troubles)),
        (Text, Value::Str(text)) => {
            let scalar = Scalar { quoted: true, ..Scalar::string(text) };
            Some(Node::scalar(scalar, origin))
        }
        (Flag, Value::Bool(flag)) => {
            let text = if flag { "true" } else { "false" };
            Some(plain(text, Tag::Bool, origin))
        }
        (Int, Value::Int(number)) => Some(plain(&number.to_string(), Tag::Int, origin)),
        (Int, Value::Float(number)) if number.fract() == 0.0 && number.abs() < 1e15 => {
            Some(plain(&(number as i64).to_string(), Tag::Int, origin))
        }
        (Texts | Pairs, Value::Map(map)) => {
            let entries = map.entries().filter_map(|(key, entry)| {
                if matches!(shape, Pairs) && is_no_text(key) {
                    troubles.push(no_text(key, key_origin(entry).span, Class::Kustomization));
                }
                let value = read(entry, &Text, &format!("{name}.{key}"), troubles);
                // Go's zero value: a null is an empty string here, as the key counts.
                let value = value.or_else(|| {
                    entry.is_null().then(|| Node::string("", Origin::plain(entry.span())))
                });
                Some(Entry::new(key, key_origin(entry), value?))
            });
            Some(Node::map(entries.collect(), origin))
        }
        (List(shape), Value::List(list)) => {
            let items = list.items().filter_map(|item| {
                let value = read(item, shape, &format!("an item of {name}"), troubles);
                value.or_else(|| item.is_null().then(|| zero(shape, Origin::plain(item.span()))))
            });
            Some(Node::list(items.collect(), origin))
        }
        (Fields(fields), Value::Map(map)) => {
            let mut found = Map::default();
            for (key, entry) in map.entries() {
                field(key, entry, fields, name, &mut found, troubles);
            }
            Some(Node::map(found, origin))
        }
        (_, value) => {
            troubles.push(wrong_type(node, shape, name, &value));
            None
        }
    }
}

/// True for a key that kustomize writes into objects without quotes and then reads as no text.
pub(crate) fn is_no_text(key: &str) -> bool {
    crate::scalar::resolve(key) != Tag::Str
}

/// What is said of such a key.
pub(crate) fn no_text(key: &str, at: Span, class: Class) -> Trouble {
    let message =
        format!("the key `{key}` is no text to kustomize, which writes it without quotes");
    Trouble::fatal(class, at, message)
        .help("take another key, or write it into the manifest itself")
}

/// One entry of a mapping of known keys.
fn field(
    key: &str,
    entry: Yaml<'_>,
    fields: &'static [(&'static str, Shape)],
    name: &str,
    found: &mut Map,
    troubles: &mut Vec<Trouble>,
) {
    let exact = fields.iter().find(|field| field.0 == key);
    let known = exact.or_else(|| fields.iter().find(|field| field.0.eq_ignore_ascii_case(key)));
    let Some((known, shape)) = known else {
        troubles.push(unknown(entry, key, fields, name));
        return;
    };
    let path = if name.is_empty() { (*known).to_owned() } else { format!("{name}.{known}") };
    if let Some(value) = read(entry, shape, &path, troubles) {
        found.insert(Entry::new(*known, key_origin(entry), value));
    }
}

/// The value that Go gives a null among items.
fn zero(shape: &Shape, origin: Origin) -> Node {
    match shape {
        Fields(_) | Texts | Pairs => Node::map(Map::default(), origin),
        List(_) => Node::list(Vec::new(), origin),
        _ => Node::string("", origin),
    }
}

fn plain(text: &str, tag: Tag, origin: Origin) -> Node {
    Node::scalar(Scalar { text: text.into(), tag, quoted: false, fragments: None }, origin)
}

fn key_origin(entry: Yaml<'_>) -> Origin {
    Origin::plain(entry.key_span().unwrap_or_else(|| entry.span()))
}

fn unknown(
    entry: Yaml<'_>,
    key: &str,
    fields: &'static [(&'static str, Shape)],
    name: &str,
) -> Trouble {
    let at = entry.key_span().unwrap_or_else(|| entry.span());
    let place = if name.is_empty() { String::new() } else { format!(" in {name}") };
    let trouble = Trouble::fatal(Class::Kustomization, at, format!("unknown field `{key}`{place}"));
    match nearest(key, fields.iter().map(|field| field.0)) {
        Some(near) => trouble.help(format!("did you mean `{near}`?")),
        None => trouble,
    }
}

fn wrong_type(node: Yaml<'_>, shape: &Shape, name: &str, value: &Value<'_>) -> Trouble {
    let wanted = match shape {
        Text => "text",
        Flag => "true or false",
        Int => "a whole number",
        List(_) => "a list",
        Texts | Pairs | Fields(_) => "a mapping",
        Free => "anything",
    };
    let given = match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Int(_) | Value::Uint(_) | Value::Float(_) => "a number",
        Value::Str(_) => "text",
        Value::List(_) => "a list",
        Value::Map(_) => "a mapping",
    };
    let name = if name.is_empty() { "a kustomization" } else { name };
    let message = format!("{name} should be {wanted}, not {given}");
    let trouble = Trouble::fatal(Class::Kustomization, node.span(), message);
    match (shape, node.text()) {
        (Text, Some(text)) => trouble.help(format!("put quotes around it: \"{text}\"")),
        _ => trouble,
    }
}

/// The known word nearest to one that is not, when one is near enough to be meant.
fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = fold(word);
    let most = (wanted.len() / 3).clamp(1, 3);
    let near = known.map(|known| (distance(&wanted, &fold(known)), known));
    near.filter(|(distance, _)| *distance <= most).min().map(|(_, known)| known)
}

/// Letters in lower case. What is longer than any field is cut, as it is near none.
fn fold(word: &str) -> Vec<char> {
    let letters = word.chars().filter(|letter| !matches!(letter, '-' | '_' | ' '));
    letters.flat_map(char::to_lowercase).take(64).collect()
}

/// How many letters must be changed, put in or left out.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.iter().enumerate() {
        let mut corner = i;
        let mut before = i + 1;
        if let Some(first) = row.first_mut() {
            *first = before;
        }
        for (right, cell) in b.iter().zip(row.iter_mut().skip(1)) {
            let change = corner + usize::from(left != right);
            corner = *cell;
            *cell = change.min(corner + 1).min(before + 1);
            before = *cell;
        }
    }
    row.last().copied().unwrap_or(0)
}
