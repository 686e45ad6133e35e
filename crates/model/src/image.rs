//! Image references taken apart: `registry:5000/team/app:1.2@sha256:…`. Whether a part is good
//! enough is left to checks.
//!
//! The grammar and the normalisation are those of github.com/distribution/reference, which the
//! kubelet and every container runtime use.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use crate::unknown::{Known, is_upper_name, known};

/// One part of a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part<'a> {
    /// The part without the sign that leads it in: `1.2`, not `:1.2`.
    pub text: &'a str,
    /// Where it begins: a byte offset into the reference.
    pub start: usize,
}

impl Part<'_> {
    /// Its bytes in the reference.
    pub fn range(&self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }
}

/// An image reference and its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageRef<'a> {
    /// The whole reference.
    pub text: &'a str,
    /// Host, and port if there is one: `registry:5000`. None when it is left out (Docker Hub).
    pub registry: Option<Part<'a>>,
    /// The repository within the registry, as it is written: `team/app`.
    pub path: Part<'a>,
    /// The tag, `1.2`.
    pub tag: Option<Part<'a>>,
    /// The digest with its algorithm, `sha256:…`.
    pub digest: Option<Part<'a>>,
}

/// Why and where a text is no image reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageError {
    /// Why.
    pub kind: ImageErrorKind,
    /// Where: bytes of the text.
    pub at: Range<usize>,
}

/// Why a text is no image reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageErrorKind {
    /// There is no text.
    Empty,
    /// A part is filled in later, so nothing can be said: no mistake.
    Unknown(Known),
    /// White space before or after the reference.
    Whitespace,
    /// A URL scheme, `https://`.
    Scheme,
    /// 64 hexadecimal digits, which would be taken for an image's id.
    Identifier,
    /// The registry is no host name.
    Registry,
    /// The registry's port is no number.
    Port,
    /// A capital letter in the repository.
    Uppercase,
    /// Nothing between two slashes, or before or after them.
    EmptyComponent,
    /// A character that a repository cannot hold.
    Character(char),
    /// `.`, `_` or `-` at the edge of a component, or next to each other.
    Separator,
    /// The repository has more than 255 characters.
    TooLong,
    /// Nothing after the colon.
    EmptyTag,
    /// A character that a tag cannot hold, or cannot begin with.
    TagCharacter(char),
    /// The tag has more than 128 characters.
    TagTooLong,
    /// Not `algorithm:hexadecimal digits`.
    Digest,
    /// An algorithm that no runtime knows.
    DigestAlgorithm,
    /// Too many or too few digits for the algorithm.
    DigestLength {
        /// How many digits the algorithm has.
        expected: usize,
    },
}

impl ImageError {
    /// True when a part of the text is filled in later: not a mistake.
    pub fn is_unknown(&self) -> bool {
        matches!(self.kind, ImageErrorKind::Unknown(_))
    }
}

impl fmt::Display for ImageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            ImageErrorKind::Empty => f.write_str("is empty"),
            ImageErrorKind::Unknown(_) => f.write_str("is filled in later"),
            ImageErrorKind::Whitespace => f.write_str("has white space around it"),
            ImageErrorKind::Scheme => f.write_str("begins with a URL scheme"),
            ImageErrorKind::Identifier => f.write_str("is 64 hexadecimal digits, an image id"),
            ImageErrorKind::Registry => f.write_str("has a registry that is no host name"),
            ImageErrorKind::Port => f.write_str("has a registry port that is no number"),
            ImageErrorKind::Uppercase => {
                f.write_str("has a capital letter in the repository, which must be lower case")
            }
            ImageErrorKind::EmptyComponent => f.write_str("has an empty path component"),
            ImageErrorKind::Character(found) => {
                write!(f, "has `{}` in the repository", found.escape_debug())
            }
            ImageErrorKind::Separator => {
                f.write_str("has a separator at the edge of a path component, or two in a row")
            }
            ImageErrorKind::TooLong => f.write_str("has a repository of over 255 characters"),
            ImageErrorKind::EmptyTag => f.write_str("has a colon without a tag"),
            ImageErrorKind::TagCharacter(found) => {
                write!(f, "has `{}` in the tag", found.escape_debug())
            }
            ImageErrorKind::TagTooLong => f.write_str("has a tag of over 128 characters"),
            ImageErrorKind::Digest => {
                f.write_str("has a digest that is not `algorithm:hexadecimal digits`")
            }
            ImageErrorKind::DigestAlgorithm => {
                f.write_str("has a digest by an algorithm other than sha256, sha384 or sha512")
            }
            ImageErrorKind::DigestLength { expected } => {
                write!(f, "has a digest that does not have {expected} digits")
            }
        }
    }
}

