//! `--plan`: what a push would do.

use std::io;

use super::project::Project;
use super::{Desk, Done, LEFT_TO_DO};
use crate::base44::PlanReport;
use crate::cli::console::Console;
use crate::cli::text::inert_lines;
use crate::cli::{ended, style};

pub(super) fn run(desk: &Desk<'_>) -> Done {
    let Project { local, catalogue, .. } = &Project::to_push(desk)?;
    let cli = desk.cli()?;
    let plan = desk.wait(cli.plan(local, catalogue, &desk.control()))?;
    let report = PlanReport::new(cli.app(), &plan, catalogue);
    let printed = match desk.args.json {
        true => print_json(&report, desk.console),
        false => print_text(&report.plain(), desk.console),
    };
    let code = if plan.is_in_step() { 0 } else { LEFT_TO_DO };
    Ok(ended(printed, code, desk.console))
}

/// Prints one JSON document.
pub(super) fn print_json(document: &impl serde::Serialize, console: Console) -> io::Result<()> {
    console.print(|mut out| {
        serde_json::to_writer_pretty(&mut out, document)?;
        writeln!(out)
    })
}

/// Prints the text of a report, in which what comes and goes stands behind two blanks and a sign.
pub(super) fn print_text(text: &str, console: Console) -> io::Result<()> {
    console.print(|out| {
        for line in inert_lines(text).lines() {
            let style = match line.get(..3) {
                Some("  +") => style::ADDED,
                Some("  -") => style::REMOVED,
                _ if line.starts_with("WOULD BE ") => style::REMOVED.bold(),
                _ => anstyle::Style::new(),
            };
            writeln!(out, "{style}{line}{style:#}")?;
        }
        Ok(())
    })
}
