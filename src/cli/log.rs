//! Where the log goes: a file that the user names, or standard error.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Mutex;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// The environment variable with the level, as `tracing` has it: `debug`, `base44_connectors_ls::lsp=trace` …
const LEVEL: &str = "BASE44_CONNECTORS_LS_LOG";

/// Starts logging to `file` from level `info`, or to standard error from level `warn`.
///
/// # Errors
///
/// If the file cannot be opened.
pub(super) fn start(file: Option<&Path>) -> io::Result<()> {
    match file {
        Some(path) => {
            let file = File::options().create(true).append(true).open(path)?;
            subscribe(Mutex::new(file), "info");
        }
        None => subscribe(io::stderr, "warn"),
    }
    Ok(())
}

fn subscribe(writer: impl for<'a> MakeWriter<'a> + Send + Sync + 'static, level: &str) {
    let filter = EnvFilter::try_from_env(LEVEL).unwrap_or_else(|_| EnvFilter::new(level));
    // Only the first log of a process is one.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(writer)
        .with_ansi(false)
        .try_init();
}
