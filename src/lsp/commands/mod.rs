//! Commands: pushing and authorizing through the user's own `base44` CLI.
//!
//! Nothing runs unless the user asked for it and, where it changes something, said yes to a button that names what will happen. A
//! client that cannot ask gets the plan, and the command to run by oneself. A command answers when it has ended; what there is to
//! say has been said to the user by then.

mod dialogue;
mod jobs;
mod project;

use std::path::Path;
use std::sync::{Arc, Mutex};

use lsp_types::{ExecuteCommandParams, MessageType, NumberOrString, Url};
use serde_json::Value;
use tower_lsp::Client;
use tower_lsp::jsonrpc::{Error, Result};

use self::dialogue::Answer;
use self::jobs::{Job, Jobs, Progress};
use self::project::{Subject, Target};
use super::publisher::Publisher;
use super::scanner::{Look, Scanner};
use super::session::{Session, lock};
use super::transport::Outbox;
use crate::base44::{Cli, ConnectorResult, Effect, Failure, Initiated, Outcome, Plan, Pushed, Versions, WebUrl};

/// Makes Base44 have exactly the connectors of a project.
pub(super) const PUSH: &str = "base44-connectors.push";
/// Asks for the consent that one connector needs.
pub(super) const AUTHORIZE: &str = "base44-connectors.authorize";

const CANCEL: &str = "Cancel";
const LATER: &str = "Later";
const OPEN_PAGE: &str = "Open consent page";
const CHECK: &str = "Check now";

/// A command as a code action for one file.
pub(super) struct Offer {
    pub(super) command: &'static str,
    pub(super) title: String,
    /// Why it cannot be run.
    pub(super) disabled: Option<&'static str>,
}

/// The commands for a connector file.
pub(super) fn offered(session: &Session, path: &Path) -> Vec<Offer> {
    let disabled = (session.settings.trusted == Some(false))
        .then_some("This workspace is not trusted, so the base44 CLI is not run.");
    let type_ = session
        .workspace
        .file(path)
        .and_then(|file| crate::connector::type_of(&file.text, &file.tree));
    let service = type_
        .zip(session.workspace.surroundings(path))
        .and_then(|((type_, _), around)| {
            let consents = project::needs_consent(around.catalogue, &type_);
            consents.then(|| project::service_name(around.catalogue, &type_))
        });
    let authorize = service.map(|name| (AUTHORIZE, format!("Authorize {name} …")));
    let push = (PUSH, "Push all connectors of this project to Base44 …".to_owned());
    let offer = |(command, title)| Offer {
        command,
        title,
        disabled,
    };
    authorize.into_iter().chain([push]).map(offer).collect()
}

/// Runs commands.
pub(super) struct Commands {
    session: Arc<Mutex<Session>>,
    client: Client,
    outbox: Outbox,
    versions: Versions,
    jobs: Jobs,
}

/// The tasks that a command has need of.
pub(super) struct Helpers<'a> {
    pub(super) scanner: &'a Scanner,
    pub(super) publisher: &'a Publisher,
}

/// Why a command came to nothing.
pub(super) enum Refusal {
    /// The user did not want it, or is gone.
    Declined,
    /// In words for the user.
    Because(MessageType, String),
}

impl Refusal {
    fn because(why: String) -> Refusal {
        Refusal::Because(MessageType::ERROR, why)
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Refusal {
        let kind = match failure {
            Failure::Cancelled(Effect::Reads) => MessageType::INFO,
            Failure::Cancelled(Effect::Writes) => MessageType::WARNING,
            _ => MessageType::ERROR,
        };
        Refusal::Because(kind, failure.to_string())
    }
}

type Done<T = ()> = std::result::Result<T, Refusal>;

impl Commands {
    pub(super) fn new(session: Arc<Mutex<Session>>, client: Client, outbox: Outbox) -> Commands {
        Commands {
            session,
            client,
            outbox,
            versions: Versions::default(),
            jobs: Jobs::default(),
        }
    }

    /// `workspace/executeCommand`. Its argument is `{ "uri": … }`, a file of the project; without one, there must be one project only.
    pub(super) async fn execute(&self, params: ExecuteCommandParams, helpers: Helpers<'_>) -> Result<Option<Value>> {
        let uri = params
            .arguments
            .first()
            .and_then(|it| it.get("uri"))
            .and_then(Value::as_str);
        let uri = uri.and_then(|it| Url::parse(it).ok());
        let outcome = match params.command.as_str() {
            PUSH => self.push(uri.as_ref(), &helpers).await,
            AUTHORIZE => self.authorize(uri.as_ref(), &helpers).await,
            other => return Err(Error::invalid_params(format!("there is no command {other}"))),
        };
        if let Err(refusal) = outcome {
            self.tell_refusal(refusal).await;
        }
        Ok(None)
    }

    /// `window/workDoneProgress/cancel`.
    pub(super) fn cancel(&self, token: &NumberOrString) {
        self.jobs.cancel(token);
    }

