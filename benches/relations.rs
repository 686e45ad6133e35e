//! Benches of what relations cost where there are many: 3,000 network policies over 10,000 pods, and
//! 2,000 roles and bindings. Compare with `cargo bench -- --baseline NAME`.

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use kubesift_engine::Date;
use kubesift_project::{Analysis, Host, Memory, Request};

/// The resources of one file, read and formed into a build.
fn load(text: String) -> Analysis {
    let mut system = Memory::new([]);
    system.put("/repo/all.yaml", text.into_bytes());
    let request = Request::new("/repo", Date { year: 2026, month: 11, day: 25 });
    let host = Host::new(system, kubesift_checks::ALL);
    host.load(&request).unwrap_or_else(|stop| panic!("{stop}"))
}

/// 10,000 pods in 20 namespaces, 3,000 policies that select by a label shared by some and open to
/// others by namespace, by pod and by address.
fn policies() -> String {
    let mut text = String::new();
    for at in 0..10_000 {
        let _ = write!(
            text,
            "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p{at}, namespace: n{}, labels: \
             {{app: a{}, tier: t{}}}}}\nspec: {{containers: [{{name: app, ports: \
             [{{name: http, containerPort: 8080}}]}}]}}\n",
            at % 20,
            at % 1_500,
            at % 5
        );
    }
    for at in 0..3_000 {
        let _ = write!(
            text,
            "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: p{at}, \
             namespace: n{}}}\nspec:\n  podSelector: {{matchLabels: {{app: a{}}}}}\n  ingress:\n  \
             - from: [{{namespaceSelector: {{matchLabels: {{kubernetes.io/metadata.name: n{}}}}}, \
             podSelector: {{matchLabels: {{tier: t{}}}}}}}, {{ipBlock: {{cidr: 10.{}.0.0/16}}}}]\n    \
             ports: [{{port: http}}]\n",
            at % 20,
            at % 1_500,
            (at + 1) % 20,
            at % 5,
            at % 250
        );
    }
    text
}

/// 2,000 roles, bindings and accounts, and 10,000 pods that run as them.
fn roles() -> String {
    const API: &str = "rbac.authorization.k8s.io";
    let mut text = String::new();
    for at in 0..2_000 {
        let namespace = at % 20;
        let _ = write!(
            text,
            "---\napiVersion: {API}/v1\nkind: ClusterRole\nmetadata: {{name: r{at}}}\nrules: \
             [{{apiGroups: [''], resources: [pods, secrets], verbs: [get, list]}}]\n---\n\
             apiVersion: {API}/v1\nkind: ClusterRoleBinding\nmetadata: {{name: b{at}}}\nroleRef: \
             {{kind: ClusterRole, name: r{at}}}\nsubjects: [{{kind: ServiceAccount, name: s{at}, \
             namespace: n{namespace}}}]\n---\napiVersion: v1\nkind: ServiceAccount\nmetadata: \
             {{name: s{at}, namespace: n{namespace}}}\n"
        );
    }
    for at in 0..10_000 {
        let account = at % 2_000;
        let _ = write!(
            text,
            "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p{at}, namespace: n{}}}\nspec: \
             {{serviceAccountName: s{account}, containers: [{{name: app}}]}}\n",
            account % 20
        );
    }
    text
}

fn reach(criterion: &mut Criterion) {
    let analysis = load(policies());
    let build = &analysis.outcome.builds[0];
    let mut group = criterion.benchmark_group("relations");
    group.sample_size(10);
    group.bench_function("3,000 policies, 10,000 pods", |bench| {
        bench.iter(|| {
            let graph = analysis.graph(build);
            let reach = graph.reach();
            let open = graph.pods().iter().filter(|pod| {
                let outside = reach.from_outside(pod).any();
                let inside = reach.from_other_namespaces(pod);
                !outside.possible.is_empty() || !inside.possible.is_empty()
            });
            black_box(open.count())
        });
    });
    group.finish();
}

fn rights(criterion: &mut Criterion) {
    let analysis = load(roles());
    let build = &analysis.outcome.builds[0];
    let mut group = criterion.benchmark_group("relations");
    group.sample_size(10);
    group.bench_function("2,000 roles and bindings, 10,000 pods", |bench| {
        bench.iter(|| {
            let graph = analysis.graph(build);
            let opened = graph.pods().iter().filter(|pod| graph.takeover_of(pod).is_some());
            black_box(opened.count())
        });
    });
    group.finish();
}

criterion_group!(benches, reach, rights);
criterion_main!(benches);
