//! Changed permissions in every format. `UPDATE_GOLDEN=1` writes anew what is expected.

use std::path::Path;
use std::{env, fs};

use pretty_assertions::assert_str_eq;
use serde_json::Value;

use super::{commit, repository, since};
use crate::support::{FORMATS, write};

/// Two projects, one of which goes; a service that comes and one that goes, other scopes, a broken file.
const BEFORE: &str = r#"
//- shop/base44/config.jsonc
{}
//- shop/base44/connectors/slack.jsonc
{ "type": "slack", "scopes": ["channels:read", "chat:write"] }
//- shop/base44/connectors/hubspot.jsonc
{ "type": "hubspot", "scopes": ["crm.objects.contacts.read"] }
//- shop/base44/connectors/outlook.jsonc
{ "type": "outlook", "scopes": ["Mail.Read"] }
//- blog/base44/config.jsonc
{}
//- blog/base44/connectors/stripe.jsonc
{ "type": "stripe" }
"#;

fn changed() -> tempfile::TempDir {
    let repo = repository(BEFORE);
    commit(repo.path());
    let connectors = repo.path().join("shop/base44/connectors");
    fs::remove_dir_all(repo.path().join("blog")).unwrap();
    fs::remove_file(connectors.join("hubspot.jsonc")).unwrap();
    write(
        &connectors.join("outlook.jsonc"),
        "{ \"type\": \"outlook\", \"scopes\": [\n",
    );
    write(
        &connectors.join("slack.jsonc"),
        "{\n  \"type\": \"slack\",\n  \"scopes\": [\n    \"chat:write\",\n    \"reactions:read\"\n  ]\n}\n",
    );
    write(
        &connectors.join("my|<mail>.jsonc"),
        "{\n  \"type\": \"gmail\",\n  \"scopes\": [\n    \"https://mail.google.com/\",\n    \"we|<ird>`\"\n  ]\n}\n",
    );
    repo
}

/// What changes with the rules and the version is left out.
fn stable(format: &str, text: &str) -> String {
    let text = text.replace(env!("CARGO_PKG_VERSION"), "VERSION");
    if format != "sarif" {
        return text;
    }
    let mut log: Value = serde_json::from_str(&text).unwrap();
    log["runs"][0]["tool"]["driver"]["rules"] = Value::Null;
    for result in log["runs"][0]["results"].as_array_mut().unwrap() {
        result["ruleIndex"] = Value::Null;
    }
    serde_json::to_string_pretty(&log).unwrap() + "\n"
}

#[test]
fn every_format_shows_what_has_changed() {
    let repo = changed();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/check/since");
    for format in FORMATS {
        let args = [
            "--format",
            format,
            "--fail-on-risk",
            "admin",
            "--only",
            "syntax-error,unused-suppression",
        ];
        let found = stable(format, &since(repo.path(), "main", &args).exits(1).stdout);
        let path = golden.join(format!("{format}.txt"));
        if env::var_os("UPDATE_GOLDEN").is_some() {
            fs::create_dir_all(&golden).unwrap();
            fs::write(&path, &found).unwrap();
        }
        let expected = fs::read_to_string(&path).unwrap_or_default();
        assert_str_eq!(found, expected, "{} (UPDATE_GOLDEN=1 writes it anew)", path.display());
    }
}

#[test]
fn several_formats_show_the_same_at_once() {
    let repo = changed();
    let args = [
        "--output",
        "markdown=out.md",
        "--output",
        "json=out.json",
        "--format",
        "github",
    ];
    let run = since(repo.path(), "main", &args).exits(1);
    assert!(
        run.stdout.contains(
            "title=permission-change::shop/base44/connectors/my|<mail>.jsonc:4:5: Adds restricted Gmail access"
        ),
        "{}",
        run.stdout
    );
    let markdown = fs::read_to_string(repo.path().join("out.md")).unwrap();
    assert!(markdown.contains("⚠️ **restricted** | Gmail (new)"), "{markdown}");
    let json: Value = serde_json::from_slice(&fs::read(repo.path().join("out.json")).unwrap()).unwrap();
    assert_eq!(json["permissions"][0]["type"], "gmail");
}

#[test]
fn a_comment_has_room_for_the_riskiest_changes() {
    let repo = repository(BEFORE);
    let scopes: Vec<_> = (0..2000).map(|number| format!("\"made.up:{number}\"")).collect();
    let text = format!(
        "{{ \"type\": \"gmail\", \"scopes\": [{}, \"https://mail.google.com/\"] }}",
        scopes.join(", ")
    );
    write(&repo.path().join("shop/base44/connectors/gmail.jsonc"), &text);
    let markdown = since(repo.path(), "main", &["--format", "markdown"]).stdout;
    assert!(
        (50_000..65_536).contains(&markdown.chars().count()),
        "{}",
        markdown.len()
    );
    let mut rows = markdown.lines().filter(|line| line.starts_with("| + |"));
    assert!(rows.next().unwrap().contains("mail.google.com"), "the riskiest first");
    let left = format!("{} changes more, for which a comment has no room.", 2000 - rows.count());
    assert!(markdown.contains(&left), "{left}");
    // What follows from it is never left out, nor are findings altogether.
    assert!(markdown.contains("Consent is needed for the new **Gmail**."));
    assert!(markdown.contains("### Findings\n\n| | Place |") && markdown.contains("| error |"));
}

#[test]
fn without_the_switch_nothing_is_said_of_permissions() {
    let repo = changed();
    for format in FORMATS {
        let run = crate::support::run(repo.path(), &["--check", "--format", format]);
        let mentions = run
            .stdout
            .replace("permission-change.md", "")
            .contains("Permissions since");
        assert!(!mentions, "{format}: {}", run.stdout);
        if format == "json" {
            assert!(run.json().get("permissions").is_none() && run.json().get("since").is_none());
        }
    }
}
