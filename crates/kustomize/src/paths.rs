//! From what a kustomization names to files and folders: paths put together, what lies outside its
//! folder, what is remote, and a note of everything that was looked for.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use foldhash::HashMap;
use kubesift_source::{FileId, PathKind, SourceFile, Span};
use kubesift_yaml::Tree;

use crate::files::{File, Files};
use crate::trouble::{Class, Trouble};

/// What a file or folder was used as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Use {
    /// Objects of the build.
    Resource,
    /// The file of a kustomization.
    Kustomization,
    /// The file of a component.
    Component,
    /// A patch.
    Patch,
    /// A source of a generator.
    Data,
    /// Settings of the build: `configurations`, `crds`, `openapi`, a replacement in a file.
    Settings,
    /// The configuration of a generator, transformer or validator.
    Plugin,
    /// Values of a chart.
    Values,
}

/// What is done about files outside the folder of the kustomization that names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Outside {
    /// They are read and reported. `kustomize build` refuses them.
    #[default]
    Report,
    /// They are refused, as by `kustomize build`.
    Refuse,
    /// They are read, as by `kustomize build --load-restrictor LoadRestrictionsNone`.
    Allow,
}

/// Something that a kustomization takes from elsewhere; it is never fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remote {
    /// The entry that names it.
    pub at: Span,
    /// The entry's text.
    pub url: String,
    /// The branch, tag or commit that is asked for (`?ref=…`), where one is.
    pub reference: Option<String>,
    /// True for a repository, false for a single file.
    pub repository: bool,
}

/// What a build came by, in order. One build runs on one thread, so cells do.
#[derive(Debug, Default)]
pub(crate) struct Log {
    pub reads: RefCell<Vec<PathBuf>>,
    pub uses: RefCell<Vec<(PathBuf, Use)>>,
    pub troubles: RefCell<Vec<Trouble>>,
    pub remotes: RefCell<Vec<Remote>>,
    /// Something is missing that other steps may count on: remote, unreadable, not there.
    pub holes: Cell<bool>,
    /// The files that may hold YAML inside a text.
    sources: RefCell<HashMap<FileId, Arc<SourceFile>>>,
}

impl Log {
    /// Keeps a file, so that texts in it can be read as YAML.
    pub fn keep(&self, file: &Arc<SourceFile>) {
        self.sources.borrow_mut().entry(file.id).or_insert_with(|| file.clone());
    }

    /// A file that was kept.
    pub fn source(&self, file: FileId) -> Option<Arc<SourceFile>> {
        self.sources.borrow().get(&file).cloned()
    }

    /// Notes a trouble.
    pub fn trouble(&self, trouble: Trouble) {
        self.troubles.borrow_mut().push(trouble);
    }

    /// Notes a path that was looked for, there or not.
    pub fn read(&self, path: &Path) {
        self.reads.borrow_mut().push(path.to_path_buf());
    }

    /// Notes what a path was used as.
    pub fn used(&self, path: &Path, as_what: Use) {
        self.uses.borrow_mut().push((path.to_path_buf(), as_what));
    }
}

/// Reads the files that the kustomization of one folder names.
#[derive(Clone)]
pub(crate) struct Loader<'a> {
    /// All files.
    pub files: &'a dyn Files,
    /// The kustomization's folder, without links.
    pub folder: PathBuf,
    /// What is done about files outside it.
    pub outside: Outside,
    /// Where reads and troubles are noted.
    pub log: &'a Log,
}

impl<'a> Loader<'a> {
    /// The path that `name` means here, dots resolved.
    pub fn path(&self, name: &str) -> PathBuf {
        join(&self.folder, name)
    }

    /// What stands at the path that `name` means here.
    pub fn kind(&self, name: &str) -> Option<PathKind> {
        let path = self.path(name);
        self.log.read(&path);
        self.files.kind(&path)
    }

    /// A file, given as `name` at `at`.
    ///
    /// # Errors
    /// When it is remote, not there, not a file, cannot be read, or lies outside where that is
    /// refused.
    pub fn file(&self, name: &str, at: Span, as_what: Use) -> Result<File, Trouble> {
        let path = self.found(name, at, as_what)?;
        self.files.read(&path).map_err(|why| self.unreadable(name, at, &why))
    }

    /// A file read as YAML, given as `name` at `at`.
    ///
    /// # Errors
    /// As for [`Loader::file`]. Mistakes in the YAML are in the tree.
    pub fn tree(&self, name: &str, at: Span, as_what: Use) -> Result<Arc<Tree>, Trouble> {
        let path = self.found(name, at, as_what)?;
        let tree = self.files.tree(&path).map_err(|why| self.unreadable(name, at, &why))?;
        self.log.keep(tree.file());
        Ok(tree)
    }

