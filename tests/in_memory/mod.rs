//! A project in memory, for the tests of analysis: those beside it, and those that go through its public interface.

#![allow(dead_code, reason = "each test uses its part of it")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a fix that does not fit its project is to fail the test"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use base44_connectors_ls::analysis::backend::is_backend_code;
use base44_connectors_ls::analysis::config::ToolConfig;
use base44_connectors_ls::analysis::{
    self, BackendCode, Change, Diagnostic, File, Fix, Project, Role, Settings, SourceFile, Surroundings,
};
use base44_connectors_ls::connector;
use base44_connectors_ls::registry::Catalogue;
use base44_connectors_ls::syntax::{self, Tree};

/// Files below `/app`, whose config folder is `/app/base44`.
#[derive(Clone)]
pub(crate) struct InMemory {
    pub(crate) files: BTreeMap<PathBuf, SourceFile>,
    /// What the backend files among them say.
    code: BTreeMap<PathBuf, BackendCode>,
    connectors_dir: PathBuf,
    catalogue: Catalogue,
    settings: Settings,
}

impl InMemory {
    /// A project of files with paths relative to its root. Those that mean nothing to it are left out.
    pub(crate) fn new<'t>(files: impl IntoIterator<Item = (&'t str, &'t str)>) -> Self {
        let mut project = InMemory::empty("base44/connectors");
        for (path, text) in files {
            project.write(path, text);
        }
        project
    }

    /// A project without files, which keeps its connectors in this folder, relative to the root.
    pub(crate) fn empty(connectors_dir: &str) -> Self {
        InMemory {
            files: BTreeMap::new(),
            code: BTreeMap::new(),
            connectors_dir: Path::new("/app").join(connectors_dir),
            catalogue: Catalogue::embedded(),
            settings: Settings::default(),
        }
    }

    /// Puts a file there, or another text into the file that is there. Without effect if it means nothing to the project.
    pub(crate) fn write(&mut self, path: &str, text: &str) {
        self.write_absolute(Path::new("/app").join(path), text);
    }

    fn write_absolute(&mut self, path: PathBuf, text: &str) {
        let backend = ["functions", "shared", "actors"].map(|it| self.config_dir().join(it));
        let is_backend = is_backend_code(&path, backend.iter().map(PathBuf::as_path));
        let role = Role::of(&path, self.config_dir(), self.connectors_dir());
        let Some(role) = role.or(is_backend.then_some(Role::Backend)) else {
            return;
        };
        let tree = match role {
            Role::Backend => {
                self.code.insert(path.clone(), BackendCode::read(&path, text));
                Tree::parse("")
            }
            _ => Tree::parse(text),
        };
        if role == Role::ToolConfig {
            let config = ToolConfig::read(text, &tree);
            self.catalogue = Catalogue::embedded().with_overlay(config.overlay);
            self.settings = config.settings;
        }
        self.files.insert(
            path.clone(),
            SourceFile {
                path,
                text: text.into(),
                tree,
                role,
            },
        );
    }

    pub(crate) fn around(&self) -> Surroundings<'_> {
        Surroundings {
            project: self,
            catalogue: &self.catalogue,
            settings: &self.settings,
        }
    }

    /// The findings in all files.
    pub(crate) fn diagnostics(&self) -> Vec<(&SourceFile, Diagnostic)> {
        let of_file = |file| {
            analysis::diagnostics(file, self.around())
                .into_iter()
                .map(move |it| (file, it))
        };
        self.files.values().flat_map(of_file).collect()
    }

    /// The ways to mend a finding in a file.
    pub(crate) fn fixes(&self, file: &SourceFile, diagnostic: &Diagnostic) -> Vec<Fix> {
        analysis::fixes(&File::read(file, self.around()), diagnostic)
    }

    /// The text of a file after all its safe fixes.
    pub(crate) fn fixed(&self, file: &SourceFile) -> String {
        syntax::apply(&file.text, &analysis::fix_all(file, self.around()))
    }

    /// The project after a fix.
    pub(crate) fn after(&self, fix: &Fix) -> Self {
        let mut after = self.clone();
        for change in &fix.changes {
            match change {
                Change::Edit { path, edits } => {
                    let text = syntax::apply(&after.files[path].text, edits);
                    after.write_absolute(path.clone(), &text);
                }
                Change::Create { path, text } => {
                    assert!(!after.files.contains_key(path), "{} is there already", path.display());
                    after.write_absolute(path.clone(), text);
                }
                Change::Rename { from, to } => {
                    let file = after.files.remove(from).unwrap();
                    assert!(!after.files.contains_key(to), "{} is there already", to.display());
                    after.write_absolute(to.clone(), &file.text);
                }
                Change::Delete { path } => drop(after.files.remove(path).unwrap()),
            }
        }
        after
    }
}

impl Project for InMemory {
    fn root(&self) -> &Path {
        Path::new("/app")
    }

    fn config_dir(&self) -> &Path {
        Path::new("/app/base44")
    }

    fn connectors_dir(&self) -> &Path {
        &self.connectors_dir
    }

    fn tool_config(&self) -> Option<&SourceFile> {
        self.files.values().find(|file| file.role == Role::ToolConfig)
    }

    fn some_of_type(&self, type_: &str, most: usize) -> (Vec<&SourceFile>, usize) {
        let connectors = self.files.values().filter(|file| file.role == Role::Connector);
        let has_type =
            |file: &SourceFile| connector::type_of(&file.text, &file.tree).is_some_and(|(it, _)| it == type_);
        let all: Vec<_> = connectors.filter(|file| has_type(file)).collect();
        (all.iter().copied().take(most).collect(), all.len())
    }

    fn has_file(&self, path: &Path) -> bool {
        self.files.contains_key(path)
    }

    fn is_complete(&self) -> bool {
        true
    }

    fn types(&self) -> Vec<&str> {
        let connectors = self.files.values().filter(|file| file.role == Role::Connector);
        let of_file = |file: &'_ SourceFile| Some(connector::type_of(&file.text, &file.tree)?.1);
        let literals = connectors.filter_map(|file| Some(&file.text[std::ops::Range::from(of_file(file)?)]));
        let types: BTreeSet<_> = literals.map(|it| it.trim_matches(['"', '\''])).collect();
        types.into_iter().collect()
    }

    fn backend_code(&self, path: &Path) -> Option<&BackendCode> {
        self.code.get(path)
    }

    fn backend_files_of_type(&self, type_: &str) -> Vec<&SourceFile> {
        let asks = |it: &&SourceFile| {
            self.code
                .get(&it.path)
                .is_some_and(|it| it.types().any(|it| it == type_))
        };
        self.files.values().filter(asks).collect()
    }

    fn knows_all_uses(&self) -> bool {
        !self.code.is_empty() && !self.code.values().any(|it| it.is_dynamic)
    }
}
