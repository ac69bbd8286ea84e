//! Push and authorize from an editor: the shipped binary as the server, the real `base44` CLI, and Base44's API on this machine.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

#[path = "support/client.rs"]
mod client;
#[path = "support/editor.rs"]
mod editor;
mod support;

use std::fs;
use std::path::Path;

use client::Client;
use editor::{Editor, everything, pulling, summary};
use lsp_types::notification::{DidChangeConfiguration, Progress, ShowMessage, WorkDoneProgressCancel};
use lsp_types::request::{
    CodeActionRequest, DocumentDiagnosticRequest, ExecuteCommand, HoverRequest, ShowDocument, ShowMessageRequest,
    WorkDoneProgressCreate, WorkspaceDiagnosticRefresh,
};
use lsp_types::{
    DidChangeConfigurationParams, DocumentDiagnosticParams, DocumentDiagnosticReport, DocumentDiagnosticReportResult,
    ExecuteCommandParams, HoverParams, MessageType, NumberOrString, Position, ProgressParamsValue, Range,
    TextDocumentIdentifier, WorkDoneProgress, WorkDoneProgressCancelParams,
};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use support::api::{Answer, Api, KEY, real_cli};

const PUSH: &str = "base44-connectors.push";
const AUTHORIZE: &str = "base44-connectors.authorize";

const SLACK: &str = "base44/connectors/slack.jsonc";
const NOTION: &str = "base44/connectors/notion.jsonc";
const CONFIG: &str = "base44/config.jsonc";

