//! A role may change what is admitted.
//!
//! A webhook sees every object that is written, Secrets included, and a mutating one changes it:
//! who may write webhook configurations, or admission policies, reads and changes what everybody
//! writes, and switches off the policies that hold others back.
//!
//! Name the configurations in `resourceNames`, as an operator that keeps the certificate of its own
//! webhook can. `create` cannot be limited so: install the configuration with the operator.
//!
//! Silent for a role that holds in namespaces only: the configurations are in none. Information
//! where nothing here binds the role.
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: operator}
//! rules:
//!   - {apiGroups: [admissionregistration.k8s.io], resources: [mutatingwebhookconfigurations, validatingwebhookconfigurations], verbs: [get, patch]}
//! #                                                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ClusterRole `operator` grants `patch` on `mutatingwebhookconfigurations`, `validatingwebhookconfigurations`
//!   - {apiGroups: [admissionregistration.k8s.io], resources: [validatingadmissionpolicies], verbs: [delete]}
//! #                                                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^ ClusterRole `operator` grants `delete` on `validatingadmissionpolicies`
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: operator}
//! roleRef: {kind: ClusterRole, name: operator}
//! subjects: [{kind: Group, name: team}]
//! ```
//!
//! ```yaml pass
//! kind: ClusterRole
//! metadata: {name: operator}
//! rules:
//!   - {apiGroups: [admissionregistration.k8s.io], resources: [mutatingwebhookconfigurations], verbs: [get, list, watch]}
//!   - {apiGroups: [admissionregistration.k8s.io], resources: [mutatingwebhookconfigurations], resourceNames: [operator], verbs: [update, patch]}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: operator}
//! roleRef: {kind: ClusterRole, name: operator}
//! subjects: [{kind: Group, name: team}]
//! ```

use kubesift_engine::model::rights::Power;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 8.0,
    profiles: &[Profile::Default, Profile::Cis],
    refs: &[
        Cis("5.1.12"),
        Peer("checkov:CKV_K8S_155"),
        Peer("trivy:KSV-0114"),
        Peer("kubescape:C-0281"),
        Peer("kyverno:restrict-clusterrole-mutating-validating-admission-webhooks"),
    ],
    run: Run::Links(
        &["rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/Role"],
        run,
    ),
    ..Check::DEFAULT
};

const ADMISSION: Power = Power {
    verbs: &["create", "update", "patch", "delete", "deletecollection"],
    resources: &[
        ("admissionregistration.k8s.io", "mutatingwebhookconfigurations"),
        ("admissionregistration.k8s.io", "validatingwebhookconfigurations"),
        ("admissionregistration.k8s.io", "mutatingadmissionpolicies"),
        ("admissionregistration.k8s.io", "mutatingadmissionpolicybindings"),
        ("admissionregistration.k8s.io", "validatingadmissionpolicies"),
        ("admissionregistration.k8s.io", "validatingadmissionpolicybindings"),
    ],
    names: &[],
};

fn run(role: &Resource, graph: &Graph, out: &mut Out) {
    out.powers(role, graph, &ADMISSION, InNamespaces::Nothing);
}
