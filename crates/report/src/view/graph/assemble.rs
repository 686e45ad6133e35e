//! From the graph of a build to its view: nodes by namespace, edges between them, findings where
//! they belong.

use std::collections::{BTreeMap, HashMap, HashSet};

use kubesift_engine::Outcome;
use kubesift_engine::model::{self, Graph, Resource, ResourceId};

use super::ties::{End, Tie, ties};
use super::{BuildView, EdgeView, Lives, NamespaceView, NodeView, OUTSIDE, Part, State, facts};
use crate::view::about::{About, Line, Room, Tone};
use crate::view::finding::FindingView;
use crate::view::spot::Spots;

/// Labels of one edge that are shown; more say nothing new.
const MOST_LABELS: usize = 3;

/// What a node says of who reaches whom: enough for a panel, and no more than the number of nodes
/// allows.
const ROOM: Room = Room { peers: 400, lines: 20 };

/// The view of one build.
pub(super) fn build(outcome: &Outcome, graph: &Graph<'_>) -> BuildView {
    let spots = Spots::new(outcome);
    let about = About::new(graph, &spots, ROOM);
    let mut assembly = Assembly::new(outcome, &spots);
    for resource in graph.resources() {
        assembly.add(resource, graph, &about);
    }
    assembly.hand_out_findings(graph);
    for tie in ties(graph) {
        assembly.tie(&tie);
    }
    assembly.finish(graph)
}

struct Assembly<'o> {
    outcome: &'o Outcome,
    spots: &'o Spots<'o>,
    nodes: Vec<NodeView>,
    /// Where each node is drawn.
    homes: Vec<Home>,
    by_resource: HashMap<ResourceId, usize>,
    ids: HashSet<String>,
    edges: Vec<EdgeView>,
    /// Where an edge is, by its ends and its relation.
    edge_at: HashMap<(String, String, &'static str), usize>,
    findings: Vec<FindingView>,
}

impl<'o> Assembly<'o> {
    fn new(outcome: &'o Outcome, spots: &'o Spots<'o>) -> Self {
        Self {
            outcome,
            spots,
            nodes: Vec::new(),
            homes: Vec::new(),
            by_resource: HashMap::new(),
            ids: HashSet::new(),
            edges: Vec::new(),
            edge_at: HashMap::new(),
            findings: Vec::new(),
        }
    }

