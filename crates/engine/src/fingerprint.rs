//! The identity of a finding across runs, stable under edits elsewhere in the file.

use crate::finding::Finding;

/// A 128-bit hash of check, kind, namespace, name and the path inside the object with list keys in
/// place of positions; of check and [`crate::Matter::about`] where there is such. No line and no
/// offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(pub u128);

impl std::fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

// FNV-1a: small, the same on every machine and for ever. Nobody attacks it here.
const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

impl Fingerprint {
    /// Not computed yet.
    pub const NONE: Self = Self(0);

    /// Hashes parts; no part runs into the next.
    pub fn of<'a>(parts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut hash = OFFSET;
        let mut eat = |byte: u8| hash = (hash ^ u128::from(byte)).wrapping_mul(PRIME);
        for part in parts {
            part.bytes().for_each(&mut eat);
            eat(0xff);
        }
        Self(hash)
    }

    /// From its 32 digits, as they are shown.
    pub fn parse(text: &str) -> Option<Self> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let is_shown = text.len() == 32 && text.bytes().all(is_digit);
        is_shown.then(|| u128::from_str_radix(text, 16).ok().map(Self))?
    }

    /// Of a finding: `ordinal` tells apart findings that agree in everything else.
    pub fn of_finding(finding: &Finding, path: &str, ordinal: usize) -> Self {
        let ordinal = ordinal.to_string();
        if let Some(about) = &finding.about {
            return Self::of([finding.check.name, about, &ordinal]);
        }
        let stable = finding.stable_path.as_deref();
        let mut parts = vec![finding.check.name, stable.unwrap_or(&finding.message), &ordinal];
        match &finding.subject {
            Some(subject) => {
                // The version is left out: a move from v1beta1 to v1 is the same object.
                parts.extend([
                    subject.api_version.rsplit_once('/').map_or("", |(group, _)| group),
                    &subject.kind,
                    subject.namespace.as_deref().unwrap_or(""),
                    // An object without a name has its file for one.
                    subject.name.as_deref().unwrap_or(path),
                ]);
            }
            None => parts.push(path),
        }
        Self::of(parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(Fingerprint::of(["ab", "c"]), Fingerprint::of(["a", "bc"]));
        assert_eq!(Fingerprint::of(["ab"]), Fingerprint::of(["ab"]));
    }

    #[test]
    fn the_hash_is_a_promise() {
        assert_eq!(Fingerprint::of(["a"]).to_string().len(), 32);
    }
}
