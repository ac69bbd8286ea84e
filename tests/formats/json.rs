//! Our own format: its schema, and that its edits are all that a program needs.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use pretty_assertions::assert_eq;
use serde_json::Value;

use crate::examples::{self, Example, texts};
use crate::hostile;
use crate::support::{folder, run, write};

fn shipped() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema/check-output.schema.json");
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// The schema without its promise to let keys be added: whatever is written has to be in it.
fn closed(mut schema: Value) -> Value {
    fn close(value: &mut Value) {
        if let Value::Object(object) = value {
            if object.contains_key("properties") {
                object.insert("additionalProperties".to_owned(), false.into());
            }
            object.values_mut().for_each(close);
        }
    }
    close(&mut schema);
    schema
}

fn validate(schema: &Value, report: &Value) {
    let schema = jsonschema::validator_for(schema).unwrap();
    let errors: Vec<_> = schema
        .iter_errors(report)
        .map(|it| format!("{}: {it}", it.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

/// The examples and the hostile project.
fn projects() -> Vec<Example> {
    let root = hostile::project();
    let app = root.path().join("app");
    let hostile = Example {
        origin: "hostile".to_owned(),
        app,
        _root: root,
    };
    examples::all().into_iter().chain([hostile]).collect()
}

fn report(app: &Path, format: &str) -> String {
    run(app, &["--check", "--allow-empty", "--format", format]).stdout
}

fn diagnostics(app: &Path) -> Vec<Value> {
    let report: Value = serde_json::from_str(&report(app, "json")).unwrap();
    report["diagnostics"].as_array().unwrap().clone()
}

#[test]
fn reports_are_what_the_schema_says_and_nothing_more() {
    let schema = closed(shipped());
    let line = of_line(&schema, "diagnostic");
    let mut lines = 0;
    for Example { app, .. } in projects() {
        validate(&schema, &serde_json::from_str(&report(&app, "json")).unwrap());
        for text in report(&app, "json-lines").lines() {
            validate(&line, &serde_json::from_str(text).unwrap());
            lines += 1;
        }
    }
    assert!(lines > 100, "{lines}");
}

/// The reports that `tests/cli/since/formats.rs` holds to be right.
#[test]
fn changed_permissions_are_what_the_schema_says_and_nothing_more() {
    let golden = |format: &str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/check/since");
        fs::read_to_string(folder.join(format!("{format}.txt"))).unwrap()
    };
    let schema = closed(shipped());
    let report: Value = serde_json::from_str(&golden("json")).unwrap();
    assert!(!report["permissions"].as_array().unwrap().is_empty());
    validate(&schema, &report);
    for line in golden("json-lines").lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let kind = if line["code"].is_null() {
            "permission"
        } else {
            "diagnostic"
        };
        validate(&of_line(&schema, kind), &line);
    }
}

/// The schema of a line of `--format json-lines`.
fn of_line(schema: &Value, kind: &str) -> Value {
    let mut line = schema.clone();
    line["$ref"] = format!("#/$defs/{kind}").into();
    for key in ["type", "required", "properties", "additionalProperties"] {
        line.as_object_mut().unwrap().remove(key);
    }
    line
}

/// The example of the documentation is what comes out.
#[test]
fn the_documented_report_is_real() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/formats.md");
    let docs = fs::read_to_string(docs).unwrap();
    let documented = docs.split("```json\n").nth(1).unwrap().split("```").next().unwrap();
    let app = folder("//- base44/config.jsonc\n{}\n");
    let slack = "{\n  \"type\": \"slack\",\n  \"scopes\": [\"chat.write\"]\n}\n";
    write(&app.path().join("base44/connectors/slack.jsonc"), slack);
    let found = run(app.path(), &["--check", "--format", "json"]).exits(1).json();
    let mut documented: Value = serde_json::from_str(documented).unwrap();
    documented["version"] = env!("CARGO_PKG_VERSION").into();
    assert_eq!(found, documented);
}

#[test]
fn the_binary_prints_the_schema() {
    let folder = folder("");
    let printed = run(folder.path(), &["--schema", "check-output"]).exits(0).json();
    assert_eq!(printed, shipped());
}

