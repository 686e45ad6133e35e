//! `kubesift access` as a user runs it: subjects, formats, exit codes.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder of its own for a test; gone when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn with(name: &str, text: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let folder = format!(
            "kubesift-access-{}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        let path = std::env::temp_dir().join(folder);
        fs::create_dir_all(&path).expect("a folder");
        fs::write(path.join(name), text).expect("a file");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn run(folder: &Folder, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kubesift"));
    command.arg("access").args(args).current_dir(&folder.0).stdin(Stdio::null());
    for (name, _) in std::env::vars() {
        if name.starts_with("KUBESIFT_") || name.ends_with("COLOR") {
            command.env_remove(name);
        }
    }
    command.env("LANG", "C.UTF-8").output().expect("the program")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

const SHOP: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {serviceAccountName: web, containers: [{name: app, image: app}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: shop}
rules:
  - apiGroups: ['']
    resources: [secrets]
    verbs: [get]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reader, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: ServiceAccount, name: web}]
";

#[test]
fn rights_come_with_the_path_to_each() {
    let folder = Folder::with("shop.yaml", SHOP);
    let output = run(&folder, &[]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let text = out(&output).replace("->", "→");
    let expected = "\
ServiceAccount shop/web
  runs Pod shop/web, perhaps without a token (shop.yaml:3)
  ! may read every Secret of namespace shop (secrets-read; leads to: namespace)
      RoleBinding shop/reader (shop.yaml:16) → Role shop/reader (shop.yaml:8) → get on secrets \
(shop.yaml:11)
  Role shop/reader (shop.yaml:8)
    in namespace shop by RoleBinding shop/reader (shop.yaml:16)
      ! get on secrets (shop.yaml:10)
";
    assert_eq!(text, expected);
    let one = run(&folder, &["--subject", "po/shop/web"]);
    assert_eq!(out(&one), out(&output));
}

#[test]
fn json_is_an_object() {
    let folder = Folder::with("shop.yaml", SHOP);
    let output = run(&folder, &[".", "--subject", "sa/web", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(json["schema_version"], 1);
    let subject = &json["builds"][0]["subjects"][0];
    assert_eq!(subject["name"], "web");
    assert_eq!(subject["ways_up"][0]["namespaces"], serde_json::json!(["shop"]));
}

#[test]
fn a_wrong_subject_is_a_usage_error() {
    let folder = Folder::with("shop.yaml", SHOP);
    for (subject, words) in [
        ("web", "a subject is one of sa/NAMESPACE/NAME"),
        ("sa/shop/wbe", "did you mean `sa/shop/web`?"),
    ] {
        let output = run(&folder, &["--subject", subject]);
        assert_eq!(output.status.code(), Some(2), "{subject}");
        assert!(err(&output).contains(words), "{}", err(&output));
        assert_eq!(out(&output), "");
    }
}

#[test]
fn what_cannot_be_read_is_said_and_the_rest_shown() {
    let folder = Folder::with("shop.yaml", SHOP);
    fs::write(folder.0.join("broken.yaml"), "apiVersion: v1\nkind: Pod\nmetadata: {name: [\n")
        .expect("a file");
    let output = run(&folder, &[]);
    assert_eq!(output.status.code(), Some(3));
    assert!(err(&output).contains("broken.yaml"), "{}", err(&output));
    assert!(out(&output).contains("read every Secret"));
}
