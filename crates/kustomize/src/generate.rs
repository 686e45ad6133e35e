//! ConfigMaps and Secrets made of literals, files and env files, and how what was made meets what is
//! there. Finding and reading the files is left to the caller, hashes in names to `names`.

use std::collections::HashMap;
use std::ops::Range;

use kubesift_source::{FileEncoding, How, Origin, SourceFile, Span};
use smol_str::SmolStr;

use crate::files::File;
use crate::resource::{Behavior, Resource};
use crate::tree::{Entry, Map, Node, Scalar};
use crate::trouble::{Class, Trouble};

/// What is generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An entry of `configMapGenerator`.
    ConfigMap,
    /// An entry of `secretGenerator`.
    Secret,
}

/// Gives a file that a generator names: the path as it is written, and where.
pub(crate) type Load<'a> = dyn FnMut(&str, Span) -> Result<File, Trouble> + 'a;

/// The object that one entry of a generator makes. `options` is the kustomization's
/// `generatorOptions`. What is wrong is told, and the object has the rest; none without a name.
pub(crate) fn generate(
    kind: Kind,
    entry: &Node,
    options: Option<&Node>,
    load: &mut Load<'_>,
    troubles: &mut Vec<Trouble>,
) -> Option<Resource> {
    let by = entry.origin.span;
    let Some(name) = entry.get("name").filter(|name| name.text().is_some_and(|it| !it.is_empty()))
    else {
        let message = "a generated object needs a name";
        troubles.push(Trouble::fatal(Class::Generator, by, message).help("add `name`"));
        return None;
    };
    let mut pairs = Pairs { by, pairs: Vec::new(), keys: HashMap::new(), troubles };
    pairs.read(entry, load);
    let pairs = pairs.pairs;
    let options = Options { own: entry.get("options"), common: options };

    let mut object = Object { map: Map::default(), origin: Origin::plain(by) };
    object.put("apiVersion", string("v1", &object.origin));
    let kind_name = if kind == Kind::ConfigMap { "ConfigMap" } else { "Secret" };
    object.put("kind", string(kind_name, &object.origin));
    let metadata = options.metadata(entry, name);
    object.put("metadata", metadata);
    match kind {
        Kind::ConfigMap => object.put_config_data(pairs),
        Kind::Secret => object.put_secret_data(entry, pairs),
    }
    if let Some(node) = options.flag("immutable") {
        let scalar = Scalar {
            text: "true".into(),
            tag: crate::scalar::Tag::Bool,
            quoted: false,
            fragments: None,
        };
        object.put("immutable", Node::scalar(scalar, node.origin.clone()));
    }

    let mut resource = Resource::new(Node::map(object.map, object.origin), by);
    resource.needs_hash = options.flag("disableNameSuffixHash").is_none();
    resource.behavior = match entry.get("behavior").and_then(Node::text) {
        Some("create") => Behavior::Create,
        Some("replace") => Behavior::Replace,
        Some("merge") => Behavior::Merge,
        _ => Behavior::Unspecified,
    };
    Some(resource)
}

fn string(text: &str, origin: &Origin) -> Node {
    Node::string(text, origin.clone())
}

/// The object while it is made.
struct Object {
    map: Map,
    origin: Origin,
}

impl Object {
    fn put(&mut self, key: &str, value: Node) {
        self.map.insert(Entry::new(key, self.origin.clone(), value));
    }

    /// Text goes to `data`, all else to `binaryData`.
    fn put_config_data(&mut self, pairs: Vec<Pair>) {
        let (text, binary): (Vec<Pair>, Vec<Pair>) =
            pairs.into_iter().partition(|pair| std::str::from_utf8(&pair.value).is_ok());
        if !text.is_empty() {
            let data = text.into_iter().map(|pair| {
                let text = String::from_utf8_lossy(&pair.value).into_owned();
                Entry::new(pair.key, pair.key_origin, Node::string(text, pair.origin))
            });
            self.put("data", Node::map(data.collect(), self.origin.clone()));
        }
        if !binary.is_empty() {
            let data = binary.into_iter().map(Pair::encoded).collect();
            self.put("binaryData", Node::map(data, self.origin.clone()));
        }
    }

