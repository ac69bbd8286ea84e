//! What a session knows: the client, its settings, and the workspace. One lock guards it, and no lock is held over an await.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use lsp_types::{InitializeParams, Url};
use rustc_hash::FxHashMap;
use serde_json::Value;

use super::capabilities::ClientCaps;
use super::convert;
use super::overview::News;
use super::push_failures::PushFailures;
use super::remotes::Remotes;
use super::settings::Settings;
use crate::analysis::{self, SourceFile, rules};
use crate::base44::{self, Environment};
use crate::project::document::Document;
use crate::project::position::{Encoding, LineColumn, LineIndex, Lines};
use crate::project::{Affected, Store, Workspace};
use crate::syntax::TextSize;

/// The state of one client's session.
pub(super) struct Session {
    pub(super) client: ClientCaps,
    pub(super) settings: Settings,
    pub(super) workspace: Workspace,
    /// The client grants file watchers. Where it does not, saving and opening look at the disk again.
    pub(super) watches: bool,
    pub(super) push_failures: PushFailures,
    pub(super) remotes: Remotes,
    /// For the client's overview.
    pub(super) news: News,
    /// Findings have changed without a change of the client's: it has to be told to ask for them.
    unasked: bool,
    /// Files whose findings may differ from what the client shows.
    dirty: BTreeSet<PathBuf>,
    /// How the client spells the URI of each open file; it gets the same spelling back.
    uris: FxHashMap<PathBuf, Url>,
    options: Value,
    folders: Vec<PathBuf>,
}

impl Session {
    pub(super) fn new() -> Session {
        Session {
            client: ClientCaps::default(),
            settings: Settings::default(),
            workspace: Workspace::new(base44::catalogue(&Environment::of_process())),
            watches: false,
            push_failures: PushFailures::default(),
            remotes: Remotes::default(),
            news: News::default(),
            unasked: false,
            dirty: BTreeSet::new(),
            uris: FxHashMap::default(),
            options: Value::Null,
            folders: Vec::new(),
        }
    }

    pub(super) fn start(&mut self, params: &InitializeParams) {
        self.client = ClientCaps::new(params);
        self.options = params.initialization_options.clone().unwrap_or_default();
        self.configure(&Value::Null);
        self.folders = initial_folders(params);
        self.set_folders();
    }

    /// Takes over the client's configuration, over the options it started us with. Returns whether what is on the disk has to be looked
    /// at again.
    pub(super) fn configure(&mut self, configuration: &Value) -> bool {
        let (settings, problems) = Settings::from_layers([&self.options, configuration]);
        for problem in problems {
            tracing::warn!("{problem}");
        }
        let affected = self.workspace.set_settings(for_analysis(&settings));
        let looks_again = settings.backend_uses && !self.settings.backend_uses;
        self.settings = settings;
        self.mark(affected);
        looks_again
    }

    /// Adds and removes workspace folders.
    pub(super) fn change_folders(&mut self, added: &[PathBuf], removed: &[PathBuf]) {
        self.folders.retain(|it| !removed.contains(it));
        for folder in added {
            if !self.folders.contains(folder) {
                self.folders.push(folder.clone());
            }
        }
        self.set_folders();
    }

    fn set_folders(&mut self) {
        let affected = self.workspace.set_folders(&self.folders);
        self.mark(affected);
    }

    /// The workspace folder that a path is in.
    pub(super) fn folder_of(&self, path: &Path) -> Option<&Path> {
        let around = self.folders.iter().filter(|it| path.starts_with(it));
        around.map(PathBuf::as_path).max_by_key(|it| it.as_os_str().len())
    }

    /// The project that a file or folder is in; without one, the only project there is.
    pub(super) fn project_of(&self, uri: Option<&Url>) -> Option<&Store> {
        let Some(uri) = uri else {
            let mut all = self.workspace.projects();
            return all.next().filter(|_| all.next().is_none());
        };
        let path = self.path(uri)?;
        let around = || self.workspace.project_around(&path);
        self.workspace.project(&path).or_else(around)
    }

    /// The path under which the workspace knows the document, if it is a file.
    pub(super) fn path(&self, uri: &Url) -> Option<PathBuf> {
        convert::to_path(uri).map(|path| self.workspace.key(&path))
    }

    /// The URI of a file, as the client spells it.
    pub(super) fn uri(&self, path: &Path) -> Option<Url> {
        self.uris.get(path).cloned().or_else(|| convert::to_uri(path))
    }

    pub(super) fn remember_uri(&mut self, path: PathBuf, uri: Url) {
        self.uris.insert(path, uri);
    }

    pub(super) fn forget_uri(&mut self, path: &Path) {
        self.uris.remove(path);
    }

    /// These files are to be looked at again.
    pub(super) fn mark(&mut self, affected: Affected) {
        if !affected.is_empty() {
            self.news.came();
        }
        self.dirty.extend(affected);
    }

    /// These files are to be looked at again, open or not, although nobody has changed them.
    pub(super) fn mark_unasked(&mut self, paths: impl IntoIterator<Item = PathBuf>) {
        self.dirty.extend(paths);
        self.unasked = true;
        self.news.came();
    }

