//! What a command is about, as it is at this moment, and the reasons for which a project cannot be pushed as it is.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use lsp_types::Url;

use super::super::session::Session;
use super::Refusal;
use crate::analysis::{Role, Severity, SourceFile};
use crate::base44::{Cli, Connectors, Control, Environment, Failure, Local, Search, Versions};
use crate::connector::Connector;
use crate::project::Store;
use crate::registry::{Auth, Catalogue};

/// A project to push, or one of its connectors to authorize.
pub(super) struct Subject {
    pub(super) root: PathBuf,
    workspace: PathBuf,
    /// The connectors directory.
    pub(super) directory: PathBuf,
    connectors: Connectors,
    /// The file of each connector, and its text.
    pub(super) files: BTreeMap<String, (PathBuf, Arc<str>)>,
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

    pub(super) fn local(&self) -> Local<'_> {
        Local {
            directory: &self.directory,
            connectors: &self.connectors,
        }
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
    /// The project of a file, or the only one there is, if it can be pushed as it is: all of it readable, right and saved.
    pub(super) fn project_to_push(&self, uri: Option<&Url>) -> Result<Subject, Refusal> {
        let store = self.store_of(uri)?;
        self.check_trust()?;
        if let Some(problem) = store.problems().next() {
            return refuse(format!(
                "Nothing was pushed: {} {}.",
                problem.path.display(),
                problem.message
            ));
        }
        // Backend code is not pushed here, whatever is wrong with it.
        let mut files: Vec<_> = store.files().filter(|it| it.role != Role::Backend).collect();
        files.sort_by_key(|it| &it.path);
        for file in files {
            self.check_file(file, "push")?;
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
            return refuse(format!("{} names no service to authorize.", name_of(file)));
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
        let name = name_of(file);
        let unsaved = |it: &&crate::project::document::Document| !crate::project::is_on_disk(&file.path, it.text());
        if self.workspace.document(&file.path).filter(unsaved).is_some() {
            return refuse(format!(
                "Save {name}, then {act} again: the base44 CLI reads the saved files."
            ));
        }
        let found = self.workspace.diagnostics(&file.path);
        match found.iter().find(|it| it.severity == Severity::Error) {
            None => Ok(()),
            Some(error) => refuse(format!(
                "{name} has an error ({}). {} Fix it, then {act} again.",
                error.rule.code, error.message
            )),
        }
    }

    fn subject(&self, store: &Store) -> Subject {
        let location = store.location();
        let (mut connectors, mut files) = (Connectors::new(), BTreeMap::new());
        for file in store.files().filter(|it| it.role == Role::Connector) {
            if let Some((type_, scopes)) = connector_of(file) {
                files.insert(type_.clone(), (file.path.clone(), Arc::clone(&file.text)));
                connectors.insert(type_, scopes);
            }
        }
        Subject {
            root: location.root.clone(),
            workspace: self.folder_of(&location.root).unwrap_or(&location.root).to_owned(),
            directory: location.connectors_dir.clone(),
            connectors,
            files,
            catalogue: store.surroundings().catalogue.clone(),
            trusted: self.settings.trusted != Some(false),
            cli_command: self.settings.cli_command.clone(),
        }
    }

    fn store_of(&self, uri: Option<&Url>) -> Result<&Store, Refusal> {
        let found = match uri {
            Some(uri) => self.path(uri).and_then(|path| self.workspace.project(&path)),
            None => {
                let mut all = self.workspace.projects();
                all.next().filter(|_| all.next().is_none())
            }
        };
        found.ok_or_else(|| {
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

/// Whether somebody has to consent to the connection, as far as is known.
pub(super) fn needs_consent(catalogue: &Catalogue, type_: &str) -> bool {
    catalogue.service(type_).is_none_or(|it| it.auth == Auth::Oauth)
}

fn refuse<T>(why: String) -> Result<T, Refusal> {
    Err(Refusal::because(why))
}

fn name_of(file: &SourceFile) -> String {
    file.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn connector_of(file: &SourceFile) -> Option<(String, Vec<String>)> {
    let connector = Connector::read(&file.text, &file.tree);
    let type_ = connector.type_literal()?.text(&file.text).into_owned();
    let scopes = connector
        .scopes
        .map(|list| list.scopes.iter().map(|it| it.name.to_string()).collect());
    Some((type_, scopes.unwrap_or_default()))
}
