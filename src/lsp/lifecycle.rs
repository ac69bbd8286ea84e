//! From start to exit: the phases of a session, the exit code, and the client's process.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// Where a session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Phase {
    /// Before the answer to `initialize`: no other request is served.
    Starting,
    /// Everything is served.
    Running,
    /// After `shutdown`: only `exit` is served.
    ShutDown,
}

/// The phase of a session, shared by the reader and the handlers that are under way.
#[derive(Debug, Clone)]
pub(super) struct Lifecycle(Arc<AtomicU8>);

impl Lifecycle {
    pub(super) fn new() -> Lifecycle {
        Lifecycle(Arc::new(AtomicU8::new(Phase::Starting as u8)))
    }

    pub(super) fn phase(&self) -> Phase {
        match self.0.load(Ordering::SeqCst) {
            0 => Phase::Starting,
            1 => Phase::Running,
            _ => Phase::ShutDown,
        }
    }

    pub(super) fn enter(&self, phase: Phase) {
        self.0.store(phase as u8, Ordering::SeqCst);
    }

    /// The process's exit code if the session ends now: 0 after `shutdown`, otherwise 1.
    pub(super) fn exit_code(&self) -> u8 {
        u8::from(self.phase() != Phase::ShutDown)
    }
}

/// Comes back when this process is told to end: by `kill`, by the end of its terminal, by the system going down. Ended there and then, it
/// would leave behind the CLI that it runs.
#[cfg(unix)]
pub(super) async fn told_to_end() {
    use tokio::signal::unix::{SignalKind, signal};

    let kinds = [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::hangup()];
    // What cannot be heard of is done as ever.
    let mut signals: Vec<_> = kinds.into_iter().filter_map(|kind| signal(kind).ok()).collect();
    std::future::poll_fn(
        |context| match signals.iter_mut().any(|it| it.poll_recv(context).is_ready()) {
            true => std::task::Poll::Ready(()),
            false => std::task::Poll::Pending,
        },
    )
    .await;
}

/// See above. On Windows the CLI is in a job that ends with this process.
#[cfg(not(unix))]
pub(super) async fn told_to_end() {
    std::future::pending::<()>().await;
}

/// A foreign process that is being watched.
pub(super) struct Process(platform::Process);

impl Process {
    /// Begins to watch a process. From now on its end is not missed.
    ///
    /// # Errors
    /// If there is no such process (a client outside our container), or this system has no way to watch one.
    pub(super) fn watch(pid: u32) -> io::Result<Process> {
        platform::Process::watch(pid).map(Process)
    }

    /// Blocks until the process is gone.
    pub(super) fn wait(self) {
        self.0.wait();
    }
}

/// The file descriptor of a process: it costs nothing while waiting, sees a process that its parent has not reaped
/// yet, and never means another process that got the same number.
#[cfg(target_os = "linux")]
mod platform {
    use std::io;
    use std::os::fd::OwnedFd;

    use rustix::event::{PollFd, PollFlags, poll};
    use rustix::io::Errno;
    use rustix::process::{Pid, PidfdFlags, pidfd_open};

    pub(super) struct Process(OwnedFd);

    impl Process {
        pub(super) fn watch(pid: u32) -> io::Result<Process> {
            let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
            let pid = pid.ok_or(io::ErrorKind::InvalidInput)?;
            Ok(Process(pidfd_open(pid, PidfdFlags::empty())?))
        }

        pub(super) fn wait(self) {
            while poll(&mut [PollFd::new(&self.0, PollFlags::IN)], None) == Err(Errno::INTR) {}
        }
    }
}

#[cfg(all(unix, not(target_os = "linux")))]
mod platform {
    use std::io;
    use std::thread::sleep;
    use std::time::Duration;

    use rustix::io::Errno;
    use rustix::process::{Pid, test_kill_process};

    pub(super) struct Process(Pid);

    impl Process {
        pub(super) fn watch(pid: u32) -> io::Result<Process> {
            let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
            let process = Process(pid.ok_or(io::ErrorKind::InvalidInput)?);
            if process.exists() {
                Ok(process)
            } else {
                Err(Errno::SRCH.into())
            }
        }

        /// One that may not be signalled by us exists, too.
        fn exists(&self) -> bool {
            test_kill_process(self.0) != Err(Errno::SRCH)
        }

        pub(super) fn wait(self) {
            while self.exists() {
                sleep(Duration::from_secs(1));
            }
        }
    }
}

/// Without unsafe code there is no way to wait for a foreign process on Windows. There, a client that dies closes our
/// standard input, and that ends the server.
#[cfg(not(unix))]
mod platform {
    use std::io;

    pub(super) struct Process;

    impl Process {
        pub(super) fn watch(_pid: u32) -> io::Result<Process> {
            Err(io::ErrorKind::Unsupported.into())
        }

        pub(super) fn wait(self) {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exit_code_says_whether_shutdown_came_first() {
        let lifecycle = Lifecycle::new();
        assert_eq!(lifecycle.exit_code(), 1);
        lifecycle.enter(Phase::Running);
        assert_eq!(lifecycle.exit_code(), 1);
        lifecycle.enter(Phase::ShutDown);
        assert_eq!(lifecycle.exit_code(), 0);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn waiting_ends_when_the_process_does_even_if_nobody_reaps_it() {
        use std::process::{Command, Stdio};
        // `cat` lives until its input is closed.
        let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        let process = Process::watch(child.id()).unwrap();
        drop(child.stdin.take());
        process.wait();
        child.wait().unwrap();
    }

    #[test]
    fn a_process_that_is_not_there_cannot_be_watched() {
        assert!(Process::watch(0).is_err());
        assert!(Process::watch(u32::MAX).is_err());
        assert!(Process::watch(i32::MAX as u32).is_err());
    }
}
