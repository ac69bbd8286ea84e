//! The binary: arguments in, exit code out. Everything else is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    base44_connectors_ls::lsp::serve_stdio()
}
