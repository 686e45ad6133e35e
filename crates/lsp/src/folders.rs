//! The folders that the client works in, and the documents that lie in none: one session each.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kubesift_project::{Analysis, Change, Host, Request};

use crate::analyst::Analyst;
use crate::system::Shared;
use crate::view::{FolderView, Place};
use crate::{EditorSettings, Offer};

/// A folder.
pub(crate) struct Folder {
    /// Its number; none is given twice.
    pub id: u32,
    /// Where it lies.
    pub place: Arc<Place>,
    /// The thread that analyses it.
    pub analyst: Analyst,
    /// It is to be looked at.
    pub dirty: bool,
    /// The client is to be told when it was looked at.
    pub refresh: bool,
    /// It takes long.
    pub announce: bool,
    host: Host,
    request: Arc<Request<'static>>,
    pending: Vec<Change>,
}

impl Folder {
    /// A folder under the settings of the editor; what is wrong with these is said by whoever reads
    /// them.
    pub fn new(id: u32, place: Place, offer: &Offer, settings: &EditorSettings) -> Self {
        let request = request(&place, offer, settings).0;
        Self {
            id,
            place: Arc::new(place),
            analyst: Analyst::start(),
            dirty: true,
            refresh: true,
            announce: false,
            host: Host::new(Shared(offer.system.clone()), offer.checks),
            request: Arc::new(request),
            pending: Vec::new(),
        }
    }

    /// Holds under other settings from now on; gives what is wrong with them.
    pub fn set(&mut self, offer: &Offer, settings: &EditorSettings) -> Vec<String> {
        let (request, wrong) = request(&self.place, offer, settings);
        self.request = Arc::new(request);
        // What was analysed was so under other settings.
        self.pending.push(Change::Moved);
        self.refresh = true;
        wrong
    }

    /// Notes a change, to be taken in with others.
    pub fn push(&mut self, change: Change) {
        self.pending.push(change);
    }

    /// Takes in what was noted.
    pub fn settle(&mut self) {
        if !self.pending.is_empty() {
            self.host.apply(self.pending.drain(..));
            self.dirty = true;
        }
    }

    /// Forgets what was read.
    pub fn forget(&mut self) {
        self.settle();
        self.host.refresh();
        (self.dirty, self.refresh, self.announce) = (true, true, true);
    }

    /// The folder at this moment.
    pub fn view(&self) -> FolderView {
        FolderView {
            id: self.id,
            place: Arc::clone(&self.place),
            snapshot: self.host.snapshot(),
            request: Arc::clone(&self.request),
        }
    }

    /// What the last analysis knew.
    pub fn last(&self) -> Option<Arc<Analysis>> {
        self.host.snapshot().last().map(|(_, analysis)| analysis)
    }

    /// Ends what goes on here.
    pub fn end(mut self) {
        self.host.apply([Change::Moved]);
        self.analyst.end();
    }
}

fn request(
    place: &Place,
    offer: &Offer,
    settings: &EditorSettings,
) -> (Request<'static>, Vec<String>) {
    let (mut request, wrong) = (offer.request)(&place.real, settings);
    request.paths = place.alone.iter().cloned().collect();
    (request, wrong)
}

/// The folders that a change of a path is a matter of: of a document that is alone, its own.
pub(crate) fn concerned<'f>(
    folders: &'f mut [Folder],
    path: &'f Path,
) -> impl Iterator<Item = &'f mut Folder> {
    let is_alone = folders.iter().any(|folder| is(&folder.place.alone, path));
    folders.iter_mut().filter(move |folder| match is_alone {
        true => is(&folder.place.alone, path),
        false => folder.place.holds(path),
    })
}

fn is(alone: &Option<PathBuf>, path: &Path) -> bool {
    alone.as_deref() == Some(path)
}
