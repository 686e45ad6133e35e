//! Secrets that images are pulled with: who uses them, by a pod or by its ServiceAccount, and which
//! registries they hold a login for, as the kubelet matches them with images.

use std::sync::Arc;

use foldhash::HashMap;
use kubesift_source::{FileId, SourceFile};
use kubesift_yaml::Node;

use crate::graph::{Graph, GraphPod};
use crate::image::ImageRef;
use crate::resource::{Resource, ResourceId};
use crate::secret_value::decode_base64;
use crate::unknown::{is_unknown, known_node};

/// One item of `imagePullSecrets`.
#[derive(Debug, Clone, Copy)]
pub struct PullUse<'a> {
    /// The workload or ServiceAccount that names the Secret.
    pub resource: &'a Resource,
    /// The name.
    pub node: Node<'a>,
}

/// Where the logins for a pod's images come from.
#[derive(Debug, Clone)]
pub enum PullFrom<'a> {
    /// The pod's own list.
    Pod(Vec<PullUse<'a>>),
    /// The list of its ServiceAccount, which counts when the pod has none.
    Account(&'a Resource, Vec<PullUse<'a>>),
    /// Neither has one.
    Nothing,
    /// The ServiceAccount is not in view, or something fills the list in later.
    Unknown,
}

impl<'a> PullFrom<'a> {
    /// The Secrets named, as far as they are known.
    pub fn uses(&self) -> &[PullUse<'a>] {
        match self {
            Self::Pod(uses) | Self::Account(_, uses) => uses,
            Self::Nothing | Self::Unknown => &[],
        }
    }
}

/// Type of a Secret with a login in the form of `~/.docker/config.json`.
pub const DOCKER_CONFIG_JSON: &str = "kubernetes.io/dockerconfigjson";
/// Type of a Secret with a login in the form of the old `~/.dockercfg`.
pub const DOCKER_CONFIG: &str = "kubernetes.io/dockercfg";

/// The pull secrets of a build.
#[derive(Debug, Default)]
pub struct PullSecrets<'a> {
    users: HashMap<(Option<&'a str>, &'a str), Vec<PullUse<'a>>>,
    /// Repositories that a workload pulls from with a Secret: by [`circle_of`].
    pulled: HashMap<String, PulledWith<'a>>,
    /// Positions of the pods that a ServiceAccount's list is for.
    of_account: HashMap<ResourceId, Vec<u32>>,
    /// The first Secret with values in plain text, and how many there are.
    plain: (Option<&'a Resource>, usize),
    uses_manager: bool,
}

/// A workload that pulls from a registry with a Secret.
#[derive(Debug, Clone, Copy)]
pub struct PulledWith<'a> {
    /// The first one.
    pub used: PullUse<'a>,
    /// The Secret is in view, and holds a login for the registry.
    pub has_login: bool,
}

impl<'a> PullSecrets<'a> {
    pub(crate) fn new(graph: &Graph<'a>) -> Self {
        let mut secrets = Self::default();
        for account in graph.of("ServiceAccount") {
            for used in uses_in(account, account.node()) {
                secrets.add_user(account.namespace.as_deref(), used);
            }
        }
        for pod in graph.pods() {
            for used in uses_in(pod.pod.resource, pod.pod.spec) {
                secrets.add_user(pod.namespace, used);
            }
        }
        for pod in graph.pods() {
            secrets.add_images(graph, pod);
        }
        for resource in graph.resources() {
            secrets.add_keeping(resource);
        }
        secrets
    }

    fn add_user(&mut self, namespace: Option<&'a str>, used: PullUse<'a>) {
        let Some(name) = used.node.str().filter(|name| !is_unknown(name)) else { return };
        self.users.entry((namespace, name)).or_default().push(used);
    }

