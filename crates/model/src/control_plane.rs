//! Programs of the control plane as they run in a container: which program it is, and its settings
//! from the command line, from a shell script in it, or from the environment. What a setting should
//! be is left to checks.

use std::ops::Range;

use kubesift_source::Span;
use kubesift_yaml::{Field, Node};

use crate::pod::Container;
use crate::unknown::{env_references, is_unknown, known_argument};

/// A word of a command line, and where it stands.
#[derive(Debug, Clone)]
struct Word<'a> {
    text: std::borrow::Cow<'a, str>,
    node: Node<'a>,
    /// Its bytes in the node's text, when the node holds more than this word.
    part: Option<Range<usize>>,
}

/// A setting's value.
#[derive(Debug, Clone)]
pub enum Setting<'a> {
    /// It is set.
    Value {
        /// The value, references to environment variables resolved where they can be.
        text: String,
        /// The value as it is written.
        written: String,
        /// The node that holds it.
        node: Node<'a>,
        /// Its bytes, when the node holds more and they are verbatim in the file.
        part: Option<Span>,
    },
    /// Nothing sets it: the program's default holds.
    Absent,
    /// A configuration file, a script, or something that is filled in later decides.
    Unknown,
}

impl<'a> Setting<'a> {
    /// The value, when it is set and known.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Value { text, .. } => Some(text),
            Self::Absent | Self::Unknown => None,
        }
    }

    /// The node that holds it, and its bytes when the node holds more.
    pub fn place(&self) -> Option<(Node<'a>, Option<Span>)> {
        match self {
            Self::Value { node, part, .. } => Some((*node, *part)),
            Self::Absent | Self::Unknown => None,
        }
    }

    /// The listeners of a setting that holds URLs, each with its URL as it is written.
    pub fn listeners(&self) -> Vec<(Listener<'_>, &str)> {
        let Self::Value { text, written, .. } = self else { return Vec::new() };
        let written = written.split(',').map(str::trim).filter(|url| url.contains("://"));
        Listener::all(text).into_iter().zip(written).collect()
    }

    /// True when nothing sets it.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// True when it is not known.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }

    /// A boolean as Go's flag package reads it; none when it is not set, not known or no boolean.
    pub fn boolean(&self) -> Option<bool> {
        match self.text()? {
            "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
            "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
            _ => None,
        }
    }
}

/// A program of the control plane, run by a container.
#[derive(Debug, Clone)]
pub struct Program<'a> {
    /// The container.
    pub container: Container<'a>,
    words: Vec<Word<'a>>,
    /// The prefix of its environment variables, `ETCD_`; empty when it reads none.
    env: &'static str,
    /// There may be settings that the manifest does not show.
    open: bool,
    /// A configuration file decides alone.
    is_hidden: bool,
}

/// Who talks to etcd.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The API server, or an application.
    Client,
    /// The other members of its cluster.
    Peer,
}

impl<'a> Program<'a> {
    /// etcd, when the container runs it: by the name of the program, or by the image when there is
    /// no command. A container that only has etcd's image (for `etcdctl`) runs none.
    pub fn etcd(container: &Container<'a>) -> Option<Self> {
        let mut program = Self::of(container, "etcd", "ETCD_")?;
        // etcd leaves flags and environment aside when it is given a file.
        let file =
            program.find("config-file").is_some() || program.variable("config-file").is_some();
        program.is_hidden = file;
        // `etcd gateway` and `etcd grpc-proxy` hold no data.
        let first = program.words.first().map(|word| &*word.text);
        (!matches!(first, Some("gateway" | "grpc-proxy"))).then_some(program)
    }

    /// A program of the control plane without environment variables: `kube-apiserver`.
    pub fn named(container: &Container<'a>, name: &str) -> Option<Self> {
        Self::of(container, name, "")
    }

