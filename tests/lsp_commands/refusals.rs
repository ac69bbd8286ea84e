//! Refusals: nothing is run, nothing is sent.

use std::fs;

use lsp_types::MessageType;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::desk::{AUTHORIZE, CONFIG, Desk, NOTION, PROJECT, PUSH, SLACK, TWO, cli_options, forbidden};
use crate::editor::everything;

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

/// VS Code makes links of such texts, and runs the command that one names.
#[test]
fn what_a_file_says_is_no_link_in_a_message() {
    let link = "[Mend it](command:workbench.action.terminal.new)";
    let mut desk = Desk::open(&PROJECT.replace("chat:write", link));
    let message = desk.refusal(PUSH, SLACK);
    assert!(message.contains("[Mend it] (command:"), "{message}");
    desk.finish();
}

#[test]
fn what_is_no_json_is_not_pushed_though_the_editor_reports_it_and_not_we() {
    let broken = PROJECT.replace("\"type\": \"slack\",", "\"type\": \"slack\"");
    let mut options = cli_options();
    options["syntaxErrors"] = json!("off");
    let mut desk = Desk::open_with(&broken, everything(), options, &[]);
    let message = desk.refusal(PUSH, SLACK);
    assert_eq!(
        message,
        "slack.jsonc is not JSON, so the base44 CLI cannot read it. Fix it, then push again."
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
    fs::write(&old, "[ \"$*\" = --version ] && echo 0.1.5 || touch \"$0.trace\"\n").unwrap();
    let options = json!({ "cli.command": ["sh", old] });
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
    desk.cannot_ask();
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
    desk.cannot_ask();
    let (_, message) = desk.message();
    let command = "npx base44 connectors initiate --app-id app --integration-type slack --scopes chat:write";
    assert!(message.ends_with(command), "{message}");
    desk.done(&started);
    assert_eq!(desk.api.changes(), [""; 0]);
    desk.finish();
}

/// Some clients answer what they do not know with `null`; that of one which says it knows questions means that the user closed it.
#[test]
fn no_answer_of_an_editor_that_may_not_have_asked_is_told() {
    let mut capabilities = everything();
    capabilities["window"].as_object_mut().unwrap().remove("showMessage");
    let mut desk = Desk::open_with(PROJECT, capabilities, cli_options(), &[]);
    let started = desk.run(PUSH, SLACK);
    let question = desk.question();
    desk.answer(&question, None);
    let (_, message) = desk.message();
    assert!(message.contains("this editor cannot ask you first"), "{message}");
    desk.done(&started);
    assert_eq!(desk.api.changes(), [""; 0]);
    desk.finish();
}

/// Emacs' two clients.
#[test]
fn an_editor_that_can_ask_without_saying_so_pushes() {
    let mut capabilities = everything();
    capabilities["window"].as_object_mut().unwrap().remove("showMessage");
    let mut desk = Desk::open_with(PROJECT, capabilities, cli_options(), &[]);
    let started = desk.run(PUSH, SLACK);
    desk.press("Push slack");
    desk.api.wait_for("PUT slack chat:write");
    let (_, message) = desk.message();
    assert!(message.contains("Slack User: pushed"), "{message}");
    desk.press("Later");
    desk.done(&started);
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
