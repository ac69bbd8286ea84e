//! Talking with somebody at a terminal, by way of standard error: how far it is, and questions.

use std::fmt::Display;
use std::io::{self, IsTerminal as _, Write as _};

use crate::base44::Stage;
use crate::cli::text::inert_lines;

/// Whether there is somebody to ask.
pub(crate) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// What is going on, on a line that goes when it is over. Nothing at all where standard error is no terminal.
pub(super) struct Progress {
    on_stage: Option<fn(Stage)>,
}

impl Progress {
    pub(super) fn new() -> Self {
        Progress {
            on_stage: io::stderr()
                .is_terminal()
                .then_some(|stage| say(format_args!("\r{stage} …\x1b[K"))),
        }
    }

    pub(super) fn on_stage(&self) -> &(dyn Fn(Stage) + Send + Sync) {
        match &self.on_stage {
            Some(it) => it,
            None => &|_| {},
        }
    }

    pub(super) fn end(&self) {
        if self.on_stage.is_some() {
            say("\r\x1b[K");
        }
    }
}

/// A question that is answered with yes or no.
pub(super) struct Question {
    text: String,
    /// Only the whole word counts as yes.
    is_grave: bool,
}

impl Question {
    /// `is_grave`: what is agreed to cannot be undone.
    pub(super) fn new(text: &str, is_grave: bool) -> Self {
        Question {
            text: inert_lines(text),
            is_grave,
        }
    }

    /// Puts the question, and waits for the answer. No answer is no.
    pub(super) fn put(&self) -> io::Result<bool> {
        let answers = if self.is_grave { "type yes to go ahead" } else { "y/N" };
        let answer = ask(format_args!("{}? [{answers}] ", self.text))?;
        Ok(match answer.as_deref().map(str::to_lowercase).as_deref() {
            Some("yes") => true,
            Some("y") => !self.is_grave,
            _ => false,
        })
    }
}

/// The line that is typed behind `prompt`, without blanks around it; `None`: there are no more.
pub(crate) fn ask(prompt: impl Display) -> io::Result<Option<String>> {
    say(prompt);
    let mut line = String::new();
    let length = io::stdin().read_line(&mut line)?;
    if length == 0 {
        say("\n");
        return Ok(None);
    }
    Ok(Some(line.trim().to_owned()))
}

/// Where standard error is closed, nobody can be told.
pub(crate) fn say(text: impl Display) {
    let mut out = anstream::stderr().lock();
    let _ = write!(out, "{text}").and_then(|()| out.flush());
}
