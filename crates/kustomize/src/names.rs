//! Names after all renames: the hash behind the names of generated objects, and the references that
//! follow the names of other objects. Which fields are references is for the configuration to say.

mod objects;

use foldhash::{HashMap, HashSet};
use kubesift_source::{How, Origin, Span};
use smol_str::SmolStr;

use crate::config::Config;
use crate::fieldspec::{FieldSpec, Leaf, visit};
use crate::id::Gvk;
use crate::pieces::Pieces;
use crate::resource::Resource;
use crate::scalar::Tag;
use crate::tree::{Entry, Node, Scalar, Value};
use crate::trouble::{Class, Trouble};
use objects::{Referrer, Renamed, Target, changed_by};

/// Puts a hash of its content behind the name of each object that wants one. Done once, when
/// everything else but references and variables is done.
pub(crate) fn add_hashes(resources: &mut [Resource], hash: impl Fn(&Node) -> String) {
    for resource in resources.iter_mut().filter(|resource| resource.needs_hash) {
        let hash = hash(&resource.node);
        resource.remember();
        let by = resource.entered_at;
        let Some(name) = resource.node.at_mut(&["metadata", "name"]) else { continue };
        let Some(quoted) = name.as_scalar().map(|scalar| scalar.quoted) else { continue };
        let mut pieces = Pieces::default();
        pieces.push_all(name);
        pieces.push(&format!("-{hash}"), &Origin::plain(by).then(How::Generator, by));
        name.value = Value::Scalar(pieces.finish(quoted));
        name.origin = name.origin.then(How::Generator, by);
    }
}

/// Lets every reference to an object that was renamed, or that moved to another namespace, follow.
/// What cannot be decided is told, and stays as it is.
pub(crate) fn fix(resources: &mut [Resource], config: &Config, troubles: &mut Vec<Trouble>) {
    troubles.extend(resources.iter().filter_map(blank_namespace));
    let renamed = Renamed::new(resources);
    if renamed.targets.is_empty() {
        return;
    }
    let rules = Rules::new(config, &renamed);
    let mut of_kinds: HashMap<Gvk, Vec<(&Gvk, &FieldSpec)>> = HashMap::default();
    for resource in resources {
        let gvk = resource.previous.first().map_or_else(|| resource.gvk(), |id| id.gvk.clone());
        let found = of_kinds.entry(gvk).or_insert_with_key(|gvk| rules.of(gvk));
        if found.is_empty() {
            continue;
        }
        let referrer = Referrer::new(resource);
        for &(target, spec) in &*found {
            let search = Search { renamed: &renamed, referrer: &referrer, target, spec };
            search.run(&mut resource.node, troubles);
        }
    }
}

/// Kustomize refuses a role binding of a service account whose namespace is no text.
fn blank_namespace(resource: &Resource) -> Option<Trouble> {
    if resource.node.get("kind").and_then(Node::text) != Some("RoleBinding") {
        return None;
    }
    let subjects = resource.node.get("subjects").and_then(Node::as_list).unwrap_or_default();
    let blank = |subject: &Node| {
        let is_account = subject.get("kind").and_then(Node::text) == Some("ServiceAccount");
        let entry = subject.as_map()?.entry("namespace").filter(|_| is_account)?;
        let is_text = entry.value.as_scalar().is_some_and(|scalar| scalar.kind() == Tag::Str);
        (!is_text).then_some(entry.key_origin.span)
    };
    let at = subjects.iter().find_map(blank)?;
    let message = "the namespace of this service account is no text";
    Some(Trouble::fatal(Class::Reference, at, message).help("state it, or take the line out"))
}

/// The fields to look at, by the kind of the object that has them: those only that may name an object
/// that was renamed.
struct Rules<'c> {
    all: Vec<(&'c Gvk, &'c FieldSpec)>,
    by_kind: HashMap<&'c str, Vec<usize>>,
}

impl<'c> Rules<'c> {
    fn new(config: &'c Config, renamed: &Renamed) -> Self {
        let kinds: HashSet<&Gvk> =
            renamed.targets.iter().flat_map(|target| &target.previous).map(|id| &id.gvk).collect();
        let mut rules = Self { all: Vec::new(), by_kind: HashMap::default() };
        for reference in config.name_references.iter() {
            if !kinds.iter().any(|gvk| gvk.is_selected(&reference.target)) {
                continue;
            }
            for spec in &reference.referrers {
                rules.by_kind.entry(&spec.gvk.kind).or_default().push(rules.all.len());
                rules.all.push((&reference.target, spec));
            }
        }
        rules
    }

