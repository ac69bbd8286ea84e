//! Diagnostics in an editor, with the shipped binary: pushed and pulled, of open and closed files, true after everything that can
//! happen to a file.

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

use std::fs;

use editor::{Editor, everything, pulling, summary};
use lsp_types::notification::{DidChangeConfiguration, DidChangeWorkspaceFolders};
use lsp_types::request::{
    DocumentDiagnosticRequest, RegisterCapability, WorkspaceConfiguration, WorkspaceDiagnosticRequest,
};
use lsp_types::{
    DiagnosticSeverity, DidChangeConfigurationParams, DidChangeWorkspaceFoldersParams, DocumentDiagnosticParams,
    DocumentDiagnosticReport, DocumentDiagnosticReportResult, FileChangeType, Position, PreviousResultId, Range,
    TextDocumentIdentifier, WorkspaceDiagnosticParams, WorkspaceDiagnosticReportResult,
    WorkspaceDocumentDiagnosticReport, WorkspaceFoldersChangeEvent,
};
use serde_json::{Value, json};

const SLACK: &str = "base44/connectors/slack.jsonc";
const TEAM: &str = "base44/connectors/team.jsonc";

const MISSPELT: &str = "\
//- base44/config.jsonc
{}
//- base44/connectors/slack.jsonc
{
  \"type\": \"slack\",
  \"scopes\": [\"chat.write\"]
}
";

