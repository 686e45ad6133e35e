//! The kinds of the Kubernetes API: plural, scope and served versions; and the scope of custom
//! kinds that repositories use. What a cluster's own CustomResourceDefinitions say wins over this,
//! and is left to who reads them.

mod custom;

use Scope::{Cluster, Namespaced};

/// Whether objects of a kind live in a namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// They do.
    Namespaced,
    /// They do not: `metadata.namespace` has no meaning.
    Cluster,
}

/// A built-in kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindInfo {
    /// The API group; empty for the core group.
    pub group: &'static str,
    /// The kind, `Deployment`.
    pub kind: &'static str,
    /// The resource in URLs and in RBAC rules, `deployments`.
    pub plural: &'static str,
    /// Whether its objects live in a namespace.
    pub scope: Scope,
    /// The versions that Kubernetes 1.37 can serve, the preferred first, alpha and beta included
    /// (which are off by default). Empty for a kind that no version of Kubernetes serves any more.
    pub versions: &'static [&'static str],
}

impl KindInfo {
    /// True when Kubernetes 1.37 can serve the kind.
    pub fn is_served(&self) -> bool {
        !self.versions.is_empty()
    }
}

/// The built-in kind of a group and name, those that Kubernetes no longer serves included.
pub fn lookup(group: &str, kind: &str) -> Option<&'static KindInfo> {
    let in_table = |table: &'static [KindInfo]| {
        let at = table.binary_search_by(|info| (info.group, info.kind).cmp(&(group, kind))).ok()?;
        table.get(at)
    };
    in_table(KINDS).or_else(|| in_table(REMOVED))
}

/// Whether objects of a kind live in a namespace: built-in kinds, and custom kinds that are well
/// known. None for a kind that is neither.
pub fn scope(group: &str, kind: &str) -> Option<Scope> {
    lookup(group, kind).map(|info| info.scope).or_else(|| custom_scope(group, kind))
}

/// The built-in kinds of a name, of any group: for messages about a wrong `apiVersion`.
pub fn kinds_named(kind: &str) -> impl Iterator<Item = &'static KindInfo> {
    KINDS.iter().filter(move |info| info.kind == kind)
}

/// The built-in kind whose resource is called `plural` in RBAC rules (`deployments`).
pub fn lookup_plural(group: &str, plural: &str) -> Option<&'static KindInfo> {
    KINDS.iter().find(|info| info.plural == plural && info.group == group)
}

/// The built-in kinds, of any group, whose resource is called `plural`; those that Kubernetes no
/// longer serves included.
pub fn kinds_of_plural(plural: &str) -> impl Iterator<Item = &'static KindInfo> {
    KINDS.iter().chain(REMOVED).filter(move |info| info.plural == plural)
}

/// True for an API group of Kubernetes itself, served or not.
pub fn is_builtin_group(group: &str) -> bool {
    let in_table = |table: &[KindInfo]| {
        let at = table.partition_point(|info| info.group < group);
        table.get(at).is_some_and(|info| info.group == group)
    };
    in_table(KINDS) || in_table(REMOVED)
}

fn custom_scope(group: &str, kind: &str) -> Option<Scope> {
    if let Ok(at) = custom::GROUPS.binary_search_by(|row| row.0.cmp(group)) {
        let row = custom::GROUPS.get(at)?;
        let has = |kinds: &str| !kind.is_empty() && kinds.split(' ').any(|held| held == kind);
        if has(row.1) {
            return Some(Namespaced);
        }
        return has(row.2).then_some(Cluster);
    }
    FAMILIES.iter().find(|family| group.ends_with(family.0)).map(|family| family.1)
}

