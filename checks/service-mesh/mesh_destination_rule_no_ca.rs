//! Clients are told to speak TLS to a host without checking who it is.
//!
//! With `insecureSkipVerify` the proxy takes any certificate: whoever sits between client and host
//! can answer in its place, and read and change what passes.
//!
//! Remove `insecureSkipVerify`; name the authority in `caCertificates` or `credentialName` when it
//! is not one that everybody trusts.
//!
//! Since 1.20 Istio checks certificates against the authorities of the system when none is named,
//! so a missing `caCertificates` is reported only by a run that names this check.
//!
//! ```yaml fail
//! apiVersion: networking.istio.io/v1
//! kind: DestinationRule
//! metadata: {name: db}
//! spec:
//!   host: db.example.com
//!   trafficPolicy:
//!     tls:
//!       mode: SIMPLE
//!       insecureSkipVerify: true
//! #     ^^^^^^^^^^^^^^^^^^^^^^^^ DestinationRule `db` takes any certificate from host `db.example.com`
//!   subsets:
//!     - name: old
//!       trafficPolicy: {tls: {mode: MUTUAL, insecureSkipVerify: true, credentialName: db}}
//! #                                         ^^^^^^^^^^^^^^^^^^^^^^^^ DestinationRule `db` takes any certificate from host `db.example.com`, subset `old`
//! ```
//!
//! ```yaml fail asked
//! apiVersion: networking.istio.io/v1
//! kind: DestinationRule
//! metadata: {name: db}
//! spec:
//!   host: db.example.com
//!   trafficPolicy:
//!     portLevelSettings:
//!       - port: {number: 443}
//!         tls: {mode: SIMPLE}
//! #             ^^^^^^^^^^^^ DestinationRule `db` names no authority for the certificate of host `db.example.com`, port 443
//! ```
//!
//! ```yaml pass
//! apiVersion: networking.istio.io/v1
//! kind: DestinationRule
//! metadata: {name: db}
//! spec: {host: db.example.com, trafficPolicy: {tls: {mode: SIMPLE, caCertificates: /etc/certs/ca.pem}}}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: DestinationRule
//! metadata: {name: public}
//! spec: {host: www.example.com, trafficPolicy: {tls: {mode: SIMPLE, insecureSkipVerify: false}}}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: DestinationRule
//! metadata: {name: mesh}
//! spec: {host: web, trafficPolicy: {tls: {mode: ISTIO_MUTUAL, insecureSkipVerify: true}}}
//! ---
//! apiVersion: networking.istio.io/v1
//! kind: DestinationRule
//! metadata: {name: secret}
//! spec: {host: db.example.com, trafficPolicy: {tls: {mode: MUTUAL, credentialName: db-certs}}}
//! ```

use kubesift_engine::model::{ClientTls, client_tls};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.5,
    refs: &[
        Cwe(295),
        Peer("istio-analyze:IST0128"),
        Peer("istio-analyze:IST0129"),
        Peer("semgrep:skip-tls-verify-service"),
    ],
    run: Run::Resource(&["networking.istio.io/DestinationRule"], run),
    ..Check::DEFAULT
};

fn run(rule: &Resource, out: &mut Out) {
    let Some(host) = rule.field("spec.host").str() else { return };
    for tls in client_tls(rule) {
        let mode = tls.node.field("mode");
        if !matches!(mode.str(), Some("SIMPLE" | "MUTUAL")) {
            continue;
        }
        let of = of(host, &tls);
        let skip = tls.node.field("insecureSkipVerify");
        if skip.is_true() {
            out.report(skip, format!("takes any certificate from {of}"));
            continue;
        }
        let named = ["caCertificates", "credentialName"];
        if out.is_asked() && !named.iter().any(|key| tls.node.get(key).is_some()) {
            let message = format!("names no authority for the certificate of {of}");
            out.report(mode, message).severity(Low).confidence(Confidence::Low);
        }
    }
}

fn of(host: &str, tls: &ClientTls) -> String {
    let port = tls.port.map(|port| format!(", port {port}")).unwrap_or_default();
    let subset = tls.subset.map(|name| format!(", subset `{name}`")).unwrap_or_default();
    format!("host `{host}`{subset}{port}")
}
