//! The bindings of a build: which role each gives, to whom, and where it then holds.

use foldhash::HashMap;
use kubesift_yaml::Node;

use super::closure::MASTERS;
use super::role::{RBAC, RoleKind, Roles};
use crate::graph::Graph;
use crate::resource::{Resource, ResourceId};
use crate::selector::Match;
use crate::unknown::is_unknown;

/// Where a right holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reach<'a> {
    /// In every namespace, and for what is in none.
    Cluster,
    /// In a namespace; none is the one of the resources that state none.
    Namespace(Option<&'a str>),
}

/// Who a binding gives its role to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Who<'a> {
    /// A ServiceAccount: its namespace (none when nothing says it) and name. The user
    /// `system:serviceaccount:NAMESPACE:NAME` is the same.
    Account(Option<&'a str>, &'a str),
    /// A user.
    User(&'a str),
    /// A group.
    Group(&'a str),
    /// Filled in later, or not to be read.
    Unknown,
}

/// A subject of a binding.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Whom it names.
    pub who: Who<'a>,
    /// The item of `subjects`.
    pub node: Node<'a>,
}

/// The role that a binding names.
#[derive(Debug, Clone, Copy)]
pub struct RoleRef<'a> {
    /// Its kind; none when it is filled in later or is no kind of role.
    pub kind: Option<RoleKind>,
    /// Its name.
    pub name: &'a str,
    /// `roleRef.name`.
    pub node: Node<'a>,
}

/// A RoleBinding or ClusterRoleBinding.
#[derive(Debug)]
pub struct Binding<'a> {
    /// Its object.
    pub resource: &'a Resource,
    /// Where it gives rights.
    pub reach: Reach<'a>,
    /// The role it names; none when it names none.
    pub role: Option<RoleRef<'a>>,
    /// Its subjects.
    pub subjects: Vec<Subject<'a>>,
    /// True when there may be subjects that the manifest does not show.
    pub open: bool,
}

/// The user that a ServiceAccount is, up to its namespace.
const ACCOUNT_USER: &str = "system:serviceaccount:";

impl<'a> Subject<'a> {
    fn of(node: Node<'a>, binding: Reach<'a>) -> Self {
        let text = |key| node.get(key).and_then(Node::text).filter(|text| !text.is_empty());
        let who = match (text("kind"), text("name")) {
            // Without a namespace the API server refuses it; where the binding is, is what was meant, and
            // Kustomize fills in the namespace of an account that states none either.
            (Some("ServiceAccount"), Some(name)) => {
                let binding = match binding {
                    Reach::Namespace(namespace) => namespace,
                    Reach::Cluster => None,
                };
                Who::Account(text("namespace").or(binding), name)
            }
            (Some("User"), Some(name)) => match account_of_user(name) {
                Some((namespace, name)) => Who::Account(Some(namespace), name),
                None => Who::User(name),
            },
            (Some("Group"), Some(name)) => Who::Group(name),
            _ => Who::Unknown,
        };
        Self { who, node }
    }

    /// True when it is filled in later, wholly or in part.
    pub fn is_unsure(&self) -> bool {
        match self.who {
            Who::Account(namespace, name) => namespace.is_some_and(is_unknown) || is_unknown(name),
            Who::User(name) | Who::Group(name) => is_unknown(name),
            Who::Unknown => true,
        }
    }

    /// The subject for messages: "ServiceAccount `shop/web`".
    pub fn words(&self) -> String {
        match self.who {
            Who::Account(Some(namespace), name) => format!("ServiceAccount `{namespace}/{name}`"),
            Who::Account(None, name) => format!("ServiceAccount `{name}`"),
            Who::User(name) => format!("User `{name}`"),
            Who::Group(name) => format!("Group `{name}`"),
            Who::Unknown => {
                let text = |key| self.node.get(key).and_then(Node::text);
                match (text("kind"), text("name")) {
                    (Some(kind), Some(name)) => format!("{kind} `{name}`"),
                    _ => "an unknown subject".to_owned(),
                }
            }
        }
    }
}

/// Namespace and name of the ServiceAccount that a user name stands for.
fn account_of_user(user: &str) -> Option<(&str, &str)> {
    user.strip_prefix(ACCOUNT_USER)?.split_once(':')
}