    fn unreadable(&self, name: &str, at: Span, why: &str) -> Trouble {
        self.log.holes.set(true);
        Trouble::fatal(Class::Unreadable, at, format!("`{name}` cannot be read: {why}"))
    }

    /// The path of a file that is there and may be read.
    pub fn found(&self, name: &str, at: Span, as_what: Use) -> Result<PathBuf, Trouble> {
        if is_remote_file(name) {
            return Err(self.remote(name, at, false));
        }
        let path = self.path(name);
        self.log.read(&path);
        match self.files.kind(&path) {
            Some(PathKind::File) => {}
            Some(_) => {
                self.log.holes.set(true);
                let message = format!("`{name}` is no file");
                return Err(Trouble::fatal(Class::Missing, at, message));
            }
            None => {
                self.log.holes.set(true);
                return Err(missing(name, at));
            }
        }
        self.stay_inside(name, &path, at)?;
        self.log.used(&path, as_what);
        Ok(path)
    }

    fn stay_inside(&self, name: &str, path: &Path, at: Span) -> Result<(), Trouble> {
        if self.outside == Outside::Allow || lies_in(&self.files.real(path), &self.folder) {
            return Ok(());
        }
        let message = format!("`{name}` lies outside the folder of this kustomization");
        let help = "kustomize reads such files only with `--load-restrictor LoadRestrictionsNone`; \
                    move the file into the folder, or name the folder it is in as a base";
        if self.outside == Outside::Refuse {
            self.log.holes.set(true);
            return Err(Trouble::fatal(Class::Outside, at, message).help(help));
        }
        self.log.trouble(Trouble::note(Class::Outside, at, message).help(help));
        Ok(())
    }

    /// What is said of something remote; it is noted as well.
    pub fn remote(&self, url: &str, at: Span, repository: bool) -> Trouble {
        self.log.holes.set(true);
        let reference = reference(url);
        let remote = Remote { at, url: url.to_owned(), reference, repository };
        self.log.remotes.borrow_mut().push(remote);
        Trouble::note(Class::Remote, at, format!("`{url}` is remote and is not fetched"))
            .help("copy it into the repository to have it built and checked")
    }
}

/// What is said of a name that nothing stands behind.
pub(crate) fn missing(name: &str, at: Span) -> Trouble {
    Trouble::fatal(Class::Missing, at, format!("`{name}` is not there"))
        .help("the path counts from the folder of this kustomization")
}

/// The path that `name` means from `folder`, with `.` and `..` resolved as far as they can be.
pub(crate) fn join(folder: &Path, name: &str) -> PathBuf {
    let name = Path::new(name);
    let (mut path, rest) = if is_clean(folder) && name.is_relative() {
        (folder.to_path_buf(), Cow::Borrowed(name))
    } else {
        (PathBuf::new(), Cow::Owned(folder.join(name)))
    };
    for part in rest.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => match path.components().next_back() {
                Some(Component::Normal(_)) => {
                    path.pop();
                }
                Some(Component::RootDir | Component::Prefix(_)) => {}
                _ => path.push(".."),
            },
            part => path.push(part),
        }
    }
    path
}

/// True when nothing in a path is left to resolve: nearly all folders, as this makes them. False also
/// for some that are clean, such as hidden ones.
fn is_clean(folder: &Path) -> bool {
    let bytes = folder.as_os_str().as_encoded_bytes();
    let ends = matches!(bytes, [b'.', ..] | [.., b'/']);
    let unclear = |pair: &[u8]| matches!(pair, [b'/', b'/' | b'.'] | [_, b'\\']);
    !ends && !bytes.windows(2).any(unclear)
}

/// True when a path lies in a folder: mostly said by their bytes, at a part of the cost of their names.
pub(crate) fn lies_in(path: &Path, folder: &Path) -> bool {
    let [path_bytes, folder_bytes] = [path, folder].map(|one| one.as_os_str().as_encoded_bytes());
    let rest = path_bytes.strip_prefix(folder_bytes);
    matches!(rest, Some([] | [b'/', ..])) || path.starts_with(folder)
}

/// True for a path that is fetched over HTTP where a file is asked for.
pub(crate) fn is_remote_file(name: &str) -> bool {
    after_scheme(name, &["https:", "http:"]).is_some()
}

fn after_scheme<'t>(text: &'t str, schemes: &[&str]) -> Option<&'t str> {
    schemes.iter().find_map(|scheme| {
        let head = text.get(..scheme.len())?;
        head.eq_ignore_ascii_case(scheme).then(|| &text[scheme.len()..])
    })
}

