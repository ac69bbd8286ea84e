//! `--check` on real folders.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::{command, folder, output_of, run, write};

const SOUND: &str = r#"
//- base44/config.jsonc
{ "name": "App" }
//- base44/connectors/slack.jsonc
{
  "type": "slack",
  "scopes": ["channels:read", "chat:write"]
}
"#;

/// One error: `chat.write` is no scope of Slack.
const BROKEN: &str = r#"
//- base44/config.jsonc
{ "name": "App" }
//- base44/connectors/slack.jsonc
{
  "type": "slack",
  "scopes": ["chat.write"]
}
"#;

/// One warning: the comment silences nothing.
const WARNED: &str = r#"
//- base44/config.jsonc
{ "name": "App" }
//- base44/connectors/slack.jsonc
{
  "type": "slack",
  "scopes": [
    // base44-connectors-ls ignore unknown-scope: it once was
    "channels:read"
  ]
}
"#;

fn example(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name)
}

#[test]
fn a_sound_project_passes() {
    let app = folder(SOUND);
    let found = run(app.path(), &["--check"]).exits(0);
    assert_eq!(found.stdout, "Checked 1 file in 1 project: no problems.\n");
    assert_eq!(found.stderr, "");
}

#[test]
fn an_error_fails_the_check() {
    let app = folder(BROKEN);
    let found = run(app.path(), &["--check", "--format", "json"]).exits(1);
    assert_eq!(found.codes(), ["unknown-scope"]);
}

#[test]
fn warnings_fail_the_check_only_if_wanted() {
    let app = folder(WARNED);
    let found = run(app.path(), &["--check", "--format", "json"]).exits(0);
    assert_eq!(found.codes(), ["unused-suppression"]);
    run(app.path(), &["--check", "--error-on-warnings"]).exits(1);
    let quiet = run(app.path(), &["--check", "--quiet", "--format", "json"]).exits(0);
    assert!(quiet.codes().is_empty());
}

#[test]
fn rules_can_be_picked_and_left_out() {
    let app = folder(BROKEN);
    let check = |args: &[&str]| {
        let args = [&["--check", "--format", "json"], args].concat();
        run(app.path(), &args).codes()
    };
    assert_eq!(check(&["--only", "unknown-scope"]), ["unknown-scope"]);
    assert!(check(&["--only", "unused-suppression"]).is_empty());
    assert!(check(&["--skip", "unused-suppression,unknown-scope"]).is_empty());
}

#[test]
fn json_has_the_promised_shape() {
    let app = folder(BROKEN);
    let found = run(app.path(), &["--check", "--format=json"]).exits(1).json();
    let keys = |value: &Value| {
        let mut keys: Vec<_> = value.as_object().unwrap().keys().cloned().collect();
        keys.sort();
        keys.join(" ")
    };
    assert_eq!(keys(&found), "diagnostics files projects summary version");
    assert_eq!(keys(&found["summary"]), "error hint information warning");
    assert_eq!(found["summary"]["error"], 1);
    assert_eq!((&found["projects"], &found["files"]), (&json!(1), &json!(1)));
    let diagnostic = &found["diagnostics"][0];
    assert_eq!(keys(diagnostic), "code end fixes message path severity start url");
    assert_eq!(diagnostic["path"], "base44/connectors/slack.jsonc");
    assert_eq!(diagnostic["severity"], "error");
    assert_eq!(diagnostic["start"], json!({ "line": 3, "column": 14 }));
    assert_eq!(diagnostic["end"], json!({ "line": 3, "column": 26 }));
    assert!(
        diagnostic["url"]
            .as_str()
            .unwrap()
            .ends_with("/docs/rules/unknown-scope.md")
    );
    for fix in diagnostic["fixes"].as_array().unwrap() {
        assert_eq!(keys(fix), "edits safe title");
        for edit in fix["edits"].as_array().unwrap() {
            assert_eq!(keys(edit), "end path start text");
        }
    }
}

#[test]
fn findings_are_sorted_by_path_then_position() {
    let broken = r#"{ "type": "slack", "scopes": ["zz.b", "zz.a"] }"#;
    let app = folder(SOUND);
    for name in ["b/base44", "b-c/base44", "a/base44"] {
        write(&app.path().join(name).join("config.jsonc"), "{}");
        write(&app.path().join(name).join("connectors/slack.jsonc"), broken);
    }
    let found = run(app.path(), &["--check", "--format", "json", "--only", "unknown-scope"]).json();
    let key = |it: &Value| {
        (
            it["path"].as_str().unwrap().to_owned(),
            it["start"]["column"].as_u64().unwrap(),
        )
    };
    let found: Vec<_> = found["diagnostics"].as_array().unwrap().iter().map(key).collect();
    assert_eq!(found.len(), 6);
    assert!(found.is_sorted(), "{found:?}");
}

