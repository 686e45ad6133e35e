//! Cases for reachability: each dialect, what is unknown, what is wrong, size. The comparison with
//! a naive oracle is in a file of its own.

mod oracle;

use std::fmt::Write as _;

use super::*;
use crate::graph::tests::with_graph;

fn pod(namespace: &str, name: &str, labels: &str) -> String {
    let namespace = match namespace {
        "" => String::new(),
        name => format!(", namespace: '{name}'"),
    };
    format!(
        "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: {name}{namespace}, \
         labels: {{{labels}}}}}\nspec: {{containers: [{{name: c, ports: [{{containerPort: 8080, \
         name: http}}]}}]}}\n"
    )
}

fn object(api: &str, kind: &str, name: &str, spec: &str) -> String {
    format!("---\napiVersion: {api}\nkind: {kind}\nmetadata: {{{name}}}\nspec: {spec}\n")
}

fn policy(spec: &str) -> String {
    object("networking.k8s.io/v1", "NetworkPolicy", "name: p, namespace: a", spec)
}

fn cilium(spec: &str) -> String {
    object("cilium.io/v2", "CiliumNetworkPolicy", "name: p, namespace: a", spec)
}

fn calico(kind: &str, spec: &str) -> String {
    object("projectcalico.org/v3", kind, "name: p, namespace: a", spec)
}

fn admin(spec: &str) -> String {
    object("policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy", "name: p", spec)
}

/// Pods `a/web` (`app: web`), `a/db` (`app: db`) and `b/web`, in namespaces that are declared.
fn three() -> String {
    "apiVersion: v1\nkind: Namespace\nmetadata: {name: a, labels: {team: one}}\n---\n\
     apiVersion: v1\nkind: Namespace\nmetadata: {name: b, labels: {team: two}}\n"
        .to_owned()
        + &pod("a", "web", "app: web")
        + &pod("a", "db", "app: db")
        + &pod("b", "web", "app: web")
}

fn words(bounds: &Bounds) -> String {
    if bounds.sure == bounds.possible {
        return bounds.sure.to_string();
    }
    format!("{} / {}", bounds.sure, bounds.possible)
}

/// What reaches `a/db` from `a/web`, from `b/web` and from 8.8.8.8.
#[track_caller]
fn check(expected: [&str; 3], policies: &str) {
    let found = with_graph(&(three() + policies), |graph| {
        let [web, db, other] = [0, 1, 2].map(|at| End::Pod(&graph.pods()[at]));
        let reach = graph.reach();
        assert!(reach.errors().is_empty(), "{:?}", reach.errors());
        let outside = End::Address([8, 8, 8, 8].into());
        [web, other, outside].map(|from| {
            let verdict = reach.explain(from, db);
            assert_eq!(verdict.ports, reach.allowed(from, db), "{policies}");
            words(&verdict.ports)
        })
    });
    assert_eq!(found, expected, "{policies}");
}

const ALL: &str = "All Connections";
const NO: &str = "No Connections";

#[test]
fn network_policies() {
    check([ALL; 3], "");
    check([NO; 3], &policy("{podSelector: {}}"));
    check([ALL; 3], &policy("{podSelector: {matchLabels: {app: web}}}"));
    check([ALL; 3], &policy("{podSelector: {}, ingress: [{}]}"));
    check([ALL, NO, NO], &policy("{podSelector: {}, ingress: [{from: [{podSelector: {}}]}]}"));
    check([ALL, ALL, NO], &policy("{ingress: [{from: [{namespaceSelector: {}}]}]}"));
    let web = "{namespaceSelector: {matchLabels: {team: two}}, podSelector: {matchLabels: \
               {app: web}}}";
    check([NO, ALL, NO], &policy(&format!("{{ingress: [{{from: [{web}]}}]}}")));
    let named = "{ingress: [{from: [{podSelector: {}}], ports: [{port: http}, {port: 9, \
                 endPort: 11, protocol: UDP}]}]}";
    check(["TCP 8080,UDP 9-11", NO, NO], &policy(named));
    let block = "{ingress: [{from: [{ipBlock: {cidr: 8.0.0.0/8, except: [8.8.0.0/16]}}]}]}";
    check([NO; 3], &policy(block));
    check([NO, NO, ALL], &policy("{ingress: [{from: [{ipBlock: {cidr: 8.0.0.0/8}}]}]}"));
    // The senders' side counts as well.
    check(
        [NO, ALL, ALL],
        &policy(
            "{podSelector: {matchLabels: {app: web}}, egress: [], \
                                    policyTypes: [Egress]}",
        ),
    );
}

