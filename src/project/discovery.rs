//! Where projects are: the folders that the CLI would take as a project root, and their connectors directories.
//!
//! What makes a folder a project is looked up, never guessed from what is known of another one, so a location is right
//! for as long as the disk is as it was.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::{fmt, fs, io};

use ignore::{DirEntry, WalkBuilder, WalkState};

use super::file_tree::{Disk, FileTree};
use super::paths::{normalized, resolved};
use super::read::{Problem, has_gone};
use crate::analysis::backend::is_backend_code;
use crate::analysis::config::ProjectConfig;
use crate::analysis::{DEFAULT_CONNECTORS_DIR, Role, TOOL_CONFIG};

/// Where one project has its parts. All paths are absolute and normalized.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Location {
    /// The folder that the CLI calls the project root; the parent of `base44` where the config file lies in a folder of that name.
    pub root: PathBuf,
    /// The config file, if there is one: only then does the CLI itself take the folder as a project.
    pub config: Option<PathBuf>,
    /// The folder of the config file, or the one it would be in.
    pub config_dir: PathBuf,
    /// The folder whose files the CLI reads. It need not exist.
    pub connectors_dir: PathBuf,
    /// The folders of the app's backend code. They need not exist.
    pub backend_dirs: Vec<PathBuf>,
}

impl Location {
    /// A folder taken as a connectors directory, as the CLI's `--dir` does.
    #[must_use]
    pub fn of_connectors_dir(dir: &Path) -> Location {
        let dir = normalized(dir);
        Location {
            root: dir.clone(),
            config: None,
            config_dir: dir.clone(),
            connectors_dir: dir,
            backend_dirs: Vec::new(),
        }
    }

    /// What the file at `path` is to this project, by its path. `None`: nothing.
    #[must_use]
    pub fn role(&self, path: &Path) -> Option<Role> {
        let role = Role::of(path, &self.config_dir, &self.connectors_dir)
            .or_else(|| self.backend_dir(path).map(|_| Role::Backend))?;
        // Of two config files the CLI reads one; what is in the other has no effect.
        let without_effect = role == Role::ProjectConfig && self.config.as_deref() != Some(path);
        (!without_effect).then_some(role)
    }

    /// The folder of backend code that the code file at `path` is in.
    pub(super) fn backend_dir(&self, path: &Path) -> Option<&Path> {
        let mut folders = self.backend_dirs.iter().map(PathBuf::as_path);
        folders.find(|folder| is_backend_code(path, [*folder]))
    }

    /// Where our own config file may be, the one that counts first.
    pub(super) fn tool_configs(&self) -> impl Iterator<Item = PathBuf> {
        let at_root = (self.root != self.config_dir).then(|| self.root.join(TOOL_CONFIG));
        std::iter::once(self.config_dir.join(TOOL_CONFIG)).chain(at_root)
    }

    /// The folder read where the config file names none.
    pub(super) fn default_connectors_dir(&self) -> PathBuf {
        self.config_dir.join(DEFAULT_CONNECTORS_DIR)
    }
}

/// The project that a file or folder is in: the nearest one on the way up.
///
/// The CLI takes any `config.json` for a project's. Many repositories have one that is nothing of the kind, so one that
/// stands alone counts only if its connectors directory is there, or if there is no other project further up.
#[must_use]
pub fn locate(path: &Path) -> Option<Location> {
    locate_in(&Disk, path)
}

/// As [`locate`], in any tree of files.
#[must_use]
pub fn locate_in(tree: &impl FileTree, path: &Path) -> Option<Location> {
    let path = normalized(path);
    let mut doubtful = None;
    for folder in path.ancestors() {
        let Some(found) = at_in(tree, folder) else { continue };
        if found.is_certain_in(tree) {
            return Some(found);
        }
        doubtful.get_or_insert(found);
    }
    doubtful
}

