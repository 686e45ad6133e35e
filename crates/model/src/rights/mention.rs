//! Names of accounts that resources mention outside of pods and bindings: custom resources whose
//! operator runs pods as them, Secrets with a token, arguments and variables of a program that does.
//! A name here is a reason not to call an account unused, and no more.

use foldhash::{HashSet, HashSetExt};
use kubesift_yaml::Node;

use crate::resource::Resource;

/// Kinds that name accounts in fields that are read as such, or hold text of other programs.
const LEFT_OUT: [&str; 7] = [
    "ClusterRole",
    "ClusterRoleBinding",
    "ConfigMap",
    "CustomResourceDefinition",
    "Role",
    "RoleBinding",
    "ServiceAccount",
];

/// The annotation of a Secret that holds a token of an account.
const TOKEN_OF: &str = "kubernetes.io/service-account.name";

/// The names that resources mention.
pub(crate) fn read<'a>(resources: &[&'a Resource]) -> HashSet<&'a str> {
    let mut names = HashSet::new();
    for resource in resources {
        names.extend(resource.annotation(TOKEN_OF).and_then(Node::text));
        if !LEFT_OUT.contains(&&*resource.kind.kind) && !resource.is("Secret") {
            walk(resource.node(), &mut names);
        }
    }
    names
}

fn walk<'a>(root: Node<'a>, names: &mut HashSet<&'a str>) {
    let mut left = vec![root];
    while let Some(node) = left.pop() {
        for (key, value) in node.entries() {
            let account = key.to_ascii_lowercase().contains("serviceaccount");
            if account {
                names.extend(value.text().or_else(|| value.get("name")?.text()));
            }
            match key {
                "args" | "command" => names.extend(value.items().filter_map(argument)),
                "value" => names.extend(argument(value)),
                _ => {}
            }
            left.push(value);
        }
        left.extend(node.items());
    }
}

/// The value of an argument: `--account=web` is `web`.
fn argument(node: Node<'_>) -> Option<&str> {
    let text = node.text()?;
    Some(text.rsplit_once('=').map_or(text, |(_, value)| value))
}
