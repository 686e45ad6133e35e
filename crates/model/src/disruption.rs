//! PodDisruptionBudgets: which pods they select, and how many of them may be evicted at a time.
//! Numbers are those of the disruption controller: percentages are rounded up.

use kubesift_yaml::Node;

use crate::graph::{Graph, GraphPod, Selected};
use crate::resource::Resource;
use crate::security::is_absent;
use crate::selector::{Match, Selector};

/// A number of pods: a count, or a share of all (IntOrString).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Portion {
    /// So many.
    Count(i64),
    /// So many of a hundred.
    Percent(i64),
    /// Filled in later, or no number.
    Unknown,
}

impl Portion {
    /// Reads `1` or `50%`.
    pub fn of(node: Node<'_>) -> Self {
        if let Some(count) = node.int() {
            return Self::Count(count);
        }
        let number = node.str().and_then(|text| text.strip_suffix('%'));
        let digits = number.filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
        let percent = digits.and_then(|text| text.parse().ok());
        percent.map_or(Self::Unknown, Self::Percent)
    }

    /// How many of `total` it is, a share rounded up.
    pub fn of_total(self, total: i64) -> Option<i64> {
        match self {
            Self::Count(count) => Some(count),
            Self::Percent(percent) => {
                let part = i128::from(percent) * i128::from(total);
                i64::try_from((part + 99).div_euclid(100)).ok()
            }
            Self::Unknown => None,
        }
    }

    /// True for nothing, in either form.
    pub fn is_zero(self) -> bool {
        matches!(self, Self::Count(0) | Self::Percent(0))
    }
}

/// What a budget allows.
#[derive(Debug, Clone, Copy)]
pub enum Allowance<'a> {
    /// So many pods must stay.
    MinAvailable(Node<'a>, Portion),
    /// So many pods may be away.
    MaxUnavailable(Node<'a>, Portion),
    /// It states neither: every pod may be evicted.
    Absent,
    /// It states both, which the API server refuses.
    Both(Node<'a>, Node<'a>),
    /// A placeholder stands for it.
    Unknown,
}

impl Allowance<'_> {
    /// How many of `total` healthy pods may be evicted; none when it is not known.
    pub fn evictions(self, total: i64) -> Option<i64> {
        let allowed = match self {
            Self::MinAvailable(_, portion) => total.checked_sub(portion.of_total(total)?)?,
            Self::MaxUnavailable(_, portion) => portion.of_total(total)?.min(total),
            Self::Absent => total,
            Self::Both(..) | Self::Unknown => return None,
        };
        Some(allowed.max(0))
    }
}

/// Which pods a budget selects.
#[derive(Debug, Clone)]
enum Reach<'a> {
    /// None: it has no selector, or an empty one of `policy/v1beta1`.
    Nothing,
    /// Those of its namespace that a selector matches; an empty one of `policy/v1` matches all.
    Pods(Selector<'a>),
}

/// A PodDisruptionBudget.
#[derive(Debug, Clone)]
pub struct Budget<'a> {
    /// The object.
    pub resource: &'a Resource,
    reach: Reach<'a>,
}

impl<'a> Budget<'a> {
    /// The budget that a resource is; none for any other kind, and when a placeholder may bring its
    /// selector.
    pub fn of(resource: &'a Resource) -> Option<Self> {
        if !resource.is("policy/PodDisruptionBudget") {
            return None;
        }
        let old = &*resource.kind.version == "v1beta1";
        let field = resource.field("spec.selector");
        let reach = match field.node().map(Selector::from_label_selector) {
            Some(selector) if selector.is_empty() && old => Reach::Nothing,
            Some(selector) => Reach::Pods(selector),
            None if !is_absent(field) => return None,
            // `selector:` without a value is null, as absent.
            None => Reach::Nothing,
        };
        Some(Self { resource, reach })
    }

    /// Its selector, unless it selects nothing by itself.
    pub fn selector(&self) -> Option<&Selector<'a>> {
        match &self.reach {
            Reach::Pods(selector) => Some(selector),
            Reach::Nothing => None,
        }
    }

    /// What it allows.
    pub fn allowance(&self) -> Allowance<'a> {
        allowance(self.resource)
    }
}

/// What the budget that a resource is allows.
pub fn allowance(budget: &Resource) -> Allowance<'_> {
    let (min, max) = (budget.field("spec.minAvailable"), budget.field("spec.maxUnavailable"));
    match (min.node(), max.node()) {
        (Some(min), Some(max)) => Allowance::Both(min, max),
        (Some(node), None) => Allowance::MinAvailable(node, Portion::of(node)),
        (None, Some(node)) => Allowance::MaxUnavailable(node, Portion::of(node)),
        (None, None) if is_absent(min) => Allowance::Absent,
        (None, None) => Allowance::Unknown,
    }
}

