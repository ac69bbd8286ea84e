//! `--pull`: local work is not lost.

use std::fs;

use pretty_assertions::assert_eq;
use serde_json::json;

use crate::project::{NO_CHANGES, Project, Run, contents, is_golden, owned};
use crate::support::api::{KEY, real_cli};

/// As somebody writes it who knows what they do.
const SLACK: &str = "\u{feff}// Our chat 😀\r\n{\r\n\t'type': 'slack',\r\n\townKey: 1,\r\n\tscopes: [\r\n\t\t// reading\r\n\t\t'channels:read', // who is there\r\n\t\t'chat:write',\r\n\t],\r\n}\r\n";
const HUBSPOT: &str = r#"{ "type": "hubspot", "scopes": ["oauth"] } // not pushed yet"#;
const NOTION: &str = "{ type: 'notion' } // the wiki";

fn project() -> Project {
    let project = Project::new(&[
        ("chat.jsonc", SLACK),
        ("hubspot.json", HUBSPOT),
        ("notion.jsonc", NOTION),
    ]);
    project
        .api
        .connector("slack", &["chat:write", "team:read"])
        .connector("notion", &[])
        .connector("gmail", &["email", "https://www.googleapis.com/auth/gmail.send"]);
    project
}

#[test]
fn a_pull_keeps_comments_keys_and_line_ends_and_copies_what_goes() {
    let project = project();
    let run = project.run("--pull --yes").exits(0);
    let pulled = SLACK
        .replace("'channels:read', // who is there\r\n\t\t", "")
        .replace("'chat:write',\r\n", "'chat:write',\r\n\t\t'team:read',\r\n");
    let connectors = project.connectors();
    assert_eq!(connectors[0], ("chat.jsonc".to_owned(), pulled));
    assert_eq!(connectors[2], ("notion.jsonc".to_owned(), NOTION.to_owned()));
    let names: Vec<_> = connectors.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["chat.jsonc", "gmail.jsonc", "notion.jsonc"]);

    let backup = project.backup();
    let origin = format!(
        "{}\n",
        project.path("base44/connectors").canonicalize().unwrap().display()
    );
    assert_eq!(
        contents(&backup),
        owned(&[
            ("ORIGIN.txt", &origin),
            ("chat.jsonc", SLACK),
            ("hubspot.json", HUBSPOT)
        ])
    );
    let done = format!(
        "wrote base44/connectors/chat.jsonc\nwrote base44/connectors/gmail.jsonc\n\
         deleted base44/connectors/hubspot.json\nThe files as they were: {}\n",
        backup.display()
    );
    let preview = run
        .stdout
        .strip_suffix(&done)
        .unwrap_or_else(|| panic!("{done} ends {run:#?}"));
    is_golden("pull.txt", preview);
    assert_eq!(project.api.changes(), NO_CHANGES);

    let again = project.run("--pull").exits(0);
    assert!(again.stdout.contains("A pull would change nothing."), "{again:#?}");
    project.run("--plan").exits(0);
}

#[test]
fn a_new_file_is_just_what_the_cli_would_write() {
    let project = project();
    project.run("--pull --yes").exits(0);
    let theirs = tempfile::tempdir().unwrap();
    let output = std::process::Command::new("node")
        .arg(real_cli())
        .args(["connectors", "pull", "--json", "--app-id", "shop", "--dir"])
        .arg(theirs.path())
        .envs(project.api.env())
        .env("BASE44_API_KEY", KEY)
        .env("BASE44_DISABLE_TELEMETRY", "1")
        .env("BASE44_CLI_TEST_OVERRIDES", r#"{"latestVersion":null}"#)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let theirs = fs::read_to_string(theirs.path().join("gmail.jsonc")).unwrap();
    assert_eq!(project.connectors()[1], ("gmail.jsonc".to_owned(), theirs));
}

#[test]
fn without_a_terminal_and_without_a_yes_nothing_changes() {
    let project = project();
    let before = project.connectors();
    let run = project
        .run("--pull")
        .exits(2)
        .says("--pull --yes goes ahead without asking");
    is_golden("pull.txt", &run.stdout);
    let json = project.run("--pull --format json").exits(2).json();
    assert_eq!(json["pulled"], false);
    assert_eq!(project.connectors(), before);
    assert_eq!(project.backups().len(), 0);
}

#[test]
fn files_that_base44_does_not_know_can_be_kept() {
    let project = project();
    let run = project.run("--pull --keep-files --yes").exits(0);
    assert!(!run.stdout.contains("DELETED"), "{run:#?}");
    let names: Vec<_> = project.connectors().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["chat.jsonc", "gmail.jsonc", "hubspot.json", "notion.jsonc"]);
}

#[test]
fn the_result_as_json() {
    let project = project();
    let json = project.run("--pull --yes --format json").exits(0).json();
    let directory = project.path("base44/connectors").canonicalize().unwrap();
    assert_eq!(
        json,
        json!({
            "plan": {
                "app": "shop",
                "inStep": false,
                "directory": directory,
                "outside": null,
                "created": [{
                    "file": "gmail.jsonc",
                    "type": "gmail",
                    "scopes": ["email", "https://www.googleapis.com/auth/gmail.send"],
                }],
                "changed": [{
                    "file": "chat.jsonc",
                    "type": "slack",
                    "added": ["team:read"],
                    "removed": ["channels:read"],
                    "lostComments": ["// who is there"],
                    "outside": null,
                }],
                "deleted": [{"file": "hubspot.json", "type": "hubspot", "scopes": ["oauth"]}],
                "unchanged": ["notion.jsonc"],
                "skipped": [],
            },
            "pulled": true,
            "backup": project.backup(),
            "written": [directory.join("chat.jsonc"), directory.join("gmail.jsonc")],
            "deleted": [directory.join("hubspot.json")],
            "failed": [],
        })
    );
}

#[test]
fn a_broken_file_is_named_and_the_others_are_pulled() {
    let project = Project::new(&[
        ("slack.jsonc", "{ \"type\": \"slack\", // half"),
        ("notion.jsonc", NOTION),
    ]);
    project.api.connector("slack", &["a"]).connector("gmail", &[]);
    let run = project.run("--pull --yes").exits(1);
    assert!(
        run.stdout.contains("Left alone: 1\nslack.jsonc has an error"),
        "{run:#?}"
    );
    let names: Vec<_> = project.connectors().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["gmail.jsonc", "slack.jsonc"]);
}

#[test]
fn a_project_without_connectors_gets_them() {
    let project = Project::new(&[]);
    fs::remove_dir(project.path("base44/connectors")).unwrap();
    project.api.connector("slack", &["chat:write"]).stripe(true);
    project.run("--pull --yes").exits(0);
    let names: Vec<_> = project.connectors().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["slack.jsonc", "stripe.jsonc"]);
    assert_eq!(project.backups().len(), 0, "nothing to keep");
}

#[test]
fn a_pull_without_a_home_for_the_copies_does_not_begin() {
    let project = project();
    let before = project.connectors();
    project.write("state", "in the way");
    let run = Run::of(
        project
            .command("--pull --yes")
            .env("XDG_STATE_HOME", project.path("state")),
    );
    run.exits(2).says("Nothing was pulled");
    assert_eq!(project.connectors(), before);
}
