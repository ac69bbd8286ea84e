//! What is offered as an action, to whom, and what is said where nothing may run.

use lsp_types::notification::DidChangeConfiguration;
use lsp_types::request::CodeActionRequest;
use lsp_types::{DidChangeConfigurationParams, TextDocumentIdentifier};
use pretty_assertions::assert_eq;
use serde_json::json;

use crate::desk::{AUTHORIZE, CONFIG, Desk, OF_PROJECT, PLAN, PROJECT, PULL, PUSH, REFRESH, SLACK, all, cli_options};
use crate::editor::everything;

#[test]
fn connector_files_offer_to_authorize_and_to_push_and_other_files_do_not() {
    let mut desk = Desk::open(PROJECT);
    desk.editor.did_open(SLACK);
    desk.editor.did_open(CONFIG);
    let offered = [&["Authorize Slack User …"][..], &OF_PROJECT].concat();
    assert_eq!(desk.commands(SLACK), offered);
    assert_eq!(desk.commands(CONFIG), [""; 0]);
    // Asked for fixes only, as on every save, there is none.
    let fixes = desk.editor.code_actions(SLACK, all(), Some("source"));
    assert!(fixes.iter().all(|it| it.command.is_none()), "{fixes:?}");
    desk.finish();
}

#[test]
fn an_action_carries_the_command_that_it_runs() {
    let mut desk = Desk::open(PROJECT);
    desk.api.connector("slack", &["chat:write"]);
    desk.editor.did_open(SLACK);
    let actions = desk.editor.code_actions(SLACK, all(), None);
    let push = actions
        .into_iter()
        .filter_map(|it| it.command)
        .find(|it| it.command == PUSH)
        .unwrap();
    let started = desk.run_with(&push.command, push.arguments.unwrap());
    assert_eq!(
        desk.message().1,
        "Base44 already has these connectors, with these scopes."
    );
    desk.done(&started);
    desk.finish();
}

#[test]
fn a_client_without_action_objects_gets_the_bare_commands() {
    let mut capabilities = everything();
    capabilities["textDocument"]
        .as_object_mut()
        .unwrap()
        .remove("codeAction");
    let mut desk = Desk::open_with(PROJECT, capabilities, cli_options(), &[]);
    desk.editor.did_open(SLACK);
    let answer = desk
        .editor
        .client
        .request::<CodeActionRequest>(lsp_types::CodeActionParams {
            text_document: TextDocumentIdentifier::new(desk.editor.uri(SLACK)),
            range: all(),
            context: Default::default(),
            work_done_progress_params: Default::default(),
            partial_result_params: Default::default(),
        });
    let answer = serde_json::to_value(answer).unwrap();
    let commands: Vec<_> = answer
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["command"].as_str().unwrap())
        .collect();
    assert_eq!(commands, [AUTHORIZE, PLAN, PUSH, PULL, REFRESH]);
    desk.finish();
}

#[test]
fn a_service_that_base44_runs_by_itself_is_not_offered_for_authorization() {
    let stripe = PROJECT.replace("slack", "stripe").replace("\"chat:write\"", "");
    let file = "base44/connectors/stripe.jsonc";
    let mut desk = Desk::open(&stripe);
    desk.editor.did_open(file);
    assert_eq!(desk.commands(file), OF_PROJECT);
    let message = desk.refusal(AUTHORIZE, file);
    assert_eq!(
        message,
        "Stripe needs no authorization: Base44 sets it up when you push."
    );
    desk.finish();
}

#[test]
fn an_untrusted_workspace_offers_nothing_and_runs_nothing() {
    let mut options = cli_options();
    options["trusted"] = json!(false);
    let mut desk = Desk::open_with(PROJECT, everything(), options, &[]);
    desk.editor.did_open(SLACK);
    assert_eq!(desk.commands(SLACK), [""; 0]);
    for command in [PUSH, AUTHORIZE, PLAN, PULL, REFRESH] {
        let message = desk.refusal(command, SLACK);
        assert!(
            message.starts_with("This workspace is not trusted, so the base44 CLI is not started"),
            "{message}"
        );
    }
    assert_eq!(desk.api.log(), [""; 0]);
    // The user trusts it, and the editor says so.
    let settings = json!({ "base44Connectors": { "trusted": true } });
    desk.editor
        .client
        .notify::<DidChangeConfiguration>(DidChangeConfigurationParams { settings });
    assert_eq!(desk.commands(SLACK).len(), 5);
    desk.finish();
}

#[test]
fn an_untrusted_workspace_says_why_to_a_client_that_can_show_it() {
    let (mut capabilities, mut options) = (everything(), cli_options());
    capabilities["textDocument"]["codeAction"]["disabledSupport"] = json!(true);
    options["trusted"] = json!(false);
    let mut desk = Desk::open_with(PROJECT, capabilities, options, &[]);
    desk.editor.did_open(SLACK);
    let offered = desk.editor.code_actions(SLACK, all(), None);
    for action in offered.into_iter().filter(|it| it.kind.is_none()) {
        let reason = action.disabled.unwrap().reason;
        assert_eq!(reason, "This workspace is not trusted, so the base44 CLI is not run.");
        assert_eq!(action.command, None, "{}", action.title);
    }
    assert_eq!(desk.commands(SLACK).len(), 5);
    desk.finish();
}