#[test]
fn columns_count_scalar_values_however_the_line_is_encoded() {
    let app = folder(SOUND);
    let text = "\u{feff}{ /* ä世😀 */ \"type\": \"slack\", \"scopes\": [\"chat.write\"] }";
    write(&app.path().join("base44/connectors/slack.jsonc"), text);
    let found = run(app.path(), &["--check", "--format", "json", "--only", "unknown-scope"]).json();
    let before = text.split("\"chat").next().unwrap().chars().count();
    // The byte order mark is no column, and columns count from 1.
    assert_eq!(found["diagnostics"][0]["start"]["column"], before);
}

#[test]
fn paths_are_relative_to_the_current_folder() {
    let app = folder(BROKEN);
    let from = |folder: &str, args: &[&str]| {
        let args = [&["--check", "--format", "concise"], args].concat();
        run(&app.path().join(folder), &args).exits(1).stdout
    };
    assert!(from("", &[]).starts_with("base44/connectors/slack.jsonc:3:14: error[unknown-scope] "));
    assert!(from("base44", &[]).starts_with("connectors/slack.jsonc:3:14: "));
    assert!(from("base44/connectors", &[]).starts_with("slack.jsonc:3:14: "));
    fs::create_dir(app.path().join("other")).unwrap();
    assert!(from("other", &[".."]).starts_with("../base44/connectors/slack.jsonc:3:14: "));
    let absolute = app.path().join("base44/connectors");
    assert!(from("other", &[absolute.to_str().unwrap()]).starts_with("../base44/connectors/slack.jsonc:"));
}

#[test]
fn a_file_is_checked_in_its_project_but_reported_alone() {
    let app = folder(BROKEN);
    write(
        &app.path().join("base44/connectors/gmail.jsonc"),
        r#"{ "type": "gmail", "scopes": ["gmail.nothing"] }"#,
    );
    let args = ["--check", "base44/connectors/slack.jsonc", "--format", "json"];
    let found = run(app.path(), &args).exits(1);
    assert_eq!(found.codes(), ["unknown-scope"]);
    assert_eq!(found.json()["files"], 1);
}

#[test]
fn a_folder_without_a_project_is_a_connectors_directory() {
    let dir = folder("//- some where/slack.jsonc\n{ \"type\": \"slack\", \"scopes\": [\"chat.write\"] }\n");
    let found = run(dir.path(), &["--check", "some where", "--format", "concise"]).exits(1);
    assert!(
        found.stdout.starts_with("some where/slack.jsonc:1:"),
        "{}",
        found.stdout
    );
}

#[test]
fn what_cannot_be_looked_at_is_no_verdict() {
    let app = folder(BROKEN);
    let found = run(app.path(), &["--check", "no/such.jsonc"]).exits(2);
    assert_eq!(found.stdout, "");
    assert!(found.stderr.contains("no/such.jsonc"), "{}", found.stderr);
}

#[test]
fn a_file_that_cannot_be_read_is_named_and_the_others_are_checked() {
    let app = folder(BROKEN);
    // Nobody reads a file of this size, and it takes no room on the disk.
    let large = fs::File::create(app.path().join("base44/connectors/large.jsonc")).unwrap();
    large.set_len(65 << 20).unwrap();
    let found = run(app.path(), &["--check", "--format", "json"]).exits(2);
    assert!(
        found.stderr.contains("base44/connectors/large.jsonc cannot be read"),
        "{}",
        found.stderr
    );
    assert!(found.codes().contains(&"unknown-scope".to_owned()));
}

#[test]
fn nothing_to_check_is_told_from_nothing_found() {
    let empty = folder("");
    let found = run(empty.path(), &["--check"]).exits(2);
    assert!(found.stderr.contains("nothing to check"), "{}", found.stderr);
    run(empty.path(), &["--check", "--allow-empty"]).exits(0);
    let found = run(empty.path(), &["--check", ".", "--allow-empty", "--format", "json"]).exits(0);
    assert_eq!(found.json()["files"], 0);
    // A project may do without connectors.
    let app = folder("//- base44/config.jsonc\n{}\n");
    run(app.path(), &["--check"]).exits(0);
}

