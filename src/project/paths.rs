//! Paths as keys: one spelling per file, made without asking the disk.

use std::path::{Component, Path, PathBuf};

/// `path` without `.` and `..`, and with an upper-case drive letter: the spelling under which a workspace knows a file.
///
/// Purely lexical, so it is cheap enough for every keystroke; symbolic links stay as they are.
#[must_use]
pub fn normalized(path: &Path) -> PathBuf {
    let mut out = PathBuf::with_capacity(path.as_os_str().len());
    for component in path.components() {
        match component {
            Component::Prefix(prefix) => out.push(upper_case_drive(prefix.as_os_str().to_str(), path)),
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
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
    fn a_drive_has_one_letter() {
        assert_eq!(normalized(Path::new(r"c:\App\x.jsonc")), Path::new(r"C:\App\x.jsonc"));
    }
}
