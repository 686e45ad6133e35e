//! Which checks run for an object, how severe and with which options: the layers of `checks`
//! resolved.
//!
//! Within a layer the narrower word wins: a check over its family, a family over a profile. Between
//! layers the higher wins. A layer that selects sets aside what lower layers switched; a layer that
//! chooses a profile does not.

use kubesift_engine::model::Resource;
use kubesift_engine::{Entry, OptValue, Profile, Rule, Severity, all_checks};

use crate::options::{Checks, Selector};
use crate::pattern::below;
use crate::sourced::{Source, Sourced};
use crate::word::{RANKS, Word};

/// The layers that hold for an object besides those that hold for all: objects of one scope are
/// judged by the same rules.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Scope(pub(crate) Vec<u16>);

impl Scope {
    /// Adds the layers of another.
    pub(crate) fn add(&mut self, other: Self) {
        self.0.extend(other.0);
        self.0.sort_unstable();
        self.0.dedup();
    }
}

/// For what a layer of checks holds.
#[derive(Debug, Clone)]
pub(crate) enum When {
    Always,
    /// For files in this folder.
    Below(String),
    /// For what an item of `overrides` selects.
    Selected(Selector),
}

/// What one layer says about checks.
#[derive(Debug, Clone)]
pub(crate) struct Layer {
    pub when: When,
    pub profile: Option<Sourced<Profile>>,
    pub checks: Checks,
}

/// What holds for a check, and where each part came from.
#[derive(Debug, Clone)]
pub(crate) struct State {
    pub entry: &'static Entry,
    pub on: Sourced<bool>,
    /// The environment or the command line names the check itself.
    pub asked: bool,
    pub severity: Option<Sourced<Severity>>,
    pub values: Vec<(&'static str, Sourced<OptValue>)>,
}

impl When {
    fn holds(&self, path: &str, resource: Option<&Resource>) -> bool {
        match self {
            Self::Always => true,
            Self::Below(folder) => below(path, folder).is_some(),
            Self::Selected(selector) => selector.takes(path, resource),
        }
    }
}

/// The layers that hold for some objects only and hold for this one.
pub(crate) fn scope(layers: &[Layer], path: &str, resource: Option<&Resource>) -> Scope {
    let some = layers.iter().enumerate().filter(|(_, layer)| !matches!(layer.when, When::Always));
    let held = some.filter(|(_, layer)| layer.when.holds(path, resource));
    Scope(held.map(|(at, _)| at as u16).collect())
}

/// What holds for each check in a scope, in the order of the entries.
pub(crate) fn states(
    layers: &[Layer],
    scope: &Scope,
    profile: &Sourced<Profile>,
    entries: &'static [Entry],
) -> Vec<State> {
    let held: Vec<&Layer> = layers
        .iter()
        .enumerate()
        .filter(|(at, layer)| matches!(layer.when, When::Always) || scope.0.contains(&(*at as u16)))
        .map(|(_, layer)| layer)
        .collect();
    let selects = held.iter().rposition(|layer| layer.checks.select.is_some());
    let chooses = held.iter().rposition(|layer| layer.profile.is_some());
    // A profile that is chosen above a selection sets the selection aside, and none is below.
    let selects = selects.filter(|select| chooses.is_none_or(|profile| profile <= *select));
    all_checks(entries)
        .map(|entry| {
            let mut on = match selects {
                Some(_) => Sourced::built_in(false),
                None => Sourced::new(entry.is_in(profile.value), Source::Profile(profile.value)),
            };
            let (mut asked, mut severity, mut values) = (false, None, Vec::new());
            for (at, layer) in held.iter().enumerate() {
                let selected = selects == Some(at);
                if selects.is_none_or(|select| select <= at) {
                    asked |= switch(&layer.checks, selected, entry, &mut on);
                }
                if let Some(said) = severity_of(&layer.checks, entry) {
                    severity = Some(said);
                }
                for value in
                    layer.checks.values.iter().filter(|value| value.value.0.name == entry.name)
                {
                    let (_, opt, said) = &value.value;
                    let said = Sourced::new(said.clone(), value.source.clone());
                    values.retain(|(name, _)| *name != opt.name);
                    values.push((opt.name, said));
                }
            }
            State { entry, on, asked, severity, values }
        })
        .collect()
}

/// Switches a check as a layer says; true when the layer is no file and names the check itself.
fn switch(checks: &Checks, selected: bool, entry: &Entry, on: &mut Sourced<bool>) -> bool {
    let select = checks.select.as_ref().filter(|_| selected);
    let mut named = false;
    for rank in RANKS {
        let fits = |word: Word| word.rank() == rank && word.takes(entry);
        if let Some(select) = select.filter(|select| select.value.iter().any(|word| fits(*word))) {
            *on = Sourced::new(true, select.source.clone());
            named = rank == RANKS[2];
        }
        for wanted in [true, false] {
            let said =
                checks.switches.iter().rfind(|said| said.value.1 == wanted && fits(said.value.0));
            if let Some(said) = said {
                *on = Sourced::new(wanted, said.source.clone());
                named = wanted && rank == RANKS[2];
            }
        }
    }
    named && matches!(on.source, Source::Environment(_) | Source::CommandLine(_))
}

fn severity_of(checks: &Checks, entry: &Entry) -> Option<Sourced<Severity>> {
    let fits = checks.severities.iter().filter(|said| said.value.0.takes(entry));
    // Of equal ranks the last is taken.
    let narrowest = fits.max_by_key(|said| said.value.0.rank())?;
    Some(Sourced::new(narrowest.value.1, narrowest.source.clone()))
}

impl State {
    pub fn rule(self) -> Option<Rule> {
        self.on.value.then(|| Rule {
            entry: self.entry,
            severity: self.severity.map(|severity| severity.value),
            options: self.values.into_iter().map(|(name, value)| (name, value.value)).collect(),
            asked: self.asked,
        })
    }
}
