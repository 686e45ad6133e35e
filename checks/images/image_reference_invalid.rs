//! An image is no valid reference.
//!
//! The container cannot start: the API server refuses the pod, or the kubelet gives up with
//! `InvalidImageName` and does not even ask the registry.
//!
//! A reference is `registry:port/path:tag@sha256:digest`; registry, tag and digest may be left out.
//! The path is in lower case; there is no `https://` before it and no blank around it.
//!
//! Placeholders that are filled in later (`{{ … }}`, `${IMAGE}`, `<image>`, `IMAGE_URL`) are left
//! out, as are `ko://…`, which `ko` replaces, and images that a trigger of OpenShift sets. A
//! container without `image` is a matter of the schema.
//!
//! ```yaml fail
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: owner
//!           image: ghcr.io/Example/app:1.0
//! #                        ^ container `owner` has the image `ghcr.io/Example/app:1.0`, which has a capital letter in the repository, which must be lower case
//!         - name: url
//!           image: https://registry.example.com/app:1.0
//! #                ^^^^^^^^ container `url` has the image `https://registry.example.com/app:1.0`, which begins with a URL scheme
//!         - name: empty
//!           image: ""
//! #         ^^^^^^^^^ container `empty` has an empty image
//!         - name: version
//!           image: app:1.0+build.7
//! #                       ^ container `version` has the image `app:1.0+build.7`, which has `+` in the tag
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
//!             - {name: setup, image: ":1.0"}
//! #                                   ^ init container `setup` has the image `:1.0`, which has an empty path component
//!           containers:
//!             - {name: main, image: "app:"}
//! #                                     ^ container `main` has the image `app:`, which has a colon without a tag
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - {name: short, image: app}
//!         - {name: port, image: "registry:5000/team/app:1.0"}
//!         - {name: digest, image: app@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef}
//!         - {name: later, image: "${REGISTRY}/App"}
//!         - {name: template, image: "{{ .Values.image }}:{{ .Values.tag }}"}
//!         - {name: placeholder, image: "<IMAGE>"}
//!         - {name: ko, image: ko://example.com/cmd/App}
//!         - {name: none}
//! ---
//! apiVersion: apps.openshift.io/v1
//! kind: DeploymentConfig
//! spec:
//!   triggers:
//!     - type: ImageChange
//!       imageChangeParams: {containerNames: [app], from: {kind: ImageStreamTag, name: app:1}}
//!   template: {spec: {containers: [{name: app, image: " "}]}}
//! ```

use kubesift_engine::model::{ImageRef, known_node};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    profiles: &[Profile::Default],
    refs: &[Peer("kics:583053b7")],
    run: Run::Container(run),
    ..Check::DEFAULT
};

fn run(container: &Container, out: &mut Out) {
    // `image:` without a value counts, a container that does not speak of it does not.
    let Some(node) = container.node.get("image") else { return };
    let text = match node.value() {
        Value::Null => "",
        Value::Str(text) => text,
        _ => return,
    };
    if !known_node(node).is_literal() || container.image_is_set_later() || text.starts_with("ko://")
    {
        return;
    }
    if text.trim().is_empty() {
        out.report(node, "has an empty image");
        return;
    }
    let Err(error) = ImageRef::parse(text) else { return };
    if error.is_unknown() {
        return;
    }
    let message = format!("has the image `{}`, which {error}", text.escape_debug());
    match container.image_part(error.at.clone()) {
        Some(span) => out.report(At::Part(node, span), message),
        None => out.report(node, message),
    };
}
