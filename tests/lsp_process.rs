//! The shipped binary as a process: how it starts, what it survives, how it ends.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "support/client.rs"]
mod client;

use std::process::{Command, Stdio};

use client::Client;
use lsp_types::notification::{DidChangeTextDocument, DidOpenTextDocument};
use lsp_types::request::HoverRequest;
use lsp_types::{ClientCapabilities, InitializeParams, InitializeResult, Url};
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
    client.request::<HoverRequest>(from(
        json!({ "textDocument": { "uri": uri }, "position": position }),
    ))
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
        starts_with(
            json!({ "trace": "compact", "capabilities": { "workspace": { "workspaceEdit": edit } } }),
        );
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
            starts_with(
                json!({ "rootUri": root, "workspaceFolders": folders, "capabilities": {} }),
            );
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
            client
                .request_raw("textDocument/hover", json!({}))
                .unwrap_err()
                .code,
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
            client
                .request_raw("textDocument/hover", json!({}))
                .unwrap_err()
                .code,
            -32600
        );
        assert_eq!(client.exit(), 0);
    }

    #[test]
    fn a_hover_with_empty_params_is_refused() {
        let mut client = initialized();
        assert_eq!(
            client
                .request_raw("textDocument/hover", json!({}))
                .unwrap_err()
                .code,
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
        assert_eq!(
            (&error["id"], &error["error"]["code"]),
            (&Value::Null, &json!(-32700))
        );
        assert_eq!(hover(&mut client, "file:///a.jsonc", 0), None);
        client.finish();
    }

    #[test]
    fn changes_at_places_outside_the_document_are_survived() {
        let mut client = initialized();
        let uri = "file:///nowhere/a.txt";
        open(&mut client, uri, "a\nb");
        for (start, end) in [
            ((9, 9), (99, 99)),
            ((1, 1), (0, 0)),
            ((u32::MAX, 0), (0, u32::MAX)),
        ] {
            let place = |(line, character)| json!({ "line": line, "character": character });
            let change =
                json!({ "range": { "start": place(start), "end": place(end) }, "text": "x" });
            let document = json!({ "uri": uri, "version": 2 });
            client.notify::<DidChangeTextDocument>(from(
                json!({ "textDocument": document, "contentChanges": [change] }),
            ));
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
