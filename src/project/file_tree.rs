//! What discovery asks of a tree of files, so that it looks at a past state of a project as it looks at the disk.

use std::path::Path;
use std::sync::Arc;

use super::read;

/// A tree of files, by absolute and normalized paths. Symbolic links are followed.
pub trait FileTree {
    /// Whether a regular file is there.
    fn is_file(&self, path: &Path) -> bool;
    /// Whether a folder is there.
    fn is_dir(&self, path: &Path) -> bool;
    /// The text of a regular file, decoded as the CLI does; `None`: it cannot be read.
    fn text(&self, path: &Path) -> Option<Arc<str>>;
}

/// The disk as it is now.
pub(super) struct Disk;

impl FileTree for Disk {
    fn is_file(&self, path: &Path) -> bool {
        path.is_file()
    }

    fn is_dir(&self, path: &Path) -> bool {
        path.is_dir()
    }

    fn text(&self, path: &Path) -> Option<Arc<str>> {
        read::text(path, read::SIZE_LIMIT).ok()
    }
}
