//! Texts of ours that an editor shows as documents: files in a temporary folder that goes with the session.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::{fs, io};

use tempfile::TempDir;

use crate::disk;

/// The folder, made when there is something to show.
#[derive(Debug, Default)]
pub(super) struct Documents(Mutex<Option<TempDir>>);

impl Documents {
    /// Makes `text` a file, in place of what had this name; gives its path.
    pub(super) fn write(&self, name: &str, text: &str) -> io::Result<PathBuf> {
        let mut folder = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Systems tidy their temporary files, and an editor may be open for weeks.
        let folder = match folder.take().filter(|it| it.path().is_dir()) {
            Some(kept) => folder.insert(kept),
            None => folder.insert(disk::private_folder(&std::env::temp_dir())?),
        };
        let path = folder.path().join(name);
        fs::write(&path, text)?;
        Ok(path)
    }

    /// Removes everything.
    pub(super) fn end(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::Documents;

    #[test]
    fn a_folder_that_was_tidied_away_is_made_anew() {
        let documents = Documents::default();
        let first = documents.write("plan.md", "one").unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let folder = first.parent().unwrap().metadata().unwrap();
            assert_eq!(folder.permissions().mode() & 0o777, 0o700);
        }
        assert_eq!(documents.write("plan.md", "two").unwrap(), first);
        assert_eq!(fs::read_to_string(&first).unwrap(), "two");
        fs::remove_dir_all(first.parent().unwrap()).unwrap();
        let again = documents.write("plan.md", "three").unwrap();
        assert_eq!(fs::read_to_string(&again).unwrap(), "three");
        documents.end();
        assert!(!again.exists());
    }
}
