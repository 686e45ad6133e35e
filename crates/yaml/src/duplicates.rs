//! Keys that stand twice in one mapping, found when the mapping closes: by hash, so that a mapping
//! of a hundred thousand keys costs no more per key than a small one.

use crate::arena::Arena;
use crate::scalar::KeyKind;
use crate::tree::{Duplicate, Meta, Raw};

/// A key of an open mapping.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EntryKey {
    hash: u32,
    node: u32,
    kind: KeyKind,
}

impl EntryKey {
    pub fn new(key: &[u8], node: u32, kind: KeyKind) -> Self {
        Self { hash: hash(key), node, kind }
    }
}

/// Up to here comparing each with each is cheaper than sorting.
const PAIRWISE: usize = 24;

/// Multiply and rotate over 8-byte words: collisions only cost a comparison.
fn hash(key: &[u8]) -> u32 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut state = key.len() as u64;
    let (words, rest) = key.as_chunks::<8>();
    for word in words {
        state = (state.rotate_left(5) ^ u64::from_le_bytes(*word)).wrapping_mul(FACTOR);
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    state = (state.rotate_left(5) ^ u64::from_le_bytes(last)).wrapping_mul(FACTOR);
    (state >> 32) as u32
}

impl Arena {
    /// Looks at the keys pushed since `from`, which are those of mapping `map`, and drops them.
    pub fn close_keys(&mut self, text: &str, map: u32, from: usize) {
        let count = self.entries.len() - from;
        if count > PAIRWISE {
            self.close_many(text, map, from);
        } else if count > 1 {
            for later in from + 1..from + count {
                let hash = self.entries[later].hash;
                for earlier in (from..later).rev() {
                    if self.entries[earlier].hash == hash && self.meet(text, map, earlier, later) {
                        break;
                    }
                }
            }
        }
        self.entries.truncate(from);
    }

    fn close_many(&mut self, text: &str, map: u32, from: usize) {
        self.entries[from..].sort_unstable_by_key(|entry| (entry.hash, entry.node));
        let mut group = from;
        for later in from + 1..self.entries.len() {
            if self.entries[group].hash != self.entries[later].hash {
                group = later;
                continue;
            }
            // Different keys rarely share a hash; the bound keeps a crafted file linear.
            let first = group.max(later.saturating_sub(PAIRWISE));
            for earlier in (first..later).rev() {
                if self.meet(text, map, earlier, later) {
                    break;
                }
            }
        }
    }

    /// True when two keys of a mapping are the same text.
    fn meet(&mut self, text: &str, map: u32, earlier: usize, later: usize) -> bool {
        let (earlier, later) = (self.entries[earlier], self.entries[later]);
        let (first, second) = (self.nodes[earlier.node as usize], self.nodes[later.node as usize]);
        if self.key_text(text, earlier.node, &first) != self.key_text(text, later.node, &second) {
            return false;
        }
        let raw = &mut self.nodes[map as usize];
        raw.meta = raw.meta.with(Meta::HAS_DUPLICATES);
        if earlier.kind == later.kind && earlier.kind != KeyKind::Nan {
            let place =
                |raw: &Raw| self.span(raw.key_start, raw.key_start + u32::from(raw.key_len));
            let found =
                Duplicate { first: place(&first), second: place(&second), document: self.document };
            self.duplicates.push(found);
        }
        true
    }

    fn key_text<'t>(&'t self, text: &'t str, node: u32, raw: &Raw) -> &'t str {
        if raw.meta.has(Meta::KEY_SIDE) {
            return crate::tree::side(&self.keys, node).map_or("", |key| key);
        }
        raw.key_in(text)
    }
}
