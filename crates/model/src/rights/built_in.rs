//! The ClusterRoles that every cluster has, as the API server makes them at its start (Kubernetes'
//! bootstrap policy, 1.34). The `extensions` group, which no version serves any more, is left out,
//! and so are the roles of single controllers: nobody binds them.

use super::rule::{Rule, Words};

/// A ClusterRole that every cluster has.
#[derive(Debug)]
pub(crate) struct BuiltIn {
    pub name: &'static str,
    /// Labels with the value `"true"`.
    pub labels: &'static [&'static str],
    /// The label of the roles whose rules it takes.
    pub aggregates: Option<&'static str>,
    pub rules: &'static [Row],
}

/// A rule: verbs, groups, resources, names, and paths that are no resources.
#[derive(Debug)]
pub(crate) struct Row(
    &'static [&'static str],
    &'static [&'static str],
    &'static [&'static str],
    &'static [&'static str],
    &'static [&'static str],
);

impl Row {
    const fn new(
        verbs: &'static [&'static str],
        groups: &'static [&'static str],
        resources: &'static [&'static str],
    ) -> Self {
        Self(verbs, groups, resources, &[], &[])
    }

    const fn named(self, names: &'static [&'static str]) -> Self {
        Self(self.0, self.1, self.2, names, &[])
    }

    const fn urls(verbs: &'static [&'static str], urls: &'static [&'static str]) -> Self {
        Self(verbs, &[], &[], &[], urls)
    }

    pub(crate) fn rule<'a>(&self) -> Rule<'a> {
        Rule {
            role: None,
            node: None,
            verbs: Words::built_in(self.0),
            groups: Words::built_in(self.1),
            resources: Words::built_in(self.2),
            names: Words::built_in(self.3),
            urls: Words::built_in(self.4),
        }
    }
}

/// The label of ClusterRoles whose rules join the built-in role `admin`.
pub const TO_ADMIN: &str = "rbac.authorization.k8s.io/aggregate-to-admin";
/// The label of ClusterRoles whose rules join the built-in role `edit`, and so `admin`.
pub const TO_EDIT: &str = "rbac.authorization.k8s.io/aggregate-to-edit";
/// The label of ClusterRoles whose rules join the built-in role `view`, and so `edit` and `admin`.
pub const TO_VIEW: &str = "rbac.authorization.k8s.io/aggregate-to-view";

const READ: &[&str] = &["get", "list", "watch"];
const WRITE: &[&str] = &["create", "update", "patch", "delete", "deletecollection"];
const ALL_VERBS: &[&str] =
    &["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];
const CORE: &[&str] = &[""];
const EVERY: &[&str] = &["*"];
const CSR: &[&str] = &["certificates.k8s.io"];

const fn role(name: &'static str, rules: &'static [Row]) -> BuiltIn {
    BuiltIn { name, labels: &[], aggregates: None, rules }
}

const fn part(
    name: &'static str,
    label: &'static [&'static str],
    rules: &'static [Row],
) -> BuiltIn {
    BuiltIn { name, labels: label, aggregates: None, rules }
}

const fn whole(
    name: &'static str,
    labels: &'static [&'static str],
    aggregates: &'static str,
) -> BuiltIn {
    BuiltIn { name, labels, aggregates: Some(aggregates), rules: &[] }
}

/// May approve certificates of one signer.
const fn approver(name: &'static str, rules: &'static [Row; 1]) -> BuiltIn {
    role(name, rules)
}

