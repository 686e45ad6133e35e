//! The list of checks as JSON, for `kubesift checks --format json`.

use kubesift_engine::{Entry, Opt, OptDefault, Ref, Safety};
use serde::Serialize;

/// An array with one object a check, in the order given, and a line break at its end.
pub fn checks_json<'e>(entries: impl IntoIterator<Item = &'e Entry>) -> String {
    let views: Vec<View> = entries.into_iter().map(View::of).collect();
    // Strings, numbers and lists of them: serialisation has nothing to fail on.
    let mut json = serde_json::to_string_pretty(&views).unwrap_or_default();
    json.push('\n');
    json
}

#[derive(Serialize)]
struct View<'a> {
    name: &'a str,
    family: &'a str,
    title: &'a str,
    severity: &'a str,
    security_severity: f32,
    confidence: &'a str,
    profiles: Vec<&'a str>,
    fix: Option<&'a str>,
    since: &'a str,
    refs: Vec<String>,
    peers: Vec<&'a str>,
    options: Vec<OptionView<'a>>,
    url: String,
}

impl<'a> View<'a> {
    fn of(entry: &'a Entry) -> Self {
        let check = entry.check;
        Self {
            name: entry.name,
            family: entry.family,
            title: entry.title(),
            severity: check.severity.name(),
            security_severity: check.score,
            confidence: check.confidence.name(),
            profiles: check.profiles.iter().map(|profile| profile.name()).collect(),
            fix: check.fix.map(Safety::name),
            since: check.since,
            refs: check.refs.iter().filter_map(reference).collect(),
            peers: entry.peers().collect(),
            options: check.options.iter().map(|option| OptionView::of(option)).collect(),
            url: entry.url(),
        }
    }
}

/// A source of a rule as one word; `None` for other tools' checks, which are listed by themselves.
fn reference(reference: &Ref) -> Option<String> {
    match reference {
        Ref::PssBaseline => Some("pss:baseline".to_owned()),
        Ref::PssRestricted => Some("pss:restricted".to_owned()),
        Ref::Cis(number) => Some(format!("cis:{number}")),
        Ref::Nsa(chapter) => Some(format!("nsa:{chapter}")),
        Ref::Cwe(number) => Some(format!("cwe:{number}")),
        Ref::Url(url) => Some((*url).to_owned()),
        Ref::Peer(_) => None,
    }
}

#[derive(Serialize)]
struct OptionView<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    default: Value<'a>,
    doc: &'a str,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Value<'a> {
    Bool(bool),
    Int(i64),
    Text(&'a str),
    List(&'a [&'a str]),
}

impl<'a> OptionView<'a> {
    fn of(option: &'a Opt) -> Self {
        let (kind, default) = match option.default {
            OptDefault::Bool(value) => ("boolean", Value::Bool(value)),
            OptDefault::Int(value) => ("integer", Value::Int(value)),
            OptDefault::Text(value) => ("string", Value::Text(value)),
            OptDefault::List(values) => ("list", Value::List(values)),
        };
        Self { name: option.name, kind, default, doc: option.doc }
    }
}
