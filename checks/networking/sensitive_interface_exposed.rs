//! An administration page can be reached from outside the cluster.
//!
//! These interfaces show and change what runs in the cluster, or run what visitors send them. Many
//! ask for no password, or were taken over in their thousands when they were found open: the
//! Kubernetes dashboard, Argo Workflows, Kubeflow, Weave Scope, NiFi.
//!
//! Make the Service a ClusterIP and use `kubectl port-forward`, or put an authenticating proxy in
//! front.
//!
//! Load balancers, node ports, Ingresses and routes count. Load balancers and Ingresses of a
//! private network are left alone, and so are Ingresses with an annotation that asks who comes in.
//! Interfaces are known by their images.
//!
//! ```yaml fail with=load-balancer-source-ranges-missing,service-type-load-balancer
//! kind: Deployment
//! metadata: {name: argo}
//! spec: {template: {metadata: {labels: {app: argo}}, spec: {containers: [{name: server, image: "quay.io/argoproj/argocli:v3.5.0", args: [server]}]}}}
//! ---
//! kind: Service
//! metadata: {name: argo}
//! spec:
//!   type: LoadBalancer
//! # ^^^^^^^^^^^^^^^^^^ Service `argo` opens Argo Workflows (Deployment `argo`) to the outside
//!   selector: {app: argo}
//!   ports: [{port: 2746}]
//! ```
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: scope}
//! spec: {template: {metadata: {labels: {app: scope}}, spec: {containers: [{name: app, image: "weaveworks/scope:1.13.2"}]}}}
//! ---
//! kind: Service
//! metadata: {name: scope}
//! spec:
//!   selector: {app: scope}
//! # ^^^^^^^^ Service `scope` opens Weave Scope (Deployment `scope`) to the outside through Ingress `scope`
//!   ports: [{port: 80, targetPort: 4040}]
//! ---
//! kind: Ingress
//! metadata: {name: scope}
//! spec: {rules: [{host: scope.example.com, http: {paths: [{backend: {service: {name: scope, port: {number: 80}}}}]}}]}
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: scope}
//! spec: {template: {metadata: {labels: {app: scope}}, spec: {containers: [{name: app, image: "weaveworks/scope:1.13.2"}]}}}
//! ---
//! kind: Service
//! metadata: {name: scope}
//! spec: {selector: {app: scope}, ports: [{port: 80, targetPort: 4040}]}
//! ---
//! kind: Ingress
//! metadata: {name: scope, annotations: {nginx.ingress.kubernetes.io/auth-url: "https://auth.example.com"}}
//! spec: {rules: [{host: scope.example.com, http: {paths: [{backend: {service: {name: scope, port: {number: 80}}}}]}}]}
//! ---
//! kind: Deployment
//! metadata: {name: web}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app, image: "example.com/scope-app:1"}]}}}
//! ---
//! kind: Service
//! metadata: {name: web}
//! spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80}]}
//! ```

use kubesift_engine::model::{
    Match, Published, Sources, has_auth_annotation, is_internal_ingress, is_internal_load_balancer,
    load_balancer_sources, published,
};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 6.5,
    confidence: Confidence::Medium,
    profiles: &[Profile::Default, Profile::Nsa],
    refs: &[Cwe(668), Peer("kubescape:C-0021"), Peer("kubescape:C-0274")],
    run: Run::Links(&["Service"], run),
    ..Check::DEFAULT
};

/// Ends of the repositories of images, and the interface they serve.
const INTERFACES: &[(&str, &str)] = &[
    ("kubernetesui/dashboard", "the Kubernetes dashboard"),
    ("kubernetesui/dashboard-api", "the Kubernetes dashboard"),
    ("kubernetesui/dashboard-web", "the Kubernetes dashboard"),
    ("kubernetes-dashboard-amd64", "the Kubernetes dashboard"),
    ("argoproj/argocli", "Argo Workflows"),
    ("kubeflow/centraldashboard", "the dashboard of Kubeflow"),
    ("centraldashboard", "the dashboard of Kubeflow"),
    ("weaveworks/scope", "Weave Scope"),
    ("apache/nifi", "NiFi"),
    ("cilium/hubble-ui", "the interface of Hubble"),
    ("longhornio/longhorn-ui", "the interface of Longhorn"),
    ("provectuslabs/kafka-ui", "the interface of Kafka"),
    ("phpmyadmin", "phpMyAdmin"),
    ("phpmyadmin/phpmyadmin", "phpMyAdmin"),
    ("library/adminer", "Adminer"),
    ("rediscommander/redis-commander", "Redis Commander"),
    ("library/mongo-express", "mongo-express"),
];

fn run(service: &Resource, graph: &Graph, out: &mut Out) {
    let pods = graph.pods_of_service(service).sure;
    let found = pods.iter().find_map(|pod| Some((*pod, interface(&pod.pod)?)));
    let Some((pod, what)) = found else { return };
    let workload = Graph::workloads_in_words(&[pod]);
    let opens = format!("opens {what} ({workload}) to the outside");
    if is_public(service) {
        out.report(service.field("spec.type"), opens);
        return;
    }
    let routes = graph.routes_to(service);
    let route =
        routes.iter().find(|route| !has_auth_annotation(route) && !is_internal_ingress(route));
    if let Some(route) = route {
        let (kind, name) = (&route.kind.kind, route.name.as_deref().unwrap_or("(no name)"));
        let message = format!("{opens} through {kind} `{name}`");
        let draft = out.report(service.field("spec.selector"), message);
        draft.note(route.field("metadata.name"), "it sends to the Service");
    }
}

fn is_public(service: &Resource) -> bool {
    match published(service) {
        Published::NodePort => true,
        Published::LoadBalancer => {
            is_internal_load_balancer(service) == Match::No
                && !matches!(load_balancer_sources(service), Sources::Limited)
        }
        Published::Not => false,
    }
}

/// The interface that a pod serves.
fn interface(pod: &Pod) -> Option<&'static str> {
    pod.containers().iter().filter(|one| one.is_long_lived()).find_map(|container| {
        let image = container.image_ref()?;
        let path = image.normalized_path();
        let row = INTERFACES.iter().find(|(end, _)| {
            path.strip_suffix(end).is_some_and(|start| start.is_empty() || start.ends_with('/'))
        });
        row.map(|row| row.1)
    })
}
