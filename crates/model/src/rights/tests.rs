//! Cases for rules, roles and bindings: the authorizer's semantics as a table, aggregation with its
//! cycles, reach, and sizes.

mod closure;
mod oracle;
mod power;

use kubesift_yaml::Node;

use super::*;
use crate::graph::tests::with_graph;

fn object(kind: &str, name: &str, rest: &str) -> String {
    format!("---\napiVersion: {RBAC}/v1\nkind: {kind}\nmetadata: {{name: {name}}}\n{rest}\n")
}

fn word(found: Match) -> &'static str {
    match found {
        Match::Yes => "yes",
        Match::No => "no",
        Match::Unknown => "?",
    }
}

/// What a rule says to `verb group/resource name`, a request as it reaches the authorizer; `-` is
/// the core group, and no name.
#[track_caller]
fn check(rule: &str, cases: &[(&str, &str)]) {
    let text = object("ClusterRole", "test", &format!("rules: [{{{rule}}}]"));
    with_graph(&text, |graph| {
        let role = graph.resources()[0];
        let rules = rules_of(role);
        for (request, expected) in cases {
            let parts: Vec<&str> = request.split(' ').collect();
            let group = if parts[1] == "-" { "" } else { parts[1] };
            let found = match parts.get(3) {
                Some(name) => rules[0].grants_on(parts[0], group, parts[2], name),
                None => rules[0].grants(parts[0], group, parts[2]),
            };
            assert_eq!(word(found), *expected, "{rule}: {request}");
        }
    });
}

#[test]
fn lists_are_one_of() {
    check(
        "verbs: [get, list], apiGroups: [''], resources: [pods, services]",
        &[
            ("get - pods", "yes"),
            ("list - services", "yes"),
            ("watch - pods", "no"),
            ("get apps pods", "no"),
            ("get - pods/log", "no"),
            ("get - secrets", "no"),
            ("get - pods web", "yes"),
        ],
    );
}

#[test]
fn stars() {
    check(
        "verbs: ['*'], apiGroups: ['*'], resources: ['*']",
        &[("get - pods", "yes"), ("create - pods/exec", "yes"), ("impersonate - users", "yes")],
    );
    check(
        "verbs: [create], apiGroups: [''], resources: ['*/exec', 'nodes/*']",
        &[
            ("create - pods/exec", "yes"),
            ("create - pods", "no"),
            ("create - nodes/proxy", "no"),
            ("create - nodes", "no"),
            ("create - pods/execute", "no"),
        ],
    );
    check(
        "verbs: [get], apiGroups: ['*.example.com'], resources: ['pod*']",
        &[("get a.example.com pods", "no"), ("get - pods", "no")],
    );
    check("verbs: ['*'], apiGroups: [''], resources: ['*/*']", &[("get - pods/exec", "no")]);
}

#[test]
fn names_cannot_restrict_what_has_no_name() {
    check(
        "verbs: ['*'], apiGroups: [''], resources: [secrets, serviceaccounts/token], \
         resourceNames: [a]",
        &[
            ("get - secrets a", "yes"),
            ("get - secrets b", "no"),
            ("get - secrets", "yes"),
            ("list - secrets a", "yes"),
            ("create - secrets", "no"),
            ("deletecollection - secrets", "no"),
            ("create - serviceaccounts/token a", "yes"),
            ("create - serviceaccounts/token b", "no"),
        ],
    );
    check(
        "verbs: [create], apiGroups: [''], resources: [secrets], resourceNames: ['']",
        &[("create - secrets", "yes")],
    );
    check(
        "verbs: [get], apiGroups: [''], resources: [secrets], resourceNames: []",
        &[("get - secrets a", "yes")],
    );
}

#[test]
fn what_is_filled_in_later_is_unknown() {
    check(
        "verbs: [get], apiGroups: [''], resources: ['${R}', pods]",
        &[("get - pods", "yes"), ("get - secrets", "?"), ("list - secrets", "no")],
    );
    check("verbs: '${V}', apiGroups: [''], resources: [pods]", &[("get - pods", "?")]);
    check(
        "verbs: [get], apiGroups: [''], resources: [pods], resourceNames: ['${N}']",
        &[("get - pods web", "?"), ("get - pods", "yes")],
    );
    check("verbs: [get], resources: [pods]", &[("get - pods", "no")]);
    check("verbs: [], apiGroups: [''], resources: [pods]", &[("get - pods", "no")]);
}

#[test]
fn paths() {
    let rules = "rules: [{verbs: [get], nonResourceURLs: [/metrics, '/healthz/*']}]";
    with_graph(&object("ClusterRole", "test", rules), |graph| {
        let rule = &rules_of(graph.resources()[0])[0];
        let ask = |url| word(rule.grants_url("get", url));
        assert_eq!(
            ["/metrics", "/metrics/x", "/healthz/x", "/healthz"].map(ask),
            ["yes", "no", "yes", "no"]
        );
        assert_eq!(word(rule.grants("get", "", "pods")), "no");
    });
}

