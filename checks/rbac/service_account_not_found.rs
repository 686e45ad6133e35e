//! A pod runs as a ServiceAccount that is not there.
//!
//! The API server refuses pods of an account that does not exist: a Deployment then has no pods,
//! and only its events say why.
//!
//! Correct `serviceAccountName`, or add the ServiceAccount to the namespace.
//!
//! How much is said depends on how sure it is. In a namespace that the configuration declares
//! `complete` the account is missing. Where something speaks for a mistake (a name one letter away,
//! an account of that name in another namespace only, others in the same folder), it most likely
//! is. Else the finding is a note: it may come from another repository. Nothing is said of
//! `default`, of accounts that an operator or a release in view makes, of those in `kube-system`,
//! and where only a part of what is applied is known.
//!
//! ```yaml fail
//! kind: ServiceAccount
//! metadata: {name: web}
//! ---
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     spec:
//!       serviceAccountName: website
//! #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^ Deployment `web` runs as ServiceAccount `website`, which no file defines
//!       containers: [{name: app}]
//! ```
//!
//! ```yaml fail
//! kind: ServiceAccount
//! metadata: {name: worker, namespace: shop}
//! ---
//! kind: CronJob
//! metadata: {name: report, namespace: blog}
//! spec: {jobTemplate: {spec: {template: {spec: {serviceAccount: worker, containers: [{name: app}]}}}}}
//! #                                             ^^^^^^^^^^^^^^^^^^^^^^ CronJob `report` runs as ServiceAccount `worker`, which is in namespace `shop` only
//! ```
//!
//! It may be defined in another repository, unless the configuration says that nothing is, or that
//! it is:
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {spec: {serviceAccountName: web, containers: [{name: app}]}}}
//! #                        ^^^^^^^^^^^^^^^^^^^^^^^ info: Deployment `web` runs as ServiceAccount `web`, which no file defines
//! ```
//!
//! ```yaml fail complete=shop
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {spec: {serviceAccountName: web, containers: [{name: app}]}}}
//! #                        ^^^^^^^^^^^^^^^^^^^^^^^ medium: Deployment `web` runs as ServiceAccount `web`, which no file defines
//! ```
//!
//! ```yaml pass external=ServiceAccount/shop/web
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {spec: {serviceAccountName: web, containers: [{name: app}]}}}
//! ```
//!
//! ```yaml pass complete=*
//! kind: ServiceAccount
//! metadata: {name: web, namespace: shop}
//! ---
//! kind: Pod
//! metadata: {name: known, namespace: shop}
//! spec: {serviceAccountName: web, containers: [{name: app}]}
//! ---
//! kind: Pod
//! metadata: {name: default, namespace: shop}
//! spec: {serviceAccountName: default, containers: [{name: app}]}
//! ---
//! kind: Pod
//! metadata: {name: none, namespace: shop}
//! spec: {serviceAccountName: "", containers: [{name: app}]}
//! ---
//! kind: Pod
//! metadata: {name: filled-in, namespace: shop}
//! spec: {serviceAccountName: "${ACCOUNT}", containers: [{name: app}]}
//! ---
//! apiVersion: postgresql.cnpg.io/v1
//! kind: Cluster
//! metadata: {name: db, namespace: shop}
//! ---
//! kind: Pod
//! metadata: {name: of-operator, namespace: shop}
//! spec: {serviceAccountName: db, containers: [{name: app}]}
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! metadata: {name: proxy, namespace: kube-system}
//! spec: {serviceAccountName: kube-proxy, containers: [{name: app}]}
//! ```
//!
//! A name that is nearly right can be corrected:
//!
//! ```yaml fail
//! kind: ServiceAccount
//! metadata: {name: worker}
//! ---
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   serviceAccountName: wokrer
//! # ^^^^^^^^^^^^^^^^^^^^^^^^^^ Pod `web` runs as ServiceAccount `wokrer`, which no file defines; the nearest is `worker`
//!   containers: [{name: app}]
//! ```
//!
//! ```yaml fixed
//! kind: ServiceAccount
//! metadata: {name: worker}
//! ---
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   serviceAccountName: worker
//!   containers: [{name: app}]
//! ```

use kubesift_engine::model::Relation;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    profiles: &[Profile::Default, Profile::Reliability],
    fix: Some(Unsafe),
    yields_to: &["reference-near-miss", "reference-wrong-namespace"],
    refs: &[
        Peer("kube-linter:non-existent-service-account"),
        Peer("kubescape:C-0307"),
        Peer("popeye:POP-307"),
        Peer("popeye:POP-507"),
        Peer("monokle:LNK001"),
        Peer("kyverno:check-sa"),
    ],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    out.dangling(resource, graph, Usual::Beside, |link| link.relation == Relation::ServiceAccount);
}