/// The project whose root is `folder`, or whose config file lies in it.
///
/// Within one folder `base44/config.*` comes before `config.*`, and that before a mere `base44/connectors`, unless only
/// the latter has connectors.
#[must_use]
pub fn at(folder: &Path) -> Option<Location> {
    at_in(&Disk, folder)
}

/// As [`at`], in any tree of files.
#[must_use]
pub fn at_in(tree: &impl FileTree, folder: &Path) -> Option<Location> {
    let base44 = folder.join(BASE44);
    let has_base44 = tree.is_dir(&base44);
    if has_base44 && let Some(config) = config_in(tree, &base44) {
        return Some(configured(tree, folder.to_path_buf(), config));
    }
    let unconfigured = || {
        let connectors_dir = base44.join(DEFAULT_CONNECTORS_DIR);
        (has_base44 && tree.is_dir(&connectors_dir)).then(|| Location {
            root: folder.to_path_buf(),
            config: None,
            config_dir: base44.clone(),
            connectors_dir,
            backend_dirs: ProjectConfig::default().backend_dirs(&base44),
        })
    };
    let Some(config) = config_in(tree, folder) else {
        return unconfigured();
    };
    let root = match folder.parent() {
        Some(parent) if is_base44(folder) => parent,
        _ => folder,
    };
    let bare = configured(tree, root.to_path_buf(), config);
    match bare.is_certain_in(tree) {
        true => Some(bare),
        false => unconfigured().or(Some(bare)),
    }
}

/// All projects in and below `folder`, by root.
///
/// Looks at names only, honours `.gitignore`, and leaves out hidden folders, installed packages and build output; follows
/// no symbolic links. A `config.json` counts only if its connectors directory is there.
#[must_use]
pub fn below(folder: &Path) -> Vec<Location> {
    search(folder).0
}

/// As [`below`], with the folders that could not be looked into.
fn search(folder: &Path) -> (Vec<Location>, Vec<Problem>) {
    let folder = normalized(folder);
    let seen = Mutex::new(Vec::new());
    walk(&folder, |_| true).build_parallel().run(|| {
        Box::new(|entry| {
            if let Some(sight) = Sight::of(entry, &folder)
                && let Ok(mut seen) = seen.lock()
            {
                seen.push(sight);
            }
            WalkState::Continue
        })
    });
    let (mut candidates, mut problems) = (Vec::new(), Vec::new());
    for sight in seen.into_inner().unwrap_or_default() {
        match sight {
            Sight::Candidate(folder) => candidates.push(folder),
            Sight::Problem(problem) => problems.push(problem),
        }
    }
    problems.sort_unstable();
    candidates.push(folder);
    (certain(&Disk, candidates), problems)
}

/// As [`below`], in a tree that has just these files (absolute paths). `.gitignore` has no say in it: what is committed is not
/// ignored.
#[must_use]
pub fn below_in<'p>(tree: &impl FileTree, folder: &Path, files: impl IntoIterator<Item = &'p Path>) -> Vec<Location> {
    let folder = normalized(folder);
    let mut candidates = vec![folder.clone()];
    for file in files {
        let Some(parent) = file.parent().filter(|it| it.starts_with(&folder)) else {
            continue;
        };
        let is_hidden =
            |it: &OsStr| it.as_encoded_bytes().starts_with(b".") || NOT_SEARCHED.iter().any(|name| it == *name);
        let inside = parent.strip_prefix(&folder).unwrap_or(parent);
        if inside.iter().any(is_hidden) {
            continue;
        }
        if CONFIG_NAMES.iter().any(|it| file.ends_with(it)) {
            candidates.push(parent.to_path_buf());
        }
        let in_base44 = parent.ancestors().filter(|it| it.starts_with(&folder) && is_base44(it));
        candidates.extend(in_base44.filter_map(Path::parent).map(Path::to_path_buf));
    }
    certain(tree, candidates)
}

