//! Where the backend code of a project is: the code files in the folders that the CLI deploys, without what git ignores.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use super::discovery::Location;
use super::read::no_file;
use crate::analysis::Role;
use crate::analysis::backend::NODE_MODULES;

/// A file larger than this was not written by hand, and what it asks for is not looked into.
pub(super) const SIZE_LIMIT: u64 = 1 << 20;

/// The files of backend code. Follows no links to folders, so that a loop has an end.
pub(super) fn list(location: &Location) -> BTreeSet<PathBuf> {
    let folders = location.backend_dirs.iter().filter(|it| it.is_dir());
    let entries = folders.flat_map(|it| walk(it, |_| true).build()).flatten();
    entries
        .filter(|it| location.role(it.path()) == Some(Role::Backend))
        .filter(|it| it.file_type().is_some_and(|kind| no_file(kind, it.path()).is_none()))
        .map(ignore::DirEntry::into_path)
        .collect()
}

/// Whether [`list`] would find the file at `path`, which is below the `folder` of backend code.
pub(super) fn is_in_sight(folder: &Path, path: &Path) -> bool {
    let target = path.to_path_buf();
    let mut entries = walk(folder, move |entry| target.starts_with(entry)).build().flatten();
    entries.any(|it| it.path() == path)
}

fn walk(folder: &Path, keep: impl Fn(&Path) -> bool + Send + Sync + 'static) -> WalkBuilder {
    let mut walk = WalkBuilder::new(folder);
    walk.require_git(false)
        .filter_entry(move |entry| entry.depth() == 0 || (entry.file_name() != NODE_MODULES && keep(entry.path())));
    walk
}
