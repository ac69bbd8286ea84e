//! What is under the cursor, in words.

use std::borrow::Cow;

use super::backend;
use super::cursor::{self, Readable};
use super::describe;
use super::page::{Line, Page};
use super::{File, Role, ScopeEntry, SourceFile, Surroundings, Verdict};
use crate::connector::{Connector, Property, ScopeItem};
use crate::registry::{Catalogue, Coverage, Service};
use crate::syntax::{TextRange, TextSize};

/// What is said about a piece of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hover {
    /// The piece: bytes of the file's text.
    pub range: TextRange,
    /// What is said.
    pub page: Page,
}

/// What is known about the type, the scope or the key at `offset` of the file's text; `None` for all else.
pub fn hover(source: &SourceFile, around: Surroundings<'_>, offset: TextSize) -> Option<Hover> {
    if source.role == Role::Backend {
        return backend::hover(source, around, offset);
    }
    if !matches!(source.role, Role::Connector | Role::Ignored(_)) {
        return None;
    }
    let readable = Readable::at(&source.text, &source.tree, offset);
    let read_again;
    let source = match readable {
        Readable {
            text: Cow::Borrowed(_), ..
        } => source,
        Readable {
            text: Cow::Owned(text),
            tree,
        } => {
            let (path, role) = (source.path.clone(), source.role);
            read_again = SourceFile {
                path,
                text: text.into(),
                tree: tree.into_owned(),
                role,
            };
            &read_again
        }
    };
    let view = View::of(source, around);
    view.scope_at(offset).or_else(|| view.property_at(offset))
}

/// A file as far as one place of it needs it.
struct View<'a> {
    source: &'a SourceFile,
    around: Surroundings<'a>,
    /// Without its scopes: of twenty thousand, one matters.
    connector: Connector<'a>,
    service: Option<&'a Service>,
}

impl<'a> View<'a> {
    fn of(source: &'a SourceFile, around: Surroundings<'a>) -> Self {
        let connector = source.outline();
        View {
            service: around.service_of(&connector, &source.text),
            source,
            around,
            connector,
        }
    }

    fn scope_at(&self, offset: TextSize) -> Option<Hover> {
        let array = self.connector.property("scopes")?.value?.as_array()?;
        if !array.range().contains_inclusive(offset) {
            return None;
        }
        let mut strings = array.elements().filter_map(|it| it.as_string());
        let literal = strings.find(|it| it.range().contains_inclusive(offset))?;
        let item = ScopeItem::read(&self.source.text, literal);
        Some(Hover {
            range: item.range(),
            page: self.scope(&ScopeEntry::judge(item, self.service, self.around.catalogue)),
        })
    }

    fn property_at(&self, offset: TextSize) -> Option<Hover> {
        let is_here = |range: TextRange| range.contains_inclusive(offset);
        let property = self.connector.properties.iter().find(|it| is_here(it.member.range()))?;
        if is_here(property.key_range) {
            return Some(Hover {
                range: property.key_range,
                page: self.key(property),
            });
        }
        let literal = property
            .value?
            .as_string()
            .filter(|it| property.key == "type" && is_here(it.range()))?;
        Some(Hover {
            range: literal.range(),
            page: type_(&File::read(self.source, self.around), &literal.text(&self.source.text)),
        })
    }

    fn scope(&self, entry: &ScopeEntry<'_>) -> Page {
        let (name, catalogue) = (entry.item.name.as_ref(), self.around.catalogue);
        let mut page = Page::default();
        match (entry.verdict, self.service) {
            (Verdict::Known(scope), Some(service)) => return describe::scope(service, scope),
            (Verdict::Respelt(scope), Some(service)) => {
                page.append(describe::scope(service, scope));
                let same = format!(" is the same to {}.", service.provider.name);
                page.paragraph(Line::default().code(name).text(same));
            }
            (Verdict::Elsewhere(owner, scope), Some(service)) => {
                let text = format!(" is a scope of {}, not of {}.", owner.name, service.name);
                page.paragraph(Line::default().code(name).text(text));
                page.append(describe::scope(owner, scope));
            }
            (Verdict::Unneeded, Some(service)) => {
                let text = format!("{} takes no scopes, so this one does nothing.", service.name);
                page.paragraph(Line::default().text(text));
            }
            (Verdict::Malformed, _) => {
                let text =
                    " is not one scope: each scope is a string of its own, without blanks, commas or question marks.";
                page.paragraph(Line::default().code(name).text(text));
            }
            (_, Some(service)) => return unknown(catalogue, service, name),
            (_, None) => return unowned(catalogue, name),
        }
        page
    }