    /// The rules for one kind of object, in the order of the configuration.
    fn of(&self, gvk: &Gvk) -> Vec<(&'c Gvk, &'c FieldSpec)> {
        let of_kind = |kind: &str| self.by_kind.get(kind).map_or(&[][..], Vec::as_slice);
        let mut places = of_kind(&gvk.kind).to_vec();
        if !gvk.kind.is_empty() {
            places.extend(of_kind(""));
        }
        places.sort_unstable();
        let rules = places.into_iter().filter_map(|at| self.all.get(at).copied());
        rules.filter(|(_, spec)| spec.is_for(gvk)).collect()
    }
}

/// Objects that are told where a name may mean too many.
const MOST_TOLD: usize = 5;

/// One rule at work on one object.
struct Search<'a> {
    renamed: &'a Renamed,
    referrer: &'a Referrer,
    target: &'a Gvk,
    spec: &'a FieldSpec,
}

impl<'a> Search<'a> {
    fn run(&self, object: &mut Node, troubles: &mut Vec<Trouble>) {
        let walked = visit(object, self.spec, Leaf::Nothing, &mut |node| {
            match &mut node.value {
                Value::List(items) => items.iter_mut().for_each(|item| self.set(item, troubles)),
                _ => self.set(node, troubles),
            }
            Ok(())
        });
        if let Err(misfit) = walked {
            let who =
                format!("the search for names of {} in `{}`", self.target.kind, self.spec.path);
            troubles.push(misfit.trouble(Class::Reference, &who));
        }
    }

    fn set(&self, node: &mut Node, troubles: &mut Vec<Trouble>) {
        let done = match &node.value {
            _ if node.is_null() => Ok(()),
            Value::Scalar(_) => self.set_name(node),
            Value::Map(_) => self.set_name_and_namespace(node),
            Value::List(_) => {
                let message = format!("a name of a {} is no list", self.target.kind);
                Err(Trouble::fatal(Class::Reference, node.origin.span, message))
            }
        };
        troubles.extend(done.err());
    }

    /// A reference that is the name alone.
    fn set_name(&self, node: &mut Node) -> Result<(), Trouble> {
        let Some(scalar) = node.as_scalar() else { return Ok(()) };
        let same = |a: &Target, b: &Target| a.id.name == b.id.name;
        let found = self.select(&scalar.text, None, node.origin.span, same)?;
        if let Some(target) = found {
            follow(node, &target.id.name, target.name_by);
        }
        Ok(())
    }

    /// A reference that is a mapping with a name and maybe a namespace, both of which follow.
    fn set_name_and_namespace(&self, node: &mut Node) -> Result<(), Trouble> {
        let span = node.origin.span;
        let Some(name) = node.get("name") else {
            let message =
                format!("`{}` names a {}, and has no `name`", self.spec.path, self.target.kind);
            return Err(Trouble::fatal(Class::Reference, span, message));
        };
        let text = |node: &Node| node.as_scalar().map_or("", |scalar| scalar.text.as_str()).into();
        let old: SmolStr = text(name);
        let namespace: Option<SmolStr> = node.get("namespace").map(text);
        let same =
            |a: &Target, b: &Target| a.id.name == b.id.name && a.id.namespace == b.id.namespace;
        let at = name.origin.span;
        let Some(target) = self.select(&old, namespace.as_ref(), at, same)? else { return Ok(()) };
        if let Some(name) = node.get_mut("name") {
            follow(name, &target.id.name, target.name_by);
        }
        // An object that states no namespace leaves the one that is stated here.
        let Some(origin) = target.namespace.as_ref().filter(|_| !target.id.namespace.is_empty())
        else {
            return Ok(());
        };
        let text = &target.id.namespace;
        let Some(map) = node.as_map_mut() else { return Ok(()) };
        match map.get_mut("namespace") {
            Some(node) => follow(node, text, changed_by(origin)),
            None => {
                let origin = origin.then(How::Reference, at);
                let value = Node::string(text.clone(), origin.clone());
                map.insert(Entry::new("namespace", origin, value));
            }
        }
        Ok(())
    }

