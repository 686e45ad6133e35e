//! Integration tests of builds: folders in, text and places out.

#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

mod given;
mod memory;
mod mutation;
mod order;
