//! Symbols, folding, growing selections, formatting and chosen code actions, as an editor asks for them.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests may panic"
)]

#[path = "support/client.rs"]
mod client;
#[path = "support/editor.rs"]
mod editor;
#[path = "support/text.rs"]
mod text;

use std::time::Instant;

use client::Client;
use editor::{Editor, everything};
use lsp_types::request::{
    CodeActionResolveRequest, DocumentSymbolRequest, FoldingRangeRequest, Formatting, RangeFormatting, Request,
    SelectionRangeRequest,
};
use lsp_types::{
    CodeAction, CodeActionKind, DocumentChanges, OneOf, Position, PositionEncodingKind, Range, TextEdit, WorkspaceEdit,
};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use text::Places;

const SLACK: &str = "base44/connectors/slack.jsonc";

/// What an editor of today can do, besides the rest, with the structure of files.
fn structured() -> Value {
    let mut capabilities = everything();
    capabilities["textDocument"]["documentSymbol"] =
        json!({ "hierarchicalDocumentSymbolSupport": true, "tagSupport": { "valueSet": [1] } });
    capabilities["textDocument"]["foldingRange"] = json!({});
    capabilities["textDocument"]["selectionRange"] = json!({});
    capabilities["textDocument"]["formatting"] = json!({});
    capabilities["textDocument"]["rangeFormatting"] = json!({});
    capabilities["textDocument"]["codeAction"]["dataSupport"] = json!(true);
    capabilities["textDocument"]["codeAction"]["disabledSupport"] = json!(true);
    capabilities["textDocument"]["codeAction"]["resolveSupport"] = json!({ "properties": ["edit"] });
    capabilities["workspace"]["symbol"] = json!({ "tagSupport": { "valueSet": [1] } });
    capabilities
}

/// One open file, with the cursor where `$0` is.
struct Open {
    editor: Editor,
    text: String,
    cursor: Position,
}

impl Open {
    fn new(text: &str) -> Open {
        Open::with(text, structured())
    }

    fn with(text: &str, capabilities: Value) -> Open {
        let at = text.find("$0").unwrap_or(text.len());
        let text = text.replacen("$0", "", 1);
        let fixture = "//- base44/config.jsonc\n{}\n";
        let mut editor = Editor::open_with(fixture, capabilities, Value::Null);
        editor.did_open_as(SLACK, &text);
        let cursor = Places::new(&text, &PositionEncodingKind::UTF16).position(at);
        Open { editor, text, cursor }
    }

    /// Asks about the file.
    #[track_caller]
    fn ask<R: Request>(&mut self, mut params: Value) -> R::Result {
        params["textDocument"] = json!({ "uri": self.editor.uri(SLACK) });
        self.editor.client.request::<R>(serde_json::from_value(params).unwrap())
    }

    #[track_caller]
    fn format(&mut self, options: Value) -> String {
        let edits = self.ask::<Formatting>(json!({ "options": options })).unwrap();
        self.after(&edits)
    }

    fn actions(&mut self, only: Option<&str>) -> Vec<CodeAction> {
        self.editor
            .code_actions(SLACK, Range::new(self.cursor, self.cursor), only)
    }

    /// The text after an action, which is resolved if it has no edit yet.
    #[track_caller]
    fn done(&mut self, action: CodeAction) -> String {
        let action = match action.edit {
            Some(_) => action,
            None => self.editor.client.request::<CodeActionResolveRequest>(action),
        };
        let edits = edits(action.edit.unwrap_or_else(|| panic!("{}: no edit", action.title)));
        self.after(&edits)
    }

    fn after(&self, edits: &[TextEdit]) -> String {
        let places = Places::new(&self.text, &PositionEncodingKind::UTF16);
        let mut edits: Vec<_> = edits.iter().map(|it| (places.range(it.range), &it.new_text)).collect();
        edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
        let mut text = self.text.clone();
        for (range, new) in edits {
            text.replace_range(range, new);
        }
        text
    }
}

