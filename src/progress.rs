//! A progress bar on standard error, for long runs on a terminal.

use std::io::IsTerminal;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use kubesift_project::{Phase, Progress};

/// A run shorter than this shows nothing.
const PATIENCE: Duration = Duration::from_millis(500);

/// The bar, and when each phase began.
pub struct Bar {
    bar: Option<ProgressBar>,
    started: Instant,
    phases: Mutex<Vec<(Phase, Instant)>>,
}

impl Bar {
    /// A bar that appears when the run is long, unless `quiet` or standard error is no terminal.
    pub fn new(quiet: bool) -> Self {
        let shown = !quiet && std::io::stderr().is_terminal();
        let bar = shown.then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
            if let Ok(style) = ProgressStyle::with_template("{msg:<10} {wide_bar} {pos}/{len}") {
                bar.set_style(style);
            }
            bar
        });
        Self { bar, started: Instant::now(), phases: Mutex::default() }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    /// What each phase took.
    pub fn timings(&self) -> Vec<(&'static str, Duration)> {
        let Ok(phases) = self.phases.lock() else { return Vec::new() };
        let ends = phases.iter().skip(1).map(|phase| phase.1).chain([Instant::now()]);
        phases.iter().zip(ends).map(|((phase, start), end)| (word(*phase), end - *start)).collect()
    }
}

fn word(phase: Phase) -> &'static str {
    match phase {
        Phase::Walk => "searching",
        Phase::Read => "reading",
        Phase::Check => "checking",
    }
}

impl Progress for Bar {
    fn begin(&self, phase: Phase, total: usize) {
        if let Ok(mut phases) = self.phases.lock() {
            phases.push((phase, Instant::now()));
        }
        let Some(bar) = &self.bar else { return };
        bar.set_message(word(phase));
        bar.set_length(total as u64);
        bar.set_position(0);
    }

    fn step(&self, steps: usize) {
        let Some(bar) = &self.bar else { return };
        bar.inc(steps as u64);
        if bar.is_hidden() && self.started.elapsed() > PATIENCE {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }
}
