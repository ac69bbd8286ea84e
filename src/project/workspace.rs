//! Everything an editor session or a check looks at: projects, and the open buffers over them.
//!
//! The state itself does no lengthy reading: a [`Scan`] says what is to be read, can be done on another thread, and is
//! merged back. Whatever changes the state returns the files whose findings may be different from then on.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::discovery::{self, Location};
use super::document::{ContentChange, Document};
use super::paths::{in_the_case_of_the_disk, normalized};
use super::position::Encoding;
use super::read::{Loaded, Problem, ReadFile, in_parallel};
use super::scan::{Found, Known, Reading, Scan, Scanned};
use super::store::{Defaults, Store, Touched};
use crate::analysis::{self, Diagnostic, FoundSymbol, Role, Settings, SourceFile, Surroundings, SymbolQuery};
use crate::disk;
use crate::registry::Catalogue;

/// Projects and open buffers.
///
/// Files are known by their [`key`](Workspace::key). All paths that come out are keys.
#[derive(Debug, Default)]
pub struct Workspace {
    defaults: Defaults,
    folders: Vec<Folder>,
    /// By root.
    stores: BTreeMap<PathBuf, Store>,
    /// The roots of the projects that have something to do with what lies in a folder.
    by_folder: BTreeMap<PathBuf, BTreeSet<PathBuf>>,
    buffers: FxHashMap<PathBuf, Document>,
    /// The buffers that were changed and not read since.
    unsettled: BTreeSet<PathBuf>,
    /// The keys of open buffers whose case is another one in the editor than on the disk, by the editor's spelling.
    respelt: FxHashMap<PathBuf, PathBuf>,
    /// What [`uses_revision`](Workspace::uses_revision) has counted of projects that are gone.
    past_revisions: u64,
}

/// The files whose findings may have changed; some may not exist any more, or be nobody's connectors any more.
pub type Affected = BTreeSet<PathBuf>;

/// A folder open in the editor.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Folder {
    path: PathBuf,
    /// Where it really is, if symbolic links lead there: file watchers may report such paths.
    real: Option<PathBuf>,
}

impl Workspace {
    /// An empty workspace, with what is known of services before any project adds to it.
    #[must_use]
    pub fn new(catalogue: Catalogue) -> Workspace {
        Workspace {
            defaults: Defaults {
                catalogue,
                settings: Settings::default(),
            },
            ..Workspace::default()
        }
    }

    // What is there.

    /// The one path under which the file at `path` (absolute) is known: without `.` and `..`, with an upper-case drive
    /// letter, below the workspace folder as the editor spells it, and if it is open, in the case in which the disk has it.
    #[must_use]
    pub fn key(&self, path: &Path) -> PathBuf {
        let path = normalized(path);
        let spelt = |folder: &Folder| Some(folder.path.join(path.strip_prefix(folder.real.as_ref()?).ok()?));
        let path = self.folders.iter().find_map(spelt).unwrap_or(path);
        self.respelt.get(&path).cloned().unwrap_or(path)
    }

    /// The projects, by root.
    pub fn projects(&self) -> impl Iterator<Item = &Store> {
        self.stores.values()
    }

    /// The project that a file is in: the one that reads it as a connector, else the nearest that has to do with it.
    #[must_use]
    pub fn project(&self, path: &Path) -> Option<&Store> {
        let by_weight = |(role, store): &(Role, &Store)| {
            (
                !matches!(role, Role::Ignored(_)),
                store.location().root.as_os_str().len(),
            )
        };
        self.owners(path).max_by_key(by_weight).map(|(_, store)| store)
    }

    /// The nearest project whose root folder `path` is or lies in, whatever it may be to that project.
    #[must_use]
    pub fn project_around(&self, path: &Path) -> Option<&Store> {
        path.ancestors().find_map(|it| self.stores.get(it))
    }

    /// What is known of services before any project adds to it.
    #[must_use]
    pub fn catalogue(&self) -> &Catalogue {
        &self.defaults.catalogue
    }

    /// The file at `path` as analysis sees it: the open buffer, else what was on the disk. `None`: it is nobody's.
    #[must_use]
    pub fn file(&self, path: &Path) -> Option<&SourceFile> {
        self.project(path)?.file(path)
    }

