//! Cases for powers: how far a role holds, what counts as held, and what leads to the rights of others.

use super::*;

const SECRETS: Power = Power { verbs: &["get", "list"], resources: &[("", "secrets")], names: &[] };
const NODES: Power = Power { verbs: &["get"], resources: &[("", "nodes/proxy")], names: &[] };
const ACTING: Power = Power {
    verbs: &["impersonate"],
    resources: &[("", "groups"), ("", "serviceaccounts")],
    names: &["system:masters"],
};

const READER: &str = "rules: [{apiGroups: [''], resources: [pods, secrets], verbs: [get]}]";
const TO_TEAM: &str = "subjects: [{kind: Group, name: team}]";

fn cluster_role(rest: &str) -> String {
    object("ClusterRole", "it", rest)
}

fn binding(kind: &str, namespace: &str, role: &str, subjects: &str) -> String {
    let name = format!("b, namespace: '{namespace}'");
    let role = format!("roleRef: {{kind: {role}, name: it}}");
    object(kind, &name, &format!("{role}\n{subjects}"))
}

/// How far the first role of a file holds, and the words of a power that it holds.
#[track_caller]
fn check(text: &str, power: &Power, asked: bool, expected: &[(Far, &str)]) {
    with_graph(text, |graph| {
        let held = graph.held(graph.resources()[0], power, asked);
        let found: Vec<(Far, String)> = held.iter().map(|held| (held.far, held.words())).collect();
        let found: Vec<(Far, &str)> =
            found.iter().map(|(far, words)| (*far, words.as_str())).collect();
        assert_eq!(found, expected, "{text}");
    });
}

#[test]
fn bindings_say_how_far_a_cluster_role_holds() {
    let role = cluster_role(READER);
    let everywhere = binding("ClusterRoleBinding", "", "ClusterRole", TO_TEAM);
    let shop = binding("RoleBinding", "shop", "ClusterRole", TO_TEAM);
    let web = binding("RoleBinding", "web", "ClusterRole", TO_TEAM);
    let nobody = binding("ClusterRoleBinding", "", "ClusterRole", "subjects: []");
    let own = binding("RoleBinding", "shop", "Role", TO_TEAM);
    let cases = [
        (everywhere.clone(), Far::Cluster, " in every namespace"),
        (shop.clone() + &everywhere, Far::Cluster, " in every namespace"),
        (shop.clone(), Far::Namespaces, " in namespace `shop`"),
        (shop.clone() + &web, Far::Namespaces, " in 2 namespaces"),
        (nobody, Far::Nowhere, ", bound by nothing here"),
        (own, Far::Nowhere, ", bound by nothing here"),
        (String::new(), Far::Nowhere, ", bound by nothing here"),
    ];
    for (bindings, far, place) in cases {
        let words = format!("grants `get` on `secrets`{place}");
        check(&format!("{role}{bindings}"), &SECRETS, false, &[(far, &words)]);
    }
    let words = "grants `get` on `secrets`";
    check(&role, &SECRETS, true, &[(Far::Cluster, words)]);
}

#[test]
fn a_role_holds_in_its_namespace() {
    let name = "it, namespace: shop";
    let role = object("Role", name, READER);
    let bound = binding("RoleBinding", "shop", "Role", TO_TEAM);
    let words = "grants `get` on `secrets` in namespace `shop`";
    check(&format!("{role}{bound}"), &SECRETS, false, &[(Far::Namespaces, words)]);
    check(&role, &SECRETS, true, &[(Far::Namespaces, words)]);
    let words = "grants `get` on `secrets`, bound by nothing here";
    check(&role, &SECRETS, false, &[(Far::Nowhere, words)]);
    let rules = "rules: [{apiGroups: [''], resources: [nodes/proxy], verbs: [get]}]";
    check(&object("Role", name, rules), &NODES, true, &[]);
}

#[test]
fn aggregation_carries_a_role_as_far_as_what_takes_it() {
    let part = object("ClusterRole", "it, labels: {to: whole}", READER);
    let rule = "aggregationRule: {clusterRoleSelectors: [{matchLabels: {to: whole}}]}";
    let whole = object("ClusterRole", "whole", rule);
    let rest = format!("roleRef: {{kind: ClusterRole, name: whole}}\n{TO_TEAM}");
    let bound = object("ClusterRoleBinding", "b", &rest);
    let words = "grants `get` on `secrets` in every namespace";
    check(&format!("{part}{whole}{bound}"), &SECRETS, false, &[(Far::Cluster, words)]);
    // A controller replaces what an aggregation states itself.
    let stated = object("ClusterRole", "whole", &format!("{rule}\n{READER}"));
    check(&format!("{stated}{bound}"), &SECRETS, false, &[]);
    let label = "it, labels: {rbac.authorization.k8s.io/aggregate-to-view: 'true'}";
    let words = "grants `get` on `secrets` wherever `view` is bound, whose rules it joins";
    check(&object("ClusterRole", label, READER), &SECRETS, false, &[(Far::Namespaces, words)]);
    // Who has `edit` reads Secrets anyway.
    let label = "it, labels: {rbac.authorization.k8s.io/aggregate-to-edit: 'true'}";
    check(&object("ClusterRole", label, READER), &SECRETS, false, &[]);
}

