//! `kubesift checks`: lists the checks of the program.

use std::fmt::Write as _;

use crate::args::ListFormat;
use crate::{End, Usage};

/// Prints the list, by family and name.
pub fn run(format: ListFormat) -> Result<End, Usage> {
    let entries = super::entries();
    let text = match format {
        ListFormat::Json => kubesift_report::checks_json(entries.iter().copied()),
        ListFormat::Human => {
            let mut text = String::new();
            let mut family = "";
            for entry in entries {
                if entry.family != family {
                    family = entry.family;
                    let _ = writeln!(text, "{}{family}", if text.is_empty() { "" } else { "\n" });
                }
                let _ = writeln!(
                    text,
                    "  {:<42} {:<9} {}",
                    entry.name,
                    entry.check.severity.name(),
                    entry.title()
                );
            }
            text
        }
    };
    super::print(text.as_bytes())
}
