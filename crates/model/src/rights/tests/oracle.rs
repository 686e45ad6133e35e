//! Small random sets of roles and bindings, judged by a second, naive reading of the authorizer:
//! every request of a small world is asked of both.

use proptest::prelude::*;

use super::*;

const VERBS: [&str; 4] = ["get", "list", "create", "deletecollection"];
const GROUPS: [&str; 2] = ["", "apps"];
const RESOURCES: [&str; 4] = ["pods", "pods/exec", "secrets", "deployments"];
const OBJECTS: [&str; 2] = ["a", "b"];
const NAMESPACES: [&str; 2] = ["one", "two"];

#[derive(Debug, Clone)]
struct Raw {
    verbs: Vec<&'static str>,
    groups: Vec<&'static str>,
    resources: Vec<&'static str>,
    names: Vec<&'static str>,
}

#[derive(Debug, Clone)]
struct World {
    /// Two ClusterRoles, and two Roles in namespace `one`.
    roles: Vec<Vec<Raw>>,
    /// Role and namespace; none is a ClusterRoleBinding. The subject is the account or its group.
    bindings: Vec<(usize, Option<usize>, bool)>,
}

fn some(of: &'static [&'static str], most: usize) -> impl Strategy<Value = Vec<&'static str>> {
    proptest::collection::vec(proptest::sample::select(of), 0..=most)
}

fn raw() -> impl Strategy<Value = Raw> {
    (
        some(&["get", "list", "create", "deletecollection", "*"], 2),
        some(&["", "apps", "*"], 2),
        some(&["pods", "pods/exec", "secrets", "deployments", "*", "*/exec", "pods/*"], 3),
        some(&["a", "b", ""], 1),
    )
        .prop_map(|(verbs, groups, resources, names)| Raw { verbs, groups, resources, names })
}

fn world() -> impl Strategy<Value = World> {
    let roles = proptest::collection::vec(proptest::collection::vec(raw(), 0..3), 4);
    let binding = (0..4usize, proptest::option::of(0..2usize), any::<bool>());
    (roles, proptest::collection::vec(binding, 0..5))
        .prop_map(|(roles, bindings)| World { roles, bindings })
}

fn list(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    format!("[{}]", words.join(", "))
}

impl World {
    fn text(&self) -> String {
        let mut text = String::from(
            "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: one}\n\
             spec: {serviceAccountName: web, containers: [{name: app}]}\n",
        );
        for (at, rules) in self.roles.iter().enumerate() {
            let rules: Vec<String> = rules
                .iter()
                .map(|raw| {
                    format!(
                        "{{verbs: {}, apiGroups: {}, resources: {}, resourceNames: {}}}",
                        list(&raw.verbs),
                        list(&raw.groups),
                        list(&raw.resources),
                        list(&raw.names)
                    )
                })
                .collect();
            let (kind, place) =
                if at < 2 { ("ClusterRole", "") } else { ("Role", ", namespace: one") };
            text +=
                &object(kind, &format!("r{at}{place}"), &format!("rules: [{}]", rules.join(", ")));
        }
        for (role, namespace, group) in &self.bindings {
            let kind = if *role < 2 { "ClusterRole" } else { "Role" };
            let subject = if *group {
                "subjects: [{kind: Group, name: 'system:serviceaccounts:one'}]"
            } else {
                "subjects: [{kind: ServiceAccount, name: web, namespace: one}]"
            };
            let named = format!("kind: {kind}, name: r{role}");
            text += &match namespace {
                Some(at) => binding("RoleBinding", NAMESPACES[*at], &named, subject),
                None => binding("ClusterRoleBinding", "", &named, subject),
            };
        }
        text
    }

    /// The request as the authorizer walks it: bindings of the cluster, then those of the
    /// namespace, rule by rule.
    fn allows(&self, verb: &str, group: &str, resource: &str, name: &str, at: usize) -> bool {
        self.bindings.iter().any(|(role, namespace, _)| {
            let valid = match namespace {
                None => *role < 2,
                // Roles are in namespace `one`.
                Some(place) => *place == at && (*role < 2 || *place == 0),
            };
            valid && self.roles[*role].iter().any(|raw| raw.allows(verb, group, resource, name))
        })
    }
}

impl Raw {
    fn allows(&self, verb: &str, group: &str, resource: &str, name: &str) -> bool {
        let subresource = resource.find('/').map(|at| &resource[at + 1..]);
        let verb = self.verbs.iter().any(|own| *own == "*" || *own == verb);
        let group = self.groups.iter().any(|own| *own == "*" || *own == group);
        let resource = self.resources.iter().any(|own| {
            *own == "*"
                || *own == resource
                || subresource.is_some_and(|subresource| *own == format!("*/{subresource}"))
        });
        let name = self.names.is_empty() || self.names.contains(&name);
        verb && group && resource && name
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_say_the_same(world in world()) {
        let text = world.text();
        with_graph(&text, |graph| {
            let account = graph.account_of(&graph.pods()[0]).expect("an account");
            let grants = graph.rights_of(account);
            for verb in VERBS {
                for group in GROUPS {
                    for resource in RESOURCES {
                        for name in OBJECTS {
                            for (at, namespace) in NAMESPACES.iter().enumerate() {
                                let unnamed = (verb == "create" || verb == "deletecollection")
                                    && !resource.contains('/');
                                let asked = if unnamed { "" } else { name };
                                let expected = world.allows(verb, group, resource, asked, at);
                                let found = grants.iter().any(|grant| {
                                    let there = match grant.reach {
                                        Reach::Cluster => true,
                                        Reach::Namespace(place) => place == Some(namespace),
                                    };
                                    there && grant.sure == Match::Yes
                                        && grant.rule.grants_on(verb, group, resource, name) == Match::Yes
                                });
                                assert_eq!(found, expected,
                                    "{verb} {group} {resource} {name} {namespace}\n{text}");
                            }
                        }
                    }
                }
            }
        });
    }
}
