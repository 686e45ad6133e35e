//! A role may change the API itself.
//!
//! Who writes an APIService answers requests for a whole API group in place of the API server, and
//! sees the tokens of those who ask. Who writes a CustomResourceDefinition changes what every
//! operator of its kind is told, and deleting one deletes all objects of the kind.
//!
//! Install definitions apart from the operator, or name them in `resourceNames`.
//!
//! A rule for CustomResourceDefinitions alone counts one step less: operators that install their
//! own are common. Silent for a role that holds in namespaces only; information where nothing here
//! binds the role.
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: operator}
//! rules:
//!   - {apiGroups: [apiregistration.k8s.io], resources: [apiservices], verbs: [get, update]}
//! #                                                     ^^^^^^^^^^^ ClusterRole `operator` grants `update` on `apiservices`
//!   - {apiGroups: [apiextensions.k8s.io], resources: [customresourcedefinitions], verbs: [create, patch]}
//! #                                                   ^^^^^^^^^^^^^^^^^^^^^^^^^ ClusterRole `operator` grants `create`, `patch` on `customresourcedefinitions`
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: operator}
//! roleRef: {kind: ClusterRole, name: operator}
//! subjects: [{kind: Group, name: team}]
//! ```
//!
//! ```yaml pass
//! kind: ClusterRole
//! metadata: {name: reader}
//! rules:
//!   - {apiGroups: [apiextensions.k8s.io], resources: [customresourcedefinitions], verbs: [get, list, watch]}
//!   - {apiGroups: [apiextensions.k8s.io], resources: [customresourcedefinitions], resourceNames: [orders.shop.example.com], verbs: [patch]}
//!   - {apiGroups: [apiextensions.k8s.io], resources: [customresourcedefinitions/status], verbs: [update]}
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: reader}
//! roleRef: {kind: ClusterRole, name: reader}
//! subjects: [{kind: Group, name: team}]
//! ```

use kubesift_engine::model::rights::{Far, Power};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 7.0,
    profiles: &[Profile::Nsa],
    run: Run::Links(
        &["rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/Role"],
        run,
    ),
    ..Check::DEFAULT
};

const APIS: Power = Power {
    verbs: &["create", "update", "patch", "delete", "deletecollection"],
    resources: &[
        ("apiregistration.k8s.io", "apiservices"),
        ("apiextensions.k8s.io", "customresourcedefinitions"),
    ],
    names: &[],
};

fn run(role: &Resource, graph: &Graph, out: &mut Out) {
    for held in graph.held(role, &APIS, out.is_asked()) {
        let severity = match held.far {
            Far::Cluster if held.resources.contains(&"apiservices") => High,
            Far::Cluster => Medium,
            Far::Namespaces => continue,
            Far::Nowhere => Info,
        };
        out.held(&held, severity);
    }
}
