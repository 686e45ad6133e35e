//! Rights as a person thinks of them ("may read Secrets"): any of some verbs on any of some
//! resources, found in the rules of one role, with the words that grant it and how far it holds.
//! Whether that is too much is left to who asks.

use kubesift_yaml::Node;

use super::binding::{Binding, Reach};
use super::bootstrap::is_bootstrap_rbac;
use super::built_in::{TO_ADMIN, TO_EDIT, TO_VIEW};
use super::resources::{CREATES_PODS, is_cluster_only};
use super::role::{RBAC, Role, RoleKind};
use super::rule::{Granted, Rule, Word, Words};
use super::{Extent, RoleReach};
use crate::graph::Graph;
use crate::resource::Resource;

/// A right that a rule may grant: one of the verbs on one of the resources.
#[derive(Debug, Clone, Copy)]
pub struct Power {
    /// The verbs.
    pub verbs: &'static [&'static str],
    /// API group and resource (`pods`, `pods/exec`), the worst first.
    pub resources: &'static [(&'static str, &'static str)],
    /// Names that a rule may be limited to by `resourceNames` and count all the same; `*` stands for
    /// any. A rule that is limited to others does not hold the power.
    pub names: &'static [&'static str],
}

/// How far a role holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Far {
    /// Nothing of a complete build binds it.
    Nowhere,
    /// In the namespaces that it is bound in; or its own, if it is a Role.
    Namespaces,
    /// In the whole cluster.
    Cluster,
}

/// Where a role holds, in words too.
#[derive(Debug, Clone)]
pub struct Standing<'g, 'a> {
    /// How far.
    pub far: Far,
    /// The end of a message: " in every namespace", ", bound by nothing here", or nothing.
    pub place: String,
    /// The binding that takes it furthest.
    pub binding: Option<&'g Binding<'a>>,
    /// The built-in role that it joins by aggregation, when nothing in view takes it further.
    pub joins: Option<&'g Role<'a>>,
}

/// A power that a rule holds.
#[derive(Debug, Clone)]
pub struct Held<'g, 'a> {
    /// The rule.
    pub rule: &'g Rule<'a>,
    /// How far it holds.
    pub far: Far,
    /// The item of `resources` that grants it.
    pub resource: Node<'a>,
    /// The item of `verbs` that grants it.
    pub verb: Node<'a>,
    /// The resources that it is granted on, those of the power, in its order.
    pub resources: Vec<&'static str>,
    verbs: Vec<&'a str>,
    /// The verb that was asked for, when it is one that `*` does not call to mind.
    wanted: Option<&'static str>,
    wildcard: Option<Word<'a>>,
    is_cluster_only: bool,
    standing: Standing<'g, 'a>,
}

/// Verbs that no request has by chance: who writes one into a rule means what it gives.
const SPECIAL_VERBS: [&str; 6] = ["approve", "bind", "escalate", "impersonate", "sign", "use"];

impl<'a> Held<'_, 'a> {
    /// The word that a person would edit: the verb where it is one that no request has by chance
    /// (`bind`, `impersonate`), else the resource.
    pub fn word(&self) -> Node<'a> {
        if self.wanted.is_some() { self.verb } else { self.resource }
    }

    /// For messages: "grants `get`, `list` on `secrets` in every namespace".
    pub fn words(&self) -> String {
        let resources = match self.wildcard {
            None => quoted(&self.resources),
            Some(word) if word.text == "*" => {
                format!("every resource ({} included)", quoted(&self.resources))
            }
            Some(word) => format!("`{}`", word.text),
        };
        let place = self.place();
        let mut verbs = verb_words(self.verbs.iter().copied());
        if let Some(wanted) = self.wanted.filter(|_| self.verbs.contains(&"*")) {
            verbs.push_str(&format!(" (`{wanted}` included)"));
        }
        format!("grants {verbs} on {resources}{place}")
    }

    /// The same, with the name that the rule is limited to.
    pub fn words_named(&self, name: &str) -> String {
        let words = self.words();
        let end = words.len() - self.place().len();
        let (grants, place) = words.split_at(end);
        format!("{grants} named `{name}`{place}")
    }

    /// The end of a message: see [`Standing::place`]. Empty where what is held is in no namespace.
    pub fn place(&self) -> &str {
        if self.is_cluster_only && self.far == Far::Cluster { "" } else { &self.standing.place }
    }

    /// What names the rule, so that all that is said of one rule can be told to have one cause.
    pub fn cause(&self) -> String {
        self.rule.cause()
    }

    /// The binding that takes it furthest: where it names its role, and what it is.
    pub fn binding(&self) -> Option<(Node<'a>, String)> {
        self.standing.note()
    }
}

