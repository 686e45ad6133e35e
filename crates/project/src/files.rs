//! One file to its resources: bytes to text, text to tree, documents to what they are.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use kubesift_engine::{FileFate, Trouble, TroubleKind, may_hold_suppression};
use kubesift_model::{
    Class, Kind, Reason, RenderedFrom, Resource, ResourceId, Workloads, classify, is_sops,
};
use kubesift_source::{DecodeError, FileId, SourceFile, Span, System};
use kubesift_yaml::{Document, Node, SyntaxError, Tree, parse};

use crate::inputs::{From, Input, unreadable};
use crate::kustomizations::is_kustomization_file;

/// What reading one file gave.
#[derive(Debug, Clone)]
pub(crate) struct Read {
    /// The file; its text is empty when nothing points into it.
    pub file: Arc<SourceFile>,
    /// Its documents, when something in them is of use.
    pub tree: Option<Arc<Tree>>,
    /// Its resources. Their ids are not set yet.
    pub resources: Vec<Resource>,
    pub fate: FileFate,
    pub troubles: Vec<Trouble>,
    /// Documents that look like mistakes rather than like something else: what is wrong, and where.
    pub doubts: Vec<(String, Span)>,
    /// Documents that are templates of some engine.
    pub templates: u32,
    /// Suppressions may stand in it.
    pub is_marked: bool,
}

/// Text is parsed to say what it is up to this size; beyond it, text without an `apiVersion` is
/// not worth the time (lock files, schemas, dashboards).
const SMALL: usize = 64 * 1024;

/// A list of lists of lists is a mistake; deeper ones are not followed.
const LIST_DEPTH: u32 = 3;

impl Read {
    /// A file that could not be read.
    pub fn failed(id: FileId, path: &Arc<str>, trouble: Trouble) -> Self {
        let troubles = vec![trouble];
        Self { troubles, ..Self::nothing(id, path, FileFate::Failed) }
    }

    /// A file in which nothing is of use.
    pub fn nothing(id: FileId, path: &Arc<str>, fate: FileFate) -> Self {
        Self {
            file: Arc::new(SourceFile::new(id, path.clone(), "")),
            tree: None,
            resources: Vec::new(),
            fate,
            troubles: Vec::new(),
            doubts: Vec::new(),
            templates: 0,
            is_marked: false,
        }
    }
}

/// Text from bytes, or the file's end.
pub(crate) fn decode(
    id: FileId,
    path: &Arc<str>,
    bytes: Vec<u8>,
) -> Result<Arc<SourceFile>, Box<Read>> {
    let error = match SourceFile::decode(id, path.clone(), bytes) {
        Ok(file) => return Ok(Arc::new(file)),
        Err(error) => error,
    };
    let help = match error {
        DecodeError::InvalidUtf8 { .. } => Some("save the file as UTF-8"),
        DecodeError::InvalidUtf16 { .. } => Some("save the file as UTF-8 or as whole UTF-16"),
        DecodeError::Binary { .. } => Some("give it another name, or exclude it"),
        DecodeError::TooLarge { .. } => None,
    };
    let trouble = Trouble {
        kind: TroubleKind::NotText,
        message: error.to_string(),
        help: help.map(str::to_owned),
        path: path.clone(),
        at: None,
    };
    Err(Box::new(Read::failed(id, path, trouble)))
}

/// How a file begins that git-crypt keeps encrypted in the repository.
const GIT_CRYPT: &[u8] = b"\0GITCRYPT\0";

/// An input to its resources: read, decoded, parsed, sorted. A panic of ours costs the file only.
pub(crate) fn load(system: &dyn System, input: &Input, id: FileId, workloads: &Workloads) -> Read {
    let (bytes, strict) = match &input.from {
        From::Disk(path) => (system.read(path), input.named || is_kustomization_file(path)),
        From::Stdin => (system.read_stdin(), true),
    };
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(error) => return Read::failed(id, &input.path, unreadable(&input.path, &error)),
    };
    if bytes.starts_with(GIT_CRYPT) {
        let fate = FileFate::LeftOut("encrypted by git-crypt".to_owned());
        return Read::nothing(id, &input.path, fate);
    }
    let file = match decode(id, &input.path, bytes) {
        Ok(file) => file,
        Err(read) => return *read,
    };
    catch_unwind(AssertUnwindSafe(|| read(file, workloads, strict))).unwrap_or_else(|_| {
        let trouble = Trouble {
            kind: TroubleKind::Panic,
            message: "reading this file stopped unexpectedly; all others were read".to_owned(),
            help: Some("please report this with the file".to_owned()),
            path: input.path.clone(),
            at: None,
        };
        Read::failed(id, &input.path, trouble)
    })
}

