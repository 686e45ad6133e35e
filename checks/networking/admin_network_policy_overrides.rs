//! A policy of an administrator allows what the network policies of a namespace deny.
//!
//! Rules of AdminNetworkPolicy, of ClusterNetworkPolicy's Admin tier and of Calico policies that go
//! first are looked at before the NetworkPolicies of the namespace. What such a rule allows, no
//! NetworkPolicy can close; its owner may rely on it in vain.
//!
//! Say `Pass` in place of `Allow` where the namespace should decide.
//!
//! That an administrator has the last word is the very purpose of these policies (monitoring must
//! reach everything), so this is a list to look through, and part of no profile.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: deny, namespace: shop}
//! spec: {podSelector: {}, policyTypes: [Ingress]}
//! ---
//! apiVersion: policy.networking.k8s.io/v1alpha1
//! kind: AdminNetworkPolicy
//! metadata: {name: cluster}
//! spec:
//!   priority: 5
//!   subject: {namespaces: {}}
//!   ingress:
//!     - action: Allow
//! #     ^^^^^^^^^^^^^ AdminNetworkPolicy `cluster` allows ingress to Deployment `web` that its network policies deny: TCP 80
//!       from: [{namespaces: {}}]
//!       ports: [{portNumber: {protocol: TCP, port: 80}}]
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: http, namespace: shop}
//! spec: {podSelector: {}, policyTypes: [Ingress], ingress: [{ports: [{port: 80}]}]}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: open}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! apiVersion: policy.networking.k8s.io/v1alpha1
//! kind: AdminNetworkPolicy
//! metadata: {name: cluster}
//! spec:
//!   priority: 5
//!   subject: {namespaces: {}}
//!   ingress:
//!     - {action: Allow, from: [{namespaces: {}}], ports: [{portNumber: {protocol: TCP, port: 80}}]}
//!     - {action: Deny, from: [{namespaces: {}}], ports: [{portNumber: {protocol: TCP, port: 22}}]}
//!     - {action: Pass, from: [{namespaces: {}}]}
//! ```

use kubesift_engine::model::POLICY_KINDS;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.0,
    profiles: &[],
    run: Run::Links(POLICY_KINDS, run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    let reach = graph.reach();
    for rule in reach.rules_of(resource.id) {
        let Some((at, ports)) = reach.opens_beyond(rule) else { continue };
        let Some(pod) = graph.pods().get(at as usize) else { continue };
        let workload = pod.pod.resource;
        let (kind, name) = (&workload.kind.kind, workload.name.as_deref().unwrap_or("(no name)"));
        let way = match rule.direction {
            Direction::Ingress => "ingress to",
            Direction::Egress => "egress from",
        };
        let words = format!("allows {way} {kind} `{name}` that its network policies deny: {ports}");
        out.report(rule.node, words).note(workload.node(), "the workload");
    }
}
