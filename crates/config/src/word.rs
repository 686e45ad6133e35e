//! The words that choose checks: a check's name, a family, a profile.

use kubesift_engine::{Entry, Profile, all_checks, nearest};

/// A word that stands for checks.
#[derive(Debug, Clone, Copy)]
pub enum Word {
    /// All checks of a profile.
    Profile(Profile),
    /// All checks of a family.
    Family(&'static str),
    /// One check.
    Check(&'static Entry),
}

impl Word {
    /// The word for a text: a check, else a family, else a profile. `profile:NAME` is always the
    /// profile, for `reliability` and `hygiene` are families too.
    ///
    /// # Errors
    /// When nothing has that name: what is wrong, and what may be meant.
    pub fn parse(text: &str, entries: &'static [Entry]) -> Result<Self, (String, Option<String>)> {
        let profiles = || Profile::ALL.iter().map(|profile| profile.name());
        if let Some(name) = text.strip_prefix("profile:") {
            let unknown = || {
                let hint = nearest(name, profiles()).map(|meant| format!("profile:{meant}"));
                (format!("no profile is called `{name}`"), hint.map(|meant| did_you_mean(&meant)))
            };
            return Profile::parse(name).map(Self::Profile).ok_or_else(unknown);
        }
        let checks = all_checks(entries);
        if let Some(entry) = checks.clone().find(|entry| entry.name == text) {
            return Ok(Self::Check(entry));
        }
        if let Some(entry) = checks.clone().find(|entry| entry.family == text) {
            return Ok(Self::Family(entry.family));
        }
        if let Some(profile) = Profile::parse(text) {
            return Ok(Self::Profile(profile));
        }
        let known = checks.flat_map(|entry| [entry.name, entry.family]).chain(profiles());
        let hint = nearest(text, known).map(did_you_mean);
        let hint = hint.or_else(|| Some("`kubesift checks` lists all checks".to_owned()));
        Err((format!("no check, family or profile is called `{text}`"), hint))
    }

    /// True when the word stands for this check.
    pub fn takes(self, entry: &Entry) -> bool {
        match self {
            Self::Profile(profile) => entry.is_in(profile),
            Self::Family(family) => entry.family == family,
            Self::Check(check) => check.name == entry.name,
        }
    }

    /// How narrow the word is; the narrower wins within one layer.
    pub(crate) fn rank(self) -> u8 {
        match self {
            Self::Profile(_) => 0,
            Self::Family(_) => 1,
            Self::Check(_) => 2,
        }
    }
}

/// The ranks of words, widest first.
pub(crate) const RANKS: [u8; 3] = [0, 1, 2];

impl std::fmt::Display for Word {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Profile(profile) => write!(f, "profile:{profile}"),
            Self::Family(family) => f.write_str(family),
            Self::Check(entry) => f.write_str(entry.name),
        }
    }
}

/// The usual help for an unknown word.
pub(crate) fn did_you_mean(meant: &str) -> String {
    format!("did you mean `{meant}`?")
}
