//! A workload mounts ConfigMaps.
//!
//! Whoever may write a ConfigMap decides what the program reads there: settings, scripts, routes.
//!
//! Give the right to write ConfigMaps to few, and mark those that never change as `immutable`.
//!
//! An inventory: it runs when it is named. One finding for each workload.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     spec:
//!       containers: [{name: app}]
//!       volumes:
//! #     ^^^^^^^ Deployment `web` mounts the ConfigMaps `conf`, `ca`
//!         - name: conf
//!           configMap: {name: conf}
//!         - name: all
//!           projected: {sources: [{configMap: {name: ca}}, {secret: {name: tls}}]}
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! metadata: {name: none}
//! spec: {containers: [{name: app}], volumes: [{name: a, secret: {secretName: a}}, {name: b, emptyDir: {}}]}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 1.0,
    profiles: &[],
    refs: &[Peer("kubescape:C-0258")],
    run: Run::Pod(run),
    ..Check::DEFAULT
};

fn run(pod: &Pod, out: &mut Out) {
    let names = pod.mounted("configMap");
    let list: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let message = match list.as_slice() {
        [] => return,
        [one] => format!("mounts the ConfigMap {one}"),
        all => format!("mounts the ConfigMaps {}", all.join(", ")),
    };
    out.report(pod.field("volumes"), message);
}
