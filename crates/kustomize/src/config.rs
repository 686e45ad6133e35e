//! Which fields the transformers of a build go to: kustomize's own tables, and what the files under
//! `configurations` and `crds` add to them. What is done to the fields is left to the transformers.

mod crds;
mod file;
mod late;
mod tables;

use std::cmp::Ordering;
use std::sync::{Arc, OnceLock};

use smol_str::SmolStr;

use crate::fieldspec::{self, FieldSpec};
use crate::id::Gvk;
use crate::order::{FIRST, LAST};
use late::Late;

/// The fields of each transformer. Sorted by kind as kustomize sorts them, once merged.
#[derive(Debug, Clone, Default)]
pub(crate) struct Config {
    /// Names that get `namePrefix`.
    pub name_prefix: Vec<FieldSpec>,
    /// Names that get `nameSuffix`.
    pub name_suffix: Vec<FieldSpec>,
    /// Fields that `namespace` sets, besides `metadata.namespace`.
    pub namespace: Vec<FieldSpec>,
    /// Labels and selectors of `commonLabels`, and of `labels` with `includeSelectors`.
    pub common_labels: Vec<FieldSpec>,
    /// Further fields of every entry of `labels`.
    pub labels: Vec<FieldSpec>,
    /// Fields of `labels` with `includeTemplates`.
    pub template_labels: Vec<FieldSpec>,
    /// Fields of `labels` with `includeVolumeClaimTemplates`.
    pub volume_claim_labels: Vec<FieldSpec>,
    /// Fields of `commonAnnotations`.
    pub common_annotations: Vec<FieldSpec>,
    /// Fields that hold the name of another object.
    pub name_references: Late<Vec<NameReference>>,
    /// Fields in which variables are looked for.
    pub var_references: Late<Vec<FieldSpec>>,
    /// Fields of `images`.
    pub images: Vec<FieldSpec>,
    /// Fields of `replicas`.
    pub replicas: Vec<FieldSpec>,
    /// Everything of kustomize's own tables is in.
    whole: bool,
}

/// The fields that hold names of objects of one kind.
#[derive(Debug, Clone)]
pub(crate) struct NameReference {
    /// The kind of object that is named.
    pub target: Gvk,
    /// The fields that name it.
    pub referrers: Vec<FieldSpec>,
}

/// One list of a configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum List {
    /// `namePrefix`
    NamePrefix,
    /// `nameSuffix`
    NameSuffix,
    /// `namespace`
    Namespace,
    /// `commonLabels`
    CommonLabels,
    /// `labels`
    Labels,
    /// `templateLabels`
    TemplateLabels,
    /// `volumeClaimTemplateLabels`
    VolumeClaimTemplateLabels,
    /// `commonAnnotations`
    CommonAnnotations,
    /// `varReference`
    VarReference,
    /// `images`
    Images,
    /// `replicas`
    Replicas,
}

/// A field that is in a list already, with another `create`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Conflict {
    /// The path of the field.
    pub path: SmolStr,
}

/// Fields of one list: no real one has a tenth as many, and each is compared with all before it.
const MOST: usize = 4000;

impl List {
    const ALL: [Self; 11] = [
        Self::NamePrefix,
        Self::NameSuffix,
        Self::Namespace,
        Self::CommonLabels,
        Self::Labels,
        Self::TemplateLabels,
        Self::VolumeClaimTemplateLabels,
        Self::CommonAnnotations,
        Self::VarReference,
        Self::Images,
        Self::Replicas,
    ];

    /// The field of a configuration file that adds to it.
    pub fn name(self) -> &'static str {
        match self {
            Self::NamePrefix => "namePrefix",
            Self::NameSuffix => "nameSuffix",
            Self::Namespace => "namespace",
            Self::CommonLabels => "commonLabels",
            Self::Labels => "labels",
            Self::TemplateLabels => "templateLabels",
            Self::VolumeClaimTemplateLabels => "volumeClaimTemplateLabels",
            Self::CommonAnnotations => "commonAnnotations",
            Self::VarReference => "varReference",
            Self::Images => "images",
            Self::Replicas => "replicas",
        }
    }
}

