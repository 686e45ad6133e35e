//! The Kubernetes dashboard is deployed.
//!
//! The dashboard acts with the rights of its service account or of whoever is logged in. Clusters
//! were taken over through dashboards that were open or had too many rights. Its project was
//! archived in January 2026, so weaknesses found now stay open.
//!
//! Use `kubectl`, or a tool on your own machine (Headlamp, k9s) with your own rights, and remove
//! it.
//!
//! It is known by its images, and where a placeholder stands for the image by its labels.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: kubernetes-dashboard}
//! spec:
//!   template:
//!     metadata: {labels: {k8s-app: kubernetes-dashboard}}
//!     spec:
//!       containers:
//!         - name: kubernetes-dashboard
//!           image: kubernetesui/dashboard:v2.7.0
//! #         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Deployment `kubernetes-dashboard` runs the Kubernetes dashboard
//! ---
//! kind: Deployment
//! metadata: {name: by-label}
//! spec:
//!   template:
//!     metadata:
//!       labels:
//!         k8s-app: kubernetes-dashboard
//! #       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Deployment `by-label` runs the Kubernetes dashboard, as its label says
//!     spec: {containers: [{name: app, image: "${IMAGE}"}]}
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: scraper}
//! spec: {template: {metadata: {labels: {k8s-app: dashboard-metrics-scraper}}, spec: {containers: [{name: app, image: "kubernetesui/metrics-scraper:v1.0.8"}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: tekton}
//! spec: {template: {metadata: {labels: {app: tekton-dashboard}}, spec: {containers: [{name: app, image: "gcr.io/tekton/dashboard:v1"}]}}}
//! ---
//! kind: Service
//! metadata: {name: kubernetes-dashboard, labels: {k8s-app: kubernetes-dashboard}}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 6.0,
    profiles: &[Profile::Default],
    refs: &[
        Peer("checkov:CKV_K8S_33"),
        Peer("kics:d2ad057f"),
        Peer("terrascan:AC-K8-DS-PO-M-0176"),
        Peer("kubescape:C-0014"),
    ],
    run: Run::Pod(run),
    ..Check::DEFAULT
};

/// The repositories of its images, without the registry.
const IMAGES: &[&str] = &[
    "kubernetesui/dashboard",
    "kubernetesui/dashboard-api",
    "kubernetesui/dashboard-web",
    "kubernetesui/dashboard-auth",
    "google_containers/kubernetes-dashboard-amd64",
    "kubernetes-dashboard-amd64",
];

/// Labels that its manifests give it.
const LABELS: &[&str] = &["k8s-app", "app", "app.kubernetes.io/name"];

fn run(pod: &Pod, out: &mut Out) {
    let containers = pod.containers();
    for container in &containers {
        let Some(image) = container.image_ref() else { continue };
        let path = image.normalized_path();
        let is_it = |name: &&str| {
            path.strip_suffix(*name).is_some_and(|start| start.is_empty() || start.ends_with('/'))
        };
        if IMAGES.iter().any(is_it) {
            out.report(container.field("image"), "runs the Kubernetes dashboard");
            return;
        }
    }
    let readable = containers.iter().all(|container| container.image_ref().is_some());
    let labels = pod.labels().filter(|_| !readable);
    let label = LABELS
        .iter()
        .find_map(|key| labels?.get(key).filter(|node| node.str() == Some("kubernetes-dashboard")));
    if let Some(label) = label {
        out.report(label, "runs the Kubernetes dashboard, as its label says");
    }
}