/// Groups that hold kinds of one scope only, by the end of their name; the longer end first.
const FAMILIES: &[(&str, Scope)] = &[
    // Gatekeeper makes one kind for each constraint template.
    ("constraints.gatekeeper.sh", Cluster),
    // Crossplane's providers since version 2, and before.
    (".m.upbound.io", Namespaced),
    (".m.crossplane.io", Namespaced),
    (".upbound.io", Cluster),
    (".aws.crossplane.io", Cluster),
    (".gcp.crossplane.io", Cluster),
    (".azure.crossplane.io", Cluster),
    // Google's Config Connector and the AWS controllers.
    (".cnrm.cloud.google.com", Namespaced),
    (".services.k8s.aws", Namespaced),
];

const fn row(
    group: &'static str,
    kind: &'static str,
    plural: &'static str,
    scope: Scope,
    versions: &'static [&'static str],
) -> KindInfo {
    KindInfo { group, kind, plural, scope, versions }
}

/// The kinds that Kubernetes 1.37 can serve, sorted by group and kind. Held to k8s-openapi by a
/// test.
pub const KINDS: &[KindInfo] = &[
    row("", "Binding", "bindings", Namespaced, &["v1"]),
    row("", "ComponentStatus", "componentstatuses", Cluster, &["v1"]),
    row("", "ConfigMap", "configmaps", Namespaced, &["v1"]),
    row("", "Endpoints", "endpoints", Namespaced, &["v1"]),
    row("", "Event", "events", Namespaced, &["v1"]),
    row("", "LimitRange", "limitranges", Namespaced, &["v1"]),
    row("", "Namespace", "namespaces", Cluster, &["v1"]),
    row("", "Node", "nodes", Cluster, &["v1"]),
    row("", "PersistentVolume", "persistentvolumes", Cluster, &["v1"]),
    row("", "PersistentVolumeClaim", "persistentvolumeclaims", Namespaced, &["v1"]),
    row("", "Pod", "pods", Namespaced, &["v1"]),
    row("", "PodTemplate", "podtemplates", Namespaced, &["v1"]),
    row("", "ReplicationController", "replicationcontrollers", Namespaced, &["v1"]),
    row("", "ResourceQuota", "resourcequotas", Namespaced, &["v1"]),
    row("", "Secret", "secrets", Namespaced, &["v1"]),
    row("", "Service", "services", Namespaced, &["v1"]),
    row("", "ServiceAccount", "serviceaccounts", Namespaced, &["v1"]),
    row(
        "admissionregistration.k8s.io",
        "MutatingAdmissionPolicy",
        "mutatingadmissionpolicies",
        Cluster,
        &["v1", "v1beta1", "v1alpha1"],
    ),
    row(
        "admissionregistration.k8s.io",
        "MutatingAdmissionPolicyBinding",
        "mutatingadmissionpolicybindings",
        Cluster,
        &["v1", "v1beta1", "v1alpha1"],
    ),
    row(
        "admissionregistration.k8s.io",
        "MutatingWebhookConfiguration",
        "mutatingwebhookconfigurations",
        Cluster,
        &["v1"],
    ),
    row(
        "admissionregistration.k8s.io",
        "ValidatingAdmissionPolicy",
        "validatingadmissionpolicies",
        Cluster,
        &["v1"],
    ),
    row(
        "admissionregistration.k8s.io",
        "ValidatingAdmissionPolicyBinding",
        "validatingadmissionpolicybindings",
        Cluster,
        &["v1"],
    ),
    row(
        "admissionregistration.k8s.io",
        "ValidatingWebhookConfiguration",
        "validatingwebhookconfigurations",
        Cluster,
        &["v1"],
    ),
    row(
        "apiextensions.k8s.io",
        "CustomResourceDefinition",
        "customresourcedefinitions",
        Cluster,
        &["v1"],
    ),
    row("apiregistration.k8s.io", "APIService", "apiservices", Cluster, &["v1"]),
    row("apps", "ControllerRevision", "controllerrevisions", Namespaced, &["v1"]),
    row("apps", "DaemonSet", "daemonsets", Namespaced, &["v1"]),
    row("apps", "Deployment", "deployments", Namespaced, &["v1"]),
    row("apps", "ReplicaSet", "replicasets", Namespaced, &["v1"]),
    row("apps", "StatefulSet", "statefulsets", Namespaced, &["v1"]),
    row("authentication.k8s.io", "SelfSubjectReview", "selfsubjectreviews", Cluster, &["v1"]),
    row("authentication.k8s.io", "TokenReview", "tokenreviews", Cluster, &["v1"]),
    row(
        "authorization.k8s.io",
        "LocalSubjectAccessReview",
        "localsubjectaccessreviews",
        Namespaced,
        &["v1"],
    ),
    row(
        "authorization.k8s.io",
        "SelfSubjectAccessReview",
        "selfsubjectaccessreviews",
        Cluster,
        &["v1"],
    ),
    row(
        "authorization.k8s.io",
        "SelfSubjectRulesReview",
        "selfsubjectrulesreviews",
        Cluster,
        &["v1"],
    ),
    row("authorization.k8s.io", "SubjectAccessReview", "subjectaccessreviews", Cluster, &["v1"]),
    row(
        "autoscaling",
        "HorizontalPodAutoscaler",
        "horizontalpodautoscalers",
        Namespaced,
        &["v2", "v1"],
    ),
    row("batch", "CronJob", "cronjobs", Namespaced, &["v1"]),
    row("batch", "Job", "jobs", Namespaced, &["v1"]),
    row(
        "certificates.k8s.io",
        "CertificateSigningRequest",
        "certificatesigningrequests",
        Cluster,
        &["v1"],
    ),
    row(
        "certificates.k8s.io",
        "ClusterTrustBundle",
        "clustertrustbundles",
        Cluster,
        &["v1", "v1beta1"],
    ),
    row(
        "certificates.k8s.io",
        "PodCertificateRequest",
        "podcertificaterequests",
        Namespaced,
        &["v1", "v1beta1"],
    ),
    row("coordination.k8s.io", "Lease", "leases", Namespaced, &["v1"]),
    row(
        "coordination.k8s.io",
        "LeaseCandidate",
        "leasecandidates",
        Namespaced,
        &["v1beta1", "v1alpha2"],
    ),
    row("discovery.k8s.io", "EndpointSlice", "endpointslices", Namespaced, &["v1"]),
    row("events.k8s.io", "Event", "events", Namespaced, &["v1"]),
    row("flowcontrol.apiserver.k8s.io", "FlowSchema", "flowschemas", Cluster, &["v1"]),
    row(
        "flowcontrol.apiserver.k8s.io",
        "PriorityLevelConfiguration",
        "prioritylevelconfigurations",
        Cluster,
        &["v1"],
    ),
    row("internal.apiserver.k8s.io", "StorageVersion", "storageversions", Cluster, &["v1alpha1"]),
    row("lifecycle.k8s.io", "Eviction", "evictions", Namespaced, &["v1alpha1"]),
    row("lifecycle.k8s.io", "EvictionRequest", "evictionrequests", Namespaced, &["v1alpha1"]),
    row("networking.k8s.io", "IPAddress", "ipaddresses", Cluster, &["v1"]),
    row("networking.k8s.io", "Ingress", "ingresses", Namespaced, &["v1"]),
    row("networking.k8s.io", "IngressClass", "ingressclasses", Cluster, &["v1"]),
    row("networking.k8s.io", "NetworkPolicy", "networkpolicies", Namespaced, &["v1"]),
    row("networking.k8s.io", "ServiceCIDR", "servicecidrs", Cluster, &["v1"]),
    row("node.k8s.io", "RuntimeClass", "runtimeclasses", Cluster, &["v1"]),
    row("policy", "PodDisruptionBudget", "poddisruptionbudgets", Namespaced, &["v1"]),
    row("rbac.authorization.k8s.io", "ClusterRole", "clusterroles", Cluster, &["v1"]),
    row("rbac.authorization.k8s.io", "ClusterRoleBinding", "clusterrolebindings", Cluster, &["v1"]),
    row("rbac.authorization.k8s.io", "Role", "roles", Namespaced, &["v1"]),
    row("rbac.authorization.k8s.io", "RoleBinding", "rolebindings", Namespaced, &["v1"]),
    row("resource.k8s.io", "DeviceClass", "deviceclasses", Cluster, &["v1", "v1beta2", "v1beta1"]),
    row(
        "resource.k8s.io",
        "DeviceTaintRule",
        "devicetaintrules",
        Cluster,
        &["v1", "v1beta2", "v1alpha3"],
    ),
    row(
        "resource.k8s.io",
        "ResourceClaim",
        "resourceclaims",
        Namespaced,
        &["v1", "v1beta2", "v1beta1"],
    ),
    row(
        "resource.k8s.io",
        "ResourceClaimTemplate",
        "resourceclaimtemplates",
        Namespaced,
        &["v1", "v1beta2", "v1beta1"],
    ),
    row(
        "resource.k8s.io",
        "ResourcePoolStatusRequest",
        "resourcepoolstatusrequests",
        Cluster,
        &["v1alpha3"],
    ),
    row(
        "resource.k8s.io",
        "ResourceSlice",
        "resourceslices",
        Cluster,
        &["v1", "v1beta2", "v1beta1"],
    ),
    row("scheduling.k8s.io", "CompositePodGroup", "compositepodgroups", Namespaced, &["v1alpha3"]),
    row("scheduling.k8s.io", "PodGroup", "podgroups", Namespaced, &["v1beta1", "v1alpha3"]),
    row("scheduling.k8s.io", "PriorityClass", "priorityclasses", Cluster, &["v1"]),
    row("scheduling.k8s.io", "Workload", "workloads", Namespaced, &["v1beta1", "v1alpha3"]),
    row("storage.k8s.io", "CSIDriver", "csidrivers", Cluster, &["v1"]),
    row("storage.k8s.io", "CSINode", "csinodes", Cluster, &["v1"]),
    row("storage.k8s.io", "CSIStorageCapacity", "csistoragecapacities", Namespaced, &["v1"]),
    row("storage.k8s.io", "StorageClass", "storageclasses", Cluster, &["v1"]),
    row("storage.k8s.io", "VolumeAttachment", "volumeattachments", Cluster, &["v1"]),
    row("storage.k8s.io", "VolumeAttributesClass", "volumeattributesclasses", Cluster, &["v1"]),
    row(
        "storagemigration.k8s.io",
        "StorageVersionMigration",
        "storageversionmigrations",
        Cluster,
        &["v1", "v1beta1"],
    ),
];

