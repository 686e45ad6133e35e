//! A workload can be reached from outside of the cluster.
//!
//! An Ingress, a route of a gateway, a load balancer or a port of the nodes leads to it. That is what
//! a web front end is for; for anything else it is a way in that nobody meant to open. This check is
//! an inventory, and runs only when it is asked for.
//!
//! Follow the steps of the finding, and close the one that should not be open.
//!
//! Counted are doors to the world and to the nodes. A load balancer or an Ingress that says it is
//! internal, one that lets listed addresses in only, and a pod that a network policy closes to the
//! outside are left out. A workload has one finding, for its widest door; the others are named.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec:
//!       containers:
//!         - name: app
//!           ports: [{name: http, containerPort: 8080}]
//! #                              ^^^^^^^^^^^^^^^^^^^ Deployment `web` can be reached from outside: Ingress shop → Service web → container app:8080
//! ---
//! kind: Service
//! metadata: {name: web}
//! spec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}
//! ---
//! apiVersion: networking.k8s.io/v1
//! kind: Ingress
//! metadata: {name: shop}
//! spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
//! ```
//!
//! ```yaml fail
//! kind: Pod
//! metadata: {name: agent}
//! spec:
//!   containers:
//!     - name: agent
//!       ports: [{containerPort: 9000, hostPort: 9000}]
//! #              ^^^^^^^^^^^^^^^^^^^ Pod `agent` can be reached from outside: Pod agent → container agent:9000
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec: {containers: [{name: app, ports: [{containerPort: 8080}]}]}
//! ---
//! kind: Service
//! metadata: {name: inside}
//! spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
//! ---
//! kind: Service
//! metadata: {name: office, annotations: {service.beta.kubernetes.io/aws-load-balancer-internal: "true"}}
//! spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
//! ---
//! kind: Service
//! metadata: {name: listed}
//! spec: {type: LoadBalancer, loadBalancerSourceRanges: [198.51.100.0/24], selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
//! ```
//!
//! A named port that no container has leads nowhere:
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec: {containers: [{name: app, ports: [{name: http, containerPort: 8080}]}]}
//! ---
//! kind: Service
//! metadata: {name: web}
//! spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80, targetPort: htpp}]}
//! ```

use std::collections::HashSet;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.0,
    profiles: &[],
    refs: &[
        Cwe(668),
        Peer("kubescape:C-0256"),
        Peer("kubescape:C-0266"),
        Peer("kubescape:C-0083"),
        Peer("kubescape:C-0084"),
    ],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

fn run(workload: &Resource, graph: &Graph, out: &mut Out) {
    let Some(pod) = graph.pod_of(workload) else { return };
    let mut open = graph.ways_to(pod).iter().filter(|way| way.is_open());
    let Some(widest) = open.next() else { return };
    let Some(last) = widest.hops.last() else { return };
    let mut draft = out.report(last.at, format!("can be reached from outside: {}", widest.line()));
    for hop in &widest.hops {
        draft = draft.hop(hop.at, hop.words());
    }
    let mut told = HashSet::from([widest.line()]);
    for other in open {
        let line = other.line();
        // Two rules of one Ingress are one way.
        if let Some(first) = other.hops.first().filter(|_| told.insert(line.clone())) {
            draft = draft.note(first.at, format!("another way in: {line}"));
        }
    }
}
