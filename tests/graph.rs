//! `kubesift graph` and `kubesift why` as a user runs them: formats, places to write to, names,
//! exit codes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder of its own for a test; gone when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let path =
            std::env::temp_dir().join(format!("kubesift-graph-{}-{next}", std::process::id()));
        fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    fn with(self, name: &str, text: &str) -> Self {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
        self
    }

    fn run(&self, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kubesift"));
        command.args(args).current_dir(&self.0).stdin(Stdio::null());
        for (name, _) in std::env::vars() {
            let ours = name.starts_with("KUBESIFT_");
            if ours || ["NO_COLOR", "CLICOLOR_FORCE", "FORCE_COLOR"].contains(&name.as_str()) {
                command.env_remove(name);
            }
        }
        command.output().expect("the program")
    }

    fn read(&self, name: impl AsRef<Path>) -> String {
        fs::read_to_string(self.0.join(name)).expect("a file")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

const WEB: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: app
          image: registry.example/web:1.2
          ports: [{containerPort: 8080}]
          envFrom:
            - secretRef: {name: web-keys}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  type: LoadBalancer
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: v1
kind: Secret
metadata: {name: web-keys, namespace: shop}
stringData: {password: never-to-be-shown}
";

#[test]
fn a_page_is_written_to_a_file() {
    let folder = Folder::new().with("web.yaml", WEB);
    let output = folder.run(&["graph", ".", "--output", "graph.html"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(out(&output).is_empty());
    let page = folder.read("graph.html");
    assert!(page.starts_with("<!doctype html>") && page.contains("apps/Deployment/shop/web"));
    assert!(!page.contains("never-to-be-shown"));
}

#[test]
fn the_ending_chooses_the_format() {
    let folder = Folder::new().with("web.yaml", WEB);
    for (file, start) in
        [("g.dot", "digraph"), ("g.mmd", "flowchart LR"), ("g.json", "{"), ("g", "<!doctype html>")]
    {
        let output = folder.run(&["graph", ".", "--output", file]);
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        assert!(folder.read(file).starts_with(start), "{file}");
    }
    let output = folder.run(&["graph", ".", "--format", "dot", "--output", "g.html"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(folder.read("g.html").starts_with("digraph"), "what is said wins over the ending");
    assert!(out(&folder.run(&["graph"])).starts_with("flowchart LR"));
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let folder = Folder::new().with("a/web.yaml", WEB).with("b/web.yaml", WEB);
    for format in ["html", "json", "dot", "mermaid"] {
        let run = |jobs| out(&folder.run(&["graph", "--format", format, "--jobs", jobs]));
        assert_eq!(run("1"), run("4"), "{format}");
    }
}

#[test]
fn one_build_of_several() {
    let folder = Folder::new().with("a/web.yaml", WEB).with("b/web.yaml", WEB);
    let all = out(&folder.run(&["graph", "--format", "json"]));
    let all: serde_json::Value = serde_json::from_str(&all).expect("JSON");
    assert_eq!(all["builds"].as_array().map(Vec::len), Some(2));
    let one = out(&folder.run(&["graph", "--format", "json", "--build", "b"]));
    let one: serde_json::Value = serde_json::from_str(&one).expect("JSON");
    assert_eq!(one["builds"].as_array().map(Vec::len), Some(1));
    assert_eq!(one["builds"][0]["name"], "b");

    let output = folder.run(&["graph", "--build", "bb"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("there is no build `bb`"), "{}", err(&output));
}

#[test]
fn formats_that_are_none() {
    let folder = Folder::new().with("web.yaml", WEB);
    let output = folder.run(&["graph", "--format", "svg"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("`svg` is no format; it is one of html, json, dot, mermaid"));
}

#[test]
fn what_cannot_be_read_is_said_and_the_rest_is_drawn() {
    let folder = Folder::new()
        .with("web.yaml", WEB)
        .with("broken.yaml", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: [x\nspec: }\n");
    let output = folder.run(&["graph", "--format", "mermaid"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(err(&output).contains("broken.yaml:"), "{}", err(&output));
    assert!(out(&output).contains("Deployment<br/>web"));
}

#[test]
fn a_resource_by_each_of_its_names() {
    let folder = Folder::new().with("web.yaml", WEB);
    let first = out(&folder.run(&["why", ".", "deploy/web"]));
    assert!(first.starts_with("Deployment shop/web  apps/v1\nweb.yaml:1-16\n"), "{first}");
    for name in ["Deployment/shop/web", "deployments/web", "deployment.apps/shop/web"] {
        assert_eq!(out(&folder.run(&["why", ".", name])), first, "{name}");
    }
    assert_eq!(out(&folder.run(&["why", "deploy/web"])), first, "the current folder");
    for words in [
        "Ways in from outside",
        "Service web → container app:8080: open to everyone",
        "web.yaml:28",
        "Account and rights",
        "Secret `web-keys`",
        "Findings",
    ] {
        assert!(first.contains(words), "{words} in {first}");
    }
    assert!(!first.contains('\u{1b}'), "no colour but on a terminal");
    assert!(out(&folder.run(&["why", ".", "svc/web", "--color", "always"])).contains('\u{1b}'));
}

#[test]
fn why_for_programs() {
    let folder = Folder::new().with("web.yaml", WEB);
    let text = out(&folder.run(&["why", ".", "secret/web-keys", "--format", "json"]));
    assert!(!text.contains("never-to-be-shown"));
    let why: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(why["schema_version"], 1);
    assert_eq!(why["resource"]["kind"], "Secret");
    let sections = why["sections"].as_array().expect("sections");
    let used = sections.iter().find(|section| section["id"] == "used-by").expect("its users");
    let line = &used["lines"][0];
    assert_eq!(line["words"], "Deployment `shop/web` takes its environment from it");
    assert_eq!((&line["path"], &line["line"]), (&"web.yaml".into(), &16.into()));
}

#[test]
fn names_that_mean_none_or_several() {
    let folder = Folder::new().with("a/web.yaml", WEB).with("b/web.yaml", WEB);
    let output = folder.run(&["why", ".", "deploy/wbe"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("did you mean `Deployment/shop/web`?"), "{}", err(&output));

    let output = folder.run(&["why", ".", "deploy/web"]);
    assert_eq!(output.status.code(), Some(2));
    let said = err(&output);
    assert!(said.contains("a/web.yaml:1, build `a`") && said.contains("b/web.yaml:1"), "{said}");
    let output = folder.run(&["why", ".", "deploy/web", "--build", "a"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));

    let output = folder.run(&["why", ".", "web"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("write KIND/NAME"), "{}", err(&output));
    let output = folder.run(&["why", "a/web.yaml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("`a/web.yaml` is a path"), "{}", err(&output));
}

#[test]
fn explain_sends_a_resource_to_why() {
    let output = Folder::new().run(&["explain", "deploy/web"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("`kubesift why PATH deploy/web`"), "{}", err(&output));
}