impl<'a> Binding<'a> {
    /// The binding that an object is; none for other kinds.
    pub fn of(resource: &'a Resource) -> Option<Self> {
        if *resource.kind.group != *RBAC {
            return None;
        }
        let reach = match &*resource.kind.kind {
            "ClusterRoleBinding" => Reach::Cluster,
            "RoleBinding" => Reach::Namespace(resource.namespace.as_deref()),
            _ => return None,
        };
        let role = resource.field("roleRef.name").node().and_then(|node| {
            let kind = resource.field("roleRef.kind").str().and_then(RoleKind::parse);
            Some(RoleRef { kind, name: node.text()?, node })
        });
        let subjects = resource.field("subjects");
        Some(Self {
            resource,
            reach,
            role,
            subjects: subjects.items().map(|item| Subject::of(item, reach)).collect(),
            open: subjects.node().is_some_and(|node| !node.is_list()),
        })
    }

    /// True when its role is filled in later. One without a `roleRef` is a patch of another.
    fn has_unknown_role(&self) -> bool {
        match self.role {
            Some(role) => role.kind.is_none() || is_unknown(role.name),
            None => self.resource.field("roleRef").exists(),
        }
    }

    /// True when nobody gets the role.
    pub fn is_empty(&self) -> bool {
        self.subjects.is_empty() && !self.open
    }

    /// The binding for messages: "RoleBinding `shop/readers`". A ClusterRoleBinding is in no
    /// namespace, also where the manifest states one.
    pub fn words(&self) -> String {
        let name = match self.reach {
            Reach::Cluster => self.resource.name.as_deref().unwrap_or("(no name)").to_owned(),
            _ => self.resource.full_name(),
        };
        format!("{} `{name}`", self.resource.kind.kind)
    }

    /// What names the binding in its build.
    pub fn cause(&self) -> String {
        format!("binding {}", self.resource.id.0)
    }

    /// Where it gives rights, for messages: "the cluster", "namespace `shop`".
    pub fn place_words(&self) -> String {
        match self.reach {
            Reach::Cluster => "the cluster".to_owned(),
            Reach::Namespace(Some(namespace)) => format!("namespace `{namespace}`"),
            Reach::Namespace(None) => "its namespace".to_owned(),
        }
    }

    /// Whom it gives its role to, for messages: "Group `team` and 2 more". None when it is nobody,
    /// or nobody but the group `system:masters`, which needs no role.
    pub fn subject_words(&self) -> Option<String> {
        let mut given = self.subjects.iter().filter(|subject| subject.who != Who::Group(MASTERS));
        let first = given.next()?.words();
        Some(match given.count() {
            0 => first,
            more => format!("{first} and {more} more"),
        })
    }

    /// The role it names, for messages: "ClusterRole `view`".
    pub fn role_words(&self) -> String {
        let Some(role) = self.role else { return "no role".to_owned() };
        format!("{} `{}`", role.kind.map_or("role", RoleKind::name), role.name)
    }

    /// The name of the role that it gives; none when it names none.
    pub fn role_name(&self) -> Option<&'a str> {
        self.role.map(|role| role.name)
    }
}

/// All bindings, with the role that each gives.
#[derive(Debug)]
pub struct Bindings<'a> {
    all: Vec<Binding<'a>>,
    at: HashMap<ResourceId, u32>,
    /// For each binding the roles it names (one, unless the build defines a role twice).
    roles: Vec<Vec<(u32, Match)>>,
    /// For each role the bindings that name it.
    of_role: Vec<Vec<(u32, Match)>>,
    /// Some binding gives a role whose name or kind is filled in later.
    any_unknown: bool,
}

