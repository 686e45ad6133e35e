//! A network policy restricts egress and leaves no way to look up names.
//!
//! The pods may connect to others and cannot find them: a name is looked up at port 53 of the
//! cluster's name service, by UDP and, for long answers, by TCP, and no policy of these pods allows
//! it. Programs then fail with timeouts that look like anything but this.
//!
//! Add an egress rule for port 53, UDP and TCP, towards the name service (`k8s-app: kube-dns` in
//! `kube-system`).
//!
//! All policies that select the pods count, of every kind. Nothing is said of pods that are allowed
//! no egress at all, nor of rules towards addresses only, which need no names.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec:
//!   podSelector: {matchLabels: {app: web}}
//!   policyTypes: [Egress]
//!   egress:
//! # ^^^^^^ NetworkPolicy `web` restricts egress of Deployment `web`, and no policy allows it to look up names at port 53
//!     - to: [{podSelector: {matchLabels: {app: db}}}]
//!       ports: [{port: 5432}]
//! ```
//!
//! Port 53 by TCP alone is not enough:
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec:
//!   podSelector: {}
//!   policyTypes: [Egress]
//!   egress:
//! # ^^^^^^ NetworkPolicy `web` restricts egress of Deployment `web`, and no policy allows it to look up names at port 53
//!     - ports: [{port: 443}, {port: 53}]
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: web, namespace: shop}
//! spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [{to: [{podSelector: {}}], ports: [{port: 80}]}]}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: names, namespace: shop}
//! spec:
//!   podSelector: {}
//!   policyTypes: [Egress]
//!   egress:
//!     - to: [{namespaceSelector: {}, podSelector: {matchLabels: {k8s-app: kube-dns}}}]
//!       ports: [{port: 53, protocol: UDP}, {port: 53}]
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: closed}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: deny, namespace: closed}
//! spec: {podSelector: {}, policyTypes: [Egress]}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: by-address}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: web, namespace: by-address}
//! spec: {podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 10.1.2.3/32}}], ports: [{port: 5432}]}]}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: wide}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: own, namespace: wide}
//! spec: {podSelector: {}, policyTypes: [Egress], egress: [{to: [{podSelector: {}}]}]}
//! ---
//! apiVersion: cilium.io/v2
//! kind: CiliumClusterwideNetworkPolicy
//! metadata: {name: names}
//! spec:
//!   endpointSelector: {matchLabels: {io.kubernetes.pod.namespace: wide}}
//!   egress: [{toEndpoints: [{matchLabels: {io.kubernetes.pod.namespace: kube-system}}], toPorts: [{ports: [{port: "53", protocol: ANY}]}]}]
//! ```

use kubesift_engine::model::Match;
use kubesift_engine::model::reach::{Action, CidrSet, Peer as RulePeer, Protocol, Rule};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.0,
    confidence: Confidence::Medium,
    profiles: &[Profile::Default, Profile::Reliability],
    refs: &[Peer("kyverno:add-networkpolicy-dns")],
    run: Run::Links(
        &[
            "networking.k8s.io/NetworkPolicy",
            "cilium.io/CiliumNetworkPolicy",
            "projectcalico.org/NetworkPolicy",
            "crd.projectcalico.org/NetworkPolicy",
        ],
        run,
    ),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    if !graph.build().complete && !out.is_asked() {
        return;
    }
    let reach = graph.reach();
    let rules: Vec<&Rule> = reach.rules_of(resource.id).filter(|rule| needs_names(rule)).collect();
    for rules in rules.chunk_by(|one, other| one.policy == other.policy) {
        let position = rules.first().map_or(0, |rule| rule.policy);
        let Some(policy) = graph.policies().get(position as usize) else { continue };
        if policy.closes(Direction::Egress) != Match::Yes {
            continue;
        }
        let selected = graph.pods_of_policy(policy).sure;
        let lost = selected.iter().find(|pod| {
            pod.is_networked()
                && leads(graph, pod, position)
                && reach.to_anywhere(pod).passes(Protocol::Udp, 53) == Match::No
        });
        let Some(pod) = lost else { continue };
        let workload = pod.pod.resource;
        let (kind, name) = (&workload.kind.kind, workload.name.as_deref().unwrap_or("(no name)"));
        let words = format!(
            "restricts egress of {kind} `{name}`, and no policy allows it to look up names at port 53"
        );
        out.report(policy.spec.field("egress"), words).note(workload.node(), "the workload");
    }
}

/// True for a rule that lets pods connect to something they find by its name.
fn needs_names(rule: &&Rule) -> bool {
    let by_name = |peer: &RulePeer| match peer.addresses() {
        Some(set) => set.holds_all_of(&CidrSet::all_v4()),
        None => true,
    };
    rule.direction == Direction::Egress
        && rule.action == Action::Allow
        && rule.peers.iter().any(by_name)
}

/// Of several policies that restrict a pod, the first with such a rule speaks for all.
fn leads(graph: &Graph, pod: &GraphPod, position: u32) -> bool {
    let reach = graph.reach();
    let policies = reach.policies_for(pod, Direction::Egress).into_iter();
    let mut speak: Vec<u32> = policies
        .filter(|(at, _)| reach.rules(*at).any(|rule| needs_names(&rule)))
        .map(|(at, _)| at)
        .collect();
    speak.sort_unstable();
    speak.first() == Some(&position)
}
