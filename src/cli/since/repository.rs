//! A repository: where it is, which commit a revision stands for, and what that commit holds.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashSet;

use super::Revision;
use super::git::{Git, ObjectId};
use crate::disk;

/// The work tree of a git repository.
#[derive(Debug)]
pub(super) struct Repository {
    git: Git,
    /// The top folder as it really is, without symbolic links.
    pub(super) top: PathBuf,
    /// The top folder as the user has spelt the way to it.
    pub(super) spelt: PathBuf,
    is_shallow: bool,
}

/// What a commit has at a path.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) kind: EntryKind,
    pub(super) id: ObjectId,
    /// Relative to the top folder.
    pub(super) path: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EntryKind {
    File,
    Link,
    /// Another repository, at the commit of this id.
    Submodule,
}

impl Repository {
    /// The repository that `folder` is in.
    ///
    /// # Errors
    ///
    /// A sentence: there is none, it has no work tree, or git refuses to look at it.
    pub(super) fn open(git: &Git, folder: &Path) -> Result<Self, String> {
        let answer = git.ask(
            folder,
            [
                "rev-parse",
                "--is-bare-repository",
                "--is-shallow-repository",
                "--show-toplevel",
            ],
        )?;
        let told = String::from_utf8_lossy(&answer.stdout);
        let mut told = told.splitn(3, '\n');
        let (is_bare, is_shallow) = (told.next() == Some("true"), told.next() == Some("true"));
        let shown = folder.display();
        if is_bare {
            return Err(format!(
                "{shown} is a bare repository: it has no files to compare with a revision"
            ));
        }
        if !answer.status.success() {
            return Err(match answer.complaint.contains("not a git repository") {
                true => format!("{shown} is in no git repository, so there is no revision to compare with"),
                false => format!("git refuses to look at {shown}: {}", answer.complaint),
            });
        }
        let top = told.next().unwrap_or_default().trim_end_matches('\n');
        let top = disk::real(top.as_ref()).map_err(|error| format!("cannot find the top folder {top}: {error}"))?;
        let is_top = |it: &&Path| disk::real(it).is_ok_and(|it| it == top);
        let spelt = folder.ancestors().find(is_top).unwrap_or(&top).to_path_buf();
        Ok(Repository {
            git: git.clone(),
            top,
            spelt,
            is_shallow,
        })
    }

    /// Whether it is a submodule of the repository around it.
    pub(super) fn is_submodule(&self) -> Result<bool, String> {
        let answer = self
            .git
            .ask(&self.spelt, ["rev-parse", "--show-superproject-working-tree"])?;
        Ok(answer.line().is_some())
    }

    /// The commit that `revision` stands for.
    ///
    /// # Errors
    ///
    /// A sentence that says what to do, if there is no such commit here.
    pub(super) fn commit(&self, revision: &Revision) -> Result<ObjectId, String> {
        let commit = self.resolve(&revision.name)?;
        let Some(commit) = commit else {
            return Err(self.lacks(revision)?);
        };
        if !revision.from_merge_base {
            return Ok(commit);
        }
        let answer = self
            .git
            .ask(&self.spelt, ["merge-base", "--end-of-options", &commit, "HEAD"])?;
        match answer.line() {
            Some(base) => Ok(base.to_owned()),
            None if self.is_shallow => Err(too_short(revision)),
            None => Err(format!("`{}` and `HEAD` have no commit in common", revision.name)),
        }
    }

    /// Whether the commit of this id is here.
    pub(super) fn has(&self, commit: &str) -> Result<bool, String> {
        self.resolve(commit).map(|it| it.is_some())
    }

    /// All that a commit holds, submodules as one entry each.
    pub(super) fn entries(&self, commit: &str) -> Result<Vec<Entry>, String> {
        let answer = self
            .git
            .ask(&self.spelt, ["ls-tree", "-r", "-z", "--full-tree", commit])?;
        if !answer.status.success() {
            return Err(format!("git cannot list the files of {commit}: {}", answer.complaint));
        }
        let lines = answer.stdout.split(|it| *it == 0).filter(|it| !it.is_empty());
        lines
            .map(|line| Entry::read(line).ok_or_else(|| "git lists files in a form that is not understood".to_owned()))
            .collect()
    }

