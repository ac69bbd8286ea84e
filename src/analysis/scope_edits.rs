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

/// A connector file, laid out for scopes to be added to it.
pub(super) struct Target<'a> {
    file: &'a SourceFile,
    service: Option<&'a Service>,
    connector: Connector<'a>,
    listed: FxHashSet<String>,
    /// `scopes`, or without it the whole connector.
    list: List<'a>,
}

impl<'a> Target<'a> {
    /// Lays out `file`, which is of `service`. `None` if the CLI cannot read it or its `scopes` is no list.
    pub(super) fn new(file: &'a SourceFile, service: Option<&'a Service>) -> Option<Self> {
        let connector = readable(file)?;
        let list = match (&connector.scopes, connector.property("scopes"), connector.shape) {
            (Some(scopes), _, _) => List::of_array(&file.text, scopes.array),
            (None, None, Shape::Object(Value::Object(object))) => List::of_object(&file.text, object),
            _ => return None,
        };
        let there = connector.scopes.iter().flat_map(|list| &list.scopes);
        Some(Target {
            file,
            service,
            listed: there.map(|it| key(service, &it.name)).collect(),
            list,
            connector,
        })
    }

    /// Scopes behind those of the file, without those that are there already.
    pub(super) fn add(&self, scopes: &[&str]) -> Vec<TextEdit> {
        let mut added = FxHashSet::default();
        let new: Vec<_> = scopes
            .iter()
            .filter(|it| {
                let key = key(self.service, it);
                !self.listed.contains(&key) && added.insert(key)
            })
            .map(|it| edit::quote_like(&self.file.text, &self.file.tree, it))
            .collect();
        match (new.is_empty(), &self.connector.scopes) {
            (true, _) => Vec::new(),
            (false, Some(_)) => self.list.append(&new),
            (false, None) => {
                let value = format!("[{}]", new.join(", "));
                self.list
                    .append(&[new_member(self.file, &self.connector, "scopes", &value)])
            }
        }
    }
}

/// The same for all spellings of one scope.
fn key(service: Option<&Service>, name: &str) -> String {
    match service.and_then(|it| it.find(name)) {
        Some(found) => found.scope.name.to_string(),
        None => name.to_owned(),
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

/// All scopes of a file behind those of another one, which is of `service`. `None` if one of the two cannot be read or `scopes` of the
/// latter is no list.
pub(super) fn add_all_of(from: &SourceFile, to: &SourceFile, service: Option<&Service>) -> Option<Vec<TextEdit>> {
    let connector = readable(from)?;
    let scopes = connector.scopes.iter().flat_map(|list| &list.scopes);
    let names: Vec<_> = scopes.map(|it| it.name.as_ref()).collect();
    Some(Target::new(to, service)?.add(&names))
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
