//! The integrations, run by what runs them for users, with the parts that the documentation says to copy.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "what goes wrong in a helper is to fail the test, too"
)]

mod github;
mod gitlab;
mod lint_staged;
mod pre_commit;
mod releases;
mod support;