impl std::error::Error for ImageError {}

/// The registry that is meant when none is given.
const DEFAULT_REGISTRY: &str = "docker.io";

impl<'a> ImageRef<'a> {
    /// Takes a reference apart.
    ///
    /// # Errors
    /// When the text breaks the reference grammar: the first mistake from the left. A text with a
    /// placeholder gives [`ImageErrorKind::Unknown`].
    pub fn parse(text: &'a str) -> Result<Self, ImageError> {
        let all = 0..text.len();
        check_whole(text)?;
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => (rest, Some(Part { text: digest, start: rest.len() + 1 })),
            None => (text, None),
        };
        let registry = registry_of(rest);
        let path_start = registry.map_or(0, |registry| registry.text.len() + 1);
        let remainder = rest.get(path_start..).unwrap_or_default();
        // A colon before the last slash belongs to no tag; the path's check reports it.
        let last = remainder.rfind('/').map_or(0, |slash| slash + 1);
        let colon = remainder.get(last..).and_then(|name| name.find(':')).map(|at| last + at);
        let (path, tag) = match colon.and_then(|at| remainder.split_at_checked(at)) {
            Some((path, tag)) => {
                let tag = tag.get(1..).unwrap_or_default();
                (path, Some(Part { text: tag, start: path_start + path.len() + 1 }))
            }
            None => (remainder, None),
        };
        let path = Part { text: path, start: path_start };
        if let Some(registry) = registry {
            check_registry(registry.text)?;
        }
        check_path(path)?;
        if let Some(tag) = tag {
            check_tag(tag, all.end)?;
        }
        if let Some(digest) = digest {
            check_digest(digest)?;
        }
        Ok(Self { text, registry, path, tag, digest })
    }

    /// The tag that is pulled: `latest` when there is neither tag nor digest. None when a digest
    /// alone says which image.
    pub fn tag_or_latest(&self) -> Option<&'a str> {
        match (self.tag, self.digest) {
            (Some(tag), _) => Some(tag.text),
            (None, None) => Some("latest"),
            (None, Some(_)) => None,
        }
    }

    /// True when a digest says which image: whoever moves the tag, the same bytes run.
    pub fn is_pinned(&self) -> bool {
        self.digest.is_some()
    }

    /// The registry: `docker.io` when none is given, and for its old name `index.docker.io`.
    pub fn registry_or_default(&self) -> &'a str {
        match self.registry {
            Some(registry) if registry.text != "index.docker.io" => registry.text,
            _ => DEFAULT_REGISTRY,
        }
    }

    /// The repository within the registry: `library/nginx` for `nginx` of Docker Hub.
    pub fn normalized_path(&self) -> Cow<'a, str> {
        if self.registry_or_default() == DEFAULT_REGISTRY && !self.path.text.contains('/') {
            return Cow::Owned(format!("library/{}", self.path.text));
        }
        Cow::Borrowed(self.path.text)
    }

    /// Registry and repository without tag and digest: `docker.io/library/nginx` for `nginx`.
    pub fn normalized_repository(&self) -> String {
        format!("{}/{}", self.registry_or_default(), self.normalized_path())
    }

    /// The last component of the path: `app` of `registry:5000/team/app:1.2`.
    pub fn name(&self) -> &'a str {
        self.path.text.rsplit('/').next().unwrap_or_default()
    }

    /// The pull policy that the API server fills in when none is stated: `Always` for the tag
    /// `latest` (stated or not), else `IfNotPresent`. A digest alone gives `IfNotPresent`.
    pub fn default_pull_policy(&self) -> &'static str {
        if self.tag_or_latest() == Some("latest") { "Always" } else { "IfNotPresent" }
    }
}

impl fmt::Display for ImageRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}

fn error<T>(kind: ImageErrorKind, at: Range<usize>) -> Result<T, ImageError> {
    Err(ImageError { kind, at })
}

