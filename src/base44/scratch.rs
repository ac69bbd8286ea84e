//! The empty folder a CLI run works in, so that it finds nothing it was not shown.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::{Environment, Failure, LocalFiles};
use crate::disk;

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
        let folder = disk::private_folder(&environment.temporary_folder()).map_err(Failure::temporary)?;
        for name in ["config.json", "package.json"] {
            std::fs::write(folder.path().join(name), "{}\n").map_err(Failure::temporary)?;
        }
        std::fs::create_dir(folder.path().join(CONNECTORS)).map_err(Failure::temporary)?;
        Ok(Self { folder })
    }

    /// Where the CLI is to be started.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The folder for connector files, empty at first. Absolute: a push of a folder that is missing where the CLI stands would
    /// remove everything.
    pub(crate) fn connectors(&self) -> PathBuf {
        self.folder.path().join(CONNECTORS)
    }

    /// Puts the files into the folder for connector files, which is returned: byte for byte, under their own names.
    pub(crate) fn copy(&self, local: &LocalFiles) -> Result<PathBuf, Failure> {
        let folder = self.connectors();
        for file in &local.files {
            let name = file.path.file_name().unwrap_or_default();
            std::fs::write(folder.join(name), file.text.as_bytes()).map_err(Failure::temporary)?;
        }
        Ok(folder)
    }
}

const CONNECTORS: &str = "connectors";

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::{Environment, Scratch};

    #[test]
    fn nobody_else_can_look_into_it_and_it_goes_with_the_run() {
        let scratch = Scratch::new(&Environment::default()).unwrap();
        let path = scratch.path().to_owned();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o700);
        drop(scratch);
        assert!(!path.exists());
    }
}