    fn put_secret_data(&mut self, entry: &Node, pairs: Vec<Pair>) {
        let stated = entry.get("type").filter(|node| node.text().is_some_and(|it| !it.is_empty()));
        let kind = match stated.and_then(|node| Some((node, node.text()?))) {
            Some((node, text)) => string(text, &node.origin),
            None => string("Opaque", &self.origin),
        };
        self.put("type", kind);
        let data = pairs.into_iter().map(Pair::encoded).collect();
        self.put("data", Node::map(data, self.origin.clone()));
    }
}

/// The options of one generator and those of all.
struct Options<'n> {
    own: Option<&'n Node>,
    common: Option<&'n Node>,
}

impl<'n> Options<'n> {
    /// A flag that is true in either: kustomize cannot tell false from missing.
    fn flag(&self, key: &str) -> Option<&'n Node> {
        [self.own, self.common].into_iter().flatten().find_map(|options| {
            options
                .get(key)
                .filter(|node| node.text().is_some_and(|it| it.eq_ignore_ascii_case("true")))
        })
    }

    /// The entries of a mapping: the generator's own, and those of all that it does not have.
    fn entries(&self, key: &str) -> Option<Node> {
        let maps = [self.common, self.own].into_iter().flatten();
        let maps: Vec<&Node> = maps.filter_map(|options| options.get(key)).collect();
        let origin = maps.last()?.origin.clone();
        let entries = maps.into_iter().filter_map(Node::as_map).flat_map(Map::entries);
        let entries = entries.map(|entry| {
            let text = entry.value.text().unwrap_or_default();
            let value = string(text, &entry.value.origin);
            Entry::new(entry.key.clone(), entry.key_origin.clone(), value)
        });
        let map: Map = entries.collect();
        (!map.is_empty()).then(|| Node::map(map, origin))
    }

    fn metadata(&self, entry: &Node, name: &Node) -> Node {
        let mut map = Map::default();
        let mut put = |key: &str, value: Option<Node>| {
            let Some(value) = value else { return };
            map.insert(Entry::new(key, value.origin.clone(), value));
        };
        let copy = |node: &Node| string(node.text().unwrap_or_default(), &node.origin);
        put("name", Some(copy(name)));
        let namespace = entry.get("namespace");
        put("namespace", namespace.map(copy).filter(|node| node.text() != Some("")));
        put("labels", self.entries("labels"));
        put("annotations", self.entries("annotations"));
        Node::map(map, Origin::plain(entry.origin.span))
    }
}

/// One key and its value.
struct Pair {
    key: SmolStr,
    key_origin: Origin,
    value: Vec<u8>,
    origin: Origin,
}

impl Pair {
    fn encoded(self) -> Entry {
        Entry::new(self.key, self.key_origin, Node::string(base64(&self.value), self.origin))
    }
}

/// The pairs of one generator while its sources are read.
struct Pairs<'t> {
    by: Span,
    pairs: Vec<Pair>,
    /// Where each key was given first.
    keys: HashMap<SmolStr, Span>,
    troubles: &'t mut Vec<Trouble>,
}

