//! Variables, which kustomize deprecated: the value of a field of one object is put in the place of
//! `$(NAME)` in fields of others. Replacements have a module of their own.

mod expand;
mod value;

use std::collections::{BTreeMap, HashMap};

use kubesift_source::Span;
use smol_str::SmolStr;

use crate::config::Config;
use crate::fieldspec::{Leaf, visit};
use crate::id::{Gvk, Id};
use crate::resource::Resource;
use crate::tree::Node;
use crate::trouble::{Class, Trouble};
use expand::Expander;
use value::{Meaning, lookup, meaning};

/// One entry of `vars`.
#[derive(Debug, Clone)]
struct Var {
    object: Id,
    /// Where it says which object.
    object_at: Span,
    /// The field of the object.
    path: SmolStr,
    /// The entry.
    at: Span,
    /// Where it says which field, or the whole entry when it does not.
    path_at: Span,
}

/// The variables of a kustomization and of all that it is made of, by name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Vars {
    vars: BTreeMap<SmolStr, Var>,
}

impl Vars {
    /// Adds the entries of `vars`, and marks the objects whose fields they are. Done when the
    /// kustomization is otherwise built, so that an object goes by its old names and its new one.
    pub fn add(&mut self, entries: &Node, resources: &mut [Resource], troubles: &mut Vec<Trouble>) {
        let entries = entries.as_list().unwrap_or_default();
        if entries.is_empty() {
            return;
        }
        let mut by_name: HashMap<SmolStr, Vec<usize>> = HashMap::new();
        for (at, resource) in resources.iter().enumerate() {
            for id in resource.ids() {
                let places = by_name.entry(id.name).or_default();
                if places.last() != Some(&at) {
                    places.push(at);
                }
            }
        }
        for entry in entries {
            let (name, var) = match parse(entry) {
                Ok(parsed) => parsed,
                Err(trouble) => {
                    troubles.push(trouble);
                    continue;
                }
            };
            let places = by_name.get(&var.object.name).map_or(&[][..], Vec::as_slice);
            if let Err(trouble) = mark(&name, &var, places, resources) {
                troubles.push(trouble);
            }
            self.insert(name, var, troubles);
        }
    }

    /// Takes over the variables of a base.
    pub fn merge(&mut self, base: Self, troubles: &mut Vec<Trouble>) {
        for (name, var) in base.vars {
            self.insert(name, var, troubles);
        }
    }

    fn insert(&mut self, name: SmolStr, var: Var, troubles: &mut Vec<Trouble>) {
        if let Some(first) = self.vars.get(&name) {
            let message = format!("variable `{name}` is there already");
            let trouble = Trouble::fatal(Class::Variable, var.at, message)
                .help("each name may be given once in a kustomization and all its bases")
                .related(first.at, "the first is here");
            troubles.push(trouble);
            return;
        }
        self.vars.insert(name, var);
    }

    /// Puts the values in the place of the variables. Done once, when all names are final. A variable
    /// that is used nowhere is told as a note.
    pub fn resolve(
        &self,
        resources: &mut [Resource],
        config: &Config,
        troubles: &mut Vec<Trouble>,
    ) {
        if self.vars.is_empty() {
            return;
        }
        let values = self.values(resources, troubles);
        if values.is_empty() {
            return;
        }
        let mut expander = Expander::new(&values);
        for resource in resources {
            let gvk = resource.gvk();
            for spec in config.var_references.iter().filter(|spec| spec.is_for(&gvk)) {
                let walked = visit(&mut resource.node, spec, Leaf::Nothing, &mut |node| {
                    expander.field(node)
                });
                if let Err(misfit) = walked {
                    let who = format!("the search for variables in `{}`", spec.path);
                    troubles.push(misfit.trouble(Class::Variable, &who));
                }
            }
        }
        let used = expander.used;
        for (name, var) in self.vars.iter().filter(|(name, _)| !used.contains(*name)) {
            if values.contains_key(name) {
                let message = format!("variable `{name}` is used nowhere");
                troubles.push(Trouble::note(Class::Variable, var.at, message).help("remove it"));
            }
        }
    }

    /// What the variables stand for; those that stand for nothing are told.
    fn values(
        &self,
        resources: &[Resource],
        troubles: &mut Vec<Trouble>,
    ) -> HashMap<SmolStr, Meaning> {
        let mut marked: HashMap<&str, &Resource> = HashMap::new();
        for resource in resources {
            for name in &resource.variables {
                marked.entry(name).or_insert(resource);
            }
        }
        let mut values = HashMap::new();
        for (name, var) in &self.vars {
            let fail = |at, message| Trouble::fatal(Class::Variable, at, message);
            let Some(resource) = marked.get(name.as_str()) else {
                let message = format!("variable `{name}` is of {}, which is not there", var.object);
                let trouble = fail(var.object_at, message);
                troubles.push(trouble.help("name an object that the kustomization builds"));
                continue;
            };
            match lookup(&resource.node, &var.path).and_then(|node| meaning(node, var.at)) {
                Some(value) => drop(values.insert(name.clone(), value)),
                None => {
                    let message =
                        format!("variable `{name}`: {} has no field `{}`", var.object, var.path);
                    troubles.push(fail(var.path_at, message));
                }
            }
        }
        values
    }
}

