//! A reference to a key of a ConfigMap, which the ConfigMap does not have.
//!
//! A container that takes a variable from a key which is not there does not start, and a volume that
//! picks one is not mounted.
//!
//! Correct the key, or add it to the ConfigMap.
//!
//! Nothing is said of ConfigMaps that are filled at run time (without any data, with an annotation
//! that has something write into them), nor when another definition of the same ConfigMap may have
//! the key, nor of references that are `optional`.
//!
//! ```yaml fail
//! kind: ConfigMap
//! metadata: {name: settings}
//! data: {mode: fast, level: info}
//! binaryData: {logo.png: iVBORw0KGgo=}
//! ---
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   containers:
//!     - name: app
//!       env: [{name: MODE, valueFrom: {configMapKeyRef: {name: settings, key: MODE}}}]
//! #                                                                      ^^^^^^^^^ Pod `web` takes an environment variable from key `MODE` of ConfigMap `settings`, which it does not have, only `mode`, `level` and `logo.png`
//!   volumes:
//!     - name: settings
//!       projected: {sources: [{configMap: {name: settings, items: [{key: levle, path: level}]}}]}
//! #                                                                 ^^^^^^^^^^ Pod `web` mounts key `levle` of ConfigMap `settings`, which it does not have; the nearest is `level`
//! ```
//!
//! ```yaml fixed
//! kind: ConfigMap
//! metadata: {name: settings}
//! data: {mode: fast, level: info}
//! binaryData: {logo.png: iVBORw0KGgo=}
//! ---
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   containers:
//!     - name: app
//!       env: [{name: MODE, valueFrom: {configMapKeyRef: {name: settings, key: MODE}}}]
//!   volumes:
//!     - name: settings
//!       projected: {sources: [{configMap: {name: settings, items: [{key: level, path: level}]}}]}
//! ```
//!
//! ```yaml pass
//! kind: ConfigMap
//! metadata: {name: settings}
//! data: {mode: fast}
//! binaryData: {logo.png: iVBORw0KGgo=}
//! ---
//! kind: ConfigMap
//! metadata: {name: trusted, labels: {config.openshift.io/inject-trusted-cabundle: "true"}}
//! data: {other: x}
//! ---
//! kind: ConfigMap
//! metadata: {name: empty}
//! ---
//! kind: ConfigMap
//! metadata: {name: templated}
//! data: {"${KEY}": x}
//! ---
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   containers: [{name: app, env: [{name: MODE, valueFrom: {configMapKeyRef: {name: settings, key: mode}}}]}]
//!   volumes:
//!     - {name: a, configMap: {name: settings, items: [{key: logo.png, path: logo.png}]}}
//!     - {name: b, configMap: {name: trusted, items: [{key: ca-bundle.crt, path: ca.pem}]}}
//!     - {name: c, configMap: {name: empty, items: [{key: any, path: any}]}}
//!     - {name: d, configMap: {name: templated, items: [{key: any, path: any}]}}
//!     - {name: e, configMap: {name: settings, optional: true, items: [{key: any, path: any}]}}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    profiles: &[Profile::Default, Profile::Reliability],
    fix: Some(Unsafe),
    yields_to: &["reference-near-miss"],
    refs: &[Peer("kube-linter:env-value-from"), Peer("popeye:POP-401")],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    out.dangling(resource, graph, Usual::Beside, |link| {
        link.wanted.is("ConfigMap") && !link.optional && link.is_part_missing()
    });
}
