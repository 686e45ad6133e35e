//! Cases for meshes: hosts, injection, modes of mutual TLS, routes that are never reached.

use super::*;
use crate::graph::tests::with_graph;

fn pod(metadata: &str, spec: &str) -> String {
    format!(
        "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: web, namespace: shop, {metadata}}}\n\
         spec: {{containers: [], {spec}}}\n"
    )
}

fn namespace(metadata: &str) -> String {
    format!("---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: shop, {metadata}}}\n")
}

/// How the first pod is in a mesh: the mesh and its data plane, `out`, `none` or `?`.
#[track_caller]
fn member(expected: &str, text: &str) {
    let found = with_graph(text, |graph| match graph.membership(&graph.pods()[0]) {
        Membership::In(dataplane, _) => format!("{dataplane:?}"),
        Membership::Out(_) => "out".to_owned(),
        Membership::None => "none".to_owned(),
        Membership::Unknown => "?".to_owned(),
    });
    assert_eq!(found, expected, "{text}");
}

#[test]
fn namespaces_and_pods_say_who_is_injected() {
    let plain = pod("", "");
    let on = namespace("labels: {istio-injection: enabled}");
    let off = namespace("labels: {istio-injection: disabled}");
    let inject = |word: &str| pod(&format!("labels: {{sidecar.istio.io/inject: '{word}'}}"), "");
    member("?", &plain);
    member("none", &(plain.clone() + &namespace("")));
    member("Sidecar", &(plain.clone() + &on));
    member("out", &(plain.clone() + &off));
    member("Sidecar", &(plain.clone() + &namespace("labels: {istio.io/rev: canary}")));
    member("?", &(plain.clone() + &namespace("labels: {istio-injection: '${INJECT}'}")));
    member("out", &(inject("false") + &on));
    member("Sidecar", &(inject("true") + &namespace("")));
    member("Sidecar", &inject("true"));
    member("out", &(inject("true") + &off));
    member("out", &(pod("annotations: {sidecar.istio.io/inject: 'false'}", "") + &on));
    member("none", &(pod("", "hostNetwork: true") + &on));
    let proxy = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: web}\n\
                 spec: {containers: [{name: app}, {name: istio-proxy}]}\n";
    member("Sidecar", proxy);
}

#[test]
fn ambient_linkerd_and_cilium() {
    let plain = pod("labels: {app: web}", "");
    let ambient = namespace("labels: {istio.io/dataplane-mode: ambient}");
    member("Ambient", &(plain.clone() + &ambient));
    let both = namespace("labels: {istio.io/dataplane-mode: ambient, istio.io/rev: a}");
    member("Ambient", &(plain.clone() + &both));
    member("out", &(pod("labels: {istio.io/dataplane-mode: none}", "") + &ambient));
    let linkerd = namespace("annotations: {linkerd.io/inject: enabled}");
    member("Linkerd", &(plain.clone() + &linkerd));
    member("out", &(pod("annotations: {linkerd.io/inject: disabled}", "") + &linkerd));
    let cilium = "---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\n\
                  metadata: {name: web, namespace: shop}\n\
                  spec: {endpointSelector: {matchLabels: {app: web}}, \
                  ingress: [{authentication: {mode: required}}]}\n";
    member("Cilium", &(plain + cilium));
}

fn peer(namespace: &str, spec: &str) -> String {
    format!(
        "---\napiVersion: security.istio.io/v1\nkind: PeerAuthentication\n\
         metadata: {{name: p, namespace: {namespace}}}\nspec: {spec}\n"
    )
}

/// The mode of the first pod's port 8080.
#[track_caller]
fn mode(expected: MtlsMode, text: &str) {
    let found = with_graph(text, |graph| graph.mtls(&graph.pods()[0], Some(8080)).mode);
    assert_eq!(found, expected, "{text}");
}

