//! A pod is selected by network policies, none of which restricts its egress.
//!
//! It may connect to anything: every pod of the cluster, the metadata service of the cloud, the
//! internet. Whoever takes it over can load tools and send data out.
//!
//! Add a policy with `policyTypes: [Egress]` that selects the pod and allows DNS and what it
//! needs.
//!
//! A policy without `policyTypes` restricts ingress, and egress when it has egress rules. Pods
//! that no policy selects are reported by `pod-not-covered-by-network-policy`.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata:
//!   name: web
//! # ^^^^^^^^^ egress of Deployment `web` is restricted by none of the network policies that select it
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress]}
//! ```
//!
//! Without `policyTypes` a policy is for ingress:
//!
//! ```yaml fail
//! kind: Deployment
//! metadata:
//!   name: web
//! # ^^^^^^^^^ egress of Deployment `web` is restricted by none of the network policies that select it
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec: {podSelector: {}, ingress: [], egress: []}
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: not-covered}
//! spec: {template: {metadata: {labels: {app: other}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: web-in}
//! spec: {podSelector: {matchLabels: {app: web}}, ingress: []}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: web-out}
//! spec: {podSelector: {matchLabels: {app: web}}, egress: [{ports: [{port: 443}]}]}
//! ```
//!
//! A type that is filled in later, and a policy that may select the pod, leave it open:
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress]}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: more}
//! spec: {podSelector: {matchLabels: {app: "${APP}"}}, policyTypes: [Egress]}
//! ```

use kubesift_engine::model::Match;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    profiles: &[Profile::Nsa],
    refs: &[
        Nsa("network separation"),
        Cwe(923),
        Peer("kubescape:C-0030"),
        Peer("popeye:POP-1205"),
        Peer("polaris:missingNetworkPolicy"),
    ],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    let Some(pod) = graph.pod_of(resource).filter(|pod| pod.is_networked()) else { return };
    if !graph.build().complete && !out.is_asked() {
        return;
    }
    let coverage = graph.coverage(pod);
    if coverage.any == Match::Yes && coverage.closed(Direction::Egress) == Match::No {
        let (kind, name) = (&resource.kind.kind, resource.name.as_deref().unwrap_or("(no name)"));
        let message = format!(
            "egress of {kind} `{name}` is restricted by none of the network policies that select it"
        );
        out.say(resource.field("metadata.name"), message);
    }
}
