//! A ClusterRole adds more to `view`, `edit` or `admin` than these roles are for.
//!
//! Rules of a ClusterRole with an `aggregate-to-…` label join a role that Kubernetes makes, and
//! everybody who has that role gets them, in every namespace it is bound in, without a binding that
//! shows it. `view` is given away freely because it neither reads Secrets nor changes anything.
//!
//! Bind the rule through a role of its own, or aggregate it to a role that is meant for it.
//!
//! Reported are, in `view`: reading Secrets, commands in pods, tokens and acting as others, writing
//! anything; in `edit` and `admin`: `escalate`, `bind`, acting as users and groups, every resource of
//! every group, and writing Endpoints, which Kubernetes took out of them (CVE-2021-25740); in `edit`
//! also writing roles and bindings. Custom resources in `edit` and `admin`, and reading them in
//! `view`, are what aggregation is for.
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata:
//!   name: extends-view
//!   labels: {rbac.authorization.k8s.io/aggregate-to-view: "true"}
//! rules:
//!   - apiGroups: [""]
//!     resources: [pods, secrets]
//! #                     ^^^^^^^ ClusterRole `extends-view` adds `get` on `secrets` to `view`, and so to `edit` and `admin`
//!     verbs: [get]
//!   - {apiGroups: [example.com], resources: [widgets], verbs: [get, delete]}
//! #                                                                 ^^^^^^ ClusterRole `extends-view` adds `delete` on `widgets` to `view`, and so to `edit` and `admin`
//! ---
//! kind: ClusterRole
//! metadata:
//!   name: extends-edit
//!   labels: {rbac.authorization.k8s.io/aggregate-to-edit: "true"}
//! rules:
//!   - {apiGroups: ["*"], resources: ["*"], verbs: ["*"]}
//! #                                  ^^^ ClusterRole `extends-edit` adds `*` on `*` to `edit`, and so to `admin`
//!   - {apiGroups: [""], resources: [endpoints], verbs: [update]}
//! #                                 ^^^^^^^^^ ClusterRole `extends-edit` adds `update` on `endpoints` to `edit`, and so to `admin`
//!   - {apiGroups: [rbac.authorization.k8s.io], resources: [roles], verbs: [create]}
//! #                                                        ^^^^^ ClusterRole `extends-edit` adds `create` on `roles` to `edit`, and so to `admin`
//! ---
//! kind: ClusterRole
//! metadata:
//!   name: extends-admin
//!   labels: {rbac.authorization.k8s.io/aggregate-to-admin: "true"}
//! rules:
//!   - {apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: [bind]}
//! #                                                        ^^^^^^^^^^^^ ClusterRole `extends-admin` adds `bind` on `clusterroles` to `admin`
//! ```
//!
//! ```yaml pass
//! kind: ClusterRole
//! metadata:
//!   name: widgets-view
//!   labels:
//!     rbac.authorization.k8s.io/aggregate-to-view: "true"
//! rules:
//!   - {apiGroups: [example.com], resources: ["*"], verbs: [get, list, watch]}
//! ---
//! kind: ClusterRole
//! metadata:
//!   name: widgets-edit
//!   labels:
//!     rbac.authorization.k8s.io/aggregate-to-edit: "true"
//!     rbac.authorization.k8s.io/aggregate-to-admin: "true"
//! rules:
//!   - {apiGroups: [example.com], resources: ["*"], verbs: ["*"]}
//!   - {apiGroups: [""], resources: [secrets, pods/exec], verbs: [get, create]}
//! ---
//! kind: ClusterRole
//! metadata:
//!   name: off
//!   labels: {rbac.authorization.k8s.io/aggregate-to-view: "false"}
//! rules: [{apiGroups: [""], resources: [secrets], verbs: [get]}]
//! ---
//! kind: ClusterRole
//! metadata:
//!   name: reviews
//!   labels: {rbac.authorization.k8s.io/aggregate-to-view: "true"}
//! rules:
//!   - {apiGroups: [authorization.k8s.io], resources: [selfsubjectaccessreviews], verbs: [create]}
//! ---
//! kind: ClusterRole
//! metadata:
//!   name: unknown
//!   labels: {rbac.authorization.k8s.io/aggregate-to-view: "true"}
//! rules: [{apiGroups: [""], resources: ["${RESOURCES}"], verbs: [get]}]
//! ```

