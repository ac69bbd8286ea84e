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

use std::borrow::Cow;

use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use super::backend;
use super::cursor::{self, Expects, Place, Readable};
use super::describe;
use super::page::Page;
use super::{Role, SourceFile, Surroundings};
use crate::connector::Connector;
use crate::registry::{Catalogue, Coverage, Scope, Service};
use crate::syntax::edit::escaped;
use crate::syntax::{TextEdit, TextRange, TextSize};

/// What the client can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CompletionOptions {
    /// It understands `$0` and `\$` in a text.
    pub snippets: bool,
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
        let mut services: Vec<_> = self
            .around
            .catalogue
            .services()
            .map(|service| {
                let meant = guess.is_some_and(|it| it.type_ == service.type_);
                (!meant, self.taken_by(service), service)
            })
            .collect();
        services.sort_by(|(other_a, taken_a, a), (other_b, taken_b, b)| {
            (other_a, taken_a.is_some(), &a.type_).cmp(&(other_b, taken_b.is_some(), &b.type_))
        });
        let items = services.into_iter().enumerate().map(|(rank, (other, taken, service))| {
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
                preselect: !other && taken.is_none(),
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
        let only = self.service();
        let mut services: Vec<&Service> = match only {
            Some(service) => vec![service],
            None => self.around.catalogue.services().collect(),
        };
        if let Some(guess) = self.named_after() {
            services.sort_by_key(|it| it.type_ != guess.type_);
        }
        let listed = self.listed();
        let mut items = Vec::new();
        for service in services.into_iter().filter(|it| it.coverage != Coverage::None) {
            let canonical = |name| service.provider.canonical(name);
            let listed: FxHashSet<_> = listed.iter().map(|it| canonical(it)).collect();
            let mut scopes: Vec<&Scope> = service
                .scopes
                .iter()
                .filter(|it| !listed.contains(&canonical(&it.name)))
                .collect();
            scopes.sort_by(|a, b| a.preference().cmp(&b.preference()).then_with(|| a.name.cmp(&b.name)));
            for scope in scopes {
                let item = self.scope(items.len(), service, scope, only.is_none());
                items.push(item);
            }
        }
        items
    }

    fn scope(&self, rank: usize, service: &Service, scope: &Scope, with_service: bool) -> CompletionItem {
        let short = scope.short_name();
        let is_short = short.len() == scope.name.len();
        let service_name = if with_service { service.name.as_ref() } else { "" };
        let state = match (&scope.deprecated, scope.tier, scope.admin_consent) {
            (Some(_), ..) => "deprecated",
            (None, Some(tier @ ("sensitive" | "restricted" | "highly-sensitive")), _) => tier,
            (None, _, Some(true)) => "admin consent",
            (None, ..) => "",
        };
        let access = scope.access.name();
        let filter = match self.has_begun(&scope.name) && !is_short {
            true => joined(" ", [&scope.name, access, &scope.summary]),
            false => joined(
                " ",
                [
                    short,
                    access,
                    if is_short { "" } else { &scope.name },
                    &scope.summary,
                    service_name,
                ],
            ),
        };
        let (text, snippet) = self.literal(&scope.name);
        CompletionItem {
            label: short.to_owned(),
            hint: joined(" · ", [service_name, access, state]),
            detail: joined(" · ", [if is_short { "" } else { &scope.name }, scope.summary.as_ref()]),
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

    // What is known.

    /// The service whose scopes fit here: that of the type, or the one that a misspelt type plainly means.
    fn service(&self) -> Option<&'a Service> {
        let property = self.connector.property("type").or_else(|| {
            let properties = self.connector.properties.iter();
            properties.rev().find(|it| cursor::meant_key(&it.key) == Some("type"))
        })?;
        let written = property.value?.as_string()?.text(&self.readable.text);
        self.meant_service(&written)
    }

    /// The service that the file is named after.
    fn named_after(&self) -> Option<&'a Service> {
        self.meant_service(self.source.path.file_stem()?.to_str()?)
    }

    fn meant_service(&self, written: &str) -> Option<&'a Service> {
        let catalogue = self.around.catalogue;
        catalogue.service(written).or_else(|| {
            let near = catalogue.suggest_types(written);
            near.confident().then(|| near.first().copied())?
        })
    }

    /// The name of another file of the project that has this type.
    fn taken_by(&self, service: &Service) -> Option<String> {
        let files = self.around.project.files_of_type(&service.type_);
        let other = files.into_iter().find(|it| it.path != self.source.path)?;
        Some(other.path.file_name()?.to_string_lossy().into_owned())
    }

    /// The scopes that are in the list already, each once, apart from the one under the cursor.
    fn listed(&self) -> FxHashSet<Cow<'_, str>> {
        let Some(array) = cursor::array_around(&self.readable.tree, self.offset) else {
            return FxHashSet::default();
        };
        array
            .elements()
            .filter_map(|it| it.as_string())
            .filter(|it| it.range() != self.place.literal)
            .map(|it| it.text(&self.readable.text))
            .collect()
    }

    /// Whether what stands before the cursor is the beginning of `name`.
    fn has_begun(&self, name: &str) -> bool {
        let typed = TextRange::new(self.place.replace.start(), self.offset);
        let typed = self.readable.text.get(std::ops::Range::from(typed)).unwrap_or_default();
        !typed.is_empty() && name.get(..typed.len()).is_some_and(|it| it.eq_ignore_ascii_case(typed))
    }

    // What is written. With each text: whether it is a snippet.

    /// A name with what has to stand around it.
    fn literal(&self, name: &str) -> (String, bool) {
        let Place {
            open,
            close,
            end,
            quote,
            ..
        } = self.place;
        let name = escaped(name, *quote);
        // One types on before a bracket.
        match self.options.snippets && end.starts_with(']') {
            true => ([&in_snippet(open), &in_snippet(&name), close, "$0", end].concat(), true),
            false => ([open, &name, close, end.as_str()].concat(), false),
        }
    }

    /// A key with its colon and an empty value, in which one types on.
    fn member(&self, key: &str) -> (String, bool) {
        let Place {
            open,
            close,
            end,
            quote,
            ..
        } = self.place;
        let guess = self.named_after().filter(|it| self.taken_by(it).is_none());
        let snippets = self.options.snippets;
        let (before, inside, after) = match (key, guess) {
            ("type", Some(service)) => (quote.to_string(), escaped(&service.type_, *quote), quote.to_string()),
            ("type", None) => (quote.to_string(), String::new(), quote.to_string()),
            _ => ("[".to_owned(), String::new(), "]".to_owned()),
        };
        let stop = if snippets { "$0" } else { "" };
        let inside = if snippets { in_snippet(&inside) } else { inside };
        (
            [open, key, close, ": ", &before, &inside, stop, &after, end].concat(),
            snippets,
        )
    }

    /// A whole connector file.
    fn skeleton(&self, service: &Service) -> (String, bool) {
        let eol = if self.readable.text.contains("\r\n") {
            "\r\n"
        } else {
            "\n"
        };
        let snippets = self.options.snippets;
        let type_ = escaped(&service.type_, '"');
        let type_ = if snippets { in_snippet(&type_) } else { type_ };
        let close = if snippets { "\\}" } else { "}" };
        let scopes = match (service.coverage, snippets) {
            (Coverage::None, _) | (_, false) => String::new(),
            (_, true) => format!("{eol}    $0{eol}  "),
        };
        let stop = if snippets && scopes.is_empty() { "$0" } else { "" };
        let text = format!("{{{eol}  \"type\": \"{type_}\",{eol}  \"scopes\": [{scopes}]{eol}{close}{stop}");
        (text, snippets)
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

/// `text` in a snippet that means nothing but itself.
fn in_snippet(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '$' | '}' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests;
