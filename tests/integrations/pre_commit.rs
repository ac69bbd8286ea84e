//! The hooks, run by `pre-commit` when somebody commits.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::{BROKEN, FIXABLE, ROOT, Repository, SOUND, documented, printed, tools};

fn pre_commit() -> std::path::PathBuf {
    tools().join("python/bin/pre-commit")
}

#[test]
fn the_hooks_are_valid() {
    let output = Command::new(pre_commit())
        .arg("validate-manifest")
        .arg(Path::new(ROOT).join(".pre-commit-hooks.yaml"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", printed(&output));
}

/// A repository with the documented configuration, and the hooks from a repository that holds nothing else of ours.
fn installed(connector: &str) -> Repository {
    let repository = Repository::new(connector);
    let hooks = repository.beside("hooks");
    fs::copy(
        Path::new(ROOT).join(".pre-commit-hooks.yaml"),
        hooks.join(".pre-commit-hooks.yaml"),
    )
    .unwrap();
    let hooks = hooks.to_str().unwrap();
    for args in [
        &["init", "--quiet"][..],
        &["add", "--all"],
        &["commit", "--quiet", "--message", "x"],
        &["tag", "v0.1.0"],
    ] {
        let output = repository.git(&[&["-C", hooks], args].concat());
        assert!(output.status.success(), "{}", printed(&output));
    }
    let documented = documented("pre_commit.rs");
    let ours = documented
        .lines()
        .find_map(|line| line.trim().strip_prefix("- repo: "))
        .unwrap();
    repository.write(".pre-commit-config.yaml", &documented.replace(ours, hooks));
    repository.commit();
    let output = repository.command(pre_commit()).arg("install").output().unwrap();
    assert!(output.status.success(), "{}", printed(&output));
    repository
}

/// What a user does.
fn commit(repository: &Repository) -> Output {
    repository.git(&["add", "--all"]);
    repository.git(&["commit", "--message", "x"])
}

#[test]
fn a_broken_project_cannot_be_committed() {
    let repository = installed(SOUND);
    repository.write("base44/connectors/team.jsonc", BROKEN);
    let output = commit(&repository);
    assert!(!output.status.success(), "{}", printed(&output));
    // The file of the commit has the type of one that is not part of it.
    let printed = printed(&output);
    assert!(
        printed.contains("error[unknown-scope]") && printed.contains("error[duplicate-type]"),
        "{printed}"
    );

    fs::remove_file(repository.path().join("base44/connectors/team.jsonc")).unwrap();
    repository.write(
        "base44/connectors/slack.jsonc",
        &SOUND.replace("chat:write", "channels:read"),
    );
    let output = commit(&repository);
    assert!(output.status.success(), "{}", crate::support::printed(&output));
}

#[test]
fn safe_fixes_are_applied_and_stop_the_commit_once() {
    let repository = installed(SOUND);
    repository.write(
        "base44/connectors/slack.jsonc",
        FIXABLE.replace("chat:write", "channels:read").as_str(),
    );
    let output = commit(&repository);
    assert!(!output.status.success(), "{}", printed(&output));
    assert!(
        printed(&output).contains("files were modified by this hook"),
        "{}",
        printed(&output)
    );
    assert_eq!(
        repository.read("base44/connectors/slack.jsonc"),
        SOUND.replace("chat:write", "channels:read")
    );
    let output = commit(&repository);
    assert!(output.status.success(), "{}", printed(&output));
}

#[test]
fn commits_of_other_files_are_not_held_up() {
    let repository = installed(BROKEN);
    repository.write("README.md", "# App\n");
    let output = commit(&repository);
    assert!(output.status.success(), "{}", printed(&output));
    assert!(printed(&output).contains("Skipped"), "{}", printed(&output));
}
