//! Persistent data is in no backup.
//!
//! A claim that is deleted by mistake, or encrypted by an attacker, is gone with the volume behind it.
//!
//! Add the namespace to a schedule of Velero, Kasten, K8up or whatever the cluster uses.
//!
//! Which data needs a backup nobody but its owner knows, so the check is in no profile but `all`. It
//! reports workloads with claims in namespaces that none of the build's schedules takes in, and
//! schedules of Velero that are paused; builds without any schedule only when the run names the check.
//! Kasten's policies and other tools' schedules count for the namespace they are in, or for all when they
//! select by label. Databases of CloudNativePG with a backup of their own are left alone.
//!
//! ```yaml fail
//! apiVersion: velero.io/v1
//! kind: Schedule
//! metadata: {name: daily, namespace: velero}
//! spec:
//!   paused: true
//! # ^^^^^^^^^^^^ Schedule `daily` is paused, so it makes no backup
//!   schedule: "0 3 * * *"
//!   template: {includedNamespaces: [shop]}
//! ---
//! kind: StatefulSet
//! metadata: {name: db, namespace: bank}
//! spec:
//!   template: {spec: {containers: [{name: app}]}}
//!   volumeClaimTemplates:
//!     - metadata: {name: data}
//! #                ^^^^^^^^^^ StatefulSet `db` keeps data in a claim, and no schedule backs up namespace `bank`
//! ```
//!
//! ```yaml fail asked
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     spec:
//!       containers: [{name: app}]
//!       volumes: [{name: data, persistentVolumeClaim: {claimName: web}}]
//! #                                                    ^^^^^^^^^^^^^^ Deployment `web` keeps data in a claim, and no schedule backs up its namespace
//! ```
//!
//! ```yaml pass
//! apiVersion: velero.io/v1
//! kind: Schedule
//! metadata: {name: daily, namespace: velero}
//! spec: {schedule: "0 3 * * *", template: {excludedNamespaces: [test]}}
//! ---
//! kind: StatefulSet
//! metadata: {name: db, namespace: bank}
//! spec:
//!   template: {spec: {containers: [{name: app}]}}
//!   volumeClaimTemplates: [{metadata: {name: data}}]
//! ```
//!
//! ```yaml pass
//! apiVersion: k8up.io/v1
//! kind: Schedule
//! metadata: {name: daily, namespace: bank}
//! ---
//! kind: StatefulSet
//! metadata: {name: db, namespace: bank}
//! spec:
//!   template: {spec: {containers: [{name: app}]}}
//!   volumeClaimTemplates: [{metadata: {name: data}}]
//! ```
//!
//! ```yaml pass
//! kind: StatefulSet
//! metadata: {name: db, namespace: bank}
//! spec:
//!   template: {spec: {containers: [{name: app}]}}
//!   volumeClaimTemplates: [{metadata: {name: data}}]
//! ```

use kubesift_engine::model::is_unknown;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 2.0,
    confidence: Confidence::Low,
    profiles: &[],
    refs: &[
        Peer("kyverno:kasten-3-2-1-backup-policy"),
        Peer("kyverno:kasten-hourly-rpo"),
        Peer("kyverno:kasten-immutable-location-profile"),
        Peer("kyverno:validate-cron-schedule"),
        Peer("kyverno:kasten-data-protection-by-label"),
        Peer("kyverno:kasten-validate-ns-by-preset-label"),
    ],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

const VELERO: &str = "velero.io/Schedule";

/// Kinds that back up the namespace they are in.
const OWN_NAMESPACE: [&str; 3] =
    ["k8up.io/Schedule", "backup.appuio.ch/Schedule", "volsync.backube/ReplicationSource"];

/// Kinds that back up what they select, wherever that is.
const ANYWHERE: [&str; 2] = ["config.kio.kasten.io/Policy", "longhorn.io/RecurringJob"];

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    if resource.is(VELERO) {
        let paused = resource.field("spec.paused");
        if paused.is_true() {
            out.report(paused, "is paused, so it makes no backup");
        }
        return;
    }
    let Some(pod) = graph.pod_of(resource).filter(|pod| pod.pod.lives_on()) else { return };
    let Some(at) = data(&pod.pod) else { return };
    let schedules = ANYWHERE.iter().chain(&OWN_NAMESPACE).chain([&VELERO]);
    let any = schedules.into_iter().any(|kind| graph.of(kind).next().is_some());
    if !(any && graph.build().complete || out.is_asked()) || is_backed_up(pod.namespace, graph) {
        return;
    }
    let of = pod.namespace.map_or("its namespace".to_owned(), |name| format!("namespace `{name}`"));
    out.report(at, format!("keeps data in a claim, and no schedule backs up {of}"));
}

/// The first claim of a workload.
fn data<'a>(pod: &Pod<'a>) -> Option<Field<'a>> {
    let named = pod.volumes().map(|volume| volume.field("persistentVolumeClaim.claimName"));
    let first = named.into_iter().find(|field| field.exists());
    first.or_else(|| {
        let mut made = pod.resource.field("spec.volumeClaimTemplates").items();
        made.next().map(|template| template.field("metadata.name"))
    })
}

fn is_backed_up(namespace: Option<&str>, graph: &Graph) -> bool {
    if namespace.is_some_and(is_unknown)
        || ANYWHERE.iter().any(|kind| graph.of(kind).next().is_some())
    {
        return true;
    }
    let here = OWN_NAMESPACE.iter().flat_map(|kind| graph.of(kind));
    let mut here = here.map(|schedule| schedule.namespace.as_deref());
    if here.any(|name| name == namespace || name.is_some_and(is_unknown)) {
        return true;
    }
    graph.of(VELERO).any(|schedule| takes_in(schedule, namespace))
}

/// Whether a schedule of Velero takes in a namespace, or may.
fn takes_in(schedule: &Resource, namespace: Option<&str>) -> bool {
    let names = |field: Field| {
        field.items().filter_map(|item| item.str().map(str::to_owned)).collect::<Vec<_>>()
    };
    let included = names(schedule.field("spec.template.includedNamespaces"));
    let excluded = names(schedule.field("spec.template.excludedNamespaces"));
    let fits = |list: &[String]| {
        list.iter().any(|name| name == "*" || is_unknown(name) || Some(name.as_str()) == namespace)
    };
    (included.is_empty() || namespace.is_none() || fits(&included)) && !fits(&excluded)
}
