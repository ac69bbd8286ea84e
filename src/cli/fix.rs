//! `--fix` and `--diff`: the safe fixes, written to the disk or shown.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use similar::{ChangeTag, TextDiff};
use tempfile::NamedTempFile;

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

/// Puts `new` in the place of `old`: all of it or nothing, following symbolic links, keeping permissions and, where that is allowed, the
/// owner.
///
/// # Errors
///
/// If the file is write-protected or cannot be replaced, or does not hold `old` byte for byte: because somebody has changed it
/// meanwhile, or because it is not UTF-8, in which case what we know of it is not all there is.
pub(super) fn write(path: &Path, old: &str, new: &str) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    let metadata = fs::metadata(&path)?;
    if metadata.permissions().readonly() {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is write-protected"));
    }
    // A file can be replaced by whoever may write to its folder; that does not make it theirs to change.
    drop(File::options().write(true).open(&path)?);
    if fs::read(&path)? != old.as_bytes() {
        return Err(io::Error::other("it has changed meanwhile, or is not UTF-8"));
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = NamedTempFile::with_prefix_in(".base44-connectors-ls-", folder)
        .map_err(|error| io::Error::new(error.kind(), "its folder cannot be written to"))?;
    file.write_all(new.as_bytes())?;
    keep_owner(file.as_file(), &metadata);
    file.as_file().set_permissions(metadata.permissions())?;
    // Otherwise a crash of the machine could leave the new name with nothing in it.
    file.as_file().sync_all()?;
    file.persist(&path)?;
    Ok(())
}

/// Somebody who mends files as root, in a container for example, does not take them away from their owner.
#[cfg(unix)]
fn keep_owner(file: &File, metadata: &fs::Metadata) {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    // Others may not give files away; then it is theirs.
    let _ = fchown(file, Some(metadata.uid()), Some(metadata.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_file: &File, _metadata: &fs::Metadata) {}

/// Prints what [`write`] would do, as a unified diff that `patch -p0` takes.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_only_if_it_is_as_it_was_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jsonc");
        fs::write(&path, "now").unwrap();
        write(&path, "now", "then").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "then");
        write(&path, "now", "never").unwrap_err();
        assert_eq!(fs::read_to_string(&path).unwrap(), "then");
        // Nothing is left behind.
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn links_and_permissions_stay() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real.jsonc"), folder.path().join("link.jsonc"));
        fs::write(&real, "a").unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
        symlink(&real, &link).unwrap();
        write(&link, "a", "b").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&real).unwrap(), "b");
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
        fs::set_permissions(&real, fs::Permissions::from_mode(0o440)).unwrap();
        write(&link, "b", "c").unwrap_err();
    }
}
