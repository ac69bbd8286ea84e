//! Refresh: Base44's live list of services, in this session and in those to come.

use lsp_types::MessageType;
use pretty_assertions::assert_eq;
use serde_json::json;

use crate::desk::{Desk, OF_PROJECT, PROJECT, REFRESH, SLACK, all, cli_options};
use crate::editor::everything;

const ACME: &str = "base44/connectors/acme.jsonc";

fn fixture() -> String {
    format!("{PROJECT}//- {ACME}\n{{ \"type\": \"acme\", \"scopes\": [\"all\"] }}\n")
}

#[test]
fn a_type_that_base44_offers_is_known_at_once_in_open_files() {
    let mut desk = Desk::open(&fixture());
    desk.api.available("acme", "Acme").available("slack", "Slack");
    desk.editor.did_open(ACME);
    desk.editor.await_findings(ACME, &["0:10 unknown-type"]);
    let started = desk.run(REFRESH, ACME);
    let message = "Base44 offers 2 services. New to the catalogue: acme.".to_owned();
    assert_eq!(desk.message(), (MessageType::INFO, message));
    desk.done(&started);
    desk.editor.await_findings(ACME, &[]);
    assert_eq!(desk.api.log(), ["GET available-integrations"]);

    let started = desk.run(REFRESH, ACME);
    let message = "Base44 offers 2 services. None of them is new to the catalogue.".to_owned();
    assert_eq!(desk.message(), (MessageType::INFO, message));
    desk.done(&started);
    desk.finish();
}

#[test]
fn an_unknown_type_offers_to_refresh_the_catalogue() {
    let mut desk = Desk::open(&fixture());
    desk.api.available("acme", "Acme");
    desk.editor.did_open(ACME);
    let actions = desk.editor.code_actions(ACME, all(), Some("quickfix"));
    let refresh = actions
        .into_iter()
        .find(|it| it.title == OF_PROJECT[3])
        .expect("a quick fix");
    assert_eq!(refresh.diagnostics.unwrap().len(), 1);
    let command = refresh.command.unwrap();
    let started = desk.run_with(&command.command, command.arguments.unwrap());
    desk.message();
    desk.done(&started);
    let actions = desk.editor.code_actions(ACME, all(), Some("quickfix"));
    assert!(actions.iter().all(|it| it.title != OF_PROJECT[3]), "{actions:?}");
    // Where there is no such finding there is no such fix.
    desk.editor.did_open(SLACK);
    let actions = desk.editor.code_actions(SLACK, all(), Some("quickfix"));
    assert!(actions.iter().all(|it| it.command.is_none()), "{actions:?}");
    desk.finish();
}

#[test]
fn in_an_untrusted_workspace_the_quick_fix_says_why_it_is_not_there() {
    let (mut capabilities, mut options) = (everything(), cli_options());
    capabilities["textDocument"]["codeAction"]["disabledSupport"] = json!(true);
    options["trusted"] = json!(false);
    let mut desk = Desk::open_with(&fixture(), capabilities, options, &[]);
    desk.editor.did_open(ACME);
    let actions = desk.editor.code_actions(ACME, all(), Some("quickfix"));
    let refresh = actions.iter().find(|it| it.title == OF_PROJECT[3]).unwrap();
    assert!(refresh.disabled.is_some() && refresh.command.is_none(), "{refresh:?}");
    desk.finish();
}

#[test]
fn errors_in_the_project_do_not_keep_it_from_being_refreshed() {
    let mut desk = Desk::open(&fixture().replace("chat:write", "chat.write"));
    desk.api.available("acme", "Acme");
    let started = desk.run(REFRESH, SLACK);
    assert!(desk.message().1.contains("New to the catalogue: acme."));
    desk.done(&started);
    desk.finish();
}

#[test]
fn an_empty_list_or_an_error_leaves_the_catalogue_as_it_is() {
    let mut desk = Desk::open(&fixture());
    let message = desk.refusal(REFRESH, ACME);
    assert!(!message.is_empty());
    desk.editor.did_open(ACME);
    desk.editor.await_findings(ACME, &["0:10 unknown-type"]);
    desk.finish();
}

#[cfg(unix)]
#[test]
fn a_list_that_cannot_be_kept_is_used_all_the_same() {
    let elsewhere = tempfile::NamedTempFile::new().unwrap();
    let no_folder = elsewhere.path().to_str().unwrap();
    let variables = [("XDG_CACHE_HOME", no_folder)];
    let mut desk = Desk::open_with(&fixture(), everything(), cli_options(), &variables);
    desk.api.available("acme", "Acme");
    desk.editor.did_open(ACME);
    desk.editor.await_findings(ACME, &["0:10 unknown-type"]);
    let started = desk.run(REFRESH, ACME);
    desk.message();
    let (kind, message) = desk.message();
    assert_eq!(kind, MessageType::WARNING);
    assert!(
        message.starts_with("The list of services could not be kept"),
        "{message}"
    );
    desk.done(&started);
    desk.editor.await_findings(ACME, &[]);
    desk.finish();
}

#[test]
fn the_list_is_known_in_later_sessions_without_asking_and_a_damaged_one_is_left_out() {
    let cache = tempfile::tempdir().unwrap();
    let variables = [("XDG_CACHE_HOME", cache.path().to_str().unwrap())];
    let open = || Desk::open_with(&fixture(), everything(), cli_options(), &variables);
    let mut desk = open();
    desk.api.available("acme", "Acme");
    let started = desk.run(REFRESH, ACME);
    desk.message();
    desk.done(&started);
    desk.finish();

    let mut desk = open();
    desk.editor.did_open(ACME);
    desk.editor.await_findings(ACME, &[]);
    assert_eq!(desk.api.log(), [""; 0]);
    desk.finish();

    let kept = cache.path().join("base44-connectors-ls/services.json");
    std::fs::write(&kept, "{ \"format\": 1, ").unwrap();
    let mut desk = open();
    desk.editor.did_open(ACME);
    desk.editor.await_findings(ACME, &["0:10 unknown-type"]);
    let log = std::fs::read_to_string(desk.log.path()).unwrap();
    assert!(
        log.contains(&format!("the list of services in {} is left out", kept.display())),
        "{log}"
    );
    desk.finish();
}
