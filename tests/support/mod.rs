//! What the integration tests share: `mod support;`.
#![allow(dead_code, reason = "each test program uses a part of it")]

pub(crate) mod api;
