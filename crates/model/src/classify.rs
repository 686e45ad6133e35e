//! What a document is, by what stands in it: a Kubernetes object, a list of objects, a
//! configuration file of a Kubernetes component, or something else, with the reason. The file's
//! name and folder say more (charts, kustomizations, patches); they are for `project` to weigh,
//! which asks there first.

mod table;

use std::fmt;

use kubesift_source::Span;
use kubesift_yaml::{Node, Value};

use crate::unknown::{Known, known_node};
use kubesift_schemas::{is_builtin_group, kinds_named};

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class<'t> {
    /// One object of the Kubernetes API, built-in or custom.
    Resource {
        /// As it is written, `apps/v1`.
        api_version: &'t str,
        /// As it is written, `Deployment`.
        kind: &'t str,
    },
    /// A list of objects: `v1` `List`, a typed list (`RoleList`), an OpenShift `Template`.
    List {
        /// As it is written.
        api_version: &'t str,
        /// As it is written.
        kind: &'t str,
        /// The sequence of objects; none when there is none.
        items: Option<Node<'t>>,
        /// The kind of items that state none, with the list's own `apiVersion`: `Role` in a
        /// `RoleList`. None for lists of any kind.
        item_kind: Option<&'t str>,
    },
    /// A configuration file of a Kubernetes component: no object, but worth checking.
    ComponentConfig {
        /// As it is written, `kubelet.config.k8s.io/v1beta1`.
        api_version: &'t str,
        /// As it is written, `KubeletConfiguration`.
        kind: &'t str,
        /// Who reads it, `kubelet`.
        component: &'static str,
    },
    /// Anything else.
    NotKubernetes(Reason<'t>),
}

/// Why a document is no Kubernetes object. Its `Display` continues "not Kubernetes: …".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason<'t> {
    /// Nothing, or null.
    Empty,
    /// A single value.
    Scalar,
    /// A sequence at the top.
    Sequence,
    /// A JSON 6902 patch: a sequence of operations.
    JsonPatch,
    /// A mapping without `apiVersion` and `kind`.
    NoApiVersionNorKind,
    /// A mapping without `apiVersion` and `kind` whose keys say what it is.
    Shape(&'static str),
    /// `apiVersion` and `kind`, but of a tool that reads them itself.
    GroupNotKubernetes {
        /// The API group as it is written.
        group: &'t str,
        /// What it is: "a Skaffold configuration".
        what: &'static str,
    },
    /// An API group that no cluster can serve: not built in, and no domain.
    NoSuchGroup {
        /// The value of `apiVersion`.
        api_version: &'t str,
        /// Where it stands.
        at: Span,
    },
    /// A kustomization, or a component of one.
    Kustomization {
        /// True for `kind: Component`.
        component: bool,
    },
    /// The contents of a `Chart.yaml`.
    HelmChart,
    /// An object that is marked with `config.kubernetes.io/local-config`: input for tools, never
    /// applied.
    LocalConfig {
        /// The annotation.
        at: Span,
    },
    /// `apiVersion` or `kind` is filled in later, or encrypted.
    Unknown {
        /// By whom.
        by: Known,
        /// The value.
        at: Span,
    },
    /// `apiVersion` or `kind` is there and no text: a number, a mapping.
    NotText {
        /// The key and its value.
        at: Span,
    },
    /// A kind, but no `apiVersion`: perhaps a mistake.
    KindWithoutApiVersion {
        /// The kind's key and value.
        at: Span,
        /// A key that differs from `apiVersion` in case only.
        misspelt: Option<Span>,
        /// True when there is more that looks like an object: `metadata`, `spec`, a built-in kind.
        likely: bool,
    },
    /// An `apiVersion`, but no kind: perhaps a mistake.
    ApiVersionWithoutKind {
        /// The key and value of `apiVersion`.
        at: Span,
        /// A key that differs from `kind` in case only.
        misspelt: Option<Span>,
        /// True when there is more that looks like an object: `metadata`, `spec`.
        likely: bool,
    },
}

