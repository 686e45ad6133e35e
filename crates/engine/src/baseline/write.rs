//! Writes a baseline: an entry a line, sorted, so that a diff shows what came and went and nothing
//! else, and git merges what two people did at different places.

use std::fmt::Write as _;

use kubesift_yaml::push_json_string;

use super::{Baseline, Listed, VERSION};

impl Baseline {
    /// The text of the file, in the order of the entries; the same entries give the same bytes.
    pub fn text(&self) -> String {
        let mut text = format!("{{\n  \"version\": {VERSION},\n  \"paths\": [");
        for (at, path) in self.paths.iter().enumerate() {
            text.push_str(if at > 0 { ", " } else { "" });
            push_json_string(&mut text, path);
        }
        text.push_str("],\n  \"findings\": [");
        for (at, entry) in self.entries.iter().enumerate() {
            text.push_str(if at > 0 { ",\n    " } else { "\n    " });
            entry.push(&mut text);
        }
        text.push_str(if self.entries.is_empty() { "]\n}\n" } else { "\n  ]\n}\n" });
        text
    }
}

impl Listed {
    /// Writes the entry as it stands in a file.
    pub(super) fn push(&self, text: &mut String) {
        let fingerprint = self.fingerprint.to_string();
        let fields = [
            ("file", Some(&*self.file)),
            ("resource", self.resource.as_deref()),
            ("check", Some(&*self.check)),
            ("field", self.field.as_deref()),
            ("fingerprint", Some(&*fingerprint)),
        ];
        let mut before = "{";
        for (name, value) in fields {
            let Some(value) = value else { continue };
            let _ = write!(text, "{before}\"{name}\": ");
            push_json_string(text, value);
            before = ", ";
        }
        if self.count > 1 {
            let _ = write!(text, ", \"count\": {}", self.count);
        }
        text.push('}');
    }
}
