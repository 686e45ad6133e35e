//! No network policy selects a pod.
//!
//! A pod that no policy selects may be reached by every pod of the cluster and may connect to
//! anything, whatever the policies beside it say of others.
//!
//! Add a NetworkPolicy whose `podSelector` matches the pod's labels, or one with an empty
//! `podSelector` that denies by default.
//!
//! Labels of the pod count, not those of its controller. Policies of Cilium and Calico count, and
//! AdminNetworkPolicy; one direction is enough (see `pod-ingress-not-restricted` and
//! `pod-egress-not-restricted`; kube-score asks for both here). A namespace without any policy is
//! one finding of `namespace-without-network-policy`, where that check runs too. Pods in the
//! network of their node are left alone, as policies do not govern them.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata:
//!   name: web
//! # ^^^^^^^^^ Deployment `web` is selected by no network policy
//!   namespace: shop
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: db, namespace: shop, labels: {app: other}}
//! spec: {template: {metadata: {labels: {app: db}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: db, namespace: shop}
//! spec: {podSelector: {matchLabels: {app: db}}}
//! ```
//!
//! ```yaml fail with=namespace-without-network-policy
//! kind: Deployment
//! metadata:
//!   name: web
//! # ^^^^^^^^^ Deployment `web` is selected by no network policy
//!   labels: {app: db}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: db}
//! spec: {podSelector: {matchLabels: {app: db}}}
//! ```
//!
//! Only `podSelector` decides which pods a policy governs, not the peers of its rules:
//!
//! ```yaml fail
//! kind: Deployment
//! metadata:
//!   name: client
//! # ^^^^^^^^^^^^ Deployment `client` is selected by no network policy
//!   namespace: shop
//! spec: {template: {metadata: {labels: {app: client}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: db, namespace: shop}
//! spec: {template: {metadata: {labels: {app: db}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: db, namespace: shop}
//! spec:
//!   podSelector: {matchLabels: {app: db}}
//!   ingress: [{from: [{podSelector: {matchLabels: {app: client}}}]}]
//! ```
//!
//! By itself it reports every pod, also where nothing else is known:
//!
//! ```yaml fail asked incomplete
//! kind: CronJob
//! metadata:
//!   name: report
//! # ^^^^^^^^^^^^ CronJob `report` is selected by no network policy
//! spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: app}]}}}}}
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: DaemonSet
//! metadata: {name: agent, namespace: shop}
//! spec: {template: {metadata: {labels: {app: agent}}, spec: {hostNetwork: true, containers: [{name: app}]}}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: web, namespace: shop}
//! spec: {podSelector: {matchExpressions: [{key: app, operator: In, values: [web]}]}, policyTypes: [Egress]}
//! ```
//!
//! Where something else isolates the pods (the network of a provider), the namespace is named:
//!
//! ```yaml pass exempt-namespaces=shop,bank
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ```
//!
//! Labels and namespaces that are filled in later, labels that an operator adds, and policies
//! that cannot be read leave it open:
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {metadata: {labels: {app: "{{ name }}"}}, spec: {containers: [{name: app}]}}}
//! ---
//! apiVersion: monitoring.coreos.com/v1
//! kind: Prometheus
//! metadata: {name: k8s, namespace: shop}
//! spec: {replicas: 2}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: web, namespace: shop}
//! spec: {podSelector: {matchLabels: {app: web}}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: prometheus, namespace: shop}
//! spec: {podSelector: {matchLabels: {app.kubernetes.io/name: prometheus}}}
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! apiVersion: projectcalico.org/v3
//! kind: GlobalNetworkPolicy
//! metadata: {name: all-but-system}
//! spec: {namespaceSelector: "projectcalico.org/name not in {'kube-system'}"}
//! ---
//! apiVersion: projectcalico.org/v3
//! kind: NetworkPolicy
//! metadata: {name: web, namespace: shop}
//! spec: {selector: "app == 'web' && has(tier)"}
//! ```

use kubesift_engine::model::Match;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.5,
    profiles: &[Profile::Default, Profile::Cis, Profile::Nsa],
    yields_to: &["etcd-without-network-policy", "namespace-without-network-policy"],
    refs: &[
        Cis("5.3.2"),
        Nsa("network separation"),
        Cwe(923),
        Peer("kube-linter:non-isolated-pod"),
        Peer("kube-score:pod-networkpolicy"),
        Peer("checkov:CKV2_K8S_6"),
        Peer("kics:0401f71b"),
        Peer("kubescape:C-0030"),
        Peer("kubescape:C-0260"),
        Peer("polaris:missingNetworkPolicy"),
        Peer("kyverno:require-network-policy"),
        Peer("popeye:POP-1204"),
    ],
    options: &[&EXEMPT],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

pub const EXEMPT: Opt = Opt::list(
    "exempt-namespaces",
    "Namespaces whose pods may go without a policy.",
    &["kube-system", "kube-public", "kube-node-lease"],
);

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    if !graph.build().complete && !out.is_asked() {
        return;
    }
    let Some(pod) = graph.pod_of(resource).filter(|pod| pod.is_networked()) else { return };
    if out.lists(&EXEMPT, pod.namespace) {
        return;
    }
    if graph.coverage(pod).any != Match::No {
        return;
    }
    let cause = graph
        .namespace(pod.namespace)
        .map(|namespace| format!("no network policy in {}", namespace.words()));
    out.report(resource.field("metadata.name"), "is selected by no network policy")
        .cause(cause.unwrap_or_default());
}
