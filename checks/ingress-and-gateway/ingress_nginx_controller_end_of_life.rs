//! The ingress-nginx controller gets no more fixes.
//!
//! The project was retired in March 2026: the repository is read-only, and weaknesses found since
//! then stay open in a program that everybody on the internet can talk to. Versions before 1.11.5,
//! and 1.12.0, can be taken over by anybody who reaches the pod network (CVE-2025-1974); those
//! before 1.13.8, 1.14.4 and 1.15.0 by whoever may write an Ingress (CVE-2026-3288).
//!
//! Move to a controller that is maintained, or to Gateway API. Until then run the last release,
//! 1.15.
//!
//! Only the image of the project itself counts, from its registries or a mirror of them; the
//! controllers of F5 and others, and forks under other names, are left alone. Ingresses that name
//! the class `nginx` are no finding.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: ingress-nginx-controller}
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: controller
//!           image: registry.k8s.io/ingress-nginx/controller:v1.15.1
//! #         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ container `controller` runs ingress-nginx v1.15.1, which was retired in March 2026
//! ---
//! kind: DaemonSet
//! metadata: {name: old}
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: controller
//!           image: k8s.gcr.io/ingress-nginx/controller:v1.1.1@sha256:0bc88eb15f9e7f84e8e56c14fa5735aaa488b840983f87bd79b1054190e660de
//! #         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ container `controller` runs ingress-nginx v1.1.1, which has CVE-2025-1974 (taken over from the pod network) and was retired in March 2026
//!         - name: other
//!           image: mirror.example.com/ingress-nginx/controller:v1.13.2
//! #         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ container `other` runs ingress-nginx v1.13.2, which has CVE-2026-3288 (taken over by an Ingress) and was retired in March 2026
//!         - name: ancient
//!           image: quay.io/kubernetes-ingress-controller/nginx-ingress-controller:0.26.1
//! #         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ container `ancient` runs ingress-nginx 0.26.1, which has CVE-2025-1974 (taken over from the pod network) and was retired in March 2026
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: others}
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - {name: f5, image: "nginx/nginx-ingress:3.7.0"}
//!         - {name: hook, image: "registry.k8s.io/ingress-nginx/kube-webhook-certgen:v1.4.4"}
//!         - {name: fork, image: "example.com/fork/ingress-controller:2026.7.20"}
//!         - {name: filled, image: "${IMAGE}"}
//! ---
//! kind: Ingress
//! metadata: {name: shop}
//! spec: {ingressClassName: nginx}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 6.0,
    profiles: &[Profile::Default],
    refs: &[
        Cwe(1104),
        Url("https://kubernetes.io/blog/2025/11/11/ingress-nginx-retirement/"),
        Url("https://github.com/kubernetes/kubernetes/issues/131009"),
        Url("https://github.com/kubernetes/kubernetes/issues/137560"),
        Peer("kubescape:C-0292"),
        Peer("kyverno:check-ingress-nginx-controller-version-and-annotation-policy"),
    ],
    run: Run::Container(run),
    ..Check::DEFAULT
};

/// Ends of the repositories that the project published its controller in.
const REPOSITORIES: &[&str] = &[
    "ingress-nginx/controller",
    "ingress-nginx/controller-chroot",
    "kubernetes-ingress-controller/nginx-ingress-controller",
    "google_containers/nginx-ingress-controller",
];

fn run(container: &Container, out: &mut Out) {
    let Some(image) = container.image_ref() else { return };
    let path = image.normalized_path();
    let is_it = |end: &str| {
        path.strip_suffix(end).is_some_and(|start| start.is_empty() || start.ends_with('/'))
    };
    if !REPOSITORIES.iter().any(|end| is_it(end)) {
        return;
    }
    let tag = image.tag.map(|tag| tag.text);
    let (weakness, severity) = weakness(tag.and_then(version));
    let named = tag.map(|tag| format!(" {tag}")).unwrap_or_default();
    let message = format!("runs ingress-nginx{named}, which {weakness}was retired in March 2026");
    out.report(container.field("image"), message).severity(severity);
}

/// Major, minor and patch of a tag: `v1.11.2`, `0.26.1`, `v1.2.0-beta.1`.
fn version(tag: &str) -> Option<(u32, u32, u32)> {
    let text = tag.strip_prefix('v').unwrap_or(tag);
    let numbers = text.split(['-', '+']).next()?;
    let mut parts = numbers.split('.').map(|part| part.parse::<u32>().ok());
    let (major, minor) = (parts.next()??, parts.next()??);
    Some((major, minor, parts.next().flatten().unwrap_or_default()))
}

fn weakness(version: Option<(u32, u32, u32)>) -> (&'static str, Severity) {
    let Some(version) = version else { return ("", Medium) };
    if version < (1, 11, 5) || version == (1, 12, 0) {
        return ("has CVE-2025-1974 (taken over from the pod network) and ", High);
    }
    let mended = match version {
        (1, 13, patch) => patch >= 8,
        (1, 14, patch) => patch >= 4,
        _ => version >= (1, 15, 0),
    };
    let words = "has CVE-2026-3288 (taken over by an Ingress) and ";
    if mended { ("", Medium) } else { (words, Medium) }
}