fn check_whole(text: &str) -> Result<(), ImageError> {
    let all = 0..text.len();
    if text.is_empty() {
        return error(ImageErrorKind::Empty, all);
    }
    // `IMAGE_URL` and `{IMAGE}` are no placeholders elsewhere, but an image has no capitals.
    let name = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(text);
    let known = if is_upper_name(name) { Known::Placeholder } else { known(text) };
    if !known.is_literal() {
        return error(ImageErrorKind::Unknown(known), all);
    }
    let after = text.trim_end().len();
    if after < text.len() {
        return error(ImageErrorKind::Whitespace, after..text.len());
    }
    let before = text.len() - text.trim_start().len();
    if before > 0 {
        return error(ImageErrorKind::Whitespace, 0..before);
    }
    let mut colons = text.match_indices(':').map(|(at, _)| at);
    if let Some(at) = colons.find(|at| text.get(at + 1..).is_some_and(|r| r.starts_with("//"))) {
        return error(ImageErrorKind::Scheme, 0..at + 3);
    }
    if text.len() == 64 && text.bytes().all(is_lower_hex) {
        return error(ImageErrorKind::Identifier, all);
    }
    Ok(())
}

/// The first component is a registry when it has a dot, a colon or a capital letter, or is
/// `localhost`.
fn registry_of(text: &str) -> Option<Part<'_>> {
    let (first, _) = text.split_once('/')?;
    let is_host =
        first == "localhost" || first.contains(['.', ':']) || first.chars().any(char::is_uppercase);
    is_host.then_some(Part { text: first, start: 0 })
}

/// Upstream takes `my_registry.io/app`, whose first component is no host name, for a path without
/// any registry, which nothing can pull; here it is a mistake in the registry.
fn check_registry(registry: &str) -> Result<(), ImageError> {
    let (host, port) = match registry.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, port)) => {
            if address.is_empty() || !address.bytes().all(|b| b.is_ascii_hexdigit() || b == b':') {
                return error(ImageErrorKind::Registry, 0..registry.len());
            }
            (address.len() + 2, port)
        }
        None => {
            let host = registry.find(':').unwrap_or(registry.len());
            let (name, port) = registry.split_at_checked(host).unwrap_or((registry, ""));
            if !name.split('.').all(is_domain_component) {
                return error(ImageErrorKind::Registry, 0..host);
            }
            (host, port)
        }
    };
    let digits = port.strip_prefix(':');
    let is_port = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if !port.is_empty() && !digits.is_some_and(is_port) {
        return error(ImageErrorKind::Port, host..registry.len());
    }
    Ok(())
}

