//! The program as it is shipped. On Linux with glibc that is one static file: it needs no library of
//! the machine it runs on, and does not spend the fifth of a small build in which those are loaded.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::{Failure, root};

/// Whether a program for this machine takes in a libc that it would else load when it starts. Tasks
/// are built for what the program is built for, so what holds for them holds for it.
const TAKES_IN_GLIBC: bool = cfg!(all(target_os = "linux", target_env = "gnu"));

/// For the last step alone: what the program is made of is that of any release build, so neither is
/// built twice, and macros, which the compiler loads, stay dynamic.
///
/// The standard library asks `getpwuid_r` for the home of a user who has no `HOME`. A static glibc
/// looks that up with modules that it loads from the machine it runs on (NSS), and is killed where
/// those are of another glibc. So nobody is asked: any number but 0 says that there is no answer.
///
/// The list of addresses that a start has to set is written as bits, a twentieth of its length.
const STATIC: &[&str] = &[
    "-Ctarget-feature=+crt-static",
    "-Clink-arg=-Wl,--wrap=getpwuid_r",
    "-Clink-arg=-Wl,--defsym=__wrap_getpwuid_r=getpagesize",
    "-Clink-arg=-Wl,--undefined=getpagesize",
    "-Clink-arg=-Wl,-z,pack-relative-relocs",
];

/// In the names of the modules of NSS, and so in every program that would load one.
const NSS: &[u8] = b"libnss_";

/// What linkers say when a library is not there, before its name.
const NOT_FOUND: [&str; 2] = ["cannot find -l", "unable to find library -l"];

const INSTALL: &str = "a library to link with is not there in its static form (libc.a). Debian, \
                       Ubuntu: install libc6-dev; Fedora: glibc-static; openSUSE: \
                       glibc-devel-static. `cargo build --release` builds without";

/// Builds the program and prints where it lies.
pub fn run() -> Result<(), Failure> {
    println!("{}", build()?.display());
    Ok(())
}

/// Builds the program and gives its path: `dist/` in the folder that cargo builds in, where no other
/// build takes its place. A copy also starts faster than the file that the linker wrote, as it lies in
/// larger pieces in the page cache: 2.1 in place of 2.9 ms for a small build, on ext4.
pub fn build() -> Result<PathBuf, Failure> {
    let built = link()?;
    let (Some(name), Some(target)) = (built.file_name(), built.ancestors().nth(2)) else {
        return Err(format!("cargo puts the program into {}", built.display()).into());
    };
    if TAKES_IN_GLIBC {
        refuse_nss(&built)?;
        refuse_what_does_not_start(&built)?;
    }
    let folder = target.join("dist");
    let shipped = folder.join(name);
    fs::create_dir_all(&folder)?;
    // One that runs cannot be written to, but another can take its name.
    let beside = shipped.with_extension("new");
    fs::copy(&built, &beside)?;
    fs::rename(&beside, &shipped)?;
    Ok(shipped)
}

/// Lets cargo build, repeats what the compiler says, and gives the file that came of it.
fn link() -> Result<PathBuf, Failure> {
    let mut command = Command::new("cargo");
    command.args([
        "rustc",
        "--release",
        "--locked",
        "--bin",
        "kubesift",
        "--message-format",
        "json",
    ]);
    if TAKES_IN_GLIBC {
        command.arg("--").args(STATIC);
    }
    let mut cargo = command.current_dir(root()).stdout(Stdio::piped()).spawn()?;
    let (mut program, mut not_found) = (None, false);
    for line in cargo.stdout.take().into_iter().flat_map(|out| BufReader::new(out).lines()) {
        let message: Value = serde_json::from_str(&line?)?;
        if let Some(said) = message.pointer("/message/rendered").and_then(Value::as_str) {
            eprint!("{said}");
            not_found |= lacks_a_library(said);
        }
        if let Some(path) = message.get("executable").and_then(Value::as_str) {
            program = Some(PathBuf::from(path));
        }
    }
    let built = cargo.wait()?.success();
    match program {
        Some(program) if built => Ok(program),
        _ if not_found && TAKES_IN_GLIBC => Err(INSTALL.into()),
        _ => Err("the program does not build".into()),
    }
}

/// Whether a linker says that a library is not there.
fn lacks_a_library(said: &str) -> bool {
    NOT_FOUND.iter().any(|words| said.contains(words))
}

/// A static program that would load modules of NSS is not shipped: see `STATIC`.
fn refuse_nss(program: &Path) -> Result<(), Failure> {
    if loads_nss(&fs::read(program)?) {
        let why = "it looks up a user, a group or a host by glibc, which loads modules for that";
        return Err(format!("{} must not be shipped: {why}", program.display()).into());
    }
    Ok(())
}

/// The start code of a glibc before 2.36 does not know addresses that are written as bits.
fn refuse_what_does_not_start(program: &Path) -> Result<(), Failure> {
    let run = Command::new(program).arg("--version").stdout(Stdio::null()).status()?;
    if run.success() {
        return Ok(());
    }
    let why =
        "is the glibc to link with older than 2.36? `cargo build --release` builds without it";
    Err(format!("{} does not start ({run}): {why}", program.display()).into())
}

fn loads_nss(program: &[u8]) -> bool {
    program.windows(NSS.len()).any(|bytes| bytes == NSS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linkers_that_lack_a_library() {
        assert!(lacks_a_library("/usr/bin/ld: cannot find -lc: No such file or directory"));
        assert!(lacks_a_library("rust-lld: error: unable to find library -lgcc_eh"));
        assert!(!lacks_a_library("rust-lld: error: undefined symbol: getpagesize"));
    }

    #[test]
    fn programs_that_load_nss() {
        assert!(loads_nss(b"\0libnss_%s.so%s\0"));
        assert!(!loads_nss(b"\0libnsl.so\0"));
    }
}
