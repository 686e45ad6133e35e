//! Every format over outcomes made by hand, against files in `golden/`. `UPDATE_GOLDEN=1` writes
//! them anew. Reports that have a schema are validated against it.

mod cases;
mod views;

use std::path::{Path, PathBuf};

use kubesift_engine::Outcome;
use kubesift_report::{CHECKS_SCHEMA, Format, Options, REPORT_SCHEMA, checks_json, step_summary};
use serde_json::Value;

use cases::{Case, all};

fn render(format: Format, outcome: &Outcome, options: &Options) -> String {
    let mut bytes = Vec::new();
    format.write(outcome, options, &mut bytes).expect("written");
    String::from_utf8(bytes).expect("UTF-8")
}

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

/// Compares with the golden file; gives the name when they differ.
fn compare(name: &str, actual: &str) -> Option<String> {
    let path = golden(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, actual).expect("golden file written");
        return None;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    (expected != actual).then(|| format!("---- {name}\n{actual}"))
}

fn check(format: Format, kind: &str) {
    let differing: Vec<String> = all()
        .iter()
        .filter_map(|Case { name, outcome, options }| {
            compare(&format!("{name}.{kind}"), &render(format, outcome, options))
        })
        .collect();
    assert!(differing.is_empty(), "UPDATE_GOLDEN=1 accepts these:\n{}", differing.join("\n"));
}

#[test]
fn human() {
    check(Format::Human, "human.txt");
}

#[test]
fn concise() {
    check(Format::Concise, "concise.txt");
}

#[test]
fn json() {
    check(Format::Json, "json");
}

#[test]
fn sarif() {
    check(Format::Sarif, "sarif");
}

#[test]
fn github() {
    check(Format::Github, "github.txt");
}

