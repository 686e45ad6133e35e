//! The disk, as the command sees it: the `ignore` crate's parallel walker and plain reads.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use ignore::{WalkBuilder, WalkState};
use kubesift_source::{Found, PathKind, System, WalkOptions};

/// Folders of version control: never entered, and not worth a word.
const VERSION_CONTROL: [&str; 5] = [".git", ".hg", ".svn", ".jj", ".bzr"];

/// Folders of packages and caches, which other people's tools fill: left out, and said.
const PACKAGES: [&str; 8] = [
    "node_modules",
    ".terraform",
    ".venv",
    ".tox",
    "__pycache__",
    ".direnv",
    ".yarn",
    ".pnpm-store",
];

/// The name of our own ignore file, written as `.gitignore` is.
const IGNORE_FILE: &str = ".kubesiftignore";

/// The disk.
///
/// A walk enters hidden folders (manifests lie in `.github/`, `.kube/`, `.argocd/`); it heeds
/// `.gitignore` inside git repositories only, as git and ruff do, and `.kubesiftignore` everywhere.
#[derive(Debug, Clone, Copy, Default)]
pub struct Disk;

impl System for Disk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn read_stdin(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn kind(&self, path: &Path) -> io::Result<PathKind> {
        Ok(kind_of(fs::metadata(path)?.file_type()))
    }

    fn kind_unless_link(&self, path: &Path) -> io::Result<Option<PathKind>> {
        // Elsewhere one name can be written in several ways without a link being there.
        if !cfg!(target_os = "linux") {
            return Ok(None);
        }
        let kind = fs::symlink_metadata(path)?.file_type();
        Ok((!kind.is_symlink()).then(|| kind_of(kind)))
    }

    fn real(&self, path: &Path) -> io::Result<PathBuf> {
        fs::canonicalize(path)
    }

    fn walk(&self, root: &Path, options: WalkOptions, each: &(dyn Fn(Found) -> bool + Sync)) {
        let mut builder = WalkBuilder::new(root);
        let heed = options.heed_ignore_files;
        builder.standard_filters(false).parents(heed).git_ignore(heed).git_exclude(heed);
        builder.git_global(heed).follow_links(false).threads(options.threads);
        builder.max_depth((!options.deep).then_some(1));
        if heed {
            builder.add_custom_ignore_filename(IGNORE_FILE);
        }
        builder.build_parallel().run(|| {
            Box::new(|entry| match entry {
                Ok(entry) => visit(entry, each),
                Err(error) => visit_error(root, error, each),
            })
        });
    }
}

fn kind_of(kind: fs::FileType) -> PathKind {
    if kind.is_file() {
        PathKind::File
    } else if kind.is_dir() {
        PathKind::Folder
    } else {
        PathKind::Other
    }
}

fn visit(entry: ignore::DirEntry, each: &(dyn Fn(Found) -> bool + Sync)) -> WalkState {
    let on = |more: bool| if more { WalkState::Continue } else { WalkState::Quit };
    let Some(kind) = entry.file_type() else { return WalkState::Continue };
    if entry.depth() == 0 {
        return WalkState::Continue;
    }
    if kind.is_symlink() {
        return on(each(Found::Link(entry.into_path())));
    }
    if kind.is_file() {
        return on(each(Found::File(entry.into_path())));
    }
    if !kind.is_dir() {
        return WalkState::Continue;
    }
    let name = entry.file_name().to_str().unwrap_or_default();
    if VERSION_CONTROL.contains(&name) {
        return WalkState::Skip;
    }
    if PACKAGES.contains(&name) {
        let more = each(Found::Skipped(entry.into_path()));
        return if more { WalkState::Skip } else { WalkState::Quit };
    }
    WalkState::Continue
}

fn visit_error(
    root: &Path,
    error: ignore::Error,
    each: &(dyn Fn(Found) -> bool + Sync),
) -> WalkState {
    let path = path_of(&error).unwrap_or(root).to_path_buf();
    let message = error.to_string();
    let error = match error.into_io_error() {
        Some(error) => error,
        None => io::Error::other(message),
    };
    // A file that went away while the folder was read is no trouble: it is not there.
    if error.kind() == io::ErrorKind::NotFound || each(Found::Unreadable(path, error)) {
        return WalkState::Continue;
    }
    WalkState::Quit
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            path_of(err)
        }
        _ => None,
    }
}
