//! Tasks of the repository, run as `cargo xtask TASK`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program that talks to its user")]

mod bench;
mod conformance;
mod corpus;
mod dist;
mod new;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about = "Tasks of the repository")]
struct Args {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Write the file of a new check, ready to be filled in
    New {
        /// `family/check-name`
        check: String,
    },
    /// Write a realistic repository of manifests, the same for the same seed
    Corpus {
        /// Kubernetes documents to write
        #[arg(long, default_value_t = 10_000)]
        documents: usize,
        /// Seed of the generator
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// The folder to write to; must not exist or be empty
        #[arg(long)]
        out: PathBuf,
    },
    /// Build the program as it is shipped, and print where it lies
    Dist,
    /// Compare speed and memory on one corpus, in one run
    Bench {
        /// Kubernetes documents of the corpus
        #[arg(long, default_value_t = 10_000)]
        documents: usize,
        /// A folder to use in place of a generated corpus
        #[arg(long)]
        folder: Option<PathBuf>,
        /// A repository of kustomizations to use in place of a generated one
        #[arg(long)]
        overlays: Option<PathBuf>,
        /// Rounds; the median is shown
        #[arg(long, default_value_t = 5)]
        rounds: usize,
    },
    /// Run what others expect of the same input, when it lies beside the checkout, against the
    /// committed floors
    Conformance(conformance::Options),
}

/// What went wrong, as a sentence for the person at the keyboard.
type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let result = match Args::parse().task {
        Task::New { check } => new::write(&check),
        Task::Corpus { documents, seed, out } => corpus::write(documents, seed, &out),
        Task::Dist => dist::run(),
        Task::Bench { documents, folder, overlays, rounds } => {
            bench::run(documents, folder, overlays, rounds)
        }
        Task::Conformance(options) => conformance::run(&options),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The root of the repository.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().map(PathBuf::from).unwrap_or_default()
}
