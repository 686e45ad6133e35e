//! Values that nobody knows before the manifest is rendered, substituted or edited by hand:
//! placeholders of every templating in use. What follows from "unknown" is left to who asks.
//!
//! The patterns are those found in public repositories. Each is narrow on purpose: shell scripts,
//! markup, PromQL and password hashes in values must not look like placeholders.

use std::ops::Range;

use kubesift_yaml::Node;

/// Whether a value is known, and if not, who will fill it in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Known {
    /// The text is the value.
    Literal,
    /// A tool replaces a part of the text before it is applied: `${VAR}`, `$(VAR)`, `%VAR%`,
    /// `#{VAR}#`, `@@VAR@@`, `__VAR__`, a value encrypted by SOPS, a reference to a vault.
    Substitution,
    /// A template language computes it: `{{ … }}`, `${{ … }}`, `{% … %}`, `[[ … ]]`, `<% … %>`,
    /// ytt.
    Template,
    /// A person was meant to replace it: `<your-domain>`, `CHANGEME`, `YOUR_TOKEN`.
    Placeholder,
}

impl Known {
    /// True when the text is the value.
    pub fn is_literal(self) -> bool {
        self == Self::Literal
    }
}

/// Whether a value of a manifest is known. `$(VAR)` counts as a substitution (Kustomize `vars`);
/// for `command`, `args` and `env` values see [`known_argument`].
///
/// A value is a name, a number, a reference, a phrase. Of a program or a file that stands in a
/// value this says whether a part of it is filled in, which is true of most: ask about the part.
pub fn known(text: &str) -> Known {
    let marks = Marks::of(text);
    if marks.has(Marks::DOLLAR) && !is_phrase(text) && has_var(text, "$(", ")") {
        return Known::Substitution;
    }
    classify(text, &marks, true)
}

/// Whether an item of `command` or `args`, or an environment variable's value, is known. `$(VAR)`
/// is Kubernetes' own expansion there and leaves the text known: see [`env_references`]. In an
/// argument of several words, which is a program, `${VAR}` and `$VAR` are its own.
pub fn known_argument(text: &str) -> Known {
    classify(text, &Marks::of(text), !is_phrase(text))
}

fn classify(text: &str, marks: &Marks, variables: bool) -> Known {
    // Names, numbers, words: nothing but a placeholder is written without any mark.
    if marks.0 & !(Marks::BREAK | Marks::WORD) == 0 {
        let placeholder = marks.has(Marks::WORD) && is_placeholder(text, marks);
        return if placeholder { Known::Placeholder } else { Known::Literal };
    }
    if is_template(text, marks) {
        return Known::Template;
    }
    if variables && marks.has(Marks::DOLLAR) && (braced_var(text) || bare_var(text)) {
        return Known::Substitution;
    }
    if is_substitution(text, marks) || marks.has(Marks::REFERENCE) && is_secret_reference(text) {
        return Known::Substitution;
    }
    if is_placeholder(text, marks) { Known::Placeholder } else { Known::Literal }
}

/// Which special bytes a text holds, from one look at it. Nearly every value holds none, and this
/// is asked of every value a check looks at.
struct Marks(u16);

impl Marks {
    const DOLLAR: u16 = 1;
    const BRACE: u16 = 1 << 1;
    const BRACKET: u16 = 1 << 2;
    const PAREN: u16 = 1 << 3;
    const ANGLE: u16 = 1 << 4;
    const HASH: u16 = 1 << 5;
    const AT: u16 = 1 << 6;
    const PERCENT: u16 = 1 << 7;
    const UNDERSCORE: u16 = 1 << 8;
    /// What a reference to a secret cannot do without.
    const REFERENCE: u16 = 1 << 9;
    const SPACE: u16 = 1 << 10;
    const LINE: u16 = 1 << 11;
    /// A byte that ends a word: none of letters, digits, `-` and `_`. The only mark of names.
    const BREAK: u16 = 1 << 12;
    /// A word may be a placeholder, by its first letters. Not looked for in a text that is too long
    /// for one.
    const WORD: u16 = 1 << 13;

