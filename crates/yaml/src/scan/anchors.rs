//! Anchors and aliases as people write them: `key: &name value`, `- &name`, `*name`, `<<: *name`.
//! Anchors of keys, and whatever the reader refuses, are for granit.

use super::{Declined, Pending, Scanned, Scanner};
use crate::alias;
use crate::tree::{Meta, Style};

impl Scanner<'_, '_> {
    /// The end of the name whose sign stands at `at`; a blank or the line's end must follow, or in
    /// brackets what may follow a value there.
    fn name_end(&self, at: usize, in_flow: bool) -> Scanned<usize> {
        let name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let rest = self.bytes.get(at + 1..).unwrap_or_default();
        let len = rest.iter().take_while(|byte| name(byte)).count();
        let end = at + 1 + len;
        let stops = self.is_blank_or_end(end)
            || in_flow && matches!(self.byte(end), Some(b',' | b']' | b'}'));
        if len > 0 && stops { Ok(end) } else { Err(Declined) }
    }

    /// Reads `&name` for the node that comes next, and moves to what follows it on the line.
    fn anchor(&mut self) -> Scanned<usize> {
        let end = self.name_end(self.at, false)?;
        self.anchor = Some(self.text.get(self.at + 1..end).ok_or(Declined)?);
        let mut at = end;
        while self.byte(at) == Some(b' ') {
            at += 1;
        }
        self.at = at;
        Ok(end)
    }

    /// True when nothing but a comment follows on the line.
    fn line_is_over(&self) -> bool {
        matches!(self.byte(self.at), None | Some(b'\n' | b'\r' | b'#'))
    }

    /// `key: &name …`
    pub(super) fn anchored_value(&mut self) -> Scanned {
        let end = self.anchor()?;
        if self.line_is_over() {
            self.value_place = end as u32;
            self.at = end;
            return self.finish_line();
        }
        if self.is_dash(self.at) || matches!(self.byte(self.at), Some(b'&' | b'*')) {
            return Err(Declined);
        }
        self.value()
    }

    /// `- &name …`
    pub(super) fn anchored_item(&mut self) -> Scanned {
        let end = self.anchor()?;
        if self.line_is_over() {
            self.pending = Pending::Item(end as u32);
            self.at = end;
            return self.finish_line();
        }
        if self.is_dash(self.at) || matches!(self.byte(self.at), Some(b'&' | b'*')) {
            return Err(Declined);
        }
        // Before `key: value` the anchor would be the key's: a colon ends a value in an error.
        self.value()
    }

    /// `*name` as a value.
    pub(super) fn alias(&mut self, in_flow: bool) -> Scanned {
        let start = self.at;
        let end = self.name_end(start, in_flow)?;
        let name = self.text.get(start + 1..end).ok_or(Declined)?;
        let target = *self.anchors.get(name).ok_or(Declined)?;
        // Zero while the collection is open: the alias would hold itself.
        if self.arena.nodes.get(target as usize).is_none_or(|raw| raw.next == 0) {
            return Err(Declined);
        }
        let node = self.push(Style::Alias, (start as u32, end as u32), 0);
        self.arena.aliases.push((node, target));
        self.at = end;
        Ok(())
    }

    /// Notes that a node is anchored, or the value of a merge key.
    pub(super) fn mark(&mut self, node: u32, merge: bool) {
        if let Some(name) = self.anchor.take() {
            let raw = &mut self.arena.nodes[node as usize];
            raw.meta = raw.meta.with(Meta::ANCHORED);
            self.anchors.insert(name, node);
        }
        if merge && let Some(map) = self.levels.last() {
            let raw = &mut self.arena.nodes[map.node as usize];
            raw.meta = raw.meta.with(Meta::HAS_MERGE);
            self.merges.push(node);
        }
    }

    /// Declines what the reader refuses of aliases and merge keys.
    pub(super) fn check_aliases(&self) -> Scanned {
        let fits = self.merges.iter().all(|merge| alias::merge_fits(self.arena, *merge));
        let used = self.arena.aliases.last().is_some_and(|alias| alias.0 >= self.first);
        if !fits || used && alias::excess(self.arena, self.first).is_some() {
            return Err(Declined);
        }
        Ok(())
    }
}
