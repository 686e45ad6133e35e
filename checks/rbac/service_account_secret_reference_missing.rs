//! A ServiceAccount lists a Secret that is not there.
//!
//! `secrets` of a ServiceAccount are those its pods may mount; what uses the list (annotations that
//! restrict mounts, OpenShift's builds) does not find it.
//!
//! Correct the name, or remove the entry. `imagePullSecrets` are the matter of
//! `image-pull-secret-not-found`.
//!
//! Secrets usually come from outside a repository, so one that is not found is reported only where
//! something speaks for a mistake: see `secret-not-found`. Nothing is said of tokens, which the
//! cluster makes and adds to the list (`web-token-x7k2p`, `web-dockercfg-x7k2p`).
//!
//! ```yaml fail complete=shop
//! kind: ServiceAccount
//! metadata: {name: web, namespace: shop}
//! secrets:
//!   - name: login
//! #   ^^^^^^^^^^^ ServiceAccount `web` lists Secret `login`, which no file defines
//! ```
//!
//! ```yaml pass complete=shop
//! kind: ServiceAccount
//! metadata: {name: web, namespace: shop}
//! secrets: [{name: login}, {name: web-token-x7k2p}, {name: web-dockercfg-abcde}, {name: "${SECRET}"}]
//! ---
//! kind: Secret
//! metadata: {name: login, namespace: shop}
//! ```
//!
//! A name that is nearly right can be corrected:
//!
//! ```yaml fail
//! kind: Secret
//! metadata: {name: registry}
//! ---
//! kind: ServiceAccount
//! metadata: {name: web}
//! secrets:
//!   - name: registyr
//! #   ^^^^^^^^^^^^^^ ServiceAccount `web` lists Secret `registyr`, which no file defines; the nearest is `registry`
//! ```
//!
//! ```yaml fixed
//! kind: Secret
//! metadata: {name: registry}
//! ---
//! kind: ServiceAccount
//! metadata: {name: web}
//! secrets:
//!   - name: registry
//! ```

use kubesift_engine::model::Relation;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 3.5,
    fix: Some(Unsafe),
    yields_to: &["reference-near-miss", "reference-wrong-namespace"],
    refs: &[Peer("popeye:POP-304"), Peer("monokle:LNK001")],
    run: Run::Links(&["ServiceAccount"], run),
    ..Check::DEFAULT
};

fn run(account: &Resource, graph: &Graph, out: &mut Out) {
    let own = account.name.as_deref().unwrap_or_default();
    let is_made = |name: &str| {
        name.strip_prefix(own)
            .is_some_and(|rest| rest.starts_with("-token-") || rest.starts_with("-dockercfg-"))
    };
    out.dangling(account, graph, Usual::Elsewhere, |link| {
        link.relation == Relation::AccountSecret && !is_made(link.wanted.name)
    });
}
