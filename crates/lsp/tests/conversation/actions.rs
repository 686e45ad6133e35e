//! Code actions, each applied: what they promise is so afterwards.

use serde_json::{Value, json};

use crate::client::{Client, Folder, POD, Start, edited, full, range};

/// Safe to fix: the comment suppresses nothing.
const IDLE: &str = "\
apiVersion: v1
kind: ConfigMap
metadata:
  name: a  # kubesift: ignore[privileged-container] nothing here
";

fn actions(client: &mut Client, uri: &str, range: &Value, only: Value) -> Vec<Value> {
    let mut context = json!({"diagnostics": []});
    if !only.is_null() {
        context["only"] = only;
    }
    let params = json!({"textDocument": {"uri": uri}, "range": range, "context": context});
    let all = client.request("textDocument/codeAction", params).unwrap();
    all.as_array().unwrap().clone()
}

fn titled<'a>(all: &'a [Value], words: &str) -> &'a Value {
    let titles: Vec<&Value> = all.iter().map(|one| &one["title"]).collect();
    let mut found = all.iter().filter(|one| one["title"].as_str().unwrap().contains(words));
    found.next().unwrap_or_else(|| panic!("no {words} among {titles:?}"))
}

/// The text of a document after the edit of an action.
fn after(text: &str, uri: &str, action: &Value) -> String {
    let changes = action["edit"]["documentChanges"].as_array().expect("changes");
    let own = changes.iter().find(|one| one["textDocument"]["uri"] == uri).expect("this document");
    edited(text, own["edits"].as_array().unwrap())
}

#[test]
fn an_unsafe_fix_asks_before_it_is_made_and_mends_the_finding() {
    let folder = Folder::new(&[]);
    let mut client = Client::of(&folder);
    let uri = folder.uri("a.yaml");
    client.open(&uri, POD);
    client.until_has(&uri, "privileged-container");
    let all = actions(&mut client, &uri, &range(POD, "privileged: true"), json!(["quickfix"]));
    let fix = all
        .iter()
        .find(|one| {
            one["diagnostics"][0]["code"] == "privileged-container"
                && one["edit"].get("changeAnnotations").is_some()
        })
        .expect("a fix");
    assert!(fix.get("isPreferred").is_none());
    assert_eq!(fix["edit"]["changeAnnotations"]["kubesift"]["needsConfirmation"], true);
    assert_eq!(fix["edit"]["documentChanges"][0]["textDocument"]["version"], 1);
    let text = after(POD, &uri, fix);
    client.set(&uri, &text);
    client.until_has_not(&uri, "privileged-container");
    client.leave();
}

#[test]
fn a_safe_fix_is_preferred_and_leaves_a_clean_file() {
    let folder = Folder::new(&[]);
    let mut client = Client::of(&folder);
    let uri = folder.uri("a.yaml");
    client.open(&uri, IDLE);
    client.until_has(&uri, "unused-suppression");
    let all = actions(&mut client, &uri, &range(IDLE, "nothing here"), json!(["quickfix"]));
    let fix = titled(&all, "Remove the suppression");
    assert_eq!(fix["isPreferred"], true);
    let text = after(IDLE, &uri, fix);
    client.set(&uri, &text);
    client.until_has_not(&uri, "unused-suppression");
    assert!(!text.contains('#'), "{text}");
    client.leave();
}

#[test]
fn only_what_is_asked_for_is_offered() {
    let folder = Folder::new(&[]);
    let mut client = Client::of(&folder);
    let uri = folder.uri("a.yaml");
    client.open(&uri, IDLE);
    client.until_has(&uri, "unused-suppression");
    let whole = range(IDLE, IDLE);
    let kinds = |all: &[Value]| -> Vec<String> {
        let mut kinds: Vec<_> =
            all.iter().map(|one| one["kind"].as_str().unwrap().to_owned()).collect();
        kinds.sort();
        kinds.dedup();
        kinds
    };
    let mut ask = |only: Value| kinds(&actions(&mut client, &uri, &whole, only));
    assert_eq!(ask(json!(["quickfix"])), ["quickfix"]);
    assert_eq!(ask(json!(["source"])), ["source.fixAll.kubesift"]);
    assert_eq!(ask(json!(["source.fixAll"])), ["source.fixAll.kubesift"]);
    assert_eq!(ask(json!(["source.fixAll.kubesift"])), ["source.fixAll.kubesift"]);
    assert_eq!(ask(Value::Null), ["quickfix", "source.fixAll.kubesift"]);
    assert!(ask(json!(["refactor", "source.organizeImports", "source.fixAll.eslint"])).is_empty());
    client.leave();
}

#[test]
fn all_safe_fixes_are_made_at_once() {
    let folder = Folder::new(&[]);
    let mut client = Client::of(&folder);
    let uri = folder.uri("a.yaml");
    let text = format!("{IDLE}---\n{}", IDLE.replace("name: a", "name: b"));
    client.open(&uri, &text);
    client.until_has(&uri, "unused-suppression");
    let all = actions(&mut client, &uri, &range(&text, "v1"), json!(["source.fixAll"]));
    let fixed = after(&text, &uri, titled(&all, "Fix all"));
    assert!(!fixed.contains('#'), "{fixed}");
    let params = json!({"command": "kubesift.fixAll", "arguments": [uri]});
    client.request("workspace/executeCommand", params).unwrap();
    let (_, applied) =
        client.asked.iter().find(|(method, _)| method == "workspace/applyEdit").unwrap();
    assert_eq!(after(&text, &uri, applied), fixed);
    client.set(&uri, &fixed);
    client.until_has_not(&uri, "unused-suppression");
    client.leave();
}