/// The roles.
pub(crate) const ROLES: &[BuiltIn] = &[
    role("cluster-admin", &[Row::new(EVERY, EVERY, EVERY), Row::urls(EVERY, EVERY)]),
    whole("admin", &[], TO_ADMIN),
    whole("edit", &[TO_ADMIN], TO_EDIT),
    whole("view", &[TO_EDIT], TO_VIEW),
    part(
        "system:aggregate-to-admin",
        &[TO_ADMIN],
        &[
            Row::new(&["create"], &["authorization.k8s.io"], &["localsubjectaccessreviews"]),
            Row::new(ALL_VERBS, &["rbac.authorization.k8s.io"], &["roles", "rolebindings"]),
        ],
    ),
    part("system:aggregate-to-edit", &[TO_EDIT], EDIT),
    part("system:aggregate-to-view", &[TO_VIEW], VIEW),
    role("system:auth-delegator", AUTH_DELEGATOR),
    role("system:basic-user", BASIC_USER),
    role(
        "system:certificates.k8s.io:certificatesigningrequests:nodeclient",
        &[Row::new(&["create"], CSR, &["certificatesigningrequests/nodeclient"])],
    ),
    role(
        "system:certificates.k8s.io:certificatesigningrequests:selfnodeclient",
        &[Row::new(&["create"], CSR, &["certificatesigningrequests/selfnodeclient"])],
    ),
    approver(
        "system:certificates.k8s.io:kube-apiserver-client-approver",
        &[Row::new(&["approve"], CSR, &["signers"])
            .named(&["kubernetes.io/kube-apiserver-client"])],
    ),
    approver(
        "system:certificates.k8s.io:kube-apiserver-client-kubelet-approver",
        &[Row::new(&["approve"], CSR, &["signers"])
            .named(&["kubernetes.io/kube-apiserver-client-kubelet"])],
    ),
    approver(
        "system:certificates.k8s.io:kubelet-serving-approver",
        &[Row::new(&["approve"], CSR, &["signers"]).named(&["kubernetes.io/kubelet-serving"])],
    ),
    approver(
        "system:certificates.k8s.io:legacy-unknown-approver",
        &[Row::new(&["approve"], CSR, &["signers"]).named(&["kubernetes.io/legacy-unknown"])],
    ),
    role("system:discovery", &[Row::urls(&["get"], DISCOVERY)]),
    role(
        "system:heapster",
        &[
            Row::new(READ, CORE, &["events", "namespaces", "nodes", "pods"]),
            Row::new(&["create", "get", "update"], CORE, &["nodes/stats"]),
        ],
    ),
    role("system:kube-aggregator", &[Row::new(READ, CORE, &["endpoints", "services"])]),
    role("system:kube-controller-manager", CONTROLLER_MANAGER),
    role("system:kube-dns", &[Row::new(&["list", "watch"], CORE, &["endpoints", "services"])]),
    role("system:kube-scheduler", SCHEDULER),
    role(
        "system:kubelet-api-admin",
        &[
            Row::new(READ, CORE, &["nodes"]),
            Row::new(&["proxy"], CORE, &["nodes"]),
            Row::new(
                EVERY,
                CORE,
                &[
                    "nodes/configz",
                    "nodes/healthz",
                    "nodes/log",
                    "nodes/metrics",
                    "nodes/pods",
                    "nodes/proxy",
                    "nodes/stats",
                ],
            ),
        ],
    ),
    role("system:monitoring", &[Row::urls(&["get"], MONITORING)]),
    role("system:node", NODE),
    role(
        "system:node-bootstrapper",
        &[Row::new(&["create", "get", "list", "watch"], CSR, &["certificatesigningrequests"])],
    ),
    role(
        "system:node-problem-detector",
        &[
            Row::new(&["get"], CORE, &["nodes"]),
            Row::new(&["patch"], CORE, &["nodes/status"]),
            Row::new(&["create", "patch", "update"], &["", "events.k8s.io"], &["events"]),
        ],
    ),
    role(
        "system:node-proxier",
        &[
            Row::new(&["list", "watch"], CORE, &["endpoints", "services"]),
            Row::new(READ, CORE, &["nodes"]),
            Row::new(&["create", "patch", "update"], &["", "events.k8s.io"], &["events"]),
            Row::new(&["list", "watch"], &["discovery.k8s.io"], &["endpointslices"]),
        ],
    ),
    role("system:persistent-volume-provisioner", PROVISIONER),
    role("system:public-info-viewer", &[Row::urls(&["get"], PUBLIC_INFO)]),
    role(
        "system:service-account-issuer-discovery",
        &[Row::urls(
            &["get"],
            &[
                "/.well-known/openid-configuration",
                "/.well-known/openid-configuration/",
                "/openid/v1/jwks",
                "/openid/v1/jwks/",
            ],
        )],
    ),
    role(
        "system:volume-scheduler",
        &[
            Row::new(&["get", "list", "patch", "update", "watch"], CORE, &["persistentvolumes"]),
            Row::new(READ, &["storage.k8s.io"], &["storageclasses"]),
            Row::new(
                &["get", "list", "patch", "update", "watch"],
                CORE,
                &["persistentvolumeclaims"],
            ),
        ],
    ),
];

