//! `textDocument/codeAction` and `codeAction/resolve`: fix a finding, live with it, fix them all.

use kubesift_engine::{Finding, Safety};
use kubesift_ide::{Reach, create_policy, ignore_in, new_config, suppress};
use lsp_types::{
    CodeAction, CodeActionContext, CodeActionKind, CodeActionOrCommand, CodeActionParams,
    Diagnostic, NumberOrString, Uri, WorkspaceEdit,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Answer, to_value};
use crate::client::Failure;
use crate::diagnostics::Report;
use crate::edits::{create, workspace_edit};
use crate::fixes::{all_safe, is_safe};
use crate::view::{Subject, View};

/// The project's configuration.
const CONFIG: &str = ".kubesift.yaml";

const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.kubesift");

/// What an action does, from which its edit is made; as `data` it comes back from the client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Deed {
    uri: String,
    what: What,
    /// Of the finding; none for what concerns all.
    fingerprint: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum What {
    Fix,
    FixAll,
    Policy,
    IgnoreLine,
    IgnoreObject,
    IgnoreFile,
    IgnoreInConfig,
}

/// The ways to live with a finding, the narrowest first.
const IGNORE: [What; 4] =
    [What::IgnoreLine, What::IgnoreObject, What::IgnoreFile, What::IgnoreInConfig];

pub(super) fn answer(view: &View, params: CodeActionParams) -> Answer {
    let uri = params.text_document.uri;
    if !view.client.features.code_actions {
        return Ok(json!([]));
    }
    let Some(subject) = view.subject(&uri)? else { return Ok(json!([])) };
    let Some(source) = subject.source() else { return Ok(json!([])) };
    let asked = view.encoding().span(source.text(), params.range);
    let here = |finding: &&Finding| {
        let at = finding.at;
        at.file == subject.file && at.start as usize <= asked.end && asked.start <= at.end as usize
    };
    let writer = Writer { view, subject: &subject, uri: &uri, context: &params.context };
    let mut actions = Vec::new();
    if wants(&params.context, &CodeActionKind::QUICKFIX) {
        let findings: Vec<&Finding> = subject.analysis.outcome.open().filter(here).collect();
        for finding in &findings {
            actions.extend(writer.fix(finding));
            actions.extend(writer.policy(finding));
        }
        for finding in &findings {
            actions.extend(IGNORE.iter().filter_map(|what| writer.ignore(finding, *what)));
        }
    }
    if wants(&params.context, &FIX_ALL) {
        actions.extend(writer.fix_all());
    }
    to_value(actions)
}

/// True when a client wants actions of a kind: it says none, or this one, or one above it.
fn wants(context: &CodeActionContext, kind: &CodeActionKind) -> bool {
    let Some(only) = &context.only else { return true };
    only.iter().any(|only| {
        let rest = kind.as_str().strip_prefix(only.as_str());
        rest.is_some_and(|rest| {
            only.as_str().is_empty() || rest.is_empty() || rest.starts_with('.')
        })
    })
}

struct Writer<'a> {
    view: &'a View,
    subject: &'a Subject<'a>,
    uri: &'a Uri,
    context: &'a CodeActionContext,
}

impl Writer<'_> {
    fn fix(&self, finding: &Finding) -> Option<CodeActionOrCommand> {
        let fix = finding.fix.as_ref()?;
        let edit = fix_of(self.view, self.subject, finding)?;
        let action = CodeAction {
            title: capitalized(&fix.title),
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(vec![self.diagnostic(finding)]),
            is_preferred: is_safe(finding).then_some(true),
            ..CodeAction::default()
        };
        Some(self.with_edit(action, What::Fix, Some(finding), edit))
    }

    /// The NetworkPolicy that a finding misses, as a file beside the workload's.
    fn policy(&self, finding: &Finding) -> Option<CodeActionOrCommand> {
        let edit = policy_of(self.view, self.subject, finding)?;
        let action = CodeAction {
            title: "Create the missing NetworkPolicy".to_owned(),
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(vec![self.diagnostic(finding)]),
            ..CodeAction::default()
        };
        Some(self.with_edit(action, What::Policy, Some(finding), edit))
    }

    fn ignore(&self, finding: &Finding, what: What) -> Option<CodeActionOrCommand> {
        let edit = ignore_of(self.view, self.subject, finding, what)?;
        let (check, subject) = (finding.check.name, finding.subject.as_ref());
        let name = subject.and_then(|subject| subject.name.as_ref());
        let title = match (what, subject.zip(name)) {
            (What::IgnoreLine, _) => format!("Ignore {check} on this line"),
            (What::IgnoreObject, Some((subject, name))) => {
                format!("Ignore {check} for {} {name}", subject.kind)
            }
            (What::IgnoreObject, None) => format!("Ignore {check} for this object"),
            (What::IgnoreFile, _) => format!("Ignore {check} in this file"),
            _ => format!("Ignore {check} in {CONFIG}"),
        };
        let action = CodeAction {
            title,
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(vec![self.diagnostic(finding)]),
            ..CodeAction::default()
        };
        Some(self.with_edit(action, what, Some(finding), edit))
    }

    fn fix_all(&self) -> Option<CodeActionOrCommand> {
        let edit = fix_all_of(self.view, self.subject)?;
        let action = CodeAction {
            title: "Fix all that kubesift can fix safely".to_owned(),
            kind: Some(FIX_ALL),
            ..CodeAction::default()
        };
        // It is applied on save, where not all clients ask for the edit.
        let edit = Some(edit);
        Some(CodeActionOrCommand::CodeAction(CodeAction { edit, ..action }))
    }

    fn with_edit(
        &self,
        mut action: CodeAction,
        what: What,
        finding: Option<&Finding>,
        edit: WorkspaceEdit,
    ) -> CodeActionOrCommand {
        if self.view.client.features.resolve_edit {
            let fingerprint = finding.map(|finding| finding.fingerprint.to_string());
            let uri = self.uri.as_str().to_owned();
            action.data = serde_json::to_value(Deed { uri, what, fingerprint }).ok();
        } else {
            action.edit = Some(edit);
        }
        CodeActionOrCommand::CodeAction(action)
    }

    /// The client's own diagnostic of a finding, which may know more; else one of ours.
    fn diagnostic(&self, finding: &Finding) -> Diagnostic {
        let fingerprint = finding.fingerprint.to_string();
        let code = NumberOrString::String(finding.check.name.to_owned());
        let is_it = |one: &&Diagnostic| {
            let data = one.data.as_ref().and_then(|data| data.get("fingerprint"));
            match data.and_then(Value::as_str) {
                Some(known) => known == fingerprint,
                None => one.code.as_ref() == Some(&code) && one.message == finding.message,
            }
        };
        if let Some(own) = self.context.diagnostics.iter().find(is_it) {
            return own.clone();
        }
        let Subject { folder, analysis, .. } = self.subject;
        Report::of(self.view, folder, analysis, [finding]).finding(finding)
    }
}

