//! The accounts that a build's pods run as and its bindings name, and whether a pod holds a token
//! of its account.

use foldhash::HashMap;
use kubesift_yaml::{Boolean, Node};

use super::binding::{Binding, Who};
use crate::graph::{Graph, GraphPod};
use crate::pod::Pod;
use crate::resource::Resource;
use crate::selector::Match;
use crate::unknown::is_unknown;

/// The account of pods that name none.
pub const DEFAULT_ACCOUNT: &str = "default";

/// A ServiceAccount: an object of the build, or one that only pods or bindings name.
#[derive(Debug)]
pub struct Account<'a> {
    /// Its namespace; none when nothing says it.
    pub namespace: Option<&'a str>,
    /// Its name.
    pub name: &'a str,
    /// Its object, when the build holds it.
    pub object: Option<&'a Resource>,
    /// Positions in [`Graph::pods`] of the pods that run as it.
    pub pods: Vec<u32>,
    /// Bindings and positions in their subjects that name it.
    pub(crate) named_by: Vec<(u32, u32)>,
}

impl<'a> Account<'a> {
    /// Its identity.
    pub fn who(&self) -> Who<'a> {
        Who::Account(self.namespace, self.name)
    }

    /// True when the build shows more of it than a subject that names it.
    pub fn is_in_view(&self) -> bool {
        self.object.is_some() || !self.pods.is_empty()
    }

    /// `shop/web`, or `web` when nothing says the namespace.
    pub fn full_name(&self) -> String {
        match self.namespace {
            Some(namespace) => format!("{namespace}/{}", self.name),
            None => self.name.to_owned(),
        }
    }

    /// The account for messages: "ServiceAccount `shop/web`".
    pub fn words(&self) -> String {
        format!("ServiceAccount `{}`", self.full_name())
    }
}

/// All accounts: those with an object in the order of the build, then those that pods run as, then
/// those that only bindings name.
#[derive(Debug, Default)]
pub struct Accounts<'a> {
    all: Vec<Account<'a>>,
    at: HashMap<(Option<&'a str>, &'a str), u32>,
    by_name: HashMap<&'a str, Vec<u32>>,
    /// Those of a name whose namespace is not stated or filled in later.
    loose: HashMap<&'a str, Vec<u32>>,
    /// For each pod its account; none when nobody knows it.
    of_pod: Vec<Option<u32>>,
}

/// Namesakes that are looked at for being the same account: more are not told apart by hand either.
const NAMESAKES: usize = 64;

impl<'a> Accounts<'a> {
    pub(crate) fn new(graph: &Graph<'a>, bindings: &[Binding<'a>]) -> Self {
        let mut accounts = Self::default();
        for object in graph.of("ServiceAccount") {
            let Some(name) = object.name.as_deref() else { continue };
            let at = accounts.entry(object.namespace.as_deref(), name);
            let account = &mut accounts.all[at as usize];
            account.object = account.object.or(Some(object));
        }
        for pod in graph.pods() {
            let at = account_name(&pod.pod).map(|name| accounts.entry(pod.namespace, name));
            if let Some(account) = at.and_then(|at| accounts.all.get_mut(at as usize)) {
                account.pods.push(pod.at);
            }
            accounts.of_pod.push(at);
        }
        for (place, binding) in bindings.iter().enumerate() {
            for (item, subject) in binding.subjects.iter().enumerate() {
                let Who::Account(namespace, name) = subject.who else { continue };
                let at = accounts.entry(namespace, name);
                accounts.all[at as usize].named_by.push((place as u32, item as u32));
            }
        }
        accounts
    }

    fn entry(&mut self, namespace: Option<&'a str>, name: &'a str) -> u32 {
        let next = self.all.len() as u32;
        let at = *self.at.entry((namespace, name)).or_insert(next);
        if at == next {
            let (pods, named_by) = (Vec::new(), Vec::new());
            self.all.push(Account { namespace, name, object: None, pods, named_by });
            self.by_name.entry(name).or_default().push(at);
            if namespace.is_none_or(is_unknown) {
                self.loose.entry(name).or_default().push(at);
            }
        }
        at
    }

    /// All of them.
    pub fn all(&self) -> &[Account<'a>] {
        &self.all
    }

    /// The account at a position in [`Accounts::all`].
    pub fn get(&self, at: u32) -> Option<&Account<'a>> {
        self.all.get(at as usize)
    }

    /// The position of the account of a namespace and name.
    pub fn position(&self, namespace: Option<&str>, name: &str) -> Option<u32> {
        self.at.get(&(namespace, name)).copied()
    }

    /// The position of the account that a pod runs as; none when an operator chooses it.
    pub fn of_pod(&self, pod: &GraphPod<'a>) -> Option<u32> {
        self.of_pod.get(pod.at as usize).copied().flatten()
    }

    /// Positions of the accounts of the same name that may be the same account, because one of the
    /// two namespaces is not stated or is filled in later: a folder whose bindings name the
    /// namespace that it is applied in, while its workloads name none.
    pub(crate) fn namesakes(&self, graph: &Graph<'a>, at: u32) -> Vec<u32> {
        let Some(account) = self.get(at) else { return Vec::new() };
        let clear = account.namespace.is_some_and(|namespace| !is_unknown(namespace));
        let others = if clear { &self.loose } else { &self.by_name };
        let others = others.get(account.name).into_iter().flatten().copied();
        let same = others.filter(|other| *other != at).take(NAMESAKES).filter(|other| {
            let Some(other) = self.get(*other) else { return false };
            let stated = graph.same_namespace(account.namespace, other.namespace) != Match::No;
            // One that the build shows in its namespace is itself; so is every `default`.
            let own = account.name == DEFAULT_ACCOUNT || other.is_in_view() && account.is_in_view();
            stated || !own && (account.namespace.is_none() || other.namespace.is_none())
        });
        same.collect()
    }
}

