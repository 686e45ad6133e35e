//! A container changes its SELinux label beyond what is safe.
//!
//! The label decides what a process may touch on a node with SELinux. A user or role of one's own,
//! or a type outside those made for containers (`spc_t` is confined by nothing), takes the
//! container out of that protection.
//!
//! Remove the field; to share files set only `level`. Types that admission allows are
//! `container_t`, `container_init_t`, `container_kvm_t` and, from Kubernetes 1.31 on,
//! `container_engine_t`.
//!
//! ```yaml fail
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           securityContext:
//!             seLinuxOptions:
//!               type: spc_t
//! #             ^^^^^^^^^^^ container `app` sets the SELinux type `spc_t`, which is not one for containers
//!               level: s0:c123,c456
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
//!             seLinuxOptions:
//!               level: s0:c123,c456
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
//!             seLinuxOptions:
//!               user: system_u
//! #             ^^^^^^^^^^^^^^ the pod sets the SELinux user `system_u`
//!               role: system_r
//! #             ^^^^^^^^^^^^^^ the pod sets the SELinux role `system_r`
//!           initContainers:
//!             - name: setup
//!           containers:
//!             - name: main
//! ```
//!
//! ```yaml fail kubernetes=1.30
//! kind: Pod
//! spec:
//!   containers:
//!     - {name: app, securityContext: {seLinuxOptions: {type: container_engine_t}}}
//! #                                                    ^^^^^^^^^^^^^^^^^^^^^^^^
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! spec:
//!   securityContext:
//!     seLinuxOptions: {level: "s0:c1,c2"}
//!   containers:
//!     - {name: app, securityContext: {seLinuxOptions: {type: container_t, user: ""}}}
//!     - {name: engine, securityContext: {seLinuxOptions: {type: container_engine_t}}}
//!     - {name: template, securityContext: {seLinuxOptions: {type: "${TYPE}"}}}
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
        Peer("trivy:KSV-0025"),
        Peer("kyverno:disallow-selinux"),
        Peer("gatekeeper:k8spspselinuxv2"),
        Peer("datree:EKS_INVALID_SELINUXOPTIONS_TYPE_VALUE"),
        Peer("datree:EKS_INVALID_SELINUXOPTIONS_USER_VALUE"),
        Peer("datree:EKS_INVALID_SELINUXOPTIONS_ROLE_VALUE"),
        Peer("monokle:PSS108"),
        Peer("kubescape:C-0211"),
    ],
    run: Run::Container(run),
    ..Check::DEFAULT
};

/// Each part of the label, and how a message calls it.
const PARTS: [(&str, &str); 3] = [
    ("securityContext.seLinuxOptions.user", "user"),
    ("securityContext.seLinuxOptions.role", "role"),
    ("securityContext.seLinuxOptions.type", "type"),
];

fn run(container: &Container, out: &mut Out) {
    for (path, part) in PARTS {
        let shared = container.pod.field(path);
        if let Some(message) = problem(shared, part, out.version()).filter(|_| container.is_first())
        {
            let draft = out.say(shared, format!("the pod {message}"));
            draft.remove(Unsafe, "keep the default label", shared);
        }
        let own = container.field(path);
        if let Some(message) = problem(own, part, out.version()) {
            out.report(own, message).remove(Unsafe, "keep the default label", own);
        }
    }
}

fn problem(field: Field, part: &str, version: Version) -> Option<String> {
    let text = field.str().filter(|text| !text.is_empty() && !is_unknown(text))?;
    if part != "type" {
        return Some(format!("sets the SELinux {part} `{text}`"));
    }
    let allowed = matches!(text, "container_t" | "container_init_t" | "container_kvm_t")
        || text == "container_engine_t" && version >= Version(31);
    (!allowed).then(|| format!("sets the SELinux type `{text}`, which is not one for containers"))
}
