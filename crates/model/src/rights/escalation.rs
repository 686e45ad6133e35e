//! The rights that lead to more than they say: a table of ways up, what each needs, and what it
//! leads to. How severe that is is left to who asks.
//!
//! Sources: Kubernetes' page on RBAC good practices and its privilege-escalation prevention (who may
//! write roles and bindings gets no further than his own rights, unless he holds `escalate` or
//! `bind`), the admission and authorizer code of the API server for what a verb really allows, the
//! cloud providers' pages on identity maps.

use std::sync::LazyLock;

use foldhash::{HashMap, HashMapExt};

use super::binding::Reach;
use super::role::RBAC;
use super::rule::Rule;
use crate::selector::Match;

/// What a way leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Goal {
    /// Traffic of other workloads, or the rules that admission holds them to.
    Traffic,
    /// The nodes, or where pods run.
    Node,
    /// Everything in a namespace: its secrets, and the rights of each of its accounts.
    Namespace,
    /// Everything in the cluster.
    Cluster,
}

impl Goal {
    /// The word for it in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Traffic => "traffic",
            Self::Node => "node",
            Self::Namespace => "namespace",
            Self::Cluster => "cluster",
        }
    }
}

/// Which names restrict a right.
#[derive(Debug, Clone, Copy)]
enum Names {
    /// Any `resourceNames` do: a right on certain objects is not this right.
    Restrict,
    /// Only those that leave out each of these.
    But(&'static [&'static str]),
    /// It is the right on one of these, and none without names.
    Only(&'static [&'static str]),
    /// None does.
    Count,
}

/// One of the verbs on a resource.
#[derive(Debug)]
struct Right {
    verbs: &'static [&'static str],
    group: &'static str,
    resource: &'static str,
    names: Names,
}

impl Right {
    /// The verb by which a rule surely gives it.
    fn verb_in(&self, rule: &Rule<'_>) -> Option<&'static str> {
        let gives = |verb: &str| {
            let all = rule.grants_all(verb, self.group, self.resource) == Match::Yes;
            let on =
                |name: &&str| rule.grants_on(verb, self.group, self.resource, name) == Match::Yes;
            match self.names {
                Names::Restrict => all,
                Names::But(names) => all || names.iter().any(on),
                Names::Only(names) => !all && names.iter().any(on),
                Names::Count => rule.grants(verb, self.group, self.resource) == Match::Yes,
            }
        };
        self.verbs.iter().copied().find(|verb| gives(verb))
    }
}

/// A way up: rights that lead to more than they say.
#[derive(Debug)]
pub struct Escalation {
    /// Its name in reports.
    pub name: &'static str,
    /// What who has it may do, after "may": "read every Secret".
    pub may: &'static str,
    /// Why that is more than it says.
    pub why: &'static str,
    /// Where that is said.
    pub source: &'static str,
    /// What it leads to when the rights hold in the whole cluster.
    in_cluster: Goal,
    /// What it leads to when they hold in one namespace; none for resources that are in none.
    in_namespace: Option<Goal>,
    /// What it leads to when they hold in `kube-system`, where accounts of the cluster itself are.
    in_kube_system: Option<Goal>,
    /// True when nothing else is needed; false when it takes a further step, such as a webhook that
    /// the intruder runs.
    pub is_direct: bool,
    /// All of these are needed; of each any one right.
    needs: &'static [&'static [Right]],
}

/// Sets of needs, as bits over the needs of all ways in order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Needs(u64);

impl Needs {
    /// Those of either.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// True when all of the other's are among these.
    pub fn hold(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// True when some of the other's are among these.
    pub fn meet(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// True for none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Each on its own.
    pub fn each(self) -> impl Iterator<Item = Self> {
        (0..u64::BITS).map(|bit| Self(1 << bit)).filter(move |one| self.meet(*one))
    }

    fn one(bit: u32) -> Self {
        Self(1 << bit)
    }
}

const GOOD_PRACTICES: &str = "https://kubernetes.io/docs/concepts/security/rbac-good-practices/";
const RBAC_PAGE: &str = "https://kubernetes.io/docs/reference/access-authn-authz/rbac/";
const WEBHOOKS: &str =
    "https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/";
const ADMISSION: &str = "admissionregistration.k8s.io";
const CSR: &str = "certificates.k8s.io";

const fn right(
    verbs: &'static [&'static str],
    group: &'static str,
    resource: &'static str,
) -> Right {
    Right { verbs, group, resource, names: Names::Restrict }
}

impl Right {
    const fn but(self, names: &'static [&'static str]) -> Self {
        Self { names: Names::But(names), ..self }
    }

