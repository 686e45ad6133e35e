//! What each input is by where it lies and by who names it, before it is read: a chart's template,
//! a patch, a kustomization, or a file whose content decides.

use std::path::Path;
use std::sync::Arc;

use kubesift_config::Settings;
use kubesift_engine::{BASELINE_FILE_NAME, FileFate, Trouble};
use kubesift_model::Generated;
use kubesift_source::{FileId, SourceFile, System};
use kubesift_yaml::{Node, Tree, parse};
use rayon::prelude::*;

use crate::charts::ChartFile;
use crate::files::decode;
use crate::generators::{brings_others, generated};
use crate::inputs::{From, Input, Inputs, is_config_file, unreadable};
use crate::kustomizations::{Use, Uses, is_kustomization, is_kustomization_file};
use crate::overlays::Candidate;
use crate::request::Request;
use crate::shown::{folder, shown};

/// What is to be done with an input.
#[derive(Debug, Clone)]
pub(crate) enum Task {
    /// Its content decides.
    Read,
    /// Nothing: how it ends is known.
    Settled(FileFate),
    /// It could not be read when it had to be.
    Failed(Trouble),
}

/// The inputs, sorted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sorted {
    /// One for each input.
    pub tasks: Vec<Task>,
    /// For each input whether a kustomization names it as a resource.
    pub named: Vec<bool>,
    /// The kustomizations among the inputs.
    pub kustomizations: Vec<Candidate>,
    /// Folders of charts, as they are shown.
    pub charts: Vec<String>,
    /// What generators of kustomizations make.
    pub generated: Vec<Generated>,
    /// Folders of kustomizations that bring in what is not in view, as they are shown.
    pub remote: Vec<String>,
}

/// Why an input that the configuration excludes is left out.
const EXCLUDED: &str = "excluded by the configuration";

/// Why an input is left out that a first look at another one has no time for.
const NOT_YET: &str = "not looked at yet";

impl Task {
    /// True when nothing is known of what the input holds.
    pub fn is_unread(&self) -> bool {
        matches!(self, Self::Settled(FileFate::LeftOut(why)) if why == EXCLUDED || why == NOT_YET)
    }
}

/// Says what each input is. `paths` are those the configuration speaks of; `baseline` is where the
/// baseline lies.
pub(crate) fn sort(
    system: &dyn System,
    request: &Request<'_>,
    inputs: &Inputs,
    paths: &[Arc<str>],
    settings: &Settings,
    baseline: Option<&Path>,
) -> Sorted {
    let start = system.real(&request.folder).unwrap_or_else(|_| request.folder.clone());
    let mut sorted = Sorted::default();
    let charts = inputs.charts.tops();
    sorted.charts.extend(charts.map(|chart| dot(shown(&start, chart))));
    let task = |(input, path): (&Input, &Arc<str>)| {
        let asked = !input.named || request.force_exclude;
        if asked && !settings.reads(path) {
            return left_out(EXCLUDED);
        }
        if real(input).is_some_and(|path| is_baseline(path, baseline)) {
            return not_kubernetes("the baseline of kubesift");
        }
        by_place(inputs, input, &start).unwrap_or(Task::Read)
    };
    sorted.tasks = inputs.files.par_iter().zip(paths).map(task).collect();
    let uses = kustomizations(system, inputs, &mut sorted, &start);
    for (at, input) in inputs.files.iter().enumerate() {
        let usage = real(input).and_then(|path| uses.of(path));
        sorted.named.push(matches!(usage, Some((Use::Resource, _))));
        if let (Task::Read, Some((usage, name))) = (&sorted.tasks[at], usage) {
            sorted.tasks[at] = by_use(usage, name);
        }
    }
    if let Some(file) = &request.focus {
        sorted.focus_on(file, inputs, &uses);
    }
    sorted
}

impl Sorted {
    /// Leaves out all but one file and what is built from it.
    fn focus_on(&mut self, file: &Path, inputs: &Inputs, uses: &Uses) {
        let reaching = uses.reaching(file);
        self.kustomizations.retain(|one| reaching.contains(&one.folder));
        for (input, task) in inputs.files.iter().zip(&mut self.tasks) {
            if real(input) != Some(file) {
                *task = left_out(NOT_YET);
            }
        }
    }
}

fn left_out(reason: impl Into<String>) -> Task {
    Task::Settled(FileFate::LeftOut(reason.into()))
}

fn not_kubernetes(reason: impl Into<String>) -> Task {
    Task::Settled(FileFate::NotKubernetes(reason.into()))
}

fn dot(path: String) -> String {
    if path.is_empty() { ".".to_owned() } else { path }
}

