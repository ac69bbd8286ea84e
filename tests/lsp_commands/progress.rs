//! Progress, cancelling, and several things at once.

use lsp_types::notification::{Progress, WorkDoneProgressCancel};
use lsp_types::request::{HoverRequest, WorkDoneProgressCreate};
use lsp_types::{
    HoverParams, MessageType, NumberOrString, Position, ProgressParamsValue, WorkDoneProgress,
    WorkDoneProgressCancelParams,
};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::desk::{AUTHORIZE, Desk, PLAN, PROJECT, PULL, PUSH, REFRESH, SLACK, cli_options, with_progress};
use crate::editor::Editor;
use crate::support::api::Answer;

fn next_progress(desk: &mut Desk) -> (NumberOrString, WorkDoneProgress) {
    let params = desk.editor.client.await_notification::<Progress>();
    let ProgressParamsValue::WorkDone(value) = params.value;
    (params.token, value)
}

#[test]
fn each_stretch_of_work_begins_reports_and_ends_a_progress_of_its_own() {
    let mut desk = Desk::open_with(PROJECT, with_progress(), cli_options(), &[]);
    let started = desk.run(PUSH, SLACK);
    let mut tokens = Vec::new();
    let asking = "Asking Base44 what it has";
    let stretches = [
        (
            "Comparing with Base44",
            vec!["Looking for the base44 CLI", asking],
            "Push slack",
        ),
        (
            "Pushing to Base44",
            vec![asking, "Pushing the connectors", "Checking what Base44 has now"],
            "Later",
        ),
    ];
    for (title, stages, button) in stretches {
        let (token, begin) = next_progress(&mut desk);
        let WorkDoneProgress::Begin(begin) = begin else {
            panic!("{begin:?}")
        };
        assert_eq!((begin.title.as_str(), begin.cancellable), (title, Some(true)));
        for stage in stages {
            let (of, report) = next_progress(&mut desk);
            let WorkDoneProgress::Report(report) = report else {
                panic!("{report:?}")
            };
            assert_eq!((of, report.message.as_deref()), (token.clone(), Some(stage)));
        }
        let (of, end) = next_progress(&mut desk);
        assert!(of == token && matches!(end, WorkDoneProgress::End(_)), "{end:?}");
        tokens.push(token);
        desk.press(button);
    }
    assert_ne!(tokens[0], tokens[1], "a token is used once");
    desk.message();
    desk.done(&started);
    desk.finish();
}

#[test]
fn a_client_that_refuses_a_progress_gets_none_and_its_push_all_the_same() {
    let mut desk = Desk::open_with(PROJECT, with_progress(), cli_options(), &[]);
    desk.api.connector("slack", &["chat:write"]);
    desk.editor.client.leave::<WorkDoneProgressCreate>();
    let started = desk.run(PUSH, SLACK);
    let (id, _) = desk.editor.client.await_request::<WorkDoneProgressCreate>();
    let error = json!({ "code": -32601, "message": "no progress here" });
    desk.editor
        .client
        .send(&json!({ "jsonrpc": "2.0", "id": id, "error": error }));
    desk.message();
    desk.done(&started);
    desk.editor.client.ignore_unread(&["textDocument/publishDiagnostics"]);
    desk.editor.client.finish();
}

fn hover(editor: &Editor) -> HoverParams {
    HoverParams {
        text_document_position_params: editor.at(SLACK, Position::new(1, 12)),
        work_done_progress_params: Default::default(),
    }
}

fn press_stop(desk: &mut Desk, token: NumberOrString) {
    desk.editor
        .client
        .notify::<WorkDoneProgressCancel>(WorkDoneProgressCancelParams { token });
}

#[test]
fn cancelling_the_comparison_ends_the_cli_and_nothing_has_changed() {
    let mut desk = Desk::open_with(PROJECT, with_progress(), cli_options(), &[]);
    desk.api.on("GET list", Answer::Hang);
    let started = desk.run(PUSH, SLACK);
    let (token, _) = next_progress(&mut desk);
    desk.api.wait_for("GET list");
    press_stop(&mut desk, token);
    desk.api.wait_for_silence();
    let message = "Cancelled. Nothing was changed.".to_owned();
    assert_eq!(desk.message(), (MessageType::INFO, message));
    desk.done(&started);
    desk.finish();
}

#[test]
fn every_command_that_only_asks_can_be_cancelled_and_has_changed_nothing() {
    let asked = [
        (PLAN, "GET list"),
        (PULL, "GET list"),
        (REFRESH, "GET available-integrations"),
    ];
    for (command, request) in asked {
        let mut desk = Desk::open_with(PROJECT, with_progress(), cli_options(), &[]);
        desk.api.on(request, Answer::Hang);
        let started = desk.run(command, SLACK);
        let (token, _) = next_progress(&mut desk);
        desk.api.wait_for(request);
        press_stop(&mut desk, token);
        desk.api.wait_for_silence();
        let message = "Cancelled. Nothing was changed.".to_owned();
        assert_eq!(desk.message(), (MessageType::INFO, message), "{command}");
        desk.done(&started);
        desk.finish();
    }
}

