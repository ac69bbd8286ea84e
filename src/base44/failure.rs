//! Why a command of the CLI came to nothing, in words the user can act on.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use semver::Version;

use super::invocation::Effect;
use super::output::{ErrorDocument, excerpt};
use super::plan::Plan;
use super::program::MINIMUM_VERSION;

/// A command that did not do what it was asked. `Display` gives the message for the user: what is wrong, and what to
/// do about it. No secret is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// The workspace is not trusted, so nothing of it may decide what runs.
    Untrusted,
    /// No `base44`, and no `npx` either.
    ProgramNotFound,
    /// The program of the setting does not exist.
    SettingNotFound(String),
    /// A Windows command script that is not npm's, so starting it would take a shell.
    NeedsShell(PathBuf),
    /// The operating system would not start the program.
    CannotStart {
        /// The executable.
        program: PathBuf,
        /// Its words.
        error: String,
    },
    /// The CLI is there, but Node.js is not on the path.
    NodeNotFound,
    /// A CLI whose `push` may not ask, and knows fewer options.
    TooOld {
        /// What `--version` says.
        found: Version,
        /// How to bring it up to date.
        update: &'static str,
    },
    /// `--version` did not print a version.
    NoVersion {
        /// What it printed instead.
        output: String,
    },
    /// The CLI would begin a device login and wait.
    NotLoggedIn,
    /// The project is not linked to an app.
    NotLinked {
        /// The project's folder.
        project: PathBuf,
    },
    /// A file that should name the app does not.
    AppFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: String,
    },
    /// Several files of one project name different apps.
    AppsDiffer(Vec<(PathBuf, String)>),
    /// Not an app id: it would become part of a URL as it is.
    InvalidAppId(String),
    /// Not a connector type the CLI accepts.
    InvalidType(String),
    /// A scope that cannot be passed on a command line as one scope.
    InvalidScope(String),
    /// Pushing nothing removes every connector of the app.
    NothingToPush(PathBuf),
    /// What a push would do is no longer what the user agreed to; the plan as it is now.
    PlanChanged(Box<Plan>),
    /// Another user of the app has authorized the connector.
    OtherUser {
        /// The connector's `type`.
        connector: String,
        /// Their mail address, where Base44 gives it.
        user: Option<String>,
    },
    /// The CLI answered with an error.
    Reported(Box<ErrorDocument>),
    /// The CLI did not understand its arguments.
    Usage(String),
    /// The CLI ended without an answer.
    Crashed {
        /// Its exit code; `None` when a signal ended it.
        code: Option<i32>,
        /// The end of its standard error.
        stderr: String,
    },
    /// An answer that is not the CLI's JSON.
    Unreadable(String),
    /// More output than any real answer has.
    TooMuchOutput,
    /// The CLI gave no answer, for this reason, to a command that can change the app.
    HalfWay(Box<Failure>),
    /// The user cancelled.
    Cancelled(Effect),
    /// The deadline passed.
    TimedOut {
        /// The deadline.
        after: Duration,
        /// What the command may have done by then.
        effect: Effect,
    },
    /// A temporary file or folder could not be used.
    Temporary(String),
    /// A file is no longer as it was when the user was asked about it.
    FileChanged(PathBuf),
    /// Base44 offers no service at all, or none that can be read.
    NothingOffered,
    /// The list of services cannot be kept.
    CannotKeep(String),
    /// There can be no copy of what would be overwritten or deleted.
    NoBackup(String),
}

impl Failure {
    /// [`Failure::Temporary`], for `map_err`.
    pub(crate) fn temporary(error: impl fmt::Display) -> Self {
        Self::Temporary(error.to_string())
    }

