//! The NetworkPolicy that a workload lacks: a file beside its own, which lets in what the relations
//! of the build know to come in, at the ports that its containers have.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use kubesift_engine::Finding;
use kubesift_model::{Graph, GraphPod, Match, Resource, Selector, Target, Way, service_ports};
use kubesift_project::{Analysis, Homes, Use};
use kubesift_source::{Edit, FileId};
use kubesift_yaml::Node;
use kubesift_yaml::edit::{append, quote_if_needed};

use crate::kustomization::{Kustomization, Leads, parts};

/// A file to make, and what must be changed so that it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// Where: absolute, free in the analysis.
    pub path: PathBuf,
    /// What it holds.
    pub text: String,
    /// The entry in the kustomization that names the workload's file; empty for plain manifests.
    pub edits: Vec<Edit>,
}

/// Checks that say that no policy selects a workload, or any of a namespace.
const CHECKS: [&str; 2] = ["pod-not-covered-by-network-policy", "namespace-without-network-policy"];

/// Policies of one file; a namespace of more workloads is left to a person.
const MOST: usize = 40;

/// The policies that a finding asks for: one for its workload, or one for each of its namespace.
/// None for a finding of another kind, and where labels or ports are filled in later.
pub fn create_policy(analysis: &Analysis, finding: &Finding) -> Option<NewFile> {
    if !CHECKS.contains(&finding.check.name) {
        return None;
    }
    let id = finding.subject.as_ref()?.id;
    let holds = |build: &&kubesift_model::Build| {
        finding.builds.contains(&build.id) && build.resources.binary_search(&id).is_ok()
    };
    let build = analysis.outcome.builds.iter().find(holds)?;
    let homes = analysis.homes();
    analysis.with_graph(build.id, |graph| {
        let at = build.resources.binary_search(&id).ok()?;
        let subject = *graph.resources().get(at)?;
        let pods = lacking(graph, subject, finding.check.name)?;
        let mut texts: Vec<String> = Vec::new();
        for pod in pods {
            let text = policy(graph, pod)?;
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        let (path, edits) = place(analysis, &homes, subject)?;
        (!texts.is_empty()).then(|| NewFile { path, text: texts.join("---\n"), edits })
    })?
}

/// The workloads that a finding is about.
fn lacking<'g, 'a>(
    graph: &'g Graph<'a>,
    subject: &Resource,
    check: &str,
) -> Option<Vec<&'g GraphPod<'a>>> {
    if check == CHECKS[0] {
        return Some(vec![graph.pod_of(subject)?]);
    }
    let namespace = graph.namespace_led_by(subject)?;
    let pods: Vec<&GraphPod<'a>> = graph.networked_pods(namespace).collect();
    (pods.len() <= MOST).then_some(pods)
}

/// The labels that tell a workload's pods from others: those that its own selector asks for, or all
/// of a pod that has none.
fn labels<'a>(pod: &GraphPod<'a>) -> Option<Vec<(&'a str, Node<'a>)>> {
    let selector = pod.pod.resource.field("spec.selector.matchLabels").node();
    let expressions = pod.pod.resource.field("spec.selector.matchExpressions").exists();
    let own = selector.filter(|_| !expressions).or(pod.pod.labels())?;
    let found: Vec<(&str, Node<'a>)> = own.entries().collect();
    let known = found.iter().all(|(_, value)| value.text().is_some());
    // A placeholder makes the selector one that nobody can read.
    let readable = Selector::from_map(own).matches(&kubesift_model::Labels::of(pod.pod.labels()));
    (!found.is_empty() && known && readable == Match::Yes).then_some(found)
}

/// A port of a pod: its protocol and number.
type Port = (String, i64);

/// The ports of a pod: those that its containers declare, and those that Services send to.
fn ports<'a>(graph: &Graph<'a>, pod: &GraphPod<'a>) -> BTreeSet<Port> {
    let mut found = BTreeSet::new();
    let is_port = |number: &i64| (1..=65535).contains(number);
    for container in pod.pod.containers().into_iter().filter(|one| one.is_long_lived()) {
        for port in container.ports() {
            let protocol = port.get("protocol").and_then(Node::str).unwrap_or("TCP");
            let number = port.get("containerPort").and_then(Node::int).filter(is_port);
            found.extend(number.map(|number| (protocol.to_owned(), number)));
        }
    }
    for port in graph.services_of(pod).iter().flat_map(|service| service_ports(service)) {
        if let (Target::Number(number), Some(protocol)) = (port.target, port.protocol) {
            found.extend(Some(number).filter(is_port).map(|number| (protocol.to_owned(), number)));
        }
    }
    found
}

