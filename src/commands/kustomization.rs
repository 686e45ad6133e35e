//! One kustomization built for a command, and what went wrong said on standard error.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kubesift_kustomize::{Built, Options, Outside, Reorder, Trouble};
use kubesift_project::{Disk, KustomizeFiles};
use kubesift_report::built::BuiltText;
use kubesift_source::{Column, SourceFile};

use crate::args::{Building, Order, Restrictor};
use crate::{End, Usage, terminal};

/// A build and the files it came from.
pub struct Build {
    /// What was built.
    pub built: Built,
    /// By id.
    pub files: Vec<Arc<SourceFile>>,
}

impl Build {
    /// The text and the way home from it.
    pub fn text(&self) -> BuiltText<'_> {
        BuiltText { text: &self.built.text, map: &self.built.map, files: &self.files }
    }

    /// How a command ends that printed this.
    pub fn end(&self) -> End {
        if self.built.complete { End::Clean } else { End::Incomplete }
    }
}

/// What of a build a command shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// The text.
    Text,
    /// Also where it comes from.
    Origins,
}

/// Builds the kustomization in a folder, or of a file, and says what went wrong. None when the build
/// fails.
///
/// # Errors
/// When nothing stands at the path.
pub fn build(path: &Path, building: &Building, shown: Shown) -> Result<Option<Build>, Usage> {
    let folder = folder(path)?;
    let start = std::env::current_dir()
        .map_err(|error| format!("the current folder cannot be used: {error}"))?;
    // Windows names a folder in more than one way.
    let files = match cfg!(unix) {
        true => KustomizeFiles::in_folder(&Disk, start),
        false => KustomizeFiles::new(&Disk, &start),
    };
    let options = Options {
        outside: match building.load_restrictor {
            Some(Restrictor::RootOnly) => Outside::Refuse,
            Some(Restrictor::None) => Outside::Allow,
            None => Outside::Report,
        },
        reorder: match building.reorder {
            Order::Legacy => Reorder::Legacy,
            Order::None => Reorder::None,
        },
        managed_by_label: building.enable_managedby_label,
        text_only: shown == Shown::Text,
        ..Options::default()
    };
    let built = kubesift_kustomize::build(&folder, &files, &options);
    // The process ends soon: giving back what was read would only take time.
    let files = std::mem::ManuallyDrop::new(files).files();
    for trouble in &built.troubles {
        say(trouble, &folder, &files);
    }
    Ok(built.is_ok().then_some(Build { built, files }))
}

/// The folder of a kustomization; its file stands for it.
fn folder(path: &Path) -> Result<PathBuf, Usage> {
    let kind = std::fs::metadata(path)
        .map_err(|error| format!("{} cannot be looked at: {error}", path.display()))?;
    if kind.is_dir() {
        return Ok(path.to_owned());
    }
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    if !["kustomization.yaml", "kustomization.yml", "Kustomization"].contains(&name) {
        return Err(Usage(format!(
            "{} is no kustomization\n  help: name its folder, or a kustomization.yaml",
            path.display()
        )));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    Ok(folder.unwrap_or(Path::new(".")).to_owned())
}

/// Says a trouble: where, what, its class in brackets, and what to do.
fn say(trouble: &Trouble, folder: &Path, files: &[Arc<SourceFile>]) {
    let place = |span: kubesift_source::Span| {
        let file = files.get(span.file.0 as usize)?;
        let at = file.position(span.start, Column::Chars);
        Some(format!("{}:{}:{}", file.path, at.line, at.column))
    };
    let at = trouble.at.and_then(place).unwrap_or_else(|| folder.display().to_string());
    let mut text = format!("{at}: {} [{}]", trouble.message, trouble.class.name());
    for (span, what) in &trouble.related {
        if let Some(place) = place(*span) {
            text.push_str(&format!("\n  {place}: {what}"));
        }
    }
    if let Some(help) = &trouble.help {
        text.push_str(&format!("\n  help: {help}"));
    }
    if trouble.fatal { terminal::complain(&text) } else { terminal::warn(&text) }
}
