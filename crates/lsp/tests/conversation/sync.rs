//! Texts kept up to date: encodings, changes, versions, the ends of a conversation.

use kubesift_lsp::End;
use serde_json::json;

use crate::client::{Client, Folder, POD, Start, full, position, range};

/// A pod whose network stands behind letters that are longer than a byte, and than a unit.
const LETTERS: &str = "{apiVersion: v1, kind: Pod, metadata: {name: web, annotations: {a: \"é\u{1f600}\"}}, \
                       spec: {hostNetwork: true, containers: [{name: a, image: \"a:1\"}]}}\n";

fn column(encodings: serde_json::Value) -> (String, u64) {
    let folder = Folder::new(&[("a.yaml", LETTERS)]);
    let mut capabilities = full();
    capabilities["general"]["positionEncodings"] = encodings;
    let folders = vec![folder.uri("")];
    let mut client = Client::with(Start { capabilities, folders, ..Start::default() });
    let uri = folder.uri("a.yaml");
    client.until_has(&uri, "host-network");
    let found = client.diagnostic(&uri, "host-network");
    let character = found["range"]["start"]["character"].as_u64().unwrap();
    let before = LETTERS.split("hostNetwork").next().unwrap();
    let agreed = client.answer["capabilities"]["positionEncoding"].as_str().unwrap().to_owned();
    let want = match agreed.as_str() {
        "utf-8" => before.len(),
        "utf-16" => before.encode_utf16().count(),
        _ => before.chars().count(),
    };
    assert_eq!(character, want as u64, "{agreed}");
    client.leave();
    (agreed, character)
}

#[test]
fn positions_count_what_was_agreed_on() {
    let (utf8, bytes) = column(json!(["utf-16", "utf-8"]));
    let (utf16, units) = column(json!(["utf-16"]));
    let (utf32, chars) = column(json!(["utf-32"]));
    assert_eq!((&*utf8, &*utf16, &*utf32), ("utf-8", "utf-16", "utf-32"));
    // é is two bytes; the face four bytes and two units.
    assert_eq!((bytes - chars, units - chars), (4, 1));
}

#[test]
fn changes_of_a_part_are_followed() {
    let folder = Folder::new(&[]);
    let mut client = Client::of(&folder);
    let uri = folder.uri("a.yaml");
    let text = POD.replace("nginx", "é\u{1f600}");
    client.open(&uri, &text);
    client.until_has(&uri, "privileged-container");
    client.change(&uri, json!([{"range": range(&text, "true"), "text": "false"}]));
    client.until_has_not(&uri, "privileged-container");
    // Two changes in one message, the second of the text after the first.
    let text = text.replace("privileged: true", "privileged: false");
    client.change(
        &uri,
        json!([
            {"range": range(&text, "false"), "text": "true"},
            {"range": range(&text, "kind: Pod"), "text": "kind: Pod # one"},
        ]),
    );
    client.until_has(&uri, "privileged-container");
    assert_eq!(client.diagnostic(&uri, "privileged-container")["range"]["start"]["line"], 9);
    client.leave();
}

#[test]
fn what_is_said_carries_the_version_of_the_text() {
    let folder = Folder::new(&[]);
    let mut client = Client::of(&folder);
    let uri = folder.uri("a.yaml");
    client.open(&uri, POD);
    for number in 0..20 {
        let line = position(POD, POD.find("nginx").unwrap() + number % 3);
        client.change(&uri, json!([{"range": {"start": line, "end": line}, "text": "x"}]));
    }
    client.until_said(&uri);
    assert_eq!(client.published[&uri]["version"], 21);
    client.leave();
}

#[test]
fn a_client_without_versions_is_told_none() {
    let folder = Folder::new(&[("a.yaml", POD)]);
    let folders = vec![folder.uri("")];
    let mut client = Client::with(Start { capabilities: json!({}), folders, ..Start::default() });
    let uri = folder.uri("a.yaml");
    client.open(&uri, POD);
    client.until_has(&uri, "privileged-container");
    assert!(client.published[&uri].get("version").is_none());
    let one = client.diagnostic(&uri, "privileged-container");
    assert!(one.get("codeDescription").is_none() && one.get("relatedInformation").is_none());
    client.leave();
}

#[test]
fn a_conversation_ends_as_the_client_ends_it() {
    let folder = Folder::new(&[("a.yaml", POD)]);
    assert_eq!(Client::of(&folder).leave(), End::Orderly);
    assert_eq!(Client::of(&folder).exit(), End::Abrupt);
    assert_eq!(Client::of(&folder).vanish(), End::Orderly);
    let mut client = Client::of(&folder);
    client.request("shutdown", json!(null)).unwrap();
    let late = client.request("textDocument/definition", json!({})).unwrap_err();
    assert_eq!(late.code, -32602);
    assert_eq!(client.exit(), End::Orderly);
}

#[test]
fn a_request_is_cancelled_or_not_known() {
    let folder = Folder::new(&[("a.yaml", POD)]);
    let mut client = Client::of(&folder);
    let unknown = client.request("textDocument/nonsense", json!({})).unwrap_err();
    assert_eq!(unknown.code, -32601);
    let params = json!({"textDocument": {"uri": folder.uri("a.yaml")}, "position": {"line": 0, "character": 0}});
    let ids: Vec<_> =
        (0..50).map(|_| client.send("textDocument/definition", params.clone())).collect();
    for id in &ids {
        let id: i32 = id.to_string().parse().unwrap();
        client.notify("$/cancelRequest", json!({"id": id}));
    }
    for id in &ids {
        // Each is answered exactly once: in time, or with the news that it was cancelled.
        if let Err(error) = client.wait(id) {
            assert_eq!(error.code, -32800);
        }
    }
    client.leave();
}
