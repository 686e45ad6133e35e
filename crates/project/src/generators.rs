//! What kustomizations make or bring in beyond the files they name: ConfigMaps and Secrets of
//! generators, repositories at URLs, charts. Until kustomizations are built, a reference to such an
//! object is told from one to nothing by this.

use kubesift_model::Generated;
use kubesift_yaml::Node;

/// The objects that the generators of a kustomization in `folder` make.
pub(crate) fn generated(root: Node<'_>, folder: &str) -> Vec<Generated> {
    let all = root.get("namespace").and_then(Node::str);
    let mut found = Vec::new();
    for (key, kind) in [("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")] {
        for generator in root.get(key).into_iter().flat_map(Node::items) {
            let Some(name) = generator.get("name").and_then(Node::text) else { continue };
            let own = generator.get("namespace").and_then(Node::str);
            found.push(Generated {
                kind,
                name: name.into(),
                namespace: all.or(own).map(Into::into),
                folder: folder.into(),
                keys: keys(generator),
            });
        }
    }
    found
}

/// The keys that a generator gives: those of literals and files; none when a file of variables says
/// them, or another generator of the same name (`behavior: merge`).
fn keys(generator: Node<'_>) -> Option<Box<[Box<str>]>> {
    let merged = matches!(generator.get("behavior").and_then(Node::str), Some("merge" | "replace"));
    if merged || generator.get("envs").is_some() || generator.get("env").is_some() {
        return None;
    }
    let texts = |key| generator.get(key).into_iter().flat_map(Node::items).map(Node::text);
    let mut keys = Vec::new();
    for literal in texts("literals") {
        keys.push(literal?.split_once('=')?.0.into());
    }
    for file in texts("files") {
        let file = file?;
        let name = file.split_once('=').map(|(key, _)| key);
        keys.push(name.unwrap_or(file.rsplit('/').next().unwrap_or(file)).into());
    }
    Some(keys.into())
}

/// True when a kustomization brings in objects that are not in view: from a URL, a chart, or a
/// generator that is a program.
pub(crate) fn brings_others(root: Node<'_>) -> bool {
    let items = |key| root.get(key).into_iter().flat_map(Node::items);
    let charts = ["helmCharts", "helmChartInflationGenerator", "generators"];
    charts.into_iter().any(|key| items(key).next().is_some())
        || ["resources", "bases", "components"]
            .into_iter()
            .flat_map(items)
            .filter_map(Node::str)
            .any(is_remote)
}

/// `https://…`, `github.com/owner/repository//path?ref=v1`, `git@host:owner/repository`.
fn is_remote(path: &str) -> bool {
    let first = path.split('/').next().unwrap_or_default();
    path.contains("://")
        || path.contains("?ref=")
        || path.starts_with("git@")
        || path.starts_with("git::")
        || path.contains(".git/")
        || path.contains('/') && matches!(first, "github.com" | "gitlab.com" | "bitbucket.org")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kubesift_source::{FileId, SourceFile};

    use super::*;

    fn with<T>(text: &str, look: impl FnOnce(Node<'_>) -> T) -> T {
        let tree = kubesift_yaml::parse(Arc::new(SourceFile::new(FileId(0), "k.yaml", text)));
        look(tree.documents().next().and_then(|document| document.root()).expect("a root"))
    }

    #[test]
    fn generators_say_names_and_keys() {
        let text = "namespace: shop\nconfigMapGenerator:\n- name: web\n  literals: [a=1, b=x=y]\n  \
                    files: [conf/app.ini, key=other.txt]\n- name: vars\n  envs: [x.env]\n\
                    secretGenerator:\n- {name: tls, literals: [oops]}\n- {literals: [a=b]}\n";
        let made = with(text, |root| generated(root, "k"));
        let words: Vec<String> = made
            .iter()
            .map(|one| {
                let keys = one.keys.as_ref().map(|keys| keys.join(","));
                format!("{} {} {keys:?}", one.kind, one.name)
            })
            .collect();
        assert_eq!(
            words,
            ["ConfigMap web Some(\"a,b,app.ini,key\")", "ConfigMap vars None", "Secret tls None"]
        );
        assert!(made.iter().all(|one| one.namespace.as_deref() == Some("shop")));
    }

    #[test]
    fn remote_resources_are_known() {
        for (text, expected) in [
            ("resources: [a.yaml, ../base]", false),
            ("resources: [https://x.y/z.yaml]", true),
            ("resources: ['github.com/o/r//path?ref=v1']", true),
            ("bases: [github.com/o/r/k]", true),
            ("resources: [github.com]", false),
            ("components: ['git@github.com:o/r.git//k']", true),
            ("helmCharts: [{name: x}]", true),
            ("helmCharts: []", false),
        ] {
            assert_eq!(with(text, brings_others), expected, "{text}");
        }
    }
}
