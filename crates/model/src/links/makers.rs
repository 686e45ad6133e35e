//! Who makes objects that no manifest shows: controllers of certificates and secrets, operators,
//! generators, copies of an object in other namespaces, programs that write what they are told.

use std::borrow::Cow;
use std::sync::OnceLock;

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};
use kubesift_yaml::Node;

use super::read::walk;
use super::resolve::in_scope;
use super::{Link, Scoped, Target};
use crate::declared::Generated;
use crate::graph::{Graph, is_custom};
use crate::outline::told_texts;
use crate::pod::Pod;
use crate::resource::Resource;
use crate::selector::Match;
use crate::service::makes_pods;
use crate::unknown::is_unknown;
use kubesift_schemas::{Scope, scope};

/// What a kind makes: the kind that makes, where the name of what it makes stands, and its kind.
/// Where the path is empty, or leads nowhere and a `?` ends it, the name is the maker's own.
struct Row(&'static str, &'static str, &'static str);

#[rustfmt::skip] // One line a row: it is a table.
const ROWS: &[Row] = &[
    Row("bitnami.com/SealedSecret", "spec.template.metadata.name?", "Secret"),
    Row("cert-manager.io/Certificate", "spec.secretName", "Secret"),
    Row("cert-manager.io/ClusterIssuer", "spec.acme.privateKeySecretRef.name", "Secret"),
    Row("cert-manager.io/Issuer", "spec.acme.privateKeySecretRef.name", "Secret"),
    Row("certmanager.k8s.io/Certificate", "spec.secretName", "Secret"),
    Row("external-secrets.io/ClusterExternalSecret", "spec.externalSecretName?", "Secret"),
    Row("external-secrets.io/ClusterExternalSecret", "spec.externalSecretSpec.target.name", "Secret"),
    Row("external-secrets.io/ExternalSecret", "spec.target.name?", "Secret"),
    Row("isindir.github.com/SopsSecret", "spec.secretTemplates[].name", "Secret"),
    Row("kafka.strimzi.io/KafkaUser", "", "Secret"),
    Row("koudingspawn.de/Vault", "", "Secret"),
    Row("kubernetes-client.io/ExternalSecret", "", "Secret"),
    Row("kyverno.io/ClusterPolicy", "spec.rules[].generate.name", "*"),
    Row("onepassword.com/OnePasswordItem", "", "Secret"),
    Row("ricoberger.de/VaultSecret", "", "Secret"),
    Row("secrets-store.csi.x-k8s.io/SecretProviderClass", "spec.secretObjects[].secretName", "Secret"),
    Row("secrets.doppler.com/DopplerSecret", "spec.managedSecret.name", "Secret"),
    Row("secrets.hashicorp.com/HCPVaultSecretsApp", "spec.destination.name", "Secret"),
    Row("secrets.hashicorp.com/VaultDynamicSecret", "spec.destination.name", "Secret"),
    Row("secrets.hashicorp.com/VaultPKISecret", "spec.destination.name", "Secret"),
    Row("secrets.hashicorp.com/VaultStaticSecret", "spec.destination.name", "Secret"),
    Row("secrets.infisical.com/InfisicalSecret", "spec.managedKubeSecretReferences[].secretName", "Secret"),
    Row("secrets.infisical.com/InfisicalSecret", "spec.managedSecretReference.secretName", "Secret"),
    Row("trust.cert-manager.io/Bundle", "", "*"),
];

/// Annotations of an Ingress or a Gateway that have its certificates made.
const CERTIFICATE_MARKS: [&str; 5] = [
    "acme.cert-manager.io/",
    "cert-manager.io/",
    "cert.gardener.cloud/",
    "certmanager.k8s.io/",
    "kubernetes.io/tls-acme",
];

/// Annotations of an object that have it copied into other namespaces.
const COPY_MARKS: [&str; 6] = [
    "kubed.appscode.com/sync",
    "reflector.v1.k8s.emberstack.com/reflection-",
    "replicator.v1.mittwald.de/replicate-to",
    "replicator.v1.mittwald.de/replication-allowed",
    "synator/",
    "zeepcode.cloud/",
];

/// Annotations of a Service that have a certificate for it made.
const SERVING_MARKS: [&str; 2] = [
    "service.alpha.openshift.io/serving-cert-secret-name",
    "service.beta.openshift.io/serving-cert-secret-name",
];

/// Kinds that operators and releases name after the resource they make them for.
const NAMED_AFTER: [&str; 10] = [
    "ClusterRole",
    "ConfigMap",
    "DaemonSet",
    "Deployment",
    "PersistentVolumeClaim",
    "Role",
    "Secret",
    "Service",
    "ServiceAccount",
    "StatefulSet",
];

/// Built-in kinds that may have others made: see [`Makers::read`].
const BUILT_IN: [&str; 6] =
    ["ConfigMap", "Ingress", "PersistentVolume", "Secret", "Service", "StatefulSet"];

#[derive(Debug, Clone, Copy)]
struct Made<'a> {
    by: &'a Resource,
    scope: Scoped<'a>,
}

