//! `--fix` and `--diff`: the safe fixes, written to the disk or shown.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use similar::{ChangeTag, TextDiff};

use super::console::Console;
use super::gather::Gathered;
use super::outcome::Sources;
use super::style;
use super::text::inert;
use crate::project::in_parallel;
use crate::{analysis, syntax};

/// One file with all its safe fixes applied.
pub(super) struct Repair {
    /// Absolute path.
    pub(super) path: PathBuf,
    /// The text as it is.
    pub(super) old: Arc<str>,
    /// The text as it should be.
    pub(super) new: String,
}

/// What can be mended safely, by path.
pub(super) fn repairs(gathered: &Gathered) -> Vec<Repair> {
    let repair = |(store, file): (_, &analysis::SourceFile)| {
        let edits = analysis::fix_all(file, gathered.around(store));
        let new = syntax::apply(&file.text, &edits);
        (*new != *file.text).then(|| Repair {
            path: file.path.clone(),
            old: Arc::clone(&file.text),
            new,
        })
    };
    let mut repairs: Vec<_> = in_parallel(gathered.files(), repair).into_iter().flatten().collect();
    repairs.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    repairs
}

/// Prints what writing them would change, as a unified diff that `patch -p0` takes.
pub(super) fn print_diff(repairs: &[Repair], sources: &Sources, console: Console) -> io::Result<()> {
    let styled = console.is_styled();
    console.print_exactly(|out| {
        for Repair { path, old, new } in repairs {
            let path = sources.shown(path);
            let diff = TextDiff::from_lines(&**old, new.as_str());
            writeln!(out, "--- {path}\n+++ {path}")?;
            for hunk in diff.unified_diff().context_radius(3).iter_hunks() {
                writeln!(out, "{}", hunk.header())?;
                for change in hunk.iter_changes() {
                    let (sign, style) = match change.tag() {
                        ChangeTag::Delete => ('-', style::REMOVED),
                        ChangeTag::Insert => ('+', style::ADDED),
                        ChangeTag::Equal => (' ', anstyle::Style::new()),
                    };
                    match styled {
                        true => {
                            let line: String = change
                                .value()
                                .trim_end_matches(['\r', '\n'])
                                .chars()
                                .map(inert)
                                .collect();
                            writeln!(out, "{style}{sign}{line}{style:#}")?;
                        }
                        false => {
                            write!(out, "{sign}{}", change.value())?;
                            if change.missing_newline() {
                                writeln!(out, "\n\\ No newline at end of file")?;
                            }
                        }
                    }
                }
            }
        }
        Ok(())
    })
}
