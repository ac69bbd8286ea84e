//! The project layer over real folders: where projects are, what is read of them, and how a workspace keeps up with
//! editor and disk.

mod cases;
#[path = "../cli_cases/mod.rs"]
mod cli_cases;
mod discovery;
mod load;
mod model;
mod tree;
mod workspace;