    const fn only(self, names: &'static [&'static str]) -> Self {
        Self { names: Names::Only(names), ..self }
    }

    const fn whatever_name(self) -> Self {
        Self { names: Names::Count, ..self }
    }
}

const CHANGE: &[&str] = &["create", "update", "patch"];
const OVERWRITE: &[&str] = &["update", "patch"];
const READ: &[&str] = &["get", "list", "watch"];

/// The rights that make pods.
const CREATES_PODS: &[Right] = &[
    right(&["create"], "", "pods"),
    right(CHANGE, "apps", "deployments"),
    right(CHANGE, "apps", "daemonsets"),
    right(CHANGE, "apps", "statefulsets"),
    right(CHANGE, "apps", "replicasets"),
    right(CHANGE, "batch", "jobs"),
    right(CHANGE, "batch", "cronjobs"),
    right(CHANGE, "", "replicationcontrollers"),
];

/// The ways up, the strongest first.
pub const ESCALATIONS: &[Escalation] = &[
    Escalation {
        name: "everything",
        may: "do everything",
        why: "every verb on every resource is the right of cluster-admin",
        source: GOOD_PRACTICES,
        in_cluster: Goal::Cluster,
        in_namespace: Some(Goal::Namespace),
        in_kube_system: Some(Goal::Cluster),
        is_direct: true,
        needs: &[&[right(&["*"], "*", "*")]],
    },
    Escalation {
        name: "escalate",
        may: "write ClusterRoles with rights beyond its own",
        why: "the verb escalate lifts the rule that nobody writes a role with more rights than he has",
        source: RBAC_PAGE,
        in_cluster: Goal::Cluster,
        in_namespace: None,
        in_kube_system: None,
        is_direct: true,
        needs: &[
            &[right(&["escalate"], RBAC, "clusterroles").but(&["cluster-admin", "admin", "edit"])],
            &[right(CHANGE, RBAC, "clusterroles").but(&["admin", "edit"])],
        ],
    },
    Escalation {
        name: "escalate-role",
        may: "write Roles with rights beyond its own",
        why: "the verb escalate lifts the rule that nobody writes a role with more rights than he has",
        source: RBAC_PAGE,
        in_cluster: Goal::Cluster,
        in_namespace: Some(Goal::Namespace),
        in_kube_system: Some(Goal::Cluster),
        is_direct: true,
        needs: &[&[right(&["escalate"], RBAC, "roles")], &[right(CHANGE, RBAC, "roles")]],
    },
    Escalation {
        name: "bind",
        may: "bind any ClusterRole, cluster-admin included",
        why: "the verb bind lifts the rule that nobody gives away a role with more rights than he has",
        source: RBAC_PAGE,
        in_cluster: Goal::Cluster,
        in_namespace: None,
        in_kube_system: None,
        is_direct: true,
        needs: &[
            &[right(&["bind"], RBAC, "clusterroles").but(&["cluster-admin"])],
            &[right(CHANGE, RBAC, "clusterrolebindings")],
        ],
    },
    Escalation {
        name: "bind-role",
        may: "bind ClusterRoles in a namespace, admin included",
        why: "the verb bind lifts the rule that nobody gives away a role with more rights than he has",
        source: RBAC_PAGE,
        in_cluster: Goal::Cluster,
        in_namespace: Some(Goal::Namespace),
        in_kube_system: Some(Goal::Cluster),
        is_direct: true,
        needs: &[
            &[right(&["bind"], RBAC, "clusterroles").but(&["cluster-admin", "admin", "edit"])],
            &[right(CHANGE, RBAC, "rolebindings")],
        ],
    },
    Escalation {
        name: "impersonate-users",
        may: "act as any user",
        why: "a request is judged by the rights of who is impersonated",
        source: GOOD_PRACTICES,
        in_cluster: Goal::Cluster,
        in_namespace: None,
        in_kube_system: None,
        is_direct: true,
        needs: &[&[right(&["impersonate"], "", "users")]],
    },
    Escalation {
        name: "impersonate-accounts",
        may: "act as any ServiceAccount",
        why: "a request is judged by the rights of who is impersonated",
        source: GOOD_PRACTICES,
        in_cluster: Goal::Cluster,
        in_namespace: Some(Goal::Namespace),
        in_kube_system: Some(Goal::Cluster),
        is_direct: true,
        needs: &[&[right(&["impersonate"], "", "serviceaccounts")]],
    },
    Escalation {
        name: "account-tokens",
        may: "make tokens of any ServiceAccount",
        why: "a token gives the rights of its account",
        source: GOOD_PRACTICES,
        in_cluster: Goal::Cluster,
        in_namespace: Some(Goal::Namespace),
        in_kube_system: Some(Goal::Cluster),
        is_direct: true,
        needs: &[&[right(&["create"], "", "serviceaccounts/token")]],
    },
    Escalation {
        name: "secrets-read",
        may: "read every Secret",
        why: "list and watch show the contents as get does; tokens, passwords and keys lie there",
        source: GOOD_PRACTICES,
        in_cluster: Goal::Cluster,
        in_namespace: Some(Goal::Namespace),
        in_kube_system: Some(Goal::Cluster),
        is_direct: true,
        needs: &[&[right(READ, "", "secrets")]],
    },
    Escalation {
        name: "pods-create",
        may: "run pods as any ServiceAccount",
        why: "a pod names the account it runs as, and mounts every Secret of its namespace",
        source: GOOD_PRACTICES,
        in_cluster: Goal::Cluster,
        in_namespace: Some(Goal::Namespace),
        in_kube_system: Some(Goal::Cluster),
        is_direct: true,
        needs: &[CREATES_PODS],
    },
    Escalation {
        name: "pods-exec",
        may: "run commands in any pod",
        why: "a command in a container has the token, the secrets and the rights of its pod",
        source: GOOD_PRACTICES,
        in_cluster: Goal::Cluster,
        in_namespace: Some(Goal::Namespace),
        in_kube_system: Some(Goal::Cluster),
        is_direct: true,
        needs: &[&[
            right(&["create", "get"], "", "pods/exec"),
            right(&["create", "get"], "", "pods/attach"),
            right(OVERWRITE, "", "pods/ephemeralcontainers"),
        ]],
    },
    Escalation {
        name: "nodes-proxy",
        may: "reach the kubelet of every node, which runs commands in any pod",
        why: "requests through the proxy pass neither admission nor the audit log of the API server",
        source: GOOD_PRACTICES,
        in_cluster: Goal::Cluster,
        in_namespace: None,
        in_kube_system: None,
        is_direct: true,
        needs: &[&[right(&["get", "create"], "", "nodes/proxy")]],
    },
    Escalation {
        name: "certificates",
        may: "issue itself client certificates of any user",
        why: "the API server takes the user's name from a certificate that its signer signed",
        source: GOOD_PRACTICES,
        in_cluster: Goal::Cluster,
        in_namespace: None,
        in_kube_system: None,
        is_direct: true,
        needs: &[
            &[right(OVERWRITE, CSR, "certificatesigningrequests/approval").whatever_name()],
            &[right(&["approve"], CSR, "signers").but(&[
                "kubernetes.io/*",
                "kubernetes.io/kube-apiserver-client",
                "kubernetes.io/legacy-unknown",
            ])],
        ],
    },
    Escalation {
        name: "node-certificates",
        may: "issue itself client certificates of nodes",
        why: "a node reads the secrets and makes the tokens of every pod that it runs",
        source: GOOD_PRACTICES,
        in_cluster: Goal::Node,
        in_namespace: None,
        in_kube_system: None,
        is_direct: true,
        needs: &[
            &[right(OVERWRITE, CSR, "certificatesigningrequests/approval").whatever_name()],
            &[right(&["approve"], CSR, "signers")
                .but(&["kubernetes.io/kube-apiserver-client-kubelet"])],
        ],
    },
    Escalation {
        name: "identity-map",
        may: "write the map of cloud identities to users (aws-auth)",
        why: "EKS makes any cloud identity in it a member of any group, system:masters included",
        source: "https://docs.aws.amazon.com/eks/latest/userguide/auth-configmap.html",
        in_cluster: Goal::Cluster,
        in_namespace: None,
        in_kube_system: Some(Goal::Cluster),
        is_direct: true,
        needs: &[&[right(OVERWRITE, "", "configmaps").only(&["aws-auth"])]],
    },
    Escalation {
        name: "pods-change",
        may: "change the image of any pod",
        why: "a changed image runs with the token, the secrets and the rights of its pod",
        source: GOOD_PRACTICES,
        in_cluster: Goal::Cluster,
        in_namespace: Some(Goal::Namespace),
        in_kube_system: Some(Goal::Cluster),
        is_direct: false,
        needs: &[&[right(OVERWRITE, "", "pods")]],
    },
    Escalation {
        name: "webhooks",
        may: "put webhooks into the path of every request",
        why: "a webhook reads every object that it is asked about, secrets included, and a mutating \
              one changes it",
        source: WEBHOOKS,
        in_cluster: Goal::Cluster,
        in_namespace: None,
        in_kube_system: None,
        is_direct: false,
        needs: &[&[
            right(CHANGE, ADMISSION, "mutatingwebhookconfigurations").whatever_name(),
            right(CHANGE, ADMISSION, "validatingwebhookconfigurations").whatever_name(),
            right(CHANGE, ADMISSION, "mutatingadmissionpolicies").whatever_name(),
        ]],
    },
    Escalation {
        name: "admission-policies",
        may: "change or remove ValidatingAdmissionPolicies",
        why: "what a policy forbids is allowed again",
        source: "https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/",
        in_cluster: Goal::Traffic,
        in_namespace: None,
        in_kube_system: None,
        is_direct: false,
        needs: &[&[
            right(&["update", "patch", "delete"], ADMISSION, "validatingadmissionpolicies"),
            right(&["update", "patch", "delete"], ADMISSION, "validatingadmissionpolicybindings"),
        ]],
    },
    Escalation {
        name: "api-extensions",
        may: "take over API groups with APIServices",
        why: "the API server hands all requests of a group to the server that its APIService names",
        source: "https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/apiserver-aggregation/",
        in_cluster: Goal::Cluster,
        in_namespace: None,
        in_kube_system: None,
        is_direct: false,
        needs: &[&[right(CHANGE, "apiregistration.k8s.io", "apiservices")]],
    },
    Escalation {
        name: "custom-resource-definitions",
        may: "write CustomResourceDefinitions",
        why: "a conversion webhook reads and changes every object of its kind, and who drives an \
              operator's kinds drives the operator",
        source: "https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/",
        in_cluster: Goal::Traffic,
        in_namespace: None,
        in_kube_system: None,
        is_direct: false,
        needs: &[&[right(CHANGE, "apiextensions.k8s.io", "customresourcedefinitions")]],
    },
    Escalation {
        name: "persistent-volumes",
        may: "make PersistentVolumes on any path of a node",
        why: "a hostPath volume that a claim binds gives its pod the file system of the node",
        source: GOOD_PRACTICES,
        in_cluster: Goal::Node,
        in_namespace: None,
        in_kube_system: None,
        is_direct: false,
        needs: &[&[right(&["create"], "", "persistentvolumes")]],
    },
    Escalation {
        name: "privileged-scc",
        may: "run privileged pods through a SecurityContextConstraints",
        why: "OpenShift admits a privileged pod of who may use a constraint that allows it",
        source: "https://docs.redhat.com/en/documentation/openshift_container_platform/4.18/html/authentication_and_authorization/managing-pod-security-policies",
        in_cluster: Goal::Node,
        in_namespace: Some(Goal::Node),
        in_kube_system: Some(Goal::Node),
        is_direct: false,
        needs: &[
            &[right(&["use"], "security.openshift.io", "securitycontextconstraints").but(&[
                "privileged",
                "hostaccess",
                "hostmount-anyuid",
                "node-exporter",
            ])],
            CREATES_PODS,
        ],
    },
    Escalation {
        name: "nodes",
        may: "change nodes, their labels, taints and addresses",
        why: "who steers where pods run draws them to a node he holds",
        source: GOOD_PRACTICES,
        in_cluster: Goal::Node,
        in_namespace: None,
        in_kube_system: None,
        is_direct: false,
        needs: &[&[
            right(&["update", "patch", "delete"], "", "nodes"),
            right(OVERWRITE, "", "nodes/status"),
        ]],
    },
    Escalation {
        name: "namespaces",
        may: "change the labels of namespaces",
        why: "labels of a namespace say which pod security and which network policies hold in it",
        source: GOOD_PRACTICES,
        in_cluster: Goal::Traffic,
        in_namespace: None,
        in_kube_system: None,
        is_direct: false,
        needs: &[&[right(OVERWRITE, "", "namespaces")]],
    },
    Escalation {
        name: "config-maps",
        may: "write every ConfigMap",
        why: "the settings of the cluster's DNS are a ConfigMap of kube-system, on EKS the map of cloud \
              identities to users too",
        source: GOOD_PRACTICES,
        in_cluster: Goal::Traffic,
        in_namespace: None,
        in_kube_system: Some(Goal::Traffic),
        is_direct: false,
        needs: &[&[right(OVERWRITE, "", "configmaps")]],
    },
    Escalation {
        name: "endpoints",
        may: "send the traffic of Services elsewhere",
        why: "addresses of an Endpoints object may lie in any namespace (CVE-2021-25740)",
        source: "https://github.com/kubernetes/kubernetes/issues/103675",
        in_cluster: Goal::Traffic,
        in_namespace: Some(Goal::Traffic),
        in_kube_system: Some(Goal::Traffic),
        is_direct: false,
        needs: &[&[
            right(CHANGE, "", "endpoints"),
            right(CHANGE, "discovery.k8s.io", "endpointslices"),
        ]],
    },
    Escalation {
        name: "service-status",
        may: "take over the address of a load balancer",
        why: "an address in the status of a Service draws its traffic (CVE-2020-8554)",
        source: "https://github.com/kubernetes/kubernetes/issues/97076",
        in_cluster: Goal::Traffic,
        in_namespace: Some(Goal::Traffic),
        in_kube_system: Some(Goal::Traffic),
        is_direct: false,
        needs: &[&[right(OVERWRITE, "", "services/status")]],
    },
];