    fn of(container: &Container<'a>, name: &str, env: &'static str) -> Option<Self> {
        // Nearly every container is another program: a look at its words says so.
        let mut texts = container.command_line().filter_map(Node::text).chain(container.image());
        if !texts.any(|text| text.contains(name)) {
            return None;
        }
        let all: Vec<Word<'a>> = container
            .command_line()
            .filter_map(|node| {
                let text = node.text()?.into();
                Some(Word { text, node, part: None })
            })
            .collect();
        let mut open = container.field("envFrom").items().next().is_some() && !env.is_empty();
        let words = match all.iter().position(|word| is_program(&word.text, name)) {
            Some(at) if leads(all.get(..at).unwrap_or_default()) => all.get(at + 1..)?.to_vec(),
            _ => match all.iter().find_map(|word| script(word, name)) {
                Some((words, sure)) => {
                    open |= !sure;
                    words
                }
                None if container.field("command").exists() => return None,
                None if runs_by_image(container, name) && all.iter().take(1).all(Word::is_flag) => {
                    all
                }
                None => return None,
            },
        };
        open |= words.iter().any(|word| {
            word.text.starts_with('$') || !word.text.starts_with('-') && is_unknown(&word.text)
        });
        Some(Self { container: *container, words, env, open, is_hidden: false })
    }

