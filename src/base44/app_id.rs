//! Which Base44 app a project belongs to.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::{Environment, Failure};
use crate::connector::Connector;
use crate::syntax::Tree;

/// An app's id, safe to be part of a URL: the CLI puts it there as it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AppId(String);

impl AppId {
    /// Takes an id of letters, digits, `_` and `-`.
    ///
    /// # Errors
    /// [`Failure::InvalidAppId`] for anything else, and for a leading `-`, which would read as an option.
    pub fn new(text: &str) -> Result<Self, Failure> {
        let valid = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '-');
        if text.is_empty() || text.starts_with('-') || !text.chars().all(valid) {
            return Err(Failure::InvalidAppId(text.to_owned()));
        }
        Ok(Self(text.to_owned()))
    }

    /// The app of the project at `root`: `BASE44_APP_ID` of the server's own environment (not of a `.env`), else the id in the
    /// project's `.app.jsonc` or `.app.json`.
    ///
    /// The CLI takes the first such file it meets anywhere below `root`. So files that disagree are refused here,
    /// rather than one be guessed; hidden folders and `node_modules` are left out.
    ///
    /// # Errors
    /// [`Failure::NotLinked`], [`Failure::AppsDiffer`], [`Failure::AppFile`] or [`Failure::InvalidAppId`].
    pub fn of_project(root: &Path, environment: &Environment) -> Result<Self, Failure> {
        if let Some(id) = environment.base44("BASE44_APP_ID") {
            return Self::new(id);
        }
        let mut found: Vec<(PathBuf, String)> = Vec::new();
        for path in app_files(root) {
            let id = read_id(&path)?;
            if found.iter().all(|(_, other)| *other != id) {
                found.push((path, id));
            }
        }
        match found.as_slice() {
            [] => Err(Failure::NotLinked {
                project: root.to_owned(),
            }),
            [(_, id)] => Self::new(id),
            _ => Err(Failure::AppsDiffer(found)),
        }
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The files that name an app, sorted by path.
fn app_files(root: &Path) -> Vec<PathBuf> {
    let mut res: Vec<PathBuf> = ignore::WalkBuilder::new(root)
        .standard_filters(false)
        .filter_entry(|entry| {
            let name = entry.file_name().to_string_lossy();
            let is_folder = entry.file_type().is_some_and(|it| it.is_dir());
            entry.depth() == 0 || !is_folder || !(name.starts_with('.') || name == "node_modules")
        })
        .build()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_name() == ".app.jsonc" || entry.file_name() == ".app.json")
        .map(ignore::DirEntry::into_path)
        .filter(|path| path.is_file())
        .collect();
    res.sort();
    res
}

/// As the CLI reads it: JSON5, of several `id` the last.
fn read_id(path: &Path) -> Result<String, Failure> {
    let failure = |error: String| Failure::AppFile {
        path: path.to_owned(),
        error,
    };
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|it| it.take(MOST_BYTES + 1).read_to_end(&mut bytes));
    read.map_err(|it| failure(it.to_string()))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(failure("it is too large".to_owned()));
    }
    let text = String::from_utf8_lossy(&bytes);
    let tree = Tree::parse(&text);
    let document = Connector::read(&text, &tree);
    if !tree.errors().is_empty() || !document.is_object() {
        return Err(failure("it is no JSON object".to_owned()));
    }
    let id = document.property("id").and_then(|it| it.value?.as_string());
    id.map(|it| it.text(&text).trim().to_owned())
        .ok_or_else(|| failure("it has no `id`, or one that is no string".to_owned()))
}

/// The real file has some hundred.
const MOST_BYTES: u64 = 1 << 20;

#[cfg(test)]
mod tests {
    use std::path::Path;

    use pretty_assertions::assert_eq;

    use super::{AppId, Environment, Failure};

    fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = root.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        root
    }

    fn of_project(root: &Path) -> Result<String, Failure> {
        AppId::of_project(root, &Environment::default()).map(|it| it.as_str().to_owned())
    }

    #[test]
    fn the_id_is_read_as_the_cli_reads_it() {
        for text in [
            "\u{feff}// Base44 App Configuration\n{ \"id\": \"abc_123\", /* more */ \"x\": 1, }",
            "{ id: 'abc_123', x: +.5 }",
            r#"{"id": 7, "id": "other", "id": "\x61bc_123"}"#,
            r#"{"id": " abc_123\n"}"#,
        ] {
            let root = project(&[("base44/.app.jsonc", text)]);
            assert_eq!(of_project(root.path()), Ok("abc_123".into()), "{text}");
        }
    }

    #[test]
    fn files_that_disagree_are_refused_and_named() {
        let root = project(&[
            ("a/.app.jsonc", r#"{"id": "stray"}"#),
            ("base44/.app.jsonc", r#"{"id": "real"}"#),
        ]);
        let failure = of_project(root.path()).unwrap_err().to_string();
        assert!(failure.contains("`stray`") && failure.contains("`real`"), "{failure}");
    }

    #[test]
    fn files_that_agree_are_fine_and_dependencies_do_not_count() {
        let root = project(&[
            (".app.json", r#"{"id": "same"}"#),
            ("base44/.app.jsonc", r#"{"id": "same"}"#),
            ("node_modules/x/.app.jsonc", r#"{"id": "other"}"#),
            (".git/.app.jsonc", r#"{"id": "other"}"#),
        ]);
        assert_eq!(of_project(root.path()), Ok("same".into()));
    }

    #[test]
    fn the_environment_wins_over_the_files_and_a_dot_env_file_does_not_count() {
        let root = project(&[
            ("base44/.app.jsonc", r#"{"id": "linked"}"#),
            (".env", "BASE44_APP_ID=trap"),
        ]);
        assert_eq!(of_project(root.path()), Ok("linked".into()));
        let environment = [("BASE44_APP_ID", "ambient")].into_iter().collect();
        let app = AppId::of_project(root.path(), &environment).unwrap();
        assert_eq!(app.as_str(), "ambient");
    }

    #[test]
    fn a_project_without_an_app_says_how_to_link_it() {
        let failure = of_project(project(&[]).path()).unwrap_err().to_string();
        assert!(failure.contains("npx base44 link"), "{failure}");
        let too_large = format!(r#"{{"id": "a"}}{}"#, " ".repeat(1 << 20));
        for text in [
            "",
            "{}",
            r#"{"id": 7}"#,
            r#"{"id": "a", "id": 7}"#,
            r#"{"x": 1 "id": "a"}"#,
            r#"["id"]"#,
            "{",
            &too_large,
        ] {
            let root = project(&[("base44/.app.jsonc", text)]);
            let failure = of_project(root.path()).unwrap_err();
            assert!(matches!(failure, Failure::AppFile { .. }), "{text}: {failure:?}");
        }
    }

    #[test]
    fn an_id_that_would_change_the_url_or_the_arguments_is_refused() {
        for id in [
            "", " ", "a/../b", "..", "a b", "a?b", "a#b", "a%2fb", "a\nb", "-y", "--yes", "ä", "a\0",
        ] {
            assert_eq!(AppId::new(id), Err(Failure::InvalidAppId(id.into())), "{id:?}");
        }
        assert!(AppId::new("68f0a_B-9").is_ok());
    }
}
