//! `namespace` and NamespaceTransformer: the namespace of every object that lives in one, and the
//! fields elsewhere that name it.

use foldhash::HashMap;

use crate::fieldspec::{FieldSpec, Leaf, Misfit, visit};
use crate::id::{Gvk, Id};
use crate::resource::Resource;
use crate::scalar::Tag;
use crate::tree::Node;
use crate::trouble::{Class, Trouble};

/// Which subjects of role bindings get the namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Subjects {
    /// Those named `default`.
    #[default]
    Default,
    /// All service accounts.
    ServiceAccounts,
    /// None.
    None,
}

impl Subjects {
    /// From `setRoleBindingSubjects`.
    ///
    /// # Errors
    /// When it is none of the three words.
    pub fn parse(node: Option<&Node>) -> Result<Self, Trouble> {
        let Some(node) = node else { return Ok(Self::default()) };
        match node.text().unwrap_or_default() {
            "" | "defaultOnly" => Ok(Self::Default),
            "allServiceAccounts" => Ok(Self::ServiceAccounts),
            "none" => Ok(Self::None),
            other => {
                let message = format!("`setRoleBindingSubjects` is `{other}`");
                Err(Trouble::fatal(Class::Transformer, node.origin.span, message)
                    .help("write `defaultOnly`, `allServiceAccounts` or `none`"))
            }
        }
    }
}

/// What is set, and where.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arguments<'a> {
    /// The namespace.
    pub value: &'a Node,
    /// Fields besides `metadata/namespace`.
    pub specs: &'a [FieldSpec],
    /// A namespace that is stated stays.
    pub unset_only: bool,
    /// The subjects of role bindings that get it.
    pub subjects: Subjects,
}

/// Puts objects into a namespace. Gives the number of fields set; two objects that become one are a
/// trouble.
pub(crate) fn apply(
    arguments: Arguments<'_>,
    resources: &mut [Resource],
    troubles: &mut Vec<Trouble>,
) -> usize {
    if arguments.value.text().unwrap_or_default().is_empty() {
        return 0;
    }
    let own = FieldSpec::new(Gvk::default(), "metadata/namespace", true);
    let mut count = 0;
    for resource in resources.iter_mut() {
        if resource.node.as_map().is_none_or(|map| map.is_empty()) || is_of_chart(resource) {
            continue;
        }
        resource.remember();
        if let Err(misfit) = one(arguments, &own, resource, &mut count) {
            troubles.push(misfit.trouble(Class::Transformer, "the namespace transformer"));
        }
    }
    collisions(arguments.value, resources, troubles);
    count
}

/// Puts one object into a namespace, without remembering what it was called before. Gives the number
/// of fields set.
pub(crate) fn place(
    arguments: Arguments<'_>,
    resource: &mut Resource,
    troubles: &mut Vec<Trouble>,
) -> usize {
    let own = FieldSpec::new(Gvk::default(), "metadata/namespace", true);
    let mut count = 0;
    if let Err(misfit) = one(arguments, &own, resource, &mut count) {
        troubles.push(misfit.trouble(Class::Transformer, "the namespace transformer"));
    }
    count
}

/// A chart is rendered with its own namespace.
fn is_of_chart(resource: &Resource) -> bool {
    let annotation = "config.kubernetes.io/helm-generated";
    let mark = resource.node.at(&["metadata", "annotations", annotation]);
    mark.and_then(Node::text) == Some("true")
}

fn one(
    arguments: Arguments<'_>,
    own: &FieldSpec,
    resource: &mut Resource,
    count: &mut usize,
) -> Result<(), Misfit> {
    let leaf = Leaf::Scalar(&arguments.value.origin);
    let gvk = resource.gvk();
    let node = &mut resource.node;
    let mut each = |node: &mut Node| {
        *count += usize::from(set(arguments, node)?);
        Ok(())
    };
    if !gvk.is_cluster_scoped() {
        visit(node, own, leaf, &mut each)?;
    }
    let is_binding = matches!(gvk.kind.as_str(), "RoleBinding" | "ClusterRoleBinding");
    if is_binding && let Some(list) = node.get_mut("subjects") {
        subjects(arguments, list, &mut each)?;
    }
    let is_core = gvk.group.is_empty() && gvk.version == "v1";
    for spec in arguments.specs.iter().filter(|spec| spec.is_for(&gvk)) {
        match spec.path.as_str() {
            "metadata/namespace" => {}
            // A Namespace of another group is none of Kubernetes' own.
            "metadata/name" if !is_core => {}
            "subjects/namespace" if is_binding && is_binding_kind(&spec.gvk.kind) => {}
            _ => visit(node, spec, leaf, &mut each)?,
        }
    }
    Ok(())
}

