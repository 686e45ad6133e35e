//! How the lists of Kubernetes' own types are merged by a strategic merge patch: which of them are
//! merged by element at all, and which fields tell one element from another.
//!
//! The facts are those that kustomize builds with: the `x-kubernetes-patch-strategy`,
//! `x-kubernetes-patch-merge-key` and `x-kubernetes-list-map-keys` of the OpenAPI document of
//! Kubernetes 1.21.2, for its 89 kinds. Types that no merged list lies in are left out, and so is
//! `retainKeys`, which kustomize reads nothing from.

/// A type: those of its fields that are merged lists or lead to some.
#[derive(Debug, PartialEq, Eq)]
pub struct Type {
    fields: &'static [Field],
}

/// A field of a type.
#[derive(Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// How the list in it is merged; [`Merge::Replace`] also where it holds no list.
    pub merge: Merge,
    /// The type of its value, or of its elements when it holds a list.
    pub of: &'static Type,
}

/// How a patch changes a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Merge {
    /// The patch's list takes the place of the whole.
    Replace,
    /// Elements that are the same by these fields are merged; without fields the elements are plain
    /// values, and the lists are united.
    By(&'static [&'static str]),
}

impl Type {
    /// A field by its name; none when nothing in it is merged.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// All fields in which something is merged.
    pub fn fields(&self) -> &'static [Field] {
        self.fields
    }
}

/// The type of a kind's objects; none for kinds that Kubernetes 1.21 does not have.
pub fn type_of(group: &str, version: &str, kind: &str) -> Option<&'static Type> {
    let (.., kinds) =
        KINDS.iter().find(|(g, versions, _)| *g == group && versions.contains(&version))?;
    let (_, found) = kinds.iter().find(|(name, _)| *name == kind)?;
    let only = ONLY_IN.iter().find(|(g, _, name)| *g == group && *name == kind);
    only.is_none_or(|(_, versions, _)| versions.contains(&version)).then_some(*found)
}

/// A type that other documents refer to, by the name of its definition in Kubernetes' OpenAPI
/// document; none for one in which no list is merged.
pub fn definition(name: &str) -> Option<&'static Type> {
    let short = name.strip_prefix("io.k8s.api.").or_else(|| name.strip_prefix("io.k8s."))?;
    match short {
        "apimachinery.pkg.apis.meta.v1.ObjectMeta" => Some(&META),
        "core.v1.PodTemplateSpec" => Some(&POD_TEMPLATE_SPEC),
        "core.v1.PodSpec" => Some(&POD_SPEC),
        "core.v1.Container" => Some(&CONTAINER),
        "core.v1.EphemeralContainer" => Some(&EPHEMERAL_CONTAINER),
        "core.v1.Volume" => Some(&VOLUME),
        "core.v1.ServiceSpec" => Some(&SERVICE_SPEC),
        "core.v1.PersistentVolumeClaim" | "core.v1.PersistentVolumeClaimTemplate" => Some(&OBJECT),
        "apps.v1.DaemonSetSpec"
        | "apps.v1.DeploymentSpec"
        | "apps.v1.ReplicaSetSpec"
        | "batch.v1.JobSpec" => Some(&WORKLOAD_SPEC),
        "apps.v1.StatefulSetSpec" => Some(&STATEFUL_SET_SPEC),
        "batch.v1.JobTemplateSpec" | "batch.v1beta1.JobTemplateSpec" => Some(&JOB_TEMPLATE),
        "batch.v1.CronJobSpec" | "batch.v1beta1.CronJobSpec" => Some(&CRON_JOB_SPEC),
        _ => None,
    }
}