    /// The object that a name means: of those that had it, the one that fits best. `namespace` is
    /// what the reference states besides, `same` says when two objects would give the same text.
    fn select(
        &self,
        name: &str,
        namespace: Option<&SmolStr>,
        at: Span,
        same: impl Fn(&Target, &Target) -> bool,
    ) -> Result<Option<&'a Target>, Trouble> {
        let Some(places) = self.renamed.by_name.get(name) else { return Ok(None) };
        let targets = places.iter().filter_map(|at| self.renamed.targets.get(*at));
        let mut found: Vec<&Target> = targets.filter(|target| self.fits(target)).collect();
        if let Some(namespace) = namespace {
            self.keep_in_namespace(&mut found, namespace);
        }
        if found.len() != 1 {
            found.retain(|target| target.has_affixes_of(self.referrer, true));
        }
        if found.len() > 1 {
            found.retain(|target| target.has_affixes_of(self.referrer, false));
        }
        let Some((first, rest)) = found.split_first() else { return Ok(None) };
        if rest.iter().all(|other| same(first, other)) {
            return Ok(Some(first));
        }
        let told = &found[..found.len().min(MOST_TOLD)];
        let names: Vec<String> = told.iter().map(|target| target.id.to_string()).collect();
        let message = format!("`{name}` may mean any of {}", names.join(", "));
        let help = "give the objects different names, or prefixes that their referrers share";
        let trouble = Trouble::fatal(Class::Reference, at, message).help(help);
        Err(told.iter().fold(trouble, |trouble, target| {
            trouble.related(target.name_at, "one of them is named here")
        }))
    }

    fn fits(&self, target: &Target) -> bool {
        if !target.was(self.target) {
            return false;
        }
        let role = self.referrer.role.as_ref().filter(|_| self.spec.path.ends_with("roleRef/name"));
        if role.is_some_and(|role| !target.was(role)) {
            return false;
        }
        let scope = target.scope.as_ref();
        if !self.referrer.sees(scope, &target.id.namespace) {
            return false;
        }
        self.referrer.is_beside(scope) || target.id.gvk.kind == "ServiceAccount"
    }

    /// Keeps the objects that were in a namespace at first; where nothing at all that the referrer
    /// sees was, those that are in it now.
    fn keep_in_namespace(&self, found: &mut Vec<&Target>, namespace: &SmolStr) {
        let seen_now = self.renamed.first_namespaces.get(namespace);
        let is_first = seen_now.is_some_and(|now| {
            now.iter().any(|(scope, stated)| self.referrer.sees(scope.as_ref(), stated))
        });
        found.retain(|target| {
            let scope = if is_first { &target.first_scope } else { &target.scope };
            scope.as_ref() == Some(namespace)
        });
    }
}

