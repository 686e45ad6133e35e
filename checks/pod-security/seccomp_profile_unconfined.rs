//! A container is taken out of the seccomp filter.
//!
//! `Unconfined` allows every system call, also where the node would filter by default. Most ways
//! out of a container use a system call that no application needs.
//!
//! Use `RuntimeDefault`, or a `Localhost` profile that allows the one call that is missing.
//!
//! The old annotations count up to Kubernetes 1.26; later versions do not read them, and
//! `seccomp-profile-unset` reports what is left. Before 1.19 only the annotations count. A value
//! of the pod that every container overrides counts as low.
//!
//! ```yaml fail
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       securityContext:
//!         seccompProfile:
//!           type: RuntimeDefault
//!       containers:
//!         - name: app
//!           securityContext:
//!             seccompProfile:
//!               type: Unconfined
//! #             ^^^^^^^^^^^^^^^^ container `app` runs without a seccomp filter (`Unconfined`)
//! ```
//!
//! ```yaml fixed
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       securityContext:
//!         seccompProfile:
//!           type: RuntimeDefault
//!       containers:
//!         - name: app
//!           securityContext:
//!             seccompProfile:
//!               type: RuntimeDefault
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
//!             seccompProfile: {type: Unconfined}
//! #                            ^^^^^^^^^^^^^^^^ the pod's containers run without a seccomp filter (`Unconfined`)
//!           initContainers:
//!             - name: setup
//!           containers:
//!             - name: main
//!             - {name: safe, securityContext: {seccompProfile: {type: RuntimeDefault}}}
//! ```
//!
//! ```yaml fail
//! kind: Pod
//! spec:
//!   securityContext:
//!     seccompProfile: {type: Unconfined}
//! #                    ^^^^^^^^^^^^^^^^ the pod's seccomp profile is `Unconfined`, though each of its containers overrides it
//!   containers:
//!     - {name: safe, securityContext: {seccompProfile: {type: RuntimeDefault}}}
//! ```
//!
//! ```yaml fail kubernetes=1.24
//! kind: Pod
//! metadata:
//!   annotations:
//!     seccomp.security.alpha.kubernetes.io/pod: unconfined
//! #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the pod's containers run without a seccomp filter (`unconfined`)
//!     container.seccomp.security.alpha.kubernetes.io/app: unconfined
//! #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ container `app` runs without a seccomp filter (`unconfined`)
//!     container.seccomp.security.alpha.kubernetes.io/other: unconfined
//! spec:
//!   containers:
//!     - name: app
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! metadata:
//!   annotations:
//!     seccomp.security.alpha.kubernetes.io/pod: unconfined
//! spec:
//!   securityContext:
//!     seccompProfile: {type: Localhost, localhostProfile: profiles/audit.json}
//!   containers:
//!     - name: app
//!     - {name: template, securityContext: {seccompProfile: {type: "${PROFILE}"}}}
//! ```

use kubesift_engine::model::is_unknown;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 6.5,
    profiles: &[Profile::Default, Profile::PssBaseline, Profile::PssRestricted, Profile::Nsa],
    fix: Some(Unsafe),
    refs: &[
        PssBaseline,
        Cwe(250),
        Peer("trivy:KSV-0104"),
        Peer("kubesec:SeccompUnconfined"),
        Peer("kubeaudit:SeccompDisabledContainer"),
        Peer("kubeaudit:SeccompDisabledPod"),
        Peer("kyverno:restrict-seccomp"),
        Peer("gatekeeper:k8spspseccompv2"),
        Peer("gatekeeper:k8spspseccomp"),
        Peer("monokle:PSS110"),
        Peer("semgrep:seccomp-confinement-disabled"),
        Peer("kubescape:C-0210"),
    ],
    run: Run::Container(run),
    ..Check::DEFAULT
};

const PATH: &str = "securityContext.seccompProfile";
const TYPE: &str = "securityContext.seccompProfile.type";
const OF_POD: &str = "seccomp.security.alpha.kubernetes.io/pod";
const OF_CONTAINER: &str = "container.seccomp.security.alpha.kubernetes.io/";

fn run(container: &Container, out: &mut Out) {
    if out.version() >= Version(19) {
        fields(container, out);
    }
    if out.version() < Version(27) {
        annotations(container, out);
    }
}

fn fields(container: &Container, out: &mut Out) {
    let pod = container.pod;
    let shared = pod.field(TYPE);
    if let Some(profile) = bad_type(shared).filter(|_| container.is_first()) {
        let draft = match pod.passes_on(PATH) {
            true => out.say(shared, of_pod(profile)),
            false => {
                let message = format!(
                    "the pod's seccomp profile is `{profile}`, though each of its containers \
                     overrides it"
                );
                out.say(shared, message).severity(Low)
            }
        };
        draft.set(Unsafe, TITLE, shared, "RuntimeDefault");
    }
    let own = container.field(TYPE);
    if let Some(profile) = bad_type(own).filter(|_| !container.is_privileged()) {
        out.report(own, of_container(profile)).set(Unsafe, TITLE, own, "RuntimeDefault");
    }
}

/// Only versions that read them; fields win over them.
fn annotations(container: &Container, out: &mut Out) {
    let pod = container.pod;
    let fields = out.version() >= Version(19);
    if container.is_first()
        && !(fields && pod.field(PATH).exists())
        && let Some(node) = pod.annotation(OF_POD)
        && let Some(profile) = bad_annotation(node, fields)
    {
        out.say(node, of_pod(profile));
    }
    if !(fields && container.field(PATH).exists())
        && let Some(node) = pod.annotation(&format!("{OF_CONTAINER}{}", container.name()))
        && let Some(profile) = bad_annotation(node, fields)
    {
        out.report(node, of_container(profile));
    }
}

const TITLE: &str = "use the runtime's default profile";

fn of_pod(profile: &str) -> String {
    format!("the pod's containers run without a seccomp filter (`{profile}`)")
}

fn of_container(profile: &str) -> String {
    format!("runs without a seccomp filter (`{profile}`)")
}

fn bad_type<'a>(field: Field<'a>) -> Option<&'a str> {
    let allowed = |text: &str| matches!(text, "RuntimeDefault" | "Localhost") || is_unknown(text);
    field.str().filter(|text| !allowed(text))
}

/// Versions that know the fields read nothing but known words from an annotation.
fn bad_annotation(node: Node<'_>, fields: bool) -> Option<&str> {
    let allowed = |text: &str| {
        matches!(text, "runtime/default" | "docker/default")
            || text.starts_with("localhost/")
            || is_unknown(text)
            || fields && text != "unconfined"
    };
    node.str().filter(|text| !allowed(text))
}
