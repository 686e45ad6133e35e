//! Prints the tree of a text given as the only argument, or of a file given after `-f`.

#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::use_debug)]

use std::sync::Arc;

use kubesift_source::{FileId, SourceFile};
use kubesift_yaml::{parse, probe};

fn main() {
    let mut args = std::env::args().skip(1);
    let text = match args.next().unwrap().as_str() {
        "-f" => std::fs::read_to_string(args.next().unwrap()).unwrap(),
        text => text.replace("\\n", "\n").replace("\\t", "\t").replace("\\r", "\r"),
    };
    let tree = parse(Arc::new(SourceFile::new(FileId(0), "argument.yaml", text.as_str())));
    print!("{}", probe::dump(&tree));
    for error in tree.errors() {
        println!(
            "{:?}: {} | {}",
            tree.file().slice(error.span),
            error.message,
            error.help.as_deref().unwrap_or("")
        );
    }
}
