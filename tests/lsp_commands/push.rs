//! Push: plan, question, result, consent.

use std::fs;

use lsp_types::MessageType;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::desk::{Desk, NOTION, PROJECT, PUSH, SLACK, TWO, cli_options};
use crate::editor::everything;
use crate::support::api::{Answer, real_cli};

#[test]
fn push_shows_the_plan_asks_and_says_how_each_connector_ended() {
    let mut desk = Desk::open(TWO);
    desk.api
        .connector("slack", &["chat:write", "search:read"])
        .connector("hubspot", &["oauth"])
        .connector("notion", &[]);
    desk.api.on(
        "PUT slack",
        Answer::Json(
            200,
            json!({
                "redirect_url": null, "connection_id": null, "already_authorized": true,
                "error": null, "error_message": null, "other_user_email": null,
            }),
        ),
    );
    let started = desk.run(PUSH, SLACK);
    let question = desk.question();
    assert_eq!(
        question.message,
        "Push to the Base44 app app?\n\
         Remove hubspot (1 scope): this project has no file for it, and the app loses its access.\n\
         Change slack: drop search:read. You will be asked for consent again.\n\
         Unchanged: notion."
    );
    assert_eq!(question.buttons, ["Push 2 connectors, remove hubspot", "Cancel"]);
    assert_eq!(desk.api.changes(), [""; 0], "nothing is sent before the answer");

    desk.answer(&question, Some("Push 2 connectors, remove hubspot"));
    desk.api.wait_for("DELETE hubspot");
    let (kind, message) = desk.message();
    assert_eq!(kind, MessageType::INFO);
    assert_eq!(message, "Notion: pushed.\nHubSpot: removed from Base44.");
    let (kind, message) = desk.message();
    assert_eq!(kind, MessageType::ERROR);
    assert_eq!(
        message,
        "Slack User: the CLI says it was pushed, but Base44 still has search:read. Authorize it to see what Base44 says."
    );
    desk.done(&started);
    assert_eq!(
        desk.api.changes(),
        ["PUT notion", "PUT slack chat:write", "DELETE hubspot"]
    );
    desk.finish();
}

#[test]
fn cancel_and_closing_the_question_send_nothing() {
    let mut desk = Desk::open(PROJECT);
    for answer in [Some("Cancel"), None] {
        let started = desk.run(PUSH, SLACK);
        let question = desk.question();
        assert_eq!(question.buttons, ["Push slack", "Cancel"]);
        desk.answer(&question, answer);
        desk.done(&started);
        assert_eq!(desk.api.changes(), [""; 0]);
    }
    desk.finish();
}

#[test]
fn a_project_in_step_with_base44_says_so_and_asks_nothing() {
    let mut desk = Desk::open(PROJECT);
    desk.api.connector("slack", &["chat:write"]);
    let started = desk.run(PUSH, SLACK);
    let message = "Base44 already has these connectors, with these scopes.".to_owned();
    assert_eq!(desk.message(), (MessageType::INFO, message));
    desk.done(&started);
    assert_eq!(desk.api.changes(), [""; 0]);
    desk.finish();
}

