//! A workload's selector does not match its own pods.
//!
//! The API server refuses such a workload: it would make pods for ever and never find them.
//!
//! Give the pod template the labels that the selector asks for. The selector cannot be changed
//! once the workload exists.
//!
//! `matchLabels` and `matchExpressions` count. Labels that are filled in later, and templates that
//! lie elsewhere (`workloadRef`), are left alone.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   selector:
//!     matchLabels: {app: web, tier: front}
//!   template:
//!     metadata:
//!       labels:
//!         app: webb
//! #       ^^^^^^^^^ Deployment `web` selects app=web,tier=front, which its own pods do not have: app=webb and no tier
//!     spec: {containers: [{name: app}]}
//! ---
//! kind: StatefulSet
//! metadata: {name: none}
//! spec:
//!   selector: {matchLabels: {app: none}}
//!   template:
//! # ^^^^^^^^ StatefulSet `none` selects app=none, which its own pods do not have: no app
//!     spec: {containers: [{name: app}]}
//! ---
//! apiVersion: apps.openshift.io/v1
//! kind: DeploymentConfig
//! metadata: {name: config}
//! spec:
//!   selector: {app: config}
//!   template:
//!     metadata: {labels: {app: other}}
//! #                       ^^^^^^^^^^ DeploymentConfig `config` selects app=config, which its own pods do not have: app=other
//!     spec: {containers: [{name: app}]}
//! ```
//!
//! ```yaml fixed
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   selector:
//!     matchLabels: {app: web, tier: front}
//!   template:
//!     metadata:
//!       labels:
//!         app: webb
//!     spec: {containers: [{name: app}]}
//! ---
//! kind: StatefulSet
//! metadata: {name: none}
//! spec:
//!   selector: {matchLabels: {app: none}}
//!   template:
//!     spec: {containers: [{name: app}]}
//!     metadata:
//!       labels: {app: none}
//! ---
//! apiVersion: apps.openshift.io/v1
//! kind: DeploymentConfig
//! metadata: {name: config}
//! spec:
//!   selector: {app: config}
//!   template:
//!     metadata: {labels: {app: config}}
//!     spec: {containers: [{name: app}]}
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   selector: {matchLabels: {app: web}, matchExpressions: [{key: tier, operator: In, values: [front, back]}]}
//!   template: {metadata: {labels: {app: web, tier: front, extra: yes-please}}, spec: {containers: [{name: app}]}}
//! ---
//! kind: DaemonSet
//! metadata: {name: filled}
//! spec:
//!   selector: {matchLabels: {app: "${NAME}"}}
//!   template: {metadata: {labels: {app: agent}}, spec: {containers: [{name: app}]}}
//! ---
//! kind: Deployment
//! metadata: {name: patch}
//! spec: {selector: {matchLabels: {app: web}}, replicas: 3}
//! ---
//! kind: Job
//! metadata: {name: job}
//! spec: {selector: {matchLabels: {batch.kubernetes.io/controller-uid: a}}, template: {metadata: {labels: {app: job}}, spec: {containers: []}}}
//! ---
//! apiVersion: argoproj.io/v1alpha1
//! kind: Rollout
//! metadata: {name: elsewhere}
//! spec: {selector: {matchLabels: {app: web}}, workloadRef: {kind: Deployment, name: web}}
//! ---
//! kind: ReplicationController
//! metadata: {name: implicit}
//! spec: {template: {metadata: {labels: {app: a}}, spec: {containers: []}}}
//! ```

use kubesift_engine::model::{Difference, Labels, Match, Operator, Selector};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 6.0,
    profiles: &[Profile::Default, Profile::Reliability],
    fix: Some(Unsafe),
    refs: &[
        Peer("kube-linter:mismatching-selector"),
        Peer("kube-score:deployment-pod-selector-labels-match-template-metadata-labels"),
        Peer("kube-score:statefulset-pod-selector-labels-match-template-metadata-labels"),
        Peer("kubescape:C-0296"),
        Peer("monokle:LNK001"),
    ],
    run: Run::Pod(run),
    ..Check::DEFAULT
};

/// Kinds whose selector is a map of labels.
const MAPS: &[&str] = &["apps.openshift.io/DeploymentConfig", "ReplicationController"];

/// Kinds whose selector is a LabelSelector.
const SELECTORS: &[&str] = &[
    "apps/DaemonSet",
    "apps/Deployment",
    "apps/ReplicaSet",
    "apps/StatefulSet",
    "apps.kruise.io/CloneSet",
    "apps.kruise.io/DaemonSet",
    "apps.kruise.io/StatefulSet",
    "argoproj.io/Rollout",
];

fn run(pod: &Pod, out: &mut Out) {
    let workload = pod.resource;
    let Some(node) = workload.field("spec.selector").node() else { return };
    let selector = if MAPS.iter().any(|kind| workload.is(kind)) {
        Selector::from_map(node)
    } else if SELECTORS.iter().any(|kind| workload.is(kind)) {
        Selector::from_label_selector(node)
    } else {
        return;
    };
    let labels = Labels::of(pod.labels());
    if selector.is_empty() || selector.matches(&labels) != Match::No {
        return;
    }
    let differences = selector.differences(&labels);
    let words: Vec<String> = differences.iter().map(words).collect();
    let message =
        format!("selects {selector}, which its own pods do not have: {}", words.join(" and "));
    let wrong = differences.iter().find_map(|difference| {
        pod.labels()?.get(difference.requirement.key).map(|node| (difference, node))
    });
    let field = workload.field("spec.template.metadata.labels");
    let draft = match wrong {
        Some((_, at)) => out.report(at, message),
        None => out.report(field, message),
    };
    let draft = draft.note(node, "the selector");
    if !selector.requirements().iter().all(|one| one.operator == Some(Operator::In)) {
        return;
    }
    match (&*differences, wrong) {
        ([one], Some((_, at))) => {
            let value = one.requirement.values.first().and_then(|value| quoted(value));
            let edits = value.and_then(|value| edit::replace(at, &value));
            draft.offer(Unsafe, "give the pods the label", edits);
        }
        ([one], None) if !field.exists() => {
            let value = one.requirement.values.first().and_then(|value| quoted(value));
            let yaml = value.map(|value| format!("{{{}: {value}}}", one.requirement.key));
            let edits = yaml.and_then(|yaml| field.set(&yaml));
            draft.offer(Unsafe, "give the pods the label", edits);
        }
        _ => {}
    }
}

/// What stands in place of a label.
fn words(difference: &Difference) -> String {
    let key = difference.requirement.key;
    match difference.found {
        Some(found) => format!("{}={found}", difference.found_key.unwrap_or(key)),
        None => format!("no {key}"),
    }
}

/// A label's value as YAML, for plain words.
fn quoted(value: &str) -> Option<String> {
    let plain = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    let letter = value.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic());
    let word = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];
    if plain && letter && !word.iter().any(|word| value.eq_ignore_ascii_case(word)) {
        return Some(value.to_owned());
    }
    plain.then(|| format!("\"{value}\""))
}
