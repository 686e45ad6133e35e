//! From an account to its rights: the bindings that name it or a group it is in, their roles, their
//! rules; and the ways up that these rights together open.

use foldhash::HashMap;

use super::Rights;
use super::account::Account;
use super::binding::{Binding, Reach, Subject, Who};
use super::escalation::{
    ESCALATIONS, Escalation, Goal, Needs, needs_met, needs_of_ways, right_met,
};
use super::role::Role;
use super::rule::Rule;
use crate::graph::Graph;
use crate::resource::Resource;
use crate::selector::Match;

/// The group of all ServiceAccounts.
pub const ALL_ACCOUNTS: &str = "system:serviceaccounts";
/// The beginning of the group of the ServiceAccounts of a namespace.
pub const ACCOUNTS_OF: &str = "system:serviceaccounts:";
/// The group of everybody who has proved who he is.
pub const AUTHENTICATED: &str = "system:authenticated";
/// The group of everybody who has not.
pub const UNAUTHENTICATED: &str = "system:unauthenticated";
/// The user of a request without any proof.
pub const ANONYMOUS: &str = "system:anonymous";
/// The group that the API server lets do everything, without asking a role.
pub const MASTERS: &str = "system:masters";

/// A binding that somebody gets a role by.
#[derive(Debug, Clone, Copy)]
pub struct Given<'g, 'a> {
    /// The binding.
    pub binding: &'g Binding<'a>,
    /// The subject that means him.
    pub subject: &'g Subject<'a>,
    /// Whether it surely does: a namespace that is not stated on one side may be another one.
    pub sure: Match,
    pub(super) at: u32,
}

/// A rule that somebody has, and the way to it.
#[derive(Debug, Clone, Copy)]
pub struct Grant<'g, 'a> {
    /// The binding and the subject in it.
    pub given: Given<'g, 'a>,
    /// The role that the binding names.
    pub role: &'g Role<'a>,
    /// The role that holds the rule: the same, or one that it aggregates.
    pub source: &'g Role<'a>,
    /// The rule.
    pub rule: &'g Rule<'a>,
    /// Where it holds.
    pub reach: Reach<'a>,
    /// Whether he surely has it.
    pub sure: Match,
}

/// A right by which a rule meets a need: verb, group, resource.
#[derive(Debug, Clone, Copy)]
pub struct Step<'g, 'a> {
    /// The rule that grants it.
    pub grant: Grant<'g, 'a>,
    /// The verb; `*` for every one.
    pub verb: &'static str,
    /// The group.
    pub group: &'static str,
    /// The resource.
    pub resource: &'static str,
}

/// A way up that somebody has.
#[derive(Debug, Clone)]
pub struct WayUp<'g, 'a> {
    /// The way.
    pub way: &'static Escalation,
    /// What it leads to.
    pub goal: Goal,
    /// Where its rights hold.
    pub reach: Reach<'a>,
    /// The rights that open it, one for each thing that it needs.
    pub steps: Vec<Step<'g, 'a>>,
    /// Whether it surely is open to him.
    pub sure: Match,
}

impl<'a> WayUp<'_, 'a> {
    /// True for the way that has all others in it.
    fn is_everything_at(&self, reach: Reach<'a>) -> bool {
        self.way.name == "everything" && self.reach == reach
    }

    /// What he may do, after "may": "read every Secret of namespace `shop`".
    pub fn words(&self) -> String {
        match self.reach {
            Reach::Cluster => self.way.may.to_owned(),
            Reach::Namespace(Some(name)) => format!("{} of namespace `{name}`", self.way.may),
            Reach::Namespace(None) => format!("{} of its namespace", self.way.may),
        }
    }
}

/// Subjects by whom they mean: bindings and positions in their subjects.
#[derive(Debug, Default)]
pub(crate) struct Named<'a> {
    groups: HashMap<&'a str, Vec<(u32, u32)>>,
    users: HashMap<&'a str, Vec<(u32, u32)>>,
}

impl<'a> Named<'a> {
    pub fn new(bindings: &[Binding<'a>]) -> Self {
        let mut named = Self::default();
        for (at, binding) in bindings.iter().enumerate() {
            for (item, subject) in binding.subjects.iter().enumerate() {
                let place = (at as u32, item as u32);
                match subject.who {
                    Who::Group(name) => named.groups.entry(name).or_default().push(place),
                    Who::User(name) => named.users.entry(name).or_default().push(place),
                    Who::Account(..) | Who::Unknown => {}
                }
            }
        }
        named
    }

    /// Every group and user that a binding names, sorted.
    pub fn all(&self) -> Vec<Who<'a>> {
        let mut users: Vec<&str> = self.users.keys().copied().collect();
        let mut groups: Vec<&str> = self.groups.keys().copied().collect();
        users.sort_unstable();
        groups.sort_unstable();
        users.into_iter().map(Who::User).chain(groups.into_iter().map(Who::Group)).collect()
    }
}

