//! The empty folder a CLI run works in, so that it finds nothing it was not shown.

use std::path::Path;

use tempfile::TempDir;

use super::{Environment, Failure};

/// A temporary folder, removed when dropped.
///
/// The CLI and npm both look for their configuration upwards from where they stand: the CLI loads the `.env` beside
/// the nearest `config.json`, npm the `.npmrc` beside the nearest `package.json`. Either could come from
/// the project, or, above a temporary folder, from another user of the machine, and send the login
/// elsewhere or run code. Empty files of both names make the search end here.
#[derive(Debug)]
pub(crate) struct Scratch {
    folder: TempDir,
}

impl Scratch {
    pub(crate) fn new(environment: &Environment) -> Result<Self, Failure> {
        let failure = |error: std::io::Error| Failure::Temporary(error.to_string());
        let folder = tempfile::Builder::new()
            .prefix("base44-connectors-")
            .tempdir_in(environment.temporary_folder())
            .map_err(failure)?;
        for name in ["config.json", "package.json"] {
            std::fs::write(folder.path().join(name), "{}\n").map_err(failure)?;
        }
        std::fs::create_dir(folder.path().join(CONNECTORS)).map_err(failure)?;
        Ok(Self { folder })
    }

    /// Where the CLI is to be started.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// An empty folder for connector files.
    pub(crate) fn connectors(&self) -> std::path::PathBuf {
        self.folder.path().join(CONNECTORS)
    }
}

const CONNECTORS: &str = "connectors";
