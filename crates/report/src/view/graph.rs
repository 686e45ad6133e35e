//! `kubesift graph`: the resources of each build, their relations and their findings, as data that
//! every form of it (JSON, DOT, Mermaid, the page) is drawn from.

mod assemble;
mod dot;
mod draw;
mod facts;
mod html;
mod mermaid;
mod ties;

use std::io::{self, Write};
use std::str::FromStr;

use kubesift_engine::Outcome;
use kubesift_engine::model::Graph;
use serde::Serialize;

use super::about::{Line, Section};
use super::finding::FindingView;
use super::spot::PlaceView;

/// A form of the graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GraphFormat {
    /// Graphviz.
    Dot,
    /// A Mermaid flowchart.
    Mermaid,
    /// The view itself, version 1.
    Json,
    /// One page that needs nothing else.
    Html,
}

impl GraphFormat {
    /// All forms.
    pub const ALL: &'static [Self] = &[Self::Html, Self::Json, Self::Dot, Self::Mermaid];

    /// The word for it on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dot => "dot",
            Self::Mermaid => "mermaid",
            Self::Json => "json",
            Self::Html => "html",
        }
    }

    /// The form that the name of a file asks for by its ending.
    pub fn of_file(name: &str) -> Option<Self> {
        let (_, ending) = name.rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "html" | "htm" => Some(Self::Html),
            "json" => Some(Self::Json),
            "dot" | "gv" => Some(Self::Dot),
            "mmd" | "mermaid" => Some(Self::Mermaid),
            _ => None,
        }
    }
}

impl FromStr for GraphFormat {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let found = Self::ALL.iter().copied().find(|format| format.name() == word);
        found.ok_or_else(|| {
            let words: Vec<&str> = Self::ALL.iter().map(|format| format.name()).collect();
            format!("`{word}` is no format; it is one of {}", words.join(", "))
        })
    }
}

/// The graph of a run: version 1. Fields may be added, none is renamed or removed.
#[derive(Debug, Clone, Serialize)]
pub struct GraphView {
    /// 1
    pub schema_version: u8,
    /// The version of the program that made it.
    pub kubesift_version: String,
    /// Each build by itself: relations do not leave it.
    pub builds: Vec<BuildView>,
}

/// One build: resources that are applied together.
#[derive(Debug, Clone, Serialize)]
pub struct BuildView {
    /// Its name in reports.
    pub name: String,
    /// False when it is known to be a part of what is applied.
    pub complete: bool,
    /// Its resources by namespace: those with a name, then the one that is not stated, then what
    /// has no namespace.
    pub namespaces: Vec<NamespaceView>,
    /// Its relations, by the order of the resources that state them.
    pub edges: Vec<EdgeView>,
    /// Findings about text that belongs to no resource shown.
    pub findings: Vec<FindingView>,
}

/// Where resources live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lives {
    /// In a namespace with a name.
    Namespace,
    /// In a namespace that no manifest states.
    Unstated,
    /// In none: resources of the whole cluster.
    Cluster,
}

/// The resources of a namespace.
#[derive(Debug, Clone, Serialize)]
pub struct NamespaceView {
    /// Its name, when it has one.
    pub name: Option<String>,
    /// What kind of place it is.
    pub lives: Lives,
    /// The node of its Namespace object, when the build holds one.
    pub object: Option<String>,
    /// Its resources, in the order of files and documents; what is missing comes last.
    pub nodes: Vec<NodeView>,
}

/// What a resource is there for: its place in a drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Lets traffic in: Ingress, Gateway, routes.
    Entry,
    /// A Service.
    Service,
    /// Runs pods.
    Workload,
    /// Says who may talk to whom.
    Policy,
    /// Scales workloads or keeps them available.
    Scaling,
    /// A ServiceAccount.
    Account,
    /// Roles and bindings.
    Role,
    /// A ConfigMap.
    Config,
    /// A Secret, or what makes one.
    Secret,
    /// Claims, volumes and their classes.
    Storage,
    /// A Namespace object.
    Namespace,
    /// Anything else.
    Other,
}

