//! What is said of files: all that the command says, where it is to be edited, when it is true.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::client::{Client, DEPLOYMENT, Folder, POD, SERVICE, Start, full};

#[test]
fn a_finding_is_told_in_full() {
    let folder = Folder::new(&[("a.yaml", POD)]);
    let mut client = Client::of(&folder);
    let uri = folder.uri("a.yaml");
    client.until_has(&uri, "privileged-container");
    let one = client.diagnostic(&uri, "privileged-container");
    assert_eq!(one["source"], "kubesift");
    assert_eq!(one["severity"], 1);
    let start = json!({"line": 9, "character": 6});
    assert_eq!(one["range"], json!({"start": start, "end": {"line": 9, "character": 22}}));
    assert_eq!(one["codeDescription"]["href"], "https://kubesift.dev/checks/privileged-container");
    assert_eq!(one["data"]["fingerprint"].as_str().unwrap().len(), 32);
    client.leave();
}

#[test]
fn an_edit_of_one_file_changes_what_is_said_of_another() {
    let folder = Folder::new(&[("web.yaml", DEPLOYMENT), ("service.yaml", SERVICE)]);
    let mut client = Client::of(&folder);
    let (web, service) = (folder.uri("web.yaml"), folder.uri("service.yaml"));
    client.open(&web, DEPLOYMENT);
    client.until_said(&web);
    client
        .until(|client| client.published.contains_key(&service) || !client.checks(&web).is_empty());
    assert!(!client.has(&service, "service-selector-matches-nothing"));
    client.set(&web, &DEPLOYMENT.replace("app: web", "app: other"));
    client.until_has(&service, "service-selector-matches-nothing");
    client.set(&web, DEPLOYMENT);
    client.until_has_not(&service, "service-selector-matches-nothing");
    client.leave();
}

#[test]
fn what_has_not_changed_is_not_said_again() {
    let folder = Folder::new(&[("a.yaml", POD), ("b.yaml", &POD.replace("web", "other"))]);
    let mut client = Client::of(&folder);
    let (a, b) = (folder.uri("a.yaml"), folder.uri("b.yaml"));
    client.open(&a, POD);
    client.until_has(&b, "privileged-container");
    client.until_said(&a);
    let times = client.times[&b];
    for number in 0..5 {
        client.set(&a, &format!("# {number}\n{POD}"));
        client.until_said(&a);
    }
    assert_eq!(client.times[&b], times);
    client.leave();
}

const BASE: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      containers:
      - name: api
        image: api:1
        securityContext:
          privileged: true
";

fn overlays() -> Folder {
    Folder::new(&[
        ("base/app.yaml", BASE),
        ("base/kustomization.yaml", "resources: [app.yaml]\n"),
        ("prod/kustomization.yaml", "namespace: prod\nresources: [../base]\n"),
        ("dev/kustomization.yaml", "namespace: dev\nresources: [../base]\n"),
    ])
}

#[test]
fn a_base_has_the_findings_of_its_overlays_and_names_them() {
    let folder = overlays();
    let mut client = Client::of(&folder);
    let base = folder.uri("base/app.yaml");
    client.open(&base, BASE);
    client.until_has(&base, "privileged-container");
    let one = client.diagnostic(&base, "privileged-container");
    let related = one["relatedInformation"].as_array().cloned().unwrap_or_default();
    let builds: BTreeSet<&str> =
        related.iter().filter_map(|one| one["location"]["uri"].as_str()).collect();
    let (dev, prod) = (folder.uri("dev/kustomization.yaml"), folder.uri("prod/kustomization.yaml"));
    assert_eq!(builds, BTreeSet::from([dev.as_str(), prod.as_str()]));
    client.set(&base, &BASE.replace("privileged: true", "privileged: false"));
    client.until_has_not(&base, "privileged-container");
    client.leave();
}

#[test]
fn an_open_overlay_that_lacks_a_file_is_told_where() {
    let folder = overlays();
    let mut client = Client::of(&folder);
    let dev = folder.uri("dev/kustomization.yaml");
    client.open(&dev, "namespace: dev\nresources: [../bose]\n");
    client.until_has(&dev, "kustomize-resource-not-found");
    let one = client.diagnostic(&dev, "kustomize-resource-not-found");
    assert_eq!(one["range"]["start"]["line"], 1);
    client.set(&dev, "namespace: dev\nresources: [../base]\n");
    client.until_has_not(&dev, "kustomize-resource-not-found");
    client.leave();
}

