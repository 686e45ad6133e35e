//! A DestinationRule has a subset without pods, a host that does not exist, or a rival.
//!
//! Requests to a subset that selects no pod end in a 503. Settings for a host that nothing answers
//! to are used by nobody. Of two DestinationRules for one host in one namespace, the traffic policy
//! of the older one counts and that of the other is ignored.
//!
//! Compare the subset's labels with those of the pod templates, the host with the Service, and put
//! the settings of a host into one DestinationRule.
//!
//! The pods that count are those that the Service selects. Labels that Istio or Kubernetes adds
//! (zones, canonical names) are left out of the comparison. Hosts are looked up as in
//! `virtual-service-reference-not-found`, with the same reserve.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web-v1, namespace: shop}
//! spec: {template: {metadata: {labels: {app: web, version: v1}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Service
//! metadata: {name: web, namespace: shop}
//! spec: {selector: {app: web}, ports: [{port: 80}]}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: DestinationRule
//! metadata: {name: web, namespace: shop}
//! spec:
//!   host: web
//!   trafficPolicy: {loadBalancer: {simple: RANDOM}}
//!   subsets:
//!     - name: v1
//!       labels: {version: v1}
//!     - name: v2
//!       labels: {version: v2}
//! #     ^^^^^^ DestinationRule `web` has subset `v2` without pods: none of Deployment `web-v1` has the labels version=v2
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: DestinationRule
//! metadata: {name: web-limits, namespace: shop}
//! spec:
//!   host: web.shop.svc.cluster.local
//! # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ DestinationRule `web-limits` sets a traffic policy for host `web.shop.svc.cluster.local`, as DestinationRule `shop/web` does
//!   trafficPolicy: {connectionPool: {tcp: {maxConnections: 10}}}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: DestinationRule
//! metadata: {name: typo, namespace: shop}
//! spec: {host: wbe, trafficPolicy: {loadBalancer: {simple: RANDOM}}}
//! #      ^^^^^^^^^ DestinationRule `typo` is for host `wbe`, which no Service of namespace `shop` has
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {metadata: {labels: {app: web, version: v1}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Service
//! metadata: {name: web, namespace: shop}
//! spec: {selector: {app: web}, ports: [{port: 80}]}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: DestinationRule
//! metadata: {name: web, namespace: shop}
//! spec:
//!   host: web
//!   subsets:
//!     - {name: v1, labels: {version: v1}}
//!     - {name: zone, labels: {topology.kubernetes.io/zone: a}}
//!     - {name: cluster, labels: {topology.istio.io/cluster: a}}
//!     - {name: later, labels: {version: "${VERSION}"}}
//!     - {name: hash, labels: {rollouts-pod-template-hash: abc}}
//!     - {name: all}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: DestinationRule
//! metadata: {name: more-subsets, namespace: shop}
//! spec: {host: web, subsets: [{name: other, labels: {version: v1}}]}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: DestinationRule
//! metadata: {name: one-workload, namespace: shop}
//! spec: {host: web, workloadSelector: {matchLabels: {app: client}}, trafficPolicy: {loadBalancer: {simple: RANDOM}}}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: DestinationRule
//! metadata: {name: everything, namespace: shop}
//! spec: {host: "*.local", trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: DestinationRule
//! metadata: {name: outside, namespace: shop}
//! spec: {host: api.example.com, trafficPolicy: {tls: {mode: SIMPLE}}}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: DestinationRule
//! metadata: {name: elsewhere, namespace: bank}
//! spec: {host: bank, trafficPolicy: {loadBalancer: {simple: RANDOM}}}
//! ```

use kubesift_engine::model::{Host, HostFound, Match, Selector, are_near, are_placed};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    confidence: Confidence::Medium,
    profiles: &[Profile::Default, Profile::Reliability],
    yields_to: &["reference-near-miss", "reference-wrong-namespace"],
    refs: &[Peer("istio-analyze:IST0173"), Peer("istio-analyze:IST0174")],
    run: Run::Links(&["networking.istio.io/DestinationRule"], run),
    ..Check::DEFAULT
};

fn run(rule: &Resource, graph: &Graph, out: &mut Out) {
    let field = rule.field("spec.host");
    let Some(text) = field.str() else { return };
    let from = rule.namespace.as_deref();
    let host = Host::of(text, from);
    if host == Host::Unknown {
        return;
    }
    rival(rule, host, graph, out);
    match graph.find_host(host, from) {
        HostFound::Here(service)
            if service.is("Service") && (are_near(rule, service) || out.is_asked()) =>
        {
            subsets(rule, service, graph, out);
        }
        HostFound::Nothing => {
            if let Some(why) = missing(rule, host, graph, out) {
                out.report(field, format!("is for host `{text}`, {why}"));
            }
        }
        _ => {}
    }
}

/// Why a host that nothing of the build answers to is surely wrong.
fn missing(rule: &Resource, host: Host, graph: &Graph, out: &Out) -> Option<String> {
    if let Some((name, namespace)) = host.meant() {
        let found = graph.find("Service", Some(namespace), name)?;
        let name = found.full_name();
        return Some(format!(
            "which is a host outside the mesh: Service `{name}` is not meant by it"
        ));
    }
    let Host::Service { namespace, .. } = host else { return None };
    let shown = graph.build().complete && graph.mesh().shows("Service", namespace, rule);
    let of = match namespace {
        Some(name) => format!("namespace `{name}`"),
        None => "this build".to_owned(),
    };
    (shown || out.is_asked()).then(|| format!("which no Service of {of} has"))
}

/// An earlier rule of the namespace that sets a traffic policy for the same host.
fn rival(rule: &Resource, host: Host, graph: &Graph, out: &mut Out) {
    let sets = |rule: &Resource| {
        rule.field("spec.trafficPolicy").exists() && !rule.field("spec.workloadSelector").exists()
    };
    if !sets(rule) {
        return;
    }
    let other = graph.rules_of_host(host).into_iter().find(|other| {
        other.id < rule.id
            && other.namespace == rule.namespace
            && other.name != rule.name
            && (out.is_asked() || are_placed(other, rule))
            && sets(other)
    });
    let Some(other) = other else { return };
    let field = rule.field("spec.host");
    let (text, name) = (field.str().unwrap_or_default(), other.full_name());
    let message =
        format!("sets a traffic policy for host `{text}`, as DestinationRule `{name}` does");
    out.report(field, message).note(other.field("spec.trafficPolicy"), "the other traffic policy");
}

/// Labels that Istio or Kubernetes adds to pods or their proxies.
fn is_added(key: &str) -> bool {
    key.starts_with("topology.") || key.contains("istio.io/")
}

fn subsets(rule: &Resource, service: &Resource, graph: &Graph, out: &mut Out) {
    let mut pods: Option<Vec<&GraphPod>> = None;
    for subset in rule.field("spec.subsets").items() {
        let field = subset.field("labels");
        let Some(node) = field.node() else { continue };
        let selector = Selector::from_map(node);
        if selector.is_empty() || selector.requirements().iter().any(|one| is_added(one.key)) {
            continue;
        }
        if pods.is_none() {
            let selected = graph.pods_of_service(service);
            let shown = graph.shows_all_pods(service.namespace.as_deref()) || out.is_asked();
            pods =
                Some(if shown && selected.unsure.is_empty() { selected.sure } else { Vec::new() });
        }
        let all = pods.as_deref().unwrap_or_default();
        let mut labels = all.iter().map(|pod| graph.labels_of(pod));
        if all.is_empty() || labels.any(|labels| selector.matches(&labels) != Match::No) {
            continue;
        }
        let workloads = Graph::workloads_in_words(all);
        let name = subset.field("name").str().unwrap_or("(no name)");
        let message = format!(
            "has subset `{name}` without pods: none of {workloads} has the labels {selector}"
        );
        out.report(field, message).note(service.field("spec.selector"), "selects the host's pods");
    }
}
