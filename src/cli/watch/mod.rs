//! `--watch`: a report whenever something has changed, at the cost of the change.

mod changes;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Instant;

use changes::Changes;

use super::args::{CheckArgs, Watch};
use super::check::{Check, Reported, report};
use super::console::Console;
use super::gather::{Change, Gathered};
use super::text::{count, visible};
use crate::project::Problem;

/// Reports, and again after every change, until nobody reads any more; an interrupt ends the process as it does any other.
pub(super) fn run(mut check: Check, args: &CheckArgs, way: Watch, console: Console) -> u8 {
    let mut reported = show(&check, args, console);
    check.gathered.follow();
    let mut changes = Changes::start(way, &check.gathered, console);
    console.note(format_args!("{}, until Ctrl-C", changes.describe()));
    // What has happened before somebody watched.
    let mut change = Change::Anywhere;
    while reported.is_read {
        let begin = Instant::now();
        let problems: Vec<Problem> = check.gathered.problems().into_iter().cloned().collect();
        let affected = update(&mut check.gathered, &change, &mut changes, args, console);
        if !affected.is_empty() || check.gathered.problems().into_iter().ne(&problems) {
            check.verdicts.update(&affected, &check.gathered, args);
            reported = show(&check, args, console);
            console.note(summary(&affected, &check.gathered, begin));
        }
        change = changes.next();
    }
    reported.code
}

fn show(check: &Check, args: &CheckArgs, console: Console) -> Reported {
    let Check {
        gathered,
        past,
        verdicts,
        ..
    } = check;
    let outcome = verdicts.clone().into_outcome(gathered, past.as_ref(), args);
    if args.format.has_styles() {
        console.clear();
    }
    report(&outcome, gathered, false, args, console)
}

/// Reads what has changed; returns the files whose findings may differ. Where there are folders that nobody has watched so far,
/// they are watched before they are read, so that nothing happens in between.
fn update(
    gathered: &mut Gathered,
    change: &Change,
    changes: &mut Changes,
    args: &CheckArgs,
    console: Console,
) -> BTreeSet<PathBuf> {
    if !changes.is_about_folders(change) {
        return gathered.update(change, args);
    }
    changes.follow(gathered, console);
    let mut affected = gathered.update(change, args);
    loop {
        let new = changes.follow(gathered, console);
        if new.is_empty() {
            return affected;
        }
        affected.append(&mut gathered.update(&Change::At(new), args));
    }
}

/// `checked base44/connectors/slack.jsonc again in 0.4 ms`
fn summary(affected: &BTreeSet<PathBuf>, gathered: &Gathered, begin: Instant) -> String {
    let time = begin.elapsed().as_secs_f64() * 1e3;
    let what = match affected.first() {
        Some(path) if affected.len() == 1 => visible(&gathered.sources().shown(path)).into_owned(),
        _ => count(affected.len(), "file"),
    };
    format!("checked {what} again in {time:.1} ms")
}
