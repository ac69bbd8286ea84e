//! Which apps the projects are linked to. To know takes a walk through all their folders, so where the client tells of changes on the disk the
//! answer is kept until the next one.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::base44::{AppId, Environment};

#[derive(Debug, Default)]
pub(super) struct Apps(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    /// How often it was forgotten: what was found before that is not kept.
    generation: u64,
    /// By root. `None`: the project does not say, or not clearly.
    apps: BTreeMap<PathBuf, Option<AppId>>,
}

impl Apps {
    /// Something has changed on the disk.
    pub(super) fn forget(&self) {
        let mut kept = self.lock();
        kept.generation += 1;
        kept.apps.clear();
    }

    /// The apps of the projects at `roots`, as far as they say. What is kept counts if it `may_be_kept`.
    pub(super) async fn of(&self, roots: Vec<PathBuf>, may_be_kept: bool) -> BTreeMap<PathBuf, AppId> {
        if !may_be_kept {
            self.forget();
        }
        let (generation, new) = {
            let kept = self.lock();
            let new: Vec<_> = roots
                .iter()
                .filter(|it| !kept.apps.contains_key(*it))
                .cloned()
                .collect();
            (kept.generation, new)
        };
        let found = match new.is_empty() {
            true => BTreeMap::new(),
            false => tokio::task::spawn_blocking(|| find(new)).await.unwrap_or_default(),
        };
        let mut kept = self.lock();
        let mut all = kept.apps.clone();
        all.extend(found);
        if kept.generation == generation {
            kept.apps.clone_from(&all);
        }
        all.retain(|root, _| roots.contains(root));
        all.into_iter().filter_map(|(root, app)| Some((root, app?))).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn find(roots: Vec<PathBuf>) -> BTreeMap<PathBuf, Option<AppId>> {
    let environment = Environment::of_process();
    let app = |root: PathBuf| {
        let app = AppId::of_project(&root, &environment).ok();
        (root, app)
    };
    roots.into_iter().map(app).collect()
}