/// The budgets of a build, and those of each pod.
#[derive(Debug, Default)]
pub(crate) struct Budgets<'a> {
    by_pod: Vec<Vec<(&'a Resource, Match)>>,
}

/// More budgets than these for one pod say nothing new.
const MANY: usize = 8;

impl<'a> Graph<'a> {
    /// The pods that a budget selects.
    pub fn pods_of_budget(&self, budget: &Budget<'_>) -> Selected<'_, 'a> {
        match budget.selector() {
            Some(selector) => self.select(budget.resource.namespace.as_deref(), selector),
            None => Selected::default(),
        }
    }

    /// The budgets that select a pod, or may, in the order of the build.
    pub fn budgets_of(&self, pod: &GraphPod<'a>) -> &[(&'a Resource, Match)] {
        let budgets = self.indexes().budgets.get_or_init(|| self.read_budgets());
        budgets.by_pod.get(pod.at as usize).map_or(&[], Vec::as_slice)
    }

    fn read_budgets(&self) -> Budgets<'a> {
        let mut by_pod = vec![Vec::new(); self.pods().len()];
        let mut put = |pods: &[&GraphPod<'a>], budget: &'a Resource, matches: Match| {
            for pod in pods {
                let held: Option<&mut Vec<_>> = by_pod.get_mut(pod.at as usize);
                if let Some(held) = held.filter(|held| held.len() < MANY) {
                    held.push((budget, matches));
                }
            }
        };
        for resource in self.of("policy/PodDisruptionBudget") {
            let Some(budget) = Budget::of(resource) else {
                let pods = self.namespace(resource.namespace.as_deref());
                let pods = pods.into_iter().flat_map(|namespace| &namespace.pods);
                let pods: Vec<_> = pods.filter_map(|at| self.pods().get(*at as usize)).collect();
                put(&pods, resource, Match::Unknown);
                continue;
            };
            let found = self.pods_of_budget(&budget);
            put(&found.sure, resource, Match::Yes);
            put(&found.unsure, resource, Match::Unknown);
        }
        Budgets { by_pod }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::tests::with_graph;

    fn budget(version: &str, spec: &str) -> String {
        format!(
            "---\napiVersion: policy/{version}\nkind: PodDisruptionBudget\n\
             metadata: {{name: b, namespace: a}}\nspec: {spec}\n"
        )
    }

    fn pods() -> String {
        let pod = |name: &str, app: &str| {
            format!(
                "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: a, \
                 labels: {{app: {app}}}}}\nspec: {{containers: []}}\n"
            )
        };
        pod("one", "web") + &pod("two", "db")
    }

    /// Names of the pods that have a budget.
    #[track_caller]
    fn check(version: &str, spec: &str, expected: &[&str]) {
        let found = with_graph(&(pods() + &budget(version, spec)), |graph| {
            let pods = graph.pods().iter().filter(|pod| graph.budgets_of(pod).len() == 1);
            pods.filter_map(|pod| pod.pod.resource.name.clone()).collect::<Vec<_>>()
        });
        assert_eq!(found.iter().map(|name| &**name).collect::<Vec<_>>(), expected, "{spec}");
    }

    #[test]
    fn an_empty_selector_means_all_in_v1_and_none_before() {
        check("v1", "{selector: {}}", &["one", "two"]);
        check("v1beta1", "{selector: {}}", &[]);
        check("v1", "{minAvailable: 1}", &[]);
        check("v1", "{selector: }", &[]);
        check("v1", "{selector: {matchLabels: {app: web}}}", &["one"]);
        check("v1", "{selector: {matchLabels: {app: other}}}", &[]);
        check("v1", "'${SPEC}'", &["one", "two"]);
    }

    #[track_caller]
    fn evictions(spec: &str, total: i64, expected: Option<i64>) {
        let found = with_graph(&budget("v1", spec), |graph| {
            let resource = graph.of("policy/PodDisruptionBudget").next().expect("the budget");
            allowance(resource).evictions(total)
        });
        assert_eq!(found, expected, "{spec} of {total}");
    }

    #[test]
    fn percentages_are_rounded_up() {
        evictions("{minAvailable: 1}", 1, Some(0));
        evictions("{minAvailable: 2}", 1, Some(0));
        evictions("{minAvailable: 50%}", 3, Some(1));
        evictions("{minAvailable: 100%}", 3, Some(0));
        evictions("{minAvailable: 0}", 3, Some(3));
        evictions("{maxUnavailable: 30%}", 3, Some(1));
        evictions("{maxUnavailable: 0%}", 3, Some(0));
        evictions("{maxUnavailable: 9}", 3, Some(3));
        evictions("{maxUnavailable: -1}", 3, Some(0));
        evictions("{}", 3, Some(3));
        evictions("{minAvailable: 1, maxUnavailable: 1}", 3, None);
        evictions("{minAvailable: '${N}'}", 3, None);
        evictions("{minAvailable: '1'}", 3, None);
    }
}
