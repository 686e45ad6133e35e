//! "Did you mean": the known word nearest to one that is not known.

/// The candidate that `word` most likely means, if any is near: equal but for case, `-` and `_`; a
/// few letters off; or, failing that, the shortest that holds it.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = fold(word);
    let allowed = (wanted.len() / 3).clamp(1, 3);
    let mut best: Option<(usize, usize, &str)> = None;
    for candidate in candidates {
        let folded = fold(candidate);
        let key = match distance(&wanted, &folded, allowed) {
            Some(distance) => (distance, 0, candidate),
            None if wanted.len() >= 4 && contains(&folded, &wanted) => {
                (usize::MAX, candidate.len(), candidate)
            }
            None => continue,
        };
        if best.is_none_or(|best| key < best) {
            best = Some(key);
        }
    }
    best.map(|best| best.2)
}

fn fold(word: &str) -> Vec<char> {
    let letters = word.chars().filter(|letter| !matches!(letter, '-' | '_' | ' ' | '.'));
    letters.flat_map(char::to_lowercase).collect()
}

fn contains(whole: &[char], part: &[char]) -> bool {
    whole.windows(part.len()).any(|window| window == part)
}

/// How many letters must be changed, put in, left out or swapped with their neighbour; none when
/// that is more than `most`.
fn distance(a: &[char], b: &[char], most: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, right) in b.iter().enumerate() {
            let mut cost = (row[j] + usize::from(left != right)).min(row[j + 1] + 1);
            cost = cost.min(next[j] + 1);
            if i > 0 && j > 0 && *left == b[j - 1] && a[i - 1] == *right {
                cost = cost.min(before[j - 1] + 1);
            }
            next.push(cost);
        }
        before = std::mem::replace(&mut row, next);
    }
    row.last().copied().filter(|distance| *distance <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggestions() {
        let known =
            ["privileged-container", "host-network", "failOn", "image-mutable-tag", "host-pid"];
        for (word, meant) in [
            ("privilged-container", Some("privileged-container")),
            ("Privileged_Container", Some("privileged-container")),
            ("fail-on", Some("failOn")),
            ("failon", Some("failOn")),
            ("host-netwrok", Some("host-network")),
            ("privileged", Some("privileged-container")),
            ("host-ipd", Some("host-pid")),
            ("something-else", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, known), meant, "{word}");
        }
    }
}