/// The resources of a file of plain manifests. With `strict`, what cannot be parsed is a failure
/// even when nothing in it looks like an object: somebody named the file.
pub(crate) fn read(file: Arc<SourceFile>, workloads: &Workloads, strict: bool) -> Read {
    let (id, path) = (file.id, file.path.clone());
    let stated = memchr::memmem::find(file.text().as_bytes(), b"apiVersion").is_some();
    if !stated && !strict && file.text().len() > SMALL {
        let fate = FileFate::NotKubernetes("no `apiVersion` in it".to_owned());
        return Read::nothing(id, &path, fate);
    }
    let tree = Arc::new(parse(file));
    let mut reader = Reader {
        tree: &tree,
        workloads,
        strict,
        reasons: Vec::new(),
        other: 0,
        marks: 0,
        unclear: Vec::new(),
    };
    let mut read = Read::nothing(id, &path, FileFate::Failed);
    for document in tree.documents() {
        reader.document(document, &mut read);
    }
    let Reader { reasons, other, marks, unclear, .. } = reader;
    // Beside objects even a document that looks like nothing is a part of what gets applied.
    if !read.resources.is_empty() {
        read.troubles.extend(unclear);
        read.troubles.sort_by_key(|trouble| trouble.at);
    }
    read.templates = marks;
    read.fate = if !read.troubles.is_empty() {
        FileFate::Failed
    } else if !read.resources.is_empty() {
        FileFate::Checked { resources: read.resources.len() as u32, other }
    } else if marks > 0 {
        FileFate::LeftOut("a template, and no chart's".to_owned())
    } else {
        FileFate::NotKubernetes(reasons.join("; "))
    };
    if !read.resources.is_empty() || !read.troubles.is_empty() || !read.doubts.is_empty() {
        read.file = tree.file().clone();
        read.is_marked = may_hold_suppression(tree.file().text());
        read.tree = Some(tree);
    }
    read
}

struct Reader<'a> {
    tree: &'a Arc<Tree>,
    workloads: &'a Workloads,
    strict: bool,
    /// Why documents are no objects, each reason once.
    reasons: Vec<String>,
    /// Documents that are no objects, empty ones left out.
    other: u32,
    /// Documents that are templates.
    marks: u32,
    /// What is wrong with documents that cannot be read and look like no object.
    unclear: Vec<Trouble>,
}

/// More reasons than a person wants to read.
const REASONS: usize = 3;

impl Reader<'_> {
    fn document(&mut self, document: Document<'_>, read: &mut Read) {
        if document.is_broken() {
            return self.broken(document, read);
        }
        let Some(root) = document.root() else { return self.reason("empty") };
        let before = read.resources.len();
        self.object(root, None, 0, read);
        let from = rendered_from(document, root);
        let encrypted = read.resources.len() > before && is_encrypted(root);
        for resource in &mut read.resources[before..] {
            resource.rendered_from.clone_from(&from);
            resource.encrypted = encrypted;
        }
    }

    /// What a document, or an item of a list, is. An item may leave its kind to its list.
    fn object(&mut self, node: Node<'_>, inherited: Option<Kind>, depth: u32, read: &mut Read) {
        let reason = match classify(node) {
            Class::Resource { .. } | Class::ComponentConfig { .. } => {
                self.resource(node, None, read);
                return;
            }
            Class::List { api_version, items, item_kind, .. } if depth < LIST_DEPTH => {
                let items: Vec<Node<'_>> = items.into_iter().flat_map(Node::items).collect();
                if items.is_empty() {
                    self.other += 1;
                    self.reason("an empty list");
                }
                for item in items {
                    let kind = item_kind.map(|kind| Kind::new(api_version, kind));
                    self.object(item, kind, depth + 1, read);
                }
                return;
            }
            Class::List { .. } => "lists within lists".to_owned(),
            Class::NotKubernetes(Reason::Empty) => return self.reason("empty"),
            Class::NotKubernetes(reason) => {
                let states_none = node.get("kind").is_none() && node.is_map();
                if let Some(kind) = inherited.filter(|_| states_none) {
                    self.resource(node, Some(kind), read);
                    return;
                }
                if let Some(at) = reason.mistake() {
                    read.doubts.push((reason.to_string(), at));
                }
                reason.to_string()
            }
        };
        self.other += 1;
        self.reason(&reason);
    }

    fn resource(&self, node: Node<'_>, kind: Option<Kind>, read: &mut Read) {
        let mut resource = Resource::new(ResourceId(0), self.tree, node, None);
        if let Some(kind) = kind {
            resource.kind = Arc::new(kind);
        }
        resource.pod = self.workloads.shape(&resource.kind.group, &resource.kind.kind);
        read.resources.push(resource);
    }

    /// A document that could not be read is a failure when it would be a manifest. Other files that
    /// carry these extensions (settings with comments in JSON, Jinja, Ansible) are none of ours.
    fn broken(&mut self, document: Document<'_>, read: &mut Read) {
        let text = self.tree.file().slice(document.span());
        let errors: Vec<&SyntaxError> = document.errors().collect();
        if !self.strict && !looks_like_object(text) {
            let broken =
                errors.iter().filter(|error| !is_template_error(self.tree.file(), error.span));
            let unclear: Vec<Trouble> = broken.map(|error| self.trouble(error)).collect();
            self.unclear.extend(unclear);
            self.other += 1;
            return self.reason("not readable as YAML, and nothing in it looks like an object");
        }
        if errors.iter().any(|error| is_template_error(self.tree.file(), error.span)) {
            self.marks += 1;
            return;
        }
        read.troubles.extend(errors.into_iter().map(|error| self.trouble(error)));
    }

    fn trouble(&self, error: &SyntaxError) -> Trouble {
        Trouble {
            kind: TroubleKind::YamlSyntax,
            message: error.message.clone(),
            help: error.help.clone(),
            path: self.tree.file().path.clone(),
            at: Some(error.span),
        }
    }

    fn reason(&mut self, reason: &str) {
        // An empty document says nothing beside one that is not.
        if reason == "empty" && !self.reasons.is_empty() {
            return;
        }
        self.reasons.retain(|held| held != "empty");
        let known = self.reasons.iter().any(|held| held == reason);
        if !known && self.reasons.len() < REASONS {
            self.reasons.push(reason.to_owned());
        }
    }
}

