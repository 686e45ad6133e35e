//! Baselines in an editor: made, heeded, renewed, and shown where they are wrong.

use serde_json::{Value, json};

use crate::client::{Client, Folder, POD, Start, edited, full};

const FILE: &str = ".kubesift-baseline.json";

fn create(client: &mut Client, arguments: Value) -> Value {
    let params = json!({"command": "kubesift.createBaseline", "arguments": arguments});
    client.request("workspace/executeCommand", params).unwrap()
}

/// What the client was last asked to edit.
fn asked(client: &mut Client) -> Vec<Value> {
    client.until(|client| client.asked.iter().any(|(method, _)| method == "workspace/applyEdit"));
    let at = client.asked.iter().rposition(|(method, _)| method == "workspace/applyEdit").unwrap();
    let (_, params) = client.asked.remove(at);
    params["edit"]["documentChanges"].as_array().unwrap().clone()
}

/// Writes the file and says so.
fn write(client: &Client, folder: &Folder, text: &str, kind: u64) {
    folder.write(FILE, text);
    let change = json!({"uri": folder.uri(FILE), "type": kind});
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": [change]}));
}

#[test]
fn a_baseline_is_made_and_then_only_new_findings_are_shown() {
    let folder = Folder::new(&[("a.yaml", POD)]);
    let mut client = Client::of(&folder);
    let (uri, baseline) = (folder.uri("a.yaml"), folder.uri(FILE));
    client.until_has(&uri, "privileged-container");
    let answer = create(&mut client, json!([uri]));
    assert_eq!((&answer["uri"], &answer["applied"]), (&json!(baseline), &json!(true)));
    assert_eq!(answer["findings"], client.checks(&uri).len());
    let changes = asked(&mut client);
    assert_eq!((&changes[0]["kind"], &changes[0]["uri"]), (&json!("create"), &json!(baseline)));
    let text = edited("", changes[1]["edits"].as_array().unwrap());
    assert_eq!(answer["text"], text);
    // Open and not saved, it holds as it is.
    client.open(&baseline, &text);
    client.until_has_not(&uri, "privileged-container");
    assert_eq!(client.checks(&uri), [""; 0]);
    let more = POD.replace("spec:\n", "spec:\n  hostPID: true\n");
    assert_ne!(more, POD);
    client.open(&uri, &more);
    client.until_has(&uri, "host-pid");
    assert_eq!(client.checks(&uri), ["host-pid"]);
    client.set(&uri, &more.replace("privileged: true", "privileged: false"));
    client.until_has(&baseline, "unused-suppression");
    // Again: what is there is renewed as a whole.
    create(&mut client, json!([]));
    let changes = asked(&mut client);
    assert_eq!(changes[0]["textDocument"]["uri"], json!(baseline));
    let renewed = edited(&text, changes[0]["edits"].as_array().unwrap());
    assert!(renewed.contains("host-pid") && !renewed.contains("privileged-container"), "{renewed}");
    client.set(&baseline, &renewed);
    client.until_has_not(&uri, "host-pid");
    client.until_has_not(&baseline, "unused-suppression");
    client.leave();
}

#[test]
fn a_baseline_that_comes_changes_or_goes_on_disk_is_heeded() {
    let folder = Folder::new(&[("a.yaml", POD)]);
    let mut client = Client::of(&folder);
    let (uri, baseline) = (folder.uri("a.yaml"), folder.uri(FILE));
    client.until_has(&uri, "privileged-container");
    let text = create(&mut client, json!([]))["text"].as_str().unwrap().to_owned();
    write(&client, &folder, &text, 1);
    client.until_has_not(&uri, "privileged-container");
    write(&client, &folder, "{\"version\": 7, \"findings\": []}", 2);
    // It holds nothing back, and its mistake is shown where it is.
    client.until_has(&uri, "privileged-container");
    client.until_has(&baseline, "configuration");
    let said = client.diagnostic(&baseline, "configuration");
    assert!(said["message"].as_str().unwrap().contains("version 7"), "{said}");
    assert_eq!((&said["severity"], &said["range"]["start"]["character"]), (&json!(1), &json!(1)));
    let params = json!({"command": "kubesift.createBaseline", "arguments": []});
    let refused = client.request("workspace/executeCommand", params).unwrap_err();
    assert!(refused.message.contains("mend it, or remove it"), "{}", refused.message);
    write(&client, &folder, &text, 2);
    client.until_has_not(&uri, "privileged-container");
    client.until_has_not(&baseline, "configuration");
    std::fs::remove_file(folder.0.join(FILE)).unwrap();
    let change = json!({"uri": baseline, "type": 3});
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": [change]}));
    client.until_has(&uri, "privileged-container");
    client.leave();
}

#[test]
fn a_client_that_takes_no_edits_is_given_the_text() {
    let folder = Folder::new(&[("a.yaml", POD)]);
    let mut capabilities = full();
    capabilities["workspace"]["applyEdit"] = json!(false);
    let start = Start { capabilities, folders: vec![folder.uri("")], ..Start::default() };
    let mut client = Client::with(start);
    let answer = create(&mut client, json!([]));
    assert_eq!(answer["applied"], false);
    assert!(answer["text"].as_str().unwrap().contains("\"privileged-container\""));
    assert!(!folder.0.join(FILE).exists());
    let params =
        json!({"command": "kubesift.createBaseline", "arguments": ["file:///nowhere/a.yaml"]});
    assert_eq!(client.request("workspace/executeCommand", params).unwrap_err().code, -32602);
    client.leave();
}
