//! Everything a thread needs to work on one moment of the conversation, while the conversation goes
//! on.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use foldhash::HashMap;
use kubesift_project::{Analysis, Request, Snapshot, Stop};
use kubesift_source::{FileId, SourceFile, Span};
use lsp_types::{Location, Range, Uri};

use crate::Offer;
use crate::analyst::Shared;
use crate::client::{Client, Failure};
use crate::documents::Opened;
use crate::position::Encoding;
use crate::settings::EditorSettings;
use crate::system::real;
use crate::uri;

/// A moment.
#[derive(Clone)]
pub(crate) struct View {
    /// The client.
    pub client: Arc<Client>,
    /// What the program offers.
    pub offer: Arc<Offer>,
    /// What all threads share.
    pub shared: Arc<Shared>,
    /// The editor's settings.
    pub settings: Arc<EditorSettings>,
    /// The open documents, by path.
    pub opened: Arc<HashMap<PathBuf, Opened>>,
    /// The folders, and the documents that lie in none.
    pub folders: Arc<[FolderView]>,
}

/// A folder at one moment.
#[derive(Clone)]
pub(crate) struct FolderView {
    /// Its number, which no other folder of the conversation has.
    pub id: u32,
    /// Where it lies.
    pub place: Arc<Place>,
    /// Its files.
    pub snapshot: Snapshot,
    /// What to ask for.
    pub request: Arc<Request<'static>>,
}

/// Where a folder lies.
#[derive(Debug)]
pub(crate) struct Place {
    /// As the client writes it.
    pub given: PathBuf,
    /// Without links.
    pub real: PathBuf,
    /// Only this document of it is looked at.
    pub alone: Option<PathBuf>,
}

impl Place {
    /// True for a path (without links) that lies here.
    pub fn holds(&self, path: &Path) -> bool {
        match &self.alone {
            Some(alone) => alone == path,
            None => path.starts_with(&self.real),
        }
    }

    /// How closely it holds what it holds.
    pub fn depth(&self) -> usize {
        if self.alone.is_some() { usize::MAX } else { self.real.components().count() }
    }
}

/// A file of an analysis that a request is about.
pub(crate) struct Subject<'v> {
    /// The folder.
    pub folder: &'v FolderView,
    /// Its analysis.
    pub analysis: Arc<Analysis>,
    /// The file in it.
    pub file: FileId,
}

impl Subject<'_> {
    /// The file itself.
    pub fn source(&self) -> Option<&Arc<SourceFile>> {
        self.analysis.outcome.files.get(self.file.0 as usize)
    }
}

impl FolderView {
    /// The analysis of the files as they are; waits for it.
    ///
    /// # Errors
    /// When the session went on meanwhile, or when the configuration is wrong.
    pub fn analyze(&self) -> Result<Arc<Analysis>, Stop> {
        self.snapshot.analyze(&self.request)
    }

    /// The same, of which only what a change is near to needs to be up to date: for those who wait.
    ///
    /// # Errors
    /// As [`FolderView::analyze`].
    pub fn glance(&self) -> Result<Arc<Analysis>, Stop> {
        self.snapshot.glance(&self.request)
    }

    /// The analysis of the files as they are, at a glance; the last one that could be made where the
    /// configuration is wrong.
    ///
    /// # Errors
    /// When the session went on meanwhile, or there is none.
    pub fn analysis(&self) -> Result<Arc<Analysis>, Failure> {
        match self.glance() {
            Ok(analysis) => Ok(analysis),
            Err(Stop::Cancelled) => Err(Failure::Modified),
            Err(stop) => match self.snapshot.last() {
                Some((_, analysis)) => Ok(analysis),
                None => Err(Failure::Failed(stop.to_string())),
            },
        }
    }
}

impl View {
    /// The agreed encoding of positions.
    pub fn encoding(&self) -> Encoding {
        self.client.encoding()
    }

    /// The path (without links) that a document lies at, open or not.
    pub fn path(&self, uri: &Uri) -> Option<PathBuf> {
        let opened = self.opened.iter().find(|(_, opened)| opened.uri == *uri);
        if let Some((path, _)) = opened {
            return Some(path.clone());
        }
        let path = uri::to_path(uri.as_str())?;
        Some(real(&*self.offer.system, &path))
    }

    /// The folder that a path belongs to: the innermost.
    pub fn folder(&self, path: &Path) -> Option<&FolderView> {
        let holding = self.folders.iter().filter(|folder| folder.place.holds(path));
        holding.max_by_key(|folder| folder.place.depth())
    }

    /// The file that a request is about, in the analysis of its folder; waits for it. None for a
    /// document that nobody looks at, or that is not as it was when the configuration was right.
    ///
    /// # Errors
    /// When the session went on meanwhile.
    pub fn subject(&self, uri: &Uri) -> Result<Option<Subject<'_>>, Failure> {
        let Some(path) = self.path(uri) else { return Ok(None) };
        let Some(folder) = self.folder(&path) else { return Ok(None) };
        let analysis = folder.analysis()?;
        let Some(file) = analysis.file_at(&path) else { return Ok(None) };
        let subject = Subject { folder, analysis, file };
        let now = folder.snapshot.open_text(&path);
        let same = subject.source().is_some_and(|file| now.is_none_or(|now| file.text() == &*now));
        Ok(same.then_some(subject))
    }

    /// The URI of a path (without links): as the client writes it, where it wrote it.
    pub fn uri(&self, path: &Path) -> Option<Uri> {
        if let Some(opened) = self.opened.get(path) {
            return Some(opened.uri.clone());
        }
        let place = self.folder(path).map(|folder| &folder.place);
        match place.and_then(|place| Some((place, path.strip_prefix(&place.real).ok()?))) {
            Some((place, rest)) => uri::of_path(&place.given.join(rest)),
            None => uri::of_path(path),
        }
    }

    /// Where some bytes of a file are; none for what no file holds.
    pub fn location(&self, analysis: &Analysis, at: Span) -> Option<Location> {
        let uri = self.uri(analysis.path_of(at.file)?)?;
        Some(Location { uri, range: self.range(analysis, at)? })
    }

    /// The range of some bytes.
    pub fn range(&self, analysis: &Analysis, at: Span) -> Option<Range> {
        let file = analysis.outcome.files.get(at.file.0 as usize)?;
        Some(self.encoding().range(file, at))
    }
}
