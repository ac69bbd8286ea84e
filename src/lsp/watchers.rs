//! What the client is asked to watch on the disk: the files that concern us, and backend code wherever a project keeps it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use lsp_types::notification::{DidChangeWatchedFiles, Notification as _};
use lsp_types::{
    DidChangeWatchedFilesRegistrationOptions, FileSystemWatcher, GlobPattern, OneOf, Registration, RelativePattern,
    Unregistration, WatchKind,
};
use tower_lsp::Client;

use super::convert;
use super::session::{Session, lock};

/// The files and folders that concern us in every project that is laid out as usual.
const USUAL: [&str; 5] = [
    "**/*.{json,jsonc,json5,JSON,JSONC}",
    "**/connectors",
    "**/base44",
    "**/base44/{functions,shared,actors}/**",
    "**/.app.{json,jsonc}",
];

/// Whatever goes. Of a folder that is deleted or moved away an editor names the folder alone, and it may be called anything.
const GONE: &str = "**/*";

/// The registration of the usual files, which says nothing of any project.
pub(super) fn usual() -> Registration {
    let all = |glob: &str| watcher(GlobPattern::String(glob.to_owned()));
    let gone = FileSystemWatcher {
        kind: Some(WatchKind::Delete),
        ..all(GONE)
    };
    registration(METHOD, USUAL.map(all).into_iter().chain([gone]))
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
        let now = (!patterns.is_empty()).then(|| registration(&name(self.count), patterns.into_iter().map(watcher)));
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

/// Hears of all that happens there.
fn watcher(glob_pattern: GlobPattern) -> FileSystemWatcher {
    FileSystemWatcher {
        glob_pattern,
        kind: None,
    }
}

fn registration(id: &str, watchers: impl IntoIterator<Item = FileSystemWatcher>) -> Registration {
    let options = DidChangeWatchedFilesRegistrationOptions {
        watchers: watchers.into_iter().collect(),
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
