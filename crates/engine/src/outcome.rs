//! Everything one run knows: what a reporter may see, and no more.

use std::sync::Arc;

use kubesift_model::Build;
use kubesift_source::{SourceFile, Span};

use crate::check::{Entry, Severity, Version};
use crate::finding::Finding;

/// Why an input could not be read or analysed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TroubleKind {
    /// The text is not YAML, or Kubernetes' reader refuses it.
    YamlSyntax,
    /// The file or folder could not be read.
    Unreadable,
    /// The bytes are not text.
    NotText,
    /// A kustomization cannot be built as it stands.
    Build,
    /// A check panicked: a defect of ours.
    Panic,
}

impl TroubleKind {
    /// The word for it in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::YamlSyntax => "yaml-syntax",
            Self::Unreadable => "unreadable",
            Self::NotText => "not-text",
            Self::Build => "build",
            Self::Panic => "internal",
        }
    }
}

/// Something that could not be read or analysed. The rest of the run is not concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// The class.
    pub kind: TroubleKind,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// The file or folder, as reports show it.
    pub path: Arc<str>,
    /// The place, when the file could be read as text.
    pub at: Option<Span>,
}

/// How a file ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileFate {
    /// Its Kubernetes documents were checked: their number, and the documents that are none.
    Checked {
        /// Resources found in it.
        resources: u32,
        /// Its documents that are not Kubernetes.
        other: u32,
    },
    /// Nothing in it is a Kubernetes object: why.
    NotKubernetes(String),
    /// It, or a document of it, could not be read; the troubles say where.
    Failed,
    /// Not read, on purpose: why (a chart's template, a symlink out of the root, a patch).
    LeftOut(String),
}

/// A file and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileReport {
    /// The path as reports show it.
    pub path: Arc<str>,
    /// How it ended.
    pub fate: FileFate,
    /// The builds that use it, by name.
    pub builds: Vec<Arc<str>>,
}

/// Counts of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files that were looked at.
    pub walked: u32,
    /// Files with Kubernetes documents that were checked.
    pub checked: u32,
    /// Files that hold nothing of Kubernetes.
    pub not_kubernetes: u32,
    /// Files that could not be read, wholly or in part.
    pub failed: u32,
    /// Files left out on purpose.
    pub left_out: u32,
    /// Resources checked.
    pub resources: u32,
    /// Chart folders recognised and not built.
    pub charts: u32,
    /// Kustomization folders recognised and not built.
    pub kustomizations: u32,
}

/// Everything one run knows. Findings are sorted by path, offset and check, and final: reporters
/// neither sort nor filter.
#[derive(Debug)]
pub struct Outcome {
    /// The files that findings and troubles point into; a [`kubesift_source::FileId`] is an index.
    pub files: Vec<Arc<SourceFile>>,
    /// The builds.
    pub builds: Vec<Build>,
    /// All findings, suppressed ones included.
    pub findings: Vec<Finding>,
    /// What could not be read or analysed.
    pub errors: Vec<Trouble>,
    /// The checks that ran, sorted by name.
    pub checks: Vec<&'static Entry>,
    /// How each file ended, sorted by path.
    pub reports: Vec<FileReport>,
    /// Things to say once, that are neither findings nor errors (a chart that was not built).
    pub remarks: Vec<String>,
    /// Counts.
    pub summary: Summary,
    /// The version of Kubernetes that was judged for.
    pub kubernetes_version: Version,
    /// The path of the baseline that held, as reports show it. What it lists is suppressed; what is
    /// open is new.
    pub baseline: Option<Arc<str>>,
}

impl Outcome {
    /// The file of a span.
    pub fn file(&self, span: Span) -> &Arc<SourceFile> {
        &self.files[span.file.0 as usize]
    }

    /// The findings that are not suppressed.
    pub fn open(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.is_open())
    }

    /// Number of findings that the baseline holds back.
    pub fn in_baseline(&self) -> usize {
        if self.baseline.is_none() {
            return 0;
        }
        self.findings.iter().filter(|finding| finding.is_in_baseline()).count()
    }

    /// Number of open findings of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.open().filter(|finding| finding.severity == severity).count()
    }
}