    fn add<'a>(&mut self, resource: &Resource, graph: &Graph<'a>, about: &About<'_, 'a>) {
        let ways = graph.pod_of(resource).map(|pod| about.ways_in(pod));
        let kind = &resource.kind;
        let namespace = resource.namespace.as_deref();
        let id = node_id(&kind.group, &kind.kind, namespace, resource.name.as_deref());
        let id = self.free(id);
        self.by_resource.insert(resource.id, self.nodes.len());
        self.homes.push(home(&kind.group, &kind.kind, namespace, resource.name.as_deref()));
        self.nodes.push(NodeView {
            id,
            api_version: kind.api_version(),
            kind: kind.kind.to_string(),
            namespace: namespace.map(str::to_owned),
            name: resource.name.as_deref().map(str::to_owned),
            role: facts::part(resource),
            state: State::Ok,
            place: Some(self.spots.of(resource.node().span())),
            exposure: ways.unwrap_or_default(),
            facts: facts::facts(resource),
            sections: about.analysis(resource),
            findings: Vec::new(),
        });
    }

    /// `id`, or with a number behind it when it is taken: an object that is defined twice.
    fn free(&mut self, id: String) -> String {
        if self.ids.insert(id.clone()) {
            return id;
        }
        let mut number = 2;
        loop {
            let next = format!("{id}~{number}");
            if self.ids.insert(next.clone()) {
                return next;
            }
            number += 1;
        }
    }

    fn hand_out_findings(&mut self, graph: &Graph<'_>) {
        let build = graph.build().id;
        let outcome = self.outcome;
        let files: HashSet<_> = graph.resources().iter().map(|one| one.file().id).collect();
        for finding in outcome.open() {
            let elsewhere = !finding.builds.is_empty() && !finding.builds.contains(&build);
            if elsewhere {
                continue;
            }
            let subject = finding.subject.as_ref().map(|subject| subject.id);
            match subject.map(|id| self.by_resource.get(&id)) {
                Some(Some(at)) => {
                    let view = FindingView::of(finding, self.spots);
                    self.nodes[*at].findings.push(view);
                }
                None if files.contains(&finding.at.file) => {
                    let view = FindingView::of(finding, self.spots);
                    self.findings.push(view);
                }
                _ => {}
            }
        }
    }

    fn tie(&mut self, tie: &Tie<'_>) {
        let from = match tie.from {
            None => OUTSIDE.to_owned(),
            Some(resource) => match self.by_resource.get(&resource.id) {
                Some(at) => self.nodes[*at].id.clone(),
                None => return,
            },
        };
        let to = match &tie.to {
            End::Resource(resource) => match self.by_resource.get(&resource.id).copied() {
                Some(at) => {
                    if tie.from.is_none() {
                        self.enter(at, tie);
                    }
                    self.nodes[at].id.clone()
                }
                None => return,
            },
            End::Named { group, kind, namespace, name, state } => {
                self.named(group, kind, *namespace, name, *state)
            }
        };
        self.edge(from, to, tie);
    }

    /// Says at a door that it is one; a workload's own ways are said already.
    fn enter(&mut self, at: usize, tie: &Tie<'_>) {
        let place = self.spots.of(tie.at);
        let node = &mut self.nodes[at];
        if node.role != Part::Workload {
            let tone = if tie.public { Tone::Danger } else { Tone::Plain };
            let line = Line::new(tie.label.clone()).tone(tone).at(Some(place));
            node.exposure.push(line);
        }
    }

    fn edge(&mut self, from: String, to: String, tie: &Tie<'_>) {
        let key = (from, to, tie.relation);
        if let Some(at) = self.edge_at.get(&key) {
            let edge = &mut self.edges[*at];
            edge.count += 1;
            if tie.state == State::Missing {
                edge.state = State::Missing;
            }
            add_label(&mut edge.label, &tie.label);
            return;
        }
        let place = self.spots.of(tie.at);
        let (from, to, relation) = key.clone();
        self.edge_at.insert(key, self.edges.len());
        let (label, traffic, state) = (tie.label.clone(), tie.traffic, tie.state);
        self.edges.push(EdgeView { from, to, relation, traffic, label, place, count: 1, state });
    }

    /// The node of something that is referred to by name and not among the resources.
    fn named(
        &mut self,
        group: &str,
        kind: &str,
        namespace: Option<&str>,
        name: &str,
        state: State,
    ) -> String {
        let id = node_id(group, kind, namespace, Some(name));
        if !self.ids.insert(id.clone()) {
            return id;
        }
        self.homes.push(home(group, kind, namespace, Some(name)));
        self.nodes.push(NodeView {
            id: id.clone(),
            api_version: String::new(),
            kind: kind.to_owned(),
            namespace: namespace.map(str::to_owned),
            name: Some(name.to_owned()),
            role: facts::part_of_kind(group, kind),
            state,
            place: None,
            exposure: Vec::new(),
            facts: Vec::new(),
            sections: Vec::new(),
            findings: Vec::new(),
        });
        id
    }

    fn finish(self, graph: &Graph<'_>) -> BuildView {
        let mut groups: BTreeMap<(Lives, Option<String>), NamespaceView> = BTreeMap::new();
        for (node, (lives, name)) in self.nodes.into_iter().zip(self.homes) {
            let group = groups.entry((lives, name.clone())).or_insert_with(|| NamespaceView {
                name,
                lives,
                object: None,
                nodes: Vec::new(),
            });
            if node.role == Part::Namespace && group.object.is_none() {
                group.object = Some(node.id.clone());
            }
            group.nodes.push(node);
        }
        BuildView {
            name: graph.build().name.to_string(),
            complete: graph.build().complete,
            namespaces: groups.into_values().collect(),
            edges: self.edges,
            findings: self.findings,
        }
    }
}

/// Where something is drawn: a namespace with its name, or none.
type Home = (Lives, Option<String>);

fn home(group: &str, kind: &str, namespace: Option<&str>, name: Option<&str>) -> Home {
    match (kind, namespace) {
        // A Namespace object is at home in the namespace it makes.
        ("Namespace", _) if group.is_empty() => (Lives::Namespace, name.map(str::to_owned)),
        (_, Some(namespace)) => (Lives::Namespace, Some(namespace.to_owned())),
        _ if model::scope(group, kind) == Some(model::Scope::Cluster) => (Lives::Cluster, None),
        _ => (Lives::Unstated, None),
    }
}

fn node_id(group: &str, kind: &str, namespace: Option<&str>, name: Option<&str>) -> String {
    let namespace = namespace.unwrap_or_default();
    let rest = format!("{kind}/{namespace}/{}", name.unwrap_or_default());
    if group.is_empty() { rest } else { format!("{group}/{rest}") }
}

/// Adds what an edge says once more, unless it says it already.
fn add_label(label: &mut String, more: &str) {
    const CUT: &str = ", …";
    if more.is_empty() || label.ends_with(CUT) || label.split(", ").any(|one| one == more) {
        return;
    }
    match label.split(", ").count() {
        _ if label.is_empty() => label.push_str(more),
        MOST_LABELS.. => label.push_str(CUT),
        _ => {
            label.push_str(", ");
            label.push_str(more);
        }
    }
}
