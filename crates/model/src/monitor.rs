//! Monitors of the Prometheus operator: what a ServiceMonitor or a PodMonitor scrapes, in which
//! namespaces, and by which ports. Whether it finds something is left to checks.

use foldhash::{HashMap, HashSet};
use kubesift_yaml::Node;

use crate::graph::{Graph, Selected};
use crate::resource::{Resource, ResourceId};
use crate::security::is_absent;
use crate::selector::{Labels, Match, Operator, Selector};
use crate::unknown::is_unknown;

/// Where a monitor looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope<'a> {
    /// Its own namespace.
    Own,
    /// Every namespace.
    All,
    /// These.
    Named(Vec<&'a str>),
    /// Not known.
    Unknown,
}

/// A ServiceMonitor or a PodMonitor.
#[derive(Debug, Clone)]
pub struct Monitor<'a> {
    /// The object.
    pub resource: &'a Resource,
    /// Whether it looks for pods, and not for Services.
    pub pods: bool,
    /// What it looks for; none when it states no selector, and nothing is scraped.
    pub selector: Option<Selector<'a>>,
    /// Where it looks.
    pub scope: Scope<'a>,
}

impl<'a> Monitor<'a> {
    /// The monitor that a resource is; none for any other kind.
    pub fn of(resource: &'a Resource) -> Option<Self> {
        let pods = resource.is("monitoring.coreos.com/PodMonitor");
        if !pods && !resource.is("monitoring.coreos.com/ServiceMonitor") {
            return None;
        }
        let field = resource.field("spec.selector");
        let selector = field.node().map(Selector::from_label_selector);
        // `selector: {}`, or none where a placeholder may bring it: not the same as absent.
        if selector.is_none() && !is_absent(field) {
            return None;
        }
        Some(Self { resource, pods, selector, scope: scope(resource) })
    }

    /// The endpoints that it scrapes.
    pub fn endpoints(&self) -> impl Iterator<Item = Node<'a>> {
        let path = if self.pods { "spec.podMetricsEndpoints" } else { "spec.endpoints" };
        self.resource.field(path).items()
    }

    /// What it looks for, in words.
    pub fn wanted(&self) -> &'static str {
        if self.pods { "pod" } else { "Service" }
    }
}

fn scope(resource: &Resource) -> Scope<'_> {
    let field = resource.field("spec.namespaceSelector");
    let Some(node) = field.node() else {
        return if is_absent(field) { Scope::Own } else { Scope::Unknown };
    };
    if !node.is_map() {
        return Scope::Unknown;
    }
    match (node.get("any"), node.get("matchNames")) {
        (Some(any), _) if any.bool() == Some(true) => Scope::All,
        (Some(any), _) if any.bool().is_none() => Scope::Unknown,
        (_, Some(names)) => {
            let texts: Vec<&str> = names.items().filter_map(Node::str).collect();
            let known = texts.len() == names.items().count();
            match texts {
                texts if !known || texts.iter().any(|name| is_unknown(name)) => Scope::Unknown,
                texts if texts.is_empty() => Scope::Own,
                texts => Scope::Named(texts),
            }
        }
        _ => Scope::Own,
    }
}

/// The Services of a build by their labels, and the monitors.
#[derive(Debug, Default)]
pub(crate) struct Monitors<'a> {
    services: Vec<(&'a Resource, Labels<'a>)>,
    by_label: HashMap<(&'a str, &'a str), Vec<u32>>,
    by_namespace: HashMap<Option<&'a str>, Vec<u32>>,
    /// Services with labels that are not known.
    loose: Vec<u32>,
    all: Vec<Monitor<'a>>,
}

/// What the monitors of a build select, or may.
#[derive(Debug, Default)]
pub(crate) struct Monitored {
    services: HashSet<ResourceId>,
    /// Positions of pods.
    pods: HashSet<u32>,
    /// A monitor that looks nobody knows where may select any pod.
    all_pods: bool,
}

