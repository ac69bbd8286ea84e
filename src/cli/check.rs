//! `--check`: paths in; findings out, and an exit code.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use anstream::StripStream;
use rayon::prelude::*;

use super::args::{CheckArgs, Output};
use super::console::Console;
use super::format::Format;
use super::outcome::{Finding, Outcome, Source, Sources};
use super::text::visible;
use super::{FAILED, ended};
use crate::analysis::{self, Change, Diagnostic, Role, Severity, SourceFile};
use crate::project::{Problem, Selection, Store, Target, Workspace, discovery, load};
use crate::registry::Catalogue;

/// There are errors.
const ERRORS: u8 = 1;

/// Checks, prints, and returns the exit code.
pub(super) fn run(args: &CheckArgs, console: Console) -> u8 {
    let found = env::current_dir()
        .map_err(|error| format!("cannot tell the current folder: {error}"))
        .and_then(|base| match discovery::for_check(&base, &args.paths) {
            Ok(selection) => Ok((selection, base)),
            Err(error) => Err(error.to_string()),
        });
    let (selection, base) = match found {
        Ok(found) => found,
        Err(message) => {
            console.error(visible(&message));
            return FAILED;
        }
    };
    for path in &selection.skipped {
        let path = path.to_string_lossy();
        console.note(format_args!("{} is no connector file, so it is not checked", visible(&path)));
    }
    let restricted = restricted(&selection);
    let workspace = read(selection);
    let outcome = check(&workspace, &restricted, base, args);
    let problems = problems(&workspace, &restricted);
    for problem in &problems {
        let path = outcome.sources.shown(&problem.path);
        console.error(format_args!("{} {}", visible(&path), visible(&problem.message)));
    }
    let is_project = |store: &Store| store.location().config.is_some();
    if outcome.files == 0 && problems.is_empty() && !args.allow_empty && !workspace.projects().any(is_project) {
        console.error("there is nothing to check: no Base44 project and no connector files (--allow-empty accepts that)");
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
        _ if !problems.is_empty() => FAILED,
        true => ERRORS,
        false => 0,
    };
    ended(console.print(|out| args.format.render(&outcome, out)), code, console)
}

/// The files to report on, by the root of their project, where that is not all of them.
type Restricted = BTreeMap<PathBuf, BTreeSet<PathBuf>>;

fn restricted(selection: &Selection) -> Restricted {
    let of_target = |target: &Target| {
        let only = target.only.as_ref()?;
        Some((target.location.root.clone(), only.iter().cloned().collect()))
    };
    selection.targets.iter().filter_map(of_target).collect()
}

fn reported(restricted: &Restricted, store: &Store, path: &Path) -> bool {
    restricted.get(&store.location().root).is_none_or(|only| only.contains(path))
}

fn read(selection: Selection) -> Workspace {
    let loaded: Vec<_> = selection.targets.into_par_iter().map(|target| load(target.location)).collect();
    let mut workspace = Workspace::new(Catalogue::embedded());
    for project in loaded {
        workspace.insert(project);
    }
    workspace
}

fn problems<'w>(workspace: &'w Workspace, restricted: &Restricted) -> Vec<&'w Problem> {
    workspace
        .projects()
        .flat_map(|store| store.problems().filter(|it| reported(restricted, store, &it.path)))
        .collect()
}

fn check(workspace: &Workspace, restricted: &Restricted, base: PathBuf, args: &CheckArgs) -> Outcome {
    let mut files = 0;
    let mut found = Vec::new();
    for (file, mut diagnostics) in workspace.all_diagnostics() {
        let Some(store) = workspace.project(&file.path) else { continue };
        if !reported(restricted, store, &file.path) {
            continue;
        }
        files += usize::from(matches!(file.role, Role::Connector | Role::Ignored(_)));
        diagnostics.retain(|it| is_wanted(it, args));
        if !diagnostics.is_empty() {
            found.push((file, store, diagnostics));
        }
    }
    let wants_fixes = args.formats().any(Format::shows_fixes);
    let mut by_file: Vec<Vec<Finding>> = found
        .into_par_iter()
        .map(|(file, store, diagnostics)| findings(file, store, diagnostics, wants_fixes))
        .collect();
    let mut sources = Sources { base, files: BTreeMap::new() };
    by_file.sort_by_cached_key(|findings| findings.first().map(|it| sources.shown(&it.path)));
    let findings: Vec<_> = by_file.into_iter().flatten().collect();
    for path in findings.iter().flat_map(mentioned) {
        if !sources.files.contains_key(path)
            && let Some(file) = workspace.file(path)
        {
            sources.files.insert(path.to_path_buf(), Source::new(file.text.clone()));
        }
    }
    Outcome { projects: workspace.projects().count(), files, findings, sources }
}

fn is_wanted(diagnostic: &Diagnostic, args: &CheckArgs) -> bool {
    (!args.quiet || diagnostic.severity == Severity::Error)
        && (args.only.is_empty() || args.only.contains(&diagnostic.rule))
        && !args.skip.contains(&diagnostic.rule)
}

fn findings(file: &SourceFile, store: &Store, diagnostics: Vec<Diagnostic>, wants_fixes: bool) -> Vec<Finding> {
    let view = wants_fixes.then(|| analysis::File::read(file, store.surroundings()));
    diagnostics
        .into_iter()
        .map(|diagnostic| Finding {
            path: file.path.clone(),
            fixes: view.as_ref().map_or_else(Vec::new, |view| (diagnostic.rule.fix)(view, diagnostic.range)),
            diagnostic,
        })
        .collect()
}

/// The files that a finding points into.
fn mentioned(finding: &Finding) -> impl Iterator<Item = &Path> {
    let related = finding.diagnostic.related.iter().map(|it| it.path.as_path());
    let edited = finding.fixes.iter().flat_map(|fix| &fix.changes).filter_map(|change| match change {
        Change::Edit { path, .. } => Some(path.as_path()),
        Change::Create { .. } | Change::Rename { .. } | Change::Delete { .. } => None,
    });
    std::iter::once(finding.path.as_path()).chain(related).chain(edited)
}

/// Writes a report to a file, without colours.
fn write(output: &Output, outcome: &Outcome) -> io::Result<()> {
    let mut out = BufWriter::new(StripStream::new(File::create(&output.path)?));
    output.format.render(outcome, &mut out)?;
    out.flush()
}