#[test]
fn summary_of_a_step() {
    let differing: Vec<String> = all()
        .iter()
        .filter_map(|case| {
            compare(&format!("{}.summary.txt", case.name), &step_summary(&case.outcome))
        })
        .collect();
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

#[test]
fn human_in_other_dresses() {
    let case = all().into_iter().find(|case| case.name == "findings").expect("the case");
    let mut differing = Vec::new();
    let base = case.options;
    for (name, options) in [
        ("color", Options { color: true, hyperlinks: true, ..base.clone() }),
        ("ascii", Options { unicode: false, ..base.clone() }),
        ("narrow", Options { width: 50, ..base.clone() }),
        ("statistics", Options { statistics: true, show_files: true, ..base.clone() }),
        ("few", Options { max_diagnostics: Some(1), ..base.clone() }),
    ] {
        let text = render(Format::Human, &case.outcome, &options);
        differing.extend(compare(&format!("findings.{name}.txt"), &text));
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

#[test]
fn checks() {
    let json = checks_json(cases::entries());
    assert_eq!(compare("checks.json", &json), None);
    validate(CHECKS_SCHEMA, &json, "checks");
}

#[test]
fn the_same_outcome_gives_the_same_bytes() {
    for (a, b) in all().iter().zip(all()) {
        for format in Format::ALL {
            assert_eq!(
                render(*format, &a.outcome, &a.options),
                render(*format, &b.outcome, &b.options),
                "{} {format}",
                a.name
            );
        }
    }
}

/// No text of a secret, in no format and no form: whole, in part, or encoded once more.
#[test]
fn secrets_are_never_written() {
    for case in all() {
        for show_suppressed in [false, true] {
            let options =
                Options { show_suppressed, max_diagnostics: None, ..case.options.clone() };
            for format in Format::ALL {
                let text = render(*format, &case.outcome, &options);
                for secret in cases::SECRETS {
                    assert!(!text.contains(secret), "{} {format}: {secret} in\n{text}", case.name);
                }
            }
        }
    }
}

#[test]
fn lines_of_the_human_report_fit_the_terminal() {
    for case in all() {
        let text = render(Format::Human, &case.outcome, &case.options);
        for line in text.lines() {
            assert!(line.chars().count() <= case.options.width, "{}: {line}", case.name);
        }
    }
}

#[test]
fn json_reports_follow_their_schema() {
    for case in all() {
        let json = render(Format::Json, &case.outcome, &case.options);
        validate(REPORT_SCHEMA, &json, case.name);
    }
}

#[test]
#[expect(clippy::print_stderr, reason = "says that it steps aside")]
fn sarif_reports_follow_the_oasis_schema() {
    let Some(schema) = sarif_schema() else {
        eprintln!("stepping aside: the schema that serde-sarif ships was not found");
        return;
    };
    for case in all() {
        let json = render(Format::Sarif, &case.outcome, &case.options);
        validate(&schema, &json, case.name);
    }
}

/// The schema in the sources of serde-sarif, wherever cargo keeps them.
fn sarif_schema() -> Option<String> {
    let home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")))?;
    let registries = std::fs::read_dir(home.join("registry/src")).ok()?;
    let found = registries.flatten().find_map(|registry| {
        let crates = std::fs::read_dir(registry.path()).ok()?;
        crates
            .flatten()
            .find(|entry| entry.file_name().to_string_lossy().starts_with("serde-sarif-0.8."))
    })?;
    let schema = std::fs::read_to_string(found.path().join("src/schema.json")).ok()?;
    // One pattern of it (of a language tag) has a bracket too many.
    Some(schema.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$"))
}

/// Lays out each case as a folder with its files and `report.sarif`, under `$KUBESIFT_SARIF_DIR`:
/// for comparing line hashes with those of Microsoft's multitool.
#[test]
#[ignore = "writes files for another tool to read"]
fn lay_out_for_the_multitool() {
    let Some(root) = std::env::var_os("KUBESIFT_SARIF_DIR").map(PathBuf::from) else { return };
    for case in all() {
        let folder = root.join(case.name);
        std::fs::create_dir_all(&folder).expect("folder");
        for file in &case.outcome.files {
            let path = folder.join(file.path.trim_start_matches("../"));
            std::fs::create_dir_all(path.parent().expect("parent")).expect("folder");
            std::fs::write(path, file.text()).expect("file written");
        }
        let options = Options { folder: String::new(), ..case.options };
        let text = render(Format::Sarif, &case.outcome, &options).replace("\"../", "\"");
        std::fs::write(folder.join("report.sarif"), text).expect("report written");
    }
}

fn validate(schema: &str, text: &str, name: &str) {
    let schema: Value = serde_json::from_str(schema).expect("schema is JSON");
    let instance: Value = serde_json::from_str(text).expect("report is JSON");
    let validator = jsonschema::validator_for(&schema).expect("schema compiles");
    let errors: Vec<String> = validator
        .iter_errors(&instance)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{name}: {}", errors.join("\n"));
}

/// Schemas that would take anything prove nothing.
#[test]
fn schemas_refuse_what_is_wrong() {
    let case = all().into_iter().find(|case| case.name == "findings").expect("the case");
    let json = render(Format::Json, &case.outcome, &case.options);
    let schema: Value = serde_json::from_str(REPORT_SCHEMA).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("compiles");
    for (from, to) in [
        ("\"severity\": \"critical\"", "\"severity\": \"bad\""),
        ("\"line\": ", "\"lines\": "),
        ("\"schema_version\": 1", "\"schema_version\": 2"),
        ("\"suppression\": null", "\"suppression\": {}"),
    ] {
        let wrong = json.replacen(from, to, 1);
        assert_ne!(wrong, json, "{from} is in the report");
        assert!(!validator.is_valid(&serde_json::from_str(&wrong).expect("JSON")), "{to}");
    }
}

/// Reporters must stand any span, also one that a defect put in the middle of a character.
#[test]
fn any_span_can_be_reported() {
    for outcome in cases::odd_spans() {
        for format in Format::ALL {
            for width in [40, 100] {
                render(*format, &outcome, &Options { width, ..Options::default() });
            }
        }
    }
}

/// One line of many megabytes with many findings: work must not be their product.
#[test]
fn minified_files_are_shown_in_part() {
    let outcome = cases::minified(3_000_000, 1_000);
    for format in Format::ALL {
        let options = Options { max_diagnostics: None, ..Options::default() };
        let text = render(*format, &outcome, &options);
        assert!(text.len() < 12_000_000, "{format}: {} bytes", text.len());
    }
}