#[test]
fn what_is_filled_in_later_is_possible_and_not_sure() {
    let nobody = format!("{NO} / {ALL}");
    let label = "{ingress: [{from: [{podSelector: {matchLabels: {app: '${APP}'}}}]}]}";
    check([&nobody, NO, NO], &policy(label));
    check(
        ["TCP 80 / TCP 1-65535", "TCP 80 / TCP 1-65535", "TCP 80 / TCP 1-65535"],
        &policy("{ingress: [{ports: [{port: 80}, {port: '${PORT}'}]}]}"),
    );
    check([NO, NO, &nobody], &policy("{ingress: [{from: [{ipBlock: {cidr: '${NET}'}}]}]}"));
    check([&nobody; 3], &policy("{podSelector: {matchLabels: {app: '${APP}'}}}"));
    check([&nobody; 3], &policy("{policyTypes: ['${TYPE}']}"));
}

#[test]
fn admin_policies_go_before_and_after() {
    let subject = "subject: {namespaces: {}}";
    let from = "from: [{namespaces: {matchLabels: {team: two}}}]";
    let deny = format!(
        "{{priority: 5, {subject}, ingress: [{{action: Deny, {from}, ports: \
                        [{{portNumber: {{protocol: TCP, port: 80}}}}]}}]}}"
    );
    let rest = "SCTP 1-65535,TCP 1-79,81-65535,UDP 1-65535";
    check([ALL, rest, ALL], &admin(&deny));
    let allow = format!("{{priority: 5, {subject}, ingress: [{{action: Allow, {from}}}]}}");
    check([NO, ALL, NO], &(admin(&allow) + &policy("{podSelector: {}}")));
    let pass = format!("{{priority: 4, {subject}, ingress: [{{action: Pass, {from}}}]}}");
    check(
        [NO; 3],
        &(admin(&pass)
            + &admin(&allow).replace("name: p", "name: q")
            + &policy("{podSelector: {}}")),
    );
    let baseline =
        format!("{{{subject}, ingress: [{{action: Deny, from: [{{namespaces: {{}}}}]}}]}}");
    let baseline = object(
        "policy.networking.k8s.io/v1alpha1",
        "BaselineAdminNetworkPolicy",
        "name: default",
        &baseline,
    );
    check([NO, NO, ALL], &baseline);
    check([NO, ALL, ALL], &(baseline.clone() + &admin(&allow)));
    check([ALL; 3], &(baseline + &policy("{podSelector: {}, ingress: [{}]}")));
    let cluster = format!(
        "{{tier: Admin, priority: 5, {subject}, ingress: [{{action: Accept, \
        {from}, protocols: [{{tcp: {{destinationPort: {{range: {{start: 1, end: 5}}}}}}}}, \
        {{destinationNamedPort: http}}]}}]}}"
    );
    let cluster =
        object("policy.networking.k8s.io/v1alpha2", "ClusterNetworkPolicy", "name: c", &cluster);
    check([NO, "TCP 1-5,8080", NO], &(cluster + &policy("{podSelector: {}}")));
}