/// The needs that rights meet, where they hold.
#[derive(Debug, Clone, Default)]
pub(crate) struct Powers<'a> {
    cluster: Needs,
    namespaces: HashMap<Option<&'a str>, Needs>,
}

impl<'a> Powers<'a> {
    fn add(&mut self, reach: Reach<'a>, needs: Needs) {
        let place = match reach {
            _ if needs.is_empty() => return,
            Reach::Cluster => &mut self.cluster,
            Reach::Namespace(name) => self.namespaces.entry(name).or_default(),
        };
        *place = place.or(needs);
    }

    fn at(&self, reach: Reach<'a>) -> Needs {
        match reach {
            Reach::Cluster => self.cluster,
            Reach::Namespace(name) => {
                let own = self.namespaces.get(&name).copied().unwrap_or_default();
                own.or(self.cluster)
            }
        }
    }

    /// The reaches at which something is met, the cluster first, namespaces sorted.
    fn reaches(&self) -> Vec<Reach<'a>> {
        let mut names: Vec<_> = self.namespaces.keys().copied().collect();
        names.sort_unstable();
        std::iter::once(Reach::Cluster).chain(names.into_iter().map(Reach::Namespace)).collect()
    }
}

/// What bindings open: those that surely mean somebody, and those that may.
struct Opened<'a> {
    sure: Powers<'a>,
    likely: Powers<'a>,
}

/// The needs that the rules of each role meet: what is stated by the role itself.
pub(crate) fn needs_of_roles(roles: &[Role<'_>]) -> Vec<Needs> {
    let of = |role: &Role<'_>| {
        let rules = role.own.iter().filter(|_| role.aggregates.is_none());
        rules.fold(Needs::default(), |all, rule| all.or(needs_met(rule)))
    };
    roles.iter().map(of).collect()
}

