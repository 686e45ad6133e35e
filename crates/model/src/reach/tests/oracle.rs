//! The engine against an oracle that is as simple as can be: every pair of pods, every port, every
//! rule, one after the other. And the bounds against every value that a placeholder may get.

use proptest::prelude::*;

use super::*;

/// Ports that are looked at: enough to see every border of the ranges that are made.
const PORTS: [(Protocol, u16); 5] = [
    (Protocol::Tcp, 1),
    (Protocol::Tcp, 2),
    (Protocol::Tcp, 3),
    (Protocol::Udp, 2),
    (Protocol::Sctp, 9),
];

/// Labels `k0` and `k1`: none, or one of the values `v0`, `v1`, or what `${X}` stands for.
type Labels2 = [Option<u8>; 2];

/// The value that stands for the placeholder.
const HOLE: u8 = 9;

#[derive(Debug, Clone)]
struct TestPod {
    namespace: usize,
    labels: Labels2,
    /// The number of the TCP port that is named `web`.
    web: Option<u16>,
}

/// Conditions on `k0` or `k1`: operator 0 to 3, value.
type TestSelector = Vec<(usize, u8, u8)>;

#[derive(Debug, Clone)]
enum TestPeer {
    Pods(Option<TestSelector>, Option<TestSelector>),
    Block(u8),
}

#[derive(Debug, Clone)]
enum TestPort {
    All(Protocol),
    Range(Protocol, u16, u16),
    Named,
}

#[derive(Debug, Clone)]
struct TestRule {
    action: u8,
    peers: Vec<TestPeer>,
    ports: Vec<TestPort>,
}

#[derive(Debug, Clone)]
struct TestPolicy {
    namespace: usize,
    pods: TestSelector,
    ingress: Option<Vec<TestRule>>,
    egress: Option<Vec<TestRule>>,
}

#[derive(Debug, Clone)]
struct World {
    /// Labels of the namespaces n0, n1, n2.
    namespaces: [Labels2; 3],
    pods: Vec<TestPod>,
    policies: Vec<TestPolicy>,
    /// By priority; the last one is the baseline.
    admins: Vec<TestPolicy>,
}

// ---- the world in YAML ----

fn value(value: u8) -> String {
    if value == HOLE { "'${X}'".to_owned() } else { format!("v{value}") }
}

fn labels_yaml(labels: &Labels2) -> String {
    let entries = labels
        .iter()
        .enumerate()
        .filter_map(|(key, label)| Some(format!("k{key}: {}", value((*label)?))));
    format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
}

fn selector_yaml(selector: &TestSelector) -> String {
    let items = selector.iter().map(|(key, operator, of)| {
        let operator = ["In", "NotIn", "Exists", "DoesNotExist"][usize::from(*operator)];
        let values = if operator.ends_with("In") {
            format!(", values: [{}]", value(*of))
        } else {
            "".into()
        };
        format!("{{key: k{key}, operator: {operator}{values}}}")
    });
    format!("{{matchExpressions: [{}]}}", items.collect::<Vec<_>>().join(", "))
}

fn peer_yaml(peer: &TestPeer, admin: bool) -> String {
    match peer {
        TestPeer::Pods(namespaces, pods) if admin => {
            let all = Vec::new();
            format!(
                "{{pods: {{namespaceSelector: {}, podSelector: {}}}}}",
                selector_yaml(namespaces.as_ref().unwrap_or(&all)),
                selector_yaml(pods.as_ref().unwrap_or(&all))
            )
        }
        TestPeer::Pods(namespaces, pods) => {
            let part = |key: &str, selector: &Option<TestSelector>| {
                selector.as_ref().map(|selector| format!("{key}: {}", selector_yaml(selector)))
            };
            let parts = part("namespaceSelector", namespaces).into_iter();
            let parts: Vec<String> = parts.chain(part("podSelector", pods)).collect();
            match parts.is_empty() {
                true => "{podSelector: {}}".to_owned(),
                false => format!("{{{}}}", parts.join(", ")),
            }
        }
        TestPeer::Block(net) if admin => format!("{{networks: [10.{net}.0.0/16]}}"),
        TestPeer::Block(net) => format!("{{ipBlock: {{cidr: 10.{net}.0.0/16}}}}"),
    }
}

