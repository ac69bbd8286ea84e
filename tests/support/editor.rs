//! An editor for tests: a project in a temporary folder, and a client that has it open.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "what goes wrong in a helper is to fail the test, too"
)]
#![allow(dead_code, unreachable_pub, reason = "every test binary uses a part of it")]

use std::fs;
use std::path::{Path, PathBuf};

use lsp_types::notification::{
    DidChangeTextDocument, DidChangeWatchedFiles, DidCloseTextDocument, DidOpenTextDocument, DidSaveTextDocument,
    PublishDiagnostics,
};
use lsp_types::request::{CodeActionRequest, Completion};
use lsp_types::{
    ClientCapabilities, CodeAction, CodeActionContext, CodeActionOrCommand, CodeActionParams, CompletionItem,
    CompletionParams, CompletionResponse, Diagnostic, DidChangeTextDocumentParams, DidChangeWatchedFilesParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, DidSaveTextDocumentParams, FileChangeType, FileEvent,
    InitializeParams, NumberOrString, Position, Range, TextDocumentContentChangeEvent, TextDocumentIdentifier,
    TextDocumentItem, TextDocumentPositionParams, Url, VersionedTextDocumentIdentifier, WorkspaceFolder,
};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client::Client;

/// A client with a project open.
pub struct Editor {
    pub client: Client,
    folder: TempDir,
}

/// All that a modern editor can do, as it says itself in `initialize`.
pub fn everything() -> Value {
    json!({
        "textDocument": {
            "publishDiagnostics": {
                "versionSupport": true, "relatedInformation": true, "codeDescriptionSupport": true, "dataSupport": true,
                "tagSupport": { "valueSet": [1, 2] }
            },
            "codeAction": {
                "codeActionLiteralSupport": { "codeActionKind": { "valueSet": ["quickfix", "source.fixAll"] } },
                "isPreferredSupport": true
            },
            "completion": { "completionItem": {
                "snippetSupport": true, "insertReplaceSupport": true, "labelDetailsSupport": true,
                "documentationFormat": ["markdown", "plaintext"], "resolveSupport": { "properties": ["documentation"] }
            } },
            "hover": { "contentFormat": ["markdown", "plaintext"] }
        },
        "workspace": {
            "applyEdit": true,
            "workspaceEdit": { "documentChanges": true, "resourceOperations": ["create", "rename", "delete"] }
        },
        "window": { "showDocument": { "support": true }, "showMessage": {}, "workDoneProgress": false }
    })
}

/// What comes on top of [`everything`] for a client that pulls its diagnostics.
pub fn pulling() -> Value {
    let mut res = everything();
    res["textDocument"]["diagnostic"] = json!({ "relatedDocumentSupport": true });
    res
}

impl Editor {
    /// Opens a project: `//- path` lines start its files. The client can do [`everything`].
    pub fn open(fixture: &str) -> Editor {
        Editor::open_with(fixture, everything(), Value::Null)
    }

    /// The same with these capabilities and `initializationOptions`.
    pub fn open_with(fixture: &str, capabilities: Value, options: Value) -> Editor {
        Editor::open_in(Client::spawn(), fixture, capabilities, options)
    }

    /// The same with this client.
    pub fn open_in(mut client: Client, fixture: &str, capabilities: Value, options: Value) -> Editor {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        write(&root, fixture);
        let capabilities: ClientCapabilities = serde_json::from_value(capabilities).unwrap();
        client.initialize_with(InitializeParams {
            capabilities,
            initialization_options: (!options.is_null()).then_some(options),
            workspace_folders: Some(vec![WorkspaceFolder {
                uri: Url::from_directory_path(&root).unwrap(),
                name: "project".to_owned(),
            }]),
            ..InitializeParams::default()
        });
        Editor { client, folder }
    }

