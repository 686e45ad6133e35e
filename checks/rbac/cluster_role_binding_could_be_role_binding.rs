//! A ClusterRoleBinding gives rights in every namespace to a workload that works in its own.
//!
//! The workload says that it watches one namespace, and its role has nothing in it but things that
//! live in namespaces. A RoleBinding in that namespace gives the same, and a token that is taken
//! from the workload opens no other namespace.
//!
//! Make it a RoleBinding, of the same ClusterRole, in the namespace that the workload works in.
//!
//! Reported where all subjects are service accounts of one namespace, every resource of the role is
//! known to live in namespaces (built in, or defined by a CustomResourceDefinition of the build),
//! and each pod that runs as them is told to watch its own namespace: an environment variable such
//! as `WATCH_NAMESPACE`, or `--watch-namespace`. When the run asks for this check by name the last
//! is not needed.
//!
//! ```yaml fail
//! kind: ClusterRole
//! metadata: {name: operator}
//! rules:
//!   - {apiGroups: [""], resources: [pods, pods/log, configmaps], verbs: [get, list]}
//!   - {apiGroups: [example.com], resources: [widgets], verbs: ["*"]}
//! ---
//! apiVersion: apiextensions.k8s.io/v1
//! kind: CustomResourceDefinition
//! metadata: {name: widgets.example.com}
//! spec: {group: example.com, scope: Namespaced, names: {plural: widgets, kind: Widget}}
//! ---
//! kind: ClusterRoleBinding
//! #^^^^^^^^^^^^^^^^^^^^^^^ ClusterRoleBinding `operator` gives rights in every namespace, but what runs as ServiceAccount `shop/operator` watches namespace `shop` only
//! metadata: {name: operator}
//! roleRef: {kind: ClusterRole, name: operator}
//! subjects: [{kind: ServiceAccount, name: operator, namespace: shop}]
//! ---
//! kind: Deployment
//! metadata: {name: operator, namespace: shop}
//! spec:
//!   template:
//!     spec:
//!       serviceAccountName: operator
//!       containers:
//!         - name: operator
//!           env:
//!             - name: WATCH_NAMESPACE
//!               valueFrom: {fieldRef: {fieldPath: metadata.namespace}}
//! ```
//!
//! ```yaml fail asked
//! kind: ClusterRole
//! metadata: {name: reader}
//! rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
//! ---
//! kind: ClusterRoleBinding
//! #^^^^^^^^^^^^^^^^^^^^^^^ ClusterRoleBinding `reader` gives rights in every namespace, but what runs as ServiceAccount `shop/web` runs in namespace `shop` only
//! metadata: {name: reader}
//! roleRef: {kind: ClusterRole, name: reader}
//! subjects: [{kind: ServiceAccount, name: web, namespace: shop}]
//! ---
//! kind: Pod
//! metadata: {name: web, namespace: shop}
//! spec: {serviceAccountName: web, containers: [{name: app}]}
//! ```
//!
//! Rights on nodes, resources that nobody knows, all namespaces watched, another one watched, and
//! nothing said of it:
//!
//! ```yaml pass
//! kind: ClusterRole
//! metadata: {name: nodes}
//! rules: [{apiGroups: [""], resources: [pods, nodes], verbs: [get]}]
//! ---
//! kind: ClusterRole
//! metadata: {name: widgets}
//! rules: [{apiGroups: [example.com], resources: [widgets], verbs: [get]}]
//! ---
//! kind: ClusterRole
//! metadata: {name: pods}
//! rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: nodes}
//! roleRef: {kind: ClusterRole, name: nodes}
//! subjects: [{kind: ServiceAccount, name: own, namespace: shop}]
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: widgets}
//! roleRef: {kind: ClusterRole, name: widgets}
//! subjects: [{kind: ServiceAccount, name: own, namespace: shop}]
//! ---
//! kind: Pod
//! metadata: {name: own, namespace: shop}
//! spec:
//!   serviceAccountName: own
//!   containers: [{name: app, args: [--watch-namespace=shop]}]
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: pods}
//! roleRef: {kind: ClusterRole, name: pods}
//! subjects:
//!   - {kind: ServiceAccount, name: all, namespace: shop}
//! ---
//! kind: Pod
//! metadata: {name: all, namespace: shop}
//! spec:
//!   serviceAccountName: all
//!   containers: [{name: app, env: [{name: WATCH_NAMESPACE, value: ""}]}]
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: other}
//! roleRef: {kind: ClusterRole, name: pods}
//! subjects: [{kind: ServiceAccount, name: other, namespace: shop}]
//! ---
//! kind: Pod
//! metadata: {name: other, namespace: shop}
//! spec:
//!   serviceAccountName: other
//!   containers: [{name: app, args: ["--watch-namespaces=one,two"]}]
//! ---
//! kind: ClusterRoleBinding
//! metadata: {name: silent}
//! roleRef: {kind: ClusterRole, name: pods}
//! subjects: [{kind: ServiceAccount, name: silent, namespace: shop}]
//! ---
//! kind: Pod
//! metadata: {name: silent, namespace: shop}
//! spec: {serviceAccountName: silent, containers: [{name: app}]}
//! ```