fn is_binding_kind(kind: &str) -> bool {
    matches!(kind, "RoleBinding" | "ClusterRoleBinding")
}

fn subjects(
    arguments: Arguments<'_>,
    list: &mut Node,
    each: &mut dyn FnMut(&mut Node) -> Result<(), Misfit>,
) -> Result<(), Misfit> {
    let (key, word) = match arguments.subjects {
        Subjects::None => return Ok(()),
        Subjects::Default => ("name", "default"),
        Subjects::ServiceAccounts => ("kind", "ServiceAccount"),
    };
    if list.is_null() {
        return Ok(());
    }
    let wrong = Misfit::new(list, "a list of subjects");
    for subject in list.as_list_mut().ok_or(wrong)? {
        if subject.is_null() {
            continue;
        }
        let wrong = Misfit::new(subject, "a subject with `kind` and `name`");
        let map = subject.as_map_mut().ok_or(wrong)?;
        if map.get(key).and_then(Node::text) != Some(word) {
            continue;
        }
        let origin = &arguments.value.origin;
        each(map.or_insert("namespace", origin, || Node::string("", origin.clone())))?;
    }
    Ok(())
}

fn set(arguments: Arguments<'_>, node: &mut Node) -> Result<bool, Misfit> {
    if arguments.unset_only && node.text().is_some_and(|text| !text.is_empty()) {
        return Ok(false);
    }
    let value = arguments.value;
    super::set_scalar(node, value.text().unwrap_or_default(), Tag::Str, &value.origin)?;
    Ok(true)
}

