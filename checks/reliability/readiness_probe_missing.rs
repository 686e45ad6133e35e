//! A container that a Service sends traffic to has no readiness probe.
//!
//! Without one a container counts as ready as soon as its process runs. Requests then fail while
//! the program is still starting, with every rollout and every restart, and go on failing when it
//! cannot work.
//!
//! Add a `readinessProbe` that succeeds once the program can serve.
//!
//! Reported where a Service of the same build selects the pod, once for a pod: for the container that
//! declares the port it sends to, or for the first one when that cannot be told and no other
//! container of the pod has a readiness probe. Of several Services the message names one that sends
//! to a port of the container, and of these the one whose file is nearest. Services do not count that publish pods which are not
//! ready, or that are there for metrics (the name of the port says so): who scrapes asks the pods one
//! by one. A container of `kube-rbac-proxy` is ready at once.
//!
//! A run that names this check (`--select readiness-probe-missing`) reports every application
//! container of a workload that lives on, with or without a Service, as other tools do (kube-score
//! asks for a Service, and for one probe in a pod). Jobs, CronJobs, hooks, init containers and sidecars
//! are always left out.
//!
//! ```yaml fail
//! kind: Service
//! metadata: {name: web, namespace: shop}
//! spec:
//!   selector: {app: web}
//!   ports: [{port: 80, targetPort: http}]
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec:
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec:
//!       containers:
//!         - name: helper
//!         - name: app
//! #         ^^^^^^^^^ container `app` has no readiness probe, and Service `web` sends it traffic as soon as it runs
//!           ports: [{name: http, containerPort: 8080}]
//! ---
//! kind: Deployment
//! metadata: {name: elsewhere, namespace: other}
//! spec:
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec: {containers: [{name: app}]}
//! ```
//!
//! ```yaml fail
//! kind: Service
//! metadata: {name: db}
//! spec:
//!   clusterIP: None
//!   selector: {app: db}
//! ---
//! kind: StatefulSet
//! metadata: {name: db}
//! spec:
//!   template:
//!     metadata: {labels: {app: db}}
//!     spec:
//!       initContainers: [{name: setup}]
//!       containers:
//!         - name: db
//!           readinessProbe: {}
//! #         ^^^^^^^^^^^^^^ container `db` has a readiness probe that does nothing, and Service `db` sends it traffic as soon as it runs
//! ```
//!
//! ```yaml fail
//! # file: apps/admin/service.yaml
//! kind: Service
//! metadata: {name: admin}
//! spec: {selector: {app: web}, ports: [{port: 9000}]}
//! # file: apps/all/service.yaml
//! kind: Service
//! metadata: {name: all}
//! spec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}
//! # file: apps/web/service.yaml
//! kind: Service
//! metadata: {name: web}
//! spec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}
//! # file: apps/web/web.yaml
//! kind: Service
//! metadata: {name: raft}
//! spec: {selector: {app: web}, ports: [{port: 7000}]}
//! ---
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec:
//!       containers:
//!         - name: app
//! #         ^^^^^^^^^ container `app` has no readiness probe, and Service `web` sends it traffic as soon as it runs
//!           ports: [{name: http, containerPort: 8080}]
//! ```
//!
//! ```yaml pass
//! kind: Service
//! metadata: {name: web}
//! spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
//! ---
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec:
//!       containers:
//!         - {name: helper}
//!         - {name: app, ports: [{containerPort: 8080}], readinessProbe: {tcpSocket: {port: 8080}}}
//! ---
//! kind: Deployment
//! metadata: {name: undeclared}
//! spec:
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec:
//!       containers:
//!         - {name: helper}
//!         - {name: app, readinessProbe: {tcpSocket: {port: 8080}}}
//! ---
//! kind: Deployment
//! metadata: {name: worker}
//! spec:
//!   template:
//!     metadata: {labels: {app: worker}}
//!     spec: {containers: [{name: app}]}
//! ---
//! kind: Service
//! metadata: {name: peers}
//! spec: {clusterIP: None, publishNotReadyAddresses: true, selector: {app: worker}}
//! ---
//! kind: Service
//! metadata: {name: worker-metrics}
//! spec: {selector: {app: worker}, ports: [{name: http-metrics, port: 9090}]}
//! ---
//! kind: Service
//! metadata: {name: exporter}
//! spec: {selector: {app: exporter}, ports: [{name: https, port: 9443, targetPort: https}]}
//! ---
//! kind: DaemonSet
//! metadata: {name: exporter}
//! spec:
//!   template:
//!     metadata: {labels: {app: exporter}}
//!     spec:
//!       containers:
//!         - {name: exporter, image: "exporter:1.0"}
//!         - {name: proxy, image: "quay.io/brancz/kube-rbac-proxy:v0.18.0", ports: [{name: https, containerPort: 9443}]}
//! ---
//! kind: CronJob
//! metadata: {name: night}
//! spec: {jobTemplate: {spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: main}]}}}}}
//! ```
//!
//! Asked by name:
//!
//! ```yaml fail asked
//! kind: Deployment
//! metadata: {name: worker}
//! spec:
//!   template:
//!     spec:
//!       initContainers:
//!         - {name: setup}
//!         - {name: sidecar, restartPolicy: Always}
//!       containers:
//!         - {name: app}
//! #          ^^^^^^^^^ container `app` has no readiness probe
//! ```
//!
//! ```yaml pass asked
//! kind: CronJob
//! spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: main}]}}}}}
//! ---
//! kind: Pod
//! spec: {restartPolicy: OnFailure, containers: [{name: main}]}
//! ---
//! kind: Deployment
//! metadata: {name: unknown}
//! spec: {template: {spec: {containers: [{name: app, readinessProbe: "${PROBE}"}]}}}
//! ---
//! apiVersion: monitoring.coreos.com/v1
//! kind: Prometheus
//! spec: {containers: [{name: side}]}
//! ---
//! kind: Deployment
//! metadata: {name: gateway}
//! spec: {template: {spec: {containers: [{name: istio-proxy, image: auto}]}}}
//! ```