#[test]
fn cancelling_the_push_itself_ends_the_cli_and_says_that_the_state_is_unknown() {
    let mut desk = Desk::open_with(PROJECT, with_progress(), cli_options(), &[]);
    desk.api.on("PUT slack", Answer::Hang);
    let started = desk.run(PUSH, SLACK);
    desk.press("Push slack");
    let token = loop {
        if let (token, WorkDoneProgress::Begin(begin)) = next_progress(&mut desk)
            && begin.title == "Pushing to Base44"
        {
            break token;
        }
    };
    desk.api.wait_for("PUT slack");
    press_stop(&mut desk, token);
    desk.api.wait_for_silence();
    let (kind, message) = desk.message();
    assert_eq!(kind, MessageType::WARNING);
    assert!(
        message.starts_with("Cancelled. What was done by then stays done"),
        "{message}"
    );
    desk.done(&started);
    desk.finish();
}

#[test]
fn a_token_that_nobody_knows_cancels_nothing() {
    let mut desk = Desk::open_with(PROJECT, with_progress(), cli_options(), &[]);
    let started = desk.run(PUSH, SLACK);
    for token in [
        NumberOrString::Number(1),
        NumberOrString::String("base44-connectors/99".to_owned()),
    ] {
        press_stop(&mut desk, token);
    }
    desk.press("Cancel");
    desk.done(&started);
    desk.finish();
}

#[test]
fn cancelling_the_request_ends_the_cli() {
    let mut desk = Desk::open(PROJECT);
    desk.api.on("GET list", Answer::Hang);
    let started = desk.run(PUSH, SLACK);
    desk.api.wait_for("GET list");
    let cancel = json!({ "jsonrpc": "2.0", "method": "$/cancelRequest", "params": { "id": started.0 } });
    desk.editor.client.send(&cancel);
    desk.api.wait_for_silence();
    assert_eq!(desk.editor.client.response(&started.0).unwrap_err().code, -32800);
    desk.finish();
}

#[test]
fn other_requests_are_answered_while_the_cli_runs() {
    let mut desk = Desk::open(PROJECT);
    desk.api.on("GET list", Answer::Hang);
    desk.editor.did_open(SLACK);
    let started = desk.run(PUSH, SLACK);
    desk.api.wait_for("GET list");
    let hover = hover(&desk.editor);
    desk.editor.client.request::<HoverRequest>(hover);
    let cancel = json!({ "jsonrpc": "2.0", "method": "$/cancelRequest", "params": { "id": started.0 } });
    desk.editor.client.send(&cancel);
    desk.editor.client.response(&started.0).unwrap_err();
    desk.finish();
}

#[test]
fn a_second_push_is_refused_while_the_first_is_at_work() {
    let mut desk = Desk::open(PROJECT);
    desk.api.on("GET list", Answer::Hang);
    let first = desk.run(PUSH, SLACK);
    desk.api.wait_for("GET list");
    for command in [PUSH, AUTHORIZE] {
        let message = desk.refusal(command, SLACK);
        let expected = "Another command is at work on this project. Wait until it has ended, or cancel it.";
        assert_eq!(message, expected);
    }
    let cancel = json!({ "jsonrpc": "2.0", "method": "$/cancelRequest", "params": { "id": first.0 } });
    desk.editor.client.send(&cancel);
    desk.editor.client.response(&first.0).unwrap_err();
    // The first is over: there is room again.
    desk.api.on("GET list", Answer::Natural);
    let started = desk.run(PUSH, SLACK);
    desk.press("Cancel");
    desk.done(&started);
    desk.finish();
}

#[test]
fn a_question_that_nobody_answers_gives_way_to_the_next_command() {
    let mut desk = Desk::open(PROJECT);
    let first = desk.run(PUSH, SLACK);
    let forgotten = desk.question();
    let second = desk.run(PUSH, SLACK);
    desk.done(&first);
    let question = desk.question();
    // Too late: the answer to the first question counts for nothing.
    desk.answer(&forgotten, Some("Push slack"));
    desk.answer(&question, Some("Cancel"));
    desk.done(&second);
    assert_eq!(desk.api.changes(), [""; 0]);
    desk.finish();
}

#[test]
fn a_shutdown_ends_the_cli() {
    let mut desk = Desk::open(PROJECT);
    desk.api.on("GET list", Answer::Hang);
    let started = desk.run(PUSH, SLACK);
    desk.api.wait_for("GET list");
    let shutdown = desk.editor.client.start_bare("shutdown");
    assert_eq!(desk.editor.client.response(&shutdown), Ok(Value::Null));
    desk.api.wait_for_silence();
    // It has ended before `exit`, and without a word to the user.
    desk.done(&started);
    desk.editor.client.ignore_unread(&["textDocument/publishDiagnostics"]);
    assert_eq!(desk.editor.client.exit(), 0);
}

#[test]
fn the_cli_does_not_outlive_an_editor_that_dies() {
    let mut desk = Desk::open(PROJECT);
    desk.api.on("GET list", Answer::Hang);
    desk.run(PUSH, SLACK);
    desk.api.wait_for("GET list");
    desk.editor.client.ignore_unread(&["textDocument/publishDiagnostics"]);
    assert_eq!(desk.editor.client.close_input(), 1);
    desk.api.wait_for_silence();
}
