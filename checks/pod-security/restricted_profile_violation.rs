//! The restricted Pod Security Standard refuses a pod for its form.
//!
//! Admission asks for some things by the letter, though the pod does what is meant in another way.
//! The other checks of the profile `pss-restricted` judge by effect and are silent; this one says
//! what admission would still refuse, so that the profile as a whole gives the verdict of
//! admission.
//!
//! Write it the way the standard asks for. These are the differences:
//!
//! * `runAsNonRoot: true` must stand there also when `runAsUser` is not 0.
//! * `runAsNonRoot: false` and `runAsUser: 0` must not stand anywhere, also where they have no
//!   effect.
//! * `ALL` must be written in capitals where capabilities are dropped.
//! * A Windows pod is spared the rules of Linux only if it says `os.name: windows`; a node
//!   selector is not enough, and neither is before Kubernetes 1.25.
//! * `procMount` must be `Default` even with `hostUsers: false`.
//! * A `seccompProfile` must have a type, and from 1.27 on an annotation does not stand for it.
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
//! #         ^^^^^^^^^^^^^^^ container `app` does not set `runAsNonRoot: true`, which the restricted Pod Security Standard asks for although user 1000 is set
//!             capabilities:
//!               drop: [all]
//! #                    ^^^ container `app` drops `all`; the restricted Pod Security Standard takes only `ALL`
//! ```
//!
//! ```yaml fixed
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       securityContext:
//!         runAsUser: 1000
//!       containers:
//!         - name: app
//!           securityContext:
//!             capabilities:
//!               drop: [ALL]
//!             runAsNonRoot: true
//! ```
//!
//! ```yaml fail
//! kind: Job
//! spec:
//!   template:
//!     spec:
//!       securityContext:
//!         runAsNonRoot: false
//! #       ^^^^^^^^^^^^^^^^^^^ the pod sets `runAsNonRoot: false`, which the restricted Pod Security Standard refuses although it has no effect
//!         runAsUser: 0
//! #       ^^^^^^^^^^^^ the pod sets `runAsUser: 0`, which the restricted Pod Security Standard refuses although it has no effect
//!       containers:
//!         - {name: one, securityContext: {runAsNonRoot: true, runAsUser: 1}}
//!         - {name: two, securityContext: {runAsNonRoot: false, runAsUser: 1}}
//! #                                       ^^^^^^^^^^^^^^^^^^^ container `two` sets `runAsNonRoot: false`, which the restricted Pod Security Standard refuses although user 1 is set
//! ```
//!
//! ```yaml fail kubernetes=1.35
//! kind: CronJob
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//!           hostUsers: false
//!           initContainers:
//!             - {name: setup, securityContext: {procMount: Unmasked, seccompProfile: {}}}
//! #                                             ^^^^^^^^^^^^^^^^^^^ init container `setup` sets `procMount: Unmasked`, which the restricted Pod Security Standard refuses even with `hostUsers: false`
//! #                                                                  ^^^^^^^^^^^^^^ init container `setup` has a `seccompProfile` without a type
//! ```
//!
//! ```yaml fail
//! kind: Pod
//! metadata: {name: app}
//! spec:
//!   nodeSelector:
//!     kubernetes.io/os: windows
//! #   ^^^^^^^^^^^^^^^^^^^^^^^^^ Pod `app` is for Windows but does not say `os.name: windows`, so the restricted Pod Security Standard asks it for `allowPrivilegeEscalation: false`, dropped capabilities and a seccomp profile
//!   securityContext:
//!     runAsNonRoot: true
//!   containers:
//!     - name: app
//!     - name: other
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! spec:
//!   os: {name: windows}
//!   nodeSelector:
//!     kubernetes.io/os: windows
//!   securityContext:
//!     runAsNonRoot: true
//!   containers:
//!     - name: app
//! ---
//! kind: Pod
//! spec:
//!   hostUsers: false
//!   containers:
//!     - name: app
//!       securityContext:
//!         runAsUser: 1000
//!         capabilities: {drop: [ALL, "${MORE}"]}
//!         procMount: Default
//! ---
//! kind: Pod
//! spec:
//!   containers:
//!     - {name: app, securityContext: {runAsUser: "${UID}"}}
//! ```
//!
//! ```yaml pass kubernetes=1.34
//! kind: Pod
//! spec:
//!   hostUsers: false
//!   containers:
//!     - {name: app, securityContext: {runAsNonRoot: true, procMount: Default}}
//! ```