impl Pairs<'_> {
    fn read(&mut self, entry: &Node, load: &mut Load<'_>) {
        let single = entry.get("env").filter(|node| node.text().is_some_and(|it| !it.is_empty()));
        for source in self.sources(entry, "envs").into_iter().chain(single) {
            self.read_env_file(source, load);
        }
        for source in self.sources(entry, "literals") {
            self.read_literal(source);
        }
        for source in self.sources(entry, "files") {
            self.read_file(source, load);
        }
    }

    /// The items of one of the lists; what is no text is told.
    fn sources<'n>(&mut self, entry: &'n Node, key: &str) -> Vec<&'n Node> {
        let items = entry.get(key).and_then(Node::as_list).unwrap_or_default();
        let (texts, others): (Vec<_>, Vec<_>) =
            items.iter().partition(|item| item.text().is_some());
        for other in others {
            self.fail(other, format!("an entry of `{key}` is text"));
        }
        texts
    }

    fn fail(&mut self, node: &Node, message: String) {
        self.troubles.push(Trouble::fatal(Class::Generator, node.origin.span, message));
    }

    fn add(&mut self, key: &str, key_at: Span, value: Vec<u8>, at: Span) {
        if let Some(first) = self.keys.insert(key.into(), key_at) {
            let message = format!("key `{key}` is there already");
            let trouble = Trouble::fatal(Class::Generator, key_at, message)
                .help("give each key of an object once, in one of its sources")
                .related(first, "the first is here");
            self.troubles.push(trouble);
            return;
        }
        let made = |span| Origin::plain(span).then(How::Generator, self.by);
        let (key_origin, origin) = (made(key_at), made(at));
        self.pairs.push(Pair { key: key.into(), key_origin, value, origin });
    }

    fn read_literal(&mut self, node: &Node) {
        let Some(scalar) = node.as_scalar() else { return };
        let text = scalar.text.as_str();
        let Some((key, value)) = text.split_once('=').filter(|(key, _)| !key.is_empty()) else {
            self.fail(node, format!("literal `{text}` is not of the form key=value"));
            return;
        };
        let start = key.len() + 1;
        let quotes = usize::from(is_quoted(value));
        let range = start + quotes..text.len() - quotes;
        let value = text.get(range.clone()).unwrap_or(value).as_bytes().to_vec();
        let (key_at, at) = (part(node, 0..key.len()), part(node, range));
        self.add(key, key_at, value, at);
    }

    fn read_file(&mut self, node: &Node, load: &mut Load<'_>) {
        let Some(source) = node.text() else { return };
        let (key, path) = match source.split_once('=') {
            None => (base_name(source), source),
            Some((key, path)) if !key.is_empty() && !path.is_empty() && !path.contains('=') => {
                (key, path)
            }
            Some(_) => {
                let message = format!("`{source}` is not of the form key=path, or a path alone");
                self.fail(node, message);
                return;
            }
        };
        let key_at =
            if key.len() + path.len() < source.len() { 0..key.len() } else { 0..source.len() };
        let (key_at, path_at) =
            (part(node, key_at), part(node, source.len() - path.len()..source.len()));
        match load(path, node.origin.span) {
            Ok(File::Text(file)) => {
                let at = Span::new(file.id, 0, length(file.text()));
                self.add(key, key_at, bytes(&file), at);
            }
            Ok(File::Binary(bytes)) => self.add(key, key_at, bytes.to_vec(), path_at),
            Err(trouble) => self.troubles.push(trouble),
        }
    }

    fn read_env_file(&mut self, node: &Node, load: &mut Load<'_>) {
        let Some(path) = node.text() else { return };
        let (bytes, file) = match load(path, node.origin.span) {
            Ok(File::Text(file)) => (bytes(&file), Some(file)),
            Ok(File::Binary(bytes)) => (bytes.to_vec(), None),
            Err(trouble) => return self.troubles.push(trouble),
        };
        let Ok(text) = std::str::from_utf8(&bytes) else {
            self.fail(node, format!("env file `{path}` is no UTF-8 text"));
            return;
        };
        for line in env_lines(text) {
            let at = |range: Range<usize>| match &file {
                Some(file) => Span::new(file.id, offset(range.start), offset(range.end)),
                None => node.origin.span,
            };
            let (Some(key), Some(value)) =
                (text.get(line.key.clone()), text.get(line.value.clone()))
            else {
                continue;
            };
            self.add(key, at(line.key), value.as_bytes().to_vec(), at(line.value));
        }
    }
}

