//! What a command is about, as it is at this moment, and the reasons for which a project cannot be pushed as it is.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lsp_types::Url;

use super::super::session::Session;
use super::Refusal;
use crate::analysis::{Role, Severity, SourceFile};
use crate::base44::{
    Cli, Connectors, Control, Environment, Failure, LocalFile, LocalFiles, Search, Versions, inert, needs_consent,
    outside,
};
use crate::connector::Connector;
use crate::project::Store;
use crate::registry::Catalogue;

/// A project to push, or one of its connectors to authorize.
pub(super) struct Subject {
    pub(super) root: PathBuf,
    workspace: PathBuf,
    /// The connector files as the editor has them, by path; unreadable are files and folders.
    pub(super) local: LocalFiles,
    /// What they define.
    pub(super) connectors: Connectors,
    pub(super) catalogue: Catalogue,
    trusted: bool,
    cli_command: Vec<String>,
}

/// One connector of a project.
pub(super) struct Target {
    pub(super) project: Subject,
    pub(super) file: PathBuf,
    pub(super) type_: String,
    pub(super) scopes: Vec<String>,
}

impl Subject {
    /// The CLI, ready to act on the project's app.
    pub(super) async fn cli(&self, versions: &Versions, control: &Control<'_>) -> Result<Cli, Failure> {
        let search = Search {
            trusted: self.trusted,
            setting: &self.cli_command,
            project: &self.root,
            workspace: &self.workspace,
        };
        Cli::find(&search, &Environment::of_process(), versions, control).await
    }

    /// The connector files as they are on the disk, whatever is in the editor.
    pub(super) async fn files_on_disk(&self) -> Result<LocalFiles, Failure> {
        let mut res = LocalFiles {
            files: Vec::new(),
            ..self.local.clone()
        };
        let root = self.root.clone();
        let paths: Vec<_> = self.local.files.iter().map(|it| it.path.clone()).collect();
        let reading = move || {
            res.outside = outside(&root, &res.directory);
            for path in paths {
                // Buffers of files that are not there yet are no files.
                match std::fs::read_to_string(&path) {
                    Ok(text) => res.files.push(LocalFile::new(&root, &path, &text.into())),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(_) => res.unreadable.push(path),
                }
            }
            res
        };
        tokio::task::spawn_blocking(reading).await.map_err(Failure::temporary)
    }

    /// What people call the service.
    pub(super) fn name(&self, type_: &str) -> String {
        service_name(&self.catalogue, type_)
    }

    /// The scopes of a connector's file.
    pub(super) fn scopes(&self, type_: &str) -> &[String] {
        self.connectors.get(type_).map(Vec::as_slice).unwrap_or_default()
    }
}

impl Session {
    /// The project of a file, or the only one there is, if one can `act` on it (push, plan) as it is: all of it readable, right and saved.
    pub(super) fn project_to(&self, act: &str, uri: Option<&Url>) -> Result<Subject, Refusal> {
        let store = self.store_of(uri)?;
        self.check_trust()?;
        if let Some(problem) = store.problems().next() {
            return refuse(format!("Cannot {act}: {} {}.", problem.path.display(), problem.message));
        }
        // Backend code is not pushed here, whatever is wrong with it.
        let mut files: Vec<_> = store.files().filter(|it| it.role != Role::Backend).collect();
        files.sort_by_key(|it| &it.path);
        for file in files {
            self.check_file(file, act)?;
        }
        Ok(self.subject(store))
    }

    /// The connector in a file, if it can be authorized as it is.
    pub(super) fn connector_to_authorize(&self, uri: Option<&Url>) -> Result<Target, Refusal> {
        let store = self.store_of(uri)?;
        self.check_trust()?;
        let file = uri.and_then(|it| self.path(it)).and_then(|path| store.file(&path));
        let Some(file) = file.filter(|it| it.role == Role::Connector) else {
            return refuse("Open the connector file of the service to authorize, and try again from there.".to_owned());
        };
        self.check_file(file, "authorize")?;
        let Some((type_, scopes)) = connector_of(file) else {
            return refuse(format!("{} names no service to authorize.", file_name(&file.path)));
        };
        let project = self.subject(store);
        if !needs_consent(&project.catalogue, &type_) {
            let name = project.name(&type_);
            return refuse(format!(
                "{name} needs no authorization: Base44 sets it up when you push."
            ));
        }
        Ok(Target {
            project,
            file: file.path.clone(),
            type_,
            scopes,
        })
    }

