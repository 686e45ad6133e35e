//! What a client should not say, and what ours should not do: the conversation goes on.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kubesift_engine::{Check, Entry, Run};
use kubesift_project::Disk;
use kubesift_source::{Found, PathKind, System, WalkOptions};
use serde_json::{Value, json};

use crate::client::{Client, Folder, POD, Start};

#[test]
fn nonsense_positions_are_survived() {
    let folder = Folder::new(&[]);
    let mut client = Client::of(&folder);
    let uri = folder.uri("a.yaml");
    client.open(&uri, "é\u{1f600}");
    let far = json!({"line": u32::MAX, "character": u32::MAX});
    let near = json!({"line": 0, "character": 2});
    for (start, end) in [(&far, &near), (&near, &far), (&far, &far), (&near, &near)] {
        client.change(&uri, json!([{"range": {"start": start, "end": end}, "text": "x\n"}]));
        for method in ["textDocument/definition", "textDocument/references"] {
            let params = json!({
                "textDocument": {"uri": uri}, "position": far,
                "context": {"includeDeclaration": true},
            });
            let found = client.request(method, params).unwrap();
            assert!(found.is_null() || found == json!([]), "{found}");
        }
        let params = json!({
            "textDocument": {"uri": uri}, "range": {"start": far, "end": near},
            "context": {"diagnostics": []},
        });
        client.request("textDocument/codeAction", params).unwrap();
    }
    client.set(&uri, POD);
    client.until_has(&uri, "privileged-container");
    client.leave();
}

#[test]
fn messages_without_sense_are_survived() {
    let folder = Folder::new(&[]);
    let mut client = Client::of(&folder);
    let uri = folder.uri("a.yaml");
    client.notify(
        "textDocument/didChange",
        json!({"textDocument": {"uri": uri, "version": 2}, "contentChanges": []}),
    );
    client.notify("textDocument/didOpen", json!({"textDocument": 7}));
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
    client.notify("textDocument/didChange", json!(null));
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": [{"uri": 1}, 2]}));
    client.notify("workspace/didChangeWorkspaceFolders", json!({"event": []}));
    client.notify("$/cancelRequest", json!({"id": {}}));
    client.notify("$/whatever", json!([]));
    assert_eq!(client.request("textDocument/definition", json!({})).unwrap_err().code, -32602);
    client.open(&uri, POD);
    client.until_has(&uri, "privileged-container");
    // A version that is past changes nothing.
    client.set(&uri, &POD.replace("true", "false"));
    client.until_has_not(&uri, "privileged-container");
    client.notify(
        "textDocument/didChange",
        json!({"textDocument": {"uri": uri, "version": 1}, "contentChanges": [{"text": POD}]}),
    );
    client.set(&uri, &format!("{}# end\n", POD.replace("true", "false")));
    client.until_said(&uri);
    assert!(!client.has(&uri, "privileged-container"));
    assert!(client.told.iter().any(|one| {
        one.method == "window/logMessage" && one.params["message"].to_string().contains("version 1")
    }));
    client.leave();
}

#[test]
fn a_panic_in_a_request_costs_that_request() {
    let folder = Folder::new(&[]);
    let mut client = Client::of(&folder);
    for _ in 0..9 {
        let params = json!({"command": "kubesift.explain", "arguments": ["panic"]});
        assert_eq!(client.request("workspace/executeCommand", params).unwrap_err().code, -32603);
    }
    let uri = folder.uri("a.yaml");
    client.open(&uri, POD);
    client.until_has(&uri, "privileged-container");
    client.leave();
}

const PANICS: Check = Check {
    run: Run::Resource(&["Service"], |_, _| panic!("as the test wants it")),
    ..Check::DEFAULT
};

static CHECKS: [Entry; 1] = [Entry {
    name: "panics",
    family: "test",
    docs: "It panics.\n",
    source: "here",
    check: &PANICS,
}];

