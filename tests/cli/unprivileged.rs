//! Runs the binary as somebody whom permissions stop, which they do not if the tests run as root.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use crate::support::{Run, command};

/// The user and group `nobody`, by a number that nobody else has.
const NOBODY: u32 = 65534;

/// Runs the binary in `folder`, a temporary one, and if need be as nobody.
#[track_caller]
pub(crate) fn run(folder: &Path, args: &[&str]) -> Run {
    let output = match is_root() {
        false => command(folder, args).output().unwrap(),
        true => {
            mode(folder, 0o755);
            let elsewhere = tempfile::tempdir().unwrap();
            mode(elsewhere.path(), 0o755);
            // The folder that it was built in may be closed to others. Not `fs::copy`: a file that this process has open for
            // writing, or a child that another test is just starting, cannot be run.
            let binary = elsewhere.path().join("base44-connectors-ls");
            let copied = Command::new("cp")
                .arg(env!("CARGO_BIN_EXE_base44-connectors-ls"))
                .arg(&binary)
                .status();
            assert!(copied.unwrap().success());
            Command::new(binary)
                .args(args)
                .current_dir(folder)
                .env_clear()
                .uid(NOBODY)
                .gid(NOBODY)
                .output()
                .unwrap()
        }
    };
    Run {
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
        code: output.status.code().expect("ended by a signal"),
    }
}

/// Whether the tests run as root.
pub(crate) fn is_root() -> bool {
    tempfile::tempfile().unwrap().metadata().unwrap().uid() == 0
}

/// Sets the permissions of a file or folder.
pub(crate) fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}