/// The rights of all ways by resource, each with the need that it meets.
static BY_RESOURCE: LazyLock<HashMap<&'static str, Vec<(Needs, &'static Right)>>> =
    LazyLock::new(|| {
        let needs = ESCALATIONS.iter().flat_map(|way| way.needs.iter());
        let mut map: HashMap<_, Vec<_>> = HashMap::new();
        for (bit, rights) in needs.enumerate() {
            for right in rights.iter() {
                map.entry(right.resource).or_default().push((Needs::one(bit as u32), right));
            }
        }
        map
    });

/// The needs that a rule meets.
pub(crate) fn needs_met(rule: &Rule<'_>) -> Needs {
    let mut met = Needs::default();
    for word in rule.resources.iter() {
        if word.text.starts_with('*') {
            let all = BY_RESOURCE.values().flatten();
            return all.fold(met, |met, (need, right)| add(met, *need, right, rule));
        }
        for (need, right) in BY_RESOURCE.get(word.text).into_iter().flatten() {
            met = add(met, *need, right, rule);
        }
    }
    met
}

fn add(met: Needs, need: Needs, right: &Right, rule: &Rule<'_>) -> Needs {
    if !met.hold(need) && right.verb_in(rule).is_some() { met.or(need) } else { met }
}

impl Escalation {
    /// True when a rule grants some of what it needs.
    pub fn is_served_by(&self, rule: &Rule<'_>) -> bool {
        let needs = ESCALATIONS.iter().position(|way| way.name == self.name);
        let needs = needs.and_then(|at| needs_of_ways().get(at));
        needs.is_some_and(|needs| needs_met(rule).meet(*needs))
    }

