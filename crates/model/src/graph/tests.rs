//! Cases for the graph: selectors, namespaces, policies, services, and its size.

use std::fmt::Write as _;
use std::sync::Arc;

use kubesift_source::{FileId, SourceFile};

use super::*;
use crate::declared::Around;
use crate::workload::Workloads;

/// Calls `look` with the graph of a file.
pub(crate) fn with_graph<T>(text: &str, look: impl FnOnce(&Graph<'_>) -> T) -> T {
    with_graph_in(text, Around::default(), look)
}

/// Calls `look` with the graph of a file `k8s/test.yaml` of a project of which something is known.
pub(crate) fn with_graph_in<T>(
    text: &str,
    around: Around,
    look: impl FnOnce(&Graph<'_>) -> T,
) -> T {
    let file = Arc::new(SourceFile::new(FileId(0), "k8s/test.yaml", text));
    let tree = Arc::new(kubesift_yaml::parse(file));
    let resources = Resource::documents(&tree, &Workloads::default());
    let build = Build { around: Arc::new(around), ..Build::of(".", &resources) };
    look(&Graph::new(&build, &resources))
}

fn pod(namespace: &str, name: &str, labels: &str) -> String {
    format!(
        "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: {name}{}, labels: {{{labels}}}}}\n\
         spec: {{containers: []}}\n",
        in_namespace(namespace)
    )
}

fn in_namespace(namespace: &str) -> String {
    if namespace.is_empty() { String::new() } else { format!(", namespace: '{namespace}'") }
}

fn policy(api: &str, kind: &str, namespace: &str, spec: &str) -> String {
    format!(
        "---\napiVersion: {api}\nkind: {kind}\nmetadata: {{name: p{}}}\nspec: {spec}\n",
        in_namespace(namespace)
    )
}

fn network_policy(namespace: &str, spec: &str) -> String {
    policy("networking.k8s.io/v1", "NetworkPolicy", namespace, spec)
}

/// Coverage of the first pod: any, ingress, egress, as `y`, `n` or `?`.
#[track_caller]
fn check(expected: &str, text: &str) {
    let found = with_graph(text, |graph| {
        let coverage = graph.coverage(&graph.pods()[0]);
        [coverage.any, coverage.ingress, coverage.egress].map(|matches| match matches {
            Match::Yes => 'y',
            Match::No => 'n',
            Match::Unknown => '?',
        })
    });
    assert_eq!(found.iter().collect::<String>(), expected, "{text}");
}

#[test]
fn policy_types_have_defaults() {
    let web = pod("a", "web", "app: web");
    let with = |spec: &str| format!("{web}{}", network_policy("a", spec));
    check("nnn", &web);
    check("yyn", &with("{podSelector: {}}"));
    check("yyn", &with("{podSelector: {}, egress: []}"));
    check("yyy", &with("{podSelector: {}, egress: [{}]}"));
    check("yny", &with("{podSelector: {}, policyTypes: [Egress]}"));
    check("yyy", &with("{podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress, Egress]}"));
    check("nnn", &with("{podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress, Egress]}"));
    check("y??", &with("{podSelector: {}, policyTypes: ['${TYPE}']}"));
}

#[test]
fn namespaces_that_are_not_stated() {
    let all = "{podSelector: {}}";
    check("nnn", &(pod("a", "web", "") + &network_policy("b", all)));
    check("yyn", &(pod("", "web", "") + &network_policy("", all)));
    // It may be the only one that is stated, or the default one; not one of several.
    check("??n", &(pod("", "web", "") + &network_policy("b", all)));
    check("??n", &(pod("", "web", "") + &network_policy("default", all) + &pod("b", "x", "")));
    check("nnn", &(pod("", "web", "") + &network_policy("b", all) + &pod("c", "x", "")));
    check("??n", &(pod("b", "web", "") + &network_policy("${NS}", all)));
    check("yyn", &(pod("${NS}", "web", "") + &network_policy("${NS}", all)));
}

#[test]
fn cilium_policies() {
    let namespace =
        "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: a, labels: {team: x}}\n";
    let web = pod("a", "web", "app: web") + namespace;
    let with = |kind: &str, spec: &str| format!("{web}{}", policy("cilium.io/v2", kind, "a", spec));
    let own = "CiliumNetworkPolicy";
    check("ynn", &with(own, "{endpointSelector: {}}"));
    check("yyn", &with(own, "{endpointSelector: {}, ingress: [{}]}"));
    check("yny", &with(own, "{endpointSelector: {}, egressDeny: [{}]}"));
    let open = "{endpointSelector: {}, ingress: [{}], enableDefaultDeny: {ingress: false}}";
    check("ynn", &with(own, open));
    check("yyn", &with(own, "{endpointSelector: {matchLabels: {'k8s:app': web}}, ingress: [{}]}"));
    check("nnn", &with(own, "{endpointSelector: {matchLabels: {'any:app': db}}, ingress: [{}]}"));
    check("nnn", &with(own, "{nodeSelector: {}, ingress: [{}]}"));
    let specs =
        policy("cilium.io/v2", own, "a", "") + "specs: [{endpointSelector: {}, egress: [{}]}]\n";
    check("yny", &format!("{web}{specs}"));
    let wide = "CiliumClusterwideNetworkPolicy";
    check("yyn", &with(wide, "{endpointSelector: {}, ingress: [{}]}"));
    let by = |key: &str, value: &str| {
        with(
            wide,
            &format!("{{endpointSelector: {{matchLabels: {{{key}: {value}}}}}, ingress: [{{}}]}}"),
        )
    };
    check("yyn", &by("'k8s:io.kubernetes.pod.namespace'", "a"));
    check("nnn", &by("'k8s:io.kubernetes.pod.namespace'", "b"));
    check("yyn", &by("io.cilium.k8s.namespace.labels.team", "x"));
    check("nnn", &by("io.cilium.k8s.namespace.labels.team", "y"));
    check("??n", &by("io.cilium.k8s.policy.serviceaccount", "x"));
}

#[test]
fn calico_policies() {
    let web = pod("a", "web", "app: web");
    let with = |kind: &str, namespace: &str, spec: &str| {
        format!("{web}{}", policy("projectcalico.org/v3", kind, namespace, spec))
    };
    check("yyn", &with("NetworkPolicy", "a", "{selector: \"app == 'web'\"}"));
    check("nnn", &with("NetworkPolicy", "b", "{selector: all()}"));
    check("yny", &with("NetworkPolicy", "a", "{selector: all(), egress: [{action: Allow}]}"));
    check("??n", &with("NetworkPolicy", "a", "{selector: 'some new thing'}"));
    let wide = "GlobalNetworkPolicy";
    check("yyn", &with(wide, "", "{selector: \"projectcalico.org/namespace != 'kube-system'\"}"));
    check("nnn", &with(wide, "", "{selector: \"projectcalico.org/namespace == 'kube-system'\"}"));
    check("yyn", &with(wide, "", "{namespaceSelector: \"projectcalico.org/name == 'a'\"}"));
    check("??n", &with(wide, "", "{namespaceSelector: has(team)}"));
}

#[test]
fn admin_policies() {
    let web = pod("a", "web", "app: web");
    let with = |spec: &str| {
        web.clone() + &policy("policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy", "", spec)
    };
    check("yyn", &with("{subject: {namespaces: {}}, ingress: [{action: Deny, from: []}]}"));
    check("ynn", &with("{subject: {namespaces: {}}, ingress: [{action: Allow, from: []}]}"));
    let pods = "{subject: {pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: db}}}}}";
    check("nnn", &with(pods));
    check(
        "???",
        &(pod("a", "web", "") + &policy("crd.antrea.io/v1beta1", "NetworkPolicy", "a", "{}")),
    );
}

#[test]
fn operators_add_labels() {
    let prometheus = "---\napiVersion: monitoring.coreos.com/v1\nkind: Prometheus\n\
                      metadata: {name: k8s, namespace: a}\nspec: {containers: []}\n";
    let of = |spec: &str| format!("{prometheus}{}", network_policy("a", spec));
    check("??n", &of("{podSelector: {matchLabels: {app.kubernetes.io/name: prometheus}}}"));
}

#[test]
fn services_find_their_pods() {
    let service = "---\napiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: a}\n\
                   spec: {selector: {app: web}}\n";
    let pods = pod("a", "one", "app: web")
        + &pod("a", "two", "app: db")
        + &pod("b", "three", "app: web")
        + &pod("a", "four", "app: '${APP}'")
        + &pod("a", "five", "app: [web]");
    with_graph(&format!("{pods}{service}"), |graph| {
        let service = graph.of("Service").next().expect("the service");
        let found = graph.pods_of_service(service);
        let names = |pods: &[&GraphPod<'_>]| {
            pods.iter().filter_map(|pod| pod.pod.resource.name.clone()).collect::<Vec<_>>()
        };
        assert_eq!(names(&found.sure), ["one".into()]);
        assert_eq!(names(&found.unsure), ["four".into(), "five".into()]);
        assert_eq!(found.any(), Match::Yes);
    });
    let alias = service.replace("spec: {", "spec: {type: ExternalName, externalName: x.org, ");
    with_graph(&format!("{pods}{alias}"), |graph| {
        let service = graph.of("Service").next().expect("the service");
        assert_eq!(graph.pods_of_service(service).any(), Match::No);
    });
}

#[test]
fn names_have_words() {
    let words = |name| name_words(name).collect::<Vec<_>>().join(" ");
    assert_eq!(words("shop-web.v2-service"), "shop web v2");
    assert_eq!(words("my-app-1"), "my");
    assert_eq!(words("api"), "");
}

#[test]
fn pods_belong_to_what_is_named_like_them() {
    let other = |name: &str| {
        format!("---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: a}}\n")
    };
    let text = pod("a", "shop-web", "")
        + &pod("a", "api", "")
        + &other("web-svc")
        + &other("api")
        + &other("db");
    with_graph(&text, |graph| {
        let like: Vec<bool> =
            graph.of("Service").map(|service| graph.has_pod_named_like(service)).collect();
        assert_eq!(like, [true, true, false]);
    });
    with_graph(&(pod("a", "web", "") + &other("db")), |graph| {
        assert!(graph.of("Service").all(|service| graph.has_pod_named_like(service)));
    });
}

/// 10,000 pods that share a label, 3,000 policies: each asks for the shared one and one of its own.
#[test]
fn no_question_compares_all_with_all() {
    let mut text = String::new();
    for at in 0..10_000 {
        text += &pod("a", &format!("p{at}"), &format!("part-of: shop, name: n{at}"));
    }
    for at in 0..3_000 {
        let labels = format!("{{podSelector: {{matchLabels: {{part-of: shop, name: n{at}}}}}}}");
        text += &network_policy("a", &labels);
        let _ = writeln!(text);
    }
    with_graph(&text, |graph| {
        let covered =
            graph.pods().iter().filter(|pod| graph.coverage(pod).any == Match::Yes).count();
        assert_eq!(covered, 3_000);
        for policy in graph.policies() {
            assert_eq!(graph.pods_of_policy(policy).sure.len(), 1);
            let selector = policy.label_selector().expect("a selector");
            assert!(graph.pods_like(Some("a"), selector).len() < 200);
            graph.has_pod_named_like(policy.resource);
        }
    });
}