    /// Why the file or folder at `path` could not be read.
    #[must_use]
    pub fn problem(&self, path: &Path) -> Option<&Problem> {
        self.projects().find_map(|it| it.problem(path))
    }

    /// What could not be read, in all projects.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.projects().flat_map(Store::problems)
    }

    /// What a verdict on the file at `path` depends on besides the file.
    #[must_use]
    pub fn surroundings(&self, path: &Path) -> Option<Surroundings<'_>> {
        self.project(path).map(Store::surroundings)
    }

    /// The open buffer of `path`.
    #[must_use]
    pub fn document(&self, path: &Path) -> Option<&Document> {
        self.buffers.get(path)
    }

    /// Another number whenever backend code has come to ask for other types than before.
    #[must_use]
    pub fn uses_revision(&self) -> u64 {
        self.past_revisions + self.projects().map(Store::uses_revision).sum::<u64>()
    }

    /// The findings of a file; none if it is nobody's.
    #[must_use]
    pub fn diagnostics(&self, path: &Path) -> Vec<Diagnostic> {
        let Some(project) = self.project(path) else {
            return Vec::new();
        };
        match project.file(path) {
            Some(file) => analysis::diagnostics(file, project.surroundings()),
            None => Vec::new(),
        }
    }

    /// The findings of all files, by path, worked out on all cores; files without any are there, too.
    #[must_use]
    pub fn all_diagnostics(&self) -> Vec<(&SourceFile, Vec<Diagnostic>)> {
        let check = |(store, file): (&Store, _)| (file, analysis::diagnostics(file, store.surroundings()));
        in_parallel(self.files(), check)
    }

    /// What a query means in all files, the best `most` of it, worked out on all cores.
    #[must_use]
    pub fn find_symbols(&self, query: &SymbolQuery, most: usize) -> Vec<(&SourceFile, FoundSymbol)> {
        let find = |(store, file): (&Store, _)| (file, analysis::find_symbols(file, store.surroundings(), query));
        let by_file = in_parallel(self.files(), find);
        let mut found: Vec<_> = by_file
            .into_iter()
            .flat_map(|(file, found)| found.into_iter().map(move |it| (file, it)))
            .collect();
        // Stable, so the rest is by path and place.
        found.sort_by_key(|(_, it)| (it.distance, it.kind));
        found.truncate(most);
        found
    }

    /// All files, each once and with the project that it belongs to, by path.
    fn files(&self) -> Vec<(&Store, &SourceFile)> {
        let mut files: Vec<_> = self
            .projects()
            .flat_map(|it| it.files().map(move |file| (it, file)))
            .collect();
        files.par_sort_unstable_by(|(_, a), (_, b)| a.path.cmp(&b.path));
        // A file of two projects is looked at in the one that it belongs to.
        files.dedup_by(|second, first| {
            let same = first.1.path == second.1.path;
            if same
                && self
                    .project(&second.1.path)
                    .is_some_and(|it| std::ptr::eq(it, second.0))
            {
                *first = *second;
            }
            same
        });
        files
    }

    // The editor's side.

    /// The folders open in the editor, absolute. Drops the projects that neither they nor an open buffer are in; those in
    /// them are found by [`scan_all`](Self::scan_all).
    pub fn set_folders(&mut self, folders: &[PathBuf]) -> Affected {
        let with_real_path = |path: &PathBuf| {
            let path = normalized(path);
            let real = disk::real(&path).ok().filter(|it| *it != path);
            Folder { path, real }
        };
        self.folders = folders.iter().map(with_real_path).collect();
        for (root, store) in &mut self.stores {
            let is_near = |it: &Folder| root.starts_with(&it.path) || it.path.starts_with(root);
            store.set_sought(store.is_sought() && self.folders.iter().any(is_near));
        }
        self.drop_unwanted()
    }

    /// What the editor's settings say about all projects; a project's own config file comes before it.
    pub fn set_settings(&mut self, settings: Settings) -> Affected {
        if settings == self.defaults.settings {
            return Affected::new();
        }
        self.defaults.settings = settings;
        self.reset_all()
    }

    /// What is known of services before a project adds to it.
    pub fn set_catalogue(&mut self, catalogue: Catalogue) -> Affected {
        self.defaults.catalogue = catalogue;
        self.reset_all()
    }

    /// A file was opened in the editor. From now on its buffer counts, whatever is on the disk.
    ///
    /// A few looks at the disk find out what its project is. If that is not known yet, enough of it is read to judge
    /// the file by itself at once; [`scan_incomplete`](Self::scan_incomplete) brings the rest.
    pub fn open(&mut self, path: &Path, version: i32, text: String) -> Affected {
        let mut path = self.key(path);
        if let Some(on_disk) = in_the_case_of_the_disk(&path, |it| self.key(&it)) {
            self.respelt.insert(path, on_disk.clone());
            path = on_disk;
        }
        let mut affected = Affected::new();
        if let Some(location) = discovery::locate(&path)
            && location.role(&path).is_some()
            && !self.stores.contains_key(&location.root)
        {
            affected = self.insert(Loaded::head(location));
        }
        self.buffers.insert(path.clone(), Document::new(text, version));
        affected.append(&mut self.put_buffer(&path));
        affected.insert(path);
        affected
    }

    /// The editor's changes to an open buffer, in order, and what comes of them.
    pub fn change(
        &mut self,
        path: &Path,
        version: i32,
        changes: impl IntoIterator<Item = ContentChange>,
        encoding: Encoding,
    ) -> Affected {
        self.splice(path, version, changes, encoding);
        self.settle()
    }

    /// The editor's changes to an open buffer, in order. Nothing else knows of them until [`settle`](Self::settle).
    pub fn splice(
        &mut self,
        path: &Path,
        version: i32,
        changes: impl IntoIterator<Item = ContentChange>,
        encoding: Encoding,
    ) {
        let path = self.key(path);
        match self.buffers.get_mut(&path) {
            Some(document) => {
                document.change(version, changes, encoding);
                self.unsettled.insert(path);
            }
            None => tracing::warn!(path = %path.display(), "a change of a file that is not open"),
        }
    }

    /// Takes over all changes of open buffers since the last time. However many there were of a buffer, it is read once.
    pub fn settle(&mut self) -> Affected {
        let mut affected = Affected::new();
        for path in std::mem::take(&mut self.unsettled) {
            let Some(document) = self.buffers.get_mut(&path) else {
                continue;
            };
            if let Some(edit) = document.settle() {
                let text = Arc::clone(document.text());
                affected
                    .append(&mut self.touch_owners(&path, |store, touched| store.edit(&path, &text, edit, touched)));
            }
            affected.insert(path);
        }
        affected
    }

    /// An open buffer was closed: what is on the disk counts again, which is read now.
    pub fn close(&mut self, path: &Path) -> Affected {
        let path = self.key(path);
        self.buffers.remove(&path);
        self.respelt.retain(|_, it| *it != path);
        let scan = Scan {
            files: self.readings(&path),
            ..Scan::default()
        };
        let mut affected = self.merge(scan.read());
        affected.append(&mut self.drop_unwanted());
        affected.insert(path);
        affected
    }

    // The disk's side.

    /// Files or folders were created, changed or deleted. Reads them at once: [`scan_changes`](Self::scan_changes) and
    /// [`merge`](Self::merge) do it in two steps.
    pub fn disk_changed(&mut self, paths: &[PathBuf]) -> Affected {
        let scan = self.scan_changes(paths);
        self.merge(scan.read())
    }

    /// What to read when these files or folders were created, changed or deleted.
    #[must_use]
    pub fn scan_changes(&self, paths: &[PathBuf]) -> Scan {
        let mut scan = Scan::default();
        for path in paths {
            let path = self.key(path);
            let readings = self.readings(&path);
            scan.reload.extend(self.roots_below(&path));
            let may_be_folder = readings.iter().all(|it| it.role.is_none());
            if may_be_folder || Scan::is_config(&path) {
                // A project comes to be with the first file that is put deep into its folders.
                scan.look_at.extend(path.ancestors().skip(1).map(Path::to_path_buf));
            }
            if may_be_folder {
                scan.look_into.insert(path);
            }
            scan.files.extend(readings);
        }
        self.with_context(scan)
    }

    /// What to read to know all projects of the workspace's folders, and those known already, as they are now.
    #[must_use]
    pub fn scan_all(&self) -> Scan {
        self.with_context(Scan {
            search: true,
            reload: self.stores.keys().cloned().collect(),
            ..Scan::default()
        })
    }

    /// What to read to know the projects known already as they are now.
    #[must_use]
    pub fn scan_known(&self) -> Scan {
        self.with_context(Scan {
            reload: self.stores.keys().cloned().collect(),
            ..Scan::default()
        })
    }

    /// What to read to complete the projects of which only open files are known.
    #[must_use]
    pub fn scan_incomplete(&self) -> Scan {
        let incomplete = self.stores.iter().filter(|(_, store)| !store.is_complete());
        self.with_context(Scan {
            reload: incomplete.map(|(root, _)| root.clone()).collect(),
            ..Scan::default()
        })
    }

    /// Takes over what a scan has found. Open buffers stay, those opened meanwhile included.
    ///
    /// Scans have to be merged in the order in which they were done, or an older state of the disk wins.
    pub fn merge(&mut self, scanned: Scanned) -> Affected {
        let mut affected = Affected::new();
        let mut touched: BTreeMap<PathBuf, Touched> = BTreeMap::new();
        for found in scanned.found {
            match found {
                Found::Project(loaded) => affected.append(&mut self.insert(loaded)),
                Found::NoProject(root) => affected.append(&mut self.remove(&root)),
                Found::At(root, found) => {
                    if let Some(store) = self.stores.get_mut(&root) {
                        let touched = touched.entry(root).or_default();
                        store.take(found, |path| self.buffers.contains_key(path), touched);
                    }
                }
            }
        }
        for (root, touched) in touched {
            if let Some(store) = self.stores.get_mut(&root) {
                affected.append(&mut store.affected(touched, &self.defaults));
            }
        }
        affected
    }

    /// Takes over a project that was read by [`load`](super::load).
    pub fn insert(&mut self, loaded: Loaded) -> Affected {
        let root = loaded.location.root.clone();
        let mut affected = match self.stores.get(&root) {
            Some(store) if *store.location() == loaded.location => {
                return self.touch(&root, |store, open, touched| {
                    store.update(loaded, |path| open.contains_key(path), touched);
                });
            }
            _ => self.remove(&root),
        };
        let store = Store::new(loaded, &self.defaults);
        for folder in folders_of(store.location()) {
            self.by_folder.entry(folder).or_default().insert(root.clone());
        }
        affected.extend(store.subjects());
        let buffers: Vec<_> = self
            .buffers
            .keys()
            .filter(|it| store.location().role(it).is_some())
            .cloned()
            .collect();
        self.stores.insert(root, store);
        for path in buffers {
            affected.append(&mut self.put_buffer(&path));
        }
        affected
    }

    fn remove(&mut self, root: &Path) -> Affected {
        let Some(store) = self.stores.remove(root) else {
            return Affected::new();
        };
        self.past_revisions += store.uses_revision();
        for folder in folders_of(store.location()) {
            if let Some(roots) = self.by_folder.get_mut(&folder) {
                roots.remove(root);
                if roots.is_empty() {
                    self.by_folder.remove(&folder);
                }
            }
        }
        store.subjects().collect()
    }

    /// Drops the projects that no search has found and no open buffer is in.
    fn drop_unwanted(&mut self) -> Affected {
        let unwanted = |store: &Store| !store.is_sought() && !self.buffers.keys().any(|it| store.file(it).is_some());
        let roots: Vec<_> = self
            .stores
            .iter()
            .filter(|it| unwanted(it.1))
            .map(|it| it.0.clone())
            .collect();
        roots.iter().flat_map(|root| self.remove(root)).collect()
    }

    fn reset_all(&mut self) -> Affected {
        let mut affected = Affected::new();
        for store in self.stores.values_mut() {
            store.reset(&self.defaults);
            affected.extend(store.files().map(|it| it.path.clone()));
        }
        affected
    }

    /// Puts an open buffer into all the projects that it is in.
    fn put_buffer(&mut self, path: &Path) -> Affected {
        let Some(text) = self.buffers.get(path).map(|it| it.text().clone()) else {
            return Affected::new();
        };
        self.touch_owners(path, |store, touched| {
            if let Some(role) = store.location().role(path) {
                store.put(ReadFile::new(path.to_path_buf(), role, text.clone()), touched);
            }
        })
    }

    fn touch_owners(&mut self, path: &Path, mut change: impl FnMut(&mut Store, &mut Touched)) -> Affected {
        let mut affected = Affected::new();
        let roots: Vec<_> = self
            .owners(path)
            .map(|(_, store)| store.location().root.clone())
            .collect();
        for root in roots {
            affected.append(&mut self.touch(&root, |store, _, touched| change(store, touched)));
        }
        affected
    }

    fn touch(
        &mut self,
        root: &Path,
        change: impl FnOnce(&mut Store, &FxHashMap<PathBuf, Document>, &mut Touched),
    ) -> Affected {
        let Some(store) = self.stores.get_mut(root) else {
            return Affected::new();
        };
        let mut touched = Touched::default();
        change(store, &self.buffers, &mut touched);
        store.affected(touched, &self.defaults)
    }

    /// The projects to which the file at `path` is something, with what it is.
    fn owners(&self, path: &Path) -> impl Iterator<Item = (Role, &Store)> {
        self.near(path)
            .filter_map(|store| Some((store.location().role(path)?, store)))
    }

    /// The projects that have to do with a folder that `path` is in, each once.
    fn near(&self, path: &Path) -> impl Iterator<Item = &Store> {
        let roots: BTreeSet<_> = path
            .ancestors()
            .skip(1)
            .filter_map(|it| self.by_folder.get(it))
            .flatten()
            .collect();
        roots.into_iter().filter_map(|root| self.stores.get(root))
    }

    /// The roots of the projects that have to do with `path` itself or a folder in it.
    fn roots_below(&self, path: &Path) -> impl Iterator<Item = PathBuf> {
        let folders = self.by_folder.range(path.to_path_buf()..);
        folders
            .take_while(move |(it, _)| it.starts_with(path))
            .flat_map(|(_, roots)| roots)
            .cloned()
    }

    /// What is to be read when something has happened at `path`, which may be a file or a folder of the projects known.
    fn readings(&self, path: &Path) -> Vec<Reading> {
        let reading = |store: &Store| {
            let location = store.location();
            let role = location.role(path);
            let backend_dirs = location
                .backend_dirs
                .iter()
                .filter(|_| !self.defaults.settings.skips_backend);
            let is_inside = [&location.connectors_dir, &location.default_connectors_dir()]
                .into_iter()
                .chain(backend_dirs)
                .any(|it| path.starts_with(it));
            let is_something = is_inside || role.is_some_and(|it| it != Role::Backend);
            is_something.then(|| Reading {
                root: location.root.clone(),
                path: path.to_path_buf(),
                role,
                backend_dir: location.backend_dir(path).map(Path::to_path_buf),
            })
        };
        self.near(path).filter_map(reading).collect()
    }

    /// The scan with what it has to know of the workspace, if it has to.
    fn with_context(&self, mut scan: Scan) -> Scan {
        if scan.is_empty() {
            return scan;
        }
        scan.folders = self.folders.iter().map(|it| it.path.clone()).collect();
        scan.open = self.buffers.keys().cloned().collect();
        scan.backend = !self.defaults.settings.skips_backend;
        let known = |(root, store): (&PathBuf, &Store)| {
            let location = Arc::clone(store.shared_location());
            (
                root.clone(),
                Known {
                    location,
                    sought: store.is_sought(),
                },
            )
        };
        scan.known = self.stores.iter().map(known).collect();
        scan
    }
}

/// The folders whose files may be something to a project at this location.
fn folders_of(location: &Location) -> impl Iterator<Item = PathBuf> {
    let own = [&location.root, &location.config_dir, &location.connectors_dir];
    own.into_iter().chain(&location.backend_dirs).cloned()
}
