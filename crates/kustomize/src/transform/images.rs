//! `images` and ImageTagTransformer: names, tags and digests of images of containers. First every
//! list `containers` and `initContainers` anywhere in an object, then the fields of the configuration:
//! a field that is both is changed twice, which shows with `tagSuffix`.

use std::ops::Range;

use kubesift_source::{How, Origin};
use regex_lite::Regex;

use crate::fieldspec::{FieldSpec, Leaf, Misfit, visit};
use crate::pieces::Pieces;
use crate::resource::Resource;
use crate::tree::{Node, Value};
use crate::trouble::{Class, Trouble};

/// Does what one entry of `images` says. Gives the number of images of its name that were met; an
/// image met by both passes counts twice.
pub(crate) fn apply(
    entry: &Node,
    specs: &[FieldSpec],
    resources: &mut [Resource],
    troubles: &mut Vec<Trouble>,
) -> usize {
    let change = match Change::parse(entry) {
        Ok(change) => change,
        Err(trouble) => {
            troubles.push(trouble);
            return 0;
        }
    };
    let mut count = 0;
    for resource in resources {
        let gvk = resource.gvk();
        if gvk.kind == "CustomResourceDefinition" {
            continue;
        }
        let node = &mut resource.node;
        let mut each = |node: &mut Node| {
            count += usize::from(change.apply(node)?);
            Ok(())
        };
        let mut done = containers(node, &mut each);
        for spec in specs.iter().filter(|spec| spec.is_for(&gvk)) {
            done = done.and_then(|()| visit(node, spec, Leaf::Nothing, &mut each));
        }
        if let Err(misfit) = done {
            troubles.push(misfit.trouble(Class::Transformer, "the image transformer"));
        }
    }
    count
}

/// Calls `each` with the image of every item of the lists that are named after containers.
fn containers(
    node: &mut Node,
    each: &mut dyn FnMut(&mut Node) -> Result<(), Misfit>,
) -> Result<(), Misfit> {
    match &mut node.value {
        Value::Scalar(_) => Ok(()),
        Value::List(items) => items.iter_mut().try_for_each(|item| containers(item, each)),
        Value::Map(map) => map.entries_mut().iter_mut().try_for_each(|entry| {
            containers(&mut entry.value, each)?;
            let is_list = matches!(entry.key.as_str(), "containers" | "initContainers");
            match &mut entry.value.value {
                Value::List(items) if is_list => {
                    items.iter_mut().try_for_each(|item| image(item, each))
                }
                _ => Ok(()),
            }
        }),
    }
}

fn image(
    container: &mut Node,
    each: &mut dyn FnMut(&mut Node) -> Result<(), Misfit>,
) -> Result<(), Misfit> {
    if container.is_null() {
        return Ok(());
    }
    let wrong = Misfit::new(container, "a container");
    let map = container.as_map_mut().ok_or(wrong)?;
    map.get_mut("image").map_or(Ok(()), each)
}

/// An entry of `images`.
struct Change<'a> {
    name: Name,
    new_name: Option<&'a Node>,
    new_tag: Option<&'a Node>,
    tag_suffix: Option<&'a Node>,
    digest: Option<&'a Node>,
}

impl<'a> Change<'a> {
    fn parse(entry: &'a Node) -> Result<Self, Trouble> {
        let word =
            |key| entry.get(key).filter(|node| node.text().is_some_and(|text| !text.is_empty()));
        let name = word("name").and_then(Node::text).unwrap_or_default();
        let place = entry.get("name").unwrap_or(entry).origin.span;
        Ok(Self {
            name: Name::parse(name).map_err(|()| {
                let message = format!("`{name}` is no regular expression, so it matches no image");
                Trouble::note(Class::Transformer, place, message)
                    .help("write the name of the image without tag, as it stands in the manifests")
            })?,
            new_name: word("newName"),
            new_tag: word("newTag"),
            tag_suffix: word("tagSuffix"),
            digest: word("digest"),
        })
    }

