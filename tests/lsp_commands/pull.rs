//! Pull: preview, question, copies, and what happens to open files.

use std::fs;
use std::path::{Path, PathBuf};

use lsp_types::request::ApplyWorkspaceEdit;
use lsp_types::{DocumentChanges, MessageType, OneOf};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::desk::{Desk, NOTION, PULL, SLACK, cli_options};
use crate::editor::everything;

const HUBSPOT: &str = "base44/connectors/hubspot.jsonc";

/// Comments and a key of its own that a pull of the CLI would throw away.
const SLACK_TEXT: &str = "\
{
  // To post 😀
  \"type\": \"slack\",
  \"ours\": 1,
  \"scopes\": [
    // writing
    \"chat:write\",
    \"files:read\"
  ]
}
";

/// As [`SLACK_TEXT`] has to be when Base44 has `chat:write` and `search:read`.
const SLACK_PULLED: &str = "\
{
  // To post 😀
  \"type\": \"slack\",
  \"ours\": 1,
  \"scopes\": [
    // writing
    \"chat:write\",
    \"search:read\"
  ]
}
";

const BUTTON: &str = "Write notion.jsonc and slack.jsonc, delete hubspot.jsonc";

fn fixture() -> String {
    format!(
        "//- base44/config.jsonc\n{{}}\n//- base44/.app.jsonc\n{{ \"id\": \"app\" }}\n//- {SLACK}\n{SLACK_TEXT}//- {HUBSPOT}\n\
         {{ \"type\": \"hubspot\", \"scopes\": [\"oauth\"] }} // mine\n"
    )
}

/// Base44 has other scopes for Slack, has Notion, and has no HubSpot.
fn desk_with(capabilities: Value) -> Desk {
    desk_for(&fixture(), capabilities)
}

/// The same for a project elsewhere.
fn desk_for(fixture: &str, capabilities: Value) -> Desk {
    let desk = Desk::open_with(fixture, capabilities, cli_options(), &[]);
    desk.api
        .connector("slack", &["chat:write", "search:read"])
        .connector("notion", &[]);
    desk
}

