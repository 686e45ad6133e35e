//! Ingresses: class, rules, paths, TLS, and the annotations of controllers that change what they
//! mean. Whether that is wanted is left to checks.

use foldhash::HashSet;
use kubesift_yaml::Node;

use crate::graph::Graph;
use crate::hostname::{certificate_covers, is_every_host};
use crate::resource::Resource;
use crate::selector::Match;
use crate::unknown::{is_unknown, known_node};

/// The kind, named as in [`crate::Kind::is`].
pub const INGRESS: &str = "networking.k8s.io/Ingress";

/// The annotation that named the class before `spec.ingressClassName`.
pub const CLASS_ANNOTATION: &str = "kubernetes.io/ingress.class";

/// Beginnings of the annotations of ingress-nginx, and of F5's controller.
const NGINX_PREFIXES: &[&str] = &["nginx.ingress.kubernetes.io/", "nginx.org/", "nginx.com/"];

/// The class of an Ingress.
#[derive(Debug, Clone, Copy)]
pub enum IngressClass<'a> {
    /// `spec.ingressClassName`.
    Stated(Node<'a>),
    /// The annotation. It wins where both are there.
    Annotated(Node<'a>),
    /// Nothing says it: that of the cluster.
    Unstated,
}

impl<'a> IngressClass<'a> {
    /// The class of an Ingress, as it says.
    pub fn of(ingress: &'a Resource) -> Self {
        let filled = |node: &Node<'_>| node.text().is_none_or(|text| !text.is_empty());
        if let Some(node) = ingress.annotation(CLASS_ANNOTATION).filter(filled) {
            return Self::Annotated(node);
        }
        match ingress.field("spec.ingressClassName").node().filter(filled) {
            Some(node) => Self::Stated(node),
            None => Self::Unstated,
        }
    }

    /// Its name; none when nothing says it, or something is filled in later.
    pub fn name(&self) -> Option<&'a str> {
        match self {
            Self::Stated(node) | Self::Annotated(node) => {
                node.text().filter(|text| !is_unknown(text))
            }
            Self::Unstated => None,
        }
    }
}

/// What runs an Ingress, as far as its class and its annotations tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Controller {
    /// ingress-nginx or F5's NGINX controller.
    Nginx,
    /// A load balancer of a cloud, one for each Ingress or group: its certificates and its hosts
    /// are its own.
    Cloud,
    /// A tunnel that ends TLS outside the cluster, under a name of its own.
    Tunnel,
    /// Another one.
    Other,
    /// Nothing says it.
    Unknown,
}

/// Classes of clouds, by what their names begin with.
const CLOUD: &[&str] = &["alb", "aws-alb", "azure", "gce", "aliyun-alb", "oci-native"];

/// Classes of tunnels, by what their names hold.
const TUNNELS: &[&str] = &["cloudflare", "ngrok", "tailscale"];

/// What annotations for the controller of GKE begin with.
const GCE: &[&str] = &[
    "ingress.gcp.kubernetes.io/",
    "kubernetes.io/ingress.global-static-ip-name",
    "kubernetes.io/ingress.regional-static-ip-name",
    "networking.gke.io/",
];

/// True when annotations of an Ingress speak to the controller of GKE. It takes every Ingress that
/// names no class.
pub fn is_for_gke(ingress: &Resource) -> bool {
    annotations(ingress).any(|(key, _)| GCE.iter().any(|start| key.starts_with(start)))
}

/// True when a whole Ingress only sends visitors elsewhere, by an annotation for NGINX.
pub fn only_redirects(ingress: &Resource) -> bool {
    let mut keys = nginx_annotations(ingress).map(|(key, _)| key);
    keys.any(|key| matches!(key, "permanent-redirect" | "temporal-redirect"))
}