#[test]
fn a_path_that_is_no_connector_is_mentioned() {
    let app = folder(SOUND);
    write(&app.path().join("README.md"), "# App\n");
    let found = run(app.path(), &["--check", "README.md", "base44/connectors/slack.jsonc"]).exits(0);
    assert!(
        found.stderr.contains("README.md is no connector file"),
        "{}",
        found.stderr
    );
    run(app.path(), &["--check", "README.md"]).exits(2);
}

#[test]
fn several_reports_are_written_at_once() {
    let app = folder(BROKEN);
    let args = [
        "--check",
        "--output",
        "json=a b.json",
        "--output",
        "human=out.txt",
        "--format",
        "concise",
        "--color",
        "always",
    ];
    let found = run(app.path(), &args).exits(1);
    assert_eq!(found.stdout.lines().count(), 1);
    let json: Value = serde_json::from_slice(&fs::read(app.path().join("a b.json")).unwrap()).unwrap();
    assert_eq!(json["summary"]["error"], 1);
    let human = fs::read_to_string(app.path().join("out.txt")).unwrap();
    assert!(
        human.contains("error[unknown-scope]") && !human.contains('\x1b'),
        "{human}"
    );
}

#[test]
fn a_report_that_cannot_be_written_does_not_keep_the_others_back() {
    let app = folder(BROKEN);
    let args = [
        "--check",
        "--format=concise",
        "--output=json=no/such/folder.json",
        "--output=json=out.json",
    ];
    let found = run(app.path(), &args).exits(2);
    assert!(
        found.stderr.contains("cannot write no/such/folder.json"),
        "{}",
        found.stderr
    );
    assert!(found.stdout.contains("error[unknown-scope]"), "{found:#?}");
    assert!(app.path().join("out.json").is_file());
}

#[test]
fn a_report_takes_the_place_of_nothing_that_is_checked() {
    let app = folder(BROKEN);
    let connectors = app.path().join("base44/connectors");
    for (from, path) in [
        ("", "base44/connectors/slack.jsonc"),
        ("", "base44/connectors/report.json"),
        ("", "base44/../base44/config.jsonc"),
        ("base44/connectors", "report.json"),
    ] {
        let found = run(
            &app.path().join(from),
            &["--check", "--output", &format!("json={path}")],
        )
        .exits(2);
        assert!(
            found.stderr.contains(&format!("no report is written to {path}")),
            "{found:#?}"
        );
        assert_eq!(found.stdout, "");
    }
    assert!(
        fs::read_to_string(connectors.join("slack.jsonc"))
            .unwrap()
            .contains("chat.write")
    );
    assert_eq!(fs::read_dir(&connectors).unwrap().count(), 1);
    // Nor does one take that of another.
    let found = run(app.path(), &["--check", "--output=json=out", "--output=sarif=./out"]).exits(2);
    assert!(
        found.stderr.contains("each --output needs a file of its own"),
        "{found:#?}"
    );
}

/// Services look for files in the repository, not in the folder that the check happens to run in.
#[test]
fn in_a_pipeline_reports_name_files_as_the_service_looks_for_them() {
    let repository = folder("//- packages/app/base44/config.jsonc\n{}\n");
    let app = repository.path().join("packages/app");
    write(
        &app.join("base44/connectors/slack.jsonc"),
        r#"{ "type": "slack", "scopes": ["chat.write"] }"#,
    );
    let path = "packages/app/base44/connectors/slack.jsonc";
    for (variable, format, expected) in [
        ("GITHUB_WORKSPACE", "github", format!("file={path},")),
        ("GITHUB_WORKSPACE", "sarif", format!("\"uri\":\"{path}\"")),
        ("CI_PROJECT_DIR", "gitlab", format!("\"path\":\"{path}\"")),
        ("BUILD_SOURCESDIRECTORY", "azure", format!("sourcepath={path};")),
        // For people and programs in the current folder.
        (
            "GITHUB_WORKSPACE",
            "concise",
            "base44/connectors/slack.jsonc:1:31: ".to_owned(),
        ),
        (
            "GITHUB_WORKSPACE",
            "json",
            "\"path\":\"base44/connectors/slack.jsonc\"".to_owned(),
        ),
    ] {
        let mut command = command(&app, &["--check", "--format", format]);
        let found = output_of(command.env(variable, repository.path()));
        assert!(found.stdout.contains(&expected), "{format}: {}", found.stdout);
    }
}

