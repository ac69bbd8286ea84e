//! What Base44 refused at the last push: findings that no rule can make, kept until their file changes.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::analysis::SourceFile;
use crate::connector;
use crate::syntax::{TextRange, TextSize};

/// The code of such a finding. There is no rule of this name, so no setting and no comment silences it.
pub(super) const CODE: &str = "push-failed";

/// By file.
#[derive(Debug, Default)]
pub(super) struct PushFailures(FxHashMap<PathBuf, Refused>);

#[derive(Debug)]
struct Refused {
    /// The file as it was pushed.
    text: Arc<str>,
    message: String,
}

impl PushFailures {
    /// Base44 refused the connector in the file at `path`, whose text this was, for the reason in `message`.
    pub(super) fn insert(&mut self, path: PathBuf, text: Arc<str>, message: String) {
        self.0.insert(path, Refused { text, message });
    }

    /// Forgets what is known of the files below `folder`; says which files that were.
    pub(super) fn forget_below(&mut self, folder: &Path) -> Vec<PathBuf> {
        let gone: Vec<_> = self.0.keys().filter(|it| it.starts_with(folder)).cloned().collect();
        self.0.retain(|path, _| !path.starts_with(folder));
        gone
    }

    /// Why Base44 refused the connector in `file`, and where to say so; `None` if it did not, or the file is another by now.
    pub(super) fn of(&self, file: &SourceFile) -> Option<(TextRange, &str)> {
        let refused = self.0.get(&file.path).filter(|it| it.text == file.text)?;
        let range = connector::type_of(&file.text, &file.tree).map(|(_, range)| range);
        Some((
            range.unwrap_or_else(|| TextRange::empty(TextSize::new(0))),
            &refused.message,
        ))
    }
}
