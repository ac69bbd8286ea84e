//! The output formats of `--check`: one file each, all rendering the same outcome.

use std::io::{self, Write};

use clap::ValueEnum;
use clap::builder::PossibleValue;

use super::outcome::Outcome;

mod concise;
mod human;
mod json;

/// How an outcome is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// For people: the source, what is wrong with it, what to do.
    Human,
    /// One line per finding.
    Concise,
    /// One JSON object.
    Json,
}

impl Format {
    /// All formats, in the order of the help.
    pub(crate) const ALL: [Format; 3] = [Format::Human, Format::Concise, Format::Json];

    /// The name on the command line.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Format::Human => "human",
            Format::Concise => "concise",
            Format::Json => "json",
        }
    }

    /// The format of a name.
    pub(crate) fn by_name(name: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|it| it.name() == name)
    }

    /// Whether it shows how findings can be mended; working that out takes time.
    pub(crate) fn shows_fixes(self) -> bool {
        match self {
            Format::Human | Format::Json => true,
            Format::Concise => false,
        }
    }

    /// Writes `outcome`. `Human` and `Concise` use ANSI styles; the writer takes them out where they are not wanted.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub(crate) fn render(self, outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Format::Human => human::render(outcome, out),
            Format::Concise => concise::render(outcome, out),
            Format::Json => json::render(outcome, out),
        }
    }
}

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        &Format::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()))
    }
}
