//! The documents that a client has open: their texts, kept up to date change by change.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt};
use lsp_types::{TextDocumentContentChangeEvent, Uri};

use crate::position::Encoding;

/// A document.
#[derive(Debug)]
pub(crate) struct Document {
    /// Where it lies, without links; of one that was never saved, where it is taken to lie.
    pub path: PathBuf,
    text: String,
    version: i32,
}

/// What others may know of an open document.
#[derive(Debug, Clone)]
pub(crate) struct Opened {
    /// As the client writes it.
    pub uri: Uri,
    /// The client's number for the text.
    pub version: i32,
}

/// All documents.
#[derive(Debug)]
pub(crate) struct Documents {
    encoding: Encoding,
    by_uri: HashMap<String, Document>,
    /// By path, for those who have a snapshot: it stays as it is while documents change.
    pub opened: Arc<HashMap<PathBuf, Opened>>,
}

impl Documents {
    /// None yet.
    pub fn new(encoding: Encoding) -> Self {
        Self { encoding, by_uri: HashMap::new(), opened: Arc::default() }
    }

    /// Takes in a document.
    pub fn open(&mut self, uri: Uri, path: PathBuf, version: i32, text: String) {
        let document = Document { path: path.clone(), text, version };
        self.by_uri.insert(uri.as_str().to_owned(), document);
        Arc::make_mut(&mut self.opened).insert(path, Opened { uri, version });
    }

    /// Applies changes to a document, in their order; gives its path.
    ///
    /// # Errors
    /// Why they were not applied: one sentence for the log.
    pub fn change(
        &mut self,
        uri: &str,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
    ) -> Result<&Path, String> {
        let Some(document) = self.by_uri.get_mut(uri) else {
            return Err(format!("{uri} changed without having been opened"));
        };
        if version < document.version {
            let now = document.version;
            return Err(format!(
                "{uri}: version {version} came after version {now}, and was dropped"
            ));
        }
        document.version = version;
        for change in changes {
            document.apply(change, self.encoding);
        }
        if let Some(opened) = Arc::make_mut(&mut self.opened).get_mut(&document.path) {
            opened.version = version;
        }
        Ok(&document.path)
    }

    /// Lets a document go; gives its path.
    pub fn close(&mut self, uri: &str) -> Option<PathBuf> {
        let document = self.by_uri.remove(uri)?;
        Arc::make_mut(&mut self.opened).remove(&document.path);
        Some(document.path)
    }

    /// The path of an open document.
    pub fn path(&self, uri: &str) -> Option<&Path> {
        self.by_uri.get(uri).map(|document| document.path.as_path())
    }

    /// The text of the document at a path.
    pub fn text(&self, path: &Path) -> Option<Arc<str>> {
        let opened = self.opened.get(path)?;
        self.by_uri.get(opened.uri.as_str()).map(|document| document.text.as_str().into())
    }

    /// The paths of all documents.
    pub fn paths(&self) -> impl Iterator<Item = &PathBuf> {
        self.opened.keys()
    }
}

impl Document {
    fn apply(&mut self, change: TextDocumentContentChangeEvent, encoding: Encoding) {
        match change.range {
            Some(range) => {
                let bytes = encoding.span(&self.text, range);
                self.text.replace_range(bytes, &change.text);
            }
            None => self.text = change.text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lsp_types::{Position, Range};
    use std::str::FromStr;

    fn documents(text: &str) -> Documents {
        let mut documents = Documents::new(Encoding::Utf16);
        let uri = Uri::from_str("file:///a.yaml").expect("a uri");
        documents.open(uri, "/a.yaml".into(), 1, text.to_owned());
        documents
    }

    fn change(from: (u32, u32), to: (u32, u32), text: &str) -> TextDocumentContentChangeEvent {
        let range = Range::new(Position::new(from.0, from.1), Position::new(to.0, to.1));
        TextDocumentContentChangeEvent {
            range: Some(range),
            range_length: None,
            text: text.to_owned(),
        }
    }

    fn text(documents: &Documents) -> String {
        documents.text(Path::new("/a.yaml")).expect("a text").to_string()
    }

    #[test]
    fn changes_apply_one_after_the_other() {
        let mut documents = documents("é: 1\nb: 2\n");
        let changes = vec![change((0, 3), (0, 4), "one"), change((1, 0), (2, 0), "c: 3\n")];
        documents.change("file:///a.yaml", 2, changes).expect("a path");
        assert_eq!(text(&documents), "é: one\nc: 3\n");
        let whole = TextDocumentContentChangeEvent {
            range: None,
            range_length: None,
            text: "x".to_owned(),
        };
        documents.change("file:///a.yaml", 3, vec![whole]).expect("a path");
        assert_eq!(text(&documents), "x");
    }

    #[test]
    fn nonsense_changes_the_nearest_place_and_old_versions_nothing() {
        let mut documents = documents("a\n");
        documents.change("file:///a.yaml", 5, vec![change((9, 9), (7, 7), "b\n")]).expect("a path");
        assert_eq!(text(&documents), "a\nb\n");
        let old = documents.change("file:///a.yaml", 4, vec![change((0, 0), (2, 0), "")]);
        assert!(old.is_err());
        assert_eq!(text(&documents), "a\nb\n");
        assert!(documents.change("file:///b.yaml", 9, Vec::new()).is_err());
        assert_eq!(documents.close("file:///b.yaml"), None);
    }
}