/// The projects of these folders, by root.
fn certain(tree: &impl FileTree, mut candidates: Vec<PathBuf>) -> Vec<Location> {
    candidates.sort_unstable();
    candidates.dedup();
    let mut found: Vec<_> = candidates
        .iter()
        .filter_map(|it| at_in(tree, it))
        .filter(|it| it.is_certain_in(tree))
        .collect();
    found.sort_unstable_by(|a, b| a.root.cmp(&b.root));
    found.dedup();
    found
}

/// What a search comes across.
enum Sight {
    /// A folder that may be a project.
    Candidate(PathBuf),
    /// A folder that it cannot look into.
    Problem(Problem),
}

impl Sight {
    /// `None`: nothing of interest. `folder` is where the search began.
    fn of(entry: Result<DirEntry, ignore::Error>, folder: &Path) -> Option<Self> {
        match entry {
            Ok(entry) => {
                let name = entry.file_name();
                let is_sign = name == BASE44 || CONFIG_NAMES.iter().any(|it| name == *it);
                let parent = entry.path().parent().filter(|_| is_sign)?;
                Some(Sight::Candidate(parent.to_path_buf()))
            }
            Err(error) => unreadable(error, folder.to_path_buf()).map(Sight::Problem),
        }
    }
}

/// `None` for what does not hinder a search, such as a pattern in `.gitignore` that makes no sense, or a folder that has gone.
fn unreadable(error: ignore::Error, path: PathBuf) -> Option<Problem> {
    match error {
        ignore::Error::WithPath { path, err } => unreadable(*err, path),
        ignore::Error::WithDepth { err, .. } => unreadable(*err, path),
        ignore::Error::Io(error) => (!has_gone(&error, &path)).then(|| Problem::new(path, &error)),
        _ => None,
    }
}

/// Whether [`below`]`(folder)` would look into `path`.
pub(super) fn is_in_sight(folder: &Path, path: &Path) -> bool {
    let target = path.to_path_buf();
    path.starts_with(folder)
        && walk(folder, move |entry| target.starts_with(entry))
            .build()
            .any(|entry| entry.is_ok_and(|it| it.path() == path))
}

/// The walk of a search, restricted to the entries that `keep` keeps.
pub(super) fn walk(folder: &Path, keep: impl Fn(&Path) -> bool + Send + Sync + 'static) -> WalkBuilder {
    let mut walk = WalkBuilder::new(folder);
    walk.require_git(false).filter_entry(move |entry| {
        entry.depth() == 0 || (keep(entry.path()) && !NOT_SEARCHED.iter().any(|it| entry.file_name() == *it))
    });
    walk
}

/// What `--check` was asked to look at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Projects, by root.
    pub targets: Vec<Target>,
    /// Paths given that are no connector files, and nothing else that concerns us.
    pub skipped: Vec<PathBuf>,
    /// Folders that could not be searched for projects.
    pub unsearched: Vec<Problem>,
}

/// A project to check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Where it is.
    pub location: Location,
    /// Only these of its files are reported on, though all are read; `None`: all.
    pub only: Option<Vec<PathBuf>>,
}

/// A path to check that cannot be looked at.
#[derive(Debug)]
pub struct SelectionError {
    /// The path as it was given.
    pub path: PathBuf,
    /// Why not.
    pub error: io::Error,
}

impl fmt::Display for SelectionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot read {}: {}", self.path.display(), self.error)
    }
}

impl std::error::Error for SelectionError {}

