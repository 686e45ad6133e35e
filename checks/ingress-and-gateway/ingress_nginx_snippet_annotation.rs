//! An Ingress puts its own configuration into NGINX.
//!
//! A snippet is written into the configuration of the controller, which all teams share and which
//! runs with the right to read Secrets. Whoever may write an Ingress can so read every Secret of
//! the cluster or take over other hosts (CVE-2021-25742).
//!
//! Use the annotation or the policy that was made for the purpose (headers, redirects,
//! authentication), and turn snippets off in the controller: `allow-snippet-annotations: "false"`.
//!
//! ```yaml fail
//! kind: Ingress
//! metadata:
//!   name: shop
//!   annotations:
//!     nginx.ingress.kubernetes.io/server-snippet: |
//! #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Ingress `shop` puts its own configuration into NGINX by `server-snippet`
//!       location /status { return 200; }
//!     nginx.org/location-snippets: add_header X-Team shop;
//! #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Ingress `shop` puts its own configuration into NGINX by `location-snippets`
//! ```
//!
//! ```yaml pass
//! kind: Ingress
//! metadata:
//!   name: shop
//!   annotations:
//!     nginx.ingress.kubernetes.io/rewrite-target: /
//!     nginx.ingress.kubernetes.io/configuration-snippet: ""
//!     example.com/server-snippet: location / {}
//! ---
//! kind: Service
//! metadata: {name: web, annotations: {nginx.ingress.kubernetes.io/server-snippet: x}}
//! ```

use kubesift_engine::model::{INGRESS, snippets};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 8.0,
    profiles: &[Profile::Default],
    yields_to: &["ingress-nginx-snippet-alias", "ingress-nginx-snippet-lua"],
    refs: &[
        Cwe(94),
        Url("https://github.com/kubernetes/ingress-nginx/issues/7837"),
        Peer("checkov:CKV_K8S_153"),
        Peer("terrascan:AC_K8S_0050"),
        Peer("kubescape:C-0059"),
        Peer("trivy:KCV-0093"),
        Peer("kyverno:disallow-ingress-nginx-custom-snippets"),
        Peer("datree:INGRESS_CVE2021_25742_INCORRECT_SERVER_SNIPPET_KEY"),
    ],
    run: Run::Resource(&[INGRESS], run),
    ..Check::DEFAULT
};

fn run(ingress: &Resource, out: &mut Out) {
    for (key, node) in snippets(ingress) {
        if node.text().is_some_and(|text| !text.trim().is_empty()) {
            out.report(node, format!("puts its own configuration into NGINX by `{key}`"));
        }
    }
}
