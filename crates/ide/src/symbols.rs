//! The outline of a file, and the objects of all files by name.

use std::collections::HashSet;
use std::sync::Arc;

use kubesift_model::{Pod, Resource, ResourceId, Workloads, ingress_rules, service_ports};
use kubesift_project::Analysis;
use kubesift_source::{FileId, Span};
use kubesift_yaml::{Node, Tree};

use crate::place::{object_of, tree_of};

/// What a symbol stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SymbolKind {
    /// An object.
    Object,
    /// A container.
    Container,
    /// A port of a container or a Service.
    Port,
    /// A volume.
    Volume,
    /// A key of a ConfigMap or Secret.
    Key,
    /// A rule of a role.
    Rule,
    /// Somebody whom a binding is for.
    Subject,
    /// A host of an Ingress.
    Host,
    /// A version of a custom resource.
    Version,
}

/// A part of a file that has a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    /// The name: `Deployment shop/web`, `web`.
    pub name: String,
    /// What else there is to say in a word or two: the image. Often empty.
    pub detail: String,
    /// What it stands for.
    pub kind: SymbolKind,
    /// All of it.
    pub whole: Span,
    /// The bytes to put the cursor on; they lie in `whole`.
    pub at: Span,
    /// What it consists of, each within `whole`, in the order of the file.
    pub children: Vec<Symbol>,
}

/// An object of the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectSymbol {
    /// `Deployment shop/web`, as it is written.
    pub name: String,
    /// The file, as reports show it.
    pub path: Arc<str>,
    /// Its name, or its kind where it has none.
    pub at: Span,
    /// All of it.
    pub whole: Span,
}

/// Objects of a workspace that one question gives.
const MOST: usize = 200;

/// The objects of a file and what they consist of, in its order. Documents without `apiVersion` and
/// `kind` have none.
pub fn document_symbols(analysis: &Analysis, file: FileId) -> Vec<Symbol> {
    let Some(tree) = tree_of(analysis, file) else { return Vec::new() };
    let workloads = workloads(analysis);
    let objects = objects_of(&tree);
    objects.into_iter().filter_map(|root| object(&resource(&tree, root, &workloads))).collect()
}

/// The workload kinds of a run.
pub(crate) fn workloads(analysis: &Analysis) -> Workloads {
    let custom = analysis.settings.workloads.iter();
    Workloads::new(custom.map(|own| own.value.clone()).collect())
}

/// The objects that are written in a tree: its documents, and the items of its lists.
pub(crate) fn objects_of(tree: &Tree) -> Vec<Node<'_>> {
    let mut objects = Vec::new();
    for root in tree.documents().filter_map(|document| document.root()) {
        let kind = root.get("kind").and_then(Node::str).unwrap_or_default();
        match root.get("items").filter(|_| kind.ends_with("List")) {
            Some(items) => objects.extend(items.items()),
            None => objects.push(root),
        }
    }
    let text = |node: &Node<'_>, key: &str| node.get(key).and_then(Node::str).is_some();
    objects.retain(|root| text(root, "apiVersion") && text(root, "kind"));
    objects
}

/// The resource that is written at a node, outside of any build.
pub(crate) fn resource(tree: &Arc<Tree>, root: Node<'_>, workloads: &Workloads) -> Resource {
    let mut resource = Resource::new(ResourceId(0), tree, root, None);
    resource.pod = workloads.shape(&resource.kind.group, &resource.kind.kind);
    resource
}

fn object(resource: &Resource) -> Option<Symbol> {
    let root = resource.node();
    let whole = root.span();
    let mut children = match Pod::of(resource) {
        Some(pod) => of_pod(&pod),
        None => of_kind(resource),
    };
    prune(&mut children, whole);
    let name = root.at("metadata.name").or_else(|| root.get("kind"))?;
    let at = inside(name.span(), whole)?;
    let detail = resource.kind.api_version();
    let name = format!("{} {}", resource.kind.kind, resource.full_name());
    Some(Symbol { name, detail, kind: SymbolKind::Object, whole, at, children })
}

fn inside(at: Span, whole: Span) -> Option<Span> {
    whole.contains(at).then_some(at)
}

/// Leaves out what an alias brings from elsewhere. As deep as symbols go.
fn prune(symbols: &mut Vec<Symbol>, whole: Span) {
    symbols.retain(|one| whole.contains(one.whole) && one.whole.contains(one.at));
    symbols.sort_by_key(|one| one.whole);
    for symbol in symbols {
        prune(&mut symbol.children, symbol.whole);
    }
}

/// A symbol of an item of a list, called by one of its entries.
fn item(node: Node<'_>, kind: SymbolKind, name: Option<Node<'_>>, detail: String) -> Symbol {
    let text = name.and_then(Node::text).unwrap_or_default();
    let whole = node.entry_span();
    let at = name.and_then(|name| inside(name.span(), whole)).unwrap_or_else(|| node.place());
    let name = if text.is_empty() { "(no name)" } else { text }.to_owned();
    Symbol { name, detail, kind, whole, at, children: Vec::new() }
}

