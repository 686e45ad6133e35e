//! A workload's service account can take over the cluster.
//!
//! Some rights lead to all others: reading every Secret, running pods as any service account, acting
//! as others, commands in any pod, the kubelet's API, the verbs `escalate` and `bind`. Whoever gets
//! into a container of the workload finds its token there, and has them.
//!
//! Follow the steps of the finding from the account over the binding to the rule, and narrow the
//! rule: fewer verbs, `resourceNames`, a Role in the namespaces that the workload works in. Where a
//! workload needs the right, keep it apart from what is reached from outside, and suppress the
//! finding with the reason.
//!
//! All bindings of the build count: those of the account, of its user name, and of the groups that
//! it is in; aggregated and built-in roles too. Rights in `kube-system` lead to the accounts of the
//! cluster itself and count as rights in the cluster. A finding stands at the first workload of an
//! account and names the others. It is less sure where a namespace is not stated. Rights that take a
//! further step (a webhook, a volume, a node) are told beside others, and alone only when the run
//! asks for this check by name, one step less severe: nearly every operator has them.
//!
//! `role-wildcard-all` and `cluster-admin-binding` say that everything is allowed at the role and at the
//! binding; where they do, their finding stays.
//!
//! Silent where no token is mounted, for rights that `resourceNames` limit, for rights in other
//! namespaces, and for writing roles and bindings alone: without `escalate` or `bind` nobody gives
//! away more than he has.
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: operator}
//! rules:
//!   - {apiGroups: [""], resources: [secrets, configmaps], verbs: [get, list]}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: operator}
//! roleRef: {kind: ClusterRole, name: operator}
//! subjects: [{kind: ServiceAccount, name: operator, namespace: shop}]
//! ---
//! kind: Deployment
//! metadata: {name: operator, namespace: shop}
//! spec:
//!   template:
//!     spec:
//!       serviceAccountName: operator
//! #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Deployment `operator` runs as ServiceAccount `shop/operator`, which may read every Secret
//!       containers: [{name: app}]
//! ---
//! kind: CronJob
//! metadata: {name: backup, namespace: shop}
//! spec: {jobTemplate: {spec: {template: {spec: {serviceAccountName: operator}}}}}
//! ```
//!
//! A group, a built-in role, the account that is not named:
//!
//! ```yaml fail
//! kind: ClusterRoleBinding
//! metadata: {name: everybody}
//! roleRef: {kind: ClusterRole, name: cluster-admin}
//! subjects: [{kind: Group, name: "system:serviceaccounts:shop"}]
//! ---
//! kind: Pod
//! metadata: {name: web, namespace: shop}
//! spec:
//! #^^^ Pod `web` runs as ServiceAccount `shop/default`, which may do everything
//!   containers: [{name: app}]
//! ```
//!
//! Several rights, some of them from another role; a namespace of the cluster itself:
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: binder}
//! rules:
//!   - {apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: [bind]}
//!   - {apiGroups: [""], resources: [nodes/proxy], verbs: [get]}
//! ---
//! kind: ClusterRole
//! metadata: {name: writer}
//! rules:
//!   - {apiGroups: [rbac.authorization.k8s.io], resources: [clusterrolebindings], verbs: [create]}
//!   - {apiGroups: [batch], resources: [jobs], verbs: [create]}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: binder}
//! roleRef: {kind: ClusterRole, name: binder}
//! subjects: [{kind: User, name: "system:serviceaccount:shop:web"}]
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: writer}
//! roleRef: {kind: ClusterRole, name: writer}
//! subjects: [{kind: ServiceAccount, name: web, namespace: shop}]
//! ---
//! kind: Pod
//! metadata: {name: web, namespace: shop}
//! spec: {serviceAccountName: web, containers: [{name: app}]}
//! #      ^^^^^^^^^^^^^^^^^^^^^^^ Pod `web` runs as ServiceAccount `shop/web`, which may bind any ClusterRole, cluster-admin included, run pods as any ServiceAccount, and has 1 more way up
//! ---
//! kind: Role
//! metadata: {name: deployer, namespace: kube-system}
//! rules: [{apiGroups: [apps], resources: [daemonsets], verbs: [update]}]
//! ---
//! kind: RoleBinding
//! metadata: {name: deployer, namespace: kube-system}
//! roleRef: {kind: Role, name: deployer}
//! subjects: [{kind: ServiceAccount, name: deployer, namespace: ci}]
//! ---
//! kind: Pod
//! metadata: {name: deployer, namespace: ci}
//! spec: {serviceAccountName: deployer, containers: [{name: app}]}
//! #      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Pod `deployer` runs as ServiceAccount `ci/deployer`, which may run pods as any ServiceAccount of namespace `kube-system`
//! ```
//!
//! The bindings name the namespace that a folder is applied in, its workloads do not:
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: argocd}
//! rules: [{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: argocd}
//! roleRef: {kind: ClusterRole, name: argocd}
//! subjects: [{kind: ServiceAccount, name: argocd, namespace: argocd}]
//! ---
//! kind: StatefulSet
//! metadata: {name: argocd}
//! spec: {template: {spec: {serviceAccountName: argocd, containers: [{name: app}]}}}
//! #                        ^^^^^^^^^^^^^^^^^^^^^^^^^^ StatefulSet `argocd` runs as ServiceAccount `argocd`, which may do everything
//! ```
//!
//! A further step is needed:
//!
//! ```yaml fail asked
//! kind: ClusterRole
//! metadata: {name: injector}
//! rules:
//!   - apiGroups: [admissionregistration.k8s.io]
//!     resources: [mutatingwebhookconfigurations]
//!     verbs: [patch]
//!     resourceNames: [own]
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: injector}
//! roleRef: {kind: ClusterRole, name: injector}
//! subjects: [{kind: ServiceAccount, name: injector, namespace: mesh}]
//! ---
//! kind: Pod
//! metadata: {name: injector, namespace: mesh}
//! spec: {serviceAccountName: injector, containers: [{name: app}]}
//! #      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Pod `injector` runs as ServiceAccount `mesh/injector`, which may put webhooks into the path of every request
//! ```
//!
//! Rights in the namespaces that a RoleBinding gives them in, rights on named objects, rights that
//! are no way up, an account without a token, and one of another namespace:
//!
//! ```yaml pass
//! kind: ClusterRole
//! metadata: {name: reader}
//! rules: [{apiGroups: [""], resources: [secrets], verbs: [get]}]
//! ---
//! kind: RoleBinding
//! metadata: {name: reader, namespace: shop}
//! roleRef: {kind: ClusterRole, name: reader}
//! subjects: [{kind: ServiceAccount, name: web, namespace: shop}]
//! ---
//! kind: Pod
//! metadata: {name: web, namespace: shop}
//! spec: {serviceAccountName: web, containers: [{name: app}]}
//! ---
//! kind: ClusterRole
//! metadata: {name: named}
//! rules:
//!   - {apiGroups: [""], resources: [secrets], verbs: [get, update], resourceNames: [own]}
//!   - {apiGroups: [""], resources: [secrets, pods], verbs: [create], resourceNames: [own]}
//!   - {apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: ["get", "list"]}
//!   - {apiGroups: [rbac.authorization.k8s.io], resources: [clusterrolebindings], verbs: [create]}
//!   - {apiGroups: [""], resources: ["secrets/*", "pods/*"], verbs: ["*"]}
//!   - {apiGroups: [apps], resources: [secrets], verbs: ["*"]}
//!   - {apiGroups: [""], resources: ["${RESOURCE}"], verbs: ["*"]}
//!   - {apiGroups: [""], resources: [pods, nodes], verbs: [patch]}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: named}
//! roleRef: {kind: ClusterRole, name: named}
//! subjects: [{kind: ServiceAccount, name: web, namespace: shop}]
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: admin}
//! roleRef: {kind: ClusterRole, name: cluster-admin}
//! subjects:
//!   - {kind: ServiceAccount, name: silent, namespace: shop}
//!   - {kind: ServiceAccount, name: quiet, namespace: shop}
//!   - {kind: ServiceAccount, name: web, namespace: elsewhere}
//!   - {kind: ServiceAccount, name: "${NAME}", namespace: shop}
//! ---
//! kind: Pod
//! metadata: {name: silent, namespace: shop}
//! spec:
//!   serviceAccountName: silent
//!   automountServiceAccountToken: false
//!   containers: [{name: app}]
//! ---
//! kind: ServiceAccount
//! metadata: {name: quiet, namespace: shop}
//! automountServiceAccountToken: false
//! ---
//! kind: Pod
//! metadata: {name: quiet, namespace: shop}
//! spec: {serviceAccountName: quiet, containers: [{name: app}]}
//! ```
//!
//! A token that a projected volume mounts by hand:
//!
//! ```yaml fail
//! kind: ClusterRoleBinding
//! metadata: {name: admin}
//! roleRef: {kind: ClusterRole, name: cluster-admin}
//! subjects: [{kind: ServiceAccount, name: by-hand, namespace: shop}]
//! ---
//! kind: Pod
//! metadata: {name: by-hand, namespace: shop}
//! spec:
//!   serviceAccountName: by-hand
//! # ^^^^^^^^^^^^^^^^^^^^^^^^^^^ Pod `by-hand` runs as ServiceAccount `shop/by-hand`, which may do everything
//!   automountServiceAccountToken: false
//!   containers: [{name: app}]
//!   volumes: [{name: token, projected: {sources: [{serviceAccountToken: {path: token}}]}}]
//! ```

