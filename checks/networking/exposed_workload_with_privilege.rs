//! An attacker from outside gets from a workload to its node, or to the cluster.
//!
//! The workload can be reached from outside of the cluster, and its container has a way out: it runs
//! privileged, holds the socket of the container runtime, can write where the node keeps what it
//! runs, has a capability that opens the kernel, or the token in it has rights that lead to all
//! others. Whoever finds a hole in the program then owns the node, and with the node its other pods
//! and their tokens, or the cluster at once.
//!
//! Take away the way out (it is what the finding points at), or close the door: the steps show each
//! place on the way, in the order in which an attacker walks it.
//!
//! A path is a door, a container behind it and a way out of it. There is a finding for each way out,
//! with the widest door; other doors are notes. Doors that say they are internal or let listed
//! addresses in only, pods that a network policy closes to the outside, pods on the node's own
//! network (node agents listen there), containers in a user namespace of their own, and parts of
//! the system are left out. Findings about the way out itself, at the same place, are folded into
//! this one.
//!
//! ```yaml fail with=privileged-container
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec:
//!       containers:
//!         - name: app
//!           ports: [{containerPort: 8080}]
//!           securityContext:
//!             privileged: true
//! #           ^^^^^^^^^^^^^^^^ container `app` of Deployment `web` is open to the outside (Ingress shop → Service web → container app:8080), and from it an attacker can do on the node what root can
//! ---
//! kind: Service
//! metadata: {name: web}
//! spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
//! ---
//! apiVersion: networking.k8s.io/v1
//! kind: Ingress
//! metadata: {name: shop}
//! spec: {rules: [{host: shop.example.com, http: {paths: [{backend: {service: {name: web, port: {number: 80}}}}]}}]}
//! ```
//!
//! ```yaml fail
//! kind: Pod
//! metadata: {name: ci, labels: {app: ci}}
//! spec:
//!   containers:
//!     - name: runner
//!       volumeMounts: [{name: docker, mountPath: /var/run/docker.sock}]
//!   volumes:
//!     - name: docker
//!       hostPath: {path: /var/run/docker.sock}
//! #                ^^^^^^^^^^^^^^^^^^^^^^^^^^ container `runner` of Pod `ci` is open to the outside (Service ci → container runner:8080), and from it an attacker can start any container on the node through its runtime
//! ---
//! kind: Service
//! metadata: {name: ci}
//! spec: {type: NodePort, selector: {app: ci}, ports: [{port: 8080}]}
//! ```
//!
//! The token in the pod leads further than the container:
//!
//! ```yaml fail with=workload-with-cluster-takeover-rights
//! kind: Deployment
//! metadata: {name: panel, namespace: ops}
//! spec:
//!   template:
//!     metadata: {labels: {app: panel}}
//!     spec:
//!       serviceAccountName: panel
//! #     ^^^^^^^^^^^^^^^^^^^^^^^^^ Deployment `panel` is open to the outside (Service panel → container app:3000), and ServiceAccount `ops/panel`, whose token an attacker finds in it, may read every Secret
//!       containers: [{name: app, ports: [{containerPort: 3000}]}]
//! ---
//! kind: Service
//! metadata: {name: panel, namespace: ops}
//! spec: {type: LoadBalancer, selector: {app: panel}, ports: [{port: 80, targetPort: 3000}]}
//! ---
//! kind: ClusterRole
//! metadata: {name: panel}
//! rules: [{apiGroups: [""], resources: [secrets], verbs: [list]}]
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: panel}
//! roleRef: {kind: ClusterRole, name: panel}
//! subjects: [{kind: ServiceAccount, name: panel, namespace: ops}]
//! ```
//!
//! Nobody gets in from outside, or nothing leads out:
//!
//! ```yaml pass
//! kind: Pod
//! metadata: {name: inside, labels: {app: inside}}
//! spec: {containers: [{name: app, securityContext: {privileged: true}}]}
//! ---
//! kind: Service
//! metadata: {name: inside}
//! spec: {selector: {app: inside}, ports: [{port: 80}]}
//! ---
//! kind: Pod
//! metadata: {name: plain, labels: {app: plain}}
//! spec: {containers: [{name: app, securityContext: {privileged: false}}]}
//! ---
//! kind: Service
//! metadata: {name: plain}
//! spec: {type: LoadBalancer, selector: {app: plain}, ports: [{port: 80}]}
//! ```
//!
//! The container that is reached is not the one with the privilege:
//!
//! ```yaml pass
//! kind: Pod
//! metadata: {name: two, labels: {app: two}}
//! spec:
//!   containers:
//!     - {name: front, ports: [{containerPort: 8080}]}
//!     - {name: agent, ports: [{containerPort: 9000}], securityContext: {privileged: true}}
//! ---
//! kind: Service
//! metadata: {name: two}
//! spec: {type: LoadBalancer, selector: {app: two}, ports: [{port: 80, targetPort: 8080}]}
//! ```
//!
//! A node agent on the node's own network, and a part of the system:
//!
//! ```yaml pass
//! kind: DaemonSet
//! metadata: {name: agent, namespace: agents}
//! spec:
//!   template:
//!     spec:
//!       hostNetwork: true
//!       containers: [{name: agent, ports: [{containerPort: 9000}], securityContext: {privileged: true}}]
//! ---
//! kind: DaemonSet
//! metadata: {name: plugin, namespace: kube-system}
//! spec:
//!   template:
//!     spec:
//!       containers: [{name: plugin, ports: [{containerPort: 9000, hostPort: 9000}], securityContext: {privileged: true}}]
//! ```
//!
//! A policy closes the pod:
//!
//! ```yaml pass
//! kind: Pod
//! metadata: {name: web, labels: {app: web}}
//! spec: {containers: [{name: app, securityContext: {privileged: true}}]}
//! ---
//! kind: Service
//! metadata: {name: web}
//! spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80}]}
//! ---
//! apiVersion: networking.k8s.io/v1
//! kind: NetworkPolicy
//! metadata: {name: closed}
//! spec: {podSelector: {}}
//! ```

