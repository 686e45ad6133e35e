//! `commonAnnotations` and AnnotationsTransformer.

use crate::fieldspec::FieldSpec;
use crate::resource::Resource;
use crate::tree::Node;
use crate::trouble::Trouble;

/// Sets annotations in every field that the specs lead to. Gives the number of annotations set.
pub(crate) fn apply(
    pairs: &Node,
    specs: &[FieldSpec],
    resources: &mut [Resource],
    troubles: &mut Vec<Trouble>,
) -> usize {
    let Some(pairs) = pairs.as_map() else { return 0 };
    super::set_pairs(pairs, specs, "the annotations transformer", resources, troubles)
}