impl Config {
    /// Kustomize's own tables.
    pub fn built_in() -> &'static Arc<Self> {
        static BUILT_IN: OnceLock<Arc<Config>> = OnceLock::new();
        BUILT_IN.get_or_init(|| Arc::new(tables::built_in()))
    }

    /// What two configurations say together. Those of a base come first, then those of who uses it.
    ///
    /// # Errors
    /// When they do not agree whether a field is made where it is missing.
    pub fn merge(mine: &Arc<Self>, other: &Arc<Self>) -> Result<Arc<Self>, Conflict> {
        let built_in = Self::built_in();
        if Arc::ptr_eq(mine, other) || (mine.whole && Arc::ptr_eq(other, built_in)) {
            return Ok(mine.clone());
        }
        let mut merged = Self::clone(mine);
        for list in List::ALL {
            for spec in other.list(list) {
                merged.add(list, spec.clone())?;
            }
        }
        for reference in other.name_references.iter() {
            for spec in &reference.referrers {
                merged.add_reference(&reference.target, spec.clone())?;
            }
        }
        merged.whole |= other.whole;
        merged.sort();
        Ok(Arc::new(merged))
    }

    /// The fields of one list.
    pub fn list(&self, list: List) -> &Vec<FieldSpec> {
        match list {
            List::NamePrefix => &self.name_prefix,
            List::NameSuffix => &self.name_suffix,
            List::Namespace => &self.namespace,
            List::CommonLabels => &self.common_labels,
            List::Labels => &self.labels,
            List::TemplateLabels => &self.template_labels,
            List::VolumeClaimTemplateLabels => &self.volume_claim_labels,
            List::CommonAnnotations => &self.common_annotations,
            List::VarReference => &self.var_references,
            List::Images => &self.images,
            List::Replicas => &self.replicas,
        }
    }

    fn list_mut(&mut self, list: List) -> &mut Vec<FieldSpec> {
        match list {
            List::NamePrefix => &mut self.name_prefix,
            List::NameSuffix => &mut self.name_suffix,
            List::Namespace => &mut self.namespace,
            List::CommonLabels => &mut self.common_labels,
            List::Labels => &mut self.labels,
            List::TemplateLabels => &mut self.template_labels,
            List::VolumeClaimTemplateLabels => &mut self.volume_claim_labels,
            List::CommonAnnotations => &mut self.common_annotations,
            List::VarReference => &mut self.var_references,
            List::Images => &mut self.images,
            List::Replicas => &mut self.replicas,
        }
    }

    /// Adds a field to a list.
    ///
    /// # Errors
    /// When it is there with another `create`.
    pub fn add(&mut self, list: List, spec: FieldSpec) -> Result<(), Conflict> {
        add(self.list_mut(list), spec)
    }

    /// Adds a field that names objects of one kind.
    ///
    /// # Errors
    /// When it is there with another `create`.
    pub fn add_reference(&mut self, target: &Gvk, spec: FieldSpec) -> Result<(), Conflict> {
        add(referrers_mut(&mut self.name_references, target), spec)
    }

    /// Brings the lists into kustomize's order.
    fn sort(&mut self) {
        for list in List::ALL {
            sort_fields(self.list_mut(list));
        }
        sort_references(&mut self.name_references);
    }
}

fn sort_fields(list: &mut [FieldSpec]) {
    list.sort_by_cached_key(|spec| SortKey::of(&spec.gvk));
}

fn sort_references(list: &mut [NameReference]) {
    list.sort_by_cached_key(|entry| SortKey::of(&entry.target));
}

/// The fields that name objects of one kind, to be added to.
fn referrers_mut<'l>(list: &'l mut Vec<NameReference>, target: &Gvk) -> &'l mut Vec<FieldSpec> {
    let at = list.iter().position(|entry| entry.target == *target).unwrap_or_else(|| {
        list.push(NameReference { target: target.clone(), referrers: Vec::new() });
        list.len() - 1
    });
    &mut list[at].referrers
}

fn add(list: &mut Vec<FieldSpec>, spec: FieldSpec) -> Result<(), Conflict> {
    let path = spec.path.clone();
    if list.len() >= MOST {
        return Err(Conflict { path });
    }
    fieldspec::add(list, spec).map_err(|_| Conflict { path })
}

/// What fields are sorted by: kinds that others depend on come first, what watches all of them last;
/// the rest by its text.
#[derive(PartialEq, Eq)]
struct SortKey {
    rank: usize,
    gvk: Gvk,
}

