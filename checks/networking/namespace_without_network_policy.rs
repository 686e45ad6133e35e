//! A namespace has workloads and no network policy.
//!
//! Without a policy every pod of the cluster may connect to every pod of the namespace, and these
//! may connect to anything: whoever takes over one pod has the whole network before them.
//!
//! Add a NetworkPolicy with an empty `podSelector` that denies ingress and egress, then one for
//! each connection that is needed.
//!
//! Policies of Cilium and Calico count, and AdminNetworkPolicy. Where one of them cannot be
//! judged (a value that is filled in later, a Kyverno rule that makes policies), nothing is said.
//! Pods in the network of their node do not count, as policies do not govern them. The finding
//! stands at the Namespace object, or at the first workload when the manifests do not hold one.
//! One finding stands for all workloads of the namespace: `pod-not-covered-by-network-policy`
//! folds into it.
//!
//! ```yaml fail
//! kind: Namespace
//! apiVersion: v1
//! metadata:
//!   name: shop
//! # ^^^^^^^^^^ no network policy selects any of the 2 workloads of namespace `shop`
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: CronJob
//! metadata: {name: report, namespace: shop}
//! spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: app}]}}}}}
//! ```
//!
//! ```yaml fail with=pod-not-covered-by-network-policy
//! kind: Deployment
//! metadata:
//!   name: web
//! # ^^^^^^^^^ no network policy selects any of the 2 workloads of this build
//! spec: {template: {spec: {containers: [{name: app}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: db}
//! spec: {template: {spec: {containers: [{name: app}]}}}
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: default-deny, namespace: shop}
//! spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
//! ```
//!
//! A policy of another namespace does not help, one for the whole cluster does:
//!
//! ```yaml fail
//! kind: Deployment
//! metadata:
//!   name: web
//! # ^^^^^^^^^ no network policy selects the one workload of namespace `shop`
//!   namespace: shop
//! spec: {template: {spec: {containers: [{name: app}]}}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: default-deny, namespace: bank}
//! spec: {podSelector: {}}
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {spec: {containers: [{name: app}]}}}
//! ---
//! apiVersion: cilium.io/v2
//! kind: CiliumClusterwideNetworkPolicy
//! metadata: {name: default-deny}
//! spec: {endpointSelector: {}, ingress: [{}], egress: [{}]}
//! ```
//!
//! Node agents in the host's network, test pods and namespaces of the cluster itself are left
//! alone:
//!
//! ```yaml pass
//! kind: DaemonSet
//! metadata: {name: agent, namespace: monitoring}
//! spec: {template: {spec: {hostNetwork: true, containers: [{name: app}]}}}
//! ---
//! kind: Pod
//! metadata: {name: test, namespace: shop, annotations: {helm.sh/hook: test}}
//! spec: {containers: [{name: app}]}
//! ---
//! kind: Deployment
//! metadata: {name: coredns, namespace: kube-system}
//! spec: {template: {spec: {containers: [{name: app}]}}}
//! ```
//!
//! Namespaces that are isolated by something else are named:
//!
//! ```yaml pass exempt-namespaces=shop
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {spec: {containers: [{name: app}]}}}
//! ```
//!
//! Of files that were named one by one nothing is missing, as the policy may be in another one:
//!
//! ```yaml pass incomplete
//! kind: Deployment
//! metadata: {name: web}
//! spec: {template: {spec: {containers: [{name: app}]}}}
//! ```

use kubesift_engine::model::{Match, Namespace};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    profiles: &[Profile::Default, Profile::Cis, Profile::Nsa],
    refs: &[
        Cis("5.3.2"),
        Nsa("network separation"),
        Cwe(923),
        Peer("kubescape:C-0049"),
        Peer("kubescape:C-0054"),
        Peer("kubescape:C-0206"),
        Peer("kyverno:add-networkpolicy"),
        Peer("kics:0401f71b"),
    ],
    options: &[&EXEMPT],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

pub const EXEMPT: Opt = Opt::list(
    "exempt-namespaces",
    "Namespaces that may go without a policy.",
    &["kube-system", "kube-public", "kube-node-lease"],
);

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    if !graph.build().complete && !out.is_asked() {
        return;
    }
    let Some(namespace) = graph.namespace_led_by(resource) else { return };
    if out.lists(&EXEMPT, namespace.name) {
        return;
    }
    let workloads: Vec<_> = graph.networked_pods(namespace).collect();
    let uncovered = workloads.iter().all(|pod| graph.coverage(pod).any == Match::No);
    if workloads.is_empty() || !uncovered || graph.has_policy(namespace) != Match::No {
        return;
    }
    let cause = cause(namespace);
    let message = message(namespace, workloads.len());
    let of = namespace.words();
    out.say(resource.field("metadata.name"), message).cause(cause).about(of);
}

fn message(namespace: &Namespace, workloads: usize) -> String {
    let of = namespace.words();
    match workloads {
        1 => format!("no network policy selects the one workload of {of}"),
        many => format!("no network policy selects any of the {many} workloads of {of}"),
    }
}

fn cause(namespace: &Namespace) -> String {
    format!("no network policy in {}", namespace.words())
}
