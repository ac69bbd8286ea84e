//! Asking somebody at a terminal, by way of standard error.

use std::fmt::Display;
use std::io::{self, IsTerminal as _, Write as _};

use super::text::inert_lines;

/// Whether there is somebody to ask.
pub(crate) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// A question that is answered with yes or no.
pub(crate) struct Question {
    text: String,
    /// Only the whole word counts as yes.
    is_grave: bool,
}

impl Question {
    /// `is_grave`: what is agreed to cannot be undone.
    pub(crate) fn new(text: &str, is_grave: bool) -> Self {
        Question {
            text: inert_lines(text),
            is_grave,
        }
    }

    /// Puts the question, and waits for the answer. No answer is no.
    pub(crate) fn put(&self) -> io::Result<bool> {
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
