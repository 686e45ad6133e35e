//! Living with a finding: the comment, annotation or entry of the configuration that says so, put
//! where it reaches the finding and as little else as may be.

use std::sync::Arc;

use kubesift_engine::Finding;
use kubesift_project::Analysis;
use kubesift_source::{Edit, FileId, SourceFile, Span};
use kubesift_yaml::{Node, Tree, edit, parse};

/// What stands for the reason that a person has not given yet.
const REASON: &str = "accepted";

/// How far a suppression reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// A comment: the line, or the entry below it.
    Line,
    /// An annotation: the object that is written there.
    Object,
    /// A comment at the top: the file.
    File,
}

/// The edits that suppress a finding. None where there is no place for it: JSON has no comments, a
/// kustomization no annotations.
pub fn suppress(analysis: &Analysis, finding: &Finding, reach: Reach) -> Option<Vec<Edit>> {
    let tree = tree(analysis, finding.at.file)?;
    let edit = match reach {
        Reach::Line => {
            let node = tree.node_at(finding.at.start)?;
            edit::comment_line(node, &comment(analysis, "ignore", finding))
        }
        Reach::Object => annotate(object(analysis, finding, &tree)?, finding),
        Reach::File => at_top(tree.file(), &comment(analysis, "ignore-file", finding)),
    };
    Some(vec![edit?])
}

/// The edits of a configuration file (of which this is the tree's file) that add an entry to `ignore`
/// for a finding; the entry names the check and the object.
pub fn ignore_in(
    config: &Arc<SourceFile>,
    analysis: &Analysis,
    finding: &Finding,
) -> Option<Vec<Edit>> {
    let entry = entry(analysis, finding, config)?;
    let tree = parse(Arc::clone(config));
    if !tree.errors().is_empty() {
        return None;
    }
    let Some(root) = tree.documents().find_map(|document| document.root()) else {
        let end = config.text().len() as u32;
        let text = format!("{}{}", break_before(config.text()), list(&entry));
        return Some(vec![Edit { span: Span::new(config.id, end, end), text }]);
    };
    let edit = match root.get("ignore") {
        Some(held) => edit::append(held, &entry),
        None => edit::add(root, "ignore", &item(&entry)),
    };
    Some(vec![edit?])
}

/// The text of a new configuration file that ignores a finding. `file` is the path of the finding's
/// file from the folder of the new one.
pub fn new_config(finding: &Finding, file: &str) -> Option<String> {
    Some(list(&entry_text(finding, file)?))
}

fn tree(analysis: &Analysis, file: FileId) -> Option<Arc<Tree>> {
    if let Some(tree) = analysis.tree(file) {
        return Some(Arc::clone(tree));
    }
    // What only kustomizations read is not kept as a tree.
    let file = analysis.outcome.files.get(file.0 as usize)?;
    Some(Arc::new(parse(Arc::clone(file))))
}

fn comment(analysis: &Analysis, verb: &str, finding: &Finding) -> String {
    let reason = if analysis.settings.require_reason.value { REASON } else { "" };
    format!("kubesift: {verb}[{}] {reason}", finding.check.name).trim_end().to_owned()
}

/// The object as it is written where the finding is: whole, or the part of it that a patch has.
fn object<'t>(analysis: &Analysis, finding: &Finding, tree: &'t Tree) -> Option<Node<'t>> {
    let subject = finding.subject.as_ref();
    let resource = subject.and_then(|subject| analysis.resources.get(subject.id.0 as usize));
    if let Some(resource) = resource.filter(|resource| resource.file().id == finding.at.file) {
        // The same file was read the same way.
        let node = resource.node().position();
        return ((node as usize) < tree.node_count()).then(|| tree.node(node));
    }
    let node = tree.node_at(finding.at.start)?;
    let is_object = |node: &Node<'t>| {
        let kind = node.get("kind").and_then(Node::str);
        let has_name = node.get("metadata").is_some_and(Node::is_map);
        has_name && kind.is_some_and(|kind| !matches!(kind, "List" | "Kustomization" | "Component"))
    };
    node.ancestry().into_iter().find(is_object)
}