/// Kinds that Kubernetes once served, sorted by group and kind. k8s-openapi has none of them: it
/// knows the last five versions.
const REMOVED: &[KindInfo] = &[
    row(
        "admissionregistration.k8s.io",
        "InitializerConfiguration",
        "initializerconfigurations",
        Cluster,
        &[],
    ),
    row("apps", "PetSet", "petsets", Namespaced, &[]),
    row("auditregistration.k8s.io", "AuditSink", "auditsinks", Cluster, &[]),
    row("batch", "ScheduledJob", "scheduledjobs", Namespaced, &[]),
    row("extensions", "DaemonSet", "daemonsets", Namespaced, &[]),
    row("extensions", "Deployment", "deployments", Namespaced, &[]),
    row("extensions", "HorizontalPodAutoscaler", "horizontalpodautoscalers", Namespaced, &[]),
    row("extensions", "Ingress", "ingresses", Namespaced, &[]),
    row("extensions", "Job", "jobs", Namespaced, &[]),
    row("extensions", "NetworkPolicy", "networkpolicies", Namespaced, &[]),
    row("extensions", "PodSecurityPolicy", "podsecuritypolicies", Cluster, &[]),
    row("extensions", "ReplicaSet", "replicasets", Namespaced, &[]),
    row("extensions", "ThirdPartyResource", "thirdpartyresources", Cluster, &[]),
    row("networking.k8s.io", "ClusterCIDR", "clustercidrs", Cluster, &[]),
    row("policy", "PodSecurityPolicy", "podsecuritypolicies", Cluster, &[]),
    row("resource.k8s.io", "PodSchedulingContext", "podschedulingcontexts", Namespaced, &[]),
    row("resource.k8s.io", "ResourceClaimParameters", "resourceclaimparameters", Namespaced, &[]),
    row("resource.k8s.io", "ResourceClass", "resourceclasses", Cluster, &[]),
    row("resource.k8s.io", "ResourceClassParameters", "resourceclassparameters", Namespaced, &[]),
    row("settings.k8s.io", "PodPreset", "podpresets", Namespaced, &[]),
];