/// True for text with `apiVersion` and `kind` as keys, however it is broken.
fn looks_like_object(text: &str) -> bool {
    let has = |key: &str| {
        text.lines().any(|line| {
            let line = line.trim_start_matches(['{', ',', '-', ' ', '\t', '\u{feff}']);
            let rest = line.trim_start_matches(['"', '\'']).strip_prefix(key);
            rest.is_some_and(|rest| rest.trim_start_matches(['"', '\'', ' ']).starts_with(':'))
        })
    };
    has("apiVersion") && has("kind")
}

/// Marks of template engines where they break YAML: Go and Jinja, Jinja's and ERB's statements.
const MARKS: [&str; 5] = ["{{", "}}", "{%", "<%", "%>"];

/// True when what could not be read stands beside the mark of a template engine.
fn is_template_error(file: &SourceFile, at: Span) -> bool {
    let line = file.lines().line_of(at.start);
    let near = line.saturating_sub(1)..=line.saturating_add(1);
    near.into_iter().any(|line| {
        let text = file.text().get(file.lines().range(file.text(), line)).unwrap_or_default();
        MARKS.iter().any(|mark| text.contains(mark))
    })
}

/// SOPS leaves its mark in the text, so that most documents need no look at their tree.
fn is_encrypted(root: Node<'_>) -> bool {
    let text = root.tree().file().slice(root.span());
    memchr::memmem::find(text.as_bytes(), b"sops").is_some() && is_sops(root)
}

