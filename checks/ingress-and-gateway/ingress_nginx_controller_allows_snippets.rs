//! The configuration of ingress-nginx allows snippets.
//!
//! Then everybody who may write an Ingress in any namespace can put configuration into the
//! controller, and read every Secret of the cluster by it (CVE-2021-25742). `annotations-risk-level:
//! Critical` lets the same annotations in again.
//!
//! Set `allow-snippet-annotations: "false"`, the default since 1.9, and leave
//! `annotations-risk-level` at High or below. Move what snippets do to annotations first.
//!
//! ```yaml fail
//! kind: ConfigMap
//! metadata: {name: ingress-nginx-controller}
//! data:
//!   allow-snippet-annotations: "true"
//! # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ConfigMap `ingress-nginx-controller` lets every Ingress put configuration into NGINX
//!   annotations-risk-level: Critical
//! # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ConfigMap `ingress-nginx-controller` lets Ingresses use annotations of the risk level Critical
//! ```
//!
//! ```yaml fixed
//! kind: ConfigMap
//! metadata: {name: ingress-nginx-controller}
//! data:
//!   allow-snippet-annotations: "false"
//!   annotations-risk-level: High
//! ```
//!
//! ```yaml pass
//! kind: ConfigMap
//! metadata: {name: ingress-nginx-controller}
//! data: {allow-snippet-annotations: "false", annotations-risk-level: High}
//! ---
//! kind: ConfigMap
//! metadata: {name: filled}
//! data: {allow-snippet-annotations: "${SNIPPETS}"}
//! ---
//! kind: ConfigMap
//! metadata: {name: other}
//! data: {settings: "allow-snippet-annotations: true"}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 7.5,
    profiles: &[Profile::Default],
    fix: Some(Unsafe),
    refs: &[
        Cwe(94),
        Peer("terrascan:AC_K8S_0050"),
        Peer("datree:CONFIGMAP_CVE2021_25742_INCORRECT_SNIPPET_ANNOTATIONS_VALUE"),
        Peer("kyverno:disallow-ingress-nginx-custom-snippets"),
        Peer("kubescape:C-0059"),
    ],
    run: Run::Resource(&["ConfigMap"], run),
    ..Check::DEFAULT
};

fn run(map: &Resource, out: &mut Out) {
    let allowed = map.field("data.allow-snippet-annotations");
    if allowed.node().and_then(Node::text) == Some("true") {
        out.report(allowed, "lets every Ingress put configuration into NGINX").set(
            Unsafe,
            "turn snippets off",
            allowed,
            "\"false\"",
        );
    }
    let level = map.field("data.annotations-risk-level");
    if level.str().is_some_and(|level| level.eq_ignore_ascii_case("critical")) {
        let message = "lets Ingresses use annotations of the risk level Critical";
        out.report(level, message).set(Unsafe, "allow levels up to High", level, "High");
    }
}
