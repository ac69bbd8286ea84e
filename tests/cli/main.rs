//! The command line, end to end: the shipped binary in folders of its own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "what goes wrong in a helper is to fail the test, too"
)]

mod support;
mod switches;
mod backend;
mod check;
mod fix;
mod input;
mod since;
mod docs;
#[cfg(unix)]
mod monorepo;
#[cfg(unix)]
mod unprivileged;
mod examples;
mod watch;
#[cfg(windows)]
mod windows;