    /// The files that a sparse checkout leaves out, as the user spells the way to them.
    pub(super) fn not_checked_out(&self) -> Result<FxHashSet<PathBuf>, String> {
        let answer = self.git.ask(&self.spelt, ["ls-files", "-t", "-z"])?;
        if !answer.status.success() {
            return Err(format!("git cannot list what is checked out: {}", answer.complaint));
        }
        let lines = answer.stdout.split(|it| *it == 0);
        let skipped = lines.filter_map(|it| path_of(it.strip_prefix(b"S ")?));
        Ok(skipped.map(|it| self.spelt.join(it)).collect())
    }

    /// The contents of blobs, in their order; `None`: far too large.
    pub(super) fn blobs(&self, ids: &[&str]) -> Result<Vec<Option<Vec<u8>>>, String> {
        match ids.is_empty() {
            true => Ok(Vec::new()),
            false => self.git.blobs(&self.spelt, ids),
        }
    }

    fn resolve(&self, name: &str) -> Result<Option<ObjectId>, String> {
        let commit = format!("{name}^{{commit}}");
        let args = ["rev-parse", "--verify", "--quiet", "--end-of-options", &commit];
        let answer = self.git.ask(&self.spelt, args)?;
        // Old versions repeat `--end-of-options`.
        Ok(answer.line().and_then(|it| it.lines().last()).map(str::to_owned))
    }

    /// Why there is no such revision, and what to do.
    fn lacks(&self, revision: &Revision) -> Result<String, String> {
        let name = &revision.name;
        if self.resolve("HEAD")?.is_none() && name == "HEAD" {
            return Ok("this repository has no commit yet, so there is nothing to compare with".to_owned());
        }
        if self.is_shallow {
            return Ok(match (revision.from_merge_base, remote_branch(name)) {
                (false, Some(branch)) => format!(
                    "this shallow clone does not have `{name}`: run `git fetch --depth=1 origin {branch}` and compare with `--since FETCH_HEAD`"
                ),
                _ => too_short(revision),
            });
        }
        let on_origin = format!("origin/{name}");
        Ok(match self.resolve(&on_origin)? {
            Some(_) => format!("there is no revision `{name}`; did you mean `{on_origin}`?"),
            None => format!("there is no revision `{name}` here; if it is on the server: `git fetch origin {name}`"),
        })
    }
}

/// What to do where a shallow clone does not go back far enough.
fn too_short(revision: &Revision) -> String {
    let Revision { name, from_merge_base } = revision;
    let written = revision.to_string();
    match remote_branch(name) {
        Some(branch) if *from_merge_base => format!(
            "this shallow clone does not go back to `{written}`: run `git fetch --unshallow origin {branch}` and compare with `--since FETCH_HEAD...`"
        ),
        _ => format!("this shallow clone does not go back to `{written}`: run `git fetch --unshallow`"),
    }
}

/// What to ask the server for: `None` for what only this clone can work out (`HEAD~3`).
fn remote_branch(name: &str) -> Option<&str> {
    let is_local = name.contains(['~', '^', '@', ':']) || name.ends_with("HEAD");
    (!is_local).then(|| name.strip_prefix("origin/").unwrap_or(name))
}

impl Entry {
    /// `MODE TYPE ID<tab>PATH`
    fn read(line: &[u8]) -> Option<Entry> {
        let tab = line.iter().position(|it| *it == b'\t')?;
        let (head, path) = line.split_at_checked(tab)?;
        let mut words = str::from_utf8(head).ok()?.split(' ');
        let kind = match (words.next()?, words.next()?) {
            ("120000", _) => EntryKind::Link,
            (_, "commit") => EntryKind::Submodule,
            _ => EntryKind::File,
        };
        Some(Entry {
            kind,
            id: words.next()?.to_owned(),
            path: path_of(path.get(1..)?)?,
        })
    }
}

#[cfg(unix)]
fn path_of(bytes: &[u8]) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt as _;
    Some(std::ffi::OsStr::from_bytes(bytes).into())
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> Option<PathBuf> {
    str::from_utf8(bytes).ok().map(PathBuf::from)
}
