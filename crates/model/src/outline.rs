//! Where the parts of an object lie in its tree that every view of a build begins with: found once,
//! when the object is loaded and its tree is at hand. A graph asks thousands of objects for them, and
//! each search by key from the top is a walk over memory that nobody touched since.

use std::borrow::Cow;

use kubesift_yaml::{Node, Tree};

use crate::links::{PodReference, pod_references};
use crate::pod::{Container, Pod, Role};
use crate::resource::Resource;
use crate::workload::{Form, PodShape};

/// The position of a node in the tree of a resource, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place(u32);

impl Default for Place {
    fn default() -> Self {
        Self::NONE
    }
}

impl Place {
    /// Nothing is there. No tree is so large that this is a position.
    pub const NONE: Self = Self(u32::MAX);

    /// The place of a node.
    pub fn of(node: Node<'_>) -> Self {
        Self(node.position())
    }

    /// The place of a node that may not be there.
    pub fn of_any(node: Option<Node<'_>>) -> Self {
        node.map_or(Self::NONE, Self::of)
    }

    /// The node, in the very tree that the place was made for.
    pub fn node(self, tree: &Tree) -> Option<Node<'_>> {
        (self != Self::NONE).then(|| tree.node(self.0))
    }
}

/// A pod with more containers or references than these has no outline: aliases make many of few
/// bytes, and what is kept should be in proportion to the file.
const KEPT_AT_MOST: usize = 1024;

/// The parts of a workload's pod. As they are found by their keys, which still holds for workloads
/// that have no outline: custom kinds, those without a pod spec, and huge ones.
#[derive(Debug, Clone)]
pub(crate) struct Outline {
    /// See [`PodShape::path`] and [`PodShape::form`]: it holds for a pod of this shape only.
    path: Cow<'static, str>,
    form: Form,
    /// What holds the pod's `metadata`.
    pub template: Place,
    /// The PodSpec.
    pub spec: Place,
    /// The pod's annotations.
    pub annotations: Place,
    /// The pod's labels.
    pub labels: Place,
    /// The key `hostNetwork` of the PodSpec.
    pub host_network: Place,
    /// What names the pod's service account.
    pub account: Place,
    /// The key `volumes` of the PodSpec.
    pub volumes: Place,
    /// In the order of [`Pod::containers`].
    pub containers: Box<[Spot]>,
    /// In the order of [`pod_references`].
    pub references: Box<[(Place, PodReference)]>,
    /// The texts that its containers are told: see [`told_texts`].
    pub told: Box<[Place]>,
}

/// A container, and what it has of the keys that views look for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spot {
    /// Its object.
    pub node: Place,
    /// What it is for.
    pub role: Role,
    /// The key `args`.
    pub args: Place,
    /// The key `command`.
    pub command: Place,
    /// The key `env`.
    pub env: Place,
    /// The key `ports`.
    pub ports: Place,
}

impl Spot {
    fn of(node: Node<'_>, role: Role) -> Self {
        let none = Place::NONE;
        let node_place = Place::of(node);
        let mut spot =
            Self { node: node_place, role, args: none, command: none, env: none, ports: none };
        for (key, value) in node.entries() {
            match key {
                "args" => spot.args = Place::of(value),
                "command" => spot.command = Place::of(value),
                "env" => spot.env = Place::of(value),
                "ports" => spot.ports = Place::of(value),
                _ => {}
            }
        }
        spot
    }
}

impl Outline {
    /// The outline of a resource whose pod is of a shape; none when it has no pod spec.
    pub fn of(resource: &Resource, shape: &PodShape) -> Option<Self> {
        let pod = Pod::found(resource, shape)?;
        let containers = pod.containers();
        if containers.len() > KEPT_AT_MOST {
            return None;
        }
        let mut references = Vec::new();
        pod_references(&pod, &mut |node, what| {
            if references.len() <= KEPT_AT_MOST {
                references.push((Place::of(node), what));
            }
        });
        let mut told = Vec::new();
        told_texts(&containers, &mut |node| {
            if told.len() <= KEPT_AT_MOST {
                told.push(Place::of(node));
            }
        });
        if references.len() > KEPT_AT_MOST || told.len() > KEPT_AT_MOST {
            return None;
        }
        let spots = containers.iter().map(|container| Spot::of(container.node, container.role));
        Some(Self {
            path: shape.path.clone(),
            form: shape.form,
            template: Place::of(pod.template),
            spec: Place::of(pod.spec),
            annotations: Place::of_any(pod.template.at("metadata.annotations")),
            labels: Place::of_any(pod.labels()),
            host_network: Place::of_any(pod.spec.get("hostNetwork")),
            account: Place::of_any(pod.service_account()),
            volumes: Place::of_any(pod.spec.get("volumes")),
            containers: spots.collect(),
            references: references.into(),
            told: told.into(),
        })
    }

    /// True for the outline of a pod of this shape.
    pub fn is_for(&self, shape: &PodShape) -> bool {
        self.form == shape.form && *self.path == *shape.path
    }
}

