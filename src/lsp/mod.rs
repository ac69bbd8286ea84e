//! The language server: the only place that knows the protocol.

pub mod capabilities;
pub mod convert;
mod file_operations;
mod framing;
mod lenses;
pub mod intake;
mod lifecycle;
mod message;
mod commands;
mod command_actions;
mod browse;
mod navigation;
mod overview;
mod publisher;
mod push_failures;
mod remotes;
mod requests;
mod scanner;
mod server;
mod session;
mod source_actions;
mod structure;
mod to_proto;
pub mod settings;
mod tolerance;
pub mod transport;
mod watchers;

use std::fs::File;
use std::io;
use std::process::ExitCode;

use tower_lsp::LspService;

/// Serves LSP on standard input and output until the client is done. End the process with the code it returns: a
/// thread may still be blocked on standard input.
#[must_use]
pub fn serve_stdio() -> ExitCode {
    let served = standard_streams().and_then(|(input, output)| {
        transport::serve(input, output, |outbox, intake| {
            LspService::build(|client| server::Server::new(client, outbox, intake))
                .custom_method("window/workDoneProgress/cancel", server::Server::cancel_progress)
                .finish()
        })
    });
    match served {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            tracing::error!(%error, "cannot serve");
            ExitCode::FAILURE
        }
    }
}

/// Standard input and output as plain files: `std::io::stdout` would cut every message in two at its header's last
/// line end.
#[cfg(unix)]
fn standard_streams() -> io::Result<(File, File)> {
    use std::os::fd::AsFd as _;
    let input = io::stdin().as_fd().try_clone_to_owned()?;
    let output = io::stdout().as_fd().try_clone_to_owned()?;
    Ok((input.into(), output.into()))
}

/// See above.
#[cfg(windows)]
fn standard_streams() -> io::Result<(File, File)> {
    use std::os::windows::io::AsHandle as _;
    let input = io::stdin().as_handle().try_clone_to_owned()?;
    let output = io::stdout().as_handle().try_clone_to_owned()?;
    Ok((input.into(), output.into()))
}
