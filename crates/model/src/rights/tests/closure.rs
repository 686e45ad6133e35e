//! Cases for accounts, tokens, grants, ways up, and the size of it all.

use super::*;
use crate::rights::closure::MASTERS;
use crate::rights::escalation::{needs_met, needs_of_ways};
use std::fmt::Write as _;

const POD: &str = "apiVersion: apps/v1\nkind: Deployment\n";

fn workload(place: &str, account: &str, rest: &str) -> String {
    let account =
        if account.is_empty() { String::new() } else { format!("serviceAccountName: {account}, ") };
    format!(
        "---\n{POD}metadata: {{name: web{place}}}\n\
         spec: {{template: {{spec: {{{account}containers: [{{name: app}}]{rest}}}}}}}\n"
    )
}

fn account(place: &str, name: &str, rest: &str) -> String {
    format!(
        "---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {{name: {name}{place}}}\n{rest}\n"
    )
}

fn rule(verbs: &str, group: &str, resources: &str) -> String {
    format!("{{verbs: [{verbs}], apiGroups: ['{group}'], resources: [{resources}]}}")
}

fn role(name: &str, rules: &[String]) -> String {
    object("ClusterRole", name, &format!("rules: [{}]", rules.join(", ")))
}

fn to_account(namespace: &str, name: &str) -> String {
    format!("subjects: [{{kind: ServiceAccount, name: {name}, namespace: {namespace}}}]")
}

/// The ways up of the first pod's account: `name@where` with `?` when it is not sure.
#[track_caller]
fn ways(expected: &[&str], text: &str) {
    with_graph(text, |graph| {
        let account = graph.account_of(&graph.pods()[0]).expect("an account");
        let ways = graph.ways_up(account);
        let found: Vec<String> = ways
            .iter()
            .map(|way| {
                let place = match way.reach {
                    Reach::Cluster => "cluster",
                    Reach::Namespace(name) => name.unwrap_or("-"),
                };
                let sure = if way.sure == Match::Yes { "" } else { "?" };
                format!("{}@{place}={}{sure}", way.way.name, way.goal.name())
            })
            .collect();
        assert_eq!(found, expected, "{text}");
        for way in &ways {
            assert!(!way.steps.is_empty(), "{}: a way has its rights", way.way.name);
        }
    });
}

const SHOP: &str = ", namespace: shop";

#[test]
fn a_right_holds_where_its_binding_is() {
    let base = workload(SHOP, "web", "") + &role("r", &[rule("get", "", "secrets")]);
    let to = "kind: ClusterRole, name: r";
    let subject = to_account("shop", "web");
    let cluster = binding("ClusterRoleBinding", "", to, &subject);
    ways(&["secrets-read@cluster=cluster"], &(base.clone() + &cluster));
    let one = binding("RoleBinding", "other", to, &subject);
    ways(&["secrets-read@other=namespace"], &(base.clone() + &one));
    let system = binding("RoleBinding", "kube-system", to, &subject);
    ways(&["secrets-read@kube-system=cluster"], &(base.clone() + &system));
    ways(&["secrets-read@cluster=cluster"], &(base.clone() + &one + &cluster));
    let other = binding("ClusterRoleBinding", "", to, &to_account("other", "web"));
    ways(&[], &(base + &other));
}

#[test]
fn groups_count() {
    let base = workload(SHOP, "", "") + &role("r", &[rule("create", "", "pods/exec")]);
    let to = "kind: ClusterRole, name: r";
    for group in ["system:serviceaccounts", "system:serviceaccounts:shop", "system:authenticated"] {
        let subject = format!("subjects: [{{kind: Group, name: '{group}'}}]");
        let text = base.clone() + &binding("ClusterRoleBinding", "", to, &subject);
        ways(&["pods-exec@cluster=cluster"], &text);
    }
    for group in ["system:serviceaccounts:other", "system:unauthenticated", "developers"] {
        let subject = format!("subjects: [{{kind: Group, name: '{group}'}}]");
        ways(&[], &(base.clone() + &binding("ClusterRoleBinding", "", to, &subject)));
    }
    let user = "subjects: [{kind: User, name: 'system:serviceaccount:shop:default'}]";
    let text = base + &binding("ClusterRoleBinding", "", to, user);
    ways(&["pods-exec@cluster=cluster"], &text);
}