    /// Changes an image; false when it has another name.
    fn apply(&self, node: &mut Node) -> Result<bool, Misfit> {
        let Value::Scalar(old) = &node.value else { return Err(Misfit::new(node, "a scalar")) };
        if !self.name.is_of(&old.text) {
            return Ok(false);
        }
        let quoted = old.quoted;
        let parts = Parts::of(&old.text);
        let mut pieces = Pieces::default();
        let base = self.put_name(node, &parts, &mut pieces);
        self.put_tag(node, &parts, &base, &mut pieces);
        node.value = Value::Scalar(pieces.finish(quoted));
        node.origin = base;
        Ok(true)
    }

    /// Gives the place of the name, which is that of the image.
    fn put_name(&self, node: &Node, parts: &Parts, pieces: &mut Pieces) -> Origin {
        if let Some(new) = self.new_name {
            let origin = super::over(&new.origin, &node.origin);
            pieces.push(new.text().unwrap_or_default(), &origin);
            return origin;
        }
        pieces.push_part(node, parts.name.clone());
        match self.new_tag.or(self.digest).or(self.tag_suffix) {
            Some(by) => node.origin.then(How::Transformer, by.origin.span),
            None => node.origin.clone(),
        }
    }

    fn put_tag(&self, node: &Node, parts: &Parts, base: &Origin, pieces: &mut Pieces) {
        let new = |pieces: &mut Pieces, mark: &str, value: &Node| {
            pieces.push(mark, base);
            let origin = super::over(&value.origin, &node.origin);
            pieces.push(value.text().unwrap_or_default(), &origin);
        };
        let old = |pieces: &mut Pieces, mark: &str, range: &Option<Range<usize>>| {
            if let Some(range) = range.clone().filter(|range| !range.is_empty()) {
                pieces.push(mark, base);
                pieces.push_part(node, range);
            }
        };
        match (self.new_tag, self.digest, self.tag_suffix) {
            (None, None, None) => {
                old(pieces, ":", &parts.tag);
                old(pieces, "@", &parts.digest);
            }
            (None, None, Some(suffix)) => {
                pieces.push(":", base);
                pieces.push_part(node, parts.tag.clone().unwrap_or(0..0));
                pieces.push(suffix.text().unwrap_or_default(), &suffix.origin);
            }
            (tag, digest, _) => {
                if let Some(tag) = tag {
                    new(pieces, ":", tag);
                }
                if let Some(digest) = digest {
                    new(pieces, "@", digest);
                }
            }
        }
    }
}

/// Where name, tag and digest stand in an image. A port of the registry is part of the name.
#[derive(Debug, PartialEq, Eq)]
struct Parts {
    name: Range<usize>,
    tag: Option<Range<usize>>,
    digest: Option<Range<usize>>,
}

impl Parts {
    fn of(image: &str) -> Self {
        let start = image.find('/').unwrap_or(0);
        let find =
            |mark| image.bytes().skip(start).position(|byte| byte == mark).map(|at| start + at);
        let end = image.len();
        match (find(b':'), find(b'@')) {
            (None, None) => Self { name: 0..end, tag: None, digest: None },
            (Some(colon), None) => Self { name: 0..colon, tag: Some(colon + 1..end), digest: None },
            (Some(colon), Some(at)) if colon < at => {
                Self { name: 0..colon, tag: Some(colon + 1..at), digest: Some(at + 1..end) }
            }
            (_, Some(at)) => Self { name: 0..at, tag: None, digest: Some(at + 1..end) },
        }
    }
}

/// The name of an image, which is a regular expression that nobody means as one.
enum Name {
    /// Letters, digits and marks that stand for themselves, and dots, which stand for any character.
    Plain(Box<str>),
    /// Anything else.
    Pattern(Box<Regex>),
}

const TAG: &str = "(:[a-zA-Z0-9_.{}-]*)?(@[a-zA-Z0-9]+([.+_-][a-zA-Z0-9]+)*:[a-zA-Z0-9_.{}-]*)?$";

