//! `kubesift config`: the settings in force, and the schema of the file that sets them.

use kubesift_config::Scope;
use kubesift_project::{Disk, Host};

use super::session;
use crate::args::Config;
use crate::{End, Usage};

/// Prints settings or schema.
pub fn run(config: &Config) -> Result<End, Usage> {
    match config {
        Config::Schema => super::print(kubesift_config::schema(kubesift_checks::ALL).as_bytes()),
        Config::Show(show) => {
            let request = session::bare(&show.settings, None, None)?;
            let host = Host::new(Disk, kubesift_checks::ALL);
            let configured = host.settings(&request).map_err(session::stopped)?;
            session::say_problems(&configured.problems, &configured.files)?;
            let text = kubesift_config::show(&configured.settings, &Scope::default(), show.origin);
            super::print(text.as_bytes())
        }
    }
}
