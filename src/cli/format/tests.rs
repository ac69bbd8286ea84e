//! Every format of one outcome with all that can be in one, hostile names and messages included.
//!
//! What is expected is in `tests/data/check/formats/`; `UPDATE_GOLDEN=1` writes it anew.

use std::path::{Path, PathBuf};
use std::{env, fs};

use pretty_assertions::assert_str_eq;
use serde_json::Value;

use super::Format;
use crate::analysis::{Change, Diagnostic, Fix, Related, Severity, rules};
use crate::cli::outcome::{Finding, Outcome, Source, Sources};
use crate::syntax::{TextEdit, TextRange};

const SLACK: &str = "/app/base44/connectors/slack.jsonc";
const OTHER: &str = "/app/base44/connectors/team slack.jsonc";
const HOSTILE: &str = "/app/base44/connectors/ev|l<i>&\"\x1b]\n;,:%.jsonc";
const NEW: &str = "/app/base44/connectors/gmail.jsonc";

const SLACK_TEXT: &str = "{\n  \"type\": \"slack\",\n  \"scopes\": [\n\t\"世界\", \"chat.write\"\n  ]\n}\n";
const HOSTILE_TEXT: &str = "{ \"\x1b[31m\": \"\u{202e}\",\r\n  \"b\": 1 }";

fn range(text: &str, part: &str) -> TextRange {
    let start = text.find(part).unwrap() as u32;
    TextRange::at(start.into(), (part.len() as u32).into())
}

fn edit(path: &str, range: TextRange, insert: &str) -> Change {
    Change::Edit {
        path: path.into(),
        edits: vec![TextEdit {
            range,
            insert: insert.to_owned(),
        }],
    }
}

fn finding(path: &str, code: &str, severity: Severity, range: TextRange, message: &str) -> Finding {
    let rule = rules::by_code(code).unwrap();
    let diagnostic = Diagnostic {
        rule,
        severity,
        range,
        message: message.to_owned(),
        tag: None,
        related: Vec::new(),
    };
    Finding {
        path: path.into(),
        diagnostic,
        fixes: Vec::new(),
    }
}

fn outcome() -> Outcome {
    let bad = range(SLACK_TEXT, "\"chat.write\"");
    let mut scope = finding(
        SLACK,
        "invalid-config",
        Severity::Error,
        bad,
        "There is no `chat.write`. Did you mean `chat:write`?",
    );
    scope.fixes = vec![
        Fix {
            title: "Replace with `chat:write`".to_owned(),
            safe: true,
            preferred: true,
            changes: vec![edit(SLACK, bad, "\"chat:write\"")],
        },
        Fix {
            title: "Move it to `gmail.jsonc`".to_owned(),
            safe: false,
            preferred: false,
            changes: vec![
                edit(SLACK, bad, ""),
                Change::Create {
                    path: NEW.into(),
                    text: "{}\n".to_owned(),
                },
            ],
        },
        Fix {
            title: "Delete this file".to_owned(),
            safe: false,
            preferred: false,
            changes: vec![Change::Delete { path: SLACK.into() }],
        },
    ];
    let mut twice = finding(
        SLACK,
        "unused-suppression",
        Severity::Warning,
        range(SLACK_TEXT, "\"slack\""),
        "Two files have this type.",
    );
    twice.diagnostic.related = vec![Related {
        path: OTHER.into(),
        range: TextRange::at(10.into(), 7.into()),
        message: "The other one".into(),
    }];
    let end = TextRange::empty((SLACK_TEXT.len() as u32).into());
    let hint = finding(
        SLACK,
        "unused-suppression",
        Severity::Hint,
        end,
        "Something is missing here.",
    );
    let whole = TextRange::up_to((HOSTILE_TEXT.len() as u32).into());
    let message = "No `a|b` <x> ]]> 100% ::error:: \x1b[31m\nnext, with `one backtick";
    let hostile = finding(HOSTILE, "unused-suppression", Severity::Information, whole, message);
    let files = [
        (SLACK, SLACK_TEXT),
        (OTHER, "{ \"type\": \"slack\" }"),
        (HOSTILE, HOSTILE_TEXT),
    ];
    let files = files.map(|(path, text)| (PathBuf::from(path), Source::new(text.into())));
    Outcome {
        projects: 1,
        files: 4,
        findings: vec![hostile, twice, scope, hint],
        sources: Sources {
            files: files.into_iter().collect(),
            ..Sources::in_folder("/app".into())
        },
        permissions: None,
    }
}

