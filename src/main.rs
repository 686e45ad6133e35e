//! The program: puts the parts together and turns what happened into an exit code.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program that talks to its user")]

mod args;
mod commands;
mod later;
mod progress;
mod terminal;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use crate::args::{Cli, Command};

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Nothing to complain about.
    Clean,
    /// Findings at or above the gate.
    Findings,
    /// Something could not be read or analysed.
    Incomplete,
}

/// The command line or the configuration is wrong: what to tell, ready to print.
#[derive(Debug)]
pub struct Usage(pub String);

impl<E: std::fmt::Display> From<E> for Usage {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

fn main() -> ExitCode {
    let cli = Cli::parse_from(with_check(std::env::args_os().collect()));
    let end = match cli.command {
        Command::Check(check) => commands::check::run(&check),
        Command::Fix(fix) => commands::fix::run(&fix),
        Command::Baseline(baseline) => commands::baseline::run(&baseline),
        Command::Graph(graph) => commands::graph::run(&graph),
        Command::Why(why) => commands::why::run(*why.0),
        Command::Render(render) => commands::render::run(&render),
        Command::Where(args) => commands::where_::run(&args),
        Command::Explain { check } => commands::explain::run(&check),
        Command::Connectivity(connectivity) => commands::connectivity::run(&connectivity),
        Command::Access(access) => commands::access::run(&access),
        Command::Checks { format } => commands::checks::run(format),
        Command::Init { force } => commands::init::run(force),
        Command::Config(config) => commands::config::run(&config),
        Command::Completions { shell } => commands::completions::run(shell),
        Command::Lsp(_) => commands::lsp::run(),
        Command::Man => commands::man::run(),
        Command::Debug(debug) => commands::debug::run(&debug),
    };
    match end {
        Ok(End::Clean) => ExitCode::SUCCESS,
        Ok(End::Findings) => ExitCode::from(1),
        Ok(End::Incomplete) => ExitCode::from(3),
        Err(Usage(message)) if message.is_empty() => ExitCode::from(2),
        Err(Usage(message)) => {
            terminal::complain(&message);
            ExitCode::from(2)
        }
    }
}

/// `kubesift PATH` means `kubesift check PATH`: when the first word is no command and no flag of
/// the program, `check` is put before it.
fn with_check(mut words: Vec<OsString>) -> Vec<OsString> {
    let Some(first) = words.get(1).and_then(|word| word.to_str()) else {
        return words;
    };
    let own = ["-h", "--help", "-V", "--version", "help"].contains(&first);
    // A word that is neither a path nor a flag is a mistyped command: clap suggests the right one.
    let path = first.starts_with('-') || first.contains(['/', '.']) || Path::new(first).exists();
    if !own && path && !is_command(first) {
        words.insert(1, "check".into());
    }
    words
}

fn is_command(word: &str) -> bool {
    Cli::command().get_subcommands().any(|command| command.get_name() == word)
}
