//! `plan`: what a push would do, as a document.

use lsp_types::Url;
use serde_json::{Value, json};

use super::jobs::Job;
use super::project::Subject;
use super::{Commands, Done, Helpers};
use crate::base44::{Cli, Plan, PlanReport};

impl Commands {
    /// Answers `{"text": Markdown, "plan": …}`.
    pub(super) async fn plan(&self, uri: Option<&Url>, helpers: &Helpers<'_>) -> Done<Value> {
        let project = self.project_to("plan", uri, helpers).await?;
        let job = self.begin(&project)?;
        let (cli, plan) = self.compare(&job, &project, helpers).await?;
        let report = PlanReport::new(cli.app(), &plan, &project.catalogue);
        let text = report.markdown();
        let name = format!("plan-{}.md", cli.app().as_str());
        self.show_text(&job, &name, &text, &report.plain()).await;
        Ok(json!({ "text": text, "plan": report }))
    }

    /// Finds the CLI, and out what a push would do now.
    pub(super) async fn compare(&self, job: &Job, project: &Subject, helpers: &Helpers<'_>) -> Done<(Cli, Plan)> {
        let progress = self.progress(job, "Comparing with Base44").await;
        let cli = project.cli(&self.versions, &progress.control()).await?;
        let plan = cli
            .plan(&project.local, &project.catalogue, &progress.control())
            .await?;
        self.remember(helpers, |session| {
            let remote = plan.remote(&project.connectors);
            session.remotes.saw(&project.root, cli.app(), remote);
        });
        Ok((cli, plan))
    }
}
