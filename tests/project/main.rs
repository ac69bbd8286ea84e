//! The project layer over real folders: where projects are, what is read of them, and how a workspace keeps up with
//! editor and disk.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "what goes wrong in a helper is to fail the test, too"
)]

mod backend;
#[cfg(unix)]
mod cases;
#[cfg(unix)]
#[path = "../cli_cases/mod.rs"]
mod cli_cases;
mod discovery;
mod load;
mod model;
mod tree;
mod workspace;
