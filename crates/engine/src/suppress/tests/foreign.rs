//! Suppressions written for other tools.

use super::*;

#[test]
fn annotations_of_other_tools() {
    for (annotation, fate) in [
        ("ignore-check.kube-linter.io/privileged-container: why", "annotation, kube-linter: why"),
        ("kube-linter.io/ignore-all: why", "annotation, kube-linter: why"),
        (
            "kube-score/ignore: service-type, container-security-context-privileged",
            "annotation, kube-score suppression",
        ),
        ("checkov.io/skip1: CKV_K8S_16=why", "annotation, checkov: why"),
        ("bridgecrew.io/skip12: CKV_K8S_16", "annotation, checkov suppression"),
        ("polaris.fairwinds.com/exempt: \"true\"", "annotation, polaris suppression"),
        (
            "polaris.fairwinds.com/runAsPrivileged-exempt: \"true\"",
            "annotation, polaris suppression",
        ),
        (
            "runterrascan.io/skip: '[{\"rule\": \"AC_K8S_0046\", \"comment\": \"why\"}]'",
            "annotation, terrascan: why",
        ),
        ("datree.skip/CONTAINERS_PRIVILEGED: why", "annotation, datree: why"),
        ("monokle.io/suppress.pss104: why", "annotation, monokle: why"),
        // What is not an exemption.
        ("ignore-check.kube-linter.io/no-such-check: why", "open"),
        ("polaris.fairwinds.com/exempt: \"false\"", "open"),
        ("checkov.io/skip1: CKV_K8S_17=why", "open"),
        ("runterrascan.io/skip: '[{'", "open"),
        ("monokle.io/suppress.PSS104: 'false'", "open"),
    ] {
        check(
            &annotated(annotation),
            &format!(
                "8 single-replica: open\n13 image-mutable-tag: open\n15 privileged-container: {fate}\n19 privileged-container: {fate}"
            ),
        );
    }
    let off = Setup { settings: SuppressionSettings { foreign: false, ..SETUP.settings }, ..SETUP };
    assert!(!shown(&off, &annotated("kube-linter.io/ignore-all: why")).contains("annotation"));
}

#[test]
fn labels_of_kubeaudit() {
    let text = |label: &str| {
        let pod = deployment(&[]).replace(
            "    spec:\n",
            &format!("    metadata:\n      labels: {{{label}}}\n    spec:\n"),
        );
        pod.replace("            privileged: true\n        - name: side", "            privileged: true\n            capabilities: {add: [SYS_ADMIN, NET_RAW]}\n        - name: side")
    };
    for (label, expected) in [
        (
            "kubeaudit.io/allow-privileged: why",
            ["kubeaudit: why", "open", "open", "kubeaudit: why"],
        ),
        (
            "container.kubeaudit.io/app.allow-privileged: \"true\"",
            ["kubeaudit suppression", "open", "open", "open"],
        ),
        (
            "audit.kubernetes.io/pod.allow-capability-sys-admin: x",
            ["open", "kubeaudit: x", "open", "open"],
        ),
        ("kubeaudit.io/allow-capability-all: x", ["open", "kubeaudit: x", "kubeaudit: x", "open"]),
    ] {
        let fate = |at: usize| match expected[at] {
            "open" => "open".to_owned(),
            reason => format!("annotation, {reason}"),
        };
        check(
            &text(label),
            &format!(
                "7 single-replica: open\n14 image-mutable-tag: open\n16 privileged-container: {}\n17 capability-added: {}\n17 capability-added: {}\n21 privileged-container: {}",
                fate(0),
                fate(1),
                fate(2),
                fate(3)
            ),
        );
    }
}

#[test]
fn comments_of_other_tools() {
    // One line is put in above line `at`: the fates of the two containers, and of the image.
    let trivy = ["trivy suppression", "trivy suppression", ""];
    let kics = ["kics suppression", "kics suppression", ""];
    for (at, comment, reasons) in [
        (1, "# trivy:ignore:KSV017", trivy),
        (1, "# trivy:ignore:KSV-0017", trivy),
        (1, "#trivy:ignore:AVD-KSV-0017:exp:2027-01-01", trivy),
        (1, "# trivy:ignore:avd-ksv-0017:exp:2026-11-24", ["", "", ""]),
        (11, "# trivy:ignore:KSV9 trivy:ignore:KSV017[name=app]", [trivy[0], "", ""]),
        (11, "# trivy:ignore:AVD-KSV-001*", [trivy[0], "", trivy[0]]),
        (1, "# checkov:skip=CKV_K8S_16:why", ["checkov: why", "checkov: why", ""]),
        (8, "# ts:skip=AC_K8S_0046 why", ["terrascan: why", "terrascan: why", ""]),
        (1, "# kics-scan ignore", kics),
        (1, "# kics-scan disable=dd29336b-fe57-445b-a26e-e6aa867ae609", kics),
        (1, "# kics-scan enable=dd29336b-fe57-445b-a26e-e6aa867ae609", ["", "", ""]),
        (1, "# kics-scan enable=00000000-fe57-445b-a26e-e6aa867ae609", kics),
        (11, "# kics-scan ignore-block", [kics[0], "", ""]),
        (14, "# kics-scan ignore-line", [kics[0], "", ""]),
        (13, "# kics-scan ignore-line", ["", "", ""]),
        (8, "# kics-scan ignore", ["", "", ""]),
    ] {
        let line = |line: usize| line + usize::from(line >= at);
        let fate = |reason: &str| match reason {
            "" => "open".to_owned(),
            reason => format!("inline, {reason}"),
        };
        check(
            &deployment(&[(at, comment)]),
            &format!(
                "{} single-replica: open\n{} image-mutable-tag: {}\n{} privileged-container: {}\n{} privileged-container: {}",
                line(7),
                line(12),
                fate(reasons[2]),
                line(14),
                fate(reasons[0]),
                line(18),
                fate(reasons[1])
            ),
        );
    }
    check(
        &deployment(&[(11, " # trivy:ignore:KSV017")]),
        "7 single-replica: open\n12 image-mutable-tag: open\n14 privileged-container: inline, trivy suppression\n18 privileged-container: open",
    );
}

#[test]
fn our_own_words_count_before_those_of_others() {
    let text = annotated("kube-linter.io/ignore-all: theirs").replace(
        "privileged: true\n        -",
        "privileged: true # kubesift: ignore[privileged-container] ours\n        -",
    );
    let shown = shown(&SETUP, &text);
    assert!(shown.contains("15 privileged-container: inline, ours\n19 privileged-container: annotation, kube-linter: theirs"), "{shown}");
}
