//! `--check`: paths in; findings out, and an exit code.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write as _};

use super::args::{CheckArgs, FixMode, Output};
use super::console::{Console, Plain};
use super::fix::{self, Repair};
use super::format::Format;
use super::gather::Gathered;
use super::outcome::Outcome;
use super::progress::Progress;
use super::since::Past;
use super::text::{count, visible};
use super::verdicts::Verdicts;
use super::{FAILED, ended, watch};
use crate::analysis::Severity;
use crate::disk;
use crate::project::normalized;
use crate::registry::Catalogue;

/// There are errors.
const ERRORS: u8 = 1;

/// Checks, mends if that is wanted, prints, and returns the exit code; with `--watch`, again and again.
pub(super) fn run(args: &CheckArgs, catalogue: &Catalogue, console: Console) -> u8 {
    let check = match Check::start(args, catalogue, console) {
        Ok(check) => check,
        Err(message) => {
            console.error(visible(&message));
            return FAILED;
        }
    };
    match args.watch {
        Some(way) => watch::run(check, args, way, console),
        None => {
            let outcome = check.verdicts.into_outcome(&check.gathered, check.past.as_ref(), args);
            report(&outcome, &check.gathered, check.could_not_mend, args, console).code
        }
    }
}

/// What a check has read, and what is wrong with it.
pub(super) struct Check {
    pub(super) gathered: Gathered,
    /// What permissions are compared with.
    pub(super) past: Option<Past>,
    pub(super) verdicts: Verdicts,
    could_not_mend: bool,
}

impl Check {
    /// Reads, mends if that is wanted, and judges everything.
    fn start(args: &CheckArgs, catalogue: &Catalogue, console: Console) -> Result<Self, String> {
        let progress = Progress::start();
        progress.say(|| match args.reads_stdin() {
            true => "Reading standard input".to_owned(),
            false => "Looking for connectors".to_owned(),
        });
        let mut gathered = Gathered::read(args, catalogue)?;
        drop(progress);
        refuse_outputs(args, &gathered)?;
        let mut could_not_mend = false;
        if args.fix == FixMode::Write {
            gathered = mend(gathered, args, catalogue, &mut could_not_mend, console)?;
        }
        for path in &gathered.skipped {
            let path = path.to_string_lossy();
            console.note(format_args!(
                "{} is no connector file, so it is not checked",
                visible(&path)
            ));
        }
        gathered.tell_passed_over(console);
        let is_empty = gathered.files().is_empty() && gathered.problems().is_empty() && !gathered.has_config();
        if is_empty && !args.allow_empty && args.since.is_none() {
            return Err(NOTHING.to_owned());
        }
        let progress = Progress::start();
        let mut past = None;
        if let Some(revision) = &args.since {
            progress.say(|| format!("Reading {revision}"));
            let read = Past::read(revision, &gathered)?;
            if read.passed_over > 0 {
                let connectors = count(read.passed_over, "connector");
                console.note(format_args!(
                    "not compared, because not checked out: {connectors} of {revision}"
                ));
            }
            past = Some(read);
        }
        if is_empty && !args.allow_empty && past.as_ref().is_none_or(Past::is_empty) {
            return Err(NOTHING.to_owned());
        }
        progress.say(|| format!("Checking {}", count(gathered.files().len(), "file")));
        let verdicts = Verdicts::all(&gathered, args);
        Ok(Check {
            gathered,
            past,
            verdicts,
            could_not_mend,
        })
    }
}

const NOTHING: &str =
    "there is nothing to check: no Base44 project and no connector files (--allow-empty accepts that)";

/// How a report has ended.
pub(super) struct Reported {
    pub(super) code: u8,
    /// Somebody still reads standard output.
    pub(super) is_read: bool,
}

/// Says what could not be read, writes the reports that go to files, and prints the one that goes to standard output.
pub(super) fn report(
    outcome: &Outcome,
    gathered: &Gathered,
    failed: bool,
    args: &CheckArgs,
    console: Console,
) -> Reported {
    let problems = gathered.problems();
    for problem in &problems {
        let path = outcome.sources.shown(&problem.path);
        console.error(format_args!("{} {}", visible(&path), visible(&problem.message)));
    }
    let mut failed = failed || !problems.is_empty();
    for output in &args.outputs {
        if let Err(error) = write(output, outcome) {
            let path = output.path.to_string_lossy();
            console.error(format_args!("cannot write {}: {error}", visible(&path)));
            failed = true;
        }
    }
    let fails = |severity| severity == Severity::Error || (severity == Severity::Warning && args.error_on_warnings);
    let code = match outcome.all().any(|it| fails(it.diagnostic.severity)) {
        _ if failed => FAILED,
        true => ERRORS,
        false => 0,
    };
    let printed = match args.fix {
        FixMode::Diff => fix::print_diff(&fix::repairs(gathered), &outcome.sources, console).map(|()| true),
        FixMode::None | FixMode::Write => print(args.format, outcome, console),
    };
    Reported {
        is_read: *printed.as_ref().unwrap_or(&false),
        code: ended(printed.map(drop), code, console),
    }
}

/// Prints a report; tells whether somebody still reads.
fn print(format: Format, outcome: &Outcome, console: Console) -> io::Result<bool> {
    match format.has_styles() {
        true => console.offer(|out| format.render(outcome, console.width(), out)),
        false => console.offer_exactly(|out| format.render(outcome, None, out)),
    }
}

/// Writes the safe fixes to the disk, and reads everything again: until there is nothing to mend, as what is mended in one file
/// may let another one be mended. Says which files were mended and which could not be; sets `failed` for the latter.
fn mend(
    mut gathered: Gathered,
    args: &CheckArgs,
    catalogue: &Catalogue,
    failed: &mut bool,
    console: Console,
) -> Result<Gathered, String> {
    const MOST_ROUNDS: usize = 8;
    let mut done = BTreeMap::new();
    for _ in 0..MOST_ROUNDS {
        let mut repairs = fix::repairs(&gathered);
        repairs.retain(|it| !matches!(done.get(&it.path), Some(Err(_))));
        if repairs.is_empty() {
            break;
        }
        for Repair { path, old, new } in repairs {
            let written = disk::replace(&path, &old, &new);
            done.insert(path, written);
        }
        gathered = Gathered::read(args, catalogue)?;
    }
    let sources = gathered.sources();
    for (path, written) in &done {
        let shown = sources.shown(path);
        let shown = visible(&shown);
        match written {
            Ok(()) => console.note(format_args!("fixed {shown}")),
            Err(error) => console.error(format_args!("cannot fix {shown}: {error}")),
        }
    }
    *failed = done.values().any(Result::is_err);
    Ok(gathered)
}

/// A report that took the place of a connector would destroy it, and one beside it would be taken for one by the next check.
fn refuse_outputs(args: &CheckArgs, gathered: &Gathered) -> Result<(), String> {
    let is_read = |output: &&Output| {
        let path = normalized(&gathered.base.join(&output.path));
        gathered.stores().any(|it| it.location().role(&path).is_some())
    };
    match args.outputs.iter().find(is_read) {
        None => Ok(()),
        Some(Output { path, .. }) => Err(format!(
            "no report is written to {}: a file of that name is read as part of the project",
            path.display()
        )),
    }
}

/// Writes a report to a file, without colours.
fn write(output: &Output, outcome: &Outcome) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(&output.path)?);
    match output.format.has_styles() {
        true => output.format.render(outcome, None, &mut Plain::new(&mut out))?,
        false => output.format.render(outcome, None, &mut out)?,
    }
    out.flush()
}
