//! Whom a person asks for: `sa/shop/web`, `user/ann`, `group/team`, or a workload as kubectl names
//! it, whose account is meant.

use kubesift_engine::model::rights::Who;
use kubesift_engine::model::{Graph, GraphPod};
use kubesift_engine::nearest;

/// A subject that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// As it was typed.
    text: String,
    what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    /// Namespace, when it is said, and name.
    Account(Option<String>, String),
    User(String),
    Group(String),
    /// Kind in small letters, namespace when it is said, and name.
    Workload(String, Option<String>, String),
}

/// What is said of a subject that cannot be read or is nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoSubject(pub String);

impl std::fmt::Display for NoSubject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// kubectl's short names and plurals of kinds that have pods.
const SHORT: [(&str, &str); 9] = [
    ("po", "pod"),
    ("deploy", "deployment"),
    ("ds", "daemonset"),
    ("sts", "statefulset"),
    ("rs", "replicaset"),
    ("rc", "replicationcontroller"),
    ("cj", "cronjob"),
    ("job", "job"),
    ("ksvc", "service"),
];

const FORMS: &str = "sa/NAMESPACE/NAME, sa/NAME, user/NAME, group/NAME, deploy/NAMESPACE/NAME";

impl Wanted {
    /// From `KIND/NAME` or `KIND/NAMESPACE/NAME`.
    ///
    /// # Errors
    /// When it is neither.
    pub fn parse(text: &str) -> Result<Self, NoSubject> {
        let bad = || {
            let help = format!("a subject is one of {FORMS}");
            NoSubject(format!("cannot read the subject `{text}`\n  help: {help}"))
        };
        let (kind, rest) = text.split_once('/').ok_or_else(bad)?;
        let kind = kind.to_ascii_lowercase();
        if kind.is_empty() || rest.is_empty() {
            return Err(bad());
        }
        // Names of users and groups may hold a slash.
        let what = match kind.as_str() {
            "user" | "users" => Some(What::User(rest.to_owned())),
            "group" | "groups" => Some(What::Group(rest.to_owned())),
            _ => None,
        };
        let text = text.to_owned();
        if let Some(what) = what {
            return Ok(Self { text, what });
        }
        let (namespace, name) = match rest.split_once('/') {
            Some((namespace, name)) => (Some(namespace.to_owned()), name.to_owned()),
            None => (None, rest.to_owned()),
        };
        if name.is_empty() || name.contains('/') {
            return Err(bad());
        }
        let what = match kind.as_str() {
            "sa" | "serviceaccount" | "serviceaccounts" => What::Account(namespace, name),
            _ => What::Workload(full_kind(&kind), namespace, name),
        };
        Ok(Self { text, what })
    }

    /// Whom it means in a build; nobody when the build does not know it.
    fn find<'a>(&self, graph: &Graph<'a>) -> Vec<Who<'a>> {
        let rights = graph.rights();
        match &self.what {
            What::Account(namespace, name) => {
                let all = rights.accounts.all().iter();
                let named = all.filter(|account| {
                    let there = namespace.is_none() || account.namespace == namespace.as_deref();
                    account.name == name && there
                });
                named.map(|account| account.who()).collect()
            }
            What::User(name) => named(graph, |who| matches!(who, Who::User(user) if user == name)),
            What::Group(name) => {
                named(graph, |who| matches!(who, Who::Group(group) if group == name))
            }
            What::Workload(kind, namespace, name) => {
                let mut found = Vec::new();
                for pod in graph.pods().iter().filter(|pod| is_named(pod, kind, name)) {
                    let there = namespace.is_none() || pod.namespace == namespace.as_deref();
                    let who = graph.account_of(pod).filter(|_| there).map(|account| account.who());
                    if let Some(who) = who.filter(|who| !found.contains(who)) {
                        found.push(who);
                    }
                }
                found
            }
        }
    }

    /// Everybody of the same sort in a build, as it would be typed: with a namespace when this one
    /// has one.
    fn others(&self, graph: &Graph<'_>) -> Vec<String> {
        let with = matches!(self.what, What::Account(Some(_), _) | What::Workload(_, Some(_), _));
        let full = |namespace: Option<&str>, name: &str| match namespace.filter(|_| with) {
            Some(namespace) => format!("{namespace}/{name}"),
            None => name.to_owned(),
        };
        let typed = self.text.split('/').next().unwrap_or_default();
        if let What::Workload(kind, _, _) = &self.what {
            let pods = graph.pods().iter().filter(|pod| is_kind(pod, kind));
            let words = pods.filter_map(|pod| {
                let name = pod.pod.resource.name.as_deref()?;
                Some(format!("{typed}/{}", full(pod.namespace, name)))
            });
            return words.collect();
        }
        let all = graph.rights().subjects().into_iter();
        let words = all.filter_map(|who| match (who, &self.what) {
            (Who::Account(namespace, name), What::Account(..)) => {
                Some(format!("{typed}/{}", full(namespace, name)))
            }
            (Who::User(name), What::User(_)) | (Who::Group(name), What::Group(_)) => {
                Some(format!("{typed}/{name}"))
            }
            _ => None,
        });
        words.collect()
    }
}

