//! A rule of an AuthorizationPolicy asks for HTTP where there is none.
//!
//! Methods, paths, hosts, headers and tokens exist only in HTTP that a proxy of the mesh reads. At a
//! port that is declared as something else, and in ambient mode without a waypoint, a rule that
//! asks for them cannot match: one that allows lets nothing through, one that denies leaves the
//! field out and denies more than it says.
//!
//! Name the port's protocol (`appProtocol: http`), limit the rule to ports and identities, or put a
//! waypoint before the workload and attach the policy to it with `targetRefs`.
//!
//! A port counts when every Service that leads to it declares a protocol other than plain HTTP
//! (`tcp-…`, `https`, `mysql`, …), and the rule names no port or only such ones. One finding for
//! each rule.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: db, namespace: shop}
//! spec: {template: {metadata: {labels: {app: db}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Service
//! metadata: {name: db, namespace: shop}
//! spec: {selector: {app: db}, ports: [{name: tcp-db, port: 5432}, {name: http-metrics, port: 9187}]}
//! ---
//! apiVersion: security.istio.io/v1
//! kind: AuthorizationPolicy
//! metadata: {name: db, namespace: shop}
//! spec:
//!   selector: {matchLabels: {app: db}}
//!   action: DENY
//!   rules:
//!     - to:
//!         - operation:
//!             ports: ["5432"]
//!             methods: [POST]
//! #           ^^^^^^^ AuthorizationPolicy `db` asks for HTTP (`methods`) at port 5432 of Deployment `db`, which is declared as tcp
//!     - to: [{operation: {methods: [POST], ports: ["9187"]}}]
//!     - to: [{operation: {methods: [POST]}}]
//! ```
//!
//! ```yaml fail
//! kind: Namespace
//! metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! apiVersion: security.istio.io/v1
//! kind: AuthorizationPolicy
//! metadata: {name: web, namespace: shop}
//! spec:
//!   selector: {matchLabels: {app: web}}
//!   rules:
//!     - from: [{source: {requestPrincipals: ["*"]}}]
//! #                      ^^^^^^^^^^^^^^^^^ AuthorizationPolicy `web` asks for HTTP (`requestPrincipals`) before Deployment `web`, whose ambient mode reads none
//! ```
//!
//! ```yaml pass
//! kind: Namespace
//! metadata: {name: shop, labels: {istio-injection: enabled}}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Service
//! metadata: {name: web, namespace: shop}
//! spec: {selector: {app: web}, ports: [{name: web, port: 80}]}
//! ---
//! apiVersion: security.istio.io/v1
//! kind: AuthorizationPolicy
//! metadata: {name: web, namespace: shop}
//! spec:
//!   selector: {matchLabels: {app: web}}
//!   rules:
//!     - to: [{operation: {methods: [GET], paths: [/info]}}]
//! ---
//! kind: Deployment
//! metadata: {name: db, namespace: shop}
//! spec: {template: {metadata: {labels: {app: db}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Service
//! metadata: {name: db, namespace: shop}
//! spec: {selector: {app: db}, ports: [{name: tcp-db, port: 5432}]}
//! ---
//! apiVersion: security.istio.io/v1
//! kind: AuthorizationPolicy
//! metadata: {name: db, namespace: shop}
//! spec:
//!   selector: {matchLabels: {app: db}}
//!   rules:
//!     - from: [{source: {principals: [cluster.local/ns/shop/sa/web]}}]
//!       to: [{operation: {ports: ["5432"]}}]
//! ---
//! apiVersion: security.istio.io/v1
//! kind: AuthorizationPolicy
//! metadata: {name: waypoint, namespace: ambient}
//! spec:
//!   targetRefs: [{kind: Service, group: "", name: web}]
//!   rules: [{to: [{operation: {methods: [GET]}}]}]
//! ```

use kubesift_engine::model::{
    Dataplane, HttpField, Match, MeshPolicy, Target, Traffic, http_fields, service_ports, traffic,
};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.0,
    confidence: Confidence::Medium,
    refs: &[Cwe(863)],
    run: Run::Links(&["security.istio.io/AuthorizationPolicy"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    let policy = MeshPolicy::of(resource);
    if !policy.targets.is_empty() {
        return;
    }
    let rules = resource.field("spec.rules").items();
    let rules: Vec<(Node, HttpField)> =
        rules.filter_map(|rule| Some((rule, http_fields(rule).into_iter().next()?))).collect();
    if rules.is_empty() {
        return;
    }
    let pods = graph.pods_of_mesh_policy(&policy);
    let pods: Vec<&GraphPod> =
        pods.into_iter().filter(|(_, matches)| *matches == Match::Yes).map(|pod| pod.0).collect();
    let ambient = !pods.is_empty()
        && pods.iter().all(|pod| graph.membership(pod).dataplane() == Some(Dataplane::Ambient));
    let declared: Vec<(&GraphPod, Vec<Declared>)> =
        pods.iter().map(|pod| (*pod, declared(pod, graph))).collect();
    for (rule, field) in rules {
        let name = field.name;
        if ambient {
            let workloads = Graph::workloads_in_words(&pods);
            let message = format!(
                "asks for HTTP (`{name}`) before {workloads}, whose ambient mode reads none"
            );
            out.report(At::from((field.node, field.node.key_span())), message);
            continue;
        }
        let Some((pod, found)) = without_http(rule, &declared) else { continue };
        let workload = Graph::workloads_in_words(&[pod]);
        let (port, word) = (found.port, found.word);
        let message = format!(
            "asks for HTTP (`{name}`) at port {port} of {workload}, which is declared as {word}"
        );
        out.report(At::from((field.node, field.node.key_span())), message)
            .note(found.node, "the port of a Service that leads there");
    }
}

/// What the Services before a pod declare one of its ports as.
struct Declared<'a> {
    port: i64,
    word: &'a str,
    is_http: bool,
    node: Node<'a>,
}

fn declared<'a>(pod: &GraphPod<'a>, graph: &Graph<'a>) -> Vec<Declared<'a>> {
    let mut found = Vec::new();
    for service in graph.services_of(pod) {
        for port in service_ports(service) {
            let Target::Number(number) = port.target else { continue };
            let (word, is_http) = match traffic(port.node) {
                Traffic::Other(word) => (word, false),
                Traffic::Http(word) => (word, true),
                Traffic::Unstated => ("", true),
            };
            found.push(Declared { port: number, word, is_http, node: port.node });
        }
    }
    found
}

/// The first workload for which no port that the rule is for is one of HTTP, and such a port.
fn without_http<'g, 'a>(
    rule: Node,
    pods: &'g [(&'g GraphPod<'a>, Vec<Declared<'a>>)],
) -> Option<(&'g GraphPod<'a>, &'g Declared<'a>)> {
    let named: Vec<&str> = rule
        .field("to")
        .items()
        .flat_map(|to| to.field("operation.ports").items())
        .filter_map(Node::text)
        .collect();
    let all_named = rule.field("to").items().all(|to| to.field("operation.ports").exists());
    pods.iter().find_map(|(pod, declared)| {
        let meant = |one: &&Declared| {
            named.is_empty() || !all_named || named.contains(&one.port.to_string().as_str())
        };
        let ports: Vec<&Declared> = declared.iter().filter(meant).collect();
        let first = ports.first()?;
        ports.iter().all(|port| !port.is_http).then_some((*pod, *first))
    })
}