    fn add_images(&mut self, graph: &Graph<'a>, pod: &GraphPod<'a>) {
        let from = graph.pull_from(pod);
        let Some(used) = from.uses().first() else { return };
        if let PullFrom::Account(account, _) = &from {
            self.of_account.entry(account.id).or_default().push(pod.at);
        }
        let logins: Vec<_> =
            from.uses().iter().filter_map(|one| graph.logins_of(pod.namespace, one)).collect();
        for container in pod.pod.containers() {
            let Some(image) = container.image_ref() else { continue };
            let has_login = logins.iter().flatten().any(|login| login.serves(&image));
            // A list that is whole in view and holds no login for the image says nothing of it.
            if !has_login && logins.len() == from.uses().len() {
                continue;
            }
            let found = PulledWith { used: *used, has_login };
            let held = self.pulled.entry(circle_of(&image)).or_insert(found);
            if has_login && !held.has_login {
                *held = found;
            }
        }
    }

    /// How Secrets are kept: in plain text, or by something that encrypts or fetches them.
    fn add_keeping(&mut self, resource: &'a Resource) {
        if MANAGERS.iter().any(|kind| resource.is(kind)) {
            self.uses_manager = true;
        }
        if !resource.is("Secret") {
            return;
        }
        self.uses_manager |= resource.encrypted;
        let values = ["data", "stringData"].into_iter().filter_map(|key| resource.node().get(key));
        let plain = |(_, node): (&str, Node<'_>)| {
            node.text().is_some_and(|text| !text.is_empty()) && known_node(node).is_literal()
        };
        if !resource.encrypted && values.flat_map(Node::entries).any(plain) {
            self.plain.0 = self.plain.0.or(Some(resource));
            self.plain.1 += 1;
        }
    }

    /// The first Secret of the build whose values stand there in plain text.
    pub fn plain(&self) -> Option<&'a Resource> {
        self.plain.0
    }

    /// How many Secrets have values in plain text.
    pub fn plain_count(&self) -> usize {
        self.plain.1
    }

    /// True when something of the build fetches Secrets from a store, or keeps them encrypted.
    pub fn uses_manager(&self) -> bool {
        self.uses_manager
    }

    /// Positions in [`Graph::pods`] of the pods whose images are pulled with a ServiceAccount's
    /// list.
    pub fn pods_of_account(&self, account: ResourceId) -> Vec<u32> {
        self.of_account.get(&account).cloned().unwrap_or_default()
    }

    /// Who pulls images with the Secret of a namespace and name.
    pub fn users(&self, namespace: Option<&str>, name: &str) -> Vec<PullUse<'a>> {
        let found = self.users.get(&(namespace, name));
        found.into_iter().flatten().take(MANY).copied().collect()
    }

    /// A workload that pulls from the same registry, or the same part of a public one, with a
    /// Secret.
    pub fn pulled_with(&self, image: &ImageRef<'_>) -> Option<PulledWith<'a>> {
        self.pulled.get(&circle_of(image)).copied()
    }
}

/// More users of one Secret than these say nothing new.
const MANY: usize = 64;

/// Kinds that fetch Secrets from a store, or hold them encrypted.
const MANAGERS: [&str; 12] = [
    "bitnami.com/SealedSecret",
    "external-secrets.io/ClusterExternalSecret",
    "external-secrets.io/ExternalSecret",
    "infisical.com/InfisicalSecret",
    "isindir.github.com/SopsSecret",
    "kubernetes-client.io/ExternalSecret",
    "onepassword.com/OnePasswordItem",
    "ricoberger.de/VaultSecret",
    "secrets-store.csi.x-k8s.io/SecretProviderClass",
    "secrets.doppler.com/DopplerSecret",
    "secrets.hashicorp.com/VaultDynamicSecret",
    "secrets.hashicorp.com/VaultStaticSecret",
];

/// Registries that serve many owners, most of them to everyone.
const PUBLIC: [&str; 23] = [
    "cgr.dev",
    "cr.fluentbit.io",
    "docker.elastic.co",
    "docker.io",
    "docker.n8n.io",
    "gcr.io",
    "ghcr.io",
    "icr.io",
    "k8s.gcr.io",
    "lscr.io",
    "mcr.microsoft.com",
    "nvcr.io",
    "public.ecr.aws",
    "quay.io",
    "registry.access.redhat.com",
    "registry.connect.redhat.com",
    "registry.gitlab.com",
    "registry.istio.io",
    "registry.k8s.io",
    "registry.redhat.io",
    "registry.suse.com",
    "us-docker.pkg.dev",
    "xpkg.upbound.io",
];

