//! A monitoring tool without a login can be reached from outside.
//!
//! Prometheus and Alertmanager ask nobody who they are: whoever reaches them reads the names and
//! loads of everything that runs, changes silences, and with the admin API deletes data. Grafana with
//! anonymous access shows its dashboards to everyone.
//!
//! Put something before it that asks (oauth2-proxy, an authenticating gateway), reach it by
//! port-forward or a VPN, or give it a login (`--web.config.file`).
//!
//! Reported are Ingresses and public load balancers that lead to a pod with the image of one of them,
//! or to a Service that selects one by its usual labels. Nothing is said where something may ask: an
//! annotation of the Ingress that speaks of auth, of allowed addresses, of a middleware or a snippet,
//! a class named internal or private, an ALB that is not internet-facing, a proxy beside the program
//! in its pod.
//!
//! ```yaml fail
//! kind: Ingress
//! metadata: {name: metrics}
//! spec:
//!   rules:
//!     - host: metrics.example.com
//!       http:
//!         paths:
//!           - path: /
//!             backend:
//!               service: {name: metrics, port: {number: 80}}
//! #                       ^^^^^^^^^^^^^ Ingress `metrics` leads to Prometheus, which asks for no login
//! ---
//! kind: Service
//! metadata: {name: metrics}
//! spec: {selector: {app: metrics}, ports: [{port: 80, targetPort: 9090}]}
//! ---
//! kind: Deployment
//! metadata: {name: metrics}
//! spec:
//!   template:
//!     metadata: {labels: {app: metrics}}
//!     spec: {containers: [{name: app, image: "quay.io/prometheus/prometheus:v3.0.0"}]}
//! ---
//! kind: Service
//! metadata: {name: alertmanager-main}
//! spec:
//!   type: LoadBalancer
//! # ^^^^^^^^^^^^^^^^^^ Service `alertmanager-main` leads to Alertmanager, which asks for no login
//!   selector: {app.kubernetes.io/name: alertmanager}
//!   ports: [{name: web, port: 9093}]
//! ---
//! kind: Service
//! metadata: {name: grafana}
//! spec:
//!   type: LoadBalancer
//! # ^^^^^^^^^^^^^^^^^^ Service `grafana` leads to Grafana with anonymous access, which asks for no login
//!   selector: {app: grafana}
//! ---
//! kind: Deployment
//! metadata: {name: grafana}
//! spec:
//!   template:
//!     metadata: {labels: {app: grafana}}
//!     spec:
//!       containers:
//!         - name: app
//!           image: grafana/grafana:11.0.0
//!           env: [{name: GF_AUTH_ANONYMOUS_ENABLED, value: "true"}]
//! ```
//!
//! ```yaml pass
//! kind: Ingress
//! metadata: {name: with-a-login, annotations: {nginx.ingress.kubernetes.io/auth-url: "https://login.example.com"}}
//! spec: {defaultBackend: {service: {name: prometheus, port: {number: 9090}}}}
//! ---
//! kind: Ingress
//! metadata: {name: inside}
//! spec: {ingressClassName: nginx-internal, defaultBackend: {service: {name: prometheus, port: {number: 9090}}}}
//! ---
//! kind: Service
//! metadata: {name: prometheus}
//! spec: {selector: {app: prometheus}, ports: [{port: 9090}]}
//! ---
//! kind: Service
//! metadata: {name: inside, annotations: {service.beta.kubernetes.io/aws-load-balancer-internal: "true"}}
//! spec: {type: LoadBalancer, selector: {app: prometheus}, ports: [{port: 9090}]}
//! ---
//! kind: Service
//! metadata: {name: limited}
//! spec: {type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/8], selector: {app: prometheus}, ports: [{port: 9090}]}
//! ---
//! kind: Service
//! metadata: {name: grafana}
//! spec: {type: LoadBalancer, selector: {app: grafana}}
//! ---
//! kind: Deployment
//! metadata: {name: grafana}
//! spec:
//!   template:
//!     metadata: {labels: {app: grafana}}
//!     spec: {containers: [{name: app, image: "grafana/grafana:11.0.0"}]}
//! ---
//! kind: Service
//! metadata: {name: with-a-proxy}
//! spec: {type: LoadBalancer, selector: {app: with-a-proxy}}
//! ---
//! kind: Deployment
//! metadata: {name: with-a-proxy}
//! spec:
//!   template:
//!     metadata: {labels: {app: with-a-proxy}}
//!     spec:
//!       containers:
//!         - {name: app, image: "prom/prometheus:v3.0.0"}
//!         - {name: proxy, image: "quay.io/oauth2-proxy/oauth2-proxy:v7"}
//! ---
//! kind: Service
//! metadata: {name: with-a-file}
//! spec: {type: LoadBalancer, selector: {app: with-a-file}}
//! ---
//! kind: Deployment
//! metadata: {name: with-a-file}
//! spec:
//!   template:
//!     metadata: {labels: {app: with-a-file}}
//!     spec: {containers: [{name: app, image: "prom/prometheus:v3.0.0", args: [--web.config.file=/etc/web.yml]}]}
//! ```