/// A line of an env file that says something; bytes of the file.
struct EnvLine {
    key: Range<usize>,
    value: Range<usize>,
}

/// The lines with a key. A key without `=` has an empty value, which stands behind it.
fn env_lines(text: &str) -> impl Iterator<Item = EnvLine> + '_ {
    let mut start = 0;
    text.split_inclusive('\n').enumerate().filter_map(move |(index, whole)| {
        let line_start = start;
        start += whole.len();
        let line = whole.strip_suffix('\n').unwrap_or(whole);
        let line = line.strip_suffix('\r').unwrap_or(line);
        let end = line_start + line.len();
        let line = line.strip_prefix('\u{feff}').filter(|_| index == 0).unwrap_or(line);
        let line = line.trim_start();
        let from = end - line.len();
        let (key, value) = match line.find('=') {
            Some(at) => (from..from + at, from + at + 1..end),
            None => (from..end, end..end),
        };
        (!line.starts_with('#') && !key.is_empty()).then_some(EnvLine { key, value })
    })
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn length(text: &str) -> u32 {
    offset(text.len())
}

/// The bytes of a file as they are on disk.
fn bytes(file: &SourceFile) -> Vec<u8> {
    let text = file.text();
    let units = |bom: bool, encode: fn(u16) -> [u8; 2]| {
        let mark = bom.then_some(0xfeff).into_iter();
        mark.chain(text.encode_utf16()).flat_map(encode).collect()
    };
    match file.encoding() {
        FileEncoding::Utf8 => text.as_bytes().to_vec(),
        FileEncoding::Utf16Le { bom } => units(bom, u16::to_le_bytes),
        FileEncoding::Utf16Be { bom } => units(bom, u16::to_be_bytes),
    }
}

/// True for a text in quotes of one kind, which kustomize takes off a literal's value.
fn is_quoted(text: &str) -> bool {
    let in_quotes = |quote: char| text.starts_with(quote) && text.ends_with(quote);
    text.len() >= 2 && (in_quotes('"') || in_quotes('\''))
}

/// The last name of a path, as Go's `path.Base` gives it.
fn base_name(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    path.rsplit('/').next().unwrap_or(path)
}

/// The bytes in the file of a part of a scalar's text (bytes of it); all of the scalar's when its
/// text is not written as it is.
fn part(node: &Node, range: Range<usize>) -> Span {
    let span = node.origin.span;
    let Some(scalar) = node.as_scalar() else { return span };
    let opening = match (span.len() as usize).checked_sub(scalar.text.len()) {
        Some(0) => 0,
        // Quotes around a text without escapes; a block is longer than its text by more than this.
        Some(2) if scalar.quoted => 1,
        _ => return span,
    };
    let at = |place: usize| span.start + opening + offset(place);
    Span::new(span.file, at(range.start), at(range.end))
}

/// Base64 as kustomize writes it: in lines of 70 characters when it is longer than one.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const LINE: usize = 70;
    let letters = bytes.len().div_ceil(3) * 4;
    let mut text = String::with_capacity(letters + letters / LINE + 1);
    let mut written = 0;
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * at) & 63) as usize];
            text.push(if at <= chunk.len() { char::from(letter) } else { '=' });
            written += 1;
            if letters >= LINE && (written % LINE == 0 || written == letters) {
                text.push('\n');
            }
        }
    }
    text
}

