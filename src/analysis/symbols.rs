//! The symbols of a file, for outlines and breadcrumbs, and those of a whole workspace that a query means.

use std::borrow::Cow;

use super::{Project, Role, SourceFile, Surroundings};
use crate::connector::{Connector, Property, ScopeItem};
use crate::registry::{Access, Scope, Service};
use crate::syntax::{TextRange, Value};

/// One thing in a file that has a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    /// What the outline shows; never empty.
    pub name: String,
    /// More about it, faintly: what a scope allows. May be empty.
    pub detail: String,
    /// What it is.
    pub kind: SymbolKind,
    /// All of it, in bytes.
    pub range: TextRange,
    /// Its name, in bytes; inside `range`.
    pub selection: TextRange,
    /// The provider has retired it.
    pub deprecated: bool,
    /// What is in it; these have no children themselves.
    pub children: Vec<Symbol>,
}

/// What a symbol is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SymbolKind {
    /// A whole file.
    Connector,
    /// A property that is no list.
    Property,
    /// The list of scopes.
    Scopes,
    /// A scope.
    Scope,
}

/// The outline of a file: its properties, and in `scopes` each scope with what it allows.
pub fn document_symbols(source: &SourceFile, around: Surroundings<'_>) -> Vec<Symbol> {
    let Some(view) = View::of(source, around) else {
        return Vec::new();
    };
    view.connector.properties.iter().map(|it| view.property(it)).collect()
}

/// A connector file with its service.
struct View<'a> {
    source: &'a SourceFile,
    connector: Connector<'a>,
    service: Option<&'a Service>,
}

impl<'a> View<'a> {
    /// `None` for config files.
    fn of(source: &'a SourceFile, around: Surroundings<'a>) -> Option<Self> {
        if !matches!(source.role, Role::Connector | Role::Ignored(_)) {
            return None;
        }
        let connector = Connector::read(&source.text, &source.tree);
        Some(View {
            service: around.service_of(&connector, &source.text),
            source,
            connector,
        })
    }

    fn property(&self, property: &Property<'a>) -> Symbol {
        let scopes = self.connector.scopes.as_ref();
        let list = scopes.filter(|list| property.value.is_some_and(|it| it.range() == list.array.range()));
        let detail = match (list, property.value) {
            (Some(list), _) => counted(list.scopes.len(), "scope"),
            (None, Some(Value::String(literal))) if property.key == "type" && !property.shadowed => {
                match self.service {
                    Some(service) => service.name.to_string(),
                    None => literal.text(&self.source.text).into_owned(),
                }
            }
            _ => String::new(),
        };
        let children = list.map(|list| list.scopes.iter().map(|it| self.scope(it)).collect());
        Symbol {
            name: named(&property.key),
            detail,
            kind: if list.is_some() {
                SymbolKind::Scopes
            } else {
                SymbolKind::Property
            },
            range: property.member.range(),
            selection: property.key_range,
            deprecated: false,
            children: children.unwrap_or_default(),
        }
    }

    fn scope(&self, item: &ScopeItem<'a>) -> Symbol {
        let known = self.known(item);
        Symbol {
            name: named(known.map_or(&item.name, Scope::short_name)),
            detail: known.map(Scope::label).unwrap_or_default(),
            kind: SymbolKind::Scope,
            range: item.range(),
            selection: item.range(),
            deprecated: known.is_some_and(|it| it.deprecated.is_some()),
            children: Vec::new(),
        }
    }

    fn known(&self, item: &ScopeItem<'a>) -> Option<&'a Scope> {
        Some(self.service?.find(&item.name)?.scope)
    }
}

/// A name that is one: clients take none that is empty.
fn named(name: &str) -> String {
    match name {
        "" => "(empty)".to_owned(),
        name => name.to_owned(),
    }
}

/// `1 scope`, `2 scopes`.
fn counted(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}

/// The words that somebody looks for, in any order and any case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SymbolQuery {
    words: Vec<String>,
}

