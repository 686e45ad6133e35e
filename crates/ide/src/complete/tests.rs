//! What is offered at a place, and what is not.

use super::*;
use crate::testing::Project;

/// What is offered at `|` in the text of a file.
fn at(project: &Project, path: &str, text: &str) -> Vec<Item> {
    let offset = text.find('|').expect("a cursor");
    let text = text.replacen('|', "", 1);
    complete(&project.analysis, kubesift_checks::ALL, path, &text, offset as u32).items
}

fn labels(project: &Project, path: &str, text: &str) -> Vec<String> {
    at(project, path, text).into_iter().map(|item| item.label).collect()
}

/// The text after the first offer was taken.
fn taken(project: &Project, path: &str, text: &str) -> String {
    let items = at(project, path, text);
    let item = items.first().expect("an offer");
    let mut text = text.replacen('|', "", 1);
    text.replace_range(item.replace.start as usize..item.replace.end as usize, &item.insert);
    text
}

const SHOP: &str = "\
-- web.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web, tier: front, ready: 'true'}}
    spec:
      containers:
      - name: web
        image: nginx:1.25
        ports: [{name: http, containerPort: 8080}]
-- service.yaml
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  selector: {app: web}
  ports: [{name: front, port: 80}]
-- settings.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: shop}
data: {alpha: b, beta: c}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: elsewhere, namespace: other}
data: {a: b}
---
apiVersion: v1
kind: Secret
metadata: {name: token, namespace: shop}
stringData: {key: x}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: robot, namespace: shop}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: disk, namespace: shop}
spec: {resources: {requests: {storage: 1Gi}}}
";

const POD: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: new, namespace: shop}
spec:
";

fn pod(rest: &str) -> String {
    format!("{POD}{rest}")
}

#[test]
fn names_fit_where_a_reference_stands() {
    let project = Project::new(SHOP);
    for (rest, want) in [
        ("  serviceAccountName: |", "robot"),
        ("  serviceAccountName: ro|\n", "robot"),
        ("  serviceAccountName: \"r|\"\n", "robot"),
        ("  serviceAccountName: 'r|\n", "robot"),
        ("  serviceAccountName:|\n", "robot"),
        ("  volumes: [{name: a, configMap: {name: |}}]\n", "settings"),
        ("  volumes: [{name: a, configMap: {name: |", "settings"),
        ("  volumes: [{name: a, secret: {secretName: t|, optional: true}}]\n", "token"),
        ("  volumes:\n  - name: a\n    persistentVolumeClaim:\n      claimName: |", "disk"),
        (
            "  containers:\n  - name: a\n    envFrom:\n    - configMapRef:\n        name: |\n",
            "settings",
        ),
        ("  imagePullSecrets:\n  - name: |", "token"),
    ] {
        assert_eq!(labels(&project, "new.yaml", &pod(rest)), [want], "{rest}");
    }
}

#[test]
fn what_is_taken_is_what_was_meant() {
    let project = Project::new(SHOP);
    for (rest, want) in [
        ("  serviceAccountName: |", "  serviceAccountName: robot"),
        ("  serviceAccountName:|\n", "  serviceAccountName: robot\n"),
        ("  serviceAccountName: ro|b # who\n", "  serviceAccountName: robot # who\n"),
        ("  serviceAccountName: \"r|\"\n", "  serviceAccountName: \"robot\"\n"),
        ("  serviceAccountName: 'r|\n", "  serviceAccountName: 'robot'\n"),
        ("  imagePullSecrets: [{name: t|}]\n", "  imagePullSecrets: [{name: token}]\n"),
    ] {
        assert_eq!(taken(&project, "new.yaml", &pod(rest)), pod(want), "{rest}");
    }
}

