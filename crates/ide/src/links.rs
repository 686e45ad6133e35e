//! Parts of a file that a person may open: entries of kustomizations, and the repositories of charts
//! and sources, as far as they have an address that a browser knows.

use std::path::PathBuf;

use kubesift_model::Resource;
use kubesift_project::Analysis;
use kubesift_source::{FileId, Span};
use kubesift_yaml::Node;

use crate::kustomization::{Kustomization, Leads};

/// Some bytes that open something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DocumentLink {
    /// The bytes.
    pub at: Span,
    /// What they open.
    pub opens: Opens,
}

/// What a link opens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Opens {
    /// A file, by its absolute path.
    File(PathBuf),
    /// An address that begins with `https://` or `http://`.
    Url(String),
}

/// The links of a file, in the order of their places.
pub fn document_links(analysis: &Analysis, file: FileId) -> Vec<DocumentLink> {
    let mut found = Vec::new();
    if let Some(kustomization) = Kustomization::of(analysis, file) {
        for (_, at, leads, _) in kustomization.entries(analysis) {
            let opens = match leads {
                Leads::File(to) => analysis.path_of(to).map(|path| Opens::File(path.to_path_buf())),
                // What does not lie in the analysis may be no file at all: a folder, or nothing.
                Leads::Path(path) => path.extension().map(|_| Opens::File(path.clone())),
                Leads::Url(url) => Some(Opens::Url(url)),
            };
            found.extend(opens.map(|opens| DocumentLink { at, opens }));
        }
        let charts = ["helmCharts", "helmChartInflationGenerator"];
        let charts = charts.into_iter().filter_map(|key| kustomization.root.get(key));
        let repositories = charts.flat_map(Node::items).filter_map(|chart| chart.get("repo"));
        found.extend(repositories.filter_map(of_scalar));
    }
    for resource in analysis.resources_in(file) {
        found.extend(of_resource(resource).into_iter().filter_map(of_scalar));
    }
    if let Some(tree) = analysis.tree(file) {
        found.extend(tree.comments().filter_map(|at| schema_of(tree.file().slice(at), at)));
    }
    found.sort();
    found.dedup();
    found
}

/// Fields that hold addresses, by kind; `[]` goes through a list.
const FIELDS: &[(&str, &[&str])] = &[
    ("argoproj.io/Application", &["spec.source.repoURL", "spec.sources[].repoURL"]),
    ("argoproj.io/ApplicationSet", &["spec.template.spec.source.repoURL"]),
    ("argoproj.io/AppProject", &["spec.sourceRepos[]"]),
    ("helm.cattle.io/HelmChart", &["spec.repo", "spec.chart"]),
    ("source.toolkit.fluxcd.io/GitRepository", &["spec.url"]),
    ("source.toolkit.fluxcd.io/HelmRepository", &["spec.url"]),
    ("source.toolkit.fluxcd.io/OCIRepository", &["spec.url"]),
];

fn of_resource(resource: &Resource) -> Vec<Node<'_>> {
    let mut found = Vec::new();
    for (kind, paths) in FIELDS {
        if resource.is(kind) {
            paths.iter().for_each(|path| walk(resource.node(), path, &mut found));
        }
    }
    found
}

/// The nodes at a path; as deep as the path is long.
fn walk<'a>(node: Node<'a>, path: &str, into: &mut Vec<Node<'a>>) {
    let (step, rest) = path.split_once('.').unwrap_or((path, ""));
    let (key, is_list) = step.strip_suffix("[]").map_or((step, false), |key| (key, true));
    let Some(next) = node.get(key) else { return };
    let nodes: Vec<Node<'a>> = if is_list { next.items().collect() } else { vec![next] };
    for node in nodes {
        match rest {
            "" => into.push(node),
            rest => walk(node, rest, into),
        }
    }
}

fn of_scalar(node: Node<'_>) -> Option<DocumentLink> {
    let opens = Opens::Url(url_of(node.str()?)?);
    Some(DocumentLink { at: node.span(), opens })
}

/// The schema that a comment names for other tools: `# yaml-language-server: $schema=…`.
fn schema_of(comment: &str, at: Span) -> Option<DocumentLink> {
    let start = comment.find("$schema=")? + "$schema=".len();
    let rest = comment.get(start..)?;
    let url = rest.split_whitespace().next()?;
    let opens = Opens::Url(url_of(url)?);
    let start = at.start + start as u32;
    Some(DocumentLink { at: Span::new(at.file, start, start + url.len() as u32), opens })
}