/// True for a registry that serves many owners, most of them to everyone.
pub fn is_public_registry(registry: &str) -> bool {
    PUBLIC.binary_search(&registry).is_ok()
        || registry.ends_with(".gcr.io")
        || registry.ends_with("-docker.pkg.dev")
}

/// The part of a registry that one login is likely for: the whole of a private one, what belongs to
/// one owner of a public one.
fn circle_of(image: &ImageRef<'_>) -> String {
    let registry = image.registry_or_default();
    if !is_public_registry(registry) {
        return registry.to_owned();
    }
    let path = image.normalized_path();
    let owner = path.split('/').next().unwrap_or_default();
    format!("{registry}/{owner}")
}

fn uses_in<'a>(resource: &'a Resource, holder: Node<'a>) -> Vec<PullUse<'a>> {
    let items = holder.field("imagePullSecrets").items();
    let named = items.filter_map(|item| item.get("name").filter(|node| !node.is_null()));
    named.map(|node| PullUse { resource, node }).collect()
}

/// A registry that a pull secret holds a login for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// The key as it is written: `https://index.docker.io/v1/`, `ghcr.io`, `*.example.com/team`.
    pub key: String,
}

impl Login {
    /// Whether the kubelet offers the login when it pulls an image: the host's parts are equal (or
    /// a `*`), the port is the same, and the path begins with the key's.
    pub fn serves(&self, image: &ImageRef<'_>) -> bool {
        let key = self.key.trim();
        let key = key.strip_prefix("https://").or(key.strip_prefix("http://")).unwrap_or(key);
        let (host, path) = key.split_once('/').unwrap_or((key, ""));
        // `/v1/` and `/v2/` are versions of the API that old clients wrote.
        let path = path.trim_end_matches('/');
        let path = if matches!(path, "v1" | "v2") { "" } else { path };
        let registry = image.registry_or_default();
        if registry == "docker.io" {
            let hub = ["docker.io", "index.docker.io", "registry-1.docker.io"];
            return hub.contains(&host) && image.normalized_path().starts_with(path);
        }
        same_host(host, registry) && image.normalized_path().starts_with(path)
    }
}

fn same_host(pattern: &str, host: &str) -> bool {
    let (one, other) = (pattern.rsplit_once(':'), host.rsplit_once(':'));
    let (name, port) = one.map_or((pattern, None), |(name, port)| (name, Some(port)));
    let (wanted, wanted_port) = other.map_or((host, None), |(name, port)| (name, Some(port)));
    let parts: Vec<&str> = name.split('.').collect();
    let wanted: Vec<&str> = wanted.split('.').collect();
    port == wanted_port
        && parts.len() == wanted.len()
        && parts.iter().zip(&wanted).all(|(part, wanted)| is_part(part, wanted))
}

/// Whether a part of a host fits a pattern with at most one `*` in it.
fn is_part(pattern: &str, part: &str) -> bool {
    match pattern.split_once('*') {
        Some((start, end)) => {
            part.len() >= start.len() + end.len() && part.starts_with(start) && part.ends_with(end)
        }
        None => pattern.eq_ignore_ascii_case(part),
    }
}

/// The value of a Secret's key in plain text: of `stringData`, else of `data`. None when it is not
/// there, encrypted, filled in later, or no text.
pub fn secret_text(secret: &Resource, key: &str) -> Option<String> {
    if secret.encrypted {
        return None;
    }
    let plain = secret.node().at("stringData").and_then(|data| data.get(key));
    let coded = secret.node().at("data").and_then(|data| data.get(key));
    let node = plain.or(coded)?;
    let text = node.str().filter(|_| known_node(node).is_literal())?;
    if plain.is_some() {
        return Some(text.to_owned());
    }
    String::from_utf8(decode_base64(text)?).ok()
}

