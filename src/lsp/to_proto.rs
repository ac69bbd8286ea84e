//! From the analysis's plain data to the protocol's types, by what the client can take.

use std::path::Path;
use std::sync::LazyLock;

use lsp_types::{
    CodeAction, CodeActionKind, CodeDescription, CompletionItem, CompletionItemKind, CompletionItemLabelDetails,
    CompletionItemTag, CompletionTextEdit, CreateFile, CreateFileOptions, DeleteFile, Diagnostic,
    DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, DocumentChangeOperation, DocumentChanges,
    InsertReplaceEdit, InsertTextFormat, Location, MarkupContent, MarkupKind, NumberOrString, OneOf,
    OptionalVersionedTextDocumentIdentifier, Position, Range, RenameFile, ResourceOp, TextDocumentEdit, TextEdit, Url,
    WorkspaceEdit,
};

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::convert;
use super::push_failures;
use super::session::Session;
use crate::analysis::{self, Change, Fix, ItemId, ItemKind, Page, Severity, SourceFile, Tag, rules};
use crate::project::Problem;
use crate::project::document::Document;
use crate::project::position::Lines;
use crate::syntax;

/// The name under which the client shows our findings.
const SOURCE: &str = "base44";

/// So many findings of one file are shown at the most. VS Code draws no more than these, and sending all of twenty thousand with every
/// keystroke would cost far more than finding them.
const MOST: usize = 1000;

/// From so many findings or edits on, an index of the lines pays.
const MANY: usize = 100;

/// The page of each rule.
static PAGES: LazyLock<FxHashMap<&'static str, Url>> = LazyLock::new(|| {
    rules::ALL
        .iter()
        .filter_map(|rule| Some((rule.code, Url::parse(&rule.url()).ok()?)))
        .collect()
});

/// The findings of a file as they are now.
pub(super) fn file_diagnostics(session: &Session, path: &Path) -> Vec<Diagnostic> {
    match session.workspace.file(path) {
        Some(file) => diagnostics(session, file, session.workspace.diagnostics(path)),
        None => session.workspace.problem(path).map(unreadable).into_iter().collect(),
    }
}

/// What the CLI would read and we cannot. No rule, so no setting and no comment silences it; `--check` ends with 2.
pub(super) fn unreadable(problem: &Problem) -> Diagnostic {
    Diagnostic {
        severity: Some(DiagnosticSeverity::ERROR),
        code: Some(NumberOrString::String("unreadable".to_owned())),
        source: Some(SOURCE.to_owned()),
        message: format!("This {}.", problem.message),
        ..Diagnostic::default()
    }
}

/// What analysis `found` in a file, and what Base44 refused of it.
pub(super) fn diagnostics(session: &Session, file: &SourceFile, found: Vec<analysis::Diagnostic>) -> Vec<Diagnostic> {
    let refused = session.push_failures.of(file);
    if found.is_empty() && refused.is_none() {
        return Vec::new();
    }
    let lines = match found.len() < MANY {
        true => session.lines(file),
        false => session.indexed_lines(file),
    };
    let refused = refused.map(|(range, message)| Diagnostic {
        range: convert::range(&lines, range, session.client.encoding),
        severity: Some(DiagnosticSeverity::ERROR),
        code: Some(NumberOrString::String(push_failures::CODE.to_owned())),
        source: Some(SOURCE.to_owned()),
        message: message.to_owned(),
        ..Diagnostic::default()
    });
    let (shown, left_out) = worst(found);
    let note = (left_out > 0).then(|| Diagnostic {
        severity: Some(DiagnosticSeverity::INFORMATION),
        source: Some(SOURCE.to_owned()),
        message: format!(
            "{left_out} more findings of this file are not shown. `base44-connectors-ls --check` lists all."
        ),
        ..Diagnostic::default()
    });
    let shown = shown.into_iter().map(|it| diagnostic(session, file, &lines, it));
    note.into_iter().chain(shown).chain(refused).collect()
}

/// The findings to show, and how many are left out: of a flood, the worst.
fn worst(mut found: Vec<analysis::Diagnostic>) -> (Vec<analysis::Diagnostic>, usize) {
    let left_out = found.len().saturating_sub(MOST);
    if left_out > 0 {
        // Stable, so the first ones of each severity stay, in file order.
        found.sort_by_key(|it| it.severity);
        found.truncate(MOST);
        found.sort_by_key(|it| (it.range.start(), it.range.end()));
    }
    (found, left_out)
}

