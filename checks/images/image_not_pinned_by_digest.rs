//! An image is not pinned by a digest.
//!
//! A tag is a name that its owner can move: what was tested need not be what runs. A digest names
//! the bytes themselves.
//!
//! Add the digest behind the tag: `nginx:1.27.2@sha256:…`. Tools such as Renovate keep both up to
//! date.
//!
//! ```yaml fail
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       initContainers:
//!         - {name: setup, image: busybox}
//! #                       ^^^^^^^^^^^^^^ init container `setup` has an image without a digest
//!       containers:
//!         - name: app
//!           image: registry.example.com/shop/app:1.4.2
//! #                                              ^^^^^ container `app` has an image without a digest, and the tag `1.4.2` can be moved
//! ```
//!
//! ```yaml pass
//! kind: Job
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - {name: app, image: app@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef}
//!         - {name: both, image: app:1.0@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef}
//!         - {name: later, image: "app:${TAG}"}
//!         - {name: istio-proxy, image: auto}
//! ```
//!
//! One cause is one finding:
//!
//! ```yaml pass with=image-tag-missing-or-latest
//! kind: Pod
//! spec:
//!   containers:
//!     - {name: app, image: app:latest@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef}
//! ```
//!
//! ```yaml fail with=image-tag-missing-or-latest
//! kind: Pod
//! spec:
//!   containers:
//!     - {name: app, image: app:latest}
//! #                            ^^^^^^ container `app` has the image tag `latest`, so what runs changes with every push
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.0,
    profiles: &[Profile::Hygiene],
    yields_to: &["image-tag-missing-or-latest"],
    refs: &[
        Peer("checkov:CKV_K8S_43"),
        Peer("kics:7c81d34c"),
        Peer("kubescape:C-0306"),
        Peer("terrascan:AC-K8-NS-PO-M-0133"),
        Peer("kyverno:require-image-checksum"),
        Peer("gatekeeper:k8simagedigests"),
        Peer("datree:CONTAINERS_MISSING_IMAGE_VALUE_DIGEST"),
    ],
    run: Run::Container(run),
    ..Check::DEFAULT
};

fn run(container: &Container, out: &mut Out) {
    let Some(image) = container.image_ref() else { return };
    if image.is_pinned() || container.image_is_set_later() {
        return;
    }
    let field = container.field("image");
    let Some(tag) = image.tag else {
        out.report(field, "has an image without a digest");
        return;
    };
    let message = format!("has an image without a digest, and the tag `{}` can be moved", tag.text);
    match (field.node(), container.image_part(tag.range())) {
        (Some(node), Some(span)) => out.report(At::Part(node, span), message),
        _ => out.report(field, message),
    };
}