    /// The session is over: ends everything that runs.
    pub(super) fn end(&self) {
        self.jobs.end();
    }

    async fn push(&self, uri: Option<&Url>, helpers: &Helpers<'_>) -> Done {
        let project = self.project_to_push(uri, helpers).await?;
        let job = self.begin(&project)?;
        let progress = self.progress(&job, "Comparing with Base44").await;
        let cli = project.cli(&self.versions, &progress.control()).await?;
        let mut plan = cli
            .plan(&project.local(), &project.catalogue, &progress.control())
            .await?;
        drop(progress);

        let mut news = "";
        loop {
            if plan.is_in_step() {
                self.forget_failures(&project, helpers);
                self.tell(MessageType::INFO, plan.to_string()).await;
                return Ok(());
            }
            self.confirm(&job, &cli, &project, &plan, news).await?;
            // The user took their time: it is what they have now that is pushed, if it still is what they agreed to.
            let project = self.project_to_push(uri, helpers).await?;
            let progress = self.progress(&job, "Pushing to Base44").await;
            match cli
                .push(&project.local(), &plan, &project.catalogue, &progress.control())
                .await
            {
                Ok(pushed) => {
                    drop(progress);
                    return self.report(&job, &cli, &project, pushed, helpers).await;
                }
                Err(Failure::PlanChanged(now)) => {
                    plan = *now;
                    news = "Nothing was pushed yet: your connectors, or those on Base44, have changed since you were asked.\n";
                }
                Err(failure) => return Err(failure.into()),
            }
        }
    }

    /// Shows the plan, and goes on if the user says yes to it.
    async fn confirm(&self, job: &Job, cli: &Cli, project: &Subject, plan: &Plan, news: &str) -> Done {
        let (button, app) = (plan.button(), cli.app().as_str());
        let question = format!("{news}Push to the Base44 app {app}?\n{plan}");
        match self.ask(job, MessageType::WARNING, &question, &[&button, CANCEL]).await {
            Answer::Chosen(answer) if answer == button => Ok(()),
            Answer::Chosen(_) | Answer::Dismissed => Err(Refusal::Declined),
            Answer::CannotAsk => Err(Refusal::Because(
                MessageType::WARNING,
                format!(
                    "Nothing was pushed, because this editor cannot ask you first. A push to the Base44 app {app} would do \
                     this:\n{}To push, run in a terminal: {}",
                    plan,
                    cli.push_by_hand(&project.directory)
                ),
            )),
        }
    }

