//! One normalised pod for every workload kind, and its containers with effective values: the
//! container's own, else the pod's, else nothing, each with the place where it was found.

use foldhash::{HashSet, HashSetExt};
use kubesift_yaml::{Boolean, Field, Node};

use crate::image::ImageRef;
use crate::outline::{Outline, Place, Spot};
use crate::resource::Resource;
use crate::workload::{Form, PodShape};

/// The pod of a workload.
#[derive(Debug, Clone, Copy)]
pub struct Pod<'a> {
    /// The workload.
    pub resource: &'a Resource,
    /// What holds the pod's `metadata`: the pod template, or the object itself for a Pod.
    pub template: Node<'a>,
    /// The PodSpec.
    pub spec: Node<'a>,
    form: Form,
    /// Where its parts lie, when that was kept.
    outline: Option<&'a Outline>,
}

/// What a container is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Runs to its end before the others start.
    Init,
    /// A native sidecar: an init container with `restartPolicy: Always`.
    Sidecar,
    /// An application container.
    Main,
    /// Added to a running pod for debugging.
    Ephemeral,
}

/// A container of a pod.
#[derive(Debug, Clone, Copy)]
pub struct Container<'a> {
    /// Its pod.
    pub pod: Pod<'a>,
    /// Its object.
    pub node: Node<'a>,
    /// What it is for.
    pub role: Role,
    spot: Option<&'a Spot>,
}

/// Where an effective value was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// In the container's `securityContext`.
    Container,
    /// In the pod's `securityContext`.
    Pod,
    /// In neither: the API's default holds.
    Default,
}

/// A value of a container's security context as the kubelet sees it.
#[derive(Debug, Clone, Copy)]
pub struct Effective<'a> {
    /// The field that decides: the container's, the pod's, or the container's place to set it.
    pub field: Field<'a>,
    /// Where it was found.
    pub level: Level,
}

impl Effective<'_> {
    /// The value read as a boolean.
    pub fn boolean(&self) -> Boolean {
        self.field.boolean()
    }
}

/// The keys of a PodSpec that hold containers.
const LISTS: [(&str, Role); 3] = [
    ("initContainers", Role::Init),
    ("containers", Role::Main),
    ("ephemeralContainers", Role::Ephemeral),
];

impl<'a> Pod<'a> {
    /// The pod of a workload; none for other kinds, and for a workload without a pod spec (an Argo
    /// Rollout with `workloadRef`, a mistake).
    pub fn of(resource: &'a Resource) -> Option<Self> {
        let shape = resource.pod.as_ref()?;
        let Some(outline) = resource.outline(shape) else { return Self::found(resource, shape) };
        let tree = resource.tree();
        let (template, spec) = (outline.template.node(tree)?, outline.spec.node(tree)?);
        Some(Self { resource, template, spec, form: shape.form, outline: Some(outline) })
    }

    /// The pod of a workload of a shape, found by its keys.
    pub(crate) fn found(resource: &'a Resource, shape: &PodShape) -> Option<Self> {
        let root = resource.node();
        let template = if shape.path.is_empty() { root } else { root.at(&shape.path)? };
        let spec = match shape.form {
            Form::Template => template.get("spec")?,
            Form::Spec | Form::ArgoWorkflow | Form::TektonTask => template,
        };
        let form = shape.form;
        spec.is_map().then_some(Self { resource, template, spec, form, outline: None })
    }