#[test]
fn a_namespace_that_is_not_stated_may_be_the_one_that_is() {
    let base = workload("", "web", "") + &role("r", &[rule("get", "", "secrets")]);
    let to = "kind: ClusterRole, name: r";
    let text = base.clone() + &binding("ClusterRoleBinding", "", to, &to_account("argocd", "web"));
    ways(&["secrets-read@cluster=cluster?"], &text);
    // Another account of that name is in view there.
    let other = account("", "web", "") + &account(", namespace: argocd", "web", "");
    let both = text.clone() + &other + &workload(", namespace: argocd", "web", "");
    ways(&[], &(both + &workload(", namespace: x", "y", "")));
    // Every namespace has an account `default`.
    let base = workload("", "", "") + &role("r", &[rule("get", "", "secrets")]);
    let text = base + &binding("ClusterRoleBinding", "", to, &to_account("argocd", "default"));
    ways(&[], &text);
}

#[test]
fn a_way_may_need_several_rights() {
    let to = "kind: ClusterRole, name: r";
    let bound = binding("ClusterRoleBinding", "", to, &to_account("shop", "web"));
    let with = |rules: &[String]| workload(SHOP, "web", "") + &role("r", rules) + &bound;
    // Who writes bindings gives away only what he has.
    ways(&[], &with(&[rule("create, update", RBAC, "clusterrolebindings, rolebindings")]));
    ways(
        &["bind@cluster=cluster"],
        &with(&[rule("create", RBAC, "clusterrolebindings"), rule("bind", RBAC, "clusterroles")]),
    );
    ways(&[], &with(&[rule("escalate", RBAC, "clusterroles")]));
    ways(
        &["escalate@cluster=cluster"],
        &with(&[rule("escalate", RBAC, "clusterroles"), rule("patch", RBAC, "clusterroles")]),
    );
    // The two rights come from two roles.
    let two = role("s", &[rule("create", RBAC, "rolebindings")])
        + &binding("RoleBinding", "shop", "kind: ClusterRole, name: s", &to_account("shop", "web"));
    ways(&["bind-role@shop=namespace"], &(with(&[rule("bind", RBAC, "clusterroles")]) + &two));
    let approve = rule("update", "certificates.k8s.io", "certificatesigningrequests/approval");
    ways(&[], &with(std::slice::from_ref(&approve)));
    let signers = rule("approve", "certificates.k8s.io", "signers");
    ways(
        &["certificates@cluster=cluster", "node-certificates@cluster=node"],
        &with(&[approve, signers]),
    );
}

#[test]
fn names_restrict_what_they_can() {
    let to = "kind: ClusterRole, name: r";
    let bound = binding("ClusterRoleBinding", "", to, &to_account("shop", "web"));
    let with = |rule: &str| {
        workload(SHOP, "web", "")
            + &object("ClusterRole", "r", &format!("rules: [{{{rule}}}]"))
            + &bound
    };
    ways(&[], &with("verbs: ['*'], apiGroups: [''], resources: [secrets], resourceNames: [a]"));
    ways(
        &["identity-map@cluster=cluster"],
        &with(
            "verbs: [update], apiGroups: [''], resources: [configmaps], resourceNames: [aws-auth]",
        ),
    );
    ways(
        &["webhooks@cluster=cluster"],
        &with(
            "verbs: [patch], apiGroups: [admissionregistration.k8s.io], \
             resources: [mutatingwebhookconfigurations], resourceNames: [own]",
        ),
    );
    ways(
        &[],
        &with("verbs: ['*'], apiGroups: [''], resources: [secrets], resourceNames: ['${N}']"),
    );
    ways(&[], &with("verbs: ['${V}'], apiGroups: [''], resources: [secrets]"));
}

