//! `--fix` and `--diff`.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::examples::{self, texts};
#[cfg(target_os = "linux")]
use crate::support::command;
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

/// The findings that still have a safe fix.
fn fixable(app: &Path) -> Vec<Value> {
    let found = run(app, &["--check", "--allow-empty", "--format", "json"]).json();
    let has_safe_fix = |it: &Value| it["fixes"].as_array().unwrap().iter().any(|fix| fix["safe"] == true);
    let found = found["diagnostics"].as_array().unwrap();
    found.iter().filter(|it| has_safe_fix(it)).cloned().collect()
}

#[test]
fn after_a_fix_there_is_nothing_to_fix_in_any_example() {
    let mut mended = 0;
    for example in examples::all() {
        let before = texts(&example.app);
        run(&example.app, &["--check", "--fix", "--allow-empty"]);
        let once = texts(&example.app);
        mended += usize::from(once != before);
        assert_eq!(fixable(&example.app), Vec::<Value>::new(), "{}", example.origin);
        let again = run(&example.app, &["--check", "--fix", "--allow-empty"]);
        assert_eq!(again.stderr, "", "{}", example.origin);
        assert!(
            texts(&example.app) == once,
            "{}: the second time it is not the same",
            example.origin
        );
    }
    assert!(mended >= 5, "{mended}");
}

/// The fixed text has the line ends and the byte order mark of the file, and is otherwise the same.
#[test]
fn line_ends_and_byte_order_marks_stay_in_any_example() {
    for (plain, windows) in examples::all().into_iter().zip(examples::all()) {
        let dressed = |text: &[u8]| {
            let text = String::from_utf8(text.to_vec()).unwrap();
            format!("\u{feff}{}", text.replace('\n', "\r\n"))
        };
        for (path, text) in texts(&windows.app) {
            fs::write(windows.app.join(path), dressed(&text)).unwrap();
        }
        for example in [&plain, &windows] {
            run(&example.app, &["--check", "--fix", "--allow-empty"]);
        }
        let windows_texts = texts(&windows.app);
        for (path, text) in &texts(&plain.app) {
            let found = String::from_utf8(windows_texts[path].clone()).unwrap();
            pretty_assertions::assert_str_eq!(found, dressed(text), "{} {}", plain.origin, path.display());
        }
    }
}

#[cfg(unix)]
#[test]
fn a_file_reached_through_a_link_stays_where_and_whose_it_is() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
    let app = app(JSON5);
    let (link, real) = (app.path().join(PATH), app.path().join("real.txt"));
    fs::rename(&link, &real).unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("../../real.txt", &link).unwrap();
    let owner = std::os::unix::fs::chown(&real, Some(65534), Some(65534)).map(|()| 65534);
    run(app.path(), &["--check", "--fix"]).exits(0);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(&real).unwrap(), JSONC);
    let metadata = fs::metadata(&real).unwrap();
    assert_eq!(metadata.mode() & 0o777, 0o640);
    // Only root can give files away, so only then there is something to keep.
    if let Ok(owner) = owner {
        assert_eq!(metadata.uid(), owner);
    }
}

/// No file of the project has changed, none is new, and the exit code and the message tell.
#[cfg(unix)]
#[track_caller]
fn refused(app: &tempfile::TempDir, found: &crate::support::Run, because: &str) {
    assert_eq!(found.code, 2, "{found:#?}");
    let expected = format!("error: cannot fix {PATH}: {because}");
    assert!(found.stderr.contains(&expected), "{}", found.stderr);
    let files: Vec<_> = texts(app.path()).into_keys().collect();
    assert_eq!(files, [Path::new("base44/config.jsonc"), Path::new(PATH)]);
    assert_eq!(text(app), JSON5);
}

#[cfg(unix)]
#[test]
fn what_may_not_be_written_is_left_alone() {
    use crate::unprivileged::{self, mode};
    let app = app(JSON5);
    let (file, connectors) = (app.path().join(PATH), app.path().join("base44/connectors"));
    mode(&file, 0o444);
    refused(&app, &run(app.path(), &["--check", "--fix"]), "it is write-protected");
    mode(&file, 0o666);
    mode(&connectors, 0o555);
    let found = unprivileged::run(app.path(), &["--check", "--fix"]);
    refused(&app, &found, "its folder cannot be written to");
    mode(&connectors, 0o777);
    if unprivileged::is_root() {
        // Somebody else's file in a folder of everybody's.
        mode(&file, 0o644);
        let found = unprivileged::run(app.path(), &["--check", "--fix"]);
        refused(&app, &found, "Permission denied");
    }
}

/// The shell's limit for files is as good as a disk that is full: every byte is one too many.
#[cfg(target_os = "linux")]
#[test]
fn on_a_full_disk_the_file_stays_whole() {
    let app = app(JSON5);
    let binary = command(app.path(), &[]).get_program().to_owned();
    let output = std::process::Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\" --check --fix"])
        .arg(binary)
        .current_dir(app.path())
        .output()
        .unwrap();
    let found = crate::support::Run {
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
        code: output.status.code().unwrap(),
    };
    refused(&app, &found, "File too large");
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
