//! The security context that containers end up with: their own values, else the pod's.

use kubesift_model::{Container, Level, Pod};
use kubesift_yaml::Node;

use super::Asked;
use super::value::in_short;
use crate::words::code;

/// What both a pod and a container can say, with the path from either.
const SHARED: [(&str, &str); 7] = [
    ("runAsUser", "securityContext.runAsUser"),
    ("runAsGroup", "securityContext.runAsGroup"),
    ("runAsNonRoot", "securityContext.runAsNonRoot"),
    ("seccompProfile", "securityContext.seccompProfile"),
    ("seLinuxOptions", "securityContext.seLinuxOptions"),
    ("appArmorProfile", "securityContext.appArmorProfile"),
    ("windowsOptions", "securityContext.windowsOptions"),
];

/// Containers that are named.
const MOST: usize = 8;

/// Lines on what holds in the end; nothing where nothing is shared or taken over.
pub(super) fn lines(asked: &Asked<'_, '_, '_>) -> Vec<String> {
    let way = asked.node.ancestry();
    let context = way.iter().rposition(|node| node.key() == Some("securityContext"));
    let (Some(context), Some(pod)) = (context, Pod::of(asked.seen.resource)) else {
        return Vec::new();
    };
    let (Some(holder), field) =
        (context.checked_sub(1).and_then(|at| way.get(at)), way.get(context + 1))
    else {
        return Vec::new();
    };
    let row = field.and_then(|field| SHARED.iter().find(|row| field.key() == Some(row.0)));
    let containers = pod.containers();
    if let Some(own) = containers.iter().find(|one| one.node == *holder) {
        return match (field, row) {
            (None, _) => asked.inherited(own),
            (Some(_), Some(row)) => asked.overrides(own, row.1).into_iter().collect(),
            (Some(_), None) => Vec::new(),
        };
    }
    match row {
        Some(row) if *holder == pod.spec => {
            let all = containers.iter().take(MOST);
            all.map(|container| asked.ends_with(container, row.1)).collect()
        }
        _ => Vec::new(),
    }
}

impl<'a> Asked<'_, '_, 'a> {
    /// What a container takes from its pod.
    fn inherited(&self, container: &Container<'a>) -> Vec<String> {
        let all = SHARED.iter().filter_map(|(name, path)| {
            let found = container.effective(path);
            let node = found.field.node().filter(|_| found.level == Level::Pod)?;
            let value = code(&in_short(node)?);
            Some(format!("{}: {value}, from the pod ({})", code(name), self.home(node)))
        });
        all.collect()
    }

    /// What of the pod a container's own value takes the place of.
    fn overrides(&self, container: &Container<'a>, path: &'static str) -> Option<String> {
        let pods = container.pod.field(path).node()?;
        let value = code(&in_short(pods)?);
        Some(format!("Takes the place of the pod's {value} ({})", self.home(pods)))
    }

    /// What holds in a container for a value that the pod states.
    fn ends_with(&self, container: &Container<'a>, path: &'static str) -> String {
        let found = container.effective(path);
        let name = code(container.name());
        let Some((node, value)) = found.field.node().and_then(|node| Some((node, in_short(node)?)))
        else {
            return format!("container {name}: not set");
        };
        let from = self.from(found.level, node);
        format!("container {name}: {} ({from})", code(&value))
    }

    fn from(&self, level: Level, node: Node<'_>) -> String {
        match level {
            Level::Container => format!("its own, {}", self.home(node)),
            Level::Pod | Level::Default => "from here".to_owned(),
        }
    }
}
