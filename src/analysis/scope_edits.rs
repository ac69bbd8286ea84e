//! Edits of scope lists, as the fixes of the rules make them.

use rustc_hash::FxHashSet;

use super::wording::code;
use super::{Change, File, Fix, ScopeEntry, SourceFile};
use crate::connector::Connector;
use crate::registry::Service;
use crate::syntax::{TextEdit, edit};

/// The edits as a change of `file`.
pub(super) fn change(file: &SourceFile, edits: Vec<TextEdit>) -> Change {
    Change::Edit { path: file.path.clone(), edits }
}

/// Another scope in the place of this one, in the same quotes.
pub(super) fn replace(entry: &ScopeEntry<'_>, with: &str) -> Vec<TextEdit> {
    vec![edit::replace_string(entry.item.literal, with)]
}

/// The scope out of the list, and the comments that belong to it.
pub(super) fn remove(file: &File<'_>, entry: &ScopeEntry<'_>) -> Vec<TextEdit> {
    match &file.connector.scopes {
        Some(list) => edit::remove_element(file.text(), &list.array, entry.item.range()),
        None => Vec::new(),
    }
}

/// Several scopes in the place of this one, laid out like the rest of the list; with none of them, it is removed.
pub(super) fn replace_with_all(file: &File<'_>, entry: &ScopeEntry<'_>, scopes: &[&str]) -> Vec<TextEdit> {
    todo!()
}
