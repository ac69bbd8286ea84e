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
    let literal = entry.item.literal;
    vec![edit::replace(literal.range(), edit::quoted(with, literal.quote()))]
}

/// The scope out of the list, and the comments that belong to it.
pub(super) fn remove(file: &File<'_>, entry: &ScopeEntry<'_>) -> Vec<TextEdit> {
    match &file.connector.scopes {
        Some(list) => edit::remove_element(file.text(), file.tree(), list.array, entry.item.range()),
        None => Vec::new(),
    }
}

/// Several scopes in the place of this one, each on its own line if this one is; with none of them, it is removed.
pub(super) fn replace_with_all(file: &File<'_>, entry: &ScopeEntry<'_>, scopes: &[&str]) -> Vec<TextEdit> {
    if scopes.is_empty() {
        return remove(file, entry);
    }
    let literal = entry.item.literal;
    let quoted: Vec<_> = scopes.iter().map(|it| edit::quoted(it, literal.quote())).collect();
    let separator = match line_start(file.text(), literal.range().start().into()) {
        Some(start) => format!(",{start}"),
        None => ", ".to_owned(),
    };
    vec![edit::replace(literal.range(), quoted.join(&separator))]
}

/// Scopes behind those of `file`, which are of `service`, without those that are there already. `None` if the CLI cannot read the file or
/// its `scopes` is no list.
pub(super) fn add(file: &SourceFile, service: Option<&Service>, scopes: &[&str]) -> Option<Vec<TextEdit>> {
    if !file.tree.errors().is_empty() {
        return None;
    }
    let connector = Connector::read(&file.text, &file.tree);
    let key = |name: &str| match service.and_then(|it| it.find(name)) {
        Some(found) => found.scope.name.to_string(),
        None => name.to_owned(),
    };
    let there = connector.scopes.iter().flat_map(|list| &list.scopes);
    let mut listed: FxHashSet<_> = there.map(|it| key(&it.name)).collect();
    let missing: Vec<_> = scopes.iter().copied().filter(|it| listed.insert(key(it))).collect();
    if missing.is_empty() {
        return Some(Vec::new());
    }
    match (&connector.scopes, connector.property("scopes")) {
        (Some(list), _) => Some(edit::insert_elements(&file.text, &file.tree, list.array, &missing)),
        (None, None) => {
            let type_ = connector.property("type")?;
            let list = array(&missing);
            Some(edit::insert_member_after(&file.text, type_.member, "scopes", &list))
        }
        (None, Some(_)) => None,
    }
}

/// As [`add`], with all scopes of another file; `None` if that one cannot be read either.
pub(super) fn add_all_of(from: &SourceFile, to: &SourceFile, service: Option<&Service>) -> Option<Vec<TextEdit>> {
    if !from.tree.errors().is_empty() {
        return None;
    }
    let connector = Connector::read(&from.text, &from.tree);
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
        None => Fix::edit(file, format!("Replace with {}", code(with)), replace(entry, with)),
    }
}

/// The fix that removes this scope.
pub(super) fn removal(file: &File<'_>, entry: &ScopeEntry<'_>) -> Fix {
    let title = format!("Remove {}", code(&entry.item.name));
    Fix::edit(file, title, remove(file, entry))
}

/// A connector file as Base44 writes it: no blank more, no newline at the end.
pub(super) fn new_file(type_: &str, scopes: &[&str]) -> String {
    format!("{{\n  \"type\": {},\n  \"scopes\": {}\n}}", edit::quoted(type_, '"'), array(scopes))
}

/// A list as it stands in a file that Base44 writes.
fn array(scopes: &[&str]) -> String {
    let elements: Vec<_> = scopes.iter().map(|it| format!("\n    {}", edit::quoted(it, '"'))).collect();
    format!("[{}\n  ]", elements.join(","))
}

/// The line break and the indentation before `offset`, if there is nothing else between.
fn line_start(text: &str, offset: usize) -> Option<&str> {
    let before = text.get(..offset)?;
    let line = before.trim_end_matches([' ', '\t']);
    let break_ = match line {
        it if it.ends_with("\r\n") => 2,
        it if it.ends_with(['\n', '\r']) => 1,
        _ => return None,
    };
    before.get(line.len() - break_..)
}