#[cfg(test)]
mod tests {
    use k8s_openapi::{
        ClusterResourceScope, NamespaceResourceScope, Resource, ResourceScope, SubResourceScope,
    };

    use super::*;

    trait Scoped: ResourceScope {
        const SCOPE: Option<Scope>;
    }

    impl Scoped for ClusterResourceScope {
        const SCOPE: Option<Scope> = Some(Cluster);
    }

    impl Scoped for NamespaceResourceScope {
        const SCOPE: Option<Scope> = Some(Namespaced);
    }

    impl Scoped for SubResourceScope {
        const SCOPE: Option<Scope> = None;
    }

    /// Group, kind, version, plural, scope; none for a subresource.
    type Api = (&'static str, &'static str, &'static str, &'static str, Option<Scope>);

    fn api<K: Resource>() -> Api
    where
        K::Scope: Scoped,
    {
        (K::GROUP, K::KIND, K::VERSION, K::URL_PATH_SEGMENT, K::Scope::SCOPE)
    }

    macro_rules! apis {
        ($($kind:path,)*) => { vec![$(api::<$kind>()),*] };
    }

    /// Every type of k8s-openapi that is a resource.
    fn real() -> Vec<Api> {
        use k8s_openapi::api::*;
        use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions;
        use k8s_openapi::apimachinery::pkg::apis::meta;
        use k8s_openapi::kube_aggregator::pkg::apis::apiregistration;

        apis![
            meta::v1::APIGroup,
            meta::v1::APIGroupList,
            meta::v1::APIResourceList,
            meta::v1::APIVersions,
            core::v1::Binding,
            core::v1::ComponentStatus,
            core::v1::ConfigMap,
            core::v1::Endpoints,
            core::v1::Event,
            core::v1::LimitRange,
            core::v1::Namespace,
            core::v1::Node,
            core::v1::PersistentVolume,
            core::v1::PersistentVolumeClaim,
            core::v1::Pod,
            core::v1::PodTemplate,
            core::v1::ReplicationController,
            core::v1::ResourceQuota,
            core::v1::Secret,
            core::v1::Service,
            core::v1::ServiceAccount,
            meta::v1::Status,
            admissionregistration::v1::MutatingAdmissionPolicy,
            admissionregistration::v1alpha1::MutatingAdmissionPolicy,
            admissionregistration::v1beta1::MutatingAdmissionPolicy,
            admissionregistration::v1::MutatingAdmissionPolicyBinding,
            admissionregistration::v1alpha1::MutatingAdmissionPolicyBinding,
            admissionregistration::v1beta1::MutatingAdmissionPolicyBinding,
            admissionregistration::v1::MutatingWebhookConfiguration,
            admissionregistration::v1::ValidatingAdmissionPolicy,
            admissionregistration::v1::ValidatingAdmissionPolicyBinding,
            admissionregistration::v1::ValidatingWebhookConfiguration,
            apiextensions::v1::CustomResourceDefinition,
            apiregistration::v1::APIService,
            apps::v1::ControllerRevision,
            apps::v1::DaemonSet,
            apps::v1::Deployment,
            apps::v1::ReplicaSet,
            apps::v1::StatefulSet,
            authentication::v1::SelfSubjectReview,
            authentication::v1::TokenRequest,
            authentication::v1::TokenReview,
            authorization::v1::LocalSubjectAccessReview,
            authorization::v1::SelfSubjectAccessReview,
            authorization::v1::SelfSubjectRulesReview,
            authorization::v1::SubjectAccessReview,
            autoscaling::v1::HorizontalPodAutoscaler,
            autoscaling::v2::HorizontalPodAutoscaler,
            autoscaling::v1::Scale,
            batch::v1::CronJob,
            batch::v1::Job,
            certificates::v1::CertificateSigningRequest,
            certificates::v1::ClusterTrustBundle,
            certificates::v1beta1::ClusterTrustBundle,
            certificates::v1::PodCertificateRequest,
            certificates::v1beta1::PodCertificateRequest,
            coordination::v1::Lease,
            coordination::v1alpha2::LeaseCandidate,
            coordination::v1beta1::LeaseCandidate,
            discovery::v1::EndpointSlice,
            events::v1::Event,
            flowcontrol::v1::FlowSchema,
            flowcontrol::v1::PriorityLevelConfiguration,
            apiserverinternal::v1alpha1::StorageVersion,
            lifecycle::v1alpha1::Eviction,
            lifecycle::v1alpha1::EvictionRequest,
            networking::v1::IPAddress,
            networking::v1::Ingress,
            networking::v1::IngressClass,
            networking::v1::NetworkPolicy,
            networking::v1::ServiceCIDR,
            node::v1::RuntimeClass,
            policy::v1::Eviction,
            policy::v1::PodDisruptionBudget,
            rbac::v1::ClusterRole,
            rbac::v1::ClusterRoleBinding,
            rbac::v1::Role,
            rbac::v1::RoleBinding,
            resource::v1::DeviceClass,
            resource::v1beta1::DeviceClass,
            resource::v1beta2::DeviceClass,
            resource::v1::DeviceTaintRule,
            resource::v1alpha3::DeviceTaintRule,
            resource::v1beta2::DeviceTaintRule,
            resource::v1::ResourceClaim,
            resource::v1beta1::ResourceClaim,
            resource::v1beta2::ResourceClaim,
            resource::v1::ResourceClaimTemplate,
            resource::v1beta1::ResourceClaimTemplate,
            resource::v1beta2::ResourceClaimTemplate,
            resource::v1alpha3::ResourcePoolStatusRequest,
            resource::v1::ResourceSlice,
            resource::v1beta1::ResourceSlice,
            resource::v1beta2::ResourceSlice,
            scheduling::v1alpha3::CompositePodGroup,
            scheduling::v1alpha3::PodGroup,
            scheduling::v1beta1::PodGroup,
            scheduling::v1::PriorityClass,
            scheduling::v1alpha3::Workload,
            scheduling::v1beta1::Workload,
            storage::v1::CSIDriver,
            storage::v1::CSINode,
            storage::v1::CSIStorageCapacity,
            storage::v1::StorageClass,
            storage::v1::VolumeAttachment,
            storage::v1::VolumeAttributesClass,
            storagemigration::v1::StorageVersionMigration,
            storagemigration::v1beta1::StorageVersionMigration,
        ]
    }

