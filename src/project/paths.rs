//! Paths as keys: one spelling per file.

use std::path::{Component, Path, PathBuf};

use crate::disk;

/// `path` without `.` and `..`, with an upper-case drive letter and without Windows' `\\?\`: the spelling under which a
/// workspace knows a file.
///
/// Purely lexical, so it is cheap enough for every keystroke; symbolic links stay as they are.
#[must_use]
pub fn normalized(path: &Path) -> PathBuf {
    let path = disk::simplified(path);
    let mut out = PathBuf::with_capacity(path.as_os_str().len());
    for component in path.components() {
        match component {
            Component::Prefix(prefix) => out.push(upper_case_drive(prefix.as_os_str().to_str(), &path)),
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

/// What somebody who is in the folder `base` (absolute) means by `given`, normalized; below `base` as that is spelt, otherwise
/// in the case in which the disk has it.
#[must_use]
pub fn resolved(base: &Path, given: &Path) -> PathBuf {
    let path = base.join(given);
    let path = match path.is_absolute() {
        true => normalized(&path),
        // `C:app` begins in the current folder of that drive.
        false => normalized(&std::path::absolute(&path).unwrap_or(path)),
    };
    let below_base = |real: PathBuf| match disk::real(base).map(|base| real.strip_prefix(base).map(Path::to_owned)) {
        Ok(Ok(below)) => normalized(&base.join(below)),
        _ => real,
    };
    in_the_case_of_the_disk(&path, below_base).unwrap_or(path)
}

/// `path` in the case in which the disk has it, where it has another one, and case makes no difference. `spelt` makes a real path
/// one that can be compared: it may lead through links.
pub(super) fn in_the_case_of_the_disk(path: &Path, spelt: impl FnOnce(PathBuf) -> PathBuf) -> Option<PathBuf> {
    /// As systems of this kind are set up by default. Elsewhere the disk need not be asked.
    const IGNORES_CASE: bool = cfg!(any(windows, target_os = "macos"));
    let real = IGNORES_CASE.then(|| disk::real(path).ok())??;
    Some(spelt(real)).filter(|it| differ_in_case_only(it, path))
}

fn differ_in_case_only(a: &Path, b: &Path) -> bool {
    let folded = |it: &Path| it.to_string_lossy().to_lowercase();
    a != b && folded(a) == folded(b)
}

/// Editors write both `c:\` and `C:\`.
fn upper_case_drive(prefix: Option<&str>, path: &Path) -> PathBuf {
    match prefix {
        Some(prefix) if prefix.len() == 2 && prefix.ends_with(':') => prefix.to_ascii_uppercase().into(),
        Some(prefix) => prefix.into(),
        None => path.components().take(1).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn normalized_paths_have_no_dots() {
        for (written, key) in [
            ("/a/b/../c/./d.jsonc", "/a/c/d.jsonc"),
            ("/a//b/", "/a/b"),
            ("/../a", "/a"),
            ("/", "/"),
        ] {
            assert_eq!(normalized(Path::new(written)), Path::new(key), "{written}");
        }
    }

    #[cfg(windows)]
    #[test]
    fn a_drive_has_one_letter_and_a_share_one_name() {
        for (written, key) in [
            (r"c:\App\x.jsonc", r"C:\App\x.jsonc"),
            (r"c:/App/.\x.jsonc", r"C:\App\x.jsonc"),
            (r"\\?\c:\App\x.jsonc", r"C:\App\x.jsonc"),
            (r"\\?\UNC\server\share\x.jsonc", r"\\server\share\x.jsonc"),
            (r"\\server\share\a\..\x.jsonc", r"\\server\share\x.jsonc"),
        ] {
            assert_eq!(normalized(Path::new(written)).to_str(), Some(key), "{written}");
        }
    }

    #[test]
    fn what_is_given_is_meant_in_the_folder_that_one_is_in() {
        let folder = tempfile::tempdir().unwrap();
        let base = normalized(folder.path());
        assert_eq!(resolved(&base, Path::new("")), base);
        assert_eq!(
            resolved(&base, Path::new("app/../slack.jsonc")),
            base.join("slack.jsonc")
        );
        assert_eq!(resolved(&base, &base.join("slack.jsonc")), base.join("slack.jsonc"));
    }

    #[test]
    fn names_that_differ_in_case_are_two_files_only_if_the_disk_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let base = normalized(folder.path());
        std::fs::write(base.join("slack.jsonc"), "").unwrap();
        let meant = match base.join("SLACK.jsonc").exists() {
            true => "slack.jsonc",
            false => "SLACK.jsonc",
        };
        assert_eq!(resolved(&base, Path::new("SLACK.jsonc")), base.join(meant));
        assert_eq!(resolved(&base, Path::new("NEW.jsonc")), base.join("NEW.jsonc"));
    }

    #[test]
    fn only_case_may_differ() {
        let differ = |a: &str, b: &str| differ_in_case_only(Path::new(a), Path::new(b));
        assert!(differ("/App/Slack.jsonc", "/app/slack.jsonc"));
        assert!(differ("/É.jsonc", "/é.jsonc"));
        assert!(!differ("/app/slack.jsonc", "/app/slack.jsonc"));
        assert!(!differ("/app/slack.jsonc", "/app/link.jsonc"));
    }
}