#[test]
fn keys_fit_where_a_key_of_an_object_stands() {
    let project = Project::new(SHOP);
    let env = |last: &str| {
        pod(&format!(
            "  containers:\n  - name: a\n    env:\n    - name: A\n      valueFrom:\n{last}"
        ))
    };
    let text = env("        configMapKeyRef:\n          name: settings\n          key: |");
    assert_eq!(labels(&project, "new.yaml", &text), ["alpha", "beta"]);
    let text = env("        secretKeyRef: {key: |, name: token}\n");
    assert_eq!(labels(&project, "new.yaml", &text), ["key"]);
    let text = pod("  volumes:\n  - configMap: {name: settings, items: [{key: a|}]}\n");
    assert_eq!(labels(&project, "new.yaml", &text), ["alpha", "beta"]);
}

#[test]
fn labels_fit_in_selectors() {
    let project = Project::new(SHOP);
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: n, namespace: shop}\nspec:\n";
    let ask = |rest: &str| labels(&project, "new.yaml", &format!("{service}{rest}"));
    assert_eq!(ask("  selector: {app: |}\n"), ["web"]);
    assert_eq!(ask("  selector: {app: |"), ["web"]);
    assert_eq!(ask("  selector:\n    app: web\n    t|\n"), ["ready", "tier"]);
    assert_eq!(ask("  selector:\n    |\n"), ["app", "ready", "tier"]);
    assert_eq!(ask("  selector: {|}\n"), ["app", "ready", "tier"]);
    let text = format!("{service}  selector:\n    ready: |\n");
    assert!(taken(&project, "new.yaml", &text).ends_with("ready: \"true\"\n"));
    let text = format!("{service}  selector:\n    ap|\n");
    assert!(taken(&project, "new.yaml", &text).ends_with("    app: \n"));
    let policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n\
        metadata: {name: n, namespace: shop}\nspec:\n";
    let ask = |rest: &str| labels(&project, "new.yaml", &format!("{policy}{rest}"));
    assert_eq!(ask("  podSelector:\n    matchLabels:\n      tier: f|\n"), ["front"]);
    let expression =
        "  podSelector:\n    matchExpressions:\n    - {key: tier, operator: In, values: [|]}\n";
    assert_eq!(ask(expression), ["front"]);
    assert_eq!(
        ask("  podSelector:\n    matchExpressions:\n    - key: |\n"),
        ["app", "ready", "tier"]
    );
    let peer = "  ingress:\n  - from:\n    - namespaceSelector:\n        matchLabels:\n          \
        kubernetes.io/metadata.name: |\n";
    assert_eq!(ask(peer), ["other", "shop"]);
}

#[test]
fn ports_fit_where_ports_are_named() {
    let project = Project::new(SHOP);
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: n, namespace: shop}\nspec:\n  \
        selector: {app: web}\n  ports:\n  - port: 80\n    targetPort: |";
    assert_eq!(labels(&project, "new.yaml", service), ["http", "8080"]);
    let ingress = "apiVersion: networking.k8s.io/v1\nkind: Ingress\n\
        metadata: {name: n, namespace: shop}\nspec:\n  rules:\n  - http:\n      paths:\n      \
        - backend:\n          service:\n            name: web\n            port:\n";
    let ask = |rest: &str| labels(&project, "new.yaml", &format!("{ingress}{rest}"));
    assert_eq!(ask("              number: |\n"), ["80"]);
    assert_eq!(ask("              name: |\n"), ["front"]);
    let ask = |rest: &str| {
        labels(&project, "new.yaml", &ingress.replace("web\n            port:\n", rest))
    };
    assert_eq!(ask("|\n"), ["web"]);
    let probe = pod("  containers:\n  - ports: [{name: http, containerPort: 8080}]\n    \
        readinessProbe: {httpGet: {path: /, port: |}}\n");
    assert_eq!(labels(&project, "new.yaml", &probe), ["http", "8080"]);
    assert!(
        taken(&project, "new.yaml", &probe.replace("name: http, ", "")).contains("port: 8080}}")
    );
}

