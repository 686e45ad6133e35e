//! An image without a fixed tag is not pulled again.
//!
//! The tag `latest`, stated or not, moves; with the pull policy `IfNotPresent` or `Never` each node
//! keeps the image that it happened to pull first. Nodes then run different versions under one
//! name, and a new version never arrives where an old one is.
//!
//! Name a version. Or set `imagePullPolicy: Always`, which is the default for such an image: then
//! a restart brings the newest one everywhere.
//!
//! Where the tag itself is reported (`image-tag-missing-or-latest`), this belongs to that finding.
//!
//! ```yaml fail
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           image: registry.example.com:5000/app
//!           imagePullPolicy: IfNotPresent
//! #         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ container `app` keeps whatever `latest` was on each node: its image has no tag and the pull policy `IfNotPresent`
//!         - name: side
//!           image: app:latest
//!           imagePullPolicy: Never
//! #         ^^^^^^^^^^^^^^^^^^^^^^ container `side` keeps whatever `latest` was on each node: its image has the tag `latest` and the pull policy `Never`
//! ```
//!
//! ```yaml fixed
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           image: registry.example.com:5000/app
//!           imagePullPolicy: Always
//!         - name: side
//!           image: app:latest
//!           imagePullPolicy: Always
//! ```
//!
//! ```yaml fail with=image-tag-missing-or-latest
//! kind: Pod
//! spec:
//!   initContainers:
//!     - {name: setup, image: "app:latest", imagePullPolicy: IfNotPresent}
//! #                               ^^^^^^ init container `setup` has the image tag `latest`, so what runs changes with every push
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! spec:
//!   containers:
//!     - {name: default, image: app}
//!     - {name: always, image: "app:latest", imagePullPolicy: Always}
//!     - {name: version, image: "app:1.2", imagePullPolicy: IfNotPresent}
//!     - {name: digest, image: app@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef, imagePullPolicy: IfNotPresent}
//!     - {name: later, image: "${IMAGE}", imagePullPolicy: IfNotPresent}
//!     - {name: unknown, image: app, imagePullPolicy: "${POLICY}"}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.0,
    profiles: &[Profile::Default, Profile::Reliability],
    fix: Some(Unsafe),
    yields_to: &["image-tag-missing-or-latest"],
    refs: &[Peer("kubescape:C-0075")],
    run: Run::Container(run),
    ..Check::DEFAULT
};

fn run(container: &Container, out: &mut Out) {
    let policy = container.field("imagePullPolicy");
    let Some(stated @ ("IfNotPresent" | "Never")) = policy.str() else { return };
    let Some(image) = container.image_ref() else { return };
    let moving = image.tag_or_latest() == Some("latest") && !image.is_pinned();
    if !moving || container.image_is_set_later() {
        return;
    }
    let tag = if image.tag.is_some() { "the tag `latest`" } else { "no tag" };
    let message = format!(
        "keeps whatever `latest` was on each node: its image has {tag} and the pull policy `{stated}`"
    );
    out.report(policy, message)
        .set(Unsafe, "always ask the registry", policy, "Always")
        .cause(container.image_cause());
}
