//! What the client can do, as plain facts, and what the server offers it.

use lsp_types::{
    ClientCapabilities, CodeActionKind, CodeActionOptions, CodeActionProviderCapability, CodeLensOptions,
    CompletionOptions, CompletionOptionsCompletionItem, DiagnosticOptions, DiagnosticServerCapabilities, DiagnosticTag,
    DocumentLinkOptions, ExecuteCommandOptions, FoldingRangeProviderCapability, HoverProviderCapability,
    InitializeParams, MarkupKind, OneOf, PositionEncodingKind, RenameOptions, ResourceOperationKind, SaveOptions,
    SelectionRangeProviderCapability, ServerCapabilities, TextDocumentSyncKind, TextDocumentSyncOptions,
    WorkDoneProgressOptions, WorkspaceFoldersServerCapabilities, WorkspaceServerCapabilities,
};

use serde_json::Value;

use super::file_operations;
use super::lenses::SHOW_REFERENCES;
use crate::project::position::Encoding;

/// The code action kind that applies all safe fixes of a file.
pub const FIX_ALL: &str = "source.fixAll.base44-connectors";

/// The code action kind that sorts the scopes of a file by name.
pub const SORT: &str = "source.sort.base44-connectors";

/// The code action kind that writes a file as Base44 does.
pub const AS_BASE44: &str = "source.format.base44";

/// The commands of `workspace/executeCommand`.
pub const COMMANDS: &[&str] = super::commands::ALL;

/// The characters after which an editor asks for completion by itself: a string or a value begins, or the next part of a scope. Not `[`
/// and `,`: many press Enter next, and a list that came up there would take that for a choice.
const COMPLETION_TRIGGERS: &[&str] = &["\"", "'", "`", ":", "/", "."];

/// What the client said in `initialize`. What it did not say is `false`, empty or absent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClientCaps {
    /// The program's name: for the log, and for the few things no capability tells.
    pub name: Option<String>,
    /// How this session counts columns.
    pub encoding: Encoding,

    /// `textDocument/diagnostic`: then nothing is pushed for open documents.
    pub pull_diagnostics: bool,
    /// `workspace/diagnostic/refresh`.
    pub refresh_diagnostics: bool,
    /// `version` in published diagnostics.
    pub diagnostic_version: bool,
    /// `relatedInformation` of a diagnostic.
    pub diagnostic_related_information: bool,
    /// The tag `Unnecessary` (faded text).
    pub diagnostic_unnecessary: bool,
    /// The tag `Deprecated` (struck out).
    pub diagnostic_deprecated: bool,
    /// `codeDescription` of a diagnostic: the link to its documentation.
    pub diagnostic_code_description: bool,

    /// Snippets in completion items.
    pub completion_snippets: bool,
    /// `InsertReplaceEdit` in completion items.
    pub completion_insert_replace: bool,
    /// `labelDetails` of completion items.
    pub completion_label_details: bool,
    /// The deprecated mark of completion items, as a tag.
    pub completion_deprecated_tag: bool,
    /// Markdown in the documentation of completion items.
    pub completion_markdown: bool,
    /// `textDocument/hover`.
    pub hover: bool,
    /// Markdown in hovers.
    pub hover_markdown: bool,
    /// `textDocument/documentLink`.
    pub document_links: bool,
    /// `textDocument/inlayHint`.
    pub inlay_hints: bool,

    /// `CodeAction` objects; otherwise the answer must be bare commands.
    pub code_action_literals: bool,
    /// `isPreferred`.
    pub code_action_preferred: bool,
    /// `disabled` with a reason.
    pub code_action_disabled: bool,
    /// `data` of an action comes back in `codeAction/resolve`.
    pub code_action_data: bool,
    /// The properties of a code action that may be left to `codeAction/resolve`.
    pub code_action_resolve: Vec<String>,
    /// `textDocument/definition`.
    pub definition: bool,
    /// `textDocument/references`.
    pub references: bool,
    /// `textDocument/documentHighlight`.
    pub document_highlight: bool,
    /// `textDocument/rename`.
    pub rename: bool,
    /// `textDocument/codeLens`.
    pub code_lens: bool,
    /// `textDocument/documentSymbol`.
    pub document_symbols: bool,
    /// Symbols as a tree.
    pub hierarchical_symbols: bool,
    /// The deprecated mark of a file's symbols, as a tag.
    pub document_symbol_tags: bool,
    /// `textDocument/foldingRange`.
    pub folding: bool,
    /// Folding ranges are whole lines.
    pub folding_lines_only: bool,
    /// So many folding ranges of a file at the most.
    pub folding_limit: Option<usize>,
    /// `textDocument/selectionRange`.
    pub selection_ranges: bool,
    /// `textDocument/formatting`.
    pub formatting: bool,
    /// `textDocument/rangeFormatting`.
    pub range_formatting: bool,
    /// `textDocument/prepareRename`.
    pub prepare_rename: bool,

    /// `workspace/applyEdit`.
    pub apply_edit: bool,
    /// `documentChanges`: edits with versions.
    pub document_changes: bool,
    /// A workspace edit may create files.
    pub create_files: bool,
    /// A workspace edit may rename files.
    pub rename_files: bool,
    /// A workspace edit may delete files.
    pub delete_files: bool,

    /// `workspace/configuration`.
    pub configuration: bool,
    /// `workspace/didChangeConfiguration` can be registered.
    pub register_configuration: bool,
    /// Several workspace folders, and their changes.
    pub workspace_folders: bool,
    /// `workspace/symbol`.
    pub workspace_symbols: bool,
    /// The deprecated mark of the workspace's symbols, as a tag.
    pub workspace_symbol_tags: bool,
    /// `workspace/didChangeWatchedFiles` can be registered.
    pub register_watched_files: bool,
    /// … with patterns relative to a folder.
    pub relative_patterns: bool,
    /// `workspace/willRenameFiles`.
    pub will_rename_files: bool,
    /// `workspace/didRenameFiles`.
    pub did_rename_files: bool,
    /// `workspace/didCreateFiles`.
    pub did_create_files: bool,
    /// `workspace/didDeleteFiles`.
    pub did_delete_files: bool,
    /// `workspace/codeLens/refresh`.
    pub refresh_code_lens: bool,
    /// `workspace/inlayHint/refresh`.
    pub refresh_inlay_hints: bool,

    /// `window/showDocument`.
    pub show_document: bool,
    /// `window.showMessage`: the client knows `window/showMessageRequest` for certain.
    pub show_message: bool,
    /// `window/workDoneProgress/create`.
    pub work_done_progress: bool,
    /// Our own `base44Connectors/overviewChanged`.
    pub overview_changed: bool,
    /// A command of the client's own, `base44-connectors.showReferences`: shows a list of places.
    pub show_references: bool,
}