#[test]
fn what_stands_in_the_same_object_fits_too() {
    let project = Project::new(SHOP);
    let text = pod(
        "  volumes: [{name: data, emptyDir: {}}]\n  containers:\n  - name: a\n    volumeMounts:\n    \
         - mountPath: /x\n      name: |\n",
    );
    assert_eq!(labels(&project, "new.yaml", &text), ["data"]);
    let text = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\n\
        metadata: {name: n, namespace: shop}\nspec:\n  scaleTargetRef: {apiVersion: apps/v1, \
        kind: Deployment, name: web}\n  metrics:\n  - containerResource:\n      container: |\n";
    assert_eq!(labels(&project, "new.yaml", text), ["web"]);
    let text = text.replace("name: web}", "name: |}").replace("container: |", "container: x");
    assert_eq!(labels(&project, "new.yaml", &text), ["web"]);
    let text = "apiVersion: v1\nkind: Pod\nmetadata:\n  namespace: |\n";
    assert_eq!(labels(&project, "new.yaml", text), ["other", "shop"]);
}

#[test]
fn schemas_are_left_to_others() {
    let project = Project::new(SHOP);
    for rest in
        ["  |", "  rest|: Always", "  restartPolicy: |", "  containers:\n  - |", "  a: b|c\n"]
    {
        assert_eq!(labels(&project, "new.yaml", &pod(rest)), [""; 0], "{rest}");
    }
    assert_eq!(labels(&project, "new.yaml", "|"), [""; 0]);
    assert_eq!(labels(&project, "new.yaml", "hello: |"), [""; 0]);
}

#[test]
fn other_documents_may_be_broken() {
    let project = Project::new(SHOP);
    let text = format!("a: [\n---\n{}\n---\n\"", pod("  serviceAccountName: |"));
    assert_eq!(labels(&project, "new.yaml", &text), ["robot"]);
    let text = pod("  containers: [{name: \n  x y: z: \n  serviceAccountName: |\n");
    // The document itself is broken before the cursor: nothing, or what is true.
    assert!(labels(&project, "new.yaml", &text).iter().all(|label| label == "robot"));
}

#[test]
fn names_in_a_base_are_those_that_are_written() {
    let project = Project::new(
        "\
-- base/app.yaml
apiVersion: v1
kind: Pod
metadata: {name: app}
spec: {containers: [{name: app, image: 'app:1', envFrom: [{configMapRef: {name: settings}}]}]}
-- base/kustomization.yaml
resources: [app.yaml]
configMapGenerator: [{name: settings, literals: [a=b]}]
-- prod/kustomization.yaml
namePrefix: prod-
resources: [../base]
patches: [{path: patch.yaml}]
-- prod/patch.yaml
apiVersion: v1
kind: Pod
metadata: {name: app}
spec: {priority: 1}
",
    );
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: app}\nspec:\n  containers:\n  - name: app\n    \
        envFrom: [{configMapRef: {name: |}}]\n";
    assert_eq!(labels(&project, "base/app.yaml", text), ["settings"]);
    let ask = |text: &str| labels(&project, "prod/kustomization.yaml", text);
    assert_eq!(ask("resources:\n- |\n"), ["patch.yaml", "../base"]);
    assert_eq!(ask("resources: [../base, |]\n"), ["patch.yaml"]);
    assert_eq!(ask("resources: [./../base/, ./patch.yaml, |]\n"), [""; 0]);
    assert_eq!(ask("patches:\n- path: |\n"), ["patch.yaml"]);
    assert_eq!(ask("patches:\n- target: {kind: Pod, name: |}\n"), ["app"]);
    assert_eq!(ask("images:\n- name: |\n"), ["app"]);
    assert_eq!(ask("namePrefix: |\n"), [""; 0]);
}

