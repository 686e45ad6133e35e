//! `kubesift completions`: prints completions for a shell.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::args::Cli;
use crate::{End, Usage};

/// Prints the script.
pub fn run(shell: Shell) -> Result<End, Usage> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "kubesift", &mut text);
    super::print(&text)
}
