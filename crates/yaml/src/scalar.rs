//! What a scalar's text means to Kubernetes' reader.

use crate::tree::{Raw, Tree};

/// The type of a plain scalar.
pub(crate) enum Scalar { Null, Bool(bool), Int(i64), Uint(u64), Float(f64), Str }

/// Types a plain scalar's text.
pub(crate) fn resolve(text: &str) -> Scalar {
    let _ = text;
    todo!()
}

/// Decodes the text of a scalar whose bytes are not its text.
pub(crate) fn decode(tree: &Tree, raw: &Raw) -> String {
    let _ = (tree, raw);
    todo!()
}
