//! A linked project on the disk, the API that its app is on, and the binary run in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use pretty_assertions::assert_eq;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::api::{Api, real_cli};

/// A project, as `npm install base44` and `base44 link` leave it.
///
/// Its `.env` is a trap: every test would fail that reached the app or the address that it names.
pub(crate) struct Project {
    folder: TempDir,
    pub(crate) api: Api,
}

/// What a run of the binary has left behind.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    code: i32,
}

impl Project {
    /// A project with these files in its connectors directory.
    pub(crate) fn new(connectors: &[(&str, &str)]) -> Self {
        let project = Self {
            folder: tempfile::tempdir().unwrap(),
            api: Api::start(),
        };
        project.write("base44/config.jsonc", "{}");
        project.write("base44/.app.jsonc", r#"{"id": "shop"}"#);
        project.write(".env", "BASE44_API_URL=http://127.0.0.1:1\nBASE44_APP_ID=trap\n");
        let bin = project.path("node_modules/.bin");
        fs::create_dir_all(&bin).unwrap();
        std::os::unix::fs::symlink(real_cli(), bin.join("base44")).unwrap();
        fs::create_dir(project.path("base44/connectors")).unwrap();
        for (name, text) in connectors {
            project.write(&format!("base44/connectors/{name}"), text);
        }
        project
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// The files of the connectors directory, with what is in them.
    pub(crate) fn connectors(&self) -> Vec<(String, String)> {
        contents(&self.path("base44/connectors"))
    }

    /// The folder of the only backup.
    pub(crate) fn backup(&self) -> PathBuf {
        let backups = self.backups();
        let [backup] = backups.as_slice() else {
            panic!("one backup: {backups:?}")
        };
        backup.clone()
    }

    pub(crate) fn backups(&self) -> Vec<PathBuf> {
        let folder = self.state().join("base44-connectors-ls/backups");
        fs::read_dir(folder)
            .map(|it| it.map(|it| it.unwrap().path()).collect())
            .unwrap_or_default()
    }

    /// The list of services that was kept.
    pub(crate) fn cache(&self) -> PathBuf {
        self.api.home().join("cache/base44-connectors-ls/services.json")
    }

    fn state(&self) -> PathBuf {
        self.api.home().join("state")
    }

    /// A command that runs the binary in the project, logged in, with folders of its own for what it keeps.
    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_base44-connectors-ls"));
        command
            .args(line.split_whitespace())
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .env_clear()
            .envs(self.api.env())
            .env("XDG_CACHE_HOME", self.api.home().join("cache"))
            .env("XDG_STATE_HOME", self.state());
        command
    }

    /// Runs the binary with these arguments.
    pub(crate) fn run(&self, line: &str) -> Run {
        Run::of(&mut self.command(line))
    }
}

impl Run {
    pub(crate) fn of(command: &mut Command) -> Self {
        let output = command.output().unwrap();
        Self {
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code().expect("ended by a signal"),
        }
    }

    /// Asserts the exit code; returns the run.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:#?}");
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error} in {self:#?}"))
    }

    /// Asserts that standard error says so.
    #[track_caller]
    pub(crate) fn says(self, words: &str) -> Self {
        assert!(self.stderr.contains(words), "`{words}` in {self:#?}");
        self
    }
}

/// The files in a folder, by name, with what is in them.
pub(crate) fn contents(folder: &Path) -> Vec<(String, String)> {
    let mut res: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|it| it.unwrap())
        .map(|it| {
            (
                it.file_name().into_string().unwrap(),
                fs::read_to_string(it.path()).unwrap(),
            )
        })
        .collect();
    res.sort();
    res
}

/// Asserts that a file of `tests/data/remote/` holds `text`. `UPDATE_GOLDEN=1` writes it anew.
#[track_caller]
pub(crate) fn is_golden(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/remote")
        .join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, text).unwrap();
    }
    assert_eq!(
        text,
        fs::read_to_string(&path).unwrap(),
        "run with UPDATE_GOLDEN=1 and look at it"
    );
}

pub(crate) fn owned(files: &[(&str, &str)]) -> Vec<(String, String)> {
    files
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect()
}

pub(crate) const SLACK: (&str, &str) = ("slack.jsonc", r#"{"type": "slack", "scopes": ["chat:write"]}"#);
pub(crate) const NO_CHANGES: [&str; 0] = [];
