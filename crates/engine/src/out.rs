//! What a check writes its findings to.

use std::borrow::Cow;

use kubesift_model::{BuildId, Container, Resource, Role};
use kubesift_source::Span;
use kubesift_yaml::{Field, Node};

use crate::check::{Confidence, Severity, Version};
use crate::finding::{Change, Finding, Fix, Matter, Note, Safety, Subject};
use crate::opt::{Opt, OptDefault, OptValue};
use crate::run::Rule;

/// A place a finding can point at.
#[derive(Debug, Clone, Copy)]
pub enum At<'t> {
    /// A node that is there.
    Node(Node<'t>),
    /// A field that is there, or the deepest parent that is.
    Field(Field<'t>),
    /// Bytes inside a node's scalar (an image's tag).
    Part(Node<'t>, Span),
}

impl<'t> From<Node<'t>> for At<'t> {
    fn from(node: Node<'t>) -> Self {
        Self::Node(node)
    }
}

impl<'t> From<Field<'t>> for At<'t> {
    fn from(field: Field<'t>) -> Self {
        Self::Field(field)
    }
}

impl<'t> From<(Node<'t>, Option<Span>)> for At<'t> {
    fn from((node, part): (Node<'t>, Option<Span>)) -> Self {
        part.map_or(Self::Node(node), |part| Self::Part(node, part))
    }
}

impl<'t> At<'t> {
    fn node(self) -> Node<'t> {
        match self {
            Self::Node(node) | Self::Part(node, _) => node,
            Self::Field(field) => field.deepest(),
        }
    }

    fn span(self) -> Span {
        match self {
            Self::Node(node) => node.place(),
            Self::Field(field) => field.place(),
            Self::Part(_, span) => span,
        }
    }

    fn paths(self, root: Node<'t>) -> (String, String) {
        match self {
            Self::Node(node) | Self::Part(node, _) => {
                (node.path_from(root), node.stable_path_from(root))
            }
            Self::Field(field) => (field.path_from(root), field.stable_path_from(root)),
        }
    }
}

/// Takes the findings of one check on one resource.
pub struct Out<'a> {
    rule: &'a Rule,
    version: Version,
    resource: &'a Resource,
    container: Option<&'a Container<'a>>,
    builds: &'a [BuildId],
    findings: &'a mut Vec<Finding>,
}

impl<'a> Out<'a> {
    pub(crate) fn new(
        rule: &'a Rule,
        version: Version,
        resource: &'a Resource,
        builds: &'a [BuildId],
        findings: &'a mut Vec<Finding>,
    ) -> Self {
        Self { rule, version, resource, container: None, builds, findings }
    }

    pub(crate) fn on(mut self, container: &'a Container<'a>) -> Self {
        self.container = Some(container);
        self
    }

    /// Reports a finding. The message goes on from its subject, which is put before it: "container
    /// `app`" + "runs privileged". It has no full stop.
    pub fn report<'t>(
        &mut self,
        at: impl Into<At<'t>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Draft<'_> {
        let message = message.into();
        let subject = self.subject_words();
        self.say(at, format!("{subject} {message}"))
    }

    /// Reports a finding whose message is a whole sentence already.
    pub fn say<'t>(
        &mut self,
        at: impl Into<At<'t>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Draft<'_> {
        let at = at.into();
        let (object_path, stable_path) = at.paths(self.resource.node());
        let matter = Matter {
            message: message.into().into_owned(),
            object_path: Some(object_path),
            stable_path: Some(stable_path),
            subject: Some(self.subject()),
            related: aliased(at.node()),
            ..Matter::default()
        };
        let mut finding = Finding::new(self.rule.entry, self.rule.severity(), at.span(), matter);
        finding.builds = self.builds.to_vec();
        self.findings.push(finding);
        let at = self.findings.len() - 1;
        let built = self.resource.is_built();
        Draft { finding: &mut self.findings[at], rule: self.rule, built }
    }

    fn subject(&self) -> Subject {
        let resource = self.resource;
        Subject {
            id: resource.id,
            api_version: resource.kind.api_version(),
            kind: resource.kind.kind.to_string(),
            namespace: resource.written_namespace().map(str::to_owned),
            name: resource.written_name().map(str::to_owned),
            container: self.container.map(|container| container.name().to_owned()),
        }
    }

    fn subject_words(&self) -> String {
        if let Some(container) = self.container {
            let role = match container.role {
                Role::Init => "init container",
                Role::Ephemeral => "ephemeral container",
                Role::Main | Role::Sidecar => "container",
            };
            return match container.name() {
                "" => format!("{role} without a name"),
                name => format!("{role} `{name}`"),
            };
        }
        match self.resource.written_name() {
            Some(name) => format!("{} `{name}`", self.resource.kind.kind),
            None => format!("{} without a name", self.resource.kind.kind),
        }
    }

    /// The version of Kubernetes to judge for.
    pub fn version(&self) -> Version {
        self.version
    }

    /// The severity that the check has by itself, before the configuration.
    pub(crate) fn severity(&self) -> Severity {
        self.rule.entry.check.severity
    }

    /// True when the run asks for this check by name: it then answers from what there is, even where
    /// the rest of a build may hold what would settle it.
    pub fn is_asked(&self) -> bool {
        self.rule.asked
    }

