//! A webhook, an APIService or a conversion calls a Service that is not there.
//!
//! A webhook that cannot be reached blocks what it is for (`failurePolicy: Fail`, the default) or
//! lets it through unseen. An APIService without its Service breaks discovery and the deletion of
//! namespaces; a conversion without its webhook breaks every read of the custom resources.
//!
//! Correct name, namespace or port of the Service. The port is 443 where none is stated.
//!
//! How much is said depends on how sure it is. In a namespace that the configuration declares
//! `complete` the Service is missing. Where something speaks for a mistake (a Service of that name
//! in another namespace only, a name one letter away, Services in the same folder and namespace), it
//! most likely is. Else the finding is a note. Nothing is said where a release or an operator in the
//! namespace may bring the Service, and where only a part of what is applied is known. A webhook
//! that is called by `url` needs none.
//!
//! ```yaml fail
//! kind: Service
//! metadata: {name: policy, namespace: policy-system}
//! spec: {selector: {app: policy}, ports: [{port: 8443}]}
//! ---
//! apiVersion: admissionregistration.k8s.io/v1
//! kind: ValidatingWebhookConfiguration
//! metadata: {name: policy}
//! webhooks:
//!   - name: pods.policy.example.com
//!     clientConfig:
//!       service:
//!         name: policy
//! #       ^^^^^^^^^^^^ ValidatingWebhookConfiguration `policy` calls Service `policy` of namespace `policy`, which is in namespace `policy-system` only
//!         namespace: policy
//!   - name: services.policy.example.com
//!     clientConfig:
//!       service:
//!         name: policy
//! #       ^^^^^^^^^^^^ ValidatingWebhookConfiguration `policy` calls port 443 of Service `policy` of namespace `policy-system`, which it does not have, only 8443
//!         namespace: policy-system
//! ```
//!
//! ```yaml fail complete=metrics
//! apiVersion: apiregistration.k8s.io/v1
//! kind: APIService
//! metadata: {name: v1beta1.metrics.k8s.io}
//! spec:
//!   service: {name: metrics-server, namespace: metrics}
//! #           ^^^^^^^^^^^^^^^^^^^^ APIService `v1beta1.metrics.k8s.io` is served by Service `metrics-server` of namespace `metrics`, which no file defines
//! ---
//! apiVersion: apiextensions.k8s.io/v1
//! kind: CustomResourceDefinition
//! metadata: {name: apps.example.com}
//! spec:
//!   conversion:
//!     strategy: Webhook
//!     webhook: {clientConfig: {service: {name: convert, namespace: metrics}}}
//! #                                      ^^^^^^^^^^^^^ CustomResourceDefinition `apps.example.com` calls Service `convert` of namespace `metrics`, which no file defines
//! ```
//!
//! ```yaml pass complete=*
//! kind: Service
//! metadata: {name: policy, namespace: policy-system}
//! spec: {selector: {app: policy}, ports: [{port: 443}, {port: 9443}]}
//! ---
//! apiVersion: admissionregistration.k8s.io/v1
//! kind: MutatingWebhookConfiguration
//! metadata: {name: policy}
//! webhooks:
//!   - {name: a.example.com, clientConfig: {service: {name: policy, namespace: policy-system}}}
//!   - {name: b.example.com, clientConfig: {service: {name: policy, namespace: policy-system, port: 9443}}}
//!   - {name: c.example.com, clientConfig: {url: "https://policy.example.com"}}
//!   - {name: d.example.com, clientConfig: {service: {name: policy, namespace: "${NAMESPACE}"}}}
//! ---
//! apiVersion: apiregistration.k8s.io/v1
//! kind: APIService
//! metadata: {name: v1.example.com}
//! spec: {service: null}
//! ```
//!
//! A name that is nearly right can be corrected:
//!
//! ```yaml fail
//! kind: Service
//! metadata: {name: webhook, namespace: policy}
//! spec: {ports: [{port: 443}]}
//! ---
//! apiVersion: admissionregistration.k8s.io/v1
//! kind: MutatingWebhookConfiguration
//! metadata: {name: policy}
//! webhooks:
//!   - clientConfig:
//!       service:
//!         name: webhok
//! #       ^^^^^^^^^^^^ MutatingWebhookConfiguration `policy` calls Service `webhok` of namespace `policy`, which no file defines; the nearest is `webhook`
//!         namespace: policy
//! ```
//!
//! ```yaml fixed
//! kind: Service
//! metadata: {name: webhook, namespace: policy}
//! spec: {ports: [{port: 443}]}
//! ---
//! apiVersion: admissionregistration.k8s.io/v1
//! kind: MutatingWebhookConfiguration
//! metadata: {name: policy}
//! webhooks:
//!   - clientConfig:
//!       service:
//!         name: webhook
//!         namespace: policy
//! ```

use kubesift_engine::model::Relation;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.5,
    profiles: &[Profile::Default, Profile::Reliability],
    fix: Some(Unsafe),
    yields_to: &["reference-near-miss", "reference-wrong-namespace"],
    refs: &[Peer("istio-analyze:IST0139"), Peer("monokle:LNK001")],
    run: Run::Links(
        &[
            "admissionregistration.k8s.io/MutatingWebhookConfiguration",
            "admissionregistration.k8s.io/ValidatingWebhookConfiguration",
            "apiextensions.k8s.io/CustomResourceDefinition",
            "apiregistration.k8s.io/APIService",
        ],
        run,
    ),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    out.dangling(resource, graph, Usual::Beside, |link| {
        matches!(link.relation, Relation::WebhookService | Relation::ApiService)
    });
}
