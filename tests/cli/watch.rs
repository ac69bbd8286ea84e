//! `--check --watch`: a report after every change, through a pipe and on a terminal.

mod live;
#[cfg(unix)]
mod terminal;

use std::fs;
use std::path::Path;

use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{folder, write};
use live::Live;

const APP: &str = r#"
//- base44/config.jsonc
{ "name": "App" }
//- base44/connectors/slack.jsonc
{ "type": "slack", "scopes": ["chat:write"] }
"#;

const SLACK: &str = "base44/connectors/slack.jsonc";
const WRONG: &str = r#"{ "type": "slack", "scopes": ["chat.write"] }"#;
const RIGHT: &str = r#"{ "type": "slack", "scopes": ["chat:write"] }"#;

/// A change of the disk, and the findings that have to be there afterwards.
type Step = (&'static str, fn(&Path), &'static [&'static str]);

/// What people and programs do to connector files. Each step begins where the one before has ended.
const STEPS: &[Step] = &[
    ("a file is written", |app| write(&app.join(SLACK), WRONG), &[SLACK]),
    ("a file is mended", |app| write(&app.join(SLACK), RIGHT), &[]),
    (
        "an editor writes another file and renames it",
        |app| {
            write(&app.join("base44/connectors/.slack.jsonc.tmp"), WRONG);
            fs::rename(app.join("base44/connectors/.slack.jsonc.tmp"), app.join(SLACK)).unwrap();
        },
        &[SLACK],
    ),
    (
        "a file is deleted",
        |app| fs::remove_file(app.join(SLACK)).unwrap(),
        &[],
    ),
    ("it comes back", |app| write(&app.join(SLACK), WRONG), &[SLACK]),
    (
        "a second file of the type",
        |app| {
            write(&app.join(SLACK), RIGHT);
            write(&app.join("base44/connectors/team.jsonc"), RIGHT);
        },
        &[SLACK, "base44/connectors/team.jsonc"],
    ),
    (
        "it gets another type",
        |app| {
            write(
                &app.join("base44/connectors/team.jsonc"),
                r#"{ "type": "notion", "scopes": [] }"#,
            )
        },
        &[],
    ),
    (
        "a file is renamed to what is not read",
        |app| fs::rename(app.join(SLACK), app.join("base44/connectors/slack.json5")).unwrap(),
        &["base44/connectors/slack.json5"],
    ),
    (
        "and back",
        |app| fs::rename(app.join("base44/connectors/slack.json5"), app.join(SLACK)).unwrap(),
        &[],
    ),
    (
        "a new folder below the connectors",
        |app| write(&app.join("base44/connectors/more/a.jsonc"), WRONG),
        &["base44/connectors/more/a.jsonc"],
    ),
    (
        "a file in the new folder",
        |app| write(&app.join("base44/connectors/more/b.jsonc"), WRONG),
        &["base44/connectors/more/a.jsonc", "base44/connectors/more/b.jsonc"],
    ),
    (
        "the folder goes",
        |app| fs::remove_dir_all(app.join("base44/connectors/more")).unwrap(),
        &[],
    ),
    (
        "a second project, deep inside",
        |app| {
            write(&app.join("packages/one/base44/config.jsonc"), "{}");
            write(&app.join("packages/one/base44/connectors/slack.jsonc"), WRONG);
        },
        &["packages/one/base44/connectors/slack.jsonc"],
    ),
    (
        "its folder is renamed",
        |app| fs::rename(app.join("packages/one"), app.join("packages/two")).unwrap(),
        &["packages/two/base44/connectors/slack.jsonc"],
    ),
    (
        "a file in the renamed folder",
        |app| {
            write(
                &app.join("packages/two/base44/connectors/a.jsonc"),
                r#"{ "type": "slak" }"#,
            )
        },
        &[
            "packages/two/base44/connectors/a.jsonc",
            "packages/two/base44/connectors/slack.jsonc",
        ],
    ),
    (
        "the second project goes",
        |app| fs::remove_dir_all(app.join("packages")).unwrap(),
        &[],
    ),
    (
        "other connectors count",
        |app| {
            write(
                &app.join("services/gmail.jsonc"),
                r#"{ "type": "gmail", "scopes": ["gmail.nothing"] }"#,
            );
            write(
                &app.join("base44/config.jsonc"),
                r#"{ "connectorsDir": "../services" }"#,
            );
        },
        &[SLACK, "base44/connectors/team.jsonc", "services/gmail.jsonc"],
    ),
    (
        "a file of the other folder",
        |app| {
            write(
                &app.join("services/gmail.jsonc"),
                r#"{ "type": "gmail", "scopes": ["https://www.googleapis.com/auth/gmail.send"] }"#,
            )
        },
        &[SLACK, "base44/connectors/team.jsonc"],
    ),
    (
        "the config file goes back",
        |app| write(&app.join("base44/config.jsonc"), "{}"),
        &[],
    ),
    ("everything is put in the place of everything", replace_all, &[SLACK]),
    (
        "a file of the new everything",
        |app| write(&app.join(SLACK), RIGHT),
        &[],
    ),
    (
        "a rule is turned off",
        |app| {
            write(&app.join(SLACK), WRONG);
            write(
                &app.join("base44/base44-connectors-ls.jsonc"),
                r#"{ "rules": { "unknown-scope": "off" } }"#,
            );
        },
        &[],
    ),
    (
        "and on",
        |app| fs::remove_file(app.join("base44/base44-connectors-ls.jsonc")).unwrap(),
        &[SLACK],
    ),
];

/// As another branch is checked out by somebody who moves folders.
fn replace_all(app: &Path) {
    write(&app.join("next/config.jsonc"), "{}");
    write(&app.join("next/connectors/slack.jsonc"), WRONG);
    fs::rename(app.join("base44"), app.join("last")).unwrap();
    fs::rename(app.join("next"), app.join("base44")).unwrap();
    fs::remove_dir_all(app.join("last")).unwrap();
}

/// The paths with findings of the rules that the steps are about.
fn paths(report: &Value) -> Vec<String> {
    let diagnostics = report["diagnostics"].as_array().unwrap();
    let mut paths: Vec<_> = diagnostics
        .iter()
        .map(|it| it["path"].as_str().unwrap().to_owned())
        .collect();
    paths.dedup();
    paths
}

const RULES: &str = "unknown-scope,unknown-type,duplicate-type,ignored-file";

fn walks_through(way: &str, steps: &[Step]) {
    let app = folder(APP);
    let mut live = Live::start(app.path(), &["--check", way, "--format", "json", "--only", RULES]);
    live.waits_for(
        |report| report["files"] == 1 && paths(report).is_empty(),
        "the beginning",
    );
    for (name, step, expected) in steps {
        step(app.path());
        live.waits_for(|report| paths(report) == *expected, name);
    }
}

#[test]
fn after_every_change_the_report_is_that_of_a_fresh_check() {
    walks_through("--watch", STEPS);
}

#[test]
fn without_events_a_clock_sees_the_same() {
    walks_through("--watch=poll", &STEPS[..4]);
}

#[test]
fn what_concerns_nobody_is_not_reported() {
    let app = folder(APP);
    let mut live = Live::start(app.path(), &["--check", "--watch", "--format", "json", "--only", RULES]);
    live.waits_for(|report| report["files"] == 1, "the beginning");
    live.is_told("watching");
    let connectors = app.path().join("base44/connectors");
    for name in [".slack.jsonc.swp", "slack.jsonc~", "4913", "#slack.jsonc#", "notes.md"] {
        write(&connectors.join(name), WRONG);
    }
    write(&app.path().join("src/pages/Home.jsx"), "export default 1");
    write(&app.path().join("package.json"), "{}");
    write(&app.path().join("node_modules/x/base44/connectors/slack.jsonc"), WRONG);
    // The same again is no change.
    write(
        &app.path().join(SLACK),
        fs::read_to_string(app.path().join(SLACK)).unwrap().as_str(),
    );
    write(&app.path().join(SLACK), WRONG);
    assert_eq!(paths(&live.next_report()), [SLACK]);
    // Whatever was taken together with it would be named, too.
    let told = live.is_told("again");
    assert!(
        told.starts_with("note: checked base44/connectors/slack.jsonc again in "),
        "{told}"
    );
    assert_eq!(live.end(), [] as [Value; 0]);
}

#[test]
fn many_changes_are_one() {
    let app = folder(APP);
    for number in 0..500 {
        write(
            &app.path().join(format!("base44/connectors/{number}.jsonc")),
            r#"{ "type": "notion", "scopes": [] }"#,
        );
    }
    let mut live = Live::start(
        app.path(),
        &["--check", "--watch", "--format", "json", "--only", "unknown-type"],
    );
    live.waits_for(|report| report["files"] == 501, "the beginning");
    live.is_told("watching");
    for number in 0..500 {
        write(
            &app.path().join(format!("base44/connectors/{number}.jsonc")),
            r#"{ "type": "motion", "scopes": [] }"#,
        );
    }
    live.waits_for(|report| report["summary"]["error"] == 500, "all files");
    live.end();
    // Not one per file; how many depends on the machine.
    assert!(live.seen() < 100, "{}", live.seen());
}

#[test]
fn single_files_are_watched_alone() {
    let app = folder(APP);
    write(
        &app.path().join("base44/connectors/gmail.jsonc"),
        r#"{ "type": "gmail", "scopes": ["https://www.googleapis.com/auth/gmail.send"] }"#,
    );
    let mut live = Live::start(
        app.path(),
        &["--check", SLACK, "--watch", "--format", "json", "--only", RULES],
    );
    live.waits_for(|report| report["files"] == 1, "the beginning");
    live.is_told("watching");
    write(
        &app.path().join("base44/connectors/gmail.jsonc"),
        r#"{ "type": "gmail", "scopes": ["x"] }"#,
    );
    write(&app.path().join(SLACK), WRONG);
    live.waits_for(|report| paths(report) == [SLACK] && report["files"] == 1, "the file");
}

#[test]
fn reports_in_files_are_kept_up_to_date() {
    let app = folder(APP);
    let mut live = Live::start(
        app.path(),
        &["--check", "--watch", "--format", "json", "--output", "concise=out.txt"],
    );
    live.waits_for(|report| report["files"] == 1, "the beginning");
    live.is_told("watching");
    write(&app.path().join(SLACK), WRONG);
    live.waits_for(|report| report["summary"]["error"] == 1, "the change");
    let written = fs::read_to_string(app.path().join("out.txt")).unwrap();
    assert!(
        written.starts_with("base44/connectors/slack.jsonc:1:31: error"),
        "{written}"
    );
}

#[test]
fn permissions_are_compared_again_after_every_change() {
    let app = crate::since::repository(APP);
    let args = ["--check", "--watch", "--format", "json", "--since", "HEAD"];
    let mut live = Live::start(app.path(), &args);
    live.waits_for(|report| report["permissions"] == json!([]), "the beginning");
    live.is_told("watching");
    write(
        &app.path().join(SLACK),
        r#"{ "type": "slack", "scopes": ["chat:write", "reactions:read"] }"#,
    );
    live.waits_for(
        |report| report["permissions"][0]["scopes"][0]["scope"] == "reactions:read",
        "the change",
    );
}

#[test]
fn a_reader_that_goes_away_ends_it() {
    let app = folder(APP);
    let mut live = Live::start(app.path(), &["--check", "--watch", "--format", "json"]);
    live.waits_for(|report| report["files"] == 1, "the beginning");
    live.is_told("watching");
    let change = |number| write(&app.path().join(SLACK), &format!("{WRONG} // {number}"));
    assert_eq!(live.without_reader(change), Some(1));
}

#[test]
fn nothing_to_watch_is_an_error_at_once() {
    let empty = TempDir::new().unwrap();
    let run = crate::support::run(empty.path(), &["--check", "--watch"]).exits(2);
    assert!(run.stderr.contains("nothing to check"), "{}", run.stderr);
}
