//! Nothing keeps a container from running as root.
//!
//! Without `runAsNonRoot: true` and without a `runAsUser` the image decides which user runs, and
//! most images say root. Root in a container has every file of the image and every mount, and
//! turns a flaw in the runtime or the kernel into root on the node.
//!
//! Set `runAsNonRoot: true` for the pod or the container. The kubelet then refuses to start the
//! container as root; an image without a numeric `USER` also needs `runAsUser`.
//!
//! A container with a `runAsUser` other than 0 does not run as root and is left alone, though
//! the restricted Pod Security Standard asks for `runAsNonRoot: true` all the same: in that profile
//! `restricted-profile-violation` says so. Since Kubernetes 1.35 a pod with `hostUsers: false` is
//! left alone too: its root is not the node's. A privileged container is left alone because another
//! user hardly weakens what it may do.
//!
//! ```yaml fail
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           securityContext:
//! #         ^^^^^^^^^^^^^^^ container `app` may run as root: neither `runAsNonRoot: true` nor a `runAsUser` is set
//!             allowPrivilegeEscalation: false
//! ```
//!
//! ```yaml fixed
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           securityContext:
//!             allowPrivilegeEscalation: false
//!             runAsNonRoot: true
//! ```
//!
//! Where `runAsUser: 0` is set, that is the place:
//!
//! ```yaml fail
//! kind: CronJob
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//!           securityContext:
//!             runAsUser: 0
//! #           ^^^^^^^^^^^^ container `one` runs as root, and no `runAsNonRoot: true` forbids it
//!           containers:
//!             - name: one
//!             - name: two
//!             - {name: three, securityContext: {runAsUser: 1000}}
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       securityContext:
//!         runAsNonRoot: true
//!       initContainers:
//!         - name: setup
//!       containers:
//!         - name: app
//!         - name: false-is-another-check
//!           securityContext: {runAsNonRoot: false}
//! ---
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       securityContext:
//!         runAsUser: 1000
//!       containers:
//!         - name: app
//!           securityContext: {readOnlyRootFilesystem: true}
//! ---
//! kind: Pod
//! spec:
//!   containers:
//!     - {name: one, securityContext: {runAsUser: "${UID}"}}
//!     - {name: two, securityContext: {runAsNonRoot: "${NON_ROOT}"}}
//!     - {name: three, securityContext: {privileged: true}}
//! ---
//! apiVersion: monitoring.coreos.com/v1
//! kind: Prometheus
//! spec:
//!   containers:
//!     - name: prometheus
//! ---
//! kind: Deployment
//! metadata: {name: gateway}
//! spec: {template: {spec: {containers: [{name: istio-proxy, image: auto, securityContext: {runAsGroup: 1337}}]}}}
//! ```
//!
//! Root in a user namespace:
//!
//! ```yaml pass kubernetes=1.35
//! kind: Pod
//! spec:
//!   hostUsers: false
//!   containers:
//!     - name: app
//! ```
//!
//! ```yaml fail kubernetes=1.34
//! kind: Pod
//! spec:
//!   hostUsers: false
//!   containers:
//!     - name: app
//! #     ^^^^^^^^^
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 6.0,
    profiles: &[Profile::Default, Profile::PssRestricted, Profile::Cis, Profile::Nsa],
    yields_to: &["security-context-absent", "run-as-user-root"],
    fix: Some(Unsafe),
    refs: &[
        PssRestricted,
        Cis("5.2.7"),
        Cwe(250),
        Peer("kube-linter:run-as-non-root"),
        Peer("checkov:CKV_K8S_23"),
        Peer("trivy:KSV-0012"),
        Peer("kics:cf34805e"),
        Peer("kubescape:C-0013"),
        Peer("kubescape:C-0198"),
        Peer("polaris:runAsRootAllowed"),
        Peer("kubesec:RunAsNonRoot"),
        Peer("kubeaudit:RunAsNonRootPSCNilCSCNil"),
        Peer("terrascan:AC-K8-IA-PO-H-0168"),
        Peer("kyverno:require-run-as-nonroot"),
        Peer("gatekeeper:k8spspallowedusers"),
        Peer("monokle:PSS203"),
        Peer("popeye:POP-302"),
        Peer("popeye:POP-306"),
        Peer("semgrep:run-as-non-root"),
        Peer("semgrep:run-as-non-root-security-context-pod-level"),
        Peer("semgrep:run-as-non-root-container-level"),
        Peer("semgrep:run-as-non-root-container-level-missing-security-context"),
        Peer("datree:CONTAINERS_INCORRECT_RUNASNONROOT_VALUE"),
    ],
    run: Run::Container(run),
    ..Check::DEFAULT
};

const PATH: &str = "securityContext.runAsNonRoot";
const USER: &str = "securityContext.runAsUser";

fn run(container: &Container, out: &mut Out) {
    let pod = container.pod;
    let user_namespace = pod.has_user_namespace() && out.version() >= Version(35);
    if !container.leaves_unset(PATH)
        || container.is_privileged()
        || user_namespace
        || is_windows_user(container)
    {
        return;
    }
    let flag = container.field(PATH);
    let user = container.effective(USER);
    if user.field.int() == Some(0) {
        if user.level == Level::Container || is_first_root_of_pod(container) {
            let message = "runs as root, and no `runAsNonRoot: true` forbids it";
            out.report(user.field, message);
        }
        return;
    }
    if !container.leaves_unset(USER) || container.is_partial() {
        return;
    }
    out.report(flag, "may run as root: neither `runAsNonRoot: true` nor a `runAsUser` is set").set(
        Unsafe,
        "refuse to run as root",
        flag,
        "true",
    );
}

/// The pod's user is one place, however many containers take it over.
fn is_first_root_of_pod(container: &Container) -> bool {
    let containers = container.pod.containers();
    let root = |one: &&Container| one.leaves_unset(PATH) && one.effective(USER).level == Level::Pod;
    containers.iter().find(root).is_some_and(|first| first.node == container.node)
}

/// On Windows a user is named, not numbered.
fn is_windows_user(container: &Container) -> bool {
    container.pod.is_windows()
        && container.effective("securityContext.windowsOptions.runAsUserName").level
            != Level::Default
}