use kubesift_engine::model::rights::{RBAC, Rule, TO_ADMIN, TO_EDIT, TO_VIEW, is_bootstrap_rbac};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 6.0,
    profiles: &[Profile::Default],
    yields_to: &["role-edits-endpoints"],
    refs: &[
        Peer("gatekeeper:k8sblockendpointeditdefaultrole"),
        Url(
            "https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles",
        ),
    ],
    run: Run::Links(&["rbac.authorization.k8s.io/ClusterRole"], run),
    ..Check::DEFAULT
};

/// A built-in role that others join, and what no other should add to it: verbs, group, resource.
struct Joined {
    label: &'static str,
    to: &'static str,
    not: &'static [(&'static [&'static str], &'static str, &'static str)],
}

const READ: &[&str] = &["get", "list", "watch"];
const CHANGE: &[&str] = &["create", "update", "patch"];
const WRITE: [&str; 6] = ["*", "create", "update", "patch", "delete", "deletecollection"];

const JOINED: [Joined; 3] = [
    Joined {
        label: TO_VIEW,
        to: "`view`, and so to `edit` and `admin`",
        not: &[
            (&["*"], "*", "*"),
            (READ, "", "secrets"),
            (&["create", "get"], "", "pods/exec"),
            (&["create", "get"], "", "pods/attach"),
            (&["create", "get"], "", "pods/portforward"),
            (&["get", "create"], "", "nodes/proxy"),
            (&["create"], "", "serviceaccounts/token"),
            (&["impersonate"], "", "users"),
            (&["impersonate"], "", "groups"),
            (&["impersonate"], "", "serviceaccounts"),
            (&["bind", "escalate"], RBAC, "clusterroles"),
            (&["bind", "escalate"], RBAC, "roles"),
        ],
    },
    Joined {
        label: TO_EDIT,
        to: "`edit`, and so to `admin`",
        not: &[
            (&["*"], "*", "*"),
            (&["bind", "escalate"], RBAC, "clusterroles"),
            (&["bind", "escalate"], RBAC, "roles"),
            (CHANGE, RBAC, "roles"),
            (CHANGE, RBAC, "rolebindings"),
            (&["impersonate"], "", "users"),
            (&["impersonate"], "", "groups"),
            (CHANGE, "", "endpoints"),
            (CHANGE, "discovery.k8s.io", "endpointslices"),
        ],
    },
    Joined {
        label: TO_ADMIN,
        to: "`admin`",
        not: &[
            (&["*"], "*", "*"),
            (&["bind", "escalate"], RBAC, "clusterroles"),
            (&["bind", "escalate"], RBAC, "roles"),
            (&["impersonate"], "", "users"),
            (&["impersonate"], "", "groups"),
            (CHANGE, "", "endpoints"),
            (CHANGE, "discovery.k8s.io", "endpointslices"),
        ],
    },
];

/// Groups whose objects are questions: creating one changes nothing.
const QUESTIONS: [&str; 2] = ["authorization.k8s.io", "authentication.k8s.io"];

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    let roles = &graph.rights().roles;
    let Some(role) = roles.position(resource).and_then(|at| roles.get(at)) else { return };
    let Some(joined) = JOINED.iter().find(|joined| role.has_label(joined.label)) else { return };
    if is_bootstrap_rbac(resource) || role.aggregates.is_some() {
        return;
    }
    for rule in role.own.iter().filter(|rule| !rule.is_named()) {
        let found = broadens(rule, joined).or_else(|| writes(rule, joined));
        let Some((verb, resource, place)) = found else { continue };
        let message = format!("adds `{verb}` on `{resource}` to {}", joined.to);
        out.report(place, message).cause(rule.cause());
    }
}

/// The first right of a rule that does not belong into the role: verb, resource, place.
fn broadens<'a>(
    rule: &Rule<'a>,
    joined: &Joined,
) -> Option<(&'static str, &'static str, Node<'a>)> {
    joined.not.iter().find_map(|(verbs, group, resource)| {
        let verb = verbs.iter().find(|verb| rule.granted(verb, group, resource).is_some())?;
        Some((*verb, *resource, rule.place_of(&[verb], group, resource)?))
    })
}

/// The first writing verb of a rule, for the role that only reads.
fn writes<'a>(rule: &Rule<'a>, joined: &Joined) -> Option<(&'a str, &'a str, Node<'a>)> {
    let asks = rule.groups.iter().all(|group| QUESTIONS.contains(&group.text));
    if joined.label != TO_VIEW || asks {
        return None;
    }
    let verb = WRITE.iter().find_map(|verb| rule.verbs.find(verb))?;
    let resource = rule.resources.iter().find(|word| word.is_known())?;
    Some((verb.text, resource.text, verb.node?))
}
