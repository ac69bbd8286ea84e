//! Authorize: one connector's consent, asked for, waited for, and found out about.

use lsp_types::MessageType;
use pretty_assertions::assert_eq;
use serde_json::json;

use crate::desk::{AUTHORIZE, Desk, NOTION, PROJECT, SLACK};
use crate::support::api::Answer;

#[test]
fn authorize_asks_opens_the_page_and_finds_out_how_it_ended() {
    let mut desk = Desk::open(PROJECT);
    let started = desk.run(AUTHORIZE, SLACK);
    let question = desk.question();
    assert_eq!(
        question.message,
        "Authorize Slack User for the Base44 app app with the scope chat:write?\n\
         This replaces what Base44 asks Slack User for now; you consent in the browser."
    );
    assert_eq!(question.buttons, ["Authorize Slack User", "Cancel"]);
    assert_eq!(desk.api.log(), [""; 0]);
    desk.answer(&question, Some("Authorize Slack User"));

    desk.press("Open consent page");
    assert_eq!(desk.page(true), "https://consent.example/slack?state=secret-state");
    let message = desk.press("Check now");
    assert_eq!(
        message,
        "Consent to Slack User in the browser. When you have done so, check whether it worked."
    );
    // Not yet: the page can be opened again.
    let question = desk.question();
    assert_eq!(
        question.message,
        "Base44 is still waiting for your consent to Slack User."
    );
    assert_eq!(question.buttons, ["Check now", "Open consent page", "Later"]);
    desk.api.consent("slack");
    desk.answer(&question, Some("Check now"));
    assert_eq!(
        desk.message(),
        (MessageType::INFO, "Slack User is authorized.".to_owned())
    );
    desk.done(&started);
    assert_eq!(
        desk.api.changes(),
        ["PUT slack chat:write"; 3],
        "nothing else is touched"
    );
    desk.finish();
}

#[test]
fn authorizing_can_be_declined_and_sends_nothing() {
    let mut desk = Desk::open(PROJECT);
    let started = desk.run(AUTHORIZE, SLACK);
    desk.press("Cancel");
    desk.done(&started);
    assert_eq!(desk.api.log(), [""; 0]);
    desk.finish();
}

#[test]
fn a_connector_that_is_authorized_already_needs_no_page() {
    let mut desk = Desk::open(PROJECT);
    desk.api.connector("slack", &["chat:write"]);
    let started = desk.run(AUTHORIZE, SLACK);
    desk.press("Authorize Slack User");
    assert_eq!(
        desk.message(),
        (MessageType::INFO, "Slack User is authorized.".to_owned())
    );
    desk.done(&started);
    desk.finish();
}

#[test]
fn a_connector_of_another_user_says_whose_it_is() {
    let mut desk = Desk::open(PROJECT);
    desk.api.on(
        "PUT slack",
        Answer::Json(
            200,
            json!({
                "redirect_url": null, "connection_id": null, "already_authorized": false,
                "error": "different_user", "error_message": null, "other_user_email": "ann@example.org",
            }),
        ),
    );
    let started = desk.run(AUTHORIZE, SLACK);
    desk.press("Authorize Slack User");
    let message = "Another user of this app, ann@example.org, has authorized `slack`, and only they can change that. \
                   Ask them to authorize it again, or to disconnect it on Base44.";
    assert_eq!(desk.message(), (MessageType::ERROR, message.to_owned()));
    desk.done(&started);
    desk.finish();
}

#[test]
fn an_answer_that_says_neither_yes_nor_where_is_not_taken_for_success() {
    let mut desk = Desk::open(PROJECT);
    desk.api.on(
        "PUT slack",
        Answer::Json(
            200,
            json!({
                "redirect_url": "javascript:alert(1)", "connection_id": "c", "already_authorized": false,
                "error": null, "error_message": null, "other_user_email": null,
            }),
        ),
    );
    let started = desk.run(AUTHORIZE, SLACK);
    desk.press("Authorize Slack User");
    let (kind, message) = desk.message();
    assert_eq!(kind, MessageType::ERROR);
    assert!(
        message.starts_with("Base44 neither says that Slack User is authorized, nor names a page"),
        "{message}"
    );
    desk.done(&started);
    desk.finish();
}

