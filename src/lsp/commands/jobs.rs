//! What is under way: one command per project at a time, each of which the user can cancel.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use lsp_types::notification::Progress as ProgressNotification;
use lsp_types::request::WorkDoneProgressCreate;
use lsp_types::{
    NumberOrString, ProgressParams, ProgressParamsValue, WorkDoneProgress, WorkDoneProgressBegin,
    WorkDoneProgressCreateParams, WorkDoneProgressEnd, WorkDoneProgressReport,
};
use tower_lsp::Client;

use super::super::transport::Outbox;
use crate::base44::{CancellationToken, Control, Stage};

/// The commands under way. Cloning shares them.
#[derive(Clone, Default)]
pub(super) struct Jobs(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    has_ended: bool,
    /// The last number given to a job or to a progress.
    last: u64,
    /// By the root of the project.
    under_way: HashMap<PathBuf, UnderWay>,
    /// What the cancel button of each progress stops.
    progress: HashMap<String, CancellationToken>,
}

struct UnderWay {
    number: u64,
    waits_for_user: bool,
    stop: CancellationToken,
}

impl Jobs {
    /// Begins a job of the project at `root`; `None` if another is at work there. One that only waits for the user's answer
    /// gives way: its question may have been closed long ago, in an editor that does not tell.
    pub(super) fn begin(&self, root: &Path) -> Option<Job> {
        let mut state = self.lock();
        let before = state.under_way.get(root);
        if state.has_ended || before.is_some_and(|it| !it.waits_for_user) {
            return None;
        }
        if let Some(before) = before {
            before.stop.cancel();
        }
        let (number, stop) = (state.next_number(), CancellationToken::new());
        let under_way = UnderWay {
            number,
            waits_for_user: false,
            stop: stop.clone(),
        };
        state.under_way.insert(root.to_owned(), under_way);
        Some(Job {
            jobs: self.clone(),
            root: root.to_owned(),
            number,
            stop,
        })
    }

    /// Cancels what the progress of this token shows.
    pub(super) fn cancel(&self, token: &NumberOrString) {
        if let NumberOrString::String(token) = token
            && let Some(stop) = self.lock().progress.get(token)
        {
            stop.cancel();
        }
    }

    /// The session is over: stops everything, and lets nothing begin.
    pub(super) fn end(&self) {
        let mut state = self.lock();
        state.has_ended = true;
        state.under_way.values().for_each(|it| it.stop.cancel());
    }

    /// Whether the session is over.
    pub(super) fn have_ended(&self) -> bool {
        self.lock().has_ended
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn next_number(&mut self) -> u64 {
        self.last += 1;
        self.last
    }
}

/// One command under way. Dropping it makes room for the next.
pub(super) struct Job {
    jobs: Jobs,
    root: PathBuf,
    number: u64,
    /// Ends it.
    stop: CancellationToken,
}

impl Job {
    /// Waits for something that the user does, for as long as the job goes on: meanwhile it gives way to another command. `None`:
    /// it was stopped.
    pub(super) async fn wait_for_user<T>(&self, deed: impl Future<Output = T>) -> Option<T> {
        self.set_waits_for_user(true);
        let done = tokio::select! {
            biased;
            () = self.stop.cancelled() => None,
            done = deed => Some(done),
        };
        self.set_waits_for_user(false);
        done
    }

    fn set_waits_for_user(&self, waits: bool) {
        if let Some(it) = self.jobs.lock().under_way.get_mut(&self.root)
            && it.number == self.number
        {
            it.waits_for_user = waits;
        }
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        let mut state = self.jobs.lock();
        if state
            .under_way
            .get(&self.root)
            .is_some_and(|it| it.number == self.number)
        {
            state.under_way.remove(&self.root);
        }
    }
}

/// A stretch of a job that the editor shows, with a cancel button. It ends when dropped.
pub(super) struct Progress<'a> {
    job: &'a Job,
    token: String,
    /// Where it is shown; `None`: the client cannot, or does not want to.
    shown: Option<Outbox>,
    on_stage: Box<dyn Fn(Stage) + Send + Sync>,
}

/// A client that takes longer than this to say whether it shows a progress gets none, and its command all the same.
const CLIENT_PATIENCE: Duration = Duration::from_secs(5);

impl<'a> Progress<'a> {
    /// Begins it; the client is asked first, if it `can_show` such a thing.
    pub(super) async fn begin(
        job: &'a Job,
        client: &Client,
        outbox: &Outbox,
        can_show: bool,
        title: &str,
    ) -> Progress<'a> {
        let token = {
            let mut state = job.jobs.lock();
            let token = format!("base44-connectors/{}", state.next_number());
            state.progress.insert(token.clone(), job.stop.clone());
            token
        };
        let mut progress = Progress {
            job,
            token: token.clone(),
            shown: None,
            on_stage: Box::new(|_| {}),
        };
        if can_show {
            let params = WorkDoneProgressCreateParams {
                token: NumberOrString::String(token.clone()),
            };
            let created = client.send_request::<WorkDoneProgressCreate>(params);
            if let Ok(Ok(())) = tokio::time::timeout(CLIENT_PATIENCE, created).await {
                progress.shown = Some(outbox.clone());
            }
        }
        let title = title.to_owned();
        let begin = WorkDoneProgressBegin {
            title,
            cancellable: Some(true),
            message: None,
            percentage: None,
        };
        progress.notify(WorkDoneProgress::Begin(begin));
        if let Some(outbox) = progress.shown.clone() {
            progress.on_stage = Box::new(move |stage| {
                let (message, cancellable) = (Some(stage.to_string()), Some(true));
                let report = WorkDoneProgressReport {
                    message,
                    cancellable,
                    percentage: None,
                };
                notify(&outbox, &token, WorkDoneProgress::Report(report));
            });
        }
        progress
    }

    /// For one call of the CLI: its stages are shown, its own words are logged, and the user can end it.
    pub(super) fn control(&self) -> Control<'_> {
        let (on_line, on_stage) = (&log_line, &*self.on_stage);
        Control {
            on_line,
            on_stage,
            cancel: &self.job.stop,
            deadline: None,
        }
    }

    fn notify(&self, value: WorkDoneProgress) {
        if let Some(outbox) = &self.shown {
            notify(outbox, &self.token, value);
        }
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        self.job.jobs.lock().progress.remove(&self.token);
        self.notify(WorkDoneProgress::End(WorkDoneProgressEnd { message: None }));
    }
}

/// The CLI's words, without secrets.
fn log_line(line: &str) {
    tracing::info!("base44: {line}");
}

fn notify(outbox: &Outbox, token: &str, value: WorkDoneProgress) {
    let token = NumberOrString::String(token.to_owned());
    outbox.notify::<ProgressNotification>(&ProgressParams {
        token,
        value: ProgressParamsValue::WorkDone(value),
    });
}