use kubesift_engine::model::Match;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 8.5,
    profiles: &[Profile::Default, Profile::Nsa],
    yields_to: &["cluster-admin-binding", "exposed-workload-with-privilege", "role-wildcard-all"],
    refs: &[
        Url("https://kubernetes.io/docs/concepts/security/rbac-good-practices/"),
        Peer("kubescape:C-0267"),
        Peer("kubescape:C-0272"),
        Peer("kubescape:C-0053"),
        Peer("checkov:CKV2_K8S_1"),
        Peer("checkov:CKV2_K8S_2"),
        Peer("checkov:CKV2_K8S_3"),
        Peer("checkov:CKV2_K8S_4"),
        Peer("checkov:CKV2_K8S_5"),
    ],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

/// Other workloads of the account that are noted.
const NOTED: usize = 5;

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    let Some(pod) = graph.pod_of(resource) else { return };
    // Of the pods of an account one is told of. Most have no token, and need not look at the others.
    if graph.token_of(pod).mounted == Match::No {
        return;
    }
    let Some(account) = graph.account_of(pod) else { return };
    let mut holders = account.pods.iter().filter_map(|at| graph.pods().get(*at as usize));
    let mut holders = holders.by_ref().filter(|pod| graph.token_of(pod).mounted != Match::No);
    if holders.next().is_none_or(|first| first.at != pod.at) {
        return;
    }
    let Some(takeover) = graph.takeover_of(pod) else { return };
    if !takeover.is_direct() && !out.is_asked() {
        return;
    }
    let account_words = account.words();
    let message = format!("runs as {account_words}, which may {}", takeover.words());
    let named = pod.pod.service_account().filter(|node| !node.is_null());
    let at = named.map_or_else(|| At::Field(pod.pod.field("serviceAccountName")), At::Node);
    let severity = if takeover.is_direct() { High } else { Medium };
    let mut draft = out.report(at, message).severity(severity);
    if takeover.sure() != Match::Yes {
        draft = draft.confidence(Confidence::Medium);
    }
    if let Some(step) = takeover.first_step() {
        let (rule, binding) = (step.grant.rule, step.grant.given.binding);
        draft = draft.cause(if rule.role.is_some() { rule.cause() } else { binding.cause() });
    }
    draft = draft.hop(at, format!("{} `{}` runs as {account_words}", kind(pod), name(pod)));
    for (place, words) in takeover.hops() {
        draft = draft.hop(place, words);
    }
    for other in holders.take(NOTED) {
        let place = other.pod.resource.field("metadata.name");
        draft = draft.note(place, format!("{} `{}` runs as it too", kind(other), name(other)));
    }
}

fn kind<'a>(pod: &GraphPod<'a>) -> &'a str {
    &pod.pod.resource.kind.kind
}

fn name<'a>(pod: &GraphPod<'a>) -> &'a str {
    pod.pod.resource.name.as_deref().unwrap_or("(no name)")
}