/// One finding of `file`, which `lines` is of.
pub(super) fn diagnostic(
    session: &Session,
    file: &SourceFile,
    lines: &impl Lines,
    found: analysis::Diagnostic,
) -> Diagnostic {
    let client = &session.client;
    let analysis::Diagnostic {
        rule,
        severity,
        range,
        message,
        tag,
        related,
    } = found;
    let tag = tag.and_then(|tag| match tag {
        Tag::Unnecessary => client.diagnostic_unnecessary.then_some(DiagnosticTag::UNNECESSARY),
        Tag::Deprecated => client.diagnostic_deprecated.then_some(DiagnosticTag::DEPRECATED),
    });
    let href = PAGES
        .get(rule.code)
        .filter(|_| client.diagnostic_code_description)
        .cloned();
    let related: Vec<_> = match client.diagnostic_related_information {
        true => related
            .into_iter()
            .filter_map(|it| related_information(session, file, lines, it))
            .collect(),
        false => Vec::new(),
    };
    Diagnostic {
        range: convert::range(lines, range, client.encoding),
        severity: Some(severity_of(severity)),
        code: Some(NumberOrString::String(rule.code.to_owned())),
        code_description: href.map(|href| CodeDescription { href }),
        source: Some(SOURCE.to_owned()),
        message,
        related_information: (!related.is_empty()).then_some(related),
        tags: tag.map(|tag| vec![tag]),
        data: None,
    }
}

fn severity_of(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Information => DiagnosticSeverity::INFORMATION,
        Severity::Hint => DiagnosticSeverity::HINT,
    }
}

fn related_information(
    session: &Session,
    file: &SourceFile,
    lines: &impl Lines,
    related: analysis::Related,
) -> Option<DiagnosticRelatedInformation> {
    let encoding = session.client.encoding;
    let range = match related.path == file.path {
        true => convert::range(lines, related.range, encoding),
        false => convert::range(
            &session.lines(session.workspace.file(&related.path)?),
            related.range,
            encoding,
        ),
    };
    let uri = session.uri(&related.path)?;
    Some(DiagnosticRelatedInformation {
        location: Location { uri, range },
        message: related.message.into_owned(),
    })
}

/// A fix as a quick fix for `mended`; `None` where the client cannot carry it out whole.
pub(super) fn quick_fix(session: &Session, fix: Fix, mended: Diagnostic) -> Option<CodeAction> {
    Some(CodeAction {
        title: fix.title,
        kind: Some(CodeActionKind::QUICKFIX),
        edit: Some(workspace_edit(session, &fix.changes)?),
        diagnostics: Some(vec![mended]),
        is_preferred: (fix.preferred && session.client.code_action_preferred).then_some(true),
        ..CodeAction::default()
    })
}

/// All of `changes` as one edit; `None` where the client cannot carry it out whole.
pub(super) fn workspace_edit(session: &Session, changes: &[Change]) -> Option<WorkspaceEdit> {
    let client = &session.client;
    if client.document_changes {
        let mut operations = Vec::new();
        for change in changes {
            operations.append(&mut document_change(session, change)?);
        }
        return Some(WorkspaceEdit {
            document_changes: Some(DocumentChanges::Operations(operations)),
            ..WorkspaceEdit::default()
        });
    }
    let mut edits = std::collections::HashMap::new();
    for change in changes {
        let Change::Edit { path, edits: of_file } = change else {
            return None;
        };
        edits.insert(session.uri(path)?, text_edits(session, path, of_file)?);
    }
    Some(WorkspaceEdit {
        changes: Some(edits),
        ..WorkspaceEdit::default()
    })
}

fn document_change(session: &Session, change: &Change) -> Option<Vec<DocumentChangeOperation>> {
    let client = &session.client;
    let operation = |it| vec![DocumentChangeOperation::Op(it)];
    match change {
        Change::Edit { path, edits } => {
            let version = session.workspace.document(path).map(Document::version);
            let edits = text_edits(session, path, edits)?;
            Some(vec![text_document_edit(session.uri(path)?, version, edits)])
        }
        Change::Create { path, text } if client.create_files => {
            let uri = session.uri(path)?;
            let create = ResourceOp::Create(CreateFile {
                uri: uri.clone(),
                options: Some(CreateFileOptions {
                    overwrite: Some(false),
                    ignore_if_exists: Some(false),
                }),
                annotation_id: None,
            });
            let start = Range::new(Position::new(0, 0), Position::new(0, 0));
            let mut operations = operation(create);
            operations.push(text_document_edit(uri, None, vec![TextEdit::new(start, text.clone())]));
            Some(operations)
        }
        Change::Rename { from, to } if client.rename_files => Some(operation(ResourceOp::Rename(RenameFile {
            old_uri: session.uri(from)?,
            new_uri: session.uri(to)?,
            options: None,
            annotation_id: None,
        }))),
        Change::Delete { path } if client.delete_files => Some(operation(ResourceOp::Delete(DeleteFile {
            uri: session.uri(path)?,
            options: None,
        }))),
        Change::Create { .. } | Change::Rename { .. } | Change::Delete { .. } => None,
    }
}

