//! Which change of files is a change of permissions.

use std::fs;

use pretty_assertions::assert_eq;

use super::{APP, GMAIL, changes, commit, git, repository, since};
use crate::support::write;

#[test]
fn what_comes_and_goes_is_told_the_riskiest_first() {
    let app = repository(APP);
    let dir = app.path().join("base44/connectors");
    write(
        &dir.join("slack.jsonc"),
        r#"{ "type": "slack", "scopes": ["reactions:read"] }"#,
    );
    write(&dir.join("gmail.jsonc"), GMAIL);
    write(&dir.join("stripe.jsonc"), r#"{ "type": "stripe" }"#);
    let expected = [
        "+gmail +restricted gmail.readonly",
        "~slack +read reactions:read -write chat:write",
        "+stripe",
    ];
    assert_eq!(changes(app.path(), "HEAD", &[]), expected);
    // The same from anywhere in the repository, committed or not.
    assert_eq!(changes(&dir, "main", &["../.."]).len(), 3);
    commit(app.path());
    assert_eq!(changes(app.path(), "HEAD~1", &[]), expected);
    assert_eq!(changes(app.path(), "HEAD", &[]), [""; 0]);
    git(app.path(), &["rm", "-q", "base44/connectors/gmail.jsonc"]);
    assert_eq!(changes(app.path(), "HEAD", &[]), ["-gmail -restricted gmail.readonly"]);
}

#[test]
fn what_only_looks_different_is_no_change() {
    let app = repository(APP);
    let dir = app.path().join("base44/connectors");
    fs::remove_file(dir.join("slack.jsonc")).unwrap();
    write(
        &dir.join("team.json"),
        "{\r\n  scopes: [\"chat:write\", 'chat:write'], // why\r\n  type: 'slack' }\r\n",
    );
    assert_eq!(changes(app.path(), "HEAD", &[]), [""; 0]);
    // The folder moves with the config file.
    fs::rename(&dir, app.path().join("services")).unwrap();
    write(
        &app.path().join("base44/config.jsonc"),
        r#"{ "connectorsDir": "../services" }"#,
    );
    assert_eq!(changes(app.path(), "HEAD", &[]), [""; 0]);
    let human = since(app.path(), "HEAD", &[]).exits(0);
    assert!(
        human.stdout.contains("Permissions since HEAD: no permission added."),
        "{}",
        human.stdout
    );
}

#[test]
fn a_changed_connectors_folder_decides_what_counts() {
    let app = repository(APP);
    write(&app.path().join("base44/other/gmail.jsonc"), GMAIL);
    write(
        &app.path().join("base44/config.jsonc"),
        r#"{ "connectorsDir": "other" }"#,
    );
    let expected = ["+gmail +restricted gmail.readonly", "-slack -write chat:write"];
    assert_eq!(changes(app.path(), "HEAD", &[]), expected);
}

#[test]
fn files_that_the_cli_does_not_read_ask_for_nothing() {
    let app = repository(APP);
    write(&app.path().join("base44/connectors/more/gmail.jsonc"), GMAIL);
    write(&app.path().join("base44/connectors/.gmail.jsonc"), GMAIL);
    assert_eq!(changes(app.path(), "HEAD", &[]), [""; 0]);
    commit(app.path());
    fs::rename(
        app.path().join("base44/connectors/more/gmail.jsonc"),
        app.path().join("base44/connectors/gmail.jsonc"),
    )
    .unwrap();
    assert_eq!(changes(app.path(), "HEAD", &[]), ["+gmail +restricted gmail.readonly"]);
}

#[test]
fn broken_files_are_named_and_nothing_is_made_up() {
    let app = repository(APP);
    let path = app.path().join("base44/connectors/slack.jsonc");
    write(&path, r#"{ "type": "slack", "scopes": ["#);
    let found = since(app.path(), "HEAD", &["--format", "json"]).exits(1).json();
    assert_eq!(found["permissions"], serde_json::json!([]));
    assert_eq!(found["since"]["unread"][0]["path"], "base44/connectors/slack.jsonc");
    // Broken then as now: nothing new to say of it. Gone since: nothing at all.
    commit(app.path());
    let moved = app.path().join("base44/slack.txt");
    fs::rename(&path, &moved).unwrap();
    let found = since(app.path(), "HEAD", &["--format", "json"]).exits(0).json();
    assert_eq!(found["since"]["unread"], serde_json::json!([]));
    fs::rename(&moved, &path).unwrap();
    let found = since(app.path(), "HEAD", &["--format", "json"]).exits(1).json();
    assert_eq!(found["since"]["unread"], serde_json::json!([]));
    // What it asks for can be read for the first time.
    write(&path, r#"{ "type": "slack", "scopes": ["chat:write"] }"#);
    assert_eq!(changes(app.path(), "HEAD", &[]), ["+slack +write chat:write"]);
    let human = since(app.path(), "HEAD", &[]).exits(0).stdout;
    assert!(human.contains("could not be read at `HEAD`"), "{human}");
}

#[test]
fn projects_of_a_monorepo_are_told_apart() {
    let repo = repository(
        r#"
//- apps/shop/base44/config.jsonc
{}
//- apps/shop/base44/connectors/slack.jsonc
{ "type": "slack", "scopes": ["chat:write"] }
//- apps/blog/base44/config.jsonc
{}
//- apps/blog/base44/connectors/hubspot.jsonc
{ "type": "hubspot", "scopes": ["crm.objects.contacts.read"] }
//- apps/same/base44/config.jsonc
{}
"#,
    );
    fs::remove_dir_all(repo.path().join("apps/blog")).unwrap();
    write(&repo.path().join("apps/new/base44/connectors/gmail.jsonc"), GMAIL);
    write(
        &repo.path().join("apps/shop/base44/connectors/slack.jsonc"),
        r#"{ "type": "slack", "scopes": [] }"#,
    );
    let expected = [
        "apps/new: +gmail +restricted gmail.readonly",
        "apps/blog: -hubspot -read crm.objects.contacts.read",
        "apps/shop: ~slack -write chat:write",
    ];
    assert_eq!(changes(repo.path(), "HEAD", &[]), expected);
    // What was not asked about is not told.
    assert_eq!(changes(repo.path(), "HEAD", &["apps/shop"]).len(), 1);
    assert_eq!(changes(&repo.path().join("apps/same"), "HEAD", &[]), [""; 0]);
    let markdown = since(repo.path(), "HEAD", &["--format", "markdown"]).stdout;
    assert!(markdown.contains("#### <code>apps/blog</code> (gone)"), "{markdown}");
}

#[test]
fn a_project_that_moves_keeps_its_permissions() {
    let repo = repository(&APP.replace("base44/c", "apps/old/base44/c"));
    fs::create_dir_all(repo.path().join("packages")).unwrap();
    fs::rename(repo.path().join("apps/old"), repo.path().join("packages/new")).unwrap();
    assert_eq!(changes(repo.path(), "HEAD", &[]), [""; 0]);
    write(&repo.path().join("packages/new/base44/connectors/gmail.jsonc"), GMAIL);
    assert_eq!(
        changes(repo.path(), "HEAD", &[]),
        ["packages/new: +gmail +restricted gmail.readonly"]
    );
}

#[test]
fn of_single_files_only_their_changes_are_told() {
    let app = repository(APP);
    let dir = app.path().join("base44/connectors");
    write(
        &dir.join("slack.jsonc"),
        r#"{ "type": "slack", "scopes": ["reactions:read"] }"#,
    );
    write(&dir.join("gmail.jsonc"), GMAIL);
    let expected = ["+gmail +restricted gmail.readonly"];
    assert_eq!(
        changes(app.path(), "HEAD", &["base44/connectors/gmail.jsonc"]),
        expected
    );
}

#[test]
fn a_folder_without_a_project_is_a_connectors_folder_then_as_now() {
    let repo = repository("//- some where/slack.jsonc\n{ \"type\": \"slack\", \"scopes\": [] }\n");
    write(&repo.path().join("some where/gmail.jsonc"), GMAIL);
    let expected = ["some where: +gmail +restricted gmail.readonly"];
    assert_eq!(changes(repo.path(), "HEAD", &["some where"]), expected);
}

#[test]
fn an_untracked_project_is_new_and_one_out_of_sight_has_not_gone() {
    let repo = repository(APP);
    write(&repo.path().join(".gitignore"), "/base44\n");
    // Tracked and ignored: a check does not look into it, but it is still there.
    assert_eq!(changes(repo.path(), "HEAD", &["--allow-empty"]), [""; 0]);
    write(&repo.path().join("new/base44/connectors/gmail.jsonc"), GMAIL);
    assert_eq!(
        changes(repo.path(), "HEAD", &[]),
        ["new: +gmail +restricted gmail.readonly"]
    );
}

#[cfg(unix)]
#[test]
fn links_are_followed_then_as_now() {
    use std::os::unix::fs::symlink;
    let repo = repository(APP);
    let base44 = repo.path().join("base44");
    fs::rename(base44.join("connectors"), repo.path().join("real")).unwrap();
    symlink("../real", base44.join("connectors")).unwrap();
    symlink("away", repo.path().join("real/circle.jsonc")).unwrap();
    symlink("circle.jsonc", repo.path().join("real/away")).unwrap();
    assert_eq!(changes(repo.path(), "HEAD", &["base44"]), [""; 0]);
    commit(repo.path());
    write(&repo.path().join("common/gmail.jsonc"), GMAIL);
    symlink("../common/gmail.jsonc", repo.path().join("real/gmail.jsonc")).unwrap();
    assert_eq!(
        changes(repo.path(), "HEAD", &["base44"]),
        ["+gmail +restricted gmail.readonly"]
    );
    commit(repo.path());
    assert_eq!(changes(repo.path(), "HEAD", &["base44"]), [""; 0]);
}

#[test]
fn additions_of_a_risk_fail_the_check_only_if_wanted() {
    let app = repository(APP);
    write(&app.path().join("base44/connectors/gmail.jsonc"), GMAIL);
    since(app.path(), "HEAD", &["--error-on-warnings"]).exits(0);
    for (risk, code) in [("restricted", 1), ("write", 1)] {
        since(app.path(), "HEAD", &["--fail-on-risk", risk]).exits(code);
    }
    write(
        &app.path().join("base44/connectors/gmail.jsonc"),
        r#"{ "type": "gmail", "scopes": [] }"#,
    );
    since(app.path(), "HEAD", &["--fail-on-risk", "identity"]).exits(0);
    // Removing is never a risk, nor is what was included before.
    write(
        &app.path().join("base44/connectors/gmail.jsonc"),
        r#"{ "type": "gmail", "scopes": ["https://mail.google.com/"] }"#,
    );
    commit(app.path());
    write(&app.path().join("base44/connectors/gmail.jsonc"), GMAIL);
    assert_eq!(
        changes(app.path(), "HEAD", &["--fail-on-risk", "read"]),
        ["~gmail +restricted gmail.readonly -restricted https://mail.google.com/"]
    );
    since(app.path(), "HEAD", &["--fail-on-risk", "read"]).exits(0);
    let refused = since(app.path(), "HEAD", &["--fail-on-risk", "high"]).exits(2);
    assert!(
        refused.stderr.contains("sensitive, admin, restricted"),
        "{}",
        refused.stderr
    );
}

#[test]
fn standard_input_can_be_compared_if_it_has_a_name() {
    let app = repository(APP);
    let refused = since(app.path(), "HEAD", &["-"]).exits(2);
    assert!(refused.stderr.contains("--stdin-path"), "{}", refused.stderr);
    // Its standard input is empty: a broken file, in which nothing has been removed.
    let args = ["-", "--stdin-path", "base44/connectors/slack.jsonc"];
    assert_eq!(changes(app.path(), "HEAD", &args), [""; 0]);
}
