//! A user at an editor: a project, the shipped binary as the server, the real CLI, and Base44's API on this machine.

use std::fs;
use std::path::PathBuf;

use lsp_types::notification::ShowMessage;
use lsp_types::request::{ExecuteCommand, ShowDocument, ShowMessageRequest, WorkDoneProgressCreate};
use lsp_types::{ExecuteCommandParams, MessageType, Position, Range};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::client::Client;
use crate::editor::{Editor, everything};
use crate::support::api::{Answer, Api, KEY, real_cli};

pub(crate) const PUSH: &str = "base44-connectors.push";
pub(crate) const AUTHORIZE: &str = "base44-connectors.authorize";
pub(crate) const PULL: &str = "base44-connectors.pull";
pub(crate) const REFRESH: &str = "base44-connectors.refresh";
pub(crate) const PLAN: &str = "base44-connectors.plan";

/// What every connector file offers.
pub(crate) const OF_PROJECT: [&str; 4] = [
    "Plan: what would a push to Base44 change?",
    "Push all connectors of this project to Base44 …",
    "Pull all connectors of this project from Base44 …",
    "Refresh the catalogue: ask Base44 for its services",
];

pub(crate) const SLACK: &str = "base44/connectors/slack.jsonc";
pub(crate) const NOTION: &str = "base44/connectors/notion.jsonc";
pub(crate) const CONFIG: &str = "base44/config.jsonc";

/// Linked to the app `app`.
pub(crate) const PROJECT: &str = "\
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

pub(crate) const TWO: &str = "\
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
pub(crate) struct Desk {
    pub(crate) editor: Editor,
    pub(crate) api: Api,
    pub(crate) log: tempfile::NamedTempFile,
}

/// A command under way: the id of its request.
pub(crate) struct Started(pub(crate) Value);

/// A question that the user has not answered yet.
#[derive(Debug)]
pub(crate) struct Question {
    pub(crate) id: Value,
    pub(crate) message: String,
    pub(crate) buttons: Vec<String>,
}

impl Desk {
    /// An editor that can do everything, with the real CLI in its settings.
    pub(crate) fn open(fixture: &str) -> Desk {
        Desk::open_with(fixture, everything(), cli_options(), &[])
    }

    /// The same with these capabilities, options and environment variables (an empty value unsets one).
    pub(crate) fn open_with(fixture: &str, capabilities: Value, options: Value, variables: &[(&str, &str)]) -> Desk {
        let api = Api::start();
        let log = tempfile::NamedTempFile::new().unwrap();
        let client = Client::spawn_with(|command| {
            command
                .arg("--log")
                .arg(log.path())
                .env("BASE44_CONNECTORS_LS_LOG", "trace")
                .envs(api.env());
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

    pub(crate) fn run(&mut self, command: &str, file: &str) -> Started {
        let arguments = vec![json!({ "uri": self.editor.uri(file) })];
        self.run_with(command, arguments)
    }

    pub(crate) fn run_with(&mut self, command: &str, arguments: Vec<Value>) -> Started {
        let params = ExecuteCommandParams {
            command: command.to_owned(),
            arguments,
            ..Default::default()
        };
        Started(self.editor.client.start::<ExecuteCommand>(params))
    }

    #[track_caller]
    pub(crate) fn question(&mut self) -> Question {
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
    pub(crate) fn answer(&mut self, question: &Question, button: Option<&str>) {
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
    pub(crate) fn press(&mut self, button: &str) -> String {
        let question = self.question();
        self.answer(&question, Some(button));
        question.message
    }

    #[track_caller]
    pub(crate) fn message(&mut self) -> (MessageType, String) {
        let params = self.editor.client.await_notification::<ShowMessage>();
        (params.typ, params.message)
    }

    /// Answers the next request to show a page with `shown`; gives the page.
    #[track_caller]
    pub(crate) fn page(&mut self, shown: bool) -> String {
        let (id, params) = self.editor.client.await_request::<ShowDocument>();
        assert_eq!(params.external, Some(true), "in a browser, not in the editor");
        self.editor
            .client
            .send(&json!({ "jsonrpc": "2.0", "id": id, "result": { "success": shown } }));
        params.uri.to_string()
    }

    /// Runs a command that says nothing to the user, and gives its answer.
    #[track_caller]
    pub(crate) fn ask(&mut self, command: &str, argument: Value) -> Value {
        let started = self.run_with(command, vec![argument]);
        self.editor.client.response(&started.0).unwrap()
    }

    /// Answers the next request to show a document in the editor with `shown`; gives its path.
    #[track_caller]
    pub(crate) fn document(&mut self, shown: bool) -> PathBuf {
        let (id, params) = self.editor.client.await_request::<ShowDocument>();
        assert_eq!(params.external, Some(false), "in the editor");
        self.editor
            .client
            .send(&json!({ "jsonrpc": "2.0", "id": id, "result": { "success": shown } }));
        params.uri.to_file_path().unwrap()
    }

    /// The client knows no such request as the next question.
    #[track_caller]
    pub(crate) fn cannot_ask(&mut self) {
        let question = self.question();
        let error = json!({ "code": -32601, "message": "method not found" });
        self.editor
            .client
            .send(&json!({ "jsonrpc": "2.0", "id": question.id, "error": error }));
    }

    /// Waits for the command's own answer.
    #[track_caller]
    pub(crate) fn done(&mut self, started: &Started) {
        assert_eq!(self.editor.client.response(&started.0), Ok(Value::Null));
    }

    /// Runs a command that is refused, and gives the reason.
    #[track_caller]
    pub(crate) fn refusal(&mut self, command: &str, file: &str) -> String {
        let started = self.run(command, file);
        let (kind, message) = self.message();
        assert_eq!(kind, MessageType::ERROR, "{message}");
        self.done(&started);
        message
    }

    /// The titles of the code actions without a kind: the commands.
    pub(crate) fn commands(&mut self, file: &str) -> Vec<String> {
        let actions = self.editor.code_actions(file, all(), None);
        actions
            .into_iter()
            .filter(|it| it.kind.is_none())
            .map(|it| it.title)
            .collect()
    }

    /// Ends the session, and makes sure that no secret has reached the log.
    #[track_caller]
    pub(crate) fn finish(mut self) {
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
pub(crate) fn cli_options() -> Value {
    json!({ "cli": { "command": ["node", real_cli()] } })
}

/// [`everything`] and a progress.
pub(crate) fn with_progress() -> Value {
    let mut res = everything();
    res["window"]["workDoneProgress"] = json!(true);
    res
}

pub(crate) fn all() -> Range {
    Range::new(Position::new(0, 0), Position::new(99, 0))
}

pub(crate) fn forbidden() -> Answer {
    Answer::Json(403, json!({ "message": "Upgrade your plan" }))
}
