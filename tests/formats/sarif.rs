//! SARIF: against the schema of its version, and with GitHub's rules for what it takes in.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::consumers::tools;
use crate::hostile::{findings, project, report, ways};
use crate::support::{folder, run, write};

fn multitool() -> PathBuf {
    tools().join("node_modules/@microsoft/sarif-multitool-linux")
}

#[test]
fn logs_satisfy_the_schema() {
    let schema = fs::read_to_string(multitool().join("sarif-2.1.0.json")).unwrap();
    let schema: Value = serde_json::from_str(schema.trim_start_matches('\u{feff}')).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let root = project();
    for (folder, paths) in ways(root.path()) {
        let log: Value = serde_json::from_str(&report(&folder, &paths, "sarif")).unwrap();
        let errors: Vec<_> = schema.iter_errors(&log).map(|it| it.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?}");
        assert!(!schema.is_valid(&serde_json::json!({ "version": "2.1.0" })));
    }
}

/// The validator of those who wrote the format, with its rules for GitHub code scanning.
#[test]
fn logs_are_accepted_by_the_validator_of_microsoft() {
    let root = project();
    let mut log: Value = serde_json::from_str(&report(&root.path().join("app"), &[], "sarif")).unwrap();
    assert_eq!(refused(root.path(), &log), Vec::<Value>::new());
    // And it would have said so.
    let rule = &mut log["runs"][0]["tool"]["driver"]["rules"][0];
    rule.as_object_mut().unwrap().remove("fullDescription");
    assert_eq!(refused(root.path(), &log), ["GH2012"]);
}

/// The validator's rules that the log breaks, but for its notes, which are matters of taste.
fn refused(folder: &Path, log: &Value) -> Vec<Value> {
    let (path, verdict) = (folder.join("log.sarif"), folder.join("verdict.sarif"));
    write(&path, &log.to_string());
    let settings = folder.join("settings.xml");
    // This rule asks the network whether our addresses are there.
    write(
        &settings,
        r#"<?xml version="1.0" encoding="utf-8"?>
<Properties>
  <Properties Key="SARIF2006.UrisShouldBeReachable.Options">
    <Property Key="RuleEnabled" Value="Disabled" />
  </Properties>
</Properties>
"#,
    );
    let output = Command::new(multitool().join("Sarif.Multitool"))
        .arg("validate")
        .arg(path)
        .args([
            "--rule-kind",
            "Sarif;Ghas",
            "--level",
            "Error;Warning",
            "--log",
            "ForceOverwrite",
        ])
        .arg("--output")
        .arg(&verdict)
        .arg("--config")
        .arg(settings)
        .env("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let verdict: Value = serde_json::from_str(&fs::read_to_string(verdict).unwrap()).unwrap();
    let results = verdict["runs"][0]["results"].as_array().unwrap();
    results.iter().map(|it| it["ruleId"].clone()).collect()
}

#[test]
fn places_lead_to_the_files_from_any_folder() {
    let root = project();
    for (folder, paths) in ways(root.path()) {
        let log: Value = serde_json::from_str(&report(&folder, &paths, "sarif")).unwrap();
        let results = log["runs"][0]["results"].as_array().unwrap();
        let expected = findings(&folder, &paths);
        assert_eq!(results.len(), expected.len());
        for (result, finding) in results.iter().zip(expected) {
            let place = &result["locations"][0]["physicalLocation"];
            let path = decoded(place["artifactLocation"]["uri"].as_str().unwrap());
            assert!(folder.join(&path).is_file(), "{path:?} seen from {folder:?}");
            assert_eq!(path.to_string_lossy(), finding["path"].as_str().unwrap());
            assert_eq!(place["region"]["startLine"], finding["start"]["line"]);
            assert_eq!(place["region"]["startColumn"], finding["start"]["column"]);
            assert_eq!(result["ruleId"], finding["code"]);
            assert_eq!(result["message"]["text"], finding["message"]);
        }
    }
}

#[test]
fn fingerprints_stay_when_lines_move() {
    let text = "{\n  \"type\": \"slack\",\n  \"scopes\": [\"chat.write\", \"chat.write\", \"no.such\"]\n}\n";
    let app = folder("//- base44/config.jsonc\n{}\n");
    let path = app.path().join("base44/connectors/slack.jsonc");
    let fingerprints = |text: &str| -> Vec<Value> {
        write(&path, text);
        let log = run(app.path(), &["--check", "--format", "sarif"]).json();
        let results = log["runs"][0]["results"].as_array().unwrap();
        results.iter().map(|it| it["partialFingerprints"].clone()).collect()
    };
    let before = fingerprints(text);
    assert!(before.len() >= 3, "{before:?}");
    assert_eq!(
        fingerprints(&format!(
            "// a comment\n\n{}",
            text.replace("\"scopes\"", "\n\n  \"scopes\"")
        )),
        before
    );
    assert_ne!(fingerprints(&text.replace("no.such", "no.such.either")), before);
}

/// A relative URI reference as the path it stands for.
fn decoded(uri: &str) -> PathBuf {
    let mut bytes = Vec::new();
    let mut rest = uri.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let digits = [rest.next().unwrap(), rest.next().unwrap()];
                let digits = std::str::from_utf8(&digits).unwrap();
                bytes.push(u8::from_str_radix(digits, 16).unwrap());
            }
            byte => {
                assert!(byte.is_ascii_graphic(), "{uri}");
                bytes.push(byte);
            }
        }
    }
    path_of(bytes)
}

#[cfg(unix)]
fn path_of(bytes: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt as _;
    std::ffi::OsString::from_vec(bytes).into()
}

#[cfg(not(unix))]
fn path_of(bytes: Vec<u8>) -> PathBuf {
    String::from_utf8(bytes).unwrap().into()
}