use kubesift_engine::model::rights::{Account, Binding, Rule, Who};
use kubesift_engine::model::{Scope, lookup_plural};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 3.5,
    confidence: Confidence::Medium,
    profiles: &[Profile::Hygiene],
    refs: &[Url("https://kubernetes.io/docs/concepts/security/rbac-good-practices/")],
    run: Run::Links(&["rbac.authorization.k8s.io/ClusterRoleBinding"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    let Some(binding) = graph.binding(resource) else { return };
    let Some((namespace, accounts)) = accounts_of_one_namespace(binding, graph) else { return };
    let given = graph.roles_given(resource);
    let mut rules = given.iter().flat_map(|(_, rules)| rules.rules.iter()).peekable();
    let open = given.iter().any(|(_, rules)| rules.open);
    if rules.peek().is_none() || open || !rules.all(|(rule, _)| is_namespaced(rule, graph)) {
        return;
    }
    let pods = accounts.iter().flat_map(|account| &account.pods);
    let mut pods = pods.filter_map(|at| graph.pods().get(*at as usize));
    let watches = pods.all(|pod| watches_own(pod));
    let Some(first) = accounts.first().filter(|_| watches || out.is_asked()) else { return };
    let does = if watches { "watches" } else { "runs in" };
    let message = format!(
        "gives rights in every namespace, but what runs as {} {does} namespace `{namespace}` only",
        first.words()
    );
    out.report(resource.field("kind"), message);
}

/// The accounts that a binding names, when it names nothing else, all are in one namespace, and
/// pods run as each.
fn accounts_of_one_namespace<'g, 'a>(
    binding: &Binding<'a>,
    graph: &'g Graph<'a>,
) -> Option<(&'a str, Vec<&'g Account<'a>>)> {
    let known = &graph.rights().accounts;
    let mut accounts = Vec::new();
    let mut place = None;
    for subject in &binding.subjects {
        let Who::Account(Some(namespace), name) = subject.who else { return None };
        if *place.get_or_insert(namespace) != namespace {
            return None;
        }
        let account = known.get(known.position(Some(namespace), name)?)?;
        accounts.push(Some(account).filter(|account| !account.pods.is_empty())?);
    }
    Some((place?, accounts))
}

/// True when all that a rule speaks of is known to live in namespaces.
fn is_namespaced(rule: &Rule, graph: &Graph) -> bool {
    let known = |group: &str, resource: &str| {
        let plural = resource.split('/').next().unwrap_or_default();
        match lookup_plural(group, plural) {
            Some(kind) => kind.scope == Scope::Namespaced && plural != "namespaces",
            None => graph.of("apiextensions.k8s.io/CustomResourceDefinition").any(|crd| {
                crd.field("spec.group").str() == Some(group)
                    && crd.field("spec.names.plural").str() == Some(plural)
                    && crd.field("spec.scope").str() == Some("Namespaced")
            }),
        }
    };
    let groups = || rule.groups.iter();
    rule.urls.is_empty()
        && !rule.resources.is_empty()
        && !rule.resources.is_unsure()
        && rule
            .resources
            .iter()
            .all(|resource| groups().any(|group| known(group.text, resource.text)))
}

/// True when the containers of a pod are told to watch the namespace that they run in.
fn watches_own(pod: &GraphPod) -> bool {
    let own = pod.namespace.unwrap_or_default();
    pod.pod.containers().iter().any(|container| {
        let by_env = container.env().any(|env| {
            let name = env.get("name").and_then(Node::str).unwrap_or_default();
            let value = env.get("value").and_then(Node::str);
            let path = env.at("valueFrom.fieldRef.fieldPath").and_then(Node::str);
            name.contains("WATCH_NAMESPACE")
                && (path == Some("metadata.namespace") || value.is_some_and(|value| value == own))
        });
        by_env
            || container.command_line().any(|word| {
                let Some((flag, value)) = word.str().and_then(|word| word.split_once('=')) else {
                    return false;
                };
                matches!(flag.trim_start_matches('-'), "watch-namespace" | "watch-namespaces")
                    && value == own
            })
    })
}