/// What is made, by kind and name.
#[derive(Debug)]
pub(super) struct Makers<'a> {
    by_name: HashMap<(&'a str, Cow<'a, str>), Vec<Made<'a>>>,
    /// Resources whose controllers make objects that are named after them.
    operators: HashMap<&'a str, Vec<&'a Resource>>,
    generated: HashMap<(&'a str, &'a str), Vec<&'a Generated>>,
    pods: Vec<Pod<'a>>,
    said: OnceLock<HashSet<&'a str>>,
}

impl<'a> Makers<'a> {
    /// Finds what makes objects in a graph.
    pub fn new(graph: &Graph<'a>) -> Self {
        let mut makers = Self {
            by_name: HashMap::new(),
            operators: HashMap::new(),
            generated: HashMap::new(),
            pods: graph.pods().iter().map(|pod| pod.pod).collect(),
            said: OnceLock::new(),
        };
        let read = graph.of_kinds(|group, kind| is_custom(group) || BUILT_IN.contains(&kind));
        read.into_iter().for_each(|resource| makers.read(resource));
        for one in &graph.build().around.generated {
            makers.generated.entry((one.kind, &one.name)).or_default().push(one);
        }
        makers
    }

    fn read(&mut self, resource: &'a Resource) {
        if is_custom(&resource.kind.group) {
            self.read_custom(resource);
            return;
        }
        match &*resource.kind.kind {
            "Ingress" => self.read_certificates(resource, "spec.tls[].secretName"),
            "Service" => {
                let marks = SERVING_MARKS.iter().filter_map(|mark| resource.annotation(mark));
                marks.for_each(|node| self.name(resource, node, "Secret"));
            }
            // A claim can be bound by hand to a volume whose class is but a word.
            "PersistentVolume" => {
                if let Some(node) = resource.field("spec.storageClassName").node() {
                    self.name(resource, node, "StorageClass");
                }
            }
            "StatefulSet" => {
                for template in resource.field("spec.volumeClaimTemplates").items() {
                    let name = template.at("metadata.name").and_then(Node::text);
                    let (Some(name), Some(own)) = (name, resource.name.as_deref()) else {
                        continue;
                    };
                    let claim = format!("{name}-{own}-#");
                    self.add(resource, "PersistentVolumeClaim", claim.into());
                }
            }
            "ConfigMap" | "Secret" => {
                let annotations = resource.annotations();
                let mut keys = annotations.into_iter().flat_map(|node| node.entries());
                let copied = keys.any(|(key, _)| COPY_MARKS.iter().any(|m| key.starts_with(m)));
                if let Some(name) = resource.name.as_deref().filter(|_| copied) {
                    let made = Made { by: resource, scope: Scoped::Any };
                    let key = (&*resource.kind.kind, Cow::Borrowed(name));
                    self.by_name.entry(key).or_default().push(made);
                }
            }
            _ => {}
        }
    }

    fn read_custom(&mut self, resource: &'a Resource) {
        let name = resource.name.as_deref();
        for row in ROWS.iter().filter(|row| resource.is(row.0)) {
            self.row(resource, row);
        }
        match &*resource.kind.kind {
            "Gateway" => {
                self.read_certificates(resource, "spec.listeners[].tls.certificateRefs[].name");
            }
            "Prometheus" => self.add(resource, "Service", "prometheus-operated".into()),
            "Alertmanager" => self.add(resource, "Service", "alertmanager-operated".into()),
            "ThanosRuler" => self.add(resource, "Service", "thanos-ruler-operated".into()),
            _ => {}
        }
        for path in
            ["spec.writeConnectionSecretToRef.name", "spec.writeConnectionSecretToReference.name"]
        {
            if let Some(node) = resource.node().at(path) {
                self.name(resource, node, "Secret");
            }
        }
        if let Some(name) = name.filter(|_| makes_pods(resource)) {
            self.operators.entry(name).or_default().push(resource);
        }
    }