#[test]
fn a_consent_to_a_part_of_what_was_asked_for_is_told_as_such() {
    let two = PROJECT.replace("\"chat:write\"", "\"chat:write\", \"files:read\"");
    let mut desk = Desk::open(&two);
    let started = desk.run(AUTHORIZE, SLACK);
    desk.press("Authorize Slack User");
    desk.press("Open consent page");
    desk.page(true);
    // One box was left unticked; Base44 still wants the rest.
    desk.api.connector("slack", &["chat:write"]);
    desk.press("Check now");
    let question = desk.question();
    assert_eq!(
        question.message,
        "Base44 has Slack User, but no consent to files:read yet. On the page, consent to all that is asked for."
    );
    // Now it is content with what it has.
    let answer = json!({
        "redirect_url": null, "connection_id": null, "already_authorized": true,
        "error": null, "error_message": null, "other_user_email": null,
    });
    desk.api.on("PUT slack", Answer::Json(200, answer));
    desk.answer(&question, Some("Check now"));
    let message = "Slack User is authorized, but not for files:read. Either the consent was given to a part only, or Base44 does not pass \
                   this on. Authorize it again, or remove it from the file.";
    assert_eq!(desk.message(), (MessageType::WARNING, message.to_owned()));
    desk.done(&started);
    desk.finish();
}

#[test]
fn a_check_that_fails_can_be_made_again() {
    let mut desk = Desk::open(PROJECT);
    let started = desk.run(AUTHORIZE, SLACK);
    desk.press("Authorize Slack User");
    desk.press("Open consent page");
    desk.page(true);
    desk.api.consent("slack");
    desk.api
        .on("PUT slack", Answer::Json(422, json!({ "message": "Try again" })));
    desk.press("Check now");
    let question = desk.question();
    assert!(
        question
            .message
            .starts_with("Whether you consented to Slack User could not be checked. Base44: ")
            && question.message.contains("Try again"),
        "{question:?}"
    );
    desk.api.on("PUT slack", Answer::Natural);
    desk.answer(&question, Some("Check now"));
    assert_eq!(desk.message().1, "Slack User is authorized.");
    desk.done(&started);
    desk.finish();
}

#[test]
fn a_connector_that_another_user_took_meanwhile_says_whose_it_is() {
    let mut desk = Desk::open(PROJECT);
    let started = desk.run(AUTHORIZE, SLACK);
    desk.press("Authorize Slack User");
    desk.press("Open consent page");
    desk.page(true);
    let answer = json!({
        "redirect_url": null, "connection_id": null, "already_authorized": false,
        "error": "different_user", "error_message": null, "other_user_email": "ann@example.org",
    });
    desk.api.on("PUT slack", Answer::Json(200, answer));
    desk.press("Check now");
    let (kind, message) = desk.message();
    assert_eq!(kind, MessageType::ERROR);
    assert!(
        message.starts_with("Another user of this app, ann@example.org,"),
        "{message}"
    );
    desk.done(&started);
    desk.finish();
}

#[test]
fn a_file_without_scopes_is_told_to_ask_for_none() {
    let none = PROJECT.replace("slack", "notion").replace("\"chat:write\"", "");
    let mut desk = Desk::open(&none);
    let started = desk.run(AUTHORIZE, NOTION);
    let message = desk.press("Cancel");
    assert!(
        message.starts_with("Authorize Notion for the Base44 app app with no scopes?\nThis replaces"),
        "{message}"
    );
    desk.done(&started);
    desk.finish();
}

#[test]
fn what_base44_says_is_not_hidden_when_its_state_cannot_be_asked() {
    let mut desk = Desk::open(PROJECT);
    desk.api.connector("slack", &["chat:write"]);
    desk.api.on("GET list", Answer::Json(403, json!({ "message": "No" })));
    let started = desk.run(AUTHORIZE, SLACK);
    desk.press("Authorize Slack User");
    let message = "Base44 says that Slack User is authorized, but not what for.".to_owned();
    assert_eq!(desk.message(), (MessageType::WARNING, message));
    desk.done(&started);
    desk.finish();
}

#[test]
fn an_authorization_that_base44_never_answers_ends_by_itself() {
    let mut desk = Desk::open(PROJECT);
    desk.api.on("PUT slack", Answer::Hang);
    let started = desk.run(AUTHORIZE, SLACK);
    desk.press("Authorize Slack User");
    let (kind, message) = desk.message();
    assert_eq!(kind, MessageType::ERROR);
    // The CLI itself gives up after 10 s, unless a busy machine has taken all of our 30 s to start it.
    let ends = ["timed out", "was not done after 30 s"];
    assert!(ends.iter().any(|it| message.contains(it)), "{message}");
    desk.done(&started);
    desk.api.wait_for_silence();
    desk.finish();
}
