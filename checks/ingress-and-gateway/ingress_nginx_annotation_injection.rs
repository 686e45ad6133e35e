//! An annotation of an Ingress can break out into the configuration of NGINX.
//!
//! Versions of ingress-nginx write the values of some annotations into the configuration without
//! looking at them. A semicolon, a brace or a line break there begins a new directive, which may
//! load code or read files: CVE-2025-1097, CVE-2025-1098 and CVE-2025-24514 lead to CVE-2025-1974,
//! code run by anybody who reaches the pod network, and CVE-2026-3288 does the same by
//! `rewrite-target`.
//!
//! Write the value without such characters. Look who wrote it: there is no honest reason for them.
//!
//! Snippets are configuration on purpose and have checks of their own. Regular expressions may
//! hold braces, and lists of headers semicolons: only what no value of such an annotation needs
//! is reported.
//!
//! ```yaml fail
//! kind: Ingress
//! metadata:
//!   name: shop
//!   annotations:
//!     nginx.ingress.kubernetes.io/auth-url: "http://auth.example.com/#;}\nload_module /tmp/x.so;"
//! #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Ingress `shop` breaks out of the value of `auth-url` with a line break
//!     nginx.ingress.kubernetes.io/auth-tls-match-cn: "CN=abc #(\n){}\n }}"
//! #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Ingress `shop` breaks out of the value of `auth-tls-match-cn` with a line break
//!     nginx.ingress.kubernetes.io/mirror-target: "https://test.env/; alias /etc/"
//! #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Ingress `shop` breaks out of the value of `mirror-target` with `;`
//!     nginx.org/bad: "*! _by_lua 8010-191091"
//! #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Ingress `shop` names `_by_lua` in `bad`
//!     nginx.org/path: /var/run/secrets
//! #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Ingress `shop` names `/var/run/secrets` in `path`
//! ```
//!
//! ```yaml pass
//! kind: Ingress
//! metadata:
//!   name: shop
//!   annotations:
//!     nginx.ingress.kubernetes.io/auth-url: https://auth.example.com/oauth2/auth?rd=$escaped_request_uri
//!     nginx.ingress.kubernetes.io/auth-signin: "https://auth.example.com/start?rd=https%3A%2F%2F$host"
//!     nginx.ingress.kubernetes.io/rewrite-target: /api/$2
//!     nginx.ingress.kubernetes.io/auth-tls-match-cn: "CN=[a-z]{2,9}"
//!     nginx.ingress.kubernetes.io/cors-allow-origin: "https://*.example.com,\nhttps://example.org"
//!     nginx.ingress.kubernetes.io/whitelist-source-range: |
//!       10.0.0.0/8,
//!       192.168.0.0/16
//!     nginx.ingress.kubernetes.io/server-snippet: "location / { root /srv; }"
//!     nginx.ingress.kubernetes.io/denylist-source-range: "${RANGES}"
//!     nginx.ingress.kubernetes.io/auth-secret: shop/root
//! ```

use kubesift_engine::model::{INGRESS, is_snippet, is_unknown, nginx_annotations};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 8.8,
    profiles: &[Profile::Default],
    refs: &[
        Cwe(94),
        Url("https://github.com/kubernetes/kubernetes/issues/131009"),
        Url("https://github.com/kubernetes/kubernetes/issues/137560"),
        Peer("trivy:KCV-0093"),
        Peer("kyverno:restrict-annotations"),
    ],
    run: Run::Resource(&[INGRESS], run),
    ..Check::DEFAULT
};

/// Annotations whose value is one word or one address, written into the configuration as it is.
const WRITTEN_OUT: &[&str] = &[
    "app-root",
    "auth-method",
    "auth-proxy-set-headers",
    "auth-signin",
    "auth-tls-error-page",
    "auth-tls-match-cn",
    "auth-url",
    "mirror-host",
    "mirror-target",
    "permanent-redirect",
    "rewrite-target",
    "temporal-redirect",
    "upstream-vhost",
    "x-forwarded-prefix",
];

/// Texts that no value needs, in any annotation of a controller.
const WORDS: &[&str] = &["_by_lua", "/etc/passwd", "/var/run/secrets", "load_module", "ssl_engine"];

/// Directives that serve files, which matter when a value holds nothing else.
const DIRECTIVES: &[&str] = &["alias", "root"];

fn run(ingress: &Resource, out: &mut Out) {
    for (key, node) in nginx_annotations(ingress) {
        let Some(text) = node.text().filter(|_| !is_snippet(key)) else { continue };
        if is_unknown(text) {
            continue;
        }
        if let Some(what) = breaks_out(key, text.trim()) {
            out.report(node, format!("breaks out of the value of `{key}` with {what}"));
        } else if let Some(word) = WORDS.iter().find(|word| text.contains(**word)) {
            out.report(node, format!("names `{word}` in `{key}`"));
        } else if let Some(word) = directive(text) {
            out.report(node, format!("puts the directive `{word}` into `{key}`"));
        }
    }
}

fn breaks_out(key: &str, text: &str) -> Option<&'static str> {
    if !WRITTEN_OUT.contains(&key) {
        return None;
    }
    if text.contains('\n') {
        return Some("a line break");
    }
    // Regular expressions and subjects of certificates hold braces in pairs.
    let count = |wanted: char| text.chars().filter(|letter| *letter == wanted).count();
    match text {
        _ if text.contains(';') => Some("`;`"),
        _ if count('{') != count('}') => Some("a brace"),
        _ => None,
    }
}

/// A value that is a directive: `alias;`, `  root ;`.
fn directive(text: &str) -> Option<&'static str> {
    let word = text.trim().strip_suffix(';')?.trim_end();
    let first = word.split_whitespace().next()?;
    DIRECTIVES.iter().copied().find(|directive| *directive == first)
}
