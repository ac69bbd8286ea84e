//! `--schema` as Visual Studio Code's own JSON support understands it, for editors that run no language server.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "support/program.rs"]
mod program;

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// What the JSON support says about one document.
struct Answer {
    /// `text: message`.
    problems: Vec<String>,
    /// Label and documentation.
    offered: Vec<(String, String)>,
}

impl Answer {
    fn labels(&self) -> Vec<&str> {
        self.offered.iter().map(|(label, _)| label.as_str()).collect()
    }
}

/// Asks about documents; a `$0` marks where completion is asked for.
fn ask(documents: &[&str]) -> Vec<Answer> {
    let folder = Path::new(ROOT).join("tests/json_schema");
    assert!(
        folder.join("node_modules").is_dir(),
        "the JSON support is missing: run tests/setup/json-schema.sh first"
    );
    let schema = program::program().arg("--schema").output().unwrap();
    let schema: Value = serde_json::from_slice(&schema.stdout).unwrap();
    let document = |text: &&str| match text.split_once("$0") {
        Some((before, after)) => {
            json!({ "text": format!("{before}{after}"), "offset": before.encode_utf16().count() })
        }
        None => json!({ "text": text }),
    };
    let question = json!({ "schema": schema, "documents": documents.iter().map(document).collect::<Vec<_>>() });

    let mut node = Command::new("node");
    node.arg("service.mjs")
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut node = node.spawn().unwrap();
    node.stdin
        .take()
        .unwrap()
        .write_all(question.to_string().as_bytes())
        .unwrap();
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success());
    let answers: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let string = |it: &Value| it.as_str().unwrap().to_owned();
    let pairs = |list: &Value, first: &str, second: &str| -> Vec<(String, String)> {
        list.as_array()
            .unwrap()
            .iter()
            .map(|it| (string(&it[first]), string(&it[second])))
            .collect()
    };
    let answer = |it: &Value| Answer {
        problems: pairs(&it["problems"], "text", "message")
            .into_iter()
            .map(|(text, message)| format!("{text}: {message}"))
            .collect(),
        offered: pairs(&it["offered"], "label", "documentation"),
    };
    answers.iter().map(answer).collect()
}

#[test]
fn good_files_have_no_problem() {
    let folder = Path::new(ROOT).join("examples/sound-app/base44/connectors");
    let mut texts: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|it| fs::read_to_string(it.unwrap().path()).unwrap())
        // A service that only the project's own config knows.
        .filter(|it| !it.contains("acme_crm"))
        .collect();
    // As Base44's documentation writes it, with comments and commas at the end.
    texts.push("// Mail\n{\n  \"type\": \"gmail\",\n  \"scopes\": [\n    \"https://www.googleapis.com/auth/gmail.send\", /* only that */\n  ],\n}\n".to_owned());
    // Where the list of scopes may have gaps, an unknown one is let through.
    texts.push("{ \"type\": \"notion\", \"scopes\": [\"something.new\"] }".to_owned());
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    assert!(texts.len() >= 5);
    for (text, answer) in texts.iter().zip(ask(&texts)) {
        assert_eq!(answer.problems, [""; 0], "{text}");
    }
}

#[test]
fn bad_files_have_a_problem_where_it_is() {
    let cases = [
        (r#"{ "type": "slak", "scopes": [] }"#, "\"slak\": "),
        (r#"{ "scopes": [] }"#, "{: "),
        (r#"{ "type": "slack" }"#, "{: "),
        (r#"{ "type": "slack", "scopes": ["chat.write"] }"#, "\"chat.write\": "),
        (
            r#"{ "type": "slack", "scopes": ["chat:write", "chat:write"] }"#,
            "[\"chat:write\", \"chat:write\"]: ",
        ),
        (r#"{ "type": "slack", "scopes": "chat:write" }"#, "\"chat:write\": "),
        (r#"{ "type": "stripe", "scopes": ["read"] }"#, "[\"read\"]: "),
        (r#"{ "type": "slack", "scopes": [], "scope": 1 }"#, "\"scope\": "),
        (r#"{ "type": "slack", "scopes": [1] }"#, "1: "),
        (r#"{ "type": "slack", "scopes": ["chat:write" }"#, "}: "),
    ];
    let texts = cases.map(|it| it.0);
    for ((text, expected), answer) in cases.iter().zip(ask(&texts)) {
        assert!(
            answer.problems.iter().any(|it| it.starts_with(expected)),
            "{text}: no `{expected}` in {:#?}",
            answer.problems
        );
    }
}

#[test]
fn keys_types_and_the_scopes_of_the_type_are_offered() {
    let [keys, types, slack, gmail] = ask(&[
        "{ $0 }",
        r#"{ "type": $0 }"#,
        r#"{ "type": "slack", "scopes": [$0] }"#,
        r#"{ "type": "gmail", "scopes": ["$0"] }"#,
    ])
    .try_into()
    .unwrap_or_else(|_| panic!("four answers"));
    let mut labels = keys.labels();
    labels.sort_unstable();
    assert_eq!(labels, ["$schema", "scopes", "type"]);

    let (_, documentation) = types
        .offered
        .iter()
        .find(|(label, _)| label == "\"googlecalendar\"")
        .unwrap();
    assert!(documentation.starts_with("Google Calendar: "), "{documentation}");

    let (_, documentation) = slack
        .offered
        .iter()
        .find(|(label, _)| label == "\"chat:write\"")
        .unwrap();
    assert!(
        documentation.contains("Post, edit and delete messages"),
        "{documentation}"
    );
    assert!(
        !slack.labels().iter().any(|it| it.contains("googleapis")),
        "of Slack only: {:?}",
        slack.labels()
    );

    assert!(
        gmail
            .labels()
            .contains(&"\"https://www.googleapis.com/auth/gmail.send\"")
    );
    assert!(!gmail.labels().contains(&"\"chat:write\""));
}
