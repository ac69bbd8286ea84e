//! Folders to test with.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// A temporary folder; it goes when this goes.
pub(crate) struct Tree {
    dir: TempDir,
}

impl Tree {
    /// Makes files: `path`, or `path=text`; `path/` is an empty folder.
    pub(crate) fn new(files: &[&str]) -> Tree {
        let dir = tempfile::Builder::new()
            .prefix("tree-")
            .tempdir_in(env!("CARGO_TARGET_TMPDIR"))
            .unwrap();
        let tree = Tree { dir };
        for file in files {
            let (path, text) = file.split_once('=').unwrap_or((file, ""));
            match path.strip_suffix('/') {
                Some(folder) => fs::create_dir_all(tree.path(folder)).unwrap(),
                None => tree.write(path, text),
            }
        }
        tree
    }

    /// The absolute path of a file or folder.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        match relative {
            "" | "." => self.dir.path().to_path_buf(),
            _ => self.dir.path().join(relative),
        }
    }

    /// The path of a file or folder as the tests write it.
    pub(crate) fn relative(&self, path: &Path) -> String {
        let relative = path.strip_prefix(self.dir.path()).unwrap_or(path);
        match relative.to_str().unwrap() {
            "" => ".".to_owned(),
            it => it.replace('\\', "/"),
        }
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Deletes a file, or a folder with all that is in it.
    pub(crate) fn delete(&self, path: &str) {
        let path = self.path(path);
        match path.is_dir() {
            true => fs::remove_dir_all(path).unwrap(),
            false => fs::remove_file(path).unwrap(),
        }
    }

    pub(crate) fn rename(&self, from: &str, to: &str) {
        let to = self.path(to);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::rename(self.path(from), to).unwrap();
    }

    #[cfg(unix)]
    pub(crate) fn link(&self, target: &str, link: &str) {
        let link = self.path(link);
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(target, link).unwrap();
    }
}
