//! Values that stand in several fields of an object and are one to kustomize: a label that it put into
//! metadata, selector and template at once is the same node in all three. Who sets one of them later,
//! by another label, a patch or a replacement, sets all of them.
//!
//! Such fields are told by their place: within one object only what was put in at once has the very
//! same origin, and that is not in the file of the object.

use kubesift_source::{FileId, How, Origin, Span};

use crate::tree::{Node, Value};

/// The values of one object that were set anew while they may stand in several fields.
pub(crate) struct Taken {
    /// The file of the object.
    file: FileId,
    /// Where each stood, and what was set.
    values: Vec<(Origin, Node)>,
}

impl Taken {
    /// None of an object yet.
    pub fn of(object: &Node) -> Self {
        Self { file: object.origin.span.file, values: Vec::new() }
    }

    /// The value at `old` was set to `new`.
    pub fn note(&mut self, old: &Origin, new: &Node) {
        if old.span.file != self.file && *old != new.origin {
            self.values.push((old.clone(), new.clone()));
        }
    }

    /// Sets the other fields of the object that held these values.
    pub fn follow(self, object: &mut Node) {
        for (old, new) in self.values {
            each(object, &mut |field| {
                if field.origin == old {
                    field.clone_from(&new);
                }
            });
        }
    }
}

/// Sets the other fields that held what a patch took over: `by` is where the patch stands.
pub(crate) fn follow_all(object: &mut Node, by: Span) {
    let file = object.origin.span.file;
    let mut taken: Vec<(Span, Node)> = Vec::new();
    each(object, &mut |field| {
        let step = field.origin.trail.steps().next().filter(|step| step.how == How::Base);
        if let Some(step) = step.filter(|step| step.span.file != file)
            && by.contains(field.origin.span)
        {
            taken.push((step.span, field.clone()));
        }
    });
    if taken.is_empty() {
        return;
    }
    each(object, &mut |field| {
        if let Some((_, new)) = taken.iter().find(|(old, _)| field.origin.span == *old) {
            field.clone_from(new);
        }
    });
}

/// Calls `each` with all scalars of a tree.
fn each(node: &mut Node, call: &mut dyn FnMut(&mut Node)) {
    match &mut node.value {
        Value::Scalar(_) => call(node),
        Value::List(items) => items.iter_mut().for_each(|item| each(item, call)),
        Value::Map(map) => {
            map.entries_mut().iter_mut().for_each(|entry| each(&mut entry.value, call));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::labels;
    use crate::transform::sample::{in_file, node, resources, show};
    use crate::{fieldspec::FieldSpec, replacements};

    fn labelled() -> Vec<crate::resource::Resource> {
        let mut objects = resources("{apiVersion: v1, kind: A, metadata: {name: a}, other: old}");
        let specs =
            ["metadata/labels", "selector"].map(|path| FieldSpec::new(<_>::default(), path, true));
        // The padding tells the places of this label from those of the labels below.
        let pairs = node("                {app: old}");
        labels::apply(&pairs, &specs, &mut objects, &mut Vec::new());
        objects
    }

    const WANT: &str = "{apiVersion: v1, kind: A, metadata: {labels: {app: new}, name: a}, other: old, selector: {app: new}}";

    #[test]
    fn a_label_that_is_set_again_is_set_everywhere() {
        let mut objects = labelled();
        let specs = [FieldSpec::new(<_>::default(), "metadata/labels", true)];
        labels::apply(&node("{app: new}"), &specs, &mut objects, &mut Vec::new());
        assert_eq!(show(&objects[0].node), WANT);
    }

    #[test]
    fn a_replacement_of_one_is_one_of_all() {
        let mut objects = labelled();
        let list =
            "[{sourceValue: new, targets: [{select: {kind: A}, fieldPaths: [selector.app]}]}]";
        replacements::apply(&node(list), &mut |_| None, &mut objects, &mut Vec::new());
        assert_eq!(show(&objects[0].node), WANT);
    }

    #[test]
    fn a_patch_of_one_is_one_of_all() {
        let mut object = labelled().remove(0).node;
        let patch = in_file(2, "{selector: {app: new}}").remove(0);
        let value = patch.at(&["selector", "app"]).cloned().expect("a value");
        let field = object.at_mut(&["selector", "app"]).expect("a field");
        *field = Node { origin: value.origin.over(&field.origin), ..value };
        follow_all(&mut object, patch.origin.span);
        assert_eq!(show(&object), WANT);
    }
}
