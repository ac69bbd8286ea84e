//! Completion in whole and in broken documents.
//!
//! A case is a document with the cursor (`$0`), the label to choose, and the document after accepting it, with the cursor where it is
//! then. Each case is accepted as VS Code (replacing the word) and as Neovim (keeping its rest) would.

use std::ops::Range;

use pretty_assertions::{assert_eq, assert_str_eq};
use rayon::prelude::*;

use super::{CompletionItem, CompletionOptions, ItemId, ItemKind, Readable, completions, documentation};
use crate::analysis::testing::TestProject;
use crate::connector::Connector;
use crate::syntax::{TextEdit, TextRange, TextSize, Tree, Value, edit};

const SNIPPETS: CompletionOptions = CompletionOptions {
    snippets: true,
    typed: None,
};
const PLAIN: CompletionOptions = CompletionOptions {
    snippets: false,
    typed: None,
};

fn items(fixture: &str, options: CompletionOptions) -> Vec<CompletionItem> {
    let project = TestProject::new(fixture);
    let (source, offset) = project.at_cursor();
    let items = completions(source, project.around(), offset, options);
    check_ranges(&source.text, offset, &items);
    items
}

fn labels(fixture: &str) -> Vec<String> {
    items(fixture, SNIPPETS).into_iter().map(|it| it.label).collect()
}

/// What the protocol demands of every item's edits.
#[track_caller]
fn check_ranges(text: &str, offset: TextSize, items: &[CompletionItem]) {
    for item in items {
        let CompletionItem {
            insert,
            replace,
            additional,
            ..
        } = item;
        assert!(
            replace.contains_range(*insert) && insert.start() == replace.start(),
            "{item:?} in {text:?}"
        );
        assert!(
            insert.contains_inclusive(offset),
            "{item:?} is not at {offset:?} of {text:?}"
        );
        assert!(
            !text.get(Range::from(*replace)).unwrap().contains(['\n', '\r']),
            "{item:?} is on several lines of {text:?}"
        );
        let mut edits: Vec<TextRange> = additional.iter().map(|it| it.range).collect();
        edits.push(*replace);
        edits.sort_by_key(|it| (it.start(), it.end()));
        for pair in edits.windows(2) {
            let apart = pair[0].end() < pair[1].start() || pair[0].end() == pair[1].start() && pair[0] != pair[1];
            assert!(apart, "{item:?} has edits that touch, in {text:?}");
        }
    }
}

/// The text after accepting `item`, the rest of the word replaced or not, with the cursor.
fn accept(text: &str, item: &CompletionItem, range: TextRange) -> (String, usize) {
    let (inserted, stop) = expand(item);
    let mut edits = item.additional.clone();
    let before: usize = edits
        .iter()
        .filter(|it| it.range.end() <= range.start())
        .map(|it| it.insert.len() as isize - isize::try_from(usize::from(it.range.len())).unwrap())
        .sum::<isize>() as usize;
    let cursor = usize::from(range.start()).wrapping_add(before) + stop;
    edits.push(TextEdit {
        range,
        insert: inserted,
    });
    (edit::apply(text, &edits), cursor)
}

/// The text that an item inserts, and where the cursor is in it.
fn expand(item: &CompletionItem) -> (String, usize) {
    if !item.snippet {
        return (item.text.clone(), item.text.len());
    }
    let (mut out, mut stop) = (String::new(), None);
    let mut chars = item.text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next()),
            '$' => {
                assert_eq!(chars.next(), Some('0'), "{item:?}");
                stop = Some(out.len());
            }
            c => out.push(c),
        }
    }
    let end = out.len();
    (out, stop.unwrap_or(end))
}

#[track_caller]
fn accepted(fixture: &str, label: &str, options: CompletionOptions, replacing: bool) -> String {
    let project = TestProject::new(fixture);
    let (source, offset) = project.at_cursor();
    let items = completions(source, project.around(), offset, options);
    check_ranges(&source.text, offset, &items);
    let offered: Vec<_> = items.iter().map(|it| it.label.as_str()).take(12).collect();
    let Some(item) = items.iter().find(|it| it.label == label) else {
        panic!("no {label:?} among {offered:?} … in {fixture}")
    };
    let (mut text, cursor) = accept(&source.text, item, if replacing { item.replace } else { item.insert });
    check_no_new_errors(&source.text, &text);
    text.insert_str(cursor, "$0");
    text
}