#[test]
fn wildcards_count_when_asked_for() {
    let bound = binding("ClusterRoleBinding", "", "ClusterRole", TO_TEAM);
    let rules = |rule: &str| format!("{}{bound}", cluster_role(&format!("rules: [{{{rule}}}]")));
    let everything = rules("apiGroups: ['*'], resources: ['*'], verbs: ['*']");
    check(&everything, &SECRETS, false, &[]);
    let words = "grants every verb on every resource (`secrets` included) in every namespace";
    check(&everything, &SECRETS, true, &[(Far::Cluster, words)]);
    let verbs = rules("apiGroups: [''], resources: [secrets], verbs: ['*']");
    let words = "grants every verb on `secrets` in every namespace";
    check(&verbs, &SECRETS, false, &[(Far::Cluster, words)]);
    let acting = rules("apiGroups: [''], resources: ['*'], verbs: [impersonate]");
    let words = "grants `impersonate` on every resource (`groups`, `serviceaccounts` \
                 included) in every namespace";
    check(&acting, &ACTING, false, &[(Far::Cluster, words)]);
}

#[test]
fn names_limit_a_rule_unless_they_are_as_bad() {
    let bound = binding("ClusterRoleBinding", "", "ClusterRole", TO_TEAM);
    let named = |resource: &str, verb: &str, name: &str| {
        let rule = format!("apiGroups: [''], resources: [{resource}], verbs: [{verb}]");
        let rules = format!("rules: [{{{rule}, resourceNames: ['{name}']}}]");
        format!("{}{bound}", cluster_role(&rules))
    };
    check(&named("secrets", "get", "web"), &SECRETS, true, &[]);
    check(&named("groups", "impersonate", "team"), &ACTING, true, &[]);
    let words = "grants `impersonate` on `groups`";
    let masters = named("groups", "impersonate", "system:masters");
    check(&masters, &ACTING, false, &[(Far::Cluster, words)]);
}

#[test]
fn rules_that_lead_to_the_rights_of_others() {
    let table = [
        ("'', '*', get", Some("read every Secret")),
        ("'', pods, get", None),
        ("apps, '*', create", Some("run pods as every service account")),
        ("apps, '*', get", None),
        ("'*', '*', '*'", Some("give itself any right")),
        ("example.com, '*', '*'", None),
        ("'', serviceaccounts/token, create", Some("make tokens of every service account")),
        ("'', '*/exec', create", Some("run commands in every pod")),
        ("certificates.k8s.io, '*', '*'", Some("sign certificates for any user")),
        ("rbac.authorization.k8s.io, '*', bind", Some("bind any role")),
        ("apiregistration.k8s.io, '*', update", Some("answer in place of the API server")),
    ];
    for (rule, expected) in table {
        let parts: Vec<&str> = rule.split(", ").collect();
        let (group, resource, verb) = (parts[0], parts[1], parts[2]);
        let rule = format!("apiGroups: [{group}], resources: [{resource}], verbs: [{verb}]");
        let text = cluster_role(&format!("rules: [{{{rule}}}]"));
        with_graph(&text, |graph| {
            let rules = graph.stated_rules(graph.resources()[0]);
            assert_eq!(rules[0].leads_to(Far::Cluster), expected, "{rule}");
        });
    }
}

#[test]
fn some_roles_only_read() {
    let only_reads = |rest: &str| {
        with_graph(&cluster_role(rest), |graph| graph.only_reads(graph.resources()[0]))
    };
    assert!(only_reads("rules: [{apiGroups: [''], resources: [namespaces], verbs: [list]}]"));
    assert!(only_reads("rules: [{nonResourceURLs: [/healthz], verbs: [get]}]"));
    assert!(only_reads(
        "rules: [{apiGroups: [policy], resources: [podsecuritypolicies], verbs: [use]}]"
    ));
    assert!(!only_reads(READER));
    assert!(!only_reads("rules: [{apiGroups: [''], resources: [pods], verbs: [delete]}]"));
    assert!(!only_reads("rules: [{apiGroups: [''], resources: ['${X}'], verbs: [get]}]"));
    assert!(!only_reads("rules: ${RULES}"));
}
