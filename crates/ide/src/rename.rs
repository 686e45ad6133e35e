//! Renames objects, keys, ports, volumes, containers and values of labels: every place of every
//! build at once, or not at all, with a sentence that says why not.

mod parts;

use std::collections::{BTreeMap, HashSet};

use kubesift_model::{BuildId, LinkTarget, Relation, Resource, ResourceId};
use kubesift_project::{Analysis, Homes};
use kubesift_source::{Edit, FileId, How, Span};
use kubesift_yaml::Node;
use kubesift_yaml::edit::quote_if_needed;

use crate::legal::broken_rule;
use crate::named::{Named, meant};
use crate::occurrences::{Occurrence, occurrences};
use crate::seen::{Seen, each_at};

/// What can be renamed at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renamable {
    /// The bytes of the name, without quotes.
    pub at: Span,
    /// The name as it is written.
    pub placeholder: String,
}

/// The name at a place, when it can be changed wherever it occurs.
///
/// # Errors
/// A sentence that says why it cannot.
pub fn prepare_rename(analysis: &Analysis, file: FileId, offset: u32) -> Result<Renamable, String> {
    let plan = Plan::new(analysis, file, offset, None)?;
    let here = plan.places.values().find(|one| one.at.file == file && one.at.touches(offset));
    let at = here.map(|one| one.at).ok_or(NO_NAME)?;
    Ok(Renamable { at, placeholder: plan.old })
}

/// The edits that give what a place names another name, in all files of all builds, sorted by place.
///
/// # Errors
/// A sentence that says why it cannot be renamed, or not to this.
pub fn rename(
    analysis: &Analysis,
    file: FileId,
    offset: u32,
    name: &str,
) -> Result<Vec<Edit>, String> {
    let plan = Plan::new(analysis, file, offset, Some(name))?;
    let edit = |place: &Place| {
        let plain = !place.is_part && !place.is_quoted;
        let text = if plain { quote_if_needed(name) } else { name.to_owned() };
        Edit { span: place.at, text }
    };
    Ok(plan.places.values().map(edit).collect())
}

const NO_NAME: &str = "no name stands here that other places repeat";

/// More places than these are not changed at once.
const MOST: usize = 20_000;

/// A place to change.
#[derive(Debug, Clone, Copy)]
struct Place {
    /// The bytes of the name.
    at: Span,
    is_quoted: bool,
    /// More stands beside the name in one scalar: a namespace, a domain.
    is_part: bool,
}

/// All places that have a name.
struct Plan<'q> {
    analysis: &'q Analysis,
    homes: Homes<'q>,
    /// The name as it is written.
    old: String,
    /// The wanted name, when there is one yet.
    new: Option<&'q str>,
    places: BTreeMap<Span, Place>,
    /// Symbols that were looked through.
    done: HashSet<(BuildId, Id)>,
    /// Places whose symbols are still to be looked at.
    work: Vec<(FileId, u32)>,
}

/// A symbol for comparison: what it is, whose, and its name.
type Id = (u8, Option<ResourceId>, String);

fn id_of(symbol: &Named<'_>) -> Id {
    let name = symbol.name().unwrap_or_default().to_owned();
    let owner = symbol.owner().map(|owner| owner.id);
    let (tag, name) = match symbol {
        Named::Object(_) => (0, name),
        Named::Key(..) => (1, name),
        Named::ServicePort(..) => (2, name),
        // Two containers may have ports of one name.
        Named::ContainerPort(_, port) => (3, format!("{name} {}", port.position())),
        Named::Volume(..) => (4, name),
        Named::Container(..) => (5, name),
        Named::Label(label) => {
            let (namespace, key) = (label.namespace.unwrap_or_default(), label.key);
            (6, format!("{namespace} {} {key} {name}", label.everywhere))
        }
    };
    (tag, owner, name)
}

impl<'q> Plan<'q> {
    fn new(
        analysis: &'q Analysis,
        file: FileId,
        offset: u32,
        new: Option<&'q str>,
    ) -> Result<Self, String> {
        let mut plan = Self {
            analysis,
            homes: analysis.homes(),
            old: String::new(),
            new,
            places: BTreeMap::new(),
            done: HashSet::new(),
            work: Vec::new(),
        };
        plan.old = plan.name_at(file, offset).ok_or(NO_NAME)?;
        if plan.new == Some(&plan.old) {
            return Err("it has this name already".to_owned());
        }
        plan.work.push((file, offset));
        while let Some((file, offset)) = plan.work.pop() {
            plan.look(file, offset)?;
            if plan.places.len() > MOST {
                return Err(format!("`{}` stands in too many places", plan.old));
            }
        }
        if plan.places.is_empty() { Err(NO_NAME.to_owned()) } else { Ok(plan) }
    }

