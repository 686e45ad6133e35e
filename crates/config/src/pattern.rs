//! Globs of the configuration: of paths, as in `.gitignore`, and of names.

use globset::{GlobBuilder, GlobMatcher};
use kubesift_engine::model::Kind;

/// A glob of paths, relative to the folder of the file that holds it. As in `.gitignore`: without a
/// slash (but at its end) it matches in every folder, and what matches a folder matches all below.
#[derive(Debug, Clone)]
pub struct PathPattern {
    text: String,
    /// The folder of the configuration file, from the project root; empty for the root.
    folder: String,
    own: GlobMatcher,
    below: GlobMatcher,
}

fn compile(text: &str, separator: bool) -> Result<GlobMatcher, String> {
    let glob = GlobBuilder::new(text).literal_separator(separator).backslash_escape(true).build();
    glob.map(|glob| glob.compile_matcher()).map_err(|error| error.kind().to_string())
}

impl PathPattern {
    /// Reads a pattern of a configuration file in `folder`.
    ///
    /// # Errors
    /// When it is no glob: why.
    pub fn new(text: &str, folder: &str) -> Result<Self, String> {
        if text.starts_with('!') {
            return Err("a pattern cannot be turned round with `!`".to_owned());
        }
        let bare = text.trim_end_matches('/');
        let anchored = bare.trim_start_matches("./").trim_start_matches('/');
        if anchored.is_empty() {
            return Err("it is empty".to_owned());
        }
        let glob = if bare.contains('/') { anchored.to_owned() } else { format!("**/{anchored}") };
        Ok(Self {
            text: text.to_owned(),
            folder: folder.trim_matches('/').to_owned(),
            own: compile(&glob, true)?,
            below: compile(&format!("{glob}/**"), true)?,
        })
    }

    /// True for a path from the project root, with forward slashes, of a file or a folder.
    pub fn matches(&self, path: &str) -> bool {
        let path = match below(path, &self.folder) {
            Some(path) => path,
            None => return false,
        };
        self.own.is_match(path) || self.below.is_match(path)
    }

    /// True for a path in or below the folder of the file that holds the pattern.
    pub fn covers(&self, path: &str) -> bool {
        below(path, &self.folder).is_some()
    }

    /// The folder of the file that holds the pattern, from the project root.
    pub fn folder(&self) -> &str {
        &self.folder
    }

    /// True for the template of a `# Source:` comment, which is relative to nothing that is known;
    /// only patterns of the project's own file are asked.
    pub fn matches_template(&self, template: &str) -> bool {
        self.folder.is_empty() && self.matches(template)
    }

    /// As it is written.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// The path from `folder` on, when it lies below.
pub(crate) fn below<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    if folder.is_empty() {
        return Some(path);
    }
    path.strip_prefix(folder)?.strip_prefix('/')
}

/// A glob of names, in which `*` stands for anything, slashes included.
#[derive(Debug, Clone)]
pub struct TextPattern {
    text: String,
    glob: GlobMatcher,
}

impl TextPattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// When it is no glob: why.
    pub fn new(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Err("it is empty".to_owned());
        }
        Ok(Self { text: text.to_owned(), glob: compile(text, false)? })
    }

    /// True when the whole name matches.
    pub fn matches(&self, name: &str) -> bool {
        self.glob.is_match(name)
    }

    /// As it is written.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// A kind, `Deployment` of any group or `apps/Deployment`; a glob too.
#[derive(Debug, Clone)]
pub struct KindPattern {
    group: Option<TextPattern>,
    kind: TextPattern,
}

impl KindPattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// When it is no glob: why.
    pub fn new(text: &str) -> Result<Self, String> {
        let (group, kind) = match text.rsplit_once('/') {
            Some((group, kind)) => (Some(TextPattern::new(group)?), kind),
            None => (None, text),
        };
        Ok(Self { group, kind: TextPattern::new(kind)? })
    }

    /// True for a kind that it matches, of any version.
    pub fn matches(&self, kind: &Kind) -> bool {
        self.group.as_ref().is_none_or(|group| group.matches(&kind.group))
            && self.kind.matches(&kind.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_match_as_in_gitignore() {
        for (pattern, path, matches) in [
            ("vendor", "vendor", true),
            ("vendor", "a/vendor/b.yaml", true),
            ("vendor/", "a/vendor/b.yaml", true),
            ("vendor", "a/vendored/b.yaml", false),
            ("/vendor", "a/vendor/b.yaml", false),
            ("./vendor", "vendor/b.yaml", true),
            ("a/vendor", "x/a/vendor/b.yaml", false),
            ("**/charts/**", "x/charts/y/z.yaml", true),
            ("*.json", "x/y.json", true),
            ("k8s/*.yaml", "k8s/a.yaml", true),
            ("k8s/*.yaml", "k8s/b/a.yaml", false),
            ("k8s/**/*.yaml", "k8s/b/a.yaml", true),
            ("{dev,test}/**", "dev/a.yaml", true),
            ("a[!b].yaml", "ac.yaml", true),
        ] {
            let pattern = PathPattern::new(pattern, "").expect("a glob");
            assert_eq!(pattern.matches(path), matches, "{} {path}", pattern.text());
        }
        let below = PathPattern::new("vendor/*.yaml", "apps/web").expect("a glob");
        assert!(below.matches("apps/web/vendor/a.yaml"));
        assert!(!below.matches("vendor/a.yaml"));
        assert!(!below.matches_template("vendor/a.yaml"));
    }

    #[test]
    fn wrong_globs_say_why() {
        for (pattern, why) in [
            ("a[", "unclosed character class; missing ']'"),
            ("!a", "a pattern cannot be turned round with `!`"),
            ("/", "it is empty"),
        ] {
            assert_eq!(PathPattern::new(pattern, "").map(|_| ()), Err(why.to_owned()));
        }
    }

    #[test]
    fn names_and_kinds() {
        let image = TextPattern::new("docker.io/istio/*").expect("a glob");
        assert!(image.matches("docker.io/istio/proxyv2:1.20@sha256:00"));
        let kind = KindPattern::new("apps/*Set").expect("a glob");
        assert!(kind.matches(&Kind::new("apps/v1", "DaemonSet")));
        assert!(!kind.matches(&Kind::new("apps.kruise.io/v1", "DaemonSet")));
        assert!(KindPattern::new("Pod").expect("a glob").matches(&Kind::new("v1", "Pod")));
    }
}