/// Lets a generated object join those that are there, as its behaviour says.
///
/// # Errors
/// When it is to merge with or replace an object that is not there, is to be new and is there, or
/// may mean several.
pub(crate) fn absorb(resources: &mut Vec<Resource>, new: Resource) -> Result<(), Trouble> {
    let id = new.id();
    let is_known = |resource: &Resource| {
        let has_name = resource.name() == id.name
            || resource.previous.iter().any(|previous| previous.name == id.name);
        has_name && resource.ids().any(|known| known.is_same(&id))
    };
    let mut places = resources.iter().enumerate().filter(|(_, known)| is_known(known));
    let found = places.next().map(|(at, _)| at);
    let is_ambiguous = places.next().is_some();
    let fail = |message: String, help: &str| {
        Err(Trouble::fatal(Class::Generator, new.entered_at, message).help(help))
    };
    let joins = matches!(new.behavior, Behavior::Merge | Behavior::Replace);
    let Some(at) = found else {
        if joins {
            let message = format!("{id} is not there to be merged with or replaced");
            return fail(message, "name an object that the resources or an earlier generator have");
        }
        resources.push(new);
        return Ok(());
    };
    let there = resources.get(at).map_or(new.entered_at, |known| known.entered_at);
    if is_ambiguous {
        let message = format!("{id} may mean several objects that are there");
        return fail(message, "state the namespace of the one that is meant");
    }
    if !joins {
        let message = format!("{id} is there already");
        let help = "say `behavior: merge` or `behavior: replace`, or take another name";
        return fail(message, help).map_err(|trouble| trouble.related(there, "it comes in here"));
    }
    if let Some(old) = resources.get_mut(at) {
        let new = join(old, new);
        *old = new;
    }
    Ok(())
}

/// A generated object in the place of one that is there: it keeps its own data and takes over name,
/// namespace, labels and annotations; when merging also the data that it does not have itself.
fn join(old: &Resource, mut new: Resource) -> Resource {
    let merges = new.behavior == Behavior::Merge;
    for field in ["labels", "annotations"] {
        take_over(old.node.at(&["metadata", field]), new.node.at_mut(&["metadata"]), field);
    }
    // The old place of an object is kept by what was merged into it.
    if merges {
        let origin_key = "config.kubernetes.io/origin";
        let kept = old.node.at(&["metadata", "annotations"]).and_then(Node::as_map);
        let kept = kept.and_then(|map| map.entry(origin_key)).cloned();
        let annotations = new.node.at_mut(&["metadata", "annotations"]).and_then(Node::as_map_mut);
        if let (Some(entry), Some(map)) = (kept, annotations) {
            map.insert(entry);
        }
        for field in ["data", "binaryData"] {
            take_over(old.node.get(field), Some(&mut new.node), field);
        }
    }
    if let Some(metadata) = new.node.get_mut("metadata").and_then(Node::as_map_mut) {
        for field in ["name", "namespace"] {
            metadata.remove(field);
            let kept = old.node.get("metadata").and_then(Node::as_map);
            if let Some(entry) = kept.and_then(|map| map.entry(field)) {
                metadata.insert(entry.clone());
            }
        }
    }
    new.previous.clone_from(&old.previous);
    new.prefixes.clone_from(&old.prefixes);
    new.suffixes.clone_from(&old.suffixes);
    new.variables.clone_from(&old.variables);
    new.behavior = old.behavior;
    new.needs_hash &= old.needs_hash;
    new
}

/// Puts the texts of an old mapping under a field of a new object, below those that it has there.
fn take_over(old: Option<&Node>, new: Option<&mut Node>, field: &str) {
    let Some(new) = new.and_then(Node::as_map_mut) else { return };
    let entries = old.and_then(Node::as_map).map(Map::entries).unwrap_or_default();
    if let (Some(first), false) = (old, entries.is_empty()) {
        let map = new.map_at(field, &first.origin);
        for entry in entries {
            add_below(map, entry);
        }
    }
    if new.get(field).and_then(Node::as_map).is_some_and(Map::is_empty) {
        new.remove(field);
    }
}

