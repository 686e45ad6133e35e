//! The way to the client: messages from any thread, in the order in which they are sent.

use std::io::Write as _;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicI32, Ordering};
use std::thread::{self, JoinHandle};

use crossbeam_channel::{Sender, unbounded};
use foldhash::HashSet;
use lsp_server::{Message, Notification, Request, RequestId, Response, ResponseError};
use serde::Serialize;
use serde_json::{Value, json};

use crate::capabilities::Features;
use crate::position::Encoding;

/// Why a request has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The session went on while it was worked on.
    Modified,
    /// The same, for a client that should then ask again.
    Retry,
    /// What it asks for is no question.
    Invalid(String),
    /// There is no such request.
    Unknown(String),
    /// It cannot be answered: one sentence.
    Failed(String),
    /// A defect of ours.
    Panic,
}

impl Failure {
    fn response(self) -> ResponseError {
        let (code, message, data) = match self {
            Self::Modified => (-32801, "the documents have changed".to_owned(), None),
            Self::Retry => {
                let data = json!({ "retriggerRequest": true });
                (-32802, "the documents have changed".to_owned(), Some(data))
            }
            Self::Invalid(message) => (-32602, message, None),
            Self::Unknown(method) => (-32601, format!("`{method}` is not known here"), None),
            Self::Failed(message) => (-32803, message, None),
            Self::Panic => (-32603, "a defect of kubesift; its log says more".to_owned(), None),
        };
        ResponseError { code, message, data }
    }
}

/// How bad a message is; numbers of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Something went wrong.
    Error = 1,
    /// Something is not as it should be.
    Warning = 2,
}

/// A client.
#[derive(Debug)]
pub(crate) struct Client {
    /// What it can.
    pub features: Features,
    sender: Sender<Message>,
    waiting: Mutex<HashSet<RequestId>>,
    next: AtomicI32,
}

impl Client {
    /// A client at the other end of `sender`. The thread hands on what is sent, so that nobody has
    /// to wait for a client that reads slowly; it ends when the client is dropped or gone.
    pub fn new(features: Features, sender: Sender<Message>) -> (Self, Option<JoinHandle<()>>) {
        let (own, receiver) = unbounded::<Message>();
        let hand_on = move || {
            for message in receiver {
                if sender.send(message).is_err() {
                    return;
                }
            }
        };
        let thread = thread::Builder::new().name("outbox".to_owned()).spawn(hand_on).ok();
        let client =
            Self { features, sender: own, waiting: Mutex::default(), next: AtomicI32::new(0) };
        (client, thread)
    }

    /// The agreed encoding of positions.
    pub fn encoding(&self) -> Encoding {
        self.features.encoding()
    }

    fn send(&self, message: impl Into<Message>) {
        // A client that is gone needs no answer.
        let _ = self.sender.send(message.into());
    }

    /// Notes that a request waits for its answer.
    pub fn expect(&self, id: RequestId) {
        self.lock().insert(id);
    }

    /// True until a request is answered or cancelled.
    pub fn is_expected(&self, id: &RequestId) -> bool {
        self.lock().contains(id)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashSet<RequestId>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers a request; nothing happens when it is answered already.
    pub fn answer(&self, id: RequestId, answer: Result<Value, Failure>) {
        if self.lock().remove(&id) {
            let response_result = answer.map_err(Failure::response);
            self.send(Response { id, response_result });
        }
    }

    /// The client wants no answer any more.
    pub fn cancel(&self, id: RequestId) {
        if self.lock().remove(&id) {
            let message = "cancelled by the client".to_owned();
            self.send(Response::new_err(id, -32800, message));
        }
    }

    /// Tells something.
    pub fn notify(&self, method: &str, params: impl Serialize) {
        match serde_json::to_value(params) {
            Ok(params) => self.tell(method, params),
            Err(error) => self.log(Kind::Error, &format!("{method}: {error}")),
        }
    }

    /// The same of what is a value already.
    pub fn tell(&self, method: &str, params: Value) {
        self.send(Notification { method: method.to_owned(), params });
    }

    /// Asks something; gives the id that the answer will have.
    pub fn request(&self, method: &str, params: Value) -> RequestId {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let id = RequestId::from(format!("kubesift/{number}"));
        self.send(Request { id: id.clone(), method: method.to_owned(), params });
        id
    }

    /// For the log: standard error, and the client's.
    pub fn log(&self, kind: Kind, message: &str) {
        let _ = writeln!(std::io::stderr(), "kubesift lsp: {message}");
        self.notify("window/logMessage", json!({ "type": kind as i32, "message": message }));
    }

    /// For the person at the keyboard.
    pub fn show(&self, kind: Kind, message: &str) {
        self.notify("window/showMessage", json!({ "type": kind as i32, "message": message }));
    }
}
