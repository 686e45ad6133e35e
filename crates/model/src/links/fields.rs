//! The fields that refer to other objects, kind by kind: the one place to add a reference to. Pods
//! are read by [`super::pods`], backends of routes by [`super::backends`], selectors by
//! [`super::selects`].

use std::sync::LazyLock;

use foldhash::HashMap;

use super::Relation::{self, *};

/// How a reference is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A scalar: the name, or `namespace/name`.
    Name,
    /// A mapping with `name`, and where it has them `namespace` and `optional`.
    Object,
    /// The same with the `key` that is wanted.
    Key,
    /// The same with `port`; 443 where none is stated.
    Webhook,
    /// A mapping with `name` whose `kind`, and `apiVersion`, `group` or `apiGroup`, say what it is.
    Typed,
    /// The same for a subject of a binding, of which only accounts are objects.
    Account,
    /// A host of a mesh, when it is the plain name of a Service.
    Host,
    /// Every mapping below whose own key ends in `SecretRef`, with `name` and perhaps `key`.
    SecretRefs,
}

/// A field that refers: the way to it (`[]` goes through a list), what for, how it is written, and
/// the kind it refers to; where it says one itself, the kind that holds when it does not.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row(pub &'static str, pub Relation, pub Form, pub &'static str);

/// The fields of a kind, which is named as in [`crate::Kind::is`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields(pub &'static str, pub &'static [Row]);

impl Fields {
    /// The bare kind, which the table is sorted by.
    pub fn kind(&self) -> &'static str {
        self.0.rsplit_once('/').map_or(self.0, |(_, kind)| kind)
    }
}

/// The table by bare kind: asked for every resource.
static BY_KIND: LazyLock<HashMap<&'static str, &'static [Fields]>> = LazyLock::new(|| {
    let groups = FIELDS.chunk_by(|one, other| one.kind() == other.kind());
    groups.filter_map(|group| Some((group.first()?.kind(), group))).collect()
});

/// The fields of kinds of a bare name, of whatever group.
pub(super) fn fields_of(kind: &str) -> &'static [Fields] {
    BY_KIND.get(kind).copied().unwrap_or_default()
}

const GATEWAY: &str = "gateway.networking.k8s.io/Gateway";
const ISSUER: &str = "cert-manager.io/Issuer";
const ROLE: &str = "rbac.authorization.k8s.io/Role";
const STORAGE_CLASS: &str = "storage.k8s.io/StorageClass";
const STORE: &str = "external-secrets.io/SecretStore";
const TRIGGER: &str = "keda.sh/TriggerAuthentication";
const WORKLOAD: &str = "apps/Deployment";

