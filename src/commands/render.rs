//! `kubesift render`: builds a kustomization and prints it.

use std::sync::Arc;

use kubesift_report::built::annotate;
use kubesift_source::{FileId, SourceFile};

use super::kustomization::{self, Shown};
use crate::args::{RenderArgs, RenderFormat};
use crate::{End, Usage};

/// Runs the command.
pub fn run(args: &RenderArgs) -> Result<End, Usage> {
    if args.origins && args.format == RenderFormat::Json {
        return Err(Usage(
            "`--origins` writes comments, which JSON does not have\n  \
             help: `kubesift where PATH KIND/NAME --format json` tells the sources of an object"
                .to_owned(),
        ));
    }
    let shown = if args.origins { Shown::Origins } else { Shown::Text };
    let Some(build) = kustomization::build(&args.path, &args.building, shown)? else {
        return Ok(End::Incomplete);
    };
    let end = build.end();
    match args.format {
        RenderFormat::Yaml if args.origins => super::print(annotate(&build.text()).as_bytes())?,
        RenderFormat::Yaml => super::print(build.built.text.as_bytes())?,
        RenderFormat::Json => super::print(list(&build.built.text)?.as_bytes())?,
    };
    // The process ends here: giving everything back first would only take time.
    std::mem::forget(build);
    Ok(end)
}

/// The documents as one object of kind List, an item a line.
fn list(text: &str) -> Result<String, Usage> {
    let tree = kubesift_yaml::parse(Arc::new(SourceFile::new(FileId(0), "built", text)));
    let documents = tree.documents().filter(|document| document.root().is_some());
    let items: Vec<String> = documents
        .map(|document| kubesift_yaml::to_json(document).map_err(|error| error.message))
        .collect::<Result<_, _>>()?;
    Ok(format!(
        "{{\"apiVersion\":\"v1\",\"items\":[\n{}\n],\"kind\":\"List\"}}\n",
        items.join(",\n")
    ))
}
