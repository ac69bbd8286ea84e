//! Reading that a workspace asks for: planned under its lock, done anywhere, merged back.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::backend;
use super::discovery::{self, CONFIG_NAMES, Location};
use super::read::{Loaded, Problem, ReadFile, in_parallel, load_parts};
use crate::analysis::Role;

/// What is to be read. Plain data; [`read`](Scan::read) may be called on any thread.
#[derive(Debug, Default)]
pub struct Scan {
    /// The folders of the workspace.
    pub(super) folders: Vec<PathBuf>,
    /// The files open in the editor.
    pub(super) open: Vec<PathBuf>,
    /// The projects known, by root.
    pub(super) known: BTreeMap<PathBuf, Known>,
    /// Whether backend code is looked at.
    pub(super) backend: bool,
    /// Whether to look for projects in all folders.
    pub(super) search: bool,
    /// Folders that may have become projects, or may be none any more.
    pub(super) look_at: BTreeSet<PathBuf>,
    /// The roots of projects to read as a whole.
    pub(super) reload: BTreeSet<PathBuf>,
    /// Paths that are no files of the projects known; they may be folders with projects in them.
    pub(super) look_into: BTreeSet<PathBuf>,
    /// Single files.
    pub(super) files: Vec<Reading>,
}

#[derive(Debug)]
pub(super) struct Known {
    pub(super) location: Arc<Location>,
    pub(super) sought: bool,
}

/// A file or folder of a project that is to be read.
#[derive(Debug)]
pub(super) struct Reading {
    /// The project.
    pub(super) root: PathBuf,
    pub(super) path: PathBuf,
    /// What it is if it is a file.
    pub(super) role: Option<Role>,
    /// The folder that it is in, if it is backend code.
    pub(super) backend_dir: Option<PathBuf>,
}

/// What a [`Scan`] has found.
#[derive(Debug, Default)]
pub struct Scanned {
    pub(super) found: Vec<Found>,
}

#[derive(Debug)]
pub(super) enum Found {
    Project(Loaded),
    /// By root.
    NoProject(PathBuf),
    /// In the project of this root.
    At(PathBuf, FoundAt),
}

/// What was found at a path of a project.
#[derive(Debug)]
pub(super) enum FoundAt {
    File(ReadFile),
    Problem(Problem),
    /// Neither file nor folder is at this path.
    Nothing(PathBuf),
}

impl Scan {
    /// Whether there is nothing to read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Scan {
            folders: _,
            open: _,
            known: _,
            backend: _,
            search,
            look_at,
            reload,
            look_into,
            files,
        } = self;
        !search && look_at.is_empty() && reload.is_empty() && look_into.is_empty() && files.is_empty()
    }

    /// Reads. Blocks for as long as the disk needs.
    #[must_use]
    pub fn read(mut self) -> Scanned {
        // A folder where a file might be: what is in it is to be known, too.
        self.reload.extend(
            self.files
                .iter()
                .filter(|it| it.path.is_dir())
                .map(|it| it.root.clone()),
        );

        let mut projects = BTreeMap::new();
        let mut add = |location: Location, sought| {
            projects.entry(location.root.clone()).or_insert((location, sought));
        };
        self.searched().into_iter().for_each(|it| add(it, true));
        let mut gone = Vec::new();
        for folder in self.looked_at() {
            // Gone, unless it turns up here or in another folder.
            gone.extend(self.known.contains_key(folder).then(|| folder.clone()));
            let found = self.located(folder);
            if let Some((sought, location)) = found.and_then(|it| Some((self.sought(&it)?, it))) {
                add(location, sought);
            }
        }
        gone.retain(|it| !projects.contains_key(it));
        let is_as_known = |root: &Path, location: &Location, sought: bool| {
            let known = self.known.get(root);
            known.is_some_and(|it| *it.location == *location && it.sought == sought)
        };
        projects.retain(|root, (location, sought)| {
            self.search || self.reload.contains(root) || !is_as_known(root, location, *sought)
        });

        let mut found: Vec<_> = gone.into_iter().map(Found::NoProject).collect();
        let files = self
            .files
            .into_iter()
            .filter(|it| !projects.contains_key(&it.root))
            .collect();
        found.extend(in_parallel(files, Reading::read));
        let (projects, backend) = (projects.into_values().collect(), self.backend);
        found.extend(in_parallel(projects, |(location, sought)| {
            Found::Project(Loaded {
                sought,
                ..load_parts(location, backend)
            })
        }));
        Scanned { found }
    }

    /// Whether what happens at `path` can move a project, even if the path is known.
    pub(super) fn is_config(path: &Path) -> bool {
        path.file_name()
            .is_some_and(|name| CONFIG_NAMES.iter().any(|it| name == *it))
    }

    /// The projects that a search finds.
    fn searched(&self) -> Vec<Location> {
        let looks_around = self.search || !self.look_at.is_empty() || !self.reload.is_empty();
        let above = self
            .folders
            .iter()
            .filter(|_| looks_around)
            .filter_map(|it| discovery::locate(it));
        let inside = self
            .folders
            .iter()
            .filter(|_| self.search)
            .flat_map(|it| discovery::below(it));
        let into = self
            .look_into
            .iter()
            .filter(|it| it.is_dir() && self.in_sight(it))
            .flat_map(|it| discovery::below(it));
        above.chain(inside).chain(into).collect()
    }

    fn looked_at(&self) -> BTreeSet<&PathBuf> {
        // A project that starts further down may have come between a folder and the one above it.
        let above = self
            .known
            .keys()
            .filter(|root| self.folders.iter().any(|it| it.starts_with(root)));
        let moves = !self.look_at.is_empty() || !self.reload.is_empty();
        above
            .filter(|_| moves)
            .chain(&self.look_at)
            .chain(&self.reload)
            .collect()
    }

    fn located(&self, folder: &Path) -> Option<Location> {
        match self.known.get(folder) {
            Some(known) if known.location.is_connectors_dir() => Some((*known.location).clone()),
            _ => discovery::at(folder),
        }
    }

    /// Whether the project at `location` is one that a search finds. `None`: it is none of our business, since no open
    /// file is in it either.
    fn sought(&self, location: &Location) -> Option<bool> {
        let has_open_file = || {
            let mut inside = self.open.iter().filter(|it| location.role(it).is_some());
            inside.any(|it| discovery::locate(it).as_ref() == Some(location))
        };
        // Without folders, the workspace consists of what was put into it.
        let was_put_in = self.folders.is_empty() && self.known.get(&location.root).is_some_and(|it| it.sought);
        if was_put_in || (location.is_certain() && self.in_sight(&location.root)) {
            return Some(true);
        }
        has_open_file().then_some(false)
    }

    fn in_sight(&self, path: &Path) -> bool {
        self.folders.iter().any(|it| discovery::is_in_sight(it, path))
    }
}

impl Reading {
    fn read(self) -> Found {
        let is_ignored = || {
            let folder = self.backend_dir.as_deref();
            folder.is_some_and(|folder| !backend::is_in_sight(folder, &self.path))
        };
        let found = match self.role {
            Some(role) if self.path.is_file() && !is_ignored() => match ReadFile::read(self.path.clone(), role) {
                Ok(Some(file)) => FoundAt::File(file),
                Ok(None) => FoundAt::Nothing(self.path),
                Err(problem) => FoundAt::Problem(problem),
            },
            _ => FoundAt::Nothing(self.path),
        };
        Found::At(self.root, found)
    }
}
