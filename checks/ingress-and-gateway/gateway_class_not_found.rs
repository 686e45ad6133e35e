//! A Gateway is of a class that is not there.
//!
//! No controller takes a Gateway of a class that does not exist: it gets no address, and its routes
//! lead nowhere.
//!
//! Correct `gatewayClassName`, or add the class.
//!
//! Classes belong to the cluster, so one that is not found is reported only where a class in view is
//! named nearly so, or where the configuration declares everything complete. A run that names this
//! check reports all.
//!
//! ```yaml fail
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: GatewayClass
//! metadata: {name: envoy-public}
//! ---
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: Gateway
//! metadata: {name: public}
//! spec:
//!   gatewayClassName: envoy-pubilc
//! # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Gateway `public` is of GatewayClass `envoy-pubilc`, which no file defines; the nearest is `envoy-public`
//! ```
//!
//! ```yaml fixed
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: GatewayClass
//! metadata: {name: envoy-public}
//! ---
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: Gateway
//! metadata: {name: public}
//! spec:
//!   gatewayClassName: envoy-public
//! ```
//!
//! ```yaml pass
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: GatewayClass
//! metadata: {name: envoy-public}
//! ---
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: Gateway
//! metadata: {name: public}
//! spec: {gatewayClassName: envoy-public}
//! ---
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: Gateway
//! metadata: {name: of-the-cluster}
//! spec: {gatewayClassName: gke-l7-global-external-managed}
//! ---
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: Gateway
//! metadata: {name: filled-in}
//! spec: {gatewayClassName: "${CLASS}"}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: Gateway
//! metadata: {name: of-istio}
//! spec: {selector: {istio: ingressgateway}}
//! ```

use kubesift_engine::model::Relation;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 3.5,
    fix: Some(Unsafe),
    yields_to: &["reference-near-miss"],
    refs: &[Peer("popeye:POP-407")],
    run: Run::Links(&["gateway.networking.k8s.io/Gateway"], run),
    ..Check::DEFAULT
};

fn run(gateway: &Resource, graph: &Graph, out: &mut Out) {
    out.dangling(gateway, graph, Usual::Elsewhere, |link| link.relation == Relation::GatewayClass);
}