fn parse(entry: &Node) -> Result<(SmolStr, Var), Trouble> {
    let at = entry.origin.span;
    let fail = |message: &str| Trouble::fatal(Class::Variable, at, message);
    let name = entry.get("name").and_then(Node::text).filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| fail("a variable needs a name"))?;
    let object = entry.get("objref").filter(|node| node.as_map().is_some());
    let object = object.ok_or_else(|| fail("a variable needs an `objref`: the object it is of"))?;
    let word = |key| object.get(key).and_then(Node::text).unwrap_or_default();
    let mut gvk = Gvk {
        group: word("group").into(),
        version: word("version").into(),
        kind: word("kind").into(),
    };
    match word("apiVersion").split('/').collect::<Vec<_>>().as_slice() {
        [""] => {}
        [version] => gvk.version = SmolStr::new(version),
        [group, version] => {
            gvk.group = SmolStr::new(group);
            gvk.version = SmolStr::new(version);
        }
        _ => {}
    }
    let path =
        entry.at(&["fieldref", "fieldPath"]).or_else(|| entry.at(&["fieldref", "fieldpath"]));
    let path = path.filter(|path| path.text().is_some_and(|text| !text.is_empty()));
    let var = Var {
        object: Id { gvk, namespace: word("namespace").into(), name: word("name").into() },
        object_at: object.origin.span,
        path: path.and_then(Node::text).unwrap_or("metadata.name").into(),
        at,
        path_at: path.map_or(at, |path| path.origin.span),
    };
    Ok((name.into(), var))
}

