//! After a rename every link leads where it led, whatever was renamed.

use std::collections::BTreeMap;

use kubesift_model::LinkTarget as Target;
use kubesift_source::apply;

use super::*;
use crate::testing::Project;

/// What must not change: for each build and reference, by positions and not by names, whether it is
/// broken and which objects it leads to.
fn relations(analysis: &Analysis) -> Vec<String> {
    let mut lines = Vec::new();
    for build in &analysis.outcome.builds {
        analysis.with_graph(build.id, |graph| {
            let resources = graph.resources();
            let position = |one: &Resource| {
                resources.iter().position(|other| other.id == one.id).expect("of the build")
            };
            for link in graph.links().all() {
                let to: Vec<usize> = match &link.to {
                    Target::Resource(one) | Target::Perhaps(one) | Target::MadeBy(one) => {
                        vec![position(one)]
                    }
                    Target::Selected(all) => all.iter().map(|one| position(one)).collect(),
                    _ => Vec::new(),
                };
                let (from, broken) = (position(link.from), link.missing().is_some());
                let name = &build.name;
                lines.push(format!("{name} {from} {:?} {broken} {to:?}", link.relation));
            }
            for resource in resources.iter().filter(|one| one.is("Service")) {
                let pods = graph.pods_of_service(resource).sure;
                for port in kubesift_model::service_ports(resource) {
                    let held = pods.iter().map(|pod| pod.pod.declares_port(&port));
                    let held: Vec<_> = held.collect();
                    lines.push(format!("{} {} {held:?}", build.name, position(resource)));
                }
            }
            for resource in resources {
                let mounts = mounts_of(resource);
                lines.push(format!("{} {} {mounts:?}", build.name, position(resource)));
            }
        });
    }
    lines
}

/// For each mount of a workload, the position of the volume that it has.
fn mounts_of(resource: &Resource) -> Vec<Option<usize>> {
    let Some(pod) = kubesift_model::Pod::of(resource) else { return Vec::new() };
    let name = |node: kubesift_yaml::Node<'_>| {
        node.at("name").and_then(|name| name.text().map(str::to_owned))
    };
    let volumes: Vec<Option<String>> = pod.volumes().map(name).collect();
    let containers = pod.containers();
    let mounts = containers.iter().flat_map(|one| {
        one.node.get("volumeMounts").into_iter().flat_map(kubesift_yaml::Node::items)
    });
    mounts.map(|mount| volumes.iter().position(|volume| *volume == name(mount))).collect()
}

/// Renames at every word of every file, and compares. Gives what was renamed, by the old names.
fn rename_everything(text: &str) -> BTreeMap<String, usize> {
    let project = Project::new(text);
    let before = relations(&project.analysis);
    let mut renamed: BTreeMap<String, usize> = BTreeMap::new();
    let files: Vec<String> = Project::files(text).map(|(path, _)| path.to_owned()).collect();
    for path in &files {
        let (file, _) = project.find(path, "");
        let source = project.analysis.outcome.files[file.0 as usize].text().to_owned();
        for at in words(&source) {
            let Ok(found) = prepare_rename(&project.analysis, file, at) else { continue };
            // Legal for everything that can be renamed.
            let new = format!("n{}", at % 7);
            let edits = match rename(&project.analysis, file, at, &new) {
                Ok(edits) => edits,
                Err(why) => panic!("{} at {path}:{at}: {why}", found.placeholder),
            };
            assert!(edits.iter().any(|edit| edit.span == found.at), "{path}:{at}");
            let after = Project::new(&changed(&project, text, &edits));
            let (old, edits) = (&found.placeholder, edits.len());
            let then = relations(&after.analysis);
            assert_eq!(before, then, "`{old}` at {path}:{at} to {new}");
            assert!(after.analysis.outcome.errors.is_empty(), "`{old}` at {path}:{at}");
            let most = renamed.entry(old.clone()).or_default();
            *most = edits.max(*most);
        }
    }
    renamed
}

/// The bytes at which words begin.
fn words(text: &str) -> Vec<u32> {
    let bytes = text.as_bytes();
    let is_word = |at: usize| bytes[at].is_ascii_alphanumeric();
    let starts = (0..bytes.len()).filter(|at| is_word(*at) && (*at == 0 || !is_word(at - 1)));
    starts.map(|at| at as u32).collect()
}

/// The project's text after edits.
fn changed(project: &Project, text: &str, edits: &[Edit]) -> String {
    let mut out = String::new();
    for (path, before) in Project::files(text) {
        let (file, _) = project.find(path, "");
        let own: Vec<Edit> = edits.iter().filter(|edit| edit.span.file == file).cloned().collect();
        let after = apply(&before, &own).expect("edits that do not overlap");
        out.push_str(&format!("-- {path}\n{after}"));
    }
    out
}