    /// A setting by its flag's name without dashes.
    pub fn setting(&self, name: &str) -> Setting<'a> {
        if self.is_hidden {
            return Setting::Unknown;
        }
        if let Some(found) = self.find(name) {
            return found;
        }
        if let Some(found) = self.variable(name) {
            return found;
        }
        if self.open { Setting::Unknown } else { Setting::Absent }
    }

    /// True unless etcd listens on the machine itself only: by its URLs, or, for peers, because it
    /// says where it listens for clients and leaves the default (loopback) for peers.
    pub fn listens_for(&self, side: Side) -> bool {
        let clients = self.setting("listen-client-urls");
        let urls = match side {
            Side::Client => clients,
            Side::Peer => {
                let peers = self.setting("listen-peer-urls");
                let stated = ["initial-advertise-peer-urls", "initial-cluster"];
                let single = stated.iter().all(|name| self.setting(name).is_absent());
                if peers.is_absent() && !clients.is_absent() && single {
                    return false;
                }
                peers
            }
        };
        let listeners = urls.text().map(Listener::all).unwrap_or_default();
        listeners.is_empty() || !listeners.iter().all(Listener::is_local)
    }

    /// Which process it is, for what is said of it in several places.
    pub fn identity(&self) -> String {
        let resource = self.container.pod.resource;
        format!("container {} of resource {}", self.container.name(), resource.id.0)
    }

    fn find(&self, name: &str) -> Option<Setting<'a>> {
        let mut found = None;
        for (at, word) in self.words.iter().enumerate() {
            let Some(rest) = flag_rest(&word.text, name) else { continue };
            let skipped = word.text.len() - rest.len();
            found = Some(match rest.strip_prefix('=') {
                Some(value) => self.value(word, skipped + 1, value),
                None => match self.words.get(at + 1).filter(|next| !next.text.starts_with('-')) {
                    Some(next) if !is_boolean(name) || next.boolean() => {
                        self.value(next, 0, &next.text)
                    }
                    _ => self.value(word, 0, "true"),
                },
            });
        }
        found
    }

    /// The value that begins at a byte of a word.
    fn value(&self, word: &Word<'a>, from: usize, text: &str) -> Setting<'a> {
        let written = text.to_owned();
        let Some(text) = self.resolve(text) else { return Setting::Unknown };
        let part = word.part.clone().and_then(|part| {
            verbatim(word.node, part.start + from..part.end).or_else(|| verbatim(word.node, part))
        });
        Setting::Value { text, written, node: word.node, part }
    }

    /// A text with `$(NAME)`, `${NAME}` and `$NAME` replaced by the container's variables; addresses
    /// that the kubelet fills in stand as `<address>`. None when something stays unknown.
    fn resolve(&self, text: &str) -> Option<String> {
        let mut result = text.to_owned();
        for (name, _) in env_references(text) {
            result = result.replace(&format!("$({name})"), &self.variable_text(name)?);
        }
        while let Some(at) = result.find('$') {
            let rest = result.get(at + 1..)?;
            let braced = rest.starts_with('{');
            let start = usize::from(braced);
            let name: String = rest
                .get(start..)?
                .chars()
                .take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '_')
                .collect();
            let end = at + 1 + start + name.len() + start;
            if name.is_empty() || braced && !result.get(..end)?.ends_with('}') {
                return None;
            }
            let value = self.variable_text(&name)?;
            result.replace_range(at..end, &value);
        }
        known_argument(&result).is_literal().then_some(result)
    }

    fn variable_text(&self, name: &str) -> Option<String> {
        let item = self.container.env().find(|item| item.field("name").str() == Some(name))?;
        let field = item.field("valueFrom.fieldRef.fieldPath").str().unwrap_or_default();
        if matches!(field, "status.podIP" | "status.hostIP" | "status.podIPs" | "status.hostIPs") {
            return Some("address".to_owned());
        }
        if matches!(field, "metadata.name" | "metadata.namespace" | "spec.nodeName") {
            return Some("name".to_owned());
        }
        let value = item.field("value").str()?;
        (!value.contains('$')).then(|| value.to_owned())
    }

    /// The environment variable of a flag: `ETCD_CERT_FILE` for `cert-file`.
    fn variable(&self, name: &str) -> Option<Setting<'a>> {
        if self.env.is_empty() {
            return None;
        }
        let wanted = format!("{}{}", self.env, name.to_ascii_uppercase().replace('-', "_"));
        let item = self.container.env().find(|item| item.field("name").str() == Some(&*wanted))?;
        let value = item.field("value");
        let Some((node, text)) = value.node().and_then(|node| Some((node, node.text()?))) else {
            return Some(Setting::Unknown);
        };
        Some(match self.resolve(text) {
            Some(resolved) => {
                Setting::Value { text: resolved, written: text.to_owned(), node, part: None }
            }
            None => Setting::Unknown,
        })
    }

    /// True when the container has an environment variable of this name.
    pub fn has_variable(&self, name: &str) -> bool {
        self.container.env().any(|item| item.field("name").str() == Some(name))
    }

    /// Where a flag that is missing would be written: `command` or `args`, whichever holds flags.
    pub fn place(&self) -> Field<'a> {
        let args = self.container.field("args");
        let command = self.container.field("command");
        let flags = |field: Field<'a>| {
            field.items().any(|node| node.text().is_some_and(|text| text.starts_with('-')))
        };
        if args.exists() && (flags(args) || !command.exists()) || !command.exists() {
            return if args.exists() { args } else { self.container.field("image") };
        }
        command
    }
}

impl Word<'_> {
    fn is_flag(&self) -> bool {
        self.text.starts_with('-')
    }

    fn boolean(&self) -> bool {
        matches!(&*self.text, "true" | "false")
    }
}

/// What follows a flag's name in a word: empty, or `=value`.
fn flag_rest<'t>(word: &'t str, name: &str) -> Option<&'t str> {
    let bare = word.strip_prefix("--").or_else(|| word.strip_prefix('-'))?;
    let rest = bare.strip_prefix(name)?;
    (rest.is_empty() || rest.starts_with('=')).then_some(rest)
}

/// Boolean flags take no word after them.
fn is_boolean(name: &str) -> bool {
    name.ends_with("-auth") || name.ends_with("-tls") || name == "profiling"
}

/// True for the program itself: `etcd`, `/usr/local/bin/etcd`.
fn is_program(word: &str, name: &str) -> bool {
    word.rsplit('/').next() == Some(name) && !word.starts_with('-') && !word.contains("://")
}