    fn key(&self, property: &Property<'_>) -> Page {
        let key = property.key.as_ref();
        if let Some(mut page) = describe::key(key) {
            if property.shadowed {
                let text = "It stands here more than once; the last one counts, and this is not it.";
                page.paragraph(Line::default().text(text));
            }
            return page;
        }
        let mut page = Page::default();
        page.paragraph(
            Line::default()
                .code(key)
                .text(" means nothing in a connector file: Base44 ignores it."),
        );
        let missing = cursor::meant_key(key).filter(|it| self.connector.property(it).is_none());
        with_guesses(page, missing.as_slice())
    }
}

fn type_(file: &File<'_>, written: &str) -> Page {
    let catalogue = file.catalogue;
    let Some(service) = catalogue.service(written) else {
        let near = catalogue.suggest_types(written);
        let names: Vec<_> = near.iter().map(|it| it.type_.as_ref()).collect();
        let mut page = Page::default();
        page.paragraph(Line::default().code(written).text(" is no service that we know of."));
        return with_guesses(page, &names);
    };
    let mut page = Page::default();
    if service.coverage != Coverage::None {
        let asked = match file.known_scopes().count() {
            0 => "This file asks for none of its scopes.".to_owned(),
            1 => "This file asks for 1 of its scopes.".to_owned(),
            count => format!("This file asks for {count} of its scopes."),
        };
        page.paragraph(Line::default().text(asked));
    }
    let others = file.project.files_of_type(&service.type_);
    let others = others.into_iter().filter(|it| it.path != file.source.path);
    let others: Vec<_> = others.filter_map(|it| it.path.file_name()?.to_str()).collect();
    if !others.is_empty() {
        page.paragraph(Line::default().text("Other files of this type: ").codes(&others, "and"));
    }
    let mut page = describe::service(service, page);
    page.paragraph(Line::default().text(format!("From the {}.", catalogue.edition())));
    page
}

fn unknown(catalogue: &Catalogue, service: &Service, name: &str) -> Page {
    let mut page = Page::default();
    let text = match service.coverage {
        Coverage::Complete => format!(" is no scope of {}.", service.name),
        Coverage::Partial | Coverage::None => format!(" is no scope of {} that we know of.", service.name),
    };
    page.paragraph(Line::default().code(name).text(text));
    if let Some(other) = catalogue.other_api(name) {
        let text = format!("{} has it for: {}.", other.provider.name, other.apis.join(", "));
        page.paragraph(Line::default().text(text));
    }
    let near = service.suggest(name);
    let names: Vec<_> = near.iter().map(|it| it.name.as_ref()).collect();
    with_guesses(page, &names)
}

/// A scope in a file of no known type.
fn unowned(catalogue: &Catalogue, name: &str) -> Page {
    let owners: Vec<_> = catalogue.offering(name).collect();
    let mut page = Page::default();
    match owners.as_slice() {
        [] => page.paragraph(Line::default().code(name).text(" is no scope that we know of.")),
        [(service, scope)] => page.append(describe::scope(service, scope)),
        several => {
            let types: Vec<_> = several.iter().map(|(service, _)| service.type_.as_ref()).collect();
            page.paragraph(Line::default().code(name).text(" is a scope of ").codes(&types, "and"))
        }
    };
    page
}

