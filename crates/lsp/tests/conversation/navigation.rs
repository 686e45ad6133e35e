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
    // Until the folder is known nothing can be offered; this waits for it.
    client.request("textDocument/definition", at(&web, DEPLOYMENT, "app: web")).unwrap();
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
        let found = client.request("workspace/symbol", json!({"query": "webservice"})).unwrap();
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

const MAP: &str = "\
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  level: info
";

/// The Deployment with a container that reads the ConfigMap.
fn reader() -> String {
    format!("{DEPLOYMENT}        envFrom:\n        - configMapRef:\n            name: settings\n")
}

#[test]
fn a_name_is_changed_wherever_it_stands() {
    let web = reader();
    let folder = Folder::new(&[("map.yaml", MAP), ("web.yaml", &web)]);
    let mut client = Client::of(&folder);
    let (map, uri) = (folder.uri("map.yaml"), folder.uri("web.yaml"));
    client.open(&uri, &web);
    let place = at(&map, MAP, "settings");
    let prepared = client.request("textDocument/prepareRename", place.clone()).unwrap();
    assert_eq!(prepared["placeholder"], "settings");
    assert_eq!(prepared["range"], range(MAP, "settings"));
    let mut params = place;
    params["newName"] = json!("options");
    let edit = client.request("textDocument/rename", params.clone()).unwrap();
    let changes = edit["documentChanges"].as_array().unwrap();
    let after = |uri: &str, text: &str| {
        let own = changes.iter().find(|one| one["textDocument"]["uri"] == uri).unwrap();
        crate::client::edited(text, own["edits"].as_array().unwrap())
    };
    assert_eq!(after(&map, MAP), MAP.replace("settings", "options"));
    assert_eq!(after(&uri, &web), web.replace("settings", "options"));
    params["newName"] = json!("No Name!");
    assert_eq!(client.request("textDocument/rename", params).unwrap_err().code, -32803);
    let nothing = at(&map, MAP, "apiVersion");
    assert_eq!(client.request("textDocument/prepareRename", nothing).unwrap_err().code, -32803);
    client.leave();
}

#[test]
fn a_line_above_an_object_says_what_it_is_to_others() {
    let folder = shop();
    let uri = folder.uri("service.yaml");
    let params = json!({"textDocument": {"uri": uri}});
    let commands = json!({"clientCommands": ["kubesift.showReferences"]});
    for (options, leads) in [(json!({}), false), (commands, true)] {
        let folders = vec![folder.uri("")];
        let mut client = Client::with(Start { options, folders, ..Start::default() });
        let found = client.request("textDocument/codeLens", params.clone()).unwrap();
        let is_it = |one: &&Value| one["command"]["title"].as_str().unwrap().starts_with("selects");
        let lens = found.as_array().unwrap().iter().find(is_it).expect("a lens");
        assert_eq!(lens["range"]["start"]["line"], 1);
        if leads {
            assert_eq!(lens["command"]["command"], "kubesift.showReferences");
            assert_eq!(lens["command"]["arguments"][0], uri);
            assert_eq!(lens["command"]["arguments"][2][0]["uri"], folder.uri("web.yaml"));
        } else {
            assert_eq!(lens["command"]["command"], "");
        }
        client.leave();
    }
}

#[test]
fn the_parts_of_a_file_are_known() {
    let folder = shop();
    let mut client = Client::of(&folder);
    let uri = folder.uri("web.yaml");
    let params = json!({"textDocument": {"uri": uri}});
    let folds = client.request("textDocument/foldingRange", params).unwrap();
    let spec = |one: &&Value| one["startLine"] == 4 && one["endLine"] == 15;
    assert!(folds.as_array().unwrap().iter().any(|one| spec(&one)), "{folds}");
    let params = json!({
        "textDocument": {"uri": uri}, "positions": [range(DEPLOYMENT, "nginx")["start"], {"line": 999, "character": 0}],
    });
    let found = client.request("textDocument/selectionRange", params).unwrap();
    assert_eq!(found[0]["range"], range(DEPLOYMENT, "nginx:1.25"));
    let outer = &found[0]["parent"]["range"];
    assert_eq!(*outer, range(DEPLOYMENT, "image: nginx:1.25"));
    assert_eq!(found.as_array().unwrap().len(), 2);
    let found = client
        .request("textDocument/documentHighlight", at(&uri, DEPLOYMENT, "web\nspec"))
        .unwrap();
    assert_eq!(found[0]["kind"], 3, "{found}");
    client.leave();
}

#[test]
fn the_entries_of_a_kustomization_are_links() {
    let text = "resources: [app.yaml, ../base]\n";
    let folder = Folder::new(&[
        ("base/kustomization.yaml", "resources: [map.yaml]\n"),
        ("base/map.yaml", MAP),
        ("prod/kustomization.yaml", text),
        ("prod/app.yaml", DEPLOYMENT),
    ]);
    let mut client = Client::of(&folder);
    let uri = folder.uri("prod/kustomization.yaml");
    let params = json!({"textDocument": {"uri": uri}});
    let found = client.request("textDocument/documentLink", params).unwrap();
    assert_eq!(found[0]["target"], folder.uri("prod/app.yaml"));
    assert_eq!(found[0]["range"], range(text, "app.yaml"));
    client.leave();
}

#[test]
fn traffic_is_followed_step_by_step() {
    let folder = shop();
    let mut client = Client::of(&folder);
    let web = folder.uri("web.yaml");
    let place = at(&web, DEPLOYMENT, "web\nspec");
    let items = client.request("textDocument/prepareCallHierarchy", place).unwrap();
    assert_eq!(items[0]["uri"], web);
    let calls = client.request("callHierarchy/incomingCalls", json!({"item": items[0]})).unwrap();
    let from = &calls[0]["from"];
    assert_eq!(from["uri"], folder.uri("service.yaml"));
    assert_eq!(calls[0]["fromRanges"][0]["start"]["line"], 5);
    let back = client.request("callHierarchy/outgoingCalls", json!({"item": from})).unwrap();
    assert_eq!(back[0]["to"]["uri"], web);
    client.leave();
}