fn edits(edit: WorkspaceEdit) -> Vec<TextEdit> {
    let Some(DocumentChanges::Edits(files)) = edit.document_changes else {
        panic!("{edit:?}")
    };
    let edits = files.into_iter().flat_map(|it| it.edits);
    edits
        .map(|it| match it {
            OneOf::Left(edit) => edit,
            OneOf::Right(edit) => edit.text_edit,
        })
        .collect()
}

#[track_caller]
fn named(actions: Vec<CodeAction>, title: &str) -> CodeAction {
    let titles: Vec<_> = actions.iter().map(|it| it.title.clone()).collect();
    let found = actions.into_iter().find(|it| it.title.starts_with(title));
    found.unwrap_or_else(|| panic!("no {title:?} among {titles:#?}"))
}

const CONNECTOR: &str = "// 🎉 who\n// why\n{\n  \"type\": \"slackbot\", /* 🎉 */ \"scopes\": [\n    \"chat:write\",\n    \"users:read\"$0,\n  ]\n}\n";

#[test]
fn symbols_as_a_tree() {
    let mut open = Open::new(CONNECTOR);
    let found = serde_json::to_value(open.ask::<DocumentSymbolRequest>(json!({}))).unwrap();
    assert_eq!(found[0]["name"], "type");
    assert_eq!(found[0]["detail"], "Slack Bot");
    assert_eq!(found[1]["name"], "scopes");
    assert_eq!(
        found[1]["selectionRange"]["start"],
        json!({ "line": 3, "character": 31 })
    );
    assert_eq!(found[1]["children"][0]["name"], "chat:write");
    assert_eq!(
        found[1]["children"][1]["range"]["start"],
        json!({ "line": 5, "character": 4 })
    );
    open.editor.finish();
}

#[test]
fn symbols_as_a_list() {
    let mut capabilities = structured();
    capabilities["textDocument"]["documentSymbol"] = json!({});
    let mut open = Open::with(CONNECTOR, capabilities);
    let found = serde_json::to_value(open.ask::<DocumentSymbolRequest>(json!({}))).unwrap();
    let names: Vec<_> = found.as_array().unwrap().iter().map(|it| it["name"].clone()).collect();
    assert_eq!(names, ["type", "scopes", "chat:write", "users:read"]);
    assert_eq!(found[0].get("containerName"), None);
    assert_eq!(found[3]["containerName"], "scopes");
    open.editor.finish();
}

#[test]
fn a_retired_scope_is_marked_as_the_client_takes_it() {
    let retired = r#"{ "type": "linkedin", "scopes": ["r_liteprofile"] }"#;
    let mut open = Open::new(retired);
    let found = serde_json::to_value(open.ask::<DocumentSymbolRequest>(json!({}))).unwrap();
    assert_eq!(found[1]["children"][0]["tags"], json!([1]));
    open.editor.finish();

    let mut capabilities = structured();
    capabilities["textDocument"]["documentSymbol"] = json!({});
    let mut open = Open::with(retired, capabilities);
    let found = serde_json::to_value(open.ask::<DocumentSymbolRequest>(json!({}))).unwrap();
    assert_eq!(found[2]["deprecated"], true);
    open.editor.finish();
}

#[test]
fn the_workspaces_symbols_come_from_all_projects_and_from_open_buffers() {
    let fixture = r#"
//- shop/base44/config.jsonc
{}
//- shop/base44/connectors/gmail.jsonc
{ "type": "gmail", "scopes": ["https://www.googleapis.com/auth/gmail.readonly"] }
//- blog/base44/config.jsonc
{}
//- blog/base44/connectors/slackbot.jsonc
{
  "type": "slackbot",
  "scopes": ["chat:write"]
}
"#;
    let mut editor = Editor::open_with(fixture.trim_start(), structured(), Value::Null);
    let search = |editor: &mut Editor, query: &str| -> Vec<[String; 3]> {
        let found = editor
            .client
            .request_raw("workspace/symbol", json!({ "query": query }))
            .unwrap();
        let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
        let shown = found.as_array().unwrap().iter().map(|it| {
            let uri = text(&it["location"]["uri"]);
            [
                text(&it["name"]),
                text(&it["containerName"]),
                uri.rsplit('/').next().unwrap().to_owned(),
            ]
        });
        shown.collect()
    };
    editor.did_open("shop/base44/connectors/gmail.jsonc");
    editor.await_findings("shop/base44/connectors/gmail.jsonc", &[]);
    let mut found = search(&mut editor, "");
    let deadline = Instant::now() + client::PATIENCE;
    // The disk is still being looked at.
    while found.len() < 2 && Instant::now() < deadline {
        found = search(&mut editor, "");
    }
    assert_eq!(
        found,
        [
            ["Slack Bot (slackbot)", "blog", "slackbot.jsonc"],
            ["Gmail", "shop", "gmail.jsonc"]
        ]
    );
    let [[name, container, file]] = search(&mut editor, "read mail").try_into().unwrap();
    assert!(name.starts_with("gmail.readonly · "), "{name}");
    assert_eq!([container, file], ["Gmail", "gmail.jsonc"]);
    editor.did_open_as(
        "blog/base44/connectors/slackbot.jsonc",
        r#"{ "type": "slackbot", "scopes": ["team:read"] }"#,
    );
    assert_eq!(search(&mut editor, "write").len(), 0);
    assert_eq!(search(&mut editor, "team").len(), 1);
    editor.finish();
}