    /// The project of a file, or the only one there is, whose files are to become what Base44 has.
    pub(super) fn project_to_pull(&self, uri: Option<&Url>) -> Result<Subject, Refusal> {
        let project = self.project_to_ask_for(uri)?;
        // A folder that cannot be read may hold anything.
        match project
            .local
            .unreadable
            .iter()
            .find(|it| it.parent() != Some(&project.local.directory))
        {
            None => Ok(project),
            Some(path) => refuse(format!("Cannot pull: {} cannot be read.", path.display())),
        }
    }

    /// The project of a file, or the only one there is, whatever its files are like.
    pub(super) fn project_to_ask_for(&self, uri: Option<&Url>) -> Result<Subject, Refusal> {
        let store = self.store_of(uri)?;
        self.check_trust()?;
        Ok(self.subject(store))
    }

    /// Not before this is known may anything of the workspace be looked at, or run.
    fn check_trust(&self) -> Result<(), Refusal> {
        // An editor that does not know of trust has the user's word: nothing runs but what they ask for.
        match self.settings.trusted {
            Some(false) => Err(Failure::Untrusted.into()),
            Some(true) | None => Ok(()),
        }
    }

    /// Refuses to `act` on what has errors, and on what the CLI would not read as the editor shows it.
    fn check_file(&self, file: &SourceFile, act: &str) -> Result<(), Refusal> {
        let name = file_name(&file.path);
        let unsaved = |it: &&crate::project::document::Document| !crate::project::is_on_disk(&file.path, it.text());
        if self.workspace.document(&file.path).filter(unsaved).is_some() {
            return refuse(format!(
                "Save {name}, then {act} again: the base44 CLI reads the saved files."
            ));
        }
        let found = self.workspace.diagnostics(&file.path);
        if let Some(error) = found.iter().find(|it| it.severity == Severity::Error) {
            return refuse(format!(
                "{name} has an error ({}). {} Fix it, then {act} again.",
                error.rule.code, error.message
            ));
        }
        // Our findings leave it out where the editor's own JSON server says so; the CLI stops at it all the same.
        if file.role == Role::Connector && !file.tree.errors().is_empty() {
            return refuse(format!(
                "{name} is not JSON, so the base44 CLI cannot read it. Fix it, then {act} again."
            ));
        }
        Ok(())
    }

    fn subject(&self, store: &Store) -> Subject {
        let location = store.location();
        let connectors = store.files().filter(|it| it.role == Role::Connector);
        let file = |it: &SourceFile| LocalFile {
            path: it.path.clone(),
            text: Arc::clone(&it.text),
            outside: None,
        };
        let mut files: Vec<_> = connectors.map(file).collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let local = LocalFiles {
            directory: location.connectors_dir.clone(),
            outside: None,
            files,
            unreadable: store.problems().map(|it| it.path.clone()).collect(),
        };
        Subject {
            root: location.root.clone(),
            workspace: self.folder_of(&location.root).unwrap_or(&location.root).to_owned(),
            connectors: local.connectors(),
            local,
            catalogue: store.surroundings().catalogue.clone(),
            trusted: self.settings.trusted != Some(false),
            cli_command: self.settings.cli_command.clone(),
        }
    }

    pub(super) fn store_of(&self, uri: Option<&Url>) -> Result<&Store, Refusal> {
        self.project_of(uri).ok_or_else(|| {
            let why = match uri {
                Some(_) => "This file is in no Base44 project.",
                None => "Open a connector file of the Base44 project, and try again from there.",
            };
            Refusal::because(why.to_owned())
        })
    }
}

/// What people call the service of this type.
pub(super) fn service_name(catalogue: &Catalogue, type_: &str) -> String {
    catalogue
        .service(type_)
        .map_or_else(|| type_.to_owned(), |it| it.name.to_string())
}

pub(super) fn refuse<T>(why: String) -> Result<T, Refusal> {
    Err(Refusal::because(why))
}

/// The file's name, for a message.
pub(super) fn file_name(path: &Path) -> String {
    inert(&path.file_name().unwrap_or_default().to_string_lossy())
}

/// The connectors of a project as its files have them now, buffers included.
pub(in crate::lsp) fn connectors_of(store: &Store) -> Connectors {
    let connectors = store.files().filter(|it| it.role == Role::Connector);
    connectors.filter_map(connector_of).collect()
}

/// The type and the scopes of a connector file, if it says its type.
pub(in crate::lsp) fn connector_of(file: &SourceFile) -> Option<(String, Vec<String>)> {
    let connector = Connector::read(&file.text, &file.tree);
    let type_ = connector.type_literal()?.text(&file.text).into_owned();
    let scopes = connector
        .scopes
        .map(|list| list.scopes.iter().map(|it| it.name.to_string()).collect());
    Some((type_, scopes.unwrap_or_default()))
}
