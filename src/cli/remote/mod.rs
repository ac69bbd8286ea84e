//! What is done with the app on Base44: `--plan`, `--push`, `--pull`, `--authorize` and `--refresh`, through the user's own `base44` CLI.
//!
//! Whoever types one of these trusts the project, so its `node_modules/.bin/base44` may run, as in `npx base44`. Its `.env` still
//! counts for nothing. The result alone goes to standard output; everything else to standard error, progress and questions only
//! if that is a terminal.

use std::env;
use std::io;
use std::path::{Path, PathBuf};

use super::FAILED;
use super::args::{Deed, RemoteArgs};
use super::console::Console;
use super::dialogue;
use super::text::visible;
use crate::base44::{Cli, Control, Effect, Environment, Failure, Foreground, Search, Versions};
use crate::registry::Catalogue;

mod authorize;
mod plan;
mod progress;
mod project;
mod pull;
mod push;
mod refresh;

use progress::Progress;

/// There are errors in the files, or Base44 did not take or give something.
const ERRORS: u8 = 1;

/// Project and app are not in step: a plan with changes, a question answered with no, a consent to give.
const LEFT_TO_DO: u8 = 3;

/// What shells say of a program that Ctrl-C has ended.
const INTERRUPTED: u8 = 130;

/// Does it, says what there is to say, and returns the exit code.
pub(super) fn run(deed: Deed, args: &RemoteArgs, catalogue: &Catalogue, console: Console) -> u8 {
    let done = Desk::open(args, catalogue, console).and_then(|desk| match deed {
        Deed::Plan => plan::run(&desk),
        Deed::Push => push::run(&desk),
        Deed::Pull => pull::run(&desk),
        Deed::Authorize(type_) => authorize::run(&desk, &type_),
        Deed::Refresh => refresh::run(&desk),
    });
    done.unwrap_or_else(|Stop { code, why }| {
        console.error(visible(&why));
        code
    })
}

/// Why it went no further.
struct Stop {
    code: u8,
    why: String,
}

impl Stop {
    fn errors(why: impl Into<String>) -> Self {
        Stop {
            code: ERRORS,
            why: why.into(),
        }
    }

    fn failed(why: impl Into<String>) -> Self {
        Stop {
            code: FAILED,
            why: why.into(),
        }
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        let code = match failure {
            Failure::Cancelled(_) => INTERRUPTED,
            Failure::OtherUser { .. } => ERRORS,
            _ => FAILED,
        };
        Stop {
            code,
            why: failure.to_string(),
        }
    }
}

/// The exit code, if it went on to the end.
type Done = Result<u8, Stop>;

/// What it takes to work on the app of a project.
struct Desk<'a> {
    args: &'a RemoteArgs,
    console: Console,
    /// The current folder.
    base: PathBuf,
    /// Of the project.
    root: PathBuf,
    /// What is known of services before a project adds to it.
    catalogue: &'a Catalogue,
    environment: Environment,
    foreground: Foreground,
    progress: Progress,
}

impl<'a> Desk<'a> {
    fn open(args: &'a RemoteArgs, catalogue: &'a Catalogue, console: Console) -> Result<Self, Stop> {
        let base =
            env::current_dir().map_err(|error| Stop::failed(format!("cannot tell the current folder: {error}")))?;
        let path = base.join(args.path.as_deref().unwrap_or(Path::new("")));
        if let Err(error) = path.metadata() {
            return Err(Stop::failed(format!("cannot read {}: {error}", path.display())));
        }
        let root = project::locate(&path)?.root;
        let foreground =
            Foreground::start().map_err(|error| Stop::failed(format!("cannot wait for signals: {error}")))?;
        Ok(Desk {
            args,
            console,
            base,
            root,
            catalogue,
            environment: Environment::of_process(),
            foreground,
            progress: Progress::new(),
        })
    }

    /// The CLI, ready to act on the project's app.
    fn cli(&self) -> Result<Cli, Stop> {
        let search = Search {
            trusted: true,
            setting: &[],
            project: &self.root,
            workspace: repository(&self.root),
        };
        let versions = Versions::default();
        self.wait(Cli::find(&search, &self.environment, &versions, &self.control()))
    }

    fn control(&self) -> Control<'_> {
        Control {
            on_line: &|line| tracing::info!("base44: {line}"),
            on_stage: self.progress.on_stage(),
            cancel: self.foreground.interrupted(),
            deadline: None,
        }
    }

    /// Waits for the CLI, showing how far it is.
    fn wait<T>(&self, work: impl Future<Output = Result<T, Failure>>) -> Result<T, Stop> {
        let done = self.foreground.run(work);
        self.progress.end();
        Ok(done?)
    }

    /// Whether the user agrees to what `question` names. `None`: nobody can be asked.
    fn agrees(&self, question: &str, is_grave: bool) -> Result<Option<bool>, Stop> {
        if self.args.yes {
            return Ok(Some(true));
        }
        if !dialogue::can_ask() {
            return Ok(None);
        }
        let question = dialogue::Question::new(question, is_grave);
        self.answer(move || question.put()).map(Some)
    }

    /// Waits for what is typed.
    fn answer<T: Send + 'static>(&self, ask: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T, Stop> {
        match self.foreground.wait_for(ask) {
            Some(Ok(answer)) => Ok(answer),
            Some(Err(error)) => Err(Stop::failed(format!("cannot read the answer: {error}"))),
            None => Err(Failure::Cancelled(Effect::Reads).into()),
        }
    }

    /// The exit code of a deed that was not agreed to. `agreed`: what [`agrees`](Self::agrees) said.
    fn declined(&self, agreed: Option<bool>, switch: &str) -> u8 {
        match agreed {
            Some(_) => {
                self.console.note("nothing was changed");
                LEFT_TO_DO
            }
            None => {
                self.console.error(format_args!(
                    "nothing was changed, as there is no terminal to ask you on; {switch} --yes goes ahead without asking"
                ));
                FAILED
            }
        }
    }
}

/// The repository that `folder` is in, as far as that is one; else `folder` itself.
fn repository(folder: &Path) -> &Path {
    let is_repository = |it: &&Path| it.join(".git").exists();
    folder.ancestors().find(is_repository).unwrap_or(folder)
}
