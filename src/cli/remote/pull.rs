//! `--pull`: what would change, the question, the change, and where the copies are.

use std::io;
use std::path::PathBuf;

use serde::Serialize;

use super::plan::{print_json, print_text};
use super::project::Project;
use super::{Desk, Done, ERRORS};
use crate::base44::{Applied, PullReport};
use crate::cli::ended;
use crate::cli::outcome::Sources;
use crate::cli::text::visible;

/// What `--format json` prints.
#[derive(Serialize)]
struct Document<'a> {
    plan: &'a PullReport<'a>,
    /// Whether it came to a pull.
    pulled: bool,
    /// The folder with the files as they were.
    backup: Option<&'a PathBuf>,
    written: &'a [PathBuf],
    deleted: &'a [PathBuf],
    failed: Vec<Failed<'a>>,
}

#[derive(Serialize)]
struct Failed<'a> {
    path: &'a PathBuf,
    error: &'a str,
}

pub(super) fn run(desk: &Desk<'_>) -> Done {
    let Project { local, catalogue, .. } = &Project::read(desk)?;
    let cli = desk.cli()?;
    let mut plan = desk.wait(cli.pull_plan(local, catalogue, &desk.control()))?;
    if desk.args.keep_files {
        plan = plan.keeping_files();
    }
    let report = PullReport::new(cli.app(), &plan, catalogue);
    let show = |applied: Option<&Applied>| match (desk.args.json, applied) {
        (true, _) => print_json(&document(&report, applied), desk.console),
        (false, Some(applied)) => print_applied(applied, desk),
        (false, None) => Ok(()),
    };
    if !desk.args.json {
        let printed = print_text(&report.plain(), desk.console);
        if printed.is_err() {
            return Ok(ended(printed, 0, desk.console));
        }
    }
    let left_alone = if plan.skipped.is_empty() { 0 } else { ERRORS };
    if plan.is_in_step() {
        return Ok(ended(show(None), left_alone, desk.console));
    }
    let agreed = desk.agrees(&plan.button(), !plan.deleted.is_empty())?;
    if agreed != Some(true) {
        let code = desk.declined(agreed, "--pull");
        return Ok(ended(show(None), code, desk.console));
    }
    let applied = plan.apply(&desk.environment)?;
    let code = if applied.failed.is_empty() { left_alone } else { ERRORS };
    Ok(ended(show(Some(&applied)), code, desk.console))
}

fn print_applied(applied: &Applied, desk: &Desk<'_>) -> io::Result<()> {
    let sources = Sources::in_folder(desk.base.clone());
    for (path, error) in &applied.failed {
        let line = format!("cannot change {}: {error}", sources.shown(path));
        desk.console.error(visible(&line));
    }
    desk.console.print(|out| {
        for path in &applied.written {
            writeln!(out, "wrote {}", visible(&sources.shown(path)))?;
        }
        for path in &applied.deleted {
            writeln!(out, "deleted {}", visible(&sources.shown(path)))?;
        }
        if let Some(folder) = &applied.backup {
            writeln!(out, "The files as they were: {}", visible(&folder.to_string_lossy()))?;
        }
        Ok(())
    })
}

fn document<'a>(plan: &'a PullReport<'a>, applied: Option<&'a Applied>) -> Document<'a> {
    let failed = applied.into_iter().flat_map(|it| &it.failed);
    Document {
        plan,
        pulled: applied.is_some(),
        backup: applied.and_then(|it| it.backup.as_ref()),
        written: applied.map_or(&[], |it| &it.written),
        deleted: applied.map_or(&[], |it| &it.deleted),
        failed: failed.map(|(path, error)| Failed { path, error }).collect(),
    }
}
