//! The JSON Schema of `.kubesift.yaml`, made from the checks that there are.

use kubesift_engine::{Confidence, Entry, Opt, OptDefault, Profile, Severity, all_checks};
use serde_json::{Map, Value, json};

use crate::file::{FINDING_SELECTORS, SELECTORS};

/// The schema (draft 2020-12), for `kubesift config schema`.
pub fn schema(entries: &'static [Entry]) -> String {
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://kubesift.dev/schema/config.json",
        "title": "kubesift configuration",
        "description": "Settings of kubesift, in .kubesift.yaml",
        "type": ["object", "null"],
        "additionalProperties": false,
        "properties": properties(entries),
        "$defs": definitions(entries),
    });
    // Writing a value that holds only strings as keys cannot fail.
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

fn properties(entries: &'static [Entry]) -> Value {
    let profiles = Profile::ALL.iter().map(|profile| profile.name());
    let profiles: Vec<&str> = profiles.filter(|name| has_checks(entries, name)).collect();
    let gates: Vec<&str> =
        Severity::ALL.iter().rev().map(|word| word.name()).chain(["never"]).collect();
    let confidences: Vec<&str> = Confidence::ALL.iter().map(|word| word.name()).collect();
    json!({
        "profile": {
            "description": "The checks that run, unless `checks` says otherwise.",
            "enum": profiles, "default": "default",
        },
        "kubernetesVersion": {
            "description": "The version of Kubernetes to judge for; in quotes, for 1.30 is the number 1.3.",
            "type": "string", "pattern": "^(latest|v?1\\.[0-9]+(\\.[0-9]+)?)$",
        },
        "failOn": {
            "description": "The severity from which on a finding fails the run.",
            "enum": gates, "default": "medium",
        },
        "minSeverity": {
            "description": "Findings below this severity are not shown.",
            "$ref": "#/$defs/severity",
        },
        "minConfidence": {
            "description": "Findings below this confidence are not shown.",
            "enum": confidences,
        },
        "requireReason": {
            "description": "Suppressions and entries of `ignore` have no effect without a reason.",
            "type": "boolean", "default": false,
        },
        "foreignSuppressions": {
            "description": "Suppressions written for other tools count.",
            "type": "boolean", "default": true,
        },
        "baseline": {
            "description": "The file that lists the findings that were there before, from the project root; `.kubesift-baseline.json` when nothing is said.",
            "type": "string", "pattern": "[^/]\\.json$",
        },
        "checks": {"$ref": "#/$defs/checks"},
        "paths": {
            "description": "The files that are read.",
            "type": ["object", "null"],
            "additionalProperties": false,
            "properties": {
                "include": {
                    "description": "Only files that match are read.",
                    "$ref": "#/$defs/globs",
                },
                "exclude": {
                    "description": "Files and folders that match are not read.",
                    "$ref": "#/$defs/globs",
                },
            },
        },
        "overrides": {
            "description": "Other settings of checks for some objects; the later wins.",
            "type": ["array", "null"],
            "items": {
                "type": "object",
                "additionalProperties": false,
                "required": ["checks"],
                "anyOf": required(&SELECTORS),
                "properties": with(selectors(&SELECTORS), [("checks", json!({"$ref": "#/$defs/checks"}))]),
            },
        },
        "ignore": {
            "description": "Findings that are known. All that an entry says must match.",
            "type": ["array", "null"],
            "items": ignore(),
        },
        "external": {
            "description": "Objects that live outside the repository: `Kind/name`, `Kind/namespace/name` or `group/Kind/namespace/name`; `*` stands for any text. References to them are never broken.",
            "type": ["array", "null"],
            "items": {"type": "string", "pattern": "^[^/\\s]+(/[^/\\s]+){1,3}$"},
        },
        "complete": {
            "description": "Namespaces of which this repository holds everything; `*` stands for any text. What a reference does not find there is surely missing.",
            "type": ["array", "null"],
            "items": {"type": "string", "pattern": "^[A-Za-z0-9.*-]+$"},
        },
        "workloads": {
            "description": "Custom kinds that carry a pod template.",
            "type": ["array", "null"],
            "items": {
                "type": "object",
                "additionalProperties": false,
                "required": ["kind", "podTemplate"],
                "properties": {
                    "group": {"description": "The API group; empty for the core group.", "type": "string"},
                    "kind": {"description": "The kind.", "type": "string"},
                    "podTemplate": {
                        "description": "The path of the pod template, keys joined by dots.",
                        "type": "string", "pattern": "^[^.]+(\\.[^.]+)*$",
                    },
                },
            },
        },
    })
}

fn ignore() -> Value {
    let all: Vec<&'static str> = SELECTORS.into_iter().chain(FINDING_SELECTORS).collect();
    let named: Vec<&'static str> = all.iter().copied().chain(["checks"]).collect();
    json!({
        "type": "object",
        "additionalProperties": false,
        "anyOf": required(&named),
        "properties": with(selectors(&all), [
            ("checks", json!({
                "description": "Checks, families or profiles; all when there is none.",
                "$ref": "#/$defs/words",
            })),
            ("reason", json!({"description": "Why.", "type": "string"})),
            ("until", json!({
                "description": "The last day on which it holds.",
                "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
            })),
        ]),
    })
}

