//! The API groups and shapes of files that look like Kubernetes and are read by something else.
//! From what lies in public repositories, and from the documentation of each tool.

use kubesift_yaml::Node;

/// API group, or the end of one after `*`; kind, or "" for every kind; what it is.
struct Row(&'static str, &'static str, &'static str);

/// Configuration of Kubernetes' own components: who reads it.
const COMPONENTS: &[Row] = &[
    // A kubeconfig: credentials of a cluster, which a check looks for.
    Row("", "Config", "a client of the API server"),
    Row("", "EncryptionConfig", "kube-apiserver"),
    Row("", "Policy", "kube-scheduler"),
    Row("*.admission.config.k8s.io", "", "kube-apiserver"),
    Row("*.admission.k8s.io", "", "kube-apiserver"),
    Row("abac.authorization.kubernetes.io", "", "kube-apiserver"),
    Row("apiserver.config.k8s.io", "", "kube-apiserver"),
    Row("apiserver.k8s.io", "", "kube-apiserver"),
    Row("audit.k8s.io", "Policy", "kube-apiserver"),
    Row("cloudcontrollermanager.config.k8s.io", "", "cloud-controller-manager"),
    Row("controllermanager.config.k8s.io", "", "kube-controller-manager"),
    Row("kubeadm.k8s.io", "", "kubeadm"),
    Row("kubecontrollermanager.config.k8s.io", "", "kube-controller-manager"),
    Row("kubelet.config.k8s.io", "", "kubelet"),
    Row("kubeproxy.config.k8s.io", "", "kube-proxy"),
    Row("kubescheduler.config.k8s.io", "", "kube-scheduler"),
];

const CARVEL: &str = "a Carvel tool's configuration";
const CONTROLLER: &str = "a controller's configuration";
pub(super) const GENERATOR: &str = "a Kustomize plugin's configuration";
const KOTS: &str = "a Replicated KOTS configuration";
const KUTTL: &str = "a KUTTL test";

/// What other tools read themselves.
const TOOLS: &[Row] = &[
    Row("", "Preferences", "a kubeconfig"),
    Row("*.config.cert-manager.io", "", CONTROLLER),
    Row("*.config.k8s.io", "", CONTROLLER),
    Row("*.grafana.app", "", "a Grafana resource"),
    Row("*.troubleshoot.sh", "", "a Troubleshoot specification"),
    Row("admission.k8s.io", "", "an admission request"),
    Row("argoproj.io", "ConfigManagementPlugin", "an Argo CD plugin's configuration"),
    Row("audit.k8s.io", "", "an audit log"),
    Row("backstage.io", "", "a Backstage entity"),
    Row("chainsaw.kyverno.io", "", "a Chainsaw test"),
    Row("cli.kyverno.io", "", "a Kyverno CLI test"),
    Row("client.authentication.k8s.io", "", "credentials for kubectl"),
    Row("clusterctl.cluster.x-k8s.io", "Metadata", "clusterctl metadata"),
    Row("config.jobset.x-k8s.io", "", CONTROLLER),
    Row("config.kubeflow.org", "", CONTROLLER),
    Row("config.kubernetes.io", "", "a kpt resource list"),
    Row("config.kueue.x-k8s.io", "", CONTROLLER),
    Row("config.kwok.x-k8s.io", "", "a KWOK configuration"),
    Row("config.lws.x-k8s.io", "", CONTROLLER),
    Row("config.trainer.kubeflow.org", "", CONTROLLER),
    Row("controller-runtime.sigs.k8s.io", "", CONTROLLER),
    Row("ctlptl.dev", "", "a ctlptl configuration"),
    Row("descheduler", "", "a descheduler policy"),
    Row("eksctl.io", "", "an eksctl configuration"),
    Row("fn.kpt.dev", "", "a kpt function's input"),
    Row("garden.io", "", "a Garden configuration"),
    Row("gateway.envoyproxy.io", "EnvoyGateway", CONTROLLER),
    Row("goabout.com", "SopsSecretGenerator", GENERATOR),
    Row("imgpkg.carvel.dev", "", CARVEL),
    Row("k0sctl.k0sproject.io", "", "a k0sctl configuration"),
    Row("k3d.io", "", "a k3d configuration"),
    Row("kapp.k14s.io", "", CARVEL),
    Row("kbld.carvel.dev", "", CARVEL),
    Row("kbld.k14s.io", "", CARVEL),
    Row("kctrl.carvel.dev", "", CARVEL),
    Row("khelm.mgoltzsche.github.com", "", GENERATOR),
    Row("kind.sigs.k8s.io", "", "a kind cluster configuration"),
    Row("kind.x-k8s.io", "", "a kind cluster configuration"),
    Row("kops.k8s.io", "", "a kOps specification"),
    Row("kots.io", "", KOTS),
    Row("kpt.dev", "", "a Kptfile"),
    Row("krew.googlecontainertools.github.com", "", "a Krew plugin manifest"),
    Row("ksonnet.io", "", "a ksonnet application"),
    Row("kubectl.config.k8s.io", "", "a kubectl preferences file"),
    Row("kubekey.kubesphere.io", "", "a KubeKey configuration"),
    Row("kubeone.k8c.io", "", "a KubeOne configuration"),
    Row("kudo.dev", "TestAssert", KUTTL),
    Row("kudo.dev", "TestStep", KUTTL),
    Row("kudo.dev", "TestSuite", KUTTL),
    Row("kustomize.config.k8s.io", "", GENERATOR),
    Row("kuttl.dev", "", KUTTL),
    Row("meta.pkg.crossplane.io", "", "a Crossplane package's metadata"),
    Row("mirror.openshift.io", "", "an oc-mirror configuration"),
    Row("node.eks.aws", "", "an EKS node's configuration"),
    Row("openslo", "", "an OpenSLO definition"),
    Row("policy.open-cluster-management.io", "PolicyGenerator", GENERATOR),
    Row("ran.openshift.io", "PolicyGenTemplate", GENERATOR),
    Row("ran.openshift.io", "SiteConfig", GENERATOR),
    Row("release-notes", "", "an Istio release note"),
    Row("scaffolder.backstage.io", "", "a Backstage entity"),
    Row("schema.plugin.fluxcd.io", "", "a Flux plugin's configuration"),
    Row("score.dev", "", "a Score workload"),
    Row("scorecard.operatorframework.io", "", "an Operator SDK scorecard configuration"),
    Row("skaffold", "", "a Skaffold configuration"),
    Row("tanka.dev", "", "a Tanka environment"),
    Row("troubleshoot.replicated.com", "", "a Troubleshoot specification"),
    Row("troubleshoot.sh", "", "a Troubleshoot specification"),
    Row("vendir.k14s.io", "", CARVEL),
    Row("viaduct.ai", "", GENERATOR),
];

/// Who reads a configuration file of a Kubernetes component.
pub(super) fn component(group: &str, kind: &str) -> Option<&'static str> {
    find(COMPONENTS, group, kind)
}