/// Linked to the app `app`.
const PROJECT: &str = "\
//- base44/config.jsonc
{}
//- base44/.app.jsonc
{ \"id\": \"app\" }
//- base44/connectors/slack.jsonc
{
  \"type\": \"slack\",
  \"scopes\": [\"chat:write\"]
}
";

const TWO: &str = "\
//- base44/config.jsonc
{}
//- base44/.app.jsonc
{ \"id\": \"app\" }
//- base44/connectors/notion.jsonc
{ \"type\": \"notion\", \"scopes\": [] }
//- base44/connectors/slack.jsonc
{
  \"type\": \"slack\",
  \"scopes\": [\"chat:write\"]
}
";

/// An editor with a project open, and the API that its CLI talks to.
struct Desk {
    editor: Editor,
    api: Api,
    log: tempfile::NamedTempFile,
}

/// A command under way: the id of its request.
struct Started(Value);

/// A question that the user has not answered yet.
#[derive(Debug)]
struct Question {
    id: Value,
    message: String,
    buttons: Vec<String>,
}

impl Desk {
    /// An editor that can do everything, with the real CLI in its settings.
    fn open(fixture: &str) -> Desk {
        Desk::open_with(fixture, everything(), cli_options(), &[])
    }

    /// The same with these capabilities, options and environment variables (an empty value unsets one).
    fn open_with(fixture: &str, capabilities: Value, options: Value, variables: &[(&str, &str)]) -> Desk {
        let api = Api::start();
        let log = tempfile::NamedTempFile::new().unwrap();
        let client = Client::spawn_with(|command| {
            command
                .arg("--log")
                .arg(log.path())
                .env("BASE44_CONNECTORS_LS_LOG", "trace");
            for name in ["BASE44_APP_ID", "BASE44_ACCESS_TOKEN", "BASE44_REFRESH_TOKEN"] {
                command.env_remove(name);
            }
            command.envs(api.env());
            for (name, value) in variables {
                match value.is_empty() {
                    true => command.env_remove(name),
                    false => command.env(name, value),
                };
            }
        });
        let mut editor = Editor::open_in(client, fixture, capabilities, options);
        editor.client.answer::<WorkDoneProgressCreate>(|_| ());
        Desk { editor, api, log }
    }

    fn run(&mut self, command: &str, file: &str) -> Started {
        let arguments = vec![json!({ "uri": self.editor.uri(file) })];
        self.run_with(command, arguments)
    }

    fn run_with(&mut self, command: &str, arguments: Vec<Value>) -> Started {
        let params = ExecuteCommandParams {
            command: command.to_owned(),
            arguments,
            ..Default::default()
        };
        Started(self.editor.client.start::<ExecuteCommand>(params))
    }

    #[track_caller]
    fn question(&mut self) -> Question {
        let (id, params) = self.editor.client.await_request::<ShowMessageRequest>();
        let buttons = params
            .actions
            .unwrap_or_default()
            .into_iter()
            .map(|it| it.title)
            .collect();
        Question {
            id,
            message: params.message,
            buttons,
        }
    }

    /// The user presses a button of a question, or closes it.
    fn answer(&mut self, question: &Question, button: Option<&str>) {
        let answer = button.map(|it| {
            assert!(
                question.buttons.iter().any(|button| button == it),
                "no `{it}` in {question:?}"
            );
            json!({ "title": it })
        });
        self.editor
            .client
            .send(&json!({ "jsonrpc": "2.0", "id": question.id, "result": answer }));
    }

    /// The user presses `button` of the next question; gives what was asked.
    #[track_caller]
    fn press(&mut self, button: &str) -> String {
        let question = self.question();
        self.answer(&question, Some(button));
        question.message
    }

    #[track_caller]
    fn message(&mut self) -> (MessageType, String) {
        let params = self.editor.client.await_notification::<ShowMessage>();
        (params.typ, params.message)
    }

    /// Answers the next request to show a page with `shown`; gives the page.
    #[track_caller]
    fn page(&mut self, shown: bool) -> String {
        let (id, params) = self.editor.client.await_request::<ShowDocument>();
        assert_eq!(params.external, Some(true), "in a browser, not in the editor");
        self.editor
            .client
            .send(&json!({ "jsonrpc": "2.0", "id": id, "result": { "success": shown } }));
        params.uri.to_string()
    }

    /// Waits for the command's own answer.
    #[track_caller]
    fn done(&mut self, started: &Started) {
        assert_eq!(self.editor.client.response(&started.0), Ok(Value::Null));
    }

    /// Runs a command that is refused, and gives the reason.
    #[track_caller]
    fn refusal(&mut self, command: &str, file: &str) -> String {
        let started = self.run(command, file);
        let (kind, message) = self.message();
        assert_eq!(kind, MessageType::ERROR, "{message}");
        self.done(&started);
        message
    }

    /// The titles of the code actions without a kind: the commands.
    fn commands(&mut self, file: &str) -> Vec<String> {
        let actions = self.editor.code_actions(file, all(), None);
        actions
            .into_iter()
            .filter(|it| it.kind.is_none())
            .map(|it| it.title)
            .collect()
    }

    /// Ends the session, and makes sure that no secret has reached the log.
    #[track_caller]
    fn finish(mut self) {
        self.editor
            .client
            .ignore_unread(&["textDocument/publishDiagnostics", "$/progress"]);
        self.editor.client.finish();
        let log = fs::read_to_string(self.log.path()).unwrap();
        for secret in [KEY, "secret-state", "SECRET-CODE"] {
            assert!(!log.contains(secret), "{secret} in the log:\n{log}");
        }
    }
}

/// The real CLI as a setting.
fn cli_options() -> Value {
    json!({ "cli": { "command": ["node", real_cli()] } })
}

/// [`everything`] and a progress.
fn with_progress() -> Value {
    let mut res = everything();
    res["window"]["workDoneProgress"] = json!(true);
    res
}

fn all() -> Range {
    Range::new(Position::new(0, 0), Position::new(99, 0))
}

fn forbidden() -> Answer {
    Answer::Json(403, json!({ "message": "Upgrade your plan" }))
}

// What is offered.

#[test]
fn connector_files_offer_to_authorize_and_to_push_and_other_files_do_not() {
    let mut desk = Desk::open(PROJECT);
    desk.editor.did_open(SLACK);
    desk.editor.did_open(CONFIG);
    let offered = [
        "Authorize Slack User …",
        "Push all connectors of this project to Base44 …",
    ];
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
    assert_eq!(commands, [AUTHORIZE, PUSH]);
    desk.finish();
}

#[test]
fn a_service_that_base44_runs_by_itself_is_not_offered_for_authorization() {
    let stripe = PROJECT.replace("slack", "stripe").replace("\"chat:write\"", "");
    let file = "base44/connectors/stripe.jsonc";
    let mut desk = Desk::open(&stripe);
    desk.editor.did_open(file);
    assert_eq!(desk.commands(file), ["Push all connectors of this project to Base44 …"]);
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
    for command in [PUSH, AUTHORIZE] {
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
    assert_eq!(desk.commands(SLACK).len(), 2);
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
    assert_eq!(desk.commands(SLACK).len(), 2);
    desk.finish();
}

// Push.

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
    let script = format!("#!/bin/sh\nexec node '{}' \"$@\"\n", real_cli().display());
    executable(&bin.join("base44"), &script);
    let started = desk.run(PUSH, SLACK);
    desk.press("Cancel");
    desk.done(&started);
    desk.finish();
}

#[cfg(unix)]
fn executable(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

// Refusals: nothing is run, nothing is sent.

#[test]
fn a_file_with_an_error_is_named_with_its_finding() {
    let wrong = PROJECT.replace("chat:write", "chat.write");
    let mut desk = Desk::open(&wrong);
    let message = desk.refusal(PUSH, SLACK);
    assert_eq!(
        message,
        "slack.jsonc has an error (unknown-scope). Slack User has no scope `chat.write`. Did you mean `chat:write`? \
         Fix it, then push again."
    );
    let message = desk.refusal(AUTHORIZE, SLACK);
    assert!(message.ends_with("Fix it, then authorize again."), "{message}");
    assert_eq!(desk.api.log(), [""; 0]);
    desk.finish();
}

#[test]
fn an_unsaved_file_is_to_be_saved_first() {
    let mut desk = Desk::open(TWO);
    let text = desk.editor.did_open(SLACK);
    desk.editor
        .did_change(SLACK, 2, &text.replace("chat:write", "users:read"));
    for file in [SLACK, NOTION] {
        let message = desk.refusal(PUSH, file);
        assert_eq!(
            message,
            "Save slack.jsonc, then push again: the base44 CLI reads the saved files."
        );
    }
    let message = desk.refusal(AUTHORIZE, SLACK);
    assert_eq!(
        message,
        "Save slack.jsonc, then authorize again: the base44 CLI reads the saved files."
    );
    assert_eq!(desk.api.log(), [""; 0]);
    // Typed back to what is on the disk, there is nothing to save.
    desk.editor.did_change(SLACK, 3, &text);
    let started = desk.run(PUSH, SLACK);
    desk.press("Cancel");
    desk.done(&started);
    desk.finish();
}

#[test]
fn a_byte_order_mark_that_the_editor_keeps_to_itself_is_no_unsaved_change() {
    let mut desk = Desk::open(PROJECT);
    let text = desk.editor.did_open(SLACK);
    fs::write(desk.editor.path(SLACK), format!("\u{feff}{text}")).unwrap();
    let started = desk.run(PUSH, SLACK);
    desk.press("Cancel");
    desk.done(&started);
    desk.finish();
}

#[test]
fn a_project_without_connectors_is_not_pushed() {
    let mut desk = Desk::open(PROJECT);
    desk.api.connector("slack", &["chat:write"]);
    desk.editor.did_open(CONFIG);
    desk.editor.await_version(CONFIG, 1);
    fs::remove_file(desk.editor.path(SLACK)).unwrap();
    let message = desk.refusal(PUSH, CONFIG);
    assert!(
        message.starts_with("There is no connector in `") && message.contains("would remove every"),
        "{message}"
    );
    fs::remove_dir(desk.editor.path("base44/connectors")).unwrap();
    assert_eq!(desk.refusal(PUSH, CONFIG), message);
    assert_eq!(desk.api.log(), [""; 0]);
    desk.finish();
}

#[test]
fn a_file_of_no_project_and_a_file_that_is_no_connector_are_told_so() {
    let mut desk = Desk::open(PROJECT);
    let elsewhere = tempfile::tempdir().unwrap();
    let uri = lsp_types::Url::from_file_path(elsewhere.path().join("a.jsonc")).unwrap();
    let started = desk.run_with(PUSH, vec![json!({ "uri": uri })]);
    assert_eq!(desk.message().1, "This file is in no Base44 project.");
    desk.done(&started);
    let message = desk.refusal(AUTHORIZE, CONFIG);
    assert_eq!(
        message,
        "Open the connector file of the service to authorize, and try again from there."
    );
    desk.finish();
}

#[test]
fn who_is_not_logged_in_is_told_before_the_cli_starts() {
    let mut desk = Desk::open_with(PROJECT, everything(), cli_options(), &[("BASE44_API_KEY", "")]);
    for command in [PUSH, AUTHORIZE] {
        let message = desk.refusal(command, SLACK);
        assert!(
            message.starts_with("You are not logged in to Base44. Run `npx base44 login`"),
            "{message}"
        );
    }
    assert_eq!(desk.api.log(), [""; 0], "no login was begun");
    desk.finish();
}

#[test]
fn a_project_that_is_not_linked_says_how_to_link_it() {
    let unlinked = PROJECT.replacen("//- base44/.app.jsonc\n{ \"id\": \"app\" }\n", "", 1);
    let mut desk = Desk::open(&unlinked);
    let message = desk.refusal(PUSH, SLACK);
    assert!(
        message.contains("is not linked to a Base44 app. Run `npx base44 link`"),
        "{message}"
    );
    desk.finish();
}

#[test]
fn a_cli_that_is_not_there_says_how_to_get_it() {
    let nowhere = tempfile::tempdir().unwrap();
    let path = nowhere.path().to_str().unwrap();
    let mut desk = Desk::open_with(PROJECT, everything(), Value::Null, &[("PATH", path)]);
    let message = desk.refusal(PUSH, SLACK);
    assert!(
        message.starts_with("The base44 CLI was not found. Install it"),
        "{message}"
    );
    desk.finish();
}

#[cfg(unix)]
#[test]
fn a_cli_that_pushes_without_asking_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let old = folder.path().join("base44");
    // It would leave a trace if it were asked for more than its version.
    executable(
        &old,
        "#!/bin/sh\n[ \"$*\" = --version ] && echo 0.1.5 || touch \"$0.trace\"\n",
    );
    let options = json!({ "cli.command": [old] });
    let mut desk = Desk::open_with(PROJECT, everything(), options, &[]);
    let message = desk.refusal(PUSH, SLACK);
    assert!(
        message.contains("version 0.1.5; 0.1.15 or newer is needed"),
        "{message}"
    );
    assert!(message.contains("Update it: `npm install"), "{message}");
    assert!(!folder.path().join("base44.trace").exists());
    desk.finish();
}

#[cfg(unix)]
#[test]
fn an_editor_that_cannot_ask_gets_the_plan_and_the_command() {
    let fixture = PROJECT
        .replace("{}\n", "{ \"connectorsDir\": \"it's here\" }\n")
        .replace("base44/connectors", "base44/it's here");
    let mut capabilities = everything();
    capabilities["window"].as_object_mut().unwrap().remove("showMessage");
    let mut desk = Desk::open_with(&fixture, capabilities, cli_options(), &[]);
    desk.api.connector("hubspot", &["oauth"]);
    let file = "base44/it's here/slack.jsonc";
    let directory = desk
        .editor
        .path("base44/it's here")
        .display()
        .to_string()
        .replace('\'', r"'\''");

    let started = desk.run(PUSH, file);
    let (kind, message) = desk.message();
    assert_eq!(kind, MessageType::WARNING);
    assert_eq!(
        message,
        format!(
            "Nothing was pushed, because this editor cannot ask you first. A push to the Base44 app app would do this:\n\
             Remove hubspot (1 scope): this project has no file for it, and the app loses its access.\n\
             Add slack (1 scope): chat:write.\n\
             To push, run in a terminal: npx base44 connectors push --app-id app --dir '{directory}'"
        )
    );
    desk.done(&started);

    let started = desk.run(AUTHORIZE, file);
    let (_, message) = desk.message();
    let command = "npx base44 connectors initiate --app-id app --integration-type slack --scopes chat:write";
    assert!(message.ends_with(command), "{message}");
    desk.done(&started);
    assert_eq!(desk.api.changes(), [""; 0]);
    desk.finish();
}

#[test]
fn an_error_of_base44_is_told_in_its_own_words() {
    let mut desk = Desk::open(PROJECT);
    desk.api.on("GET list", forbidden());
    let message = desk.refusal(PUSH, SLACK);
    assert!(message.contains("Upgrade your plan (HTTP 403)"), "{message}");
    desk.finish();
}

#[test]
fn a_command_that_does_not_exist_is_an_error_of_the_request() {
    let mut desk = Desk::open(PROJECT);
    let started = desk.run("base44-connectors.nothing", SLACK);
    let error = desk.editor.client.response(&started.0).unwrap_err();
    assert_eq!(error.code, -32602);
    desk.finish();
}

// Authorize.

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
    assert_eq!(desk.api.log(), ["PUT slack chat:write"; 3], "nothing else is touched");
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

// Failures as findings.

#[test]
fn a_connector_that_base44_refuses_has_a_finding_until_its_file_changes() {
    let mut desk = Desk::open(PROJECT);
    desk.api.on("PUT slack", forbidden());
    let text = desk.editor.did_open(SLACK);
    let started = desk.run(PUSH, SLACK);
    desk.press("Push slack");
    let (kind, message) = desk.message();
    assert_eq!(kind, MessageType::ERROR);
    assert_eq!(
        message,
        "Slack User: not pushed. Base44 says: Error setting connector: Upgrade your plan."
    );
    desk.done(&started);
    let found = desk.editor.await_findings(SLACK, &["1:10 push-failed"]);
    assert_eq!(found[0].range, Range::new(Position::new(1, 10), Position::new(1, 17)));
    assert_eq!(found[0].message, message);

    desk.editor
        .did_change(SLACK, 2, &text.replace("chat:write", "users:read"));
    assert_eq!(summary(&desk.editor.await_version(SLACK, 2)), [""; 0]);
    // It does not keep a push from being tried again; what comes of that counts.
    desk.editor.did_change(SLACK, 3, &text);
    desk.editor.await_findings(SLACK, &["1:10 push-failed"]);
    desk.api.on("PUT slack", Answer::Natural);
    let started = desk.run(PUSH, SLACK);
    desk.press("Push slack");
    desk.message();
    desk.editor.await_findings(SLACK, &[]);
    desk.press("Later");
    desk.done(&started);
    desk.finish();
}

#[test]
fn a_client_that_pulls_is_told_to_ask_for_the_findings_of_a_failed_push() {
    let mut capabilities = pulling();
    // As `lsp-types` spells it; the server knows the protocol's own spelling, too.
    capabilities["workspace"]["diagnostic"] = json!({ "refreshSupport": true });
    let mut desk = Desk::open_with(PROJECT, capabilities, cli_options(), &[]);
    desk.editor.client.answer::<WorkspaceDiagnosticRefresh>(|()| ());
    desk.api.on("PUT slack", forbidden());
    desk.editor.did_open(SLACK);
    let started = desk.run(PUSH, SLACK);
    let question = desk.question();
    // What was to be said of the first look at the project has been said by now.
    desk.editor.client.leave::<WorkspaceDiagnosticRefresh>();
    desk.answer(&question, Some("Push slack"));
    desk.message();
    let (id, ()) = desk.editor.client.await_request::<WorkspaceDiagnosticRefresh>();
    desk.editor
        .client
        .send(&json!({ "jsonrpc": "2.0", "id": id, "result": null }));
    desk.done(&started);
    let answer = desk
        .editor
        .client
        .request::<DocumentDiagnosticRequest>(DocumentDiagnosticParams {
            text_document: TextDocumentIdentifier::new(desk.editor.uri(SLACK)),
            identifier: None,
            previous_result_id: None,
            work_done_progress_params: Default::default(),
            partial_result_params: Default::default(),
        });
    let DocumentDiagnosticReportResult::Report(DocumentDiagnosticReport::Full(report)) = answer else {
        panic!()
    };
    assert_eq!(
        summary(&report.full_document_diagnostic_report.items),
        ["1:10 push-failed"]
    );
    desk.finish();
}

// Progress, cancelling, and several things at once.

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
        let expected =
            "A push or an authorization of this project is under way. Wait until it has ended, or cancel it.";
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
