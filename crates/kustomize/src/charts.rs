//! Charts that a kustomization inflates. This crate knows no Helm: what a chart renders to comes from
//! whom the build is given, or is missing from the build.

use std::path::PathBuf;
use std::sync::Arc;

use kubesift_source::{SourceMap, Span};
use kubesift_yaml::Tree;

use crate::paths::{Loader, Use};
use crate::tree::Node;
use crate::trouble::{Class, Trouble};

/// A chart as a kustomization asks for it: an entry of `helmCharts`, with kustomize's defaults in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chart {
    /// The folder of the kustomization, without links.
    pub folder: PathBuf,
    /// The folder the chart is in, when it is in the repository.
    pub path: PathBuf,
    /// `name`.
    pub name: String,
    /// `version`.
    pub version: Option<String>,
    /// `repo`: where it would be fetched from.
    pub repository: Option<String>,
    /// `releaseName`.
    pub release: Option<String>,
    /// `namespace`, or the namespace of the kustomization.
    pub namespace: Option<String>,
    /// `nameTemplate`.
    pub name_template: Option<String>,
    /// The values in place of the chart's own: `valuesFile`.
    pub values: Option<PathBuf>,
    /// Values over these: `additionalValuesFiles`, in order.
    pub more_values: Vec<PathBuf>,
    /// `valuesInline` as JSON, and its place.
    pub inline: Option<(String, Option<Span>)>,
    /// How inline values meet the others: `override` (they win), `merge` (they lose), `replace`.
    pub merge: String,
    /// `includeCRDs`.
    pub crds: bool,
    /// `skipHooks`.
    pub skip_hooks: bool,
    /// `skipTests`.
    pub skip_tests: bool,
    /// `apiVersions`.
    pub api_versions: Vec<String>,
    /// `kubeVersion`.
    pub kube_version: Option<String>,
}

/// What a chart renders to.
#[derive(Debug, Clone)]
pub struct RenderedChart {
    /// The manifests, read.
    pub tree: Arc<Tree>,
    /// From their text to where a person would edit it.
    pub map: SourceMap,
    /// Every file and folder that was looked at.
    pub reads: Vec<PathBuf>,
}

/// Renders charts.
pub trait Charts: Sync {
    /// The manifests of a chart.
    ///
    /// # Errors
    /// When it cannot be rendered: why, for people.
    fn render(&self, chart: &Chart) -> Result<RenderedChart, String>;
}

/// What an entry of `helmCharts` asks for. `namespace` is the kustomization's.
pub(crate) fn chart(
    entry: &Node,
    globals: Option<&Node>,
    namespace: Option<&str>,
    loader: &Loader<'_>,
) -> Result<Chart, Trouble> {
    let at = entry.origin.span;
    let text = |key: &str| {
        let text = entry.get(key).and_then(Node::text).filter(|text| !text.is_empty());
        text.map(str::to_owned)
    };
    let texts = |key: &str| -> Vec<&Node> {
        entry.get(key).and_then(Node::as_list).unwrap_or_default().iter().collect()
    };
    let flag = |key: &str| entry.get(key).and_then(Node::text) == Some("true");
    let Some(name) = text("name") else {
        return Err(Trouble::fatal(Class::Chart, at, "a chart needs a `name`"));
    };
    let merge = text("valuesMerge").unwrap_or_else(|| "override".to_owned());
    if !matches!(merge.as_str(), "merge" | "override" | "replace") {
        let at = entry.get("valuesMerge").map_or(at, |node| node.origin.span);
        let message = format!("valuesMerge is `override`, `merge` or `replace`, not `{merge}`");
        return Err(Trouble::fatal(Class::Chart, at, message));
    }
    let home = globals.and_then(|globals| globals.get("chartHome")).and_then(Node::text);
    let home = loader.path(home.filter(|home| !home.is_empty()).unwrap_or("charts"));
    let (version, repository) = (text("version"), text("repo"));
    let home = match (&version, &repository) {
        (Some(version), Some(_)) => home.join(format!("{name}-{version}")),
        _ => home,
    };
    let file = |node: &Node| loader.found(node.text().unwrap_or(""), node.origin.span, Use::Values);
    let values = entry.get("valuesFile").filter(|node| node.text().is_some_and(|t| !t.is_empty()));
    Ok(Chart {
        folder: loader.folder.clone(),
        path: home.join(&name),
        version,
        repository,
        release: text("releaseName"),
        namespace: text("namespace").or_else(|| namespace.map(str::to_owned)),
        name_template: text("nameTemplate"),
        values: values.map(file).transpose()?,
        more_values: texts("additionalValuesFiles")
            .into_iter()
            .map(file)
            .collect::<Result<_, _>>()?,
        inline: entry
            .get("valuesInline")
            .map(|values| (crate::json::json(values), Some(values.origin.span))),
        merge,
        crds: flag("includeCRDs"),
        skip_hooks: flag("skipHooks"),
        skip_tests: flag("skipTests"),
        api_versions: texts("apiVersions")
            .into_iter()
            .filter_map(|node| node.text().map(str::to_owned))
            .collect(),
        kube_version: text("kubeVersion"),
        name,
    })
}
