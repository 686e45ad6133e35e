//! `kubesift baseline` and its flags, as a person and a pipeline use them: exit codes, words, files.

mod folder;

use std::fs;
use std::process::Output;

use folder::Folder;
use serde_json::Value;

const FILE: &str = ".kubesift-baseline.json";

const POD: &str = "\
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
    - name: app
      image: registry.example.com/app:1.2.3
      securityContext:
        privileged: true
";

impl Folder {
    fn edit(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "{from} in\n{text}");
        self.put(name, &text.replace(from, to));
    }

    fn run(&self, args: &[&str]) -> Ran {
        self.run_in(".", args)
    }

    fn run_in(&self, folder: &str, args: &[&str]) -> Ran {
        let Output { status, stdout, stderr } =
            self.command(folder, args).output().expect("the program");
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Ran { code: status.code().expect("a code"), out: text(stdout), err: text(stderr) }
    }
}

struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Ran {
    #[track_caller]
    fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}{}", self.out, self.err);
        self
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.err))
    }
}

#[test]
fn old_findings_pass_the_gate_and_new_ones_do_not() {
    let folder = Folder::with(&[("pod.yaml", POD), ("note.yaml", "a: 1\n")]);
    folder.run(&["check"]).ends(1);
    let made = folder.run(&["baseline", "create"]).ends(0).out;
    assert!(made.starts_with("wrote .kubesift-baseline.json: "), "{made}");
    assert!(made.contains("\n  privileged-container  "), "{made}");
    let held = folder.run(&["check"]).ends(0).out;
    assert!(held.contains("No new findings. "), "{held}");
    assert!(held.contains(" held back by .kubesift-baseline.json.\n"), "{held}");
    folder.edit("pod.yaml", "  containers:", "  hostPID: true\n  containers:");
    let new = folder.run(&["check", "--format", "concise"]).ends(1).out;
    assert_eq!(new.lines().count(), 1, "{new}");
    assert!(new.contains(" host-pid "), "{new}");
    folder.run(&["check", "--no-baseline", "--format", "json"]).ends(1);
    let all = folder.run(&["check", "--no-baseline", "--format", "json"]).json();
    assert!(all["summary"].get("in_baseline").is_none());
    assert!(all["findings"].as_array().is_some_and(|all| all.len() > 1));
}