fn fix_of(view: &View, subject: &Subject<'_>, finding: &Finding) -> Option<WorkspaceEdit> {
    let fix = finding.fix.as_ref().filter(|fix| fix.safety > Safety::Shown)?;
    let confirm = (fix.safety == Safety::Unsafe).then(|| capitalized(&fix.title));
    workspace_edit(view, &subject.analysis, &fix.edits, confirm.as_deref())
}

fn fix_all_of(view: &View, subject: &Subject<'_>) -> Option<WorkspaceEdit> {
    let edits = all_safe(&subject.analysis, subject.file);
    workspace_edit(view, &subject.analysis, &edits, None)
}

fn policy_of(view: &View, subject: &Subject<'_>, finding: &Finding) -> Option<WorkspaceEdit> {
    let file = create_policy(&subject.analysis, finding)?;
    create(view, &subject.analysis, &file.path, &file.text, &file.edits)
}

fn ignore_of(
    view: &View,
    subject: &Subject<'_>,
    finding: &Finding,
    what: What,
) -> Option<WorkspaceEdit> {
    let reach = match what {
        What::IgnoreLine => Reach::Line,
        What::IgnoreObject => Reach::Object,
        What::IgnoreFile => Reach::File,
        _ => return ignore_in_config(view, subject, finding),
    };
    let edits = suppress(&subject.analysis, finding, reach)?;
    workspace_edit(view, &subject.analysis, &edits, None)
}

/// An entry in the project's configuration, which is made when there is none. Where the editor names
/// another file, that is left to the person who named it.
fn ignore_in_config(
    view: &View,
    subject: &Subject<'_>,
    finding: &Finding,
) -> Option<WorkspaceEdit> {
    let Subject { folder, analysis, .. } = subject;
    if view.settings.config.is_some() || folder.place.alone.is_some() {
        return None;
    }
    let first = analysis.outcome.files.first()?;
    if analysis.path_of(first.id)?.ends_with(CONFIG) {
        let edits = ignore_in(first, analysis, finding)?;
        return workspace_edit(view, analysis, &edits, None);
    }
    let file = analysis.path_of(finding.at.file)?.strip_prefix(&folder.place.real).ok()?;
    let text = new_config(finding, file.to_str()?)?;
    create(view, analysis, &folder.place.real.join(CONFIG), &text, &[])
}

pub(super) fn resolve(view: &View, mut action: CodeAction) -> Answer {
    let Some(data) = action.data.clone().filter(|_| action.edit.is_none()) else {
        return to_value(action);
    };
    let deed: Deed = super::read(data)?;
    let uri: Uri = deed.uri.parse().map_err(|_| Failure::Invalid("no such document".to_owned()))?;
    let gone = || Failure::Failed("the finding is gone".to_owned());
    let subject = view.subject(&uri)?.ok_or_else(gone)?;
    let find = || {
        let fingerprint = deed.fingerprint.as_ref()?;
        let mut open = subject.analysis.outcome.open();
        open.find(|one| one.at.file == subject.file && one.fingerprint.to_string() == *fingerprint)
    };
    action.edit = match deed.what {
        What::Fix => find().and_then(|finding| fix_of(view, &subject, finding)),
        What::FixAll => fix_all_of(view, &subject),
        What::Policy => find().and_then(|finding| policy_of(view, &subject, finding)),
        what => find().and_then(|finding| ignore_of(view, &subject, finding, what)),
    };
    if action.edit.is_none() {
        return Err(gone());
    }
    to_value(action)
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}
