//! What is said of a place, and where there is nothing to say.

use super::*;
use crate::testing::Project;

fn told(project: &Project, path: &str, words: &str, skip: usize) -> String {
    let (file, at) = project.find(path, words);
    hover(&project.analysis, file, at + skip as u32).map(|one| one.markdown).unwrap_or_default()
}

/// What is said but for the findings.
fn facts(project: &Project, path: &str, words: &str, skip: usize) -> String {
    let all = told(project, path, words, skip);
    let parts: Vec<&str> =
        all.split("\n\n---\n\n").filter(|part| !part.starts_with("**")).collect();
    parts.join("\n\n")
}

const SHOP: &str = "\
-- web.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      serviceAccountName: robot
      securityContext:
        runAsUser: 1000
      containers:
      - name: web
        image: nginx:1.25
        securityContext:
          privileged: true
        resources: {limits: {memory: 128Mi, cpu: 250m}}
        ports:
        - name: http
          containerPort: 8080
        envFrom:
        - configMapRef: {name: settings}
        - configMapRef: {name: setings}
      - name: side
        image: registry.example.com:5000/team/side
        securityContext: {runAsUser: 7}
-- service.yaml
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  type: LoadBalancer
  selector: {app: web}
  ports: [{port: 80, targetPort: http}]
-- settings.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: shop}
data: {a: b}
-- robot.yaml
apiVersion: v1
kind: ServiceAccount
metadata: {name: robot, namespace: shop}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: all}
rules: [{apiGroups: [''], resources: [secrets], verbs: [get, list]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: all}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: all}
subjects: [{kind: ServiceAccount, name: robot, namespace: shop}]
";

#[test]
fn a_finding_comes_first_with_its_page() {
    let project = Project::new(&SHOP.replace("LoadBalancer", "ClusterIP"));
    let all = told(&project, "web.yaml", "privileged", 2);
    assert!(all.starts_with("**critical** Container `web` "), "{all}");
    assert!(all.contains("runs privileged · [privileged-container]("), "{all}");
    assert!(all.contains("](https://kubesift.dev/checks/privileged-container)"), "{all}");
    assert!(all.contains("every device"), "{all}");
}

#[test]
fn selectors_say_what_they_select() {
    let project = Project::new(SHOP);
    let found = facts(&project, "service.yaml", "selector", 1);
    assert_eq!(found, "Selects Deployment `shop/web`");
    assert_eq!(facts(&project, "service.yaml", "app: web", 6), found);
    assert_eq!(facts(&project, "web.yaml", "matchLabels", 1), "Selects its own pods");
    let project = Project::new(&SHOP.replace("selector: {app: web}", "selector: {app: wep}"));
    let found = facts(&project, "service.yaml", "selector", 1);
    let want = "Selects nothing of this build; the nearest is Deployment `shop/web` with `app=web`";
    assert_eq!(found, want);
}

#[test]
fn references_say_where_they_lead_and_what_is_missing() {
    let project = Project::new(SHOP);
    let found = facts(&project, "web.yaml", "settings", 1);
    let want = "- Takes its environment from ConfigMap `settings` (settings.yaml:3)\n\
        - Its keys: `a`";
    assert_eq!(found, want);
    let found = facts(&project, "web.yaml", "setings", 1);
    assert!(found.contains("which no file defines; the nearest is `settings`"), "{found}");
}

#[test]
fn ports_say_who_reaches_them() {
    let project = Project::new(SHOP);
    let found = facts(&project, "web.yaml", "8080", 1);
    assert!(found.contains("Reached from outside the cluster"), "{found}");
    assert!(found.contains("open to everyone"), "{found}");
    assert_eq!(facts(&project, "web.yaml", "containerPort", 1), found);
    let found = facts(&project, "service.yaml", "targetPort", 1);
    assert!(found.starts_with("- Sends to port `http` of Deployment `shop/web`"), "{found}");
}

#[test]
fn accounts_say_what_they_may_do_the_worst_first() {
    let project = Project::new(SHOP);
    let found = facts(&project, "robot.yaml", "robot", 1);
    assert!(found.starts_with("- **cluster**: may "), "{found}");
    assert!(found.contains("`get` and `list` on `secrets` in the whole cluster"), "{found}");
    let found = facts(&project, "web.yaml", "robot", 1);
    assert!(found.contains("Runs as ServiceAccount `robot` (robot.yaml:3)"), "{found}");
    assert!(found.contains("**cluster**: may "), "{found}");
}

#[test]
fn security_contexts_say_what_holds_in_the_end() {
    let project = Project::new(SHOP);
    let found = facts(&project, "web.yaml", "runAsUser: 1000", 1);
    let want = "- container `web`: `1000` (from here)\n\
        - container `side`: `7` (its own, web.yaml:26)";
    assert_eq!(found, want);
    let found = facts(&project, "web.yaml", "runAsUser: 7", 1);
    assert_eq!(found, "Takes the place of the pod's `1000` (web.yaml:11)");
    let found = facts(&project, "web.yaml", "securityContext:\n          priv", 1);
    assert_eq!(found, "`runAsUser`: `1000`, from the pod (web.yaml:11)");
}

