//! What is said of relations when a part of the input is broken, of another kind, or answered for by
//! its owner: patterns on which other tools report wrongly.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;

/// A folder of its own for a test; gone when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn with(files: &[(&str, &str)]) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("kubesift-relations-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).expect("a folder");
        for (name, text) in files {
            fs::write(path.join(name), text).expect("a file");
        }
        Self(path)
    }

    /// The report of `check` with more arguments.
    fn report(&self, args: &[&str]) -> Value {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kubesift"));
        command.args(["check", "--format", "json", "--fail-on", "never"]).args(args);
        command.current_dir(&self.0).stdin(Stdio::null());
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("KUBESIFT_")) {
            command.env_remove(name);
        }
        let Output { stdout, .. } = command.output().expect("the program");
        serde_json::from_slice(&stdout).expect("a report")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The texts of a field of all findings or errors.
fn texts<'r>(report: &'r Value, list: &str, field: &str) -> Vec<&'r str> {
    let items = report[list].as_array().expect("a list");
    items.iter().map(|item| item[field].as_str().expect("a text")).collect()
}

const OTHER: &str = "apiVersion: apps/v1
kind: Deployment
metadata: {name: other}
spec:
  selector: {matchLabels: {app: other}}
  template:
    metadata: {labels: {app: other}}
    spec: {containers: [{name: app, image: app}]}
";

const SERVICE: &str = "apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
";

/// What says that a selector selects nothing.
const DANGLING: [&str; 3] = [
    "network-policy-selects-nothing",
    "pdb-selector-matches-nothing",
    "service-selector-matches-nothing",
];

#[track_caller]
fn dangling(web: &str, expected: &[&str], errors: &[&str]) {
    let files = [("other.yaml", OTHER), ("web.yaml", web), ("service.yaml", SERVICE)];
    let report = Folder::with(&files).report(&[]);
    let mut found = texts(&report, "findings", "check");
    found.retain(|name| DANGLING.contains(name));
    found.sort_unstable();
    assert_eq!(found, expected, "{web}");
    assert_eq!(texts(&report, "errors", "kind"), errors, "{web}");
}

#[test]
fn a_workload_that_cannot_be_read_may_be_the_one_that_is_selected() {
    let web = OTHER.replace("other", "web");
    dangling(&web, &[], &[]);
    dangling(&web.replace("app: web}}\n    spec", "app: wbe}}\n    spec"), &DANGLING, &[]);
    // The cause is an error, and its consequences are held back.
    dangling(&web.replace("app: web}}\n    spec", "app: web}\n    spec"), &[], &["yaml-syntax"]);
    // The document is read, its labels cannot be.
    dangling(&web.replace("labels: {app: web}", "labels: [app, web]"), &[], &[]);
    dangling(&web.replace("labels: {app: web}", "labels: {app: [web]}"), &[], &[]);
    let (head, _) = web.split_once("  template").expect("a template");
    dangling(&format!("{head}  template: [web]\n"), &[], &[]);
    dangling(&format!("{head}  template: ${{TEMPLATE}}\n"), &[], &[]);
    dangling(
        &web.replace("spec: {containers", "spec: [{containers").replace("}]}\n", "}]}]\n"),
        &[],
        &[],
    );
}

/// Objects that have no pods, among them some that speak of what pods have.
const WITHOUT_PODS: &str = "apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: shop}
data: {containers: none}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web, namespace: shop}
spec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: webs.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Web, plural: webs}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties:
                template: {type: object, properties: {spec: {type: object}}}
                containers: {type: array, items: {type: object}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: reader}
rules:
  - {apiGroups: [rbac.authorization.k8s.io], resources: [roles, rolebindings], verbs: [get, list, watch]}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast}
provisioner: example.com/disks
";

#[test]
fn objects_without_pods_get_no_finding_about_pods() {
    let report = Folder::with(&[("all.yaml", WITHOUT_PODS)]).report(&["--profile", "all"]);
    let about_pods = ["pod-security", "images", "resources"];
    let families = texts(&report, "findings", "family");
    assert!(!families.iter().any(|family| about_pods.contains(family)), "{families:?}");
    // With a pod beside them the same run has much to say.
    let files = [("all.yaml", WITHOUT_PODS), ("other.yaml", OTHER)];
    let report = Folder::with(&files).report(&["--profile", "all"]);
    let families = texts(&report, "findings", "family");
    assert!(about_pods.iter().all(|family| families.contains(family)), "{families:?}");
}

#[test]
fn a_role_may_hold_what_its_job_needs() {
    let role = |name: &str, annotations: &str| {
        format!(
            "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\n\
             metadata: {{name: {name}{annotations}}}\nrules:\n  \
             - {{apiGroups: [rbac.authorization.k8s.io], resources: [roles], verbs: [escalate]}}\n"
        )
    };
    let reason =
        ", annotations: {kubesift.dev/ignore.role-escalate: it makes the roles of tenants}";
    let text = role("operator", reason) + &role("reader", "");
    let report = Folder::with(&[("roles.yaml", &text)]).report(&["--select", "role-escalate"]);
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(1), "{report}");
    assert_eq!(report["findings"][0]["resource"]["name"], "reader");
    assert_eq!(report["summary"]["suppressed"], 1);
}

#[test]
fn the_binding_that_is_named_stands_beside_its_role() {
    let binding = |name: &str| {
        format!(
            "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\n\
             metadata: {{name: {name}}}\nroleRef: {{apiGroup: rbac.authorization.k8s.io, \
             kind: ClusterRole, name: operator}}\nsubjects: [{{kind: Group, \
             apiGroup: rbac.authorization.k8s.io, name: team}}]\n"
        )
    };
    let role = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\n\
                metadata: {name: operator}\nrules:\n  \
                - {apiGroups: [rbac.authorization.k8s.io], resources: [roles], verbs: [escalate]}\n";
    let (other, own) = (binding("other"), role.to_owned() + &binding("own"));
    let named = |files: &[(&str, &str)]| {
        let report = Folder::with(files).report(&["--select", "role-escalate"]);
        report["findings"][0]["related"][0]["message"].as_str().expect("a note").to_owned()
    };
    let beside = named(&[("a.yaml", &other), ("b.yaml", &own)]);
    assert_eq!(beside, "ClusterRoleBinding `own` gives it to Group `team`");
    let alone = named(&[("a.yaml", &other), ("b.yaml", role)]);
    assert_eq!(alone, "ClusterRoleBinding `other` gives it to Group `team`");
}