impl ClientCaps {
    /// The facts in `params`.
    #[must_use]
    pub fn new(params: &InitializeParams) -> ClientCaps {
        let ClientCapabilities {
            workspace,
            text_document,
            window,
            general,
            experimental,
            ..
        } = params.capabilities.clone();
        let yes = |flag: Option<bool>| flag.unwrap_or(false);
        let markdown =
            |formats: Option<Vec<MarkupKind>>| formats.is_some_and(|formats| formats.contains(&MarkupKind::Markdown));

        let workspace = workspace.unwrap_or_default();
        let edit = workspace.workspace_edit.unwrap_or_default();
        let resources = edit.resource_operations.unwrap_or_default();
        let may = |kind| yes(edit.document_changes) && resources.contains(&kind);
        let file_operations = workspace.file_operations.unwrap_or_default();
        let watched_files = workspace.did_change_watched_files.unwrap_or_default();

        let text_document = text_document.unwrap_or_default();
        let published = text_document.publish_diagnostics.unwrap_or_default();
        let tags = published.tag_support.map(|tags| tags.value_set).unwrap_or_default();
        let item = text_document
            .completion
            .unwrap_or_default()
            .completion_item
            .unwrap_or_default();
        let action = text_document.code_action.unwrap_or_default();
        let code_action_resolve = action.resolve_support.map(|it| it.properties).unwrap_or_default();
        let symbol = text_document.document_symbol.clone().unwrap_or_default();
        let folding = text_document.folding_range.clone().unwrap_or_default();
        let window = window.unwrap_or_default();

        ClientCaps {
            name: params.client_info.as_ref().map(|info| info.name.clone()),
            encoding: encoding(general.and_then(|it| it.position_encodings).as_deref()),

            pull_diagnostics: text_document.diagnostic.is_some(),
            refresh_diagnostics: yes(workspace.diagnostic.and_then(|it| it.refresh_support)),
            diagnostic_version: yes(published.version_support),
            diagnostic_related_information: yes(published.related_information),
            diagnostic_unnecessary: tags.contains(&DiagnosticTag::UNNECESSARY),
            diagnostic_deprecated: tags.contains(&DiagnosticTag::DEPRECATED),
            diagnostic_code_description: yes(published.code_description_support),

            completion_snippets: yes(item.snippet_support),
            completion_insert_replace: yes(item.insert_replace_support),
            completion_label_details: yes(item.label_details_support),
            completion_deprecated_tag: item.tag_support.is_some(),
            completion_markdown: markdown(item.documentation_format),
            hover: text_document.hover.is_some(),
            document_links: text_document.document_link.is_some(),
            inlay_hints: text_document.inlay_hint.is_some(),
            hover_markdown: markdown(text_document.hover.and_then(|it| it.content_format)),

            code_action_literals: action.code_action_literal_support.is_some(),
            code_action_preferred: yes(action.is_preferred_support),
            code_action_disabled: yes(action.disabled_support),
            code_action_data: yes(action.data_support),
            code_action_resolve,
            definition: text_document.definition.is_some(),
            references: text_document.references.is_some(),
            document_highlight: text_document.document_highlight.is_some(),
            rename: text_document.rename.is_some(),
            code_lens: text_document.code_lens.is_some(),
            document_symbols: text_document.document_symbol.is_some(),
            hierarchical_symbols: yes(symbol.hierarchical_document_symbol_support),
            document_symbol_tags: symbol.tag_support.is_some(),
            folding: text_document.folding_range.is_some(),
            folding_lines_only: yes(folding.line_folding_only),
            folding_limit: folding.range_limit.and_then(|it| usize::try_from(it).ok()),
            selection_ranges: text_document.selection_range.is_some(),
            formatting: text_document.formatting.is_some(),
            range_formatting: text_document.range_formatting.is_some(),
            prepare_rename: yes(text_document.rename.and_then(|it| it.prepare_support)),

            apply_edit: yes(workspace.apply_edit),
            document_changes: yes(edit.document_changes),
            create_files: may(ResourceOperationKind::Create),
            rename_files: may(ResourceOperationKind::Rename),
            delete_files: may(ResourceOperationKind::Delete),

            configuration: yes(workspace.configuration),
            register_configuration: yes(workspace
                .did_change_configuration
                .and_then(|it| it.dynamic_registration)),
            workspace_folders: yes(workspace.workspace_folders),
            workspace_symbols: workspace.symbol.is_some(),
            workspace_symbol_tags: workspace.symbol.is_some_and(|it| it.tag_support.is_some()),
            register_watched_files: yes(watched_files.dynamic_registration),
            relative_patterns: yes(watched_files.relative_pattern_support),
            will_rename_files: yes(file_operations.will_rename),
            did_rename_files: yes(file_operations.did_rename),
            did_create_files: yes(file_operations.did_create),
            did_delete_files: yes(file_operations.did_delete),
            refresh_code_lens: yes(workspace.code_lens.and_then(|it| it.refresh_support)),
            refresh_inlay_hints: yes(workspace.inlay_hint.and_then(|it| it.refresh_support)),

            show_document: window.show_document.is_some_and(|it| it.support),
            show_message: window.show_message.is_some(),
            work_done_progress: yes(window.work_done_progress),
            overview_changed: experimental
                .as_ref()
                .is_some_and(|it| it.pointer("/base44Connectors/overviewChanged") == Some(&Value::Bool(true))),
            show_references: own_commands(experimental.as_ref()).any(|it| it == SHOW_REFERENCES),
        }
    }