impl<'a> Standing<'_, 'a> {
    /// The binding that takes the role furthest: where it names its role, and what it is.
    pub fn note(&self) -> Option<(Node<'a>, String)> {
        let binding = self.binding?;
        let subjects = binding.subject_words()?;
        Some((binding.role?.node, format!("{} gives it to {subjects}", binding.words())))
    }
}

impl<'a> Rule<'a> {
    /// What names the rule in its build.
    pub fn cause(&self) -> String {
        let role = self.role.map_or(u32::MAX, |role| role.id.0);
        format!("rule {} of role {role}", self.node.map_or(u32::MAX, Node::position))
    }

    /// The API groups for messages: "every API group", "the core group", "`apps`, `batch`".
    pub fn group_words(&self) -> String {
        if self.groups.has("*") {
            return "every API group".to_owned();
        }
        let name = |word: Word<'_>| match word.text {
            "" => "the core group".to_owned(),
            text => format!("`{text}`"),
        };
        self.groups.iter().map(name).collect::<Vec<_>>().join(", ")
    }

    /// The verbs for messages: "every verb", "`get`, `list`".
    pub fn verb_words(&self) -> String {
        verb_words(self.verbs.iter().map(|word| word.text))
    }

    /// The resources for messages, or the paths of a rule for those: "`secrets`, `pods`", "the paths
    /// `/metrics`", "`*` of `apps`".
    pub fn resource_words(&self) -> String {
        const MOST: usize = 4;
        let is_paths = self.resources.is_empty();
        let list = if is_paths { &self.urls } else { &self.resources };
        let words: Vec<&str> = list.iter().map(|word| word.text).collect();
        let words = match words.get(..MOST).filter(|_| words.len() > MOST + 1) {
            Some(first) => format!("{} and {} more", quoted(first), words.len() - MOST),
            None => quoted(&words),
        };
        if is_paths {
            return format!("the paths {words}");
        }
        // Everything of one group is not everything.
        if list.has("*") && !self.groups.has("*") {
            return format!("{words} of {}", self.group_words());
        }
        words
    }

    /// What is the worst that the rule is enough for, when it leads to the rights of others: "read
    /// every Secret".
    pub fn leads_to(&self, far: Far) -> Option<&'static str> {
        let held = |power: &Power| !self.granting(power, far == Far::Cluster, true).is_empty();
        TAKEOVERS.iter().find(|(power, _)| held(power)).map(|(_, words)| *words)
    }

    /// The same of what the rule holds by a `*` in its resources.
    pub fn wildcard_leads_to(&self, far: Far) -> Option<&'static str> {
        let held = |power: &Power| {
            let grants = self.granting(power, far == Far::Cluster, true);
            grants.iter().any(|grant| !grant.exact)
        };
        TAKEOVERS.iter().find(|(power, _)| held(power)).map(|(_, words)| *words)
    }

    /// The words that grant a power. In a namespace, what is cluster-wide cannot be granted. Without
    /// `wildcards` a word with `*` counts only where the rule names the resource, or the verb when
    /// it is one that has no other use.
    fn granting(&self, power: &Power, cluster: bool, wildcards: bool) -> Vec<Grant<'a>> {
        let counts =
            |name: Word<'_>| power.names.contains(&"*") || power.names.contains(&name.text);
        if self.is_named() && !self.names.iter().any(counts) {
            return Vec::new();
        }
        let mut found = Vec::new();
        for (group, resource) in power.resources {
            for verb in power.verbs {
                let is_cluster_only = is_cluster_only(verb, group, resource);
                if is_cluster_only && !cluster {
                    continue;
                }
                let Some(by) = self.granted(verb, group, resource) else { continue };
                let exact = by.resource.text == *resource;
                let meant = exact || SPECIAL_VERBS.contains(&by.verb.text);
                if wildcards || meant {
                    found.push(Grant { by, is_cluster_only, resource, exact });
                }
            }
        }
        found
    }
}

/// The words that grant one resource of a power.
struct Grant<'a> {
    by: Granted<'a>,
    is_cluster_only: bool,
    resource: &'static str,
    exact: bool,
}

impl<'a> Graph<'a> {
    /// The rules that a Role or ClusterRole states. Those of an aggregation are left out: a
    /// controller replaces them by the rules of the roles it selects, where they are found.
    pub fn stated_rules(&self, role: &Resource) -> &[Rule<'a>] {
        let roles = &self.rights().roles;
        let role = roles.position(role).and_then(|at| roles.get(at));
        role.filter(|role| role.aggregates.is_none()).map_or(&[], |role| &role.own)
    }

