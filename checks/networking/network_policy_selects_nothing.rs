//! A network policy selects no pod.
//!
//! Either the policy is a leftover, or its selector has a mistake and the pods it was written for
//! go without it.
//!
//! Compare `podSelector` with the labels of the pods: those of the pod template count, and the
//! namespace must be the same. Remove the policy if nothing needs it any more.
//!
//! Pods of every kind of workload count. Nothing is said where the pods may come from elsewhere:
//! the manifests hold no workload of the namespace, or something in it (a Helm release, a custom
//! resource) makes pods that they do not show, unless the selector is only a typing mistake away
//! from a pod that they hold; or no workload of the namespace has a label in common with the
//! selector or a name like that of the policy, unless both are alone. A run that names this check
//! reports these too.
//!
//! A policy that selects pods in the network of their node only is information: plugins treat such
//! pods as the node, and do not hold them to the policy.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec:
//!   podSelector:
//! # ^^^^^^^^^^^ NetworkPolicy `web` selects no pod: none has the labels app=wbe, though Deployment `web` has app=web
//!     matchLabels:
//!       app: wbe
//! ```
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web, namespace: shop, labels: {tier: front}}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! apiVersion: cilium.io/v2
//! kind: CiliumNetworkPolicy
//! metadata: {name: front, namespace: shop}
//! spec:
//!   endpointSelector:
//! # ^^^^^^^^^^^^^^^^ CiliumNetworkPolicy `front` selects no pod: none of namespace `shop` has the labels tier=front
//!     matchLabels:
//!       tier: front
//! ```
//!
//! ```yaml pass
//! kind: CronJob
//! metadata: {name: report}
//! spec: {jobTemplate: {spec: {template: {metadata: {labels: {app: report}}, spec: {containers: [{name: app}]}}}}}
//! ---
//! apiVersion: argoproj.io/v1alpha1
//! kind: Rollout
//! metadata: {name: web}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: report}
//! spec: {podSelector: {matchLabels: {app: report}}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec: {podSelector: {matchExpressions: [{key: app, operator: In, values: [web, db]}]}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: unknown}
//! spec: {podSelector: {matchLabels: {app: "{{ name }}"}}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: of-another-namespace, namespace: ingress}
//! spec: {podSelector: {matchLabels: {app: nginx}}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: all}
//! spec: {podSelector: {}}
//! ```
//!
//! Pods that a Helm release brings are not in view:
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! apiVersion: helm.toolkit.fluxcd.io/v2
//! kind: HelmRelease
//! metadata: {name: redis, namespace: shop}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: redis, namespace: shop}
//! spec: {podSelector: {matchLabels: {app.kubernetes.io/name: redis}}}
//! ```
//!
//! Pods in the network of their node:
//!
//! ```yaml fail
//! kind: DaemonSet
//! metadata: {name: agent}
//! spec: {template: {metadata: {labels: {app: agent}}, spec: {hostNetwork: true, containers: [{name: app}]}}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: agent}
//! spec:
//!   podSelector: {matchLabels: {app: agent}}
//! # ^^^^^^^^^^^ info: NetworkPolicy `agent` selects pods in the network of their node only (DaemonSet `agent`), which policies do not govern
//! ```
//!
//! ```yaml pass
//! kind: DaemonSet
//! metadata: {name: agent}
//! spec: {template: {metadata: {labels: {app: agent}}, spec: {hostNetwork: true, containers: [{name: app}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: agent-api}
//! spec: {template: {metadata: {labels: {app: agent}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: agent}
//! spec: {podSelector: {matchLabels: {app: agent}}}
//! ---
//! kind: DaemonSet
//! metadata: {name: later}
//! spec: {template: {metadata: {labels: {app: later}}, spec: {hostNetwork: "${HOST}", containers: [{name: app}]}}}
//! ---
//! kind: NetworkPolicy
//! metadata: {name: later}
//! spec: {podSelector: {matchLabels: {app: later}}}
//! ```

use kubesift_engine::model::{Difference, Match, nearest};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.0,
    confidence: Confidence::Medium,
    profiles: &[Profile::Default, Profile::Reliability],
    refs: &[
        Peer("kube-linter:dangling-networkpolicy"),
        Peer("kube-score:networkpolicy-targets-pod"),
        Peer("kics:85ab1c5b"),
        Peer("kubescape:C-0299"),
        Peer("popeye:POP-1200"),
        Peer("monokle:LNK001"),
    ],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    for policy in graph.policies_of(resource) {
        if policy.is_cluster_wide() || policy.takes_all_pods() {
            continue;
        }
        let selected = graph.pods_of_policy(policy);
        if selected.any() != Match::No {
            if selected.unsure.is_empty() && selected.sure.iter().all(|pod| is_of_node(pod)) {
                let workloads = Graph::workloads_in_words(&selected.sure);
                let message = format!(
                    "selects pods in the network of their node only ({workloads}), which policies do not govern"
                );
                out.report(policy.selector(), message).severity(Info);
            }
            continue;
        }
        let namespace = resource.namespace.as_deref();
        let near = policy.label_selector().and_then(|selector| {
            let pods = graph.pods_like(namespace, selector).into_iter();
            nearest(selector, pods.map(|pod| (pod, graph.labels_of(pod))))
        });
        let related = near.is_some() || graph.has_pod_named_like(resource);
        let near = near.filter(|near| near.differences.iter().all(Difference::is_typo));
        let shown = graph.shows_all_pods(namespace) && related;
        if !shown && near.is_none() && !out.is_asked() {
            continue;
        }
        let wanted = policy.words();
        let message = match near {
            Some(near) => {
                let resource = near.item.pod.resource;
                let name = resource.name.as_deref().unwrap_or("(no name)");
                let kind = &resource.kind.kind;
                let found = near.words();
                format!("selects no pod: none has {wanted}, though {kind} `{name}` has {found}")
            }
            None => {
                let of =
                    namespace.map(|name| format!(" of namespace `{name}`")).unwrap_or_default();
                format!("selects no pod: none{of} has {wanted}")
            }
        };
        out.report(policy.selector(), message);
    }
}

fn is_of_node(pod: &GraphPod) -> bool {
    pod.pod.field("hostNetwork").is_true()
}
