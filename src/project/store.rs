//! One project as it is held: its files, the index of their types, and what its config files say.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::discovery::Location;
use super::document::Edit;
use super::read::{Loaded, Problem, ReadFile, type_of};
use super::scan::FoundAt;
use super::uses::Uses;
use crate::analysis::config::ToolConfig;
use crate::analysis::{BackendCode, Project, Role, Settings, SourceFile, Surroundings};
use crate::connector;
use crate::registry::{Catalogue, Overlay};

/// One project: its files with the open buffers over them.
#[derive(Debug)]
pub struct Store {
    location: Arc<Location>,
    complete: bool,
    sought: bool,
    files: FxHashMap<PathBuf, ReadFile>,
    /// The connectors of each type.
    types: FxHashMap<Box<str>, BTreeSet<PathBuf>>,
    uses: Uses,
    /// See [`Workspace::uses_revision`](super::Workspace::uses_revision).
    uses_revision: u64,
    problems: BTreeMap<PathBuf, Problem>,
    config: Config,
}

/// What everything in the project is judged by.
#[derive(Debug, Default)]
struct Config {
    /// As the project's config file has them.
    own: Settings,
    overlay: Overlay,
    /// With those of the editor below them.
    settings: Settings,
    catalogue: Catalogue,
}

/// What the user's editor and the live list of services give to every project.
#[derive(Debug, Default)]
pub(super) struct Defaults {
    pub(super) settings: Settings,
    pub(super) catalogue: Catalogue,
}

/// What has changed in a project, before it is known whom that concerns.
#[derive(Debug, Default)]
pub(super) struct Touched {
    files: BTreeSet<PathBuf>,
    /// Types that a file had before or has now, and whether any file had them at first.
    types: FxHashMap<Box<str>, bool>,
    /// Types that a backend file asked for before or asks for now, and whether any did at first.
    uses: FxHashMap<Box<str>, bool>,
    /// Whether all uses were known at first, if that may be different now.
    uses_were_known: Option<bool>,
    /// A config file: it concerns everybody.
    config: bool,
    /// The project was not known as a whole before.
    completed: bool,
}

impl Store {
    /// Where the project is.
    #[must_use]
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// Whether all files of the project have been read, and not just those open in the editor.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// The files, in no order.
    pub fn files(&self) -> impl ExactSizeIterator<Item = &SourceFile> {
        self.files.values().map(|it| &it.source)
    }

    /// The file at this path.
    #[must_use]
    pub fn file(&self, path: &Path) -> Option<&SourceFile> {
        self.files.get(path).map(|it| &it.source)
    }

