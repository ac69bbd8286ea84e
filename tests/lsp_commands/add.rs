//! Add a connector: the file is made, by the client where it can, and shown.

use std::fs;

use lsp_types::request::ApplyWorkspaceEdit;
use lsp_types::{DocumentChangeOperation, DocumentChanges, MessageType, OneOf, ResourceOp};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::desk::{Desk, NOTION, PROJECT, SLACK, cli_options};
use crate::editor::everything;

const ADD: &str = "base44-connectors.addConnector";

const NEW_NOTION: &str = "{\n  \"type\": \"notion\",\n  \"scopes\": []\n}\n";

/// A client whose server has to write files itself.
fn without_edits() -> Value {
    let mut res = everything();
    res["workspace"] = json!({});
    res
}

/// The file that the next edit makes, with its text; the client says whether it `applied` it.
fn made(desk: &mut Desk, applied: bool) -> (String, String) {
    let (id, params) = desk.editor.client.await_request::<ApplyWorkspaceEdit>();
    let Some(DocumentChanges::Operations(operations)) = params.edit.document_changes else {
        panic!("{:?}", params.edit)
    };
    let [
        DocumentChangeOperation::Op(ResourceOp::Create(create)),
        DocumentChangeOperation::Edit(edit),
    ] = operations.as_slice()
    else {
        panic!("{operations:?}")
    };
    assert_eq!(create.options.as_ref().unwrap().overwrite, Some(false));
    assert_eq!(create.uri, edit.text_document.uri);
    let OneOf::Left(text) = &edit.edits[0] else { panic!() };
    let result = json!({ "applied": applied, "failureReason": (!applied).then_some("it is read-only") });
    desk.editor
        .client
        .send(&json!({ "jsonrpc": "2.0", "id": id, "result": result }));
    (create.uri.to_string(), text.new_text.clone())
}

#[test]
fn the_client_makes_the_file_and_shows_it() {
    let mut desk = Desk::open(PROJECT);
    let uri = desk.editor.uri(NOTION);
    let arguments = json!({ "uri": desk.editor.uri(SLACK), "type": "notion" });
    let started = desk.run_with(ADD, vec![arguments]);
    assert_eq!(made(&mut desk, true), (uri.to_string(), NEW_NOTION.to_owned()));
    assert_eq!(desk.document(true), desk.editor.path(NOTION));
    assert_eq!(desk.editor.client.response(&started.0), Ok(json!({ "uri": uri })));
    assert!(!desk.editor.path(NOTION).exists(), "that is left to the client");
    desk.finish();
}

#[test]
fn the_server_makes_the_file_where_the_client_cannot() {
    let mut desk = Desk::open_with(PROJECT, without_edits(), cli_options(), &[]);
    let scopes = ["gmail.readonly", "https://www.googleapis.com/auth/gmail.send"];
    let scopes = scopes.map(|it| it.replace("gmail.readonly", "https://www.googleapis.com/auth/gmail.readonly"));
    let started = desk.run_with(ADD, vec![json!({ "type": "gmail", "scopes": scopes })]);
    let path = desk.document(true);
    desk.editor.client.response(&started.0).unwrap();
    let written: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(written, json!({ "type": "gmail", "scopes": scopes }));
    desk.finish();
}

#[test]
fn a_service_that_is_connected_is_shown_and_not_written_again() {
    for capabilities in [everything(), without_edits()] {
        let mut desk = Desk::open_with(PROJECT, capabilities, cli_options(), &[]);
        let before = desk.editor.on_disk(SLACK);
        let started = desk.run_with(ADD, vec![json!({ "type": "slack", "scopes": ["users:read"] })]);
        assert_eq!(desk.document(true), desk.editor.path(SLACK));
        desk.editor.client.response(&started.0).unwrap();
        assert_eq!(desk.editor.on_disk(SLACK), before);
        desk.finish();
    }
}

#[test]
fn a_file_that_is_in_the_way_is_never_overwritten() {
    let in_the_way =
        PROJECT.to_owned() + "//- base44/connectors/notion.jsonc\n{ \"type\": \"gmail\", \"scopes\": [] }\n";
    let mut desk = Desk::open_with(&in_the_way, without_edits(), cli_options(), &[]);
    let before = desk.editor.on_disk(NOTION);
    let started = desk.run_with(ADD, vec![json!({ "type": "notion" })]);
    let (kind, message) = desk.message();
    assert_eq!(kind, MessageType::ERROR);
    assert!(message.contains("notion.jsonc was not made: "), "{message}");
    desk.done(&started);
    assert_eq!(desk.editor.on_disk(NOTION), before);
    desk.finish();
}

#[test]
fn an_edit_that_the_client_refuses_is_told() {
    let mut desk = Desk::open(PROJECT);
    let started = desk.run_with(ADD, vec![json!({ "type": "notion" })]);
    made(&mut desk, false);
    let (kind, message) = desk.message();
    assert_eq!(kind, MessageType::ERROR);
    assert!(
        message.ends_with("notion.jsonc was not made: it is read-only."),
        "{message}"
    );
    desk.done(&started);
    desk.finish();
}

#[test]
fn what_would_be_wrong_from_the_start_is_not_made() {
    let mut desk = Desk::open(PROJECT);
    for (arguments, expected) in [
        (
            json!({ "type": "notoin" }),
            "There is no service `notoin`. Did you mean `notion`?",
        ),
        (
            json!({ "type": "slackbot", "scopes": ["chat.write"] }),
            "Slack Bot has no scope `chat.write`. Did you mean `chat:write`?",
        ),
        (
            json!({ "type": "stripe", "scopes": ["charges"] }),
            "Stripe takes no scopes.",
        ),
    ] {
        let started = desk.run_with(ADD, vec![arguments]);
        assert_eq!(desk.message(), (MessageType::ERROR, expected.to_owned()));
        desk.done(&started);
    }
    desk.finish();
}

#[test]
fn without_a_type_there_is_an_empty_file_in_which_completion_offers_whole_ones() {
    let mut desk = Desk::open(PROJECT);
    let file = "base44/connectors/new-connector.jsonc";
    let started = desk.run_with(ADD, Vec::new());
    assert_eq!(
        made(&mut desk, true),
        (desk.editor.uri(file).to_string(), String::new())
    );
    desk.document(true);
    desk.editor.client.response(&started.0).unwrap();
    desk.editor.did_open_as(file, "");
    let offered = desk.editor.complete(file, lsp_types::Position::new(0, 0));
    assert!(
        offered.iter().any(|it| it.label.contains("notion")),
        "{:?}",
        offered.iter().map(|it| &it.label).collect::<Vec<_>>()
    );
    // Once it is there, it is only shown.
    let started = desk.run_with(ADD, Vec::new());
    desk.document(true);
    desk.editor.client.response(&started.0).unwrap();
    desk.finish();
}

#[test]
fn a_connector_can_be_added_in_an_untrusted_workspace() {
    let mut options = cli_options();
    options["trusted"] = json!(false);
    let mut desk = Desk::open_with(PROJECT, without_edits(), options, &[]);
    let started = desk.run_with(ADD, vec![json!({ "type": "notion" })]);
    desk.document(true);
    desk.editor.client.response(&started.0).unwrap();
    assert_eq!(desk.editor.on_disk(NOTION), NEW_NOTION);
    desk.finish();
}