/// Objects that were told apart by their namespaces only are one now.
fn collisions(value: &Node, resources: &[Resource], troubles: &mut Vec<Trouble>) {
    let mut known: HashMap<(Gvk, String, String), Id> = HashMap::default();
    for resource in resources {
        let id = resource.id();
        let key = (id.gvk.clone(), id.effective_namespace().to_owned(), id.name.to_string());
        let before = resource.previous.last().unwrap_or(&id).clone();
        let Some(other) = known.insert(key, before.clone()) else { continue };
        let message = format!("this namespace makes {other} and {before} the same object, {id}");
        let help = "name them differently, or leave one of them out";
        troubles.push(Trouble::fatal(Class::Transformer, value.origin.span, message).help(help));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::sample::{node, places, resources, show_at};

    fn built(text: &str, how: (bool, Subjects)) -> (Vec<Resource>, usize, Vec<Trouble>) {
        let gvk = |kind: &str| Gvk { kind: kind.into(), ..Gvk::default() };
        let specs = [
            FieldSpec::new(gvk("Namespace"), "metadata/name", true),
            FieldSpec::new(gvk("APIService"), "spec/service/namespace", true),
            FieldSpec::new(gvk("RoleBinding"), "subjects/namespace", true),
        ];
        let value = node("shop");
        let (unset_only, subjects) = how;
        let arguments = Arguments { value: &value, specs: &specs, unset_only, subjects };
        let mut objects = resources(text);
        let mut troubles = Vec::new();
        let count = apply(arguments, &mut objects, &mut troubles);
        (objects, count, troubles)
    }

    fn shown(text: &str, how: (bool, Subjects), path: &str) -> String {
        let (objects, _, troubles) = built(text, how);
        assert_eq!(troubles, []);
        show_at(&objects[0].node, path)
    }

    const ALL: (bool, Subjects) = (false, Subjects::Default);

    #[test]
    fn objects_that_live_in_a_namespace_get_it() {
        let check = |text: &str, want: &str| assert_eq!(shown(text, ALL, "metadata"), want);
        check("{apiVersion: v1, kind: Service, metadata: {name: a}}", "{name: a, namespace: shop}");
        check(
            "{apiVersion: v1, kind: Service, metadata: {name: a, namespace: b}}",
            "{name: a, namespace: shop}",
        );
        check("{apiVersion: v1, kind: Node, metadata: {name: a}}", "{name: a}");
        check("{apiVersion: v1, kind: Namespace, metadata: {name: a}}", "{name: shop}");
        check(
            "{apiVersion: x.io/v1, kind: Namespace, metadata: {name: a}}",
            "{name: a, namespace: shop}",
        );
        check("{apiVersion: x.io/v1, kind: Own}", "{namespace: shop}");
    }

    #[test]
    fn other_fields_that_name_the_namespace_follow() {
        let text = "{apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: {name: a}, spec: {}}";
        assert_eq!(shown(text, ALL, "spec"), "{service: {namespace: shop}}");
        assert_eq!(shown(text, ALL, "metadata"), "{name: a}");
    }

    #[test]
    fn subjects_are_chosen() {
        let text = "{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: a}, \
            subjects: [{kind: ServiceAccount, name: default}, {kind: ServiceAccount, name: b, namespace: x}, {kind: User, name: c}]}";
        let check =
            |subjects, want: &str| assert_eq!(shown(text, (false, subjects), "subjects"), want);
        let own = "{kind: ServiceAccount, name: default, namespace: shop}";
        let other = "{kind: ServiceAccount, name: b, namespace: x}";
        let user = "{kind: User, name: c}";
        check(Subjects::Default, &format!("[{own}, {other}, {user}]"));
        let moved = "{kind: ServiceAccount, name: b, namespace: shop}";
        check(Subjects::ServiceAccounts, &format!("[{own}, {moved}, {user}]"));
        check(
            Subjects::None,
            &format!("[{{kind: ServiceAccount, name: default}}, {other}, {user}]"),
        );
    }

    #[test]
    fn what_is_stated_stays_when_asked_for() {
        let how = (true, Subjects::Default);
        let check =
            |text: &str, want: &str| assert_eq!(shown(text, how, "metadata/namespace"), want);
        check("{apiVersion: v1, kind: Service, metadata: {name: a, namespace: b}}", "b");
        check("{apiVersion: v1, kind: Service, metadata: {name: a, namespace: ''}}", "shop");
        check("{apiVersion: v1, kind: Service, metadata: {name: a}}", "shop");
    }

    #[test]
    fn two_objects_that_become_one_are_told() {
        let (_, _, troubles) = built(
            "{apiVersion: v1, kind: Service, metadata: {name: a, namespace: x}}
---
{apiVersion: v1, kind: Service, metadata: {name: a}}
---
{apiVersion: v1, kind: Service, metadata: {name: b}}",
            ALL,
        );
        let messages: Vec<&str> = troubles.iter().map(|trouble| trouble.message.as_str()).collect();
        let want = "this namespace makes Service x/a and Service a the same object, Service shop/a";
        assert_eq!(messages, [want]);
    }

    #[test]
    fn the_place_is_the_kustomization() {
        let text = "{apiVersion: v1, kind: Service, metadata: {name: a, namespace: b}}";
        let (objects, ..) = built(text, ALL);
        let found = objects[0].node.at(&["metadata", "namespace"]).expect("a namespace");
        assert_eq!(places(found, [text, "shop"]), ["1:shop"]);
        assert_eq!(found.origin.trail.steps().count(), 1);
        assert_eq!(objects[0].original_id().namespace, "b");
    }

    #[test]
    fn a_wrong_word_for_subjects_is_refused() {
        assert_eq!(Subjects::parse(Some(&node("none"))), Ok(Subjects::None));
        assert_eq!(Subjects::parse(None), Ok(Subjects::Default));
        let trouble = Subjects::parse(Some(&node("some"))).expect_err("refused");
        assert!(trouble.message.contains("`some`"));
    }
}
