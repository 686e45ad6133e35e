//! A Service sends to pods that are not ready.
//!
//! With `publishNotReadyAddresses` readiness probes have no say: visitors reach pods that are
//! starting, overloaded or broken.
//!
//! Remove it. It is meant for headless Services by which the members of a cluster find each other,
//! and those are left alone.
//!
//! ```yaml fail
//! kind: Service
//! metadata: {name: web}
//! spec:
//!   publishNotReadyAddresses: true
//! # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Service `web` sends to pods that are not ready
//!   ports: [{port: 80}]
//! ```
//!
//! ```yaml fixed
//! kind: Service
//! metadata: {name: web}
//! spec:
//!   ports: [{port: 80}]
//! ```
//!
//! ```yaml pass
//! kind: Service
//! metadata: {name: members}
//! spec: {clusterIP: None, publishNotReadyAddresses: true, ports: [{port: 80}]}
//! ---
//! kind: Service
//! metadata: {name: web}
//! spec: {publishNotReadyAddresses: false, ports: [{port: 80}]}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 1.5,
    profiles: &[Profile::Hygiene, Profile::Reliability],
    fix: Some(Unsafe),
    run: Run::Resource(&["Service"], run),
    ..Check::DEFAULT
};

fn run(service: &Resource, out: &mut Out) {
    let early = service.field("spec.publishNotReadyAddresses");
    if early.is_true() && service.field("spec.clusterIP").str() != Some("None") {
        out.report(early, "sends to pods that are not ready").remove(
            Unsafe,
            "send to ready pods only",
            early,
        );
    }
}
