//! A container must not be root and is told to be root.
//!
//! With `runAsNonRoot: true` and `runAsUser: 0` the kubelet refuses to start the container:
//! "container's runAsUser breaks non-root policy". The workload is accepted and never runs.
//!
//! Name another user, or allow root on purpose.
//!
//! ```yaml fail
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       securityContext:
//!         runAsNonRoot: true
//!       containers:
//!         - name: app
//!           securityContext:
//!             runAsUser: 0
//! #           ^^^^^^^^^^^^ container `app` never starts: `runAsNonRoot` is true and `runAsUser` is 0
//! ```
//!
//! ```yaml fail
//! kind: CronJob
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//!           securityContext:
//!             runAsUser: 0
//!           initContainers:
//!             - name: setup
//!               securityContext:
//!                 runAsNonRoot: true
//! #               ^^^^^^^^^^^^^^^^^^ init container `setup` never starts: `runAsNonRoot` is true and `runAsUser` is 0
//! ```
//!
//! Both at the pod: one finding.
//!
//! ```yaml fail
//! kind: Pod
//! spec:
//!   securityContext:
//!     runAsNonRoot: true
//!     runAsUser: 0
//! #   ^^^^^^^^^^^^ container `one` never starts: `runAsNonRoot` is true and `runAsUser` is 0
//!   containers:
//!     - name: one
//!     - name: two
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! spec:
//!   securityContext:
//!     runAsNonRoot: true
//!     runAsUser: 0
//!   containers:
//!     - {name: one, securityContext: {runAsUser: 1000}}
//!     - {name: two, securityContext: {runAsNonRoot: false}}
//!     - {name: three, securityContext: {runAsUser: "${UID}"}}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 6.5,
    profiles: &[Profile::Default, Profile::Reliability],
    refs: &[Peer("kube-linter:run-as-non-root")],
    run: Run::Container(run),
    ..Check::DEFAULT
};

fn run(container: &Container, out: &mut Out) {
    let Some((flag, user)) = contradiction(container) else { return };
    let both_of_pod = flag.level == Level::Pod && user.level == Level::Pod;
    let containers = container.pod.containers();
    let is_first = containers
        .iter()
        .find(|other| {
            contradiction(other)
                .is_some_and(|(flag, user)| flag.level == Level::Pod && user.level == Level::Pod)
        })
        .is_some_and(|first| first.node == container.node);
    if both_of_pod && !is_first {
        return;
    }
    // Of a pair that stands in two places, the container's own half is the one to look at.
    let (at, other) = match (user.level, flag.level) {
        (Level::Pod, Level::Container) => (flag.field, user.field),
        _ => (user.field, flag.field),
    };
    out.report(at, "never starts: `runAsNonRoot` is true and `runAsUser` is 0")
        .note(other, "the other half of the contradiction");
}

fn contradiction<'a>(container: &Container<'a>) -> Option<(Effective<'a>, Effective<'a>)> {
    let flag = container.effective("securityContext.runAsNonRoot");
    let user = container.effective("securityContext.runAsUser");
    (flag.field.is_true() && user.field.int() == Some(0)).then_some((flag, user))
}
