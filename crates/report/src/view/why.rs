//! `kubesift why`: everything about one resource, each line with the place that says so.

mod names;

use std::io::{self, Write};

use kubesift_engine::model::{Build, Graph, Resource};
use kubesift_engine::{Outcome, Severity};
use serde::Serialize;

use super::about::{About, Line, Room, Section, Tone};
use super::finding::FindingView;
use super::spot::{PlaceView, Spots};
use crate::paint::Paint;
use crate::{Options, WORST_FIRST, count};

pub use names::{BadName, Named, Wanted};

/// A person asks: everything is listed, up to what nobody reads any more.
const ROOM: Room = Room { peers: usize::MAX, lines: 200 };

/// Everything about one resource: version 1. Fields may be added, none is renamed or removed.
#[derive(Debug, Clone, Serialize)]
pub struct WhyView {
    /// 1
    pub schema_version: u8,
    /// The version of the program that made it.
    pub kubesift_version: String,
    /// The build that relations were looked for in.
    pub build: String,
    /// False when the build is known to be a part of what is applied.
    pub complete: bool,
    /// Other builds that hold the resource.
    pub also_in: Vec<String>,
    /// The resource.
    pub resource: ResourceView,
    /// What there is to say.
    pub sections: Vec<Section>,
    /// Its open findings, the worst first.
    pub findings: Vec<FindingView>,
}

/// The resource that was asked for.
#[derive(Debug, Clone, Serialize)]
pub struct ResourceView {
    /// `apps/v1`
    #[serde(rename = "apiVersion")]
    pub api_version: String,
    /// `Deployment`
    pub kind: String,
    /// As the manifest states it.
    pub namespace: Option<String>,
    /// As the manifest states it.
    pub name: Option<String>,
    /// Where it stands.
    #[serde(flatten)]
    pub place: PlaceView,
}

impl WhyView {
    /// The view of a resource of the graph's build. `others` are further builds that hold it.
    pub fn new(
        outcome: &Outcome,
        graph: &Graph<'_>,
        resource: &Resource,
        others: &[&Build],
        version: &str,
    ) -> Self {
        let spots = Spots::new(outcome);
        let build = graph.build();
        let mut findings: Vec<_> = outcome
            .open()
            .filter(|finding| {
                let own = finding.subject.as_ref().is_some_and(|one| one.id == resource.id);
                own && (finding.builds.is_empty() || finding.builds.contains(&build.id))
            })
            .collect();
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        Self {
            schema_version: 1,
            kubesift_version: version.to_owned(),
            build: build.name.to_string(),
            complete: build.complete,
            also_in: others.iter().map(|build| build.name.to_string()).collect(),
            resource: ResourceView {
                api_version: resource.kind.api_version(),
                kind: resource.kind.kind.to_string(),
                namespace: resource.namespace.as_deref().map(str::to_owned),
                name: resource.name.as_deref().map(str::to_owned),
                place: spots.of(resource.node().span()),
            },
            sections: About::new(graph, &spots, ROOM).all(resource),
            findings: findings.iter().map(|finding| FindingView::of(finding, &spots)).collect(),
        }
    }

    /// Writes it for programs.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *out, self)?;
        writeln!(out)
    }

    /// Writes it for people, with the colours and characters that the options allow.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn write_txt(&self, options: &Options, out: &mut dyn Write) -> io::Result<()> {
        let Options { color, unicode, .. } = *options;
        let paint = Paint { color, unicode, hyperlinks: false };
        let text = Text { paint };
        text.head(self, out)?;
        for section in &self.sections {
            writeln!(out, "\n{}", paint.bold(section.title))?;
            let width = text.column(&section.lines, 0);
            for line in &section.lines {
                text.line(line, 1, width, out)?;
            }
        }
        text.findings(&self.findings, out)
    }
}

/// Places stand in a column of their own, unless words are longer than this.
const WIDEST: usize = 76;

struct Text {
    paint: Paint,
}

impl Text {
    fn head(&self, view: &WhyView, out: &mut dyn Write) -> io::Result<()> {
        let resource = &view.resource;
        let name = resource.name.as_deref().unwrap_or("(no name)");
        let name = match &resource.namespace {
            Some(namespace) => format!("{namespace}/{name}"),
            None => name.to_owned(),
        };
        let title = self.clean(&format!("{} {name}", resource.kind));
        let version = self.clean(&resource.api_version);
        writeln!(out, "{}  {}", self.paint.bold(&title), self.paint.dim(&version))?;
        let place = &resource.place;
        let lines = format!("{}:{}-{}", place.path, place.line, place.end_line);
        writeln!(out, "{}", self.paint.cyan(&self.clean(&lines)))?;
        let part = if view.complete { "" } else { ", a part of what is applied" };
        let also = match view.also_in.len() {
            0 => String::new(),
            number => format!(", also in {} (--build)", count(number, "other build")),
        };
        let build = self.clean(&format!("in build `{}`{part}{also}", view.build));
        writeln!(out, "{}", self.paint.dim(&build))
    }

    /// The width of the column of words.
    fn column(&self, lines: &[Line], depth: usize) -> usize {
        let own = |line: &Line| {
            let width = 2 * depth + self.clean(&line.words).chars().count();
            let below = self.column(&line.steps, depth + 1);
            if width > WIDEST { below } else { width.max(below) }
        };
        lines.iter().map(own).max().unwrap_or(0)
    }

    fn line(&self, line: &Line, depth: usize, width: usize, out: &mut dyn Write) -> io::Result<()> {
        let words = self.clean(&line.words);
        let blanks = (width + 2).saturating_sub(2 * depth + words.chars().count());
        let painted = match line.tone {
            Tone::Plain => words,
            Tone::Danger => self.paint.severity(Severity::High, &words),
            Tone::Unsure => self.paint.severity(Severity::Medium, &words),
            Tone::Quiet => self.paint.dim(&words),
        };
        let indent = "  ".repeat(depth);
        match &line.place {
            Some(place) => {
                let place = self.clean(&format!("{}:{}", place.path, place.line));
                let (gap, place) = (" ".repeat(blanks), self.paint.cyan(&place));
                writeln!(out, "{indent}{painted}{gap}  {place}")?;
            }
            None => writeln!(out, "{indent}{painted}")?,
        }
        for step in &line.steps {
            self.line(step, depth + 1, width, out)?;
        }
        Ok(())
    }

    fn findings(&self, findings: &[FindingView], out: &mut dyn Write) -> io::Result<()> {
        if findings.is_empty() {
            return writeln!(out, "\n{}", self.paint.green("No findings."));
        }
        writeln!(out, "\n{}", self.paint.bold("Findings"))?;
        for finding in findings {
            let severity = WORST_FIRST.iter().find(|one| one.name() == finding.severity);
            let severity = severity.copied().unwrap_or(Severity::Info);
            let word = self.paint.severity(severity, &format!("{:<8}", finding.severity));
            let FindingView { place, column, .. } = finding;
            let place = self.clean(&format!("{}:{}:{column}", place.path, place.line));
            let place = self.paint.cyan(&place);
            let message = self.clean(&finding.message);
            writeln!(out, "  {word}  {message}  {}  {place}", self.paint.dim(finding.check))?;
        }
        Ok(())
    }

    fn clean(&self, text: &str) -> String {
        let text = self.paint.clean(text);
        if self.paint.unicode { text } else { text.replace('→', "->") }
    }
}
