//! Where the text and the settings come from: standard input, config files.

use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use crate::support::{Run, command, folder, run, write};

const BROKEN: &str = r#"{ "type": "slack", "scopes": ["chat.write"] }"#;

/// Runs the binary with `input` on its standard input.
#[track_caller]
fn pipe(folder: &Path, args: &[&str], input: &str) -> Run {
    let mut child = command(folder, args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    Run {
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
        code: output.status.code().unwrap(),
    }
}

#[test]
fn a_text_from_standard_input_stands_for_itself() {
    let empty = folder("");
    let found = pipe(empty.path(), &["--check", "-", "--format", "concise"], BROKEN).exits(1);
    assert!(
        found.stdout.starts_with("-:1:31: error[unknown-scope] "),
        "{}",
        found.stdout
    );
    assert_eq!(found.stdout.lines().count(), 1);
    pipe(empty.path(), &["--check", "-"], "{").exits(1);
}

#[test]
fn a_text_without_a_path_belongs_to_no_project_whatever_the_folder() {
    let app = folder(
        "//- base44/config.jsonc\n{}\n//- base44/connectors/slack.jsonc\n{ \"type\": \"slack\", \"scopes\": [] }\n",
    );
    for from in ["", "base44", "base44/connectors"] {
        let found = pipe(
            &app.path().join(from),
            &["--check", "-", "--format", "json", "--quiet"],
            BROKEN,
        )
        .exits(1);
        assert_eq!(found.codes(), ["unknown-scope"], "{from}");
        assert_eq!(found.json()["diagnostics"][0]["path"], "-");
        assert_eq!(found.json()["files"], 1);
    }
}

#[test]
fn with_a_path_it_is_a_file_of_its_project() {
    let app = folder(
        "//- base44/config.jsonc\n{}\n//- base44/connectors/team.jsonc\n{ \"type\": \"slack\", \"scopes\": [] }\n",
    );
    let path = "base44/connectors/slack.jsonc";
    // On the disk it may be there or not; what comes from standard input counts.
    for text in ["", "{}"] {
        if !text.is_empty() {
            write(&app.path().join(path), text);
        }
        let args = ["--check", "-", "--stdin-path", path, "--format", "json", "--quiet"];
        let found = pipe(app.path(), &args, BROKEN).exits(1);
        assert_eq!(found.codes(), ["duplicate-type", "unknown-scope"]);
        assert_eq!(found.json()["diagnostics"][0]["path"], path);
        assert_eq!(found.json()["files"], 1);
    }
    let diff = pipe(
        app.path(),
        &["--check", "-", "--stdin-path", path, "--diff", "--only", "json5-syntax"],
        "{ 'type': \"slack\" }\n",
    );
    assert!(diff.stdout.contains("+{ \"type\": \"slack\" }\n"), "{}", diff.stdout);
}

#[test]
fn config_files_can_be_replaced_or_left_out() {
    let app = folder(
        "//- base44/config.jsonc\n{}\n//- base44/base44-connectors-ls.jsonc\n{ \"rules\": { \"unknown-scope\": \"off\" } }\n//- other.jsonc\n{ \"rules\": { \"unknown-scope\": \"warning\" } }\n//- bad.jsonc\n{ \"rules\": { \"unknown-scop\": \"off\" } }\n",
    );
    write(&app.path().join("base44/connectors/slack.jsonc"), BROKEN);
    let severities = |args: &[&str]| -> Vec<String> {
        let args = [&["--check", "--format", "json"], args].concat();
        let json = run(app.path(), &args).json();
        let severity = |it: &serde_json::Value| it["severity"].as_str().unwrap().to_owned();
        json["diagnostics"].as_array().unwrap().iter().map(severity).collect()
    };
    assert!(severities(&[]).is_empty());
    assert_eq!(severities(&["--no-config"]), ["error"]);
    assert_eq!(severities(&["--config", "other.jsonc"]), ["warning"]);
    let bad = run(app.path(), &["--check", "--config", "bad.jsonc"]).exits(2);
    assert!(
        bad.stderr.contains("bad.jsonc:1:14: ") && bad.stderr.contains("unknown-scope"),
        "{}",
        bad.stderr
    );
    let missing = run(app.path(), &["--check", "--config", "missing.jsonc"]).exits(2);
    assert!(
        missing.stderr.contains("cannot read missing.jsonc"),
        "{}",
        missing.stderr
    );
}
