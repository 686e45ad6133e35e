//! What is not written and holds all the same: defaults of the API that matter to a reader, and in a
//! base the values that overlays put in the place of its own.

use std::ops::Range;

use kubesift_model::{
    BuildId, BuildKind, Container, Graph, ImageRef, Match, Pod, Resource, is_absent, service_ports,
};
use kubesift_project::{Analysis, Homes};
use kubesift_source::FileId;
use kubesift_yaml::{Node, Segment};

use crate::hover::is_secret;
use crate::place::{follow, objects_at, tree_of};
use crate::symbols::{objects_of, resource, workloads};

/// Words that an editor shows in a line without their being there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hint {
    /// Behind this byte (0-based) of the file.
    pub at: u32,
    /// The words: `replicas: 1`, `prod: 3`.
    pub text: String,
}

/// Builds that are named in one hint.
const BUILDS: usize = 6;

/// Characters of a value that are shown.
const LONG: usize = 40;

/// The hints in bytes `range` of a file, in their order. A default is shown where it holds in every
/// build of the object; what no build takes has none.
pub fn hints(analysis: &Analysis, file: FileId, range: Range<u32>) -> Vec<Hint> {
    let Some(tree) = tree_of(analysis, file) else { return Vec::new() };
    let (homes, workloads) = (analysis.homes(), workloads(analysis));
    let mut found = Vec::new();
    for root in objects_of(&tree) {
        let span = root.span();
        if span.end < range.start || range.end < span.start {
            continue;
        }
        let objects = Objects::at(analysis, root);
        if objects.all.is_empty() {
            continue;
        }
        let own = resource(&tree, root, &workloads);
        found.extend(objects.defaults(&own, &range));
        found.extend(objects.overlaid(&homes, root, &range));
    }
    found.sort();
    found.dedup();
    found
}

/// The objects of builds that are written at one place.
struct Objects<'a> {
    analysis: &'a Analysis,
    all: Vec<(BuildId, u32, &'a Resource)>,
}

impl<'a> Objects<'a> {
    fn at(analysis: &'a Analysis, root: Node<'_>) -> Self {
        let spots = objects_at(analysis, root).into_iter();
        let all = spots.filter_map(|spot| {
            let resource = analysis.resources.get(spot.id.0 as usize)?;
            Some((spot.build, spot.position, resource))
        });
        Self { analysis, all: all.collect() }
    }

    fn defaults(&self, own: &Resource, range: &Range<u32>) -> Vec<Hint> {
        let mut candidates = Vec::new();
        defaults(None, own, &mut |node, text| {
            candidates.push((key_of(own, node), anchor(node), text))
        });
        candidates.retain(|(_, at, _)| range.contains(at));
        if candidates.is_empty() {
            return Vec::new();
        }
        for (build, position, _) in &self.all {
            let mut there = Vec::new();
            self.analysis.with_graph(*build, |graph| {
                if let Some(object) = graph.resources().get(*position as usize).copied() {
                    let mut add = |node: Node<'_>, text| there.push((key_of(object, node), text));
                    defaults(Some(graph), object, &mut add);
                }
            });
            candidates
                .retain(|(key, _, text)| there.iter().any(|one| one.0 == *key && one.1 == *text));
        }
        let hints = candidates.into_iter().map(|(_, at, text)| Hint { at, text });
        hints.collect()
    }

