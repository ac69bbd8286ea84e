//! What the integration tests share: `mod support;`.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "each test program uses a part of it, and what goes wrong in a helper is to fail the test"
)]

pub(crate) mod api;
#[allow(
    clippy::duplicate_mod,
    reason = "other parts of this folder, which stand alone, have it, too"
)]
pub(crate) mod patience;