fn annotate(object: Node<'_>, finding: &Finding) -> Option<Edit> {
    let key = format!("kubesift.dev/ignore.{}", finding.check.name);
    let metadata = object.get("metadata")?;
    match metadata.get("annotations") {
        Some(annotations) => edit::add_entry(annotations, &key, REASON),
        None => edit::add(metadata, "annotations", &format!("{key}: {REASON}")),
    }
}

fn at_top(file: &SourceFile, comment: &str) -> Option<Edit> {
    if file.path.ends_with(".json") {
        return None;
    }
    let text = file.text();
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() as u32 } else { 0 };
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    Some(Edit { span: Span::new(file.id, start, start), text: format!("# {comment}{newline}") })
}

/// The entry for a finding, from the folder that a configuration lies in.
fn entry(analysis: &Analysis, finding: &Finding, config: &SourceFile) -> Option<String> {
    let folder = analysis.path_of(config.id)?.parent()?;
    let file = analysis.path_of(finding.at.file)?;
    let file = file.strip_prefix(folder).ok()?.to_str()?.replace('\\', "/");
    entry_text(finding, &file)
}

fn entry_text(finding: &Finding, file: &str) -> Option<String> {
    use std::fmt::Write as _;
    let mut text = format!("checks: [{}]\n", finding.check.name);
    let mut add = |key: &str, value: &str| {
        let value = edit::quote_if_needed(value);
        writeln!(text, "{key}: [{value}]").ok()
    };
    match finding.subject.as_ref().and_then(|subject| Some((subject, subject.name.as_ref()?))) {
        Some((subject, name)) => {
            add("kinds", &subject.kind)?;
            add("names", name)?;
            if let Some(namespace) = &subject.namespace {
                add("namespaces", namespace)?;
            }
        }
        None => add("paths", file)?,
    }
    let _ = writeln!(text, "reason: {REASON}");
    Some(text)
}

fn item(entry: &str) -> String {
    let mut text = String::new();
    for (at, line) in entry.lines().enumerate() {
        text.push_str(if at == 0 { "- " } else { "  " });
        text.push_str(line);
        text.push('\n');
    }
    text
}

fn list(entry: &str) -> String {
    let lines: Vec<String> = item(entry).lines().map(|line| format!("  {line}\n")).collect();
    format!("ignore:\n{}", lines.concat())
}

