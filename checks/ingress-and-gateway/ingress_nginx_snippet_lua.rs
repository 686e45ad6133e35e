//! A snippet of an Ingress runs Lua in NGINX.
//!
//! Lua runs inside the controller: it can read the files of the container, its service account
//! token and the keys of all certificates among them, and start programs.
//!
//! Use the controller's own annotations, or a Service of your own behind the Ingress, and turn
//! snippets off in the controller.
//!
//! ```yaml fail with=ingress-nginx-snippet-annotation
//! kind: Ingress
//! metadata:
//!   name: shop
//!   annotations:
//!     nginx.ingress.kubernetes.io/configuration-snippet: |
//! #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Ingress `shop` runs Lua in NGINX: `content_by_lua_block`
//!       # says hello
//!       content_by_lua_block { ngx.say("hello") }
//! ```
//!
//! ```yaml pass
//! kind: Ingress
//! metadata:
//!   name: shop
//!   annotations:
//!     nginx.ingress.kubernetes.io/configuration-snippet: |
//!       # content_by_lua_block is not used here
//!       add_header X-Engine "not lua";
//! ```

use kubesift_engine::model::{INGRESS, snippet_directives, snippets};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 8.8,
    profiles: &[Profile::Default],
    refs: &[Cwe(94), Peer("checkov:CKV_K8S_152")],
    run: Run::Resource(&[INGRESS], run),
    ..Check::DEFAULT
};

fn run(ingress: &Resource, out: &mut Out) {
    for (_, node) in snippets(ingress) {
        let text = node.text().unwrap_or_default();
        let lua = snippet_directives(text)
            .find(|word| word.contains("_by_lua") || word.starts_with("lua_"));
        if let Some(word) = lua {
            out.report(node, format!("runs Lua in NGINX: `{word}`"));
        }
    }
}
