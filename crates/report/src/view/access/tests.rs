//! Rights as they are shown: golden text, JSON that can be read back, names that mean harm.

use std::sync::Arc;

use kubesift_engine::model::{Build, Graph, Resource, Workloads};
use kubesift_engine::source::{FileId, SourceFile};
use kubesift_engine::yaml;

use super::*;

/// Calls `look` with the graph of a file `shop.yaml`.
fn with_graph<T>(text: &str, look: impl FnOnce(Graph<'_>) -> T) -> T {
    let file = Arc::new(SourceFile::new(FileId(0), "shop.yaml", text));
    let tree = Arc::new(yaml::parse(file));
    let resources = Resource::documents(&tree, &Workloads::default());
    let build = Build::of(".", &resources);
    look(Graph::new(&build, &resources))
}

fn shown(text: &str, subjects: &[&str], json: bool) -> String {
    with_graph(text, |graph| {
        let wanted: Vec<Wanted> =
            subjects.iter().map(|text| Wanted::parse(text).expect("a subject")).collect();
        let view = AccessView::new(&[graph], &wanted, "0.0.0").expect("the subjects");
        let mut out = Vec::new();
        let options = Options { unicode: true, ..Options::default() };
        match json {
            true => view.write_json(&mut out),
            false => view.write_txt(&options, &mut out),
        }
        .expect("a write");
        String::from_utf8(out).expect("text")
    })
}

const SHOP: &str = "\
apiVersion: v1
kind: ServiceAccount
metadata: {name: web, namespace: shop, annotations: {iam.gke.io/gcp-service-account: web@x.iam}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {template: {spec: {serviceAccountName: web, containers: [{name: app}]}}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: whole}
aggregationRule: {clusterRoleSelectors: [{matchLabels: {for: whole}}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: part, labels: {for: whole}}
rules:
  - {apiGroups: [apps], resources: [deployments, deployments/scale], verbs: [get]}
  - {apiGroups: ['', batch], resources: [pods/exec], verbs: [create]}
  - {apiGroups: ['*'], resources: ['*'], verbs: [get], resourceNames: [own]}
  - {nonResourceURLs: [/metrics], verbs: [get]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: everybody}
roleRef: {kind: ClusterRole, name: whole}
subjects:
  - {kind: Group, name: 'system:serviceaccounts:shop'}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: team, namespace: shop}
roleRef: {kind: ClusterRole, name: view}
subjects:
  - {kind: Group, name: team}
  - {kind: Group, name: 'system:masters'}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: far, namespace: shop}
roleRef: {kind: Role, name: elsewhere}
subjects:
  - {kind: User, name: ann}
";

#[test]
fn an_account() {
    let expected = "\
ServiceAccount shop/web (shop.yaml:3)
  runs Deployment shop/web (shop.yaml:7)
  is Google service account web@x.iam outside of the cluster (shop.yaml:3)
  ! may run commands in any pod (pods-exec; leads to: cluster)
      ClusterRoleBinding everybody (shop.yaml:26) → ClusterRole whole (shop.yaml:12) → \
ClusterRole part (shop.yaml:17) → create on pods/exec (shop.yaml:20)
  ClusterRole whole (shop.yaml:12)
    in every namespace through Group `system:serviceaccounts:shop` by ClusterRoleBinding \
everybody (shop.yaml:26)
        get on deployments.apps, deployments.apps/scale from ClusterRole part (shop.yaml:17) \
(shop.yaml:19)
      ! create on pods/exec of core, batch from ClusterRole part (shop.yaml:17) (shop.yaml:20)
        get on every resource of every group, only own from ClusterRole part \
(shop.yaml:17) (shop.yaml:21)
        get on /metrics from ClusterRole part (shop.yaml:17) (shop.yaml:22)
";
    assert_eq!(shown(SHOP, &["sa/shop/web"], false), expected);
    assert_eq!(shown(SHOP, &["deploy/web", "sa/web"], false), expected);
}

#[test]
fn users_and_groups() {
    let found = shown(SHOP, &["user/ann", "group/system:masters"], false);
    let head = "\
User ann
  Role shop/elsewhere, which is not in view: its rights are not known
    in namespace shop by RoleBinding shop/far (shop.yaml:41)

Group system:masters
  ! may do everything: the API server asks no role of this group
  ClusterRole view, built in
    in namespace shop by RoleBinding shop/team (shop.yaml:33)
        get, list, watch on bindings, configmaps";
    // The name of a role that is not in view comes without its namespace.
    assert_eq!(
        found.replace("Role elsewhere", "Role shop/elsewhere").get(..head.len()),
        Some(head)
    );
}

#[test]
fn everybody_is_listed_and_json_can_be_read_back() {
    let text = shown(SHOP, &[], false);
    let heads: Vec<&str> = text
        .lines()
        .filter(|line| !line.starts_with(' ') && !line.is_empty())
        .map(|line| line.split(" (").next().unwrap_or_default())
        .collect();
    let expected = [
        "ServiceAccount shop/web",
        "User ann",
        "Group system:masters",
        "Group system:serviceaccounts:shop",
        "Group team",
    ];
    assert_eq!(heads, expected);
    let json: serde_json::Value = serde_json::from_str(&shown(SHOP, &[], true)).expect("JSON");
    let web = &json["builds"][0]["subjects"][0];
    assert_eq!(web["workloads"][0]["token"], "yes");
    assert_eq!(web["ways_up"][0]["name"], "pods-exec");
    assert_eq!(web["ways_up"][0]["steps"][0]["from"]["name"], "part");
    assert_eq!(web["roles"][0]["given_by"][0]["cluster"], true);
    assert_eq!(web["roles"][0]["rules"][1]["ways_up"][0], "pods-exec");
    assert_eq!(web["roles"][0]["rules"][1]["place"]["line"], 20);
    let ann = &json["builds"][0]["subjects"][1];
    assert_eq!(ann["roles"][0]["state"], "not-in-view");
    assert_eq!(shown(SHOP, &[], true), shown(SHOP, &[], true));
}

#[test]
fn many_namespaces_are_one_way() {
    let mut text = String::new();
    for at in 0..12 {
        text += &format!(
            "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\n\
             metadata: {{name: team, namespace: n{at:02}}}\n\
             roleRef: {{kind: ClusterRole, name: r}}\nsubjects: [{{kind: Group, name: team}}]\n"
        );
    }
    text += "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r}\n\
             rules: [{apiGroups: [''], resources: [secrets], verbs: [get]}]\n";
    let found = shown(&text, &["group/team"], false);
    let way =
        "! may read every Secret of namespaces n00, n01, n02, n03, n04 and 7 more (secrets-read";
    assert_eq!(found.matches("! may").count(), 1, "{found}");
    assert!(found.contains(way), "{found}");
    assert!(found.contains("    and by 2 more bindings\n"), "{found}");
}

#[test]
fn names_cannot_act_on_the_terminal() {
    let text = SHOP.replace("{name: team, namespace", "{name: \"t\\e[31m\\n\", namespace");
    let found = shown(&text, &["group/team"], false);
    assert!(found.contains("RoleBinding shop/t␛[31m "), "{found}");
    assert!(!found.contains('\u{1b}'));
}

#[test]
fn nothing_says_so() {
    assert_eq!(shown("", &[], false), "No workload, account or binding is in the input.\n");
    let json: serde_json::Value = serde_json::from_str(&shown("", &[], true)).expect("JSON");
    assert_eq!(json["builds"][0]["subjects"], serde_json::json!([]));
}

#[test]
fn a_subject_that_is_nowhere_has_a_near_name() {
    with_graph(SHOP, |graph| {
        let graphs = [graph];
        let error = |text: &str| {
            let wanted = [Wanted::parse(text).expect("a subject")];
            AccessView::new(&graphs, &wanted, "0").expect_err("nowhere").0
        };
        assert!(error("sa/shop/wbe").contains("did you mean `sa/shop/web`?"));
        assert!(error("sa/wbe").contains("did you mean `sa/web`?"));
        assert!(error("group/teams").contains("did you mean `group/team`?"));
        assert!(error("deploy/webb").contains("did you mean `deploy/web`?"));
        assert!(error("user/somebody-else").contains("there is `user/ann`, for one"));
    });
}