    /// Where its parts lie, when that was kept as the resource was loaded.
    pub(crate) fn outline(&self) -> Option<&'a Outline> {
        self.outline
    }

    /// A part of it: from its outline, else as it is found.
    fn part(
        &self,
        kept: impl Fn(&Outline) -> Place,
        find: impl Fn() -> Option<Node<'a>>,
    ) -> Option<Node<'a>> {
        match self.outline {
            Some(outline) => kept(outline).node(self.resource.tree()),
            None => find(),
        }
    }

    /// The pod of a workload whose `spec` is missing or cannot be read, a mistake: it has labels and
    /// nothing else, so that what selects it is not said to select nothing.
    pub fn without_spec(resource: &'a Resource) -> Option<Self> {
        let shape = resource.pod.as_ref().filter(|shape| shape.form == Form::Template)?;
        let root = resource.node();
        let template = if shape.path.is_empty() { root } else { root.at(&shape.path)? };
        let lacks = template.is_map() && !template.get("spec").is_some_and(Node::is_map);
        let form = shape.form;
        lacks.then_some(Self { resource, template, spec: template, form, outline: None })
    }

    /// True for a workload whose pod template cannot be read: it, or what leads to it, is there and
    /// no mapping. Its pods may have any labels.
    pub fn is_hidden(resource: &Resource) -> bool {
        let Some(shape) = resource.pod.as_ref() else { return false };
        let mut node = resource.node();
        for key in shape.path.split('.') {
            match node.get(key) {
                Some(next) if next.is_map() => node = next,
                Some(next) => return !next.is_null(),
                None => return false,
            }
        }
        false
    }

    /// What is, or is not, at a path inside the PodSpec.
    pub fn field(&self, path: &'static str) -> Field<'a> {
        self.spec.field(path)
    }

    /// False for a workload whose `spec` is missing or cannot be read: nothing of its pod can be
    /// judged but its labels.
    pub fn has_spec(&self) -> bool {
        self.form != Form::Template || self.spec != self.template
    }

    /// True when an operator completes the pod: only what is stated can be judged.
    pub fn is_partial(&self) -> bool {
        self.resource.pod.as_ref().is_some_and(|shape| shape.partial)
    }

    /// The pod's labels node, when there is one.
    pub fn labels(&self) -> Option<Node<'a>> {
        let own = self.form == Form::Spec;
        let path = if own { "podMetadata.labels" } else { "metadata.labels" };
        self.part(|outline| outline.labels, || self.template.at(path))
    }

    fn annotations_node(&self) -> Option<Node<'a>> {
        self.part(|outline| outline.annotations, || self.template.at("metadata.annotations"))
    }

    /// `hostNetwork`, when it is stated.
    pub(crate) fn host_network(&self) -> Option<Node<'a>> {
        let found = self.part(|outline| outline.host_network, || self.spec.get("hostNetwork"));
        found.filter(|node| !node.is_null())
    }

    /// The value of an annotation of the pod (not of the workload).
    pub fn annotation(&self, key: &str) -> Option<Node<'a>> {
        self.annotations_node()?.get(key)
    }

    /// The pod's annotations.
    pub fn annotations(&self) -> impl Iterator<Item = (&'a str, Node<'a>)> {
        self.annotations_node().into_iter().flat_map(Node::entries)
    }

    /// All containers: init, main, ephemeral, in this order.
    pub fn containers(&self) -> Vec<Container<'a>> {
        if let Some(outline) = self.outline {
            let spots = outline.containers.iter();
            return spots.filter_map(|spot| Container::at(*self, spot)).collect();
        }
        let mut found = Vec::new();
        match self.form {
            Form::Template | Form::Spec => self.plain_containers(&mut found),
            Form::ArgoWorkflow => self.argo_containers(&mut found),
            Form::TektonTask => {
                self.push_list(&mut found, self.spec, "steps", Role::Main);
                self.push_list(&mut found, self.spec, "sidecars", Role::Sidecar);
            }
        }
        found
    }

    fn plain_containers(&self, into: &mut Vec<Container<'a>>) {
        for (key, role) in LISTS {
            self.push_list(into, self.spec, key, role);
        }
    }

    fn argo_containers(&self, into: &mut Vec<Container<'a>>) {
        for template in self.spec.get("templates").into_iter().flat_map(Node::items) {
            for key in ["container", "script"] {
                if let Some(node) = template.get(key).filter(|node| node.is_map()) {
                    into.push(Container { pod: *self, node, role: Role::Main, spot: None });
                }
            }
            self.push_list(into, template, "initContainers", Role::Init);
            self.push_list(into, template, "sidecars", Role::Sidecar);
            if let Some(set) = template.get("containerSet") {
                self.push_list(into, set, "containers", Role::Main);
            }
        }
    }

    fn push_list(&self, into: &mut Vec<Container<'a>>, at: Node<'a>, key: &str, role: Role) {
        for node in at.get(key).into_iter().flat_map(Node::items) {
            if !node.is_map() {
                continue;
            }
            let always = || node.get("restartPolicy").and_then(Node::str) == Some("Always");
            let role = if role == Role::Init && always() { Role::Sidecar } else { role };
            into.push(Container { pod: *self, node, role, spot: None });
        }
    }

    /// The pod's volumes.
    pub fn volumes(&self) -> impl Iterator<Item = Node<'a>> {
        let volumes = self.part(|outline| outline.volumes, || self.spec.get("volumes"));
        volumes.into_iter().flat_map(Node::items).filter(|volume| volume.is_map())
    }

    /// The volume of a name.
    pub fn volume(&self, name: &str) -> Option<Node<'a>> {
        self.volumes().find(|volume| volume.get("name").and_then(Node::str) == Some(name))
    }

    /// The names of the Secrets (`secret`) or ConfigMaps (`configMap`) that its volumes hold, in
    /// their order, each once.
    pub fn mounted(&self, kind: &str) -> Vec<&'a str> {
        let own = if kind == "secret" { "secretName" } else { "name" };
        let mut names: Vec<&'a str> = Vec::new();
        for volume in self.volumes() {
            let direct = volume.get(kind).and_then(|source| source.get(own)).into_iter();
            let sources = volume.field("projected.sources").items();
            let projected = sources.filter_map(|source| source.get(kind)?.get("name"));
            names.extend(direct.chain(projected).filter_map(Node::str));
        }
        let mut seen = HashSet::new();
        names.retain(|name| seen.insert(*name));
        names
    }

    /// True when the pod runs on Windows nodes: `os.name`, or a node selector on the OS label.
    pub fn is_windows(&self) -> bool {
        let selector = self.spec.get("nodeSelector");
        let labels = ["kubernetes.io/os", "beta.kubernetes.io/os"];
        let selected = labels.iter().any(|label| {
            selector.and_then(|node| node.get(label)).and_then(Node::str) == Some("windows")
        });
        selected || self.os_name() == Some("windows")
    }

    /// `os.name`.
    pub fn os_name(&self) -> Option<&'a str> {
        self.spec.at("os.name").and_then(Node::str)
    }

    /// The service account the pod runs as; none when nothing says it (`default` then holds).
    pub fn service_account(&self) -> Option<Node<'a>> {
        let named = |key| self.spec.get(key).filter(|node| !node.is_null());
        let find = || named("serviceAccountName").or_else(|| named("serviceAccount"));
        self.part(|outline| outline.account, find)
    }

    /// True for a pod that Helm runs as a test (`helm.sh/hook: test`).
    pub fn is_test_hook(&self) -> bool {
        let hook = self.resource.annotation("helm.sh/hook").and_then(Node::str).unwrap_or_default();
        hook.split(',').any(|word| word.trim().starts_with("test"))
    }

    /// True for a workload that runs to its end: Job, CronJob, a workflow, a Pod that is not
    /// restarted, a Helm hook.
    pub fn is_finite(&self) -> bool {
        let kind = &*self.resource.kind.kind;
        matches!(kind, "Job" | "CronJob" | "ScaledJob")
            || matches!(self.form, Form::ArgoWorkflow | Form::TektonTask)
            || self.resource.annotation("helm.sh/hook").is_some()
            || matches!(self.field("restartPolicy").str(), Some("Never" | "OnFailure"))
    }
}

