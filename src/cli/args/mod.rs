//! The command line: what can be asked for, its help, and which combinations make no sense.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{CommandFactory as _, FromArgMatches as _, ValueEnum};

mod check;
mod remote;
mod switches;
#[cfg(test)]
mod tests;

pub(crate) use check::{CheckArgs, ConfigChoice, FixMode, Output, Watch, unknown_rule};
pub(crate) use remote::{Deed, RemoteArgs};
use switches::Switches;

/// What a command line asks for.
#[derive(Debug)]
pub(crate) enum Request {
    /// Serve an editor on standard input and output.
    Serve,
    /// Check files.
    Check(Box<CheckArgs>),
    /// Print the documentation of a rule, or the list of rules.
    Explain {
        /// The rule's code as it was typed.
        code: Option<String>,
        /// As Markdown, not laid out for a terminal.
        markdown: bool,
    },
    /// Do something with the app on Base44.
    Remote(Deed, RemoteArgs),
    /// Print the services of the catalogue.
    ListServices {
        /// As JSON.
        json: bool,
    },
    /// Print the scopes of a service.
    ListScopes {
        /// The service's type as it was typed.
        service: String,
        /// Words that a scope has to match.
        words: Vec<String>,
        /// As JSON.
        json: bool,
    },
    /// Write a connector file.
    New {
        /// The service's type as it was typed; `None`: ask for it.
        service: Option<String>,
        /// Scopes as they were typed.
        scopes: Vec<String>,
    },
    /// Print a JSON Schema.
    Schema(SchemaOf),
    /// Print the version, and the date of the catalogue.
    Version,
}

/// A request with what holds for all of them.
#[derive(Debug)]
pub(crate) struct Invocation {
    /// What to do.
    pub(crate) request: Request,
    /// Whether to use colours.
    pub(crate) color: Color,
    /// The file that the log goes to.
    pub(crate) log: Option<PathBuf>,
    /// Whether the list of services counts that was kept last.
    pub(crate) cache: bool,
}

/// What a JSON Schema is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaOf {
    /// A connector file.
    Connector,
    /// What `--check --format json` prints.
    CheckOutput,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Reads a command line, program name first.
///
/// # Errors
///
/// What is to be printed instead of running: an explanation of what is wrong with it, or the help that it asks for.
pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Invocation, clap::Error> {
    let matches = Switches::command().try_get_matches_from(args)?;
    let switches = Switches::from_arg_matches(&matches)?;
    switches.invocation(&matches)
}
