//! The containers of a pod see each other's processes.
//!
//! With `shareProcessNamespace: true` a container reads the environment, the memory and, through
//! `/proc/PID/root`, the files and mounted secrets of every other container of the pod that runs as
//! the same user.
//!
//! Remove it. To debug, `kubectl debug --target` joins one container for a while; to signal a
//! sidecar, use its API.
//!
//! Silent for a pod with a single container besides its init containers: it shares with nobody.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata:
//!   name: web
//! spec:
//!   template:
//!     spec:
//!       shareProcessNamespace: true
//! #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^ Deployment `web` lets its containers see each other's processes and files
//!       containers:
//!         - name: app
//!         - name: reloader
//! ```
//!
//! ```yaml fixed
//! kind: Deployment
//! metadata:
//!   name: web
//! spec:
//!   template:
//!     spec:
//!       shareProcessNamespace: false
//!       containers:
//!         - name: app
//!         - name: reloader
//! ```
//!
//! A native sidecar is a container among them:
//!
//! ```yaml fail
//! kind: CronJob
//! metadata: {name: night}
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//!           shareProcessNamespace: true
//! #         ^^^^^^^^^^^^^^^^^^^^^^^^^^^
//!           initContainers:
//!             - {name: proxy, restartPolicy: Always}
//!           containers:
//!             - name: main
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! spec:
//!   shareProcessNamespace: true
//!   initContainers:
//!     - name: setup
//!   containers:
//!     - name: app
//! ---
//! kind: Pod
//! spec:
//!   shareProcessNamespace: ${SHARE}
//!   containers:
//!     - name: app
//!     - name: other
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    profiles: &[Profile::Default],
    fix: Some(Unsafe),
    refs: &[Cwe(668)],
    run: Run::Pod(run),
    ..Check::DEFAULT
};

fn run(pod: &Pod, out: &mut Out) {
    let flag = pod.field("shareProcessNamespace");
    let together = pod.containers().iter().filter(|container| container.is_long_lived()).count();
    if flag.is_true() && together > 1 {
        let draft = out.report(flag, "lets its containers see each other's processes and files");
        draft.set(Unsafe, "keep the containers' processes apart", flag, "false");
    }
}