#[test]
fn the_best_symbols_come_first_and_no_more_than_somebody_reads() {
    let many: Vec<String> = (0..600).map(|nth| format!("\"many:{nth}\"")).collect();
    let text = format!(
        "{{ \"type\": \"slackbot\", \"scopes\": [\"xyzzy\", \"a:zy\", {}] }}",
        many.join(", ")
    );
    let mut open = Open::new(&text);
    let search = |open: &mut Open, query: &str| -> Vec<String> {
        let client = &mut open.editor.client;
        let found = client
            .request_raw("workspace/symbol", json!({ "query": query }))
            .unwrap();
        let names = found
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["name"].as_str().unwrap().to_owned());
        names.collect()
    };
    assert_eq!(search(&mut open, "zy"), ["a:zy", "xyzzy"]);
    assert_eq!(search(&mut open, "many").len(), 500);
    open.editor.finish();
}

fn folds(open: &mut Open) -> Value {
    serde_json::to_value(open.ask::<FoldingRangeRequest>(json!({}))).unwrap()
}

#[test]
fn folding_by_places() {
    let mut open = Open::new(CONNECTOR);
    assert_eq!(
        folds(&mut open),
        json!([
            { "startLine": 0, "startCharacter": 9, "endLine": 1, "endCharacter": 6, "kind": "comment" },
            { "startLine": 2, "startCharacter": 1, "endLine": 7, "endCharacter": 0 },
            { "startLine": 3, "startCharacter": 42, "endLine": 6, "endCharacter": 2 },
        ])
    );
    open.editor.finish();
}

#[test]
fn folding_by_lines_keeps_the_closing_bracket_in_sight() {
    let mut capabilities = structured();
    capabilities["textDocument"]["foldingRange"] = json!({ "lineFoldingOnly": true });
    let mut open = Open::with(CONNECTOR, capabilities);
    assert_eq!(
        folds(&mut open),
        json!([
            { "startLine": 0, "endLine": 1, "kind": "comment" },
            { "startLine": 2, "endLine": 6 },
            { "startLine": 3, "endLine": 5 },
        ])
    );
    open.editor.finish();
}

#[test]
fn the_clients_limit_of_folds_counts() {
    let mut capabilities = structured();
    capabilities["textDocument"]["foldingRange"] = json!({ "rangeLimit": 2 });
    let mut open = Open::with(CONNECTOR, capabilities);
    assert_eq!(folds(&mut open).as_array().unwrap().len(), 2);
    open.editor.finish();
}

