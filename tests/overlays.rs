//! Kustomizations as a user checks them: where findings land, what is said once, what excuses what,
//! and what becomes of overlays that cannot be built.

mod folder;

use std::fs;
use std::process::Output;

use folder::Folder;
use serde_json::Value;

impl Folder {
    fn run(&self, args: &[&str]) -> Output {
        self.command(".", args).output().expect("the program")
    }

    fn report(&self, args: &[&str]) -> Value {
        let line = [&["check", "--format", "json", "--fail-on", "never"], args].concat();
        serde_json::from_slice(&self.run(&line).stdout).expect("a report")
    }

    /// `path:line` of the findings of one check.
    fn places(&self, check: &str) -> Vec<String> {
        places(&self.report(&["--select", check]))
    }
}

fn items<'r>(report: &'r Value, list: &str) -> impl Iterator<Item = &'r Value> {
    report[list].as_array().expect("a list").iter()
}

fn place(at: &Value) -> String {
    format!("{}:{}", at["path"].as_str().expect("a path"), at["start"]["line"])
}

fn is_open(finding: &Value) -> bool {
    finding["suppressed"].is_null()
}

fn places(report: &Value) -> Vec<String> {
    items(report, "findings")
        .filter(|finding| is_open(finding))
        .map(|one| place(&one["location"]))
        .collect()
}

const BASE: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: app
          image: example.com/app:1.2
          securityContext:
            privileged: true
";

const PATCH: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
        - name: app
          securityContext:
            privileged: PRIVILEGED
";

fn shop() -> Folder {
    Folder::with(&[
        ("base/kustomization.yaml", "resources: [web.yaml]\n"),
        ("base/web.yaml", BASE),
        ("overlays/dev/kustomization.yaml", "namePrefix: dev-\nresources: [../../base]\n"),
        (
            "overlays/prod/kustomization.yaml",
            "namePrefix: prod-\nresources:\n  - ../../base\npatches:\n  - path: patch.yaml\n",
        ),
        ("overlays/prod/patch.yaml", &PATCH.replace("PRIVILEGED", "false")),
    ])
}

#[test]
fn a_finding_of_two_overlays_is_one_at_the_base_and_names_both() {
    let folder = shop();
    fs::remove_file(folder.0.join("overlays/prod/patch.yaml")).expect("removed");
    folder.put("overlays/prod/kustomization.yaml", "namePrefix: prod-\nresources: [../../base]\n");
    let report = folder.report(&["--select", "privileged-container"]);
    assert_eq!(places(&report), ["base/web.yaml:18"]);
    let finding = items(&report, "findings").next().expect("a finding");
    assert_eq!(finding["builds"], serde_json::json!(["overlays/dev", "overlays/prod"]));
    assert_eq!(finding["message"], "container `app` runs privileged");
    assert_eq!(finding["resource"]["name"], "web", "{finding}");
}

#[test]
fn what_one_overlay_mends_is_said_of_the_other_only() {
    let report = shop().report(&["--select", "privileged-container"]);
    assert_eq!(places(&report), ["base/web.yaml:18"]);
    let finding = items(&report, "findings").next().expect("a finding");
    assert_eq!(finding["builds"], serde_json::json!(["overlays/dev"]));
}

#[test]
fn a_finding_that_a_patch_causes_is_at_the_patch_and_names_the_base() {
    let folder = shop();
    folder.put("base/web.yaml", &BASE.replace("privileged: true", "privileged: false"));
    folder.put("overlays/prod/patch.yaml", &PATCH.replace("PRIVILEGED", "true"));
    let report = folder.report(&["--select", "privileged-container"]);
    assert_eq!(places(&report), ["overlays/prod/patch.yaml:11"]);
    let finding = items(&report, "findings").next().expect("a finding");
    let related: Vec<String> =
        items(finding, "related").map(|note| place(&note["location"])).collect();
    assert_eq!(related, ["base/web.yaml:18"]);
}

#[test]
fn the_base_alone_and_the_patch_alone_are_not_judged() {
    let folder = shop();
    folder.put("overlays/dev/kustomization.yaml", &folder.read("overlays/prod/kustomization.yaml"));
    folder.put("overlays/dev/patch.yaml", &PATCH.replace("PRIVILEGED", "false"));
    assert!(folder.places("privileged-container").is_empty());
    // Neither container of the patches has an image.
    assert!(folder.places("image-tag-missing-or-latest").is_empty());
}

