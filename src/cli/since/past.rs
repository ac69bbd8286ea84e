//! The files of one commit, seen as discovery sees the disk.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::git::ObjectId;
use super::repository::{Entry, EntryKind, Repository};
use crate::analysis::permissions::Permissions;
use crate::analysis::{Role, SourceFile};
use crate::project::{FileTree, Location, in_parallel, normalized};
use crate::syntax::{self, Tree};

/// What a commit has that can be a connector or say where connectors are. Paths are absolute, as the user spells the top folder.
#[derive(Debug, Default)]
pub(super) struct PastTree {
    files: BTreeMap<PathBuf, ObjectId>,
    folders: FxHashSet<PathBuf>,
    /// Symbolic links and what they lead to.
    links: BTreeMap<PathBuf, PathBuf>,
    /// The texts of possible config files.
    configs: FxHashMap<PathBuf, Arc<str>>,
    /// Other repositories in this one, by their top folders, and the commits they were at.
    pub(super) submodules: FxHashMap<PathBuf, ObjectId>,
}

impl PastTree {
    /// Lists the commit, and reads what says where projects are.
    pub(super) fn read(repository: &Repository, commit: &str) -> Result<Self, String> {
        let mut tree = PastTree::default();
        let mut links = Vec::new();
        tree.folders.insert(repository.spelt.clone());
        for Entry { kind, id, path } in repository.entries(commit)? {
            let path = repository.spelt.join(path);
            tree.add_folders_of(&path);
            match kind {
                EntryKind::Submodule => drop(tree.submodules.insert(path, id)),
                EntryKind::Link => links.push((path, id)),
                EntryKind::File if is_json(&path) => drop(tree.files.insert(path, id)),
                EntryKind::File => {}
            }
        }
        let configs: Vec<_> = tree.files.iter().filter(|it| may_be_config(it.0)).collect();
        let ids: Vec<_> = configs
            .iter()
            .map(|it| it.1.as_str())
            .chain(links.iter().map(|it| it.1.as_str()))
            .collect();
        let mut blobs = repository.blobs(&ids)?.into_iter();
        for ((path, _), blob) in configs.into_iter().zip(blobs.by_ref()) {
            let text = blob.map(|it| syntax::decode_utf8(&it).into());
            tree.configs.extend(text.map(|it| (path.clone(), it)));
        }
        for ((path, _), blob) in links.into_iter().zip(blobs) {
            let target = blob.and_then(|it| String::from_utf8(it).ok());
            tree.links.extend(target.map(|it| (path, PathBuf::from(it))));
        }
        Ok(tree)
    }

    /// The regular files.
    pub(super) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.files.keys().map(PathBuf::as_path)
    }

    /// What the connectors of projects asked for, with one reading for all of them; and how many were passed over, because they
    /// are neither there now nor have they gone: a sparse checkout leaves them out.
    pub(super) fn permissions(
        &self,
        repository: &Repository,
        locations: &[Location],
        is_there: impl Fn(&Path) -> bool,
    ) -> Result<(Vec<Permissions>, usize), String> {
        let mut found: Vec<Vec<_>> = locations.iter().map(|it| self.connectors(it)).collect();
        let mut passed_over = 0;
        if found.iter().flatten().any(|(path, _)| !is_there(path)) {
            let left_out = repository.not_checked_out()?;
            for files in &mut found {
                let before = files.len();
                files.retain(|(path, _)| !left_out.contains(path) || is_there(path));
                passed_over += before - files.len();
            }
        }
        let ids: Vec<_> = found.iter().flatten().map(|it| it.1).collect();
        let mut blobs = repository.blobs(&ids)?.into_iter();
        let with_bytes = |files: Vec<(PathBuf, &str)>| -> Vec<_> {
            let paths = files.into_iter().map(|it| it.0);
            paths.zip(blobs.by_ref()).collect()
        };
        let projects: Vec<Vec<_>> = found.into_iter().map(with_bytes).collect();
        let read = |files: Vec<_>| Permissions::read(&in_parallel(files, source));
        Ok((projects.into_iter().map(read).collect(), passed_over))
    }

    /// The files that the CLI read as the connectors of a project.
    fn connectors(&self, location: &Location) -> Vec<(PathBuf, &str)> {
        let Some(folder) = self.resolved(&location.connectors_dir) else {
            return Vec::new();
        };
        let names = directly_in(&folder, &self.files).chain(directly_in(&folder, &self.links));
        let paths = names.map(|name| location.connectors_dir.join(name));
        let connectors = paths.filter(|it| location.role(it) == Some(Role::Connector));
        connectors
            .filter_map(|path| {
                let id = self.files.get(&self.resolved(&path)?)?;
                Some((path, id.as_str()))
            })
            .collect()
    }

    fn add_folders_of(&mut self, path: &Path) {
        for folder in path.ancestors().skip(1) {
            if !self.folders.insert(folder.to_path_buf()) {
                break;
            }
        }
    }

    /// The path without symbolic links; `None`: they lead out of the tree, or in circles.
    fn resolved(&self, path: &Path) -> Option<PathBuf> {
        if self.links.is_empty() {
            return Some(path.to_path_buf());
        }
        let mut found = path.to_path_buf();
        for _ in 0..MOST_LINKS {
            let Some((link, target)) = found.ancestors().find_map(|it| Some((it, self.links.get(it)?))) else {
                return Some(found);
            };
            let rest = found.strip_prefix(link).ok()?;
            found = normalized(&link.parent()?.join(target).join(rest));
        }
        None
    }
}

impl FileTree for PastTree {
    fn is_file(&self, path: &Path) -> bool {
        self.resolved(path).is_some_and(|it| self.files.contains_key(&it))
    }

    fn is_dir(&self, path: &Path) -> bool {
        self.resolved(path).is_some_and(|it| self.folders.contains(&it))
    }

    fn text(&self, path: &Path) -> Option<Arc<str>> {
        self.configs.get(&self.resolved(path)?).cloned()
    }
}

/// The names of what lies in a folder.
fn directly_in<'t, V>(folder: &'t Path, tree: &'t BTreeMap<PathBuf, V>) -> impl Iterator<Item = &'t OsStr> {
    let below = tree
        .range(folder.to_path_buf()..)
        .map(|it| it.0)
        .take_while(move |it| it.starts_with(folder));
    below
        .filter(move |it| it.parent() == Some(folder))
        .filter_map(|it| it.file_name())
}

/// A file as it was. One that is far too large has nothing in it that could be read.
fn source((path, bytes): (PathBuf, Option<Vec<u8>>)) -> SourceFile {
    let text: Arc<str> = syntax::decode_utf8(&bytes.unwrap_or_default()).into();
    SourceFile {
        path,
        tree: Tree::parse(&text),
        text,
        role: Role::Connector,
    }
}

fn is_json(path: &Path) -> bool {
    path.extension().is_some_and(|it| it == "json" || it == "jsonc")
}

fn may_be_config(path: &Path) -> bool {
    matches!(path.components().next_back(), Some(Component::Normal(it)) if it == "config.json" || it == "config.jsonc")
}

const MOST_LINKS: usize = 32;