impl Reason<'_> {
    /// The place of what is probably a mistake in a Kubernetes object, rather than a document of
    /// another kind.
    pub fn mistake(&self) -> Option<Span> {
        match *self {
            Self::KindWithoutApiVersion { at, misspelt, likely }
            | Self::ApiVersionWithoutKind { at, misspelt, likely } => {
                (likely || misspelt.is_some()).then_some(misspelt.unwrap_or(at))
            }
            Self::NotText { at } => Some(at),
            _ => None,
        }
    }
}

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("empty"),
            Self::Scalar => f.write_str("a single value"),
            Self::Sequence => f.write_str("a sequence"),
            Self::JsonPatch => f.write_str("a JSON patch"),
            Self::NoApiVersionNorKind => f.write_str("neither `apiVersion` nor `kind`"),
            Self::Shape(what) | Self::GroupNotKubernetes { what, .. } => f.write_str(what),
            Self::NoSuchGroup { api_version, .. } => {
                write!(f, "`{api_version}` is not an API that a cluster can serve")
            }
            Self::Kustomization { component: false } => f.write_str("a kustomization"),
            Self::Kustomization { component: true } => f.write_str("a Kustomize component"),
            Self::HelmChart => f.write_str("a Helm chart's metadata"),
            Self::LocalConfig { .. } => f.write_str("marked as local configuration"),
            Self::Unknown { .. } => f.write_str("`apiVersion` or `kind` is filled in later"),
            Self::NotText { .. } => f.write_str("`apiVersion` or `kind` is not text"),
            Self::KindWithoutApiVersion { .. } => f.write_str("`kind` without `apiVersion`"),
            Self::ApiVersionWithoutKind { .. } => f.write_str("`apiVersion` without `kind`"),
        }
    }
}

/// Says what a document, or an item of a list, is.
pub fn classify(root: Node<'_>) -> Class<'_> {
    match root.value() {
        Value::Map(_) => classify_map(root),
        Value::Null => Class::NotKubernetes(Reason::Empty),
        Value::List(_) if is_json_patch(root) => Class::NotKubernetes(Reason::JsonPatch),
        Value::List(_) => Class::NotKubernetes(Reason::Sequence),
        _ => Class::NotKubernetes(Reason::Scalar),
    }
}

/// True for a document that SOPS has encrypted: its own metadata under `sops`, or encrypted values.
pub fn is_sops(root: Node<'_>) -> bool {
    let metadata = root.get("sops").filter(|node| node.is_map());
    metadata.is_some_and(|node| node.get("mac").is_some() || node.get("lastmodified").is_some())
        || root.tree().file().slice(root.span()).contains("ENC[AES256_GCM,")
}

fn classify_map(root: Node<'_>) -> Class<'_> {
    let field = |key| root.get(key).filter(|node| !node.is_null());
    match (field("apiVersion"), field("kind")) {
        (Some(api_version), Some(kind)) => both(root, api_version, kind),
        (None, Some(kind)) => Class::NotKubernetes(without_api_version(root, kind)),
        (Some(api_version), None) => Class::NotKubernetes(without_kind(root, api_version)),
        (None, None) => Class::NotKubernetes(table::shape(root).map_or_else(
            || misspelt_both(root).unwrap_or(Reason::NoApiVersionNorKind),
            Reason::Shape,
        )),
    }
}

fn both<'t>(root: Node<'t>, api_node: Node<'t>, kind_node: Node<'t>) -> Class<'t> {
    for node in [api_node, kind_node] {
        let by = known_node(node);
        if !by.is_literal() {
            return Class::NotKubernetes(Reason::Unknown { by, at: node.place() });
        }
    }
    let (Some(api_version), Some(kind)) = (api_node.str(), kind_node.str()) else {
        let odd = if api_node.str().is_none() { api_node } else { kind_node };
        return Class::NotKubernetes(Reason::NotText { at: odd.place() });
    };
    let group = group_of(api_version);
    if let Some(component) = table::component(group, kind) {
        return Class::ComponentConfig { api_version, kind, component };
    }
    if let Some(reason) = not_applied(root, api_node, api_version, kind) {
        return Class::NotKubernetes(reason);
    }
    list(root, api_version, kind).unwrap_or(Class::Resource { api_version, kind })
}