impl Name {
    fn parse(name: &str) -> Result<Self, ()> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"./_-:@".contains(&byte);
        if name.bytes().all(is_plain) {
            return Ok(Self::Plain(name.into()));
        }
        let pattern = Regex::new(&format!("^{name}{TAG}")).map_err(|_| ())?;
        Ok(Self::Pattern(Box::new(pattern)))
    }

    fn is_of(&self, image: &str) -> bool {
        match self {
            Self::Plain(name) => {
                let is_same = |(want, has): (u8, u8)| want == has || want == b'.' && has != b'\n';
                // What is no ASCII is no image; it would need counting characters for the dots.
                image.is_ascii()
                    && name.bytes().zip(image.bytes()).all(is_same)
                    && image.get(name.len()..).is_some_and(is_tag)
            }
            Self::Pattern(pattern) => pattern.is_match(image),
        }
    }
}

/// What may stand behind a name: nothing, a tag, a digest, or both.
fn is_tag(text: &str) -> bool {
    let is_word = |text: &str| {
        text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.{}-".contains(&byte))
    };
    let (tag, digest) = match text.split_once('@') {
        Some((tag, digest)) => (tag, Some(digest)),
        None => (text, None),
    };
    let is_digest = |digest: &str| {
        let Some((algorithm, hash)) = digest.split_once(':') else { return false };
        let is_part =
            |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
        algorithm.split(['.', '+', '_', '-']).all(is_part) && is_word(hash)
    };
    (tag.is_empty() || tag.strip_prefix(':').is_some_and(is_word)) && digest.is_none_or(is_digest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Gvk;
    use crate::transform::sample::{node, places, resources, show_at};

    fn changed(image: &str, entry: &str) -> String {
        let mut node = crate::transform::sample::in_file(0, &format!("{image:?}")).remove(0);
        let entry = crate::transform::sample::node(entry);
        let change = Change::parse(&entry).expect("a change");
        change.apply(&mut node).expect("a scalar");
        node.text().unwrap_or_default().to_owned()
    }

    #[test]
    fn each_field_changes_its_part() {
        let check = |entry: &str, want: [&str; 4]| {
            let images = ["nginx", "nginx:1.7", "nginx@sha256:ab", "nginx:1.7@sha256:ab"];
            assert_eq!(images.map(|image| changed(image, entry)), want, "{entry}");
        };
        check("{name: nginx, newTag: v2}", ["nginx:v2"; 4]);
        check("{name: nginx, digest: 'sha256:cd'}", ["nginx@sha256:cd"; 4]);
        check("{name: nginx, newTag: v2, digest: 'sha256:cd'}", ["nginx:v2@sha256:cd"; 4]);
        check(
            "{name: nginx, newName: a/b}",
            ["a/b", "a/b:1.7", "a/b@sha256:ab", "a/b:1.7@sha256:ab"],
        );
        check(
            "{name: nginx, tagSuffix: -x}",
            ["nginx:-x", "nginx:1.7-x", "nginx:-x", "nginx:1.7-x"],
        );
        check("{name: nginx, newName: b, newTag: v2, tagSuffix: -x}", ["b:v2"; 4]);
        check(
            "{name: apache, newTag: v2}",
            ["nginx", "nginx:1.7", "nginx@sha256:ab", "nginx:1.7@sha256:ab"],
        );
        check("{name: nginx}", ["nginx", "nginx:1.7", "nginx@sha256:ab", "nginx:1.7@sha256:ab"]);
    }

    #[test]
    fn names_are_regular_expressions() {
        let is = |name: &str, image: &str| Name::parse(name).is_ok_and(|name| name.is_of(image));
        assert!(is("nginx", "nginx:1.0"));
        assert!(is("nginx", "nginx:"));
        assert!(!is("nginx", "nginx2"));
        assert!(!is("nginx", "docker.io/nginx"));
        assert!(is("gcr.io/a", "gcr.io/a:{TAG}"));
        assert!(is("gcr.io/a", "gcrxio/a"));
        assert!(is("my-.*", "my-own/thing:1"));
        assert!(is("localhost:5000/a", "localhost:5000/a:1"));
        assert!(is("a", "a@multihash+base58:Qm"));
        assert!(!is("a", "a@sha256"));
        assert!(!is("a", "a:b:c"));
        assert!(!is("[", "["));
        assert!(is("", ":1"));
    }

    #[test]
    fn a_port_is_no_tag() {
        let of = |image: &str| {
            let parts = Parts::of(image);
            let tag = parts.tag.map(|range| image[range].to_owned());
            (image[parts.name].to_owned(), tag, parts.digest.map(|range| image[range].to_owned()))
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(of("host:5000/a"), ("host:5000/a".into(), None, None));
        assert_eq!(of("host:5000/a:1"), ("host:5000/a".into(), some("1"), None));
        assert_eq!(of("a@sha256:b"), ("a".into(), None, some("sha256:b")));
        assert_eq!(of("h/a:1@sha256:b"), ("h/a".into(), some("1"), some("sha256:b")));
    }

    const OBJECT: &str = "\
{apiVersion: apps/v1, kind: Deployment, spec: {template: {spec: {containers: [{name: a, image: 'nginx:1.7'}, {name: b}]}}}}
---
{apiVersion: x.io/v1, kind: Own, deep: {initContainers: [{image: nginx}], image: nginx}}
---
{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, spec: {containers: [{image: nginx}]}}
";

    fn built(entry: &str) -> (Vec<Resource>, usize, Vec<Trouble>) {
        let specs = [FieldSpec::new(Gvk::default(), "spec/template/spec/containers[]/image", true)];
        let mut objects = resources(OBJECT);
        let mut troubles = Vec::new();
        let count = apply(&node(entry), &specs, &mut objects, &mut troubles);
        (objects, count, troubles)
    }

    #[test]
    fn containers_are_found_everywhere() {
        let (objects, count, troubles) = built("{name: nginx, tagSuffix: -x}");
        assert_eq!((count, troubles), (3, vec![]));
        let image = show_at(&objects[0].node, "spec/template/spec/containers");
        assert_eq!(image, "[{image: nginx:1.7-x-x, name: a}, {name: b}]");
        assert_eq!(
            show_at(&objects[1].node, "deep"),
            "{image: nginx, initContainers: [{image: nginx:-x}]}"
        );
        assert_eq!(show_at(&objects[2].node, "spec"), "{containers: [{image: nginx}]}");
        assert_eq!(built("{name: other, newTag: a}").1, 0);
    }

    #[test]
    fn name_and_tag_keep_their_places() {
        let entry = "{name: nginx, newTag: v2}";
        let (objects, ..) = built(entry);
        let spec = objects[0].node.at(&["spec", "template", "spec"]).expect("a spec");
        let containers = spec.get("containers").and_then(Node::as_list).expect("containers");
        let image = containers[0].get("image").expect("an image");
        assert_eq!(
            places(image, [OBJECT, entry]),
            ["0:'nginx:1.7'", "0:nginx", "0:'nginx:1.7'", "1:v2"]
        );
    }

    #[test]
    fn a_name_that_is_no_pattern_is_noted() {
        let (_, count, troubles) = built("{name: '[', newTag: v2}");
        assert_eq!(count, 0);
        assert!(troubles.iter().all(|trouble| !trouble.fatal));
        assert_eq!(troubles.len(), 1);
    }

    #[test]
    fn a_container_that_is_none_is_refused() {
        let mut objects = resources("{apiVersion: x.io/v1, kind: Own, containers: [a]}");
        let mut troubles = Vec::new();
        apply(&node("{name: nginx, newTag: v2}"), &[], &mut objects, &mut troubles);
        assert_eq!(troubles.len(), 1);
    }
}