#[test]
fn cilium_policies() {
    let all = "endpointSelector: {}";
    check([NO; 3], &cilium(&format!("{{{all}, ingress: [{{}}]}}")));
    check([ALL, NO, NO], &cilium(&format!("{{{all}, ingress: [{{fromEndpoints: [{{}}]}}]}}")));
    let other =
        "{fromEndpoints: [{matchLabels: {'k8s:io.kubernetes.pod.namespace': b, app: web}}]}";
    check([NO, ALL, NO], &cilium(&format!("{{{all}, ingress: [{other}]}}")));
    check([NO, NO, ALL], &cilium(&format!("{{{all}, ingress: [{{fromEntities: [world]}}]}}")));
    check([ALL, ALL, NO], &cilium(&format!("{{{all}, ingress: [{{fromEntities: [cluster]}}]}}")));
    check([NO; 3], &cilium(&format!("{{{all}, ingress: [{{fromEndpoints: []}}]}}")));
    let port = "toPorts: [{ports: [{port: '80', protocol: TCP}], rules: {http: [{}]}}]";
    check(["TCP 80"; 3], &cilium(&format!("{{{all}, ingress: [{{{port}}}]}}")));
    // A denial wins over everything that allows, also of others.
    let deny = format!(
        "{{{all}, ingress: [{{fromEntities: [all]}}], ingressDeny: [{{fromEndpoints: \
                        [{{matchLabels: {{app: web}}}}]}}]}}"
    );
    check([NO, ALL, ALL], &cilium(&deny));
    check([NO, ALL, ALL], &(cilium(&deny) + &policy("{ingress: [{}]}")));
    let open = format!(
        "{{{all}, enableDefaultDeny: {{ingress: false}}, ingress: [{{fromEntities: \
                        [host]}}]}}"
    );
    check([ALL; 3], &cilium(&open));
    let wide = object(
        "cilium.io/v2",
        "CiliumClusterwideNetworkPolicy",
        "name: w",
        "{endpointSelector: {matchLabels: {app: db}}, ingress: [{fromEndpoints: [{matchLabels: \
         {app: web}}]}]}",
    );
    check([ALL, ALL, NO], &wide);
}

#[test]
fn calico_policies() {
    let rule = |rest: &str| format!("{{selector: all(), types: [Ingress], ingress: [{rest}]}}");
    check([NO; 3], &calico("NetworkPolicy", "{selector: all(), types: [Ingress]}"));
    let web = "{action: Allow, protocol: TCP, source: {selector: app == 'web'}, destination: \
               {ports: [80, '90:92', http]}}";
    check(["TCP 80,90-92,8080", NO, NO], &calico("NetworkPolicy", &rule(web)));
    let other = "{action: Allow, source: {namespaceSelector: team == 'two'}}";
    check([NO, ALL, NO], &calico("NetworkPolicy", &rule(other)));
    check([NO, ALL, NO], &calico("GlobalNetworkPolicy", &rule(other)));
    check(
        [ALL, ALL, NO],
        &calico(
            "GlobalNetworkPolicy",
            &rule(
                &web.replace("protocol: TCP, ", "")
                    .replace(", destination: {ports: [80, '90:92', http]}", ""),
            ),
        ),
    );
    let icmp = "{action: Allow, protocol: ICMP}";
    check([NO; 3], &calico("NetworkPolicy", &rule(icmp)));
    let nets = "{action: Allow, source: {nets: [8.0.0.0/8]}}";
    let perhaps = format!("{NO} / {ALL}");
    check([&perhaps, &perhaps, ALL], &calico("NetworkPolicy", &rule(nets)));
    check(
        [ALL; 3],
        &calico(
            "GlobalNetworkPolicy",
            "{preDNAT: true, applyOnForward: true, \
        selector: all(), ingress: [{action: Deny}]}",
        ),
    );
    // Order within a tier, and a tier that goes first.
    let first = calico(
        "GlobalNetworkPolicy",
        "{order: 1, selector: all(), types: [Ingress], \
        ingress: [{action: Deny, source: {selector: app == 'web'}}, {action: Allow}]}",
    );
    check([NO, NO, ALL], &(first.clone() + &policy("{podSelector: {}, ingress: [{}]}")));
    check([ALL; 3], &(first.replace("order: 1", "order: 2000") + &policy("{ingress: [{}]}")));
    let tier = object("projectcalico.org/v3", "Tier", "name: t", "{order: 10}");
    let pass = first.replace("order: 1", "tier: t").replace("Deny", "Pass");
    check([NO, NO, ALL], &(tier + &pass + &policy("{podSelector: {}}")));
}

