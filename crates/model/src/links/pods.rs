//! The references of a pod, of whatever workload.

use kubesift_yaml::Node;

use super::read::Reader;
use super::{Part, Relation};
use crate::pod::Pod;
use crate::resource::Resource;

const CLASS: &str = "scheduling.k8s.io/PriorityClass";
const RUNTIME: &str = "node.k8s.io/RuntimeClass";
const STORAGE: &str = "storage.k8s.io/StorageClass";
const PROVIDER: &str = "secrets-store.csi.x-k8s.io/SecretProviderClass";

/// What a node of a pod refers to others with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PodReference {
    /// `priorityClassName`
    PriorityClass,
    /// `runtimeClassName`
    RuntimeClass,
    /// An item of `imagePullSecrets`.
    PullSecret,
    /// An item of the pod's `volumes`.
    Volume,
    /// A volume of one of Argo's templates.
    TemplateVolume,
    /// What names the service account.
    Account,
    /// A `secretKeyRef` of a variable.
    SecretKey,
    /// A `configMapKeyRef` of a variable.
    ConfigMapKey,
    /// A `secretRef` of `envFrom`.
    WholeSecret,
    /// A `configMapRef` of `envFrom`.
    WholeConfigMap,
}

/// Calls `each` with every node of a pod that refers to other objects, in the order in which links
/// are made of them: those of the pod, its account, then those of its containers.
pub(crate) fn pod_references<'a>(pod: &Pod<'a>, each: &mut dyn FnMut(Node<'a>, PodReference)) {
    for (key, node) in pod.spec.entries() {
        match key {
            "priorityClassName" => each(node, PodReference::PriorityClass),
            "runtimeClassName" => each(node, PodReference::RuntimeClass),
            "imagePullSecrets" => {
                node.items().for_each(|secret| each(secret, PodReference::PullSecret));
            }
            "volumes" => {
                let volumes = node.items().filter(|volume| volume.is_map() && refers(*volume));
                volumes.for_each(|volume| each(volume, PodReference::Volume));
            }
            // Argo keeps volumes in each template too.
            "templates" => {
                let templates = node.items().filter_map(|template| template.get("volumes"));
                let volumes = templates.flat_map(Node::items).filter(|volume| refers(*volume));
                volumes.for_each(|volume| each(volume, PodReference::TemplateVolume));
            }
            _ => {}
        }
    }
    if let Some(account) = pod.service_account() {
        each(account, PodReference::Account);
    }
    for container in pod.containers() {
        container_references(container.node, each);
    }
}

/// What a variable's `valueFrom`, and what an item of `envFrom`, may hold.
const KEYED: [(&str, PodReference); 2] =
    [("secretKeyRef", PodReference::SecretKey), ("configMapKeyRef", PodReference::ConfigMapKey)];
const WHOLE: [(&str, PodReference); 2] =
    [("secretRef", PodReference::WholeSecret), ("configMapRef", PodReference::WholeConfigMap)];

fn container_references<'a>(container: Node<'a>, each: &mut dyn FnMut(Node<'a>, PodReference)) {
    let mut look = |source: Node<'a>, wanted: [(&str, PodReference); 2]| {
        for (key, what) in wanted {
            if let Some(node) = source.get(key) {
                each(node, what);
            }
        }
    };
    for (key, list) in container.entries() {
        match key {
            "env" => {
                let sources = list.items().filter_map(|variable| variable.get("valueFrom"));
                sources.for_each(|source| look(source, KEYED));
            }
            "envFrom" => list.items().for_each(|source| look(source, WHOLE)),
            _ => {}
        }
    }
}

/// Reads the pod of the reader's resource.
pub(super) fn read<'a>(reader: &mut Reader<'a>, pod: &Pod<'a>) {
    let mut replaced = None;
    let mut each = |node, what| add(reader, node, what, &mut replaced);
    let Some(outline) = pod.outline() else { return pod_references(pod, &mut each) };
    for (place, what) in &outline.references {
        if let Some(node) = place.node(pod.resource.tree()) {
            each(node, *what);
        }
    }
}

/// Adds the links that a node makes. `replaced` is filled when it is asked for.
fn add<'a>(
    reader: &mut Reader<'a>,
    node: Node<'a>,
    what: PodReference,
    replaced: &mut Option<Vec<&'a str>>,
) {
    match what {
        PodReference::PriorityClass => reader.name(Relation::PriorityClass, node, CLASS),
        PodReference::RuntimeClass => reader.name(Relation::RuntimeClass, node, RUNTIME),
        PodReference::Account => reader.name(Relation::ServiceAccount, node, "ServiceAccount"),
        PodReference::PullSecret => {
            reader.object(Relation::ImagePullSecret, node, "Secret", None);
        }
        PodReference::Volume => {
            // A claim's template takes the place of a volume of its name.
            let from = reader.from;
            let replaced = replaced.get_or_insert_with(|| claim_templates(from));
            let name = || node.get("name").and_then(Node::text);
            if replaced.is_empty() || !name().is_some_and(|name| replaced.contains(&name)) {
                read_volume(reader, node);
            }
        }
        PodReference::TemplateVolume => read_volume(reader, node),
        PodReference::SecretKey => keyed(reader, node, "Secret"),
        PodReference::ConfigMapKey => keyed(reader, node, "ConfigMap"),
        PodReference::WholeSecret => reader.object(Relation::EnvFrom, node, "Secret", None),
        PodReference::WholeConfigMap => reader.object(Relation::EnvFrom, node, "ConfigMap", None),
    }
}