/// Applies the edits of a fix to the files below `app`, knowing nothing but the report.
fn apply(app: &Path, fix: &Value) {
    let mut by_path: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for edit in fix["edits"].as_array().unwrap() {
        by_path.entry(edit["path"].as_str().unwrap()).or_default().push(edit);
    }
    for (path, edits) in by_path {
        let path = app.join(path);
        let old = fs::read_to_string(&path).unwrap_or_default();
        let (mut new, mut done) = (String::new(), 0);
        for edit in edits {
            let (start, end) = (offset(&old, &edit["start"]), offset(&old, &edit["end"]));
            new.push_str(&old[done..start]);
            new.push_str(edit["text"].as_str().unwrap());
            done = end;
        }
        new.push_str(&old[done..]);
        write(&path, &new);
    }
}

/// The byte offset of a place, by the words of the schema.
fn offset(text: &str, place: &Value) -> usize {
    let mark = if text.starts_with('\u{feff}') {
        '\u{feff}'.len_utf8()
    } else {
        0
    };
    let (mut line, mut start) = (1, mark);
    let mut chars = text.char_indices().peekable();
    while line < place["line"].as_u64().unwrap() {
        let (at, c) = chars.next().expect("the line is there");
        if c == '\n' || (c == '\r' && chars.peek().is_none_or(|(_, next)| *next != '\n')) {
            line += 1;
            start = at + 1;
        }
    }
    let column = place["column"].as_u64().unwrap() as usize - 1;
    let mut ends = text[start..]
        .char_indices()
        .map(|(at, _)| at)
        .chain([text[start..].len()]);
    start + ends.nth(column).expect("the column is there")
}

/// A file that a program cannot name from JSON: its name is not Unicode.
fn is_nameless(finding: &Value) -> bool {
    finding["path"].as_str().unwrap().contains('\u{fffd}')
}

#[test]
fn a_program_that_applies_the_safe_edits_gets_what_fix_gets() {
    let mut applied = 0;
    for (here, there) in projects().into_iter().zip(projects()) {
        let (origin, by_hand, by_fix) = (&here.origin, here.app.as_path(), there.app.as_path());
        for _ in 0..500 {
            let found = diagnostics(by_hand);
            let safe = |finding: &Value| {
                finding["fixes"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .find(|it| it["safe"] == true)
                    .cloned()
            };
            let Some(fix) = found.iter().filter(|it| !is_nameless(it)).find_map(safe) else {
                break;
            };
            apply(by_hand, &fix);
            applied += 1;
        }
        run(by_fix, &["--check", "--fix", "--allow-empty"]);
        let (mut by_hand, mut by_fix) = (texts(by_hand), texts(by_fix));
        for texts in [&mut by_hand, &mut by_fix] {
            texts.retain(|path, _| path.to_str().is_some());
        }
        assert_eq!(by_hand, by_fix, "{origin}");
    }
    assert!(applied > 20, "{applied}");
}

#[test]
fn every_fix_can_be_applied_and_mends_its_finding() {
    let mut applied = 0;
    for Example { origin, app, _root } in projects() {
        let before = texts(&app);
        let found = diagnostics(&app);
        for finding in found.iter().filter(|it| !is_nameless(it)) {
            for fix in finding["fixes"].as_array().unwrap() {
                apply(&app, fix);
                let same = |it: &&Value| {
                    it["code"] == finding["code"]
                        && it["message"] == finding["message"]
                        && it["path"] == finding["path"]
                };
                let count = |found: &[Value]| found.iter().filter(same).count();
                let after = diagnostics(&app);
                texts(&app)
                    .keys()
                    .filter(|it| !before.contains_key(*it))
                    .for_each(|it| fs::remove_file(app.join(it)).unwrap());
                for (path, text) in &before {
                    fs::write(app.join(path), text).unwrap();
                }
                assert!(
                    count(&after) < count(&found),
                    "{origin}: {fix:#} does not mend {finding:#}"
                );
                applied += 1;
            }
        }
    }
    assert!(applied > 100, "{applied}");
}
