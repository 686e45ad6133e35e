//! What the resources and verbs of rules are: which of them a namespace cannot hold, which are no
//! kinds of the API but things that the authorizer is asked about.

use kubesift_schemas::{KINDS, KindInfo, Scope, is_builtin_group, kinds_of_plural, lookup_plural};

/// Resources that no kind stands for: the authorizer is asked about them when somebody acts as
/// another user, or when a certificate is signed. None of them is in a namespace.
const VIRTUAL: [(&str, &str); 5] = [
    ("", "users"),
    ("", "groups"),
    ("authentication.k8s.io", "uids"),
    ("authentication.k8s.io", "userextras"),
    ("certificates.k8s.io", "signers"),
];

/// True when a verb on a resource (`nodes`, `nodes/proxy`) cannot be granted in one namespace: the
/// resource is in none. A namespace itself can be: a request for it counts as made in it. `bind` and
/// `use` are asked for in the namespace of the binding, and of the pod.
pub fn is_cluster_only(verb: &str, group: &str, resource: &str) -> bool {
    let base = resource.split('/').next().unwrap_or(resource);
    if matches!(verb, "bind" | "use") || (group, base) == ("", "namespaces") {
        return false;
    }
    VIRTUAL.contains(&(group, base))
        || lookup_plural(group, base).is_some_and(|info| info.scope == Scope::Cluster)
}

/// True when a rule of a Role with these groups and verbs grants nothing on a resource because it is
/// in no namespace; false where a group is not of Kubernetes.
pub fn is_in_no_namespace(groups: &[&str], verbs: &[&str], resource: &str) -> bool {
    let base = resource.split('/').next().unwrap_or(resource);
    let out = |group: &&&str| verbs.iter().all(|verb| is_cluster_only(verb, group, resource));
    let other = |group: &&str| is_builtin_group(group) && lookup_plural(group, base).is_none();
    !verbs.is_empty()
        && groups.iter().any(|group| out(&group))
        && groups.iter().all(|group| out(&group) || other(group))
}

/// The resources whose objects are pods, or make pods.
pub const CREATES_PODS: &[(&str, &str)] = &[
    ("", "pods"),
    ("apps", "deployments"),
    ("apps", "daemonsets"),
    ("apps", "statefulsets"),
    ("apps", "replicasets"),
    ("batch", "jobs"),
    ("batch", "cronjobs"),
    ("", "replicationcontrollers"),
    ("extensions", "deployments"),
    ("extensions", "daemonsets"),
    ("extensions", "replicasets"),
];

/// Why a rule grants nothing on one of its resources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stray {
    /// The resource is in these groups of Kubernetes, sorted.
    In(Vec<&'static str>),
    /// It is called so: `deployments` for `Deployment`, `pods/log` for `pods/logs`.
    Called(String),
    /// It is called so, in this group: `deployments` of `apps`, for `deployment` of another.
    CalledIn(&'static str, &'static str),
    /// The authorizer knows `*` and `*/subresource` only: `pods/*` and `*/*` are names.
    NoWildcard,
    /// No group of Kubernetes has it.
    Nowhere,
}

/// Groups that nobody but Kubernetes can add resources to, and in which every resource is known.
const CLOSED: [&str; 3] = ["", "apps", "batch"];

/// What groups of Kubernetes held or hold besides its kinds: parts of others under an old name, and
/// what OpenShift keeps in the core group.
const ALSO: [(&str, &str); 4] = [
    ("extensions", "replicationcontrollers"),
    ("extensions", "scales"),
    ("", "securitycontextconstraints"),
    ("", "minions"),
];

const POD_SUBRESOURCES: [&str; 12] = [
    "attach",
    "binding",
    "ephemeralcontainers",
    "eviction",
    "exec",
    "finalizers",
    "log",
    "portforward",
    "proxy",
    "resize",
    "status",
    "*",
];

