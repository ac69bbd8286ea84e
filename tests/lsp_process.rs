//! The shipped binary as a process: how it starts, what it survives, how it ends.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "support/client.rs"]
mod client;
#[path = "support/editor.rs"]
mod editor;

use std::fs;
use std::process::{Command, Stdio};

use client::Client;
use editor::{Editor, summary};
use lsp_types::notification::{DidChangeTextDocument, DidOpenTextDocument, PublishDiagnostics};
use lsp_types::request::HoverRequest;
use lsp_types::{ClientCapabilities, FileChangeType, InitializeParams, InitializeResult, Url};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

fn from<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

fn initialized() -> Client {
    let mut client = Client::spawn();
    client.initialize(ClientCapabilities::default());
    client
}

#[track_caller]
fn hover(client: &mut Client, uri: &str, line: u32) -> Option<lsp_types::Hover> {
    let position = json!({ "line": line, "character": line });
    client.request::<HoverRequest>(from(json!({ "textDocument": { "uri": uri }, "position": position })))
}

fn open(client: &mut Client, uri: &str, text: &str) {
    let document = json!({ "uri": uri, "languageId": "jsonc", "version": 1, "text": text });
    client.notify::<DidOpenTextDocument>(from(json!({ "textDocument": document })));
}

mod start {
    use super::*;

    #[track_caller]
    fn starts_with(params: Value) -> InitializeResult {
        let mut client = Client::spawn();
        let result = client.request_raw("initialize", params).unwrap();
        client.notify_bare("initialized");
        client.finish();
        from(result)
    }

    #[test]
    fn it_says_who_it_is_and_that_it_takes_changes_by_range() {
        let result = starts_with(json!({ "processId": null, "rootUri": null, "capabilities": {} }));
        assert_eq!(result.server_info.unwrap().name, "base44-connectors-ls");
        let sync = json!(result.capabilities.text_document_sync);
        assert_eq!(
            (&sync["change"], &sync["save"]["includeText"]),
            (&json!(2), &json!(true))
        );
        assert_eq!(json!(result.capabilities.position_encoding), "utf-16");
    }

    #[test]
    fn with_any_initialization_options_or_none() {
        starts_with(json!({ "capabilities": {} }));
        for options in [
            json!(null),
            json!(7),
            json!([]),
            json!({ "sessionToken": 1, "trusted": "x" }),
        ] {
            starts_with(json!({ "capabilities": {}, "initializationOptions": options }));
        }
    }

    #[test]
    fn with_no_capabilities_at_all() {
        starts_with(json!({}));
    }

    #[test]
    fn with_capabilities_of_a_later_protocol() {
        let edit = json!({ "resourceOperations": ["create", "clone"], "failureHandling": "pray" });
        starts_with(json!({ "trace": "compact", "capabilities": { "workspace": { "workspaceEdit": edit } } }));
    }

    #[test]
    fn with_roots_that_are_no_folders_here() {
        for root in [
            "/no/uri",
            "",
            "vscode-remote://wsl%2Bubuntu/home",
            "file:///c%3A/no/such",
            "file://server/share",
        ] {
            let folders = json!([{ "uri": root, "name": "root" }]);
            starts_with(json!({ "rootUri": root, "workspaceFolders": folders, "capabilities": {} }));
        }
    }

    #[test]
    fn with_a_process_id_that_is_not_there() {
        // A client outside the server's container: it must not be taken for dead.
        let mut client = Client::spawn();
        let id = i32::MAX as u32;
        client.initialize_with(InitializeParams {
            process_id: Some(id),
            ..InitializeParams::default()
        });
        assert_eq!(hover(&mut client, "file:///a.jsonc", 0), None);
        client.finish();
    }

    #[test]
    fn in_the_clients_first_encoding() {
        for encoding in ["utf-8", "utf-16", "utf-32"] {
            let general = json!({ "positionEncodings": [encoding, "utf-16"] });
            let result = starts_with(json!({ "capabilities": { "general": general } }));
            assert_eq!(json!(result.capabilities.position_encoding), encoding);
        }
    }
}