fn port_yaml(port: &TestPort, admin: bool) -> String {
    match (port, admin) {
        (TestPort::All(protocol), false) => format!("{{protocol: {}}}", protocol.name()),
        (TestPort::Range(protocol, first, last), false) => {
            format!("{{protocol: {}, port: {first}, endPort: {last}}}", protocol.name())
        }
        (TestPort::Named, false) => "{port: web}".to_owned(),
        (TestPort::All(protocol), true) => {
            format!("{{portRange: {{protocol: {}, start: 1, end: 65535}}}}", protocol.name())
        }
        (TestPort::Range(protocol, first, last), true) => {
            let name = protocol.name();
            format!("{{portRange: {{protocol: {name}, start: {first}, end: {last}}}}}")
        }
        (TestPort::Named, true) => "{namedPort: web}".to_owned(),
    }
}

fn rules_yaml(rules: &[TestRule], key: &str, admin: Option<bool>) -> String {
    let rules = rules.iter().map(|rule| {
        let peers: Vec<String> =
            rule.peers.iter().map(|peer| peer_yaml(peer, admin.is_some())).collect();
        let ports: Vec<String> =
            rule.ports.iter().map(|port| port_yaml(port, admin.is_some())).collect();
        let action = match admin {
            None => String::new(),
            Some(_) => format!("action: {}, ", action(rule.action, admin)),
        };
        format!("{{{action}{key}: [{}], ports: [{}]}}", peers.join(", "), ports.join(", "))
    });
    rules.collect::<Vec<_>>().join(", ")
}

/// The baseline has no Pass.
fn action(number: u8, admin: Option<bool>) -> &'static str {
    match (number, admin) {
        (0, _) => "Allow",
        (1, _) | (2, Some(true)) => "Deny",
        _ => "Pass",
    }
}

fn yaml(world: &World) -> String {
    let mut text = String::new();
    for (at, labels) in world.namespaces.iter().enumerate() {
        let labels = labels_yaml(labels);
        let _ = write!(
            text,
            "---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: n{at}, labels: {labels}}}\n"
        );
    }
    for (at, pod) in world.pods.iter().enumerate() {
        let ports = pod.web.map_or_else(String::new, |port| {
            format!(", ports: [{{name: web, containerPort: {port}}}]")
        });
        let _ = write!(
            text,
            "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p{at}, namespace: n{}, labels: {}}}\n\
             spec: {{containers: [{{name: c{ports}}}]}}\n",
            pod.namespace,
            labels_yaml(&pod.labels)
        );
    }
    // A policy without types has the default ones, which the oracle does not know.
    let says = |policy: &&TestPolicy| policy.ingress.is_some() || policy.egress.is_some();
    for (at, policy) in world.policies.iter().filter(says).enumerate() {
        let (mut types, mut lists) = (Vec::new(), String::new());
        if let Some(rules) = &policy.ingress {
            types.push("Ingress");
            let _ = write!(lists, ", ingress: [{}]", rules_yaml(rules, "from", None));
        }
        if let Some(rules) = &policy.egress {
            types.push("Egress");
            let _ = write!(lists, ", egress: [{}]", rules_yaml(rules, "to", None));
        }
        let _ = write!(
            text,
            "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: q{at}, \
             namespace: n{}}}\nspec: {{podSelector: {}, policyTypes: [{}]{lists}}}\n",
            policy.namespace,
            selector_yaml(&policy.pods),
            types.join(", ")
        );
    }
    for (at, policy) in world.admins.iter().enumerate() {
        let baseline = at + 1 == world.admins.len();
        let (kind, name, priority) = match baseline {
            true => ("BaselineAdminNetworkPolicy", "default".to_owned(), String::new()),
            false => ("AdminNetworkPolicy", format!("a{at}"), format!("priority: {at}, ")),
        };
        let rules = |rules: &Option<Vec<TestRule>>, key| {
            rules_yaml(rules.as_deref().unwrap_or_default(), key, Some(baseline))
        };
        let _ = write!(
            text,
            "---\napiVersion: policy.networking.k8s.io/v1alpha1\nkind: {kind}\nmetadata: {{name: \
             {name}}}\nspec: {{{priority}subject: {{pods: {{namespaceSelector: {}, podSelector: {}}}}}, \
             ingress: [{}], egress: [{}]}}\n",
            selector_yaml(&vec![]),
            selector_yaml(&policy.pods),
            rules(&policy.ingress, "from"),
            rules(&policy.egress, "to")
        );
    }
    text
}

// ---- the oracle ----

fn selects(selector: &TestSelector, labels: &Labels2) -> bool {
    selector.iter().all(|(key, operator, value)| {
        let has = labels[*key];
        match operator {
            0 => has == Some(*value),
            1 => has != Some(*value),
            2 => has.is_some(),
            _ => has.is_none(),
        }
    })
}

#[derive(Clone, Copy)]
enum Whom<'w> {
    Pod(&'w TestPod),
    Net(u8),
}

