//! A container runs as root.
//!
//! `runAsUser: 0` makes the process root whatever user the image names. Root in a container has
//! every file of the image and every mount, and turns a flaw in the runtime or the kernel into
//! root on the node.
//!
//! Name another user, or remove the field and set `runAsNonRoot: true` if the image has a user of
//! its own. For files that must belong to another user, `fsGroup` often saves the init container
//! that runs `chown`.
//!
//! An init container as root counts as medium: it is gone before the application starts. Since
//! Kubernetes 1.35 a pod with `hostUsers: false` may be root; a container that also says
//! `runAsNonRoot: true` never starts, see `run-as-non-root-contradicts-user`. A value of the pod
//! that every container overrides has no effect and is left to `restricted-profile-violation`. In a
//! DaemonSet of the system (see `host-path-volume`), and in a container that a service mesh injects
//! to redirect traffic, it counts as information.
//!
//! ```yaml fail
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       securityContext:
//!         runAsUser: 1000
//!       containers:
//!         - name: app
//!           securityContext:
//!             runAsUser: 0
//! #           ^^^^^^^^^^^^ container `app` runs as root (user 0)
//!         - name: other
//! ```
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
//! #           ^^^^^^^^^^^^ the pod runs its containers as root (user 0)
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
//!         runAsUser: 1000
//!       containers:
//!         - name: app
//!         - {name: unknown, securityContext: {runAsUser: "${UID}"}}
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! spec:
//!   securityContext:
//!     runAsUser: 0
//!   initContainers:
//!     - {name: setup, securityContext: {runAsUser: 1000}}
//!   containers:
//!     - {name: app, securityContext: {runAsUser: 1000}}
//! ```
//!
//! ```yaml pass kubernetes=1.35
//! kind: Pod
//! spec:
//!   hostUsers: false
//!   containers:
//!     - {name: app, securityContext: {runAsUser: 0}}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 7.0,
    profiles: &[Profile::Default, Profile::PssRestricted, Profile::Nsa],
    yields_to: &["run-as-non-root-contradicts-user"],
    refs: &[
        PssRestricted,
        Cwe(250),
        Peer("trivy:KSV-0105"),
        Peer("kubescape:C-0013"),
        Peer("kubesec:RunAsUser"),
        Peer("kubeaudit:RunAsUserCSCRoot"),
        Peer("kubeaudit:RunAsUserPSCRoot"),
        Peer("kyverno:require-run-as-non-root-user"),
        Peer("monokle:PSS204"),
        Peer("gatekeeper:k8spspallowedusers"),
        Peer("polaris:runAsRootAllowed"),
    ],
    run: Run::Container(run),
    ..Check::DEFAULT
};

const PATH: &str = "securityContext.runAsUser";

fn run(container: &Container, out: &mut Out) {
    let pod = container.pod;
    let user_namespace = pod.has_user_namespace() && out.version() >= Version(35);
    if user_namespace || out.version() < Version(23) {
        return;
    }
    let shared = pod.field(PATH);
    if shared.int() == Some(0) && container.is_first() && pod.passes_on(PATH) {
        let draft = out.say(shared, "the pod runs its containers as root (user 0)");
        if let Some(system) = pod.system_workload() {
            draft.severity(Info).note(system.sign, system.words());
        }
    }
    let own = container.field(PATH);
    if own.int() == Some(0) {
        let draft = out.report(own, "runs as root (user 0)");
        let draft = if container.role == Role::Init { draft.severity(Medium) } else { draft };
        if let Some(system) = container.system_part() {
            draft.severity(Info).note(system.sign, system.words());
        }
    }
}