fn rendered(format: Format, outcome: &Outcome) -> String {
    let mut out = Vec::new();
    format.render(outcome, None, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn empty() -> Outcome {
    Outcome {
        projects: 1,
        files: 1,
        findings: Vec::new(),
        sources: Sources::in_folder("/app".into()),
        permissions: None,
    }
}

/// What changes with the rules and the version is left out.
fn stable(format: Format, text: String) -> String {
    let text = text.replace(env!("CARGO_PKG_VERSION"), "VERSION");
    if format != Format::Sarif {
        return text;
    }
    let mut log: Value = serde_json::from_str(&text).unwrap();
    log["runs"][0]["tool"]["driver"]["rules"] = Value::Null;
    for result in log["runs"][0]["results"].as_array_mut().unwrap() {
        result["ruleIndex"] = Value::Null;
    }
    serde_json::to_string_pretty(&log).unwrap() + "\n"
}

/// On Windows annotate-snippets has other colours.
fn comparable(text: String) -> String {
    match cfg!(windows) {
        true => anstream::adapter::strip_str(&text).to_string(),
        false => text,
    }
}

#[test]
fn every_format_prints_what_it_should() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/check/formats");
    for format in Format::ALL {
        let found = stable(format, rendered(format, &outcome()));
        let path = folder.join(format!("{}.txt", format.name()));
        if env::var_os("UPDATE_GOLDEN").is_some() {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&path, &found).unwrap();
        }
        let expected = fs::read_to_string(&path).unwrap();
        assert_str_eq!(
            comparable(found),
            comparable(expected),
            "{} (UPDATE_GOLDEN=1 writes it anew)",
            path.display()
        );
    }
}

#[test]
fn without_findings_every_format_is_still_itself() {
    for format in Format::ALL {
        let found = rendered(format, &empty());
        match format {
            Format::Human => assert_eq!(found, "Checked 1 file in 1 project: no problems.\n"),
            Format::Concise | Format::JsonLines | Format::Github | Format::Azure => assert_eq!(found, ""),
            Format::Json | Format::Gitlab | Format::Sarif | Format::Rdjson => {
                drop(serde_json::from_str::<Value>(&found).unwrap());
            }
            Format::Junit | Format::Checkstyle => drop(roxmltree::Document::parse(&found).unwrap()),
            Format::Markdown => assert!(found.contains("no problems"), "{found}"),
        }
    }
}

#[test]
fn xml_reads_back_as_it_was_meant() {
    let outcome = outcome();
    let name = outcome.sources.shown(Path::new(HOSTILE)).replace('\x1b', "\u{fffd}");
    let message = outcome.findings[0].diagnostic.message.replace('\x1b', "\u{fffd}");
    for (format, element, attribute) in [
        (Format::Checkstyle, "file", "name"),
        (Format::Junit, "testsuite", "name"),
    ] {
        let text = rendered(format, &outcome);
        let document = roxmltree::Document::parse(&text).unwrap();
        let find = |element: &str| document.descendants().find(|it| it.has_tag_name(element)).unwrap();
        assert_eq!(find(element).attribute(attribute), Some(name.as_str()));
        match format {
            Format::Checkstyle => assert_eq!(find("error").attribute("message"), Some(message.as_str())),
            _ => assert!(find("system-out").text().unwrap().ends_with(&message)),
        }
    }
}

#[test]
fn sarif_describes_every_rule_it_names() {
    let log: Value = serde_json::from_str(&rendered(Format::Sarif, &outcome())).unwrap();
    let run = &log["runs"][0];
    let described = run["tool"]["driver"]["rules"].as_array().unwrap();
    // And `permission-change`.
    assert_eq!(described.len(), rules::ALL.len() + 1);
    for result in run["results"].as_array().unwrap() {
        let rule = &described[result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(rule["help"]["markdown"].as_str().unwrap().contains("## What it does"));
        assert!(rule["helpUri"].as_str().unwrap().starts_with("https://"));
    }
}

#[test]
fn fingerprints_do_not_move_with_the_lines_and_are_unique() {
    let fingerprints = |outcome: &Outcome| -> Vec<Value> {
        let report: Value = serde_json::from_str(&rendered(Format::Gitlab, outcome)).unwrap();
        report
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["fingerprint"].clone())
            .collect()
    };
    let mut moved = outcome();
    moved.findings[3].diagnostic.range = TextRange::default();
    assert_eq!(fingerprints(&outcome()), fingerprints(&moved));
    let mut twins = outcome();
    let twin = &outcome().findings[3];
    let Diagnostic {
        severity,
        message,
        rule,
        ..
    } = &twin.diagnostic;
    twins
        .findings
        .push(finding(SLACK, rule.code, *severity, TextRange::default(), message));
    let names = fingerprints(&twins);
    assert_eq!(names.len(), 5);
    assert_ne!(names[3], names[4]);
}

#[test]
fn a_comment_has_room_for_the_gravest_findings() {
    let mut outcome = empty();
    let hint = |line: u32| {
        let at = TextRange::empty(line.into());
        finding(SLACK, "unused-suppression", Severity::Hint, at, "A `|` in it.")
    };
    outcome.findings = (0..5000).map(hint).collect();
    let error = finding(
        SLACK,
        "invalid-config",
        Severity::Error,
        TextRange::default(),
        "The worst.",
    );
    outcome.findings.insert(4000, error);
    let found = rendered(Format::Markdown, &outcome);
    assert!((50_000..65_536).contains(&found.chars().count()), "{}", found.len());
    let rows: Vec<_> = found.lines().filter(|line| line.contains("<code>")).collect();
    let (last, before) = rows.split_last().unwrap();
    assert!(last.contains("The worst."), "in its order: {last}");
    assert!(before.iter().all(|row| row.starts_with("| hint |")), "{found}");
    let left = format!(
        "\n\n{} findings more, for which a comment has no room.\n",
        5001 - rows.len()
    );
    assert!(found.ends_with(&left), "{left}");
}
