//! What a run is doing, on the terminal of whoever waits for it; nothing if it is done soon.

use std::io::{self, Write};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::console::is_screen;

/// How long nobody wonders.
const PATIENCE: Duration = Duration::from_millis(500);

/// A line at the bottom of the terminal. It goes when this is dropped, before anything else is printed.
pub(super) struct Progress {
    messages: Option<Sender<String>>,
    shown: Option<JoinHandle<()>>,
}

impl Progress {
    /// Starts the clock. Nothing is ever shown where standard error is no terminal.
    pub(super) fn start() -> Self {
        if !is_screen(&io::stderr()) {
            return Progress {
                messages: None,
                shown: None,
            };
        }
        let (messages, queue) = mpsc::channel();
        let shown = thread::spawn(move || show(&queue, PATIENCE, &mut io::stderr()));
        Progress {
            messages: Some(messages),
            shown: Some(shown),
        }
    }

    /// What is being done from now on.
    pub(super) fn say(&self, message: impl FnOnce() -> String) {
        if let Some(messages) = &self.messages {
            // Where it cannot be shown, there is nobody to tell.
            let _ = messages.send(message());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.messages = None;
        if let Some(shown) = self.shown.take() {
            let _ = shown.join();
        }
    }
}

/// Shows the newest message once `patience` is at an end, until nobody can send any more.
fn show(messages: &Receiver<String>, patience: Duration, out: &mut impl Write) {
    const ERASE: &str = "\r\x1b[K";
    let begin = Instant::now();
    let mut newest = String::new();
    let mut is_shown = false;
    loop {
        let next = match is_shown {
            true => messages.recv().map_err(|_| RecvTimeoutError::Disconnected),
            false => messages.recv_timeout(patience.saturating_sub(begin.elapsed())),
        };
        match next {
            Ok(message) => newest = message,
            Err(RecvTimeoutError::Timeout) => is_shown = true,
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if is_shown {
            let _ = write!(out, "{ERASE}{newest} …").and_then(|()| out.flush());
        }
    }
    if is_shown {
        let _ = write!(out, "{ERASE}").and_then(|()| out.flush());
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// What has been written so far, for somebody else to see.
    #[derive(Clone, Default)]
    struct Screen(Arc<Mutex<String>>);

    impl Screen {
        fn wait_for(&self, text: &str) {
            let deadline = Instant::now() + Duration::from_secs(60);
            while !self.0.lock().unwrap().ends_with(text) {
                assert!(Instant::now() < deadline, "{:?}", self.0.lock().unwrap());
                thread::yield_now();
            }
        }
    }

    impl Write for Screen {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().push_str(str::from_utf8(bytes).unwrap());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_is_done_soon_shows_nothing() {
        let (messages, queue) = mpsc::channel();
        let mut screen = Screen::default();
        messages.send("Looking".to_owned()).unwrap();
        drop(messages);
        show(&queue, Duration::from_secs(3600), &mut screen);
        assert_eq!(*screen.0.lock().unwrap(), "");
    }

    #[test]
    fn what_takes_long_shows_what_it_does_and_leaves_nothing_behind() {
        let (messages, queue) = mpsc::channel();
        let screen = Screen::default();
        let mut out = screen.clone();
        let shown = thread::spawn(move || show(&queue, Duration::ZERO, &mut out));
        for message in ["Looking", "Checking 2 files"] {
            messages.send(message.to_owned()).unwrap();
            screen.wait_for(&format!("\r\x1b[K{message} …"));
        }
        drop(messages);
        shown.join().unwrap();
        screen.wait_for("Checking 2 files …\r\x1b[K");
    }
}
