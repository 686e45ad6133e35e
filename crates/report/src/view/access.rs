//! `kubesift access`: what each subject of a build may do, where, and by which binding, role and
//! rule; rights that lead to more than they say are marked. Text for people, JSON for programs; the
//! same input gives the same bytes.

mod subject;
#[cfg(test)]
mod tests;
mod txt;

use std::io::{self, Write};

use kubesift_engine::model::rights::{
    Account, Given, HeldRole, MASTERS, Reach, RoleKind, Rule, Step, WayUp, Who, Words,
};
use kubesift_engine::model::{Graph, GraphPod, Match, Resource};
use kubesift_engine::yaml::Node;
use serde::Serialize;

use crate::Options;

pub use subject::{NoSubject, Wanted};

/// The rights in builds: version 1. Fields may be added, none is renamed or removed.
#[derive(Debug, Clone, Serialize)]
pub struct AccessView {
    /// 1
    pub schema_version: u8,
    /// The version of the program that made it.
    pub kubesift_version: String,
    /// The builds.
    pub builds: Vec<BuildAccess>,
}

/// The rights in one build.
#[derive(Debug, Clone, Serialize)]
pub struct BuildAccess {
    /// The build's name.
    pub name: String,
    /// False when the build is known to be a part of what is applied.
    pub complete: bool,
    /// The accounts that pods run as, then other accounts, users and groups.
    pub subjects: Vec<SubjectAccess>,
}

