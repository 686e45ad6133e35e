//! What a resource is there for, and what a person wants to know of it at a glance. Nothing here
//! looks at `data` or `stringData`, nor at the values of environment variables.

use kubesift_engine::model::{self, Pod, Policy, Resource};
use kubesift_engine::yaml::Node;

use super::{FactView, Part};
use crate::view::words::port_words;

/// Items of one fact that are shown.
const MOST: usize = 6;

/// What a resource is there for.
pub(super) fn part(resource: &Resource) -> Part {
    if resource.pod.is_some() && !resource.is("PodTemplate") {
        return Part::Workload;
    }
    if !Policy::all_of(resource).is_empty() && &*resource.kind.group != "kyverno.io" {
        return Part::Policy;
    }
    part_of_kind(&resource.kind.group, &resource.kind.kind)
}

/// What objects of a kind are there for, as far as the kind says.
pub(super) fn part_of_kind(group: &str, kind: &str) -> Part {
    match (group, kind) {
        ("", "Service" | "Endpoints") | ("discovery.k8s.io", "EndpointSlice") => Part::Service,
        ("networking.istio.io", "ServiceEntry") => Part::Service,
        ("networking.istio.io", "DestinationRule") => Part::Service,
        ("", "ServiceAccount") => Part::Account,
        ("", "ConfigMap") => Part::Config,
        ("", "Namespace") => Part::Namespace,
        ("", "Secret") | ("bitnami.com", "SealedSecret") => Part::Secret,
        ("external-secrets.io", _) | ("cert-manager.io", "Certificate") => Part::Secret,
        ("secrets-store.csi.x-k8s.io", _) => Part::Secret,
        ("", "PersistentVolumeClaim" | "PersistentVolume") => Part::Storage,
        ("storage.k8s.io", _) => Part::Storage,
        ("rbac.authorization.k8s.io", _) => Part::Role,
        ("autoscaling" | "autoscaling.k8s.io" | "keda.sh", _) => Part::Scaling,
        ("policy", "PodDisruptionBudget") => Part::Scaling,
        ("apps" | "batch" | "extensions", "Ingress") => Part::Entry,
        ("apps" | "batch", "ControllerRevision") => Part::Other,
        ("apps" | "batch", _) | ("", "Pod" | "ReplicationController") => Part::Workload,
        ("networking.k8s.io", "Ingress") | ("route.openshift.io", "Route") => Part::Entry,
        ("networking.istio.io", "Gateway" | "VirtualService") => Part::Entry,
        ("gateway.networking.k8s.io", "GatewayClass" | "ReferenceGrant") => Part::Other,
        ("gateway.networking.k8s.io", _) => Part::Entry,
        ("traefik.io" | "traefik.containo.us", "IngressRoute" | "IngressRouteTCP") => Part::Entry,
        ("projectcontour.io", "HTTPProxy") | ("getambassador.io", "Mapping" | "Host") => {
            Part::Entry
        }
        ("networking.k8s.io" | "policy.networking.k8s.io" | "cilium.io", kind)
            if kind.ends_with("NetworkPolicy") =>
        {
            Part::Policy
        }
        ("security.istio.io", _) => Part::Policy,
        _ => Part::Other,
    }
}

/// Facts about a resource.
pub(super) fn facts(resource: &Resource) -> Vec<FactView> {
    let mut facts = Facts(Vec::new());
    if let Some(pod) = Pod::of(resource) {
        facts.of_pod(&pod);
    }
    match &*resource.kind.kind {
        "Service" if resource.is("Service") => facts.of_service(resource),
        "Ingress" => facts.list("host", hosts(resource)),
        "Gateway" => facts.of_gateway(resource),
        "HTTPRoute" | "GRPCRoute" | "TLSRoute" => {
            facts.list("host", texts(resource.field("spec.hostnames").items()));
        }
        "Route" => facts.list("host", texts(resource.field("spec.host").node())),
        "Secret" => facts.one("type", resource.field("type").str()),
        "PersistentVolumeClaim" => {
            facts.list("size", texts(resource.field("spec.resources.requests.storage").node()));
            facts.one("storage class", resource.field("spec.storageClassName").str());
        }
        _ => {}
    }
    for policy in Policy::all_of(resource) {
        if policy.takes_all_pods() {
            facts.one("selects", Some("every pod"));
        } else if !policy.is_unreadable() {
            facts.one("selects", Some(&policy.words()));
        }
    }
    facts.0
}

/// The hosts that an Ingress states.
pub(super) fn hosts(ingress: &Resource) -> Vec<String> {
    texts(ingress.field("spec.rules").items().filter_map(|rule| rule.get("host")))
}

fn texts<'a>(nodes: impl IntoIterator<Item = Node<'a>>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for text in nodes.into_iter().filter_map(Node::text) {
        if !found.iter().any(|held| held == text) {
            found.push(text.to_owned());
        }
    }
    found
}

struct Facts(Vec<FactView>);

impl Facts {
    fn one(&mut self, label: &'static str, value: Option<&str>) {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            self.0.push(FactView { label, value: value.to_owned() });
        }
    }

    fn list(&mut self, label: &'static str, values: Vec<String>) {
        let left = values.len().saturating_sub(MOST);
        for value in values.iter().take(MOST) {
            self.one(label, Some(value));
        }
        if left > 0 {
            self.one(label, Some(&format!("and {left} more")));
        }
    }

    fn of_pod(&mut self, pod: &Pod<'_>) {
        let resource = pod.resource;
        self.list("replicas", texts(resource.field("spec.replicas").node()));
        self.one("schedule", resource.field("spec.schedule").str());
        let containers = pod.containers();
        let images = containers.iter().filter_map(|one| one.node.get("image"));
        self.list("image", texts(images));
        self.list("port", pod.port_names().iter().map(|port| port.replace('`', "")).collect());
        let shared = ["hostNetwork", "hostPID", "hostIPC"];
        for key in shared.into_iter().filter(|key| pod.field(key).is_true()) {
            self.one("of the node", Some(key));
        }
        let privileged =
            |one: &&model::Container<'_>| one.field("securityContext.privileged").is_true();
        for container in containers.iter().filter(privileged).take(MOST) {
            self.one("privileged", Some(container.name()));
        }
    }

    fn of_service(&mut self, service: &Resource) {
        self.one("type", Some(service.field("spec.type").str().unwrap_or("ClusterIP")));
        self.one("external name", service.field("spec.externalName").str());
        let ports = model::service_ports(service).iter().map(port_words).collect();
        self.list("port", ports);
    }

    fn of_gateway(&mut self, gateway: &Resource) {
        self.one("class", gateway.field("spec.gatewayClassName").str());
        let listeners = gateway.field("spec.listeners").items();
        let words = listeners.filter_map(|listener| {
            let protocol = listener.get("protocol").and_then(Node::text)?;
            let port = listener.get("port").and_then(Node::text)?;
            let host = listener.get("hostname").and_then(Node::text);
            Some(match host {
                Some(host) => format!("{protocol} {port} for {host}"),
                None => format!("{protocol} {port}"),
            })
        });
        let words = words.collect();
        self.list("listener", words);
    }
}