    /// Whether the edit of a code action may be left to `codeAction/resolve`.
    #[must_use]
    pub fn resolves_code_action_edits(&self) -> bool {
        self.code_action_data && self.code_action_resolve.iter().any(|it| it == "edit")
    }
}

/// The commands that the client says it has for us.
fn own_commands(experimental: Option<&Value>) -> impl Iterator<Item = &str> {
    let commands = experimental.and_then(|it| it.pointer("/base44Connectors/commands")?.as_array());
    commands.into_iter().flatten().filter_map(Value::as_str)
}

/// The first of the client's encodings that we know, which is any: the list is in the client's order of preference.
fn encoding(offered: Option<&[PositionEncodingKind]>) -> Encoding {
    let known = |kind: &PositionEncodingKind| match kind.as_str() {
        "utf-8" => Some(Encoding::Utf8),
        "utf-16" => Some(Encoding::Utf16),
        "utf-32" => Some(Encoding::Utf32),
        _ => None,
    };
    offered.unwrap_or_default().iter().find_map(known).unwrap_or_default()
}

fn encoding_kind(encoding: Encoding) -> PositionEncodingKind {
    match encoding {
        Encoding::Utf8 => PositionEncodingKind::UTF8,
        Encoding::Utf16 => PositionEncodingKind::UTF16,
        Encoding::Utf32 => PositionEncodingKind::UTF32,
    }
}

