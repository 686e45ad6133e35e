//! A pod is selected by network policies, none of which restricts its ingress.
//!
//! Any pod of the cluster may connect to it on every port, although policies do guard what it
//! sends.
//!
//! Add a policy with `policyTypes: [Ingress]` that selects the pod and allows only who needs it.
//!
//! A policy without `policyTypes` restricts ingress, and egress when it has egress rules. Pods
//! that no policy selects are reported by `pod-not-covered-by-network-policy`.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata:
//!   name: web
//! # ^^^^^^^^^ ingress of Deployment `web` is restricted by none of the network policies that select it
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Egress]}
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
//! spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress]}
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
//! spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Egress]}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: more}
//! spec: {podSelector: {matchLabels: {app: "${APP}"}}, policyTypes: [Ingress]}
//! ```

use kubesift_engine::model::Match;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    profiles: &[Profile::Nsa],
    refs: &[
        Nsa("network separation"),
        Cwe(923),
        Peer("kubescape:C-0030"),
        Peer("popeye:POP-1204"),
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
    if coverage.any == Match::Yes && coverage.closed(Direction::Ingress) == Match::No {
        let (kind, name) = (&resource.kind.kind, resource.name.as_deref().unwrap_or("(no name)"));
        let message = format!(
            "ingress of {kind} `{name}` is restricted by none of the network policies that select it"
        );
        out.say(resource.field("metadata.name"), message);
    }
}
