//! From the type in a connector file to the calls that ask for it, and back.

use super::backend::uses_of;
use super::{File, Project, Role, ScopeEntry, SourceFile, Surroundings};
use crate::syntax::{TextRange, TextSize};

/// A piece of the text of a file.
#[derive(Debug, Clone, Copy)]
pub struct Place<'p> {
    /// The file.
    pub file: &'p SourceFile,
    /// Bytes of its text.
    pub range: TextRange,
}

/// A type, where it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeAt {
    /// The type.
    pub type_: String,
    /// Where it stands, without its quotes.
    pub range: TextRange,
}

/// The type at `offset`: the value of `type` in a connector file, or the string by which backend code asks for a connector.
pub fn type_at(source: &SourceFile, project: &dyn Project, offset: TextSize) -> Option<TypeAt> {
    match source.role {
        Role::Connector => {
            let literal = source
                .outline()
                .type_literal()
                .filter(|it| it.range().contains_inclusive(offset))?;
            Some(TypeAt {
                type_: literal.text(&source.text).into_owned(),
                range: literal.content_range(),
            })
        }
        Role::Backend => {
            let found = project.backend_code(&source.path)?.use_at(offset)?;
            Some(TypeAt {
                type_: found.type_.to_string(),
                range: found.content,
            })
        }
        Role::Ignored(_) | Role::ToolConfig | Role::ProjectConfig => None,
    }
    .filter(|it| !it.type_.is_empty())
}

/// Where the project says that it connects to this type: in one file, unless something is wrong.
pub fn definitions<'p>(project: &'p dyn Project, type_: &str) -> Vec<Place<'p>> {
    let place = |file: &'p SourceFile| {
        let range = file.outline().type_literal()?.content_range();
        Some(Place { file, range })
    };
    project.files_of_type(type_).into_iter().filter_map(place).collect()
}

/// Where backend code asks for this type, by path and position.
pub fn references<'p>(project: &'p dyn Project, type_: &str) -> Vec<Place<'p>> {
    let place = |(file, found): (&'p SourceFile, &super::backend::Use)| Place {
        file,
        range: found.content,
    };
    uses_of(project, type_).into_iter().map(place).collect()
}

/// What else in the file is the same as what is at `offset`, and that itself: the calls for one type, one scope however it is spelt.
pub fn highlights(source: &SourceFile, around: Surroundings<'_>, offset: TextSize) -> Vec<TextRange> {
    if let Some(here) = type_at(source, around.project, offset) {
        let uses = around.project.backend_code(&source.path).map(|it| it.uses.as_slice());
        let same = uses.unwrap_or_default().iter().filter(|it| *it.type_ == *here.type_);
        return match source.role {
            Role::Backend => same.map(|it| it.content).collect(),
            _ => vec![here.range],
        };
    }
    if source.role != Role::Connector {
        return Vec::new();
    }
    let file = File::read(source, around);
    let Some(here) = file.scopes.iter().find(|it| it.item.range().contains_inclusive(offset)) else {
        return Vec::new();
    };
    let is_same = |it: &&ScopeEntry<'_>| match (here.known(), it.known()) {
        (Some(one), Some(other)) => one.name == other.name,
        _ => it.item.name == here.item.name,
    };
    let same = file.scopes.iter().filter(is_same);
    same.map(|it| it.item.literal.content_range()).collect()
}

#[cfg(test)]
#[expect(
    clippy::string_slice,
    reason = "a range that cuts a character in two is to fail the test"
)]
mod tests;
