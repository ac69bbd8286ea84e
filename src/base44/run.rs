//! Runs one command of the CLI as a child that can be watched, cancelled, and never outlives its purpose.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fmt;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use process_wrap::tokio::{ChildWrapper, CommandWrap, KillOnDrop};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio_util::sync::CancellationToken;

use super::invocation::{Effect, Invocation};
use super::program::Program;
use super::{Environment, Failure, Redactor};

/// How a run is watched and ended from outside.
#[derive(Clone, Copy)]
pub struct Control<'a> {
    /// Called with every line the CLI logs, as it comes, secrets taken out. The CLI says what it is doing
    /// (`Pushing connectors to Base44`), not which connector it is at.
    pub on_line: &'a (dyn Fn(&str) + Send + Sync),
    /// Called when a command comes to its next stage: for the user to see.
    pub on_stage: &'a (dyn Fn(Stage) + Send + Sync),
    /// Ends the run.
    pub cancel: &'a CancellationToken,
    /// In place of the command's own deadline.
    pub deadline: Option<Duration>,
}

/// How far a command has come. `Display` says it to the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The CLI is looked for, and asked for its version.
    FindingCli,
    /// Base44 is asked for its connectors.
    AskingBase44,
    /// Base44 is asked for the services it offers.
    AskingForServices,
    /// The connectors are pushed.
    Pushing,
    /// Base44 is asked for its connectors once more.
    Verifying,
    /// Base44 is asked for a consent page, or whether there was consent.
    Authorizing,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FindingCli => "Looking for the base44 CLI",
            Self::AskingBase44 => "Asking Base44 what it has",
            Self::AskingForServices => "Asking Base44 which services it offers",
            Self::Pushing => "Pushing the connectors",
            Self::Verifying => "Checking what Base44 has now",
            Self::Authorizing => "Asking Base44 about your consent",
        })
    }
}

/// A run that came to its own end. Its exit code does not tell whether it succeeded: `push` ends with 0 also
/// when every connector failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finished {
    /// `None` if a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    /// The last lines, without secrets.
    pub(crate) stderr: String,
}

/// Runs `invocation` in `directory`. Dropping the future kills what it started.
pub(crate) async fn run(
    program: &Program,
    invocation: &Invocation,
    environment: &Environment,
    directory: &Path,
    control: &Control<'_>,
) -> Result<Finished, Failure> {
    if control.cancel.is_cancelled() {
        return Err(Failure::Cancelled(Effect::Reads));
    }
    #[cfg(unix)]
    let (tied, _lifeline) = super::lifeline::tied(environment, directory);
    #[cfg(unix)]
    let environment = &tied;
    let mut group = Group::spawn(program, &invocation.arguments, environment, directory)?;
    let (stdout, stderr) = (group.child.stdout().take(), group.child.stderr().take());
    let redactor = Redactor::new(environment);
    let output = async { tokio::try_join!(read_stdout(stdout), read_stderr(stderr, &redactor, control.on_line)) };
    tokio::pin!(output);

    let after = control.deadline.unwrap_or(invocation.deadline);
    let deadline = tokio::time::sleep(after);
    tokio::pin!(deadline);

    let mut read = None;
    let ended = loop {
        tokio::select! {
            // These two first: a child that never stops printing must not keep them from their turn.
            biased;
            () = control.cancel.cancelled() => break Err(Failure::Cancelled(invocation.effect)),
            () = &mut deadline => break Err(Failure::TimedOut { after, effect: invocation.effect }),
            res = &mut output, if read.is_none() => match res {
                Ok(output) => read = Some(output),
                Err(failure) => break Err(failure),
            },
            res = group.child.wait() => break res.map_err(|error| Failure::CannotStart {
                program: program.executable.clone(),
                error: error.to_string(),
            }),
        }
    };
    let status = match ended {
        Ok(status) => status,
        Err(failure) => {
            group.stop().await;
            return Err(failure);
        }
    };
    // What the CLI left running would hold the pipes open.
    group.kill();
    let (stdout, stderr) = match read {
        Some(output) => output,
        None => tokio::time::timeout(GRACE, output)
            .await
            .map_err(|_elapsed| Failure::TimedOut {
                after: GRACE,
                effect: invocation.effect,
            })??,
    };
    Ok(Finished {
        code: status.code(),
        stdout,
        stderr,
    })
}

/// How long a run that was told to end may take before it is killed.
const GRACE: Duration = Duration::from_secs(2);

/// More than any answer: the list of all services is some 100 KB.
const MAX_STDOUT: u64 = 8 << 20;

/// More than any log: a few lines for each connector.
const MAX_STDERR: usize = 256 << 10;

/// A longer line of the log is passed on in pieces.
const MAX_LINE: usize = 8 << 10;

/// How many lines of the log a failure can quote.
const MAX_TAIL: usize = 10;