fn break_before(text: &str) -> &'static str {
    if text.is_empty() || text.ends_with('\n') { "" } else { "\n" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Project;
    use kubesift_source::apply;

    const POD: &str = "\
-- web.yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: nginx:1.25
    securityContext:
      privileged: true
";

    fn find<'p>(project: &'p Project, check: &str) -> Option<&'p Finding> {
        project.analysis.outcome.open().find(|finding| finding.check.name == check)
    }

    /// The project with the finding of a check suppressed, which must then be gone.
    fn suppressed(text: &str, check: &str, reach: Reach) -> Option<String> {
        let project = Project::new(text);
        let finding = find(&project, check).expect("a finding");
        let edits = suppress(&project.analysis, finding, reach)?;
        let file = project.analysis.outcome.file(finding.at);
        let after = apply(file.text(), &edits).expect("edits");
        let mut whole = String::new();
        for part in text.split("-- ").skip(1) {
            let (path, old) = part.split_once('\n').expect("a path");
            let new = if path == &*file.path { &after } else { old };
            whole.push_str(&format!("-- {path}\n{new}"));
        }
        let again = Project::new(&whole);
        assert!(find(&again, check).is_none(), "still found in\n{whole}");
        assert!(find(&again, "unused-suppression").is_none(), "unused in\n{whole}");
        assert!(find(&again, "invalid-suppression").is_none(), "invalid in\n{whole}");
        Some(after)
    }

    #[test]
    fn each_reach_silences_the_finding_it_is_for() {
        for check in ["privileged-container", "memory-limit-missing"] {
            for reach in [Reach::Line, Reach::Object, Reach::File] {
                assert!(suppressed(POD, check, reach).is_some(), "{check} {reach:?}");
            }
        }
        let line = suppressed(POD, "privileged-container", Reach::Line).expect("a text");
        assert!(
            line.contains("privileged: true  # kubesift: ignore[privileged-container]\n"),
            "{line}"
        );
        let object = suppressed(POD, "privileged-container", Reach::Object).expect("a text");
        let want = "  annotations:\n    kubesift.dev/ignore.privileged-container: accepted\n";
        assert!(object.contains(want), "{object}");
    }

    #[test]
    fn a_second_annotation_stands_beside_the_first() {
        let text = POD.replace("  name: web\nspec", "  name: web\n  annotations:\n    a: b\nspec");
        let after = suppressed(&text, "privileged-container", Reach::Object).expect("a text");
        let want = "    a: b\n    kubesift.dev/ignore.privileged-container: accepted\n";
        assert!(after.contains(want), "{after}");
    }

    #[test]
    fn json_has_annotations_only() {
        let text = "-- web.json\n{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"web\"}, \"spec\": \
                    {\"containers\": [{\"name\": \"web\", \"image\": \"a:1\", \"securityContext\": {\"privileged\": true}}]}}\n";
        assert_eq!(suppressed(text, "privileged-container", Reach::Line), None);
        assert_eq!(suppressed(text, "privileged-container", Reach::File), None);
        assert!(suppressed(text, "privileged-container", Reach::Object).is_some());
    }

    #[test]
    fn a_base_is_annotated_for_all_that_is_built_from_it() {
        let text = format!(
            "{}-- base/kustomization.yaml\nresources: [web.yaml]\n-- prod/kustomization.yaml\nresources: [../base]\n",
            POD.replace("-- web.yaml", "-- base/web.yaml")
        );
        for reach in [Reach::Line, Reach::Object, Reach::File] {
            assert!(suppressed(&text, "privileged-container", reach).is_some(), "{reach:?}");
        }
    }

    fn configured(config: &str) -> String {
        let text = format!("-- .kubesift.yaml\n{config}{POD}");
        let project = Project::new(&text);
        let finding = find(&project, "privileged-container").expect("a finding");
        let file = project.analysis.outcome.files.first().expect("a configuration");
        let edits = ignore_in(file, &project.analysis, finding).expect("edits");
        let after = apply(file.text(), &edits).expect("a text");
        let again = Project::new(&format!("-- .kubesift.yaml\n{after}{POD}"));
        assert!(find(&again, "privileged-container").is_none(), "still found under\n{after}");
        let other = "this entry of `ignore` matches no finding";
        let wrong = again.analysis.problems.iter().find(|one| one.message != other);
        assert!(wrong.is_none(), "{wrong:?}");
        after
    }

    #[test]
    fn a_configuration_gets_an_entry_whatever_stands_in_it() {
        let entry = "checks: [privileged-container]\n";
        let held = "ignore:\n  - checks: [host-network]\n    kinds: [Pod]\n    reason: x\n";
        for config in ["profile: default\n", "# nothing yet\n", held, "ignore:\n"] {
            let after = configured(config);
            assert!(after.contains(entry), "{after}");
        }
        assert!(configured(held).contains("host-network"));
    }

    #[test]
    fn a_new_configuration_does_the_same() {
        let project = Project::new(POD);
        let finding = find(&project, "privileged-container").expect("a finding");
        let config = new_config(finding, "web.yaml").expect("a text");
        let again = Project::new(&format!("-- .kubesift.yaml\n{config}{POD}"));
        assert!(find(&again, "privileged-container").is_none(), "still found under\n{config}");
    }
}
