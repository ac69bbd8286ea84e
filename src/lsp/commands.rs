//! Commands: pushing and authorizing through the user's own `base44` CLI.
//!
//! Nothing runs unless the user asked for it and, where it changes something, said yes to a button that names what will happen. A
//! client that cannot ask gets the plan, and the command to run by oneself.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lsp_types::notification::Progress;
use lsp_types::request::WorkDoneProgressCreate;
use lsp_types::{
    ExecuteCommandParams, MessageActionItem, MessageType, NumberOrString, ProgressParams, ProgressParamsValue,
    ShowDocumentParams, Url, WorkDoneProgress, WorkDoneProgressBegin, WorkDoneProgressCreateParams,
    WorkDoneProgressEnd, WorkDoneProgressReport,
};
use serde_json::Value;
use tower_lsp::Client;
use tower_lsp::jsonrpc::{Error, Result};

use super::session::{Session, lock};
use super::transport::Outbox;
use crate::analysis::{Role, Severity};
use crate::base44::{
    CancellationToken, Cli, Connectors, Control, Environment, Failure, Initiated, Local, Outcome, Plan, Pushed, Search,
    Versions, WebUrl,
};
use crate::connector::Connector;
use crate::registry::{Base44Status, Catalogue};

/// Makes Base44 have exactly the connectors of a project.
pub(super) const PUSH: &str = "base44-connectors.push";
/// Asks for the consent that one connector needs.
pub(super) const AUTHORIZE: &str = "base44-connectors.authorize";

const CANCEL: &str = "Cancel";
const OPEN_PAGE: &str = "Open consent page";
const CHECK_AGAIN: &str = "I have consented: check";

/// The commands that an action can offer for a connector file: command and title.
pub(super) fn offered(session: &Session, path: &Path) -> Vec<(&'static str, String)> {
    if session.settings.trusted == Some(false) {
        return Vec::new();
    }
    let push = (PUSH, "Push the connectors of this project to Base44 …".to_owned());
    let service = session.workspace.file(path).zip(session.workspace.surroundings(path)).and_then(|(file, around)| {
        let type_ = crate::connector::type_of(&file.text, &file.tree)?.0;
        Some(around.catalogue.service(&type_).map_or(type_.clone(), |it| it.name.to_string()))
    });
    let authorize = service.map(|name| (AUTHORIZE, format!("Authorize {name} …")));
    authorize.into_iter().chain([push]).collect()
}

/// Runs commands.
pub(super) struct Commands {
    session: Arc<Mutex<Session>>,
    client: Client,
    outbox: Outbox,
    versions: Versions,
    running: Arc<Mutex<Running>>,
}

/// What can be cancelled, by the token of its progress.
#[derive(Default)]
struct Running {
    last: i32,
    tokens: HashMap<i32, CancellationToken>,
}

impl Commands {
    pub(super) fn new(session: Arc<Mutex<Session>>, client: Client, outbox: Outbox) -> Commands {
        Commands { session, client, outbox, versions: Versions::default(), running: Arc::default() }
    }

    /// `workspace/executeCommand`. Answers when it has ended; what there is to say has been said to the user by then.
    pub(super) async fn execute(&self, params: ExecuteCommandParams) -> Result<Option<Value>> {
        let uri = params.arguments.first().and_then(|it| it.get("uri")).and_then(Value::as_str);
        let uri = uri.and_then(|it| Url::parse(it).ok());
        match params.command.as_str() {
            PUSH => self.told(self.push(uri.as_ref()).await).await,
            AUTHORIZE => self.told(self.authorize(uri.as_ref()).await).await,
            other => return Err(Error::invalid_params(format!("there is no command {other}"))),
        }
        Ok(None)
    }

    /// `window/workDoneProgress/cancel`.
    pub(super) fn cancel(&self, token: &NumberOrString) {
        if let NumberOrString::Number(token) = token
            && let Some(cancel) = lock_running(&self.running).tokens.get(token)
        {
            cancel.cancel();
        }
    }

    /// Ends everything that runs.
    pub(super) fn cancel_all(&self) {
        lock_running(&self.running).tokens.values().for_each(CancellationToken::cancel);
    }

    async fn told(&self, outcome: std::result::Result<(), Refusal>) {
        match outcome {
            Ok(()) => {}
            Err(Refusal::Declined) => tracing::info!("declined by the user"),
            Err(Refusal::Because(why)) => self.client.show_message(MessageType::ERROR, why).await,
        }
    }

