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
