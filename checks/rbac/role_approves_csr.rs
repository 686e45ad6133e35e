//! A role may approve certificates that the API server trusts.
//!
//! Who may approve signing requests makes a certificate for any user and any group, with no trace
//! in any list of tokens or accounts. That takes two rights, `update` on the approval of requests
//! and `approve` on a signer.
//!
//! Name the signer in `resourceNames`: `kubernetes.io/kubelet-serving` for what approves the
//! serving certificates of nodes.
//!
//! Silent where the signers are named and are not those of the API server's clients, where one of
//! the two rights is missing, and for a role that holds in namespaces only. Information where
//! nothing here binds the role. The resources are of the group `certificates.k8s.io`: in another
//! one the rule grants nothing (Kyverno reports it), which is `role-rule-api-group-mismatch`.
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: approver}
//! rules:
//!   - {apiGroups: [certificates.k8s.io], resources: [certificatesigningrequests/approval], verbs: [update]}
//! #                                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ClusterRole `approver` grants `update` on `certificatesigningrequests/approval`, and `approve` on `signers`
//!   - {apiGroups: [certificates.k8s.io], resources: [signers], verbs: [approve]}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: approver}
//! roleRef: {kind: ClusterRole, name: approver}
//! subjects: [{kind: Group, name: team}]
//! ```
//!
//! ```yaml pass
//! kind: ClusterRole
//! metadata: {name: kubelet-approver}
//! rules:
//!   - {apiGroups: [certificates.k8s.io], resources: [certificatesigningrequests/approval], verbs: [update]}
//!   - {apiGroups: [certificates.k8s.io], resources: [signers], resourceNames: [kubernetes.io/kubelet-serving], verbs: [approve]}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: kubelet-approver}
//! roleRef: {kind: ClusterRole, name: kubelet-approver}
//! subjects: [{kind: Group, name: team}]
//! ---
//! kind: ClusterRole
//! metadata: {name: half}
//! rules:
//!   - {apiGroups: [certificates.k8s.io], resources: [certificatesigningrequests/approval], verbs: [update]}
//!   - {apiGroups: ["*"], resources: [pods], verbs: [approve]}
//! ```

use kubesift_engine::model::rights::{Far, Power};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 7.5,
    profiles: &[Profile::Default, Profile::Cis],
    refs: &[
        Cis("5.1.11"),
        Peer("checkov:CKV_K8S_156"),
        Peer("kubescape:C-0280"),
        Peer("kyverno:restrict-clusterrole-csr"),
    ],
    run: Run::Links(
        &["rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/Role"],
        run,
    ),
    ..Check::DEFAULT
};

const APPROVAL: Power = Power {
    verbs: &["update", "patch"],
    resources: &[("certificates.k8s.io", "certificatesigningrequests/approval")],
    names: &[],
};

const SIGNERS: Power = Power {
    verbs: &["approve"],
    resources: &[("certificates.k8s.io", "signers")],
    names: &[
        "kubernetes.io/kube-apiserver-client",
        "kubernetes.io/kube-apiserver-client-kubelet",
        "kubernetes.io/*",
    ],
};

fn run(role: &Resource, graph: &Graph, out: &mut Out) {
    let signers = graph.held(role, &SIGNERS, out.is_asked());
    let Some(signer) = signers.first() else { return };
    for held in graph.held(role, &APPROVAL, out.is_asked()) {
        let severity = match held.far {
            Far::Cluster => High,
            Far::Namespaces => continue,
            Far::Nowhere => Info,
        };
        let message = format!("{}, and `approve` on `signers`", held.words());
        let draft = out.report(held.resource, message).severity(severity);
        let draft = draft.cause(held.cause()).notes(held.binding());
        draft.note(signer.verb, "the right to approve for signers");
    }
}
