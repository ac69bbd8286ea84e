//! Standard output and standard error: colours where they are wanted, and what happens when nobody reads any more.

use std::fmt::Display;
use std::io::{self, BufWriter, ErrorKind, Write};

use anstream::{AutoStream, ColorChoice};

use super::args::Color;
use super::style;
use crate::analysis::Severity;

/// Where a run speaks to its user.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Console {
    color: Color,
}

impl Console {
    /// A console that uses colours as the user wants.
    pub(crate) fn new(color: Color) -> Self {
        Console { color }
    }

    /// Writes the result of the run to standard output, with colours or with all ANSI sequences taken out. A reader that goes
    /// away (`| head`) is no error.
    ///
    /// # Errors
    ///
    /// Those of `render` or of standard output.
    pub(crate) fn print(self, render: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let stdout = io::stdout();
        let choice = self.choice(&stdout);
        buffered(AutoStream::new(stdout.lock(), choice), render)
    }

    /// As [`print`](Self::print), but takes nothing out.
    ///
    /// # Errors
    ///
    /// Those of `render` or of standard output.
    pub(crate) fn print_exactly(self, render: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        match self.is_styled() {
            true => self.print(render),
            false => buffered(io::stdout().lock(), render),
        }
    }

    /// Whether standard output takes colours.
    pub(crate) fn is_styled(self) -> bool {
        self.choice(&io::stdout()) != ColorChoice::Never
    }

    /// Says on standard error why something cannot be done.
    pub(crate) fn error(self, message: impl Display) {
        self.say(style::severity(Severity::Error), "error", message);
    }

    /// Says on standard error what does not belong into the result.
    pub(crate) fn note(self, message: impl Display) {
        self.say(style::STRONG, "note", message);
    }

    fn say(self, style: anstyle::Style, word: &str, message: impl Display) {
        let stderr = io::stderr();
        let mut out = AutoStream::new(stderr.lock(), self.choice(&stderr));
        // Where standard error is closed, nobody can be told.
        let _ = writeln!(out, "{style}{word}{style:#}: {message}");
    }

    fn choice(self, stream: &impl anstream::stream::RawStream) -> ColorChoice {
        match self.color {
            Color::Auto => AutoStream::choice(stream),
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        }
    }
}

fn buffered(out: impl Write, render: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, out);
    match render(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {
            // What is still buffered has no reader either; dropping the writer must not try again.
            let _ = out.into_parts();
            Ok(())
        }
        result => result,
    }
}
