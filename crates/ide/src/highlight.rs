//! The places of one file that have the name at a place: where it is declared and where it is used.

use kubesift_project::Analysis;
use kubesift_source::{FileId, Span};

use crate::named::meant;
use crate::occurrences::occurrences;
use crate::seen::each;

/// A place that has the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Highlight {
    /// The bytes of the name, in quotes where it is written so.
    pub at: Span,
    /// The name is declared here; otherwise it is used.
    pub declares: bool,
}

/// The places of the file that have the name at a place, that place among them. Sorted, each once.
pub fn highlights(analysis: &Analysis, file: FileId, offset: u32) -> Vec<Highlight> {
    let mut found = Vec::new();
    each(analysis, file, offset, |seen, homes| {
        for symbol in meant(&seen).symbols {
            for one in occurrences(seen.graph, &symbol) {
                let at = homes.span(one.span());
                if at.file == file {
                    found.push(Highlight { at, declares: one.declares });
                }
            }
        }
    });
    found.sort();
    // What one build takes for a use may declare something in another.
    found.dedup_by_key(|one| one.at);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Project;

    const APP: &str = "\
-- app.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: nginx:1.25
        ports: [{name: http, containerPort: 8080}]
        readinessProbe: {httpGet: {port: http}}
        volumeMounts: [{name: tmp, mountPath: /tmp}]
      volumes:
      - name: tmp
        emptyDir: {}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 80, targetPort: http}]
";

    fn check(words: &str, expected: &[(&str, u32, bool)]) {
        let project = Project::new(APP);
        let (file, at) = project.find("app.yaml", words);
        let at = at + words.find('|').map_or(words.len() as u32 - 1, |at| at as u32);
        let found = highlights(&project.analysis, file, at);
        let shown: Vec<(String, u32, bool)> = found
            .iter()
            .map(|one| {
                let source = project.analysis.outcome.file(one.at);
                let line = source.lines().line_of(one.at.start) + 1;
                (source.slice(one.at).to_owned(), line, one.declares)
            })
            .collect();
        let shown: Vec<(&str, u32, bool)> =
            shown.iter().map(|(text, line, declares)| (text.as_str(), *line, *declares)).collect();
        assert_eq!(shown, expected, "{words}");
    }

    #[test]
    fn volumes_and_ports_of_a_pod() {
        check("- name: tmp", &[("tmp", 14, false), ("tmp", 16, true)]);
        check(
            "port: http",
            &[("http", 12, true), ("8080", 12, true), ("http", 13, false), ("http", 24, false)],
        );
    }

    #[test]
    fn a_label_in_selectors() {
        let all = &[("web", 5, false), ("web", 7, true), ("web", 23, false)];
        check("labels: {app: web", all);
        check("selector: {app: web", all);
    }
}