mod robustness {
    use super::*;

    #[test]
    fn a_request_before_initialize_is_refused() {
        let mut client = Client::spawn();
        assert_eq!(
            client.request_raw("textDocument/hover", json!({})).unwrap_err().code,
            -32002
        );
        client.initialize(ClientCapabilities::default());
        client.finish();
    }

    #[test]
    fn a_request_after_shutdown_is_refused() {
        let mut client = initialized();
        client.request_raw("shutdown", Value::Null).unwrap();
        assert_eq!(
            client.request_raw("textDocument/hover", json!({})).unwrap_err().code,
            -32600
        );
        assert_eq!(client.exit(), 0);
    }

    #[test]
    fn a_hover_with_empty_params_is_refused() {
        let mut client = initialized();
        assert_eq!(
            client.request_raw("textDocument/hover", json!({})).unwrap_err().code,
            -32602
        );
        client.finish();
    }

    #[test]
    fn a_hover_on_a_document_that_is_not_open_is_empty() {
        let mut client = initialized();
        assert_eq!(hover(&mut client, "file:///not/open.jsonc", 0), None);
        client.finish();
    }

    #[test]
    fn a_hover_far_outside_the_document_is_empty() {
        let mut client = initialized();
        open(&mut client, "file:///nowhere/a.txt", "{}");
        assert_eq!(hover(&mut client, "file:///nowhere/a.txt", 9_999), None);
        assert_eq!(hover(&mut client, "file:///nowhere/a.txt", u32::MAX), None);
        client.finish();
    }

    #[test]
    fn a_truncated_body_is_refused_and_the_next_message_served() {
        let mut client = initialized();
        client.send_raw(b"Content-Length: 20\r\n\r\n{\"jsonrpc\": \"2.0\", \"");
        let error = client.receive();
        assert_eq!((&error["id"], &error["error"]["code"]), (&Value::Null, &json!(-32700)));
        assert_eq!(hover(&mut client, "file:///a.jsonc", 0), None);
        client.finish();
    }

    #[test]
    fn changes_at_places_outside_the_document_are_survived() {
        let mut client = initialized();
        let uri = "file:///nowhere/a.txt";
        open(&mut client, uri, "a\nb");
        for (start, end) in [((9, 9), (99, 99)), ((1, 1), (0, 0)), ((u32::MAX, 0), (0, u32::MAX))] {
            let place = |(line, character)| json!({ "line": line, "character": character });
            let change = json!({ "range": { "start": place(start), "end": place(end) }, "text": "x" });
            let document = json!({ "uri": uri, "version": 2 });
            client
                .notify::<DidChangeTextDocument>(from(json!({ "textDocument": document, "contentChanges": [change] })));
        }
        assert_eq!(hover(&mut client, uri, 0), None);
        client.finish();
    }

    #[test]
    fn changes_of_a_document_that_is_not_open_are_survived() {
        let mut client = initialized();
        client.notify::<DidChangeTextDocument>(from(json!({
            "textDocument": { "uri": "file:///not/open.txt", "version": 2 }, "contentChanges": [{ "text": "x" }] })));
        assert_eq!(hover(&mut client, "file:///not/open.txt", 0), None);
        client.finish();
    }

    #[test]
    fn documents_that_are_no_files_are_survived() {
        let mut client = initialized();
        for uri in [
            "untitled:Untitled-1",
            "git:/a/b.txt?%7B%7D",
            "vscode-remote://wsl%2Bubuntu/a.txt",
        ] {
            open(&mut client, uri, "{}");
            assert_eq!(hover(&mut client, uri, 0), None);
        }
        client.finish();
    }

    #[test]
    fn twenty_thousand_nested_brackets_are_survived() {
        let mut client = initialized();
        open(&mut client, "file:///nowhere/a.txt", &"[".repeat(20_000));
        assert_eq!(hover(&mut client, "file:///nowhere/a.txt", 0), None);
        client.finish();
    }
}