/// A symbol of some file that a query means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundSymbol {
    /// What the list shows. Clients filter by it once more, so it holds all that people look for: the short name and the summary.
    pub name: String,
    /// What it is in: the service of a scope, the project of a connector.
    pub container: String,
    /// A connector or a scope.
    pub kind: SymbolKind,
    /// Where it stands, in bytes of its file.
    pub range: TextRange,
    /// The provider has retired it.
    pub deprecated: bool,
    /// How well it matches; less is better.
    pub distance: u32,
}

impl SymbolQuery {
    /// Reads what was typed.
    pub fn new(typed: &str) -> Self {
        let words = typed.to_lowercase();
        SymbolQuery {
            words: words.split_whitespace().map(str::to_owned).collect(),
        }
    }

    /// How far a symbol is from what was typed, the sum over all words; `None` if one of them is not in it. In `name`, which is a
    /// part of `haystack`, letters may be left out. Both are in lower case.
    fn distance(&self, name: &str, haystack: &str) -> Option<u32> {
        self.words.iter().map(|word| distance(word, name, haystack)).sum()
    }
}

fn distance(word: &str, name: &str, haystack: &str) -> Option<u32> {
    let begins_word = |at: usize| !haystack.get(..at).unwrap_or_default().ends_with(char::is_alphanumeric);
    let mut inside = haystack.match_indices(word).map(|(at, _)| at).peekable();
    if inside.peek().is_some() {
        return Some(if inside.any(begins_word) { 0 } else { 1 });
    }
    let mut rest = name.chars();
    let in_order = word.chars().all(|wanted| rest.any(|it| it == wanted));
    in_order.then_some(2)
}

/// The connector in this file and its scopes, as far as `query` means them. Without any words, that is the connector only.
pub fn find_symbols(source: &SourceFile, around: Surroundings<'_>, query: &SymbolQuery) -> Vec<FoundSymbol> {
    let Some(view) = View::of(source, around) else {
        return Vec::new();
    };
    let mut found: Vec<_> = view.found_connector(around.project, query).into_iter().collect();
    if !query.words.is_empty() {
        let items = view.connector.scopes.iter().flat_map(|it| &it.scopes);
        found.extend(items.filter_map(|item| view.found_scope(item, query)));
    }
    found
}

impl View<'_> {
    fn found_connector(&self, project: &dyn Project, query: &SymbolQuery) -> Option<FoundSymbol> {
        let type_ = self.connector.type_literal();
        let name = match (self.service, type_) {
            (Some(service), _) if service.name.eq_ignore_ascii_case(&service.type_) => service.name.to_string(),
            (Some(service), _) => format!("{} ({})", service.name, service.type_),
            (None, Some(type_)) => named(&type_.text(&self.source.text)),
            (None, None) => self.source.path.file_name()?.to_string_lossy().into_owned(),
        };
        let short = type_.map(|it| it.text(&self.source.text)).unwrap_or_default();
        Some(FoundSymbol {
            distance: query.distance(&short.to_lowercase(), &name.to_lowercase())?,
            name,
            container: project
                .root()
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            kind: SymbolKind::Connector,
            range: type_.map(|it| it.content_range()).unwrap_or_default(),
            deprecated: false,
        })
    }

    fn found_scope(&self, item: &ScopeItem<'_>, query: &SymbolQuery) -> Option<FoundSymbol> {
        let known = self.known(item);
        let short = known.map_or(&*item.name, Scope::short_name);
        let name = match known {
            Some(scope) => format!("{short} · {}", scope.summary),
            None => named(short),
        };
        let container = self.container();
        let haystack = [&*name, &*item.name, access(known), &*container]
            .join(" ")
            .to_lowercase();
        Some(FoundSymbol {
            distance: query.distance(&short.to_lowercase(), &haystack)?,
            name,
            container: container.into_owned(),
            kind: SymbolKind::Scope,
            range: item.literal.content_range(),
            deprecated: known.is_some_and(|it| it.deprecated.is_some()),
        })
    }

    fn container(&self) -> Cow<'_, str> {
        match (self.service, self.connector.type_literal()) {
            (Some(service), _) => Cow::Borrowed(&service.name),
            (None, Some(type_)) => type_.text(&self.source.text),
            (None, None) => Cow::Borrowed(""),
        }
    }
}

