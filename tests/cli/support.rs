//! Runs the shipped binary in a folder of its own.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

#[path = "../support/patience.rs"]
pub(crate) mod patience;
#[path = "../support/program.rs"]
mod program;

use program::program;

/// All that `--format` takes.
pub(crate) const FORMATS: [&str; 12] = [
    "human",
    "concise",
    "json",
    "json-lines",
    "github",
    "gitlab",
    "sarif",
    "junit",
    "checkstyle",
    "rdjson",
    "azure",
    "markdown",
];

/// What a run of the binary has left behind.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: i32,
}

impl Run {
    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error} in {self:#?}"))
    }

    /// The rules of the findings of a `--format json` report.
    #[track_caller]
    pub(crate) fn codes(&self) -> Vec<String> {
        let json = self.json();
        let diagnostics = json["diagnostics"].as_array().unwrap();
        diagnostics
            .iter()
            .map(|it| it["code"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Asserts the exit code; returns the run.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:#?}");
        self
    }
}

/// A command that runs the binary in `folder`, untouched by the environment of the tests.
pub(crate) fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = program();
    command.args(args).current_dir(folder).stdin(Stdio::null());
    command
}

/// Runs the binary in `folder`.
#[track_caller]
pub(crate) fn run(folder: &Path, args: &[&str]) -> Run {
    output_of(&mut command(folder, args))
}

/// Runs a command to its end.
#[track_caller]
pub(crate) fn output_of(command: &mut Command) -> Run {
    let output = command.output().unwrap();
    Run {
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
        code: output.status.code().expect("ended by a signal"),
    }
}

/// Writes files into a new folder: each line `//- path` starts one.
pub(crate) fn folder(fixture: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    let mut files: Vec<(&str, String)> = Vec::new();
    for line in fixture.split_inclusive('\n') {
        match line.trim_start().strip_prefix("//- ") {
            Some(path) => files.push((path.trim(), String::new())),
            None => {
                if let Some((_, text)) = files.last_mut() {
                    text.push_str(line);
                }
            }
        }
    }
    for (path, text) in files {
        write(&folder.path().join(path), &text);
    }
    folder
}

/// Writes a file and the folders above it.
pub(crate) fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}