/// What one subject may do.
#[derive(Debug, Clone, Serialize)]
pub struct SubjectAccess {
    /// `ServiceAccount`, `User` or `Group`.
    pub kind: &'static str,
    /// The namespace of an account; null when nothing says it.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
    /// Where the account is defined; null for users, groups and accounts that are not in view.
    pub place: Option<Spot>,
    /// True for what the API server lets do everything without asking a role.
    pub is_master: bool,
    /// The workloads that run as it.
    pub workloads: Vec<WorkloadAccess>,
    /// Identities at a cloud that it carries.
    pub cloud_identities: Vec<CloudAccess>,
    /// Rights that lead to more than they say.
    pub ways_up: Vec<WayAccess>,
    /// The roles it holds.
    pub roles: Vec<RoleAccess>,
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Spot {
    /// The path as reports show it.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
}

/// A workload that runs as an account.
#[derive(Debug, Clone, Serialize)]
pub struct WorkloadAccess {
    /// Its kind.
    pub kind: String,
    /// As the manifest states it.
    pub namespace: Option<String>,
    /// As the manifest states it.
    pub name: Option<String>,
    /// Whether its containers find a token: `yes`, `no` or `unknown`.
    pub token: &'static str,
    /// Where it stands.
    #[serde(flatten)]
    pub place: Spot,
}

/// An identity at a cloud.
#[derive(Debug, Clone, Serialize)]
pub struct CloudAccess {
    /// What it is: `AWS IAM role`.
    pub what: &'static str,
    /// The identity.
    pub identity: String,
    /// The annotation that says it.
    #[serde(flatten)]
    pub place: Spot,
}

/// A way up that is open to a subject.
#[derive(Debug, Clone, Serialize)]
pub struct WayAccess {
    /// Its name.
    pub name: &'static str,
    /// What the subject may do.
    pub may: &'static str,
    /// Why that is more than it says.
    pub why: &'static str,
    /// Where that is said.
    pub source: &'static str,
    /// What it leads to: `cluster`, `namespace`, `node` or `traffic`.
    pub leads_to: &'static str,
    /// False when it takes a further step.
    pub direct: bool,
    /// False when a namespace that is not stated decides.
    pub sure: bool,
    /// True when it is open in the whole cluster; else the namespaces say where.
    pub cluster: bool,
    /// The namespaces in which it is open; null is the one that nothing states.
    pub namespaces: Vec<Option<String>>,
    /// The rights that open it, where it is open first.
    pub steps: Vec<StepAccess>,
}

/// A right that a way needs, and the path to it.
#[derive(Debug, Clone, Serialize)]
pub struct StepAccess {
    /// The verb.
    pub verb: &'static str,
    /// The group.
    pub api_group: &'static str,
    /// The resource.
    pub resource: &'static str,
    /// The binding.
    pub binding: ObjectAccess,
    /// The role that the binding names.
    pub role: ObjectAccess,
    /// The role that states the rule, when it is another one that the first aggregates.
    pub from: Option<ObjectAccess>,
    /// Where the rule says it; null for a role that is built in.
    pub rule: Option<Spot>,
}

/// An object on the path to a right.
#[derive(Debug, Clone, Serialize)]
pub struct ObjectAccess {
    /// Its kind.
    pub kind: String,
    /// Its namespace.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
    /// Where it stands; null for a role that is built in or not in view.
    pub place: Option<Spot>,
}

/// A role that a subject holds.
#[derive(Debug, Clone, Serialize)]
pub struct RoleAccess {
    /// The role.
    #[serde(flatten)]
    pub role: ObjectAccess,
    /// `in-view`, `built-in`, or `not-in-view`: then nobody knows its rules.
    pub state: &'static str,
    /// True when there may be other rules than those that are listed.
    pub open: bool,
    /// The bindings that give it.
    pub given_by: Vec<GivenAccess>,
    /// Its rules.
    pub rules: Vec<RuleAccess>,
}

/// A binding that gives a role.
#[derive(Debug, Clone, Serialize)]
pub struct GivenAccess {
    /// The binding.
    #[serde(flatten)]
    pub binding: ObjectAccess,
    /// Whom it names, when that is not the subject itself but a group that it is in.
    pub through: Option<String>,
    /// True when the role holds in the whole cluster; else in the binding's namespace.
    pub cluster: bool,
    /// False when a namespace that is not stated decides.
    pub sure: bool,
}

/// A rule.
#[derive(Debug, Clone, Serialize)]
pub struct RuleAccess {
    /// `verbs`
    pub verbs: Vec<String>,
    /// `apiGroups`
    pub api_groups: Vec<String>,
    /// `resources`
    pub resources: Vec<String>,
    /// `resourceNames`
    pub resource_names: Vec<String>,
    /// `nonResourceURLs`
    pub non_resource_urls: Vec<String>,
    /// The role that states it, when the role that is held aggregates that one.
    pub from: Option<ObjectAccess>,
    /// Names of the ways up that it opens, alone or with others.
    pub ways_up: Vec<&'static str>,
    /// Where it stands; null for a role that is built in.
    pub place: Option<Spot>,
}

impl AccessView {
    /// The rights of the subjects that are wanted, or of all when none is.
    ///
    /// # Errors
    /// When a wanted subject is in no build: the nearest names are said.
    pub fn new(graphs: &[Graph<'_>], wanted: &[Wanted], version: &str) -> Result<Self, NoSubject> {
        let mut builds = Vec::new();
        for (at, graph) in graphs.iter().enumerate() {
            let subjects = match wanted {
                [] => everybody(graph),
                wanted => subject::find(wanted, graph, graphs, at)?,
            };
            if wanted.is_empty() || !subjects.is_empty() {
                builds.push(build_access(graph, &subjects, wanted.is_empty()));
            }
        }
        Ok(Self { schema_version: 1, kubesift_version: version.to_owned(), builds })
    }

    /// Writes it for people.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn write_txt(&self, options: &Options, out: &mut dyn Write) -> io::Result<()> {
        txt::write(self, options, out)
    }

    /// Writes it for programs.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *out, self)?;
        out.write_all(b"\n")
    }
}

fn everybody<'a>(graph: &Graph<'a>) -> Vec<Who<'a>> {
    graph.rights().subjects()
}

