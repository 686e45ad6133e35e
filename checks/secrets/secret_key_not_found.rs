//! A reference to a key of a Secret, which the Secret does not have.
//!
//! A container that takes a variable from a key which is not there does not start, and a volume that
//! picks one is not mounted.
//!
//! Correct the key, or add it to the Secret.
//!
//! Only Secrets whose data is in view can tell, and those that an ExternalSecret or a SealedSecret
//! makes and lists the keys of. Nothing is said of those that are filled at run time
//! (without any data, with an annotation that has something write into them, of type
//! `kubernetes.io/service-account-token`), nor when another definition of the same Secret, or
//! something that writes into it, may have the key, nor of references that are `optional`.
//!
//! ```yaml fail
//! kind: Secret
//! metadata: {name: login}
//! stringData: {password: "${PASSWORD}"}
//! data: {name: c2hvcA==}
//! ---
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   containers:
//!     - name: app
//!       env:
//!         - name: USER
//!           valueFrom:
//!             secretKeyRef:
//!               name: login
//!               key: user
//! #             ^^^^^^^^^ Pod `web` takes an environment variable from key `user` of Secret `login`, which it does not have, only `name` and `password`
//!   volumes:
//!     - name: login
//!       secret: {secretName: login, items: [{key: pass, path: pass}]}
//! #                                          ^^^^^^^^^ Pod `web` mounts key `pass` of Secret `login`, which it does not have, only `name` and `password`
//! ```
//!
//! ```yaml fail
//! apiVersion: external-secrets.io/v1
//! kind: ExternalSecret
//! metadata: {name: login}
//! spec: {data: [{secretKey: user, remoteRef: {key: a}}, {secretKey: password, remoteRef: {key: b}}]}
//! ---
//! apiVersion: external-secrets.io/v1
//! kind: ExternalSecret
//! metadata: {name: all}
//! spec: {dataFrom: [{extract: {key: shop}}]}
//! ---
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   containers:
//!     - name: app
//!       env:
//!         - {name: TOKEN, valueFrom: {secretKeyRef: {name: login, key: token}}}
//! #                                                               ^^^^^^^^^^ Pod `web` takes an environment variable from key `token` of Secret `login`, which it does not have, only `user` and `password`
//!         - {name: USER, valueFrom: {secretKeyRef: {name: login, key: user}}}
//!         - {name: OTHER, valueFrom: {secretKeyRef: {name: all, key: any}}}
//! ```
//!
//! ```yaml pass
//! kind: Secret
//! metadata: {name: login}
//! stringData: {password: "${PASSWORD}"}
//! ---
//! kind: Secret
//! metadata: {name: filled-later}
//! ---
//! kind: Secret
//! metadata: {name: token, annotations: {kubernetes.io/service-account.name: web}}
//! type: kubernetes.io/service-account-token
//! data: {extra: eA==}
//! ---
//! kind: Secret
//! metadata: {name: both}
//! data: {one: eA==}
//! ---
//! apiVersion: external-secrets.io/v1
//! kind: ExternalSecret
//! metadata: {name: both}
//! spec: {target: {creationPolicy: Merge}}
//! ---
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   containers:
//!     - name: app
//!       env:
//!         - {name: A, valueFrom: {secretKeyRef: {name: login, key: password}}}
//!         - {name: B, valueFrom: {secretKeyRef: {name: login, key: user, optional: true}}}
//!         - {name: C, valueFrom: {secretKeyRef: {name: filled-later, key: any}}}
//!         - {name: D, valueFrom: {secretKeyRef: {name: token, key: token}}}
//!         - {name: E, valueFrom: {secretKeyRef: {name: both, key: two}}}
//!         - {name: F, valueFrom: {secretKeyRef: {name: nowhere, key: any}}}
//! ```
//!
//! A key that is nearly right can be corrected:
//!
//! ```yaml fail
//! kind: Secret
//! metadata: {name: login}
//! stringData: {password: "${PASSWORD}"}
//! ---
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   containers: [{name: app}]
//!   volumes:
//!     - name: login
//!       secret:
//!         secretName: login
//!         items:
//!           - key: pasword
//! #           ^^^^^^^^^^^^ Pod `web` mounts key `pasword` of Secret `login`, which it does not have; the nearest is `password`
//!             path: password
//! ```
//!
//! ```yaml fixed
//! kind: Secret
//! metadata: {name: login}
//! stringData: {password: "${PASSWORD}"}
//! ---
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   containers: [{name: app}]
//!   volumes:
//!     - name: login
//!       secret:
//!         secretName: login
//!         items:
//!           - key: password
//!             path: password
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
    out.dangling(resource, graph, Usual::Elsewhere, |link| {
        link.wanted.is("Secret") && !link.optional && link.is_part_missing()
    });
}
