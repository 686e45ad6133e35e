//! What a quantity amounts to, and what the parts of an image are.

use kubesift_model::{Container, Format, ImageRef, Pod, Quantity, quantities_of};
use kubesift_yaml::Node;

use super::Asked;
use crate::words::{code, grouped};

/// A line on the scalar at a place; nothing where it is neither.
pub(super) fn lines(asked: &Asked<'_, '_, '_>) -> Vec<String> {
    let Some(text) = asked.node.text() else { return Vec::new() };
    let resource = asked.seen.resource;
    if asked.node.key() == Some("image")
        && let Some(container) = Pod::of(resource).and_then(|pod| container_of(&pod, asked.node))
    {
        return image(text, &container);
    }
    let is_quantity = quantities_of(resource).iter().any(|(node, _)| *node == asked.node);
    let parsed = Quantity::parse(text).ok().filter(|_| is_quantity);
    parsed.and_then(|found| quantity(text, found, asked.node)).into_iter().collect()
}

fn container_of<'a>(pod: &Pod<'a>, image: Node<'a>) -> Option<Container<'a>> {
    pod.containers().into_iter().find(|one| one.node.get("image") == Some(image))
}

/// "registry `docker.io` · repository `library/nginx` · tag `1.25`".
fn image(text: &str, container: &Container<'_>) -> Vec<String> {
    let Ok(image) = ImageRef::parse(text) else { return Vec::new() };
    let mut parts = vec![
        format!("registry {}", code(image.registry_or_default())),
        format!("repository {}", code(&image.normalized_path())),
    ];
    match image.tag {
        Some(tag) => parts.push(format!("tag {}", code(tag.text))),
        None if image.digest.is_none() => parts.push("no tag: `latest`".to_owned()),
        None => {}
    }
    if let Some(digest) = image.digest {
        parts.push(format!("digest {}", code(digest.text)));
    }
    let mut lines = vec![parts.join(" · ")];
    if !container.field("imagePullPolicy").exists() {
        lines.push(format!("Pulled {} by default", code(image.default_pull_policy())));
    }
    lines
}

/// "`128Mi` = 134,217,728 bytes = 134.2 MB". Nothing where that says no more than is written.
fn quantity(text: &str, found: Quantity, node: Node<'_>) -> Option<String> {
    let key = node.key().unwrap_or_default();
    let bare = key.rsplit(['.', '/']).next().unwrap_or(key);
    let written = code(text);
    if bare == "cpu" {
        let milli = found.milli();
        let whole = format!("{} CPU", decimal(milli, 3));
        let said = if text.ends_with('m') {
            format!("= {whole}")
        } else {
            format!("CPU = {}m", grouped(milli))
        };
        return Some(format!("{written} {said}"));
    }
    let is_bytes = matches!(bare, "memory" | "storage" | "ephemeral-storage" | "sizeLimit")
        || bare.starts_with("hugepages-");
    let units = found.units();
    if !is_bytes {
        let is_plain = text == units.to_string();
        return (!is_plain).then(|| format!("{written} = {}", grouped(units)));
    }
    let other = match found.format() {
        Format::BinarySi => in_unit(units, 1000, &["kB", "MB", "GB", "TB", "PB", "EB"]),
        _ => in_unit(units, 1024, &["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]),
    };
    let bytes = format!("{written} = {} byte{}", grouped(units), if units == 1 { "" } else { "s" });
    Some(other.map(|other| format!("{bytes} = {other}")).unwrap_or(bytes))
}

/// An amount in the largest unit of which there is one, with a digit after the point.
fn in_unit(amount: i128, base: i128, units: &[&str]) -> Option<String> {
    let (mut size, mut found) = (1, None);
    for unit in units {
        size *= base;
        if amount < size {
            break;
        }
        found = Some((size, unit));
    }
    let (size, unit) = found?;
    let tenths = amount.checked_mul(10)?.checked_add(size / 2)? / size;
    Some(format!("{} {unit}", decimal(tenths, 1)))
}

/// A number of which the last `places` digits stand after the point, zeros at the end left out.
fn decimal(number: i128, places: u32) -> String {
    let size = 10_i128.pow(places);
    let rest = (number % size).unsigned_abs();
    let rest = format!("{rest:0width$}", width = places as usize);
    let rest = rest.trim_end_matches('0');
    let whole = grouped(number / size);
    if rest.is_empty() { whole } else { format!("{whole}.{rest}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_for_people() {
        assert_eq!(decimal(250, 3), "0.25");
        assert_eq!(decimal(2000, 3), "2");
        let decimal_units = ["kB", "MB"];
        assert_eq!(in_unit(134_217_728, 1000, &decimal_units).as_deref(), Some("134.2 MB"));
        assert_eq!(in_unit(999, 1000, &decimal_units), None);
    }
}