/// True when the words before a program run it: none, or a wrapper with its options.
fn leads(words: &[Word<'_>]) -> bool {
    const WRAPPERS: [&str; 7] = ["tini", "dumb-init", "exec", "env", "nice", "chpst", "catatonit"];
    let Some(first) = words.first() else { return true };
    let name = first.text.rsplit('/').next().unwrap_or_default();
    WRAPPERS.contains(&name)
        && words.iter().skip(1).all(|word| word.text.starts_with('-') || word.text.contains('='))
}

/// The image is that of the program: `registry.k8s.io/etcd:3.5`, `bitnami/etcd`, `etcd-amd64`.
fn runs_by_image(container: &Container<'_>, name: &str) -> bool {
    let image = container.image().unwrap_or_default();
    let image = image.split('@').next().unwrap_or_default();
    let last = image.rsplit('/').next().unwrap_or_default();
    let last = last.split(':').next().unwrap_or_default();
    let rest = last.strip_prefix(name);
    rest.is_some_and(|rest| matches!(rest, "" | "-amd64" | "-arm64" | "-ppc64le" | "-s390x"))
}

/// True when the container has the program's image, whatever it runs.
pub fn has_image_of(container: &Container<'_>, name: &str) -> bool {
    runs_by_image(container, name)
}

/// True for a container that has to do with etcd by its nature: it runs etcd, has its image, or
/// calls its tools.
pub fn uses_etcd_tools(container: &Container<'_>) -> bool {
    let tools = |node: Node<'_>| {
        let text = node.text().unwrap_or_default();
        text.contains("etcdctl") || text.contains("etcdutl")
    };
    has_image_of(container, "etcd")
        || Program::etcd(container).is_some()
        || container.command_line().any(tools)
}

/// The words after the program in a shell script, and whether they are all that it is given.
fn script<'a>(word: &Word<'a>, name: &str) -> Option<(Vec<Word<'a>>, bool)> {
    let text = word.node.text()?;
    if !text.contains(name) || !text.contains(char::is_whitespace) {
        return None;
    }
    // Variables of its own may set anything.
    let sure = !text.contains("ETCD_") && !text.contains("set --");
    let mut found: Option<Vec<Word<'a>>> = None;
    let mut begins = true;
    for token in tokens(text) {
        let Some(range) = token else {
            if found.as_ref().is_some() {
                break;
            }
            begins = true;
            continue;
        };
        let raw = text.get(range.clone())?;
        if let Some(words) = &mut found {
            let (text, inner) = unquoted(raw);
            let part = range.start + inner.start..range.start + inner.end;
            words.push(Word { text, node: word.node, part: Some(part) });
        } else if begins && is_program(raw, name) {
            found = Some(Vec::new());
        } else {
            let passes = matches!(raw, "exec" | "then" | "do" | "else" | "{" | "(" | "if" | "env")
                || raw.contains('=') && !raw.starts_with('-');
            begins &= passes;
        }
    }
    found.map(|words| (words, sure))
}

/// The words of a shell script, as ranges of bytes; none where a command ends.
fn tokens(text: &str) -> Vec<Option<Range<usize>>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut start: Option<usize> = None;
    let mut quote: Option<u8> = None;
    let mut at = 0;
    while let Some(byte) = bytes.get(at).copied() {
        let next = bytes.get(at + 1).copied();
        match (quote, byte) {
            (Some(open), _) if open == byte => quote = None,
            (Some(_), b'\\') => at += 1,
            (Some(_), _) => {}
            (None, b'\\') if next == Some(b'\n') => {
                found.extend(start.take().map(|start| Some(start..at)));
                at += 1;
            }
            (None, b'\\') => {
                start = start.or(Some(at));
                at += 1;
            }
            (None, b'\'' | b'"') => {
                start = start.or(Some(at));
                quote = Some(byte);
            }
            (None, b' ' | b'\t' | b'\r') => found.extend(start.take().map(|start| Some(start..at))),
            (None, b'\n' | b';' | b'&' | b'|') => {
                found.extend(start.take().map(|start| Some(start..at)));
                found.push(None);
            }
            (None, b'#') if start.is_none() => {
                let rest = text.get(at..).unwrap_or_default();
                at += rest.find('\n').unwrap_or(rest.len());
                continue;
            }
            (None, _) => start = start.or(Some(at)),
        }
        at += 1;
    }
    found.extend(start.map(|start| Some(start..text.len())));
    found
}

