//! The overview, and the word that it has changed.

use std::fs;

use lsp_types::FileChangeType;
use lsp_types::notification::Notification;
use lsp_types::request::RegisterCapability;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::desk::{AUTHORIZE, Desk, NOTION, PLAN, PROJECT, PUSH, SLACK, TWO, cli_options};
use crate::editor::everything;
use crate::support::api::Answer;

const OVERVIEW: &str = "base44-connectors.overview";

enum OverviewChanged {}

impl Notification for OverviewChanged {
    type Params = Value;
    const METHOD: &'static str = "base44Connectors/overviewChanged";
}

impl Desk {
    /// `type: state` of each connector of the first project.
    #[track_caller]
    fn states(&mut self) -> Vec<String> {
        let overview = self.ask(OVERVIEW, json!({}));
        let connectors = overview["projects"][0]["connectors"].as_array().unwrap();
        let text = |it: &Value| it.as_str().unwrap_or("?").to_owned();
        connectors
            .iter()
            .map(|it| format!("{}: {}", text(&it["type"]), text(&it["state"])))
            .collect()
    }

    /// Runs `plan` to its end.
    #[track_caller]
    fn plan(&mut self) {
        let started = self.run(PLAN, SLACK);
        self.document(true);
        self.editor.client.response(&started.0).unwrap();
    }

    /// Waits until the server says that the overview has changed, and looks.
    #[track_caller]
    fn news(&mut self) -> Value {
        self.editor.client.await_notification::<OverviewChanged>();
        self.ask(OVERVIEW, json!({}))
    }
}

/// [`everything`] and the notification.
fn taking_news() -> Value {
    let mut res = everything();
    res["experimental"] = json!({ "base44Connectors": { "overviewChanged": true } });
    res
}

#[test]
fn the_overview_has_projects_connectors_and_scopes() {
    let mut desk = Desk::open_with(TWO, taking_news(), cli_options(), &[]);
    let mut overview = desk.news();
    let root = desk.editor.path("");
    let project = &mut overview["projects"][0];
    assert_eq!(
        project["name"].take().as_str(),
        root.file_name().and_then(|it| it.to_str())
    );
    let slack = &mut project["connectors"][1];
    for text in ["label", "summary"] {
        let text = slack["scopes"][0][text].take();
        assert!(!text.as_str().unwrap().is_empty());
    }
    let folder = lsp_types::Url::from_file_path(root.components().as_path()).unwrap();
    let backend = ["functions", "shared", "actors"].map(|it| desk.editor.uri(&format!("base44/{it}")));
    assert_eq!(
        overview,
        json!({ "projects": [{
            "uri": folder, "name": null, "app": "app", "remoteOnly": [],
            "connectorsDir": desk.editor.uri("base44/connectors"),
            "backendDirs": backend,
            "connectors": [
                { "uri": desk.editor.uri(NOTION), "type": "notion", "name": "Notion", "errors": 0, "warnings": 0,
                    "state": "unknown", "scopes": [] },
                { "uri": desk.editor.uri(SLACK), "type": "slack", "name": "Slack User", "errors": 0, "warnings": 0,
                    "state": "unknown", "scopes": [{
                        "name": "chat:write", "label": null, "summary": null, "risk": "write",
                        "range": { "start": { "line": 2, "character": 13 }, "end": { "line": 2, "character": 25 } },
                    }] },
            ],
        }] })
    );
    desk.finish();
}

#[test]
fn what_is_no_json_has_errors_though_the_editor_reports_them_and_not_we() {
    let mut options = cli_options();
    options["syntaxErrors"] = json!("off");
    let mut desk = Desk::open_with(&TWO.replace("[] }", "[]"), everything(), options, &[]);
    assert_eq!(desk.states(), ["notion: errors", "slack: unknown"]);
    desk.finish();
}

#[test]
fn a_connector_stands_where_the_last_answer_of_base44_and_the_file_put_it() {
    let mut desk = Desk::open(TWO);
    desk.api
        .connector("slack", &["chat:write"])
        .connector("hubspot", &["oauth"]);
    assert_eq!(desk.states(), ["notion: unknown", "slack: unknown"]);
    assert_eq!(desk.api.log(), [""; 0], "the overview asks nobody");

    desk.plan();
    assert_eq!(desk.states(), ["notion: notPushed", "slack: inStep"]);
    let overview = desk.ask(OVERVIEW, json!({}));
    assert_eq!(overview["projects"][0]["remoteOnly"], json!(["hubspot"]));

    // An edit is not pushed, saved or not; taken back, it is in step again.
    let text = desk.editor.did_open(SLACK);
    desk.editor
        .did_change(SLACK, 2, &text.replace("chat:write", "users:read"));
    assert_eq!(desk.states(), ["notion: notPushed", "slack: notPushed"]);
    desk.editor
        .did_change(SLACK, 3, &text.replace("chat:write", "chat.write"));
    assert_eq!(desk.states(), ["notion: notPushed", "slack: errors"]);
    desk.editor.did_change(SLACK, 4, &text);
    assert_eq!(desk.states(), ["notion: notPushed", "slack: inStep"]);
    desk.finish();
}