const EDIT: &[Row] = &[
    Row::new(
        READ,
        CORE,
        &[
            "pods/attach",
            "pods/exec",
            "pods/portforward",
            "pods/proxy",
            "secrets",
            "services/proxy",
        ],
    ),
    Row::new(&["impersonate"], CORE, &["serviceaccounts"]),
    Row::new(WRITE, CORE, &["pods", "pods/attach", "pods/exec", "pods/portforward", "pods/proxy"]),
    Row::new(&["create"], CORE, &["pods/eviction"]),
    Row::new(
        WRITE,
        CORE,
        &[
            "configmaps",
            "events",
            "persistentvolumeclaims",
            "replicationcontrollers",
            "replicationcontrollers/scale",
            "secrets",
            "serviceaccounts",
            "services",
            "services/proxy",
        ],
    ),
    Row::new(&["create"], CORE, &["serviceaccounts/token"]),
    Row::new(
        WRITE,
        &["apps"],
        &[
            "daemonsets",
            "deployments",
            "deployments/rollback",
            "deployments/scale",
            "replicasets",
            "replicasets/scale",
            "statefulsets",
            "statefulsets/scale",
        ],
    ),
    Row::new(WRITE, &["autoscaling"], &["horizontalpodautoscalers"]),
    Row::new(WRITE, &["batch"], &["cronjobs", "jobs"]),
    Row::new(WRITE, &["policy"], &["poddisruptionbudgets"]),
    Row::new(WRITE, &["networking.k8s.io"], &["ingresses", "networkpolicies"]),
    Row::new(ALL_VERBS, &["coordination.k8s.io"], &["leases"]),
];

const VIEW: &[Row] = &[
    Row::new(
        READ,
        CORE,
        &[
            "bindings",
            "configmaps",
            "endpoints",
            "events",
            "limitranges",
            "namespaces",
            "namespaces/status",
            "persistentvolumeclaims",
            "persistentvolumeclaims/status",
            "pods",
            "pods/log",
            "pods/status",
            "replicationcontrollers",
            "replicationcontrollers/scale",
            "replicationcontrollers/status",
            "resourcequotas",
            "resourcequotas/status",
            "serviceaccounts",
            "services",
            "services/status",
        ],
    ),
    Row::new(READ, &["discovery.k8s.io"], &["endpointslices"]),
    Row::new(
        READ,
        &["apps"],
        &[
            "controllerrevisions",
            "daemonsets",
            "daemonsets/status",
            "deployments",
            "deployments/scale",
            "deployments/status",
            "replicasets",
            "replicasets/scale",
            "replicasets/status",
            "statefulsets",
            "statefulsets/scale",
            "statefulsets/status",
        ],
    ),
    Row::new(
        READ,
        &["autoscaling"],
        &["horizontalpodautoscalers", "horizontalpodautoscalers/status"],
    ),
    Row::new(READ, &["batch"], &["cronjobs", "cronjobs/status", "jobs", "jobs/status"]),
    Row::new(READ, &["policy"], &["poddisruptionbudgets", "poddisruptionbudgets/status"]),
    Row::new(READ, &["networking.k8s.io"], &["ingresses", "ingresses/status", "networkpolicies"]),
];

const AUTH_DELEGATOR: &[Row] = &[
    Row::new(&["create"], &["authentication.k8s.io"], &["tokenreviews"]),
    Row::new(&["create"], &["authorization.k8s.io"], &["subjectaccessreviews"]),
];

