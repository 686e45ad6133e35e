//! A change of the configuration does not reach the running pods.
//!
//! Environment variables, and files mounted by `subPath`, are read when a container starts. When the
//! ConfigMap or Secret behind them changes the pods keep the old values, until they happen to be
//! restarted, some today and some in a month.
//!
//! Put a checksum of the contents into an annotation of the pod template, use names that change with
//! the contents (Kustomize's generators), or let a controller do it (Reloader).
//!
//! ConfigMaps and Secrets of the same build count that a workload which lives on reads. Any annotation
//! of the pod whose name speaks of a checksum or a hash counts, and those of known controllers. Files
//! of whole volumes are updated in place and left alone.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           envFrom: [{configMapRef: {name: settings}}]
//! #                                   ^^^^^^^^^^^^^^ Deployment `web` reads ConfigMap `settings` when it starts, and a change of it restarts nothing
//!           env: [{name: A, valueFrom: {configMapKeyRef: {name: settings, key: a}}}]
//!           volumeMounts: [{name: files, mountPath: /etc/app.ini, subPath: app.ini}]
//!       volumes:
//!         - name: files
//!           secret:
//!             secretName: files
//! #           ^^^^^^^^^^^^^^^^^ Deployment `web` reads Secret `files` when it starts, and a change of it restarts nothing
//! ---
//! kind: ConfigMap
//! metadata: {name: settings}
//! ---
//! kind: Secret
//! metadata: {name: files}
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: with-a-checksum}
//! spec:
//!   template:
//!     metadata: {annotations: {checksum/config: abc}}
//!     spec: {containers: [{name: app, envFrom: [{configMapRef: {name: settings}}]}]}
//! ---
//! kind: Deployment
//! metadata: {name: with-a-controller, annotations: {reloader.stakater.com/auto: "true"}}
//! spec: {template: {spec: {containers: [{name: app, envFrom: [{configMapRef: {name: settings}}]}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: whole-volume}
//! spec:
//!   template:
//!     spec:
//!       containers: [{name: app, volumeMounts: [{name: files, mountPath: /etc/app}]}]
//!       volumes: [{name: files, configMap: {name: settings}}]
//! ---
//! kind: CronJob
//! metadata: {name: ends}
//! spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: app, envFrom: [{configMapRef: {name: settings}}]}]}}}}}
//! ---
//! kind: Deployment
//! metadata: {name: other-names}
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           envFrom:
//!             - {configMapRef: {name: settings-7kc8h62mft}}
//!             - {configMapRef: {name: fixed}}
//!             - {configMapRef: {name: of-another-repository}}
//!             - {configMapRef: {name: "${NAME}"}}
//! ---
//! kind: ConfigMap
//! metadata: {name: settings}
//! ---
//! kind: ConfigMap
//! metadata: {name: settings-7kc8h62mft}
//! ---
//! kind: ConfigMap
//! metadata: {name: fixed}
//! immutable: true
//! ```

use std::collections::HashSet;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 2.0,
    profiles: &[Profile::Reliability],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

fn run(workload: &Resource, graph: &Graph, out: &mut Out) {
    let Some(pod) = graph.pod_of(workload) else { return };
    if !pod.pod.lives_on() || workload.is("Pod") || is_rolled(pod) {
        return;
    }
    let mut seen = HashSet::new();
    for (kind, at) in read_at_start(&pod.pod) {
        let Some(name) = at.str().filter(|name| !has_hash(name)) else { continue };
        if !seen.insert((kind, name)) {
            continue;
        }
        let Some(object) = graph.surely_named(kind, pod.namespace, name) else { continue };
        if object.field("immutable").is_true() {
            continue;
        }
        let message =
            format!("reads {kind} `{name}` when it starts, and a change of it restarts nothing");
        out.report(at, message).note(object.field("metadata.name"), "the object");
    }
}

/// The places that name a ConfigMap or a Secret which is read only when a container starts.
fn read_at_start<'a>(pod: &Pod<'a>) -> Vec<(&'static str, Node<'a>)> {
    const ENV: [(&str, &str); 2] = [
        ("ConfigMap", "valueFrom.configMapKeyRef.name"),
        ("Secret", "valueFrom.secretKeyRef.name"),
    ];
    const ENV_FROM: [(&str, &str); 2] =
        [("ConfigMap", "configMapRef.name"), ("Secret", "secretRef.name")];
    const VOLUME: [(&str, &str); 2] =
        [("ConfigMap", "configMap.name"), ("Secret", "secret.secretName")];
    let mut found = Vec::new();
    let mut add = |node: Node<'a>, paths: [(&'static str, &'static str); 2]| {
        let named = paths.into_iter().filter_map(|(kind, path)| Some((kind, node.at(path)?)));
        found.extend(named);
    };
    for container in pod.containers() {
        container.field("envFrom").items().for_each(|from| add(from, ENV_FROM));
        container.env().for_each(|variable| add(variable, ENV));
        for mount in container.field("volumeMounts").items() {
            let part = mount.get("subPath").or_else(|| mount.get("subPathExpr"));
            let volume = mount.get("name").and_then(Node::str).and_then(|name| pod.volume(name));
            if let (Some(_), Some(volume)) = (part, volume) {
                add(volume, VOLUME);
            }
        }
    }
    found
}

/// Whether something restarts the pods when what they read changes.
fn is_rolled(pod: &GraphPod) -> bool {
    let by_template = pod.pod.annotations().any(|(name, _)| {
        let name = name.to_ascii_lowercase();
        ["checksum", "hash", "sha256", "config-version", "roll"]
            .iter()
            .any(|word| name.contains(word))
    });
    let own = pod.pod.resource.node().at("metadata.annotations");
    let controllers = ["reloader.", "wave.pusher.com/", "configmapcontroller", "kapp.k14s.io/"];
    let by_controller = own
        .into_iter()
        .flat_map(Node::entries)
        .any(|(name, _)| controllers.iter().any(|start| name.contains(start)));
    by_template || by_controller
}

/// Whether a name ends in the hash that Kustomize's generators add: ten letters of its own.
fn has_hash(name: &str) -> bool {
    let Some((_, hash)) = name.rsplit_once('-') else { return false };
    hash.len() == 10 && hash.bytes().all(|byte| b"bcdfghkmt2456789".contains(&byte))
}