    /// The rules of a role that say `*` in one of their lists, each with the star. None of a role
    /// that Kubernetes makes itself.
    pub fn starred<'g>(
        &'g self,
        role: &Resource,
        list: impl Fn(&'g Rule<'a>) -> &'g Words<'a>,
    ) -> Vec<(&'g Rule<'a>, Node<'a>)> {
        if is_bootstrap_rbac(role) {
            return Vec::new();
        }
        let rules = self.stated_rules(role).iter();
        rules.filter_map(|rule| Some((rule, list(rule).find("*")?.node?))).collect()
    }

    /// True when a role of the build surely gives nothing but reading, and nothing that leads to the
    /// rights of others. A PodSecurityPolicy to use is nothing: no version knows them any more.
    pub fn only_reads(&self, role: &Resource) -> bool {
        let rules = self.effective_rules(role);
        let reads = |rule: &Rule<'_>| {
            let words = || rule.verbs.iter();
            if rule.resources.iter().all(|word| word.text == "podsecuritypolicies")
                && rule.urls.is_empty()
            {
                return !rule.resources.is_unsure();
            }
            !rule.verbs.is_unsure()
                && !rule.resources.is_unsure()
                && words().all(|word| matches!(word.text, "get" | "list" | "watch"))
                && rule.leads_to(Far::Cluster).is_none()
        };
        !rules.open && rules.rules.iter().all(|(rule, _)| reads(rule))
    }

    /// How far a role holds. Where nothing binds it, and the answer is asked for (`asked`), it is as
    /// far as its kind allows.
    pub fn standing(&self, role: &Resource, asked: bool) -> Standing<'_, 'a> {
        let is_role = RoleKind::of(role) == Some(RoleKind::Role);
        let reach = self.role_reach(role);
        let widest = if is_role { Far::Namespaces } else { Far::Cluster };
        let joins = joined(&reach).filter(|_| reach.extent == Extent::Unknown);
        let far = match &reach.extent {
            Extent::Cluster => Far::Cluster,
            Extent::Namespaces(_) => Far::Namespaces,
            Extent::Unbound if asked => widest,
            Extent::Unbound => Far::Nowhere,
            Extent::Unknown if joins.is_some() => Far::Namespaces,
            Extent::Unknown => widest,
        };
        let binding = furthest(role, &reach);
        Standing { far, place: place(role, is_role, &reach, far), binding, joins }
    }

    /// The rules of a role that hold a power. A rule holds it by the words of the power itself;
    /// with `asked` also by `*`, which is a thing of its own otherwise.
    /// Roles that Kubernetes makes itself hold what they must, and are left out; so are those that
    /// only join such a role, when it holds the power anyway.
    pub fn held(&self, role: &Resource, power: &Power, asked: bool) -> Vec<Held<'_, 'a>> {
        let mut found = Vec::new();
        if is_bootstrap_rbac(role) {
            return found;
        }
        let mut known: Option<Standing<'_, 'a>> = None;
        for rule in self.stated_rules(role) {
            if rule.granting(power, true, asked).is_empty() {
                continue;
            }
            let standing = known.get_or_insert_with(|| self.standing(role, asked)).clone();
            let is_role = RoleKind::of(role) == Some(RoleKind::Role);
            // What binds it in namespaces only, or nothing at all, may bind it otherwise tomorrow:
            // but a Role never holds for the cluster.
            let cluster = standing.far == Far::Cluster || standing.far == Far::Nowhere && !is_role;
            if standing.joins.is_some_and(|whole| self.is_built_into(whole, power)) {
                continue;
            }
            let grants = rule.granting(power, cluster, asked);
            found.extend(held_by(rule, power, &grants, standing));
        }
        found
    }
}

impl<'a> Graph<'a> {
    /// Whether a built-in role that others join holds a power by its own parts.
    fn is_built_into(&self, whole: &Role<'a>, power: &Power) -> bool {
        let labels: &[&str] = match whole.name {
            "view" => &[TO_VIEW],
            "edit" => &[TO_VIEW, TO_EDIT],
            "admin" => &[TO_VIEW, TO_EDIT, TO_ADMIN],
            _ => return false,
        };
        let roles = self.rights().roles.all().iter();
        let mut parts = roles.filter(|role| {
            role.resource.is_none() && labels.iter().any(|label| role.has_label(label))
        });
        parts.any(|role| role.own.iter().any(|rule| !rule.granting(power, false, true).is_empty()))
    }
}

