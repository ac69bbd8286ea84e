//! Requests: from protocol, one question to the analysis, to protocol. Nothing here changes the session.

use std::collections::HashMap;
use std::hash::{Hash as _, Hasher as _};
use std::path::Path;

use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeActionResponse, CompletionItem,
    CompletionList, CompletionParams, CompletionResponse, Diagnostic, DocumentDiagnosticParams,
    DocumentDiagnosticReport, DocumentDiagnosticReportResult, DocumentLink, Documentation,
    FullDocumentDiagnosticReport, Hover, HoverContents, InlayHint, InlayHintLabel, Position, Range,
    RelatedFullDocumentDiagnosticReport, RelatedUnchangedDocumentDiagnosticReport, TextDocumentIdentifier,
    TextDocumentPositionParams, UnchangedDocumentDiagnosticReport, Url, WorkspaceDiagnosticParams,
    WorkspaceDiagnosticReport, WorkspaceDiagnosticReportResult, WorkspaceDocumentDiagnosticReport,
    WorkspaceFullDocumentDiagnosticReport, WorkspaceUnchangedDocumentDiagnosticReport,
};
use rustc_hash::FxHasher;

use super::command_actions;
use super::convert;
use super::session::Session;
use super::source_actions::{self, wanted};
use super::to_proto::{self, ItemData};
use crate::analysis::{self, CompletionOptions, Role};

/// `textDocument/diagnostic`.
pub(super) fn document_diagnostics(
    session: &Session,
    params: &DocumentDiagnosticParams,
) -> DocumentDiagnosticReportResult {
    let path = session.path(&params.text_document.uri);
    let items = path
        .map(|path| to_proto::file_diagnostics(session, &path))
        .unwrap_or_default();
    let result_id = result_id(&items);
    let report = if params.previous_result_id.as_ref() == Some(&result_id) {
        let unchanged_document_diagnostic_report = UnchangedDocumentDiagnosticReport { result_id };
        let report = RelatedUnchangedDocumentDiagnosticReport {
            related_documents: None,
            unchanged_document_diagnostic_report,
        };
        DocumentDiagnosticReport::Unchanged(report)
    } else {
        let full_document_diagnostic_report = FullDocumentDiagnosticReport {
            result_id: Some(result_id),
            items,
        };
        let report = RelatedFullDocumentDiagnosticReport {
            related_documents: None,
            full_document_diagnostic_report,
        };
        DocumentDiagnosticReport::Full(report)
    };
    DocumentDiagnosticReportResult::Report(report)
}

/// `workspace/diagnostic`: the files with findings, and those that the client thinks still have some.
pub(super) fn workspace_diagnostics(
    session: &Session,
    params: &WorkspaceDiagnosticParams,
) -> WorkspaceDiagnosticReportResult {
    let mut known: HashMap<&Url, &str> = params
        .previous_result_ids
        .iter()
        .map(|it| (&it.uri, it.value.as_str()))
        .collect();
    let mut reports = Vec::new();
    for (file, found) in session.workspace.all_diagnostics() {
        let Some(uri) = session.uri(&file.path) else { continue };
        let before = known.remove(&uri);
        let items = to_proto::diagnostics(session, file, found);
        if items.is_empty() && before.is_none() {
            continue;
        }
        reports.push(workspace_report(session, &file.path, uri, before, items));
    }
    for problem in session.workspace.problems() {
        if session.workspace.file(&problem.path).is_none()
            && let Some(uri) = session.uri(&problem.path)
        {
            let before = known.remove(&uri);
            let items = vec![to_proto::unreadable(problem)];
            reports.push(workspace_report(session, &problem.path, uri, before, items));
        }
    }
    // What is gone: deleted, moved, or nobody's any more.
    for (uri, before) in known {
        let path = session.path(uri).unwrap_or_default();
        reports.push(workspace_report(session, &path, uri.clone(), Some(before), Vec::new()));
    }
    WorkspaceDiagnosticReportResult::Report(WorkspaceDiagnosticReport { items: reports })
}

fn workspace_report(
    session: &Session,
    path: &Path,
    uri: Url,
    before: Option<&str>,
    items: Vec<Diagnostic>,
) -> WorkspaceDocumentDiagnosticReport {
    let version = session.workspace.document(path).map(|it| i64::from(it.version()));
    let result_id = result_id(&items);
    match before == Some(result_id.as_str()) {
        true => WorkspaceDocumentDiagnosticReport::Unchanged(WorkspaceUnchangedDocumentDiagnosticReport {
            uri,
            version,
            unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id },
        }),
        false => WorkspaceDocumentDiagnosticReport::Full(WorkspaceFullDocumentDiagnosticReport {
            uri,
            version,
            full_document_diagnostic_report: FullDocumentDiagnosticReport {
                result_id: Some(result_id),
                items,
            },
        }),
    }
}

/// The same for the same findings, and for nothing else.
fn result_id(items: &[Diagnostic]) -> String {
    let mut hasher = FxHasher::default();
    // What a finding looks like is all that a client can see of it.
    for Diagnostic {
        range,
        code,
        message,
        severity,
        tags,
        related_information,
        ..
    } in items
    {
        (
            range.start.line,
            range.start.character,
            range.end.line,
            range.end.character,
        )
            .hash(&mut hasher);
        (code, message).hash(&mut hasher);
        format!("{severity:?}{tags:?}").hash(&mut hasher);
        for related in related_information.iter().flatten() {
            (
                format!("{:?}", related.location.range),
                &related.location.uri,
                &related.message,
            )
                .hash(&mut hasher);
        }
    }
    format!("{:x}-{}", hasher.finish(), items.len())
}