    /// Whether [`mark_unasked`](Self::mark_unasked) was called since this was last asked.
    pub(super) fn take_unasked(&mut self) -> bool {
        std::mem::take(&mut self.unasked)
    }

    /// Forgets what Base44 refused of the files below `folder`.
    pub(super) fn forget_failures_below(&mut self, folder: &Path) {
        let forgotten = self.push_failures.forget_below(folder);
        if !forgotten.is_empty() {
            self.mark_unasked(forgotten);
        }
    }

    /// Takes the open ones of those files, and of the others as many as make up `most`.
    pub(super) fn take_dirty(&mut self, most: usize) -> Vec<PathBuf> {
        let mut taken: Vec<_> = self.uris.keys().filter_map(|it| self.dirty.take(it)).collect();
        while taken.len() < most
            && let Some(path) = self.dirty.pop_first()
        {
            taken.push(path);
        }
        taken
    }

    /// Looks up many positions in a file.
    pub(super) fn indexed_lines(&self, file: &SourceFile) -> FileLines<'_> {
        match self.workspace.document(&file.path) {
            Some(_) => FileLines::Indexed {
                lines: LineIndex::new(&file.text),
                mark: TextSize::default(),
            },
            None => FileLines::on_disk(&file.text),
        }
    }

    /// Looks up a few positions in a file.
    pub(super) fn lines(&self, file: &SourceFile) -> FileLines<'_> {
        match self.workspace.document(&file.path) {
            Some(document) if file.text.len() > SHORT => FileLines::Open(document),
            Some(_) => FileLines::indexed(&file.text),
            None => FileLines::on_disk(&file.text),
        }
    }
}

/// The session, also after a handler has panicked: each change to it is complete or has not happened.
pub(super) fn lock(session: &Mutex<Session>) -> MutexGuard<'_, Session> {
    let mut session = lock_unsettled(session);
    let affected = session.workspace.settle();
    session.mark(affected);
    session
}

/// The same, to change the text of documents: what follows from earlier changes is not worked out yet.
pub(super) fn lock_unsettled(session: &Mutex<Session>) -> MutexGuard<'_, Session> {
    session.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Positions in a file: an open buffer has its own look-up, a closed file gets one made.
pub(super) enum FileLines<'a> {
    /// Nothing to build, and each place takes a walk down the rope.
    Open(&'a Document),
    /// Made at once, for many places, for short texts, and where there is no rope.
    Indexed {
        lines: LineIndex,
        /// The length of the byte order mark, which editors do not take for a part of the text.
        mark: TextSize,
    },
}

/// An index of so short a text is made in less time than a rope takes to find one place.
const SHORT: usize = 8 * 1024;

impl FileLines<'_> {
    fn indexed(text: &str) -> Self {
        FileLines::Indexed {
            lines: LineIndex::new(text),
            mark: TextSize::default(),
        }
    }

    fn on_disk(text: &str) -> Self {
        let shown = text.strip_prefix('\u{feff}').unwrap_or(text);
        FileLines::Indexed {
            lines: LineIndex::new(shown),
            mark: TextSize::of(text) - TextSize::of(shown),
        }
    }
}

impl Lines for FileLines<'_> {
    fn line_column(&self, offset: TextSize, encoding: Encoding) -> LineColumn {
        match self {
            FileLines::Open(document) => document.rope().line_column(offset, encoding),
            FileLines::Indexed { lines, mark } => {
                lines.line_column(offset.checked_sub(*mark).unwrap_or_default(), encoding)
            }
        }
    }

    fn offset(&self, place: LineColumn, encoding: Encoding) -> TextSize {
        match self {
            FileLines::Open(document) => document.rope().offset(place, encoding),
            FileLines::Indexed { lines, mark } => lines.offset(place, encoding) + *mark,
        }
    }
}

/// The part of the settings that verdicts depend on. Unknown rules have been named in the log and are left out.
fn for_analysis(settings: &Settings) -> analysis::Settings {
    let mut res = analysis::Settings {
        skips_backend: !settings.backend_uses,
        ..analysis::Settings::default()
    };
    for (code, level) in &settings.rules {
        if let (Some(rule), Some(level)) = (rules::by_code(code), rules::Level::parse(level)) {
            res.levels.insert(rule.code, level);
        } else {
            tracing::warn!(code, "setting rules: there is no such rule");
        }
    }
    if !settings.syntax_errors {
        res.levels.insert("syntax-error", rules::Level::Off);
    }
    res
}

/// What the client opened, in the newest form it knows.
fn initial_folders(params: &InitializeParams) -> Vec<PathBuf> {
    if let Some(folders) = &params.workspace_folders {
        return folders.iter().filter_map(|it| convert::to_path(&it.uri)).collect();
    }
    if let Some(uri) = &params.root_uri {
        return convert::to_path(uri).into_iter().collect();
    }
    #[expect(deprecated, reason = "old clients send nothing else")]
    let root = params.root_path.as_ref().map(PathBuf::from);
    root.filter(|it| it.is_absolute()).into_iter().collect()
}
