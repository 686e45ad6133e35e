//! The program as a user runs it: commands, flags, exit codes, standard streams, bad input.
#![allow(clippy::print_stderr, reason = "a test that steps aside says so")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder of its own for a test; gone when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name =
            format!("kubesift-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    fn with(self, name: &str, text: impl AsRef<[u8]>) -> Self {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
        self
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).expect("a file")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kubesift"));
    command.args(args).current_dir(folder).stdin(Stdio::null());
    for name in
        ["CI", "NO_COLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "GITHUB_STEP_SUMMARY", "COLUMNS"]
    {
        command.env_remove(name);
    }
    for (name, _) in std::env::vars() {
        if name.starts_with("KUBESIFT_") {
            command.env_remove(name);
        }
    }
    command
}

fn run(folder: &Folder, args: &[&str]) -> Output {
    command(&folder.0, args).output().expect("the program")
}

fn piped(folder: &Folder, args: &[&str], input: &str) -> Output {
    let mut child = command(&folder.0, args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("a write");
    child.wait_with_output().expect("an end")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("an exit code")
}

fn json(output: &Output) -> serde_json::Value {
    serde_json::from_str(&out(output)).unwrap_or_else(|error| panic!("{error}: {}", err(output)))
}

/// Path, line and check of each finding of a JSON report.
fn found(report: &serde_json::Value) -> Vec<(String, u64, String)> {
    let findings = report["findings"].as_array().expect("findings");
    findings
        .iter()
        .map(|finding| {
            (
                finding["location"]["path"].as_str().expect("a path").to_owned(),
                finding["location"]["start"]["line"].as_u64().expect("a line"),
                finding["check"].as_str().expect("a check").to_owned(),
            )
        })
        .collect()
}

const PRIVILEGED: &str = "\
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

const GOOD: &str =
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: good\ndata:\n  level: info\n";

#[test]
fn findings_at_the_gate_give_1_and_below_it_0() {
    let folder = Folder::new().with("pod.yaml", PRIVILEGED);
    let select = ["--select", "privileged-container"];
    assert_eq!(code(&run(&folder, &[&["check"], &select[..]].concat())), 1);
    for (gate, end) in [("critical", 1), ("info", 1), ("never", 0)] {
        let args = [&["check", "--fail-on", gate], &select[..]].concat();
        assert_eq!(code(&run(&folder, &args)), end, "{gate}");
    }
    assert_eq!(code(&run(&folder, &["check", "--select", "host-pid"])), 0);
}

#[test]
fn a_path_alone_means_check() {
    let folder = Folder::new().with("pod.yaml", PRIVILEGED);
    let short = run(&folder, &["pod.yaml", "--format", "concise"]);
    let long = run(&folder, &["check", "pod.yaml", "--format", "concise"]);
    assert_eq!(out(&short), out(&long));
    assert!(
        out(&short).contains("pod.yaml:10:9: critical privileged-container "),
        "{}",
        out(&short)
    );
}

#[test]
fn an_unknown_command_and_an_unknown_check_are_usage_errors_with_a_suggestion() {
    let folder = Folder::new();
    let command = run(&folder, &["chek"]);
    assert_eq!(code(&command), 2);
    assert!(err(&command).contains("check"), "{}", err(&command));
    let check = run(&folder, &["check", "--select", "privileged-containers"]);
    assert_eq!(code(&check), 2);
    assert!(err(&check).contains("did you mean `privileged-container`"), "{}", err(&check));
    let explained = run(&folder, &["explain", "host-pdi"]);
    assert_eq!(code(&explained), 2);
    assert!(err(&explained).contains("host-pid"), "{}", err(&explained));
}

#[test]
fn a_path_that_does_not_exist_is_a_usage_error() {
    let folder = Folder::new();
    let output = run(&folder, &["check", "nowhere.yaml"]);
    assert_eq!(code(&output), 2);
    assert!(err(&output).contains("nowhere.yaml"), "{}", err(&output));
}

#[test]
fn broken_documents_do_not_hide_the_others() {
    let text = format!("{GOOD}---\na: [1, 2\nb: }}\n---\n{PRIVILEGED}");
    let folder = Folder::new().with("all.yaml", text);
    let output = run(&folder, &["check", "--format", "json", "--select", "privileged-container"]);
    assert_eq!(code(&output), 3);
    let report = json(&output);
    assert_eq!(found(&report), [("all.yaml".to_owned(), 20, "privileged-container".to_owned())]);
    assert_eq!(report["errors"][0]["kind"], "yaml-syntax");
    assert_eq!(report["summary"]["files"]["failed"], 1);
    let allowed =
        run(&folder, &["check", "--allow-incomplete", "--select", "privileged-container"]);
    assert_eq!(code(&allowed), 1);
}

fn error_of(text: impl AsRef<[u8]>) -> (String, u64) {
    let folder = Folder::new().with("bad.yaml", text).with("good.yaml", PRIVILEGED);
    let output = run(&folder, &["check", "--format", "json", "--select", "privileged-container"]);
    assert_eq!(code(&output), 3, "{}", err(&output));
    let report = json(&output);
    assert_eq!(found(&report).len(), 1, "the other file is still checked");
    let error = &report["errors"][0];
    assert_eq!(error["location"]["path"], "bad.yaml", "{error}");
    let line = error["location"]["start"]["line"].as_u64().unwrap_or(0);
    (error["message"].as_str().expect("a message").to_owned(), line)
}

#[test]
fn a_tab_as_indentation_is_said_at_its_line() {
    let (message, line) = error_of("apiVersion: v1\nkind: Pod\nmetadata:\n\tname: a\n");
    assert_eq!(line, 4);
    assert!(message.contains("tab"), "{message}");
}

#[test]
fn an_unclosed_quote_is_said_where_it_opens() {
    let (message, line) =
        error_of("apiVersion: v1\nkind: Pod\nmetadata:\n  name: \"a\n  labels: {}\n");
    assert_eq!(line, 4);
    assert!(message.contains("quote"), "{message}");
}

#[test]
fn invalid_utf8_is_said_at_its_byte() {
    let (message, _) = error_of(b"apiVersion: v1\nkind: Pod\nmetadata:\n  name: caf\xe9\n");
    assert!(message.contains("UTF-8") && message.contains("line 4"), "{message}");
}

#[test]
fn a_binary_file_named_yaml_is_said() {
    let (message, _) = error_of(b"\x7fELF\x02\x01\x00\x00\x00");
    assert!(message.contains("binary") || message.contains("zero byte"), "{message}");
}

#[test]
fn deep_nesting_ends_in_an_error_and_not_in_a_crash() {
    let head = "apiVersion: v1\nkind: ConfigMap\n";
    let (message, _) =
        error_of(format!("{head}a: {}1{}\n", "[".repeat(10_001), "]".repeat(10_001)));
    assert!(message.contains("nest") || message.contains("deep"), "{message}");
    let mut block = head.to_owned();
    for depth in 0..10_001 {
        block.push_str(&" ".repeat(depth));
        block.push_str("a:\n");
    }
    let (message, _) = error_of(block);
    assert!(message.contains("nest") || message.contains("deep"), "{message}");
}

#[test]
fn an_alias_bomb_ends_in_an_error() {
    let mut text =
        String::from("apiVersion: v1\nkind: ConfigMap\nx0: &x0 [a, a, a, a, a, a, a, a, a]\n");
    for level in 1..9 {
        let below = format!("*x{}", level - 1);
        text.push_str(&format!("x{level}: &x{level} [{}]\n", [below.as_str(); 9].join(", ")));
    }
    let (message, _) = error_of(text);
    assert!(message.contains("alias"), "{message}");
}

#[test]
fn a_file_of_100_mb_is_read() {
    let mut text =
        String::from("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: big\ndata:\n  blob: |\n");
    let line = format!("    {}\n", "x".repeat(1019));
    text.reserve(100 << 20);
    while text.len() < 100 << 20 {
        text.push_str(&line);
    }
    text.push_str("---\n");
    text.push_str(PRIVILEGED);
    let folder = Folder::new().with("big.yaml", text);
    let output = run(&folder, &["check", "--format", "json", "--select", "privileged-container"]);
    assert_eq!(code(&output), 1, "{}", err(&output));
    assert_eq!(found(&json(&output)).len(), 1);
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_read_is_said() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new().with("shut/pod.yaml", PRIVILEGED).with("open/pod.yaml", PRIVILEGED);
    let shut = folder.0.join("shut");
    fs::set_permissions(&shut, fs::Permissions::from_mode(0o000)).expect("permissions");
    let readable = fs::read_dir(&shut).is_ok();
    let output = run(&folder, &["check", "--format", "json", "--select", "privileged-container"]);
    fs::set_permissions(&shut, fs::Permissions::from_mode(0o755)).expect("permissions");
    if readable {
        eprintln!("this user may read everything: the case is held by the tests of `project`");
        return;
    }
    assert_eq!(code(&output), 3);
    let report = json(&output);
    assert_eq!(found(&report).len(), 1);
    assert_eq!(report["errors"][0]["location"]["path"], "shut");
}

#[test]
fn a_mistake_in_the_configuration_is_said_at_its_line() {
    let folder = Folder::new()
        .with("pod.yaml", PRIVILEGED)
        .with(".kubesift.yaml", "profile: default\nchekcs:\n  host-pid: off\n");
    let output = run(&folder, &["check"]);
    assert_eq!(code(&output), 2);
    let said = err(&output);
    assert!(said.contains(".kubesift.yaml:2:1") && said.contains("checks"), "{said}");
    assert_eq!(code(&run(&folder, &["check", "--no-config", "--fail-on", "never"])), 0);
}

#[test]
fn two_reports_to_one_place_are_refused() {
    let folder = Folder::new();
    for formats in [["json=a.out", "sarif=./a.out"], ["json", "sarif"]] {
        let output = run(&folder, &["check", "--format", formats[0], "--format", formats[1]]);
        assert_eq!(code(&output), 2);
        assert!(err(&output).contains("both"), "{}", err(&output));
    }
    assert!(!folder.0.join("a.out").exists());
}

#[test]
fn several_reports_in_one_run() {
    let folder = Folder::new().with("pod.yaml", PRIVILEGED);
    let args =
        ["check", "--format", "concise", "--format", "json=a.json", "--format", "sarif=b.sarif"];
    let output = run(&folder, &args);
    assert!(out(&output).contains("privileged-container"));
    assert!(folder.read("a.json").contains("\"schema_version\": 1"));
    assert!(folder.read("b.sarif").contains("\"version\": \"2.1.0\""));
}

#[test]
fn output_takes_the_report_of_standard_output_beside_other_files() {
    let folder = Folder::new().with("pod.yaml", PRIVILEGED);
    let output = run(&folder, &["check", "--format", "sarif=a.sarif", "--output", "b.txt"]);
    assert_eq!(out(&output), "");
    assert!(folder.read("b.txt").contains("privileged-container"));
    assert!(folder.read("a.sarif").contains("2.1.0"));
}

#[test]
fn standard_input_is_read_under_the_name_it_is_given() {
    let folder = Folder::new();
    let args = ["check", "-", "--format", "concise", "--select", "privileged-container"];
    let output = piped(&folder, &args, PRIVILEGED);
    assert_eq!(code(&output), 1);
    assert!(out(&output).starts_with("stdin.yaml:10:9:"), "{}", out(&output));
    let named = [&args[..], &["--stdin-filename", "k8s/app.yaml"]].concat();
    assert!(out(&piped(&folder, &named, PRIVILEGED)).starts_with("k8s/app.yaml:10:9:"));
}

#[test]
fn lists_as_kubectl_prints_them_are_opened() {
    let indented = PRIVILEGED.replace('\n', "\n  ");
    let list = format!("apiVersion: v1\nkind: List\nitems:\n- {indented}\n");
    let folder = Folder::new().with("list.yaml", list);
    let output = run(&folder, &["check", "--format", "json", "--select", "privileged-container"]);
    let report = json(&output);
    assert_eq!(found(&report), [("list.yaml".to_owned(), 13, "privileged-container".to_owned())]);
    assert_eq!(
        report["findings"][0]["object_path"],
        "spec.containers[0].securityContext.privileged"
    );
}

#[test]
fn rendered_helm_output_names_its_template() {
    let folder = Folder::new();
    let text = format!("---\n# Source: shop/templates/app.yaml\n{PRIVILEGED}");
    let args = ["check", "-", "--format", "json", "--select", "privileged-container"];
    let report = json(&piped(&folder, &args, &text));
    let related = report["findings"][0]["related"].to_string();
    assert!(related.contains("shop/templates/app.yaml"), "{related}");
}

#[test]
fn the_same_input_gives_the_same_bytes_whatever_the_number_of_threads() {
    let mut folder = Folder::new();
    for index in 0..60 {
        folder = folder.with(
            &format!("apps/{index}/pod.yaml"),
            PRIVILEGED.replace("app", &format!("app{index}")),
        );
    }
    for format in ["human", "concise", "json", "sarif", "github"] {
        let run = |jobs| {
            out(&run(
                &folder,
                &["check", "--format", format, "--jobs", jobs, "--max-diagnostics", "none"],
            ))
        };
        let first = run("1");
        assert!(first.contains("privileged"), "{format}");
        for jobs in ["2", "7"] {
            assert!(first == run(jobs), "{format} with {jobs} threads");
        }
    }
}

#[test]
fn suppressions_hold_and_unused_ones_are_said() {
    let used = PRIVILEGED.replace(
        "privileged: true",
        "privileged: true # kubesift: ignore[privileged-container] a node agent",
    );
    let unused = PRIVILEGED.replace(
        "name: app\n      image",
        "name: app # kubesift: ignore[host-pid] why\n      image",
    );
    let folder = Folder::new().with("used.yaml", used).with("unused.yaml", unused);
    let select = "privileged-container,host-pid,unused-suppression";
    let output = run(&folder, &["check", "--format", "json", "--select", select]);
    let report = json(&output);
    let names: Vec<String> =
        found(&report).into_iter().map(|one| format!("{} {}", one.0, one.2)).collect();
    assert_eq!(names, ["unused.yaml unused-suppression", "unused.yaml privileged-container"]);
    assert_eq!(report["summary"]["suppressed"], 1);
    let shown = json(&run(
        &folder,
        &["check", "--format", "json", "--select", select, "--show-suppressed"],
    ));
    assert!(shown.to_string().contains("a node agent"));
}

#[test]
fn fix_shows_a_diff_writes_and_then_has_nothing_to_do() {
    let folder = Folder::new().with("pod.yaml", PRIVILEGED);
    let select = ["--select", "privileged-container"];
    let diff = run(&folder, &[&["fix", "--diff", "--unsafe"], &select[..]].concat());
    assert!(
        out(&diff).contains("-        privileged: true\n+        privileged: false\n"),
        "{}",
        out(&diff)
    );
    assert_eq!(folder.read("pod.yaml"), PRIVILEGED, "a diff writes nothing");
    let safe = run(&folder, &[&["fix"], &select[..]].concat());
    assert_eq!(folder.read("pod.yaml"), PRIVILEGED, "an unsafe fix is not applied unasked");
    assert!(err(&safe).contains("--unsafe"), "{}", err(&safe));
    run(&folder, &[&["fix", "--unsafe"], &select[..]].concat());
    assert_eq!(
        folder.read("pod.yaml"),
        PRIVILEGED.replace("privileged: true", "privileged: false")
    );
    let again = run(&folder, &[&["fix", "--unsafe"], &select[..]].concat());
    assert!(err(&again).contains("applied 0 fixes"), "{}", err(&again));
}

#[test]
fn every_file_is_accounted_for() {
    let folder = Folder::new()
        .with("pod.yaml", PRIVILEGED)
        .with("values.yaml", "replicas: 2\n")
        .with("bad.yaml", "a: [\n")
        .with("chart/Chart.yaml", "apiVersion: v2\nname: chart\nversion: 1.0.0\n")
        .with("chart/templates/app.yaml", "kind: {{ .Values.kind }}\n");
    let output = run(&folder, &["check", "--show-files", "--format", "human"]);
    let text = out(&output);
    for name in
        ["pod.yaml", "values.yaml", "bad.yaml", "chart/Chart.yaml", "chart/templates/app.yaml"]
    {
        assert!(text.contains(name), "{name} is missing:\n{text}");
    }
}

#[test]
fn pages_and_lists_are_printed() {
    let folder = Folder::new();
    assert!(
        out(&run(&folder, &["explain", "privileged-container"])).contains("holds every capability")
    );
    let checks = json(&run(&folder, &["checks", "--format", "json"]));
    assert!(checks.as_array().expect("an array").len() >= 45);
    assert!(out(&run(&folder, &["checks"])).contains("privileged-container"));
    assert!(out(&run(&folder, &["completions", "bash"])).contains("_kubesift"));
    assert!(out(&run(&folder, &["man"])).contains(".TH kubesift"));
    assert!(out(&run(&folder, &["config", "schema"])).contains("\"$schema\""));
    assert!(out(&run(&folder, &["config", "show", "--origin"])).contains("default"));
    assert!(out(&run(&folder, &["--version"])).starts_with("kubesift "));
}

#[test]
fn init_writes_a_file_that_is_accepted_and_is_not_replaced_unasked() {
    let folder = Folder::new().with("pod.yaml", GOOD);
    assert_eq!(code(&run(&folder, &["init"])), 0);
    assert_eq!(code(&run(&folder, &["check"])), 0, "{}", err(&run(&folder, &["check"])));
    assert_eq!(code(&run(&folder, &["init"])), 2);
    assert_eq!(code(&run(&folder, &["init", "--force"])), 0);
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_is_a_clean_end() {
    let folder = Folder::new().with("pod.yaml", PRIVILEGED);
    let mut child = command(&folder.0, &["checks", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("an end");
    assert_eq!(err(&output), "");
    assert_eq!(code(&output), 0);
}

#[test]
fn values_of_secrets_are_in_no_report() {
    const VALUE: &str = "9vQm2xTzR4kLw8YbN1cH";
    let secret = format!(
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: payments\nstringData:\n  apiKey: {VALUE}\n"
    );
    let folder = Folder::new().with("secret.yaml", secret);
    for format in ["human", "concise", "json", "sarif", "github"] {
        let output = run(&folder, &["check", "--format", format]);
        assert!(out(&output).contains("payments"), "{format}: {}", out(&output));
        assert!(!out(&output).contains(VALUE), "{format}");
    }
}

#[test]
fn the_example_of_the_configuration_page_is_accepted() {
    let page = include_str!("../docs/configuration.md");
    let example =
        page.split_once("```yaml\n").expect("a fence").1.split_once("```").expect("its end").0;
    let folder = Folder::new().with("good.yaml", GOOD).with(".kubesift.yaml", example);
    let output = run(&folder, &["check"]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    let shown = out(&run(&folder, &["config", "show"]));
    assert!(shown.contains("1.31"), "{shown}");
}

#[test]
fn the_readme_names_the_test_command_and_every_flag_it_shows_exists() {
    let readme = include_str!("../README.md");
    assert!(readme.contains("cargo test --workspace"));
    let help = out(&run(&Folder::new(), &["check", "--help"]));
    let more: String = ["fix", "graph", "render"]
        .map(|command| out(&run(&Folder::new(), &[command, "--help"])))
        .concat();
    for word in readme.split(|c: char| c.is_whitespace() || "`,.;()".contains(c)) {
        let Some(flag) = word
            .strip_prefix("--")
            .filter(|flag| flag.starts_with(|c: char| c.is_ascii_lowercase()))
        else {
            continue;
        };
        let known = help.contains(&format!("--{flag}")) || more.contains(&format!("--{flag}"));
        assert!(known || ["workspace", "locked", "path"].contains(&flag), "--{flag}");
    }
}