use kubesift_engine::model::{
    Match, Published, Sources, backends, is_internal_load_balancer, load_balancer_sources,
    published,
};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    confidence: Confidence::Medium,
    profiles: &[Profile::Default],
    refs: &[Cwe(306), Peer("kubescape:C-0274")],
    run: Run::Links(&["Service", "networking.k8s.io/Ingress"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    if resource.is("Service") {
        let public = published(resource) == Published::LoadBalancer
            && is_internal_load_balancer(resource) == Match::No
            && !matches!(load_balancer_sources(resource), Sources::Limited);
        if public && let Some(tool) = tool_behind(resource, graph) {
            report(resource.field("spec.type").into(), &tool, out);
        }
        return;
    }
    if may_ask(resource) {
        return;
    }
    for backend in backends(resource) {
        let Some(service) = graph.service_of(resource, &backend) else { continue };
        if let Some(tool) = tool_behind(service, graph) {
            report(backend.name.into(), &tool, out);
        }
    }
}

fn report(at: At<'_>, tool: &Tool, out: &mut Out) {
    out.report(at, format!("leads to {}, which asks for no login", tool.words))
        .note(tool.sign, "it is behind it");
}

/// A tool that shows itself to everyone.
struct Tool<'a> {
    words: &'static str,
    sign: Node<'a>,
}

/// Ends of the images' repositories, the labels that usually select the pods, what it is called.
const TOOLS: [(&[&str], &str, &str); 2] = [
    (&["prom/prometheus", "prometheus/prometheus"], "prometheus", "Prometheus"),
    (&["prom/alertmanager", "prometheus/alertmanager"], "alertmanager", "Alertmanager"),
];

fn tool_behind<'s, 'a: 's>(service: &'s Resource, graph: &Graph<'a>) -> Option<Tool<'s>> {
    let pods = graph.pods_of_service(service);
    if let Some(pod) = pods.sure.first() {
        return tool_of(&pod.pod);
    }
    // Pods that an operator makes: their labels are known by convention.
    let selector = service.field("spec.selector").node()?;
    let label = ["app.kubernetes.io/name", "app"].into_iter().find_map(|key| selector.get(key))?;
    let tool = TOOLS.iter().find(|tool| label.str() == Some(tool.1))?;
    Some(Tool { words: tool.2, sign: label })
}

fn tool_of<'a>(pod: &Pod<'a>) -> Option<Tool<'a>> {
    let containers = pod.containers();
    // What runs beside it may stand before it and ask.
    let proxies = ["proxy", "oauth", "nginx", "envoy", "auth"];
    let is_proxy = |container: &Container| {
        let image = container.image_ref().map(|image| image.normalized_repository());
        container.is_long_lived()
            && image.is_none_or(|image| proxies.iter().any(|word| image.contains(word)))
    };
    if containers.iter().any(is_proxy) {
        return None;
    }
    containers.iter().find_map(|container| {
        let image = container.image_ref()?.normalized_repository();
        let sign = container.node.get("image")?;
        if image.ends_with("grafana/grafana") {
            let anonymous = container.env().any(|variable| {
                variable.field("name").str() == Some("GF_AUTH_ANONYMOUS_ENABLED")
                    && variable.get("value").and_then(Node::text) == Some("true")
            });
            return anonymous.then_some(Tool { words: "Grafana with anonymous access", sign });
        }
        let tool = TOOLS.iter().find(|tool| tool.0.iter().any(|end| image.ends_with(end)))?;
        let has_login = container
            .command_line()
            .any(|word| word.text().is_some_and(|text| text.contains("web.config.file")));
        (!has_login).then_some(Tool { words: tool.2, sign })
    })
}

/// Whether an Ingress may ask for a login, or be one of an inner network.
fn may_ask(ingress: &Resource) -> bool {
    let words = ["auth", "whitelist", "allowlist", "middleware", "snippet", "waf", "policy"];
    let annotations = ingress.node().at("metadata.annotations");
    let by_annotation = annotations.into_iter().flat_map(Node::entries).any(|(key, _)| {
        let key = key.to_ascii_lowercase();
        words.iter().any(|word| key.contains(word))
    });
    let class = ingress.field("spec.ingressClassName").str();
    let class = class.or_else(|| ingress.annotation("kubernetes.io/ingress.class")?.str());
    let class = class.unwrap_or_default();
    let inner = ["internal", "private", "tailscale", "vpn", "intranet"];
    let scheme = ingress.annotation("alb.ingress.kubernetes.io/scheme").and_then(Node::str);
    // The AWS controller makes internal ones unless it is told otherwise.
    let inner_alb = class == "alb" && scheme != Some("internet-facing");
    by_annotation || inner_alb || inner.iter().any(|word| class.contains(word))
}
