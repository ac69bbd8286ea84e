//! Another type for a connector, everywhere at once: in its file, in the name of the file, and in the backend code that asks for it.

use std::path::Path;

use super::navigation::{Place, definitions, references};
use super::rules::invalid_type::is_well_formed;
use super::wording::code;
use super::{Change, Project, Role, SourceFile, Surroundings};
use crate::connector;
use crate::syntax::TextEdit;

/// Renames a type of the project. A file that is named after it is renamed last.
///
/// # Errors
/// A sentence: why the type cannot have that name.
pub fn rename(project: &dyn Project, type_: &str, new: &str) -> Result<Vec<Change>, String> {
    if new == type_ {
        return Ok(Vec::new());
    }
    if !is_well_formed(new) {
        return Err(format!(
            "{} cannot be a type: the CLI takes letters, digits, `-` and `_` only.",
            code(new)
        ));
    }
    if let Some(other) = project.files_of_type(new).first() {
        let name = other.path.file_name().unwrap_or_default().to_string_lossy();
        return Err(format!("{} is the type of {} already.", code(new), code(&name)));
    }
    let mut changes = retyped(project, type_, new);
    for file in project
        .files_of_type(type_)
        .into_iter()
        .filter(|it| is_named(&it.path, type_))
    {
        let to = file.path.with_file_name(file_name(&file.path, new));
        if project.has_file(&to) {
            let name = to.file_name().unwrap_or_default().to_string_lossy();
            return Err(format!("There is a file {} already.", code(&name)));
        }
        changes.push(Change::Rename {
            from: file.path.clone(),
            to,
        });
    }
    Ok(changes)
}

/// What has to change with the name of a file that is about to be moved to `to`, a path at which the project reads connectors: its
/// type, if it is named after it and will be named after another service. Nothing where that type is taken.
pub fn renamed_file(file: &SourceFile, around: Surroundings<'_>, to: &Path) -> Vec<Change> {
    let type_ = connector::type_of(&file.text, &file.tree).map(|(type_, _)| type_);
    let new = to.file_stem().and_then(|it| it.to_str());
    let (Role::Connector, Some(type_), Some(new)) = (file.role, type_, new) else {
        return Vec::new();
    };
    // `slack-old.jsonc` is a name for a copy, not for a service.
    let is_service = |it: &str| around.catalogue.service(it).is_some();
    let means_service = is_service(new) || (!is_service(&type_) && is_well_formed(new));
    let project = around.project;
    if new == type_ || !means_service || !is_named(&file.path, &type_) || !project.files_of_type(new).is_empty() {
        return Vec::new();
    }
    retyped(project, &type_, new)
}

/// The edits that put `new` in the place of a type.
fn retyped(project: &dyn Project, type_: &str, new: &str) -> Vec<Change> {
    let mut places = definitions(project, type_);
    places.extend(references(project, type_));
    let same_file = |a: &Place<'_>, b: &Place<'_>| a.file.path == b.file.path;
    let change = |places: &[Place<'_>]| {
        let path = places.first()?.file.path.clone();
        let edit = |it: &Place<'_>| TextEdit {
            range: it.range,
            insert: new.to_owned(),
        };
        Some(Change::Edit {
            path,
            edits: places.iter().map(edit).collect(),
        })
    };
    places.chunk_by(same_file).filter_map(change).collect()
}

fn is_named(path: &Path, type_: &str) -> bool {
    path.file_stem().is_some_and(|it| it == type_)
}

fn file_name(path: &Path, type_: &str) -> String {
    let extension = path.extension().and_then(|it| it.to_str());
    format!("{type_}.{}", extension.unwrap_or("jsonc"))
}

#[cfg(test)]
mod tests;