    fn of(text: &str) -> Self {
        const TABLE: [u16; 256] = {
            let mut table = [0; 256];
            let mut byte = 0;
            while byte < 256 {
                table[byte] = match byte as u8 {
                    b'$' => Marks::DOLLAR,
                    b'{' => Marks::BRACE,
                    b'[' => Marks::BRACKET | Marks::REFERENCE,
                    b'(' => Marks::PAREN,
                    b'<' => Marks::ANGLE,
                    b'#' => Marks::HASH,
                    b'@' => Marks::AT,
                    b'%' => Marks::PERCENT,
                    b'_' => Marks::UNDERSCORE,
                    b':' | b'+' => Marks::REFERENCE,
                    b' ' => Marks::SPACE,
                    b'\n' => Marks::LINE,
                    _ => 0,
                };
                if !is_word_byte(byte as u8) {
                    table[byte] |= Marks::BREAK;
                }
                byte += 1;
            }
            table
        };
        let bytes = text.as_bytes();
        let mark = |byte: &u8| TABLE[usize::from(*byte)];
        if bytes.len() > VALUE_LENGTH {
            return Self(bytes.iter().fold(0, |marks, byte| marks | mark(byte)));
        }
        let mut marks = if may_be_placeholder(bytes) { Self::WORD } else { 0 };
        for (at, byte) in bytes.iter().enumerate() {
            let mark = mark(byte);
            marks |= mark;
            if mark & Self::BREAK != 0 && bytes.get(at + 1..).is_some_and(may_be_placeholder) {
                marks |= Self::WORD;
            }
        }
        Self(marks)
    }

    fn has(&self, mark: u16) -> bool {
        self.0 & mark != 0
    }
}

/// True for what words, of which a placeholder is one, are made of.
const fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

fn is_phrase(text: &str) -> bool {
    text.contains(char::is_whitespace)
}

/// True when the value is not known before the manifest is rendered, substituted or edited.
pub fn is_unknown(text: &str) -> bool {
    !known(text).is_literal()
}

/// Whether a node's value is known. Beyond [`known`], this sees what plain YAML makes of template
/// marks: a comment of ytt after the value, and `{{ name }}` without quotes, which is a mapping.
pub fn known_node(node: Node<'_>) -> Known {
    let file = node.tree().file();
    // A comment at the end of a collection's last line belongs to what is in it.
    if !node.is_map() && !node.is_list() {
        let end = node.entry_span().end;
        if node.comments().any(|span| span.start >= end && is_ytt(file.slice(span))) {
            return Known::Template;
        }
    }
    if let Some(text) = node.text() {
        return known(text);
    }
    // The reader refuses a mapping as a key, but keeps its place.
    if file.slice(node.span()).starts_with("{{") {
        return Known::Template;
    }
    Known::Literal
}

/// True for a comment (`#` included) in which ytt holds code: `#@ data.values.x`.
pub fn is_ytt(comment: &str) -> bool {
    comment.starts_with("#@")
}

/// The `$(VAR)` references that the kubelet expands in `command`, `args` and `env` values: names
/// and their byte ranges, syntax included. `$$` is an escape; a reference without an end is text.
/// The rule is k8s.io/kubernetes/third_party/forked/golang/expansion.
pub fn env_references(text: &str) -> Vec<(&str, Range<usize>)> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at + 1 < bytes.len() {
        if bytes.get(at) != Some(&b'$') {
            at += 1;
            continue;
        }
        let name = text.get(at + 2..).and_then(|rest| Some(rest.split_once(')')?.0));
        match (bytes.get(at + 1), name) {
            (Some(b'('), Some(name)) => {
                let end = at + 2 + name.len() + 1;
                found.push((name, at..end));
                at = end;
            }
            _ => at += 2,
        }
    }
    found
}

fn is_template(text: &str, marks: &Marks) -> bool {
    let percent = marks.has(Marks::PERCENT);
    let brace = marks.has(Marks::BRACE);
    brace && between(text, "{{", "}}").is_some()
        || brace && percent && between(text, "{%", "%}").is_some()
        || percent && marks.has(Marks::ANGLE) && between(text, "<%", "%>").is_some()
        || marks.has(Marks::AT) && marks.has(Marks::PAREN) && between(text, "(@", "@)").is_some()
        || marks.has(Marks::HASH) && is_ytt(text)
        || marks.has(Marks::BRACKET) && double_brackets(text)
}

/// `[[ name ]]`, but not a test of a shell, a character class or a table of TOML (which stands in
/// texts of several lines).
fn double_brackets(text: &str) -> bool {
    let Some(inner) = between(text, "[[", "]]").filter(|_| !text.contains('\n')) else {
        return false;
    };
    let inner = inner.trim();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.$|\" -()".contains(&byte);
    let first = inner.bytes().next().unwrap_or_default();
    // Shell tests begin with an operator (`-z`) or hold a comparison (`a -eq b`).
    (first.is_ascii_alphabetic() || first == b'.' || inner.starts_with("$."))
        && inner.bytes().all(plain)
        && !inner.split(' ').skip(1).any(|word| word.starts_with('-') && word.len() > 1)
}