impl Controller {
    /// What runs an Ingress.
    pub fn of(ingress: &Resource) -> Self {
        let class = IngressClass::of(ingress);
        let Some(name) = class.name() else {
            return match class {
                IngressClass::Unstated => Self::by_annotations(ingress),
                _ => Self::Unknown,
            };
        };
        match name {
            _ if TUNNELS.iter().any(|word| name.contains(word)) => Self::Tunnel,
            _ if CLOUD.iter().any(|start| name.starts_with(start)) => Self::Cloud,
            _ if name.contains("nginx") => Self::Nginx,
            _ => match Self::by_annotations(ingress) {
                Self::Unknown => Self::Other,
                found => found,
            },
        }
    }

    fn by_annotations(ingress: &Resource) -> Self {
        for (key, _) in annotations(ingress) {
            let cloud = ["alb.ingress.kubernetes.io/", "appgw.ingress.kubernetes.io/"];
            if cloud.iter().chain(GCE).any(|start| key.starts_with(start)) {
                return Self::Cloud;
            }
            if NGINX_PREFIXES.iter().any(|start| key.starts_with(start)) {
                return Self::Nginx;
            }
            if key.starts_with("traefik.ingress.kubernetes.io/") {
                return Self::Other;
            }
        }
        Self::Unknown
    }
}

/// The annotations of a resource.
pub fn annotations(resource: &Resource) -> impl Iterator<Item = (&str, Node<'_>)> {
    resource.annotations().into_iter().flat_map(Node::entries)
}

/// The annotations of NGINX controllers, without what they begin with.
pub fn nginx_annotations(ingress: &Resource) -> impl Iterator<Item = (&str, Node<'_>)> {
    annotations(ingress).filter_map(|(key, node)| {
        let rest = NGINX_PREFIXES.iter().find_map(|start| key.strip_prefix(start))?;
        Some((rest, node))
    })
}

/// The snippets of an Ingress: annotations that hold configuration of NGINX itself.
pub fn snippets(ingress: &Resource) -> impl Iterator<Item = (&str, Node<'_>)> {
    nginx_annotations(ingress).filter(|(key, _)| is_snippet(key))
}

/// True for the name of a snippet annotation, without its beginning.
pub fn is_snippet(key: &str) -> bool {
    key.ends_with("-snippet") || key.ends_with("-snippets")
}

/// The directives of a snippet: the first word of each statement. Lines that are comments are left
/// out.
pub fn snippet_directives(text: &str) -> impl Iterator<Item = &str> {
    let statements = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    statements
        .flat_map(|line| line.split([';', '{', '}']))
        .filter_map(|part| part.split_whitespace().next())
}

/// A path of a rule.
#[derive(Debug, Clone, Copy)]
pub struct IngressPath<'a> {
    /// The item of `rules`.
    pub rule: Node<'a>,
    /// The item of `paths`.
    pub node: Node<'a>,
}

impl<'a> IngressPath<'a> {
    /// The host of its rule; empty for every host, none when it is not known.
    pub fn host(&self) -> Option<&'a str> {
        rule_host(self.rule)
    }

    /// The path; `/` when it is not stated, none when it is not known.
    pub fn path(&self) -> Option<&'a str> {
        match self.node.field("path").node() {
            None => Some("/"),
            Some(node) => node.text().filter(|text| !is_unknown(text)),
        }
    }

    /// True when the path must match as a whole.
    pub fn is_exact(&self) -> bool {
        self.node.field("pathType").str() == Some("Exact")
    }
}

/// The paths of the rules of an Ingress.
pub fn ingress_paths(ingress: &Resource) -> impl Iterator<Item = IngressPath<'_>> {
    ingress_rules(ingress).flat_map(|rule| {
        let paths = rule.field("http.paths").items().filter(|node| node.is_map());
        paths.map(move |node| IngressPath { rule, node })
    })
}

/// The rules of an Ingress.
pub fn ingress_rules(ingress: &Resource) -> impl Iterator<Item = Node<'_>> {
    ingress.field("spec.rules").items().filter(|rule| rule.is_map())
}