#[test]
fn namespaces_that_are_not_stated_or_not_declared() {
    let text = pod("", "web", "app: web")
        + &pod("", "db", "app: db")
        + &object(
            "networking.k8s.io/v1",
            "NetworkPolicy",
            "name: p",
            "{podSelector: {}, ingress: \
           [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: default}}}]}]}",
        );
    with_graph(&text, |graph| {
        let [web, db] = [0, 1].map(|at| End::Pod(&graph.pods()[at]));
        assert_eq!(graph.reach().allowed(web, db).any(), Match::Unknown);
        let whole = Reach::new(graph, Assume::Whole);
        assert_eq!(whole.allowed(web, db), Bounds::all());
        assert_eq!(whole.allowed(End::Stranger, db), Bounds::none());
    });
    let team = policy("{ingress: [{from: [{namespaceSelector: {matchLabels: {team: x}}}]}]}");
    with_graph(&(pod("a", "db", "app: db") + &pod("c", "web", "app: web") + &team), |graph| {
        let [db, web] = [0, 1].map(|at| End::Pod(&graph.pods()[at]));
        assert_eq!(graph.reach().allowed(web, db).any(), Match::Unknown);
        let others = graph.reach().from_other_namespaces(&graph.pods()[0]);
        assert_eq!(others.any(), Match::Unknown);
        assert_eq!(Reach::new(graph, Assume::Whole).allowed(web, db), Bounds::none());
    });
}

#[test]
fn pods_in_the_network_of_their_node() {
    let host = pod("a", "agent", "app: agent").replace("spec: {", "spec: {hostNetwork: true, ");
    let text =
        three() + &host + &policy("{podSelector: {}, ingress: [{from: [{podSelector: {}}]}]}");
    with_graph(&text, |graph| {
        let [db, agent] = [1, 3].map(|at| End::Pod(&graph.pods()[at]));
        let reach = graph.reach();
        assert_eq!(reach.allowed(agent, db).any(), Match::Unknown);
        let outside = reach.allowed(End::Address([8, 8, 8, 8].into()), agent);
        assert_eq!(words(&outside), format!("{NO} / {ALL}"));
        assert_eq!(Reach::new(graph, Assume::Whole).allowed(agent, db), Bounds::all());
    });
}

#[test]
fn networks_of_ones_own_keep_pods_apart() {
    let network = object(
        "k8s.ovn.org/v1",
        "UserDefinedNetwork",
        "name: n, namespace: b",
        "{topology: Layer2, layer2: {role: Primary}}",
    );
    check([ALL, NO, ALL], &network);
    check([ALL; 3], &network.replace("Primary", "Secondary"));
    let shared = object(
        "k8s.ovn.org/v1",
        "ClusterUserDefinedNetwork",
        "name: n",
        "{namespaceSelector: {}, network: {topology: Layer2, layer2: {role: Primary}}}",
    );
    check([ALL; 3], &shared);
}

#[test]
fn questions_about_one_pod() {
    let text = three()
        + &policy(
            "{podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress, Egress], ingress: \
            [{from: [{podSelector: {}}], ports: [{port: 80}]}, {from: [{ipBlock: {cidr: \
            10.0.0.0/8}}], ports: [{port: 443}]}], egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, \
            except: [169.254.169.254/32]}}]}]}",
        );
    with_graph(&text, |graph| {
        let (db, reach) = (&graph.pods()[1], graph.reach());
        assert_eq!(reach.from_other_namespaces(db), Bounds::none());
        assert_eq!(words(&reach.from_own_namespace(db)), "TCP 80");
        assert_eq!(words(&reach.from_outside(db).any()), "TCP 443");
        let metadata = CidrSet::parse("169.254.169.254/32").expect("a block");
        assert_eq!(reach.to_outside(db).throughout(&metadata), Bounds::none());
        assert_eq!(reach.to_outside(db).at([1, 1, 1, 1].into()), Bounds::all());
        let google = "2001:4860:4860::8888".parse().expect("an address");
        assert_eq!(reach.to_outside(db).at(google), Bounds::none());
        assert_eq!(reach.policies_for(db, Direction::Ingress), [(0, Match::Yes)]);
        assert_eq!(reach.is_closed(&graph.pods()[0], Direction::Ingress), Match::No);
        let verdict = reach.explain(End::Pod(&graph.pods()[2]), End::Pod(db));
        assert!(verdict.ports.sure.is_empty());
        let closing: Vec<_> = verdict.why.iter().filter(|why| why.action.is_none()).collect();
        assert_eq!(closing.len(), 1);
    });
}

