//! Runs the CLI for a program at a terminal: one thing after the other, until somebody interrupts it.

use std::io;

use tokio::runtime::{Builder, Runtime};

use super::CancellationToken;

/// A program that waits for what it does, and can be interrupted (Ctrl-C) while it does: then the CLI ends, too, with everything
/// it has started.
#[derive(Debug)]
pub struct Foreground {
    runtime: Runtime,
    interrupted: CancellationToken,
}

impl Foreground {
    /// From now on an interrupt no longer ends the process by itself: see to it by [`interrupted`](Self::interrupted).
    ///
    /// # Errors
    /// If the operating system grants neither timers nor signals.
    pub fn start() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let interrupted = CancellationToken::new();
        let interrupt = {
            let _inside = runtime.enter();
            interrupt()?
        };
        let token = interrupted.clone();
        runtime.spawn(async move {
            interrupt.await;
            token.cancel();
        });
        Ok(Self { runtime, interrupted })
    }

    /// Cancelled by an interrupt.
    #[must_use]
    pub fn interrupted(&self) -> &CancellationToken {
        &self.interrupted
    }

    /// Does `work`, which has to mind [`interrupted`](Self::interrupted) itself.
    pub fn run<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// Does `work`, which blocks, as when it waits for the user; `None` if it was interrupted.
    pub fn wait_for<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let (sender, done) = tokio::sync::oneshot::channel();
        // Nobody can end this thread, but neither does it hold up the end of the process.
        std::thread::spawn(move || sender.send(work()));
        self.runtime
            .block_on(self.interrupted.run_until_cancelled(done))
            .and_then(Result::ok)
    }
}

/// Waits for the first signal that asks the process to end.
#[cfg(unix)]
fn interrupt() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut keyboard = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    Ok(async move {
        tokio::select! {
            _ = keyboard.recv() => {}
            _ = terminate.recv() => {}
            _ = hang_up.recv() => {}
        }
    })
}

/// See above.
#[cfg(windows)]
fn interrupt() -> io::Result<impl Future<Output = ()>> {
    let mut keyboard = tokio::signal::windows::ctrl_c()?;
    let mut closing = tokio::signal::windows::ctrl_close()?;
    Ok(async move {
        tokio::select! {
            _ = keyboard.recv() => {}
            _ = closing.recv() => {}
        }
    })
}
