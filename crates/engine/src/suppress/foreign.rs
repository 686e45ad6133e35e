//! Suppressions written for other tools, read through the checks' [`Ref::Peer`](crate::Ref): what
//! a team has settled for kube-linter, checkov, trivy and others need not be settled anew.
//!
//! Where a tool's form means "all checks", it means those of ours that answer one of that tool's.
//! They are never reported as unused or invalid: they are for their own tool to judge.

use std::collections::HashMap;
use std::sync::Arc;

use kubesift_model::{Pod, Resource};
use kubesift_source::{FileId, SourceFile, Span};
use kubesift_yaml::Node;

use super::annotation::{Holder, find};
use super::layout::{Layout, Standing};
use super::{Context, Date, Found, Meaning, Reach, Removal, Suppression, Word};
use crate::check::Entry;

/// Our checks by the other tools' checks that they answer.
#[derive(Debug, Default)]
pub(super) struct Peers {
    by_id: HashMap<&'static str, HashMap<String, Vec<&'static str>>>,
}

impl Peers {
    pub fn new(entries: &'static [Entry]) -> Self {
        let mut peers = Self::default();
        for entry in entries {
            for peer in entry.peers() {
                let Some((tool, id)) = peer.split_once(':') else { continue };
                let names = peers.by_id.entry(tool).or_default().entry(fold(tool, id)).or_default();
                names.push(entry.name);
            }
        }
        peers
    }

    /// Our checks that answer a check of a tool.
    fn one(&self, tool: &str, id: &str) -> Vec<&'static str> {
        let found = self.by_id.get(tool).and_then(|ids| ids.get(&fold(tool, id)));
        found.cloned().unwrap_or_default()
    }

    /// Our checks that answer a check of a tool whose folded id is wanted.
    fn all(&self, tool: &str, wanted: impl Fn(&str) -> bool) -> Vec<&'static str> {
        let ids = self.by_id.get(tool).into_iter().flatten();
        ids.filter(|(id, _)| wanted(id)).flat_map(|(_, names)| names).copied().collect()
    }
}

/// One form of the many that a tool's ids are written in: no case; for trivy no `AVD-`, no dash and
/// no leading zeros (`KSV017`, `KSV-0017` and `AVD-KSV-0017` are one); for kics the first part of
/// the UUID.
fn fold(tool: &str, id: &str) -> String {
    let id = id.split('(').next().unwrap_or_default().trim().to_ascii_lowercase();
    match tool {
        "trivy" => {
            let id = id.strip_prefix("avd-").unwrap_or(&id);
            let letters = id.trim_end_matches(|letter: char| letter.is_ascii_digit());
            let number = id[letters.len()..].trim_start_matches('0');
            format!("{}{number}", letters.trim_end_matches('-'))
        }
        "kics" => id.get(..8).unwrap_or(&id).to_owned(),
        _ => id,
    }
}

/// True for a comment that another tool may have been meant by; cheap, for every comment is asked.
pub(super) fn may_be_one(comment: &str) -> bool {
    ["trivy:", "tfsec:", "kics-scan", "checkov:", "bridgecrew:", "ts:skip="]
        .iter()
        .any(|word| comment.contains(word))
}

/// A suppression, if it names anything of ours.
struct Draft<'x> {
    tool: &'static str,
    kind: &'static str,
    id: &'x str,
    names: Vec<&'static str>,
    at: Span,
    reason: &'x str,
    reach: Reach,
    needle: Option<String>,
}

impl Draft<'_> {
    fn push(mut self, found: &mut Found<'_>) {
        if self.names.is_empty() {
            return;
        }
        self.names.sort_unstable();
        self.names.dedup();
        let word = Word {
            text: self.id.to_owned(),
            at: self.at,
            meaning: Meaning::Peers(Arc::from(self.names)),
            used: false,
        };
        // `true` is what people write where a tool wants some value.
        let reason = self.reason.trim();
        let reason = if reason.eq_ignore_ascii_case("true") { "" } else { reason };
        found.all.push(Suppression {
            kind: self.kind,
            tool: Some(self.tool),
            at: self.at,
            list: None,
            words: vec![word],
            reason: reason.to_owned(),
            needle: self.needle,
            reach: self.reach,
            removal: Removal::None,
        });
    }
}

