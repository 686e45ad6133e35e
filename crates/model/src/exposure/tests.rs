//! Ways into pods, over whole manifests.

use super::*;
use crate::graph::tests::with_graph;

const WEB: &str = "---\nkind: Deployment\napiVersion: apps/v1\nmetadata: {name: web, namespace: shop}\n\
    spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app, ports: \
    [{name: http, containerPort: 8080}]}]}}}\n";

fn service(more: &str) -> String {
    format!(
        "---\nkind: Service\napiVersion: v1\nmetadata: {{name: web, namespace: shop}}\nspec: \
         {{selector: {{app: web}}, ports: [{{port: 80, targetPort: http}}]{more}}}\n"
    )
}

fn ingress(metadata: &str, spec: &str) -> String {
    format!(
        "---\nkind: Ingress\napiVersion: networking.k8s.io/v1\nmetadata: {{name: web, namespace: \
         shop{metadata}}}\nspec: {{rules: [{{host: shop.example.com, http: {{paths: [{{backend: \
         {{service: {{name: web, port: {{number: 80}}}}}}}}]}}}}]{spec}}}\n"
    )
}

/// Each way to the first pod: who, whether it is open, and its line.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let found = with_graph(text, |graph| {
        let ways = graph.ways_to(&graph.pods()[0]).iter();
        ways.map(|way| {
            let open = if way.is_open() { "open" } else { "shut" };
            format!("{:?} {open}: {}", way.audience, way.line())
        })
        .collect::<Vec<_>>()
    });
    assert_eq!(found, expected, "{text}");
}

#[test]
fn a_service_inside_the_cluster_is_no_door() {
    check(&format!("{WEB}{}", service("")), &[]);
    check(&format!("{WEB}{}", service(", type: ClusterIP")), &[]);
}

#[test]
fn services_are_published() {
    let of = |more: &str| format!("{WEB}{}", service(more));
    let line = "Service web → container app:8080";
    check(&of(", type: LoadBalancer"), &[&format!("World open: {line}")]);
    check(&of(", type: NodePort"), &[&format!("Nodes open: {line}")]);
    check(&of(", externalIPs: [192.0.2.1]"), &[&format!("Nodes open: {line}")]);
    let limited = ", type: LoadBalancer, loadBalancerSourceRanges: [198.51.100.0/24]";
    check(&of(limited), &[&format!("Limited shut: {line}")]);
}

#[test]
fn an_ingress_leads_through_its_service() {
    let of =
        |metadata: &str, spec: &str| format!("{WEB}{}{}", service(""), ingress(metadata, spec));
    let line = "Ingress web → Service web → container app:8080";
    check(&of("", ""), &[&format!("World open: {line}")]);
    check(&of("", ", ingressClassName: nginx-internal"), &[&format!("Private shut: {line}")]);
    let alb = ", annotations: {alb.ingress.kubernetes.io/scheme: internet-facing}";
    check(&of(alb, ", ingressClassName: alb"), &[&format!("World open: {line}")]);
    check(&of("", ", ingressClassName: alb"), &[&format!("Private shut: {line}")]);
    let listed = ", annotations: {nginx.ingress.kubernetes.io/whitelist-source-range: 10.0.0.0/8}";
    check(&of(listed, ""), &[&format!("Limited shut: {line}")]);
}

#[test]
fn a_route_hangs_on_a_gateway_or_inside_the_mesh() {
    let route = |parent: &str| {
        format!(
            "{WEB}{}---\nkind: HTTPRoute\napiVersion: gateway.networking.k8s.io/v1\nmetadata: \
             {{name: r, namespace: shop}}\nspec: {{parentRefs: [{parent}], rules: [{{backendRefs: \
             [{{name: web, port: 80}}]}}]}}\n---\nkind: Gateway\napiVersion: \
             gateway.networking.k8s.io/v1\nmetadata: {{name: public, namespace: edge}}\nspec: \
             {{listeners: [{{port: 443}}]}}\n",
            service("")
        )
    };
    check(
        &route("{name: public, namespace: edge}"),
        &["World open: Gateway public → HTTPRoute r → Service web → container app:8080"],
    );
    check(
        &route("{name: elsewhere-internal}"),
        &["Private shut: HTTPRoute r → Service web → container app:8080"],
    );
    check(&route("{kind: Service, group: '', name: web}"), &[]);
}

