//! A run that goes on: its reports as they come.

use std::io::{BufRead as _, BufReader, Read};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

#[cfg(unix)]
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::support::command;
use crate::support::patience::PATIENCE;

/// A running `--watch --format json`. Ends with the test.
pub(crate) struct Live {
    child: Option<Child>,
    reports: Receiver<String>,
    told: Receiver<String>,
    seen: usize,
}

impl Live {
    pub(crate) fn start(folder: &Path, args: &[&str]) -> Self {
        let mut command = command(folder, args);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let reports = lines(child.stdout.take().unwrap());
        let told = lines(child.stderr.take().unwrap());
        Live {
            child: Some(child),
            reports,
            told,
            seen: 0,
        }
    }

    /// The next report.
    #[track_caller]
    pub(crate) fn next_report(&mut self) -> Value {
        self.seen += 1;
        let line = self.reports.recv_timeout(PATIENCE).expect("a report");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
    }

    /// Waits for a report like this; those in between are of a change half done.
    #[track_caller]
    pub(crate) fn waits_for(&mut self, is_right: impl Fn(&Value) -> bool, what: &str) {
        let begin = Instant::now();
        let mut last = Value::Null;
        while begin.elapsed() < PATIENCE {
            match self.reports.recv_timeout(PATIENCE.saturating_sub(begin.elapsed())) {
                Ok(line) => {
                    self.seen += 1;
                    last = serde_json::from_str(&line).unwrap();
                    if is_right(&last) {
                        return;
                    }
                }
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => {
                    let told: Vec<_> = self.told.iter().collect();
                    panic!("{what}: it has ended: {told:?}");
                }
            }
        }
        panic!("{what}: {last:#}");
    }

    /// Waits for a line on standard error with this word in it.
    #[track_caller]
    pub(crate) fn is_told(&mut self, word: &str) -> String {
        loop {
            let line = self.told.recv_timeout(PATIENCE).expect("a note");
            if line.contains(word) {
                return line;
            }
        }
    }

    /// Whatever `change` does happens at one moment, however slow the disk is: meanwhile, the process stands still.
    #[cfg(unix)]
    pub(crate) fn at_once(&self, change: impl FnOnce()) {
        let process = Pid::from_child(self.child.as_ref().unwrap());
        kill_process(process, Signal::STOP).unwrap();
        change();
        kill_process(process, Signal::CONT).unwrap();
    }

    /// How many reports there have been.
    pub(crate) fn seen(&self) -> usize {
        self.seen
    }

    /// Ends the run; returns the reports that nobody has asked for.
    pub(crate) fn end(&mut self) -> Vec<Value> {
        self.stop();
        let rest: Vec<_> = self.reports.iter().collect();
        self.seen += rest.len();
        rest.iter().map(|it| serde_json::from_str(it).unwrap()).collect()
    }

    /// Stops reading and goes on with `change` until the process has ended by itself; returns its exit code.
    #[track_caller]
    pub(crate) fn without_reader(mut self, change: impl Fn(usize)) -> Option<i32> {
        let mut child = self.child.take().unwrap();
        drop(self);
        let begin = Instant::now();
        for number in 0.. {
            if let Some(status) = child.try_wait().unwrap() {
                return status.code();
            }
            if begin.elapsed() > PATIENCE {
                let _ = child.kill();
                panic!("it goes on without a reader");
            }
            change(number);
            thread::sleep(Duration::from_millis(20));
        }
        None
    }

    fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The lines of a stream. It is closed when nobody wants them any more and one more has come.
fn lines(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    receiver
}
