//! ValueAddTransformer: a value, by default the name of the folder of the kustomization, in fields of
//! chosen objects, or as one part of a path of files that stands there.

use kubesift_source::How;

use super::namespace::{self, Subjects};
use crate::fieldspec::split;
use crate::pieces::Pieces;
use crate::replacements::{FieldPath, Load};
use crate::resource::Resource;
use crate::scalar::Tag;
use crate::selector::Selector;
use crate::tree::{Node, Scalar, Value};
use crate::trouble::{Class, Trouble};

/// Does what a configuration of the transformer says; `folder` is the name of the folder of the
/// kustomization. Gives the number of fields set.
pub(crate) fn apply(
    config: &Node,
    folder: &str,
    load: &mut Load<'_>,
    resources: &mut [Resource],
    troubles: &mut Vec<Trouble>,
) -> usize {
    let written = config
        .get("value")
        .filter(|value| value.text().is_some_and(|text| !text.trim().is_empty()));
    let value = match written {
        Some(node) => {
            let text = node.text().unwrap_or_default().trim();
            Node::string(text, node.origin.clone())
        }
        None => Node::string(folder, config.origin.clone()),
    };
    let file = config
        .get("targetFilePath")
        .filter(|path| path.text().is_some_and(|text| !text.is_empty()))
        .and_then(load);
    let own = config.get("targets");
    let shared = file.as_ref().and_then(|file| file.get("targets"));
    let targets: Vec<&Node> =
        [own, shared].into_iter().flatten().filter_map(Node::as_list).flatten().collect();
    if targets.is_empty() {
        let message = "a ValueAddTransformer needs at least one target";
        troubles.push(Trouble::fatal(Class::Transformer, config.origin.span, message));
    }
    let mut count = 0;
    for entry in targets {
        match target(entry, &value, resources, troubles) {
            Ok(set) => count += set,
            Err(trouble) => troubles.push(trouble),
        }
    }
    count
}

fn target(
    entry: &Node,
    value: &Node,
    resources: &mut [Resource],
    troubles: &mut Vec<Trouble>,
) -> Result<usize, Trouble> {
    let fatal =
        |node: &Node, message: &str| Trouble::fatal(Class::Transformer, node.origin.span, message);
    let Some(path) =
        entry.get("fieldPath").filter(|path| path.text().is_some_and(|text| !text.is_empty()))
    else {
        return Err(fatal(entry, "a target of a ValueAddTransformer needs a `fieldPath`"));
    };
    let number = entry.get("filePathPosition");
    let position = number.and_then(Node::text).unwrap_or("0").parse::<usize>();
    let Ok(position) = position else {
        let message = "`filePathPosition` is a whole number, counted from 1";
        return Err(fatal(number.unwrap_or(entry), message));
    };
    let selector = entry.get("selector").filter(|node| !node.is_null()).map(Selector::parse);
    let selector = selector.transpose()?;
    let is_chosen =
        |resource: &Resource| selector.as_ref().is_none_or(|selector| selector.matches(resource));
    let text = path.text().unwrap_or_default();
    let field = FieldPath::of_fields(split(text, '/'));
    let mut count = 0;
    for resource in resources.iter_mut().filter(|resource| is_chosen(resource)) {
        if text == "metadata/namespace" {
            let arguments = namespace::Arguments {
                value,
                specs: &[],
                unset_only: false,
                subjects: Subjects::Default,
            };
            count += namespace::place(arguments, resource, troubles);
            continue;
        }
        count += usize::from(put(&field, value, position, path, &mut resource.node)?);
    }
    Ok(count)
}

fn put(
    field: &FieldPath,
    value: &Node,
    position: usize,
    at: &Node,
    node: &mut Node,
) -> Result<bool, Trouble> {
    let wrong = |why: String| Trouble::fatal(Class::Transformer, at.origin.span, why);
    let found = field
        .find_or_make(node, &value.origin)
        .map_err(|why| wrong(format!("this path {}", why.0)))?;
    // A field in something that is null is not made.
    let Some(found) = found else { return Ok(false) };
    let Value::Scalar(old) = &found.value else {
        return Err(wrong("this path leads to no scalar".into()));
    };
    let quoted = old.quoted;
    if position == 0 {
        let text = value.text().unwrap_or_default();
        super::set_scalar(found, text, Tag::Null, &value.origin)
            .map_err(|misfit| misfit.trouble(Class::Transformer, "the transformer"))?;
        return Ok(true);
    }
    found.value = Value::Scalar(inserted(found, value, position - 1, quoted));
    found.origin = found.origin.then(How::Transformer, value.origin.span);
    Ok(true)
}

