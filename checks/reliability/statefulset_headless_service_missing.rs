//! A StatefulSet has no headless Service of its own.
//!
//! `serviceName` names the Service that gives each pod its address (`db-0.db.shop.svc`). Without it,
//! or when that Service has a cluster IP or does not select the pods, these names do not resolve, and
//! programs that find each other by them (databases, queues) form no cluster.
//!
//! Add a Service with `clusterIP: None` that selects the pods, and name it in `serviceName`.
//!
//! The API server takes a StatefulSet without one, and programs that do not use the names do well, so
//! the check is not part of the default profile. That the Service is missing is said of builds that
//! are whole only.
//!
//! ```yaml fail
//! kind: StatefulSet
//! metadata: {name: db}
//! spec:
//! #^^^ low: StatefulSet `db` has no `serviceName`
//!   template: {metadata: {labels: {app: db}}, spec: {containers: [{name: app}]}}
//! ---
//! kind: StatefulSet
//! metadata: {name: queue}
//! spec:
//!   serviceName: queue
//! # ^^^^^^^^^^^^^^^^^^ low: StatefulSet `queue` names Service `queue`, which no manifest of its namespace defines
//!   template: {metadata: {labels: {app: queue}}, spec: {containers: [{name: app}]}}
//! ---
//! kind: StatefulSet
//! metadata: {name: cache}
//! spec:
//!   serviceName: cache
//! # ^^^^^^^^^^^^^^^^^^ StatefulSet `cache` names Service `cache`, which is not headless
//!   template: {metadata: {labels: {app: cache}}, spec: {containers: [{name: app}]}}
//! ---
//! kind: Service
//! metadata: {name: cache}
//! spec: {selector: {app: cache}}
//! ---
//! kind: StatefulSet
//! metadata: {name: search}
//! spec:
//!   serviceName: search
//! # ^^^^^^^^^^^^^^^^^^^ StatefulSet `search` names Service `search`, which does not select its pods (app=find)
//!   template: {metadata: {labels: {app: search}}, spec: {containers: [{name: app}]}}
//! ---
//! kind: Service
//! metadata: {name: search}
//! spec: {clusterIP: None, selector: {app: find}}
//! ```
//!
//! ```yaml pass
//! kind: StatefulSet
//! metadata: {name: db}
//! spec:
//!   serviceName: db
//!   template: {metadata: {labels: {app: db, tier: data}}, spec: {containers: [{name: app}]}}
//! ---
//! kind: Service
//! metadata: {name: db}
//! spec: {clusterIP: "None", selector: {app: db}}
//! ---
//! kind: StatefulSet
//! metadata: {name: unknown}
//! spec:
//!   serviceName: "${NAME}"
//!   template: {metadata: {labels: {app: db}}, spec: {containers: [{name: app}]}}
//! ---
//! kind: StatefulSet
//! metadata: {name: unknown-address}
//! spec:
//!   serviceName: unknown
//!   template: {metadata: {labels: {app: db}}, spec: {containers: [{name: app}]}}
//! ---
//! kind: Service
//! metadata: {name: unknown}
//! spec: {clusterIP: "${IP}", selector: {app: "${APP}"}}
//! ---
//! kind: StatefulSet
//! metadata: {name: by-hand}
//! spec:
//!   serviceName: by-hand
//!   template: {metadata: {labels: {app: by-hand}}, spec: {containers: [{name: app}]}}
//! ---
//! kind: Service
//! metadata: {name: by-hand, namespace: "${NAMESPACE}"}
//! spec: {clusterIP: None}
//! ```
//!
//! ```yaml pass incomplete
//! kind: StatefulSet
//! metadata: {name: queue}
//! spec:
//!   serviceName: queue
//!   template: {metadata: {labels: {app: queue}}, spec: {containers: [{name: app}]}}
//! ```

use kubesift_engine::model::{Match, Selector, is_absent, is_unknown};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    profiles: &[Profile::Reliability, Profile::Hygiene],
    refs: &[
        Peer("kube-score:statefulset-has-servicename"),
        Peer("kics:bb241e61"),
        Peer("monokle:LNK001"),
    ],
    run: Run::Links(&["apps/StatefulSet"], run),
    ..Check::DEFAULT
};

fn run(set: &Resource, graph: &Graph, out: &mut Out) {
    let field = set.field("spec.serviceName");
    let Some(name) = field.str().filter(|name| !name.is_empty()) else {
        if is_absent(field) || field.str() == Some("") {
            out.report(field, "has no `serviceName`").severity(Low);
        }
        return;
    };
    if is_unknown(name) {
        return;
    }
    let found = graph.named("Service", set.namespace.as_deref(), name);
    let named = format!("names Service `{name}`, which");
    let Some((service, sure)) = found.first() else {
        if graph.build().complete || out.is_asked() {
            out.report(field, format!("{named} no manifest of its namespace defines"))
                .severity(Low);
        }
        return;
    };
    if *sure != Match::Yes {
        return;
    }
    let address = service.field("spec.clusterIP");
    let headless = match address.node() {
        None => !is_absent(address),
        Some(node) => node.text().is_none_or(|text| text == "None" || is_unknown(text)),
    };
    if !headless {
        out.report(field, format!("{named} is not headless")).note(address, "the Service");
        return;
    }
    let selector = service.field("spec.selector");
    let Some(node) = selector.node() else { return };
    let Some(pod) = graph.pod_of(set) else { return };
    let labels = Selector::from_map(node);
    if labels.matches(&graph.labels_of(pod)) == Match::No {
        out.report(field, format!("{named} does not select its pods ({labels})"))
            .note(selector, "its selector");
    }
}
