//! Where reports go: several formats in one run, each to a file or to standard output.

use std::io::{BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use kubesift_engine::Outcome;
use kubesift_report::{Format, Options};

use crate::Usage;

/// One report to write.
#[derive(Debug)]
pub struct Report {
    format: Format,
    to: Option<PathBuf>,
}

/// The reports that `--format` and `--output` ask for.
///
/// # Errors
/// An unknown format, two reports to one place.
pub fn reports(formats: &[String], output: Option<&PathBuf>) -> Result<Vec<Report>, Usage> {
    let mut reports: Vec<Report> = Vec::new();
    for word in formats {
        let (format, to) = match word.split_once('=') {
            Some((_, "")) => return Err(Usage(format!("`--format {word}` names no file"))),
            Some((format, file)) => (format, Some(PathBuf::from(file))),
            None => (word.as_str(), output.cloned()),
        };
        let format = format.parse().map_err(|error| Usage(format!("--format: {error}")))?;
        add(&mut reports, Report { format, to })?;
    }
    // Where every format goes to a file of its own, a person still reads what was found.
    if formats.iter().all(|word| word.contains('=')) {
        add(&mut reports, Report { format: Format::Human, to: output.cloned() })?;
    }
    Ok(reports)
}

fn add(reports: &mut Vec<Report>, report: Report) -> Result<(), Usage> {
    let Some(other) = reports.iter().find(|other| same_place(&other.to, &report.to)) else {
        reports.push(report);
        return Ok(());
    };
    let to = report.to.as_ref();
    let place = to.map_or("standard output".to_owned(), |to| to.display().to_string());
    let format = report.format;
    Err(Usage(format!(
        "the {} report and the {format} report would both go to {place}\n  \
         help: give each a file of its own, as in --format {format}=FILE",
        other.format
    )))
}

fn same_place(a: &Option<PathBuf>, b: &Option<PathBuf>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => full(a) == full(b),
        (None, None) => true,
        _ => false,
    }
}

/// The absolute path, its folder without links, so that `a.json` and `./a.json` are one.
fn full(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let real = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    path.file_name().map_or_else(|| real.clone(), |name| real.join(name))
}

impl Report {
    /// True for the report that a person reads on standard output.
    pub fn is_human_on_terminal(&self) -> bool {
        self.format == Format::Human && self.to.is_none()
    }

    /// Writes the report. A file appears whole or not at all; a closed pipe is a clean end.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, outcome: &Outcome, options: &Options) -> Result<(), Usage> {
        match &self.to {
            Some(path) => {
                let plain = Options { color: false, hyperlinks: false, ..options.clone() };
                let write = |out: &mut dyn Write| self.format.write(outcome, &plain, out);
                whole(path, &write)
                    .map_err(|error| Usage(format!("cannot write {}: {error}", path.display())))
            }
            None => {
                let mut out = BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
                let written = self.format.write(outcome, options, &mut out);
                match written.and_then(|()| out.flush()) {
                    Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                        Err(Usage(format!("cannot write to standard output: {error}")))
                    }
                    _ => Ok(()),
                }
            }
        }
    }
}

/// Writes a file beside its place and moves it there, unless the place is no plain file (a pipe,
/// `/dev/null`), which is written to directly.
pub fn whole(
    path: &Path,
    write: &dyn Fn(&mut dyn Write) -> std::io::Result<()>,
) -> std::io::Result<()> {
    let special = std::fs::metadata(path).is_ok_and(|data| !data.is_file());
    if special {
        let mut out = BufWriter::new(std::fs::OpenOptions::new().write(true).open(path)?);
        write(&mut out)?;
        return out.flush();
    }
    // A link is written through, so that what it points to changes and not the link.
    let path = &std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let beside = path.with_file_name(format!(".{name}.{}.kubesift", std::process::id()));
    let result = (|| {
        let mut out = BufWriter::new(std::fs::File::create(&beside)?);
        write(&mut out)?;
        out.flush()?;
        if let Ok(data) = std::fs::metadata(path) {
            std::fs::set_permissions(&beside, data.permissions())?;
        }
        std::fs::rename(&beside, path)
    })();
    if result.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    result
}
