//! The starter file that `kubesift init` writes.

use std::fmt::Write as _;

use kubesift_engine::{BASELINE_FILE_NAME, Entry, OptDefault, Profile, Severity, Version};

/// A commented `.kubesift.yaml` that changes nothing until a line is uncommented.
pub fn init_text(entries: &'static [Entry]) -> String {
    let mut text = String::from(
        "# Settings of kubesift. `kubesift config show --origin` says what holds and why.\n\
         # For completion in editors, `kubesift config schema > .kubesift.schema.json` and the line\n\
         # `# yaml-language-server: $schema=.kubesift.schema.json` at the top.\n\n",
    );
    let used = |profile: &&Profile| entries.iter().any(|entry| entry.is_in(**profile));
    let profiles = Profile::ALL.iter().filter(used).map(|profile| profile.name());
    let severities = Severity::ALL.iter().rev().map(|severity| severity.name());
    let _ = write!(
        text,
        "# The checks that run: {}.\nprofile: default\n\n\
         # The version of Kubernetes to judge for.\n# kubernetesVersion: \"{}\"\n\n\
         # The severity from which on a finding fails the run: {}, never.\nfailOn: medium\n\n\
         # Suppressions must say why.\n# requireReason: true\n\n\
         # The file that lists the findings that were there before (`kubesift baseline create`).\n\
         # baseline: {BASELINE_FILE_NAME}\n\n",
        profiles.collect::<Vec<_>>().join(", "),
        Version::NEWEST,
        severities.collect::<Vec<_>>().join(", "),
    );
    text.push_str(
        "# Checks and families: off, on, a severity, or a mapping with options.\n# checks:\n",
    );
    let opted = entries.iter().find_map(|entry| Some((entry, entry.check.options.first()?)));
    let shown =
        entries.iter().find(|entry| opted.is_none_or(|(opted, _)| opted.name != entry.name));
    let other = shown.and_then(|shown| entries.iter().find(|entry| entry.family != shown.family));
    if let Some(other) = other {
        let _ = writeln!(text, "#   {}: off", other.family);
    }
    if let Some(entry) = shown {
        let _ = writeln!(text, "#   {}: high", entry.name);
    }
    if let Some((entry, opt)) = opted {
        let value = written(opt.default);
        let _ =
            writeln!(text, "#   {}:\n#     # {}\n#     {}: {value}", entry.name, opt.doc, opt.name);
    }
    text.push_str(
        "\n# Files that are not read.\n# paths:\n#   exclude: [third_party/]\n\n\
         # Findings that are known.\n# ignore:\n#   - paths: [third_party/]\n#     kinds: [DaemonSet]\n\
         #     reason: vendored, mended upstream\n#     until: 2027-12-31\n\n\
         # Objects that live elsewhere, and namespaces of which this repository holds everything:\n\
         # they decide what a reference that finds nothing means.\n\
         # external: [Secret/*/registry-login, StorageClass/fast]\n# complete: [shop]\n",
    );
    text
}

fn written(default: OptDefault) -> String {
    match default {
        OptDefault::Bool(value) => value.to_string(),
        OptDefault::Int(value) => value.to_string(),
        OptDefault::Text(text) => serde_json::Value::from(text).to_string(),
        OptDefault::List(texts) => serde_json::Value::from(texts).to_string(),
    }
}
