//! A container is taken out of AppArmor.
//!
//! `Unconfined` removes the profile that the runtime applies by default, which keeps a container
//! from mounting filesystems and writing to parts of `/proc` and `/sys`.
//!
//! Use `RuntimeDefault`, or a `Localhost` profile that allows what is missing.
//!
//! The annotation `container.apparmor.security.beta.kubernetes.io/…` is judged as admission judges
//! it: whether or not a container has its name. Privileged containers are not reported for a
//! profile of their own, it has no effect on them. In a DaemonSet of the system (a known network or
//! storage plugin) it counts as information.
//!
//! ```yaml fail
//! kind: Deployment
//! spec:
//!   template:
//!     metadata:
//!       annotations:
//!         container.apparmor.security.beta.kubernetes.io/app: unconfined
//! #       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ container `app` is not confined by AppArmor (`unconfined`)
//!         container.apparmor.security.beta.kubernetes.io/other: localhost/strict
//!     spec:
//!       containers:
//!         - name: app
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
//!             appArmorProfile: {type: Unconfined}
//! #                             ^^^^^^^^^^^^^^^^ the pod's containers are not confined by AppArmor (`Unconfined`)
//!           initContainers:
//!             - name: setup
//!           containers:
//!             - name: main
//!               securityContext:
//!                 appArmorProfile:
//!                   type: Unconfined
//! #                 ^^^^^^^^^^^^^^^^ container `main` is not confined by AppArmor (`Unconfined`)
//! ```
//!
//! ```yaml fixed
//! kind: CronJob
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//!           securityContext:
//!             appArmorProfile: {type: RuntimeDefault}
//!           initContainers:
//!             - name: setup
//!           containers:
//!             - name: main
//!               securityContext:
//!                 appArmorProfile:
//!                   type: RuntimeDefault
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! metadata:
//!   annotations:
//!     container.apparmor.security.beta.kubernetes.io/app: runtime/default
//!     container.apparmor.security.beta.kubernetes.io/empty: ""
//!     container.apparmor.security.beta.kubernetes.io/template: "{{ profile }}"
//! spec:
//!   containers:
//!     - {name: app, securityContext: {appArmorProfile: {type: RuntimeDefault}}}
//!     - {name: other, securityContext: {appArmorProfile: {type: Localhost, localhostProfile: x}}}
//!     - {name: template, securityContext: {appArmorProfile: {type: "${PROFILE}"}}}
//! ```

use kubesift_engine::model::is_unknown;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.5,
    profiles: &[Profile::Default, Profile::PssBaseline, Profile::PssRestricted, Profile::Nsa],
    fix: Some(Unsafe),
    refs: &[
        PssBaseline,
        Cwe(250),
        Peer("trivy:KSV-0002"),
        Peer("kubesec:ApparmorUnconfined"),
        Peer("kubeaudit:AppArmorDisabled"),
        Peer("kubeaudit:AppArmorBadValue"),
        Peer("kyverno:restrict-apparmor-profiles"),
        Peer("gatekeeper:k8spspapparmor"),
        Peer("monokle:PSS107"),
    ],
    run: Run::Container(run),
    ..Check::DEFAULT
};

const PATH: &str = "securityContext.appArmorProfile";
const TYPE: &str = "securityContext.appArmorProfile.type";
const ANNOTATION: &str = "container.apparmor.security.beta.kubernetes.io/";

fn run(container: &Container, out: &mut Out) {
    if container.is_first() {
        of_pod(&container.pod, out);
    }
    let own = container.field(TYPE);
    if let Some(profile) = bad_type(own).filter(|_| !container.is_privileged()) {
        let message = format!("is not confined by AppArmor (`{profile}`)");
        let draft = out.report(own, message).set(Unsafe, TITLE, own, "RuntimeDefault");
        if let Some(system) = container.system_part() {
            draft.severity(Info).note(system.sign, system.words());
        }
    }
}

fn of_pod(pod: &Pod, out: &mut Out) {
    let shared = pod.field(TYPE);
    if let Some(profile) = bad_type(shared) {
        let draft = match pod.passes_on(PATH) {
            true => out.say(
                shared,
                format!("the pod's containers are not confined by AppArmor (`{profile}`)"),
            ),
            false => {
                let message = format!(
                    "the pod's AppArmor profile is `{profile}`, though each of its containers \
                     overrides it"
                );
                out.say(shared, message).severity(Low)
            }
        };
        draft.set(Unsafe, TITLE, shared, "RuntimeDefault");
    }
    for (key, node) in pod.annotations() {
        let Some(name) = key.strip_prefix(ANNOTATION) else { continue };
        let Some(profile) = node.str().filter(|text| !is_allowed(text)) else { continue };
        let message = format!("container `{name}` is not confined by AppArmor (`{profile}`)");
        let draft = out.say(node, message);
        let named = pod.containers().into_iter().find(|container| container.name() == name);
        let system = named.map_or_else(|| pod.system_workload(), |named| named.system_part());
        if let Some(system) = system {
            draft.severity(Info).note(system.sign, system.words());
        }
    }
}

const TITLE: &str = "use the runtime's default profile";

fn bad_type<'a>(field: Field<'a>) -> Option<&'a str> {
    let allowed = |text: &str| matches!(text, "RuntimeDefault" | "Localhost") || is_unknown(text);
    field.str().filter(|text| !allowed(text))
}

fn is_allowed(annotation: &str) -> bool {
    matches!(annotation, "" | "runtime/default")
        || annotation.starts_with("localhost/")
        || is_unknown(annotation)
}
