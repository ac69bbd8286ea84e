//! Texts of ours that an editor shows as documents: files in a temporary folder that goes with the session.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::{fs, io};

use tempfile::TempDir;

/// The folder, made when there is something to show.
#[derive(Debug, Default)]
pub(super) struct Documents(Mutex<Option<TempDir>>);

impl Documents {
    /// Makes `text` a file, in place of what had this name; gives its path.
    pub(super) fn write(&self, name: &str, text: &str) -> io::Result<PathBuf> {
        let mut folder = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = match &*folder {
            Some(folder) => folder,
            None => folder.insert(tempfile::Builder::new().prefix("base44-connectors-").tempdir()?),
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
