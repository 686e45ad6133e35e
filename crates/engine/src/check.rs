//! What a check says about itself.

use kubesift_model::{Container, Graph, Pod, Resource};

use crate::finding::Safety;
use crate::opt::Opt;
use crate::out::Out;

/// How bad it is when it is true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Weakens a workload a little.
    Low,
    /// Should be mended.
    Medium,
    /// A way in, or a way to lose service.
    High,
    /// A way to take the node or the cluster.
    Critical,
}

impl Severity {
    /// One step less; information stays what it is.
    pub fn less(self) -> Self {
        match self {
            Self::Critical => Self::High,
            Self::High => Self::Medium,
            Self::Medium => Self::Low,
            Self::Low | Self::Info => Self::Info,
        }
    }
}

/// How sure it is that it is true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// May be intended, or settled elsewhere.
    Low,
    /// Likely.
    Medium,
    /// Follows from the text.
    High,
}

/// A named choice of checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Profile {
    /// What runs when nothing is said: findings worth a person's time in any repository.
    Default,
    /// Pod Security Standards, level baseline: together these checks give its verdict exactly.
    PssBaseline,
    /// Pod Security Standards, level restricted: together these checks give its verdict exactly.
    PssRestricted,
    /// CIS Kubernetes Benchmark.
    Cis,
    /// NSA/CISA Kubernetes Hardening Guide.
    Nsa,
    /// Keeping a service up.
    Reliability,
    /// Good order.
    Hygiene,
    /// Every check.
    All,
}

macro_rules! words {
    ($type:ty, $($variant:ident => $word:literal),+ $(,)?) => {
        impl $type {
            /// All values, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word for it in configuration and reports.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// The value of a word.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.name() == word)
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

words!(Severity, Info => "info", Low => "low", Medium => "medium", High => "high", Critical => "critical");
words!(Confidence, Low => "low", Medium => "medium", High => "high");
words!(Profile,
    Default => "default", PssBaseline => "pss-baseline", PssRestricted => "pss-restricted",
    Cis => "cis", Nsa => "nsa", Reliability => "reliability", Hygiene => "hygiene", All => "all",
);

/// Where a rule comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ref {
    /// Pod Security Standards, level baseline.
    PssBaseline,
    /// Pod Security Standards, level restricted.
    PssRestricted,
    /// A number of the CIS Kubernetes Benchmark: `5.2.2`.
    Cis(&'static str),
    /// A chapter of the NSA/CISA Kubernetes Hardening Guide.
    Nsa(&'static str),
    /// A weakness class: `250` for CWE-250.
    Cwe(u16),
    /// Another tool's check, `checkov:CKV_K8S_16`: its suppressions are honoured.
    Peer(&'static str),
    /// A page.
    Url(&'static str),
}

/// A minor version of Kubernetes 1: `Version(30)` is 1.30.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u16);

impl Version {
    /// The newest version that the checks know, and what is assumed when nothing is said.
    pub const NEWEST: Self = Self(37);

    /// From `1.30`, `v1.30`, `1.30.4`, `latest`.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "latest" {
            return Some(Self::NEWEST);
        }
        let mut parts = text.strip_prefix('v').unwrap_or(text).split('.');
        let (major, minor) = (parts.next()?, parts.next()?);
        let patch = parts.next().is_none_or(|patch| patch.parse::<u16>().is_ok());
        (major == "1" && patch && parts.next().is_none()).then(|| minor.parse().ok().map(Self))?
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "1.{}", self.0)
    }
}

/// What a check looks at, and the function that looks. Kinds are named as in
/// [`kubesift_model::Kind::is`]: `Service`, `apps/Deployment`; `*` is every kind.
#[derive(Debug, Clone, Copy)]
pub enum Run {
    /// Each resource of these kinds, alone.
    Resource(&'static [&'static str], fn(&Resource, &mut Out)),
    /// The pod of each workload.
    Pod(fn(&Pod, &mut Out)),
    /// Each container of each workload, of every role.
    Container(fn(&Container, &mut Out)),
    /// Each resource of these kinds, with everything of its build in view. It may report on the
    /// resource it was given only.
    Links(&'static [&'static str], fn(&Resource, &Graph, &mut Out)),
}

/// The facts of a check. Const data: `pub const CHECK: Check = Check { … ..Check::DEFAULT }`.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// How bad a finding is.
    pub severity: Severity,
    /// 0.1 to 10.0, the number that code scanning sorts by (`security-severity`).
    pub score: f32,
    /// How sure a finding is.
    pub confidence: Confidence,
    /// The profiles it belongs to, besides `all`.
    pub profiles: &'static [Profile],
    /// The version of kubesift that brought it.
    pub since: &'static str,
    /// Where the rule comes from.
    pub refs: &'static [Ref],
    /// Its settings.
    pub options: &'static [&'static Opt],
    /// Checks that say more of the same cause. Where one of them has a finding at the very same
    /// place, or of the same named cause ([`crate::Draft::cause`]) in the same build, a finding of
    /// this check is not shown by itself: the other one names it.
    pub yields_to: &'static [&'static str],
    /// The best fix it may offer.
    pub fix: Option<Safety>,
    /// What it looks at.
    pub run: Run,
}

