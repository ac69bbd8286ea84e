//! Language server and checker for Base44 connector files.

pub mod analysis;
pub mod base44;
pub mod cli;
pub mod connector;
pub mod lsp;
pub mod project;
pub mod registry;
pub mod syntax;
