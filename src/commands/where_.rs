//! `kubesift where`: builds a kustomization and tells where a field of one object comes from.

use std::path::Path;
use std::sync::Arc;

use kubesift_engine::model::Kind;
use kubesift_report::Options;
use kubesift_report::built::{FieldPath, FieldView, ObjectName, pick};
use kubesift_report::view::why::Wanted;
use kubesift_source::{FileId, SourceFile};

use super::kustomization::{self, Shown};
use crate::args::{TextFormat, WhereArgs};
use crate::{End, Usage, terminal};

/// Runs the command.
pub fn run(args: &WhereArgs) -> Result<End, Usage> {
    let (path, object, field) = words(&args.words)?;
    let wanted = Wanted::parse(object)?;
    let field = FieldPath::parse(field)?;
    let Some(build) = kustomization::build(path, &args.building, Shown::Origins)? else {
        return Ok(End::Incomplete);
    };
    let names = build.built.objects.iter().map(|object| {
        let ids = object.ids.iter().map(|id| ObjectName {
            kind: Kind {
                group: id.gvk.group.as_str().into(),
                version: id.gvk.version.as_str().into(),
                kind: id.gvk.kind.as_str().into(),
            },
            namespace: id.namespace.to_string(),
            name: id.name.to_string(),
        });
        ids.collect()
    });
    let names: Vec<Vec<ObjectName>> = names.collect();
    let at = pick(&wanted, &names)?;
    let name = names.get(at).and_then(|names| names.last()).map(ObjectName::typed);
    let name = name.unwrap_or_default();

    let text = build.built.text.as_str();
    let tree = kubesift_yaml::parse(Arc::new(SourceFile::new(FileId(0), "built", text)));
    let Some(root) = tree.documents().nth(at).and_then(|document| document.root()) else {
        return Err(Usage(format!(
            "{name} was built and cannot be read again; please report this"
        )));
    };
    let node = field.find(root, &name)?;
    let view = FieldView::new(&build.text(), &name, root, node);
    let mut bytes = Vec::new();
    match args.format {
        TextFormat::Json => view.write_json(&mut bytes)?,
        TextFormat::Txt => {
            let color = terminal::colours_out(args.color);
            let options = Options { color, unicode: terminal::unicode(), ..Options::default() };
            view.write_txt(&options, &mut bytes)?;
        }
    }
    super::print(&bytes)?;
    Ok(build.end())
}

/// Path, object and field: a path and a field may be left out.
fn words(words: &[String]) -> Result<(&Path, &str, &str), Usage> {
    match words {
        [path, object, field] => Ok((Path::new(path), object, field)),
        [first, second] if Path::new(first).exists() => Ok((Path::new(first), second, "")),
        [object, field] => Ok((Path::new("."), object, field)),
        [object] => Ok((Path::new("."), object, "")),
        _ => Err(Usage("a path, an object and a field are wanted".to_owned())),
    }
}
