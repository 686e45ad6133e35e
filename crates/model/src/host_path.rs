//! Directories of the node that a pod mounts: `hostPath` volumes, where they lead, and which
//! containers mount them how.

use kubesift_yaml::{Boolean, Field, Node};

use crate::pod::{Container, Pod};
use crate::unknown::is_unknown;

/// A volume that is a file or a directory of the node.
#[derive(Debug, Clone)]
pub struct HostPath<'a> {
    /// The volume's name; empty when it has none.
    pub name: &'a str,
    /// `hostPath.path`, or the place for it.
    pub field: Field<'a>,
    /// The path, see [`clean_path`]; none when it is missing or not known.
    pub path: Option<String>,
    /// The containers' mounts of it.
    pub mounts: Vec<Mount<'a>>,
}

/// A container's mount of a volume.
#[derive(Debug, Clone, Copy)]
pub struct Mount<'a> {
    /// The container.
    pub container: Container<'a>,
    /// The item of `volumeMounts`.
    pub node: Node<'a>,
}

impl<'a> Mount<'a> {
    /// Whether the container can only read: `readOnly`.
    pub fn read_only(&self) -> Boolean {
        self.node.field("readOnly").boolean()
    }

    /// True when the container can write: `readOnly` is not there or false.
    pub fn is_writable(&self) -> bool {
        matches!(self.read_only(), Boolean::Absent | Boolean::False)
    }

    /// What a note says of it: "container `app` mounts it at `/host`, writable".
    pub fn words(&self) -> String {
        let place = match self.node.field("mountPath").str() {
            Some(path) => format!(" at `{path}`"),
            None => String::new(),
        };
        let how = match self.read_only() {
            Boolean::True => ", read-only",
            Boolean::Absent | Boolean::False => ", writable",
            Boolean::Unknown => "",
        };
        format!("container `{}` mounts it{place}{how}", self.container.name())
    }
}

impl<'a> Pod<'a> {
    /// The pod's `hostPath` volumes.
    pub fn host_paths(&self) -> Vec<HostPath<'a>> {
        let volumes = self.volumes().filter(|volume| volume.field("hostPath").exists());
        volumes.map(|volume| self.host_path(volume)).collect()
    }

    fn host_path(&self, volume: Node<'a>) -> HostPath<'a> {
        let name = volume.field("name").str().unwrap_or_default();
        let field = volume.field("hostPath.path");
        let path = field.str().filter(|path| !path.is_empty() && !is_unknown(path));
        HostPath { name, field, path: path.map(clean_path), mounts: self.mounts_of(name) }
    }

    /// The mounts of a volume, of all containers.
    pub fn mounts_of(&self, volume: &str) -> Vec<Mount<'a>> {
        let mut found = Vec::new();
        for container in self.containers() {
            for node in container.field("volumeMounts").items() {
                if node.field("name").str() == Some(volume) {
                    found.push(Mount { container, node });
                }
            }
        }
        found
    }
}

impl HostPath<'_> {
    /// The path for messages: as it is written.
    pub fn shown(&self) -> &str {
        self.field.str().unwrap_or_default()
    }

    /// True when the path is, or lies under, one of these directories.
    pub fn is_in(&self, directories: &[&str]) -> bool {
        let Some(path) = self.path.as_deref() else { return false };
        directories.iter().any(|directory| is_in(path, directory))
    }
}

/// True when `path` is `directory` or lies under it. Both are clean.
pub fn is_in(path: &str, directory: &str) -> bool {
    match path.strip_prefix(directory) {
        Some(rest) => rest.is_empty() || rest.starts_with('/') || directory == "/",
        None => false,
    }
}

/// A path without doubled, trailing and `.` parts, `..` resolved, and `/var/run` written `/run` (a
/// link on every node). Paths that do not begin with a slash (Windows) are left as they are.
pub fn clean_path(path: &str) -> String {
    if !path.starts_with('/') {
        return path.to_owned();
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    if parts.starts_with(&["var", "run"]) {
        parts.remove(0);
    }
    format!("/{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_cleaned() {
        for (written, clean) in [
            ("/", "/"),
            ("//etc/", "/etc"),
            ("/etc/../root/.", "/root"),
            ("/../..", "/"),
            ("/var/run/docker.sock", "/run/docker.sock"),
            ("/var/runner", "/var/runner"),
            ("C:\\logs", "C:\\logs"),
        ] {
            assert_eq!(clean_path(written), clean);
        }
    }

    #[test]
    fn a_directory_holds_itself_and_what_is_under_it() {
        assert!(is_in("/etc", "/etc") && is_in("/etc/ssh", "/etc") && is_in("/etc", "/"));
        assert!(!is_in("/etcd", "/etc") && !is_in("/", "/etc"));
    }
}