/// Why a rule with these groups grants nothing on a resource (`deployments`, `pods/log`); none when
/// one of the groups has it, or may: what a group holds that is not of Kubernetes is not known. A
/// kind that Kubernetes no longer serves counts as held.
pub fn stray(groups: &[&str], resource: &str) -> Option<Stray> {
    let (base, sub) = resource.split_once('/').map_or((resource, None), |(a, b)| (a, Some(b)));
    if is_no_wildcard(resource) {
        return Some(Stray::NoWildcard);
    }
    let known = !groups.is_empty() && groups.iter().all(|group| is_builtin_group(group));
    if !known || base.contains('*') {
        return None;
    }
    if groups.iter().any(|group| has(group, base)) {
        return match (base, sub) {
            ("pods", Some(sub)) if groups.contains(&"") && !POD_SUBRESOURCES.contains(&sub) => {
                Some(nearest_subresource(sub))
            }
            _ => None,
        };
    }
    if let Some(plural) = groups.iter().find_map(|group| called(group, base)) {
        return Some(Stray::Called(plural.to_owned()));
    }
    let mut found: Vec<&str> = kinds_of_plural(base).map(|info| info.group).collect();
    found.extend(VIRTUAL.iter().filter(|(_, name)| *name == base).map(|(group, _)| *group));
    found.sort_unstable();
    found.dedup();
    if !found.is_empty() {
        return Some(Stray::In(found));
    }
    if !groups.iter().all(|group| CLOSED.contains(group)) {
        return None;
    }
    let alike = |info: &&KindInfo| info.kind.eq_ignore_ascii_case(base);
    match KINDS.iter().find(alike) {
        Some(info) => Some(Stray::CalledIn(info.plural, info.group)),
        None => Some(Stray::Nowhere),
    }
}

/// True for a word with `*` that stands for nothing but itself.
pub fn is_no_wildcard(word: &str) -> bool {
    let rest = word.strip_prefix("*/").unwrap_or(word);
    rest.contains('*') && word != "*"
}

fn nearest_subresource(sub: &str) -> Stray {
    let alike =
        |known: &&&str| sub.eq_ignore_ascii_case(known) || sub.strip_suffix('s') == Some(known);
    match POD_SUBRESOURCES.iter().find(alike) {
        Some(known) => Stray::Called(format!("pods/{known}")),
        None => Stray::Nowhere,
    }
}

fn has(group: &str, base: &str) -> bool {
    kinds_of_plural(base).any(|info| info.group == group)
        || VIRTUAL.contains(&(group, base))
        || ALSO.contains(&(group, base))
}

/// The plural of the group that a word stands for: a kind, its singular, or other letters.
fn called(group: &str, base: &str) -> Option<&'static str> {
    let mut kinds = KINDS.iter().filter(|info| info.group == group);
    let alike = |text: &str| text.eq_ignore_ascii_case(base);
    kinds.find(|info| alike(info.kind) || alike(info.plural)).map(|info| info.plural)
}

/// The verbs of requests for resources.
const VERBS: [&str; 8] =
    ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];

/// The verbs of requests for paths that are no resources: HTTP methods.
const URL_VERBS: [&str; 7] = ["get", "head", "post", "put", "patch", "delete", "options"];

/// Verbs that no request has: the authorizer is asked about them besides, for these resources only.
const SPECIAL: [(&str, &[(&str, &str)]); 7] = [
    ("approve", &[("certificates.k8s.io", "signers")]),
    ("attest", &[("certificates.k8s.io", "signers")]),
    ("bind", &[(super::RBAC, "clusterroles"), (super::RBAC, "roles")]),
    ("escalate", &[(super::RBAC, "clusterroles"), (super::RBAC, "roles")]),
    (
        "impersonate",
        &[
            ("", "users"),
            ("", "groups"),
            ("", "serviceaccounts"),
            ("authentication.k8s.io", "uids"),
            ("authentication.k8s.io", "userextras"),
        ],
    ),
    ("sign", &[("certificates.k8s.io", "signers")]),
    ("use", &[("policy", "podsecuritypolicies"), ("extensions", "podsecuritypolicies")]),
];

