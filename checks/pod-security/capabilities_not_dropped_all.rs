//! A container keeps Linux capabilities that it did not ask for.
//!
//! A container runtime gives every container some fourteen capabilities, among them to change the
//! owner of any file, to make device nodes and to forge network packets. Few programs need one.
//!
//! Drop `ALL` and add back what is needed, mostly nothing or `NET_BIND_SERVICE`.
//!
//! Runtimes ignore the case, so `all` counts; Pod Security admission does not, and in the profile
//! `pss-restricted` the check `restricted-profile-violation` says so. Silent for privileged
//! containers (they have every capability whatever they drop) and for Windows.
//!
//! ```yaml fail
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           securityContext:
//!             capabilities:
//!               drop: [NET_RAW]
//! #             ^^^^ container `app` does not drop all capabilities
//!         - name: other
//!           securityContext:
//!             capabilities:
//! #           ^^^^^^^^^^^^ container `other` does not drop all capabilities
//!               add: [NET_BIND_SERVICE]
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
//!             capabilities:
//!               drop: [ALL]
//!         - name: other
//!           securityContext:
//!             capabilities:
//!               add: [NET_BIND_SERVICE]
//!               drop: [ALL]
//! ```
//!
//! ```yaml fail
//! kind: CronJob
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//!           initContainers:
//!             - name: setup
//! #             ^^^^^^^^^^^ init container `setup` does not drop all capabilities
//!           containers:
//!             - name: main
//!               securityContext:
//!                 capabilities:
//!                   drop:
//!                     - ALL
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! spec:
//!   containers:
//!     - {name: one, securityContext: {capabilities: {drop: [all]}}}
//!     - {name: two, securityContext: {capabilities: {drop: ["ALL"], add: [NET_BIND_SERVICE]}}}
//!     - {name: three, securityContext: {capabilities: {drop: ["${DROP}"]}}}
//!     - {name: four, securityContext: {capabilities: "${CAPABILITIES}"}}
//!     - {name: privileged, securityContext: {privileged: true}}
//! ---
//! kind: Pod
//! spec:
//!   os: {name: windows}
//!   containers:
//!     - name: app
//! ---
//! apiVersion: serving.knative.dev/v1
//! kind: Service
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//! ---
//! kind: Deployment
//! metadata: {name: gateway}
//! spec: {template: {spec: {containers: [{name: istio-proxy, image: auto, securityContext: {runAsGroup: 1337}}]}}}
//! ```

use kubesift_engine::model::{capability_name, is_absent, known_node};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.3,
    profiles: &[Profile::Default, Profile::PssRestricted, Profile::Cis, Profile::Nsa],
    yields_to: &[
        "security-context-absent",
        "run-as-non-root-not-set",
        "allow-privilege-escalation-unset",
    ],
    fix: Some(Unsafe),
    refs: &[
        PssRestricted,
        Cis("5.2.9"),
        Cwe(250),
        Peer("checkov:CKV_K8S_37"),
        Peer("trivy:KSV-0003"),
        Peer("trivy:KSV-0106"),
        Peer("kics:268ca686"),
        Peer("kubescape:C-0201"),
        Peer("polaris:insecureCapabilities"),
        Peer("kubesec:CapDropAll"),
        Peer("kubeaudit:CapabilityShouldDropAll"),
        Peer("kubeaudit:CapabilityOrSecurityContextMissing"),
        Peer("kyverno:drop-all-capabilities"),
        Peer("kyverno:disallow-capabilities-strict"),
        Peer("gatekeeper:k8spspcapabilities"),
        Peer("monokle:PSS206"),
        Peer("monokle:KBP103"),
    ],
    run: Run::Container(run),
    ..Check::DEFAULT
};

fn run(container: &Container, out: &mut Out) {
    let pod = container.pod;
    let moot = container.is_privileged() || pod.is_windows();
    if moot || out.version() < Version(22) {
        return;
    }
    let drop = container.field("securityContext.capabilities.drop");
    let missing = match drop.value() {
        Value::List(list) => list.items().all(|item| {
            known_node(item).is_literal()
                && item.str().is_none_or(|name| capability_name(name) != "ALL")
        }),
        _ => is_absent(drop) && !container.is_partial(),
    };
    if missing {
        let draft = out.report(drop, "does not drop all capabilities");
        draft.set(Unsafe, "drop all capabilities", drop, "[ALL]");
    }
}