/// The folder that the message names as that of the copies.
fn backup(message: &str) -> PathBuf {
    let (_, path) = message.split_once("The files as they were are in ").unwrap();
    PathBuf::from(path.trim_end_matches('.'))
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn pull_shows_asks_keeps_copies_and_puts_comments_back() {
    let mut desk = desk_with(everything());
    let hubspot = desk.editor.on_disk(HUBSPOT);
    let started = desk.run(PULL, SLACK);
    let document = desk.document(true);
    let shown = fs::read_to_string(document).unwrap();
    assert!(shown.contains("## WOULD BE DELETED HERE: 1"), "{shown}");
    let question = desk.question();
    assert_eq!(
        question.message,
        "Pull from the Base44 app app?\n\
         Delete hubspot.jsonc: Base44 has no such connector.\n\
         Change slack.jsonc: add search:read; drop files:read.\n\
         Make notion.jsonc.\n\
         A copy of what is deleted or changed is kept."
    );
    assert_eq!(
        question.buttons,
        [BUTTON, "Write notion.jsonc and slack.jsonc", "Cancel"]
    );
    assert_eq!(
        desk.editor.on_disk(SLACK),
        SLACK_TEXT,
        "nothing is written before the answer"
    );

    desk.answer(&question, Some(BUTTON));
    let (kind, message) = desk.message();
    assert_eq!(kind, MessageType::INFO);
    assert!(
        message
            .starts_with("Pulled from the Base44 app app. Written: slack.jsonc, notion.jsonc. Deleted: hubspot.jsonc."),
        "{message}"
    );
    desk.done(&started);
    assert_eq!(desk.editor.on_disk(SLACK), SLACK_PULLED);
    assert_eq!(
        serde_json::from_str::<Value>(&desk.editor.on_disk(NOTION)).unwrap(),
        json!({ "type": "notion", "scopes": [] })
    );
    assert!(!desk.editor.path(HUBSPOT).exists());
    let backup = backup(&message);
    assert!(backup.starts_with(desk.api.home()), "{}", backup.display());
    assert_eq!(read(&backup, "slack.jsonc"), SLACK_TEXT);
    assert_eq!(read(&backup, "hubspot.jsonc"), hubspot);
    assert_eq!(desk.api.changes(), [""; 0], "Base44 is only asked");

    // The session knows the new files: now it is in step.
    let started = desk.run(PULL, SLACK);
    let message = "The files already say what Base44 has.".to_owned();
    assert_eq!(desk.message(), (MessageType::INFO, message));
    desk.done(&started);
    desk.finish();
}

#[test]
fn declining_changes_nothing() {
    let mut desk = desk_with(everything());
    for answer in [Some("Cancel"), None] {
        let started = desk.run(PULL, SLACK);
        desk.document(true);
        let question = desk.question();
        desk.answer(&question, answer);
        desk.done(&started);
    }
    assert_eq!(desk.editor.on_disk(SLACK), SLACK_TEXT);
    assert!(desk.editor.path(HUBSPOT).exists() && !desk.editor.path(NOTION).exists());
    desk.finish();
}

#[test]
fn files_that_base44_does_not_know_can_be_kept() {
    let mut desk = desk_with(everything());
    let started = desk.run(PULL, SLACK);
    desk.document(true);
    desk.press("Write notion.jsonc and slack.jsonc");
    desk.message();
    desk.done(&started);
    assert!(desk.editor.path(HUBSPOT).exists() && desk.editor.path(NOTION).exists());
    assert_eq!(desk.editor.on_disk(SLACK), SLACK_PULLED);
    desk.finish();
}

#[test]
fn an_open_file_is_changed_in_the_editor_and_left_to_be_saved() {
    let mut desk = desk_with(everything());
    desk.editor.did_open(SLACK);
    let started = desk.run(PULL, SLACK);
    desk.document(true);
    desk.press(BUTTON);
    let (id, params) = desk.editor.client.await_request::<ApplyWorkspaceEdit>();
    let Some(DocumentChanges::Edits(edits)) = params.edit.document_changes else {
        panic!("{:?}", params.edit)
    };
    let [edit] = edits.as_slice() else { panic!("{edits:?}") };
    assert_eq!(edit.text_document.uri, desk.editor.uri(SLACK));
    assert_eq!(edit.text_document.version, Some(1), "of the text that the user saw");
    let [OneOf::Left(edit)] = edit.edits.as_slice() else {
        panic!("{edit:?}")
    };
    assert_eq!(
        (edit.range.start.line, edit.range.end.line),
        (7, 7),
        "no more than what differs"
    );
    let result = json!({ "applied": true });
    desk.editor
        .client
        .send(&json!({ "jsonrpc": "2.0", "id": id, "result": result }));
    let (_, message) = desk.message();
    assert!(
        message.contains("Changed in the editor, for you to save: slack.jsonc."),
        "{message}"
    );
    desk.done(&started);
    assert_eq!(desk.editor.on_disk(SLACK), SLACK_TEXT);
    assert_eq!(read(&backup(&message), "slack.jsonc"), SLACK_TEXT);
    desk.finish();
}

#[test]
fn an_edit_that_the_editor_refuses_is_told() {
    let mut desk = desk_with(everything());
    desk.editor.did_open(SLACK);
    let started = desk.run(PULL, SLACK);
    desk.document(true);
    desk.press(BUTTON);
    let (id, _) = desk.editor.client.await_request::<ApplyWorkspaceEdit>();
    let result = json!({ "applied": false, "failureReason": "it is read-only" });
    desk.editor
        .client
        .send(&json!({ "jsonrpc": "2.0", "id": id, "result": result }));
    desk.message();
    let (kind, message) = desk.message();
    assert_eq!(kind, MessageType::ERROR);
    assert!(
        message.ends_with("slack.jsonc is as it was: it is read-only."),
        "{message}"
    );
    desk.done(&started);
    desk.finish();
}

#[test]
fn an_open_file_is_written_where_the_client_takes_no_edits() {
    let mut capabilities = everything();
    capabilities["workspace"]["applyEdit"] = json!(false);
    let mut desk = desk_with(capabilities);
    desk.editor.did_open(SLACK);
    let started = desk.run(PULL, SLACK);
    desk.document(true);
    desk.press(BUTTON);
    desk.message();
    desk.done(&started);
    assert_eq!(desk.editor.on_disk(SLACK), SLACK_PULLED);
    desk.finish();
}

#[test]
fn what_the_user_has_typed_and_not_saved_is_never_overwritten() {
    for file in [SLACK, HUBSPOT, NOTION] {
        let mut desk = desk_with(everything());
        let text = fs::read_to_string(desk.editor.path(file)).unwrap_or_default();
        desk.editor.did_open_as(file, &format!("{text}// typed"));
        let message = desk.refusal(PULL, SLACK);
        let name = Path::new(file).file_name().unwrap().to_str().unwrap();
        assert_eq!(
            message,
            format!(
                "{name} has unsaved changes, and the pull would overwrite them. Save or undo them, then pull again."
            )
        );
        desk.finish();
    }
}

#[test]
fn what_is_typed_or_saved_while_the_question_is_open_stops_the_pull() {
    let mut desk = desk_with(everything());
    let text = desk.editor.did_open(SLACK);
    let started = desk.run(PULL, SLACK);
    desk.document(true);
    let question = desk.question();
    let typed = format!("{text}// typed");
    desk.editor.did_change(SLACK, 2, &typed);
    desk.answer(&question, Some(BUTTON));
    let (kind, message) = desk.message();
    assert_eq!(kind, MessageType::ERROR);
    assert!(message.starts_with("slack.jsonc has unsaved changes"), "{message}");
    desk.done(&started);

    desk.editor.did_change(SLACK, 3, &text);
    let started = desk.run(PULL, SLACK);
    desk.document(true);
    let question = desk.question();
    desk.editor.did_change(SLACK, 4, &typed);
    desk.editor.did_save(SLACK, &typed);
    desk.answer(&question, Some(BUTTON));
    let (kind, message) = desk.message();
    assert_eq!(kind, MessageType::ERROR, "{message}");
    desk.done(&started);
    assert_eq!(desk.editor.on_disk(SLACK), typed);
    assert!(desk.editor.path(HUBSPOT).exists(), "nothing at all was done");
    desk.finish();
}

#[test]
fn files_that_are_not_understood_are_left_alone_and_named() {
    let two = fixture() + "//- base44/connectors/broken.jsonc\n{ \"type\": \n";
    let mut desk = Desk::open(&two);
    desk.api
        .connector("slack", &["chat:write", "files:read"])
        .connector("hubspot", &["oauth"]);
    let started = desk.run(PULL, SLACK);
    let message =
        "The files already say what Base44 has. Left alone, because it is not certain what they are: broken.jsonc.";
    assert_eq!(desk.message(), (MessageType::INFO, message.to_owned()));
    desk.done(&started);
    desk.finish();
}

#[test]
fn an_editor_that_cannot_ask_gets_the_preview_and_the_command() {
    let mut capabilities = everything();
    capabilities["window"] = json!({});
    let fixture = fixture().replace("//- base44/", "//- $(touch x)/base44/");
    let mut desk = desk_for(&fixture, capabilities);
    let file = format!("$(touch x)/{SLACK}");
    let started = desk.run(PULL, &file);
    desk.cannot_ask();
    let (kind, message) = desk.message();
    assert_eq!(kind, MessageType::WARNING);
    let root = desk.editor.path("$(touch x)");
    let command = format!("run in a terminal: base44-connectors-ls --pull '{}'", root.display());
    assert!(
        message.starts_with("Nothing was pulled, because this editor cannot ask you first.")
            && message.contains("WOULD BE DELETED HERE: 1")
            && message.contains(&command),
        "{message}"
    );
    desk.done(&started);
    assert_eq!(desk.editor.on_disk(&file), SLACK_TEXT);
    desk.finish();
}

#[test]
fn a_pull_that_base44_answers_with_an_error_changes_nothing() {
    let mut desk = desk_with(everything());
    let error = json!({ "message": "Stripe is down" });
    desk.api.on(
        "GET payments/stripe/status",
        crate::support::api::Answer::Json(403, error),
    );
    let message = desk.refusal(PULL, SLACK);
    assert!(message.contains("Stripe is down (HTTP 403)"), "{message}");
    assert_eq!(desk.editor.on_disk(SLACK), SLACK_TEXT);
    desk.finish();
}