#[test]
fn a_virtual_service_needs_a_gateway() {
    let of = |gateways: &str, host: &str| {
        format!(
            "{WEB}{}---\nkind: VirtualService\napiVersion: networking.istio.io/v1\nmetadata: \
             {{name: v, namespace: shop}}\nspec: {{hosts: ['*'], gateways: [{gateways}], http: \
             [{{route: [{{destination: {{host: {host}}}}}]}}]}}\n",
            service("")
        )
    };
    let line = ["World open: VirtualService v → Service web → container app:8080"];
    check(&of("edge/public", "web"), &line);
    check(&of("edge/public, mesh", "web.shop.svc.cluster.local"), &line);
    check(&of("mesh", "web"), &[]);
    check(&of("edge/public", "web.other"), &[]);
    check(&of("edge/public", "web.example.com"), &[]);
}

#[test]
fn ports_of_the_node() {
    let pod = |spec: &str, port: &str| {
        format!(
            "---\nkind: Pod\napiVersion: v1\nmetadata: {{name: p}}\nspec: {{containers: [{{name: \
             app, ports: [{{containerPort: 80{port}}}]}}]{spec}}}\n"
        )
    };
    let line = ["Nodes open: Pod p → container app:80"];
    check(&pod("", ", hostPort: 8080"), &line);
    check(&pod(", hostNetwork: true", ""), &line);
    check(&pod("", ""), &[]);
}

#[test]
fn a_port_that_no_container_declares_is_the_only_containers() {
    let text = |containers: &str| {
        format!(
            "---\nkind: Pod\napiVersion: v1\nmetadata: {{name: p, labels: {{app: p}}}}\nspec: \
             {{containers: [{containers}]}}\n---\nkind: Service\napiVersion: v1\nmetadata: {{name: \
             s}}\nspec: {{type: NodePort, selector: {{app: p}}, ports: [{{port: 80}}]}}\n"
        )
    };
    check(&text("{name: app}"), &["Nodes open: Service s → container app:80"]);
    check(&text("{name: app}, {name: sidecar}"), &[]);
    check(
        &text("{name: app}, {name: sidecar, ports: [{containerPort: 80}]}"),
        &["Nodes open: Service s → container sidecar:80"],
    );
}

#[test]
fn policies_decide_who_comes_through_a_door() {
    let policy = |rules: &str| {
        format!(
            "---\nkind: NetworkPolicy\napiVersion: networking.k8s.io/v1\nmetadata: {{name: n, \
             namespace: shop}}\nspec: {{podSelector: {{}}, ingress: [{rules}]}}\n"
        )
    };
    let balancer =
        |rules: &str| format!("{WEB}{}{}", service(", type: LoadBalancer"), policy(rules));
    let open = ["World open: Service web → container app:8080"];
    let shut = ["World shut: Service web → container app:8080"];
    check(&balancer(""), &shut);
    check(&balancer("{}"), &open);
    check(&balancer("{ports: [{port: 8080}]}"), &open);
    check(&balancer("{ports: [{port: 9090}]}"), &shut);
    check(&balancer("{from: [{ipBlock: {cidr: 0.0.0.0/0}}, {ipBlock: {cidr: '::/0'}}]}"), &open);
    check(&balancer("{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}"), &shut);
    let route = |rules: &str| format!("{WEB}{}{}{}", service(""), ingress("", ""), policy(rules));
    let line = "Ingress web → Service web → container app:8080";
    let (open, shut) = (format!("World open: {line}"), format!("World shut: {line}"));
    check(&route(""), &[&shut]);
    check(&route("{from: [{podSelector: {}}]}"), &[&shut]);
    check(&route("{from: [{namespaceSelector: {matchLabels: {app: nginx}}}]}"), &[&open]);
    check(&route("{from: [{namespaceSelector: {}}], ports: [{port: http}]}"), &[&open]);
    check(&route("{from: [{namespaceSelector: {}}], ports: [{port: 9090}]}"), &[&shut]);
}

