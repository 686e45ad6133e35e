//! The thread that owns the state: takes messages in their order, hands requests to others with a
//! snapshot, and has folders analysed when nothing more waits to be read.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::RecvTimeoutError;
use foldhash::HashSet;
use kubesift_project::Change;
use lsp_server::{Connection, Message, Notification, Request, RequestId, Response};
use lsp_types::{
    DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    DidSaveTextDocumentParams, Uri,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::analyst::{Shared, Task};
use crate::capabilities::{self, Features};
use crate::client::{Client, Failure, Kind};
use crate::commands::CHECK_WORKSPACE;
use crate::documents::Documents;
use crate::folders::{Folder, concerned};
use crate::pool::Pool;
use crate::system::real;
use crate::view::{Place, View};
use crate::watched::{self, Meaning};
use crate::{EditorSettings, End, Offer, requests, settings, uri};

/// How long the first analysis waits for the client to say its settings.
const PATIENCE: Duration = Duration::from_millis(500);

/// Speaks with a client until it leaves.
pub fn serve(connection: Connection, offer: Offer) -> End {
    let Connection { sender, receiver } = connection;
    let (id, params) = loop {
        match receiver.recv() {
            Ok(Message::Request(request)) if request.method == "initialize" => {
                break (request.id, request.params);
            }
            Ok(Message::Request(request)) => {
                let message = "`initialize` comes first".to_owned();
                let _ = sender.send(Response::new_err(request.id, -32002, message).into());
            }
            Ok(Message::Notification(one)) if one.method == "exit" => return End::Abrupt,
            Ok(_) => {}
            Err(_) => return End::Orderly,
        }
    };
    let (client, outbox) = Client::new(Features::read(&params), sender);
    let mut server = Server::new(client, offer, &params);
    server.client.expect(id.clone());
    let answer = capabilities::answer(&server.client.features, server.offer.version);
    server.client.answer(id, Ok(answer));
    let end = server.run(&receiver);
    server.end();
    if let Some(outbox) = outbox {
        let _ = outbox.join();
    }
    end
}

struct Server {
    client: Arc<Client>,
    offer: Arc<Offer>,
    shared: Arc<Shared>,
    settings: Arc<EditorSettings>,
    documents: Documents,
    folders: Vec<Folder>,
    next_folder: u32,
    pool: Pool,
    /// Documents whose text is not what the sessions know.
    touched: HashSet<PathBuf>,
    /// The question for settings that is not answered yet.
    asked: Option<RequestId>,
    /// Nothing is analysed before `initialized`.
    is_initialized: bool,
    /// How long the first analysis waits for the answer.
    hold: Option<Instant>,
    is_shut_down: bool,
}

impl Server {
    fn new(client: Client, offer: Offer, params: &Value) -> Self {
        let options = params.get("initializationOptions").unwrap_or(&Value::Null);
        let (settings, wrong) = EditorSettings::read(options);
        let mut server = Self {
            documents: Documents::new(client.encoding()),
            client: Arc::new(client),
            offer: Arc::new(offer),
            shared: Arc::default(),
            settings: Arc::new(settings),
            folders: Vec::new(),
            next_folder: 0,
            pool: Pool::new(),
            touched: HashSet::default(),
            asked: None,
            is_initialized: false,
            hold: None,
            is_shut_down: false,
        };
        for folder in capabilities::folders(params) {
            server.add_folder(&folder);
        }
        server.say_wrong(&wrong);
        server.say_wrong_settings();
        server
    }

    fn run(&mut self, receiver: &crossbeam_channel::Receiver<Message>) -> End {
        loop {
            let message = match self.hold {
                Some(deadline) => receiver.recv_deadline(deadline),
                None => receiver.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match message {
                Ok(message) => {
                    if self.take(message) {
                        return self.left();
                    }
                    // All that waits is taken in before anything is analysed.
                    while let Ok(message) = receiver.try_recv() {
                        if self.take(message) {
                            return self.left();
                        }
                    }
                }
                Err(RecvTimeoutError::Timeout) => self.hold = None,
                Err(RecvTimeoutError::Disconnected) => return End::Orderly,
            }
            self.look();
        }
    }

    fn left(&self) -> End {
        if self.is_shut_down { End::Orderly } else { End::Abrupt }
    }

    /// Takes a message; true when it is the last one.
    fn take(&mut self, message: Message) -> bool {
        if let Message::Notification(one) = &message
            && one.method == "exit"
        {
            return true;
        }
        if catch_unwind(AssertUnwindSafe(|| self.handle(message))).is_err() {
            self.client.log(Kind::Error, "a defect of kubesift: a message was lost");
        }
        false
    }

    fn handle(&mut self, message: Message) {
        match message {
            Message::Request(request) => self.request(request),
            Message::Response(response) => self.response(response),
            Message::Notification(notification) => self.notification(notification),
        }
    }

    fn request(&mut self, request: Request) {
        let Request { id, method, params } = request;
        self.client.expect(id.clone());
        if self.is_shut_down {
            let failure = Failure::Invalid("the server is shut down".to_owned());
            return self.client.answer(id, Err(failure));
        }
        if method == "shutdown" {
            self.is_shut_down = true;
            return self.client.answer(id, Ok(Value::Null));
        }
        if method == "workspace/executeCommand"
            && params.get("command").and_then(Value::as_str) == Some(CHECK_WORKSPACE)
        {
            self.forget_all();
            return self.client.answer(id, Ok(Value::Null));
        }
        let Some((lane, handler)) = requests::handler(&method) else {
            return self.client.answer(id, Err(Failure::Unknown(method)));
        };
        self.flush();
        let view = self.view();
        self.pool.run(lane, move || {
            if !view.client.is_expected(&id) {
                return;
            }
            let answer = catch_unwind(AssertUnwindSafe(|| handler(&view, params)));
            let answer = answer.unwrap_or_else(|_| {
                view.client.log(Kind::Error, &format!("a defect of kubesift in `{method}`"));
                Err(Failure::Panic)
            });
            view.client.answer(id, answer);
        });
    }

    fn response(&mut self, response: Response) {
        if self.asked.as_ref() != Some(&response.id) {
            return;
        }
        (self.asked, self.hold) = (None, None);
        match response.response_result {
            // One section was asked for.
            Ok(Value::Array(sections)) => self.set(sections.first().unwrap_or(&Value::Null)),
            Ok(_) => {}
            Err(error) => {
                self.client.log(Kind::Warning, &format!("no settings: {}", error.message))
            }
        }
    }

    fn notification(&mut self, notification: Notification) {
        let Notification { method, params } = notification;
        match method.as_str() {
            "initialized" => self.initialized(),
            "textDocument/didOpen" => self.with(&method, params, Self::did_open),
            "textDocument/didChange" => self.with(&method, params, Self::did_change),
            "textDocument/didSave" => self.with(&method, params, Self::did_save),
            "textDocument/didClose" => self.with(&method, params, Self::did_close),
            "workspace/didChangeWatchedFiles" => self.did_change_files(&params),
            "workspace/didChangeWorkspaceFolders" => self.did_change_folders(&params),
            "workspace/didChangeConfiguration" => self.did_change_configuration(&params),
            "$/cancelRequest" => match params.get("id") {
                Some(Value::Number(id)) => {
                    let id = id.as_i64().and_then(|id| i32::try_from(id).ok());
                    id.into_iter().for_each(|id| self.client.cancel(id.into()));
                }
                Some(Value::String(id)) => self.client.cancel(id.clone().into()),
                _ => {}
            },
            // What a client may say that a server need not know.
            _ => {}
        }
    }

    fn with<P: DeserializeOwned>(&mut self, method: &str, params: Value, handle: fn(&mut Self, P)) {
        match serde_json::from_value(params) {
            Ok(params) => handle(self, params),
            Err(error) => self.client.log(Kind::Warning, &format!("{method}: {error}")),
        }
    }

    fn initialized(&mut self) {
        self.is_initialized = true;
        let mut wanted = Vec::new();
        if self.client.features.watch {
            wanted.push(watched::registration());
        }
        if self.client.features.tell_settings {
            wanted.push(settings::registration());
        }
        if !wanted.is_empty() {
            let params = json!({ "registrations": wanted });
            self.client.request("client/registerCapability", params);
        }
        self.ask();
        self.hold = self.asked.as_ref().map(|_| Instant::now() + PATIENCE);
    }

    /// Asks for the settings, when the client gives them.
    fn ask(&mut self) {
        if self.client.features.configuration {
            let params = json!({ "items": [{ "section": "kubesift" }] });
            self.asked = Some(self.client.request("workspace/configuration", params));
        }
    }

    fn did_change_configuration(&mut self, params: &Value) {
        if self.client.features.configuration {
            self.ask();
        } else if let Some(section) = params.pointer("/settings/kubesift") {
            self.set(section);
        }
    }

    fn set(&mut self, section: &Value) {
        let (settings, wrong) = EditorSettings::read(section);
        self.say_wrong(&wrong);
        if settings == *self.settings {
            return;
        }
        self.settings = Arc::new(settings);
        self.say_wrong_settings();
    }

    /// Has all folders hold under the settings, and says once what is wrong with these.
    fn say_wrong_settings(&mut self) {
        let (offer, settings) = (&self.offer, &self.settings);
        let wrong: Vec<_> =
            self.folders.iter_mut().map(|folder| folder.set(offer, settings)).collect();
        self.say_wrong(wrong.first().map(Vec::as_slice).unwrap_or_default());
    }

    fn say_wrong(&self, wrong: &[String]) {
        for message in wrong {
            self.client.show(Kind::Warning, &format!("kubesift: {message}"));
        }
    }

    fn did_open(&mut self, params: DidOpenTextDocumentParams) {
        let document = params.text_document;
        let Some(path) = self.path_of(&document.uri) else { return };
        if self.is_homeless(&path) {
            if !is_manifest_language(&document.language_id, &path) {
                return;
            }
            self.add_alone(&path);
        }
        self.touched.insert(path.clone());
        self.documents.open(document.uri, path, document.version, document.text);
    }

    /// Where a document lies; none for one of a kind that is not known.
    fn path_of(&self, uri: &Uri) -> Option<PathBuf> {
        if let Some(path) = uri::to_path(uri.as_str()) {
            return Some(real(&*self.offer.system, &path));
        }
        // It lies nowhere: at a place that nothing else can have.
        let name = uri::is_untitled(uri.as_str()).then(|| uri::untitled_name(uri.as_str()))?;
        let home = self.folders.iter().find(|folder| folder.place.alone.is_none());
        let home = home.map_or(Path::new("/"), |folder| &folder.place.real);
        let path = home.join(name);
        Some(path)
    }

    fn did_change(&mut self, params: DidChangeTextDocumentParams) {
        let document = params.text_document;
        let uri = document.uri.as_str();
        match self.documents.change(uri, document.version, params.content_changes) {
            Ok(path) => {
                self.touched.insert(path.to_path_buf());
            }
            Err(message) => self.client.log(Kind::Warning, &message),
        }
    }

    fn did_save(&mut self, params: DidSaveTextDocumentParams) {
        let Some(path) = uri::to_path(params.text_document.uri.as_str()) else { return };
        if self.client.features.watch
            || self.documents.path(params.text_document.uri.as_str()).is_some()
        {
            return;
        }
        let path = real(&*self.offer.system, &path);
        self.disk_changed(&path, 2);
    }

    fn did_close(&mut self, params: DidCloseTextDocumentParams) {
        let Some(path) = self.documents.close(params.text_document.uri.as_str()) else { return };
        self.touched.remove(&path);
        let is_it = |folder: &Folder| folder.place.alone.as_ref() == Some(&path);
        if let Some(at) = self.folders.iter().position(is_it) {
            self.remove_folder(at);
        }
        for folder in concerned(&mut self.folders, &path) {
            folder.push(Change::Close { path: path.clone() });
        }
    }

    fn did_change_files(&mut self, params: &Value) {
        let changes = params.get("changes").and_then(Value::as_array);
        for change in changes.into_iter().flatten() {
            let path = change.get("uri").and_then(Value::as_str).and_then(uri::to_path);
            let kind = change.get("type").and_then(Value::as_u64);
            if let (Some(path), Some(kind)) = (path, kind) {
                self.disk_changed(&real(&*self.offer.system, &path), kind);
            }
        }
    }

    fn disk_changed(&mut self, path: &Path, kind: u64) {
        let system = Arc::clone(&self.offer.system);
        for folder in concerned(&mut self.folders, path) {
            let last = folder.last();
            match watched::meaning(&*system, last.as_deref(), path, kind) {
                Meaning::Nothing => continue,
                Meaning::Changes(changes) => changes.into_iter().for_each(|one| folder.push(one)),
                Meaning::Everything => folder.forget(),
            }
            folder.refresh = true;
        }
    }

    fn did_change_folders(&mut self, params: &Value) {
        let uris = |key: &str| -> Vec<Uri> {
            let folders = params.pointer(key).and_then(Value::as_array);
            let uri = |folder: &Value| folder.get("uri")?.as_str()?.parse().ok();
            folders.into_iter().flatten().filter_map(uri).collect()
        };
        for uri in uris("/event/removed") {
            let path = uri::to_path(uri.as_str());
            let is_it = |folder: &Folder| {
                folder.place.alone.is_none() && Some(&folder.place.given) == path.as_ref()
            };
            if let Some(at) = self.folders.iter().position(is_it) {
                self.remove_folder(at);
            }
        }
        for uri in uris("/event/added") {
            self.add_folder(&uri);
        }
        self.house_documents();
        // Whose file is whose has changed for the others too.
        for folder in &mut self.folders {
            (folder.dirty, folder.refresh) = (true, true);
        }
    }

    fn add_folder(&mut self, uri: &Uri) {
        let Some(given) = uri::to_path(uri.as_str()) else { return };
        let real = real(&*self.offer.system, &given);
        let same = |folder: &Folder| folder.place.alone.is_none() && folder.place.real == real;
        if !self.folders.iter().any(same) {
            self.add(Place { given, real, alone: None });
        }
    }

    fn add_alone(&mut self, path: &Path) {
        let folder = path.parent().unwrap_or(Path::new("/")).to_path_buf();
        let place = Place { given: folder.clone(), real: folder, alone: Some(path.to_path_buf()) };
        self.add(place);
    }

    fn add(&mut self, place: Place) {
        let id = self.next_folder;
        self.next_folder += 1;
        let mut folder = Folder::new(id, place, &self.offer, &self.settings);
        let whole = folder.place.alone.is_none();
        let inside =
            |path: &&PathBuf| folder.place.holds(path) && !(whole && uri::is_nowhere(path));
        let inside: Vec<&PathBuf> = self.documents.paths().filter(inside).collect();
        for path in inside {
            if let Some(text) = self.documents.text(path) {
                folder.push(Change::Open { path: path.clone(), text });
            }
        }
        self.folders.push(folder);
    }

    fn remove_folder(&mut self, at: usize) {
        let folder = self.folders.remove(at);
        let id = folder.id;
        folder.end();
        self.shared.status.gone(id);
        self.shared.published.none(&self.view(), id);
    }

    /// After folders came or went: documents that lie in one are alone no more, and others are.
    fn house_documents(&mut self) {
        let is_housed = |folder: &Folder, all: &[Folder]| {
            let Some(path) = &folder.place.alone else { return false };
            let holds = |other: &Folder| other.place.alone.is_none() && other.place.holds(path);
            !uri::is_nowhere(path) && all.iter().any(holds)
        };
        while let Some(at) = self.folders.iter().position(|one| is_housed(one, &self.folders)) {
            self.remove_folder(at);
        }
        let homeless: Vec<PathBuf> =
            self.documents.paths().filter(|path| self.is_homeless(path)).cloned().collect();
        for path in homeless {
            self.add_alone(&path);
        }
    }

    /// True for a document that no folder looks at yet.
    fn is_homeless(&self, path: &Path) -> bool {
        let nowhere = uri::is_nowhere(path);
        let looks = |folder: &Folder| {
            folder.place.holds(path) && (folder.place.alone.is_some() || !nowhere)
        };
        !self.folders.iter().any(looks)
    }

    fn forget_all(&mut self) {
        for folder in &mut self.folders {
            folder.forget();
            folder.set(&self.offer, &self.settings);
        }
    }

    /// Takes the texts of documents to the sessions.
    fn flush(&mut self) {
        for path in std::mem::take(&mut self.touched) {
            let Some(text) = self.documents.text(&path) else { continue };
            for folder in concerned(&mut self.folders, &path) {
                folder.push(Change::Open { path: path.clone(), text: Arc::clone(&text) });
            }
        }
        self.folders.iter_mut().for_each(Folder::settle);
    }

    fn view(&self) -> View {
        View {
            client: Arc::clone(&self.client),
            offer: Arc::clone(&self.offer),
            shared: Arc::clone(&self.shared),
            settings: Arc::clone(&self.settings),
            opened: Arc::clone(&self.documents.opened),
            folders: self.folders.iter().map(Folder::view).collect(),
        }
    }

    /// Has the folders looked at in which something has changed.
    fn look(&mut self) {
        self.flush();
        if !self.is_initialized || self.hold.is_some() || self.is_shut_down {
            return;
        }
        if !self.folders.iter().any(|folder| folder.dirty) {
            return;
        }
        let view = self.view();
        for folder in self.folders.iter_mut().filter(|folder| folder.dirty) {
            let task = Task {
                view: view.clone(),
                folder: folder.id,
                refresh: std::mem::take(&mut folder.refresh),
                announce: std::mem::take(&mut folder.announce),
            };
            folder.dirty = false;
            folder.analyst.look(task);
        }
    }

    fn end(self) {
        self.folders.into_iter().for_each(Folder::end);
    }
}

/// True for a document that may hold manifests.
fn is_manifest_language(language: &str, path: &Path) -> bool {
    let ending = path.extension().unwrap_or_default();
    let by_language =
        ["yaml", "json", "helm", "kustomize"].iter().any(|one| language.contains(one));
    by_language || ["yaml", "yml", "json"].iter().any(|known| ending == *known)
}