/// The name of the account that a pod runs as; none when an operator chooses it.
fn account_name<'a>(pod: &Pod<'a>) -> Option<&'a str> {
    match pod.service_account() {
        None => (!pod.is_partial()).then_some(DEFAULT_ACCOUNT),
        Some(node) => match node.text()? {
            "" => Some(DEFAULT_ACCOUNT),
            name => Some(name),
        },
    }
}

/// Whether the containers of a pod find a token of its account.
#[derive(Debug, Clone, Copy)]
pub struct Token<'a> {
    /// Whether there is one.
    pub mounted: Match,
    /// What decides: `automountServiceAccountToken` of the pod or of its account, or the projected
    /// volume; none for the default.
    pub by: Option<Node<'a>>,
}

impl<'a> Graph<'a> {
    /// The account that a pod runs as; none when an operator chooses it.
    pub fn account_of(&self, pod: &GraphPod<'a>) -> Option<&Account<'a>> {
        let accounts = &self.rights().accounts;
        accounts.get(accounts.of_pod(pod)?)
    }

    /// True when a pod runs as the account at a position, or a binding names it, or either may.
    pub fn is_account_used(&self, at: u32) -> bool {
        let accounts = &self.rights().accounts;
        let namesakes = accounts.namesakes(self, at);
        std::iter::once(at).chain(namesakes).any(|at| {
            let account = accounts.get(at);
            account.is_some_and(|one| !one.pods.is_empty() || !one.named_by.is_empty())
        })
    }

    /// The object of the account that a pod runs as: of its namespace, else the only one of its
    /// name for which either side leaves the namespace open.
    pub fn account_object(&self, pod: &GraphPod<'a>) -> Option<&'a Resource> {
        let accounts = &self.rights().accounts;
        let at = accounts.of_pod(pod)?;
        let exact = accounts.get(at)?.object;
        exact.or_else(|| {
            let others = accounts.namesakes(self, at).into_iter();
            let mut objects = others.filter_map(|other| accounts.get(other)?.object);
            objects.next().filter(|_| objects.next().is_none())
        })
    }

    /// Whether a pod holds a token for the API server: mounted by itself, which the pod and else its
    /// account decide, or through a projected volume.
    pub fn token_of(&self, pod: &GraphPod<'a>) -> Token<'a> {
        let projected = projected_token(&pod.pod);
        let own = pod.pod.field("automountServiceAccountToken");
        let automatic = match own.boolean() {
            Boolean::Absent => self.token_by_account(pod),
            Boolean::True => Token { mounted: Match::Yes, by: own.node() },
            Boolean::False => Token { mounted: Match::No, by: own.node() },
            Boolean::Unknown => Token { mounted: Match::Unknown, by: own.node() },
        };
        match projected {
            Some(node) if automatic.mounted != Match::Yes => {
                Token { mounted: Match::Yes, by: Some(node) }
            }
            _ => automatic,
        }
    }

    fn token_by_account(&self, pod: &GraphPod<'a>) -> Token<'a> {
        let Some(object) = self.account_object(pod) else {
            // The account may stand elsewhere and say no; one that nobody names is the cluster's.
            let named = pod.pod.service_account().is_some() || pod.pod.is_partial();
            let mounted = if named { Match::Unknown } else { Match::Yes };
            return Token { mounted, by: None };
        };
        let field = object.field("automountServiceAccountToken");
        let mounted = match field.boolean() {
            Boolean::Absent | Boolean::True => Match::Yes,
            Boolean::False => Match::No,
            Boolean::Unknown => Match::Unknown,
        };
        Token { mounted, by: field.node() }
    }
}

/// The projected volume that holds a token for the API server. A token for another audience (a
/// vault, a cloud) is none.
fn projected_token<'a>(pod: &Pod<'a>) -> Option<Node<'a>> {
    pod.volumes().find_map(|volume| {
        let sources = volume.field("projected.sources");
        sources.items().find_map(|source| {
            let token = source.get("serviceAccountToken")?;
            let audience = token.get("audience").and_then(Node::text).unwrap_or_default();
            (audience.is_empty() || audience.contains("kubernetes.default")).then_some(token)
        })
    })
}

/// A right outside of the cluster that an account carries.
#[derive(Debug, Clone, Copy)]
pub struct CloudIdentity<'a> {
    /// Whose it is: "AWS IAM role".
    pub what: &'static str,
    /// The identity.
    pub identity: &'a str,
    /// The annotation.
    pub node: Node<'a>,
}

/// Annotations of ServiceAccounts that give their pods an identity at a cloud.
const CLOUD_ANNOTATIONS: [(&str, &str); 4] = [
    ("eks.amazonaws.com/role-arn", "AWS IAM role"),
    ("iam.gke.io/gcp-service-account", "Google service account"),
    ("azure.workload.identity/client-id", "Azure identity"),
    ("pod-identity.alibabacloud.com/role-name", "Alibaba Cloud RAM role"),
];

impl<'a> Account<'a> {
    /// The identities at a cloud that its object names.
    pub fn cloud_identities(&self) -> Vec<CloudIdentity<'a>> {
        let Some(object) = self.object else { return Vec::new() };
        let all = CLOUD_ANNOTATIONS.iter().filter_map(|(key, what)| {
            let node = object.annotation(key)?;
            let identity = node.text().filter(|text| !text.is_empty())?;
            Some(CloudIdentity { what, identity, node })
        });
        all.collect()
    }
}
