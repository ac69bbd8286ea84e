//! (being built)

pub mod capabilities;
pub mod convert;
pub mod settings;
