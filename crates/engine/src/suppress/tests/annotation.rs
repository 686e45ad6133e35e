//! Our own annotations.

use super::*;

#[test]
fn annotations_of_an_object_and_of_a_container() {
    check(
        &annotated("kubesift.dev/ignore.privileged-container: drives the host"),
        "8 single-replica: open
         13 image-mutable-tag: open
         15 privileged-container: annotation, drives the host
         19 privileged-container: annotation, drives the host",
    );
    check(
        &annotated("side.kubesift.dev/ignore.pod-security: \"\""),
        "8 single-replica: open
         13 image-mutable-tag: open
         15 privileged-container: open
         19 privileged-container: annotation",
    );
    check(
        &annotated("kubesift.dev/ignore.secrets: x"),
        "6 unused-suppression: the suppression of `secrets` matches no finding
         8 single-replica: open
         13 image-mutable-tag: open
         15 privileged-container: open
         19 privileged-container: open",
    );
    for (annotation, message) in [
        (
            "kubesift.dev/ignore.privileged: x",
            "no check or family is called `privileged`; did you mean `privileged-container`?",
        ),
        ("sid.kubesift.dev/ignore.images: x", "the object has no container `sid`"),
        (
            "kubesift.dev/ignored.images: x",
            "no annotation of kubesift is called `ignored.images`; did you mean `kubesift.dev/ignore.<check>`?",
        ),
        ("kubesift.dev/owner: x", "no annotation of kubesift is called `owner`"),
        (
            "kubesift.dev/ignore.images: x until=2026-01-01",
            "the suppression of `images` ended on 2026-01-01",
        ),
    ] {
        let shown = shown(&SETUP, &annotated(annotation));
        assert!(
            shown.starts_with(&format!("6 invalid-suppression: {message}\n8 single")),
            "{shown}"
        );
        assert!(shown.contains("13 image-mutable-tag: open"), "{shown}");
    }
    check_fixed(
        &annotated("kubesift.dev/ignore.priviledged-container: x"),
        &annotated("kubesift.dev/ignore.privileged-container: x"),
    );
}

#[test]
fn annotations_of_a_pod_template_reach_the_pod() {
    let text = deployment(&[]).replace(
        "    spec:\n",
        "    metadata:\n      annotations:\n        kubesift.dev/ignore.single-replica: x\n        kubesift.dev/ignore.images: y\n    spec:\n",
    );
    check(
        &text,
        "7 single-replica: open
         11 unused-suppression: the suppression of `single-replica` matches no finding
         16 image-mutable-tag: annotation, y
         18 privileged-container: open
         22 privileged-container: open",
    );
}

#[test]
fn json_has_annotations_only() {
    let text = r##"{
  "apiVersion": "v1", "kind": "Pod",
  "metadata": {"annotations": {
    "kubesift.dev/ignore.images": "x",
    "kubesift.dev/ignore.secrets": "# kubesift: ignore[privileged-container]"
  }},
  "spec": {"containers": [
    {"name": "a", "image": "a:latest", "securityContext": {"privileged": true}}
  ]}
}
"##;
    check(
        text,
        "5 unused-suppression: the suppression of `secrets` matches no finding
         8 image-mutable-tag: annotation, x
         8 privileged-container: open",
    );
    check_fixed(
        text,
        &text.replace(
            "\"x\",\n    \"kubesift.dev/ignore.secrets\": \"# kubesift: ignore[privileged-container]\"\n",
            "\"x\"\n",
        ),
    );
}

#[test]
fn annotations_shared_through_an_alias_are_one_suppression() {
    let pod = |annotations: &str, image: &str| {
        format!(
            "  - apiVersion: v1\n    kind: Pod\n    metadata: {{annotations: {annotations}}}\n    spec: {{containers: [{{name: a, image: \"{image}\"}}]}}\n"
        )
    };
    let list = |first: &str, second: &str| {
        let annotations = "&a {kubesift.dev/ignore.images: x}";
        format!(
            "apiVersion: v1\nkind: List\nitems:\n{}{}",
            pod(annotations, first),
            pod("*a", second)
        )
    };
    check(&list("a:1", "a:latest"), "11 image-mutable-tag: annotation, x");
    check(
        &list("a:1", "a:1"),
        "6 unused-suppression: the suppression of `images` matches no finding",
    );
}