    /// The values that builds have where others are written.
    fn overlaid(&self, homes: &Homes<'_>, root: Node<'_>, range: &Range<u32>) -> Vec<Hint> {
        let built: Vec<_> = self.all.iter().filter(|(build, ..)| self.is_built(*build)).collect();
        let mut hints = Vec::new();
        if built.is_empty() {
            return hints;
        }
        for node in scalars_in(root, range) {
            let skip = root.segments().len();
            let way: Vec<Segment<'_>> = node.segments().into_iter().skip(skip).collect();
            let mut values: Vec<(String, Vec<&str>)> = Vec::new();
            for (build, _, object) in &built {
                let Some(there) = follow(object.node(), root, &way) else { continue };
                let home = homes.span(there.span());
                let Some(text) = there.text() else { continue };
                // What a prefix or a renamed object made of it is no other value.
                let same = node.span().contains(home) || Some(text) == node.text();
                if same || is_secret(object, there) {
                    continue;
                }
                let (name, text) = (self.name(*build), one_line(text));
                match values.iter_mut().find(|(known, _)| *known == text) {
                    Some((_, names)) => names.push(name),
                    None => values.push((text, vec![name])),
                }
            }
            let parts = values.iter().take(BUILDS).map(|(text, names)| {
                let shown = names.get(..BUILDS.min(names.len())).unwrap_or_default().join(", ");
                format!("{shown}: {text}")
            });
            let text = parts.collect::<Vec<_>>().join("; ");
            if !text.is_empty() {
                hints.push(Hint { at: node.span().end, text });
            }
        }
        hints
    }

    fn is_built(&self, build: BuildId) -> bool {
        let build = self.analysis.outcome.builds.get(build.0 as usize);
        build.is_some_and(|build| build.kind == BuildKind::Kustomization)
    }

    fn name(&self, build: BuildId) -> &'a str {
        self.analysis.outcome.builds.get(build.0 as usize).map_or("", |build| &build.name)
    }
}

/// Where a node is in its object, the same in every build of it.
fn key_of(resource: &Resource, node: Node<'_>) -> String {
    node.stable_path_from(resource.node())
}

/// Behind a scalar, or behind the colon of the key of anything larger.
fn anchor(node: Node<'_>) -> u32 {
    match node.key_span().filter(|_| node.style().is_collection()) {
        Some(key) => (key.end + 1).min(node.entry_span().end),
        None => node.span().end,
    }
}

fn one_line(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let mut shown: String = line.chars().take(LONG).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

/// The entries of a tree that are scalars on one line, within some bytes.
fn scalars_in<'t>(root: Node<'t>, range: &Range<u32>) -> Vec<Node<'t>> {
    let (mut found, mut work) = (Vec::new(), vec![root]);
    while let Some(node) = work.pop() {
        let span = node.entry_span();
        if span.end < range.start || range.end < span.start {
            continue;
        }
        if node.style().is_collection() {
            work.extend(node.children());
        } else if node.key_span().is_some()
            && node.text().is_some()
            && range.contains(&span.end)
            && !node.tree().file().slice(node.span()).contains('\n')
        {
            found.push(node);
        }
    }
    found
}

type Add<'q, 'a> = &'q mut dyn FnMut(Node<'a>, String);

/// The defaults of the API that hold in an object and that nobody wrote. Without a graph, what
/// other objects may decide is left open.
fn defaults<'a>(graph: Option<&Graph<'a>>, resource: &'a Resource, add: Add<'_, 'a>) {
    let Some(spec) = resource.node().get("spec").filter(|spec| spec.is_map()) else { return };
    let lacks = |path: &'static str| is_absent(spec.field(path));
    match &*resource.kind.kind {
        "Deployment" | "StatefulSet" | "ReplicaSet" | "ReplicationController" => {
            let scaled = graph.is_some_and(|graph| !graph.scalers_of(resource).is_empty());
            if lacks("replicas") && !scaled {
                add(spec, "replicas: 1".to_owned());
            }
        }
        "Service" if resource.is("Service") => of_service(resource, spec, add),
        "Pod" if lacks("restartPolicy") => add(spec, "restartPolicy: Always".to_owned()),
        _ => {}
    }
    if let Some(pod) = Pod::of(resource).filter(|pod| !pod.is_partial()) {
        of_pod(graph, &pod, add);
    }
}

fn of_service<'a>(service: &'a Resource, spec: Node<'a>, add: Add<'_, 'a>) {
    if is_absent(spec.field("type")) {
        add(spec, "type: ClusterIP".to_owned());
    }
    if spec.field("type").str() == Some("ExternalName") {
        return;
    }
    for port in service_ports(service) {
        let stated = port.node.get("port").filter(|_| is_absent(port.node.field("targetPort")));
        if let Some((node, number)) = stated.zip(port.number) {
            add(node, format!("targetPort: {number}"));
        }
    }
}

