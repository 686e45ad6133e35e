//! `kubesift man`: prints the man page, one section a command.

use clap::CommandFactory;

use crate::args::Cli;
use crate::{End, Usage};

/// Prints the page in roff.
pub fn run() -> Result<End, Usage> {
    let mut text = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut text)?;
    super::print(&text)
}
