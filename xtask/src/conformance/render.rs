//! Runs of `kubesift render`, two at a time, and what they said.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::Failure;

/// What a run of a renderer gave.
#[derive(Debug, Clone)]
pub(super) struct Rendered {
    /// Standard output.
    pub text: Vec<u8>,
    /// Standard error.
    pub said: String,
    /// The exit code; none when a signal ended it.
    pub code: Option<i32>,
}

impl Rendered {
    fn new(output: Output) -> Self {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        Self { text: output.stdout, said, code: output.status.code() }
    }

    /// True when it printed a whole build.
    pub fn is_ok(&self) -> bool {
        self.code == Some(0)
    }

    /// True when it stopped in a way that no input must lead to.
    pub fn is_crash(&self) -> bool {
        self.code.is_none_or(|code| code == 101) || self.said.contains("panicked at")
    }

    /// The classes of the troubles that it said: the words in brackets at the ends of lines.
    pub fn classes(&self) -> Vec<&str> {
        let class = |line: &'_ str| {
            let at = line.rfind(" [")? + 2;
            let word = line.get(at..)?.strip_suffix(']')?;
            word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-').then_some(at)
        };
        let lines = self.said.lines();
        lines.filter_map(|line| class(line).and_then(|at| line.get(at..line.len() - 1))).collect()
    }

    /// True when an error names a place: `error: path:line:column: ...`, or a folder.
    pub fn has_place(&self) -> bool {
        self.said.lines().filter_map(|line| line.strip_prefix("error: ")).any(|line| {
            let (place, message) = line.split_once(": ").unwrap_or((line, ""));
            !place.is_empty() && !place.contains(' ') && !message.is_empty()
        })
    }

    /// The first line that it said.
    pub fn first_line(&self) -> &str {
        self.said.lines().next().unwrap_or_default()
    }
}

/// Builds a folder with the program, as kustomize would when flags say nothing else.
pub(super) fn ours(program: &Path, folder: &Path, flags: &[&str]) -> Result<Rendered, Failure> {
    let mut command = Command::new(program);
    command.arg("render").args(flags).arg(".").current_dir(folder);
    Ok(Rendered::new(command.stdin(Stdio::null()).output()?))
}

/// Builds a folder with kubectl.
pub(super) fn kubectl(program: &Path, folder: &Path) -> Result<Rendered, Failure> {
    let mut command = Command::new(program);
    command.arg("kustomize").arg(".").current_dir(folder);
    Ok(Rendered::new(command.stdin(Stdio::null()).output()?))
}

/// The folders below one that hold a kustomization, sorted; hidden ones are looked at, `.git` is not.
pub(super) fn kustomizations(root: &Path) -> Result<Vec<PathBuf>, Failure> {
    const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries: Vec<_> = std::fs::read_dir(&folder)?.collect::<Result<_, _>>()?;
        if NAMES.iter().any(|name| entries.iter().any(|entry| entry.file_name() == *name)) {
            found.push(folder);
        }
        let below =
            entries.iter().filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
        folders.extend(below.filter(|entry| entry.file_name() != ".git").map(|entry| entry.path()));
    }
    found.sort();
    Ok(found)
}

/// Does `work` for all items, two at a time; the results are in the order of the items.
pub(super) fn each<T: Sync, R: Send>(
    items: &[T],
    work: impl Fn(&T) -> Result<R, Failure> + Sync,
) -> Result<Vec<R>, Failure> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(items.len()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some((at, item)) = {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    items.get(at).map(|item| (at, item))
                } {
                    let result = work(item).map_err(|error| error.to_string());
                    if let Ok(mut done) = done.lock() {
                        done.push((at, result));
                    }
                }
            });
        }
    });
    let mut done = done.into_inner().map_err(|_| "a run stopped unexpectedly")?;
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result.map_err(Failure::from)).collect()
}

/// The first line in which two texts differ, for people.
pub(super) fn first_difference(theirs: &[u8], ours: &[u8]) -> String {
    let lines = |text: &[u8]| String::from_utf8_lossy(text).lines().map(str::to_owned).collect();
    let (theirs, ours): (Vec<String>, Vec<String>) = (lines(theirs), lines(ours));
    let at = theirs.iter().zip(&ours).take_while(|(a, b)| a == b).count();
    let show = |lines: &[String]| match lines.get(at) {
        Some(line) => format!("`{}`", line.trim().chars().take(60).collect::<String>()),
        None => "the end".to_owned(),
    };
    format!("line {}: {} is wanted, {} came", at + 1, show(&theirs), show(&ours))
}