#[test]
fn findings_of_every_severity_are_listed_and_suppressed_ones_are_not() {
    let excused = POD.replace(
        "privileged: true",
        "privileged: true # kubesift: ignore[privileged-container] it must",
    );
    let folder = Folder::with(&[("pod.yaml", &excused)]);
    folder.run(&["baseline", "create"]).ends(0);
    let baseline: Value = serde_json::from_str(&folder.read(FILE)).expect("JSON");
    let checks: Vec<&str> = baseline["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|entry| entry["check"].as_str().expect("a check"))
        .collect();
    assert!(!checks.contains(&"privileged-container"), "{checks:?}");
    let report = folder.run(&["check", "--format", "json", "--show-suppressed"]).json();
    let held: Vec<&Value> = report["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter(|one| one["suppression"]["kind"] == "baseline")
        .collect();
    assert_eq!(held.len(), checks.len());
    assert_eq!(report["summary"]["in_baseline"], held.len());
    assert_eq!(held[0]["suppression"]["reason"], "listed in .kubesift-baseline.json");
}

#[test]
fn sarif_says_what_is_new() {
    let folder = Folder::with(&[("pod.yaml", POD)]);
    folder.run(&["baseline", "create"]).ends(0);
    folder.edit("pod.yaml", "  containers:", "  hostPID: true\n  containers:");
    let states = |args: &[&str]| -> Vec<(String, Value, usize)> {
        let args = [&["check", "--format", "sarif"], args].concat();
        let report = folder.run(&args).json();
        let results = report["runs"][0]["results"].as_array().cloned().unwrap_or_default();
        let one = |result: &Value| {
            let suppressions = result["suppressions"].as_array().map_or(0, Vec::len);
            (
                result["ruleId"].as_str().expect("a rule").to_owned(),
                result["baselineState"].clone(),
                suppressions,
            )
        };
        results.iter().map(one).collect()
    };
    assert_eq!(states(&[]), [("host-pid".to_owned(), "new".into(), 0)]);
    let all = states(&["--show-suppressed"]);
    assert!(all.contains(&("host-pid".to_owned(), "new".into(), 0)), "{all:?}");
    assert!(all.contains(&("privileged-container".to_owned(), "unchanged".into(), 1)), "{all:?}");
    assert!(states(&["--no-baseline"]).iter().all(|(_, state, _)| state.is_null()));
}

#[test]
fn nothing_is_replaced_unless_told_so() {
    let folder = Folder::with(&[("pod.yaml", POD), (FILE, "{}")]);
    let refused = folder.run(&["baseline", "create"]).ends(2).err;
    assert!(refused.contains(".kubesift-baseline.json is there already"), "{refused}");
    assert!(refused.contains("--force"), "{refused}");
    assert_eq!(folder.read(FILE), "{}");
    // What is wrong with it stops all else.
    for command in
        [&["check"][..], &["baseline", "update"], &["baseline", "prune"], &["fix", "--diff"]]
    {
        let said = folder.run(command).ends(2).err;
        assert!(said.contains(".kubesift-baseline.json:1:1: "), "{said}");
    }
    folder.run(&["baseline", "create", "--force"]).ends(0);
    folder.run(&["check"]).ends(0);
    assert!(
        fs::read_dir(&folder.0).expect("a folder").flatten().count() == 2,
        "nothing is left beside it"
    );
}

#[test]
fn a_check_writes_nothing_and_says_by_its_code_what_would_change() {
    let folder = Folder::with(&[("pod.yaml", POD)]);
    let said = folder.run(&["baseline", "create", "--check"]).ends(1).out;
    assert!(said.starts_with(".kubesift-baseline.json would change: "), "{said}");
    assert!(!folder.0.join(FILE).exists());
    folder.run(&["baseline", "create"]).ends(0);
    let text = folder.read(FILE);
    for command in ["create", "update", "prune"] {
        let said = folder.run(&["baseline", command, "--check"]).ends(0).out;
        assert!(said.starts_with(".kubesift-baseline.json is up to date: "), "{said}");
    }
    folder.edit("pod.yaml", "privileged: true", "privileged: false");
    for command in ["create", "update", "prune"] {
        folder.run(&["baseline", command, "--check"]).ends(1);
        assert_eq!(folder.read(FILE), text);
    }
}

#[test]
fn update_tells_what_came_and_went_and_prune_adds_nothing() {
    let folder = Folder::with(&[("pod.yaml", POD)]);
    folder.run(&["baseline", "create"]).ends(0);
    folder.edit("pod.yaml", "privileged: true", "privileged: false");
    folder.edit("pod.yaml", "  containers:", "  hostPID: true\n  containers:");
    let report = folder.run(&["check", "--format", "concise"]).ends(1).out;
    let stale = report.lines().find(|line| line.contains(" unused-suppression ")).expect("a line");
    let words =
        "the baseline entry of `privileged-container` for Pod app in pod.yaml matches no finding";
    assert!(stale.starts_with(".kubesift-baseline.json:") && stale.ends_with(words), "{stale}");
    let pruned = folder.run(&["baseline", "prune"]).ends(0).out;
    assert!(pruned.contains("  privileged-container "), "{pruned}");
    assert!(
        pruned.lines().any(|line| line.contains("privileged-container") && line.ends_with("0  -1")),
        "{pruned}"
    );
    assert!(!pruned.contains("host-pid"), "{pruned}");
    let after = folder.run(&["check", "--format", "concise"]).ends(1).out;
    assert!(after.contains(" host-pid ") && !after.contains("unused-suppression"), "{after}");
    let updated = folder.run(&["baseline", "update"]).ends(0).out;
    assert!(
        updated.lines().any(|line| line.contains("host-pid") && line.ends_with("1  +1")),
        "{updated}"
    );
    folder.run(&["check"]).ends(0);
    let same = folder.read(FILE);
    folder.run(&["baseline", "create", "--force"]).ends(0);
    assert_eq!(folder.read(FILE), same);
}

#[test]
fn fix_takes_stale_entries_out_and_mends_old_findings_unless_told_otherwise() {
    let idle =
        POD.replace("name: app\nspec", "name: app # kubesift: ignore[host-network] no more\nspec");
    let folder = Folder::with(&[("pod.yaml", &idle)]);
    folder.run(&["baseline", "create"]).ends(0);
    assert!(folder.read(FILE).contains("unused-suppression"));
    let left = folder.run(&["fix", "--diff", "--baseline", FILE]).ends(0);
    assert!(left.err.starts_with("would apply 0 fixes"), "{}", left.err);
    folder.run(&["fix"]).ends(0);
    assert!(!folder.read("pod.yaml").contains('#'));
    // Its entry went with it.
    assert!(!folder.read(FILE).contains("unused-suppression"), "{}", folder.read(FILE));
    folder.run(&["check"]).ends(0);
    folder.run(&["baseline", "update", "--check"]).ends(0);
    // All entries at once, the last one too.
    fs::remove_file(folder.0.join("pod.yaml")).expect("removed");
    folder.run(&["fix"]).ends(0);
    let empty: Value = serde_json::from_str(&folder.read(FILE)).expect("JSON");
    assert_eq!(empty["findings"], serde_json::json!([]));
}

#[test]
fn flags_variables_and_the_configuration_name_the_file() {
    let folder = Folder::with(&[("k8s/pod.yaml", POD), (".git/HEAD", "")]);
    let made = folder.run_in("k8s", &["baseline", "create", "--baseline", "../ci/known.json"]);
    let made = made.ends(2).err;
    assert!(made.contains("cannot write"), "no folder is made: {made}");
    folder.put("ci/note.txt", "");
    folder.run_in("k8s", &["baseline", "create", "--baseline", "../ci/known.json"]).ends(0);
    assert!(
        folder.read("ci/known.json").contains("\"paths\": [\"../k8s\"]"),
        "{}",
        folder.read("ci/known.json")
    );
    folder.run(&["check", "k8s"]).ends(1);
    for (at, path) in [(".", "ci/known.json"), ("k8s", "../ci/known.json"), ("ci", "known.json")] {
        let args = ["check", "--baseline", path, if at == "." { "k8s" } else { "../k8s" }];
        folder.run_in(at, &args).ends(0);
    }
    folder.put(".kubesift.yaml", "baseline: ci/known.json\n");
    folder.run(&["check"]).ends(0);
    folder.run_in("k8s", &["check"]).ends(0);
    folder.run(&["check", "--no-baseline"]).ends(1);
    let shown = folder.run(&["config", "show", "--origin"]).ends(0).out;
    let line = shown.lines().find(|line| line.starts_with("baseline: ")).expect("a line");
    assert!(
        line.starts_with("baseline: \"ci/known.json\"") && line.ends_with("# .kubesift.yaml:1"),
        "{line}"
    );
    folder.put(".kubesift.yaml", "failOn: low\nbaseline: ci/gone.json\n");
    let gone = folder.run(&["check"]).ends(2).err;
    assert!(gone.contains(".kubesift.yaml:2:1: there is no baseline ci/gone.json"), "{gone}");
    let named = folder.run(&["check", "--baseline", "nowhere.json"]).ends(2).err;
    assert!(named.contains("there is no baseline nowhere.json"), "{named}");
    folder.put(".kubesift.yaml", "baseline: known.yaml\n");
    let wrong = folder.run(&["check"]).ends(2).err;
    assert!(
        wrong.contains(".kubesift.yaml:1:1: `baseline` should be the path of a `.json` file"),
        "{wrong}"
    );
    folder.run(&["check", "--baseline", "a.json", "--no-baseline"]).ends(2);
    folder.run(&["baseline", "create", "--no-baseline"]).ends(2);
}

#[test]
fn what_it_was_made_of_is_looked_at_again() {
    let folder = Folder::with(&[
        ("k8s/pod.yaml", POD),
        ("other/pod.yaml", &POD.replace("name: app\nspec", "name: b\nspec")),
    ]);
    folder.run(&["baseline", "create", "k8s"]).ends(0);
    folder.run(&["check", "k8s"]).ends(0);
    folder.run(&["check"]).ends(1);
    folder.run(&["baseline", "update", "--check"]).ends(0);
    folder.edit("k8s/pod.yaml", "privileged: true", "privileged: false");
    let refused = folder.run(&["baseline", "prune", "other"]).ends(2).err;
    assert!(refused.contains("it is not known which entries are stale: "), "{refused}");
    folder.run(&["baseline", "prune"]).ends(0);
    assert!(!folder.read(FILE).contains("privileged-container"));
    // A wider look makes a wider baseline, and a narrower one leaves the rest.
    folder.run(&["baseline", "update", "."]).ends(0);
    folder.run(&["check"]).ends(0);
    let all = folder.read(FILE);
    folder.run(&["baseline", "update", "k8s"]).ends(0);
    assert!(folder.read(FILE).contains("\"other/pod.yaml\""), "{}", folder.read(FILE));
    assert_eq!(folder.read(FILE), all);
}

#[test]
fn what_cannot_be_read_is_said_and_its_entries_stay() {
    let folder = Folder::with(&[
        ("pod.yaml", POD),
        ("b.yaml", &POD.replace("name: app\nspec", "name: b\nspec")),
    ]);
    folder.run(&["baseline", "create"]).ends(0);
    let text = folder.read(FILE);
    folder.put("b.yaml", "apiVersion: v1\nkind: Pod\nmetadata: [\n");
    let report = folder.run(&["check", "--format", "concise"]).ends(3).out;
    assert!(!report.contains("unused-suppression"), "{report}");
    folder.run(&["baseline", "update"]).ends(3);
    folder.run(&["baseline", "prune"]).ends(3);
    assert_eq!(folder.read(FILE), text);
    let made = folder.run(&["baseline", "create", "--force"]).ends(3);
    assert!(made.err.contains("b.yaml:3:"), "{}", made.err);
    assert!(!folder.read(FILE).contains("b.yaml"));
}

#[test]
fn only_what_was_looked_for_is_renewed() {
    let folder = Folder::with(&[("pod.yaml", POD)]);
    folder.run(&["baseline", "create", "--select", "privileged-container"]).ends(0);
    assert_eq!(folder.read(FILE).matches("\"check\"").count(), 1);
    folder.run(&["baseline", "update", "--select", "memory-limit-missing"]).ends(0);
    let text = folder.read(FILE);
    assert!(
        text.contains("privileged-container") && text.contains("memory-limit-missing"),
        "{text}"
    );
    let refused = folder.run(&["baseline", "update", "--min-severity", "high"]).ends(2).err;
    assert!(refused.contains("what is not shown would be lost"), "{refused}");
    let missing = Folder::with(&[("pod.yaml", POD)]);
    for command in ["update", "prune"] {
        let said = missing.run(&["baseline", command]).ends(2).err;
        assert!(said.contains("there is no baseline .kubesift-baseline.json"), "{said}");
    }
}

#[test]
fn overlays_and_their_bases_are_held_back_and_what_a_patch_brings_is_new() {
    let base = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: \
                web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n      containers:\n      - name: web\n        \
                image: web:1\n        securityContext: {privileged: true}\n";
    let folder = Folder::with(&[
        ("base/web.yaml", base),
        ("base/kustomization.yaml", "resources: [web.yaml]\n"),
        (
            "prod/kustomization.yaml",
            "namespace: prod\nresources: [../base]\npatches: [{path: patch.yaml}]\n",
        ),
        (
            "prod/patch.yaml",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 2}\n",
        ),
        ("dev/kustomization.yaml", "namespace: dev\nresources: [../base]\n"),
    ]);
    folder.run(&["check"]).ends(1);
    folder.run(&["baseline", "create"]).ends(0);
    folder.run(&["check"]).ends(0);
    folder.run(&["baseline", "update", "--check"]).ends(0);
    folder.edit(
        "prod/patch.yaml",
        "replicas: 2}",
        "replicas: 2, template: {spec: {hostPID: true}}}",
    );
    let new = folder.run(&["check", "--format", "concise"]).ends(1).out;
    assert!(new.lines().all(|line| line.starts_with("prod/patch.yaml:4:")), "{new}");
    assert!(new.contains(" host-pid "), "{new}");
    folder.edit("base/web.yaml", "privileged: true", "privileged: false");
    let report = folder.run(&["check", "--format", "concise"]).ends(1).out;
    let words = "the baseline entry of `privileged-container` for Deployment web in base/web.yaml matches no finding";
    assert!(report.contains(words), "{report}");
}
