//! The order of keys in printed YAML: goyaml.v2's, where numbers in keys count as numbers and letters
//! come after everything else.

use std::cmp::Ordering;

use crate::tree::{Entry, Map};

/// The entries of a mapping in the order that they are printed in.
pub(super) fn sorted(map: &Map) -> Vec<&Entry> {
    let mut entries: Vec<&Entry> = map.entries().iter().collect();
    // Almost every mapping is in order as it is: bytes and characters differ for digits and signs.
    if !entries.is_sorted_by(|a, b| compare(&a.key, &b.key) != Ordering::Greater) {
        merge_sort(&mut entries);
    }
    entries
}

/// A stable sort that takes any comparison: the rule for digits is not known to be an order for all
/// texts, and the library's sort may panic over one that is none.
fn merge_sort(entries: &mut Vec<&Entry>) {
    let mut width = 1;
    while width < entries.len() {
        let mut merged = Vec::with_capacity(entries.len());
        for pair in entries.chunks(2 * width) {
            let (left, right) = pair.split_at(width.min(pair.len()));
            let (mut left, mut right) = (left.iter().peekable(), right.iter().peekable());
            while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
                let from_right = compare(&b.key, &a.key) == Ordering::Less;
                merged.extend(if from_right { right.next() } else { left.next() });
            }
            merged.extend(left.chain(right));
        }
        *entries = merged;
        width *= 2;
    }
}

/// Compares two keys at the first character in which they differ.
fn compare(a: &str, b: &str) -> Ordering {
    let same = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    // Back to the start of a character that differs only in its later bytes.
    let at = a.floor_char_boundary(same).min(b.floor_char_boundary(same));
    let (before, rest_a) = a.split_at(at);
    let rest_b = b.get(at..).unwrap_or_default();
    let (Some(first_a), Some(first_b)) = (rest_a.chars().next(), rest_b.chars().next()) else {
        return a.len().cmp(&b.len());
    };
    match (first_a.is_alphabetic(), first_b.is_alphabetic()) {
        (true, true) => return first_a.cmp(&first_b),
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    // Behind digits that are not all zero a zero is one more digit, not the first of a number.
    let digits = before.bytes().rev().take_while(u8::is_ascii_digit);
    let goes_on = (first_a == '0' || first_b == '0') && digits.into_iter().any(|byte| byte != b'0');
    let (value_a, count_a) = number(rest_a, goes_on);
    let (value_b, count_b) = number(rest_b, goes_on);
    value_a.cmp(&value_b).then(count_a.cmp(&count_b)).then(first_a.cmp(&first_b))
}

/// Value and length of the digits at the start; the value wraps as Go's does.
fn number(text: &str, goes_on: bool) -> (i64, usize) {
    let digits = text.bytes().take_while(u8::is_ascii_digit);
    digits.fold((i64::from(goes_on), 0), |(value, count), digit| {
        (value.wrapping_mul(10).wrapping_add(i64::from(digit - b'0')), count + 1)
    })
}

#[cfg(test)]
mod tests {
    use kubesift_source::{FileId, Origin, Span};

    use super::*;
    use crate::tree::Node;

    fn check(keys: &str) {
        let origin = Origin::plain(Span::new(FileId(0), 0, 0));
        let entry = |key| Entry::new(key, origin.clone(), Node::string("", origin.clone()));
        let map: Map = keys.split(' ').map(entry).collect();
        let found: Vec<&str> = sorted(&map).iter().map(|entry| entry.key.as_str()).collect();
        assert_eq!(found.join(" "), keys);
    }

    #[test]
    fn numbers_count_and_letters_come_last() {
        check("a1 a2 a10 a10b a11");
        check("a.b a/b a_b aA ab aé");
        check("1 2 10 B a");
        check("a1 a01 a2 a02");
        check("a100 a101 a110 b");
        check("key key-1 key-2 key-10 key1 keyB keyb");
    }
}