/// Reads an annotation whose key is not ours.
pub(super) fn annotation<'a>(
    holder: Holder<'a>,
    prefix: &str,
    name: &str,
    node: Node<'a>,
    context: &Context,
    found: &mut Found<'a>,
) {
    let peers = &context.peers;
    let value = node.text().unwrap_or_default().trim();
    let yes = value.eq_ignore_ascii_case("true");
    let mut push = |tool, id: &str, names, reason: &str| {
        let (at, reach) = (node.place(), holder.reach());
        let draft = Draft { tool, kind: "annotation", id, names, at, reason, reach, needle: None };
        draft.push(found);
    };
    // kube-linter, polaris, datree, terrascan and monokle read the object's annotations only.
    match (prefix, holder.template) {
        ("ignore-check.kube-linter.io", false) => {
            push("kube-linter", name, peers.one("kube-linter", name), value);
        }
        ("kube-linter.io", false) if name == "ignore-all" => {
            push("kube-linter", name, peers.all("kube-linter", |_| true), value);
        }
        ("kube-score", _) if name == "ignore" => {
            for id in value.split(',').map(str::trim) {
                push("kube-score", id, peers.one("kube-score", id), "");
            }
        }
        ("checkov.io" | "bridgecrew.io", _) if name.starts_with("skip") => {
            let (ids, reason) = value.split_once('=').unwrap_or((value, ""));
            for id in ids.split(',').map(str::trim) {
                push("checkov", id, peers.one("checkov", id), reason);
            }
        }
        ("polaris.fairwinds.com", false) if yes && name == "exempt" => {
            push("polaris", name, peers.all("polaris", |_| true), "");
        }
        ("polaris.fairwinds.com", false) if yes => {
            let id = name.strip_suffix("-exempt").unwrap_or_default();
            push("polaris", id, peers.one("polaris", id), "");
        }
        ("runterrascan.io", false) if name == "skip" => {
            for (id, reason) in json_rules(value) {
                push("terrascan", &id, peers.one("terrascan", &id), &reason);
            }
        }
        ("datree.skip", false) => push("datree", name, peers.one("datree", name), value),
        ("monokle.io", false) if !value.is_empty() && value != "false" => {
            let id = name.strip_prefix("suppress.").unwrap_or_default();
            let mut names = peers.one("monokle", id);
            // The longer form: three letters of the plugin, then the rule's name.
            if let Some((plugin, rule)) = id.split_once('.') {
                names.extend(peers.one("monokle", &format!("{plugin}-{rule}")));
            }
            push("monokle", id, names, value);
        }
        _ => {}
    }
}

/// `[{"rule": "AC_K8S_0087", "comment": "why"}]`: JSON is YAML, and we have a reader for that.
fn json_rules(value: &str) -> Vec<(String, String)> {
    let file = SourceFile::new(FileId(u32::MAX), "annotation", value);
    let tree = kubesift_yaml::parse(Arc::new(file));
    let root = tree.documents().next().and_then(|document| document.root());
    let text = |node: Node<'_>, key: &str| {
        node.get(key).and_then(Node::text).unwrap_or_default().to_owned()
    };
    let rules = root.into_iter().flat_map(Node::items);
    rules.map(|rule| (text(rule, "rule"), text(rule, "comment"))).collect()
}