#[test]
fn a_push_says_of_each_connector_how_it_stands_then() {
    let mut desk = Desk::open(TWO);
    desk.api.on(
        "PUT slack",
        Answer::Json(403, json!({ "message": "Upgrade your plan" })),
    );
    let started = desk.run(PUSH, SLACK);
    desk.press("Push 2 connectors");
    desk.message();
    desk.message();
    desk.press("Open consent page");
    desk.page(true);
    assert_eq!(desk.states(), ["notion: needsConsent", "slack: failed"]);
    desk.api.consent("notion");
    desk.press("Check now");
    desk.message();
    desk.done(&started);
    assert_eq!(desk.states(), ["notion: inStep", "slack: failed"]);
    desk.finish();
}

#[test]
fn a_connector_that_was_to_be_authorized_waits_for_consent_until_its_file_changes() {
    let mut desk = Desk::open(PROJECT);
    let started = desk.run(AUTHORIZE, SLACK);
    desk.press("Authorize Slack User");
    desk.press("Later");
    desk.done(&started);
    assert_eq!(desk.states(), ["slack: needsConsent"]);
    let text = desk.editor.did_open(SLACK);
    desk.editor
        .did_change(SLACK, 2, &text.replace("chat:write", "users:read"));
    assert_eq!(desk.states(), ["slack: unknown"]);
    desk.finish();
}

#[test]
fn after_a_push_that_was_broken_off_nothing_is_known_any_more() {
    let mut desk = Desk::open(PROJECT);
    desk.plan();
    assert_eq!(desk.states(), ["slack: notPushed"]);
    desk.api.on("PUT slack", Answer::Hang);
    let started = desk.run(PUSH, SLACK);
    desk.press("Push slack");
    desk.api.wait_for("PUT slack");
    let cancel = json!({ "jsonrpc": "2.0", "method": "$/cancelRequest", "params": { "id": started.0 } });
    desk.editor.client.send(&cancel);
    desk.editor.client.response(&started.0).unwrap_err();
    assert_eq!(desk.states(), ["slack: unknown"]);
    desk.finish();
}

#[test]
fn what_is_known_of_one_app_says_nothing_of_another() {
    let mut desk = Desk::open(PROJECT);
    desk.api.connector("slack", &["chat:write"]);
    desk.plan();
    assert_eq!(desk.states(), ["slack: inStep"]);
    fs::write(desk.editor.path("base44/.app.jsonc"), r#"{ "id": "other" }"#).unwrap();
    assert_eq!(desk.states(), ["slack: unknown"]);
    let overview = desk.ask(OVERVIEW, json!({}));
    assert_eq!(overview["projects"][0]["app"], "other");
    desk.finish();
}

#[test]
fn a_client_that_watches_files_is_told_the_new_app_when_it_tells_of_the_change() {
    let mut capabilities = everything();
    capabilities["workspace"]["didChangeWatchedFiles"] = json!({ "dynamicRegistration": true });
    let mut desk = Desk::open_with(PROJECT, capabilities, cli_options(), &[]);
    let (id, _) = desk.editor.client.await_request::<RegisterCapability>();
    desk.editor
        .client
        .send(&json!({ "jsonrpc": "2.0", "id": id, "result": null }));
    let app = |desk: &mut Desk| desk.ask(OVERVIEW, json!({}))["projects"][0]["app"].take();
    assert_eq!(app(&mut desk), "app");
    let file = "base44/.app.jsonc";
    fs::write(desk.editor.path(file), r#"{ "id": "other" }"#).unwrap();
    desk.editor.did_change_on_disk(file, FileChangeType::CHANGED);
    assert_eq!(app(&mut desk), "other");
    desk.finish();
}

#[test]
fn a_file_that_does_not_say_its_service_goes_by_its_own_name() {
    let untyped = PROJECT.replace("\"type\": \"slack\",", "");
    let mut desk = Desk::open(&untyped);
    let overview = desk.ask(OVERVIEW, json!({}));
    let connector = &overview["projects"][0]["connectors"][0];
    assert_eq!(
        (&connector["type"], &connector["name"], &connector["state"]),
        (&Value::Null, &json!("slack.jsonc"), &json!("errors"))
    );
    assert!(connector["errors"].as_u64().unwrap() > 0);
    desk.finish();
}

#[test]
fn the_client_hears_of_a_change_once_until_it_looks() {
    let mut desk = Desk::open_with(PROJECT, taking_news(), cli_options(), &[]);
    desk.news();
    let text = desk.editor.did_open(SLACK);
    for version in 2..20 {
        desk.editor
            .did_change(SLACK, version, &format!("{text}{}", "\n".repeat(version as usize)));
    }
    desk.editor
        .did_change(SLACK, 20, &text.replace("chat:write", "users:read"));
    desk.editor.await_version(SLACK, 20);
    let overview = desk.news();
    assert_eq!(
        overview["projects"][0]["connectors"][0]["scopes"][0]["name"],
        "users:read"
    );
    // Twenty edits, one or two words: what came after the first was told when the client had looked. None is left over.
    fs::write(desk.editor.path(NOTION), r#"{ "type": "notion", "scopes": [] }"#).unwrap();
    desk.editor.did_change_on_disk(NOTION, FileChangeType::CREATED);
    let overview = desk.news();
    assert_eq!(overview["projects"][0]["connectors"].as_array().unwrap().len(), 2);
    desk.finish();
}

#[test]
fn a_client_that_does_not_take_the_word_hears_none() {
    let mut desk = Desk::open(PROJECT);
    let text = desk.editor.did_open(SLACK);
    desk.editor
        .did_change(SLACK, 2, &text.replace("chat:write", "users:read"));
    desk.editor.await_version(SLACK, 2);
    // `finish` finds everything that was not read.
    desk.finish();
}