    /// Says how each connector fared, and offers the pages that wait for the user.
    async fn report(&self, job: &Job, cli: &Cli, project: &Subject, pushed: Pushed, helpers: &Helpers<'_>) -> Done {
        self.remember_failures(project, &pushed.results, helpers);
        let line = |it: &ConnectorResult| format!("{}: {}.", project.name(&it.connector), it.outcome);
        let (failed, done): (Vec<_>, Vec<_>) = pushed.results.iter().partition(|it| it.outcome.is_failure());
        if !done.is_empty() {
            let lines: Vec<_> = done.iter().map(|it| line(it)).collect();
            self.tell(MessageType::INFO, lines.join("\n")).await;
        }
        for it in failed {
            self.tell(MessageType::ERROR, line(it)).await;
        }
        if pushed.unverified.is_some() {
            let why = "The push is done, but what Base44 has now could not be compared with it. Push again to compare.";
            self.tell(MessageType::WARNING, why.to_owned()).await;
        }
        for ConnectorResult { connector, outcome } in pushed.results {
            match outcome {
                Outcome::NeedsAuthorization { page: Some(page) } => {
                    match self.consent(job, cli, project, &connector, page).await {
                        // The other pages are offered all the same.
                        Ok(()) | Err(Refusal::Declined) => {}
                        Err(refusal) => self.tell_refusal(refusal).await,
                    }
                }
                Outcome::Provisioned { claim: Some(page) } => {
                    const OPEN: &str = "Open page";
                    let name = project.name(&connector);
                    let question = format!("{name} was set up for this app. Take over the account in the browser.");
                    if self
                        .ask(job, MessageType::INFO, &question, &[OPEN, LATER])
                        .await
                        .is(OPEN)
                    {
                        self.open(job, &page).await;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    async fn authorize(&self, uri: Option<&Url>, helpers: &Helpers<'_>) -> Done {
        helpers.scanner.look_and_wait(Look::Known).await;
        let Target {
            project,
            file,
            type_,
            scopes,
        } = lock(&self.session).connector_to_authorize(uri)?;
        let job = self.begin(&project)?;
        let name = project.name(&type_);
        let title = format!("Authorizing {name}");
        let progress = self.progress(&job, &title).await;
        let cli = project.cli(&self.versions, &progress.control()).await?;
        drop(progress);

        let asked_for = match scopes.as_slice() {
            [] => "no scopes".to_owned(),
            [one] => format!("the scope {one}"),
            all => format!("{} scopes: {}", all.len(), all.join(", ")),
        };
        let question = format!(
            "Authorize {name} for the Base44 app {} with {asked_for}?\nThis replaces what Base44 asks {name} for now; you consent in \
             the browser.",
            cli.app().as_str()
        );
        let button = format!("Authorize {name}");
        match self.ask(&job, MessageType::INFO, &question, &[&button, CANCEL]).await {
            Answer::Chosen(answer) if answer == button => {}
            Answer::Chosen(_) | Answer::Dismissed => return Err(Refusal::Declined),
            Answer::CannotAsk => {
                let command = cli.initiate_by_hand(&type_, &scopes)?;
                let why = format!(
                    "Nothing was done, because this editor cannot ask you first. To authorize {name}, run in a terminal, and open \
                     the page it names: {command}"
                );
                return Err(Refusal::Because(MessageType::WARNING, why));
            }
        }
        let progress = self.progress(&job, &title).await;
        let initiated = cli.initiate(&type_, &scopes, &progress.control()).await?;
        drop(progress);
        lock(&self.session).forget_failures_below(&file);
        helpers.publisher.wake();
        match initiated {
            Initiated::NeedsAuthorization(page) => self.consent(&job, &cli, &project, &type_, page).await,
            other => self.tell_whether_authorized(&name, &other).await,
        }
    }

    /// Has the user consent on `page`, and finds out and says how it ended.
    async fn consent(&self, job: &Job, cli: &Cli, project: &Subject, type_: &str, mut page: WebUrl) -> Done {
        let name = project.name(type_);
        let mut question = format!("{name} needs your consent in the browser.");
        let mut buttons: &[&str] = &[OPEN_PAGE, LATER];
        loop {
            match self.ask(job, MessageType::INFO, &question, buttons).await {
                Answer::Chosen(it) if it == OPEN_PAGE => {
                    self.open(job, &page).await;
                    question =
                        format!("Consent to {name} in the browser. When you have done so, check whether it worked.");
                }
                Answer::Chosen(it) if it == CHECK => {
                    let progress = self.progress(job, &format!("Checking {name}")).await;
                    match cli.initiate(type_, project.scopes(type_), &progress.control()).await? {
                        Initiated::NeedsAuthorization(it) => page = it,
                        other => {
                            drop(progress);
                            return self.tell_whether_authorized(&name, &other).await;
                        }
                    }
                    question = format!("Base44 is still waiting for your consent to {name}.");
                }
                Answer::Chosen(_) | Answer::Dismissed => return Err(Refusal::Declined),
                // The page can be opened without a word; what comes of it, the user can see there.
                Answer::CannotAsk => {
                    self.open(job, &page).await;
                    return Ok(());
                }
            }
            buttons = &[CHECK, OPEN_PAGE, LATER];
        }
    }

    async fn tell_whether_authorized(&self, name: &str, initiated: &Initiated) -> Done {
        match initiated {
            Initiated::Authorized => {
                self.tell(MessageType::INFO, format!("{name} is authorized.")).await;
                Ok(())
            }
            Initiated::NeedsAuthorization(_) | Initiated::Unclear => Err(Refusal::because(format!(
                "Base44 neither says that {name} is authorized, nor names a page to consent on. Try again later, or look at the \
                 connectors of this app on Base44."
            ))),
        }
    }

    /// The project as it is now, buffers and disk.
    async fn project_to_push(&self, uri: Option<&Url>, helpers: &Helpers<'_>) -> Done<Subject> {
        helpers.scanner.look_and_wait(Look::Known).await;
        lock(&self.session).project_to_push(uri)
    }

    fn begin(&self, project: &Subject) -> Done<Job> {
        self.jobs.begin(&project.root).ok_or_else(|| {
            let why = "A push or an authorization of this project is under way. Wait until it has ended, or cancel it.";
            Refusal::because(why.to_owned())
        })
    }

    async fn progress<'a>(&self, job: &'a Job, title: &str) -> Progress<'a> {
        let can_show = lock(&self.session).client.work_done_progress;
        Progress::begin(job, &self.client, &self.outbox, can_show, title).await
    }

    fn forget_failures(&self, project: &Subject, helpers: &Helpers<'_>) {
        self.remember_failures(project, &[], helpers);
    }

    /// Shows what Base44 refused in the files that it concerns, in place of what it refused before.
    fn remember_failures(&self, project: &Subject, results: &[ConnectorResult], helpers: &Helpers<'_>) {
        let mut session = lock(&self.session);
        session.forget_failures_below(&project.directory);
        for ConnectorResult { connector, outcome } in results.iter().filter(|it| it.outcome.is_failure()) {
            if let Some((path, text)) = project.files.get(connector) {
                let message = format!("{}: {outcome}.", project.name(connector));
                session.push_failures.insert(path.clone(), Arc::clone(text), message);
                session.mark_unasked([path.clone()]);
            }
        }
        drop(session);
        helpers.publisher.wake();
    }
}
