//! `kubesift init`: writes a commented configuration file to start from.

use std::path::Path;

use kubesift_config::FILE_NAME;

use crate::{End, Usage};

/// Writes the file in the folder the program was started in.
pub fn run(force: bool) -> Result<End, Usage> {
    let path = Path::new(FILE_NAME);
    if path.exists() && !force {
        return Err(Usage(format!("{FILE_NAME} exists already; --force replaces it")));
    }
    let text = kubesift_config::init_text(kubesift_checks::ALL);
    std::fs::write(path, text).map_err(|error| format!("cannot write {FILE_NAME}: {error}"))?;
    super::print(format!("wrote {FILE_NAME}\n").as_bytes())
}