fn has_checks(entries: &[Entry], profile: &str) -> bool {
    let profile = Profile::parse(profile);
    profile.is_some_and(|profile| entries.iter().any(|entry| entry.is_in(profile)))
}

fn required(names: &[&str]) -> Value {
    names.iter().map(|name| json!({"required": [name]})).collect()
}

fn with<const N: usize>(mut map: Map<String, Value>, more: [(&str, Value); N]) -> Value {
    map.extend(more.map(|(name, value)| (name.to_owned(), value)));
    Value::Object(map)
}

fn selectors(names: &[&'static str]) -> Map<String, Value> {
    let one = |name: &&'static str| {
        let doc = match *name {
            "paths" => "Globs of files, or of the templates that rendered the object.",
            "kinds" => "Kinds: `Deployment`, or `apps/Deployment`.",
            "namespaces" => "Globs of the namespace that the manifest states.",
            "names" => "Globs of the object's name.",
            "containers" => "Globs of the container's name.",
            "images" => "Globs of the container's image.",
            _ => {
                let labels = json!({
                    "description": "Labels of the object, with globs of their values.",
                    "type": "object",
                    "additionalProperties": {"type": "string"},
                });
                return ((*name).to_owned(), labels);
            }
        };
        ((*name).to_owned(), json!({"description": doc, "$ref": "#/$defs/globs"}))
    };
    names.iter().map(one).collect()
}

fn definitions(entries: &'static [Entry]) -> Value {
    let severities: Vec<&str> = Severity::ALL.iter().rev().map(|word| word.name()).collect();
    let mut switches = vec![json!("off"), json!("on"), json!(true), json!(false)];
    switches.extend(severities.iter().map(|word| json!(word)));
    json!({
        "severity": {"enum": severities},
        "globs": {"type": ["array", "null"], "items": {"type": "string", "minLength": 1}},
        "words": {"type": ["array", "null"], "items": {"$ref": "#/$defs/word"}},
        "word": {
            "description": "A check, a family, or a profile.",
            "enum": words(entries),
        },
        "switch": {
            "description": "`off`, `on`, or a severity. Editors that read YAML 1.1 see a boolean in `off` and `on`.",
            "enum": switches,
        },
        "many": {
            "anyOf": [
                {"$ref": "#/$defs/switch"},
                {
                    "type": "object",
                    "additionalProperties": false,
                    "properties": {"severity": {"$ref": "#/$defs/severity"}},
                },
            ],
        },
        "checks": checks(entries),
    })
}

fn words(entries: &'static [Entry]) -> Vec<String> {
    let mut words: Vec<String> = all_checks(entries).map(|entry| entry.name.to_owned()).collect();
    words.extend(families(entries).into_iter().map(str::to_owned));
    for profile in Profile::ALL.iter().map(|profile| profile.name()) {
        if has_checks(entries, profile) {
            words.push(format!("profile:{profile}"));
            if !words.iter().any(|word| word == profile) {
                words.push(profile.to_owned());
            }
        }
    }
    words
}

fn families(entries: &'static [Entry]) -> Vec<&'static str> {
    let mut families: Vec<&str> = all_checks(entries).map(|entry| entry.family).collect();
    families.sort_unstable();
    families.dedup();
    families
}

fn checks(entries: &'static [Entry]) -> Value {
    let mut properties = Map::new();
    for word in words(entries) {
        properties.insert(word, json!({"$ref": "#/$defs/many"}));
    }
    for family in families(entries) {
        let value = json!({
            "description": format!("All checks of the family {family}."),
            "$ref": "#/$defs/many",
        });
        properties.insert(family.to_owned(), value);
    }
    for entry in all_checks(entries) {
        properties.insert(entry.name.to_owned(), check(entry));
    }
    for (name, doc) in
        [("select", "These checks and no others run."), ("ignore", "These checks do not run.")]
    {
        let value = json!({"description": doc, "$ref": "#/$defs/words"});
        properties.insert(name.to_owned(), value);
    }
    json!({
        "description": "What runs, how severe it is, and the options of checks.",
        "type": ["object", "null"],
        "additionalProperties": false,
        "properties": properties,
    })
}

fn check(entry: &Entry) -> Value {
    let mut options = Map::new();
    options.insert("severity".to_owned(), json!({"$ref": "#/$defs/severity"}));
    for opt in entry.check.options {
        options.insert(opt.name.to_owned(), option(opt));
    }
    json!({
        "description": entry.title(),
        "anyOf": [
            {"$ref": "#/$defs/switch"},
            {"type": "object", "additionalProperties": false, "properties": options},
        ],
    })
}

fn option(opt: &Opt) -> Value {
    let mut value = match opt.default {
        OptDefault::Bool(default) => json!({"type": "boolean", "default": default}),
        OptDefault::Int(default) => json!({"type": "integer", "default": default}),
        OptDefault::Text(default) => json!({"type": "string", "default": default}),
        OptDefault::List(default) => {
            json!({"type": "array", "items": {"type": "string"}, "default": default})
        }
    };
    if let Some(map) = value.as_object_mut() {
        map.insert("description".to_owned(), opt.doc.into());
    }
    value
}
