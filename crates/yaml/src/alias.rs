//! Aliases and merge keys of one document, once its nodes are there: what they may stand for, and
//! how much they may unfold to.

use crate::arena::Arena;
use crate::decode;
use crate::scalar::{self, Scalar};
use crate::tree::{ErrorKind, Meta, Style, Typed, side};

/// A plain scalar's value as the side table keeps it.
pub(crate) fn typed_plain(text: &str) -> Typed {
    match scalar::resolve(text) {
        Scalar::Null => Typed::Null,
        Scalar::Bool(value) => Typed::Bool(value),
        Scalar::Int(value) => Typed::Int(value),
        Scalar::Uint(value) => Typed::Uint(value),
        Scalar::Float(value) => Typed::Float(value),
        Scalar::Str => Typed::Str(text.into()),
    }
}

/// The value of a scalar node that is being read; none for collections.
pub(crate) fn scalar_value(arena: &Arena, text: &str, node: u32) -> Option<Typed> {
    let raw = arena.nodes.get(node as usize)?;
    if raw.meta.has(Meta::TYPED) {
        return side(&arena.typed, node).cloned();
    }
    let written = || {
        if raw.meta.has(Meta::LAZY) {
            let kept = side(&arena.texts, node).and_then(|cell| cell.get());
            return kept.map_or_else(|| decode::decode(text, raw), |kept| kept.to_string());
        }
        let edge = u32::from(matches!(raw.meta.style(), Style::Single | Style::Double));
        let inner = text.get((raw.start + edge) as usize..(raw.end - edge) as usize);
        inner.unwrap_or_default().to_owned()
    };
    match raw.meta.style() {
        Style::Empty => Some(Typed::Null),
        Style::Plain => Some(typed_plain(&written())),
        Style::Single | Style::Double | Style::Literal | Style::Folded => {
            Some(Typed::Str(written().into()))
        }
        _ => None,
    }
}

/// Refuses merge keys whose value is no mapping and no list of mappings.
pub(crate) fn check_merges(arena: &mut Arena, merges: &[u32]) {
    for merge in merges {
        let raw = arena.nodes[*merge as usize];
        let fits = merge_fits(arena, *merge);
        if !fits && raw.meta.style() != Style::Error {
            let (start, end) = (raw.key_start, raw.key_start + u32::from(raw.key_len));
            arena.error(
                ErrorKind::Refused,
                (start, end),
                "a merge key takes a mapping, or a list of mappings",
                Some("point the alias at a mapping, or quote the key: \"<<\""),
            );
        }
    }
}

/// True when the value of a merge key is a mapping or a list of mappings.
pub(crate) fn merge_fits(arena: &Arena, merge: u32) -> bool {
    let raw = arena.nodes[merge as usize];
    if raw.meta.style() != Style::Seq {
        return is_map(arena, merge);
    }
    let mut at = merge + 1;
    while at < raw.next {
        if !is_map(arena, at) {
            return false;
        }
        at = arena.nodes[at as usize].next;
    }
    true
}

fn is_map(arena: &Arena, node: u32) -> bool {
    let raw = arena.nodes[node as usize];
    match raw.meta.style() {
        Style::Map => true,
        Style::Alias => side(&arena.aliases, node)
            .is_some_and(|target| arena.nodes[*target as usize].meta.style() == Style::Map),
        _ => false,
    }
}

/// The share of decoded nodes that may come from aliases, as in goyaml.v2.
fn allowed_share(decoded: u64) -> f64 {
    const LOW: u64 = 400_000;
    const HIGH: u64 = 4_000_000;
    match decoded {
        0..=LOW => 0.99,
        HIGH.. => 0.10,
        #[allow(clippy::cast_precision_loss)]
        _ => 0.99 - 0.89 * ((decoded - LOW) as f64 / (HIGH - LOW) as f64),
    }
}

/// Walks the document that starts at node `first` as goyaml.v2's decoder does, and stops where it
/// would: aliases then stand for nothing, so that no later walk unfolds them.
pub(crate) fn check_expansion(arena: &mut Arena, first: u32) {
    let from = arena.aliases.partition_point(|alias| alias.0 < first);
    if from == arena.aliases.len() {
        return;
    }
    let Some(at) = excess(arena, first) else { return };
    let raw = arena.nodes[at as usize];
    arena.error(
        ErrorKind::AliasBomb,
        (raw.start, raw.end),
        "the aliases of this document unfold to more than Kubernetes' reader allows",
        Some("write out what the aliases stand for, or use fewer of them"),
    );
    for alias in arena.aliases.drain(from..) {
        let raw = &mut arena.nodes[alias.0 as usize];
        raw.meta = raw.meta.restyled(Style::Error);
    }
}

/// The alias at which decoding becomes excessive.
pub(crate) fn excess(arena: &Arena, first: u32) -> Option<u32> {
    let end = arena.nodes.get(first as usize)?.next;
    // The document counts as a node.
    let (mut decoded, mut aliased) = (1u64, 0u64);
    let mut at = first;
    // Where to go on after an alias' target is walked: (end of the target, next node, alias).
    let mut back: Vec<(u32, u32, u32)> = Vec::new();
    let mut jumped = false;
    loop {
        while let Some((stop, next, _)) = back.last().copied()
            && at >= stop
        {
            at = next;
            back.pop();
        }
        if back.is_empty() && at >= end {
            return None;
        }
        let raw = arena.nodes.get(at as usize)?;
        // A key is decoded before its value, unless it is a merge key.
        let keys = u64::from(raw.meta.has(Meta::HAS_KEY) && !raw.meta.has(Meta::MERGE));
        // The target of an alias is decoded without its key.
        let keys = if std::mem::take(&mut jumped) { 0 } else { keys };
        decoded += 1 + keys;
        if !back.is_empty() {
            aliased += 1 + keys;
        }
        #[allow(clippy::cast_precision_loss)]
        let share = aliased as f64 / decoded as f64;
        if aliased > 100 && decoded > 1000 && share > allowed_share(decoded) {
            return Some(back.first().map_or(at, |(.., alias)| *alias));
        }
        let target = match raw.meta.style() {
            Style::Alias => side(&arena.aliases, at).copied(),
            _ => None,
        };
        match target {
            Some(target) => {
                let stop = arena.nodes.get(target as usize)?.next;
                back.push((stop, at + 1, at));
                at = target;
                jumped = true;
            }
            None => at += 1,
        }
    }
}
