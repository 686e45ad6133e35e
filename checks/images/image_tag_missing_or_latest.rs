//! An image has no tag, or the tag `latest`.
//!
//! Which program runs then depends on the moment a node pulls it: two nodes may run two versions,
//! a restart may bring another one, and there is no going back to what ran before.
//!
//! Name a version, best together with its digest: `nginx:1.27.2@sha256:…`.
//!
//! A digest says which image runs, with a tag or without: nothing is reported beside one. Images
//! with a placeholder are left out, and those that something sets later: an image trigger of
//! OpenShift, Istio's injector (`auto`).
//!
//! ```yaml fail
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           image: registry.example.com:5000/shop/app
//! #         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ container `app` has an image without a tag, so what runs is whatever `latest` is at the time
//!         - name: proxy
//!           image: "envoyproxy/envoy:latest"
//! #                                  ^^^^^^ container `proxy` has the image tag `latest`, so what runs changes with every push
//! ```
//!
//! Every container counts:
//!
//! ```yaml fail
//! kind: CronJob
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//!           initContainers:
//!             - {name: setup, image: busybox}
//! #                           ^^^^^^^^^^^^^^ init container `setup` has an image without a tag, so what runs is whatever `latest` is at the time
//!           containers:
//!             - {name: main, image: app:1.0}
//! ---
//! kind: Pod
//! spec:
//!   containers: [{name: main, image: app:1.0}]
//!   ephemeralContainers:
//!     - {name: debug, image: alpine:latest}
//! #                                 ^^^^^^ ephemeral container `debug` has the image tag `latest`, so what runs changes with every push
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - {name: tag, image: "registry:5000/app:1.2"}
//!         - {name: digest, image: app@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef}
//!         - {name: both, image: app:latest@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef}
//!         - {name: later, image: "${REGISTRY}/app"}
//!         - {name: template, image: "{{ .Values.image }}"}
//!         - {name: placeholder, image: <your-image>}
//!         - {name: istio-proxy, image: auto}
//!         - {name: none}
//!         - {name: similar, image: app:latest-stable}
//! ---
//! apiVersion: apps.openshift.io/v1
//! kind: DeploymentConfig
//! spec:
//!   triggers:
//!     - type: ImageChange
//!       imageChangeParams: {containerNames: [app], from: {kind: ImageStreamTag, name: app:1}}
//!   template: {spec: {containers: [{name: app, image: app}]}}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    profiles: &[Profile::Default, Profile::Reliability, Profile::Hygiene],
    refs: &[
        Peer("kube-linter:latest-tag"),
        Peer("kube-score:container-image-tag"),
        Peer("checkov:CKV_K8S_14"),
        Peer("trivy:KSV-0013"),
        Peer("kics:583053b7"),
        Peer("kubescape:C-0075"),
        Peer("polaris:tagNotSpecified"),
        Peer("kubeaudit:ImageTagMissing"),
        Peer("terrascan:AC-K8-OE-PO-L-0134"),
        Peer("kyverno:disallow-latest-tag"),
        Peer("gatekeeper:k8sdisallowedtags"),
        Peer("datree:CONTAINERS_MISSING_IMAGE_VALUE_VERSION"),
        Peer("monokle:KBP001"),
        Peer("monokle:KBP116"),
        Peer("popeye:POP-100"),
        Peer("popeye:POP-101"),
    ],
    run: Run::Container(run),
    ..Check::DEFAULT
};

fn run(container: &Container, out: &mut Out) {
    let Some(image) = container.image_ref() else { return };
    let field = container.field("image");
    if image.tag_or_latest() != Some("latest")
        || image.is_pinned()
        || container.image_is_set_later()
    {
        return;
    }
    let cause = container.image_cause();
    let Some(tag) = image.tag else {
        let message =
            "has an image without a tag, so what runs is whatever `latest` is at the time";
        out.report(field, message).cause(cause);
        return;
    };
    let message = "has the image tag `latest`, so what runs changes with every push";
    match (field.node(), container.image_part(tag.range())) {
        (Some(node), Some(span)) => out.report(At::Part(node, span), message).cause(cause),
        _ => out.report(field, message).cause(cause),
    };
}