use kubesift_engine::model::rights::Takeover;
use kubesift_engine::model::{Door, Escape, Match, Power, Way, escapes};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 8.0,
    refs: &[Cwe(250), Cwe(668), Peer("kubescape:C-0267"), Peer("kubescape:C-0256")],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

fn run(workload: &Resource, graph: &Graph, out: &mut Out) {
    let Some(pod) = graph.pod_of(workload) else { return };
    if pod.pod.system_workload().is_some() {
        return;
    }
    let ways = graph.ways_to(pod).iter();
    let open: Vec<&Way> =
        ways.filter(|way| way.is_open() && way.door != Door::HostNetwork).collect();
    for container in pod.pod.containers() {
        let doors: Vec<&Way> =
            open.iter().copied().filter(|way| way.container.node == container.node).collect();
        if doors.is_empty() || container.system_part().is_some() {
            continue;
        }
        for escape in escapes(&container) {
            path(&container, &doors, &escape, out);
        }
    }
    if let Some(takeover) = graph.takeover_of(pod).filter(Takeover::is_direct) {
        by_token(pod, &open, &takeover, out);
    }
}

fn path(container: &Container, doors: &[&Way], escape: &Escape, out: &mut Out) {
    let Some(widest) = doors.first() else { return };
    let workload = container.pod.resource;
    let (kind, name) = (&workload.kind.kind, workload.name.as_deref().unwrap_or("(no name)"));
    let leads = escape.power.words();
    let message = format!(
        "container `{}` of {kind} `{name}` is open to the outside ({}), and from it an attacker can \
         {leads}",
        container.name(),
        widest.line()
    );
    let draft = with_way(out.say(escape.at, message).severity(severity(escape)), doors);
    draft.hop(escape.at, format!("from there an attacker can {leads}"));
}

/// A token is in every container of the pod, whichever is reached.
fn by_token(pod: &GraphPod, doors: &[&Way], takeover: &Takeover, out: &mut Out) {
    let Some(widest) = doors.first() else { return };
    let named = pod.pod.service_account().filter(|node| !node.is_null());
    let at = named.map_or_else(|| At::Field(pod.pod.field("serviceAccountName")), At::Node);
    let account = takeover.account.words();
    let message = format!(
        "is open to the outside ({}), and {account}, whose token an attacker finds in it, may {}",
        widest.line(),
        takeover.words()
    );
    let mut draft = with_way(out.report(at, message).severity(Critical), doors);
    if takeover.sure() != Match::Yes {
        draft = draft.confidence(Confidence::Medium);
    }
    draft = draft.hop(at, format!("it holds a token of {account}"));
    for (place, words) in takeover.hops() {
        draft = draft.hop(place, words);
    }
}

/// The hops of the widest door, and the other doors as notes.
fn with_way<'d>(mut draft: Draft<'d>, doors: &[&Way]) -> Draft<'d> {
    for hop in doors.iter().take(1).flat_map(|way| &way.hops) {
        draft = draft.hop(hop.at, hop.words());
    }
    for other in doors.iter().skip(1) {
        if let Some(first) = other.hops.first() {
            draft = draft.note(first.at, format!("another way in: {}", other.line()));
        }
    }
    draft
}

/// A privileged container is its node's from the first moment; the others need a step of skill.
fn severity(escape: &Escape) -> Severity {
    match escape.power {
        Power::Privileged | Power::Runtime => Critical,
        Power::HostFiles | Power::Capability | Power::HostProcesses => High,
    }
}