    async fn push(&self, uri: Option<&Url>) -> std::result::Result<(), Refusal> {
        let project = lock(&self.session).project_to_push(uri)?;
        let progress = Run::start(self, "Asking Base44 what it has").await;
        let cli = self.cli(&project, &progress).await?;
        let is_always = |type_: &str, scope: &str| is_always(&project.catalogue, type_, scope);
        let local = Local { directory: &project.directory, connectors: &project.connectors };
        let plan = cli.plan(&local, &is_always, &progress.control()).await?;
        if plan.is_in_step() {
            drop(progress);
            self.client.show_message(MessageType::INFO, plan.to_string()).await;
            return Ok(());
        }
        self.confirm(&project, &plan).await?;
        (progress.say)("Pushing");
        let pushed = cli.push(&local, &plan, &is_always, &progress.control()).await?;
        drop(progress);
        self.report(&project, pushed).await;
        Ok(())
    }

    /// Shows the plan, and goes on if the user says yes to it.
    async fn confirm(&self, project: &ProjectToPush, plan: &Plan) -> std::result::Result<(), Refusal> {
        if !lock(&self.session).client.show_message_request {
            let directory = project.directory.display();
            return Err(Refusal::Because(format!(
                "Pushing would do this:\n\n{plan}\nThis editor cannot ask you whether to go on. \
                 To push, run `npx base44 connectors push` in a terminal. (Connectors: {directory})"
            )));
        }
        let button = plan.button();
        match self.ask(MessageType::WARNING, &plan.to_string(), &[&button, CANCEL]).await {
            Some(answer) if answer == button => Ok(()),
            _ => Err(Refusal::Declined),
        }
    }

    /// Says how each connector fared, and offers the pages that wait for the user's consent.
    async fn report(&self, project: &ProjectToPush, pushed: Pushed) {
        let mut lines = Vec::new();
        let mut failed = false;
        let mut pages = Vec::new();
        for result in pushed.results {
            let name = project.service_name(&result.connector);
            lines.push(format!("{name}: {}", result.outcome));
            match result.outcome {
                Outcome::Synced | Outcome::Removed | Outcome::Provisioned { claim: None } => {}
                Outcome::Provisioned { claim: Some(page) } | Outcome::NeedsAuthorization { page: Some(page) } => {
                    pages.push((name, page));
                }
                _ => failed = true,
            }
        }
        if let Some(failure) = pushed.unverified {
            lines.push(format!("What Base44 has now could not be compared: {failure}"));
        }
        let kind = if failed { MessageType::ERROR } else { MessageType::INFO };
        self.client.show_message(kind, lines.join("\n")).await;
        for (name, page) in pages {
            let question = format!("{name} waits for your consent in the browser.");
            if self.ask(MessageType::INFO, &question, &[OPEN_PAGE, CANCEL]).await.as_deref() == Some(OPEN_PAGE) {
                self.open(&page).await;
            }
        }
    }

    async fn authorize(&self, uri: Option<&Url>) -> std::result::Result<(), Refusal> {
        let (project, type_, scopes) = lock(&self.session).connector_to_authorize(uri)?;
        let name = project.service_name(&type_);
        let question = format!(
            "Authorize {name} with {}? Base44 then asks for exactly these, in place of those it has now.",
            match scopes.len() {
                0 => "no scopes".to_owned(),
                1 => "1 scope".to_owned(),
                n => format!("{n} scopes"),
            }
        );
        if lock(&self.session).client.show_message_request {
            let button = format!("Authorize {name}");
            match self.ask(MessageType::INFO, &question, &[&button, CANCEL]).await {
                Some(answer) if answer == button => {}
                _ => return Err(Refusal::Declined),
            }
        }
        let progress = Run::start(self, &format!("Authorizing {name}")).await;
        let cli = self.cli(&project, &progress).await?;
        let mut answer = cli.initiate(&type_, &scopes, &progress.control()).await?;
        while let Initiated::NeedsAuthorization(page) = answer {
            let question = format!("{name} needs your consent in the browser.");
            match self.ask(MessageType::INFO, &question, &[OPEN_PAGE, CANCEL]).await.as_deref() {
                Some(OPEN_PAGE) => self.open(&page).await,
                _ => return Err(Refusal::Declined),
            }
            let question = format!("When you have consented to {name} in the browser, the connection can be checked.");
            match self.ask(MessageType::INFO, &question, &[CHECK_AGAIN, CANCEL]).await.as_deref() {
                Some(CHECK_AGAIN) => {
                    answer = cli.initiate(&type_, &scopes, &progress.control()).await?;
                }
                _ => return Err(Refusal::Declined),
            }
        }
        drop(progress);
        match answer {
            Initiated::Authorized => {
                self.client.show_message(MessageType::INFO, format!("{name} is authorized.")).await;
                Ok(())
            }
            _ => Err(Refusal::Because(format!(
                "Base44 neither says that {name} is authorized, nor gives a page to consent on. Try again later, or \
                 look at the app's connectors on Base44."
            ))),
        }
    }