use kubesift_engine::model::{capability_name, is_absent, is_unknown};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    profiles: &[Profile::PssRestricted],
    fix: Some(Safe),
    refs: &[
        PssRestricted,
        Peer("kyverno:podsecurity-subrule-baseline"),
        Peer("kyverno:podsecurity-subrule-restricted"),
        Peer("kyverno:podsecurity-subrule-restricted-capabilities"),
        Peer("kyverno:podsecurity-subrule-restricted-seccomp"),
        Peer("kubescape:C-0193"),
    ],
    run: Run::Container(run),
    ..Check::DEFAULT
};

fn run(container: &Container, out: &mut Out) {
    let version = out.version();
    let waived = container.pod.declares_windows() && version >= Version(25);
    if !waived {
        if container.is_first() {
            windows_in_all_but_name(container, out);
        }
        if version >= Version(22) {
            capabilities(container, out);
        }
        if version >= Version(19) {
            seccomp(container, out);
        }
    }
    let user_namespace = container.pod.has_user_namespace() && version >= Version(35);
    if user_namespace {
        proc_mount(container, out);
    } else {
        non_root(container, out);
        without_effect(container, out);
    }
}

/// Values that the checks of the effective user leave alone.
fn without_effect(container: &Container, out: &mut Out) {
    let pod = container.pod;
    let user = |container: &Container| {
        let user = container.effective("securityContext.runAsUser").field;
        user.int().filter(|user| *user != 0)
    };
    if container.is_first() {
        let path = "securityContext.runAsNonRoot";
        let flag = pod.field(path);
        let counts =
            |one: &Container| one.effective(path).level == Level::Pod && user(one).is_none();
        if flag.is_false() && !pod.containers().iter().any(counts) {
            out.say(
                flag,
                format!("the pod sets `runAsNonRoot: false`, {REFUSED} it has no effect"),
            );
        }
        let path = "securityContext.runAsUser";
        let root = pod.field(path);
        if root.int() == Some(0) && !pod.passes_on(path) && out.version() >= Version(23) {
            out.say(root, format!("the pod sets `runAsUser: 0`, {REFUSED} it has no effect"));
        }
    }
    let flag = container.field("securityContext.runAsNonRoot");
    if let Some(user) = user(container).filter(|_| flag.is_false()) {
        out.report(flag, format!("sets `runAsNonRoot: false`, {REFUSED} user {user} is set"));
    }
}

const REFUSED: &str = "which the restricted Pod Security Standard refuses although";

fn non_root(container: &Container, out: &mut Out) {
    if !container.leaves_unset("securityContext.runAsNonRoot") || container.is_partial() {
        return;
    }
    let flag = container.field("securityContext.runAsNonRoot");
    let number = container.effective("securityContext.runAsUser").field.int();
    let user = match number.filter(|number| *number != 0) {
        Some(number) => format!("user {number} is set"),
        None if is_windows_user(container) => "a Windows user is set".to_owned(),
        None => return,
    };
    let message = format!(
        "does not set `runAsNonRoot: true`, which the restricted Pod Security Standard asks for \
         although {user}"
    );
    // The kubelet compares the number that is set: the container starts as before.
    let safety = if number.is_some() { Safe } else { Unsafe };
    out.report(flag, message).set(safety, "say that it is not root", flag, "true");
}

fn is_windows_user(container: &Container) -> bool {
    container.pod.is_windows()
        && container.effective("securityContext.windowsOptions.runAsUserName").level
            != Level::Default
}

