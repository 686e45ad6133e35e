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

/// Reads the pod of the reader's resource.
pub(super) fn read<'a>(reader: &mut Reader<'a>, pod: &Pod<'a>) {
    let replaced = claim_templates(reader.from);
    for (key, node) in pod.spec.entries() {
        match key {
            "priorityClassName" => reader.name(Relation::PriorityClass, node, CLASS),
            "runtimeClassName" => reader.name(Relation::RuntimeClass, node, RUNTIME),
            "imagePullSecrets" => {
                for secret in node.items() {
                    reader.object(Relation::ImagePullSecret, secret, "Secret", None);
                }
            }
            "volumes" => {
                for volume in node.items().filter(|volume| volume.is_map()) {
                    // A claim's template takes the place of a volume of its name.
                    let name = volume.get("name").and_then(Node::text);
                    if !name.is_some_and(|name| replaced.contains(&name)) {
                        read_volume(reader, volume);
                    }
                }
            }
            // Argo keeps volumes in each template too.
            "templates" => {
                let templates = node.items().filter_map(|template| template.get("volumes"));
                templates.flat_map(Node::items).for_each(|volume| read_volume(reader, volume));
            }
            _ => {}
        }
    }
    if let Some(account) = pod.service_account() {
        reader.name(Relation::ServiceAccount, account, "ServiceAccount");
    }
    for container in pod.containers() {
        read_container(reader, container.node);
    }
}

fn read_container<'a>(reader: &mut Reader<'a>, container: Node<'a>) {
    for (key, list) in container.entries() {
        match key {
            "env" => {
                for from in list.items().filter_map(|variable| variable.get("valueFrom")) {
                    keyed(reader, from, "secretKeyRef", "Secret");
                    keyed(reader, from, "configMapKeyRef", "ConfigMap");
                }
            }
            "envFrom" => {
                for source in list.items() {
                    whole(reader, source, "secretRef", "Secret");
                    whole(reader, source, "configMapRef", "ConfigMap");
                }
            }
            _ => {}
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