impl<'a> Bindings<'a> {
    pub(crate) fn new(graph: &Graph<'a>, roles: &Roles<'a>) -> Self {
        let all: Vec<Binding<'a>> =
            graph.of_kinds(|group, _| group == RBAC).into_iter().filter_map(Binding::of).collect();
        let mut places = Places::default();
        for (at, role) in roles.all().iter().enumerate() {
            if role.kind == RoleKind::Role {
                places.add(role.namespace, role.name, at as u32);
            }
        }
        let places_of = all.iter().enumerate().map(|(at, one)| (one.resource.id, at as u32));
        let mut found = Self {
            at: places_of.collect(),
            roles: Vec::with_capacity(all.len()),
            of_role: vec![Vec::new(); roles.all().len()],
            any_unknown: false,
            all,
        };
        for (at, binding) in found.all.iter().enumerate() {
            let named = named_roles(graph, roles, &places, binding);
            found.any_unknown |= named.is_empty() && binding.has_unknown_role();
            for (role, sure) in &named {
                if let Some(list) = found.of_role.get_mut(*role as usize) {
                    list.push((at as u32, *sure));
                }
            }
            found.roles.push(named);
        }
        found
    }

    /// All bindings, in the order of the build.
    pub fn all(&self) -> &[Binding<'a>] {
        &self.all
    }

    /// The position of the binding that an object is.
    pub fn position(&self, binding: &Resource) -> Option<u32> {
        self.at.get(&binding.id).copied()
    }

    /// The binding at a position in [`Bindings::all`].
    pub fn get(&self, at: u32) -> Option<&Binding<'a>> {
        self.all.get(at as usize)
    }

    /// Positions of the roles that the binding at a position gives; none when the role is not in
    /// view.
    pub fn roles(&self, at: u32) -> &[(u32, Match)] {
        self.roles.get(at as usize).map_or(&[], Vec::as_slice)
    }

    /// Positions of the bindings that name a role.
    pub(crate) fn of_role(&self, role: u32) -> &[(u32, Match)] {
        self.of_role.get(role as usize).map_or(&[], Vec::as_slice)
    }

    /// True when some binding gives a role that is filled in later.
    pub(crate) fn any_unknown(&self) -> bool {
        self.any_unknown
    }
}

fn named_roles<'a>(
    graph: &Graph<'a>,
    roles: &Roles<'a>,
    places: &Places<'a>,
    binding: &Binding<'a>,
) -> Vec<(u32, Match)> {
    let Some(role) = binding.role else { return Vec::new() };
    match (role.kind, binding.reach) {
        (Some(RoleKind::ClusterRole), _) => {
            roles.cluster_roles(role.name).iter().map(|at| (*at, Match::Yes)).collect()
        }
        (Some(RoleKind::Role), Reach::Namespace(namespace)) => {
            places.find(graph, namespace, role.name)
        }
        _ => Vec::new(),
    }
}

/// Things by namespace and name. A namespace that is not stated, or filled in later, may be another
/// one: see [`Graph::same_namespace`].
#[derive(Debug, Default)]
pub(crate) struct Places<'a> {
    exact: HashMap<(Option<&'a str>, &'a str), Vec<u32>>,
    by_name: HashMap<&'a str, Vec<(Option<&'a str>, u32)>>,
    /// Those of a name whose namespace is not stated or filled in later.
    loose: HashMap<&'a str, Vec<(Option<&'a str>, u32)>>,
}

impl<'a> Places<'a> {
    pub fn add(&mut self, namespace: Option<&'a str>, name: &'a str, at: u32) {
        self.exact.entry((namespace, name)).or_default().push(at);
        self.by_name.entry(name).or_default().push((namespace, at));
        if namespace.is_none_or(is_unknown) {
            self.loose.entry(name).or_default().push((namespace, at));
        }
    }

    /// What is, or may be, in a namespace under a name.
    pub fn find(
        &self,
        graph: &Graph<'a>,
        namespace: Option<&'a str>,
        name: &str,
    ) -> Vec<(u32, Match)> {
        let exact = self.exact.get(&(namespace, name)).into_iter().flatten();
        let mut found: Vec<(u32, Match)> = exact.map(|at| (*at, Match::Yes)).collect();
        if !found.is_empty() {
            return found;
        }
        let clear = namespace.is_some_and(|namespace| !is_unknown(namespace));
        let others = if clear { self.loose.get(name) } else { self.by_name.get(name) };
        for (other, at) in others.into_iter().flatten() {
            let same = graph.same_namespace(namespace, *other);
            if same != Match::No {
                found.push((*at, same));
            }
        }
        found
    }
}