#[test]
fn the_place_is_the_resource_that_says_it() {
    let rules = "rules: [{verbs: ['*', create], apiGroups: ['*'], resources: ['*', pods/exec]}]";
    with_graph(&object("ClusterRole", "test", rules), |graph| {
        let rule = &rules_of(graph.resources()[0])[0];
        let granted = rule.granted("create", "", "pods/exec").expect("it is granted");
        assert_eq!((granted.verb.text, granted.resource.text), ("create", "pods/exec"));
        let place = rule.place_of(&["get"], "", "secrets").and_then(Node::text);
        assert_eq!(place, Some("*"));
    });
}

/// The verbs on `pods` that each ClusterRole of a name ends with.
#[track_caller]
fn effective(expected: &[(&str, &str)], text: &str) {
    with_graph(text, |graph| {
        for (name, verbs) in expected {
            let role = graph.find(&format!("{RBAC}/ClusterRole"), None, name).expect("a role");
            let rules = graph.effective_rules(role);
            let mut found: Vec<&str> = rules
                .sure()
                .filter(|rule| rule.resources.has("pods"))
                .flat_map(|rule| rule.verbs.iter().map(|verb| verb.text).collect::<Vec<_>>())
                .collect();
            found.sort_unstable();
            assert_eq!(found.join(" "), *verbs, "{name}");
        }
    });
}

fn part(name: &str, label: &str, verb: &str) -> String {
    format!(
        "---\napiVersion: {RBAC}/v1\nkind: ClusterRole\n\
         metadata: {{name: {name}, labels: {{{label}: 'true'}}}}\n\
         rules: [{{verbs: [{verb}], apiGroups: [''], resources: [pods]}}]\n"
    )
}

fn whole(name: &str, label: &str, takes: &str) -> String {
    format!(
        "---\napiVersion: {RBAC}/v1\nkind: ClusterRole\n\
         metadata: {{name: {name}, labels: {{{label}: 'true'}}}}\n\
         aggregationRule: {{clusterRoleSelectors: [{{matchLabels: {{{takes}: 'true'}}}}]}}\n\
         rules: [{{verbs: [ignored], apiGroups: [''], resources: [pods]}}]\n"
    )
}

#[test]
fn aggregation_takes_the_rules_of_others() {
    let text = part("p", "a", "get") + &part("q", "a", "list") + &part("r", "z", "watch");
    effective(&[("w", "get list"), ("p", "get")], &(text + &whole("w", "b", "a")));
    effective(
        &[("top", "get")],
        &(part("p", "a", "get") + &whole("w", "b", "a") + &whole("top", "c", "b")),
    );
}

#[test]
fn cycles_of_aggregation_end() {
    let text = part("p", "a", "get") + &whole("one", "a", "b") + &whole("two", "b", "a");
    effective(&[("two", "get"), ("one", "get")], &text);
    let text = part("p", "a", "get") + &whole("self", "a", "a");
    effective(&[("self", "get")], &text);
    with_graph(&text, |graph| {
        let roles = &graph.rights().roles;
        let found: Vec<&str> = roles
            .all()
            .iter()
            .filter(|role| role.takes_itself() == Match::Yes)
            .map(|role| role.name)
            .collect();
        assert_eq!(found, ["self"]);
    });
}

#[test]
fn what_joins_view_joins_edit_and_admin() {
    with_graph(&part("p", TO_VIEW, "get"), |graph| {
        let reach = graph.role_reach(graph.resources()[0]);
        let mut joins: Vec<&str> = reach.joins.iter().map(|role| role.name).collect();
        joins.sort_unstable();
        assert_eq!(joins, ["admin", "edit", "view"]);
        assert_eq!(reach.extent, Extent::Unknown);
    });
}

#[test]
fn built_in_roles_hold_their_powers() {
    with_graph("", |graph| {
        let roles = &graph.rights().roles;
        let grants = |name: &str, verb: &str, group: &str, resource: &str| {
            let at = roles.cluster_roles(name)[0];
            let rules = roles.effective(at).rules;
            let all = rules.iter().map(|(rule, sure)| sure.and(rule.grants(verb, group, resource)));
            word(all.fold(Match::No, Match::or))
        };
        assert_eq!(grants("cluster-admin", "escalate", RBAC, "roles"), "yes");
        assert_eq!(grants("admin", "create", RBAC, "rolebindings"), "yes");
        assert_eq!(grants("admin", "get", "", "secrets"), "yes");
        assert_eq!(grants("edit", "create", RBAC, "rolebindings"), "no");
        assert_eq!(grants("edit", "create", "", "pods/exec"), "yes");
        assert_eq!(grants("edit", "update", "", "endpoints"), "no");
        assert_eq!(grants("view", "get", "", "secrets"), "no");
        assert_eq!(grants("view", "list", "", "pods"), "yes");
        assert_eq!(grants("system:node", "get", "", "secrets"), "yes");
    });
}