/// From its namespace, from others, from outside: of each port of the first pod.
#[track_caller]
fn check_ports(text: &str, expected: &[&str]) {
    let word = |found| match found {
        Match::Yes => 'y',
        Match::No => 'n',
        Match::Unknown => '?',
    };
    let found = with_graph(text, |graph| {
        let ports = graph.port_exposure(&graph.pods()[0]).into_iter();
        let line = |port: PortExposure<'_, '_>| {
            let [own, others, outside] =
                [port.own_namespace, port.other_namespaces, port.outside].map(word);
            format!("{} {own}{others}{outside}", port.number)
        };
        ports.map(line).collect::<Vec<_>>()
    });
    assert_eq!(found, expected, "{text}");
}

#[test]
fn ports_are_exposed_to_three_circles() {
    let policy = "---\nkind: NetworkPolicy\napiVersion: networking.k8s.io/v1\nmetadata: {name: n, \
        namespace: shop}\nspec: {podSelector: {}, ingress: [{from: [{podSelector: {}}]}]}\n";
    check_ports(WEB, &["8080 yyn"]);
    check_ports(&format!("{WEB}{policy}"), &["8080 ynn"]);
    let published = format!("{WEB}{}", service(", type: LoadBalancer"));
    check_ports(&published, &["8080 yyy"]);
    check_ports(&format!("{published}{policy}"), &["8080 ynn"]);
    let listed = service(", type: LoadBalancer, loadBalancerSourceRanges: [198.51.100.0/24]");
    check_ports(&format!("{WEB}{listed}"), &["8080 yy?"]);
}

/// The powers of the first container of the first pod.
#[track_caller]
fn check_escapes(spec: &str, expected: &[Power]) {
    let text = format!("---\nkind: Pod\napiVersion: v1\nmetadata: {{name: p}}\nspec: {spec}\n");
    let found = with_graph(&text, |graph| {
        let containers = graph.pods()[0].pod.containers();
        escapes(&containers[0]).iter().map(|escape| escape.power).collect::<Vec<_>>()
    });
    assert_eq!(found, expected, "{text}");
}

#[test]
fn ways_out_of_a_container() {
    use Power::{Capability, HostFiles, HostProcesses, Privileged, Runtime};
    let context =
        |context: &str| format!("{{containers: [{{name: a, securityContext: {context}}}]}}");
    check_escapes(&context("{privileged: true}"), &[Privileged]);
    check_escapes(&context("{privileged: true, capabilities: {add: [SYS_ADMIN]}}"), &[Privileged]);
    check_escapes(&context("{capabilities: {add: [CAP_SYS_MODULE]}}"), &[Capability]);
    check_escapes(&context("{capabilities: {add: [NET_BIND_SERVICE, NET_ADMIN]}}"), &[]);
    check_escapes(&context("{privileged: '${P}'}"), &[]);
    check_escapes(
        "{hostPID: true, containers: [{name: a, securityContext: {capabilities: {add: \
         [SYS_PTRACE]}}}]}",
        &[HostProcesses],
    );
    check_escapes(
        "{hostUsers: false, containers: [{name: a, securityContext: {privileged: true}}]}",
        &[],
    );
    let mount = |path: &str, mount: &str| {
        format!(
            "{{containers: [{{name: a, volumeMounts: [{{name: v, mountPath: /v{mount}}}]}}], \
             volumes: [{{name: v, hostPath: {{path: {path}}}}}]}}"
        )
    };
    check_escapes(&mount("/var/run/docker.sock", ", readOnly: true"), &[Runtime]);
    check_escapes(&mount("/", ", readOnly: true"), &[HostFiles]);
    check_escapes(&mount("/etc/cron.d", ""), &[HostFiles]);
    check_escapes(&mount("/etc/cron.d", ", readOnly: true"), &[]);
    check_escapes(&mount("/etc/localtime", ""), &[]);
    check_escapes(&mount("/var/log", ""), &[]);
    check_escapes(&mount("/data", ""), &[]);
}
