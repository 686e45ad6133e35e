//! The names that ports of containers may have.

/// The rule that a name of a container's port breaks: IANA_SVC_NAME of RFC 6335, section 5.1, as
/// the API server applies it.
pub fn broken_port_name_rule(name: &str) -> Option<&'static str> {
    let is_allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if name.len() > 15 {
        return Some("port names have at most 15 characters");
    }
    if !name.bytes().all(is_allowed) {
        return Some("port names have lower-case letters, digits and hyphens only");
    }
    if !name.bytes().any(|byte| byte.is_ascii_lowercase()) {
        return Some("port names have a letter");
    }
    let hyphens = name.contains("--") || name.starts_with('-') || name.ends_with('-');
    hyphens.then_some("port names have no two hyphens in a row, and none at either end")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_ports() {
        for good in ["a", "http", "9p-x", "fifteen-letters"] {
            assert_eq!(broken_port_name_rule(good), None, "{good}");
        }
        for bad in ["", "80", "HTTP", "a_b", "a--b", "-a", "a-", "sixteen-letters-"] {
            assert!(broken_port_name_rule(bad).is_some(), "{bad}");
        }
    }
}
