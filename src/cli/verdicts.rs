//! The findings of all checked files, kept so that only those of changed files have to be worked out again.

use std::path::{Path, PathBuf};

use rustc_hash::{FxHashMap, FxHashSet};

use super::args::CheckArgs;
use super::format::Format;
use super::gather::Gathered;
use super::outcome::{Finding, Outcome, Source};
use super::since::Past;
use crate::analysis::{self, Change, Diagnostic, Role, Severity, SourceFile, Surroundings};
use crate::project::{Store, in_parallel};

/// What is wrong with the files of a check.
#[derive(Debug, Clone, Default)]
pub(super) struct Verdicts {
    /// The connector files, those included that the CLI ignores.
    connectors: FxHashSet<PathBuf>,
    /// By file; none is empty.
    findings: FxHashMap<PathBuf, Vec<Finding>>,
}

impl Verdicts {
    /// Judges all files.
    pub(super) fn all(gathered: &Gathered, args: &CheckArgs) -> Self {
        let mut verdicts = Verdicts::default();
        verdicts.add(gathered.files(), gathered, args);
        verdicts
    }

    /// Judges these files again; some may not be there any more.
    pub(super) fn update<'p>(
        &mut self,
        paths: impl IntoIterator<Item = &'p PathBuf>,
        gathered: &Gathered,
        args: &CheckArgs,
    ) {
        let mut files = Vec::new();
        for path in paths {
            self.connectors.remove(path);
            self.findings.remove(path);
            files.extend(gathered.reported(path));
        }
        self.add(files, gathered, args);
    }

    fn add(&mut self, files: Vec<(&Store, &SourceFile)>, gathered: &Gathered, args: &CheckArgs) {
        let is_connector = |it: &SourceFile| matches!(it.role, Role::Connector | Role::Ignored(_));
        let connectors = files.iter().filter(|(_, it)| is_connector(it));
        self.connectors.extend(connectors.map(|(_, it)| it.path.clone()));
        let wants_fixes = args.formats().any(Format::shows_fixes);
        let judge = |(store, file): (&Store, &SourceFile)| {
            let found = findings(file, gathered.around(store), args.quiet, wants_fixes);
            (file.path.clone(), found)
        };
        let judged = in_parallel(files, judge).into_iter();
        self.findings
            .extend(judged.filter(|(_, findings)| !findings.is_empty()));
    }

    /// All that a report can show. `past` is what permissions are compared with.
    pub(super) fn into_outcome(self, gathered: &Gathered, past: Option<&Past>, args: &CheckArgs) -> Outcome {
        let mut sources = gathered.sources();
        let mut by_file: Vec<_> = self.findings.into_iter().collect();
        by_file.sort_by_cached_key(|(path, _)| sources.shown(path));
        let findings: Vec<_> = by_file.into_iter().flat_map(|(_, findings)| findings).collect();
        let permissions = past.map(|it| it.compare(gathered, args.fail_on_risk));
        let remarks = permissions.iter().flat_map(|it| &it.remarks);
        for path in findings.iter().chain(remarks).flat_map(mentioned) {
            if !sources.files.contains_key(path)
                && let Some(file) = gathered.file(path)
            {
                sources.files.insert(path.to_path_buf(), Source::new(file.text.clone()));
            }
        }
        Outcome {
            projects: gathered.stores().count(),
            files: self.connectors.len(),
            findings,
            sources,
            permissions,
        }
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

/// The files that a finding points into.
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
    std::iter::once(finding.path.as_path()).chain(related).chain(edited)
}