impl<'a> Monitors<'a> {
    fn new(graph: &Graph<'a>) -> Self {
        let mut found = Self::default();
        for service in graph.of("Service") {
            let at = found.services.len() as u32;
            found.by_namespace.entry(service.namespace.as_deref()).or_default().push(at);
            let labels = Labels::of(service.labels());
            for (key, value) in labels.iter() {
                found.by_label.entry((key, value)).or_default().push(at);
            }
            if labels.are_unsure() {
                found.loose.push(at);
            }
            found.services.push((service, labels));
        }
        let monitors = ["monitoring.coreos.com/ServiceMonitor", "monitoring.coreos.com/PodMonitor"];
        let monitors = monitors.into_iter().flat_map(|kind| graph.of(kind));
        found.all = monitors.filter_map(Monitor::of).collect();
        found
    }

    /// Positions of the Services that a selector may match: by the label that leaves the fewest.
    fn candidates(&self, selector: &Selector<'_>) -> Vec<u32> {
        let lists = selector.requirements().iter().filter_map(|requirement| {
            let [value] = requirement.values.as_slice() else { return None };
            if requirement.operator != Some(Operator::In) || is_unknown(value) {
                return None;
            }
            let list = self.by_label.get(&(requirement.key, *value));
            Some(list.map_or(&[][..], Vec::as_slice))
        });
        match lists.min_by_key(|list| list.len()) {
            Some(list) => {
                let mut all = [list, &self.loose].concat();
                all.sort_unstable();
                all.dedup();
                all
            }
            None => (0..self.services.len() as u32).collect(),
        }
    }
}

