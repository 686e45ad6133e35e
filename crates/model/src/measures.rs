//! Where objects hold quantities, percentages and durations, and how durations are written. Whether
//! what stands there can be read is left to checks.

use kubesift_yaml::Node;

use crate::pod::Pod;
use crate::resource::Resource;

/// How a duration is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duration {
    /// Go's `time.ParseDuration`: `1h30m`, `1.5h`, `300ms`; nothing longer than an hour.
    Go,
    /// Prometheus: whole numbers from years to milliseconds, each unit once, in this order.
    Prometheus,
    /// Gateway API (GEP-2257): up to four whole numbers with h, m, s or ms.
    Gateway,
}

impl Duration {
    /// True when a text is such a duration.
    pub fn reads(self, text: &str) -> bool {
        match self {
            Self::Go => is_go(text),
            Self::Prometheus => is_prometheus(text),
            Self::Gateway => is_gateway(text),
        }
    }
}

fn is_go(text: &str) -> bool {
    let mut rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    if rest == "0" {
        return true;
    }
    if rest.is_empty() {
        return false;
    }
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
        let (number, after) = rest.split_at(digits);
        if number.matches('.').count() > 1 || !number.bytes().any(|byte| byte.is_ascii_digit()) {
            return false;
        }
        let units = ["ns", "us", "µs", "μs", "ms", "s", "m", "h"];
        let Some(next) = units.iter().find_map(|unit| after.strip_prefix(unit)) else {
            return false;
        };
        rest = next;
    }
    true
}

fn is_prometheus(text: &str) -> bool {
    if text == "0" {
        return true;
    }
    let units = ["y", "w", "d", "h", "m", "s", "ms"];
    let (mut rest, mut next) = (text, 0);
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = rest.split_at(digits);
        let letters = after.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (unit, after) = after.split_at(letters);
        let found = units.iter().position(|one| *one == unit).filter(|at| *at >= next);
        let Some(at) = found.filter(|_| !number.is_empty()) else { return false };
        (rest, next) = (after, at + 1);
    }
    next > 0
}

fn is_gateway(text: &str) -> bool {
    let (mut rest, mut count) = (text, 0);
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let after = rest.get(digits..).unwrap_or_default();
        let units = ["ms", "h", "m", "s"];
        let next = units.iter().find_map(|unit| after.strip_prefix(unit));
        let Some(next) = next.filter(|_| (1..=5).contains(&digits)) else { return false };
        (rest, count) = (next, count + 1);
    }
    (1..=4).contains(&count)
}

/// Adds the nodes at a path whose parts are joined by dots; `[]` after a part means each of its
/// items, and `*` each entry. As deep as the path is long.
fn walk<'a>(node: Node<'a>, path: &str, found: &mut Vec<Node<'a>>) {
    let (part, rest) = path.split_once('.').unwrap_or((path, ""));
    let mut go_on = |node| if rest.is_empty() { found.push(node) } else { walk(node, rest, found) };
    if part == "*" {
        return node.entries().for_each(|(_, value)| go_on(value));
    }
    let (key, each) = part.strip_suffix("[]").map_or((part, false), |key| (key, true));
    match node.get(key) {
        Some(list) if each => list.items().for_each(go_on),
        Some(next) => go_on(next),
        None => {}
    }
}

fn all<'a>(root: Node<'a>, paths: &[&str], found: &mut Vec<Node<'a>>) {
    paths.iter().for_each(|path| walk(root, path, found));
}

/// From a container, and from a PodSpec.
const RESOURCES: &[&str] = &["resources.requests.*", "resources.limits.*"];

/// From a PodSpec, besides its containers.
const OF_POD: &[&str] = &[
    "overhead.*",
    "volumes[].emptyDir.sizeLimit",
    "volumes[].ephemeral.volumeClaimTemplate.spec.resources.requests.*",
    "volumes[].ephemeral.volumeClaimTemplate.spec.resources.limits.*",
];

/// From the object: group, kind, paths.
const QUANTITIES: &[(&str, &str, &[&str])] = &[
    (
        "apps",
        "StatefulSet",
        &[
            "spec.volumeClaimTemplates[].spec.resources.requests.*",
            "spec.volumeClaimTemplates[].spec.resources.limits.*",
        ],
    ),
    ("", "PersistentVolumeClaim", &["spec.resources.requests.*", "spec.resources.limits.*"]),
    ("", "PersistentVolume", &["spec.capacity.*"]),
    ("", "ResourceQuota", &["spec.hard.*"]),
    (
        "",
        "LimitRange",
        &[
            "spec.limits[].default.*",
            "spec.limits[].defaultRequest.*",
            "spec.limits[].max.*",
            "spec.limits[].maxLimitRequestRatio.*",
            "spec.limits[].min.*",
        ],
    ),
    ("node.k8s.io", "RuntimeClass", &["overhead.podFixed.*"]),
];

/// The same, of quantities that may be below nothing.
const SIGNED: &[(&str, &str, &[&str])] = &[(
    "autoscaling",
    "HorizontalPodAutoscaler",
    &[
        "spec.metrics[].containerResource.target.averageValue",
        "spec.metrics[].external.target.averageValue",
        "spec.metrics[].external.target.value",
        "spec.metrics[].object.target.averageValue",
        "spec.metrics[].object.target.value",
        "spec.metrics[].pods.target.averageValue",
        "spec.metrics[].resource.target.averageValue",
    ],
)];

