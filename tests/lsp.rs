//! The language server as a program: what goes over its pipes, and how it ends.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

static FOLDERS: AtomicU32 = AtomicU32::new(0);

/// A folder that goes when the test does.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let name = format!("kubesift-pipes-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).expect("a folder");
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

struct Server {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Server {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_kubesift"))
            .arg("lsp")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program");
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        Self { child, input, output }
    }

    fn send(&mut self, message: Value) {
        let text = message.to_string();
        let input = self.input.as_mut().expect("a pipe");
        write!(input, "Content-Length: {}\r\n\r\n{text}", text.len()).expect("a reader");
        input.flush().expect("a reader");
    }

    fn receive(&mut self) -> Value {
        let mut size = 0;
        loop {
            let mut line = String::new();
            assert!(self.output.read_line(&mut line).expect("a line") > 0, "the server is gone");
            match line.trim_end().strip_prefix("Content-Length: ") {
                Some(number) => size = number.parse().expect("a number"),
                None if line.trim_end().is_empty() => break,
                None => {}
            }
        }
        let mut body = vec![0; size];
        self.output.read_exact(&mut body).expect("a message");
        serde_json::from_slice(&body).expect("JSON")
    }

    fn until(&mut self, holds: impl Fn(&Value) -> bool) -> Value {
        loop {
            let message = self.receive();
            if holds(&message) {
                return message;
            }
        }
    }

    fn initialize(&mut self, folder: &Folder) -> Value {
        let root = format!("file://{}", folder.0.display());
        self.send(json!({
            "jsonrpc": "2.0", "id": 1, "method": "initialize",
            "params": {"processId": null, "rootUri": root, "capabilities": {}},
        }));
        let answer = self.until(|one| one["id"] == 1);
        self.send(json!({"jsonrpc": "2.0", "method": "initialized", "params": {}}));
        answer
    }

    fn code(mut self) -> Option<i32> {
        let mut rest = Vec::new();
        let _ = self.output.read_to_end(&mut rest);
        self.child.wait().expect("an end").code()
    }
}

#[test]
fn a_file_is_looked_at_and_the_end_is_as_it_should_be() {
    let folder = Folder::new();
    let mut server = Server::start(&["--stdio"]);
    let answer = server.initialize(&folder);
    assert_eq!(answer["result"]["serverInfo"]["name"], "kubesift");
    assert_eq!(answer["result"]["serverInfo"]["version"], env!("CARGO_PKG_VERSION"));
    let uri = format!("file://{}/a.yaml", folder.0.display());
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: a\n    \
                image: a:1\n    securityContext: {privileged: true}\n";
    server.send(json!({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {
        "textDocument": {"uri": uri, "languageId": "yaml", "version": 1, "text": text},
    }}));
    let told = server.until(|one| one["method"] == "textDocument/publishDiagnostics");
    assert_eq!(told["params"]["uri"], uri);
    assert!(told.to_string().contains("privileged-container"));
    server.send(
        json!({"jsonrpc": "2.0", "id": 2, "method": "workspace/executeCommand", "params": {
            "command": "kubesift.explain", "arguments": ["privileged-container"],
        }}),
    );
    let page = server.until(|one| one["id"] == 2);
    assert!(page["result"].as_str().expect("a page").starts_with("# privileged-container\n"));
    server.send(json!({"jsonrpc": "2.0", "id": 3, "method": "shutdown"}));
    server.until(|one| one["id"] == 3);
    server.send(json!({"jsonrpc": "2.0", "method": "exit"}));
    assert_eq!(server.code(), Some(0));
}

#[test]
fn a_client_that_does_not_say_goodbye_is_told_by_the_exit_code() {
    let folder = Folder::new();
    let mut server = Server::start(&[]);
    server.initialize(&folder);
    server.send(json!({"jsonrpc": "2.0", "method": "exit"}));
    assert_eq!(server.code(), Some(1));
    let mut server = Server::start(&[]);
    server.initialize(&folder);
    // Gone without a word: nobody is there to serve.
    server.input = None;
    assert_eq!(server.code(), Some(0));
}

#[test]
fn the_server_has_a_version_and_help() {
    for (flag, words) in [("--version", env!("CARGO_PKG_VERSION")), ("--help", "language server")] {
        let mut server = Server::start(&[flag]);
        let mut text = String::new();
        server.output.read_to_string(&mut text).expect("text");
        assert_eq!(server.code(), Some(0));
        assert!(text.contains(words), "{text}");
    }
}