const TWINS: &str = "\
//- base44/config.jsonc
{}
//- base44/connectors/slack.jsonc
{ \"type\": \"slack\", \"scopes\": [\"chat:write\"] }
//- base44/connectors/team.jsonc
{ \"type\": \"slack\", \"scopes\": [\"chat:write\"] }
";

fn line(line: u32) -> Range {
    Range::new(Position::new(line, 0), Position::new(line, 99))
}

#[test]
fn a_finding_says_all_that_an_editor_can_show() {
    let mut editor = Editor::open(MISSPELT);
    editor.did_open(SLACK);
    let found = editor.await_version(SLACK, 1);
    assert_eq!(summary(&found), ["2:13 unknown-scope"]);
    let finding = &found[0];
    assert_eq!(finding.range, Range::new(Position::new(2, 13), Position::new(2, 25)));
    assert_eq!(finding.severity, Some(DiagnosticSeverity::ERROR));
    assert_eq!(finding.source.as_deref(), Some("base44"));
    let page = finding.code_description.as_ref().unwrap().href.as_str();
    assert!(page.ends_with("/docs/rules/unknown-scope.md"), "{page}");
    assert!(finding.message.contains("`chat:write`"), "{}", finding.message);
    editor.finish();
}

#[test]
fn each_version_of_a_document_is_answered_until_it_is_right() {
    let mut editor = Editor::open(MISSPELT);
    let text = editor.did_open(SLACK);
    assert_eq!(summary(&editor.await_version(SLACK, 1)), ["2:13 unknown-scope"]);
    let dot = Range::new(Position::new(2, 18), Position::new(2, 19));
    editor.did_change_at(SLACK, 2, Some(dot), ":");
    assert_eq!(summary(&editor.await_version(SLACK, 2)), [""; 0]);
    editor.did_change(SLACK, 3, &text);
    assert_eq!(summary(&editor.await_version(SLACK, 3)), ["2:13 unknown-scope"]);
    editor.finish();
}

#[test]
fn files_that_nobody_has_open_are_checked_too() {
    let mut editor = Editor::open(MISSPELT);
    editor.await_findings(SLACK, &["2:13 unknown-scope"]);
    editor.finish();
}

#[test]
fn two_files_of_one_type_are_both_told_of_each_other() {
    let mut editor = Editor::open(TWINS);
    editor.did_open(SLACK);
    let found = editor.await_findings(SLACK, &["0:10 duplicate-type"]);
    let related = &found[0].related_information.as_ref().unwrap()[0];
    assert_eq!(related.location.uri, editor.uri(TEAM));
    assert_eq!(
        related.location.range,
        Range::new(Position::new(0, 10), Position::new(0, 17))
    );
    editor.await_findings(TEAM, &["0:10 duplicate-type"]);
    editor.finish();
}

#[test]
fn an_unsaved_buffer_counts_before_the_disk_for_the_other_file() {
    let mut editor = Editor::open(TWINS);
    editor.did_open(TEAM);
    editor.await_findings(SLACK, &["0:10 duplicate-type"]);
    editor.did_change(TEAM, 2, "{ \"type\": \"notion\", \"scopes\": [] }");
    editor.await_findings(SLACK, &[]);
    // Closed without saving: what is on the disk counts again.
    editor.did_close(TEAM);
    editor.await_findings(SLACK, &["0:10 duplicate-type"]);
    editor.finish();
}

#[test]
fn a_deleted_file_takes_its_findings_and_those_it_caused_with_it() {
    let mut editor = Editor::open(TWINS);
    editor.await_findings(SLACK, &["0:10 duplicate-type"]);
    editor.await_findings(TEAM, &["0:10 duplicate-type"]);
    fs::remove_file(editor.path(TEAM)).unwrap();
    editor.did_change_on_disk(TEAM, FileChangeType::DELETED);
    editor.await_findings(SLACK, &[]);
    editor.await_findings(TEAM, &[]);
    editor.finish();
}

#[test]
fn a_renamed_file_is_shown_under_its_new_name_only() {
    let mut editor = Editor::open(MISSPELT);
    editor.await_findings(SLACK, &["2:13 unknown-scope"]);
    fs::rename(editor.path(SLACK), editor.path(TEAM)).unwrap();
    editor.did_change_on_disk(SLACK, FileChangeType::DELETED);
    editor.did_change_on_disk(TEAM, FileChangeType::CREATED);
    editor.await_findings(SLACK, &[]);
    editor.await_findings(TEAM, &["1:10 file-name", "2:13 unknown-scope"]);
    editor.finish();
}

#[test]
fn without_file_watchers_a_save_is_the_time_to_look_at_the_disk() {
    let mut editor = Editor::open(TWINS);
    let text = editor.did_open(SLACK);
    editor.await_findings(SLACK, &["0:10 duplicate-type"]);
    fs::remove_file(editor.path(TEAM)).unwrap();
    editor.did_save(SLACK, &text);
    editor.await_findings(SLACK, &[]);
    editor.finish();
}

#[test]
fn watchers_are_registered_where_the_client_grants_them() {
    let mut capabilities = everything();
    capabilities["workspace"]["didChangeWatchedFiles"] = json!({ "dynamicRegistration": true });
    let mut editor = Editor::open_with(MISSPELT, capabilities, Value::Null);
    let (id, params) = editor.client.await_request::<RegisterCapability>();
    let methods: Vec<_> = params.registrations.iter().map(|it| it.method.as_str()).collect();
    assert_eq!(methods, ["workspace/didChangeWatchedFiles"]);
    editor
        .client
        .send(&json!({ "jsonrpc": "2.0", "id": id, "result": null }));
    editor.await_findings(SLACK, &["2:13 unknown-scope"]);
    editor.finish();
}

#[test]
fn a_client_that_pulls_is_answered_and_nothing_is_pushed() {
    let mut editor = Editor::open_with(MISSPELT, pulling(), Value::Null);
    let text = editor.did_open(SLACK);
    let first = pull(&mut editor, None);
    let DocumentDiagnosticReport::Full(first) = first else {
        panic!("{first:?}")
    };
    let first = first.full_document_diagnostic_report;
    assert_eq!(summary(&first.items), ["2:13 unknown-scope"]);
    let again = pull(&mut editor, first.result_id.clone());
    assert!(matches!(again, DocumentDiagnosticReport::Unchanged(_)), "{again:?}");
    editor.did_change(SLACK, 2, &text.replace("chat.write", "chat:write"));
    let right = pull(&mut editor, first.result_id);
    let DocumentDiagnosticReport::Full(right) = right else {
        panic!("{right:?}")
    };
    assert_eq!(summary(&right.full_document_diagnostic_report.items), [""; 0]);
    // Nothing may be left unread.
    editor.client.finish();
}

fn pull(editor: &mut Editor, previous_result_id: Option<String>) -> DocumentDiagnosticReport {
    let answer = editor
        .client
        .request::<DocumentDiagnosticRequest>(DocumentDiagnosticParams {
            text_document: TextDocumentIdentifier::new(editor.uri(SLACK)),
            identifier: None,
            previous_result_id,
            work_done_progress_params: Default::default(),
            partial_result_params: Default::default(),
        });
    let DocumentDiagnosticReportResult::Report(report) = answer else {
        panic!("{answer:?}")
    };
    report
}

#[test]
fn the_whole_workspace_is_pulled_and_what_has_gone_is_emptied() {
    let mut editor = Editor::open_with(TWINS, pulling(), Value::Null);
    editor.did_open(SLACK);
    let all = loop {
        // The first search for projects goes on beside the answers.
        let all = pull_workspace(&mut editor, Vec::new());
        if all.len() == 2 {
            break all;
        }
    };
    let ids = all
        .iter()
        .map(|(uri, _, id)| PreviousResultId {
            uri: uri.clone(),
            value: id.clone(),
        })
        .collect();
    fs::remove_file(editor.path(TEAM)).unwrap();
    editor.did_change_on_disk(TEAM, FileChangeType::DELETED);
    let left = loop {
        let left = pull_workspace(&mut editor, Vec::clone(&ids));
        if left
            .iter()
            .any(|(_, found, _)| found.as_ref().is_some_and(Vec::is_empty))
        {
            break left;
        }
    };
    for (uri, found, _) in left {
        assert_eq!(found, Some(Vec::new()), "{uri}");
    }
    editor.client.finish();
}

type Pulled = (lsp_types::Url, Option<Vec<String>>, String);

fn pull_workspace(editor: &mut Editor, previous_result_ids: Vec<PreviousResultId>) -> Vec<Pulled> {
    let answer = editor
        .client
        .request::<WorkspaceDiagnosticRequest>(WorkspaceDiagnosticParams {
            identifier: None,
            previous_result_ids,
            work_done_progress_params: Default::default(),
            partial_result_params: Default::default(),
        });
    let WorkspaceDiagnosticReportResult::Report(report) = answer else {
        panic!("{answer:?}")
    };
    let pulled = |it| match it {
        WorkspaceDocumentDiagnosticReport::Full(it) => {
            let full = it.full_document_diagnostic_report;
            (it.uri, Some(summary(&full.items)), full.result_id.unwrap())
        }
        WorkspaceDocumentDiagnosticReport::Unchanged(it) => {
            (it.uri, None, it.unchanged_document_diagnostic_report.result_id)
        }
    };
    report.items.into_iter().map(pulled).collect()
}

#[test]
fn options_that_are_null_absent_or_of_another_server_are_no_obstacle() {
    for options in [
        Value::Null,
        json!(null),
        json!(7),
        json!("x"),
        json!([1]),
        json!({ "sessionToken": { "a": 1 } }),
    ] {
        let mut editor = Editor::open_with(MISSPELT, everything(), options);
        editor.await_findings(SLACK, &["2:13 unknown-scope"]);
        editor.finish();
    }
}

#[test]
fn a_client_that_can_nothing_gets_plain_findings() {
    let mut editor = Editor::open_with(TWINS, json!({}), Value::Null);
    editor.did_open(SLACK);
    let found = editor.await_findings(SLACK, &["0:10 duplicate-type"]);
    assert_eq!(found[0].related_information, None);
    assert_eq!(found[0].code_description, None);
    editor.finish();
}

#[test]
fn severities_come_from_the_options_and_from_the_clients_settings() {
    let off = json!({ "base44Connectors": { "rules": { "unknown-scope": "hint" } } });
    let mut editor = Editor::open_with(MISSPELT, everything(), off);
    let found = editor.await_findings(SLACK, &["2:13 unknown-scope"]);
    assert_eq!(found[0].severity, Some(DiagnosticSeverity::HINT));
    editor
        .client
        .notify::<DidChangeConfiguration>(DidChangeConfigurationParams {
            settings: json!({ "base44Connectors": { "rules": { "unknown-scope": "off" } } }),
        });
    editor.await_findings(SLACK, &[]);
    editor.finish();
}

#[test]
fn settings_are_asked_of_a_client_that_has_them() {
    let mut capabilities = everything();
    capabilities["workspace"]["configuration"] = json!(true);
    let mut editor = Editor::open_with(MISSPELT, capabilities, Value::Null);
    let (id, params) = editor.client.await_request::<WorkspaceConfiguration>();
    assert_eq!(params.items[0].section.as_deref(), Some("base44Connectors"));
    editor
        .client
        .send(&json!({ "jsonrpc": "2.0", "id": id, "result": [{ "rules": { "unknown-scope": "warning" } }] }));
    loop {
        let found = editor.await_findings(SLACK, &["2:13 unknown-scope"]);
        if found[0].severity == Some(DiagnosticSeverity::WARNING) {
            break;
        }
    }
    editor.finish();
}

#[test]
fn plain_syntax_errors_can_be_left_to_the_editors_json_server() {
    let broken = MISSPELT.replace("\"slack\",", "\"slack\"");
    let mut editor = Editor::open(&broken);
    editor.await_findings(SLACK, &["1:17 syntax-error", "2:13 unknown-scope"]);
    editor.finish();
    let mut editor = Editor::open_with(&broken, everything(), json!({ "syntaxErrors": "off" }));
    editor.await_findings(SLACK, &["2:13 unknown-scope"]);
    editor.finish();
}

#[test]
fn the_projects_own_config_file_counts_for_the_editor_too() {
    let mut editor = Editor::open(MISSPELT);
    editor.await_findings(SLACK, &["2:13 unknown-scope"]);
    let config = "base44/base44-connectors-ls.jsonc";
    editor.did_open_as(config, "{ \"rules\": { \"unknown-scope\": \"off\" } }");
    editor.await_findings(SLACK, &[]);
    editor.did_change(config, 2, "{ \"rules\": { \"unknown-scop\": \"off\" } }");
    editor.await_findings(config, &["0:13 invalid-config"]);
    editor.finish();
}

#[test]
fn a_removed_workspace_folder_takes_its_findings_along() {
    let mut editor = Editor::open(MISSPELT);
    editor.await_findings(SLACK, &["2:13 unknown-scope"]);
    let folder = lsp_types::WorkspaceFolder {
        uri: editor.uri(""),
        name: "project".to_owned(),
    };
    editor
        .client
        .notify::<DidChangeWorkspaceFolders>(DidChangeWorkspaceFoldersParams {
            event: WorkspaceFoldersChangeEvent {
                added: Vec::new(),
                removed: vec![folder.clone()],
            },
        });
    editor.await_findings(SLACK, &[]);
    editor
        .client
        .notify::<DidChangeWorkspaceFolders>(DidChangeWorkspaceFoldersParams {
            event: WorkspaceFoldersChangeEvent {
                added: vec![folder],
                removed: Vec::new(),
            },
        });
    editor.await_findings(SLACK, &["2:13 unknown-scope"]);
    editor.finish();
}

#[test]
fn a_document_that_is_no_file_is_left_alone() {
    let mut editor = Editor::open(MISSPELT);
    for uri in [
        "untitled:Untitled-1",
        "git:/slack.jsonc?ref",
        "vscode-remote://ssh/slack.jsonc",
    ] {
        let document = json!({ "uri": uri, "languageId": "jsonc", "version": 1, "text": "{" });
        editor.client.send(
            &json!({ "jsonrpc": "2.0", "method": "textDocument/didOpen", "params": { "textDocument": document } }),
        );
    }
    editor.await_findings(SLACK, &["2:13 unknown-scope"]);
    editor.finish();
}

#[test]
fn the_quick_fix_of_a_misspelt_scope_mends_it() {
    let mut editor = Editor::open(MISSPELT);
    editor.did_open(SLACK);
    editor.await_version(SLACK, 1);
    let actions = editor.code_actions(SLACK, line(2), Some("quickfix"));
    let fix = &actions[0];
    assert_eq!(fix.is_preferred, Some(true));
    let edit = serde_json::to_value(fix.edit.as_ref().unwrap()).unwrap();
    let edit = &edit["documentChanges"][0];
    assert_eq!(edit["textDocument"]["version"], json!(1));
    assert_eq!(edit["edits"][0]["newText"], json!("\"chat:write\""));
    editor.finish();
}

#[test]
fn of_a_flood_the_worst_are_shown_and_the_rest_is_counted() {
    let scopes: Vec<_> = (0..1500).map(|nth| format!("\"no.such.{nth}\"")).collect();
    let text = format!("{{ \"type\": \"slack\", \"scopes\": [{}] }}\n", scopes.join(",\n"));
    let mut editor = Editor::open(&format!("//- base44/config.jsonc\n{{}}\n//- {SLACK}\n{text}"));
    editor.did_open(SLACK);
    let found = editor.await_version(SLACK, 1);
    assert_eq!(found.len(), 1001);
    assert!(
        found[0]
            .message
            .starts_with("500 more findings of this file are not shown."),
        "{}",
        found[0].message
    );
    assert!(
        found[1..]
            .iter()
            .all(|it| it.severity == Some(DiagnosticSeverity::ERROR))
    );
    editor.finish();
}
