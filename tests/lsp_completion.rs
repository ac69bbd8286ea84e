//! Completion as clients of all abilities get it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "support/client.rs"]
mod client;
#[path = "support/editor.rs"]
mod editor;
#[path = "support/text.rs"]
mod text;

use client::Client;
use editor::{Editor, everything};
use lsp_types::{InitializeParams, PositionEncodingKind};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use text::Places;

const FILE: &str = "base44/connectors/new.jsonc";

/// An open file with the cursor where `$0` is.
struct Open {
    editor: Editor,
    cursor: Value,
}

impl Open {
    fn new(text: &str, capabilities: Value) -> Open {
        let at = text.find("$0").unwrap();
        let text = text.replacen("$0", "", 1);
        let mut editor = Editor::open_with("//- base44/config.jsonc\n{}\n", capabilities, Value::Null);
        editor.did_open_as(FILE, &text);
        let cursor = json!(Places::new(&text, &PositionEncodingKind::UTF16).position(at));
        Open { editor, cursor }
    }

    /// The whole answer, asked for by the user or because a character was typed.
    fn complete(&mut self, typed: Option<char>) -> Value {
        let context = match typed {
            Some(typed) => json!({ "triggerKind": 2, "triggerCharacter": typed }),
            None => json!({ "triggerKind": 1 }),
        };
        let uri = self.editor.uri(FILE);
        let params = json!({ "textDocument": { "uri": uri }, "position": self.cursor, "context": context });
        let answer = self
            .editor
            .client
            .request_raw("textDocument/completion", params)
            .unwrap();
        assert_eq!(answer["isIncomplete"], false);
        answer
    }

    #[track_caller]
    fn item(&mut self, label: &str) -> Value {
        let answer = self.complete(None);
        let items = answer["items"].as_array().unwrap();
        let found = items.iter().find(|it| it["label"] == label);
        found.unwrap_or_else(|| panic!("no {label} in {items:#?}")).clone()
    }
}

/// An item of this file, as this client gets it; without what stands for it in `completionItem/resolve`.
#[track_caller]
fn item(text: &str, label: &str, capabilities: Value) -> Value {
    let mut open = Open::new(text, capabilities);
    let mut item = open.item(label);
    item.as_object_mut().unwrap().remove("data").unwrap();
    open.editor.finish();
    item
}

fn range(line: u32, start: u32, end: u32) -> Value {
    json!({ "start": { "line": line, "character": start }, "end": { "line": line, "character": end } })
}

const HALF_TYPED: &str = "{\n  /* 🎈 */ \"type\": \"sla$0ck\" }";

#[test]
fn a_client_that_can_do_everything() {
    let mut item = item(HALF_TYPED, "slack", everything());
    // Words of the catalogue, and how many services come before this one, are no matter here.
    let members = item.as_object_mut().unwrap();
    for (member, start) in [
        ("detail", "Slack User · "),
        ("filterText", "slack Slack User "),
        ("sortText", "00"),
    ] {
        let text = members.remove(member).unwrap();
        assert!(text.as_str().unwrap().starts_with(start), "{member}: {text}");
    }
    assert_eq!(
        item,
        json!({
            "label": "slack",
            "labelDetails": { "description": "Slack User" },
            "kind": 20,
            "textEdit": { "newText": "slack", "insert": range(1, 20, 23), "replace": range(1, 20, 25) },
        })
    );
}

#[test]
fn a_client_that_can_do_nothing() {
    let mut item = item(HALF_TYPED, "slack", json!({}));
    assert_eq!(
        item["textEdit"],
        json!({ "newText": "slack", "range": range(1, 20, 25) })
    );
    let members: Vec<_> = item.as_object_mut().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        members,
        ["detail", "filterText", "kind", "label", "sortText", "textEdit"]
    );
}

#[test]
fn one_range_where_both_are_the_same() {
    let item = item("{ \"type\": \"sla$0\" }", "slack", everything());
    assert_eq!(
        item["textEdit"],
        json!({ "newText": "slack", "range": range(0, 11, 14) })
    );
}

#[test]
fn snippets_are_for_clients_that_expand_them() {
    let snippet = item("{ $0 }", "type", everything());
    assert_eq!(
        (&snippet["textEdit"]["newText"], &snippet["insertTextFormat"]),
        (&json!("\"type\": \"$0\""), &json!(2))
    );
    let plain = item("{ $0 }", "type", json!({}));
    assert_eq!(
        (&plain["textEdit"]["newText"], plain.get("insertTextFormat")),
        (&json!("\"type\": \"\""), None)
    );
}

#[test]
fn what_else_has_to_change_comes_along() {
    let item = item("{\n  \"type\": \"slack\"\n  $0\n}", "scopes", everything());
    assert_eq!(
        item["additionalTextEdits"],
        json!([{ "range": range(1, 17, 17), "newText": "," }])
    );
}

#[test]
fn a_retired_scope_is_struck_out_where_the_client_can() {
    const RETIRED: &str = r#"{ "type": "slack", "scopes": ["$0"] }"#;
    let mut capabilities = everything();
    capabilities["textDocument"]["completion"]["completionItem"]["tagSupport"] = json!({ "valueSet": [1] });
    assert_eq!(item(RETIRED, "chat:write:user", capabilities)["tags"], json!([1]));
    assert_eq!(item(RETIRED, "chat:write:user", everything()).get("tags"), None);
}

#[test]
fn the_documentation_comes_when_it_is_asked_for_as_the_client_reads_it() {
    for (capabilities, kind, start) in [
        (everything(), "markdown", "**Slack User**"),
        (json!({}), "plaintext", "Slack User"),
    ] {
        let mut open = Open::new(HALF_TYPED, capabilities);
        let item = open.item("slack");
        assert_eq!(item.get("documentation"), None);
        let resolved = open
            .editor
            .client
            .request_raw("completionItem/resolve", item.clone())
            .unwrap();
        assert_eq!(resolved["documentation"]["kind"], kind);
        let text = resolved["documentation"]["value"].as_str().unwrap();
        assert!(text.starts_with(start), "{text}");
        let mut rest = resolved.clone();
        rest.as_object_mut().unwrap().remove("documentation");
        assert_eq!(rest, item, "nothing else changes");
        open.editor.finish();
    }
}

#[test]
fn a_quote_brings_up_a_list_where_it_opens_a_string_and_not_where_it_closes_one() {
    for (text, typed, comes) in [
        ("{ \"type\": \"$0\" }", Some('"'), true),
        ("{ \"type\": \"slack\"$0 }", Some('"'), false),
        ("{ \"type\": \"slack\"$0 }", None, true),
        ("{ \"type\":$0 }", Some(':'), true),
    ] {
        let mut open = Open::new(text, everything());
        let offered = open.complete(typed);
        assert_eq!(
            !offered["items"].as_array().unwrap().is_empty(),
            comes,
            "{text} {typed:?}"
        );
        open.editor.finish();
    }
}

/// Who types a bracket or a comma often presses Enter next, and is not to get a permission for it.
#[test]
fn no_list_comes_up_by_itself_where_a_line_is_likely_to_end() {
    let mut client = Client::spawn();
    let offered = client.initialize_with(InitializeParams::default()).capabilities;
    let triggers = offered.completion_provider.unwrap().trigger_characters.unwrap();
    assert_eq!(triggers, ["\"", "'", "`", ":", "/", "."]);
    client.finish();
}
