//! Plan: what a push would do, as a document and as data.

use std::fs;

use lsp_types::MessageType;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::desk::{Desk, PLAN, PROJECT, PUSH, SLACK, TWO, cli_options};
use crate::editor::everything;

/// What `slack.jsonc` and `notion.jsonc` do to an app with other connectors.
const EXPECTED: &str = "\
# Plan for the Base44 app app

## WOULD BE REMOVED FROM BASE44: 1

This project has no file for these connectors. A push deletes them: the app loses its access, and whoever gave their consent has to give it again to get it back. To keep them, pull first.

```diff
- hubspot (HubSpot)
-     oauth: See basic account details; HubSpot adds it to every app
```

## Other scopes: 1

Consent is asked again.

```diff
  slack (Slack User)
-     search:read: Search the user's messages and files
```

## Unchanged: 1

notion
";

fn desk() -> Desk {
    let desk = Desk::open(TWO);
    desk.api
        .connector("slack", &["chat:write", "search:read"])
        .connector("hubspot", &["oauth"])
        .connector("notion", &[]);
    desk
}

#[test]
fn the_plan_is_shown_as_a_document_and_answered_as_data_and_changes_nothing() {
    let mut desk = desk();
    let started = desk.run(PLAN, SLACK);
    let document = desk.document(true);
    assert_eq!(fs::read_to_string(&document).unwrap(), EXPECTED);
    assert_eq!(document.extension().unwrap(), "md");
    let answer = desk.editor.client.response(&started.0).unwrap();
    let plan = json!({
        "app": "app",
        "inStep": false,
        "new": {},
        "rescoped": { "slack": { "added": [], "removed": ["search:read"] } },
        "unchanged": ["notion"],
        "removed": { "hubspot": ["oauth"] },
    });
    assert_eq!(answer, json!({ "text": EXPECTED, "plan": plan }));
    assert_eq!(desk.api.changes(), [""; 0]);
    desk.finish();
    assert!(!document.exists(), "it goes with the session");
}

#[test]
fn the_next_plan_takes_the_place_of_the_last() {
    let mut desk = desk();
    let started = desk.run(PLAN, SLACK);
    let first = desk.document(true);
    desk.editor.client.response(&started.0).unwrap();
    desk.api.connector("slack", &["chat:write"]);
    let started = desk.run(PLAN, SLACK);
    let second = desk.document(true);
    desk.editor.client.response(&started.0).unwrap();
    assert_eq!(first, second);
    let text = fs::read_to_string(second).unwrap();
    assert!(text.contains("Unchanged: 2"), "{text}");
    desk.finish();
}

#[test]
fn a_client_that_shows_no_documents_gets_a_message() {
    let mut without = everything();
    without["window"]["showDocument"]["support"] = json!(false);
    for (capabilities, asks) in [(everything(), true), (without, false)] {
        let mut desk = Desk::open_with(PROJECT, capabilities, cli_options(), &[]);
        let started = desk.run(PLAN, SLACK);
        if asks {
            desk.document(false);
        }
        let (kind, message) = desk.message();
        assert_eq!(kind, MessageType::INFO);
        // In front is where it can be opened: some editors show but one line of a message.
        let (place, plan) = message.split_once('\n').unwrap();
        assert!(place.starts_with("Open ") && place.contains("plan-app.md"), "{place}");
        assert!(
            plan.starts_with("Plan for the Base44 app app\nNew: 1\n") && plan.contains("  +     chat:write: "),
            "{plan}"
        );
        desk.editor.client.response(&started.0).unwrap();
        desk.finish();
    }
}

#[test]
fn stripe_is_in_the_plan_and_needs_no_consent() {
    let stripe = PROJECT.replace("slack", "stripe").replace("\"chat:write\"", "");
    let mut desk = Desk::open(&stripe);
    let started = desk.run(PLAN, "base44/connectors/stripe.jsonc");
    desk.document(true);
    let answer = desk.editor.client.response(&started.0).unwrap();
    let text = answer["text"].as_str().unwrap();
    assert!(
        text.contains("+ stripe (Stripe): run by Base44, without consent"),
        "{text}"
    );
    desk.finish();

    let mut desk = Desk::open(PROJECT);
    desk.api.connector("slack", &["chat:write"]).stripe(true);
    let started = desk.run(PLAN, SLACK);
    desk.document(true);
    let answer = desk.editor.client.response(&started.0).unwrap();
    assert_eq!(answer["plan"]["removed"], json!({ "stripe": [] }));
    desk.finish();
}

#[test]
fn scopes_that_base44_adds_by_itself_are_left_out() {
    let gmail = PROJECT
        .replace("slack", "gmail")
        .replace("chat:write", "https://www.googleapis.com/auth/gmail.readonly");
    let mut desk = Desk::open(&gmail);
    let readonly = "https://www.googleapis.com/auth/gmail.readonly";
    desk.api.connector("gmail", &["email", readonly]);
    let started = desk.run(PLAN, "base44/connectors/gmail.jsonc");
    desk.document(true);
    let answer = desk.editor.client.response(&started.0).unwrap();
    assert_eq!(answer["plan"]["inStep"], true, "{answer}");
    desk.finish();
}

#[test]
fn what_cannot_be_pushed_cannot_be_planned_and_the_answer_is_null() {
    let wrong = PROJECT.replace("chat:write", "chat.write");
    let mut desk = Desk::open(&wrong);
    let started = desk.run(PLAN, SLACK);
    let (kind, message) = desk.message();
    assert_eq!(kind, MessageType::ERROR);
    assert!(message.ends_with("Fix it, then plan again."), "{message}");
    assert_eq!(desk.editor.client.response(&started.0), Ok(Value::Null));
    assert_eq!(desk.api.log(), [""; 0]);
    desk.finish();
}

#[test]
fn the_folder_of_a_project_stands_for_the_project() {
    let mut desk = desk();
    for folder in ["", "base44", "base44/connectors"] {
        let started = desk.run(PLAN, folder);
        desk.document(true);
        let answer = desk.editor.client.response(&started.0).unwrap();
        assert_eq!(answer["plan"]["app"], "app", "{folder}");
    }
    let started = desk.run(PUSH, "");
    desk.press("Cancel");
    desk.done(&started);
    desk.finish();
}