#[test]
fn the_nearest_peer_authentication_decides() {
    use MtlsMode::{Disable, Permissive, Strict, Unknown};

    let web = pod("labels: {app: web}", "");
    let with = |peers: &[String]| web.clone() + &peers.concat();
    let mesh = peer("istio-system", "{mtls: {mode: STRICT}}");
    let near = peer("shop", "{mtls: {mode: PERMISSIVE}}");
    let own =
        |rest: &str| peer("shop", &format!("{{selector: {{matchLabels: {{app: web}}}}{rest}}}"));
    mode(Permissive, &web);
    mode(Strict, &with(std::slice::from_ref(&mesh)));
    mode(Permissive, &with(&[mesh.clone(), near.clone()]));
    mode(Strict, &with(&[mesh.clone(), peer("shop", "{mtls: {mode: UNSET}}")]));
    mode(Strict, &with(&[mesh.clone(), peer("bank", "{mtls: {mode: DISABLE}}")]));
    mode(Disable, &with(&[near.clone(), own(", mtls: {mode: DISABLE}")]));
    mode(Disable, &with(&[mesh.clone(), own(", portLevelMtls: {8080: {mode: DISABLE}}")]));
    mode(Strict, &with(&[mesh.clone(), own(", portLevelMtls: {9090: {mode: DISABLE}}")]));
    let unset = own(", mtls: {mode: DISABLE}, portLevelMtls: {'8080': {mode: UNSET}}");
    mode(Disable, &with(&[mesh.clone(), unset]));
    mode(Unknown, &with(&[mesh.clone(), near, peer("shop", "{mtls: {mode: STRICT}}")]));
    mode(Unknown, &with(&[peer("shop", "{mtls: {mode: '${MODE}'}}")]));
    let moved = "---\napiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\n\
                 metadata: {name: istio}\nspec: {meshConfig: {rootNamespace: config}}\n";
    mode(Permissive, &(with(&[mesh]) + moved));
    mode(Strict, &(with(&[peer("config", "{mtls: {mode: STRICT}}")]) + moved));
}

#[test]
fn hosts_are_what_istio_takes_them_for() {
    let service = |namespace, name| Host::Service { namespace, name };
    for (text, expected) in [
        ("web", service(Some("shop"), "web")),
        ("web.bank.svc.cluster.local", service(Some("bank"), "web")),
        ("web.bank.svc.corp.example", service(Some("bank"), "web")),
        ("web.bank", Host::Dns("web.bank")),
        ("web.bank.svc", Host::Dns("web.bank.svc")),
        ("*.example.com", Host::Wildcard("*.example.com")),
        ("www.example.com", Host::Dns("www.example.com")),
        ("${HOST}", Host::Unknown),
        ("", Host::Unknown),
    ] {
        assert_eq!(Host::of(text, Some("shop")), expected, "{text}");
    }
    assert_eq!(Host::of("web.bank", None).meant(), Some(("web", "bank")));
    assert_eq!(Host::of("web.bank.svc", None).meant(), Some(("web", "bank")));
    assert_eq!(Host::of("www.example.com", None).meant(), None);
}

/// What a host is found as from namespace `shop`: `here`, `hidden`, `maybe` or `nothing`.
#[track_caller]
fn found(expected: &str, host: &str, text: &str) {
    let found = with_graph(text, |graph| {
        match graph.find_host(Host::of(host, Some("shop")), Some("shop")) {
            HostFound::Here(_) => "here",
            HostFound::Hidden(_) => "hidden",
            HostFound::Maybe => "maybe",
            HostFound::Nothing => "nothing",
        }
    });
    assert_eq!(found, expected, "{host} in {text}");
}

