//! Edits of scope lists, as the fixes of the rules make them.

use rustc_hash::FxHashSet;

use super::wording::code;
use super::{Change, File, Fix, ScopeEntry, SourceFile};
use crate::connector::{Connector, Property, Shape};
use crate::registry::Service;
use crate::syntax::edit::{self, List};
use crate::syntax::{Key, TextEdit, Value};

/// The edits as a change of `file`.
pub(super) fn change(file: &SourceFile, edits: Vec<TextEdit>) -> Change {
    Change::Edit {
        path: file.path.clone(),
        edits,
    }
}

/// Another scope in the place of this one.
pub(super) fn replace(file: &File<'_>, entry: &ScopeEntry<'_>, with: &str) -> Vec<TextEdit> {
    let insert = edit::quote_like(file.text(), file.tree(), with);
    vec![TextEdit {
        range: entry.item.range(),
        insert,
    }]
}

/// Several scopes in the place of this one; with none of them, it is removed.
pub(super) fn replace_with_all(file: &File<'_>, entry: &ScopeEntry<'_>, scopes: &[&str]) -> Vec<TextEdit> {
    let new: Vec<_> = scopes
        .iter()
        .map(|it| edit::quote_like(file.text(), file.tree(), it))
        .collect();
    let Some(list) = file.scope_list() else {
        return Vec::new();
    };
    match list.index_at(entry.item.range().start()) {
        Some(index) => list.replace(index, &new),
        None => Vec::new(),
    }
}

/// The scope out of the list, and the comments that belong to it.
pub(super) fn remove(file: &File<'_>, entry: &ScopeEntry<'_>) -> Vec<TextEdit> {
    replace_with_all(file, entry, &[])
}

/// Scopes behind those of `file`, which are of `service`, without those that are there already. `None` if the CLI cannot read the file or
/// its `scopes` is no list.
pub(super) fn add(file: &SourceFile, service: Option<&Service>, scopes: &[&str]) -> Option<Vec<TextEdit>> {
    let connector = readable(file)?;
    let key = |name: &str| match service.and_then(|it| it.find(name)) {
        Some(found) => found.scope.name.to_string(),
        None => name.to_owned(),
    };
    let there = connector.scopes.iter().flat_map(|list| &list.scopes);
    let mut listed: FxHashSet<_> = there.map(|it| key(&it.name)).collect();
    let new: Vec<_> = scopes
        .iter()
        .filter(|it| listed.insert(key(it)))
        .map(|it| edit::quote_like(&file.text, &file.tree, it))
        .collect();
    if new.is_empty() {
        return Some(Vec::new());
    }
    match (&connector.scopes, connector.property("scopes"), connector.shape) {
        (Some(list), _, _) => Some(List::of_array(&file.text, list.array).append(&new)),
        (None, None, Shape::Object(Value::Object(object))) => {
            let member = new_member(file, &connector, "scopes", &format!("[{}]", new.join(", ")));
            Some(List::of_object(&file.text, object).append(&[member]))
        }
        _ => None,
    }
}

/// A property in the style of the file: as its keys are, in quotes or not. `value` is source text.
pub(super) fn new_member(file: &SourceFile, connector: &Connector<'_>, key: &str, value: &str) -> String {
    let is_bare = |property: &Property<'_>| matches!(property.member.key(), Some(Key::Bare(_)));
    match connector.properties.first().is_some_and(is_bare) {
        true => format!("{key}: {value}"),
        false => edit::member(&file.text, &file.tree, key, value),
    }
}

/// As [`add`], with all scopes of another file; `None` if that one cannot be read either.
pub(super) fn add_all_of(from: &SourceFile, to: &SourceFile, service: Option<&Service>) -> Option<Vec<TextEdit>> {
    let connector = readable(from)?;
    let scopes = connector.scopes.iter().flat_map(|list| &list.scopes);
    let names: Vec<_> = scopes.map(|it| it.name.as_ref()).collect();
    add(to, service, &names)
}

/// The fix that puts another scope in the place of this one, or removes this one if the other is listed already.
pub(super) fn replacement(file: &File<'_>, entry: &ScopeEntry<'_>, with: &str) -> Fix {
    match file.listed(with) {
        Some(_) => {
            let title = format!("Remove {}: {} is listed already", code(&entry.item.name), code(with));
            Fix::edit(file, title, remove(file, entry))
        }
        None => Fix::edit(file, format!("Replace with {}", code(with)), replace(file, entry, with)),
    }
}

/// The fix that removes this scope.
pub(super) fn removal(file: &File<'_>, entry: &ScopeEntry<'_>) -> Fix {
    let title = format!("Remove {}", code(&entry.item.name));
    Fix::edit(file, title, remove(file, entry))
}

/// A connector file as Base44 writes it: two blanks deep, no newline at the end.
pub(super) fn new_file(type_: &str, scope: &str) -> String {
    format!("{{\n  \"type\": \"{type_}\",\n  \"scopes\": [\n    \"{scope}\"\n  ]\n}}")
}

/// The file as a connector, if the CLI can read it to the end.
fn readable(file: &SourceFile) -> Option<Connector<'_>> {
    file.tree
        .errors()
        .is_empty()
        .then(|| Connector::read(&file.text, &file.tree))
}