/// What the CLI says when it begins a device login.
const LOGIN_PROMPTS: [&str; 2] = ["You need to login first", "Verification code:"];

/// A child with all its descendants: a process group, or a job object on Windows.
struct Group {
    child: Box<dyn ChildWrapper>,
    may_run: bool,
}

impl Group {
    fn spawn(
        program: &Program,
        arguments: &[OsString],
        environment: &Environment,
        directory: &Path,
    ) -> Result<Self, Failure> {
        let mut command = CommandWrap::with_new(&program.executable, |command| {
            command
                .args(&program.arguments)
                .args(arguments)
                .env_clear()
                .envs(environment.iter())
                .current_dir(directory)
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped());
        });
        // Of the child alone; on Windows, of its job, even if this process is killed.
        command.wrap(KillOnDrop);
        #[cfg(unix)]
        command.wrap(process_wrap::tokio::ProcessGroup::leader());
        #[cfg(windows)]
        {
            use process_wrap::tokio::{CreationFlags, JobObject};
            // Started by an editor, this process may have no console; then Windows would open one for the CLI, in a window.
            command.wrap(CreationFlags(windows::Win32::System::Threading::CREATE_NO_WINDOW));
            command.wrap(JobObject);
        }
        match command.spawn() {
            Ok(child) => Ok(Self { child, may_run: true }),
            Err(error) => Err(Failure::CannotStart {
                program: program.executable.clone(),
                error: error.to_string(),
            }),
        }
    }

    /// Asks the group to end, and makes it.
    async fn stop(&mut self) {
        #[cfg(unix)]
        {
            const SIGTERM: i32 = 15;
            // A group that has ended already cannot be signalled; that is as good.
            let _ = self.child.signal(SIGTERM);
            let _ = tokio::time::timeout(GRACE, self.child.wait()).await;
        }
        self.kill();
        let _ = tokio::time::timeout(GRACE, self.child.wait()).await;
    }

    fn kill(&mut self) {
        self.may_run = false;
        let _ = self.child.start_kill();
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if self.may_run {
            self.kill();
        }
    }
}

async fn read_stdout(stdout: Option<impl AsyncRead + Unpin>) -> Result<Vec<u8>, Failure> {
    let mut res = Vec::new();
    if let Some(stdout) = stdout {
        let read = stdout.take(MAX_STDOUT).read_to_end(&mut res).await;
        if read.is_ok_and(|length| length as u64 == MAX_STDOUT) {
            return Err(Failure::TooMuchOutput);
        }
    }
    Ok(res)
}

/// Passes the log on line by line; the end of it is returned.
async fn read_stderr(
    stderr: Option<impl AsyncRead + Unpin>,
    redactor: &Redactor,
    on_line: &(dyn Fn(&str) + Send + Sync),
) -> Result<String, Failure> {
    let mut tail = VecDeque::new();
    let mut lines = Lines::default();
    let mut take = |line: &[u8]| -> Result<(), Failure> {
        let line = String::from_utf8_lossy(line);
        let line = anstream::adapter::strip_str(&line).to_string();
        if LOGIN_PROMPTS.iter().any(|prompt| line.contains(prompt)) {
            return Err(Failure::NotLoggedIn);
        }
        let line = redactor.redact(line.trim());
        if !line.is_empty() {
            on_line(&line);
            if is_stack_frame(&line) {
                return Ok(());
            }
            if tail.len() == MAX_TAIL {
                tail.pop_front();
            }
            tail.push_back(line);
        }
        Ok(())
    };
    if let Some(mut stderr) = stderr {
        let mut buffer = [0; 4096];
        let mut total = 0;
        while let Ok(length @ 1..) = stderr.read(&mut buffer).await {
            total += length;
            if total > MAX_STDERR {
                return Err(Failure::TooMuchOutput);
            }
            let bytes = buffer.get(..length).unwrap_or_default();
            bytes.iter().try_for_each(|&byte| lines.push(byte, &mut take))?;
            // Gives a cancel its turn, also while there is always more to read.
            tokio::task::yield_now().await;
        }
        take(&lines.rest)?;
    }
    Ok(Vec::from(tail).join("\n"))
}

/// Whether Node.js tells where in a program something went wrong, rather than what.
fn is_stack_frame(line: &str) -> bool {
    line.starts_with("at ")
}

/// Cuts bytes into lines.
#[derive(Default)]
struct Lines {
    rest: Vec<u8>,
}

impl Lines {
    fn push(&mut self, byte: u8, mut take: impl FnMut(&[u8]) -> Result<(), Failure>) -> Result<(), Failure> {
        if byte == b'\n' || self.rest.len() == MAX_LINE {
            take(&self.rest)?;
            self.rest.clear();
        }
        if byte != b'\n' {
            self.rest.push(byte);
        }
        Ok(())
    }
}
