//! Turns the catalogue in `registry/` into Rust tables inside the binary, so that the program reads no file and parses
//! no JSON when it starts. `src/registry/embedded.rs` includes the result.

#[path = "build/data.rs"]
mod data;
#[path = "build/emit.rs"]
mod emit;
#[path = "build/pack.rs"]
mod pack;

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
    let write = || {
        let out_dir = env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?;
        fs::write(Path::new(&out_dir).join("registry.rs"), emit::tables(&registry)?).map_err(|error| error.to_string())
    };
    write().map_err(|error| vec![format!("cannot write the tables of the catalogue: {error}")])
}
