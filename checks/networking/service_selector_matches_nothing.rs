//! A Service selects no pod.
//!
//! Its selector matches no pod of its namespace, so nothing answers: connections are refused, or
//! hang until they time out.
//!
//! Compare `selector` with the labels of the pods: those of the pod template count, not those of
//! the Deployment, and the namespace must be the same.
//!
//! Pods of every kind of workload count, and labels that a controller adds to its pods are left
//! out of the comparison. Nothing is said of an ExternalName, of a Service without a selector or
//! with Endpoints of its own, nor where the pods may come from elsewhere: the manifests hold no
//! workload of the namespace, or something in it (a Helm release, a custom resource) makes pods
//! that they do not show, unless the selector is only a typing mistake away; or no workload of
//! the namespace has a label in common with the selector or a name like that of the Service,
//! unless both are alone. A run that names this check reports these too. Ports do not count here
//! (KICS reports a Service whose `targetPort` no container declares as well).
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web, labels: {app: web, tier: front}}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Service
//! metadata: {name: web}
//! spec:
//!   selector:
//! # ^^^^^^^^ Service `web` selects no pod: none has the labels app=web,tier=front, the nearest is Deployment `web` without tier=front
//!     app: web
//!     tier: front
//!   ports: [{port: 80}]
//! ```
//!
//! ```yaml fail
//! kind: Pod
//! metadata: {name: web, labels: {app: web}}
//! spec: {containers: [{name: app}]}
//! ---
//! kind: Service
//! metadata: {name: web}
//! spec: {ports: [{port: 80}], selector: {app: webb}}
//! #                           ^^^^^^^^ Service `web` selects no pod: none has the labels app=webb, the nearest is Pod `web` with app=web
//! ```
//!
//! A Service reaches pods of its own namespace only:
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Service
//! metadata: {name: web, namespace: shops}
//! spec: {ports: [{port: 80}], selector: {app: web}}
//! #                           ^^^^^^^^ Service `web` selects no pod: none of namespace `shops` has the labels app=web, Deployment `web` with them is in namespace `shop`
//! ```
//!
//! ```yaml pass
//! kind: StatefulSet
//! metadata: {name: db}
//! spec: {template: {metadata: {labels: {app: db, version: 2}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Service
//! metadata: {name: db}
//! spec: {clusterIP: None, selector: {app: db, version: "2"}}
//! ---
//! kind: Service
//! metadata: {name: first}
//! spec: {selector: {app: db, statefulset.kubernetes.io/pod-name: db-0}}
//! ---
//! kind: Service
//! metadata: {name: second}
//! spec: {selector: {app: db, apps.kubernetes.io/pod-index: "1", controller-revision-hash: db-6f7c}}
//! ---
//! kind: Job
//! metadata: {name: import}
//! spec: {template: {metadata: {labels: {app: import}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Service
//! metadata: {name: import}
//! spec: {selector: {batch.kubernetes.io/job-name: import, app: import}, ports: [{port: 80}]}
//! ---
//! kind: Service
//! metadata: {name: elsewhere}
//! spec: {type: ExternalName, externalName: db.example.com, selector: {app: left-over}}
//! ---
//! kind: Service
//! metadata: {name: by-hand, labels: {app: nobody}}
//! spec: {ports: [{port: 80}]}
//! ---
//! kind: Service
//! metadata: {name: with-endpoints}
//! spec: {ports: [{port: 80}], selector: {app: somewhere}}
//! ---
//! kind: Endpoints
//! metadata: {name: with-endpoints}
//! ---
//! kind: Service
//! metadata: {name: unknown}
//! spec: {ports: [{port: 80}], selector: {app: "${APP}"}}
//! ---
//! kind: Service
//! metadata: {name: of-another-repository, namespace: other}
//! spec: {ports: [{port: 80}], selector: {app: other}}
//! ```
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec: {template: {metadata: {labels: {app: storefront}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: db}
//! spec: {template: {metadata: {labels: {app: db}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Service
//! metadata: {name: web-svc}
//! spec: {ports: [{port: 80}], selector: {app: frontpage}}
//! #                           ^^^^^^^^ Service `web-svc` selects no pod: none has the labels app=frontpage
//! ---
//! kind: Service
//! metadata: {name: cache}
//! spec: {ports: [{port: 6379}], selector: {app: redis}}
//! ```
//!
//! A namespace that is filled in later may be the same:
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web, namespace: "{{ .Release.Namespace }}"}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Service
//! metadata: {name: web, namespace: "{{ .Release.Namespace }}"}
//! spec: {ports: [{port: 80}], selector: {app: web}}
//! ---
//! kind: Service
//! metadata: {name: of-no-namespace}
//! spec: {ports: [{port: 80}], selector: {app: web}}
//! ---
//! kind: Service
//! metadata: {name: of-another, namespace: shop}
//! spec: {ports: [{port: 80}], selector: {app: web}}
//! ```
//!
//! An operator makes the pods, or the cluster:
//!
//! ```yaml pass
//! kind: DaemonSet
//! metadata: {name: scheduler-watch, namespace: kube-system}
//! spec: {template: {metadata: {labels: {app: watch}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Service
//! metadata: {name: kube-scheduler, namespace: kube-system}
//! spec: {clusterIP: None, ports: [{port: 10259}], selector: {component: kube-scheduler}}
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! apiVersion: postgresql.cnpg.io/v1
//! kind: Cluster
//! metadata: {name: db}
//! spec: {instances: 3}
//! ---
//! kind: Service
//! metadata: {name: db}
//! spec: {ports: [{port: 5432}], selector: {cnpg.io/cluster: db, role: primary}}
//! ```
//!
//! ```yaml pass
//! apiVersion: argoproj.io/v1alpha1
//! kind: Rollout
//! metadata: {name: web}
//! spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}}
//! ---
//! kind: Service
//! metadata: {name: web}
//! spec: {ports: [{port: 80}], selector: {app: web}}
//! ---
//! apiVersion: serving.knative.dev/v1
//! kind: Service
//! metadata: {name: knative}
//! spec: {template: {spec: {containers: [{image: app}]}}}
//! ```

use kubesift_engine::model::Near;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    confidence: Confidence::Medium,
    profiles: &[Profile::Default, Profile::Reliability],
    yields_to: &["network-path-broken"],
    refs: &[
        Peer("kube-linter:dangling-service"),
        Peer("kube-score:service-targets-pod"),
        Peer("kics:3ca03a61"),
        Peer("kubescape:C-0293"),
        Peer("popeye:POP-1100"),
        Peer("popeye:POP-1105"),
        Peer("monokle:LNK001"),
    ],
    run: Run::Links(&["Service"], run),
    ..Check::DEFAULT
};