fn is_domain_component(component: &str) -> bool {
    !component.is_empty()
        && !component.starts_with('-')
        && !component.ends_with('-')
        && component.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// The repository's longest length in bytes.
const PATH_LENGTH: usize = 255;

fn check_path(path: Part<'_>) -> Result<(), ImageError> {
    let mut start = path.start;
    for component in path.text.split('/') {
        if component.is_empty() {
            let at = start.saturating_sub(1)..start.max(1);
            return error(ImageErrorKind::EmptyComponent, at);
        }
        check_component(component, start)?;
        start += component.len() + 1;
    }
    if path.text.len() > PATH_LENGTH {
        return error(ImageErrorKind::TooLong, path.range());
    }
    Ok(())
}

/// Lower-case letters and digits, with `.`, `_`, `__` or any number of `-` between them.
fn check_component(component: &str, start: usize) -> Result<(), ImageError> {
    for (at, found) in component.char_indices() {
        if found.is_uppercase() {
            let at = start + at;
            return error(ImageErrorKind::Uppercase, at..at + found.len_utf8());
        }
        if !found.is_ascii_lowercase() && !found.is_ascii_digit() && !"._-".contains(found) {
            let at = start + at;
            return error(ImageErrorKind::Character(found), at..at + found.len_utf8());
        }
    }
    let mut at = 0;
    for run in component.split(|c: char| c.is_ascii_alphanumeric()) {
        let end = at + run.len();
        let inner = at > 0 && end < component.len();
        let is_separator = matches!(run, "." | "_" | "__") || run.bytes().all(|byte| byte == b'-');
        let fits = run.is_empty() || inner && is_separator;
        if !fits {
            return error(ImageErrorKind::Separator, start + at..start + end);
        }
        at = end + 1;
    }
    Ok(())
}

/// A tag's longest length in bytes.
const TAG_LENGTH: usize = 128;

fn check_tag(tag: Part<'_>, end: usize) -> Result<(), ImageError> {
    if tag.text.is_empty() {
        return error(ImageErrorKind::EmptyTag, tag.start - 1..tag.start.min(end));
    }
    for (at, found) in tag.text.char_indices() {
        let is_word = found.is_ascii_alphanumeric() || found == '_';
        if !is_word && (at == 0 || !".-".contains(found)) {
            let at = tag.start + at;
            return error(ImageErrorKind::TagCharacter(found), at..at + found.len_utf8());
        }
    }
    if tag.text.len() > TAG_LENGTH {
        return error(ImageErrorKind::TagTooLong, tag.range());
    }
    Ok(())
}

fn check_digest(digest: Part<'_>) -> Result<(), ImageError> {
    let Some((algorithm, digits)) = digest.text.split_once(':') else {
        return error(ImageErrorKind::Digest, digest.range());
    };
    let expected = match algorithm {
        "sha256" => 64,
        "sha384" => 96,
        "sha512" => 128,
        "" => return error(ImageErrorKind::Digest, digest.range()),
        _ => {
            let at = digest.start..digest.start + algorithm.len();
            return error(ImageErrorKind::DigestAlgorithm, at);
        }
    };
    let start = digest.start + algorithm.len() + 1;
    if let Some((at, found)) =
        digits.char_indices().find(|(_, c)| !matches!(c, '0'..='9' | 'a'..='f'))
    {
        return error(ImageErrorKind::Digest, start + at..start + at + found.len_utf8());
    }
    if digits.len() != expected {
        let kind = ImageErrorKind::DigestLength { expected };
        return error(kind, start.min(digest.range().end)..digest.range().end);
    }
    Ok(())
}

fn is_lower_hex(byte: u8) -> bool {
    byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHA: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    /// Registry, path, tag, digest; `-` for one that is left out.
    #[track_caller]
    fn check(text: &str, parts: [&str; 4], repository: &str) {
        let image = ImageRef::parse(text).expect(text);
        let all = [image.registry, Some(image.path), image.tag, image.digest];
        let found = all.map(|part| {
            let Some(part) = part else { return "-" };
            assert_eq!(&text[part.range()], part.text);
            part.text
        });
        assert_eq!(found, parts, "{text}");
        assert_eq!(image.normalized_repository(), repository, "{text}");
    }

    #[track_caller]
    fn refuse(text: &str, kind: ImageErrorKind, at: Range<usize>) {
        assert_eq!(ImageRef::parse(text), Err(ImageError { kind, at }), "{text}");
    }

    #[test]
    fn parts() {
        check("nginx", ["-", "nginx", "-", "-"], "docker.io/library/nginx");
        check("nginx:1.25", ["-", "nginx", "1.25", "-"], "docker.io/library/nginx");
        check("team/app", ["-", "team/app", "-", "-"], "docker.io/team/app");
        check("docker.io/nginx", ["docker.io", "nginx", "-", "-"], "docker.io/library/nginx");
        check("index.docker.io/a/b", ["index.docker.io", "a/b", "-", "-"], "docker.io/a/b");
        check("localhost/app", ["localhost", "app", "-", "-"], "localhost/app");
        check("ghcr.io/a/b/c:v1", ["ghcr.io", "a/b/c", "v1", "-"], "ghcr.io/a/b/c");
        check("a__b/c-d.e_f:_x", ["-", "a__b/c-d.e_f", "_x", "-"], "docker.io/a__b/c-d.e_f");
        check("a---b", ["-", "a---b", "-", "-"], "docker.io/library/a---b");
    }

    #[test]
    fn a_port_is_not_a_tag() {
        check("registry:5000/app", ["registry:5000", "app", "-", "-"], "registry:5000/app");
        check("registry:5000/app:1", ["registry:5000", "app", "1", "-"], "registry:5000/app");
        check("[::1]:5000/app", ["[::1]:5000", "app", "-", "-"], "[::1]:5000/app");
        check("[fe80::1]/app", ["[fe80::1]", "app", "-", "-"], "[fe80::1]/app");
        check("localhost:5000", ["-", "localhost", "5000", "-"], "docker.io/library/localhost");
    }

    #[test]
    fn a_capital_in_the_first_component_makes_it_a_registry() {
        check("Team/app", ["Team", "app", "-", "-"], "Team/app");
    }

    #[test]
    fn digests() {
        let text = format!("registry:5000/team/app:1.2@sha256:{SHA}");
        let digest = format!("sha256:{SHA}");
        let parts = ["registry:5000", "team/app", "1.2", &digest];
        check(&text, parts, "registry:5000/team/app");
        check(&format!("app@{digest}"), ["-", "app", "-", &digest], "docker.io/library/app");
        let long = format!("sha512:{SHA}{SHA}");
        check(&format!("app@{long}"), ["-", "app", "-", &long], "docker.io/library/app");
    }

    #[test]
    fn which_tag_and_policy() {
        let digest = format!("app@sha256:{SHA}");
        let both = format!("app:latest@sha256:{SHA}");
        let table = [
            ("app", Some("latest"), false, "Always"),
            ("app:latest", Some("latest"), false, "Always"),
            ("app:1", Some("1"), false, "IfNotPresent"),
            ("registry:5000/app", Some("latest"), false, "Always"),
            (&digest, None, true, "IfNotPresent"),
            (&both, Some("latest"), true, "Always"),
        ];
        for (text, tag, pinned, policy) in table {
            let image = ImageRef::parse(text).expect(text);
            assert_eq!(image.tag_or_latest(), tag, "{text}");
            assert_eq!(image.is_pinned(), pinned, "{text}");
            assert_eq!(image.default_pull_policy(), policy, "{text}");
            assert_eq!(image.name(), "app");
        }
    }

    #[test]
    fn mistakes_of_the_whole() {
        use ImageErrorKind::*;
        refuse("", Empty, 0..0);
        refuse(" nginx", Whitespace, 0..1);
        refuse("nginx ", Whitespace, 5..6);
        refuse("https://ghcr.io/a", Scheme, 0..8);
        refuse(SHA, Identifier, 0..64);
        refuse("${IMAGE}", Unknown(Known::Substitution), 0..8);
        refuse("app:{{ tag }}", Unknown(Known::Template), 0..13);
        refuse("app:<tag>", Unknown(Known::Placeholder), 0..9);
        refuse("IMAGE_URL", Unknown(Known::Placeholder), 0..9);
        refuse("{IMAGE}", Unknown(Known::Placeholder), 0..7);
    }

    #[test]
    fn mistakes_of_a_part() {
        use ImageErrorKind::*;
        refuse("a.-b/app", Registry, 0..4);
        refuse("host:port/app", Port, 4..9);
        refuse("host:/app", Port, 4..5);
        refuse("[x.]/app", Registry, 0..4);
        refuse("myApp", Uppercase, 2..3);
        refuse("ghcr.io/Team/app", Uppercase, 8..9);
        refuse("/app", EmptyComponent, 0..1);
        refuse("a//b", EmptyComponent, 1..2);
        refuse("ghcr.io/", EmptyComponent, 7..8);
        refuse("a/", EmptyComponent, 1..2);
        refuse(":1", EmptyComponent, 0..1);
        refuse("a b", Character(' '), 1..2);
        refuse("aé", Character('é'), 1..3);
        refuse("-app", Separator, 0..1);
        refuse("app-", Separator, 3..4);
        refuse("a..b", Separator, 1..3);
        refuse("a___b", Separator, 1..4);
        refuse("team/a-_b", Separator, 6..8);
        refuse("app:", EmptyTag, 3..4);
        refuse("app:-x", TagCharacter('-'), 4..5);
        refuse("app:a:b", TagCharacter(':'), 5..6);
        refuse("app:a+b", TagCharacter('+'), 5..6);
        refuse("app@sha256", Digest, 4..10);
        refuse("app@", Digest, 4..4);
        refuse("app@md5:0123", DigestAlgorithm, 4..7);
        refuse("app@sha256:0123", DigestLength { expected: 64 }, 11..15);
        refuse("app@sha256:012X", Digest, 14..15);
        let tag = "x".repeat(129);
        refuse(&format!("app:y{}", &tag[1..]), TagTooLong, 4..133);
        let path = format!("a{}", "b".repeat(255));
        refuse(&path, TooLong, 0..256);
    }

    #[test]
    fn no_text_panics() {
        for text in
            ["@", ":", "/", "a:/", "é/é:é@é", "[", "[]", "[]/a", "a@b@c", "@@", ":@", "\u{0}"]
        {
            if let Err(error) = ImageRef::parse(text) {
                assert!(text.get(error.at.clone()).is_some(), "{text:?} {error:?}");
                assert!(!error.to_string().is_empty());
            }
        }
    }
}