#[test]
fn services_and_entries_answer_to_hosts() {
    let service = |metadata: &str| {
        format!("---\napiVersion: v1\nkind: Service\nmetadata: {{name: web, {metadata}}}\n")
    };
    let entry = |spec: &str| {
        format!(
            "---\napiVersion: networking.istio.io/v1\nkind: ServiceEntry\n\
             metadata: {{name: e, namespace: other}}\nspec: {spec}\n"
        )
    };
    found("here", "web", &service("namespace: shop"));
    found("nothing", "web", &service("namespace: bank"));
    found("here", "web.bank.svc.cluster.local", &service("namespace: bank"));
    found("nothing", "web.bank", &service("namespace: bank"));
    found("maybe", "web", &service(""));
    let own = "namespace: bank, annotations: {networking.istio.io/exportTo: 'a, .'}";
    found("hidden", "web.bank.svc.cluster.local", &service(own));
    let shared = "namespace: bank, annotations: {networking.istio.io/exportTo: 'a,shop'}";
    found("here", "web.bank.svc.cluster.local", &service(shared));
    found("here", "www.example.com", &entry("{hosts: [www.example.com]}"));
    found("here", "www.example.com", &entry("{hosts: ['*.example.com']}"));
    found("here", "a.b.example.com", &entry("{hosts: ['*.example.com']}"));
    found("here", "www.example.com", &entry("{hosts: ['*']}"));
    found("nothing", "example.com", &entry("{hosts: ['*.example.com']}"));
    found("hidden", "www.example.com", &entry("{hosts: [www.example.com], exportTo: ['.']}"));
    found("here", "www.example.com", &entry("{hosts: [www.example.com], exportTo: [shop]}"));
    found("here", "web.bank.svc.cluster.local", &entry("{hosts: [web.bank.svc.cluster.local]}"));
    found("maybe", "*.example.com", &entry("{hosts: [a.example.com]}"));
}

/// How many rules and matches of a VirtualService are never reached.
#[track_caller]
fn dead(expected: usize, http: &str) {
    let text = format!(
        "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {{name: v}}\n\
         spec: {{http: {http}}}\n"
    );
    let found = with_graph(&text, |graph| unreached(graph.resources()[0]).len());
    assert_eq!(found, expected, "{http}");
}

#[test]
fn rules_after_what_takes_all() {
    dead(0, "[{match: [{uri: {prefix: /a}}]}, {route: []}]");
    dead(1, "[{route: []}, {match: [{uri: {prefix: /a}}]}]");
    dead(1, "[{match: [{uri: {prefix: /}}]}, {route: []}]");
    dead(0, "[{match: [{uri: {prefix: /}, headers: {a: {exact: b}}}]}, {route: []}]");
    dead(1, "[{match: [{name: x, uri: {prefix: /a}}]}, {match: [{uri: {prefix: /a}}]}]");
    dead(1, "[{match: [{uri: {prefix: /a}}]}, {match: [{uri: {exact: /a/b}}]}]");
    dead(1, "[{match: [{uri: {prefix: /a}}]}, {match: [{uri: {exact: /b}}, {uri: {exact: /a}}]}]");
    dead(0, "[{match: [{uri: {exact: /a}}]}, {match: [{uri: {prefix: /a}}]}]");
    dead(0, "[{match: [{uri: {regex: /a}}]}, {match: [{uri: {prefix: /a}}]}]");
    dead(0, "[{match: [{uri: {prefix: '${P}'}}]}, {match: [{uri: {prefix: '${P}'}}]}]");
    dead(0, "[{match: [{port: 80}]}, {match: [{port: 81}]}]");
}

#[test]
fn a_big_mesh_is_read() {
    let mut text = namespace("labels: {istio-injection: enabled}");
    for at in 0..3000 {
        text += &format!(
            "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p{at}, namespace: shop, \
             labels: {{app: a{at}}}}}\nspec: {{containers: []}}\n\
             ---\napiVersion: security.istio.io/v1\nkind: PeerAuthentication\n\
             metadata: {{name: p{at}, namespace: shop}}\n\
             spec: {{selector: {{matchLabels: {{app: a{at}}}}}, mtls: {{mode: STRICT}}}}\n\
             ---\napiVersion: networking.istio.io/v1\nkind: DestinationRule\n\
             metadata: {{name: p{at}, namespace: shop}}\nspec: {{host: a{at}}}\n"
        );
    }
    with_graph(&text, |graph| {
        let strict = graph
            .pods()
            .iter()
            .filter(|pod| graph.mtls(pod, Some(80)).mode == MtlsMode::Strict)
            .filter(|pod| graph.membership(pod).dataplane().is_some());
        assert_eq!(strict.count(), 3000);
    });
}