#[test]
fn a_client_that_shows_no_other_places_reads_of_the_builds() {
    let folder = overlays();
    let mut capabilities = full();
    capabilities["textDocument"]["publishDiagnostics"]["relatedInformation"] = json!(false);
    let folders = vec![folder.uri("")];
    let mut client = Client::with(Start { capabilities, folders, ..Start::default() });
    let base = folder.uri("base/app.yaml");
    client.until_has(&base, "privileged-container");
    let message = client.diagnostic(&base, "privileged-container")["message"].to_string();
    assert!(message.contains("(in dev, prod)"), "{message}");
    client.leave();
}

#[test]
fn other_yaml_is_left_in_peace() {
    let folder = Folder::new(&[("a.yaml", POD)]);
    let mut client = Client::of(&folder);
    let uri = folder.uri("values.yaml");
    client.open(&uri, "replicas: 3\nprivileged: true\n");
    client.until_said(&uri);
    client.until_has(&folder.uri("a.yaml"), "privileged-container");
    assert_eq!(client.checks(&uri), Vec::<String>::new());
    client.leave();
}

#[test]
fn a_half_typed_document_leaves_the_others_their_findings() {
    let folder = Folder::new(&[]);
    let mut client = Client::of(&folder);
    let uri = folder.uri("a.yaml");
    client.open(&uri, &format!("{POD}---\napiVersion: v1\nkind: Service\nmetadata: {{name: [\n"));
    client.until_has(&uri, "yaml-syntax");
    assert!(client.has(&uri, "privileged-container"));
    client
        .set(&uri, &format!("{POD}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\n"));
    client.until_has_not(&uri, "yaml-syntax");
    client.leave();
}

#[test]
fn a_suppressed_finding_is_not_sent() {
    let folder = Folder::new(&[]);
    let mut client = Client::of(&folder);
    let uri = folder.uri("a.yaml");
    client.open(&uri, POD);
    client.until_has(&uri, "privileged-container");
    let comment = "privileged: true  # kubesift: ignore[privileged-container] it must";
    client.set(&uri, &POD.replace("privileged: true", comment));
    client.until_has_not(&uri, "privileged-container");
    assert!(!client.checks(&uri).is_empty());
    client.leave();
}

#[test]
fn the_state_is_told_to_those_who_ask_for_it() {
    let folder = Folder::new(&[("a.yaml", POD)]);
    let mut client = Client::with(Start {
        options: json!({"status": true}),
        folders: vec![folder.uri("")],
        ..Start::default()
    });
    let is_ready = |one: &Value| one["state"] == "ready" && one["files"] == 1;
    client.until(|client| {
        client.told.iter().any(|one| one.method == "kubesift/status" && is_ready(&one.params))
    });
    let last = client.told.iter().rfind(|one| one.method == "kubesift/status").unwrap();
    assert!(last.params["critical"].as_u64().unwrap() + last.params["high"].as_u64().unwrap() > 0);
    client.leave();
}

#[test]
fn a_scan_is_shown_from_its_begin_to_its_end() {
    let folder = Folder::new(&[("a.yaml", POD)]);
    let mut capabilities = full();
    capabilities["window"] = json!({"workDoneProgress": true});
    let folders = vec![folder.uri("")];
    let mut client = Client::with(Start { capabilities, folders, ..Start::default() });
    let kind = |client: &Client, kind: &str| {
        client
            .told
            .iter()
            .any(|one| one.method == "$/progress" && one.params["value"]["kind"] == kind)
    };
    client.until(|client| kind(client, "end"));
    assert!(kind(&client, "begin"));
    assert!(client.asked.iter().any(|(method, _)| method == "window/workDoneProgress/create"));
    client.leave();
}

#[test]
fn a_place_in_another_file_that_moves_is_told_anew() {
    let folder = Folder::new(&[("web.yaml", DEPLOYMENT), ("service.yaml", SERVICE)]);
    let mut client = Client::of(&folder);
    let (web, service) = (folder.uri("web.yaml"), folder.uri("service.yaml"));
    client.open(&service, SERVICE);
    client.until_has(&web, "readiness-probe-missing");
    let line = |client: &Client| {
        let one = client.diagnostic(&web, "readiness-probe-missing");
        let location = &one["relatedInformation"][0]["location"];
        assert_eq!(location["uri"], service);
        location["range"]["start"]["line"].as_u64()
    };
    assert_eq!(line(&client), Some(5));
    client.set(&service, &format!("# a line more\n{SERVICE}"));
    client.until(|client| line(client) == Some(6));
    client.leave();
}
