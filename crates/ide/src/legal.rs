//! Which names are legal for what, as the API server has it.

use kubesift_model::reach::is_label_value;
use kubesift_model::{Resource, broken_port_name_rule};

use crate::named::Named;

/// The rule that a new name of a symbol breaks, as the end of a sentence; none for a legal name.
pub(crate) fn broken_rule(symbol: &Named<'_>, name: &str) -> Option<&'static str> {
    match *symbol {
        Named::Object(object) => of_object(object, name),
        Named::Key(..) => of_key(name),
        Named::ServicePort(..) | Named::Volume(..) | Named::Container(..) => of_label(name),
        Named::ContainerPort(..) => broken_port_name_rule(name),
        Named::Label(_) => (!is_label_value(name)).then_some(
            "label values have at most 63 letters, digits, \
                hyphens, dots and underscores, the first and the last a letter or digit",
        ),
    }
}

/// Kinds whose names are parts of paths, and may be nearly anything.
const PATH_NAMES: [&str; 4] = ["Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"];

fn of_object(object: &Resource, name: &str) -> Option<&'static str> {
    let kind = &*object.kind.kind;
    if object.is("Service") {
        let begins = name.starts_with(|char: char| char.is_ascii_lowercase());
        let rule = "names of Services begin with a lower-case letter";
        return of_label(name).or((!begins).then_some(rule));
    }
    if PATH_NAMES.contains(&kind) && &*object.kind.group == "rbac.authorization.k8s.io" {
        let bad = name.is_empty() || matches!(name, "." | "..") || name.contains(['/', '%']);
        let odd = name.contains(|char: char| char.is_whitespace() || char.is_control());
        return (bad || odd || name.contains(['"', '\'', '\\'])).then_some(
            "names of roles and bindings have no slashes, percent signs, quotes or blanks",
        );
    }
    of_subdomain(name)
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

/// RFC 1123: a label.
fn of_label(name: &str) -> Option<&'static str> {
    let bytes = name.as_bytes();
    if bytes.is_empty() || bytes.len() > 63 {
        return Some("such names have 1 to 63 characters");
    }
    let whole = bytes.iter().all(|byte| is_word_byte(*byte) || *byte == b'-');
    let ends = |byte: Option<&u8>| byte.is_some_and(|byte| is_word_byte(*byte));
    (!whole || !ends(bytes.first()) || !ends(bytes.last())).then_some(
        "such names have lower-case letters, digits and hyphens only, and no hyphen at either end",
    )
}

/// RFC 1123: a subdomain, labels joined by dots.
fn of_subdomain(name: &str) -> Option<&'static str> {
    if name.len() > 253 {
        return Some("such names have at most 253 characters");
    }
    let fits = |label: &str| {
        let bytes = label.as_bytes();
        let ends = |byte: Option<&u8>| byte.is_some_and(|byte| is_word_byte(*byte));
        bytes.iter().all(|byte| is_word_byte(*byte) || *byte == b'-')
            && ends(bytes.first())
            && ends(bytes.last())
    };
    (!name.split('.').all(fits)).then_some(
        "such names have lower-case letters, digits, hyphens and dots only, and begin and end with \
         a letter or digit",
    )
}

fn of_key(name: &str) -> Option<&'static str> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let bad = name.is_empty()
        || name.len() > 253
        || !name.bytes().all(fits)
        || name == "."
        || name.starts_with("..");
    bad.then_some("keys have letters, digits, hyphens, underscores and dots only")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_subdomains_and_keys() {
        for (name, label, subdomain, key) in [
            ("web", true, true, true),
            ("web.shop", false, true, true),
            ("Web", false, false, true),
            ("a_b", false, false, true),
            ("-a", false, false, true),
            ("a-", false, false, true),
            ("", false, false, false),
            ("..a", false, false, false),
            ("a/b", false, false, false),
            ("a..b", false, false, true),
        ] {
            assert_eq!(of_label(name).is_none(), label, "{name}");
            assert_eq!(of_subdomain(name).is_none(), subdomain, "{name}");
            assert_eq!(of_key(name).is_none(), key, "{name}");
        }
        assert!(of_label(&"a".repeat(64)).is_some());
    }
}
