//! ConfigMaps and Secrets made of literals, files and env files, and how what was made meets what is
//! there. Finding and reading the files is left to the caller, hashes in names to `names`.

mod absorb;
mod sources;

use kubesift_source::{Origin, Span};

pub(crate) use absorb::absorb;
use sources::{Pair, Pairs};

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
    let pairs = Pairs::read(entry, load, troubles);
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

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::Arc;

    use kubesift_source::{FileId, SourceFile};

    use super::*;
    use crate::transform::sample::{node, places, show, show_at};

    /// What a generator makes of an entry and `generatorOptions`; the files are numbered from 2.
    pub(super) fn made(kind: Kind, entry: &str, options: &str) -> (Option<Resource>, Vec<String>) {
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
}
