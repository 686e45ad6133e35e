//! `kubesift explain`: what a check finds, why it matters and what to do, from its own file.

use std::fmt::Write as _;

use kubesift_engine::{Entry, Opt, OptDefault, Profile, Ref};

use crate::{End, Usage};

/// Prints the page of a check.
pub fn run(name: &str) -> Result<End, Usage> {
    if name.contains('/') {
        return Err(Usage(format!(
            "`{name}` is a resource or a path, and no check\n  help: `kubesift why PATH {name}` tells \
             about a resource, `kubesift checks` lists the checks"
        )));
    }
    let entry = super::entry(name)?;
    super::print(page(entry).as_bytes())
}

fn page(entry: &Entry) -> String {
    let check = entry.check;
    let mut text = String::new();
    let _ = writeln!(text, "{}\n{}\n", entry.name, "=".repeat(entry.name.len()));
    let _ = writeln!(text, "{}\n", entry.docs.trim());
    let _ = writeln!(text, "family      {}", entry.family);
    let _ = writeln!(text, "severity    {} ({:.1})", check.severity, check.score);
    let _ = writeln!(text, "confidence  {}", check.confidence);
    let profiles: Vec<&str> =
        check.profiles.iter().map(|profile: &Profile| profile.name()).collect();
    let _ = writeln!(
        text,
        "profiles    {}",
        if profiles.is_empty() { "all".into() } else { profiles.join(", ") }
    );
    let fix = check.fix.map_or("none", |safety| safety.name());
    let _ = writeln!(text, "fix         {fix}");
    let _ = writeln!(text, "since       {}", check.since);
    let refs: Vec<String> = check.refs.iter().map(reference).collect();
    if !refs.is_empty() {
        let _ = writeln!(text, "refs        {}", refs.join(", "));
    }
    for opt in check.options {
        let _ = writeln!(text, "\noption {} (default {})\n  {}", opt.name, default(opt), opt.doc);
    }
    let _ = writeln!(text, "\nTo accept one: # kubesift: ignore[{}] the reason", entry.name);
    text
}

/// The page as Markdown, for editors.
pub fn markdown(entry: &Entry) -> String {
    let check = entry.check;
    let mut text = format!("# {}\n\n{}\n\n", entry.name, entry.docs.trim());
    let _ = writeln!(text, "- family: {}", entry.family);
    let _ = writeln!(text, "- severity: {} ({:.1})", check.severity, check.score);
    let _ = writeln!(text, "- confidence: {}", check.confidence);
    let _ = writeln!(text, "- fix: {}", check.fix.map_or("none", |safety| safety.name()));
    for one in check.refs.iter().filter(|one| !matches!(one, Ref::Peer(_))) {
        let _ = writeln!(text, "- {}", reference(one));
    }
    for opt in check.options {
        let _ = writeln!(text, "- option `{}` (default {}): {}", opt.name, default(opt), opt.doc);
    }
    let _ = writeln!(text, "\nTo accept one: `# kubesift: ignore[{}] the reason`", entry.name);
    text
}

fn reference(reference: &Ref) -> String {
    match reference {
        Ref::PssBaseline => "Pod Security Standards: baseline".to_owned(),
        Ref::PssRestricted => "Pod Security Standards: restricted".to_owned(),
        Ref::Cis(number) => format!("CIS {number}"),
        Ref::Nsa(chapter) => format!("NSA/CISA: {chapter}"),
        Ref::Cwe(number) => format!("CWE-{number}"),
        Ref::Peer(peer) => (*peer).to_owned(),
        Ref::Url(url) => (*url).to_owned(),
    }
}

fn default(opt: &Opt) -> String {
    match opt.default {
        OptDefault::Bool(value) => value.to_string(),
        OptDefault::Int(value) => value.to_string(),
        OptDefault::Text(value) => format!("{value:?}"),
        OptDefault::List(values) => format!("[{}]", values.join(", ")),
    }
}