#[track_caller]
fn check_no_new_errors(before: &str, after: &str) {
    let (old, new) = (Tree::parse(before).errors(), Tree::parse(after).errors());
    assert!(new.len() <= old.len(), "{before:?} becomes {after:?} with {new:?}");
}

/// Asserts what becomes of a document when the item of that label is accepted, by all kinds of clients.
#[track_caller]
fn check(before: &str, label: &str, after: &str) {
    assert_str_eq!(accepted(before, label, SNIPPETS, true), after);
    accepted(before, label, PLAIN, true);
    accepted(before, label, SNIPPETS, false);
}

#[track_caller]
fn check_nothing(before: &str) {
    assert_eq!(labels(before), Vec::<String>::new(), "in {before}");
}

#[test]
fn a_type_in_quotes_replaces_what_is_in_them() {
    check(r#"{ "type": "$0" }"#, "slack", r#"{ "type": "slack$0" }"#);
    check(r#"{ "type": "sl$0" }"#, "slack", r#"{ "type": "slack$0" }"#);
    check(r#"{ "type": "sl$0ck" }"#, "slack", r#"{ "type": "slack$0" }"#);
    check(r#"{ "type": '$0' }"#, "slack", r#"{ "type": 'slack$0' }"#);
    check("{ \"type\": \"😀$0\" }", "slack", "{ \"type\": \"slack$0\" }");
}

#[test]
fn what_follows_the_cursor_stays_where_the_client_inserts() {
    let after = accepted(r#"{ "type": "sl$0ck" }"#, "slack", SNIPPETS, false);
    assert_str_eq!(after, r#"{ "type": "slack$0ck" }"#);
}

#[test]
fn scopes_fit_between_before_and_behind_others() {
    for (before, after) in [
        (r#"["$0"]"#, r#"["chat:write$0"]"#),
        (r#"[$0]"#, r#"["chat:write"$0]"#),
        (r#"[ $0 ]"#, r#"[ "chat:write"$0 ]"#),
        (r#"["team:read", $0]"#, r#"["team:read", "chat:write"$0]"#),
        (r#"["team:read",$0]"#, r#"["team:read", "chat:write"$0]"#),
        (r#"["team:read"$0]"#, r#"["team:read", "chat:write"$0]"#),
        (r#"["team:read" $0]"#, r#"["team:read", "chat:write"$0]"#),
        (r#"["team:read" "$0"]"#, r#"["team:read", "chat:write$0"]"#),
        (r#"[$0"team:read"]"#, r#"["chat:write", $0"team:read"]"#),
        (r#"[$0 "team:read"]"#, r#"["chat:write",$0 "team:read"]"#),
        (r#"["$0", "team:read"]"#, r#"["chat:write$0", "team:read"]"#),
        (
            r#"["team:read", $0"users:read"]"#,
            r#"["team:read", "chat:write", $0"users:read"]"#,
        ),
        (
            r#"["team:read" $0 "users:read"]"#,
            r#"["team:read", "chat:write",$0 "users:read"]"#,
        ),
        (
            r#"["team:read"$0 , "users:read"]"#,
            r#"["team:read", "chat:write"$0 , "users:read"]"#,
        ),
        (r#"["chat:$0"]"#, r#"["chat:write$0"]"#),
        (r#"[chat:wr$0]"#, r#"["chat:write"$0]"#),
        (r#"[chat:$0]"#, r#"["chat:write"$0]"#),
        (r#"["team:read", chat$0]"#, r#"["team:read", "chat:write"$0]"#),
        (r#"["chat$0, "team:read"]"#, r#"["chat:write"$0, "team:read"]"#),
        (r#"["team:read", chat$0"]"#, r#"["team:read", "chat:write"$0]"#),
        (r#"["team:read", “chat$0”]"#, r#"["team:read", "chat:write"$0]"#),
        (r#"['team:read', $0]"#, r#"['team:read', 'chat:write'$0]"#),
    ] {
        let whole = |array: &str| format!(r#"{{ "type": "slack", "scopes": {array} }}"#);
        // The quotes of the array are then the only ones of the file.
        let single = before.contains('\'');
        let whole = |array: &str| {
            if single {
                whole(array).replace('"', "'")
            } else {
                whole(array)
            }
        };
        check(&whole(before), "chat:write", &whole(after));
    }
}

#[test]
fn commas_go_to_the_line_above() {
    check(
        "{\n  \"type\": \"slack\",\n  \"scopes\": [\n    \"team:read\" // who\n    $0\n  ]\n}",
        "chat:write",
        "{\n  \"type\": \"slack\",\n  \"scopes\": [\n    \"team:read\", // who\n    \"chat:write\"$0\n  ]\n}",
    );
    check(
        "{\r\n  \"type\": \"slack\"\r\n  $0\r\n}",
        "scopes",
        "{\r\n  \"type\": \"slack\",\r\n  \"scopes\": [$0]\r\n}",
    );
    check(
        "{\n  $0\n  \"scopes\": []\n}",
        "type",
        "{\n  \"type\": \"$0\",\n  \"scopes\": []\n}",
    );
}

#[test]
fn a_compact_file_stays_compact() {
    check(
        r#"{"type":"slack","scopes":["team:read"$0]}"#,
        "chat:write",
        r#"{"type":"slack","scopes":["team:read","chat:write"$0]}"#,
    );
}

#[test]
fn a_property_is_as_compact_as_the_others() {
    check(r#"{"type":"slack",$0}"#, "scopes", r#"{"type":"slack","scopes":[$0]}"#);
}

#[test]
fn a_key_has_quotes_if_the_first_one_has() {
    for (before, after) in [
        ("{ type: 'slack', $0 }", "{ type: 'slack', scopes: [$0] }"),
        ("{ type: 'slack', sc$0 }", "{ type: 'slack', scopes: [$0] }"),
        ("{ type: 'slack', sc$0: [] }", "{ type: 'slack', scopes$0: [] }"),
        ("{ type: 'slack', 'sc$0' }", "{ type: 'slack', 'scopes': [$0] }"),
        ("{ 'type': 'slack', sc$0 }", "{ 'type': 'slack', 'scopes': [$0] }"),
        ("{ type: \"slack\"\n  $0\n}", "{ type: \"slack\",\n  scopes: [$0]\n}"),
    ] {
        check(before, "scopes", after);
    }
}

#[test]
fn nothing_comes_up_behind_a_string_just_closed() {
    let typed = |quote| CompletionOptions {
        typed: Some(quote),
        ..SNIPPETS
    };
    for (closed, quote) in [
        (r#"{ "type"$0 }"#, '"'),
        (r#"{ "type": "slack"$0 }"#, '"'),
        (r#"{ "type": "slack", "scopes": ["chat:write"$0] }"#, '"'),
        (r#"{ "type": "slack", "scopes": ["chat:write"$0"#, '"'),
        ("{ type: 'slack'$0 }", '\''),
    ] {
        assert_eq!(items(closed, typed(quote)), [], "{closed}");
        assert!(!labels(closed).is_empty(), "whoever asks gets it: {closed}");
    }
    for (opened, quote) in [
        (r#""$0""#, '"'),
        (r#"{ "$0" }"#, '"'),
        (r#"{ "type": "$0"#, '"'),
        (r#"{ "type": "slack", "scopes": ["chat:write" "$0"] }"#, '"'),
        ("{ type: '$0' }", '\''),
        ("{ type: `$0` }", '`'),
    ] {
        assert!(!items(opened, typed(quote)).is_empty(), "{opened}");
    }
}

/// A document that is broken, or one that only JSON5 can read.
#[derive(serde::Deserialize)]
struct Case {
    before: String,
    accept: String,
    after: String,
}

/// Those of docs/completion.md. benches/completion shows them to another server, too.
fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("broken.json")).unwrap()
}

#[test]
fn broken_documents() {
    for Case { before, accept, after } in &cases() {
        check(before, accept, after);
    }
}

#[test]
fn an_empty_document_takes_a_whole_file() {
    check("$0", "stripe", "{\n  \"type\": \"stripe\",\n  \"scopes\": []\n}$0");
    assert_str_eq!(
        accepted("$0", "slack", PLAIN, true),
        "{\n  \"type\": \"slack\",\n  \"scopes\": []\n}$0"
    );
    assert!(items("$0", SNIPPETS).iter().all(|it| it.kind == ItemKind::File));
}

#[test]
fn nothing_is_offered_where_nothing_fits() {
    for before in [
        "{ // $0\n}",
        "{ //$0",
        "{ /* $0 */ }",
        "/* $0",
        "# $0",
        "{ \"type\": 1$0 }",
        "{ \"name\": \"$0\" }",
        "{ \"type\": { \"$0\" } }",
        "{ \"scopes\": [{ \"$0\" }] }",
        "{ \"scopes\": [[\"$0\"]] }",
        "{ \"type\": [\"$0\"] }",
        "{ \"type\": \"slack\" } $0",
        "{ \"type\": \"slack\" } \"$0\"",
        "{ \"type\": \"slack\", \"scopes\": [], $0 }",
        "{ \"type\": \"stripe\", \"scopes\": [\"$0\"] }",
        "{ \"type\": \"slack\",\r$0\n \"name\": 1 }",
        "{ \"type\": \"slack\",\n  /$0\n}",
        "{ \"name\": $0 }",
        "{ \"\": $0\n}",
        "{ \"name\": $0, \"type\": \"slack\" }",
        "/$0",
    ] {
        check_nothing(before);
    }
}

#[test]
fn config_files_are_no_connectors() {
    check_nothing("//- base44-connectors-ls.jsonc\n{ \"type\": \"$0\" }\n");
}

#[test]
fn listed_scopes_are_left_out_and_the_one_under_the_cursor_stays() {
    let offered = labels(r#"{ "type": "slack", "scopes": ["chat:write", "team:read$0"] }"#);
    assert!(!offered.contains(&"chat:write".to_owned()));
    assert!(offered.contains(&"team:read".to_owned()));
    // Microsoft takes both for the same.
    let offered = labels(r#"{ "type": "outlook", "scopes": ["https://graph.microsoft.com/mail.read", "$0"] }"#);
    assert!(!offered.contains(&"Mail.Read".to_owned()), "{offered:?}");
}

#[test]
fn scopes_of_all_services_are_offered_by_service_while_the_type_is_unknown() {
    let items = items(
        "//- base44/connectors/slack.jsonc\n{ \"scopes\": [\"$0\"] }\n",
        SNIPPETS,
    );
    assert!(items.len() > 1000);
    assert!(
        items[0].hint.starts_with("Slack User and 1 more ·"),
        "the file's name says which come first: {:?}",
        items[0]
    );
    assert!(items.windows(2).all(|pair| pair[0].sort < pair[1].sort));
    let service = |it: &'_ CompletionItem| {
        it.hint
            .split(" · ")
            .next()
            .unwrap()
            .split(" and ")
            .next()
            .unwrap()
            .to_owned()
    };
    let mut services: Vec<_> = items.iter().map(service).collect();
    services.dedup();
    let count = services.len();
    services.sort_unstable();
    services.dedup();
    assert_eq!(services.len(), count, "each service's scopes stand together");
}

#[test]
fn a_scope_of_several_services_is_offered_once() {
    let items = items(r#"{ "scopes": ["$0"] }"#, SNIPPETS);
    let mut texts: Vec<_> = items.iter().map(|it| it.text.as_str()).collect();
    let count = texts.len();
    texts.sort_unstable();
    texts.dedup();
    assert_eq!(texts.len(), count);
    let email = items.iter().find(|it| it.label == "email").unwrap();
    assert!(email.hint.contains(" more · identity"), "{email:?}");
}

#[test]
fn services_that_have_the_scopes_of_the_file_come_first() {
    let events = "https://www.googleapis.com/auth/calendar.events";
    let offered = items(&format!(r#"{{ "scopes": ["{events}", "$0"] }}"#), SNIPPETS);
    assert!(offered[0].hint.starts_with("Google Calendar"), "{:?}", offered[0]);
    for fixture in [
        format!(r#"{{ "scopes": ["{events}"], "type": "$0" }}"#),
        format!("//- base44/connectors/new.jsonc\n{{ \"type\": \"$0\", \"scopes\": [\"email\", \"{events}\"] }}\n"),
    ] {
        assert_eq!(labels(&fixture)[0], "googlecalendar", "{fixture}");
    }
    // What the file is called says more.
    let named = format!("//- base44/connectors/gmail.jsonc\n{{ \"type\": \"$0\", \"scopes\": [\"{events}\"] }}\n");
    assert_eq!(labels(&named)[..2], ["gmail", "googlecalendar"]);
}

#[test]
fn offered_scopes_come_in_order_of_preference() {
    let offered = labels(r#"{ "type": "googlecalendar", "scopes": ["$0"] }"#);
    let place = |label: &str| {
        offered
            .iter()
            .position(|it| it == label)
            .unwrap_or_else(|| panic!("no {label} in {offered:?}"))
    };
    assert!(
        place("calendar.readonly") < place("calendar.events"),
        "read before write"
    );
    assert!(
        place("calendar.events") < place("calendar.acls"),
        "listed before unlisted"
    );
    assert!(
        place("calendar.acls") < place("calendar/feeds"),
        "current before retired"
    );
}

#[test]
fn the_type_that_the_file_is_named_after_comes_first() {
    let items = items("//- base44/connectors/slack.jsonc\n{ \"type\": \"$0\" }\n", SNIPPETS);
    assert_eq!(items[0].label, "slack");
    assert!(items[0].preselect);
    assert_eq!(items.iter().filter(|it| it.preselect).count(), 1);
    let after = accepted("//- base44/connectors/slack.jsonc\n{ $0 }\n", "type", SNIPPETS, true);
    assert_str_eq!(after, "{ \"type\": \"slack$0\" }\n");
}

#[test]
fn a_type_that_another_file_has_comes_last_and_says_so() {
    let items = items(
        "//- base44/connectors/new.jsonc\n{ \"type\": \"$0\" }\n//- base44/connectors/slack.jsonc\n{ \"type\": \"slack\" }\n",
        SNIPPETS,
    );
    let last = items.last().unwrap();
    assert_eq!(
        (last.label.as_str(), last.hint.as_str()),
        ("slack", "Slack User · already in slack.jsonc")
    );
}

#[test]
fn the_filter_text_has_the_tail_the_name_the_access_and_the_summary() {
    let filter = |fixture: &str| {
        let items = items(fixture, SNIPPETS);
        items
            .into_iter()
            .find(|it| it.label == "calendar.readonly")
            .unwrap()
            .filter
    };
    let by_tail = filter(r#"{ "type": "googlecalendar", "scopes": ["cal.re$0"] }"#);
    assert!(
        by_tail.starts_with("calendar.readonly read https://www.googleapis.com/auth/calendar.readonly "),
        "{by_tail}"
    );
    let by_url = filter(r#"{ "type": "googlecalendar", "scopes": ["https://www$0"] }"#);
    assert!(
        by_url.starts_with("https://www.googleapis.com/auth/calendar.readonly read "),
        "{by_url}"
    );
    for typed in [
        "cal.re",
        "read cal",
        "https://www.googleapis.com/auth/calendar.readonly",
    ] {
        let mut rest = by_tail.chars().take(128);
        assert!(
            typed.chars().all(|c| rest.any(|it| it == c)),
            "VS Code would not find {typed:?} in {by_tail:?}"
        );
    }
}

#[test]
fn a_prefix_that_the_provider_takes_or_leaves_matches() {
    for (typed, start) in [
        ("", "Mail.Read read "),
        ("mail", "Mail.Read read "),
        ("https://graph.", "https://graph.microsoft.com/Mail.Read read "),
        (
            "HTTPS://graph.microsoft.com/mail",
            "https://graph.microsoft.com/Mail.Read read ",
        ),
    ] {
        let items = items(
            &format!(r#"{{ "type": "outlook", "scopes": ["{typed}$0"] }}"#),
            SNIPPETS,
        );
        let item = items.iter().find(|it| it.label == "Mail.Read").unwrap();
        assert!(item.filter.starts_with(start), "{item:?}");
        assert_eq!(item.text, "Mail.Read");
    }
}

#[test]
fn no_filter_text_begins_with_a_quote() {
    for fixture in [
        r#"{ "type": "$0" }"#,
        "{ 'type': '$0' }",
        r#"{ "type": "slack", "scopes": ["$0"] }"#,
        "{ \"$0\" }",
        "\"$0\"",
    ] {
        let items = items(fixture, SNIPPETS);
        assert!(!items.is_empty());
        assert!(
            items
                .iter()
                .all(|it| it.filter.starts_with(|c: char| c.is_alphanumeric())),
            "{fixture}"
        );
    }
}

#[test]
fn everything_offered_has_documentation() {
    let project = TestProject::new("$0");
    let catalogue = project.around().catalogue;
    for fixture in ["$0", "{ $0 }", r#"{ "type": "$0" }"#, r#"{ "scopes": ["$0"] }"#] {
        for item in items(fixture, SNIPPETS) {
            let page = documentation(catalogue, &item.id).unwrap_or_else(|| panic!("nothing about {item:?}"));
            assert!(!page.to_markdown().is_empty() && !page.to_plain_text().is_empty());
        }
    }
}

/// Documents that are typed from their first to their last character, with the cursor everywhere.
const TYPED: [&str; 14] = [
    r#"{ "type": "linear", "scopes": ["read", "issues:create"] }"#,
    r#"{"type":"linear","scopes":["read"]}"#,
    "{\r\n  \"type\": \"linear\",\r\n  \"scopes\": [\r\n    \"read\",\r\n  ],\r\n}\r\n",
    "{ type: 'linear', scopes: ['read', 'write'] }",
    "{ // \"type\n \"type\": /* 😀 */ \"linear\" /* \" */ }",
    "\u{feff}[{ \"type\": \"linear\", \"scopes\": [read] }]",
    "\"type\": \"linear\",\n\"scopes\": [\"read\"",
    "type = linear; scopes = [issues:create, read]",
    r#"{ "type" "linear" "scopes" ["read" "write"] } }"#,
    r#"{ "typ": "lineer", "scope": "read write" } x"#,
    "{ \"type\": \"linear, \"scopes\": [\"read, \"write] }",
    "{ “type”: “linear”, 'scopes\": [`read`, \"wri\\u0074e\"] }",
    "{ \"type\": \"linear\", /* why\n \"scopes\": [ \"read\" ] }",
    r#"{ "a": { "type": "x" }, "type": linear, "scopes": [1, ["read"], {}, null] }"#,
];

#[test]
fn accepting_what_is_offered_anywhere_in_any_document_does_no_harm() {
    TYPED.par_iter().for_each(|document| {
        for end in boundaries(document) {
            let (prefix, _) = document.split_at(end);
            for offset in boundaries(prefix) {
                check_all_at(prefix, offset);
            }
        }
    });
}

fn boundaries(text: &str) -> impl Iterator<Item = usize> {
    (0..=text.len()).filter(|&it| text.is_char_boundary(it))
}

fn check_all_at(text: &str, offset: usize) {
    let (before, after) = text.split_at(offset);
    let project = TestProject::new(&format!("{before}$0{after}"));
    let (source, offset) = project.at_cursor();
    let items = completions(source, project.around(), offset, SNIPPETS);
    check_ranges(text, offset, &items);
    for item in items.first().into_iter().chain(items.last()) {
        for range in [item.replace, item.insert] {
            let (after, cursor) = accept(text, item, range);
            check_no_new_errors(text, &after);
            if range == item.replace {
                check_arrived(text, offset, &after, cursor, item);
            }
        }
    }
}

/// What was accepted is there, as what it was meant to be, and a scope once.
fn check_arrived(before: &str, offset: TextSize, after: &str, cursor: usize, item: &CompletionItem) {
    let tree = Tree::parse(after);
    let readable = Readable::at(after, &tree, TextSize::try_from(cursor).unwrap());
    let connector = Connector::read(&readable.text, &readable.tree);
    let values = || connector.properties.iter().filter_map(|it| it.value);
    let text_is = |it: Value<'_>, name: &str| it.as_string().is_some_and(|it| it.text(&readable.text) == name);
    let count = |connector: &Connector<'_>, text: &str, name: &str| {
        let arrays = connector.properties.iter().filter_map(|it| it.value?.as_array());
        let strings = arrays.flat_map(|it| it.elements()).filter_map(|it| it.as_string());
        strings.filter(|it| it.text(text) == name).count()
    };
    let arrived = match &item.id {
        ItemId::Key(key) => connector.properties.iter().any(|it| it.key == *key),
        ItemId::Service(type_) => values().any(|it| text_is(it, type_)),
        ItemId::Scope(_, name) => {
            let old = Tree::parse(before);
            let old = Readable::at(before, &old, offset);
            let already = count(&Connector::read(&old.text, &old.tree), &old.text, name);
            let now = count(&connector, &readable.text, name);
            0 < now && now <= already.max(1)
        }
    };
    assert!(arrived, "{:?} at {offset:?} of {before:?} gives {after:?}", item.id);
}
