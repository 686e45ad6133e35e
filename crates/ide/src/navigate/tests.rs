//! Jumps along every kind of reference.

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

/// A shop with one of everything.
const ALL: &str = "\
-- all.yaml
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      serviceAccountName: robot
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
          - labelSelector: {matchLabels: {app: db}}
            topologyKey: kubernetes.io/hostname
      containers:
      - name: db
        image: db:1
        ports: [{name: sql, containerPort: 5432}]
        livenessProbe: {tcpSocket: {port: sql}}
        env:
        - name: LIMIT
          valueFrom: {resourceFieldRef: {containerName: db, resource: limits.cpu}}
        volumeMounts: [{name: data, mountPath: /data}, {name: tmp, mountPath: /tmp}]
      volumes: [{name: tmp, emptyDir: {}}]
  volumeClaimTemplates:
  - metadata: {name: data}
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec:
  selector: {app: db}
  ports: [{name: sql, port: 5432, targetPort: sql}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: front, namespace: shop}
spec:
  defaultBackend: {service: {name: db, port: {name: sql}}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: robot, namespace: shop}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: shop}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reader, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: ServiceAccount, name: robot, namespace: shop}]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: db, namespace: shop}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: db}}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: db, namespace: shop}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: StatefulSet, name: db}
  metrics:
  - type: ContainerResource
    containerResource: {container: db, name: cpu}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
  - from:
    - namespaceSelector: {matchLabels: {team: web}}
      podSelector: {matchLabels: {app: web}}
    ports: [{port: sql}]
---
apiVersion: v1
kind: Namespace
metadata: {name: web, labels: {team: web}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: web, labels: {app: web}}
spec: {containers: [{name: web, image: web:1}]}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: limits}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: bind}
spec: {policyName: limits}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: shops.example.com}
spec: {group: example.com, names: {kind: Shop, plural: shops}, scope: Namespaced, versions: []}
---
apiVersion: example.com/v1
kind: Shop
metadata: {name: mine, namespace: shop}
";

/// Where the place before `|` leads, as the lines of the definitions and their first words.
fn leads_to(project: &Project, place: &str) -> Vec<String> {
    let (file, at) = project.at("all.yaml", place);
    let found = definition(&project.analysis, file, at);
    let line = |one: &Destination| {
        let source = project.analysis.outcome.file(one.at);
        let line = source.lines().line_of(one.at.start) + 1;
        format!("{line}: {}", source.slice(one.at))
    };
    found.iter().map(line).collect()
}

#[test]
fn every_kind_of_reference_leads_somewhere() {
    let project = Project::new(ALL);
    for (place, expected) in [
        ("serviceName: db|", "31: name: db"),
        ("serviceAccountName: rob|ot", "44: name: robot"),
        ("labelSelector: {matchLabels: {app|", "3: name: db"),
        ("tcpSocket: {port: s|ql", "19: name: sql"),
        ("containerName: d|b", "17: name: db"),
        ("volumeMounts: [{name: da|ta", "27: name: data"),
        ("/data}, {name: t|mp", "25: name: tmp"),
        ("targetPort: sq|l", "19: name: sql"),
        ("service: {name: d|b", "31: name: db"),
        ("port: {name: sq|l", "34: name: sql"),
        ("kind: Role, name: rea|der", "48: name: reader"),
        ("ServiceAccount, name: rob|ot", "44: name: robot"),
        ("maxUnavailable: 1, selector: {match|", "3: name: db"),
        ("StatefulSet, name: d|b", "3: name: db"),
        ("containerResource: {container: d|b", "17: name: db"),
        ("podSelector: {matchLabels: {app: d|b", "3: name: db"),
        ("namespaceSelector: {match|", "83: name: web"),
        ("podSelector: {matchLabels: {app: w|eb", "87: name: web"),
        ("policyName: lim|its", "92: name: limits"),
        ("kind: Sh|op\nmetadata", "101: name: shops.example.com"),
    ] {
        assert_eq!(leads_to(&project, place), [expected], "{place}");
    }
}

#[test]
fn a_declaration_leads_nowhere() {
    let project = Project::new(ALL);
    for place in [
        "kind: StatefulSet\nmetadata: {name: d|b",
        "- name: d|b",
        "{name: sq|l, containerPort",
        "volumes: [{name: t|mp",
        "template:\n    metadata: {labels: {app: d|b",
    ] {
        assert!(leads_to(&project, place).is_empty(), "{place}");
    }
}

#[test]
fn who_uses_a_port_a_label_a_key() {
    let project = Project::new(ALL);
    let uses = |place: &str| -> Vec<u32> {
        let (file, at) = project.at("all.yaml", place);
        let found = references(&project.analysis, file, at, false);
        let line = |one: Destination| {
            project.analysis.outcome.file(one.at).lines().line_of(one.at.start) + 1
        };
        found.into_iter().map(line).collect()
    };
    assert_eq!(uses("{name: sq|l, containerPort"), [20, 34, 79]);
    assert_eq!(uses("ports: [{name: sq|l, port"), [40]);
    assert_eq!(uses("template:\n    metadata: {labels: {app: d|b"), [6, 14, 33, 59, 74]);
    assert_eq!(uses("- name: d|b"), [23, 68]);
    assert_eq!(uses("kind: Role\nmetadata: {name: rea|der"), [53]);
    let project = Project::new(SHOP);
    let (file, at) = project.at("settings.yaml", "  a|: b");
    let found = references(&project.analysis, file, at, true);
    assert_eq!(lines(&project, &found), ["settings.yaml: a: b", "web.yaml: key: a"]);
}

#[test]
fn entries_and_targets_of_kustomizations() {
    let project = Project::new(
        "\
-- base/app.yaml
apiVersion: v1
kind: Pod
metadata: {name: app}
-- base/kustomization.yaml
resources: [app.yaml]
-- prod/kustomization.yaml
namePrefix: prod-
resources: [../base]
patches:
- path: patch.yaml
  target: {kind: Pod, name: app}
configMapGenerator:
- name: x
  files: [key=data.txt]
-- prod/patch.yaml
apiVersion: v1
kind: Pod
metadata: {name: app}
spec: {hostNetwork: false}
-- prod/data.txt
hello
-- other/app.yaml
apiVersion: v1
kind: Pod
metadata: {name: app}
",
    );
    for (place, expected) in [
        ("../ba|se", "base/kustomization.yaml"),
        ("pat|ch.yaml", "prod/patch.yaml"),
        ("key=da|ta.txt", "prod/data.txt"),
        ("name: ap|p", "base/app.yaml"),
    ] {
        let (file, at) = project.at("prod/kustomization.yaml", place);
        let found = definition(&project.analysis, file, at);
        let path = |one: &Destination| project.analysis.outcome.file(one.at).path.to_string();
        let paths: Vec<String> = found.iter().map(path).collect();
        assert_eq!(paths, [expected], "{place}");
    }
}