#[test]
fn everything_has_all_others_in_it() {
    let text = workload(SHOP, "web", "");
    let admin = binding(
        "ClusterRoleBinding",
        "",
        "kind: ClusterRole, name: cluster-admin",
        &to_account("shop", "web"),
    );
    ways(&["everything@cluster=cluster"], &(text.clone() + &admin));
    let own = binding(
        "RoleBinding",
        "shop",
        "kind: ClusterRole, name: cluster-admin",
        &to_account("shop", "web"),
    );
    ways(&["everything@shop=namespace"], &(text.clone() + &own));
    let edit =
        binding("RoleBinding", "shop", "kind: ClusterRole, name: edit", &to_account("shop", "web"));
    let expected = [
        "impersonate-accounts@shop=namespace",
        "account-tokens@shop=namespace",
        "secrets-read@shop=namespace",
        "pods-create@shop=namespace",
        "pods-exec@shop=namespace",
        "pods-change@shop=namespace",
    ];
    ways(&expected, &(text + &edit));
}

#[test]
fn the_path_leads_over_aggregation() {
    let text = workload(SHOP, "web", "")
        + &part("p", "a", "get")
        + &object(
            "ClusterRole",
            "q",
            "rules: [{verbs: [list], apiGroups: [''], resources: [secrets]}]",
        )
        .replace("{name: q}", "{name: q, labels: {a: 'true'}}")
        + &whole("w", "b", "a")
        + &binding(
            "ClusterRoleBinding",
            "",
            "kind: ClusterRole, name: w",
            &to_account("shop", "web"),
        );
    with_graph(&text, |graph| {
        let account = graph.account_of(&graph.pods()[0]).expect("an account");
        let ways = graph.ways_up(account);
        let step = ways[0].steps[0];
        assert_eq!((step.grant.role.name, step.grant.source.name), ("w", "q"));
        assert_eq!((step.verb, step.resource), ("list", "secrets"));
        assert_eq!(graph.rights_of(account).len(), 2);
    });
}

#[test]
fn tokens() {
    let token = |text: &str| {
        with_graph(text, |graph| word(graph.token_of(&graph.pods()[0]).mounted).to_owned())
    };
    let off = "automountServiceAccountToken: false";
    let on = "automountServiceAccountToken: true";
    assert_eq!(token(&workload(SHOP, "", "")), "yes");
    assert_eq!(token(&workload(SHOP, "web", "")), "?");
    assert_eq!(token(&workload(SHOP, "web", &format!(", {on}"))), "yes");
    assert_eq!(token(&workload(SHOP, "", &format!(", {off}"))), "no");
    assert_eq!(token(&(workload(SHOP, "web", "") + &account(SHOP, "web", off))), "no");
    assert_eq!(token(&(workload("", "web", "") + &account(SHOP, "web", off))), "no");
    assert_eq!(token(&(workload(SHOP, "web", "") + &account(SHOP, "web", ""))), "yes");
    let both = workload(SHOP, "web", &format!(", {on}")) + &account(SHOP, "web", off);
    assert_eq!(token(&both), "yes");
    let projected = |audience: &str| {
        format!(
            ", {off}, volumes: [{{name: t, projected: {{sources: \
             [{{serviceAccountToken: {{path: t{audience}}}}}]}}}}]"
        )
    };
    assert_eq!(token(&workload(SHOP, "", &projected(""))), "yes");
    assert_eq!(token(&workload(SHOP, "", &projected(", audience: vault"))), "no");
}

#[test]
fn clouds() {
    let text = account(SHOP, "web", "").replace(
        "{name: web",
        "{annotations: {eks.amazonaws.com/role-arn: 'arn:aws:iam::1:role/x'}, name: web",
    );
    with_graph(&text, |graph| {
        let found = graph.rights().accounts.all()[0].cloud_identities();
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].what, found[0].identity), ("AWS IAM role", "arn:aws:iam::1:role/x"));
    });
}

