//! What can be said of an open file before its folder is known: the findings of checks that look at
//! an object and at nothing else. What the whole will say is never less.

use std::path::Path;

use kubesift_engine::{Finding, Run};
use kubesift_project::{Analysis, Change, Host, KUSTOMIZATION_NAMES};
use kubesift_source::PathKind;
use lsp_types::Diagnostic;

use crate::diagnostics::Report;
use crate::system::Shared;
use crate::view::{FolderView, View};

/// The diagnostics of one open file: alone, or as a part of what is built from it. None when nothing
/// can be said yet.
pub(crate) fn diagnostics(
    view: &View,
    folder: &FolderView,
    path: &Path,
) -> Option<Vec<Diagnostic>> {
    let mut host = Host::new(Shared(view.offer.system.clone()), view.offer.checks);
    let mut request = (*folder.request).clone();
    let open = |path: &Path| {
        let text = folder.snapshot.open_text(path)?;
        Some(Change::Open { path: path.to_path_buf(), text })
    };
    if may_be_part(view, folder, path) {
        host.apply(view.opened.keys().filter_map(|path| open(path)));
        request.focus = Some(path.to_path_buf());
    } else {
        host.apply([open(path)?]);
        request.paths = vec![path.to_path_buf()];
    }
    let analysis = host.analyze(&request).ok()?;
    // The whole may know that an object was moved here, with what is known of it.
    let is_known =
        |finding: &Finding| analysis.held.as_ref().is_some_and(|held| held.may_hold(finding));
    let alone = analysis.outcome.open();
    let alone = alone.filter(|finding| stands_alone(finding) && !is_known(finding));
    let said = Report::of(view, folder, &analysis, alone).said(path).diagnostics();
    is_whole(&analysis).then_some(said)
}

/// True when the whole will say it too: it comes of this object, and gives way to nothing.
fn stands_alone(finding: &Finding) -> bool {
    let check = finding.check.check;
    let looks_at_one = match check.run {
        // The checks on suppressions look at nothing by themselves.
        Run::Resource(kinds, _) => !kinds.is_empty(),
        Run::Pod(_) | Run::Container(_) => true,
        Run::Links(..) => false,
    };
    looks_at_one && check.yields_to.is_empty()
}

/// A file that is half typed is looked at with the rest.
fn is_whole(analysis: &Analysis) -> bool {
    analysis.outcome.errors.is_empty()
}

/// The files that make those beside and below them parts of something.
fn holders() -> impl Iterator<Item = &'static str> {
    KUSTOMIZATION_NAMES.into_iter().chain(["Chart.yaml"])
}

/// True when a chart or a kustomization may make something else of the file: what names it must be
/// looked for.
fn may_be_part(view: &View, folder: &FolderView, path: &Path) -> bool {
    let inside = |above: &&Path| above.starts_with(&folder.place.real);
    let is_file = |path: &Path| matches!(view.offer.system.kind(path), Ok(PathKind::File));
    path.ancestors()
        .skip(1)
        .take_while(inside)
        .any(|above| holders().any(|name| is_file(&above.join(name))))
}
