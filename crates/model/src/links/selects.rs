//! The links of selectors, found through the indexes of labels: a Service and a budget to their
//! pods, a policy to the pods it governs, a monitor to the Services or pods it scrapes.

use super::{Link, Relation, Scoped, Target, Wanted};
use crate::graph::{Graph, GraphPod};
use crate::monitor::Monitor;
use crate::resource::Resource;
use crate::selector::{Match, Selector};

/// More objects than these behind one selector are not listed one by one.
const MANY: usize = 256;

/// False for the bare kinds of what has no selector that [`links_of`] reads.
pub(super) fn may_have(kind: &str) -> bool {
    matches!(
        kind,
        "Service"
            | "PodDisruptionBudget"
            | "NetworkPolicy"
            | "CiliumNetworkPolicy"
            | "ServiceMonitor"
            | "PodMonitor"
    )
}

/// The links of a resource's selectors.
pub(super) fn links_of<'a>(graph: &Graph<'a>, resource: &'a Resource) -> Option<Link<'a>> {
    let (at, kind, found) = match &*resource.kind.kind {
        "Service" if resource.is("Service") => {
            let at = resource.field("spec.selector").node()?;
            if resource.field("spec.type").str() == Some("ExternalName") {
                return None;
            }
            (at, "Pod", workloads(graph.pods_of_service(resource).sure))
        }
        "PodDisruptionBudget" if resource.is("policy/PodDisruptionBudget") => {
            let at = resource.field("spec.selector").node()?;
            let selector = Selector::from_label_selector(at);
            let pods = graph.select(resource.namespace.as_deref(), &selector).sure;
            (at, "Pod", workloads(pods))
        }
        "NetworkPolicy" | "CiliumNetworkPolicy" => {
            let policy = graph.policies_of(resource).next()?;
            let at = policy.label_selector()?.node();
            (at, "Pod", workloads(graph.pods_of_policy(policy).sure))
        }
        "ServiceMonitor" | "PodMonitor" => {
            let monitor = Monitor::of(resource)?;
            let at = monitor.selector.as_ref()?.node();
            match monitor.pods {
                true => (at, "Pod", workloads(graph.pods_of_monitor(&monitor).sure)),
                false => (at, "Service", services(graph, &monitor)),
            }
        }
        _ => return None,
    };
    let scope = Scoped::In(resource.namespace.as_deref());
    let wanted = Wanted { group: Some(""), kind, scope, name: "", part: None };
    let (relation, to) = (Relation::Selects, Target::Selected(found));
    Some(Link { from: resource, at, relation, wanted, to, optional: false })
}

fn workloads<'a>(pods: Vec<&GraphPod<'a>>) -> Box<[&'a Resource]> {
    pods.into_iter().take(MANY).map(|pod| pod.pod.resource).collect()
}

fn services<'a>(graph: &Graph<'a>, monitor: &Monitor<'_>) -> Box<[&'a Resource]> {
    let like = graph.services_like(monitor).into_iter();
    let sure = like.filter(|(_, inside)| *inside == Match::Yes).map(|(service, _)| service);
    sure.take(MANY).collect()
}
