//! `labels`, `commonLabels` and LabelTransformer: which fields an entry of `labels` reaches, and the
//! labels themselves.

use crate::fieldspec::{FieldSpec, add};
use crate::id::Gvk;
use crate::resource::Resource;
use crate::tree::Node;
use crate::trouble::{Class, Trouble};

/// The tables of the configuration that an entry of `labels` chooses from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tables<'a> {
    /// For every entry: `labels` of files of `configurations`; nothing is built in.
    pub labels: &'a [FieldSpec],
    /// With `includeSelectors`: labels, selectors and templates.
    pub common: &'a [FieldSpec],
    /// With `includeTemplates`.
    pub template: &'a [FieldSpec],
    /// With `includeVolumeClaimTemplates`.
    pub volume_claim: &'a [FieldSpec],
}

/// Sets labels in every field that the specs lead to. Gives the number of labels set.
pub(crate) fn apply(
    pairs: &Node,
    specs: &[FieldSpec],
    resources: &mut [Resource],
    troubles: &mut Vec<Trouble>,
) -> usize {
    let Some(pairs) = pairs.as_map() else { return 0 };
    super::set_pairs(pairs, specs, "the label transformer", resources, troubles)
}

/// Does what one entry of `labels` says. Gives the number of labels set.
pub(crate) fn entry(
    entry: &Node,
    tables: Tables<'_>,
    resources: &mut [Resource],
    troubles: &mut Vec<Trouble>,
) -> usize {
    let Some(pairs) = entry.get("pairs") else { return 0 };
    match fields(entry, tables) {
        Ok(specs) => apply(pairs, &specs, resources, troubles),
        Err(trouble) => {
            troubles.push(trouble);
            0
        }
    }
}

/// The fields that an entry of `labels` reaches.
fn fields(entry: &Node, tables: Tables<'_>) -> Result<Vec<FieldSpec>, Trouble> {
    let is_set = |key| entry.get(key).and_then(Node::text) == Some("true");
    let mut specs = FieldSpec::parse_all(entry.get("fields"))?;
    let plain = FieldSpec::new(Gvk::default(), "metadata/labels", true);
    let mut chosen: Vec<&FieldSpec> = tables.labels.iter().collect();
    if is_set("includeSelectors") {
        chosen.extend(tables.common);
    } else {
        // Up to v5.5.0 templates of claims are templates like others. Later versions count them apart,
        // and only those take an entry that says so either way.
        let claims = "includeVolumeClaimTemplates";
        let counts_apart = entry.get(claims).is_some() && !is_set(claims);
        let is_claim = |spec: &&FieldSpec| {
            tables.volume_claim.iter().any(|other| other.path == spec.path && other.gvk == spec.gvk)
        };
        if is_set("includeTemplates") {
            chosen.extend(tables.template.iter().filter(|spec| !(counts_apart && is_claim(spec))));
        }
        if is_set(claims) {
            chosen.extend(tables.volume_claim);
        }
        chosen.push(&plain);
    }
    for spec in chosen {
        add(&mut specs, spec.clone()).map_err(|_| conflict(entry, spec))?;
    }
    Ok(specs)
}

fn conflict(entry: &Node, spec: &FieldSpec) -> Trouble {
    let at = entry.get("fields").unwrap_or(entry).origin.span;
    let path = &spec.path;
    let message = format!("field `{path}` is given here with another `create` than kustomize has");
    Trouble::fatal(Class::Transformer, at, message)
        .help(format!("write `create: {}`, or leave the field out", spec.create))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::sample::{node, places, resources, show_at};

    fn spec(kind: &str, path: &str, create: bool) -> FieldSpec {
        FieldSpec::new(Gvk { kind: kind.into(), ..Gvk::default() }, path, create)
    }

    const OBJECTS: &str = "\
{apiVersion: apps/v1, kind: Deployment, metadata: {name: a, labels: {app: old}}, spec: {template: {metadata: {}}}}
---
{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {selector: {app: old}}}
";

    fn built(text: &str) -> (Vec<Resource>, usize, Vec<Trouble>) {
        let common = [
            spec("", "metadata/labels", true),
            spec("Service", "spec/selector", true),
            spec("Deployment", "spec/selector/matchLabels", true),
        ];
        let template = [spec("Deployment", "spec/template/metadata/labels", true)];
        let tables =
            Tables { labels: &[], common: &common, template: &template, volume_claim: &[] };
        let mut objects = resources(OBJECTS);
        let mut troubles = Vec::new();
        let count = entry(&node(text), tables, &mut objects, &mut troubles);
        (objects, count, troubles)
    }

    fn shown(text: &str, path: &str) -> [String; 2] {
        let (objects, _, troubles) = built(text);
        assert_eq!(troubles, []);
        [0, 1].map(|at| {
            objects.get(at).map_or_else(String::new, |object| show_at(&object.node, path))
        })
    }

    #[test]
    fn pairs_are_labels_of_the_objects_alone() {
        let entry = "pairs: {app: new, num: '5'}";
        assert_eq!(
            shown(entry, "metadata/labels"),
            ["{app: new, num: \"5\"}", "{app: new, num: \"5\"}"]
        );
        assert_eq!(shown(entry, "spec"), ["{template: {metadata: {}}}", "{selector: {app: old}}"]);
        assert_eq!(built(entry).1, 4);
    }

    #[test]
    fn an_entry_says_how_far_its_labels_reach() {
        let entry = "{pairs: {app: new}, includeSelectors: true}";
        assert_eq!(
            shown(entry, "spec"),
            [
                "{selector: {matchLabels: {app: new}}, template: {metadata: {}}}",
                "{selector: {app: new}}"
            ]
        );
        let entry = "{pairs: {app: new}, includeTemplates: true}";
        assert_eq!(
            shown(entry, "spec"),
            ["{template: {metadata: {labels: {app: new}}}}", "{selector: {app: old}}"]
        );
        let entry = "{pairs: {app: new}, fields: [{path: spec/selector, kind: Service}]}";
        assert_eq!(shown(entry, "spec"), ["{template: {metadata: {}}}", "{selector: {app: new}}"]);
    }

    #[test]
    fn fields_that_contradict_the_tables_are_refused() {
        let (_, count, troubles) =
            built("{pairs: {a: b}, fields: [{path: metadata/labels, create: false}]}");
        assert_eq!(count, 0);
        assert!(troubles.iter().any(|trouble| trouble.message.contains("`metadata/labels`")));
    }

    #[test]
    fn labels_of_a_scalar_are_refused() {
        let mut objects = resources("{apiVersion: v1, kind: A, metadata: {labels: x}}");
        let mut troubles = Vec::new();
        let specs = [spec("", "metadata/labels", true)];
        apply(&node("{a: b}"), &specs, &mut objects, &mut troubles);
        assert_eq!(troubles.len(), 1);
    }

    #[test]
    fn a_label_comes_from_the_kustomization_and_knows_what_was_there() {
        let text = "pairs: {app: new}";
        let (objects, ..) = built(text);
        let label =
            objects.first().and_then(|object| object.node.at(&["metadata", "labels", "app"]));
        let label = label.expect("a label");
        assert_eq!(places(label, [OBJECTS, text]), ["1:new"]);
        let before = label.origin.trail.steps().next().expect("a step");
        assert_eq!(&OBJECTS[before.span.start as usize..before.span.end as usize], "old");
    }
}