/// `brief` leaves out subjects of which nothing is to be said.
fn build_access<'a>(graph: &Graph<'a>, subjects: &[Who<'a>], brief: bool) -> BuildAccess {
    let all = subjects.iter().map(|who| subject_access(graph, *who));
    let worth = |subject: &SubjectAccess| {
        let says = !subject.roles.is_empty() || !subject.workloads.is_empty();
        !brief || says || !subject.cloud_identities.is_empty() || subject.is_master
    };
    BuildAccess {
        name: graph.build().name.to_string(),
        complete: graph.build().complete,
        subjects: all.filter(worth).collect(),
    }
}

fn subject_access<'a>(graph: &Graph<'a>, who: Who<'a>) -> SubjectAccess {
    let rights = graph.rights();
    let (kind, namespace, name) = match who {
        Who::Account(namespace, name) => ("ServiceAccount", namespace, name),
        Who::User(name) => ("User", None, name),
        Who::Group(name) => ("Group", None, name),
        Who::Unknown => ("Unknown", None, ""),
    };
    let account = rights.accounts.position(namespace, name).and_then(|at| rights.accounts.get(at));
    let account = account.filter(|_| matches!(who, Who::Account(..)));
    let given = rights.given(graph, who);
    let ways = rights.ways(&given);
    let object = account.and_then(|account| account.object);
    SubjectAccess {
        kind,
        namespace: namespace.map(str::to_owned),
        name: name.to_owned(),
        place: object.map(spot_of),
        is_master: who == Who::Group(MASTERS),
        workloads: workloads(graph, account),
        cloud_identities: account.map(clouds).unwrap_or_default(),
        roles: rights.held_roles(&given).iter().map(|held| role_access(held, who, &ways)).collect(),
        ways_up: ways_up(&ways),
    }
}

fn spot(node: Node<'_>) -> Spot {
    let file = node.tree().file();
    let line = file.lines().line_of(node.place().start) + 1;
    Spot { path: file.path.to_string(), line }
}

/// Where an object is named: `metadata.name`, or where it begins.
fn spot_of(resource: &Resource) -> Spot {
    spot(resource.field("metadata.name").node().unwrap_or_else(|| resource.node()))
}

fn workloads<'a>(graph: &Graph<'a>, account: Option<&Account<'a>>) -> Vec<WorkloadAccess> {
    let pods = account.into_iter().flat_map(|account| &account.pods);
    let pods = pods.filter_map(|at| graph.pods().get(*at as usize));
    let workload = |pod: &GraphPod<'a>| {
        let resource = pod.pod.resource;
        WorkloadAccess {
            kind: resource.kind.kind.to_string(),
            namespace: resource.namespace.as_deref().map(str::to_owned),
            name: resource.name.as_deref().map(str::to_owned),
            token: word(graph.token_of(pod).mounted),
            place: spot_of(resource),
        }
    };
    pods.map(workload).collect()
}

const fn word(is: Match) -> &'static str {
    match is {
        Match::Yes => "yes",
        Match::No => "no",
        Match::Unknown => "unknown",
    }
}

fn clouds(account: &Account<'_>) -> Vec<CloudAccess> {
    let all = account.cloud_identities().into_iter().map(|cloud| CloudAccess {
        what: cloud.what,
        identity: cloud.identity.to_owned(),
        place: spot(cloud.node),
    });
    all.collect()
}

fn object(resource: &Resource) -> ObjectAccess {
    ObjectAccess {
        kind: resource.kind.kind.to_string(),
        namespace: resource.namespace.as_deref().map(str::to_owned),
        name: resource.name.as_deref().unwrap_or_default().to_owned(),
        place: Some(spot_of(resource)),
    }
}

fn role_object(role: &kubesift_engine::model::rights::Role<'_>) -> ObjectAccess {
    match role.resource {
        Some(resource) => object(resource),
        None => ObjectAccess {
            kind: role.kind.name().to_owned(),
            namespace: None,
            name: role.name.to_owned(),
            place: None,
        },
    }
}