impl World {
    fn peer_means(&self, peer: &TestPeer, own: Option<usize>, whom: Whom<'_>) -> bool {
        match (peer, whom) {
            (TestPeer::Block(net), Whom::Net(other)) => *net == other,
            (TestPeer::Pods(namespaces, pods), Whom::Pod(pod)) => {
                let there = match (namespaces, own) {
                    (Some(selector), _) => selects(selector, &self.namespaces[pod.namespace]),
                    (None, Some(own)) => own == pod.namespace,
                    (None, None) => true,
                };
                there && pods.as_ref().is_none_or(|selector| selects(selector, &pod.labels))
            }
            _ => false,
        }
    }

    fn rule_means(
        &self,
        rule: &TestRule,
        own: Option<usize>,
        whom: Whom<'_>,
        to: Option<&TestPod>,
        (protocol, number): (Protocol, u16),
    ) -> bool {
        let peers = rule.peers.is_empty() && own.is_some()
            || rule.peers.iter().any(|peer| self.peer_means(peer, own, whom));
        let ports = rule.ports.is_empty()
            || rule.ports.iter().any(|port| match port {
                TestPort::All(of) => *of == protocol,
                TestPort::Range(of, first, last) => {
                    *of == protocol && (*first..=*last).contains(&number)
                }
                TestPort::Named => {
                    protocol == Protocol::Tcp && to.is_some_and(|pod| pod.web == Some(number))
                }
            });
        peers && ports
    }

    /// Whether one side lets a port pass.
    fn side(
        &self,
        own: &TestPod,
        ingress: bool,
        whom: Whom<'_>,
        to: Option<&TestPod>,
        port: (Protocol, u16),
    ) -> bool {
        let rules = |policy: &TestPolicy| -> Option<Vec<TestRule>> {
            if ingress { policy.ingress.clone() } else { policy.egress.clone() }
        };
        let (baseline, admins) = self.admins.split_last().expect("a baseline");
        let first = |policy: &TestPolicy, baseline: bool| {
            if !selects(&policy.pods, &own.labels) {
                return None;
            }
            let rules = rules(policy).unwrap_or_default();
            let rule = rules.iter().find(|rule| self.rule_means(rule, None, whom, to, port))?;
            Some(action(rule.action, Some(baseline)))
        };
        match admins.iter().find_map(|policy| first(policy, false)) {
            Some("Allow") => return true,
            Some("Deny") => return false,
            _ => {}
        }
        let mut closed = false;
        for policy in &self.policies {
            let Some(rules) = rules(policy) else { continue };
            if policy.namespace != own.namespace || !selects(&policy.pods, &own.labels) {
                continue;
            }
            closed = true;
            let home = Some(policy.namespace);
            if rules.iter().any(|rule| self.rule_means(rule, home, whom, to, port)) {
                return true;
            }
        }
        !closed && first(baseline, true) != Some("Deny")
    }

    fn filled(&self, value: u8) -> Self {
        let mut world = self.clone();
        let fill = |label: &mut u8| {
            if *label == HOLE {
                *label = value;
            }
        };
        let labels = world.pods.iter_mut().map(|pod| &mut pod.labels);
        labels.chain(&mut world.namespaces).flatten().flatten().for_each(fill);
        for policy in world.policies.iter_mut().chain(&mut world.admins) {
            policy.pods.iter_mut().for_each(|one| fill(&mut one.2));
            let rules = policy.ingress.iter_mut().chain(&mut policy.egress).flatten();
            for peer in rules.flat_map(|rule| &mut rule.peers) {
                if let TestPeer::Pods(namespaces, pods) = peer {
                    namespaces.iter_mut().chain(pods).flatten().for_each(|one| fill(&mut one.2));
                }
            }
        }
        world
    }
}

// ---- what is made ----

fn labels(values: u8) -> impl Strategy<Value = Labels2> {
    let one = move || proptest::option::weighted(0.8, label(values));
    [one(), one()]
}

/// `v0`, `v1`, and with 3 values the placeholder.
fn label(values: u8) -> impl Strategy<Value = u8> + Clone {
    (0..values).prop_map(|value| if value == 2 { HOLE } else { value })
}

fn selector(values: u8) -> impl Strategy<Value = TestSelector> + Clone {
    proptest::collection::vec((0..2usize, 0..4u8, label(values)), 0..3)
}

fn peer(values: u8) -> impl Strategy<Value = TestPeer> {
    let some = move || proptest::option::of(selector(values));
    prop_oneof![
        3 => (some(), some()).prop_map(|(namespaces, pods)| TestPeer::Pods(namespaces, pods)),
        1 => (0..3u8).prop_map(TestPeer::Block),
    ]
}

