//! What sets how many pods a workload has and how big they are: autoscalers and their targets, and
//! the number of replicas that follows. Whether that is enough is left to checks.

use kubesift_yaml::{Field, Node};

use crate::graph::Graph;
use crate::resource::Resource;
use crate::scoped::Scoped;
use crate::selector::Match;
use crate::unknown::is_unknown;

/// What an autoscaler changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// The number of pods.
    Horizontal,
    /// What the pods request.
    Vertical,
}

/// An autoscaler and its target.
#[derive(Debug, Clone, Copy)]
pub struct Scaler<'a> {
    /// The autoscaler.
    pub resource: &'a Resource,
    /// What it changes.
    pub axis: Axis,
    /// Where the target's name stands.
    pub at: Node<'a>,
    /// The target's name.
    pub name: &'a str,
    /// The target's kind.
    pub kind: &'a str,
    /// The target's API group; none when it is not stated.
    pub group: Option<&'a str>,
    row: &'static Row,
}

/// A kind of autoscaler: its name, the path of its target, those of its least and most replicas
/// with their defaults.
#[derive(Debug)]
struct Row {
    kind: &'static str,
    axis: Axis,
    target: &'static str,
    min: (&'static str, Option<i64>),
    max: (&'static str, Option<i64>),
}

/// From the API types of each project. KEDA makes a HorizontalPodAutoscaler of a ScaledObject.
const TABLE: &[Row] = &[
    Row {
        kind: "autoscaling/HorizontalPodAutoscaler",
        axis: Axis::Horizontal,
        target: "spec.scaleTargetRef",
        min: ("spec.minReplicas", Some(1)),
        max: ("spec.maxReplicas", None),
    },
    Row {
        kind: "keda.sh/ScaledObject",
        axis: Axis::Horizontal,
        target: "spec.scaleTargetRef",
        min: ("spec.minReplicaCount", Some(0)),
        max: ("spec.maxReplicaCount", Some(100)),
    },
    Row {
        kind: "datadoghq.com/WatermarkPodAutoscaler",
        axis: Axis::Horizontal,
        target: "spec.scaleTargetRef",
        min: ("spec.minReplicas", Some(1)),
        max: ("spec.maxReplicas", None),
    },
    Row {
        kind: "autoscaling.gke.io/MultidimPodAutoscaler",
        axis: Axis::Horizontal,
        target: "spec.scaleTargetRef",
        min: ("spec.constraints.minReplicas", None),
        max: ("spec.constraints.maxReplicas", None),
    },
    Row {
        kind: "autoscaling.k8s.io/VerticalPodAutoscaler",
        axis: Axis::Vertical,
        target: "spec.targetRef",
        min: ("", None),
        max: ("", None),
    },
];

impl<'a> Scaler<'a> {
    /// The autoscaler that a resource is; none when it is none, or its target is not known.
    pub fn of(resource: &'a Resource) -> Option<Self> {
        let row = TABLE.iter().find(|row| resource.is(row.kind))?;
        let target = resource.field(row.target).node()?;
        let at = target.get("name")?;
        let name = at.str().filter(|name| !name.is_empty() && !is_unknown(name))?;
        let stated = target.get("kind").and_then(Node::str);
        let keda = row.kind == "keda.sh/ScaledObject";
        let kind = stated.or(keda.then_some("Deployment")).filter(|kind| !is_unknown(kind))?;
        let version = target.get("apiVersion").and_then(Node::str);
        let group = version.map(|text| text.split_once('/').map_or("", |(group, _)| group));
        let group = group.filter(|group| !is_unknown(group));
        Some(Self { resource, axis: row.axis, at, name, kind, group, row })
    }

    /// The least number of pods it keeps; none when it is not known.
    pub fn least(&self) -> Option<i64> {
        count(self.least_field(), self.row.min.1)
    }

    /// The most pods it makes; none when it is not known.
    pub fn most(&self) -> Option<i64> {
        count(self.resource.field(self.row.max.0), self.row.max.1)
    }

    /// The field that says the least number of pods.
    pub fn least_field(&self) -> Field<'a> {
        self.resource.field(self.row.min.0)
    }

    fn aims_at(&self, workload: &Resource) -> bool {
        // `extensions/v1beta1` and `apps/v1` are the same Deployment, and HPAs may state no group.
        let groups = ["", "apps", "extensions"];
        self.group.is_none_or(|group| {
            *group == *workload.kind.group
                || groups.contains(&group) && groups.contains(&&*workload.kind.group)
        })
    }
}

fn count(field: Field<'_>, default: Option<i64>) -> Option<i64> {
    match field.node() {
        None => default,
        Some(node) => node.int(),
    }
}

/// Who says how many pods a workload has.
#[derive(Debug, Clone, Copy)]
pub enum Keeper<'a> {
    /// `spec.replicas`, or a Pod, which is one.
    Stated,
    /// Nobody: the default of one holds.
    Default,
    /// An autoscaler.
    Scaler(Scaler<'a>),
    /// Nobody knows: a number that is filled in later, one pod for each node, a custom autoscaler.
    Unknown,
}

/// How many pods a workload has.
#[derive(Debug, Clone, Copy)]
pub struct Replicas<'a> {
    /// The least number it is kept at; none when it is not known.
    pub least: Option<i64>,
    /// The most it may have; none when it is not known.
    pub most: Option<i64>,
    /// Who says so.
    pub by: Keeper<'a>,
}

