//! A path of an Ingress is made to read files of NGINX.
//!
//! Versions of ingress-nginx write paths into the configuration of NGINX without looking at them,
//! so that a path such as `/var/run/secrets/…` or one with a semicolon can read the controller's
//! service account token, and with it all Secrets (CVE-2021-25745, CVE-2021-25748).
//!
//! Use another path. Look who wrote it: applications do not use these.
//!
//! Ingresses of other controllers are left alone.
//!
//! ```yaml fail
//! kind: Ingress
//! metadata: {name: shop}
//! spec:
//!   rules:
//!     - http:
//!         paths:
//!           - path: /var/run/secrets/kubernetes.io
//! #           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Ingress `shop` has a path into the files of NGINX: /var/run/secrets
//!           - path: /etc/kubernetes/admin.conf
//! #           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Ingress `shop` has a path into the files of NGINX: /etc
//!           - path: "/a;}location /b"
//! #           ^^^^^^^^^^^^^^^^^^^^^^^ Ingress `shop` breaks out of a path with `;`
//! ```
//!
//! ```yaml pass
//! kind: Ingress
//! metadata: {name: shop}
//! spec:
//!   rules:
//!     - http:
//!         paths:
//!           - path: /etcd
//!           - path: /secrets
//!           - path: /processes
//!           - path: /api/v[0-9]{1,3}/(.*)
//!           - path: ${PATH};
//! ---
//! kind: Ingress
//! metadata: {name: alb}
//! spec: {ingressClassName: alb, rules: [{http: {paths: [{path: /etc/hosts}]}}]}
//! ```

use kubesift_engine::model::{Controller, INGRESS, ingress_paths, is_in};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 7.0,
    confidence: Confidence::Medium,
    profiles: &[Profile::Default],
    refs: &[
        Cwe(22),
        Url("https://github.com/kubernetes/ingress-nginx/issues/8502"),
        Peer("kyverno:restrict-ingress-paths"),
    ],
    run: Run::Resource(&[INGRESS], run),
    ..Check::DEFAULT
};

/// Folders of the controller's container that hold what nobody may read.
const FOLDERS: &[&str] =
    &["/etc", "/proc", "/root", "/run/secrets", "/var/run/kubernetes", "/var/run/secrets"];

fn run(ingress: &Resource, out: &mut Out) {
    if !matches!(Controller::of(ingress), Controller::Nginx | Controller::Unknown) {
        return;
    }
    for path in ingress_paths(ingress) {
        let Some(text) = path.path() else { continue };
        let field = path.node.field("path");
        if let Some(folder) = FOLDERS.iter().find(|folder| is_in(text, folder)) {
            out.report(field, format!("has a path into the files of NGINX: {folder}"));
        } else if text.contains(';') {
            out.report(field, "breaks out of a path with `;`");
        } else if text.contains('\n') {
            out.report(field, "breaks out of a path with a line break");
        }
    }
}
