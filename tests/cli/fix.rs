//! `--fix` and `--diff`.

use std::fs;

use crate::support::{folder, run, write};

const PATH: &str = "base44/connectors/slack.jsonc";

/// Legal for the CLI, which reads JSON5; the fix rewrites it as JSONC.
const JSON5: &str = "{\r\n  // ours\r\n  'type': \"slack\",\r\n  \"scopes\": ['channels:read'], // end\r\n}\r\n";
const JSONC: &str = "{\r\n  // ours\r\n  \"type\": \"slack\",\r\n  \"scopes\": [\"channels:read\"], // end\r\n}\r\n";

fn app(text: &str) -> tempfile::TempDir {
    let app = folder("//- base44/config.jsonc\n{}\n");
    write(&app.path().join(PATH), text);
    app
}

fn text(app: &tempfile::TempDir) -> String {
    fs::read_to_string(app.path().join(PATH)).unwrap()
}

#[test]
fn safe_fixes_are_applied_and_the_rest_of_the_file_stays() {
    let app = app(&format!("\u{feff}{JSON5}"));
    let found = run(app.path(), &["--check", "--fix"]).exits(0);
    assert_eq!(text(&app), format!("\u{feff}{JSONC}"));
    assert_eq!(found.stdout, "Checked 1 file in 1 project: no problems.\n");
    assert_eq!(found.stderr, format!("note: fixed {PATH}\n"));
    let again = run(app.path(), &["--check", "--fix"]).exits(0);
    assert_eq!(again.stderr, "");
}

#[test]
fn fixes_that_change_permissions_are_not_applied() {
    let unsafe_to_fix = "{\n  \"type\": \"slack\",\n  \"scopes\": [\"chat.write\"]\n}\n";
    let app = app(unsafe_to_fix);
    let found = run(app.path(), &["--check", "--fix", "--format", "json"]).exits(1);
    assert_eq!(found.codes(), ["unknown-scope"]);
    assert_eq!(text(&app), unsafe_to_fix);
}

#[test]
fn only_what_is_reported_is_fixed() {
    let app = app(JSON5);
    run(app.path(), &["--check", "--fix", "--skip", "json5-syntax"]).exits(0);
    run(app.path(), &["--check", "--fix", "base44/config.jsonc"]).exits(0);
    assert_eq!(text(&app), JSON5);
}

#[test]
fn a_diff_shows_the_fixes_and_changes_nothing() {
    let app = app(JSON5);
    let found = run(app.path(), &["--check", "--diff"]).exits(0);
    let expected = format!(
        "--- {PATH}\n+++ {PATH}\n@@ -1,5 +1,5 @@\n {{\r\n   // ours\r\n-  'type': \"slack\",\r\n-  \"scopes\": ['channels:read'], // end\r\n\
         +  \"type\": \"slack\",\r\n+  \"scopes\": [\"channels:read\"], // end\r\n }}\r\n"
    );
    pretty_assertions::assert_str_eq!(found.stdout, expected);
    assert_eq!(text(&app), JSON5);
    let nothing = run(app.path(), &["--check", "--diff", "--skip", "json5-syntax"]).exits(0);
    assert_eq!(nothing.stdout, "");
}

#[test]
fn a_file_that_is_not_utf_8_is_left_alone() {
    let app = app("");
    let path = app.path().join(PATH);
    let bytes = [b"{ 'type': \"slack\", \"scopes\": [] } // caf".as_slice(), b"\xe9\n"].concat();
    fs::write(&path, &bytes).unwrap();
    let found = run(app.path(), &["--check", "--fix"]).exits(2);
    assert!(found.stderr.contains(&format!("cannot fix {PATH}")), "{}", found.stderr);
    assert_eq!(fs::read(&path).unwrap(), bytes);
    // The others are fixed all the same.
    let other = app.path().join("base44/connectors/zendesk.jsonc");
    write(&other, JSON5);
    run(app.path(), &["--check", "--fix"]).exits(2);
    assert_eq!(fs::read_to_string(other).unwrap(), JSONC);
}

#[test]
fn the_number_of_fixable_findings_is_told() {
    let app = app(JSON5);
    let found = run(app.path(), &["--check"]).exits(0);
    assert!(
        found.stdout.ends_with("1 warning. `--fix` mends it.\n"),
        "{}",
        found.stdout
    );
}
