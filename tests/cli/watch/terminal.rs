//! On a terminal: the screen is drawn anew, an interrupt ends it, and whoever waits long is told for what.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use super::{APP, RIGHT, SLACK, WRONG};
use crate::support::patience::PATIENCE;
use crate::support::{command, folder, write};

const CLEAR: &str = "\x1b[2J\x1b[3J\x1b[H";

/// A terminal with a process on it.
struct Terminal {
    child: Child,
    screen: Arc<Mutex<String>>,
}

impl Terminal {
    fn start(folder: &Path, args: &[&str], stdin: Stdio) -> Self {
        Self::with_columns(80, folder, args, stdin)
    }

    fn with_columns(columns: u16, folder: &Path, args: &[&str], stdin: Stdio) -> Self {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let name = ptsname(&master, Vec::new()).unwrap().into_string().unwrap();
        let line = File::options().read(true).write(true).open(name).unwrap();
        let told = Command::new("stty")
            .args(["rows", "24", "cols", &columns.to_string()])
            .stdin(line.try_clone().unwrap())
            .status();
        assert!(told.unwrap().success());
        let mut command = command(folder, args);
        command.env("TERM", "xterm").stdin(stdin);
        command.stdout(line.try_clone().unwrap()).stderr(line);
        let child = command.spawn().unwrap();
        let screen = Arc::new(Mutex::new(String::new()));
        let shown = Arc::clone(&screen);
        thread::spawn(move || {
            let (mut master, mut buffer) = (File::from(master), [0; 4096]);
            while let Ok(length @ 1..) = master.read(&mut buffer) {
                shown
                    .lock()
                    .unwrap()
                    .push_str(&String::from_utf8_lossy(&buffer[..length]));
            }
        });
        Terminal { child, screen }
    }

    /// Waits until what was written last has all of these words; returns it.
    #[track_caller]
    fn waits_for(&self, words: &[&str]) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let all = self.screen.lock().unwrap().clone();
            let last = all.rsplit(CLEAR).next().unwrap().to_owned();
            if words.iter().all(|it| last.contains(it)) {
                return last;
            }
            assert!(Instant::now() < deadline, "{words:?} not in {all:?}");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn each_report_has_the_screen_for_itself() {
    let app = folder(APP);
    let mut terminal = Terminal::start(app.path(), &["--check", "--watch"], Stdio::null());
    let first = terminal.waits_for(&["no problems", "watching 3 folders, until Ctrl-C"]);
    assert!(!first.contains("chat.write"), "{first}");
    write(&app.path().join(SLACK), WRONG);
    terminal.waits_for(&[
        "chat.write",
        "1 error",
        "checked base44/connectors/slack.jsonc again in ",
    ]);
    write(&app.path().join(SLACK), RIGHT);
    let last = terminal.waits_for(&["no problems", "again in "]);
    assert!(!last.contains("chat.write"), "{last}");
    kill_process(Pid::from_child(&terminal.child), Signal::INT).unwrap();
    assert_eq!(terminal.child.wait().unwrap().signal(), Some(2));
}

#[test]
fn reports_for_machines_are_not_wiped_off() {
    let app = folder(APP);
    let terminal = Terminal::start(app.path(), &["--check", "--watch", "--format", "json"], Stdio::null());
    terminal.waits_for(&["\"error\":0", "watching"]);
    write(&app.path().join(SLACK), WRONG);
    terminal.waits_for(&["\"error\":0", "\"error\":1"]);
}

/// A line that the terminal would break in two would have its mark below nothing.
#[test]
fn excerpts_are_no_wider_than_the_terminal() {
    let app = folder(APP);
    let scopes = r#""channels:read", "channels:history", "chat:write", "chat.write", "users:read", "files:read""#;
    write(
        &app.path().join(SLACK),
        &format!(r#"{{ "type": "slack", "scopes": [{scopes}] }}"#),
    );
    let excerpts = |columns| {
        let args = ["--check", "--color", "never", "--only", "unknown-scope"];
        let terminal = Terminal::with_columns(columns, app.path(), &args, Stdio::null());
        let told = terminal.waits_for(&["1 error"]);
        let lines: Vec<_> = told
            .lines()
            .filter(|it| it.starts_with("1 |"))
            .map(str::to_owned)
            .collect();
        assert!(lines.iter().all(|it| it.contains("\"chat.write\"")), "{told}");
        lines
    };
    let longest = |lines: &[String]| lines.iter().map(|it| it.trim_end().chars().count()).max().unwrap();
    assert!(longest(&excerpts(60)) <= 60, "{:#?}", excerpts(60));
    assert!(longest(&excerpts(200)) > 100, "{:#?}", excerpts(200));
}

#[test]
fn a_long_wait_is_explained_and_leaves_nothing_behind() {
    let empty = folder("");
    let mut terminal = Terminal::start(empty.path(), &["--check", "-", "--color", "never"], Stdio::piped());
    // It waits for us.
    terminal.waits_for(&["\r\x1b[KReading standard input …"]);
    terminal
        .child
        .stdin
        .take()
        .unwrap()
        .write_all(RIGHT.as_bytes())
        .unwrap();
    let all = terminal.waits_for(&["no problems"]);
    let (before, after) = all.split_once(" …").unwrap();
    assert_eq!(before, "\r\x1b[KReading standard input");
    assert!(after.starts_with("\r\x1b[KChecked 1 file"), "{after:?}");
}
