//! One Kubernetes object, as it stands in a file.

use std::sync::{Arc, OnceLock};

use kubesift_source::{SourceFile, Span};
use kubesift_yaml::{Field, Node, Tree};

use crate::build_fact::{BuildFact, FactKind};
use crate::outline::{Outline, Place};
use crate::shared;
use crate::workload::{PodShape, Workloads};

/// A resource within one run: its position among all resources, in the order of files and documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceId(pub u32);

/// What an object is: API group, version and kind.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Kind {
    /// The API group; empty for the core group.
    pub group: Box<str>,
    /// The version within the group, `v1`.
    pub version: Box<str>,
    /// The kind, `Deployment`.
    pub kind: Box<str>,
}

impl Kind {
    /// From `apiVersion` and `kind` as they stand in a manifest.
    pub fn new(api_version: &str, kind: &str) -> Self {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        Self { group: group.into(), version: version.into(), kind: kind.into() }
    }

    /// `apps/v1`, or `v1` for the core group.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() {
            return self.version.to_string();
        }
        format!("{}/{}", self.group, self.version)
    }

    /// True for `group/Kind` (`apps/Deployment`), or `Kind` alone for the core group. The version
    /// does not count. `extensions` counts as `apps`, `networking.k8s.io` or `policy` for the kinds
    /// that moved there, so that old manifests are judged too.
    pub fn is(&self, name: &str) -> bool {
        // Asked more often than anything else: the kind decides nearly always, and stands at the end.
        let group = match name.strip_suffix(&*self.kind) {
            Some("") => "",
            Some(rest) => match rest.strip_suffix('/') {
                Some(group) => group,
                None => return false,
            },
            None => return false,
        };
        *self.group == *group
            || *self.group == *"extensions"
                && matches!(group, "apps" | "networking.k8s.io" | "policy")
    }
}

/// The template that rendered Helm output names in its `# Source:` comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedFrom {
    /// The template's path as the comment says it: `chart/templates/deployment.yaml`.
    pub template: Box<str>,
    /// The comment.
    pub comment: Span,
}

/// What an object is called where it is written, when a build gave it another name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The name; none when it is missing.
    pub name: Option<Arc<str>>,
    /// The namespace that is stated there.
    pub namespace: Option<Arc<str>>,
}

/// One Kubernetes object: what it is, what it is called, and where it stands.
///
/// What views ask thousands of resources for stands first, so that it lies in as few lines of the
/// processor's cache as can be.
#[derive(Debug, Clone)]
#[repr(C)]
pub struct Resource {
    /// Identity within the run.
    pub id: ResourceId,
    /// Its values are encrypted by SOPS.
    pub encrypted: bool,
    /// Group, version, kind.
    pub kind: Arc<Kind>,
    /// The namespace that the manifest states; none when nothing says it. Never guessed.
    pub namespace: Option<Arc<str>>,
    /// `metadata.name`; none when it is missing (generateName, a mistake).
    pub name: Option<Arc<str>>,
    places: Places,
    tree: Arc<Tree>,
    /// Of its pod, when it is of a built-in kind that has one.
    outline: Option<Arc<Outline>>,
    /// Where its pod template is, when it is a workload.
    pub pod: Option<PodShape>,
    /// What builds showed about it: of a kustomization, and of objects that no kustomization takes.
    pub facts: Arc<[BuildFact]>,
    /// For an object that was built from others (an overlay's): what it is called where it is
    /// written, so that findings name what a person finds there. Its tree is of a text that no file
    /// holds, and whoever shows a place of it must first find that place's home.
    pub written: Option<Box<Written>>,
    /// The template it was rendered from, when its document says so.
    pub rendered_from: Option<RenderedFrom>,
}

/// Where in its tree the nodes are in which nearly every look-up begins.
#[derive(Debug, Clone, Copy, Default)]
struct Places {
    /// The object itself.
    root: u32,
    metadata: Place,
    spec: Place,
    /// Of its `metadata`.
    annotations: Place,
    labels: Place,
    owners: Place,
}

/// What nearly every object has; shared, so that it costs nothing.
fn no_facts() -> Arc<[BuildFact]> {
    static NONE: OnceLock<Arc<[BuildFact]>> = OnceLock::new();
    Arc::clone(NONE.get_or_init(|| Arc::from([])))
}

impl Resource {
    /// A resource whose object is `root`, a node of `tree`: a document's root, or an item of a list.
    pub fn new(id: ResourceId, tree: &Arc<Tree>, root: Node<'_>, pod: Option<PodShape>) -> Self {
        let head = Head::read(root);
        let known = shared::kind(head.api_version, head.kind);
        let mut resource = Self {
            id,
            kind: known.kind,
            namespace: head.namespace.map(shared::namespace),
            name: head.name.map(Into::into),
            pod,
            rendered_from: None,
            encrypted: false,
            written: None,
            facts: no_facts(),
            tree: Arc::clone(tree),
            places: head.places,
            outline: None,
        };
        let shape = known.shape.as_ref();
        resource.outline = shape.and_then(|shape| Outline::of(&resource, shape)).map(Arc::new);
        resource
    }

    /// The documents of a tree, numbered from 0. Lists are left closed.
    pub fn documents(tree: &Arc<Tree>, workloads: &Workloads) -> Vec<Self> {
        let roots = tree.documents().filter_map(|document| document.root());
        let resources = (0..).zip(roots).map(|(at, root)| {
            let mut resource = Self::new(ResourceId(at), tree, root, None);
            resource.pod = workloads.shape(&resource.kind.group, &resource.kind.kind);
            resource
        });
        resources.collect()
    }