impl SortKey {
    fn of(gvk: &Gvk) -> Self {
        let kind = gvk.kind.as_str();
        let place = |kinds: &[&str]| kinds.iter().position(|other| *other == kind);
        let last = || place(&LAST).map(|at| FIRST.len() + 1 + at);
        Self { rank: place(&FIRST).or_else(last).unwrap_or(FIRST.len()), gvk: gvk.clone() }
    }

    /// Compares the texts `group_version_kind`, with kustomize's words for what is not stated.
    fn compare_text(&self, other: &Self) -> Ordering {
        fn parts(gvk: &Gvk) -> [&str; 3] {
            fn part<'t>(text: &'t SmolStr, none: &'static str) -> &'t str {
                if text.is_empty() { none } else { text.as_str() }
            }
            [part(&gvk.group, "~G"), part(&gvk.version, "~V"), part(&gvk.kind, "~K")]
        }
        let ([group, version, kind], [group_b, version_b, kind_b]) =
            (parts(&self.gvk), parts(&other.gvk));
        if group == group_b && version == version_b {
            return kind.cmp(kind_b);
        }
        let mine = [group, "_", version, "_", kind].into_iter().flat_map(str::bytes);
        mine.cmp([group_b, "_", version_b, "_", kind_b].into_iter().flat_map(str::bytes))
    }
}

impl Ord for SortKey {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank.cmp(&other.rank).then_with(|| self.compare_text(other))
    }
}

