//! The folders in which something can happen that concerns a check: for those who watch them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::discovery::{self, Location};
use crate::analysis::Role;

/// The folders that a search for projects below `searched` looks into.
#[must_use]
pub fn folders_in_sight(searched: &Path) -> BTreeSet<PathBuf> {
    let entries = discovery::walk(searched, |_| true).build();
    let is_dir = |it: &ignore::DirEntry| it.file_type().is_some_and(|it| it.is_dir());
    let folders = entries.flatten().filter(is_dir).map(ignore::DirEntry::into_path);
    folders.collect()
}

impl Location {
    /// The folders with the project's own files; for one that is not there, the nearest that is.
    #[must_use]
    pub fn folders(&self) -> BTreeSet<PathBuf> {
        let own = [
            &self.root,
            &self.config_dir,
            &self.connectors_dir,
            &self.default_connectors_dir(),
        ]
        .map(|it| it.ancestors().find(|it| it.is_dir()).map(Path::to_path_buf));
        let mut folders: BTreeSet<_> = own.into_iter().flatten().collect();
        self.add_folders_below(&self.connectors_dir, &mut folders);
        folders
    }

    /// Adds those in which a file would be a connector that the CLI does not read.
    fn add_folders_below(&self, dir: &Path, folders: &mut BTreeSet<PathBuf>) {
        for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
            let path = entry.path();
            if entry.file_type().is_ok_and(|it| it.is_dir())
                && let Some(Role::Ignored(_)) = self.role(&path.join("connector.json"))
            {
                self.add_folders_below(&path, folders);
                folders.insert(path);
            }
        }
    }
}
