//! Keeps what the client shows in step with what is true: one task that pushes the findings of the files that changed.
//!
//! However many changes come in between, it looks at the newest state only, so a burst of keystrokes costs one check; there is no
//! timer. It remembers what each file was last shown with, and sends nothing that says the same again.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use lsp_types::notification::PublishDiagnostics;
use lsp_types::request::{CodeLensRefresh, InlayHintRefreshRequest, Request, WorkspaceDiagnosticRefresh};
use lsp_types::{Diagnostic, PublishDiagnosticsParams, Url};
use rustc_hash::FxHashMap;
use tokio::sync::Notify;
use tokio::task::yield_now;
use tower_lsp::Client;

use super::intake::Intake;
use super::lenses::LensState;
use super::overview::{Empty, OverviewChanged};
use super::session::{Session, lock};
use super::to_proto;
use super::transport::Outbox;
use crate::project::document::Document;

/// How many files are looked at under one lock. Thousands may have changed at once, and an edit must not wait for all of them.
const BATCH: usize = 64;

/// Wakes the publisher.
#[derive(Clone)]
pub(super) struct Publisher(Arc<Notify>);

impl Publisher {
    /// Starts the task; it ends with the runtime.
    pub(super) fn start(session: Arc<Mutex<Session>>, client: Client, outbox: Outbox, intake: Intake) -> Publisher {
        let notify = Arc::new(Notify::new());
        let (lenses, hints) = {
            let session = lock(&session);
            (Last(LensState::of(&session)), Last(session.settings.inlay_hints))
        };
        let task = Task {
            lenses,
            hints,
            session,
            client,
            outbox,
            shown: FxHashMap::default(),
        };
        tokio::spawn(task.run(Arc::clone(&notify), intake));
        Publisher(notify)
    }

    /// Something may have changed.
    pub(super) fn wake(&self) {
        self.0.notify_one();
    }
}

struct Task {
    session: Arc<Mutex<Session>>,
    client: Client,
    outbox: Outbox,
    /// What the client shows of each file, where it shows anything.
    shown: FxHashMap<PathBuf, Shown>,
    /// What the client's code lenses were made from.
    lenses: Last<LensState>,
    /// Whether the client was last given inlay hints.
    hints: Last<bool>,
}

/// What something was the last time.
struct Last<T>(T);

impl<T: PartialEq> Last<T> {
    /// Takes over what it is `now`. Returns whether that is news.
    fn renew(&mut self, now: T) -> bool {
        let is_news = self.0 != now;
        self.0 = now;
        is_news
    }
}

/// What one document was last shown with.
#[derive(PartialEq)]
struct Shown {
    uri: Url,
    version: Option<i32>,
    diagnostics: Vec<Diagnostic>,
}

impl Task {
    async fn run(mut self, wake: Arc<Notify>, intake: Intake) {
        loop {
            wake.notified().await;
            // A check between two edits of a burst would only keep the second one waiting.
            intake.handled().await;
            while self.publish() {
                // Between two batches, edits get the lock.
                yield_now().await;
            }
            self.tell_news();
        }
    }

    fn tell_news(&self) {
        let mut session = lock(&self.session);
        if session.client.overview_changed && session.news.take() {
            self.outbox.notify::<OverviewChanged>(&Empty {});
        }
    }

    /// Publishes what is open and has changed, and a batch of the rest. Returns whether there was anything.
    fn publish(&mut self) -> bool {
        let (changes, refresh) = {
            let mut session = lock(&self.session);
            if session.client.pull_diagnostics {
                let (dirty, unasked) = (session.take_dirty(usize::MAX), session.take_unasked());
                // A client that pulls asks by itself for what it changed; it has to be told of the rest.
                let elsewhere = dirty.iter().any(|path| session.workspace.document(path).is_none());
                let refresh = session.client.refresh_diagnostics && (unasked || elsewhere || dirty.len() > 1);
                (Vec::new(), refresh)
            } else {
                let dirty = session.take_dirty(BATCH);
                (
                    dirty
                        .into_iter()
                        .map(|path| (self.current(&session, &path), path))
                        .collect(),
                    false,
                )
            }
        };
        self.refresh_views();
        let any = !changes.is_empty();
        for (now, path) in changes {
            self.show(path, now);
        }
        if refresh {
            self.ask::<WorkspaceDiagnosticRefresh>();
        }
        any
    }

    /// A client asks for the lenses and hints of a file when that file changes; it has to be told of what changes elsewhere.
    fn refresh_views(&mut self) {
        let (lenses, hints) = {
            let session = lock(&self.session);
            let lenses = self.lenses.renew(LensState::of(&session)) && session.client.refresh_code_lens;
            let hints = self.hints.renew(session.settings.inlay_hints) && session.client.refresh_inlay_hints;
            (lenses, hints)
        };
        if lenses {
            self.ask::<CodeLensRefresh>();
        }
        if hints {
            self.ask::<InlayHintRefreshRequest>();
        }
    }

    /// Not awaited: a client that never answers must not hold up the next findings.
    fn ask<R: Request<Params = ()> + 'static>(&self)
    where
        R::Result: Send,
    {
        let client = self.client.clone();
        tokio::spawn(async move { client.send_request::<R>(()).await });
    }

    /// What should be shown of a file; `None` where there is no address to show it at.
    fn current(&self, session: &Session, path: &Path) -> Option<Shown> {
        let document = session.workspace.document(path);
        let version = document
            .filter(|_| session.client.diagnostic_version)
            .map(Document::version);
        Some(Shown {
            uri: session.uri(path)?,
            version,
            diagnostics: to_proto::file_diagnostics(session, path),
        })
    }

    /// Sends what differs from what is shown.
    fn show(&mut self, path: PathBuf, now: Option<Shown>) {
        let before = self.shown.remove(&path);
        let Some(now) = now else { return };
        if let Some(before) = &before
            && before.uri != now.uri
        {
            self.send(&Shown {
                uri: before.uri.clone(),
                version: None,
                diagnostics: Vec::new(),
            });
        }
        // Nothing of an unopened file that has never been wrong; but an open one is told that it is fine.
        let news = match &before {
            Some(before) => *before != now,
            None => !now.diagnostics.is_empty() || now.version.is_some(),
        };
        if news {
            self.send(&now);
        }
        if !now.diagnostics.is_empty() || now.version.is_some() {
            self.shown.insert(path, now);
        }
    }

    fn send(&self, shown: &Shown) {
        self.outbox.notify::<PublishDiagnostics>(&PublishDiagnosticsParams {
            uri: shown.uri.clone(),
            version: shown.version,
            diagnostics: shown.diagnostics.clone(),
        });
    }
}