/// The answer to `initialize`.
#[must_use]
pub fn server_capabilities(client: &ClientCaps) -> ServerCapabilities {
    let owned = |list: &[&str]| list.iter().map(|&it| it.to_owned()).collect();
    ServerCapabilities {
        position_encoding: Some(encoding_kind(client.encoding)),
        text_document_sync: Some(
            TextDocumentSyncOptions {
                open_close: Some(true),
                change: Some(TextDocumentSyncKind::INCREMENTAL),
                save: Some(
                    SaveOptions {
                        include_text: Some(true),
                    }
                    .into(),
                ),
                ..TextDocumentSyncOptions::default()
            }
            .into(),
        ),
        // Offered to a client that does not pull, some libraries would still take it as a promise not to push.
        diagnostic_provider: client.pull_diagnostics.then(|| {
            DiagnosticServerCapabilities::Options(DiagnosticOptions {
                identifier: Some("base44-connectors".to_owned()),
                inter_file_dependencies: true,
                workspace_diagnostics: true,
                ..DiagnosticOptions::default()
            })
        }),
        completion_provider: Some(CompletionOptions {
            resolve_provider: Some(true),
            trigger_characters: Some(owned(COMPLETION_TRIGGERS)),
            completion_item: Some(CompletionOptionsCompletionItem {
                label_details_support: Some(true),
            }),
            ..CompletionOptions::default()
        }),
        hover_provider: client.hover.then_some(HoverProviderCapability::Simple(true)),
        definition_provider: client.definition.then_some(OneOf::Left(true)),
        references_provider: client.references.then_some(OneOf::Left(true)),
        document_highlight_provider: client.document_highlight.then_some(OneOf::Left(true)),
        rename_provider: client.rename.then(|| match client.prepare_rename {
            true => OneOf::Right(RenameOptions {
                prepare_provider: Some(true),
                work_done_progress_options: WorkDoneProgressOptions::default(),
            }),
            false => OneOf::Left(true),
        }),
        // Answered with nothing while the setting is off, which may change.
        code_lens_provider: client.code_lens.then_some(CodeLensOptions {
            resolve_provider: Some(false),
        }),
        document_link_provider: client.document_links.then(|| DocumentLinkOptions {
            resolve_provider: Some(false),
            work_done_progress_options: WorkDoneProgressOptions::default(),
        }),
        // Answered with nothing while the setting is off, which may change.
        inlay_hint_provider: client.inlay_hints.then_some(OneOf::Left(true)),
        code_action_provider: Some(code_actions(client)),
        document_symbol_provider: client.document_symbols.then_some(OneOf::Left(true)),
        workspace_symbol_provider: client.workspace_symbols.then_some(OneOf::Left(true)),
        folding_range_provider: client.folding.then_some(FoldingRangeProviderCapability::Simple(true)),
        selection_range_provider: client
            .selection_ranges
            .then_some(SelectionRangeProviderCapability::Simple(true)),
        document_formatting_provider: client.formatting.then_some(OneOf::Left(true)),
        document_range_formatting_provider: client.range_formatting.then_some(OneOf::Left(true)),
        execute_command_provider: Some(ExecuteCommandOptions {
            commands: owned(COMMANDS),
            ..ExecuteCommandOptions::default()
        }),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(OneOf::Left(true)),
            }),
            file_operations: file_operations::capabilities(client),
        }),
        ..ServerCapabilities::default()
    }
}