/// Marks the object whose field a variable is. None may be there yet: who uses this kustomization may
/// bring it. An object is meant in any namespace when none is stated.
fn mark(
    name: &SmolStr,
    var: &Var,
    places: &[usize],
    resources: &mut [Resource],
) -> Result<(), Trouble> {
    let object = &var.object;
    let is_exact = !object.namespace.is_empty() || object.gvk.is_cluster_scoped();
    let is_meant = |id: &Id| match is_exact {
        true => id.is_same(object),
        false => id.gvk == object.gvk && id.name == object.name,
    };
    let mut found = places.iter().copied().filter(|at| {
        resources.get(*at).is_some_and(|resource| resource.ids().any(|id| is_meant(&id)))
    });
    let (first, second) = (found.next(), found.next());
    if second.is_some() {
        let message = format!("variable `{name}` may be of several objects {object}");
        return Err(Trouble::fatal(Class::Variable, var.object_at, message)
            .help("state the namespace of the object in `objref`"));
    }
    if let Some(resource) = first.and_then(|at| resources.get_mut(at)) {
        resource.variables.push(name.clone());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use kubesift_source::How;

    use super::*;
    use crate::transform::sample::{node, places, resources, show_at};

    const SERVICE: &str = "apiVersion: v1
kind: Service
metadata:
  name: web
  annotations: {x: TEXT}
spec:
  ports: [{port: 80, name: h}]
  f: 1.5e30
  small: 0.5
  b: true
  m: {a: 1}
  nil:
";

    /// The annotation `x` of the Service, as it is with some variables.
    fn expanded(text: &str) -> String {
        let var = |name: &str, path: &str| {
            format!(
                "- {{name: {name}, objref: {{kind: Service, name: web, apiVersion: v1}}, fieldref: {{fieldPath: '{path}'}}}}\n"
            )
        };
        let vars: String = [
            ("NAME", "metadata.name"),
            ("PORT", "spec.ports[0].port"),
            ("SAME", "spec.ports.[name=h].port"),
            ("F", "spec.f"),
            ("S", "spec.small"),
            ("B", "spec.b"),
            ("M", "spec.m"),
            ("NIL", "spec.nil"),
        ]
        .into_iter()
        .map(|(name, path)| var(name, path))
        .collect();
        let (list, _) = resolved(&SERVICE.replace("TEXT", &format!("{text:?}")), &vars);
        show_at(&list[0].node, "metadata/annotations/x")
    }

    fn resolved(objects: &str, vars: &str) -> (Vec<Resource>, Vec<String>) {
        let mut list = resources(objects);
        let (mut all, mut troubles) = (Vars::default(), Vec::new());
        all.add(&node(vars), &mut list, &mut troubles);
        all.resolve(&mut list, Config::built_in(), &mut troubles);
        (list, troubles.into_iter().map(|trouble| trouble.message).collect())
    }

    #[test]
    fn variables_are_put_into_texts() {
        for (text, expected) in [
            ("$(NAME)-$(PORT)", "web-80"),
            ("$(NAME)", "web"),
            // Alone a number stays one.
            ("$(PORT)", "80"),
            ("$(SAME)", "80"),
            ("$(PORT)$$", "80$"),
            ("$(B) ", "true "),
            ("$(B)", "true"),
            ("$(F)", "1500000000000000000000000000000"),
            ("x$(F)", "x1.5e+30"),
            ("x$(S)", "x0.5"),
            ("$(NIL)", "\"\""),
            // What is no variable stays, but of two dollars one goes.
            ("$(M)", "$(M)"),
            ("$(NOPE) $$(NAME) $(NAME", "$(NOPE) $(NAME) $(NAME"),
            ("$x $$ $", "$x $ $"),
            ("$($(NAME))", "$($(NAME))"),
        ] {
            assert_eq!(expanded(text), expected, "{text}");
        }
    }

    const VARS: &str = "- {name: NAME, objref: {kind: Service, name: web, apiVersion: v1}}\n";

    #[test]
    fn values_keep_their_places() {
        let text = SERVICE.replace("TEXT", "http://$(NAME)/");
        let (list, _) = resolved(&text, VARS);
        let value = list[0].node.at(&["metadata", "annotations", "x"]);
        let found = value.map(|value| places(value, [&text, VARS]));
        let expected = ["0:http://$(NAME)/", "0:http://", "0:web", "0:/"].map(str::to_owned);
        assert_eq!(found, Some(expected.to_vec()));
        let text = SERVICE.replace("TEXT", "$(NAME)");
        let (list, _) = resolved(&text, VARS);
        let value = list[0].node.at(&["metadata", "annotations", "x"]);
        assert_eq!(value.map(|value| places(value, [&text, VARS])), Some(vec!["0:web".to_owned()]));
        let steps = value.map(|value| value.origin.trail.steps().map(|step| step.how).collect());
        assert_eq!(steps, Some(vec![How::Base, How::Replacement]));
    }

    #[test]
    fn what_is_wrong_is_told() {
        let check = |vars: &str, messages: &[&str]| {
            let (_, troubles) = resolved(&SERVICE.replace("TEXT", "$(NAME)"), vars);
            assert_eq!(troubles, messages, "{vars}");
        };
        check(VARS, &[]);
        check(&VARS.repeat(2), &["variable `NAME` is there already"]);
        check(&VARS.replace("NAME", "OTHER"), &["variable `OTHER` is used nowhere"]);
        check(
            &VARS.replace("web", "db"),
            &["variable `NAME` is of Service db, which is not there"],
        );
        check(
            &VARS.replace("}}", "}, fieldref: {fieldPath: spec.none}}"),
            &["variable `NAME`: Service web has no field `spec.none`"],
        );
        check("- {objref: {}}", &["a variable needs a name"]);
        check("- {name: A}", &["a variable needs an `objref`: the object it is of"]);
    }

    #[test]
    fn an_object_without_a_namespace_is_meant_in_any() {
        let two = "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: a}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: b, annotations: {x: $(S)}}\n";
        let var = "- {name: S, objref: {kind: Secret, name: s, version: v1}, fieldref: {fieldPath: metadata.namespace}}\n";
        let (_, troubles) = resolved(two, var);
        assert_eq!(
            troubles.first().map(String::as_str),
            Some("variable `S` may be of several objects Secret s")
        );
        let (list, troubles) = resolved(two, &var.replace("name: s,", "name: s, namespace: a,"));
        assert_eq!(troubles, <[&str; 0]>::default());
        assert_eq!(show_at(&list[1].node, "metadata/annotations/x"), "a");
    }

    #[test]
    fn items_of_a_list_have_to_be_texts() {
        let pod = |args: &str| {
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {{containers: [{{args: {args}}}]}}\n"
            )
        };
        let var = "- {name: P, objref: {kind: Pod, name: p, apiVersion: v1}}\n";
        let (list, troubles) = resolved(&pod("[a, $(P), $(P)$$]"), var);
        assert_eq!(troubles, <[&str; 0]>::default());
        assert_eq!(show_at(&list[0].node, "spec/containers/0/args"), "[a, p, p$]");
        let (_, troubles) = resolved(&pod("[a, 1, $(P)]"), var);
        assert_eq!(
            troubles.first().map(String::as_str),
            Some("the search for variables in `spec/containers/args` needs a text here")
        );
    }

    #[test]
    fn variables_of_bases_come_along_once() {
        let mut list = resources(&SERVICE.replace("TEXT", "$(NAME)"));
        let (mut base, mut troubles) = (Vars::default(), Vec::new());
        base.add(&node(VARS), &mut list, &mut troubles);
        let mut all = Vars::default();
        all.merge(base.clone(), &mut troubles);
        assert_eq!(troubles, []);
        all.merge(base, &mut troubles);
        assert_eq!(troubles.len(), 1);
    }
}
