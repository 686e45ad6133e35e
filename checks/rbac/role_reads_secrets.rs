//! A role may read all Secrets.
//!
//! Secrets hold passwords, keys and tokens. Whoever may read those of a namespace has the rights of
//! everything in it; whoever may read those of the cluster has the cluster, for the tokens of
//! strong service accounts are among them. `list` and `watch` give the contents too.
//!
//! Name the Secrets in `resourceNames`, give the role in one namespace by a RoleBinding, or mount
//! the Secret into the pod that needs it.
//!
//! Severity follows reach: information where nothing here binds the role. A role that holds in
//! namespaces only is what an operator of these namespaces should have: it counts as low, when the
//! run asks for this check by name. A rule that names its Secrets is not reported. A rule that
//! holds Secrets by `*` is left to `role-wildcard-resources` and `role-wildcard-all`, unless the
//! run asks for this check by name.
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: reader}
//! rules:
//!   - apiGroups: [""]
//!     resources:
//!       - pods
//!       - secrets
//! #       ^^^^^^^ medium: ClusterRole `reader` grants `get`, `list` on `secrets` in every namespace
//!     verbs: [get, list]
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: reader}
//! roleRef: {kind: ClusterRole, name: reader}
//! subjects: [{kind: Group, name: team}]
//! ---
//! kind: ClusterRole
//! metadata: {name: unbound}
//! rules:
//!   - {apiGroups: ["*"], resources: [secrets], verbs: [watch]}
//! #                                  ^^^^^^^ info: ClusterRole `unbound` grants `watch` on `secrets`, bound by nothing here
//! ```
//!
//! A ClusterRole holds where it is bound:
//!
//! ```yaml pass
//! kind: ClusterRole
//! metadata: {name: reader}
//! rules:
//!   - {apiGroups: [""], resources: [secrets], verbs: [get]}
//! ---
//! kind: RoleBinding
//! metadata: {name: one, namespace: one}
//! roleRef: {kind: ClusterRole, name: reader}
//! subjects: [{kind: Group, name: team}]
//! ---
//! kind: Role
//! metadata: {name: local, namespace: shop}
//! rules:
//!   - {apiGroups: [""], resources: [secrets], verbs: ["*"]}
//! ---
//! kind: RoleBinding
//! metadata: {name: local, namespace: shop}
//! roleRef: {kind: Role, name: local}
//! subjects: [{kind: Group, name: team}]
//! ```
//!
//! ```yaml fail asked
//! kind: ClusterRole
//! metadata: {name: reader}
//! rules:
//!   - {apiGroups: [""], resources: [secrets], verbs: [get]}
//! #                                 ^^^^^^^ low: ClusterRole `reader` grants `get` on `secrets` in 2 namespaces
//! ---
//! kind: RoleBinding
//! metadata: {name: one, namespace: one}
//! roleRef: {kind: ClusterRole, name: reader}
//! subjects: [{kind: Group, name: team}]
//! ---
//! kind: RoleBinding
//! metadata: {name: two, namespace: two}
//! roleRef: {kind: ClusterRole, name: reader}
//! subjects: [{kind: Group, name: team}]
//! ---
//! kind: Role
//! metadata: {name: local, namespace: shop}
//! rules:
//!   - {apiGroups: [""], resources: [secrets], verbs: ["*"]}
//! #                                 ^^^^^^^ low: Role `local` grants every verb on `secrets` in namespace `shop`
//! ```
//!
//! ```yaml fail asked
//! kind: ClusterRole
//! metadata: {name: all}
//! rules:
//!   - {apiGroups: [""], resources: ["*"], verbs: [get]}
//! #                                 ^^^ ClusterRole `all` grants `get` on every resource (`secrets` included)
//! ```
//!
//! ```yaml pass
//! kind: Role
//! metadata: {name: one-secret, namespace: shop}
//! rules:
//!   - {apiGroups: [""], resources: [secrets], resourceNames: [web], verbs: [get, list, watch]}
//! ---
//! kind: ClusterRole
//! metadata: {name: writer}
//! rules:
//!   - {apiGroups: [""], resources: [secrets], verbs: [create, update]}
//! ---
//! kind: ClusterRole
//! metadata: {name: other-group}
//! rules:
//!   - {apiGroups: [example.com], resources: [secrets], verbs: [get]}
//! ---
//! kind: ClusterRole
//! metadata: {name: wildcard}
//! rules:
//!   - {apiGroups: [""], resources: ["*"], verbs: [get]}
//! ---
//! kind: ClusterRole
//! metadata: {name: unknown}
//! rules:
//!   - {apiGroups: [""], resources: ["${RESOURCE}"], verbs: [get]}
//! ---
//! kind: ClusterRole
//! metadata: {name: "system:node", labels: {kubernetes.io/bootstrapping: rbac-defaults}}
//! rules:
//!   - {apiGroups: [""], resources: [secrets], verbs: [get]}
//! ```
//!
//! A patch of a binding binds nothing more:
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: unbound}
//! rules:
//!   - {apiGroups: [""], resources: [secrets], verbs: [get]}
//! #                                 ^^^^^^^ ClusterRole `unbound` grants `get` on `secrets`, bound by nothing here
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: other}
//! $patch: delete
//! ```
//!
//! What an aggregation states itself, a controller replaces:
//!
//! ```yaml pass
//! kind: ClusterRole
//! metadata: {name: whole}
//! aggregationRule:
//!   clusterRoleSelectors: [{matchLabels: {to-whole: "true"}}]
//! rules:
//!   - {apiGroups: [""], resources: [secrets], verbs: [get]}
//! ```

use kubesift_engine::model::rights::{Far, Power};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 6.5,
    profiles: &[Profile::Default, Profile::Cis, Profile::Nsa],
    refs: &[
        Cis("5.1.2"),
        Peer("kube-linter:access-to-secrets"),
        Peer("checkov:CKV2_K8S_5"),
        Peer("trivy:KSV-0041"),
        Peer("trivy:KSV-0113"),
        Peer("kics:b7bca5c4"),
        Peer("kics:056ac60e"),
        Peer("kubescape:C-0015"),
        Peer("kubescape:C-0186"),
        Peer("kyverno:restrict-secret-role-verbs"),
        Peer("datree:CIS_INVALID_VERB_SECRETS"),
    ],
    run: Run::Links(
        &["rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/Role"],
        run,
    ),
    ..Check::DEFAULT
};

const SECRETS: Power =
    Power { verbs: &["get", "list", "watch"], resources: &[("", "secrets")], names: &[] };

fn run(role: &Resource, graph: &Graph, out: &mut Out) {
    for held in graph.held(role, &SECRETS, out.is_asked()) {
        let severity = match held.far {
            Far::Cluster => Medium,
            Far::Namespaces if !out.is_asked() => continue,
            Far::Namespaces => Low,
            Far::Nowhere => Info,
        };
        out.held(&held, severity);
    }
}