fn is_substitution(text: &str, marks: &Marks) -> bool {
    marks.has(Marks::DOLLAR) && tekton_var(text)
        || marks.has(Marks::PERCENT)
            && wrapped(text, "%", |name| name.len() > 2 && is_upper_name(name))
        || marks.has(Marks::AT)
            && (wrapped(text, "@@", is_name) || wrapped(text, "@", is_upper_name))
        || marks.has(Marks::UNDERSCORE)
            && wrapped(text, "__", |name| is_upper_name(name) && !name.ends_with('_'))
        || marks.has(Marks::HASH) && has_var(text, "#{", "}")
}

/// `${VAR}` and its forms with a default or an operation (`${VAR:=x}`, `${VAR/a/b}`); not
/// `$${VAR}`, which every such tool reads as an escape.
fn braced_var(text: &str) -> bool {
    starts(text, "${").any(|at| {
        if at > 0 && text.as_bytes().get(at - 1) == Some(&b'$') {
            return false;
        }
        let inner = text.get(at + 2..).unwrap_or_default();
        let inner = inner.strip_prefix('#').unwrap_or(inner);
        let name = inner.bytes().take_while(|byte| is_name_byte(*byte)).count();
        let first_is_digit = inner.bytes().next().is_some_and(|byte| byte.is_ascii_digit());
        let rest = inner.get(name..).unwrap_or_default();
        let next = rest.bytes().next().unwrap_or_default();
        name > 0 && !first_is_digit && rest.contains('}') && b"}:-=+?#%/^,.[ ".contains(&next)
    })
}

/// `$VAR` in capitals where a word can begin: envsubst's short form. Password hashes
/// (`$2y$10$N9…`) have a digit or a `$` beside it.
fn bare_var(text: &str) -> bool {
    starts(text, "$").any(|at| {
        let before = at.checked_sub(1).and_then(|at| text.as_bytes().get(at)).copied();
        if before.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"$\\".contains(&byte)) {
            return false;
        }
        let rest = text.get(at + 1..).unwrap_or_default();
        let len = rest.bytes().take_while(|byte| is_name_byte(*byte)).count();
        let name = rest.get(..len).unwrap_or_default();
        let next = rest.as_bytes().get(len).copied();
        len > 1 && is_upper_name(name) && next != Some(b'$')
    })
}

/// `$(params.NAME)` and its like, which Tekton replaces before Kubernetes sees them.
fn tekton_var(text: &str) -> bool {
    let first =
        ["params", "workspaces", "context", "tasks", "results", "steps", "inputs", "outputs"];
    starts(text, "$(").any(|at| {
        let rest = text.get(at + 2..).unwrap_or_default();
        rest.split_once('.').is_some_and(|(name, _)| first.contains(&name))
    })
}

/// Encrypted values and references that something resolves before or at run time: SOPS, vals,
/// 1Password, Bank-Vaults, argocd-vault-plugin.
fn is_secret_reference(text: &str) -> bool {
    text.starts_with("ENC[")
        || text.starts_with("op://")
        || text.starts_with("<path:")
        || text.strip_prefix("ref+").is_some_and(|rest| rest.contains("://"))
        || text.strip_prefix("vault:").is_some_and(|rest| rest.contains('#'))
}

/// `open` NAME `close`, where nothing but a name stands between, and `open` is not escaped by a
/// doubled `$`.
fn has_var(text: &str, open: &str, close: &str) -> bool {
    starts(text, open).any(|at| {
        let escaped = at > 0 && open.starts_with('$') && text.as_bytes().get(at - 1) == Some(&b'$');
        let rest = text.get(at + open.len()..).unwrap_or_default();
        !escaped && rest.split_once(close).is_some_and(|(name, _)| is_name(name.trim()))
    })
}

/// `mark` name `mark`.
fn wrapped(text: &str, mark: &str, is_name: fn(&str) -> bool) -> bool {
    starts(text, mark).any(|at| {
        let rest = text.get(at + mark.len()..).unwrap_or_default();
        rest.split_once(mark).is_some_and(|(name, _)| is_name(name))
    })
}

/// A text up to this length is a value; a longer one is prose or a program, in which words such as
/// TODO say nothing about the value.
const VALUE_LENGTH: usize = 200;

