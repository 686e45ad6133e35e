//! A quantity, a percentage or a duration cannot be read.
//!
//! The API server, or the controller that reads the object, refuses it.
//!
//! A quantity is a number with one of the units `m`, `k`, `M`, `G`, `T`, `P`, `E`, `Ki`, `Mi`, `Gi`,
//! `Ti`, `Pi`, `Ei`, or with an exponent; there is no blank before the unit and no `B` behind it. What
//! a container requests is not below 0. A percentage is a whole number with `%`. Durations differ:
//! cert-manager, Flux and External Secrets read Go's (`72h30m`, no days), Prometheus has days too
//! (`15d`), and Gateway API has neither fractions nor days.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   strategy:
//!     rollingUpdate:
//!       maxSurge: 25 %
//! #     ^^^^^^^^^^^^^^ Deployment `web` has `25 %` for `maxSurge`, which is neither a number nor a percentage
//!   template:
//!     spec:
//!       initContainers:
//!         - name: setup
//!           resources: {requests: {cpu: -1}}
//! #                                ^^^^^^^ Deployment `web` has the quantity `-1` for `cpu`, which is below 0
//!       containers:
//!         - name: app
//!           resources:
//!             limits:
//!               memory: 512MB
//! #             ^^^^^^^^^^^^^ Deployment `web` has the quantity `512MB` for `memory`, which has a unit that does not exist
//!               cpu: "1,5"
//! #             ^^^^^^^^^^ Deployment `web` has the quantity `1,5` for `cpu`, which is not a number with an optional unit
//!       volumes:
//!         - name: cache
//!           emptyDir: {sizeLimit: 1 Gi}
//! #                    ^^^^^^^^^^^^^^^ Deployment `web` has the quantity `1 Gi` for `sizeLimit`, which is not a number with an optional unit
//! ```
//!
//! ```yaml fixed
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   strategy:
//!     rollingUpdate:
//!       maxSurge: 25 %
//!   template:
//!     spec:
//!       initContainers:
//!         - name: setup
//!           resources: {requests: {cpu: -1}}
//!       containers:
//!         - name: app
//!           resources:
//!             limits:
//!               memory: 512M
//!               cpu: "1,5"
//!       volumes:
//!         - name: cache
//!           emptyDir: {sizeLimit: 1Gi}
//! ```
//!
//! ```yaml fail
//! kind: PersistentVolumeClaim
//! metadata: {name: data}
//! spec: {resources: {requests: {storage: 10gi}}}
//! #                             ^^^^^^^^^^^^^ PersistentVolumeClaim `data` has the quantity `10gi` for `storage`, which has a unit that does not exist
//! ---
//! kind: PodDisruptionBudget
//! metadata: {name: web}
//! spec: {minAvailable: half}
//! #      ^^^^^^^^^^^^^^^^^^ PodDisruptionBudget `web` has `half` for `minAvailable`, which is neither a number nor a percentage
//! ---
//! apiVersion: cert-manager.io/v1
//! kind: Certificate
//! metadata: {name: web}
//! spec: {duration: 90d, renewBefore: 360h}
//! #      ^^^^^^^^^^^^^ Certificate `web` has `90d` for `duration`, which is no duration such as `72h30m`
//! ---
//! apiVersion: kustomize.toolkit.fluxcd.io/v1
//! kind: Kustomization
//! metadata: {name: apps}
//! spec: {interval: 10 minutes}
//! #      ^^^^^^^^^^^^^^^^^^^^ Kustomization `apps` has `10 minutes` for `interval`, which is no duration such as `72h30m`
//! ---
//! apiVersion: monitoring.coreos.com/v1
//! kind: ServiceMonitor
//! metadata: {name: web}
//! spec: {endpoints: [{interval: 0.5m, scrapeTimeout: 10s}]}
//! #                   ^^^^^^^^^^^^^^ ServiceMonitor `web` has `0.5m` for `interval`, which is no duration such as `1h30m`
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! spec:
//!   strategy: {rollingUpdate: {maxSurge: 25%, maxUnavailable: 0}}
//!   template:
//!     spec:
//!       overhead: {cpu: 250m}
//!       containers:
//!         - name: app
//!           resources: {requests: {cpu: .5, memory: 1e9, nvidia.com/gpu: 1}, limits: {memory: 1Gi, cpu: "${CPU}"}}
//!       volumes: [{name: cache, emptyDir: {sizeLimit: 512Mi}}, {name: empty, emptyDir: {}}]
//! ---
//! apiVersion: cert-manager.io/v1
//! kind: Certificate
//! spec: {duration: 2160h0m0s, renewBefore: "{{ .renew }}"}
//! ---
//! apiVersion: monitoring.coreos.com/v1
//! kind: Prometheus
//! spec: {retention: 15d, scrapeInterval: 1m30s}
//! ---
//! apiVersion: gateway.networking.k8s.io/v1
//! kind: HTTPRoute
//! spec: {rules: [{timeouts: {request: 1h30m, backendRequest: 0s}}]}
//! ---
//! apiVersion: example.com/v1
//! kind: Certificate
//! spec: {duration: 90d}
//! ```

use kubesift_engine::model::{
    Duration, Quantity, durations_of, known_node, percentages_of, quantities_of,
};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.5,
    profiles: &[Profile::Default],
    fix: Some(Unsafe),
    refs: &[Peer("kubeconform:schema")],
    run: Run::Resource(&["*"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, out: &mut Out) {
    for (node, signed) in quantities_of(resource) {
        quantity(node, signed, out);
    }
    for node in percentages_of(resource) {
        if let Some(text) = literal(node).filter(|text| !is_percentage(text)) {
            let key = node.key().unwrap_or_default();
            let message =
                format!("has `{text}` for `{key}`, which is neither a number nor a percentage");
            out.report(node, message);
        }
    }
    for (node, kind) in durations_of(resource) {
        let Some(text) = literal(node).filter(|text| !kind.reads(text)) else { continue };
        let like = if kind == Duration::Go { "72h30m" } else { "1h30m" };
        let key = node.key().unwrap_or_default();
        let message = format!("has `{text}` for `{key}`, which is no duration such as `{like}`");
        out.report(node, message);
    }
}

/// The text of a value that is known; none where there is no value.
fn literal(node: Node<'_>) -> Option<&str> {
    let known = !node.is_null() && known_node(node).is_literal();
    node.text().filter(|_| known)
}

fn quantity(node: Node, signed: bool, out: &mut Out) {
    let Some(text) = literal(node) else { return };
    let key = node.key().unwrap_or_default();
    let shown = text.escape_debug();
    match Quantity::parse(text) {
        Ok(quantity) if !quantity.is_negative() || signed => {}
        Ok(_) => {
            out.report(node, format!("has the quantity `{shown}` for `{key}`, which is below 0"));
        }
        Err(error) => {
            let message = format!("has the quantity `{shown}` for `{key}`, which {error}");
            let draft = out.report(node, message);
            if let Some(meant) = error.meant {
                let title = format!("write `{meant}`");
                draft.offer(Unsafe, &title, edit::replace(node, &meant));
            }
        }
    }
}

fn is_percentage(text: &str) -> bool {
    let digits = text.strip_suffix('%').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}