/// Each way needs something of its own, all together fit a word, and each is opened by a rule that
/// grants everything, or everything on one object.
#[test]
fn the_table_of_ways_is_whole() {
    let mut all = Needs::default();
    for (way, needs) in ESCALATIONS.iter().zip(needs_of_ways().iter().copied()) {
        assert!(!needs.is_empty() && !all.meet(needs), "{}", way.name);
        assert!(way.source.starts_with("https://"), "{}", way.name);
        all = all.or(needs);
    }
    let star = "verbs: ['*'], apiGroups: ['*'], resources: ['*']";
    let rules = format!("rules: [{{{star}}}, {{{star}, resourceNames: [aws-auth]}}]");
    with_graph(&object("ClusterRole", "r", &rules), |graph| {
        let rules = rules_of(graph.resources()[0]);
        let met = rules.iter().map(needs_met).fold(Needs::default(), Needs::or);
        assert_eq!(met, all);
    });
}

#[test]
fn bad_input_is_no_right() {
    let text = workload(SHOP, "web", "")
        + "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\n\
           metadata: {name: r}\nrules: {verbs: ['*']}\n"
        + "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r}\n\
           rules: [a, [b], {verbs: '*', apiGroups: '*', resources: '*'}, {}, null]\n"
        + "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\n\
           metadata: {name: b}\nroleRef: [x]\nsubjects: {kind: ServiceAccount}\n"
        + &binding("ClusterRoleBinding", "", "kind: ClusterRole, name: r", "subjects: [a, {}, 1]")
        + &binding(
            "ClusterRoleBinding",
            "",
            "kind: ClusterRole, name: r",
            &to_account("shop", "web"),
        );
    ways(&[], &text);
}

#[test]
fn everybody_is_listed_workloads_first() {
    let text = account(SHOP, "idle", "")
        + &workload(SHOP, "web", "")
        + &binding(
            "ClusterRoleBinding",
            "",
            "kind: ClusterRole, name: view",
            &format!(
                "subjects: [{{kind: Group, name: '{MASTERS}'}}, {{kind: User, name: ann}}, \
                 {{kind: ServiceAccount, name: far, namespace: a}}]"
            ),
        );
    with_graph(&text, |graph| {
        let expected = [
            Who::Account(Some("shop"), "web"),
            Who::Account(Some("a"), "far"),
            Who::Account(Some("shop"), "idle"),
            Who::User("ann"),
            Who::Group(MASTERS),
        ];
        assert_eq!(graph.rights().subjects(), expected);
    });
}

/// 2,000 roles, each bound once, an aggregation of all of them, a binding of a group of everybody,
/// and 10,000 pods.
#[test]
fn no_question_compares_all_with_all() {
    let mut text = String::new();
    for at in 0..2_000 {
        let _ = write!(
            text,
            "---\napiVersion: {RBAC}/v1\nkind: ClusterRole\n\
             metadata: {{name: r{at}, labels: {{part: 'yes', own: l{at}}}}}\n\
             rules: [{{verbs: [get], apiGroups: [''], resources: [pods, secrets]}}]\n"
        );
        text += &binding(
            "RoleBinding",
            &format!("n{}", at % 100),
            &format!("kind: ClusterRole, name: r{at}"),
            &to_account(&format!("n{}", at % 100), &format!("a{at}")),
        );
    }
    text += "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\n\
             metadata: {name: whole}\n\
             aggregationRule: {clusterRoleSelectors: [{matchLabels: {part: 'yes'}}]}\n";
    text += &binding(
        "ClusterRoleBinding",
        "",
        "kind: ClusterRole, name: whole",
        "subjects: [{kind: Group, name: 'system:serviceaccounts'}]",
    );
    for at in 0..10_000 {
        let place = format!("-{at}, namespace: n{}", at % 100);
        text += &workload(&place, &format!("a{}", at % 2_000), "");
    }
    with_graph(&text, |graph| {
        for pod in graph.pods() {
            let account = graph.account_of(pod).expect("an account");
            let ways = graph.ways_up(account);
            assert_eq!(ways[0].reach, Reach::Cluster);
            assert_eq!(ways[0].steps.len(), 1);
        }
        for role in graph.of("rbac.authorization.k8s.io/ClusterRole") {
            assert_ne!(graph.role_reach(role).extent, Extent::Unbound);
        }
    });
}
