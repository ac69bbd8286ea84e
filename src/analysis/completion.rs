//! What can be put at the cursor: types, scopes, keys, whole files.
//!
//! # Ranges and filters
//!
//! Clients filter the items by what stands between the start of an item's range and the cursor, each in its own way: VS Code
//! looks for the letters in order, the first one at the start of a word, and reads 128 characters of the filter text at most; Neovim, unless
//! told to be fuzzy, wants the filter text to begin with it; Helix takes the word before the cursor, which ends at `.` and `:`, and matches
//! fuzzily. Two decisions serve all three:
//!
//! - A range begins *behind* an opening quote, so what was typed never begins with a quote, and neither does a filter text. Missing and
//!   wrong quotes are put right beside the name or by an additional edit.
//! - A filter text begins with what people type: the tail of a URL (`calendar.events`), unless they have begun to type the URL. The
//!   access and the summary follow (`read cal`).

mod meant;
mod written;

use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::backend;
use super::cursor::{self, Expects, Place, Readable};
use super::describe;
use super::page::Page;
use super::{Role, SourceFile, Surroundings};
use crate::connector::Connector;
use crate::registry::{Catalogue, Coverage, Scope, Service};
use crate::syntax::{TextEdit, TextRange, TextSize};

/// What the client can do, and why it asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CompletionOptions {
    /// It understands `$0` and `\$` in a text.
    pub snippets: bool,
    /// What was typed just now, if that is why the client asks, and not the user.
    pub typed: Option<char>,
}

/// One thing that can be put at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompletionItem {
    /// What the list shows: the short name.
    pub label: String,
    /// What the list shows behind the label, faintly: "read · sensitive".
    pub hint: String,
    /// More about it, on one line: the whole name of a scope, and what it allows.
    pub detail: String,
    /// What it is.
    pub kind: ItemKind,
    /// Items are listed by this, compared byte by byte.
    pub sort: String,
    /// What the typed text is matched against; it begins where the ranges begin.
    pub filter: String,
    /// What is inserted for it.
    pub text: String,
    /// `text` is a snippet: `$0` is where the cursor goes, and `\` stands before every other `$`, `}` and `\`.
    pub snippet: bool,
    /// What `text` replaces if the rest of the word is to stay. Bytes; on one line, up to the cursor or beyond.
    pub insert: TextRange,
    /// What `text` replaces if the whole word is to go. Bytes; on one line; begins where `insert` does and contains it.
    pub replace: TextRange,
    /// What else has to be done to the text. Bytes; none of these overlaps or touches another edit at an insertion point.
    pub additional: Vec<TextEdit>,
    /// The provider has retired it.
    pub deprecated: bool,
    /// It is the one that is probably meant.
    pub preselect: bool,
    /// What [`documentation`] explains.
    pub id: ItemId,
}

/// What kind of thing an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemKind {
    /// A key.
    Key,
    /// A type.
    Type,
    /// A scope.
    Scope,
    /// A whole connector file.
    File,
}

/// What an item stands for: enough to find its documentation later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ItemId {
    /// A key.
    Key(String),
    /// A service, by type.
    Service(String),
    /// A scope: the type of its service, and its name.
    Scope(String, String),
}

/// All that can be put at `offset` of the file's text. The list is complete: typing on only narrows it down.
pub fn completions(
    source: &SourceFile,
    around: Surroundings<'_>,
    offset: TextSize,
    options: CompletionOptions,
) -> Vec<CompletionItem> {
    if source.role == Role::Backend {
        return backend::completions(source, around, offset);
    }
    if !matches!(source.role, Role::Connector | Role::Ignored(_)) {
        return Vec::new();
    }
    let readable = Readable::at(&source.text, &source.tree, offset);
    let Some(place) = cursor::place(&readable.text, &readable.tree, offset) else {
        return Vec::new();
    };
    // Behind a string just closed, a list is in the way: whoever presses Enter there wants a new line, and not the first item.
    let closes = |typed| matches!(typed, '"' | '\'' | '`') && place.literal.start() >= offset;
    if options.typed.is_some_and(closes) {
        return Vec::new();
    }
    let connector = Connector::read(&readable.text, &readable.tree);
    let list = List {
        source,
        around,
        offset,
        options,
        readable: &readable,
        connector: &connector,
        place: &place,
    };
    match place.expects {
        Expects::File => list.files(),
        Expects::Key { with_value } => list.keys(with_value),
        Expects::Type => list.types(),
        Expects::Scope => list.scopes(),
    }
}

