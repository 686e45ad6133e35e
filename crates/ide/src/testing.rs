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
        for (path, text) in Self::files(text) {
            memory.put(&format!("/repo/{path}"), text);
        }
        let host = Host::new(memory, kubesift_checks::ALL);
        let request = Request::new("/repo", Date { year: 2026, month: 1, day: 1 });
        Self { analysis: host.analyze(&request).expect("an analysis") }
    }

    /// The files of a text: path and text of each.
    pub fn files(text: &str) -> impl Iterator<Item = (&str, String)> {
        let files: Vec<&str> =
            text.strip_prefix("-- ").unwrap_or_default().split("\n-- ").collect();
        let last = files.len() - 1;
        files.into_iter().enumerate().map(move |(at, file)| {
            let (path, text) = file.split_once('\n').expect("a path on a line of its own");
            // The line break before the next file belongs to this one.
            (path, format!("{text}{}", if at == last { "" } else { "\n" }))
        })
    }

    /// A file, and the byte at which some words first stand in it.
    pub fn find(&self, path: &str, words: &str) -> (FileId, u32) {
        let file = find_file(&self.analysis, path).expect("a file");
        let text = self.analysis.outcome.files[file.0 as usize].text();
        (file, text.find(words).expect("words of the file") as u32)
    }

    /// A file, and the byte at the bar in words that first stand in it: `name: w|eb`.
    pub fn at(&self, path: &str, place: &str) -> (FileId, u32) {
        let (before, after) = place.split_once('|').expect("a bar");
        let (file, start) = self.find(path, &format!("{before}{after}"));
        (file, start + before.len() as u32)
    }

    /// `path: words` of a span.
    pub fn words(&self, at: Span) -> String {
        let file = self.analysis.outcome.file(at);
        format!("{}: {}", file.path, file.slice(at))
    }
}