    /// The absolute path of a file of the project.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join(relative)
    }

    pub fn uri(&self, relative: &str) -> Url {
        Url::from_file_path(self.path(relative)).unwrap()
    }

    /// The text of a file on the disk.
    pub fn on_disk(&self, relative: &str) -> String {
        fs::read_to_string(self.path(relative)).unwrap()
    }

    /// Opens a file with the text it has on the disk; gives the text.
    pub fn did_open(&mut self, relative: &str) -> String {
        let text = self.on_disk(relative);
        self.did_open_as(relative, &text);
        text
    }

    /// Opens a file with another text, or one that does not exist.
    pub fn did_open_as(&mut self, relative: &str, text: &str) {
        self.client.notify::<DidOpenTextDocument>(DidOpenTextDocumentParams {
            text_document: TextDocumentItem::new(self.uri(relative), "jsonc".to_owned(), 1, text.to_owned()),
        });
    }

    /// Replaces the whole text.
    pub fn did_change(&mut self, relative: &str, version: i32, text: &str) {
        self.did_change_at(relative, version, None, text);
    }

    /// Replaces a range, or everything.
    pub fn did_change_at(&mut self, relative: &str, version: i32, range: Option<Range>, text: &str) {
        let change = TextDocumentContentChangeEvent {
            range,
            range_length: None,
            text: text.to_owned(),
        };
        self.did_change_all(relative, version, vec![change]);
    }

    /// Several changes at once, each in terms of the text after the one before it.
    pub fn did_change_all(
        &mut self,
        relative: &str,
        version: i32,
        content_changes: Vec<TextDocumentContentChangeEvent>,
    ) {
        self.client
            .notify::<DidChangeTextDocument>(DidChangeTextDocumentParams {
                text_document: VersionedTextDocumentIdentifier::new(self.uri(relative), version),
                content_changes,
            });
    }

    pub fn did_save(&mut self, relative: &str, text: &str) {
        fs::write(self.path(relative), text).unwrap();
        self.client.notify::<DidSaveTextDocument>(DidSaveTextDocumentParams {
            text_document: TextDocumentIdentifier::new(self.uri(relative)),
            text: Some(text.to_owned()),
        });
    }

    pub fn did_close(&mut self, relative: &str) {
        self.client.notify::<DidCloseTextDocument>(DidCloseTextDocumentParams {
            text_document: TextDocumentIdentifier::new(self.uri(relative)),
        });
    }

    /// Tells that something happened to a file on the disk.
    pub fn did_change_on_disk(&mut self, relative: &str, typ: FileChangeType) {
        self.client
            .notify::<DidChangeWatchedFiles>(DidChangeWatchedFilesParams {
                changes: vec![FileEvent {
                    uri: self.uri(relative),
                    typ,
                }],
            });
    }

    /// Waits until the server says of this file what `expected` says, one line per finding: `line:column code`. What it says in
    /// between, of this file or others, is read over.
    #[track_caller]
    pub fn await_findings(&mut self, relative: &str, expected: &[&str]) -> Vec<Diagnostic> {
        loop {
            let published = self.client.await_notification::<PublishDiagnostics>();
            if published.uri == self.uri(relative) && summary(&published.diagnostics) == expected {
                return published.diagnostics;
            }
        }
    }

    /// The same of several files, in whichever order the server speaks of them.
    #[track_caller]
    pub fn await_all(&mut self, mut expected: Vec<(&str, Vec<&str>)>) {
        while !expected.is_empty() {
            let published = self.client.await_notification::<PublishDiagnostics>();
            expected.retain(|(relative, findings)| {
                published.uri != self.uri(relative) || summary(&published.diagnostics) != *findings
            });
        }
    }

    /// Waits for the findings of this version of a file.
    #[track_caller]
    pub fn await_version(&mut self, relative: &str, version: i32) -> Vec<Diagnostic> {
        loop {
            let published = self.client.await_notification::<PublishDiagnostics>();
            if published.uri == self.uri(relative) && published.version == Some(version) {
                return published.diagnostics;
            }
        }
    }

    /// The actions at a place, as the lightbulb shows them.
    pub fn code_actions(&mut self, relative: &str, range: Range, only: Option<&str>) -> Vec<CodeAction> {
        let answer = self.client.request::<CodeActionRequest>(CodeActionParams {
            text_document: TextDocumentIdentifier::new(self.uri(relative)),
            range,
            context: CodeActionContext {
                only: only.map(|it| vec![it.to_owned().into()]),
                ..CodeActionContext::default()
            },
            work_done_progress_params: Default::default(),
            partial_result_params: Default::default(),
        });
        let action = |it| match it {
            CodeActionOrCommand::CodeAction(action) => action,
            CodeActionOrCommand::Command(command) => panic!("a bare command: {command:?}"),
        };
        answer.unwrap_or_default().into_iter().map(action).collect()
    }

    /// What completion offers at a place.
    pub fn complete(&mut self, relative: &str, position: Position) -> Vec<CompletionItem> {
        let answer = self.client.request::<Completion>(CompletionParams {
            text_document_position: self.at(relative, position),
            work_done_progress_params: Default::default(),
            partial_result_params: Default::default(),
            context: None,
        });
        match answer {
            Some(CompletionResponse::Array(items)) => items,
            Some(CompletionResponse::List(list)) => list.items,
            None => Vec::new(),
        }
    }

    pub fn at(&self, relative: &str, position: Position) -> TextDocumentPositionParams {
        TextDocumentPositionParams::new(TextDocumentIdentifier::new(self.uri(relative)), position)
    }

    /// Ends the session; what was published meanwhile need not have been read.
    #[track_caller]
    pub fn finish(mut self) {
        self.client.ignore_unread(&["textDocument/publishDiagnostics"]);
        self.client.finish();
    }
}

/// One line per finding: `line:column code`, counted from 0 as in the protocol.
pub fn summary(diagnostics: &[Diagnostic]) -> Vec<String> {
    let line = |it: &Diagnostic| {
        let Some(NumberOrString::String(code)) = &it.code else {
            panic!("no code: {it:?}")
        };
        format!("{}:{} {code}", it.range.start.line, it.range.start.character)
    };
    diagnostics.iter().map(line).collect()
}

/// Writes the files of a fixture below `root`.
pub fn write(root: &Path, fixture: &str) {
    let mut file: Option<(PathBuf, String)> = None;
    for line in fixture.split_inclusive('\n').chain(["//- "]) {
        match line.strip_prefix("//- ") {
            Some(relative) => {
                if let Some((path, text)) = file.replace((root.join(relative.trim()), String::new())) {
                    fs::create_dir_all(path.parent().unwrap()).unwrap();
                    fs::write(path, text).unwrap();
                }
            }
            None => file
                .as_mut()
                .expect("a fixture begins with `//- path`")
                .1
                .push_str(line),
        }
    }
}
