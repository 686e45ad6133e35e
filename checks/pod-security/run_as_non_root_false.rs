//! `runAsNonRoot` is false.
//!
//! The kubelet then starts the container as root when the image says so, and the value of the pod
//! is overridden. Root in a container turns a flaw in the runtime or the kernel into root on the
//! node.
//!
//! Set it to true, and give the image a user other than root. If one init container must be root,
//! suppress the finding for that container with the reason.
//!
//! Silent where it has no effect: a `runAsUser` other than 0 is set, or every container overrides
//! the pod's value. The restricted Pod Security Standard refuses that too; in the profile
//! `pss-restricted` the check `restricted-profile-violation` says so. In a DaemonSet of the system
//! (see `host-path-volume`) it counts as information.
//!
//! ```yaml fail
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       securityContext:
//!         runAsNonRoot: true
//!       initContainers:
//!         - name: chown
//!           securityContext:
//!             runAsNonRoot: false
//! #           ^^^^^^^^^^^^^^^^^^^ init container `chown` is allowed to run as root
//!       containers:
//!         - name: app
//! ```
//!
//! ```yaml fixed
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       securityContext:
//!         runAsNonRoot: true
//!       initContainers:
//!         - name: chown
//!           securityContext:
//!             runAsNonRoot: true
//!       containers:
//!         - name: app
//! ```
//!
//! A value of the pod is reported once:
//!
//! ```yaml fail
//! kind: CronJob
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//!           securityContext:
//!             runAsNonRoot: false
//! #           ^^^^^^^^^^^^^^^^^^^ the pod's containers are allowed to run as root
//!           containers:
//!             - name: one
//!             - name: two
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! spec:
//!   securityContext:
//!     runAsNonRoot: ${NON_ROOT}
//!   containers:
//!     - name: app
//!     - {name: other, securityContext: {runAsNonRoot: true}}
//! ---
//! kind: Pod
//! spec:
//!   securityContext:
//!     runAsNonRoot: false
//!   containers:
//!     - {name: one, securityContext: {runAsNonRoot: true}}
//!     - {name: two, securityContext: {runAsNonRoot: false, runAsUser: 1000}}
//! ```
//!
//! Since Kubernetes 1.35 root in a user namespace is allowed:
//!
//! ```yaml pass kubernetes=1.35
//! kind: Pod
//! spec:
//!   hostUsers: false
//!   containers:
//!     - {name: app, securityContext: {runAsNonRoot: false}}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 6.5,
    profiles: &[Profile::Default, Profile::PssRestricted, Profile::Nsa],
    fix: Some(Unsafe),
    refs: &[
        PssRestricted,
        Cwe(250),
        Peer("kube-linter:run-as-non-root"),
        Peer("trivy:KSV-0012"),
        Peer("polaris:runAsRootAllowed"),
        Peer("kubeaudit:RunAsNonRootCSCFalse"),
        Peer("kubeaudit:RunAsNonRootPSCFalseCSCNil"),
        Peer("monokle:PSS203"),
        Peer("semgrep:run-as-non-root-unsafe-value"),
        Peer("kyverno:require-run-as-nonroot"),
    ],
    run: Run::Container(run),
    ..Check::DEFAULT
};

const PATH: &str = "securityContext.runAsNonRoot";
const TITLE: &str = "refuse to run as root";

fn run(container: &Container, out: &mut Out) {
    let pod = container.pod;
    let harmless = |container: &Container| {
        let user = container.effective("securityContext.runAsUser").field;
        user.int().is_some_and(|user| user != 0)
    };
    if pod.has_user_namespace() && out.version() >= Version(35) {
        return;
    }
    let shared = pod.field(PATH);
    if shared.is_false() && container.is_first() {
        let counts = pod
            .containers()
            .iter()
            .any(|one| one.effective(PATH).level == Level::Pod && !harmless(one));
        if counts {
            let message = "the pod's containers are allowed to run as root";
            let draft = out.say(shared, message).set(Unsafe, TITLE, shared, "true");
            if let Some(system) = pod.system_workload() {
                draft.severity(Info).note(system.sign, system.words());
            }
        }
    }
    let own = container.field(PATH);
    if own.is_false() && !harmless(container) {
        let draft = out.report(own, "is allowed to run as root").set(Unsafe, TITLE, own, "true");
        if let Some(system) = container.system_part() {
            draft.severity(Info).note(system.sign, system.words());
        }
    }
}
