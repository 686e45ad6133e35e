//! What is said above an object: what it selects, who uses it, whether the outside reaches it, how
//! many findings it has, and in how many builds a part of a base ends.

use std::collections::{BTreeMap, HashMap};

use kubesift_engine::{Finding, Safety};
use kubesift_model::{Graph, GraphPod, Match, Relation, Resource, ResourceId, Selected};
use kubesift_project::{Analysis, Homes};
use kubesift_source::{FileId, Span};

use crate::navigate::Destination;

/// A line above an object, and what is behind it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lens {
    /// The object's kind, which the line stands above.
    pub at: Span,
    /// The words.
    pub title: String,
    /// Where they lead; sorted, each once.
    pub to: Vec<Destination>,
}

/// What is said of one object, by subject: several builds of one base say it together.
type Said = BTreeMap<About, Sayings>;

/// What a lens is about, in the order of the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum About {
    Selects,
    Covers,
    Exposure,
    Used,
    Builds,
    Findings,
}

/// Words for what builds say: of none, one or several destinations.
#[derive(Debug, Default)]
struct Sayings {
    to: Vec<Destination>,
    /// The words of the first build that has some of its own.
    words: Option<String>,
}

/// The lenses of a file, by their objects in the order of the text.
pub fn lenses(analysis: &Analysis, file: FileId) -> Vec<Lens> {
    let homes = analysis.homes();
    let mut objects: BTreeMap<Span, (Said, Vec<ResourceId>)> = BTreeMap::new();
    for spot in analysis.spots_in(file) {
        analysis.with_graph(spot.build, |graph| {
            let Some(resource) = graph.resources().get(spot.position as usize) else { return };
            let kind = resource.node().get("kind").unwrap_or_else(|| resource.node());
            let at = homes.span(kind.place());
            // A patch is a part of an object that is declared elsewhere.
            if at.file != file {
                return;
            }
            let (said, ids) = objects.entry(at).or_default();
            ids.push(resource.id);
            let mut teller = Teller { graph, resource, homes: &homes, said };
            teller.tell();
        });
    }
    let wanted = objects.iter().flat_map(|(at, (_, ids))| ids.iter().map(|id| (*id, *at)));
    let found = findings(analysis, &wanted.collect());
    let mut lenses = Vec::new();
    for (at, (mut said, _)) in objects {
        if let Some(found) = found.get(&at) {
            said.insert(About::Findings, of_findings(found));
        }
        let lines = said.into_iter().filter_map(|(about, saying)| lens(at, about, saying));
        lenses.extend(lines);
    }
    lenses
}

fn lens(at: Span, about: About, mut saying: Sayings) -> Option<Lens> {
    saying.to.sort();
    saying.to.dedup();
    let number = saying.to.len();
    let title = match (saying.words, about) {
        (Some(words), _) => words,
        (None, _) if number == 0 => return None,
        (None, About::Selects) => format!("selects {}", counted(number, "pod")),
        (None, About::Covers) => format!("covers {}", counted(number, "workload")),
        (None, About::Used) => format!("used by {number}"),
        // One build is nothing to tell.
        (None, About::Builds) if number > 1 => format!("in {}", counted(number, "build")),
        (None, _) => return None,
    };
    Some(Lens { at, title, to: saying.to })
}

/// "1 pod", "2 pods".
fn counted(number: usize, what: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {what}{ending}")
}

/// The open findings of objects, by the places of these.
fn findings<'o>(
    analysis: &'o Analysis,
    wanted: &HashMap<ResourceId, Span>,
) -> HashMap<Span, Vec<&'o Finding>> {
    let mut found: HashMap<Span, Vec<&Finding>> = HashMap::new();
    for finding in analysis.outcome.open() {
        let at = finding.subject.as_ref().and_then(|subject| wanted.get(&subject.id));
        if let Some(at) = at {
            found.entry(*at).or_default().push(finding);
        }
    }
    found
}

fn of_findings(found: &[&Finding]) -> Sayings {
    let with_fix = |one: &&&Finding| {
        one.fix.as_ref().is_some_and(|fix| fix.safety > Safety::Shown && !fix.edits.is_empty())
    };
    let mut words = counted(found.len(), "finding");
    match found.iter().filter(with_fix).count() {
        0 => {}
        fixed => words.push_str(&format!(", {fixed} with a fix")),
    }
    let to = found.iter().map(|one| Destination { at: one.at, whole: one.at }).collect();
    Sayings { to, words: Some(words) }
}

/// Says what one build knows of an object.
struct Teller<'q, 'a> {
    graph: &'q Graph<'a>,
    resource: &'a Resource,
    homes: &'q Homes<'q>,
    said: &'q mut Said,
}

