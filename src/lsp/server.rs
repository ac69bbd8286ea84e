//! The language server: each method of the protocol, from its parameters to one call and back.
//!
//! A handler locks the session, changes or asks it, and unlocks, all before its first await: so changes happen in the order in
//! which they arrive. No notification waits for the client.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};

use lsp_types::notification::Notification as _;
use lsp_types::{
    CodeAction, CodeActionParams, CodeActionResponse, CodeLens, CodeLensParams, CompletionItem, CompletionParams,
    CompletionResponse, ConfigurationItem, CreateFilesParams, DeleteFilesParams, DidChangeConfigurationParams,
    DidChangeTextDocumentParams, DidChangeWatchedFilesParams, DidChangeWorkspaceFoldersParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, DidSaveTextDocumentParams, DocumentDiagnosticParams,
    DocumentDiagnosticReportResult, DocumentFormattingParams, DocumentHighlight, DocumentHighlightParams, DocumentLink,
    DocumentLinkParams, DocumentRangeFormattingParams, DocumentSymbolParams, DocumentSymbolResponse,
    ExecuteCommandParams, FoldingRange, FoldingRangeParams, GotoDefinitionParams, GotoDefinitionResponse, Hover,
    HoverParams, InitializeParams, InitializeResult, InitializedParams, InlayHint, InlayHintParams, Location,
    PrepareRenameResponse, ReferenceParams, Registration, RenameFilesParams, RenameParams, SelectionRange,
    SelectionRangeParams, ServerInfo, SymbolInformation, TextDocumentPositionParams, TextEdit, Url,
    WorkDoneProgressCancelParams, WorkspaceDiagnosticParams, WorkspaceDiagnosticReportResult, WorkspaceEdit,
    WorkspaceSymbolParams, notification,
};
use serde_json::{Value, json};
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp::{Client, LanguageServer};

use super::capabilities::server_capabilities;
use super::commands::{Commands, Helpers};
use super::convert;
use super::file_operations;
use super::intake::Intake;
use super::lenses;
use super::navigation;
use super::publisher::Publisher;
use super::requests;
use super::scanner::{Look, Scanner};
use super::session::{Session, lock, lock_unsettled};
use super::settings::SECTION;
use super::transport::Outbox;
use super::watchers::{self, Watchers};
use super::{source_actions, structure};

/// The language server of one client.
pub(super) struct Server {
    session: Arc<Mutex<Session>>,
    client: Client,
    outbox: Outbox,
    intake: Intake,
    commands: Commands,
    tasks: OnceLock<Tasks>,
}

/// What runs beside the handlers.
#[derive(Clone)]
struct Tasks {
    publisher: Publisher,
    scanner: Scanner,
}

impl Server {
    pub(super) fn new(client: Client, outbox: Outbox, intake: Intake) -> Server {
        let session = Arc::new(Mutex::new(Session::new()));
        let commands = Commands::new(Arc::clone(&session), client.clone(), outbox.clone());
        Server {
            session,
            client,
            outbox,
            intake,
            commands,
            tasks: OnceLock::new(),
        }
    }

    /// Changes the session, then lets the client know what came of it.
    fn update(&self, change: impl FnOnce(&mut Session)) {
        change(&mut lock(&self.session));
        self.wake();
    }

    fn wake(&self) {
        if let Some(tasks) = self.tasks.get() {
            tasks.publisher.wake();
        }
    }

    /// Has the disk looked at again, elsewhere.
    fn look(&self, look: Look) {
        if let Some(tasks) = self.tasks.get() {
            tasks.scanner.look(look);
        }
    }

    /// Where the client reports no changes of files, this is the time to look for oneself.
    fn look_if_unwatched(&self) {
        if !lock(&self.session).watches {
            self.look(Look::Known);
        }
    }

    /// The editor has done something to these files, and perhaps to others along with them.
    fn look_at_operation(&self, paths: Vec<PathBuf>) {
        self.look(Look::At(paths));
        self.look_if_unwatched();
    }