    /// The object.
    pub fn node(&self) -> Node<'_> {
        self.tree.node(self.places.root)
    }

    /// What is, or is not, at a path of keys joined by dots.
    pub fn field(&self, path: &'static str) -> Field<'_> {
        let (node, rest) = self.start_of(path);
        node.field(rest)
    }

    /// Where a path of keys joined by dots begins to be looked for, and what is left of it from there:
    /// in the object's `spec` or `metadata`, when it leads there and they are known.
    pub(crate) fn start_of<'p>(&self, path: &'p str) -> (Node<'_>, &'p str) {
        let starts = [("spec.", self.places.spec), ("metadata.", self.places.metadata)];
        let known = starts.into_iter().find_map(|(start, at)| {
            let rest = path.strip_prefix(start)?;
            Some((at.node(&self.tree)?, rest))
        });
        known.unwrap_or_else(|| (self.node(), path))
    }

    /// `metadata.annotations`, whatever it holds.
    pub fn annotations(&self) -> Option<Node<'_>> {
        self.places.annotations.node(&self.tree)
    }

    /// `metadata.labels`, whatever it holds.
    pub fn labels(&self) -> Option<Node<'_>> {
        self.places.labels.node(&self.tree)
    }

    /// The items of `metadata.ownerReferences`.
    pub fn owners(&self) -> impl Iterator<Item = Node<'_>> {
        self.places.owners.node(&self.tree).into_iter().flat_map(Node::items)
    }

    /// Where the parts of its pod lie, when it is of a shape that was known as it was loaded.
    pub(crate) fn outline(&self, shape: &PodShape) -> Option<&Outline> {
        self.outline.as_deref().filter(|outline| outline.is_for(shape))
    }

    /// The tree the object is part of.
    pub fn tree(&self) -> &Arc<Tree> {
        &self.tree
    }

    /// The file the object stands in.
    pub fn file(&self) -> &Arc<SourceFile> {
        self.tree.file()
    }

    /// See [`Kind::is`].
    pub fn is(&self, name: &str) -> bool {
        self.kind.is(name)
    }

    /// What builds showed about it of one sort, each with its place: the deepest node there, and the
    /// bytes, when they are on one line.
    pub fn facts_of(
        &self,
        kind: FactKind,
    ) -> impl Iterator<Item = ((Node<'_>, Option<Span>), &BuildFact)> {
        let facts = self.facts.iter().filter(move |fact| fact.kind == kind);
        facts.map(|fact| {
            let node = self.tree.node_at(fact.at.start).unwrap_or_else(|| self.node());
            let whole = !fact.at.is_empty() && !self.file().slice(fact.at).contains('\n');
            ((node, whole.then_some(fact.at)), fact)
        })
    }

    /// True for an object that was built from others: see [`Resource::written`].
    pub fn is_built(&self) -> bool {
        self.written.is_some()
    }

    /// The name as it is written, before a build changed it.
    pub fn written_name(&self) -> Option<&str> {
        self.written.as_ref().map_or(&self.name, |written| &written.name).as_deref()
    }

    /// The namespace as it is written, before a build changed it.
    pub fn written_namespace(&self) -> Option<&str> {
        self.written.as_ref().map_or(&self.namespace, |written| &written.namespace).as_deref()
    }

    /// The name for messages: `shop/web`, or `web` when no namespace is stated, or `(no name)`.
    pub fn full_name(&self) -> String {
        let name = self.name.as_deref().unwrap_or("(no name)");
        match &self.namespace {
            Some(namespace) => format!("{namespace}/{name}"),
            None => name.to_owned(),
        }
    }

    /// The value of an annotation of the object itself.
    pub fn annotation(&self, key: &str) -> Option<Node<'_>> {
        self.annotations()?.get(key)
    }

    /// The value of a label of the object itself.
    pub fn label(&self, key: &str) -> Option<Node<'_>> {
        self.labels()?.get(key)
    }
}

/// What every object begins with, read in one pass over its keys.
#[derive(Default)]
struct Head<'t> {
    api_version: &'t str,
    kind: &'t str,
    /// Not empty.
    namespace: Option<&'t str>,
    name: Option<&'t str>,
    places: Places,
}

impl<'t> Head<'t> {
    fn read(root: Node<'t>) -> Self {
        let mut head = Self::default();
        head.places.root = root.position();
        for (key, node) in root.entries() {
            match key {
                "apiVersion" => head.api_version = node.str().unwrap_or_default(),
                "kind" => head.kind = node.str().unwrap_or_default(),
                "metadata" => head.read_metadata(node),
                "spec" => head.places.spec = Place::of(node),
                _ => {}
            }
        }
        head
    }

    fn read_metadata(&mut self, metadata: Node<'t>) {
        let word = |node: Node<'t>| node.str().filter(|text| !text.is_empty());
        self.places.metadata = Place::of(metadata);
        for (key, node) in metadata.entries() {
            match key {
                "name" => self.name = word(node),
                "namespace" => self.namespace = word(node),
                "annotations" => self.places.annotations = Place::of(node),
                "labels" => self.places.labels = Place::of(node),
                "ownerReferences" => self.places.owners = Place::of(node),
                _ => {}
            }
        }
    }
}
