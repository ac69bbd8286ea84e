//! Questions at a terminal, progress on it, and Ctrl-C.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Instant;

use pretty_assertions::assert_eq;
use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::project::{NO_CHANGES, Project, SLACK};
use crate::support::api::Answer;
use crate::support::patience::PATIENCE;

/// The binary at a terminal: standard input and standard error are one, standard output is a pipe.
struct Session {
    child: Child,
    keyboard: File,
    screen: Receiver<Vec<u8>>,
    seen: String,
}

impl Session {
    fn start(command: &mut Command) -> Self {
        let controller = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&controller).unwrap();
        unlockpt(&controller).unwrap();
        let name = ptsname(&controller, Vec::new()).unwrap();
        let terminal = File::options()
            .read(true)
            .write(true)
            .open(name.to_str().unwrap())
            .unwrap();
        let child = command
            .stdin(terminal.try_clone().unwrap())
            .stderr(terminal)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        // The command keeps its end of the terminal open otherwise, and reading would never end.
        command.stdin(Stdio::null()).stderr(Stdio::null());
        let keyboard = File::from(controller);
        let mut display = keyboard.try_clone().unwrap();
        let (sender, screen) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 1024];
            while let Ok(length @ 1..) = display.read(&mut buffer) {
                if sender.send(buffer[..length].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self {
            child,
            keyboard,
            screen,
            seen: String::new(),
        }
    }

    /// Waits until the terminal has shown `text`.
    #[track_caller]
    fn shows(&mut self, text: &str) -> &mut Self {
        let deadline = Instant::now() + PATIENCE;
        while !self.seen.contains(text) {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.screen.recv_timeout(left) {
                Ok(bytes) => self.seen.push_str(&String::from_utf8_lossy(&bytes)),
                Err(error) => panic!("{error} while waiting for `{text}` in {:?}", self.seen),
            }
        }
        self
    }

    fn types(&mut self, line: &str) -> &mut Self {
        writeln!(self.keyboard, "{line}").unwrap();
        self
    }

    fn interrupt(&mut self) -> &mut Self {
        kill_process(Pid::from_child(&self.child), Signal::INT).unwrap();
        self
    }

    /// Asserts the exit code; returns standard output.
    #[track_caller]
    fn exits(mut self, code: i32) -> String {
        let mut stdout = String::new();
        self.child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
        let status = self.child.wait().unwrap();
        assert_eq!(status.code(), Some(code), "{:?} {stdout}", self.seen);
        stdout
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_push_asks_and_shows_how_far_it_is() {
    let project = Project::new(&[SLACK]);
    let mut session = Session::start(&mut project.command("--push"));
    session
        .shows("Asking Base44 what it has …")
        .shows("Push slack? [y/N] ")
        .types("y")
        .shows("Pushing the connectors …");
    let stdout = session.exits(3);
    assert!(stdout.contains("+ slack (Slack User)"), "{stdout}");
    assert!(stdout.contains("\n    https://consent.example/slack"), "{stdout}");
    assert!(!stdout.contains('…'), "progress is no result: {stdout}");
    assert_eq!(project.api.changes(), ["PUT slack chat:write"]);
}

#[test]
fn anything_but_yes_is_no() {
    let project = Project::new(&[SLACK]);
    for answer in ["", "n", "what?"] {
        let mut session = Session::start(&mut project.command("--push"));
        session.shows("[y/N] ").types(answer).shows("nothing was changed");
        session.exits(3);
    }
    // A removal takes the whole word.
    project.api.connector("hubspot", &["oauth"]);
    let mut session = Session::start(&mut project.command("--push"));
    session
        .shows("Push slack, remove hubspot? [type yes to go ahead] ")
        .types("y")
        .shows("nothing was changed");
    session.exits(3);
    assert_eq!(project.api.changes(), NO_CHANGES);
}

#[test]
fn what_changes_while_the_question_stands_is_asked_again() {
    let project = Project::new(&[SLACK]);
    let mut session = Session::start(&mut project.command("--push"));
    session.shows("Push slack? [y/N] ");
    project.api.connector("hubspot", &["oauth"]);
    session
        .types("y")
        .shows("have changed since you were asked")
        .shows("Push slack, remove hubspot? [type yes to go ahead] ");
    assert_eq!(project.api.changes(), NO_CHANGES);
    session.types("no");
    session.exits(3);
    assert_eq!(project.api.changes(), NO_CHANGES);
}

#[test]
fn a_file_that_changes_while_the_question_stands_is_asked_about_again() {
    let project = Project::new(&[SLACK]);
    project.api.connector("slack", &["chat:write", "search:read"]);
    let mut session = Session::start(&mut project.command("--push"));
    session.shows("Push slack? [y/N] ");
    project.write("base44/connectors/notion.jsonc", r#"{"type": "notion", "scopes": []}"#);
    session
        .types("y")
        .shows("have changed since you were asked")
        .shows("Push 2 connectors? [y/N] ");
    assert_eq!(project.api.changes(), NO_CHANGES);
    // What has errors by then is not pushed, whatever was agreed to.
    project.write("base44/connectors/notion.jsonc", "{");
    session
        .types("y")
        .shows("notion.jsonc:1:")
        .shows("1 error to mend first");
    session.exits(1);
    assert_eq!(project.api.changes(), NO_CHANGES);
}

#[test]
fn a_pull_asks_before_it_deletes() {
    let project = Project::new(&[SLACK]);
    let before = project.connectors();
    let mut session = Session::start(&mut project.command("--pull"));
    session
        .shows("Delete slack.jsonc? [type yes to go ahead] ")
        .types("y")
        .shows("nothing was changed");
    session.exits(3);
    assert_eq!(project.connectors(), before);

    let mut session = Session::start(&mut project.command("--pull"));
    session.shows("[type yes to go ahead] ").types("yes");
    session.exits(0);
    assert_eq!(project.connectors(), []);
    assert!(project.backup().join("slack.jsonc").is_file());
}

#[test]
fn an_interrupt_at_the_question_changes_nothing() {
    let project = Project::new(&[SLACK]);
    let mut session = Session::start(&mut project.command("--push"));
    session
        .shows("[y/N] ")
        .interrupt()
        .shows("Cancelled. Nothing was changed.");
    session.exits(130);
    assert_eq!(project.api.changes(), NO_CHANGES);
}

#[test]
fn an_interrupt_half_way_ends_the_cli_and_says_so() {
    let project = Project::new(&[SLACK]);
    project.api.on("PUT slack", Answer::Hang);
    let mut session = Session::start(&mut project.command("--push --yes"));
    project.api.wait_for("PUT slack");
    session.interrupt().shows("Cancelled. What was done by then stays done");
    session.exits(130);
    // The CLI is in a process group of its own: had it not been ended, it would still wait for the answer.
    project.api.wait_for_silence();
}

#[test]
fn to_end_it_politely_ends_the_cli_too() {
    let project = Project::new(&[SLACK]);
    project.api.on("GET list", Answer::Hang);
    let mut child = project
        .command("--plan")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    project.api.wait_for("GET list");
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    project.api.wait_for_silence();
}

#[test]
fn a_new_connector_is_chosen_step_by_step() {
    let project = Project::new(&[]);
    let mut session = Session::start(&mut project.command("--new"));
    session
        .shows("For which service?")
        .types("no such thing")
        .shows("There is no such service.")
        .types("slack")
        .shows("Slack User (slack)")
        .shows("What may the app do?")
        .types("chat:write post")
        .shows("  1  chat:write ")
        .types("1")
        .shows("Chosen: chat:write")
        .types("");
    assert_eq!(session.exits(0), "base44/connectors/slack.jsonc\n");
    let text = "{\n  \"type\": \"slack\",\n  \"scopes\": [\n    \"chat:write\"\n  ]\n}\n";
    assert_eq!(project.connectors(), [("slack.jsonc".to_owned(), text.to_owned())]);

    project.run("--new").exits(2).says("no terminal to ask you on");
}

#[test]
fn authorizing_waits_for_the_consent() {
    let project = Project::new(&[SLACK]);
    let mut session = Session::start(&mut project.command("--authorize slack"));
    session
        .shows("Authorize slack for the Base44 app shop with the scope chat:write, in place of what Base44 asks for now? [y/N] ")
        .types("y")
        .shows("Consent in the browser, on\r\n    https://consent.example/slack?state=secret-state\r\nEnter when you have done so: ")
        .types("")
        .shows("Base44 is still waiting for your consent, to all that is asked for, on\r\n    https://consent.example/");
    project.api.consent("slack");
    session.types("");
    assert_eq!(session.exits(0), "slack is authorized.\n");
}
