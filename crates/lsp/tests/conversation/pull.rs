//! Diagnostics for those who ask for them, and for those who do not: never both.

use serde_json::{Value, json};

use crate::client::{Client, DEPLOYMENT, Folder, POD, SERVICE, Start, pulling};

fn start(folder: &Folder) -> Start {
    Start { capabilities: pulling(), folders: vec![folder.uri("")], ..Start::default() }
}

fn pull(client: &mut Client, uri: &str, previous: Option<&str>) -> Value {
    let params = json!({"textDocument": {"uri": uri}, "previousResultId": previous});
    client.request("textDocument/diagnostic", params).unwrap()
}

fn codes(report: &Value) -> Vec<&str> {
    let items = report["items"].as_array().unwrap();
    items.iter().map(|one| one["code"].as_str().unwrap()).collect()
}

#[test]
fn whoever_asks_is_told_nothing_unasked() {
    let folder = Folder::new(&[("a.yaml", POD)]);
    let mut client = Client::with(start(&folder));
    let provider = &client.answer["capabilities"]["diagnosticProvider"];
    assert_eq!(provider["workspaceDiagnostics"], true);
    let uri = folder.uri("a.yaml");
    client.open(&uri, POD);
    let report = pull(&mut client, &uri, None);
    assert_eq!(report["kind"], "full");
    assert!(codes(&report).contains(&"privileged-container"));
    client.set(&uri, &POD.replace("true", "false"));
    let next = pull(&mut client, &uri, None);
    assert!(!codes(&next).contains(&"privileged-container"));
    assert!(client.published.is_empty());
    client.leave();

    let client = Client::of(&folder);
    assert!(client.answer["capabilities"].get("diagnosticProvider").is_none());
    client.leave();
}

#[test]
fn what_a_client_has_is_not_sent_again() {
    let folder = Folder::new(&[("a.yaml", POD)]);
    let mut client = Client::with(start(&folder));
    let uri = folder.uri("a.yaml");
    client.open(&uri, POD);
    let first = pull(&mut client, &uri, None);
    let id = first["resultId"].as_str().unwrap();
    let second = pull(&mut client, &uri, Some(id));
    assert_eq!((&second["kind"], &second["resultId"]), (&json!("unchanged"), &json!(id)));
    client.set(&uri, &format!("# one line down\n{POD}"));
    let third = pull(&mut client, &uri, Some(id));
    assert_eq!(third["kind"], "full");
    client.leave();
}

#[test]
fn an_answer_tells_of_other_open_documents_that_changed() {
    let folder = Folder::new(&[("web.yaml", DEPLOYMENT), ("service.yaml", SERVICE)]);
    let mut client = Client::with(start(&folder));
    let (web, service) = (folder.uri("web.yaml"), folder.uri("service.yaml"));
    client.open(&web, DEPLOYMENT);
    client.open(&service, SERVICE);
    pull(&mut client, &web, None);
    pull(&mut client, &service, None);
    let other = DEPLOYMENT.replace("app: web", "app: other");
    client.set(&web, &other);
    let report = pull(&mut client, &web, None);
    let related = &report["relatedDocuments"][&service];
    assert!(codes(related).contains(&"service-selector-matches-nothing"), "{report}");
    let report = pull(&mut client, &web, None);
    assert!(report.get("relatedDocuments").is_none(), "{report}");
    client.leave();
}

#[test]
fn the_workspace_is_told_in_full_then_what_changed() {
    let folder = Folder::new(&[("a.yaml", POD), ("b.yaml", &POD.replace("web", "other"))]);
    let mut client = Client::with(start(&folder));
    let ask = |client: &mut Client, previous: &Value| {
        let params = json!({"previousResultIds": previous});
        client.request("workspace/diagnostic", params).unwrap()["items"].clone()
    };
    let known = |items: &Value| -> Value {
        let item = |one: &Value| json!({"uri": one["uri"], "value": one["resultId"]});
        items.as_array().unwrap().iter().map(item).collect()
    };
    let first = ask(&mut client, &json!([]));
    assert_eq!(first.as_array().unwrap().len(), 2);
    assert!(first.as_array().unwrap().iter().all(|one| one["kind"] == "full"));
    let again = ask(&mut client, &known(&first));
    assert!(again.as_array().unwrap().iter().all(|one| one["kind"] == "unchanged"), "{again}");
    client.open(&folder.uri("a.yaml"), "replicas: 1\n");
    let after = ask(&mut client, &known(&first));
    let a = after.as_array().unwrap().iter().find(|one| one["uri"] == folder.uri("a.yaml"));
    assert_eq!((&a.unwrap()["kind"], &a.unwrap()["items"]), (&json!("full"), &json!([])));
    client.leave();
}

#[test]
fn the_workspace_comes_in_parts_to_those_who_take_them() {
    let pods: Vec<(String, String)> = (0..450)
        .map(|number| (format!("{number}.yaml"), POD.replace("web", &format!("web-{number}"))))
        .collect();
    let files: Vec<(&str, &str)> =
        pods.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let folder = Folder::new(&files);
    let mut client = Client::with(start(&folder));
    let params = json!({"previousResultIds": [], "partialResultToken": "parts"});
    let last = client.request("workspace/diagnostic", params).unwrap();
    assert_eq!(last["items"], json!([]));
    let parts = client.told.iter().filter(|one| one.params["token"] == "parts");
    let sizes: Vec<usize> =
        parts.map(|one| one.params["value"]["items"].as_array().unwrap().len()).collect();
    assert_eq!(sizes, [200, 200, 50]);
    client.leave();
}

#[test]
fn a_change_that_the_client_did_not_make_has_it_ask_again() {
    let folder = Folder::new(&[("a.yaml", POD)]);
    let mut capabilities = pulling();
    capabilities["workspace"]["diagnostics"] = json!({"refreshSupport": true});
    let folders = vec![folder.uri("")];
    let mut client = Client::with(Start { capabilities, folders, ..Start::default() });
    let count = |client: &Client| {
        client.asked.iter().filter(|(method, _)| method == "workspace/diagnostic/refresh").count()
    };
    client.until(|client| count(client) == 1);
    folder.write("a.yaml", "replicas: 1\n");
    let uri = folder.uri("a.yaml");
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": [{"uri": uri, "type": 2}]}));
    client.until(|client| count(client) == 2);
    let report = pull(&mut client, &uri, None);
    assert_eq!(report["items"], json!([]));
    client.leave();
}