fn is_placeholder(text: &str, marks: &Marks) -> bool {
    if text.len() > VALUE_LENGTH || marks.has(Marks::LINE) {
        return false;
    }
    if marks.has(Marks::ANGLE) && angle_placeholder(text) {
        return true;
    }
    // In a sentence a word such as TODO is a remark; only a value as a whole is a placeholder.
    if marks.has(Marks::SPACE) && text.trim().contains(' ') {
        let letters = text.bytes().filter(|byte| *byte != b' ').count();
        return letters <= LONGEST_WORD
            && WHOLE_WORDS.contains(&&*text.replace(' ', "").to_ascii_lowercase());
    }
    if !marks.has(Marks::BREAK) {
        return may_be_placeholder(text.as_bytes()) && is_placeholder_word(text.as_bytes());
    }
    let words = text.as_bytes().split(|byte| !is_word_byte(*byte));
    let mut words = words.filter(|word| may_be_placeholder(word));
    words.any(is_placeholder_word)
}

/// `<name>`, but no markup: no closing tags, and not glued to a word as in `Map<String>`. In prose
/// it explains a format.
fn angle_placeholder(text: &str) -> bool {
    if text.contains("</") || text.contains("/>") {
        return false;
    }
    let (mut found, mut words) = (false, 0);
    let mut rest = text;
    let mut glued = false;
    while let Some((before, (name, after))) =
        rest.split_once('<').and_then(|(before, rest)| Some((before, rest.split_once('>')?)))
    {
        glued = if before.is_empty() { glued } else { ends_in_word(before) };
        found |= is_angle_name(name, glued);
        words += before.split_whitespace().count();
        glued = true;
        rest = after;
    }
    found && words + rest.split_whitespace().count() <= PHRASE_WORDS
}

/// More words than these around a placeholder make a sentence: `Bearer <token>` is none.
const PHRASE_WORDS: usize = 3;

fn ends_in_word(text: &str) -> bool {
    text.bytes().last().is_some_and(|byte| byte.is_ascii_alphanumeric())
}

/// What stands in `<…>`; a single small word glued to another is a type parameter.
fn is_angle_name(name: &str, glued: bool) -> bool {
    let compound = name.bytes().any(|byte| b"-_ ".contains(&byte)) || is_upper_name(name);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.- '".contains(&byte);
    // What Go prints for a value that is missing is no placeholder, and neither is markup.
    let other = ["br", "hr", "p", "li", "img", "none", "nil", "unset", "no value"];
    name.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic())
        && !name.ends_with(' ')
        && name.bytes().all(plain)
        && !other.contains(&name)
        && (compound || !glued)
}

/// Words that people leave to be replaced, in capitals or not.
const WHOLE_WORDS: [&str; 16] = [
    "changeme",
    "changethis",
    "changeit",
    "fillme",
    "fillmein",
    "fixme",
    "insertme",
    "placeholder",
    "replaceme",
    "replacethis",
    "setme",
    "tbd",
    "todo",
    "tobefilled",
    "tobereplaced",
    "updateme",
];

/// Bytes of the longest of them.
const LONGEST_WORD: usize = 12;

/// Beginnings of such words, `_` for any separator.
const BEGINNINGS: [&str; 8] = [
    "change_me_",
    "changeme",
    "insert_your_",
    "replace_me_",
    "replace_with_",
    "replace_this_",
    "your_",
    "enter_your_",
];

/// Whether a word of three letters or more, and whatever follows it, begins like one of the words
/// above, by its first four: nearly none does, and this is asked of every word of every value.
fn may_be_placeholder(word: &[u8]) -> bool {
    let [first, second, third, rest @ ..] = word else { return false };
    // With this bit set a letter is a small one. `-` stays what it is, and `_` is no letter.
    const SMALL: u8 = 0x20;
    let is_separator = |byte: u8| matches!(byte | SMALL, b'-' | 0x7f);
    if is_separator(*second) || is_separator(*third) {
        return true;
    }
    let next = match &[first | SMALL, second | SMALL, third | SMALL] {
        b"tbd" | b"xxx" => return true,
        b"cha" => b'n',
        b"ent" | b"ins" | b"tob" => b'e',
        b"fil" => b'l',
        b"fix" | b"set" => b'm',
        b"pla" => b'c',
        b"rep" => b'l',
        b"tod" => b'o',
        b"upd" => b'a',
        b"you" => b'r',
        _ => return false,
    };
    rest.first().is_some_and(|fourth| fourth | SMALL == next || is_separator(*fourth))
}

