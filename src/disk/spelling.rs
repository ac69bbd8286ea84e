//! Where a path leads, in the spelling that people and editors use: Windows itself answers in another one.
//!
//! The crate `dunce` does this for drives, but leaves network shares (`\\?\UNC\server\share`) as Windows spells them; editors do not.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Where `path` leads: absolute, without symbolic links, in the case that the disk has it in.
///
/// # Errors
///
/// If there is nothing.
pub fn real(path: &Path) -> io::Result<PathBuf> {
    fs::canonicalize(path).map(|it| simplified(&it).into_owned())
}

/// `path` without the prefix of Windows' verbatim paths (`\\?\C:\app` is `C:\app`), unless it names something else without it.
#[must_use]
pub fn simplified(path: &Path) -> Cow<'_, Path> {
    let familiar = path
        .to_str()
        .filter(|_| cfg!(windows))
        .and_then(without_verbatim_prefix);
    familiar.map_or(Cow::Borrowed(path), |it| Cow::Owned(it.into()))
}

/// By the rules of Windows, whatever this system is. `None`: there is no such prefix, or it is needed.
fn without_verbatim_prefix(path: &str) -> Option<String> {
    let rest = path.strip_prefix(r"\\?\")?;
    let (familiar, names) = match rest.strip_prefix(r"UNC\") {
        Some(share) => (format!(r"\\{share}"), share),
        None => (rest.to_owned(), rest.split_once(r":\").filter(|it| is_drive(it.0))?.1),
    };
    let is_plain = |name: &str| !name.contains('/') && !name.ends_with(['.', ' ']) && !is_device(name);
    names.split('\\').all(is_plain).then_some(familiar)
}

fn is_drive(letter: &str) -> bool {
    letter.len() == 1 && letter.starts_with(|it: char| it.is_ascii_alphabetic())
}

/// Whether a name means a device in every folder: `con`, and also `con.jsonc`.
fn is_device(name: &str) -> bool {
    const DEVICES: [&str; 6] = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];
    let stem = name
        .split('.')
        .next()
        .unwrap_or(name)
        .trim_end_matches(' ')
        .to_uppercase();
    let number = stem.strip_prefix("COM").or_else(|| stem.strip_prefix("LPT"));
    let is_digit =
        |it: &str| it.chars().count() == 1 && it.starts_with(|it: char| it.is_ascii_digit() || "¹²³".contains(it));
    DEVICES.contains(&stem.as_str()) || number.is_some_and(is_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verbatim_prefix_goes() {
        for (verbatim, familiar) in [
            (r"\\?\C:\app\base44\slack.jsonc", r"C:\app\base44\slack.jsonc"),
            (r"\\?\c:\", r"c:\"),
            (r"\\?\UNC\server\share\app", r"\\server\share\app"),
            (
                r"\\?\C:\console\com10\auxiliary.jsonc",
                r"C:\console\com10\auxiliary.jsonc",
            ),
        ] {
            assert_eq!(without_verbatim_prefix(verbatim).as_deref(), Some(familiar));
        }
    }

    #[test]
    fn it_stays_where_the_path_would_be_another_one_without() {
        for verbatim in [
            r"C:\app",
            r"\\server\share",
            r"\\?\Volume{b75e2c83-0000-0000-0000-602f00000000}\app",
            r"\\?\GLOBALROOT\Device\Harddisk0",
            r"\\?\C:",
            r"\\?\C:\app\con.jsonc",
            r"\\?\C:\app\LPT¹",
            r"\\?\C:\NUL .txt\x",
            r"\\?\C:\app\dot.",
            r"\\?\C:\app \x",
            r"\\?\C:\app\..\x",
            r"\\?\C:\app\a/b",
        ] {
            assert_eq!(without_verbatim_prefix(verbatim), None, "{verbatim}");
        }
    }

    #[test]
    fn a_real_path_is_one_that_people_type() {
        let folder = tempfile::tempdir().unwrap();
        let path = real(folder.path()).unwrap();
        assert!(!path.to_str().unwrap().starts_with(r"\\?\"), "{}", path.display());
        assert_eq!(
            fs::canonicalize(&path).unwrap(),
            fs::canonicalize(folder.path()).unwrap()
        );
    }
}
