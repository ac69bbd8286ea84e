//! `push`: plan, question, the CLI, and how each connector ended.

use std::collections::BTreeMap;
use std::sync::Arc;

use lsp_types::{MessageType, Url};

use super::authorize::Wish;
use super::dialogue::Answer;
use super::jobs::Job;
use super::project::Subject;
use super::{CANCEL, Commands, Done, Helpers, LATER, Refusal};
use crate::base44::{Cli, ConnectorResult, Failure, Outcome, Plan, Pushed, WebUrl};
use crate::lsp::session::lock;

impl Commands {
    pub(super) async fn push(&self, uri: Option<&Url>, helpers: &Helpers<'_>) -> Done {
        let project = self.project_to("push", uri, helpers).await?;
        let job = self.begin(&project)?;
        let (cli, mut plan) = self.compare(&job, &project, helpers).await?;

        let mut news = "";
        loop {
            if plan.is_in_step() {
                self.forget_failures(&project, helpers);
                self.tell(MessageType::INFO, plan.to_string()).await;
                return Ok(());
            }
            self.confirm(&job, &cli, &project, &plan, news).await?;
            // The user took their time: it is what they have now that is pushed, if it still is what they agreed to.
            let project = self.project_to("push", uri, helpers).await?;
            // Broken off half-way, by whatever, it leaves what nobody knows.
            self.remember(helpers, |session| session.remotes.forget(&project.root));
            let progress = self.progress(&job, "Pushing to Base44").await;
            match cli
                .push(&project.local, &plan, &project.catalogue, &progress.control())
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
                     this:\n{plan}To push, run in a terminal: {}",
                    cli.push_by_hand(&project.local.directory)
                ),
            )),
        }
    }

    /// Says how each connector fared, and offers the pages that wait for the user.
    async fn report(&self, job: &Job, cli: &Cli, project: &Subject, pushed: Pushed, helpers: &Helpers<'_>) -> Done {
        self.remember_failures(project, &pushed.results, helpers);
        self.remember(helpers, |session| {
            if let Ok(remote) = &pushed.remote {
                session.remotes.saw(&project.root, cli.app(), remote.clone());
            }
            for ConnectorResult { connector, outcome } in &pushed.results {
                if let Outcome::NeedsAuthorization { .. } = outcome {
                    let scopes = project.scopes(connector);
                    session.remotes.awaits(&project.root, cli.app(), connector, scopes);
                }
            }
        });
        self.tell_results(project, &pushed).await;
        for ConnectorResult { connector, outcome } in pushed.results {
            match outcome {
                Outcome::NeedsAuthorization { page: Some(page) } => {
                    let wish = Wish {
                        job,
                        cli,
                        project,
                        type_: &connector,
                        helpers,
                    };
                    match self.consent(&wish, page).await {
                        // The other pages are offered all the same.
                        Ok(()) | Err(Refusal::Declined) => {}
                        Err(refusal) => self.tell_refusal(refusal).await,
                    }
                }
                Outcome::Provisioned { claim: Some(page) } => {
                    self.offer_claim(job, &project.name(&connector), &page).await;
                }
                _ => {}
            }
        }
        Ok(())
    }

    async fn tell_results(&self, project: &Subject, pushed: &Pushed) {
        let line = |it: &ConnectorResult| format!("{}: {}.", project.name(&it.connector), it.outcome);
        let (failed, done): (Vec<_>, Vec<_>) = pushed.results.iter().partition(|it| it.outcome.is_failure());
        if !done.is_empty() {
            let lines: Vec<_> = done.iter().map(|it| line(it)).collect();
            self.tell(MessageType::INFO, lines.join("\n")).await;
        }
        for it in failed {
            self.tell(MessageType::ERROR, line(it)).await;
        }
        if pushed.remote.is_err() {
            let why = "The push is done, but what Base44 has now could not be compared with it. Push again to compare.";
            self.tell(MessageType::WARNING, why.to_owned()).await;
        }
    }

    async fn offer_claim(&self, job: &Job, name: &str, page: &WebUrl) {
        const OPEN: &str = "Open page";
        let question = format!("{name} was set up for this app. Take over the account in the browser.");
        let answer = self.ask(job, MessageType::INFO, &question, &[OPEN, LATER]).await;
        if answer.is(OPEN) {
            self.open(job, page).await;
        }
    }

    fn forget_failures(&self, project: &Subject, helpers: &Helpers<'_>) {
        self.remember_failures(project, &[], helpers);
    }

    /// Shows what Base44 refused in the files that it concerns, in place of what it refused before.
    fn remember_failures(&self, project: &Subject, results: &[ConnectorResult], helpers: &Helpers<'_>) {
        let failed = results.iter().filter(|it| it.outcome.is_failure());
        let mut failed: BTreeMap<_, _> = failed.map(|it| (it.connector.as_str(), &it.outcome)).collect();
        let mut session = lock(&self.session);
        session.forget_failures_below(&project.local.directory);
        for file in &project.local.files {
            let Some((type_, outcome)) = file.connector().and_then(|it| failed.remove_entry(it.as_str())) else {
                continue;
            };
            let message = format!("{}: {outcome}.", project.name(type_));
            session
                .push_failures
                .insert(file.path.clone(), Arc::clone(&file.text), message);
            session.mark_unasked([file.path.clone()]);
        }
        drop(session);
        helpers.publisher.wake();
    }
}
