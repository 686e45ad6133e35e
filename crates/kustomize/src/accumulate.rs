//! One kustomization after the other, from the inside out: what each brings in, then what it does to
//! all that it brought in. The order is kustomize's. After something fails, what can be done is done.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kubesift_source::{PathKind, Span};

use crate::build::{Facts, Idle, IdleKind, Loaded, Options, Part, Session, no_kustomization};
use crate::config::Config;
use crate::files::Files;
use crate::kustomization::{Deprecated, Kustomization};
use crate::load;
use crate::metadata::{self, Wanted};
use crate::paths::{self, Loader, Log, Use};
use crate::resmap::Resources;
use crate::resource::Resource;
use crate::schema::Schemas;
use crate::tree::Node;
use crate::trouble::{Class, Trouble};
use crate::vars::Vars;

/// Kustomizations in one another: no real build has a tenth as many.
const DEEPEST: usize = 60;
/// Kustomizations of one build, each counted as often as it is used. Bases that use each other
/// twice double at each step, so that a few small files could ask for billions.
const MOST_VISITS: usize = 20_000;
/// Objects of one build.
const MOST_RESOURCES: usize = 200_000;

/// What was gathered so far, and what is to be done with it later.
#[derive(Debug, Default)]
pub(crate) struct Accumulated {
    pub resources: Resources,
    pub config: Option<Arc<Config>>,
    pub vars: Vars,
}

/// Makes one build.
pub(crate) struct Builder<'a> {
    session: &'a Session,
    pub files: &'a dyn Files,
    pub options: &'a Options<'a>,
    pub log: &'a Log,
    pub wanted: Wanted,
    pub schemas: Arc<Schemas>,
    /// `openapi` was stated by a kustomization; the first one counts.
    schema_is_set: bool,
    /// Kustomize would have read its own schemas by now: it does when it meets an object of a kind
    /// that it does not know by heart, and keeps them beside those of a kustomization then.
    knows_built_in: bool,
    /// The folders of the kustomizations that are being read, the outermost first.
    stack: Vec<PathBuf>,
    visits: usize,
    parts: Vec<Part>,
    pub idle: Vec<Idle>,
    deprecated: Vec<Deprecated>,
}

/// A kustomization that is being read, and how it got there.
#[derive(Clone, Copy)]
pub(crate) struct Visit<'k> {
    pub kustomization: &'k Kustomization,
    /// Its folder as a person would write it from the folder that is built; empty for that one.
    pub path: &'k str,
    /// The nearest namespace that is set by it or around it: charts are rendered for it.
    pub namespace: Option<&'k str>,
}

impl Visit<'_> {
    /// A path in its folder, as a person would write it from the folder that is built.
    pub fn join(&self, name: &str) -> String {
        paths::join(Path::new(self.path), name).to_string_lossy().into_owned()
    }

    /// Its file.
    pub fn file(&self) -> String {
        self.join(self.kustomization.file_name)
    }
}

impl<'a> Builder<'a> {
    pub fn new(
        session: &'a Session,
        files: &'a dyn Files,
        options: &'a Options<'a>,
        log: &'a Log,
        wanted: Wanted,
    ) -> Self {
        Self {
            session,
            files,
            options,
            log,
            wanted,
            schemas: Schemas::built_in(),
            schema_is_set: false,
            knows_built_in: false,
            stack: Vec::new(),
            visits: 0,
            parts: Vec::new(),
            idle: Vec::new(),
            deprecated: Vec::new(),
        }
    }

    /// What is known of the kustomizations that took part.
    pub fn into_facts(self) -> Facts {
        Facts { parts: self.parts, idle: self.idle, deprecated: self.deprecated }
    }

    /// Everything of the kustomization that is built.
    pub fn root(&mut self, kustomization: &Kustomization) -> Accumulated {
        let namespace = kustomization.text("namespace").and_then(Node::text);
        let visit = Visit { kustomization, path: "", namespace };
        self.enter(visit, None);
        let done = self.target(visit, Accumulated::default());
        self.stack.pop();
        done
    }

    /// Notes a kustomization that takes part, and what is known of it.
    fn enter(&mut self, visit: Visit<'_>, named_at: Option<Span>) {
        let found = visit.kustomization;
        self.visits += 1;
        self.stack.push(found.folder.clone());
        let file = found.folder.join(found.file_name);
        let as_what = if found.is_component { Use::Component } else { Use::Kustomization };
        self.log.used(&file, as_what);
        self.log.keep(&found.source);
        for trouble in &found.troubles {
            self.log.trouble(trouble.clone());
        }
        self.deprecated.extend(&found.deprecated);
        let (folder, is_component) = (found.folder.clone(), found.is_component);
        self.parts.push(Part { folder, file, is_component, named_at });
        self.open_api(found);
    }