    /// Kinds that no manifest holds: answers of the API server's discovery, and bodies of requests
    /// to subresources.
    const LEFT_OUT: [(&str, &str); 8] = [
        ("", "APIGroup"),
        ("", "APIGroupList"),
        ("", "APIResourceList"),
        ("", "APIVersions"),
        ("", "Status"),
        ("authentication.k8s.io", "TokenRequest"),
        ("autoscaling", "Scale"),
        ("policy", "Eviction"),
    ];

    #[test]
    fn every_kind_of_the_api_is_in_the_table() {
        for (group, kind, version, plural, scope) in real() {
            if LEFT_OUT.contains(&(group, kind)) {
                assert!(lookup(group, kind).is_none(), "{group}/{kind}");
                continue;
            }
            let info = lookup(group, kind).expect(kind);
            assert!(info.versions.contains(&version), "{group}/{version} {kind}");
            assert_eq!((info.plural, Some(info.scope)), (plural, scope), "{group}/{kind}");
        }
    }

    #[test]
    fn nothing_else_is_in_the_table() {
        let real = real();
        for info in KINDS {
            for version in info.versions {
                let found = real
                    .iter()
                    .any(|api| (api.0, api.1, api.2) == (info.group, info.kind, version));
                assert!(found, "{}/{version} {}", info.group, info.kind);
            }
        }
        for info in REMOVED {
            let found = real.iter().any(|api| (api.0, api.1) == (info.group, info.kind));
            assert!(!found, "{} {}", info.group, info.kind);
        }
    }