fn text_document_edit(uri: Url, version: Option<i32>, edits: Vec<TextEdit>) -> DocumentChangeOperation {
    DocumentChangeOperation::Edit(TextDocumentEdit {
        text_document: OptionalVersionedTextDocumentIdentifier { uri, version },
        edits: edits.into_iter().map(OneOf::Left).collect(),
    })
}

/// Edits of a file of the workspace; `None` if there is no such file.
pub(super) fn text_edits(session: &Session, path: &Path, edits: &[syntax::TextEdit]) -> Option<Vec<TextEdit>> {
    let file = session.workspace.file(path)?;
    let lines = match edits.len() < MANY {
        true => session.lines(file),
        false => session.indexed_lines(file),
    };
    let encoding = session.client.encoding;
    let edit = |it: &syntax::TextEdit| TextEdit::new(convert::range(&lines, it.range, encoding), it.insert.clone());
    Some(edits.iter().map(edit).collect())
}

/// What a completion item carries along to be explained later.
#[derive(Serialize, Deserialize)]
pub(super) struct ItemData {
    /// The document it was offered in: its project says what is known of services.
    pub(super) uri: Url,
    pub(super) id: ItemId,
}

/// One item of the document `uri`, which `lines` is of.
pub(super) fn completion_item(
    session: &Session,
    lines: &impl Lines,
    uri: &Url,
    item: analysis::CompletionItem,
) -> CompletionItem {
    let client = &session.client;
    let analysis::CompletionItem {
        label,
        hint,
        detail,
        kind,
        sort,
        filter,
        text,
        snippet,
        insert,
        replace,
        additional,
        deprecated,
        preselect,
        id,
    } = item;
    let range = |it| convert::range(lines, it, client.encoding);
    // A client with one range only: what stands there was not what was meant, so all of it goes.
    let edit = match client.completion_insert_replace && insert != replace {
        true => CompletionTextEdit::InsertAndReplace(InsertReplaceEdit {
            new_text: text,
            insert: range(insert),
            replace: range(replace),
        }),
        false => CompletionTextEdit::Edit(TextEdit::new(range(replace), text)),
    };
    let additional: Vec<_> = additional
        .into_iter()
        .map(|it| TextEdit::new(range(it.range), it.insert))
        .collect();
    CompletionItem {
        label,
        label_details: client.completion_label_details.then_some(CompletionItemLabelDetails {
            detail: None,
            description: Some(hint),
        }),
        detail: Some(detail),
        kind: Some(match kind {
            ItemKind::Key => CompletionItemKind::PROPERTY,
            ItemKind::Type => CompletionItemKind::ENUM_MEMBER,
            ItemKind::Scope => CompletionItemKind::VALUE,
            ItemKind::File => CompletionItemKind::FILE,
        }),
        sort_text: Some(sort),
        filter_text: Some(filter),
        insert_text_format: snippet.then_some(InsertTextFormat::SNIPPET),
        text_edit: Some(edit),
        additional_text_edits: (!additional.is_empty()).then_some(additional),
        tags: (deprecated && client.completion_deprecated_tag).then(|| vec![CompletionItemTag::DEPRECATED]),
        preselect: preselect.then_some(true),
        data: serde_json::to_value(ItemData { uri: uri.clone(), id }).ok(),
        ..CompletionItem::default()
    }
}

/// A page as the client can show it.
pub(super) fn markup(page: &Page, markdown: bool) -> MarkupContent {
    match markdown {
        true => MarkupContent {
            kind: MarkupKind::Markdown,
            value: page.to_markdown(),
        },
        false => MarkupContent {
            kind: MarkupKind::PlainText,
            value: page.to_plain_text(),
        },
    }
}
