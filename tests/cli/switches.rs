//! The switches that print something and end.

use serde_json::Value;

use crate::support::{self, Run, folder};

#[track_caller]
fn run(args: &[&str]) -> Run {
    let empty = folder("");
    support::run(empty.path(), args)
}

#[test]
fn help_names_every_switch_and_the_exit_codes() {
    for switch in ["--help", "-h"] {
        let help = run(&[switch]).exits(0).stdout;
        for word in [
            "--check",
            "--explain",
            "--list-scopes",
            "--format",
            "--stdio",
            "Exit codes",
            "Examples",
        ] {
            assert!(help.contains(word), "{word} is not in {help}");
        }
    }
}

#[test]
fn the_help_fits_into_a_terminal_of_80_columns() {
    let empty = folder("");
    for columns in ["80", "200"] {
        let help = support::output_of(support::command(empty.path(), &["--help"]).env("COLUMNS", columns)).stdout;
        let too_long: Vec<_> = help.lines().filter(|line| line.chars().count() > 80).collect();
        assert!(too_long.is_empty(), "{too_long:#?}");
    }
}

#[test]
fn a_command_of_other_programs_is_told_from_a_path() {
    let found = run(&["check", "slack.jsonc"]).exits(2);
    assert!(found.stderr.contains("did you mean --check?"), "{}", found.stderr);
    let found = run(&["slack.jsonc"]).exits(2);
    assert!(found.stderr.contains("--check slack.jsonc"), "{}", found.stderr);
}

#[test]
fn wrong_usage_exits_with_2_and_names_the_nearest_switch() {
    let found = run(&["--chek"]).exits(2);
    assert!(found.stderr.contains("--check"), "{}", found.stderr);
    assert_eq!(found.stdout, "");
    run(&["--check", "--format", "xml"]).exits(2);
    run(&["--explain", "--list-services"]).exits(2);
    run(&["slack.jsonc"]).exits(2);
}

#[test]
fn the_version_tells_the_date_of_the_catalogue() {
    let version = run(&["--version"]).exits(0).stdout;
    let (program, date) = version.trim_end().split_once(" (catalogue of ").unwrap();
    assert_eq!(program, concat!("base44-connectors-ls ", env!("CARGO_PKG_VERSION")));
    assert_eq!(date.len(), "2026-01-01)".len(), "{date}");
    assert_eq!(run(&["-V"]).stdout, version);
}

#[test]
fn explain_lists_the_rules_and_prints_each() {
    let list = run(&["--explain"]).exits(0).stdout;
    let codes: Vec<_> = list.lines().map(|line| line.split(' ').next().unwrap()).collect();
    assert!(codes.contains(&"unknown-scope"));
    for code in codes {
        let page = run(&["--explain", code]).exits(0).stdout;
        assert!(page.starts_with(code), "{page}");
        assert!(
            page.contains("What it does") && page.contains("Why is this bad?"),
            "{page}"
        );
    }
}

#[test]
fn explain_suggests_the_nearest_rule() {
    let found = run(&["--explain", "unkown-scope"]).exits(2);
    assert!(
        found.stderr.contains("did you mean `unknown-scope`?"),
        "{}",
        found.stderr
    );
    let found = run(&["--explain", "zzzzzz"]).exits(2);
    assert!(found.stderr.contains("--explain lists them"), "{}", found.stderr);
}

#[test]
fn explain_prints_the_page_as_markdown() {
    let page = run(&["--explain", "unknown-scope", "--format", "markdown"])
        .exits(0)
        .stdout;
    assert!(
        page.starts_with("# unknown-scope\n") && page.contains("\n## Example\n"),
        "{page}"
    );
}

#[test]
fn services_are_listed() {
    let list = run(&["--list-services"]).exits(0).stdout;
    assert!(list.lines().any(|line| line.starts_with("googlecalendar ")), "{list}");
    let json = run(&["--list-services", "--format", "json"]).exits(0).json();
    let slack = json
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["type"] == "slack")
        .unwrap();
    assert_eq!(slack["coverage"], "complete");
    assert_eq!(json.as_array().unwrap().len(), list.lines().count());
}

