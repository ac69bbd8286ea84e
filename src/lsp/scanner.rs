//! Looks at the disk, one look after the other and none of them on the thread that answers.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use tokio::sync::{mpsc, oneshot};
use tokio::task::spawn_blocking;

use super::publisher::Publisher;
use super::session::{Session, lock};

/// Where to look.
#[derive(Debug, PartialEq)]
pub(super) enum Look {
    /// At all folders of the workspace, for projects.
    Everywhere,
    /// At the projects known already: what changed without a word from the client?
    Known,
    /// At the rest of projects of which only open files are known.
    Incomplete,
    /// At files and folders that changed.
    At(Vec<PathBuf>),
}

/// Takes orders for looks.
#[derive(Clone)]
pub(super) struct Scanner(mpsc::UnboundedSender<Order>);

struct Order {
    look: Look,
    /// Who waits for it.
    waiting: Option<oneshot::Sender<()>>,
}

impl Scanner {
    /// Starts the task; it ends with the runtime.
    pub(super) fn start(session: Arc<Mutex<Session>>, publisher: Publisher) -> Scanner {
        let (orders, queue) = mpsc::unbounded_channel();
        tokio::spawn(run(session, publisher, queue));
        Scanner(orders)
    }

    /// Orders a look. Looks happen in the order of the orders, so that an older state of the disk never wins.
    pub(super) fn look(&self, look: Look) {
        // The task is gone only when the session is over.
        drop(self.0.send(Order { look, waiting: None }));
    }

    /// The same; comes back when what was found is known to the session.
    pub(super) async fn look_and_wait(&self, look: Look) {
        let (done, looked) = oneshot::channel();
        drop(self.0.send(Order {
            look,
            waiting: Some(done),
        }));
        drop(looked.await);
    }
}

async fn run(session: Arc<Mutex<Session>>, publisher: Publisher, mut queue: mpsc::UnboundedReceiver<Order>) {
    let mut waiting = Vec::new();
    while queue.recv_many(&mut waiting, usize::MAX).await > 0 {
        // Of what piled up during the last look, saying it once is enough.
        waiting.dedup_by(|order: &mut Order, before| order.waiting.is_none() && order.look == before.look);
        for Order { look, waiting: _done } in waiting.drain(..) {
            let scan = {
                let workspace = &lock(&session).workspace;
                match &look {
                    Look::Everywhere => workspace.scan_all(),
                    Look::Known => workspace.scan_known(),
                    Look::Incomplete => workspace.scan_incomplete(),
                    Look::At(paths) => workspace.scan_changes(paths),
                }
            };
            if scan.is_empty() {
                continue;
            }
            match spawn_blocking(move || scan.read()).await {
                Ok(scanned) => {
                    let mut session = lock(&session);
                    let affected = session.workspace.merge(scanned);
                    session.mark(affected);
                }
                Err(error) => tracing::error!(%error, "a look at the disk failed"),
            }
            publisher.wake();
        }
    }
}