/// Nobody chooses from a longer menu; and an editor asks again whenever the selection changes, with all of a large file in it, too.
const MOST_MENDED: usize = 40;

/// `textDocument/codeAction`.
pub(super) fn code_actions(session: &Session, params: &CodeActionParams) -> Option<CodeActionResponse> {
    let path = session.path(&params.text_document.uri)?;
    let file = session.workspace.file(&path)?;
    let around = session.workspace.surroundings(&path)?;
    let lines = session.lines(file);
    let range = convert::text_range(&lines, params.range, session.client.encoding);
    let read = analysis::File::read(file, around);
    let (mut actions, mut can_fix) = (Vec::new(), false);

    if wanted(&params.context, &CodeActionKind::QUICKFIX) {
        let touched = analysis::diagnostics_of(&read)
            .into_iter()
            .filter(|it| it.range.intersect(range).is_some());
        for found in touched.take(MOST_MENDED) {
            let fixes = analysis::fixes(&read, &found);
            can_fix |= fixes.iter().any(|it| it.safe);
            let mended = to_proto::diagnostic(session, file, &lines, found);
            actions.extend(
                fixes
                    .into_iter()
                    .filter_map(|fix| to_proto::quick_fix(session, fix, mended.clone())),
            );
            actions.extend(command_actions::remedy(session, &path, mended));
        }
    }
    actions.extend(source_actions::actions(session, &read, range, &params.context, can_fix));
    // Without a kind: an editor lists them last, and never runs them by itself.
    let unfiltered = params.context.only.is_none();
    if unfiltered && file.role == Role::Connector {
        actions.extend(command_actions::of_file(session, &path));
    }
    let as_client_takes_it = |action: CodeAction| match (session.client.code_action_literals, action.command.clone()) {
        (true, _) => Some(CodeActionOrCommand::CodeAction(action)),
        (false, command) => command.map(CodeActionOrCommand::Command),
    };
    Some(actions.into_iter().filter_map(as_client_takes_it).collect())
}

/// `textDocument/completion`.
pub(super) fn completion(session: &Session, params: &CompletionParams) -> Option<CompletionResponse> {
    let TextDocumentPositionParams {
        text_document: TextDocumentIdentifier { uri },
        position,
    } = &params.text_document_position;
    let typed = params.context.as_ref().and_then(|it| it.trigger_character.as_ref());
    let path = session.path(uri)?;
    let (file, around) = (session.workspace.file(&path)?, session.workspace.surroundings(&path)?);
    let lines = session.lines(file);
    let offset = convert::offset(&lines, *position, session.client.encoding);
    let options = CompletionOptions {
        snippets: session.client.completion_snippets,
        typed: typed.and_then(|it| it.chars().next()),
    };
    let items = analysis::completions(file, around, offset, options);
    let items = items
        .into_iter()
        .map(|item| to_proto::completion_item(session, &lines, uri, item))
        .collect();
    Some(CompletionResponse::List(CompletionList {
        is_incomplete: false,
        items,
    }))
}

/// `completionItem/resolve`: the documentation, which most items are never asked for.
pub(super) fn resolve_completion(session: &Session, mut item: CompletionItem) -> CompletionItem {
    item.documentation = item.data.as_ref().and_then(|data| {
        let ItemData { uri, id } = serde_json::from_value(data.clone()).ok()?;
        let around = session.workspace.surroundings(&session.path(&uri)?)?;
        let page = analysis::documentation(around.catalogue, &id)?;
        Some(Documentation::MarkupContent(to_proto::markup(
            &page,
            session.client.completion_markdown,
        )))
    });
    item
}

/// `textDocument/hover`.
pub(super) fn hover(session: &Session, uri: &Url, position: Position) -> Option<Hover> {
    let path = session.path(uri)?;
    let (file, around) = (session.workspace.file(&path)?, session.workspace.surroundings(&path)?);
    let lines = session.lines(file);
    let offset = convert::offset(&lines, position, session.client.encoding);
    let hover = analysis::hover(file, around, offset)?;
    Some(Hover {
        contents: HoverContents::Markup(to_proto::markup(&hover.page, session.client.hover_markdown)),
        range: Some(convert::range(&lines, hover.range, session.client.encoding)),
    })
}

/// `textDocument/documentLink`.
pub(super) fn document_links(session: &Session, uri: &Url) -> Option<Vec<DocumentLink>> {
    let path = session.path(uri)?;
    let (file, around) = (session.workspace.file(&path)?, session.workspace.surroundings(&path)?);
    let lines = session.lines(file);
    let links = analysis::document_links(file, around).into_iter().filter_map(|link| {
        Some(DocumentLink {
            range: convert::range(&lines, link.range, session.client.encoding),
            target: Some(Url::parse(&link.url).ok()?),
            tooltip: Some(link.title),
            data: None,
        })
    });
    Some(links.collect())
}

/// `textDocument/inlayHint`.
pub(super) fn inlay_hints(session: &Session, uri: &Url, range: Range) -> Option<Vec<InlayHint>> {
    if !session.settings.inlay_hints {
        return None;
    }
    let path = session.path(uri)?;
    let (file, around) = (session.workspace.file(&path)?, session.workspace.surroundings(&path)?);
    let lines = session.lines(file);
    let range = convert::text_range(&lines, range, session.client.encoding);
    let hints = analysis::inlay_hints(file, around, range)
        .into_iter()
        .map(|hint| InlayHint {
            position: convert::position(&lines, hint.offset, session.client.encoding),
            label: InlayHintLabel::String(hint.label),
            kind: None,
            text_edits: None,
            tooltip: None,
            padding_left: Some(true),
            padding_right: None,
            data: None,
        });
    Some(hints.collect())
}
