//! Changes on disk: what the client is asked to watch, and which of what it tells is of interest.

use std::path::Path;

use kubesift_engine::TroubleKind;
use kubesift_project::{Analysis, Change};
use kubesift_source::{PathKind, System};
use serde_json::{Value, json};

/// Kinds of a change, numbers of the protocol.
const CREATED: u64 = 1;
const DELETED: u64 = 3;

/// Folders of which nobody wants to hear.
const DEAF: [&str; 4] = [".git", "node_modules", ".hg", ".svn"];

/// Asks for everything: a generator of a kustomization reads files of any name, so what is of
/// interest is known only here.
pub(crate) fn registration() -> Value {
    json!({
        "id": "kubesift/watch",
        "method": "workspace/didChangeWatchedFiles",
        "registerOptions": { "watchers": [{ "globPattern": "**/*" }] },
    })
}

/// What a change on disk means for the session of a folder.
pub(crate) enum Meaning {
    /// Nothing.
    Nothing,
    /// These changes.
    Changes(Vec<Change>),
    /// Nobody knows what else changed: everything is to be read again.
    Everything,
}

/// What a change of a path (without links) means; `kind` is the protocol's number. `last` is what the
/// folder's last analysis knew.
pub(crate) fn meaning(
    system: &dyn System,
    last: Option<&Analysis>,
    path: &Path,
    kind: u64,
) -> Meaning {
    let is_deaf = |part: &std::ffi::OsStr| DEAF.iter().any(|deaf| part == *deaf);
    if path.iter().any(is_deaf) {
        return Meaning::Nothing;
    }
    let came_or_went = kind == CREATED || kind == DELETED;
    // A folder that came may hold files that were known under the same names before.
    if kind == CREATED && matches!(system.kind(path), Ok(PathKind::Folder)) {
        return Meaning::Everything;
    }
    let disk = Change::Disk { path: path.to_path_buf() };
    if is_ignore_file(path) {
        return Meaning::Changes(vec![disk, Change::Moved]);
    }
    let is_known = last.is_some_and(|last| last.file_at(path).is_some());
    // A file that a generator or an entry looks for in vain may be any file.
    let is_wanted = came_or_went && last.is_some_and(lacks_files);
    // A folder that went has no ending.
    let may_be_folder = kind == DELETED && path.extension().is_none();
    if !(is_known || is_wanted || may_be_folder || has_name_of_manifest(path)) {
        return Meaning::Nothing;
    }
    match came_or_went {
        true => Meaning::Changes(vec![disk, Change::Moved]),
        false => Meaning::Changes(vec![disk]),
    }
}

fn lacks_files(last: &Analysis) -> bool {
    last.outcome.errors.iter().any(|trouble| trouble.kind == TroubleKind::Build)
}

fn is_ignore_file(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    name == ".gitignore" || name == ".kubesiftignore"
}

/// True for what an analysis reads without being led to it.
fn has_name_of_manifest(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    let ending = path.extension().unwrap_or_default();
    name == "Kustomization" || ["yaml", "yml", "json"].iter().any(|known| ending == *known)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kubesift_project::Memory;

    fn is_heard(path: &str, kind: u64) -> bool {
        let system = Memory::new([("/r/a.yaml", "")]);
        !matches!(meaning(&system, None, Path::new(path), kind), Meaning::Nothing)
    }

    #[test]
    fn of_all_files_only_those_count_that_are_read() {
        for path in ["/r/a.yaml", "/r/b/Kustomization", "/r/.gitignore", "/r/.kubesift.yaml"] {
            assert!(is_heard(path, 2), "{path}");
        }
        for path in ["/r/a.rs", "/r/.git/config.yaml", "/r/node_modules/a/b.json"] {
            assert!(!is_heard(path, 2), "{path}");
        }
        assert!(is_heard("/r/folder", DELETED) && !is_heard("/r/folder", 2));
    }
}