fn port() -> impl Strategy<Value = TestPort> {
    let protocol = prop_oneof![Just(Protocol::Tcp), Just(Protocol::Udp), Just(Protocol::Sctp)];
    prop_oneof![
        protocol.clone().prop_map(TestPort::All),
        (protocol, 1..4u16, 0..3u16).prop_map(|(of, first, more)| TestPort::Range(
            of,
            first,
            first + more
        )),
        Just(TestPort::Named),
    ]
}

fn rule(values: u8, least: usize) -> impl Strategy<Value = TestRule> {
    let peers = proptest::collection::vec(peer(values), least..3);
    let ports = proptest::collection::vec(port(), 0..3);
    (0..3u8, peers, ports).prop_map(|(action, peers, mut ports)| {
        // A port by name towards addresses only is a mistake, and not what is tried here.
        if peers.iter().any(|peer| matches!(peer, TestPeer::Block(_))) {
            ports.retain(|port| !matches!(port, TestPort::Named));
        }
        TestRule { action, peers, ports }
    })
}

fn policy(values: u8, least: usize) -> impl Strategy<Value = TestPolicy> {
    let rules = move || {
        proptest::option::weighted(0.7, proptest::collection::vec(rule(values, least), 0..3))
    };
    (0..3usize, selector(values), rules(), rules()).prop_map(
        |(namespace, pods, ingress, egress)| TestPolicy { namespace, pods, ingress, egress },
    )
}

fn world(values: u8) -> impl Strategy<Value = World> {
    let pod = (0..3usize, labels(values), proptest::option::of(1..4u16));
    let pod = pod.prop_map(|(namespace, labels, web)| TestPod { namespace, labels, web });
    (
        [labels(values), labels(values), labels(values)],
        proptest::collection::vec(pod, 1..6),
        proptest::collection::vec(policy(values, 0), 0..5),
        proptest::collection::vec(policy(values, 1), 1..4),
    )
        .prop_map(|(namespaces, pods, policies, mut admins)| {
            // Admin policies cannot say from which networks traffic may come.
            for rules in admins.iter_mut().filter_map(|policy| policy.ingress.as_mut()) {
                for rule in rules {
                    rule.peers.retain(|peer| !matches!(peer, TestPeer::Block(_)));
                    if rule.peers.is_empty() {
                        rule.peers.push(TestPeer::Pods(None, None));
                    }
                }
            }
            World { namespaces, pods, policies, admins }
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn engine_and_oracle_agree(world in world(2)) {
        with_graph(&yaml(&world), |graph| {
            let reach = Reach::new(graph, Assume::Whole);
            for (at, one) in world.pods.iter().enumerate() {
                let end = End::Pod(&graph.pods()[at]);
                for (other_at, other) in world.pods.iter().enumerate() {
                    let found = reach.allowed(end, End::Pod(&graph.pods()[other_at]));
                    assert_eq!(found.sure, found.possible);
                    for port in PORTS {
                        let expected = world.side(one, false, Whom::Pod(other), Some(other), port)
                            && world.side(other, true, Whom::Pod(one), Some(other), port);
                        assert_eq!(found.sure.contains(port.0, port.1), expected, "{at} to {other_at}");
                    }
                }
                for net in 0..3u8 {
                    let address = End::Address([10, net, 1, 1].into());
                    let (inward, outward) = (reach.allowed(address, end), reach.allowed(end, address));
                    for port in PORTS {
                        let expected = world.side(one, true, Whom::Net(net), Some(one), port);
                        assert_eq!(inward.sure.contains(port.0, port.1), expected, "from {net} to {at}");
                        let expected = world.side(one, false, Whom::Net(net), None, port);
                        assert_eq!(outward.sure.contains(port.0, port.1), expected, "from {at} to {net}");
                    }
                }
            }
        });
    }

    /// Whatever stands for the placeholder: what is sure passes, and what passes is possible.
    #[test]
    fn bounds_hold_for_every_value(world in world(3)) {
        with_graph(&yaml(&world), |graph| {
            let reach = Reach::new(graph, Assume::Whole);
            for value in 0..3u8 {
                let filled = world.filled(value);
                for (at, one) in filled.pods.iter().enumerate() {
                    for (other_at, other) in filled.pods.iter().enumerate() {
                        let [from, to] = [at, other_at].map(|at| End::Pod(&graph.pods()[at]));
                        let found = reach.allowed(from, to);
                        for port in PORTS {
                            let passes = filled.side(one, false, Whom::Pod(other), Some(other), port)
                                && filled.side(other, true, Whom::Pod(one), Some(other), port);
                            assert!(!passes || found.possible.contains(port.0, port.1));
                            assert!(passes || !found.sure.contains(port.0, port.1));
                        }
                    }
                }
            }
        });
    }
}
