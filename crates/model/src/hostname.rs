//! Hostnames of Ingresses, routes and listeners: which of them mean the same requests. Whether that
//! is wanted is left to checks.

use crate::selector::Match;
use crate::unknown::is_unknown;

/// Whether two hostnames of Gateway API have a request in common. An empty one is for all; `*.` at
/// the start stands for one label or more, so `*.example.com` meets `a.b.example.com` and
/// `*.b.example.com`, but not `example.com`.
pub fn hostnames_meet(one: &str, other: &str) -> Match {
    if is_every_host(one) || is_every_host(other) || one.eq_ignore_ascii_case(other) {
        return Match::Yes;
    }
    if is_unknown(one) || is_unknown(other) {
        return Match::Unknown;
    }
    match (wildcard(one), wildcard(other)) {
        (None, None) => Match::No,
        (Some(end), None) => ends_with_label(other, end).into(),
        (None, Some(end)) => ends_with_label(one, end).into(),
        (Some(one), Some(other)) => {
            let longer = ends_with_label(one, other) || ends_with_label(other, one);
            (longer || one.eq_ignore_ascii_case(other)).into()
        }
    }
}

/// Whether a name of a certificate or a `tls` entry covers a host: `*.` at the start stands for
/// exactly one label there, and covers the same wildcard.
pub fn certificate_covers(name: &str, host: &str) -> Match {
    if name.eq_ignore_ascii_case(host) {
        return Match::Yes;
    }
    if is_unknown(name) || is_unknown(host) {
        return Match::Unknown;
    }
    let Some(end) = wildcard(name) else { return Match::No };
    let rest = host.split_once('.').map_or("", |(_, rest)| rest);
    (!host.starts_with('*') && rest.eq_ignore_ascii_case(end)).into()
}

/// True for what stands for every host.
pub fn is_every_host(host: &str) -> bool {
    matches!(host, "" | "*")
}

/// What follows `*.` at the start of a hostname.
fn wildcard(host: &str) -> Option<&str> {
    host.strip_prefix("*.")
}

/// True when `host` is one label or more before `.end`.
fn ends_with_label(host: &str, end: &str) -> bool {
    let Some(start) = host.len().checked_sub(end.len()) else { return false };
    let Some(tail) = host.get(start..) else { return false };
    start > 1
        && tail.eq_ignore_ascii_case(end)
        && host.as_bytes().get(start - 1).is_some_and(|byte| *byte == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostnames_of_routes_and_listeners() {
        for (one, other, expected) in [
            ("", "a.example.com", Match::Yes),
            ("a.example.com", "A.example.com", Match::Yes),
            ("*.example.com", "a.example.com", Match::Yes),
            ("*.example.com", "a.b.example.com", Match::Yes),
            ("*.example.com", "example.com", Match::No),
            ("*.example.com", "aexample.com", Match::No),
            ("*.example.com", "*.b.example.com", Match::Yes),
            ("*.example.com", "*.example.com", Match::Yes),
            ("*.example.com", "*.example.org", Match::No),
            ("a.example.com", "b.example.com", Match::No),
            ("${HOST}", "b.example.com", Match::Unknown),
            ("${HOST}", "${HOST}", Match::Yes),
        ] {
            assert_eq!(hostnames_meet(one, other), expected, "{one} {other}");
            assert_eq!(hostnames_meet(other, one), expected, "{other} {one}");
        }
    }

    #[test]
    fn names_of_certificates() {
        for (name, host, expected) in [
            ("a.example.com", "a.example.com", Match::Yes),
            ("*.example.com", "a.example.com", Match::Yes),
            ("*.example.com", "a.b.example.com", Match::No),
            ("*.example.com", "example.com", Match::No),
            ("*.example.com", "*.example.com", Match::Yes),
            ("*.example.com", "*.b.example.com", Match::No),
            ("a.example.com", "*.example.com", Match::No),
            ("${DOMAIN}", "a.example.com", Match::Unknown),
        ] {
            assert_eq!(certificate_covers(name, host), expected, "{name} {host}");
        }
    }
}