    #[test]
    fn tables_are_sorted() {
        for table in [KINDS, REMOVED] {
            assert!(table.is_sorted_by(|a, b| (a.group, a.kind) < (b.group, b.kind)));
        }
        assert!(custom::GROUPS.is_sorted_by(|a, b| a.0 < b.0));
        for group in custom::GROUPS {
            let mut kinds: Vec<_> = group.1.split(' ').chain(group.2.split(' ')).collect();
            kinds.retain(|kind| !kind.is_empty());
            let count = kinds.len();
            kinds.sort_unstable();
            kinds.dedup();
            assert_eq!(kinds.len(), count, "{}", group.0);
            assert!(!is_builtin_group(group.0), "{}", group.0);
        }
    }

    #[test]
    fn stable_versions_come_first() {
        for info in KINDS {
            let stable = info.versions.iter().position(|version| *version == "v1");
            assert!(matches!(stable, None | Some(0 | 1)), "{}", info.kind);
        }
        let versions = lookup("autoscaling", "HorizontalPodAutoscaler").map(|info| info.versions);
        assert_eq!(versions, Some(&["v2", "v1"][..]));
    }

    #[test]
    fn scopes() {
        let table = [
            ("", "Pod", Some(Namespaced)),
            ("", "Namespace", Some(Cluster)),
            ("apps", "Deployment", Some(Namespaced)),
            ("", "Deployment", None),
            ("extensions", "Deployment", Some(Namespaced)),
            ("policy", "PodSecurityPolicy", Some(Cluster)),
            ("cert-manager.io", "ClusterIssuer", Some(Cluster)),
            ("cert-manager.io", "Issuer", Some(Namespaced)),
            ("cert-manager.io", "Unheard", None),
            ("cert-manager.io", "", None),
            ("argoproj.io", "Rollout", Some(Namespaced)),
            ("serving.knative.dev", "Service", Some(Namespaced)),
            ("security.openshift.io", "SecurityContextConstraints", Some(Cluster)),
            ("constraints.gatekeeper.sh", "K8sRequiredLabels", Some(Cluster)),
            ("s3.aws.upbound.io", "Bucket", Some(Cluster)),
            ("s3.aws.m.upbound.io", "Bucket", Some(Namespaced)),
            ("sql.cnrm.cloud.google.com", "SQLInstance", Some(Namespaced)),
            ("example.com", "App", None),
        ];
        for (group, kind, expected) in table {
            assert_eq!(scope(group, kind), expected, "{group}/{kind}");
        }
    }

    #[test]
    fn other_ways_in() {
        assert_eq!(lookup_plural("apps", "deployments").map(|info| info.kind), Some("Deployment"));
        assert!(lookup_plural("", "deployments").is_none());
        let groups: Vec<_> = kinds_named("Event").map(|info| info.group).collect();
        assert_eq!(groups, ["", "events.k8s.io"]);
        assert!(is_builtin_group("") && is_builtin_group("extensions"));
        assert!(!is_builtin_group("argoproj.io"));
        assert!(lookup("extensions", "Ingress").is_some_and(|info| !info.is_served()));
    }
}
