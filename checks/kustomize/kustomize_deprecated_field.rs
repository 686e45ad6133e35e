//! A kustomization uses a field that has a successor.
//!
//! Kustomize warns at every build and will drop the field; some have pitfalls that the successor
//! does not have (`commonLabels` changes selectors, which cannot be changed on a live workload).
//!
//! Use the successor. What `kustomize edit fix` would rewrite is offered as a fix, where the result
//! of the build stays the same: `bases`, `commonLabels`, `imageTags`, `patchesStrategicMerge` of files,
//! and `env` of a generator. `vars` and the older forms of Helm charts need a person.
//!
//! ```yaml fail
//! # file: kustomization.yaml
//! commonLabels:
//! #^^^^^^^^^^^ `commonLabels` is deprecated: use `labels`
//!   app: web
//! patchesStrategicMerge:
//! #^^^^^^^^^^^^^^^^^^^^ `patchesStrategicMerge` is deprecated: use `patches`
//!   - patch.yaml
//! resources:
//!   - deployment.yaml
//! # file: deployment.yaml
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata:
//!   name: web
//! # file: patch.yaml
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata:
//!   name: web
//! spec:
//!   replicas: 2
//! ```
//!
//! ```yaml fixed
//! # file: kustomization.yaml
//! labels:
//!   - includeSelectors: true
//!     pairs:
//!       app: web
//! patches:
//!   - path: patch.yaml
//! resources:
//!   - deployment.yaml
//! # file: deployment.yaml
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata:
//!   name: web
//! # file: patch.yaml
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata:
//!   name: web
//! spec:
//!   replicas: 2
//! ```
//!
//! ```yaml fail
//! # file: overlay/kustomization.yaml
//! bases:
//! #^^^^
//!   - ../base
//! # file: base/kustomization.yaml
//! configMapGenerator:
//!   - name: settings
//!     env: settings.env
//! #   ^^^
//! # file: base/settings.env
//! level=debug
//! ```
//!
//! ```yaml fixed
//! # file: overlay/kustomization.yaml
//! resources:
//!   - ../base
//! # file: base/kustomization.yaml
//! configMapGenerator:
//!   - name: settings
//!     envs: [settings.env]
//! # file: base/settings.env
//! level=debug
//! ```
//!
//! ```yaml pass
//! # file: kustomization.yaml
//! labels:
//!   - includeSelectors: true
//!     pairs:
//!       app: web
//! resources:
//!   - namespace.yaml
//! # file: namespace.yaml
//! apiVersion: v1
//! kind: Namespace
//! metadata:
//!   name: shop
//! ```

use crate::prelude::*;
use kubesift_engine::source::Edit;

pub const CHECK: Check = Check {
    severity: Low,
    score: 1.5,
    profiles: &[Profile::Default, Profile::Hygiene],
    fix: Some(Safe),
    run: Run::Resource(
        &["kustomize.config.k8s.io/Kustomization", "kustomize.config.k8s.io/Component"],
        run,
    ),
    ..Check::DEFAULT
};

fn run(resource: &Resource, out: &mut Out) {
    for (at, fact) in resource.facts_of(FactKind::Deprecated) {
        let (field, instead) = (&*fact.message, fact.help.as_deref().unwrap_or_default());
        let message = match instead {
            "" => format!("`{field}` is deprecated"),
            instead => format!("`{field}` is deprecated: use `{instead}`"),
        };
        let edits = successor(at.0, field).unwrap_or_default();
        let title = format!("use `{instead}`");
        out.say(at, message).offer(Safe, &title, edits);
    }
}

/// The edits that turn an entry into its successor. None where the successor is there already, as
/// what of both comes first is for a person to say, and where the build would not stay the same.
fn successor(entry: Node<'_>, field: &str) -> Option<Vec<Edit>> {
    let key = entry.key()?;
    let beside = |name: &str| entry.parent().is_some_and(|holder| holder.get(name).is_some());
    match field {
        "bases" if !beside("resources") => Some(vec![renamed(entry, "resources")?]),
        "imageTags" if !beside("images") => Some(vec![renamed(entry, "images")?]),
        "commonLabels" if !beside("labels") => {
            let pairs = pairs(entry)?;
            let value = format!("- includeSelectors: true\n  pairs:\n{pairs}");
            Some(vec![renamed(entry, "labels")?, edit::replace(entry, &value)?])
        }
        "patchesStrategicMerge" if !beside("patches") => {
            let mut edits = vec![renamed(entry, "patches")?];
            for item in entry.items() {
                let path = item.text().filter(|text| is_path(text))?;
                edits.push(
                    edit::replace(item, &format!("{{path: {path}}}"))
                        .filter(|_| item.is_flow())
                        .or_else(|| prefixed(item, "path: "))?,
                );
            }
            Some(edits)
        }
        _ if key == "env" && !beside("envs") => {
            let file = entry.text().filter(|text| is_path(text))?;
            Some(vec![renamed(entry, "envs")?, edit::replace(entry, &format!("[{file}]"))?])
        }
        _ => None,
    }
}

/// True for text that is a path and needs no quotes.
fn is_path(text: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "._-/".contains(letter);
    !text.is_empty() && text.chars().all(plain) && text.contains('.')
}

fn renamed(entry: Node<'_>, name: &str) -> Option<Edit> {
    Some(Edit { span: entry.key_span()?, text: name.to_owned() })
}

/// An insertion before an item of a list in lines.
fn prefixed(item: Node<'_>, text: &str) -> Option<Edit> {
    let parent = item.parent()?;
    let at = item.span();
    let span = kubesift_engine::source::Span::new(at.file, at.start, at.start);
    (!parent.is_flow()).then(|| Edit { span, text: text.to_owned() })
}

/// The entries of a mapping of scalars, a line each, as they are written, four blanks in.
fn pairs(labels: Node<'_>) -> Option<String> {
    let mut lines = String::new();
    for (_, value) in labels.entries() {
        let span = value.entry_span();
        let text = labels.tree().file().slice(span);
        if text.contains('\n') {
            return None;
        }
        lines.push_str("    ");
        lines.push_str(text);
        lines.push('\n');
    }
    (!lines.is_empty()).then_some(lines)
}