/// Kinds and resolving are for clients that know code action objects only.
fn code_actions(client: &ClientCaps) -> CodeActionProviderCapability {
    if !client.code_action_literals {
        return CodeActionProviderCapability::Simple(true);
    }
    CodeActionProviderCapability::Options(CodeActionOptions {
        code_action_kinds: Some(vec![
            CodeActionKind::QUICKFIX,
            CodeActionKind::new(FIX_ALL),
            CodeActionKind::REFACTOR_REWRITE,
            CodeActionKind::new(SORT),
            CodeActionKind::new(AS_BASE44),
        ]),
        resolve_provider: Some(client.resolves_code_action_edits()),
        ..CodeActionOptions::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;
    use serde_json::json;

    fn caps(capabilities: Value) -> ClientCaps {
        let params = json!({ "processId": null, "rootUri": null, "capabilities": capabilities });
        ClientCaps::new(&serde_json::from_value(params).unwrap())
    }

    #[test]
    fn a_client_that_says_nothing_can_do_nothing_and_counts_utf16() {
        assert_eq!(caps(json!({})), ClientCaps::default());
        assert_eq!(ClientCaps::default().encoding, Encoding::Utf16);
        // Every section there, and every member of it missing.
        let sections = json!({
            "workspace": { "workspaceEdit": {}, "didChangeWatchedFiles": {}, "fileOperations": {} },
            "textDocument": { "completion": { "completionItem": {} }, "publishDiagnostics": {}, "codeAction": {},
                "hover": {}, "documentSymbol": {}, "foldingRange": {}, "rename": {} },
            "window": {}, "general": {},
        });
        let expected = ClientCaps {
            hover: true,
            document_symbols: true,
            folding: true,
            rename: true,
            ..ClientCaps::default()
        };
        assert_eq!(caps(sections), expected);
    }

    #[test]
    fn the_clients_first_encoding_counts() {
        let encoding = |list: Value| caps(json!({ "general": { "positionEncodings": list } })).encoding;
        assert_eq!(encoding(json!(["utf-8", "utf-16"])), Encoding::Utf8);
        assert_eq!(encoding(json!(["utf-32", "utf-8"])), Encoding::Utf32);
        assert_eq!(encoding(json!(["utf-16", "utf-8"])), Encoding::Utf16);
        assert_eq!(encoding(json!(["ebcdic", "utf-8"])), Encoding::Utf8);
        assert_eq!(encoding(json!(["ebcdic"])), Encoding::Utf16);
        assert_eq!(encoding(json!([])), Encoding::Utf16);
    }

    #[test]
    fn the_chosen_encoding_is_told() {
        let chosen = |encoding| {
            server_capabilities(&ClientCaps {
                encoding,
                ..ClientCaps::default()
            })
            .position_encoding
        };
        assert_eq!(chosen(Encoding::Utf8), Some(PositionEncodingKind::UTF8));
        assert_eq!(chosen(Encoding::Utf16), Some(PositionEncodingKind::UTF16));
        assert_eq!(chosen(Encoding::Utf32), Some(PositionEncodingKind::UTF32));
    }

    #[test]
    fn what_a_full_client_says_is_understood() {
        let client = caps(json!({
            "workspace": {
                "applyEdit": true, "configuration": true, "workspaceFolders": true,
                "workspaceEdit": { "documentChanges": true, "resourceOperations": ["create", "rename"],
                    "changeAnnotationSupport": { "groupsOnLabel": true } },
                "didChangeConfiguration": { "dynamicRegistration": true },
                "didChangeWatchedFiles": { "dynamicRegistration": true, "relativePatternSupport": true },
                "fileOperations": { "willRename": true },
                "codeLens": { "refreshSupport": true }, "inlayHint": { "refreshSupport": true },
                "symbol": { "tagSupport": { "valueSet": [1] } },
            },
            "textDocument": {
                "diagnostic": {},
                "publishDiagnostics": { "relatedInformation": true, "versionSupport": true, "dataSupport": true,
                    "codeDescriptionSupport": true, "tagSupport": { "valueSet": [1] } },
                "completion": { "completionItem": { "snippetSupport": true, "insertReplaceSupport": true,
                    "labelDetailsSupport": true, "documentationFormat": ["markdown", "plaintext"],
                    "resolveSupport": { "properties": ["documentation"] } } },
                "hover": { "contentFormat": ["plaintext"] },
                "codeAction": { "dataSupport": true, "resolveSupport": { "properties": ["edit"] },
                    "codeActionLiteralSupport": { "codeActionKind": { "valueSet": ["quickfix"] } } },
                "documentSymbol": { "hierarchicalDocumentSymbolSupport": true, "tagSupport": { "valueSet": [1] } },
                "foldingRange": { "lineFoldingOnly": true, "rangeLimit": 5000 }, "selectionRange": {},
                "formatting": {}, "rangeFormatting": {},
            },
            "window": { "workDoneProgress": true, "showDocument": { "support": true }, "showMessage": {} },
            "experimental": { "base44Connectors": { "overviewChanged": true } },
        }));
        let expected = ClientCaps {
            pull_diagnostics: true,
            diagnostic_version: true,
            diagnostic_related_information: true,
            diagnostic_unnecessary: true,
            diagnostic_code_description: true,
            completion_snippets: true,
            completion_insert_replace: true,
            completion_label_details: true,
            completion_markdown: true,
            hover: true,
            code_action_literals: true,
            code_action_data: true,
            code_action_resolve: vec!["edit".to_owned()],
            document_symbols: true,
            hierarchical_symbols: true,
            document_symbol_tags: true,
            folding: true,
            folding_lines_only: true,
            folding_limit: Some(5000),
            selection_ranges: true,
            formatting: true,
            range_formatting: true,
            apply_edit: true,
            document_changes: true,
            create_files: true,
            rename_files: true,
            configuration: true,
            register_configuration: true,
            workspace_folders: true,
            workspace_symbols: true,
            workspace_symbol_tags: true,
            register_watched_files: true,
            relative_patterns: true,
            will_rename_files: true,
            refresh_code_lens: true,
            refresh_inlay_hints: true,
            show_document: true,
            show_message: true,
            work_done_progress: true,
            overview_changed: true,
            ..ClientCaps::default()
        };
        assert_eq!(client, expected);
    }

    #[test]
    fn diagnostics_are_offered_for_pulling_only_to_clients_that_pull() {
        assert!(
            server_capabilities(&ClientCaps::default())
                .diagnostic_provider
                .is_none()
        );
        let client = caps(json!({ "textDocument": { "diagnostic": {} } }));
        let offered = serde_json::to_value(server_capabilities(&client).diagnostic_provider).unwrap();
        assert_eq!(offered["interFileDependencies"], true);
        assert_eq!(offered["workspaceDiagnostics"], true);
    }

    #[test]
    fn what_a_client_has_no_use_for_is_not_offered() {
        let offered = |client: &ClientCaps| {
            let offered = serde_json::to_value(server_capabilities(client)).unwrap();
            let features = [
                "hoverProvider",
                "documentLinkProvider",
                "inlayHintProvider",
                "codeLensProvider",
                "definitionProvider",
                "referencesProvider",
                "documentHighlightProvider",
                "renameProvider",
                "documentSymbolProvider",
                "workspaceSymbolProvider",
                "foldingRangeProvider",
                "selectionRangeProvider",
                "documentFormattingProvider",
                "documentRangeFormattingProvider",
            ];
            features.map(|it| offered.get(it).is_some())
        };
        assert_eq!(offered(&ClientCaps::default()), [false; 14]);
        let client = caps(json!({
            "workspace": { "symbol": {} },
            "textDocument": { "documentSymbol": {}, "foldingRange": {}, "selectionRange": {}, "formatting": {},
                "rangeFormatting": {}, "hover": {}, "documentLink": {}, "inlayHint": {}, "codeLens": {}, "definition": {},
                "references": {}, "documentHighlight": {}, "rename": {} },
        }));
        assert_eq!(offered(&client), [true; 14]);
    }

    #[test]
    fn code_action_options_are_for_clients_that_know_code_action_objects() {
        let bare = server_capabilities(&ClientCaps::default()).code_action_provider;
        assert_eq!(bare, Some(CodeActionProviderCapability::Simple(true)));
        let client = ClientCaps {
            code_action_literals: true,
            ..ClientCaps::default()
        };
        let full = serde_json::to_value(server_capabilities(&client).code_action_provider).unwrap();
        assert_eq!(full["codeActionKinds"][0], "quickfix");
        assert_eq!(full["codeActionKinds"][1], FIX_ALL);
    }
}
