//! The fields that kustomize's transformers go to when nothing else is configured: facts about
//! kustomize v5, written so that what holds for every pod template is said once. What v5.5.0 does
//! not have yet (references of image volumes) is in.

use smol_str::SmolStr;

use super::late::Late;
use super::{Config, List, NameReference, referrers_mut, sort_fields, sort_references};
use crate::fieldspec::FieldSpec;
use crate::id::Gvk;

/// Group, version, kind (empty: any) and path of a field.
type Row = (&'static str, &'static str, &'static str, &'static str);

/// The kinds that carry a pod, and where.
const CARRIERS: &[(&str, &str)] = &[
    ("Pod", "spec"),
    ("PodTemplate", "template/spec"),
    ("Deployment", "spec/template/spec"),
    ("ReplicaSet", "spec/template/spec"),
    ("DaemonSet", "spec/template/spec"),
    ("StatefulSet", "spec/template/spec"),
    ("ReplicationController", "spec/template/spec"),
    ("Job", "spec/template/spec"),
    ("CronJob", "spec/jobTemplate/spec/template/spec"),
];

/// Carriers that kustomize forgot for ConfigMaps and Secrets.
const WITHOUT_DATA: &[&str] = &["ReplicationController"];
/// Carriers that it forgot for accounts, claims and priorities.
const WITHOUT_ACCOUNT: &[&str] = &["PodTemplate", "ReplicaSet"];
/// Carriers that it forgot for variables.
const WITHOUT_VARIABLES: &[&str] = &["PodTemplate", "ReplicationController"];

/// Fields of a pod that hold the name of an object.
struct PodNames {
    /// Group, version and kind of the object that is named.
    target: (&'static str, &'static str, &'static str),
    /// The carriers left out.
    without: &'static [&'static str],
    /// The fields, from the pod's `spec`.
    fields: &'static [&'static str],
}

const POD_NAMES: &[PodNames] = &[
    PodNames {
        target: ("", "v1", "ConfigMap"),
        without: WITHOUT_DATA,
        fields: &[
            "volumes/configMap/name",
            "containers/env/valueFrom/configMapKeyRef/name",
            "initContainers/env/valueFrom/configMapKeyRef/name",
            "containers/envFrom/configMapRef/name",
            "initContainers/envFrom/configMapRef/name",
            "volumes/projected/sources/configMap/name",
        ],
    },
    PodNames {
        target: ("", "v1", "Secret"),
        without: WITHOUT_DATA,
        fields: &[
            "volumes/secret/secretName",
            "containers/env/valueFrom/secretKeyRef/name",
            "initContainers/env/valueFrom/secretKeyRef/name",
            "containers/envFrom/secretRef/name",
            "initContainers/envFrom/secretRef/name",
            "imagePullSecrets/name",
            "volumes/projected/sources/secret/name",
        ],
    },
    PodNames {
        target: ("", "v1", "ServiceAccount"),
        without: WITHOUT_ACCOUNT,
        fields: &["serviceAccountName"],
    },
    PodNames {
        target: ("", "v1", "PersistentVolumeClaim"),
        without: WITHOUT_ACCOUNT,
        fields: &["volumes/persistentVolumeClaim/claimName"],
    },
    PodNames {
        target: ("scheduling.k8s.io", "v1", "PriorityClass"),
        without: WITHOUT_ACCOUNT,
        fields: &["priorityClassName"],
    },
];

const RBAC: &str = "rbac.authorization.k8s.io";
const ADMISSION: &str = "admissionregistration.k8s.io";

