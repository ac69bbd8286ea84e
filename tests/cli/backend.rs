//! `--check` of backend code: findings in `.ts` files, in every format.

use std::io::Write as _;
use std::process::Stdio;

use crate::support::{FORMATS, command, folder, run};

const APP: &str = r#"
//- base44/config.jsonc
{ "name": "App" }
//- base44/connectors/gmail.jsonc
{
  "type": "gmail",
  "scopes": ["email"]
}
//- base44/functions/notify/entry.ts
/* 🎈 */ connectors.getConnection("slack");
"#;

const MESSAGE: &str = "This project has no connector `slack` (Slack User), so this call fails.";

#[test]
fn code_that_asks_for_what_is_not_there_is_reported() {
    let app = folder(APP);
    let found = run(app.path(), &["--check", "--format", "json"]).exits(0).json();
    let diagnostics = found["diagnostics"].as_array().unwrap();
    let codes: Vec<_> = diagnostics.iter().map(|it| it["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["unused-connector", "missing-connector"]);
    let missing = &diagnostics[1];
    assert_eq!(missing["path"], "base44/functions/notify/entry.ts");
    assert_eq!(missing["message"], MESSAGE);
    assert_eq!(
        (&missing["start"]["line"], &missing["start"]["column"]),
        (&1.into(), &34.into())
    );
    let edit = &missing["fixes"][0]["edits"][0];
    assert_eq!(edit["path"], "base44/connectors/slack.jsonc");
    assert_eq!(edit["text"], "{\n  \"type\": \"slack\",\n  \"scopes\": []\n}\n");
    // Connectors are what is counted.
    assert_eq!(found["files"], 1);
    run(app.path(), &["--check", "--error-on-warnings"]).exits(1);
}

#[test]
fn every_format_names_the_code_file() {
    let app = folder(APP);
    for format in FORMATS {
        let found = run(app.path(), &["--check", "--format", format]).exits(0);
        assert!(
            found.stdout.contains("functions/notify/entry.ts"),
            "{format}: {}",
            found.stdout
        );
        assert!(found.stdout.contains("missing-connector"), "{format}: {}", found.stdout);
    }
    // From any folder, and of one file only.
    let functions = app.path().join("base44/functions");
    let found = run(&functions, &["--check", "--format", "concise", "notify/entry.ts"]).exits(0);
    let line = format!("notify/entry.ts:1:34: warning[missing-connector] {MESSAGE}");
    assert_eq!(found.stdout.lines().next(), Some(&*line), "{}", found.stdout);
    assert!(!found.stdout.contains("unused-connector"), "{}", found.stdout);
}

#[test]
fn rules_for_code_can_be_set_and_skipped() {
    let app = folder(&format!(
        "{APP}//- base44/base44-connectors-ls.jsonc\n{{ \"rules\": {{ \"missing-connector\": \"error\", \"unused-connector\": \"off\" }} }}\n"
    ));
    let found = run(app.path(), &["--check", "--format", "json"]).exits(1);
    assert_eq!(found.codes(), ["missing-connector"]);
    let found = run(
        app.path(),
        &["--check", "--format", "json", "--skip", "missing-connector"],
    )
    .exits(0);
    assert_eq!(found.codes(), [""; 0]);
}

#[test]
fn code_can_come_from_standard_input() {
    let app = folder(APP);
    let args = [
        "--check",
        "--format",
        "json",
        "--stdin-path",
        "base44/functions/new/entry.js",
        "-",
    ];
    let mut child = command(app.path(), &args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(b"connectors.getConnection('gmial')")
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found["diagnostics"][0]["path"], "base44/functions/new/entry.js");
    assert_eq!(found["diagnostics"][0]["fixes"][0]["edits"][0]["text"], "gmail");
}