const BASIC_USER: &[Row] = &[
    Row::new(
        &["create"],
        &["authorization.k8s.io"],
        &["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
    ),
    Row::new(&["create"], &["authentication.k8s.io"], &["selfsubjectreviews"]),
];

const DISCOVERY: &[&str] = &[
    "/api",
    "/api/*",
    "/apis",
    "/apis/*",
    "/healthz",
    "/livez",
    "/openapi",
    "/openapi/*",
    "/readyz",
    "/version",
    "/version/",
];

const MONITORING: &[&str] = &[
    "/healthz",
    "/healthz/*",
    "/livez",
    "/livez/*",
    "/metrics",
    "/metrics/slis",
    "/readyz",
    "/readyz/*",
];

const PUBLIC_INFO: &[&str] = &["/healthz", "/livez", "/readyz", "/version", "/version/"];

const CONTROLLER_MANAGER: &[Row] = &[
    Row::new(&["create", "patch", "update"], &["", "events.k8s.io"], &["events"]),
    Row::new(&["create"], &["coordination.k8s.io"], &["leases"]),
    Row::new(&["create", "update", "get"], CORE, &["secrets", "serviceaccounts"]),
    Row::new(&["delete"], CORE, &["secrets"]),
    Row::new(&["get"], CORE, &["configmaps", "namespaces"]),
    Row::new(&["create"], &["authentication.k8s.io"], &["tokenreviews"]),
    Row::new(&["create"], &["authorization.k8s.io"], &["subjectaccessreviews"]),
    Row::new(&["list", "watch"], EVERY, EVERY),
    Row::new(&["create"], CORE, &["serviceaccounts/token"]),
];

const SCHEDULER: &[Row] = &[
    Row::new(&["create", "patch", "update"], &["", "events.k8s.io"], &["events"]),
    Row::new(&["create"], &["coordination.k8s.io"], &["leases"]),
    Row::new(
        READ,
        CORE,
        &[
            "namespaces",
            "nodes",
            "persistentvolumeclaims",
            "persistentvolumes",
            "pods",
            "replicationcontrollers",
            "services",
        ],
    ),
    Row::new(&["delete"], CORE, &["pods"]),
    Row::new(&["create"], CORE, &["bindings", "pods/binding"]),
    Row::new(&["patch", "update"], CORE, &["pods/status"]),
    Row::new(READ, &["apps"], &["replicasets", "statefulsets"]),
    Row::new(READ, &["policy"], &["poddisruptionbudgets"]),
    Row::new(&["create"], &["authentication.k8s.io"], &["tokenreviews"]),
    Row::new(&["create"], &["authorization.k8s.io"], &["subjectaccessreviews"]),
    Row::new(
        READ,
        &["storage.k8s.io"],
        &["csidrivers", "csinodes", "csistoragecapacities", "storageclasses"],
    ),
];

const NODE: &[Row] = &[
    Row::new(&["create"], &["authentication.k8s.io"], &["tokenreviews"]),
    Row::new(
        &["create"],
        &["authorization.k8s.io"],
        &["localsubjectaccessreviews", "subjectaccessreviews"],
    ),
    Row::new(READ, CORE, &["services"]),
    Row::new(&["create", "get", "list", "watch"], CORE, &["nodes"]),
    Row::new(&["patch", "update"], CORE, &["nodes", "nodes/status", "pods/status"]),
    Row::new(&["create", "patch", "update"], &["", "events.k8s.io"], &["events"]),
    Row::new(&["create", "delete", "get", "list", "watch"], CORE, &["pods"]),
    Row::new(&["create"], CORE, &["pods/eviction", "serviceaccounts/token"]),
    Row::new(READ, CORE, &["configmaps", "secrets"]),
    Row::new(&["get"], CORE, &["persistentvolumeclaims", "persistentvolumes", "endpoints"]),
    Row::new(&["create", "get", "list", "watch"], CSR, &["certificatesigningrequests"]),
    Row::new(
        &["create", "delete", "get", "patch", "update"],
        &["coordination.k8s.io"],
        &["leases"],
    ),
    Row::new(&["get"], &["storage.k8s.io"], &["volumeattachments"]),
    Row::new(READ, &["storage.k8s.io"], &["csidrivers"]),
    Row::new(&["create", "delete", "get", "patch", "update"], &["storage.k8s.io"], &["csinodes"]),
    Row::new(READ, &["node.k8s.io"], &["runtimeclasses"]),
];

const PROVISIONER: &[Row] = &[
    Row::new(&["create", "delete", "get", "list", "watch"], CORE, &["persistentvolumes"]),
    Row::new(&["get", "list", "update", "watch"], CORE, &["persistentvolumeclaims"]),
    Row::new(READ, &["storage.k8s.io"], &["storageclasses"]),
    Row::new(&["watch"], CORE, &["events"]),
    Row::new(&["create", "patch", "update"], &["", "events.k8s.io"], &["events"]),
];