impl<'a> Rights<'a> {
    /// Everybody whom the build knows: the accounts that pods run as, then the other accounts, then
    /// the users and groups that bindings name.
    pub fn subjects(&self) -> Vec<Who<'a>> {
        let accounts = self.accounts.all().iter();
        let (running, others): (Vec<_>, Vec<_>) =
            accounts.partition(|account| !account.pods.is_empty());
        let mut all: Vec<Who<'a>> = Vec::new();
        for mut group in [running, others] {
            group.sort_by_key(|account| (account.namespace, account.name));
            all.extend(group.into_iter().map(Account::who));
        }
        all.extend(self.named.all());
        all
    }

    /// The bindings that somebody gets a role by: those that name him, then those of groups that he
    /// is in. Whom a cloud or a certificate puts into a group is not to be seen here.
    pub fn given(&self, graph: &Graph<'a>, who: Who<'a>) -> Vec<Given<'_, 'a>> {
        let mut found = Vec::new();
        match who {
            Who::Account(namespace, name) => {
                self.by_name(graph, namespace, name, &mut found);
                self.by_account_groups(graph, namespace, &mut found);
            }
            Who::User(ANONYMOUS) => {
                self.push(self.named.users.get(ANONYMOUS), Match::Yes, &mut found);
                self.by_group(UNAUTHENTICATED, &mut found);
            }
            Who::User(name) => {
                self.push(self.named.users.get(name), Match::Yes, &mut found);
                self.by_group(AUTHENTICATED, &mut found);
            }
            Who::Group(name) => {
                self.by_group(name, &mut found);
                if name != AUTHENTICATED && name != UNAUTHENTICATED {
                    self.by_group(AUTHENTICATED, &mut found);
                }
            }
            Who::Unknown => {}
        }
        found
    }

    fn by_name<'g>(
        &'g self,
        graph: &Graph<'a>,
        namespace: Option<&str>,
        name: &str,
        into: &mut Vec<Given<'g, 'a>>,
    ) {
        let Some(at) = self.accounts.position(namespace, name) else { return };
        let own = self.accounts.get(at).map(|account| &account.named_by);
        self.push(own, Match::Yes, into);
        for other in self.accounts.namesakes(graph, at) {
            let named = self.accounts.get(other).map(|account| &account.named_by);
            self.push(named, Match::Unknown, into);
        }
    }

    fn by_account_groups<'g>(
        &'g self,
        graph: &Graph<'a>,
        namespace: Option<&str>,
        into: &mut Vec<Given<'g, 'a>>,
    ) {
        match namespace {
            Some(name) => self.by_group(&format!("{ACCOUNTS_OF}{name}"), into),
            None => {
                for name in ["default"].into_iter().chain(graph.sole()) {
                    let group = self.named.groups.get(&*format!("{ACCOUNTS_OF}{name}"));
                    self.push(group, Match::Unknown, into);
                }
            }
        }
        self.by_group(ALL_ACCOUNTS, into);
        self.by_group(AUTHENTICATED, into);
    }

    fn by_group<'g>(&'g self, name: &str, into: &mut Vec<Given<'g, 'a>>) {
        self.push(self.named.groups.get(name), Match::Yes, into);
    }

    fn push<'g>(
        &'g self,
        places: Option<&Vec<(u32, u32)>>,
        sure: Match,
        into: &mut Vec<Given<'g, 'a>>,
    ) {
        for (at, item) in places.into_iter().flatten() {
            let Some(binding) = self.bindings.get(*at) else { continue };
            let Some(subject) = binding.subjects.get(*item as usize) else { continue };
            into.push(Given { binding, subject, sure, at: *at });
        }
    }

    /// The rules that somebody gets through bindings, in the order of the bindings. Rules that hold
    /// in a namespace and say something of what is in none are included.
    pub fn grants<'g>(&'g self, given: &[Given<'g, 'a>]) -> Vec<Grant<'g, 'a>> {
        let mut found = Vec::new();
        for given in given {
            for (role_at, named) in self.bindings.roles(given.at) {
                let Some(role) = self.roles.get(*role_at) else { continue };
                for (source_at, takes) in self.roles.sources(*role_at).iter().copied() {
                    let Some(source) = self.roles.get(source_at) else { continue };
                    if source.aggregates.is_some() {
                        continue;
                    }
                    let sure = given.sure.and(*named).and(takes);
                    let (given, reach) = (*given, given.binding.reach);
                    found.extend(source.own.iter().map(|rule| Grant {
                        given,
                        role,
                        source,
                        rule,
                        reach,
                        sure,
                    }));
                }
            }
        }
        found
    }

    /// The needs that the roles of bindings surely meet.
    fn powers(&self, given: &[Given<'_, 'a>], least: Match) -> Powers<'a> {
        let mut powers = Powers::default();
        for given in
            given.iter().filter(|given| least == Match::Unknown || given.sure == Match::Yes)
        {
            for (role, named) in self.bindings.roles(given.at) {
                if *named != Match::Yes {
                    continue;
                }
                powers.add(given.binding.reach, self.needs_of(*role));
            }
        }
        powers
    }

    /// The needs that the rules which a role surely ends with meet.
    pub(crate) fn needs_of(&self, role: u32) -> Needs {
        let Some(memo) = self.effective_needs.get(role as usize) else { return Needs::default() };
        *memo.get_or_init(|| {
            let sources = self.roles.sources(role).iter();
            let sure = sources.filter(|(_, takes)| *takes == Match::Yes);
            sure.fold(Needs::default(), |all, (at, _)| {
                all.or(self.own_needs.get(*at as usize).copied().unwrap_or_default())
            })
        })
    }

    /// The ways up that bindings open, those to the cluster first. Where everything is allowed no
    /// other way is named.
    pub fn ways<'g>(&'g self, given: &[Given<'g, 'a>]) -> Vec<WayUp<'g, 'a>> {
        let opened = self.opened(given);
        let reaches = opened.likely.reaches();
        self.ways_at(given, &opened, &reaches)
    }

    /// The ways up that lead beyond one namespace: to the cluster, or to its nodes.
    pub fn ways_to_cluster<'g>(&'g self, given: &[Given<'g, 'a>]) -> Vec<WayUp<'g, 'a>> {
        let reaches = [Reach::Cluster, Reach::Namespace(Some("kube-system"))];
        let mut ways = self.ways_at(given, &self.opened(given), &reaches);
        ways.retain(|way| matches!(way.goal, Goal::Cluster | Goal::Node));
        ways
    }

    fn opened(&self, given: &[Given<'_, 'a>]) -> Opened<'a> {
        let sure = self.powers(given, Match::Yes);
        Opened { sure, likely: self.powers(given, Match::Unknown) }
    }

    fn ways_at<'g>(
        &'g self,
        given: &[Given<'g, 'a>],
        opened: &Opened<'a>,
        reaches: &[Reach<'a>],
    ) -> Vec<WayUp<'g, 'a>> {
        let mut found: Vec<WayUp<'g, 'a>> = Vec::new();
        for reach in reaches {
            for (way, needs) in ESCALATIONS.iter().zip(needs_of_ways().iter().copied()) {
                found.extend(self.way_at(given, opened, *reach, way, needs));
                if found.last().is_some_and(|last| last.is_everything_at(*reach)) {
                    break;
                }
            }
            if found.first().is_some_and(|first| first.is_everything_at(Reach::Cluster)) {
                break;
            }
        }
        found
    }

    /// A way, where its rights hold at `reach` and not in the whole cluster already.
    fn way_at<'g>(
        &'g self,
        given: &[Given<'g, 'a>],
        opened: &Opened<'a>,
        reach: Reach<'a>,
        way: &'static Escalation,
        needs: Needs,
    ) -> Option<WayUp<'g, 'a>> {
        let goal = way.goal(reach)?;
        let told = reach != Reach::Cluster && opened.likely.cluster.hold(needs);
        if told || !opened.likely.at(reach).hold(needs) {
            return None;
        }
        let is_sure = opened.sure.at(reach).hold(needs);
        let sure = if is_sure { Match::Yes } else { Match::Unknown };
        let steps = self.steps(given, needs, reach, sure);
        Some(WayUp { way, goal, reach, steps, sure })
    }

    /// For each need the first grant that meets it where `reach` is asked for.
    fn steps<'g>(
        &'g self,
        given: &[Given<'g, 'a>],
        needs: Needs,
        reach: Reach<'a>,
        least: Match,
    ) -> Vec<Step<'g, 'a>> {
        let mut steps = Vec::new();
        for need in needs.each() {
            let near = given.iter().filter(|given| {
                let there = given.binding.reach == reach || given.binding.reach == Reach::Cluster;
                there && (least == Match::Unknown || given.sure == Match::Yes)
            });
            let step = near.into_iter().find_map(|given| self.step(*given, need));
            steps.extend(step);
        }
        steps
    }

    fn step<'g>(&'g self, given: Given<'g, 'a>, need: Needs) -> Option<Step<'g, 'a>> {
        for (role_at, named) in self.bindings.roles(given.at) {
            if *named != Match::Yes || !self.needs_of(*role_at).meet(need) {
                continue;
            }
            let sources = self.roles.sources(*role_at).iter().filter(|(at, takes)| {
                let own = self.own_needs.get(*at as usize);
                *takes == Match::Yes && own.is_some_and(|own| own.meet(need))
            });
            for (source_at, _) in sources {
                let source = self.roles.get(*source_at).filter(|role| role.aggregates.is_none());
                let rules = source.into_iter().flat_map(|role| &role.own);
                for rule in rules {
                    let Some((verb, group, resource)) = right_met(rule, need) else { continue };
                    let (role, source) = (self.roles.get(*role_at)?, source?);
                    let (reach, sure) = (given.binding.reach, given.sure);
                    let grant = Grant { given, role, source, rule, reach, sure };
                    return Some(Step { grant, verb, group, resource });
                }
            }
        }
        None
    }
}

