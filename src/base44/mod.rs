//! Runs the user's own `base44` CLI: finds it, asks what Base44 has, plans a push, pushes, and starts authorizations.
//!
//! [`Cli::find`] makes sure of everything that can be known beforehand; then each method is one question or one
//! deed. No method asks the user: show the [`Plan`] first, and hand it to [`Cli::push`] once they agree.
//! `pull` is never run on the project, where it deletes and overwrites without asking: [`Cli::remote_state`] has all it knows, and
//! [`PullPlan`] does with that what a pull should.
//!
//! The CLI is made for a person at a terminal. `docs/safety.md` lists what it does to a program that runs it, what is done about each
//! here, and the test that holds it.

mod app_id;
mod consent;
mod environment;
mod failure;
mod foreground;
mod inert;
mod invocation;
#[cfg(unix)]
mod lifeline;
mod live;
mod login;
mod moment;
mod output;
mod plan;
mod plan_text;
mod program;
mod pull;
mod pushed;
mod redact;
mod report;
mod run;
mod scratch;

use std::path::Path;
use std::time::{Duration, SystemTime};

pub use tokio_util::sync::CancellationToken;

pub use self::app_id::AppId;
pub use self::consent::{Granted, asked_for, needs_consent};
pub use self::environment::Environment;
pub use self::failure::Failure;
pub use self::foreground::Foreground;
pub use self::invocation::{Effect, Invocation};
pub use self::live::{LiveList, catalogue};
pub use self::login::Login;
pub use self::output::{AvailableService, ConnectorResult, ErrorDocument, Hint, Initiated, Outcome, Pulled, WebUrl};
pub use self::plan::{Connectors, Plan, Rescope, STRIPE};
pub use self::program::{MINIMUM_VERSION, Origin, Program, Search, Versions};
pub use self::pull::{Applied, Changed, Created, Deleted, LocalFile, LocalFiles, PullPlan, Reason, Skipped, outside};
pub use self::pushed::Pushed;
pub use self::redact::Redactor;
pub use self::report::Report;
pub use self::run::{Control, Stage};

pub(crate) use self::inert::{inert, is_active, message};
pub(crate) use self::invocation::quoted;
pub(crate) use self::output::excerpt;
use self::run::Finished;
use self::scratch::Scratch;
use crate::registry::Catalogue;

/// What a push would do, for people and for programs.
pub type PlanReport<'a> = Report<'a, Plan>;

/// What a pull would do, for people and for programs.
pub type PullReport<'a> = Report<'a, PullPlan>;

/// The CLI, ready to act on the app of one project.
#[derive(Clone, Debug)]
pub struct Cli {
    program: Program,
    app: AppId,
    environment: Environment,
    redactor: Redactor,
}

impl Cli {
    /// Finds the program, and makes sure that the workspace is trusted, the user logged in, the project linked to an app,
    /// and the version new enough, in this order. At most `--version` is run, once for a program that is no npm package.
    ///
    /// `environment` is this process's own.
    ///
    /// # Errors
    /// What stands in the way.
    pub async fn find(
        search: &Search<'_>,
        environment: &Environment,
        versions: &Versions,
        control: &Control<'_>,
    ) -> Result<Self, Failure> {
        (control.on_stage)(Stage::FindingCli);
        let program = Program::find(search, environment)?;
        Login::find(environment)?;
        let app = {
            let (project, environment) = (search.project.to_owned(), environment.clone());
            // It searches the project's folders.
            tokio::task::spawn_blocking(move || AppId::of_project(&project, &environment))
                .await
                .map_err(Failure::temporary)??
        };
        let environment = invocation::environment(environment);
        let cli = Self {
            redactor: Redactor::new(&environment),
            program,
            app,
            environment,
        };
        let known = versions.get(&cli.program);
        let version = match known.or_else(|| program::packaged_version(&cli.program)) {
            Some(version) => version,
            None => {
                let version = cli.version(control).await?;
                versions.insert(&cli.program, version.clone());
                version
            }
        };
        if version < MINIMUM_VERSION {
            return Err(Failure::TooOld {
                found: version,
                update: cli.program.update(),
            });
        }
        Ok(cli)
    }

    /// The program that runs.
    #[must_use]
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The app it acts on.
    #[must_use]
    pub fn app(&self) -> &AppId {
        &self.app
    }