/// Hostile or clumsy clients and disks, each followed by the same question: are the findings of a file still right?
mod a_project {
    use super::*;

    const SLACK: &str = "base44/connectors/slack.jsonc";
    const GMAIL: &str = "base44/connectors/gmail.jsonc";
    const PROJECT: &str = "\
//- base44/config.jsonc
{}
//- base44/connectors/slack.jsonc
{ \"type\": \"slack\", \"scopes\": [\"chat.write\"] }
//- base44/connectors/gmail.jsonc
{ \"type\": \"gmail\", \"scopes\": [] }
";

    /// Everything that is asked about a document.
    const QUESTIONS: [&str; 22] = [
        "textDocument/hover",
        "textDocument/completion",
        "textDocument/codeAction",
        "textDocument/diagnostic",
        "textDocument/documentSymbol",
        "textDocument/definition",
        "textDocument/declaration",
        "textDocument/references",
        "textDocument/documentHighlight",
        "textDocument/documentLink",
        "textDocument/prepareRename",
        "textDocument/rename",
        "textDocument/foldingRange",
        "textDocument/selectionRange",
        "textDocument/formatting",
        "textDocument/rangeFormatting",
        "textDocument/onTypeFormatting",
        "textDocument/codeLens",
        "textDocument/inlayHint",
        "textDocument/signatureHelp",
        "textDocument/semanticTokens/full",
        "textDocument/linkedEditingRange",
    ];

    fn place((line, character): (u32, u32)) -> Value {
        json!({ "line": line, "character": character })
    }

    /// Asks everything about a range of a document. An answer may be an error, but not that of a panic.
    #[track_caller]
    fn ask_everything(client: &mut Client, uri: &str, start: (u32, u32), end: (u32, u32)) {
        for method in QUESTIONS {
            let answer = client.request_raw(
                method,
                json!({
                    "textDocument": { "uri": uri }, "position": place(start), "positions": [place(start), place(end)],
                    "range": { "start": place(start), "end": place(end) },
                    "context": { "diagnostics": [], "includeDeclaration": true }, "newName": "\u{0}", "ch": "\"",
                    "options": { "tabSize": 0, "insertSpaces": true },
                }),
            );
            assert_ne!(
                answer.map_err(|it| it.code),
                Err(-32603),
                "{method} of {uri} at {start:?} to {end:?}"
            );
        }
    }

    /// The server still tells right from wrong, and ends as it should.
    #[track_caller]
    fn still_works(mut editor: Editor) {
        let uri = editor.uri(SLACK);
        editor
            .client
            .notify_raw("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
        editor.did_open_as(SLACK, "{ \"type\": \"slack\", \"scopes\": [\"chat.wrote\"] }");
        loop {
            let found = editor.await_findings(SLACK, &["0:30 unknown-scope"]);
            if found[0].message.contains("chat.wrote") {
                break;
            }
        }
        ask_everything(&mut editor.client, uri.as_str(), (0, 35), (0, 36));
        editor.finish();
    }

    #[test]
    fn survives_places_outside_the_document_in_every_request() {
        let mut editor = Editor::open(PROJECT);
        editor.did_open(SLACK);
        let uri = editor.uri(SLACK).to_string();
        for (start, end) in [
            ((9_999, 9_999), (9_999, 9_999)),
            ((0, u32::MAX), (u32::MAX, 0)),
            ((u32::MAX, u32::MAX), (u32::MAX, u32::MAX)),
            ((0, 40), (0, 3)),
            ((u32::MAX, 0), (0, 0)),
        ] {
            ask_everything(&mut editor.client, &uri, start, end);
        }
        still_works(editor);
    }

    #[test]
    fn survives_questions_about_documents_that_are_not_open_or_do_not_exist() {
        let mut editor = Editor::open(PROJECT);
        let uris = [
            editor.uri(SLACK),
            editor.uri("base44/connectors/none.jsonc"),
            editor.uri(""),
            editor.uri("base44/config.jsonc"),
        ];
        let others = [
            "untitled:Untitled-1",
            "git:/a.jsonc?%7B%7D",
            "file:///",
            "file://server/share/a.jsonc",
            "a:",
            "file:///%00",
        ];
        for uri in uris.iter().map(lsp_types::Url::as_str).chain(others) {
            ask_everything(&mut editor.client, uri, (0, 0), (1, 1));
        }
        still_works(editor);
    }

    #[test]
    fn survives_commands_and_items_that_make_no_sense() {
        let mut editor = Editor::open(PROJECT);
        for command in ["", "base44-connectors-ls.push", "base44.push", "no.such"] {
            for arguments in [
                json!([]),
                json!([null]),
                json!([{ "uri": 1 }]),
                json!([{ "uri": "file:///none" }]),
            ] {
                let params = json!({ "command": command, "arguments": arguments });
                let answer = editor.client.request_raw("workspace/executeCommand", params);
                assert_ne!(answer.map_err(|it| it.code), Err(-32603), "{command} {arguments}");
            }
        }
        for item in [
            json!({ "label": "" }),
            json!({ "label": "x", "data": 1 }),
            json!({ "label": "x", "data": { "type": [] } }),
        ] {
            let answer = editor.client.request_raw("completionItem/resolve", item.clone());
            assert_ne!(answer.map_err(|it| it.code), Err(-32603), "{item}");
        }
        editor
            .client
            .ignore_unread(&["textDocument/publishDiagnostics", "window/showMessage"]);
        still_works(editor);
    }

    #[test]
    fn survives_impossible_changes() {
        let mut editor = Editor::open(PROJECT);
        editor.did_open(SLACK);
        for (version, (start, end)) in (2..).zip([
            ((9, 9), (99, 99)),
            ((0, 30), (0, 3)),
            ((u32::MAX, 0), (0, u32::MAX)),
            ((0, u32::MAX), (u32::MAX, u32::MAX)),
        ]) {
            let range = json!({ "start": place(start), "end": place(end) });
            editor.did_change_at(SLACK, version, Some(from(range)), "😀\r");
            editor.await_version(SLACK, version);
        }
        still_works(editor);
    }

    #[test]
    fn takes_the_saved_text_after_an_impossible_change() {
        let mut editor = Editor::open(PROJECT);
        let text = editor.did_open(SLACK);
        editor.did_change_at(
            SLACK,
            2,
            Some(from(json!({ "start": place((0, 9)), "end": place((0, 3)) }))),
            "{{",
        );
        editor.await_version(SLACK, 2);
        editor.did_save(SLACK, &text);
        editor.await_findings(SLACK, &["0:30 unknown-scope"]);
        still_works(editor);
    }

    #[test]
    fn survives_a_change_of_a_closed_file_and_one_closed_twice() {
        let mut editor = Editor::open(PROJECT);
        editor.did_open(GMAIL);
        editor.did_close(GMAIL);
        editor.did_close(GMAIL);
        editor.did_change(GMAIL, 2, "{");
        editor.did_close("base44/connectors/none.jsonc");
        editor.did_change("base44/connectors/none.jsonc", 2, "{");
        // The closed file is as it is on the disk.
        editor.await_findings(GMAIL, &["0:29 empty-scopes"]);
        still_works(editor);
    }

    #[test]
    fn takes_the_second_text_of_a_file_that_is_opened_twice() {
        let mut editor = Editor::open(PROJECT);
        editor.did_open(SLACK);
        editor.did_open_as(SLACK, "{ \"type\": \"slack\", \"scopes\": [\"chat:write\"] }");
        editor.await_findings(SLACK, &[]);
        still_works(editor);
    }

    #[test]
    fn survives_a_version_that_goes_back() {
        let mut editor = Editor::open(PROJECT);
        let text = editor.did_open(SLACK);
        for (nth, version) in [7, 3, 3, -1, i32::MAX, i32::MIN, 0].into_iter().enumerate() {
            editor.did_change(SLACK, version, &text.replace("chat.write", &"x".repeat(5 + nth)));
            assert_eq!(
                editor.await_version(SLACK, version)[0].range.end.character,
                37 + u32::try_from(nth).unwrap()
            );
        }
        still_works(editor);
    }

    #[test]
    fn survives_a_hundred_thousand_nested_brackets_and_edits_in_them() {
        let mut editor = Editor::open(PROJECT);
        let text = "[".repeat(100_000);
        editor.did_open_as(SLACK, &text);
        assert!(!editor.await_version(SLACK, 1).is_empty());
        for (version, (column, end, insert)) in (2..).zip([
            (50_000, 50_000, "]"),
            (100_001, 100_001, "]]]"),
            (0, 1, "{ \"scopes\": "),
            (50_000, 50_010, ""),
        ]) {
            let range = json!({ "start": place((0, column)), "end": place((0, end)) });
            editor.did_change_at(SLACK, version, Some(from(range)), insert);
            assert!(!editor.await_version(SLACK, version).is_empty());
        }
        let uri = editor.uri(SLACK).to_string();
        ask_everything(&mut editor.client, &uri, (0, 60_000), (0, 60_001));
        still_works(editor);
    }

    #[test]
    fn survives_a_document_of_twenty_megabytes_and_an_edit_in_it() {
        let mut editor = Editor::open(PROJECT);
        let scopes: Vec<_> = (0..20_000).map(|nth| format!("\"{nth:01000}\"")).collect();
        let text = format!(
            "{{ \"type\": \"no-such-type\", \"scopes\": [\n{}\n] }}",
            scopes.join(",\n")
        );
        assert!(text.len() > 20_000_000);
        editor.did_open_as(SLACK, &text);
        editor.await_version(SLACK, 1);
        let colon = json!({ "start": place((0, 8)), "end": place((0, 9)) });
        editor.did_change_at(SLACK, 2, Some(from(colon.clone())), "");
        assert_eq!(summary(&editor.await_version(SLACK, 2))[0], "0:8 syntax-error");
        still_works(editor);
    }

    #[test]
    fn survives_the_removal_of_its_folder() {
        let mut editor = Editor::open(PROJECT);
        editor.await_findings(SLACK, &["0:30 unknown-scope"]);
        let text = editor.did_open(SLACK);
        fs::remove_dir_all(editor.path("base44")).unwrap();
        editor.did_change_on_disk("base44", FileChangeType::DELETED);
        // What is closed is gone, what is open goes on.
        editor.await_findings(GMAIL, &[]);
        editor.did_change(SLACK, 2, &text.replace("chat.write", "chat.writ"));
        editor.await_version(SLACK, 2);
        editor.did_close(SLACK);
        editor.await_findings(SLACK, &[]);
        fs::create_dir_all(editor.path("base44/connectors")).unwrap();
        still_works(editor);
    }

    #[cfg(unix)]
    #[test]
    fn survives_files_that_cannot_be_read() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let mut editor = Editor::open(PROJECT);
        editor.await_findings(SLACK, &["0:30 unknown-scope"]);
        // To root, no file is closed; so these are unreadable in other ways, too.
        fs::set_permissions(editor.path(GMAIL), fs::Permissions::from_mode(0o0)).unwrap();
        symlink("loop.jsonc", editor.path("base44/connectors/loop.jsonc")).unwrap();
        symlink("/dev/zero", editor.path("base44/connectors/endless.jsonc")).unwrap();
        fs::create_dir(editor.path("base44/connectors/folder.jsonc")).unwrap();
        fs::File::create(editor.path("base44/connectors/huge.jsonc"))
            .unwrap()
            .set_len(1 << 40)
            .unwrap();
        for relative in [
            GMAIL,
            "base44/connectors/loop.jsonc",
            "base44/connectors/endless.jsonc",
            "base44/connectors/folder.jsonc",
            "base44/connectors/huge.jsonc",
        ] {
            editor.did_change_on_disk(relative, FileChangeType::CHANGED);
            editor.did_open_as(relative, "{ \"type\": \"slack\", \"scopes\": [\"chat:write\"] }");
            editor.did_close(relative);
        }
        still_works(editor);
    }

    #[test]
    fn survives_folders_that_do_not_exist_that_are_files_and_that_lie_in_each_other() {
        let mut editor = Editor::open(PROJECT);
        let folder = |uri: lsp_types::Url| json!({ "uri": uri, "name": "x" });
        let odd = [
            folder(editor.uri("no/such/folder")),
            folder(editor.uri(SLACK)),
            folder(editor.uri("base44")),
            folder(editor.uri("base44/connectors")),
            folder(editor.uri("")),
            folder("file:///".parse().unwrap()),
            folder("untitled:x".parse().unwrap()),
        ];
        // The root of the disk is taken away again at once: a search of all of it has to stop at nothing, but not in this test.
        let event = json!({ "event": { "added": odd[..5], "removed": [] } });
        editor.client.notify_raw("workspace/didChangeWorkspaceFolders", event);
        let event = json!({ "event": { "added": odd[6..], "removed": odd[5..6] } });
        editor.client.notify_raw("workspace/didChangeWorkspaceFolders", event);
        let event = json!({ "event": { "added": [], "removed": odd } });
        editor.client.notify_raw("workspace/didChangeWorkspaceFolders", event);
        still_works(editor);
    }

    #[test]
    fn starts_in_a_root_that_is_a_file_or_does_not_exist() {
        for root in [SLACK, "no/such/folder"] {
            let mut editor = Editor::open(PROJECT);
            let mut client = Client::spawn();
            let uri = editor.uri(root);
            client.initialize_with(from(
                json!({ "capabilities": {}, "rootUri": uri, "workspaceFolders": null }),
            ));
            open(&mut client, editor.uri(SLACK).as_str(), &editor.on_disk(SLACK));
            while client.await_notification::<PublishDiagnostics>().uri != editor.uri(SLACK) {}
            client.ignore_unread(&["textDocument/publishDiagnostics"]);
            client.finish();
            editor.await_findings(SLACK, &["0:30 unknown-scope"]);
            editor.finish();
        }
    }

    #[test]
    fn exits_in_the_middle_of_a_search() {
        for _ in 0..5 {
            let mut fixture = PROJECT.to_owned();
            for nth in 0..2_000 {
                fixture +=
                    &format!("//- base44/connectors/{nth}.jsonc\n{{ \"type\": \"slack\", \"scopes\": [\"{nth}\"] }}\n");
            }
            let mut editor = Editor::open(&fixture);
            editor.did_open(SLACK);
            editor.finish();
        }
    }
}

mod end {
    use super::*;

    #[test]
    fn exit_without_shutdown_gives_1() {
        assert_eq!(initialized().exit(), 1);
        assert_eq!(Client::spawn().exit(), 1);
    }

    #[test]
    fn the_end_of_the_input_gives_1_without_shutdown_and_0_with() {
        assert_eq!(initialized().close_input(), 1);
        let mut client = initialized();
        client.request_raw("shutdown", Value::Null).unwrap();
        assert_eq!(client.close_input(), 0);
    }

    #[test]
    fn a_client_that_never_reads_again_does_not_keep_the_server() {
        let mut client = initialized();
        let reading = client.reading();
        let not_reading = reading.lock().unwrap();
        for _ in 0..5_000 {
            client.start_bare("no/such/method");
        }
        client.notify_bare("exit");
        assert_eq!(client.wait_without_reading(), 1);
        drop(not_reading);
    }

    #[cfg(unix)]
    #[test]
    fn the_death_of_the_client_ends_the_server_though_its_input_stays_open() {
        // Stands for the editor; our own end of the server's input stays open.
        let mut editor = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        let mut client = Client::spawn();
        client.initialize_with(InitializeParams {
            process_id: Some(editor.id()),
            root_uri: Some(Url::parse("file:///nowhere").unwrap()),
            ..InitializeParams::default()
        });
        assert_eq!(hover(&mut client, "file:///a.jsonc", 0), None);
        editor.kill().unwrap();
        editor.wait().unwrap();
        assert_eq!(client.wait(), 1);
    }
}