#[track_caller]
fn reach(expected: &Extent<'_>, text: &str) {
    with_graph(text, |graph| {
        assert_eq!(graph.role_reach(graph.resources()[0]).extent, *expected, "{text}");
    });
}

fn binding(kind: &str, namespace: &str, role: &str, rest: &str) -> String {
    let place =
        if namespace.is_empty() { String::new() } else { format!(", namespace: {namespace}") };
    format!(
        "---\napiVersion: {RBAC}/v1\nkind: {kind}\nmetadata: {{name: b{place}}}\n\
         roleRef: {{apiGroup: {RBAC}, {role}}}\n{rest}\n"
    )
}

const USER: &str = "subjects: [{kind: User, name: ann}]";

#[test]
fn a_role_reaches_as_far_as_its_bindings() {
    let role = object("ClusterRole", "r", "rules: []");
    let to = "kind: ClusterRole, name: r";
    reach(&Extent::Unbound, &role);
    reach(&Extent::Cluster, &(role.clone() + &binding("ClusterRoleBinding", "", to, USER)));
    let one = binding("RoleBinding", "shop", to, USER);
    reach(&Extent::Namespaces(vec![Some("shop")]), &(role.clone() + &one + &one));
    let two = binding("RoleBinding", "'${NS}'", to, USER);
    reach(&Extent::Namespaces(vec![Some("shop"), Some("${NS}")]), &(role.clone() + &one + &two));
    reach(
        &Extent::Unbound,
        &(role.clone() + &binding("ClusterRoleBinding", "", to, "subjects: []")),
    );
    let other = binding("ClusterRoleBinding", "", "kind: ClusterRole, name: s", USER);
    reach(&Extent::Unbound, &(role.clone() + &other));
    let later = binding("ClusterRoleBinding", "", "kind: ClusterRole, name: '${ROLE}'", USER);
    reach(&Extent::Unknown, &(role + &later));
}

#[test]
fn a_role_is_bound_in_its_namespace() {
    let role = |namespace: &str| {
        format!(
            "---\napiVersion: {RBAC}/v1\nkind: Role\nmetadata: {{name: r{namespace}}}\nrules: []\n"
        )
    };
    let shop = binding("RoleBinding", "shop", "kind: Role, name: r", USER);
    let other = binding("RoleBinding", "other", "kind: Role, name: r", USER);
    reach(&Extent::Namespaces(vec![Some("shop")]), &(role(", namespace: shop") + &shop));
    reach(&Extent::Unbound, &(role(", namespace: shop") + &other));
    // Applied with `-n shop`, as the only namespace that is stated.
    reach(&Extent::Unknown, &(role("") + &shop));
    let unstated = binding("RoleBinding", "", "kind: Role, name: r", USER);
    reach(&Extent::Namespaces(vec![None]), &(role("") + &unstated));
    // A ClusterRoleBinding cannot give a Role.
    let wrong = binding("ClusterRoleBinding", "", "kind: Role, name: r", USER);
    reach(&Extent::Unbound, &(role(", namespace: shop") + &wrong));
}

#[test]
fn aggregated_roles_reach_as_far_as_the_whole() {
    let text = part("p", "a", "get") + &whole("w", "b", "a");
    let bound = binding("ClusterRoleBinding", "", "kind: ClusterRole, name: w", USER);
    reach(&Extent::Cluster, &(text + &bound));
    let view = binding("RoleBinding", "shop", "kind: ClusterRole, name: edit", USER);
    reach(&Extent::Namespaces(vec![Some("shop")]), &(part("p", TO_VIEW, "get") + &view));
}

#[test]
fn subjects() {
    let text = binding(
        "RoleBinding",
        "shop",
        "kind: ClusterRole, name: view",
        "subjects:\n- {kind: ServiceAccount, name: web}\n\
         - {kind: ServiceAccount, name: web, namespace: other}\n\
         - {kind: User, name: 'system:serviceaccount:ci:deployer'}\n- {kind: User, name: ann}\n\
         - {kind: Group, name: 'system:masters'}\n- {kind: '${KIND}', name: x}\n",
    );
    with_graph(&text, |graph| {
        let binding = &graph.rights().bindings.all()[0];
        let found: Vec<Who> = binding.subjects.iter().map(|subject| subject.who).collect();
        let expected = [
            Who::Account(Some("shop"), "web"),
            Who::Account(Some("other"), "web"),
            Who::Account(Some("ci"), "deployer"),
            Who::User("ann"),
            Who::Group("system:masters"),
            Who::Unknown,
        ];
        assert_eq!(found, expected);
    });
}

#[test]
fn a_cluster_role_binding_has_no_namespace() {
    let words = |kind: &str| {
        let text = binding(kind, "shop", "kind: ClusterRole, name: view", USER);
        with_graph(&text, |graph| graph.rights().bindings.all()[0].words())
    };
    assert_eq!(words("RoleBinding"), "RoleBinding `shop/b`");
    assert_eq!(words("ClusterRoleBinding"), "ClusterRoleBinding `b`");
}