    /// The connectors Base44 has now. Nothing in the project is touched: they are pulled into an empty folder.
    ///
    /// # Errors
    /// Whatever keeps the CLI from a complete answer.
    pub async fn remote_state(&self, control: &Control<'_>) -> Result<Connectors, Failure> {
        let scratch = Scratch::new(&self.environment)?;
        let directory = scratch.connectors();
        let invocation = Invocation::pull(&self.app, &directory);
        let pulled = self.answer(&scratch, &invocation, output::pull, control).await?;
        let connectors = read_pulled(&directory)?;
        // Types that differ only in case share a file on some file systems.
        if connectors.len() != pulled.pulled {
            return Err(Failure::Unreadable(format!(
                "{} connectors announced, {} written",
                pulled.pulled,
                connectors.len()
            )));
        }
        Ok(connectors)
    }

    /// What a push of `local` would do now.
    ///
    /// # Errors
    /// As [`Cli::remote_state`], and [`Failure::NothingToPush`].
    pub async fn plan(
        &self,
        local: &LocalFiles,
        catalogue: &Catalogue,
        control: &Control<'_>,
    ) -> Result<Plan, Failure> {
        let connectors = local.connectors();
        if connectors.is_empty() || !local.directory.is_dir() {
            return Err(Failure::NothingToPush(local.directory.clone()));
        }
        (control.on_stage)(Stage::AskingBase44);
        let remote = self.remote_state(control).await?;
        Ok(Plan::new(&connectors, &remote, catalogue))
    }

    /// What a pull into `local` would do now. [`PullPlan::apply`] carries it out.
    ///
    /// # Errors
    /// As [`Cli::remote_state`].
    pub async fn pull_plan(
        &self,
        local: &LocalFiles,
        catalogue: &Catalogue,
        control: &Control<'_>,
    ) -> Result<PullPlan, Failure> {
        (control.on_stage)(Stage::AskingBase44);
        let remote = self.remote_state(control).await?;
        Ok(PullPlan::new(local, &remote, catalogue))
    }

    /// Pushes `local`, provided that this still does what `agreed` says, and compares what Base44 has then. The files are pushed
    /// as they are in `local`, whatever is on the disk by then.
    ///
    /// # Errors
    /// [`Failure::PlanChanged`] if it would do something else; else whatever kept the push from an answer. A connector that
    /// fails is no error: see the results.
    pub async fn push(
        &self,
        local: &LocalFiles,
        agreed: &Plan,
        catalogue: &Catalogue,
        control: &Control<'_>,
    ) -> Result<Pushed, Failure> {
        let plan = self.plan(local, catalogue, control).await?;
        if plan != *agreed {
            return Err(Failure::PlanChanged(Box::new(plan)));
        }
        self.push_at_once(local, &plan, catalogue, control).await
    }

    /// Pushes `local` without another look at what Base44 has: for a `plan` that was made this moment. Compares what Base44 has
    /// then.
    ///
    /// # Errors
    /// Whatever kept the push from an answer. A connector that fails is no error: see the results.
    pub async fn push_at_once(
        &self,
        local: &LocalFiles,
        plan: &Plan,
        catalogue: &Catalogue,
        control: &Control<'_>,
    ) -> Result<Pushed, Failure> {
        (control.on_stage)(Stage::Pushing);
        let scratch = Scratch::new(&self.environment)?;
        // The CLI would read the project's own folder a second after the plan was made, whatever became of it since.
        let directory = scratch.copy(local)?;
        let invocation = Invocation::push(&self.app, &directory, plan.touched());
        let results = self.answer(&scratch, &invocation, output::push, control).await?;
        (control.on_stage)(Stage::Verifying);
        let remote = self.remote_state(control).await;
        let left = remote.as_ref().map(|it| Plan::new(&local.connectors(), it, catalogue));
        Ok(Pushed {
            results: pushed::verified(results, plan, left.ok().as_ref()),
            remote,
        })
    }

    /// Sets one connector to exactly `scopes`, others stay, and asks for the page where the user consents. Run again
    /// after the consent, it says [`Initiated::Authorized`]: the CLI has no command that waits for it.
    ///
    /// # Errors
    /// [`Failure::Reported`] if Base44 refuses, for instance because another user has authorized it.
    pub async fn initiate(
        &self,
        connector: &str,
        scopes: &[String],
        control: &Control<'_>,
    ) -> Result<Initiated, Failure> {
        let invocation = Invocation::initiate(&self.app, connector, scopes)?;
        (control.on_stage)(Stage::Authorizing);
        let scratch = Scratch::new(&self.environment)?;
        let read = |finished: &Finished, redactor: &Redactor| output::initiate(finished, connector, redactor);
        self.answer(&scratch, &invocation, read, control).await
    }

