//! What the ServiceAccount at a place may do: the worst first, in a few lines.

use std::cmp::Reverse;

use kubesift_model::rights::{Account, Reach, Rule, Words};
use kubesift_model::{Match, Relation};

use super::Asked;
use crate::words::{capital, listed, prose};

/// Ways up that are told, rules that are told, and words of one rule.
const WAYS: usize = 3;
const RULES: usize = 3;
const WORDS: usize = 5;

/// Lines on an account's rights, where its name stands: its own, a pod's or a binding's.
pub(super) fn lines(asked: &Asked<'_, '_, '_>) -> Vec<String> {
    account(asked).map(|account| rights(asked, account)).unwrap_or_default()
}

fn account<'g, 'a>(asked: &Asked<'_, 'g, 'a>) -> Option<&'g Account<'a>> {
    let (graph, resource) = (asked.seen.graph, asked.seen.resource);
    let accounts = &graph.rights().accounts;
    if resource.is("ServiceAccount") && asked.seen.is_declaration() {
        let at = accounts.position(resource.namespace.as_deref(), resource.name.as_deref()?)?;
        return accounts.get(at);
    }
    let link = asked.seen.link()?;
    match link.relation {
        Relation::ServiceAccount => graph.account_of(graph.pod_of(resource)?),
        Relation::Subject => {
            accounts.get(accounts.position(link.wanted.namespace(), link.wanted.name)?)
        }
        _ => None,
    }
}

fn rights<'a>(asked: &Asked<'_, '_, 'a>, account: &Account<'a>) -> Vec<String> {
    let graph = asked.seen.graph;
    let mut lines = Vec::new();
    for identity in account.cloud_identities().iter().take(WAYS) {
        let words = format!("is {} `{}` at its cloud", identity.what, identity.identity);
        lines.push(prose(&capital(&words)));
    }
    let mut ways = graph.ways_up(account);
    ways.sort_by_key(|way| Reverse((way.goal, way.sure == Match::Yes)));
    let more = ways.len().saturating_sub(WAYS);
    for way in ways.iter().take(WAYS) {
        let words = format!("{} {}", may(way.sure), way.words());
        lines.push(format!("**{}**: {}", way.goal.name(), prose(&words)));
    }
    let mut rules: Vec<String> = Vec::new();
    for grant in graph.rights_of(account) {
        let place = match grant.reach {
            Reach::Cluster => "in the whole cluster".to_owned(),
            Reach::Namespace(Some(name)) => format!("in namespace `{name}`"),
            Reach::Namespace(None) => "in its namespace".to_owned(),
        };
        rules.push(prose(&format!("{} {} {place}", may(grant.sure), rule_words(grant.rule))));
    }
    rules.dedup();
    if rules.is_empty() && ways.is_empty() {
        lines.push("No binding of this build gives it rights".to_owned());
        return lines;
    }
    let left = more + rules.len().saturating_sub(RULES);
    lines.extend(rules.into_iter().take(RULES).map(|rule| capital(&rule)));
    if left > 0 {
        lines.push(format!("and {left} more"));
    }
    lines
}

fn may(sure: Match) -> &'static str {
    if sure == Match::Yes { "may" } else { "perhaps may" }
}

/// "get and list pods", "do everything with every resource of every group".
fn rule_words(rule: &Rule<'_>) -> String {
    if rule.is_everything() {
        return "do everything with everything".to_owned();
    }
    let verbs = match all(&rule.verbs).as_str() {
        "`*`" => "do everything".to_owned(),
        some => some.to_owned(),
    };
    if rule.resources.is_empty() && !rule.urls.is_empty() {
        return format!("{verbs} at {}", all(&rule.urls));
    }
    let resources = match all(&rule.resources).as_str() {
        "`*`" => "every resource".to_owned(),
        some => some.to_owned(),
    };
    let names = match rule.names.is_empty() {
        true => String::new(),
        false => format!(" named {}", all(&rule.names)),
    };
    format!("{verbs} on {resources}{names}")
}

fn all(words: &Words<'_>) -> String {
    listed(words.iter().map(|word| format!("`{}`", word.text)), WORDS)
}