/// The address in a browser of what Kustomize or a GitOps tool would fetch: a URL as it is, and a
/// repository of a known host with its folder and revision. None for a path, and for what a browser
/// does not open.
pub(crate) fn url_of(text: &str) -> Option<String> {
    let text = text.strip_prefix("git::").unwrap_or(text);
    if text
        .contains(|char: char| char.is_whitespace() || char.is_control() || "{}$<>".contains(char))
    {
        return None;
    }
    let bare = match ["https://", "http://"].iter().find_map(|start| text.strip_prefix(start)) {
        Some(rest) if is_on_known_host(rest) => rest.to_owned(),
        Some(_) => return Some(text.to_owned()),
        None => {
            let text = text.strip_prefix("ssh://").unwrap_or(text);
            let user = text.strip_prefix("git@");
            user.map_or_else(|| text.to_owned(), |rest| rest.replacen(':', "/", 1))
        }
    };
    is_on_known_host(&bare).then(|| page_of(&bare))
}

fn is_on_known_host(text: &str) -> bool {
    ["github.com/", "gitlab.com/", "bitbucket.org/"].iter().any(|host| text.starts_with(host))
}

/// The page of a repository: of its folder and revision on GitHub, where every repository is two
/// words; its first page elsewhere.
fn page_of(bare: &str) -> String {
    let (path, query) = bare.split_once('?').unwrap_or((bare, ""));
    let revision = query
        .split('&')
        .find_map(|one| one.strip_prefix("ref=").or_else(|| one.strip_prefix("version=")));
    let is_github = path.starts_with("github.com/");
    if !is_github {
        let path = path.split_once("//").map_or(path, |(repository, _)| repository);
        return format!("https://{}", path.trim_end_matches(".git"));
    }
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    let first: Vec<&str> = parts.by_ref().take(3).collect();
    let rest: Vec<&str> = parts.collect();
    let repository = format!("https://{}", first.join("/").trim_end_matches(".git"));
    // The address of one file or release already is a page.
    let is_page =
        matches!(rest.first(), Some(&"releases" | &"raw" | &"blob" | &"tree" | &"archive"));
    if is_page {
        return format!("https://{path}");
    }
    if rest.is_empty() && revision.is_none() {
        return repository;
    }
    let page = format!("{repository}/tree/{}/{}", revision.unwrap_or("HEAD"), rest.join("/"));
    page.trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Project;

    #[test]
    fn remote_resources_have_pages() {
        for (text, page) in [
            (
                "github.com/org/repo//deploy/base?ref=v1.2",
                Some("https://github.com/org/repo/tree/v1.2/deploy/base"),
            ),
            ("https://github.com/org/repo.git", Some("https://github.com/org/repo")),
            ("git@github.com:org/repo.git", Some("https://github.com/org/repo")),
            (
                "https://github.com/o/r/releases/download/v1/all.yaml",
                Some("https://github.com/o/r/releases/download/v1/all.yaml"),
            ),
            ("https://gitlab.com/a/b/c.git//x?ref=1", Some("https://gitlab.com/a/b/c")),
            ("https://charts.example.com", Some("https://charts.example.com")),
            ("https://charts.example.com/{{ x }}", None),
            ("oci://registry/chart", None),
            ("../base", None),
        ] {
            assert_eq!(url_of(text).as_deref(), page, "{text}");
        }
    }

    #[test]
    fn entries_open_files_and_repositories_their_pages() {
        let project = Project::new(
            "\
-- base/app.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
-- base/kustomization.yaml
resources: [app.yaml]
configMapGenerator:
- name: x
  files: [key=data.txt]
-- base/data.txt
hello
-- prod/kustomization.yaml
# yaml-language-server: $schema=https://json.schemastore.org/kustomization.json
resources:
- ../base
- https://github.com/org/repo//deploy?ref=v1
-- flux.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: {name: charts}
spec: {url: https://charts.example.com}
",
        );
        let lines = |path: &str| -> Vec<String> {
            let (file, _) = project.find(path, "");
            let line = |link: DocumentLink| {
                let opens = match link.opens {
                    Opens::File(path) => path.display().to_string(),
                    Opens::Url(url) => url,
                };
                let words = project.words(link.at);
                let (_, words) = words.split_once(": ").expect("a path");
                format!("{words} -> {opens}")
            };
            document_links(&project.analysis, file).into_iter().map(line).collect()
        };
        assert_eq!(
            lines("base/kustomization.yaml"),
            ["app.yaml -> /repo/base/app.yaml", "data.txt -> /repo/base/data.txt"]
        );
        assert_eq!(
            lines("prod/kustomization.yaml"),
            [
                "https://json.schemastore.org/kustomization.json -> \
                 https://json.schemastore.org/kustomization.json",
                "../base -> /repo/base/kustomization.yaml",
                "https://github.com/org/repo//deploy?ref=v1 -> \
                 https://github.com/org/repo/tree/v1/deploy",
            ]
        );
        assert_eq!(
            lines("flux.yaml"),
            ["https://charts.example.com -> https://charts.example.com"]
        );
    }
}