/// A word of a script without its quotes, and its bytes when they stand at the ends.
fn unquoted(raw: &str) -> (std::borrow::Cow<'_, str>, Range<usize>) {
    for quote in ['"', '\''] {
        if let Some(inner) = raw.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)) {
            return (inner.into(), 1..raw.len() - 1);
        }
    }
    if raw.contains(['"', '\'']) {
        return (raw.replace(['"', '\''], "").into(), 0..raw.len());
    }
    (raw.into(), 0..raw.len())
}

/// The bytes of a part of a node's text, when they stand in the file as they are.
pub fn verbatim(node: Node<'_>, part: Range<usize>) -> Option<Span> {
    let text = node.text()?;
    let wanted = text.get(part.clone())?;
    if wanted.is_empty() || wanted.contains('\n') {
        return None;
    }
    let file = node.tree().file();
    let span = node.span();
    let raw = file.slice(span);
    // The same text may stand there more than once: take the one of the same rank.
    let rank = text.get(..part.start)?.matches(wanted).count();
    let (at, _) = raw.match_indices(wanted).nth(rank)?;
    let start = span.start + at as u32;
    Some(Span::new(span.file, start, start + wanted.len() as u32))
}

/// A URL that a program listens at, or tells others to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listener<'t> {
    /// `http`, `https`, `unix`, …
    pub scheme: &'t str,
    /// Host without port and brackets.
    pub host: &'t str,
    /// The URL.
    pub text: &'t str,
}

impl<'t> Listener<'t> {
    /// The listeners of a setting: URLs joined by commas. Words that are no URL are left out.
    pub fn all(text: &'t str) -> Vec<Self> {
        text.split(',').filter_map(|url| Self::parse(url.trim())).collect()
    }

    fn parse(text: &'t str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let authority = rest.split('/').next().unwrap_or_default();
        let host = match authority.strip_prefix('[') {
            Some(inner) => inner.split(']').next().unwrap_or_default(),
            None => authority.split(':').next().unwrap_or_default(),
        };
        Some(Self { scheme, host, text })
    }

    /// True when only the machine itself can reach it.
    pub fn is_local(&self) -> bool {
        self.scheme.starts_with("unix")
            || matches!(self.host, "localhost" | "::1")
            || self.host.starts_with("127.")
    }

    /// True when it listens on every interface.
    pub fn is_everywhere(&self) -> bool {
        !self.scheme.starts_with("unix") && matches!(self.host, "" | "0.0.0.0" | "::")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kubesift_source::{FileId, SourceFile};

    use super::*;
    use crate::pod::Pod;
    use crate::resource::{Resource, ResourceId};
    use crate::workload::Workloads;

    /// The settings `cert-file`, `client-cert-auth` and `name` of a container's etcd.
    fn settings(container: &str) -> Option<String> {
        let text = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n  containers:\n  - name: c\n{container}"
        );
        let file = Arc::new(SourceFile::new(FileId(0), "test.yaml", text));
        let tree = Arc::new(kubesift_yaml::parse(file));
        let root = tree.document(0).and_then(|document| document.root()).expect("a document");
        let shape = Workloads::default().shape("", "Pod");
        let resource = Resource::new(ResourceId(0), &tree, root, shape);
        let container = Pod::of(&resource).expect("a pod").containers()[0];
        let program = Program::etcd(&container)?;
        let words =
            ["cert-file", "client-cert-auth", "name"].map(|name| match program.setting(name) {
                Setting::Value { text, .. } => text,
                Setting::Absent => "-".to_owned(),
                Setting::Unknown => "?".to_owned(),
            });
        Some(words.join(" "))
    }