const fn lists(name: &'static str, keys: &'static [&'static str], of: &'static Type) -> Field {
    Field { name, merge: Merge::By(keys), of }
}

const fn to(name: &'static str, of: &'static Type) -> Field {
    Field { name, merge: Merge::Replace, of }
}

static LEAF: Type = Type { fields: &[] };

static META: Type =
    Type { fields: &[lists("finalizers", &[], &LEAF), lists("ownerReferences", &["uid"], &LEAF)] };

static OBJECT: Type = Type { fields: &[to("metadata", &META)] };

static CONDITIONS: Type = Type { fields: &[lists("conditions", &["type"], &LEAF)] };

static WITH_CONDITIONS: Type = Type { fields: &[to("metadata", &META), to("status", &CONDITIONS)] };

static EPHEMERAL_CONTAINER: Type = Type {
    fields: &[
        lists("env", &["name"], &LEAF),
        lists("volumeDevices", &["devicePath"], &LEAF),
        lists("volumeMounts", &["mountPath"], &LEAF),
    ],
};

static CONTAINER: Type = Type {
    fields: &[
        lists("env", &["name"], &LEAF),
        lists("ports", &["containerPort", "protocol"], &LEAF),
        lists("volumeDevices", &["devicePath"], &LEAF),
        lists("volumeMounts", &["mountPath"], &LEAF),
    ],
};

static EPHEMERAL_VOLUME: Type = Type { fields: &[to("volumeClaimTemplate", &OBJECT)] };

static VOLUME: Type = Type { fields: &[to("ephemeral", &EPHEMERAL_VOLUME)] };

static POD_SPEC: Type = Type {
    fields: &[
        lists("containers", &["name"], &CONTAINER),
        lists("ephemeralContainers", &["name"], &EPHEMERAL_CONTAINER),
        lists("hostAliases", &["ip"], &LEAF),
        lists("imagePullSecrets", &["name"], &LEAF),
        lists("initContainers", &["name"], &CONTAINER),
        lists("topologySpreadConstraints", &["topologyKey", "whenUnsatisfiable"], &LEAF),
        lists("volumes", &["name"], &VOLUME),
    ],
};

static POD_STATUS: Type =
    Type { fields: &[lists("conditions", &["type"], &LEAF), lists("podIPs", &["ip"], &LEAF)] };

static POD: Type =
    Type { fields: &[to("metadata", &META), to("spec", &POD_SPEC), to("status", &POD_STATUS)] };

static POD_TEMPLATE_SPEC: Type = Type { fields: &[to("metadata", &META), to("spec", &POD_SPEC)] };

static POD_TEMPLATE: Type =
    Type { fields: &[to("metadata", &META), to("template", &POD_TEMPLATE_SPEC)] };

static WORKLOAD_SPEC: Type = Type { fields: &[to("template", &POD_TEMPLATE_SPEC)] };

static WORKLOAD: Type = Type {
    fields: &[to("metadata", &META), to("spec", &WORKLOAD_SPEC), to("status", &CONDITIONS)],
};

static STATEFUL_SET_SPEC: Type = Type {
    fields: &[to("template", &POD_TEMPLATE_SPEC), to("volumeClaimTemplates", &WITH_CONDITIONS)],
};

static STATEFUL_SET: Type = Type {
    fields: &[to("metadata", &META), to("spec", &STATEFUL_SET_SPEC), to("status", &CONDITIONS)],
};

static JOB_TEMPLATE: Type = Type { fields: &[to("metadata", &META), to("spec", &WORKLOAD_SPEC)] };

static CRON_JOB_SPEC: Type = Type { fields: &[to("jobTemplate", &JOB_TEMPLATE)] };

static CRON_JOB: Type = Type { fields: &[to("metadata", &META), to("spec", &CRON_JOB_SPEC)] };

static SERVICE_SPEC: Type = Type { fields: &[lists("ports", &["port", "protocol"], &LEAF)] };

static SERVICE: Type =
    Type { fields: &[to("metadata", &META), to("spec", &SERVICE_SPEC), to("status", &CONDITIONS)] };

static SERVICE_ACCOUNT: Type =
    Type { fields: &[to("metadata", &META), lists("secrets", &["name"], &LEAF)] };

static COMPONENT_STATUS: Type =
    Type { fields: &[to("metadata", &META), lists("conditions", &["type"], &LEAF)] };

static NODE_SPEC: Type = Type { fields: &[lists("podCIDRs", &[], &LEAF)] };

static NODE_STATUS: Type =
    Type { fields: &[lists("addresses", &["type"], &LEAF), lists("conditions", &["type"], &LEAF)] };

static NODE: Type =
    Type { fields: &[to("metadata", &META), to("spec", &NODE_SPEC), to("status", &NODE_STATUS)] };

static WEBHOOKS: Type =
    Type { fields: &[to("metadata", &META), lists("webhooks", &["name"], &LEAF)] };

static CSI_NODE_SPEC: Type = Type { fields: &[lists("drivers", &["name"], &LEAF)] };

static CSI_NODE: Type = Type { fields: &[to("metadata", &META), to("spec", &CSI_NODE_SPEC)] };

type Kinds = (&'static str, &'static [&'static str], &'static [(&'static str, &'static Type)]);

/// Group, versions, and the kinds that one of these versions has.
static KINDS: &[Kinds] = &[
    (
        "admissionregistration.k8s.io",
        &["v1", "v1beta1"],
        &[
            ("MutatingWebhookConfiguration", &WEBHOOKS),
            ("ValidatingWebhookConfiguration", &WEBHOOKS),
        ],
    ),
    (
        "apps",
        &["v1"],
        &[
            ("ControllerRevision", &OBJECT),
            ("DaemonSet", &WORKLOAD),
            ("Deployment", &WORKLOAD),
            ("ReplicaSet", &WORKLOAD),
            ("StatefulSet", &STATEFUL_SET),
        ],
    ),
    (
        "authentication.k8s.io",
        &["v1", "v1beta1"],
        &[("TokenRequest", &OBJECT), ("TokenReview", &OBJECT)],
    ),
    (
        "authorization.k8s.io",
        &["v1", "v1beta1"],
        &[
            ("LocalSubjectAccessReview", &OBJECT),
            ("SelfSubjectAccessReview", &OBJECT),
            ("SelfSubjectRulesReview", &OBJECT),
            ("SubjectAccessReview", &OBJECT),
        ],
    ),
    (
        "autoscaling",
        &["v1", "v2beta1", "v2beta2"],
        &[("HorizontalPodAutoscaler", &OBJECT), ("Scale", &OBJECT)],
    ),
    ("batch", &["v1", "v1beta1"], &[("CronJob", &CRON_JOB), ("Job", &WORKLOAD)]),
    ("certificates.k8s.io", &["v1", "v1beta1"], &[("CertificateSigningRequest", &OBJECT)]),
    ("coordination.k8s.io", &["v1", "v1beta1"], &[("Lease", &OBJECT)]),
    (
        "",
        &["v1"],
        &[
            ("Binding", &OBJECT),
            ("ComponentStatus", &COMPONENT_STATUS),
            ("ConfigMap", &OBJECT),
            ("Endpoints", &OBJECT),
            ("Event", &OBJECT),
            ("LimitRange", &OBJECT),
            ("Namespace", &WITH_CONDITIONS),
            ("Node", &NODE),
            ("PersistentVolume", &OBJECT),
            ("PersistentVolumeClaim", &WITH_CONDITIONS),
            ("Pod", &POD),
            ("PodTemplate", &POD_TEMPLATE),
            ("ReplicationController", &WORKLOAD),
            ("ResourceQuota", &OBJECT),
            ("Secret", &OBJECT),
            ("Service", &SERVICE),
            ("ServiceAccount", &SERVICE_ACCOUNT),
        ],
    ),
    ("discovery.k8s.io", &["v1", "v1beta1"], &[("EndpointSlice", &OBJECT)]),
    ("events.k8s.io", &["v1", "v1beta1"], &[("Event", &OBJECT)]),
    ("extensions", &["v1beta1"], &[("Ingress", &OBJECT)]),
    (
        "flowcontrol.apiserver.k8s.io",
        &["v1beta1"],
        &[("FlowSchema", &OBJECT), ("PriorityLevelConfiguration", &OBJECT)],
    ),
    (
        "networking.k8s.io",
        &["v1", "v1beta1"],
        &[("Ingress", &OBJECT), ("IngressClass", &OBJECT), ("NetworkPolicy", &OBJECT)],
    ),
    ("node.k8s.io", &["v1", "v1beta1"], &[("RuntimeClass", &OBJECT)]),
    (
        "policy",
        &["v1", "v1beta1"],
        &[
            ("Eviction", &OBJECT),
            ("PodDisruptionBudget", &WITH_CONDITIONS),
            ("PodSecurityPolicy", &OBJECT),
        ],
    ),
    (
        "rbac.authorization.k8s.io",
        &["v1", "v1beta1"],
        &[
            ("ClusterRole", &OBJECT),
            ("ClusterRoleBinding", &OBJECT),
            ("Role", &OBJECT),
            ("RoleBinding", &OBJECT),
        ],
    ),
    ("scheduling.k8s.io", &["v1", "v1beta1"], &[("PriorityClass", &OBJECT)]),
    (
        "storage.k8s.io",
        &["v1", "v1beta1"],
        &[
            ("CSIDriver", &OBJECT),
            ("CSINode", &CSI_NODE),
            ("CSIStorageCapacity", &OBJECT),
            ("StorageClass", &OBJECT),
            ("VolumeAttachment", &OBJECT),
        ],
    ),
    ("apiextensions.k8s.io", &["v1", "v1beta1"], &[("CustomResourceDefinition", &OBJECT)]),
    ("apiregistration.k8s.io", &["v1", "v1beta1"], &[("APIService", &WITH_CONDITIONS)]),
];

/// The kinds that not each version of their group has, and the versions that have them.
static ONLY_IN: &[(&str, &[&str], &str)] = &[
    ("authentication.k8s.io", &["v1"], "TokenRequest"),
    ("autoscaling", &["v1"], "Scale"),
    ("batch", &["v1"], "Job"),
    ("networking.k8s.io", &["v1"], "NetworkPolicy"),
    ("policy", &["v1beta1"], "Eviction"),
    ("policy", &["v1beta1"], "PodSecurityPolicy"),
    ("storage.k8s.io", &["v1beta1"], "CSIStorageCapacity"),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Number of merged lists below a type.
    fn merged(of: &Type) -> usize {
        let below = |field: &Field| usize::from(field.merge != Merge::Replace) + merged(field.of);
        of.fields().iter().map(below).sum()
    }

    #[test]
    fn every_kind_has_the_lists_of_its_document() {
        let (mut kinds, mut lists) = (0, 0);
        for (group, versions, names) in KINDS {
            for version in *versions {
                let types = names.iter().filter_map(|(kind, _)| type_of(group, version, kind));
                for of in types {
                    kinds += 1;
                    lists += merged(of);
                }
            }
        }
        assert_eq!((kinds, lists), (89, 430));
    }

    #[test]
    fn keys_are_found_by_path() {
        let deployment = type_of("apps", "v1", "Deployment").expect("known");
        let at =
            |path: &[&str]| path.iter().try_fold(deployment, |of, key| of.field(key).map(|f| f.of));
        let containers = at(&["spec", "template", "spec", "containers"]).expect("known");
        let ports = containers.field("ports").map(|field| field.merge);
        assert_eq!(ports, Some(Merge::By(&["containerPort", "protocol"])));
        assert_eq!(containers.field("args"), None);
        assert_eq!(type_of("apps", "v1beta1", "Deployment"), None);
        assert_eq!(type_of("policy", "v1", "PodSecurityPolicy"), None);
        assert!(type_of("policy", "v1beta1", "PodSecurityPolicy").is_some());
    }
}