/// A path of files with the value as one of its parts, from 0; the leading slash is no part.
fn inserted(node: &Node, value: &Node, position: usize, quoted: bool) -> Scalar {
    let text = node.as_scalar().map(|scalar| scalar.text.as_str()).unwrap_or_default();
    let mut pieces = Pieces::default();
    let mut parts = Vec::new();
    let mut start = 0;
    for part in text.split('/') {
        // Slashes in a row are one.
        if !part.is_empty() {
            parts.push(start..start + part.len());
        }
        start += part.len() + 1;
    }
    let slash = |pieces: &mut Pieces, is_first: bool| {
        if !is_first || text.starts_with('/') {
            pieces.push("/", &node.origin);
        }
    };
    let position = position.min(parts.len());
    for at in 0..=parts.len() {
        slash(&mut pieces, at == 0);
        match parts.get(at.wrapping_sub(usize::from(at > position))) {
            _ if at == position => pieces.push_all(value),
            Some(part) => pieces.push_part(node, part.clone()),
            None => {}
        }
    }
    pieces.finish(quoted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::sample::{node, resources, show};

    const OBJECTS: &str = "\
{apiVersion: v1, kind: A, metadata: {name: a}, path: /x/y, empty: '', nul: , list: [{id: a, v: 1}]}
---
{apiVersion: v1, kind: B, metadata: {name: b}}
";

    fn built(config: &str) -> (Vec<String>, usize, Vec<String>) {
        let mut objects = resources(OBJECTS);
        let mut troubles = Vec::new();
        let mut load = |_: &Node| Some(node("targets: [{fieldPath: shared}]"));
        let count = apply(&node(config), "folder", &mut load, &mut objects, &mut troubles);
        let shown = objects.iter().map(|object| show(&object.node)).collect();
        (shown, count, troubles.into_iter().map(|trouble| trouble.message).collect())
    }

    /// The field `path` of the first object.
    fn path(position: usize) -> String {
        let target =
            format!("{{selector: {{kind: A}}, fieldPath: path, filePathPosition: {position}}}");
        let (shown, ..) = built(&format!("{{value: V, targets: [{target}]}}"));
        let (_, rest) = shown[0].split_once(" path: ").expect("a path");
        rest.trim_end_matches('}').to_owned()
    }

    #[test]
    fn a_value_is_one_part_of_a_path() {
        assert_eq!([0, 1, 2, 3, 9].map(path), ["V", "/V/x/y", "/x/V/y", "/x/y/V", "/x/y/V"]);
        let part = |text: &str, at| inserted(&node(text), &node("V"), at, false).text.to_string();
        assert_eq!(part("''", 5), "V");
        assert_eq!(part("/", 5), "/V");
        assert_eq!(part("pie", 0), "V/pie");
        assert_eq!(part("a//b/", 8), "a/b/V");
        assert_eq!(part("a/nice/warm/pie", 3), "a/nice/warm/V/pie");
    }

    #[test]
    fn fields_are_made_and_objects_chosen() {
        let (shown, count, troubles) =
            built("{value: ' V ', targets: [{selector: {kind: B}, fieldPath: a/b}]}");
        assert_eq!((count, troubles), (1, vec![]));
        assert_eq!(shown[1], "{a: {b: V}, apiVersion: v1, kind: B, metadata: {name: b}}");
        let (shown, ..) = built("{targets: [{fieldPath: metadata/namespace}]}");
        assert!(shown.iter().all(|text| text.contains("namespace: folder")));
        let (shown, ..) =
            built("{value: V, targets: [{selector: {kind: A}, fieldPath: 'list/[id=a]/v'}]}");
        assert!(shown[0].contains("[{id: a, v: V}]"));
        let (shown, ..) = built("{value: V, targetFilePath: x.yaml}");
        assert!(shown.iter().all(|text| text.contains("shared: V")));
    }

    #[test]
    fn what_cannot_be_done_is_told() {
        let check = |config: &str, want: &str| {
            let (_, count, troubles) = built(config);
            assert_eq!((count, troubles), (0, vec![want.to_owned()]), "{config}");
        };
        check("{value: V}", "a ValueAddTransformer needs at least one target");
        check(
            "{targets: [{selector: {}}]}",
            "a target of a ValueAddTransformer needs a `fieldPath`",
        );
        check("{targets: [{fieldPath: metadata}]}", "this path leads to no scalar");
        check(
            "{targets: [{selector: {kind: A}, fieldPath: path/x}]}",
            "this path needs a mapping where there is a scalar",
        );
        check(
            "{targets: [{fieldPath: a, filePathPosition: -1}]}",
            "`filePathPosition` is a whole number, counted from 1",
        );
        assert_eq!(built("{targets: [{selector: {kind: A}, fieldPath: nul/x}]}").1, 0);
    }
}