fn held_by<'g, 'a>(
    rule: &'g Rule<'a>,
    power: &Power,
    grants: &[Grant<'a>],
    standing: Standing<'g, 'a>,
) -> Option<Held<'g, 'a>> {
    let first = grants.iter().find(|grant| grant.exact).or_else(|| grants.first())?;
    let (mut verbs, mut resources) = (Vec::new(), Vec::new());
    for grant in grants.iter().filter(|grant| grant.exact == first.exact) {
        if !verbs.contains(&grant.by.verb.text) {
            verbs.push(grant.by.verb.text);
        }
        if !resources.contains(&grant.resource) {
            resources.push(grant.resource);
        }
    }
    Some(Held {
        rule,
        far: standing.far,
        resource: first.by.resource.node?,
        verb: first.by.verb.node?,
        resources,
        verbs,
        wanted: power.verbs.first().copied().filter(|verb| SPECIAL_VERBS.contains(verb)),
        is_cluster_only: grants.iter().all(|grant| grant.is_cluster_only),
        wildcard: (!first.exact).then_some(first.by.resource),
        standing,
    })
}

/// The built-in role that a role joins by aggregation.
fn joined<'g, 'a>(reach: &RoleReach<'g, 'a>) -> Option<&'g Role<'a>> {
    reach.joins.iter().find(|role| role.resource.is_none()).copied()
}

fn furthest<'g, 'a>(role: &Resource, reach: &RoleReach<'g, 'a>) -> Option<&'g Binding<'a>> {
    let given = reach.bindings.iter().copied().filter(|binding| !binding.is_empty());
    // The first of the best: of those that reach as far, one that a reader of the role's file sees.
    given.min_by_key(|binding| {
        let beside = binding.resource.file().id == role.file().id;
        (binding.reach != Reach::Cluster, !beside)
    })
}

fn place(role: &Resource, is_role: bool, reach: &RoleReach<'_, '_>, far: Far) -> String {
    let one = |name: Option<&str>| match name {
        Some(name) => format!(" in namespace `{name}`"),
        None if is_role => " in its namespace".to_owned(),
        None => " in one namespace".to_owned(),
    };
    match (&reach.extent, far) {
        (_, Far::Nowhere) => ", bound by nothing here".to_owned(),
        (Extent::Cluster, _) => " in every namespace".to_owned(),
        _ if is_role => one(role.namespace.as_deref()),
        (Extent::Namespaces(names), _) => match names.as_slice() {
            [name] => one(*name),
            names => format!(" in {} namespaces", names.len()),
        },
        _ => joined(reach).map_or_else(String::new, |role| {
            format!(" wherever `{}` is bound, whose rules it joins", role.name)
        }),
    }
}

fn verb_words<'a>(verbs: impl Iterator<Item = &'a str>) -> String {
    let verbs: Vec<&str> = verbs.collect();
    if verbs.contains(&"*") { "every verb".to_owned() } else { quoted(&verbs) }
}

fn quoted(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    quoted.join(", ")
}

const WRITE: &[&str] = &["create", "update", "patch"];

/// Rights that are enough to get those of others, the worst first, with what they are enough for.
const TAKEOVERS: &[(Power, &str)] = &[
    (
        Power {
            verbs: &["escalate"],
            resources: &[(RBAC, "clusterroles"), (RBAC, "roles")],
            names: &[],
        },
        "give itself any right",
    ),
    (Power { verbs: &["bind"], resources: &[(RBAC, "clusterroles")], names: &[] }, "bind any role"),
    (
        Power {
            verbs: &["impersonate"],
            resources: &[("", "users"), ("", "groups"), ("", "serviceaccounts")],
            names: &[],
        },
        "act as others",
    ),
    (
        Power { verbs: &["get", "list", "watch"], resources: &[("", "secrets")], names: &[] },
        "read every Secret",
    ),
    (
        Power {
            verbs: &["create", "get"],
            resources: &[("", "pods/exec"), ("", "nodes/proxy")],
            names: &[],
        },
        "run commands in every pod",
    ),
    (
        Power { verbs: &["create"], resources: &[("", "serviceaccounts/token")], names: &[] },
        "make tokens of every service account",
    ),
    (
        Power { verbs: &["sign"], resources: &[("certificates.k8s.io", "signers")], names: &[] },
        "sign certificates for any user",
    ),
    (
        Power { verbs: WRITE, resources: CREATES_PODS, names: &[] },
        "run pods as every service account",
    ),
    (
        Power {
            verbs: WRITE,
            resources: &[
                ("admissionregistration.k8s.io", "mutatingwebhookconfigurations"),
                ("admissionregistration.k8s.io", "validatingwebhookconfigurations"),
            ],
            names: &[],
        },
        "read and change what everybody writes",
    ),
    (
        Power { verbs: WRITE, resources: &[("apiregistration.k8s.io", "apiservices")], names: &[] },
        "answer in place of the API server",
    ),
];