#[track_caller]
fn check_error(expected: PolicyErrorKind, text: &str) {
    with_graph(&(three() + text), |graph| {
        let kinds: Vec<PolicyErrorKind> =
            graph.reach().errors().iter().map(|error| error.kind).collect();
        assert_eq!(kinds, [expected], "{text}");
    });
}

#[test]
fn mistakes_in_policies() {
    use PolicyErrorKind as Kind;
    let from = |peer: &str| policy(&format!("{{ingress: [{{from: [{peer}]}}]}}"));
    check_error(Kind::Cidr, &from("{ipBlock: {cidr: A}}"));
    check_error(Kind::Cidr, &from("{ipBlock: {}}"));
    check_error(Kind::Cidr, &from("{ipBlock: {cidr: 10.0.0.0/8, except: [10.0.0.1]}}"));
    check_error(Kind::Except, &from("{ipBlock: {cidr: 10.0.0.0/8, except: [11.0.0.0/16]}}"));
    check_error(Kind::Except, &from("{ipBlock: {cidr: 10.0.0.0/8, except: [10.0.0.0/8]}}"));
    check_error(Kind::BlockBesideSelector, &from("{ipBlock: {cidr: 10.0.0.0/8}, podSelector: {}}"));
    check_error(Kind::Peer, &from("{}"));
    check_error(Kind::Selector, &from("{podSelector: {matchLabels: {a@b: c}}}"));
    check_error(
        Kind::Selector,
        &from("{podSelector: {matchExpressions: [{key: a, operator: Is}]}}"),
    );
    check_error(Kind::Selector, &from("{podSelector: {app: web}}"));
    let ports = |port: &str| policy(&format!("{{ingress: [{{ports: [{port}]}}]}}"));
    check_error(Kind::Port, &ports("{port: 10, endPort: 1}"));
    check_error(Kind::Port, &ports("{port: 0}"));
    check_error(Kind::Port, &ports("{port: 99999}"));
    check_error(Kind::Port, &ports("{endPort: 80}"));
    check_error(Kind::Port, &ports("{port: http, endPort: 80}"));
    check_error(Kind::Port, &ports("{port: '80'}"));
    check_error(Kind::Protocol, &ports("{port: 80, protocol: tcp}"));
    check_error(Kind::Word, &policy("{policyTypes: [ingress]}"));
    let egress = "{egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: web}]}]}";
    check_error(Kind::NamedPortOfAddress, &policy(egress));
    check_error(Kind::SameName, &(policy("{}") + &policy("{}")));
    let rule = |rule: &str| {
        admin(&format!("{{priority: 1, subject: {{namespaces: {{}}}}, egress: [{rule}]}}"))
    };
    check_error(Kind::Word, &rule("{action: Accept, to: [{namespaces: {}}]}"));
    check_error(Kind::Word, &rule("{to: [{namespaces: {}}]}"));
    check_error(Kind::NoPeers, &rule("{action: Allow}"));
    check_error(Kind::NoPeers, &rule("{action: Allow, to: []}"));
    check_error(Kind::Peer, &rule("{action: Allow, to: [{namespaces: {}, pods: {}}]}"));
    check_error(Kind::Cidr, &rule("{action: Allow, to: [{networks: ['zc00::/8']}]}"));
    check_error(
        Kind::Peer,
        &rule(
            "{action: Allow, to: [{namespaces: {}}], ports: [{portNumber: \
        {port: 1}, namedPort: x}]}",
        ),
    );
    check_error(
        Kind::Port,
        &rule(
            "{action: Allow, to: [{namespaces: {}}], ports: [{portRange: \
        {start: 1}}]}",
        ),
    );
    let all = "subject: {namespaces: {}}";
    check_error(Kind::Priority, &admin(&format!("{{priority: 1001, {all}}}")));
    check_error(Kind::Priority, &admin(&format!("{{{all}}}")));
    check_error(Kind::Subject, &admin("{priority: 1}"));
    check_error(Kind::Subject, &admin("{priority: 1, subject: {namespaces: {}, pods: {}}}"));
    let one = admin(&format!("{{priority: 1, {all}}}"));
    check_error(Kind::SamePriority, &(one.clone() + &one.replace("name: p", "name: q")));
    check_error(
        Kind::Name,
        &object(
            "policy.networking.k8s.io/v1alpha1",
            "BaselineAdminNetworkPolicy",
            "name: p",
            &format!("{{{all}}}"),
        ),
    );
    let entity = "{endpointSelector: {}, ingress: [{fromEntities: [wrld]}]}";
    check_error(Kind::Word, &cilium(entity));
    check_error(Kind::NoRules, &cilium("{endpointSelector: {}}"));
    check_error(Kind::NoRules, &cilium("{endpointSelector: {}, ingress: [], egress: }"));
    check_error(Kind::Word, &calico("NetworkPolicy", "{ingress: [{action: Permit}]}"));
    check_error(
        Kind::Port,
        &calico(
            "NetworkPolicy",
            "{ingress: [{action: Allow, protocol: TCP, \
        destination: {ports: ['90:80']}}]}",
        ),
    );
    let owned = |name: &str, labels: &str| {
        pod("a", name, labels)
            .replace("metadata: {", "metadata: {ownerReferences: [{kind: ReplicaSet, name: r}], ")
    };
    let pods = owned("one", "app: one") + &owned("two", "app: two");
    check_error(Kind::MixedOwner, &(pods + &policy("{podSelector: {matchLabels: {app: one}}}")));
}

