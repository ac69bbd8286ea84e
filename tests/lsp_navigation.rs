//! Between a connector and the backend code that asks for it, over the real server: find, rename, count, and stay right.

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

use std::fs;

use client::Client;
use editor::{Editor, everything, summary};
use lsp_types::notification::{DidCreateFiles, DidDeleteFiles, DidRenameFiles};
use lsp_types::request::{
    CodeLensRefresh, CodeLensRequest, DocumentHighlightRequest, GotoDefinition, HoverRequest, InlayHintRefreshRequest,
    InlayHintRequest, PrepareRenameRequest, References, RegisterCapability, Rename, UnregisterCapability,
    WillRenameFiles,
};
use lsp_types::{
    CodeLens, CreateFilesParams, DeleteFilesParams, FileChangeType, FileCreate, FileDelete, FileRename, HoverContents,
    InitializeParams, Position, Range, RenameFilesParams, ServerCapabilities,
};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

const SLACK: &str = "base44/connectors/slack.jsonc";
const GMAIL: &str = "base44/connectors/gmail.jsonc";
const ENTRY: &str = "base44/functions/notify/entry.ts";
const SHARED: &str = "base44/shared/mail.ts";

/// An emoji before each place, so that bytes, UTF-16 and characters differ; `\r\n` in one file.
const PROJECT: &str = "\
//- base44/config.jsonc
{}
//- base44/connectors/slack.jsonc
{ /* 🎈 */ \"type\": \"slack\", \"scopes\": [\"chat:write\"] }
//- base44/functions/notify/entry.ts
const base44 = createClientFromRequest(req);\r
/* 🎈 */ await base44.asServiceRole.connectors.getConnection(\"slack\");\r
/* 🎈 */ await base44.asServiceRole.connectors.getConnection('gmail');\r
//- base44/shared/mail.ts
const SLACK = \"slack\"; // 🎈
export const get = (base44) => base44.asServiceRole.connectors.getAccessToken(SLACK);
";

const SLACK_TYPE: (u32, u32, u32) = (0, 20, 25);
const IN_ENTRY: (u32, u32, u32) = (1, 62, 67);
const IN_SHARED: (u32, u32, u32) = (0, 15, 20);
const MISSING: [&str; 1] = ["2:61 missing-connector"];

fn capabilities() -> Value {
    let mut res = everything();
    for feature in ["definition", "references", "documentHighlight", "codeLens"] {
        res["textDocument"][feature] = json!({});
    }
    res["textDocument"]["rename"] = json!({ "prepareSupport": true });
    res["workspace"]["fileOperations"] =
        json!({ "willRename": true, "didRename": true, "didCreate": true, "didDelete": true });
    res["experimental"] = json!({ "base44Connectors": { "commands": ["base44-connectors.showReferences"] } });
    res
}

/// The project, looked at.
fn open() -> Editor {
    open_with(capabilities(), Value::Null)
}

fn open_with(capabilities: Value, options: Value) -> Editor {
    let mut editor = Editor::open_with(PROJECT, capabilities, options);
    editor.await_findings(ENTRY, &MISSING);
    editor
}

fn request<R>(editor: &mut Editor, relative: &str, (line, column, _): (u32, u32, u32), more: Value) -> R::Result
where
    R: lsp_types::request::Request,
{
    let mut params = serde_json::to_value(editor.at(relative, Position::new(line, column))).unwrap();
    params
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    editor.client.request::<R>(serde_json::from_value(params).unwrap())
}

/// A place as `file:line:start-end`.
fn place(editor: &Editor, uri: &lsp_types::Url, range: Range) -> String {
    let path = uri.to_file_path().unwrap();
    let relative = path.strip_prefix(editor.path("")).unwrap().display().to_string();
    let Range { start, end } = range;
    assert_eq!(start.line, end.line);
    format!("{relative}:{}:{}-{}", start.line, start.character, end.character)
}

fn shown(relative: &str, (line, start, end): (u32, u32, u32)) -> String {
    format!("{relative}:{line}:{start}-{end}")
}

fn definition(editor: &mut Editor, relative: &str, at: (u32, u32, u32)) -> Vec<String> {
    let answer = request::<GotoDefinition>(editor, relative, at, json!({}));
    let answer = serde_json::to_value(answer).unwrap();
    let locations: Vec<lsp_types::Location> = serde_json::from_value(answer).unwrap_or_default();
    locations.iter().map(|it| place(editor, &it.uri, it.range)).collect()
}

fn references(editor: &mut Editor, relative: &str, at: (u32, u32, u32), declaration: bool) -> Vec<String> {
    let context = json!({ "context": { "includeDeclaration": declaration } });
    let locations = request::<References>(editor, relative, at, context).unwrap_or_default();
    locations.iter().map(|it| place(editor, &it.uri, it.range)).collect()
}

#[test]
fn a_call_leads_to_its_connector_and_back() {
    let mut editor = open();
    let everywhere = [
        shown(SLACK, SLACK_TYPE),
        shown(ENTRY, IN_ENTRY),
        shown(SHARED, IN_SHARED),
    ];
    for (file, at) in [(SLACK, SLACK_TYPE), (ENTRY, IN_ENTRY), (SHARED, IN_SHARED)] {
        assert_eq!(definition(&mut editor, file, at), everywhere[..1], "{file}");
        assert_eq!(references(&mut editor, file, at, true), everywhere, "{file}");
        assert_eq!(references(&mut editor, file, at, false), everywhere[1..], "{file}");
    }
    // A type that has no file, and no type at all.
    assert_eq!(definition(&mut editor, ENTRY, (2, 63, 0)), [""; 0]);
    assert_eq!(definition(&mut editor, ENTRY, (0, 8, 0)), [""; 0]);
    assert_eq!(references(&mut editor, SLACK, (0, 30, 0), true), [""; 0]);
    editor.finish();
}

#[test]
fn what_is_the_same_is_highlighted() {
    let mut editor = open();
    let mut highlighted = |relative, at| -> Vec<u32> {
        let found = request::<DocumentHighlightRequest>(&mut editor, relative, at, json!({}));
        found
            .unwrap_or_default()
            .iter()
            .map(|it| it.range.start.character)
            .collect()
    };
    assert_eq!(highlighted(ENTRY, IN_ENTRY), [62]);
    assert_eq!(highlighted(SLACK, SLACK_TYPE), [20]);
    assert_eq!(highlighted(SLACK, (0, 42, 0)), [40]);
    assert_eq!(highlighted(ENTRY, (0, 0, 0)), [0; 0]);
    editor.finish();
}

#[test]
fn completion_and_hover_know_the_string_of_a_call() {
    let mut editor = open();
    editor.did_open(ENTRY);
    let mut offered = editor.complete(ENTRY, Position::new(1, 64));
    offered.sort_by(|a, b| a.sort_text.cmp(&b.sort_text));
    assert_eq!(offered[0].label, "slack");
    assert!(offered.iter().any(|it| it.label == "gmail"));
    assert_eq!(editor.complete(ENTRY, Position::new(0, 10)).len(), 0);
    let hover = request::<HoverRequest>(&mut editor, ENTRY, IN_ENTRY, json!({})).unwrap();
    let HoverContents::Markup(page) = hover.contents else {
        panic!("no markup")
    };
    assert!(page.value.contains("Connected by `slack.jsonc`"), "{}", page.value);
    editor.finish();
}

/// Carries out what the server wants done, on the disk.
fn carry_out(editor: &Editor, edit: &Value) {
    let path = |uri: &Value| {
        lsp_types::Url::parse(uri.as_str().unwrap())
            .unwrap()
            .to_file_path()
            .unwrap()
    };
    for change in edit["documentChanges"].as_array().unwrap() {
        if change["kind"] == "rename" {
            fs::rename(path(&change["oldUri"]), path(&change["newUri"])).unwrap();
            continue;
        }
        let file = path(&change["textDocument"]["uri"]);
        let text = fs::read_to_string(&file).unwrap();
        let mut lines: Vec<Vec<u16>> = text.split('\n').map(|it| it.encode_utf16().collect()).collect();
        for edit in change["edits"].as_array().unwrap() {
            let at = |end: &str, what: &str| usize::try_from(edit["range"][end][what].as_u64().unwrap()).unwrap();
            let new = edit["newText"].as_str().unwrap().encode_utf16();
            lines[at("start", "line")].splice(at("start", "character")..at("end", "character"), new);
        }
        let lines: Vec<_> = lines.iter().map(|it| String::from_utf16(it).unwrap()).collect();
        fs::write(&file, lines.join("\n")).unwrap();
    }
    assert!(editor.path("").is_dir());
}

#[test]
fn a_type_is_renamed_with_its_file_and_its_calls_from_either_side() {
    for (file, at) in [(SLACK, SLACK_TYPE), (ENTRY, IN_ENTRY)] {
        let mut editor = open();
        let prepared = serde_json::to_value(request::<PrepareRenameRequest>(&mut editor, file, at, json!({}))).unwrap();
        assert_eq!(prepared["placeholder"], "slack");
        assert_eq!(prepared["range"]["start"]["character"], at.1);
        let edit = request::<Rename>(&mut editor, file, at, json!({ "newName": "slackbot" }));
        carry_out(&editor, &serde_json::to_value(edit).unwrap());
        assert!(!editor.path(SLACK).exists());
        let new = editor.on_disk("base44/connectors/slackbot.jsonc");
        assert_eq!(
            new,
            "{ /* 🎈 */ \"type\": \"slackbot\", \"scopes\": [\"chat:write\"] }\n"
        );
        assert!(editor.on_disk(ENTRY).contains("getConnection(\"slackbot\");\r\n"));
        assert!(
            editor
                .on_disk(SHARED)
                .starts_with("const SLACK = \"slackbot\"; // 🎈\n")
        );
        editor.finish();
    }
}

#[test]
fn a_name_that_cannot_be_is_refused_with_a_sentence() {
    let mut editor = open();
    fs::write(editor.path(GMAIL), "{ \"type\": \"gmail\", \"scopes\": [] }").unwrap();
    editor.did_change_on_disk(GMAIL, FileChangeType::CREATED);
    editor.await_findings(ENTRY, &[]);
    let mut refused = |relative: &str, column: u32, new: &str| {
        let mut params = serde_json::to_value(editor.at(relative, Position::new(0, column))).unwrap();
        params["newName"] = json!(new);
        editor.client.request_raw("textDocument/rename", params).unwrap_err()
    };
    let error = refused(SLACK, 22, "gmail");
    assert_eq!(
        (error.code, &*error.message),
        (-32803, "`gmail` is the type of `gmail.jsonc` already.")
    );
    assert!(refused(SLACK, 22, "a b").message.starts_with("`a b` cannot be a type"));
    assert_eq!(
        refused(SLACK, 32, "x").message,
        "Only the type of a connector can be renamed."
    );
    let nothing = request::<PrepareRenameRequest>(&mut editor, SLACK, (0, 32, 0), json!({}));
    assert_eq!(nothing, None);
    editor.finish();
}

#[test]
fn a_client_that_cannot_rename_files_gets_the_edits() {
    let mut capabilities = capabilities();
    capabilities["workspace"]["workspaceEdit"] = json!({});
    let mut editor = open_with(capabilities, Value::Null);
    let edit = request::<Rename>(&mut editor, SLACK, SLACK_TYPE, json!({ "newName": "slackbot" })).unwrap();
    assert_eq!(edit.changes.unwrap().len(), 3);
    assert_eq!(edit.document_changes, None);
    editor.finish();
}

fn rename_of(editor: &Editor, from: &str, to: &str) -> RenameFilesParams {
    RenameFilesParams {
        files: vec![FileRename {
            old_uri: editor.uri(from).to_string(),
            new_uri: editor.uri(to).to_string(),
        }],
    }
}

#[test]
fn a_file_that_is_renamed_takes_its_type_along() {
    let mut editor = open();
    let renamed = rename_of(&editor, SLACK, "base44/connectors/discord.jsonc");
    let edit = editor.client.request::<WillRenameFiles>(renamed.clone());
    carry_out(&editor, &serde_json::to_value(edit).unwrap());
    fs::rename(editor.path(SLACK), editor.path("base44/connectors/discord.jsonc")).unwrap();
    editor.client.notify::<DidRenameFiles>(renamed);
    // The calls ask for it, too, so nothing is missing but what was missing before.
    editor.await_findings("base44/connectors/discord.jsonc", &["0:41 wrong-service-scope"]);
    assert!(editor.on_disk(ENTRY).contains("getConnection(\"discord\")"));

    for (from, to) in [
        // Out of the folder, not a service, another extension, and a folder.
        ("base44/connectors/discord.jsonc", "base44/discord.jsonc"),
        ("base44/connectors/discord.jsonc", "base44/connectors/discord-old.jsonc"),
        ("base44/connectors/discord.jsonc", "base44/connectors/discord.json"),
        ("base44/functions/notify", "base44/functions/tell"),
    ] {
        let params = rename_of(&editor, from, to);
        assert_eq!(editor.client.request::<WillRenameFiles>(params), None, "{to}");
    }
    editor.finish();
}

#[test]
fn code_that_two_renamed_files_share_is_edited_in_one_piece() {
    let mut editor = open();
    editor.did_open_as(GMAIL, "{ \"type\": \"gmail\", \"scopes\": [] }");
    editor.await_findings(ENTRY, &[]);
    let mut renamed = rename_of(&editor, SLACK, "base44/connectors/discord.jsonc");
    renamed
        .files
        .extend(rename_of(&editor, GMAIL, "base44/connectors/linear.jsonc").files);
    let edit = editor.client.request::<WillRenameFiles>(renamed);
    let edit = serde_json::to_value(edit).unwrap();
    let changes = edit["documentChanges"].as_array().unwrap().iter();
    let counts: Vec<_> = changes
        .map(|it| (it["textDocument"]["uri"].clone(), it["edits"].as_array().unwrap().len()))
        .filter(|(uri, _)| *uri == json!(editor.uri(ENTRY)))
        .collect();
    assert_eq!(counts, [(json!(editor.uri(ENTRY)), 2)], "{edit:#}");
    editor.finish();
}

#[test]
fn files_and_folders_that_come_and_go_in_the_editor_are_seen_at_once() {
    let mut editor = open();
    fs::write(editor.path(GMAIL), "{ \"type\": \"gmail\", \"scopes\": [] }").unwrap();
    let created = |editor: &Editor, relative: &str| CreateFilesParams {
        files: vec![FileCreate {
            uri: editor.uri(relative).to_string(),
        }],
    };
    let params = created(&editor, GMAIL);
    editor.client.notify::<DidCreateFiles>(params);
    editor.await_findings(ENTRY, &[]);

    // A folder of backend code is moved, and everything in it with it.
    fs::rename(
        editor.path("base44/functions/notify"),
        editor.path("base44/functions/tell"),
    )
    .unwrap();
    fs::remove_file(editor.path(GMAIL)).unwrap();
    let params = rename_of(&editor, "base44/functions/notify", "base44/functions/tell");
    editor.client.notify::<DidRenameFiles>(params);
    let params = DeleteFilesParams {
        files: vec![FileDelete {
            uri: editor.uri(GMAIL).to_string(),
        }],
    };
    editor.client.notify::<DidDeleteFiles>(params);
    editor.await_findings("base44/functions/tell/entry.ts", &MISSING);
    assert_eq!(
        references(&mut editor, SLACK, SLACK_TYPE, false),
        [
            shown("base44/functions/tell/entry.ts", IN_ENTRY),
            shown(SHARED, IN_SHARED)
        ]
    );
    editor.finish();
}

#[test]
fn a_buffer_counts_before_the_disk_on_both_sides() {
    let mut editor = open();
    editor.did_open(ENTRY);
    assert_eq!(summary(&editor.await_version(ENTRY, 1)), MISSING);
    // The shared file still asks for it.
    editor.did_change(ENTRY, 2, "🎈\r\nconnectors.getConnection(\"linear\")");
    assert_eq!(summary(&editor.await_version(ENTRY, 2)), ["1:25 missing-connector"]);
    editor.did_open(SHARED);
    editor.did_change(SHARED, 2, "");
    editor.await_findings(SLACK, &["0:19 unused-connector"]);
    // Whoever types a new type, unsaved, mends the call.
    editor.did_open(SLACK);
    editor.did_change(SLACK, 2, "{ \"type\": \"linear\", \"scopes\": [\"read\"] }");
    editor.await_findings(ENTRY, &[]);
    // A type that cannot be told: nothing is said to be unused.
    editor.did_change(SLACK, 3, "{ \"type\": \"gmail\", \"scopes\": [\"email\"] }");
    editor.await_findings(SLACK, &["0:10 file-name", "0:10 unused-connector"]);
    editor.did_change(SHARED, 3, "connectors.getConnection(type)");
    editor.await_findings(SLACK, &["0:10 file-name"]);
    editor.did_close(SHARED);
    editor.did_close(ENTRY);
    editor.await_findings(ENTRY, &["1:61 missing-connector"]);
    editor.finish();
}

#[test]
fn without_file_watchers_a_save_is_the_time_to_look_at_backend_code() {
    let mut editor = open();
    fs::write(editor.path(ENTRY), "connectors.getConnection('slack')").unwrap();
    let text = editor.did_open(SLACK);
    editor.did_save(SLACK, &text);
    editor.await_findings(ENTRY, &[]);
    fs::remove_dir_all(editor.path("base44/functions")).unwrap();
    fs::write(editor.path(SHARED), "export const nothing = 1;").unwrap();
    editor.did_save(SLACK, &text);
    editor.await_findings(SLACK, &["0:19 unused-connector"]);
    editor.finish();
}

fn lenses(editor: &mut Editor, relative: &str) -> Option<Vec<CodeLens>> {
    let params = json!({ "textDocument": { "uri": editor.uri(relative) } });
    editor
        .client
        .request::<CodeLensRequest>(serde_json::from_value(params).unwrap())
}

fn titles(editor: &mut Editor, relative: &str) -> Vec<String> {
    let lenses = lenses(editor, relative).unwrap_or_default();
    lenses.into_iter().map(|it| it.command.unwrap().title).collect()
}

#[test]
fn above_the_type_stand_its_commands_and_its_uses() {
    let mut editor = open();
    let found = lenses(&mut editor, SLACK).unwrap();
    let commands: Vec<_> = found
        .into_iter()
        .map(|it| (it.range.start, it.command.unwrap()))
        .collect();
    let shown: Vec<_> = commands.iter().map(|it| (&*it.1.title, &*it.1.command)).collect();
    assert_eq!(
        shown,
        [
            ("Authorize Slack User …", "base44-connectors.authorize"),
            (
                "Push all connectors of this project to Base44 …",
                "base44-connectors.push"
            ),
            ("2 backend uses", "base44-connectors.showReferences"),
        ]
    );
    assert!(commands.iter().all(|it| it.0 == Position::new(0, 11)));
    let type_ = json!({ "line": 0, "character": 19 });
    assert_eq!(
        commands[2].1.arguments,
        Some(vec![json!(editor.uri(SLACK)), type_.clone()])
    );
    // Where they are, is looked up when the lens is clicked.
    editor.did_open(SHARED);
    editor.did_change_at(SHARED, 2, Some(Range::default()), "\n\n");
    let params = json!({
        "textDocument": { "uri": editor.uri(SLACK) },
        "position": type_,
        "context": { "includeDeclaration": false },
    });
    let places = editor
        .client
        .request::<References>(serde_json::from_value(params).unwrap())
        .unwrap();
    let places: Vec<_> = places.into_iter().map(|it| (it.uri, it.range.start.line)).collect();
    assert_eq!(places, [(editor.uri(ENTRY), 1), (editor.uri(SHARED), 2)]);
    assert_eq!(titles(&mut editor, ENTRY), [""; 0]);
    editor.did_open_as(GMAIL, "{ \"scopes\": [] }");
    assert_eq!(titles(&mut editor, GMAIL), [""; 0]);
    editor.did_change(GMAIL, 2, "{ \"type\": \"linear\" }");
    assert_eq!(titles(&mut editor, GMAIL)[2], "no backend uses");
    editor.finish();
}

#[test]
fn a_client_without_the_command_is_told_the_number() {
    let mut capabilities = capabilities();
    capabilities["experimental"] = json!({ "base44Connectors": {} });
    let mut editor = open_with(capabilities, json!({ "trusted": false }));
    // What may not be run is not offered either.
    let found = lenses(&mut editor, SLACK).unwrap();
    let command = found.into_iter().map(|it| it.command.unwrap()).collect::<Vec<_>>();
    assert_eq!(command.len(), 1);
    assert_eq!(
        (&*command[0].title, &*command[0].command, &command[0].arguments),
        ("2 backend uses", "", &None)
    );
    editor.finish();
}

#[test]
fn lenses_are_asked_for_again_when_uses_or_settings_change() {
    let mut capabilities = capabilities();
    capabilities["workspace"]["codeLens"] = json!({ "refreshSupport": true });
    let mut editor = Editor::open_with(PROJECT, capabilities, Value::Null);
    let refreshed = |editor: &mut Editor| {
        let (id, ()) = editor.client.await_request::<CodeLensRefresh>();
        editor
            .client
            .send(&json!({ "jsonrpc": "2.0", "id": id, "result": null }));
    };
    refreshed(&mut editor);
    assert_eq!(titles(&mut editor, SLACK)[2], "2 backend uses");
    editor.did_open(ENTRY);
    editor.did_change(ENTRY, 2, "// nothing");
    refreshed(&mut editor);
    assert_eq!(titles(&mut editor, SLACK)[2], "1 backend use");
    // Where the calls stand is no news.
    editor.did_open(SHARED);
    editor.did_change(SHARED, 2, "\n\nconnectors.getConnection('slack')");
    editor.await_version(SHARED, 2);
    editor.client.notify_raw(
        "workspace/didChangeConfiguration",
        json!({ "settings": { "codeLens": false } }),
    );
    refreshed(&mut editor);
    assert_eq!(titles(&mut editor, SLACK), [""; 0]);
    editor.finish();
}

#[test]
fn hints_are_asked_for_again_when_they_are_switched_on() {
    let mut capabilities = capabilities();
    capabilities["workspace"]["inlayHint"] = json!({ "refreshSupport": true });
    let mut editor = Editor::open_with(PROJECT, capabilities, Value::Null);
    let hints = |editor: &mut Editor| {
        let uri = editor.uri(SLACK);
        let params = json!({
            "textDocument": { "uri": uri },
            "range": { "start": { "line": 0, "character": 0 }, "end": { "line": 9, "character": 0 } },
        });
        let params = serde_json::from_value(params).unwrap();
        editor
            .client
            .request::<InlayHintRequest>(params)
            .unwrap_or_default()
            .len()
    };
    editor.await_findings(ENTRY, &MISSING);
    assert_eq!(hints(&mut editor), 0);
    for (on, count) in [(true, 1), (false, 0)] {
        editor.client.notify_raw(
            "workspace/didChangeConfiguration",
            json!({ "settings": { "inlayHints": on } }),
        );
        let (id, ()) = editor.client.await_request::<InlayHintRefreshRequest>();
        editor
            .client
            .send(&json!({ "jsonrpc": "2.0", "id": id, "result": null }));
        assert_eq!(hints(&mut editor), count);
    }
    editor.finish();
}

#[test]
fn backend_uses_can_be_switched_off_and_on() {
    let mut editor = Editor::open_with(PROJECT, capabilities(), json!({ "backendUses": false }));
    editor.did_open(ENTRY);
    assert_eq!(summary(&editor.await_version(ENTRY, 1)), [""; 0]);
    assert_eq!(references(&mut editor, ENTRY, IN_ENTRY, true), [""; 0]);
    while titles(&mut editor, SLACK).is_empty() {}
    assert_eq!(titles(&mut editor, SLACK).len(), 2);
    let set = |editor: &mut Editor, on: bool| {
        let settings = json!({ "settings": { "base44Connectors": { "backendUses": on } } });
        editor.client.notify_raw("workspace/didChangeConfiguration", settings);
    };
    set(&mut editor, true);
    editor.await_findings(ENTRY, &MISSING);
    // Also of the files that nobody had read.
    while references(&mut editor, SLACK, SLACK_TYPE, false).len() < 2 {}
    set(&mut editor, false);
    editor.await_findings(ENTRY, &[]);
    assert_eq!(
        references(&mut editor, SLACK, SLACK_TYPE, true),
        [shown(SLACK, SLACK_TYPE)]
    );
    editor.finish();
}

#[test]
fn a_quick_fix_makes_the_connector_and_another_mends_the_type() {
    let mut editor = open();
    let text = editor.did_open(ENTRY);
    let action = |editor: &mut Editor, title: &str| {
        let range = Range::new(Position::new(2, 62), Position::new(2, 62));
        let actions = editor.code_actions(ENTRY, range, Some("quickfix"));
        let found = actions.iter().find(|it| it.title == title);
        found.unwrap_or_else(|| panic!("{actions:#?}")).edit.clone().unwrap()
    };
    let edit = action(&mut editor, "Create `gmail.jsonc`, the connector of Gmail");
    let edit = serde_json::to_value(edit).unwrap();
    assert_eq!(edit["documentChanges"][0]["kind"], "create");
    assert_eq!(edit["documentChanges"][0]["uri"], json!(editor.uri(GMAIL)));
    editor.did_change(ENTRY, 2, &text.replace("gmail", "slakc"));
    let edit = serde_json::to_value(action(&mut editor, "Change it to `slack` (Slack User)")).unwrap();
    assert_eq!(edit["documentChanges"][0]["edits"][0]["newText"], "slack");
    editor.finish();
}

#[test]
fn the_folders_of_backend_code_are_those_of_the_config_file() {
    let project = PROJECT
        .replace("{}\n", "{ \"functionsDir\": \"../api/fn\" }\n")
        .replace("base44/functions/", "api/fn/")
        .replace("base44/shared/", "api/shared/");
    let mut editor = Editor::open_with(&project, capabilities(), Value::Null);
    editor.await_findings("api/fn/notify/entry.ts", &MISSING);
    assert_eq!(references(&mut editor, SLACK, SLACK_TYPE, false).len(), 2);
    editor.finish();
}

/// What is registered, as its globs, and what is unregistered, as its name.
#[test]
fn backend_code_is_watched_wherever_it_lies() {
    let mut capabilities = capabilities();
    capabilities["workspace"]["didChangeWatchedFiles"] = json!({ "dynamicRegistration": true });
    let mut editor = Editor::open_with(PROJECT, capabilities, Value::Null);
    let registered = |editor: &mut Editor| {
        let (id, params) = editor.client.await_request::<RegisterCapability>();
        editor
            .client
            .send(&json!({ "jsonrpc": "2.0", "id": id, "result": null }));
        let registration = &params.registrations[0];
        let watchers = registration.register_options.clone().unwrap()["watchers"].take();
        let globs: Vec<_> = watchers
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["globPattern"].to_string())
            .collect();
        (registration.id.clone(), globs)
    };
    let usual = registered(&mut editor);
    assert!(
        usual
            .1
            .contains(&"\"**/base44/{functions,shared,actors}/**\"".to_owned()),
        "{usual:?}"
    );
    editor.await_findings(ENTRY, &MISSING);
    // The folders move, and come back.
    let config = editor.on_disk("base44/config.jsonc");
    let set = |editor: &mut Editor, text: &str| {
        fs::write(editor.path("base44/config.jsonc"), text).unwrap();
        editor.did_change_on_disk("base44/config.jsonc", FileChangeType::CHANGED);
    };
    set(&mut editor, "{ \"functionsDir\": \"api/fn\" }");
    let (name, globs) = registered(&mut editor);
    assert_eq!(globs, ["\"**/fn/**\"", "\"**/shared/**\""]);
    editor.await_findings(ENTRY, &[]);
    set(&mut editor, &config);
    let (id, params) = editor.client.await_request::<UnregisterCapability>();
    editor
        .client
        .send(&json!({ "jsonrpc": "2.0", "id": id, "result": null }));
    assert_eq!(params.unregisterations[0].id, name);
    editor.await_findings(ENTRY, &MISSING);
    editor.finish();
}

#[test]
fn the_structure_of_code_is_left_to_others() {
    let mut editor = open();
    editor.did_open(ENTRY);
    let document = json!({ "uri": editor.uri(ENTRY) });
    let options = json!({ "tabSize": 2, "insertSpaces": true });
    for (method, params) in [
        (
            "textDocument/formatting",
            json!({ "textDocument": document, "options": options }),
        ),
        ("textDocument/foldingRange", json!({ "textDocument": document })),
        (
            "textDocument/selectionRange",
            json!({ "textDocument": document, "positions": [{ "line": 0, "character": 1 }] }),
        ),
    ] {
        assert_eq!(editor.client.request_raw(method, params), Ok(Value::Null), "{method}");
    }
    let params = json!({ "textDocument": document });
    assert_eq!(
        editor.client.request_raw("textDocument/documentSymbol", params),
        Ok(json!([]))
    );
    let all = Range::new(Position::new(0, 0), Position::new(0, 10));
    assert_eq!(editor.code_actions(ENTRY, all, None), []);
    editor.finish();
}

/// What the server says it can do for a client with these capabilities.
fn declared(capabilities: Value) -> ServerCapabilities {
    let mut client = Client::spawn();
    let result = client.initialize_with(InitializeParams {
        capabilities: serde_json::from_value(capabilities).unwrap(),
        ..InitializeParams::default()
    });
    client.finish();
    result.capabilities
}

#[test]
fn each_feature_is_declared_to_those_who_can_use_it() {
    let none = declared(json!({}));
    assert_eq!(none.definition_provider, None);
    assert_eq!(none.references_provider, None);
    assert_eq!(none.document_highlight_provider, None);
    assert_eq!(none.rename_provider, None);
    assert_eq!(none.code_lens_provider, None);
    assert_eq!(none.workspace.unwrap().file_operations, None);
    let all = serde_json::to_value(declared(capabilities())).unwrap();
    for feature in ["definition", "references", "documentHighlight"] {
        assert_eq!(all[format!("{feature}Provider")], true, "{feature}");
    }
    assert_eq!(all["renameProvider"], json!({ "prepareProvider": true }));
    assert_eq!(all["codeLensProvider"], json!({ "resolveProvider": false }));
    let operations = &all["workspace"]["fileOperations"];
    assert_eq!(
        operations["willRename"]["filters"][0]["pattern"]["glob"],
        "**/*.{json,jsonc}"
    );
    for told in ["didRename", "didCreate", "didDelete"] {
        assert_eq!(operations[told]["filters"][0]["pattern"]["glob"], "**/*", "{told}");
    }
    // A client that knows rename, but not how to prepare it, and one kind of file operation.
    let some = declared(json!({
        "textDocument": { "rename": {} }, "workspace": { "fileOperations": { "didRename": true } }
    }));
    let some = serde_json::to_value(some).unwrap();
    assert_eq!(some["renameProvider"], true);
    assert_eq!(some["workspace"]["fileOperations"].as_object().unwrap().len(), 1);
}