/// kubeaudit's override labels and the results they turn off.
const OVERRIDES: [(&str, &[&str]); 11] = [
    (
        "allow-disabled-apparmor",
        &["apparmordisabled", "apparmorannotationmissing", "apparmorbadvalue"],
    ),
    (
        "allow-automount-service-account-token",
        &["automountserviceaccounttokentrueanddefaultsa", "automountserviceaccounttokendeprecated"],
    ),
    ("allow-namespace-host-network", &["namespacehostnetworktrue"]),
    ("allow-namespace-host-ipc", &["namespacehostipctrue"]),
    ("allow-namespace-host-pid", &["namespacehostpidtrue"]),
    (
        "allow-non-default-deny-ingress-network-policy",
        &["missingdefaultdenyingressnetworkpolicy", "allowallingressnetworkpolicyexists"],
    ),
    (
        "allow-non-default-deny-egress-network-policy",
        &["missingdefaultdenyegressnetworkpolicy", "allowallegressnetworkpolicyexists"],
    ),
    (
        "allow-run-as-root",
        &[
            "runasnonrootcscfalse",
            "runasnonrootpscfalsecscnil",
            "runasnonrootpscnilcscnil",
            "runasusercscroot",
            "runasuserpscroot",
        ],
    ),
    (
        "allow-privilege-escalation",
        &["allowprivilegeescalationtrue", "allowprivilegeescalationnil"],
    ),
    ("allow-privileged", &["privilegedtrue", "privilegednil"]),
    (
        "allow-read-only-root-filesystem-false",
        &["readonlyrootfilesystemfalse", "readonlyrootfilesystemnil"],
    ),
];

/// Reads kubeaudit's labels: the pod's, or the object's where there is no pod.
pub(super) fn labels<'a>(
    resource: &'a Resource,
    pod: Option<&Pod<'a>>,
    context: &Context,
    found: &mut Found<'a>,
) {
    if !context.peers.by_id.contains_key("kubeaudit") {
        return;
    }
    let labels = match pod {
        Some(pod) => pod.labels(),
        None => resource.node().at("metadata.labels"),
    };
    for (key, node) in labels.into_iter().flat_map(Node::entries) {
        let Some((prefix, name)) = key.split_once('/') else { continue };
        let (container, name) = match prefix {
            "kubeaudit.io" => (None, name),
            "audit.kubernetes.io" => {
                let bare = name.strip_prefix("pod.").or_else(|| name.strip_prefix("namespace."));
                (None, bare.unwrap_or_default())
            }
            "container.kubeaudit.io" | "container.audit.kubernetes.io" => {
                let Some((container, name)) = name.split_once('.') else { continue };
                (Some(container), name)
            }
            _ => continue,
        };
        let reach = match container {
            None => Reach::Object(resource.id),
            Some(container) => match find(resource, container) {
                Some(node) => {
                    Reach::Container(resource.id, container.to_owned(), node.entry_span())
                }
                None => continue,
            },
        };
        let (names, needle) = overridden(&context.peers, name);
        Draft {
            tool: "kubeaudit",
            kind: "annotation",
            id: name,
            names,
            at: node.place(),
            reason: node.text().unwrap_or_default(),
            reach,
            needle,
        }
        .push(found);
    }
}

fn overridden(peers: &Peers, label: &str) -> (Vec<&'static str>, Option<String>) {
    let label = label.to_ascii_lowercase();
    if let Some(capability) = label.strip_prefix("allow-capability-") {
        let needle = (capability != "all").then(|| capability.replace('-', "_"));
        return (peers.one("kubeaudit", "CapabilityAdded"), needle);
    }
    if let Some(mount) = label.strip_prefix("allow-host-path-mount-") {
        return (peers.one("kubeaudit", "SensitivePathsMounted"), Some(mount.to_owned()));
    }
    let results = OVERRIDES.iter().find(|(name, _)| *name == label).map_or(&[][..], |row| row.1);
    let mut names = Vec::new();
    for result in results {
        names.extend(peers.one("kubeaudit", result));
    }
    (names, None)
}

/// Reads a comment that another tool may be meant by.
pub(super) fn comment<'a>(
    layout: &Layout<'a>,
    standing: Standing,
    text: &str,
    context: &Context,
    found: &mut Found<'a>,
) {
    let body = text.trim_start_matches(['#', ' ', '\t']);
    if let Some(command) = body.strip_prefix("kics-scan") {
        kics(layout, standing, command.trim(), context, found);
        return;
    }
    for word in text.split([' ', '\t']).map(|word| word.trim_start_matches('#')) {
        if let Some(rest) = word.strip_prefix("trivy:").or_else(|| word.strip_prefix("tfsec:")) {
            trivy(layout, standing, rest, context, found);
        }
    }
    // These two belong to the object that they stand in.
    let object = layout.document(if standing.alone { standing.next } else { standing.at.start });
    for (mark, tool) in
        [("checkov:skip=", "checkov"), ("bridgecrew:skip=", "checkov"), ("ts:skip=", "terrascan")]
    {
        let Some((_, rest)) = text.split_once(mark) else { continue };
        let (ids, reason) = match tool {
            "checkov" => rest.split_once(':').unwrap_or((rest, "")),
            _ => rest.trim_start().split_once([' ', '\t']).unwrap_or((rest, "")),
        };
        for id in ids.split(',').map(str::trim) {
            let Some(span) = object else { continue };
            let names = context.peers.one(tool, id);
            draft(tool, id, names, standing.at, reason, span).push(found);
        }
    }
}