fn is_placeholder_word(word: &[u8]) -> bool {
    if word.iter().all(|byte| matches!(byte, b'x' | b'X')) {
        return true;
    }
    // `todo` and `placeholder` are names of things too; in capitals they are not.
    let capitals = || !word.iter().any(u8::is_ascii_lowercase);
    if let Some(whole) = WHOLE_WORDS.iter().find(|whole| spells(word, whole)) {
        return !matches!(*whole, "todo" | "placeholder" | "tbd") || capitals();
    }
    if begins(word, "todo_") {
        return capitals();
    }
    BEGINNINGS.iter().any(|beginning| begins(word, beginning))
}

/// True for the letters of a word of [`WHOLE_WORDS`], separators between them or not.
fn spells(word: &[u8], whole: &str) -> bool {
    if word.len() < whole.len() {
        return false;
    }
    let letters = word.iter().filter(|byte| !matches!(byte, b'_' | b'-'));
    letters.map(u8::to_ascii_lowercase).eq(whole.bytes())
}

/// True for one of [`BEGINNINGS`] with something after it.
fn begins(word: &[u8], beginning: &str) -> bool {
    let same = |(byte, wanted): (&u8, u8)| match byte {
        b'-' => wanted == b'_',
        byte => byte.to_ascii_lowercase() == wanted,
    };
    word.len() > beginning.len() && word.iter().zip(beginning.bytes()).all(same)
}

/// What stands between the first `open` and the next `close`.
fn between<'t>(text: &'t str, open: &str, close: &str) -> Option<&'t str> {
    Some(text.split_once(open)?.1.split_once(close)?.0)
}

