//! A snippet of an Ingress serves files of the controller.
//!
//! `alias` and `root` make NGINX serve files from its own container, and the service account token
//! of the controller lies among them: with it, all Secrets of the cluster can be read.
//!
//! Serve files from a Service of your own behind the Ingress, and turn snippets off in the
//! controller.
//!
//! ```yaml fail with=ingress-nginx-snippet-annotation
//! kind: Ingress
//! metadata:
//!   name: shop
//!   annotations:
//!     nginx.ingress.kubernetes.io/server-snippet: |
//! #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Ingress `shop` lets NGINX serve files of its own container by `alias`
//!       location ^~ /static/ { alias /var/run/secrets/; }
//! ```
//!
//! ```yaml pass
//! kind: Ingress
//! metadata:
//!   name: shop
//!   annotations:
//!     nginx.ingress.kubernetes.io/server-snippet: |
//!       # root /srv;
//!       location = /alias { return 404; }
//! ```

use kubesift_engine::model::{INGRESS, snippet_directives, snippets};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 7.5,
    profiles: &[Profile::Default],
    refs: &[Cwe(552), Peer("checkov:CKV_K8S_154")],
    run: Run::Resource(&[INGRESS], run),
    ..Check::DEFAULT
};

fn run(ingress: &Resource, out: &mut Out) {
    for (_, node) in snippets(ingress) {
        let text = node.text().unwrap_or_default();
        let found = snippet_directives(text).find(|word| matches!(*word, "alias" | "root"));
        if let Some(word) = found {
            let message = format!("lets NGINX serve files of its own container by `{word}`");
            out.report(node, message);
        }
    }
}
