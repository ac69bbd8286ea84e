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

const NOTION: &str = r#"{ "type": "notion", "scopes": [] }"#;
const UNKNOWN: &str = r#"{ "type": "slak" }"#;

/// What can be done to the disk. Paths are relative to the project; folders above a file are made.
enum Do {
    Write(&'static str, &'static str),
    Rename(&'static str, &'static str),
    Delete(&'static str),
}
use Do::{Delete, Rename, Write};

impl Do {
    fn run(&self, app: &Path) {
        match self {
            Write(path, text) => write(&app.join(path), text),
            Rename(from, to) => fs::rename(app.join(from), app.join(to)).unwrap(),
            Delete(path) if app.join(path).is_dir() => fs::remove_dir_all(app.join(path)).unwrap(),
            Delete(path) => fs::remove_file(app.join(path)).unwrap(),
        }
    }
}

/// What happens, how, and the files with findings afterwards.
type Step = (&'static str, &'static [Do], &'static [&'static str]);

const TEAM: &str = "base44/connectors/team.jsonc";
const TEMPORARY: &str = "base44/connectors/.slack.jsonc.tmp";
const JSON5: &str = "base44/connectors/slack.json5";
const CONFIG: &str = "base44/config.jsonc";
const RULE_OFF: &str = r#"{ "rules": { "unknown-scope": "off" } }"#;

/// What people and programs do to connector files. Each step begins where the one before has ended.
const STEPS: &[Step] = &[
    ("a file is written", &[Write(SLACK, WRONG)], &[SLACK]),
    ("and mended", &[Write(SLACK, RIGHT)], &[]),
    (
        "an editor writes another file and renames it",
        &[Write(TEMPORARY, WRONG), Rename(TEMPORARY, SLACK)],
        &[SLACK],
    ),
    ("a file is deleted", &[Delete(SLACK)], &[]),
    ("and comes back", &[Write(SLACK, WRONG)], &[SLACK]),
    (
        "a second file of its type",
        &[Write(SLACK, RIGHT), Write(TEAM, RIGHT)],
        &[SLACK, TEAM],
    ),
    ("gets another type", &[Write(TEAM, NOTION)], &[]),
    ("a name that is not read", &[Rename(SLACK, JSON5)], &[JSON5]),
    ("and one that is", &[Rename(JSON5, SLACK)], &[]),
    (
        "a folder below the connectors",
        &[Write("base44/connectors/more/a.jsonc", WRONG)],
        &["base44/connectors/more/a.jsonc"],
    ),
    (
        "a file in the new folder",
        &[Write("base44/connectors/more/b.jsonc", WRONG)],
        &["base44/connectors/more/a.jsonc", "base44/connectors/more/b.jsonc"],
    ),
    ("the folder goes", &[Delete("base44/connectors/more")], &[]),
    (
        "a second project, deep inside",
        &[
            Write("packages/one/base44/config.jsonc", "{}"),
            Write("packages/one/base44/connectors/slack.jsonc", WRONG),
        ],
        &["packages/one/base44/connectors/slack.jsonc"],
    ),
    (
        "its folder is renamed",
        &[Rename("packages/one", "packages/two")],
        &["packages/two/base44/connectors/slack.jsonc"],
    ),
    (
        "a file in the renamed folder",
        &[Write("packages/two/base44/connectors/a.jsonc", UNKNOWN)],
        &[
            "packages/two/base44/connectors/a.jsonc",
            "packages/two/base44/connectors/slack.jsonc",
        ],
    ),
    ("the second project goes", &[Delete("packages")], &[]),
    (
        "the connectors are elsewhere",
        &[
            Write("services/slak.jsonc", UNKNOWN),
            Write(CONFIG, r#"{ "connectorsDir": "../services" }"#),
        ],
        &[SLACK, TEAM, "services/slak.jsonc"],
    ),
    (
        "and change there",
        &[Write("services/slak.jsonc", NOTION)],
        &[SLACK, TEAM],
    ),
    ("the config file goes back", &[Write(CONFIG, "{}")], &[]),
    (
        "another folder is put in the place of all",
        &[
            Write("next/config.jsonc", "{}"),
            Write("next/connectors/slack.jsonc", WRONG),
            Rename("base44", "last"),
            Rename("next", "base44"),
            Delete("last"),
        ],
        &[SLACK],
    ),
    ("and its files change", &[Write(SLACK, RIGHT)], &[]),
    (
        "a rule is turned off",
        &[
            Write(SLACK, WRONG),
            Write("base44/base44-connectors-ls.jsonc", RULE_OFF),
        ],
        &[],
    ),
    ("and on", &[Delete("base44/base44-connectors-ls.jsonc")], &[SLACK]),
];

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
        step.iter().for_each(|it| it.run(app.path()));
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
    // The same again is no change. In one step each: a slow machine could see a file that is written half-way.
    let same = fs::read_to_string(app.path().join(SLACK)).unwrap();
    for text in [same.as_str(), WRONG] {
        write(&app.path().join("next"), text);
        fs::rename(app.path().join("next"), app.path().join(SLACK)).unwrap();
    }
    assert_eq!(paths(&live.next_report()), [SLACK]);
    // Whatever was taken together with it would be named, too.
    let told = live.is_told("again");
    assert!(
        told.starts_with("note: checked base44/connectors/slack.jsonc again in "),
        "{told}"
    );
    assert_eq!(live.end(), [] as [Value; 0]);
}

#[cfg(unix)]
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
    live.at_once(|| {
        for number in 0..500 {
            write(
                &app.path().join(format!("base44/connectors/{number}.jsonc")),
                r#"{ "type": "motion", "scopes": [] }"#,
            );
        }
    });
    live.waits_for(|report| report["summary"]["error"] == 500, "all files");
    live.end();
    // Not one per file; how many depends on the machine.
    assert!(live.seen() < 100, "{}", live.seen());
}

#[test]
fn what_is_named_is_watched_be_it_a_file_or_a_folder() {
    for (named, changed) in [
        (SLACK, SLACK),
        ("base44/connectors", SLACK),
        ("loose", "loose/slack.jsonc"),
    ] {
        let place = folder("");
        if changed == SLACK {
            write(&place.path().join(CONFIG), "{}");
        }
        write(&place.path().join(changed), RIGHT);
        let args = ["--check", named, "--watch", "--format", "json", "--only", RULES];
        let mut live = Live::start(place.path(), &args);
        live.waits_for(|report| report["files"] == 1, named);
        live.is_told("watching");
        write(&place.path().join(changed), WRONG);
        live.waits_for(|report| paths(report) == [changed] && report["files"] == 1, named);
    }
}

#[test]
fn beside_a_file_that_is_named_nothing_counts() {
    let app = folder(APP);
    write(&app.path().join(TEAM), NOTION);
    let args = ["--check", SLACK, "--watch", "--format", "json", "--only", RULES];
    let mut live = Live::start(app.path(), &args);
    live.waits_for(|report| report["files"] == 1, "the beginning");
    live.is_told("watching");
    write(&app.path().join(TEAM), UNKNOWN);
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