    async fn cli(&self, project: &ProjectToPush, progress: &Run) -> std::result::Result<Cli, Refusal> {
        let environment = Environment::of_process();
        let search = Search {
            trusted: project.trusted,
            setting: &project.cli_command,
            project: &project.root,
            workspace: &project.workspace,
        };
        Ok(Cli::find(&search, &environment, &self.versions, &progress.control()).await?)
    }

    /// Puts a question; `None`: no answer, or no way to ask.
    async fn ask(&self, kind: MessageType, question: &str, buttons: &[&str]) -> Option<String> {
        let item = |title: &&str| MessageActionItem { title: (*title).to_owned(), properties: HashMap::default() };
        let actions = buttons.iter().map(item).collect();
        let answer = self.client.show_message_request(kind, question, Some(actions)).await;
        answer.ok().flatten().map(|it| it.title)
    }

    /// Opens a page in the browser, or says where it is.
    async fn open(&self, page: &WebUrl) {
        let Ok(uri) = Url::parse(page.as_str()) else { return };
        let can_show = lock(&self.session).client.show_document;
        let params = ShowDocumentParams { uri, external: Some(true), take_focus: None, selection: None };
        if !(can_show && self.client.show_document(params).await == Ok(true)) {
            self.client.show_message(MessageType::INFO, format!("Open this page in a browser: {}", page.as_str())).await;
        }
    }
}

/// Why nothing was done.
enum Refusal {
    /// The user did not want it.
    Declined,
    /// In words for the user.
    Because(String),
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Refusal {
        Refusal::Because(failure.to_string())
    }
}

/// What a push or an authorization is about, as it was when the user asked.
struct ProjectToPush {
    root: PathBuf,
    workspace: PathBuf,
    /// The connectors directory.
    directory: PathBuf,
    connectors: Connectors,
    catalogue: Catalogue,
    trusted: bool,
    cli_command: Vec<String>,
}

impl ProjectToPush {
    fn service_name(&self, type_: &str) -> String {
        self.catalogue.service(type_).map_or_else(|| type_.to_owned(), |it| it.name.to_string())
    }
}

impl Session {
    /// The project of a file, if it may be pushed: it has no error and nothing unsaved.
    fn project_to_push(&self, uri: Option<&Url>) -> std::result::Result<ProjectToPush, Refusal> {
        let because = |why: String| Err(Refusal::Because(why));
        let project = self.project_of(uri)?;
        let store = self.store_of(uri)?;
        for file in store.files() {
            let name = file.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if file.role == Role::Connector && self.is_unsaved(&file.path) {
                return because(format!("Save {name} first: the base44 CLI reads what is on the disk."));
            }
            let found = self.workspace.diagnostics(&file.path);
            if let Some(error) = found.iter().find(|it| it.severity == Severity::Error) {
                return because(format!("Mend {name} before pushing: {}", error.message));
            }
        }
        Ok(project)
    }

    /// The connector in a file, with its project.
    fn connector_to_authorize(
        &self,
        uri: Option<&Url>,
    ) -> std::result::Result<(ProjectToPush, String, Vec<String>), Refusal> {
        let project = self.project_of(uri)?;
        let path = uri.and_then(|it| self.path(it)).unwrap_or_default();
        let errors = self.workspace.diagnostics(&path).into_iter().find(|it| it.severity == Severity::Error);
        if let Some(error) = errors {
            return Err(Refusal::Because(format!("Mend this file before authorizing: {}", error.message)));
        }
        let connector = self.workspace.file(&path).and_then(|file| connector_of(&file.text, &file.tree));
        match connector {
            Some((type_, scopes)) => Ok((project, type_, scopes)),
            None => Err(Refusal::Because("This file names no service to authorize.".to_owned())),
        }
    }