    /// A boolean option of this check.
    pub fn flag(&self, opt: &Opt) -> bool {
        match (self.rule.option(opt.name), opt.default) {
            (Some(OptValue::Bool(value)), _) => *value,
            (_, OptDefault::Bool(value)) => value,
            _ => false,
        }
    }

    /// A whole-number option of this check.
    pub fn int(&self, opt: &Opt) -> i64 {
        match (self.rule.option(opt.name), opt.default) {
            (Some(OptValue::Int(value)), _) => *value,
            (_, OptDefault::Int(value)) => value,
            _ => 0,
        }
    }

    /// A text option of this check.
    pub fn text(&self, opt: &Opt) -> &str {
        match (self.rule.option(opt.name), opt.default) {
            (Some(OptValue::Text(value)), _) => value,
            (_, OptDefault::Text(value)) => value,
            _ => "",
        }
    }

    /// True when a list option of this check holds a name; false for what has none.
    pub fn lists(&self, opt: &Opt, name: Option<&str>) -> bool {
        name.is_some_and(|name| self.list(opt).contains(&name))
    }

    /// A list option of this check.
    pub fn list(&self, opt: &Opt) -> Vec<&str> {
        match (self.rule.option(opt.name), opt.default) {
            (Some(OptValue::List(values)), _) => values.iter().map(String::as_str).collect(),
            (_, OptDefault::List(values)) => values.to_vec(),
            _ => Vec::new(),
        }
    }
}

/// A value reached through an alias is written elsewhere: say where.
fn aliased(node: Node<'_>) -> Vec<Note> {
    let target = node.resolved();
    if target == node {
        return Vec::new();
    }
    vec![Note { message: "the value is defined here".to_owned(), at: target.place() }]
}

/// A finding that was just reported, to add to.
pub struct Draft<'a> {
    finding: &'a mut Finding,
    rule: &'a Rule,
    /// The object was built from others: a fix says what to do, not which bytes to replace.
    built: bool,
}

impl Draft<'_> {
    /// Offers to give a field a value (YAML: a scalar or a flow collection); parents that are
    /// missing are written too. Left out when the text cannot be edited there.
    pub fn set(self, safety: Safety, title: &str, field: Field<'_>, yaml: &str) -> Self {
        if !self.built {
            return self.offer(safety, title, field.set(yaml));
        }
        let node = field.deepest();
        let (file, missing) = (node.tree().file().id, field.missing());
        self.change(
            safety,
            title,
            Change::Set { file, node: node.position(), missing, yaml: yaml.to_owned() },
        )
    }

    /// Offers to remove a field. Left out when the text cannot be edited there.
    pub fn remove(self, safety: Safety, title: &str, field: Field<'_>) -> Self {
        if !self.built {
            return self.offer(safety, title, field.remove());
        }
        let Some(node) = field.node() else { return self };
        let file = node.tree().file().id;
        self.change(safety, title, Change::Remove { file, node: node.position() })
    }

    fn change(self, safety: Safety, title: &str, change: Change) -> Self {
        let title = title.to_owned();
        self.finding.fix = Some(Fix { title, safety, edits: Vec::new(), changes: vec![change] });
        self
    }

    /// Offers edits; nothing is offered when there are none.
    pub fn offer(
        self,
        safety: Safety,
        title: &str,
        edits: impl IntoIterator<Item = kubesift_source::Edit>,
    ) -> Self {
        let edits: Vec<_> = edits.into_iter().collect();
        if !edits.is_empty() {
            let (title, changes) = (title.to_owned(), Vec::new());
            self.finding.fix = Some(Fix { title, safety, edits, changes });
        }
        self
    }

    /// Adds a related place.
    pub fn note<'t>(self, at: impl Into<At<'t>>, message: impl Into<String>) -> Self {
        let at = at.into().span();
        self.finding.related.push(Note { message: message.into(), at });
        self
    }

    /// Adds related places.
    pub fn notes<'t>(self, notes: impl IntoIterator<Item = (Node<'t>, String)>) -> Self {
        notes.into_iter().fold(self, |draft, (at, message)| draft.note(at, message))
    }

    /// Adds the next step of the way that leads here ([`Matter::hops`]), in the order in which it
    /// is walked.
    pub fn hop<'t>(self, at: impl Into<At<'t>>, message: impl Into<String>) -> Self {
        let at = at.into().span();
        self.finding.hops.push(Note { message: message.into(), at });
        self
    }

    /// Names the cause, so that findings of it at other places can be told to be the same: of two
    /// findings with one cause in one build, that of the check that yields to the other is not shown
    /// by itself. The name says what is wrong and of what ("no network policy in shop").
    pub fn cause(self, cause: impl Into<Box<str>>) -> Self {
        self.finding.cause = Some(cause.into());
        self
    }

    /// Names what the finding is about when that is no object of its own, and this one is only the
    /// first of those that it concerns ("namespace shop"): another object may be the first tomorrow,
    /// and the finding is the same.
    pub fn about(self, about: impl Into<Box<str>>) -> Self {
        self.finding.about = Some(about.into());
        self
    }

    /// Another severity than the check's, unless the configuration sets one.
    pub fn severity(self, severity: Severity) -> Self {
        if self.rule.severity.is_none() {
            self.finding.severity = severity;
        }
        self
    }

    /// Another confidence than the check's.
    pub fn confidence(self, confidence: Confidence) -> Self {
        self.finding.confidence = confidence;
        self
    }
}
