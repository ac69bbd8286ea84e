//! (being built)

pub mod document;
pub mod position;
