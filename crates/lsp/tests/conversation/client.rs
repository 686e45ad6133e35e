//! A client that keeps what it is told.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use kubesift_engine::{Date, Entry};
use kubesift_lsp::{EditorSettings, End, Offer, serve};
use kubesift_project::{Disk, Request};
use kubesift_source::System;
use lsp_server::{Connection, Message, Notification, RequestId, Response, ResponseError};
use serde_json::{Value, json};

/// Longer than anything here takes, so that a test that waits in vain ends.
const GUARD: Duration = Duration::from_secs(120);

static FOLDERS: AtomicU32 = AtomicU32::new(0);

/// A folder of files that goes when the test does.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let name = format!("kubesift-lsp-{}-{number}", std::process::id());
        let folder = Self(std::env::temp_dir().join(name));
        fs::create_dir_all(&folder.0).unwrap();
        for (path, text) in files {
            folder.write(path, text);
        }
        folder
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn uri(&self, path: &str) -> String {
        let path = if path.is_empty() { self.0.clone() } else { self.0.join(path) };
        format!("file://{}", path.display())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// How a conversation is to begin.
pub struct Start {
    pub capabilities: Value,
    pub options: Value,
    /// What it answers when it is asked for settings.
    pub settings: Value,
    pub folders: Vec<String>,
    pub checks: &'static [Entry],
    pub system: Arc<dyn System>,
}

impl Default for Start {
    fn default() -> Self {
        Self {
            capabilities: full(),
            options: json!({}),
            settings: json!({}),
            folders: Vec::new(),
            checks: kubesift_checks::ALL,
            system: Arc::new(Disk),
        }
    }
}

/// What a good client can that does not ask for diagnostics.
pub fn full() -> Value {
    json!({
        "general": {"positionEncodings": ["utf-16"]},
        "textDocument": {
            "publishDiagnostics": {
                "relatedInformation": true, "versionSupport": true, "codeDescriptionSupport": true,
                "dataSupport": true, "tagSupport": {"valueSet": [1, 2]},
            },
            "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}},
        },
        "workspace": {
            "workspaceEdit": {
                "documentChanges": true, "resourceOperations": ["create"],
                "changeAnnotationSupport": {},
            },
            "applyEdit": true,
        },
    })
}

/// The same for one that asks.
pub fn pulling() -> Value {
    let mut all = full();
    all["textDocument"]["diagnostic"] = json!({"relatedDocumentSupport": true});
    all
}

pub struct Client {
    connection: Connection,
    server: Option<JoinHandle<End>>,
    pub answer: Value,
    next: i32,
    settings: Value,
    /// The last diagnostics of each document, and how often they came.
    pub published: BTreeMap<String, Value>,
    pub times: BTreeMap<String, usize>,
    /// All that was told otherwise.
    pub told: Vec<Notification>,
    /// All that was asked.
    pub asked: Vec<(String, Value)>,
    versions: BTreeMap<String, i32>,
}

fn request(folder: &Path, settings: &EditorSettings) -> (Request<'static>, Vec<String>) {
    let mut request = Request::new(folder, Date { year: 2026, month: 1, day: 1 });
    if settings.profile.as_deref() == Some("broken") {
        return (request, vec!["`broken` is no profile".to_owned()]);
    }
    if let Some(config) = &settings.config {
        request.config = kubesift_project::ConfigFile::At(config.into());
    }
    (request, Vec::new())
}

fn explain(name: &str) -> Option<String> {
    assert!(name != "panic", "as the test wants it");
    let entry = kubesift_checks::ALL.iter().find(|entry| entry.name == name)?;
    Some(entry.docs.to_owned())
}

impl Client {
    /// A conversation about a folder, as far as `initialized`.
    pub fn of(folder: &Folder) -> Self {
        Self::with(Start { folders: vec![folder.uri("")], ..Start::default() })
    }

    pub fn with(start: Start) -> Self {
        let (theirs, connection) = Connection::memory();
        let offer = Offer {
            version: "1.2.3",
            checks: start.checks,
            system: start.system,
            request,
            explain,
            graph: |_, build| Some(format!("build {}", build.0)),
        };
        let server = std::thread::spawn(move || serve(theirs, offer));
        let mut client = Self {
            connection,
            server: Some(server),
            answer: Value::Null,
            next: 0,
            settings: start.settings,
            published: BTreeMap::new(),
            times: BTreeMap::new(),
            told: Vec::new(),
            asked: Vec::new(),
            versions: BTreeMap::new(),
        };
        let folder = |uri: &String| json!({"uri": uri, "name": uri});
        let folders: Vec<Value> = start.folders.iter().map(folder).collect();
        let params = json!({
            "processId": null, "rootUri": null, "workspaceFolders": folders,
            "capabilities": start.capabilities, "initializationOptions": start.options,
        });
        client.answer = client.request("initialize", params).unwrap();
        client.notify("initialized", json!({}));
        client
    }

    pub fn notify(&self, method: &str, params: Value) {
        let notification = Notification { method: method.to_owned(), params };
        self.connection.sender.send(notification.into()).unwrap();
    }

    /// Sends a request and does not wait for its answer.
    pub fn send(&mut self, method: &str, params: Value) -> RequestId {
        self.next += 1;
        let id = RequestId::from(self.next);
        let request = lsp_server::Request { id: id.clone(), method: method.to_owned(), params };
        self.connection.sender.send(request.into()).unwrap();
        id
    }

    pub fn wait(&mut self, id: &RequestId) -> Result<Value, ResponseError> {
        loop {
            if let Some(response) = self.receive().filter(|response| response.id == *id) {
                return response.response_result;
            }
        }
    }

    pub fn request(&mut self, method: &str, params: Value) -> Result<Value, ResponseError> {
        let id = self.send(method, params);
        self.wait(&id)
    }

    /// Takes in one message; gives it when it is an answer.
    fn receive(&mut self) -> Option<Response> {
        let message = self.connection.receiver.recv_timeout(GUARD).expect("a message");
        match message {
            Message::Response(response) => return Some(response),
            Message::Request(request) => {
                let result = match request.method.as_str() {
                    "workspace/configuration" => json!([self.settings]),
                    _ => Value::Null,
                };
                self.asked.push((request.method, request.params));
                let response = Response::new_ok(request.id, result);
                self.connection.sender.send(response.into()).unwrap();
            }
            Message::Notification(one) if one.method == "textDocument/publishDiagnostics" => {
                let uri = one.params["uri"].as_str().unwrap().to_owned();
                *self.times.entry(uri.clone()).or_default() += 1;
                self.published.insert(uri, one.params);
            }
            Message::Notification(one) => self.told.push(one),
        }
        None
    }

    /// Takes in messages until something holds.
    pub fn until(&mut self, holds: impl Fn(&Self) -> bool) {
        while !holds(self) {
            if let Some(response) = self.receive() {
                panic!("nobody waits for {response:?}");
            }
        }
    }

    /// The checks that a document has findings of, sorted.
    pub fn checks(&self, uri: &str) -> Vec<String> {
        let all = self.published.get(uri).and_then(|one| one["diagnostics"].as_array().cloned());
        let code = |one: &Value| one["code"].as_str().unwrap().to_owned();
        let mut codes: Vec<String> = all.unwrap_or_default().iter().map(code).collect();
        codes.sort();
        codes
    }

    pub fn has(&self, uri: &str, check: &str) -> bool {
        self.checks(uri).iter().any(|one| one == check)
    }

    pub fn diagnostic(&self, uri: &str, check: &str) -> Value {
        let all = self.published[uri]["diagnostics"].as_array().cloned().unwrap_or_default();
        all.into_iter().find(|one| one["code"] == check).expect("a diagnostic")
    }

    pub fn until_has(&mut self, uri: &str, check: &str) {
        self.until(|client| client.has(uri, check));
    }

    pub fn until_has_not(&mut self, uri: &str, check: &str) {
        self.until(|client| client.published.contains_key(uri) && !client.has(uri, check));
    }

    /// Waits for what is said of the text as it is.
    pub fn until_said(&mut self, uri: &str) {
        let version = self.versions[uri];
        self.until(|client| client.published.get(uri).is_some_and(|one| one["version"] == version));
    }

    pub fn open(&mut self, uri: &str, text: &str) {
        self.versions.insert(uri.to_owned(), 1);
        self.notify(
            "textDocument/didOpen",
            json!({"textDocument": {"uri": uri, "languageId": "yaml", "version": 1, "text": text}}),
        );
    }

    /// Changes all of a document.
    pub fn set(&mut self, uri: &str, text: &str) {
        self.change(uri, json!([{"text": text}]));
    }

    pub fn change(&mut self, uri: &str, changes: Value) {
        let version = self.versions.get_mut(uri).expect("an open document");
        *version += 1;
        let version = *version;
        self.notify(
            "textDocument/didChange",
            json!({"textDocument": {"uri": uri, "version": version}, "contentChanges": changes}),
        );
    }

    pub fn close(&mut self, uri: &str) {
        self.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
    }

    /// Ends the conversation as it should be ended.
    pub fn leave(mut self) -> End {
        self.request("shutdown", Value::Null).unwrap();
        self.exit()
    }

    pub fn exit(mut self) -> End {
        self.notify("exit", Value::Null);
        self.server.take().unwrap().join().unwrap()
    }

    /// Is gone without a word.
    pub fn vanish(mut self) -> End {
        let server = self.server.take().unwrap();
        drop(self);
        server.join().unwrap()
    }
}

/// The range of some words of a text, in UTF-16; `position` of its start.
pub fn range(text: &str, words: &str) -> Value {
    let start = text.find(words).expect("words of the text");
    json!({"start": position(text, start), "end": position(text, start + words.len())})
}

pub fn position(text: &str, at: usize) -> Value {
    let line = text[..at].matches('\n').count();
    let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
    json!({"line": line, "character": text[start..at].encode_utf16().count()})
}

/// A text with edits of the protocol made, positions in UTF-16.
pub fn edited(text: &str, edits: &[Value]) -> String {
    let offset = |position: &Value| {
        let line = position["line"].as_u64().unwrap() as usize;
        let start = text.split_inclusive('\n').take(line).map(str::len).sum::<usize>();
        let mut units = position["character"].as_u64().unwrap() as usize;
        let mut at = start;
        for char in text[start..].chars().take_while(|char| *char != '\n') {
            if units == 0 {
                break;
            }
            units -= char.len_utf16();
            at += char.len_utf8();
        }
        at
    };
    let mut edits: Vec<(usize, usize, &str)> = edits
        .iter()
        .map(|edit| {
            let range = &edit["range"];
            (offset(&range["start"]), offset(&range["end"]), edit["newText"].as_str().unwrap())
        })
        .collect();
    edits.sort();
    let mut out = text.to_owned();
    for (start, end, new) in edits.into_iter().rev() {
        out.replace_range(start..end, new);
    }
    out
}

pub const POD: &str = "\
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: nginx:1.25
    securityContext:
      privileged: true
";

pub const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
      - name: web
        image: nginx:1.25
";

pub const SERVICE: &str = "\
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
  - port: 80
";
