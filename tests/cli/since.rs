//! `--check --since`: permissions against a git revision, in real repositories.

mod formats;
mod projects;
mod repository;
#[cfg(unix)]
mod trust;

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{self, Run, folder};

/// A project with one connector.
const APP: &str = r#"
//- base44/config.jsonc
{ "name": "App" }
//- base44/connectors/slack.jsonc
{ "type": "slack", "scopes": ["chat:write"] }
"#;

const GMAIL: &str = r#"{ "type": "gmail", "scopes": ["https://www.googleapis.com/auth/gmail.readonly"] }"#;

/// Git in `folder`, with nothing of this machine's or this user's configuration, and always at the same time.
fn git(folder: &Path, args: &[&str]) -> String {
    let mut command = Command::new("git");
    hermetic(&mut command).current_dir(folder).args(args);
    let output = command.output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "git {args:?}: {told}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn hermetic(command: &mut Command) -> &mut Command {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("GIT_") {
            command.env_remove(name);
        }
    }
    let people = [("GIT_AUTHOR", "a"), ("GIT_COMMITTER", "c")];
    for (who, name) in people {
        command.env(format!("{who}_NAME"), name);
        command.env(format!("{who}_EMAIL"), "nobody@localhost");
        command.env(format!("{who}_DATE"), "2026-01-01T00:00:00Z");
    }
    command
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
}

/// A repository with these files as its first commit, on the branch `main`.
pub(crate) fn repository(fixture: &str) -> TempDir {
    let app = folder(fixture);
    git(app.path(), &["init", "-q", "-b", "main"]);
    commit(app.path());
    app
}

/// Commits everything as it is.
fn commit(folder: &Path) -> String {
    git(folder, &["add", "-A", "-f"]);
    git(folder, &["commit", "-q", "--allow-empty", "-m", "x"]);
    git(folder, &["rev-parse", "HEAD"])
}

/// `--check --since REVISION` and more arguments.
#[track_caller]
fn since(folder: &Path, revision: &str, args: &[&str]) -> Run {
    let mut command = support::command(folder, &["--check", "--since", revision]);
    hermetic(&mut command).args(args);
    support::output_of(&mut command)
}

/// A line for each change: `+gmail +restricted gmail.readonly`, the parts of URLs left out that are always the same.
#[track_caller]
fn changes(folder: &Path, revision: &str, args: &[&str]) -> Vec<String> {
    let args = [&["--format", "json", "--only", "unused-suppression"], args].concat();
    let found = since(folder, revision, &args).json();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let sign = |change: &Value| match change.as_str().unwrap() {
        "added" => '+',
        "removed" => '-',
        _ => '~',
    };
    let line = |it: &Value| {
        let project = match it["project"].as_str().unwrap() {
            "." => String::new(),
            project => format!("{project}: "),
        };
        let mut line = format!("{project}{}{}", sign(&it["change"]), text(&it["type"]));
        for scope in it["scopes"].as_array().unwrap() {
            let name = text(&scope["scope"]).replace("https://www.googleapis.com/auth/", "");
            line.push_str(&format!(" {}{} {name}", sign(&scope["change"]), text(&scope["risk"])));
        }
        line
    };
    found["permissions"].as_array().unwrap().iter().map(line).collect()
}

/// Why a comparison cannot be made.
#[track_caller]
fn refusal(folder: &Path, revision: &str) -> String {
    let run = since(folder, revision, &[]).exits(2);
    assert_eq!(run.stdout, "", "{run:#?}");
    run.stderr
}
