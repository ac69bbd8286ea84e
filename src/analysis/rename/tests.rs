//! What a new type changes, and when there is none.

use pretty_assertions::assert_eq;

use super::{rename, renamed_file};
use crate::analysis::testing::TestProject;
use crate::analysis::{Change, Fix};

const BEFORE: &str = "\
//- base44/connectors/slack.jsonc
{ /* ours */ 'type': 'slack', \"scopes\": [] }
//- base44/functions/a/entry.ts
const A = 'slack'; connectors.getConnection(A);\r
connectors.getConnection(`slack`);\r
//- base44/shared/b.js
connectors.getConnection(\"slack\"); // not \"slack\"
";

/// The project after these changes, file by file.
fn after(before: &str, changes: Vec<Change>) -> Vec<(String, String)> {
    let mut project = TestProject::new(before);
    project.apply(&Fix::new("", changes));
    project
        .files()
        .map(|it| (it.path.to_str().unwrap().replace('\\', "/"), it.text.to_string()))
        .collect()
}

fn files(project: &str) -> Vec<(String, String)> {
    after(project, Vec::new())
}

fn renamed(before: &str, type_: &str, new: &str) -> Result<Vec<Change>, String> {
    rename(TestProject::new(before).around().project, type_, new)
}

#[test]
fn a_type_is_renamed_with_its_file_and_its_calls() {
    let expected = BEFORE
        .replace("slack.jsonc", "slackbot.jsonc")
        .replace("'slack'", "'slackbot'")
        .replace("`slack`", "`slackbot`")
        .replace("getConnection(\"slack\")", "getConnection(\"slackbot\")");
    assert_eq!(
        after(BEFORE, renamed(BEFORE, "slack", "slackbot").unwrap()),
        files(&expected)
    );
}

#[test]
fn a_file_of_another_name_keeps_it() {
    let before = BEFORE.replace("slack.jsonc", "team.json");
    let changes = renamed(&before, "slack", "gmail").unwrap();
    assert_eq!(changes.len(), 3);
    assert!(changes.iter().all(|it| matches!(it, Change::Edit { .. })));
}

#[test]
fn a_name_that_cannot_be_is_refused() {
    let refused = |before: &str, new| renamed(before, "slack", new).unwrap_err();
    assert_eq!(
        refused(BEFORE, "sl ack"),
        "`sl ack` cannot be a type: the CLI takes letters, digits, `-` and `_` only."
    );
    assert!(refused(BEFORE, "").starts_with("`` cannot be a type"));
    let other =
        |name: &str, type_: &str| format!("{BEFORE}//- base44/connectors/{name}\n{{ \"type\": \"{type_}\" }}\n");
    assert_eq!(
        refused(&other("mail.jsonc", "gmail"), "gmail"),
        "`gmail` is the type of `mail.jsonc` already."
    );
    assert_eq!(
        refused(&other("gmail.jsonc", "linear"), "gmail"),
        "There is a file `gmail.jsonc` already."
    );
    assert_eq!(renamed(BEFORE, "slack", "slack"), Ok(vec![]));
}

/// What the renaming of the first connector's file to `to` changes in the project.
fn with_file(before: &str, to: &str) -> Option<Vec<(String, String)>> {
    let project = TestProject::new(before);
    let file = project.files().next().unwrap();
    let changes = renamed_file(file, project.around(), &file.path.with_file_name(to));
    (!changes.is_empty()).then(|| after(before, changes))
}

#[test]
fn a_type_follows_the_name_of_its_file() {
    let expected = BEFORE
        .replace("'slack'", "'gmail'")
        .replace("`slack`", "`gmail`")
        .replace("getConnection(\"slack\")", "getConnection(\"gmail\")");
    assert_eq!(with_file(BEFORE, "gmail.jsonc"), Some(files(&expected)));
    let own = BEFORE.replace("slack", "acme_one");
    assert_eq!(
        with_file(&own, "acme_two.jsonc"),
        Some(files(
            &own.replacen("'acme_one'", "'acme_two'", 2)
                .replace("`acme_one`", "`acme_two`")
                .replace("getConnection(\"acme_one\")", "getConnection(\"acme_two\")")
        ))
        .map(|mut it| {
            it[0].0 = it[0].0.replace("acme_two.jsonc", "acme_one.jsonc");
            it
        })
    );
}

#[test]
fn a_type_stays_where_the_name_says_nothing() {
    // No service, the same name, and a name that was another one before.
    assert_eq!(with_file(BEFORE, "slack-old.jsonc"), None);
    assert_eq!(with_file(BEFORE, "slack.json"), None);
    assert_eq!(
        with_file(&BEFORE.replace("slack.jsonc", "team.jsonc"), "gmail.jsonc"),
        None
    );
    let taken = format!("{BEFORE}//- base44/connectors/x.jsonc\n{{ \"type\": \"gmail\" }}\n");
    assert_eq!(with_file(&taken, "gmail.jsonc"), None);
}
