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
use serde::de::DeserializeOwned;
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

/// The schema, as the program prints it.
fn schema() -> Value {
    let output = program::program().arg("--schema").output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Asks about documents; a `$0` marks where completion is asked for.
fn ask(documents: &[&str]) -> Vec<Answer> {
    let document = |text: &&str| match text.split_once("$0") {
        Some((before, after)) => {
            json!({ "text": format!("{before}{after}"), "offset": before.encode_utf16().count() })
        }
        None => json!({ "text": text }),
    };
    let answers: Vec<Value> = run("service.mjs", documents.iter().map(document).collect());
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

/// Gives the schema and the documents to a script of `tests/json_schema`, and reads its answers.
fn run<T: DeserializeOwned>(script: &str, documents: Vec<Value>) -> Vec<T> {
    let folder = Path::new(ROOT).join("tests/json_schema");
    assert!(
        folder.join("node_modules").is_dir(),
        "the validators are missing: run tests/setup/json-schema.sh first"
    );
    let question = json!({ "schema": schema(), "documents": documents });
    let mut node = Command::new("node")
        .arg(script)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = node.stdin.take().unwrap();
    input.write_all(question.to_string().as_bytes()).unwrap();
    drop(input);
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
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

/// Two validators that are no editors.
#[test]
fn ajv_and_check_jsonschema_say_the_same() {
    let cases = [
        (r#"{ "type": "slack", "scopes": ["chat:write"] }"#, true),
        (
            r#"{ "$schema": "s", "type": "notion", "scopes": ["something.new"] }"#,
            true,
        ),
        (r#"{ "type": "slack", "scopes": ["chat.write"] }"#, false),
        (r#"{ "type": "slak", "scopes": [] }"#, false),
        (r#"{ "type": "stripe", "scopes": ["read"] }"#, false),
    ];
    let expected = cases.map(|it| it.1);
    let documents = cases.iter().map(|it| json!({ "text": it.0 })).collect();
    assert_eq!(run::<bool>("ajv.mjs", documents), expected);

    let tool = Path::new(ROOT).join(".tools/ci-tools/python/bin/check-jsonschema");
    assert!(
        tool.is_file(),
        "{} is missing: run tests/setup/ci-tools.sh first",
        tool.display()
    );
    let folder = tempfile::tempdir().unwrap();
    let schema_file = folder.path().join("schema.json");
    fs::write(&schema_file, schema().to_string()).unwrap();
    let check = |arguments: &[&Path]| Command::new(&tool).args(arguments).output().unwrap();
    let of_itself = check(&[Path::new("--check-metaschema"), &schema_file]);
    assert!(
        of_itself.status.success(),
        "{}",
        String::from_utf8_lossy(&of_itself.stdout)
    );
    let verdicts = cases.map(|(text, _)| {
        let file = folder.path().join("connector.json");
        fs::write(&file, text).unwrap();
        check(&[Path::new("--schemafile"), &schema_file, &file]).status.code() == Some(0)
    });
    assert_eq!(verdicts, expected);
}

#[test]
fn keys_types_and_the_scopes_of_the_type_are_offered() {
    let [empty, keys, types, slack, gmail] = ask(&[
        "$0",
        "{ $0 }",
        r#"{ "type": $0 }"#,
        r#"{ "type": "slack", "scopes": [$0] }"#,
        r#"{ "type": "gmail", "scopes": ["$0"] }"#,
    ])
    .try_into()
    .unwrap_or_else(|_| panic!("five answers"));
    assert_eq!(empty.labels(), ["Base44 connector"]);
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
