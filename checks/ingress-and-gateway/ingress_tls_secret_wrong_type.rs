//! The Secret of an Ingress' certificate is not a TLS Secret.
//!
//! Controllers take the certificate from the keys `tls.crt` and `tls.key`. Where they are not
//! there, the host is served with the controller's own certificate, which browsers refuse. A type
//! other than `kubernetes.io/tls` with the right keys works in most controllers, but nothing checks
//! then that the keys hold a certificate.
//!
//! Make the Secret with `kubectl create secret tls`, or let cert-manager make it.
//!
//! A Secret whose data is empty is filled by something at run time and left alone.
//!
//! ```yaml fail
//! kind: Ingress
//! metadata: {name: shop}
//! spec:
//!   tls:
//!     - secretName: cert
//! #     ^^^^^^^^^^^^^^^^ Ingress `shop` takes its certificate from Secret `cert`, which has no `tls.key`
//!     - secretName: opaque
//! #     ^^^^^^^^^^^^^^^^^^ Ingress `shop` takes its certificate from Secret `opaque`, which is of type Opaque
//!     - {hosts: [a.example.com], secretName: good}
//! ---
//! kind: Secret
//! metadata: {name: cert}
//! data: {tls.crt: YQ==, key.pem: YQ==}
//! ---
//! kind: Secret
//! metadata: {name: opaque}
//! data: {tls.crt: YQ==, tls.key: YQ==}
//! ---
//! kind: Secret
//! metadata: {name: good}
//! type: kubernetes.io/tls
//! data: {tls.crt: YQ==, tls.key: YQ==}
//! ```
//!
//! ```yaml pass
//! kind: Ingress
//! metadata: {name: shop, namespace: a}
//! spec: {tls: [{secretName: cert}, {secretName: elsewhere}, {secretName: later}, {secretName: "${NAME}"}]}
//! ---
//! kind: Secret
//! metadata: {name: cert, namespace: b}
//! stringData: {password: x}
//! ---
//! kind: Secret
//! metadata: {name: later, namespace: a}
//! type: Opaque
//! ```

use kubesift_engine::model::{INGRESS, is_unknown};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    profiles: &[Profile::Default, Profile::Reliability],
    refs: &[Cwe(295), Peer("istio-analyze:IST0161")],
    run: Run::Links(&[INGRESS], run),
    ..Check::DEFAULT
};

fn run(ingress: &Resource, graph: &Graph, out: &mut Out) {
    for entry in ingress.field("spec.tls").items() {
        let field = entry.field("secretName");
        let Some(name) = field.str().filter(|name| !is_unknown(name)) else { continue };
        let Some(secret) = graph.find("Secret", ingress.namespace.as_deref(), name) else {
            continue;
        };
        let taken = format!("takes its certificate from Secret `{name}`, which");
        if let Some(key) = missing_key(secret) {
            let message = format!("{taken} has no `{key}`");
            out.report(field, message).note(secret.field("data"), "the Secret is here");
            continue;
        }
        let kind = secret.field("type");
        let stated = kind.node().map_or(Some("Opaque"), Node::text);
        let Some(stated) = stated.filter(|kind| *kind != "kubernetes.io/tls") else { continue };
        if has_data(secret) && !is_unknown(stated) {
            let message = format!("{taken} is of type {stated}");
            let draft = out.report(field, message).severity(Low);
            draft.note(kind, "the Secret is here");
        }
    }
}

const MAPS: [&str; 2] = ["data", "stringData"];

fn has_data(secret: &Resource) -> bool {
    MAPS.iter().any(|map| {
        let node = secret.node().get(map);
        node.and_then(Node::map).is_some_and(|map| !map.is_empty())
    })
}

/// A key of a certificate that a Secret with data lacks.
fn missing_key(secret: &Resource) -> Option<&'static str> {
    let maps = || MAPS.iter().filter_map(|map| secret.node().get(map));
    let open = maps().any(|map| !map.is_map() && !map.is_null());
    if !has_data(secret) || open || maps().flat_map(Node::entries).any(|(key, _)| is_unknown(key)) {
        return None;
    }
    ["tls.crt", "tls.key"].into_iter().find(|key| maps().all(|map| map.get(key).is_none()))
}