/// Other fields that hold the name of an object: group, version and kind of that object, the fields.
const NAMES: &[(&str, &str, &str, &[Row])] = &[
    ("", "", "Deployment", SCALED),
    ("", "", "ReplicationController", SCALED),
    ("", "", "ReplicaSet", SCALED),
    ("", "", "StatefulSet", SCALED),
    (
        "",
        "v1",
        "ConfigMap",
        &[
            ("", "", "Node", "spec/configSource/configMap"),
            ("", "", "Role", "rules/resourceNames"),
            ("", "", "ClusterRole", "rules/resourceNames"),
            (
                "",
                "",
                "Ingress",
                "metadata/annotations/nginx.ingress.kubernetes.io\\/fastcgi-params-configmap",
            ),
        ],
    ),
    (
        "",
        "v1",
        "Secret",
        &[
            ("", "", "Ingress", "spec/tls/secretName"),
            ("", "", "Ingress", "metadata/annotations/ingress.kubernetes.io\\/auth-secret"),
            ("", "", "Ingress", "metadata/annotations/nginx.ingress.kubernetes.io\\/auth-secret"),
            (
                "",
                "",
                "Ingress",
                "metadata/annotations/nginx.ingress.kubernetes.io\\/auth-tls-secret",
            ),
            ("", "", "ServiceAccount", "imagePullSecrets/name"),
            ("", "", "StorageClass", "parameters/secretName"),
            ("", "", "StorageClass", "parameters/adminSecretName"),
            ("", "", "StorageClass", "parameters/userSecretName"),
            ("", "", "StorageClass", "parameters/secretRef"),
            ("", "", "Role", "rules/resourceNames"),
            ("", "", "ClusterRole", "rules/resourceNames"),
            (
                "serving.knative.dev",
                "v1",
                "Service",
                "spec/template/spec/containers/env/valueFrom/secretKeyRef/name",
            ),
            ("", "", "PersistentVolume", "spec/azureFile/secretName"),
        ],
    ),
    (
        "",
        "v1",
        "Service",
        &[
            ("apps", "", "StatefulSet", "spec/serviceName"),
            ("", "", "Ingress", "spec/rules/http/paths/backend/serviceName"),
            ("", "", "Ingress", "spec/backend/serviceName"),
            ("", "", "Ingress", "spec/rules/http/paths/backend/service/name"),
            ("", "", "Ingress", "spec/defaultBackend/service/name"),
            ("apiregistration.k8s.io", "", "APIService", "spec/service/name"),
            (ADMISSION, "", "ValidatingWebhookConfiguration", "webhooks/clientConfig/service"),
            (ADMISSION, "", "MutatingWebhookConfiguration", "webhooks/clientConfig/service"),
        ],
    ),
    (RBAC, "", "Role", &[(RBAC, "", "RoleBinding", "roleRef/name")]),
    (
        RBAC,
        "",
        "ClusterRole",
        &[
            (RBAC, "", "RoleBinding", "roleRef/name"),
            (RBAC, "", "ClusterRoleBinding", "roleRef/name"),
        ],
    ),
    (
        "",
        "v1",
        "ServiceAccount",
        &[(RBAC, "", "RoleBinding", "subjects"), (RBAC, "", "ClusterRoleBinding", "subjects")],
    ),
    (
        "",
        "v1",
        "PersistentVolume",
        &[
            ("", "", "PersistentVolumeClaim", "spec/volumeName"),
            ("", "", "ClusterRole", "rules/resourceNames"),
        ],
    ),
    (
        "storage.k8s.io",
        "v1",
        "StorageClass",
        &[
            ("", "", "PersistentVolume", "spec/storageClassName"),
            ("", "", "PersistentVolumeClaim", "spec/storageClassName"),
            ("", "", "StatefulSet", "spec/volumeClaimTemplates/spec/storageClassName"),
        ],
    ),
    // The version stands in the group, so that no object is ever meant: as in kustomize.
    ("networking.k8s.io/v1", "v1", "IngressClass", &[("", "", "Ingress", "spec/ingressClassName")]),
    (
        ADMISSION,
        "",
        "ValidatingAdmissionPolicy",
        &[(ADMISSION, "", "ValidatingAdmissionPolicyBinding", "spec/policyName")],
    ),
];

const SCALED: &[Row] = &[("", "", "HorizontalPodAutoscaler", "spec/scaleTargetRef/name")];

/// Fields of a pod in which variables are looked for.
const POD_VARIABLES: &[&str] = &[
    "containers/args",
    "containers/command",
    "containers/env/value",
    "containers/volumeMounts/mountPath",
    "initContainers/args",
    "initContainers/command",
    "initContainers/env/value",
    "initContainers/volumeMounts/mountPath",
];

const VARIABLES: &[Row] = &[
    // One step short of the pod: as in kustomize.
    ("", "", "CronJob", "spec/jobTemplate/spec/template/volumes/nfs/server"),
    ("", "", "DaemonSet", "spec/template/spec/volumes/nfs/server"),
    ("", "", "Deployment", "spec/template/spec/volumes/nfs/server"),
    ("", "", "Deployment", "spec/template/metadata/annotations"),
    ("", "", "Ingress", "spec/rules/host"),
    ("", "", "Ingress", "spec/tls/hosts"),
    ("", "", "Ingress", "spec/tls/secretName"),
    ("", "", "Job", "spec/template/spec/volumes/nfs/server"),
    ("", "", "Pod", "spec/volumes/nfs/server"),
    ("", "", "ReplicaSet", "spec/template/spec/volumes/nfs/server"),
    ("", "", "Service", "spec/ports/port"),
    ("", "", "Service", "spec/ports/targetPort"),
    ("", "", "StatefulSet", "spec/volumeClaimTemplates/spec/nfs/server"),
    ("", "", "PersistentVolume", "spec/nfs/server"),
    ("", "", "", "metadata/labels"),
    ("", "", "", "metadata/annotations"),
];

