//! The Secrets that a workload pulls images with hold no login for any of its registries.
//!
//! The kubelet compares the registries named in the Secret with that of the image, host by host; a
//! login for another one is never offered, and a private image cannot be pulled.
//!
//! Add the registry of the image to the Secret's `auths`, as the image names it:
//! `kubectl create secret docker-registry NAME --docker-server=REGISTRY …`.
//!
//! Reported when every Secret in the list is in the manifests and readable, and none of them serves
//! any image of the pod. A host may hold `*` in place of a part; a path limits the login to what
//! begins with it; `docker.io` and `https://index.docker.io/v1/` are the same. Images that are
//! filled in later leave it open. A list on a ServiceAccount is reported there when it serves none
//! of the pods that use it.
//!
//! ```yaml fail
//! kind: Secret
//! metadata: {name: registry, namespace: shop}
//! type: kubernetes.io/dockerconfigjson
//! stringData:
//!   .dockerconfigjson: '{"auths": {"registry.example.com:5000": {"auth": "eDp5"}, "https://index.docker.io/v1/": {"auth": "eDp5"}}}'
//! ---
//! kind: Deployment
//! metadata: {name: web, namespace: shop}
//! spec:
//!   template:
//!     spec:
//!       imagePullSecrets:
//! #     ^^^^^^^^^^^^^^^^ Deployment `web` has no login for its images' registry (ghcr.io): Secret `registry` has those for registry.example.com:5000, https://index.docker.io/v1/
//!         - name: registry
//!       containers:
//!         - {name: app, image: ghcr.io/acme/web:1}
//!         - {name: side, image: "ghcr.io/acme/side:1"}
//! ```
//!
//! ```yaml fail
//! kind: Secret
//! metadata: {name: registry}
//! type: kubernetes.io/dockercfg
//! data: {.dockercfg: eyJyZWdpc3RyeS5leGFtcGxlLmNvbSI6IHt9fQ==}
//! ---
//! kind: ServiceAccount
//! metadata: {name: web}
//! imagePullSecrets: [{name: registry}]
//! #^^^^^^^^^^^^^^^ ServiceAccount `web` has no login for the registry (registry.example.org) of Deployment `web`: Secret `registry` has those for registry.example.com
//! ---
//! kind: Deployment
//! metadata: {name: web}
//! spec: {template: {spec: {serviceAccountName: web, containers: [{name: app, image: registry.example.org/web:1}]}}}
//! ```
//!
//! ```yaml pass
//! kind: Secret
//! metadata: {name: registry, namespace: shop}
//! type: kubernetes.io/dockerconfigjson
//! stringData: {.dockerconfigjson: '{"auths": {"*.example.com/team": {}, "docker.io": {}}}'}
//! ---
//! kind: Secret
//! metadata: {name: encrypted, namespace: shop}
//! type: kubernetes.io/dockerconfigjson
//! data: {.dockerconfigjson: "ENC[AES256_GCM,data:abc=,iv:x=,tag:y=,type:str]"}
//! sops: {mac: "ENC[AES256_GCM,data:abc=,iv:x=,tag:y=,type:str]"}
//! ---
//! kind: Secret
//! metadata: {name: later, namespace: shop}
//! type: kubernetes.io/dockerconfigjson
//! stringData: {.dockerconfigjson: '{"auths": {"${REGISTRY}": {}}}'}
//! ---
//! kind: Deployment
//! metadata: {name: one-is-enough, namespace: shop}
//! spec: {template: {spec: {imagePullSecrets: [{name: registry}], containers: [{name: app, image: r.example.com/team/web:1}, {name: side, image: ghcr.io/acme/side:1}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: hub, namespace: shop}
//! spec: {template: {spec: {imagePullSecrets: [{name: registry}], containers: [{name: app, image: nginx}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: unreadable, namespace: shop}
//! spec: {template: {spec: {imagePullSecrets: [{name: encrypted}, {name: registry}], containers: [{name: app, image: ghcr.io/acme/web:1}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: placeholder, namespace: shop}
//! spec: {template: {spec: {imagePullSecrets: [{name: later}], containers: [{name: app, image: ghcr.io/acme/web:1}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: image-later, namespace: shop}
//! spec: {template: {spec: {imagePullSecrets: [{name: registry}], containers: [{name: app, image: "${IMAGE}"}]}}}
//! ---
//! kind: Deployment
//! metadata: {name: elsewhere, namespace: shop}
//! spec: {template: {spec: {imagePullSecrets: [{name: of-another-repository}], containers: [{name: app, image: ghcr.io/acme/web:1}]}}}
//! ```