/// The host of a rule; empty for every host, none when it is not known.
pub fn rule_host(rule: Node<'_>) -> Option<&str> {
    match rule.field("host").node() {
        None => Some(""),
        Some(node) => node.text().filter(|text| !is_unknown(text)),
    }
}

/// The backends of an Ingress: the default one, and those of its paths.
pub fn ingress_backend_nodes(ingress: &Resource) -> Vec<Node<'_>> {
    let own = ["spec.defaultBackend", "spec.backend"];
    let own = own.into_iter().filter_map(|path| ingress.field(path).node());
    let paths = ingress_paths(ingress).filter_map(|path| path.node.field("backend").node());
    own.chain(paths).collect()
}

/// Whether the `tls` entries of an Ingress cover a host. An entry without hosts covers all of them,
/// as controllers read it.
pub fn tls_covers(ingress: &Resource, host: &str) -> Match {
    let field = ingress.field("spec.tls");
    let start = match field.node() {
        Some(node) if !node.is_list() || !known_node(node).is_literal() => Match::Unknown,
        _ => Match::No,
    };
    field.items().fold(start, |found, entry| found.or(tls_entry_covers(entry, host)))
}

fn tls_entry_covers(entry: Node<'_>, host: &str) -> Match {
    let hosts = entry.field("hosts");
    if hosts.items().next().is_none() {
        return if hosts.node().is_some_and(|node| !node.is_list()) {
            Match::Unknown
        } else {
            Match::Yes
        };
    }
    hosts.items().fold(Match::No, |found, name| {
        found.or(match name.text() {
            Some(name) if name == host || is_every_host(name) => Match::Yes,
            Some(name) => certificate_covers(name, host),
            None => Match::Unknown,
        })
    })
}

/// Annotations that say that TLS ends at a load balancer or an entry point, by what they begin with.
const TLS_ELSEWHERE: &[&str] = &[
    "alb.ingress.kubernetes.io/certificate-arn",
    "appgw.ingress.kubernetes.io/appgw-ssl-certificate",
    "cert.gardener.cloud/",
    "haproxy.org/ssl-passthrough",
    "ingress.gcp.kubernetes.io/pre-shared-cert",
    "networking.gke.io/managed-certificates",
    "networking.gke.io/pre-shared-cert",
    "nginx.ingress.kubernetes.io/force-ssl-redirect",
    "nginx.ingress.kubernetes.io/ssl-passthrough",
    "route.openshift.io/termination",
    "traefik.ingress.kubernetes.io/router.tls",
];

/// True when an Ingress says that its TLS ends where its `tls` entries do not show it.
pub fn ends_tls_elsewhere(ingress: &Resource) -> bool {
    annotations(ingress).any(|(key, node)| {
        let text = node.text().unwrap_or_default();
        let secure = || text.split(',').any(|word| word.trim().contains("secure"));
        TLS_ELSEWHERE.iter().any(|start| key.starts_with(start)) && text != "false"
            || key == "alb.ingress.kubernetes.io/listen-ports" && text.contains("HTTPS")
            || key == "traefik.ingress.kubernetes.io/router.entrypoints" && secure()
    })
}

/// True for an Ingress that a tool adds to another one: a canary of ingress-nginx, or a solver of
/// cert-manager's challenges.
pub fn is_auxiliary_ingress(ingress: &Resource) -> bool {
    let canary = ingress.annotation("nginx.ingress.kubernetes.io/canary").and_then(Node::text);
    canary == Some("true") || is_acme_solver(ingress)
}

/// True for what cert-manager makes to solve a challenge.
pub fn is_acme_solver(resource: &Resource) -> bool {
    let label = resource.label("acme.cert-manager.io/http01-solver").and_then(Node::text);
    let name = resource.name.as_deref().unwrap_or_default();
    label == Some("true") || name.starts_with("cm-acme-http-solver")
}