    /// The name as it is written at the place that is asked about.
    fn name_at(&self, file: FileId, offset: u32) -> Option<String> {
        let mut found = None;
        each_at(self.analysis, &self.homes, file, offset, |seen, homes| {
            for symbol in meant(&seen).symbols {
                let Some(name) = symbol.name() else { continue };
                let all = occurrences(seen.graph, &symbol).into_iter();
                let named = all.filter(|one| one.text().is_some_and(|text| is_of(text, name)));
                for one in named {
                    let at = homes.span(one.span());
                    if at.file != file || !at.touches(offset) {
                        continue;
                    }
                    let raw = unquoted(self.slice(at));
                    let written = symbol.owner().filter(|_| matches!(symbol, Named::Object(_)));
                    let written = written.and_then(Resource::written_name).unwrap_or(name);
                    // What is made of parts, or copied from elsewhere, has no name here.
                    if is_of(raw, written) {
                        found.get_or_insert(written.to_owned());
                    }
                }
            }
        });
        found
    }

    fn slice(&self, at: Span) -> &'q str {
        self.analysis.outcome.files.get(at.file.0 as usize).map_or("", |file| file.slice(at))
    }

    /// Takes in what a place is about, in every build that it takes part in.
    fn look(&mut self, file: FileId, offset: u32) -> Result<(), String> {
        let analysis = self.analysis;
        let mut result = Ok(());
        for spot in analysis.spots(file, offset) {
            analysis.with_graph(spot.build, |graph| {
                let Some(resource) = graph.resources().get(spot.position as usize) else { return };
                let seen = Seen { graph, resource, at: spot.at };
                for symbol in meant(&seen).symbols {
                    let is_new = self.done.insert((spot.build, id_of(&symbol)));
                    if is_new && result.is_ok() {
                        result = self.take(&seen, &symbol);
                    }
                }
            });
        }
        result
    }

    fn take<'a>(&mut self, seen: &Seen<'_, 'a>, symbol: &Named<'a>) -> Result<(), String> {
        let Some(name) = symbol.name() else {
            return Err("a port without a name is known by its number only".to_owned());
        };
        refusal(seen, symbol)?;
        if let Some(new) = self.new {
            if let Some(rule) = broken_rule(symbol, new) {
                return Err(format!("`{new}` is no name for it: {rule}"));
            }
            parts::is_free(seen.graph, symbol, new)?;
        }
        let is_by_name = matches!(symbol, Named::ServicePort(..) | Named::ContainerPort(..));
        for one in occurrences(seen.graph, symbol) {
            let Some(text) = one.text() else { continue };
            // Ports are known by their numbers too.
            if is_by_name && text != name {
                continue;
            }
            self.add(&one)?;
        }
        for at in parts::beside(self.analysis, &self.homes, symbol, &self.old)? {
            self.put(at)?;
        }
        Ok(())
    }

    /// Adds the place that a person would edit to change an occurrence, and the one that it took
    /// over from where a patch repeats the name.
    fn add(&mut self, one: &Occurrence<'_>) -> Result<(), String> {
        let origin = self.homes.origin(one.span());
        self.put(origin.span)?;
        let before: Vec<Span> = origin
            .trail
            .steps()
            .filter(|step| step.how == How::Base)
            .map(|step| step.span)
            .filter(|at| is_of(unquoted(self.slice(*at)), &self.old))
            .collect();
        before.into_iter().try_for_each(|at| self.put(at))
    }

    fn put(&mut self, at: Span) -> Result<(), String> {
        let raw = self.slice(at);
        let inner = unquoted(raw);
        if !is_of(inner, &self.old) {
            let file = self.analysis.outcome.file(at);
            let line = file.lines().line_of(at.start) + 1;
            return Err(format!(
                "`{}` is not written out at {}:{line}: it is made of parts, or an alias",
                self.old, file.path
            ));
        }
        let is_quoted = inner.len() != raw.len();
        let start = at.start + u32::from(is_quoted);
        // `namespace/name`, or the host of a Service.
        let before = inner.strip_suffix(self.old.as_str()).filter(|rest| rest.ends_with('/'));
        let skipped = before.map_or(0, str::len);
        let start = start + skipped as u32;
        let at = Span::new(at.file, start, start + self.old.len() as u32);
        let is_part = inner.len() != self.old.len();
        if self.places.insert(at, Place { at, is_quoted, is_part }).is_none() {
            self.work.push((at.file, at.start));
        }
        Ok(())
    }
}