#[test]
fn other_spellings_of_a_scope_and_what_base44_adds_by_itself_are_in_step() {
    let outlook = "\
//- base44/config.jsonc
{}
//- base44/.app.jsonc
{ \"id\": \"app\" }
//- base44/connectors/outlook.jsonc
{ \"type\": \"outlook\", \"scopes\": [\"Mail.Read\"] }
";
    let mut desk = Desk::open(outlook);
    desk.api.connector(
        "outlook",
        &["https://graph.microsoft.com/mail.read", "User.Read", "offline_access"],
    );
    let started = desk.run(PUSH, "base44/connectors/outlook.jsonc");
    assert_eq!(
        desk.message().1,
        "Base44 already has these connectors, with these scopes."
    );
    desk.done(&started);
    desk.finish();
}

#[test]
fn a_service_that_waits_for_consent_is_opened_in_the_browser_and_checked() {
    let mut desk = Desk::open(PROJECT);
    let started = desk.run(PUSH, SLACK);
    assert_eq!(
        desk.press("Push slack"),
        "Push to the Base44 app app?\nAdd slack (1 scope): chat:write."
    );
    let message = "Slack User: pushed; it works once you have given consent in the browser.".to_owned();
    assert_eq!(desk.message(), (MessageType::INFO, message));
    assert_eq!(
        desk.press("Open consent page"),
        "Slack User needs your consent in the browser."
    );
    assert_eq!(desk.page(true), "https://consent.example/slack?state=secret-state");
    desk.api.consent("slack");
    desk.press("Check now");
    assert_eq!(
        desk.message(),
        (MessageType::INFO, "Slack User is authorized.".to_owned())
    );
    desk.done(&started);
    desk.finish();
}

#[test]
fn every_page_that_waits_for_the_user_is_offered_in_turn() {
    let three = "\
//- base44/config.jsonc
{}
//- base44/.app.jsonc
{ \"id\": \"app\" }
//- base44/connectors/notion.jsonc
{ \"type\": \"notion\", \"scopes\": [] }
//- base44/connectors/slack.jsonc
{ \"type\": \"slack\", \"scopes\": [\"chat:write\"] }
//- base44/connectors/stripe.jsonc
{ \"type\": \"stripe\", \"scopes\": [] }
";
    let mut desk = Desk::open(three);
    let started = desk.run(PUSH, SLACK);
    desk.press("Push 3 connectors");
    let (_, message) = desk.message();
    let waits = "pushed; it works once you have given consent in the browser.";
    assert_eq!(
        message,
        format!("Notion: {waits}\nSlack User: {waits}\nStripe: set up.")
    );
    assert_eq!(desk.press("Later"), "Notion needs your consent in the browser.");
    assert_eq!(
        desk.press("Open consent page"),
        "Slack User needs your consent in the browser."
    );
    assert_eq!(desk.page(true), "https://consent.example/slack?state=secret-state");
    desk.press("Later");
    let message = desk.press("Open page");
    assert_eq!(
        message,
        "Stripe was set up for this app. Take over the account in the browser."
    );
    assert_eq!(desk.page(true), "https://stripe.example/claim");
    desk.done(&started);
    desk.finish();
}

#[test]
fn consent_can_wait() {
    let mut desk = Desk::open(PROJECT);
    let started = desk.run(PUSH, SLACK);
    desk.press("Push slack");
    desk.message();
    desk.press("Later");
    desk.done(&started);
    desk.finish();
}

#[test]
fn a_page_that_the_editor_cannot_open_is_named() {
    let mut without = everything();
    without["window"]["showDocument"]["support"] = json!(false);
    for (capabilities, asks) in [(everything(), true), (without, false)] {
        let mut desk = Desk::open_with(PROJECT, capabilities, cli_options(), &[]);
        let started = desk.run(PUSH, SLACK);
        desk.press("Push slack");
        desk.message();
        desk.press("Open consent page");
        if asks {
            desk.page(false);
        }
        let message = "Open this page in a browser: https://consent.example/slack?state=secret-state";
        assert_eq!(desk.message().1, message);
        desk.press("Later");
        desk.done(&started);
        desk.finish();
    }
}

#[test]
fn a_plan_that_has_changed_since_it_was_shown_is_shown_again() {
    let mut desk = Desk::open(PROJECT);
    let started = desk.run(PUSH, SLACK);
    let first = desk.question();
    desk.api.connector("hubspot", &["oauth"]);
    desk.answer(&first, Some("Push slack"));
    let second = desk.question();
    assert!(second.message.starts_with("Nothing was pushed yet: "), "{second:?}");
    assert_eq!(second.buttons, ["Push slack, remove hubspot", "Cancel"]);
    desk.answer(&second, Some("Cancel"));
    desk.done(&started);
    assert_eq!(desk.api.changes(), [""; 0]);
    desk.finish();
}

#[test]
fn files_that_came_without_a_word_from_the_editor_are_in_the_plan() {
    let mut desk = Desk::open(PROJECT);
    desk.api.connector("slack", &["chat:write"]);
    desk.editor.did_open(SLACK);
    desk.editor.await_version(SLACK, 1);
    fs::write(desk.editor.path(NOTION), r#"{ "type": "notion", "scopes": [] }"#).unwrap();
    let started = desk.run(PUSH, SLACK);
    let question = desk.question();
    assert_eq!(question.buttons, ["Push 2 connectors", "Cancel"]);
    // And those that go while the question is open make another plan.
    fs::remove_file(desk.editor.path(NOTION)).unwrap();
    desk.answer(&question, Some("Push 2 connectors"));
    assert_eq!(
        desk.message().1,
        "Base44 already has these connectors, with these scopes."
    );
    desk.done(&started);
    assert_eq!(desk.api.changes(), [""; 0]);
    desk.finish();
}

#[test]
fn a_project_without_a_config_file_and_a_command_without_a_file_work_too() {
    let bare = PROJECT.replacen("//- base44/config.jsonc\n{}\n", "", 1);
    let mut desk = Desk::open(&bare);
    for arguments in [vec![json!({ "uri": desk.editor.uri(SLACK) })], Vec::new()] {
        let started = desk.run_with(PUSH, arguments);
        assert_eq!(
            desk.press("Cancel"),
            "Push to the Base44 app app?\nAdd slack (1 scope): chat:write."
        );
        desk.done(&started);
    }
    desk.finish();
}

#[cfg(unix)]
#[test]
fn the_projects_own_cli_is_found_without_a_setting() {
    let mut desk = Desk::open_with(PROJECT, everything(), Value::Null, &[]);
    let bin = desk.editor.path("node_modules/.bin");
    fs::create_dir_all(&bin).unwrap();
    std::os::unix::fs::symlink(real_cli(), bin.join("base44")).unwrap();
    let started = desk.run(PUSH, SLACK);
    desk.press("Cancel");
    desk.done(&started);
    desk.finish();
}