/// What an item is about; `None` if the catalogue no longer has it.
pub fn documentation(catalogue: &Catalogue, id: &ItemId) -> Option<Page> {
    match id {
        ItemId::Key(key) => describe::key(key),
        ItemId::Service(type_) => Some(describe::service(catalogue.service(type_)?, Page::default())),
        ItemId::Scope(type_, name) => {
            let service = catalogue.service(type_)?;
            Some(describe::scope(service, service.find(name)?.scope))
        }
    }
}

/// What all items of one list share.
struct List<'a> {
    source: &'a SourceFile,
    around: Surroundings<'a>,
    offset: TextSize,
    options: CompletionOptions,
    readable: &'a Readable<'a>,
    connector: &'a Connector<'a>,
    place: &'a Place,
}

impl<'a> List<'a> {
    fn files(&self) -> Vec<CompletionItem> {
        self.types_as(|service| (ItemKind::File, self.skeleton(service)))
    }

    fn types(&self) -> Vec<CompletionItem> {
        self.types_as(|service| (ItemKind::Type, self.literal(&service.type_)))
    }

    fn types_as(&self, write: impl Fn(&'a Service) -> (ItemKind, (String, bool))) -> Vec<CompletionItem> {
        let guess = self.named_after();
        let services = self.likely_services().into_iter();
        let mut services: Vec<_> = services.map(|it| (it, self.taken_by(it))).collect();
        let is_guess = |it: &Service| guess.is_some_and(|guess| guess.type_ == it.type_);
        services.sort_by_key(|(service, taken)| (!is_guess(service), taken.is_some()));
        let items = services.into_iter().enumerate().map(|(rank, (service, taken))| {
            let (kind, (text, snippet)) = write(service);
            let names = service.other_names.join(" ");
            let state = match (&taken, service.coverage) {
                (Some(file), _) => format!("already in {file}"),
                (None, Coverage::None) => "no scopes".to_owned(),
                (None, _) => String::new(),
            };
            CompletionItem {
                label: service.type_.to_string(),
                hint: joined(" · ", [&service.name, state.as_str()]),
                detail: joined(" · ", [&service.name, state.as_str(), &service.summary]),
                kind,
                filter: joined(" ", [&service.type_, &service.name, &names, &service.summary]),
                text,
                snippet,
                preselect: is_guess(service) && taken.is_none(),
                ..self.item(rank, ItemId::Service(service.type_.to_string()))
            }
        });
        items.collect()
    }

    fn keys(&self, with_value: bool) -> Vec<CompletionItem> {
        let present = |key: &str| {
            self.connector
                .properties
                .iter()
                .any(|it| it.key == key && it.key_range != self.place.literal)
        };
        let offered = cursor::KEYS.into_iter().filter(|key| !present(key)).enumerate();
        offered
            .map(|(rank, key)| {
                let (text, snippet) = if with_value {
                    self.member(key)
                } else {
                    self.literal(key)
                };
                let (detail, aliases) = match key {
                    "type" => ("The service that this file connects", "service connector"),
                    _ => ("What the app may do there", "permissions"),
                };
                CompletionItem {
                    label: key.to_owned(),
                    detail: detail.to_owned(),
                    kind: ItemKind::Key,
                    filter: joined(" ", [key, aliases]),
                    text,
                    snippet,
                    ..self.item(rank, ItemId::Key(key.to_owned()))
                }
            })
            .collect()
    }

    fn scopes(&self) -> Vec<CompletionItem> {
        let (services, owners) = match self.service() {
            Some(service) => (vec![service], FxHashMap::default()),
            None => (self.likely_services(), self.owners()),
        };
        let listed = self.listed();
        let mut shown = FxHashSet::default();
        let mut items = Vec::new();
        for service in services.into_iter().filter(|it| it.coverage != Coverage::None) {
            let canonical = |name| service.provider.canonical(name);
            let listed: FxHashSet<_> = listed.iter().map(|it| canonical(it)).collect();
            let mut scopes: Vec<&Scope> = service
                .scopes
                .iter()
                .filter(|it| !listed.contains(&canonical(&it.name)) && shown.insert(&it.name))
                .collect();
            scopes.sort_by(|a, b| a.preference().cmp(&b.preference()).then_with(|| a.name.cmp(&b.name)));
            for scope in scopes {
                let others = owners.get(&scope.name).map(|count| count - 1);
                items.push(self.scope(items.len(), service, scope, others));
            }
        }
        items
    }

    /// How many services have each scope.
    fn owners(&self) -> FxHashMap<&'a Cow<'static, str>, usize> {
        let mut owners = FxHashMap::default();
        for scope in self.around.catalogue.services().flat_map(|it| it.scopes.iter()) {
            *owners.entry(&scope.name).or_default() += 1;
        }
        owners
    }

    /// `others`, in a list for all services: how many of them have this scope, too.
    fn scope(&self, rank: usize, service: &Service, scope: &Scope, others: Option<usize>) -> CompletionItem {
        let short = scope.short_name();
        let is_short = short.len() == scope.name.len();
        let service_name = others.map_or("", |_| &*service.name);
        let whose = match others {
            None | Some(0) => service_name.to_owned(),
            Some(others) => format!("{service_name} and {others} more"),
        };
        let state = match (&scope.deprecated, scope.tier, scope.admin_consent) {
            (Some(_), ..) => "deprecated",
            (None, Some(tier @ ("sensitive" | "restricted" | "highly-sensitive")), _) => tier,
            (None, _, Some(true)) => "admin consent",
            (None, ..) => "",
        };
        let access = scope.access.name();
        let whole = if is_short { "" } else { &scope.name };
        let begun = self.begun(service, &scope.name).filter(|it| it.len() != short.len());
        let filter = match begun {
            Some(name) => joined(" ", [&name, access, &scope.summary]),
            None => joined(" ", [short, access, whole, &scope.summary, service_name]),
        };
        let (text, snippet) = self.literal(&scope.name);
        CompletionItem {
            label: short.to_owned(),
            hint: joined(" · ", [&whose, access, state]),
            detail: joined(" · ", [whole, &scope.summary]),
            kind: ItemKind::Scope,
            filter,
            text,
            snippet,
            deprecated: scope.deprecated.is_some(),
            ..self.item(rank, ItemId::Scope(service.type_.to_string(), scope.name.to_string()))
        }
    }

    fn item(&self, rank: usize, id: ItemId) -> CompletionItem {
        CompletionItem {
            label: String::new(),
            hint: String::new(),
            detail: String::new(),
            kind: ItemKind::Key,
            sort: format!("{rank:04}"),
            filter: String::new(),
            text: String::new(),
            snippet: false,
            insert: self.place.insert,
            replace: self.place.replace,
            additional: self.place.elsewhere.clone(),
            deprecated: false,
            preselect: false,
            id,
        }
    }
}

/// Those of `parts` that are not empty, with `separator` between them.
fn joined<const N: usize>(separator: &str, parts: [&str; N]) -> String {
    let mut out = String::with_capacity(parts.iter().map(|it| it.len() + separator.len()).sum());
    for part in parts.into_iter().filter(|it| !it.is_empty()) {
        if !out.is_empty() {
            out.push_str(separator);
        }
        out.push_str(part);
    }
    out
}

#[cfg(test)]
mod tests;
