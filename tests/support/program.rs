//! The shipped binary, whoever's machine this is.

use std::env;
use std::process::Command;

/// Starts with an empty environment, but for what finds programs and temporary folders: settings, ignored files and kept lists of
/// services of the user who runs the tests count for nothing.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_base44-connectors-ls"));
    command.env_clear();
    for name in ["PATH", "TMPDIR", "TEMP", "TMP", "SystemRoot"] {
        command.envs(env::var_os(name).map(|value| (name, value)));
    }
    command
}
