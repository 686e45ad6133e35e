//! A container requests more than its limit.
//!
//! The API server refuses such a pod; a Deployment or a Job with it is accepted, but never gets a
//! pod.
//!
//! Raise the limit or lower the request.
//!
//! Amounts are compared as Kubernetes reads them: `1Gi` is more than `1G`, `0.5` equals `500m`. The
//! same holds for what a pod as a whole requests (`spec.resources`, Kubernetes 1.34).
//!
//! ```yaml fail
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       initContainers:
//!         - {name: setup, resources: {requests: {ephemeral-storage: 2Gi}, limits: {ephemeral-storage: 1Gi}}}
//! #                                              ^^^^^^^^^^^^^^^^^^^^^^ init container `setup` requests 2Gi of ephemeral-storage, more than its limit of 1Gi
//!       containers:
//!         - name: app
//!           resources:
//!             requests:
//!               cpu: "1.5"
//! #             ^^^^^^^^^^ container `app` requests 1.5 of cpu, more than its limit of 500m
//!               memory: 1Gi
//! #             ^^^^^^^^^^^ container `app` requests 1Gi of memory, more than its limit of 1G
//!             limits:
//!               cpu: 500m
//!               memory: 1G
//! ```
//!
//! ```yaml fail
//! kind: CronJob
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//!           resources: {requests: {cpu: 2}, limits: {cpu: 1}}
//! #                                ^^^^^^ the pod requests 2 of cpu, more than its limit of 1
//!           containers:
//!             - {name: main}
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! spec:
//!   containers:
//!     - {name: equal, resources: {requests: {memory: 1024Mi, cpu: 0.5}, limits: {memory: 1Gi, cpu: 500m}}}
//!     - {name: less, resources: {requests: {memory: 1G}, limits: {memory: 1Gi}}}
//!     - {name: unlimited, resources: {requests: {memory: 1Gi}, limits: {cpu: 1}}}
//!     - {name: unknown, resources: {requests: {memory: 4Gi}, limits: {memory: "${LIMIT}"}}}
//!     - {name: wrong, resources: {requests: {memory: 4GiB}, limits: {memory: 1Gi}}}
//! ```

use kubesift_engine::model::Quantity;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 6.0,
    profiles: &[Profile::Default, Profile::Reliability],
    run: Run::Container(run),
    ..Check::DEFAULT
};

fn run(container: &Container, out: &mut Out) {
    for excess in excesses(container.field("resources")) {
        out.report(excess.request, excess.words()).note(excess.limit, "the limit");
    }
    if container.is_first() {
        for excess in excesses(container.pod.field("resources")) {
            out.say(excess.request, format!("the pod {}", excess.words()))
                .note(excess.limit, "the limit");
        }
    }
}

struct Excess<'a> {
    name: &'a str,
    request: Node<'a>,
    limit: Node<'a>,
}

impl Excess<'_> {
    fn words(&self) -> String {
        let text = |node: Node<'_>| node.text().unwrap_or_default().to_owned();
        let (request, limit) = (text(self.request), text(self.limit));
        format!("requests {request} of {}, more than its limit of {limit}", self.name)
    }
}

fn excesses(resources: Field<'_>) -> Vec<Excess<'_>> {
    let map = |key| resources.node().and_then(|node| node.get(key));
    let (Some(requests), Some(limits)) = (map("requests"), map("limits")) else {
        return Vec::new();
    };
    let pairs = requests.entries().filter_map(|(name, request)| {
        let limit = limits.get(name)?;
        let more = quantity(request)? > quantity(limit)?;
        more.then_some(Excess { name, request, limit })
    });
    pairs.collect()
}

fn quantity(node: Node<'_>) -> Option<Quantity> {
    Quantity::parse(node.text()?).ok()
}
