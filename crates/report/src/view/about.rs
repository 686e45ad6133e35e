//! What there is to say about one resource: sections of lines, each with the place in a file that
//! says so. The page shows some of them, `kubesift why` prints all.

mod links;
mod rights;
mod traffic;

use kubesift_engine::model::{Graph, Match, Resource};
use kubesift_engine::yaml::Node;
use serde::Serialize;

use super::spot::{PlaceView, Spots};

/// Some lines under a title.
#[derive(Debug, Clone, Serialize)]
pub struct Section {
    /// A word for programs: `reached-by`.
    pub id: &'static str,
    /// A few words for people.
    pub title: &'static str,
    /// What there is to say; never empty.
    pub lines: Vec<Line>,
}

/// How a line is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tone {
    /// As a fact.
    #[default]
    Plain,
    /// Something that an attacker would like, or that is broken.
    Danger,
    /// Something that is not known for sure.
    Unsure,
    /// The lack of something, or a detail.
    Quiet,
}

/// An object by its names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ObjectView {
    /// `Deployment`
    pub kind: String,
    /// As the manifest states it.
    pub namespace: Option<String>,
    /// As the manifest states it.
    pub name: Option<String>,
}

/// One thing to say.
#[derive(Debug, Clone, Serialize)]
pub struct Line {
    /// The words.
    pub words: String,
    /// How they are meant.
    pub tone: Tone,
    /// The text that says so; none where the lack of a text does.
    #[serde(flatten)]
    pub place: Option<PlaceView>,
    /// The object that it is about, when it is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<ObjectView>,
    /// What it consists of, in order: the hops of a way, the steps to a right.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Line>,
}

impl Line {
    pub(crate) fn new(words: impl Into<String>) -> Self {
        let words = words.into();
        Self { words, tone: Tone::Plain, place: None, object: None, steps: Vec::new() }
    }

    /// Says which object it is about.
    fn of(mut self, object: &Resource) -> Self {
        self.object = Some(ObjectView {
            kind: object.kind.kind.to_string(),
            namespace: object.namespace.as_deref().map(str::to_owned),
            name: object.name.as_deref().map(str::to_owned),
        });
        self
    }

    pub(crate) fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }

    pub(crate) fn at(mut self, place: Option<PlaceView>) -> Self {
        self.place = place;
        self
    }

    fn steps(mut self, steps: Vec<Self>) -> Self {
        self.steps = steps;
        self
    }
}

/// How much is said.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    /// Workloads of a build that are asked one by one who reaches whom; in a larger build only
    /// what holds for whole namespaces is said.
    pub peers: usize,
    /// Lines of one list.
    pub lines: usize,
}

/// Tells about resources of one build.
pub(crate) struct About<'g, 'a> {
    graph: &'g Graph<'a>,
    spots: &'g Spots<'g>,
    room: Room,
}

impl<'g, 'a> About<'g, 'a> {
    pub(crate) fn new(graph: &'g Graph<'a>, spots: &'g Spots<'g>, room: Room) -> Self {
        Self { graph, spots, room }
    }

    /// What the analysis of policies and rights says of a workload.
    pub(crate) fn analysis(&self, resource: &Resource) -> Vec<Section> {
        let Some(pod) = self.graph.pod_of(resource) else {
            return self.account_rights(resource).into_iter().collect();
        };
        let sections =
            [self.policies(pod), self.reached_by(pod), self.reaches(pod), self.account(pod)];
        sections.into_iter().flatten().collect()
    }

    /// Everything that is known of a resource.
    pub(crate) fn all(&self, resource: &Resource) -> Vec<Section> {
        let mut sections = Vec::new();
        let pod = self.graph.pod_of(resource);
        if let Some(pod) = pod {
            let ways = self.ways_in(pod);
            let none = || vec![Line::new("none that these files show").tone(Tone::Quiet)];
            let ways = if ways.is_empty() { none() } else { ways };
            sections.extend(section("ways-in", "Ways in from outside", ways));
            sections.extend(self.ports(pod));
        }
        sections.extend(self.analysis(resource));
        sections.extend(self.uses(resource));
        if let Some(pod) = pod {
            sections.extend(self.services(pod));
            sections.extend(self.guards(resource));
        }
        sections.extend(self.effect(resource));
        sections.extend(self.selected(resource));
        sections.extend(self.referrers(resource));
        sections
    }

    fn node(&self, node: Node<'_>) -> Option<PlaceView> {
        Some(self.spots.of_node(node))
    }

    /// Where an object begins.
    fn object(&self, resource: &Resource) -> Option<PlaceView> {
        let name = resource.node().at("metadata.name");
        let place = self.spots.of(name.map_or(resource.node().span(), Node::place));
        Some(PlaceView { end_line: place.line, ..place })
    }

    /// Cuts a list that is longer than there is room for.
    fn cut(&self, mut lines: Vec<Line>) -> Vec<Line> {
        let left = lines.len().saturating_sub(self.room.lines);
        if left > 1 {
            lines.truncate(self.room.lines);
            lines.push(Line::new(format!("and {left} more")).tone(Tone::Quiet));
        }
        lines
    }
}

fn section(id: &'static str, title: &'static str, lines: Vec<Line>) -> Option<Section> {
    (!lines.is_empty()).then_some(Section { id, title, lines })
}

/// "Deployment `shop/web`".
fn named(resource: &Resource) -> String {
    format!("{} `{}`", resource.kind.kind, resource.full_name())
}

/// Words for what is perhaps so.
fn perhaps(matches: Match) -> (&'static str, Tone) {
    match matches {
        Match::Yes | Match::No => ("", Tone::Plain),
        Match::Unknown => ("perhaps ", Tone::Unsure),
    }
}
