//! A container says nothing about what it may do.
//!
//! Without a `securityContext` a container runs as the image's user (mostly root), with the
//! default capabilities, able to gain privileges and to use every system call.
//!
//! Begin with the four fields that the restricted Pod Security Standard asks for, and see what the
//! program really needs.
//!
//! Fields of the pod that harden its containers count: `runAsNonRoot`, `runAsUser`, `runAsGroup`,
//! `seccompProfile`, `appArmorProfile`, `seLinuxOptions`. If one is set, the checks of the single
//! fields speak; if none is, this one speaks in place of them. Windows is left out, and so are
//! workloads that an operator completes.
//!
//! ```yaml fail
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       securityContext:
//!         fsGroup: 1000
//!       initContainers:
//!         - name: setup
//! #         ^^^^^^^^^^^ init container `setup` has no `securityContext`, and the pod's sets no hardening either
//!           image: busybox
//!       containers:
//!         - name: app
//!           securityContext:
//!             runAsNonRoot: true
//!         - image: example.com/app
//!           name: web
//! #         ^^^^^^^^^ container `web` has no `securityContext`, and the pod's sets no hardening either
//! ```
//!
//! ```yaml fixed
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       securityContext:
//!         fsGroup: 1000
//!       initContainers:
//!         - name: setup
//!           image: busybox
//!           securityContext: {runAsNonRoot: true, allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, seccompProfile: {type: RuntimeDefault}}
//!       containers:
//!         - name: app
//!           securityContext:
//!             runAsNonRoot: true
//!         - image: example.com/app
//!           name: web
//!           securityContext: {runAsNonRoot: true, allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, seccompProfile: {type: RuntimeDefault}}
//! ```
//!
//! An empty one is none:
//!
//! ```yaml fail
//! kind: CronJob
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//!           containers:
//!             - name: main
//!               securityContext: {}
//! #             ^^^^^^^^^^^^^^^ container `main` has an empty `securityContext`, and the pod sets no hardening either
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       securityContext:
//!         runAsNonRoot: true
//!       containers:
//!         - name: app
//! ---
//! kind: Pod
//! spec:
//!   containers:
//!     - {name: one, securityContext: {privileged: true}}
//!     - {name: two, securityContext: "{{ securityContext }}"}
//! ---
//! kind: Pod
//! spec:
//!   securityContext: ${SECURITY_CONTEXT}
//!   containers:
//!     - name: one
//! ---
//! kind: Pod
//! spec:
//!   os: {name: windows}
//!   containers:
//!     - name: app
//! ---
//! apiVersion: monitoring.coreos.com/v1
//! kind: Prometheus
//! spec:
//!   containers:
//!     - name: prometheus
//! ---
//! kind: Deployment
//! metadata: {name: gateway}
//! spec: {template: {spec: {containers: [{name: istio-proxy, image: auto}]}}}
//! ```

use kubesift_engine::model::is_absent;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.0,
    profiles: &[Profile::Default, Profile::Cis, Profile::Nsa],
    fix: Some(Unsafe),
    refs: &[
        Cis("5.6.3"),
        Cwe(250),
        Peer("checkov:CKV_K8S_29"),
        Peer("checkov:CKV_K8S_30"),
        Peer("trivy:KSV-0118"),
        Peer("kics:a97a340a"),
        Peer("kubescape:C-0211"),
        Peer("terrascan:AC-K8-NS-PO-M-0122"),
        Peer("datree:CIS_MISSING_KEY_SECURITYCONTEXT"),
    ],
    run: Run::Container(run),
    ..Check::DEFAULT
};

/// Fields of the pod's security context that harden its containers.
const OF_POD: [&str; 6] = [
    "securityContext.runAsNonRoot",
    "securityContext.runAsUser",
    "securityContext.runAsGroup",
    "securityContext.seccompProfile",
    "securityContext.appArmorProfile",
    "securityContext.seLinuxOptions",
];

const HARDENED: &str = "{runAsNonRoot: true, allowPrivilegeEscalation: false, \
                        capabilities: {drop: [ALL]}, seccompProfile: {type: RuntimeDefault}}";

fn run(container: &Container, out: &mut Out) {
    let pod = container.pod;
    if pod.is_windows() || container.is_partial() {
        return;
    }
    if OF_POD.iter().any(|path| !is_absent(pod.field(path))) {
        return;
    }
    let context = container.field("securityContext");
    let words = match context.value() {
        Value::Map(map) if map.is_empty() => "has an empty `securityContext`",
        Value::Null if is_absent(context) => "has no `securityContext`",
        _ => return,
    };
    let pods = match pod.field("securityContext").exists() {
        true => "and the pod's sets no hardening either",
        false => "and the pod sets no hardening either",
    };
    let draft = out.report(context, format!("{words}, {pods}"));
    draft.set(Unsafe, "begin with a restricted security context", context, HARDENED);
}
