//! The overview: every project with its connectors, how each stands with Base44, and what each asks for. For a client's own tree or
//! list; worked out from what the session knows, without asking anybody.

use std::collections::BTreeMap;
use std::path::PathBuf;

use lsp_types::notification::Notification;
use lsp_types::{Range, Url};
use serde::Serialize;

use super::commands::{connector_of, connectors_of};
use super::convert;
use super::remotes::{Comparison, Standing};
use super::session::Session;
use crate::analysis::{self, File, Role, ScopeEntry, Severity, SourceFile};
use crate::base44::AppId;
use crate::project::Store;

/// `base44Connectors/overviewChanged`: it may be another by now. For clients that say they take it.
pub(super) enum OverviewChanged {}

impl Notification for OverviewChanged {
    type Params = Empty;
    const METHOD: &'static str = "base44Connectors/overviewChanged";
}

/// `{}`.
#[derive(Debug, Default, Serialize, serde::Deserialize)]
pub(super) struct Empty {}

/// Whether the client should look again. It is told once; then not before it has looked, however much happens. So the client sets
/// the pace.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum News {
    /// The client knows all.
    #[default]
    None,
    /// Something may have changed.
    Some,
    /// The client knows that there are news.
    Told,
}

impl News {
    /// Something may have changed.
    pub(super) fn came(&mut self) {
        if *self == News::None {
            *self = News::Some;
        }
    }

    /// Whether it is time to tell the client, which then counts as told.
    pub(super) fn take(&mut self) -> bool {
        let are_new = *self == News::Some;
        if are_new {
            *self = News::Told;
        }
        are_new
    }

    /// The client looks.
    pub(super) fn seen(&mut self) {
        *self = News::None;
    }
}

/// The answer to `base44-connectors.overview`.
#[derive(Debug, Serialize)]
pub(super) struct Overview {
    projects: Vec<ProjectItem>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ProjectItem {
    /// Its root folder.
    uri: Url,
    name: String,
    /// The id of the app it is linked to.
    app: Option<String>,
    /// Where the CLI reads connectors, and where backend code is. The folders need not exist.
    connectors_dir: Url,
    backend_dirs: Vec<Url>,
    /// By path.
    connectors: Vec<ConnectorItem>,
    /// The types that Base44 is known to have and the project has not.
    remote_only: Vec<String>,
}

#[derive(Debug, Serialize)]
struct ConnectorItem {
    uri: Url,
    /// `None`: the file does not say.
    #[serde(rename = "type")]
    type_: Option<String>,
    /// What people call the service; the file's name where it is not known which that is.
    name: String,
    errors: usize,
    warnings: usize,
    state: State,
    scopes: Vec<ScopeItem>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
enum State {
    /// Our check reports errors.
    Errors,
    /// Base44 refused it at the last push.
    Failed,
    Unknown,
    InStep,
    NotPushed,
    NeedsConsent,
}

#[derive(Debug, Serialize)]
struct ScopeItem {
    /// As it stands in the file.
    name: String,
    /// What it allows in a few words, in a sentence, and how much that is; `None`: the service has no such scope that we know of.
    label: Option<String>,
    summary: Option<String>,
    risk: Option<&'static str>,
    /// Where it stands.
    range: Range,
}

impl Overview {
    /// The overview of the session's projects, which are linked to these `apps`.
    pub(super) fn new(session: &Session, apps: &BTreeMap<PathBuf, AppId>) -> Overview {
        let projects = session.workspace.projects();
        let item = |store: &Store| project_item(session, store, apps.get(&store.location().root));
        Overview {
            projects: projects.filter_map(item).collect(),
        }
    }
}

fn project_item(session: &Session, store: &Store, app: Option<&AppId>) -> Option<ProjectItem> {
    let location = store.location();
    let root = &location.root;
    let catalogue = store.surroundings().catalogue;
    let compared = session.remotes.compare(root, app, &connectors_of(store), catalogue);
    let mut files: Vec<_> = store.files().filter(|it| it.role == Role::Connector).collect();
    files.sort_by_key(|it| &it.path);
    let connectors = files
        .into_iter()
        .filter_map(|it| connector_item(session, store, it, &compared))
        .collect();
    Some(ProjectItem {
        uri: session.uri(root)?,
        name: root
            .file_name()
            .unwrap_or(root.as_os_str())
            .to_string_lossy()
            .into_owned(),
        app: app.map(|it| it.as_str().to_owned()),
        connectors_dir: session.uri(&location.connectors_dir)?,
        backend_dirs: location.backend_dirs.iter().filter_map(|it| session.uri(it)).collect(),
        connectors,
        remote_only: compared.remote_only(),
    })
}

fn connector_item(session: &Session, store: &Store, file: &SourceFile, compared: &Comparison) -> Option<ConnectorItem> {
    let around = store.surroundings();
    let found = analysis::diagnostics(file, around);
    let count = |severity| found.iter().filter(|it| it.severity == severity).count();
    let read = File::read(file, around);
    // Where the editor's own JSON server reports what is no JSON, our findings leave it out. It is wrong all the same.
    let errors = count(Severity::Error).max(read.errors.len());
    let type_ = connector_of(file).map(|(type_, _)| type_);
    let state = match &type_ {
        _ if errors > 0 => State::Errors,
        _ if session.push_failures.of(file).is_some() => State::Failed,
        None => State::Unknown,
        Some(type_) => compared.standing(type_).into(),
    };
    let file_name = || file.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let name = read.service.map(|it| it.name.to_string());
    Some(ConnectorItem {
        uri: session.uri(&file.path)?,
        name: name.or_else(|| type_.clone()).unwrap_or_else(file_name),
        type_,
        errors,
        warnings: count(Severity::Warning),
        state,
        scopes: scope_items(session, &read),
    })
}

fn scope_items(session: &Session, file: &File<'_>) -> Vec<ScopeItem> {
    let lines = session.indexed_lines(file.source);
    let item = |ScopeEntry { item: it, .. }: &ScopeEntry<'_>| {
        let known = file
            .service
            .and_then(|service| service.find(&it.name))
            .map(|it| it.scope);
        ScopeItem {
            name: it.name.to_string(),
            label: known.map(crate::registry::Scope::label),
            summary: known.map(|it| it.summary.to_string()),
            risk: known.map(|it| it.risk().name()),
            range: convert::range(&lines, it.range(), session.client.encoding),
        }
    };
    file.scopes.iter().map(item).collect()
}

impl From<Standing> for State {
    fn from(standing: Standing) -> State {
        match standing {
            Standing::Unknown => State::Unknown,
            Standing::InStep => State::InStep,
            Standing::NotPushed => State::NotPushed,
            Standing::NeedsConsent => State::NeedsConsent,
        }
    }
}