fn draft<'x>(
    tool: &'static str,
    id: &'x str,
    names: Vec<&'static str>,
    at: Span,
    reason: &'x str,
    reach: Span,
) -> Draft<'x> {
    let reach = Reach::Bytes(reach);
    Draft { tool, kind: "inline", id, names, at, reason, reach, needle: None }
}

/// `ignore:KSV017[image=x]:exp:2027-01-01`, on the line before or at the end of the first line of
/// what is meant. trivy counts the day of expiry as expired.
fn trivy(
    layout: &Layout<'_>,
    standing: Standing,
    rest: &str,
    context: &Context,
    found: &mut Found<'_>,
) {
    let mut sections = rest.split(':');
    let (mut id, mut active) = ("", true);
    while let (Some(key), Some(value)) = (sections.next(), sections.next()) {
        match key {
            "ignore" => id = value.split('[').next().unwrap_or_default(),
            "exp" => active = Date::parse(value).is_some_and(|end| context.settings.today < end),
            _ => {}
        }
    }
    let span =
        if standing.alone { layout.below(standing) } else { Some(layout.line_and_node(standing)) };
    let Some(span) = span.filter(|_| active && !id.is_empty()) else { return };
    let names = if id.contains('*') {
        let pattern = id.to_ascii_lowercase();
        context
            .peers
            .all("trivy", |folded| trivy_forms(folded).iter().any(|form| wildcard(&pattern, form)))
    } else {
        context.peers.one("trivy", id)
    };
    draft("trivy", id, names, standing.at, "", span).push(found);
}

/// `ksv17` as `ksv017`, `ksv-0017` and `avd-ksv-0017`.
fn trivy_forms(folded: &str) -> [String; 3] {
    let letters = folded.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let number = &folded[letters.len()..];
    [
        format!("{letters}{number:0>3}"),
        format!("{letters}-{number:0>4}"),
        format!("avd-{letters}-{number:0>4}"),
    ]
}

/// A pattern in which `*` stands for anything, matched without going back more than one star.
fn wildcard(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let Some(mut rest) = text.strip_prefix(pieces.next().unwrap_or_default()) else { return false };
    let mut pieces = pieces.peekable();
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            return rest.ends_with(piece);
        }
        let Some(found) = rest.find(piece) else { return false };
        rest = &rest[found + piece.len()..];
    }
    rest.is_empty()
}

fn kics(
    layout: &Layout<'_>,
    standing: Standing,
    command: &str,
    context: &Context,
    found: &mut Found<'_>,
) {
    let (command, list) = command.split_once('=').unwrap_or((command, ""));
    let listed: Vec<String> = list.split(',').map(|id| fold("kics", id)).collect();
    let top = layout.is_top(standing.at.start);
    let file = layout.tree.file().span();
    let every = |_: &str| true;
    let (names, span) = match command.trim() {
        "ignore" if top => (context.peers.all("kics", every), Some(file)),
        "disable" if top => {
            (context.peers.all("kics", |id| listed.iter().any(|listed| listed == id)), Some(file))
        }
        "enable" if top => {
            (context.peers.all("kics", |id| listed.iter().all(|listed| listed != id)), Some(file))
        }
        "ignore-line" => {
            let below = layout.standing(layout.span(standing.next, standing.next)).line;
            (context.peers.all("kics", every), Some(layout.span(standing.line.start, below.end)))
        }
        "ignore-block" => (context.peers.all("kics", every), layout.below(standing)),
        _ => return,
    };
    let Some(span) = span else { return };
    draft("kics", command, names, standing.at, "", span).push(found);
}