#[test]
fn checks_fit_in_comments_and_in_the_configuration() {
    let project = Project::new(SHOP);
    let all = labels(&project, "web.yaml", "# kubesift: ignore[|");
    assert!(all.contains(&"privileged-container".to_owned()));
    assert!(all.contains(&"pod-security".to_owned()));
    let found = project
        .analysis
        .outcome
        .findings
        .iter()
        .find(|one| &*project.analysis.outcome.file(one.at).path == "web.yaml");
    let found = found.expect("a finding").check.name;
    assert!(all.iter().position(|one| one == found) < all.iter().position(|one| one == "images"));
    let text = "a: b # kubesift: ignore[one, pri|] why";
    assert!(taken(&project, "web.yaml", text).starts_with("a: b # kubesift: ignore[one, "));
    assert_eq!(labels(&project, "web.yaml", "# kubesift: ig|")[0], "ignore");
    assert_eq!(labels(&project, "web.yaml", "# kubesift: ignore[a] |"), [""; 0]);
    assert_eq!(labels(&project, "web.yaml", "# other |"), [""; 0]);

    let ask = |text: &str| labels(&project, ".kubesift.yaml", text);
    assert!(ask("checks:\n  priv|\n").contains(&"privileged-container".to_owned()));
    assert!(ask("checks:\n  select: [|]\n").contains(&"privileged-container".to_owned()));
    assert!(ask("checks:\n  ignore:\n  - |\n").contains(&"pod-security".to_owned()));
    assert_eq!(ask("checks:\n  images: |\n")[0..3], ["off", "on", "critical"]);
    assert_eq!(ask("checks:\n  images: {severity: |}\n")[0], "critical");
    assert!(ask("checks:\n  images:\n    |\n").contains(&"severity".to_owned()));
    assert_eq!(ask("failOn: |\n").last().map(String::as_str), Some("never"));
    assert!(ask("profile: |\n").contains(&"default".to_owned()));
    let text = taken(&project, ".kubesift.yaml", "checks:\n  images: |\n");
    assert_eq!(text, "checks:\n  images: off\n");
}

#[test]
fn every_reference_that_the_model_knows_is_offered_names() {
    let project = Project::new(
        "\
-- all.yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: reader}
rules: []
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: robot, namespace: shop}
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: nginx}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast}
provisioner: x
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: high}
value: 1
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {ports: [{name: front, port: 80}]}
",
    );
    let rbac = "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\n\
        metadata: {name: n, namespace: shop}\n";
    let route = "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\n\
        metadata: {name: n, namespace: shop}\nspec: {rules: [{backendRefs: [{";
    for (head, rest, want) in [
        (
            rbac,
            "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: |}\n",
            "reader",
        ),
        (rbac, "subjects:\n- kind: ServiceAccount\n  namespace: shop\n  name: |\n", "robot"),
        (rbac, "subjects:\n- kind: ServiceAccount\n  name: robot\n  namespace: |\n", "shop"),
        (route, "name: |}]}]}\n", "web"),
        (route, "name: web, port: |}]}]}\n", "80"),
        (POD, "  priorityClassName: |\n", "high"),
        (
            "kind: Ingress\napiVersion: networking.k8s.io/v1\n",
            "spec: {ingressClassName: |}\n",
            "nginx",
        ),
        ("kind: PersistentVolumeClaim\napiVersion: v1\n", "spec:\n  storageClassName: |", "fast"),
    ] {
        assert_eq!(labels(&project, "new.yaml", &format!("{head}{rest}")), [want], "{rest}");
    }
}

#[test]
fn of_many_offers_those_that_fit_what_is_typed_are_given() {
    let maps: Vec<String> = (0..300)
        .map(|at| format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: map-{at}}}\n"))
        .collect();
    let project = Project::new(&format!("-- maps.yaml\n{}", maps.join("---\n")));
    let pod = |typed: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n  containers:\n  - name: c\n    \
             envFrom:\n    - configMapRef:\n        name: {typed}|\n"
        )
    };
    let all = |typed: &str| {
        let text = pod(typed);
        let offset = text.find('|').expect("a cursor") as u32;
        let text = text.replacen('|', "", 1);
        complete(&project.analysis, kubesift_checks::ALL, "pod.yaml", &text, offset)
    };
    let nothing_typed = all("");
    assert_eq!((nothing_typed.items.len(), nothing_typed.is_incomplete), (MOST, true));
    // A client puts letters in between, too.
    let typed = all("M299");
    let labels: Vec<&str> = typed.items.iter().map(|item| item.label.as_str()).collect();
    assert_eq!((labels.as_slice(), typed.is_incomplete), (&["map-299"][..], true));
}
