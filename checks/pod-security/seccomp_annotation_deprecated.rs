//! A seccomp profile is asked for by an annotation that Kubernetes no longer reads.
//!
//! Kubernetes 1.27 and later ignore the annotations `seccomp.security.alpha.kubernetes.io/pod` and
//! `container.seccomp.security.alpha.kubernetes.io/NAME`. Where no `seccompProfile` field says the
//! same, the container runs without any profile although the manifest looks as if it had one; that
//! counts as medium. Where the field is set too, the annotation only misleads its readers.
//!
//! Write the profile into `securityContext.seccompProfile` and remove the annotation.
//!
//! ```yaml fail
//! kind: Pod
//! metadata:
//!   annotations:
//!     team: shop
//!     seccomp.security.alpha.kubernetes.io/pod: runtime/default
//! #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the annotation `seccomp.security.alpha.kubernetes.io/pod` has no effect since Kubernetes 1.27, so container `app` runs without a seccomp profile
//! spec:
//!   containers:
//!     - name: app
//! ```
//!
//! ```yaml fixed
//! kind: Pod
//! metadata:
//!   annotations:
//!     team: shop
//! spec:
//!   containers:
//!     - name: app
//!   securityContext:
//!     seccompProfile: {type: RuntimeDefault}
//! ```
//!
//! ```yaml fail
//! kind: Deployment
//! spec:
//!   template:
//!     metadata:
//!       annotations:
//!         team: shop
//!         container.seccomp.security.alpha.kubernetes.io/app: docker/default
//! #       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the annotation `container.seccomp.security.alpha.kubernetes.io/app` has no effect since Kubernetes 1.27
//!     spec:
//!       securityContext: {seccompProfile: {type: RuntimeDefault}}
//!       containers:
//!         - name: app
//! ```
//!
//! ```yaml fixed
//! kind: Deployment
//! spec:
//!   template:
//!     metadata:
//!       annotations:
//!         team: shop
//!     spec:
//!       securityContext: {seccompProfile: {type: RuntimeDefault}}
//!       containers:
//!         - name: app
//! ```
//!
//! ```yaml pass kubernetes=1.26
//! kind: Pod
//! metadata:
//!   annotations:
//!     seccomp.security.alpha.kubernetes.io/pod: runtime/default
//! spec:
//!   containers:
//!     - name: app
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! metadata:
//!   annotations:
//!     example.com/seccomp: runtime/default
//! spec:
//!   containers:
//!     - name: app
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 2.0,
    profiles: &[Profile::Default, Profile::Hygiene],
    fix: Some(Safe),
    refs: &[Peer("kubeaudit:SeccompDeprecatedAnnotations"), Peer("gatekeeper:k8spspseccomp")],
    run: Run::Pod(run),
    ..Check::DEFAULT
};

const OF_POD: &str = "seccomp.security.alpha.kubernetes.io/pod";
const OF_CONTAINER: &str = "container.seccomp.security.alpha.kubernetes.io/";
const FIELD: &str = "securityContext.seccompProfile";

fn run(pod: &Pod, out: &mut Out) {
    if out.version() < Version(27) {
        return;
    }
    let containers = pod.containers();
    for (key, annotation) in pod.annotations() {
        if key != OF_POD && !key.starts_with(OF_CONTAINER) {
            continue;
        }
        let relies = |container: &&Container| {
            let moot = container.is_privileged() || pod.is_windows() || pod.is_partial();
            !moot
                && container.leaves_unset(FIELD)
                && container.seccomp_annotation() == Some(annotation)
        };
        report(pod, key, annotation, containers.iter().find(relies), out);
    }
}

fn report(pod: &Pod, key: &str, annotation: Node, relies: Option<&Container>, out: &mut Out) {
    let message = format!("the annotation `{key}` has no effect since Kubernetes 1.27");
    let Some(container) = relies else {
        out.say(annotation, message).offer(Safe, "remove it", edit::remove(annotation));
        return;
    };
    let name = container.name();
    let message = format!("{message}, so container `{name}` runs without a seccomp profile");
    let draft = out.say(annotation, message).severity(Medium);
    if matches!(annotation.str(), Some("runtime/default" | "docker/default")) {
        let field = if key == OF_POD { pod.field(FIELD) } else { container.field(FIELD) };
        let edits = field.set("{type: RuntimeDefault}").into_iter().chain(edit::remove(annotation));
        draft.offer(Unsafe, "say it in the field", edits);
    }
}
