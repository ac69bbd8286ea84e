//! What analysis is given: one file, and the project it belongs to. Plain data, already read; nothing here touches a disk.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::BackendCode;
use super::rules::Level;
use crate::connector::Connector;
use crate::registry::{Catalogue, Service};
use crate::syntax::Tree;

/// One file as the project holds it: the open buffer if there is one, else what is on the disk.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Absolute path.
    pub path: PathBuf,
    /// The whole text, decoded.
    pub text: Arc<str>,
    /// The tree of `text`.
    pub tree: Tree,
    /// What the file is to the project.
    pub role: Role,
}

impl SourceFile {
    /// The file as a connector, apart from its scopes: for what concerns one place of it, however long its list is.
    pub(super) fn outline(&self) -> Connector<'_> {
        Connector::outline(&self.text, &self.tree)
    }
}

/// What a file is to its project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The CLI reads it as a connector.
    Connector,
    /// It looks like a connector, but the CLI will never read it.
    Ignored(IgnoredReason),
    /// `base44-connectors-ls.jsonc`: our own config file.
    ToolConfig,
    /// The project's `config.jsonc` or `config.json`.
    ProjectConfig,
    /// Code of the app's backend, which may ask for connectors. Its `tree` is that of an empty text.
    Backend,
}

/// Why the CLI does not read a file that looks like a connector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IgnoredReason {
    /// It lies in a folder below the connectors directory.
    Subfolder,
    /// Its name starts with a dot.
    Dotfile,
    /// Its extension is not exactly `.jsonc` or `.json`: `.json5`, `.JSONC` …
    Extension,
    /// It lies in `connectors`, but the project's `connectorsDir` points elsewhere.
    OtherDirectory,
}

impl Role {
    /// What the file at `path` is to a project whose config file lies in `config_dir` and whose connectors are read from
    /// `connectors_dir` (both absolute). `None`: nothing that concerns us. Judged by the path alone.
    pub fn of(path: &Path, config_dir: &Path, connectors_dir: &Path) -> Option<Role> {
        let name = &*path.file_name()?.to_string_lossy();
        let dir = path.parent()?;
        // First of all: what lies in there is read, even if it is called `config.json`.
        if dir == connectors_dir {
            return Self::directly_inside(name);
        }
        if dir == config_dir && matches!(name, "config.jsonc" | "config.json") {
            return Some(Role::ProjectConfig);
        }
        let at_root = config_dir.ends_with("base44") && config_dir.parent() == Some(dir);
        if name == TOOL_CONFIG && (dir == config_dir || at_root) {
            return Some(Role::ToolConfig);
        }
        if !has_extension(name, &["json", "jsonc", "json5"]) {
            return None;
        }
        // Where both are one, there is no config file, but a folder that was taken as a connectors directory.
        if config_dir != connectors_dir && dir == config_dir.join(DEFAULT_CONNECTORS_DIR) {
            return Some(Role::Ignored(IgnoredReason::OtherDirectory));
        }
        let subfolders = dir.strip_prefix(connectors_dir).ok()?;
        // A connectors directory above the config file holds the whole app, in which most folders have nothing to do with us.
        let holds_the_app = config_dir != connectors_dir && config_dir.starts_with(connectors_dir);
        let is_stray = !holds_the_app
            && subfolders.components().count() <= MOST_SUBFOLDERS
            && subfolders
                .iter()
                .all(|it| it != "node_modules" && !it.as_encoded_bytes().starts_with(b"."));
        is_stray.then_some(Role::Ignored(IgnoredReason::Subfolder))
    }

    fn directly_inside(name: &str) -> Option<Role> {
        if !has_extension(name, &["json", "jsonc", "json5"]) {
            return None;
        }
        if name.starts_with('.') {
            return Some(Role::Ignored(IgnoredReason::Dotfile));
        }
        match name.ends_with(".json") || name.ends_with(".jsonc") {
            true => Some(Role::Connector),
            false => Some(Role::Ignored(IgnoredReason::Extension)),
        }
    }
}

/// The name of our own config file.
pub const TOOL_CONFIG: &str = "base44-connectors-ls.jsonc";

/// `connectorsDir` of a project that does not set it.
pub const DEFAULT_CONNECTORS_DIR: &str = "connectors";

/// How deep below the connectors directory somebody would put a connector by mistake.
const MOST_SUBFOLDERS: usize = 4;

fn has_extension(name: &str, extensions: &[&str]) -> bool {
    name.rsplit_once('.')
        .is_some_and(|(_, extension)| extensions.iter().any(|it| it.eq_ignore_ascii_case(extension)))
}

/// The project around a file, as far as rules and fixes need it.
pub trait Project {
    /// The folder that the CLI calls the project root. Absolute.
    fn root(&self) -> &Path;
    /// The folder of the project's config file. Absolute.
    fn config_dir(&self) -> &Path;
    /// Our own config file, if the project has one.
    fn tool_config(&self) -> Option<&SourceFile>;
    /// The folder whose files the CLI reads. Absolute; it need not exist.
    fn connectors_dir(&self) -> &Path;
    /// The first `most` of the files the CLI reads whose `type` is exactly `type_`, by path, and how many there are. For what is asked
    /// of every file: there may be thousands of one type.
    fn some_of_type(&self, type_: &str, most: usize) -> (Vec<&SourceFile>, usize);
    /// All of them.
    fn files_of_type(&self, type_: &str) -> Vec<&SourceFile> {
        self.some_of_type(type_, usize::MAX).0
    }
    /// Whether the project holds a file (of any kind) at this absolute path.
    fn has_file(&self, path: &Path) -> bool;
    /// Whether all its files are known, so that what is not among them is not there.
    fn is_complete(&self) -> bool;
    /// The types of its connectors, sorted, each once.
    fn types(&self) -> Vec<&str>;
    /// What the backend file at `path` says; `None` where there is no such file, and where backend code is not looked at.
    fn backend_code(&self, path: &Path) -> Option<&BackendCode>;
    /// The backend files that ask for exactly this type, by path.
    fn backend_files_of_type(&self, type_: &str) -> Vec<&SourceFile>;
    /// Whether there is backend code and every type that it asks for is known: then a type that it does not ask for is not used.
    fn knows_all_uses(&self) -> bool;
}

/// What the user has set about analysis: in the project's config file and, in an editor, in its settings.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Settings {
    /// Severities by rule code, where they differ from the default.
    pub levels: FxHashMap<&'static str, Level>,
    /// Backend code is not looked at.
    pub skips_backend: bool,
}

/// Everything besides the file itself that a verdict depends on.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// The project the file is in.
    pub project: &'a dyn Project,
    /// What is known of services and scopes.
    pub catalogue: &'a Catalogue,
    /// Severities.
    pub settings: &'a Settings,
}

impl<'a> Surroundings<'a> {
    /// The service that the type of `connector` names, if the catalogue has it. `text` is that of the connector.
    pub(super) fn service_of(&self, connector: &Connector<'_>, text: &str) -> Option<&'a Service> {
        self.catalogue.service(&connector.type_literal()?.text(text))
    }
}