#[test]
fn selections_grow_at_several_places() {
    let mut open = Open::new(CONNECTOR);
    let positions = [Position::new(4, 7), Position::new(0, 4), Position::new(99, 0)];
    let found = open
        .ask::<SelectionRangeRequest>(json!({ "positions": positions }))
        .unwrap();
    let places = Places::new(&open.text, &PositionEncodingKind::UTF16);
    let chain = |nth: usize| {
        let steps = std::iter::successors(Some(&found[nth]), |it| it.parent.as_deref());
        steps
            .map(|it| open.text.get(places.range(it.range)).unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(found.len(), 3);
    assert_eq!(
        chain(0)[..4],
        ["chat", "chat:write", "\"chat:write\"", "\"chat:write\","]
    );
    assert_eq!(chain(1), [" 🎉 who", "// 🎉 who", open.text.as_str()]);
    assert_eq!(chain(2), [open.text.as_str()]);
    open.editor.finish();
}

#[test]
fn formatting_takes_the_editors_options() {
    let mut open = Open::new("{ \"type\": \"slack\", // 🎉 x\r\n\"scopes\":[\"a\"] }");
    assert_eq!(
        open.format(json!({ "tabSize": 4, "insertSpaces": true })),
        "{\r\n    \"type\": \"slack\", // 🎉 x\r\n    \"scopes\": [\r\n        \"a\"\r\n    ]\r\n}"
    );
    assert_eq!(
        open.format(json!({ "tabSize": 4, "insertSpaces": false, "insertFinalNewline": true })),
        "{\r\n\t\"type\": \"slack\", // 🎉 x\r\n\t\"scopes\": [\r\n\t\t\"a\"\r\n\t]\r\n}\r\n"
    );
    open.editor.finish();
}

#[test]
fn what_is_formatted_takes_no_edit() {
    let mut open = Open::new("{\n  \"type\": \"slack\",\n  \"scopes\": []\n}");
    let options = json!({ "tabSize": 2, "insertSpaces": true, "trimFinalNewlines": true });
    assert_eq!(open.ask::<Formatting>(json!({ "options": options })), Some(Vec::new()));
    open.editor.finish();
}

#[test]
fn of_a_selection_only_its_lines_are_formatted() {
    let mut open = Open::new("{\n\"type\":\"slack\",\n\"scopes\":[\"a\"]\n}");
    let params = json!({
        "range": { "start": { "line": 1, "character": 0 }, "end": { "line": 2, "character": 0 } },
        "options": { "tabSize": 2, "insertSpaces": true },
    });
    let edits = open.ask::<RangeFormatting>(params).unwrap();
    assert_eq!(open.after(&edits), "{\n  \"type\": \"slack\",\n\"scopes\":[\"a\"]\n}");
    open.editor.finish();
}

#[test]
fn the_projects_config_file_is_not_ours_to_format() {
    let mut editor = Editor::open_with("//- base44/config.jsonc\n{\"name\":1}\n", structured(), Value::Null);
    editor.did_open("base44/config.jsonc");
    let params = json!({
        "textDocument": { "uri": editor.uri("base44/config.jsonc") },
        "options": { "tabSize": 2, "insertSpaces": true },
    });
    let edits = editor
        .client
        .request::<Formatting>(serde_json::from_value(params).unwrap());
    assert_eq!(edits, None);
    editor.finish();
}

#[test]
fn a_refactoring_is_worked_out_when_it_is_chosen() {
    let mut open = Open::new("{ \"type\": \"slackbot\", \"scopes\": [\"users:read\", \"chat:write\"$0] }");
    let action = named(open.actions(None), "Sort 2 scopes by name");
    assert_eq!(action.kind, Some(CodeActionKind::REFACTOR_REWRITE));
    assert_eq!(action.edit, None);
    assert_eq!(
        open.done(action),
        "{ \"type\": \"slackbot\", \"scopes\": [\"chat:write\", \"users:read\"] }"
    );
    open.editor.finish();
}

#[test]
fn what_is_chosen_is_done_to_the_text_as_it_is_now() {
    let mut open = Open::new("{ \"type\": \"slackbot\", \"scopes\": [\"users:read\", \"chat:write\"$0] }");
    let action = named(open.actions(None), "Sort");
    open.text = "{ \"scopes\": [\"team:read\", \"reactions:read\"], \"type\": \"slackbot\" }".to_owned();
    open.editor.did_change(SLACK, 2, &open.text);
    assert_eq!(
        open.done(action.clone()),
        "{ \"scopes\": [\"reactions:read\", \"team:read\"], \"type\": \"slackbot\" }"
    );
    open.editor
        .did_change(SLACK, 3, "{ \"scopes\": [], \"type\": \"slackbot\" }");
    let resolved = open.editor.client.request::<CodeActionResolveRequest>(action);
    assert_eq!(resolved.edit, None);
    open.editor.finish();
}

#[test]
fn a_client_that_cannot_resolve_gets_the_edit_at_once() {
    let mut open = Open::with("{ \"type\": \"slackbot\", \"scopes\": [\"b\", \"a\"$0] }", everything());
    let action = named(open.actions(None), "Sort 2 scopes by name");
    assert!(action.edit.is_some() && action.data.is_none());
    assert_eq!(
        open.done(action),
        "{ \"type\": \"slackbot\", \"scopes\": [\"a\", \"b\"] }"
    );
    open.editor.finish();
}

#[test]
fn sorting_is_a_source_action_wherever_the_cursor_is() {
    let mut open = Open::new("$0{ \"type\": \"slackbot\", \"scopes\": [\"b\", \"a\"] }");
    let titles = |actions: Vec<CodeAction>| actions.into_iter().map(|it| it.title).collect::<Vec<_>>();
    assert_eq!(titles(open.actions(Some("refactor"))), [""; 0]);
    let [action] = open.actions(Some("source.sort")).try_into().unwrap();
    assert_eq!(action.kind, Some(CodeActionKind::new("source.sort.base44-connectors")));
    assert_eq!(
        open.done(action),
        "{ \"type\": \"slackbot\", \"scopes\": [\"a\", \"b\"] }"
    );
    open.editor.finish();
}

#[test]
fn a_file_is_written_as_base44_does_or_it_is_said_why_not() {
    let mut open = Open::new("{ scopes: [], // none yet\n type: 'slackbot' }\n");
    let action = named(
        open.actions(Some("source.format.base44")),
        "Write the file as Base44 does",
    );
    assert_eq!(
        open.done(action),
        "{\n  \"type\": \"slackbot\",\n  \"scopes\": [] // none yet\n}"
    );

    open.editor
        .did_change(SLACK, 2, "{ \"type\": \"slackbot\", \"scopes\": [], \"team\": 1 }");
    let [action] = open.actions(Some("source.format.base44")).try_into().unwrap();
    assert_eq!(
        action.disabled.unwrap().reason,
        "Base44 does not keep the property `team`."
    );
    assert!(
        open.actions(None)
            .iter()
            .all(|it| it.disabled.is_none() || it.kind.is_none())
    );

    open.editor
        .did_change(SLACK, 3, "{\n  \"type\": \"slackbot\",\n  \"scopes\": []\n}");
    assert_eq!(open.actions(Some("source.format.base44")), []);
    open.editor.finish();
}

#[test]
fn all_safe_fixes_are_offered_where_there_is_one_and_worked_out_when_chosen() {
    let text = "{ $0'type': \"slackbot\", \"scopes\": [\"chat:write\", \"chat:write\"] }";
    let mut open = Open::new(text);
    let title = "Apply all safe fixes of this file";
    let action = named(open.actions(None), title);
    assert_eq!(action.edit, None);
    let fixed = "{ \"type\": \"slackbot\", \"scopes\": [\"chat:write\"] }";
    assert_eq!(open.done(action), fixed);
    // Asked for, as on save: with its edit, wherever the cursor is.
    let asked = named(open.actions(Some("source.fixAll")), title);
    assert!(asked.edit.is_some());
    assert_eq!(open.done(asked), fixed);

    open.editor.did_change(SLACK, 2, fixed);
    assert!(open.actions(None).iter().all(|it| it.title != title));
    assert_eq!(open.actions(Some("source.fixAll")), []);
    open.editor.finish();
}

#[test]
fn resolving_an_action_of_nobodys_changes_nothing() {
    let mut client = Client::spawn();
    client.initialize(serde_json::from_value(structured()).unwrap());
    let action = CodeAction {
        title: "x".to_owned(),
        data: Some(json!({ "uri": "file:///nowhere/slack.jsonc", "what": "fixAll" })),
        ..CodeAction::default()
    };
    assert_eq!(client.request::<CodeActionResolveRequest>(action.clone()), action);
    client.finish();
}