/// Annotations that name an identity provider, an authenticating proxy or a middleware: parts of
/// their keys.
const AUTH: &[&str] = &[
    "/auth-",
    "/authn",
    "/oauth",
    "/oidc",
    "/router.middlewares",
    "basic-auth",
    "enable-global-auth",
    "konghq.com/plugins",
    "server-snippet",
    "configuration-snippet",
];

/// True when annotations of an Ingress let somebody ask who comes in.
pub fn has_auth_annotation(ingress: &Resource) -> bool {
    annotations(ingress).any(|(key, _)| AUTH.iter().any(|part| key.contains(part)))
}

/// Annotations that say which addresses may use an Ingress.
const SOURCES: &[&str] = &[
    "alb.ingress.kubernetes.io/inbound-cidrs",
    "alb.ingress.kubernetes.io/security-groups",
    "haproxy.org/allow-list",
    "haproxy.org/whitelist",
    "nginx.ingress.kubernetes.io/allowlist-source-range",
    "nginx.ingress.kubernetes.io/whitelist-source-range",
    "traefik.ingress.kubernetes.io/router.middlewares",
];

/// True when an Ingress says which addresses may use it.
pub fn has_source_annotation(ingress: &Resource) -> bool {
    SOURCES.iter().any(|key| ingress.annotation(key).is_some())
}

/// Whether an Ingress is for a private network, as its class or its scheme says.
pub fn is_internal_ingress(ingress: &Resource) -> bool {
    let class = IngressClass::of(ingress).name().unwrap_or_default();
    let scheme = ingress.annotation("alb.ingress.kubernetes.io/scheme").and_then(Node::text);
    scheme == Some("internal")
        || ["internal", "private", "tailscale"].iter().any(|word| class.contains(word))
        || class.ends_with("-int")
}

/// What the Ingresses of a build say together.
#[derive(Debug, Default)]
pub(crate) struct IngressIndex<'a> {
    /// Hosts that `tls` entries name, in lower case.
    tls_hosts: HashSet<String>,
    /// The IngressClass that is used where none is named.
    default_class: Option<&'a Resource>,
    /// Namespaces that run something that may serve Ingresses and routes.
    controllers: HashSet<Option<&'a str>>,
}

/// Names of programs that serve Ingresses and routes.
const CONTROLLERS: [&str; 9] =
    ["ambassador", "contour", "envoy", "gateway", "haproxy", "ingress", "kong", "nginx", "traefik"];

impl<'a> IngressIndex<'a> {
    pub fn new(graph: &Graph<'a>) -> Self {
        let mut index = Self::default();
        for ingress in graph.of(INGRESS) {
            let entries = ingress.field("spec.tls").items();
            let hosts = entries.flat_map(|entry| entry.field("hosts").items());
            index.tls_hosts.extend(hosts.filter_map(Node::text).map(str::to_ascii_lowercase));
        }
        for pod in graph.pods().iter().filter(|pod| pod.is_networked()) {
            let name = pod.pod.resource.name.as_deref().unwrap_or_default();
            if CONTROLLERS.iter().any(|word| name.contains(word)) {
                index.controllers.insert(pod.namespace);
            }
        }
        index.default_class = graph.of("networking.k8s.io/IngressClass").find(|class| {
            let note = class.annotation("ingressclass.kubernetes.io/is-default-class");
            note.and_then(Node::text) == Some("true")
        });
        index
    }
}

impl<'a> Graph<'a> {
    /// True when a namespace runs something that may serve Ingresses and routes, told by its name.
    pub fn runs_controller(&self, namespace: Option<&str>) -> bool {
        self.ingresses().controllers.contains(&namespace)
    }