/// The manifest of one policy.
fn policy<'a>(graph: &Graph<'a>, pod: &GraphPod<'a>) -> Option<String> {
    let workload = pod.pod.resource;
    let name = workload.written_name()?;
    let labels = labels(pod)?;
    let all = ports(graph, pod);
    let ways: Vec<&Way<'a>> = graph.ways_to(pod).iter().collect();
    let is_open = |port: &&Port| {
        ways.iter().any(|way| match way.port {
            Some((number, protocol)) => (protocol, number) == (port.0.as_str(), port.1),
            None => true,
        })
    };
    let (open, inner): (Vec<&Port>, Vec<&Port>) = all.iter().partition(is_open);
    let mut text = String::from("apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n");
    let _ = writeln!(text, "metadata:\n  name: {}", quote_if_needed(name));
    if let Some(namespace) = workload.written_namespace() {
        let _ = writeln!(text, "  namespace: {}", quote_if_needed(namespace));
    }
    text.push_str("spec:\n  podSelector:\n    matchLabels:\n");
    for (key, value) in labels {
        let (key, value) = (quote_if_needed(key), quote_if_needed(value.text()?));
        let _ = writeln!(text, "      {key}: {value}");
    }
    text.push_str("  # Egress stays open: add Egress here and the rules that the pods need.\n");
    text.push_str("  policyTypes: [Ingress]\n");
    if all.is_empty() {
        text.push_str("  # No container declares a port and no Service sends to one.\n");
        text.push_str("  ingress: []\n");
        return Some(text);
    }
    text.push_str("  ingress:\n");
    if !open.is_empty() {
        push_open(&mut text, &ways, &open);
    }
    if !inner.is_empty() {
        text.push_str(
            "    # Pods of the same namespace.\n    - from:\n        - podSelector: {}\n",
        );
        text.push_str("      ports:\n");
        push_ports(&mut text, &inner);
    }
    Some(text)
}

