//! Whether two values are the same: as Kubernetes' reader takes them, whatever their style.

use kubesift_yaml::{Node, Value};

/// Nodes that are looked at before two values count as different.
const BUDGET: usize = 200_000;

/// True when two nodes hold the same value; the order of keys does not matter.
pub fn is_same_value(one: Node<'_>, other: Node<'_>) -> bool {
    let mut work = vec![(one, other)];
    let mut budget = BUDGET;
    while let Some((one, other)) = work.pop() {
        let Some(rest) = budget.checked_sub(1) else { return false };
        budget = rest;
        let same = match (one.value(), other.value()) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(one), Value::Bool(other)) => one == other,
            (Value::Str(one), Value::Str(other)) => one == other,
            (Value::Int(one), Value::Int(other)) => one == other,
            (Value::Uint(one), Value::Uint(other)) => one == other,
            (Value::Float(one), Value::Float(other)) => one.to_bits() == other.to_bits(),
            (Value::List(_), Value::List(_)) => {
                work.extend(one.items().zip(other.items()));
                one.items().count() == other.items().count()
            }
            (Value::Map(_), Value::Map(_)) => {
                let (mut ours, mut theirs): (Vec<_>, Vec<_>) =
                    (one.entries().collect(), other.entries().collect());
                ours.sort_by_key(|entry| entry.0);
                theirs.sort_by_key(|entry| entry.0);
                let pairs = ours.iter().zip(&theirs);
                work.extend(pairs.map(|(one, other)| (one.1, other.1)));
                ours.iter().map(|entry| entry.0).eq(theirs.iter().map(|entry| entry.0))
            }
            _ => false,
        };
        if !same {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kubesift_source::{FileId, SourceFile};

    use super::*;

    #[track_caller]
    fn check(one: &str, other: &str, expected: bool) {
        let text = format!("{one}\n---\n{other}\n");
        let file = SourceFile::new(FileId(0), "test.yaml", text);
        let tree = kubesift_yaml::parse(Arc::new(file));
        let roots: Vec<_> = tree.documents().filter_map(|document| document.root()).collect();
        assert_eq!(is_same_value(roots[0], roots[1]), expected, "{one} / {other}");
    }

    #[test]
    fn style_and_order_do_not_matter() {
        check("a: 1\nb: [x, 'z']", "{b: [\"x\", z], a: 1}", true);
        check("a: yes", "a: true", true);
        check("a: 1", "a: '1'", false);
        check("a: [1]", "a: [1, 2]", false);
        check("a: {b: 1}", "a: {b: 1, c: 2}", false);
        check("a: {b: 1}", "a: {c: 1}", false);
        check("a: ~", "a:", true);
    }
}