#[test]
fn quantities_and_images_are_taken_apart() {
    let project = Project::new(SHOP);
    let found = facts(&project, "web.yaml", "128Mi", 1);
    assert_eq!(found, "`128Mi` = 134,217,728 bytes = 134.2 MB");
    assert_eq!(facts(&project, "web.yaml", "250m", 1), "`250m` = 0.25 CPU");
    let found = facts(&project, "web.yaml", "nginx", 1);
    let want = "- registry `docker.io` · repository `library/nginx` · tag `1.25`\n\
        - Pulled `IfNotPresent` by default";
    assert_eq!(found, want);
    let found = facts(&project, "web.yaml", "registry", 1);
    assert!(found.contains("registry `registry.example.com:5000` · repository `team/side`"));
    assert!(found.contains("no tag: `latest`\n- Pulled `Always`"), "{found}");
}

#[test]
fn kinds_say_what_is_known_of_them() {
    let project = Project::new(SHOP);
    let found = facts(&project, "web.yaml", "Deployment", 1);
    assert!(found.contains("its resource is `deployments`"), "{found}");
    assert!(found.contains("has it in `apps/v1`"), "{found}");
}

#[test]
fn where_there_is_nothing_to_say_nothing_is_said() {
    let project = Project::new(&SHOP.replace("data: {a: b}", "data: {a: b} # a comment"));
    for (path, words) in [
        ("settings.yaml", "data: {a"),
        ("settings.yaml", "b}"),
        ("settings.yaml", "comment"),
        ("web.yaml", "\n  template"),
    ] {
        assert_eq!(told(&project, path, words, 0), "", "{path} {words}");
    }
}

const OVERLAYS: &str = "\
-- base/app.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec:
  replicas: 1
  paused: true
  template:
    spec:
      containers:
      - name: app
        image: app:1
        workingDir: /app
-- base/kustomization.yaml
resources: [app.yaml]
-- prod/kustomization.yaml
namePrefix: prod-
resources: [../base]
patches: [{path: patch.yaml}]
images: [{name: app, newTag: '2'}]
-- prod/patch.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec:
  replicas: 3
  paused: null
-- dev/kustomization.yaml
namePrefix: dev-
resources: [../base]
";

#[test]
fn a_line_of_a_base_says_what_every_overlay_makes_of_it() {
    let project = Project::new(OVERLAYS);
    let found = facts(&project, "base/app.yaml", "replicas: 1", 1);
    assert_eq!(found, "- `dev`: `1` (here)\n- `prod`: `3` (prod/patch.yaml:5)");
    assert_eq!(facts(&project, "base/app.yaml", "replicas: 1", 10), found);
    let found = facts(&project, "base/app.yaml", "paused", 1);
    assert_eq!(found, "- `dev`: `true` (here)\n- `prod`: taken out");
    let found = facts(&project, "base/app.yaml", "name: app}", 6);
    let want = "- `dev`: `dev-app` (changed by dev/kustomization.yaml:1)\n\
        - `prod`: `prod-app` (changed by prod/kustomization.yaml:1)";
    assert_eq!(found, want);
    assert_eq!(facts(&project, "base/app.yaml", "/app", 1), "");
}

#[test]
fn what_differs_between_builds_stands_under_their_names() {
    let project = Project::new(OVERLAYS);
    let found = facts(&project, "base/app.yaml", "app:1", 1);
    assert!(found.contains("- `dev`: `app:1` (here)\n- `prod`: `app:2` (changed by "), "{found}");
    assert!(found.contains("In `dev`:\n\n- registry `docker.io`"), "{found}");
    assert!(found.contains("In `prod`:\n\n- registry `docker.io`"), "{found}");
    assert!(found.contains("tag `2`"), "{found}");
}

#[test]
fn a_patch_says_the_same_from_its_side() {
    let project = Project::new(OVERLAYS);
    assert_eq!(facts(&project, "prod/patch.yaml", "replicas", 1), "");
}

#[test]
fn what_a_patch_repeats_and_what_a_secret_keeps_is_not_told() {
    let project = Project::new(
        "\
-- base/token.yaml
apiVersion: v1
kind: Secret
metadata: {name: token}
type: Opaque
stringData: {key: one}
-- base/kustomization.yaml
resources: [token.yaml]
-- prod/kustomization.yaml
resources: [../base]
patches: [{path: patch.yaml}]
-- prod/patch.yaml
apiVersion: v1
kind: Secret
metadata: {name: token}
type: kubernetes.io/basic-auth
stringData: {key: two}
-- dev/kustomization.yaml
resources: [../base]
",
    );
    let found = facts(&project, "base/token.yaml", "Opaque", 1);
    assert!(found.contains("`prod`: `kubernetes.io/basic-auth` (prod/patch.yaml:4)"), "{found}");
    assert_eq!(facts(&project, "base/token.yaml", "key: one", 1), "");
    assert_eq!(facts(&project, "base/token.yaml", "token", 1), "");
    assert!(!facts(&project, "base/token.yaml", "apiVersion", 1).contains("prod"));
}