    fn row(&mut self, resource: &'a Resource, row: &Row) {
        // An ExternalSecret may only add to a Secret that somebody else owns.
        if resource.node().at("spec.target.creationPolicy").and_then(Node::str) == Some("None") {
            return;
        }
        let (path, own) = match row.1.strip_suffix('?') {
            Some(path) => (path, true),
            None => (row.1, row.1.is_empty()),
        };
        let mut found = Vec::new();
        if !path.is_empty() {
            let (start, rest) = resource.start_of(path);
            walk(start, rest, &mut |node| found.push(node));
        }
        if found.is_empty() && own {
            found.extend(resource.node().at("metadata.name"));
        }
        found.into_iter().for_each(|node| self.name(resource, node, row.2));
    }

    fn read_certificates(&mut self, resource: &'a Resource, path: &str) {
        let annotations = resource.annotations();
        let mut keys = annotations.into_iter().flat_map(|node| node.entries());
        if keys.any(|(key, _)| CERTIFICATE_MARKS.iter().any(|mark| key.starts_with(mark))) {
            let mut found = Vec::new();
            let (start, rest) = resource.start_of(path);
            walk(start, rest, &mut |node| found.push(node));
            found.into_iter().for_each(|node| self.name(resource, node, "Secret"));
        }
    }

    fn name(&mut self, by: &'a Resource, node: Node<'a>, kind: &'static str) {
        if let Some(name) = node.text().filter(|name| !name.is_empty()) {
            self.add(by, kind, name.into());
        }
    }

    fn add(&mut self, by: &'a Resource, kind: &'static str, name: Cow<'a, str>) {
        let cluster = scope(&by.kind.group, &by.kind.kind) == Some(Scope::Cluster);
        let scope = if cluster { Scoped::Any } else { Scoped::In(by.namespace.as_deref()) };
        self.by_name.entry((kind, name)).or_default().push(Made { by, scope });
    }

