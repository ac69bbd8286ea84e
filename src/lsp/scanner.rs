//! Looks at the disk, one look after the other and none of them on the thread that answers.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use tokio::sync::{mpsc, oneshot};
use tokio::task::spawn_blocking;

use super::publisher::Publisher;
use super::session::{Session, lock};
use super::watchers::Watchers;

/// Where to look. The later of the first three see all that the earlier ones see.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Look {
    /// At the rest of projects of which only open files are known.
    Incomplete,
    /// At the projects known already: what changed without a word from the client?
    Known,
    /// At all folders of the workspace, for projects.
    Everywhere,
    /// At files and folders that changed.
    At(Vec<PathBuf>),
}

/// Takes orders for looks.
#[derive(Clone)]
pub(super) struct Scanner(mpsc::UnboundedSender<Order>);

struct Order {
    /// `None`: only to know when all before it is done.
    look: Option<Look>,
    /// Who waits for it.
    waiting: Option<oneshot::Sender<()>>,
}

impl Scanner {
    /// Starts the task; it ends with the runtime.
    pub(super) fn start(session: Arc<Mutex<Session>>, publisher: Publisher, watchers: Watchers) -> Scanner {
        let (orders, queue) = mpsc::unbounded_channel();
        tokio::spawn(run(session, publisher, watchers, queue));
        Scanner(orders)
    }

    /// Orders a look. Looks happen in the order of the orders, so that an older state of the disk never wins.
    pub(super) fn look(&self, look: Look) {
        // The task is gone only when the session is over.
        drop(self.0.send(Order {
            look: Some(look),
            waiting: None,
        }));
    }

    /// The same; comes back when what was found is known to the session.
    pub(super) async fn look_and_wait(&self, look: Look) {
        self.order_and_wait(Some(look)).await;
    }

    /// Comes back when the looks ordered so far are done.
    pub(super) async fn wait(&self) {
        self.order_and_wait(None).await;
    }

    async fn order_and_wait(&self, look: Option<Look>) {
        let (done, looked) = oneshot::channel();
        drop(self.0.send(Order {
            look,
            waiting: Some(done),
        }));
        drop(looked.await);
    }
}

async fn run(
    session: Arc<Mutex<Session>>,
    publisher: Publisher,
    mut watchers: Watchers,
    mut queue: mpsc::UnboundedReceiver<Order>,
) {
    let mut orders = Vec::new();
    while queue.recv_many(&mut orders, usize::MAX).await > 0 {
        // Dropped when all has been seen: that tells those who wait.
        let (looks, _waiting): (Vec<_>, Vec<_>) = orders.drain(..).map(|it| (it.look, it.waiting)).unzip();
        for look in at_once(looks.into_iter().flatten()) {
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
            watchers.update();
            publisher.wake();
        }
    }
}

/// The fewest looks that see all that these do. They were ordered before any of them begins, so their order is no matter.
fn at_once(orders: impl Iterator<Item = Look>) -> impl Iterator<Item = Look> {
    let (mut changed, mut widest) = (Vec::new(), None);
    for look in orders {
        match look {
            Look::At(mut paths) => changed.append(&mut paths),
            wide => widest = widest.max(Some(wide)),
        }
    }
    changed.sort_unstable();
    changed.dedup();
    let changed = (!changed.is_empty()).then_some(Look::At(changed));
    changed.into_iter().chain(widest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn what_piled_up_is_seen_in_two_looks_at_most() {
        let at = |paths: &[&str]| Look::At(paths.iter().map(PathBuf::from).collect());
        let merged = |orders: Vec<Look>| at_once(orders.into_iter()).collect::<Vec<_>>();
        assert_eq!(merged(vec![]), []);
        assert_eq!(
            merged(vec![Look::Known, Look::Incomplete, Look::Known, Look::Incomplete]),
            [Look::Known]
        );
        assert_eq!(
            merged(vec![at(&["b", "a"]), Look::Everywhere, at(&["b"]), Look::Known]),
            [at(&["a", "b"]), Look::Everywhere]
        );
    }
}
