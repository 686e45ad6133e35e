//! Who reaches what, in the shape of a call hierarchy: an object is called by what routes to it,
//! selects it or reads it, and calls what it routes to, selects or reads.

use std::collections::BTreeMap;

use kubesift_model::reach::End;
use kubesift_model::{Direction, Graph, GraphPod, Link, LinkTarget, Match, Relation, Resource};
use kubesift_project::{Analysis, Homes};
use kubesift_source::{FileId, Span};

use crate::named::{Named, meant};
use crate::navigate::Destination;
use crate::seen::{Seen, each};

/// An object of the hierarchy.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Party {
    /// Where it stands: ask on at the start of `to.at`.
    pub to: Destination,
    /// `web`, or `(no name)`.
    pub name: String,
    /// `Deployment` and its namespace: "Deployment of shop".
    pub detail: String,
}

/// One step of the hierarchy.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Call {
    /// The object at the other end.
    pub party: Party,
    /// The places that make the step, in the text of the object that it starts from; sorted.
    pub at: Vec<Span>,
}

/// A build of more workloads than these is not asked, pod by pod, who is let in.
const MOST_COMPARED: usize = 2_500;

/// The objects that a place is about: the one that is named there, or the one that the place is part
/// of. Sorted, each once.
pub fn parties(analysis: &Analysis, file: FileId, offset: u32) -> Vec<Party> {
    let mut found = Vec::new();
    each(analysis, file, offset, |seen, homes| {
        found.extend(objects(&seen).into_iter().map(|one| Party::of(one, homes)));
    });
    found.sort();
    found.dedup();
    found
}

/// Who routes to the object at a place, selects or reads it, and which workloads the policies that
/// close it let in.
pub fn incoming(analysis: &Analysis, file: FileId, offset: u32) -> Vec<Call> {
    let mut calls = Calls::default();
    each(analysis, file, offset, |seen, homes| {
        for object in objects(&seen) {
            for link in seen.graph.links().to(object).filter(is_step) {
                calls.add(Party::of(link.from, homes), homes.origin(link.at.place()).span);
            }
            if let Some(pod) = seen.graph.pod_of(object) {
                let_in(seen.graph, pod, homes, &mut calls);
            }
        }
    });
    calls.listed()
}

/// What the object at a place routes to, selects or reads.
pub fn outgoing(analysis: &Analysis, file: FileId, offset: u32) -> Vec<Call> {
    let mut calls = Calls::default();
    each(analysis, file, offset, |seen, homes| {
        for object in objects(&seen) {
            for link in seen.graph.links().from(object).iter().filter(|link| is_step(link)) {
                let at = homes.origin(link.at.place()).span;
                for target in targets(link) {
                    calls.add(Party::of(target, homes), at);
                }
            }
        }
    });
    calls.listed()
}

/// Owners and definitions are no steps of a request.
fn is_step(link: &&Link<'_>) -> bool {
    !matches!(link.relation, Relation::Owner | Relation::CrdOf)
}

fn targets<'a>(link: &Link<'a>) -> Vec<&'a Resource> {
    match &link.to {
        LinkTarget::Resource(one) | LinkTarget::Perhaps(one) | LinkTarget::MadeBy(one) => vec![one],
        LinkTarget::Selected(all) => all.to_vec(),
        _ => Vec::new(),
    }
}

fn objects<'a>(seen: &Seen<'_, 'a>) -> Vec<&'a Resource> {
    let symbols = meant(seen).symbols.into_iter();
    let mut named: Vec<&Resource> = symbols
        .filter_map(|symbol| match symbol {
            Named::Object(object) | Named::ServicePort(object, _) => Some(object),
            _ => None,
        })
        .collect();
    if named.is_empty() {
        named.push(seen.resource);
    }
    named
}

/// The workloads that may send to a pod which policies close, each at its own name. An open pod is
/// reached by everyone, which is no answer.
fn let_in<'a>(graph: &Graph<'a>, pod: &GraphPod<'a>, homes: &Homes<'_>, calls: &mut Calls) {
    let is_closed = pod.is_networked()
        && graph.coverage(pod).closed(Direction::Ingress) == Match::Yes
        && graph.pods().len() <= MOST_COMPARED;
    if !is_closed {
        return;
    }
    for other in graph.pods().iter().filter(|other| other.at != pod.at) {
        let bounds = graph.reach().allowed(End::Pod(other), End::Pod(pod));
        if bounds.any() == Match::Yes {
            let party = Party::of(other.pod.resource, homes);
            let at = party.to.at;
            calls.add(party, at);
        }
    }
}

/// Steps by the object at their other end.
#[derive(Debug, Default)]
struct Calls(BTreeMap<Party, Vec<Span>>);

impl Calls {
    fn add(&mut self, party: Party, at: Span) {
        self.0.entry(party).or_default().push(at);
    }

    fn listed(self) -> Vec<Call> {
        let call = |(party, mut at): (Party, Vec<Span>)| {
            at.sort();
            at.dedup();
            Call { party, at }
        };
        self.0.into_iter().map(call).collect()
    }
}

impl Party {
    fn of(resource: &Resource, homes: &Homes<'_>) -> Self {
        let kind = &resource.kind.kind;
        Self {
            to: Destination::of(resource, homes),
            name: resource.name.as_deref().unwrap_or("(no name)").to_owned(),
            detail: match &resource.namespace {
                Some(namespace) => format!("{kind} of {namespace}"),
                None => kind.to_string(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Project;

    const SHOP: &str = "\
-- shop.yaml
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: front}
spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  containers: [{name: web, image: 'web:1', envFrom: [{secretRef: {name: token}}]}]
---
apiVersion: v1
kind: Secret
metadata: {name: token}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Ingress]
  ingress: [{from: [{podSelector: {matchLabels: {app: friend}}}]}]
---
apiVersion: v1
kind: Pod
metadata: {name: friend, labels: {app: friend}}
---
apiVersion: v1
kind: Pod
metadata: {name: stranger, labels: {app: stranger}}
";

    fn names(calls: &[Call]) -> Vec<String> {
        calls.iter().map(|call| format!("{} {}", call.party.detail, call.party.name)).collect()
    }

    #[test]
    fn a_request_is_followed_from_door_to_secret() {
        let project = Project::new(SHOP);
        let analysis = &project.analysis;
        let (file, at) = project.at("shop.yaml", "metadata: {name: fr|ont");
        assert!(incoming(analysis, file, at).is_empty());
        assert_eq!(names(&outgoing(analysis, file, at)), ["Service web"]);
        let (file, at) = project.at("shop.yaml", "Service\nmetadata: {name: w|eb");
        assert_eq!(names(&incoming(analysis, file, at)), ["Ingress front"]);
        assert_eq!(names(&outgoing(analysis, file, at)), ["Pod web"]);
        let (file, at) = project.at("shop.yaml", "Pod\nmetadata: {name: w|eb");
        let callers = names(&incoming(analysis, file, at));
        assert_eq!(callers, ["Service web", "NetworkPolicy web", "Pod friend"]);
        assert_eq!(names(&outgoing(analysis, file, at)), ["Secret token"]);
    }

    #[test]
    fn the_places_of_a_step_are_in_the_text_it_starts_from() {
        let project = Project::new(SHOP);
        let (file, at) = project.at("shop.yaml", "Service\nmetadata: {name: w|eb");
        let calls = incoming(&project.analysis, file, at);
        let words: Vec<String> = calls.iter().map(|call| project.words(call.at[0])).collect();
        assert_eq!(words, ["shop.yaml: name: web"]);
        assert_eq!(parties(&project.analysis, file, at).len(), 1);
    }
}
