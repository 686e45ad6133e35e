//! Nothing refers to a ConfigMap.
//!
//! What nobody reads is kept, reviewed and copied for nothing, and is often the other half of a
//! name that was mistyped.
//!
//! Remove it, or refer to it.
//!
//! A ConfigMap counts as used when a workload refers to it, or when its name stands where programs
//! and controllers find names: in a command line, an environment variable, an annotation, a custom
//! resource, a rule of a role, another ConfigMap. Nothing is said of one with a label or annotation
//! by which a sidecar may find it, of those that every namespace has, where a release or an operator
//! in the namespace may use it, and where only a part of what is applied is known.
//!
//! ```yaml fail
//! kind: ConfigMap
//! metadata:
//!   name: old-settings
//! # ^^^^^^^^^^^^^^^^^^ ConfigMap `old-settings` is used by nothing
//!   labels: {app: web}
//! data: {mode: slow}
//! ---
//! kind: Pod
//! metadata: {name: old-settings}
//! spec: {containers: [{name: old-settings}]}
//! ```
//!
//! ```yaml pass
//! kind: ConfigMap
//! metadata: {name: settings}
//! ---
//! kind: ConfigMap
//! metadata: {name: dashboards, labels: {grafana_dashboard: "1"}}
//! ---
//! kind: ConfigMap
//! metadata: {name: lock}
//! ---
//! kind: ConfigMap
//! metadata: {name: rules}
//! ---
//! kind: ConfigMap
//! metadata: {name: by-operator}
//! ---
//! kind: ConfigMap
//! metadata: {name: kube-root-ca.crt}
//! ---
//! kind: Role
//! metadata: {name: reader}
//! rules: [{apiGroups: [""], resources: [configmaps], resourceNames: [rules], verbs: [get]}]
//! ---
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   containers: [{name: app, args: [--lock=shop/lock], envFrom: [{configMapRef: {name: settings}}]}]
//! ---
//! apiVersion: cert-manager.io/v1
//! kind: Issuer
//! metadata: {name: ca}
//! spec: {settings: {configMap: by-operator}}
//! ```
//!
//! ```yaml pass incomplete
//! kind: ConfigMap
//! metadata: {name: settings}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 1.5,
    confidence: Confidence::Low,
    profiles: &[Profile::Hygiene],
    refs: &[Peer("popeye:POP-400"), Peer("popeye:POP-401")],
    run: Run::Links(&["ConfigMap"], run),
    ..Check::DEFAULT
};

/// ConfigMaps that the cluster puts into every namespace.
const OF_THE_CLUSTER: [&str; 3] =
    ["istio-ca-root-cert", "kube-root-ca.crt", "openshift-service-ca.crt"];

fn run(map: &Resource, graph: &Graph, out: &mut Out) {
    let links = graph.links();
    let own = map.name.as_deref().is_none_or(|name| OF_THE_CLUSTER.contains(&name));
    if own || links.may_be_used_unseen(map) && !out.is_asked() || links.is_used(map) {
        return;
    }
    out.report(map.field("metadata.name"), "is used by nothing");
}