/// Labels of objects and of their templates; made where they are missing.
const LABELS: &[Row] = &[
    ("", "", "", "metadata/labels"),
    ("", "v1", "ReplicationController", "spec/template/metadata/labels"),
    ("", "", "Deployment", "spec/template/metadata/labels"),
    ("", "", "ReplicaSet", "spec/template/metadata/labels"),
    ("", "", "DaemonSet", "spec/template/metadata/labels"),
    ("apps", "", "StatefulSet", "spec/template/metadata/labels"),
    ("batch", "", "Job", "spec/template/metadata/labels"),
    ("batch", "", "CronJob", "spec/jobTemplate/metadata/labels"),
    ("batch", "", "CronJob", "spec/jobTemplate/spec/template/metadata/labels"),
];

const CLAIM_LABELS: &[Row] =
    &[("apps", "", "StatefulSet", "spec/volumeClaimTemplates[]/metadata/labels")];

/// Selectors that are made where they are missing.
const SELECTORS: &[Row] = &[
    ("", "v1", "Service", "spec/selector"),
    ("", "v1", "ReplicationController", "spec/selector"),
    ("", "", "Deployment", "spec/selector/matchLabels"),
    ("", "", "ReplicaSet", "spec/selector/matchLabels"),
    ("", "", "DaemonSet", "spec/selector/matchLabels"),
    ("apps", "", "StatefulSet", "spec/selector/matchLabels"),
];

/// Selectors that are changed where they are.
const OPTIONAL_SELECTORS: &[Row] = &[
    ("batch", "", "Job", "spec/selector/matchLabels"),
    ("batch", "", "CronJob", "spec/jobTemplate/spec/selector/matchLabels"),
    ("policy", "", "PodDisruptionBudget", "spec/selector/matchLabels"),
    ("networking.k8s.io", "", "NetworkPolicy", "spec/podSelector/matchLabels"),
    ("networking.k8s.io", "", "NetworkPolicy", "spec/ingress/from/podSelector/matchLabels"),
    ("networking.k8s.io", "", "NetworkPolicy", "spec/egress/to/podSelector/matchLabels"),
];

/// Selectors in the pods of Deployments and StatefulSets of `apps`.
const POD_SELECTORS: &[&str] = &[
    "affinity/podAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels",
    "affinity/podAffinity/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels",
    "affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels",
    "affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels",
    "topologySpreadConstraints/labelSelector/matchLabels",
];

const ANNOTATIONS: &[Row] = &[
    ("", "", "", "metadata/annotations"),
    ("", "v1", "ReplicationController", "spec/template/metadata/annotations"),
    ("", "", "Deployment", "spec/template/metadata/annotations"),
    ("", "", "ReplicaSet", "spec/template/metadata/annotations"),
    ("", "", "DaemonSet", "spec/template/metadata/annotations"),
    ("", "", "StatefulSet", "spec/template/metadata/annotations"),
    ("batch", "", "Job", "spec/template/metadata/annotations"),
    ("batch", "", "CronJob", "spec/jobTemplate/metadata/annotations"),
    ("batch", "", "CronJob", "spec/jobTemplate/spec/template/metadata/annotations"),
];

const NAMESPACES: &[Row] = &[
    ("", "", "Namespace", "metadata/name"),
    ("apiregistration.k8s.io", "", "APIService", "spec/service/namespace"),
];

const OPTIONAL_NAMESPACES: &[Row] = &[(
    "apiextensions.k8s.io",
    "",
    "CustomResourceDefinition",
    "spec/conversion/webhook/clientConfig/service/namespace",
)];

const IMAGES: &[Row] = &[
    ("", "", "", "spec/containers[]/image"),
    ("", "", "", "spec/initContainers[]/image"),
    ("", "", "", "spec/volumes[]/image/reference"),
    ("", "", "", "spec/template/spec/containers[]/image"),
    ("", "", "", "spec/template/spec/initContainers[]/image"),
    ("", "", "", "spec/template/spec/volumes[]/image/reference"),
];

