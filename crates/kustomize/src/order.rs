//! The order in which the objects of a build are printed.

use std::cmp::Ordering;

use foldhash::HashMap;
use smol_str::SmolStr;

use crate::id::{Gvk, Id};
use crate::resource::Resource;

/// How the objects are put in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Order {
    /// As they came.
    #[default]
    Fifo,
    /// By kind: `first` ones, any others, `last` ones; then by text.
    Legacy {
        /// Kinds that come first, in this order.
        first: Vec<SmolStr>,
        /// Kinds that come last, in this order.
        last: Vec<SmolStr>,
    },
}

/// What comes first where a kustomization asks for the legacy order and names no kinds
/// (`SortOrderTransformer` of kustomize).
pub(crate) const FIRST: [&str; 22] = [
    "Namespace",
    "ResourceQuota",
    "StorageClass",
    "CustomResourceDefinition",
    "ServiceAccount",
    "PodSecurityPolicy",
    "Role",
    "ClusterRole",
    "RoleBinding",
    "ClusterRoleBinding",
    "ConfigMap",
    "Secret",
    "Endpoints",
    "Service",
    "LimitRange",
    "PriorityClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Deployment",
    "StatefulSet",
    "CronJob",
    "PodDisruptionBudget",
];

/// What comes last then.
pub(crate) const LAST: [&str; 2] =
    ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

impl Order {
    /// The legacy order with kustomize's own kinds: what the command uses when nothing is said.
    pub fn legacy() -> Self {
        let owned = |kinds: &[&'static str]| {
            kinds.iter().map(|kind| SmolStr::new_static(kind)).collect::<Vec<_>>()
        };
        Self::Legacy { first: owned(&FIRST), last: owned(&LAST) }
    }
}

/// What an object is sorted by.
struct Key {
    rank: i64,
    gvk: Gvk,
    gvk_text: String,
    name_text: String,
}

/// Puts the objects in order.
pub(crate) fn sort(resources: &mut Vec<Resource>, order: &Order) {
    let Order::Legacy { first, last } = order else { return };
    let ranks = ranks(first, last);
    let mut keyed: Vec<(Key, Resource)> = std::mem::take(resources)
        .into_iter()
        .map(|resource| (key(resource.id(), &ranks), resource))
        .collect();
    keyed.sort_by(|a, b| compare(&a.0, &b.0));
    resources.extend(keyed.into_iter().map(|(_, resource)| resource));
}

/// Of a kind that is named twice the later place counts; what is not named has rank 0.
fn ranks<'k>(first: &'k [SmolStr], last: &'k [SmolStr]) -> HashMap<&'k str, i64> {
    let before = first.iter().zip(-(first.len() as i64)..);
    let behind = last.iter().zip(1..);
    before.chain(behind).map(|(kind, rank)| (kind.as_str(), rank)).collect()
}

fn key(id: Id, ranks: &HashMap<&str, i64>) -> Key {
    let Id { gvk, namespace, name } = id;
    let or = |text: &SmolStr, none: &'static str| {
        if text.is_empty() { SmolStr::new_static(none) } else { text.clone() }
    };
    let (group, version, kind) =
        (or(&gvk.group, "~G"), or(&gvk.version, "~V"), or(&gvk.kind, "~K"));
    Key {
        rank: ranks.get(gvk.kind.as_str()).copied().unwrap_or_default(),
        gvk_text: format!("{group}_{version}_{kind}"),
        name_text: format!("{}|{}", or(&namespace, "~X"), or(&name, "~N")),
        gvk,
    }
}

fn compare(a: &Key, b: &Key) -> Ordering {
    if a.gvk == b.gvk {
        return a.name_text.cmp(&b.name_text);
    }
    let by_text = a.gvk_text.cmp(&b.gvk_text);
    let namespaces = a.gvk.kind == "Namespace" && b.gvk.kind == "Namespace";
    // Namespaces of the core group come before what others call so.
    let reversed = namespaces && (a.gvk.group.is_empty() || b.gvk.group.is_empty());
    a.rank.cmp(&b.rank).then(if reversed { by_text.reverse() } else { by_text })
}

#[cfg(test)]
mod tests {
    use kubesift_source::{FileId, Origin, Span};

    use super::*;
    use crate::tree::{Entry, Map, Node};

    fn check(order: &Order, names: &[&str], expected: &str) {
        let span = Span::new(FileId(0), 0, 0);
        let origin = Origin::plain(span);
        let text = |text: &str| Node::string(text, origin.clone());
        let entry = |key: &str, value| Entry::new(key, origin.clone(), value);
        let mut resources: Vec<Resource> = names
            .iter()
            .map(|name| {
                let parts: Vec<&str> = name.split(' ').collect();
                let [version, kind, name] = parts[..] else { unreachable!("three words") };
                let metadata: Map = [entry("name", text(name))].into_iter().collect();
                let metadata = entry("metadata", Node::map(metadata, origin.clone()));
                let map: Map =
                    [entry("apiVersion", text(version)), entry("kind", text(kind)), metadata]
                        .into_iter()
                        .collect();
                Resource::new(Node::map(map, origin.clone()), span)
            })
            .collect();
        sort(&mut resources, order);
        let sorted: Vec<&str> = resources.iter().map(Resource::name).collect();
        assert_eq!(sorted.join(" "), expected);
    }

    #[test]
    fn legacy_and_custom() {
        let names = [
            "v1 Widget w",
            "admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration v",
            "v1 Service b",
            "v1 Service a",
            "x.io/v1 Namespace n2",
            "v1 Namespace n1",
            "apps/v1 Deployment d",
            "a.io/v1 Widget wa",
        ];
        check(&Order::Fifo, &names, "w v b a n2 n1 d wa");
        check(&Order::legacy(), &names, "n1 n2 a b d wa w v");
        let custom = Order::Legacy { first: vec!["Widget".into()], last: vec!["Service".into()] };
        check(&custom, &names, "wa w v d n1 n2 a b");
    }
}
