//! Writing files so that nothing is lost: all of a file or nothing, and only over what one has seen. And where a path leads.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use tempfile::{NamedTempFile, TempDir};

mod spelling;

pub use spelling::{real, simplified};

/// Puts `new` in the place of `old`, following symbolic links, keeping permissions and, where that is allowed, the owner.
///
/// # Errors
///
/// If the file is write-protected or cannot be replaced, or does not hold `old` byte for byte: because somebody has changed it
/// meanwhile, or because it is not UTF-8, in which case what we know of it is not all there is.
pub fn replace(path: &Path, old: &str, new: &str) -> io::Result<()> {
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
    let mut file = temporary(&path)?;
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

/// Makes a file, and the folders above it.
///
/// # Errors
///
/// If there is something of that name already, and as [`replace`].
pub fn create(path: &Path, text: &str) -> io::Result<()> {
    let mut file = in_new_folders(path)?;
    file.write_all(text.as_bytes())?;
    // Not before its end: until then somebody could be reading the half of it.
    file.persist_noclobber(path)?;
    Ok(())
}

/// Makes a file, and the folders above it, or puts it in the place of whatever it was.
///
/// # Errors
///
/// If it cannot be written.
pub fn put(path: &Path, text: &str) -> io::Result<()> {
    let mut file = in_new_folders(path)?;
    file.write_all(text.as_bytes())?;
    file.persist(path)?;
    Ok(())
}

/// Makes an empty folder in `parent` that nobody else can look into, and that goes when it is dropped.
///
/// # Errors
///
/// If it cannot be made.
pub fn private_folder(parent: &Path) -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("base44-connectors-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o700));
    }
    builder.tempdir_in(parent)
}

fn in_new_folders(path: &Path) -> io::Result<NamedTempFile> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    temporary(path)
}

/// An empty file beside `path`, with the permissions of any new file.
fn temporary(path: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".base44-connectors-ls-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    builder
        .tempfile_in(folder.unwrap_or(Path::new(".")))
        .map_err(|error| io::Error::new(error.kind(), "its folder cannot be written to"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_only_if_it_is_as_it_was_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jsonc");
        fs::write(&path, "now").unwrap();
        replace(&path, "now", "then").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "then");
        replace(&path, "now", "never").unwrap_err();
        assert_eq!(fs::read_to_string(&path).unwrap(), "then");
        // Nothing is left behind.
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_new_file_is_never_an_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/folders/a.jsonc");
        create(&path, "one").unwrap();
        let error = create(&path, "two").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&path).unwrap(), "one");
        put(&path, "three").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "three");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_new_file_can_be_read_by_whom_any_new_file_can() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let (ours, any) = (folder.path().join("ours"), folder.path().join("any"));
        create(&ours, "").unwrap();
        fs::write(&any, "").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&ours), mode(&any));
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
        replace(&link, "a", "b").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&real).unwrap(), "b");
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
        fs::set_permissions(&real, fs::Permissions::from_mode(0o440)).unwrap();
        replace(&link, "b", "c").unwrap_err();
    }
}