    /// What it leads to where its rights hold; none when they mean nothing there.
    pub fn goal(&self, reach: Reach<'_>) -> Option<Goal> {
        match reach {
            Reach::Cluster => Some(self.in_cluster),
            Reach::Namespace(Some("kube-system")) => self.in_kube_system,
            Reach::Namespace(_) => self.in_namespace,
        }
    }
}

/// What each way needs, in the order of [`ESCALATIONS`].
pub(crate) fn needs_of_ways() -> &'static [Needs] {
    static ALL: LazyLock<Vec<Needs>> = LazyLock::new(|| {
        let mut first = 0;
        let of = |way: &Escalation| {
            let bits = first..first + way.needs.len() as u32;
            first = bits.end;
            bits.fold(Needs::default(), |all, bit| all.or(Needs::one(bit)))
        };
        ESCALATIONS.iter().map(of).collect()
    });
    &ALL
}

/// Verb, group and resource of the first right by which a rule meets one of the needs.
pub(crate) fn right_met(
    rule: &Rule<'_>,
    need: Needs,
) -> Option<(&'static str, &'static str, &'static str)> {
    let sets = ESCALATIONS.iter().flat_map(|way| way.needs.iter()).enumerate();
    let mut rights = sets
        .filter(|(bit, _)| need.meet(Needs::one(*bit as u32)))
        .flat_map(|(_, rights)| rights.iter());
    rights.find_map(|right| Some((right.verb_in(rule)?, right.group, right.resource)))
}