    #[track_caller]
    fn check(expected: &str, container: &str) {
        assert_eq!(settings(container).as_deref(), Some(expected), "{container}");
    }

    #[test]
    fn flags_of_command_and_args() {
        check("- - -", "    command: [etcd]\n");
        check("a - -", "    command: [etcd, --cert-file=a]\n");
        check("a - x", "    command: [/usr/bin/etcd]\n    args: [--cert-file, a, -name=x]\n");
        check("- true x", "    command: [etcd, --client-cert-auth, --name, x]\n");
        check("- false -", "    command: [etcd, --client-cert-auth, 'false']\n");
        check("- - x", "    command: [tini, --, etcd, --name=x]\n");
        check("- - -", "    image: registry.k8s.io/etcd:3.5.0\n");
        check("- - x", "    image: etcd-amd64:3\n    args: [--name=x]\n");
        check("- ? -", "    command: [etcd, '--client-cert-auth=${AUTH}']\n");
        check("? ? x", "    command: [etcd, --name=x, $MORE]\n");
        check("? ? ?", "    command: [etcd, --config-file=/etc/etcd.yaml, --name=x]\n");
    }

    #[test]
    fn flags_in_scripts() {
        check("a - x", "    command: [sh, -c, 'exec etcd --cert-file=a --name x; sleep 1']\n");
        check(
            "- - x",
            "    command:\n    - /bin/sh\n    - -ec\n    - |\n      HOST=$(hostname)\n      etcd \\\n        --name 'x'\n",
        );
        check("? ? ?", "    command: [sh, -c, 'export ETCD_NAME=x; etcd']\n");
        assert_eq!(settings("    command: [sh, -c, 'etcdctl snapshot save x']\n"), None);
        assert_eq!(settings("    command: [sh, -c, 'cat /etc/etcd && echo etcd']\n"), None);
    }

    #[test]
    fn settings_of_the_environment() {
        let env = "    image: bitnami/etcd:3.5\n    env:\n    - {name: ETCD_CERT_FILE, value: a}\n";
        check("a - -", env);
        let from = format!("{env}    envFrom: [{{configMapRef: {{name: x}}}}]\n");
        check("a ? ?", &from);
        check("? - -", &env.replace("value: a", "valueFrom: {}"));
        check("b - -", &format!("{env}    args: [--cert-file=b]\n"));
        let name = "    - {name: NODE, valueFrom: {fieldRef: {fieldPath: metadata.name}}}\n";
        check("a - name", &format!("{env}{name}    args: ['--name=$(NODE)']\n"));
    }

    #[test]
    fn other_programs_are_none() {
        for other in [
            "    image: registry.k8s.io/etcd:3.5\n    command: [etcdctl, get, x]\n",
            "    image: example/app\n    args: [--cert-file=a]\n",
            "    image: quay.io/coreos/etcd-operator:v1\n",
            "    image: quay.io/coreos/etcd:v3\n    args: [etcdctl, get, x]\n",
            "    command: [etcd, gateway, start]\n",
            "    image: example/app\n    command: [app, --store, etcd]\n",
        ] {
            assert_eq!(settings(other), None, "{other}");
        }
    }

    #[test]
    fn listeners() {
        let all =
            Listener::all("http://127.0.0.1:2379,https://[::]:2379, unix:///x,http://etcd:1/a");
        let words: Vec<_> =
            all.iter().map(|one| (one.host, one.is_local(), one.is_everywhere())).collect();
        assert_eq!(
            words,
            [
                ("127.0.0.1", true, false),
                ("::", false, true),
                ("", true, false),
                ("etcd", false, false)
            ]
        );
    }
}