/// What Helm says above each document it renders: `# Source: chart/templates/deployment.yaml`.
fn rendered_from(document: Document<'_>, root: Node<'_>) -> Option<RenderedFrom> {
    let tree = document.tree();
    let mut above = tree.comments_in(document.span().start, root.span().start);
    above.find_map(|comment| {
        let template = tree.file().slice(comment).strip_prefix("# Source: ")?.trim();
        (!template.is_empty() && !template.contains(' '))
            .then(|| RenderedFrom { template: template.into(), comment })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Read {
        let file = Arc::new(SourceFile::new(FileId(0), "a.yaml", text));
        read(file, &Workloads::default(), false)
    }

    fn names(read: &Read) -> Vec<String> {
        let name = |resource: &Resource| {
            format!("{} {}", resource.kind.kind, resource.name.as_deref().unwrap_or("-"))
        };
        read.resources.iter().map(name).collect()
    }

    fn pod(name: &str) -> String {
        format!("apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\n")
    }

    #[test]
    fn documents_that_are_no_objects_are_counted_beside_those_that_are() {
        let read = read_text(&format!("---\n---\n{}---\na: 1\n---\n{}", pod("x"), pod("z")));
        assert_eq!(names(&read), ["Pod x", "Pod z"]);
        assert_eq!(read.fate, FileFate::Checked { resources: 2, other: 1 });
    }

    #[test]
    fn a_file_without_objects_says_why() {
        let why = |text: &str| match read_text(text).fate {
            FileFate::NotKubernetes(reason) => reason,
            fate => format!("{fate:?}"),
        };
        assert_eq!(why(""), "empty");
        assert_eq!(why("# only a comment\n"), "empty");
        assert_eq!(why("---\n- a\n"), "a sequence");
        assert_eq!(
            why("{ // settings\n \"a\": [1,}\n"),
            "not readable as YAML, and nothing in it looks like an object"
        );
    }

    #[test]
    fn lists_give_their_items_whatever_their_form() {
        let read = read_text(
            "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: x}}\n\
             - apiVersion: v1\n  kind: ConfigMapList\n  items:\n  - metadata: {name: z}\n",
        );
        assert_eq!(names(&read), ["Pod x", "ConfigMap z"]);
        let read = read_text(
            "apiVersion: template.openshift.io/v1\nkind: Template\nobjects:\n\
             - {apiVersion: v1, kind: Service, metadata: {name: \"${NAME}\"}}\n",
        );
        assert_eq!(names(&read), ["Service ${NAME}"]);
    }

    #[test]
    fn rendered_helm_output_names_its_template() {
        let text = format!("---\n# Source: web/templates/pod.yaml\n{}---\n{}", pod("x"), pod("z"));
        let read = read_text(&text);
        let from: Vec<_> = read.resources.iter().map(|one| one.rendered_from.clone()).collect();
        let first = from[0].as_ref().expect("a template");
        assert_eq!(&*first.template, "web/templates/pod.yaml");
        assert_eq!(read.file.slice(first.comment), "# Source: web/templates/pod.yaml");
        assert_eq!(from[1], None);
    }

    #[test]
    fn a_broken_document_fails_the_file_and_not_its_neighbours() {
        let read =
            read_text(&format!("{}---\napiVersion: v1\nkind: [\n---\n{}", pod("x"), pod("z")));
        assert_eq!(names(&read), ["Pod x", "Pod z"]);
        assert_eq!(read.fate, FileFate::Failed);
        assert_eq!(read.troubles.len(), 1);
        assert!(read.troubles[0].at.is_some());
    }

    #[test]
    fn templates_of_other_engines_are_left_out_and_said() {
        let jinja = "apiVersion: v1\nkind: Pod\nmetadata:\n{% if x %}\n  name: y\n{% endif %}\n";
        assert_eq!(read_text(jinja).fate, FileFate::LeftOut("a template, and no chart's".into()));
        let read = read_text(&format!("{}---\n{jinja}", pod("x")));
        assert_eq!(read.templates, 1);
        assert_eq!(read.fate, FileFate::Checked { resources: 1, other: 0 });
    }

    #[test]
    fn braces_in_a_plain_manifest_are_text() {
        let read = read_text(
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: d\ndata:\n  a: \"{{ .x }}\"\n  b: |\n\
             \x20   {{ if y }}\n",
        );
        assert_eq!(names(&read), ["ConfigMap d"]);
    }

    #[test]
    fn encrypted_documents_are_known() {
        let secret = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\nstringData:\n  \
                      a: ENC[AES256_GCM,data:x]\nsops:\n  lastmodified: \"2024\"\n  mac: ENC[x]\n";
        let read = read_text(&format!("{secret}---\n{}", pod("x")));
        assert!(read.resources[0].encrypted);
        assert!(!read.resources[1].encrypted);
    }

    #[test]
    fn probable_mistakes_are_told_apart_from_other_documents() {
        let read = read_text("apiversion: v1\nkind: Pod\nmetadata:\n  name: x\n");
        assert_eq!(read.doubts.len(), 1);
        assert!(matches!(read.fate, FileFate::NotKubernetes(_)));
    }

    #[test]
    fn bytes_that_are_no_text_are_refused_with_their_place() {
        let path: Arc<str> = "a.yaml".into();
        let decoded = |bytes: &[u8]| decode(FileId(0), &path, bytes.to_vec());
        assert_eq!(decoded(b"\x7fELF\0\0\0").expect_err("binary").fate, FileFate::Failed);
        let read = decoded(b"a: \xff").expect_err("no text");
        assert_eq!(read.fate, FileFate::Failed);
        assert!(read.troubles[0].message.contains("line 1"), "{}", read.troubles[0].message);
        let mut utf16 = vec![0xff, 0xfe];
        pod("x").encode_utf16().for_each(|unit| utf16.extend(unit.to_le_bytes()));
        let file = decoded(&utf16).expect("text");
        assert_eq!(names(&read_text(file.text())), ["Pod x"]);
    }
}