    /// What could not be read, by path.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.problems.values()
    }

    /// Why the file or folder at this path could not be read.
    #[must_use]
    pub fn problem(&self, path: &Path) -> Option<&Problem> {
        self.problems.get(path)
    }

    /// What a verdict on a file of this project depends on besides the file.
    #[must_use]
    pub fn surroundings(&self) -> Surroundings<'_> {
        Surroundings {
            project: self,
            catalogue: &self.config.catalogue,
            settings: &self.config.settings,
        }
    }

    /// See [`Workspace::uses_revision`](super::Workspace::uses_revision).
    pub(super) fn uses_revision(&self) -> u64 {
        self.uses_revision
    }

    fn sees_backend(&self) -> bool {
        !self.config.settings.skips_backend
    }

    /// The paths that there may be something to say about.
    pub(super) fn subjects(&self) -> impl Iterator<Item = PathBuf> {
        self.files.keys().chain(self.problems.keys()).cloned()
    }

    pub(super) fn shared_location(&self) -> &Arc<Location> {
        &self.location
    }

    /// Whether a search finds the project. Otherwise it is known because a file of it is open.
    pub(super) fn is_sought(&self) -> bool {
        self.sought
    }

    pub(super) fn set_sought(&mut self, sought: bool) {
        self.sought = sought;
    }

    pub(super) fn new(loaded: Loaded, defaults: &Defaults) -> Store {
        let mut store = Store {
            location: Arc::new(loaded.location),
            complete: loaded.complete,
            sought: loaded.sought,
            files: FxHashMap::with_capacity_and_hasher(loaded.files.len(), Default::default()),
            types: FxHashMap::with_capacity_and_hasher(loaded.files.len(), Default::default()),
            uses: Uses::default(),
            uses_revision: 0,
            problems: by_path(loaded.problems),
            config: Config::default(),
        };
        for file in loaded.files {
            store.index(file.type_.as_deref(), &file.source.path);
            if let Some(code) = &file.code {
                store.uses.add(&file.source.path, code);
            }
            store.files.insert(file.source.path.clone(), file);
        }
        store.uses_revision = u64::from(!store.uses.is_empty());
        if !store.configure(defaults) {
            store.reset(defaults);
        }
        store
    }

    /// Takes over a whole project as it is on the disk, where `stays` does not say that there is an open buffer.
    pub(super) fn update(&mut self, loaded: Loaded, stays: impl Fn(&Path) -> bool, touched: &mut Touched) {
        self.sought = loaded.sought;
        let read: FxHashSet<_> = loaded.files.iter().map(|it| it.source.path.clone()).collect();
        let gone: Vec<_> = self
            .files
            .keys()
            .filter(|it| !read.contains(*it) && !stays(it))
            .cloned()
            .collect();
        if loaded.complete {
            for path in gone {
                self.remove(&path, touched);
            }
            let before = std::mem::replace(&mut self.problems, by_path(loaded.problems));
            touched
                .files
                .extend(before.into_keys().chain(self.problems.keys().cloned()));
            touched.completed |= !self.complete;
            self.complete = true;
        }
        for file in loaded.files {
            if !stays(&file.source.path) {
                self.put(file, touched);
            }
        }
    }

    /// Takes over what is on the disk at one path, where `stays` does not say that there is an open buffer.
    pub(super) fn take(&mut self, found: FoundAt, stays: impl Fn(&Path) -> bool, touched: &mut Touched) {
        match found {
            FoundAt::File(file) if stays(&file.source.path) => {}
            FoundAt::File(file) => match self.location.role(&file.source.path) {
                Some(role) if role == file.source.role => self.put(file, touched),
                // The project has moved since the scan was planned.
                Some(role) => self.put(ReadFile::new(file.source.path, role, file.source.text), touched),
                None => {}
            },
            FoundAt::Problem(problem) => {
                if !stays(&problem.path) {
                    self.remove(&problem.path, touched);
                }
                touched.files.insert(problem.path.clone());
                self.problems.insert(problem.path.clone(), problem);
            }
            FoundAt::Nothing(path) => self.remove_below(&path, stays, touched),
        }
    }

    /// Puts a file in, or in the place of what is known of it.
    pub(super) fn put(&mut self, file: ReadFile, touched: &mut Touched) {
        let path = &file.source.path;
        self.solve(path, touched);
        if let Some(old) = self.files.get(path)
            && old.source.text == file.source.text
            && old.source.role == file.source.role
            && old.code == file.code
        {
            return;
        }
        touched.file(path, file.source.role);
        let (path, type_) = (path.clone(), file.type_.clone());
        let old_code = self.files.get_mut(&path).and_then(|it| it.code.take());
        self.reindex_uses(&path, old_code.as_ref(), file.code.as_ref(), touched);
        let old = self.files.insert(path.clone(), file);
        self.reindex(&path, old.and_then(|it| it.type_), type_, touched);
    }

    /// The text of a file after an edit.
    pub(super) fn edit(&mut self, path: &Path, text: &Arc<str>, edit: Edit, touched: &mut Touched) {
        let Some(file) = self.files.get_mut(path) else {
            return;
        };
        if file.source.role == Role::Backend {
            let read = ReadFile::new(path.to_path_buf(), Role::Backend, Arc::clone(text));
            return self.put(read, touched);
        }
        let source = &mut file.source;
        let before = connector::type_of(&source.text, &source.tree);
        source.tree = source.tree.edited(text, edit.range, edit.inserted);
        source.text = Arc::clone(text);
        touched.file(path, source.role);
        // Other files point to the type of this one. Where it stays what and where it is, they have nothing to do with the edit.
        let stays = before
            .as_ref()
            .is_none_or(|(_, range)| range.end() <= edit.range.start());
        if stays && before == connector::type_of(text, &source.tree) {
            return;
        }
        let type_ = type_of(source.role, text, &source.tree);
        let old = std::mem::replace(&mut file.type_, type_.clone());
        self.reindex(path, old, type_, touched);
    }

    fn remove(&mut self, path: &Path, touched: &mut Touched) {
        self.solve(path, touched);
        let Some(old) = self.files.remove(path) else {
            return;
        };
        touched.file(path, old.source.role);
        self.reindex_uses(path, old.code.as_ref(), None, touched);
        self.reindex(path, old.type_, None, touched);
    }

    /// Removes what was in a folder that is gone, or the file if it was one, where `stays` does not keep it.
    fn remove_below(&mut self, path: &Path, stays: impl Fn(&Path) -> bool, touched: &mut Touched) {
        if self.files.contains_key(path) {
            if !stays(path) {
                self.remove(path, touched);
            }
            return;
        }
        let inside: Vec<_> = self
            .files
            .keys()
            .filter(|it| it.starts_with(path) && !stays(it))
            .cloned()
            .collect();
        for path in inside {
            self.remove(&path, touched);
        }
        let solved: Vec<_> = self
            .problems
            .keys()
            .filter(|it| it.starts_with(path))
            .cloned()
            .collect();
        for path in solved {
            self.solve(&path, touched);
        }
    }

    /// What is at `path` can be read, or is no more.
    fn solve(&mut self, path: &Path, touched: &mut Touched) {
        if self.problems.remove(path).is_some() {
            touched.files.insert(path.to_path_buf());
        }
    }

    /// Those whose findings may differ now. Reads the config files anew if it was one of them.
    pub(super) fn affected(&mut self, touched: Touched, defaults: &Defaults) -> BTreeSet<PathBuf> {
        let mut affected = touched.files;
        let uses_differ = touched.uses_were_known.is_some();
        self.uses_revision += u64::from(uses_differ);
        let reconfigured = touched.config && self.configure(defaults);
        if reconfigured || touched.completed {
            affected.extend(self.files.keys().cloned());
            return affected;
        }
        for (type_, was_there) in touched.types {
            let files = self.types.get(&type_);
            // What is said of a type that is not there names those that are.
            if files.is_some() != was_there {
                affected.extend(self.uses.files().cloned());
            }
            // What is said of a scope of another service depends on whether the project connects to that service.
            if files.is_some() != was_there && self.config.catalogue.service(&type_).is_some() {
                affected.extend(self.types.values().flatten().cloned());
            }
            affected.extend(files.into_iter().flatten().cloned());
        }
        if uses_differ && touched.uses_were_known != Some(self.uses.are_all_known()) {
            affected.extend(self.types.values().flatten().cloned());
        }
        for (type_, was_used) in touched.uses {
            if self.uses.contains(&type_) != was_used {
                affected.extend(self.types.get(&type_).into_iter().flatten().cloned());
            }
        }
        affected
    }

    /// Reads our config file, and lays it over the defaults. Returns whether that changes anything.
    pub(super) fn configure(&mut self, defaults: &Defaults) -> bool {
        let read = |it: &SourceFile| ToolConfig::read(&it.text, &it.tree);
        let ToolConfig {
            settings: own, overlay, ..
        } = self.tool_config().map(read).unwrap_or_default();
        if own == self.config.own && overlay == self.config.overlay {
            return false;
        }
        (self.config.own, self.config.overlay) = (own, overlay);
        self.reset(defaults);
        true
    }

    /// Lays what the config file says over other defaults.
    pub(super) fn reset(&mut self, defaults: &Defaults) {
        let Config {
            own,
            overlay,
            settings,
            catalogue,
        } = &mut self.config;
        // The project's file wins: it is what the team has agreed on and what `--check` goes by.
        settings.clone_from(&defaults.settings);
        settings.levels.extend(&own.levels);
        *catalogue = match overlay.services.is_empty() {
            true => defaults.catalogue.clone(),
            false => defaults.catalogue.with_overlay(overlay.clone()),
        };
    }

    /// The type of the file at `path` was `old` and is `new`.
    fn reindex(&mut self, path: &Path, old: Option<Box<str>>, new: Option<Box<str>>, touched: &mut Touched) {
        for type_ in old.iter().chain(&new) {
            let is_there = || self.types.contains_key(type_);
            touched.types.entry(type_.clone()).or_insert_with(is_there);
        }
        if old != new {
            self.unindex(old.as_deref(), path);
            self.index(new.as_deref(), path);
        }
    }

    /// The backend file at `path` said `old` and says `new`; `None`: it was or is not there.
    fn reindex_uses(
        &mut self,
        path: &Path,
        old: Option<&BackendCode>,
        new: Option<&BackendCode>,
        touched: &mut Touched,
    ) {
        let said = |code: Option<&BackendCode>| {
            code.map(|it| (it.is_dynamic, it.types().map(str::to_owned).collect::<Vec<_>>()))
        };
        if said(old) == said(new) {
            return;
        }
        touched.uses_were_known.get_or_insert(self.uses.are_all_known());
        for type_ in [old, new].into_iter().flatten().flat_map(BackendCode::types) {
            let is_used = || self.uses.contains(type_);
            touched.uses.entry(type_.into()).or_insert_with(is_used);
        }
        if let Some(old) = old {
            self.uses.remove(path, old);
        }
        if let Some(new) = new {
            self.uses.add(path, new);
        }
    }

    fn index(&mut self, type_: Option<&str>, path: &Path) {
        let Some(type_) = type_ else { return };
        match self.types.get_mut(type_) {
            Some(paths) => drop(paths.insert(path.to_path_buf())),
            None => drop(self.types.insert(type_.into(), BTreeSet::from([path.to_path_buf()]))),
        }
    }

    fn unindex(&mut self, type_: Option<&str>, path: &Path) {
        let Some(type_) = type_ else { return };
        if let Some(paths) = self.types.get_mut(type_) {
            paths.remove(path);
            if paths.is_empty() {
                self.types.remove(type_);
            }
        }
    }
}

