//! The pull policy of an image is not `Always`.
//!
//! A node that has the image already runs its own copy: a tag that was moved is not noticed, and on
//! a shared node a pod can run a private image that another pod has pulled, without any right to it.
//!
//! Set `imagePullPolicy: Always`; layers that a node has are not fetched again. Or name the image by
//! its digest, which always gives the same bytes: nothing is reported then. The default is `Always`
//! for the tag `latest` and for no tag at all, `IfNotPresent` otherwise; Kyverno
//! wants `Always` in writing even there.
//!
//! ```yaml fail
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       initContainers:
//!         - {name: setup, image: "busybox:1.36", imagePullPolicy: Never}
//! #                                              ^^^^^^^^^^^^^^^^^^^^^^ init container `setup` has the pull policy `Never`, so a node runs the copy it has
//!       containers:
//!         - name: app
//!           image: app:1.2
//!           imagePullPolicy: IfNotPresent
//! #         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ container `app` has the pull policy `IfNotPresent`, so a node runs the copy it has
//! ```
//!
//! ```yaml fixed
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       initContainers:
//!         - {name: setup, image: "busybox:1.36", imagePullPolicy: Always}
//!       containers:
//!         - name: app
//!           image: app:1.2
//!           imagePullPolicy: Always
//! ```
//!
//! ```yaml fail
//! kind: CronJob
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//!           containers:
//!             - image: app:1.2
//!               name: app
//! #             ^^^^^^^^^ container `app` has no pull policy, and for its tag the default is `IfNotPresent`
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! spec:
//!   containers:
//!     - {name: always, image: "app:1.2", imagePullPolicy: Always}
//!     - {name: latest, image: "app:latest"}
//!     - {name: untagged, image: app}
//!     - {name: digest, image: app@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef, imagePullPolicy: IfNotPresent}
//!     - {name: later, image: "app:${TAG}"}
//!     - {name: unknown, image: "app:1.2", imagePullPolicy: "${POLICY}"}
//!     - {name: none}
//! ---
//! apiVersion: serving.knative.dev/v1
//! kind: Service
//! spec: {template: {spec: {containers: [{name: app, image: "app:1.2"}]}}}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 2.0,
    profiles: &[Profile::Hygiene],
    fix: Some(Unsafe),
    yields_to: &["image-latest-with-if-not-present", "image-tag-missing-or-latest"],
    refs: &[
        Peer("kube-score:container-image-pull-policy"),
        Peer("checkov:CKV_K8S_15"),
        Peer("kics:caa3479d"),
        Peer("polaris:pullPolicyNotAlways"),
        Peer("kyverno:imagepullpolicy-always"),
    ],
    run: Run::Container(run),
    ..Check::DEFAULT
};

fn run(container: &Container, out: &mut Out) {
    let image = container.image_ref();
    let policy = container.field("imagePullPolicy");
    if image.is_some_and(|image| image.is_pinned()) {
        return;
    }
    let message = match (policy.str(), image) {
        (Some(stated @ ("IfNotPresent" | "Never")), _) => {
            format!("has the pull policy `{stated}`, so a node runs the copy it has")
        }
        (None, Some(image)) if !policy.exists() && image.default_pull_policy() != "Always" => {
            if container.pod.is_partial() || container.image_is_set_later() {
                return;
            }
            "has no pull policy, and for its tag the default is `IfNotPresent`".to_owned()
        }
        _ => return,
    };
    let draft =
        out.report(policy, message).set(Unsafe, "always ask the registry", policy, "Always");
    if image.is_some_and(|image| image.tag_or_latest() == Some("latest")) {
        draft.cause(container.image_cause());
    }
}