/// The rule for ports that something outside leads to.
fn push_open(text: &mut String, ways: &[&Way<'_>], open: &[&Port]) {
    let mut doors: Vec<String> = Vec::new();
    for resource in ways.iter().filter_map(|way| way.hops.first()).map(|hop| hop.resource) {
        let name = resource.name.as_deref().unwrap_or_default();
        let door = format!("{} {name}", resource.kind.kind);
        if !doors.contains(&door) {
            doors.push(door);
        }
    }
    let verb = if doors.len() == 1 { "leads" } else { "lead" };
    let _ = writeln!(text, "    # From everywhere: {} {verb} here.", doors.join(", "));
    text.push_str(
        "    # To let in an ingress controller only, name its namespace:\n    \
         # from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: …}}}]\n    \
         - ports:\n",
    );
    push_ports(text, open);
}

fn push_ports(text: &mut String, ports: &[&Port]) {
    for (protocol, number) in ports {
        let protocol = quote_if_needed(protocol);
        let _ = writeln!(text, "        - port: {number}\n          protocol: {protocol}");
    }
}

/// Beside the file of the subject, under a name that is free; in a kustomization with the entry that
/// brings it in.
fn place(
    analysis: &Analysis,
    homes: &Homes<'_>,
    subject: &Resource,
) -> Option<(PathBuf, Vec<Edit>)> {
    let files = homes.files_of(subject);
    let own = *files.first()?;
    let folder = analysis.path_of(own)?.parent()?;
    let path = free(analysis, folder, subject.written_name()?)?;
    if !subject.is_built() {
        return Some((path, Vec::new()));
    }
    let edit = entry(analysis, *files.last()?, own, &path)?;
    Some((path, vec![edit]))
}

fn free(analysis: &Analysis, folder: &Path, name: &str) -> Option<PathBuf> {
    // Names of a few kinds hold what paths do not.
    let clean: String = name
        .chars()
        .map(|char| if char.is_ascii_alphanumeric() || "-.".contains(char) { char } else { '-' })
        .collect();
    let endings = (1..100).map(|turn| if turn == 1 { String::new() } else { format!("-{turn}") });
    let mut paths =
        endings.map(|ending| folder.join(format!("networkpolicy-{clean}{ending}.yaml")));
    paths.find(|path| analysis.file_at(path).is_none())
}

/// The new entry after the others of the kustomization that names the workload's file.
fn entry(analysis: &Analysis, root: FileId, own: FileId, path: &Path) -> Option<Edit> {
    let name = path.file_name()?.to_str()?;
    for file in parts(analysis, root) {
        let Some(kustomization) = Kustomization::of(analysis, file) else { continue };
        for (node, _, leads, usage) in kustomization.entries(analysis) {
            if usage != Use::Resource || leads != Leads::File(own) {
                continue;
            }
            let beside = match node.str()?.rsplit_once('/') {
                Some((folder, _)) => format!("{folder}/{name}"),
                None => name.to_owned(),
            };
            return append(node.parent()?, &quote_if_needed(&beside));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Project;
    use kubesift_source::apply;

    /// Makes the policies that a check asks for, and judges again. Gives the text.
    fn check(text: &str, check: &str) -> String {
        let project = Project::new(text);
        let of = |project: &Project| -> Vec<String> {
            let open = project.analysis.outcome.open();
            let own = open.filter(|finding| finding.check.name == check);
            own.map(|finding| finding.message.clone()).collect()
        };
        let mut open = project.analysis.outcome.open();
        let finding = open.find(|finding| finding.check.name == check).expect("a finding");
        let new = create_policy(&project.analysis, finding).expect("a file");
        let mut after = String::new();
        for (path, before) in Project::files(text) {
            let (file, _) = project.find(path, "");
            let edits: Vec<Edit> =
                new.edits.iter().filter(|edit| edit.span.file == file).cloned().collect();
            let changed = apply(&before, &edits).expect("edits");
            after.push_str(&format!("-- {path}\n{changed}"));
        }
        let path = new.path.strip_prefix("/repo").expect("in the project").display().to_string();
        after.push_str(&format!("-- {path}\n{}", new.text));
        let after = Project::new(&after);
        assert!(after.analysis.outcome.errors.is_empty());
        assert!(!of(&after).contains(&finding.message), "{:?}", of(&after));
        let (file, _) = after.find(&path, "");
        let own = after.analysis.outcome.open().filter(|finding| finding.at.file == file);
        let own: Vec<&str> = own.map(|finding| finding.message.as_str()).collect();
        assert_eq!(own, [""; 0], "{}", new.text);
        // What was reached stays reached.
        let blocked = |project: &Project| {
            let open = project.analysis.outcome.open();
            open.filter(|finding| finding.check.name == "network-policy-blocks-service").count()
        };
        assert_eq!(blocked(&after), blocked(&project));
        format!("{path}\n{}", new.text)
    }

    const WEB: &str = "\
-- web.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web, version: \"1\"}}
    spec:
      containers:
      - name: web
        image: nginx:1.25
        ports: [{containerPort: 8080}, {containerPort: 9090, name: metrics}]
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: front, namespace: shop}
spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
---
apiVersion: v1
kind: Pod
metadata: {name: other, namespace: shop, labels: {app: other}}
spec: {containers: [{name: a, image: 'a:1'}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: other, namespace: shop}
spec: {podSelector: {matchLabels: {app: other}}, policyTypes: [Ingress], ingress: []}
";

    #[test]
    fn a_workload_gets_a_policy_for_its_ports() {
        let text = check(WEB, "pod-not-covered-by-network-policy");
        assert_eq!(
            text,
            "\
networkpolicy-web.yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: web
  # Egress stays open: add Egress here and the rules that the pods need.
  policyTypes: [Ingress]
  ingress:
    # From everywhere: Ingress front leads here.
    # To let in an ingress controller only, name its namespace:
    # from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: …}}}]
    - ports:
        - port: 8080
          protocol: TCP
    # Pods of the same namespace.
    - from:
        - podSelector: {}
      ports:
        - port: 9090
          protocol: TCP
"
        );
    }

    #[test]
    fn a_namespace_gets_one_for_each_workload() {
        let start = WEB.find("---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy");
        let text = check(&WEB[..start.expect("a policy")], "namespace-without-network-policy");
        assert_eq!(text.matches("kind: NetworkPolicy").count(), 2);
        assert!(text.contains("  ingress: []\n"), "{text}");
    }

    #[test]
    fn a_base_gets_the_file_and_its_entry() {
        let text = "\
-- base/web.yaml
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: a, image: 'a:1', ports: [{containerPort: 80}]}]}
-- base/kustomization.yaml
resources:
- web.yaml
-- prod/kustomization.yaml
namePrefix: prod-
resources: [../base]
";
        let made = check(text, "namespace-without-network-policy");
        assert!(made.starts_with("base/networkpolicy-web.yaml\n"), "{made}");
    }
}