impl<'a> Graph<'a> {
    fn monitors_index(&self) -> &Monitors<'a> {
        self.indexes().monitors.get_or_init(|| Monitors::new(self))
    }

    /// The ServiceMonitors and PodMonitors of the build.
    pub fn monitors(&self) -> &[Monitor<'a>] {
        &self.monitors_index().all
    }

    /// The Services whose labels a monitor asks for, wherever they are, and whether they are where it
    /// looks.
    pub fn services_like(&self, monitor: &Monitor<'_>) -> Vec<(&'a Resource, Match)> {
        let Some(selector) = &monitor.selector else { return Vec::new() };
        let index = self.monitors_index();
        let candidates = index.candidates(selector).into_iter();
        let found = candidates.filter_map(|at| {
            let (service, labels) = index.services.get(at as usize)?;
            match selector.matches(labels) {
                Match::No => None,
                matches => {
                    let inside = self.is_in_scope(monitor, service.namespace.as_deref());
                    Some((*service, if inside == Match::No { inside } else { matches.and(inside) }))
                }
            }
        });
        found.collect()
    }

    /// The Services of the very namespace.
    pub fn services_in<'s>(
        &'s self,
        namespace: Option<&'s str>,
    ) -> impl Iterator<Item = &'a Resource> + 's {
        let index = self.monitors_index();
        let places = index.by_namespace.get(&namespace).map_or(&[][..], Vec::as_slice);
        places.iter().filter_map(|at| Some(index.services.get(*at as usize)?.0))
    }

    /// Whether some monitor selects a Service, or a pod of it, or may.
    pub fn may_be_monitored(&self, service: &Resource) -> bool {
        let monitored = self.indexes().monitored.get_or_init(|| self.read_monitored());
        monitored.services.contains(&service.id) || monitored.all_pods || {
            let pods = self.pods_of_service(service);
            let mut pods = pods.sure.into_iter().chain(pods.unsure);
            pods.any(|pod| monitored.pods.contains(&pod.at))
        }
    }

    fn read_monitored(&self) -> Monitored {
        let mut found = Monitored::default();
        for monitor in self.monitors() {
            if monitor.pods {
                let selected = self.pods_of_monitor(monitor);
                found.pods.extend(selected.sure.iter().chain(&selected.unsure).map(|pod| pod.at));
                found.all_pods |= !selected.unsure.is_empty() && monitor.scope == Scope::Unknown;
            } else {
                let like = self.services_like(monitor).into_iter();
                let inside = like.filter(|(_, inside)| *inside != Match::No);
                found.services.extend(inside.map(|(service, _)| service.id));
            }
        }
        found
    }

    /// The pods that a PodMonitor selects.
    pub fn pods_of_monitor(&self, monitor: &Monitor<'_>) -> Selected<'_, 'a> {
        let mut selected = Selected::default();
        let Some(selector) = &monitor.selector else { return selected };
        let mut add = |namespace: Option<&str>| {
            let found = self.select(namespace, selector);
            selected.sure.extend(found.sure);
            selected.unsure.extend(found.unsure);
        };
        match &monitor.scope {
            Scope::Own => add(monitor.resource.namespace.as_deref()),
            Scope::Named(names) => names.iter().for_each(|name| add(Some(name))),
            Scope::All | Scope::Unknown => {
                for namespace in self.namespaces().iter().filter(|found| !found.pods.is_empty()) {
                    add(namespace.name);
                }
            }
        }
        if monitor.scope == Scope::Unknown {
            selected.unsure.append(&mut selected.sure);
        }
        selected
    }

    fn is_in_scope(&self, monitor: &Monitor<'_>, namespace: Option<&str>) -> Match {
        match &monitor.scope {
            Scope::All => Match::Yes,
            Scope::Unknown => Match::Unknown,
            Scope::Own => self.same_namespace(monitor.resource.namespace.as_deref(), namespace),
            Scope::Named(names) => {
                let same = names.iter().map(|name| self.same_namespace(Some(name), namespace));
                same.fold(Match::No, Match::or)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::tests::with_graph;

    fn services() -> String {
        let one = |namespace: &str, name: &str, app: &str| {
            format!(
                "---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: \
                 {namespace}, labels: {{app: {app}}}}}\nspec: {{ports: [{{name: web, port: 80}}]}}\n"
            )
        };
        one("a", "one", "web") + &one("b", "two", "web") + &one("a", "three", "'${APP}'")
    }

    /// Names of the Services with the labels, `+` inside, `-` outside, `?` not known.
    #[track_caller]
    fn check(spec: &str, expected: &str) {
        let text = services()
            + &format!(
                "---\napiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\n\
                 metadata: {{name: m, namespace: a}}\nspec: {spec}\n"
            );
        let found = with_graph(&text, |graph| {
            let Some(monitor) = graph.monitors().first() else { return "none".to_owned() };
            let found = graph.services_like(monitor).into_iter();
            let words = found.map(|(service, inside)| {
                let sign = match inside {
                    Match::Yes => '+',
                    Match::No => '-',
                    Match::Unknown => '?',
                };
                format!("{}{sign}", service.name.as_deref().unwrap_or_default())
            });
            words.collect::<Vec<_>>().join(" ")
        });
        assert_eq!(found, expected, "{spec}");
    }

    #[test]
    fn monitors_look_where_they_say() {
        let web = "selector: {matchLabels: {app: web}}";
        check(&format!("{{{web}}}"), "one+ two- three?");
        check(&format!("{{{web}, namespaceSelector: {{any: true}}}}"), "one+ two+ three?");
        let named = format!("{{{web}, namespaceSelector: {{matchNames: [b]}}}}");
        check(&named, "one- two+ three-");
        let unknown = format!("{{{web}, namespaceSelector: {{matchNames: ['${{NS}}']}}}}");
        check(&unknown, "one? two? three?");
        check("{selector: {}}", "one+ two- three+");
        check("{endpoints: []}", "");
        check("'${SPEC}'", "none");
        check("{selector: {matchLabels: {app: other}}}", "three?");
    }
}