/// Calls `each` with every text that containers are told: the words of their command lines, and the
/// values of their variables.
pub(crate) fn told_texts<'a>(containers: &[Container<'a>], each: &mut dyn FnMut(Node<'a>)) {
    for container in containers {
        let values = container.env().filter_map(|variable| variable.get("value"));
        let texts = container.command_line().chain(values);
        texts.filter(|node| node.str().is_some()).for_each(&mut *each);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kubesift_source::{FileId, SourceFile};

    use super::*;
    use crate::workload::Workloads;

    /// All that a pod says, by positions: the same from its outline and as it is found by keys.
    fn said(pod: &Pod<'_>) -> Vec<String> {
        let place = |node: Option<Node<'_>>| format!("{:?}", node.map(Node::position));
        let mut all = vec![
            place(Some(pod.template)),
            place(Some(pod.spec)),
            place(pod.labels()),
            place(pod.host_network()),
            place(pod.service_account()),
            place(pod.annotation("a")),
            format!("{:?}", pod.volumes().map(Node::position).collect::<Vec<_>>()),
        ];
        for container in pod.containers() {
            let ports: Vec<u32> = container.ports().map(Node::position).collect();
            let env: Vec<u32> = container.env().map(Node::position).collect();
            let words: Vec<u32> = container.command_line().map(Node::position).collect();
            let node = container.node.position();
            all.push(format!("{node} {:?} {ports:?} {env:?} {words:?}", container.role));
        }
        all
    }

    #[track_caller]
    fn check(text: &str) -> usize {
        let file = Arc::new(SourceFile::new(FileId(0), "test.yaml", text));
        let tree = Arc::new(kubesift_yaml::parse(file));
        let resources = Resource::documents(&tree, &Workloads::default());
        let resource = resources.first().expect("a document");
        let shape = resource.pod.as_ref().expect("a workload");
        let (Some(kept), Some(found)) = (Pod::of(resource), Pod::found(resource, shape)) else {
            assert!(Pod::of(resource).is_none() && resource.outline(shape).is_none());
            return 0;
        };
        let outline = kept.outline().expect("an outline");
        assert_eq!(said(&kept), said(&found), "{text}");
        let mut references = Vec::new();
        pod_references(&found, &mut |node, what| references.push((Place::of(node), what)));
        assert_eq!(*outline.references, *references, "{text}");
        let mut told = Vec::new();
        told_texts(&found.containers(), &mut |node| told.push(Place::of(node)));
        assert_eq!(*outline.told, *told, "{text}");
        references.len()
    }

    #[test]
    fn an_outline_says_what_is_found_by_keys() {
        let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: ";
        assert_eq!(check(&format!("{pod}{{containers: []}}")), 0);
        assert_eq!(check(&format!("{pod}[]")), 0);
        let many = "{hostNetwork: true, serviceAccountName: null, serviceAccount: x, \
            priorityClassName: p, runtimeClassName: r, imagePullSecrets: [{name: s}], \
            volumes: [{name: v, secret: {secretName: s}}, {name: e, emptyDir: {}}], \
            initContainers: [{name: i, restartPolicy: Always}, x], \
            containers: [{name: c, command: [a], args: [b], ports: [{containerPort: 1}], \
            env: [{name: A, value: b}, {name: B, valueFrom: {secretKeyRef: {name: s, key: k}}}], \
            envFrom: [{configMapRef: {name: m}}, {secretRef: {name: s}}]}]}";
        assert_eq!(check(&format!("{pod}{many}")), 8);
        let deployment = "apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    metadata:\n      \
            labels: {a: b}\n      annotations: {a: b}\n    spec:\n";
        let repeated = "      containers: [{name: a}]\n      containers: [{name: b, env: []}]\n      \
            hostNetwork: null\n";
        assert_eq!(check(&format!("{deployment}{repeated}")), 0);
        let merged = "      <<: &base {hostNetwork: true}\n      containers:\n      - &c {name: a, \
            envFrom: [{secretRef: {name: s}}]}\n      - <<: *c\n        name: b\n      - *c\n";
        assert_eq!(check(&format!("{deployment}{merged}")), 3);
        let workflow = "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nspec: {templates: [{\
            container: {name: c, args: [x]}, volumes: [{configMap: {name: m}}]}]}\n";
        assert_eq!(check(workflow), 1);
        let prometheus = "apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nspec: {\
            podMetadata: {labels: {a: b}}, serviceAccountName: x}\n";
        assert_eq!(check(prometheus), 1);
    }

    #[test]
    fn aliases_make_no_outline_large() {
        let mut text = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - &c\n    name: c\n    \
            envFrom: [{secretRef: {name: s}}]\n"
            .to_owned();
        text += &"  - *c\n".repeat(KEPT_AT_MOST);
        let file = Arc::new(SourceFile::new(FileId(0), "test.yaml", text));
        let tree = Arc::new(kubesift_yaml::parse(file));
        let resources = Resource::documents(&tree, &Workloads::default());
        let resource = resources.first().expect("a document");
        let pod = Pod::of(resource).expect("a pod");
        assert!(pod.outline().is_none());
        assert_eq!(pod.containers().len(), KEPT_AT_MOST + 1);
    }

    #[test]
    fn an_outline_is_for_one_shape() {
        let text = "apiVersion: v1\nkind: Pod\nspec: {containers: []}\n";
        let file = Arc::new(SourceFile::new(FileId(0), "test.yaml", text));
        let tree = Arc::new(kubesift_yaml::parse(file));
        let resources = Resource::documents(&tree, &Workloads::default());
        let resource = resources.first().expect("a document");
        let shape = resource.pod.clone().expect("a workload");
        assert!(resource.outline(&shape).is_some());
        assert!(resource.outline(&PodShape { path: "spec".into(), ..shape }).is_none());
    }
}
