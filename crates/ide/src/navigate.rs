//! Along references: from a name or a selector to the objects that are meant, and from an object to
//! those that refer to it.

use kubesift_model::{Graph, Link, LinkTarget as Target, Resource};
use kubesift_project::{Analysis, Homes};
use kubesift_source::{FileId, Span};
use kubesift_yaml::Node;

use crate::seen::{Seen, each, touches};

/// A place to go to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Destination {
    /// The name, key or selector to put the cursor on.
    pub at: Span,
    /// All that belongs to it: the object or the entry.
    pub whole: Span,
}

impl Destination {
    fn of(resource: &Resource, homes: &Homes<'_>) -> Self {
        let node = resource.node();
        let name = node.at("metadata.name").or_else(|| node.get("kind")).unwrap_or(node);
        Self::at(name, node, homes)
    }

    fn at(node: Node<'_>, whole: Node<'_>, homes: &Homes<'_>) -> Self {
        let at = homes.origin(node.place()).span;
        let whole = homes.origin(whole.entry_span()).span;
        // What was built of several files has no whole in any of them.
        Self { at, whole: if whole.file == at.file { at.to(whole).to(at) } else { at } }
    }
}

/// Where the reference at a place leads: to the objects it means, or to the key or port of one.
/// Sorted, each once; empty where there is no reference, or none that leads anywhere in the build.
pub fn definition(analysis: &Analysis, file: FileId, offset: u32) -> Vec<Destination> {
    let mut found = Vec::new();
    each(analysis, file, offset, |seen, homes| {
        if let Some(link) = seen.link() {
            found.extend(targets(link, &seen, homes));
        }
    });
    settled(found)
}

fn targets(link: &Link<'_>, seen: &Seen<'_, '_>, homes: &Homes<'_>) -> Vec<Destination> {
    let part = link.wanted.part.filter(|(_, node)| touches(node.entry_span(), seen.at));
    let to = |resource: &Resource| match part.and_then(|(part, _)| part_of(resource, part)) {
        Some(node) => Destination::at(node, node, homes),
        None => Destination::of(resource, homes),
    };
    match &link.to {
        Target::Resource(one) | Target::Perhaps(one) | Target::MadeBy(one) => vec![to(one)],
        Target::Selected(all) => all.iter().map(|one| to(one)).collect(),
        _ => Vec::new(),
    }
}

/// The key or port of an object that a reference is about.
fn part_of<'r>(resource: &'r Resource, part: kubesift_model::Part<'_>) -> Option<Node<'r>> {
    use kubesift_model::Part;
    let node = resource.node();
    let port =
        |test: &dyn Fn(Node<'r>) -> bool| node.at("spec.ports")?.items().find(|port| test(*port));
    match part {
        Part::Key(key) => {
            let maps = ["data", "stringData", "binaryData"];
            maps.into_iter().find_map(|map| node.get(map)?.get(key))
        }
        Part::Port(number) => port(&|port| port.get("port").and_then(Node::int) == Some(number)),
        Part::PortName(name) => port(&|port| port.get("name").and_then(Node::str) == Some(name)),
    }
}

/// Who refers to the object at a place: to the one that is declared there, or that the reference
/// there means. With `declaration`, the objects themselves too. Sorted, each once.
pub fn references(
    analysis: &Analysis,
    file: FileId,
    offset: u32,
    declaration: bool,
) -> Vec<Destination> {
    let mut found = Vec::new();
    each(analysis, file, offset, |seen, homes| {
        for target in meant(&seen) {
            if declaration {
                found.push(Destination::of(target, homes));
            }
            found.extend(referring(seen.graph, target, homes));
        }
    });
    settled(found)
}

/// The objects that are meant at a place.
fn meant<'a>(seen: &Seen<'_, 'a>) -> Vec<&'a Resource> {
    match seen.link() {
        Some(link) => match &link.to {
            Target::Selected(all) => all.to_vec(),
            _ => link.resource().into_iter().collect(),
        },
        None if seen.is_declaration() => vec![seen.resource],
        None => Vec::new(),
    }
}

fn referring(graph: &Graph<'_>, target: &Resource, homes: &Homes<'_>) -> Vec<Destination> {
    let links = graph.links().to(target);
    links.map(|link| Destination::at(link.at, link.at, homes)).collect()
}

fn settled(mut found: Vec<Destination>) -> Vec<Destination> {
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Project;

    const SHOP: &str = "\
-- web.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: nginx:1.25
        env:
        - name: A
          valueFrom: {configMapKeyRef: {name: settings, key: a}}
-- service.yaml
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 80}]
-- settings.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data:
  a: b
";

    fn lines(project: &Project, found: &[Destination]) -> Vec<String> {
        found.iter().map(|one| project.words(one.at)).collect()
    }

    #[test]
    fn a_selector_leads_to_what_it_selects() {
        let project = Project::new(SHOP);
        let (file, at) = project.find("service.yaml", "selector");
        let found = definition(&project.analysis, file, at);
        assert_eq!(lines(&project, &found), ["web.yaml: name: web"]);
    }

    #[test]
    fn a_name_leads_to_the_object_and_a_key_to_its_entry() {
        let project = Project::new(SHOP);
        let (file, at) = project.find("web.yaml", "settings");
        let found = definition(&project.analysis, file, at);
        assert_eq!(lines(&project, &found), ["settings.yaml: name: settings"]);
        let (file, at) = project.find("web.yaml", "key: a");
        let found = definition(&project.analysis, file, at + 5);
        assert_eq!(lines(&project, &found), ["settings.yaml: a: b"]);
    }

    #[test]
    fn an_object_is_referred_to_by_names_and_selectors() {
        let project = Project::new(SHOP);
        let (file, at) = project.find("settings.yaml", "settings");
        let found = references(&project.analysis, file, at, false);
        assert_eq!(lines(&project, &found), ["web.yaml: name: settings"]);
        let (file, at) = project.find("web.yaml", "web}");
        let found = references(&project.analysis, file, at, true);
        let want = ["service.yaml: selector", "web.yaml: name: web"];
        assert_eq!(lines(&project, &found), want);
    }

    #[test]
    fn a_line_of_a_base_leads_on_in_every_overlay_and_home_again() {
        let project = Project::new(
            "\
-- base/app.yaml
apiVersion: v1
kind: Pod
metadata: {name: app}
spec:
  containers: [{name: app, image: app:1, envFrom: [{configMapRef: {name: settings}}]}]
-- base/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {a: b}
-- base/kustomization.yaml
resources: [app.yaml, settings.yaml]
-- prod/kustomization.yaml
namePrefix: prod-
resources: [../base]
-- dev/kustomization.yaml
namePrefix: dev-
resources: [../base]
",
        );
        let (file, at) = project.find("base/app.yaml", "settings");
        let found = definition(&project.analysis, file, at);
        assert_eq!(lines(&project, &found), ["base/settings.yaml: name: settings"]);
    }
}
