//! A role may sign certificates that the API server trusts.
//!
//! `sign` on a signer lets a program put any certificate into a signing request for it. On every
//! signer that includes those of the API server's clients: a certificate for any user, of any
//! group.
//!
//! Name the signer in `resourceNames`, as cert-manager does (`issuers.cert-manager.io/*`).
//!
//! Silent for signers of your own, and for a role that holds in namespaces only: signers are in
//! none. Information where nothing here binds the role. Together with the right to approve
//! requests, this is `role-approves-csr`, which names this check when it is the same rule.
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: signer}
//! rules:
//!   - {apiGroups: [certificates.k8s.io], resources: [signers], verbs: [sign]}
//! #                                                                    ^^^^ ClusterRole `signer` grants `sign` on `signers`
//!   - {apiGroups: [certificates.k8s.io], resources: [signers], resourceNames: [kubernetes.io/kube-apiserver-client], verbs: [sign]}
//! #                                                                                                                          ^^^^ ClusterRole `signer` grants `sign` on `signers`
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: signer}
//! roleRef: {kind: ClusterRole, name: signer}
//! subjects: [{kind: Group, name: team}]
//! ```
//!
//! ```yaml pass
//! kind: ClusterRole
//! metadata: {name: issuer}
//! rules:
//!   - {apiGroups: [certificates.k8s.io], resources: [signers], resourceNames: ["issuers.cert-manager.io/*"], verbs: [sign]}
//!   - {apiGroups: [certificates.k8s.io], resources: [certificatesigningrequests], verbs: [get, list]}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: issuer}
//! roleRef: {kind: ClusterRole, name: issuer}
//! subjects: [{kind: Group, name: team}]
//! ```

use kubesift_engine::model::rights::Power;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 6.5,
    yields_to: &["role-approves-csr"],
    refs: &[Peer("checkov:CKV_K8S_156")],
    run: Run::Links(
        &["rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/Role"],
        run,
    ),
    ..Check::DEFAULT
};

const SIGNERS: Power = Power {
    verbs: &["sign"],
    resources: &[("certificates.k8s.io", "signers")],
    names: &[
        "kubernetes.io/kube-apiserver-client",
        "kubernetes.io/kube-apiserver-client-kubelet",
        "kubernetes.io/*",
    ],
};

fn run(role: &Resource, graph: &Graph, out: &mut Out) {
    out.powers(role, graph, &SIGNERS, InNamespaces::Nothing);
}
