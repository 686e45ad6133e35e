//! One file a command.

pub mod access;
pub mod baseline;
pub mod check;
pub mod checks;
pub mod completions;
pub mod config;
pub mod connectivity;
pub mod debug;
pub mod explain;
pub mod fix;
pub mod graph;
pub mod init;
mod kustomization;
pub mod lsp;
pub mod man;
mod output;
pub mod render;
mod session;
pub mod where_;
pub mod why;

use std::io::{ErrorKind, Write};

use kubesift_engine::{Entry, all_checks, nearest};

use crate::{End, Usage};

/// Every check, the built-in ones included, by family and name.
pub fn entries() -> Vec<&'static Entry> {
    let mut entries: Vec<&'static Entry> = all_checks(kubesift_checks::ALL).collect();
    entries.sort_by_key(|entry| (entry.family, entry.name));
    entries
}

/// The check of a name, or what may have been meant.
pub fn entry(name: &str) -> Result<&'static Entry, Usage> {
    let entries = entries();
    if let Some(entry) = entries.iter().find(|entry| entry.name == name) {
        return Ok(entry);
    }
    let meant = nearest(name, entries.iter().map(|entry| entry.name));
    let help = meant.map_or_else(
        || "`kubesift checks` lists them".to_owned(),
        |meant| format!("did you mean `{meant}`?"),
    );
    Err(Usage(format!("there is no check `{name}`\n  help: {help}")))
}

/// Writes to standard output. A closed pipe (`kubesift … | head`) is a clean end.
pub fn print(bytes: &[u8]) -> Result<End, Usage> {
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Usage(format!("cannot write to standard output: {error}")))
        }
        _ => Ok(End::Clean),
    }
}
