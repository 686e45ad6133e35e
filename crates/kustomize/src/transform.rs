//! The built-in transformers: what the fields of a kustomization do to the objects, and the same as
//! plugins with a configuration of their own. Each says how many fields it set, so that one that does
//! nothing can be told.

pub(crate) mod affix;
pub(crate) mod annotations;
pub(crate) mod images;
pub(crate) mod labels;
pub(crate) mod namespace;
pub(crate) mod replicas;
#[cfg(test)]
pub(crate) mod sample;
pub(crate) mod value_add;

use kubesift_source::Origin;

use crate::fieldspec::{FieldSpec, Leaf, Misfit, visit};
use crate::resource::Resource;
use crate::scalar::Tag;
use crate::shared::Taken;
use crate::tree::{Entry, Map, Node, Scalar, Value};
use crate::trouble::{Class, Trouble};

/// Puts a text in the place of a scalar, whose quotes stay.
fn set_scalar(target: &mut Node, text: &str, tag: Tag, origin: &Origin) -> Result<(), Misfit> {
    let Value::Scalar(old) = &target.value else { return Err(Misfit::new(target, "a scalar")) };
    let scalar = Scalar { tag, quoted: old.quoted, ..Scalar::untyped(text) };
    target.value = Value::Scalar(scalar);
    target.origin = over(origin, &target.origin);
    Ok(())
}

/// The place of a value that took over from another one, unless that was only made to hold it.
fn over(new: &Origin, old: &Origin) -> Origin {
    if new == old { new.clone() } else { new.over(old) }
}

/// Sets pairs (labels, annotations) in the mappings that the specs lead to. Gives the number of
/// entries set.
fn set_pairs(
    pairs: &Map,
    specs: &[FieldSpec],
    who: &str,
    resources: &mut [Resource],
    troubles: &mut Vec<Trouble>,
) -> usize {
    let mut count = 0;
    for resource in resources {
        let gvk = resource.gvk();
        let mut taken = Taken::of(&resource.node);
        for spec in specs.iter().filter(|spec| spec.is_for(&gvk)) {
            for pair in pairs.entries() {
                let leaf = Leaf::Map(&pair.key_origin);
                let done = visit(&mut resource.node, spec, leaf, &mut |node| {
                    count += usize::from(set_pair(node, pair, &mut taken)?);
                    Ok(())
                });
                if let Err(misfit) = done {
                    troubles.push(misfit.trouble(Class::Transformer, who));
                    break;
                }
            }
        }
        taken.follow(&mut resource.node);
    }
    count
}

/// False where a field that is null, and may not be made, takes no entry.
fn set_pair(node: &mut Node, pair: &Entry, taken: &mut Taken) -> Result<bool, Misfit> {
    if node.is_null() {
        return Ok(false);
    }
    let wrong = Misfit::new(node, "a mapping");
    let map = node.as_map_mut().ok_or(wrong)?;
    let text = pair.value.text().unwrap_or_default();
    let mut new = pair.clone();
    new.value = Node::string(text, pair.value.origin.clone());
    let Some(old) = map.entry_mut(&pair.key) else {
        map.insert(new);
        return Ok(true);
    };
    if let (Some(old), Some(new)) = (old.value.as_scalar(), new.value.as_scalar_mut()) {
        new.quoted = old.quoted;
    }
    new.key_origin = over(&pair.key_origin, &old.key_origin);
    new.value.origin = over(&pair.value.origin, &old.value.origin);
    taken.note(&old.value.origin, &new.value);
    *old = new;
    Ok(true)
}
