//! Along references.

use serde_json::{Value, json};

use crate::client::{Client, DEPLOYMENT, Folder, SERVICE, Start, full, range};

fn shop() -> Folder {
    Folder::new(&[("web.yaml", DEPLOYMENT), ("service.yaml", SERVICE)])
}

fn at(uri: &str, text: &str, words: &str) -> Value {
    json!({
        "textDocument": {"uri": uri}, "position": range(text, words)["start"],
        "context": {"includeDeclaration": false},
    })
}

#[test]
fn a_service_leads_to_its_deployment_and_back() {
    let folder = shop();
    let mut client = Client::of(&folder);
    let service = folder.uri("service.yaml");
    let found =
        client.request("textDocument/definition", at(&service, SERVICE, "selector")).unwrap();
    assert_eq!(found[0]["uri"], folder.uri("web.yaml"));
    assert_eq!(found[0]["range"]["start"], json!({"line": 3, "character": 2}));
    let web = folder.uri("web.yaml");
    let found =
        client.request("textDocument/references", at(&web, DEPLOYMENT, "web\nspec")).unwrap();
    assert_eq!(found[0]["uri"], service);
    client.leave();
}

#[test]
fn a_client_that_takes_links_is_given_the_whole_object() {
    let folder = shop();
    let mut capabilities = full();
    capabilities["textDocument"]["definition"] = json!({"linkSupport": true});
    let folders = vec![folder.uri("")];
    let mut client = Client::with(Start { capabilities, folders, ..Start::default() });
    let service = folder.uri("service.yaml");
    let found =
        client.request("textDocument/definition", at(&service, SERVICE, "selector")).unwrap();
    assert_eq!(found[0]["targetUri"], folder.uri("web.yaml"));
    assert_eq!(found[0]["targetRange"]["start"]["line"], 0);
    assert_eq!(found[0]["targetSelectionRange"]["start"]["line"], 3);
    client.leave();
}

#[test]
fn the_text_that_is_open_counts() {
    let folder = shop();
    let mut client = Client::of(&folder);
    let service = folder.uri("service.yaml");
    let text = format!("# a line more\n{SERVICE}").replace("app: web", "app: other");
    client.open(&service, &text);
    let found = client.request("textDocument/definition", at(&service, &text, "selector")).unwrap();
    assert_eq!(found, json!([]));
    client.set(&service, &text.replace("app: other", "app: web"));
    let found = client.request("textDocument/definition", at(&service, &text, "selector")).unwrap();
    assert_eq!(found[0]["uri"], folder.uri("web.yaml"));
    client.leave();
}

#[test]
fn a_place_is_explained_unless_the_person_wants_no_bubbles() {
    let folder = shop();
    let mut client = Client::of(&folder);
    let service = folder.uri("service.yaml");
    let found = client.request("textDocument/hover", at(&service, SERVICE, "selector")).unwrap();
    assert_eq!(found["contents"]["kind"], "markdown");
    assert!(found["contents"]["value"].as_str().unwrap().contains("web"), "{found}");
    assert_eq!(found["range"]["start"]["line"], 5);
    let off = json!({"settings": {"kubesift": {"features": {"hover": false}}}});
    client.notify("workspace/didChangeConfiguration", off);
    let found = client.request("textDocument/hover", at(&service, SERVICE, "selector")).unwrap();
    assert!(found.is_null());
    client.leave();
}

#[test]
fn names_that_exist_are_offered_while_a_line_is_typed() {
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  a: b\n";
    let folder = Folder::new(&[("map.yaml", map), ("web.yaml", DEPLOYMENT)]);
    let mut client = Client::of(&folder);
    let web = folder.uri("web.yaml");
    client.open(&web, DEPLOYMENT);
    client.until_said(&web);
    client.until(|client| !client.checks(&web).is_empty());
    let half =
        format!("{DEPLOYMENT}        # é\u{1f600}\n        envFrom: [{{configMapRef: {{name: se");
    client.set(&web, &half);
    let line = half.lines().count() - 1;
    let character = half.lines().next_back().unwrap().encode_utf16().count();
    let params = json!({
        "textDocument": {"uri": web}, "position": {"line": line, "character": character},
    });
    let found = client.request("textDocument/completion", params).unwrap();
    let items = found["items"].as_array().unwrap();
    let item = items.iter().find(|one| one["label"] == "settings").expect("the ConfigMap");
    assert_eq!(crate::client::edited(&half, &[item["textEdit"].clone()]), format!("{half}ttings"));
    client.leave();
}

#[test]
fn objects_are_listed_in_a_file_and_in_the_workspace() {
    let folder = shop();
    let mut capabilities = full();
    let tree = json!({"hierarchicalDocumentSymbolSupport": true});
    capabilities["textDocument"]["documentSymbol"] = tree;
    for capabilities in [capabilities, full()] {
        let folders = vec![folder.uri("")];
        let mut client = Client::with(Start { capabilities, folders, ..Start::default() });
        let params = json!({"textDocument": {"uri": folder.uri("web.yaml")}});
        let found = client.request("textDocument/documentSymbol", params).unwrap();
        assert_eq!(found[0]["name"], "Deployment web");
        let is_flat = found[0].get("location").is_some();
        let inner = if is_flat { &found[1] } else { &found[0]["children"][0] };
        assert_eq!(inner["name"], "web", "{found}");
        let found = client.request("workspace/symbol", json!({"query": "svcweb"})).unwrap();
        assert_eq!(found, json!([]));
        let found = client.request("workspace/symbol", json!({"query": "serweb"})).unwrap();
        assert_eq!(found[0]["location"]["uri"], folder.uri("service.yaml"));
        client.leave();
    }
}

#[test]
fn defaults_are_shown_to_those_who_want_them() {
    let folder = shop();
    let wanted = json!({"features": {"inlayHints": true}});
    for (options, any) in [(json!({}), false), (wanted, true)] {
        let folders = vec![folder.uri("")];
        let mut client = Client::with(Start { options, folders, ..Start::default() });
        let params = json!({
            "textDocument": {"uri": folder.uri("web.yaml")}, "range": range(DEPLOYMENT, DEPLOYMENT),
        });
        let found = client.request("textDocument/inlayHint", params).unwrap();
        assert_eq!(found.as_array().is_some_and(|all| !all.is_empty()), any, "{found}");
        client.leave();
    }
}