fn add_below(node: &mut Node, old: &Entry) {
    let Some(map) = node.as_map_mut() else { return };
    if let Some(new) = map.entry_mut(&old.key) {
        new.value.origin = new.value.origin.over(&old.value.origin);
        return;
    }
    let text = old.value.text().unwrap_or_default();
    let value = string(text, &old.value.origin);
    map.insert(Entry::new(old.key.clone(), old.key_origin.clone(), value));
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kubesift_source::FileId;

    use super::*;
    use crate::transform::sample::{node, places, show, show_at};

    /// What a generator makes of an entry and `generatorOptions`; the files are numbered from 2.
    fn made(kind: Kind, entry: &str, options: &str) -> (Option<Resource>, Vec<String>) {
        let files: [(&str, &[u8]); 5] = [
            ("a.env", b"\xef\xbb\xbfA=1\r\n # no\n\n B = x # y\nexport C\nQ=\"q\"\n=none\n"),
            ("dir/text", b"one\ntwo\n"),
            ("bin", b"bin\xff\x00"),
            ("nul", b"nul\0text"),
            ("wide", b"\xff\xfea\0b\0"),
        ];
        let mut load = |path: &str, at: Span| {
            let found = files.iter().enumerate().find(|(_, file)| file.0 == path);
            let Some((place, (name, bytes))) = found else {
                return Err(Trouble::fatal(Class::Missing, at, format!("no file {path}")));
            };
            let id = FileId(u32::try_from(place).map_or(99, |place| place + 2));
            let file = SourceFile::decode(id, *name, bytes.to_vec());
            Ok(file.map_or(File::Binary((*bytes).into()), |file| File::Text(Arc::new(file))))
        };
        let mut troubles = Vec::new();
        let options = (!options.is_empty()).then(|| node(options));
        let resource = generate(kind, &node(entry), options.as_ref(), &mut load, &mut troubles);
        (resource, troubles.into_iter().map(|trouble| trouble.message).collect())
    }

    fn check(kind: Kind, entry: &str, options: &str, expected: &str) {
        let (resource, troubles) = made(kind, entry, options);
        assert_eq!(troubles, <[&str; 0]>::default(), "{entry}");
        let shown = resource.map(|resource| show(&resource.node));
        assert_eq!(shown.as_deref(), Some(expected), "{entry}");
    }

    #[test]
    fn literals_lose_one_pair_of_quotes() {
        check(
            Kind::ConfigMap,
            r#"{name: a, literals: ["a b=1", 'k="x"', "j='x\"", "l=", 'm="', "n=a=b"]}"#,
            "",
            r#"{apiVersion: v1, data: {a b: "1", j: 'x", k: x, l: "", m: ", n: a=b}, kind: ConfigMap, metadata: {name: a}}"#,
        );
    }

    #[test]
    fn env_files_have_a_pair_on_a_line() {
        check(
            Kind::ConfigMap,
            "{name: a, env: a.env}",
            "",
            r#"{apiVersion: v1, data: {A: "1", B :  x # y, Q: "q", export C: ""}, kind: ConfigMap, metadata: {name: a}}"#,
        );
    }

    #[test]
    fn files_are_text_or_binary() {
        let (resource, troubles) =
            made(Kind::ConfigMap, "{name: a, files: [dir/text, bin, z=nul, wide]}", "");
        assert_eq!(troubles, <[&str; 0]>::default());
        let show_at =
            |path| resource.as_ref().map(|it| show_at(&it.node, path)).unwrap_or_default();
        assert_eq!(show_at("data"), "{text: one\ntwo\n, z: nul\0text}");
        assert_eq!(show_at("binaryData"), "{bin: Ymlu/wA=, wide: //5hAGIA}");
    }

    #[test]
    fn secrets_are_encoded_and_have_data_always() {
        check(
            Kind::Secret,
            "{name: t, type: kubernetes.io/tls, literals: [a=b], files: [bin]}",
            "",
            "{apiVersion: v1, data: {a: Yg==, bin: Ymlu/wA=}, kind: Secret, metadata: {name: t}, type: kubernetes.io/tls}",
        );
        check(
            Kind::Secret,
            "{name: e, options: {immutable: true, labels: {a: b}}}",
            "",
            "{apiVersion: v1, data: {}, immutable: true, kind: Secret, metadata: {labels: {a: b}, name: e}, type: Opaque}",
        );
    }

    #[test]
    fn own_options_come_before_those_of_all() {
        check(
            Kind::ConfigMap,
            "{name: '123', namespace: n, options: {labels: {a: own}, immutable: false}}",
            "{labels: {a: all, b: all}, annotations: {x: z}, immutable: true}",
            r#"{apiVersion: v1, immutable: true, kind: ConfigMap, metadata: {annotations: {x: z}, labels: {a: own, b: all}, name: "123", namespace: n}}"#,
        );
        let needs_hash = |entry, options| {
            made(Kind::ConfigMap, entry, options).0.map(|resource| resource.needs_hash)
        };
        assert_eq!(needs_hash("{name: a}", ""), Some(true));
        assert_eq!(needs_hash("{name: a}", "{disableNameSuffixHash: true}"), Some(false));
        let own = "{name: a, options: {disableNameSuffixHash: false}}";
        assert_eq!(needs_hash(own, "{disableNameSuffixHash: true}"), Some(false));
    }

    #[test]
    fn what_is_wrong_is_told() {
        let check = |entry: &str, message: &str| {
            assert_eq!(made(Kind::ConfigMap, entry, "").1, [message], "{entry}");
        };
        check("{literals: [a=1]}", "a generated object needs a name");
        check("{name: a, literals: [a]}", "literal `a` is not of the form key=value");
        check("{name: a, literals: [=a]}", "literal `=a` is not of the form key=value");
        check("{name: a, literals: [a=1, a=2]}", "key `a` is there already");
        check("{name: a, literals: [A=1], envs: [a.env]}", "key `A` is there already");
        check("{name: a, files: [a=b=c]}", "`a=b=c` is not of the form key=path, or a path alone");
        check("{name: a, files: [a=]}", "`a=` is not of the form key=path, or a path alone");
        check("{name: a, files: [=a]}", "`=a` is not of the form key=path, or a path alone");
        check("{name: a, files: [none]}", "no file none");
        check("{name: a, envs: [bin]}", "env file `bin` is no UTF-8 text");
    }

    #[test]
    fn data_knows_where_it_comes_from() {
        let entry = "{name: a, literals: [a=1, 'b=\"2\"', \"c=\\x41\"], envs: [a.env], files: [dir/text, k=dir/text, z=bin]}";
        let (resource, _) = made(Kind::ConfigMap, entry, "");
        let data = resource.as_ref().and_then(|resource| resource.node.get("data")?.as_map());
        let place = |key: &str| {
            let entry = data.and_then(|data| data.entry(key));
            entry.map(|entry| [entry.key_origin.span, entry.value.origin.span])
        };
        let written = |key: &str| {
            place(key).map(|spans| spans.map(|span| &entry[span.start as usize..span.end as usize]))
        };
        assert_eq!(written("a"), Some(["a", "1"]));
        assert_eq!(written("b"), Some(["b", "2"]));
        assert_eq!(written("c"), Some(["\"c=\\x41\""; 2]));
        assert_eq!(written("text").map(|spans| spans[0]), Some("dir/text"));
        assert_eq!(written("k").map(|spans| spans[0]), Some("k"));
        let binary =
            resource.as_ref().and_then(|it| it.node.get("binaryData")?.as_map()?.entry("z"));
        let at = binary.map(|binary| binary.value.origin.span);
        assert_eq!(at.map(|at| &entry[at.start as usize..at.end as usize]), Some("bin"));
        let span = |file, start, end| Span::new(FileId(file), start, end);
        assert_eq!(place("A"), Some([span(2, 3, 4), span(2, 5, 6)]));
        assert_eq!(place("text").map(|spans| spans[1]), Some(span(3, 0, 8)));
        let name = resource.as_ref().and_then(|resource| resource.node.at(&["metadata", "name"]));
        assert_eq!(name.map(|name| places(name, ["", entry])), Some(vec!["1:a".to_owned()]));
    }

    #[test]
    fn long_base64_is_in_lines() {
        assert_eq!(base64(b""), "");
        assert_eq!(base64(b"a"), "YQ==");
        assert_eq!(base64(&[0; 51]), "A".repeat(68));
        assert_eq!(base64(&[0; 54]), format!("{}\nAA\n", "A".repeat(70)));
        let lines = base64(&[0; 105]);
        assert_eq!(lines, format!("{0}\n{0}\n", "A".repeat(70)));
    }

    fn absorbed(entries: &[&str]) -> (Vec<Resource>, Vec<String>) {
        let (mut list, mut troubles) = (Vec::new(), Vec::new());
        for entry in entries {
            let Some(resource) = made(Kind::ConfigMap, entry, "").0 else { continue };
            troubles.extend(absorb(&mut list, resource).err().map(|trouble| trouble.message));
        }
        (list, troubles)
    }

    #[test]
    fn behaviours_say_how_objects_meet() {
        let check = |entries: &[&str], expected: &str, needs_hash: bool| {
            let (list, troubles) = absorbed(entries);
            assert_eq!(troubles, <[&str; 0]>::default());
            let shown: Vec<_> = list.iter().map(|it| (show(&it.node), it.needs_hash)).collect();
            assert_eq!(shown, [(expected.to_owned(), needs_hash)]);
        };
        let first = "{name: a, literals: [a=1, b=1], options: {labels: {x: y}}}";
        check(
            &[first, "{name: a, behavior: merge, literals: [b=2, c=2]}"],
            r#"{apiVersion: v1, data: {a: "1", b: "2", c: "2"}, kind: ConfigMap, metadata: {labels: {x: y}, name: a}}"#,
            true,
        );
        check(
            &[first, "{name: a, behavior: replace, literals: [c=2], options: {labels: {x: z}}}"],
            r#"{apiVersion: v1, data: {c: "2"}, kind: ConfigMap, metadata: {labels: {x: z}, name: a}}"#,
            true,
        );
        let plain =
            "{name: a, behavior: merge, literals: [a=1], options: {disableNameSuffixHash: true}}";
        check(
            &["{name: a, namespace: default}", plain],
            r#"{apiVersion: v1, data: {a: "1"}, kind: ConfigMap, metadata: {name: a, namespace: default}}"#,
            false,
        );
    }

    #[test]
    fn objects_that_do_not_meet_as_they_say_are_told() {
        let fails = |entries: &[&str]| absorbed(entries).1;
        let merge = "{name: a, behavior: merge}";
        assert_eq!(fails(&[merge]), ["ConfigMap a is not there to be merged with or replaced"]);
        assert_eq!(fails(&["{name: a}", "{name: a}"]), ["ConfigMap a is there already"]);
        assert_eq!(fails(&["{name: a, namespace: n}", "{name: a}"]), <[&str; 0]>::default());
    }

    #[test]
    fn an_object_is_met_by_its_old_name_and_keeps_the_new_one() {
        let (mut list, _) = absorbed(&["{name: a, literals: [a=1]}"]);
        list[0].remember();
        let origin = Origin::plain(list[0].entered_at);
        if let Some(metadata) = list[0].node.get_mut("metadata").and_then(Node::as_map_mut) {
            metadata.insert(Entry::new("name", origin.clone(), Node::string("p-a", origin)));
        }
        let new = made(Kind::ConfigMap, "{name: a, behavior: merge, literals: [b=1]}", "").0;
        assert_eq!(new.map(|new| absorb(&mut list, new)), Some(Ok(())));
        assert_eq!(show_at(&list[0].node, "metadata/name"), "p-a");
        assert_eq!(list[0].previous.len(), 1);
    }
}
