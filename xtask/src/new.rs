//! Writes the file of a new check.

use std::fs;

use crate::{Failure, root};

const TEMPLATE: &str = r#"//! TITLE.
//!
//! Why it is bad: what can happen, to whom.
//!
//! What to do about it.
//!
//! ```yaml fail
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//! #         ^^^^^^^^^ container `app` says what is wrong
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! spec:
//!   template:
//!     spec:
//!       containers: []
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    refs: &[],
    run: Run::Container(run),
    ..Check::DEFAULT
};

fn run(container: &Container, out: &mut Out) {
    let field = container.field("name");
    out.report(field, "says what is wrong");
}
"#;

/// Writes `checks/<family>/<check>.rs`. The template passes its own examples, so that the first
/// test run is green and every further step is visible.
pub fn write(check: &str) -> Result<(), Failure> {
    let Some((family, name)) = check.split_once('/') else {
        return Err(format!("`{check}` must be family/check-name").into());
    };
    let kebab = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    if !kebab(family) || !kebab(name) {
        return Err(format!("`{check}` must be in kebab case").into());
    }
    let folder = root().join("checks").join(family);
    let path = folder.join(format!("{}.rs", name.replace('-', "_")));
    if path.exists() {
        return Err(format!("{} exists already", path.display()).into());
    }
    fs::create_dir_all(&folder)?;
    let title = name.replace('-', " ");
    fs::write(&path, TEMPLATE.replace("TITLE", &title))?;
    println!("wrote {}; run: CHECK={name} cargo test -p kubesift-checks", path.display());
    Ok(())
}
