//! `kubesift render` and `kubesift where` as a user runs them: bytes, places, exit codes.

use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Runs the program in `testdata/overlays`.
fn run(args: &[&str]) -> Output {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/overlays");
    let mut command = Command::new(env!("CARGO_BIN_EXE_kubesift"));
    command.args(args).current_dir(folder).stdin(Stdio::null());
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

/// The file holds what kustomize prints.
const PROD: &str = include_str!("../testdata/overlays/prod.built.yaml");

#[test]
fn a_build_is_printed_as_kustomize_prints_it() {
    for path in ["prod", "./prod/", "prod/kustomization.yaml"] {
        let output = run(&["render", path]);
        assert_eq!(out(&output), PROD, "{path}");
        assert_eq!(err(&output), "", "{path}");
        assert_eq!(output.status.code(), Some(0), "{path}");
    }
}

#[test]
fn origins_are_comments_and_change_nothing() {
    let output = run(&["render", "prod", "--origins"]);
    let text = out(&output);
    let line = |start: &str| {
        let found = text.lines().find(|line| line.trim_start().starts_with(start));
        found.unwrap_or_else(|| panic!("no line {start} in {text}")).to_owned()
    };
    assert!(line("replicas: 5 ").ends_with("# prod/scale.yaml:6 (was base/web.yaml:6)"));
    assert!(line("privileged: true ").ends_with("# base/web.yaml:22"));
    assert!(line("LOG_LEVEL: info ").contains("# base/kustomization.yaml:6"));
    let image = line("image: registry.example.com/web:1.4.2 ");
    assert!(image.contains("prod/kustomization.yaml:7"), "{image}");
    let bare: String = text
        .lines()
        .map(|line| line.split("  #").next().unwrap_or_default().trim_end().to_owned() + "\n")
        .collect();
    assert_eq!(bare, PROD);
}

#[test]
fn json_is_one_list() {
    let output = run(&["render", "prod", "--format", "json"]);
    let list: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(list["kind"], "List");
    let kinds: Vec<_> =
        list["items"].as_array().expect("items").iter().map(|i| &i["kind"]).collect();
    assert_eq!(kinds, ["ConfigMap", "Secret", "Service", "Deployment"]);
    assert_eq!(list["items"][3]["spec"]["replicas"], 5);
    let output = run(&["render", "prod", "--format", "json", "--origins"]);
    assert_eq!(output.status.code(), Some(2), "{}", err(&output));
}

#[test]
fn what_fails_is_said_at_its_line_and_nothing_is_printed() {
    let output = run(&["render", "broken"]);
    let said = err(&output);
    assert_eq!(out(&output), "");
    assert_eq!(output.status.code(), Some(3));
    for place in ["broken/kustomization.yaml:3:3: ", "broken/kustomization.yaml:4:1: "] {
        assert!(said.contains(&format!("error: {place}")), "{said}");
    }
    assert!(said.contains("[missing]") && said.contains("`patchez`"), "{said}");
    let output = run(&["render", "nowhere"]);
    assert_eq!((output.status.code(), out(&output)), (Some(2), String::new()));
    let output = run(&["render", "."]);
    assert_eq!(output.status.code(), Some(3));
    assert!(err(&output).contains("no kustomization.yaml"), "{}", err(&output));
}

#[test]
fn a_field_is_told_with_its_way() {
    let output = run(&["where", "prod", "deploy/web", "spec.replicas"]);
    assert_eq!(
        out(&output),
        "spec.replicas of Deployment/shop/prod-web: 5\n\n    \
         set  prod/scale.yaml:6  replicas: 5\n    was  base/web.yaml:6    replicas: 1\n"
    );
    assert_eq!(output.status.code(), Some(0));
    let output =
        run(&["where", "prod", "Deployment/prod-web", "spec.template.spec.containers[name=web]"]);
    let text = out(&output);
    let line = "base/web.yaml:22                privileged: true";
    assert!(
        text.lines().any(|shown| shown.split_whitespace().eq(line.split_whitespace())),
        "{text}"
    );
    let output = run(&["where", "prod", "deploy/web", "metadata.name", "--format", "json"]);
    let view: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let parts = view["values"][0]["parts"].as_array().expect("parts");
    let shown: Vec<_> = parts
        .iter()
        .map(|part| (part["text"].as_str(), part["sources"][0]["path"].as_str()))
        .collect();
    let wanted =
        [(Some("prod-"), Some("prod/kustomization.yaml")), (Some("web"), Some("base/web.yaml"))];
    assert_eq!(shown, wanted);
}

#[test]
fn secrets_are_placed_and_not_shown() {
    let output = run(&["where", "prod", "secret/token", "data"]);
    let text = out(&output);
    assert!(text.contains("prod/kustomization.yaml:13"), "{text}");
    assert!(!text.contains("bm90") && !text.contains("not-so-secret"), "{text}");
}

#[test]
fn names_that_are_near_are_offered() {
    let output = run(&["where", "prod", "deploy/wev", "spec"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("did you mean `Deployment/shop/prod-web`?"), "{}", err(&output));
    let output = run(&["where", "prod", "deploy/web", "spec.replica"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("did you mean `replicas`?"), "{}", err(&output));
}
