//! PersistentVolumeClaims and PersistentVolumes: which claim a pod mounts, which volume is meant for
//! a claim, and on how many nodes a claim can be used at a time.

use foldhash::{HashMap, HashMapExt};
use kubesift_yaml::{Field, Node};

use crate::graph::{Graph, GraphPod};
use crate::resource::Resource;
use crate::selector::Match;
use crate::unknown::is_unknown;

/// Who can use a claim at a time, by its access modes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sharing {
    /// One pod (`ReadWriteOncePod`).
    OnePod,
    /// The pods of one node (`ReadWriteOnce`).
    OneNode,
    /// Pods of any node.
    Many,
    /// Not known.
    Unknown,
}

impl Sharing {
    /// The access mode that says so.
    pub fn mode(self) -> &'static str {
        match self {
            Self::OnePod => "ReadWriteOncePod",
            Self::OneNode => "ReadWriteOnce",
            Self::Many | Self::Unknown => "",
        }
    }
}

/// Who can use a claim at a time.
pub fn sharing(claim: &Resource) -> Sharing {
    let mut found = Sharing::Unknown;
    for mode in claim.field("spec.accessModes").items() {
        match mode.str() {
            Some("ReadWriteOncePod") => found = Sharing::OnePod,
            Some("ReadWriteOnce") if found != Sharing::OnePod => found = Sharing::OneNode,
            Some("ReadWriteOnce") => {}
            Some("ReadWriteMany" | "ReadOnlyMany") => return Sharing::Many,
            _ => return Sharing::Unknown,
        }
    }
    found
}

/// The storage class that a claim or a volume states, in its field or in the annotation that was
/// before it. Empty is stated too: no class.
pub fn storage_class(resource: &Resource) -> Option<Node<'_>> {
    let field = resource.field("spec.storageClassName").node();
    field.or_else(|| resource.annotation("volume.beta.kubernetes.io/storage-class"))
}

/// A claim that a pod mounts.
#[derive(Debug, Clone, Copy)]
pub struct MountedClaim<'a> {
    /// Where the pod names it.
    pub at: Node<'a>,
    /// The claim.
    pub claim: &'a Resource,
}

impl<'a> Graph<'a> {
    /// The claims of the build that a pod surely mounts by name. Those that a StatefulSet makes for
    /// each of its pods are not among them.
    pub fn claims_of(&self, pod: &GraphPod<'a>) -> Vec<MountedClaim<'a>> {
        let named = pod.pod.volumes().filter_map(|volume| {
            let at = volume.field("persistentVolumeClaim.claimName").node()?;
            let claim = self.surely_named("PersistentVolumeClaim", pod.namespace, at.str()?)?;
            Some(MountedClaim { at, claim })
        });
        named.collect()
    }

    /// The volume of the build that is meant for a claim, and where one names the other: the claim
    /// by `volumeName`, or the volume by `claimRef`.
    pub fn volume_of(&self, claim: &Resource) -> Option<&'a Resource> {
        let field = claim.field("spec.volumeName");
        if let Some(name) = field.str().filter(|name| !name.is_empty()) {
            return self.find("PersistentVolume", None, name);
        }
        if field.exists() {
            return None;
        }
        self.volume_for(claim)
    }

    /// The volume of the build that is kept for a claim (`claimRef`).
    fn volume_for(&self, claim: &Resource) -> Option<&'a Resource> {
        let name = claim.name.as_deref()?;
        let kept = &self.indexes().kept_volumes;
        let kept = kept.get_or_init(|| {
            let volumes = self.of("PersistentVolume").filter_map(|volume| {
                let name = volume.field("spec.claimRef.name").str()?;
                let namespace = volume.field("spec.claimRef.namespace").str();
                Some(((namespace, name), volume))
            });
            let mut all = HashMap::new();
            for (key, volume) in volumes {
                all.entry(key).or_insert(volume);
            }
            all
        });
        kept.get(&(claim.namespace.as_deref(), name)).copied()
    }
}

/// Whether a pod is kept on one node, so that several of it can share a disk of that node.
pub fn is_pinned(pod: &GraphPod<'_>) -> Match {
    let selector = pod.pod.field("nodeSelector");
    let by_host = |key: &str| key == "kubernetes.io/hostname";
    if pod.pod.field("nodeName").exists()
        || selector.node().is_some_and(|node| node.entries().any(|(key, _)| by_host(key)))
    {
        return Match::Yes;
    }
    let affinity = pod.pod.field("affinity.podAffinity");
    let node_affinity = pod.pod.field("affinity.nodeAffinity");
    let placeholder =
        |field: Field<'_>| field.node().is_some_and(|node| node.text().is_some_and(is_unknown));
    let together = affinity.exists() || node_affinity.exists() || placeholder(selector);
    if together { Match::Unknown } else { Match::No }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::tests::with_graph;

    fn claim(spec: &str) -> String {
        format!(
            "---\napiVersion: v1\nkind: PersistentVolumeClaim\n\
             metadata: {{name: data, namespace: a}}\nspec: {spec}\n"
        )
    }

    #[test]
    fn access_modes_say_who_can_share() {
        let table = [
            ("[ReadWriteOnce]", Sharing::OneNode),
            ("[ReadWriteOncePod]", Sharing::OnePod),
            ("[ReadWriteOnce, ReadWriteMany]", Sharing::Many),
            ("[ReadOnlyMany]", Sharing::Many),
            ("['${MODE}']", Sharing::Unknown),
            ("[]", Sharing::Unknown),
        ];
        for (modes, expected) in table {
            let found = with_graph(&claim(&format!("{{accessModes: {modes}}}")), |graph| {
                sharing(graph.of("PersistentVolumeClaim").next().expect("the claim"))
            });
            assert_eq!(found, expected, "{modes}");
        }
    }

    #[test]
    fn pods_find_their_claims_and_claims_their_volumes() {
        let pod = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: one, namespace: a}\n\
                   spec: {containers: [], volumes: [{name: x, persistentVolumeClaim: \
                   {claimName: data}}, {name: y, persistentVolumeClaim: {claimName: other}}]}\n";
        let volume = "---\napiVersion: v1\nkind: PersistentVolume\nmetadata: {name: disk}\n\
                      spec: {claimRef: {namespace: a, name: data}}\n";
        with_graph(&(claim("{}") + pod + volume), |graph| {
            assert_eq!(graph.claims_of(&graph.pods()[0]).len(), 1);
            let claim = graph.of("PersistentVolumeClaim").next().expect("the claim");
            assert!(graph.volume_of(claim).is_some());
        });
        with_graph(&(claim("{volumeName: other}") + volume), |graph| {
            let claim = graph.of("PersistentVolumeClaim").next().expect("the claim");
            assert!(graph.volume_of(claim).is_none());
        });
    }
}
