//! The account of a workload: whether its token is mounted, what it may do, and where that leads.

use kubesift_engine::model::rights::{Account, Grant, Reach, Rule, WayUp, Words};
use kubesift_engine::model::{GraphPod, Match, Resource};

use super::{About, Line, Section, Tone, named, section};

impl<'a> About<'_, 'a> {
    /// The account that a pod runs as, and its rights.
    pub(super) fn account(&self, pod: &GraphPod<'a>) -> Option<Section> {
        let account = self.graph.account_of(pod)?;
        let object = self.graph.account_object(pod);
        let named = pod.pod.service_account();
        let words = format!("runs as {}", account.words());
        let first = match (object, named) {
            (Some(object), _) => Line::new(words).of(object).at(self.object(object)),
            (None, Some(node)) => Line::new(format!("{words}, which no file defines"))
                .tone(Tone::Unsure)
                .at(self.node(node)),
            (None, None) => Line::new(format!("{words}, as it names none")).tone(Tone::Quiet),
        };
        let token = self.graph.token_of(pod);
        let words = match token.mounted {
            Match::Yes => "a token of it is mounted",
            Match::No => "no token of it is mounted",
            Match::Unknown => "whether a token of it is mounted is not known",
        };
        let token = Line::new(words).at(token.by.and_then(|node| self.node(node)));
        let mut lines = vec![first, token];
        lines.extend(self.rights(account));
        section("account", "Account and rights", lines)
    }

    /// The rights of an account, for its own object.
    pub(super) fn account_rights(&self, resource: &Resource) -> Option<Section> {
        if !resource.is("ServiceAccount") {
            return None;
        }
        let accounts = &self.graph.rights().accounts;
        let at = accounts.position(resource.namespace.as_deref(), resource.name.as_deref()?)?;
        section("account", "Rights", self.rights(accounts.get(at)?))
    }

    fn rights(&self, account: &Account<'a>) -> Vec<Line> {
        let mut lines = Vec::new();
        for identity in account.cloud_identities() {
            let words = format!("is {} `{}` at its cloud", identity.what, identity.identity);
            lines.push(Line::new(words).at(self.node(identity.node)));
        }
        for way in self.graph.ways_up(account) {
            lines.push(self.way_up(&way));
        }
        let grants = self.graph.rights_of(account);
        if grants.is_empty() {
            lines.push(Line::new("no binding gives it rights").tone(Tone::Quiet));
        }
        lines.extend(self.cut(grants.iter().map(|grant| self.grant(grant)).collect()));
        lines
    }

    fn way_up(&self, way: &WayUp<'_, 'a>) -> Line {
        let perhaps = if way.sure == Match::Yes { "" } else { "perhaps " };
        let words = format!("way up to the {}: {perhaps}may {}", way.goal.name(), way.words());
        let place = way.steps.first().and_then(|step| self.rule_place(&step.grant));
        let steps = way.steps.iter().map(|step| {
            let right =
                format!("`{}` on `{}` by {}", step.verb, step.resource, step.grant.role.words());
            Line::new(right).at(self.rule_place(&step.grant))
        });
        Line::new(words).tone(Tone::Danger).at(place).steps(steps.collect())
    }

    fn grant(&self, grant: &Grant<'_, 'a>) -> Line {
        let perhaps = if grant.sure == Match::Yes { "" } else { "perhaps " };
        let place = match grant.reach {
            Reach::Cluster => "in the whole cluster".to_owned(),
            Reach::Namespace(Some(name)) => format!("in namespace `{name}`"),
            Reach::Namespace(None) => "in its namespace".to_owned(),
        };
        let words = format!("{perhaps}may {} {place}", rule_words(grant.rule));
        let binding = grant.given.binding.resource;
        let by = format!("by {}, {}", named(binding), grant.role.words());
        let tone = if grant.sure == Match::Yes { Tone::Plain } else { Tone::Unsure };
        let step = Line::new(by).tone(Tone::Quiet).of(binding).at(self.object(binding));
        Line::new(words).tone(tone).at(self.rule_place(grant)).steps(vec![step])
    }

    /// Where a rule stands; where its binding does when the role is built in.
    fn rule_place(&self, grant: &Grant<'_, 'a>) -> Option<super::PlaceView> {
        match grant.rule.node {
            Some(node) => self.node(node),
            None => self.object(grant.given.binding.resource),
        }
    }
}

/// "get, list on pods, services (apps)", "get at /metrics".
fn rule_words(rule: &Rule<'_>) -> String {
    if rule.is_everything() {
        return "do everything with everything".to_owned();
    }
    let verbs = match listed(&rule.verbs).as_str() {
        "*" => "do everything".to_owned(),
        some => some.to_owned(),
    };
    if rule.resources.is_empty() && !rule.urls.is_empty() {
        return match listed(&rule.urls).as_str() {
            "*" => format!("{verbs} at every URL"),
            urls => format!("{verbs} at {urls}"),
        };
    }
    let groups: Vec<&str> =
        rule.groups.iter().map(|group| group.text).filter(|group| !group.is_empty()).collect();
    let groups = match groups.as_slice() {
        [] => String::new(),
        ["*"] => " of every group".to_owned(),
        groups => format!(" of {}", groups.join(", ")),
    };
    let names = match rule.names.is_empty() {
        true => String::new(),
        false => format!(" named {}", listed(&rule.names)),
    };
    let resources = match listed(&rule.resources).as_str() {
        "*" => "every resource".to_owned(),
        some => some.to_owned(),
    };
    format!("{verbs} on {resources}{groups}{names}")
}

/// Items of a rule that are listed; more are counted.
const MOST: usize = 8;

fn listed(words: &Words<'_>) -> String {
    let all: Vec<&str> = words.iter().map(|word| word.text).collect();
    match all.len().saturating_sub(MOST) {
        0 | 1 => all.join(", "),
        more => format!("{} and {more} more", all.get(..MOST).unwrap_or_default().join(", ")),
    }
}
