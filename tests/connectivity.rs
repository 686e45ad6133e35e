//! `kubesift connectivity` as a user runs it: each form, what is wrong with the input, exit codes,
//! and names that would break out of a form.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;

/// A folder of its own for a test; gone when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn with(text: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("kubesift-connectivity-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).expect("a folder");
        fs::write(path.join("all.yaml"), text).expect("a file");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn run(text: &str, format: &str) -> Output {
    let folder = Folder::with(text);
    let mut command = Command::new(env!("CARGO_BIN_EXE_kubesift"));
    command.args(["connectivity", "--no-config", "--format", format, "."]);
    command.current_dir(&folder.0).output().expect("the program")
}

fn out(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).expect("UTF-8")
}

const SHOP: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: app, image: web, ports: [{name: http, containerPort: 8080}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db-0, namespace: shop, labels: {app: db}, ownerReferences: [{kind: StatefulSet, name: db}]}
spec: {containers: [{name: app, image: db}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  policyTypes: [Ingress, Egress]
  ingress:
    - from: [{podSelector: {matchLabels: {app: web}}}, {ipBlock: {cidr: 10.0.0.0/8}}]
      ports: [{port: 5432}]
";

#[test]
fn text() {
    let output = run(SHOP, "txt");
    let expected = "\
0.0.0.0-9.255.255.255[External] => shop/web[Deployment] : All Connections
10.0.0.0-10.255.255.255[External] => shop/db[StatefulSet] : TCP 5432
10.0.0.0-10.255.255.255[External] => shop/web[Deployment] : All Connections
11.0.0.0-255.255.255.255[External] => shop/web[Deployment] : All Connections
shop/web[Deployment] => 0.0.0.0-255.255.255.255[External] : All Connections
shop/web[Deployment] => shop/db[StatefulSet] : TCP 5432
{ingress-controller} => shop/web[Deployment] : TCP 8080
";
    assert_eq!(out(&output), expected);
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn json_has_the_places_of_the_policies() {
    let output = run(SHOP, "json");
    let report: Value = serde_json::from_str(out(&output)).expect("JSON");
    let build = &report["builds"][0];
    let peers = build["peers"].as_array().expect("peers");
    let db = peers.iter().find(|peer| peer["id"] == "shop/db[StatefulSet]").expect("the database");
    assert_eq!(db["type"], "workload");
    assert_eq!(db["ingress_isolated"], "yes");
    let policy = db["ingress_policies"][0].as_u64().expect("a position") as usize;
    assert_eq!(build["policies"][policy]["place"]["path"], "all.yaml");
    assert_eq!(build["policies"][policy]["place"]["line"], 29);
    let connections = build["connections"].as_array().expect("connections");
    let found = connections
        .iter()
        .find(|one| one["from"] == "shop/web[Deployment]" && one["to"] == "shop/db[StatefulSet]");
    let found = found.expect("a connection");
    assert_eq!(found["ports"]["TCP"], serde_json::json!([[5432, 5432]]));
    assert_eq!(found["all"], false);
}

#[test]
fn graphs() {
    let output = run(SHOP, "dot");
    let dot = out(&output);
    assert!(dot.starts_with("digraph connectivity {\n") && dot.ends_with("}\n"), "{dot}");
    assert!(dot.contains("label=\"shop/db[StatefulSet]\""), "{dot}");
    assert!(dot.contains("[label=\"TCP 5432\"]"), "{dot}");
    let output = run(SHOP, "mermaid");
    let mermaid = out(&output);
    assert!(mermaid.starts_with("flowchart LR\n"), "{mermaid}");
    assert!(mermaid.contains("-->|\"TCP 5432\"|"), "{mermaid}");
}

/// A name may hold any text in a file, whatever the API server says of it.
#[test]
fn hostile_names_stay_inside_their_quotes() {
    let hostile = r#"a\"]; evil -> b; \\ <b>|x|"#;
    let text = SHOP
        .replace("name: web, namespace: shop", &format!("name: \"{hostile}\", namespace: shop"));
    for format in ["dot", "mermaid"] {
        let output = run(&text, format);
        assert_eq!(output.status.code(), Some(0));
        for line in out(&output).lines() {
            let mut outside = String::new();
            let (mut quoted, mut escaped) = (false, false);
            for letter in line.chars() {
                match letter {
                    _ if escaped => escaped = false,
                    '\\' if quoted && format == "dot" => escaped = true,
                    '"' => quoted = !quoted,
                    _ if !quoted => outside.push(letter),
                    _ => {}
                }
            }
            assert!(!quoted && !outside.contains("evil"), "{format}: {line}");
        }
    }
}

#[test]
fn what_cannot_be_judged_is_said() {
    let wrong = SHOP.replace("10.0.0.0/8", "10.0.0.0/80");
    let output = run(&wrong, "txt");
    assert_eq!(output.status.code(), Some(3));
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(words.contains("all.yaml:32:"), "{words}");
    assert!(words.contains("`10.0.0.0/80`") && words.contains("help: "), "{words}");
    let later = SHOP.replace("port: 5432", "port: '${PORT}'");
    let output = run(&later, "txt");
    assert_eq!(output.status.code(), Some(3));
    assert!(
        out(&output).contains("shop/db[StatefulSet] : perhaps TCP 1-65535"),
        "{}",
        out(&output)
    );
    let broken = run(&format!("{SHOP}---\nkind: Pod\nmetadata: {{name: [x\n"), "txt");
    assert_eq!(broken.status.code(), Some(3));
    let nothing = Command::new(env!("CARGO_BIN_EXE_kubesift"))
        .args(["connectivity", "--no-config", "/nowhere/at/all"])
        .output()
        .expect("the program");
    assert_eq!(nothing.status.code(), Some(2));
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    for format in ["txt", "json", "dot", "mermaid"] {
        assert_eq!(run(SHOP, format).stdout, run(SHOP, format).stdout, "{format}");
    }
}
