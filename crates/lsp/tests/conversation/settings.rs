//! Settings of the editor and of the project, right and wrong.

use serde_json::{Value, json};

use crate::client::{Client, Folder, POD, Start, full};

fn shown(client: &Client) -> Vec<String> {
    let shown = client.told.iter().filter(|one| one.method == "window/showMessage");
    shown.map(|one| one.params["message"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_mistake_in_the_configuration_is_told_where_it_stands() {
    let folder = Folder::new(&[("a.yaml", POD), (".kubesift.yaml", "profile: default\n")]);
    let mut client = Client::of(&folder);
    let (pod, config) = (folder.uri("a.yaml"), folder.uri(".kubesift.yaml"));
    client.until_has(&pod, "privileged-container");
    client.open(&config, "profile: default\nchecks:\n  privileged-contaner: off\n");
    client.until_has(&config, "configuration");
    let one = client.diagnostic(&config, "configuration");
    assert_eq!((&one["range"]["start"]["line"], &one["severity"]), (&json!(2), &json!(1)));
    // What was found before stands meanwhile.
    assert!(client.has(&pod, "privileged-container"));
    client.set(&config, "profile: default\nchecks:\n  privileged-container: off\n");
    client.until_has_not(&config, "configuration");
    client.until_has_not(&pod, "privileged-container");
    client.leave();
}

#[test]
fn settings_are_asked_for_before_anything_is_said() {
    let folder =
        Folder::new(&[("a.yaml", POD), ("b/off.yaml", "checks: {privileged-container: off}\n")]);
    let mut capabilities = full();
    capabilities["workspace"]["configuration"] = json!(true);
    let config = folder.0.join("b/off.yaml").display().to_string();
    let mut client = Client::with(Start {
        capabilities,
        settings: json!({"config": config}),
        folders: vec![folder.uri("")],
        ..Start::default()
    });
    let uri = folder.uri("a.yaml");
    client.open(&uri, POD);
    // What is said first, of the file alone, is said under these settings too.
    client.until_said(&uri);
    assert!(!client.has(&uri, "privileged-container"));
    client.until_has(&uri, "namespace-without-network-policy");
    assert!(!client.has(&uri, "privileged-container"));
    client.leave();
}

#[test]
fn settings_may_change() {
    let folder =
        Folder::new(&[("a.yaml", POD), ("b/off.yaml", "checks: {privileged-container: off}\n")]);
    let mut client = Client::of(&folder);
    let uri = folder.uri("a.yaml");
    client.until_has(&uri, "privileged-container");
    let set = |client: &Client, section: Value| {
        client
            .notify("workspace/didChangeConfiguration", json!({"settings": {"kubesift": section}}));
    };
    set(&client, json!({"config": folder.0.join("b/off.yaml").display().to_string()}));
    client.until_has_not(&uri, "privileged-container");
    set(&client, json!({"profile": "broken", "select": 7}));
    client.until_has(&uri, "privileged-container");
    let shown = shown(&client);
    assert!(shown.iter().any(|one| one.contains("kubesift.select")), "{shown:?}");
    assert_eq!(shown.iter().filter(|one| one.contains("`broken`")).count(), 1, "{shown:?}");
    client.leave();
}

#[test]
fn pages_and_graphs_are_given_on_command() {
    let folder = Folder::new(&[("a.yaml", POD)]);
    let mut client = Client::of(&folder);
    let mut run = |command: &str, arguments: Value| {
        let params = json!({"command": command, "arguments": arguments});
        client.request("workspace/executeCommand", params)
    };
    let page = run("kubesift.explain", json!(["privileged-container"])).unwrap();
    assert!(page.as_str().unwrap().contains("privileged"));
    assert_eq!(run("kubesift.explain", json!(["no-such-check"])).unwrap(), Value::Null);
    let graph = run("kubesift.showGraph", json!([folder.uri("a.yaml")])).unwrap();
    assert_eq!(graph, "build 0");
    assert_eq!(run("kubesift.showGraph", json!([folder.uri("none.yaml")])).unwrap(), Value::Null);
    assert_eq!(run("kubesift.nonsense", json!([])).unwrap_err().code, -32602);
    assert_eq!(run("kubesift.explain", json!([])).unwrap_err().code, -32602);
    client.leave();
}

#[test]
fn pages_of_checks_are_opened_by_clients_that_can() {
    let folder = Folder::new(&[("a.yaml", POD)]);
    let open = |capabilities: Value| {
        let mut client =
            Client::with(Start { capabilities, folders: vec![folder.uri("")], ..Start::default() });
        let params = json!({"command": "kubesift.openDocs", "arguments": ["privileged-container"]});
        let url = client.request("workspace/executeCommand", params).unwrap();
        let params = json!({"command": "kubesift.openDocs", "arguments": ["no-such-check"]});
        assert_eq!(client.request("workspace/executeCommand", params).unwrap(), Value::Null);
        let asked = client.asked.iter().filter(|one| one.0 == "window/showDocument");
        let asked: Vec<Value> = asked.map(|one| one.1["uri"].clone()).collect();
        client.leave();
        (url, asked)
    };
    let (url, asked) = open(full());
    assert!(url.as_str().unwrap().ends_with("privileged-container"), "{url}");
    assert!(asked.is_empty());
    let mut capabilities = full();
    capabilities["window"]["showDocument"] = json!({"support": true});
    let (url, asked) = open(capabilities);
    assert_eq!(asked, [url]);
}

#[test]
fn builds_are_rendered_on_command() {
    let folder = Folder::new(&[
        ("base/kustomization.yaml", "resources: [pod.yaml]\n"),
        ("base/pod.yaml", POD),
        ("dev/kustomization.yaml", "namePrefix: dev-\nresources: [../base]\n"),
        ("prod/kustomization.yaml", "namePrefix: prod-\nresources: [../base]\n"),
        ("plain.yaml", POD),
    ]);
    let mut client = Client::of(&folder);
    let mut render = |path: &str| {
        let params = json!({"command": "kubesift.render", "arguments": [folder.uri(path)]});
        client.request("workspace/executeCommand", params).unwrap()
    };
    let both = render("base/pod.yaml");
    let names: Vec<&str> =
        both.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["dev", "prod"]);
    assert!(both[1]["text"].as_str().unwrap().contains("  name: prod-"), "{both}");
    let own = render("dev/kustomization.yaml");
    assert_eq!((own.as_array().unwrap().len(), &own[0]["name"]), (1, &json!("dev")));
    assert_eq!(render("plain.yaml"), json!([]));
    assert_eq!(render("none.yaml"), Value::Null);
    client.leave();
}

#[test]
fn words_are_told_to_those_who_want_them() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: \"wéb\"\nspec:\n  serviceAccountName: lost\n";
    let folder = Folder::new(&[("a.yaml", text)]);
    let mut client = Client::of(&folder);
    let uri = folder.uri("a.yaml");
    client.open(&uri, text);
    let ask = |client: &mut Client| {
        let params = json!({"textDocument": {"uri": uri}});
        client.request("textDocument/semanticTokens/full", params).unwrap()
    };
    assert_eq!(ask(&mut client), Value::Null);
    let on = json!({"settings": {"kubesift": {"features": {"semanticTokens": true}}}});
    client.notify("workspace/didChangeConfiguration", on);
    // A kind; a name that is declared, two lines below; an account that nobody has.
    let data = json!([1, 6, 3, 0, 0, 2, 8, 5, 1, 1, 2, 22, 4, 1, 2]);
    assert_eq!(ask(&mut client)["data"], data);
    client.leave();
}

#[test]
fn everything_is_read_again_on_command() {
    let folder = Folder::new(&[("a.yaml", POD)]);
    let mut client = Client::of(&folder);
    let uri = folder.uri("a.yaml");
    client.until_has(&uri, "privileged-container");
    folder.write("a.yaml", &POD.replace("true", "false"));
    let params = json!({"command": "kubesift.checkWorkspace"});
    assert_eq!(client.request("workspace/executeCommand", params).unwrap(), Value::Null);
    client.until_has_not(&uri, "privileged-container");
    client.leave();
}