fn capabilities(container: &Container, out: &mut Out) {
    let mut dropped = container.dropped_capabilities();
    if container.dropped_capabilities().any(|(written, _)| written == "ALL") {
        return;
    }
    if let Some((written, node)) = dropped.find(|(written, _)| capability_name(written) == "ALL") {
        let message =
            format!("drops `{written}`; the restricted Pod Security Standard takes only `ALL`");
        let safety = if written.len() == 3 { Safe } else { Unsafe };
        out.report(node, message).set(safety, "write it in capitals", node.field(""), "ALL");
    }
}

fn seccomp(container: &Container, out: &mut Out) {
    let profile = container.field("securityContext.seccompProfile");
    if let Value::Map(_) = profile.value()
        && is_absent(container.field("securityContext.seccompProfile.type"))
    {
        out.report(profile, "has a `seccompProfile` without a type");
    }
    if let Some(annotation) = container.seccomp_annotation()
        && out.version() >= Version(27)
        && container.leaves_unset("securityContext.seccompProfile")
    {
        let message = "has its seccomp profile in an annotation, which is no longer read";
        out.report(annotation, message);
    }
    let shared = container.pod.field("securityContext.seccompProfile");
    if container.is_first()
        && let Value::Map(_) = shared.value()
        && is_absent(container.pod.field("securityContext.seccompProfile.type"))
    {
        out.say(shared, "the pod has a `seccompProfile` without a type");
    }
}

fn proc_mount(container: &Container, out: &mut Out) {
    let mount = container.field("securityContext.procMount");
    if let Some(text) = mount.str().filter(|text| *text != "Default" && !is_unknown(text)) {
        let message = format!(
            "sets `procMount: {text}`, which the restricted Pod Security Standard refuses even \
             with `hostUsers: false`"
        );
        out.report(mount, message);
    }
}

/// Of the whole pod, once: the rules of Linux that it breaks and that other checks do not hold
/// against Windows.
fn windows_in_all_but_name(first: &Container, out: &mut Out) {
    let pod = first.pod;
    if !pod.is_windows() || pod.is_partial() {
        return;
    }
    let version = out.version();
    let containers = pod.containers();
    let any = |broken: fn(&Container) -> bool| containers.iter().any(broken);
    let escalation = |one: &Container| {
        let flag = one.field("securityContext.allowPrivilegeEscalation");
        flag.is_true() || is_absent(flag)
    };
    let capability = |one: &Container| {
        let drop = one.field("securityContext.capabilities.drop");
        is_absent(drop)
            || drop.exists() && one.dropped_capabilities().all(|(name, _)| name != "ALL")
    };
    let seccomp = |one: &Container| one.leaves_unset("securityContext.seccompProfile");
    let seccomp_or_annotation = |one: &Container| {
        one.leaves_unset("securityContext.seccompProfile") && one.seccomp_annotation().is_none()
    };
    let mut asked = Vec::new();
    if version >= Version(8) && any(escalation) {
        asked.push("`allowPrivilegeEscalation: false`");
    }
    if version >= Version(22) && any(capability) {
        asked.push("dropped capabilities");
    }
    let unfiltered = if version < Version(27) { any(seccomp_or_annotation) } else { any(seccomp) };
    if version >= Version(19) && unfiltered {
        asked.push("a seccomp profile");
    }
    let Some((last, others)) = asked.split_last() else { return };
    let asked = match others {
        [] => (*last).to_owned(),
        _ => format!("{} and {last}", others.join(", ")),
    };
    let name = pod.resource.name.as_deref().unwrap_or("(no name)");
    let kind = &pod.resource.kind.kind;
    let why = match pod.declares_windows() {
        true => format!("is for Windows, which Kubernetes {version} does not look at"),
        false => "is for Windows but does not say `os.name: windows`".to_owned(),
    };
    let message = format!(
        "{kind} `{name}` {why}, so the restricted Pod Security Standard asks it for {asked}"
    );
    let selector = pod.spec.get("nodeSelector");
    let label = ["kubernetes.io/os", "beta.kubernetes.io/os"]
        .iter()
        .find_map(|label| selector.and_then(|node| node.get(label)));
    match (pod.field("os.name"), label) {
        (os, _) if os.exists() => out.say(os, message),
        (_, Some(label)) => out.say(label, message),
        (os, None) => out.say(os, message),
    };
}