    /// True when a `tls` entry of some Ingress names a host, or a wildcard of its domain: a
    /// controller then serves it by TLS whichever Ingress has the rule.
    pub fn serves_by_tls(&self, host: &str) -> bool {
        let hosts = &self.ingresses().tls_hosts;
        let host = host.to_ascii_lowercase();
        let wildcard = host.split_once('.').map(|(_, rest)| format!("*.{rest}"));
        hosts.contains(&host) || wildcard.is_some_and(|wildcard| hosts.contains(&wildcard))
    }

    /// The IngressClass that Ingresses without a class get, when the build holds it.
    pub fn default_ingress_class(&self) -> Option<&'a Resource> {
        self.ingresses().default_class
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kubesift_source::{FileId, SourceFile};

    use super::*;
    use crate::resource::ResourceId;

    fn ingress(text: &str) -> Resource {
        let text = format!("apiVersion: networking.k8s.io/v1\nkind: Ingress\n{text}");
        let file = Arc::new(SourceFile::new(FileId(0), "test.yaml", text));
        let tree = Arc::new(kubesift_yaml::parse(file));
        let root =
            tree.documents().next().and_then(|document| document.root()).expect("a document");
        Resource::new(ResourceId(0), &tree, root, None)
    }

    #[test]
    fn the_annotation_names_the_class_before_the_spec() {
        let both = ingress(
            "metadata: {annotations: {kubernetes.io/ingress.class: old}}\n\
             spec: {ingressClassName: new}",
        );
        assert_eq!(IngressClass::of(&both).name(), Some("old"));
        let spec = ingress("spec: {ingressClassName: '${CLASS}'}");
        assert!(matches!(IngressClass::of(&spec), IngressClass::Stated(_)));
        assert_eq!(IngressClass::of(&spec).name(), None);
        assert!(matches!(IngressClass::of(&ingress("spec: {}")), IngressClass::Unstated));
    }

    #[test]
    fn controllers_are_told_by_class_then_by_annotations() {
        let of = |class: &str, key: &str| {
            let class = if class.is_empty() { "" } else { &format!("ingressClassName: {class}") };
            let text = format!("metadata: {{annotations: {{{key}: a}}}}\nspec: {{{class}}}");
            Controller::of(&ingress(&text))
        };
        assert_eq!(of("nginx-internal", "a"), Controller::Nginx);
        assert_eq!(of("alb", "a"), Controller::Cloud);
        assert_eq!(of("cloudflare-tunnel", "a"), Controller::Tunnel);
        assert_eq!(of("public", "a"), Controller::Other);
        assert_eq!(of("public", "nginx.ingress.kubernetes.io/x"), Controller::Nginx);
        assert_eq!(of("", "alb.ingress.kubernetes.io/scheme"), Controller::Cloud);
        assert_eq!(of("", "a"), Controller::Unknown);
        assert_eq!(of("'${CLASS}'", "nginx.ingress.kubernetes.io/x"), Controller::Unknown);
    }

    #[test]
    fn tls_entries_cover_hosts() {
        let covers =
            |tls: &str, host: &str| tls_covers(&ingress(&format!("spec: {{tls: {tls}}}")), host);
        assert_eq!(covers("[{hosts: [a.b]}]", "a.b"), Match::Yes);
        assert_eq!(covers("[{hosts: ['*.b']}]", "a.b"), Match::Yes);
        assert_eq!(covers("[{hosts: ['*.b']}]", "x.a.b"), Match::No);
        assert_eq!(covers("[{secretName: x}]", "a.b"), Match::Yes);
        assert_eq!(covers("[{hosts: ['${HOST}']}]", "a.b"), Match::Unknown);
        assert_eq!(covers("'${TLS}'", "a.b"), Match::Unknown);
        assert_eq!(covers("[]", "a.b"), Match::No);
    }

    #[test]
    fn directives_are_the_first_words_of_statements() {
        let text = "# alias /a;\nlocation /b { root /c; }\n  more_set_headers 'alias';";
        let words: Vec<&str> = snippet_directives(text).collect();
        assert_eq!(words, ["location", "root", "more_set_headers"]);
    }
}
