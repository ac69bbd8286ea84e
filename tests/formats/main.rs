//! What others make of our reports: every format is read by a consumer of that format, or checked against its schema, and must come
//! back as what `--format json` says.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "what goes wrong in a helper is to fail the test, too"
)]

#[expect(dead_code, reason = "shared with tests/cli, which needs more of it")]
#[path = "../cli/support.rs"]
mod support;
#[path = "../cli/examples.rs"]
mod examples;
mod consumers;
mod hostile;
mod json;
mod markdown;
mod sarif;