    /// `window/workDoneProgress/cancel`, which tower-lsp's trait lacks.
    pub(super) async fn cancel_progress(&self, params: WorkDoneProgressCancelParams) {
        self.commands.cancel(&params.token);
    }

    /// Asks the client for what it can tell: changes of files and of settings. Then finds the projects.
    fn introduce(&self) {
        let (client, session) = (self.client.clone(), Arc::clone(&self.session));
        let Some(tasks) = self.tasks.get().cloned() else { return };
        tokio::spawn(async move {
            let (registrations, pulls) = {
                let session = lock(&session);
                (registrations(&session), session.client.configuration)
            };
            let watches = registrations
                .iter()
                .any(|it| it.method == notification::DidChangeWatchedFiles::METHOD);
            if !registrations.is_empty() {
                let granted = client.register_capability(registrations).await.is_ok();
                lock(&session).watches = granted && watches;
            }
            if pulls {
                pull_configuration(&client, &session, &tasks).await;
            }
        });
    }
}

fn registrations(session: &Session) -> Vec<Registration> {
    let method = notification::DidChangeConfiguration::METHOD;
    let configuration = session.client.register_configuration.then(|| Registration {
        id: method.to_owned(),
        method: method.to_owned(),
        register_options: Some(json!({ "section": SECTION })),
    });
    let watched = session.client.register_watched_files.then(watchers::usual);
    watched.into_iter().chain(configuration).collect()
}

async fn pull_configuration(client: &Client, session: &Mutex<Session>, tasks: &Tasks) {
    let item = ConfigurationItem {
        scope_uri: None,
        section: Some(SECTION.to_owned()),
    };
    match client.configuration(vec![item]).await {
        Ok(answer) => {
            let looks_again = lock(session).configure(&answer.into_iter().next().unwrap_or_default());
            if looks_again {
                tasks.scanner.look(Look::Known);
            }
            tasks.publisher.wake();
        }
        Err(error) => tracing::warn!(%error, "the client does not tell its settings"),
    }
}

