//! `--since REF`: what the connectors ask for now, against what they asked for at a git revision.

mod diff;
mod git;
mod past;
mod repository;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use git::{Git, ObjectId};
use past::PastTree;
use repository::Repository;

use super::gather::Gathered;
use crate::analysis::permissions::Permissions;
use crate::disk;
use crate::project::{Location, discovery};

pub(crate) use diff::{PermissionDiff, ProjectDiff};

/// A revision as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Revision {
    /// What git is asked for.
    name: String,
    /// `REF...`: not the revision itself, but the commit where `HEAD` has left it.
    from_merge_base: bool,
}

impl Revision {
    /// Takes what was typed.
    ///
    /// # Errors
    ///
    /// A sentence, if it is no single revision.
    pub(crate) fn parse(written: &str) -> Result<Self, String> {
        let (name, from_merge_base) = match written.strip_suffix("...") {
            Some(name) => (name, true),
            None => (written, false),
        };
        if name.is_empty() || name.starts_with('-') || name.contains(|it: char| it.is_control()) {
            return Err("a revision is a branch, a tag or a commit, such as `main` or `HEAD~1`".to_owned());
        }
        if name.contains("..") {
            return Err(
                "give one revision, `REF` or `REF...`: the files as they are now are compared with it".to_owned(),
            );
        }
        Ok(Revision {
            name: name.to_owned(),
            from_merge_base,
        })
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dots = if self.from_merge_base { "..." } else { "" };
        write!(f, "{}{dots}", self.name)
    }
}

/// What the projects asked for at a revision. Read once; the present can be compared with it any number of times.
#[derive(Debug)]
pub(crate) struct Past {
    revision: String,
    /// The commit it stands for, in the repository of the folder that the check runs in or of the first project.
    commit: ObjectId,
    projects: Vec<PastProject>,
    /// How many connectors are not compared, because they are not checked out.
    pub(crate) passed_over: usize,
}

#[derive(Debug)]
struct PastProject {
    /// Its root without symbolic links, as far as it is still there.
    root: PathBuf,
    location: Location,
    permissions: Permissions,
}

impl Past {
    /// Whether there was no project.
    pub(crate) fn is_empty(&self) -> bool {
        self.projects.is_empty()
    }

    /// Reads the past of the projects that are checked, and of those that were where it is looked for projects.
    ///
    /// # Errors
    ///
    /// A sentence: there is no git, no repository, no such revision.
    pub(crate) fn read(revision: &Revision, gathered: &Gathered) -> Result<Self, String> {
        let mut repositories = Repositories {
            git: Git::find()?,
            revision,
            known: BTreeMap::new(),
        };
        let folders = gathered.searched_folders();
        let roots: Vec<_> = gathered.stores().map(|it| it.location().root.clone()).collect();
        let mut first = None;
        for folder in folders.iter().chain(&roots) {
            let top = repositories.of(folder)?;
            first.get_or_insert(top);
        }
        let commit = first.and_then(|it| repositories.known.get(&it)?.commit.clone());
        let is_there = |path: &Path| gathered.file(path).is_some() || path.exists();
        let (mut projects, mut passed_over) = (Vec::new(), 0);
        for seen in repositories.known.values() {
            let mut locations = BTreeMap::new();
            let mut add = |location: Location| drop(locations.insert(location.root.clone(), location));
            for folder in folders {
                seen.projects_around(folder).into_iter().for_each(&mut add);
            }
            for store in gathered.stores() {
                seen.project_like(store.location()).into_iter().for_each(&mut add);
            }
            let locations: Vec<_> = locations.into_values().collect();
            let (permissions, left_out) = seen.tree.permissions(&seen.repository, &locations, is_there)?;
            passed_over += left_out;
            projects.extend(
                locations
                    .into_iter()
                    .zip(permissions)
                    .map(|(location, permissions)| PastProject {
                        root: real(&location.root),
                        location,
                        permissions,
                    }),
            );
        }
        Ok(Past {
            revision: revision.to_string(),
            commit: commit.unwrap_or_default(),
            projects,
            passed_over,
        })
    }
}

/// The repositories that the checked files are in, each looked at once.
struct Repositories<'a> {
    git: Git,
    revision: &'a Revision,
    /// By top folder.
    known: BTreeMap<PathBuf, Seen>,
}

/// A repository at the revision.
struct Seen {
    repository: Repository,
    /// `None`: a submodule that was not there.
    commit: Option<ObjectId>,
    tree: PastTree,
}

impl Repositories<'_> {
    /// The top folder of the repository that `folder` is in, which is known from then on.
    fn of(&mut self, folder: &Path) -> Result<PathBuf, String> {
        let real = real(folder);
        let nearest = real.ancestors().find(|it| it.join(".git").exists());
        if let Some(top) = nearest.filter(|it| self.known.contains_key(*it)) {
            return Ok(top.to_path_buf());
        }
        let repository = Repository::open(&self.git, folder)?;
        let top = repository.top.clone();
        if self.known.contains_key(&top) {
            return Ok(top);
        }
        let commit = match repository.is_submodule()? {
            true => self.commit_of_submodule(&repository)?,
            false => Some(repository.commit(self.revision)?),
        };
        let tree = match &commit {
            Some(commit) => PastTree::read(&repository, commit)?,
            None => PastTree::default(),
        };
        let seen = Seen {
            repository,
            commit,
            tree,
        };
        self.known.insert(top.clone(), seen);
        Ok(top)
    }

    /// The commit at which the repository around had a submodule; `None`: it had none there.
    fn commit_of_submodule(&mut self, repository: &Repository) -> Result<Option<ObjectId>, String> {
        let Some(parent) = repository.spelt.parent() else {
            return Ok(None);
        };
        let around = self.of(parent)?;
        let Some(around) = self.known.get(&around) else {
            return Ok(None);
        };
        let inside = repository
            .top
            .strip_prefix(&around.repository.top)
            .unwrap_or(&repository.top);
        let commit = around
            .tree
            .submodules
            .get(&around.repository.spelt.join(inside))
            .cloned();
        match &commit {
            Some(commit) if !repository.has(commit)? => {
                let folder = repository.spelt.display();
                Err(format!(
                    "the submodule {folder} does not have the commit it was at: run `git fetch --depth=1 origin {commit}` in it"
                ))
            }
            _ => Ok(commit),
        }
    }
}

impl Seen {
    /// The projects that a check of `folder` would have found.
    fn projects_around(&self, folder: &Path) -> Vec<Location> {
        let Some(folder) = self.spelt(folder) else {
            return Vec::new();
        };
        let nearest = discovery::locate_in(&self.tree, &folder);
        let below = discovery::below_in(&self.tree, &folder, self.tree.paths());
        below.into_iter().chain(nearest).collect()
    }

    /// The project at the root of one that is there now.
    fn project_like(&self, present: &Location) -> Option<Location> {
        let root = self.spelt(&present.root)?;
        match present.is_connectors_dir() {
            true => Some(Location::of_connectors_dir(&root)),
            false => discovery::at_in(&self.tree, &root),
        }
    }

    /// A path of the disk as this repository's tree has it; `None`: it is elsewhere.
    fn spelt(&self, path: &Path) -> Option<PathBuf> {
        let real = real(path);
        let inside = real.strip_prefix(&self.repository.top).ok()?;
        Some(self.repository.spelt.join(inside))
    }
}

/// The path without symbolic links, as far as there is something at it.
fn real(path: &Path) -> PathBuf {
    disk::real(path).unwrap_or_else(|_| path.to_path_buf())
}