#[test]
fn a_client_without_versioned_edits_gets_plain_ones() {
    let folder = Folder::new(&[]);
    let mut capabilities = full();
    capabilities["workspace"]["workspaceEdit"] = json!({});
    let folders = vec![folder.uri("")];
    let mut client = Client::with(Start { capabilities, folders, ..Start::default() });
    let uri = folder.uri("a.yaml");
    client.open(&uri, IDLE);
    client.until_has(&uri, "unused-suppression");
    let all = actions(&mut client, &uri, &range(IDLE, "nothing here"), json!(["quickfix"]));
    let fix = titled(&all, "Remove the suppression");
    let edits = fix["edit"]["changes"][&uri].as_array().unwrap();
    assert!(!edited(IDLE, edits).contains('#'));
    client.leave();
}

#[test]
fn an_edit_may_come_when_it_is_wanted() {
    let folder = Folder::new(&[]);
    let mut capabilities = full();
    capabilities["textDocument"]["codeAction"]["resolveSupport"] = json!({"properties": ["edit"]});
    capabilities["textDocument"]["codeAction"]["dataSupport"] = json!(true);
    let folders = vec![folder.uri("")];
    let mut client = Client::with(Start { capabilities, folders, ..Start::default() });
    let uri = folder.uri("a.yaml");
    client.open(&uri, POD);
    client.until_has(&uri, "privileged-container");
    let all = actions(&mut client, &uri, &range(POD, "privileged: true"), json!(["quickfix"]));
    assert!(all.len() > 3);
    for action in &all {
        assert!(action.get("edit").is_none(), "{action}");
        let resolved = client.request("codeAction/resolve", action.clone()).unwrap();
        assert!(resolved["edit"].is_object(), "{resolved}");
    }
    // The finding is gone, and with it what would mend it.
    client.set(&uri, &POD.replace("true", "false"));
    let fix = all.iter().find(|one| one["diagnostics"][0]["code"] == "privileged-container");
    let late = client.request("codeAction/resolve", fix.unwrap().clone()).unwrap_err();
    assert_eq!(late.code, -32803);
    client.leave();
}

#[test]
fn each_way_to_live_with_a_finding_silences_it() {
    for words in ["on this line", "for Pod web", "in this file"] {
        let folder = Folder::new(&[]);
        let mut client = Client::of(&folder);
        let uri = folder.uri("a.yaml");
        client.open(&uri, POD);
        client.until_has(&uri, "privileged-container");
        let all = actions(&mut client, &uri, &range(POD, "privileged: true"), json!(["quickfix"]));
        let title = format!("Ignore privileged-container {words}");
        let text = after(POD, &uri, titled(&all, &title));
        client.set(&uri, &text);
        client.until_has_not(&uri, "privileged-container");
        assert!(
            !client.has(&uri, "unused-suppression") && !client.has(&uri, "invalid-suppression")
        );
        client.leave();
    }
}

#[test]
fn the_configuration_is_made_when_there_is_none_and_added_to_when_there_is() {
    let title = "Ignore privileged-container in .kubesift.yaml";
    let folder = Folder::new(&[("a.yaml", POD)]);
    let mut client = Client::of(&folder);
    let uri = folder.uri("a.yaml");
    client.until_has(&uri, "privileged-container");
    let place = range(POD, "privileged: true");
    let all = actions(&mut client, &uri, &place, json!(["quickfix"]));
    let changes = titled(&all, title)["edit"]["documentChanges"].clone();
    let config = folder.uri(".kubesift.yaml");
    assert_eq!((&changes[0]["kind"], &changes[0]["uri"]), (&json!("create"), &json!(config)));
    let text = edited("", changes[1]["edits"].as_array().unwrap());
    folder.write(".kubesift.yaml", &text);
    let created = json!({"changes": [{"uri": config, "type": 1}]});
    client.notify("workspace/didChangeWatchedFiles", created);
    client.until_has_not(&uri, "privileged-container");

    let text = "# ours\nchecks:\n  host-network: off\n";
    client.open(&config, text);
    client.until_has(&uri, "privileged-container");
    let all = actions(&mut client, &uri, &place, json!(["quickfix"]));
    let text = after(text, &config, titled(&all, title));
    assert!(text.starts_with("# ours\nchecks:\n  host-network: off\nignore:\n"), "{text}");
    client.set(&config, &text);
    client.until_has_not(&uri, "privileged-container");
    client.leave();
}

#[test]
fn a_missing_policy_is_created_and_the_finding_is_gone() {
    let folder = Folder::new(&[("web.yaml", crate::client::DEPLOYMENT)]);
    let mut client = Client::of(&folder);
    let uri = folder.uri("web.yaml");
    client.until_has(&uri, "namespace-without-network-policy");
    let place = client.diagnostic(&uri, "namespace-without-network-policy")["range"].clone();
    let all = actions(&mut client, &uri, &place, json!(["quickfix"]));
    let changes =
        titled(&all, "Create the missing NetworkPolicy")["edit"]["documentChanges"].clone();
    assert_eq!(changes[0]["kind"], "create");
    let policy = changes[0]["uri"].as_str().unwrap().to_owned();
    assert!(policy.starts_with(&folder.uri("")), "{policy}");
    client.open(&policy, &edited("", changes[1]["edits"].as_array().unwrap()));
    client.until_has_not(&uri, "namespace-without-network-policy");
    client.leave();
}