fn role_access<'a>(held: &HeldRole<'_, 'a>, who: Who<'a>, ways: &[WayUp<'_, 'a>]) -> RoleAccess {
    let role = held.role.map_or_else(
        || ObjectAccess {
            kind: held.named.kind.map_or("Role", RoleKind::name).to_owned(),
            namespace: namespace_of(held),
            name: held.named.name.to_owned(),
            place: None,
        },
        role_object,
    );
    let state = match held.role {
        None => "not-in-view",
        Some(role) if role.resource.is_none() => "built-in",
        Some(_) => "in-view",
    };
    let rules = held.rules.iter().map(|(source, rule, _)| {
        let own = held.role.is_some_and(|role| std::ptr::eq(role, *source));
        rule_access(rule, (!own).then(|| role_object(source)), ways)
    });
    RoleAccess {
        role,
        state,
        open: held.open,
        given_by: held.by.iter().map(|given| given_access(given, who)).collect(),
        rules: rules.collect(),
    }
}

/// The namespace that a Role which is not in view must be in: that of its binding.
fn namespace_of(held: &HeldRole<'_, '_>) -> Option<String> {
    let first = held.by.first().filter(|_| held.named.kind == Some(RoleKind::Role))?;
    first.binding.resource.namespace.as_deref().map(str::to_owned)
}

fn given_access<'a>(given: &Given<'_, 'a>, who: Who<'a>) -> GivenAccess {
    let named = given.subject.who;
    let through = (named != who).then(|| given.subject.words());
    GivenAccess {
        binding: object(given.binding.resource),
        through,
        cluster: given.binding.reach == Reach::Cluster,
        sure: given.sure == Match::Yes,
    }
}

fn rule_access(rule: &Rule<'_>, from: Option<ObjectAccess>, ways: &[WayUp<'_, '_>]) -> RuleAccess {
    let texts = |words: &Words<'_>| words.iter().map(|word| word.text.to_owned()).collect();
    let mut opens: Vec<&'static str> = Vec::new();
    for way in ways {
        if !opens.contains(&way.way.name) && way.way.is_served_by(rule) {
            opens.push(way.way.name);
        }
    }
    RuleAccess {
        verbs: texts(&rule.verbs),
        api_groups: texts(&rule.groups),
        resources: texts(&rule.resources),
        resource_names: texts(&rule.names),
        non_resource_urls: texts(&rule.urls),
        from,
        ways_up: opens,
        place: rule.node.map(spot),
    }
}

/// Each way once, with all the namespaces that it is open in.
fn ways_up(ways: &[WayUp<'_, '_>]) -> Vec<WayAccess> {
    let mut found: Vec<WayAccess> = Vec::new();
    for way in ways {
        let cluster = way.reach == Reach::Cluster;
        let namespace = match way.reach {
            Reach::Cluster => None,
            Reach::Namespace(name) => Some(name.map(str::to_owned)),
        };
        let same = found.iter_mut().find(|other| {
            !cluster
                && !other.cluster
                && other.name == way.way.name
                && other.leads_to == way.goal.name()
        });
        match (same, namespace) {
            (Some(same), Some(namespace)) => same.namespaces.push(namespace),
            (_, namespace) => found.push(WayAccess {
                name: way.way.name,
                may: way.way.may,
                why: way.way.why,
                source: way.way.source,
                leads_to: way.goal.name(),
                direct: way.way.is_direct,
                sure: way.sure == Match::Yes,
                cluster,
                namespaces: namespace.into_iter().collect(),
                steps: way.steps.iter().map(step_access).collect(),
            }),
        }
    }
    found
}

fn step_access(step: &Step<'_, '_>) -> StepAccess {
    let grant = &step.grant;
    let place = grant.rule.place_of(&[step.verb], step.group, step.resource);
    let other = !std::ptr::eq(grant.role, grant.source);
    StepAccess {
        verb: step.verb,
        api_group: step.group,
        resource: step.resource,
        binding: object(grant.given.binding.resource),
        role: role_object(grant.role),
        from: other.then(|| role_object(grant.source)),
        rule: place.map(spot),
    }
}
