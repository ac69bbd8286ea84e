//! Running git: which program, with what, and what it answers. No shell, no hooks, no filters, no network.
//!
//! The repository may be anybody's, so nothing in its configuration is to run a program. Only plumbing is asked (`rev-parse`,
//! `merge-base`, `ls-tree`, `ls-files`, `cat-file`), which knows neither aliases nor pagers nor filters; what is left is switched off below.

use std::env;
use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;

/// The user's git.
#[derive(Debug, Clone)]
pub(super) struct Git {
    program: PathBuf,
}

/// The full name of a commit, tree or blob.
pub(super) type ObjectId = String;

/// What git has printed.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: ExitStatus,
    pub(super) stdout: Vec<u8>,
    /// One line, without git's `fatal: `.
    pub(super) complaint: String,
}

/// Variables that would make git look at another repository than that of the folder it runs in; hooks have them set.
const OF_ANOTHER_REPOSITORY: [&str; 9] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_SHALLOW_FILE",
];

impl Git {
    /// Looks for git in the folders of the path. Relative ones are passed over: they would mean the folder that is checked.
    ///
    /// # Errors
    ///
    /// A sentence.
    pub(super) fn find() -> Result<Self, String> {
        let name = format!("git{}", env::consts::EXE_SUFFIX);
        let path = env::var_os("PATH").unwrap_or_default();
        let mut folders = env::split_paths(&path).filter(|it| it.is_absolute());
        let program = folders.find_map(|it| Some(it.join(&name)).filter(|it| is_executable(it)));
        program
            .map(|program| Git { program })
            .ok_or_else(|| "--since needs git, and there is no such program on the path".to_owned())
    }

    /// Runs git in `folder`.
    ///
    /// # Errors
    ///
    /// A sentence, if it cannot be started.
    pub(super) fn ask<S: AsRef<OsStr>>(
        &self,
        folder: &Path,
        args: impl IntoIterator<Item = S>,
    ) -> Result<Answer, String> {
        let output = self
            .command(folder)
            .args(args)
            .output()
            .map_err(|error| not_run(&error))?;
        let complaint = String::from_utf8_lossy(&output.stderr);
        let complaint: Vec<_> = complaint.split_whitespace().skip_while(|it| *it == "fatal:").collect();
        Ok(Answer {
            status: output.status,
            stdout: output.stdout,
            complaint: complaint.join(" "),
        })
    }

    /// Reads blobs, in their order, with one process for all. `None`: it is larger than a connector file may be.
    ///
    /// # Errors
    ///
    /// A sentence, if git cannot be run, ends early, or does not have one of them here.
    pub(super) fn blobs(&self, folder: &Path, ids: &[&str]) -> Result<Vec<Option<Vec<u8>>>, String> {
        let mut command = self.command(folder);
        command.args(["cat-file", "--batch", "--buffer"]);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().map_err(|error| not_run(&error))?;
        let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(not_run(&io::Error::other("it has no pipes")));
        };
        let requests: String = ids.iter().flat_map(|it| [it, "\n"]).collect();
        let blobs = thread::scope(|scope| {
            // Its end of the pipe may be full before we have said all: somebody else has to speak while we listen.
            scope.spawn(move || drop(input.write_all(requests.as_bytes())));
            let mut output = BufReader::with_capacity(1 << 16, output);
            ids.iter().map(|_| blob(&mut output)).collect::<io::Result<Vec<_>>>()
        });
        // It has nothing more to say; if it failed, an answer was missing above.
        drop(child.wait());
        blobs.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => PARTIAL.to_owned(),
            _ => format!("git does not tell what was in the files: {error}"),
        })
    }

    fn command(&self, folder: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command
            .current_dir(folder)
            .args(["--no-pager", "--no-replace-objects", "--literal-pathspecs"])
            .args(["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"])
            // A partial clone would fetch what it lacks, by means that its configuration names.
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_ALLOW_PROTOCOL", "none")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("LC_ALL", "C")
            .stdin(Stdio::null());
        for variable in OF_ANOTHER_REPOSITORY {
            command.env_remove(variable);
        }
        command
    }
}

impl Answer {
    /// What was printed, without the line end, if git was content and it is text.
    pub(super) fn line(&self) -> Option<&str> {
        let text = str::from_utf8(&self.stdout).ok().filter(|_| self.status.success())?;
        Some(text.strip_suffix('\n').unwrap_or(text)).filter(|it| !it.is_empty())
    }
}

/// Reads one answer of `cat-file --batch`: `ID blob SIZE`, the bytes, a line end; or `ID missing`.
fn blob(output: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut head = String::new();
    output.read_line(&mut head)?;
    let words: Vec<_> = head.split_whitespace().collect();
    let size: u64 = match words.as_slice() {
        [_, "blob", size] => size.parse().map_err(io::Error::other)?,
        [_, "missing"] => return Err(io::ErrorKind::NotFound.into()),
        _ => return Err(io::ErrorKind::UnexpectedEof.into()),
    };
    if size > SIZE_LIMIT {
        io::copy(&mut output.by_ref().take(size + 1), &mut io::sink())?;
        return Ok(None);
    }
    let mut bytes = Vec::new();
    output.by_ref().take(size).read_to_end(&mut bytes)?;
    let mut end = [0];
    output.read_exact(&mut end)?;
    Ok(Some(bytes))
}

fn not_run(error: &io::Error) -> String {
    format!("git cannot be run: {error}")
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata()
        .is_ok_and(|it| it.is_file() && it.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(path: &Path) -> bool {
    path.is_file()
}

/// Nothing is fetched unasked.
const PARTIAL: &str =
    "this partial clone does not hold all files of the revision: run `git fetch --refetch --no-filter origin`";

/// As large as a file on the disk may be.
const SIZE_LIMIT: u64 = 64 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_one_after_the_other() {
        let mut output: &[u8] = b"1a blob 4\n{}\n\n\n2b blob 0\n\n3c missing\n4d blob 9\n{";
        assert_eq!(blob(&mut output).unwrap(), Some(b"{}\n\n".to_vec()));
        assert_eq!(blob(&mut output).unwrap(), Some(Vec::new()));
        assert_eq!(blob(&mut output).unwrap_err().kind(), io::ErrorKind::NotFound);
        assert_eq!(blob(&mut output).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }
}
