//! The words of a file that mean something beyond YAML: kinds, the names that objects have, and the
//! names and keys by which they refer to others, with whether anything answers to them.

use std::collections::BTreeSet;

use kubesift_model::{Graph, Link, Missing, Relation, Resource};
use kubesift_project::{Analysis, Homes, Spot};
use kubesift_source::{FileId, Span};
use kubesift_yaml::Node;

/// What a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TokenKind {
    /// A kind: `Deployment`.
    Kind,
    /// A name of an object: its own, or that of another.
    Name,
    /// A key or a port of another object.
    Part,
}

/// A word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Token {
    /// Its bytes, quotes included; on one line.
    pub at: Span,
    /// What it is.
    pub kind: TokenKind,
    /// The object that is written here has this name.
    pub declares: bool,
    /// Nothing in view answers to it.
    pub is_missing: bool,
}

/// Objects of builds that are asked: a base may be part of hundreds.
const MOST: usize = 20_000;

/// The words of a file in their order, none over another. What is part of several builds is missing
/// when it is in one of them.
pub fn tokens(analysis: &Analysis, file: FileId) -> Vec<Token> {
    let homes = analysis.homes();
    let mut found = Found { homes: &homes, file, tokens: BTreeSet::new() };
    for Spot { build, position, .. } in analysis.spots_in(file).into_iter().take(MOST) {
        analysis.with_graph(build, |graph| {
            if let Some(resource) = graph.resources().get(position as usize) {
                found.add_object(graph, resource);
            }
        });
    }
    let text = analysis.outcome.files.get(file.0 as usize).map_or("", |file| file.text());
    let mut tokens: Vec<Token> = Vec::new();
    for token in found.tokens {
        let words = text.get(token.at.start as usize..token.at.end as usize).unwrap_or_default();
        if words.is_empty() || words.contains('\n') {
            continue;
        }
        match tokens.last_mut() {
            Some(last) if last.at == token.at => last.is_missing |= token.is_missing,
            Some(last) if token.at.start < last.at.end => {}
            _ => tokens.push(token),
        }
    }
    tokens
}

struct Found<'h> {
    homes: &'h Homes<'h>,
    file: FileId,
    tokens: BTreeSet<Token>,
}

impl Found<'_> {
    fn add_object<'a>(&mut self, graph: &Graph<'a>, resource: &'a Resource) {
        let root = resource.node();
        if let Some(kind) = root.get("kind") {
            self.add(kind, TokenKind::Kind, false, false);
        }
        if let Some(name) = root.at("metadata.name") {
            self.add(name, TokenKind::Name, true, false);
        }
        for link in graph.links().from(resource).iter().filter(|link| is_by_name(link)) {
            let part_lacks = link.is_part_missing();
            let lacks = link.missing().is_some_and(|one: &Missing<'_>| !one.half.is_part());
            self.add(link.at, TokenKind::Name, false, lacks && !link.optional);
            if let Some((_, at)) = link.wanted.part {
                self.add(at, TokenKind::Part, false, part_lacks && !link.optional);
            }
        }
    }

    fn add(&mut self, node: Node<'_>, kind: TokenKind, declares: bool, is_missing: bool) {
        let is_word = node.text().is_some_and(|text| !text.is_empty());
        let at = self.homes.span(node.span());
        if is_word && at.file == self.file {
            self.tokens.insert(Token { at, kind, declares, is_missing });
        }
    }
}

/// True for a reference that is written as a name: a selector has none, and what an object makes or is
/// owned by is seldom what a person wrote.
fn is_by_name(link: &Link<'_>) -> bool {
    !matches!(link.relation, Relation::Selects | Relation::CrdOf | Relation::Makes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seen::find_file;
    use crate::testing::Project;

    fn said(project: &Project, path: &str) -> Vec<String> {
        let file = find_file(&project.analysis, path).expect("a file");
        let word = |token: &Token| {
            let words = project.words(token.at);
            let words = words.split_once(": ").map_or("", |(_, words)| words);
            let marks = [(token.declares, " declares"), (token.is_missing, " missing")];
            let marks = marks.iter().filter(|one| one.0).map(|one| one.1).collect::<String>();
            format!("{:?} {words}{marks}", token.kind)
        };
        tokens(&project.analysis, file).iter().map(word).collect()
    }

    #[test]
    fn kinds_names_and_keys_are_told_with_what_is_missing() {
        let project = Project::new(
            "-- pod.yaml\napiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  labels: {app: web}\nspec:\n  \
             containers:\n  - name: web\n    image: a:1\n    env:\n    - name: A\n      valueFrom:\n        \
             configMapKeyRef: {name: settings, key: a}\n    - name: B\n      valueFrom:\n        \
             configMapKeyRef: {name: 'settings', key: none}\n    envFrom:\n    - secretRef: {name: lost}\n    \
             - secretRef: {name: perhaps, optional: true}\n\
             -- map.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata: {a: b}\n",
        );
        assert_eq!(
            said(&project, "pod.yaml"),
            [
                "Kind Pod",
                "Name web declares",
                "Name settings",
                "Part a",
                "Name 'settings'",
                "Part none missing",
                "Name lost missing",
                "Name perhaps",
            ]
        );
        assert_eq!(said(&project, "map.yaml"), ["Kind ConfigMap", "Name settings declares"]);
    }

    #[test]
    fn words_of_a_base_are_told_where_they_are_written() {
        let project = Project::new(
            "-- base/kustomization.yaml\nresources: [pod.yaml]\n\
             -- base/pod.yaml\napiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - \
             name: c\n    image: a:1\n    envFrom:\n    - configMapRef: {name: settings}\n\
             -- prod/kustomization.yaml\nnamePrefix: prod-\nresources: [../base, map.yaml]\n\
             -- prod/map.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata: {a: b}\n",
        );
        let words = said(&project, "base/pod.yaml");
        assert!(words.contains(&"Kind Pod".to_owned()), "{words:?}");
        assert!(words.contains(&"Name web declares".to_owned()), "{words:?}");
        assert!(words.contains(&"Name settings".to_owned()), "{words:?}");
    }
}
