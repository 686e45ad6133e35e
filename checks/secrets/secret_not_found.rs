//! A reference to a Secret leads to none.
//!
//! A container that takes a variable from a Secret which is not there does not start
//! (`CreateContainerConfigError`), and a pod that mounts one waits for it.
//!
//! Correct the name, or add what makes the Secret to what is applied together.
//!
//! Secrets seldom lie in a repository, so one that is not found is reported only where something
//! speaks for a mistake: a name one letter away, a Secret of that name in another namespace only,
//! a ConfigMap of that name, or a namespace that the configuration declares `complete`. A run that
//! names this check reports all.
//!
//! A Secret counts as there when something in view makes it: an ExternalSecret, a SealedSecret, a
//! Certificate, a SecretProviderClass, Vault's, 1Password's, Infisical's and Doppler's resources, an
//! operator's resource that it is named after, a generator of a kustomization, an annotation that
//! has it copied, a container that is told its name. Nothing is said of references that are
//! `optional` or filled in later. Registry credentials, an Ingress's and a Gateway's certificates
//! have checks of their own.
//!
//! ```yaml fail complete=shop
//! kind: Pod
//! metadata: {name: web, namespace: shop}
//! spec:
//!   containers:
//!     - name: app
//!       env:
//!         - {name: USER, valueFrom: {secretKeyRef: {name: login, key: user}}}
//! #                                                 ^^^^^^^^^^^ Pod `web` takes an environment variable from Secret `login`, which no file defines
//!         - {name: PASSWORD, valueFrom: {secretKeyRef: {name: login, key: password}}}
//!   volumes:
//!     - name: certificate
//!       secret:
//!         secretName: web-tls
//! #       ^^^^^^^^^^^^^^^^^^^ Pod `web` mounts Secret `web-tls`, which no file defines
//! ```
//!
//! ```yaml fail
//! kind: ConfigMap
//! metadata: {name: settings}
//! ---
//! kind: Pod
//! metadata: {name: web}
//! spec: {containers: [{name: app, envFrom: [{secretRef: {name: settings}}]}]}
//! #                                                      ^^^^^^^^^^^^^^ Pod `web` takes its environment from Secret `settings`, which no file defines; `settings` is a ConfigMap
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! metadata: {name: web}
//! spec: {containers: [{name: app, envFrom: [{secretRef: {name: made-by-hand}}]}]}
//! ```
//!
//! Something makes them:
//!
//! ```yaml pass complete=shop
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           envFrom:
//!             - secretRef: {name: external}
//!             - secretRef: {name: named}
//!             - secretRef: {name: sealed}
//!             - secretRef: {name: vault}
//!             - secretRef: {name: item}
//!             - secretRef: {name: db-app}
//!             - secretRef: {name: bucket-login}
//!             - secretRef: {name: later, optional: true}
//!             - secretRef: {name: "${SECRET}"}
//!       volumes:
//!         - {name: a, secret: {secretName: certificate}}
//!         - {name: b, secret: {secretName: synced}}
//!         - {name: c, secret: {secretName: webhook-certs}}
//!         - {name: d, secret: {secretName: copied}}
//!         - {name: e, secret: {secretName: ingress-tls}}
//!         - {name: f, projected: {sources: [{secret: {name: serving}}]}}
//! ---
//! apiVersion: external-secrets.io/v1
//! kind: ExternalSecret
//! metadata: {name: external, namespace: shop}
//! spec: {secretStoreRef: {name: vault, kind: ClusterSecretStore}}
//! ---
//! apiVersion: external-secrets.io/v1
//! kind: ExternalSecret
//! metadata: {name: other, namespace: shop}
//! spec: {target: {name: named}}
//! ---
//! apiVersion: bitnami.com/v1alpha1
//! kind: SealedSecret
//! metadata: {name: sealed, namespace: shop}
//! ---
//! apiVersion: secrets.hashicorp.com/v1beta1
//! kind: VaultStaticSecret
//! metadata: {name: kv, namespace: shop}
//! spec: {destination: {name: vault, create: true}}
//! ---
//! apiVersion: onepassword.com/v1
//! kind: OnePasswordItem
//! metadata: {name: item, namespace: shop}
//! ---
//! apiVersion: postgresql.cnpg.io/v1
//! kind: Cluster
//! metadata: {name: db, namespace: shop}
//! ---
//! apiVersion: s3.aws.upbound.io/v1beta1
//! kind: Bucket
//! metadata: {name: bucket}
//! spec: {writeConnectionSecretToRef: {name: bucket-login, namespace: shop}}
//! ---
//! apiVersion: cert-manager.io/v1
//! kind: Certificate
//! metadata: {name: web, namespace: shop}
//! spec: {secretName: certificate, issuerRef: {name: ca}}
//! ---
//! apiVersion: secrets-store.csi.x-k8s.io/v1
//! kind: SecretProviderClass
//! metadata: {name: vault, namespace: shop}
//! spec: {secretObjects: [{secretName: synced, type: Opaque}]}
//! ---
//! kind: Job
//! metadata: {name: certs, namespace: shop}
//! spec: {template: {spec: {containers: [{name: make, args: [create, --secret-name=webhook-certs]}]}}}
//! ---
//! kind: Secret
//! metadata: {name: copied, namespace: certs, annotations: {replicator.v1.mittwald.de/replicate-to: "*"}}
//! ---
//! kind: Ingress
//! metadata: {name: web, namespace: shop, annotations: {cert-manager.io/cluster-issuer: acme}}
//! spec: {tls: [{secretName: ingress-tls}]}
//! ---
//! kind: Service
//! metadata: {name: web, namespace: shop, annotations: {service.beta.openshift.io/serving-cert-secret-name: serving}}
//! ```
//!
//! A name that is nearly right can be corrected:
//!
//! ```yaml fail
//! kind: Secret
//! metadata: {name: web-login}
//! ---
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   containers:
//!     - name: app
//!       envFrom:
//!         - secretRef:
//!             name: web-lgoin
//! #           ^^^^^^^^^^^^^^^ Pod `web` takes its environment from Secret `web-lgoin`, which no file defines; the nearest is `web-login`
//! ```
//!
//! ```yaml fixed
//! kind: Secret
//! metadata: {name: web-login}
//! ---
//! kind: Pod
//! metadata: {name: web}
//! spec:
//!   containers:
//!     - name: app
//!       envFrom:
//!         - secretRef:
//!             name: web-login
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
        Peer("kube-linter:env-value-from"),
        Peer("popeye:POP-304"),
        Peer("popeye:POP-407"),
        Peer("monokle:LNK001"),
    ],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

/// What has checks of its own.
const OTHERS: [Relation; 5] = [
    Relation::AccountSecret,
    Relation::Certificate,
    Relation::ImagePullSecret,
    Relation::IngressTls,
    Relation::Makes,
];

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    out.dangling(resource, graph, Usual::Elsewhere, |link| {
        link.wanted.is("Secret")
            && !OTHERS.contains(&link.relation)
            && !link.optional
            && !link.is_part_missing()
    });
}
