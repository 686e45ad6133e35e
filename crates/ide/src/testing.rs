//! Projects for tests: files in one text, each after a line `-- path`.

use kubesift_engine::Date;
use kubesift_project::{Analysis, Host, Memory, Request};
use kubesift_source::{FileId, Span};

use crate::seen::find_file;

/// A project that was analysed.
pub struct Project {
    /// What the analysis gave.
    pub analysis: Analysis,
}

impl Project {
    /// Analyses files that stand in one text, each after a line `-- path`.
    pub fn new(text: &str) -> Self {
        let mut memory = Memory::default();
        for part in text.split("-- ").skip(1) {
            let (path, text) = part.split_once('\n').expect("a path on a line of its own");
            memory.put(&format!("/repo/{path}"), text);
        }
        let host = Host::new(memory, kubesift_checks::ALL);
        let request = Request::new("/repo", Date { year: 2026, month: 1, day: 1 });
        Self { analysis: host.analyze(&request).expect("an analysis") }
    }

    /// A file, and the byte at which some words first stand in it.
    pub fn find(&self, path: &str, words: &str) -> (FileId, u32) {
        let file = find_file(&self.analysis, path).expect("a file");
        let text = self.analysis.outcome.files[file.0 as usize].text();
        (file, text.find(words).expect("words of the file") as u32)
    }

    /// `path: words` of a span.
    pub fn words(&self, at: Span) -> String {
        let file = self.analysis.outcome.file(at);
        format!("{}: {}", file.path, file.slice(at))
    }
}