use kubesift_engine::model::{Login, PullFrom, PullUse};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.0,
    confidence: Confidence::Medium,
    profiles: &[Profile::Default, Profile::Reliability],
    refs: &[Url("https://kubernetes.io/docs/concepts/containers/images/#config-json")],
    run: Run::Links(&["*"], run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    if resource.is("ServiceAccount") {
        account(resource, graph, out);
        return;
    }
    let Some(pod) = graph.pod_of(resource) else { return };
    let PullFrom::Pod(uses) = graph.pull_from(pod) else { return };
    let Some(logins) = logins(pod.namespace, &uses, graph) else { return };
    let Some(registries) = unserved(pod, &logins) else { return };
    let (word, names) = listed(&registries);
    let has = held(&uses, &logins);
    let message = format!("has no login for its images' {word} ({names}): {has}");
    let draft = out.report(pod.pod.field("imagePullSecrets"), message);
    note_secret(draft, pod.namespace, &uses, graph);
}

/// A list on a ServiceAccount, with the pods that use it.
fn account(account: &Resource, graph: &Graph, out: &mut Out) {
    let pods = graph.pull_secrets().pods_of_account(account.id);
    let mut found = None;
    for at in pods {
        let Some(pod) = graph.pods().get(at as usize) else { continue };
        let PullFrom::Account(_, uses) = graph.pull_from(pod) else { continue };
        let Some(logins) = logins(pod.namespace, &uses, graph) else { return };
        let Some(registries) = unserved(pod, &logins) else { return };
        found = found.or(Some((pod, uses, logins, registries)));
    }
    let Some((pod, uses, logins, registries)) = found else { return };
    let (word, names) = listed(&registries);
    let (workload, has) = (Graph::workloads_in_words(&[pod]), held(&uses, &logins));
    let message = format!("has no login for the {word} ({names}) of {workload}: {has}");
    let draft = out.report(account.field("imagePullSecrets"), message);
    note_secret(draft, pod.namespace, &uses, graph);
}

fn note_secret(
    draft: kubesift_engine::Draft,
    namespace: Option<&str>,
    uses: &[PullUse],
    graph: &Graph,
) {
    let secret = uses.first().and_then(|used| graph.find("Secret", namespace, used.node.str()?));
    if let Some(secret) = secret {
        draft.note(secret.field("metadata.name"), "the Secret");
    }
}

/// All logins of a list, when every Secret in it can be read.
fn logins(namespace: Option<&str>, uses: &[PullUse], graph: &Graph) -> Option<Vec<Login>> {
    let mut all = Vec::new();
    for used in uses {
        all.extend(graph.logins_of(namespace, used)?);
    }
    Some(all)
}

/// The registries of a pod's images, when all are known and no login serves any of them.
fn unserved<'a>(pod: &GraphPod<'a>, logins: &[Login]) -> Option<Vec<&'a str>> {
    let mut registries: Vec<&str> = Vec::new();
    for container in pod.pod.containers() {
        let image = container.image_ref()?;
        if logins.iter().any(|login| login.serves(&image)) {
            return None;
        }
        registries.push(image.registry_or_default());
    }
    registries.sort_unstable();
    registries.dedup();
    (!registries.is_empty()).then_some(registries)
}

fn listed(registries: &[&str]) -> (&'static str, String) {
    let word = if registries.len() == 1 { "registry" } else { "registries" };
    (word, registries.join(", "))
}

/// More registries than these are not named.
const NAMES: usize = 4;

fn held(uses: &[PullUse], logins: &[Login]) -> String {
    let names: Vec<String> =
        uses.iter().filter_map(|used| Some(format!("`{}`", used.node.str()?))).collect();
    let keys: Vec<&str> = logins.iter().take(NAMES).map(|login| login.key.as_str()).collect();
    let more = match logins.len().saturating_sub(NAMES) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let (word, has) = if names.len() == 1 { ("Secret", "has") } else { ("Secrets", "have") };
    format!("{word} {} {has} those for {}{more}", names.join(", "), keys.join(", "))
}