/// The projects that `--check PATH…` means, run in the folder `cwd` (absolute).
///
/// No path: the projects at, above and below `cwd`. A folder: those at, above and below it; if there is none, it is
/// itself taken as a connectors directory. A file: that file in its project; one that looks like a connector and is in
/// no project makes its folder the connectors directory.
///
/// # Errors
/// The first path that is not there or cannot be looked at.
pub fn for_check(cwd: &Path, paths: &[PathBuf]) -> Result<Selection, SelectionError> {
    let mut targets = BTreeMap::new();
    let (mut skipped, mut unsearched) = (Vec::new(), Vec::new());
    if paths.is_empty() {
        around(cwd, &mut targets, &mut unsearched);
    }
    for given in paths {
        let path = resolved(cwd, given);
        let metadata = fs::metadata(&path).map_err(|error| SelectionError {
            path: given.clone(),
            error,
        })?;
        if metadata.is_dir() {
            // A folder that cannot be listed would pass for one without projects.
            fs::read_dir(&path).map_err(|error| SelectionError {
                path: given.clone(),
                error,
            })?;
            if around(&path, &mut targets, &mut unsearched) == 0 {
                add(Location::of_connectors_dir(&path), None, &mut targets);
            }
        } else {
            match owner_of_file(&path) {
                Some(location) => add(location, Some(path), &mut targets),
                None => skipped.push(given.clone()),
            }
        }
    }
    unsearched.dedup();
    Ok(Selection {
        targets: targets.into_values().collect(),
        skipped,
        unsearched,
    })
}

type Targets = BTreeMap<PathBuf, Target>;

/// Adds the projects at, above and below `folder`; returns how many there are.
fn around(folder: &Path, targets: &mut Targets, unsearched: &mut Vec<Problem>) -> usize {
    let nearest = locate(folder).filter(Location::is_certain);
    let (below, problems) = search(folder);
    unsearched.extend(problems);
    let found: Vec<_> = below.into_iter().chain(nearest).collect();
    let count = found.len();
    for location in found {
        add(location, None, targets);
    }
    count
}

fn add(location: Location, file: Option<PathBuf>, targets: &mut Targets) {
    let target = targets.entry(location.root.clone()).or_insert_with(|| Target {
        location,
        only: Some(Vec::new()),
    });
    match (file, &mut target.only) {
        (Some(file), Some(only)) if !only.contains(&file) => only.push(file),
        (Some(_), _) => {}
        (None, only) => *only = None,
    }
}

fn owner_of_file(path: &Path) -> Option<Location> {
    let dir = path.parent()?;
    match locate(path) {
        Some(project) if project.role(path).is_some() => Some(project),
        Some(project) if project.is_certain() => None,
        _ => Some(Location::of_connectors_dir(dir)).filter(|it| it.role(path).is_some()),
    }
}

impl Location {
    /// Whether it was made by [`Location::of_connectors_dir`].
    #[must_use]
    pub fn is_connectors_dir(&self) -> bool {
        self.config_dir == self.connectors_dir
    }

    /// Whether there is more to it than a file called `config.json`, which may be anybody's.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        self.is_certain_in(&Disk)
    }

    fn is_certain_in(&self, tree: &impl FileTree) -> bool {
        is_base44(&self.config_dir) || tree.is_dir(&self.connectors_dir)
    }
}

fn configured(tree: &impl FileTree, root: PathBuf, config: PathBuf) -> Location {
    let config_dir = config.parent().unwrap_or(&root).to_path_buf();
    // One that cannot be read is reported when the project is loaded.
    let text = tree.text(&config).unwrap_or_default();
    let read = ProjectConfig::parse(&text);
    Location {
        connectors_dir: read.connectors_dir(&config_dir),
        backend_dirs: read.backend_dirs(&config_dir),
        root,
        config: Some(config),
        config_dir,
    }
}

/// The config file of a folder: `config.json` wins, as it does in the CLI.
fn config_in(tree: &impl FileTree, folder: &Path) -> Option<PathBuf> {
    CONFIG_NAMES
        .iter()
        .map(|name| folder.join(name))
        .find(|path| tree.is_file(path))
}

fn is_base44(folder: &Path) -> bool {
    folder.file_name().is_some_and(|it| it == BASE44)
}

const BASE44: &str = "base44";
/// In the order of their weight.
pub(super) const CONFIG_NAMES: [&str; 2] = ["config.json", "config.jsonc"];
const NOT_SEARCHED: [&str; 7] = [
    "node_modules",
    "bower_components",
    "target",
    "dist",
    "build",
    "venv",
    "__pycache__",
];