fn real(input: &Input) -> Option<&Path> {
    match &input.from {
        From::Disk(real) => Some(real),
        From::Stdin => None,
    }
}

/// True for the baseline that holds, and for those that lie where others would look for theirs.
fn is_baseline(path: &Path, baseline: Option<&Path>) -> bool {
    baseline == Some(path) || path.file_name().is_some_and(|name| name == BASELINE_FILE_NAME)
}

fn by_place(inputs: &Inputs, input: &Input, start: &Path) -> Option<Task> {
    let real = real(input)?;
    if is_config_file(real) {
        return Some(not_kubernetes("the configuration of kubesift"));
    }
    let name = |chart: &Path| dot(shown(start, chart));
    Some(match inputs.charts.place(real)? {
        ChartFile::Template(chart) => left_out(format!(
            "a template of the chart {}: charts are not rendered yet",
            name(chart)
        )),
        ChartFile::Values(chart) => not_kubernetes(format!("values of the chart {}", name(chart))),
        ChartFile::Description(chart) => {
            not_kubernetes(format!("the description of the chart {}", name(chart)))
        }
        ChartFile::Other(_) => return None,
    })
}

fn by_use(usage: Use, name: &str) -> Task {
    let reason = format!("{} {name}", usage.words());
    match usage {
        Use::Resource => Task::Read,
        Use::Patch => left_out(reason),
        Use::Data | Use::Values | Use::Settings | Use::Plugin => not_kubernetes(reason),
    }
}

/// Reads the kustomizations, settles their files, and gives what they say of others.
fn kustomizations(system: &dyn System, inputs: &Inputs, sorted: &mut Sorted, start: &Path) -> Uses {
    let own = inputs.files.iter().zip(&sorted.tasks).enumerate();
    let own = own.filter_map(|(at, (input, task))| {
        let path = real(input).filter(|path| is_kustomization_file(path))?;
        matches!(task, Task::Read).then(|| (Some(at), path, input.path.clone()))
    });
    let known: std::collections::HashSet<&Path> = inputs.files.iter().filter_map(real).collect();
    let above = inputs.above.iter().filter(|path| !known.contains(path.as_path()));
    let above = above.map(|path| (None, path.as_path(), Arc::from(shown(start, path))));
    let all: Vec<(Option<usize>, &Path, Arc<str>)> = own.chain(above).collect();
    let read =
        all.into_par_iter().map(|(at, path, name)| (at, path, load(system, path, &name), name));
    let read: Vec<_> = read.collect();

    let mut uses = Uses::default();
    for (at, path, tree, name) in read {
        let task = match tree {
            // A broken one is read again as any file is, so that its errors are said.
            Ok(tree) => root_of(&tree).filter(|root| is_kustomization(*root)).map(|root| {
                let place = path.parent().unwrap_or(path);
                uses.add(root, place, &name);
                let folder = folder(&name);
                sorted.generated.extend(generated(root, folder));
                if brings_others(root) {
                    sorted.remote.push(folder.to_owned());
                }
                let is_component = root.get("kind").and_then(Node::str) == Some("Component");
                if at.is_some() {
                    sorted.kustomizations.push(Candidate {
                        folder: place.to_path_buf(),
                        name: dot(folder.to_owned()).into(),
                        is_component,
                        is_used: false,
                    });
                }
                left_out(if is_component {
                    "a component that no kustomization in view uses"
                } else {
                    "a kustomization that is part of no build"
                })
            }),
            Err(trouble) => Some(Task::Failed(*trouble)),
        };
        if let (Some(at), Some(task)) = (at, task) {
            sorted.tasks[at] = task;
        }
    }
    for one in &mut sorted.kustomizations {
        one.is_used = uses.of(&one.folder).is_some();
    }
    uses
}

fn root_of(tree: &Tree) -> Option<Node<'_>> {
    if !tree.errors().is_empty() {
        return None;
    }
    tree.documents().find_map(|document| document.root()).filter(|root| root.is_map())
}

fn load(system: &dyn System, path: &Path, name: &Arc<str>) -> Result<Tree, Box<Trouble>> {
    let bytes = system.read(path).map_err(|error| Box::new(unreadable(name, &error)))?;
    // Nothing points into it: the id is never looked up.
    let file = match decode(FileId(u32::MAX), name, bytes) {
        Ok(file) => file,
        Err(mut read) => match read.troubles.pop() {
            Some(trouble) => return Err(Box::new(trouble)),
            None => Arc::new(SourceFile::new(FileId(u32::MAX), name.clone(), "")),
        },
    };
    Ok(parse(file))
}
