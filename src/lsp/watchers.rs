//! What the client is asked to watch on the disk: the files that concern us, and backend code wherever a project keeps it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use lsp_types::notification::{DidChangeWatchedFiles, Notification as _};
use lsp_types::{
    DidChangeWatchedFilesRegistrationOptions, FileSystemWatcher, GlobPattern, OneOf, Registration, RelativePattern,
    Unregistration,
};
use tower_lsp::Client;

use super::convert;
use super::session::{Session, lock};

/// The files that concern us in every project that is laid out as usual.
const USUAL: [&str; 5] = [
    "**/*.{json,jsonc,json5,JSON,JSONC}",
    "**/connectors",
    "**/base44",
    "**/base44/{functions,shared,actors}/**",
    "**/.app.{json,jsonc}",
];

/// The registration of the usual files, which says nothing of any project.
pub(super) fn usual() -> Registration {
    registration(METHOD, USUAL.map(|it| GlobPattern::String(it.to_owned())))
}

/// Keeps the client watching the backend code of projects that keep it elsewhere.
pub(super) struct Watchers {
    session: Arc<Mutex<Session>>,
    client: Client,
    watched: BTreeSet<PathBuf>,
    /// How often something was registered: no two registrations have the same name.
    count: usize,
}

impl Watchers {
    pub(super) fn new(session: Arc<Mutex<Session>>, client: Client) -> Watchers {
        Watchers {
            session,
            client,
            watched: BTreeSet::new(),
            count: 0,
        }
    }

    /// Registers anew if the projects have come to lie elsewhere. Waits for nothing.
    pub(super) fn update(&mut self) {
        let (folders, patterns) = {
            let session = lock(&self.session);
            if !session.client.register_watched_files {
                return;
            }
            let folders = unusual_folders(&session);
            if folders == self.watched {
                return;
            }
            let relative = session.client.relative_patterns;
            let patterns: Vec<_> = folders.iter().filter_map(|it| pattern(it, relative)).collect();
            (folders, patterns)
        };
        let before = (!self.watched.is_empty()).then(|| Unregistration {
            id: name(self.count),
            method: METHOD.to_owned(),
        });
        self.watched = folders;
        self.count += 1;
        let now = (!patterns.is_empty()).then(|| registration(&name(self.count), patterns));
        let client = self.client.clone();
        tokio::spawn(async move {
            // In this order, no change falls in between.
            if let Some(registration) = now {
                drop(client.register_capability(vec![registration]).await);
            }
            if let Some(unregistration) = before {
                drop(client.unregister_capability(vec![unregistration]).await);
            }
        });
    }
}

fn unusual_folders(session: &Session) -> BTreeSet<PathBuf> {
    let is_usual = |folder: &&PathBuf| {
        let is_named = |it: Option<&Path>, names: &[&str]| {
            let name = it.and_then(Path::file_name);
            name.is_some_and(|name| names.iter().any(|it| name == *it))
        };
        is_named(folder.parent(), &["base44"]) && is_named(Some(folder), &["functions", "shared", "actors"])
    };
    let projects = session.workspace.projects().filter(|_| session.settings.backend_uses);
    let folders = projects.flat_map(|it| &it.location().backend_dirs);
    folders.filter(|it| !is_usual(it)).cloned().collect()
}

/// All that is in a folder. A client without relative patterns watches all folders of that name.
fn pattern(folder: &Path, relative: bool) -> Option<GlobPattern> {
    if !relative {
        let name = folder.file_name()?.to_str()?;
        return Some(GlobPattern::String(format!("**/{name}/**")));
    }
    Some(GlobPattern::Relative(RelativePattern {
        base_uri: OneOf::Right(convert::to_uri(folder)?),
        pattern: "**".to_owned(),
    }))
}

fn registration(id: &str, patterns: impl IntoIterator<Item = GlobPattern>) -> Registration {
    let watcher = |glob_pattern| FileSystemWatcher {
        glob_pattern,
        kind: None,
    };
    let options = DidChangeWatchedFilesRegistrationOptions {
        watchers: patterns.into_iter().map(watcher).collect(),
    };
    Registration {
        id: id.to_owned(),
        method: METHOD.to_owned(),
        register_options: serde_json::to_value(options).ok(),
    }
}

fn name(count: usize) -> String {
    format!("backend-code-{count}")
}

const METHOD: &str = DidChangeWatchedFiles::METHOD;