#[test]
fn comments_in_base_patch_and_overlay_excuse_what_comes_from_there() {
    let excuse = "# kubesift: ignore[privileged-container] known";
    let base = |folder: &Folder| {
        folder.put(
            "base/web.yaml",
            &BASE.replace("privileged: true", &format!("privileged: true {excuse}")),
        );
    };
    let folder = shop();
    base(&folder);
    assert!(folder.places("privileged-container").is_empty());

    let folder = shop();
    folder.put("overlays/prod/patch.yaml", &PATCH.replace("PRIVILEGED", &format!("true {excuse}")));
    assert_eq!(folder.places("privileged-container"), ["base/web.yaml:18"]);

    // In one overlay: the other one is still told.
    let folder = shop();
    folder.put("overlays/prod/patch.yaml", &PATCH.replace("PRIVILEGED", "true"));
    let overlay = format!("namePrefix: dev-\nresources:\n  - ../../base {excuse}\n");
    folder.put("overlays/dev/kustomization.yaml", &overlay);
    assert_eq!(folder.places("privileged-container"), ["overlays/prod/patch.yaml:11"]);

    // What a patch puts in the place of an excused value is excused with it.
    base(&folder);
    assert!(folder.places("privileged-container").is_empty());
}

#[test]
fn a_comment_that_excuses_nothing_is_told_of_in_files_of_builds_too() {
    let folder = shop();
    let comment = "image: example.com/app:1.2 # kubesift: ignore[host-pid] why not";
    folder.put("base/web.yaml", &BASE.replace("image: example.com/app:1.2", comment));
    let report = folder.report(&["--select", "host-pid,unused-suppression"]);
    assert_eq!(places(&report), ["base/web.yaml:16"]);
}

#[test]
fn annotations_count_as_used_when_one_build_needs_them() {
    let annotated = BASE.replace(
        "  name: web\nspec",
        "  name: web\n  annotations:\n    kubesift.dev/ignore.privileged-container: known\nspec",
    );
    let folder = shop();
    folder.put("base/web.yaml", &annotated);
    let report = folder.report(&["--select", "privileged-container,unused-suppression"]);
    assert!(places(&report).is_empty(), "{report:#}");
}

#[test]
fn ignored_paths_of_an_overlay_excuse_that_overlay() {
    let folder = shop();
    let config = "ignore:\n  - checks: [privileged-container]\n    paths: [overlays/dev/**]\n    reason: a toy\n";
    folder.put(".kubesift.yaml", config);
    assert!(folder.places("privileged-container").is_empty());
    folder.put("overlays/prod/patch.yaml", &PATCH.replace("PRIVILEGED", "true"));
    assert_eq!(folder.places("privileged-container"), ["overlays/prod/patch.yaml:11"]);
}

#[test]
fn fixes_change_the_files_that_hold_the_values() {
    let folder = shop();
    folder.put("overlays/prod/patch.yaml", &PATCH.replace("PRIVILEGED", "true"));
    let line = ["fix", "--unsafe", "--select", "privileged-container,seccomp-profile-unset"];
    let done = folder.run(&line);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert!(
        folder.read("base/web.yaml").contains("privileged: false"),
        "{}",
        folder.read("base/web.yaml")
    );
    assert!(folder.read("base/web.yaml").contains("seccompProfile"));
    assert!(folder.read("overlays/prod/patch.yaml").contains("privileged: false"));
    assert!(folder.places("privileged-container").is_empty());
    assert!(folder.places("seccomp-profile-unset").is_empty());
}

#[test]
fn what_cannot_be_built_is_an_error_at_its_line_and_the_rest_is_checked() {
    let folder = shop();
    folder.put("overlays/bad/kustomization.yaml", "resources:\n  - ../../base\nnamePrefx: x-\n");
    let report = folder.report(&["--select", "privileged-container"]);
    let errors: Vec<String> =
        items(&report, "errors").map(|error| place(&error["location"])).collect();
    assert_eq!(errors, ["overlays/bad/kustomization.yaml:3"]);
    assert_eq!(places(&report), ["base/web.yaml:18"]);
}

#[test]
fn kustomizations_in_a_circle_end() {
    let folder = Folder::with(&[
        ("a/kustomization.yaml", "resources: [../b]\n"),
        ("b/kustomization.yaml", "resources: [../a]\n"),
    ]);
    let report = folder.report(&[]);
    assert!(items(&report, "errors").next().is_some(), "{report:#}");
}

#[test]
fn files_outside_of_what_was_named_are_read_for_the_build() {
    let folder = shop();
    let report = folder.report(&["--select", "privileged-container", "overlays/dev"]);
    assert_eq!(places(&report), ["base/web.yaml:18"]);
}

#[test]
fn the_same_bytes_with_any_number_of_threads() {
    let folder = shop();
    for number in 0..20 {
        let overlay = format!(
            "namePrefix: n{number}-\nresources: [../../base]\nconfigMapGenerator:\n  - name: c\n    files: [../../data/{number}.txt]\n"
        );
        folder.put(&format!("overlays/n{number}/kustomization.yaml"), &overlay);
        folder.put(&format!("data/{number}.txt"), "password: hunter2hunter2\n");
    }
    let run = |jobs: &str| {
        folder.run(&["check", "--profile", "all", "--format", "json", "--jobs", jobs]).stdout
    };
    let one = run("1");
    for _ in 0..4 {
        assert!(one == run("4"));
    }
}