use std::cmp::Reverse;

use kubesift_engine::model::{Lack, Match, ServicePort, Target, lacks_probe, service_ports};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 3.5,
    profiles: &[Profile::Default, Profile::Reliability],
    refs: &[
        Peer("kube-linter:no-readiness-probe"),
        Peer("kube-score:pod-probes"),
        Peer("checkov:CKV_K8S_9"),
        Peer("kics:a659f3b5"),
        Peer("kubescape:C-0018"),
        Peer("polaris:readinessProbeMissing"),
        Peer("terrascan:AC-K8-OE-PO-L-0130"),
        Peer("kyverno:require-pod-probes"),
        Peer("gatekeeper:k8srequiredprobes"),
        Peer("datree:CONTAINERS_MISSING_READINESSPROBE_KEY"),
        Peer("popeye:POP-102"),
        Peer("popeye:POP-104"),
    ],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    let Some(pod) = graph.pod_of(resource).filter(|pod| pod.pod.lives_on()) else { return };
    let mut main = pod.pod.containers();
    main.retain(|container| container.role == Role::Main && !container.is_partial());
    if main.iter().all(|container| lacks_probe(container.field("readinessProbe")).is_none()) {
        return;
    }
    let services = graph.services_of(pod).iter().copied();
    let services: Vec<&Resource> =
        services.filter(|service| waits_for_readiness(service)).collect();
    let containers = if out.is_asked() { main } else { serving(main, &services) };
    for container in containers {
        let probe = container.field("readinessProbe");
        let words = match lacks_probe(probe) {
            Some(Lack::Absent) => "no readiness probe",
            Some(Lack::Empty) => "a readiness probe that does nothing",
            None => continue,
        };
        let title = container.title();
        let Some(service) = service_to_name(&services, &container, resource) else {
            out.say(probe, format!("{title} has {words}"));
            continue;
        };
        let name = service.name.as_deref().unwrap_or("(no name)");
        let message = format!(
            "{title} has {words}, and Service `{name}` sends it traffic as soon as it runs"
        );
        out.say(probe, message).note(service.field("spec.selector"), "the Service selects the pod");
    }
}

/// Of several Services the one that a person knows the pod by: it sends to a port that the container
/// declares, and its file is the same as the workload's or the nearest to it.
fn service_to_name<'a>(
    services: &[&'a Resource],
    container: &Container,
    workload: &Resource,
) -> Option<&'a Resource> {
    let is_served = |service: &Resource| {
        service_ports(service).iter().any(|port| container.declares(port) == Match::Yes)
    };
    let shared_parts = |service: &Resource| {
        let (one, other) = (service.file().path.split('/'), workload.file().path.split('/'));
        one.zip(other).take_while(|(one, other)| one == other).count()
    };
    let key = |service: &&Resource| (!is_served(service), Reverse(shared_parts(service)));
    services.iter().copied().min_by_key(key)
}

/// True for a Service that sends traffic to pods that are ready, and to no others.
fn waits_for_readiness(service: &Resource) -> bool {
    let ports = service_ports(service);
    let scraped = !ports.is_empty() && ports.iter().all(is_for_metrics);
    !scraped && !service.field("spec.publishNotReadyAddresses").is_true()
}

fn is_for_metrics(port: &ServicePort) -> bool {
    let own = port.node.field("name").str().unwrap_or_default();
    let target = if let Target::Name(name) = port.target { name } else { "" };
    own.contains("metrics") || target.contains("metrics")
}

/// The container that Services send to, when it is the one to ask for a probe.
fn serving<'a>(containers: Vec<Container<'a>>, services: &[&Resource]) -> Vec<Container<'a>> {
    if services.is_empty() {
        return Vec::new();
    }
    let ports = services.iter().flat_map(|service| service_ports(service));
    let ports: Vec<_> = ports.filter(|port| !is_for_metrics(port)).collect();
    let mut found = containers.clone();
    found.retain(|container| ports.iter().any(|port| container.declares(port) == Match::Yes));
    if found.is_empty() {
        if containers.iter().any(Container::may_be_unready) {
            return Vec::new();
        }
        found = containers;
    }
    found.retain(|container| !container.may_be_unready() && !is_ready_at_once(container));
    found.truncate(1);
    found
}

fn is_ready_at_once(container: &Container) -> bool {
    container.image_ref().is_some_and(|image| image.name() == "kube-rbac-proxy")
}