/// True for the name alone, behind a namespace and a slash, or before the domain of a Service.
fn is_of(text: &str, name: &str) -> bool {
    let behind = text.strip_suffix(name);
    let before = text.strip_prefix(name);
    text == name
        || behind.is_some_and(|rest| rest.ends_with('/'))
        || before.is_some_and(|rest| rest.starts_with('.') && rest.contains(".svc"))
}

fn unquoted(raw: &str) -> &str {
    let inner = |quote: char| raw.strip_prefix(quote)?.strip_suffix(quote);
    inner('"').or_else(|| inner('\'')).unwrap_or(raw)
}

/// Kinds whose names mean more than the object.
const FIXED: [(&str, &str); 3] = [
    ("Namespace", "the name of a namespace is a part of every object in it"),
    (
        "apiextensions.k8s.io/CustomResourceDefinition",
        "the name of a CustomResourceDefinition is made of its plural and its group",
    ),
    (
        "apiregistration.k8s.io/APIService",
        "the name of an APIService is made of its version and its group",
    ),
];

/// Why a symbol may not be renamed.
fn refusal<'a>(seen: &Seen<'_, 'a>, symbol: &Named<'a>) -> Result<(), String> {
    match *symbol {
        Named::Object(object) => {
            if let Some((_, why)) = FIXED.iter().find(|(kind, _)| object.is(kind)) {
                return Err((*why).to_owned());
            }
            let mut links = seen.graph.links().all();
            let makes = links.any(|link| match &link.to {
                LinkTarget::MadeBy(maker) => maker.id == object.id,
                _ => false,
            });
            let why = "what its controller makes may be named after it, and others refer to that";
            if makes { Err(why.to_owned()) } else { Ok(()) }
        }
        Named::Volume(workload, name) => {
            let mut claims = workload.field("spec.volumeClaimTemplates").items();
            let is_claim =
                claims.any(|claim| claim.at("metadata.name").and_then(Node::text) == Some(name));
            let why = "claims are named after it: pods would come up with new, empty volumes";
            if is_claim { Err(why.to_owned()) } else { Ok(()) }
        }
        Named::ContainerPort(workload, port) => {
            let name = port.get("name").and_then(Node::text);
            let mut policies = seen.graph.of("networking.k8s.io/NetworkPolicy");
            if let Some(policy) = policies.find(|policy| lets_out_to(policy, name)) {
                let why = "sends to a port of this name, whichever pods have it";
                return Err(format!("NetworkPolicy `{}` {why}", policy.full_name()));
            }
            let links = seen.graph.links().to(workload);
            let cilium = links.filter(|link| link.relation == Relation::Selects);
            foreign(cilium.map(|link| link.from))
        }
        Named::Label(label) => {
            let of = ["CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"];
            let of = of.into_iter().map(|kind| format!("cilium.io/{kind}"));
            let all = of.flat_map(|kind| seen.graph.of(&kind).collect::<Vec<_>>());
            foreign(all.filter(|policy| policy.file().text().contains(label.value)))
        }
        _ => Ok(()),
    }
}

/// True when an egress rule of a policy names a port.
fn lets_out_to(policy: &Resource, name: Option<&str>) -> bool {
    let rules = policy.field("spec.egress").items().filter_map(|rule| rule.get("ports"));
    let mut ports = rules.flat_map(Node::items);
    ports.any(|port| port.get("port").and_then(Node::str).is_some_and(|port| Some(port) == name))
}

/// Policies of other projects select and name in ways of their own.
fn foreign<'r>(mut policies: impl Iterator<Item = &'r Resource>) -> Result<(), String> {
    let is_foreign = |one: &&Resource| {
        let group = &*one.kind.group;
        group == "cilium.io" || group.ends_with("projectcalico.org")
    };
    match policies.find(is_foreign) {
        Some(one) => {
            let (kind, name) = (&one.kind.kind, one.full_name());
            Err(format!("{kind} `{name}` may name it in a way that is not followed"))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