    /// Every service Base44 offers now.
    ///
    /// # Errors
    /// Whatever keeps the CLI from an answer.
    pub async fn list_available(&self, control: &Control<'_>) -> Result<Vec<AvailableService>, Failure> {
        let invocation = Invocation::list_available(&self.app);
        let scratch = Scratch::new(&self.environment)?;
        self.answer(&scratch, &invocation, output::available, control).await
    }

    /// The same, ready to be kept for later.
    ///
    /// # Errors
    /// As [`Cli::list_available`], and [`Failure::NothingOffered`].
    pub async fn live_list(&self, control: &Control<'_>) -> Result<LiveList, Failure> {
        (control.on_stage)(Stage::AskingForServices);
        let list = LiveList::new(self.list_available(control).await?, SystemTime::now());
        match list.services.is_empty() {
            true => Err(Failure::NothingOffered),
            false => Ok(list),
        }
    }

    /// The command by which the user authorizes a connector from a terminal.
    ///
    /// # Errors
    /// As [`Invocation::initiate`].
    pub fn initiate_by_hand(&self, connector: &str, scopes: &[String]) -> Result<String, Failure> {
        Invocation::initiate(&self.app, connector, scopes).map(|it| self.by_hand(&it))
    }

    fn by_hand(&self, invocation: &Invocation) -> String {
        let arguments = invocation.arguments.iter().filter(|it| *it != "--json");
        let quoted = arguments.map(|it| quoted(&it.to_string_lossy()));
        [self.program.by_hand().to_owned()]
            .into_iter()
            .chain(quoted)
            .collect::<Vec<_>>()
            .join(" ")
    }

    async fn version(&self, control: &Control<'_>) -> Result<semver::Version, Failure> {
        let mut invocation = Invocation::version();
        if self.program.origin == Origin::Npx {
            invocation.deadline = NPX_DEADLINE;
        }
        let scratch = Scratch::new(&self.environment)?;
        let finished = self.run(&scratch, &invocation, control).await?;
        let stdout = String::from_utf8_lossy(&finished.stdout);
        match (finished.code, program::parse_version(&stdout)) {
            (Some(0), Some(version)) => Ok(version),
            (Some(127), _) if finished.stderr.contains("node") => Err(Failure::NodeNotFound),
            _ => Err(Failure::NoVersion {
                output: self.redactor.redact(&format!("{stdout}{}", finished.stderr)),
            }),
        }
    }

    /// What the CLI says to `invocation`.
    async fn answer<T>(
        &self,
        scratch: &Scratch,
        invocation: &Invocation,
        read: impl FnOnce(&Finished, &Redactor) -> Result<T, Failure>,
        control: &Control<'_>,
    ) -> Result<T, Failure> {
        let finished = self.run(scratch, invocation, control).await;
        let answer = finished.and_then(|it| read(&it, &self.redactor));
        match invocation.effect {
            Effect::Reads => answer,
            Effect::Writes => answer.map_err(Failure::half_way),
        }
    }

    async fn run(
        &self,
        scratch: &Scratch,
        invocation: &Invocation,
        control: &Control<'_>,
    ) -> Result<Finished, Failure> {
        let (program, environment) = (&self.program, &self.environment);
        run::run(program, invocation, environment, scratch.path(), control).await
    }
}

/// The first run of npx fetches the package, and some 100 MB that it depends on.
const NPX_DEADLINE: Duration = Duration::from_secs(300);

/// The files `pull` wrote: plain JSON.
fn read_pulled(directory: &Path) -> Result<Connectors, Failure> {
    #[derive(serde::Deserialize)]
    struct Connector {
        r#type: String,
        #[serde(default)]
        scopes: Vec<String>,
    }
    let mut res = Connectors::new();
    for entry in std::fs::read_dir(directory).map_err(Failure::temporary)? {
        let path = entry.map_err(Failure::temporary)?.path();
        let text = std::fs::read(path).map_err(Failure::temporary)?;
        let connector: Connector =
            serde_json::from_slice(&text).map_err(|error| Failure::Unreadable(error.to_string()))?;
        res.insert(connector.r#type, connector.scopes);
    }
    Ok(res)
}
