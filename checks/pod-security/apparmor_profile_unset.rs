//! A container names no AppArmor profile.
//!
//! Runtimes apply their default profile on nodes that have AppArmor, and nothing elsewhere. With a
//! profile named, the pod runs only where it is enforced.
//!
//! Set `appArmorProfile: {type: RuntimeDefault}` for the pod (Kubernetes 1.30 and later). Do not
//! on clusters whose nodes have no AppArmor: the pod would not start there.
//!
//! The annotation for the container counts as well, and so does an SELinux label: a node has one
//! or the other. Silent for privileged containers and for Windows.
//!
//! ```yaml fail
//! kind: Deployment
//! spec:
//!   template:
//!     metadata:
//!       annotations:
//!         container.apparmor.security.beta.kubernetes.io/other: runtime/default
//!     spec:
//!       containers:
//!         - name: app
//! #         ^^^^^^^^^ container `app` names no AppArmor profile
//!         - name: other
//! ```
//!
//! ```yaml fixed
//! kind: Deployment
//! spec:
//!   template:
//!     metadata:
//!       annotations:
//!         container.apparmor.security.beta.kubernetes.io/other: runtime/default
//!     spec:
//!       containers:
//!         - name: app
//!           securityContext:
//!             appArmorProfile: {type: RuntimeDefault}
//!         - name: other
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! spec:
//!   securityContext:
//!     appArmorProfile: {type: RuntimeDefault}
//!   initContainers:
//!     - name: setup
//!   containers:
//!     - name: app
//! ---
//! kind: Pod
//! spec:
//!   containers:
//!     - {name: one, securityContext: {appArmorProfile: {type: Localhost, localhostProfile: x}}}
//!     - {name: two, securityContext: {seLinuxOptions: {type: container_t}}}
//!     - {name: three, securityContext: {privileged: true}}
//!     - {name: four, securityContext: "${SECURITY}"}
//! ---
//! kind: Pod
//! spec:
//!   os: {name: windows}
//!   containers:
//!     - name: app
//! ---
//! kind: Deployment
//! metadata: {name: gateway}
//! spec: {template: {spec: {containers: [{name: istio-proxy, image: auto, securityContext: {runAsGroup: 1337}}]}}}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 3.5,
    profiles: &[Profile::Nsa, Profile::Hygiene],
    fix: Some(Unsafe),
    refs: &[
        Peer("kics:8b36775e"),
        Peer("kubesec:ApparmorAny"),
        Peer("kubeaudit:AppArmorAnnotationMissing"),
        Peer("terrascan:AC-K8-IA-PO-M-0135"),
        Peer("polaris:linuxHardening"),
        Peer("kubescape:C-0055"),
        Peer("trivy:KSV-0002"),
    ],
    run: Run::Container(run),
    ..Check::DEFAULT
};

const PATH: &str = "securityContext.appArmorProfile";

fn run(container: &Container, out: &mut Out) {
    let pod = container.pod;
    let moot = container.is_privileged() || pod.is_windows() || container.is_partial();
    let key = format!("container.apparmor.security.beta.kubernetes.io/{}", container.name());
    let labelled = container.effective("securityContext.seLinuxOptions").level != Level::Default;
    let set = labelled || pod.annotation(&key).is_some() || !container.leaves_unset(PATH);
    if moot || set {
        return;
    }
    let profile = container.field(PATH);
    let version = out.version();
    let draft = out.report(profile, "names no AppArmor profile");
    if version >= Version(30) {
        let title = "use the runtime's default profile";
        draft.set(Unsafe, title, profile, "{type: RuntimeDefault}");
    }
}
