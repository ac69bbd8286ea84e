//! `--plan`, `--push`, `--pull` and `--refresh`, end to end: the shipped binary, the real `base44` CLI, and an API on this machine.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "what goes wrong in a helper is to fail the test, too"
)]

#[path = "../support/mod.rs"]
mod support;

mod at_a_terminal;
mod authorize;
mod plan;
mod project;
mod pull;
mod push;
mod refresh;