impl<'a> Graph<'a> {
    /// The bindings that an account gets roles by.
    pub fn given_to(&self, account: &Account<'a>) -> Vec<Given<'_, 'a>> {
        self.rights().given(self, account.who())
    }

    /// The ways up that a binding opens to each of its subjects.
    pub fn ways_of(&self, binding: &Resource) -> Vec<WayUp<'_, 'a>> {
        let rights = self.rights();
        let at = rights.bindings.position(binding);
        let Some((at, binding)) = at.and_then(|at| Some((at, rights.bindings.get(at)?))) else {
            return Vec::new();
        };
        let Some(subject) = binding.subjects.first() else { return Vec::new() };
        rights.ways(&[Given { binding, subject, sure: Match::Yes, at }])
    }

    /// The rules that an account has.
    pub fn rights_of(&self, account: &Account<'a>) -> Vec<Grant<'_, 'a>> {
        self.rights().grants(&self.given_to(account))
    }

    /// The ways up that are open to an account, and lead beyond one namespace.
    pub fn ways_to_cluster(&self, account: &Account<'a>) -> Vec<WayUp<'_, 'a>> {
        self.rights().ways_to_cluster(&self.given_to(account))
    }

    /// The ways up that are open to an account.
    pub fn ways_up(&self, account: &Account<'a>) -> Vec<WayUp<'_, 'a>> {
        self.rights().ways(&self.given_to(account))
    }
}