impl PartialOrd for SortKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::sample::node;
    use crate::trouble::Trouble;

    fn with_file(text: &str) -> (Config, Vec<Trouble>) {
        let mut config = Config::clone(Config::built_in());
        let mut troubles = Vec::new();
        config.add_file(&node(text), &mut troubles);
        (config, troubles)
    }

    fn said(text: &str) -> Vec<String> {
        let place = |trouble: &Trouble| {
            let at = trouble.at.map(|at| at.start as usize..at.end as usize);
            at.and_then(|at| text.get(at)).unwrap_or("nowhere").to_owned()
        };
        with_file(text).1.iter().map(|it| format!("{}: {}", place(it), it.message)).collect()
    }

    #[test]
    fn kustomize_goes_to_that_many_fields() {
        let config = Config::built_in();
        let count = |list| config.list(list).len();
        assert_eq!(count(List::CommonLabels), 22 + 10);
        assert_eq!(count(List::TemplateLabels), 10);
        assert_eq!(count(List::CommonAnnotations), 9);
        assert_eq!(count(List::Namespace), 3);
        assert_eq!(count(List::Images), 6);
        assert_eq!(count(List::Replicas), 4);
        assert_eq!(count(List::VarReference), 72);
        let references: usize =
            config.name_references.iter().map(|entry| entry.referrers.len()).sum();
        assert_eq!(references, 166);
        let kinds = config.name_references.iter().map(|entry| entry.target.kind.as_str());
        let kinds: Vec<&str> = kinds.collect();
        assert_eq!(kinds.len(), 16);
        // Sorted by what others depend on.
        assert_eq!(kinds.first(), Some(&"StorageClass"));
        assert_eq!(kinds.last(), Some(&"ReplicationController"));
    }

    #[test]
    fn a_file_adds_fields() {
        let (config, troubles) = with_file(
            "nameReference:\n- kind: Secret\n  version: v1\n  fieldSpecs: [{kind: Vault, path: spec/secret}]\n- kind: Bee\n  fieldSpecs: [{path: bee/name}]\nimages: [{kind: Tool, path: spec/run, create: true}]\n",
        );
        assert_eq!(troubles, []);
        assert_eq!(config.images.len(), 7);
        let of = |kind: &str| {
            let entry = config.name_references.iter().find(|entry| entry.target.kind == kind);
            entry.map(|entry| entry.referrers.len())
        };
        let before = Config::built_in().name_references.iter();
        let before = before.filter(|entry| entry.target.kind == "Secret");
        let before = before.map(|entry| entry.referrers.len()).next();
        assert_eq!(of("Secret"), before.map(|count| count + 1));
        assert_eq!(of("Bee"), Some(1));
    }

    #[test]
    fn keys_may_be_written_in_any_case() {
        let text = "nameprefix: [{kind: A, path: b, create: yes}]\nNAMEREFERENCE: [{kind: Secret, fieldspecs: [{Kind: A, path: c}]}]";
        let (config, troubles) = with_file(text);
        assert_eq!(troubles, []);
        let built_in = Config::built_in();
        assert_eq!(config.name_prefix.len(), 2);
        assert_eq!(config.name_references.len(), built_in.name_references.len() + 1);
    }

    #[test]
    fn what_is_known_for_fewer_kinds_is_not_added_for_all() {
        let (config, troubles) = with_file(
            "commonAnnotations: [{path: spec/template/metadata/annotations, create: true}]",
        );
        assert_eq!((config.common_annotations.len(), troubles.len()), (9, 0));
    }

    #[test]
    fn wrong_files_are_told_at_the_place() {
        let file = "namePrefix: [{path: metadata/name, create: true}]";
        assert_eq!(
            said(file),
            [
                "{path: metadata/name, create: true}: `metadata/name` is in `namePrefix` already, with another `create`"
            ]
        );
        assert_eq!(said("prefix: []"), ["prefix: `prefix` is no field of a configuration"]);
        assert_eq!(said("images: [{paths: a}]"), ["paths: `paths` is not known here"]);
        assert_eq!(said("images: {}"), ["{}: a list is expected here"]);
        assert_eq!(said("images: [{path: [a]}]"), ["[a]: `path` is text"]);
        assert_eq!(said("images: [{path: a, create: 1}]"), ["1: `create` is true or false"]);
        assert_eq!(said("[]"), ["[]: a configuration is a mapping of lists of fields"]);
        assert_eq!(said("images:\nnameReference:\n"), <[&str; 0]>::default());
    }

    #[test]
    fn a_base_and_its_user_are_configured_together() {
        let built_in = Config::built_in();
        let first = Arc::new(with_file("images: [{kind: A, path: a}]").0);
        let second = Arc::new(with_file("images: [{kind: B, path: b}]").0);
        let merge = |a, b| Config::merge(a, b).map(|config| config.images.len());
        assert_eq!(merge(built_in, built_in), Ok(6));
        assert_eq!(merge(&first, built_in), Ok(7));
        assert_eq!(merge(built_in, &first), Ok(7));
        assert_eq!(merge(&first, &second), Ok(8));
        let made = Arc::new(with_file("images: [{kind: A, path: a, create: true}]").0);
        assert_eq!(merge(&first, &made), Err(Conflict { path: "a".into() }));
    }

    #[test]
    fn definitions_say_which_fields_are_names() {
        let mut config = Config::default();
        let mut troubles = Vec::new();
        let object = "apiVersion: {}, kind: {}, metadata: {}";
        config.add_definitions(
            &node(&format!(
                "a.v1.Bee: {{Schema: {{properties: {{{object}, spec: {{$ref: a.v1.Spec}}}}}}}}\n\
                 a.v1.Spec: {{Schema: {{properties: {{\
                   secret: {{x-kubernetes-object-ref-api-version: v1, x-kubernetes-object-ref-kind: Secret}}, \
                   map: {{x-kubernetes-object-ref-api-version: v1, x-kubernetes-object-ref-kind: ConfigMap, x-kubernetes-object-ref-name-key: title}}, \
                   labels: {{x-kubernetes-label-selector: \"\"}}, notes: {{x-kubernetes-annotation: \"\"}}, id: {{x-kubernetes-identity: \"\"}}}}}}}}\n"
            )),
            &mut troubles,
        );
        assert_eq!(troubles, []);
        let shown = |specs: &[FieldSpec]| {
            let shown = specs.iter().map(|spec| format!("{} {}", spec.gvk.kind, spec.path));
            shown.collect::<Vec<_>>().join(", ")
        };
        let references = config.name_references.iter();
        let references: Vec<String> = references
            .map(|entry| format!("{} < {}", entry.target.kind, shown(&entry.referrers)))
            .collect();
        assert_eq!(references, ["ConfigMap < Bee spec/map/title", "Secret < Bee spec/secret/name"]);
        assert_eq!(shown(&config.common_labels), "Bee spec/labels");
        assert_eq!(shown(&config.common_annotations), "Bee spec/notes");
        assert_eq!(shown(&config.name_prefix), "Bee spec/id");
    }

    #[test]
    fn definitions_without_end_are_refused() {
        let mut config = Config::default();
        let mut troubles = Vec::new();
        let text = "a.Bee: {Schema: {properties: {apiVersion: {}, kind: {}, metadata: {}, x: {$ref: a.Bee}, y: {$ref: a.Bee}}}}";
        config.add_definitions(&node(text), &mut troubles);
        assert_eq!(troubles.len(), 1);
    }
}