#[test]
fn anything_at_all_is_read_without_a_panic() {
    let odd =
        ["1", "x", "[]", "{}", "[1]", "[x]", "{a: 1}", "[{}]", "[[]]", "~", "{{ x }}", "'${X}'"];
    let keys = [
        "podSelector",
        "ingress",
        "egress",
        "policyTypes",
        "subject",
        "specs",
        "types",
        "endpointSelector",
        "ingressDeny",
        "order",
        "tier",
        "priority",
        "selector",
    ];
    for value in odd {
        for (key, make) in keys.iter().flat_map(|key| {
            let makers: [fn(&str) -> String; 4] =
                [policy, cilium, |spec| calico("NetworkPolicy", spec), admin];
            makers.map(|make| (*key, make))
        }) {
            for spec in [
                format!("{{{key}: {value}}}"),
                format!(
                    "{{ingress: [{{from: {value}, to: {value}, ports: {value}, toPorts: {value}, \
                         fromEndpoints: {value}, source: {value}, destination: {value}, action: \
                         {value}, fromCIDRSet: {value}, protocols: {value}}}]}}"
                ),
                format!(
                    "{{ingress: [{{from: [{{ipBlock: {value}, podSelector: {value}}}], ports: \
                         [{{port: {value}, endPort: {value}, protocol: {value}}}]}}]}}"
                ),
            ] {
                with_graph(&(three() + &make(&spec)), |graph| {
                    for assume in [Assume::Nothing, Assume::Whole] {
                        let reach = Reach::new(graph, assume);
                        Table::new(graph, &reach);
                    }
                });
            }
        }
    }
}