/// The names of the claims that a StatefulSet makes.
fn claim_templates(resource: &Resource) -> Vec<&str> {
    let templates = resource.field("spec.volumeClaimTemplates").items();
    templates.filter_map(|template| template.at("metadata.name")?.text()).collect()
}

fn keyed<'a>(reader: &mut Reader<'a>, node: Node<'a>, kind: &'static str) {
    let key = node.get("key").and_then(|at| Some((Part::Key(at.text()?), at)));
    reader.object(Relation::EnvKey, node, kind, key);
}

/// True for a volume of a sort that [`read_volume`] knows.
fn refers(volume: Node<'_>) -> bool {
    volume.entries().any(|(key, _)| VOLUMES.contains(&key))
}

/// The keys of volumes that refer to other objects.
const VOLUMES: [&str; 14] = [
    "azureFile",
    "cephfs",
    "cinder",
    "configMap",
    "csi",
    "ephemeral",
    "flexVolume",
    "iscsi",
    "persistentVolumeClaim",
    "projected",
    "rbd",
    "scaleIO",
    "secret",
    "storageos",
];

fn read_volume<'a>(reader: &mut Reader<'a>, volume: Node<'a>) {
    for (key, node) in volume.entries() {
        match key {
            "configMap" => {
                reader.object(Relation::Volume, node, "ConfigMap", None);
                items(reader, Relation::Volume, node, node.get("name"), "ConfigMap");
            }
            "secret" => {
                // Unlike everywhere else the name stands in `secretName`.
                named(reader, Relation::Volume, node, "secretName", "Secret");
                items(reader, Relation::Volume, node, node.get("secretName"), "Secret");
            }
            "projected" => {
                let sources = node.get("sources").into_iter().flat_map(Node::items);
                sources.for_each(|source| read_projected(reader, source));
            }
            "persistentVolumeClaim" => {
                named(reader, Relation::Claim, node, "claimName", "PersistentVolumeClaim");
            }
            "ephemeral" => {
                if let Some(class) = node.at("volumeClaimTemplate.spec.storageClassName") {
                    reader.name(Relation::StorageClass, class, STORAGE);
                }
            }
            "csi" => {
                if let Some(secret) = node.get("nodePublishSecretRef") {
                    reader.object(Relation::Csi, secret, "Secret", None);
                }
                if let Some(provider) = node.at("volumeAttributes.secretProviderClass") {
                    reader.name(Relation::Csi, provider, PROVIDER);
                }
            }
            "azureFile" => {
                if let Some(secret) = node.get("secretName") {
                    reader.name(Relation::Csi, secret, "Secret");
                }
            }
            // In-tree drivers with credentials of their own.
            "cephfs" | "rbd" | "iscsi" | "flexVolume" | "scaleIO" | "storageos" | "cinder" => {
                if let Some(secret) = node.get("secretRef") {
                    reader.object(Relation::Csi, secret, "Secret", None);
                }
            }
            _ => {}
        }
    }
}

fn read_projected<'a>(reader: &mut Reader<'a>, source: Node<'a>) {
    for (key, kind) in [("configMap", "ConfigMap"), ("secret", "Secret")] {
        if let Some(node) = source.get(key) {
            reader.object(Relation::Projected, node, kind, None);
            items(reader, Relation::Projected, node, node.get("name"), kind);
        }
    }
}

/// A name under a key of its own, beside `optional`.
fn named<'a>(
    reader: &mut Reader<'a>,
    relation: Relation,
    node: Node<'a>,
    key: &str,
    kind: &'static str,
) {
    let Some(at) = node.get(key) else { return };
    reader.plain(relation, at, kind, None, is_optional(node));
}

/// The keys that a volume picks from an object.
fn items<'a>(
    reader: &mut Reader<'a>,
    relation: Relation,
    node: Node<'a>,
    name: Option<Node<'a>>,
    kind: &'static str,
) {
    let Some(name) = name else { return };
    for item in node.get("items").into_iter().flat_map(Node::items) {
        if let Some((at, key)) = item.get("key").and_then(|at| Some((at, at.text()?))) {
            let part = Some((Part::Key(key), at));
            reader.plain(relation, name, kind, part, is_optional(node));
        }
    }
}

fn is_optional(node: Node<'_>) -> bool {
    node.get("optional").and_then(Node::bool) == Some(true)
}
