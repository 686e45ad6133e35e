//! The settings of an editor: section `kubesift`. A value of a wrong type is said, and counts as not
//! given; unknown keys may be the client's own.

use serde_json::{Value, json};

/// What an editor sets. What it leaves out is up to the configuration of the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditorSettings {
    /// `profile`
    pub profile: Option<String>,
    /// `select`
    pub select: Vec<String>,
    /// `extendSelect`
    pub extend_select: Vec<String>,
    /// `ignore`
    pub ignore: Vec<String>,
    /// `minSeverity`
    pub min_severity: Option<String>,
    /// `kubernetesVersion`
    pub kubernetes_version: Option<String>,
    /// `config`: the path of a configuration file; none has it looked for.
    pub config: Option<String>,
    /// `features.hover`
    pub hover: bool,
    /// `features.completion`
    pub completion: bool,
    /// `features.codeLens`
    pub code_lens: bool,
    /// `features.inlayHints`
    pub inlay_hints: bool,
    /// `features.semanticTokens`
    pub semantic_tokens: bool,
}

impl Default for EditorSettings {
    fn default() -> Self {
        Self {
            profile: None,
            select: Vec::new(),
            extend_select: Vec::new(),
            ignore: Vec::new(),
            min_severity: None,
            kubernetes_version: None,
            config: None,
            hover: true,
            completion: true,
            code_lens: true,
            inlay_hints: false,
            semantic_tokens: false,
        }
    }
}

impl EditorSettings {
    /// Reads the section, and says what is wrong with it.
    pub fn read(section: &Value) -> (Self, Vec<String>) {
        let mut reader = Reader { section, wrong: Vec::new() };
        let default = Self::default();
        let settings = Self {
            profile: reader.text("profile"),
            select: reader.texts("select"),
            extend_select: reader.texts("extendSelect"),
            ignore: reader.texts("ignore"),
            min_severity: reader.text("minSeverity"),
            kubernetes_version: reader.text("kubernetesVersion"),
            config: reader.text("config"),
            hover: reader.switch("features.hover", default.hover),
            completion: reader.switch("features.completion", default.completion),
            code_lens: reader.switch("features.codeLens", default.code_lens),
            inlay_hints: reader.switch("features.inlayHints", default.inlay_hints),
            semantic_tokens: reader.switch("features.semanticTokens", default.semantic_tokens),
        };
        (settings, reader.wrong)
    }
}

/// Asks to be told when they change.
pub(crate) fn registration() -> Value {
    json!({
        "id": "kubesift/settings",
        "method": "workspace/didChangeConfiguration",
        "registerOptions": { "section": "kubesift" },
    })
}

struct Reader<'a> {
    section: &'a Value,
    wrong: Vec<String>,
}

impl Reader<'_> {
    fn get(&self, path: &str) -> Option<&Value> {
        let mut keys = path.split('.');
        keys.try_fold(self.section, |value, key| value.get(key)).filter(|value| !value.is_null())
    }

    fn expected(&mut self, path: &str, what: &str) {
        self.wrong.push(format!("setting `kubesift.{path}` must be {what}; it is not used"));
    }

    /// A text; an empty one is as good as none.
    fn text(&mut self, path: &str) -> Option<String> {
        let value = self.get(path)?;
        match value.as_str() {
            Some(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            None => {
                self.expected(path, "a text");
                None
            }
        }
    }

    fn texts(&mut self, path: &str) -> Vec<String> {
        let Some(value) = self.get(path) else { return Vec::new() };
        let items = value.as_array().map(|items| items.iter().map(Value::as_str).collect());
        match items {
            Some(Some::<Vec<&str>>(items)) => items.into_iter().map(str::to_owned).collect(),
            _ => {
                self.expected(path, "a list of texts");
                Vec::new()
            }
        }
    }

    fn switch(&mut self, path: &str, default: bool) -> bool {
        let Some(value) = self.get(path) else { return default };
        value.as_bool().unwrap_or_else(|| {
            self.expected(path, "true or false");
            default
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_right_is_taken_and_what_is_wrong_is_said() {
        let section = json!({
            "profile": "nsa", "select": ["a", "b"], "ignore": [1], "minSeverity": 3, "config": "",
            "features": {"hover": false, "inlayHints": "yes"}, "path": {"client": "only"},
        });
        let (settings, wrong) = EditorSettings::read(&section);
        assert_eq!(settings.profile.as_deref(), Some("nsa"));
        assert_eq!(settings.select, ["a", "b"]);
        assert!(settings.ignore.is_empty() && settings.config.is_none());
        assert!(!settings.hover && !settings.inlay_hints && settings.completion);
        assert_eq!(wrong.len(), 3, "{wrong:?}");
    }

    #[test]
    fn nothing_is_the_default() {
        for nothing in [json!(null), json!({}), json!({"features": null}), json!([1])] {
            assert_eq!(EditorSettings::read(&nothing), (EditorSettings::default(), Vec::new()));
        }
    }
}
