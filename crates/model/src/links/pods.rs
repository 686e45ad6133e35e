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

/// Reads the pod of the reader's resource, when it is a workload.
pub(super) fn read(reader: &mut Reader<'_>) {
    let Some(pod) = Pod::of(reader.from) else { return };
    for (path, relation, kind) in [
        ("priorityClassName", Relation::PriorityClass, CLASS),
        ("runtimeClassName", Relation::RuntimeClass, RUNTIME),
    ] {
        if let Some(node) = pod.spec.get(path) {
            reader.name(relation, node, kind);
        }
    }
    if let Some(account) = pod.service_account() {
        reader.name(Relation::ServiceAccount, account, "ServiceAccount");
    }
    for secret in pod.spec.get("imagePullSecrets").into_iter().flat_map(Node::items) {
        reader.object(Relation::ImagePullSecret, secret, "Secret", None);
    }
    let replaced = claim_templates(reader.from);
    for volume in pod.volumes() {
        // A claim's template takes the place of a volume of its name.
        let name = volume.get("name").and_then(Node::text);
        if !name.is_some_and(|name| replaced.contains(&name)) {
            read_volume(reader, volume);
        }
    }
    // Argo keeps volumes in each template too.
    for template in pod.spec.get("templates").into_iter().flat_map(Node::items) {
        for volume in template.get("volumes").into_iter().flat_map(Node::items) {
            read_volume(reader, volume);
        }
    }
    for container in pod.containers() {
        for variable in container.env() {
            if let Some(from) = variable.get("valueFrom") {
                keyed(reader, from, "secretKeyRef", "Secret");
                keyed(reader, from, "configMapKeyRef", "ConfigMap");
            }
        }
        for source in container.node.get("envFrom").into_iter().flat_map(Node::items) {
            whole(reader, source, "secretRef", "Secret");
            whole(reader, source, "configMapRef", "ConfigMap");
        }
    }
}

/// The names of the claims that a StatefulSet makes.
fn claim_templates(resource: &Resource) -> Vec<&str> {
    let templates = resource.field("spec.volumeClaimTemplates").items();
    templates.filter_map(|template| template.at("metadata.name")?.text()).collect()
}

fn keyed<'a>(reader: &mut Reader<'a>, from: Node<'a>, key: &str, kind: &'static str) {
    let Some(node) = from.get(key) else { return };
    let key = node.get("key").and_then(|at| Some((Part::Key(at.text()?), at)));
    reader.object(Relation::EnvKey, node, kind, key);
}

fn whole<'a>(reader: &mut Reader<'a>, source: Node<'a>, key: &str, kind: &'static str) {
    if let Some(node) = source.get(key) {
        reader.object(Relation::EnvFrom, node, kind, None);
    }
}

fn read_volume<'a>(reader: &mut Reader<'a>, volume: Node<'a>) {
    if let Some(node) = volume.get("configMap") {
        reader.object(Relation::Volume, node, "ConfigMap", None);
        items(reader, Relation::Volume, node, node.get("name"), "ConfigMap");
    }
    if let Some(node) = volume.get("secret") {
        // Unlike everywhere else the name stands in `secretName`.
        named(reader, Relation::Volume, node, "secretName", "Secret");
        items(reader, Relation::Volume, node, node.get("secretName"), "Secret");
    }
    for source in volume.at("projected.sources").into_iter().flat_map(Node::items) {
        for (key, kind) in [("configMap", "ConfigMap"), ("secret", "Secret")] {
            if let Some(node) = source.get(key) {
                reader.object(Relation::Projected, node, kind, None);
                items(reader, Relation::Projected, node, node.get("name"), kind);
            }
        }
    }
    if let Some(node) = volume.get("persistentVolumeClaim") {
        named(reader, Relation::Claim, node, "claimName", "PersistentVolumeClaim");
    }
    if let Some(node) = volume.at("ephemeral.volumeClaimTemplate.spec.storageClassName") {
        reader.name(Relation::StorageClass, node, STORAGE);
    }
    if let Some(csi) = volume.get("csi") {
        if let Some(node) = csi.get("nodePublishSecretRef") {
            reader.object(Relation::Csi, node, "Secret", None);
        }
        if let Some(node) = csi.at("volumeAttributes.secretProviderClass") {
            reader.name(Relation::Csi, node, PROVIDER);
        }
    }
    // In-tree drivers with credentials of their own.
    for driver in ["cephfs", "rbd", "iscsi", "flexVolume", "scaleIO", "storageos", "cinder"] {
        if let Some(node) = volume.get(driver).and_then(|driver| driver.get("secretRef")) {
            reader.object(Relation::Csi, node, "Secret", None);
        }
    }
    if let Some(node) = volume.at("azureFile.secretName") {
        reader.name(Relation::Csi, node, "Secret");
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