/// Whether an object is among the resources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It is.
    Ok,
    /// Something refers to it and nothing defines it.
    Missing,
    /// Nobody can say: a placeholder, another repository, something made in the cluster.
    Unknown,
}

/// A resource, or something that is referred to and missing.
#[derive(Debug, Clone, Serialize)]
pub struct NodeView {
    /// Unique in the build: `apps/Deployment/shop/web`.
    pub id: String,
    /// `apps/v1`; empty for something missing whose version nobody states.
    #[serde(rename = "apiVersion")]
    pub api_version: String,
    /// `Deployment`
    pub kind: String,
    /// As the manifest states it.
    pub namespace: Option<String>,
    /// As the manifest states it.
    pub name: Option<String>,
    /// What it is there for.
    pub role: Part,
    /// Whether it is there.
    pub state: State,
    /// Where it stands; none for something missing.
    #[serde(flatten)]
    pub place: Option<PlaceView>,
    /// The ways from outside the cluster to it; open ones have the tone `danger`. Empty when there
    /// is none.
    pub exposure: Vec<Line>,
    /// What a person wants to know at a glance: images, ports, hosts.
    pub facts: Vec<FactView>,
    /// What policies and rights mean for it.
    pub sections: Vec<Section>,
    /// Open findings about it.
    pub findings: Vec<FindingView>,
}

/// A fact about a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FactView {
    /// What it is about: `image`, `port`.
    pub label: &'static str,
    /// The fact.
    pub value: String,
}

/// A relation between two nodes.
#[derive(Debug, Clone, Serialize)]
pub struct EdgeView {
    /// The id of the node it goes out from, or [`OUTSIDE`].
    pub from: String,
    /// The id of the node it leads to.
    pub to: String,
    /// What the one does to the other: `selects`, `mounts`.
    pub relation: &'static str,
    /// True when traffic takes this way.
    pub traffic: bool,
    /// More about it: ports, hosts, keys; empty when there is nothing to say.
    pub label: String,
    /// Where it is stated, the first time if it is stated often.
    #[serde(flatten)]
    pub place: PlaceView,
    /// How often it is stated.
    pub count: u32,
    /// Whether it holds.
    pub state: State,
}

/// The id that stands for the world outside the cluster, where an edge comes from there.
pub const OUTSIDE: &str = "outside";

impl GraphView {
    /// The view of a run; `graphs` are those of the builds to show.
    pub fn new(outcome: &Outcome, graphs: &[Graph<'_>], version: &str) -> Self {
        let builds = graphs.iter().map(|graph| assemble::build(outcome, graph)).collect();
        Self { schema_version: 1, kubesift_version: version.to_owned(), builds }
    }

    /// Writes it in one of its forms.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn write(&self, format: GraphFormat, out: &mut dyn Write) -> io::Result<()> {
        match format {
            GraphFormat::Dot => dot::write(self, out),
            GraphFormat::Mermaid => mermaid::write(self, out),
            GraphFormat::Html => html::write(self, out),
            GraphFormat::Json => {
                serde_json::to_writer_pretty(&mut *out, self)?;
                writeln!(out)
            }
        }
    }
}

impl BuildView {
    /// All nodes, by namespace.
    pub fn nodes(&self) -> impl Iterator<Item = &NodeView> {
        self.namespaces.iter().flat_map(|namespace| &namespace.nodes)
    }
}

impl NodeView {
    /// Its name, or words for the lack of one.
    pub fn shown_name(&self) -> &str {
        self.name.as_deref().unwrap_or("(no name)")
    }

    /// The severity of its worst finding.
    pub fn worst(&self) -> Option<&'static str> {
        const WORST_FIRST: [&str; 5] = ["critical", "high", "medium", "low", "info"];
        let held = |word: &&str| self.findings.iter().any(|finding| finding.severity == *word);
        WORST_FIRST.into_iter().find(held)
    }
}

impl NamespaceView {
    /// Its title in drawings.
    pub fn title(&self) -> String {
        match (&self.name, self.lives) {
            (Some(name), _) => format!("namespace {name}"),
            (None, Lives::Cluster) => "cluster".to_owned(),
            (None, _) => "namespace not stated".to_owned(),
        }
    }
}