const PERCENTAGES: &[(&str, &str, &[&str])] = &[
    (
        "apps",
        "Deployment",
        &["spec.strategy.rollingUpdate.maxSurge", "spec.strategy.rollingUpdate.maxUnavailable"],
    ),
    (
        "apps",
        "DaemonSet",
        &[
            "spec.updateStrategy.rollingUpdate.maxSurge",
            "spec.updateStrategy.rollingUpdate.maxUnavailable",
        ],
    ),
    ("apps", "StatefulSet", &["spec.updateStrategy.rollingUpdate.maxUnavailable"]),
    ("policy", "PodDisruptionBudget", &["spec.minAvailable", "spec.maxUnavailable"]),
];

use Duration::{Gateway, Go, Prometheus};

/// Group, kind (`*` is every kind of the group), paths.
const DURATIONS: &[(&str, &str, Duration, &[&str])] = &[
    ("cert-manager.io", "Certificate", Go, &["spec.duration", "spec.renewBefore"]),
    ("external-secrets.io", "ExternalSecret", Go, &["spec.refreshInterval"]),
    ("external-secrets.io", "ClusterExternalSecret", Go, &["spec.refreshTime"]),
    ("gateway.networking.k8s.io", "GRPCRoute", Gateway, &["spec.rules[].timeouts.*"]),
    ("gateway.networking.k8s.io", "HTTPRoute", Gateway, &["spec.rules[].timeouts.*"]),
    ("helm.toolkit.fluxcd.io", "*", Go, FLUX),
    ("image.toolkit.fluxcd.io", "*", Go, FLUX),
    ("kustomize.toolkit.fluxcd.io", "*", Go, FLUX),
    ("source.toolkit.fluxcd.io", "*", Go, FLUX),
    (
        "monitoring.coreos.com",
        "PodMonitor",
        Prometheus,
        &["spec.podMetricsEndpoints[].interval", "spec.podMetricsEndpoints[].scrapeTimeout"],
    ),
    (
        "monitoring.coreos.com",
        "Prometheus",
        Prometheus,
        &["spec.evaluationInterval", "spec.retention", "spec.scrapeInterval", "spec.scrapeTimeout"],
    ),
    (
        "monitoring.coreos.com",
        "PrometheusRule",
        Prometheus,
        &["spec.groups[].interval", "spec.groups[].rules[].for"],
    ),
    (
        "monitoring.coreos.com",
        "ServiceMonitor",
        Prometheus,
        &["spec.endpoints[].interval", "spec.endpoints[].scrapeTimeout"],
    ),
    ("velero.io", "Backup", Go, &["spec.ttl"]),
    ("velero.io", "Schedule", Go, &["spec.template.ttl"]),
];

const FLUX: &[&str] = &["spec.interval", "spec.retryInterval", "spec.timeout"];

fn of_kind<'a>(resource: &'a Resource, table: &[(&str, &str, &[&str])]) -> Vec<Node<'a>> {
    let mut found = Vec::new();
    for (group, kind, paths) in table.iter().filter(|row| *resource.kind.kind == *row.1) {
        let name = if group.is_empty() { (*kind).to_owned() } else { format!("{group}/{kind}") };
        if resource.is(&name) {
            all(resource.node(), paths, &mut found);
        }
    }
    found
}

/// Every place of an object that must hold a quantity and holds something, with whether it may be
/// below nothing. Of a pod that an operator completes what is stated counts too.
pub fn quantities_of(resource: &Resource) -> Vec<(Node<'_>, bool)> {
    let mut found = Vec::new();
    if let Some(pod) = Pod::of(resource) {
        for container in pod.containers() {
            all(container.node, RESOURCES, &mut found);
        }
        all(pod.spec, RESOURCES, &mut found);
        all(pod.spec, OF_POD, &mut found);
    }
    found.extend(of_kind(resource, QUANTITIES));
    let mut found: Vec<_> = found.into_iter().map(|node| (node, false)).collect();
    found.extend(of_kind(resource, SIGNED).into_iter().map(|node| (node, true)));
    found
}

/// Every place of an object that must hold a whole number or a percentage, and holds something.
pub fn percentages_of(resource: &Resource) -> Vec<Node<'_>> {
    of_kind(resource, PERCENTAGES)
}

/// Every place of an object that must hold a duration and holds something.
pub fn durations_of(resource: &Resource) -> Vec<(Node<'_>, Duration)> {
    let kind = &resource.kind;
    let is = |row: &&(&str, &str, Duration, &[&str])| {
        *kind.group == *row.0 && (row.1 == "*" || *kind.kind == *row.1)
    };
    let mut found = Vec::new();
    for row in DURATIONS.iter().filter(is) {
        let mut nodes = Vec::new();
        all(resource.node(), row.3, &mut nodes);
        found.extend(nodes.into_iter().map(|node| (node, row.2)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(kind: Duration, good: &[&str], bad: &[&str]) {
        for text in good {
            assert!(kind.reads(text), "{text}");
        }
        for text in bad {
            assert!(!kind.reads(text), "{text}");
        }
    }

    #[test]
    fn durations() {
        check(
            Go,
            &["1h", "1h30m", "1.5h", ".5s", "300ms", "10us", "10µs", "0", "-5m", "2160h0m0s"],
            &["", "1", "1d", "1 h", "h", "1.2.3s", ".s", "1h 30m", "10 minutes", "1H"],
        );
        check(
            Prometheus,
            &["0", "30s", "1m30s", "15d", "1y2w3d4h5m6s7ms"],
            &["", "1", "0.5m", "30s1m", "1s1s", "s", "1 m", "1us"],
        );
        check(
            Gateway,
            &["1h", "0s", "1h30m10s500ms", "30m"],
            &["", "0", "1.5h", "1d", "100000s", "1s1s1s1s1s", "1us"],
        );
    }
}