impl Check {
    /// What most checks have in common. `run` must always be given.
    pub const DEFAULT: Self = Self {
        severity: Severity::Medium,
        score: 5.0,
        confidence: Confidence::High,
        profiles: &[Profile::Default],
        since: "0.1.0",
        refs: &[],
        options: &[],
        yields_to: &[],
        fix: None,
        run: Run::Resource(&[], |_, _| {}),
    };
}

/// A check, and what its place on disk says about it. Written by the build script of the checks.
#[derive(Debug)]
pub struct Entry {
    /// The check's name: its file name in kebab case.
    pub name: &'static str,
    /// The folder it lies in.
    pub family: &'static str,
    /// Its doc comment, as Markdown.
    pub docs: &'static str,
    /// Its file, relative to the repository.
    pub source: &'static str,
    /// Its facts.
    pub check: &'static Check,
}

impl Entry {
    /// The first line of the docs, without its full stop.
    pub fn title(&self) -> &'static str {
        self.docs.lines().next().unwrap_or_default().trim().trim_end_matches('.')
    }

    /// The docs without the title and without the examples: why, and what to do.
    pub fn prose(&self) -> String {
        let mut prose = String::new();
        let mut fenced = false;
        for line in self.docs.lines().skip(1) {
            if line.starts_with("```") {
                fenced = !fenced;
            } else if !fenced {
                prose.push_str(line);
                prose.push('\n');
            }
        }
        prose.trim().to_owned()
    }

    /// Where its page is.
    pub fn url(&self) -> String {
        format!("https://kubesift.dev/checks/{}", self.name)
    }

    /// True when the check belongs to a profile.
    pub fn is_in(&self, profile: Profile) -> bool {
        profile == Profile::All || self.check.profiles.contains(&profile)
    }

    /// The other tools' checks it answers: `checkov:CKV_K8S_16`.
    pub fn peers(&self) -> impl Iterator<Item = &'static str> {
        self.check.refs.iter().filter_map(|reference| match reference {
            Ref::Peer(peer) => Some(*peer),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_in_the_forms_people_write() {
        assert_eq!(Version::parse("1.30"), Some(Version(30)));
        assert_eq!(Version::parse("v1.9.4"), Some(Version(9)));
        assert_eq!(Version::parse("latest"), Some(Version::NEWEST));
        for wrong in ["", "1", "2.1", "1.x", "1.2.3.4", "1.2.x"] {
            assert_eq!(Version::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn words_and_values_are_each_others_inverse() {
        for profile in Profile::ALL {
            assert_eq!(Profile::parse(profile.name()), Some(*profile));
        }
        assert!(Severity::Critical > Severity::Info);
    }
}
