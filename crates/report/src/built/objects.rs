//! The objects of a build by what people call them: by the name they have now, or one they had before
//! a prefix, a suffix or a hash was put to it.

use kubesift_engine::model::Kind;
use kubesift_engine::nearest;

use crate::view::why::{BadName, Wanted};

/// What an object is or was called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectName {
    /// What it is.
    pub kind: Kind,
    /// As it is stated; empty when none is.
    pub namespace: String,
    /// The name.
    pub name: String,
}

/// Objects that an error lists.
const MOST: usize = 8;

impl ObjectName {
    /// `Deployment/shop/web`, as it would be typed.
    pub fn typed(&self) -> String {
        let Self { kind, namespace, name } = self;
        match namespace.is_empty() {
            true => format!("{}/{name}", kind.kind),
            false => format!("{}/{namespace}/{name}", kind.kind),
        }
    }
}

/// The position of the object that is meant. Each object has its names, the oldest first; current
/// names go before older ones.
///
/// # Errors
/// When none or several are meant: names what may have been.
pub fn pick(wanted: &Wanted, objects: &[Vec<ObjectName>]) -> Result<usize, BadName> {
    let is = |one: &ObjectName| wanted.is_called(&one.kind, &one.namespace, &one.name);
    let found = |means: &dyn Fn(&[ObjectName]) -> bool| -> Vec<usize> {
        let objects = objects.iter().enumerate();
        objects.filter(|(_, names)| means(names)).map(|(at, _)| at).collect()
    };
    let mut meant = found(&|names| names.last().is_some_and(is));
    if meant.is_empty() {
        meant = found(&|names| names.iter().any(is));
    }
    let typed = |at: &usize| objects.get(*at)?.last().map(ObjectName::typed);
    match meant.as_slice() {
        [one] => Ok(*one),
        [] => Err(unknown(wanted, objects)),
        several => {
            let names: Vec<String> = several.iter().filter_map(typed).take(MOST).collect();
            let count = several.len();
            Err(BadName(format!(
                "{wanted} may be one of {count}: {}\n  help: write one of these",
                names.join(", ")
            )))
        }
    }
}

fn unknown(wanted: &Wanted, objects: &[Vec<ObjectName>]) -> BadName {
    let current = || objects.iter().filter_map(|names| names.last());
    let of_kind: Vec<&ObjectName> =
        current().filter(|one| wanted.is_called(&one.kind, "", "")).collect();
    // What people know an object by may be the name it had before.
    let of_kind_ever: Vec<(&str, &ObjectName)> = objects
        .iter()
        .filter_map(|names| Some((names, names.last()?)))
        .flat_map(|(names, now)| names.iter().map(move |one| (one, now)))
        .filter(|(one, _)| wanted.is_called(&one.kind, "", ""))
        .map(|(one, now)| (one.name.as_str(), now))
        .collect();
    let near = nearest(wanted.name(), of_kind_ever.iter().map(|(name, _)| *name));
    let near = near.and_then(|near| of_kind_ever.iter().find(|(name, _)| *name == near));
    let near = near.map(|(_, now)| *now);
    let help = match near.or_else(|| current().find(|one| one.name == wanted.name())) {
        Some(meant) => format!("did you mean `{}`?", meant.typed()),
        None => {
            let list: Vec<&ObjectName> =
                if of_kind.is_empty() { current().collect() } else { of_kind };
            let some: Vec<String> = list.iter().take(MOST).map(|one| one.typed()).collect();
            let more = if list.len() > MOST { ", ..." } else { "" };
            match some.is_empty() {
                true => "the build has no object".to_owned(),
                false => format!("the build has {}{more}", some.join(", ")),
            }
        }
    };
    BadName(format!("the build has no {wanted}\n  help: {help}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(names: &[&str]) -> Vec<ObjectName> {
        let name = |typed: &&str| {
            let parts: Vec<&str> = typed.split('/').collect();
            let [kind, namespace, name] = parts[..] else { panic!("kind/namespace/name") };
            let kind = Kind::new(if kind == "Deployment" { "apps/v1" } else { "v1" }, kind);
            ObjectName { kind, namespace: namespace.into(), name: name.into() }
        };
        names.iter().map(name).collect()
    }

    fn picked(text: &str) -> Result<usize, String> {
        let objects = [
            object(&["Deployment//web", "Deployment/shop/web", "Deployment/shop/prod-web"]),
            object(&["Service//web", "Service/shop/prod-web"]),
            object(&["Service//web-old", "Service/shop/web"]),
            object(&["ConfigMap//a", "ConfigMap/shop/x"]),
            object(&["ConfigMap//a", "ConfigMap/shop/y"]),
        ];
        let wanted = Wanted::parse(text).map_err(|error| error.0)?;
        pick(&wanted, &objects).map_err(|error| error.0)
    }

    #[test]
    fn names_of_now_go_before_those_of_before() {
        assert_eq!(picked("deploy/prod-web"), Ok(0));
        assert_eq!(picked("deploy/web"), Ok(0));
        assert_eq!(picked("Deployment/shop/prod-web"), Ok(0));
        assert_eq!(picked("svc/web"), Ok(2));
        assert_eq!(picked("svc/web-old"), Ok(2));
    }

    #[test]
    fn what_is_not_clear_is_told() {
        let told = |text| picked(text).expect_err("none or several");
        assert!(told("cm/a").contains("may be one of 2: ConfigMap/shop/x, ConfigMap/shop/y"));
        for near in ["deploy/prod-wev", "deploy/wev"] {
            assert!(told(near).contains("did you mean `Deployment/shop/prod-web`?"), "{near}");
        }
        assert!(told("deploy/zzz").contains("the build has Deployment/shop/prod-web"));
        assert!(told("sts/zzz").contains("the build has Deployment/shop/prod-web, Service/"));
    }
}