#[test]
fn a_panic_in_a_check_costs_that_check() {
    let folder = Folder::new(&[]);
    let folders = vec![folder.uri("")];
    let mut client = Client::with(Start { checks: &CHECKS, folders, ..Start::default() });
    let uri = folder.uri("a.yaml");
    client.open(&uri, "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: []}\n");
    client.until_has(&uri, "internal");
    client.set(&uri, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");
    client.until_has_not(&uri, "internal");
    client.leave();
}

/// A disk with one file on it that must not be read.
struct Trap;

impl System for Trap {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        assert!(!path.ends_with("trap.yaml"), "as the test wants it");
        Disk.read(path)
    }

    fn read_stdin(&self) -> io::Result<Vec<u8>> {
        Disk.read_stdin()
    }

    fn kind(&self, path: &Path) -> io::Result<PathKind> {
        Disk.kind(path)
    }

    fn real(&self, path: &Path) -> io::Result<PathBuf> {
        Disk.real(path)
    }

    fn walk(&self, root: &Path, options: WalkOptions, each: &(dyn Fn(Found) -> bool + Sync)) {
        Disk.walk(root, options, each);
    }
}

#[test]
fn a_panic_in_an_analysis_is_said_once_and_the_next_change_tries_again() {
    let folder = Folder::new(&[("trap.yaml", "a: 1\n")]);
    let folders = vec![folder.uri("")];
    let mut client = Client::with(Start { system: Arc::new(Trap), folders, ..Start::default() });
    let shown = |client: &Client| {
        client.told.iter().filter(|one| one.method == "window/showMessage").count()
    };
    client.until(|client| shown(client) == 1);
    let uri = folder.uri("a.yaml");
    client.open(&uri, "apiVersion: v1\nkind: Servic");
    client.set(&uri, POD);
    std::fs::remove_file(folder.0.join("trap.yaml")).unwrap();
    let trap = folder.uri("trap.yaml");
    client
        .notify("workspace/didChangeWatchedFiles", json!({"changes": [{"uri": trap, "type": 3}]}));
    client.until_has(&uri, "privileged-container");
    client.set(&uri, &POD.replace("true", "false"));
    client.until_has_not(&uri, "privileged-container");
    assert_eq!(shown(&client), 1);
    client.leave();
}

#[test]
fn a_file_of_fifty_thousand_lines_is_followed() {
    let folder = Folder::new(&[]);
    let mut client = Client::of(&folder);
    let uri = folder.uri("big.yaml");
    let pods: Vec<String> = (0..5_000)
        .map(|number| POD.replace("name: web\nspec", &format!("name: web-{number}\nspec")))
        .collect();
    let mut text = pods.join("---\n");
    assert!(text.lines().count() > 50_000);
    client.open(&uri, &text);
    for line in [5u32, 30_000, 54_000] {
        let place = json!({"line": line, "character": 0});
        client.change(&uri, json!([{"range": {"start": place, "end": place}, "text": "# x\n"}]));
    }
    for line in [5, 30_000, 54_000] {
        let at: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        text.insert_str(at, "# x\n");
    }
    client.until_said(&uri);
    let all = client.checks(&uri);
    let count = all.iter().filter(|one| *one == "privileged-container").count();
    assert_eq!(count, 5_000);
    client.leave();
}

#[test]
fn questions_about_a_past_text_are_answered_as_such_or_about_it() {
    let folder = Folder::new(&[("a.yaml", POD)]);
    let mut client = Client::of(&folder);
    let uri = folder.uri("a.yaml");
    client.open(&uri, POD);
    let params = json!({"textDocument": {"uri": uri}, "position": {"line": 0, "character": 0}});
    for number in 0..50 {
        let id = client.send("textDocument/definition", params.clone());
        client.set(&uri, &format!("# {number}\n{POD}"));
        match client.wait(&id) {
            Ok(found) => assert_eq!(found, Value::Array(Vec::new())),
            Err(error) => assert_eq!(error.code, -32801),
        }
    }
    client.until_said(&uri);
    client.leave();
}
