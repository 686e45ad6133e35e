//! Lines that begin with `%` before a document: goyaml.v2 knows two of them.

/// The first directive that Kubernetes' reader refuses by its name, or for the lack of a `---`.
pub(crate) fn check(text: &str) -> Option<(u32, u32)> {
    let mut at = 0;
    let mut last = None;
    for line in text.split_inclusive('\n') {
        let shown = line.strip_prefix('\u{feff}').filter(|_| at == 0).unwrap_or(line);
        let start = at + line.len() - shown.len();
        let shown = shown.trim_end();
        at += line.len();
        if shown.starts_with('%') {
            let place = (start as u32, (start + shown.len()) as u32);
            let name = shown.split_ascii_whitespace().next().unwrap_or_default();
            if name != "%YAML" && name != "%TAG" {
                return Some(place);
            }
            last = Some(place);
        } else if shown.starts_with("---") {
            return None;
        } else if !shown.is_empty() && !shown.trim_start().starts_with('#') {
            return last;
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn only_two_directives_are_known() {
        assert_eq!(check("%YAML 1.1\n---\na: 1\n"), None);
        assert_eq!(check("%a: b\n"), Some((0, 5)));
        assert_eq!(check("# c\n%YAML 1.1\na: 1\n"), Some((4, 13)));
        assert_eq!(check("a: %b\n"), None);
    }
}