fn with_guesses(mut page: Page, names: &[&str]) -> Page {
    if !names.is_empty() {
        page.paragraph(Line::default().text("Did you mean ").codes(names, "or").text("?"));
    }
    page
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use pretty_assertions::{assert_eq, assert_str_eq};

    use super::{Hover, hover};
    use crate::analysis::testing::TestProject;

    fn at(fixture: &str) -> Option<(String, Hover)> {
        let project = TestProject::new(fixture);
        let (source, offset) = project.at_cursor();
        let hover = hover(source, project.around(), offset)?;
        Some((source.text.get(Range::from(hover.range)).unwrap().to_owned(), hover))
    }

    #[track_caller]
    fn check(fixture: &str, piece: &str, plain: &str) {
        let (found, hover) = at(fixture).unwrap_or_else(|| panic!("nothing at {fixture}"));
        assert_eq!(found, piece);
        assert_str_eq!(hover.page.to_plain_text(), plain);
    }

    /// Asserts parts of what is said, in their order.
    #[track_caller]
    fn check_says(fixture: &str, parts: &[&str]) {
        let (_, hover) = at(fixture).unwrap_or_else(|| panic!("nothing at {fixture}"));
        let plain = hover.page.to_plain_text();
        let mut rest = plain.as_str();
        for part in parts {
            let (_, after) = rest
                .split_once(part)
                .unwrap_or_else(|| panic!("no {part:?} in its place in {plain}"));
            rest = after;
        }
    }

    #[test]
    fn a_type_is_explained_with_what_the_file_makes_of_it() {
        check_says(
            r#"{ "type": "googlecal$0endar", "scopes": ["https://www.googleapis.com/auth/calendar.events"] }"#,
            &[
                "Google Calendar · googlecalendar",
                "Read calendars",
                "- Sign-in: OAuth",
                "- Scopes: 29, all that its provider documents (list of 20",
                "This file asks for 1 of its scopes.",
                "Google's documentation: https://developers.google.com/",
                "From the catalogue of 20",
            ],
        );
        check_says(r#"{ "type": "$0stripe" }"#, &["Stripe", "- Scopes: it takes none"]);
    }

    #[test]
    fn other_files_of_the_type_are_named() {
        check_says(
            "//- base44/connectors/a.jsonc\n{ \"type\": \"slack$0\" }\n//- base44/connectors/b.jsonc\n{ \"type\": \"slack\" }\n",
            &["Other files of this type: b.jsonc"],
        );
    }

    #[test]
    fn a_type_that_is_none_comes_with_guesses() {
        check(
            r#"{ "type": "slakc$0" }"#,
            "\"slakc\"",
            "slakc is no service that we know of.\n\nDid you mean slack?",
        );
    }

    #[test]
    fn a_scope_is_explained() {
        check_says(
            r#"{ "type": "slack", "scopes": ["chat:write$0"] }"#,
            &[
                "chat:write · Slack User",
                "- Access: changes things",
                "Slack's documentation: https://",
            ],
        );
        check_says(
            r#"{ "type": "gmail", "scopes": ["https://mail.google.com/$0"] }"#,
            &[
                "https://mail.google.com/ · Gmail",
                "- Risk, as Google has it: restricted",
                "- Includes: ",
            ],
        );
        check_says(
            r#"{ "type": "googlecalendar", "scopes": ["https://www.google.com/calendar/feeds$0"] }"#,
            &["Deprecated.", "Use instead: https://www.googleapis.com/auth/calendar\n"],
        );
        check_says(
            r#"{ "type": "outlook", "scopes": ["mail.read$0"] }"#,
            &["Mail.Read · ", "mail.read is the same to Microsoft."],
        );
    }

    #[test]
    fn a_scope_that_is_wrong_here_says_why() {
        check_says(
            r#"{ "type": "slack", "scopes": ["https://mail.google.com/$0"] }"#,
            &[
                "https://mail.google.com/ is a scope of Gmail, not of Slack User.",
                "restricted",
            ],
        );
        check(
            r#"{ "type": "slack", "scopes": ["chat.wr$0ite"] }"#,
            "\"chat.write\"",
            "chat.write is no scope of Slack User.\n\nDid you mean chat:write?",
        );
        check_says(
            r#"{ "type": "slack", "scopes": ["chat:write team:read$0"] }"#,
            &["is not one scope"],
        );
        check_says(
            r#"{ "type": "stripe", "scopes": ["read$0"] }"#,
            &["Stripe takes no scopes"],
        );
    }

    #[test]
    fn a_scope_without_a_type_says_whose_it_is() {
        check_says(r#"{ "scopes": ["https://mail.google.com/$0"] }"#, &["· Gmail"]);
        check_says(r#"{ "scopes": ["email$0"] }"#, &["email is a scope of ", " more"]);
        check_says(
            r#"{ "scopes": ["never:heard$0"] }"#,
            &["never:heard is no scope that we know of."],
        );
    }

    #[test]
    fn keys_are_explained() {
        check_says(
            r#"{ "ty$0pe": "slack" }"#,
            &["type\n\nThe service that this file connects"],
        );
        check_says(r#"{ "sco$0pes": [] }"#, &["scopes\n\nThe OAuth scopes"]);
        check(
            r#"{ "scope$0": [] }"#,
            "\"scope\"",
            "scope means nothing in a connector file: Base44 ignores it.\n\nDid you mean scopes?",
        );
        check_says(r#"{ "type$0": "slack", "type": "gmail" }"#, &["the last one counts"]);
    }

    #[test]
    fn nothing_is_said_about_the_rest() {
        for fixture in [
            "$0",
            "{$0 }",
            "{ // type$0\n}",
            r#"{ "name": "slack$0" }"#,
            r#"{ "type": "slack" }$0"#,
            "{ \"type\": 1$0 }",
        ] {
            assert_eq!(at(fixture), None, "{fixture}");
        }
    }

    #[test]
    fn strings_of_the_file_are_no_markup() {
        let (_, hover) = at(r#"{ "type": "slack", "scopes": ["`[x](http://a)$0"] }"#).unwrap();
        assert!(
            hover.page.to_markdown().starts_with("`` `[x](http://a) `` is no scope"),
            "{}",
            hover.page.to_markdown()
        );
    }

    #[test]
    fn a_file_below_an_open_comment_is_explained_all_the_same() {
        check_says("{ /* why\n \"type\": \"slack$0\" }", &["Slack User · slack"]);
    }
}