fn of_pod(pod: &Pod<'_>) -> Vec<Symbol> {
    let containers = pod.containers().into_iter().map(|container| {
        let image = container.image().unwrap_or_default().to_owned();
        let name = container.node.get("name");
        let mut symbol = item(container.node, SymbolKind::Container, name, image);
        symbol.children.extend(container.ports().map(|port| {
            let number = port.get("containerPort").and_then(Node::text).unwrap_or_default();
            let name = port.get("name").or_else(|| port.get("containerPort"));
            item(port, SymbolKind::Port, name, number.to_owned())
        }));
        symbol
    });
    let volumes = pod.volumes().map(|volume| {
        let source = volume.entries().map(|(key, _)| key).find(|key| *key != "name");
        let detail = source.unwrap_or_default().to_owned();
        item(volume, SymbolKind::Volume, volume.get("name"), detail)
    });
    containers.chain(volumes).collect()
}

fn of_kind(resource: &Resource) -> Vec<Symbol> {
    let root = resource.node();
    let items =
        |path: &str| root.at(path).into_iter().flat_map(Node::items).filter(|one| one.is_map());
    match &*resource.kind.kind {
        "ConfigMap" | "Secret" if resource.kind.group.is_empty() => keys(root),
        "Service" if resource.is("Service") => {
            let ports = service_ports(resource).into_iter().map(|port| {
                let node = port.node;
                let number = node.get("port").and_then(Node::text).unwrap_or_default();
                let name = node.get("name").or_else(|| node.get("port"));
                item(node, SymbolKind::Port, name, number.to_owned())
            });
            ports.collect()
        }
        "Role" | "ClusterRole" => items("rules").map(rule).collect(),
        "RoleBinding" | "ClusterRoleBinding" => {
            let subjects = items("subjects").map(|subject| {
                let kind = subject.get("kind").and_then(Node::text).unwrap_or_default();
                item(subject, SymbolKind::Subject, subject.get("name"), kind.to_owned())
            });
            subjects.collect()
        }
        "Ingress" => {
            let hosts = ingress_rules(resource).map(|rule| {
                let mut symbol = item(rule, SymbolKind::Host, rule.get("host"), String::new());
                if rule.get("host").is_none() {
                    symbol.name = "every host".to_owned();
                }
                symbol
            });
            hosts.collect()
        }
        "CustomResourceDefinition" => {
            let versions = items("spec.versions")
                .map(|one| item(one, SymbolKind::Version, one.get("name"), String::new()));
            versions.collect()
        }
        _ => Vec::new(),
    }
}

fn keys(root: Node<'_>) -> Vec<Symbol> {
    let fields = ["data", "stringData", "binaryData"].into_iter();
    let entries = fields.filter_map(|field| root.get(field)).flat_map(Node::entries);
    let symbols = entries.filter_map(|(key, node)| {
        let (name, detail) = (key.to_owned(), String::new());
        let (whole, at) = (node.entry_span(), node.key_span()?);
        Some(Symbol { name, detail, kind: SymbolKind::Key, whole, at, children: Vec::new() })
    });
    symbols.collect()
}

/// A rule of a role: `get, list pods`.
fn rule(node: Node<'_>) -> Symbol {
    let words = |key: &str| -> String {
        let items = node.get(key).into_iter().flat_map(Node::items);
        items.filter_map(Node::text).collect::<Vec<_>>().join(", ")
    };
    let what = if node.get("resources").is_some() { "resources" } else { "nonResourceURLs" };
    let mut symbol = item(node, SymbolKind::Rule, None, String::new());
    symbol.name = format!("{} {}", words("verbs"), words(what));
    symbol
}

/// The objects of all files whose kind and name hold the letters of a query in its order, whatever
/// their case; an empty query is held by all. What was built is where it is written, and each object
/// is there once. The best first: what begins with the query, what holds it as it is, then the rest;
/// at most 200.
pub fn workspace_symbols(analysis: &Analysis, query: &str) -> Vec<ObjectSymbol> {
    let query: String = query.chars().filter(|c| !c.is_whitespace()).collect();
    let query = query.to_lowercase();
    let mut ranked: Vec<(u8, usize, String, &Resource)> = Vec::new();
    for resource in analysis.resources.iter() {
        let name = written_name(resource);
        if let Some(rank) = rank(&query, &name.to_lowercase()) {
            ranked.push((rank, name.len(), name, resource));
        }
    }
    ranked.sort_by(|a, b| (a.0, a.1, &a.2, a.3.id).cmp(&(b.0, b.1, &b.2, b.3.id)));
    let (homes, mut seen, mut found) = (analysis.homes(), HashSet::new(), Vec::new());
    for (_, _, name, resource) in ranked {
        let node = resource.node();
        let Some(place) = node.at("metadata.name").or_else(|| node.get("kind")) else { continue };
        let at = homes.span(place.span());
        let Some(file) = analysis.outcome.files.get(at.file.0 as usize) else { continue };
        if !seen.insert((at, name.clone())) {
            continue;
        }
        let whole = whole_of(analysis, at);
        found.push(ObjectSymbol { name, path: Arc::clone(&file.path), at, whole });
        if found.len() == MOST {
            break;
        }
    }
    found
}