fn full_kind(kind: &str) -> String {
    let kind = kind.split('.').next().unwrap_or(kind);
    let short = SHORT.iter().find(|(short, full)| {
        *short == kind || *full == kind || kind.strip_suffix('s') == Some(full)
    });
    short.map_or(kind, |(_, full)| full).to_owned()
}

fn is_kind(pod: &GraphPod<'_>, kind: &str) -> bool {
    pod.pod.resource.kind.kind.eq_ignore_ascii_case(kind)
}

fn is_named(pod: &GraphPod<'_>, kind: &str, name: &str) -> bool {
    is_kind(pod, kind) && pod.pod.resource.name.as_deref() == Some(name)
}

fn named<'a>(graph: &Graph<'a>, is: impl Fn(&Who<'a>) -> bool) -> Vec<Who<'a>> {
    graph.rights().subjects().into_iter().filter(is).collect()
}

/// Whom the wanted subjects mean in the build at a position. One that no build knows is an error,
/// which the first build says.
pub(super) fn find<'a>(
    wanted: &[Wanted],
    graph: &Graph<'a>,
    all: &[Graph<'a>],
    at: usize,
) -> Result<Vec<Who<'a>>, NoSubject> {
    let mut found = Vec::new();
    for one in wanted {
        let here = one.find(graph);
        if here.is_empty() && at == 0 && all.iter().all(|other| one.find(other).is_empty()) {
            return Err(nowhere(one, all));
        }
        for who in here {
            if !found.contains(&who) {
                found.push(who);
            }
        }
    }
    Ok(found)
}

fn nowhere(wanted: &Wanted, graphs: &[Graph<'_>]) -> NoSubject {
    let others: Vec<String> = graphs.iter().flat_map(|graph| wanted.others(graph)).collect();
    let text = &wanted.text;
    let near = nearest(text, others.iter().map(String::as_str));
    let help = match (near, others.first()) {
        (Some(near), _) => format!("did you mean `{near}`?"),
        (None, Some(first)) => format!("there is `{first}`, for one"),
        (None, None) => "`kubesift access PATH` lists who has rights".to_owned(),
    };
    NoSubject(format!("nothing in the input is `{text}`\n  help: {help}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: What) {
        assert_eq!(Wanted::parse(text).map(|wanted| wanted.what), Ok(expected), "{text}");
    }

    #[test]
    fn subjects_are_read_as_kubectl_names_things() {
        let some = |text: &str| Some(text.to_owned());
        check("sa/shop/web", What::Account(some("shop"), "web".into()));
        check("sa/web", What::Account(None, "web".into()));
        check("ServiceAccount/shop/web", What::Account(some("shop"), "web".into()));
        check("user/a/b", What::User("a/b".into()));
        check("group/system:masters", What::Group("system:masters".into()));
        check("deploy/web", What::Workload("deployment".into(), None, "web".into()));
        check("statefulsets/a/b", What::Workload("statefulset".into(), some("a"), "b".into()));
        check("Rollout/a/b", What::Workload("rollout".into(), some("a"), "b".into()));
    }

    #[test]
    fn what_cannot_be_read_says_what_can() {
        for text in ["web", "sa/", "/web", "sa/a/b/c", "deploy/a/"] {
            let error = Wanted::parse(text).expect_err(text);
            assert!(error.0.contains("sa/NAMESPACE/NAME"), "{text}: {error}");
        }
    }
}