fn run(service: &Resource, graph: &Graph, out: &mut Out) {
    let Some(none) = graph.selects_no_pod(service) else { return };
    if !none.is_likely && !out.is_asked() {
        return;
    }
    let namespace = service.namespace.as_deref();
    let of = namespace.map(|name| format!(" of namespace `{name}`")).unwrap_or_default();
    let whole = graph.build().complete || out.is_asked();
    let why = match none.elsewhere.and_then(elsewhere).filter(|_| whole) {
        Some(elsewhere) => format!(", {elsewhere}"),
        None => none.near.as_ref().map(words).unwrap_or_default(),
    };
    let message = format!("selects no pod: none{of} has the labels {}{why}", none.selector);
    out.report(service.field("spec.selector"), message).cause(none.cause());
}

fn elsewhere(pod: &GraphPod) -> Option<String> {
    let (kind, name) = (&pod.pod.resource.kind.kind, pod.pod.resource.name.as_deref()?);
    let namespace = pod.namespace?;
    Some(format!("{kind} `{name}` with them is in namespace `{namespace}`"))
}

fn words(near: &Near<'_, &GraphPod>) -> String {
    let resource = near.item.pod.resource;
    let (kind, name) = (&resource.kind.kind, resource.name.as_deref().unwrap_or("(no name)"));
    let found = near.words();
    if !found.is_empty() {
        return format!(", the nearest is {kind} `{name}` with {found}");
    }
    let wanted: Vec<String> =
        near.differences.iter().map(|difference| difference.requirement.to_string()).collect();
    format!(", the nearest is {kind} `{name}` without {}", wanted.join(","))
}
