//! Helm charts by their folders: what a file inside one is. Until charts are rendered, this is all
//! that is known of them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The folders that hold a `Chart.yaml`.
#[derive(Debug, Default)]
pub(crate) struct Charts {
    roots: BTreeSet<PathBuf>,
}

/// What a file of a chart is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChartFile<'a> {
    /// Under `templates/`: text that is rendered, never a manifest. The chart's folder.
    Template(&'a Path),
    /// `values.yaml`, `values-prod.yaml`, `ci/*-values.yaml`.
    Values(&'a Path),
    /// `Chart.yaml`, `Chart.lock`, `requirements.yaml`, `values.schema.json`.
    Description(&'a Path),
    /// Anything else in its folder: `crds/`, `examples/`, `files/`.
    Other(&'a Path),
}

/// True for the file that makes a folder a chart.
pub(crate) fn is_chart_file(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "Chart.yaml")
}

impl Charts {
    /// Makes `folder` a chart.
    pub fn add(&mut self, folder: &Path) {
        self.roots.insert(folder.to_path_buf());
    }

    /// The folders of charts that are no part of another chart (`charts/*`).
    pub fn tops(&self) -> impl Iterator<Item = &Path> {
        self.roots.iter().map(PathBuf::as_path).filter(|root| {
            let held = |above: &Path| {
                self.roots.contains(above)
                    && root.strip_prefix(above).is_ok_and(|rest| rest.starts_with("charts"))
            };
            !root.ancestors().skip(1).any(held)
        })
    }

    /// What a file is to the nearest chart that holds it; none outside of charts.
    pub fn place<'a>(&self, path: &'a Path) -> Option<ChartFile<'a>> {
        if self.roots.is_empty() {
            return None;
        }
        let root = path.ancestors().skip(1).find(|folder| self.roots.contains(*folder))?;
        let rest = path.strip_prefix(root).ok()?;
        let name = rest.file_name()?.to_str().unwrap_or_default();
        let top = rest.components().count() == 1;
        Some(match name {
            _ if rest.starts_with("templates") => ChartFile::Template(root),
            "Chart.yaml" | "requirements.yaml" | "values.schema.json" if top => {
                ChartFile::Description(root)
            }
            _ if top && is_values_name(name) => ChartFile::Values(root),
            _ if rest.starts_with("ci") && is_values_name(name) => ChartFile::Values(root),
            _ => ChartFile::Other(root),
        })
    }
}

/// `values.yaml`, `values-prod.yaml`, `prod.values.yaml`, `prod-values.yml`.
fn is_values_name(name: &str) -> bool {
    let Some((stem, "yaml" | "yml" | "json")) = name.rsplit_once('.') else { return false };
    let split = |letter: char| matches!(letter, '-' | '.' | '_');
    stem.split(split).next() == Some("values") || stem.rsplit(split).next() == Some("values")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn charts(roots: &[&str]) -> Charts {
        let mut charts = Charts::default();
        roots.iter().for_each(|root| charts.add(Path::new(root)));
        charts
    }

    #[test]
    fn a_file_belongs_to_the_nearest_chart() {
        let charts = charts(&["/c/app", "/c/app/charts/db"]);
        let app = Path::new("/c/app");
        let db = Path::new("/c/app/charts/db");
        let place = |path: &'static str| charts.place(Path::new(path));
        assert_eq!(place("/c/app/templates/a.yaml"), Some(ChartFile::Template(app)));
        assert_eq!(place("/c/app/templates/tests/a.yaml"), Some(ChartFile::Template(app)));
        assert_eq!(place("/c/app/charts/db/templates/a.yaml"), Some(ChartFile::Template(db)));
        assert_eq!(place("/c/app/charts/db/values.yaml"), Some(ChartFile::Values(db)));
        assert_eq!(place("/c/app/crds/a.yaml"), Some(ChartFile::Other(app)));
        assert_eq!(place("/c/app/ci/large-values.yaml"), Some(ChartFile::Values(app)));
        assert_eq!(place("/c/app/Chart.yaml"), Some(ChartFile::Description(app)));
        assert_eq!(place("/c/other/templates/a.yaml"), None);
    }

    #[test]
    fn sub_charts_do_not_count_as_charts_of_their_own() {
        let charts = charts(&["/c/app", "/c/app/charts/db", "/c/charts/web"]);
        let tops: Vec<_> = charts.tops().collect();
        assert_eq!(tops, [Path::new("/c/app"), Path::new("/c/charts/web")]);
    }

    #[test]
    fn values_files_are_known_by_their_name() {
        for name in ["values.yaml", "values-prod.yaml", "prod.values.yml", "values_ha.yaml"] {
            assert!(is_values_name(name), "{name}");
        }
        for name in ["value.yaml", "values.tpl", "myvalues.yaml", "deployment.yaml"] {
            assert!(!is_values_name(name), "{name}");
        }
    }
}