/// Why a document with `apiVersion` and `kind` never reaches a cluster.
fn not_applied<'t>(
    root: Node<'t>,
    api_node: Node<'t>,
    api_version: &'t str,
    kind: &str,
) -> Option<Reason<'t>> {
    let group = group_of(api_version);
    if group == "kustomize.config.k8s.io" && matches!(kind, "Kustomization" | "Component") {
        return Some(Reason::Kustomization { component: kind == "Component" });
    }
    if let Some(what) = table::tool(group, kind) {
        return Some(Reason::GroupNotKubernetes { group, what });
    }
    if api_version == "builtin" {
        return Some(Reason::GroupNotKubernetes { group: api_version, what: table::GENERATOR });
    }
    // The core group has one version, and every other group is a domain. A built-in kind in a
    // group that does not exist is a mistake, which the checks report.
    let exists = is_builtin_group(group) && !(group.is_empty() && api_version != "v1");
    if !exists && !group.contains('.') && kind != "List" && kinds_named(kind).next().is_none() {
        return Some(Reason::NoSuchGroup { api_version, at: api_node.place() });
    }
    let mark = root.at("metadata.annotations")?.get("config.kubernetes.io/local-config")?;
    (mark.text() != Some("false")).then(|| Reason::LocalConfig { at: mark.place() })
}

fn list<'t>(root: Node<'t>, api_version: &'t str, kind: &'t str) -> Option<Class<'t>> {
    let of = |key| root.get(key).filter(|node| node.is_list());
    let group = group_of(api_version);
    if kind == "Template" && matches!(group, "" | "template.openshift.io") {
        let items = of("objects").or_else(|| of("items"));
        return items.map(|_| Class::List { api_version, kind, items, item_kind: None });
    }
    let item_kind = kind.strip_suffix("List")?;
    let items = of("items");
    // A list may say `items:` and nothing more; a custom kind such as `AllowList` has no items.
    let empty = root.get("items").is_some_and(Node::is_null);
    if item_kind.is_empty() && group.is_empty() {
        return Some(Class::List { api_version, kind, items, item_kind: None });
    }
    let item_kind = Some(item_kind).filter(|kind| !kind.is_empty());
    (items.is_some() || empty).then_some(Class::List { api_version, kind, items, item_kind })
}

fn without_api_version<'t>(root: Node<'t>, kind_node: Node<'t>) -> Reason<'t> {
    if let Some(what) = table::shape(root) {
        return Reason::Shape(what);
    }
    match kind_node.str() {
        Some("Kustomization") => Reason::Kustomization { component: false },
        // Kubernetes' kinds begin with a capital; those of Drone or Teleport do not.
        Some(kind) if kind.bytes().next().is_some_and(|byte| byte.is_ascii_uppercase()) => {
            Reason::KindWithoutApiVersion {
                at: kind_node.place(),
                misspelt: misspelt(root, "apiVersion"),
                likely: looks_like_object(root) || kinds_named(kind).next().is_some(),
            }
        }
        _ => Reason::NoApiVersionNorKind,
    }
}

fn without_kind<'t>(root: Node<'t>, api_node: Node<'t>) -> Reason<'t> {
    let Some(api_version) = api_node.str() else {
        return Reason::Shape(table::shape(root).unwrap_or("a tool's configuration"));
    };
    let is_text = |key| root.get(key).is_some_and(|node| node.text().is_some());
    if matches!(api_version, "v1" | "v2") && is_text("name") && is_text("version") {
        return Reason::HelmChart;
    }
    let group = group_of(api_version);
    if let Some(what) = table::tool(group, "") {
        return Reason::GroupNotKubernetes { group, what };
    }
    if let Some(what) = table::shape(root) {
        return Reason::Shape(what);
    }
    Reason::ApiVersionWithoutKind {
        at: api_node.place(),
        misspelt: misspelt(root, "kind"),
        likely: looks_like_object(root),
    }
}