    /// What makes the object that a link wants.
    pub fn find(&self, link: &Link<'a>) -> Option<Target<'a>> {
        let (kind, name) = (link.wanted.kind, link.wanted.name);
        let claim = claim_of_set(kind, name);
        let names = [Some((kind, Cow::Borrowed(name))), Some(("*", Cow::Borrowed(name))), claim];
        for made in names.into_iter().flatten().filter_map(|key| self.by_name.get(&key)).flatten() {
            if meets(link.wanted.scope, made.scope) {
                return Some(Target::MadeBy(made.by));
            }
        }
        if let Some(one) = self.generated.get(&(kind, name)).and_then(|all| all.first()) {
            return Some(Target::Generated(one));
        }
        if let Some(operator) = self.operator(link) {
            return Some(Target::MadeBy(operator));
        }
        let is_data = matches!(kind, "Secret" | "ConfigMap");
        (is_data && self.is_said(name)).then_some(Target::Unknown)
    }

    /// True when one resource alone makes what a link wants.
    pub fn is_only_one(&self, link: &Link<'a>) -> bool {
        let key = (link.wanted.kind, Cow::Borrowed(link.wanted.name));
        let all = self.by_name.get(&key).into_iter().flatten();
        all.filter(|made| meets(link.wanted.scope, made.scope)).count() == 1
            && !self.generated.contains_key(&(link.wanted.kind, link.wanted.name))
    }

    /// The custom resource that an object's name begins with: `db` of `db-app`.
    fn operator(&self, link: &Link<'a>) -> Option<&'a Resource> {
        if self.operators.is_empty() || !NAMED_AFTER.contains(&link.wanted.kind) {
            return None;
        }
        let name = link.wanted.name;
        let cuts = name.match_indices(['-', '.']).map(|(at, _)| at).chain([name.len()]);
        for cut in cuts {
            let found = self.operators.get(name.get(..cut)?).into_iter().flatten();
            let here = |one: &&&Resource| in_scope(link.wanted.scope, one) != Match::No;
            let other = |one: &&&Resource| one.id != link.from.id;
            if let Some(operator) = found.filter(other).find(here) {
                return Some(operator);
            }
        }
        // The operator of Zalando names Secrets after users.
        let kind =
            name.ends_with(".credentials.postgresql.acid.zalan.do").then_some("postgresql")?;
        let mut all = self.operators.values().flatten();
        all.find(|one| &*one.kind.kind == kind).copied()
    }

    /// True when some container is told a name: then it may well make the object.
    fn is_said(&self, name: &str) -> bool {
        let said = self.said.get_or_init(|| {
            // Containers are told the same by the thousand: each text is taken apart once.
            let (mut said, mut told) = (HashSet::new(), HashSet::new());
            let mut each = |text: Node<'a>| {
                let new = text.str().filter(|text| told.insert(*text));
                said.extend(new.into_iter().flat_map(names_in));
            };
            for pod in &self.pods {
                match pod.outline() {
                    Some(outline) => {
                        let tree = pod.resource.tree();
                        let texts = outline.told.iter().filter_map(|at| at.node(tree));
                        texts.for_each(&mut each);
                    }
                    None => told_texts(&pod.containers(), &mut each),
                }
            }
            said
        });
        said.contains(name)
    }
}

/// The keys of the Secret that a resource makes, when it lists them all: an ExternalSecret without
/// `dataFrom` or a template, a SealedSecret.
pub(super) fn keys_made(by: &Resource) -> Option<Vec<(&str, Node<'_>)>> {
    if by.is("bitnami.com/SealedSecret") {
        let data = by.node().at("spec.encryptedData")?;
        let plain = by.node().at("spec.template.data").into_iter();
        return Some(data.entries().chain(plain.flat_map(Node::entries)).collect());
    }
    if !by.is("external-secrets.io/ExternalSecret") || by.is_filled_by_others() {
        return None;
    }
    let items = by.field("spec.data").items();
    let keys: Option<Vec<_>> = items
        .map(|item| {
            let key = item.get("secretKey")?;
            Some((key.text().filter(|text| !is_unknown(text))?, key))
        })
        .collect();
    keys.filter(|keys| !keys.is_empty())
}

impl Resource {
    /// True for an ExternalSecret whose keys it does not list: they come from whole secrets or from a
    /// template, or are added to a Secret of somebody else.
    fn is_filled_by_others(&self) -> bool {
        let owner = self.node().at("spec.target.creationPolicy").and_then(Node::str);
        let template = self.node().at("spec.target.template");
        self.field("spec.dataFrom").items().next().is_some()
            || template.is_some_and(|node| {
                ["data", "templateFrom"].iter().any(|key| node.get(key).is_some())
            })
            || !matches!(owner, None | Some("Owner" | "Orphan"))
    }
}

/// The words of a text that may be names of objects.
pub(super) fn names_in(text: &str) -> impl Iterator<Item = &str> {
    let is_mark = |byte: &u8| matches!(byte, b'-' | b'.');
    let words = text.as_bytes().split(move |byte| !byte.is_ascii_alphanumeric() && !is_mark(byte));
    words.filter_map(move |mut word| {
        while let [first, rest @ ..] = word
            && is_mark(first)
        {
            word = rest;
        }
        while let [rest @ .., last] = word
            && is_mark(last)
        {
            word = rest;
        }
        // What is left are ASCII letters.
        std::str::from_utf8(word).ok().filter(|word| !word.is_empty())
    })
}

/// The name under which the claims that a StatefulSet makes are kept: `data-web-#` of `data-web-0`.
fn claim_of_set<'a>(kind: &'a str, name: &str) -> Option<(&'a str, Cow<'a, str>)> {
    let (base, ordinal) = name.rsplit_once('-').filter(|_| kind == "PersistentVolumeClaim")?;
    let number = !ordinal.is_empty() && ordinal.bytes().all(|byte| byte.is_ascii_digit());
    number.then(|| (kind, Cow::Owned(format!("{base}-#"))))
}

/// True when an object that is made in `made` may be where a reference looks.
fn meets(wanted: Scoped<'_>, made: Scoped<'_>) -> bool {
    match (wanted, made) {
        (Scoped::In(Some(one)), Scoped::In(Some(other))) => {
            one == other || is_unknown(one) || is_unknown(other)
        }
        _ => true,
    }
}