    /// A reader of the files that a kustomization names.
    pub fn loader(&self, folder: &Path) -> Loader<'a> {
        Loader {
            files: self.files,
            folder: folder.to_path_buf(),
            outside: self.options.outside,
            log: self.log,
        }
    }

    /// Takes over the schemas that a kustomization states, unless an outer one did.
    fn open_api(&mut self, found: &Kustomization) {
        let Some(field) = found.get("openapi").filter(|_| !self.schema_is_set) else { return };
        let loader = self.loader(&found.folder);
        match crate::schema::open_api(field, &loader, self.knows_built_in) {
            Ok(Some(schemas)) => {
                self.schemas = schemas;
                self.schema_is_set = true;
            }
            Ok(None) => {}
            Err(troubles) => troubles.into_iter().for_each(|trouble| self.log.trouble(trouble)),
        }
    }

    /// Everything that one kustomization says, done to what is there before (of a component) or to
    /// nothing.
    fn target(&mut self, visit: Visit<'_>, mut done: Accumulated) -> Accumulated {
        let found = visit.kustomization;
        self.resources(visit, found.list("resources"), Use::Resource, &mut done);
        self.configure(found, &mut done);
        self.generators(visit, &mut done);
        for entry in found.list("components") {
            self.component(visit, entry, &mut done);
        }
        self.transformers(visit, &mut done);
        self.validators(visit, &mut done);
        self.variables(found, &mut done);
        done
    }

    /// What a list of files and folders brings in.
    pub fn resources(
        &mut self,
        visit: Visit<'_>,
        entries: &[Node],
        as_what: Use,
        done: &mut Accumulated,
    ) {
        let loader = self.loader(&visit.kustomization.folder);
        for entry in entries {
            if done.resources.list().len() > MOST_RESOURCES {
                let message = format!("the build has more than {MOST_RESOURCES} objects");
                self.hole(Trouble::fatal(Class::Cycle, entry.origin.span, message));
                return;
            }
            if let Err(trouble) = self.resource(visit, &loader, entry, as_what, done) {
                self.hole(trouble);
            }
        }
    }

    /// Notes a trouble that leaves something out of the build.
    pub fn hole(&self, trouble: Trouble) {
        self.log.holes.set(true);
        self.log.trouble(trouble);
    }

    fn resource(
        &mut self,
        visit: Visit<'_>,
        loader: &Loader<'_>,
        entry: &Node,
        as_what: Use,
        done: &mut Accumulated,
    ) -> Result<(), Trouble> {
        let at = entry.origin.span;
        let name = named(entry)?;
        if paths::is_remote_file(name) {
            let path = name.split_once('?').map_or(name, |(path, _)| path);
            let is_file = [".yaml", ".yml", ".json"].iter().any(|end| path.ends_with(end));
            return Err(loader.remote(name, at, !is_file && paths::is_repository(name)));
        }
        match loader.kind(name) {
            Some(PathKind::File) => self.file(visit, loader, name, at, as_what, done),
            _ if paths::is_repository(name) => Err(loader.remote(name, at, true)),
            Some(PathKind::Folder) => self.folder(visit, loader, name, at, done),
            Some(PathKind::Other) => {
                let message = format!("`{name}` is neither a file nor a folder");
                Err(Trouble::fatal(Class::Missing, at, message))
            }
            None => Err(paths::missing(name, at)),
        }
    }

    /// The objects of a file.
    fn file(
        &mut self,
        visit: Visit<'_>,
        loader: &Loader<'_>,
        name: &str,
        at: Span,
        as_what: Use,
        done: &mut Accumulated,
    ) -> Result<(), Trouble> {
        let path = loader.found(name, at, as_what)?;
        let read = self.session.resources(&path, || {
            let unreadable = |why: String| {
                vec![Trouble::fatal(
                    Class::Unreadable,
                    at,
                    format!("`{name}` cannot be read: {why}"),
                )]
            };
            let tree = self.files.tree(&path).map_err(unreadable)?;
            let objects = load::resources(&tree, at)?;
            Ok(Loaded::new(objects, tree.file().clone()))
        });
        // A build that shares the objects with others gets its own copy of them here.
        let loaded = match Arc::unwrap_or_clone(read) {
            Ok(loaded) => loaded,
            Err(troubles) => {
                troubles.into_iter().for_each(|trouble| self.hole(trouble));
                return Ok(());
            }
        };
        self.log.keep(&loaded.source);
        self.knows_built_in |= loaded.has_unknown_kinds;
        let written = self.wanted.traced.then(|| visit.join(name));
        for mut object in loaded.objects {
            object.entered_at = at;
            if let Some(written) = &written {
                metadata::from_file(&mut object, written);
            }
            self.add(object, at, done);
        }
        Ok(())
    }

    /// Adds an object, or says that one like it is there.
    pub fn add(&self, object: Resource, entry: Span, done: &mut Accumulated) {
        if let Err(trouble) = done.resources.add(object, entry) {
            self.log.trouble(*trouble);
        }
    }

    /// What the kustomization in a folder brings in.
    fn folder(
        &mut self,
        visit: Visit<'_>,
        loader: &Loader<'_>,
        name: &str,
        at: Span,
        done: &mut Accumulated,
    ) -> Result<(), Trouble> {
        let found = self.open(loader, name, at, false)?;
        let inner = self.pass_through(visit, &found, name, at, Accumulated::default());
        for object in inner.resources.into_list() {
            self.add(object, at, done);
        }
        self.join_config(inner.config, at, done);
        self.join_vars(inner.vars, done);
        Ok(())
    }

    /// What a component makes of what is there.
    fn component(&mut self, visit: Visit<'_>, entry: &Node, done: &mut Accumulated) {
        let at = entry.origin.span;
        let loader = self.loader(&visit.kustomization.folder);
        let named = named(entry).and_then(|name| {
            if paths::is_repository(name) || paths::is_remote_file(name) {
                return Err(loader.remote(name, at, true));
            }
            match loader.kind(name) {
                Some(PathKind::Folder) => Ok(name),
                Some(_) => {
                    let message = format!("`{name}` is no folder, as a component is");
                    Err(Trouble::fatal(Class::Missing, at, message))
                }
                None => Err(paths::missing(name, at)),
            }
        });
        match named.and_then(|name| Ok((name, self.open(&loader, name, at, true)?))) {
            Ok((name, found)) => {
                let before = std::mem::take(done);
                *done = self.pass_through(visit, &found, name, at, before);
            }
            Err(trouble) => self.hole(trouble),
        }
    }

    /// What the kustomization in a folder makes of what is there.
    fn pass_through(
        &mut self,
        visit: Visit<'_>,
        found: &Opened,
        name: &str,
        at: Span,
        before: Accumulated,
    ) -> Accumulated {
        let Ok(kustomization) = &**found else { return before };
        let path = visit.join(name);
        let own = kustomization.text("namespace").and_then(Node::text);
        let namespace = own.or(visit.namespace);
        let inner = Visit { kustomization, path: &path, namespace };
        self.enter(inner, Some(at));
        let after = self.target(inner, before);
        self.stack.pop();
        after
    }

    /// The kustomization in a folder, if it may be entered from here.
    fn open(
        &self,
        loader: &Loader<'_>,
        name: &str,
        at: Span,
        is_component: bool,
    ) -> Result<Opened, Trouble> {
        if Path::new(name).is_absolute() {
            let message = format!("`{name}` is absolute; folders are named from this one");
            return Err(Trouble::fatal(Class::Missing, at, message));
        }
        let folder = self.files.real(&loader.path(name));
        if self.stack.iter().any(|outer| paths::lies_in(outer, &folder)) {
            let message = format!("`{name}` leads back to a kustomization that is being built");
            return Err(Trouble::fatal(Class::Cycle, at, message)
                .help("a base may not hold, or use, the kustomizations that use it"));
        }
        if self.stack.len() >= DEEPEST || self.visits >= MOST_VISITS {
            let message = "kustomizations use each other too often or too deeply";
            return Err(Trouble::fatal(Class::Cycle, at, message));
        }
        let opened = self.session.kustomization(&folder, self.files, self.log);
        let found = match &*opened {
            Ok(found) => found,
            Err(why) => return Err(no_kustomization(why, Path::new(name), Some(at))),
        };
        match (is_component, found.is_component) {
            (true, false) => Err(Trouble::fatal(
                Class::Kustomization,
                at,
                format!("`{name}` is a kustomization, not a component"),
            )
            .help("name it under `resources`, or give it `kind: Component`")),
            (false, true) => Err(Trouble::fatal(
                Class::Kustomization,
                at,
                format!("`{name}` is a component, not a kustomization"),
            )
            .help("name it under `components`")),
            _ => Ok(opened),
        }
    }

    /// Takes in what `configurations` and `crds` say. Field specs hide each other depending on the
    /// order in which they meet, so that order is kustomize's: first all files, then its own tables
    /// with them, then what bases said with that.
    fn configure(&mut self, found: &Kustomization, done: &mut Accumulated) {
        let loader = self.loader(&found.folder);
        let mut files: Option<Arc<Config>> = None;
        self.settings(&loader, found.list("configurations"), |node, troubles| {
            let mut file = Config::default();
            file.add_file(node, troubles);
            let before = files.take().unwrap_or_default();
            files = Some(self.joined(before, &Arc::new(file), node.origin.span));
        });
        let built_in = Config::built_in().clone();
        let own = match files {
            Some(files) => self.joined(built_in, &files, found.span),
            None => built_in,
        };
        self.join_config(Some(own), found.span, done);
        let mut own: Option<Config> = None;
        self.settings(&loader, found.list("crds"), |node, troubles| {
            own.get_or_insert_default().add_definitions(node, troubles);
        });
        self.join_config(own.map(Arc::new), found.span, done);
    }

    /// Reads files of settings.
    fn settings(
        &self,
        loader: &Loader<'_>,
        entries: &[Node],
        mut each: impl FnMut(&Node, &mut Vec<Trouble>),
    ) {
        for entry in entries {
            let Some(node) = self.settings_file(loader, entry) else { continue };
            let mut troubles = Vec::new();
            each(&node, &mut troubles);
            troubles.into_iter().for_each(|trouble| self.log.trouble(trouble));
        }
    }

    /// The first document of a file of settings; none when it is empty, or when it cannot be read,
    /// which is noted.
    pub fn settings_file(&self, loader: &Loader<'_>, path: &Node) -> Option<Node> {
        let at = path.origin.span;
        let tree = match named(path).and_then(|name| loader.tree(name, at, Use::Settings)) {
            Ok(tree) => tree,
            Err(trouble) => {
                self.hole(trouble);
                return None;
            }
        };
        match load::documents(&tree, Class::Kustomization) {
            Ok(documents) => documents.into_iter().next(),
            Err(troubles) => {
                troubles.into_iter().for_each(|trouble| self.hole(trouble));
                None
            }
        }
    }

    fn join_config(&self, other: Option<Arc<Config>>, at: Span, done: &mut Accumulated) {
        let Some(other) = other else { return };
        done.config = Some(match done.config.take() {
            None if Arc::ptr_eq(&other, Config::built_in()) => other,
            mine => self.joined(mine.unwrap_or_default(), &other, at),
        });
    }

    fn joined(&self, mine: Arc<Config>, other: &Arc<Config>, at: Span) -> Arc<Config> {
        Config::merge(&mine, other).unwrap_or_else(|conflict| {
            let message = format!(
                "two configurations do not agree on whether `{}` is made where it is missing",
                conflict.path
            );
            self.log.trouble(Trouble::fatal(Class::Kustomization, at, message));
            mine
        })
    }

    fn join_vars(&self, inner: Vars, done: &mut Accumulated) {
        let mut troubles = Vec::new();
        done.vars.merge(inner, &mut troubles);
        troubles.into_iter().for_each(|trouble| self.log.trouble(trouble));
    }

    fn variables(&mut self, found: &Kustomization, done: &mut Accumulated) {
        let mut troubles = Vec::new();
        if let Some(vars) = found.get("vars") {
            done.vars.add(vars, done.resources.list_mut(), &mut troubles);
        }
        self.take(troubles);
    }

    /// Notes the troubles of a step. What a step does not find is no fault while something that may
    /// hold it is missing.
    pub fn take(&self, troubles: Vec<Trouble>) {
        for mut trouble in troubles {
            let may_be_elsewhere = matches!(
                trouble.class,
                Class::PatchTarget | Class::Replacement | Class::Transformer | Class::Variable
            );
            if may_be_elsewhere && self.log.holes.get() {
                trouble.fatal = false;
            }
            self.log.trouble(trouble);
        }
    }

    /// Notes that something did nothing.
    pub fn note_idle(&mut self, kind: IdleKind, at: Span, changed: usize) {
        if changed == 0 {
            self.idle.push(Idle { kind, at });
        }
    }
}

type Opened = Arc<Result<Kustomization, crate::kustomization::NoKustomization>>;

/// The path that an entry names.
fn named(entry: &Node) -> Result<&str, Trouble> {
    entry.text().filter(|name| !name.is_empty()).ok_or_else(|| {
        Trouble::fatal(Class::Kustomization, entry.origin.span, "this entry names nothing")
    })
}