/// 10,000 pods of 100 namespaces with labels of their own, 3,000 policies: what is counted is the
/// classes that rules and rows hold, not the time.
#[test]
fn no_question_compares_all_with_all() {
    let mut text = String::new();
    for at in 0..10_000 {
        text += &pod(&format!("n{}", at % 100), &format!("p{at}"), &format!("app: a{}", at / 100));
    }
    for at in 0..3_000 {
        let _ = write!(
            text,
            "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: p{at}, \
             namespace: n{}}}\nspec: {{podSelector: {{matchLabels: {{app: a{}}}}}, ingress: [{{from: \
             [{{podSelector: {{matchLabels: {{app: a{}}}}}}}], ports: [{{port: http}}]}}]}}\n",
            at % 100,
            at / 100,
            at / 100 + 1,
        );
    }
    with_graph(&text, |graph| {
        let reach = graph.reach();
        assert_eq!(reach.classes(), 10_000);
        let (mut closed, mut held) = (0, 0);
        for pod in graph.pods() {
            closed += usize::from(reach.is_closed(pod, Direction::Ingress) == Match::Yes);
            let class = reach.class_of(pod).expect("a class");
            held += reach.row(class, Direction::Ingress).len();
            reach.from_outside(pod);
            reach.from_other_namespaces(pod);
        }
        assert_eq!(closed, 3_000);
        // Each policy lets one pod in, and nothing is held about anybody else.
        assert_eq!(held, 3_000);
    });
}

/// Every namespace lets its own pods in: 100 times 100 pods, all with labels of their own, that each
/// rule names one by one. What they may do is held once for each namespace.
#[test]
fn pods_that_the_same_policies_select_share_what_is_known() {
    let mut text = String::new();
    for at in 0..10_000 {
        text += &pod(&format!("n{}", at % 100), &format!("p{at}"), &format!("app: a{}", at / 100));
    }
    for at in 0..100 {
        let spec = "{podSelector: {}, ingress: [{from: [{podSelector: {}}], ports: [{port: 80}]}]}";
        text += &policy(spec).replace("namespace: a", &format!("namespace: n{at}"));
    }
    with_graph(&text, |graph| {
        let reach = graph.reach();
        for pod in graph.pods() {
            assert_eq!(words(&reach.from_own_namespace(pod)), "TCP 80");
            assert_eq!(reach.from_other_namespaces(pod), Bounds::none());
        }
        assert_eq!(reach.shared.len(), 100);
    });
}

/// Three copies of a policy, each for a pod of its own, share what their rule lets through; another
/// port, or the same words in another namespace, say something else.
#[test]
fn policies_that_say_the_same_share_what_is_known() {
    let spec = |app: &str, port: u16| {
        policy(&format!(
            "{{podSelector: {{matchLabels: {{app: {app}}}}}, ingress: [{{from: [{{podSelector: \
             {{matchLabels: {{role: client}}}}}}], ports: [{{port: {port}}}]}}]}}"
        ))
    };
    let mut text = pod("a", "client", "role: client") + &pod("b", "client", "role: client");
    for (app, port) in [("web", 80), ("api", 80), ("db", 80), ("odd", 81)] {
        text += &(pod("a", app, &format!("app: {app}")) + &spec(app, port));
    }
    text += &pod("b", "web", "app: web");
    text += &spec("web", 80).replace("namespace: a", "namespace: b");
    with_graph(&text, |graph| {
        let reach = graph.reach();
        let clients: Vec<_> = graph.pods().iter().take(2).collect();
        for pod in graph.pods().iter().skip(2) {
            let odd = pod.pod.resource.name.as_deref() == Some("odd");
            let port = if odd { "TCP 81" } else { "TCP 80" };
            for client in &clients {
                let same = client.namespace == pod.namespace;
                let passes = reach.allowed(End::Pod(client), End::Pod(pod));
                assert_eq!(words(&passes), if same { port } else { NO });
            }
        }
        // Ingress of the copies, of the odd one and of the other namespace; egress of the clients.
        assert_eq!(reach.shared.len(), 4);
    });
}

#[test]
fn a_value_that_is_none_is_not_an_empty_one() {
    let classes = |labels: [&str; 2]| {
        let text = pod("a", "one", labels[0]) + &pod("a", "two", labels[1]);
        with_graph(&text, |graph| graph.reach().classes())
    };
    assert_eq!(classes(["app: ''", "app: ''"]), 1);
    assert_eq!(classes(["app: ''", "app: [web]"]), 2);
}
