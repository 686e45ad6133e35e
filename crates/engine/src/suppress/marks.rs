//! Which texts may hold a suppression at all, by their bytes: one pass over a text in place of a walk
//! over its comments, annotations and labels.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

/// One of these is in every suppression of another tool.
const FOREIGN: [&str; 14] = [
    "trivy:",
    "tfsec:",
    "kics-scan",
    "checkov",
    "bridgecrew",
    "ts:skip=",
    "kube-linter.io",
    "kube-score",
    "polaris.fairwinds.com",
    "runterrascan.io",
    "datree.skip",
    "monokle.io",
    "kubeaudit.io",
    "audit.kubernetes.io",
];

/// The end of our name, which may be written in any case of letters. Other words seldom hold it.
const OWN: &str = "sift";

static SEARCH: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let cases = (0..1_u32 << OWN.len()).map(|upper| {
        let letter = |(at, letter): (usize, char)| {
            if upper >> at & 1 == 1 { letter.to_ascii_uppercase() } else { letter }
        };
        OWN.chars().enumerate().map(letter).collect()
    });
    let words = FOREIGN.iter().map(|word| (*word).to_owned()).chain(cases);
    // Of the ways to match, this one looks at many bytes at once.
    let builder = &mut AhoCorasick::builder();
    builder.match_kind(MatchKind::LeftmostFirst).build(words.collect::<Vec<String>>()).ok()
});

/// True when a suppression may stand in a text: all others have not to be looked through. Cheap, and
/// to be remembered with the text.
pub fn may_hold_suppression(text: &str) -> bool {
    // Without a way to search, every text is looked at; and behind an escape may be anything.
    SEARCH.as_ref().is_none_or(|search| search.is_match(text)) || has_escape(text.as_bytes())
}

/// True for text with an escape of a character.
fn has_escape(text: &[u8]) -> bool {
    let next = |at: usize| text.get(at + 1).copied().unwrap_or_default();
    memchr::memchr_iter(b'\\', text).any(|at| matches!(next(at), b'x' | b'u' | b'U'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_seen_in_any_case_and_behind_escapes() {
        for text in [
            "# kubesift: ignore[x]",
            "# KubeSIFT ignore[x]",
            "a:\n  x.kubesift.dev/ignore.y: z",
            "# checkov:skip=CKV_1: no",
            "#trivy:ignore:KSV001",
            "ignore-check.kube-linter.io/x: y",
            "\"kubes\\u0069ft.dev/ignore.x\": y",
            "\"kubes\\x69ft.dev/ignore.x\": y",
            "container.audit.kubernetes.io/web.allow-privileged: x",
        ] {
            assert!(may_hold_suppression(text), "{text}");
        }
        let plain = "apiVersion: v1\nkind: Pod\n# a comment\nmetadata: {name: \"a\\n\"}\n";
        assert!(!may_hold_suppression(plain));
    }
}