/// The registries that a pull secret holds logins for; none when they cannot be read.
pub fn logins(secret: &Resource) -> Option<Vec<Login>> {
    let (key, path) = match secret.field("type").str()? {
        DOCKER_CONFIG_JSON => (".dockerconfigjson", "auths"),
        DOCKER_CONFIG => (".dockercfg", ""),
        _ => return None,
    };
    let text = secret_text(secret, key)?;
    let keys = keys_in_json(&text, path)?;
    if keys.is_empty() || keys.iter().any(|key| is_unknown(key)) {
        return None;
    }
    Some(keys.into_iter().map(|key| Login { key }).collect())
}

/// The keys at the top of an object in JSON; none for a text that is none.
pub fn json_keys(text: &str) -> Option<Vec<String>> {
    keys_in_json(text, "")
}

/// JSON is read as the YAML that it is.
fn keys_in_json(text: &str, under: &str) -> Option<Vec<String>> {
    let tree = kubesift_yaml::parse(Arc::new(SourceFile::new(FileId(0), "value.json", text)));
    let document = tree.document(0)?;
    if document.errors().next().is_some() {
        return None;
    }
    let root = document.root()?;
    let object = if under.is_empty() { Some(root) } else { root.get(under) };
    let object = object.filter(|node| node.is_map())?;
    Some(object.entries().map(|(key, _)| key.to_owned()).collect())
}

impl<'a> Graph<'a> {
    /// Where the logins for a pod's images come from.
    pub fn pull_from(&self, pod: &GraphPod<'a>) -> PullFrom<'a> {
        let list = pod.pod.field("imagePullSecrets");
        let own = uses_in(pod.pod.resource, pod.pod.spec);
        if !own.is_empty() {
            return PullFrom::Pod(own);
        }
        if pod.pod.is_partial() || list.items().next().is_some() || is_later(list.node()) {
            return PullFrom::Unknown;
        }
        let Some(account) = self.service_account(pod) else { return PullFrom::Unknown };
        let field = account.field("imagePullSecrets");
        let uses = uses_in(account, account.node());
        if !uses.is_empty() {
            return PullFrom::Account(account, uses);
        }
        let open = field.items().next().is_some() || is_later(field.node());
        if open { PullFrom::Unknown } else { PullFrom::Nothing }
    }

    /// The logins that a Secret named in `imagePullSecrets` holds, when they can be read.
    pub fn logins_of(&self, namespace: Option<&str>, used: &PullUse<'_>) -> Option<Vec<Login>> {
        logins(self.find("Secret", namespace, used.node.str()?)?)
    }
}

/// Something other than a list stands there.
fn is_later(node: Option<Node<'_>>) -> bool {
    node.is_some_and(|node| !node.is_list() && !node.is_null())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(expected: bool, key: &str, image: &str) {
        let image = ImageRef::parse(image).expect("an image");
        assert_eq!(Login { key: key.to_owned() }.serves(&image), expected, "{key} {image:?}");
    }

    #[test]
    fn logins_are_matched_as_the_kubelet_does() {
        check(true, "ghcr.io", "ghcr.io/acme/web:1");
        check(true, "https://ghcr.io", "ghcr.io/acme/web:1");
        check(true, "ghcr.io/acme", "ghcr.io/acme/web:1");
        check(false, "ghcr.io/other", "ghcr.io/acme/web:1");
        check(false, "ghcr.io", "nginx");
        check(true, "https://index.docker.io/v1/", "nginx");
        check(true, "docker.io", "acme/web");
        check(true, "docker.io/acme", "acme/web");
        check(false, "docker.io/acme", "nginx");
        check(true, "registry.example.com:5000", "registry.example.com:5000/web");
        check(false, "registry.example.com", "registry.example.com:5000/web");
        check(true, "*.dkr.ecr.eu-west-1.amazonaws.com", "1.dkr.ecr.eu-west-1.amazonaws.com/web");
        check(false, "*.example.com", "a.b.example.com/web");
        check(true, "https://registry.example.com/v2/", "registry.example.com/web");
    }

    #[test]
    fn public_registries() {
        assert!(PUBLIC.is_sorted());
        assert!(is_public_registry("eu.gcr.io"));
        assert!(is_public_registry("europe-west1-docker.pkg.dev"));
        assert!(!is_public_registry("registry.example.com"));
    }
}
