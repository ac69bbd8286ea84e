//! The project as it is on the disk at a moment.

use std::path::Path;

use super::{Desk, Stop};
use crate::analysis::{Role, Severity};
use crate::base44::{Failure, LocalFile, LocalFiles, outside};
use crate::cli::outcome::Sources;
use crate::cli::text::{count, visible};
use crate::project::discovery::{self, Location};
use crate::project::position::{Encoding, LineIndex, Lines as _};
use crate::project::{Store, Workspace, load};
use crate::registry::Catalogue;

pub(super) struct Project {
    /// The connector files, by path.
    pub(super) local: LocalFiles,
    /// What the project makes of the catalogue.
    pub(super) catalogue: Catalogue,
    /// What is wrong with it, with the place.
    errors: Vec<String>,
}

/// The project of a path.
pub(super) fn locate(path: &Path) -> Result<Location, Stop> {
    discovery::locate(path)
        .ok_or_else(|| Stop::failed(format!("there is no Base44 project at or above {}", path.display())))
}

impl Project {
    pub(super) fn read(desk: &Desk<'_>) -> Result<Self, Stop> {
        let mut workspace = Workspace::new(desk.catalogue.clone());
        workspace.insert(load(locate(&desk.root)?));
        let store = workspace.projects().next();
        let store = store.ok_or_else(|| Stop::failed("the project cannot be read"))?;
        Ok(Self {
            local: local(store),
            catalogue: store.surroundings().catalogue.clone(),
            errors: errors(&workspace, store, &Sources::in_folder(desk.base.clone())),
        })
    }

    /// The same, if it can be pushed.
    pub(super) fn to_push(desk: &Desk<'_>) -> Result<Self, Stop> {
        let project = Self::right(desk)?;
        match project.local.files.is_empty() {
            true => Err(Failure::NothingToPush(project.local.directory).into()),
            false => Ok(project),
        }
    }

    /// The same, if nothing is wrong with it; else it is said what.
    pub(super) fn right(desk: &Desk<'_>) -> Result<Self, Stop> {
        const MOST: usize = 10;
        let project = Self::read(desk)?;
        if project.errors.is_empty() {
            return Ok(project);
        }
        let named = project.errors.iter().take(MOST);
        named.for_each(|it| desk.console.error(visible(it)));
        let number = count(project.errors.len(), "error");
        Err(Stop::errors(format!(
            "{number} to mend first; --check shows all there is to say"
        )))
    }
}

fn local(store: &Store) -> LocalFiles {
    let (root, directory) = (&store.location().root, &store.location().connectors_dir);
    let connectors = store.files().filter(|it| it.role == Role::Connector);
    let mut files: Vec<_> = connectors.map(|it| LocalFile::new(root, &it.path, &it.text)).collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let problems = store.problems().map(|it| &it.path);
    LocalFiles {
        directory: directory.clone(),
        outside: outside(root, directory),
        files,
        unreadable: problems.filter(|it| it.parent() == Some(directory)).cloned().collect(),
    }
}

fn errors(workspace: &Workspace, store: &Store, sources: &Sources) -> Vec<String> {
    let problems = store.problems();
    let mut errors: Vec<_> = problems
        .map(|it| format!("{} {}", sources.shown(&it.path), it.message))
        .collect();
    for (file, found) in workspace.all_diagnostics() {
        let lines = LineIndex::new(&file.text);
        for error in found.iter().filter(|it| it.severity == Severity::Error) {
            let place = lines.line_column(error.range.start(), Encoding::Utf32);
            let (path, line, column) = (sources.shown(&file.path), place.line + 1, place.column + 1);
            let (message, code) = (&error.message, error.rule.code);
            errors.push(format!("{path}:{line}:{column}: {message} [{code}]"));
        }
    }
    errors
}
