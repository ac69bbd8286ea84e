//! Commands: what the user can have done with the connectors of a project, mostly through their own `base44` CLI.
//!
//! Nothing runs unless the user asked for it and, where it changes something, said yes to a button that names what will happen. A
//! client that cannot ask gets the plan, and the command to run by oneself. A command answers when it has ended; what there is to
//! say has been said to the user by then.

mod add;
mod apps;
mod authorize;
mod dialogue;
mod documents;
mod jobs;
mod offers;
mod plan;
mod project;
mod pull;
mod push;
mod refresh;

use std::sync::{Arc, Mutex};

use lsp_types::{ExecuteCommandParams, MessageType, NumberOrString, Url};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tower_lsp::Client;
use tower_lsp::jsonrpc::{Error, Result};

use self::apps::Apps;
use self::documents::Documents;
use self::jobs::{Job, Jobs, Progress};
pub(super) use self::offers::{Offer, offered, remedy};
use self::project::Subject;
pub(super) use self::project::{connector_of, connectors_of};
use super::browse;
use super::overview::Overview;
use super::publisher::Publisher;
use super::scanner::{Look, Scanner};
use super::session::{Session, lock};
use super::transport::Outbox;
use crate::base44::{Effect, Failure, Versions};

/// Makes Base44 have exactly the connectors of a project.
const PUSH: &str = "base44-connectors.push";
/// Asks for the consent that one connector needs.
const AUTHORIZE: &str = "base44-connectors.authorize";
/// Shows what a push would do.
const PLAN: &str = "base44-connectors.plan";
/// Makes the project have exactly the connectors of Base44.
const PULL: &str = "base44-connectors.pull";
/// Asks Base44 which services there are.
const REFRESH: &str = "base44-connectors.refresh";
/// Makes a connector file.
const ADD: &str = "base44-connectors.addConnector";
/// Lists the services.
const SERVICES: &str = "base44-connectors.services";
/// Lists the scopes of a service.
const SCOPES: &str = "base44-connectors.scopes";
/// Lists the projects, their connectors, and how these stand with Base44.
const OVERVIEW: &str = "base44-connectors.overview";

/// The commands of `workspace/executeCommand`.
pub(super) const ALL: &[&str] = &[PUSH, AUTHORIZE, PLAN, PULL, REFRESH, ADD, SERVICES, SCOPES, OVERVIEW];

const CANCEL: &str = "Cancel";
const LATER: &str = "Later";

/// The one argument that every command takes; all of it may be missing.
#[derive(Debug, Default, Deserialize)]
struct Arguments {
    /// A file or folder of the project that the command is about. Without it there must be one project only.
    uri: Option<Url>,
    /// A connector's type.
    #[serde(rename = "type")]
    type_: Option<String>,
    #[serde(default)]
    scopes: Vec<String>,
}

/// Runs commands.
pub(super) struct Commands {
    session: Arc<Mutex<Session>>,
    client: Client,
    outbox: Outbox,
    versions: Versions,
    jobs: Jobs,
    documents: Documents,
    apps: Apps,
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
            documents: Documents::default(),
            apps: Apps::default(),
        }
    }

    /// `workspace/executeCommand`. What a command refuses is told to the user, not to the client: to that it answers with `null`.
    pub(super) async fn execute(&self, params: ExecuteCommandParams, helpers: Helpers<'_>) -> Result<Option<Value>> {
        let arguments = match params.arguments.into_iter().next() {
            None | Some(Value::Null) => Ok(Arguments::default()),
            Some(argument) => serde_json::from_value(argument),
        };
        let arguments = arguments.map_err(|error| Error::invalid_params(error.to_string()))?;
        let uri = arguments.uri.as_ref();
        let outcome = match params.command.as_str() {
            PUSH => self.push(uri, &helpers).await.map(|()| Value::Null),
            AUTHORIZE => self.authorize(uri, &helpers).await.map(|()| Value::Null),
            PLAN => self.plan(uri, &helpers).await,
            PULL => self.pull(uri, &helpers).await.map(|()| Value::Null),
            REFRESH => self.refresh(uri, &helpers).await.map(|()| Value::Null),
            ADD => self.add(&arguments, &helpers).await,
            SERVICES => {
                helpers.scanner.wait().await;
                Ok(json(&browse::services(&lock(&self.session), uri)))
            }
            SCOPES => {
                let type_ = arguments.type_.as_deref();
                let type_ = type_.ok_or_else(|| Error::invalid_params("`type` is missing: which service's scopes?"))?;
                helpers.scanner.wait().await;
                Ok(json(&browse::scopes(&lock(&self.session), uri, type_)))
            }
            OVERVIEW => {
                helpers.scanner.wait().await;
                Ok(self.overview().await)
            }
            other => return Err(Error::invalid_params(format!("there is no command {other}"))),
        };
        match outcome {
            Ok(answer) => Ok(Some(answer)),
            Err(refusal) => {
                self.tell_refusal(refusal).await;
                Ok(None)
            }
        }
    }

    /// `window/workDoneProgress/cancel`.
    pub(super) fn cancel(&self, token: &NumberOrString) {
        self.jobs.cancel(token);
    }

    /// The session is over: ends everything that runs.
    pub(super) fn end(&self) {
        self.jobs.end();
        self.documents.end();
    }

    /// Something has changed on the disk.
    pub(super) fn disk_changed(&self) {
        self.apps.forget();
    }

    async fn overview(&self) -> Value {
        let (roots, watches) = {
            let session = lock(&self.session);
            let projects = session.workspace.projects();
            (projects.map(|it| it.location().root.clone()).collect(), session.watches)
        };
        let apps = self.apps.of(roots, watches).await;
        let mut session = lock(&self.session);
        session.news.seen();
        json(&Overview::new(&session, &apps))
    }

    /// Has what Base44 was seen to have remembered, and the client know of it.
    fn remember(&self, helpers: &Helpers<'_>, remember: impl FnOnce(&mut Session)) {
        let mut session = lock(&self.session);
        remember(&mut session);
        session.news.came();
        drop(session);
        helpers.publisher.wake();
    }

    /// The project as it is now, buffers and disk.
    async fn project_to(&self, act: &str, uri: Option<&Url>, helpers: &Helpers<'_>) -> Done<Subject> {
        helpers.scanner.look_and_wait(Look::Known).await;
        lock(&self.session).project_to(act, uri)
    }

    fn begin(&self, project: &Subject) -> Done<Job> {
        self.jobs.begin(&project.root).ok_or_else(|| {
            let why = "Another command is at work on this project. Wait until it has ended, or cancel it.";
            Refusal::because(why.to_owned())
        })
    }

    async fn progress<'a>(&self, job: &'a Job, title: &str) -> Progress<'a> {
        let can_show = lock(&self.session).client.work_done_progress;
        Progress::begin(job, &self.client, &self.outbox, can_show, title).await
    }
}

fn json(answer: &impl Serialize) -> Value {
    serde_json::to_value(answer).unwrap_or_default()
}
