//! A resource of KEDA refers to a workload or credentials that are not there.
//!
//! A ScaledObject without its workload scales nothing; one whose trigger cannot authenticate never
//! becomes ready and leaves the replicas as they are. Both say so in their status only.
//!
//! Correct `scaleTargetRef` or `authenticationRef`: kind and name. The kinds that hold where none is
//! stated are Deployment and TriggerAuthentication.
//!
//! How much is said of a workload depends on how sure it is: see `hpa-target-not-found`. Credentials
//! are reported only where something speaks for a mistake.
//!
//! ```yaml fail
//! kind: StatefulSet
//! metadata: {name: worker}
//! ---
//! apiVersion: keda.sh/v1alpha1
//! kind: TriggerAuthentication
//! metadata: {name: rabbitmq-login}
//! ---
//! apiVersion: keda.sh/v1alpha1
//! kind: ScaledObject
//! metadata: {name: worker}
//! spec:
//!   scaleTargetRef:
//!     name: worker
//! #   ^^^^^^^^^^^^ ScaledObject `worker` scales Deployment `worker`, which no file defines; `worker` is a StatefulSet
//!   triggers:
//!     - type: rabbitmq
//!       authenticationRef:
//!         name: rabitmq-login
//! #       ^^^^^^^^^^^^^^^^^^^ ScaledObject `worker` authenticates with TriggerAuthentication `rabitmq-login`, which no file defines; the nearest is `rabbitmq-login`
//! ```
//!
//! ```yaml fixed
//! kind: StatefulSet
//! metadata: {name: worker}
//! ---
//! apiVersion: keda.sh/v1alpha1
//! kind: TriggerAuthentication
//! metadata: {name: rabbitmq-login}
//! ---
//! apiVersion: keda.sh/v1alpha1
//! kind: ScaledObject
//! metadata: {name: worker}
//! spec:
//!   scaleTargetRef:
//!     name: worker
//!   triggers:
//!     - type: rabbitmq
//!       authenticationRef:
//!         name: rabbitmq-login
//! ```
//!
//! ```yaml pass complete=*
//! kind: Deployment
//! metadata: {name: worker}
//! ---
//! apiVersion: keda.sh/v1alpha1
//! kind: ClusterTriggerAuthentication
//! metadata: {name: rabbitmq}
//! ---
//! apiVersion: keda.sh/v1alpha1
//! kind: ScaledObject
//! metadata: {name: worker}
//! spec:
//!   scaleTargetRef: {name: worker}
//!   triggers: [{type: rabbitmq, authenticationRef: {kind: ClusterTriggerAuthentication, name: rabbitmq}}]
//! ---
//! apiVersion: keda.sh/v1alpha1
//! kind: ScaledObject
//! metadata: {name: filled-in}
//! spec: {scaleTargetRef: {name: "${NAME}"}}
//! ```

use kubesift_engine::model::Relation;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    profiles: &[Profile::Default, Profile::Reliability],
    fix: Some(Unsafe),
    yields_to: &["reference-near-miss", "reference-wrong-namespace"],
    refs: &[Peer("kyverno:verify-vpa-target")],
    run: Run::Links(&["keda.sh/ScaledObject", "keda.sh/ScaledJob"], run),
    ..Check::DEFAULT
};

fn run(scaled: &Resource, graph: &Graph, out: &mut Out) {
    let of = |relation, usual, out: &mut Out| {
        out.dangling(scaled, graph, usual, |link| link.relation == relation);
    };
    of(Relation::ScaleTarget, Usual::Beside, out);
    of(Relation::Authentication, Usual::Elsewhere, out);
}