const REPLICAS: &[Row] = &[
    ("", "", "Deployment", "spec/replicas"),
    ("", "", "ReplicationController", "spec/replicas"),
    ("", "", "ReplicaSet", "spec/replicas"),
    ("", "", "StatefulSet", "spec/replicas"),
];

const NAME: &[Row] = &[("", "", "", "metadata/name")];

fn gvk(group: &'static str, version: &'static str, kind: &'static str) -> Gvk {
    let [group, version, kind] = [group, version, kind].map(SmolStr::new_static);
    Gvk { group, version, kind }
}

fn spec(row: &Row, create: bool) -> FieldSpec {
    let &(group, version, kind, path) = row;
    FieldSpec { gvk: gvk(group, version, kind), path: SmolStr::new_static(path), create }
}

/// A field of the pods that a kind carries; never made where it is missing.
fn in_pod(gvk: Gvk, pod: &str, field: &str) -> FieldSpec {
    // Made in one piece: there are a hundred of these, and most are too long to lie in the place.
    let mut path = String::with_capacity(pod.len() + 1 + field.len());
    path.push_str(pod);
    path.push('/');
    path.push_str(field);
    FieldSpec { gvk, path: path.into(), create: false }
}

/// The carriers but those left out, with where their pod stands.
fn carriers(without: &[&str]) -> impl Iterator<Item = (&'static str, &'static str)> {
    CARRIERS.iter().copied().filter(move |(kind, _)| !without.contains(kind))
}

/// All tables as one configuration.
pub(super) fn built_in() -> Config {
    let mut config = Config {
        name_references: Late::new(names),
        var_references: Late::new(variables),
        ..Config::default()
    };
    let mut fill = |list: List, rows: &'static [Row], create: bool| {
        config.list_mut(list).extend(rows.iter().map(|row| spec(row, create)));
    };
    fill(List::NamePrefix, NAME, false);
    fill(List::NameSuffix, NAME, false);
    fill(List::Namespace, NAMESPACES, true);
    fill(List::Namespace, OPTIONAL_NAMESPACES, false);
    fill(List::CommonLabels, SELECTORS, true);
    fill(List::CommonLabels, OPTIONAL_SELECTORS, false);
    for list in [List::CommonLabels, List::TemplateLabels] {
        fill(list, LABELS, true);
        fill(list, CLAIM_LABELS, true);
    }
    fill(List::VolumeClaimTemplateLabels, CLAIM_LABELS, true);
    fill(List::CommonAnnotations, ANNOTATIONS, true);
    fill(List::Images, IMAGES, true);
    fill(List::Replicas, REPLICAS, true);
    for kind in ["Deployment", "StatefulSet"] {
        let in_pods = |field| in_pod(gvk("apps", "", kind), "spec/template/spec", field);
        config.common_labels.extend(POD_SELECTORS.iter().copied().map(in_pods));
    }
    // The two others are in order when they are made.
    let sorted = |list: &List| *list != List::VarReference;
    for list in List::ALL.into_iter().filter(sorted) {
        sort_fields(config.list_mut(list));
    }
    config.whole = true;
    config
}

/// Where variables are looked for.
fn variables() -> Vec<FieldSpec> {
    let mut fields: Vec<FieldSpec> = VARIABLES.iter().map(|row| spec(row, false)).collect();
    for (kind, pod) in carriers(WITHOUT_VARIABLES) {
        let in_pods = |field| in_pod(gvk("", "", kind), pod, field);
        fields.extend(POD_VARIABLES.iter().copied().map(in_pods));
    }
    sort_fields(&mut fields);
    fields
}

/// Where names of objects stand.
fn names() -> Vec<NameReference> {
    let mut names = Vec::new();
    for (group, version, kind, rows) in NAMES {
        let referrers = referrers_mut(&mut names, &gvk(group, version, kind));
        referrers.extend(rows.iter().map(|row| spec(row, false)));
    }
    for PodNames { target: (group, version, kind), without, fields } in POD_NAMES {
        let target = gvk(group, version, kind);
        // Bare pods are of the core group only where ConfigMaps and Secrets are concerned.
        let pods = if *without == WITHOUT_DATA { "v1" } else { "" };
        for (carrier, pod) in carriers(without) {
            let version = if carrier == "Pod" { pods } else { "" };
            let in_pods = |field| in_pod(gvk("", version, carrier), pod, field);
            referrers_mut(&mut names, &target).extend(fields.iter().copied().map(in_pods));
        }
    }
    sort_references(&mut names);
    names
}