impl Replicas<'_> {
    const UNKNOWN: Self = Self { least: None, most: None, by: Keeper::Unknown };

    fn exactly(number: Option<i64>, by: Keeper<'_>) -> Replicas<'_> {
        Replicas { least: number, most: number, by }
    }
}

/// Kinds whose `spec.replicas` is one when it is not stated.
const REPLICATED: [&str; 7] = [
    "apps/Deployment",
    "apps/StatefulSet",
    "apps/ReplicaSet",
    "ReplicationController",
    "argoproj.io/Rollout",
    "apps.kruise.io/CloneSet",
    "apps.kruise.io/StatefulSet",
];

/// The autoscalers of a build by the kind and name of their target.
#[derive(Debug, Default)]
pub(crate) struct Scaling<'a> {
    all: Vec<Scaler<'a>>,
    by_target: Scoped<'a, (&'a str, &'a str), u32>,
}

impl<'a> Graph<'a> {
    fn scaling(&self) -> &Scaling<'a> {
        self.indexes().scaling.get_or_init(|| {
            let mut scaling = Scaling::default();
            for scaler in self.resources().iter().filter_map(|resource| Scaler::of(resource)) {
                let at = scaling.all.len() as u32;
                let namespace = scaler.resource.namespace.as_deref();
                scaling.by_target.add((scaler.kind, scaler.name), namespace, at);
                scaling.all.push(scaler);
            }
            scaling
        })
    }

    /// The autoscalers of a workload, in the order of the build, and whether they surely are.
    pub fn scalers_of(&self, workload: &Resource) -> Vec<(Scaler<'a>, Match)> {
        let Some(name) = workload.name.as_deref() else { return Vec::new() };
        let scaling = self.scaling();
        let key = (&*workload.kind.kind, name);
        let found = scaling.by_target.find(self, &key, workload.namespace.as_deref());
        let found = found.into_iter().filter_map(|(at, same)| {
            let scaler = scaling.all.get(at as usize)?;
            scaler.aims_at(workload).then_some((*scaler, same))
        });
        found.collect()
    }

    /// The workloads that an autoscaler aims at, or may.
    pub fn targets_of(&self, scaler: &Scaler<'_>) -> Vec<(&'a Resource, Match)> {
        let kind = format!("*/{}", scaler.kind);
        let namespace = scaler.resource.namespace.as_deref();
        let mut found = self.named(&kind, namespace, scaler.name);
        found.retain(|(workload, _)| scaler.aims_at(workload));
        found
    }

    /// The workload that an autoscaler surely aims at.
    pub fn target_of(&self, scaler: &Scaler<'_>) -> Option<&'a Resource> {
        let found = self.targets_of(scaler).into_iter();
        found.filter(|(_, same)| *same == Match::Yes).map(|(workload, _)| workload).next()
    }

    /// The first autoscaler of the build that scales the same workload along the same axis, when it
    /// comes before this one and is not another definition of it.
    pub fn first_beside(&self, scaler: &Scaler<'_>) -> Option<Scaler<'a>> {
        let scaling = self.scaling();
        let namespace = scaler.resource.namespace.as_deref();
        let found = scaling.by_target.find(self, &(scaler.kind, scaler.name), namespace);
        let mut found = found.into_iter().filter(|(_, same)| *same == Match::Yes);
        let first = found.find_map(|(at, _)| {
            let other = scaling.all.get(at as usize)?;
            let same_group = match (other.group, scaler.group) {
                (Some(one), Some(two)) => one == two,
                _ => true,
            };
            (other.axis == scaler.axis && same_group).then_some(*other)
        })?;
        let (one, two) = (first.resource, scaler.resource);
        let redefined = (&one.kind.kind, &one.name) == (&two.kind.kind, &two.name);
        (one.id < two.id && !redefined).then_some(first)
    }

    /// How many pods a workload has.
    pub fn replicas_of(&self, workload: &Resource) -> Replicas<'a> {
        if workload.is("Pod") {
            return Replicas::exactly(Some(1), Keeper::Stated);
        }
        let scalers = self.scalers_of(workload);
        let mut horizontal = scalers.iter().filter(|(one, _)| one.axis == Axis::Horizontal);
        match horizontal.next() {
            Some((scaler, Match::Yes)) => {
                let by = Keeper::Scaler(*scaler);
                return Replicas { least: scaler.least(), most: scaler.most(), by };
            }
            Some(_) => return Replicas::UNKNOWN,
            None => {}
        }
        if !REPLICATED.iter().any(|kind| workload.is(kind)) {
            let stated = workload.field("spec.replicas").int();
            return match stated.filter(|_| workload.is("apps.openshift.io/DeploymentConfig")) {
                Some(number) => Replicas::exactly(Some(number), Keeper::Stated),
                None => Replicas::UNKNOWN,
            };
        }
        let field = workload.field("spec.replicas");
        match field.node() {
            Some(node) => match node.int() {
                Some(number) => Replicas::exactly(Some(number), Keeper::Stated),
                None => Replicas::UNKNOWN,
            },
            None if crate::security::is_absent(field) => {
                Replicas::exactly(Some(1), Keeper::Default)
            }
            None => Replicas::UNKNOWN,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::tests::with_graph;

    fn deployment(spec: &str) -> String {
        format!(
            "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web, namespace: a}}\n\
             spec: {spec}\n"
        )
    }

    fn scaler(api: &str, kind: &str, namespace: &str, spec: &str) -> String {
        format!(
            "---\napiVersion: {api}\nkind: {kind}\nmetadata: {{name: s, namespace: '{namespace}'}}\n\
             spec: {spec}\n"
        )
    }

    #[track_caller]
    fn check(text: &str, expected: (Option<i64>, Option<i64>, char)) {
        let found = with_graph(text, |graph| {
            let workload = graph.of("apps/Deployment").next().expect("the workload");
            let replicas = graph.replicas_of(workload);
            let by = match replicas.by {
                Keeper::Stated => 's',
                Keeper::Default => 'd',
                Keeper::Scaler(_) => 'h',
                Keeper::Unknown => '?',
            };
            (replicas.least, replicas.most, by)
        });
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn replicas_follow_who_says_them() {
        check(&deployment("{}"), (Some(1), Some(1), 'd'));
        check(&deployment("{replicas: 3}"), (Some(3), Some(3), 's'));
        check(&deployment("{replicas: '${N}'}"), (None, None, '?'));
        check(&deployment("'${SPEC}'"), (None, None, '?'));
        let hpa = |namespace: &str, spec: &str| {
            deployment("{replicas: 3}")
                + &scaler("autoscaling/v2", "HorizontalPodAutoscaler", namespace, spec)
        };
        let target = "scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}";
        check(&hpa("a", &format!("{{{target}, maxReplicas: 9}}")), (Some(1), Some(9), 'h'));
        let both = format!("{{{target}, minReplicas: 2, maxReplicas: 9}}");
        check(&hpa("a", &both), (Some(2), Some(9), 'h'));
        check(&hpa("b", &both), (Some(3), Some(3), 's'));
        check(&hpa("${NS}", &both), (None, None, '?'));
        let other = "{scaleTargetRef: {apiVersion: apps/v1, kind: StatefulSet, name: web}}";
        check(&hpa("a", other), (Some(3), Some(3), 's'));
        let foreign = "{scaleTargetRef: {apiVersion: example.com/v1, kind: Deployment, name: web}}";
        check(&hpa("a", foreign), (Some(3), Some(3), 's'));
    }

    #[test]
    fn keda_aims_at_deployments() {
        let keda = scaler("keda.sh/v1alpha1", "ScaledObject", "a", "{scaleTargetRef: {name: web}}");
        check(&(deployment("{}") + &keda), (Some(0), Some(100), 'h'));
    }

    #[test]
    fn a_vertical_one_leaves_the_number_alone() {
        let spec = "{targetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}";
        let vpa = scaler("autoscaling.k8s.io/v1", "VerticalPodAutoscaler", "a", spec);
        let text = deployment("{replicas: 2}") + &vpa;
        check(&text, (Some(2), Some(2), 's'));
        with_graph(&text, |graph| {
            let vpa = graph.of("autoscaling.k8s.io/VerticalPodAutoscaler").next().expect("it");
            let scaler = Scaler::of(vpa).expect("a scaler");
            assert_eq!(scaler.axis, Axis::Vertical);
            assert!(graph.target_of(&scaler).is_some_and(|target| target.is("apps/Deployment")));
        });
    }
}
