//! A workload mounts Secrets.
//!
//! Whoever takes over the container has their values. That is what Secrets are for; the list says
//! where each one can be read.
//!
//! Mount a Secret only into workloads, and containers, that need it.
//!
//! An inventory: it runs when it is named. One finding for each workload; Secrets in environment
//! variables are the findings of `secret-in-env-var`.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     spec:
//!       containers: [{name: app}]
//!       volumes:
//! #     ^^^^^^^ Deployment `web` mounts the Secrets `db`, `tls`
//!         - name: db
//!           secret: {secretName: db}
//!         - name: all
//!           projected: {sources: [{configMap: {name: conf}}, {secret: {name: tls}}]}
//! ---
//! kind: Pod
//! metadata: {name: one}
//! spec: {containers: [{name: app}], volumes: [{name: a, secret: {secretName: a}}]}
//! #                                 ^^^^^^^ Pod `one` mounts the Secret `a`
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! metadata: {name: none}
//! spec: {containers: [{name: app}], volumes: [{name: a, configMap: {name: a}}, {name: token, projected: {sources: [{serviceAccountToken: {path: token}}]}}]}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 2.5,
    profiles: &[],
    refs: &[Peer("kubescape:C-0255")],
    run: Run::Pod(run),
    ..Check::DEFAULT
};

fn run(pod: &Pod, out: &mut Out) {
    let names = pod.mounted("secret");
    let list: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let message = match list.as_slice() {
        [] => return,
        [one] => format!("mounts the Secret {one}"),
        all => format!("mounts the Secrets {}", all.join(", ")),
    };
    out.report(pod.field("volumes"), message);
}