/// The byte offsets at which `pattern` begins.
fn starts<'t>(text: &'t str, pattern: &'t str) -> impl Iterator<Item = usize> + 't {
    text.match_indices(pattern).map(|(at, _)| at)
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn is_name(name: &str) -> bool {
    name.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        && name.bytes().all(|byte| is_name_byte(byte) || b"-.".contains(&byte))
}

pub(crate) fn is_upper_name(name: &str) -> bool {
    name.bytes().next().is_some_and(|byte| byte.is_ascii_uppercase())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(kind: Known, texts: &[&str]) {
        for text in texts {
            assert_eq!(known(text), kind, "{text:?}");
        }
    }

    #[test]
    fn every_word_passes_the_first_look() {
        for word in WHOLE_WORDS.iter().chain(&BEGINNINGS).chain(&["xxx", "XXXX", "y_our"]) {
            assert!(may_be_placeholder(word.as_bytes()), "{word}");
        }
        for word in ["TO-DO", "fix_me", "pla_ceholder", "SET-ME", "rep-lace-me", "c-hangeme"] {
            assert!(may_be_placeholder(word.as_bytes()), "{word}");
        }
        for word in ["nginx", "instance", "platform", "settings", "tod", "charts", "you"] {
            assert!(!may_be_placeholder(word.as_bytes()), "{word}");
        }
        assert!(WHOLE_WORDS.iter().all(|word| word.len() <= LONGEST_WORD));
    }

    #[test]
    fn templates() {
        check(
            Known::Template,
            &[
                "{{ .Values.image }}",
                "${{REPLICAS}}",
                "app:{{ tag }}",
                "{{inputs.parameters.name}}",
                "{% if x %}a{% endif %}",
                "<%= @name %>",
                "[[ .Environment ]]",
                "[[ domain ]]",
                "#@ data.values.x",
                "app-(@= data.values.env @)",
                "{{ .Values.x | default \"${Y}\" }}",
            ],
        );
    }

    #[test]
    fn substitutions() {
        check(
            Known::Substitution,
            &[
                "${CLUSTER}",
                "app.${DOMAIN:=example.com}",
                "${REPLICAS:-2}",
                "${a.b}",
                "$(IMAGE)",
                "$IMAGE",
                "$REGISTRY/app:1",
                "%DOMAIN%",
                "#{Tag}#",
                "#{Octopus.Environment}",
                "@@image@@",
                "@VERSION@",
                "__IMAGE_TAG__",
                "ENC[AES256_GCM,data:abc,iv:x,tag:y,type:str]",
                "ref+awssecrets://db#/password",
                "vault:secret/data/db#password",
                "<path:kv/data/db#password>",
                "op://vault/item/field",
            ],
        );
    }

    #[test]
    fn placeholders() {
        check(
            Known::Placeholder,
            &[
                "<placeholder>",
                "<YOUR-DOMAIN>",
                "<your domain>",
                "https://<domain>/x",
                "app:<tag>",
                "gcr.io/<PROJECT_ID>/app",
                "v<VERSION>",
                "<myemail>@gmail.com",
                "<ADD LUN ID Here>",
                "Bearer <token>",
                "<host>:<port>",
                "CHANGEME",
                "changeme",
                "change-me",
                "CHANGE_ME_PLEASE",
                "YOUR_TOKEN",
                "your-registry.io/app",
                "gcr.io/YOUR-PROJECT/app:1",
                "REPLACE_WITH_IMAGE",
                "replaceme",
                "TODO",
                "xxxx",
                "XXX",
                "FIXME",
                "PLACEHOLDER",
                "change me",
            ],
        );
    }

    #[test]
    fn literals() {
        check(
            Known::Literal,
            &[
                "",
                "nginx:1.25",
                "registry:5000/team/app:1.2",
                "$$(date)",
                "$${VAR}",
                "$(date +%s)",
                "$2y$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
                "$apr1$XYZ12345$Wz3",
                "$6$SALT$hash",
                "$1",
                "$",
                "100%",
                "%E2%80%99",
                "user@example.com",
                "a@b@c",
                "[[ -z \"$x\" ]] && exit",
                "[[ a == b ]]",
                "[[:alpha:]]",
                "{\"a\":{\"b\":1}}",
                "List<String>",
                "<b>bold</b>",
                "<br>",
                "a < b > c",
                "<no value>",
                "istiod-<no value>.<no value>.svc:15012",
                "in the form of <host>:<port>, for example",
                "while true; do echo $(date); done",
                "rate(x[5m]) > 0",
                "__meta_kubernetes_pod__",
                "__name__",
                "todo",
                "todo-app",
                "placeholder",
                "your",
                "xx",
                "Please see TODO list in the wiki",
                "postgres://db:5432/todo",
                "example.com",
                "yourself",
                "vault:8200",
                "kubernetes.io/os",
                "é<ü>",
                "${",
                "$(",
                "${1}",
            ],
        );
    }

    #[test]
    fn expansion_in_arguments_is_kubernetes_own() {
        assert_eq!(known_argument("--node=$(NODE_NAME)"), Known::Literal);
        assert_eq!(known("--node=$(NODE_NAME)"), Known::Substitution);
        assert_eq!(known_argument("--node=${NODE_NAME}"), Known::Substitution);
        assert_eq!(known_argument("echo ${NODE_NAME} $HOME"), Known::Literal);
        assert_eq!(known_argument("echo {{ name }}"), Known::Template);
        assert_eq!(known_argument("$(params.IMAGE)"), Known::Substitution);
    }

    #[test]
    fn nodes_know_more_than_their_text() {
        use kubesift_source::{FileId, SourceFile};

        let text = "a: 1 #@ data.values.a\nb: #@ data.values.b\nc: 1 # plain\nd: {{ name }}\n\
                    e: ${E}\nf: {x: 1}\n#@ if x:\ng: 1\n";
        let file = SourceFile::new(FileId(0), "test.yaml", text);
        let tree = kubesift_yaml::parse(std::sync::Arc::new(file));
        let root = tree.document(0).and_then(|document| document.root()).expect("a document");
        let of = |key| root.get(key).map(known_node);
        assert_eq!(of("a"), Some(Known::Template));
        assert_eq!(of("b"), Some(Known::Template));
        assert_eq!(of("c"), Some(Known::Literal));
        assert_eq!(of("e"), Some(Known::Substitution));
        assert_eq!(of("f"), Some(Known::Literal));
        assert_eq!(of("g"), Some(Known::Literal));
        // Without quotes this is a mapping whose key is a mapping.
        assert_eq!(of("d"), Some(Known::Template));
    }

    #[test]
    fn references_follow_the_kubelet() {
        let names = |text| env_references(text).iter().map(|(name, _)| *name).collect::<Vec<_>>();
        assert_eq!(names("$(A)-$(B)"), ["A", "B"]);
        assert_eq!(names("$$(A)"), [""; 0]);
        assert_eq!(names("$$$(A)"), ["A"]);
        assert_eq!(names("$(A"), [""; 0]);
        assert_eq!(names("$A"), [""; 0]);
        assert_eq!(names("é$(A)$"), ["A"]);
        assert_eq!(env_references("x$(AB)")[0].1, 1..6);
    }
}