#[test]
fn scopes_are_listed_and_filtered_by_words() {
    let names = |args: &[&str]| -> Vec<String> {
        let json = run(&[&["--list-scopes"], args, &["--format", "json"]].concat())
            .exits(0)
            .json();
        json.as_array()
            .unwrap()
            .iter()
            .map(|it| it["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let all = names(&["slack"]);
    assert!(all.contains(&"chat:write".to_owned()));
    // By the string, by the kind of access, by the summary; all words count, in any order and case.
    let some = names(&["slack", "WRITE", "chat"]);
    assert!(
        some.contains(&"chat:write".to_owned()) && some.len() < all.len(),
        "{some:?}"
    );
    let read = run(&["--list-scopes", "googlecalendar", "read", "--format", "json"]).json();
    assert!(read.as_array().unwrap().iter().any(|it: &Value| it["access"] == "read"));
    let plain = run(&["--list-scopes", "slack", "chat:write"]).exits(0).stdout;
    assert!(plain.lines().any(|line| line.starts_with("chat:write ")), "{plain}");
}

#[test]
fn lists_hold_what_the_project_declares() {
    let app = folder(
        "//- base44/config.jsonc\n{}\n//- base44/base44-connectors-ls.jsonc\n\
         { \"services\": { \"acme\": { \"name\": \"Acme\", \"scopes\": { \"things.read\": \"Read things\" } } } }\n",
    );
    let services = support::run(&app.path().join("base44"), &["--list-services"]).exits(0);
    assert!(
        services.stdout.lines().any(|line| line.starts_with("acme ")),
        "{}",
        services.stdout
    );
    let scopes = support::run(app.path(), &["--list-scopes", "acme"]).exits(0);
    assert!(scopes.stdout.starts_with("things.read "), "{}", scopes.stdout);
}

#[test]
fn a_list_without_entries_says_why() {
    let found = run(&["--list-scopes", "slack", "zzzzzz"]).exits(0);
    assert_eq!(found.stdout, "");
    assert!(found.stderr.contains("no scope of"), "{}", found.stderr);
    let found = run(&["--list-scopes", "stripe"]).exits(0);
    assert!(found.stderr.contains("Stripe takes no scopes"), "{}", found.stderr);
}

#[test]
fn an_unknown_service_is_suggested() {
    let found = run(&["--list-scopes", "gogglecalendar"]).exits(2);
    assert!(
        found.stderr.contains("did you mean `googlecalendar`?"),
        "{}",
        found.stderr
    );
    assert_eq!(found.stdout, "");
}

#[test]
fn the_schema_accepts_what_is_right_and_refuses_what_is_wrong() {
    let schema = run(&["--schema"]).exits(0).json();
    let validator = jsonschema::draft7::new(&schema).unwrap();
    let accepts = |text: &str| validator.is_valid(&serde_json::from_str(text).unwrap());
    assert!(accepts(r#"{ "type": "slack", "scopes": ["chat:write"] }"#));
    assert!(accepts(r#"{ "type": "stripe", "scopes": [] }"#));
    // Microsoft ignores case.
    assert!(accepts(r#"{ "type": "outlook", "scopes": ["mail.read"] }"#));
    assert!(!accepts(r#"{ "type": "slack", "scopes": ["chat.write"] }"#));
    assert!(!accepts(r#"{ "type": "slak", "scopes": [] }"#));
    assert!(!accepts(r#"{ "type": "stripe", "scopes": ["read_write"] }"#));
    assert!(!accepts(r#"{ "type": "slack" }"#));
    assert!(!accepts(r#"{ "type": "slack", "scopes": [], "scope": [] }"#));
}

#[test]
fn new_writes_a_connector_that_passes_the_check() {
    let app = folder("//- base44/config.jsonc\n{}\n");
    let new = |args: &[&str]| support::run(app.path(), &[&["--new"], args].concat());
    assert_eq!(
        new(&["slack", "chat:write"]).exits(0).stdout,
        "base44/connectors/slack.jsonc\n"
    );
    let text = std::fs::read_to_string(app.path().join("base44/connectors/slack.jsonc")).unwrap();
    assert_eq!(
        text,
        "{\n  \"type\": \"slack\",\n  \"scopes\": [\n    \"chat:write\"\n  ]\n}\n"
    );
    support::run(app.path(), &["--check", "--error-on-warnings"]).exits(0);

    let twice = new(&["slack"]).exits(2);
    assert!(
        twice.stderr.contains("base44/connectors/slack.jsonc is the connector"),
        "{}",
        twice.stderr
    );
    let empty = new(&["gmail"]).exits(0);
    assert!(empty.stderr.contains("--list-scopes gmail"), "{}", empty.stderr);
    let unknown = new(&["gogglecalendar"]).exits(2);
    assert!(
        unknown.stderr.contains("did you mean `googlecalendar`?"),
        "{}",
        unknown.stderr
    );
    let scope = new(&["googlecalendar", "calendar.events"]).exits(2);
    assert!(scope.stderr.contains("auth/calendar.events`?"), "{}", scope.stderr);
    let nowhere = run(&["--new", "slack"]).exits(2);
    assert!(nowhere.stderr.contains("no Base44 project"), "{}", nowhere.stderr);
}