/// Why a verb of a rule grants nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdleVerb {
    /// No request has it.
    Unknown,
    /// Verbs are in small letters: this one is meant.
    Letters(&'static str),
    /// The authorizer is asked about it for these resources only, which the rule does not name.
    Elsewhere(Vec<&'static str>),
}

/// Why a verb of a rule grants nothing; none when it does, or when a group that is not of Kubernetes
/// may have a use for it.
pub fn idle_verb(
    verb: &str,
    groups: &[&str],
    resources: &[&str],
    has_urls: bool,
) -> Option<IdleVerb> {
    if is_no_wildcard(verb) {
        return Some(IdleVerb::Unknown);
    }
    if verb == "*" || VERBS.contains(&verb) || has_urls && URL_VERBS.contains(&verb) {
        return None;
    }
    let meant = |known: &&&str| known.eq_ignore_ascii_case(verb);
    if let Some(known) = VERBS.iter().find(meant) {
        return Some(IdleVerb::Letters(known));
    }
    // `impersonate:user-info`, `associated-node:update`: finer forms that come with new versions.
    let is_known = !groups.is_empty() && groups.iter().all(|group| is_builtin_group(group));
    if !is_known || verb.contains(':') || matches!(verb, "proxy" | "redirect") {
        return None;
    }
    let Some((_, asked)) = SPECIAL.iter().find(|(special, _)| *special == verb) else {
        return Some(IdleVerb::Unknown);
    };
    let base = |text: &str| text.split('/').next().map(str::to_owned).unwrap_or_default();
    let is_asked = resources.iter().any(|resource| {
        resource.contains('*')
            || asked.iter().any(|(group, name)| base(resource) == *name && groups.contains(group))
    });
    let mut names: Vec<&str> = asked.iter().map(|(_, name)| *name).collect();
    names.dedup();
    (!is_asked).then_some(IdleVerb::Elsewhere(names))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_are_looked_for_in_all_groups_of_a_rule() {
        let known = |groups: &[&str], resource: &str| stray(groups, resource);
        assert_eq!(known(&["", "apps"], "deployments"), None);
        assert_eq!(known(&["", "apps"], "deployments/scale"), None);
        assert_eq!(known(&[""], "deployments"), Some(Stray::In(vec!["apps", "extensions"])));
        assert_eq!(known(&["apps"], "pods"), Some(Stray::In(vec![""])));
        assert_eq!(known(&[""], "Pod"), Some(Stray::Called("pods".to_owned())));
        assert_eq!(known(&["apps"], "deployment"), Some(Stray::Called("deployments".to_owned())));
        assert_eq!(known(&[""], "pods/logs"), Some(Stray::Called("pods/log".to_owned())));
        assert_eq!(known(&[""], "pods/log"), None);
        assert_eq!(known(&[""], "deployment"), Some(Stray::CalledIn("deployments", "apps")));
        assert_eq!(known(&["example.com"], "*/*"), Some(Stray::NoWildcard));
        assert_eq!(known(&["*"], "pods/*"), Some(Stray::NoWildcard));
        assert_eq!(known(&["*"], "*"), None);
        assert_eq!(known(&[""], "gadgets"), Some(Stray::Nowhere));
        assert_eq!(known(&["policy"], "gadgets"), None);
        assert_eq!(known(&["", "example.com"], "gadgets"), None);
        assert_eq!(known(&["*"], "deployments"), None);
        assert_eq!(known(&[], "deployments"), None);
        assert_eq!(known(&[""], "*/scale"), None);
        assert_eq!(known(&["extensions"], "ingresses"), None);
        assert_eq!(known(&[""], "users"), None);
        assert_eq!(known(&["authentication.k8s.io"], "userextras/scopes"), None);
    }

    #[test]
    fn some_resources_are_in_no_namespace() {
        assert!(is_cluster_only("get", "", "nodes/proxy"));
        assert!(is_cluster_only("impersonate", "", "users"));
        assert!(!is_cluster_only("impersonate", "", "serviceaccounts"));
        assert!(!is_cluster_only("get", "", "namespaces"));
        assert!(!is_cluster_only("bind", super::super::RBAC, "clusterroles"));
        assert!(is_cluster_only("escalate", super::super::RBAC, "clusterroles"));
        assert!(!is_cluster_only("get", "example.com", "clusterthings"));
    }

    #[test]
    fn verbs_are_judged_by_what_the_rule_names() {
        let idle =
            |verb: &str, group: &str, resource: &str| idle_verb(verb, &[group], &[resource], false);
        assert_eq!(idle("list", "", "pods"), None);
        assert_eq!(idle("List", "example.com", "things"), Some(IdleVerb::Letters("list")));
        assert_eq!(idle("sync", "example.com", "things"), None);
        assert_eq!(idle("read", "", "pods"), Some(IdleVerb::Unknown));
        assert_eq!(idle("", "", "pods"), Some(IdleVerb::Unknown));
        assert_eq!(idle("bind", super::super::RBAC, "roles"), None);
        let elsewhere = Some(IdleVerb::Elsewhere(vec!["clusterroles", "roles"]));
        assert_eq!(idle("bind", super::super::RBAC, "rolebindings"), elsewhere);
        assert_eq!(idle("impersonate", "authentication.k8s.io", "userextras/scopes"), None);
        assert_eq!(idle("post", "", "pods"), Some(IdleVerb::Unknown));
        assert_eq!(idle("get*", "example.com", "things"), Some(IdleVerb::Unknown));
        assert_eq!(idle_verb("post", &[], &[], true), None);
        assert_eq!(idle("associated-node:update", "resource.k8s.io", "resourceclaims"), None);
    }
}