/// `APIVersion: v1` and `Kind: Pod`: as much a mistake as one of them.
fn misspelt_both(root: Node<'_>) -> Option<Reason<'_>> {
    let at = misspelt(root, "kind")?;
    let api_version = misspelt(root, "apiVersion")?;
    let likely = looks_like_object(root);
    Some(Reason::KindWithoutApiVersion { at, misspelt: Some(api_version), likely })
}

/// The key that is `wanted` but for its case or a separator.
fn misspelt(root: Node<'_>, wanted: &str) -> Option<Span> {
    let near = |key: &str| key.replace(['_', '-'], "").eq_ignore_ascii_case(wanted);
    root.entries().find(|(key, _)| *key != wanted && near(key))?.1.key_span()
}

fn looks_like_object(root: Node<'_>) -> bool {
    root.get("metadata").is_some_and(Node::is_map) || root.get("spec").is_some_and(Node::is_map)
}

fn is_json_patch(root: Node<'_>) -> bool {
    let is_operation = |item: Node<'_>| item.get("op").is_some() && item.get("path").is_some();
    root.items().next().is_some() && root.items().all(is_operation)
}

/// `apps` of `apps/v1`; empty for `v1`.
fn group_of(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kubesift_source::{FileId, SourceFile};
    use kubesift_yaml::{Tree, parse};

    use super::*;

    fn tree(text: &str) -> Tree {
        parse(Arc::new(SourceFile::new(FileId(0), "test.yaml", text)))
    }

    /// The class in short: a name, and the text of the place that it carries.
    fn short(text: &str) -> String {
        let tree = tree(text);
        let Some(root) = tree.document(0).and_then(|document| document.root()) else {
            return "nothing".to_owned();
        };
        let slice = |at: Span| tree.file().slice(at).to_owned();
        match classify(root) {
            Class::Resource { api_version, kind } => format!("{api_version} {kind}"),
            Class::List { kind, items, item_kind, .. } => {
                let count = items.map_or(0, |items| items.items().count());
                format!("{kind} of {count} {}", item_kind.unwrap_or("any"))
            }
            Class::ComponentConfig { component, .. } => format!("configures {component}"),
            Class::NotKubernetes(reason) => match reason.mistake() {
                Some(at) => format!("{reason} at {}", slice(at)),
                None => reason.to_string(),
            },
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(short(text), expected, "{text}");
    }

    #[test]
    fn objects() {
        check("apiVersion: v1\nkind: Pod\n", "v1 Pod");
        check("apiVersion: apps/v1\nkind: Deployment\n", "apps/v1 Deployment");
        check("{\"apiVersion\": \"apps/v1\", \"kind\": \"Deployment\"}", "apps/v1 Deployment");
        check(
            "apiVersion: serving.knative.dev/v1\nkind: Service\n",
            "serving.knative.dev/v1 Service",
        );
        check("apiVersion: v1\nkind: DeploymentConfig\n", "v1 DeploymentConfig");
        check(
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n",
            "kustomize.toolkit.fluxcd.io/v1 Kustomization",
        );
        check(
            "apiVersion: pkg.crossplane.io/v1\nkind: Provider\n",
            "pkg.crossplane.io/v1 Provider",
        );
        check(
            "apiVersion: talos.dev/v1alpha1\nkind: ServiceAccount\n",
            "talos.dev/v1alpha1 ServiceAccount",
        );
    }

    #[test]
    fn a_built_in_kind_in_a_wrong_group_stays_an_object() {
        check("apiVersion: app/v1\nkind: Deployment\n", "app/v1 Deployment");
        check("apiVersion: v1beta1\nkind: Ingress\n", "v1beta1 Ingress");
        check("apiVersion: apps\nkind: Deployment\n", "apps Deployment");
    }

    #[test]
    fn lists() {
        check("apiVersion: v1\nkind: List\nitems: [{}, {}]\n", "List of 2 any");
        check("apiVersion: v1\nkind: List\n", "List of 0 any");
        check("apiVersion: v1\nkind: List\nitems:\n", "List of 0 any");
        check("apiVersion: v1\nkind: ConfigMapList\nitems: [{}]\n", "ConfigMapList of 1 ConfigMap");
        check(
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleList\nitems: [{}]\n",
            "RoleList of 1 Role",
        );
        check(
            "apiVersion: example.com/v1\nkind: AllowList\nspec: {}\n",
            "example.com/v1 AllowList",
        );
        check("apiVersion: v1\nkind: ConfigMapList\nitems:\n", "ConfigMapList of 0 ConfigMap");
        check("apiVersion: v1\nkind: NotAList\nitems: {}\n", "v1 NotAList");
        check(
            "apiVersion: template.openshift.io/v1\nkind: Template\nobjects: [{}]\n",
            "Template of 1 any",
        );
        check("apiVersion: v1\nkind: Template\nobjects: [{}]\n", "Template of 1 any");
    }

    #[test]
    fn component_configuration() {
        let table = [
            ("kubeadm.k8s.io/v1beta4", "ClusterConfiguration", "kubeadm"),
            ("kubelet.config.k8s.io/v1beta1", "KubeletConfiguration", "kubelet"),
            ("kubeproxy.config.k8s.io/v1alpha1", "KubeProxyConfiguration", "kube-proxy"),
            ("apiserver.config.k8s.io/v1", "EncryptionConfiguration", "kube-apiserver"),
            ("audit.k8s.io/v1", "Policy", "kube-apiserver"),
            ("v1", "EncryptionConfig", "kube-apiserver"),
            ("v1", "Config", "a client of the API server"),
            (
                "pod-security.admission.config.k8s.io/v1",
                "PodSecurityConfiguration",
                "kube-apiserver",
            ),
            ("resourcequota.admission.k8s.io/v1beta1", "Configuration", "kube-apiserver"),
        ];
        for (api_version, kind, component) in table {
            let text = format!("apiVersion: {api_version}\nkind: {kind}\n");
            check(&text, &format!("configures {component}"));
        }
    }

    #[test]
    fn tools() {
        let table = [
            ("skaffold/v3", "Config", "a Skaffold configuration"),
            ("release-notes/v2", "feature", "an Istio release note"),
            ("kind.x-k8s.io/v1alpha4", "Cluster", "a kind cluster configuration"),
            ("kops.k8s.io/v1alpha2", "InstanceGroup", "a kOps specification"),
            ("cli.kyverno.io/v1alpha1", "Test", "a Kyverno CLI test"),
            ("chainsaw.kyverno.io/v1alpha1", "Test", "a Chainsaw test"),
            ("client.authentication.k8s.io/v1", "ExecCredential", "credentials for kubectl"),
            ("backstage.io/v1alpha1", "Component", "a Backstage entity"),
            ("kustomize.config.k8s.io/v1beta1", "Kustomization", "a kustomization"),
            ("kustomize.config.k8s.io/v1alpha1", "Component", "a Kustomize component"),
            ("builtin", "PrefixTransformer", "a Kustomize plugin's configuration"),
            ("argoproj.io/v1alpha1", "ConfigManagementPlugin", "an Argo CD plugin's configuration"),
            ("config.kubeflow.org/v1beta1", "KatibConfig", "a controller's configuration"),
            (
                "webhook.config.cert-manager.io/v1alpha1",
                "WebhookConfiguration",
                "a controller's configuration",
            ),
            ("mirror.openshift.io/v2alpha1", "ImageSetConfiguration", "an oc-mirror configuration"),
            ("meta.pkg.crossplane.io/v1", "Provider", "a Crossplane package's metadata"),
            ("0.1.0", "app", "`0.1.0` is not an API that a cluster can serve"),
            ("sample/v2", "Test", "`sample/v2` is not an API that a cluster can serve"),
        ];
        for (api_version, kind, what) in table {
            check(&format!("apiVersion: {api_version}\nkind: {kind}\n"), what);
        }
        check("apiVersion: release-notes/v2\narea: security\n", "an Istio release note");
        check("apiVersion: score.dev/v1b1\nmetadata: {name: a}\n", "a Score workload");
    }

    #[test]
    fn shapes() {
        let table = [
            ("services: {web: {image: nginx}}", "a Docker Compose file"),
            ("name: CI\non: push\njobs: {}", "a GitHub Actions workflow"),
            ("openapi: 3.0.0\npaths: {}", "an OpenAPI document"),
            ("groups: [{name: a, rules: []}]", "Prometheus rules"),
            ("releases: [{name: a, chart: b}]", "a helmfile"),
            ("schemaVersion: 2.2.0\ncomponents: []", "a devfile"),
            ("schema: olm.package\nname: a", "an OLM catalogue entry"),
            (
                "annotations: {operators.operatorframework.io.bundle.mediatype.v1: x}",
                "an OLM bundle's annotations",
            ),
            ("apiVersion: v1\nentries: {}\ngenerated: x", "a Helm repository index"),
            ("dependencies: []\ndigest: x\ngenerated: y", "a Helm dependency lock"),
            ("varReference: []", "a Kustomize transformer configuration"),
            ("version: v2beta1\ndev: {}", "a DevSpace configuration"),
            ("apiVersion: 1\ndatasources: []", "a Grafana provisioning file"),
            ("apiVersion: v1\nbaseDomain: a\nplatform: {}", "an OpenShift installer configuration"),
            ("apiVersion: v2\nname: chart\nversion: 0.1.0", "a Helm chart's metadata"),
            ("apiVersion: v1\nname: chart\nversion: 1", "a Helm chart's metadata"),
            ("a: b", "neither `apiVersion` nor `kind`"),
            ("kind: pipeline\ntype: docker", "neither `apiVersion` nor `kind`"),
            ("kind: Kustomization\nresources: []", "a kustomization"),
            ("[{op: add, path: /a, value: 1}]", "a JSON patch"),
            ("- name: a", "a sequence"),
            ("[]", "a sequence"),
            ("hello", "a single value"),
            ("~", "empty"),
            ("apiVersion: ${API}\nkind: Pod", "`apiVersion` or `kind` is filled in later"),
            (
                "apiVersion: ENC[AES256_GCM,data:a]\nkind: ENC[AES256_GCM,data:b]",
                "`apiVersion` or `kind` is filled in later",
            ),
            (
                "apiVersion: a.b/v1\nkind: C\nmetadata:\n  annotations:\n    \
                 config.kubernetes.io/local-config: 'true'",
                "marked as local configuration",
            ),
        ];
        for (text, expected) in table {
            check(text, expected);
        }
        check("# nothing\n", "nothing");
    }

    #[test]
    fn probable_mistakes_say_where() {
        check("kind: Pod\nmetadata: {name: a}", "`kind` without `apiVersion` at kind: Pod");
        check("kind: Pod", "`kind` without `apiVersion` at kind: Pod");
        check("kind: Unheard\nspec: {}", "`kind` without `apiVersion` at kind: Unheard");
        check("kind: Unheard", "`kind` without `apiVersion`");
        check("kind: Pod\napiversion: v1", "`kind` without `apiVersion` at apiversion");
        check("apiVersion: v1\nspec: {}", "`apiVersion` without `kind` at apiVersion: v1");
        check("apiVersion: v1\na: b", "`apiVersion` without `kind`");
        check("apiVersion: v1\nKind: Pod", "`apiVersion` without `kind` at Kind");
        check("ApiVersion: v1\nKind: Pod", "`kind` without `apiVersion` at ApiVersion");
        check("apiVersion: 1\nkind: Pod", "`apiVersion` or `kind` is not text at apiVersion: 1");
        check("apiVersion: v1\nkind: [Pod]", "`apiVersion` or `kind` is not text at kind");
    }

    #[test]
    fn sops() {
        let is = |text: &str| {
            let tree = tree(text);
            tree.document(0).and_then(|document| document.root()).is_some_and(is_sops)
        };
        assert!(is("apiVersion: v1\nkind: Secret\nsops: {mac: x, version: 3}"));
        assert!(is("kind: Secret\ndata: {a: 'ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]'}"));
        assert!(!is("apiVersion: v1\nkind: Secret\ndata: {sops: mac}"));
        assert!(!is("sops: {image: mozilla/sops}"));
    }

    #[test]
    fn the_table_is_in_order() {
        table::check_order();
    }
}