/// Puts a text in the place of a reference's; the reference's own line stays its place.
fn follow(node: &mut Node, text: &SmolStr, by: Span) {
    if node.as_scalar().is_some_and(|scalar| scalar.text == *text) {
        return;
    }
    let origin = node.origin.then(How::Reference, by);
    // Kustomize forgets the type here: a name of digits in the place of a plain word is a number.
    let quoted = node.as_scalar().is_some_and(|scalar| scalar.quoted);
    let tag = crate::scalar::resolve(text);
    let scalar = Scalar { text: text.clone(), tag, quoted, fragments: None };
    *node = Node::scalar(scalar, origin);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::sample::{resources, show_at};

    /// Gives the objects of a text new names (and namespaces, behind a slash), as a prefix would.
    fn renamed(text: &str, names: &[(&str, &str)]) -> Vec<Resource> {
        let mut list = resources(text);
        for (resource, (prefix, namespace)) in list.iter_mut().zip(names) {
            if !namespace.is_empty() {
                resource.remember();
                set(resource, "namespace", namespace);
            }
            if !prefix.is_empty() {
                resource.remember();
                let name = format!("{prefix}{}", resource.name());
                set(resource, "name", &name);
                resource.prefixes.push((*prefix).into());
            }
        }
        list
    }

    fn set(resource: &mut Resource, key: &str, text: &str) {
        let metadata = resource.node.get_mut("metadata").and_then(Node::as_map_mut);
        let Some(metadata) = metadata else { return };
        let origin = Origin::plain(resource.entered_at);
        metadata.insert(Entry::new(key, origin.clone(), Node::string(text, origin)));
    }

    fn fixed(mut list: Vec<Resource>) -> (Vec<Resource>, Vec<String>) {
        let mut troubles = Vec::new();
        fix(&mut list, Config::built_in(), &mut troubles);
        (list, troubles.into_iter().map(|trouble| trouble.message).collect())
    }

    fn check(text: &str, names: &[(&str, &str)], paths: &[(usize, &str, &str)]) {
        let (list, troubles) = fixed(renamed(text, names));
        assert_eq!(troubles, <[&str; 0]>::default());
        for (at, path, expected) in paths {
            assert_eq!(show_at(&list[*at].node, path), *expected, "{at} {path}");
        }
    }

    const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {volumes: [{configMap: {name: c}}, {configMap: {name: \"c\"}}, {secret: {secretName: s}}]}\n";
    const MAP: &str = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n";

    #[test]
    fn a_reference_follows_the_name() {
        let text = format!("{POD}{MAP}");
        check(
            &text,
            &[("", ""), ("a-", "")],
            &[
                (0, "spec/volumes/0/configMap/name", "a-c"),
                (0, "spec/volumes/1/configMap/name", "a-c"),
                (0, "spec/volumes/2/secret/secretName", "s"),
            ],
        );
        let (list, _) = fixed(renamed(&text, &[("", ""), ("1", "")]));
        // What was `c` and is `1c` stays text; what would be digits alone is a number without quotes.
        assert_eq!(show_at(&list[0].node, "spec/volumes/0/configMap/name"), "1c");
    }

    #[test]
    fn a_name_of_digits_is_text_only_in_quotes() {
        let mut list = renamed(&format!("{POD}{MAP}"), &[("", ""), ("a-", "")]);
        set(&mut list[1], "name", "12");
        let (list, _) = fixed(list);
        assert_eq!(show_at(&list[0].node, "spec/volumes/0/configMap/name"), "12");
        assert_eq!(show_at(&list[0].node, "spec/volumes/1/configMap/name"), "\"12\"");
    }

    #[test]
    fn the_reference_stays_the_place_and_says_who_renamed() {
        let (list, _) = fixed(renamed(&format!("{POD}{MAP}"), &[("", ""), ("a-", "")]));
        let node = &list[0].node.get("spec").and_then(|spec| spec.get("volumes"));
        let name = node.and_then(Node::as_list).and_then(|list| list[0].at(&["configMap", "name"]));
        let origin = &name.map(|name| name.origin.clone());
        let origin = origin.as_ref().map(|it| {
            let steps: Vec<_> = it.trail.steps().map(|step| (step.how, step.span.file.0)).collect();
            (&POD[it.span.start as usize..it.span.end as usize], steps)
        });
        assert_eq!(origin, Some(("c", vec![(How::Reference, 1)])));
    }

    #[test]
    fn objects_that_were_not_renamed_are_not_looked_for() {
        check(&format!("{POD}{MAP}"), &[("a-", "")], &[(0, "spec/volumes/0/configMap/name", "c")]);
    }

    #[test]
    fn prefixes_tell_objects_of_one_name_apart() {
        let text = format!("{POD}{MAP}---\n{POD}{MAP}");
        check(
            &text,
            &[("a-", ""), ("a-", ""), ("b-", ""), ("b-", "")],
            &[
                (0, "spec/volumes/0/configMap/name", "a-c"),
                (2, "spec/volumes/0/configMap/name", "b-c"),
            ],
        );
    }

    #[test]
    fn without_a_prefix_several_objects_are_none() {
        let text = format!("{POD}{MAP}{MAP}");
        check(
            &text,
            &[("", ""), ("a-", ""), ("b-", "")],
            &[(0, "spec/volumes/0/configMap/name", "c")],
        );
    }

    #[test]
    fn several_that_fit_alike_are_told() {
        let role = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r}\nrules: [{resourceNames: [c]}]\n";
        let mut list = renamed(&format!("{role}{MAP}{MAP}"), &[("", ""), ("", "x"), ("", "y")]);
        set(&mut list[1], "name", "c1");
        set(&mut list[2], "name", "c2");
        let (list, troubles) = fixed(list);
        assert_eq!(show_at(&list[0].node, "rules/0/resourceNames/0"), "c");
        assert_eq!(troubles, ["`c` may mean any of ConfigMap x/c1, ConfigMap y/c2"]);
    }

    #[test]
    fn an_object_in_another_namespace_is_not_meant() {
        let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: one}\nspec: {volumes: [{configMap: {name: c}}]}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: two}\n";
        check(text, &[("", ""), ("a-", "")], &[(0, "spec/volumes/0/configMap/name", "c")]);
        check(text, &[("", ""), ("a-", "one")], &[(0, "spec/volumes/0/configMap/name", "a-c")]);
    }

    const RBAC: &str = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: sa, namespace: old}\n---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: sb}\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: rb, namespace: old}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: r}\nsubjects:\n- {kind: ServiceAccount, name: sa, namespace: old}\n- {kind: ServiceAccount, name: sa}\n- {kind: ServiceAccount, name: sb, namespace: default}\n- {kind: ServiceAccount, name: sb}\n- {kind: User, name: sa}\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: rb}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: r}\nsubjects:\n- {kind: ServiceAccount, name: sa, namespace: old}\n- {kind: ServiceAccount, name: sa, namespace: other}\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r}\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r}\n";

    #[test]
    fn subjects_follow_name_and_namespace() {
        let new = [("p-", "new"); 3];
        let names = [&new[..], &[("p-", ""), ("p-", "new"), ("q-", "")]].concat();
        check(
            RBAC,
            &names,
            &[
                (2, "subjects/0", "{kind: ServiceAccount, name: p-sa, namespace: new}"),
                (2, "subjects/1", "{kind: ServiceAccount, name: p-sa, namespace: new}"),
                (2, "subjects/2", "{kind: ServiceAccount, name: p-sb, namespace: new}"),
                (2, "subjects/3", "{kind: ServiceAccount, name: p-sb, namespace: new}"),
                (2, "subjects/4", "{kind: User, name: p-sa, namespace: new}"),
                (3, "subjects/0", "{kind: ServiceAccount, name: p-sa, namespace: new}"),
                (3, "subjects/1", "{kind: ServiceAccount, name: sa, namespace: other}"),
                (2, "roleRef/name", "p-r"),
                (3, "roleRef/name", "q-r"),
            ],
        );
    }

    #[test]
    fn a_binding_reaches_accounts_elsewhere() {
        let text = "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: rb, namespace: one}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: r}\nsubjects:\n- {kind: ServiceAccount, name: sa, namespace: two}\n- {kind: ServiceAccount, name: sa}\n---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: sa, namespace: two}\n";
        check(
            text,
            &[("a-", ""), ("a-", "")],
            &[
                (0, "subjects/0", "{kind: ServiceAccount, name: a-sa, namespace: two}"),
                (0, "subjects/1", "{kind: ServiceAccount, name: a-sa, namespace: two}"),
            ],
        );
    }

    #[test]
    fn webhooks_follow_their_service() {
        let text = "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: v}\nwebhooks:\n- clientConfig: {service: {name: web, namespace: default}}\n- clientConfig: {service: {name: web}}\n- clientConfig: {service: {name: web, namespace: x}}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\n";
        check(
            text,
            &[("p-", ""), ("p-", "new")],
            &[
                (0, "webhooks/0/clientConfig/service", "{name: p-web, namespace: new}"),
                (0, "webhooks/1/clientConfig/service", "{name: p-web, namespace: new}"),
                (0, "webhooks/2/clientConfig/service", "{name: web, namespace: x}"),
            ],
        );
    }

    #[test]
    fn what_cannot_hold_a_name_is_told() {
        let text = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {{volumes: text}}\n{MAP}"
        );
        let (_, troubles) = fixed(renamed(&text, &[("", ""), ("a-", "")]));
        assert_eq!(troubles.len(), 2, "{troubles:?}");
        let text = "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: rb}\nsubjects: [{kind: ServiceAccount}]\n---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: sa}\n";
        let (_, troubles) = fixed(renamed(text, &[("", ""), ("a-", "")]));
        assert_eq!(troubles, ["`subjects` names a ServiceAccount, and has no `name`"]);
    }

    #[test]
    fn a_hash_goes_behind_the_name_and_the_reference_follows() {
        let mut list = renamed(&format!("{POD}{MAP}"), &[("", ""), ("a-", "")]);
        list[1].needs_hash = true;
        add_hashes(&mut list, |_| "hash".to_owned());
        let name = list[1].node.at(&["metadata", "name"]);
        let scalar = name.and_then(Node::as_scalar);
        assert_eq!(scalar.map(|scalar| scalar.text.as_str()), Some("a-c-hash"));
        let ends = scalar.and_then(|scalar| scalar.fragments.as_deref());
        let ends: Vec<u32> = ends.unwrap_or_default().iter().map(|(end, _)| *end).collect();
        assert_eq!(ends, [3, 8]);
        let (list, _) = fixed(list);
        assert_eq!(show_at(&list[0].node, "spec/volumes/0/configMap/name"), "a-c-hash");
    }
}
