//! A Service opens a port on every node.
//!
//! Everyone who reaches any node reaches the Service: past the Ingress, its TLS and its access
//! rules, and often past the firewall of the load balancer.
//!
//! Use the type ClusterIP and publish the application through an Ingress or a Gateway.
//!
//! ```yaml fail
//! kind: Service
//! metadata: {name: web}
//! spec:
//!   type: NodePort
//! # ^^^^^^^^^^^^^^ Service `web` opens port 30080 on every node
//!   externalTrafficPolicy: Local
//!   selector: {app: web}
//!   ports:
//!     - port: 80
//!       nodePort: 30080
//! ```
//!
//! ```yaml fixed
//! kind: Service
//! metadata: {name: web}
//! spec:
//!   type: ClusterIP
//!   selector: {app: web}
//!   ports:
//!     - port: 80
//! ```
//!
//! ```yaml fail
//! kind: Service
//! metadata: {name: web}
//! spec: {type: NodePort, selector: {app: web}, ports: [{port: 80}, {port: 443}]}
//! #      ^^^^^^^^^^^^^^ Service `web` opens ports on every node
//! ```
//!
//! ```yaml pass
//! kind: Service
//! metadata: {name: web}
//! spec: {selector: {app: web}, ports: [{port: 80}]}
//! ---
//! kind: Service
//! metadata: {name: unknown}
//! spec: {type: "${TYPE}", selector: {app: web}, ports: [{port: 80}]}
//! ---
//! apiVersion: serving.knative.dev/v1
//! kind: Service
//! metadata: {name: other-kind}
//! spec: {type: NodePort}
//! ```

use kubesift_engine::model::{Published, published};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    profiles: &[Profile::Default, Profile::Nsa],
    yields_to: &[
        "etcd-exposed-by-service",
        "load-balancer-exposes-sensitive-port",
        "sensitive-interface-exposed",
    ],
    fix: Some(Unsafe),
    refs: &[
        Cwe(668),
        Peer("kube-linter:exposed-services"),
        Peer("kube-score:service-type"),
        Peer("kics:845acfbe"),
        Peer("terrascan:AC-K8-NS-SV-L-0132"),
        Peer("kyverno:restrict-nodeport"),
        Peer("gatekeeper:k8sblocknodeport"),
        Peer("datree:SERVICE_INCORRECT_TYPE_VALUE_NODEPORT"),
        Peer("monokle:KBP114"),
        Peer("popeye:POP-1104"),
        Peer("kubescape:C-0256"),
    ],
    run: Run::Resource(&["Service"], run),
    ..Check::DEFAULT
};

fn run(service: &Resource, out: &mut Out) {
    if published(service) != Published::NodePort {
        return;
    }
    let kind = service.field("spec.type");
    let ports: Vec<Node> = service.field("spec.ports").items().collect();
    let numbers: Vec<i64> = ports.iter().filter_map(|port| port.field("nodePort").int()).collect();
    let message = match &*numbers {
        [one] => format!("opens port {one} on every node"),
        _ => "opens ports on every node".to_owned(),
    };
    // The API server refuses these fields for ClusterIP.
    let refused = ["spec.externalTrafficPolicy", "spec.healthCheckNodePort"];
    let mut fields: Vec<Field> = ports.iter().map(|port| port.field("nodePort")).collect();
    fields.extend(refused.map(|path| service.field(path)));
    let removed = fields.into_iter().filter(|field| field.exists()).map(Field::remove);
    let edits: Option<Vec<_>> = std::iter::once(kind.set("ClusterIP")).chain(removed).collect();
    out.report(kind, message).offer(
        Unsafe,
        "keep the Service inside the cluster",
        edits.into_iter().flatten(),
    );
}