#[test]
fn colours_follow_the_switch_and_the_environment() {
    let app = folder(BROKEN);
    let coloured = |args: &[&str], variables: &[(&str, &str)]| {
        let output = command(app.path(), &["--check"])
            .args(args)
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        output.stdout.contains(&0x1b)
    };
    assert!(!coloured(&[], &[]), "not on a pipe");
    assert!(coloured(&["--color", "always"], &[]));
    assert!(coloured(&["--color", "always"], &[("NO_COLOR", "1")]));
    assert!(coloured(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(coloured(&[], &[("FORCE_COLOR", "1")]));
    assert!(!coloured(&[], &[("FORCE_COLOR", "0")]));
    assert!(!coloured(&[], &[("FORCE_COLOR", "1"), ("NO_COLOR", "1")]));
    assert!(!coloured(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(!coloured(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
}

#[cfg(unix)]
#[test]
fn nothing_in_a_file_or_its_name_reaches_the_terminal_unescaped() {
    let app = folder(SOUND);
    let name = "evil\x1b[2J\nname 世.jsonc";
    let text = "{ \"type\": \"slack\", \"scopes\": [\"chat\x1b]0;owned\x07.write\u{202e}\"] }";
    write(&app.path().join("base44/connectors").join(name), text);
    let formats = ["human", "concise", "json", "json-lines", "github", "gitlab"];
    for format in formats
        .into_iter()
        .chain(["sarif", "junit", "checkstyle", "rdjson", "azure", "markdown"])
    {
        let found = run(app.path(), &["--check", "--format", format]);
        let is_active = |c: char| (c.is_control() && c != '\n' && c != '\t') || c == '\u{202e}';
        // JSON for machines may hold the direction mark as it is.
        let active: Vec<_> = found
            .stdout
            .chars()
            .filter(|c| is_active(*c))
            .filter(|c| c.is_control() || format == "human")
            .collect();
        assert!(active.is_empty(), "{format}: {active:?} in {:?}", found.stdout);
        if matches!(format, "concise" | "github" | "azure" | "json-lines") {
            for line in found.stdout.lines() {
                assert!(line.contains("evil"), "{format}: a line of its own: {line:?}");
            }
        }
        assert_ne!(found.stdout, "");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let app = folder(SOUND);
    let scopes: Vec<_> = (0..5000).map(|n| format!("\"chat.write.{n}\"")).collect();
    let text = format!("{{ \"type\": \"slack\", \"scopes\": [\n{}\n] }}", scopes.join(",\n"));
    write(&app.path().join("base44/connectors/slack.jsonc"), &text);
    for format in ["human", "concise", "json", "sarif"] {
        let mut child = command(app.path(), &["--check", "--format", format])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = [0; 16];
        child.stdout.take().unwrap().read_exact(&mut first).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{format}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{format}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let app = folder(SOUND);
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let output = command(app.path(), &["--check"])
        .stdout(full)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("cannot write"),
        "{output:?}"
    );
}

#[test]
fn the_examples_are_what_they_say() {
    let sound = run(&example("sound-app"), &["--check", "--format", "json"]).exits(0);
    assert!(sound.codes().is_empty(), "{}", sound.stdout);
    let broken = run(&example("broken-app"), &["--check", "--format", "json"])
        .exits(1)
        .json();
    let found: Vec<_> = broken["diagnostics"].as_array().unwrap().iter().collect();
    // The table of the README: a file, and what is wrong with it.
    let told = [
        (
            "slack",
            ["duplicate-type", "unknown-scope", "malformed-scope"].as_slice(),
        ),
        ("team-slack", &["duplicate-type"]),
        ("googlecalendar", &["unknown-scope", "wrong-service-scope"]),
        ("mail", &["unknown-type", "unknown-property"]),
        ("stripe", &["unneeded-scopes", "syntax-error"]),
        ("hubspot", &["json5-syntax", "duplicate-scope"]),
        ("google/gmail", &["ignored-file"]),
    ];
    for (name, codes) in told {
        for code in codes {
            let path = format!("base44/connectors/{name}.jsonc");
            assert!(
                found.iter().any(|it| it["path"] == *path && it["code"] == *code),
                "{path}: {code} in {found:#?}"
            );
        }
    }
}