/// The access in a word that people look for.
fn access(scope: Option<&Scope>) -> &'static str {
    match scope.map(|it| it.access) {
        Some(Access::Read) => "read",
        Some(Access::Write) => "write",
        Some(Access::Admin) => "admin",
        Some(Access::Identity) | None => "",
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use pretty_assertions::assert_eq;

    use super::*;
    use crate::analysis::testing::TestProject;

    fn outline(fixture: &str) -> String {
        let project = TestProject::new(fixture);
        let (source, _) = project.at_cursor();
        let mut out = String::new();
        for symbol in document_symbols(source, project.around()) {
            assert!(symbol.range.contains_range(symbol.selection), "{symbol:?}");
            writeln!(out, "{}: {}", symbol.name, symbol.detail).unwrap();
            for child in symbol.children {
                assert!(symbol.range.contains_range(child.range), "{child:?}");
                let old = if child.deprecated { " (deprecated)" } else { "" };
                writeln!(out, "  {}: {}{old}", child.name, child.detail).unwrap();
            }
        }
        out
    }

    #[test]
    fn properties_and_scopes_with_what_they_allow() {
        let found = outline(
            r#"{ "type": "googlecalendar", "scopes": [ "https://www.googleapis.com/auth/calendar.readonly", "nonsense", "", 5 ], "x": {} }$0"#,
        );
        assert_eq!(
            found,
            "type: Google Calendar\nscopes: 3 scopes\n  calendar.readonly: Read every calendar the user…\n  nonsense: \n  (empty): \nx: \n"
        );
    }

    #[test]
    fn a_retired_scope_is_marked() {
        let found = outline(r#"{ "type": "linkedin", "scopes": [ "r_liteprofile" ] }$0"#);
        assert!(
            found.contains("r_liteprofile: ") && found.ends_with("(deprecated)\n"),
            "{found}"
        );
    }

    #[test]
    fn half_typed_files_have_an_outline() {
        assert_eq!(
            outline("\"type\": \"slack\", \"scopes\": [\"chat:wr$0"),
            "type: Slack User\nscopes: 1 scope\n  chat:wr: \n"
        );
        assert_eq!(
            outline("[{ type: , 'scopes' [ \"users:read\" $0"),
            "type: \nscopes: 1 scope\n  users:read: \n"
        );
        assert_eq!(outline("$0"), "");
        assert_eq!(
            outline("{ \"scopes\": [\"a\"], \"scopes\": [\"b\", \"c\"] }$0"),
            "scopes: \nscopes: 2 scopes\n  b: \n  c: \n"
        );
    }

    const CALENDAR: &str = r#"{ "type": "googlecalendar$0", "scopes": [ "https://www.googleapis.com/auth/calendar.events.readonly", "https://www.googleapis.com/auth/calendar", "odd:one" ] }"#;

    /// The found ones, the best first.
    fn found(query: &str) -> Vec<String> {
        let project = TestProject::new(CALENDAR);
        let (source, _) = project.at_cursor();
        let mut found = find_symbols(source, project.around(), &SymbolQuery::new(query));
        found.sort_by_key(|it| it.distance);
        found
            .iter()
            .map(|it| it.name.split(" · ").next().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn a_few_letters_in_any_order_of_words_are_enough() {
        assert_eq!(found("read cal ev"), ["calendar.events.readonly"]);
        assert_eq!(found("CALENDAR.EV"), ["calendar.events.readonly"]);
        assert_eq!(found("googleapis readonly"), ["calendar.events.readonly"]);
        assert_eq!(found("clevro"), ["calendar.events.readonly"]);
        assert_eq!(found("write"), ["calendar"]);
        assert_eq!(found("odd"), ["odd:one"]);
        assert_eq!(found("googlecal"), ["Google Calendar (googlecalendar)"]);
        assert_eq!(found("slack"), [""; 0]);
    }

    #[test]
    fn without_words_there_are_only_connectors() {
        assert_eq!(found("  "), ["Google Calendar (googlecalendar)"]);
    }

    #[test]
    fn whole_words_come_before_letters() {
        assert_eq!(
            found("calendar"),
            [
                "Google Calendar (googlecalendar)",
                "calendar.events.readonly",
                "calendar",
                "odd:one"
            ]
        );
    }
}