const SHOP: &str = "\
-- web.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: \"web\", tier: front}}
    spec:
      serviceAccountName: robot
      containers:
      - name: web
        image: nginx:1.25
        ports: [{name: http, containerPort: 8080}]
        readinessProbe: {httpGet: {port: http}}
        env:
        - name: A
          valueFrom: {configMapKeyRef: {name: settings, key: a}}
        volumeMounts: [{name: tmp, mountPath: /tmp}, {name: conf, mountPath: /conf}]
      volumes:
      - name: tmp
        emptyDir: {}
      - name: conf
        configMap: {name: settings, items: [{key: a, path: a}]}
-- rest.yaml
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{name: main, port: 80, targetPort: http}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: front}
spec: {defaultBackend: {service: {name: 'web', port: {name: main}}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data:
  a: b
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: robot}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: bind}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: ServiceAccount, name: robot}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  metrics:
  - type: ContainerResource
    containerResource: {container: web, name: cpu}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress: [{ports: [{port: http}], from: [{podSelector: {matchLabels: {tier: front}}}]}]
";

#[test]
fn every_link_leads_where_it_led() {
    let renamed = rename_everything(SHOP);
    let want = [
        ("a", 3),
        ("bind", 1),
        ("conf", 2),
        ("front", 2),
        ("http", 4),
        ("main", 2),
        ("reader", 2),
        ("robot", 3),
        ("settings", 3),
        ("tmp", 2),
        ("web", 4),
    ];
    let want: BTreeMap<String, usize> =
        want.iter().map(|(name, edits)| ((*name).to_owned(), *edits)).collect();
    assert_eq!(renamed, want);
}

const OVERLAYS: &str = "\
-- base/app.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec:
  selector: {matchLabels: {app: app}}
  template:
    metadata: {labels: {app: app}}
    spec:
      containers:
      - name: main
        image: app:1
        ports: [{name: http, containerPort: 80}]
        envFrom: [{configMapRef: {name: settings}}]
        volumeMounts: [{name: tmp, mountPath: /tmp}]
      volumes: [{name: tmp, emptyDir: {}}]
-- base/service.yaml
apiVersion: v1
kind: Service
metadata: {name: svc}
spec: {selector: {app: app}, ports: [{port: 80, targetPort: http}]}
-- base/kustomization.yaml
resources: [app.yaml, service.yaml]
configMapGenerator:
- name: settings
  literals: [a=b]
-- prod/kustomization.yaml
namePrefix: prod-
resources: [../base]
patches:
- path: patch.yaml
- path: json.yaml
  target: {kind: Deployment, name: app}
replicas: [{name: app, count: 2}]
configMapGenerator:
- name: settings
  behavior: merge
  literals: [a=c]
-- prod/patch.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec:
  template:
    spec:
      containers:
      - name: main
        volumeMounts: [{name: tmp, mountPath: /other}]
-- prod/json.yaml
- {op: replace, path: /spec/replicas, value: 3}
-- dev/kustomization.yaml
namePrefix: dev-
resources: [../base]
";

#[test]
fn a_base_is_renamed_with_all_its_overlays() {
    let renamed = rename_everything(OVERLAYS);
    let names: Vec<&str> = renamed.keys().map(String::as_str).collect();
    assert_eq!(names, ["app", "http", "main", "settings", "svc", "tmp"]);
    // The object, the patch, its target, the replicas; the label is another name.
    assert_eq!(renamed["app"], 4);
    assert_eq!(renamed["main"], 2);
    assert_eq!(renamed["settings"], 3);
}

fn refused(text: &str, path: &str, place: &str, new: &str) -> String {
    let project = Project::new(text);
    let (file, at) = project.at(path, place);
    rename(&project.analysis, file, at, new).expect_err("a sentence")
}

#[test]
fn what_cannot_be_renamed_is_said() {
    for (place, new, words) in [
        ("kind: ConfigMap\nmetadata: {name: set|tings", "Big", "is no name for it"),
        ("ports: [{name: ht|tp", "much-too-long-a-name", "at most 15"),
        ("volumes:\n      - name: t|mp", "conf", "another one already"),
        ("image: ng|inx", "x", "no name stands here"),
        ("port: 8|0,", "x", "no name stands here"),
    ] {
        let path = if SHOP
            .split("-- rest.yaml")
            .next()
            .is_some_and(|web| web.contains(&place.replace('|', "")))
        {
            "web.yaml"
        } else {
            "rest.yaml"
        };
        let found = refused(SHOP, path, place, new);
        assert!(found.contains(words), "{place}: {found}");
    }
    let inline = OVERLAYS.replace(
        "- path: patch.yaml\n",
        "- patch: |-\n    kind: Deployment\n    metadata: {name: app}\n    apiVersion: apps/v1\n",
    );
    let found = refused(&inline, "base/app.yaml", "metadata: {name: a|pp}", "other");
    assert!(found.contains("prod/kustomization.yaml"), "{found}");
}

#[test]
fn a_value_that_looks_like_another_type_is_quoted() {
    let project = Project::new(SHOP);
    let (file, at) = project.at("rest.yaml", "selector: {app: w|eb");
    let edits = rename(&project.analysis, file, at, "1").expect("edits");
    let texts: Vec<&str> = edits.iter().map(|edit| edit.text.as_str()).collect();
    assert_eq!(texts, ["\"1\"", "\"1\"", "\"1\"", "1"]);
}
