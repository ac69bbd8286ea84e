//! The binary: arguments in, exit code out. Everything else is in the library.

use std::process::ExitCode;

use base44_connectors_ls::cli::{self, Next};
use base44_connectors_ls::lsp;

fn main() -> ExitCode {
    match cli::run(std::env::args_os()) {
        Next::Exit(code) => code,
        Next::Serve => lsp::serve_stdio(),
    }
}