/// Sorted by the bare kind.
#[rustfmt::skip] // One line a row: it is a table.
pub(super) const FIELDS: &[Fields] = &[
    Fields("apiregistration.k8s.io/APIService", &[
        Row("spec.service", ApiService, Form::Webhook, "Service"),
    ]),
    Fields("monitoring.coreos.com/Alertmanager", &[
        Row("spec.configSecret", Data, Form::Name, "Secret"),
        Row("spec.secrets[]", Volume, Form::Name, "Secret"),
        Row("spec.configMaps[]", Volume, Form::Name, "ConfigMap"),
    ]),
    Fields("gateway.networking.k8s.io/BackendTLSPolicy", &[
        Row("spec.targetRefs[]", PolicyTarget, Form::Typed, "Service"),
        Row("spec.validation.caCertificateRefs[]", Certificate, Form::Typed, "ConfigMap"),
    ]),
    Fields("cert-manager.io/Certificate", &[
        Row("spec.issuerRef", Issuer, Form::Typed, ISSUER),
        Row("spec.secretName", Makes, Form::Name, "Secret"),
    ]),
    Fields("cert-manager.io/CertificateRequest", &[
        Row("spec.issuerRef", Issuer, Form::Typed, ISSUER),
    ]),
    Fields("postgresql.cnpg.io/Cluster", &[
        Row("spec.bootstrap.initdb.secret", Data, Form::Object, "Secret"),
        Row("spec.superuserSecret", Data, Form::Object, "Secret"),
        Row("spec.imagePullSecrets[]", ImagePullSecret, Form::Object, "Secret"),
        Row("spec.managed.roles[].passwordSecret", Data, Form::Object, "Secret"),
        Row("spec.externalClusters[].password", Data, Form::Key, "Secret"),
        Row("spec.storage.storageClass", StorageClass, Form::Name, STORAGE_CLASS),
    ]),
    Fields("external-secrets.io/ClusterExternalSecret", &[
        Row("spec.externalSecretSpec.secretStoreRef", SecretStore, Form::Typed, STORE),
    ]),
    Fields("cert-manager.io/ClusterIssuer", &[
        Row("spec", Data, Form::SecretRefs, "Secret"),
        Row("spec.ca.secretName", Data, Form::Name, "Secret"),
    ]),
    Fields("rbac.authorization.k8s.io/ClusterRoleBinding", &[
        Row("roleRef", RoleRef, Form::Typed, ROLE),
        Row("subjects[]", Subject, Form::Account, "ServiceAccount"),
    ]),
    Fields("external-secrets.io/ClusterSecretStore", &[
        Row("spec.provider", Data, Form::SecretRefs, "Secret"),
    ]),
    Fields("keda.sh/ClusterTriggerAuthentication", &[
        Row("spec.secretTargetRef[]", Data, Form::Key, "Secret"),
        Row("spec.configMapTargetRef[]", Data, Form::Key, "ConfigMap"),
    ]),
    Fields("apiextensions.k8s.io/CustomResourceDefinition", &[
        Row("spec.conversion.webhook.clientConfig.service", WebhookService, Form::Webhook, "Service"),
        Row("spec.conversion.webhookClientConfig.service", WebhookService, Form::Webhook, "Service"),
    ]),
    Fields("networking.istio.io/DestinationRule", &[
        Row("spec.host", MeshDestination, Form::Host, "Service"),
    ]),
    Fields("external-secrets.io/ExternalSecret", &[
        Row("spec.secretStoreRef", SecretStore, Form::Typed, STORE),
        Row("spec.data[].sourceRef.storeRef", SecretStore, Form::Typed, STORE),
        Row("spec.dataFrom[].sourceRef.storeRef", SecretStore, Form::Typed, STORE),
        Row("spec.target.template.templateFrom[].configMap", Data, Form::Object, "ConfigMap"),
        Row("spec.target.template.templateFrom[].secret", Data, Form::Object, "Secret"),
    ]),
    Fields("gateway.networking.k8s.io/GRPCRoute", &[
        Row("spec.parentRefs[]", RouteParent, Form::Typed, GATEWAY),
        Row("spec.rules[].filters[].requestMirror.backendRef", RouteBackend, Form::Typed, "Service"),
    ]),
    Fields("gateway.networking.k8s.io/Gateway", &[
        Row("spec.gatewayClassName", GatewayClass, Form::Name, "gateway.networking.k8s.io/GatewayClass"),
        Row("spec.listeners[].tls.certificateRefs[]", Certificate, Form::Typed, "Secret"),
        Row("spec.listeners[].tls.frontendValidation.caCertificateRefs[]", Certificate, Form::Typed, "ConfigMap"),
    ]),
    Fields("networking.istio.io/Gateway", &[
        Row("spec.servers[].tls.credentialName", CertificateSecret, Form::Name, "Secret"),
    ]),
    Fields("projectcontour.io/HTTPProxy", &[
        Row("spec.routes[].services[]", RouteBackend, Form::Object, "Service"),
        Row("spec.virtualhost.tls.secretName", Certificate, Form::Name, "Secret"),
    ]),
    Fields("gateway.networking.k8s.io/HTTPRoute", &[
        Row("spec.parentRefs[]", RouteParent, Form::Typed, GATEWAY),
        Row("spec.rules[].filters[].requestMirror.backendRef", RouteBackend, Form::Typed, "Service"),
    ]),
    Fields("autoscaling/HorizontalPodAutoscaler", &[
        Row("spec.scaleTargetRef", ScaleTarget, Form::Typed, WORKLOAD),
    ]),
    Fields("networking.k8s.io/Ingress", &[
        Row("spec.ingressClassName", IngressClass, Form::Name, "networking.k8s.io/IngressClass"),
        Row("spec.tls[].secretName", IngressTls, Form::Name, "Secret"),
    ]),
    Fields("traefik.containo.us/IngressRoute", &[
        Row("spec.routes[].services[]", RouteBackend, Form::Typed, "Service"),
        Row("spec.routes[].middlewares[]", RouteFilter, Form::Object, "traefik.containo.us/Middleware"),
        Row("spec.tls.secretName", Certificate, Form::Name, "Secret"),
    ]),
    Fields("traefik.io/IngressRoute", &[
        Row("spec.routes[].services[]", RouteBackend, Form::Typed, "Service"),
        Row("spec.routes[].middlewares[]", RouteFilter, Form::Object, "traefik.io/Middleware"),
        Row("spec.tls.secretName", Certificate, Form::Name, "Secret"),
    ]),
    Fields("cert-manager.io/Issuer", &[
        Row("spec", Data, Form::SecretRefs, "Secret"),
        Row("spec.ca.secretName", Data, Form::Name, "Secret"),
    ]),
    Fields("gateway.networking.k8s.io/ListenerSet", &[
        Row("spec.parentRef", RouteParent, Form::Typed, GATEWAY),
        Row("spec.listeners[].tls.certificateRefs[]", Certificate, Form::Typed, "Secret"),
    ]),
    Fields("admissionregistration.k8s.io/MutatingWebhookConfiguration", &[
        Row("webhooks[].clientConfig.service", WebhookService, Form::Webhook, "Service"),
    ]),
    Fields("PersistentVolume", &[
        Row("spec.csi", Csi, Form::SecretRefs, "Secret"),
        Row("spec.azureFile.secretName", Csi, Form::Name, "Secret"),
        Row("spec.claimRef", ClaimSource, Form::Object, "PersistentVolumeClaim"),
    ]),
    Fields("PersistentVolumeClaim", &[
        Row("spec.storageClassName", StorageClass, Form::Name, STORAGE_CLASS),
        Row("spec.volumeName", ClaimSource, Form::Name, "PersistentVolume"),
        Row("spec.dataSource", ClaimSource, Form::Typed, "PersistentVolumeClaim"),
    ]),
    Fields("monitoring.coreos.com/PodMonitor", &[
        Row("spec.podMetricsEndpoints[].basicAuth.username", Data, Form::Key, "Secret"),
        Row("spec.podMetricsEndpoints[].basicAuth.password", Data, Form::Key, "Secret"),
        Row("spec.podMetricsEndpoints[].bearerTokenSecret", Data, Form::Key, "Secret"),
        Row("spec.podMetricsEndpoints[].authorization.credentials", Data, Form::Key, "Secret"),
        Row("spec.podMetricsEndpoints[].tlsConfig.ca.secret", Data, Form::Key, "Secret"),
        Row("spec.podMetricsEndpoints[].tlsConfig.cert.secret", Data, Form::Key, "Secret"),
        Row("spec.podMetricsEndpoints[].tlsConfig.keySecret", Data, Form::Key, "Secret"),
        Row("spec.podMetricsEndpoints[].tlsConfig.ca.configMap", Data, Form::Key, "ConfigMap"),
        Row("spec.podMetricsEndpoints[].tlsConfig.cert.configMap", Data, Form::Key, "ConfigMap"),
    ]),
    Fields("monitoring.coreos.com/Prometheus", &[
        Row("spec.secrets[]", Volume, Form::Name, "Secret"),
        Row("spec.configMaps[]", Volume, Form::Name, "ConfigMap"),
        Row("spec.alerting.alertmanagers[]", Data, Form::Object, "Service"),
        Row("spec.additionalScrapeConfigs", Data, Form::Key, "Secret"),
        Row("spec.additionalAlertManagerConfigs", Data, Form::Key, "Secret"),
        Row("spec.additionalAlertRelabelConfigs", Data, Form::Key, "Secret"),
        Row("spec.remoteWrite[].basicAuth.username", Data, Form::Key, "Secret"),
        Row("spec.remoteWrite[].basicAuth.password", Data, Form::Key, "Secret"),
        Row("spec.storage.volumeClaimTemplate.spec.storageClassName", StorageClass, Form::Name, STORAGE_CLASS),
    ]),
    Fields("external-secrets.io/PushSecret", &[
        Row("spec.secretStoreRefs[]", SecretStore, Form::Typed, STORE),
        Row("spec.selector.secret", Data, Form::Object, "Secret"),
    ]),
    Fields("rbac.authorization.k8s.io/RoleBinding", &[
        Row("roleRef", RoleRef, Form::Typed, ROLE),
        Row("subjects[]", Subject, Form::Account, "ServiceAccount"),
    ]),
    Fields("argoproj.io/Rollout", &[
        Row("spec.strategy.canary.canaryService", RolloutService, Form::Name, "Service"),
        Row("spec.strategy.canary.stableService", RolloutService, Form::Name, "Service"),
        Row("spec.strategy.blueGreen.activeService", RolloutService, Form::Name, "Service"),
        Row("spec.strategy.blueGreen.previewService", RolloutService, Form::Name, "Service"),
        Row("spec.workloadRef", ScaleTarget, Form::Typed, WORKLOAD),
    ]),
    Fields("keda.sh/ScaledJob", &[
        Row("spec.triggers[].authenticationRef", Authentication, Form::Typed, TRIGGER),
    ]),
    Fields("keda.sh/ScaledObject", &[
        Row("spec.scaleTargetRef", ScaleTarget, Form::Typed, WORKLOAD),
        Row("spec.triggers[].authenticationRef", Authentication, Form::Typed, TRIGGER),
    ]),
    Fields("external-secrets.io/SecretStore", &[
        Row("spec.provider", Data, Form::SecretRefs, "Secret"),
    ]),
    Fields("ServiceAccount", &[
        Row("secrets[]", AccountSecret, Form::Object, "Secret"),
        Row("imagePullSecrets[]", ImagePullSecret, Form::Object, "Secret"),
    ]),
    Fields("monitoring.coreos.com/ServiceMonitor", &[
        Row("spec.endpoints[].basicAuth.username", Data, Form::Key, "Secret"),
        Row("spec.endpoints[].basicAuth.password", Data, Form::Key, "Secret"),
        Row("spec.endpoints[].bearerTokenSecret", Data, Form::Key, "Secret"),
        Row("spec.endpoints[].authorization.credentials", Data, Form::Key, "Secret"),
        Row("spec.endpoints[].tlsConfig.ca.secret", Data, Form::Key, "Secret"),
        Row("spec.endpoints[].tlsConfig.cert.secret", Data, Form::Key, "Secret"),
        Row("spec.endpoints[].tlsConfig.keySecret", Data, Form::Key, "Secret"),
        Row("spec.endpoints[].tlsConfig.ca.configMap", Data, Form::Key, "ConfigMap"),
        Row("spec.endpoints[].tlsConfig.cert.configMap", Data, Form::Key, "ConfigMap"),
    ]),
    Fields("apps/StatefulSet", &[
        Row("spec.serviceName", GoverningService, Form::Name, "Service"),
        Row("spec.volumeClaimTemplates[].spec.storageClassName", StorageClass, Form::Name, STORAGE_CLASS),
    ]),
    Fields("gateway.networking.k8s.io/TCPRoute", &[
        Row("spec.parentRefs[]", RouteParent, Form::Typed, GATEWAY),
    ]),
    Fields("gateway.networking.k8s.io/TLSRoute", &[
        Row("spec.parentRefs[]", RouteParent, Form::Typed, GATEWAY),
    ]),
    Fields("keda.sh/TriggerAuthentication", &[
        Row("spec.secretTargetRef[]", Data, Form::Key, "Secret"),
        Row("spec.configMapTargetRef[]", Data, Form::Key, "ConfigMap"),
    ]),
    Fields("gateway.networking.k8s.io/UDPRoute", &[
        Row("spec.parentRefs[]", RouteParent, Form::Typed, GATEWAY),
    ]),
    Fields("admissionregistration.k8s.io/ValidatingWebhookConfiguration", &[
        Row("webhooks[].clientConfig.service", WebhookService, Form::Webhook, "Service"),
    ]),
    Fields("autoscaling.k8s.io/VerticalPodAutoscaler", &[
        Row("spec.targetRef", ScaleTarget, Form::Typed, WORKLOAD),
    ]),
    Fields("networking.istio.io/VirtualService", &[
        Row("spec.gateways[]", MeshGateway, Form::Name, "networking.istio.io/Gateway"),
        Row("spec.http[].route[].destination.host", MeshDestination, Form::Host, "Service"),
        Row("spec.http[].mirror.host", MeshDestination, Form::Host, "Service"),
        Row("spec.tcp[].route[].destination.host", MeshDestination, Form::Host, "Service"),
        Row("spec.tls[].route[].destination.host", MeshDestination, Form::Host, "Service"),
    ]),
    Fields("snapshot.storage.k8s.io/VolumeSnapshot", &[
        Row("spec.source.persistentVolumeClaimName", ClaimSource, Form::Name, "PersistentVolumeClaim"),
    ]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_each_kind_stands_once() {
        assert!(FIELDS.is_sorted_by_key(|fields| (fields.kind(), fields.0)));
        assert!(FIELDS.windows(2).all(|pair| pair[0].0 != pair[1].0));
        for fields in FIELDS {
            assert!(fields_of(fields.kind()).iter().any(|found| found.0 == fields.0));
        }
        assert!(fields_of("Unheard").is_empty());
    }
}
