//! All safe fixes of a file at once.

use kubesift_engine::{Finding, Safety};
use kubesift_project::Analysis;
use kubesift_source::{Edit, FileId};

/// The edits of the safe fixes of a file that can be made together: of two that want the same bytes,
/// those of the first. A fix that reaches into another file is a decision about that one too.
pub(crate) fn all_safe(analysis: &Analysis, file: FileId) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    let here = analysis.outcome.open().filter(|finding| finding.at.file == file);
    for fix in here.filter(|finding| is_safe(finding)).filter_map(|finding| finding.fix.as_ref()) {
        let inside = fix.edits.iter().all(|edit| edit.span.file == file);
        let taken = fix.edits.iter().any(|edit| edits.iter().any(|other| clash(edit, other)));
        if inside && !taken {
            edits.extend(fix.edits.iter().cloned());
        }
    }
    edits.sort_by_key(|edit| edit.span);
    edits
}

/// True when nobody needs to look at the fix of a finding.
pub(crate) fn is_safe(finding: &Finding) -> bool {
    finding.fix.as_ref().is_some_and(|fix| fix.safety == Safety::Safe)
}

/// Two edits that touch the same bytes, or put text at the same place.
fn clash(a: &Edit, b: &Edit) -> bool {
    let (a, b) = (a.span, b.span);
    a.start == b.start || (a.start < b.end && b.start < a.end)
}
