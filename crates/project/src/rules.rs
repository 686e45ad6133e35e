//! Which rules judge which object: nearly always one plan for all; overrides and files in folders
//! below make more.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use kubesift_config::{Scope as RuleScope, Settings};
use kubesift_engine::{Entry, Plan, Version};
use kubesift_model::{Resource, ResourceId};
use rayon::prelude::*;

use crate::memo::RuleKey;

/// The family of the checks of kustomizations.
const KUSTOMIZE: &str = "kustomize";

/// True for what says how objects are built, and is none itself.
pub(crate) fn is_kustomization_kind(resource: &Resource) -> bool {
    &*resource.kind.group == "kustomize.config.k8s.io"
        && matches!(&*resource.kind.kind, "Kustomization" | "Component")
}

/// The plans of a run: nearly always one; overrides and nearer files make more.
pub(crate) struct Rules {
    pub plans: Vec<Plan>,
    /// For each plan, what it was made for.
    keys: Vec<RuleKey>,
    /// The plan of each resource.
    of: Vec<u32>,
}

impl Rules {
    /// `paths` gives those that the settings may name for an object.
    pub fn new(
        settings: &Settings,
        resources: &[Resource],
        paths: &(dyn Fn(&Resource) -> Vec<Arc<str>> + Sync),
    ) -> Self {
        let version = settings.kubernetes_version.value;
        let mut plans = vec![Plan::new(settings.rules(), version)];
        let mut keys = vec![RuleKey::default()];
        let mut known: HashMap<RuleKey, u32> = HashMap::from([(RuleKey::default(), 0)]);
        let mut of = Vec::with_capacity(resources.len());
        let has_scopes = settings.has_scopes();
        let scope = |resource: &Resource| match has_scopes {
            true => settings.scope_of(&paths(resource), resource),
            false => RuleScope::default(),
        };
        let scopes: Vec<RuleScope> = resources.par_iter().map(scope).collect();
        for (scope, resource) in scopes.into_iter().zip(resources) {
            // A kustomization is no object of a cluster: only what is made for it judges it.
            let own = is_kustomization_kind(resource);
            let key = (scope, own);
            // Nearly always the same rules hold for the next one too.
            let same = of.last().copied().filter(|plan| keys.get(*plan as usize) == Some(&key));
            let plan = match same.or_else(|| known.get(&key).copied()) {
                Some(plan) => plan,
                None => {
                    let mut rules = settings.rules_in(&key.0);
                    rules.retain(|rule| !own || rule.entry.family == KUSTOMIZE);
                    plans.push(Plan::new(rules, version));
                    keys.push(key.clone());
                    known.insert(key, plans.len() as u32 - 1);
                    plans.len() as u32 - 1
                }
            };
            of.push(plan);
        }
        Self { plans, keys, of }
    }

    /// No check at all.
    pub fn none(version: Version) -> Self {
        let plans = vec![Plan::new(Vec::new(), version)];
        Self { plans, keys: vec![RuleKey::default()], of: Vec::new() }
    }

    pub fn plan(&self, resource: Option<&Resource>) -> &Plan {
        let at = resource.and_then(|resource| self.of.get(resource.id.0 as usize));
        &self.plans[at.map_or(0, |at| *at as usize)]
    }

    /// What the plan of a resource was made for: two resources with the same key are judged by the
    /// same rules, also in runs to come with the same settings.
    pub fn key(&self, resource: &Resource) -> &RuleKey {
        let at = self.of.get(resource.id.0 as usize).map_or(0, |at| *at as usize);
        &self.keys[at]
    }

    /// The plan of a resource by its number.
    pub fn plan_of(&self, id: ResourceId) -> &Plan {
        &self.plans[self.of.get(id.0 as usize).map_or(0, |at| *at as usize)]
    }

    /// The checks that ran for something, by name.
    pub fn checks(&self) -> Vec<&'static Entry> {
        let rules = self.plans.iter().flat_map(|plan| plan.rules());
        let checks: BTreeMap<_, _> = rules.map(|rule| (rule.entry.name, rule.entry)).collect();
        checks.into_values().collect()
    }

    /// True when a check ran for every object.
    pub fn runs(&self, entry: &Entry) -> bool {
        let held = |plan: &Plan| plan.rules().iter().any(|rule| rule.entry.name == entry.name);
        // Kustomizations are judged by what is made for them only.
        let mut plans = self.plans.iter().zip(&self.keys).filter(|(_, (_, own))| !own);
        plans.all(|(plan, _)| held(plan))
    }
}