    /// The same of a command that can change the app: where it may have done some of that, this is said, too.
    pub(crate) fn half_way(self) -> Self {
        match self {
            Self::Crashed { .. } | Self::Unreadable(_) | Self::TooMuchOutput => Self::HalfWay(Box::new(self)),
            other => other,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Untrusted => f.write_str(
                "This workspace is not trusted, so the base44 CLI is not started: files of a project can decide what it runs. \
                 Trust the workspace (setting `trusted`) first.",
            ),
            Self::ProgramNotFound => f.write_str(
                "The base44 CLI was not found. Install it in the project (`npm install --save-dev base44`), or say how to start it \
                 in the setting `cli.command`.",
            ),
            Self::SettingNotFound(program) => write!(
                f,
                "The setting `cli.command` names `{program}`, which is not a program that can be started."
            ),
            Self::NeedsShell(path) => write!(
                f,
                "`{}` can only be started by a shell, which could misread its arguments. Set `cli.command` to \
                 `[\"node\", \"<folder of the base44 package>/bin/run.js\"]`.",
                path.display()
            ),
            Self::CannotStart { program, error } => {
                write!(f, "`{}` could not be started: {error}.", program.display())
            }
            Self::NodeNotFound => f.write_str(
                "The base44 CLI needs Node.js, and `node` is not on the editor's PATH. Start the editor from a terminal where `node` \
                 works, or name the full path of `node` in the setting `cli.command`.",
            ),
            Self::TooOld { found, update } => write!(
                f,
                "The base44 CLI is version {found}; {MINIMUM_VERSION} or newer is needed, because older ones push without asking. \
                 Update it: `{update}`."
            ),
            Self::NoVersion { output } => write!(
                f,
                "`base44 --version` did not print a version{}. Check the setting `cli.command`.",
                after_colon(output)
            ),
            Self::NotLoggedIn => f.write_str(
                "You are not logged in to Base44. Run `npx base44 login` in a terminal, then try again. (In CI, set BASE44_API_KEY to \
                 a workspace key, which starts with `b44k_`.)",
            ),
            Self::NotLinked { project } => write!(
                f,
                "The project `{}` is not linked to a Base44 app. Run `npx base44 link` there, or set BASE44_APP_ID.",
                project.display()
            ),
            Self::AppFile { path, error } => {
                write!(f, "`{}` does not say which app this is: {error}.", path.display())
            }
            Self::AppsDiffer(files) => {
                f.write_str("Files of this project name different apps: ")?;
                for (index, (path, id)) in files.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    write!(f, "{comma}`{}` says `{id}`", path.display())?;
                }
                f.write_str(
                    ". The CLI takes whichever it finds first. Delete the wrong one, or set BASE44_APP_ID.",
                )
            }
            Self::InvalidAppId(id) => write!(
                f,
                "`{}` is not an app id: only letters, digits, `-` and `_` are.",
                id.escape_debug()
            ),
            Self::InvalidType(name) => write!(
                f,
                "`{}` is not a connector type: only letters, digits, `-` and `_` are.",
                name.escape_debug()
            ),
            Self::InvalidScope(scope) => write!(
                f,
                "The scope `{}` cannot be asked for: a scope is one word, without commas.",
                scope.escape_debug()
            ),
            Self::NothingToPush(directory) => write!(
                f,
                "There is no connector in `{}`. Pushing that would remove every connector of the app; do it on the Base44 dashboard \
                 if that is what you want.",
                directory.display()
            ),
            Self::PlanChanged(_) => f.write_str(
                "Nothing was pushed: the connectors on Base44 or in this project have changed since you were asked. Look at the new \
                 plan.",
            ),
            Self::OtherUser { connector, user } => write!(
                f,
                "Another user of this app{} has authorized `{connector}`, and only they can change that. Ask them to authorize it \
                 again, or to disconnect it on Base44.",
                user.as_deref().map(|it| format!(", {it},")).unwrap_or_default()
            ),
            Self::Reported(document) => document.fmt(f),
            Self::Usage(stderr) => write!(
                f,
                "The base44 CLI did not understand the request{}. Another version of it may be needed.",
                after_colon(stderr)
            ),
            Self::Crashed { code, stderr } => {
                match code {
                    Some(code) => write!(f, "The base44 CLI ended with exit code {code}")?,
                    None => f.write_str("The base44 CLI was ended by a signal")?,
                }
                write!(f, " and gave no answer{}.", after_colon(stderr))
            }
            Self::Unreadable(stdout) => write!(
                f,
                "The base44 CLI gave an answer that cannot be read{}.",
                after_colon(stdout)
            ),
            Self::TooMuchOutput => {
                f.write_str("The base44 CLI printed far more than an answer and was stopped.")
            }
            Self::HalfWay(failure) => write!(f, "{failure}{}", state_after(Effect::Writes)),
            Self::Cancelled(effect) => write!(f, "Cancelled.{}", state_after(*effect)),
            Self::TimedOut { after, effect } => write!(
                f,
                "The base44 CLI was not done after {} s and was stopped.{}",
                after.as_secs_f32().ceil(),
                state_after(*effect)
            ),
            Self::Temporary(error) => write!(f, "A temporary folder could not be used: {error}."),
            Self::FileChanged(path) => write!(
                f,
                "Nothing was pulled: `{}` has changed since you were asked. Pull again.",
                path.display()
            ),
            Self::NothingOffered => f.write_str("Base44 named no services, so the list that was known stays."),
            Self::CannotKeep(error) => write!(f, "The list of services could not be kept: {error}."),
            Self::NoBackup(error) => write!(
                f,
                "Nothing was pulled: the files could not be copied before they are changed: {error}."
            ),
        }
    }
}

impl std::error::Error for Failure {}

/// What is known about the app after a command was broken off.
fn state_after(effect: Effect) -> &'static str {
    match effect {
        Effect::Reads => " Nothing was changed.",
        Effect::Writes => {
            " What was done by then stays done, and how far it came is not known. Push again to see what is left: you are asked first."
        }
    }
}

fn after_colon(text: &str) -> String {
    match excerpt(text).trim_end_matches('.') {
        "" => String::new(),
        text => format!(": {text}"),
    }
}
