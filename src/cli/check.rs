//! `--check`: paths in; findings out, and an exit code.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use super::args::{CheckArgs, FixMode, Output};
use super::console::{Console, Plain};
use super::fix::{self, Repair};
use super::format::Format;
use super::gather::Gathered;
use super::outcome::{Finding, Outcome, Source, Sources};
use super::text::visible;
use super::{FAILED, ended};
use crate::analysis::{self, Change, Diagnostic, Role, Severity, SourceFile, Surroundings};
use crate::disk;
use crate::project::in_parallel;
use crate::registry::Catalogue;

/// There are errors.
const ERRORS: u8 = 1;

/// Checks, mends if that is wanted, prints, and returns the exit code.
pub(super) fn run(args: &CheckArgs, catalogue: &Catalogue, console: Console) -> u8 {
    let mut failed = false;
    let gathered = Gathered::read(args, catalogue).and_then(|gathered| match args.fix {
        FixMode::Write => mend(gathered, args, catalogue, &mut failed, console),
        FixMode::None | FixMode::Diff => Ok(gathered),
    });
    let gathered = match gathered {
        Ok(gathered) => gathered,
        Err(message) => {
            console.error(visible(&message));
            return FAILED;
        }
    };
    for path in &gathered.skipped {
        let path = path.to_string_lossy();
        console.note(format_args!(
            "{} is no connector file, so it is not checked",
            visible(&path)
        ));
    }
    let outcome = check(&gathered, args);
    let problems = gathered.problems();
    for problem in &problems {
        let path = outcome.sources.shown(&problem.path);
        console.error(format_args!("{} {}", visible(&path), visible(&problem.message)));
    }
    if outcome.files == 0 && problems.is_empty() && !gathered.has_config() && !args.allow_empty {
        console
            .error("there is nothing to check: no Base44 project and no connector files (--allow-empty accepts that)");
        return FAILED;
    }
    for output in &args.outputs {
        if let Err(error) = write(output, &outcome) {
            let path = output.path.to_string_lossy();
            console.error(format_args!("cannot write {}: {error}", visible(&path)));
            return FAILED;
        }
    }
    let fails = |severity| severity == Severity::Error || (severity == Severity::Warning && args.error_on_warnings);
    let code = match outcome.findings.iter().any(|it| fails(it.diagnostic.severity)) {
        _ if failed || !problems.is_empty() => FAILED,
        true => ERRORS,
        false => 0,
    };
    let printed = match args.fix {
        FixMode::Diff => fix::print_diff(&fix::repairs(&gathered), &outcome.sources, console),
        FixMode::None | FixMode::Write => console.print(|out| args.format.render(&outcome, out)),
    };
    ended(printed, code, console)
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
    let sources = Sources::new(&gathered);
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

fn check(gathered: &Gathered, args: &CheckArgs) -> Outcome {
    let wants_fixes = args.formats().any(Format::shows_fixes);
    let all = gathered.files();
    let files = all
        .iter()
        .filter(|(_, file)| matches!(file.role, Role::Connector | Role::Ignored(_)))
        .count();
    let mut by_file: Vec<(&SourceFile, Vec<Finding>)> = in_parallel(all, |(store, file)| {
        (file, findings(file, gathered.around(store), args.quiet, wants_fixes))
    });
    by_file.retain(|(_, findings)| !findings.is_empty());
    let mut sources = Sources::new(gathered);
    by_file.sort_by_cached_key(|(file, _)| sources.shown(&file.path));
    for (file, _) in &by_file {
        sources.files.insert(file.path.clone(), Source::new(file.text.clone()));
    }
    let findings: Vec<_> = by_file.into_iter().flat_map(|(_, findings)| findings).collect();
    for path in findings.iter().flat_map(mentioned) {
        if !sources.files.contains_key(path)
            && let Some(file) = gathered.file(path)
        {
            sources.files.insert(path.to_path_buf(), Source::new(file.text.clone()));
        }
    }
    Outcome {
        projects: gathered.projects(),
        files,
        findings,
        sources,
    }
}

fn findings(file: &SourceFile, around: Surroundings<'_>, quiet: bool, wants_fixes: bool) -> Vec<Finding> {
    let mut diagnostics = analysis::diagnostics(file, around);
    if quiet {
        diagnostics.retain(|it| it.severity == Severity::Error);
    }
    if diagnostics.is_empty() {
        return Vec::new();
    }
    let view = wants_fixes.then(|| analysis::File::read(file, around));
    let fixes = |diagnostic: &Diagnostic| {
        view.as_ref()
            .map_or_else(Vec::new, |it| analysis::fixes(it, diagnostic))
    };
    diagnostics
        .into_iter()
        .map(|diagnostic| Finding {
            path: file.path.clone(),
            fixes: fixes(&diagnostic),
            diagnostic,
        })
        .collect()
}

/// The files that a finding points into, besides its own.
fn mentioned(finding: &Finding) -> impl Iterator<Item = &Path> {
    let related = finding.diagnostic.related.iter().map(|it| it.path.as_path());
    let edited = finding
        .fixes
        .iter()
        .flat_map(|fix| &fix.changes)
        .filter_map(|change| match change {
            Change::Edit { path, .. } => Some(path.as_path()),
            Change::Create { .. } | Change::Rename { .. } | Change::Delete { .. } => None,
        });
    related.chain(edited).filter(|path| *path != finding.path)
}

/// Writes a report to a file, without colours.
fn write(output: &Output, outcome: &Outcome) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(&output.path)?);
    output.format.render(outcome, &mut Plain::new(&mut out))?;
    out.flush()
}