/// True for what names a repository, where a folder is asked for.
pub(crate) fn is_repository(name: &str) -> bool {
    if Path::new(name).is_absolute() {
        return false;
    }
    let name = name.split_once('?').map_or(name, |(path, _)| path);
    let name = after_scheme(name, &["git::"]).unwrap_or(name);
    if let Some(rest) = after_scheme(name, &["file://"]) {
        return !rest.is_empty();
    }
    let (has_scheme, rest) = match after_scheme(name, &["ssh://", "https://", "http://"]) {
        Some(rest) => (true, rest),
        None => (false, name),
    };
    let (has_user, rest) = match user(rest) {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let github = after_scheme(rest, &["github.com/", "github.com:"]).is_some();
    let scp_style = !has_scheme && (has_user || github);
    if !has_scheme && !scp_style {
        return false;
    }
    let slash = rest.find('/');
    let colon = rest.find(':').filter(|_| scp_style);
    let end = match (slash, colon) {
        (Some(slash), Some(colon)) if colon > 0 && colon < slash => colon,
        (Some(slash), _) => slash,
        (None, Some(colon)) => colon,
        (None, None) => return false,
    };
    names_repository(&rest[end + 1..])
}

/// What follows `name@`.
fn user(text: &str) -> Option<&str> {
    let (name, rest) = text.split_once('@')?;
    let mut letters = name.chars();
    let good = letters.next()?.is_ascii_alphabetic()
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '-');
    good.then_some(rest)
}

/// True when a path on a host holds a repository's, and the folder in it does not lead out.
fn names_repository(path: &str) -> bool {
    let (repository, folder) = if let Some(at) = path.find("_git/") {
        let rest = &path[at + "_git/".len()..];
        (true, rest.split_once('/').map_or("", |(_, folder)| folder))
    } else if let Some((repository, folder)) = path.split_once("//") {
        (!repository.is_empty(), folder)
    } else if let Some(at) = path.find(".git") {
        (true, &path[at + ".git".len()..])
    } else {
        let mut parts = path.splitn(3, '/');
        let (owner, name) = (parts.next(), parts.next());
        (owner.is_some() && name.is_some(), parts.next().unwrap_or(""))
    };
    let folder = join(Path::new(""), folder.trim_start_matches('/'));
    repository && !folder.starts_with("..")
}

/// The branch, tag or commit that a remote path asks for.
fn reference(url: &str) -> Option<String> {
    let (_, query) = url.split_once('?')?;
    let value = |key: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|pair| pair.0 == key && !pair.1.is_empty()).map(|pair| pair.1.to_owned())
    };
    value("ref").or_else(|| value("version"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_are_resolved() {
        for (folder, name, path) in [
            ("a/b", "../c", "a/c"),
            ("a", "./b/./c", "a/b/c"),
            ("a", "../../c", "../c"),
            ("/a", "../../c", "/c"),
            ("a", "/c", "/c"),
            ("a", ".", "a"),
            ("a", "..", ""),
            ("/a/b", "../../../c/./d//e/", "/c/d/e"),
            ("a/./b", "c", "a/b/c"),
            ("a//b/", "c", "a/b/c"),
            ("./a", "b", "a/b"),
            (".", "a", "a"),
            ("", "a", "a"),
            ("../a", "../b", "../b"),
            ("/a/.git", "b", "/a/.git/b"),
        ] {
            let joined = join(Path::new(folder), name);
            assert_eq!(joined.as_os_str(), path, "{folder} {name}");
        }
    }

    #[test]
    fn a_folder_holds_what_its_name_begins() {
        let lies_in = |path: &str, folder: &str| lies_in(Path::new(path), Path::new(folder));
        assert!(lies_in("/a/b", "/a") && lies_in("/a", "/a") && lies_in("/a", "/"));
        assert!(lies_in("/a//b", "/a/") && lies_in("/a/./b/c", "/a/b"));
        assert!(!lies_in("/ab", "/a") && !lies_in("/a", "/a/b"));
    }

    #[test]
    fn repositories() {
        for (name, expected) in [
            ("github.com/org/repo", true),
            ("github.com/org/repo//path?ref=v1", true),
            ("https://github.com/org/repo/path", true),
            ("https://example.org/org/repo.git/path?ref=main", true),
            ("git@example.org:org/repo.git", true),
            ("git::https://example.org/org/repo", true),
            ("ssh://git@example.org/org/repo", true),
            ("https://dev.azure.com/org/project/_git/repo/path", true),
            ("file:///tmp/repo", true),
            ("../base", false),
            ("base/github.com/org/repo", false),
            ("/github.com/org/repo", false),
            ("github.com/org", false),
            ("https://example.org/file.yaml", false),
            ("github.com/org/repo//../..", false),
            ("deployment.yaml", false),
        ] {
            assert_eq!(is_repository(name), expected, "{name}");
        }
        assert_eq!(reference("github.com/a/b?timeout=3&ref=v1").as_deref(), Some("v1"));
        assert_eq!(reference("github.com/a/b?version=v2").as_deref(), Some("v2"));
        assert_eq!(reference("github.com/a/b"), None);
    }
}
