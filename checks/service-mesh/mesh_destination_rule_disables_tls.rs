//! Clients are told not to speak mutual TLS to a workload of the mesh.
//!
//! The TLS settings of a DestinationRule are what clients speak. Where the workload's side takes
//! mutual TLS only, every request fails; where it takes both, the traffic that the mesh would have
//! encrypted is plain text.
//!
//! Remove `tls` from the DestinationRule, or set `mode: ISTIO_MUTUAL`: Istio then uses mutual TLS
//! wherever the other side has it.
//!
//! What the workload takes follows from the PeerAuthentications of port, workload, namespace and
//! mesh. Plain text to a workload that takes both counts as low; TLS of the program's own is fine
//! there. Hosts that no Service of the manifests answers to are left alone.
//!
//! ```yaml fail
//! kind: Namespace
//! metadata: {name: shop, labels: {istio-injection: enabled}}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Service
//! metadata: {name: web, namespace: shop}
//! spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
//! ---
//! apiVersion: security.istio.io/v1
//! kind: PeerAuthentication
//! metadata: {name: default, namespace: istio-system}
//! spec: {mtls: {mode: STRICT}}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: DestinationRule
//! metadata: {name: web, namespace: shop}
//! spec:
//!   host: web
//!   trafficPolicy:
//!     tls:
//!       mode: DISABLE
//! #     ^^^^^^^^^^^^^ DestinationRule `web` has clients speak plain text to host `web`, whose pods take mutual TLS only
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: DestinationRule
//! metadata: {name: by-port, namespace: bank}
//! spec:
//!   host: web.shop.svc.cluster.local
//!   trafficPolicy:
//!     portLevelSettings:
//!       - port: {number: 80}
//!         tls: {mode: SIMPLE}
//! #             ^^^^^^^^^^^^ DestinationRule `by-port` has clients speak TLS of their own to host `web.shop.svc.cluster.local`, whose pods take mutual TLS only
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: DestinationRule
//! metadata: {name: wide, namespace: shop}
//! spec: {host: "*.shop.svc.cluster.local", trafficPolicy: {tls: {mode: DISABLE}}}
//! #                                                              ^^^^^^^^^^^^^ DestinationRule `wide` has clients speak plain text to host `*.shop.svc.cluster.local`, whose pods take mutual TLS only
//! ```
//!
//! ```yaml fail
//! kind: Namespace
//! metadata: {name: shop, labels: {istio-injection: enabled}}
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Service
//! metadata: {name: web, namespace: shop}
//! spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: DestinationRule
//! metadata: {name: web, namespace: shop}
//! spec: {host: web, trafficPolicy: {tls: {mode: DISABLE}}}
//! #                                       ^^^^^^^^^^^^^ DestinationRule `web` has clients speak plain text to host `web`, whose pods are in the mesh
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
//! spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
//! ---
//! apiVersion: security.istio.io/v1
//! kind: PeerAuthentication
//! metadata: {name: web, namespace: shop}
//! spec: {selector: {matchLabels: {app: web}}, mtls: {mode: STRICT}, portLevelMtls: {8080: {mode: DISABLE}}}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: DestinationRule
//! metadata: {name: port-is-open, namespace: shop}
//! spec: {host: web, trafficPolicy: {portLevelSettings: [{port: {number: 80}, tls: {mode: DISABLE}}]}}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: DestinationRule
//! metadata: {name: mutual, namespace: shop}
//! spec: {host: web, trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: DestinationRule
//! metadata: {name: outside, namespace: shop}
//! spec: {host: db.example.com, trafficPolicy: {tls: {mode: SIMPLE}}}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: DestinationRule
//! metadata: {name: api, namespace: shop}
//! spec: {host: kubernetes.default.svc.cluster.local, trafficPolicy: {tls: {mode: DISABLE}}}
//! ```

use kubesift_engine::model::{
    ClientTls, Dataplane, Host, HostFound, Mtls, MtlsMode, Target, client_tls, service_ports,
};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 6.0,
    confidence: Confidence::Medium,
    refs: &[Cwe(319)],
    run: Run::Links(&["networking.istio.io/DestinationRule"], run),
    ..Check::DEFAULT
};

fn run(rule: &Resource, graph: &Graph, out: &mut Out) {
    let Some(host) = rule.field("spec.host").str() else { return };
    for tls in client_tls(rule) {
        let field = tls.node.field("mode");
        let speaks = match field.str() {
            Some("DISABLE") => "plain text",
            Some("SIMPLE" | "MUTUAL") => "TLS of their own",
            _ => continue,
        };
        let plain = field.str() == Some("DISABLE");
        let Some(found) = taken(rule, host, tls, graph) else { continue };
        let before = format!("has clients speak {speaks} to host `{host}`, whose pods");
        match (found.mode, found.by) {
            (MtlsMode::Strict, Some((policy, at))) => {
                let name = policy.full_name();
                out.report(field, format!("{before} take mutual TLS only"))
                    .note(at, format!("PeerAuthentication `{name}` says so"));
            }
            (MtlsMode::Permissive, _) if plain => {
                out.report(field, format!("{before} are in the mesh")).severity(Low);
            }
            _ => {}
        }
    }
}

/// What the pods behind a host take; none when they are not in view, or not in the mesh.
fn taken<'g>(rule: &Resource, host: &str, tls: ClientTls, graph: &'g Graph) -> Option<Mtls<'g>> {
    let from = rule.namespace.as_deref();
    let service = match Host::of(host, from) {
        Host::Wildcard(text) => return wide(text, graph),
        host => match graph.find_host(host, from) {
            HostFound::Here(found) if found.is("Service") => found,
            _ => return None,
        },
    };
    let pods = graph.pods_of_service(service).sure;
    let mut ports = service_ports(service);
    ports.retain(|port| tls.port.is_none_or(|wanted| port.number == Some(wanted)));
    let targets: Vec<Option<i64>> = ports
        .iter()
        .map(|port| match port.target {
            Target::Number(number) => Some(number),
            Target::Name(_) | Target::Unknown => None,
        })
        .collect();
    let mut found = None;
    for pod in pods {
        let inside = graph.membership(pod).dataplane().is_some_and(Dataplane::is_istio);
        for mode in targets.iter().map(|port| graph.mtls(pod, *port)) {
            // Nobody asks for mutual TLS in a namespace that is outside the mesh.
            let asked = mode.by.is_some_and(|by| by.0.namespace.as_deref() == pod.namespace);
            if !(inside || asked) {
                continue;
            }
            if mode.mode == MtlsMode::Strict {
                return Some(mode);
            }
            found = found.or(inside.then_some(mode));
        }
    }
    found
}

/// What holds for all pods behind a wildcard: those of a namespace, or of the mesh.
fn wide<'g>(text: &str, graph: &'g Graph) -> Option<Mtls<'g>> {
    let rest = text.strip_prefix("*.")?;
    let namespace = match rest.split_once(".svc.") {
        Some((namespace, _)) if !namespace.contains('.') => Some(namespace),
        None if matches!(rest, "local" | "cluster.local" | "svc.cluster.local") => None,
        _ => return None,
    };
    let found = graph.mtls_of_namespace(namespace);
    (found.mode == MtlsMode::Strict && found.by.is_some()).then_some(found)
}
