//! What the connectors of a project ask for, and what is different at another time: the diff that a reviewer reads.
//!
//! Compared is the meaning, not the text: files that move, another order, repeats, spellings that the provider takes for one scope,
//! and scopes that Base44 adds by itself are no change.

mod change;
mod rule;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::SourceFile;
use crate::connector::Connector;
use crate::registry::{Base44Status, Catalogue, Coverage, Scope, Service};
use crate::syntax::TextRange;

pub use change::{ConnectorChange, Deed, Fate, Rank, ScopeChange};
pub use rule::RULE;

/// What the connectors of one project ask for at one time.
#[derive(Debug, Clone, Default)]
pub struct Permissions {
    /// By type. Two files of one type ask for what both list.
    connectors: BTreeMap<String, Asked>,
    /// By path.
    unreadable: Vec<Unreadable>,
}

/// A connector file of which nobody can say what it asks for: the CLI would not read it.
#[derive(Debug, Clone)]
struct Unreadable {
    /// Absolute path.
    path: PathBuf,
    /// The whole text.
    text: Arc<str>,
    /// Its type, as far as that can be made out.
    type_: Option<String>,
}

/// Somewhere in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Absolute path.
    pub path: Arc<Path>,
    /// Bytes of the file's text.
    pub range: TextRange,
}

/// What is asked of one service.
#[derive(Debug, Clone)]
struct Asked {
    /// The value of `type`.
    heading: Place,
    /// As they are spelt in the file.
    scopes: Vec<(String, Place)>,
}

impl Permissions {
    /// Reads the files that the CLI takes for the connectors of one project.
    pub fn read<'a>(files: impl IntoIterator<Item = &'a SourceFile>) -> Self {
        let mut files: Vec<_> = files.into_iter().collect();
        files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        let mut permissions = Permissions::default();
        for file in files {
            permissions.add(file);
        }
        permissions
    }

    /// The same, of a project in which there is something at these paths, too, that cannot be opened: files, or folders of them.
    #[must_use]
    pub fn beside(mut self, unopened: impl IntoIterator<Item = PathBuf>) -> Self {
        self.unreadable.extend(unopened.into_iter().map(|path| Unreadable {
            path,
            text: Arc::default(),
            type_: None,
        }));
        self.unreadable.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        self
    }

    /// The files that could not be read, by path, but for those that are the same at another time: they are as unknown as they
    /// were.
    pub fn unreadable_unlike(&self, other: &Permissions) -> impl Iterator<Item = &Path> {
        let is_same = |it: &Unreadable| {
            let found = other.unreadable.binary_search_by(|other| other.path.cmp(&it.path));
            let found = found.ok().and_then(|index| other.unreadable.get(index));
            found.is_some_and(|other| other.text == it.text)
        };
        let changed = self.unreadable.iter().filter(move |it| !is_same(it));
        changed.map(|it| it.path.as_path())
    }

    /// How many scopes of how many are asked for by both, connectors counting as one more each: whether these can be the
    /// permissions of one project that has moved.
    pub fn in_common(&self, other: &Permissions) -> (usize, usize) {
        let size = |it: &Permissions| it.connectors.values().map(|it| it.scopes.len() + 1).sum::<usize>();
        let common = self.connectors.iter().filter_map(|(type_, asked)| {
            let theirs: BTreeSet<_> = other.connectors.get(type_)?.scopes.iter().map(|it| &it.0).collect();
            Some(1 + asked.scopes.iter().filter(|it| theirs.contains(&it.0)).count())
        });
        (common.sum(), size(self).max(size(other)))
    }

    fn add(&mut self, file: &SourceFile) {
        let path: Arc<Path> = file.path.as_path().into();
        let connector = Connector::read(&file.text, &file.tree);
        let literal = connector.type_literal();
        let type_ = literal.map(|it| it.text(&file.text).into_owned());
        let has_bad_scopes = connector.scopes.is_none() && connector.property("scopes").is_some();
        let is_readable = connector.is_object() && !has_bad_scopes && file.tree.errors().is_empty();
        let (Some(type_), Some(literal), true) = (&type_, literal, is_readable) else {
            return self.unreadable.push(Unreadable {
                path: file.path.clone(),
                text: Arc::clone(&file.text),
                type_,
            });
        };
        let asked = self.connectors.entry(type_.clone()).or_insert_with(|| Asked {
            heading: Place {
                path: Arc::clone(&path),
                range: literal.range(),
            },
            scopes: Vec::new(),
        });
        for scope in connector.scopes.into_iter().flat_map(|it| it.scopes) {
            let place = Place {
                path: Arc::clone(&path),
                range: scope.range(),
            };
            asked.scopes.push((scope.name.into_owned(), place));
        }
    }
}

