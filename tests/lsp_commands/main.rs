//! The commands from an editor: the shipped binary as the server, the real `base44` CLI, and Base44's API on this machine.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

#[path = "../support/client.rs"]
mod client;
mod desk;
#[path = "../support/editor.rs"]
mod editor;
#[path = "../support/mod.rs"]
mod support;

mod add;
mod authorize;
mod browse;
mod findings;
mod offers;
mod overview;
mod plan;
mod progress;
mod pull;
mod push;
mod refresh;
mod refusals;
mod safety;
