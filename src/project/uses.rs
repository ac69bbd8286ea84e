//! The index of what a project's backend code asks for.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;

use crate::analysis::BackendCode;

/// Which backend files ask for which type.
#[derive(Debug, Default)]
pub(super) struct Uses {
    by_type: FxHashMap<Box<str>, BTreeSet<PathBuf>>,
    /// How many files there are, and how many of them ask for types that are not written there.
    files: usize,
    dynamic: usize,
}

impl Uses {
    /// The files that ask for a type, by path.
    pub(super) fn of(&self, type_: &str) -> impl Iterator<Item = &Path> {
        self.by_type.get(type_).into_iter().flatten().map(PathBuf::as_path)
    }

    /// The files that ask for anything, with repetitions.
    pub(super) fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.by_type.values().flatten()
    }

    /// There is no backend code.
    pub(super) fn is_empty(&self) -> bool {
        self.files == 0
    }

    pub(super) fn contains(&self, type_: &str) -> bool {
        self.by_type.contains_key(type_)
    }

    /// There is backend code, and it is known of all of it what it asks for.
    pub(super) fn are_all_known(&self) -> bool {
        self.files > 0 && self.dynamic == 0
    }

    pub(super) fn add(&mut self, path: &Path, code: &BackendCode) {
        self.files += 1;
        self.dynamic += usize::from(code.is_dynamic);
        for type_ in code.types() {
            self.by_type.entry(type_.into()).or_default().insert(path.to_path_buf());
        }
    }

    /// Takes out what [`add`](Self::add) put in.
    pub(super) fn remove(&mut self, path: &Path, code: &BackendCode) {
        self.files -= 1;
        self.dynamic -= usize::from(code.is_dynamic);
        for type_ in code.types() {
            if let Some(paths) = self.by_type.get_mut(type_) {
                paths.remove(path);
                if paths.is_empty() {
                    self.by_type.remove(type_);
                }
            }
        }
    }
}