fn of_pod<'a>(graph: Option<&Graph<'a>>, pod: &Pod<'a>, add: Add<'_, 'a>) {
    let holds_token = match graph.and_then(|graph| Some((graph, graph.pod_of(pod.resource)?))) {
        Some((graph, pod)) => {
            let token = graph.token_of(pod);
            token.mounted == Match::Yes && token.by.is_none()
        }
        None => true,
    };
    if holds_token && is_absent(pod.field("automountServiceAccountToken")) {
        add(pod.spec, "automountServiceAccountToken: true".to_owned());
    }
    for container in pod.containers() {
        of_container(&container, add);
    }
}

fn of_container<'a>(container: &Container<'a>, add: Add<'_, 'a>) {
    let image = container.node.get("image");
    let parsed = image.and_then(Node::text).and_then(|text| ImageRef::parse(text).ok());
    if let Some((node, parsed)) = image.zip(parsed)
        && is_absent(container.field("imagePullPolicy"))
    {
        add(node, format!("imagePullPolicy: {}", parsed.default_pull_policy()));
    }
    let escalates = is_absent(container.field("securityContext.allowPrivilegeEscalation"));
    if escalates && !container.pod.is_windows() {
        let context = container.node.get("securityContext").filter(|node| node.is_map());
        if let Some(node) = context.or_else(|| container.node.get("name")) {
            add(node, "allowPrivilegeEscalation: true".to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Project;

    /// Each hint behind the words of its line that stand before it.
    fn shown(project: &Project, path: &str) -> Vec<String> {
        let (file, _) = project.find(path, "");
        let text = project.analysis.outcome.files[file.0 as usize].text().to_owned();
        let found = hints(&project.analysis, file, 0..text.len() as u32 + 1);
        let line = |hint: &Hint| {
            let head = &text[..hint.at as usize];
            let line = head.rsplit('\n').next().unwrap_or_default().trim();
            format!("{line} ‹{}›", hint.text)
        };
        found.iter().map(line).collect()
    }

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
        image: nginx
        securityContext:
          runAsUser: 1
-- service.yaml
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports:
  - port: 80
  - port: 81
    targetPort: 8081
";

    #[test]
    fn defaults_stand_where_they_would_be_written() {
        let project = Project::new(SHOP);
        let want = [
            "spec: ‹replicas: 1›",
            "spec: ‹automountServiceAccountToken: true›",
            "image: nginx ‹imagePullPolicy: Always›",
            "securityContext: ‹allowPrivilegeEscalation: true›",
        ];
        assert_eq!(shown(&project, "web.yaml"), want);
        let want = ["spec: ‹type: ClusterIP›", "- port: 80 ‹targetPort: 80›"];
        assert_eq!(shown(&project, "service.yaml"), want);
    }

    #[test]
    fn what_another_object_decides_is_no_default() {
        let more = "\
-- more.yaml
apiVersion: v1
kind: ServiceAccount
metadata: {name: default}
automountServiceAccountToken: false
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  maxReplicas: 3
";
        let project = Project::new(&format!("{SHOP}{more}"));
        let found = shown(&project, "web.yaml").join("\n");
        assert!(!found.contains("replicas") && !found.contains("automount"), "{found}");
    }

    #[test]
    fn a_base_shows_what_overlays_put_there() {
        let project = Project::new(
            "\
-- base/app.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec:
  replicas: 1
  template:
    spec:
      automountServiceAccountToken: false
      containers:
      - {name: app, image: 'app:1', securityContext: {allowPrivilegeEscalation: false}}
-- base/kustomization.yaml
resources: [app.yaml]
-- prod/kustomization.yaml
namePrefix: prod-
resources: [../base]
patches: [{path: patch.yaml}]
-- prod/patch.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec:
  replicas: 3
  template: {spec: {containers: [{name: app, imagePullPolicy: Never}]}}
-- dev/kustomization.yaml
resources: [../base]
",
        );
        assert_eq!(shown(&project, "base/app.yaml"), ["replicas: 1 ‹prod: 3›"]);
        assert_eq!(shown(&project, "prod/patch.yaml"), [""; 0]);
    }
}
