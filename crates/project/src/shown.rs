//! Paths as reports show them: relative to the folder the run starts in, forward slashes.

use std::path::{Component, Path, PathBuf};

/// The path as it is shown: relative to `start` when it lies there, else as it was given. Empty for
/// `start` itself.
pub(crate) fn shown(start: &Path, path: &Path) -> String {
    match clean(&start.join(path)).strip_prefix(start) {
        Ok(rest) => below("", rest),
        Err(_) => below("", &clean(path)),
    }
}

/// Where a path lies that is shown relative to `start`; without dots.
pub(crate) fn joined(start: &Path, path: &str) -> PathBuf {
    clean(&start.join(path))
}

/// The way from a folder to a path, both absolute and without dots: with forward slashes, and empty
/// for the folder itself. Where no way leads, the path as it is.
pub fn relative(folder: &Path, path: &Path) -> String {
    let same = |(a, b): &(Component<'_>, Component<'_>)| a == b;
    let common = folder.components().zip(path.components()).take_while(same).count();
    if common == 0 {
        return below("", path);
    }
    let mut way = PathBuf::new();
    for _ in folder.components().skip(common) {
        way.push("..");
    }
    way.extend(path.components().skip(common));
    below("", &way)
}

/// The path without dots, as far as that can be said without looking at the disk.
fn clean(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => match clean.components().next_back() {
                Some(Component::Normal(_)) => {
                    clean.pop();
                }
                Some(Component::RootDir | Component::Prefix(_)) => {}
                Some(Component::ParentDir | Component::CurDir) | None => clean.push(".."),
            },
            part => clean.push(part),
        }
    }
    clean
}

/// `folder/rest`, where either may be empty.
pub(crate) fn below(folder: &str, rest: &Path) -> String {
    let mut text = folder.to_owned();
    for part in rest.components() {
        push(&mut text, &part.as_os_str().to_string_lossy());
    }
    text
}

fn push(text: &mut String, name: &str) {
    if !text.is_empty() && !text.ends_with('/') {
        text.push('/');
    }
    text.push_str(name);
}

/// The folder of a file; empty when it has none.
pub(crate) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The folder that all of these lie in.
pub(crate) fn common<'a>(paths: impl IntoIterator<Item = &'a str>) -> &'a str {
    let mut paths = paths.into_iter();
    let Some(mut common) = paths.next() else { return "" };
    for path in paths {
        let holds = |folder: &str| {
            path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        while !common.is_empty() && !holds(common) {
            common = folder(common);
        }
    }
    common
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_the_start_and_clean() {
        let show = |path: &str| shown(Path::new("/srv/repo"), Path::new(path));
        assert_eq!(show("./k8s//a.yaml"), "k8s/a.yaml");
        assert_eq!(show("/srv/repo/k8s/a.yaml"), "k8s/a.yaml");
        assert_eq!(show("/srv/repo"), "");
        assert_eq!(show("."), "");
        assert_eq!(show("k8s/../b/a.yaml"), "b/a.yaml");
        assert_eq!(show("a/.."), "");
        assert_eq!(show("../x/a.yaml"), "../x/a.yaml");
        assert_eq!(show("../../x"), "../../x");
        assert_eq!(show("../repo/a.yaml"), "a.yaml");
        assert_eq!(show("/etc/a.yaml"), "/etc/a.yaml");
        assert_eq!(show("/etc/../a.yaml"), "/a.yaml");
    }

    #[test]
    fn a_way_leads_from_a_folder_to_a_path_and_back() {
        for (folder, path, way) in [
            ("/srv/repo", "/srv/repo/k8s/a.yaml", "k8s/a.yaml"),
            ("/srv/repo", "/srv/repo", ""),
            ("/srv/repo/ci", "/srv/repo/k8s/a.yaml", "../k8s/a.yaml"),
            ("/srv/repo/ci", "/srv/repository", "../../repository"),
            ("/", "/a", "a"),
        ] {
            assert_eq!(relative(Path::new(folder), Path::new(path)), way);
            assert_eq!(joined(Path::new(folder), way), Path::new(path));
        }
    }

    #[test]
    fn the_common_folder_is_one_of_whole_names() {
        assert_eq!(common(["a/b/c", "a/b", "a/b/d"]), "a/b");
        assert_eq!(common(["a/bc", "a/b"]), "a");
        assert_eq!(common(["a", "b"]), "");
        assert_eq!(common(["a"]), "a");
    }
}
