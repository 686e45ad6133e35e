//! Two mounts of a container have the same path.
//!
//! The API server refuses the same `mountPath` twice. It lets paths pass that only look different
//! (`/data` and `/data/`): then one volume hides the other.
//!
//! Give each mount a path of its own. One below another (`/etc/app` and `/etc/app/tls`) is fine.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           volumeMounts:
//!             - {name: data, mountPath: /data}
//!             - {name: cache, mountPath: /data}
//! #                           ^^^^^^^^^^^^^^^^ container `app` mounts two volumes at `/data`, which the API server refuses
//!             - {name: tmp, mountPath: /data/}
//! #                         ^^^^^^^^^^^^^^^^^ container `app` mounts two volumes at `/data`, and the later one hides the other
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   initContainers: [{name: setup, volumeMounts: [{name: data, mountPath: /data}]}]
//!   containers:
//!     - name: app
//!       volumeMounts:
//!         - {name: data, mountPath: /data}
//!         - {name: tls, mountPath: /data/tls}
//!         - {name: one, mountPath: "${DIR}"}
//!         - {name: two, mountPath: "${DIR}"}
//! ```

use std::collections::HashMap;

use kubesift_engine::model::{clean_path, is_unknown};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    profiles: &[Profile::Default, Profile::Reliability],
    run: Run::Container(run),
    ..Check::DEFAULT
};

fn run(container: &Container, out: &mut Out) {
    let mut seen: HashMap<String, Node> = HashMap::new();
    for mount in container.field("volumeMounts").items() {
        let Some(at) = mount.get("mountPath") else { continue };
        let Some(path) = at.str().filter(|path| !path.is_empty() && !is_unknown(path)) else {
            continue;
        };
        let clean = clean_path(path);
        let Some(first) = seen.insert(clean.clone(), at) else { continue };
        let how = if first.str() == Some(path) {
            "which the API server refuses"
        } else {
            "and the later one hides the other"
        };
        out.report(at, format!("mounts two volumes at `{clean}`, {how}"))
            .note(first, "the other mount");
    }
}