#[tower_lsp::async_trait]
impl LanguageServer for Server {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        let capabilities = {
            let mut session = lock(&self.session);
            session.start(&params);
            server_capabilities(&session.client)
        };
        self.tasks.get_or_init(|| {
            let publisher = Publisher::start(
                Arc::clone(&self.session),
                self.client.clone(),
                self.outbox.clone(),
                self.intake.clone(),
            );
            let watchers = Watchers::new(Arc::clone(&self.session), self.client.clone());
            let scanner = Scanner::start(Arc::clone(&self.session), publisher.clone(), watchers);
            Tasks { publisher, scanner }
        });
        let (name, version) = (
            env!("CARGO_PKG_NAME").to_owned(),
            Some(env!("CARGO_PKG_VERSION").to_owned()),
        );
        Ok(InitializeResult {
            capabilities,
            server_info: Some(ServerInfo { name, version }),
        })
    }

    async fn initialized(&self, _: InitializedParams) {
        self.look(Look::Everywhere);
        self.introduce();
    }

    async fn shutdown(&self) -> Result<()> {
        self.commands.end();
        Ok(())
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        let document = params.text_document;
        self.update(|session| session.open(document.uri, document.version, document.text));
        self.look(Look::Incomplete);
        self.look_if_unwatched();
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        let document = params.text_document;
        // Of a burst of changes, the text is put together and read once: when somebody wants to know.
        let mut session = lock_unsettled(&self.session);
        session.change(&document.uri, document.version, params.content_changes);
        self.wake();
    }

    async fn did_save(&self, params: DidSaveTextDocumentParams) {
        if let Some(text) = params.text {
            self.update(|session| session.saved(&params.text_document.uri, text));
        }
        self.look_if_unwatched();
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        self.update(|session| session.close(&params.text_document.uri));
        self.look_if_unwatched();
    }

    async fn did_change_watched_files(&self, params: DidChangeWatchedFilesParams) {
        self.commands.disk_changed();
        let paths = params
            .changes
            .iter()
            .filter_map(|it| convert::to_path(&it.uri))
            .collect();
        self.look(Look::At(paths));
    }

    async fn did_change_workspace_folders(&self, params: DidChangeWorkspaceFoldersParams) {
        let paths = |folders: &[lsp_types::WorkspaceFolder]| -> Vec<PathBuf> {
            folders.iter().filter_map(|it| convert::to_path(&it.uri)).collect()
        };
        self.update(|session| session.change_folders(&paths(&params.event.added), &paths(&params.event.removed)));
        self.look(Look::Everywhere);
    }

    async fn did_change_configuration(&self, params: DidChangeConfigurationParams) {
        let pulls = lock(&self.session).client.configuration;
        match (pulls, self.tasks.get().cloned()) {
            (true, Some(tasks)) => {
                let (client, session) = (self.client.clone(), Arc::clone(&self.session));
                tokio::spawn(async move { pull_configuration(&client, &session, &tasks).await });
            }
            _ => {
                let mut looks_again = false;
                self.update(|session| looks_again = session.configure(&params.settings));
                if looks_again {
                    self.look(Look::Known);
                }
            }
        }
    }

    async fn diagnostic(&self, params: DocumentDiagnosticParams) -> Result<DocumentDiagnosticReportResult> {
        Ok(requests::document_diagnostics(&lock(&self.session), &params))
    }

    async fn workspace_diagnostic(&self, params: WorkspaceDiagnosticParams) -> Result<WorkspaceDiagnosticReportResult> {
        self.look_if_unwatched();
        Ok(requests::workspace_diagnostics(&lock(&self.session), &params))
    }

    async fn completion(&self, params: CompletionParams) -> Result<Option<CompletionResponse>> {
        Ok(requests::completion(&lock(&self.session), &params))
    }

    async fn completion_resolve(&self, item: CompletionItem) -> Result<CompletionItem> {
        Ok(requests::resolve_completion(&lock(&self.session), item))
    }

    async fn document_link(&self, params: DocumentLinkParams) -> Result<Option<Vec<DocumentLink>>> {
        Ok(requests::document_links(
            &lock(&self.session),
            &params.text_document.uri,
        ))
    }

    async fn inlay_hint(&self, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
        Ok(requests::inlay_hints(
            &lock(&self.session),
            &params.text_document.uri,
            params.range,
        ))
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        let at = params.text_document_position_params;
        Ok(requests::hover(
            &lock(&self.session),
            &at.text_document.uri,
            at.position,
        ))
    }

    async fn goto_definition(&self, params: GotoDefinitionParams) -> Result<Option<GotoDefinitionResponse>> {
        let at = params.text_document_position_params;
        Ok(navigation::definition(&lock(&self.session), &at))
    }

    async fn references(&self, params: ReferenceParams) -> Result<Option<Vec<Location>>> {
        let at = params.text_document_position;
        let include_declaration = params.context.include_declaration;
        Ok(navigation::references(&lock(&self.session), &at, include_declaration))
    }

    async fn document_highlight(&self, params: DocumentHighlightParams) -> Result<Option<Vec<DocumentHighlight>>> {
        let at = params.text_document_position_params;
        Ok(navigation::highlights(&lock(&self.session), &at))
    }

    async fn prepare_rename(&self, at: TextDocumentPositionParams) -> Result<Option<PrepareRenameResponse>> {
        Ok(navigation::prepare_rename(&lock(&self.session), &at))
    }

    async fn rename(&self, params: RenameParams) -> Result<Option<WorkspaceEdit>> {
        let at = params.text_document_position;
        navigation::rename(&lock(&self.session), &at, &params.new_name).map_err(refusal)
    }

    async fn code_lens(&self, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
        Ok(lenses::code_lenses(&lock(&self.session), &params.text_document.uri))
    }

    async fn will_rename_files(&self, params: RenameFilesParams) -> Result<Option<WorkspaceEdit>> {
        Ok(file_operations::will_rename(&lock(&self.session), &params.files))
    }

    async fn did_rename_files(&self, params: RenameFilesParams) {
        let uris = params.files.iter().flat_map(|it| [&it.old_uri, &it.new_uri]);
        self.look_at_operation(file_operations::paths(uris));
    }

    async fn did_create_files(&self, params: CreateFilesParams) {
        let uris = params.files.iter().map(|it| &it.uri);
        self.look_at_operation(file_operations::paths(uris));
    }

    async fn did_delete_files(&self, params: DeleteFilesParams) {
        let uris = params.files.iter().map(|it| &it.uri);
        self.look_at_operation(file_operations::paths(uris));
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        Ok(requests::code_actions(&lock(&self.session), &params))
    }

    async fn code_action_resolve(&self, action: CodeAction) -> Result<CodeAction> {
        Ok(source_actions::resolve(&lock(&self.session), action))
    }

    async fn document_symbol(&self, params: DocumentSymbolParams) -> Result<Option<DocumentSymbolResponse>> {
        let session = lock(&self.session);
        Ok(structure::document_symbols(&session, &params.text_document.uri))
    }

    async fn symbol(&self, params: WorkspaceSymbolParams) -> Result<Option<Vec<SymbolInformation>>> {
        Ok(Some(structure::workspace_symbols(&lock(&self.session), &params.query)))
    }

    async fn folding_range(&self, params: FoldingRangeParams) -> Result<Option<Vec<FoldingRange>>> {
        let session = lock(&self.session);
        Ok(structure::folding_ranges(&session, &params.text_document.uri))
    }

    async fn selection_range(&self, params: SelectionRangeParams) -> Result<Option<Vec<SelectionRange>>> {
        let session = lock(&self.session);
        Ok(structure::selection_ranges(
            &session,
            &params.text_document.uri,
            &params.positions,
        ))
    }

    async fn formatting(&self, params: DocumentFormattingParams) -> Result<Option<Vec<TextEdit>>> {
        let session = lock(&self.session);
        Ok(structure::formatting(
            &session,
            &params.text_document.uri,
            None,
            &params.options,
        ))
    }

    async fn range_formatting(&self, params: DocumentRangeFormattingParams) -> Result<Option<Vec<TextEdit>>> {
        let session = lock(&self.session);
        let range = Some(params.range);
        Ok(structure::formatting(
            &session,
            &params.text_document.uri,
            range,
            &params.options,
        ))
    }

    async fn execute_command(&self, params: ExecuteCommandParams) -> Result<Option<Value>> {
        let Some(Tasks { publisher, scanner }) = self.tasks.get() else {
            return Err(Error::internal_error());
        };
        self.commands.execute(params, Helpers { scanner, publisher }).await
    }
}

