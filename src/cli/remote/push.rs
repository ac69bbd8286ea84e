//! `--push`: the plan, the question, the push, and how each connector fared.

use std::io;

use serde::Serialize;

use super::plan::{print_json, print_text};
use super::project::Project;
use super::{Desk, Done, ERRORS, LEFT_TO_DO, Stop};
use crate::base44::{Cli, ConnectorResult, Failure, Outcome, Plan, PlanReport, Pushed, WebUrl};
use crate::cli::console::Console;
use crate::cli::ended;
use crate::cli::text::visible;

/// What `--format json` prints.
#[derive(Serialize)]
struct Document<'a> {
    plan: &'a PlanReport<'a>,
    /// Whether it came to a push.
    pushed: bool,
    results: Vec<JsonResult<'a>>,
    /// Why the results could not be compared with what Base44 has now.
    unverified: Option<String>,
}

#[derive(Serialize)]
struct JsonResult<'a> {
    #[serde(rename = "type")]
    type_: &'a str,
    outcome: &'static str,
    message: String,
    /// Where the user has to go now.
    url: Option<&'a str>,
}

pub(super) fn run(desk: &Desk<'_>) -> Done {
    let mut project = Project::to_push(desk)?;
    let cli = desk.cli()?;
    let mut plan = desk.wait(cli.plan(&project.local, &project.catalogue, &desk.control()))?;
    loop {
        let report = PlanReport::new(cli.app(), &plan, &project.catalogue);
        let show = |pushed: Option<&Pushed>| match (desk.args.json, pushed) {
            (true, _) => print_json(&document(&report, pushed), desk.console),
            (false, Some(pushed)) => print_results(pushed, desk.console),
            (false, None) => Ok(()),
        };
        if !desk.args.json {
            print_text(&report.plain(), desk.console).map_err(cannot_print)?;
        }
        if plan.is_in_step() {
            return Ok(ended(show(None), 0, desk.console));
        }
        let agreed = desk.agrees(&plan.button(), !plan.removed.is_empty())?;
        if agreed != Some(true) {
            let code = desk.declined(agreed, "--push");
            return Ok(ended(show(None), code, desk.console));
        }
        // Whoever was asked took their time.
        let now = match desk.args.yes {
            true => None,
            false => Some(Project::to_push(desk)?),
        };
        match push(desk, &cli, now.as_ref().unwrap_or(&project), &plan) {
            Ok(pushed) => return Ok(ended(show(Some(&pushed)), code(&pushed), desk.console)),
            Err(Failure::PlanChanged(changed)) => {
                desk.console.note(
                    "nothing was pushed yet: your connectors, or those on Base44, have changed since you were asked",
                );
                plan = *changed;
            }
            Err(failure) => return Err(failure.into()),
        }
        project = now.unwrap_or(project);
    }
}

/// Pushes what the user has agreed to. Between a plan and the push that `--yes` has agreed to there is no time for changes.
fn push(desk: &Desk<'_>, cli: &Cli, project: &Project, plan: &Plan) -> Result<Pushed, Failure> {
    let (Project { local, catalogue, .. }, control) = (project, desk.control());
    let pushed = desk.foreground.run(async {
        match desk.args.yes {
            true => cli.push_at_once(local, plan, catalogue, &control).await,
            false => cli.push(local, plan, catalogue, &control).await,
        }
    });
    desk.progress.end();
    pushed
}

fn code(pushed: &Pushed) -> u8 {
    let waits = |it: &ConnectorResult| matches!(it.outcome, Outcome::NeedsAuthorization { .. });
    match pushed.remote.is_err() || pushed.results.iter().any(|it| it.outcome.is_failure()) {
        true => ERRORS,
        false if pushed.results.iter().any(waits) => LEFT_TO_DO,
        false => 0,
    }
}

fn print_results(pushed: &Pushed, console: Console) -> io::Result<()> {
    console.print(|out| {
        for ConnectorResult { connector, outcome } in &pushed.results {
            let line = format!("{connector}: {outcome}.");
            writeln!(out, "{}", visible(&line))?;
            if let Some(page) = page(outcome) {
                writeln!(out, "    {}", visible(page.as_str()))?;
            }
        }
        Ok(())
    })?;
    if let Err(failure) = &pushed.remote {
        let failure = failure.to_string();
        console.error(format_args!(
            "the push is done, but what Base44 has now could not be compared with it: {}",
            visible(&failure)
        ));
    }
    Ok(())
}

fn document<'a>(plan: &'a PlanReport<'a>, pushed: Option<&'a Pushed>) -> Document<'a> {
    let result = |it: &'a ConnectorResult| JsonResult {
        type_: &it.connector,
        outcome: name(&it.outcome),
        message: it.outcome.to_string(),
        url: page(&it.outcome).map(WebUrl::as_str),
    };
    let results = pushed.into_iter().flat_map(|it| &it.results).map(result);
    Document {
        plan,
        pushed: pushed.is_some(),
        results: results.collect(),
        unverified: pushed.and_then(|it| it.remote.as_ref().err()).map(Failure::to_string),
    }
}

fn page(outcome: &Outcome) -> Option<&WebUrl> {
    match outcome {
        Outcome::NeedsAuthorization { page } | Outcome::Provisioned { claim: page } => page.as_ref(),
        _ => None,
    }
}

fn name(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Synced => "synced",
        Outcome::Unconfirmed { .. } => "unconfirmed",
        Outcome::Removed => "removed",
        Outcome::RemovedUnplanned => "removedUnplanned",
        Outcome::StillThere => "stillThere",
        Outcome::Provisioned { .. } => "provisioned",
        Outcome::NeedsAuthorization { .. } => "needsConsent",
        Outcome::Failed(_) => "failed",
        Outcome::NotReported => "notReported",
        Outcome::Other(_) => "other",
    }
}

fn cannot_print(error: io::Error) -> Stop {
    Stop::failed(format!("cannot write to standard output: {error}"))
}
