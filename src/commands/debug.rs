//! `kubesift debug`: looks inside, for bug reports and tests.

use std::sync::Arc;

use kubesift_source::{Column, FileId, SourceFile};

use crate::args::Debug_;
use crate::{End, Usage};

/// Prints what was asked for.
pub fn run(debug: &Debug_) -> Result<End, Usage> {
    match debug {
        Debug_::YamlEvents { file } => {
            let name = file.display().to_string();
            let bytes = std::fs::read(file).map_err(|error| format!("{name}: {error}"))?;
            let source = SourceFile::decode(FileId(0), name.as_str(), bytes)
                .map_err(|error| format!("{name}: {error}"))?;
            let source = Arc::new(source);
            let events = kubesift_yaml::events(&source).map_err(|error| {
                let at = source.position(error.span.start, Column::Chars);
                format!("{name}:{}:{}: {}", at.line, at.column, error.message)
            })?;
            super::print(events.as_bytes())
        }
    }
}
