//! Standard output and standard error: colours where they are wanted, and what happens when nobody reads any more.

use std::env;
use std::fmt::Display;
use std::io::{self, BufWriter, ErrorKind, IsTerminal, Write};

use anstream::adapter::StripBytes;
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
        self.offer(render).map(drop)
    }

    /// As [`print`](Self::print); tells whether somebody still reads.
    ///
    /// # Errors
    ///
    /// Those of `render` or of standard output.
    pub(crate) fn offer(self, render: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<bool> {
        match self.is_styled() {
            true => self.offer_exactly(render),
            false => self.offer_exactly(|out| render(&mut Plain::new(out))),
        }
    }

    /// As [`print`](Self::print), but takes nothing out.
    ///
    /// # Errors
    ///
    /// Those of `render` or of standard output.
    pub(crate) fn print_exactly(self, render: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        self.offer_exactly(render).map(drop)
    }

    /// As [`offer`](Self::offer), but takes nothing out.
    ///
    /// # Errors
    ///
    /// Those of `render` or of standard output.
    pub(crate) fn offer_exactly(self, render: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<bool> {
        let stdout = io::stdout();
        let choice = if self.is_styled() {
            self.choice(&stdout)
        } else {
            ColorChoice::AlwaysAnsi
        };
        let mut out = BufWriter::with_capacity(1 << 16, AutoStream::new(stdout.lock(), choice));
        match render(&mut out).and_then(|()| out.flush()) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                // What is still buffered has no reader either; dropping the writer must not try again.
                let _ = out.into_parts();
                Ok(false)
            }
            result => result.map(|()| true),
        }
    }

    /// Clears the screen if standard output is one.
    pub(crate) fn clear(self) {
        let mut stdout = io::stdout();
        if is_screen(&stdout) {
            // The screen, what has been scrolled away, and the cursor to the top.
            let _ = stdout.write_all(b"\x1b[2J\x1b[3J\x1b[H").and_then(|()| stdout.flush());
        }
    }

    /// How many columns standard output has, if it is a terminal.
    pub(crate) fn width(self) -> Option<usize> {
        let stdout = io::stdout();
        let (width, _) = stdout.is_terminal().then(terminal_size::terminal_size)??;
        Some(usize::from(width.0))
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
            Color::Auto if is_forced() => ColorChoice::Always,
            Color::Auto => AutoStream::choice(stream),
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        }
    }
}

/// Whether `FORCE_COLOR` asks for colours, as lint-staged and other programs of Node.js do, whose output they pass on.
fn is_forced() -> bool {
    let asks = |name| env::var_os(name).is_some_and(|it| !it.is_empty() && it != "0" && it != "false");
    asks("FORCE_COLOR") && env::var_os("NO_COLOR").is_none_or(|it| it.is_empty())
}

/// Whether it is a terminal on which lines can be drawn anew.
pub(crate) fn is_screen(stream: &impl IsTerminal) -> bool {
    stream.is_terminal() && env::var_os("TERM").is_none_or(|it| it != "dumb")
}

/// Takes all ANSI sequences out of what is written to it. Unlike `anstream`'s own it goes before a buffer, not behind it, which
/// saves a system call per line.
pub(crate) struct Plain<W> {
    state: StripBytes,
    out: W,
}

impl<W: Write> Plain<W> {
    /// Passes the rest on to `out`.
    pub(crate) fn new(out: W) -> Self {
        Plain {
            state: StripBytes::new(),
            out,
        }
    }
}

impl<W: Write> Write for Plain<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for piece in self.state.strip_next(bytes) {
            self.out.write_all(piece)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
