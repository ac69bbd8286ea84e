//! What is looked at in a large repository, and what is said of that which cannot be.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::support::patience::PATIENCE;
use crate::support::{command, folder, run, write};

const APP: &str = "//- base44/config.jsonc\n{}\n//- base44/connectors/slack.jsonc\n{ \"type\": \"slack\", \"scopes\": [\"chat:write\"] }\n";

/// Two thousand packages, every hundredth with a Base44 project.
fn monorepo() -> tempfile::TempDir {
    let root = folder("//- .gitignore\n/old\n*.jsonc\n//- old/base44/config.jsonc\n{}\n");
    for number in 0..2000 {
        let package = root.path().join(format!("packages/p{number:04}"));
        write(&package.join("src/index.ts"), "");
        write(&package.join("package.json"), "{}");
        if number % 100 == 0 {
            write(&package.join("base44/config.jsonc"), "{}");
            write(
                &package.join("base44/connectors/slack.jsonc"),
                "{ \"type\": \"slack\", \"scopes\": [\"chat.write\"] }",
            );
        }
    }
    root
}

/// In the search for projects `.gitignore` counts, inside a connectors folder it does not.
#[test]
fn all_projects_are_found_and_what_git_ignores_is_none() {
    let root = monorepo();
    let found = run(root.path(), &["--check", "--format", "json"]).exits(1).json();
    assert_eq!((&found["projects"], &found["files"]), (&20.into(), &20.into()));
    assert_eq!(found["summary"]["error"], 20);
}

/// Whoever opens a pipe that nobody writes to waits for ever.
#[test]
fn nothing_but_connector_folders_is_read() {
    let root = monorepo();
    let pipe = |path: &Path| assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    for number in (0..2000).step_by(50) {
        let package = root.path().join(format!("packages/p{number:04}"));
        for name in ["slack.jsonc", "data.json", "src/gmail.jsonc", "src/index.js"] {
            pipe(&package.join(name));
        }
    }
    pipe(&root.path().join("packages/config.json"));
    let base44 = root.path().join("packages/p0100/base44");
    pipe(&base44.join("entities.jsonc"));
    pipe(&base44.join("connectors/readme.md"));

    let mut child = command(root.path(), &["--check", "--format", "concise"])
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + PATIENCE;
    while child.try_wait().unwrap().is_none() {
        if Instant::now() > deadline {
            child.kill().unwrap();
            panic!("it reads what is not its business");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

#[test]
fn what_only_looks_like_a_connector_is_named() {
    let app = folder(APP);
    let connectors = app.path().join("base44/connectors");
    std::os::unix::fs::symlink("nowhere", connectors.join("gmail.jsonc")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(connectors.join("github.jsonc")).unwrap();
    fs::create_dir(connectors.join("notion.jsonc")).unwrap();
    let found = run(app.path(), &["--check"]).exits(0);
    assert_eq!(found.stdout, "Checked 1 file in 1 project: no problems.\n");
    let expected = "\
note: base44/connectors/github.jsonc is no regular file, so the CLI does not read it
note: base44/connectors/gmail.jsonc is a link that leads nowhere, so the CLI does not read it
note: base44/connectors/notion.jsonc is a folder, so the CLI does not read it
";
    assert_eq!(found.stderr, expected);
    let one = run(app.path(), &["--check", "base44/connectors/slack.jsonc"]).exits(0);
    assert_eq!(one.stderr, "", "nobody asked about the others");
}

#[test]
fn links_in_circles_end() {
    let app = folder(APP);
    std::os::unix::fs::symlink("..", app.path().join("base44/connectors/up")).unwrap();
    std::os::unix::fs::symlink(".", app.path().join("again")).unwrap();
    let found = run(app.path(), &["--check"]).exits(0);
    assert_eq!(found.stdout, "Checked 1 file in 1 project: no problems.\n");
}

#[test]
fn folders_that_cannot_be_looked_into_are_named() {
    use crate::unprivileged::{self, mode};
    let app = folder(APP);
    let (data, connectors) = (app.path().join("data"), app.path().join("base44/connectors"));
    fs::create_dir(&data).unwrap();
    mode(&data, 0o000);
    // A database's folder in the repository is no reason to fail.
    let found = unprivileged::run(app.path(), &["--check"]).exits(0);
    assert_eq!(
        found.stderr,
        "note: data cannot be read: Permission denied (os error 13)\n"
    );
    mode(&connectors, 0o000);
    let found = unprivileged::run(app.path(), &["--check"]).exits(2);
    let expected = "error: base44/connectors cannot be read: Permission denied (os error 13)";
    assert!(found.stderr.contains(expected), "{}", found.stderr);
    mode(&connectors, 0o755);
    mode(&connectors.join("slack.jsonc"), 0o000);
    let found = unprivileged::run(app.path(), &["--check"]).exits(2);
    let expected = "error: base44/connectors/slack.jsonc cannot be read: Permission denied (os error 13)";
    assert!(found.stderr.contains(expected), "{}", found.stderr);
    mode(&data, 0o755);
}
