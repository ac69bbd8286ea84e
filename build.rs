//! Turns the catalogue in `registry/` into `static` Rust tables, so that the program reads no file and parses
//! no JSON when it starts. `src/registry/embedded.rs` includes the result.

#[path = "build/data.rs"]
mod data;
#[path = "build/emit.rs"]
mod emit;

use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=registry/services");
    println!("cargo::rerun-if-changed=registry/providers");
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=build.rs");
    match generate() {
        Ok(()) => ExitCode::SUCCESS,
        Err(errors) => {
            for error in errors {
                println!("cargo::error={error}");
            }
            ExitCode::FAILURE
        }
    }
}

fn generate() -> Result<(), Vec<String>> {
    let registry = data::Registry::read(Path::new("registry"))?;
    let out_dir = env::var_os("OUT_DIR").ok_or_else(|| vec!["OUT_DIR is not set".to_owned()])?;
    fs::write(
        Path::new(&out_dir).join("registry.rs"),
        emit::tables(&registry),
    )
    .map_err(|error| vec![format!("cannot write the generated tables: {error}")])
}