/// What a document of a group and kind is that no cluster reads. An empty kind is a missing one.
pub(super) fn tool(group: &str, kind: &str) -> Option<&'static str> {
    find(TOOLS, group, kind)
}

/// The row of this very group, else one whose end fits.
fn find(table: &[Row], group: &str, kind: &str) -> Option<&'static str> {
    let of_kind = |row: &&Row| row.1.is_empty() || row.1 == kind;
    let exact = table.partition_point(|row| row.0 < group);
    let rest = table.get(exact..).unwrap_or_default();
    let exact = rest.iter().take_while(|row| row.0 == group).find(of_kind);
    let by_end = || {
        let first = table.partition_point(|row| row.0 < "*");
        let ends = table.get(first..).unwrap_or_default().iter();
        let mut ends = ends.map_while(|row| Some((row.0.strip_prefix('*')?, row)));
        ends.find(|(end, row)| group.ends_with(end) && of_kind(row)).map(|(_, row)| row)
    };
    exact.or_else(by_end).map(|row| row.2)
}

/// What a mapping without `kind` is, when its keys tell.
pub(super) fn shape(root: Node<'_>) -> Option<&'static str> {
    let has = |key: &str| root.get(key).is_some();
    let all = |keys: &[&str]| keys.iter().all(|key| has(key));
    let keyed = SHAPES.iter().find(|(keys, _)| all(keys)).map(|(_, what)| *what);
    keyed.or_else(|| SPECIAL.iter().find(|(is, _)| is(root)).map(|(_, what)| *what))
}

/// Keys that are all there; what they make.
const SHAPES: &[(&[&str], &str)] = &[
    (&["dependencies", "digest", "generated"], "a Helm dependency lock"),
    (&["apiVersion", "entries", "generated"], "a Helm repository index"),
    (&["openapi", "paths"], "an OpenAPI document"),
    (&["swagger", "paths"], "an OpenAPI document"),
    (&["jobs", "on"], "a GitHub Actions workflow"),
    // What YAML 1.1 makes of a key `on`.
    (&["jobs", "true"], "a GitHub Actions workflow"),
    (&["runs", "name"], "a GitHub action"),
    (&["route", "receivers"], "an Alertmanager configuration"),
    (&["scrape_configs"], "a Prometheus configuration"),
    (&["rule_files", "tests"], "Prometheus rule tests"),
    (&["schemaVersion", "components"], "a devfile"),
    (&["schemaVersion", "commands"], "a devfile"),
    (&["creation_rules"], "a SOPS configuration"),
    (&["nameReference"], "a Kustomize transformer configuration"),
    (&["varReference"], "a Kustomize transformer configuration"),
    (&["suite", "tests"], "a Helm unit test"),
    (&["baseDomain", "platform"], "an OpenShift installer configuration"),
    (&["machine", "cluster"], "a Talos machine configuration"),
    (&["lockfileVersion"], "a package lock file"),
    (&["apiVersion", "datasources"], "a Grafana provisioning file"),
    (&["apiVersion", "providers"], "a Grafana provisioning file"),
    (&["$schema", "properties"], "a JSON Schema"),
    (&["$schema", "definitions"], "a JSON Schema"),
];

type Test = fn(Node<'_>) -> bool;

/// What takes a look at values.
const SPECIAL: &[(Test, &str)] = &[
    (is_compose, "a Docker Compose file"),
    (is_rules, "Prometheus rules"),
    (is_helmfile, "a helmfile"),
    (is_devspace, "a DevSpace configuration"),
    (is_olm_catalog, "an OLM catalogue entry"),
    (is_olm_bundle, "an OLM bundle's annotations"),
];

fn is_compose(root: Node<'_>) -> bool {
    let runs = |service: Node<'_>| service.get("image").or(service.get("build")).is_some();
    root.get("services").is_some_and(|node| node.entries().any(|(_, service)| runs(service)))
}

fn is_rules(root: Node<'_>) -> bool {
    root.get("groups").is_some_and(|node| node.items().any(|group| group.get("rules").is_some()))
}

fn is_helmfile(root: Node<'_>) -> bool {
    let named = |release: Node<'_>| release.get("name").and(release.get("chart")).is_some();
    root.get("releases").is_some_and(|node| node.items().any(named))
}

fn is_devspace(root: Node<'_>) -> bool {
    let version = root.get("version").and_then(Node::str).unwrap_or_default();
    let keys = ["dev", "deployments", "pipelines"];
    version.starts_with('v') && keys.iter().any(|key| root.get(key).is_some())
}

fn is_olm_catalog(root: Node<'_>) -> bool {
    root.get("schema").and_then(Node::str).is_some_and(|schema| schema.starts_with("olm."))
}

fn is_olm_bundle(root: Node<'_>) -> bool {
    let ours = |key: &str| key.starts_with("operators.operatorframework.io.");
    root.get("annotations").is_some_and(|node| node.entries().any(|(key, _)| ours(key)))
}

#[cfg(test)]
pub(super) fn check_order() {
    for table in [COMPONENTS, TOOLS] {
        assert!(table.is_sorted_by(|a, b| (a.0, a.1) < (b.0, b.1)));
    }
    assert_eq!(find(TOOLS, "argoproj.io", "Workflow"), None);
    assert_eq!(find(TOOLS, "policy.config.k8s.io", "X"), Some(CONTROLLER));
    assert_eq!(find(TOOLS, "config.k8s.io", "X"), None);
}