/// What `new` asks for and `old` does not, and the other way round; the riskiest first.
///
/// Nothing is said of a connector whose file cannot be read in `new`: whether it goes or stays is not to be seen.
pub fn changes(old: &Permissions, new: &Permissions, catalogue: &Catalogue) -> Vec<ConnectorChange> {
    let unclear = unclear_types(old, new);
    let types: BTreeSet<_> = old.connectors.keys().chain(new.connectors.keys()).collect();
    let mut changes: Vec<_> = types
        .into_iter()
        .filter(|type_| !unclear.contains(type_.as_str()))
        .filter_map(|type_| change(type_, old.connectors.get(type_), new.connectors.get(type_), catalogue))
        .collect();
    changes.sort_by_cached_key(ConnectorChange::weight);
    changes
}

/// The types of connectors whose files are broken in `new`.
fn unclear_types<'p>(old: &'p Permissions, new: &'p Permissions) -> BTreeSet<&'p str> {
    let broken: BTreeSet<_> = new.unreadable.iter().map(|it| it.path.as_path()).collect();
    let is_broken = |path: &Path| path.ancestors().any(|it| broken.contains(it));
    let were_there = old
        .connectors
        .iter()
        .filter(|(_, asked)| !broken.is_empty() && is_broken(&asked.heading.path))
        .map(|(type_, _)| type_.as_str());
    let are_there = new.unreadable.iter().filter_map(|it| it.type_.as_deref());
    were_there.chain(are_there).collect()
}

fn change(type_: &str, old: Option<&Asked>, new: Option<&Asked>, catalogue: &Catalogue) -> Option<ConnectorChange> {
    let service = catalogue.service(type_);
    let (then, now) = (Set::new(old, service), Set::new(new, service));
    let added = now.without(&then).map(|it| it.change(Deed::Added, &then));
    let removed = then.without(&now).map(|it| it.change(Deed::Removed, &now));
    let mut scopes: Vec<_> = added.chain(removed).collect();
    scopes.sort_by_cached_key(ScopeChange::weight);
    let fate = match (old, new) {
        (None, _) => Fate::Added,
        (_, None) => Fate::Removed,
        _ if scopes.is_empty() => return None,
        _ => Fate::Rescoped,
    };
    Some(ConnectorChange {
        type_: type_.to_owned(),
        service: service.map_or_else(|| type_.to_owned(), |it| it.name.clone().into_owned()),
        fate,
        scopes,
        place: new.or(old)?.heading.clone(),
    })
}

/// The scopes of one connector, one for all spellings that its provider takes as equal.
struct Set<'a>(BTreeMap<Cow<'a, str>, Item<'a>>);

struct Item<'a> {
    written: &'a str,
    place: &'a Place,
    known: Option<&'a Scope>,
}

impl<'a> Set<'a> {
    fn new(asked: Option<&'a Asked>, service: Option<&'a Service>) -> Self {
        let takes_none = service.is_some_and(|it| it.coverage == Coverage::None);
        let scopes = asked.filter(|_| !takes_none).map_or(&[][..], |it| &it.scopes);
        let mut set = BTreeMap::new();
        for (written, place) in scopes {
            let known = service.and_then(|it| it.find(written)).map(|it| it.scope);
            if known.is_some_and(|it| it.base44 == Some(Base44Status::Always)) {
                continue;
            }
            let key = match (known, service) {
                (Some(scope), _) => Cow::Borrowed(scope.name.as_ref()),
                (None, Some(service)) => service.provider.canonical(written),
                (None, None) => Cow::Borrowed(written.as_str()),
            };
            set.entry(key).or_insert(Item { written, place, known });
        }
        Set(set)
    }

    fn without<'s>(&'s self, other: &'s Set<'_>) -> impl Iterator<Item = &'s Item<'a>> {
        let only_here = self.0.iter().filter(|(key, _)| !other.0.contains_key(key.as_ref()));
        only_here.map(|(_, item)| item)
    }

    /// A scope in here that gives all that `scope` gives.
    fn covering(&self, scope: &Scope) -> Option<&'a str> {
        let mut items = self.0.values();
        let covers = |it: &&Item<'_>| it.known.is_some_and(|it| it.includes.contains(&scope.name.as_ref()));
        items.find(covers).map(|it| it.written)
    }
}

impl Item<'_> {
    /// `others`: the scopes at the time when this one is not there.
    fn change(&self, deed: Deed, others: &Set<'_>) -> ScopeChange {
        ScopeChange {
            deed,
            scope: self.written.to_owned(),
            summary: self.known.map(|it| it.summary.clone().into_owned()),
            rank: Rank::of(self.known),
            covered_by: self.known.and_then(|it| others.covering(it)).map(str::to_owned),
            place: (deed == Deed::Added).then(|| self.place.clone()),
        }
    }
}
