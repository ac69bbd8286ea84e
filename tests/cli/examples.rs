//! The projects that the documentation shows: every example of every rule, and the folder `examples/`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use base44_connectors_ls::analysis::rules;
use tempfile::TempDir;

use crate::support::{folder, write};

/// A copy of an example, to do with what one likes.
pub(crate) struct Example {
    /// Where it is from.
    pub(crate) origin: String,
    /// The project.
    pub(crate) app: PathBuf,
    /// Goes when this goes.
    pub(crate) _root: TempDir,
}

/// All examples.
pub(crate) fn all() -> Vec<Example> {
    let of_rules = rules::ALL.iter().flat_map(|rule| {
        let examples = rules::examples(rule).into_iter().enumerate();
        examples.map(|(number, example)| {
            let root = folder("");
            for (path, text) in &example.files {
                write(&root.path().join(path), text);
            }
            Example::new(format!("{} {number}", rule.code), root)
        })
    });
    let folders = ["broken-app", "sound-app"].into_iter().map(|name| {
        let root = folder("");
        copy(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name),
            root.path(),
        );
        Example::new(name.to_owned(), root)
    });
    of_rules.chain(folders).collect()
}

impl Example {
    fn new(origin: String, root: TempDir) -> Self {
        Example {
            origin,
            app: root.path().to_owned(),
            _root: root,
        }
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => {
                fs::create_dir_all(&to).unwrap();
                copy(&entry.path(), &to);
            }
            false => drop(fs::copy(entry.path(), to).unwrap()),
        }
    }
}

/// The files below a folder, by their paths in it.
pub(crate) fn texts(app: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut texts = BTreeMap::new();
    let mut folders = vec![app.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => drop(texts.insert(path.strip_prefix(app).unwrap().to_owned(), fs::read(&path).unwrap())),
            }
        }
    }
    texts
}
