//! Two volumes of a pod have the same name.
//!
//! Names of volumes must be unique within the pod: the API server refuses the object. Worse, tools
//! that merge lists by name (`kubectl apply`, Kustomize) keep one of the two without a word.
//!
//! Rename one, and the mounts that mean it.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     spec:
//!       containers: [{name: app}]
//!       volumes:
//!         - name: data
//!           emptyDir: {}
//!         - name: data
//! #         ^^^^^^^^^^ Deployment `web` has two volumes called `data`, which the API server refuses
//!           configMap: {name: web}
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   containers: [{name: app}]
//!   volumes:
//!     - {name: data, emptyDir: {}}
//!     - {name: Data, emptyDir: {}}
//!     - {name: "${VOLUME}", emptyDir: {}}
//!     - {name: "${VOLUME}", emptyDir: {}}
//! ```

use std::collections::HashMap;

use kubesift_engine::model::is_unknown;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    profiles: &[Profile::Default, Profile::Reliability],
    run: Run::Pod(run),
    ..Check::DEFAULT
};

fn run(pod: &Pod, out: &mut Out) {
    let mut seen: HashMap<&str, Node> = HashMap::new();
    for volume in pod.volumes() {
        let Some(at) = volume.get("name") else { continue };
        let Some(name) = at.str().filter(|name| !name.is_empty() && !is_unknown(name)) else {
            continue;
        };
        if let Some(first) = seen.insert(name, at) {
            out.report(
                at,
                format!("has two volumes called `{name}`, which the API server refuses"),
            )
            .note(first, "the first one");
        }
    }
}
