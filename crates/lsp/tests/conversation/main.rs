//! Conversations with the server, in process: what a client says, and what it must hear.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on may end")]

mod actions;
mod bad_input;
mod baseline;
mod client;
mod findings;
mod folders;
mod navigation;
mod pull;
mod settings;
mod sync;