impl<'a> Container<'a> {
    fn at(pod: Pod<'a>, spot: &'a Spot) -> Option<Self> {
        let node = spot.node.node(pod.resource.tree())?;
        Some(Self { pod, node, role: spot.role, spot: Some(spot) })
    }

    /// The value of a key: where it was found as the resource was loaded, else by the key.
    fn part(&self, key: &str, kept: impl Fn(&Spot) -> Place) -> Option<Node<'a>> {
        match self.spot {
            Some(spot) => kept(spot).node(self.pod.resource.tree()),
            None => self.node.get(key),
        }
    }

    /// Its name; empty when it has none.
    pub fn name(&self) -> &'a str {
        self.node.get("name").and_then(Node::text).unwrap_or_default()
    }

    /// What is, or is not, at a path inside the container.
    pub fn field(&self, path: &'static str) -> Field<'a> {
        self.node.field(path)
    }

    /// A field of the security context that both container and pod have (`runAsUser`,
    /// `runAsNonRoot`, `runAsGroup`, `seLinuxOptions`, `seccompProfile`, `appArmorProfile`,
    /// `windowsOptions`): the container's if it is set, else the pod's. The paths are those from
    /// the container and from the PodSpec: both begin with `securityContext.`.
    pub fn effective(&self, path: &'static str) -> Effective<'a> {
        let own = self.node.field(path);
        if own.exists() {
            return Effective { field: own, level: Level::Container };
        }
        let pods = self.pod.spec.field(path);
        if pods.exists() {
            return Effective { field: pods, level: Level::Pod };
        }
        Effective { field: own, level: Level::Default }
    }

    /// The image as it is written; none when there is none or it is no string.
    pub fn image(&self) -> Option<&'a str> {
        self.node.get("image").and_then(Node::text).filter(|image| !image.is_empty())
    }

    /// The image's parts; none when it is missing or is no valid reference.
    pub fn image_ref(&self) -> Option<ImageRef<'a>> {
        ImageRef::parse(self.image()?).ok()
    }

    /// The items of `ports`.
    pub fn ports(&self) -> impl Iterator<Item = Node<'a>> {
        let ports = self.part("ports", |spot| spot.ports);
        ports.into_iter().flat_map(Node::items).filter(|port| port.is_map())
    }

    /// The items of `env`.
    pub fn env(&self) -> impl Iterator<Item = Node<'a>> {
        let env = self.part("env", |spot| spot.env);
        env.into_iter().flat_map(Node::items).filter(|env| env.is_map())
    }

    /// `command` and `args` joined, in the order the process sees them.
    pub fn command_line(&self) -> impl Iterator<Item = Node<'a>> {
        let command = self.part("command", |spot| spot.command);
        let args = self.part("args", |spot| spot.args);
        command.into_iter().chain(args).flat_map(Node::items)
    }

    /// True for containers that live as long as the pod: main ones and native sidecars.
    pub fn is_long_lived(&self) -> bool {
        matches!(self.role, Role::Main | Role::Sidecar)
    }
}