fn written_name(resource: &Resource) -> String {
    let kind = &resource.kind.kind;
    let name = resource.written_name().unwrap_or("(no name)");
    match resource.written_namespace() {
        Some(namespace) => format!("{kind} {namespace}/{name}"),
        None => format!("{kind} {name}"),
    }
}

/// How well a name fits a query, the best is 0; none when it does not. Both are in small letters,
/// the query without blanks.
fn rank(query: &str, name: &str) -> Option<u8> {
    let bare = name.rsplit(['/', ' ']).next().unwrap_or(name);
    if bare.starts_with(query) {
        return Some(0);
    }
    if name.contains(query) {
        return Some(1);
    }
    let mut letters = name.chars();
    let holds = query.chars().all(|wanted| letters.any(|letter| letter == wanted));
    holds.then_some(2)
}

/// The object around a place.
fn whole_of(analysis: &Analysis, at: Span) -> Span {
    let tree = analysis.tree(at.file);
    let node = tree.and_then(|tree| tree.node_at(at.start));
    let whole = node.and_then(object_of).map(Node::span);
    whole.filter(|whole| whole.contains(at)).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Project;

    const SHOP: &str = "\
-- all.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    spec:
      containers:
      - name: web
        image: nginx:1.25
        ports: [{name: http, containerPort: 80}]
      volumes:
      - name: data
        emptyDir: {}
---
hello: world
---
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: settings}
  data: {a: b, c: d}
- apiVersion: rbac.authorization.k8s.io/v1
  kind: Role
  metadata: {name: reader}
  rules: [{apiGroups: [''], resources: [pods], verbs: [get, list]}]
";

    fn outline(symbols: &[Symbol], depth: usize, into: &mut Vec<String>) {
        for symbol in symbols {
            let line = format!("{}{} {}", "  ".repeat(depth), symbol.name, symbol.detail);
            into.push(line.trim_end().to_owned());
            outline(&symbol.children, depth + 1, into);
        }
    }

    #[test]
    fn a_file_has_objects_and_objects_have_parts() {
        let project = Project::new(SHOP);
        let (file, _) = project.find("all.yaml", "web");
        let mut lines = Vec::new();
        outline(&document_symbols(&project.analysis, file), 0, &mut lines);
        let want = [
            "Deployment shop/web apps/v1",
            "  web nginx:1.25",
            "    http 80",
            "  data emptyDir",
            "ConfigMap settings v1",
            "  a",
            "  c",
            "Role reader rbac.authorization.k8s.io/v1",
            "  get, list pods",
        ];
        assert_eq!(lines, want);
    }

    #[test]
    fn objects_are_found_by_letters_in_order() {
        let project = Project::new(SHOP);
        let names = |query: &str| -> Vec<String> {
            workspace_symbols(&project.analysis, query).into_iter().map(|one| one.name).collect()
        };
        assert_eq!(names("dpweb"), ["Deployment shop/web"]);
        assert_eq!(names("SHOP/w"), ["Deployment shop/web"]);
        assert_eq!(names("e"), ["Role reader", "ConfigMap settings", "Deployment shop/web"]);
        assert_eq!(names("").len(), 3);
        assert_eq!(names("xyz"), [""; 0]);
        let all = workspace_symbols(&project.analysis, "config map");
        let found: Vec<String> = all.iter().map(|one| project.words(one.at)).collect();
        assert_eq!(found, ["all.yaml: settings"]);
        assert!(project.words(all[0].whole).ends_with("data: {a: b, c: d}"));
    }

    #[test]
    fn what_was_built_is_there_once_where_it_is_written() {
        let project = Project::new(
            "\
-- base/app.yaml
apiVersion: v1
kind: Pod
metadata: {name: app}
spec: {containers: [{name: app, image: app:1}]}
-- base/kustomization.yaml
resources: [app.yaml]
-- prod/kustomization.yaml
namePrefix: prod-
resources: [../base]
-- dev/kustomization.yaml
namePrefix: dev-
resources: [../base]
",
        );
        let all = workspace_symbols(&project.analysis, "pod");
        let found: Vec<String> = all.iter().map(|one| project.words(one.at)).collect();
        assert_eq!(found, ["base/app.yaml: app"]);
        assert_eq!(all[0].name, "Pod app");
        let (file, _) = project.find("base/app.yaml", "app");
        let outline = document_symbols(&project.analysis, file);
        assert_eq!(outline[0].children[0].name, "app");
    }
}