impl<'a> Teller<'_, 'a> {
    fn tell(&mut self) {
        self.selects();
        if let Some(pod) = self.graph.pod_of(self.resource) {
            self.exposure(pod);
        } else {
            self.used();
        }
        if self.resource.is_built()
            && let Some(root) = self.homes.files_of(self.resource).last()
        {
            self.add(About::Builds, vec![Destination::file(*root)]);
        }
    }

    fn add(&mut self, about: About, to: Vec<Destination>) {
        self.said.entry(about).or_default().to.extend(to);
    }

    fn say(&mut self, about: About, words: String) {
        self.said.entry(about).or_default().words.get_or_insert(words);
    }

    fn selects(&mut self) {
        let resource = self.resource;
        if resource.is("Service") && resource.field("spec.selector").exists() {
            let selected = self.graph.pods_of_service(resource);
            let lacks = self.graph.selects_no_pod(resource).is_some();
            self.pods(About::Selects, &selected, lacks);
        } else if resource.is("policy/PodDisruptionBudget") {
            let all = self.graph.links().from(resource).iter();
            let all = all.filter(|link| link.relation == Relation::Selects);
            let found: Vec<Destination> = all
                .flat_map(|link| match &link.to {
                    kubesift_model::LinkTarget::Selected(all) => all.to_vec(),
                    _ => Vec::new(),
                })
                .map(|one| Destination::of(one, self.homes))
                .collect();
            self.add(About::Covers, found);
        }
        for policy in self.graph.policies_of(resource) {
            let selected = self.graph.pods_of_policy(policy);
            let none = selected.any() == Match::No && self.graph.build().complete;
            self.pods(About::Covers, &selected, none);
        }
    }

    fn pods(&mut self, about: About, selected: &Selected<'_, 'a>, lacks: bool) {
        let of = |pods: &[&GraphPod<'a>]| -> Vec<Destination> {
            pods.iter().map(|pod| Destination::of(pod.pod.resource, self.homes)).collect()
        };
        let (sure, unsure) = (of(&selected.sure), of(&selected.unsure));
        if sure.is_empty() && lacks {
            let words = match about {
                About::Covers => "covers no workload",
                _ => "selects no pod",
            };
            return self.say(about, words.to_owned());
        }
        if sure.is_empty() && !unsure.is_empty() {
            let words = match about {
                About::Covers => format!("may cover {}", counted(unsure.len(), "workload")),
                _ => format!("may select {}", counted(unsure.len(), "pod")),
            };
            self.say(about, words);
            return self.add(about, unsure);
        }
        self.add(about, sure);
    }

    /// The widest way from outside, when it is open or may be.
    fn exposure(&mut self, pod: &GraphPod<'a>) {
        let ways = self.graph.ways_to(pod).iter();
        let wide = ways.max_by_key(|way| match way.lets_the_public_in() {
            Match::Yes => 2,
            Match::Unknown => 1,
            Match::No => 0,
        });
        let Some(way) = wide else { return };
        let words = match way.lets_the_public_in() {
            Match::Yes => "reachable from outside",
            Match::Unknown => "perhaps reachable from outside",
            Match::No => return,
        };
        self.say(About::Exposure, format!("{words}: {}", way.line()));
        let hops = way.hops.iter().filter(|hop| hop.resource.id != self.resource.id);
        let to = hops.map(|hop| Destination::at(hop.at, hop.at, self.homes)).collect();
        self.add(About::Exposure, to);
    }

    /// Who refers to it: each object once, at the first place that does.
    fn used(&mut self) {
        let mut users: HashMap<ResourceId, Destination> = HashMap::new();
        for link in self.graph.links().to(self.resource) {
            let counts = !matches!(
                link.relation,
                Relation::Selects | Relation::Owner | Relation::Makes | Relation::CrdOf
            );
            if counts && link.from.id != self.resource.id {
                let to = || Destination::at(link.at, link.at, self.homes);
                users.entry(link.from.id).or_insert_with(to);
            }
        }
        self.add(About::Used, users.into_values().collect());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Project;

    fn shown(project: &Project, path: &str) -> Vec<String> {
        let (file, _) = project.find(path, "");
        let source = &project.analysis.outcome.files[file.0 as usize];
        let lenses = lenses(&project.analysis, file).into_iter();
        let counted = lenses.filter(|lens| !lens.title.contains("finding"));
        counted
            .map(|lens| {
                let line = source.lines().line_of(lens.at.start) + 1;
                format!("{line}: {} -> {}", lens.title, lens.to.len())
            })
            .collect()
    }

    const SHOP: &str = "\
-- shop.yaml
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  containers:
  - {name: web, image: 'web:1', envFrom: [{configMapRef: {name: settings}}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: typo}
spec: {selector: {app: wbe}, ports: [{port: 80}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress: [{}]}
";

    #[test]
    fn what_is_selected_used_and_reached() {
        assert_eq!(
            shown(&Project::new(SHOP), "shop.yaml"),
            [
                "2: reachable from outside: Service web → container web:80 -> 2",
                "9: selects 1 pod -> 1",
                "14: selects no pod -> 0",
                "19: used by 1 -> 1",
                "23: covers 1 workload -> 1",
            ]
        );
    }

    #[test]
    fn findings_are_counted_with_those_that_have_a_fix() {
        let project = Project::new(SHOP);
        let (file, _) = project.find("shop.yaml", "");
        let all = lenses(&project.analysis, file);
        let of_pod = all.iter().find(|lens| lens.title.contains("finding")).expect("a lens");
        let open: Vec<&Finding> = project.analysis.outcome.open().collect();
        let own = open
            .iter()
            .filter(|one| one.subject.as_ref().is_some_and(|subject| subject.kind == "Pod"));
        let (mut number, mut fixed) = (0, 0);
        for finding in own {
            number += 1;
            fixed += usize::from(
                finding
                    .fix
                    .as_ref()
                    .is_some_and(|fix| fix.safety > Safety::Shown && !fix.edits.is_empty()),
            );
        }
        assert!(fixed > 0);
        assert_eq!(of_pod.title, format!("{number} findings, {fixed} with a fix"));
    }

    #[test]
    fn a_base_tells_the_builds_it_ends_in() {
        let project = Project::new(
            "\
-- base/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
-- base/kustomization.yaml
resources: [settings.yaml]
-- prod/kustomization.yaml
namePrefix: prod-
resources: [../base]
-- dev/kustomization.yaml
namePrefix: dev-
resources: [../base]
",
        );
        assert_eq!(shown(&project, "base/settings.yaml"), ["2: in 2 builds -> 2"]);
    }
}