fn by_path(problems: Vec<Problem>) -> BTreeMap<PathBuf, Problem> {
    problems.into_iter().map(|it| (it.path.clone(), it)).collect()
}

impl Touched {
    fn file(&mut self, path: &Path, role: Role) {
        self.files.insert(path.to_path_buf());
        self.config |= role == Role::ToolConfig;
    }
}

impl Project for Store {
    fn root(&self) -> &Path {
        &self.location.root
    }

    fn config_dir(&self) -> &Path {
        &self.location.config_dir
    }

    fn tool_config(&self) -> Option<&SourceFile> {
        self.location.tool_configs().find_map(|path| self.file(&path))
    }

    fn connectors_dir(&self) -> &Path {
        &self.location.connectors_dir
    }

    fn some_of_type(&self, type_: &str, most: usize) -> (Vec<&SourceFile>, usize) {
        let Some(paths) = self.types.get(type_) else {
            return (Vec::new(), 0);
        };
        (
            paths.iter().filter_map(|path| self.file(path)).take(most).collect(),
            paths.len(),
        )
    }

    fn has_file(&self, path: &Path) -> bool {
        self.files.contains_key(path)
    }

    fn is_complete(&self) -> bool {
        self.complete
    }

    fn types(&self) -> Vec<&str> {
        let mut types: Vec<_> = self.types.keys().map(|it| &**it).collect();
        types.sort_unstable();
        types
    }

    fn backend_code(&self, path: &Path) -> Option<&BackendCode> {
        self.files.get(path).filter(|_| self.sees_backend())?.code.as_ref()
    }

    fn backend_files_of_type(&self, type_: &str) -> Vec<&SourceFile> {
        let paths = self.uses.of(type_).filter(|_| self.sees_backend());
        paths.filter_map(|path| self.file(path)).collect()
    }

    fn knows_all_uses(&self) -> bool {
        self.complete && self.sees_backend() && self.uses.are_all_known()
    }
}
