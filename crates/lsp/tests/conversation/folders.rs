//! Several folders, documents in none, files that come and go.

use serde_json::json;

use crate::client::{Client, DEPLOYMENT, Folder, POD, SERVICE, Start, full};

/// A workload that no Service selects: where there is one, a selector that finds nothing is a mistake.
fn other() -> String {
    DEPLOYMENT.replace(": web", ": other")
}

fn changed(client: &Client, uri: &str, kind: u32) {
    let params = json!({"changes": [{"uri": uri, "type": kind}]});
    client.notify("workspace/didChangeWatchedFiles", params);
}

#[test]
fn folders_know_nothing_of_each_other() {
    let (one, two) = (
        Folder::new(&[("web.yaml", DEPLOYMENT)]),
        Folder::new(&[("service.yaml", SERVICE), ("other.yaml", &other())]),
    );
    let folders = vec![one.uri(""), two.uri("")];
    let mut client = Client::with(Start { folders, ..Start::default() });
    let service = two.uri("service.yaml");
    client.open(&service, SERVICE);
    client.until_has(&service, "service-selector-matches-nothing");
    client.leave();
}

#[test]
fn folders_come_and_go() {
    let (one, two) = (Folder::new(&[("a.yaml", POD)]), Folder::new(&[("b.yaml", POD)]));
    let mut client = Client::of(&one);
    let (a, b) = (one.uri("a.yaml"), two.uri("b.yaml"));
    client.until_has(&a, "privileged-container");
    let change = json!({"event": {
        "added": [{"uri": two.uri(""), "name": "two"}], "removed": [{"uri": one.uri(""), "name": "one"}],
    }});
    client.notify("workspace/didChangeWorkspaceFolders", change);
    client.until_has(&b, "privileged-container");
    client.until_has_not(&a, "privileged-container");
    client.leave();
}

#[test]
fn the_innermost_folder_speaks_for_a_file() {
    let folder = Folder::new(&[("inner/a.yaml", POD), ("b.yaml", &POD.replace("web", "other"))]);
    let mut client = Client::of(&folder);
    let a = folder.uri("inner/a.yaml");
    client.until_has(&a, "privileged-container");
    let inner = folder.uri("inner");
    let change = |added: serde_json::Value, removed: serde_json::Value| json!({"event": {"added": added, "removed": removed}});
    let own = json!([{"uri": inner, "name": "inner"}]);
    client.notify("workspace/didChangeWorkspaceFolders", change(own.clone(), json!([])));
    client.open(&a, &POD.replace("true", "false"));
    client.until_has_not(&a, "privileged-container");
    client.set(&a, POD);
    client.until_has(&a, "privileged-container");
    client.notify("workspace/didChangeWorkspaceFolders", change(json!([]), own));
    client.set(&a, &POD.replace("true", "false"));
    client.until_has_not(&a, "privileged-container");
    client.leave();
}

#[test]
fn a_document_outside_is_looked_at_alone_and_only_while_it_is_open() {
    let (inside, outside) = (
        Folder::new(&[("a.yaml", POD)]),
        Folder::new(&[("service.yaml", SERVICE), ("other.yaml", &other()), ("b.yaml", POD)]),
    );
    let mut client = Client::of(&inside);
    let uri = outside.uri("b.yaml");
    client.open(&uri, POD);
    client.until_has(&uri, "privileged-container");
    assert!(client.checks(&outside.uri("service.yaml")).is_empty());
    client.close(&uri);
    client.until(|client| client.checks(&uri).is_empty());
    client.leave();
}

#[test]
fn a_document_that_was_never_saved_is_looked_at() {
    for folders in [vec![], vec![Folder::new(&[("a.yaml", POD)])]] {
        let uris = folders.iter().map(|folder| folder.uri("")).collect();
        let mut client = Client::with(Start { folders: uris, ..Start::default() });
        let uri = "untitled:Untitled-1";
        client.open(uri, POD);
        client.until_has(uri, "privileged-container");
        client.set(uri, &POD.replace("true", "false"));
        client.until_has_not(uri, "privileged-container");
        client.close(uri);
        client.until(|client| client.checks(uri).is_empty());
        client.leave();
    }
}

#[test]
fn a_new_file_in_a_folder_is_part_of_it_before_it_is_saved() {
    let folder = Folder::new(&[("service.yaml", SERVICE), ("other.yaml", &other())]);
    let mut client = Client::of(&folder);
    let (service, web) = (folder.uri("service.yaml"), folder.uri("web.yaml"));
    client.until_has(&service, "service-selector-matches-nothing");
    client.open(&web, DEPLOYMENT);
    client.until_has_not(&service, "service-selector-matches-nothing");
    client.close(&web);
    client.until_has(&service, "service-selector-matches-nothing");
    client.leave();
}

#[test]
fn files_come_and_vanish_on_disk() {
    let folder = Folder::new(&[("service.yaml", SERVICE), ("other.yaml", &other())]);
    let mut capabilities = full();
    capabilities["workspace"]["didChangeWatchedFiles"] = json!({"dynamicRegistration": true});
    let folders = vec![folder.uri("")];
    let mut client = Client::with(Start { capabilities, folders, ..Start::default() });
    let (service, web) = (folder.uri("service.yaml"), folder.uri("web.yaml"));
    client.until_has(&service, "service-selector-matches-nothing");
    assert!(client.asked.iter().any(|(method, _)| method == "client/registerCapability"));
    folder.write("web.yaml", DEPLOYMENT);
    changed(&client, &web, 1);
    client.until_has_not(&service, "service-selector-matches-nothing");
    client.until(|client| !client.checks(&web).is_empty());
    std::fs::remove_file(folder.0.join("web.yaml")).unwrap();
    changed(&client, &web, 3);
    client.until_has(&service, "service-selector-matches-nothing");
    client.until(|client| client.checks(&web).is_empty());
    client.leave();
}

#[test]
fn an_open_file_that_vanishes_is_as_it_is_open() {
    let folder = Folder::new(&[("a.yaml", POD)]);
    let mut client = Client::of(&folder);
    let uri = folder.uri("a.yaml");
    client.open(&uri, POD);
    client.until_has(&uri, "privileged-container");
    std::fs::remove_file(folder.0.join("a.yaml")).unwrap();
    changed(&client, &uri, 3);
    client.set(&uri, &format!("# still here\n{POD}"));
    client.until_said(&uri);
    assert!(client.has(&uri, "privileged-container"));
    client.close(&uri);
    client.until(|client| client.checks(&uri).is_empty());
    client.leave();
}

#[cfg(unix)]
#[test]
fn a_folder_behind_a_link_is_called_as_the_client_calls_it() {
    let folder = Folder::new(&[("real/a.yaml", POD), ("real/b.yaml", &POD.replace("web", "b"))]);
    std::os::unix::fs::symlink(folder.0.join("real"), folder.0.join("link")).unwrap();
    let folders = vec![folder.uri("link")];
    let mut client = Client::with(Start { folders, ..Start::default() });
    let (a, b) = (folder.uri("link/a.yaml"), folder.uri("link/b.yaml"));
    client.open(&a, POD);
    client.until_has(&a, "privileged-container");
    client.until_has(&b, "privileged-container");
    client.set(&a, &POD.replace("true", "false"));
    client.until_has_not(&a, "privileged-container");
    client.leave();
}
