//! The recipe for `package.json`, run by `lint-staged` and npm.

use std::process::Output;

use serde_json::Value;

use crate::support::{BROKEN, FIXABLE, Repository, SOUND, documented, printed, tools};

fn repository(connector: &str) -> Repository {
    let repository = Repository::new(connector);
    let recipe: Value = serde_json::from_str(&documented("lint_staged.rs")).unwrap();
    repository.write("package.json", &recipe.to_string());
    repository.commit();
    repository
}

fn staged(repository: &Repository) -> Output {
    repository.git(&["add", "--all"]);
    repository
        .command(tools().join("node_modules/.bin/lint-staged"))
        .output()
        .unwrap()
}

#[test]
fn a_staged_file_is_checked_in_its_project() {
    let repository = repository(SOUND);
    repository.write("base44/connectors/team.jsonc", BROKEN);
    let output = staged(&repository);
    assert!(!output.status.success(), "{}", printed(&output));
    let printed = printed(&output);
    assert!(
        printed.contains("error[unknown-scope]") && printed.contains("error[duplicate-type]"),
        "{printed}"
    );
}

#[test]
fn safe_fixes_become_part_of_the_commit() {
    let repository = repository(SOUND);
    repository.write(
        "base44/connectors/slack.jsonc",
        &FIXABLE.replace("chat:write", "channels:read"),
    );
    let output = staged(&repository);
    assert!(output.status.success(), "{}", printed(&output));
    let in_index = repository.git(&["show", ":base44/connectors/slack.jsonc"]);
    assert_eq!(
        String::from_utf8(in_index.stdout).unwrap(),
        SOUND.replace("chat:write", "channels:read")
    );
}

#[test]
fn other_files_of_the_project_are_no_reason_to_fail() {
    let repository = repository(BROKEN);
    repository.write("base44/entities/task.jsonc", "{ \"name\": \"Task\" }\n");
    let output = staged(&repository);
    assert!(output.status.success(), "{}", printed(&output));
}

#[test]
fn the_script_checks_the_whole_project() {
    let output = repository(BROKEN)
        .command("npm")
        .args(["run", "check:connectors"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", printed(&output));
    assert!(
        printed(&output).contains("error[unknown-scope]"),
        "{}",
        printed(&output)
    );
}