    fn project_of(&self, uri: Option<&Url>) -> std::result::Result<ProjectToPush, Refusal> {
        let store = self.store_of(uri)?;
        let location = store.location();
        let of_connectors = store.files().filter(|it| it.role == Role::Connector);
        Ok(ProjectToPush {
            workspace: self.folder_of(&location.root).unwrap_or(&location.root).to_owned(),
            root: location.root.clone(),
            directory: location.connectors_dir.clone(),
            connectors: of_connectors.filter_map(|it| connector_of(&it.text, &it.tree)).collect(),
            catalogue: store.surroundings().catalogue.clone(),
            // An editor that does not know of trust has the user's word: nothing runs but on an explicit command.
            trusted: self.settings.trusted.unwrap_or(true),
            cli_command: self.settings.cli_command.clone(),
        })
    }

    fn store_of(&self, uri: Option<&Url>) -> std::result::Result<&crate::project::Store, Refusal> {
        let store = uri.and_then(|it| self.path(it)).and_then(|path| self.workspace.project(&path));
        store.ok_or_else(|| Refusal::Because("This file is in no Base44 project.".to_owned()))
    }

    fn is_unsaved(&self, path: &Path) -> bool {
        let Some(document) = self.workspace.document(path) else { return false };
        !crate::project::is_on_disk(path, document.text())
    }
}

fn connector_of(text: &str, tree: &crate::syntax::Tree) -> Option<(String, Vec<String>)> {
    let connector = Connector::read(text, tree);
    let type_ = connector.type_literal()?.text(text).into_owned();
    let scopes = connector.scopes.map(|list| list.scopes.iter().map(|it| it.name.to_string()).collect());
    Some((type_, scopes.unwrap_or_default()))
}

fn is_always(catalogue: &Catalogue, type_: &str, scope: &str) -> bool {
    let found = catalogue.service(type_).and_then(|service| service.find(scope));
    found.is_some_and(|it| it.scope.base44 == Some(Base44Status::Always))
}

/// One command under way: its progress in the editor, and its cancel button. Dropping it ends the progress.
struct Run {
    running: Arc<Mutex<Running>>,
    token: i32,
    cancel: CancellationToken,
    /// Shows a line of progress, where the client can, and writes it to the log.
    say: Box<dyn Fn(&str) + Send + Sync>,
    end: Box<dyn Fn() + Send + Sync>,
}

impl Run {
    async fn start(commands: &Commands, title: &str) -> Run {
        let cancel = CancellationToken::new();
        let token = lock_running(&commands.running).add(cancel.clone());
        let can_show = lock(&commands.session).client.work_done_progress;
        let params = WorkDoneProgressCreateParams { token: NumberOrString::Number(token) };
        let shown = can_show && commands.client.send_request::<WorkDoneProgressCreate>(params).await.is_ok();
        let outbox = commands.outbox.clone();
        let send = move |value| {
            if shown {
                let (token, value) = (NumberOrString::Number(token), ProgressParamsValue::WorkDone(value));
                outbox.notify::<Progress>(&ProgressParams { token, value });
            }
        };
        send(WorkDoneProgress::Begin(WorkDoneProgressBegin {
            title: title.to_owned(),
            cancellable: Some(true),
            message: None,
            percentage: None,
        }));
        let report = send.clone();
        let say = move |line: &str| {
            tracing::info!("base44: {line}");
            let (message, cancellable) = (Some(line.to_owned()), Some(true));
            report(WorkDoneProgress::Report(WorkDoneProgressReport { message, cancellable, percentage: None }));
        };
        let end = move || send(WorkDoneProgress::End(WorkDoneProgressEnd { message: None }));
        Run { running: Arc::clone(&commands.running), token, cancel, say: Box::new(say), end: Box::new(end) }
    }

    /// For one call of the CLI: what it says is shown, and the user can end it.
    fn control(&self) -> Control<'_> {
        Control { on_line: &*self.say, cancel: &self.cancel, deadline: None }
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        lock_running(&self.running).tokens.remove(&self.token);
        (self.end)();
    }
}

impl Running {
    fn add(&mut self, cancel: CancellationToken) -> i32 {
        self.last += 1;
        self.tokens.insert(self.last, cancel);
        self.last
    }
}

fn lock_running(running: &Mutex<Running>) -> MutexGuard<'_, Running> {
    running.lock().unwrap_or_else(PoisonError::into_inner)
}
