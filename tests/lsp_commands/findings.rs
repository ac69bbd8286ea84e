//! What Base44 refused as findings in the files.

use lsp_types::request::{DocumentDiagnosticRequest, WorkspaceDiagnosticRefresh};
use lsp_types::{
    DocumentDiagnosticParams, DocumentDiagnosticReport, DocumentDiagnosticReportResult, MessageType, Position, Range,
    TextDocumentIdentifier,
};
use pretty_assertions::assert_eq;
use serde_json::json;

use crate::desk::{Desk, PROJECT, PUSH, SLACK, cli_options, forbidden};
use crate::editor::{pulling, summary};
use crate::support::api::Answer;

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