/// `RequestFailed`: the client shows the sentence to its user.
fn refusal(why: String) -> Error {
    Error {
        code: ErrorCode::ServerError(-32803),
        message: why.into(),
        data: None,
    }
}

impl Session {
    fn open(&mut self, uri: Url, version: i32, text: String) {
        let Some(path) = self.path(&uri) else { return };
        let affected = self.workspace.open(&path, version, text);
        // How the disk spells it is found out now.
        self.remember_uri(self.workspace.key(&path), uri);
        self.mark(affected);
    }

    fn change(&mut self, uri: &Url, version: i32, changes: Vec<lsp_types::TextDocumentContentChangeEvent>) {
        let Some(path) = self.path(uri) else { return };
        let changes = changes.into_iter().map(convert::content_change);
        self.workspace.splice(&path, version, changes, self.client.encoding);
    }

    /// The text as it was saved puts right whatever may have gone wrong with changes.
    fn saved(&mut self, uri: &Url, text: String) {
        let Some(path) = self.path(uri) else { return };
        let Some(document) = self.workspace.document(&path) else {
            return;
        };
        if document.is_suspect() && **document.text() != *text {
            let affected = self.workspace.open(&path, document.version(), text);
            self.mark(affected);
        }
    }

    fn close(&mut self, uri: &Url) {
        let Some(path) = self.path(uri) else { return };
        let affected = self.workspace.close(&path);
        self.forget_uri(&path);
        self.mark(affected);
    }
}
